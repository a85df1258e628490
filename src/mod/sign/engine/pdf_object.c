/* Objects: in the file, in object streams, and what references lead to. */
#include "mod/sign/engine/pdf_impl.h"

enum { NESTING_MAX = 8 /* an object stream whose length is in an object stream whose … */ };

rc pdf_malformed(struct pdf_doc *doc, rc why, const char *msgid, uint32_t num)
{
    if (why == E_NOMEM)
        return why;
    if (why == E_LIMIT)
        return arena_rc(doc->a) == E_LIMIT || !msgid
                   ? ERR(doc->err, E_LIMIT, "SIG-107", N_("The PDF holds more than this program reads."))
                   : ERR(doc->err, E_LIMIT, "SIG-107", N_("Object {1} of the PDF is nested too deep or too large."),
                         arena_printf(doc->a, "%u", num));
    return ERR(doc->err, E_INVALID, "SIG-106", msgid, arena_printf(doc->a, "%u", num));
}

static rc bad_stream(struct pdf_doc *doc, uint32_t num)
{
    return pdf_malformed(doc, E_INVALID, N_("The stream of object {1} of the PDF does not end where its /Length says."),
                         num);
}

static rc stream_length(struct pdf_doc *doc, const struct pdf_object *o, size_t rev, uint64_t *out)
{
    const struct pdf_value *length = pdf_entry(o->value, STR("Length"));
    if (length && length->kind == PDF_REF && rev != PDF_NO_REV)
        TRY(pdf_resolve(doc, length, rev, &length));
    if (!length || length->kind != PDF_INT || length->number < 0)
        return bad_stream(doc, o->ref.num);
    *out = (uint64_t)length->number;
    return OK;
}

/* The cursor stands behind the word "stream". */
static rc read_stream(struct pdf_doc *doc, struct pdf_cursor *c, size_t rev, struct pdf_object *o)
{
    uint64_t length;
    if (c->at < c->s.n && c->s.p[c->at] == '\r')
        c->at++;
    if (c->at >= c->s.n || c->s.p[c->at] != '\n') /* a lone CR is not allowed: it could belong to the data */
        return bad_stream(doc, o->ref.num);
    c->at++;
    TRY(stream_length(doc, o, rev, &length));
    if (length > c->s.n - c->at)
        return bad_stream(doc, o->ref.num);
    o->stream = str_n(c->s.p + c->at, (size_t)length);
    c->at += (size_t)length;
    if (c->at < c->s.n && c->s.p[c->at] == '\r')
        c->at++;
    if (c->at < c->s.n && c->s.p[c->at] == '\n')
        c->at++;
    return pdf_word(c, STR("endstream")) ? OK : bad_stream(doc, o->ref.num);
}

/* Objects that lie in each other, or a stream that is unpacked again and again, would make a small file cost hours. */
rc pdf_spend(struct pdf_doc *doc, size_t bytes)
{
    doc->spent += bytes;
    return doc->spent / PDF_WORK_TIMES <= PDF_WORK_MIN + doc->bytes.n ? OK : pdf_malformed(doc, E_LIMIT, NULL, 0);
}

static rc read_plain(struct pdf_doc *doc, struct pdf_cursor *c, size_t rev, struct pdf_object *o)
{
    size_t at = c->at;
    uint64_t num = 0, gen = 0;
    bool head = pdf_unsigned(c, &num) && num < PDF_NUMBER_MAX;
    pdf_skip_space(c);
    head = head && pdf_unsigned(c, &gen) && gen <= UINT16_MAX;
    pdf_skip_space(c);
    if (!head || !pdf_word(c, STR("obj")))
        return pdf_broken_xref(doc, N_("The cross-reference says that an object begins at byte {1}, but none does."),
                               at);
    *o = (struct pdf_object){.ref = {(uint32_t)num, (uint32_t)gen}, .rev = rev};
    struct pdf_value *value;
    rc r = pdf_value_read(c, &value);
    if (r != OK)
        return pdf_malformed(doc, r, N_("Object {1} of the PDF is malformed."), o->ref.num);
    o->value = value;
    pdf_skip_space(c);
    if (value->kind == PDF_DICT && pdf_word(c, STR("stream"))) {
        TRY(read_stream(doc, c, rev, o));
        pdf_skip_space(c);
    }
    if (!pdf_word(c, STR("endobj")))
        return pdf_malformed(doc, E_INVALID, N_("Object {1} of the PDF has no end."), o->ref.num);
    o->raw = str_sub(doc->bytes, at, c->at - at);
    return OK;
}

rc pdf_object_read(struct pdf_doc *doc, size_t at, size_t limit, size_t rev, struct pdf_object *o)
{
    struct pdf_cursor c = {.a = doc->a, .s = str_sub(doc->bytes, 0, limit), .at = at < limit ? at : limit};
    *o = (struct pdf_object){.rev = rev};
    rc r = read_plain(doc, &c, rev, o);
    rc spent = pdf_spend(doc, c.at - at - (o->stream.p ? o->stream.n : 0));
    return r != OK ? r : spent;
}

/* ---- object streams (7.5.7) ---- */

struct packed { /* one that was unpacked */
    size_t at;  /* the key: its place in the file */
    str bytes;
    uint64_t first;
    size_t n;
    uint32_t *num;
    uint32_t *offset; /* behind `first`; one more, where the last ends */
};

static rc bad_packed(struct pdf_doc *doc, uint32_t num)
{
    return pdf_malformed(doc, E_INVALID, N_("The object stream {1} of the PDF is malformed."), num);
}

static rc packed_header(struct pdf_doc *doc, const struct pdf_object *o, struct packed *p)
{
    const struct pdf_value *n = pdf_entry(o->value, STR("N")), *first = pdf_entry(o->value, STR("First"));
    if (!n || n->kind != PDF_INT || n->number < 0 || n->number > PDF_NUMBER_MAX || !first || first->kind != PDF_INT ||
        first->number < 0 || (uint64_t)first->number > p->bytes.n || (uint64_t)n->number > p->bytes.n)
        return bad_packed(doc, o->ref.num);
    p->n = (size_t)n->number;
    p->first = (uint64_t)first->number;
    p->num = ARENA_ARRAY(doc->a, p->n + 1, uint32_t);
    p->offset = ARENA_ARRAY(doc->a, p->n + 1, uint32_t);
    if (!p->num || !p->offset)
        return arena_failed(doc->a);
    struct pdf_cursor c = {.a = doc->a, .s = str_sub(p->bytes, 0, (size_t)p->first)};
    for (size_t i = 0; i < p->n; i++) {
        uint64_t num, offset;
        pdf_skip_space(&c);
        if (!pdf_unsigned(&c, &num))
            return bad_packed(doc, o->ref.num);
        pdf_skip_space(&c);
        if (!pdf_unsigned(&c, &offset) || num >= PDF_NUMBER_MAX || offset >= p->bytes.n - p->first ||
            (i > 0 && offset <= p->offset[i - 1])) /* in increasing order, says the standard */
            return bad_packed(doc, o->ref.num);
        p->num[i] = (uint32_t)num;
        p->offset[i] = (uint32_t)offset;
    }
    p->offset[p->n] = (uint32_t)(p->bytes.n - p->first);
    return OK;
}

static rc unpack_container(struct pdf_doc *doc, uint32_t num, const struct pdf_slot *slot, size_t rev,
                           struct packed **out)
{
    size_t at = (size_t)slot->at;
    struct packed *p = map_get(&doc->packed, str_n(&at, sizeof at));
    if (!p) {
        struct pdf_object o;
        TRY(pdf_object_read(doc, at, doc->rev[slot->rev].end, rev, &o));
        if (o.ref.num != num || !o.stream.p || !pdf_name_is(pdf_entry(o.value, STR("Type")), STR("ObjStm")))
            return bad_packed(doc, num);
        p = ARENA_NEW(doc->a, struct packed);
        if (!p)
            return arena_failed(doc->a);
        p->at = at;
        TRY(pdf_unpack(doc, o.value, o.stream, rev, &p->bytes));
        TRY(packed_header(doc, &o, p));
        TRY(map_put(&doc->packed, str_n(&p->at, sizeof p->at), p));
    }
    *out = p;
    return OK;
}

static rc read_packed(struct pdf_doc *doc, uint32_t num, const struct pdf_slot *slot, size_t rev, struct pdf_object *o)
{
    uint32_t container = (uint32_t)slot->at;
    struct pdf_slot outer;
    struct packed *p;
    TRY(pdf_slot_find(doc, container, rev, &outer));
    /* A container that is newer than the row that names it would change objects that no cross-reference mentions. */
    if (outer.kind != PDF_SLOT_PLAIN || outer.rev > slot->rev)
        return bad_packed(doc, container);
    TRY(unpack_container(doc, container, &outer, rev, &p));
    if (slot->index >= p->n || p->num[slot->index] != num)
        return bad_packed(doc, container);
    const uint32_t *offset = &p->offset[slot->index];
    struct pdf_cursor c = {.a = doc->a, .s = str_sub(p->bytes, (size_t)p->first + offset[0], offset[1] - offset[0])};
    struct pdf_value *value;
    rc r = pdf_value_read(&c, &value);
    if (r != OK)
        return pdf_malformed(doc, r, N_("Object {1} of the PDF is malformed."), num);
    TRY(pdf_spend(doc, c.at));
    *o = (struct pdf_object){.ref = {num, 0}, .value = value, .container = container, .rev = slot->rev};
    return OK;
}

/* ---- lookups ---- */

static rc read_slot(struct pdf_doc *doc, uint32_t num, const struct pdf_slot *slot, size_t rev, struct pdf_object *o)
{
    if (slot->kind == PDF_SLOT_PACKED)
        return read_packed(doc, num, slot, rev, o);
    TRY(pdf_object_read(doc, (size_t)slot->at, doc->rev[slot->rev].end, rev, o));
    if (o->ref.num != num || o->ref.gen != slot->index)
        return pdf_malformed(doc, E_INVALID, N_("Another object stands where object {1} of the PDF should be."), num);
    o->rev = slot->rev;
    return OK;
}

rc pdf_object(struct pdf_doc *doc, uint32_t num, size_t rev, const struct pdf_object **out)
{
    static const struct pdf_value nothing = {.kind = PDF_NULL};
    struct pdf_object *o = ARENA_NEW(doc->a, struct pdf_object);
    if (!o)
        return pdf_malformed(doc, arena_failed(doc->a), NULL, num);
    *out = o;
    struct pdf_slot slot;
    TRY(pdf_slot_find(doc, num, rev, &slot));
    *o = (struct pdf_object){.ref = {num, 0}, .value = &nothing, .rev = slot.rev};
    if (slot.kind == PDF_SLOT_NONE || slot.kind == PDF_SLOT_FREE)
        return OK;
    if (doc->nesting == NESTING_MAX)
        return pdf_malformed(doc, E_LIMIT, N_("Object {1} of the PDF is malformed."), num);
    doc->nesting++;
    rc r = read_slot(doc, num, &slot, rev, o);
    doc->nesting--;
    return r;
}

rc pdf_resolve(struct pdf_doc *doc, const struct pdf_value *v, size_t rev, const struct pdf_value **out)
{
    *out = v;
    if (!v || v->kind != PDF_REF)
        return OK;
    const struct pdf_object *o;
    TRY(pdf_object(doc, v->ref.num, rev, &o));
    if (o->value->kind == PDF_REF || (o->value->kind != PDF_NULL && o->ref.gen != v->ref.gen))
        return pdf_malformed(doc, E_INVALID, N_("A reference to object {1} of the PDF leads nowhere."), v->ref.num);
    *out = o->value;
    return OK;
}

rc pdf_entry_resolved(struct pdf_doc *doc, const struct pdf_value *dict, str key, size_t rev,
                      const struct pdf_value **out)
{
    return pdf_resolve(doc, pdf_entry(dict, key), rev, out);
}

rc pdf_catalog(struct pdf_doc *doc, size_t rev, const struct pdf_object **out)
{
    const struct pdf_value *root = pdf_entry(doc->rev[rev].trailer, STR("Root"));
    if (!root || root->kind != PDF_REF)
        return pdf_broken_xref(doc, N_("The trailer of the cross-reference at byte {1} names no catalog."),
                               doc->rev[rev].xref);
    TRY(pdf_object(doc, root->ref.num, rev, out));
    if ((*out)->value->kind != PDF_DICT || (*out)->ref.gen != root->ref.gen)
        return pdf_malformed(doc, E_INVALID, N_("Object {1} of the PDF should be its catalog."), root->ref.num);
    return OK;
}

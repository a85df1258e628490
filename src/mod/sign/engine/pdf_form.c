#include "mod/sign/engine/pdf_form.h"

#include "base/vec.h"
#include "mod/sign/engine/pdf_impl.h"

struct copying {
    struct pdf_update *u;
    struct pdf_doc *from;
    size_t rev;
    struct pdf_ref *to; /* by old number; num 0: not met yet */
    uint32_t n_to;
    VEC(uint32_t) waiting; /* old numbers in the order met */
};

static rc refused(struct copying *c)
{
    return ERR(c->u->doc->err, E_INVALID, "SIG-118", N_("The page that shows the signature cannot be copied."));
}

/* The new number of an object; one that is met for the first time waits to be copied. num 0: there is no such object.
 */
static rc new_ref(struct copying *c, struct pdf_ref old, struct pdf_ref *out)
{
    *out = (struct pdf_ref){0};
    if (old.num >= c->n_to)
        return OK;
    if (c->waiting.n >= PDF_FORM_OBJECTS_MAX)
        return refused(c);
    if (!c->to[old.num].num) {
        uint32_t *w = VEC_ADD(&c->waiting, c->from->a);
        if (!w)
            return arena_failed(c->from->a);
        *w = old.num;
        TRY(pdf_update_number(c->u, &c->to[old.num]));
    }
    *out = c->to[old.num];
    return OK;
}

/* Depth is bounded: the value was read with PDF_DEPTH_MAX. `but`: a key of the outermost dictionary that is left out.
 */
static rc put_copy(struct copying *c, const struct pdf_value *v, str but)
{
    struct buf *out = c->u->out;
    struct pdf_ref ref;
    switch (v->kind) {
    case PDF_REF:
        TRY(new_ref(c, v->ref, &ref));
        if (ref.num)
            pdf_put_ref(out, ref);
        else
            buf_put(out, STR("null"));
        return OK;
    case PDF_ARRAY:
        buf_putc(out, '[');
        for (const struct pdf_value *e = v->first; e; e = e->next) {
            TRY(put_copy(c, e, STR_EMPTY));
            buf_putc(out, ' ');
        }
        buf_putc(out, ']');
        return OK;
    case PDF_DICT:
        buf_put(out, STR("<<"));
        for (const struct pdf_value *e = v->first; e; e = e->next) {
            if (but.n && str_eq(e->key, but))
                continue;
            pdf_put_name(out, e->key);
            buf_putc(out, ' ');
            TRY(put_copy(c, e, STR_EMPTY));
        }
        buf_put(out, STR(">>"));
        return OK;
    case PDF_NULL:
    case PDF_BOOL:
    case PDF_INT:
    case PDF_REAL:
    case PDF_NAME:
    case PDF_STRING:
        buf_put(out, v->raw.n ? v->raw : STR("null"));
        return OK;
    }
    return E_INTERNAL;
}

static bool leads_back(const struct pdf_value *v)
{
    const struct pdf_value *type = pdf_entry(v, STR("Type"));
    return pdf_name_is(type, STR("Page")) || pdf_name_is(type, STR("Pages")) || pdf_name_is(type, STR("Catalog"));
}

static void put_stream(struct buf *out, str bytes)
{
    buf_put(out, STR("\nstream\n"));
    buf_put(out, bytes);
    buf_put(out, STR("\nendstream"));
}

static rc copy_object(struct copying *c, uint32_t num)
{
    const struct pdf_object *o;
    TRY(pdf_object(c->from, num, c->rev, &o));
    TRY(pdf_update_open(c->u, c->to[num]));
    if (leads_back(o->value)) {
        buf_put(c->u->out, STR("null"));
    } else if (!o->stream.p) {
        TRY(put_copy(c, o->value, STR_EMPTY));
    } else {
        TRY(put_copy(c, o->value, STR("Length")));
        c->u->out->n -= 2; /* back into the dictionary */
        buf_printf(c->u->out, "/Length %zu>>", o->stream.n);
        put_stream(c->u->out, o->stream);
    }
    pdf_update_close(c->u);
    return buf_rc(c->u->out);
}

/* Adds the content of one stream, unpacked; parts are separate words (7.8.2). */
static rc add_part(struct copying *c, const struct pdf_value *ref, struct buf *content)
{
    const struct pdf_object *o;
    str bytes;
    if (!ref || ref->kind != PDF_REF)
        return refused(c);
    TRY(pdf_object(c->from, ref->ref.num, c->rev, &o));
    TRY(pdf_stream_bytes(c->from, o, c->rev, &bytes));
    buf_put(content, bytes);
    buf_putc(content, '\n');
    return buf_rc(content);
}

/* The page's content: of one stream as it is packed, of several joined. `parms`: the dictionary that says how it is
 * packed. */
static rc page_content(struct copying *c, const struct pdf_object *page, struct buf *joined, str *bytes,
                       const struct pdf_value **packed)
{
    const struct pdf_value *contents = pdf_entry(page->value, STR("Contents"));
    const struct pdf_object *o;
    *packed = NULL;
    if (contents && contents->kind == PDF_REF) {
        TRY(pdf_object(c->from, contents->ref.num, c->rev, &o));
        if (o->stream.p) {
            *bytes = o->stream;
            *packed = o->value;
            return OK;
        }
        contents = o->value;
    }
    if (contents && contents->kind == PDF_ARRAY)
        for (const struct pdf_value *v = contents->first; v; v = v->next)
            TRY(add_part(c, v, joined));
    *bytes = buf_str(joined);
    return OK;
}

static rc put_entry(struct copying *c, const char *key, const struct pdf_value *v)
{
    if (!v)
        return OK;
    buf_printf(c->u->out, " /%s ", key);
    return put_copy(c, v, STR_EMPTY);
}

void pdf_put_turn(struct buf *out, int turn)
{
    static const char *const MATRIX[] = {"0 1 -1 0", "-1 0 0 -1", "0 -1 1 0"};
    if (turn)
        buf_printf(out, " /Matrix [%s 0 0]", MATRIX[turn / 90 - 1]);
}

static rc write_form(struct copying *c, const struct pdf_object *page, int turn, struct pdf_ref self)
{
    static const char *const COPIED[] = {"Resources", "Group"}, *const PACKING[] = {"Filter", "DecodeParms"};
    BUF_SCOPED joined = BUF_INIT(PDF_UNPACKED_MAX);
    const struct pdf_value *packed, *v;
    str bytes;
    TRY(page_content(c, page, &joined, &bytes, &packed));
    TRY(pdf_update_open(c->u, self));
    buf_put(c->u->out, STR("<< /Type /XObject /Subtype /Form"));
    pdf_put_turn(c->u->out, turn);
    TRY(pdf_page_entry(c->from, page, STR("CropBox"), c->rev, &v));
    if (!v)
        TRY(pdf_page_entry(c->from, page, STR("MediaBox"), c->rev, &v));
    if (pdf_length(v) != 4)
        return refused(c);
    TRY(put_entry(c, "BBox", v));
    for (size_t i = 0; i < 2; i++) {
        TRY(pdf_page_entry(c->from, page, str_of(COPIED[i]), c->rev, &v));
        TRY(put_entry(c, COPIED[i], v));
        TRY(put_entry(c, PACKING[i], pdf_entry(packed, str_of(PACKING[i]))));
    }
    buf_printf(c->u->out, " /Length %zu >>", bytes.n);
    put_stream(c->u->out, bytes);
    pdf_update_close(c->u);
    return buf_rc(c->u->out);
}

static rc import(struct copying *c, struct pdf_form_page *page, size_t n)
{
    const struct pdf_object *o;
    c->to = ARENA_ARRAY(c->from->a, c->n_to, struct pdf_ref);
    if (!c->to)
        return arena_failed(c->from->a);
    for (size_t i = 0; i < n; i++) {
        TRY(pdf_page_object(c->from, page[i].page, c->rev, &o));
        TRY(pdf_update_number(c->u, &page[i].out));
        TRY(write_form(c, o, page[i].turn, page[i].out));
    }
    for (size_t i = 0; i < c->waiting.n; i++)
        TRY(copy_object(c, c->waiting.v[i]));
    return OK;
}

rc pdf_form_import(struct pdf_update *u, struct pdf_doc *from, struct pdf_form_page *page, size_t n)
{
    struct copying c = {.u = u, .from = from, .rev = pdf_newest(from), .n_to = pdf_next_number(from)};
    rc r = import(&c, page, n);
    return r == E_INVALID || r == E_NOTFOUND ? refused(&c) : r; /* the details stand in the other document's error */
}

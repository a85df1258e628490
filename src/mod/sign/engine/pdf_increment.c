#include "mod/sign/engine/pdf_increment.h"

#include <stdlib.h>

#include "base/vec.h"
#include "mod/sign/engine/pdf_impl.h"

struct pdf_written {
    struct pdf_ref ref;
    uint64_t at; /* in the new file */
};

#define TABLE_AT_MAX UINT64_C(9999999999) /* a table's rows have ten digits */

static rc too_large(struct pdf_doc *doc)
{
    return ERR(doc->err, E_LIMIT, "SIG-112", N_("The PDF has no room for a further revision."));
}

rc pdf_update_begin(struct pdf_update *u, struct pdf_doc *doc, struct buf *tail, str id)
{
    *u = (struct pdf_update){.doc = doc, .out = tail, .rev = pdf_newest(doc), .next = pdf_next_number(doc)};
    memcpy(u->id, id.p, id.n < PDF_ID_LEN ? id.n : PDF_ID_LEN);
    if (pdf_rest(doc).n > 0)
        return ERR(doc->err, E_CONFLICT, "SIG-111",
                   N_("There are bytes behind the end of the PDF that do not belong to it. Save it anew."));
    /* Behind a CR nothing is put: CR LF would read as one end of line, and move the former revision's end. */
    char last = doc->bytes.p[doc->bytes.n - 1];
    if (last != '\n' && last != '\r')
        buf_putc(tail, '\n');
    return buf_rc(tail);
}

rc pdf_update_number(struct pdf_update *u, struct pdf_ref *out)
{
    if (u->next >= PDF_NUMBER_MAX)
        return too_large(u->doc);
    *out = (struct pdf_ref){u->next++, 0};
    return OK;
}

rc pdf_update_open(struct pdf_update *u, struct pdf_ref ref)
{
    struct pdf_written *w = VEC_ADD(u, u->doc->a);
    if (!w)
        return arena_failed(u->doc->a);
    *w = (struct pdf_written){ref, (uint64_t)u->doc->bytes.n + u->out->n};
    buf_puti(u->out, ref.num);
    buf_putc(u->out, ' ');
    buf_puti(u->out, ref.gen);
    buf_put(u->out, STR(" obj\n"));
    return OK;
}

void pdf_update_close(struct pdf_update *u)
{
    buf_put(u->out, STR("\nendobj\n"));
}

/* ---- pieces ---- */

void pdf_put_ref(struct buf *out, struct pdf_ref ref)
{
    buf_puti(out, ref.num);
    buf_putc(out, ' ');
    buf_puti(out, ref.gen);
    buf_put(out, STR(" R"));
}

static bool plain_in_name(char c)
{
    return c > ' ' && c <= '~' && c != '#' && !pdf_is_delimiter(c);
}

void pdf_put_name(struct buf *out, str name)
{
    size_t plain = 0;
    buf_putc(out, '/');
    while (plain < name.n && plain_in_name(name.p[plain]))
        plain++;
    buf_putn(out, name.p, plain);
    for (size_t i = plain; i < name.n; i++)
        if (plain_in_name(name.p[i]))
            buf_putc(out, name.p[i]);
        else
            buf_printf(out, "#%02X", (unsigned)(unsigned char)name.p[i]);
}

static bool among(str key, const str *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(key, list[i]))
            return true;
    return false;
}

void pdf_put_entries_but(struct buf *out, const struct pdf_value *dict, const str *dropped, size_t n_dropped)
{
    if (!dict || dict->kind != PDF_DICT)
        return;
    for (const struct pdf_value *v = dict->first; v; v = v->next) {
        if (among(v->key, dropped, n_dropped))
            continue;
        buf_putc(out, ' ');
        pdf_put_name(out, v->key);
        buf_putc(out, ' ');
        buf_put(out, v->raw);
    }
}

void pdf_put_array_and(struct buf *out, const struct pdf_value *array, const struct pdf_ref *added, size_t n)
{
    buf_putc(out, '[');
    if (array && array->kind == PDF_ARRAY && array->first) {
        buf_put(out, str_sub(array->raw, 1, array->raw.n - 2)); /* what it holds, verbatim; a comment at its end … */
        buf_put(out, STR("\n"));                                /* … ends here */
    }
    for (size_t i = 0; i < n; i++) {
        if (i > 0)
            buf_putc(out, ' ');
        pdf_put_ref(out, added[i]);
    }
    buf_putc(out, ']');
}

void pdf_put_rect(struct buf *out, const int32_t rect[4])
{
    buf_putc(out, '[');
    for (int i = 0; i < 4; i++) {
        int64_t size = rect[i] < 0 ? -(int64_t)rect[i] : rect[i];
        buf_printf(out, " %s%lld.%02lld", rect[i] < 0 ? "-" : "", (long long)(size / 100), (long long)(size % 100));
    }
    buf_put(out, STR(" ]"));
}

/* ---- catalog ---- */

rc pdf_extension_level(struct pdf_doc *doc, const struct pdf_object *catalog, size_t rev, int *level)
{
    const struct pdf_value *all, *esic, *there;
    TRY(pdf_entry_resolved(doc, catalog->value, STR("Extensions"), rev, &all));
    TRY(pdf_entry_resolved(doc, all, STR("ESIC"), rev, &esic));
    TRY(pdf_entry_resolved(doc, esic, STR("ExtensionLevel"), rev, &there));
    *level = there && there->kind == PDF_INT && there->number > 0 && there->number < 100 ? (int)there->number : 0;
    return OK;
}

static rc put_extensions(struct pdf_update *u, const struct pdf_object *catalog, int level)
{
    const struct pdf_value *all;
    int there;
    TRY(pdf_entry_resolved(u->doc, catalog->value, STR("Extensions"), u->rev, &all));
    TRY(pdf_extension_level(u->doc, catalog, u->rev, &there));
    buf_put(u->out, STR(" /Extensions <<"));
    pdf_put_entries_but(u->out, all, (const str[]){STR("ESIC")}, 1);
    buf_printf(u->out, " /ESIC << /BaseVersion /1.7 /ExtensionLevel %d >> >>", there > level ? there : level);
    return OK;
}

rc pdf_update_catalog(struct pdf_update *u, const struct pdf_object *catalog, const str *dropped, size_t n_dropped,
                      str added, int level)
{
    enum { MOST = 8 };
    str all[MOST] = {STR("Extensions")};
    size_t n = level > 0;
    for (size_t i = 0; i < n_dropped && n < MOST; i++)
        all[n++] = dropped[i];
    TRY(pdf_update_open(u, catalog->ref));
    buf_put(u->out, STR("<<"));
    pdf_put_entries_but(u->out, catalog->value, all, n);
    if (level > 0)
        TRY(put_extensions(u, catalog, level));
    buf_put(u->out, added);
    buf_put(u->out, STR(" >>"));
    pdf_update_close(u);
    return OK;
}

/* ---- cross-reference ---- */

static int by_number(const void *a, const void *b)
{
    const struct pdf_written *x = a, *y = b;
    return (x->ref.num > y->ref.num) - (x->ref.num < y->ref.num);
}

/* Index of the first object behind the run of consecutive numbers that begins at `i`. */
static size_t run_end(const struct pdf_update *u, size_t i)
{
    size_t k = i + 1;
    while (k < u->n && u->v[k].ref.num == u->v[k - 1].ref.num + 1)
        k++;
    return k;
}

/* The trailer's entries: all that the last one had, but for what this revision says itself. */
static rc put_trailer(struct pdf_update *u)
{
    static const str OWN[] = {STR_INIT("Size"),   STR_INIT("Prev"),    STR_INIT("ID"),          STR_INIT("Type"),
                              STR_INIT("W"),      STR_INIT("Index"),   STR_INIT("Length"),      STR_INIT("Filter"),
                              STR_INIT("DL"),     STR_INIT("XRefStm"), STR_INIT("DecodeParms"), STR_INIT("DocChecksum"),
                              STR_INIT("Encrypt")};
    const struct pdf_rev *rev = &u->doc->rev[u->rev];
    const struct pdf_value *id;
    buf_printf(u->out, " /Size %u /Prev %zu", u->next, rev->xref);
    pdf_put_entries_but(u->out, rev->trailer, OWN, sizeof OWN / sizeof OWN[0]);
    TRY(pdf_entry_resolved(u->doc, rev->trailer, STR("ID"), u->rev, &id));
    buf_put(u->out, STR(" /ID ["));
    if (id && id->kind == PDF_ARRAY && id->first && id->first->kind == PDF_STRING) {
        buf_put(u->out, id->first->raw);
    } else {
        buf_putc(u->out, '<');
        buf_hex(u->out, str_n(u->id, PDF_ID_LEN));
        buf_putc(u->out, '>');
    }
    buf_put(u->out, STR(" <"));
    buf_hex(u->out, str_n(u->id, PDF_ID_LEN));
    buf_put(u->out, STR(">]"));
    return OK;
}

static rc finish_table(struct pdf_update *u)
{
    buf_put(u->out, STR("xref\n"));
    for (size_t i = 0; i < u->n;) {
        size_t end = run_end(u, i);
        buf_printf(u->out, "%u %zu\n", u->v[i].ref.num, end - i);
        for (; i < end; i++)
            buf_printf(u->out, "%010llu %05u n \n", (unsigned long long)u->v[i].at, u->v[i].ref.gen);
    }
    buf_put(u->out, STR("trailer\n<<"));
    TRY(put_trailer(u));
    buf_put(u->out, STR(" >>\n"));
    return OK;
}

static size_t bytes_of(uint64_t v)
{
    size_t n = 1;
    while (v >>= 8)
        n++;
    return n;
}

static void put_big_endian(struct buf *out, uint64_t v, size_t n)
{
    while (n-- > 0)
        buf_putc(out, (char)(v >> (8 * n)));
}

/* Plain, without a filter: a few rows of a dozen bytes. The stream is one of the objects it lists. */
static rc finish_stream(struct pdf_update *u, struct pdf_ref self)
{
    TRY(pdf_update_open(u, self));
    qsort(u->v, u->n, sizeof *u->v, by_number);
    size_t width = bytes_of((uint64_t)u->doc->bytes.n + u->out->n);
    buf_printf(u->out, "<< /Type /XRef /W [1 %zu 2] /Index [", width);
    for (size_t i = 0, end; i < u->n; i = end) {
        end = run_end(u, i);
        buf_printf(u->out, "%s%u %zu", i ? " " : "", u->v[i].ref.num, end - i);
    }
    buf_printf(u->out, "] /Length %zu", u->n * (width + 3));
    TRY(put_trailer(u));
    buf_put(u->out, STR(" >>\nstream\n"));
    for (size_t i = 0; i < u->n; i++) {
        put_big_endian(u->out, 1, 1);
        put_big_endian(u->out, u->v[i].at, width);
        put_big_endian(u->out, u->v[i].ref.gen, 2);
    }
    buf_put(u->out, STR("\nendstream"));
    pdf_update_close(u);
    return OK;
}

rc pdf_update_finish(struct pdf_update *u)
{
    bool stream = u->doc->rev[u->rev].stream;
    struct pdf_ref self = {0};
    if (stream)
        TRY(pdf_update_number(u, &self));
    uint64_t at = (uint64_t)u->doc->bytes.n + u->out->n;
    if (!stream && at > TABLE_AT_MAX)
        return too_large(u->doc);
    qsort(u->v, u->n, sizeof *u->v, by_number);
    for (size_t i = 1; i < u->n; i++)
        if (u->v[i].ref.num == u->v[i - 1].ref.num) /* a document that uses one object as two things */
            return pdf_malformed(u->doc, E_INVALID, N_("Object {1} of the PDF is malformed."), u->v[i].ref.num);
    if (stream)
        TRY(finish_stream(u, self));
    else
        TRY(finish_table(u));
    buf_printf(u->out, "startxref\n%llu\n%%%%EOF\n", (unsigned long long)at);
    return buf_rc(u->out);
}

/* Cross-reference streams (ISO 32000-2, 7.5.8). */
#include "base/vec.h"
#include "mod/sign/engine/pdf_impl.h"

static rc malformed(struct pdf_doc *doc, const struct pdf_section *s)
{
    return pdf_broken_xref(doc, N_("The cross-reference stream at byte {1} is malformed."), s->at);
}

static bool read_widths(const struct pdf_value *w, uint8_t width[3])
{
    if (pdf_length(w) != 3)
        return false;
    size_t i = 0, sum = 0;
    for (const struct pdf_value *v = w->first; v; v = v->next) {
        if (v->kind != PDF_INT || v->number < 0 || v->number > 8)
            return false;
        width[i++] = (uint8_t)v->number;
        sum += (size_t)v->number;
    }
    return sum > 0;
}

/* One pair of /Index; takes its rows off `rows`. */
static rc add_part(struct pdf_doc *doc, struct pdf_section *s, struct pdf_part *part, int64_t first, int64_t count,
                   str *rows)
{
    size_t row = (size_t)s->width[0] + s->width[1] + s->width[2];
    if (first < 0 || count < 0)
        return malformed(doc, s);
    if (first > PDF_NUMBER_MAX || count > PDF_NUMBER_MAX - first)
        return pdf_malformed(doc, E_LIMIT, NULL, 0);
    if (rows->n / row < (size_t)count)
        return malformed(doc, s);
    *part = (struct pdf_part){(uint32_t)first, (uint32_t)count, row, rows->p};
    *rows = str_sub(*rows, (size_t)count * row, rows->n);
    return OK;
}

static rc read_parts(struct pdf_doc *doc, struct pdf_section *s, str rows)
{
    const struct pdf_value *index = pdf_entry(s->trailer, STR("Index")), *size = pdf_entry(s->trailer, STR("Size"));
    size_t n = index ? pdf_length(index) : 2;
    if (n % 2 || (index && index->kind != PDF_ARRAY))
        return malformed(doc, s);
    s->part = ARENA_ARRAY(doc->a, n / 2 + 1, struct pdf_part);
    if (!s->part)
        return arena_failed(doc->a);
    s->n_parts = n / 2;
    if (!index)
        return size && size->kind == PDF_INT ? add_part(doc, s, s->part, 0, size->number, &rows) : malformed(doc, s);
    size_t i = 0;
    for (const struct pdf_value *v = index->first; v; v = v->next->next) {
        if (v->kind != PDF_INT || v->next->kind != PDF_INT)
            return malformed(doc, s);
        TRY(add_part(doc, s, &s->part[i++], v->number, v->next->number, &rows));
    }
    return OK;
}

rc pdf_section_read_stream(struct pdf_doc *doc, struct pdf_section *s)
{
    uint64_t ignored;
    struct pdf_cursor c = {.a = doc->a, .s = doc->bytes, .at = s->at};
    if (!pdf_unsigned(&c, &ignored))
        return pdf_broken_xref(doc, N_("There is no cross-reference at byte {1}."), s->at);
    struct pdf_object o;
    TRY(pdf_object_read(doc, s->at, doc->bytes.n, PDF_NO_REV, &o));
    if (!o.stream.p || !pdf_name_is(pdf_entry(o.value, STR("Type")), STR("XRef")))
        return pdf_broken_xref(doc, N_("There is no cross-reference at byte {1}."), s->at);
    str rows;
    s->stream = true;
    s->trailer = o.value;
    s->end = s->at + o.raw.n;
    TRY(pdf_unpack(doc, o.value, o.stream, PDF_NO_REV, &rows));
    if (!read_widths(pdf_entry(o.value, STR("W")), s->width))
        return malformed(doc, s);
    return read_parts(doc, s, rows);
}

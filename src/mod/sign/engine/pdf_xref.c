/* Cross-reference tables, and what tables and streams have in common. */
#include <stdlib.h>

#include "base/vec.h"
#include "mod/sign/engine/pdf_impl.h"

enum { ROW = 20, ROW_SHORT = 19 /* with a single end-of-line byte, as several writers have it */ };

rc pdf_broken_xref(struct pdf_doc *doc, const char *msgid, size_t at)
{
    return ERR(doc->err, E_INVALID, "SIG-102", msgid, arena_printf(doc->a, "%zu", at));
}

static bool is_eol(char c)
{
    return c == '\r' || c == '\n';
}

/* The rows of one subsection; the cursor stands behind its two numbers. Rows are looked at when they are needed. */
static rc take_rows(struct pdf_doc *doc, struct pdf_cursor *c, struct pdf_part *part, size_t section)
{
    pdf_skip_blank(c);
    if (part->count == 0)
        return OK;
    part->rows = c->s.p + c->at;
    size_t left = c->s.n - c->at;
    part->row = left >= ROW && is_eol(part->rows[ROW - 1]) ? ROW : ROW_SHORT;
    if (left / part->row < part->count)
        return pdf_broken_xref(doc, N_("The cross-reference table at byte {1} is cut short."), section);
    c->at += part->count * part->row;
    return OK;
}

static rc read_table(struct pdf_doc *doc, struct pdf_cursor *c, struct pdf_section *s)
{
    VEC(struct pdf_part) parts = {0};
    for (;;) {
        uint64_t first, count;
        pdf_skip_blank(c);
        if (pdf_word(c, STR("trailer")))
            break;
        if (!pdf_unsigned(c, &first))
            return pdf_broken_xref(doc, N_("The cross-reference table at byte {1} has no trailer."), s->at);
        pdf_skip_blank(c);
        if (!pdf_unsigned(c, &count))
            return pdf_broken_xref(doc, N_("The cross-reference table at byte {1} is malformed."), s->at);
        if (first > PDF_NUMBER_MAX || count > PDF_NUMBER_MAX - first)
            return pdf_malformed(doc, E_LIMIT, NULL, 0);
        struct pdf_part *part = VEC_ADD(&parts, doc->a);
        if (!part)
            return arena_failed(doc->a);
        *part = (struct pdf_part){.first = (uint32_t)first, .count = (uint32_t)count};
        TRY(take_rows(doc, c, part, s->at));
    }
    s->part = parts.v;
    s->n_parts = parts.n;
    struct pdf_value *trailer;
    rc r = pdf_value_read(c, &trailer);
    if (r == E_NOMEM)
        return r;
    if (r != OK || trailer->kind != PDF_DICT)
        return pdf_broken_xref(doc, N_("The trailer of the cross-reference table at byte {1} is malformed."), s->at);
    s->trailer = trailer;
    s->end = c->at;
    return OK;
}

static int by_first(const void *a, const void *b)
{
    const struct pdf_part *x = a, *y = b;
    return (x->first > y->first) - (x->first < y->first);
}

static rc check_parts(struct pdf_doc *doc, struct pdf_section *s)
{
    const struct pdf_value *size = pdf_entry(s->trailer, STR("Size"));
    if (!size || size->kind != PDF_INT || size->number < 0)
        return pdf_broken_xref(doc, N_("The cross-reference at byte {1} has no /Size."), s->at);
    if (s->n_parts)
        qsort(s->part, s->n_parts, sizeof *s->part, by_first);
    uint64_t next = 0;
    for (size_t i = 0; i < s->n_parts; i++) {
        if (s->part[i].count == 0)
            continue;
        if (s->part[i].first < next)
            return pdf_broken_xref(doc, N_("The cross-reference at byte {1} lists an object twice."), s->at);
        next = (uint64_t)s->part[i].first + s->part[i].count;
    }
    if (next > (uint64_t)size->number)
        return pdf_broken_xref(doc, N_("The cross-reference at byte {1} lists objects beyond its /Size."), s->at);
    return OK;
}

rc pdf_section_finish(struct pdf_doc *doc, struct pdf_section *s)
{
    if (pdf_entry(s->trailer, STR("XRefStm")))
        return ERR(doc->err, E_INVALID, "SIG-103",
                   N_("The PDF has a hybrid cross-reference, which programs read in different ways. Save it anew."));
    const struct pdf_value *encrypt = pdf_entry(s->trailer, STR("Encrypt"));
    if (encrypt && encrypt->kind != PDF_NULL)
        return ERR(doc->err, E_INVALID, "SIG-104", N_("The PDF is encrypted. Save it without a password."));
    const struct pdf_value *prev = pdf_entry(s->trailer, STR("Prev"));
    if (prev && (prev->kind != PDF_INT || prev->number < 0 || (uint64_t)prev->number >= doc->bytes.n))
        return pdf_broken_xref(doc, N_("The /Prev of the cross-reference at byte {1} is malformed."), s->at);
    s->prev = prev ? prev->number : -1;
    return check_parts(doc, s);
}

rc pdf_section_read(struct pdf_doc *doc, size_t at, struct pdf_section **out)
{
    struct pdf_section *s = ARENA_NEW(doc->a, struct pdf_section);
    if (!s)
        return arena_failed(doc->a);
    s->at = at;
    struct pdf_cursor c = {.a = doc->a, .s = doc->bytes, .at = at};
    if (at >= doc->bytes.n)
        return pdf_broken_xref(doc, N_("There is no cross-reference at byte {1}."), at);
    if (pdf_word(&c, STR("xref")))
        TRY(read_table(doc, &c, s));
    else
        TRY(pdf_section_read_stream(doc, s));
    *out = s;
    return pdf_section_finish(doc, s);
}

/* ---- one row ---- */

static bool digits(const char *p, size_t n, uint64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *out = *out * 10 + (uint64_t)(p[i] - '0');
    }
    return true;
}

/* nnnnnnnnnn ggggg n (7.5.4) */
static bool table_row(const char *p, size_t row, struct pdf_slot *out)
{
    uint64_t at, gen;
    if (!digits(p, 10, &at) || p[10] != ' ' || !digits(p + 11, 5, &gen) || gen > UINT16_MAX || p[16] != ' ' ||
        (p[17] != 'n' && p[17] != 'f'))
        return false;
    if (row == ROW ? !((p[18] == ' ' || p[18] == '\r') && is_eol(p[19])) : !is_eol(p[18]))
        return false;
    *out = (struct pdf_slot){p[17] == 'n' ? PDF_SLOT_PLAIN : PDF_SLOT_FREE, at, (uint32_t)gen, 0};
    return true;
}

static uint64_t big_endian(const char *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

/* Table 18: 0 free, 1 plain, 2 in an object stream. */
static bool stream_row(const char *p, const uint8_t width[3], struct pdf_slot *out)
{
    uint64_t type = width[0] ? big_endian(p, width[0]) : 1;
    uint64_t second = big_endian(p + width[0], width[1]);
    uint64_t third = big_endian(p + width[0] + width[1], width[2]);
    if (type > 2 || third > (type == 2 ? PDF_NUMBER_MAX : UINT16_MAX))
        return false;
    if (type == 2 && (second == 0 || second >= PDF_NUMBER_MAX))
        return false;
    static const enum pdf_slot_kind KIND[] = {PDF_SLOT_FREE, PDF_SLOT_PLAIN, PDF_SLOT_PACKED};
    *out = (struct pdf_slot){KIND[type], second, (uint32_t)third, 0};
    return true;
}

static const struct pdf_part *part_of(const struct pdf_section *s, uint32_t num)
{
    size_t low = 0, high = s->n_parts;
    while (low < high) { /* the last part that begins at or before num */
        size_t mid = low + (high - low) / 2;
        if (s->part[mid].first <= num)
            low = mid + 1;
        else
            high = mid;
    }
    for (; low > 0; low--) /* empty parts may begin at the same number */
        if (s->part[low - 1].count)
            break;
    if (low == 0 || num - s->part[low - 1].first >= s->part[low - 1].count)
        return NULL;
    return &s->part[low - 1];
}

rc pdf_section_slot(struct pdf_doc *doc, const struct pdf_section *s, uint32_t num, struct pdf_slot *out)
{
    *out = (struct pdf_slot){.kind = PDF_SLOT_NONE};
    const struct pdf_part *part = part_of(s, num);
    if (!part)
        return OK;
    const char *p = part->rows + (size_t)(num - part->first) * part->row;
    if (s->stream ? !stream_row(p, s->width, out) : !table_row(p, part->row, out))
        return pdf_broken_xref(doc, N_("A row of the cross-reference at byte {1} is malformed."), s->at);
    return OK;
}

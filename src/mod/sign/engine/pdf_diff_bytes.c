/* The bytes of one revision: its objects, its cross-reference, nothing between them. */
#include <stdlib.h>

#include "mod/sign/engine/pdf_diff_impl.h"

struct span {
    size_t from, to;
};

static int by_place(const void *x, const void *y)
{
    const struct span *a = x;
    const struct span *b = y;
    return a->from < b->from ? -1 : a->from > b->from;
}

/* White space, and comments in which no program that searches for objects finds one. */
static bool is_blank(str gap)
{
    while (gap.n > 0) {
        if (pdf_is_space(gap.p[0])) {
            gap = str_sub(gap, 1, gap.n);
            continue;
        }
        size_t line = 0;
        while (line < gap.n && gap.p[line] != '\n' && gap.p[line] != '\r')
            line++;
        str comment = str_sub(gap, 0, line);
        if (comment.p[0] != '%' || str_find(comment, STR("obj")) >= 0 || str_find(comment, STR("xref")) >= 0)
            return false;
        gap = str_sub(gap, line, gap.n);
    }
    return true;
}

/* "startxref", the number that was followed to get here, "%%EOF". */
static bool is_end(struct diff *d, str tail)
{
    struct pdf_cursor c = {.a = d->doc->a, .s = tail};
    uint64_t at = 0;
    while (c.at < tail.n && pdf_is_space(tail.p[c.at]))
        c.at++;
    if (!pdf_word(&c, STR("startxref")))
        return false;
    while (c.at < tail.n && pdf_is_space(tail.p[c.at]))
        c.at++;
    if (!pdf_unsigned(&c, &at))
        return false;
    return str_eq(str_trim(str_sub(tail, c.at, tail.n)), STR("%%EOF"));
}

static size_t place(const struct diff *d, str part)
{
    return (size_t)(part.p - d->doc->bytes.p);
}

/* The objects that stand in the file by themselves, and the cross-reference table (a stream is an object). */
static rc spans(struct diff *d, struct span *v, size_t *n, uint32_t *outside)
{
    const struct pdf_rev *rev = &d->doc->rev[d->now];
    const struct pdf_changed *changed;
    size_t n_changed;
    TRY(pdf_changes(d->doc, d->now, &changed, &n_changed));
    for (size_t i = 0; i < n_changed; i++) {
        const struct pdf_object *o;
        TRY(diff_now(d, changed[i].num, &o));
        if (o->rev != d->now || o->raw.n == 0)
            continue;
        struct span s = {place(d, o->raw), place(d, o->raw) + o->raw.n};
        if (s.from < rev->start || s.to > rev->eof)
            *outside = changed[i].num;
        else
            v[(*n)++] = s;
    }
    if (!rev->stream)
        v[(*n)++] = (struct span){rev->xref, place(d, rev->trailer->raw) + rev->trailer->raw.n};
    qsort(v, *n, sizeof *v, by_place);
    return OK;
}

rc diff_bytes(struct diff *d)
{
    const struct pdf_rev *rev = &d->doc->rev[d->now];
    const struct pdf_changed *changed;
    size_t n_changed;
    size_t n = 0;
    uint32_t outside = 0;
    TRY(pdf_changes(d->doc, d->now, &changed, &n_changed));
    struct span *v = ARENA_ARRAY(d->doc->a, n_changed + 1, struct span);
    if (!v)
        return arena_failed(d->doc->a);
    TRY(spans(d, v, &n, &outside));
    if (outside)
        return diff_step(d, PDF_EDIT_BYTES, outside, STR_EMPTY);
    size_t at = rev->start;
    for (size_t i = 0; i < n; i++) {
        if (v[i].from < at || !is_blank(str_sub(d->doc->bytes, at, v[i].from - at)))
            return diff_step(d, PDF_EDIT_BYTES, 0, STR_EMPTY);
        at = v[i].to;
    }
    if (at > rev->eof || !is_end(d, str_sub(d->doc->bytes, at, rev->eof - at)))
        return diff_step(d, PDF_EDIT_BYTES, 0, STR_EMPTY);
    return OK;
}

/* Opening: from the last startxref back along /Prev, then the revisions from the oldest on. */
#include "mod/sign/engine/pdf_read.h"

#include <stdlib.h>

#include "base/vec.h"
#include "mod/sign/engine/pdf_impl.h"

/* The last "startxref" in the file's last bytes. */
static rc last_startxref(struct pdf_doc *doc, size_t *keyword, uint64_t *value)
{
    static const str WORD = STR_INIT("startxref");
    size_t from = doc->bytes.n > PDF_TAIL ? doc->bytes.n - PDF_TAIL : 0;
    for (size_t at = doc->bytes.n - (doc->bytes.n < WORD.n ? doc->bytes.n : WORD.n) + 1; at-- > from;) {
        struct pdf_cursor c = {.s = doc->bytes, .at = at};
        if (!pdf_word(&c, WORD))
            continue;
        pdf_skip_blank(&c);
        if (!pdf_unsigned(&c, value))
            break;
        *keyword = at;
        return OK;
    }
    return ERR(doc->err, E_INVALID, "SIG-102",
               N_("The PDF does not end with a startxref. It is cut short, or something was appended."));
}

/* startxref VALUE %%EOF behind a section; sets the revision's eof and end. */
static rc revision_end(struct pdf_doc *doc, size_t at, struct pdf_rev *rev, size_t *keyword)
{
    struct pdf_cursor c = {.s = doc->bytes, .at = at};
    uint64_t value;
    pdf_skip_blank(&c);
    *keyword = c.at;
    bool fine = pdf_word(&c, STR("startxref"));
    pdf_skip_blank(&c);
    fine = fine && pdf_unsigned(&c, &value) && value == rev->xref;
    pdf_skip_blank(&c);
    if (!fine || !str_starts(str_sub(c.s, c.at, 5), STR("%%EOF")))
        return pdf_broken_xref(doc, N_("The cross-reference at byte {1} is not followed by its startxref and %%EOF."),
                               rev->section[0]->at);
    rev->eof = rev->end = c.at + 5;
    if (rev->end < c.s.n && c.s.p[rev->end] == '\r')
        rev->end++;
    if (rev->end < c.s.n && c.s.p[rev->end] == '\n')
        rev->end++;
    return OK;
}

struct sections {
    struct pdf_section **v;
    size_t n, room;
};

/* All sections, the newest first. Offsets fall; only a linearized file's first section has its other half behind it. */
static rc walk(struct pdf_doc *doc, uint64_t at, struct sections *all, bool *linearized)
{
    size_t limit = doc->bytes.n; /* where the next newer section begins */
    *linearized = false;
    for (;;) {
        if (all->n == PDF_REVISIONS_MAX)
            return pdf_malformed(doc, E_LIMIT, NULL, 0);
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
        struct pdf_section *s, **slot = VEC_ADD(all, doc->a);
        if (!slot)
            return arena_failed(doc->a);
        TRY(pdf_section_read(doc, at, &s));
        *slot = s;
        if (*linearized && s->prev >= 0)
            return ERR(doc->err, E_INVALID, "SIG-105", N_("The cross-references of the PDF go round in a loop."));
        if (s->end > limit || (*linearized && s->at < all->v[all->n - 2]->end))
            return pdf_broken_xref(doc, N_("The cross-reference at byte {1} overlaps another."), s->at);
        if (s->prev < 0)
            return OK;
        if ((uint64_t)s->prev >= s->at)
            *linearized = true;
        else
            limit = s->at;
        at = (uint64_t)s->prev;
    }
}

static rc make_revisions(struct pdf_doc *doc, const struct sections *all, bool linearized, size_t last_keyword)
{
    doc->n_revs = all->n - linearized;
    doc->rev = ARENA_ARRAY(doc->a, doc->n_revs, struct pdf_rev);
    if (!doc->rev)
        return arena_failed(doc->a);
    size_t start = 0, keyword = 0;
    for (size_t r = 0; r < doc->n_revs; r++) {
        struct pdf_rev *rev = &doc->rev[r];
        const struct pdf_section *s = all->v[doc->n_revs - 1 - r];
        *rev = (struct pdf_rev){.start = start, .stream = s->stream, .xref = s->at, .trailer = s->trailer};
        rev->section[0] = s;
        if (r == 0 && linearized)
            rev->section[1] = all->v[doc->n_revs];
        if (s->at < start)
            return pdf_broken_xref(doc, N_("The cross-reference at byte {1} overlaps another."), s->at);
        TRY(revision_end(doc, rev->section[1] ? rev->section[1]->end : s->end, rev, &keyword));
        start = rev->end;
    }
    if (keyword != last_keyword) /* an end that leads back to an older state, or bytes in between */
        return pdf_broken_xref(
            doc, N_("The PDF ends with a startxref that does not belong to the cross-reference at byte {1}."),
            doc->rev[doc->n_revs - 1].xref);
    return OK;
}

str pdf_rest(const struct pdf_doc *doc)
{
    str rest = str_sub(doc->bytes, doc->rev[doc->n_revs - 1].end, doc->bytes.n);
    size_t blank = 0;
    while (blank < rest.n && pdf_is_space(rest.p[blank]))
        blank++;
    return blank == rest.n ? STR_EMPTY : rest;
}

static void forget_packed(void *map)
{
    map_free(map);
}

rc pdf_open(struct arena *a, str bytes, struct pdf_doc **out, struct err *err)
{
    struct pdf_doc *doc = ARENA_NEW(a, struct pdf_doc);
    if (!doc)
        return arena_failed(a);
    *doc = (struct pdf_doc){.a = a, .err = err, .bytes = bytes};
    TRY(arena_defer(a, forget_packed, &doc->packed));
    if (!str_starts(bytes, STR("%PDF-")))
        return ERR(err, E_INVALID, "SIG-101", N_("This is no PDF file: it does not begin with %PDF-."));
    size_t keyword;
    uint64_t at;
    TRY(last_startxref(doc, &keyword, &at));
    struct sections all = {0};
    bool linearized;
    TRY(walk(doc, at, &all, &linearized));
    TRY(make_revisions(doc, &all, linearized, keyword));
    *out = doc;
    return OK;
}

uint32_t pdf_next_number(const struct pdf_doc *doc)
{
    int64_t most = 1;
    for (size_t r = 0; r < doc->n_revs; r++)
        for (int i = 0; i < 2 && doc->rev[r].section[i]; i++) {
            const struct pdf_value *size = pdf_entry(doc->rev[r].section[i]->trailer, STR("Size"));
            if (size->number > most)
                most = size->number;
        }
    return most < PDF_NUMBER_MAX ? (uint32_t)most : PDF_NUMBER_MAX;
}

static int by_number(const void *a, const void *b)
{
    const struct pdf_changed *x = a, *y = b;
    return (x->num > y->num) - (x->num < y->num);
}

static rc add_changes(struct pdf_doc *doc, const struct pdf_section *s, const struct pdf_section *newer,
                      struct pdf_changed *v, size_t *n)
{
    for (size_t p = 0; p < s->n_parts; p++)
        for (uint32_t i = 0; i < s->part[p].count; i++) {
            struct pdf_slot slot, hidden = {.kind = PDF_SLOT_NONE};
            uint32_t num = s->part[p].first + i;
            TRY(pdf_section_slot(doc, s, num, &slot));
            if (newer)
                TRY(pdf_section_slot(doc, newer, num, &hidden));
            if (num > 0 && hidden.kind == PDF_SLOT_NONE)
                v[(*n)++] = (struct pdf_changed){num, slot.kind == PDF_SLOT_FREE ? PDF_FREED : PDF_DEFINED};
        }
    return OK;
}

rc pdf_changes(struct pdf_doc *doc, size_t rev, const struct pdf_changed **out, size_t *n)
{
    const struct pdf_rev *r = &doc->rev[rev];
    size_t most = 1;
    for (int i = 0; i < 2 && r->section[i]; i++)
        for (size_t p = 0; p < r->section[i]->n_parts; p++)
            most += r->section[i]->part[p].count;
    struct pdf_changed *v = ARENA_ARRAY(doc->a, most, struct pdf_changed);
    if (!v)
        return arena_failed(doc->a);
    *n = 0;
    for (int i = 0; i < 2 && r->section[i]; i++)
        TRY(add_changes(doc, r->section[i], i ? r->section[0] : NULL, v, n));
    if (r->section[1])
        qsort(v, *n, sizeof *v, by_number);
    *out = v;
    return OK;
}

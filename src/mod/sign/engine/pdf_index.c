/* Which revisions list an object, for documents of many revisions: looking through all of them for each object would
 * take time quadratic in the file. Made when lookups have become many, so that opening and signing stay lazy. */
#include "mod/sign/engine/pdf_impl.h"

enum { FEW_REVISIONS = 8, FEW_LOOKUPS = 1000 };

struct pdf_index {
    uint32_t n;      /* numbers */
    uint32_t *start; /* by number: its first place in rev; n + 1 of them */
    uint16_t *rev;   /* ascending for each number */
};

typedef void visit(struct pdf_index *x, uint32_t num, size_t rev);

static void count(struct pdf_index *x, uint32_t num, size_t rev)
{
    (void)rev;
    x->start[num + 1]++;
}

/* start[num] moves to its end while it is filled, and so becomes the start of the next number. */
static void fill(struct pdf_index *x, uint32_t num, size_t rev)
{
    x->rev[x->start[num]++] = (uint16_t)rev;
}

static void for_all(const struct pdf_doc *doc, struct pdf_index *x, visit *f)
{
    for (size_t r = 0; r < doc->n_revs; r++)
        for (int i = 0; i < 2 && doc->rev[r].section[i]; i++) {
            const struct pdf_section *s = doc->rev[r].section[i];
            for (size_t p = 0; p < s->n_parts; p++)
                for (uint32_t k = 0; k < s->part[p].count; k++)
                    f(x, s->part[p].first + k, r);
        }
}

static rc make_index(struct pdf_doc *doc)
{
    struct pdf_index *x = ARENA_NEW(doc->a, struct pdf_index);
    uint64_t all = 0;
    if (!x)
        return arena_failed(doc->a);
    for (size_t r = 0; r < doc->n_revs; r++)
        for (int i = 0; i < 2 && doc->rev[r].section[i]; i++)
            for (size_t p = 0; p < doc->rev[r].section[i]->n_parts; p++)
                all += doc->rev[r].section[i]->part[p].count;
    if (all > UINT32_MAX)
        return pdf_malformed(doc, E_LIMIT, NULL, 0);
    x->n = PDF_NUMBER_MAX < pdf_next_number(doc) ? PDF_NUMBER_MAX : pdf_next_number(doc);
    x->start = ARENA_ARRAY(doc->a, (size_t)x->n + 2, uint32_t);
    x->rev = ARENA_ARRAY(doc->a, (size_t)all + 1, uint16_t);
    if (!x->start || !x->rev)
        return pdf_malformed(doc, arena_failed(doc->a), NULL, 0);
    for_all(doc, x, count);
    for (uint32_t k = 0; k < x->n; k++)
        x->start[k + 1] += x->start[k];
    for_all(doc, x, fill);
    memmove(x->start + 1, x->start, x->n * sizeof *x->start);
    x->start[0] = 0;
    doc->index = x;
    return OK;
}

/* The last revision up to `rev` that lists `num`; none: false. */
static bool last_listing(const struct pdf_index *x, uint32_t num, size_t rev, size_t *out)
{
    if (num >= x->n)
        return false;
    uint32_t low = x->start[num], high = x->start[num + 1];
    while (low < high) {
        uint32_t mid = low + (high - low) / 2;
        if (x->rev[mid] <= rev)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == x->start[num])
        return false;
    *out = x->rev[low - 1];
    return true;
}

static rc slot_of_revision(struct pdf_doc *doc, uint32_t num, size_t r, struct pdf_slot *out)
{
    const struct pdf_rev *in = &doc->rev[r];
    out->kind = PDF_SLOT_NONE;
    for (int i = 0; i < 2 && in->section[i] && out->kind == PDF_SLOT_NONE; i++) {
        TRY(pdf_section_slot(doc, in->section[i], num, out));
        if (out->kind == PDF_SLOT_PLAIN && out->at >= in->end)
            return pdf_broken_xref(doc, N_("The cross-reference at byte {1} points behind its own revision."),
                                   in->section[i]->at);
    }
    out->rev = r;
    return OK;
}

rc pdf_slot_find(struct pdf_doc *doc, uint32_t num, size_t rev, struct pdf_slot *out)
{
    size_t r;
    if (!doc->index && doc->n_revs > FEW_REVISIONS && ++doc->lookups > FEW_LOOKUPS)
        TRY(make_index(doc));
    if (doc->index) {
        if (last_listing(doc->index, num, rev, &r))
            return slot_of_revision(doc, num, r, out);
    } else {
        for (r = rev + 1; r-- > 0;) {
            TRY(slot_of_revision(doc, num, r, out));
            if (out->kind != PDF_SLOT_NONE)
                return OK;
        }
    }
    *out = (struct pdf_slot){.kind = PDF_SLOT_NONE, .rev = doc->n_revs};
    return OK;
}

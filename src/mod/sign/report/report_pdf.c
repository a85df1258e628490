/* The report as a document of its own. */
#include "mod/sign/report/write.h"
#include "web/pdf.h"

enum { PAIRS_MAX = 32 };

static void put_pairs(struct pdf *p, const told_pairs *t)
{
    struct pdf_pair pairs[PAIRS_MAX];
    size_t n = t->n < PAIRS_MAX ? t->n : PAIRS_MAX;
    for (size_t i = 0; i < n; i++)
        pairs[i] = (struct pdf_pair){t->v[i].key, t->v[i].value};
    pdf_pairs(p, pairs, n);
}

static void put_table(struct pdf *p, const struct told_table *t)
{
    struct pdf_column columns[TOLD_COLUMNS];
    if (t->n == 0)
        return;
    for (size_t k = 0; k < TOLD_COLUMNS; k++)
        columns[k] = (struct pdf_column){.heading = t->headings[k], .weight = k + 1 == TOLD_COLUMNS ? 3 : 2};
    pdf_heading(p, 3, t->title);
    pdf_table(p,
              &(struct pdf_table){.columns = columns, .n_columns = TOLD_COLUMNS, .cells = t->rows[0], .n_rows = t->n});
}

static void put_signature(struct pdf *p, enum lang lang, const struct told_signature *s)
{
    pdf_heading(p, 2, s->title);
    pdf_heading(p, 3, s->head);
    pdf_paragraph(p, s->why);
    pdf_small(p, s->standard);
    if (s->law_head.n) {
        pdf_heading(p, 3, str_of(tr(lang, N_("What the law presumes"))));
        pdf_paragraph(p, s->law_head);
        pdf_paragraph(p, s->law);
    }
    put_pairs(p, &s->facts);
    put_table(p, &s->path);
    put_table(p, &s->stamps);
}

rc report_pdf(const struct told *t, enum lang lang, instant made, bool demo, struct buf *out, struct err *err)
{
    struct pdf *p = NULL;
    str title = str_of(tr(lang, N_("Report on signatures")));
    TRY(pdf_new(&(struct pdf_options){.lang = lang, .title = title, .made = made, .demo = demo}, &p));
    pdf_heading(p, 1, t->head);
    pdf_paragraph(p, t->lead);
    pdf_small(p, t->standard);
    for (size_t i = 0; i < t->n_faults; i++)
        pdf_item(p, t->faults[i]);
    for (size_t i = 0; i < t->n_warnings; i++)
        pdf_item(p, t->warnings[i]);
    put_pairs(p, &t->facts);
    for (size_t i = 0; i < t->n; i++)
        put_signature(p, lang, &t->v[i]);
    if (t->n_changes > 0)
        pdf_heading(p, 2, str_of(tr(lang, N_("Changes after the first signature"))));
    for (size_t i = 0; i < t->n_changes; i++)
        pdf_item(p, t->changes[i].text);
    rc r = pdf_finish(p, out, err);
    pdf_free(p);
    return r;
}

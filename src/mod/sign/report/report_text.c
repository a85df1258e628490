/* For a terminal: what matters first, one thing a line. */
#include "mod/sign/report/write.h"

static void put_pairs(struct buf *out, const told_pairs *p, const char *indent)
{
    for (size_t i = 0; i < p->n; i++)
        buf_printf(out, "%s%.*s: %.*s\n", indent, STR_ARG(p->v[i].key), STR_ARG(p->v[i].value));
}

static void put_table(struct buf *out, const struct told_table *t)
{
    if (t->n == 0)
        return;
    buf_printf(out, "  %.*s:\n", STR_ARG(t->title));
    for (size_t i = 0; i < t->n; i++) {
        buf_put(out, STR("  - "));
        for (size_t k = 0; k < TOLD_COLUMNS; k++)
            buf_printf(out, "%s%.*s", k ? "; " : "", STR_ARG(t->rows[i][k]));
        buf_putc(out, '\n');
    }
}

static void put_signature(struct buf *out, const struct told_signature *s)
{
    buf_printf(out, "\n%.*s\n  %.*s [%.*s]\n  %.*s\n", STR_ARG(s->title), STR_ARG(s->head), STR_ARG(s->standard),
               STR_ARG(s->why));
    if (s->law_head.n)
        buf_printf(out, "  %.*s\n  %.*s\n", STR_ARG(s->law_head), STR_ARG(s->law));
    put_pairs(out, &s->facts, "  ");
    put_table(out, &s->path);
    put_table(out, &s->stamps);
}

rc report_text(const struct told *t, enum lang lang, struct buf *out)
{
    buf_printf(out, "%.*s [%.*s]\n%.*s\n\n", STR_ARG(t->head), STR_ARG(t->standard), STR_ARG(t->lead));
    put_pairs(out, &t->facts, "");
    for (size_t i = 0; i < t->n_faults; i++)
        buf_printf(out, "! %.*s\n", STR_ARG(t->faults[i]));
    for (size_t i = 0; i < t->n_warnings; i++)
        buf_printf(out, "! %.*s\n", STR_ARG(t->warnings[i]));
    for (size_t i = 0; i < t->n; i++)
        put_signature(out, &t->v[i]);
    if (t->n_changes > 0)
        buf_printf(out, "\n%s\n", tr(lang, N_("Changes after the first signature")));
    for (size_t i = 0; i < t->n_changes; i++)
        buf_printf(out, "  %s %.*s\n", t->changes[i].refused ? "!" : "-", STR_ARG(t->changes[i].text));
    return buf_rc(out);
}

/* For a terminal: what matters first, one thing a line. Names, reasons and file names are whoever's who made the file,
 * so nothing of it reaches the terminal but as characters of its line. */
#include "base/utf8.h"
#include "mod/sign/report/write.h"

/* The words between `before` and `after`, which are ours. */
static void put(struct buf *out, const char *before, str words, const char *after)
{
    buf_put(out, str_of(before));
    utf8_put_line(out, words);
    buf_put(out, str_of(after));
}

static void put_pairs(struct buf *out, const told_pairs *p, const char *indent)
{
    for (size_t i = 0; i < p->n; i++) {
        put(out, indent, p->v[i].key, ": ");
        put(out, "", p->v[i].value, "\n");
    }
}

static void put_table(struct buf *out, const struct told_table *t)
{
    if (t->n == 0)
        return;
    put(out, "  ", t->title, ":\n");
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < TOLD_COLUMNS; k++)
            put(out, k ? "; " : "  - ", t->rows[i][k], "");
        buf_putc(out, '\n');
    }
}

static void put_signature(struct buf *out, const struct told_signature *s)
{
    put(out, "\n", s->title, "\n");
    put(out, "  ", s->head, "");
    put(out, " [", s->standard, "]\n");
    put(out, "  ", s->why, "\n");
    if (s->law_head.n) {
        put(out, "  ", s->law_head, "\n");
        put(out, "  ", s->law, "\n");
    }
    put_pairs(out, &s->facts, "  ");
    put_table(out, &s->path);
    put_table(out, &s->stamps);
}

rc report_text(const struct told *t, enum lang lang, struct buf *out)
{
    put(out, "", t->head, "");
    put(out, " [", t->standard, "]\n");
    put(out, "", t->lead, "\n\n");
    put_pairs(out, &t->facts, "");
    for (size_t i = 0; i < t->n_faults; i++)
        put(out, "! ", t->faults[i], "\n");
    for (size_t i = 0; i < t->n_warnings; i++)
        put(out, "! ", t->warnings[i], "\n");
    for (size_t i = 0; i < t->n; i++)
        put_signature(out, &t->v[i]);
    if (t->n_changes > 0)
        put(out, "\n", str_of(tr(lang, N_("Changes after the first signature"))), "\n");
    for (size_t i = 0; i < t->n_changes; i++)
        put(out, t->changes[i].refused ? "  ! " : "  - ", t->changes[i].text, "\n");
    return buf_rc(out);
}

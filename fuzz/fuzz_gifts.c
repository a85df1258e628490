/* Files of gifts, CSV and JSON: how the bytes are cut into pieces makes no difference, every row is a gift or a fault,
 * and what was read can be tallied. */
#include "fuzz.h"
#include "mod/fund/engine/gifts_read.h"

enum { ROOM = 64 << 20 };

static void note(const struct gifts *g, struct buf *out)
{
    buf_printf(out, "%lld %lld %d\n", (long long)g->rows, (long long)g->bad, g->decimals);
    for (size_t i = 0; i < g->columns.n; i++)
        buf_printf(out, "%.*s|%.*s|%lld\n", STR_ARG(g->columns.project_id[g->columns.project[i]]),
                   STR_ARG(g->donor_id[g->columns.donor[i]]), (long long)g->columns.amount[i]);
    for (size_t i = 0; i < g->n_listed; i++)
        buf_printf(out, "%lld@%lld %d %.*s\n", (long long)g->listed[i].row, (long long)g->listed[i].line,
                   (int)g->listed[i].fault, STR_ARG(g->listed[i].value));
}

static void check(struct arena *a, const struct gifts *g)
{
    int64_t bad = 0;
    for (int f = 0; f < GIFT_FAULTS; f++)
        bad += g->faults[f];
    HOLDS(bad == g->bad && (int64_t)g->columns.n + g->bad == g->rows);
    struct tally_rules r = tally_rules_default(TALLY_QF);
    r.pool = 1000000;
    struct tally_result x;
    struct err err = {0};
    rc tallied = tally(a, &g->columns, &r, &x, &err);
    HOLDS(tallied == OK || tallied == E_LIMIT);
    HOLDS(tallied != OK || x.paid + x.unspent == r.pool);
}

static rc read_in_pieces(str s, size_t piece, int decimals, struct buf *out)
{
    struct arena *a = arena_new(ROOM);
    HOLDS(a);
    struct gifts_options o = {.decimals = decimals};
    struct gifts_reader *reader;
    struct gifts g;
    struct err err = {0};
    rc r = gifts_reader_new(a, &o, &reader, &err);
    for (size_t at = 0; at < s.n && r == OK; at += piece)
        r = gifts_feed(reader, str_sub(s, at, piece), &err);
    if (r == OK)
        r = gifts_end(reader, &g, &err);
    HOLDS((err.code != OK) == (r != OK));
    if (r == OK) {
        note(&g, out);
        check(a, &g);
    }
    arena_free(a);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str s = str_n(data, size);
    for (int decimals = GIFTS_AUTO; decimals <= 2; decimals++) {
        BUF_SCOPED whole = BUF_INIT(1 << 24);
        BUF_SCOPED bytes = BUF_INIT(1 << 24);
        BUF_SCOPED fives = BUF_INIT(1 << 24);
        rc r = read_in_pieces(s, size + 1, decimals, &whole);
        HOLDS(read_in_pieces(s, 1, decimals, &bytes) == r);
        HOLDS(read_in_pieces(s, 5, decimals, &fives) == r);
        HOLDS(str_eq(buf_str(&whole), buf_str(&bytes)));
        HOLDS(str_eq(buf_str(&whole), buf_str(&fives)));
    }
    return 0;
}

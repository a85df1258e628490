/* The tally engine: a hundred million gifts in memory; a round of 100,000 gifts, 10,000 donors and 700 projects by each
 * method; a CSV file through the reader. usage: bench_tally [MILLIONS [CSV]] (CSV: where the round is written for
 * peers) */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/str.h"
#include "mod/fund/engine/gifts_read.h"
#include "mod/fund/engine/sensitivity.h"

enum { DONORS = 10000, PROJECTS = 700, GIFTS = 100000, PIECE = 256 * 1024 };

/* Of this thread's own time on a core, so that other work on the machine counts little. */
static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint64_t state = 2026;

static uint64_t below(uint64_t n) /* splitmix64 */
{
    uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % n;
}

struct columns {
    struct tally_gifts g;
    uint32_t *project, *donor;
    int64_t *amount;
};

static struct columns columns_of(struct arena *a, size_t n, uint32_t projects, uint32_t donors)
{
    struct columns c = {{0}, ARENA_ARRAY(a, n, uint32_t), ARENA_ARRAY(a, n, uint32_t), ARENA_ARRAY(a, n, int64_t)};
    c.g = (struct tally_gifts){
        .n = n, .project = c.project, .donor = c.donor, .amount = c.amount, .n_projects = projects, .n_donors = donors};
    if (!c.project || !c.donor || !c.amount)
        exit(1);
    return c;
}

static void must(rc r, const struct err *err)
{
    if (r == OK)
        return;
    fprintf(stderr, "bench_tally: %s\n", err->main.msgid ? err->main.msgid : rc_name(r));
    exit(1);
}

/* One gift of each donor to a project, in order: the tally alone. In random order: with the sort before it. */
static void millions(size_t n, bool ordered)
{
    enum { MANY = 1000 };
    struct arena *a = arena_new((size_t)1 << 36);
    struct columns c = columns_of(a, n, MANY, (uint32_t)(n / MANY) + 1);
    for (size_t i = 0; i < n; i++) {
        c.project[i] = ordered ? (uint32_t)(i / (n / MANY + 1)) : (uint32_t)below(MANY);
        c.donor[i] = ordered ? (uint32_t)(i % (n / MANY + 1)) : (uint32_t)below(n / MANY);
        c.amount[i] = 500 + (int64_t)below(100000);
    }
    struct tally_rules r = tally_rules_default(TALLY_QF);
    r.pool = 100000000;
    struct tally_table t;
    struct tally_result x;
    struct err err = {0};
    for (int k = 0; k < (ordered ? 3 : 1); k++) {
        double begin = seconds();
        must(tally_group(a, &c.g, &r, &t, &err), &err);
        double grouped = seconds();
        must(tally_run(a, &t, &r, &x, &err), &err);
        double end = seconds();
        printf("%zu gifts, %s: put together %.3f s, tallied %.3f s (%.2f ns a gift)\n", n,
               ordered ? "in order" : "in random order", grouped - begin, end - grouped,
               (end - grouped) / (double)n * 1e9);
    }
    arena_free(a);
}

/* Popular projects: the k-th is chosen about 1/k as often as the first. */
static struct columns a_round(struct arena *a)
{
    struct columns c = columns_of(a, GIFTS, PROJECTS, DONORS);
    double weight[PROJECTS], sum = 0;
    for (int p = 0; p < PROJECTS; p++)
        sum += weight[p] = 1.0 / (p + 5);
    for (size_t i = 0; i < GIFTS; i++) {
        double at = (double)below(1u << 30) / (1u << 30) * sum;
        uint32_t p = 0;
        while (p + 1 < PROJECTS && (at -= weight[p]) > 0)
            p++;
        c.project[i] = p;
        c.donor[i] = (uint32_t)below(DONORS);
        c.amount[i] = 500 + (int64_t)below(5000);
    }
    return c;
}

static void by_method(enum tally_method m, int rounds)
{
    struct arena *a = arena_new((size_t)1 << 34), *work = arena_new((size_t)1 << 34);
    struct columns c = a_round(a);
    struct tally_rules r = tally_rules_default(m);
    struct tally_result x;
    struct err err = {0};
    double best = 1e9;
    r.pool = 100000000;
    r.cap = 5000000;
    if (m == TALLY_PAIRWISE)
        r.pairwise_a = 10000;
    for (int k = 0; k < rounds; k++) {
        double begin = seconds();
        must(tally(work, &c.g, &r, &x, &err), &err);
        double took = seconds() - begin;
        best = took < best ? took : best;
        arena_reset(work);
    }
    int64_t most = 0;
    u128 pairs = 0;
    must(tally(work, &c.g, &r, &x, &err), &err);
    for (uint32_t p = 0; p < x.n; p++) {
        most = x.project[p].donors > most ? x.project[p].donors : most;
        pairs += (u128)x.project[p].donors * (u128)x.project[p].donors / 2;
    }
    printf("%d gifts, %d donors, %d projects, %s: %.2f ms (most donors of a project %lld, %.1f million pairs)\n", GIFTS,
           DONORS, PROJECTS, tally_methods[m].value, best * 1e3, (long long)most, (double)pairs / 1e6);
    arena_free(work);
    arena_free(a);
}

/* A cluster of ten donors is left out, again and again another one. */
static void what_if(enum tally_method m)
{
    enum { ROUNDS = 200, CLUSTER = 10 };
    struct arena *a = arena_new((size_t)1 << 34), *scratch = arena_new((size_t)1 << 34);
    struct columns c = a_round(a);
    struct tally_rules r = tally_rules_default(m);
    struct sens_base *b;
    struct sens_answer x;
    struct err err = {0};
    r.pool = 100000000;
    r.cap = 5000000;
    if (m == TALLY_PAIRWISE)
        r.pairwise_a = 10000;
    must(sens_begin(a, &c.g, &r, &b, &err), &err);
    double begin = seconds();
    for (int k = 0; k < ROUNDS; k++) {
        uint32_t without[CLUSTER];
        for (int i = 0; i < CLUSTER; i++)
            without[i] = (uint32_t)below(DONORS);
        struct sens_change change = {.without = without, .n_without = CLUSTER, .line = 20};
        must(sens_try(b, scratch, &change, &x, &err), &err);
        arena_reset(scratch);
    }
    printf("one what-if, %d donors left out, %s: %.3f ms\n", CLUSTER, tally_methods[m].value,
           (seconds() - begin) / ROUNDS * 1e3);
    arena_free(scratch);
    arena_free(a);
}

/* ---- CSV ---- */

static void make_csv(struct buf *b, size_t bytes, size_t rows)
{
    struct arena *a = arena_new((size_t)1 << 34);
    struct columns c = a_round(a);
    buf_put(b, STR("platform,project,donor,amount,currency,paid_at\n"));
    for (size_t i = 0; b->n < bytes || i < rows; i++)
        buf_printf(b, "zeczec,P%04u,%016llx,%lld,TWD,2026-05-%02uT10:20:30+08:00\n", c.project[i % GIFTS],
                   (unsigned long long)c.donor[i % GIFTS] * 2654435761u, (long long)c.amount[i % GIFTS],
                   (unsigned)(1 + i % 28));
    arena_free(a);
}

static void read_csv(str text)
{
    struct arena *a = arena_new((size_t)1 << 36);
    struct err err = {0};
    struct gifts g;
    for (int k = 0; k < 3; k++) {
        struct gifts_reader *r;
        double begin = seconds();
        must(gifts_reader_new(a, &(struct gifts_options){0}, &r, &err), &err);
        for (size_t at = 0; at < text.n; at += PIECE)
            must(gifts_feed(r, str_sub(text, at, PIECE), &err), &err);
        must(gifts_end(r, &g, &err), &err);
        double took = seconds() - begin;
        printf("CSV: %.0f MB, %zu rows, %.0f MB/s\n", (double)text.n / 1e6, g.columns.n, (double)text.n / took / 1e6);
        arena_reset(a);
    }
    arena_free(a);
}

int main(int argc, char **argv)
{
    int64_t n = 100;
    if (argc > 1 && str_to_i64(str_of(argv[1]), &n) != OK)
        return 2;
    if (argc > 2) {
        BUF_SCOPED small = BUF_INIT((size_t)1 << 30);
        make_csv(&small, 0, GIFTS);
        FILE *f = fopen(argv[2], "w");
        if (!f || fwrite(small.p, 1, small.n, f) != small.n || fclose(f) != 0)
            return 1;
    }
    BUF_SCOPED csv = BUF_INIT((size_t)1 << 30);
    make_csv(&csv, 200 << 20, 0);
    read_csv(buf_str(&csv));
    for (int m = TALLY_QF; m <= TALLY_QV; m++)
        by_method((enum tally_method)m, m == TALLY_COCM ? 1 : 20);
    what_if(TALLY_QF);
    what_if(TALLY_PAIRWISE);
    millions((size_t)n * 1000000, true);
    millions((size_t)n * 1000000, false);
    return 0;
}

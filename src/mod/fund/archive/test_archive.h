/* A whole round in small, through the domain: twelve proposals, reviews, two platforms, a tally of two officers,
 * awards. For the tests of its archive. */
#ifndef RISE_MOD_FUND_TEST_ARCHIVE_H
#define RISE_MOD_FUND_TEST_ARCHIVE_H

#include <unistd.h>

#include "core/app.h"
#include "core/publiclog.h"
#include "mod/fund/archive/archive_tables.h"
#include "mod/fund/demo/demo.h"
#include "mod/fund/gift_impl.h"
#include "mod/fund/publish.h"
#include "test_fund.h"

enum { ROUND_PROPOSALS = 12, ROUND_DONORS = 9, ARCHIVE_ROOM = 8 << 20 };

struct round_fixture {
    struct world w;
    struct app app;
    struct fund_demo demo;
    char dir[64];
    const char *method; /* of the tally */
    bool withdraw;
    rc (*step)(struct fund_demo *d, const struct act *x);
    enum fund_phase from;
    id source[2], import[2], appealed;
    int64_t number[ROUND_PROPOSALS]; /* of those chosen for the crowdfunding */
    size_t n_chosen;
    str csv;
};
static struct round_fixture *rf;

static inline void round_identity(int donor, char out[32])
{
    char plain[IDENTITY_MAX + 1];
    int64_t digits = 20000000 + 1000 * donor;
    do
        snprintf(out, 32, "A1%08lld", (long long)digits++);
    while (identity_read(str_of(out), plain) < IDENTITY_NATIONAL);
}

/* ---- steps ---- */

static inline rc round_play(struct world *w, struct act *x)
{
    (void)w;
    return rf->step(&rf->demo, x);
}

static inline void round_at(int days, rc (*step)(struct fund_demo *d, const struct act *x))
{
    clock_fix(WORLD_NOW + days * DAY);
    rf->step = step;
    rc r = world_do(&rf->w, &act_system, round_play);
    if (r != OK)
        dbt_fail("step", &rf->w.err);
}

static inline rc round_next(struct fund_demo *d, const struct act *x)
{
    struct fund_round r;
    TRY(fund_round_get(x->tx, d->programme, &r, x->a));
    return fund_round_next(x, d->programme, r.phase);
}

static inline rc round_proposals(struct fund_demo *d, const struct act *x)
{
    id unused;
    for (int64_t n = 1; n <= ROUND_PROPOSALS; n++)
        TRY(world_proposal(x, d->programme, n, FUND_ENTERED, &unused));
    return OK;
}

static inline rc round_method(struct fund_demo *d, const struct act *x)
{
    struct act o = {.tx = x->tx, .a = x->a, .by = &d->officer, .at = x->at};
    return param_change(&o, &fund_params, d->programme, STR("tally.method"), instant_day(x->at), str_of(rf->method),
                        STR("test"));
}

static inline rc round_sources(struct fund_demo *d, const struct act *x)
{
    struct fund_proposal *p;
    TRY(fund_proposals_at(x->tx, d->programme, FUND_SECOND, &p, &rf->n_chosen, x->a));
    for (size_t i = 0; i < rf->n_chosen; i++)
        rf->number[i] = p[i].number;
    TRY(fund_source_add(x, d->app, d->programme, STR("one"), STR("One"), &rf->source[0]));
    return fund_source_add(x, d->app, d->programme, STR("two"), STR("Two"), &rf->source[1]);
}

static inline void round_row(struct buf *out, int donor, size_t project, int64_t amount, const char *receipt,
                             const char *status)
{
    char identity[32];
    round_identity(donor, identity);
    buf_printf(out, "%lld,%s,%lld,%s,2026-12-31 12:00,%s,本國籍\r\n", (long long)rf->number[project], identity,
               (long long)amount, receipt, status);
}

#define ROUND_HEAD "專案編號,身分證字號,金額,收據編號,付款時間,狀態,國籍\r\n"

/* Many small gifts for one project, a large one for another; one donor on both platforms and for several projects. */
static inline rc round_imports(struct fund_demo *d, const struct act *x)
{
    BUF_SCOPED one = BUF_INIT(1 << 16);
    BUF_SCOPED two = BUF_INIT(1 << 16);
    struct act o = {.tx = x->tx, .a = x->a, .by = &d->officer, .at = x->at};
    buf_put(&one, STR(ROUND_HEAD));
    for (int i = 0; i < ROUND_DONORS; i++)
        round_row(&one, i, 0, 500 + 10 * i, arena_printf(x->a, "R1%04d", i).p, i == 4 ? "付款失敗" : "已付款");
    buf_printf(&one, "%lld,04595257,6000000,R19999,2026-12-31 12:00,已付款,\r\n", (long long)rf->number[1]);
    round_row(&one, 1, 1, 2000, "R20001", "已付款");
    round_row(&one, 2, 2, 499, "R20002", "已付款");
    buf_put(&two, STR(ROUND_HEAD));
    round_row(&two, 0, 0, 1500, "S10001", "已付款");
    round_row(&two, 0, 2, 700, "S10002", "已付款");
    round_row(&two, 3, 3, 900, "S10003", "已付款");
    round_row(&two, 3, 3, -300, "S10003", "已退款");
    TRY(fund_import_here(&o, d->app, rf->source[0], STR("one.csv"), buf_str(&one), &rf->import[0]));
    return fund_import_here(&o, d->app, rf->source[1], STR("two.csv"), buf_str(&two), &rf->import[1]);
}

/* The gift below the minimum counts by appeal. */
static inline rc round_appeal(struct fund_demo *d, const struct act *x)
{
    struct act o = {.tx = x->tx, .a = x->a, .by = &d->officer, .at = x->at};
    struct fund_gift *g;
    struct fund_correction nothing = {.identity = STR_EMPTY};
    size_t n;
    id appeal;
    TRY(fund_gift_rows(x->tx, rf->import[0], STR("below-min"), 0, 1, &g, &n, x->a));
    if (n != 1)
        return E_INTERNAL;
    rf->appealed = g->id;
    TRY(fund_appeal_open(x, g, STR("Please."), STR_EMPTY, LANG_EN, &appeal));
    return fund_appeal_decide(&o, d->app, appeal, true, STR("Yes."), &nothing);
}

QUERY(tq_withdraw, "ii", "", "UPDATE fund_proposal SET state = 'withdrawn' WHERE programme = $1 AND number = $2");

/* The last of those that were given to leaves while gifts are counted. */
static inline rc round_withdraw(struct fund_demo *d, const struct act *x)
{
    return db_exec(x->tx, &tq_withdraw, VALS(v_int(d->programme), v_int(rf->number[3])), NULL);
}

static inline rc round_propose(struct fund_demo *d, const struct act *x)
{
    struct act o = {.tx = x->tx, .a = x->a, .by = &d->officer, .at = x->at};
    struct fund_round r;
    struct fund_outcome result;
    TRY(fund_round_get(x->tx, d->programme, &r, x->a));
    TRY(fund_outcome_now(x->tx, &r, &result, x->a));
    return fund_tally_propose(&o, d->programme, result.hash, STR("counted"));
}

static inline rc round_publish(struct fund_demo *d, const struct act *x)
{
    struct act o = {.tx = x->tx, .a = x->a, .by = &d->second, .at = x->at};
    return fund_tally_publish(&o, d->programme);
}

/* ---- the fixture ---- */

static inline void round_open(struct round_fixture *f, int engine, const char *method)
{
    struct ed25519_key key;
    *f = (struct round_fixture){.w = world_open(engine), .method = method};
    rf = f;
    snprintf(f->dir, sizeof f->dir, "/tmp/rise-test-archive-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(f->dir));
    memset(f->app.seal.k, 7, sizeof f->app.seal.k);
    f->app.db = f->w.db;
    f->app.config.data_dir = str_of(f->dir);
    f->app.config.log_name = STR("rise.example/log");
    t_ok(ed25519_from_seed((const unsigned char[ED25519_SEED]){3}, &key));
    f->app.log_signer = (struct log_signer){.loaded = true, .key = key};
    t_ok(note_verifier_init(f->app.config.log_name, key.pub, &f->app.log_signer.verifier));
    f->demo = (struct fund_demo){.app = &f->app,
                                 .programme = f->w.programme,
                                 .until = FUND_CLOSED,
                                 .officer = f->w.officer,
                                 .second = f->w.second_officer};
    prng_seed(&f->demo.rng, 1);
}

static inline void round_sequence(void)
{
    int64_t integrated = 1;
    static struct err err;
    while (integrated > 0)
        if (log_sequence(&rf->app, &integrated, &err) != OK)
            dbt_fail("log_sequence", &err);
}

/* Up to the published tally, before the log has it in its tree. */
static inline void round_to_publication(void)
{
    static rc (*const first[])(struct fund_demo * d, const struct act *x) = {
        fund_demo_board_invited,      fund_demo_board_prepared,       fund_demo_board_first_assigned,
        fund_demo_board_first_scored, fund_demo_board_first_proposed, fund_demo_board_first_confirmed};
    static rc (*const second[])(struct fund_demo * d, const struct act *x) = {
        fund_demo_board_second_assigned, fund_demo_board_second_scored, fund_demo_board_second_proposed,
        fund_demo_board_second_confirmed};
    round_at(1, round_proposals);
    round_at(21, round_next);
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
        round_at(22 + (int)i, first[i]);
    round_at(50, round_next);
    for (size_t i = 0; i < sizeof second / sizeof second[0]; i++)
        round_at(51 + (int)i, second[i]);
    round_at(98, round_method);
    round_at(99, round_next);
    round_at(101, round_sources);
    round_at(131, round_imports);
    round_at(132, round_next);
    round_at(133, round_appeal);
    if (rf->withdraw)
        round_at(134, round_withdraw);
    round_at(160, round_propose);
    round_at(161, round_publish);
}

static inline void round_to_tally(void)
{
    round_to_publication();
    round_sequence();
}

static inline void round_to_awards(void)
{
    static rc (*const steps[])(struct fund_demo * d, const struct act *x) = {
        fund_demo_board_awards_assigned, fund_demo_board_awards_scored, fund_demo_board_awards_proposed,
        fund_demo_board_awards_confirmed};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        round_at(170 + (int)i, steps[i]);
    round_sequence();
}

static inline void round_close(struct round_fixture *f)
{
    char command[128];
    world_close(&f->w);
    snprintf(command, sizeof command, "rm -rf %s", f->dir);
    ck_assert_int_eq(system(command), 0);
}

static inline void round_archive(struct buf *zip)
{
    struct tx *tx;
    t_ok(db_read_begin(rf->w.db, &tx));
    rc r = fund_archive_write(tx, rf->w.programme, zip, rf->w.a);
    if (r != OK)
        dbt_fail("fund_archive_write", tx_err(tx));
    db_read_end(tx);
}

#endif

/* A small world for the tests of this module: one round in its call, officers, and proposals as needed. */
#ifndef RISE_MOD_FUND_TEST_H
#define RISE_MOD_FUND_TEST_H

#include "core/account.h"
#include "dbt.h"
#include "mod/fund/proposal.h"
#include "sys/clock.h"
#include "sys/random.h"

extern const struct migration core_migrations[], fund_migrations[];
extern const size_t core_migrations_n, fund_migrations_n;

#define WORLD_NOW (INT64_C(1790000000) * SECOND) /* 2026-09-21 */

struct world {
    struct db *db;
    struct arena *a;
    id programme;
    struct session officer, second_officer;
    struct err err; /* of the last write */
    rc (*fn)(struct world *w, struct act *x);
    const struct session *by;
    /* what a test hands in and gets back */
    id in, out;
    int64_t n;
    str text;
};

static inline rc world_write(struct tx *tx, void *arg)
{
    struct world *w = arg;
    struct act x = {.tx = tx, .a = w->a, .by = w->by, .at = clock_now()};
    rc r = w->fn(w, &x);
    err_copy(&w->err, tx_err(tx));
    return r;
}

/* Runs `fn` in a transaction of its own, acting as `by`. */
static inline rc world_do(struct world *w, const struct session *by, rc (*fn)(struct world *w, struct act *x))
{
    w->by = by;
    w->fn = fn;
    err_clear(&w->err);
    return db_write(w->db, world_write, w);
}

static inline struct session world_session(id account, id party, perm perms)
{
    return (struct session){.account = account, .party = party, .perms = PUBLIC | SIGNED_IN | perms, .name = STR("T")};
}

static inline rc world_open_round(struct world *w, struct act *x)
{
    struct programme p = {.code = STR("fund-test"),
                          .name_zh = STR("測試徵案"),
                          .name_en = STR("Test round"),
                          .opens = instant_day(WORLD_NOW) - 10,
                          .closes = instant_day(WORLD_NOW) + 365};
    struct fund_dates d = {.call_opens = WORLD_NOW - 10 * DAY,
                           .call_closes = WORLD_NOW + 20 * DAY,
                           .gifts_open = WORLD_NOW + 100 * DAY,
                           .gifts_close = WORLD_NOW + 130 * DAY};
    id operator_account, second;
    TRY(party_add(x->tx,
                  &(struct party){.id = PARTY_OPERATOR, .kind = PARTY_AGENCY, .name = STR("署"), .created = x->at}));
    TRY(account_ensure(x->tx, STR("officer@t.example"), STR("O"), LANG_ZH, &operator_account));
    TRY(account_ensure(x->tx, STR("officer2@t.example"), STR("P"), LANG_ZH, &second));
    TRY(member_add(x->tx, PARTY_OPERATOR, operator_account, AS_OFFICER));
    TRY(member_add(x->tx, PARTY_OPERATOR, second, AS_OFFICER));
    w->officer = world_session(operator_account, PARTY_OPERATOR, AS_OFFICER);
    w->second_officer = world_session(second, PARTY_OPERATOR, AS_OFFICER);
    TRY(fund_round_add(x, &p, &d, &w->programme));
    TRY(fund_budget_add(x, w->programme, twd(100000000), STR("test")));
    return fund_round_next(x, w->programme, FUND_PREPARED);
}

static inline struct world world_open(int engine)
{
    struct world w = {0};
    clock_fix(WORLD_NOW);
    w.db = dbt_open(engine, core_migrations, core_migrations_n);
    static struct err err;
    if (db_migrate(w.db, fund_migrations, fund_migrations_n, NULL, &err) != OK)
        dbt_fail("db_migrate", &err);
    w.a = arena_new(256 << 20);
    t_ok(world_do(&w, &act_system, world_open_round));
    return w;
}

static inline void world_close(struct world *w)
{
    dbt_close(w->db);
    arena_free(w->a);
    clock_fix(0);
}

QUERY(tq_awards, "i", "", "UPDATE fund_round SET phase = 'awards' WHERE programme = $1 AND phase = 'tally'");

/* Forward to `to`, one phase at a time; where no tally is published it is passed over. */
static inline rc world_phase(const struct act *x, id programme, enum fund_phase to)
{
    struct fund_round r;
    TRY(fund_round_get(x->tx, programme, &r, x->a));
    for (enum fund_phase p = r.phase; p < to; p++) {
        if (p == FUND_TALLY)
            TRY(db_exec(x->tx, &tq_awards, VALS(v_int(programme)), NULL));
        else
            TRY(fund_round_next(x, programme, p));
    }
    return OK;
}

QUERY(tq_proposal_add, "iiiittii", "",
      "INSERT INTO fund_proposal (" PROPOSAL_COLS ") VALUES ($1, $2, $3, $4, $5, 'Title', $6, 'Summary', 'welfare', 5,"
      " 'association', 'TPE', 'p', 's', 'i', 'l', '', '', 't@t.example', 'accepted', $7, 0, 0, 1, $8, $8, $8, 0)");

/* An accepted proposal with a public number, straight into the table; *out gets its id. */
static inline rc world_proposal(const struct act *x, id programme, int64_t number, enum fund_stage stage, id *out)
{
    id team = id_new();
    *out = id_new();
    TRY(party_add(x->tx, &(struct party){.id = team, .kind = PARTY_ASSOCIATION, .name = STR("隊"), .created = x->at}));
    return db_exec(x->tx, &tq_proposal_add,
                   VALS(v_int(*out), v_int(programme), v_int(number), v_int(team),
                        v_text(arena_printf(x->a, "提案%lld", (long long)number)), v_text(STR("摘要")), v_int(stage),
                        v_int(x->at)),
                   NULL);
}

#endif

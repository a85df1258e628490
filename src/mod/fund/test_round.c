/* A round's phases, dates and budget; the stages of proposals. */
#include "core/ledger.h"
#include "test_fund.h"

static struct fund_round round_now(struct world *w)
{
    struct fund_round r;
    struct tx *tx;
    t_ok(db_read_begin(w->db, &tx));
    t_ok(fund_round_latest(tx, &r, w->a));
    db_read_end(tx);
    return r;
}

static rc go_on(struct world *w, struct act *x)
{
    return fund_round_next(x, w->programme, (enum fund_phase)w->n);
}

static rc to_awards(struct world *w, struct act *x)
{
    return world_phase(x, w->programme, FUND_AWARDS);
}

START_TEST(phases_go_forward_one_at_a_time)
{
    struct world w = world_open(_i);
    struct session citizen = world_session(77, 0, 0);
    ck_assert_int_eq(round_now(&w).phase, FUND_CALL);
    ck_assert(fund_call_open(&(struct fund_round){.phase = FUND_CALL, .call_opens = 5, .call_closes = 9}, 5));
    ck_assert(!fund_call_open(&(struct fund_round){.phase = FUND_CALL, .call_opens = 5, .call_closes = 9}, 9));
    w.n = FUND_PREPARED; /* somebody else has moved it already */
    t_rc(world_do(&w, &w.officer, go_on), E_CONFLICT);
    w.n = FUND_CALL;
    t_rc(world_do(&w, &citizen, go_on), E_DENIED);
    for (w.n = FUND_CALL; w.n < FUND_TALLY; w.n++)
        t_ok(world_do(&w, &w.officer, go_on));
    t_rc(world_do(&w, &w.officer, go_on), E_CONFLICT); /* counting ends by publishing alone (test_result.c) */
    ck_assert_str_eq(w.err.main.code, "FND-608");
    t_ok(world_do(&w, &act_system, to_awards));
    w.n = FUND_AWARDS;
    t_ok(world_do(&w, &w.officer, go_on));
    ck_assert_int_eq(round_now(&w).phase, FUND_CLOSED);
    w.n = FUND_CLOSED;
    t_rc(world_do(&w, &w.officer, go_on), E_CONFLICT);
    world_close(&w);
}
END_TEST

static rc change_dates(struct world *w, struct act *x)
{
    struct fund_dates d = {WORLD_NOW, WORLD_NOW + w->n, WORLD_NOW + 3 * DAY, WORLD_NOW + 4 * DAY};
    return fund_dates_change(x, w->programme, &d, STR("typhoon"));
}

START_TEST(dates_keep_their_order)
{
    struct world w = world_open(_i);
    w.n = 0;
    t_rc(world_do(&w, &w.officer, change_dates), E_INVALID);
    ck_assert_str_eq(w.err.fields[0].code, "FND-011");
    w.n = 5 * DAY; /* the call would close after the gifts have begun */
    t_rc(world_do(&w, &w.officer, change_dates), E_INVALID);
    w.n = 2 * DAY;
    t_ok(world_do(&w, &w.officer, change_dates));
    ck_assert_int_eq(round_now(&w).call_closes, WORLD_NOW + 2 * DAY);
    world_close(&w);
}
END_TEST

static rc add_proposals(struct world *w, struct act *x)
{
    for (int64_t i = 1; i <= 3; i++)
        TRY(world_proposal(x, w->programme, i, FUND_ENTERED, &w->in));
    return OK;
}

static rc advance(struct world *w, struct act *x)
{
    return fund_proposal_advance(x, w->in, (enum fund_stage)w->n, w->n == FUND_AWARDED ? 2000000 : 0, STR("panel"));
}

START_TEST(stages_go_up_one_at_a_time)
{
    struct world w = world_open(_i);
    struct fund_proposal *all;
    size_t n;
    struct tx *tx;
    t_ok(world_do(&w, &act_system, add_proposals));
    w.n = FUND_SECOND;
    t_rc(world_do(&w, &w.officer, advance), E_CONFLICT);
    for (w.n = FUND_FIRST; w.n <= FUND_AWARDED; w.n++)
        t_ok(world_do(&w, &w.officer, advance));
    t_ok(db_read_begin(w.db, &tx));
    t_ok(fund_proposals_at(tx, w.programme, FUND_ENTERED, &all, &n, w.a));
    ck_assert_uint_eq(n, 3);
    ck_assert_int_eq(all[0].number, 1);
    t_ok(fund_proposals_at(tx, w.programme, FUND_AWARDED, &all, &n, w.a));
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(all[0].award, 2000000);
    ck_assert_int_eq(all[0].state, FUND_ACCEPTED);
    t_rc(fund_proposal_by_number(tx, w.programme, 4, all, w.a), E_NOTFOUND);
    db_read_end(tx);
    world_close(&w);
}
END_TEST

DBT_MAIN("fund/round", phases_go_forward_one_at_a_time, dates_keep_their_order, stages_go_up_one_at_a_time)

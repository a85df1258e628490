/* Agreements, milestones, payouts: who may, what sums, what the ledger says. */
#include "core/ledger.h"
#include "mod/fund/after.h"
#include "test_fund.h"

enum { GRANT = 100000 };

struct after {
    id proposal, agreement, milestone;
    struct session team, stranger;
    str lines, hash, words;
    bool yes;
    int64_t teams;
    struct money total;
};
static struct after f;

static rc prepare(struct world *w, struct act *x)
{
    struct fund_proposal p;
    id account, other;
    TRY(world_proposal(x, w->programme, 7, FUND_FIRST, &f.proposal));
    TRY(fund_proposal_get(x->tx, f.proposal, &p, x->a));
    TRY(account_ensure(x->tx, STR("team@t.example"), STR("T"), LANG_ZH, &account));
    TRY(account_ensure(x->tx, STR("other@t.example"), STR("S"), LANG_ZH, &other));
    TRY(member_add(x->tx, p.team, account, AS_TEAM));
    f.team = world_session(account, p.team, AS_TEAM);
    f.stranger = world_session(other, 0, 0);
    return OK;
}

static rc offer(struct world *w, struct act *x)
{
    (void)w;
    return fund_agreement_offer(x, f.proposal, FUND_FIRST, f.lines, &f.agreement);
}

QUERY(tq_line_add, "iii", "",
      "INSERT INTO fund_tally_line (programme, rank, proposal, donors, raised, counted, weight, match, capped, chosen)"
      " VALUES ($1, 1, $2, 3, 9000, 9000, '1', $3, 0, 0)");

static rc publish_match(struct world *w, struct act *x)
{
    return db_exec(x->tx, &tq_line_add, VALS(v_int(w->programme), v_int(f.proposal), v_int(GRANT)), NULL);
}

static rc offer_match(struct world *w, struct act *x)
{
    (void)w;
    return fund_agreement_offer(x, f.proposal, FUND_FINAL, f.lines, &f.agreement);
}

static rc sign(struct world *w, struct act *x)
{
    struct fund_agreement g;
    (void)w;
    TRY(fund_agreement_get(x->tx, f.agreement, &g, x->a));
    return fund_agreement_sign(x, f.agreement, f.hash.n ? f.hash : g.hash, STR("999"), STR("00012345678"));
}

static rc decline(struct world *w, struct act *x)
{
    (void)w;
    return fund_agreement_decline(x, f.agreement, STR("We have found other means."));
}

static rc report(struct world *w, struct act *x)
{
    struct fund_milestone *m;
    size_t n;
    (void)w;
    TRY(fund_milestones_of(x->tx, f.agreement, &m, &n, x->a));
    f.milestone = m[0].id;
    return fund_milestone_report(x, f.milestone, STR("Done: https://t.example/report"));
}

static rc decide(struct world *w, struct act *x)
{
    (void)w;
    return fund_milestone_decide(x, f.milestone, f.yes, f.words);
}

static rc pay(struct world *w, struct act *x)
{
    return fund_payout_run(x, w->programme, &f.teams, &f.total);
}

static struct world open_after(int engine)
{
    struct world w = world_open(engine);
    f = (struct after){.lines = STR("2026-12-01 60000 First trial\n2027-03-01 40000 Report")};
    t_ok(world_do(&w, &act_system, prepare));
    return w;
}

static void doctor_agrees(struct world *w, rc want)
{
    struct tx *tx;
    BUF_SCOPED finding = BUF_INIT(4096);
    t_ok(db_read_begin(w->db, &tx));
    for (int i = 0; i < FUND_AFTER_CHECKS; i++)
        t_rc(fund_after_checks[i].run(NULL, tx, &finding), i == 1 ? want : OK);
    t_ok(ledger_check(tx, LANG_EN, &finding));
    db_read_end(tx);
}

START_TEST(milestones_must_sum)
{
    struct world w = open_after(_i);
    f.lines = STR("2026-12-01 60000 First trial");
    t_rc(world_do(&w, &w.officer, offer), E_INVALID);
    ck_assert_str_eq(w.err.fields[0].code, "FND-702");
    f.lines = STR("tomorrow 100000 First trial");
    t_rc(world_do(&w, &w.officer, offer), E_INVALID);
    ck_assert_str_eq(w.err.fields[0].code, "FND-701");
    f.lines = STR("2026-12-01 -5 First\n2026-12-01 100005 Second");
    t_rc(world_do(&w, &w.officer, offer), E_INVALID);
    f.lines = STR("2026-12-01 100000 All");
    t_rc(world_do(&w, &f.team, offer), E_DENIED);
    t_ok(world_do(&w, &w.officer, offer));
    t_rc(world_do(&w, &w.officer, offer), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-704");
    world_close(&w);
}
END_TEST

START_TEST(the_text_signed_is_the_text_shown)
{
    struct world w = open_after(_i);
    t_ok(world_do(&w, &w.officer, offer));
    t_rc(world_do(&w, &f.stranger, sign), E_DENIED);
    f.hash = STR("00");
    t_rc(world_do(&w, &f.team, sign), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-706");
    f.hash = STR_EMPTY;
    t_ok(world_do(&w, &f.team, sign));
    t_rc(world_do(&w, &f.team, sign), E_CONFLICT);
    t_rc(world_do(&w, &f.team, decline), E_CONFLICT);
    world_close(&w);
}
END_TEST

START_TEST(a_declined_offer_can_be_made_anew)
{
    struct world w = open_after(_i);
    t_ok(world_do(&w, &w.officer, offer));
    t_ok(world_do(&w, &f.team, decline));
    t_rc(world_do(&w, &f.team, sign), E_CONFLICT);
    t_ok(world_do(&w, &w.officer, offer));
    t_ok(world_do(&w, &f.team, sign));
    world_close(&w);
}
END_TEST

/* By S² − C or S² a project that is not among the chosen has its share of the pool all the same. */
START_TEST(a_published_match_is_paid_to_all_that_have_one)
{
    struct world w = open_after(_i);
    struct fund_due *due;
    size_t n;
    t_rc(world_do(&w, &w.officer, offer_match), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-703");
    t_ok(world_do(&w, &w.officer, publish_match));
    struct tx *tx;
    t_ok(db_read_begin(w.db, &tx));
    t_ok(fund_due_list(tx, w.programme, &due, &n, w.a));
    db_read_end(tx);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(due[0].stage, FUND_FIRST);
    ck_assert_int_eq(due[1].stage, FUND_FINAL);
    t_ok(world_do(&w, &w.officer, offer_match));
    t_ok(world_do(&w, &f.team, sign));
    world_close(&w);
}
END_TEST

START_TEST(money_follows_accepted_milestones)
{
    struct world w = open_after(_i);
    struct fund_due *due;
    struct tx *tx;
    size_t n;
    t_ok(world_do(&w, &w.officer, offer));
    t_rc(world_do(&w, &f.team, report), E_CONFLICT); /* not signed */
    t_ok(world_do(&w, &f.team, sign));
    t_ok(world_do(&w, &f.team, report));
    t_rc(world_do(&w, &w.officer, decide), E_INVALID); /* sending back needs words */
    f.words = STR("The figures are missing.");
    t_ok(world_do(&w, &w.officer, decide));
    t_ok(world_do(&w, &f.team, report));
    f.yes = true;
    t_rc(world_do(&w, &f.team, decide), E_DENIED);
    t_ok(world_do(&w, &w.officer, decide));
    t_rc(world_do(&w, &w.second_officer, decide), E_CONFLICT);
    doctor_agrees(&w, OK);
    t_ok(world_do(&w, &w.officer, pay));
    ck_assert_int_eq(f.teams, 1);
    ck_assert_int_eq(f.total.n, 60000);
    t_ok(world_do(&w, &w.officer, pay)); /* nothing is left */
    ck_assert_int_eq(f.teams, 0);
    t_ok(db_read_begin(w.db, &tx));
    t_ok(fund_due_list(tx, w.programme, &due, &n, w.a));
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(due[0].amount, GRANT);
    ck_assert_int_eq(due[0].committed, 60000);
    ck_assert_int_eq(due[0].paid, 60000);
    BUF_SCOPED file = BUF_INIT(4096);
    t_ok(fund_payout_file(tx, w.programme, instant_day(WORLD_NOW), &file));
    ck_assert(str_find(buf_str(&file), STR("7,60000,隊,999,00012345678,")) >= 0);
    db_read_end(tx);
    doctor_agrees(&w, OK);
    world_close(&w);
}
END_TEST

QUERY(ta_forge, "i", "", "UPDATE fund_milestone SET state = 'accepted' WHERE agreement = $1");
static rc forge(struct world *w, struct act *x)
{
    (void)w;
    return db_exec(x->tx, &ta_forge, VALS(v_int(f.agreement)), NULL);
}

START_TEST(the_doctor_finds_a_forged_acceptance)
{
    struct world w = open_after(_i);
    t_ok(world_do(&w, &w.officer, offer));
    t_ok(world_do(&w, &f.team, sign));
    doctor_agrees(&w, OK);
    t_ok(world_do(&w, &act_system, forge));
    doctor_agrees(&w, E_CORRUPT);
    world_close(&w);
}
END_TEST

DBT_MAIN("fund/after", milestones_must_sum, the_text_signed_is_the_text_shown, a_declined_offer_can_be_made_anew,
         a_published_match_is_paid_to_all_that_have_one, money_follows_accepted_milestones,
         the_doctor_finds_a_forged_acceptance)

/* The result of a round: rules fixed once, two officers, what refuses it, and what `rise doctor` finds afterwards. */
#include "core/app.h"
#include "core/publiclog.h"
#include "mod/fund/whatif.h"
#include "test_fund.h"

#define HEAD "專案編號,身分證字號,金額,收據編號,付款時間,狀態,國籍\r\n"
#define AT   ",2026-12-31 12:00,已付款,"
#define ID_A "A123456789"
#define ID_B "B123456780"
#define ID_C "A200000003"
#define UBN  "04595257"
#define GIFTS                                                                                                          \
    HEAD "1," ID_A ",500,R00001" AT "\r\n1," ID_B ",500,R00002" AT "\r\n2," ID_A ",2000,R00003" AT "\r\n3," UBN        \
         ",9000000,R00004" AT "\r\n2," ID_B ",400,R00005" AT "\r\n"
#define AFTER (WORLD_NOW + 150 * DAY) /* when nobody can appeal any more */

struct fixture {
    struct world w;
    struct app app;
    id source, import, project[5], gift, appeal;
    struct session team;
    str hash, reason, name, value;
    struct fund_outcome o;
    struct fund_rules rules;
};
static struct fixture *f;

static rc prepare(struct world *w, struct act *x)
{
    struct fund_proposal p;
    id account;
    TRY(world_phase(x, w->programme, FUND_PROOF));
    for (int i = 1; i <= 4; i++)
        TRY(world_proposal(x, w->programme, i, FUND_SECOND, &f->project[i]));
    TRY(fund_proposal_get(x->tx, f->project[3], &p, x->a));
    TRY(account_ensure(x->tx, STR("team@t.example"), STR("T"), LANG_ZH, &account));
    TRY(member_add(x->tx, p.team, account, AS_TEAM));
    f->team = world_session(account, p.team, AS_TEAM | AS_OFFICER);
    return fund_source_add(x, &f->app, w->programme, STR("one"), STR("One"), &f->source);
}

static void open_fixture(struct fixture *fx, int engine)
{
    *fx = (struct fixture){.w = world_open(engine), .hash = STR_EMPTY, .reason = STR("Recomputed by both of us.")};
    f = fx;
    memset(fx->app.seal.k, 7, sizeof fx->app.seal.k);
    fx->app.db = fx->w.db;
    fx->app.lang = LANG_EN;
    clock_fix(WORLD_NOW + 95 * DAY);
    t_ok(world_do(&fx->w, &act_system, prepare));
}

static rc to_phase(struct world *w, struct act *x)
{
    return world_phase(x, w->programme, (enum fund_phase)w->n);
}

static rc import_file(struct world *w, struct act *x)
{
    return fund_import_here(x, &f->app, f->source, STR("a.csv"), w->text, &f->import);
}

/* Rules fixed, gifts read, counting. */
static void count(struct fixture *fx, int engine)
{
    open_fixture(fx, engine);
    fx->w.n = FUND_TALLY;
    t_ok(world_do(&fx->w, &act_system, to_phase));
    clock_fix(WORLD_NOW + 131 * DAY);
    fx->w.text = STR(GIFTS);
    t_ok(world_do(&fx->w, &fx->w.officer, import_file));
}

static rc look_now(struct fund_outcome *o)
{
    struct tx *tx;
    struct fund_round r;
    TRY(db_read_begin(f->w.db, &tx));
    t_ok(fund_round_get(tx, f->w.programme, &r, f->w.a));
    rc got = fund_outcome_now(tx, &r, o, f->w.a);
    err_copy(&f->w.err, tx_err(tx));
    db_read_end(tx);
    return got;
}

static struct fund_round round_now(void)
{
    struct tx *tx;
    struct fund_round r;
    t_ok(db_read_begin(f->w.db, &tx));
    t_ok(fund_round_get(tx, f->w.programme, &r, f->w.a));
    db_read_end(tx);
    return r;
}

static enum fund_stage stage_of(int project)
{
    struct tx *tx;
    struct fund_proposal p;
    t_ok(db_read_begin(f->w.db, &tx));
    t_ok(fund_proposal_get(tx, f->project[project], &p, f->w.a));
    db_read_end(tx);
    return p.stage;
}

static rc propose(struct world *w, struct act *x)
{
    return fund_tally_propose(x, w->programme, f->hash, f->reason);
}
static rc publish(struct world *w, struct act *x)
{
    return fund_tally_publish(x, w->programme);
}
static rc withdraw(struct world *w, struct act *x)
{
    return fund_tally_withdraw(x, w->programme, f->reason);
}
static rc change_param(struct world *w, struct act *x)
{
    return param_change(x, &fund_params, w->programme, f->name, instant_day(clock_now()), f->value, STR("test"));
}

static void set_param(const char *name, const char *value)
{
    f->name = str_of(name);
    f->value = str_of(value);
    t_ok(world_do(&f->w, &f->w.officer, change_param));
}

static void refused(const struct session *by, rc (*fn)(struct world *w, struct act *x), rc why, const char *code)
{
    t_rc(world_do(&f->w, by, fn), why);
    ck_assert_str_eq(f->w.err.main.code, code);
}

static void propose_now(void)
{
    t_ok(look_now(&f->o));
    f->hash = f->o.hash;
    t_ok(world_do(&f->w, &f->w.officer, propose));
}

/* How many of the checks find something; `said` gets what the last of them says. */
static int findings(str *said)
{
    int bad = 0;
    for (int i = 0; i < FUND_RESULT_CHECKS; i++) {
        struct tx *tx;
        BUF_SCOPED finding = BUF_INIT(4096);
        t_ok(db_read_begin(f->w.db, &tx));
        rc r = fund_result_checks[i].run(&f->app, tx, &finding);
        db_read_end(tx);
        ck_assert(r == OK || r == E_CORRUPT);
        bad += r == E_CORRUPT;
        if (r == E_CORRUPT)
            *said = arena_str(f->w.a, buf_str(&finding));
    }
    return bad;
}

/* ---- rules ---- */

START_TEST(rules_are_fixed_before_the_gifts)
{
    struct fixture fx;
    open_fixture(&fx, _i);
    t_rc(look_now(&fx.o), E_CONFLICT);
    ck_assert_str_eq(fx.w.err.main.code, "FND-601");
    set_param("tally.pool", "100000001"); /* the budget is 100,000,000 */
    fx.w.n = FUND_GIFTS;
    refused(&fx.w.officer, to_phase, E_CONFLICT, "FND-600");
    ck_assert_int_eq(round_now().phase, FUND_PROOF);
    set_param("tally.pool", "30000000");
    set_param("tally.weight", "s");
    set_param("tally.saturation", "pay"); /* a sum of roots is no amount */
    refused(&fx.w.officer, to_phase, E_CONFLICT, "FND-600");
    set_param("tally.weight", "s2");
    set_param("tally.saturation", "scale");
    t_ok(world_do(&fx.w, &fx.w.officer, to_phase));
    struct fund_round r = round_now();
    t_str(r.rules, STR("{\"cap\":5000000,\"clip_organisation\":5000000,\"clip_person\":0,\"decimals\":0,"
                       "\"method\":\"qf\",\"min\":0,\"min_of\":\"gift\",\"pool\":30000000,\"saturation\":\"scale\","
                       "\"version\":1,\"weight\":\"s2\"}"));
    ck_assert_int_ne(r.rules_entry, 0);
    ck_assert_uint_eq(r.rules_hash.n, 64);
    world_close(&fx.w);
}
END_TEST

static rc fix_again(struct world *w, struct act *x)
{
    return fund_rules_fix(x, w->programme);
}

START_TEST(later_parameters_change_nothing)
{
    struct fixture fx;
    struct tx *tx;
    struct fund_rules fixed, now;
    int64_t min, places;
    count(&fx, _i);
    t_ok(look_now(&fx.o));
    str before = fx.o.hash;
    set_param("tally.pool", "1000000");
    set_param("tally.weight", "s2c");
    set_param("stage.final.places", "1");
    set_param("gift.min", "100");
    t_ok(look_now(&fx.o));
    t_str(fx.o.hash, before);
    ck_assert_int_eq(fx.o.places, 20);
    struct fund_round r = round_now();
    t_ok(db_read_begin(fx.w.db, &tx));
    t_ok(fund_rules_of(tx, &r, &fixed, fx.w.a));
    t_ok(fund_rules_now(tx, &r, &now, fx.w.a));
    t_ok(fund_gift_min(tx, fx.w.programme, &min));
    t_ok(fund_places(tx, fx.w.programme, FUND_FINAL, &places));
    db_read_end(tx);
    ck_assert_int_eq(fixed.tally.pool, 30000000);
    ck_assert_int_eq(now.tally.pool, 1000000);
    ck_assert_int_eq(min, 500);
    ck_assert_int_eq(places, 20);
    refused(&fx.w.officer, fix_again, E_CONFLICT, "ACT-002");
    world_close(&fx.w);
}
END_TEST

/* ---- the result ---- */

START_TEST(the_lines_and_their_text)
{
    struct fixture fx;
    count(&fx, _i);
    t_ok(look_now(&fx.o));
    /* S² by hand, in units of 2^-32: 5,000,000 (clipped), √2000² = 2000, (2·√500)² = 2000, whose two roots are cut
     * twice; nothing. Three projects at the cap of 5,000,000 do not use up the pool of 30,000,000. */
    t_str(fx.o.csv, STR("number,donors,raised,counted,weight,match,total,capped,rank,chosen\n"
                        "3,1,9000000,5000000,21474836194702500,5000000,14000000,1,1,1\n"
                        "2,1,2000,2000,8589934477881,5000000,5002000,1,2,1\n"
                        "1,2,1000,1000,8589928616164,5000000,5001000,1,3,1\n"
                        "4,0,0,0,0,0,0,0,4,0\n"));
    ck_assert_int_eq(fx.o.gifts, 4);
    ck_assert_int_eq(fx.o.donors, 3);
    ck_assert_int_eq(fx.o.raised, 9003000);
    ck_assert_int_eq(fx.o.paid + fx.o.unspent, 30000000);
    ck_assert(fx.o.outcome & TALLY_CAP_INFEASIBLE);
    ck_assert_uint_eq(fx.o.chosen, 3);
    world_close(&fx.w);
}
END_TEST

START_TEST(two_officers_publish)
{
    struct fixture fx;
    struct tx *tx;
    struct fund_outcome stored;
    struct fund_tally t;
    str said = STR_EMPTY;
    count(&fx, _i);
    refused(&fx.w.officer, publish, E_CONFLICT, "FND-603"); /* donors can still appeal */
    clock_fix(AFTER);
    refused(&fx.w.second_officer, publish, E_CONFLICT, "FND-605");
    fx.hash = STR("0000");
    refused(&fx.w.officer, propose, E_CONFLICT, "FND-604");
    struct session citizen = world_session(77, 0, 0);
    refused(&citizen, propose, E_DENIED, "ACT-001");
    t_ok(look_now(&fx.o));
    fx.hash = fx.o.hash;
    refused(&fx.team, propose, E_DENIED, "FND-609");
    t_ok(world_do(&fx.w, &fx.w.officer, propose));
    refused(&fx.w.officer, propose, E_CONFLICT, "FND-605");
    refused(&fx.w.officer, publish, E_DENIED, "FND-606");
    t_ok(world_do(&fx.w, &fx.w.officer, withdraw));
    refused(&fx.w.officer, withdraw, E_CONFLICT, "FND-605");
    t_ok(world_do(&fx.w, &fx.w.officer, propose));
    ck_assert_int_eq(stage_of(3), FUND_SECOND);
    t_ok(world_do(&fx.w, &fx.w.second_officer, publish));
    ck_assert_int_eq(stage_of(3), FUND_FINAL);
    ck_assert_int_eq(stage_of(4), FUND_SECOND);
    ck_assert_int_eq(round_now().phase, FUND_AWARDS);
    refused(&fx.w.officer, publish, E_CONFLICT, "FND-002");
    refused(&fx.w.officer, withdraw, E_CONFLICT, "FND-605");
    t_ok(db_read_begin(fx.w.db, &tx));
    t_ok(fund_outcome_get(tx, fx.w.programme, &stored, fx.w.a));
    t_ok(fund_tally_get(tx, fx.w.programme, &t, fx.w.a));
    db_read_end(tx);
    t_str(stored.csv, fx.o.csv);
    t_str(t.hash, stored.hash);
    ck_assert_int_eq(t.state, FUND_TALLY_PUBLISHED);
    ck_assert_int_eq(findings(&said), 0);
    world_close(&fx.w);
}
END_TEST

/* ---- what changes between the two ---- */

static rc appeal(struct world *w, struct act *x)
{
    struct fund_gift *g;
    size_t n;
    (void)w;
    TRY(fund_gift_rows(x->tx, f->import, STR("below-min"), 0, 1, &g, &n, x->a));
    ck_assert_uint_eq(n, 1);
    return fund_appeal_open(x, &g[0], STR("The platform kept its fee."), STR_EMPTY, LANG_EN, &f->appeal);
}

static rc uphold(struct world *w, struct act *x)
{
    (void)w;
    return fund_appeal_decide(x, &f->app, f->appeal, true, STR("It was 500 before the fee."),
                              &(struct fund_correction){.identity = STR_EMPTY});
}

static rc undo(struct world *w, struct act *x)
{
    (void)w;
    return fund_import_undo(x, f->import, STR("test"));
}

START_TEST(an_appeal_between_the_two)
{
    struct fixture fx;
    count(&fx, _i);
    t_ok(world_do(&fx.w, &act_system, appeal));
    clock_fix(AFTER);
    t_ok(look_now(&fx.o));
    fx.hash = fx.o.hash;
    refused(&fx.w.officer, propose, E_CONFLICT, "FND-603"); /* it is open */
    clock_fix(WORLD_NOW + 131 * DAY);
    t_ok(world_do(&fx.w, &fx.w.officer, uphold));
    clock_fix(AFTER);
    propose_now();
    ck_assert_int_eq(fx.o.lines[1].number, 2); /* 400 below the minimum count by the appeal: √2000 + √400 */
    ck_assert_int_eq(fx.o.lines[1].sums.raised, 2400);
    t_ok(world_do(&fx.w, &fx.w.second_officer, publish));
    fx.w.text = STR(HEAD "1," ID_A ",700,R00009" AT "\r\n");
    refused(&fx.w.officer, import_file, E_CONFLICT, "FND-002");
    refused(&fx.w.officer, undo, E_CONFLICT, "FND-002");
    refused(&fx.w.officer, uphold, E_CONFLICT, "FND-002");
    refused(&act_system, appeal, E_CONFLICT, "FND-512"); /* it counts */
    world_close(&fx.w);
}
END_TEST

START_TEST(a_gift_between_the_two)
{
    struct fixture fx;
    count(&fx, _i);
    clock_fix(AFTER);
    propose_now();
    fx.w.text = STR(HEAD "1," ID_C ",700,R00009" AT "\r\n");
    clock_fix(WORLD_NOW + 132 * DAY); /* so that its days to appeal are over, too */
    t_ok(world_do(&fx.w, &fx.w.officer, import_file));
    clock_fix(AFTER);
    refused(&fx.w.second_officer, publish, E_CONFLICT, "FND-604");
    ck_assert_int_eq(round_now().phase, FUND_TALLY);
    ck_assert_int_eq(stage_of(1), FUND_SECOND);
    world_close(&fx.w);
}
END_TEST

QUERY(tq_withdrawn, "i", "", "UPDATE fund_proposal SET state = 'withdrawn' WHERE id = $1");
static rc team_leaves(struct world *w, struct act *x)
{
    return db_exec(x->tx, &tq_withdrawn, VALS(v_int(w->in)), NULL);
}

START_TEST(a_team_that_withdraws)
{
    struct fixture fx;
    str said = STR_EMPTY;
    count(&fx, _i);
    clock_fix(AFTER);
    propose_now();
    fx.w.in = fx.project[3];
    t_ok(world_do(&fx.w, &act_system, team_leaves));
    refused(&fx.w.second_officer, publish, E_CONFLICT, "FND-604");
    t_ok(world_do(&fx.w, &fx.w.officer, withdraw));
    propose_now();
    ck_assert_uint_eq(fx.o.n, 3);
    ck_assert_int_eq(fx.o.lines[0].number, 2); /* the greater root: 2 · 22.36 is cut twice */
    ck_assert_int_eq(fx.o.donors, 2);
    t_ok(world_do(&fx.w, &fx.w.second_officer, publish));
    ck_assert_int_eq(stage_of(3), FUND_SECOND);
    ck_assert_int_eq(findings(&said), 0);
    world_close(&fx.w);
}
END_TEST

/* ---- what if ---- */

static void ask(const str *without, size_t n, const struct tally_rules *rules, struct whatif_answer *out)
{
    struct tx *tx;
    struct fund_round r;
    struct whatif_question q = {.without = without, .n_without = n, .rules = rules, .line = 2};
    t_ok(db_read_begin(f->w.db, &tx));
    t_ok(fund_round_get(tx, f->w.programme, &r, f->w.a));
    t_ok(whatif_ask(tx, &r, &q, out, f->w.a));
    db_read_end(tx);
}

static str remembered(void)
{
    struct tx *tx;
    struct fund_round r = round_now();
    struct fund_outcome o;
    t_ok(db_read_begin(f->w.db, &tx));
    t_ok(whatif_outcome(tx, &r, &o, f->w.a));
    db_read_end(tx);
    return o.csv;
}

START_TEST(what_if_a_group_were_left_out)
{
    struct fixture fx;
    struct whatif_answer a;
    count(&fx, _i);
    ask(NULL, 0, NULL, &a);
    ck_assert_uint_eq(a.n_groups, 0);
    ck_assert_int_eq(a.moved, 0);
    t_ok(look_now(&fx.o));
    t_str(remembered(), fx.o.csv);
    id first = fx.import;
    fx.w.text =
        STR("專案編號,身分證字號,金額,收據編號,付款時間,狀態,國籍,裝置識別碼\r\n"
            "4," ID_A ",600,R00010" AT ",d9\r\n4," ID_B ",600,R00011" AT ",d9\r\n4," ID_C ",600,R00012" AT ",d9\r\n");
    t_ok(world_do(&fx.w, &fx.w.officer, import_file));
    ask(NULL, 0, NULL, &a); /* what was remembered has gone */
    ck_assert_uint_eq(a.n_groups, 1);
    ck_assert_int_eq(a.groups[0].kind, FUND_DEVICE);
    ck_assert_int_eq(a.groups[0].donors, 3);
    ck_assert_int_eq(a.groups[0].amount, 1800);
    ck_assert_int_eq(a.lines[1].number, 4); /* (3·√600)² = 5400 */
    str names[] = {str_of(a.groups[0].name), STR("d-000000000000")};
    ask(names, 2, NULL, &a);
    ck_assert_int_eq(a.donors_removed, 3);
    ck_assert_int_eq(a.removed, 1000 + 2000 + 1800); /* everything that these three gave */
    ck_assert_int_eq(a.lines[0].number, 3);
    ck_assert_int_eq(a.lines[0].now.donors, 1);
    ck_assert(a.lines[1].now.weight == 0);
    ck_assert_uint_eq(a.enter, 0);
    ck_assert_uint_eq(a.leave, 1); /* nobody else has a weight */
    struct tally_rules other = whatif_rules(&a.rules.tally, TALLY_QF, TALLY_S2C, 1);
    ask(NULL, 0, &other, &a);
    ck_assert_int_eq(a.lines[0].number, 4); /* the company is alone, and so is who gave to 2 */
    ck_assert_int_eq(a.lines[1].number, 1);
    t_ok(world_do(&fx.w, &fx.w.officer, undo));
    ck_assert_int_ne(first, fx.import);
    ask(names, 1, NULL, &a);
    ck_assert_uint_eq(a.n_groups, 0);
    ck_assert_int_eq(a.donors_removed, 0);
    world_close(&fx.w);
}
END_TEST

/* More questions than are remembered, twice, of every method: each gets its own answer, not that of another. */
START_TEST(what_is_remembered_is_the_answer_to_the_same_question)
{
    enum { QUESTIONS = 20 };
    static const enum tally_method methods[] = {TALLY_QF, TALLY_CQF, TALLY_PAIRWISE, TALLY_COCM};
    struct fixture fx;
    struct whatif_answer base, first[QUESTIONS], again;
    count(&fx, _i);
    ask(NULL, 0, NULL, &base);
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < QUESTIONS; i++)
            for (int twice = 0; twice < 2; twice++) {
                struct tally_rules r = whatif_rules(&base.rules.tally, methods[i % 4], TALLY_S2, 500);
                r.pool = 1000 + i;
                r.cap = 0;
                r.saturation = TALLY_SCALE;
                ask(NULL, 0, &r, &again);
                if (pass == 0 && twice == 0)
                    first[i] = again;
                ck_assert_int_eq(again.asked.pool, 1000 + i);
                ck_assert_int_eq(again.paid + again.unspent, 1000 + i);
                ck_assert_int_eq(again.moved, first[i].moved);
                ck_assert_uint_eq(again.enter, first[i].enter);
                for (size_t k = 0; k < again.n; k++) {
                    ck_assert_int_eq(again.lines[k].number, first[i].lines[k].number);
                    ck_assert_int_eq(again.lines[k].now.match, first[i].lines[k].now.match);
                    ck_assert(again.lines[k].now.weight == first[i].lines[k].now.weight);
                }
            }
    ck_assert(first[0].lines[0].now.weight != first[3].lines[0].now.weight); /* another method */
    world_close(&fx.w);
}
END_TEST

/* ---- doctor ---- */

QUERY(tq_line_move, "i", "",
      "UPDATE fund_tally_line SET match = match + CASE WHEN rank = 1 THEN 1 ELSE -1 END WHERE programme = $1 AND rank"
      " <= 2");
QUERY(tq_line_take, "i", "", "UPDATE fund_tally_line SET match = match - 1 WHERE programme = $1 AND rank = 1");
QUERY(tq_gift_more, "i", "",
      "UPDATE fund_gift SET counted = counted + 1, amount = amount + 1 WHERE programme = $1 AND counted > 0");
QUERY(tq_rules_other, "i", "",
      "UPDATE fund_round SET rules = replace(rules, '5000000', '6000000') WHERE programme = $1");
static const struct {
    const struct query *q;
    int checks; /* that find it */
    const char *says;
} tampers[] = {
    {&tq_line_move, 1, "the lines of fund-test are not those of the published hash"},
    {&tq_line_take, 1, "the lines of fund-test do not sum to what is paid"},
    {&tq_gift_more, 1, "the result of fund-test, computed again, is another one"},
    {&tq_rules_other, 2, "the result of fund-test, computed again, is another one"},
};
static rc tamper(struct world *w, struct act *x)
{
    return db_exec(x->tx, tampers[w->n].q, VALS(v_int(w->programme)), NULL);
}

START_TEST(doctor_finds_what_was_changed)
{
    for (size_t i = 0; i < sizeof tampers / sizeof tampers[0]; i++) {
        struct fixture fx;
        str said = STR_EMPTY;
        count(&fx, _i);
        clock_fix(AFTER);
        propose_now();
        t_ok(world_do(&fx.w, &fx.w.second_officer, publish));
        ck_assert_int_eq(findings(&said), 0);
        fx.w.n = (int64_t)i;
        t_ok(world_do(&fx.w, &act_system, tamper));
        ck_assert_int_eq(findings(&said), tampers[i].checks);
        t_str(said, str_of(tampers[i].says));
        world_close(&fx.w);
    }
}
END_TEST

DBT_MAIN("fund/result", rules_are_fixed_before_the_gifts, later_parameters_change_nothing, the_lines_and_their_text,
         two_officers_publish, an_appeal_between_the_two, a_gift_between_the_two, a_team_that_withdraws,
         what_if_a_group_were_left_out, what_is_remembered_is_the_answer_to_the_same_question,
         doctor_finds_what_was_changed)

/* Review: conflicts, assignment, scores, results, the panel's decision. Ten proposals, five reviewers, three reviews of
 * each, so that small mistakes show. */
#include "mod/fund/call.h"
#include "mod/fund/review.h"
#include "test_fund.h"

enum { PROPOSALS = 10, REVIEWERS = 5, PER_PROPOSAL = 3 };

QUERY(tq_author_add, "iittt", "",
      "INSERT INTO fund_author (proposal, position, name, organisation, email) VALUES ($1, $2, $3, $4, $5)");
QUERY(tq_places, "ii", "", "UPDATE fund_panel SET places = $2 WHERE programme = $1");
QUERY(tq_active_pairs, "iii", "i",
      "SELECT COUNT(*) FROM fund_assignment WHERE reviewer = $1 AND proposal = $2 AND stage = $3 AND state = 'active'");
QUERY(tq_withdrawn, "i", "", "UPDATE fund_proposal SET state = 'withdrawn' WHERE id = $1");
QUERY(tq_file_add, "iii", "", "INSERT INTO fund_attachment (id, proposal, document, at) VALUES ($1, $2, $3, 0)");
QUERY(
    tq_document_add, "iib", "",
    "INSERT INTO document (id, owner, name, type, hash, size, created) VALUES ($1, $2, 'a.pdf', 'application/pdf', $3,"
    " 4, 0)");
QUERY(tq_table, "i", "i", "SELECT COUNT(*) FROM fund_decision_row WHERE decision = $1");
QUERY(tq_break, "i", "", "UPDATE fund_assignment SET state = 'active' WHERE reviewer = $1");

/* What the tests of this file share beside `struct world`. */
static struct board {
    id proposals[PROPOSALS], reviewers[REVIEWERS];
    struct session people[REVIEWERS];
    struct session author; /* an officer on the team of proposal 1 */
    int who;               /* the reviewer who acts */
    int64_t scores[FUND_CRITERIA], version;
    bool submit;
    str hash, reason;
    enum fund_stage stage;
} b;

static str mail(struct world *w, int i)
{
    return arena_printf(w->a, "r%d@%s", i, i < 2 ? "gmail.com" : i == 2 ? "uni.example" : "lab.example");
}

static rc invite(struct world *w, struct act *x)
{
    for (int i = 0; i < REVIEWERS; i++) {
        struct fund_reviewer_form f = {.email = mail(w, i),
                                       .name = arena_printf(w->a, "評審%d", i),
                                       .organisation = arena_printf(w->a, "Institute %d", i),
                                       .fields = i % 2 ? 1u : 2u,
                                       .sdgs = 1u << i};
        id account;
        TRY(fund_reviewer_invite(x, w->programme, &f, &b.reviewers[i]));
        TRY(account_ensure(x->tx, f.email, f.name, LANG_ZH, &account));
        b.people[i] = world_session(account, PARTY_OPERATOR, AS_REVIEWER);
    }
    return OK;
}

static rc answer(struct world *w, struct act *x)
{
    (void)w;
    return fund_reviewer_answer(x, b.reviewers[b.who], true);
}

static rc sign(struct world *w, struct act *x)
{
    str hash;
    (void)w;
    TRY(fund_statement_hash(x->a, &hash));
    return fund_statement_sign(x, b.reviewers[b.who], hash);
}

static rc prepare(struct world *w, struct act *x)
{
    struct fund_proposal first;
    for (int i = 0; i < PROPOSALS; i++)
        TRY(world_proposal(x, w->programme, i + 1, FUND_ENTERED, &b.proposals[i]));
    TRY(fund_proposal_get(x->tx, b.proposals[0], &first, x->a));
    id account;
    TRY(account_ensure(x->tx, STR("author@t.example"), STR("A"), LANG_ZH, &account));
    TRY(member_add(x->tx, first.team, account, AS_TEAM));
    b.author = world_session(account, PARTY_OPERATOR, AS_OFFICER);
    TRY(fund_round_next(x, w->programme, FUND_CALL));
    TRY(fund_panel_open(x, w->programme, FUND_FIRST));
    return db_exec(x->tx, &tq_places, VALS(v_int(w->programme), v_int(4)), NULL);
}

static struct world open_board(int engine)
{
    struct world w = world_open(engine);
    b = (struct board){.stage = FUND_FIRST, .reason = STR("because")};
    t_ok(world_do(&w, &act_system, prepare));
    t_ok(world_do(&w, &w.officer, invite));
    for (b.who = 0; b.who < REVIEWERS; b.who++) {
        t_ok(world_do(&w, &b.people[b.who], answer));
        t_ok(world_do(&w, &b.people[b.who], sign));
    }
    b.who = 0;
    return w;
}

static struct tx *reading(struct world *w)
{
    struct tx *tx;
    t_ok(db_read_begin(w->db, &tx));
    return tx;
}

static struct fund_panel panel_now(struct world *w)
{
    struct fund_panel p;
    struct tx *tx = reading(w);
    t_ok(fund_panel_get(tx, w->programme, b.stage, &p));
    db_read_end(tx);
    return p;
}

static int64_t count(struct world *w, const struct query *q, const struct val *v, size_t n)
{
    int64_t out;
    struct tx *tx = reading(w);
    t_ok(db_one_int(tx, q, v, n, &out));
    db_read_end(tx);
    return out;
}

static bool assigned(struct world *w, int reviewer, int proposal)
{
    return count(w, &tq_active_pairs,
                 VALS(v_int(b.reviewers[reviewer]), v_int(b.proposals[proposal]), v_int(b.stage))) > 0;
}

static rc assign(struct world *w, struct act *x)
{
    return fund_assign_make(x, w->programme, b.stage, true, &w->n);
}

static rc detect(struct world *w, struct act *x)
{
    return fund_conflicts_detect(x, w->programme, &w->n);
}

/* ---- reviewers ---- */

START_TEST(only_officers_invite_and_only_the_invited_answer)
{
    struct world w = world_open(_i);
    b = (struct board){.stage = FUND_FIRST};
    struct session citizen = world_session(99, 0, 0);
    t_rc(world_do(&w, &citizen, invite), E_DENIED);
    t_ok(world_do(&w, &w.officer, invite));
    t_ok(world_do(&w, &w.officer, invite)); /* again: nobody twice */
    struct fund_reviewer *all;
    size_t n;
    struct tx *tx = reading(&w);
    t_ok(fund_reviewers(tx, w.programme, &all, &n, w.a));
    ck_assert_uint_eq(n, REVIEWERS);
    ck_assert_int_eq(all[0].state, FUND_INVITED);
    db_read_end(tx);
    t_rc(world_do(&w, &b.people[1], answer), E_DENIED); /* of reviewer 0 */
    t_rc(world_do(&w, &b.people[0], sign), E_DENIED);   /* not accepted yet */
    t_ok(world_do(&w, &b.people[0], answer));
    t_rc(world_do(&w, &b.people[0], answer), E_CONFLICT);
    world_close(&w);
}
END_TEST

static rc import(struct world *w, struct act *x)
{
    static struct import_report report;
    rc r = fund_reviewers_import(x, w->programme, w->text, &report);
    w->n = report.bad > 0 ? -report.bad : report.added;
    return r;
}

START_TEST(import_refuses_a_file_with_wrong_rows)
{
    struct world w = world_open(_i);
    w.text = STR("email,name,organisation,fields,sdgs,load_min,load_max\n"
                 "a@x.example,甲,研究院,welfare economy,3;4,0,40\n"
                 "not an address,乙,研究院,welfare,3,0,40\n"
                 "c@x.example,丙,,wellfare,18,9,4\n"
                 "A@x.example,丁,研究院,,,,\n");
    t_rc(world_do(&w, &w.officer, import), E_INVALID);
    ck_assert_int_eq(w.n, -3);
    w.text = STR("email,name,organisation,fields,sdgs,load_min,load_max\n"
                 "a@x.example,甲,研究院,welfare economy,3;4,0,40\nb@x.example,乙,大學,,,,\n");
    t_ok(world_do(&w, &w.officer, import));
    ck_assert_int_eq(w.n, 2);
    struct fund_reviewer *all;
    size_t n;
    struct tx *tx = reading(&w);
    t_ok(fund_reviewers(tx, w.programme, &all, &n, w.a));
    const struct fund_reviewer *first = str_eq(all[0].name, STR("甲")) ? &all[0] : &all[1];
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(first->fields, 1u | 4u);
    ck_assert_uint_eq(first->sdgs, 4u | 8u);
    ck_assert_int_eq(first->load_max, 40);
    db_read_end(tx);
    world_close(&w);
}
END_TEST

/* ---- conflicts ---- */

static rc add_authors(struct world *w, struct act *x)
{
    (void)w;
    const struct {
        int proposal;
        const char *organisation, *email;
    } authors[] = {{1, "", "R0@gmail.com"},           /* reviewer 0's own address */
                   {2, "ｉｎｓｔｉｔｕｔｅ－１", ""}, /* reviewer 1's organisation, full width, folded */
                   {3, "", "someone@gmail.com"},      /* a common provider proves nothing */
                   {4, "", "dean@uni.example"}};      /* reviewer 2's domain */
    for (size_t i = 0; i < sizeof authors / sizeof authors[0]; i++)
        TRY(db_exec(x->tx, &tq_author_add,
                    VALS(v_int(b.proposals[authors[i].proposal]), v_int((int64_t)i + 1), v_text(STR("某人")),
                         v_text(str_of(authors[i].organisation)), v_text(str_of(authors[i].email))),
                    NULL));
    return OK;
}

START_TEST(conflicts_are_detected)
{
    static const struct {
        int reviewer, proposal;
        bool conflict;
    } expected[] = {{0, 1, true}, {1, 2, true}, {2, 4, true}, {0, 3, false}, {1, 3, false}, {3, 2, false}};
    struct world w = open_board(_i);
    t_ok(world_do(&w, &act_system, add_authors));
    t_ok(world_do(&w, &w.officer, detect));
    ck_assert_int_eq(w.n, 3);
    t_ok(world_do(&w, &w.officer, detect));
    ck_assert_int_eq(w.n, 0);
    struct tx *tx = reading(&w);
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        bool got;
        t_ok(fund_in_conflict(tx, b.reviewers[expected[i].reviewer], b.proposals[expected[i].proposal], &got));
        ck_assert_msg(got == expected[i].conflict, "case %zu", i);
    }
    db_read_end(tx);
    world_close(&w);
}
END_TEST

static rc declare(struct world *w, struct act *x)
{
    return fund_conflict_declare(x, w->programme, w->n, w->text, b.reason);
}

static rc lift_all(struct world *w, struct act *x)
{
    struct fund_conflict *all;
    size_t n;
    int64_t total;
    TRY(fund_conflicts(x->tx, w->programme, 0, 0, 100, &all, &n, &total, x->a));
    for (size_t i = 0; i < n; i++)
        TRY(fund_conflict_lift(x, all[i].id, STR("two firms of one name")));
    return OK;
}

static rc open_sheet(struct world *w, struct act *x)
{
    struct fund_sheet s;
    return fund_sheet_open(x, w->programme, w->n, &s);
}

START_TEST(a_declared_conflict_closes_the_review)
{
    struct world w = open_board(_i);
    t_ok(world_do(&w, &w.officer, assign));
    for (w.n = 1; w.n <= PROPOSALS && !assigned(&w, 0, (int)w.n - 1); w.n++)
        ;
    ck_assert_int_le(w.n, PROPOSALS);
    t_ok(world_do(&w, &b.people[0], open_sheet));
    w.text = STR("no such kind");
    t_rc(world_do(&w, &b.people[0], declare), E_INVALID);
    w.text = STR("other");
    b.reason = STR_EMPTY; /* "other" must say which */
    t_rc(world_do(&w, &b.people[0], declare), E_INVALID);
    w.text = STR("family");
    t_ok(world_do(&w, &b.people[0], declare));
    ck_assert(!assigned(&w, 0, (int)w.n - 1));
    t_rc(world_do(&w, &b.people[0], open_sheet), E_DENIED);
    ck_assert_str_eq(w.err.main.code, "FND-405");
    t_ok(world_do(&w, &w.officer, lift_all)); /* the ended pair is not made again by itself */
    t_rc(world_do(&w, &b.people[0], open_sheet), E_NOTFOUND);
    ck_assert_str_eq(w.err.main.code, "FND-404");
    world_close(&w);
}
END_TEST

START_TEST(a_lifted_conflict_is_not_found_again)
{
    struct world w = open_board(_i);
    t_ok(world_do(&w, &act_system, add_authors));
    t_ok(world_do(&w, &w.officer, detect));
    t_rc(world_do(&w, &b.people[0], lift_all), E_DENIED);
    t_ok(world_do(&w, &w.officer, lift_all));
    t_ok(world_do(&w, &w.officer, detect));
    ck_assert_int_eq(w.n, 0);
    world_close(&w);
}
END_TEST

/* ---- assignment ---- */

static rc set_bounds(struct world *w, struct act *x)
{
    struct fund_reviewer_form f = {
        .organisation = STR("Elsewhere"), .load_min = w->n < 0 ? -w->n : 0, .load_max = w->n > 0 ? w->n : 0};
    return fund_reviewer_change(x, b.reviewers[b.who], &f);
}

START_TEST(assignment_respects_conflicts_and_loads)
{
    struct world w = open_board(_i);
    struct fund_assignment *all;
    size_t n;
    t_ok(world_do(&w, &act_system, add_authors));
    b.who = 4;
    w.n = 4; /* reviewer 4 takes four at most */
    t_ok(world_do(&w, &w.officer, set_bounds));
    t_ok(world_do(&w, &w.officer, assign));
    ck_assert_int_eq(w.n, PROPOSALS * PER_PROPOSAL);
    ck_assert(!assigned(&w, 0, 1) && !assigned(&w, 1, 2) && !assigned(&w, 2, 4));
    struct tx *tx = reading(&w);
    t_ok(fund_assignments(tx, w.programme, FUND_FIRST, 0, &all, &n, w.a));
    ck_assert_uint_eq(n, PROPOSALS * PER_PROPOSAL);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(all[i].number, (int64_t)i / PER_PROPOSAL + 1);
    t_ok(fund_assignments(tx, w.programme, FUND_FIRST, b.reviewers[4], &all, &n, w.a));
    ck_assert_uint_le(n, 4);
    db_read_end(tx);
    t_ok(world_do(&w, &w.officer, assign)); /* what is there is kept */
    ck_assert_int_eq(w.n, 0);
    world_close(&w);
}
END_TEST

START_TEST(an_impossible_assignment_is_explained)
{
    struct world w = open_board(_i);
    struct fund_assign_plan m;
    for (b.who = 0; b.who < REVIEWERS; b.who++) {
        w.n = 5; /* 5 × 5 < 30 */
        t_ok(world_do(&w, &w.officer, set_bounds));
    }
    t_rc(world_do(&w, &w.officer, assign), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-416");
    struct fund_panel p = panel_now(&w);
    struct tx *tx = reading(&w);
    t_ok(fund_assign_plan(tx, &p, true, &m, w.a));
    ck_assert_int_eq(m.out.why.reason, ASSIGN_CAPACITY);
    ck_assert_int_eq(m.out.why.need, PROPOSALS * PER_PROPOSAL);
    ck_assert_int_eq(m.out.why.have, 5 * REVIEWERS);
    db_read_end(tx);
    world_close(&w);
}
END_TEST

static rc add_by_hand(struct world *w, struct act *x)
{
    return fund_assign_add(x, w->programme, b.stage, b.reviewers[b.who], w->n, b.reason);
}

static rc decline(struct world *w, struct act *x)
{
    return fund_assign_decline(x, w->programme, w->n, b.reason);
}

START_TEST(by_hand_and_declined)
{
    struct world w = open_board(_i);
    t_ok(world_do(&w, &act_system, add_authors));
    t_ok(world_do(&w, &w.officer, detect));
    b.who = 0;
    w.n = 2; /* in conflict */
    t_rc(world_do(&w, &w.officer, add_by_hand), E_INVALID);
    w.n = 1;
    b.reason = STR_EMPTY;
    t_rc(world_do(&w, &w.officer, add_by_hand), E_INVALID);
    b.reason = STR("knows the field");
    t_rc(world_do(&w, &b.people[0], add_by_hand), E_DENIED);
    t_ok(world_do(&w, &w.officer, add_by_hand));
    t_rc(world_do(&w, &w.officer, add_by_hand), E_CONFLICT);
    t_ok(world_do(&w, &b.people[0], decline));
    ck_assert(!assigned(&w, 0, 0));
    t_ok(world_do(&w, &w.officer, assign));
    ck_assert(!assigned(&w, 0, 0)); /* declined is declined */
    ck_assert_int_eq(w.n, PROPOSALS * PER_PROPOSAL);
    world_close(&w);
}
END_TEST

START_TEST(affinity_counts_field_goals_and_bid)
{
    struct fund_reviewer r = {.fields = 1, .sdgs = 1 | 4};
    struct fund_proposal p = {.field = STR("welfare"), .sdgs = 1 | 2};
    ck_assert_int_eq(fund_affinity(&r, &p, STR_EMPTY), 400 + 150 + 150);
    ck_assert_int_eq(fund_affinity(&r, &p, STR("want")), 400 + 150 + 300);
    ck_assert_int_eq(fund_affinity(&r, &p, STR("rather_not")), 400 + 150);
    p = (struct fund_proposal){.field = STR("economy")};
    ck_assert_int_eq(fund_affinity(&r, &p, STR("can")), 150);
}
END_TEST

/* ---- scores ---- */

static rc save(struct world *w, struct act *x)
{
    struct fund_sheet s;
    TRY(fund_sheet_open(x, w->programme, w->n, &s));
    for (int i = 0; i < FUND_CRITERIA; i++)
        s.scores[i] = b.scores[i];
    s.overall = w->text;
    if (b.version >= 0)
        s.version = b.version;
    b.version = -1;
    return fund_sheet_save(x, &s, b.submit);
}

static void set_scores(int64_t social, int64_t impact, int64_t innovation, int64_t feasibility)
{
    b.scores[FUND_SOCIAL] = social;
    b.scores[FUND_IMPACT] = impact;
    b.scores[FUND_INNOVATION] = innovation;
    b.scores[FUND_FEASIBILITY] = feasibility;
    b.version = -1;
}

START_TEST(totals_are_weighted_and_leave_out_what_was_not_judged)
{
    static const int32_t weights[FUND_CRITERIA] = {300, 300, 200, 200}, none[FUND_CRITERIA] = {0};
    int32_t milli;
    ck_assert(fund_total(weights, (const int64_t[]){10, 5, 0, 1}, &milli));
    ck_assert_int_eq(milli, 4700);
    ck_assert(fund_total(weights, (const int64_t[]){7, FUND_CANNOT_JUDGE, 8, FUND_NO_SCORE}, &milli));
    ck_assert_int_eq(milli, 7400);
    ck_assert(fund_total(weights, (const int64_t[]){1, 0, 0, FUND_CANNOT_JUDGE}, &milli));
    ck_assert_int_eq(milli, 375);
    ck_assert(!fund_total(weights, (const int64_t[]){-1, -1, -1, -1}, &milli));
    ck_assert(!fund_total(none, (const int64_t[]){1, 1, 1, 1}, &milli));
}
END_TEST

START_TEST(score_rules)
{
    struct world w = open_board(_i);
    b.who = 0;
    w.n = 1;
    w.text = STR_EMPTY;
    t_ok(world_do(&w, &w.officer, add_by_hand));
    set_scores(7, FUND_NO_SCORE, FUND_NO_SCORE, FUND_NO_SCORE);
    t_rc(world_do(&w, &b.people[1], save), E_NOTFOUND); /* not theirs */
    t_ok(world_do(&w, &b.people[0], save));             /* a draft may lack anything */
    b.submit = true;
    t_rc(world_do(&w, &b.people[0], save), E_INVALID);
    ck_assert_int_eq(w.err.n_fields, 4); /* three scores, the comment */
    set_scores(7, 11, 3, FUND_CANNOT_JUDGE);
    w.text = STR("well argued");
    t_rc(world_do(&w, &b.people[0], save), E_INVALID);
    ck_assert_str_eq(w.err.fields[0].code, "FND-411");
    set_scores(7, 10, 3, FUND_CANNOT_JUDGE);
    b.version = 0; /* an old window */
    t_rc(world_do(&w, &b.people[0], save), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-413");
    t_ok(world_do(&w, &b.people[0], save));
    set_scores(8, FUND_NO_SCORE, 3, 3); /* handed in stays complete */
    b.submit = false;
    t_rc(world_do(&w, &b.people[0], save), E_INVALID);
    clock_fix(panel_now(&w).due);
    set_scores(8, 8, 8, 8);
    t_rc(world_do(&w, &b.people[0], save), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-410");
    world_close(&w);
}
END_TEST

START_TEST(nothing_opens_without_the_statement)
{
    struct world w = world_open(_i);
    b = (struct board){.stage = FUND_FIRST, .reason = STR("because")};
    t_ok(world_do(&w, &act_system, prepare));
    t_ok(world_do(&w, &w.officer, invite));
    w.n = 1;
    t_rc(world_do(&w, &b.people[0], open_sheet), E_DENIED);
    ck_assert_str_eq(w.err.main.code, "FND-402");
    t_ok(world_do(&w, &b.people[0], answer));
    t_rc(world_do(&w, &b.people[0], open_sheet), E_DENIED);
    ck_assert_str_eq(w.err.main.code, "FND-403");
    t_ok(world_do(&w, &w.officer, add_by_hand)); /* assigned, and still closed */
    t_rc(world_do(&w, &b.people[0], open_sheet), E_DENIED);
    t_ok(world_do(&w, &b.people[0], sign));
    t_ok(world_do(&w, &b.people[0], open_sheet));
    world_close(&w);
}
END_TEST

/* ---- results and the decision ---- */

/* Every reviewer scores what they have: the first proposals best, one point less with the strict reviewer 0. */
static void review_everything(struct world *w)
{
    t_ok(world_do(w, &w->officer, assign));
    b.submit = true;
    w->text = STR("fine");
    for (b.who = 0; b.who < REVIEWERS; b.who++)
        for (int i = 0; i < PROPOSALS; i++)
            if (assigned(w, b.who, i)) {
                int64_t score = PROPOSALS - i - (b.who == 0 ? 1 : 0);
                set_scores(score, score, score, score);
                w->n = i + 1;
                t_ok(world_do(w, &b.people[b.who], save));
            }
    b.who = 0;
}

static rc close_review(struct world *w, struct act *x)
{
    return fund_panel_close(x, w->programme, b.stage, w->text);
}

static rc deviate(struct world *w, struct act *x)
{
    return fund_draft_deviate(x, w->programme, b.stage, w->n, (int)w->in, w->out, w->text);
}

static rc propose(struct world *w, struct act *x)
{
    return fund_decision_propose(x, w->programme, b.stage, b.hash, w->text, &w->out);
}

static rc confirm(struct world *w, struct act *x)
{
    return fund_decision_confirm(x, w->programme, b.stage);
}

static rc withdraw(struct world *w, struct act *x)
{
    return fund_decision_withdraw(x, w->programme, b.stage, w->text);
}

static struct fund_results results_for(struct world *w, id viewer)
{
    struct fund_panel p = panel_now(w);
    struct fund_results r;
    struct tx *tx = reading(w);
    t_ok(fund_results_of(tx, &p, viewer, &r, w->a));
    db_read_end(tx);
    return r;
}

START_TEST(results_rank_and_hide_ones_own)
{
    struct world w = open_board(_i);
    review_everything(&w);
    struct fund_results r = results_for(&w, 0);
    ck_assert_uint_eq(r.n, PROPOSALS);
    ck_assert_uint_eq(r.n_scored, PROPOSALS);
    ck_assert_uint_eq(r.n_components, 1);
    for (size_t i = 0; i < r.n; i++) {
        ck_assert_uint_eq(r.rows[i].rank, i + 1);
        ck_assert_int_eq(r.rows[i].proposal->number, (int64_t)i + 1); /* the true order, found behind strictness */
        ck_assert_int_eq(r.rows[i].reviews, PER_PROPOSAL);
        ck_assert(r.rows[i].pass == (i < 4));
    }
    struct fund_results own = results_for(&w, b.author.account);
    ck_assert_uint_eq(own.hidden, 1);
    ck_assert_uint_eq(own.n, PROPOSALS - 1);
    ck_assert_int_eq(own.rows[0].proposal->number, 2);
    ck_assert_int_eq(own.rows[0].rank, 1); /* no gap tells where their own stands */
    world_close(&w);
}
END_TEST

static rc csv_check(struct world *w, struct act *x)
{
    struct fund_panel p;
    BUF_SCOPED out = BUF_INIT(1 << 20);
    TRY(fund_panel_get(x->tx, w->programme, b.stage, &p));
    TRY(fund_scores_csv(x->tx, &p, w->in, &out, x->a));
    w->n = 0;
    for (size_t i = 0; i < out.n; i++)
        w->n += out.p[i] == '\n';
    return OK;
}

QUERY(tq_assignment_move, "iii", "", "UPDATE fund_assignment SET proposal = $3 WHERE reviewer = $1 AND proposal = $2");

/* One review of proposal w->out more, one of w->in less: the total is what was wanted. */
static rc move_one_review(struct world *w, struct act *x)
{
    return db_exec(x->tx, &tq_assignment_move, VALS(v_int(b.reviewers[b.who]), v_int(w->in), v_int(w->out)), NULL);
}

static void find_review_to_move(struct world *w)
{
    for (b.who = 0; b.who < REVIEWERS; b.who++)
        for (int from = 0; from < PROPOSALS; from++)
            for (int to = 0; to < PROPOSALS; to++)
                if (assigned(w, b.who, from) && !assigned(w, b.who, to)) {
                    w->in = b.proposals[from];
                    w->out = b.proposals[to];
                    return;
                }
    ck_abort_msg("every reviewer has every proposal");
}

START_TEST(a_missing_review_is_not_made_up_for_elsewhere)
{
    struct world w = open_board(_i);
    review_everything(&w);
    find_review_to_move(&w);
    t_ok(world_do(&w, &w.officer, move_one_review));
    w.text = STR_EMPTY;
    t_rc(world_do(&w, &w.officer, close_review), E_INVALID);
    ck_assert_str_eq(w.err.fields[0].code, "FND-423");
    w.text = STR("one expert fell ill");
    t_ok(world_do(&w, &w.officer, close_review));
    world_close(&w);
}
END_TEST

START_TEST(a_decision_needs_two_officers)
{
    struct world w = open_board(_i);
    review_everything(&w);
    w.in = b.author.account;
    t_ok(world_do(&w, &w.officer, csv_check));
    ck_assert_int_eq(w.n, 1 + (PROPOSALS - 1) * PER_PROPOSAL);
    b.hash = results_for(&w, 0).hash;
    w.text = STR("by the order");
    t_rc(world_do(&w, &w.officer, propose), E_CONFLICT); /* the review is open */
    t_ok(world_do(&w, &w.officer, close_review));
    w.in = FUND_TAKEN; /* number 9 instead of number 4 */
    w.out = 0;
    w.n = 9;
    w.text = STR_EMPTY;
    t_rc(world_do(&w, &w.officer, deviate), E_INVALID); /* without a reason */
    w.text = STR("the only one of its county");
    t_rc(world_do(&w, &b.author, deviate), E_DENIED);
    ck_assert_str_eq(w.err.main.code, "FND-419");
    t_ok(world_do(&w, &w.officer, deviate));
    t_rc(world_do(&w, &w.officer, propose), E_LIMIT); /* five for four places */
    w.in = FUND_NOT_TAKEN;
    w.n = 4;
    t_ok(world_do(&w, &w.officer, deviate));
    b.hash = STR("another table");
    t_rc(world_do(&w, &w.officer, propose), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-420");
    b.hash = results_for(&w, 0).hash;
    t_ok(world_do(&w, &w.officer, propose));
    ck_assert_int_eq(count(&w, &tq_table, VALS(v_int(w.out))), PROPOSALS);
    t_rc(world_do(&w, &w.officer, confirm), E_DENIED);
    ck_assert_str_eq(w.err.main.code, "FND-418");
    t_rc(world_do(&w, &b.author, confirm), E_DENIED);
    t_ok(world_do(&w, &w.second_officer, withdraw));
    t_ok(world_do(&w, &w.second_officer, propose));
    t_rc(world_do(&w, &w.second_officer, confirm), E_DENIED);
    t_ok(world_do(&w, &w.officer, confirm));
    t_rc(world_do(&w, &w.officer, confirm), E_CONFLICT);
    struct fund_proposal *chosen;
    size_t n;
    struct tx *tx = reading(&w);
    t_ok(fund_proposals_at(tx, w.programme, FUND_FIRST, &chosen, &n, w.a));
    ck_assert_uint_eq(n, 4);
    ck_assert_int_eq(chosen[3].number, 9);
    struct fund_decided *rows;
    t_ok(fund_decided_rows(tx, w.out, &rows, &n, w.a));
    ck_assert_uint_eq(n, 5); /* four taken, one left out with its reason */
    ck_assert_int_eq(rows[4].number, 4);
    t_str(rows[4].reason, STR("the only one of its county"));
    BUF_SCOPED finding = BUF_INIT(4096);
    for (int i = 0; i < FUND_BOARD_CHECKS; i++)
        t_ok(fund_board_checks[i].run(NULL, tx, &finding));
    db_read_end(tx);
    world_close(&w);
}
END_TEST

static rc afterwards(struct world *w, struct act *x)
{
    struct act reviewer = {.tx = x->tx, .a = x->a, .by = &b.people[1], .at = x->at};
    TRY(fund_reviewer_dismiss(x, b.reviewers[0], STR("moved abroad")));
    for (int64_t n = 1; n <= PROPOSALS; n++)
        TRY(fund_conflict_declare(&reviewer, w->programme, n, STR("family"), STR("learned of it later")));
    return db_exec(x->tx, &tq_withdrawn, VALS(v_int(b.proposals[9])), NULL);
}

START_TEST(what_was_decided_stays)
{
    struct world w = open_board(_i);
    review_everything(&w);
    t_ok(world_do(&w, &w.officer, close_review));
    b.hash = results_for(&w, 0).hash;
    t_ok(world_do(&w, &w.officer, propose));
    t_ok(world_do(&w, &w.second_officer, confirm));
    t_ok(world_do(&w, &w.officer, afterwards));
    struct fund_results r = results_for(&w, 0);
    t_str(r.hash, b.hash);
    ck_assert_uint_eq(r.n, PROPOSALS);
    ck_assert_int_eq(r.rows[9].reviews, PER_PROPOSAL);
    for (w.n = 1; w.n <= PROPOSALS; w.n++) { /* closed to whoever has an interest, and to who was dismissed */
        t_rc(world_do(&w, &b.people[1], open_sheet), E_DENIED);
        t_rc(world_do(&w, &b.people[0], open_sheet), E_DENIED);
    }
    world_close(&w);
}
END_TEST

/* ---- attachments ---- */

static rc attach_to_all(struct world *w, struct act *x)
{
    for (int i = 0; i < PROPOSALS; i++) {
        id document = id_new();
        TRY(db_exec(x->tx, &tq_document_add, VALS(v_int(document), v_int(0), v_blob(arena_printf(x->a, "%032d", i))),
                    NULL));
        TRY(db_exec(x->tx, &tq_file_add, VALS(v_int(1000 + i), v_int(b.proposals[i]), v_int(document)), NULL));
    }
    (void)w;
    return OK;
}

/* The one attachment of proposal w->n. */
static rc open_file(struct world *w, struct act *x)
{
    struct fund_attachment f;
    return fund_attachment_get(x->tx, x->by, 999 + w->n, &f, x->a);
}

START_TEST(attachments_are_open_to_whom_the_sheet_is)
{
    struct world w = open_board(_i);
    struct session citizen = world_session(99, 0, 0), uninvited = world_session(98, PARTY_OPERATOR, AS_REVIEWER);
    t_ok(world_do(&w, &act_system, attach_to_all));
    w.n = 1;
    t_rc(world_do(&w, &b.people[0], open_file), E_NOTFOUND);
    ck_assert_str_eq(w.err.main.code, "FND-404"); /* nothing is assigned yet */
    t_ok(world_do(&w, &w.officer, assign));
    for (int i = 0; i < PROPOSALS; i++) {
        w.n = i + 1;
        if (assigned(&w, 0, i))
            t_ok(world_do(&w, &b.people[0], open_file));
        else
            t_rc(world_do(&w, &b.people[0], open_file), E_NOTFOUND);
    }
    for (w.n = 1; !assigned(&w, 0, (int)w.n - 1); w.n++)
        ;
    w.text = STR("family");
    t_ok(world_do(&w, &b.people[0], declare));
    t_rc(world_do(&w, &b.people[0], open_file), E_DENIED);
    ck_assert_str_eq(w.err.main.code, "FND-405");
    t_rc(world_do(&w, &uninvited, open_file), E_DENIED);
    ck_assert_str_eq(w.err.main.code, "FND-402");
    t_rc(world_do(&w, &citizen, open_file), E_NOTFOUND);
    t_ok(world_do(&w, &w.officer, open_file));
    world_close(&w);
}
END_TEST

/* ---- final awards ---- */

static rc to_awards(struct world *w, struct act *x)
{
    for (int i = 0; i < PROPOSALS; i++)
        for (int s = FUND_FIRST; s <= FUND_FINAL; s++)
            TRY(fund_proposal_advance(x, b.proposals[i], (enum fund_stage)s, 0, STR("test")));
    TRY(world_phase(x, w->programme, FUND_AWARDS));
    return fund_panel_open(x, w->programme, FUND_AWARDED);
}

START_TEST(awards_keep_their_limits)
{
    struct world w = open_board(_i);
    t_ok(world_do(&w, &act_system, to_awards));
    b.stage = FUND_AWARDED;
    ck_assert_int_eq(panel_now(&w).places, 20);
    review_everything(&w);
    w.text = STR_EMPTY;
    t_ok(world_do(&w, &w.officer, close_review)); /* complete: no reason is asked */
    w.text = STR("a smaller budget");
    w.n = 2;
    w.in = FUND_SECOND_AWARD;
    w.out = 3000001;
    t_rc(world_do(&w, &w.officer, deviate), E_INVALID);
    ck_assert_str_eq(w.err.fields[0].code, "FND-421");
    w.out = 1200000;
    t_ok(world_do(&w, &w.officer, deviate));
    w.n = 3;
    w.in = FUND_TAKEN; /* a second first award */
    w.out = 5000000;
    t_ok(world_do(&w, &w.officer, deviate));
    b.hash = results_for(&w, 0).hash;
    t_rc(world_do(&w, &w.officer, propose), E_LIMIT);
    w.n = 1;
    w.in = FUND_SECOND_AWARD;
    w.out = 3000000;
    t_ok(world_do(&w, &w.officer, deviate));
    t_ok(world_do(&w, &w.officer, propose));
    t_ok(world_do(&w, &w.second_officer, confirm));
    struct fund_proposal p;
    static const int64_t awards[] = {3000000, 1200000, 5000000, 3000000, 3000000, 2000000};
    struct tx *tx = reading(&w);
    for (int i = 0; i < 6; i++) {
        t_ok(fund_proposal_get(tx, b.proposals[i], &p, w.a));
        ck_assert_int_eq(p.stage, FUND_AWARDED);
        ck_assert_int_eq(p.award, awards[i]);
    }
    db_read_end(tx);
    world_close(&w);
}
END_TEST

static rc break_conflict(struct world *w, struct act *x)
{
    (void)w;
    return db_exec(x->tx, &tq_break, VALS(v_int(b.reviewers[0])), NULL);
}

START_TEST(the_doctor_finds_a_conflicted_review)
{
    struct world w = open_board(_i);
    t_ok(world_do(&w, &w.officer, assign));
    for (w.n = 1; !assigned(&w, 0, (int)w.n - 1); w.n++)
        ;
    w.text = STR("family");
    t_ok(world_do(&w, &b.people[0], declare));
    struct tx *tx = reading(&w);
    BUF_SCOPED finding = BUF_INIT(4096);
    t_ok(fund_board_checks[0].run(NULL, tx, &finding));
    db_read_end(tx);
    t_ok(world_do(&w, &act_system, break_conflict));
    tx = reading(&w);
    t_rc(fund_board_checks[0].run(NULL, tx, &finding), E_CORRUPT);
    db_read_end(tx);
    world_close(&w);
}
END_TEST

DBT_MAIN("fund/board", only_officers_invite_and_only_the_invited_answer, import_refuses_a_file_with_wrong_rows,
         conflicts_are_detected, a_declared_conflict_closes_the_review, a_lifted_conflict_is_not_found_again,
         assignment_respects_conflicts_and_loads, an_impossible_assignment_is_explained, by_hand_and_declined,
         affinity_counts_field_goals_and_bid, totals_are_weighted_and_leave_out_what_was_not_judged, score_rules,
         nothing_opens_without_the_statement, results_rank_and_hide_ones_own,
         a_missing_review_is_not_made_up_for_elsewhere, a_decision_needs_two_officers, awards_keep_their_limits,
         what_was_decided_stays, attachments_are_open_to_whom_the_sheet_is, the_doctor_finds_a_conflicted_review)

/* What comes of proposals: value maps between form and file, who may see and decide what, the ranking, the caps. */
#include "core/doctor.h"
#include "mod/fund/effects.h"
#include "test_fund.h"

struct effects {
    id proposal[4], version, interest, approach, adoption;
    struct session team, stranger, company, other_company;
    struct value_map map;
    struct fund_interest g;
    struct fund_adoption adopted;
    bool yes;
    const char *words;
    size_t at; /* which proposal */
};
static struct effects f;

static rc account(const struct act *x, const char *email, struct session *out)
{
    id made;
    TRY(account_ensure(x->tx, str_of(email), STR("T"), LANG_ZH, &made));
    *out = world_session(made, 0, 0);
    return OK;
}

static rc prepare(struct world *w, struct act *x)
{
    struct fund_proposal p;
    for (size_t i = 0; i < 4; i++)
        TRY(world_proposal(x, w->programme, 10 + (int64_t)i, i == 3 ? FUND_SECOND : FUND_ENTERED, &f.proposal[i]));
    TRY(fund_proposal_get(x->tx, f.proposal[0], &p, x->a));
    TRY(account(x, "team@t.example", &f.team));
    TRY(account(x, "stranger@t.example", &f.stranger));
    TRY(account(x, "company@t.example", &f.company));
    TRY(account(x, "other@t.example", &f.other_company));
    return member_add(x->tx, p.team, f.team.account, AS_TEAM);
}

static struct world open_effects(int engine)
{
    struct world w = world_open(engine);
    f = (struct effects){.words = "We would like to help.", .yes = true};
    value_map_example(&f.map);
    f.map.rate = STR("3.5");
    f.g = (struct fund_interest){.organisation = STR("Firm"),
                                 .fields = 1,
                                 .sdgs = 1 << 2 | 1 << 9,
                                 .county = STR("TPE"),
                                 .kinds = 3,
                                 .offer = STR("Two vans"),
                                 .contact = STR("Lin"),
                                 .email = STR("lin@firm.example"),
                                 .phone = STR("02")};
    f.adopted = (struct fund_adoption){.organisation = STR("County office"),
                                       .kind = STR("government"),
                                       .since = instant_day(WORLD_NOW) - 3,
                                       .how = STR("Every day"),
                                       .link = STR("https://t.example/")};
    t_ok(world_do(&w, &act_system, prepare));
    return w;
}

static void doctor_says(struct world *w, int check, rc want)
{
    struct tx *tx;
    BUF_SCOPED finding = BUF_INIT(4096);
    t_ok(db_read_begin(w->db, &tx));
    t_rc(fund_effect_checks[check].run(NULL, tx, &finding), want);
    ck_assert_uint_gt(finding.n, 0);
    db_read_end(tx);
}

/* ---- value maps ---- */

static rc save(struct world *w, struct act *x)
{
    (void)w;
    return fund_map_save(x, f.proposal[0], &f.map, &f.version);
}

static rc publish(struct world *w, struct act *x)
{
    (void)w;
    return fund_map_publish(x, f.proposal[0], &f.map, &f.version);
}

static rc take_off(struct world *w, struct act *x)
{
    (void)w;
    return fund_map_withdraw(x, f.proposal[0]);
}

static size_t versions(struct world *w, struct fund_map_version **v)
{
    struct tx *tx;
    size_t n;
    t_ok(db_read_begin(w->db, &tx));
    t_ok(fund_maps_of(tx, f.proposal[0], v, &n, w->a));
    db_read_end(tx);
    return n;
}

static rc public_map(struct world *w, struct fund_map_version *v)
{
    struct tx *tx;
    t_ok(db_read_begin(w->db, &tx));
    rc r = fund_map_public(tx, f.proposal[0], v, w->a);
    db_read_end(tx);
    return r;
}

START_TEST(a_map_survives_the_file)
{
    struct arena *a = arena_new(8 << 20);
    struct value_map *m = ARENA_NEW(a, struct value_map), *again = ARENA_NEW(a, struct value_map);
    struct value_result *r = ARENA_NEW(a, struct value_result), *of_file = ARENA_NEW(a, struct value_result);
    struct err e = {0};
    BUF_SCOPED one = BUF_INIT(VALUE_CSV_MAX), two = BUF_INIT(VALUE_CSV_MAX);
    value_map_example(m);
    m->rate = again->rate = STR("3.5");
    m->rows[1].cell[SROI_COL_OUTCOME] = STR("=1+1, \"quoted\"");
    m->rows[1].cell[SROI_COL_PARAM + SROI_PROXY] = STR("-9000..-6000..-3000"); /* a harm; csv_put guards the minus */
    m->rows[2].cell[SROI_COL_PARAM + SROI_PROXY] = STR("１８,０００..24,000..30000"); /* as people type */
    value_map_csv(a, m, &one);
    t_ok(value_map_read(a, buf_str(&one), again, &e));
    value_map_csv(a, again, &two);
    t_str(buf_str(&one), buf_str(&two));
    t_ok(value_map_compute(a, m, r, &e));
    t_ok(value_map_compute(a, again, of_file, &e));
    ck_assert_int_eq(r->out.low.npv, of_file->out.low.npv);
    ck_assert_int_eq(r->out.high.ratio, of_file->out.high.ratio);
    ck_assert_int_eq(r->named.rows[0].p[SROI_PROXY].low, -9000000);
    ck_assert_int_eq(r->named.rows[1].p[SROI_PROXY].low, 18000000);
    ck_assert_int_eq(r->out.low.npv < r->out.base.npv && r->out.base.npv < r->out.high.npv, true);
    arena_free(a);
}
END_TEST

START_TEST(wrong_cells_are_named)
{
    struct arena *a = arena_new(8 << 20);
    struct value_map *m = ARENA_NEW(a, struct value_map);
    struct value_result *r = ARENA_NEW(a, struct value_result);
    struct err e = {0};
    value_map_example(m);
    m->rate = STR("3.5");
    /* an empty row in between is left out, and does not shift the names */
    m->rows[3] = m->rows[2];
    for (size_t c = 0; c < SROI_COLUMNS; c++)
        m->rows[2].cell[c] = STR_EMPTY;
    m->n = 4;
    m->rows[3].cell[SROI_COL_PARAM + SROI_DEADWEIGHT] = STR("110");
    m->rows[3].cell[SROI_COL_PARAM + SROI_QUANTITY] = STR("many");
    m->rows[1].cell[SROI_COL_PARAM + SROI_PROXY] = STR("3..2..1");
    m->rows[1].cell[SROI_COL_OUTCOME] = STR_EMPTY;
    t_rc(value_map_compute(a, m, r, &e), E_INVALID);
    ck_assert_int_eq(e.n_fields, 4);
    ck_assert_str_eq(e.fields[0].field, "outcome_2");
    ck_assert_str_eq(e.fields[1].field, "proxy_2");
    ck_assert_str_eq(e.fields[2].field, "quantity_4");
    ck_assert_str_eq(e.fields[3].field, "deadweight_4");
    err_clear(&e);
    m->n = 1;
    t_rc(value_map_compute(a, m, r, &e), E_INVALID);
    ck_assert_str_eq(e.main.code, "FND-710");
    err_clear(&e);
    value_map_example(m);
    m->rate = STR("much");
    t_rc(value_map_compute(a, m, r, &e), E_INVALID);
    ck_assert_str_eq(e.fields[0].field, "rate");
    err_clear(&e);
    t_rc(value_map_read(a, STR("outcome,proxy,dead_weight\r\nA,5,1\r\n"), m, &e), E_INVALID);
    ck_assert_str_eq(e.fields[0].code, "FND-211");
    arena_free(a);
}
END_TEST

START_TEST(maps_have_versions)
{
    struct world w = open_effects(_i);
    struct fund_map_version *v, shown;
    t_rc(world_do(&w, &f.stranger, save), E_DENIED);
    t_ok(world_do(&w, &f.team, save));
    t_ok(world_do(&w, &f.team, save)); /* the same again */
    ck_assert_uint_eq(versions(&w, &v), 1);
    t_rc(public_map(&w, &shown), E_NOTFOUND);
    f.map.rows[1].cell[SROI_COL_PARAM + SROI_PROXY] = STR("dear");
    t_ok(world_do(&w, &f.team, save)); /* as typed, right or wrong */
    t_rc(world_do(&w, &f.team, publish), E_INVALID);
    ck_assert_str_eq(w.err.fields[0].field, "proxy_2");
    f.map.rows[1].cell[SROI_COL_PARAM + SROI_PROXY] = STR("8000");
    t_rc(world_do(&w, &f.stranger, publish), E_DENIED);
    t_ok(world_do(&w, &f.team, publish));
    ck_assert_uint_eq(versions(&w, &v), 3);
    t_ok(public_map(&w, &shown));
    ck_assert_int_eq(shown.version, 3);
    ck_assert_int_eq(shown.ratio.low < shown.ratio.base && shown.ratio.base < shown.ratio.high, true);
    doctor_says(&w, 0, OK);
    t_ok(world_do(&w, &f.team, take_off));
    t_rc(world_do(&w, &f.team, take_off), E_CONFLICT);
    t_rc(public_map(&w, &shown), E_NOTFOUND);
    t_ok(world_do(&w, &f.team, publish)); /* shown again */
    t_ok(public_map(&w, &shown));
    ck_assert_int_eq(shown.version, 3);
    world_close(&w);
}
END_TEST

QUERY(te_forge_map, "", "", "UPDATE fund_value_map SET ratio_high = ratio_high + 1 WHERE published <> 0");
static rc forge_map(struct world *w, struct act *x)
{
    (void)w;
    return db_exec(x->tx, &te_forge_map, NOVALS, NULL);
}

START_TEST(the_doctor_computes_again)
{
    struct world w = open_effects(_i);
    t_ok(world_do(&w, &f.team, publish));
    doctor_says(&w, 0, OK);
    t_ok(world_do(&w, &act_system, forge_map));
    doctor_says(&w, 0, E_CORRUPT);
    world_close(&w);
}
END_TEST

/* ---- interests ---- */

static rc add_interest(struct world *w, struct act *x)
{
    (void)w;
    return fund_interest_add(x, &f.g, &f.interest);
}

static rc close_interest(struct world *w, struct act *x)
{
    (void)w;
    return fund_interest_close(x, f.interest, f.yes);
}

static rc send(struct world *w, struct act *x)
{
    (void)w;
    return fund_approach_send(x, f.interest, f.proposal[f.at], str_of(f.words), &f.approach);
}

static rc answer(struct world *w, struct act *x)
{
    (void)w;
    return fund_approach_answer(x, f.approach, f.yes, STR("Call us"));
}

static rc withdraw(struct world *w, struct act *x)
{
    (void)w;
    return fund_approach_withdraw(x, f.approach);
}

START_TEST(points_are_counted_as_declared)
{
    const struct fund_interest *g;
    f.g.fields = 1;
    f.g.sdgs = 1 << 2 | 1 << 9;
    f.g.county = STR("TPE");
    g = &f.g;
    struct fund_fit all = fund_fit_of(g, STR("welfare"), 1 << 2 | 1 << 9 | 1, STR("TPE"), FUND_FINAL);
    ck_assert_int_eq(all.points, 2 * FIT_GOAL + FIT_FIELD + FIT_COUNTY + 3 * FIT_STAGE);
    struct fund_fit none = fund_fit_of(g, STR("economy"), 1, STR("KHH"), FUND_ENTERED);
    ck_assert_int_eq(none.points, 0);
    struct fund_fit unknown = fund_fit_of(g, STR("nonsense"), 1 << 2, STR("KHH"), FUND_ENTERED);
    ck_assert_int_eq(unknown.points, FIT_GOAL);
}
END_TEST

START_TEST(the_ranking_has_declared_ties)
{
    struct world w = open_effects(_i);
    struct fund_ranked *v;
    struct fund_interest_fit *wanted;
    struct fund_proposal p;
    struct tx *tx;
    size_t n;
    struct fund_filter all = {.programme = w.programme};
    t_ok(world_do(&w, &f.company, add_interest));
    t_ok(db_read_begin(w.db, &tx));
    t_ok(fund_fits(tx, &f.g, &all, &v, &n, w.a));
    ck_assert_uint_eq(n, 4);
    ck_assert_int_eq(v[0].card.number, 13); /* came further */
    ck_assert_int_eq(v[1].card.number, 10); /* equal points: by number */
    ck_assert_int_eq(v[3].card.number, 12);
    f.g.stage = FUND_FIRST;
    t_ok(fund_fits(tx, &f.g, &all, &v, &n, w.a));
    ck_assert_uint_eq(n, 1);
    f.g.stage = FUND_ENTERED;
    f.g.fields = 2; /* another field and no shared goal: does not fit */
    f.g.sdgs = 1 << 16;
    t_ok(fund_fits(tx, &f.g, &all, &v, &n, w.a));
    ck_assert_uint_eq(n, 0);
    t_ok(fund_proposal_get(tx, f.proposal[0], &p, w.a));
    t_ok(fund_interests_for(tx, &p, 10, &wanted, &n, w.a));
    ck_assert_uint_eq(n, 1);
    t_str(wanted[0].g.organisation, STR("Firm"));
    ck_assert_uint_eq(wanted[0].g.email.n + wanted[0].g.contact.n + wanted[0].g.phone.n, 0);
    db_read_end(tx);
    world_close(&w);
}
END_TEST

START_TEST(interests_have_caps_and_owners)
{
    struct world w = open_effects(_i);
    struct fund_interest g = f.g, got;
    struct tx *tx;
    f.g.fields = f.g.sdgs = 0;
    t_rc(world_do(&w, &f.company, add_interest), E_INVALID);
    ck_assert_str_eq(w.err.fields[0].code, "FND-725");
    f.g = g;
    for (int i = 0; i < FUND_INTERESTS_MAX; i++)
        t_ok(world_do(&w, &f.company, add_interest));
    t_rc(world_do(&w, &f.company, add_interest), E_LIMIT);
    t_rc(world_do(&w, &f.other_company, close_interest), E_NOTFOUND);
    t_ok(world_do(&w, &f.company, close_interest));
    t_ok(world_do(&w, &f.company, add_interest));
    t_ok(db_read_begin(w.db, &tx));
    t_rc(fund_interest_get(tx, f.interest, f.other_company.account, &got, w.a), E_NOTFOUND);
    t_ok(fund_interest_get(tx, f.interest, f.company.account, &got, w.a));
    db_read_end(tx);
    world_close(&w);
}
END_TEST

/* The details that each side sees of the other, joined. */
static str details(struct world *w, bool of_team)
{
    struct fund_approach *v;
    struct tx *tx;
    size_t n;
    t_ok(db_read_begin(w->db, &tx));
    if (of_team)
        t_ok(fund_approaches_to(tx, f.proposal[0], &v, &n, w->a));
    else
        t_ok(fund_approaches_sent(tx, f.company.account, &v, &n, w->a));
    db_read_end(tx);
    ck_assert_uint_eq(n, 1);
    return arena_printf(w->a, "%.*s%.*s%.*s", STR_ARG(v[0].contact), STR_ARG(v[0].email), STR_ARG(v[0].phone));
}

START_TEST(details_are_shown_after_a_yes_only)
{
    struct world w = open_effects(_i);
    struct fund_approach_counts counts;
    struct tx *tx;
    t_ok(world_do(&w, &f.company, add_interest));
    t_rc(world_do(&w, &f.other_company, send), E_NOTFOUND); /* somebody else's interest */
    t_ok(world_do(&w, &f.company, send));
    t_rc(world_do(&w, &f.company, send), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-722");
    ck_assert_uint_eq(details(&w, true).n, 0);
    ck_assert_uint_eq(details(&w, false).n, 0);
    t_rc(world_do(&w, &f.stranger, answer), E_DENIED);
    t_rc(world_do(&w, &f.company, answer), E_DENIED);
    t_ok(world_do(&w, &f.team, answer));
    t_rc(world_do(&w, &f.team, answer), E_CONFLICT);
    t_rc(world_do(&w, &f.company, withdraw), E_CONFLICT);
    t_str(details(&w, true), STR("Linlin@firm.example02"));
    t_str(details(&w, false), STR("隊t@t.example"));
    t_ok(db_read_begin(w.db, &tx));
    t_ok(fund_approaches_count(tx, w.programme, &counts));
    db_read_end(tx);
    ck_assert_int_eq(counts.yes, 1);
    ck_assert_int_eq(counts.waiting, 0);
    doctor_says(&w, 1, OK);
    world_close(&w);
}
END_TEST

START_TEST(a_no_shows_nothing)
{
    struct world w = open_effects(_i);
    t_ok(world_do(&w, &f.company, add_interest));
    t_ok(world_do(&w, &f.company, send));
    f.yes = false;
    t_ok(world_do(&w, &f.team, answer));
    ck_assert_uint_eq(details(&w, true).n + details(&w, false).n, 0);
    world_close(&w);
}
END_TEST

static rc many_proposals(struct world *w, struct act *x)
{
    f.at = 1;
    for (int64_t i = 0; i < FUND_APPROACHES_OPEN_MAX; i++) {
        id made;
        TRY(world_proposal(x, w->programme, 100 + i, FUND_ENTERED, &f.proposal[1]));
        TRY(fund_approach_send(x, f.interest, f.proposal[1], STR("Hello"), &made));
    }
    return OK;
}

START_TEST(offers_have_caps_and_can_be_withdrawn)
{
    struct world w = open_effects(_i);
    f.g.organisation = STR("Team itself");
    t_ok(world_do(&w, &f.team, add_interest));
    t_rc(world_do(&w, &f.team, send), E_DENIED); /* its own proposal */
    ck_assert_str_eq(w.err.main.code, "FND-723");
    t_ok(world_do(&w, &f.company, add_interest));
    t_ok(world_do(&w, &f.company, close_interest));
    t_rc(world_do(&w, &f.company, send), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-724");
    f.yes = false;
    t_ok(world_do(&w, &f.company, close_interest));
    t_ok(world_do(&w, &f.company, many_proposals));
    f.at = 0;
    t_rc(world_do(&w, &f.company, send), E_LIMIT);
    f.at = 2;
    struct fund_approach *v;
    struct tx *tx;
    size_t n;
    t_ok(db_read_begin(w.db, &tx));
    t_ok(fund_approaches_sent(tx, f.company.account, &v, &n, w.a));
    db_read_end(tx);
    f.approach = v[0].id;
    t_rc(world_do(&w, &f.stranger, withdraw), E_NOTFOUND);
    t_ok(world_do(&w, &f.company, withdraw));
    t_rc(world_do(&w, &f.company, withdraw), E_CONFLICT);
    t_ok(world_do(&w, &f.company, send));
    doctor_says(&w, 1, OK);
    world_close(&w);
}
END_TEST

/* ---- adoptions ---- */

static rc record(struct world *w, struct act *x)
{
    (void)w;
    return fund_adoption_record(x, f.proposal[f.at], &f.adopted, &f.adoption);
}

static rc decide(struct world *w, struct act *x)
{
    (void)w;
    return fund_adoption_decide(x, f.adoption, f.yes, str_of(f.words));
}

static rc remove_it(struct world *w, struct act *x)
{
    (void)w;
    return fund_adoption_remove(x, f.adoption);
}

static rc officer_joins(struct world *w, struct act *x)
{
    struct fund_proposal p;
    TRY(fund_proposal_get(x->tx, f.proposal[0], &p, x->a));
    return member_add(x->tx, p.team, w->second_officer.account, AS_TEAM);
}

static int64_t listed(struct world *w, struct fund_adoption_filter filter)
{
    struct fund_adoption *v;
    struct tx *tx;
    size_t n;
    int64_t total;
    filter.limit = 10;
    filter.kind = filter.kind.p ? filter.kind : STR_EMPTY;
    filter.field = filter.field.p ? filter.field : STR_EMPTY;
    t_ok(db_read_begin(w->db, &tx));
    t_ok(fund_adoptions(tx, &filter, &v, &n, &total, w->a));
    db_read_end(tx);
    ck_assert_int_eq((int64_t)n, total);
    return total;
}

START_TEST(two_persons_make_an_adoption)
{
    struct world w = open_effects(_i);
    t_rc(world_do(&w, &f.stranger, record), E_DENIED);
    t_ok(world_do(&w, &f.team, record));
    t_rc(world_do(&w, &f.team, record), E_INVALID);
    ck_assert_str_eq(w.err.fields[0].code, "FND-734");
    ck_assert_int_eq(listed(&w, (struct fund_adoption_filter){.programme = w.programme}), 0); /* not confirmed yet */
    t_rc(world_do(&w, &f.team, decide), E_DENIED);
    t_ok(world_do(&w, &act_system, officer_joins));
    t_rc(world_do(&w, &w.second_officer, decide), E_DENIED); /* of the team */
    ck_assert_str_eq(w.err.main.code, "FND-732");
    t_ok(world_do(&w, &w.officer, decide));
    t_rc(world_do(&w, &w.officer, decide), E_CONFLICT);
    t_rc(world_do(&w, &f.team, remove_it), E_CONFLICT); /* what is public stays */
    f.at = 1;
    t_ok(world_do(&w, &w.officer, record));
    t_rc(world_do(&w, &w.officer, decide), E_DENIED); /* recorded it himself */
    f.yes = false;
    f.words = "";
    t_rc(world_do(&w, &w.second_officer, decide), E_INVALID); /* a reason is needed */
    f.words = "Only a visit.";
    t_ok(world_do(&w, &w.second_officer, decide));
    doctor_says(&w, 2, OK);
    world_close(&w);
}
END_TEST

START_TEST(adoptions_are_checked_and_found)
{
    struct world w = open_effects(_i);
    struct tx *tx;
    int64_t adopted, chosen;
    f.at = 3;
    f.adopted.since += 10;
    f.adopted.link = STR("http://t.example/");
    t_rc(world_do(&w, &f.stranger, record), E_DENIED);
    t_rc(world_do(&w, &w.officer, record), E_INVALID);
    ck_assert_int_eq(w.err.n_fields, 2);
    ck_assert_str_eq(w.err.fields[0].field, "link");
    ck_assert_str_eq(w.err.fields[1].field, "since");
    f.adopted.since -= 10;
    f.adopted.link = STR_EMPTY;
    t_ok(world_do(&w, &w.officer, record));
    t_ok(world_do(&w, &w.second_officer, decide));
    ck_assert_int_eq(listed(&w, (struct fund_adoption_filter){.query = STR("COUNTY")}), 1);
    ck_assert_int_eq(listed(&w, (struct fund_adoption_filter){.query = STR("nobody")}), 0);
    ck_assert_int_eq(listed(&w, (struct fund_adoption_filter){.kind = STR("school")}), 0);
    ck_assert_int_eq(listed(&w, (struct fund_adoption_filter){.field = STR("welfare"), .kind = STR("government")}), 1);
    t_ok(db_read_begin(w.db, &tx));
    t_ok(fund_adoption_rate(tx, w.programme, &adopted, &chosen));
    ck_assert_int_eq(adopted, 1);
    ck_assert_int_eq(chosen, 1);
    for (size_t i = 0; i < FUND_FIGURES; i++) {
        struct figure_point *v;
        size_t n;
        if (str_find(str_of(fund_figures[i].code), STR("adopt")) < 0)
            continue;
        t_ok(figure_run(tx, &fund_figures[i], w.programme, &v, &n, w.a));
        ck_assert_uint_ge(n, 1);
        ck_assert_ptr_nonnull(fund_figure_label(&fund_figures[i], v[0].label));
        ck_assert_int_eq(v[0].value, str_ends(str_of(fund_figures[i].code), STR("rate")) ? 100 : 1);
    }
    db_read_end(tx);
    world_close(&w);
}
END_TEST

QUERY(te_forge_adoption, "i", "", "UPDATE fund_adoption SET decided_by = recorded_by WHERE id = $1");
static rc forge_adoption(struct world *w, struct act *x)
{
    (void)w;
    return db_exec(x->tx, &te_forge_adoption, VALS(v_int(f.adoption)), NULL);
}

START_TEST(the_doctor_finds_a_lone_confirmation)
{
    struct world w = open_effects(_i);
    t_ok(world_do(&w, &f.team, record));
    t_ok(world_do(&w, &w.officer, decide));
    doctor_says(&w, 2, OK);
    t_ok(world_do(&w, &act_system, forge_adoption));
    doctor_says(&w, 2, E_CORRUPT);
    world_close(&w);
}
END_TEST

DBT_MAIN("fund/effects", a_map_survives_the_file, wrong_cells_are_named, maps_have_versions, the_doctor_computes_again,
         points_are_counted_as_declared, the_ranking_has_declared_ties, interests_have_caps_and_owners,
         details_are_shown_after_a_yes_only, a_no_shows_nothing, offers_have_caps_and_can_be_withdrawn,
         two_persons_make_an_adoption, adoptions_are_checked_and_found, the_doctor_finds_a_lone_confirmation)

/* Solutions of the catalogue and what is derived from their plans, vendor and ratings. */
#include "base/vec.h"
#include "core/search.h"
#include "mod/market/parts.h"
#include "sys/random.h"

WATCHED(market_solution);
WATCHED(market_plan);

#define SOLUTION_COLS                                                                                                  \
    "s.id, s.vendor, s.code, v.name, v.name_en, s.category, s.name, s.name_en, s.summary, s.summary_en, "              \
    "s.description,"                                                                                                   \
    " s.description_en, s.website, s.availability, s.support, s.compensation, s.response, s.recovery_point, s.state,"  \
    " s.listing, s.rating_n, s.rating_1, s.rating_2, s.rating_3, s.rating_4, s.rating_squares, s.orders, s.created, "  \
    "s.listed"
#define SOLUTION_FROM  " FROM market_solution s JOIN market_vendor v ON v.party = s.vendor"
#define SOLUTION_TYPES "iitttttttttttiiiiitiiiiiiiiii"

QUERY(mq_solution_get, "i", SOLUTION_TYPES, "SELECT " SOLUTION_COLS SOLUTION_FROM " WHERE s.id = $1");
QUERY(mq_solution_public, "i", SOLUTION_TYPES,
      "SELECT " SOLUTION_COLS SOLUTION_FROM " WHERE s.id = $1 AND s.on_offer = 1");
QUERY(mq_solutions_of, "i", SOLUTION_TYPES,
      "SELECT " SOLUTION_COLS SOLUTION_FROM " WHERE s.vendor = $1 ORDER BY s.name, s.id LIMIT 1000");
QUERY(mq_solution_ids_of, "i", "i", "SELECT id FROM market_solution WHERE vendor = $1 ORDER BY id");
QUERY(mq_solution_code, "it", "i", "SELECT id FROM market_solution WHERE vendor = $1 AND code = $2");
QUERY(mq_solution_add, "iitttttttttiiiiii", "",
      "INSERT INTO market_solution (id, vendor, code, category, name, name_en, summary, summary_en, description, "
      "description_en, website,"
      " availability, support, compensation, response, recovery_point, created, state)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, 'draft')");
QUERY(mq_solution_update, "ittttttttiiiii", "",
      "UPDATE market_solution SET category = $2, name = $3, name_en = $4, summary = $5, summary_en = $6, description = "
      "$7,"
      " description_en = $8, website = $9, availability = $10, support = $11, compensation = $12, response = $13, "
      "recovery_point = $14"
      " WHERE id = $1");
QUERY(mq_solution_state, "iti", "",
      "UPDATE market_solution SET state = $2, listed = CASE WHEN listed = 0 THEN $3 ELSE listed END WHERE id = $1");
QUERY(mq_solution_derive, "i", "",
      "UPDATE market_solution SET"
      " price_min = COALESCE((SELECT MIN(p.price) FROM market_plan p WHERE p.solution = $1 AND p.active = 1), 0),"
      " months_min = COALESCE((SELECT p.months FROM market_plan p WHERE p.solution = $1 AND p.active = 1 ORDER BY "
      "p.price, p.id LIMIT 1), 0),"
      " on_offer = CASE WHEN state = 'listed'"
      " AND EXISTS (SELECT 1 FROM market_plan p WHERE p.solution = $1 AND p.active = 1)"
      " AND EXISTS (SELECT 1 FROM market_vendor v WHERE v.party = market_solution.vendor AND v.state = 'listed') THEN "
      "1 ELSE 0 END"
      " WHERE id = $1");
QUERY(mq_solution_offered, "i", "i", "SELECT on_offer FROM market_solution WHERE id = $1");
QUERY(mq_plans_of, "i", "iittiiii",
      "SELECT id, solution, name, name_en, price, months, version, active FROM market_plan WHERE solution = $1 ORDER "
      "BY price, id LIMIT 100");
QUERY(mq_plan_get, "i", "iittiiii",
      "SELECT id, solution, name, name_en, price, months, version, active FROM market_plan WHERE id = $1");
QUERY(mq_plan_add, "iittiii", "",
      "INSERT INTO market_plan (id, solution, name, name_en, price, months, version, active) VALUES ($1, $2, $3, $4, "
      "$5, $6, 1, $7)");
QUERY(mq_plan_update, "ittiiii", "",
      "UPDATE market_plan SET name = $2, name_en = $3, price = $4, months = $5, active = $6, version = version + $7 "
      "WHERE id = $1");

enum { PLANS_MAX = 12, PRICE_MAX = 10000000, MONTHS_MAX = 60 };

static rc take(struct rows *r, struct mkt_solution *s, struct arena *a)
{
    *s = (struct mkt_solution){
        .id = row_int(r, 0),
        .vendor = row_int(r, 1),
        .code = row_dup(r, 2, a),
        .vendor_name = row_dup(r, 3, a),
        .vendor_name_en = row_dup(r, 4, a),
        .category = row_dup(r, 5, a),
        .name = row_dup(r, 6, a),
        .name_en = row_dup(r, 7, a),
        .summary = row_dup(r, 8, a),
        .summary_en = row_dup(r, 9, a),
        .description = row_dup(r, 10, a),
        .description_en = row_dup(r, 11, a),
        .website = row_dup(r, 12, a),
        .sla = {row_int(r, 13), row_int(r, 14), row_int(r, 15), row_int(r, 16), row_int(r, 17)},
        .listing = row_int(r, 19),
        .rating = {row_int(r, 20), {row_int(r, 21), row_int(r, 22), row_int(r, 23), row_int(r, 24)}, row_int(r, 25)},
        .orders = row_int(r, 26),
        .created = row_int(r, 27),
        .listed = row_int(r, 28),
    };
    return mkt_listing_state_parse(row_text(r, 18), &s->state) ? OK : E_CORRUPT;
}

static void take_plan(struct rows *r, struct mkt_plan *p, struct arena *a)
{
    *p = (struct mkt_plan){.id = row_int(r, 0),
                           .solution = row_int(r, 1),
                           .name = row_dup(r, 2, a),
                           .name_en = row_dup(r, 3, a),
                           .price = twd(row_int(r, 4)),
                           .months = row_int(r, 5),
                           .version = row_int(r, 6),
                           .active = row_int(r, 7) != 0};
}

static rc load_plans(struct tx *tx, struct mkt_solution *s, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &mq_plans_of, VALS(v_int(s->id)), &r));
    VEC(struct mkt_plan) v = {0};
    while (rows_next(&r)) {
        struct mkt_plan *p = VEC_ADD(&v, a);
        if (!p)
            break;
        take_plan(&r, p, a);
    }
    TRY(rows_end(&r));
    s->plans = v.v;
    s->n_plans = v.n;
    return arena_rc(a);
}

static rc one(struct tx *tx, const struct query *q, id solution, struct mkt_solution *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, q, VALS(v_int(solution)), &r));
    rc t = take(&r, out, a);
    TRY(rows_end(&r));
    TRY(t);
    return load_plans(tx, out, a);
}

rc mkt_solution_get(struct tx *tx, id solution, struct mkt_solution *out, struct arena *a)
{
    return one(tx, &mq_solution_get, solution, out, a);
}

rc mkt_solution_public(struct tx *tx, id solution, struct mkt_solution *out, struct arena *a)
{
    return one(tx, &mq_solution_public, solution, out, a);
}

rc mkt_solutions_of(struct tx *tx, id vendor, struct mkt_solution **out, size_t *n, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &mq_solutions_of, VALS(v_int(vendor)), &r));
    VEC(struct mkt_solution) v = {0};
    rc t = OK;
    while (t == OK && rows_next(&r)) {
        struct mkt_solution *s = VEC_ADD(&v, a);
        t = s ? take(&r, s, a) : arena_rc(a);
    }
    TRY(rows_end(&r));
    *out = v.v;
    *n = v.n;
    return t;
}

rc mkt_plan_get(struct tx *tx, id plan, struct mkt_plan *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &mq_plan_get, VALS(v_int(plan)), &r));
    take_plan(&r, out, a);
    return rows_end(&r);
}

/* ---- derived: what is on offer, its lowest price, its place in the search ---- */

static rc index_solution(const struct act *x, const struct mkt_solution *s)
{
    const char *category = choice_label(mkt_categories, s->category);
    struct search_doc d = {.id = s->id,
                           .title = arena_printf(x->a, "%.*s %.*s", STR_ARG(s->name), STR_ARG(s->name_en)),
                           .keywords = arena_printf(x->a, "%s %s %.*s %.*s", tr(LANG_ZH, category), category,
                                                    STR_ARG(s->vendor_name), STR_ARG(s->vendor_name_en)),
                           .text =
                               arena_printf(x->a, "%.*s %.*s %.*s %.*s", STR_ARG(s->summary), STR_ARG(s->summary_en),
                                            STR_ARG(s->description), STR_ARG(s->description_en))};
    TRY(arena_rc(x->a));
    return search_note_put(x->batch, x->tx, MKT_SOLUTIONS, &d);
}

rc mkt_solution_refresh(const struct act *x, id solution)
{
    TRY(db_exec(x->tx, &mq_solution_derive, VALS(v_int(solution)), NULL));
    int64_t offered;
    TRY(db_one_int(x->tx, &mq_solution_offered, VALS(v_int(solution)), &offered));
    if (!offered)
        return search_note_del(x->batch, x->tx, MKT_SOLUTIONS, solution);
    struct mkt_solution s;
    TRY(mkt_solution_get(x->tx, solution, &s, x->a));
    return index_solution(x, &s);
}

rc mkt_solutions_refresh_of(const struct act *x, id vendor)
{
    struct rows r;
    TRY(db_select(x->tx, &mq_solution_ids_of, VALS(v_int(vendor)), &r));
    VEC(id) ids = {0};
    while (rows_next(&r)) {
        id *slot = VEC_ADD(&ids, x->a);
        if (!slot)
            break;
        *slot = row_int(&r, 0);
    }
    TRY(rows_end(&r));
    TRY(arena_rc(x->a));
    struct search_batch own = {.a = x->a};
    struct act all = *x;
    all.batch = x->batch ? x->batch : &own;
    for (size_t i = 0; i < ids.n; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a vector that counts elements has them */
        TRY(mkt_solution_refresh(&all, ids.v[i]));
    return search_batch_do(x->tx, &own);
}

rc mkt_solution_set_state(const struct act *x, id solution, enum mkt_listing_state s)
{
    TRY(db_exec(x->tx, &mq_solution_state,
                VALS(v_int(solution), v_text(str_of(mkt_listing_state_name(s))), v_int(s == MKT_LISTED ? x->at : 0)),
                NULL));
    return mkt_solution_refresh(x, solution);
}

/* ---- the vendor's own doing ---- */

rc mkt_solution_check(struct err *e, const struct mkt_solution_form *f)
{
    check_text(e, "code", f->code, 40, true);
    check_text(e, "name", f->name, 80, true);
    check_text(e, "name_en", f->name_en, 120, true);
    check_text(e, "summary", f->summary, 200, true);
    check_text(e, "summary_en", f->summary_en, 400, true);
    check_text(e, "description", f->description, 4000, false);
    check_text(e, "description_en", f->description_en, 8000, false);
    check_text(e, "website", f->website, 300, false);
    if (choice_index(mkt_categories, f->category) < 0)
        TRY(ERR_FIELD(e, "category", "MKT-033", N_("Choose one of the list.")));
    TRY(mkt_sla_check(&f->sla, e));
    return e->code;
}

static rc owner_or_officer(const struct act *x, id vendor)
{
    return act_is_officer(x->by) ? OK : act_for_party(x, vendor, AS_VENDOR);
}

rc mkt_solution_add(const struct act *x, id vendor, const struct mkt_solution_form *f, id *out)
{
    TRY(owner_or_officer(x, vendor));
    TRY(mkt_solution_check(tx_err(x->tx), f));
    int64_t other;
    rc r = db_one_int(x->tx, &mq_solution_code, VALS(v_int(vendor), v_text(f->code)), &other);
    if (r == OK)
        return ERR_FIELD(tx_err(x->tx), "code", "MKT-034", N_("You have a solution with the code {1} already."),
                         f->code);
    if (r != E_NOTFOUND)
        return r;
    *out = id_new();
    TRY(db_exec(x->tx, &mq_solution_add,
                VALS(v_int(*out), v_int(vendor), v_text(f->code), v_text(f->category), v_text(f->name),
                     v_text(f->name_en), v_text(f->summary), v_text(f->summary_en), v_text(f->description),
                     v_text(f->description_en), v_text(f->website), v_int(f->sla.availability), v_int(f->sla.support),
                     v_int(f->sla.compensation), v_int(f->sla.response), v_int(f->sla.recovery_point), v_int(x->at)),
                NULL));
    return act_log(x, "market.solution.added", *out, KVS(kv_text("name", f->name), kv_text("category", f->category)),
                   NULL);
}

rc mkt_solution_update(const struct act *x, id solution, const struct mkt_solution_form *f)
{
    struct mkt_solution s;
    TRY(mkt_solution_get(x->tx, solution, &s, x->a));
    TRY(owner_or_officer(x, s.vendor));
    TRY(mkt_solution_check(tx_err(x->tx), f));
    TRY(db_exec(x->tx, &mq_solution_update,
                VALS(v_int(solution), v_text(f->category), v_text(f->name), v_text(f->name_en), v_text(f->summary),
                     v_text(f->summary_en), v_text(f->description), v_text(f->description_en), v_text(f->website),
                     v_int(f->sla.availability), v_int(f->sla.support), v_int(f->sla.compensation),
                     v_int(f->sla.response), v_int(f->sla.recovery_point)),
                NULL));
    TRY(mkt_solution_refresh(x, solution));
    return act_log(x, "market.solution.changed", solution,
                   KVS(kv_text("name", f->name), kv_int("availability", f->sla.availability),
                       kv_int("compensation", f->sla.compensation), kv_int("recovery_point", f->sla.recovery_point),
                       kv_int("response", f->sla.response), kv_int("support", f->sla.support)),
                   NULL);
}

rc mkt_solution_withdraw(const struct act *x, id solution)
{
    struct mkt_solution s;
    TRY(mkt_solution_get(x->tx, solution, &s, x->a));
    TRY(owner_or_officer(x, s.vendor));
    if (s.state == MKT_WITHDRAWN || s.state == MKT_SUBMITTED)
        return act_wrong_state(x);
    TRY(mkt_solution_set_state(x, solution, MKT_WITHDRAWN));
    return act_log(x, "market.solution.withdrawn", solution, NULL, 0, NULL);
}

rc mkt_plan_check(struct err *e, const struct mkt_plan_form *f)
{
    check_text(e, "plan", f->name, 60, true);
    check_text(e, "plan_en", f->name_en, 100, true);
    if (f->price < 1 || f->price > PRICE_MAX)
        TRY(ERR_FIELD(e, "price", "MKT-032", N_("This must be a whole number from {1} to {2}."), STR("1"),
                      STR("10,000,000")));
    if (f->months < 1 || f->months > MONTHS_MAX)
        TRY(ERR_FIELD(e, "months", "MKT-032", N_("This must be a whole number from {1} to {2}."), STR("1"), STR("60")));
    return e->code;
}

static rc log_price(const struct act *x, const char *what, const struct mkt_solution *s, id plan,
                    const struct mkt_plan_form *f, int64_t version)
{
    return act_log(x, what, plan,
                   KVS(kv_text("solution", s->name), kv_text("plan", f->name), kv_int("price", f->price),
                       kv_int("months", f->months), kv_int("version", version)),
                   NULL);
}

rc mkt_plan_add(const struct act *x, id solution, const struct mkt_plan_form *f, id *out)
{
    struct mkt_solution s;
    TRY(mkt_solution_get(x->tx, solution, &s, x->a));
    TRY(owner_or_officer(x, s.vendor));
    TRY(mkt_plan_check(tx_err(x->tx), f));
    if (s.n_plans >= PLANS_MAX)
        return ERR(tx_err(x->tx), E_LIMIT, "MKT-029", N_("A solution can have {1} plans at most."), STR("12"));
    for (size_t i = 0; i < s.n_plans; i++)
        if (str_eq(s.plans[i].name, f->name))
            return ERR_FIELD(tx_err(x->tx), "plan", "MKT-034", N_("There is a plan {1} already."), f->name);
    *out = id_new();
    TRY(db_exec(x->tx, &mq_plan_add,
                VALS(v_int(*out), v_int(solution), v_text(f->name), v_text(f->name_en), v_int(f->price),
                     v_int(f->months), v_int(f->active)),
                NULL));
    TRY(log_price(x, "market.plan.added", &s, *out, f, 1));
    return mkt_solution_refresh(x, solution);
}

rc mkt_plan_update(const struct act *x, id plan, const struct mkt_plan_form *f)
{
    struct mkt_plan p;
    struct mkt_solution s;
    TRY(mkt_plan_get(x->tx, plan, &p, x->a));
    TRY(mkt_solution_get(x->tx, p.solution, &s, x->a));
    TRY(owner_or_officer(x, s.vendor));
    TRY(mkt_plan_check(tx_err(x->tx), f));
    for (size_t i = 0; i < s.n_plans; i++)
        if (s.plans[i].id != plan && str_eq(s.plans[i].name, f->name))
            return ERR_FIELD(tx_err(x->tx), "plan", "MKT-034", N_("There is a plan {1} already."), f->name);
    int64_t changed = p.price.n != f->price || p.months != f->months;
    TRY(db_exec(x->tx, &mq_plan_update,
                VALS(v_int(plan), v_text(f->name), v_text(f->name_en), v_int(f->price), v_int(f->months),
                     v_int(f->active), v_int(changed)),
                NULL));
    TRY(log_price(x, "market.plan.changed", &s, plan, f, p.version + changed));
    return mkt_solution_refresh(x, p.solution);
}

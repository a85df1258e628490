/* Plans of a solution: name, price for the whole term, months, whether it is offered. */
#include "mod/market/pages_vendor.h"
#include "vendor_plans.view.h"

enum { PRICE_MOST = 10000000, MONTHS_MOST = 60 };

INPUT(plan_in,
      {.name = "plan", .type = F_TEXT, .required = true, .max = 60, .label = N_("Name of the plan, in Chinese")},
      {.name = "plan_en", .type = F_TEXT, .required = true, .max = 100, .label = N_("Name of the plan, in English")},
      {.name = "price",
       .type = F_MONEY,
       .required = true,
       .min = 1,
       .max = PRICE_MOST,
       .label = N_("List price"),
       .hint = N_("For the whole term, tax included. It must not be higher than elsewhere.")},
      {.name = "months",
       .type = F_INT,
       .required = true,
       .min = 1,
       .max = MONTHS_MOST,
       .label = N_("Term in months"),
       .hint = N_("1 to 60")},
      {.name = "active", .type = F_BOOL, .label = N_("Offer this plan")});
INPUT(offer_in, {.name = "active", .type = F_BOOL, .label = N_("Offer this plan")});

static struct mkt_plan_form form_of(const struct ctx *c)
{
    const struct input *in = &c->in;
    return (struct mkt_plan_form){.name = in_text(in, "plan"),
                                  .name_en = in_text(in, "plan_en"),
                                  .price = in_int(in, "price"),
                                  .months = in_int(in, "months"),
                                  .active = in_bool(in, "active")};
}

static rc show(struct ctx *c, struct mkt_plan_page *p)
{
    p->spec = &plan_in;
    p->action = c->req->path;
    p->back = arena_printf(c->arena, "/market/vendor/solutions/%s", id_shown(c, p->s.id));
    view_market_plan_form(&c->reply->body, c, p);
    return reply_page(c, 200);
}

static rc add_read(struct ctx *c)
{
    struct mkt_plan_page p = {0};
    TRY(mkt_own_solution(c, &p.s));
    return show(c, &p);
}

static rc add_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_plan_form f = form_of(c);
    struct mkt_solution s;
    id made;
    TRY(mkt_own_solution(c, &s));
    TRY(mkt_plan_add(&x, s.id, &f, &made));
    flash(c, N_("The plan was added."));
    return go(c, "/market/vendor/solutions/%s", id_shown(c, s.id));
}

/* The plan of the path with its solution; E_NOTFOUND when it is another vendor's. */
static rc own_plan(struct ctx *c, struct mkt_plan *plan, struct mkt_solution *s)
{
    id wanted;
    TRY(path_id(c, "id", &wanted));
    TRY(mkt_plan_get(c->tx, wanted, plan, c->arena));
    return mkt_own_solution_by_id(c, plan->solution, s);
}

static rc edit_read(struct ctx *c)
{
    struct mkt_plan_page p = {0};
    struct mkt_plan plan;
    TRY(own_plan(c, &plan, &p.s));
    p.plan = &plan;
    return show(c, &p);
}

static rc edit_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_plan_form f = form_of(c);
    struct mkt_plan plan;
    struct mkt_solution s;
    TRY(own_plan(c, &plan, &s));
    TRY(mkt_plan_update(&x, plan.id, &f));
    flash(c, f.price != plan.price.n || f.months != plan.months
                 ? N_("The plan was saved with a new version. Who has the old price on the screen is asked again.")
                 : N_("The plan was saved."));
    return go(c, "/market/vendor/solutions/%s", id_shown(c, s.id));
}

static rc offer_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_plan plan;
    struct mkt_solution s;
    TRY(own_plan(c, &plan, &s));
    struct mkt_plan_form f = {.name = plan.name,
                              .name_en = plan.name_en,
                              .price = plan.price.n,
                              .months = plan.months,
                              .active = in_bool(&c->in, "active")};
    TRY(mkt_plan_update(&x, plan.id, &f));
    flash(c, f.active ? N_("The plan is offered again.") : N_("The plan is not offered any more. Orders go on."));
    return go(c, "/market/vendor/solutions/%s", id_shown(c, s.id));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/vendor/solutions/{id}/plans",
     .perm = AS_VENDOR,
     .read = add_read,
     .summary = N_("Add a plan: form")},
    {.method = HTTP_POST,
     .path = "/market/vendor/solutions/{id}/plans",
     .perm = AS_VENDOR,
     .in = &plan_in,
     .write = add_write,
     .form = add_read,
     .summary = N_("Add a plan")},
    {.method = HTTP_GET,
     .path = "/market/vendor/plans/{id}",
     .perm = AS_VENDOR,
     .read = edit_read,
     .summary = N_("Change a plan: form")},
    {.method = HTTP_POST,
     .path = "/market/vendor/plans/{id}",
     .perm = AS_VENDOR,
     .in = &plan_in,
     .write = edit_write,
     .form = edit_read,
     .summary = N_("Change a plan")},
    {.method = HTTP_POST,
     .path = "/market/vendor/plans/{id}/offer",
     .perm = AS_VENDOR,
     .in = &offer_in,
     .write = offer_write,
     .summary = N_("Offer a plan or stop offering it")},
};
const struct route_table mkt_vendor_plan_routes = {"market", routes, sizeof routes / sizeof routes[0]};

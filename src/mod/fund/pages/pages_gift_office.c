/* The office's pages of gifts: platforms and imports of a round, appeals, clusters. */
#include "gift_office.view.h"
#include "mod/fund/pages/pages_gift.h"

QUERY(fq_gift_round, "", "t",
      "SELECT m.code FROM fund_round r JOIN programme m ON m.id = r.programme WHERE r.phase IN ('gifts', 'tally')"
      " ORDER BY r.call_opens DESC, r.programme DESC LIMIT 1");

INPUT(round_in, FUND_ROUND_FIELD);
INPUT(appeals_in, FUND_ROUND_FIELD, {.name = "decided", .type = F_BOOL, .label = N_("Decided")});
INPUT(add_in, {.name = "round", .type = F_TEXT, .required = true, .max = 40, .label = N_("Round")},
      {.name = "code",
       .type = F_TEXT,
       .required = true,
       .max = 20,
       .label = N_("Code"),
       .hint = N_("Small letters, digits and hyphens, like warm-box.")},
      {.name = "name", .type = F_TEXT, .required = true, .max = 100, .label = N_("Name of the platform")});
INPUT(decide_in, {.name = "decision", .type = F_TEXT, .required = true, .max = 20, .label = N_("What do you decide?")},
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = 2000,
       .label = N_("Answer to the donor"),
       .hint = N_("Name the rule and what you have examined.")},
      {.name = "number",
       .type = F_INT,
       .min = 1,
       .max = 1000000,
       .label = N_("Number of the proposal, if the row has it wrong")},
      {.name = "identity",
       .type = F_TEXT,
       .max = 20,
       .personal = true,
       .label = N_("Identity or business number, if the row has it wrong"),
       .hint = N_("It is hashed at once and not kept.")},
      {.name = "amount",
       .type = F_MONEY,
       .min = 1,
       .max = 1000000000,
       .label = N_("Amount in NT dollars, if the row has it wrong")});

/* ---- words ---- */

static const struct choice import_labels[] = {{"waiting", N_("Being read")},
                                              {"done", N_("Done")},
                                              {"refused", N_("Refused")},
                                              {"undone", N_("Undone")},
                                              {NULL, NULL}};
static const struct choice import_colours[] = {
    {"waiting", "yellow"}, {"done", "green"}, {"refused", "red"}, {NULL, NULL}};
static const struct choice appeal_labels[] = {{"submitted", N_("Undecided")},
                                              {"upheld", N_("Upheld: the gift counts")},
                                              {"refused", N_("Refused: the gift does not count")},
                                              {NULL, NULL}};
static const struct choice appeal_colours[] = {
    {"submitted", "blue"}, {"upheld", "green"}, {"refused", "red"}, {NULL, NULL}};

static const char *colour_of(const struct choice *colours, str state)
{
    const char *colour = choice_label(colours, state);
    return colour[0] ? colour : "grey";
}
const char *fund_import_colour(str state)
{
    return colour_of(import_colours, state);
}
const char *fund_import_label(str state)
{
    return choice_label(import_labels, state);
}
const char *fund_appeal_colour(str state)
{
    return colour_of(appeal_colours, state);
}
const char *fund_appeal_label(str state)
{
    return choice_label(appeal_labels, state);
}

const char *fund_reason_label(str reason)
{
    const struct fund_reason *r = fund_reason_of(reason);
    return r ? r->label : N_("Counted");
}

str fund_cluster_name(const struct ctx *c, int64_t key)
{
    return arena_printf(c->arena, "%04llx", (unsigned long long)key >> 47); /* enough to tell them apart in a list */
}

/* ---- the overview ---- */

rc fund_gift_round(struct ctx *c, struct fund_round_shown *out, bool *done)
{
    const struct field_value *v = in_value(&c->in, "round");
    struct rows r;
    *done = false;
    if (!v->given || v->bad) {
        rc e = db_one(c->tx, &fq_gift_round, NOVALS, &r);
        if (e == OK) {
            str code = row_dup(&r, 0, c->arena);
            TRY(rows_end(&r));
            return fund_round_shown(c, code, out);
        }
        if (e != E_NOTFOUND)
            return e;
    }
    return fund_round_asked(c, out, done);
}

static rc gifts_read(struct ctx *c)
{
    struct fund_gifts_page p = {.add = &add_in};
    struct fund_raised *raised;
    struct fund_appeal *appeals;
    size_t n;
    bool done;
    rc r = fund_gift_round(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    id programme = p.round.r.programme;
    TRY(fund_sources(c->tx, programme, &p.sources, &p.n_sources, c->arena));
    TRY(fund_imports(c->tx, programme, &p.imports, &p.n_imports, c->arena));
    TRY(fund_raised(c->tx, programme, &raised, &n, c->arena));
    TRY(fund_appeals(c->tx, programme, true, &appeals, &p.appeals, c->arena));
    for (size_t i = 0; i < n; i++) {
        p.gifts += raised[i].gifts;
        p.raised += raised[i].raised;
        p.projects += raised[i].gifts > 0;
    }
    p.can_add = may(c, DECIDES) && p.round.r.phase <= FUND_TALLY;
    p.can_import = may(c, DECIDES) && (p.round.r.phase == FUND_GIFTS || p.round.r.phase == FUND_TALLY);
    view_fund_gifts(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc add_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct programme p;
    id source;
    TRY(programme_by_code(tx, in_text(&c->in, "round"), &p, c->arena));
    TRY(fund_source_add(&x, c->app, p.id, in_text(&c->in, "code"), in_text(&c->in, "name"), &source));
    flash(c, N_("The platform takes part. Now say which column of its file holds what."));
    return go(c, "/fund/office/gifts/platforms/%s", id_shown(c, source));
}

/* ---- appeals ---- */

static rc appeals_read(struct ctx *c)
{
    struct fund_appeals_page p = {.decided = in_bool(&c->in, "decided")};
    bool done;
    rc r = fund_gift_round(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    TRY(fund_appeals(c->tx, p.round.r.programme, !p.decided, &p.v, &p.n, c->arena));
    view_fund_appeals(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc appeal_read(struct ctx *c)
{
    struct fund_appeal_page p = {.spec = &decide_in};
    struct fund_round round;
    id wanted;
    TRY(path_id(c, "id", &wanted));
    TRY(fund_appeal_get(c->tx, wanted, &p.a, c->arena));
    TRY(fund_gift_get(c->tx, p.a.gift, &p.g, c->arena));
    TRY(fund_source_get(c->tx, p.g.source, &p.source, c->arena));
    TRY(fund_round_get(c->tx, p.g.programme, &round, c->arena));
    p.why = fund_reason_of(p.g.found);
    p.can_decide = may(c, DECIDES) && str_eq(p.a.state, STR("submitted")) && round.phase >= FUND_GIFTS &&
                   round.phase <= FUND_TALLY;
    p.decisions[0] = (struct option){.value = STR("uphold"), .label = str_of(tr(c->lang, N_("The gift counts")))};
    p.decisions[1] =
        (struct option){.value = STR("refuse"), .label = str_of(tr(c->lang, N_("The gift does not count")))};
    view_fund_appeal(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc decide_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_correction fix = {.number = in_given(&c->in, "number") ? in_int(&c->in, "number") : 0,
                                  .identity = in_given(&c->in, "identity") ? in_text(&c->in, "identity") : STR_EMPTY,
                                  .amount = in_given(&c->in, "amount") ? in_int(&c->in, "amount") : 0};
    bool uphold = str_eq(in_text(&c->in, "decision"), STR("uphold"));
    id wanted;
    TRY(path_id(c, "id", &wanted));
    if (!uphold && !str_eq(in_text(&c->in, "decision"), STR("refuse")))
        return ERR_FIELD(tx_err(tx), "decision", "ACT-003", N_("This must be filled in."));
    TRY(fund_appeal_decide(&x, c->app, wanted, uphold, in_text(&c->in, "reason"), &fix));
    flash(c, N_("The decision is recorded."));
    return go(c, "/fund/office/gifts/appeals/%s", id_shown(c, wanted));
}

/* ---- clusters ---- */

static rc clusters_read(struct ctx *c)
{
    struct fund_clusters_page p = {0};
    bool done;
    rc r = fund_gift_round(c, &p.round, &done);
    if (done)
        return OK;
    TRY(r);
    for (int t = 0; t < FUND_TRAITS; t++)
        TRY(fund_clusters(c->tx, p.round.r.programme, (enum fund_trait)t, &p.v[t], &p.n[t], c->arena));
    view_fund_clusters(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/office/gifts",
     .perm = OFFICE,
     .in = &round_in,
     .read = gifts_read,
     .summary = N_("Gifts of a round: platforms, imports, sums")},
    {.method = HTTP_POST,
     .path = "/fund/office/gifts",
     .perm = DECIDES,
     .in = &add_in,
     .write = add_write,
     .form = gifts_read,
     .summary = N_("Let a platform take part")},
    {.method = HTTP_GET,
     .path = "/fund/office/gifts/appeals",
     .perm = OFFICE,
     .in = &appeals_in,
     .read = appeals_read,
     .summary = N_("Appeals about gifts")},
    {.method = HTTP_GET,
     .path = "/fund/office/gifts/appeals/{id}",
     .perm = OFFICE,
     .read = appeal_read,
     .summary = N_("An appeal about a gift")},
    {.method = HTTP_POST,
     .path = "/fund/office/gifts/appeals/{id}",
     .perm = DECIDES,
     .in = &decide_in,
     .write = decide_write,
     .form = appeal_read,
     .summary = N_("Decide an appeal about a gift")},
    {.method = HTTP_GET,
     .path = "/fund/office/gifts/clusters",
     .perm = OFFICE,
     .in = &round_in,
     .read = clusters_read,
     .summary = N_("Donors who share a device, an address or an account")},
};
const struct route_table fund_gift_office_routes = {"fund", routes, sizeof routes / sizeof routes[0]};

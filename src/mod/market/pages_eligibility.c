/* "What is my firm entitled to?": the check for everybody, and the saved answer of the firm that is signed in. */
#include "eligibility.view.h"
#include "mod/market/pages.h"

enum { HEADCOUNT_MOST = 1000000 };

INPUT(check_in, {.name = "kind", .type = F_CHOICE, .choices = mkt_firm_kinds, .label = N_("What is your firm?")},
      {.name = "capital",
       .type = F_MONEY,
       .min = 0,
       .max = INT64_C(1000000000000),
       .label = N_("How much is its paid-in capital?"),
       .hint = N_("It stands in the registration. A sole proprietorship gives its capital.")},
      {.name = "headcount",
       .type = F_INT,
       .min = 0,
       .max = HEADCOUNT_MOST,
       .label = N_("How many employees are insured for labour?"),
       .hint = N_("The monthly average of the last 12 months. None is 0.")},
      {.name = "ubn",
       .type = F_UBN,
       .label = N_("Business number"),
       .hint = N_("Eight digits. We then look into the public register; nothing is stored.")});

const struct input_spec *mkt_check_spec(void)
{
    return &check_in;
}

const char *mkt_fact_label(const char *fact)
{
    static const struct {
        const char *fact, *label;
    } labels[] = {{"registry_status", N_("Status in the register")},
                  {"kind", N_("Kind of firm")},
                  {"capital", N_("Paid-in capital")},
                  {"headcount", N_("Insured employees")},
                  {"grants", N_("Grants so far")}};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++)
        if (strcmp(labels[i].fact, fact) == 0)
            return labels[i].label;
    return fact;
}

static str fact_value(const struct ctx *c, const char *fact, int64_t n, str text)
{
    BUF_SCOPED out = BUF_INIT(256);
    if (text.n > 0)
        buf_put(&out, text);
    else if (strcmp(fact, "capital") == 0)
        fmt_money(&out, c->lang, twd(n));
    else
        fmt_int(&out, n);
    return arena_str(c->arena, buf_str(&out));
}

str mkt_change_text(const struct ctx *c, const struct change *h)
{
    BUF_SCOPED out = BUF_INIT(1024);
    str args[] = {str_of(tr(c->lang, mkt_fact_label(h->fact))), fact_value(c, h->fact, h->to, h->to_text),
                  fact_value(c, h->fact, h->from, h->from_text)};
    if (h->was_unknown)
        tr_f(&out, c->lang, N_("{1}: {2}"), args, 2);
    else
        tr_f(&out, c->lang, N_("{1}: {2} instead of {3}"), args, 3);
    return arena_str(c->arena, buf_str(&out));
}

/* The register's answer fills what was not typed; what was typed stands. */
static rc from_register(struct ctx *c, str ubn, struct mkt_facts *f, struct mkt_eligibility_page *p)
{
    if (!ubn_valid(ubn)) {
        rc said = ERR_FIELD(&c->err, "ubn", "MKT-002",
                            N_("{1} is not a valid business number: the check digit does not match."), ubn);
        return said == E_INVALID ? OK : said;
    }
    rc r = mkt_registry_file.find(c->tx, ubn, &p->entry, c->arena);
    if (r == E_NOTFOUND) {
        rc said = ERR_FIELD(&c->err, "ubn", "MKT-003",
                            N_("The registry does not know the business number {1}. A firm registered in the last days "
                               "may be missing; please "
                               "try again after the next update."),
                            ubn);
        return said == E_INVALID ? OK : said;
    }
    TRY(r);
    p->from_register = true;
    f->registry_status = p->entry.status;
    if (!f->kind.p)
        f->kind = p->entry.kind;
    if (!f->capital_known && p->entry.capital_known) {
        f->capital_known = true;
        f->capital = p->entry.capital;
    }
    return OK;
}

static const struct field_value *typed(const struct ctx *c, const char *name)
{
    const struct field_value *v = in_value(&c->in, name);
    return v->given && !v->bad ? v : NULL;
}

/* What a visitor cannot know or need not tell is assumed in their favour, and the page says so. */
static rc visitor(struct ctx *c, struct mkt_eligibility_page *p)
{
    const struct field_value *kind = typed(c, "kind"), *capital = typed(c, "capital"),
                             *headcount = typed(c, "headcount"), *ubn = typed(c, "ubn");
    struct mkt_facts f = {.registry_status = STR("active"), .grants_known = true};
    if (kind)
        f.kind = kind->text;
    if (capital) {
        f.capital_known = true;
        f.capital = capital->i;
    }
    if (headcount) {
        f.headcount_known = true;
        f.headcount = headcount->i;
    }
    p->asked = kind || capital || headcount || ubn;
    if (ubn)
        TRY(from_register(c, ubn->text, &f, p));
    if (!p->asked || c->err.code != OK)
        return OK;
    p->answered = true;
    return mkt_eligibility(&f, &p->limits, p->on, c->arena, &p->result, &c->err);
}

static rc own_firm(struct ctx *c, struct mkt_eligibility_page *p)
{
    rc r = mkt_firm_get(c->tx, c->session.party, &p->firm, c->arena);
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    struct mkt_grant g;
    r = mkt_grant_of(c->tx, p->programme, p->firm.id, &g, c->arena);
    if (r != OK && r != E_NOTFOUND)
        return r;
    p->has_firm = p->answered = true;
    p->has_grant = r == OK;
    return mkt_firm_eligibility(c->tx, p->programme, p->firm.id, p->on, c->arena, &p->result);
}

static rc eligibility_read(struct ctx *c)
{
    struct mkt_eligibility_page p = {.spec = &check_in};
    struct mkt_scheme scheme;
    struct mkt_share share;
    rc r = mkt_scheme_shown(c, &scheme, &p.open);
    if (r == E_NOTFOUND) {
        view_market_no_programme(&c->reply->body, c);
        return reply_page(c, 200);
    }
    TRY(r);
    p.programme = scheme.programme;
    p.on = p.open ? instant_day(c->now) : scheme.closes - 1;
    TRY(mkt_thresholds_on(c->tx, scheme.programme, p.on, &p.limits));
    TRY(mkt_share_on(c->tx, scheme.programme, p.on, &share));
    p.grant = share.grant;
    TRY(visitor(c, &p));
    if (!p.asked && may(c, AS_FIRM))
        TRY(own_firm(c, &p));
    view_market_eligibility(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/eligibility",
     .perm = PUBLIC,
     .in = &check_in,
     .read = eligibility_read,
     .form = eligibility_read,
     .summary = N_("What a firm is entitled to: each criterion with its article")},
};
const struct route_table mkt_eligibility_routes = {"market", routes, sizeof routes / sizeof routes[0]};

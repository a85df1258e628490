/* Becoming a vendor, the vendor's profile, and asking to be listed. */
#include "core/account.h"
#include "core/programme.h"
#include "mod/market/pages_vendor.h"
#include "vendor_profile.view.h"

#define AMOUNT_MOST INT64_C(1000000000000)
#define PROFILE_FIELDS                                                                                                 \
    {.name = "name",                                                                                                   \
     .type = F_TEXT,                                                                                                   \
     .required = true,                                                                                                 \
     .max = 100,                                                                                                       \
     .label = N_("Name"),                                                                                              \
     .hint = N_("As in the public register."),                                                                         \
     .autocomplete = "organization"},                                                                                  \
        {.name = "name_en", .type = F_TEXT, .required = true, .max = 150, .label = N_("English name")},                \
        {.name = "about",                                                                                              \
         .type = F_LINES,                                                                                              \
         .max = 2000,                                                                                                  \
         .label = N_("About you, in Chinese"),                                                                         \
         .hint = N_("Everybody can read it: what you make, for whom, since when.")},                                   \
        {.name = "about_en", .type = F_LINES, .max = 4000, .label = N_("About you, in English")},                      \
        {.name = "website",                                                                                            \
         .type = F_TEXT,                                                                                               \
         .max = 300,                                                                                                   \
         .label = N_("Website"),                                                                                       \
         .hint = N_("Begins with https://"),                                                                           \
         .autocomplete = "url"},                                                                                       \
        {.name = "email",                                                                                              \
         .type = F_EMAIL,                                                                                              \
         .required = true,                                                                                             \
         .label = N_("E-mail for firms"),                                                                              \
         .autocomplete = "email"},                                                                                     \
        {.name = "phone", .type = F_TEXT, .max = 40, .label = N_("Telephone"), .autocomplete = "tel"},                 \
        {.name = "address", .type = F_TEXT, .max = 200, .label = N_("Address"), .autocomplete = "street-address"},     \
        {.name = "county", .type = F_CHOICE, .choices = counties, .label = N_("County or city")},                      \
        {.name = "capital",                                                                                            \
         .type = F_MONEY,                                                                                              \
         .required = true,                                                                                             \
         .min = 0,                                                                                                     \
         .max = AMOUNT_MOST,                                                                                           \
         .label = N_("Paid-in capital")},                                                                              \
        {.name = "expected_sales",                                                                                     \
         .type = F_MONEY,                                                                                              \
         .required = true,                                                                                             \
         .min = 0,                                                                                                     \
         .max = AMOUNT_MOST,                                                                                           \
         .label = N_("Sales expected in a year"),                                                                      \
         .hint = N_("Over this marketplace. A large amount is checked by two officers.")},                             \
        {.name = "bank_code",                                                                                          \
         .type = F_TEXT,                                                                                               \
         .required = true,                                                                                             \
         .max = 7,                                                                                                     \
         .label = N_("Bank code"),                                                                                     \
         .hint = N_("Three digits, or seven with the branch. Payouts go there."),                                      \
         .personal = true},                                                                                            \
    {                                                                                                                  \
        .name = "bank_account", .type = F_TEXT, .required = true, .max = 16, .label = N_("Account number"),            \
        .hint = N_("6 to 16 digits. Only you and the programme's office see it."), .personal = true                    \
    }

INPUT(register_in,
      {.name = "ubn", .type = F_UBN, .required = true, .label = N_("Business number"), .hint = N_("Eight digits.")},
      PROFILE_FIELDS,
      {.name = "confirm",
       .type = F_BOOL,
       .required = true,
       .label = N_("This is our company, I may act for it, and what I have entered is true.")});
INPUT(edit_in, PROFILE_FIELDS);

static struct mkt_vendor_form form_of(const struct ctx *c)
{
    const struct input *in = &c->in;
    return (struct mkt_vendor_form){.name = in_text(in, "name"),
                                    .name_en = in_text(in, "name_en"),
                                    .about = in_text(in, "about"),
                                    .about_en = in_text(in, "about_en"),
                                    .website = in_text(in, "website"),
                                    .email = in_text(in, "email"),
                                    .phone = in_text(in, "phone"),
                                    .address = in_text(in, "address"),
                                    .county = str_of(in_choice(in, "county")),
                                    .bank_code = in_text(in, "bank_code"),
                                    .bank_account = in_text(in, "bank_account"),
                                    .capital = in_int(in, "capital"),
                                    .expected_sales = in_int(in, "expected_sales")};
}

/* ---- becoming a vendor ---- */

static rc register_read(struct ctx *c)
{
    struct mkt_profile_page p = {.spec = &register_in};
    rc r = mkt_own_vendor(c, &p.v);
    if (r == OK)
        return go(c, "/market/vendor");
    if (r != E_NOTFOUND)
        return r;
    view_market_vendor_register(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc register_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_vendor_form f = form_of(c);
    id vendor;
    f.ubn = in_text(&c->in, "ubn");
    TRY(mkt_vendor_register(&x, &f, &vendor));
    if (c->session.session != 0)
        TRY(session_act_for(tx, c->session.session, vendor));
    flash(c, N_("You are registered and act for this vendor now. Look through the profile, then ask to be listed."));
    return go(c, "/market/vendor/profile");
}

/* ---- the profile ---- */

static rc threshold(struct ctx *c, int64_t *out)
{
    struct mkt_scheme scheme;
    rc r = mkt_scheme_latest(c->tx, &scheme);
    *out = 0;
    if (r == E_NOTFOUND) {
        err_clear(tx_err(c->tx));
        return OK;
    }
    TRY(r);
    return param_int(c->tx, scheme.programme, "listing.two_officers_above", instant_day(c->now), out);
}

static rc profile_read(struct ctx *c)
{
    struct mkt_profile_page p = {.spec = &edit_in};
    rc r = mkt_own_vendor(c, &p.v);
    if (r == E_NOTFOUND)
        return go(c, "/market/vendor/register");
    TRY(r);
    TRY(threshold(c, &p.two_officers_above));
    view_market_vendor_profile(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc submit_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_vendor v;
    TRY(mkt_vendor_submit(&x, c->session.party));
    TRY(mkt_vendor_get(tx, c->session.party, &v, c->arena));
    flash(c, N_("The application is with the programme's office. You get a message when it is decided."));
    return go(c, "/market/cases/%s", id_shown(c, v.listing));
}

static rc edit_read(struct ctx *c)
{
    struct mkt_profile_page p = {.spec = &edit_in};
    rc r = mkt_own_vendor(c, &p.v);
    if (r == E_NOTFOUND)
        return go(c, "/market/vendor/register");
    TRY(r);
    view_market_vendor_edit(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc edit_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct mkt_vendor_form f = form_of(c);
    TRY(mkt_vendor_update(&x, c->session.party, &f));
    flash(c, N_("The profile was saved."));
    return go(c, "/market/vendor/profile");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/vendor/register",
     .perm = SIGNED_IN,
     .read = register_read,
     .summary = N_("Become a vendor: form")},
    {.method = HTTP_POST,
     .path = "/market/vendor/register",
     .perm = SIGNED_IN,
     .in = &register_in,
     .write = register_write,
     .form = register_read,
     .summary = N_("Become a vendor")},
    {.method = HTTP_GET,
     .path = "/market/vendor/profile",
     .perm = AS_VENDOR,
     .read = profile_read,
     .summary = N_("The vendor's profile and listing")},
    {.method = HTTP_POST,
     .path = "/market/vendor/profile/submit",
     .perm = AS_VENDOR,
     .write = submit_write,
     .form = profile_read,
     .summary = N_("Ask for the vendor to be listed")},
    {.method = HTTP_GET,
     .path = "/market/vendor/profile/edit",
     .perm = AS_VENDOR,
     .read = edit_read,
     .summary = N_("The vendor's profile: form")},
    {.method = HTTP_POST,
     .path = "/market/vendor/profile/edit",
     .perm = AS_VENDOR,
     .in = &edit_in,
     .write = edit_write,
     .form = edit_read,
     .summary = N_("Change the vendor's profile")},
};
const struct route_table mkt_vendor_profile_routes = {"market", routes, sizeof routes / sizeof routes[0]};

/* The account: name, language, hats, sessions, messages. */
#include "account.view.h"
#include "core/pages.h"

enum { SHOWN_MAX = 100 };

static const struct choice languages[] = {{"zh-Hant", N_("Traditional Chinese")}, {"en", N_("English")}, {NULL, NULL}};

INPUT(hat_in, {.name = "party", .type = F_ID, .label = N_("Organisation to act for")});
INPUT(name_in, {.name = "name",
                .type = F_TEXT,
                .required = true,
                .max = 60,
                .label = N_("Your name"),
                .autocomplete = "name",
                .personal = true});
INPUT(language_in,
      {.name = "language", .type = F_CHOICE, .required = true, .choices = languages, .label = N_("Language")},
      {.name = "next", .type = F_TEXT, .max = 2000, .label = N_("Page to go to afterwards")});

str perms_text(const struct ctx *c, perm perms)
{
    BUF_SCOPED text = BUF_INIT(1024);
    for (const struct perm_name *p = perm_names; p->bit; p++)
        if (perms & p->bit) {
            buf_put(&text, text.n ? str_of(tr(c->lang, N_(", "))) : STR_EMPTY);
            buf_put(&text, str_of(tr(c->lang, p->label)));
        }
    return arena_str(c->arena, buf_str(&text));
}

static rc account_read(struct ctx *c)
{
    struct account_page p = {0};
    struct member *hats;
    struct session_row *sessions;
    struct job_row *jobs;
    TRY(account_get(c->tx, c->session.account, &p.account, c->arena));
    TRY(memberships_of(c->tx, c->session.account, &hats, &p.n_hats, c->arena));
    TRY(sessions_of(c->tx, c->session.account, &sessions, &p.n_sessions, c->arena));
    TRY(jobs_of(c->tx, c->session.account, SHOWN_MAX, &jobs, &p.n_jobs, c->arena));
    p.hats = hats;
    p.sessions = sessions;
    p.jobs = jobs;
    view_account(&c->reply->body, c, &p, &name_in);
    return reply_page(c, 200);
}

static rc hat_write(struct tx *tx, struct ctx *c)
{
    TRY(session_act_for(tx, c->session.session, in_int(&c->in, "party")));
    flash(c, N_("You act for another organisation now."));
    return go(c, "/account");
}

static rc name_write(struct tx *tx, struct ctx *c)
{
    TRY(account_rename(tx, c->session.account, in_text(&c->in, "name")));
    flash(c, N_("Your name was saved."));
    return go(c, "/account");
}

static rc language_write(struct tx *tx, struct ctx *c)
{
    enum lang lang = strcmp(in_choice(&c->in, "language"), "en") == 0 ? LANG_EN : LANG_ZH;
    language_cookie(c, lang);
    if (c->session.account)
        TRY(account_speak(tx, c->session.account, lang));
    str next = in_text(&c->in, "next");
    return go(c, "%.*s", STR_ARG(next.n > 0 ? local_path(next) : STR("/")));
}

static rc others_write(struct tx *tx, struct ctx *c)
{
    TRY(session_end_others(tx, c->session.account, c->session.session));
    flash(c, N_("All other sessions were ended."));
    return go(c, "/account");
}

static rc notices_read(struct ctx *c)
{
    struct notice_row *rows;
    size_t n;
    TRY(notices_of(c->tx, c->session.account, SHOWN_MAX, &rows, &n, c->arena));
    view_notices(&c->reply->body, c, rows, n);
    return reply_page(c, 200);
}

static rc seen_write(struct tx *tx, struct ctx *c)
{
    TRY(notices_seen(tx, c->session.account));
    return go(c, "/notices");
}

static const struct route routes[] = {
    {.method = HTTP_GET, .path = "/account", .perm = SIGNED_IN, .read = account_read, .summary = N_("Your account")},
    {.method = HTTP_POST,
     .path = "/account/hat",
     .perm = SIGNED_IN,
     .in = &hat_in,
     .write = hat_write,
     .summary = N_("Act for another organisation"),
     .flags = ROUTE_IDEMPOTENT},
    {.method = HTTP_POST,
     .path = "/account/name",
     .perm = SIGNED_IN,
     .in = &name_in,
     .write = name_write,
     .form = account_read,
     .summary = N_("Change your name"),
     .flags = ROUTE_IDEMPOTENT},
    {.method = HTTP_POST,
     .path = "/account/sessions/end-others",
     .perm = SIGNED_IN,
     .write = others_write,
     .summary = N_("End all other sessions"),
     .flags = ROUTE_IDEMPOTENT},
    {.method = HTTP_POST,
     .path = "/language",
     .perm = PUBLIC,
     .in = &language_in,
     .write = language_write,
     .summary = N_("Change the language"),
     .flags = ROUTE_IDEMPOTENT},
    {.method = HTTP_GET, .path = "/notices", .perm = SIGNED_IN, .read = notices_read, .summary = N_("Your messages")},
    {.method = HTTP_POST,
     .path = "/notices/seen",
     .perm = SIGNED_IN,
     .write = seen_write,
     .summary = N_("Mark messages as read"),
     .flags = ROUTE_IDEMPOTENT},
};

const struct module account_module = {
    .name = "account", .title = N_("Account"), .routes = routes, .n_routes = sizeof routes / sizeof routes[0]};

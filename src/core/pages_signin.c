/* Signing in by a one-time link, and out again. */
#include "base/vec.h"
#include "core/pages.h"
#include "signin.view.h"
#include "sys/clock.h"

INPUT(signin_in,
      {.name = "email",
       .type = F_EMAIL,
       .required = true,
       .label = N_("E-mail address"),
       .autocomplete = "email",
       .hint = N_("We send you a link that signs you in. You need no password."),
       .personal = true},
      {.name = "next", .type = F_TEXT, .max = 2000, .label = N_("Page to go to afterwards")});
INPUT(next_in, {.name = "next", .type = F_TEXT, .max = 2000, .label = N_("Page to go to afterwards")});

QUERY(signin_demo_people, "i", "iiitt",
      "SELECT m.account, m.party, m.perms, a.name || ' · ' || p.name, a.email FROM member m JOIN account a ON a.id = "
      "m.account "
      "JOIN party p ON p.id = m.party WHERE (m.perms & $1) <> 0 "
      "ORDER BY CASE WHEN a.email LIKE '%@demo.example' THEN 0 ELSE 1 END, CASE WHEN m.party = 1 THEN 1 ELSE 0 END,"
      " m.party, m.account LIMIT 2");

/* ---- asking for a link ---- */

static bool listed(const struct member *v, size_t n, id account, id party)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].account == account && v[i].party == party)
            return true;
    return false;
}

static rc demo_people(struct ctx *c, struct signin_page *p)
{
    static const perm roles[] = {AS_FIRM, AS_VENDOR, AS_TEAM, AS_REVIEWER, AS_OFFICER, AS_AUDITOR, AS_ADMIN};
    VEC(struct member) all = {0};
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        struct rows r;
        TRY(db_select(c->tx, &signin_demo_people, VALS(v_int(roles[i])), &r));
        while (rows_next(&r)) {
            if (listed(all.v, all.n, row_int(&r, 0), row_int(&r, 1)))
                continue;
            struct member *m = VEC_ADD(&all, c->arena);
            if (!m)
                break;
            *m = (struct member){row_int(&r, 0), row_int(&r, 1), (perm)row_int(&r, 2), row_dup(&r, 3, c->arena),
                                 row_dup(&r, 4, c->arena)};
        }
        TRY(rows_end(&r));
    }
    p->people = all.v;
    p->n_people = all.n;
    return arena_rc(c->arena);
}

static rc signin_read(struct ctx *c)
{
    str next = c->req->method == HTTP_GET ? in_text(&c->in, "next") : in_value(&c->in, "next")->raw;
    struct signin_page p = {.next = next.n > 0 ? local_path(next) : STR("/"), .demo = c->app->config.demo};
    if (c->session.account && c->req->method == HTTP_GET)
        return go(c, "%.*s", STR_ARG(p.next));
    if (p.demo)
        TRY(demo_people(c, &p));
    view_signin(&c->reply->body, c, &p, &signin_in);
    return reply_page(c, 200);
}

/* Known or not, an address gets the same answer: an account is made for a new one, and the link proves that it is
 * theirs. */
static rc signin_write(struct tx *tx, struct ctx *c)
{
    str email = in_text(&c->in, "email"), next = in_text(&c->in, "next");
    id account;
    TRY(account_ensure(tx, email, STR_EMPTY, c->lang, &account));
    BUF_SCOPED link_url = BUF_INIT(4096);
    rc made =
        signin_link(tx, c->app, account, next.n > 0 ? local_path(next) : STR("/"), tx_now(tx) + SIGNIN_LIFE, &link_url);
    if (made != OK && made != E_LIMIT) /* E_LIMIT: links are on their way already; saying so would tell who signs in */
        return made;
    if (made == OK) {
        BUF_SCOPED text = BUF_INIT(8192);
        str link = buf_str(&link_url);
        tr_f(&text, c->lang,
             N_("Open this link to sign in to RISE:\n\n{1}\n\nIt works once, for 20 minutes. If you did not ask for "
                "it, do nothing."),
             &link, 1);
        TRY(buf_rc(&text));
        TRY(mail_queue(tx, email, c->lang, str_of(tr(c->lang, N_("Your sign-in link"))), buf_str(&text)));
    }
    return go(c, "/sign-in/sent");
}

static rc sent_read(struct ctx *c)
{
    view_signin_sent(&c->reply->body, c, c->app->config.demo && c->app->config.smtp_url.n == 0);
    return reply_page(c, 200);
}

/* ---- using it ---- */

/* A page with a button in between, because mail scanners open every link they see. */
static rc confirm_read(struct ctx *c)
{
    id account;
    struct account who;
    str token = request_param(c->req, "token");
    rc good = signin_check(c->tx, token, &account);
    if (good == E_INVALID) {
        err_clear(&c->err);
        view_signin_old(&c->reply->body, c);
        return reply_page(c, 410);
    }
    TRY(good);
    TRY(account_get(c->tx, account, &who, c->arena));
    view_signin_confirm(&c->reply->body, c, token, who.email);
    return reply_page(c, 200);
}

static rc confirm_write(struct tx *tx, struct ctx *c)
{
    BUF_SCOPED cookie = BUF_INIT(256);
    str next;
    TRY(signin_use(tx, request_param(c->req, "token"), &cookie, &next, c->arena));
    if (c->session.session)
        TRY(session_end(tx, c->session.session));
    session_cookie(c, arena_str(c->arena, buf_str(&cookie)), SESSION_LIFE / SECOND);
    return go(c, "%.*s", STR_ARG(local_path(next)));
}

static rc signout_write(struct tx *tx, struct ctx *c)
{
    TRY(session_end(tx, c->session.session));
    session_cookie(c, STR_EMPTY, 0);
    return go(c, "/");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign-in",
     .perm = PUBLIC,
     .in = &next_in,
     .read = signin_read,
     .summary = N_("Sign in"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign-in",
     .perm = PUBLIC,
     .in = &signin_in,
     .write = signin_write,
     .form = signin_read,
     .summary = N_("Send a sign-in link"),
     .flags = ROUTE_SIGN_IN | ROUTE_IDEMPOTENT},
    {.method = HTTP_GET,
     .path = "/sign-in/sent",
     .perm = PUBLIC,
     .read = sent_read,
     .summary = N_("The sign-in link is on its way")},
    {.method = HTTP_GET,
     .path = "/sign-in/{token}",
     .perm = PUBLIC,
     .read = confirm_read,
     .summary = N_("Confirm signing in"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign-in/{token}",
     .perm = PUBLIC,
     .write = confirm_write,
     .form = confirm_read,
     .summary = N_("Use a sign-in link"),
     .flags = ROUTE_SIGN_IN | ROUTE_IDEMPOTENT},
    {.method = HTTP_POST,
     .path = "/sign-out",
     .perm = SIGNED_IN,
     .write = signout_write,
     .summary = N_("Sign out"),
     .flags = ROUTE_IDEMPOTENT},
};

const struct module signin_module = {
    .name = "sign-in", .title = N_("Sign in"), .routes = routes, .n_routes = sizeof routes / sizeof routes[0]};

/* What a request must pass before its handler: rate, identity, permission, CSRF token. */
#include "base/map.h"
#include "crypto/hash.h"
#include "sys/clock.h"
#include "sys/random.h"
#include "web/exchange.h"

enum { TOKEN_MAX = 128, VISITOR_BYTES = 16, CSRF_TEXT = 43 };

static const char *session_cookie_name(const struct dispatch *d)
{
    return d->config.https ? "__Host-rise" : "rise";
}

static const char *visitor_cookie_name(const struct dispatch *d)
{
    return d->config.https ? "__Host-rise-visitor" : "rise-visitor";
}

rc guard_limit(struct exchange *x)
{
    struct dispatch *d = x->d;
    struct ctx *c = &x->c;
    struct limit *l = c->route && (c->route->flags & ROUTE_SIGN_IN) ? d->sign_in_limit : d->limit;
    if (!l || limit_take(l, c->req->client, clock_mono(), &x->retry_after))
        return OK;
    BUF_SCOPED wait = BUF_INIT(16);
    buf_puti(&wait, x->retry_after);
    return ERR(&c->err, E_LIMIT, "SEC-004", N_("Too many requests from your address. Please wait {1} seconds."),
               buf_str(&wait));
}

rc begin_read(struct exchange *x)
{
    if (x->c.tx)
        return OK;
    return db_read_begin(x->d->config.db, &x->c.tx);
}

void end_read(struct exchange *x)
{
    if (x->c.tx)
        db_read_end(x->c.tx);
    x->c.tx = NULL;
}

/* The CSRF token of whoever holds `cookie`: not guessable without the server's key, the same for the session's whole
 * life. */
static str csrf_of(struct exchange *x, str cookie)
{
    struct sha256 mac = hmac_sha256(str_n(x->d->config.key, sizeof x->d->config.key),
                                    arena_printf(x->c.arena, "csrf:%.*s", STR_ARG(cookie)));
    BUF_SCOPED text = BUF_INIT(64);
    buf_base64url(&text, sha256_str(&mac));
    return arena_str(x->c.arena, buf_str(&text));
}

static bool token_text(str s)
{
    if (s.n < 16 || s.n > TOKEN_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (!((ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '-' ||
              ch == '_'))
            return false;
    }
    return true;
}

static rc look_up(struct exchange *x, str token, bool is_key)
{
    struct ctx *c = &x->c;
    struct session *s = &c->session;
    struct sha256 hash = sha256_of2(is_key ? STR("key:") : STR("cookie:"), token);
    if (identity_cache_get(x->d->identities, &hash, c->now, s, c->arena))
        return OK;
    uint64_t generation = identity_generation();
    TRY(begin_read(x));
    const struct identity_source *source = &x->d->config.identity;
    TRY(is_key ? source->by_key(c->tx, token, s, c->arena) : source->by_cookie(c->tx, token, c->now, s, c->arena));
    s->perms |= PUBLIC;
    if (!is_key)
        s->csrf = csrf_of(x, token);
    identity_cache_put(x->d->identities, &hash, c->now, generation, s);
    return OK;
}

/* Visitors get a token too, so that the sign-in form and public forms are protected like all others. */
static void be_visitor(struct exchange *x)
{
    struct ctx *c = &x->c;
    c->session = (struct session){.perms = PUBLIC, .name = STR_EMPTY, .party_name = STR_EMPTY, .csrf = STR_EMPTY};
    str cookie = request_cookie(c->req, visitor_cookie_name(x->d));
    if (!token_text(cookie)) {
        if (c->wants_json || (c->req->method != HTTP_GET && c->req->method != HTTP_HEAD))
            return; /* a program, or a form sent without any cookie: there is no token to compare with */
        unsigned char raw[VISITOR_BYTES];
        random_bytes(raw, sizeof raw);
        BUF_SCOPED text = BUF_INIT(32);
        buf_base64url(&text, str_n(raw, sizeof raw));
        cookie = arena_str(c->arena, buf_str(&text));
        x->new_visitor = cookie.p;
    }
    if (cookie.p)
        c->session.csrf = csrf_of(x, cookie);
}

rc guard_identity(struct exchange *x)
{
    struct ctx *c = &x->c;
    str authorization = request_header(c->req, "Authorization");
    if (authorization.n > 0) {
        str key = str_trim(str_sub(authorization, 7, TOKEN_MAX + 1));
        if (!str_ieq(str_sub(authorization, 0, 7), STR("Bearer ")) || !token_text(key)) {
            be_visitor(x);
            return ERR(&c->err, E_AUTH, "SEC-002",
                       N_("The Authorization header must be: Bearer, a space, and an API key."));
        }
        rc found = look_up(x, key, true);
        if (found == E_AUTH) {
            be_visitor(x);
            return ERR(&c->err, E_AUTH, "SEC-002", N_("This API key is unknown or was revoked."));
        }
        return found;
    }
    str cookie = request_cookie(c->req, session_cookie_name(x->d));
    if (token_text(cookie)) {
        rc found = look_up(x, cookie, false);
        if (found != E_AUTH)
            return found;
        err_clear(&c->err);
        session_cookie(c, STR_EMPTY, 0);
    }
    be_visitor(x);
    return OK;
}

rc guard_permission(struct exchange *x)
{
    struct ctx *c = &x->c;
    if (c->route->perm & c->session.perms)
        return OK;
    if (c->session.account == 0 && c->session.api_key == 0)
        return ERR(&c->err, E_AUTH, "SEC-002", N_("Please sign in first."));
    return ERR(&c->err, E_DENIED, "SEC-003", N_("You may not do this with the role you are acting in."));
}

rc guard_csrf(struct exchange *x)
{
    struct ctx *c = &x->c;
    if (!c->route->write || (c->route->flags & ROUTE_NO_CSRF) || c->session.api_key)
        return OK;
    str given = x->csrf_given.p ? x->csrf_given : request_header(c->req, "X-CSRF-Token");
    if (c->session.csrf.n == CSRF_TEXT && str_eq_ct(given, c->session.csrf))
        return OK;
    err_clear(&c->err);
    return ERR(&c->err, E_DENIED, "SEC-001",
               N_("This page was open too long, or cookies are off. Nothing was changed; please send it again."));
}

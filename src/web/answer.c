/* Answers: what handlers say, the headers that go with it, cookies, failures. */
#include <stdarg.h>

#include "crypto/hash.h"
#include "sys/file.h"
#include "sys/log.h"
#include "sys/random.h"
#include "web/exchange.h"
#include "web/problem.h"

enum { FLASH_MAX = 512, FLASH_SECONDS = 60, YEAR_SECONDS = 365 * 24 * 3600 };

/* ---- cookies ---- */

static void set_cookie(const struct ctx *c, const char *name, str value, int64_t seconds, bool for_scripts)
{
    bool https = c->dispatch->config.https;
    reply_header(c->reply, "Set-Cookie",
                 arena_printf(c->arena, "%s=%.*s; Path=/; Max-Age=%lld; SameSite=Lax%s%s", name, STR_ARG(value),
                              (long long)seconds, for_scripts ? "" : "; HttpOnly", https ? "; Secure" : ""));
}

void session_cookie(struct ctx *c, str token, int64_t seconds)
{
    set_cookie(c, c->dispatch->config.https ? "__Host-rise" : "rise", token, token.n ? seconds : 0, false);
}

void language_cookie(struct ctx *c, enum lang lang)
{
    set_cookie(c, "lang", lang == LANG_EN ? STR("en") : STR("zh-Hant"), YEAR_SECONDS, false);
}

/* The note travels as base64url(msgid).tag; the tag keeps others from putting words into our pages. */
static str flash_tag(const struct ctx *c, str encoded)
{
    struct sha256 mac = hmac_sha256(str_n(c->dispatch->config.key, sizeof c->dispatch->config.key),
                                    arena_printf(c->arena, "flash:%.*s", STR_ARG(encoded)));
    BUF_SCOPED text = BUF_INIT(64);
    buf_hex(&text, str_n(mac.b, 16));
    return arena_str(c->arena, buf_str(&text));
}

void flash(struct ctx *c, const char *msgid)
{
    BUF_SCOPED text = BUF_INIT(FLASH_MAX);
    buf_base64url(&text, str_of(msgid));
    if (buf_rc(&text) != OK)
        return;
    set_cookie(c, "flash",
               arena_printf(c->arena, "%.*s.%.*s", STR_ARG(buf_str(&text)), STR_ARG(flash_tag(c, buf_str(&text)))),
               FLASH_SECONDS, false);
}

const char *flash_take(const struct ctx *c)
{
    str rest = request_cookie(c->req, "flash");
    if (rest.n == 0 || rest.n > FLASH_MAX)
        return NULL;
    str encoded = str_cut(&rest, '.');
    BUF_SCOPED text = BUF_INIT(FLASH_MAX);
    only_for_one(c);
    set_cookie(c, "flash", STR_EMPTY, 0, false);
    if (!str_eq_ct(rest, flash_tag(c, encoded)) || buf_unbase64(&text, encoded) != OK)
        return NULL;
    return arena_cstr(c->arena, buf_str(&text));
}

str idempotency_key_new(const struct ctx *c)
{
    char text[ID_TEXT + 1];
    only_for_one(c);
    id_text(id_new(), text); /* time comes first: new keys go to the end of the index */
    return arena_printf(c->arena, "%s-%016llx", text, (unsigned long long)random_u64());
}

str local_path(str next)
{
    bool local =
        next.n > 0 && next.n < 2048 && next.p[0] == '/' && (next.n == 1 || (next.p[1] != '/' && next.p[1] != '\\'));
    for (size_t i = 0; local && i < next.n; i++)
        local = (unsigned char)next.p[i] > ' ' && next.p[i] != 0x7f && next.p[i] != '\\';
    return local ? next : STR("/");
}

/* ---- what handlers call ---- */

rc reply_page(struct ctx *c, int status)
{
    /* A form shown again after a refused write is the same page with the refusal's status. */
    c->reply->status = status == 200 && c->err.code != OK ? status_of(c->err.code) : status;
    c->reply->type = PAGE_TYPE;
    return buf_rc(&c->reply->body);
}

rc reply_json(struct ctx *c, int status)
{
    c->reply->status = status;
    c->reply->type = "application/json";
    return buf_rc(&c->reply->body);
}

rc go(struct ctx *c, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    str path = arena_vprintf(c->arena, fmt, ap);
    va_end(ap);
    if (!path.p)
        return arena_rc(c->arena);
    reply_redirect(c->reply, local_path(path));
    return OK;
}

str in_lang(const struct ctx *c, str zh, str en)
{
    if (c->lang == LANG_EN)
        return en.n > 0 ? en : zh;
    return zh.n > 0 ? zh : en;
}

const char *id_shown(const struct ctx *c, id v)
{
    char text[ID_TEXT + 1];
    id_text(v, text);
    const char *kept = arena_cstr(c->arena, str_n(text, ID_TEXT));
    return kept ? kept : "";
}

str day_shown(const struct ctx *c, day d)
{
    BUF_SCOPED text = BUF_INIT(16);
    buf_day(&text, d);
    return arena_str(c->arena, buf_str(&text));
}

rc path_id(const struct ctx *c, const char *name, id *out)
{
    return id_parse(request_param(c->req, name), out) == OK ? OK : E_NOTFOUND;
}

static void attachment(struct ctx *c, str file_name)
{
    BUF_SCOPED encoded = BUF_INIT(4096);
    buf_url(&encoded, file_name);
    str ascii = arena_str(c->arena, file_name);
    char *p = (char *)(uintptr_t)ascii.p;
    for (size_t i = 0; p && i < ascii.n; i++)
        if (p[i] < ' ' || p[i] > '~' || p[i] == '"' || p[i] == '\\' || p[i] == '/')
            p[i] = '_';
    reply_header(c->reply, "Content-Disposition",
                 arena_printf(c->arena, "attachment; filename=\"%.*s\"; filename*=UTF-8''%.*s", STR_ARG(ascii),
                              STR_ARG(buf_str(&encoded))));
}

rc reply_csv(struct ctx *c, const char *file_name)
{
    attachment(c, str_of(file_name));
    c->reply->status = 200;
    c->reply->type = "text/csv; charset=utf-8";
    return buf_rc(&c->reply->body);
}

rc reply_download(struct ctx *c, const char *type, str file_name)
{
    attachment(c, file_name);
    c->reply->status = 200;
    c->reply->type = type;
    return buf_rc(&c->reply->body);
}

/* ---- headers of every answer ---- */

static bool has_header(const struct reply *p, const char *name)
{
    for (int i = 0; i < p->n_headers; i++)
        if (str_ieq(str_of(p->headers[i].name), str_of(name)))
            return true;
    return false;
}

void answer_headers(struct exchange *x)
{
    struct ctx *c = &x->c;
    struct reply *p = c->reply;
    bool page = p->type && str_starts(str_of(p->type), STR("text/html"));
    reply_header(p, "X-Content-Type-Options", STR("nosniff"));
    if (x->d->config.https)
        reply_header(p, "Strict-Transport-Security", STR("max-age=31536000; includeSubDomains"));
    if (!has_header(p, "Cache-Control"))
        reply_header(p, "Cache-Control",
                     c->session.account || c->session.api_key || p->status >= 400 || (page && x->new_visitor) ||
                             (c->route && (c->route->flags & ROUTE_NEVER_CACHE))
                         ? STR("no-store")
                         : STR("no-cache"));
    if (x->retry_after > 0)
        reply_header(p, "Retry-After", arena_printf(c->arena, "%d", x->retry_after));
    if (page && x->new_visitor)
        set_cookie(c, x->d->config.https ? "__Host-rise-visitor" : "rise-visitor", str_of(x->new_visitor), YEAR_SECONDS,
                   false);
    if (!page) {
        if (!has_header(p, "Content-Security-Policy"))
            reply_header(p, "Content-Security-Policy", STR("default-src 'none'; frame-ancestors 'none'"));
        return;
    }
    reply_header(
        p, "Content-Security-Policy",
        STR("default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
            "frame-ancestors 'none'"));
    reply_header(p, "Referrer-Policy", STR("same-origin"));
    reply_header(p, "Permissions-Policy",
                 c->route && (c->route->flags & ROUTE_RECORDS)
                     ? STR("camera=(self), geolocation=(self), microphone=(self), payment=(), usb=()")
                     : STR("camera=(), geolocation=(), microphone=(), payment=(), usb=()"));
    reply_header(p, "Cross-Origin-Opener-Policy", STR("same-origin"));
    reply_header(p, "Vary", STR("Cookie, Accept-Language, Accept"));
}

/* ---- failures ---- */

void failure_words(struct exchange *x, rc code)
{
    struct ctx *c = &x->c;
    const struct err *below = c->tx ? tx_err(c->tx) : NULL;
    if (below && below->code != OK && below->main.msgid && !x->below.p) {
        BUF_SCOPED text = BUF_INIT(4096);
        err_format(&text, below->main.msgid, &below->main);
        x->below = arena_str(c->arena, buf_str(&text));
    }
    problem_complete(c, code);
}

static void log_failure(struct exchange *x, rc code, int status)
{
    const struct ctx *c = &x->c;
    BUF_SCOPED said = BUF_INIT(4096);
    if (status >= 500) { /* below 500 the words may quote what the person typed */
        if (x->below.p)
            buf_put(&said, x->below);
        else if (c->err.main.msgid)
            err_format(&said, c->err.main.msgid, &c->err.main);
    }
    BUF_SCOPED detail = BUF_INIT(8192);
    log_quote(&detail, buf_str(&said));
    log_event(status >= 500 ? LOG_ERROR_ : LOG_INFO_, "refused",
              "id=%s method=%s route=%s status=%d rc=%s code=%s detail=%.*s", c->req->rid,
              http_method_name(c->req->method), c->route ? c->route->path : "-", status, rc_name(code),
              c->err.main.code ? c->err.main.code : "-", STR_ARG(buf_str(&detail)));
}

static void plain_page(struct ctx *c)
{
    buf_clear(&c->reply->body);
    if (c->err.main.msgid)
        tr_err(&c->reply->body, c->lang, &c->err.main);
    buf_putc(&c->reply->body, '\n');
    c->reply->type = "text/plain; charset=utf-8";
}

static bool wants_sign_in(const struct ctx *c, int status)
{
    return status == 401 && !c->wants_json && c->route;
}

static void to_sign_in(struct ctx *c)
{
    BUF_SCOPED next = BUF_INIT(8192);
    if (c->req->method == HTTP_GET)
        buf_url(&next, local_path(c->req->target));
    reply_redirect(c->reply, arena_printf(c->arena, "/sign-in%s%.*s", next.n ? "?next=" : "", STR_ARG(buf_str(&next))));
}

void answer_failure(struct exchange *x, rc code, int status)
{
    struct ctx *c = &x->c;
    struct reply *p = c->reply;
    if (status == 0)
        status = status_of(code);
    if ((status == 503 || status == 429) && x->retry_after == 0)
        x->retry_after = 2;
    failure_words(x, code);
    log_failure(x, code, status);
    if (p->fd >= 0)
        fd_close(&p->fd);
    reply_drop(p);
    if (wants_sign_in(c, status)) {
        buf_clear(&p->body);
        to_sign_in(c);
        return;
    }
    if (status == 401)
        reply_header(p, "WWW-Authenticate", STR("Bearer"));
    if (c->wants_json) {
        problem_json(c, status);
        return;
    }
    buf_clear(&p->body);
    rc (*page)(struct ctx *, int) = x->d->config.error_page;
    if (!page || page(c, status) != OK || buf_rc(&p->body) != OK)
        plain_page(c);
    else
        p->type = PAGE_TYPE;
    p->status = status;
}

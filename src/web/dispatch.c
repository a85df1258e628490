#include "web/dispatch.h"

#include <stdlib.h>

#include "sys/clock.h"
#include "sys/file.h"
#include "sys/log.h"
#include "web/exchange.h"
#include "web/problem.h"

enum { DEFAULT_BODY = 64 * 1024, BURST_SECONDS = 10, SIGN_IN_BURST = 20, SLOW_US = 1000 * 1000 };
static const double SIGN_IN_RATE = 1.0 / 6; /* ten a minute */

/* ---- input ---- */

/* Fields that every form may carry and no spec names. */
static bool reserved(struct exchange *x, const struct pair *p)
{
    if (str_eq(p->name, STR("csrf"))) {
        x->csrf_given = p->value;
        return true;
    }
    return str_eq(p->name, STR("idempotency_key")) || str_eq(p->name, STR("lang"));
}

static rc read_input(struct exchange *x)
{
    struct ctx *c = &x->c;
    const struct request *r = c->req;
    static const struct input_spec none = {NULL, 0};
    const struct input_spec *spec = c->route->in ? c->route->in : &none;
    if (r->body_kind == BODY_OTHER && c->route->in)
        return ERR(&c->err, E_INVALID, "REQ-001", N_("The body must be JSON or a form."));
    if (r->body_kind == BODY_JSON) {
        const struct json *doc;
        TRY(json_parse(c->arena, r->body, r->body.n, &doc, &c->err));
        return input_from_json(c->arena, spec, doc, &c->in, &c->err);
    }
    struct pair *own = ARENA_ARRAY(c->arena, r->n_pairs + 1, struct pair);
    if (!own)
        return arena_rc(c->arena);
    size_t n = 0;
    for (size_t i = 0; i < r->n_pairs; i++)
        if (!reserved(x, &r->pairs[i]))
            own[n++] = r->pairs[i];
    return input_from_pairs(c->arena, spec, own, n, &c->in, &c->err);
}

/* ---- reading ---- */

static rc run_read(struct exchange *x, rc (*handler)(struct ctx *))
{
    TRY(begin_read(x));
    return handler(&x->c);
}

/* ---- shared pages (web/shared.h) ---- */

static bool for_everybody(const struct ctx *c)
{
    return (c->route->flags & ROUTE_SHARED) && c->session.perms == PUBLIC && c->session.account == 0 &&
           c->session.api_key == 0 && !c->wants_json && request_cookie(c->req, "flash").n == 0;
}

static bool can_be_kept(const struct exchange *x, bool only_for_one)
{
    const struct ctx *c = &x->c;
    const struct reply *p = c->reply;
    return !only_for_one && p->status == 200 && p->type && str_eq(str_of(p->type), STR(PAGE_TYPE)) && p->fd < 0 &&
           !p->fixed.p && !p->events && p->n_headers == x->n_headers_kept && c->err.code == OK &&
           buf_rc(&p->body) == OK;
}

static void answer_shared(struct reply *p, const struct shared_page *page)
{
    p->status = 200;
    p->type = PAGE_TYPE;
    p->fixed = page->body;
    p->release = shared_release;
    p->owner = (void *)(uintptr_t)page;
    reply_header(p, "ETag", str_of(page->etag));
}

/* The page from memory, or the handler's, which is then remembered. */
static rc run_shared(struct exchange *x)
{
    struct ctx *c = &x->c;
    struct shared_key key = {c->req->target, c->lang, c->now};
    struct shared_basis basis;
    bool only_for_one = false;
    TRY(begin_read(x));
    TRY(db_versions(c->tx, &basis.versions));
    const struct shared_page *page = shared_get(x->d->shared, &key, &basis.versions);
    if (page) {
        answer_shared(c->reply, page);
        return OK;
    }
    tx_reads_begin(c->tx);
    c->only_for_one = &only_for_one;
    rc result = c->route->read(c);
    c->only_for_one = NULL;
    if (result == OK && tx_reads(c->tx, &basis.tables) && can_be_kept(x, only_for_one))
        shared_put(x->d->shared, &key, &basis, buf_str(&c->reply->body));
    return result;
}

/* A failure told by a page of the row's own. */
static void show_own(struct exchange *x, rc (*page)(struct ctx *), rc why)
{
    struct ctx *c = &x->c;
    rc shown = run_read(x, page);
    if (shown != OK || c->reply->status == 0)
        answer_failure(x, shown != OK ? shown : why, 0);
}

static bool said(const struct ctx *c, const char *code)
{
    return c->err.main.code && strcmp(c->err.main.code, code) == 0;
}

/* A cap that a handler meets (E_LIMIT) is told beside the form; too many requests are not. */
static bool has_form(const struct ctx *c, rc why)
{
    return c->route && c->route->form && !c->wants_json &&
           (why == E_INVALID || why == E_CONFLICT || (why == E_LIMIT && !said(c, "SEC-004")) ||
            (why == E_DENIED && said(c, "SEC-001")));
}

static bool has_absent(const struct ctx *c, rc why)
{
    return c->route && c->route->absent && !c->wants_json && why == E_NOTFOUND;
}

/* A failure before or in a handler: the row's own page when it has one, else the error page or problem document. */
static void refuse(struct exchange *x, rc why)
{
    struct ctx *c = &x->c;
    reply_reset(x);
    failure_words(x, why);
    if (has_form(c, why)) {
        show_own(x, c->route->form, why);
        return;
    }
    if (has_absent(c, why)) {
        show_own(x, c->route->absent, why);
        return;
    }
    int status = 0;
    if (said(c, "SEC-004"))
        status = 429;
    if (said(c, "REQ-001"))
        status = 415;
    answer_failure(x, why, status);
}

static void send(struct exchange *x, bool parked)
{
    end_read(x);
    answer_headers(x);
    if (parked)
        request_answer(x->c.req);
}

/* ---- writing ---- */

static void painter_add(struct exchange *x)
{
    struct dispatch *d = x->d;
    LOCKED(&d->lock);
    if (d->last)
        d->last->next = x;
    else
        d->first = x;
    d->last = x;
    pthread_cond_signal(&d->more);
}

static struct exchange *painter_take(struct dispatch *d)
{
    LOCKED(&d->lock);
    while (!d->first && !d->stopping)
        pthread_cond_wait(&d->more, &d->lock);
    struct exchange *x = d->first;
    if (x) {
        d->first = x->next;
        if (!d->first)
            d->last = NULL;
        x->next = NULL;
    }
    return x;
}

static void *painter_main(void *arg)
{
    struct dispatch *d = arg;
    for (struct exchange *x; (x = painter_take(d)) != NULL;) {
        refuse(x, x->failure);
        send(x, true);
    }
    return NULL;
}

static void write_done(void *arg, rc result)
{
    struct exchange *x = arg;
    identity_committed();
    x->c.tx = NULL; /* it was the writer's */
    if (result != OK && !x->c.wants_json) {
        x->failure = result;
        painter_add(x);
        return;
    }
    if (result != OK)
        refuse(x, result);
    send(x, true);
}

static void submit(struct exchange *x)
{
    end_read(x); /* a snapshot held while waiting for the writer would only keep the log from being shortened */
    request_park(x->c.req);
    const struct route *route = x->c.route;
    rc queued = db_submit_as(
        x->d->config.db,
        &(struct submission){
            .one = write_one, .all = route->write_all ? write_all : NULL, .kind = route, .arg = x, .done = write_done});
    if (queued == OK)
        return;
    refuse(x, queued);
    send(x, true);
}

/* ---- the way of one request ---- */

static bool prefers_json(const struct request *r)
{
    if (str_starts(r->path, STR("/api/")) || request_header(r, "Authorization").n > 0)
        return true;
    str accept = request_header(r, "Accept");
    return str_find(accept, STR("json")) >= 0 && str_find(accept, STR("text/html")) < 0;
}

static str query_value(const struct request *r, str name)
{
    for (size_t i = 0; i < r->n_query_pairs; i++)
        if (str_eq(r->pairs[i].name, name))
            return r->pairs[i].value;
    return STR_EMPTY;
}

static void choose_language(struct ctx *c)
{
    str asked = query_value(c->req, STR("lang"));
    c->lang = lang_choose(asked, request_cookie(c->req, "lang"), request_header(c->req, "Accept-Language"));
    if (asked.n > 0)
        language_cookie(c, c->lang);
}

static struct exchange *exchange_new(struct dispatch *d, struct request *r)
{
    struct exchange *x = ARENA_NEW(r->arena, struct exchange);
    if (!x)
        return NULL;
    /* Field by field: the arena has zeroed it, and struct err is several kilobytes. */
    struct ctx *c = &x->c;
    x->d = d;
    c->app = d->config.app;
    c->req = r;
    c->reply = r->reply;
    c->arena = r->arena;
    c->dispatch = d;
    c->now = clock_now();
    c->route = r->route ? r->route->user : NULL;
    c->wants_json = prefers_json(r);
    r->user = x;
    return x;
}

static rc no_route(struct ctx *c)
{
    if (c->req->allowed_methods == 0)
        return ERR(&c->err, E_NOTFOUND, "SEC-005", N_("There is no such page, or it is not yours to see."));
    BUF_SCOPED allow = BUF_INIT(128);
    for (int m = 0; m < HTTP_METHODS; m++)
        if (c->req->allowed_methods & (1u << m)) {
            buf_put(&allow, allow.n ? STR(", ") : STR_EMPTY);
            buf_put(&allow, str_of(http_method_name((enum http_method)m)));
        }
    reply_header(c->reply, "Allow", arena_str(c->arena, buf_str(&allow)));
    return ERR(&c->err, E_NOTFOUND, "SEC-006", N_("This address does not understand {1}."),
               str_of(http_method_name(c->req->method)));
}

static rc admit(struct exchange *x)
{
    struct ctx *c = &x->c;
    TRY(guard_limit(x));
    choose_language(c);
    rc known = guard_identity(x);
    x->n_headers_kept = c->reply->n_headers;
    TRY(known);
    if (!c->route)
        return no_route(c);
    TRY(guard_permission(x));
    rc input = read_input(x);
    TRY(guard_csrf(x));
    TRY(input);
    if (c->route->write && !(c->route->flags & ROUTE_IDEMPOTENT))
        return idempotency_read(c, &x->key);
    return OK;
}

void dispatch_handle(struct request *r, void *arg)
{
    struct dispatch *d = arg;
    struct exchange *x = exchange_new(d, r);
    if (!x) {
        r->reply->status = 503;
        return;
    }
    struct ctx *c = &x->c;
    if (c->route && (c->route->flags & ROUTE_STATIC)) {
        rc served = c->route->read(c);
        if (served != OK)
            answer_failure(x, served, 0);
        answer_headers(x);
        return;
    }
    rc result = admit(x);
    if (result == OK && c->route->before)
        result = run_read(x, c->route->before);
    if (result == OK && c->route->write) {
        submit(x);
        return;
    }
    if (result == OK)
        result = for_everybody(c) ? run_shared(x) : run_read(x, c->route->read);
    if (result != OK && !c->route && c->req->allowed_methods)
        answer_failure(x, result, 405);
    else if (result != OK)
        refuse(x, result);
    send(x, false);
}

void dispatch_refuse(struct request *r, int status, const struct err *err, void *arg)
{
    struct exchange *x = exchange_new(arg, r);
    if (!x) {
        r->reply->status = status;
        return;
    }
    struct ctx *c = &x->c;
    c->lang = lang_choose(STR_EMPTY, request_cookie(r, "lang"), request_header(r, "Accept-Language"));
    c->session = (struct session){.perms = PUBLIC, .name = STR_EMPTY, .party_name = STR_EMPTY, .csrf = STR_EMPTY};
    if (err && err->main.msgid)
        (void)err_set(&c->err, err->code, err->main.code, err->main.msgid, err->main.arg, err->main.n_args);
    answer_failure(x, err && err->code != OK ? err->code : E_INVALID, status);
    answer_headers(x);
}

void dispatch_finished(const struct request *r, int status, int64_t bytes, int64_t us, void *arg)
{
    (void)arg;
    log_event(us >= SLOW_US ? LOG_WARN_ : LOG_DEBUG_, us >= SLOW_US ? "slow" : "request",
              "id=%s method=%s route=%s status=%d bytes=%lld us=%lld", r->rid, http_method_name(r->method),
              r->route ? r->route->path : "-", status, (long long)bytes, (long long)us);
}

/* ---- making ---- */

static rc route_check(const struct route *r, struct err *err)
{
    bool writes = r->method != HTTP_GET && r->method != HTTP_HEAD;
    const char *wrong = NULL;
    if (!r->path || r->path[0] != '/')
        wrong = "its path must start with /";
    else if (r->perm == 0)
        wrong = "it states no permission; PUBLIC must be written";
    else if (!r->summary)
        wrong = "it has no summary";
    else if (!r->read == !r->write)
        wrong = "it must have either .read or .write";
    else if ((r->write_all || r->before) && !r->write)
        wrong = "with .write_all or .before it must have .write too";
    else if (!writes && r->write)
        wrong = "GET must not write";
    else if ((r->flags & ROUTE_STATIC) && (!r->read || r->in || !(r->perm & PUBLIC)))
        wrong = "a static route is public and takes no input";
    else if ((r->flags & ROUTE_SHARED) && (!r->read || !(r->perm & PUBLIC) || (r->flags & ROUTE_NEVER_CACHE)))
        wrong = "a shared page is public";
    if (!wrong)
        return OK;
    return ERR(err, E_INTERNAL, "SEC-007", N_("Route {1}: {2}."), str_of(r->path), str_of(wrong));
}

static size_t body_cap(const struct dispatch_config *k, const struct route *r)
{
    if (r->method == HTTP_GET || r->method == HTTP_HEAD)
        return 0;
    size_t cap = r->max_body ? r->max_body : DEFAULT_BODY;
    return k->max_body && cap > k->max_body ? k->max_body : cap;
}

static rc fill_routes(struct dispatch *d, struct err *err)
{
    size_t total = 0;
    for (size_t t = 0; t < d->config.n_tables; t++)
        total += d->config.tables[t].n;
    d->routes = calloc(total ? total : 1, sizeof *d->routes);
    if (!d->routes)
        return E_NOMEM;
    for (size_t t = 0; t < d->config.n_tables; t++)
        for (size_t i = 0; i < d->config.tables[t].n; i++) {
            const struct route *r = &d->config.tables[t].v[i];
            TRY(route_check(r, err));
            d->routes[d->n_routes++] = (struct http_route){r->method, r->path, body_cap(&d->config, r), r};
        }
    return OK;
}

rc dispatch_new(const struct dispatch_config *config, struct dispatch **out, struct err *err)
{
    struct dispatch *d = calloc(1, sizeof *d);
    if (!d)
        return E_NOMEM;
    d->config = *config;
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->more, NULL);
    rc result = fill_routes(d, err);
    d->config.tables = NULL; /* the caller's array; the rows themselves stay */
    if (result == OK && config->rate > 0) {
        d->limit = limit_new((double)config->rate, (double)config->rate * BURST_SECONDS);
        d->sign_in_limit = limit_new(SIGN_IN_RATE, SIGN_IN_BURST);
        if (!d->limit || !d->sign_in_limit)
            result = E_NOMEM;
    }
    if (result == OK && !(d->identities = identity_cache_new()))
        result = E_NOMEM;
    if (result == OK && !(d->shared = shared_new(config->shared_bytes ? config->shared_bytes : SHARED_BYTES)))
        result = E_NOMEM;
    if (result == OK && (result = thread_start(&d->painter, "painter", painter_main, d)) == OK)
        d->painter_runs = true;
    if (result != OK) {
        dispatch_free(d);
        return result;
    }
    *out = d;
    return OK;
}

void dispatch_free(struct dispatch *d)
{
    if (!d)
        return;
    if (d->painter_runs) {
        pthread_mutex_lock(&d->lock);
        d->stopping = true;
        pthread_cond_signal(&d->more);
        pthread_mutex_unlock(&d->lock);
        pthread_join(d->painter, NULL);
    }
    shared_free(d->shared);
    identity_cache_free(d->identities);
    limit_free(d->limit);
    limit_free(d->sign_in_limit);
    free(d->routes);
    pthread_mutex_destroy(&d->lock);
    pthread_cond_destroy(&d->more);
    free(d);
}

struct shared_pages *dispatch_shared(const struct dispatch *d)
{
    return d->shared;
}

str dispatch_value_after(const struct dispatch *d)
{
    for (size_t i = 0; i < d->n_routes; i++) {
        const struct route *r = d->routes[i].user;
        if (r->flags & ROUTE_VALUE)
            return str_sub(str_of(r->path), 0, strcspn(r->path, "{"));
    }
    return STR_EMPTY;
}

const struct http_route *dispatch_routes(const struct dispatch *d, size_t *n)
{
    *n = d->n_routes;
    return d->routes;
}

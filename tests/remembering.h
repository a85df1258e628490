/* Public pages as visitors get them, for tests of pages that say ROUTE_SHARED: two servers that remember, so that one's
 * memory cannot lag behind the other's writes, and a third without memory, which is always right; on one database.
 *
 *     remembering_open(&site, db, arena, identity, tables, n_tables);
 *     remembering_add(&site, "/market");
 *     …a change…
 *     changed = remembering_check(&site);     all servers agree about every page; how many pages are others than before
 *     remembering_kept(&site);                each page comes from memory the second time
 *     remembering_close(&site); */
#ifndef RISE_TESTS_REMEMBERING_H
#define RISE_TESTS_REMEMBERING_H

#include "http/http.h"
#include "sys/log.h"
#include "sys/start.h"
#include "t.h"
#include "web/dispatch.h"
#include "web/shared.h"

enum { REMEMBERING_PAGE = 1 << 20, REMEMBERING = 2, REMEMBERING_SERVERS = 3, REMEMBERING_PATHS = 16 };

struct remembering {
    struct arena *a;
    struct {
        struct app app;
        struct dispatch *dispatch;
        struct http_server *http;
    } server[REMEMBERING_SERVERS]; /* the last one remembers nothing */
    const char *path[REMEMBERING_PATHS];
    str before[REMEMBERING_PATHS];
    size_t n;
};

/* For sites to which nobody signs in, by cookie or by key. */
static inline rc remembering_no_session(struct tx *tx, str cookie, instant now, struct session *out, struct arena *a)
{
    (void)tx, (void)cookie, (void)now, (void)out, (void)a;
    return E_AUTH;
}

static inline rc remembering_no_key(struct tx *tx, str key, struct session *out, struct arena *a)
{
    (void)tx, (void)key, (void)out, (void)a;
    return E_AUTH;
}

static inline void remembering_open(struct remembering *r, struct db *db, struct arena *a,
                                    struct identity_source identity, const struct route_table *tables, size_t n_tables)
{
    struct err err = {0};
    sys_start();
    log_set_level(LOG_ERROR_);
    *r = (struct remembering){.a = a};
    for (int s = 0; s < REMEMBERING_SERVERS; s++) {
        r->server[s].app = (struct app){.db = db};
        struct dispatch_config k = {.app = &r->server[s].app,
                                    .db = db,
                                    .tables = tables,
                                    .n_tables = n_tables,
                                    .identity = identity,
                                    .shared_bytes = s < REMEMBERING ? 0 : 1};
        t_ok(dispatch_new(&k, &r->server[s].dispatch, &err));
        struct http_config h = {.listen = STR("127.0.0.1:0"),
                                .threads = 1,
                                .handle = dispatch_handle,
                                .refuse = dispatch_refuse,
                                .finished = dispatch_finished,
                                .arg = r->server[s].dispatch};
        h.routes = dispatch_routes(r->server[s].dispatch, &h.n_routes);
        t_ok(http_start(&h, &r->server[s].http, &err));
    }
}

static inline void remembering_close(struct remembering *r)
{
    for (int s = 0; s < REMEMBERING_SERVERS; s++) {
        http_stop(r->server[s].http, 5000);
        dispatch_free(r->server[s].dispatch);
    }
}

static inline void remembering_add(struct remembering *r, const char *path)
{
    ck_assert_uint_lt(r->n, REMEMBERING_PATHS);
    r->path[r->n++] = path;
}

/* Status and page; of a 404 the status alone. `cookie`: a header, or NULL. */
static inline str remembering_page(const struct remembering *r, int server, const char *path, const char *cookie)
{
    const char *const headers[] = {"Accept: text/html", cookie, NULL};
    BUF_SCOPED body = BUF_INIT(REMEMBERING_PAGE);
    struct err err = {0};
    int status = 0;
    struct http_fetch f = {.method = HTTP_GET,
                           .url = arena_printf(r->a, "http://127.0.0.1:%d%s", http_port(r->server[server].http), path),
                           .headers = headers,
                           .timeout_ms = 20000,
                           .max_reply = REMEMBERING_PAGE,
                           .allow_private = true};
    t_ok(http_fetch(&f, &status, &body, &err));
    return arena_printf(r->a, "%d %.*s", status, status == 404 ? 0 : (int)body.n, body.p ? body.p : "");
}

static inline int64_t remembering_hits(const struct remembering *r, int server)
{
    struct shared_stats stats;
    shared_stats(dispatch_shared(r->server[server].dispatch), &stats);
    return stats.hits;
}

static inline size_t remembering_check(struct remembering *r)
{
    size_t changed = 0;
    for (size_t i = 0; i < r->n; i++) {
        str want = remembering_page(r, REMEMBERING, r->path[i], NULL);
        for (int s = 0; s < REMEMBERING; s++)
            for (int again = 0; again < 2; again++)
                t_str(remembering_page(r, s, r->path[i], NULL), want);
        changed += !str_eq(r->before[i], want);
        r->before[i] = want;
    }
    return changed;
}

/* A table without version, or a token on the page, would silently make it slow. */
static inline void remembering_kept(const struct remembering *r)
{
    for (size_t i = 0; i < r->n; i++) {
        int64_t before = remembering_hits(r, 0);
        str first = remembering_page(r, 0, r->path[i], NULL);
        t_str(remembering_page(r, 0, r->path[i], NULL), first);
        ck_assert_msg(remembering_hits(r, 0) == before + 1, "%s", r->path[i]);
    }
}

#endif

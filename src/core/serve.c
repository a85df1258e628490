/* `rise serve`: jobs, dispatch and the HTTP server, from start to a graceful stop. */
#include <signal.h>
#include <stdlib.h>

#include "core/account.h"
#include "core/module.h"
#include "sys/log.h"
#include "web/dispatch.h"

enum { JOB_THREADS = 2, GRACE_MS = 10000, PATH_BYTES = 4096 };

static void wait_for_end(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    int got;
    while (sigwait(&set, &got) != 0)
        continue;
    log_event(LOG_INFO_, "stop", "signal=%d", got);
}

static rc make_dispatch(struct app *app, struct dispatch **out, struct err *err)
{
    struct route_table *tables = calloc(app->n_modules, sizeof *tables);
    if (!tables)
        return E_NOMEM;
    for (size_t m = 0; m < app->n_modules; m++)
        tables[m] = (struct route_table){app->modules[m]->name, app->modules[m]->routes, app->modules[m]->n_routes};
    struct dispatch_config k = {.app = app,
                                .db = app->db,
                                .tables = tables,
                                .n_tables = app->n_modules,
                                .identity = {session_load, apikey_load},
                                .https = str_starts(app->config.base_url, STR("https://")),
                                .rate = app->config.rate,
                                .max_body = (size_t)app->config.max_body};
    rc result = seal_derive(&app->seal, STR("web tokens"), k.key);
    if (result == OK)
        result = dispatch_new(&k, out, err);
    free(tables);
    return result;
}

static rc serve_http(struct app *app, struct dispatch *d, void (*ready)(const struct app *, int), struct err *err)
{
    BUF_SCOPED spool = BUF_INIT(PATH_BYTES);
    TRY(app_path(app, "spool", &spool));
    struct http_config k = {.listen = app->config.listen,
                            .threads = (int)app->config.http_threads,
                            .max_streams = (size_t)app->config.max_streams,
                            .trusted_proxies = STR("127.0.0.1,::1"),
                            .spool_dir = spool.p,
                            .handle = dispatch_handle,
                            .refuse = dispatch_refuse,
                            .finished = dispatch_finished,
                            .arg = d};
    k.routes = dispatch_routes(d, &k.n_routes);
    TRY(http_start(&k, &app->http, err));
    rc jobs = jobs_start(app, JOB_THREADS, &app->jobs, err);
    if (jobs == OK) {
        ready(app, http_port(app->http));
        wait_for_end();
    }
    http_stop(app->http, GRACE_MS);
    jobs_stop(app->jobs);
    app->http = NULL;
    app->jobs = NULL;
    return jobs;
}

rc app_serve(struct app *app, void (*ready)(const struct app *app, int port), struct err *err)
{
    struct dispatch *d = NULL;
    TRY(make_dispatch(app, &d, err));
    rc result = serve_http(app, d, ready, err);
    /* Writes that were still queued answer into the dispatch: the database goes first. */
    db_close(app->db);
    app->db = NULL;
    dispatch_free(d);
    return result;
}

/* `rise serve`: jobs, dispatch and the HTTP server, from start to a graceful stop. */
#include <signal.h>
#include <stdlib.h>

#include "core/account.h"
#include "core/module.h"
#include "core/notice.h"
#include "sys/log.h"
#include "web/dispatch.h"
#include "web/shell.h"

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

struct serving {
    struct app *app;
    struct dispatch *dispatch;
    struct buf spool;
    struct nav_group *groups;
};

/* The number beside "Notices". A page that failed while the database was away has no transaction. */
static int64_t unseen(const struct ctx *c)
{
    int64_t n = 0;
    return c->tx && c->session.account && notices_new(c->tx, c->session.account, &n) == OK ? n : 0;
}

static const struct nav footer[] = {
    {"/programmes", N_("Programmes"), PUBLIC},
    {"/log", N_("Public log"), PUBLIC},
    {"/about/permissions", N_("Who may do what"), PUBLIC},
    {"/about/api", N_("API"), PUBLIC},
};

/* Each module's navigation as one group, in a table that lives as long as the serving. */
static rc make_shell(struct serving *s)
{
    size_t n = 0;
    s->groups = calloc(s->app->n_modules ? s->app->n_modules : 1, sizeof *s->groups);
    if (!s->groups)
        return E_NOMEM;
    for (size_t m = 0; m < s->app->n_modules; m++) {
        const struct module *mod = s->app->modules[m];
        if (mod->n_nav > 0)
            s->groups[n++] = (struct nav_group){mod->title, mod->nav, mod->n_nav};
    }
    shell_set(&(struct shell){.demo = s->app->config.demo,
                              .groups = s->groups,
                              .n_groups = n,
                              .footer = footer,
                              .n_footer = sizeof footer / sizeof footer[0],
                              .sign_in = "/sign-in",
                              .sign_out = "/sign-out",
                              .account = "/account",
                              .notices = "/notices",
                              .unseen = unseen});
    return OK;
}

static rc make_dispatch(struct serving *s, struct err *err)
{
    struct app *app = s->app;
    size_t n_tables = app_route_tables(app, NULL);
    struct route_table *tables = calloc(n_tables, sizeof *tables);
    if (!tables)
        return E_NOMEM;
    app_route_tables(app, tables);
    struct dispatch_config k = {.app = app,
                                .db = app->db,
                                .tables = tables,
                                .n_tables = n_tables,
                                .error_page = error_page,
                                .identity = {session_load, apikey_load},
                                .https = str_starts(app->config.base_url, STR("https://")),
                                .rate = app->config.rate,
                                .max_body = (size_t)app->config.max_body};
    rc result = seal_derive(&app->seal, STR("web tokens"), k.key);
    if (result == OK)
        result = dispatch_new(&k, &s->dispatch, err);
    free(tables);
    return result;
}

static rc start_http(struct serving *s, struct err *err)
{
    struct app *app = s->app;
    TRY(app_path(app, "spool", &s->spool));
    struct http_config k = {.listen = app->config.listen,
                            .threads = (int)app->config.http_threads,
                            .max_streams = (size_t)app->config.max_streams,
                            .trusted_proxies = STR("127.0.0.1,::1"),
                            .spool_dir = s->spool.p,
                            .handle = dispatch_handle,
                            .refuse = dispatch_refuse,
                            .finished = dispatch_finished,
                            .arg = s->dispatch};
    k.routes = dispatch_routes(s->dispatch, &k.n_routes);
    k.value_after = dispatch_value_after(s->dispatch);
    return http_start(&k, &app->http, err);
}

rc serving_begin(struct app *app, struct serving **out, struct err *err)
{
    struct serving *s = calloc(1, sizeof *s);
    if (!s)
        return E_NOMEM;
    s->app = app;
    s->spool = (struct buf)BUF_INIT(PATH_BYTES);
    rc result = make_shell(s);
    if (result == OK)
        result = make_dispatch(s, err);
    if (result == OK)
        result = start_http(s, err);
    if (result == OK)
        result = jobs_start(app, JOB_THREADS, &app->jobs, err);
    if (result != OK)
        serving_end(s);
    else
        *out = s;
    return result;
}

void serving_end(struct serving *s)
{
    if (!s)
        return;
    struct app *app = s->app;
    if (app->http)
        http_stop(app->http, GRACE_MS);
    jobs_stop(app->jobs);
    db_close(app->db);
    app->http = NULL;
    app->jobs = NULL;
    app->db = NULL;
    dispatch_free(s->dispatch);
    buf_free(&s->spool);
    shell_set(&(struct shell){0});
    free(s->groups);
    free(s);
}

rc app_serve(struct app *app, void (*ready)(const struct app *app, int port), struct err *err)
{
    struct serving *s;
    TRY(serving_begin(app, &s, err));
    ready(app, http_port(app->http));
    wait_for_end();
    serving_end(s);
    return OK;
}

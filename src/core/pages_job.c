/* A job's progress: as a page that renews itself, as JSON for polling, and as events. */
#include "core/pages.h"
#include "job.view.h"

static rc job_of_request(struct ctx *c, struct job_page *p)
{
    id job;
    if (id_parse(request_param(c->req, "id"), &job) != OK)
        return E_NOTFOUND;
    TRY(job_get(c->tx, job, &p->job, c->arena));
    if (p->job.owner != c->session.account)
        return E_NOTFOUND;
    const struct job_kind *kind = job_kind_named(c->app, p->job.kind);
    p->label = kind ? kind->label : N_("Job");
    p->open = str_eq(p->job.state, STR("queued")) || str_eq(p->job.state, STR("running"));
    int64_t permille;
    bool known = p->job.total > 0 && i64_muldiv(p->job.done, 1000, p->job.total, ROUND_DOWN, &permille) == OK;
    p->events = p->open ? arena_printf(c->arena, "%.*s/events", STR_ARG(c->req->path)) : STR_EMPTY;
    p->permille = !known ? 0 : permille > 1000 ? 1000 : (int)permille;
    return OK;
}

static rc job_read(struct ctx *c)
{
    struct job_page p;
    TRY(job_of_request(c, &p));
    view_job(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc job_api_read(struct ctx *c)
{
    struct job_page p;
    TRY(job_of_request(c, &p));
    job_json(&p.job, &c->reply->body);
    return reply_json(c, 200);
}

static rc job_events_read(struct ctx *c)
{
    struct job_page p;
    TRY(job_of_request(c, &p));
    c->reply->events = p.open && c->app->jobs ? job_events(c->app->jobs, p.job.id) : NULL;
    if (c->reply->events)
        return OK;                                       /* without a status: the stream has its own (http/http.h) */
    c->reply->status = 204;                              /* tells an EventSource to stop */
    c->reply->type = "text/event-stream; charset=utf-8"; /* else Chromium complains of the type */
    return OK;
}

static rc cancel_write(struct tx *tx, struct ctx *c)
{
    id job;
    if (id_parse(request_param(c->req, "id"), &job) != OK)
        return E_NOTFOUND;
    TRY(job_cancel(tx, job, c->session.account));
    flash(c, N_("The job will stop after its present step."));
    return go(c, "/jobs/%.*s", STR_ARG(request_param(c->req, "id")));
}

static const struct route routes[] = {
    {.method = HTTP_GET, .path = "/jobs/{id}", .perm = SIGNED_IN, .read = job_read, .summary = N_("Progress of a job")},
    {.method = HTTP_GET,
     .path = "/jobs/{id}/events",
     .perm = SIGNED_IN,
     .read = job_events_read,
     .summary = N_("Progress of a job, as events"),
     .flags = ROUTE_STREAM},
    {.method = HTTP_GET,
     .path = "/api/jobs/{id}",
     .perm = SIGNED_IN,
     .read = job_api_read,
     .summary = N_("Progress of a job"),
     .flags = ROUTE_API,
     .reply_schema =
         "{\"type\":\"object\",\"required\":[\"id\",\"state\",\"done\",\"total\"],\"properties\":{\"id\":{\"type\":"
         "\"string\"},"
         "\"state\":{\"type\":\"string\",\"enum\":[\"queued\",\"running\",\"done\",\"failed\",\"cancelled\"]},"
         "\"done\":{\"type\":\"integer\"},\"total\":{\"type\":\"integer\"},\"result\":{\"type\":\"string\"}}}"},
    {.method = HTTP_POST,
     .path = "/jobs/{id}/cancel",
     .perm = SIGNED_IN,
     .write = cancel_write,
     .summary = N_("Cancel a job"),
     .flags = ROUTE_IDEMPOTENT},
};

const struct module jobs_module = {
    .name = "jobs", .title = N_("Jobs"), .routes = routes, .n_routes = sizeof routes / sizeof routes[0]};

/* The import as a job in the background, and as a verb of the command line. */
#include <stdio.h>

#include "base/json.h"
#include "core/import.h"
#include "core/verb.h"
#include "mod/fund/gift_impl.h"
#include "sys/file.h"

enum { VERB_ARENA = 64 << 20 };

QUERY(fq_import_job, "ii", "", "UPDATE fund_gift_import SET job = $2 WHERE id = $1");

static rc job_progress(void *arg, int64_t done, int64_t total)
{
    return job_save(arg, STR_EMPTY, done, total);
}

/* One piece: fund_import_run starts again from the sealed file when a crash has cut it short. */
rc fund_gift_job_run(struct job *j)
{
    int64_t import;
    TRY(str_to_i64(job_input(j), &import));
    TRY(fund_import_run(job_app(j), import, job_progress, j, job_err(j)));
    return job_finish(j, STR_EMPTY);
}

rc fund_gift_job_queue(const struct act *x, id import)
{
    id job;
    str input = arena_printf(x->a, "%lld", (long long)import);
    TRY(arena_rc(x->a));
    TRY(job_queue(x->tx, FUND_GIFT_JOB, x->by->account, input, &job));
    return db_exec(x->tx, &fq_import_job, VALS(v_int(import), v_int(job)), NULL);
}

/* ---- rise fund import-gifts ---- */

struct verb_work {
    struct app *app;
    const struct input *in;
    str bytes;
    id import;
};

static rc do_begin(const struct act *x, void *arg)
{
    struct verb_work *w = arg;
    struct programme p;
    struct fund_source s;
    str path = in_text(w->in, "file");
    size_t at = path.n;
    TRY(programme_by_code(x->tx, in_text(w->in, "round"), &p, x->a));
    TRY(fund_source_by_code(x->tx, p.id, in_text(w->in, "source"), &s, x->a));
    while (at > 0 && path.p[at - 1] != '/')
        at--;
    return fund_import_begin(x, w->app, s.id, str_sub(path, at, path.n), w->bytes, &w->import);
}

static rc print_done(struct tx *tx, const struct fund_import *i, struct arena *a)
{
    struct fund_reason_count *c;
    size_t n;
    TRY(fund_import_counts(tx, i->id, &c, &n, a));
    printf("import %lld (%.*s): %lld rows, %lld counted, NT$%lld\n", (long long)i->number, STR_ARG(i->encoding),
           (long long)i->rows, (long long)i->counted, (long long)i->raised);
    for (size_t k = 0; k < n; k++)
        if (c[k].reason.n > 0)
            printf("  %8lld %.*s\n", (long long)c[k].n, STR_ARG(c[k].reason));
    return OK;
}

static rc print_result(struct app *app, id import, bool *refused, struct arena *a)
{
    struct tx *tx;
    struct fund_import i;
    struct import_report report = {0};
    TRY(db_read_begin(app->db, &tx));
    rc r = fund_import_get(tx, import, &i, a);
    *refused = r == OK && str_eq(i.state, STR(IMPORT_REFUSED));
    if (r == OK)
        r = *refused ? fund_report_read(i.report, &report, a) : print_done(tx, &i, a);
    db_read_end(tx);
    report.encoding = arena_cstr(a, i.encoding);
    if (r == OK && *refused)
        verb_print_import(&report, app->lang);
    return r;
}

int fund_verb_import_gifts(struct app *app, const struct input *in, struct err *err)
{
    struct verb_work w = {.app = app, .in = in};
    struct arena *a = arena_new(VERB_ARENA);
    FILE_MAP_SCOPED map = {0};
    bool refused = false;
    if (!a)
        return VERB_FAILED;
    rc r = file_map(arena_cstr(a, in_text(in, "file")), &map, err);
    w.bytes = map.bytes;
    if (r == OK)
        r = verb_write(app, a, do_begin, &w, err);
    if (r == OK)
        r = fund_import_run(app, w.import, NULL, NULL, err);
    if (r == OK)
        r = print_result(app, w.import, &refused, a);
    arena_free(a);
    return r == OK && refused ? VERB_REFUSED : verb_exit(r);
}

/* The public log as a part of core: its check, job, verbs, and its key, which is made when it is missing. */
#include "core/doctor.h"
#include "core/job.h"
#include "core/log_anchor.h"
#include "core/log_pages.h"
#include "core/module.h"
#include "core/publiclog.h"
#include "sys/file.h"

enum { PATH_BYTES = 4096 };

static rc init(struct app *app, struct err *err)
{
    BUF_SCOPED path = BUF_INIT(PATH_BYTES);
    TRY(app_path(app, "log.key", &path));
    if (!file_exists(path.p))
        TRY(log_key_create(app, err));
    return log_key_load(app, err);
}

static rc check(struct app *app, struct tx *tx, struct buf *finding)
{
    return log_check(tx, app->lang, finding);
}

static rc check_anchor(struct app *app, struct tx *tx, struct buf *finding)
{
    (void)tx; /* begun before the file is read: see log_anchor_read() */
    struct err err = {0};
    rc r = log_anchor_check(app, &err);
    finding_put_err(finding, app->lang, &err);
    return r;
}

static const struct check checks[] = {
    {"log", N_("The public log's tree, checkpoint and records agree"), check},
    {"log-fork", N_("The public log continues what was published"), check_anchor},
};

static rc sequence(struct job *j)
{
    int64_t integrated;
    return log_sequence(job_app(j), &integrated, job_err(j));
}

static const struct job_kind jobs[] = {
    {"log.sequence", N_("Enter what happened into the public log"), sequence, SECOND / 5},
};

/* ---- rise log export DIR ---- */

INPUT(export_in, {.name = "dir", .type = F_TEXT, .required = true, .max = 1000, .label = N_("Folder")});

static int verb_export(struct app *app, const struct input *in, struct err *err)
{
    struct tx *tx;
    BUF_SCOPED dir = BUF_INIT(PATH_BYTES);
    buf_put(&dir, in_text(in, "dir"));
    if (buf_rc(&dir) != OK || db_read_begin(app->db, &tx) != OK)
        return 1;
    rc r = log_export(tx, dir.p, err);
    db_read_end(tx);
    return r == OK ? 0 : 1;
}

static const struct verb verbs[] = {
    {"export", "DIR", N_("Write the public log's checkpoint and tiles into a folder"),
     N_("What anybody can download, in one piece. Check it anywhere with: rise verify-log DIR KEY"), &export_in, true,
     verb_export},
};

const struct module log_module = {
    .name = "log",
    .title = N_("Public log"),
    .routes = log_routes,
    .n_routes = LOG_ROUTES,
    .verbs = verbs,
    .n_verbs = sizeof verbs / sizeof verbs[0],
    .checks = checks,
    .n_checks = sizeof checks / sizeof checks[0],
    .jobs = jobs,
    .n_jobs = sizeof jobs / sizeof jobs[0],
    .init = init,
};

/* A module: one const struct that lists all it brings. src/mod/modules.def names the modules. */
#ifndef RISE_CORE_MODULE_H
#define RISE_CORE_MODULE_H

#include "core/app.h"
#include "core/figure.h"
#include "core/job.h"
#include "core/programme.h"
#include "web/dispatch.h"
#include "web/route.h"
#include "web/shell.h"

/* One verb of the command line: `rise market import …`. The table gives help, man page and shell completion. */
struct verb {
    const char *name;    /* "import-registry" */
    const char *args;    /* "FILE [--as-of DAY]" */
    const char *help;    /* msgid, one line */
    const char *details; /* msgid, several lines or NULL: for `rise help market import-registry` and the man page */
    const struct input_spec *in; /* options as --name value; positional arguments fill the required fields, then the
                                    optional ones; .many: all that is left */
    bool needs_db;               /* open the database first (app->db) */
    int (*run)(struct app *app, const struct input *in,
               struct err *err); /* exit code; when err is set the caller prints it */
};

/* An invariant that `rise doctor` re-proves. Findings are written with finding_put() in the reader's language
 * (app->lang). */
struct check {
    const char *name; /* "ledger-sums" */
    const char *help; /* msgid: what it proves */
    rc (*run)(struct app *app, struct tx *tx,
              struct buf *finding); /* E_CORRUPT with a finding, or OK (finding may hold a figure) */
};

struct check_table {
    const struct check *v;
    size_t n;
};

struct demo; /* core/demo.h: size and seed */

struct module {
    const char *name;         /* "market" */
    const char *title;        /* msgid */
    const char *card;         /* msgid: one sentence about it on the front page; NULL: not shown there */
    const char *const *needs; /* names of modules whose public header it includes, NULL-terminated; may be NULL */
    const struct route *routes;
    size_t n_routes;
    const struct route_table *const
        *tables; /* further routes, one table per file of the module; NULL-terminated; may be NULL */
    const struct verb *verbs;
    size_t n_verbs;
    const char *const *alone; /* of these verbs, those that need no module's name in front (`rise verify`);
                                 NULL-terminated; may be NULL */
    const struct migration *migrations;
    const size_t *n_migrations; /* MODULE_migrations, &MODULE_migrations_n (tools/embed_schema.py) */
    const struct check *checks;
    size_t n_checks;
    const struct check_table *const
        *check_tables; /* further checks, one table per part; NULL-terminated; may be NULL */
    const struct figure *figures;
    size_t n_figures;
    const struct job_kind *jobs;
    size_t n_jobs;
    const struct param_table *params; /* of its programmes; officers change them at /programmes/CODE; may be NULL */
    const struct nav *nav;
    size_t n_nav;
    rc (*init)(struct app *app, struct err *err);                       /* once, after migrations; may be NULL */
    rc (*demo)(struct app *app, const struct demo *d, struct err *err); /* fills demonstration data; may be NULL */
};
#endif

/* The running program: what every handler and job may reach. Made once by cmd, read-only while serving.
 *
 * In data_dir lie the database (unless it is elsewhere), seal.key (0600), blobs/ and spool/. Errors: APP-001 … APP-005.
 */
#ifndef RISE_CORE_APP_H
#define RISE_CORE_APP_H

#include "core/note.h"
#include "crypto/seal.h"
#include "db/db.h"
#include "sys/config.h"
#include "web/i18n.h"

struct module;
struct http_server;
struct job_runner;

/* The public log's signing key, once log_key_load() has run. */
struct log_signer {
    bool loaded;
    struct note_verifier verifier;
    struct ed25519_key key;
};

struct app {
    struct config config;
    struct db *db;
    struct http_server *http; /* NULL outside `rise serve` */
    struct job_runner *jobs;  /* NULL outside `rise serve` */
    struct seal_key seal;
    struct log_signer log_signer; /* see core/publiclog.h */
    const struct module *const *modules;
    size_t n_modules;
    enum lang lang; /* of the command line's output */
};

/* Makes the data folder and the key when they are missing (`rise init`). */
rc app_prepare(const struct app *app, struct err *err);
/* Opens key and database by app->config. E_NOTFOUND APP-001: not initialised, the message says what to run. */
rc app_open(struct app *app, struct err *err);
void app_close(struct app *app);
/* data_dir/name as a path, NUL-terminated in `out`. */
rc app_path(const struct app *app, const char *name, struct buf *out);

rc app_migrate(struct app *app, int *applied, struct err *err);
rc app_migrations_check(struct app *app, struct err *err); /* E_CONFLICT: some are pending or differ */
rc app_init_modules(struct app *app, struct err *err);     /* each module's .init, after migrations */

/* All route tables, web's own too: fills `out` and returns how many; NULL only counts. */
struct route_table;
size_t app_route_tables(const struct app *app, struct route_table *out);
/* The same as HTTP rows, without a server; free(). And the OpenAPI document of such rows. */
struct http_route;
rc app_routes(const struct app *app, struct http_route **out, size_t *n, struct err *err);
void app_openapi(const struct app *app, const struct http_route *routes, size_t n, enum lang lang, struct buf *out);

/* The server: jobs, dispatch, HTTP. serving_end answers what was accepted, then closes app->db (writes that still wait
 * answer into the dispatch, so the database goes first). */
struct serving;
rc serving_begin(struct app *app, struct serving **out, struct err *err);
void serving_end(struct serving *s); /* NULL is allowed */
/* Serves until SIGTERM or SIGINT (which the caller has blocked). `ready` is called once with the port. */
rc app_serve(struct app *app, void (*ready)(const struct app *app, int port), struct err *err);
#endif

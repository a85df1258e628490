/* core's own module: the schema of the ground floor, the checks that concern the whole program, the housekeeping jobs.
 * Pages and programs' routes stand in the other parts (core/parts.def). */
#include <stdio.h>
#include <sys/stat.h>

#include "core/account.h"
#include "core/doctor.h"
#include "core/document.h"
#include "core/ledger.h"
#include "core/module.h"
#include "core/notice.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "web/idempotency.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

/* ---- checks ---- */

enum { PATH_BYTES = 4096 };
static const int64_t disk_least = INT64_C(200) * 1024 * 1024;

static rc check_migrations(struct app *app, struct tx *tx, struct buf *finding)
{
    (void)tx;
    struct err err = {0};
    rc result = app_migrations_check(app, &err);
    finding_put_err(finding, app->lang, &err);
    return result == E_CONFLICT ? E_CORRUPT : result;
}

static rc check_database(struct app *app, struct tx *tx, struct buf *finding)
{
    (void)tx;
    struct err err = {0};
    rc result = db_check(app->db, &err);
    finding_put_err(finding, app->lang, &err);
    return result;
}

static rc check_ledger(struct app *app, struct tx *tx, struct buf *finding)
{
    return ledger_check(tx, app->lang, finding);
}

/* Who else on this machine may read the key or the data? */
static rc check_files(struct app *app, struct tx *tx, struct buf *finding)
{
    (void)tx;
    static const struct {
        const char *name;
        mode_t widest;
    } files[] = {{"", 0700}, {"seal.key", 0600}, {"spool", 0700}};
    rc result = OK;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        BUF_SCOPED path = BUF_INIT(PATH_BYTES);
        TRY(app_path(app, files[i].name, &path));
        struct stat st;
        if (stat(path.p, &st) != 0) {
            FINDING(finding, app->lang, N_("{1} is missing"), buf_str(&path));
            result = E_CORRUPT;
        } else if ((st.st_mode & 0777) & ~files[i].widest) {
            char is[16], widest[16];
            (void)snprintf(is, sizeof is, "%04o", st.st_mode & 0777);
            (void)snprintf(widest, sizeof widest, "%04o", files[i].widest);
            FINDING(finding, app->lang, N_("{1} has mode {2}, at most {3} is right"), buf_str(&path), str_of(is),
                    str_of(widest));
            result = E_CORRUPT;
        }
    }
    return result;
}

static rc check_disk(struct app *app, struct tx *tx, struct buf *finding)
{
    (void)tx;
    BUF_SCOPED path = BUF_INIT(PATH_BYTES);
    TRY(app_path(app, "", &path));
    int64_t bytes;
    struct err err = {0};
    rc result = disk_free(path.p, &bytes, &err);
    finding_put_err(finding, app->lang, &err);
    TRY(result);
    FINDING_N(finding, app->lang, N_("{1} MB free"), bytes / 1000000);
    return bytes >= disk_least ? OK : E_CORRUPT;
}

QUERY(doctor_newest, "", "I", "SELECT max(at) FROM outbox");

/* A clock that jumped back would make new records look older than recorded ones. */
static rc check_clock(struct app *app, struct tx *tx, struct buf *finding)
{
    struct rows r;
    TRY(db_one(tx, &doctor_newest, NOVALS, &r));
    instant newest = row_int(&r, 0);
    TRY(rows_end(&r));
    instant now = clock_now();
    buf_instant(finding, now);
    if (now < day_start(day_of(2026, 1, 1)) || newest > now + MINUTE) {
        FINDING(finding, app->lang, N_("the machine's clock is behind the records"));
        return E_CORRUPT;
    }
    return OK;
}

static rc check_settings(struct app *app, struct tx *tx, struct buf *finding)
{
    (void)tx;
    const struct config *k = &app->config;
    bool local = str_find(k->base_url, STR("//localhost")) >= 0 || str_find(k->base_url, STR("//127.0.0.1")) >= 0;
    if (!k->demo && !local && !str_starts(k->base_url, STR("https://"))) {
        FINDING(finding, app->lang, N_("base-url is not https: cookies would travel in the clear"));
        return E_CORRUPT;
    }
    if (!k->demo && !local && k->smtp_url.n == 0) {
        FINDING(finding, app->lang, N_("smtp is not set: nobody would get a sign-in link"));
        return E_CORRUPT;
    }
    buf_put(finding, k->base_url);
    return OK;
}

QUERY(doctor_outbox_failed, "i", "i", "SELECT CAST(count(*) AS BIGINT) FROM outbox WHERE state = 'failed' AND at > $1");

static rc check_outbox(struct app *app, struct tx *tx, struct buf *finding)
{
    int64_t n;
    TRY(db_one_int(tx, &doctor_outbox_failed, VALS(v_int(clock_now() - 7 * DAY)), &n));
    FINDING_N(finding, app->lang, N_("{1} given up in the last 7 days"), n);
    return OK;
}

static const struct check checks[] = {
    {"settings", N_("The settings fit together"), check_settings},
    {"files", N_("Keys and data belong to this program alone"), check_files},
    {"disk", N_("There is room on the disk"), check_disk},
    {"migrations", N_("The database has exactly this version's tables"), check_migrations},
    {"database", N_("The database engine finds no damage"), check_database},
    {"clock", N_("The clock is not behind the records"), check_clock},
    {"ledger", N_("All sums follow from the transfers, and every unit sums to zero"), check_ledger},
    {"outbox", N_("Mail and webhooks leave"), check_outbox},
    {"documents", N_("Every document's file is there, unaltered"), document_check},
};

/* ---- jobs ---- */

enum { OUTBOX_TURN = 50, PRUNE_TURN = 5000 };

static rc outbox_turn(struct job *j)
{
    int sent;
    return outbox_deliver(job_app(j), OUTBOX_TURN, &sent, job_err(j));
}

/* One turn; the keys are taken once, so that a write that runs again notes the same ones. */
struct housekeeping {
    id keys[IDENTITY_KEYS_MAX];
    size_t n_keys;
};

static rc housekeeping_write(struct tx *tx, void *arg)
{
    const struct housekeeping *h = arg;
    int64_t n;
    for (size_t i = 0; i < h->n_keys; i++)
        TRY(apikey_used(tx, h->keys[i]));
    TRY(idempotency_prune(tx, clock_now() - IDEMPOTENCY_KEEP, PRUNE_TURN, &n));
    return sessions_forget_old(tx, clock_now());
}

static rc prune_turn(struct job *j)
{
    struct housekeeping h;
    h.n_keys = identity_keys_used(h.keys, IDENTITY_KEYS_MAX);
    return db_write(job_app(j)->db, housekeeping_write, &h);
}

static rc sweep_turn(struct job *j)
{
    struct tx *tx;
    int64_t removed;
    TRY(db_read_begin(job_app(j)->db, &tx));
    rc code = document_sweep(job_app(j), tx, clock_now(), &removed, job_err(j));
    db_read_end(tx);
    return code;
}

static const struct job_kind jobs[] = {
    {"core.outbox", N_("Deliver mail and webhooks"), outbox_turn, 2 * SECOND},
    {"core.prune", N_("Forget old sessions, links and idempotency keys"), prune_turn, MINUTE},
    {"core.sweep", N_("Remove files that no document names"), sweep_turn, 6 * HOUR},
};

const struct module core_module = {
    .name = "core",
    .title = N_("Platform"),
    .migrations = core_migrations,
    .n_migrations = &core_migrations_n,
    .checks = checks,
    .n_checks = sizeof checks / sizeof checks[0],
    .jobs = jobs,
    .n_jobs = sizeof jobs / sizeof jobs[0],
};

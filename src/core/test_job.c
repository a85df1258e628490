/* Jobs: pieces, progress, resume after a stop, cancel, failure; periodic kinds. */
#include <stdatomic.h>
#include <time.h>

#include "core/job.h"
#include "core/module.h"
#include "dbt.h"
#include "sys/log.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

static struct arena *arena;
static _Atomic int turns, entered, pieces;
static _Atomic bool hold; /* the counting job waits while it is set */

static rc count_run(struct job *j)
{
    int64_t n = 0;
    if (job_state(j).n > 0)
        TRY(str_to_i64(job_state(j), &n));
    atomic_fetch_add(&entered, 1);
    while (atomic_load(&hold) && !job_cancelled(j))
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    atomic_fetch_add(&pieces, 1);
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)++n);
    TRY(job_save(j, str_of(text), n, 10));
    return n == 10 ? job_finish(j, STR("counted")) : OK;
}

static rc fail_run(struct job *j)
{
    return ERR(job_err(j), E_INVALID, "TST-001", N_("Line {1} is wrong."), job_input(j));
}

static rc turn_run(struct job *j)
{
    (void)j;
    atomic_fetch_add(&turns, 1);
    return OK;
}

static const struct job_kind kinds[] = {
    {"test.count", N_("Count"), count_run, 0},
    {"test.fail", N_("Fail"), fail_run, 0},
    {"test.turn", N_("Turn"), turn_run, 10000},
};
static const struct module module = {.name = "test", .title = N_("Test"), .jobs = kinds, .n_jobs = 3};
static const struct module *const modules[] = {&module};
static struct app app;

static void open_app(int engine)
{
    log_set_level(LOG_ERROR_ + 1);
    arena = arena_new(4 << 20);
    app = (struct app){.db = dbt_open(engine, core_migrations, core_migrations_n), .modules = modules, .n_modules = 1};
    atomic_store(&pieces, 0);
    atomic_store(&entered, 0);
    atomic_store(&hold, false);
}

static void close_app(void)
{
    dbt_close(app.db);
    arena_free(arena);
}

static id queued;

static rc queue_count(struct tx *tx, void *arg)
{
    (void)arg;
    return job_queue(tx, "test.count", 7, STR("{}"), &queued);
}

static rc queue_fail(struct tx *tx, void *arg)
{
    (void)arg;
    return job_queue(tx, "test.fail", 7, STR("12"), &queued);
}

static rc cancel(struct tx *tx, void *arg)
{
    (void)arg;
    ck_assert_int_eq(job_cancel(tx, queued, 8), E_NOTFOUND); /* somebody else's */
    return job_cancel(tx, queued, 7);
}

static struct job_row row(void)
{
    struct tx *tx;
    struct job_row j;
    t_ok(db_read_begin(app.db, &tx));
    t_ok(job_get(tx, queued, &j, arena));
    db_read_end(tx);
    return j;
}

static struct job_row wait_for(const char *state)
{
    for (int i = 0; i < 20000; i++) {
        struct job_row j = row();
        if (str_eq(j.state, str_of(state)))
            return j;
        arena_reset(arena);
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    }
    struct job_row j = row();
    ck_abort_msg("wanted %s, is %.*s", state, STR_ARG(j.state));
}

static struct job_runner *start(void)
{
    struct err err = {0};
    struct job_runner *r = NULL;
    t_ok(jobs_start(&app, 2, &r, &err));
    return r;
}

START_TEST(runs_in_pieces)
{
    open_app(_i);
    struct job_runner *r = start();
    t_ok(db_write(app.db, queue_count, NULL));
    struct job_row j = wait_for("done");
    ck_assert_int_eq(j.done, 10);
    ck_assert_int_eq(j.total, 10);
    t_str(j.result, STR("counted"));
    ck_assert_int_eq(atomic_load(&pieces), 10);
    jobs_stop(r);
    close_app();
}
END_TEST

START_TEST(goes_on_after_a_stop)
{
    open_app(_i);
    t_ok(db_write(app.db, queue_count, NULL));
    atomic_store(&hold, true);
    struct job_runner *r = start();
    while (atomic_load(&entered) == 0)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    atomic_store(&hold, false); /* stops between two pieces, wherever it is */
    jobs_stop(r);
    int before = atomic_load(&pieces);
    r = start();
    wait_for("done");
    ck_assert_int_eq(atomic_load(&pieces), 10); /* nothing was done twice */
    ck_assert_int_ge(before, 1);
    jobs_stop(r);
    close_app();
}
END_TEST

START_TEST(cancels)
{
    open_app(_i);
    atomic_store(&hold, true);
    struct job_runner *r = start();
    t_ok(db_write(app.db, queue_count, NULL));
    wait_for("running");
    t_ok(db_write(app.db, cancel, NULL));
    wait_for("cancelled");
    t_rc(db_write(app.db, cancel, NULL), E_CONFLICT);
    jobs_stop(r);
    close_app();
}
END_TEST

START_TEST(says_why_it_failed)
{
    open_app(_i);
    struct job_runner *r = start();
    t_ok(db_write(app.db, queue_fail, NULL));
    t_str(wait_for("failed").result, STR("Line 12 is wrong."));
    jobs_stop(r);
    close_app();
}
END_TEST

START_TEST(turns_come_again)
{
    open_app(_i);
    atomic_store(&turns, 0);
    struct job_runner *r = start();
    for (int i = 0; i < 20000 && atomic_load(&turns) < 3; i++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    ck_assert_int_ge(atomic_load(&turns), 3);
    jobs_stop(r);
    close_app();
}
END_TEST

DBT_MAIN("core/job", runs_in_pieces, goes_on_after_a_stop, cancels, says_why_it_failed, turns_come_again)

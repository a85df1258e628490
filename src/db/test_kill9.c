/* A process that writes as fast as it can is killed with SIGKILL at random moments, and PostgreSQL is stopped under it:
 * whatever it was told to be committed must be there, whole; whatever failed must have failed as E_UNAVAILABLE.
 *
 * The child is this program again: test_kill9 child URL. It reports on stdout, one int64 per answer: the id of an
 * acknowledged write, or minus the result code of a refused one. */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "dbt.h"

#include "sys/clock.h"
#include "sys/random.h"
#include "sys/start.h"

enum { THREADS = 24, ROUNDS = 6, IDS_MAX = 1 << 20 };

static const struct migration schema[] = {
    {"test", 1, "double_entry",
     STR_INIT("CREATE TABLE debit (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL) STRICT;\n"
              "CREATE TABLE credit (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL) STRICT;\n"
              "CREATE TABLE total (id INTEGER PRIMARY KEY, n INTEGER NOT NULL) STRICT;\n"
              "INSERT INTO total (id, n) VALUES (1, 0);\n"),
     "c1"},
};

QUERY(k_debit, "i", "", "INSERT INTO debit (id, amount) VALUES ($1, 1)");
QUERY(k_credit, "i", "", "INSERT INTO credit (id, amount) VALUES ($1, 1)");
QUERY(k_total, "", "", "UPDATE total SET n = n + 1 WHERE id = 1");
QUERY(k_has, "i", "i", "SELECT COUNT(*) FROM debit d JOIN credit c ON c.id = d.id WHERE d.id = $1");
QUERY(k_broken, "", "i",
      "SELECT ABS((SELECT COUNT(*) FROM debit) - (SELECT n FROM total WHERE id = 1))"
      " + ABS((SELECT COUNT(*) FROM credit) - (SELECT n FROM total WHERE id = 1))");

/* ---- the child ---- */
struct booking {
    id id;
    bool fails;
};

static rc book(struct tx *tx, void *arg)
{
    const struct booking *b = arg;
    TRY(db_exec(tx, &k_debit, VALS(v_int(b->id)), NULL));
    TRY(db_exec(tx, &k_total, NOVALS, NULL));
    if (b->fails)
        return E_DENIED;
    return db_exec(tx, &k_credit, VALS(v_int(b->id)), NULL);
}

static void *submit(void *arg)
{
    for (int i = 0;; i++) {
        struct booking b = {id_new(), i % 16 == 15};
        rc r = db_write(arg, book, &b);
        int64_t report = r == OK ? b.id : -(int64_t)r;
        if (r == E_DENIED)
            continue;
        if (write(1, &report, sizeof report) != sizeof report) /* a pipe takes 8 bytes whole */
            _exit(1);
        if (r != OK)
            usleep(2000);
    }
    return NULL;
}

static int child(const char *url)
{
    struct db *db;
    struct err err = {0};
    sys_start();
    if (db_open(str_of(url), NULL, &db, &err) != OK)
        return 1;
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, submit, db) != 0)
            return 1;
    pthread_join(threads[0], NULL);
    return 1;
}

/* ---- the parent ---- */
static pid_t start_child(const char *url, int *out)
{
    int fds[2];
    ck_assert_int_eq(pipe2(fds, O_CLOEXEC), 0);
    pid_t pid = fork();
    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL); /* a failed test leaves nothing running */
        dup2(fds[1], 1);
        execl("/proc/self/exe", "test_kill9", "child", url, (char *)NULL);
        _exit(127);
    }
    close(fds[1]);
    *out = fds[0];
    return pid;
}

static int64_t ids[IDS_MAX];
static size_t n_ids, n_refused;

/* Takes reports until `until` (monotonic µs) or the pipe's end. */
static void listen_until(int fd, int64_t until)
{
    int64_t report;
    for (;;) {
        int64_t left = until - clock_mono();
        struct pollfd p = {.fd = fd, .events = POLLIN};
        if (left <= 0 || poll(&p, 1, (int)(left / 1000) + 1) <= 0 || read(fd, &report, sizeof report) != sizeof report)
            return;
        if (report < 0) {
            ck_assert_int_eq(report, -(int64_t)E_UNAVAILABLE);
            n_refused++;
        } else if (n_ids < IDS_MAX) {
            ids[n_ids++] = report;
        }
    }
}

static void kill_child(pid_t pid, int fd)
{
    int status;
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status));
    listen_until(fd, INT64_MAX); /* what it had still said */
    close(fd);
}

static void expect_all(const char *url)
{
    struct db *db = dbt_open_url(url, NULL, NULL, 0);
    struct tx *tx;
    int64_t n;
    struct err err = {0};
    t_ok(db_read_begin(db, &tx));
    t_ok(db_one_int(tx, &k_broken, NOVALS, &n));
    ck_assert_int_eq(n, 0);
    for (size_t i = 0; i < n_ids; i++) {
        t_ok(db_one_int(tx, &k_has, VALS(v_int(ids[i])), &n));
        ck_assert_msg(n == 1, "acknowledged write %zu of %zu is lost", i, n_ids);
    }
    db_read_end(tx);
    t_ok(db_check(db, &err));
    db_close(db);
}

START_TEST(killed_under_load)
{
    char url[1024];
    dbt_url(_i, url, sizeof url);
    if (_i == DB_SQLITE)
        snprintf(url, sizeof url, "sqlite:/tmp/rise-kill9-%d.db", (int)getpid());
    db_close(dbt_open_url(url, NULL, schema, 1));
    for (int round = 0; round < ROUNDS; round++) {
        int fd;
        pid_t pid = start_child(url, &fd);
        size_t before = n_ids;
        int64_t limit = clock_mono() + 20 * SECOND;
        while (n_ids == before && clock_mono() < limit) /* it works at all */
            listen_until(fd, clock_mono() + 10000);
        ck_assert_uint_gt(n_ids, before);
        listen_until(fd, clock_mono() + (int64_t)(random_u64() % 300000));
        kill_child(pid, fd);
        expect_all(url);
    }
    ck_assert_uint_eq(n_refused, 0);
    if (_i == DB_SQLITE)
        unlink(url + 7);
}
END_TEST

static void control(const char *what)
{
    char command[2048];
    snprintf(command, sizeof command, "cd / && %s -w %s >/dev/null 2>&1", getenv("RISE_TEST_PG_CTL"), what);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(server_stopped_under_load)
{
    if (_i != DB_POSTGRES || !getenv("RISE_TEST_PG_CTL"))
        return;
    char url[1024];
    dbt_url(_i, url, sizeof url);
    struct db *db = dbt_open_url(url, NULL, schema, 1); /* stays open: its own connections have to come back too */
    int fd;
    pid_t pid = start_child(url, &fd);
    for (int round = 0; round < 3; round++) {
        size_t before = n_ids;
        int64_t limit = clock_mono() + 20 * SECOND;
        while (n_ids == before && clock_mono() < limit)
            listen_until(fd, clock_mono() + 50000);
        ck_assert_uint_gt(n_ids, before); /* it writes, after the last restart too */
        listen_until(fd, clock_mono() + (int64_t)(random_u64() % 200000));
        control(round == 1 ? "-m fast stop" : "-m immediate stop");
        struct tx *tx;
        int64_t n;
        rc r = db_read_begin(db, &tx);
        if (r == OK) {
            r = db_one_int(tx, &k_broken, NOVALS, &n);
            db_read_end(tx);
        }
        t_rc(r, E_UNAVAILABLE);
        listen_until(fd, clock_mono() + 100000);
        control("start");
        t_ok(db_read_begin(db, &tx));
        t_ok(db_one_int(tx, &k_broken, NOVALS, &n));
        ck_assert_int_eq(n, 0);
        db_read_end(tx);
    }
    listen_until(fd, clock_mono() + 3 * SECOND);
    kill_child(pid, fd);
    ck_assert_uint_gt(n_refused, 0);
    db_close(db);
    expect_all(url);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("db/kill9");
    TCase *tcase = tcase_create("kill9");
    int engines = dbt_engines();
    tcase_set_timeout(tcase, 240);
    tcase_add_loop_test(tcase, killed_under_load, 0, engines);
    tcase_add_loop_test(tcase, server_stopped_under_load, 0, engines);
    suite_add_tcase(s, tcase);
    return s;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "child") == 0)
        return child(argv[2]);
    SRunner *runner = srunner_create(suite());
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* db: handlers a second through the group-commit writer against a raw prepared loop on the same engine.
 *
 * usage: bench_db URL [SECONDS [WRITERS]]     prints one line per measurement and the ratios between them */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "db/db.h"
#include "sys/clock.h"
#include "sys/random.h"
#include "sys/start.h"

enum { ACCOUNTS = 10000, SUBMITTERS = 256, BATCH = 200 };

static const struct migration schema[] = {
    {"bench", 1, "transfer",
     STR_INIT("CREATE TABLE account (id INTEGER PRIMARY KEY, balance INTEGER NOT NULL, n INTEGER NOT NULL) STRICT;\n"
              "CREATE TABLE transfer (id INTEGER PRIMARY KEY, debit INTEGER NOT NULL, credit INTEGER NOT NULL, amount "
              "INTEGER NOT NULL,\n"
              "    at INTEGER NOT NULL) STRICT;\n"
              "CREATE TABLE request (id INTEGER PRIMARY KEY, reply TEXT NOT NULL) STRICT;\n"),
     "1"},
};

QUERY(b_account, "ii", "", "INSERT INTO account (id, balance, n) VALUES ($1, $2, 0) ON CONFLICT (id) DO NOTHING");
QUERY(b_balance, "i", "i", "SELECT balance FROM account WHERE id = $1");
QUERY(b_add, "ii", "", "UPDATE account SET balance = balance + $2, n = n + 1 WHERE id = $1");
QUERY(b_transfer, "iiiii", "", "INSERT INTO transfer (id, debit, credit, amount, at) VALUES ($1, $2, $3, $4, $5)");
QUERY(b_request, "it", "", "INSERT INTO request (id, reply) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING");

static atomic_bool stop;
static int hot_percent, fail_percent;

struct submitter {
    struct db *db;
    pthread_t thread;
    struct prng random;
    int64_t done, failed;
    int64_t debit, credit;
    id id;
    bool fails;
};

/* Five small statements: read, two updates, two inserts. */
static rc transfer(struct tx *tx, void *arg)
{
    struct submitter *s = arg;
    int64_t balance;
    TRY(db_one_int(tx, &b_balance, VALS(v_int(s->debit)), &balance));
    TRY(db_exec(tx, &b_request, VALS(v_int(s->id), v_text(STR("{\"ok\":true}"))), NULL));
    TRY(db_exec(tx, &b_add, VALS(v_int(s->debit), v_int(-1)), NULL));
    TRY(db_exec(tx, &b_add, VALS(v_int(s->credit), v_int(1)), NULL));
    TRY(db_exec(tx, &b_transfer, VALS(v_int(s->id), v_int(s->debit), v_int(s->credit), v_int(1), v_int(tx_now(tx))),
                NULL));
    return s->fails ? E_CONFLICT : OK;
}

static void choose(struct submitter *s)
{
    s->debit = prng_range(&s->random, 1, 100) <= hot_percent ? 1 : prng_range(&s->random, 1, ACCOUNTS);
    s->credit = prng_range(&s->random, 1, ACCOUNTS);
    s->fails = prng_range(&s->random, 1, 100) <= fail_percent;
    s->id = id_new();
}

static void *submit(void *arg)
{
    struct submitter *s = arg;
    while (!stop) {
        choose(s);
        if (db_write(s->db, transfer, s) == OK)
            s->done++;
        else
            s->failed++;
    }
    return NULL;
}

static void pause_s(double s)
{
    struct timespec t = {(time_t)s, (long)((s - (double)(time_t)s) * 1e9)};
    nanosleep(&t, NULL);
}

static double handlers(struct db *db, double seconds, const char *what)
{
    struct submitter *s = calloc(SUBMITTERS, sizeof *s);
    if (!s)
        exit(1);
    struct db_stats before, after;
    db_stats(db, &before);
    stop = false;
    int64_t start = clock_mono(), done = 0, failed = 0;
    for (int i = 0; i < SUBMITTERS; i++) {
        s[i].db = db;
        prng_seed(&s[i].random, (uint64_t)i);
        if (pthread_create(&s[i].thread, NULL, submit, &s[i]) != 0)
            exit(1);
    }
    pause_s(seconds);
    stop = true;
    for (int i = 0; i < SUBMITTERS; i++) {
        pthread_join(s[i].thread, NULL);
        done += s[i].done;
        failed += s[i].failed;
    }
    double rate = (double)done * 1e6 / (double)(clock_mono() - start);
    db_stats(db, &after);
    printf("%-44s %9.0f/s  failed %lld, %.1f a commit, %lld retries\n", what, rate, (long long)failed,
           (double)(after.handlers - before.handlers) / (double)(after.commits - before.commits),
           (long long)(after.retries - before.retries));
    free(s);
    return rate;
}

/* The same statements in one handler of BATCH transfers: no queue, no waking. */
static rc many(struct tx *tx, void *arg)
{
    struct submitter *s = arg;
    for (int i = 0; i < BATCH; i++) {
        choose(s);
        s->fails = false;
        TRY(transfer(tx, s));
    }
    return OK;
}

static rc many_piped(struct tx *tx, void *arg)
{
    struct submitter *s = arg;
    TRY(pipe_begin(tx));
    for (int i = 0; i < BATCH; i++) {
        choose(s);
        TRY(pipe_add(tx, &b_request, VALS(v_int(s->id), v_text(STR("{\"ok\":true}")))));
        TRY(pipe_add(tx, &b_add, VALS(v_int(s->debit), v_int(-1))));
        TRY(pipe_add(tx, &b_add, VALS(v_int(s->credit), v_int(1))));
        TRY(pipe_add(tx, &b_transfer,
                     VALS(v_int(s->id), v_int(s->debit), v_int(s->credit), v_int(1), v_int(tx_now(tx)))));
    }
    return pipe_end(tx, NULL, 0);
}

static double batches(struct db *db, double seconds, write_fn fn, const char *what)
{
    struct submitter s = {.db = db};
    prng_seed(&s.random, 99);
    int64_t start = clock_mono(), n = 0;
    while (clock_mono() - start < (int64_t)(seconds * 1e6)) {
        if (db_write(db, fn, &s) != OK)
            exit(1);
        n += BATCH;
    }
    double rate = (double)n * 1e6 / (double)(clock_mono() - start);
    printf("%-44s %9.0f/s\n", what, rate);
    return rate;
}

static rc fill(struct tx *tx, void *arg)
{
    (void)arg;
    TRY(pipe_begin(tx));
    for (int64_t i = 1; i <= ACCOUNTS; i++)
        TRY(pipe_add(tx, &b_account, VALS(v_int(i), v_int(INT64_C(1000000000)))));
    return pipe_end(tx, NULL, 0);
}

int main(int argc, char **argv)
{
    int64_t seconds = 5, writers = 0;
    if (argc < 2 || (argc > 2 && str_to_i64(str_of(argv[2]), &seconds) != OK) ||
        (argc > 3 && str_to_i64(str_of(argv[3]), &writers) != OK)) {
        fprintf(stderr, "usage: bench_db URL [SECONDS [WRITERS]]\n");
        return 2;
    }
    const struct db_options options = {.writers = (int)writers};
    sys_start();
    struct db *db;
    struct err err = {0};
    if (db_open(str_of(argv[1]), &options, &db, &err) != OK || db_migrate(db, schema, 1, NULL, &err) != OK ||
        db_write(db, fill, NULL) != OK) {
        fprintf(stderr, "%s\n", err.main.msgid ? err.main.msgid : "cannot prepare the database");
        return 1;
    }
    double raw = batches(db, (double)seconds, many, "loop, 200 transfers a transaction");
    double piped = batches(db, (double)seconds, many_piped, "pipe_*, 200 transfers a transaction");
    double spread = handlers(db, (double)seconds, "256 submitters");
    hot_percent = 50;
    double hot = handlers(db, (double)seconds, "256 submitters, half on one account");
    hot_percent = 0;
    fail_percent = 20;
    double failing = handlers(db, (double)seconds, "256 submitters, a fifth fail after writing");
    printf("piped / loop %.2f   submitters / loop %.2f   hot / spread %.2f   failing / spread %.2f\n", piped / raw,
           spread / raw, hot / spread, failing / spread);
    db_close(db);
    return 0;
}

/* Durable transfers between random accounts: ledger_post_all() in batches of 200 against a plain loop of prepared
 * statements in batches of 200 (INSERT, two guarded UPDATEs, one COMMIT a batch) on the same engine with the same
 * durability.
 *
 *     bench_ledger [DATABASE-URL] [TRANSFERS] [ACCOUNTS] [THREADS]
 *
 * SQLite: the plain loop runs with the library's own settings (WAL, synchronous=FULL), once with random transfer
 * numbers and once with rising ones. PostgreSQL: in pipeline mode, rising numbers; the database must be empty and is
 * left full. */
#include <libpq-fe.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>

#include "bench_util.h"
#include "core/ledger.h"

enum { BATCH = 200, THREADS_MAX = 16 };

static int64_t n_transfers = 200000, n_accounts = 10000, n_threads = 1;

struct random_transfer {
    int64_t debit, credit, amount;
};

static struct random_transfer next(struct prng *p)
{
    int64_t debit = prng_range(p, 1, n_accounts), credit = prng_range(p, 1, n_accounts - 1);
    return (struct random_transfer){debit, credit >= debit ? credit + 1 : credit, prng_range(p, 1, 1000)};
}

static double per_second(int64_t begun)
{
    return (double)n_transfers * 1e6 / (double)(clock_mono() - begun);
}

/* ---- ours ---- */

static rc open_fn(struct tx *tx, void *arg)
{
    (void)arg;
    struct ledger_account source = {
        .id = INT64_MAX, .kind = STR("source"), .unit = UNIT_POINT, .floor = LEDGER_NO_FLOOR};
    TRY(ledger_open(tx, &source));
    for (int64_t i = 1; i <= n_accounts; i++) {
        struct ledger_account a = {.id = i, .owner = i, .kind = STR("grant"), .unit = UNIT_POINT};
        struct transfer t = {id_new(), INT64_MAX, i, points(1000000000), "grant", 0, 0};
        TRY(ledger_open(tx, &a));
        TRY(ledger_post(tx, &t));
    }
    return OK;
}

struct batch {
    struct transfer t[BATCH];
    bool one_by_one;
};

static rc post_fn(struct tx *tx, void *arg)
{
    struct batch *b = arg;
    for (size_t i = 0; b->one_by_one && i < BATCH; i++)
        TRY(ledger_post(tx, &b->t[i]));
    return b->one_by_one ? OK : ledger_post_all(tx, b->t, BATCH, NULL);
}

struct worker {
    struct db *db;
    uint64_t seed;
    bool one_by_one;
};

static void *work(void *arg)
{
    struct worker *w = arg;
    struct prng p;
    static _Thread_local struct batch b;
    prng_seed(&p, w->seed);
    b.one_by_one = w->one_by_one;
    for (int64_t done = 0; done < n_transfers / n_threads; done += BATCH) {
        for (int i = 0; i < BATCH; i++) {
            struct random_transfer r = next(&p);
            b.t[i] = (struct transfer){id_new(), r.debit, r.credit, points(r.amount), "bench", 0, 0};
        }
        MUST(db_write(w->db, post_fn, &b));
    }
    return NULL;
}

static double ours(struct db *db, bool one_by_one)
{
    pthread_t thread[THREADS_MAX];
    struct worker worker[THREADS_MAX];
    int64_t begun = clock_mono();
    for (int64_t i = 0; i < n_threads; i++) {
        worker[i] = (struct worker){db, (uint64_t)(i + 1 + 100 * one_by_one), one_by_one};
        if (pthread_create(&thread[i], NULL, work, &worker[i]) != 0)
            exit(1);
    }
    for (int64_t i = 0; i < n_threads; i++)
        pthread_join(thread[i], NULL);
    return per_second(begun);
}

static void check(struct db *db)
{
    struct tx *tx;
    BUF_SCOPED finding = BUF_INIT(65536);
    MUST(db_read_begin(db, &tx));
    rc code = ledger_check(tx, LANG_EN, &finding);
    printf("check: %s\n", finding.p ? finding.p : rc_name(code));
    db_read_end(tx);
}

/* ---- the plain loops ---- */

#define RAW_SCHEMA                                                                                                     \
    "CREATE TABLE raw_account (id BIGINT PRIMARY KEY, balance BIGINT NOT NULL);"                                       \
    "CREATE TABLE raw_transfer (id BIGINT PRIMARY KEY, debit BIGINT NOT NULL, credit BIGINT NOT NULL,"                 \
    " amount BIGINT NOT NULL, at BIGINT NOT NULL);"
static const char *const raw_sql[] = {
    "INSERT INTO raw_transfer (id, debit, credit, amount, at) VALUES ($1, $2, $3, $4, $5)",
    "UPDATE raw_account SET balance = balance - $1 WHERE id = $2 AND balance >= $1",
    "UPDATE raw_account SET balance = balance + $1 WHERE id = $2"};

static void raw_check(sqlite3 *s, int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE)
        return;
    fprintf(stderr, "raw loop: %s\n", sqlite3_errmsg(s));
    exit(1);
}

static void raw_step(sqlite3 *s, sqlite3_stmt *stmt, const int64_t *v, int n)
{
    for (int i = 0; i < n; i++)
        sqlite3_bind_int64(stmt, i + 1, v[i]);
    raw_check(s, sqlite3_step(stmt));
    sqlite3_reset(stmt);
}

static double raw_sqlite(bool rising)
{
    char path[128];
    sqlite3 *s;
    sqlite3_stmt *stmt[3];
    struct prng p;
    prng_seed(&p, 1);
    snprintf(path, sizeof path, "%s/raw.db", bench_dir());
    raw_check(NULL, sqlite3_open(path, &s));
    raw_check(s, sqlite3_exec(s,
                              "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                              "DROP TABLE IF EXISTS raw_account; DROP TABLE IF EXISTS raw_transfer;" RAW_SCHEMA "BEGIN",
                              NULL, NULL, NULL));
    for (int i = 0; i < 3; i++)
        raw_check(s, sqlite3_prepare_v2(s, raw_sql[i], -1, &stmt[i], NULL));
    for (int64_t i = 1; i <= n_accounts; i++) {
        sqlite3_stmt *add;
        raw_check(s, sqlite3_prepare_v2(s, "INSERT INTO raw_account VALUES ($1, 1000000000)", -1, &add, NULL));
        raw_step(s, add, &i, 1);
        sqlite3_finalize(add);
    }
    raw_check(s, sqlite3_exec(s, "COMMIT", NULL, NULL, NULL));
    int64_t begun = clock_mono();
    for (int64_t done = 0; done < n_transfers; done += BATCH) {
        raw_check(s, sqlite3_exec(s, "BEGIN IMMEDIATE", NULL, NULL, NULL));
        for (int i = 0; i < BATCH; i++) {
            struct random_transfer r = next(&p);
            int64_t number = rising ? id_new() : (int64_t)(prng_u64(&p) >> 1);
            raw_step(s, stmt[0], (int64_t[]){number, r.debit, r.credit, r.amount, done}, 5);
            raw_step(s, stmt[1], (int64_t[]){r.amount, r.debit}, 2);
            raw_step(s, stmt[2], (int64_t[]){r.amount, r.credit}, 2);
        }
        raw_check(s, sqlite3_exec(s, "COMMIT", NULL, NULL, NULL));
    }
    double rate = per_second(begun);
    for (int i = 0; i < 3; i++)
        sqlite3_finalize(stmt[i]);
    sqlite3_close(s);
    return rate;
}

static void pg_run(PGconn *c, const char *sql)
{
    PGresult *r = PQexec(c, sql);
    ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        fprintf(stderr, "raw loop: %s\n", PQerrorMessage(c));
        exit(1);
    }
    PQclear(r);
}

static void pg_queue(PGconn *c, const char *name, const int64_t *v, int n)
{
    char text[5][24];
    const char *values[5];
    for (int i = 0; i < n; i++) {
        snprintf(text[i], sizeof text[i], "%lld", (long long)v[i]);
        values[i] = text[i];
    }
    if (!PQsendQueryPrepared(c, name, n, values, NULL, NULL, 0))
        exit(1);
}

static void pg_drain(PGconn *c, int n)
{
    if (!PQpipelineSync(c))
        exit(1);
    for (int i = 0; i < n; i++) {
        PGresult *r = PQgetResult(c), *end;
        if (PQresultStatus(r) != PGRES_COMMAND_OK)
            exit(1);
        PQclear(r);
        end = PQgetResult(c);
        PQclear(end);
    }
    PQclear(PQgetResult(c)); /* the sync */
}

static double raw_postgres(const char *url)
{
    static const char *const names[] = {"a", "b", "c"};
    PGconn *c = PQconnectdb(url);
    struct prng p;
    char sql[256];
    prng_seed(&p, 1);
    pg_run(c, RAW_SCHEMA);
    snprintf(sql, sizeof sql, "INSERT INTO raw_account SELECT i, 1000000000 FROM generate_series(1, %lld) i",
             (long long)n_accounts);
    pg_run(c, sql);
    for (int i = 0; i < 3; i++)
        PQclear(PQprepare(c, names[i], raw_sql[i], 0, NULL));
    PQclear(PQprepare(c, "begin", "BEGIN", 0, NULL));
    PQclear(PQprepare(c, "commit", "COMMIT", 0, NULL));
    if (!PQenterPipelineMode(c))
        exit(1);
    int64_t begun = clock_mono();
    for (int64_t done = 0; done < n_transfers; done += BATCH) {
        pg_queue(c, "begin", NULL, 0);
        for (int i = 0; i < BATCH; i++) {
            struct random_transfer r = next(&p);
            pg_queue(c, "a", (int64_t[]){id_new(), r.debit, r.credit, r.amount, done}, 5);
            pg_queue(c, "b", (int64_t[]){r.amount, r.debit}, 2);
            pg_queue(c, "c", (int64_t[]){r.amount, r.credit}, 2);
        }
        pg_queue(c, "commit", NULL, 0);
        pg_drain(c, 3 * BATCH + 2);
    }
    double rate = per_second(begun);
    PQfinish(c);
    return rate;
}

static int64_t number(int argc, char **argv, int i, int64_t otherwise)
{
    if (argc > i)
        MUST(str_to_i64(str_of(argv[i]), &otherwise));
    return otherwise;
}

int main(int argc, char **argv)
{
    char url[256];
    snprintf(url, sizeof url, "sqlite:%s/rise.db", bench_dir());
    const char *to = argc > 1 && *argv[1] ? argv[1] : url;
    n_transfers = number(argc, argv, 2, n_transfers);
    n_accounts = number(argc, argv, 3, n_accounts);
    n_threads = number(argc, argv, 4, n_threads);
    if (n_threads < 1 || n_threads > THREADS_MAX || n_accounts < 2)
        return 2;
    printf("%lld transfers in batches of %d, %lld accounts, %lld threads\n", (long long)n_transfers, BATCH,
           (long long)n_accounts, (long long)n_threads);
    struct db *db = bench_open(to);
    MUST(db_write(db, open_fn, NULL));
    double raw = 0;
    if (db_engine_of(db) == DB_SQLITE) {
        raw = raw_sqlite(false);
        printf("plain loop, random numbers  %8.0f/s\n", raw);
        printf("plain loop, rising numbers  %8.0f/s\n", raw_sqlite(true));
    } else {
        raw = raw_postgres(to);
        printf("plain pipelined loop        %8.0f/s\n", raw);
    }
    double batches = ours(db, false), singles = ours(db, true);
    printf("ledger_post_all             %8.0f/s   ratio %.2f\n", batches, batches / raw);
    printf("ledger_post, one by one     %8.0f/s   ratio %.2f\n", singles, singles / raw);
    check(db);
    db_close(db);
    bench_done();
    return 0;
}

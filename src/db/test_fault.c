/* The n-th call into the engine fails, n = 1, 2, 3 … until everything passes: whatever fails, nothing stands half done,
 * what was answered OK stands, and the next write works. */
#include "db/engine.h"
#include "dbt.h"

static const struct migration schema[] = {
    {"test", 1, "pair",
     STR_INIT("CREATE TABLE debit (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL) STRICT;\n"
              "CREATE TABLE credit (id INTEGER PRIMARY KEY, amount INTEGER NOT NULL) STRICT;\n"),
     "c1"},
};

QUERY(f_debit, "ii", "", "INSERT INTO debit (id, amount) VALUES ($1, $2)");
QUERY(f_credit, "ii", "", "INSERT INTO credit (id, amount) VALUES ($1, $2)");
QUERY(f_has, "i", "i",
      "SELECT COUNT(*) FROM debit d JOIN credit c ON c.id = d.id AND c.amount = d.amount WHERE d.id = $1");
QUERY(f_lonely, "", "i",
      "SELECT CAST((SELECT COUNT(*) FROM debit WHERE id NOT IN (SELECT id FROM credit)) AS BIGINT)"
      " + CAST((SELECT COUNT(*) FROM credit WHERE id NOT IN (SELECT id FROM debit)) AS BIGINT)");
QUERY(f_count, "", "i", "SELECT COUNT(*) FROM debit");

enum { JOBS = 9, ALIKE_FROM = 6 }; /* the last ones may run together */

struct pair {
    int64_t id;
    bool piped, fails;
    rc result;
};

static rc book(struct tx *tx, void *arg)
{
    struct pair *p = arg;
    int64_t there;
    TRY(db_one_int(tx, &f_has, VALS(v_int(p->id)), &there));
    if (p->piped) {
        TRY(pipe_begin(tx));
        TRY(pipe_add(tx, &f_debit, VALS(v_int(p->id), v_int(5))));
        TRY(pipe_add(tx, &f_credit, VALS(v_int(p->id), v_int(5))));
        return pipe_end(tx, NULL, 0);
    }
    TRY(db_exec(tx, &f_debit, VALS(v_int(p->id), v_int(7)), NULL));
    if (p->fails)
        return E_DENIED;
    return db_exec(tx, &f_credit, VALS(v_int(p->id), v_int(7)), NULL);
}

static rc book_all(struct tx *tx, void *const *args, size_t *n, rc *result)
{
    for (size_t i = 0; i < *n; i++) {
        const struct pair *p = args[i];
        result[i] = p->fails ? E_DENIED : OK;
        if (p->fails)
            continue;
        TRY(db_exec(tx, &f_debit, VALS(v_int(p->id), v_int(3)), NULL));
        TRY(db_exec(tx, &f_credit, VALS(v_int(p->id), v_int(3)), NULL));
    }
    return OK;
}

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;

static rc hold(struct tx *tx, void *arg)
{
    (void)tx;
    (void)arg;
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return OK;
}

static void held(void *arg, rc result)
{
    *(rc *)arg = result;
}

static void done(void *arg, rc result)
{
    ((struct pair *)arg)->result = result;
}

/* JOBS writes in one batch: the writer is held back until all of them wait. */
static void run_jobs(struct db *db, struct pair *p, int64_t first)
{
    static rc first_result;
    pthread_mutex_lock(&gate);
    t_ok(db_submit(db, hold, &first_result, held));
    for (int i = 0; i < JOBS; i++) {
        p[i] =
            (struct pair){.id = first + i, .piped = i == 1 || i == 4, .fails = i == 3 || i == 7, .result = E_INTERNAL};
        bool alike = i >= ALIKE_FROM;
        t_ok(db_submit_as(db, &(struct submission){.one = book,
                                                   .all = alike ? book_all : NULL,
                                                   .kind = alike ? &gate : NULL, /* any address */
                                                   .arg = &p[i],
                                                   .done = done}));
    }
    pthread_mutex_unlock(&gate);
}

static rc ask(struct db *db, const struct query *q, const struct val *v, size_t n, int64_t *out)
{
    struct tx *tx;
    TRY(db_read_begin(db, &tx));
    rc r = db_one_int(tx, q, v, n, out);
    db_read_end(tx);
    return r;
}

static void check(struct db *db, const struct pair *p)
{
    int64_t n;
    t_ok(ask(db, &f_lonely, NOVALS, &n));
    ck_assert_int_eq(n, 0);
    for (int i = 0; i < JOBS; i++) {
        t_ok(ask(db, &f_has, VALS(v_int(p[i].id)), &n));
        if (p[i].result == OK)
            ck_assert_int_eq(n, 1);
        else
            ck_assert(p[i].fails || p[i].result == E_UNAVAILABLE || p[i].result == E_INTERNAL || p[i].result == E_IO);
        ck_assert(!p[i].fails || p[i].result != OK);
        ck_assert(!p[i].fails || n == 0);
    }
}

static void faults(int engine, bool forever)
{
    char url[1024];
    dbt_url(engine, url, sizeof url);
    if (engine == DB_SQLITE)
        snprintf(url, sizeof url, "sqlite:/tmp/rise-fault-%d.db", (int)getpid());
    struct db_options options = {.writers = 1};
    struct db *db = dbt_open_url(url, &options, schema, 1);
    int64_t calls = 0;
    for (int64_t at = 1; at < 2000; at++) {
        struct pair p[JOBS];
        db_fault_count = 0;
        db_fault_forever = forever;
        db_fault_at = at;
        run_jobs(db, p, at * 100);
        int64_t n;
        rc reading = ask(db, &f_count, NOVALS, &n);
        ck_assert(reading == OK || reading == E_UNAVAILABLE);
        db_close(db); /* finishes the jobs */
        calls = db_fault_count;
        db_fault_at = 0;
        db = dbt_open_url(url, &options, NULL, 0);
        check(db, p);
        struct pair after = {.id = at * 100 + 50};
        t_ok(db_write(db, book, &after));
        if (calls < at) {
            for (int i = 0; i < JOBS; i++)
                t_rc(p[i].result, i == 3 || i == 7 ? E_DENIED : OK);
            break;
        }
    }
    ck_assert_int_gt(calls, 20);
    db_close(db);
    if (engine == DB_SQLITE)
        unlink(url + 7);
}

START_TEST(each_call_fails_once)
{
    faults(_i, false);
}
END_TEST

START_TEST(each_call_fails_from_then_on)
{
    faults(_i, true);
}
END_TEST

DBT_MAIN("db/fault", each_call_fails_once, each_call_fails_from_then_on)

#include <pthread.h>

#include "dbt.h"
#include "sys/clock.h"

static const struct migration schema[] = {
    {"test", 1, "account",
     STR_INIT("CREATE TABLE account (\n"
              "    id INTEGER PRIMARY KEY,\n"
              "    owner TEXT NOT NULL UNIQUE,\n"
              "    balance INTEGER NOT NULL CONSTRAINT account_not_overdrawn CHECK (balance >= 0),\n"
              "    note TEXT,\n"
              "    photo BLOB\n"
              ") STRICT;\n"),
     "c1"},
    {"test", 2, "entry",
     STR_INIT("-- entries; of accounts\n"
              "CREATE TABLE entry (\n"
              "    account INTEGER NOT NULL REFERENCES account (id),\n"
              "    text TEXT NOT NULL DEFAULT 'TEXT; ''INTEGER''',\n"
              "    amount INTEGER NOT NULL,\n"
              "    PRIMARY KEY (account, text)\n"
              ") STRICT, WITHOUT ROWID;\n"
              "CREATE INDEX entry_amount ON entry (amount);\n"),
     "c2"},
};
enum { SCHEMA_N = 2 };

QUERY(t_add, "itiTB", "", "INSERT INTO account (id, owner, balance, note, photo) VALUES ($1, $2, $3, $4, $5)");
QUERY(t_get, "i", "itiTB", "SELECT id, owner, balance, note, photo FROM account WHERE id = $1");
QUERY(t_move, "ii", "", "UPDATE account SET balance = balance + $2 WHERE id = $1");
QUERY(t_swapped, "ti", "i", "SELECT id FROM account WHERE balance >= $2 AND owner = $1");
QUERY(t_count, "", "i", "SELECT COUNT(*) FROM account");
QUERY(t_sum, "", "i", "SELECT CAST(COALESCE(SUM(balance), 0) AS BIGINT) FROM account");
QUERY(t_owners, "", "ti", "SELECT owner, balance FROM account ORDER BY owner");
QUERY(t_put, "ii", "I", "INSERT INTO account (id, owner, balance) VALUES ($1, 'returned', $2) RETURNING balance");
QUERY(t_entry, "i", "", "INSERT INTO entry (account, amount) VALUES ($1, 1)");
QUERY(t_entry_text, "i", "t", "SELECT text FROM entry WHERE account = $1");
QUERY(t_wrong_type, "", "t", "SELECT balance FROM account");

static struct db *open_(int engine)
{
    return dbt_open(engine, schema, SCHEMA_N);
}

struct add {
    int64_t id, balance;
    const char *owner;
    rc then; /* what the handler returns after it has written */
    struct err err;
    int runs;
};

static rc add(struct tx *tx, void *arg)
{
    struct add *a = arg;
    a->runs++;
    rc r =
        db_exec(tx, &t_add, VALS(v_int(a->id), v_text(str_of(a->owner)), v_int(a->balance), v_null(), v_null()), NULL);
    if (r != OK) {
        err_clear(&a->err);
        (void)err_set(&a->err, r, tx_err(tx)->main.code, "{1}", tx_err(tx)->main.arg, tx_err(tx)->main.n_args);
        return r;
    }
    return a->then;
}

static rc add_account(struct db *db, int64_t id, const char *owner, int64_t balance)
{
    struct add a = {.id = id, .owner = owner, .balance = balance};
    return db_write(db, add, &a);
}

static int64_t ask(struct db *db, const struct query *q)
{
    struct tx *tx;
    t_ok(db_read_begin(db, &tx));
    int64_t v = -1;
    t_ok(db_one_int(tx, q, NOVALS, &v));
    db_read_end(tx);
    return v;
}

START_TEST(values_come_back)
{
    struct db *db = open_(_i);
    t_ok(add_account(db, INT64_MAX, "王小明", INT64_C(-0) + 5));
    t_ok(add_account(db, INT64_MIN, "", 7));
    struct tx *tx;
    t_ok(db_read_begin(db, &tx));
    struct rows r;
    t_ok(db_one(tx, &t_get, VALS(v_int(INT64_MAX)), &r));
    ck_assert_int_eq(row_int(&r, 0), INT64_MAX);
    t_str(row_text(&r, 1), STR("王小明"));
    ck_assert_int_eq(row_int(&r, 2), 5);
    ck_assert(row_null(&r, 3));
    ck_assert_ptr_null(row_text(&r, 4).p);
    ck_assert_int_eq(row_int(&r, 3), 0);
    t_ok(rows_end(&r));
    t_ok(rows_end(&r));
    t_ok(db_one(tx, &t_get, VALS(v_int(INT64_MIN)), &r));
    ck_assert(!row_null(&r, 1));
    ck_assert_ptr_nonnull(row_text(&r, 1).p);
    ck_assert_uint_eq(row_text(&r, 1).n, 0);
    t_ok(rows_end(&r));
    t_rc(db_one(tx, &t_get, VALS(v_int(1)), &r), E_NOTFOUND);
    t_ok(rows_end(&r));
    int64_t id;
    t_ok(db_one_int(tx, &t_swapped, VALS(v_text(STR("王小明")), v_int(5)), &id));
    ck_assert_int_eq(id, INT64_MAX);
    t_rc(db_one_int(tx, &t_swapped, VALS(v_text(STR("王小明")), v_int(6)), &id), E_NOTFOUND);
    db_read_end(tx);
    dbt_close(db);
}
END_TEST

static rc add_blob(struct tx *tx, void *arg)
{
    (void)arg;
    TRY(db_exec(tx, &t_add,
                VALS(v_int(1), v_text(STR("a")), v_int(0), v_text(STR_EMPTY), v_blob(str_n("\0\xff\x00z", 4))), NULL));
    return db_exec(tx, &t_add, VALS(v_int(2), v_text((str){0}), v_int(0), v_null(), v_blob((str){0})), NULL);
}

START_TEST(bytes_and_empty_values)
{
    struct db *db = open_(_i);
    t_ok(db_write(db, add_blob, NULL));
    struct tx *tx;
    struct rows r;
    t_ok(db_read_begin(db, &tx));
    t_ok(db_one(tx, &t_get, VALS(v_int(1)), &r));
    t_str(row_text(&r, 4), ((str){"\0\xff\x00z", 4}));
    ck_assert(!row_null(&r, 3));
    ck_assert_ptr_nonnull(row_text(&r, 3).p);
    t_ok(rows_end(&r));
    t_ok(db_one(tx, &t_get, VALS(v_int(2)), &r));
    ck_assert(!row_null(&r, 4));
    ck_assert_ptr_nonnull(row_text(&r, 4).p);
    struct arena *a = arena_new(4096);
    str copy = row_dup(&r, 3, a);
    ck_assert_ptr_null(copy.p);
    t_str(row_dup(&r, 1, a), STR_EMPTY);
    t_ok(rows_end(&r));
    arena_free(a);
    db_read_end(tx);
    dbt_close(db);
}
END_TEST

START_TEST(wrong_arguments_are_a_bug)
{
    struct db *db = open_(_i);
    static const struct query *const q = &t_get;
    const struct val bad[][2] = {{{.type = VAL_TEXT, .s = STR_INIT("1")}}, {{.type = VAL_NULL}}, {{.type = VAL_BLOB}}};
    struct tx *tx;
    struct rows r;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        t_ok(db_read_begin(db, &tx));
        t_rc(db_select(tx, q, bad[i], 1, &r), E_INTERNAL);
        ck_assert_str_eq(tx_err(tx)->main.code, "DBS-003");
        t_str(tx_err(tx)->main.arg[0], STR("t_get"));
        ck_assert(!rows_next(&r));
        t_rc(rows_end(&r), E_INTERNAL);
        t_rc(db_one(tx, q, VALS(v_int(1)), &r), E_INTERNAL); /* a failed transaction stays failed */
        db_read_end(tx);
    }
    t_ok(db_read_begin(db, &tx));
    t_rc(db_select(tx, q, NOVALS, &r), E_INTERNAL);
    db_read_end(tx);
    t_ok(db_read_begin(db, &tx));
    t_rc(db_select(tx, q, VALS(v_int(1), v_int(2)), &r), E_INTERNAL);
    db_read_end(tx);
    t_ok(db_read_begin(db, &tx));
    t_rc(db_exec(tx, &t_move, VALS(v_int(1), v_int(1)), NULL), E_INTERNAL); /* reading means reading */
    db_read_end(tx);
    t_ok(add_account(db, 1, "a", 1));
    t_ok(db_read_begin(db, &tx));
    rc got = db_select(tx, &t_wrong_type, NOVALS, &r);
    if (got == OK) {
        ck_assert(!rows_next(&r));
        got = rows_end(&r);
    }
    t_rc(got, E_INTERNAL);
    db_read_end(tx);
    dbt_close(db);
}
END_TEST

START_TEST(bad_text_is_refused)
{
    struct db *db = open_(_i);
    t_rc(add_account(db, 1, "\xc3\x28", 1), E_INVALID);
    struct tx *tx;
    struct rows r;
    t_ok(db_read_begin(db, &tx));
    t_rc(db_select(tx, &t_swapped, VALS(v_text(str_n("a\0b", 3)), v_int(1)), &r), E_INVALID);
    db_read_end(tx);
    dbt_close(db);
}
END_TEST

START_TEST(conflicts_name_their_rule)
{
    struct db *db = open_(_i);
    t_ok(add_account(db, 1, "a", 1));
    static struct add twice = {.id = 2, .owner = "a", .balance = 1};
    t_rc(db_write(db, add, &twice), E_CONFLICT);
    ck_assert_str_eq(twice.err.main.code, "DBS-005");
    t_str(twice.err.main.arg[0], STR("account.owner"));
    static struct add same_id = {.id = 1, .owner = "b", .balance = 1};
    t_rc(db_write(db, add, &same_id), E_CONFLICT);
    t_str(same_id.err.main.arg[0], STR("account.id"));
    static struct add poor = {.id = 3, .owner = "c", .balance = -1};
    t_rc(db_write(db, add, &poor), E_CONFLICT);
    t_str(poor.err.main.arg[0], STR("account_not_overdrawn"));
    ck_assert_int_eq(ask(db, &t_count), 1);
    dbt_close(db);
}
END_TEST

static rc no_such_account(struct tx *tx, void *arg)
{
    (void)arg;
    return db_exec(tx, &t_entry, VALS(v_int(99)), NULL);
}

static rc ignores_an_error(struct tx *tx, void *arg)
{
    rc r = add(tx, arg);
    return r == E_CONFLICT ? OK : r;
}

START_TEST(foreign_keys_and_ignored_errors)
{
    struct db *db = open_(_i);
    t_rc(db_write(db, no_such_account, NULL), E_CONFLICT);
    t_ok(add_account(db, 1, "a", 1));
    static struct add twice = {.id = 1, .owner = "b"};
    t_rc(db_write(db, ignores_an_error, &twice), E_CONFLICT);
    ck_assert_int_eq(ask(db, &t_count), 1);
    dbt_close(db);
}
END_TEST

START_TEST(a_failed_handler_leaves_nothing)
{
    struct db *db = open_(_i);
    for (int i = 0; i < 5; i++) {
        struct add a = {.id = 1, .owner = "a", .then = E_DENIED};
        t_rc(db_write(db, add, &a), E_DENIED);
        ck_assert_int_eq(ask(db, &t_count), 0);
    }
    t_ok(add_account(db, 1, "a", 1));
    ck_assert_int_eq(ask(db, &t_count), 1);
    dbt_close(db);
}
END_TEST

/* Many at once, of which every third fails after it has written. */
struct crowd {
    pthread_mutex_t lock;
    pthread_cond_t done;
    int left;
};
struct member {
    struct add add;
    struct crowd *crowd;
    rc result;
    int answers;
};

static rc member_run(struct tx *tx, void *arg)
{
    return add(tx, &((struct member *)arg)->add);
}

static void member_done(void *arg, rc result)
{
    struct member *m = arg;
    pthread_mutex_lock(&m->crowd->lock);
    m->result = result;
    m->answers++;
    m->crowd->left--;
    pthread_cond_signal(&m->crowd->done);
    pthread_mutex_unlock(&m->crowd->lock);
}

START_TEST(batches_keep_the_good_ones)
{
    enum { N = 1000 };
    struct db *db = open_(_i);
    struct crowd crowd = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, N};
    struct member *m = calloc(N, sizeof *m);
    char(*name)[16] = calloc(N, sizeof *name);
    ck_assert(m && name);
    for (int i = 0; i < N; i++) {
        snprintf(name[i], sizeof name[i], "n%d", i);
        m[i] =
            (struct member){.add = {.id = i + 1, .owner = name[i], .balance = 1, .then = i % 3 == 0 ? E_CONFLICT : OK},
                            .crowd = &crowd};
        t_ok(db_submit(db, member_run, &m[i], member_done));
    }
    pthread_mutex_lock(&crowd.lock);
    while (crowd.left)
        pthread_cond_wait(&crowd.done, &crowd.lock);
    pthread_mutex_unlock(&crowd.lock);
    int good = 0;
    for (int i = 0; i < N; i++) {
        t_rc(m[i].result, i % 3 == 0 ? E_CONFLICT : OK);
        ck_assert_int_eq(m[i].answers, 1);
        good += m[i].result == OK;
    }
    ck_assert_int_eq(ask(db, &t_count), good);
    struct db_stats stats;
    db_stats(db, &stats);
    ck_assert_int_lt(stats.commits, good);
    free(m);
    free(name);
    dbt_close(db);
}
END_TEST

/* One statement in a full batch breaks a rule: its own handler is told which, and nobody else is touched. */
START_TEST(errors_reach_their_own_handler)
{
    enum { N = 400 };
    struct db *db = open_(_i);
    struct crowd crowd = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, N};
    struct member *m = calloc(N, sizeof *m);
    char(*name)[16] = calloc(N, sizeof *name);
    ck_assert(m && name);
    t_ok(add_account(db, 9999, "taken", 1));
    for (int i = 0; i < N; i++) {
        snprintf(name[i], sizeof name[i], "n%d", i);
        m[i] = (struct member){
            .add = {.id = i + 1, .owner = i % 50 == 7 ? "taken" : name[i], .balance = i % 50 == 9 ? -1 : 1},
            .crowd = &crowd};
        t_ok(db_submit(db, member_run, &m[i], member_done));
    }
    pthread_mutex_lock(&crowd.lock);
    while (crowd.left)
        pthread_cond_wait(&crowd.done, &crowd.lock);
    pthread_mutex_unlock(&crowd.lock);
    for (int i = 0; i < N; i++) {
        bool taken = i % 50 == 7, poor = i % 50 == 9;
        t_rc(m[i].result, taken || poor ? E_CONFLICT : OK);
        if (taken)
            t_str(m[i].add.err.main.arg[0], STR("account.owner"));
        if (poor)
            t_str(m[i].add.err.main.arg[0], STR("account_not_overdrawn"));
    }
    ck_assert_int_eq(ask(db, &t_count), 1 + N - 2 * N / 50);
    free(m);
    free(name);
    dbt_close(db);
}
END_TEST

/* Several writers. Each handler reads the sum over all accounts and takes one from its own: no two touch the same row,
 * so only what they have read tells whether they ran one after the other. Then no two have seen the same sum. */
enum { THREADS = 6, EACH = 60 };
struct spender {
    struct db *db;
    pthread_t thread;
    int64_t from;
    int64_t sum, seen[EACH];
};

static rc spend(struct tx *tx, void *arg)
{
    struct spender *s = arg;
    TRY(db_one_int(tx, &t_sum, NOVALS, &s->sum));
    return db_exec(tx, &t_move, VALS(v_int(s->from), v_int(-1)), NULL);
}

static void *spend_all(void *arg)
{
    struct spender *s = arg;
    for (int i = 0; i < EACH; i++) {
        ck_assert_int_eq(db_write(s->db, spend, s), OK);
        s->seen[i] = s->sum;
    }
    return NULL;
}

START_TEST(writes_are_serial)
{
    char url[1024];
    dbt_url(_i, url, sizeof url);
    struct db *db = dbt_open_url(url, &(struct db_options){.writers = 4, .batch_max = 1}, schema, SCHEMA_N);
    static struct spender s[THREADS];
    static bool seen[THREADS * EACH + 1];
    static const char *const owners[THREADS] = {"a", "b", "c", "d", "e", "f"};
    for (int i = 0; i < THREADS; i++)
        t_ok(add_account(db, i, owners[i], EACH));
    for (int i = 0; i < THREADS; i++) {
        s[i] = (struct spender){.db = db, .from = i};
        ck_assert_int_eq(pthread_create(&s[i].thread, NULL, spend_all, &s[i]), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(s[i].thread, NULL);
    for (int i = 0; i < THREADS; i++)
        for (int k = 0; k < EACH; k++) {
            ck_assert_msg(!seen[s[i].seen[k]], "two writes saw the sum %lld", (long long)s[i].seen[k]);
            seen[s[i].seen[k]] = true;
        }
    ck_assert_int_eq(ask(db, &t_sum), 0);
    dbt_close(db);
}
END_TEST

START_TEST(close_finishes_the_queue)
{
    enum { N = 300 };
    char url[1024];
    dbt_url(_i, url, sizeof url);
    struct db *db = dbt_open_url(url, NULL, schema, SCHEMA_N);
    struct crowd crowd = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, N};
    static struct member m[N];
    static char name[N][16];
    for (int i = 0; i < N; i++) {
        snprintf(name[i], sizeof name[i], "n%d", i);
        m[i] = (struct member){.add = {.id = i + 1, .owner = name[i], .balance = 1}, .crowd = &crowd};
        t_ok(db_submit(db, member_run, &m[i], member_done));
    }
    dbt_close(db);
    ck_assert_int_eq(crowd.left, 0);
    for (int i = 0; i < N; i++)
        t_ok(m[i].result);
}
END_TEST

static rc blocks(struct tx *tx, void *arg)
{
    (void)tx;
    pthread_mutex_lock(arg);
    pthread_mutex_unlock(arg);
    return OK;
}

static void nothing(void *arg, rc result)
{
    (void)arg;
    t_ok(result);
}

START_TEST(a_full_queue_says_so)
{
    char url[1024];
    dbt_url(_i, url, sizeof url);
    struct db *db =
        dbt_open_url(url, &(struct db_options){.queue_max = 4, .batch_max = 1, .writers = 1}, schema, SCHEMA_N);
    pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&gate);
    int taken = 0;
    while (db_submit(db, blocks, &gate, nothing) == OK)
        taken++;
    ck_assert_int_ge(taken, 4);
    ck_assert_int_le(taken, 5);
    pthread_mutex_unlock(&gate);
    dbt_close(db);
}
END_TEST

START_TEST(reads_are_snapshots)
{
    struct db *db = open_(_i);
    t_ok(add_account(db, 1, "a", 10));
    struct tx *tx;
    int64_t v;
    t_ok(db_read_begin(db, &tx));
    t_ok(db_one_int(tx, &t_sum, NOVALS, &v));
    ck_assert_int_eq(v, 10);
    t_ok(add_account(db, 2, "b", 5));
    t_ok(db_one_int(tx, &t_sum, NOVALS, &v));
    ck_assert_int_eq(v, 10);
    ck_assert_int_eq(ask(db, &t_sum), 15);
    db_read_end(tx);
    dbt_close(db);
}
END_TEST

static rc put_returning(struct tx *tx, void *arg)
{
    struct rows r;
    TRY(db_one(tx, &t_put, VALS(v_int(7), v_int(70)), &r));
    *(int64_t *)arg = row_int(&r, 0);
    TRY(rows_end(&r));
    TRY(db_one(tx, &t_get, VALS(v_int(7)), &r)); /* its own writes are seen */
    return rows_end(&r);
}

START_TEST(returning_and_nested_reads)
{
    struct db *db = open_(_i);
    int64_t v = 0;
    t_ok(db_write(db, put_returning, &v));
    ck_assert_int_eq(v, 70);
    t_ok(add_account(db, 1, "B", 1));
    t_ok(add_account(db, 2, "a", 2));
    t_ok(add_account(db, 3, "中", 3));
    struct tx *tx;
    struct rows outer, inner;
    t_ok(db_read_begin(db, &tx));
    t_ok(db_select(tx, &t_owners, NOVALS, &outer));
    static const char *const want[] = {"B", "a", "returned", "中"}; /* by bytes */
    int n = 0;
    while (rows_next(&outer)) {
        t_str(row_text(&outer, 0), str_of(want[n]));
        t_ok(db_select(tx, &t_owners, NOVALS, &inner));
        int m = 0;
        while (rows_next(&inner))
            m++;
        t_ok(rows_end(&inner));
        ck_assert_int_eq(m, 4);
        n++;
    }
    t_ok(rows_end(&outer));
    ck_assert_int_eq(n, 4);
    db_read_end(tx);
    dbt_close(db);
}
END_TEST

static rc piped(struct tx *tx, void *arg)
{
    int64_t *affected = arg;
    TRY(pipe_begin(tx));
    for (int i = 1; i <= 600; i++) {
        char name[16];
        snprintf(name, sizeof name, "p%d", i);
        TRY(pipe_add(tx, &t_add, VALS(v_int(i), v_text(str_of(name)), v_int(1), v_null(), v_null())));
    }
    TRY(pipe_add(tx, &t_move, VALS(v_int(1), v_int(4))));
    TRY(pipe_add(tx, &t_move, VALS(v_int(9999), v_int(4))));
    return pipe_end(tx, affected, 602);
}

static rc piped_badly(struct tx *tx, void *arg)
{
    (void)arg;
    TRY(pipe_begin(tx));
    TRY(pipe_add(tx, &t_move, VALS(v_int(1), v_int(1))));
    rc r = OK;
    for (int i = 0; i < 100 && r == OK; i++)
        r = pipe_add(tx, &t_move, VALS(v_int(1), v_int(-1000)));
    int64_t affected[101];
    return pipe_end(tx, affected, 101);
}

static rc left_open(struct tx *tx, void *arg)
{
    (void)arg;
    TRY(pipe_begin(tx));
    return pipe_add(tx, &t_move, VALS(v_int(1), v_int(1)));
}

START_TEST(pipes)
{
    struct db *db = open_(_i);
    static int64_t affected[602];
    t_ok(db_write(db, piped, affected));
    ck_assert_int_eq(affected[0], 1);
    ck_assert_int_eq(affected[599], 1);
    ck_assert_int_eq(affected[600], 1);
    ck_assert_int_eq(affected[601], 0);
    ck_assert_int_eq(ask(db, &t_sum), 604);
    t_rc(db_write(db, piped_badly, NULL), E_CONFLICT);
    t_rc(db_write(db, left_open, NULL), E_INTERNAL);
    ck_assert_int_eq(ask(db, &t_sum), 604);
    dbt_close(db);
}
END_TEST

static rc sees_the_clock(struct tx *tx, void *arg)
{
    *(instant *)arg = tx_now(tx);
    return OK;
}

START_TEST(the_time_is_the_clocks)
{
    struct db *db = open_(_i);
    clock_fix(INT64_C(1700000000000000));
    instant t = 0;
    t_ok(db_write(db, sees_the_clock, &t));
    ck_assert_int_eq(t, INT64_C(1700000000000000));
    clock_fix(0);
    dbt_close(db);
}
END_TEST

START_TEST(migrations)
{
    char url[1024];
    dbt_url(_i, url, sizeof url);
    struct db *db = dbt_open_url(url, NULL, schema, 1);
    struct err err = {0};
    t_ok(db_migrations_check(db, schema, 1, &err));
    t_rc(db_migrations_check(db, schema, 2, &err), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "DBS-017");
    int applied = -1;
    err_clear(&err);
    t_ok(db_migrate(db, schema, 2, &applied, &err));
    ck_assert_int_eq(applied, 1);
    t_ok(db_migrations_check(db, schema, 2, &err));
    t_rc(db_migrations_check(db, schema, 1, &err), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "DBS-016");
    struct migration edited[2] = {schema[0], schema[1]};
    edited[0].checksum = "other";
    err_clear(&err);
    t_rc(db_migrate(db, edited, 2, &applied, &err), E_CORRUPT);
    ck_assert_str_eq(err.main.code, "DBS-014");
    err_clear(&err);
    t_rc(db_migrations_check(db, edited, 2, &err), E_CONFLICT);
    const struct migration broken = {"test", 3, "broken",
                                     STR_INIT("CREATE TABLE half (id INTEGER) STRICT;\nCREATE TABLE;\n"), "c3"};
    const struct migration gap = {"test", 5, "gap", STR_INIT("CREATE TABLE gap (id INTEGER) STRICT;\n"), "c5"};
    err_clear(&err);
    t_rc(db_migrate(db, &broken, 1, &applied, &err), E_INTERNAL);
    err_clear(&err);
    t_rc(db_migrate(db, &gap, 1, &applied, &err), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "DBS-015");
    t_ok(db_migrations_check(db, schema, 2, NULL));
    const struct migration mended = {"test", 3, "mended", STR_INIT("CREATE TABLE half (id INTEGER) STRICT;\n"), "c3"};
    t_ok(db_migrate(db, &mended, 1, &applied, NULL)); /* nothing of `broken` stayed */
    t_ok(add_account(db, 1, "a", 1));
    t_ok(db_check(db, NULL));
    dbt_close(db);
}
END_TEST

static rc add_entry(struct tx *tx, void *arg)
{
    (void)arg;
    return db_exec(tx, &t_entry, VALS(v_int(1)), NULL);
}

START_TEST(defaults_survive_the_mapping)
{
    struct db *db = open_(_i);
    t_ok(add_account(db, 1, "a", 1));
    t_ok(db_write(db, add_entry, NULL));
    struct tx *tx;
    struct rows r;
    t_ok(db_read_begin(db, &tx));
    t_ok(db_one(tx, &t_entry_text, VALS(v_int(1)), &r));
    t_str(row_text(&r, 0), STR("TEXT; 'INTEGER'"));
    t_ok(rows_end(&r));
    db_read_end(tx);
    dbt_close(db);
}
END_TEST

START_TEST(bad_addresses)
{
    struct db *db = NULL;
    struct err err = {0};
    t_rc(db_open(STR("mysql://x"), NULL, &db, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "DBS-001");
    err_clear(&err);
    const char *bad = _i == DB_SQLITE ? "sqlite:/nonexistent/dir/file.db" : "postgresql:///x?host=/nonexistent";
    rc want = _i == DB_SQLITE ? E_IO : E_UNAVAILABLE;
    t_rc(db_open(str_of(bad), NULL, &db, &err), want);
    ck_assert_str_eq(err.main.code, "DBS-002");
    ck_assert_ptr_null(db);
}
END_TEST

DBT_MAIN("db/db", values_come_back, bytes_and_empty_values, wrong_arguments_are_a_bug, bad_text_is_refused,
         conflicts_name_their_rule, foreign_keys_and_ignored_errors, a_failed_handler_leaves_nothing,
         batches_keep_the_good_ones, errors_reach_their_own_handler, writes_are_serial, close_finishes_the_queue,
         a_full_queue_says_so, reads_are_snapshots, returning_and_nested_reads, pipes, the_time_is_the_clocks,
         migrations, defaults_survive_the_mapping, bad_addresses)

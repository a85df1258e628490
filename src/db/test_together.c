/* Writes of one kind that run together: everybody gets the answer that he would have got alone, in the order of the
 * queue, whatever the others of his kind and the strangers between them do. */
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>

#include "dbt.h"

static const struct migration schema[] = {
    {"test", 1, "thing",
     STR_INIT("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, place INTEGER NOT NULL,\n"
              "    CONSTRAINT thing_place CHECK (place >= 0)) STRICT;\n"),
     "c1"},
};

QUERY(g_count, "", "i", "SELECT COUNT(*) FROM thing");
QUERY(g_count_of, "i", "i", "SELECT COUNT(*) FROM thing WHERE id = $1");
/* Its place is the number of things before it: that tells the order. */
QUERY(g_add, "it", "", "INSERT INTO thing (id, name, place) VALUES ($1, $2, (SELECT COUNT(*) FROM thing))");
QUERY(g_add_nowhere, "it", "", "INSERT INTO thing (id, name, place) VALUES ($1, $2, -1)");
QUERY(g_place, "i", "i", "SELECT place FROM thing WHERE id = $1");

enum { N = 60 };

enum how { GOOD, REFUSED, TAKEN, NOWHERE, HEADSTRONG };

struct job {
    int64_t id;
    enum how how;
    char name[16];
    char said[64]; /* the rule that it broke */
    int answers;
    rc result;
};

static int together, alone;         /* calls of the two functions */
static size_t together_max;         /* the longest run */
static size_t take_at_most;         /* of one call; 0: all */
static rc together_says;            /* what a call returns in the end */
static bool breaks_after_the_first; /* … after it has written one */

static rc add(struct tx *tx, void *arg)
{
    struct job *j = arg;
    alone++;
    if (j->how == REFUSED)
        return E_DENIED;
    rc r = db_exec(tx, j->how == NOWHERE ? &g_add_nowhere : &g_add, VALS(v_int(j->id), v_text(str_of(j->name))), NULL);
    if (r != OK)
        snprintf(j->said, sizeof j->said, "%.*s", STR_ARG(tx_err(tx)->main.arg[0]));
    return r;
}

static rc add_all(struct tx *tx, void *const *args, size_t *n, rc *result)
{
    together++;
    if (take_at_most && *n > take_at_most)
        *n = take_at_most;
    together_max = *n > together_max ? *n : together_max;
    for (size_t i = 0; i < *n; i++) {
        struct job *j = args[i];
        result[i] = j->how == REFUSED ? E_DENIED : OK;
        if (result[i] != OK)
            continue;
        const struct query *q = j->how == NOWHERE ? &g_add_nowhere : &g_add;
        rc r = db_exec(tx, q, VALS(v_int(j->id), v_text(str_of(j->name))), NULL);
        if (r != OK && j->how != HEADSTRONG)
            return r;
        if (breaks_after_the_first)
            return E_INTERNAL;
    }
    return together_says;
}

/* While the gate is locked the writer waits in hold(), and what is submitted comes into one batch. */
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static sem_t holding;

static rc hold(struct tx *tx, void *arg)
{
    (void)tx, (void)arg;
    sem_post(&holding);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return OK;
}

static void held(void *arg, rc result)
{
    (void)arg;
    t_ok(result);
}

static void hold_writer(struct db *db)
{
    together = alone = 0;
    together_max = 0;
    sem_init(&holding, 0, 0);
    pthread_mutex_lock(&gate);
    t_ok(db_submit(db, hold, NULL, held));
    while (sem_wait(&holding) != 0)
        continue;
}

static rc stranger(struct tx *tx, void *arg)
{
    struct job *j = arg;
    return db_exec(tx, &g_add, VALS(v_int(j->id), v_text(str_of(j->name))), NULL);
}

/* Returns when all that was submitted has been answered. */
static void let_go(struct db *db)
{
    pthread_mutex_unlock(&gate);
    struct job last = {.id = 1000, .name = "last"};
    t_ok(db_write(db, stranger, &last));
}

static void done(void *arg, rc result)
{
    struct job *j = arg;
    j->result = result;
    j->answers++;
}

static int64_t ask(struct db *db, const struct query *q, const struct val *v, size_t n)
{
    struct tx *tx;
    int64_t out = -1;
    t_ok(db_read_begin(db, &tx));
    t_ok(db_one_int(tx, q, v, n, &out));
    db_read_end(tx);
    return out;
}

static const int kinds[2];

/* N jobs in one batch: the writer is held back until all wait. Jobs `from` … `to` are strangers. */
static void run(int engine, struct job *jobs, int from, int to, struct db **out)
{
    char url[1024];
    dbt_url(engine, url, sizeof url);
    struct db *db = dbt_open_url(url, NULL, schema, 1);
    hold_writer(db);
    for (int i = 0; i < N; i++) {
        struct job *j = &jobs[i];
        j->id = i + 1;
        if (j->how == TAKEN || j->how == HEADSTRONG)
            snprintf(j->name, sizeof j->name, "n%d", 0);
        else
            snprintf(j->name, sizeof j->name, "n%d", i);
        if (i >= from && i < to)
            t_ok(db_submit(db, stranger, j, done));
        else
            t_ok(db_submit_as(
                db, &(struct submission){.one = add, .all = add_all, .kind = &kinds[0], .arg = j, .done = done}));
    }
    let_go(db);
    *out = db;
}

static rc expected(const struct job *j)
{
    return j->how == GOOD ? OK : j->how == REFUSED ? E_DENIED : E_CONFLICT;
}

static void check(struct db *db, const struct job *jobs)
{
    int64_t good = 0;
    for (int i = 0; i < N; i++) {
        const struct job *j = &jobs[i];
        ck_assert_int_eq(j->answers, 1);
        ck_assert_msg(j->result == expected(j), "job %d: %s", i, rc_name(j->result));
        ck_assert_int_eq(ask(db, &g_count_of, VALS(v_int(j->id))), j->result == OK);
        if (j->result == OK)
            ck_assert_int_eq(ask(db, &g_place, VALS(v_int(j->id))), good++);
        if (j->how == TAKEN)
            ck_assert_str_eq(j->said, "thing.name");
        if (j->how == NOWHERE)
            ck_assert_str_eq(j->said, "thing_place");
    }
    ck_assert_int_eq(ask(db, &g_count, NOVALS), good + 1);
}

static void fresh(void)
{
    take_at_most = 0;
    together_says = OK;
    breaks_after_the_first = false;
}

START_TEST(they_run_together)
{
    struct job jobs[N] = {0};
    struct db *db;
    fresh();
    jobs[7].how = jobs[8].how = jobs[N - 1].how = REFUSED;
    run(_i, jobs, 20, 23, &db);
    check(db, jobs);
    ck_assert_int_eq(together, 2); /* before the strangers and after them */
    ck_assert_int_eq(alone, 0);
    ck_assert_uint_eq(together_max, N - 23);
    dbt_close(db);
}
END_TEST

START_TEST(some_at_a_time)
{
    struct job jobs[N] = {0};
    struct db *db;
    fresh();
    take_at_most = 7;
    jobs[13].how = REFUSED;
    run(_i, jobs, 0, 0, &db);
    check(db, jobs);
    ck_assert_uint_eq(together_max, 7);
    ck_assert_int_eq(together, (N + 6) / 7);
    ck_assert_int_eq(alone, 0);
    dbt_close(db);
}
END_TEST

/* One of them breaks a rule of the schema, which on PostgreSQL shows only later: he alone is told. */
START_TEST(one_breaks_a_rule)
{
    for (int at = 1; at < N; at += 19) {
        for (enum how how = TAKEN; how <= HEADSTRONG; how++) {
            struct job jobs[N] = {0};
            struct db *db;
            fresh();
            jobs[5].how = REFUSED;
            jobs[at].how = how;
            run(_i, jobs, 30, 33, &db);
            check(db, jobs);
            ck_assert_int_ge(together, 1);
            ck_assert_int_ge(alone, N - 3); /* each by himself, in the second run */
            dbt_close(db);
        }
    }
}
END_TEST

/* They cannot be done together, which is said after a change: nothing of it stays. */
START_TEST(it_gives_up)
{
    struct job jobs[N] = {0};
    struct db *db;
    fresh();
    breaks_after_the_first = true;
    jobs[3].how = REFUSED;
    run(_i, jobs, 0, 0, &db);
    check(db, jobs);
    ck_assert_int_eq(together, 1); /* and is not tried again at once */
    ck_assert_int_eq(alone, N);
    dbt_close(db);
}
END_TEST

/* E_BUSY, the lost race: all of it runs again. */
static rc busy_once(struct tx *tx, void *const *args, size_t *n, rc *result)
{
    together_says = together == 0 ? E_BUSY : OK;
    return add_all(tx, args, n, result);
}

START_TEST(a_lost_race)
{
    struct job jobs[2] = {{.id = 1, .name = "a"}, {.id = 2, .name = "b"}};
    struct db *db = dbt_open(_i, schema, 1);
    fresh();
    hold_writer(db);
    for (int i = 0; i < 2; i++)
        t_ok(db_submit_as(db, &(struct submission){.one = add, .all = busy_once, .arg = &jobs[i], .done = done}));
    let_go(db);
    for (int i = 0; i < 2; i++)
        t_ok(jobs[i].result);
    ck_assert_int_eq(together, 2);
    ck_assert_int_eq(ask(db, &g_count, NOVALS), 3);
    dbt_close(db);
}
END_TEST

/* Who is of another kind is not given to them, though the functions are the same. */
START_TEST(kinds_do_not_mix)
{
    static struct job jobs[10];
    struct db *db = dbt_open(_i, schema, 1);
    fresh();
    hold_writer(db);
    for (int i = 0; i < 10; i++) {
        jobs[i] = (struct job){.id = i + 1};
        snprintf(jobs[i].name, sizeof jobs[i].name, "n%d", i);
        t_ok(db_submit_as(db, &(struct submission){
                                  .one = add, .all = add_all, .kind = &kinds[i >= 4], .arg = &jobs[i], .done = done}));
    }
    let_go(db);
    ck_assert_int_eq(together, 2);
    ck_assert_uint_eq(together_max, 6);
    ck_assert_int_eq(ask(db, &g_count, NOVALS), 11);
    dbt_close(db);
}
END_TEST

DBT_MAIN("db/together", they_run_together, some_at_a_time, one_breaks_a_rule, it_gives_up, a_lost_race,
         kinds_do_not_mix)

/* The table of jobs: queue, look up, cancel, and what the runner does to a row. */
#include "core/job_impl.h"

#include "base/json.h"
#include "base/vec.h"
#include "core/act.h"
#include "sys/random.h"

enum { OPEN_MAX = 20 };

#define COLUMNS "id, kind, owner, phase, done, total, result, at"
QUERY(job_insert,
      "itiii"
      "t",
      "",
      "INSERT INTO job (id, kind, owner, lease, at, input, phase, state, done, total, result, cancel) "
      "VALUES ($1, $2, $3, $4, $5, $6, 'queued', '', 0, 0, '', 0)");
QUERY(job_select, "i", "ititiiti", "SELECT " COLUMNS " FROM job WHERE id = $1");
QUERY(jobs_of_owner, "ii", "ititiiti", "SELECT " COLUMNS " FROM job WHERE owner = $1 ORDER BY id DESC LIMIT $2");
QUERY(job_open_count, "i", "i",
      "SELECT CAST(count(*) AS BIGINT) FROM job WHERE owner = $1 AND phase IN ('queued', 'running')");
QUERY(job_ask_cancel, "i", "", "UPDATE job SET cancel = 1 WHERE id = $1 AND phase IN ('queued', 'running')");
QUERY(job_due, "i", "ititti",
      "SELECT id, kind, owner, input, state, lease FROM job WHERE phase IN ('queued', 'running') AND lease <= $1 "
      "ORDER BY lease, id LIMIT 1");
QUERY(job_claim, "iii", "",
      "UPDATE job SET phase = 'running', lease = $3 WHERE id = $1 AND lease = $2 AND phase IN ('queued', 'running')");
QUERY(job_keep, "itiii", "",
      "UPDATE job SET state = $2, done = $3, total = $4, lease = $5 WHERE id = $1 AND phase = 'running'");
QUERY(job_lease, "ii", "", "UPDATE job SET lease = $2 WHERE id = $1 AND phase = 'running'");
QUERY(job_is_cancelled, "i", "i", "SELECT cancel FROM job WHERE id = $1");
QUERY(job_end, "itt", "", "UPDATE job SET phase = $2, result = $3 WHERE id = $1 AND phase = 'running'");

rc job_queue(struct tx *tx, const char *kind, id owner, str input, id *out)
{
    int64_t open;
    TRY(db_one_int(tx, &job_open_count, VALS(v_int(owner)), &open));
    if (open >= OPEN_MAX)
        return ERR(tx_err(tx), E_LIMIT, "JOB-001",
                   N_("You have 20 jobs waiting already. Wait until some are done, or cancel some."));
    *out = id_new();
    return db_exec(
        tx, &job_insert,
        VALS(v_int(*out), v_text(str_of(kind)), v_int(owner), v_int(tx_now(tx)), v_int(tx_now(tx)), v_text(input)),
        NULL);
}

static void take(const struct rows *r, struct job_row *out, struct arena *a)
{
    *out = (struct job_row){row_int(r, 0), row_dup(r, 1, a), row_int(r, 2),    row_dup(r, 3, a),
                            row_int(r, 4), row_int(r, 5),    row_dup(r, 6, a), row_int(r, 7)};
}

rc job_get(struct tx *tx, id job, struct job_row *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &job_select, VALS(v_int(job)), &r));
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc jobs_of(struct tx *tx, id owner, int64_t limit, struct job_row **out, size_t *n, struct arena *a)
{
    VEC(struct job_row) all = {0};
    struct rows r;
    TRY(db_select(tx, &jobs_of_owner, VALS(v_int(owner), v_int(limit)), &r));
    while (rows_next(&r)) {
        struct job_row *row = VEC_ADD(&all, a);
        if (!row)
            break;
        take(&r, row, a);
    }
    TRY(rows_end(&r));
    *out = all.v;
    *n = all.n;
    return arena_rc(a);
}

rc job_cancel(struct tx *tx, id job, id by)
{
    struct rows r;
    TRY(db_one(tx, &job_select, VALS(v_int(job)), &r));
    id owner = row_int(&r, 2);
    TRY(rows_end(&r));
    if (owner != by)
        return E_NOTFOUND;
    int64_t n;
    TRY(db_exec(tx, &job_ask_cancel, VALS(v_int(job)), &n));
    return n == 1 ? OK : ERR(tx_err(tx), E_CONFLICT, "JOB-002", N_("This job has ended already."));
}

/* ---- for the runner ---- */

rc job_take(struct app *app, struct job *j)
{
    struct tx *tx;
    struct rows r;
    TRY(db_read_begin(app->db, &tx));
    rc result = db_one(tx, &job_due, VALS(v_int(clock_now())), &r);
    if (result == OK) {
        j->id = row_int(&r, 0);
        j->kind_name = row_dup(&r, 1, j->arena);
        j->owner = row_int(&r, 2);
        j->input = row_dup(&r, 3, j->arena);
        j->state = row_dup(&r, 4, j->arena);
        j->lease = row_int(&r, 5);
        result = rows_end(&r);
    }
    db_read_end(tx);
    return result != OK ? result : arena_rc(j->arena);
}

rc job_claim_write(struct tx *tx, void *arg)
{
    struct job *j = arg;
    instant until = clock_now() + JOB_LEASE;
    int64_t n;
    TRY(db_exec(tx, &job_claim, VALS(v_int(j->id), v_int(j->lease), v_int(until)), &n));
    if (n != 1)
        return E_CONFLICT;
    j->lease = until;
    return OK;
}

rc job_lease_write(struct tx *tx, void *arg)
{
    struct job *j = arg;
    return db_exec(tx, &job_lease, VALS(v_int(j->id), v_int(j->lease)), NULL);
}

static rc save_write(struct tx *tx, void *arg)
{
    struct job *j = arg;
    j->lease = clock_now() + JOB_LEASE;
    return db_exec(tx, &job_keep,
                   VALS(v_int(j->id), v_text(j->state), v_int(j->done), v_int(j->total), v_int(j->lease)), NULL);
}

rc job_save(struct job *j, str state, int64_t done, int64_t total)
{
    j->state = arena_str(j->arena, state);
    if (!j->state.p)
        return arena_rc(j->arena);
    j->done = done;
    j->total = total;
    if (j->id == 0)
        return OK;
    TRY(db_write(j->app->db, save_write, j));
    job_publish(j, false);
    return OK;
}

rc job_end_write(struct tx *tx, void *arg)
{
    struct job *j = arg;
    return db_exec(tx, &job_end, VALS(v_int(j->id), v_text(str_of(j->end)), v_text(j->result)), NULL);
}

rc job_finish(struct job *j, str result)
{
    j->finished = true;
    j->end = "done";
    j->result = arena_str(j->arena, result);
    if (!j->result.p)
        return arena_rc(j->arena);
    return j->id ? db_write(j->app->db, job_end_write, j) : OK;
}

bool job_cancelled(struct job *j)
{
    if (j->id == 0)
        return false;
    struct tx *tx;
    int64_t asked = 0;
    if (db_read_begin(j->app->db, &tx) != OK)
        return false;
    rc known = db_one_int(tx, &job_is_cancelled, VALS(v_int(j->id)), &asked);
    db_read_end(tx);
    return known == OK && asked != 0;
}

struct app *job_app(struct job *j)
{
    return j->app;
}
str job_input(struct job *j)
{
    return j->input;
}
str job_state(struct job *j)
{
    return j->state;
}
struct err *job_err(struct job *j)
{
    return &j->err;
}

void job_json(const struct job_row *j, struct buf *out)
{
    char number[ID_TEXT + 1];
    id_text(j->id, number);
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kstr(&o, "id", str_n(number, ID_TEXT));
    jo_kstr(&o, "state", j->state);
    jo_kint(&o, "done", j->done);
    jo_kint(&o, "total", j->total);
    jo_kstr(&o, "result", j->result);
    jo_end_obj(&o);
}

/* ---- turns ---- */

enum { TURNS_MAX = 200, TURN_BYTES = 8 << 20 };

struct turn {
    rc (*fn)(const struct act *x, int max, int *n);
    int done;
};

static rc turn_write(struct tx *tx, void *arg)
{
    struct turn *t = arg;
    struct arena *a = arena_new(TURN_BYTES);
    if (!a)
        return E_NOMEM;
    struct act x = {.tx = tx, .a = a, .by = &act_system, .at = tx_now(tx)};
    rc r = t->fn(&x, JOB_TURN_MOST, &t->done);
    arena_free(a);
    return r;
}

rc job_turns(struct job *j, rc (*fn)(const struct act *x, int max, int *n))
{
    struct turn t = {.fn = fn, .done = JOB_TURN_MOST};
    for (int i = 0; i < TURNS_MAX && t.done == JOB_TURN_MOST && !job_cancelled(j); i++)
        TRY(db_write(job_app(j)->db, turn_write, &t));
    return OK;
}

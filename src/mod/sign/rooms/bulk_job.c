/* The rooms of a bulk sending are made one by one: each in a transaction of its own, so that people's requests come
 * between, and what was made stays made. */
#include "base/json.h"
#include "mod/sign/rooms/bulk.h"
#include "mod/sign/rooms/room_impl.h"
#include "sys/clock.h"

QUERY(sbj_next, "i", "it",
      "SELECT number, people FROM sign_bulk_row WHERE bulk = $1 AND room = 0 AND code = '' ORDER BY number LIMIT 1");
QUERY(sbj_left, "i", "i", "SELECT COUNT(*) FROM sign_bulk_row WHERE bulk = $1 AND room = 0 AND code = ''");
QUERY(sbj_made, "iii", "", "UPDATE sign_bulk_row SET room = $3 WHERE bulk = $1 AND number = $2 AND room = 0");
QUERY(sbj_refused, "iittt", "",
      "UPDATE sign_bulk_row SET code = $3, words = $4, arg = $5 WHERE bulk = $1 AND number = $2 AND room = 0");
QUERY(sbj_count, "iii", "", "UPDATE sign_bulk SET made = made + $2, failed = failed + $3 WHERE id = $1");
QUERY(sbj_end, "iti", "", "UPDATE sign_bulk SET state = $2, finished = $3 WHERE id = $1 AND state = 'running'");

enum { PIECE = 5 /* rooms between two looks at whether somebody stopped it */ };

rc bulk_people_read(struct arena *a, str stored, struct room_person *out, size_t *n)
{
    const struct json *list;
    TRY(json_parse(a, stored, stored.n, &list, NULL));
    *n = json_count(list);
    if (*n > BULK_PARTS_MAX)
        return E_CORRUPT;
    for (size_t i = 0; i < *n; i++) {
        const struct json *p = json_at(list, i);
        out[i] = (struct room_person){json_str(json_get(p, "name")), json_str(json_get(p, "email")),
                                      json_str(json_get(p, "lang"))};
    }
    return OK;
}

struct work {
    struct app *app;
    struct arena *a; /* of one row */
    id bulk;
    int64_t number; /* 0: none was left */
    struct err why;
};

/* As whoever began it: the rooms are theirs. */
static struct session session_of(const struct bulk *b)
{
    return (struct session){.account = b->owner,
                            .party = b->party,
                            .perms = PUBLIC | SIGNED_IN | AS_FIRM,
                            .name = STR_EMPTY,
                            .party_name = STR_EMPTY,
                            .csrf = STR_EMPTY};
}

static rc next_row(struct tx *tx, struct work *w, str *people)
{
    struct rows r;
    rc e = db_one(tx, &sbj_next, VALS(v_int(w->bulk)), &r);
    if (e == E_NOTFOUND) {
        w->number = 0;
        return OK;
    }
    TRY(e);
    w->number = row_int(&r, 0);
    *people = row_dup(&r, 1, w->a);
    TRY(rows_end(&r));
    return arena_rc(w->a);
}

static rc make_write(struct tx *tx, void *arg)
{
    struct work *w = arg;
    struct bulk b;
    struct room_person people[BULK_PARTS_MAX];
    str stored = STR_EMPTY;
    size_t n;
    id room;
    arena_reset(w->a);
    err_clear(&w->why);
    TRY(bulk_get(tx, w->bulk, &b, w->a));
    TRY(next_row(tx, w, &stored));
    if (w->number == 0)
        return OK;
    TRY(bulk_people_read(w->a, stored, people, &n));
    struct session by = session_of(&b);
    struct act x = {.tx = tx, .a = w->a, .by = &by, .at = clock_now()};
    rc r = room_from_template(&x, w->app, b.template, b.id, people, n, &room);
    if (r == OK)
        r = room_send(&x, w->app, room, true);
    if (r != OK) {
        err_copy(&w->why, tx_err(tx));
        return r;
    }
    TRY(db_exec(tx, &sbj_made, VALS(v_int(w->bulk), v_int(w->number), v_int(room)), NULL));
    return db_exec(tx, &sbj_count, VALS(v_int(w->bulk), v_int(1), v_int(0)), NULL);
}

/* What was refused for a reason of its own stays refused; the rest (disk, database) stops the job, which comes again.
 */
static bool is_refusal(rc r)
{
    return r == E_INVALID || r == E_CONFLICT || r == E_LIMIT || r == E_NOTFOUND || r == E_DENIED;
}

static rc refuse_write(struct tx *tx, void *arg)
{
    struct work *w = arg;
    const struct err_msg *m = w->why.n_fields ? &w->why.fields[0] : &w->why.main;
    TRY(db_exec(tx, &sbj_refused,
                VALS(v_int(w->bulk), v_int(w->number), v_text(m->code ? str_of(m->code) : STR("RM-002")),
                     v_text(str_of(m->msgid)), v_text(m->n_args ? m->arg[0] : STR_EMPTY)),
                NULL));
    return db_exec(tx, &sbj_count, VALS(v_int(w->bulk), v_int(0), v_int(1)), NULL);
}

static rc count_left(struct app *app, id bulk, int64_t *left)
{
    struct tx *tx;
    TRY(db_read_begin(app->db, &tx));
    rc r = db_one_int(tx, &sbj_left, VALS(v_int(bulk)), left);
    db_read_end(tx);
    return r;
}

rc bulk_some(struct app *app, id bulk, int most, int64_t *left, struct err *err)
{
    struct work w = {.app = app, .a = arena_new(ROOM_WORK_MAX), .bulk = bulk};
    rc r = OK;
    if (!w.a)
        return E_NOMEM;
    for (int i = 0; i < most && r == OK; i++) {
        r = db_write(app->db, make_write, &w);
        if (is_refusal(r))
            r = db_write(app->db, refuse_write, &w);
        else if (r != OK)
            err_copy(err, &w.why);
        if (w.number == 0)
            break;
    }
    arena_free(w.a);
    return r == OK ? count_left(app, bulk, left) : r;
}

struct ending {
    id bulk;
    str state;
};

static rc end_write(struct tx *tx, void *arg)
{
    const struct ending *e = arg;
    return db_exec(tx, &sbj_end, VALS(v_int(e->bulk), v_text(e->state), v_int(tx_now(tx))), NULL);
}

rc bulk_run(struct job *j)
{
    struct ending e = {.state = STR("done")};
    struct bulk b;
    struct tx *tx;
    int64_t left;
    struct arena *a = arena_new(1 << 20);
    if (!a)
        return E_NOMEM;
    rc r = str_to_i64(job_input(j), &e.bulk);
    if (r == OK)
        r = bulk_some(job_app(j), e.bulk, PIECE, &left, job_err(j));
    if (r == OK)
        r = db_read_begin(job_app(j)->db, &tx);
    if (r == OK) {
        r = bulk_get(tx, e.bulk, &b, a);
        db_read_end(tx);
    }
    arena_free(a);
    TRY(r);
    TRY(job_save(j, STR_EMPTY, b.n - left, b.n));
    if (left > 0 && !job_cancelled(j))
        return OK;
    if (left > 0)
        e.state = STR("stopped");
    TRY(db_write(job_app(j)->db, end_write, &e));
    return job_finish(j, STR_EMPTY);
}

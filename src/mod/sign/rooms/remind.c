/* By the clock: reminders and the end of time. */
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/room_impl.h"

#include "sys/clock.h"

QUERY(sj_expired, "iii", "i",
      "SELECT id FROM sign_room WHERE state = 'open' AND expires < $1 AND expires > $3 ORDER BY expires LIMIT $2");
QUERY(sj_due, "iii", "i",
      "SELECT s.id FROM sign_signer s JOIN sign_room r ON r.id = s.room WHERE r.state = 'open' AND s.state = 'invited'"
      " AND s.role <> 'copy' AND r.remind_days > 0 AND s.reminders < $3" OBJECTION_NONE
      " AND CASE WHEN s.reminded > s.invited THEN s.reminded ELSE s.invited END + r.remind_days * 86400000000 <= $1"
      " ORDER BY s.id LIMIT $2");
QUERY(sj_reminded, "ii", "", "UPDATE sign_signer SET reminded = $2, reminders = reminders + 1 WHERE id = $1");

enum { REMINDERS_MAX = 20 /* of one signer by the clock */, TURN_BYTES = 32 << 20, TURNS_MAX = 200 };
#define REMIND_LEAST HOUR

static rc remind(const struct act *x, const struct app *app, const struct room *r, const struct signer *s)
{
    TRY(db_exec(x->tx, &sj_reminded, VALS(v_int(s->id), v_int(x->at)), NULL));
    TRY(room_note(x, r, s->id, "reminded", s->email, STR_EMPTY, NULL));
    return mail_remind(x, app, r, s);
}

rc room_remind(const struct act *x, struct app *app, id room)
{
    struct room r;
    struct signer *v;
    size_t n, sent = 0;
    TRY(room_own(x, room, &r));
    if (!str_eq(r.state, STR("open")))
        return room_wrong_state(x->tx);
    TRY(signers_of(x->tx, room, &v, &n, x->a));
    for (size_t i = 0; i < n; i++) {
        instant last = v[i].reminded > v[i].invited ? v[i].reminded : v[i].invited;
        if (!str_eq(v[i].state, STR("invited")) || last > x->at - REMIND_LEAST)
            continue;
        bool paused;
        TRY(objection_pauses(x->tx, &r, &v[i], &paused));
        if (paused)
            continue;
        TRY(remind(x, app, &r, &v[i]));
        sent++;
    }
    if (sent == 0)
        return ERR(tx_err(x->tx), E_LIMIT, "RM-018", N_("Everybody got an e-mail less than an hour ago."));
    return OK;
}

/* ---- the job ---- */

struct turn {
    struct app *app;
    rc (*fn)(const struct act *x, struct app *app, id of);
    const struct query *due;
    int64_t last; /* the statement's third value */
    int done;
    struct err *err;
};

static rc expire(const struct act *x, struct app *app, id room)
{
    struct room r;
    TRY(room_get(x->tx, room, &r, x->a));
    TRY(room_note(x, &r, 0, "expired", STR_EMPTY, STR_EMPTY, NULL));
    TRY(room_end(x, app, &r, "expired", STR_EMPTY));
    return tell_owner(x, &r, N_("Out of time: {1}"),
                      N_("Not everybody signed “{1}” in time, so it has ended. You can send it again as a new one."),
                      STR_EMPTY, STR_EMPTY);
}

static rc remind_due(const struct act *x, struct app *app, id signer)
{
    struct room r;
    struct signer s;
    TRY(signer_get(x->tx, signer, &s, x->a));
    TRY(room_get(x->tx, s.room, &r, x->a));
    return remind(x, app, &r, &s);
}

static rc turn(const struct act *x, struct turn *t)
{
    id v[JOB_TURN_MOST];
    struct rows r;
    t->done = 0;
    TRY(db_select(x->tx, t->due, VALS(v_int(x->at), v_int(JOB_TURN_MOST), v_int(t->last)), &r));
    while (t->done < JOB_TURN_MOST && rows_next(&r))
        v[t->done++] = row_int(&r, 0);
    TRY(rows_end(&r));
    for (int i = 0; i < t->done; i++)
        TRY(t->fn(x, t->app, v[i]));
    return OK;
}

static rc turn_write(struct tx *tx, void *arg)
{
    struct turn *t = arg;
    struct arena *a = arena_new(TURN_BYTES);
    if (!a)
        return E_NOMEM;
    struct act x = {.tx = tx, .a = a, .by = &act_system, .at = clock_now()};
    rc r = turn(&x, t);
    if (r != OK && r != E_BUSY)
        err_copy(t->err, tx_err(tx));
    arena_free(a);
    return r;
}

/* As job_turns(), for functions that need the app. */
static rc turns(struct job *j, struct turn t)
{
    t.app = job_app(j);
    t.err = job_err(j);
    t.done = JOB_TURN_MOST;
    for (int i = 0; i < TURNS_MAX && t.done == JOB_TURN_MOST && !job_cancelled(j); i++)
        TRY(db_write(t.app->db, turn_write, &t));
    return OK;
}

rc rooms_job(struct job *j)
{
    TRY(turns(j, (struct turn){.fn = expire, .due = &sj_expired, .last = 0}));
    return turns(j, (struct turn){.fn = remind_due, .due = &sj_due, .last = REMINDERS_MAX});
}

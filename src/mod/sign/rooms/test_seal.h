/* What the tests of sealing do: sign, finish, and judge what came out. */
#ifndef RISE_SIGN_TEST_SEAL_H
#define RISE_SIGN_TEST_SEAL_H
#include "mod/sign/rooms/test_rooms.h"

#include "core/document.h"
#include "core/job_impl.h"
#include "core/publiclog.h"
#include "mod/sign/engine/validate_pdf.h"
#include "mod/sign/rooms/seal_fill.h"
#include "mod/sign/trusted.h"
#include "sys/file.h"

static const struct room_from from = {STR_INIT("192.0.2.7"), STR_INIT("test")};

/* ---- acting ---- */

static str filled[SEAL_FILL_MAX];
static size_t n_filled;
static str ink;

static inline rc do_sign(struct rooms_world *w, const struct act *x)
{
    const struct seal_filled f = {.values = filled, .n = n_filled, .ink = ink};
    return seal_sign(x, &w->app, w->signer[w->n], &f, &from);
}

static inline rc sign_as(struct rooms_world *w, int who)
{
    w->n = who;
    return rooms_do(w, &act_system, do_sign);
}

static inline str file_of(struct rooms_world *w, id document)
{
    str bytes;
    struct tx *tx = rooms_look(w);
    t_ok(room_file_read(tx, &w->app, document, &bytes, w->keep));
    db_read_end(tx);
    return bytes;
}

/* Every signature of the file holds, and nothing that came after one is refused. */
static inline struct pdf_report *judged(struct rooms_world *w, str bytes)
{
    struct sign_rules rules;
    struct pdf_report *r;
    struct tx *tx = rooms_look(w);
    t_ok(trusted_rules(&w->app, tx, w->keep, LANG_EN, &rules, &w->err));
    t_ok(validate_pdf(w->keep, bytes, &rules, &r));
    db_read_end(tx);
    return r;
}

static inline void holds(struct rooms_world *w, str bytes, size_t signatures)
{
    struct pdf_report *r = judged(w, bytes);
    ck_assert_uint_eq(r->n, signatures);
    for (size_t i = 0; i < r->n; i++) {
        ck_assert_msg(r->v[i].refused == NULL, "signature %zu", i);
        ck_assert_msg(r->v[i].result.verdict == VERDICT_PASSED, "signature %zu: %s %s", i,
                      sub_indication_name(r->v[i].result.sub), r->v[i].result.words ? r->v[i].result.words : "");
    }
}

/* For looking at it: RISE_TEST_KEEP is where, without its ending. */
static inline void keep(str bytes, const char *ending)
{
    char path[256];
    const char *where = getenv("RISE_TEST_KEEP");
    if (!where)
        return;
    snprintf(path, sizeof path, "%s%s", where, ending);
    t_ok(file_write(path, bytes, 0600, NULL));
}

static inline void both_sign(struct rooms_world *w)
{
    n_filled = 0;
    ink = STR_EMPTY;
    t_ok(sign_as(w, 0));
    t_ok(sign_as(w, 1));
}

static inline rc job_once(struct rooms_world *w)
{
    struct job j = {.app = &w->app};
    rc r = seal_job(&j);
    err_copy(&w->err, &j.err);
    return r;
}

/* The log's sequencer, then the job. */
static inline void finish(struct rooms_world *w)
{
    int64_t n;
    if (!w->app.log_signer.loaded) {
        w->app.config.log_name = STR("sign.test/log");
        t_ok(log_key_create(&w->app, &w->err));
        t_ok(log_key_load(&w->app, &w->err));
    }
    t_ok(log_sequence(&w->app, &n, &w->err));
    rc r = job_once(w);
    ck_assert_msg(r == OK, "%s %s", w->err.main.code, w->err.main.msgid);
}

static inline void is_level(struct rooms_world *w, const char *level)
{
    struct room r = rooms_room(w);
    ck_assert(str_eq(r.state, STR("completed")));
    ck_assert_msg(str_eq(r.seal_level, str_of(level)), "%.*s: %.*s", STR_ARG(r.seal_level), STR_ARG(r.seal_note));
    ck_assert_int_eq(r.seal_retry != 0, strcmp(level, "lta") != 0);
}
#endif

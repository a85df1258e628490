/* A small world for the tests of signing rooms: an installation with its own certification authority, an organisation
 * with its owner, a stranger, and a room with two signers that was sent.
 *
 *     struct rooms_world w = rooms_open(_i);
 *     rooms_sent(&w, "link", "code", 1, 2);
 *     … rooms_do(&w, &act_system, fn) … rooms_token(&w, "amy@t.example") …
 *     rooms_close(&w); */
#ifndef RISE_SIGN_TEST_ROOMS_H
#define RISE_SIGN_TEST_ROOMS_H

#include <stdio.h>
#include <stdlib.h>

#include "core/account.h"
#include "core/notice.h"
#include "core/party.h"
#define DBT_BEFORE rooms_before
#include "dbt.h"
#include "mod/sign/rooms/room.h"
#include "mod/sign/test_installation.h"
#include "sys/random.h"
#include "web/pdf.h"

#define ROOMS_NOW INSTALLATION_NOW
#define ROOMS_AMY "amy@t.example"
#define ROOMS_BOB "bob@t.example"

struct rooms_world {
    struct app app;
    struct arena *keep, *a; /* of the world; of one write, reset before each */
    struct trust_ceremony ceremony;
    struct session owner, stranger; /* of two organisations */
    struct err err;                 /* of the last write */
    rc (*fn)(struct rooms_world *w, const struct act *x);
    const struct session *by;
    id room, signer[2]; /* 林𣿆川 (amy@) and Bob (bob@) */
    /* what a test hands in and gets back */
    str text, level[2];
    int64_t n, step[2];
    id out;
};

static inline rc rooms_write(struct tx *tx, void *arg)
{
    struct rooms_world *w = arg;
    arena_reset(w->a);
    struct act x = {.tx = tx, .a = w->a, .by = w->by, .at = clock_now()};
    rc r = w->fn(w, &x);
    if (r != OK)
        err_copy(&w->err, tx_err(tx));
    return r;
}

/* Runs `fn` in a transaction of its own, acting as `by`. */
static inline rc rooms_do(struct rooms_world *w, const struct session *by,
                          rc (*fn)(struct rooms_world *w, const struct act *x))
{
    w->by = by;
    w->fn = fn;
    err_clear(&w->err);
    return db_write(w->app.db, rooms_write, w);
}

/* A refusal with this code. */
static inline void rooms_refused(struct rooms_world *w, const struct session *by,
                                 rc (*fn)(struct rooms_world *w, const struct act *x), const char *code)
{
    rc r = rooms_do(w, by, fn);
    const char *said = w->err.n_fields ? w->err.fields[0].code : w->err.main.code;
    ck_assert_msg(r != OK, "not refused: %s expected", code);
    ck_assert_msg(said && strcmp(said, code) == 0, "%s instead of %s", said ? said : rc_name(r), code);
}

static inline rc rooms_found(struct rooms_world *w, const struct act *x)
{
    BUF_SCOPED transcript = BUF_INIT(1 << 20);
    id party[2] = {id_new(), id_new()}, account[2];
    TRY(trust_init(x, &w->app, &w->ceremony, &transcript));
    for (int i = 0; i < 2; i++) {
        TRY(party_add(x->tx, &(struct party){.id = party[i],
                                             .kind = PARTY_ASSOCIATION,
                                             .name = i ? STR("別人的協會") : STR("示範協會"),
                                             .created = x->at}));
        TRY(account_ensure(x->tx, i ? STR("stranger@t.example") : STR("owner@t.example"), STR("王主任"), LANG_ZH,
                           &account[i]));
        TRY(member_add(x->tx, party[i], account[i], AS_FIRM));
    }
    w->owner = (struct session){
        .account = account[0], .party = party[0], .perms = PUBLIC | SIGNED_IN | AS_FIRM, .name = STR("王主任")};
    w->stranger = w->owner;
    w->stranger.account = account[1];
    w->stranger.party = party[1];
    return OK;
}

static inline struct rooms_world rooms_open_under(int engine, const struct trust_ceremony *ceremony, instant at)
{
    static struct err err;
    struct rooms_world w = {.keep = arena_new(1 << 29), .a = arena_new(1 << 29), .ceremony = *ceremony};
    const struct trust_pair_options o = {.kind = PKEY_P256};
    w.app = installation_open(engine, w.keep, at);
    t_ok(trust_ceremony_keys(w.keep, &w.ceremony, &o, &err));
    t_ok(rooms_do(&w, &act_system, rooms_found));
    return w;
}

static inline struct rooms_world rooms_open_at(int engine, instant at)
{
    const struct trust_ceremony ceremony = test_ceremony();
    return rooms_open_under(engine, &ceremony, at);
}

static inline struct rooms_world rooms_open(int engine)
{
    return rooms_open_at(engine, ROOMS_NOW);
}

static inline void rooms_close(struct rooms_world *w)
{
    installation_close(&w->app);
    arena_free(w->a);
    arena_free(w->keep);
}

static inline void rooms_draw(int pages, struct buf *out)
{
    static struct err err;
    struct pdf *p;
    err_clear(&err);
    t_ok(pdf_new(&(struct pdf_options){.lang = LANG_ZH, .title = STR("租賃契約"), .made = ROOMS_NOW}, &p));
    for (int i = 0; i < pages; i++) {
        if (i)
            pdf_page(p);
        pdf_heading(p, 1, STR("租賃契約"));
        pdf_paragraph(p, STR("立契約書人同意以電子文件及電子簽章為之。"));
    }
    t_ok(pdf_finish(p, out, &err));
    pdf_free(p);
}

/* Drawing copies the 16 MB of a font several times: papers of one page and of two are drawn once for all cases. */
enum { ROOMS_PAPERS = 2, ROOMS_PAPER_MAX = 8 << 20 };
static struct buf rooms_papers[ROOMS_PAPERS] = {BUF_INIT(ROOMS_PAPER_MAX), BUF_INIT(ROOMS_PAPER_MAX)};

static inline void rooms_before(void)
{
    for (int i = 0; i < ROOMS_PAPERS; i++)
        rooms_draw(i + 1, &rooms_papers[i]);
}

/* A PDF of `pages` pages, that lives as long as the world. */
static inline str rooms_pdf(struct rooms_world *w, int pages)
{
    if (pages <= ROOMS_PAPERS)
        return buf_str(&rooms_papers[pages - 1]);
    BUF_SCOPED out = BUF_INIT(ROOMS_PAPER_MAX);
    rooms_draw(pages, &out);
    return arena_str(w->keep, buf_str(&out));
}

/* ---- a room with two signers: a draft of two pages, then sent ---- */

static inline rc rooms_make_draft(struct rooms_world *w, const struct act *x)
{
    const char *const name[] = {"林𣿆川", "Bob"}, *const email[] = {ROOMS_AMY, ROOMS_BOB}, *const lang[] = {"zh", "en"};
    TRY(room_create(x, &w->app, false, STR("租賃契約"), STR("租賃契約.pdf"), w->text, &w->room));
    for (int i = 0; i < 2; i++) {
        const struct signer s = {.step = w->step[i],
                                 .role = STR("sign"),
                                 .slot = STR_EMPTY,
                                 .name = str_of(name[i]),
                                 .email = str_of(email[i]),
                                 .lang = str_of(lang[i]),
                                 .level = w->level[i]};
        TRY(signer_add(x, &w->app, w->room, &s, str_eq(s.level, STR("card")) ? STR("A123456789") : STR_EMPTY,
                       &w->signer[i]));
    }
    const struct room_field f[] = {
        {.signer = w->signer[0],
         .kind = STR("signature"),
         .page = 1,
         .x = 6000,
         .y = 60000,
         .w = 18000,
         .h = 6000,
         .required = true,
         .label = STR_EMPTY},
        {.signer = w->signer[0],
         .kind = STR("text"),
         .page = 0,
         .x = 6000,
         .y = 30000,
         .w = 18000,
         .h = 2400,
         .required = false,
         .label = STR("地址")},
        {.signer = w->signer[1],
         .kind = STR("signature"),
         .page = 1,
         .x = 30000,
         .y = 60000,
         .w = 18000,
         .h = 6000,
         .required = true,
         .label = STR_EMPTY},
    };
    return room_fields_set(x, &w->app, w->room, f, sizeof f / sizeof f[0]);
}

static inline rc rooms_send_it(struct rooms_world *w, const struct act *x)
{
    return room_send(x, &w->app, w->room, false);
}

static inline void rooms_draft(struct rooms_world *w, const char *first, const char *second, int64_t first_step,
                               int64_t second_step)
{
    w->text = rooms_pdf(w, 2);
    w->level[0] = str_of(first);
    w->level[1] = str_of(second);
    w->step[0] = first_step;
    w->step[1] = second_step;
    t_ok(rooms_do(w, &w->owner, rooms_make_draft));
}

static inline void rooms_sent(struct rooms_world *w, const char *first, const char *second, int64_t first_step,
                              int64_t second_step)
{
    rooms_draft(w, first, second, first_step, second_step);
    t_ok(rooms_do(w, &w->owner, rooms_send_it));
}

/* ---- looking ---- */

static inline struct tx *rooms_look(struct rooms_world *w)
{
    struct tx *tx;
    t_ok(db_read_begin(w->app.db, &tx));
    return tx;
}

static inline struct room rooms_room(struct rooms_world *w)
{
    struct room r;
    struct tx *tx = rooms_look(w);
    t_ok(room_get(tx, w->room, &r, w->keep));
    db_read_end(tx);
    return r;
}

static inline struct signer rooms_signer(struct rooms_world *w, id signer)
{
    struct signer s;
    struct tx *tx = rooms_look(w);
    t_ok(signer_get(tx, signer, &s, w->keep));
    db_read_end(tx);
    return s;
}

/* How many mails wait for this address; `latest` (may be NULL) gets the newest one's text. */
static inline size_t rooms_mails(struct rooms_world *w, const char *to, str *latest)
{
    struct outbox_row *v, row;
    size_t n, found = 0;
    struct tx *tx = rooms_look(w);
    t_ok(outbox_list(tx, 1000, &v, &n, w->keep));
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(v[i].kind, STR("mail")) || !str_eq(v[i].to, str_of(to)))
            continue;
        if (found++ == 0 && latest) { /* newest first */
            t_ok(outbox_get(tx, v[i].id, &row, w->keep));
            *latest = row.body;
        }
    }
    db_read_end(tx);
    return found;
}

/* The token in the newest mail to this address. */
static inline str rooms_token(struct rooms_world *w, const char *to)
{
    str body = STR_EMPTY;
    ck_assert_uint_gt(rooms_mails(w, to, &body), 0);
    ptrdiff_t at = str_find(body, STR("/sign/s/"));
    ck_assert_int_ge(at, 0);
    return str_sub(body, (size_t)at + strlen("/sign/s/"), ROOM_TOKEN_TEXT);
}
#endif

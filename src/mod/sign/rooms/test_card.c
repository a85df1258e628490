/* Signing by card, the whole way over HTTP: our client and job, the simulated service behind a server of its own, on
 * both engines. What services may do wrong as well. */
#include "mod/sign/rooms/test_card.h"
#include "core/notice.h"
#include "crypto/cert.h"
#include "mod/sign/rooms/test_seal.h"

#define NOW     INSTALLATION_NOW
#define TO_SIGN STR("signed attributes")

struct world {
    struct app app;
    struct arena *a;
    id request;
    str number;
    rc (*fn)(struct world *w, const struct act *x);
    struct err err;
};
static struct world *w;

/* What the user of the card saw. */
static int begun, ended;
static bool unwilling; /* .begin() refuses */
static enum card_state how;
static struct pkey *key; /* of the certificate that came */
static str signature;

static rc use_begin(const struct act *x, struct app *app, id ref, const str *certs, size_t n, struct buf *to_sign,
                    str *text)
{
    struct cert *own = NULL, *ca = NULL;
    (void)app;
    ck_assert_int_eq(ref, 77);
    ck_assert_uint_eq(n, 2);
    if (unwilling)
        return ERR(tx_err(x->tx), E_INVALID, "TST-001", N_("{1}"), STR("another person's card"));
    t_ok(cert_read(w->a, certs[0], &own, NULL));
    t_ok(cert_read(w->a, certs[1], &ca, NULL));
    ck_assert(cert_signed_by(own, ca));
    key = own->key;
    begun++;
    buf_put(to_sign, TO_SIGN);
    *text = STR("簽署「租賃契約」");
    return OK;
}

static rc use_end(const struct act *x, struct app *app, id ref, enum card_state state, str value)
{
    (void)x, (void)app;
    ck_assert_int_eq(ref, 77);
    ended++;
    how = state;
    signature = arena_str(w->a, value);
    return OK;
}
static const struct card_use use = {"test", use_begin, use_end};

/* ---- the world ---- */

static struct world world_open(int engine)
{
    struct world fresh = {.a = arena_new(1 << 28), .number = STR("SIM-0002")};
    fresh.app = installation_open(engine, fresh.a, NOW);
    fresh.app.lang = LANG_EN;
    card_use_register(&use);
    return fresh;
}

static void world_close(void)
{
    card_far_close();
    installation_close(&w->app);
    arena_free(w->a);
}

static rc world_write(struct tx *tx, void *arg)
{
    struct world *of = arg;
    const struct act x = {.tx = tx, .a = of->a, .by = &act_system, .at = clock_now()};
    rc r = of->fn(of, &x);
    if (r != OK)
        err_copy(&of->err, tx_err(tx));
    return r;
}

static rc run(rc (*fn)(struct world *w, const struct act *x))
{
    w->fn = fn;
    err_clear(&w->err);
    return db_write(w->app.db, world_write, w);
}

static rc do_start(struct world *of, const struct act *x)
{
    return card_start(x, &of->app, "test", 77, of->number, &of->request);
}

static rc do_cancel(struct world *of, const struct act *x)
{
    return card_cancel(x, of->request);
}

static bool agrees;
static rc do_decide(struct world *of, const struct act *x)
{
    return card_decide(x, &of->app, agrees);
}

static void turn(void)
{
    card_turn_at(&w->app);
}

static struct card_request now_is(enum card_state want)
{
    struct card_request r;
    struct tx *tx;
    t_ok(db_read_begin(w->app.db, &tx));
    t_ok(card_latest(tx, "test", 77, &r, w->a));
    db_read_end(tx);
    ck_assert_msg(r.state == want, "state %s, want %s; %s", card_states[r.state].value, card_states[want].value, r.why);
    return r;
}

/* ---- cases ---- */

START_TEST(from_the_number_to_the_signature)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    card_far_open(&w->app, w->a);
    t_ok(run(do_start));
    now_is(CARD_ASKED);
    turn();
    now_is(CARD_SENT);
    ck_assert_int_eq(begun, 1);
    turn();
    now_is(CARD_SENT); /* nobody has touched the phone */
    agrees = true;
    t_ok(run(do_decide));
    t_rc(run(do_decide), E_CONFLICT); /* once */
    turn();
    now_is(CARD_SIGNED);
    ck_assert_int_eq(ended, 1);
    ck_assert_int_eq(how, CARD_SIGNED);
    t_ok(pkey_verify(key, pkey_scheme(key), TO_SIGN, signature));
    turn(); /* and nothing more */
    ck_assert_int_eq(ended, 1);
    world_close();
}
END_TEST

START_TEST(refused_expired_given_up)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    card_far_open(&w->app, w->a);
    t_ok(run(do_start));
    turn();
    agrees = false;
    t_ok(run(do_decide));
    turn();
    now_is(CARD_REFUSED);
    ck_assert_int_eq(how, CARD_REFUSED);
    t_ok(run(do_start));
    turn();
    clock_fix(clock_now() + CARD_LASTS);
    turn();
    now_is(CARD_EXPIRED);
    ck_assert_int_eq(how, CARD_EXPIRED);
    ck_assert_int_eq(ended, 2);
    t_ok(run(do_start));
    t_ok(run(do_start)); /* takes the place of the former */
    t_ok(run(do_cancel));
    turn();
    now_is(CARD_EXPIRED);
    ck_assert_int_eq(ended, 2);
    world_close();
}
END_TEST

QUERY(tc_left, "", "i", "SELECT COUNT(*) FROM sign_card WHERE length(number) > 0 AND state NOT IN ('asked', 'sent')");

START_TEST(who_cannot_sign)
{
    struct world fresh = world_open(_i);
    struct tx *tx;
    int64_t left;
    w = &fresh;
    card_far_open(&w->app, w->a);
    w->number = STR("SIM-9999");
    t_ok(run(do_start));
    turn();
    ck_assert_str_eq(now_is(CARD_FAILED).why, "The card service knows nobody by this number.");
    ck_assert_int_eq(how, CARD_FAILED);
    w->number = STR("SIM-0001");
    unwilling = true;
    t_ok(run(do_start));
    turn();
    t_str(now_is(CARD_FAILED).why_of, STR("another person's card"));
    ck_assert_int_eq(ended, 2);
    w->number = STR(" ");
    t_rc(run(do_start), E_INVALID);
    t_ok(db_read_begin(w->app.db, &tx));
    t_ok(db_one_int(tx, &tc_left, NOVALS, &left));
    db_read_end(tx);
    ck_assert_int_eq(left, 0); /* no number stays behind */
    w->app.config.card_url = STR_EMPTY;
    t_rc(run(do_start), E_UNAVAILABLE);
    ck_assert_str_eq(w->err.main.code, "CRD-001");
    world_close();
}
END_TEST

START_TEST(a_dead_service_is_waited_for)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    card_far_open(&w->app, w->a);
    far.dead = true;
    t_ok(run(do_start));
    turn();
    turn();
    now_is(CARD_ASKED);
    clock_fix(clock_now() + MINUTE);
    far.dead = false;
    turn();
    now_is(CARD_SENT);
    far.dead = true;
    agrees = true;
    t_ok(run(do_decide));
    turn();
    now_is(CARD_SENT);
    clock_fix(clock_now() + MINUTE);
    far.dead = false;
    turn();
    now_is(CARD_SIGNED);
    world_close();
}
END_TEST

START_TEST(a_lying_service_is_not_believed)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    card_far_open(&w->app, w->a);
    str secret = w->app.config.card_secret;
    far.lies = true;
    t_ok(run(do_start));
    turn();
    agrees = true;
    t_ok(run(do_decide));
    turn();
    now_is(CARD_FAILED);
    ck_assert_int_eq(how, CARD_FAILED);
    ck_assert_uint_eq(signature.n, 0);
    far.lies = false;
    w->app.config.card_secret = STR("another"); /* the service refuses what it cannot verify */
    t_ok(run(do_start));
    turn();
    now_is(CARD_FAILED);
    w->app.config.card_secret = secret;
    world_close();
}
END_TEST

/* Who stands between and has no secret can neither end a request nor have an old answer taken for a new one. */
START_TEST(an_answer_of_somebody_else_is_none)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    card_far_open(&w->app, w->a);
    far.forged = true; /* "nobody by this number" */
    t_ok(run(do_start));
    turn();
    struct card_request failed = now_is(CARD_FAILED);
    ck_assert_str_eq(failed.why, "The card service gave an answer that cannot be used: {1}.");
    t_str(failed.why_of, STR("Rise-Signature"));
    far.forged = false;
    t_ok(run(do_start));
    turn();
    now_is(CARD_SENT);
    far.repeats = true;
    turn(); /* the first one is the service's own: waiting */
    now_is(CARD_SENT);
    agrees = true;
    t_ok(run(do_decide));
    turn(); /* the same bytes to another request */
    failed = now_is(CARD_FAILED);
    ck_assert_str_eq(failed.why, "The card service gave an answer that cannot be used: {1}.");
    t_str(failed.why_of, STR("Rise-Signature"));
    ck_assert_uint_eq(signature.n, 0);
    world_close();
}
END_TEST

START_TEST(answers_grow_old)
{
    const str secret = STR("s"), request = STR("t=1,v1=00"), body = STR("{}");
    BUF_SCOPED mac = BUF_INIT(256);
    (void)_i;
    t_ok(card_answer_sign(secret, request, 200, body, NOW, &mac));
    ck_assert(card_answer_holds(secret, request, 200, body, buf_str(&mac), NOW));
    ck_assert(card_answer_holds(secret, request, 200, body, buf_str(&mac), NOW + 5 * MINUTE));
    ck_assert(!card_answer_holds(secret, request, 200, body, buf_str(&mac), NOW + 5 * MINUTE + SECOND));
    ck_assert(!card_answer_holds(secret, request, 404, body, buf_str(&mac), NOW));
    ck_assert(!card_answer_holds(secret, request, 200, STR("{ }"), buf_str(&mac), NOW));
    ck_assert(!card_answer_holds(secret, STR("t=2,v1=00"), 200, body, buf_str(&mac), NOW));
    ck_assert(!card_answer_holds(STR("t"), request, 200, body, buf_str(&mac), NOW));
    ck_assert(!card_answer_holds(secret, request, 200, body, STR_EMPTY, NOW));
}
END_TEST

/* ---- a signing room ---- */

static rc do_room_fill(struct rooms_world *r, const struct act *x)
{
    const struct seal_filled f = {.values = filled, .n = n_filled, .ink = ink};
    id request;
    TRY(seal_fill_in(x, &r->app, r->signer[0], &f));
    return card_start(x, &r->app, room_card_use.kind, r->signer[0], STR("SIM-0002"), &request);
}

static rc do_room_decide(struct rooms_world *r, const struct act *x)
{
    return card_decide(x, &r->app, true);
}

START_TEST(a_signer_of_a_room)
{
    struct rooms_world r = rooms_open(_i);
    card_far_open(&r.app, r.keep);
    card_use_register(&room_card_use);
    n_filled = 0;
    ink = STR_EMPTY;
    rooms_sent(&r, "card", "link", 1, 1);
    t_ok(rooms_do(&r, &act_system, do_room_fill));
    card_turn_at(&r.app);
    t_ok(rooms_do(&r, &act_system, do_room_decide));
    card_turn_at(&r.app);
    t_str(rooms_signer(&r, r.signer[0]).state, STR("signed"));
    t_ok(sign_as(&r, 1));
    holds(&r, file_of(&r, rooms_room(&r).file), 2);
    finish(&r); /* the simulator's revocation list is found like any other */
    is_level(&r, "lta");
    card_far_close();
    rooms_close(&r);
}
END_TEST

DBT_MAIN("sign/card", a_signer_of_a_room, from_the_number_to_the_signature, refused_expired_given_up, who_cannot_sign,
         a_dead_service_is_waited_for, a_lying_service_is_not_believed, an_answer_of_somebody_else_is_none,
         answers_grow_old)

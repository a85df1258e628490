/* The simulated card service behind a server of its own: the far side for tests of signing by card. */
#ifndef RISE_SIGN_TEST_CARD_H
#define RISE_SIGN_TEST_CARD_H
#include "http/http.h"
#include "mod/sign/rooms/card.h"
#include "mod/sign/rooms/card_sim.h"
#include "sys/clock.h"
#include "t.h"

static struct card_far {
    struct app *app;
    struct arena *keep;
    struct http_server *server;
    bool dead, lies; /* answers 503; gives a wrong signature */
    bool forged;     /* somebody else answers: the status is another than was signed */
    bool repeats;    /* and this one gives the first answer again and again, with the signature that it had */
    str first, first_mac;
} far;

struct card_served {
    struct request *r;
    struct card_sim_reply reply;
};

static inline rc card_serve_write(struct tx *tx, void *arg)
{
    struct card_served *s = arg;
    const struct act x = {.tx = tx, .a = s->r->arena, .by = &act_system, .at = clock_now()};
    buf_clear(s->reply.body);
    return card_sim_answer(&x, far.app, request_header(s->r, "Rise-Signature"), s->r->body, &s->reply);
}

/* Before the answer is signed: a service whose own signatures are wrong. */
static inline void card_lie(struct card_served *s)
{
    BUF_SCOPED mac = BUF_INIT(256);
    struct buf *body = s->reply.body;
    ptrdiff_t at = str_find(buf_str(body), STR("\"signature\":\"M")); /* base64 of a SEQUENCE */
    if (at < 0)
        return;
    body->p[at + 40] = body->p[at + 40] == 'A' ? 'B' : 'A';
    t_ok(card_answer_sign(far.app->config.card_secret, request_header(s->r, "Rise-Signature"), s->reply.status,
                          buf_str(body), clock_now(), &mac));
    s->reply.signature = arena_str(s->r->arena, buf_str(&mac));
}

/* On the way: another hand in it. */
static inline void card_forge(struct card_served *s)
{
    if (far.forged)
        s->reply.status = 404;
    if (!far.repeats)
        return;
    if (far.first.n == 0) {
        far.first = arena_str(far.keep, buf_str(s->reply.body));
        far.first_mac = arena_str(far.keep, s->reply.signature);
    }
    buf_clear(s->reply.body);
    buf_put(s->reply.body, far.first);
    s->reply.signature = far.first_mac;
}

static inline void card_serve(struct request *r, void *arg)
{
    struct card_served s = {.r = r, .reply = {.status = 503, .body = &r->reply->body, .signature = STR_EMPTY}};
    (void)arg;
    if (!far.dead && db_write(far.app->db, card_serve_write, &s) != OK)
        s.reply.status = 500;
    if (far.lies)
        card_lie(&s);
    card_forge(&s);
    r->reply->status = s.reply.status;
    r->reply->type = "application/json";
    if (s.reply.signature.n)
        reply_header(r->reply, "Rise-Signature", arena_str(r->arena, s.reply.signature));
}

static const struct http_route card_routes[] = {{HTTP_POST, "/card", 65536, NULL}};

/* Its address and secret become the settings of `app`; the texts live in `a`. */
static inline void card_far_open(struct app *app, struct arena *a)
{
    static struct err err;
    const struct http_config k = {
        .listen = STR("127.0.0.1:0"), .threads = 1, .routes = card_routes, .n_routes = 1, .handle = card_serve};
    BUF_SCOPED secret = BUF_INIT(128);
    far = (struct card_far){.app = app, .keep = a};
    t_ok(http_start(&k, &far.server, &err));
    t_ok(card_sim_secret(app, &secret));
    app->config.card_url = arena_printf(a, "http://127.0.0.1:%d/card", http_port(far.server));
    app->config.card_secret = arena_str(a, buf_str(&secret));
}

static inline void card_far_close(void)
{
    http_stop(far.server, 1000);
}

/* One turn of the job, a little later. */
static inline void card_turn_at(struct app *app)
{
    static struct err err;
    err_clear(&err);
    clock_fix(clock_now() + 3 * SECOND);
    t_ok(card_turn(app, &err));
}

/* The latest request is confirmed, or refused, on the phone. */
static inline rc card_decide(const struct act *x, struct app *app, bool agrees)
{
    struct card_sim_order *v;
    size_t n;
    TRY(card_sim_orders(x->tx, x->at, &v, &n, x->a));
    ck_assert_uint_ge(n, 1);
    return card_sim_decide(x, app, v[0].id, agrees);
}
#endif

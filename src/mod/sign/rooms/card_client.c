/* The card service as seen from here: one address, JSON, every request and answer signed (docs/card-adapter.md). */
#include <stdio.h>

#include "core/notice.h"
#include "crypto/cert.h"
#include "crypto/sign.h"
#include "http/http.h"
#include "mod/sign/rooms/card.h"
#include "mod/sign/rooms/card_sim.h"
#include "sys/clock.h"

enum {
    ANSWER_MAX = 512 * 1024,
    SIGNED_MAX = ANSWER_MAX + 1024,
    BODY_MAX = 4 * CARD_BYTES_MAX,
    HEADER_MAX = 256,
    TIMEOUT_MS = 8000
};

bool card_available(const struct app *app)
{
    return app->config.card_url.n > 0 || app->config.demo;
}

/* A demonstration asks itself: by its own port, since its address for visitors may lead through a proxy. */
static rc simulator(const struct app *app, struct arena *a, struct card_service *out)
{
    BUF_SCOPED secret = BUF_INIT(HEADER_MAX);
    if (!app->http)
        return E_UNAVAILABLE;
    TRY(card_sim_secret(app, &secret));
    out->url = arena_printf(a, "http://127.0.0.1:%d" CARD_SIM_PATH, http_port(app->http));
    out->secret = arena_str(a, buf_str(&secret));
    return arena_rc(a);
}

rc card_service_of(const struct app *app, struct arena *a, struct card_service *out, struct err *err)
{
    *out = (struct card_service){.timeout_ms = TIMEOUT_MS};
    if (app->config.card_url.n > 0) {
        out->url = app->config.card_url;
        out->secret = app->config.card_secret;
        return OK;
    }
    rc r = app->config.demo ? simulator(app, a, out) : E_UNAVAILABLE;
    if (r == E_UNAVAILABLE)
        return ERR(err, r, "CRD-001", N_("No service for signing by card is set up."));
    return r;
}

static rc wrong_answer(struct err *err, const char *what)
{
    return ERR(err, E_INVALID, "CRD-004", N_("The card service gave an answer that cannot be used: {1}."),
               str_of(what));
}

/* ---- whose answer it is ---- */

static rc answer_text(struct buf *out, str request, int status, str body)
{
    buf_printf(out, "%.*s.%d.", STR_ARG(request), status);
    buf_put(out, body);
    return buf_rc(out);
}

rc card_answer_sign(str secret, str request, int status, str body, instant now, struct buf *header)
{
    BUF_SCOPED text = BUF_INIT(SIGNED_MAX);
    TRY(answer_text(&text, request, status, body));
    webhook_sign(secret, buf_str(&text), now, header);
    return buf_rc(header);
}

bool card_answer_holds(str secret, str request, int status, str body, str header, instant now)
{
    BUF_SCOPED text = BUF_INIT(SIGNED_MAX);
    return answer_text(&text, request, status, body) == OK && webhook_verify(secret, header, buf_str(&text), now);
}

/* ---- one request ---- */

static rc call(const struct card_service *s, struct arena *a, str body, const struct json **out, struct err *err)
{
    BUF_SCOPED answer = BUF_INIT(ANSWER_MAX);
    BUF_SCOPED mac = BUF_INIT(HEADER_MAX);
    BUF_SCOPED answer_mac = BUF_INIT(HEADER_MAX);
    int status = 0;
    webhook_sign(s->secret, body, clock_now(), &mac);
    TRY(buf_rc(&mac));
    str signature = arena_printf(a, "Rise-Signature: %s", mac.p);
    TRY(arena_rc(a));
    const char *const headers[] = {"Content-Type: application/json", "Accept: application/json", signature.p, NULL};
    const struct http_fetch f = {.method = HTTP_POST,
                                 .url = s->url,
                                 .headers = headers,
                                 .body = body,
                                 .timeout_ms = s->timeout_ms,
                                 .max_reply = ANSWER_MAX,
                                 .allow_private = true, /* the operator's own adapter, often beside us */
                                 .want = "Rise-Signature",
                                 .got = &answer_mac};
    rc r = http_fetch(&f, &status, &answer, NULL);
    if (r != OK || status >= 500 || status == 429)
        return ERR(err, E_UNAVAILABLE, "CRD-003", N_("The card service does not answer."));
    if (!card_answer_holds(s->secret, buf_str(&mac), status, buf_str(&answer), buf_str(&answer_mac), clock_now()))
        return wrong_answer(err, "Rise-Signature");
    if (status == 404)
        return ERR(err, E_NOTFOUND, "CRD-002", N_("The card service knows nobody by this number."));
    if (status != 200 || json_parse(a, buf_str(&answer), ANSWER_MAX, out, NULL) != OK)
        return wrong_answer(err, status != 200 ? "status" : "JSON");
    return OK;
}

/* Base64 of a JSON string, into the arena. */
static rc take_bytes(struct arena *a, const struct json *text, str *out)
{
    BUF_SCOPED bytes = BUF_INIT(ANSWER_MAX);
    str s = json_str(text);
    if (!s.p || buf_unbase64(&bytes, s) != OK || bytes.n == 0)
        return E_INVALID;
    *out = arena_str(a, buf_str(&bytes));
    return out->p ? OK : arena_failed(a);
}

static void begin(struct json_out *o, struct buf *body, const char *what)
{
    jo_begin(o, body);
    jo_obj(o);
    jo_kstr(o, "do", str_of(what));
}

static rc finish(struct json_out *o, const struct buf *body)
{
    jo_end_obj(o);
    return buf_rc(body);
}

rc card_certificates(const struct card_service *s, struct arena *a, str number, struct card_certs *out, struct err *err)
{
    BUF_SCOPED body = BUF_INIT(BODY_MAX);
    const struct json *answer;
    struct json_out o;
    begin(&o, &body, "certificates");
    jo_kstr(&o, "number", number);
    TRY(finish(&o, &body));
    TRY(call(s, a, buf_str(&body), &answer, err));
    const struct json *list = json_get(answer, "certificates");
    out->n = json_count(list);
    if (out->n == 0 || out->n > CARD_CERTS_MAX)
        return wrong_answer(err, "certificates");
    for (size_t i = 0; i < out->n; i++) {
        rc r = take_bytes(a, json_at(list, i), &out->der[i]);
        if (r == E_INVALID)
            return wrong_answer(err, "certificates");
        TRY(r);
    }
    return OK;
}

rc card_send(const struct card_service *s, struct arena *a, const struct card_order *order, str *ticket,
             struct err *err)
{
    BUF_SCOPED body = BUF_INIT(BODY_MAX);
    BUF_SCOPED bytes = BUF_INIT(BODY_MAX);
    BUF_SCOPED until = BUF_INIT(64);
    const struct json *answer;
    struct json_out o;
    buf_base64(&bytes, order->bytes);
    buf_instant(&until, order->until);
    begin(&o, &body, "sign");
    jo_kstr(&o, "key", order->key);
    jo_kstr(&o, "number", order->number);
    jo_kstr(&o, "text", order->text);
    jo_kstr(&o, "digest", order->digest);
    jo_kstr(&o, "to_sign", buf_str(&bytes));
    jo_kstr(&o, "until", buf_str(&until));
    TRY(finish(&o, &body));
    TRY(call(s, a, buf_str(&body), &answer, err));
    *ticket = json_str(json_get(answer, "ticket"));
    return ticket->n > 0 && ticket->n <= CARD_TICKET_MAX ? OK : wrong_answer(err, "ticket");
}

rc card_poll(const struct card_service *s, struct arena *a, str ticket, struct card_answer *out, struct err *err)
{
    static const struct choice words[] = {
        {"waiting", ""}, {"signed", ""}, {"refused", ""}, {"expired", ""}, {NULL, NULL}};
    static const enum card_state states[] = {CARD_SENT, CARD_SIGNED, CARD_REFUSED, CARD_EXPIRED};
    BUF_SCOPED body = BUF_INIT(BODY_MAX);
    const struct json *answer;
    struct json_out o;
    begin(&o, &body, "poll");
    jo_kstr(&o, "ticket", ticket);
    TRY(finish(&o, &body));
    TRY(call(s, a, buf_str(&body), &answer, err));
    int state = choice_index(words, json_str(json_get(answer, "state")));
    if (state < 0)
        return wrong_answer(err, "state");
    *out = (struct card_answer){.state = states[state], .signature = STR_EMPTY};
    if (out->state != CARD_SIGNED)
        return OK;
    rc r = take_bytes(a, json_get(answer, "signature"), &out->signature);
    return r == E_INVALID ? wrong_answer(err, "signature") : r;
}

#include "mod/sign/trust/serve.h"

#include <pthread.h>
#include <stdatomic.h>

#include "crypto/der.h"
#include "crypto/tsp.h"
#include "mod/sign/trust/responder.h"
#include "sys/clock.h"
#include "sys/random.h"
#include "sys/thread.h"

enum { SERVICES_MAX = TRUST_AUTHORITIES_MAX, TSA_SERIAL_BYTES = 16 };
#define CLOCK_SLACK SECOND /* threads read the clock in one order and note it in another */

/* The newest of each authority and kind. */
QUERY(ss_all, "i", "iitibti",
      "SELECT s.id, s.authority, s.kind, s.key, c.der, s.policy, s.accuracy FROM sign_service s JOIN sign_cert c ON"
      " c.id = s.cert WHERE s.id = (SELECT MAX(t.id) FROM sign_service t WHERE t.authority = s.authority AND"
      " t.kind = s.kind) ORDER BY s.id LIMIT $1");
QUERY(ss_count, "", "i", "SELECT COUNT(*) FROM sign_service");

struct clock {
    _Atomic instant latest;
};

struct trust_services {
    atomic_int holders;
    const struct app *app;
    struct arena *a;
    int64_t version; /* how many services there were: rows are only added */
    bool presigned;  /* setting ocsp.answers */
    bool some_away;  /* a service whose key cannot be used */
    instant opened;
    struct trust_responder responders[SERVICES_MAX];
    size_t n_responders;
    bool has_tsa;
    struct tsp_authority tsa;
    struct clock clock;
};

/* ---- OCSP ---- */

static rc is_away(const struct trust_services *s)
{
    return s->some_away ? E_UNAVAILABLE : E_NOTFOUND;
}

/* The responder that the first question is for; any other says "unauthorized" in its name. NULL: it may be for one that
 * is away. */
static const struct trust_responder *responder_for(const struct trust_services *s, const struct ocsp_request *q)
{
    for (size_t i = 0; q->n_ids > 0 && i < s->n_responders; i++)
        if (ocsp_id_is(&q->ids[0], s->responders[i].issuer, q->ids[0].serial))
            return &s->responders[i];
    return s->n_responders > 0 && (q->n_ids == 0 || !s->some_away) ? &s->responders[0] : NULL;
}

rc trust_ocsp_answer(const struct trust_services *s, struct tx *tx, str request, instant now, struct buf *out,
                     struct trust_ocsp_told *told)
{
    struct ocsp_request q = {.n_ids = 0};
    *told = (struct trust_ocsp_told){.reusable = false};
    if (ocsp_request_read(request, &q) != OK)
        q.n_ids = 0; /* answered as malformed by whoever answers */
    const struct trust_responder *r = responder_for(s, &q);
    if (!r)
        return is_away(s);
    TRY(trust_responder_answer(r, tx, request, now, out, told));
    told->reusable = told->reusable && (s->presigned || !q.nonce.p);
    return OK;
}

rc trust_ocsp_now(const struct trust_services *s, struct tx *tx, id authority, str serial, instant now, struct buf *out)
{
    struct trust_ocsp_told told;
    for (size_t i = 0; i < s->n_responders; i++)
        if (s->responders[i].authority == authority)
            return trust_responder_sign(&s->responders[i], tx, DIGEST_SHA1, serial, now, out, &told);
    return E_NOTFOUND;
}

/* ---- time-stamps ---- */

static rc read_clock(void *arg, instant *now)
{
    struct clock *c = arg;
    *now = clock_now();
    instant latest = atomic_load(&c->latest);
    if (*now + CLOCK_SLACK < latest)
        return E_UNAVAILABLE;
    while (*now > latest && !atomic_compare_exchange_weak(&c->latest, &latest, *now)) {}
    return OK;
}

static rc new_serial(void *arg, unsigned char out[TSP_SERIAL_MAX], size_t *n)
{
    (void)arg;
    random_bytes(out, TSA_SERIAL_BYTES);
    out[0] = (unsigned char)((out[0] & 0x7f) | 0x40); /* positive, always of the same length */
    *n = TSA_SERIAL_BYTES;
    return OK;
}

rc trust_tsa_answer(const struct trust_services *s, str request, struct buf *out)
{
    return s->has_tsa ? tsp_answer(&s->tsa, request, out, NULL) : is_away(s);
}

rc trust_no_service(rc why, struct err *err)
{
    if (why == E_NOTFOUND)
        return ERR(err, why, "CA-010", N_("This service has not been set up here."));
    if (why == E_UNAVAILABLE)
        return ERR(err, why, "CA-016", N_("The key of this service cannot be used just now. Please try again later."));
    return why;
}

static rc stamp_here(void *arg, str request, struct buf *response, struct err *err)
{
    return trust_no_service(trust_tsa_answer(arg, request, response), err);
}

struct sign_net trust_net(struct trust_services *s)
{
    return (struct sign_net){.timestamp = stamp_here, .arg = s};
}

/* ---- opening them ---- */

struct service { /* a row */
    id id, authority, key;
    bool tsa;
    struct cert *cert;
    str policy;
    int64_t accuracy;
};

static rc read_rows(struct trust_services *s, struct tx *tx, struct service *v, size_t *n)
{
    struct rows r;
    rc result = OK;
    TRY(db_select(tx, &ss_all, VALS(v_int(SERVICES_MAX)), &r));
    while (result == OK && *n < SERVICES_MAX && rows_next(&r)) {
        v[*n] = (struct service){.id = row_int(&r, 0),
                                 .authority = row_int(&r, 1),
                                 .key = row_int(&r, 3),
                                 .tsa = str_eq(row_text(&r, 2), STR("tsa")),
                                 .policy = row_dup(&r, 5, s->a),
                                 .accuracy = row_int(&r, 6)};
        result = cert_read(s->a, row_text(&r, 4), &v[(*n)++].cert, tx_err(tx));
    }
    rc ended = rows_end(&r);
    TRY(result);
    TRY(ended);
    return arena_rc(s->a);
}

static rc open_tsa(struct trust_services *s, struct tx *tx, const struct service *v, const struct pkey *key,
                   struct cert *issuer)
{
    struct cms_signer *signer = NULL;
    str policy;
    TRY(tsp_signer_check(v->cert, tx_err(tx)));
    TRY(cms_signer_make(s->a, key, v->cert, &issuer, 1, NULL, &signer, tx_err(tx)));
    TRY(der_oid_parse(s->a, v->policy, &policy));
    s->tsa = (struct tsp_authority){.signer = signer,
                                    .policy = policy,
                                    .accuracy = v->accuracy,
                                    .clock = read_clock,
                                    .serial = new_serial,
                                    .arg = &s->clock};
    s->has_tsa = true;
    return OK;
}

static rc open_ocsp(struct trust_services *s, const struct service *v, const struct pkey *key, struct cert *issuer)
{
    struct trust_responder *r = &s->responders[s->n_responders];
    *r = (struct trust_responder){
        .authority = v->authority, .service = v->id, .issuer = issuer, .cert = v->cert, .presigned = s->presigned};
    TRY(trust_responder_make(s->a, key, r));
    s->n_responders++;
    return OK;
}

static rc open_one(struct trust_services *s, struct tx *tx, const struct service *v)
{
    struct pkey *key = NULL;
    struct trust_authority of;
    TRY(trust_authority_get(tx, s->a, v->authority, &of));
    TRY(trust_key_load(tx, s->app, s->a, v->key, &key));
    return v->tsa ? open_tsa(s, tx, v, key, of.cert) : open_ocsp(s, v, key, of.cert);
}

static rc open_all(struct trust_services *s, struct tx *tx, instant latest)
{
    struct service *v = ARENA_ARRAY(s->a, SERVICES_MAX, struct service);
    size_t n = 0;
    instant noted;
    if (!v)
        return arena_failed(s->a);
    TRY(read_rows(s, tx, v, &n));
    TRY(trust_clock_latest(tx, &noted));
    atomic_store(&s->clock.latest, noted > latest ? noted : latest);
    for (size_t i = 0; i < n; i++) {
        rc r = open_one(s, tx, &v[i]);
        if (!trust_is_away(r)) {
            TRY(r);
            continue;
        }
        err_clear(tx_err(tx));
        s->some_away = true;
    }
    return OK;
}

static struct trust_services *services_new(const struct app *app, int64_t version, bool presigned)
{
    struct arena *a = arena_new(TRUST_ARENA);
    struct trust_services *s = a ? ARENA_NEW(a, struct trust_services) : NULL;
    if (!s) {
        arena_free(a);
        return NULL;
    }
    s->a = a;
    s->app = app;
    s->version = version;
    s->presigned = presigned;
    s->opened = clock_now();
    atomic_store(&s->holders, 1);
    return s;
}

void trust_services_release(struct trust_services *s)
{
    if (s && atomic_fetch_sub(&s->holders, 1) == 1)
        arena_free(s->a);
}

/* ---- the set in use ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct trust_services *in_use;

/* A setting changes from one day to the next: looked up once a second, not for every question. */
static struct {
    instant at;
    bool presigned;
} looked;

static rc look(struct tx *tx)
{
    instant now = clock_now();
    if (now >= looked.at && now - looked.at < SECOND)
        return OK;
    TRY(trust_presigned(tx, now, &looked.presigned));
    looked.at = now;
    return OK;
}

static rc renew(struct app *app, struct tx *tx, int64_t version)
{
    bool goes_on = in_use && in_use->app == app;
    struct trust_services *s = services_new(app, version, looked.presigned);
    if (!s)
        return E_NOMEM;
    rc r = open_all(s, tx, goes_on ? atomic_load(&in_use->clock.latest) : 0);
    if (r != OK) {
        trust_services_release(s);
        return r;
    }
    trust_services_release(in_use);
    in_use = s;
    return OK;
}

void trust_services_forget(void)
{
    LOCKED(&lock);
    trust_services_release(in_use);
    in_use = NULL;
    looked.at = 0;
}

static bool still_fits(const struct app *app, int64_t version)
{
    const struct trust_services *s = in_use;
    instant now = clock_now();
    if (!s || s->app != app || s->version != version || s->presigned != looked.presigned)
        return false;
    return !s->some_away || (now >= s->opened && now - s->opened < TRUST_AWAY_AGAIN);
}

rc trust_services_hold(struct app *app, struct tx *tx, struct trust_services **out)
{
    int64_t version;
    TRY(db_one_int(tx, &ss_count, NOVALS, &version));
    LOCKED(&lock);
    TRY(look(tx));
    if (!still_fits(app, version))
        TRY(renew(app, tx, version));
    atomic_fetch_add(&in_use->holders, 1);
    *out = in_use;
    return OK;
}

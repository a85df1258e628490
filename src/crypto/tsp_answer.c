/* A time-stamp authority's answers (RFC 3161 section 2.4.2). */
#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/tsp.h"

static bool accepts_digest(const struct tsp_authority *t, enum digest d)
{
    if (d == DIGEST_NONE)
        return false;
    return t->digests ? t->digests >> d & 1 : digest_is_strong(d);
}

static bool accepts_policy(const struct tsp_authority *t, str policy)
{
    if (!policy.p || str_eq(policy, t->policy))
        return true;
    for (size_t i = 0; i < t->n_policies; i++)
        if (str_eq(policy, t->policies[i]))
            return true;
    return false;
}

/* What has to be in the answer, or why there is none. */
static rc decide(const struct tsp_authority *t, str request, struct tsp_request *r, struct tsp_answered *a)
{
    TRY(tsp_request_read(request, r, &a->failure));
    a->failure = TSP_BAD_ALG;
    if (!accepts_digest(t, r->digest))
        return E_INVALID;
    a->failure = TSP_UNACCEPTED_POLICY;
    if (!accepts_policy(t, r->policy))
        return E_INVALID;
    a->failure = TSP_UNACCEPTED_EXTENSION;
    if (r->has_extensions)
        return E_INVALID;
    a->failure = TSP_TIME_NOT_AVAILABLE;
    TRY(t->clock(t->arg, &a->time));
    a->failure = TSP_SYSTEM_FAILURE;
    return t->serial(t->arg, a->serial, &a->n_serial);
}

/* [n] IMPLICIT INTEGER of 1 to 999. */
static void put_part(struct buf *b, unsigned n, int64_t v)
{
    size_t mark = der_open(b, DER_CONTEXT(n));
    if (v > 127) /* the sign bit stays free */
        buf_putc(b, (char)(v >> 8));
    buf_putc(b, (char)(v & 0xff));
    der_close(b, mark);
}

static void put_accuracy(struct buf *b, int64_t micro)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    if (micro >= SECOND)
        der_put_i64(b, micro / SECOND);
    if (micro % SECOND / 1000)
        put_part(b, 0, micro % SECOND / 1000);
    if (micro % 1000)
        put_part(b, 1, micro % 1000);
    der_close(b, mark);
}

/* Whole seconds say enough unless the accuracy is finer, or stamps are told apart by their time. */
static instant shown_time(const struct tsp_authority *t, instant now)
{
    bool fine = t->ordering || (t->accuracy >= 0 && t->accuracy < SECOND);
    return fine ? now : now - now % SECOND;
}

static void put_info(struct buf *b, const struct tsp_authority *t, const struct tsp_request *r, struct tsp_answered *a)
{
    a->time = shown_time(t, a->time);
    size_t mark = der_open(b, DER_SEQUENCE);
    der_put_i64(b, 1);
    der_put(b, DER_OID, r->policy.p ? r->policy : t->policy);
    tsp_put_imprint(b, r->digest, r->imprint);
    der_put_natural(b, str_n(a->serial, a->n_serial));
    der_put_generalized(b, a->time);
    if (t->accuracy >= 0)
        put_accuracy(b, t->accuracy);
    if (t->ordering)
        der_put_bool(b, true);
    if (r->nonce.p)
        der_put(b, DER_INTEGER, r->nonce);
    der_close(b, mark);
}

/* PKIStatusInfo { status, failInfo }. */
static void put_status(struct buf *b, const struct tsp_answered *a)
{
    enum { GRANTED = 0, REJECTION = 2, FAILURE_OCTETS = 4 };
    size_t mark = der_open(b, DER_SEQUENCE);
    der_put_i64(b, a->granted ? GRANTED : REJECTION);
    if (!a->granted) { /* BIT STRING with named bits: no zero bits behind the last one (X.690 section 11.2.2) */
        char bits[1 + FAILURE_OCTETS] = {(char)(7 - (int)a->failure % 8)};
        size_t at = (size_t)a->failure / 8;
        bits[1 + at] = (char)(0x80 >> (int)a->failure % 8);
        der_put(b, DER_BIT_STRING, str_n(bits, 2 + at));
    }
    der_close(b, mark);
}

static rc put_token(const struct tsp_authority *t, const struct tsp_request *r, struct tsp_answered *a, struct buf *out)
{
    BUF_SCOPED info = BUF_INIT(TSP_TOKEN_MAX);
    put_info(&info, t, r, a);
    TRY(buf_rc(&info));
    struct cms_content c = {.type = oid_tst_info,
                            .bytes = buf_str(&info),
                            .digest = digest_of(cms_signer_digest(t->signer), buf_str(&info)),
                            .without_certs = !r->cert_req};
    return cms_sign(t->signer, &c, out);
}

rc tsp_answer(const struct tsp_authority *t, str request, struct buf *out, struct tsp_answered *answered)
{
    struct tsp_request r;
    struct tsp_answered a = {.granted = false};
    a.granted = decide(t, request, &r, &a) == OK;
    size_t mark = der_open(out, DER_SEQUENCE);
    put_status(out, &a);
    if (a.granted)
        TRY(put_token(t, &r, &a, out));
    der_close(out, mark);
    if (answered)
        *answered = a;
    return buf_rc(out);
}

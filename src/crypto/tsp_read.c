/* Requests, responses and tokens of RFC 3161, read and written. */
#include "crypto/der.h"
#include "crypto/digest_algorithm.h"
#include "crypto/oid.h"
#include "crypto/tsp.h"
#include "crypto/x509_parts.h"
#include "sys/random.h"

/* INTEGER of any size in the fewest octets, as contents octets. */
static rc take_integer(str *d, str *body)
{
    TRY(der_take(d, DER_INTEGER, body));
    if (body->n == 0)
        return E_INVALID;
    if (body->n == 1)
        return OK;
    unsigned top = (unsigned)(unsigned char)body->p[0] << 1 | (unsigned char)body->p[1] >> 7; /* the first nine bits */
    return top == 0 || top == 0x1ff ? E_INVALID : OK;
}

static rc optional_integer(str *d, str *body)
{
    *body = (str){NULL, 0};
    return der_comes(*d, DER_INTEGER) ? take_integer(d, body) : OK;
}

/* MessageImprint { AlgorithmIdentifier, OCTET STRING } */
static rc take_imprint(str *d, enum digest *digest, str *imprint)
{
    str body;
    struct digest_algorithm algorithm;
    TRY(der_take(d, DER_SEQUENCE, &body));
    TRY(digest_algorithm_take(&body, &algorithm));
    TRY(der_take(&body, DER_OCTET_STRING, imprint));
    TRY(der_end(body));
    *digest = algorithm.digest;
    return *digest == DIGEST_NONE || imprint->n == digest_size(*digest) ? OK : E_INVALID;
}

void tsp_put_imprint(struct buf *b, enum digest digest, str imprint)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    digest_algorithm_put(b, digest, false);
    der_put(b, DER_OCTET_STRING, imprint);
    der_close(b, mark);
}

/* ---- request ---- */

void tsp_nonce_new(unsigned char out[TSP_NONCE_LEN])
{
    random_bytes(out, TSP_NONCE_LEN);
    out[0] = (out[0] & 0x7f) | 0x40; /* positive, and no octet too many */
}

void tsp_request_write(const struct tsp_request *r, struct buf *out)
{
    size_t mark = der_open(out, DER_SEQUENCE);
    der_put_i64(out, 1);
    tsp_put_imprint(out, r->digest, r->imprint);
    if (r->policy.p)
        der_put(out, DER_OID, r->policy);
    if (r->nonce.p)
        der_put(out, DER_INTEGER, r->nonce);
    if (r->cert_req)
        der_put_bool(out, true);
    der_close(out, mark);
}

static rc read_request(str der, struct tsp_request *r, int64_t *version)
{
    str d;
    str extensions;
    TRY(der_only(der, DER_SEQUENCE, &d));
    TRY(der_take_i64(&d, version));
    TRY(take_imprint(&d, &r->digest, &r->imprint));
    TRY(der_optional(&d, DER_OID, &r->policy));
    TRY(optional_integer(&d, &r->nonce));
    if (der_comes(d, DER_BOOLEAN))
        TRY(der_take_bool(&d, &r->cert_req));
    TRY(der_optional(&d, DER_CONTEXT_CONSTRUCTED(0), &extensions));
    r->has_extensions = extensions.p != NULL;
    return r->nonce.n > TSP_NONCE_MAX ? E_INVALID : der_end(d);
}

rc tsp_request_read(str der, struct tsp_request *out, enum tsp_failure *why)
{
    int64_t version = 0;
    *out = (struct tsp_request){.cert_req = false};
    *why = TSP_BAD_DATA_FORMAT;
    if (der.n > TSP_REQUEST_MAX || read_request(der, out, &version) != OK)
        return E_INVALID;
    *why = TSP_BAD_REQUEST;
    return version == 1 ? OK : E_INVALID;
}

/* ---- response ---- */

static rc no_token(struct err *err)
{
    return ERR(err, E_INVALID, "TSP-001", N_("This is no time-stamp that can be read."));
}

static const char *failure_name(str bits)
{
    static const struct {
        enum tsp_failure bit;
        const char *name;
    } known[] = {
        {TSP_BAD_ALG, "badAlg"},
        {TSP_BAD_REQUEST, "badRequest"},
        {TSP_BAD_DATA_FORMAT, "badDataFormat"},
        {TSP_TIME_NOT_AVAILABLE, "timeNotAvailable"},
        {TSP_UNACCEPTED_POLICY, "unacceptedPolicy"},
        {TSP_UNACCEPTED_EXTENSION, "unacceptedExtension"},
        {TSP_ADD_INFO_NOT_AVAILABLE, "addInfoNotAvailable"},
        {TSP_SYSTEM_FAILURE, "systemFailure"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        size_t bit = (size_t)known[i].bit;
        if (bit / 8 < bits.n && (unsigned char)bits.p[bit / 8] & 0x80 >> bit % 8)
            return known[i].name;
    }
    return "?";
}

/* PKIStatusInfo. */
struct status {
    int64_t status; /* 0 granted, 1 granted with modifications */
    str words;
    str failure; /* bits */
};

static rc read_status(str d, struct status *s)
{
    str texts;
    unsigned unused = 0;
    TRY(der_take_i64(&d, &s->status));
    TRY(der_optional(&d, DER_SEQUENCE, &texts));
    if (texts.p)
        TRY(der_take(&texts, DER_UTF8_STRING, &s->words));
    if (d.n > 0)
        TRY(der_take_bits(&d, &s->failure, &unused));
    return der_end(d);
}

rc tsp_response_read(str der, str *token, struct err *err)
{
    enum { GRANTED, GRANTED_WITH_MODIFICATIONS };
    str d;
    str info;
    struct status s = {.status = -1, .words = STR_EMPTY, .failure = STR_EMPTY};
    if (der_only(der, DER_SEQUENCE, &d) != OK || der_take(&d, DER_SEQUENCE, &info) != OK || read_status(info, &s) != OK)
        return no_token(err);
    if (s.status != GRANTED && s.status != GRANTED_WITH_MODIFICATIONS)
        return ERR(err, E_UNAVAILABLE, "TSP-002", N_("The time-stamp authority refused: {1} {2}"),
                   str_of(failure_name(s.failure)), s.words);
    if (der_take_whole(&d, DER_SEQUENCE, token) != OK || der_end(d) != OK)
        return no_token(err);
    return OK;
}

/* ---- token ---- */

/* Accuracy { seconds, millis [0], micros [1] } in µs. */
static rc read_accuracy(str d, int64_t *out)
{
    enum { SECONDS_MAX = 1000000, PART_MAX = 999 };
    int64_t seconds = 0;
    int64_t part[2] = {0, 0};
    if (der_comes(d, DER_INTEGER))
        TRY(der_take_i64(&d, &seconds));
    for (unsigned i = 0; i < 2; i++) {
        if (!der_comes(d, DER_CONTEXT(i)))
            continue;
        str body;
        TRY(der_take(&d, DER_CONTEXT(i), &body)); /* an INTEGER whose tag was replaced: 1 to 999 */
        if (body.n == 0 || body.n > 2 || (unsigned char)body.p[0] >= 0x80)
            return E_INVALID;
        for (size_t k = 0; k < body.n; k++)
            part[i] = part[i] << 8 | (unsigned char)body.p[k];
        if (part[i] > PART_MAX)
            return E_INVALID;
    }
    if (seconds < 0 || seconds > SECONDS_MAX)
        return E_INVALID;
    *out = seconds * SECOND + part[0] * 1000 + part[1];
    return der_end(d);
}

/* None is known; those that are not critical are left unread (qualified authorities put one in, EN 319 422). */
static rc skip_extensions(str d)
{
    str oid;
    str value;
    bool critical = false;
    while (d.n > 0 && !critical)
        TRY(x509_take_extension(&d, &oid, &critical, &value));
    return critical ? E_INVALID : OK;
}

static rc read_info(str der, struct tsp_info *t)
{
    str d;
    str part;
    int64_t version = 0;
    TRY(der_only(der, DER_SEQUENCE, &d));
    TRY(der_take_i64(&d, &version));
    TRY(der_take(&d, DER_OID, &t->policy));
    TRY(take_imprint(&d, &t->digest, &t->imprint));
    TRY(take_integer(&d, &t->serial));
    if (version != 1 || !der_comes(d, DER_GENERALIZED_TIME))
        return E_INVALID;
    TRY(der_take_time(&d, &t->time));
    TRY(der_optional(&d, DER_SEQUENCE, &part));
    t->accuracy = -1;
    if (part.p)
        TRY(read_accuracy(part, &t->accuracy));
    if (der_comes(d, DER_BOOLEAN))
        TRY(der_take_bool(&d, &t->ordering));
    TRY(optional_integer(&d, &t->nonce));
    TRY(der_optional(&d, DER_CONTEXT_CONSTRUCTED(0), &part)); /* tsa: a hint; the signature names the certificate */
    TRY(der_optional(&d, DER_CONTEXT_CONSTRUCTED(1), &part));
    TRY(skip_extensions(part));
    return der_end(d);
}

rc tsp_token_read(struct arena *a, str der, struct tsp_token *out, struct err *err)
{
    *out = (struct tsp_token){.der = der};
    rc r = cms_read(a, der, &out->cms, NULL);
    if (r != OK && r != E_INVALID && r != E_LIMIT)
        return r;
    if (r != OK || !str_eq(out->cms->content_type, oid_tst_info) || !out->cms->content.p ||
        out->cms->n_signatures != 1 || read_info(out->cms->content, &out->info) != OK)
        return no_token(err);
    return OK;
}

/* OCSP answers, certificates and checked paths per second of CPU time of one core, P-256; reading and looking up in a
 * CRL of a million entries.
 *
 *     bench_pki */
#include "bench_util.h"
#include "crypto/cert_make.h"
#include "crypto/crl_make.h"
#include "crypto/ocsp_answer.h"
#include "crypto/oid.h"
#include "crypto/revocation.h"

enum { TURNS = 20000, MILLION = 1000000 };

static rc good(void *arg, str serial, struct ocsp_status *out)
{
    (void)arg;
    (void)serial;
    out->state = OCSP_GOOD;
    return OK;
}

static void answers(struct arena *a, const struct cert *ca, const struct pkey *key, str nonce)
{
    const struct ocsp_responder_options o = {.key = key, .cert = ca, .issuer = ca, .lasts = DAY, .status = good};
    struct ocsp_responder *r = NULL;
    BUF_SCOPED request = BUF_INIT(OCSP_REQUEST_MAX);
    BUF_SCOPED out = BUF_INIT(OCSP_BYTES_MAX);
    MUST(ocsp_responder_make(a, &o, &r));
    ocsp_put_request(&request, ca, ca, DIGEST_SHA1, nonce);
    double from = cpu_seconds();
    for (int i = 0; i < TURNS; i++) {
        buf_clear(&out);
        MUST(ocsp_answer(r, buf_str(&request), clock_now(), &out, NULL));
    }
    bench_rate(nonce.n ? "OCSP answers, with nonce" : "OCSP answers", from, TURNS);
}

static void signatures(const struct pkey *key)
{
    BUF_SCOPED out = BUF_INIT(PKEY_SIGNATURE_MAX);
    double from = cpu_seconds();
    for (int i = 0; i < TURNS; i++) {
        buf_clear(&out);
        MUST(pkey_sign(key, pkey_scheme(key), STR("thirty-two octets of anything..."), &out));
    }
    bench_rate("the signature alone", from, TURNS);
}

static void certificates(const struct cert *ca, const struct pkey *key)
{
    const struct cert_attribute name[] = {{oid_country, STR("TW")}, {oid_common_name, STR("林𣿆川")}};
    const struct cert_profile p = {.subject = name,
                                   .n_subject = 2,
                                   .not_before = clock_now(),
                                   .not_after = clock_now() + DAY,
                                   .usage = CERT_DIGITAL_SIGNATURE};
    BUF_SCOPED out = BUF_INIT(CERT_BYTES_MAX);
    double from = cpu_seconds();
    for (int i = 0; i < TURNS; i++) {
        buf_clear(&out);
        MUST(cert_make(&p, key, ca, key, &out));
    }
    bench_rate("certificates made", from, TURNS);
}

static struct cert *made(struct arena *a, const char *name, bool is_ca, const struct cert *issuer,
                         const struct pkey *key)
{
    const struct cert_attribute attribute = {oid_common_name, str_of(name)};
    const struct cert_profile p = {.subject = &attribute,
                                   .n_subject = 1,
                                   .not_before = clock_now() - DAY,
                                   .not_after = clock_now() + DAY,
                                   .is_ca = is_ca,
                                   .usage = CERT_DIGITAL_SIGNATURE | (is_ca ? CERT_KEY_CERT_SIGN | CERT_CRL_SIGN : 0)};
    BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
    struct cert *c = NULL;
    MUST(cert_make(&p, key, issuer, key, &der));
    MUST(cert_read(a, buf_str(&der), &c, NULL));
    return c;
}

static struct crl *empty_list(struct arena *a, const struct cert *issuer, const struct pkey *key)
{
    const struct crl_profile p = {.this_update = clock_now() - HOUR, .next_update = clock_now() + DAY, .number = 1};
    BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
    struct crl *c = NULL;
    MUST(crl_make(&p, NULL, 0, issuer, key, &der));
    MUST(crl_read(a, arena_str(a, buf_str(&der)), &c, NULL));
    return c;
}

/* Two certificate signatures and two of CRLs are verified for each. */
static void paths(struct arena *a, struct cert *root, const struct pkey *key)
{
    struct cert *ca = made(a, "CA", true, root, key);
    const struct cert *leaf = made(a, "leaf", false, ca, key);
    struct crl *lists[] = {empty_list(a, root, key), empty_list(a, ca, key)};
    const struct path_trust t = {.anchors = &root, .n_anchors = 1, .pool = &ca, .n_pool = 1};
    const struct revocation_evidence e = {.crls = lists, .n_crls = 2};
    struct arena *turn = arena_new(1 << 20);
    double from = cpu_seconds();
    for (int i = 0; i < TURNS / 4; i++) {
        struct path p;
        arena_reset(turn);
        MUST(path_check(turn, &t, &e, leaf, clock_now(), &p, NULL));
        if (p.fault != PATH_OK)
            exit(1);
    }
    bench_rate("paths of three, with CRLs", from, TURNS / 4);
    arena_free(turn);
}

/* Serials of 16 octets, in the order of a permutation of 0 to 999,999. */
static str serial_of(struct arena *a, uint32_t i)
{
    return arena_printf(a, "serial %09u", (unsigned)((uint64_t)i * 7919 % MILLION));
}

static void large_list(struct arena *a, const struct cert *ca, const struct pkey *key)
{
    const struct crl_profile p = {.this_update = clock_now(), .next_update = clock_now() + DAY, .number = 1};
    struct crl_revoked *v = ARENA_ARRAY(a, MILLION, struct crl_revoked);
    BUF_SCOPED der = BUF_INIT(CRL_BYTES_MAX);
    struct crl *c = NULL;
    struct crl_entry e;
    if (!v)
        exit(1);
    for (uint32_t i = 0; i < MILLION; i++)
        v[i] = (struct crl_revoked){serial_of(a, i), p.this_update, CRL_SUPERSEDED};
    double from = cpu_seconds();
    MUST(crl_make(&p, v, MILLION, ca, key, &der));
    printf("CRL of 1,000,000: made in    %6.2f s (%zu bytes)\n", cpu_seconds() - from, der.n);
    from = cpu_seconds();
    MUST(crl_read(a, buf_str(&der), &c, NULL));
    printf("CRL of 1,000,000: read in    %6.2f s\n", cpu_seconds() - from);
    from = cpu_seconds();
    if (!crl_signed_by(c, ca))
        exit(1);
    printf("CRL of 1,000,000: checked in %6.2f s\n", cpu_seconds() - from);
    from = cpu_seconds();
    for (uint32_t i = 0; i < MILLION; i++)
        if (!crl_find(c, v[i].serial, ca->subject, &e))
            exit(1);
    bench_rate("CRL of 1,000,000: look-ups", from, MILLION);
}

int main(void)
{
    struct arena *a = arena_new((size_t)1 << 30);
    struct pkey *key = NULL;
    MUST(pkey_generate(PKEY_P256, 0, &key));
    MUST(pkey_in(a, key));
    struct cert *ca = made(a, "Bench CA", true, NULL, key);
    signatures(key);
    answers(a, ca, key, STR_EMPTY);
    answers(a, ca, key, STR("thirty-two octets of anything..."));
    certificates(ca, key);
    paths(a, ca, key);
    large_list(a, ca, key);
    arena_free(a);
    return 0;
}

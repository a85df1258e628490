#include "crypto/cert_make.h"
#include "crypto/ocsp_answer.h"
#include "crypto/oid.h"
#include "fuzz.h"

static rc good(void *arg, str serial, struct ocsp_status *out)
{
    (void)arg;
    (void)serial;
    out->state = OCSP_GOOD;
    return OK;
}

/* A responder, made once: Ed25519, which signs fastest. */
static struct cert *ca;
static struct ocsp_responder *responder;

static void set_up(void)
{
    static const instant now = INT64_C(1795651200) * SECOND;
    struct arena *a = arena_new(1 << 20);
    struct pkey *key = NULL;
    BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
    const struct cert_attribute name[] = {{oid_common_name, STR("CA")}};
    const struct cert_profile p = {.subject = name, .n_subject = 1, .not_before = now, .not_after = now + DAY};
    HOLDS(pkey_generate(PKEY_ED25519, 0, &key) == OK);
    HOLDS(cert_make(&p, key, NULL, key, &der) == OK && cert_read(a, buf_str(&der), &ca, NULL) == OK);
    const struct ocsp_responder_options o = {.key = key, .cert = ca, .issuer = ca, .lasts = DAY, .status = good};
    HOLDS(ocsp_responder_make(a, &o, &responder) == OK);
}

/* Whatever comes as a request, what goes out is an answer; what is answered can be read and was signed by us. */
static void ask(struct arena *a, str request)
{
    BUF_SCOPED out = BUF_INIT(OCSP_BYTES_MAX);
    enum ocsp_outcome outcome;
    struct ocsp_response *r = NULL;
    HOLDS(ocsp_answer(responder, request, SECOND, &out, &outcome) == OK);
    rc read = ocsp_read(a, buf_str(&out), &r, NULL);
    HOLDS(read == (outcome == OCSP_SUCCESSFUL ? OK : E_UNAVAILABLE));
    HOLDS(read != OK || ocsp_signer(r, ca, NULL, 0) == ca);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!responder)
        set_up();
    struct arena *a = arena_new(1 << 23);
    str s = str_n(data, size);
    struct ocsp_response *r = NULL;
    BUF_SCOPED der = BUF_INIT(OCSP_REQUEST_MAX);
    if (ocsp_read(a, s, &r, NULL) == OK) {
        ocsp_find(r, ca, ca);
        ocsp_signer(r, ca, &ca, 1);
        HOLDS(r->n_singles <= OCSP_SINGLES_MAX && r->n_certs <= OCSP_CERTS_MAX);
    }
    ask(a, s);
    if (ocsp_request_from_path(s, &der) == OK)
        ask(a, buf_str(&der));
    /* A request about our own certificate, so that the mutated rest is answered too. */
    BUF_SCOPED ours = BUF_INIT(OCSP_REQUEST_MAX);
    if (size > 0 && size <= OCSP_NONCE_MAX) {
        ocsp_put_request(&ours, ca, ca, DIGEST_SHA256, s);
        ask(a, buf_str(&ours));
    }
    arena_free(a);
    return 0;
}

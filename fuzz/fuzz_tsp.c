#include "crypto/tsp.h"
#include "fuzz.h"

/* A request that is taken has one text only; an authority answers whatever comes, and its answers can be read; a
 * response of others is accepted or named. */
static const char key_pem[] = "-----BEGIN PRIVATE KEY-----\n"
                              "MC4CAQAwBQYDK2VwBCIEIOpn2lIDJuer4/jLMQ3ileqdDRmdGpuqKkRFuNCfRbIV\n"
                              "-----END PRIVATE KEY-----\n";
static const char cert_pem[] = "-----BEGIN CERTIFICATE-----\n"
                               "MIIBWDCCAQqgAwIBAgIUFOvmJAYdFpESZGgCJ+m23ZmV/9gwBQYDK2VwMA4xDDAK\n"
                               "BgNVBAMMA1RTQTAgFw0yNjExMjYwNjI4MTRaGA8yMTI2MTEwMjA2MjgxNFowDjEM\n"
                               "MAoGA1UEAwwDVFNBMCowBQYDK2VwAyEAyR792KzhT7XW2sB9T10Dy+h9oUpAPQud\n"
                               "cJQ8aQ/8kdujeDB2MB0GA1UdDgQWBBRcyAhPvQBuDFYlDkQ5sHy0O3IZlTAfBgNV\n"
                               "HSMEGDAWgBRcyAhPvQBuDFYlDkQ5sHy0O3IZlTAOBgNVHQ8BAf8EBAMCB4AwFgYD\n"
                               "VR0lAQH/BAwwCgYIKwYBBQUHAwgwDAYDVR0TAQH/BAIwADAFBgMrZXADQQDECr9R\n"
                               "iHClNJ0nNOrzmXSmFzVWSWWzVCTFTBU46uMR8czqXJDMJWr2VbWxBBsOJLtOFsFb\n"
                               "ieb4IJ/VDE01v0QM\n"
                               "-----END CERTIFICATE-----\n";

static rc tell_time(void *arg, instant *out)
{
    (void)arg;
    *out = 20000 * DAY;
    return OK;
}

static rc give_serial(void *arg, unsigned char out[TSP_SERIAL_MAX], size_t *n)
{
    (void)arg;
    out[0] = 7;
    *n = 1;
    return OK;
}

/* Made once; lives as long as the program. */
static const struct tsp_authority *authority(void)
{
    static struct tsp_authority t;
    static struct arena *a;
    struct pkey *key = NULL;
    struct cert **certs = NULL;
    struct cms_signer *signer = NULL;
    size_t n = 0;
    if (a)
        return &t;
    a = arena_new(1 << 22);
    HOLDS(pkey_read(str_of(key_pem), STR_EMPTY, &key, NULL) == OK && pkey_in(a, key) == OK);
    HOLDS(cert_read_all(a, str_of(cert_pem), 1, &certs, &n, NULL) == OK);
    HOLDS(cms_signer_make(a, key, certs[0], NULL, 0, NULL, &signer, NULL) == OK);
    t = (struct tsp_authority){
        .signer = signer, .policy = STR("\x2a\x03\x01"), .accuracy = SECOND, .clock = tell_time, .serial = give_serial};
    return &t;
}

static void as_request(struct arena *a, str s)
{
    struct tsp_request r;
    struct tsp_answered answered;
    struct tsp_token token;
    enum tsp_failure why;
    str der;
    BUF_SCOPED again = BUF_INIT(1 << 16);
    BUF_SCOPED out = BUF_INIT(1 << 20);
    bool read = tsp_request_read(s, &r, &why) == OK;
    if (read && !r.has_extensions && r.digest != DIGEST_NONE) {
        struct tsp_request twin;
        tsp_request_write(&r, &again);
        HOLDS(tsp_request_read(buf_str(&again), &twin, &why) == OK);
        HOLDS(str_eq(twin.imprint, r.imprint) && str_eq(twin.nonce, r.nonce) && twin.cert_req == r.cert_req);
    }
    HOLDS(tsp_answer(authority(), s, &out, &answered) == OK);
    HOLDS(answered.granted == (tsp_response_read(buf_str(&out), &der, NULL) == OK));
    if (answered.granted && r.cert_req)
        HOLDS(tsp_accept(a, buf_str(&out), &r, &token, NULL) == OK);
}

static void as_response(struct arena *a, str s)
{
    str der;
    struct tsp_token t;
    struct tsp_check check;
    struct err err = {0};
    if (tsp_response_read(s, &der, &err) != OK) {
        HOLDS(err.main.code);
        der = s; /* perhaps it is a token */
    }
    if (tsp_token_read(a, der, &t, NULL) == OK) {
        HOLDS(tsp_verify(&t, t.info.imprint, NULL, NULL, 0, &check) == OK);
        HOLDS(tsp_outcome_name(check.outcome) && t.info.accuracy >= -1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str s = str_n(data, size);
    struct arena *a = arena_new(1 << 26);
    HOLDS(a);
    as_request(a, s);
    as_response(a, s);
    arena_free(a);
    return 0;
}

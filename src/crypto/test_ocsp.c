/* OCSP in both directions against OpenSSL's client and responder, and the errors that RFC 6960 names. */
#include "crypto/der.h"
#include "crypto/ocsp_answer.h"
#include "test_pki.h"

struct ca_book {
    str good, revoked;
    rc fails;
};

static rc look_up(void *arg, str serial, struct ocsp_status *out)
{
    const struct ca_book *book = arg;
    TRY(book->fails);
    if (str_eq(serial, book->good))
        out->state = OCSP_GOOD;
    else if (str_eq(serial, book->revoked))
        *out = (struct ocsp_status){OCSP_REVOKED, PKI_NOW - DAY, CRL_SUPERSEDED, 0, 0};
    else
        return E_NOTFOUND;
    return OK;
}

static struct ocsp_responder_options options(struct pki *k, struct ca_book *book)
{
    return (struct ocsp_responder_options){
        .key = k->delegate_key, .cert = k->delegate, .issuer = k->ca, .lasts = DAY, .arg = book, .status = look_up};
}

static const struct ocsp_responder *responder(struct pki *k, const struct ocsp_responder_options *o)
{
    struct ocsp_responder *r = NULL;
    t_ok(ocsp_responder_make(k->a, o, &r));
    return r;
}

static const enum pkey_kind kinds[] = {PKEY_P256, PKEY_P384, PKEY_RSA, PKEY_ED25519};

/* openssl ocsp asks us about three certificates at once, with a nonce, and believes the answers. */
START_TEST(openssl_believes_us)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct pki k = pki_open(kinds[i]);
        struct cert *revoked = pki_make_signer(&k, "revoked");
        struct cert *never = pki_make_signer(&k, "never issued");
        struct ca_book book = {.good = k.signer->serial, .revoked = revoked->serial};
        struct ocsp_responder_options o = options(&k, &book);
        const char *ca = pki_cert_file(&k, "ca.pem", k.ca);
        const char *root = pki_cert_file(&k, "root.pem", k.root);
        const char *file = pki_file(&k, "request.der", STR_EMPTY);
        str out;
        ck_assert(PKI_RUN(&k, &out, "openssl", "ocsp", "-issuer", ca, "-cert", pki_cert_file(&k, "good.pem", k.signer),
                          "-sha256", "-cert", pki_cert_file(&k, "revoked.pem", revoked), "-cert",
                          pki_cert_file(&k, "never.pem", never), "-reqout", file));
        BUF_SCOPED answer = BUF_INIT(OCSP_BYTES_MAX);
        enum ocsp_outcome outcome;
        t_ok(ocsp_answer(responder(&k, &o), pki_read(&k, "request.der"), PKI_NOW, &answer, &outcome));
        ck_assert_int_eq(outcome, OCSP_SUCCESSFUL);
        const char *answered = pki_file(&k, "answer.der", buf_str(&answer));
        ck_assert_msg(PKI_RUN(&k, &out, "openssl", "ocsp", "-reqin", file, "-respin", answered, "-CAfile", root,
                              "-verify_other", ca, "-resp_text") &&
                          pki_says(out, "OCSP Nonce"),
                      "%s", out.p);
        ck_assert_msg(PKI_RUN(&k, &out, "openssl", "ocsp", "-no_nonce", "-respin", answered, "-issuer", ca, "-CAfile",
                              root, "-cert", pki_file(&k, "good.pem", STR_EMPTY), "-sha256", "-cert",
                              pki_file(&k, "revoked.pem", STR_EMPTY), "-cert", pki_file(&k, "never.pem", STR_EMPTY)),
                      "%s", out.p);
        ck_assert_msg(pki_says(out, "good.pem: good") && pki_says(out, "revoked.pem: revoked") &&
                          pki_says(out, "never.pem: unknown") && pki_says(out, "Reason: superseded"),
                      "%s", out.p);
        ck_assert_msg(PKI_RUN(&k, &out, "ocsptool", "--verify-response", "--load-response", answered, "--load-trust",
                              ca, "--inder") &&
                          pki_says(out, "Success"),
                      "%s", out.p);
        answer.p[answer.n - k.delegate->der.n - 20] ^= 1; /* in the signature */
        PKI_RUN(&k, &out, "openssl", "ocsp", "-no_nonce", "-respin", pki_file(&k, "bad.der", buf_str(&answer)),
                "-issuer", ca, "-CAfile", root, "-cert", pki_file(&k, "good.pem", STR_EMPTY));
        ck_assert_msg(pki_says(out, "ocsp_verify:signature failure"), "%s", out.p);
        pki_close(&k);
    }
}
END_TEST

/* We ask openssl's responder. */
START_TEST(we_believe_openssl)
{
    static const enum digest digests[] = {DIGEST_SHA1, DIGEST_SHA256};
    struct pki k = pki_open(PKEY_P256);
    BUF_SCOPED serial = BUF_INIT(64);
    buf_hex(&serial, k.signer->serial);
    for (size_t i = 0; i < serial.n; i++)
        if (serial.p[i] >= 'a')
            serial.p[i] = (char)(serial.p[i] - 'a' + 'A');
    BUF_SCOPED secret = BUF_INIT(1 << 14);
    t_ok(pkey_write(k.delegate_key, &secret));
    const char *key = pki_pem(&k, "delegate.key", "PRIVATE KEY", buf_str(&secret));
    const char *index =
        pki_file(&k, "index.txt",
                 arena_printf(k.a, "R\t491231000000Z\t261101000000Z,keyCompromise\t%s\tunknown\t/CN=x\n", serial.p));
    for (size_t i = 0; i < 2; i++) {
        BUF_SCOPED request = BUF_INIT(OCSP_REQUEST_MAX);
        str out;
        ocsp_put_request(&request, k.signer, k.ca, digests[i], STR("0123456789abcdef0123456789abcdef"));
        const char *answered = pki_file(&k, "answer.der", STR_EMPTY);
        ck_assert_msg(PKI_RUN(&k, &out, "openssl", "ocsp", "-index", index, "-CA", pki_cert_file(&k, "ca.pem", k.ca),
                              "-rsigner", pki_cert_file(&k, "delegate.pem", k.delegate), "-rkey", key, "-ndays", "7",
                              "-reqin", pki_file(&k, "request.der", buf_str(&request)), "-respout", answered),
                      "%s", out.p);
        struct ocsp_response *r = NULL;
        struct err err = {0};
        t_ok(ocsp_read(k.a, pki_read(&k, "answer.der"), &r, &err));
        ck_assert(ocsp_has_nonce(r, STR("0123456789abcdef0123456789abcdef")) && !ocsp_has_nonce(r, STR("another")));
        const struct cert *signer = ocsp_signer(r, k.ca, NULL, 0);
        ck_assert(signer && cert_same(signer, k.delegate));
        ck_assert(!ocsp_signer(r, k.root, NULL, 0));
        const struct ocsp_single *s = ocsp_find(r, k.signer, k.ca);
        ck_assert(s && s->state == OCSP_REVOKED && s->reason == CRL_KEY_COMPROMISE && s->has_next_update);
        ck_assert(!ocsp_find(r, k.delegate, k.ca) && !ocsp_find(r, k.signer, k.root));
    }
    pki_close(&k);
}
END_TEST

static enum ocsp_outcome outcome_of(const struct ocsp_responder *r, struct arena *a, str request)
{
    BUF_SCOPED out = BUF_INIT(OCSP_BYTES_MAX);
    enum ocsp_outcome outcome;
    struct ocsp_response *read = NULL;
    struct err err = {0};
    t_ok(ocsp_answer(r, request, PKI_NOW, &out, &outcome));
    t_rc(ocsp_read(a, buf_str(&out), &read, &err), outcome == OCSP_SUCCESSFUL ? OK : E_UNAVAILABLE);
    return outcome;
}

START_TEST(errors)
{
    struct pki k = pki_open(PKEY_P256);
    struct ca_book book = {.good = k.signer->serial};
    struct ocsp_responder_options o = options(&k, &book);
    const struct ocsp_responder *r = responder(&k, &o);
    BUF_SCOPED ours = BUF_INIT(OCSP_REQUEST_MAX);
    BUF_SCOPED foreign = BUF_INIT(OCSP_REQUEST_MAX);
    ocsp_put_request(&ours, k.signer, k.ca, DIGEST_SHA1, STR_EMPTY);
    ocsp_put_request(&foreign, k.signer, k.root, DIGEST_SHA1, STR_EMPTY);
    ck_assert_int_eq(outcome_of(r, k.a, buf_str(&ours)), OCSP_SUCCESSFUL);
    ck_assert_int_eq(outcome_of(r, k.a, buf_str(&foreign)), OCSP_UNAUTHORIZED);
    ck_assert_int_eq(outcome_of(r, k.a, STR_EMPTY), OCSP_MALFORMED_REQUEST);
    for (size_t i = 0; i < ours.n; i++)
        ck_assert_int_eq(outcome_of(r, k.a, str_sub(buf_str(&ours), 0, i)), OCSP_MALFORMED_REQUEST);
    book.fails = E_UNAVAILABLE;
    ck_assert_int_eq(outcome_of(r, k.a, buf_str(&ours)), OCSP_TRY_LATER);
    book.fails = E_IO;
    BUF_SCOPED out = BUF_INIT(OCSP_BYTES_MAX);
    t_rc(ocsp_answer(r, buf_str(&ours), PKI_NOW, &out, NULL), E_IO);
    struct ocsp_responder *none = NULL;
    o.cert = k.signer; /* not entitled */
    o.key = k.signer_key;
    t_rc(ocsp_responder_make(k.a, &o, &none), E_INVALID);
    o.key = k.delegate_key; /* another's */
    t_rc(ocsp_responder_make(k.a, &o, &none), E_INVALID);
    pki_close(&k);
}
END_TEST

static enum ocsp_outcome with_nonce(const struct ocsp_responder *r, struct pki *k, size_t n)
{
    BUF_SCOPED request = BUF_INIT(OCSP_REQUEST_MAX);
    static const char nonce[2 * OCSP_NONCE_MAX] = "n";
    size_t whole = der_open(&request, DER_SEQUENCE);
    size_t tbs = der_open(&request, DER_SEQUENCE);
    size_t list = der_open(&request, DER_SEQUENCE);
    size_t one = der_open(&request, DER_SEQUENCE);
    ocsp_id_put(&request, DIGEST_SHA256, k->ca, k->signer->serial);
    der_close(&request, one);
    der_close(&request, list);
    size_t tag = der_open(&request, DER_CONTEXT_CONSTRUCTED(2));
    size_t extensions = der_open(&request, DER_SEQUENCE);
    size_t extension = der_open(&request, DER_SEQUENCE);
    der_put(&request, DER_OID, oid_ocsp_nonce);
    size_t value = der_open(&request, DER_OCTET_STRING);
    der_put(&request, DER_OCTET_STRING, str_n(nonce, n));
    der_close(&request, value);
    der_close(&request, extension);
    der_close(&request, extensions);
    der_close(&request, tag);
    der_close(&request, tbs);
    der_close(&request, whole);
    return outcome_of(r, k->a, buf_str(&request));
}

START_TEST(nonces)
{
    struct pki k = pki_open(PKEY_P256);
    struct ca_book book = {.good = k.signer->serial};
    struct ocsp_responder_options o = options(&k, &book);
    const struct ocsp_responder *r = responder(&k, &o);
    ck_assert_int_eq(with_nonce(r, &k, 0), OCSP_MALFORMED_REQUEST);
    ck_assert_int_eq(with_nonce(r, &k, 1), OCSP_SUCCESSFUL);
    ck_assert_int_eq(with_nonce(r, &k, 32), OCSP_SUCCESSFUL);
    ck_assert_int_eq(with_nonce(r, &k, OCSP_NONCE_MAX), OCSP_SUCCESSFUL);
    ck_assert_int_eq(with_nonce(r, &k, OCSP_NONCE_MAX + 1), OCSP_MALFORMED_REQUEST);
    pki_close(&k);
}
END_TEST

static str shelf; /* one answer signed beforehand */

static rc from_shelf(void *arg, enum digest id_digest, str serial, struct buf *out)
{
    const struct ca_book *book = arg;
    if (id_digest != DIGEST_SHA1 || !str_eq(serial, book->good))
        return E_NOTFOUND;
    buf_put(out, shelf);
    return OK;
}

START_TEST(signed_beforehand)
{
    struct pki k = pki_open(PKEY_P256);
    struct ca_book book = {.good = k.signer->serial};
    struct ocsp_responder_options o = options(&k, &book);
    o.stored = from_shelf;
    o.ignore_nonce = true;
    o.keeps_expired = true;
    o.expired_since = PKI_NOW - 1000 * DAY;
    const struct ocsp_responder *r = responder(&k, &o);
    BUF_SCOPED ready = BUF_INIT(OCSP_BYTES_MAX);
    t_ok(ocsp_presign(r, DIGEST_SHA1, k.signer->serial, PKI_NOW - HOUR, &ready));
    shelf = buf_str(&ready);
    for (int sha256 = 0; sha256 <= 1; sha256++) {
        BUF_SCOPED request = BUF_INIT(OCSP_REQUEST_MAX);
        BUF_SCOPED out = BUF_INIT(OCSP_BYTES_MAX);
        struct ocsp_response *read = NULL;
        struct err err = {0};
        ocsp_put_request(&request, k.signer, k.ca, sha256 ? DIGEST_SHA256 : DIGEST_SHA1, STR("nonce"));
        t_ok(ocsp_answer(r, buf_str(&request), PKI_NOW, &out, NULL));
        ck_assert_int_eq(str_eq(buf_str(&out), shelf), !sha256);
        t_ok(ocsp_read(k.a, buf_str(&out), &read, &err));
        const struct ocsp_single *s = ocsp_find(read, k.signer, k.ca);
        ck_assert(!read->nonce.p && s && s->state == OCSP_GOOD && s->keeps_expired);
        ck_assert(s->expired_since == o.expired_since && s->next_update - s->this_update == DAY);
        ck_assert(read->produced == (sha256 ? PKI_NOW : PKI_NOW - HOUR));
        struct ocsp_response *bare = NULL; /* as CAdES keeps it */
        t_ok(ocsp_read(k.a, read->basic, &bare, &err));
        ck_assert(str_eq(bare->tbs, read->tbs) && ocsp_signer(bare, k.ca, NULL, 0));
    }
    pki_close(&k);
}
END_TEST

START_TEST(requests_in_a_path)
{
    struct pki k = pki_open(PKEY_P256);
    BUF_SCOPED request = BUF_INIT(OCSP_REQUEST_MAX);
    BUF_SCOPED base64 = BUF_INIT(2 * OCSP_REQUEST_MAX);
    BUF_SCOPED encoded = BUF_INIT(4 * OCSP_REQUEST_MAX);
    ocsp_put_request(&request, k.signer, k.ca, DIGEST_SHA1, STR("nonce"));
    buf_base64(&base64, buf_str(&request));
    buf_url(&encoded, buf_str(&base64));
    const str paths[] = {buf_str(&base64), buf_str(&encoded)};
    for (size_t i = 0; i < 2; i++) {
        BUF_SCOPED der = BUF_INIT(OCSP_REQUEST_MAX);
        t_ok(ocsp_request_from_path(paths[i], &der));
        ck_assert(str_eq(buf_str(&der), buf_str(&request)));
    }
    BUF_SCOPED der = BUF_INIT(OCSP_REQUEST_MAX);
    t_rc(ocsp_request_from_path(STR("MEIw%2"), &der), E_INVALID);
    t_rc(ocsp_request_from_path(STR("MEIw%2x"), &der), E_INVALID);
    t_rc(ocsp_request_from_path(STR("M E"), &der), E_INVALID);
    pki_close(&k);
}
END_TEST

T_MAIN("crypto/ocsp", openssl_believes_us, we_believe_openssl, errors, nonces, signed_beforehand, requests_in_a_path)

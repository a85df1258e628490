/* A small public key infrastructure for tests: root, CA, signer, OCSP delegate; and a folder to show it to other
 * people's programs. */
#ifndef RISE_CRYPTO_TEST_PKI_H
#define RISE_CRYPTO_TEST_PKI_H
#include <stdlib.h>
#include <unistd.h>

#include "crypto/cert_make.h"
#include "crypto/crl_make.h"
#include "crypto/ocsp.h"
#include "crypto/oid.h"
#include "crypto/revocation.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/proc.h"
#include "t.h"

/* The hour in which the test began: certtool judges by the clock alone. */
static inline instant pki_now(void)
{
    static instant began;
    if (!began)
        began = clock_real() / HOUR * HOUR;
    return began;
}
#define PKI_NOW pki_now()

struct pki {
    struct arena *a;
    struct pkey *root_key, *ca_key, *signer_key, *delegate_key;
    struct cert *root, *ca, *signer, *delegate;
    char folder[64];
};

static inline struct pkey *pki_key(struct arena *a, enum pkey_kind kind)
{
    struct pkey *k = NULL;
    t_ok(pkey_generate(kind, 2048, &k));
    t_ok(pkey_in(a, k));
    return k;
}

static inline struct cert *pki_cert(struct arena *a, const struct cert_profile *p, const struct pkey *subject,
                                    const struct cert *issuer, const struct pkey *key)
{
    BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
    struct cert *c = NULL;
    struct err err = {0};
    t_ok(cert_make(p, subject, issuer, key, &der));
    t_ok(cert_read(a, buf_str(&der), &c, &err));
    return c;
}

static inline struct cert_profile pki_profile(const struct cert_attribute *name, size_t n)
{
    return (struct cert_profile){
        .subject = name,
        .n_subject = n,
        .not_before = PKI_NOW - 30 * DAY,
        .not_after = PKI_NOW + 365 * DAY,
        .usage = CERT_DIGITAL_SIGNATURE | CERT_CONTENT_COMMITMENT,
    };
}

static inline struct cert *pki_make_ca(struct arena *a, const char *name, const struct pkey *subject,
                                       const struct cert *issuer, const struct pkey *key)
{
    const struct cert_attribute attributes[] = {{oid_country, STR("TW")}, {oid_common_name, str_of(name)}};
    struct cert_profile p = pki_profile(attributes, 2);
    p.is_ca = true;
    p.has_path_length = issuer != NULL;
    p.usage = CERT_KEY_CERT_SIGN | CERT_CRL_SIGN;
    return pki_cert(a, &p, subject, issuer, key);
}

static inline struct cert *pki_make_signer(struct pki *k, const char *name)
{
    const struct cert_attribute attributes[] = {{oid_country, STR("TW")}, {oid_common_name, str_of(name)}};
    struct cert_profile p = pki_profile(attributes, 2);
    return pki_cert(k->a, &p, k->signer_key, k->ca, k->ca_key);
}

static inline struct cert *pki_make_delegate(struct pki *k, bool nocheck, instant not_after)
{
    const struct cert_attribute attributes[] = {{oid_common_name, STR("OCSP delegate")}};
    struct cert_profile p = pki_profile(attributes, 1);
    p.usage = CERT_DIGITAL_SIGNATURE;
    p.eku = &oid_eku_ocsp_signing;
    p.n_eku = 1;
    p.ocsp_nocheck = nocheck;
    p.not_after = not_after;
    return pki_cert(k->a, &p, k->delegate_key, k->ca, k->ca_key);
}

static inline struct pki pki_open(enum pkey_kind kind)
{
    struct pki k = {.a = arena_new(1 << 28), .folder = "/tmp/rise-pki-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(k.folder));
    k.root_key = pki_key(k.a, kind);
    k.ca_key = pki_key(k.a, kind);
    k.signer_key = pki_key(k.a, kind);
    k.delegate_key = pki_key(k.a, kind);
    k.root = pki_make_ca(k.a, "測試根憑證", k.root_key, NULL, k.root_key);
    k.ca = pki_make_ca(k.a, "Test CA", k.ca_key, k.root, k.root_key);
    k.signer = pki_make_signer(&k, "林𣿆川");
    k.delegate = pki_make_delegate(&k, true, PKI_NOW + 60 * DAY);
    return k;
}

static inline void pki_close(struct pki *k)
{
    const char *const argv[] = {"rm", "-rf", k->folder, NULL};
    t_ok(proc_run(argv, NULL, NULL, NULL));
    arena_free(k->a);
}

/* The path of a file in the folder, written when `bytes` are given. */
static inline const char *pki_file(struct pki *k, const char *name, str bytes)
{
    struct err err = {0};
    str path = arena_printf(k->a, "%s/%s", k->folder, name);
    if (bytes.n)
        t_ok(file_write(path.p, bytes, 0600, &err));
    return path.p;
}

static inline const char *pki_pem(struct pki *k, const char *name, const char *label, str der)
{
    BUF_SCOPED pem = BUF_INIT(1 << 26);
    buf_printf(&pem, "-----BEGIN %s-----\n", label);
    BUF_SCOPED text = BUF_INIT(1 << 26);
    buf_base64(&text, der);
    for (size_t i = 0; i < text.n; i += 64)
        buf_printf(&pem, "%.*s\n", STR_ARG(str_sub(buf_str(&text), i, 64)));
    buf_printf(&pem, "-----END %s-----\n", label);
    return pki_file(k, name, buf_str(&pem));
}

static inline const char *pki_cert_file(struct pki *k, const char *name, const struct cert *c)
{
    return pki_pem(k, name, "CERTIFICATE", c->der);
}

static inline str pki_read(struct pki *k, const char *name)
{
    BUF_SCOPED bytes = BUF_INIT(1 << 26);
    struct err err = {0};
    t_ok(file_read(pki_file(k, name, STR_EMPTY), &bytes, &err));
    return arena_str(k->a, buf_str(&bytes));
}

/* Runs another program: its output, and whether it was content. */
static inline bool pki_run(struct pki *k, const char *const *argv, str *output)
{
    BUF_SCOPED out = BUF_INIT(1 << 20);
    static struct err err;
    err_clear(&err);
    rc r = proc_run(argv, NULL, &out, &err);
    *output = arena_printf(k->a, "%.*s%.*s", STR_ARG(buf_str(&out)), STR_ARG(err.main.arg[1]));
    ck_assert_msg(r == OK || r == E_IO, "%s cannot be started", argv[0]);
    return r == OK;
}
#define PKI_RUN(k, output, ...) pki_run((k), (const char *const[]){__VA_ARGS__, NULL}, (output))

static inline bool pki_says(str output, const char *part)
{
    return str_find(output, str_of(part)) >= 0;
}
#endif

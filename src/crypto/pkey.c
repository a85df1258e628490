#include "crypto/pkey.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "crypto/der.h"
#include "crypto/openssl_queue.h"
#include "crypto/pkey_impl.h"

static void free_bio(BIO **b)
{
    BIO_free(*b);
}
#define BIO_IN __attribute__((cleanup(free_bio))) BIO

/* ---- kinds ---- */

static const struct {
    const char *name;
    const char *group;
    size_t width; /* octets of r and of s */
    enum digest digest;
} kinds[] = {
    [PKEY_NONE] = {"", NULL, 0, DIGEST_NONE},
    [PKEY_P256] = {"P-256", SN_X9_62_prime256v1, 32, DIGEST_SHA256},
    [PKEY_P384] = {"P-384", SN_secp384r1, 48, DIGEST_SHA384},
    [PKEY_P521] = {"P-521", SN_secp521r1, 66, DIGEST_SHA512},
    [PKEY_RSA] = {"RSA", NULL, 0, DIGEST_SHA256},
    [PKEY_ED25519] = {"Ed25519", NULL, 0, DIGEST_SHA512},
};

const char *pkey_kind_name(enum pkey_kind kind)
{
    return kinds[kind].name;
}

static bool is_ec(enum pkey_kind kind)
{
    return kind == PKEY_P256 || kind == PKEY_P384 || kind == PKEY_P521;
}

static enum pkey_kind kind_of(const EVP_PKEY *evp)
{
    char group[32];
    switch (EVP_PKEY_get_base_id(evp)) {
    case EVP_PKEY_RSA:
    case EVP_PKEY_RSA_PSS:
        return EVP_PKEY_get_bits(evp) <= PKEY_RSA_MOST_BITS ? PKEY_RSA : PKEY_NONE;
    case EVP_PKEY_ED25519:
        return PKEY_ED25519;
    case EVP_PKEY_EC:
        if (EVP_PKEY_get_group_name(evp, group, sizeof group, NULL) != 1)
            return PKEY_NONE;
        for (enum pkey_kind k = PKEY_P256; k <= PKEY_P521; k++)
            if (str_eq(str_of(kinds[k].group), str_of(group)))
                return k;
        return PKEY_NONE;
    default:
        return PKEY_NONE;
    }
}

enum pkey_kind pkey_kind(const struct pkey *k)
{
    return k->kind;
}

int pkey_bits(const struct pkey *k)
{
    return EVP_PKEY_get_bits(k->evp);
}

bool pkey_is_private(const struct pkey *k)
{
    return k->is_private;
}

bool pkey_same(const struct pkey *a, const struct pkey *b)
{
    return EVP_PKEY_eq(a->evp, b->evp) == 1;
}

enum digest pkey_digest(const struct pkey *k)
{
    return kinds[k->kind].digest;
}

struct pkey_scheme pkey_scheme(const struct pkey *k)
{
    return (struct pkey_scheme){.digest = pkey_digest(k)};
}

/* ---- life ---- */

rc pkey_wrap(EVP_PKEY *evp, bool is_private, struct pkey **out)
{
    enum pkey_kind kind = evp ? kind_of(evp) : PKEY_NONE;
    struct pkey *k = kind != PKEY_NONE ? calloc(1, sizeof *k) : NULL;
    if (!k) {
        EVP_PKEY_free(evp);
        return openssl_refuse(kind == PKEY_NONE ? E_INVALID : E_NOMEM);
    }
    *k = (struct pkey){.evp = evp, .kind = kind, .is_private = is_private, .usual = &k->usual_room};
    *out = k;
    return OK;
}

void pkey_free(struct pkey *k)
{
    if (!k)
        return;
    if (k->close)
        k->close(k->away);
    EVP_MD_CTX_free(atomic_load(k->usual));
    EVP_PKEY_free(k->evp);
    free(k);
}

void pkey_scope(struct pkey **k)
{
    pkey_free(*k);
}

static void free_later(void *k)
{
    pkey_free(k);
}

rc pkey_in(struct arena *a, struct pkey *k)
{
    rc r = arena_defer(a, free_later, k);
    if (r != OK)
        pkey_free(k);
    return r;
}

rc pkey_generate(enum pkey_kind kind, int rsa_bits, struct pkey **out)
{
    EVP_PKEY *evp = NULL;
    if (kind == PKEY_RSA && rsa_bits >= PKEY_RSA_LEAST_BITS && rsa_bits <= PKEY_RSA_MOST_BITS)
        evp = EVP_RSA_gen((size_t)rsa_bits);
    else if (is_ec(kind))
        evp = EVP_EC_gen(kinds[kind].group);
    else if (kind == PKEY_ED25519)
        evp = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    else
        return E_INVALID;
    return evp ? pkey_wrap(evp, true, out) : openssl_refuse(E_INTERNAL);
}

/* ---- reading and writing ---- */

/* OpenSSL asks for the passphrase when a key is encrypted; `asked` remembers that it did. */
struct passphrase {
    str text;
    bool asked;
};

static int give_passphrase(char *to, int room, int writing, void *arg)
{
    (void)writing;
    struct passphrase *p = arg;
    p->asked = true;
    if (p->text.n == 0 || p->text.n > (size_t)room)
        return -1;
    memcpy(to, p->text.p, p->text.n);
    return (int)p->text.n;
}

static EVP_PKEY *read_private(str bytes, struct passphrase *pass)
{
    if (bytes.n > INT32_MAX)
        return NULL;
    BIO_IN *pem = BIO_new_mem_buf(bytes.p, (int)bytes.n);
    EVP_PKEY *evp = pem ? PEM_read_bio_PrivateKey(pem, NULL, give_passphrase, pass) : NULL;
    if (evp || pass->asked)
        return evp;
    const unsigned char *p = (const unsigned char *)bytes.p;
    return d2i_AutoPrivateKey(NULL, &p, (long)bytes.n);
}

rc pkey_not_accepted(struct err *err, const char *kind)
{
    return ERR(err, E_INVALID, "KEY-003",
               N_("Keys of the kind {1} are not accepted: use P-256, P-384, RSA of at least 2048 bits or Ed25519."),
               str_of(kind));
}

rc pkey_read(str bytes, str text, struct pkey **out, struct err *err)
{
    struct passphrase pass = {.text = text};
    EVP_PKEY *evp = read_private(bytes, &pass);
    ERR_clear_error();
    if (!evp && pass.asked)
        return ERR(err, E_DENIED, "KEY-002",
                   N_("The private key is encrypted and its passphrase is missing or wrong."));
    if (!evp)
        return ERR(err, E_INVALID, "KEY-001", N_("This is no private key (PEM, or DER of PKCS#8)."));
    struct pkey *k = NULL;
    if (pkey_wrap(evp, true, &k) != OK)
        return pkey_not_accepted(err, "?");
    if (k->kind == PKEY_RSA && pkey_bits(k) < PKEY_RSA_LEAST_BITS) {
        pkey_free(k);
        return pkey_not_accepted(err, "RSA < 2048");
    }
    *out = k;
    return OK;
}

rc pkey_public(str spki, struct pkey **out)
{
    const unsigned char *p = (const unsigned char *)spki.p;
    if (spki.n > INT32_MAX)
        return E_INVALID;
    EVP_PKEY *evp = d2i_PUBKEY(NULL, &p, (long)spki.n);
    if (evp && p != (const unsigned char *)spki.p + spki.n) {
        EVP_PKEY_free(evp);
        evp = NULL;
    }
    return evp ? pkey_wrap(evp, false, out) : openssl_refuse(E_INVALID);
}

static rc put_encoded(unsigned char *der, int n, struct buf *out)
{
    if (n <= 0)
        return openssl_refuse(E_INTERNAL);
    buf_putn(out, der, (size_t)n);
    OPENSSL_clear_free(der, (size_t)n);
    return buf_rc(out);
}

rc pkey_write(const struct pkey *k, struct buf *out)
{
    if (!k->is_private || k->away)
        return E_DENIED;
    PKCS8_PRIV_KEY_INFO *p8 = EVP_PKEY2PKCS8(k->evp);
    unsigned char *der = NULL;
    int n = p8 ? i2d_PKCS8_PRIV_KEY_INFO(p8, &der) : -1;
    PKCS8_PRIV_KEY_INFO_free(p8);
    return put_encoded(der, n, out);
}

rc pkey_write_spki(const struct pkey *k, struct buf *out)
{
    unsigned char *der = NULL;
    int n = i2d_PUBKEY(k->evp, &der);
    return put_encoded(der, n, out);
}

/* ---- ECDSA's two forms ---- */

rc pkey_raw_from_der(enum pkey_kind kind, str der, struct buf *raw)
{
    str body;
    str part[2];
    if (!is_ec(kind))
        return E_INVALID;
    TRY(der_only(der, DER_SEQUENCE, &body));
    for (int i = 0; i < 2; i++) {
        TRY(der_take_natural(&body, &part[i]));
        if (part[i].n > kinds[kind].width)
            return E_INVALID;
    }
    TRY(der_end(body));
    for (int i = 0; i < 2; i++) {
        for (size_t pad = kinds[kind].width - part[i].n; pad > 0; pad--)
            buf_putc(raw, '\0');
        buf_put(raw, part[i]);
    }
    return buf_rc(raw);
}

rc pkey_der_from_raw(enum pkey_kind kind, str raw, struct buf *der)
{
    if (!is_ec(kind) || raw.n != 2 * kinds[kind].width)
        return E_INVALID;
    size_t mark = der_open(der, DER_SEQUENCE);
    der_put_natural(der, str_sub(raw, 0, raw.n / 2));
    der_put_natural(der, str_sub(raw, raw.n / 2, raw.n));
    der_close(der, mark);
    return buf_rc(der);
}

/* Keys of a token: found, made, signed with. */
#include <stdlib.h>

#include "crypto/der.h"
#include "crypto/digest_algorithm.h"
#include "crypto/oid.h"
#include "crypto/pkey_impl.h"
#include "crypto/pkey_token_impl.h"
#include "sys/thread.h"

enum { ATTRIBUTE_MAX = PKEY_RSA_MOST_BITS / 8 + 1 };

/* What stands in pkey.away. */
struct token_key {
    struct token *t;
    CK_OBJECT_HANDLE private;
};

static CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, const void *value, size_t n)
{
    return (CK_ATTRIBUTE){.type = type, .pValue = (void *)(uintptr_t)value, .ulValueLen = n};
}

/* ---- signing ---- */

/* DigestInfo (RFC 8017 section 9.2). */
static void put_digest_info(struct buf *b, enum digest d, str value)
{
    size_t whole = der_open(b, DER_SEQUENCE);
    digest_algorithm_put(b, d, true);
    der_put(b, DER_OCTET_STRING, value);
    der_close(b, whole);
}

static rc pss_params(enum digest d, CK_RSA_PKCS_PSS_PARAMS *out)
{
    static const struct {
        enum digest digest;
        CK_MECHANISM_TYPE hash;
        CK_ULONG mgf;
    } known[] = {
        {DIGEST_SHA256, CKM_SHA256, CKG_MGF1_SHA256},
        {DIGEST_SHA384, CKM_SHA384, CKG_MGF1_SHA384},
        {DIGEST_SHA512, CKM_SHA512, CKG_MGF1_SHA512},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (known[i].digest != d)
            continue;
        *out = (CK_RSA_PKCS_PSS_PARAMS){.hashAlg = known[i].hash, .mgf = known[i].mgf, .sLen = digest_size(d)};
        return OK;
    }
    return E_INVALID;
}

/* Appends what the token makes of `input`, at most `most` octets. */
static rc sign_input(const struct token_key *k, CK_MECHANISM *mechanism, str input, size_t most, struct buf *raw)
{
    if (!buf_reserve(raw, most))
        return buf_rc(raw);
    CK_ULONG n = most;
    LOCKED(&k->t->mutex);
    TRY_TOKEN(NULL, k->t->f->C_SignInit(k->t->session, mechanism, k->private));
    TRY_TOKEN(NULL,
              k->t->f->C_Sign(k->t->session, (CK_BYTE *)(uintptr_t)input.p, input.n, (CK_BYTE *)raw->p + raw->n, &n));
    raw->n += n;
    raw->p[raw->n] = '\0';
    return OK;
}

static rc sign_in_token(void *away, const struct pkey *k, struct pkey_scheme scheme, str message, struct buf *out)
{
    const struct token_key *key = away;
    struct digest_value value = digest_of(scheme.digest, message);
    BUF_SCOPED raw = BUF_INIT(PKEY_SIGNATURE_MAX);
    BUF_SCOPED info = BUF_INIT(256);
    CK_MECHANISM mechanism = {.mechanism = CKM_ECDSA};
    CK_RSA_PKCS_PSS_PARAMS pss;
    size_t size = (size_t)EVP_PKEY_get_size(k->evp);
    if (k->kind == PKEY_ED25519) {
        mechanism.mechanism = CKM_EDDSA;
        return sign_input(key, &mechanism, message, size, out);
    }
    if (k->kind != PKEY_RSA) {
        TRY(sign_input(key, &mechanism, digest_str(&value), PKEY_SIGNATURE_MAX, &raw));
        return pkey_der_from_raw(k->kind, buf_str(&raw), out);
    }
    if (scheme.pss) {
        TRY(pss_params(scheme.digest, &pss));
        mechanism = (CK_MECHANISM){CKM_RSA_PKCS_PSS, &pss, sizeof pss};
        return sign_input(key, &mechanism, digest_str(&value), size, out);
    }
    put_digest_info(&info, scheme.digest, digest_str(&value));
    mechanism.mechanism = CKM_RSA_PKCS;
    return sign_input(key, &mechanism, buf_str(&info), size, out);
}

static void close_key(void *away)
{
    struct token_key *key = away;
    token_drop(key->t);
    free(key);
}

/* ---- the public half ---- */

/* One attribute's bytes, appended. */
static rc read_attribute(struct token *t, CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, struct buf *out,
                         struct err *err)
{
    if (!buf_reserve(out, ATTRIBUTE_MAX))
        return buf_rc(out);
    CK_ATTRIBUTE a = attribute(type, out->p + out->n, ATTRIBUTE_MAX);
    TRY_TOKEN(err, t->f->C_GetAttributeValue(t->session, object, &a, 1));
    if (a.ulValueLen > ATTRIBUTE_MAX)
        return E_LIMIT;
    out->n += a.ulValueLen;
    out->p[out->n] = '\0';
    return OK;
}

static rc read_point(struct token *t, CK_OBJECT_HANDLE public, struct buf *point, str *bits, struct err *err)
{
    TRY(read_attribute(t, public, CKA_EC_POINT, point, err));
    if (der_only(buf_str(point), DER_OCTET_STRING, bits) != OK)
        *bits = buf_str(point); /* some give it bare */
    return OK;
}

static rc put_ec_spki(struct token *t, CK_OBJECT_HANDLE public, struct buf *spki, struct err *err)
{
    BUF_SCOPED params = BUF_INIT(2 * ATTRIBUTE_MAX);
    BUF_SCOPED point = BUF_INIT(2 * ATTRIBUTE_MAX);
    str bits;
    TRY(read_attribute(t, public, CKA_EC_PARAMS, &params, err));
    TRY(read_point(t, public, &point, &bits, err));
    size_t whole = der_open(spki, DER_SEQUENCE);
    size_t algorithm = der_open(spki, DER_SEQUENCE);
    der_put(spki, DER_OID, oid_ec);
    buf_put(spki, buf_str(&params));
    der_close(spki, algorithm);
    der_put_octet_bits(spki, bits);
    der_close(spki, whole);
    return buf_rc(spki);
}

/* RFC 8410 section 4. Ed448 is of the same kind of key; its point is longer and makes no key here. */
static rc put_edwards_spki(struct token *t, CK_OBJECT_HANDLE public, struct buf *spki, struct err *err)
{
    BUF_SCOPED point = BUF_INIT(2 * ATTRIBUTE_MAX);
    str bits;
    TRY(read_point(t, public, &point, &bits, err));
    size_t whole = der_open(spki, DER_SEQUENCE);
    size_t algorithm = der_open(spki, DER_SEQUENCE);
    der_put(spki, DER_OID, oid_ed25519);
    der_close(spki, algorithm);
    der_put_octet_bits(spki, bits);
    der_close(spki, whole);
    return buf_rc(spki);
}

static rc put_rsa_spki(struct token *t, CK_OBJECT_HANDLE public, struct buf *spki, struct err *err)
{
    BUF_SCOPED modulus = BUF_INIT(2 * ATTRIBUTE_MAX);
    BUF_SCOPED exponent = BUF_INIT(2 * ATTRIBUTE_MAX);
    BUF_SCOPED numbers = BUF_INIT(4 * ATTRIBUTE_MAX);
    TRY(read_attribute(t, public, CKA_MODULUS, &modulus, err));
    TRY(read_attribute(t, public, CKA_PUBLIC_EXPONENT, &exponent, err));
    size_t pair = der_open(&numbers, DER_SEQUENCE);
    der_put_natural(&numbers, buf_str(&modulus));
    der_put_natural(&numbers, buf_str(&exponent));
    der_close(&numbers, pair);
    TRY(buf_rc(&numbers));
    size_t whole = der_open(spki, DER_SEQUENCE);
    size_t algorithm = der_open(spki, DER_SEQUENCE);
    der_put(spki, DER_OID, oid_rsa);
    der_put(spki, DER_NULL, STR_EMPTY);
    der_close(spki, algorithm);
    der_put_octet_bits(spki, buf_str(&numbers));
    der_close(spki, whole);
    return buf_rc(spki);
}

/* The struct pkey of a pair. */
static rc wrap(struct token *t, CK_OBJECT_HANDLE private, CK_OBJECT_HANDLE public, struct pkey **out, struct err *err)
{
    BUF_SCOPED spki = BUF_INIT(8 * ATTRIBUTE_MAX);
    CK_KEY_TYPE type = 0;
    CK_ATTRIBUTE a = attribute(CKA_KEY_TYPE, &type, sizeof type);
    struct pkey *k = NULL;
    TRY_TOKEN(err, t->f->C_GetAttributeValue(t->session, private, &a, 1));
    if (type == CKK_EC)
        TRY(put_ec_spki(t, public, &spki, err));
    else if (type == CKK_EC_EDWARDS)
        TRY(put_edwards_spki(t, public, &spki, err));
    else if (type == CKK_RSA)
        TRY(put_rsa_spki(t, public, &spki, err));
    else
        return pkey_not_accepted(err, "?");
    if (pkey_public(buf_str(&spki), &k) != OK)
        return pkey_not_accepted(err, "?");
    struct token_key *key = malloc(sizeof *key);
    if (!key) {
        pkey_free(k);
        return E_NOMEM;
    }
    *key = (struct token_key){t, private};
    t->uses++;
    k->is_private = true;
    k->sign = sign_in_token;
    k->close = close_key;
    k->away = key;
    *out = k;
    return OK;
}

/* ---- finding and making ---- */

/* The only object of a class with this label and id. */
static rc find(struct token *t, CK_OBJECT_CLASS class, str label, str key_id, CK_OBJECT_HANDLE *out, struct err *err)
{
    CK_ATTRIBUTE wanted[3] = {attribute(CKA_CLASS, &class, sizeof class)};
    CK_OBJECT_HANDLE found[2];
    CK_ULONG n = 1;
    CK_ULONG got = 0;
    if (label.n)
        wanted[n++] = attribute(CKA_LABEL, label.p, label.n);
    if (key_id.n)
        wanted[n++] = attribute(CKA_ID, key_id.p, key_id.n);
    TRY_TOKEN(err, t->f->C_FindObjectsInit(t->session, wanted, n));
    CK_RV rv = t->f->C_FindObjects(t->session, found, 2, &got);
    t->f->C_FindObjectsFinal(t->session);
    TRY_TOKEN(err, rv);
    if (got == 0)
        return token_none(err, label);
    if (got > 1)
        return ERR(err, E_CONFLICT, "KEY-006", N_("The token has several keys with the label {1}: name one by its id."),
                   label);
    *out = found[0];
    return OK;
}

rc token_key(struct token *t, str label, str key_id, struct pkey **out, struct err *err)
{
    LOCKED(&t->mutex);
    CK_OBJECT_HANDLE private = 0;
    CK_OBJECT_HANDLE public = 0;
    BUF_SCOPED its_id = BUF_INIT(2 * ATTRIBUTE_MAX);
    TRY(find(t, CKO_PRIVATE_KEY, label, key_id, &private, err));
    TRY(read_attribute(t, private, CKA_ID, &its_id, err));
    /* A pair shares its id (PKCS#11 section 4.8); without one, its label. */
    TRY(find(t, CKO_PUBLIC_KEY, its_id.n ? STR_EMPTY : label, buf_str(&its_id), &public, err));
    return wrap(t, private, public, out, err);
}

static const str *curve_of(enum pkey_kind kind)
{
    static const str p256 = STR_INIT("\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07"); /* RFC 5480 section 2.1.1.1 */
    static const str p384 = STR_INIT("\x06\x05\x2b\x81\x04\x00\x22");
    static const str p521 = STR_INIT("\x06\x05\x2b\x81\x04\x00\x23");
    static const str ed25519 = STR_INIT("\x06\x03\x2b\x65\x70"); /* RFC 8410 section 3 */
    switch (kind) {
    case PKEY_P256:
        return &p256;
    case PKEY_P384:
        return &p384;
    case PKEY_P521:
        return &p521;
    case PKEY_ED25519:
        return &ed25519;
    case PKEY_RSA:
    case PKEY_NONE:
        break;
    }
    return NULL;
}

struct pair {
    CK_OBJECT_HANDLE public, private;
};

static CK_MECHANISM_TYPE pair_mechanism(enum pkey_kind kind)
{
    if (kind == PKEY_RSA)
        return CKM_RSA_PKCS_KEY_PAIR_GEN;
    return kind == PKEY_ED25519 ? CKM_EC_EDWARDS_KEY_PAIR_GEN : CKM_EC_KEY_PAIR_GEN;
}

static rc generate(struct token *t, enum pkey_kind kind, CK_ULONG bits, str label, str key_id, struct pair *out,
                   struct err *err)
{
    static const CK_BBOOL yes = CK_TRUE;
    static const CK_BBOOL no = CK_FALSE;
    static const unsigned char exponent[] = {1, 0, 1};
    CK_MECHANISM mechanism = {.mechanism = pair_mechanism(kind)};
    const str *curve = curve_of(kind);
    const CK_ATTRIBUTE public[] = {
        attribute(CKA_TOKEN, &yes, sizeof yes),
        attribute(CKA_VERIFY, &yes, sizeof yes),
        attribute(CKA_LABEL, label.p, label.n),
        attribute(CKA_ID, key_id.p, key_id.n),
        curve ? attribute(CKA_EC_PARAMS, curve->p, curve->n) : attribute(CKA_MODULUS_BITS, &bits, sizeof bits),
        attribute(CKA_PUBLIC_EXPONENT, exponent, sizeof exponent), /* the last: not of EC */
    };
    const CK_ATTRIBUTE private[] = {
        attribute(CKA_TOKEN, &yes, sizeof yes),     attribute(CKA_PRIVATE, &yes, sizeof yes),
        attribute(CKA_SENSITIVE, &yes, sizeof yes), attribute(CKA_EXTRACTABLE, &no, sizeof no),
        attribute(CKA_SIGN, &yes, sizeof yes),      attribute(CKA_LABEL, label.p, label.n),
        attribute(CKA_ID, key_id.p, key_id.n),
    };
    CK_ULONG n_public = sizeof public / sizeof public[0] - (curve ? 1 : 0);
    TRY_TOKEN(err, t->f->C_GenerateKeyPair(t->session, &mechanism, (CK_ATTRIBUTE *)(uintptr_t) public, n_public,
                                           (CK_ATTRIBUTE *)(uintptr_t) private, sizeof private / sizeof private[0],
                                           &out -> public, &out->private));
    return OK;
}

rc token_generate(struct token *t, enum pkey_kind kind, int rsa_bits, str label, str key_id, struct pkey **out,
                  struct err *err)
{
    const str *curve = curve_of(kind);
    struct pair made;
    CK_OBJECT_HANDLE there = 0;
    if (!curve && (kind != PKEY_RSA || rsa_bits < PKEY_RSA_LEAST_BITS || rsa_bits > PKEY_RSA_MOST_BITS))
        return pkey_not_accepted(err, "?");
    LOCKED(&t->mutex);
    rc r = find(t, CKO_PRIVATE_KEY, label, key_id, &there, NULL);
    if (r == OK || r == E_CONFLICT)
        return ERR(err, E_CONFLICT, "KEY-006", N_("The token has a key with the label {1} already."), label);
    if (r != E_NOTFOUND)
        return r;
    TRY(generate(t, kind, (CK_ULONG)rsa_bits, label, key_id, &made, err));
    return wrap(t, made.private, made.public, out, err);
}

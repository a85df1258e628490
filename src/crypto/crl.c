#include "crypto/crl.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>

#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/x509_parts.h"

/* An entry in the index. Its bytes start before `serial`, which is all that is needed to find them again. */
struct crl_slot {
    const char *entry; /* the SEQUENCE's contents */
    uint32_t entry_n;
    uint32_t issuer_at; /* where in the list the certificate's issuer stands (GeneralNames' contents); 0: the CRL's */
};

const char *crl_reason_name(enum crl_reason r)
{
    static const char *const names[] = {
        [CRL_UNSPECIFIED] = "unspecified",
        [CRL_KEY_COMPROMISE] = "keyCompromise",
        [CRL_CA_COMPROMISE] = "cACompromise",
        [CRL_AFFILIATION_CHANGED] = "affiliationChanged",
        [CRL_SUPERSEDED] = "superseded",
        [CRL_CESSATION] = "cessationOfOperation",
        [CRL_HOLD] = "certificateHold",
        [CRL_REMOVE] = "removeFromCRL",
        [CRL_PRIVILEGE_WITHDRAWN] = "privilegeWithdrawn",
        [CRL_AA_COMPROMISE] = "aACompromise",
    };
    const char *name = (size_t)r < sizeof names / sizeof names[0] ? names[r] : NULL;
    return name ? name : names[CRL_UNSPECIFIED];
}

/* ---- entries ---- */

struct entry_extensions {
    enum crl_reason reason;
    str issuer; /* GeneralNames as a whole element; p == NULL: not there */
    bool unknown_critical;
};

static rc read_entry_extensions(str list, struct entry_extensions *x)
{
    str oid;
    str value;
    bool critical = false;
    while (list.n > 0) {
        TRY(x509_take_extension(&list, &oid, &critical, &value));
        if (str_eq(oid, oid_crl_reason))
            TRY(x509_read_reason(value, &x->reason));
        else if (str_eq(oid, oid_certificate_issuer))
            x->issuer = value;
        else if (critical && !str_eq(oid, oid_invalidity_date))
            x->unknown_critical = true;
    }
    return OK;
}

static rc read_entry(str body, struct crl_entry *e, struct entry_extensions *x)
{
    str extensions;
    *x = (struct entry_extensions){.reason = CRL_UNSPECIFIED};
    TRY(der_take(&body, DER_INTEGER, &e->serial));
    TRY(der_take_time(&body, &e->when));
    TRY(der_optional(&body, DER_SEQUENCE, &extensions));
    TRY(der_end(body));
    return extensions.p ? read_entry_extensions(extensions, x) : OK;
}

static str slot_serial(const struct crl_slot *s)
{
    str body = str_n(s->entry, s->entry_n);
    str serial = STR_EMPTY;
    return der_take(&body, DER_INTEGER, &serial) == OK ? serial : STR_EMPTY; /* it was read before */
}

/* Any order that is one: shorter first. */
static int compare_serials(str a, str b)
{
    if (a.n != b.n)
        return a.n < b.n ? -1 : 1;
    return str_cmp(a, b);
}

static int by_serial(const void *x, const void *y)
{
    return compare_serials(slot_serial(x), slot_serial(y));
}

static rc read_entries(struct arena *a, str list, struct crl *c)
{
    size_t n = 0;
    TRY(der_count(list, CRL_BYTES_MAX, &n));
    c->slots = ARENA_ARRAY(a, n ? n : 1, struct crl_slot);
    if (!c->slots)
        return arena_failed(a);
    uint32_t issuer_at = 0; /* stands until the next entry that names one (RFC 5280 section 5.3.3) */
    bool sorted = true;
    while (list.n > 0) {
        str body;
        struct crl_entry e;
        struct entry_extensions x;
        TRY(der_take(&list, DER_SEQUENCE, &body));
        TRY(read_entry(body, &e, &x));
        if (x.issuer.p)
            issuer_at = (uint32_t)(x.issuer.p - c->der.p);
        c->unknown_critical |= x.unknown_critical;
        c->slots[c->n] = (struct crl_slot){.entry = body.p, .entry_n = (uint32_t)body.n, .issuer_at = issuer_at};
        sorted = sorted && (c->n == 0 || by_serial(&c->slots[c->n - 1], &c->slots[c->n]) <= 0);
        c->n++;
    }
    if (!sorted)
        qsort(c->slots, c->n, sizeof c->slots[0], by_serial);
    return OK;
}

/* ---- the list ---- */

static rc read_extension(str *list, struct crl *c)
{
    str oid;
    str value;
    str body;
    bool critical = false;
    TRY(x509_take_extension(list, &oid, &critical, &value));
    if (str_eq(oid, oid_crl_number)) {
        TRY(der_take_natural(&value, &c->number));
        return der_end(value);
    }
    if (str_eq(oid, oid_delta_crl)) {
        TRY(der_take_natural(&value, &c->base_number));
        return der_end(value);
    }
    if (str_eq(oid, oid_issuing_point)) {
        c->has_scope = true;
        return dist_point_of_crl(value, &c->scope);
    }
    if (str_eq(oid, oid_authority_key_id)) {
        TRY(der_only(value, DER_SEQUENCE, &body));
        return der_optional(&body, DER_CONTEXT(0), &c->authority_key_id);
    }
    if (str_eq(oid, oid_expired_certs_on_crl)) {
        c->keeps_expired = true;
        TRY(der_take_time(&value, &c->expired_since));
        return der_end(value);
    }
    if (critical && !str_eq(oid, oid_freshest_crl))
        c->unknown_critical = true;
    return OK;
}

/* TBSCertList (RFC 5280 section 5.1.2). */
static rc read_tbs(struct arena *a, str tbs, struct crl *c)
{
    int64_t version = 0;
    str algorithm;
    str entries = {NULL, 0};
    str extensions;
    if (der_comes(tbs, DER_INTEGER))
        TRY(der_take_i64(&tbs, &version));
    TRY(der_take_whole(&tbs, DER_SEQUENCE, &algorithm));
    if (version > 1 || version < 0 || !str_eq(algorithm, c->algorithm))
        return E_INVALID;
    TRY(der_take_whole(&tbs, DER_SEQUENCE, &c->issuer));
    TRY(der_take_time(&tbs, &c->this_update));
    c->has_next_update = der_comes(tbs, DER_UTC_TIME) || der_comes(tbs, DER_GENERALIZED_TIME);
    if (c->has_next_update)
        TRY(der_take_time(&tbs, &c->next_update));
    TRY(der_optional(&tbs, DER_SEQUENCE, &entries));
    TRY(der_optional(&tbs, DER_CONTEXT_CONSTRUCTED(0), &extensions));
    TRY(der_end(tbs));
    if (extensions.p) {
        TRY(der_only(extensions, DER_SEQUENCE, &extensions));
        while (extensions.n > 0)
            TRY(read_extension(&extensions, c));
    }
    return entries.p ? read_entries(a, entries, c) : OK;
}

static rc read_list(struct arena *a, struct crl *c)
{
    str body;
    str tbs;
    TRY(der_only(c->der, DER_SEQUENCE, &body));
    TRY(der_take_whole(&body, DER_SEQUENCE, &c->tbs));
    TRY(der_take_whole(&body, DER_SEQUENCE, &c->algorithm));
    TRY(der_take_octet_bits(&body, &c->signature));
    TRY(der_end(body));
    TRY(der_only(c->tbs, DER_SEQUENCE, &tbs));
    return read_tbs(a, tbs, c);
}

rc crl_read(struct arena *a, str bytes, struct crl **out, struct err *err)
{
    if (bytes.n > CRL_BYTES_MAX)
        return ERR(err, E_LIMIT, "CRL-002", N_("A revocation list of this size cannot be read."));
    struct crl *c = ARENA_NEW(a, struct crl);
    if (!c)
        return arena_failed(a);
    rc r = x509_der_of(a, bytes, PEM_STRING_X509_CRL, &c->der);
    if (r == OK)
        r = read_list(a, c);
    if (r == E_INVALID)
        return ERR(err, E_INVALID, "CRL-001", N_("This is no certificate revocation list that can be read."));
    TRY(r);
    *out = c;
    return OK;
}

/* ---- looking up ---- */

/* One of GeneralNames is this directory name. */
static bool names_directory(str names, str name)
{
    struct der e;
    while (der_next(&names, &e) == OK)
        if (e.tag == DER_CONTEXT_CONSTRUCTED(4) && cert_name_same(e.body, name))
            return true;
    return false;
}

static bool entry_is_of(const struct crl *c, const struct crl_entry *e, str cert_issuer)
{
    return e->issuer.p ? names_directory(e->issuer, cert_issuer) : cert_name_same(c->issuer, cert_issuer);
}

static bool open_slot(const struct crl *c, const struct crl_slot *s, struct crl_entry *e)
{
    struct entry_extensions x;
    str names = str_sub(c->der, s->issuer_at, c->der.n);
    *e = (struct crl_entry){0};
    if (read_entry(str_n(s->entry, s->entry_n), e, &x) != OK)
        return false;
    e->reason = x.reason;
    return s->issuer_at == 0 || der_take(&names, DER_SEQUENCE, &e->issuer) == OK;
}

bool crl_find(const struct crl *c, str serial, str cert_issuer, struct crl_entry *out)
{
    size_t lo = 0;
    size_t hi = c->n;
    while (lo < hi) { /* the first one that is not smaller */
        size_t middle = lo + (hi - lo) / 2;
        if (compare_serials(slot_serial(&c->slots[middle]), serial) < 0)
            lo = middle + 1;
        else
            hi = middle;
    }
    for (; lo < c->n && str_eq(slot_serial(&c->slots[lo]), serial); lo++)
        if (open_slot(c, &c->slots[lo], out) && entry_is_of(c, out, cert_issuer))
            return true;
    return false;
}

/* ---- signatures ---- */

/* Kinds of keys and parameters that we do not know (DSA). */
static bool signed_by_openssl(const struct crl *c, const struct cert *issuer)
{
    const unsigned char *p = (const unsigned char *)c->der.p;
    X509_CRL *list = d2i_X509_CRL(NULL, &p, (long)c->der.n);
    EVP_PKEY *key = X509_get0_pubkey(issuer->x509);
    bool holds = list && key && X509_CRL_verify(list, key) == 1;
    X509_CRL_free(list);
    ERR_clear_error();
    return holds;
}

bool crl_signed_by(const struct crl *c, const struct cert *issuer)
{
    struct pkey_scheme scheme;
    str algorithm = c->algorithm;
    if (issuer->key && pkey_take_algorithm(&algorithm, DIGEST_NONE, pkey_kind(issuer->key), &scheme) == OK)
        return pkey_verify(issuer->key, scheme, c->tbs, c->signature) == OK;
    return signed_by_openssl(c, issuer);
}

static int compare_numbers(str a, str b)
{
    return compare_serials(a, b); /* without leading zeros the longer one is the larger */
}

bool crl_is_delta_of(const struct crl *delta, const struct crl *base)
{
    if (!delta->base_number.p || base->base_number.p || !delta->number.p || !base->number.p)
        return false;
    return cert_name_same(delta->issuer, base->issuer) && str_eq(delta->authority_key_id, base->authority_key_id) &&
           dist_point_same(delta->has_scope ? &delta->scope : NULL, base->has_scope ? &base->scope : NULL) &&
           compare_numbers(base->number, delta->base_number) >= 0 && compare_numbers(base->number, delta->number) < 0;
}

#include "crypto/cert_make.h"

#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/x509_parts.h"
#include "sys/random.h"

enum { VERSION_3 = 2, USAGE_BITS = 9, KEY_ID_BYTES = 20 };

/* ---- extensions: each writes its value, add() wraps it ---- */

struct making {
    const struct cert_profile *p;
    const struct cert *issuer; /* NULL: self-signed */
    struct buf spki;           /* of the subject's key: OpenSSL takes its time to encode it */
    struct buf value;          /* of one extension */
    struct buf out;            /* TBSCertificate */
};

static void add(struct making *m, str oid, bool critical)
{
    if (buf_rc(&m->value) != OK)
        m->out.error = buf_rc(&m->value);
    x509_put_extension(&m->out, oid, critical, buf_str(&m->value));
    buf_clear(&m->value);
}

/* RFC 7093 section 2 (1): the first 160 bits of the key's SHA-256. */
static rc put_key_id(struct buf *out, str spki)
{
    str body;
    str algorithm;
    str bits;
    TRY(der_only(spki, DER_SEQUENCE, &body));
    TRY(der_take(&body, DER_SEQUENCE, &algorithm));
    TRY(der_take_octet_bits(&body, &bits));
    struct digest_value hash = digest_of(DIGEST_SHA256, bits);
    buf_putn(out, hash.b, KEY_ID_BYTES);
    return buf_rc(out);
}

static rc add_key_ids(struct making *m)
{
    BUF_SCOPED key_id = BUF_INIT(KEY_ID_BYTES);
    TRY(put_key_id(&key_id, buf_str(&m->spki)));
    der_put(&m->value, DER_OCTET_STRING, buf_str(&key_id));
    add(m, oid_subject_key_id, false);
    if (m->issuer && m->issuer->subject_key_id.p) {
        x509_put_key_id(&m->value, m->issuer->subject_key_id);
        add(m, oid_authority_key_id, false);
    }
    return OK;
}

static void add_basic_constraints(struct making *m)
{
    if (!m->p->is_ca)
        return;
    size_t body = der_open(&m->value, DER_SEQUENCE);
    der_put_bool(&m->value, true);
    if (m->p->has_path_length)
        der_put_i64(&m->value, m->p->path_length);
    der_close(&m->value, body);
    add(m, oid_basic_constraints, true);
}

/* A named bit list ends with its last set bit (X.690 section 11.2.2). */
static void add_usage(struct making *m)
{
    unsigned char bits[3] = {0};
    unsigned last = 0;
    if (m->p->usage == 0)
        return;
    for (unsigned i = 0; i < USAGE_BITS; i++) {
        if (!(m->p->usage & 1U << i))
            continue;
        last = i;
        bits[1 + i / 8] |= (unsigned char)(0x80 >> i % 8);
    }
    bits[0] = (unsigned char)(7 - last % 8);
    der_put(&m->value, DER_BIT_STRING, str_n(bits, 2 + last / 8));
    add(m, oid_key_usage, true);
}

static void add_eku(struct making *m)
{
    if (m->p->n_eku == 0)
        return;
    size_t body = der_open(&m->value, DER_SEQUENCE);
    for (size_t i = 0; i < m->p->n_eku; i++)
        der_put(&m->value, DER_OID, m->p->eku[i]);
    der_close(&m->value, body);
    add(m, oid_ext_key_usage, m->p->eku_critical);
}

static void put_subtrees(struct buf *b, unsigned n_tag, const struct cert_subtree *v, size_t n)
{
    static const unsigned char tags[] = {
        [CERT_TREE_DNS] = DER_CONTEXT(2),
        [CERT_TREE_EMAIL] = DER_CONTEXT(1),
        [CERT_TREE_URI] = DER_CONTEXT(6),
        [CERT_TREE_DIRECTORY] = DER_CONTEXT_CONSTRUCTED(4),
    };
    if (n == 0)
        return;
    size_t trees = der_open(b, DER_CONTEXT_CONSTRUCTED(n_tag));
    for (size_t i = 0; i < n; i++) {
        size_t tree = der_open(b, DER_SEQUENCE);
        der_put(b, tags[v[i].kind], v[i].value);
        der_close(b, tree);
    }
    der_close(b, trees);
}

static void add_name_constraints(struct making *m)
{
    const struct cert_profile *p = m->p;
    if (p->n_permitted + p->n_excluded == 0)
        return;
    size_t body = der_open(&m->value, DER_SEQUENCE);
    put_subtrees(&m->value, 0, p->permitted, p->n_permitted);
    put_subtrees(&m->value, 1, p->excluded, p->n_excluded);
    der_close(&m->value, body);
    add(m, oid_name_constraints, true);
}

static void put_policy(struct buf *b, const struct cert_policy *policy)
{
    size_t information = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, policy->oid);
    if (policy->cps.n) {
        size_t qualifiers = der_open(b, DER_SEQUENCE);
        size_t qualifier = der_open(b, DER_SEQUENCE);
        der_put(b, DER_OID, oid_policy_cps);
        der_put(b, DER_IA5_STRING, policy->cps);
        der_close(b, qualifier);
        der_close(b, qualifiers);
    }
    der_close(b, information);
}

static void add_policies(struct making *m)
{
    if (m->p->n_policies == 0)
        return;
    size_t body = der_open(&m->value, DER_SEQUENCE);
    for (size_t i = 0; i < m->p->n_policies; i++)
        put_policy(&m->value, &m->p->policies[i]);
    der_close(&m->value, body);
    add(m, oid_policies, false);
}

static void put_access(struct buf *b, str method, const str *urls, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t description = der_open(b, DER_SEQUENCE);
        der_put(b, DER_OID, method);
        der_put(b, DER_CONTEXT(6), urls[i]);
        der_close(b, description);
    }
}

static void add_addresses(struct making *m)
{
    const struct cert_profile *p = m->p;
    if (p->n_crls) {
        size_t points = der_open(&m->value, DER_SEQUENCE);
        size_t point = der_open(&m->value, DER_SEQUENCE);
        x509_put_point_name(&m->value, p->crls, p->n_crls);
        der_close(&m->value, point);
        der_close(&m->value, points);
        add(m, oid_crl_points, false);
    }
    if (p->n_ocsp + p->n_issuers) {
        size_t body = der_open(&m->value, DER_SEQUENCE);
        put_access(&m->value, oid_ad_ocsp, p->ocsp, p->n_ocsp);
        put_access(&m->value, oid_ad_ca_issuers, p->issuers, p->n_issuers);
        der_close(&m->value, body);
        add(m, oid_authority_info, false);
    }
}

static void add_alt_names(struct making *m)
{
    const struct cert_profile *p = m->p;
    if (p->n_emails + p->n_dns == 0)
        return;
    size_t names = der_open(&m->value, DER_SEQUENCE);
    for (size_t i = 0; i < p->n_emails; i++)
        der_put(&m->value, DER_CONTEXT(1), p->emails[i]);
    for (size_t i = 0; i < p->n_dns; i++)
        der_put(&m->value, DER_CONTEXT(2), p->dns[i]);
    der_close(&m->value, names);
    add(m, oid_subject_alt_name, p->n_subject == 0 && p->subject_name.n == 0); /* section 4.2.1.6 */
}

static void add_qc_statements(struct making *m)
{
    if (!m->p->qc)
        return;
    x509_put_qc(&m->value, m->p->qc);
    add(m, oid_qc_statements, false);
}

static void add_nocheck(struct making *m)
{
    if (!m->p->ocsp_nocheck)
        return;
    der_put(&m->value, DER_NULL, STR_EMPTY);
    add(m, oid_ocsp_nocheck, false);
}

/* ---- the whole ---- */

static void put_serial(struct buf *b, str given)
{
    unsigned char random[CERT_SERIAL_BYTES];
    random_bytes(random, sizeof random);
    random[0] = (unsigned char)((random[0] & 0x7f) | 0x40); /* positive, and always of the same length */
    der_put_natural(b, given.n ? given : str_n(random, sizeof random));
}

static void put_subject(struct making *m)
{
    if (m->p->subject_name.n)
        buf_put(&m->out, m->p->subject_name);
    else
        x509_put_name(&m->out, m->p->subject, m->p->n_subject);
}

static void put_validity(struct making *m)
{
    size_t validity = der_open(&m->out, DER_SEQUENCE);
    der_put_time(&m->out, m->p->not_before);
    der_put_time(&m->out, m->p->not_after);
    der_close(&m->out, validity);
}

static rc put_extensions(struct making *m)
{
    size_t tag = der_open(&m->out, DER_CONTEXT_CONSTRUCTED(3));
    size_t list = der_open(&m->out, DER_SEQUENCE);
    add_basic_constraints(m);
    add_usage(m);
    add_eku(m);
    TRY(add_key_ids(m));
    add_name_constraints(m);
    add_policies(m);
    add_addresses(m);
    add_alt_names(m);
    add_qc_statements(m);
    add_nocheck(m);
    der_close(&m->out, list);
    der_close(&m->out, tag);
    return OK;
}

static rc put_tbs(struct making *m, const struct pkey *key)
{
    size_t tbs = der_open(&m->out, DER_SEQUENCE);
    size_t version = der_open(&m->out, DER_CONTEXT_CONSTRUCTED(0));
    der_put_i64(&m->out, VERSION_3);
    der_close(&m->out, version);
    put_serial(&m->out, m->p->serial);
    pkey_put_algorithm(&m->out, key, pkey_scheme(key));
    if (m->issuer)
        buf_put(&m->out, m->issuer->subject);
    else
        put_subject(m);
    put_validity(m);
    put_subject(m);
    buf_put(&m->out, buf_str(&m->spki));
    TRY(put_extensions(m));
    der_close(&m->out, tbs);
    return buf_rc(&m->out);
}

static bool all_ascii(const str *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!x509_is_ascii(v[i]))
            return false;
    return true;
}

/* A string of another type than its own is one that some read and others refuse. */
static bool texts_fit(const struct cert_profile *p)
{
    for (size_t i = 0; i < p->n_subject; i++)
        if (!x509_text_fits(p->subject[i].oid, p->subject[i].value))
            return false;
    return all_ascii(p->emails, p->n_emails) && all_ascii(p->dns, p->n_dns) && all_ascii(p->crls, p->n_crls) &&
           all_ascii(p->ocsp, p->n_ocsp) && all_ascii(p->issuers, p->n_issuers);
}

static bool is_possible(const struct cert_profile *p, const struct pkey *subject, const struct cert *issuer,
                        const struct pkey *key)
{
    if (p->not_after < p->not_before || (p->has_path_length && !p->is_ca))
        return false;
    if (((p->usage & CERT_KEY_CERT_SIGN) && !p->is_ca) || p->serial.n > CERT_SERIAL_BYTES)
        return false;
    if (!texts_fit(p))
        return false;
    if (!issuer)
        return pkey_same(subject, key);
    return issuer->key && pkey_same(issuer->key, key) && issuer->is_ca &&
           (!issuer->has_usage || (issuer->usage & CERT_KEY_CERT_SIGN));
}

rc cert_make(const struct cert_profile *p, const struct pkey *subject, const struct cert *issuer,
             const struct pkey *key, struct buf *out)
{
    if (!is_possible(p, subject, issuer, key))
        return E_INVALID;
    struct making m = {
        .p = p,
        .issuer = issuer,
        .spki = BUF_INIT(X509_PARTS_MAX),
        .value = BUF_INIT(X509_PARTS_MAX),
        .out = BUF_INIT(X509_PARTS_MAX),
    };
    rc r = pkey_write_spki(subject, &m.spki);
    if (r == OK)
        r = put_tbs(&m, key);
    if (r == OK) {
        size_t whole = der_open(out, DER_SEQUENCE);
        r = x509_put_signed(out, buf_str(&m.out), key);
        der_close(out, whole);
    }
    buf_free(&m.spki);
    buf_free(&m.value);
    buf_free(&m.out);
    return r == OK ? buf_rc(out) : r;
}

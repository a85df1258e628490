#include "crypto/path.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include "crypto/der.h"
#include "crypto/oid.h"

const char *path_fault_name(enum path_fault f)
{
    static const char *const names[] = {
        [PATH_OK] = "ok",
        [PATH_NO_CHAIN] = "no-chain",
        [PATH_TOO_LONG] = "too-long",
        [PATH_BAD_SIGNATURE] = "bad-signature",
        [PATH_NOT_YET_VALID] = "not-yet-valid",
        [PATH_EXPIRED] = "expired",
        [PATH_NOT_A_CA] = "not-a-ca",
        [PATH_LENGTH] = "path-length",
        [PATH_NAMES] = "name-constraints",
        [PATH_POLICY] = "policy",
        [PATH_EXTENSION] = "extension",
        [PATH_OTHER_FAULT] = "other",
        [PATH_REVOKED] = "revoked",
        [PATH_REVOCATION_UNKNOWN] = "revocation-unknown",
    };
    return names[f];
}

static enum path_fault fault_of(int error)
{
    switch (error) {
    case X509_V_OK:
        return PATH_OK;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_SUBJECT_ISSUER_MISMATCH:
    case X509_V_ERR_AKID_SKID_MISMATCH:
    case X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH:
        return PATH_NO_CHAIN;
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
        return PATH_TOO_LONG;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
    case X509_V_ERR_NO_ISSUER_PUBLIC_KEY:
    case X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM:
    case X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH:
    case X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY:
        return PATH_BAD_SIGNATURE;
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return PATH_NOT_YET_VALID;
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return PATH_EXPIRED;
    case X509_V_ERR_INVALID_CA:
    case X509_V_ERR_INVALID_NON_CA:
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
        return PATH_NOT_A_CA;
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
        return PATH_LENGTH;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
    case X509_V_ERR_SUBTREE_MINMAX:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE:
    case X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX:
    case X509_V_ERR_UNSUPPORTED_NAME_SYNTAX:
        return PATH_NAMES;
    case X509_V_ERR_NO_EXPLICIT_POLICY:
    case X509_V_ERR_INVALID_POLICY_EXTENSION:
        return PATH_POLICY;
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
    case X509_V_ERR_INVALID_EXTENSION:
    case X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE:
        return PATH_EXTENSION;
    default:
        return PATH_OTHER_FAULT;
    }
}

/* ---- what OpenSSL is given ---- */

struct walk {
    X509_STORE_CTX *ctx;
    STACK_OF(X509) * anchors, *pool; /* of borrowed certificates */
};

static void walk_end(struct walk *w)
{
    X509_STORE_CTX_free(w->ctx);
    sk_X509_free(w->anchors);
    sk_X509_free(w->pool);
    ERR_clear_error();
}

static STACK_OF(X509) * stack_of(struct cert *const *v, size_t n)
{
    STACK_OF(X509) *s = sk_X509_new_reserve(NULL, (int)n);
    for (size_t i = 0; s && i < n; i++)
        sk_X509_push(s, v[i]->x509); /* room is there */
    return s;
}

static bool add_policy(X509_VERIFY_PARAM *param, str oid)
{
    BUF_SCOPED whole = BUF_INIT(256);
    der_put(&whole, DER_OID, oid);
    const unsigned char *p = (const unsigned char *)whole.p;
    ASN1_OBJECT *o = buf_rc(&whole) == OK ? d2i_ASN1_OBJECT(NULL, &p, (long)whole.n) : NULL;
    if (o && X509_VERIFY_PARAM_add0_policy(param, o) == 1)
        return true;
    ASN1_OBJECT_free(o);
    return false;
}

static bool set_rules(const struct path_trust *t, instant at, X509_VERIFY_PARAM *param)
{
    unsigned long flags = X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_POLICY_CHECK;
    if (t->explicit_policy)
        flags |= X509_V_FLAG_EXPLICIT_POLICY;
    if (t->inhibit_mapping)
        flags |= X509_V_FLAG_INHIBIT_MAP;
    if (t->inhibit_any)
        flags |= X509_V_FLAG_INHIBIT_ANY;
    X509_VERIFY_PARAM_set_depth(param, PATH_LENGTH_MAX - 2); /* certificates between the ends */
    X509_VERIFY_PARAM_set_time(param, (time_t)(at / SECOND));
    bool ok = X509_VERIFY_PARAM_set_flags(param, flags) == 1;
    if (ok && t->n_policies == 0) /* no set at all would be an empty one for OpenSSL */
        ok = add_policy(param, oid_any_policy);
    for (size_t i = 0; ok && i < t->n_policies; i++)
        ok = add_policy(param, t->policies[i]);
    return ok;
}

/* "From notBefore through notAfter, inclusive" (RFC 5280 section 4.1.2.5); for OpenSSL the last second is past it. */
static bool in_last_second(X509_STORE_CTX *ctx)
{
    const ASN1_TIME *end = X509_get0_notAfter(X509_STORE_CTX_get_current_cert(ctx));
    return ASN1_TIME_cmp_time_t(end, X509_VERIFY_PARAM_get_time(X509_STORE_CTX_get0_param(ctx))) == 0;
}

/* OpenSSL asks about each fault that it finds. The dates of an anchor are none. */
static int judge(int ok, X509_STORE_CTX *ctx)
{
    int error = X509_STORE_CTX_get_error(ctx);
    int depth = X509_STORE_CTX_get_error_depth(ctx);
    if (ok || (error != X509_V_ERR_CERT_HAS_EXPIRED && error != X509_V_ERR_CERT_NOT_YET_VALID))
        return ok;
    bool is_anchor = depth > 0 && depth == sk_X509_num(X509_STORE_CTX_get0_chain(ctx)) - 1;
    if (!is_anchor && !(error == X509_V_ERR_CERT_HAS_EXPIRED && in_last_second(ctx)))
        return 0;
    X509_STORE_CTX_set_error(ctx, X509_V_OK);
    return 1;
}

static rc walk_start(struct walk *w, const struct path_trust *t, const struct cert *leaf, instant at)
{
    w->ctx = X509_STORE_CTX_new();
    w->anchors = stack_of(t->anchors, t->n_anchors);
    w->pool = stack_of(t->pool, t->n_pool);
    if (!w->ctx || !w->anchors || !w->pool || X509_STORE_CTX_init(w->ctx, NULL, leaf->x509, w->pool) != 1)
        return E_NOMEM;
    X509_STORE_CTX_set0_trusted_stack(w->ctx, w->anchors);
    X509_STORE_CTX_set_verify_cb(w->ctx, judge);
    return set_rules(t, at, X509_STORE_CTX_get0_param(w->ctx)) ? OK : E_NOMEM;
}

/* ---- what it answers ---- */

static const struct cert *among(struct cert *const *v, size_t n, const X509 *x)
{
    for (size_t i = 0; i < n; i++)
        if (v[i]->x509 == x)
            return v[i];
    return NULL;
}

static void take_chain(const struct path_trust *t, const struct cert *leaf, STACK_OF(X509) * chain, struct path *out)
{
    int n = chain ? sk_X509_num(chain) : 0;
    for (int i = 0; i < n && out->n < PATH_LENGTH_MAX; i++) {
        const X509 *x = sk_X509_value(chain, i);
        const struct cert *c = x == leaf->x509 ? leaf : among(t->anchors, t->n_anchors, x);
        if (!c)
            c = among(t->pool, t->n_pool, x);
        if (!c)
            return;
        out->v[out->n++] = c;
    }
}

rc path_build(const struct path_trust *t, const struct cert *leaf, instant at, struct path *out)
{
    struct walk w = {0};
    *out = (struct path){.fault = PATH_NO_CHAIN};
    rc r = walk_start(&w, t, leaf, at);
    if (r == OK) {
        bool holds = X509_verify_cert(w.ctx) == 1;
        int error = X509_STORE_CTX_get_error(w.ctx);
        int depth = X509_STORE_CTX_get_error_depth(w.ctx);
        take_chain(t, leaf, X509_STORE_CTX_get0_chain(w.ctx), out);
        out->fault = fault_of(error);
        out->at = depth >= 0 && (size_t)depth < out->n ? (size_t)depth : 0;
        if (holds)
            out->fault = PATH_OK;
        else if (out->fault == PATH_OK)
            out->fault = PATH_OTHER_FAULT;
        if (!holds && error == X509_V_ERR_OUT_OF_MEM)
            r = E_NOMEM;
    }
    walk_end(&w);
    return r;
}

#include "crypto/cert_constraints.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

static NAME_CONSTRAINTS *constraints_of(const struct cert *issuer)
{
    NAME_CONSTRAINTS *nc = X509_get_ext_d2i(issuer->x509, NID_name_constraints, NULL, NULL);
    ERR_clear_error();
    return nc;
}

bool cert_constrains_names(const struct cert *issuer)
{
    return X509_get_ext_by_NID(issuer->x509, NID_name_constraints, -1) >= 0;
}

static bool has_dns_name(X509 *x)
{
    bool found = false;
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++)
        found = found || sk_GENERAL_NAME_value(names, i)->type == GEN_DNS;
    GENERAL_NAMES_free(names);
    return found;
}

/* Without a DNS name of its own a common name that looks like one is held to be it, as by X509_verify_cert(). */
bool cert_names_allowed(const struct cert *c, const struct cert *issuer)
{
    if (!cert_constrains_names(issuer))
        return true;
    NAME_CONSTRAINTS *nc = constraints_of(issuer);
    X509_check_purpose(c->x509, -1, 0); /* has the alternative names read: the check looks at what was read before */
    int fault = nc ? NAME_CONSTRAINTS_check(c->x509, nc) : X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX;
    if (fault == X509_V_OK && !c->is_ca && !has_dns_name(c->x509))
        fault = NAME_CONSTRAINTS_check_CN(c->x509, nc);
    NAME_CONSTRAINTS_free(nc);
    ERR_clear_error();
    return fault == X509_V_OK;
}

/* ---- in words ---- */

static void put_tree(struct buf *b, const GENERAL_NAME *name, const char *sign)
{
    int type;
    const ASN1_STRING *value = GENERAL_NAME_get0_value(name, &type);
    bool text = type == GEN_EMAIL || type == GEN_DNS || type == GEN_URI;
    buf_printf(b, "%s%s", b->n > 0 ? ", " : "", sign);
    if (text)
        buf_put(b, str_n(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value)));
    else
        buf_put(b, STR("…"));
}

static void put_trees(struct buf *b, const STACK_OF(GENERAL_SUBTREE) * v, const char *sign)
{
    for (int i = 0; i < sk_GENERAL_SUBTREE_num(v); i++)
        put_tree(b, sk_GENERAL_SUBTREE_value(v, i)->base, sign);
}

str cert_constraints_text(struct arena *a, const struct cert *issuer)
{
    BUF_SCOPED b = BUF_INIT(CERT_BYTES_MAX);
    NAME_CONSTRAINTS *nc = constraints_of(issuer);
    if (nc) {
        put_trees(&b, nc->permittedSubtrees, "");
        put_trees(&b, nc->excludedSubtrees, "− ");
    }
    NAME_CONSTRAINTS_free(nc);
    return arena_str(a, buf_str(&b));
}

/* Name constraints, before an authority's key signs: the certificate is made once with a key that is thrown away, as
 * linters of certificates do, and its names are judged by what judges them in a path. */
#include "crypto/cert_constraints.h"
#include "mod/sign/trust/trust.h"

static rc draft(struct arena *a, const struct cert_profile *p, struct cert **out)
{
    BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
    struct pkey *key = NULL;
    TRY(pkey_generate(PKEY_P256, 0, &key));
    TRY(pkey_in(a, key));
    TRY(cert_make(p, key, NULL, key, &der));
    return cert_read(a, buf_str(&der), out, NULL);
}

rc trust_within(struct tx *tx, struct arena *a, const struct trust_authority *by, const struct cert_profile *p,
                bool *allowed, str *limits)
{
    struct trust_authority at = *by;
    struct cert *names = NULL;
    *allowed = true;
    for (int i = 0; i < TRUST_AUTHORITIES_MAX && *allowed; i++) {
        if (cert_constrains_names(at.cert)) {
            if (!names)
                TRY(draft(a, p, &names));
            *allowed = cert_names_allowed(names, at.cert);
            *limits = cert_constraints_text(a, at.cert);
        }
        if (at.issuer == at.id)
            break;
        TRY(trust_authority_get(tx, a, at.issuer, &at));
    }
    return arena_rc(a);
}

/* A certificate for one signature: a fresh key, certified by the issuing authority, used once and forgotten. Nobody can
 * sign with it again, not this program either; how the person was known when it was used is in the room's history. */
#include "base/utf8.h"
#include "crypto/oid.h"
#include "mod/sign/rooms/seal_impl.h"

static rc issuing(const struct act *x, struct trust_authority *out)
{
    rc r = trust_authority_named(x->tx, x->a, STR_EMPTY, out);
    if (r != E_NOTFOUND)
        return r;
    err_clear(tx_err(x->tx));
    return ERR(tx_err(x->tx), E_UNAVAILABLE, "RM-019",
               N_("Nothing can be signed here yet: this installation has no certification authority."));
}

/* The issuers from the issuing authority up; a root is with whoever trusts it. */
static rc chain_of(const struct act *x, const struct trust_authority *by, struct seal_once *out)
{
    struct trust_authority at = *by;
    while (at.issuer != at.id && out->n_chain < TRUST_AUTHORITIES_MAX) {
        out->chain[out->n_chain++] = at.cert;
        TRY(trust_authority_get(x->tx, x->a, at.issuer, &at));
    }
    return OK;
}

static rc certify(const struct act *x, const struct app *app, const struct trust_authority *by,
                  enum trust_profile profile, str name, str email, struct seal_once *out)
{
    int64_t hours;
    struct pkey *authority = NULL;
    struct trust_issued issued;
    const struct cert_attribute subject[] = {{oid_common_name, utf8_first(name, CERT_NAME_CHARACTERS)}};
    TRY(sign_param(x->tx, "once.hours", x->at, &hours));
    const struct trust_order o = {profile,
                                  {.subject = subject,
                                   .n_subject = 1,
                                   .emails = &email,
                                   .n_emails = email.n > 0,
                                   .not_after = x->at + hours * HOUR},
                                  out->key,
                                  STR("sign.room")};
    TRY(trust_key_load(x->tx, app, x->a, by->key, &authority));
    TRY(trust_issue(x, app, by, authority, &o, &issued));
    out->cert = issued.cert;
    return OK;
}

rc seal_once_make(const struct act *x, const struct app *app, enum trust_profile profile, str name, str email,
                  struct seal_once *out)
{
    struct trust_authority by;
    *out = (struct seal_once){.n_chain = 0};
    TRY(issuing(x, &by));
    TRY(chain_of(x, &by, out));
    TRY(pkey_generate(PKEY_P256, 0, &out->key));
    TRY(pkey_in(x->a, out->key));
    TRY(certify(x, app, &by, profile, name, email, out));
    return cms_signer_make(x->a, out->key, out->cert, out->chain, out->n_chain, NULL, &out->signer, tx_err(x->tx));
}

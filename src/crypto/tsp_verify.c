/* Judging a time-stamp token. */
#include "crypto/oid.h"
#include "crypto/tsp.h"

const char *tsp_outcome_name(enum tsp_outcome o)
{
    static const char *const names[] = {
        [TSP_VALID] = "valid",
        [TSP_IMPRINT] = "imprint",
        [TSP_NONCE] = "nonce",
        [TSP_POLICY] = "policy",
        [TSP_PURPOSE] = "purpose",
        [TSP_NO_SIGNING_CERT] = "no-signing-certificate",
        [TSP_WEAK_IMPRINT] = "weak-imprint",
        [TSP_SIGNATURE] = "signature",
    };
    return names[o];
}

/* RFC 3161 section 2.3: the extension is critical and names nothing else. */
static bool for_timestamps(const struct cert *c)
{
    const unsigned signing = CERT_DIGITAL_SIGNATURE | CERT_CONTENT_COMMITMENT;
    return c->n_eku == 1 && c->eku_critical && cert_has_eku(c, oid_eku_timestamping) &&
           (!c->has_usage || c->usage & signing);
}

rc tsp_signer_check(const struct cert *c, struct err *err)
{
    if (!for_timestamps(c))
        return ERR(err, E_INVALID, "TSP-004",
                   N_("This certificate may not sign time-stamps: its extended key usage must be critical and name "
                      "time-stamping alone."));
    return OK;
}

/* RFC 3161 section 2.4.2: the same imprint, nonce and policy as in the request. */
static enum tsp_outcome answers(const struct tsp_info *t, const struct tsp_request *asked)
{
    if (t->digest != asked->digest || !str_eq(t->imprint, asked->imprint))
        return TSP_IMPRINT;
    if (asked->nonce.p && (!t->nonce.p || !str_eq(t->nonce, asked->nonce)))
        return TSP_NONCE;
    if (asked->policy.p && !str_eq(t->policy, asked->policy))
        return TSP_POLICY;
    return TSP_VALID;
}

static enum tsp_outcome judge(const struct tsp_token *t, str imprint, const struct tsp_request *asked,
                              const struct cms_check *cms)
{
    if (t->info.digest == DIGEST_NONE || !str_eq(t->info.imprint, imprint))
        return TSP_IMPRINT;
    enum tsp_outcome o = asked ? answers(&t->info, asked) : TSP_VALID;
    if (o != TSP_VALID)
        return o;
    if (cms->outcome != CMS_VALID)
        return TSP_SIGNATURE;
    if (!cms->names_cert)
        return TSP_NO_SIGNING_CERT;
    if (!for_timestamps(cms->cert))
        return TSP_PURPOSE;
    return digest_is_strong(t->info.digest) ? TSP_VALID : TSP_WEAK_IMPRINT;
}

rc tsp_verify(const struct tsp_token *t, str imprint, const struct tsp_request *asked, struct cert *const *pool,
              size_t n_pool, struct tsp_check *out)
{
    *out = (struct tsp_check){.outcome = TSP_SIGNATURE};
    TRY(cms_verify(t->cms, &t->cms->signatures[0], NULL, pool, n_pool, &out->cms));
    out->outcome = judge(t, imprint, asked, &out->cms);
    return OK;
}

rc tsp_accept(struct arena *a, str response, const struct tsp_request *asked, struct tsp_token *out, struct err *err)
{
    str der;
    struct tsp_check check;
    TRY(tsp_response_read(response, &der, err));
    TRY(tsp_token_read(a, der, out, err));
    TRY(tsp_verify(out, asked->imprint, asked, NULL, 0, &check));
    if (check.outcome != TSP_VALID)
        return ERR(err, E_INVALID, "TSP-003", N_("The time-stamp does not answer what was asked: {1}."),
                   str_of(tsp_outcome_name(check.outcome)));
    return OK;
}

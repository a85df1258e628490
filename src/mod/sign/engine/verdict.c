#include "mod/sign/engine/verdict.h"

#include "base/err.h"

const char *verdict_name(enum verdict v)
{
    static const char *const names[] = {
        [VERDICT_PASSED] = "TOTAL-PASSED",
        [VERDICT_INDETERMINATE] = "INDETERMINATE",
        [VERDICT_FAILED] = "TOTAL-FAILED",
    };
    return names[v];
}

#define ROW(name, which, words) [SUB_##name] = {#name, which, words}
static const struct {
    const char *name;
    enum verdict verdict;
    const char *words;
} table[SUB_INDICATIONS] = {
    [SUB_NONE] = {"", VERDICT_PASSED, N_("The signature holds, and so does everything it rests on.")},
    ROW(FORMAT_FAILURE, VERDICT_FAILED, N_("The signature is not built as its format demands.")),
    ROW(HASH_FAILURE, VERDICT_FAILED, N_("The document is not the one that was signed.")),
    ROW(SIG_CRYPTO_FAILURE, VERDICT_FAILED,
        N_("The signature was not made with the key of this certificate, or was altered.")),
    ROW(REVOKED, VERDICT_FAILED, N_("The certificate had been revoked before the signature was made.")),
    ROW(EXPIRED, VERDICT_FAILED, N_("The certificate had expired before the signature was made.")),
    ROW(NOT_YET_VALID, VERDICT_FAILED, N_("The signature was made before the certificate became valid.")),
    ROW(SIG_CONSTRAINTS_FAILURE, VERDICT_INDETERMINATE,
        N_("Something about the signature is not as the rules for it demand.")),
    ROW(CHAIN_CONSTRAINTS_FAILURE, VERDICT_INDETERMINATE,
        N_("The certificates lead to a trusted one, but not in the way that they allow.")),
    ROW(CERTIFICATE_CHAIN_GENERAL_FAILURE, VERDICT_INDETERMINATE, N_("The certificates could not be checked.")),
    ROW(CRYPTO_CONSTRAINTS_FAILURE, VERDICT_INDETERMINATE,
        N_("An algorithm or key was used that is not strong enough.")),
    ROW(CRYPTO_CONSTRAINTS_FAILURE_NO_POE, VERDICT_INDETERMINATE,
        N_("An algorithm or key was used that is no longer strong enough, and nothing proves that the signature "
           "existed while it was.")),
    ROW(POLICY_PROCESSING_ERROR, VERDICT_INDETERMINATE, N_("The signature names a policy that could not be read.")),
    ROW(SIGNATURE_POLICY_NOT_AVAILABLE, VERDICT_INDETERMINATE, N_("The signature names a policy that is not at hand.")),
    ROW(TIMESTAMP_ORDER_FAILURE, VERDICT_INDETERMINATE, N_("The time-stamps contradict each other.")),
    ROW(NO_SIGNING_CERTIFICATE_FOUND, VERDICT_INDETERMINATE, N_("The signer's certificate is not at hand.")),
    ROW(NO_CERTIFICATE_CHAIN_FOUND, VERDICT_INDETERMINATE,
        N_("No path of certificates leads from the signer to one that is trusted here. Anybody can make a certificate "
           "in any name: ask the signer in another way whether it is theirs.")),
    ROW(NO_CERTIFICATE_CHAIN_FOUND_NO_POE, VERDICT_INDETERMINATE,
        N_("The trust in the path of certificates has ended, and nothing proves that the signature existed before.")),
    ROW(REVOKED_NO_POE, VERDICT_INDETERMINATE,
        N_("The certificate has been revoked, and nothing proves that the signature existed before.")),
    ROW(REVOKED_CA_NO_POE, VERDICT_INDETERMINATE,
        N_("A certification authority's certificate has been revoked, and nothing proves that the signature existed "
           "before.")),
    ROW(OUT_OF_BOUNDS_NOT_REVOKED, VERDICT_INDETERMINATE,
        N_("The certificate is not in date, and nothing proves that the signature existed while it was. It was not "
           "revoked.")),
    ROW(OUT_OF_BOUNDS_NO_POE, VERDICT_INDETERMINATE,
        N_("The certificate is not in date, and nothing proves that the signature existed while it was.")),
    ROW(REVOCATION_OUT_OF_BOUNDS_NO_POE, VERDICT_INDETERMINATE,
        N_("What says that the certificate was not revoked is itself out of date.")),
    ROW(NO_POE, VERDICT_INDETERMINATE,
        N_("Nothing proves that the signature existed while its certificate could be relied on.")),
    ROW(TRY_LATER, VERDICT_INDETERMINATE, N_("Whether the certificate was revoked is not known yet. Try again later.")),
    ROW(SIGNED_DATA_NOT_FOUND, VERDICT_INDETERMINATE, N_("What was signed is not at hand.")),
};

const char *sub_indication_name(enum sub_indication s)
{
    return table[s].name;
}

enum verdict sub_indication_verdict(enum sub_indication s)
{
    return table[s].verdict;
}

const char *sub_indication_words(enum sub_indication s)
{
    return table[s].words;
}

#include "mod/sign/engine/xades.h"

static const struct {
    const char *name, *text;
} words[] = {
    [XADES_VALID] = {"valid", N_("The signature holds.")},
    [XADES_FORMAT] = {"format", N_("Parts of the signature are missing, or stand where they must not.")},
    [XADES_SEVERAL] = {"several", N_("The document has more than one signature.")},
    [XADES_REFERENCE] = {"reference", N_("What the signature refers to is ambiguous, or is not what it has to cover.")},
    [XADES_TRANSFORM] = {"transform", N_("The signature uses a transformation that could hide something.")},
    [XADES_NOT_COVERED] = {"not-covered", N_("Something that looks signed is not covered by the signature.")},
    [XADES_NO_CONTENT] = {"no-content", N_("A file that was signed is not here.")},
    [XADES_DIGEST_MISMATCH] = {"digest-mismatch", N_("The content was changed after it was signed.")},
    [XADES_NO_CERTIFICATE] = {"no-certificate", N_("The signer's certificate is missing.")},
    [XADES_CERT_MISMATCH] = {"cert-mismatch", N_("The signature names another certificate than the one inside.")},
    [XADES_ALGORITHM] = {"algorithm", N_("The signature uses an algorithm that is not known here.")},
    [XADES_SIGNATURE_WRONG] = {"signature-wrong", N_("The signature does not hold.")},
    [XADES_WEAK_DIGEST] = {"weak-digest", N_("The signature holds, but was made with a digest that is broken today.")},
};

const char *xades_outcome_name(enum xades_outcome o)
{
    return words[o].name;
}

const char *xades_outcome_text(enum xades_outcome o)
{
    return words[o].text;
}

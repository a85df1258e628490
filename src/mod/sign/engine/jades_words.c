#include "mod/sign/engine/jades.h"

static const struct {
    const char *name, *text;
} words[] = {
    [JADES_VALID] = {"valid", N_("The signature holds.")},
    [JADES_FORMAT] = {"format", N_("Parts of the signature are missing, or stand where they must not.")},
    [JADES_CRITICAL] = {"critical", N_("The signature demands something that is not understood here.")},
    [JADES_NO_CONTENT] = {"no-content", N_("A file that was signed is not here.")},
    [JADES_DIGEST_MISMATCH] = {"digest-mismatch", N_("The content was changed after it was signed.")},
    [JADES_NO_CERTIFICATE] = {"no-certificate", N_("The signer's certificate is missing.")},
    [JADES_CERT_MISMATCH] = {"cert-mismatch", N_("The signature names another certificate than the one inside.")},
    [JADES_ALGORITHM] = {"algorithm", N_("The signature uses an algorithm that is not known here.")},
    [JADES_SIGNATURE_WRONG] = {"signature-wrong", N_("The signature does not hold.")},
};

const char *jades_outcome_name(enum jades_outcome o)
{
    return words[o].name;
}

const char *jades_outcome_text(enum jades_outcome o)
{
    return words[o].text;
}

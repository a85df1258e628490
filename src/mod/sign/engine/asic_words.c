#include "mod/sign/engine/asic.h"

static const struct {
    const char *name, *text;
} words[] = {
    [ASIC_VALID] = {"valid", N_("The signatures hold and cover every file.")},
    [ASIC_MIMETYPE] = {"mimetype", N_("The container does not begin with its type as it has to.")},
    [ASIC_NO_SIGNATURE] = {"no-signature", N_("The container has no signature.")},
    [ASIC_MANIFEST] = {"manifest", N_("A signature's list of files is missing, or contradicts itself: {1}")},
    [ASIC_FILE_MISSING] = {"file-missing", N_("A file that was signed is not in the container: {1}")},
    [ASIC_FILE_CHANGED] = {"file-changed", N_("A file was changed after it was signed: {1}")},
    [ASIC_SIGNATURE] = {"signature", N_("A signature in the container does not hold: {1}")},
    [ASIC_NOT_SIGNED] = {"not-signed", N_("The container has a file that nobody signed: {1}")},
    [ASIC_WEAK_DIGEST] = {"weak-digest", N_("The signature holds, but was made with a digest that is broken today.")},
};

const char *asic_outcome_name(enum asic_outcome o)
{
    return words[o].name;
}

const char *asic_outcome_text(enum asic_outcome o)
{
    return words[o].text;
}

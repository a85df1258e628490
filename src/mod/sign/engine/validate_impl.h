/* Shared by validate_*.c: what a reader's judgement of one signature becomes for sign_judge(). */
#ifndef RISE_SIGN_VALIDATE_IMPL_H
#define RISE_SIGN_VALIDATE_IMPL_H
#include "crypto/cms.h"
#include "mod/sign/engine/gather.h"
#include "mod/sign/engine/xades.h"

/* An XML signature and the files that it may refer to. `g` gets the certificates and revocation data that stand in it,
 * before it is verified with them; then the subject is made of what was found, with its time-stamps. */
struct xades_reading {
    struct arena *a;
    const struct xades *xades;
    size_t i;
    struct sign_files files;
};
rc validate_xades_gather(const struct xades_reading *x, struct gathered *g);
rc validate_xades_subject(const struct xades_reading *x, const struct xades_check *check, struct gathered *g,
                          struct sign_subject *out);

/* The same for CMS. */
struct cms_reading {
    struct arena *a;
    const struct cms *cms;
    const struct cms_signature *one;
    str bytes; /* what is signed; p == NULL: not at hand */
};
rc validate_cms_subject(const struct cms_reading *x, const struct cms_check *check, struct gathered *g,
                        struct sign_subject *out);

/* What is said of a signature and the files beside it; of one that is at fault otherwise nothing. */
void sign_say_missing(struct sign_subject *s, str name); /* it covers this one, which was not given */
void sign_say_other(struct sign_subject *s);             /* it holds, over another file than the one given */
void sign_say_over_one(struct sign_subject *s);          /* it can be over one only, and several were given */
/* It holds, and covers those marked: whether that is all that were given. */
void sign_compare_covered(struct sign_subject *s, struct sign_files files, const bool *covered);
#endif

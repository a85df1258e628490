/* XAdES and JAdES signatures brought before sign_judge() (EN 319 102-1): what their readers found becomes a subject.
 *
 * Ownership: results live in the arena and point to what was given. Threads: as xades.h and jades.h. Errors: E_LIMIT
 * and E_NOMEM only; what is wrong with a signature is the judgement. */
#ifndef RISE_SIGN_VALIDATE_XML_H
#define RISE_SIGN_VALIDATE_XML_H
#include "mod/sign/engine/jades_extend.h"
#include "mod/sign/engine/judge.h"
#include "mod/sign/engine/xades_extend.h"

enum sub_indication sub_of_xades(enum xades_outcome o); /* SUB_NONE for XADES_VALID */
enum sub_indication sub_of_jades(enum jades_outcome o); /* SUB_NONE for JADES_VALID */

struct xml_judged {
    struct xades_check xades; /* or */
    struct jades_check jades;
    struct sign_subject subject;
    struct sign_judgement result;
};
/* Signature `i`; `files`: what a detached one refers to. */
rc validate_xades(struct arena *a, const struct xades *x, size_t i, const struct sign_data *files, size_t n_files,
                  const struct sign_rules *r, struct xml_judged *out);
rc validate_jades(struct arena *a, const struct jades *j, const struct sign_data *files, size_t n_files,
                  const struct sign_rules *r, struct xml_judged *out);
#endif

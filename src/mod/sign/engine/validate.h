/* The signatures of a file that is no PDF, each judged: CMS (CAdES), XML (XAdES), JSON (JAdES), and ASiC
 * containers, which hold some of these.
 *
 * Ownership: results live in the arena and point into what was given. Threads: pure functions. Errors: E_NOMEM and
 * E_LIMIT of the arena only; a file that cannot be read is an outcome with .unreadable. */
#ifndef RISE_SIGN_VALIDATE_H
#define RISE_SIGN_VALIDATE_H
#include "mod/sign/engine/asic.h"
#include "mod/sign/engine/data.h"
#include "mod/sign/engine/judge.h"

struct sign_judged {
    struct sign_subject subject;
    struct sign_judgement result;
};
struct sign_outcome {
    struct err unreadable; /* .code OK: it could be read */
    struct sign_judged *v;
    size_t n;
};
/* `files`: those beside the signature. One that it does not cover is said, never passed over. */
rc validate_cms(struct arena *a, str der, struct sign_files files, const struct sign_rules *r,
                struct sign_outcome *out);
rc validate_xades(struct arena *a, str xml, struct sign_files files, const struct sign_rules *r,
                  struct sign_outcome *out);
rc validate_jades(struct arena *a, str json, struct sign_files files, const struct sign_rules *r,
                  struct sign_outcome *out);
/* `container` and `check`: which files each of out->v covers, and what is wrong with the container itself; NULL when it
 * could not be read. */
rc validate_asic(struct arena *a, str bytes, const struct sign_rules *r, struct sign_outcome *out,
                 struct asic **container, struct asic_check *check);

/* Room for `n` of them; else the arena's failure. */
rc sign_outcome_room(struct arena *a, size_t n, struct sign_outcome *out);
/* A reader's failure: of memory it stays one, anything else is said in out->unreadable. */
rc sign_unreadable(const struct arena *a, rc r, const struct err *why, struct sign_outcome *out);
#endif

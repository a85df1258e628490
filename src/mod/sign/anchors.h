/* Whom the validation trusts, from files of the operator's.
 *
 *     FOLDER              certificates: trusted, the law presumes nothing (Art. 4)
 *     FOLDER/licensed    certification authorities licensed in Taiwan (Art. 6)
 *     FOLDER/foreign     foreign ones accepted as equal (Art. 15); NAME.txt beside NAME.cer says why
 *     FOLDER/lists       trusted lists, NAME.xml (engine/tsl.h); NAME.pem beside it has the certificates of the scheme
 *                        operator; a NAME.txt says why all on it are accepted as equal (Art. 15), without it: Art. 4
 *
 * Certificates are PEM or DER; CRLs that lie among them are evidence. In `licensed`, too, a NAME.txt may say why. One
 * file instead of a folder is trusted as in FOLDER. Other files are left out.
 *
 * Ownership: everything lives in the arena. Errors: SIG-602 E_NOTFOUND nothing there; SIG-603 E_LIMIT more than
 * ANCHORS_MAX; SIG-604 E_INVALID a foreign one without its reason; SYS-001; those of engine/tsl.h. */
#ifndef RISE_SIGN_ANCHORS_H
#define RISE_SIGN_ANCHORS_H
#include "mod/sign/engine/judge.h"

enum { ANCHORS_MAX = 1024, ANCHOR_FILE_MAX = 4 << 20 };

/* Sets the anchors and CRLs of `rules` and adds to its warnings; rules->now is set already, the rest stays. */
rc anchors_read(struct arena *a, const char *path, struct sign_rules *rules, struct err *err);

/* Adds the services of one trusted list; `operators`: a file with its scheme operator's certificates, `reason`: why
 * those on it are accepted as equal, empty: they are not. A list that is out of date is used all the same, with the
 * warning "list-expired". */
rc anchors_read_list(struct arena *a, const char *list, const char *operators, str reason, struct sign_rules *rules,
                     struct err *err);
#endif

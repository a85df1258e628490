/* Whom the validation trusts, from files of the operator's.
 *
 *     FOLDER              certificates: trusted, the law presumes nothing (Art. 4)
 *     FOLDER/licensed    certification authorities licensed in Taiwan (Art. 6)
 *     FOLDER/foreign     foreign ones accepted as equal (Art. 15); NAME.txt beside NAME.cer says why
 *
 * Certificates are PEM or DER; CRLs that lie among them are evidence. In `licensed`, too, a NAME.txt may say why. One
 * file instead of a folder is trusted as in FOLDER. Other files are left out.
 *
 * Ownership: everything lives in the arena. Errors: SIG-602 E_NOTFOUND nothing there; SIG-603 E_LIMIT more than
 * ANCHORS_MAX; SIG-604 E_INVALID a foreign one without its reason; SYS-001. */
#ifndef RISE_SIGN_ANCHORS_H
#define RISE_SIGN_ANCHORS_H
#include "mod/sign/engine/judge.h"

enum { ANCHORS_MAX = 1024, ANCHOR_FILE_MAX = 4 << 20 };

/* Sets the anchors and CRLs of `rules`; the rest stays. */
rc anchors_read(struct arena *a, const char *path, struct sign_rules *rules, struct err *err);
#endif

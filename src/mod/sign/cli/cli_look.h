/* What is seen of a signature on a page. */
#ifndef RISE_SIGN_CLI_LOOK_H
#define RISE_SIGN_CLI_LOOK_H
#include "mod/sign/cli/cli_sign.h"
#include "mod/sign/engine/pdf_place.h"

/* Sets the page, the rectangle and the stamp of `p` by the options; without --visible nothing. SIG-607 E_INVALID the
 * option cannot be read; those of engine/pdf_page.h and web/pdf.h. */
rc cli_look(struct sign_run *x, struct pdf_doc *doc, struct pdf_place *p, struct err *err);
#endif

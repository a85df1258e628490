/* A report written down: JSON for programs (field names are stable, see README.md), text for a terminal, PDF for
 * files.
 *
 * Errors: E_NOMEM, E_LIMIT; those of web/pdf.h. */
#ifndef RISE_SIGN_REPORT_WRITE_H
#define RISE_SIGN_REPORT_WRITE_H
#include "mod/sign/report/told.h"

#define REPORT_JSON_TYPE "rise-signature-report/1"

rc report_json(struct arena *a, const struct report *r, enum lang lang, struct buf *out);
rc report_text(const struct told *t, enum lang lang, struct buf *out);
rc report_pdf(const struct told *t, enum lang lang, instant made, bool demo, struct buf *out, struct err *err);
#endif

/* Strings of PDF as text: PDFDocEncoding, UTF-16BE or UTF-8 with a mark (ISO 32000-2, 7.9.2) to UTF-8 and back; dates.
 */
#ifndef RISE_SIGN_PDF_TEXT_H
#define RISE_SIGN_PDF_TEXT_H

#include "base/when.h"
#include "mod/sign/engine/pdf_value.h"

/* UTF-8; what is no character becomes U+FFFD. "" for NULL and for what is no string; p == NULL: see arena_rc(). */
str pdf_text(struct arena *a, const struct pdf_value *v);

/* Appends a string object: literal when `utf8` is printable ASCII, else UTF-16BE in hexadecimal digits. */
void pdf_put_text(struct buf *out, str utf8);

/* D:YYYYMMDDHHmmSSOHH'mm (7.9.4), parts from the month on may be missing; without an offset UTC is assumed. */
rc pdf_date(str text, instant *out);           /* E_INVALID */
void pdf_put_date(struct buf *out, instant t); /* "(D:20260501083000Z)" */

#endif

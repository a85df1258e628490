/* Private to pdf*.c: a document as cairo wrote it, with smaller fonts. */
#ifndef RISE_WEB_PDF_SLIM_H
#define RISE_WEB_PDF_SLIM_H
#include "base/buf.h"

enum { PDF_RAW_MAX = 128 << 20 }; /* bytes of a document before */

/* Appends it; as it is, when it is not of cairo's form. E_NOMEM; E_LIMIT: of `out`. Pure function. */
rc pdf_slim(str pdf, struct buf *out);
#endif

/* What compiled views write with. A view never sees a raw buffer operation without an escape: the C type decides.
 * `html` is text that is markup already (made by another view or component); `url` is an address that was checked. */
#ifndef RISE_WEB_HTML_H
#define RISE_WEB_HTML_H

#include "base/buf.h"
#include "base/money.h"
#include "base/when.h"
#include "web/ctx.h"
#include "web/i18n.h"

typedef struct html { str s; } html;
typedef struct url { str s; } url;

/* http(s), mailto and site-relative addresses only; anything else becomes "#". */
url url_checked(str s);

#endif

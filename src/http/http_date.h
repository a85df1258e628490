/* Times in HTTP's headers. */
#ifndef RISE_HTTP_HTTP_DATE_H
#define RISE_HTTP_HTTP_DATE_H
#include "base/buf.h"
#include "base/when.h"

void buf_http_date(struct buf *b, instant t); /* RFC 9110 section 5.6.7: Sun, 06 Nov 1994 08:49:37 GMT */
#endif

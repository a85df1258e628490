/* The program's own log (not the public Merkle log): one logfmt line per event on stderr, written with one write(2).
 * Called only at the boundary (request end, job end, start, stop), never by library code. Personal data and secrets do
 * not belong here. Thread-safe. */
#ifndef RISE_SYS_LOG_H
#define RISE_SYS_LOG_H
#include "base/str.h"

enum log_level { LOG_DEBUG_, LOG_INFO_, LOG_WARN_, LOG_ERROR_ };
void log_set_level(enum log_level least);
/* log_event(LOG_INFO_, "request", "id=%s status=%d us=%lld", …): values with spaces or quotes go through log_quote. */
void log_event(enum log_level level, const char *event, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
struct buf;
void log_quote(struct buf *out, str value);
#endif

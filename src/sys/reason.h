/* Why the operating system refused, in words that can be translated: strerror() knows the process's language only.
 *
 * Thread-safe; texts are constant. What the table lacks is said in the C library's own (English) words. */
#ifndef RISE_SYS_REASON_H
#define RISE_SYS_REASON_H

#include "base/str.h"

const char *sys_reason(int error); /* msgid for an errno value */
/* The msgid when `words` is one of those above, else NULL: for whoever puts an error's arguments into words. */
const char *sys_reason_find(str words);
#endif

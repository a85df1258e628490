/* Child processes that run to their end: an external program with its arguments, no shell in between.
 *
 * Thread-safe; waits. Errors: E_NOTFOUND (SYS-010) the program is not installed, E_IO (SYS-011) it failed; the err then
 * carries its name and the end of what it wrote on stderr. */
#ifndef RISE_SYS_PROC_H
#define RISE_SYS_PROC_H

#include "base/buf.h"
#include "base/err.h"

/* argv and env end with NULL; argv[0] is looked up in PATH. `env` ("NAME=value") is added to our own environment and
 * wins; may be NULL. Its stdin is empty, its stdout goes into `out` (NULL: dropped; what is past the cap too). */
rc proc_run(const char *const *argv, const char *const *env, struct buf *out, struct err *err);

#endif

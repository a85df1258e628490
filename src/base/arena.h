/* arena: memory of one request or job, freed all at once.
 *
 * One owner, one thread at a time. Allocations are aligned for any type, zeroed, and never fail silently: an arena has
 * a cap, and an allocation past it (or past the machine's memory) returns NULL, which callers turn into E_LIMIT /
 * E_NOMEM with arena_rc(). Under AddressSanitizer all but the bytes handed out is poisoned, also after a reset. */
#ifndef RISE_BASE_ARENA_H
#define RISE_BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

#include "base/str.h"

struct arena;

struct arena *arena_new(size_t cap);      /* cap in bytes; NULL when out of memory */
void arena_free(struct arena *a);         /* NULL is allowed */
void arena_reset(struct arena *a);        /* forget everything, keep the first block for the next user */
size_t arena_used(const struct arena *a); /* bytes handed out since the last reset, each rounded up to 16 */
/* Why an allocation since the last reset returned NULL: E_LIMIT or E_NOMEM; else OK. */
rc arena_rc(const struct arena *a);
/* After an allocation that gave NULL: never OK, which readers and analyzers cannot tell of arena_rc(). */
static inline rc arena_failed(const struct arena *a)
{
    rc r = arena_rc(a);
    return r != OK ? r : E_NOMEM;
}
void arena_fail(struct arena *a, rc why); /* for makers of arena text that fail for a reason of their own */

void *arena_alloc(struct arena *a, size_t size) __attribute__((malloc, alloc_size(2)));
void *arena_array(struct arena *a, size_t n, size_t size); /* overflow-checked n * size */
#define ARENA_NEW(a, type)      ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, n, type) ((type *)arena_array((a), (n), sizeof(type)))

/* Copies; on failure a str with p == NULL. The copy is NUL-terminated behind its n bytes. */
str arena_str(struct arena *a, str s);
const char *arena_cstr(struct arena *a, str s);
str arena_printf(struct arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
str arena_vprintf(struct arena *a, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Runs fn(p) when the arena is reset or freed, last registered first: for handles that live as long as the request. */
rc arena_defer(struct arena *a, void (*fn)(void *), void *p);

#endif

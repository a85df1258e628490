/* Result codes.
 *
 * Every function that can fail returns `rc`; the compiler warns where one is dropped. A code says what kind of
 * failure it was, so that the boundary (HTTP, command line) can answer without knowing the function: the words
 * for a person travel beside it in `struct err` (base/err.h). Lower layers never log. */
#ifndef RISE_BASE_RC_H
#define RISE_BASE_RC_H

__extension__ typedef enum [[nodiscard]] rc{
    OK = 0,        E_INVALID, /* the input is wrong; the user can mend it           HTTP 422, exit 2 */
    E_AUTH,                   /* nobody is signed in                                HTTP 401         */
    E_DENIED,                 /* this person may not                                HTTP 403         */
    E_NOTFOUND,               /* no such thing (or not visible to the caller)       HTTP 404         */
    E_CONFLICT,               /* the state of the thing forbids it (stale, taken)   HTTP 409         */
    E_LIMIT,                  /* a declared cap was reached                         HTTP 413 or 429  */
    E_BUSY,                   /* lost a race with another transaction: run it again (never leaves src/db) */
    E_UNAVAILABLE,            /* a service we need does not answer now: try later   HTTP 503         */
    E_IO,                     /* the operating system refused: disk, socket, file   HTTP 500         */
    E_CORRUPT,                /* stored or received bytes contradict themselves     HTTP 500         */
    E_NOMEM,                  /* out of memory                                      HTTP 500         */
    E_INTERNAL,               /* a bug of ours                                      HTTP 500         */
} rc;

/* Stable lower-case name of a code ("not-found"), for logs and problem documents. */
const char *rc_name(rc code);

/* Leave the function with the first failure. */
#define TRY(expr)                                                                                                      \
    do {                                                                                                               \
        rc try_rc_ = (expr);                                                                                           \
        if (try_rc_ != OK)                                                                                             \
            return try_rc_;                                                                                            \
    } while (0)

#endif

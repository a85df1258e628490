/* Accounts and sessions: people sign in by a one-time link sent to their e-mail address. No passwords. */
#ifndef RISE_CORE_ACCOUNT_H
#define RISE_CORE_ACCOUNT_H

#include "base/arena.h"
#include "core/app.h"
#include "web/ctx.h"
#include "web/identity.h"

enum { ACCOUNT_EMAIL_MAX = 254, SIGNIN_OPEN_MAX = 5 /* unused links of one account at once */ };
#define SIGNIN_LIFE  (20 * MINUTE)
#define SESSION_LIFE (24 * HOUR)

struct account {
    id id;
    str email;
    str name;
    enum lang lang;
    instant created;
};

rc account_get(struct tx *tx, id account, struct account *out, struct arena *a);
rc account_by_email(struct tx *tx, str email, struct account *out, struct arena *a);
rc account_ensure(struct tx *tx, str email, str name, enum lang lang, id *out); /* finds or makes */

rc account_speak(struct tx *tx, id account, enum lang lang); /* the language of mail to come */
rc account_rename(struct tx *tx, id account, str name);

/* A one-time link, usually for SIGNIN_LIFE. The token itself is stored only as a hash. E_LIMIT ACC-002: too many open
 * ones. */
rc signin_link(struct tx *tx, struct app *app, id account, str next_path, instant expires, struct buf *url);
/* Uses the link up and starts a session; *cookie gets the session token. */
rc signin_use(struct tx *tx, str token, struct buf *cookie, str *next_path, struct arena *a);
rc signin_check(struct tx *tx, str token, id *account); /* E_INVALID ACC-003: used or old */
rc session_begin(struct tx *tx, id account, struct buf *cookie);
rc session_load(struct tx *tx, str cookie, instant now, struct session *out, struct arena *a); /* E_AUTH: none */
rc session_end(struct tx *tx, id session);
rc session_end_others(struct tx *tx, id account, id keep);
struct session_row {
    id id;
    instant created, expires;
};
rc sessions_of(struct tx *tx, id account, struct session_row **out, size_t *n, struct arena *a);
rc sessions_forget_old(struct tx *tx, instant now);      /* a job */
rc session_act_for(struct tx *tx, id session, id party); /* change hats */

/* API keys of a party: shown once, stored as a hash; `perms` are the bits calls made with it have. */
rc apikey_make(struct tx *tx, id party, id account, perm perms, str label, struct buf *key, id *out);
rc apikey_load(struct tx *tx, str key, struct session *out, struct arena *a);
rc apikey_used(struct tx *tx, id key); /* notes the minute of use */
rc apikey_revoke(struct tx *tx, id party, id key);
struct apikey {
    id id;
    str label;
    instant created, last_used;
    bool revoked;
};
rc apikeys_of(struct tx *tx, id party, struct apikey **out, size_t *n, struct arena *a);
#endif

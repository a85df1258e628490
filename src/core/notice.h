/* Notices: a message inside the site plus an e-mail through the outbox; webhooks likewise. Nothing is sent inside a transaction: rows wait in
 * the outbox until the sender job delivers them (SMTP when configured), with back-off, at least once. */
#ifndef RISE_CORE_NOTICE_H
#define RISE_CORE_NOTICE_H

#include "base/arena.h"
#include "base/id.h"
#include "core/app.h"
#include "web/ctx.h"
#include "web/i18n.h"

struct notice { const char *subject; /* msgid */ const char *body; /* msgid with {1}… */ const str *args; int n_args; str path; /* where to look, site-relative */ };
rc notice_account(struct tx *tx, id account, const struct notice *n);       /* in the account's language */
rc notice_party(struct tx *tx, id party, perm who, const struct notice *n); /* every member with one of these bits */

struct notice_row { id id; str subject, body, path; instant at; bool seen; };
rc notices_of(struct tx *tx, id account, int64_t limit, struct notice_row **out, size_t *n, struct arena *a);
rc notices_seen(struct tx *tx, id account);

/* Signed webhook: POST body with header Rise-Signature: t=<unix>,v1=<hex HMAC-SHA256(secret, "<t>.<body>")>. */
rc webhook_queue(struct tx *tx, id party, const char *event, str json_body);
rc webhook_set(struct tx *tx, struct app *app, id party, str url, struct buf *secret_once);
bool webhook_verify(str secret, str header, str body, instant now);

struct outbox_row { id id; str kind; /* "mail", "hook" */ str to; str subject; str body; str state; int64_t tries; instant next; str last_error; instant at; };
rc outbox_list(struct tx *tx, int64_t limit, struct outbox_row **out, size_t *n, struct arena *a);
rc outbox_deliver(struct app *app, int max, int *sent, struct err *err);   /* one turn of the sender job */
#endif

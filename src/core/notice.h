/* Notices: a message inside the site plus an e-mail through the outbox; webhooks likewise. Nothing is sent inside a
 * transaction: rows wait in the outbox until the sender job delivers them (SMTP when configured), with back-off, at
 * least once. */
#ifndef RISE_CORE_NOTICE_H
#define RISE_CORE_NOTICE_H

#include "base/arena.h"
#include "base/id.h"
#include "core/app.h"
#include "web/ctx.h"
#include "web/i18n.h"

struct notice {
    const char *subject; /* msgid */
    const char *body;    /* msgid with {1}… */
    const str *args;
    int n_args;
    str path; /* where to look, site-relative */
};
rc notice_account(struct tx *tx, id account, const struct notice *n);       /* in the account's language */
rc notice_party(struct tx *tx, id party, perm who, const struct notice *n); /* every member with one of these bits */

struct notice_row {
    id id;
    str subject, body, path;
    instant at;
    bool seen;
};
rc notices_of(struct tx *tx, id account, int64_t limit, struct notice_row **out, size_t *n, struct arena *a);
rc notices_seen(struct tx *tx, id account);
rc notices_new(struct tx *tx, id account, int64_t *n); /* how many are not seen yet */

/* Signed webhook: POST body with header Rise-Signature: t=<unix>,v1=<hex HMAC-SHA256(secret, "<t>.<body>")>. */
rc webhook_queue(struct tx *tx, id party, const char *event, str json_body);
rc webhook_set(struct tx *tx, struct app *app, id party, str url, struct buf *secret_once);
rc webhook_get(struct tx *tx, id party, str *url, struct arena *a); /* E_NOTFOUND: none */
rc webhook_remove(struct tx *tx, id party);
void webhook_sign(str secret, str body, instant now, struct buf *header); /* the header's value */
bool webhook_verify(str secret, str header, str body, instant now);

/* A mail that belongs to no notice (the sign-in link). `to` must be an address that the input layer has checked. */
rc mail_queue(struct tx *tx, str to, enum lang lang, str subject, str body);
/* The RFC 5322 message: UTF-8, base64 body, encoded subject. `message_id`: the outbox row. E_INVALID: a line end in an
 * address. */
rc mail_compose(struct buf *out, str from, str to, str subject, str text, id message_id, instant at);

struct outbox_row {
    id id;
    str kind; /* "mail", "hook" */
    str to;
    str subject;
    str body;
    str path;
    str state;
    int64_t tries;
    instant next;
    str last_error;
    instant at;
};
rc outbox_list(struct tx *tx, int64_t limit, struct outbox_row **out, size_t *n, struct arena *a);
rc outbox_get(struct tx *tx, id row, struct outbox_row *out, struct arena *a);
rc outbox_deliver(struct app *app, int max, int *sent, struct err *err); /* one turn of the sender job */
#endif

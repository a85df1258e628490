/* Routes: one row of data per method and path. The table gives the permission matrix, the generated tests, OpenAPI and
 * input checks.
 *
 * A .read handler sees a snapshot in c->tx. A .write handler runs on the writer's thread inside a transaction, may run
 * again, and fills c->reply (usually reply_redirect or reply_json); the answer leaves after the durable commit. When a
 * .write fails with E_INVALID, E_CONFLICT or E_LIMIT and the row has .form, that read handler shows the form again with
 * c->in as typed and c->err as the error summary (status 422 / 409 / 413). When a handler fails with E_NOTFOUND and the
 * row has .absent, that read handler writes the page (its status too) instead of the site's "page not found".
 *
 * A .write whose row has .before waits for its turn only when that read handler is done, on the request's own thread
 * and its snapshot: for what takes long and needs no writer. It leaves what it found in c->found; the .write, which
 * sees a later state, must see for itself that it still holds.
 *
 * A route that is called thousands of times a second may have .write_all beside .write: the same for many requests at
 * once, each answered as .write would have answered it in the order given. It fills each one's reply and result[i] (OK
 * beforehand) and calls write_refused() for those that it refuses. Anything but OK: together it cannot be done; all is
 * rolled back and .write runs for each. */
#ifndef RISE_WEB_ROUTE_H
#define RISE_WEB_ROUTE_H

#include "web/ctx.h"

enum route_flags {
    ROUTE_API = 1 << 0,        /* JSON in and out; listed in OpenAPI */
    ROUTE_NO_CSRF = 1 << 1,    /* authenticated by signature or key in the request itself (webhooks) */
    ROUTE_STREAM = 1 << 2,     /* server-sent events */
    ROUTE_IDEMPOTENT = 1 << 3, /* a .write that needs no idempotency key */
    ROUTE_STATIC =
        1 << 4, /* the same bytes for everybody: no session, no transaction, no cookies; sets its own Cache-Control */
    ROUTE_SIGN_IN = 1 << 5,     /* counts against the strict limit (a handful a minute and client) */
    ROUTE_NEVER_CACHE = 1 << 6, /* no-store even for visitors */
    ROUTE_SHARED = 1 << 7,      /* a public page that depends on address, language, day and database only: remembered
                                 * for visitors until a table it read is changed (web/shared.h) */
    ROUTE_RECORDS = 1 << 8,     /* a page that may ask for camera, microphone and place (Permissions-Policy) */
    ROUTE_VALUE = 1 << 9, /* its {x...} is one value and no path: %2F is a / in it (http/gate.h); one route only */
};

struct route {
    enum http_method method;
    const char *path; /* "/market/orders/{id}" */
    perm perm;
    const struct input_spec *in; /* NULL: no input at all */
    rc (*read)(struct ctx *c);
    rc (*before)(struct ctx *c);
    rc (*write)(struct tx *tx, struct ctx *c);
    rc (*write_all)(struct tx *tx, struct ctx *const *c, size_t n, rc *result); /* n ≤ WRITE_ALL_MAX */
    rc (*form)(struct ctx *c);
    rc (*absent)(struct ctx *c);
    const char *summary; /* msgid; one line for OpenAPI, help and the permission matrix */
    uint32_t flags;
    size_t max_body;          /* 0: 64 KiB when there is input */
    const char *reply_schema; /* JSON Schema text of the 200 answer, ROUTE_API only */
};

enum { WRITE_ALL_MAX = 256 };
/* Keeps the words of one refused request: its c->err, or else what tx_err() says now. */
void write_refused(struct ctx *c, rc why);

/* ---- answers ---- */
rc reply_page(struct ctx *c, int status); /* c->reply->body holds a whole page made by a view */
rc reply_json(struct ctx *c, int status); /* c->reply->body holds JSON */
rc go(struct ctx *c, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* 303 to a local path */
rc reply_csv(struct ctx *c, const char *file_name);
rc reply_download(struct ctx *c, const char *type, str file_name); /* body holds the bytes; RFC 6266 file name */
/* ---- what handlers and views share ---- */
str in_lang(const struct ctx *c, str zh, str en);           /* the reader's language, or the other when that is empty */
const char *id_shown(const struct ctx *c, id v);            /* for addresses put together in C */
str day_shown(const struct ctx *c, day d);                  /* 2026-05-01: for forms and addresses */
rc path_id(const struct ctx *c, const char *name, id *out); /* a path parameter; E_NOTFOUND when it is none */
/* A note shown once on the next page ("The order was placed."), carried in a short-lived cookie. */
void flash(struct ctx *c, const char *msgid);

#endif

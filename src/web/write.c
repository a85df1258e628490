/* What the writer runs: a request's idempotency key, its handler, the words of a refusal. */
#include "sys/file.h"
#include "web/exchange.h"

/* Back to the empty answer, keeping the cookies that the guards set. */
void reply_reset(struct exchange *x)
{
    struct reply *p = x->c.reply;
    if (p->fd >= 0)
        fd_close(&p->fd);
    buf_clear(&p->body);
    p->status = 0;
    p->type = NULL;
    reply_drop(p);
    p->n_headers = x->n_headers_kept;
}

static void begin(struct exchange *x, struct tx *tx)
{
    reply_reset(x);
    err_clear(&x->c.err);
    x->c.tx = tx;
    x->c.now = tx_now(tx);
}

rc write_one(struct tx *tx, void *arg)
{
    struct exchange *x = arg;
    struct ctx *c = &x->c;
    begin(x, tx);
    bool replayed = false;
    if (x->key.key.p)
        TRY(idempotency_find(tx, c, &x->key, &replayed));
    if (replayed)
        return OK;
    rc result = c->route->write(tx, c);
    if (result == OK && x->key.key.p)
        result = idempotency_keep(tx, c, &x->key);
    if (result != OK && result != E_BUSY)
        failure_words(x, result); /* while the transaction's own can still be read */
    return result;
}

/* ---- many of one route ---- */

void write_refused(struct ctx *c, rc why)
{
    failure_words(exchange_of(c), why);
    err_clear(tx_err(c->tx));
}

/* The handler for those whose key is new. */
static rc run_new(struct tx *tx, struct keyed *v, size_t n)
{
    struct ctx *c[WRITE_ALL_MAX];
    rc result[WRITE_ALL_MAX];
    size_t fresh = 0;
    for (size_t i = 0; i < n; i++)
        if (v[i].result == OK && !v[i].replayed) {
            result[fresh] = OK;
            c[fresh++] = v[i].c;
        }
    if (fresh > 0)
        TRY(v[0].c->route->write_all(tx, c, fresh, result));
    fresh = 0;
    for (size_t i = 0; i < n; i++)
        if (v[i].result == OK && !v[i].replayed)
            v[i].result = result[fresh++];
    return OK;
}

rc write_all(struct tx *tx, void *const *args, size_t *n, rc *result)
{
    struct keyed v[WRITE_ALL_MAX];
    if (*n > WRITE_ALL_MAX)
        *n = WRITE_ALL_MAX;
    for (size_t i = 0; i < *n; i++) {
        struct exchange *x = args[i];
        begin(x, tx);
        v[i] = (struct keyed){.c = &x->c, .k = &x->key};
    }
    TRY(idempotency_find_all(tx, v, n));
    TRY(run_new(tx, v, *n));
    TRY(idempotency_keep_all(tx, v, *n));
    for (size_t i = 0; i < *n; i++) {
        result[i] = v[i].result;
        if (result[i] != OK && v[i].c->err.code == OK)
            write_refused(v[i].c, result[i]);
    }
    return OK;
}

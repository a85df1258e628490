#include "web/idempotency.h"

#include "db/db.h"
#include "web/route.h"

QUERY(idempotency_select, "it", "bittb",
      "SELECT request, status, location, type, body FROM idempotency WHERE scope = $1 AND key = $2");
QUERY(idempotency_insert, "itbittbi", "",
      "INSERT INTO idempotency (scope, key, request, status, location, type, body, at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
QUERY(idempotency_delete_old, "ii", "",
      "DELETE FROM idempotency WHERE (scope, key) IN "
      "(SELECT scope, key FROM idempotency WHERE at < $1 ORDER BY at LIMIT $2)");

static const char field_name[] = "idempotency_key";

static int64_t scope_of(const struct ctx *c)
{
    if (c->session.api_key)
        return c->session.api_key;
    if (c->session.account)
        return c->session.account;
    /* A visitor's token is secret, so nobody else finds this visitor's answers. */
    struct sha256 h = sha256_of2(STR("visitor:"), c->session.csrf);
    int64_t n;
    memcpy(&n, h.b, sizeof n);
    return n | INT64_MIN;
}

static void hash_part(struct sha256_stream *s, str part)
{
    uint64_t n = part.n;
    sha256_add(s, str_n(&n, sizeof n)); /* lengths keep neighbouring parts apart */
    sha256_add(s, part);
}

static struct sha256 request_hash(const struct ctx *c)
{
    const struct request *r = c->req;
    struct sha256_stream *s = sha256_start();
    hash_part(s, str_of(http_method_name(r->method)));
    hash_part(s, r->path);
    hash_part(s, str_n(&c->session.party, sizeof c->session.party));
    if (r->body_kind == BODY_JSON || r->body_kind == BODY_OTHER)
        hash_part(s, r->body);
    for (size_t i = 0; i < r->n_pairs; i++) {
        const struct pair *p = &r->pairs[i];
        if (str_eq(p->name, STR("csrf")) || str_eq(p->name, str_of(field_name)))
            continue;
        hash_part(s, p->name);
        hash_part(s, p->value);
        if (p->file)
            hash_part(s, p->file->bytes);
    }
    return sha256_finish(s);
}

static bool key_text(str s)
{
    if (s.n == 0 || s.n > IDEMPOTENCY_KEY_MAX)
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return true;
}

rc idempotency_read(struct ctx *c, struct idempotency *out)
{
    *out = (struct idempotency){0};
    str key = request_header(c->req, "Idempotency-Key");
    for (size_t i = 0; key.n == 0 && i < c->req->n_pairs; i++)
        if (str_eq(c->req->pairs[i].name, str_of(field_name)))
            key = c->req->pairs[i].value;
    if (key.n == 0 || (c->session.account == 0 && c->session.api_key == 0 && c->session.csrf.n == 0))
        return OK;
    if (!key_text(key))
        return ERR(&c->err, E_INVALID, "IDM-002", N_("The idempotency key must be 1 to 128 visible ASCII characters."));
    out->key = key;
    out->scope = scope_of(c);
    out->request = request_hash(c);
    return OK;
}

static rc replay(struct ctx *c, struct rows *r)
{
    struct reply *p = c->reply;
    p->status = (int)row_int(r, 1);
    str location = row_dup(r, 2, c->arena), type = row_dup(r, 3, c->arena);
    if (location.n > 0)
        reply_header(p, "Location", location);
    if (type.n > 0)
        p->type = type.p;
    buf_put(&p->body, row_text(r, 4));
    reply_header(p, "Idempotency-Replayed", STR("true"));
    return buf_rc(&p->body);
}

rc idempotency_found(struct ctx *c, const struct idempotency *k, struct rows *r, bool *replayed)
{
    rc result = OK;
    if (!str_eq(row_text(r, 0), sha256_str(&k->request)))
        result = ERR(&c->err, E_CONFLICT, "IDM-001",
                     N_("This idempotency key was used for another request. Use a new key for a new request."));
    else
        result = replay(c, r);
    *replayed = result == OK;
    return result;
}

rc idempotency_find(struct tx *tx, struct ctx *c, const struct idempotency *k, bool *replayed)
{
    *replayed = false;
    struct rows r;
    rc there = db_one(tx, &idempotency_select, VALS(v_int(k->scope), v_text(k->key)), &r);
    if (there == E_NOTFOUND)
        return OK;
    TRY(there);
    rc result = idempotency_found(c, k, &r, replayed);
    rc ended = rows_end(&r);
    return result != OK ? result : ended;
}

static str location_of(const struct reply *p)
{
    for (int i = 0; i < p->n_headers; i++)
        if (str_ieq(str_of(p->headers[i].name), STR("Location")))
            return p->headers[i].value;
    return STR_EMPTY;
}

bool idempotency_vals(struct tx *tx, const struct ctx *c, const struct idempotency *k, struct val v[IDEMPOTENCY_VALS])
{
    const struct reply *p = c->reply;
    str body = buf_str(&p->body);
    if (body.n > IDEMPOTENCY_BODY_MAX || p->fd >= 0 || p->fixed.n > 0)
        return false;
    const struct val row[IDEMPOTENCY_VALS] = {
        v_int(k->scope),  v_text(k->key),         v_blob(sha256_str(&k->request)),
        v_int(p->status), v_text(location_of(p)), v_text(str_of(body.n ? p->type : NULL)),
        v_blob(body),     v_int(tx_now(tx))};
    memcpy(v, row, sizeof row);
    return true;
}

rc idempotency_keep(struct tx *tx, const struct ctx *c, const struct idempotency *k)
{
    struct val v[IDEMPOTENCY_VALS];
    if (!idempotency_vals(tx, c, k, v))
        return OK;
    rc kept = db_exec(tx, &idempotency_insert, v, IDEMPOTENCY_VALS, NULL);
    /* Two writers met with the same new key: the second runs again and finds the first one's answer. */
    return kept == E_CONFLICT ? E_BUSY : kept;
}

rc idempotency_prune(struct tx *tx, instant before, int64_t max, int64_t *n)
{
    return db_exec(tx, &idempotency_delete_old, VALS(v_int(before), v_int(max)), n);
}

/* OCSP answers signed beforehand: for every certificate in date, before what is stored runs out, and at once when a
 * certificate's state changes. Whether a stored answer may be served is decided where it is read (responder.c). */
#include "core/job.h"
#include "mod/sign/settings.h"
#include "mod/sign/trust/responder.h"
#include "mod/sign/trust/trust_doors.h"
#include "sys/clock.h"

enum {
    BATCH = 100,         /* signed between two writes */
    BATCHES = 100,       /* of one run: an authority's share */
    DROPPED = 1000,      /* rows in one write */
    ANSWER_MAX = 1 << 16 /* bytes */
};

/* A later state is never written over by an earlier one. */
QUERY(sz_put, "iiiiiibb", "",
      "INSERT INTO sign_ocsp (cert, service, revoked, reason, this_update, next_update, sha1, sha256)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (cert) DO UPDATE SET service = excluded.service,"
      " revoked = excluded.revoked, reason = excluded.reason, this_update = excluded.this_update,"
      " next_update = excluded.next_update, sha1 = excluded.sha1, sha256 = excluded.sha256"
      " WHERE sign_ocsp.this_update <= excluded.this_update");
/* A root is never asked about, a responder's certificate says itself that it need not be. */
QUERY(sz_due, "iiiiii", "it",
      "SELECT c.id, c.serial FROM sign_cert c LEFT JOIN sign_ocsp o ON o.cert = c.id AND o.service = $2 AND"
      " o.revoked = c.revoked AND o.reason = c.reason AND o.next_update > $3 WHERE c.authority = $1 AND"
      " c.not_after > $4 AND c.id > $5 AND c.profile NOT IN ('root', 'ocsp') AND o.cert IS NULL ORDER BY c.not_after, "
      "c.id LIMIT"
      " $6");
QUERY(sz_living, "i", "i", "SELECT COUNT(*) FROM sign_cert WHERE not_after > $1");
QUERY(sz_floor, "ii", "i", "SELECT id FROM sign_cert WHERE not_after > $1 ORDER BY id DESC LIMIT 1 OFFSET $2");
QUERY(sz_drop_old, "ii", "",
      "DELETE FROM sign_ocsp WHERE cert IN (SELECT o.cert FROM sign_ocsp o WHERE o.next_update <= $1"
      " ORDER BY o.next_update, o.cert LIMIT $2)");
QUERY(
    sz_drop_below, "ii", "",
    "DELETE FROM sign_ocsp WHERE cert IN (SELECT o.cert FROM sign_ocsp o WHERE o.cert <= $1 ORDER BY o.cert LIMIT $2)");

rc trust_presigned(struct tx *tx, instant at, bool *out)
{
    return sign_param_is(tx, "ocsp.answers", "presigned", at, out);
}

/* ---- one certificate's ---- */

struct ready {
    id cert;
    struct trust_status status;
    struct trust_ocsp_told told;
    str sha1, sha256;
};

static rc sign_one(const struct trust_responder *r, struct tx *tx, enum digest d, str serial, instant at,
                   struct arena *a, struct ready *into, str *out)
{
    BUF_SCOPED der = BUF_INIT(ANSWER_MAX);
    TRY(trust_responder_sign(r, tx, d, serial, at, &der, &into->told));
    *out = arena_str(a, buf_str(&der));
    return out->p ? OK : arena_failed(a);
}

static rc sign_both(const struct trust_responder *r, struct tx *tx, str serial, instant at, struct arena *a,
                    struct ready *out)
{
    TRY(trust_status(tx, r->authority, serial, &out->status));
    TRY(sign_one(r, tx, DIGEST_SHA1, serial, at, a, out, &out->sha1));
    return sign_one(r, tx, DIGEST_SHA256, serial, at, a, out, &out->sha256);
}

static rc put(struct tx *tx, const struct trust_responder *r, const struct ready *v)
{
    return db_exec(tx, &sz_put,
                   VALS(v_int(v->cert), v_int(r->service), v_int(v->status.revoked), v_int(v->status.reason),
                        v_int(v->told.from), v_int(v->told.until), v_blob(v->sha1), v_blob(v->sha256)),
                   NULL);
}

/* ---- at once ---- */

rc trust_answers_renew(const struct act *x, const struct app *app, id authority, id cert, str serial)
{
    bool wanted;
    struct trust_responder *r = NULL;
    struct ready one = {.cert = cert};
    TRY(trust_presigned(x->tx, x->at, &wanted));
    if (!wanted)
        return OK;
    rc result = trust_responder_open(x->tx, app, x->a, authority, true, &r);
    if (result == OK)
        result = sign_both(r, x->tx, serial, x->at, x->a, &one);
    if (trust_is_away(result)) { /* the database's own faults come back with the next statement */
        err_clear(tx_err(x->tx));
        return OK;
    }
    TRY(result);
    return put(x->tx, r, &one);
}

/* ---- the job ---- */

struct batch {
    struct app *app;
    struct arena *a;
    struct err *err;
    instant at;
    id floor; /* certificates up to this one are left to be asked about */
    struct trust_authority *authorities;
    size_t n_authorities;
    struct trust_responder *r;
    struct ready v[BATCH];
    size_t n;
};

static rc floor_of(struct tx *tx, struct batch *b)
{
    int64_t living, kept;
    TRY(sign_param(tx, "ocsp.kept", b->at, &kept));
    TRY(db_one_int(tx, &sz_living, VALS(v_int(b->at)), &living));
    return living <= kept ? OK : db_one_int(tx, &sz_floor, VALS(v_int(b->at), v_int(kept)), &b->floor);
}

struct due {
    id cert;
    str serial; /* contents octets */
};

/* Renewed when half of its time is left; one that was cut to the responder's own end cannot be made any later. */
static rc read_due(struct tx *tx, struct batch *b, struct due *v, size_t *n)
{
    struct rows row;
    instant half = b->at + b->r->lasts / 2, end = b->r->cert->not_after - SECOND;
    TRY(db_select(tx, &sz_due,
                  VALS(v_int(b->r->authority), v_int(b->r->service), v_int(end < half ? end : half), v_int(b->at),
                       v_int(b->floor), v_int(BATCH)),
                  &row));
    rc result = OK;
    while (result == OK && *n < BATCH && rows_next(&row)) {
        BUF_SCOPED serial = BUF_INIT(TRUST_SERIAL_HEX);
        result = buf_unhex(&serial, row_text(&row, 1));
        v[(*n)++] = (struct due){row_int(&row, 0), arena_str(b->a, buf_str(&serial))};
    }
    TRY(rows_end(&row));
    TRY(result);
    return arena_rc(b->a);
}

static rc sign_due(struct tx *tx, struct batch *b, id authority)
{
    struct due due[BATCH];
    size_t n = 0;
    b->n = 0;
    TRY(trust_responder_open(tx, b->app, b->a, authority, true, &b->r));
    TRY(read_due(tx, b, due, &n));
    for (; b->n < n; b->n++) {
        b->v[b->n] = (struct ready){.cert = due[b->n].cert};
        TRY(sign_both(b->r, tx, due[b->n].serial, b->at, b->a, &b->v[b->n]));
    }
    return OK;
}

static rc put_write(struct tx *tx, void *arg)
{
    const struct batch *b = arg;
    for (size_t i = 0; i < b->n; i++)
        TRY(put(tx, b->r, &b->v[i]));
    return OK;
}

/* Reads and signs outside the writer, which has better to do. */
static rc one_batch(struct batch *b, id authority)
{
    struct tx *tx;
    arena_reset(b->a);
    b->at = clock_now();
    TRY(db_read_begin(b->app->db, &tx));
    rc r = sign_due(tx, b, authority);
    if (r != OK && r != E_NOTFOUND)
        err_copy(b->err, tx_err(tx));
    db_read_end(tx);
    if (r == E_NOTFOUND) /* an authority without a responder */
        b->n = 0;
    else if (r != OK)
        return r;
    return b->n > 0 ? db_write(b->app->db, put_write, b) : OK;
}

static rc drop_write(struct tx *tx, void *arg)
{
    struct batch *b = arg;
    int64_t old, below;
    TRY(db_exec(tx, &sz_drop_old, VALS(v_int(b->at), v_int(DROPPED)), &old));
    TRY(db_exec(tx, &sz_drop_below, VALS(v_int(b->floor), v_int(DROPPED)), &below));
    b->n = (size_t)(old > below ? old : below);
    return OK;
}

/* No authorities when answers are not signed beforehand. */
static rc begin(struct batch *b, struct arena *keep)
{
    struct tx *tx;
    bool wanted = false;
    TRY(db_read_begin(b->app->db, &tx));
    rc r = trust_presigned(tx, b->at, &wanted);
    if (r == OK && wanted)
        r = floor_of(tx, b);
    if (r == OK && wanted)
        r = trust_authorities(tx, keep, &b->authorities, &b->n_authorities);
    db_read_end(tx);
    return r;
}

static rc run(struct batch *b, struct job *j, struct arena *keep)
{
    rc result = OK;
    TRY(begin(b, keep));
    for (size_t i = 0; i < b->n_authorities; i++) {
        b->n = BATCH;
        for (int k = 0; k < BATCHES && b->n == BATCH && !job_cancelled(j); k++) {
            rc r = one_batch(b, b->authorities[i].id);
            result = result != OK ? result : r; /* one whose token is away does not keep the others from it */
            if (r != OK)
                break;
        }
    }
    b->n = DROPPED;
    for (int k = 0; k < BATCHES && b->n == DROPPED; k++)
        TRY(db_write(b->app->db, drop_write, b));
    return result;
}

rc trust_answers_job(struct job *j)
{
    struct arena *a = arena_new(TRUST_ARENA), *keep = arena_new(TRUST_ARENA);
    struct batch *b = keep ? ARENA_NEW(keep, struct batch) : NULL;
    rc r = E_NOMEM;
    if (a && b) {
        *b = (struct batch){.app = job_app(j), .a = a, .err = job_err(j), .at = clock_now()};
        r = run(b, j, keep);
    }
    arena_free(a);
    arena_free(keep);
    return r;
}

/* Every minute: lists are published again in time, and the clock's latest reading is kept. */
#include "mod/sign/trust/trust.h"
#include "mod/sign/trust/trust_doors.h"
#include "sys/clock.h"

struct work {
    struct app *app;
    struct arena *a;
    id authority; /* 0: the clock */
    struct err *err;
};

/* An authority whose own certificate has run out publishes nothing that anybody would believe. */
static rc publish(const struct act *x, const struct work *w)
{
    struct trust_authority of;
    TRY(trust_authority_get(x->tx, x->a, w->authority, &of));
    return x->at < of.cert->not_after ? trust_crl_publish(x, w->app, &of) : OK;
}

static rc work_write(struct tx *tx, void *arg)
{
    struct work *w = arg;
    arena_reset(w->a);
    struct act x = {.tx = tx, .a = w->a, .by = &act_system, .at = clock_now()};
    rc r = w->authority ? publish(&x, w) : trust_clock_note(&x);
    if (r != OK && r != E_BUSY && w->err->code == OK)
        err_copy(w->err, tx_err(tx));
    return r;
}

static rc due(struct app *app, id v[TRUST_AUTHORITIES_MAX], size_t *n)
{
    struct tx *tx;
    TRY(db_read_begin(app->db, &tx));
    rc r = trust_crl_due(tx, clock_now(), v, n);
    db_read_end(tx);
    return r;
}

/* One authority that cannot sign (its token is away) does not keep the others from it. */
rc trust_job_run(struct job *j)
{
    id v[TRUST_AUTHORITIES_MAX];
    size_t n = 0;
    struct work w = {.app = job_app(j), .a = arena_new(TRUST_ARENA), .err = job_err(j)};
    if (!w.a)
        return E_NOMEM;
    rc result = due(w.app, v, &n);
    for (size_t i = 0; i < n; i++) {
        w.authority = v[i];
        rc r = db_write(w.app->db, work_write, &w);
        result = result != OK ? result : r;
    }
    w.authority = 0;
    rc noted = db_write(w.app->db, work_write, &w);
    arena_free(w.a);
    return result != OK ? result : noted;
}

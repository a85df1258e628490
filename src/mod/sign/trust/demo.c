/* The demonstration world's own PKI: authorities, services, two people, one of them revoked. */
#include "core/demo.h"
#include "core/verb.h"
#include "crypto/oid.h"
#include "mod/sign/trust/trust.h"
#include "mod/sign/trust/trust_doors.h"

struct demonstration {
    struct app *app;
    struct trust_ceremony ceremony;
    struct trust_pair people[2];
    struct buf transcript;
};

static const char *const names[] = {"示範簽署人 林𣿆川", "示範簽署人 王小明"};

static rc person(const struct act *x, const struct demonstration *d, const struct trust_authority *by, size_t i,
                 struct trust_issued *out)
{
    struct pkey *key = NULL;
    const struct cert_attribute subject[] = {{oid_country, STR("TW")}, {oid_common_name, str_of(names[i])}};
    const struct trust_order o = {TRUST_PERSON,
                                  {.subject = subject, .n_subject = 2, .not_after = x->at + 730 * DAY},
                                  d->people[i].key,
                                  d->ceremony.by};
    TRY(trust_key_load(x->tx, d->app, x->a, by->key, &key));
    return trust_issue(x, d->app, by, key, &o, out);
}

static rc demo_write(const struct act *x, void *arg)
{
    struct demonstration *d = arg;
    struct trust_authority by;
    struct trust_issued first, second;
    id authority;
    TRY(trust_init(x, d->app, &d->ceremony, &d->transcript));
    TRY(trust_authority_named(x->tx, x->a, d->ceremony.issuing, &by));
    TRY(person(x, d, &by, 0, &first));
    TRY(person(x, d, &by, 1, &second));
    return trust_revoke(x, d->app, cert_serial_hex(x->a, second.cert), CRL_SUPERSEDED, d->ceremony.by, &authority);
}

static bool has_world(struct app *app)
{
    struct tx *tx;
    struct trust_authority *v;
    size_t n = 0;
    struct arena *a = arena_new(TRUST_ARENA);
    if (a && db_read_begin(app->db, &tx) == OK) {
        if (trust_authorities(tx, a, &v, &n) != OK)
            n = 0;
        db_read_end(tx);
    }
    arena_free(a);
    return n > 0;
}

rc trust_demo(struct app *app, const struct demo *world, struct err *err)
{
    (void)world;
    if (has_world(app))
        return OK; /* never mixed with what is there */
    struct demonstration d = {
        .app = app,
        .transcript = BUF_INIT(1 << 20),
        .ceremony = {.root = STR("demo-root"),
                     .issuing = STR("demo"),
                     .organisation = STR("示範數位產業署"),
                     .root_title = STR("示範根憑證管理中心"),
                     .issuing_title = STR("示範憑證管理中心"),
                     .root_years = 20,
                     .issuing_years = 10,
                     .service_years = 3,
                     .root_path = 1,
                     .crl_days = 7,
                     .policy = STR(TRUST_TSA_POLICY),
                     .accuracy = SECOND,
                     .by = STR("demonstration")},
    };
    const struct trust_pair_options o = {.kind = PKEY_P256};
    struct arena *keep = arena_new(TRUST_ARENA), *a = arena_new(TRUST_ARENA);
    rc r = keep && a ? trust_ceremony_keys(keep, &d.ceremony, &o, err) : E_NOMEM;
    for (size_t i = 0; r == OK && i < 2; i++)
        r = trust_pair_make(keep, &o, STR("person"), &d.people[i], err);
    if (r == OK)
        r = verb_write(app, a, demo_write, &d, err);
    buf_free(&d.transcript);
    arena_free(a);
    arena_free(keep);
    return r;
}

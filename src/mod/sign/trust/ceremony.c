/* The key ceremony: two authorities and the services that speak for them, in one transaction, with a transcript. */
#include "crypto/der.h"
#include "crypto/oid.h"
#include "mod/sign/trust/trust.h"
#include "sys/random.h"
#include "web/i18n.h"

enum { CRL_ROOT_FACTOR = 12, YEAR_DAYS = 365, TRANSCRIPT_MAX = 1 << 16 };

QUERY(
    sa_add, "iitibii", "",
    "INSERT INTO sign_authority (id, issuer, name, key, cert, crl_days, crl_number) VALUES ($1, $2, $3, $4, $5, $6, $7)"
    " ON CONFLICT (name) DO NOTHING");
QUERY(sa_cert, "ib", "", "UPDATE sign_authority SET cert = $2 WHERE id = $1");
QUERY(
    ss_add, "iitiiti", "",
    "INSERT INTO sign_service (id, authority, kind, cert, key, policy, accuracy) VALUES ($1, $2, $3, $4, $5, $6, $7)");

struct ceremony {
    const struct act *x;
    const struct app *app;
    const struct trust_ceremony *c;
    struct buf *transcript;
    int step;
};

/* ---- the transcript ---- */

static void say(struct ceremony *s, const char *msgid, const str *args, int n)
{
    buf_printf(s->transcript, "%2d. ", ++s->step);
    tr_f(s->transcript, s->app->lang, msgid, args, n);
    buf_putc(s->transcript, '\n');
}
#define SAY(s, msgid, ...)                                                                                             \
    say((s), (msgid), (const str[]){__VA_ARGS__}, (int)(sizeof((const str[]){__VA_ARGS__}) / sizeof(str)))

static void say_issued(struct ceremony *s, const char *msgid, const struct trust_issued *i, const struct trust_pair *k)
{
    struct arena *a = s->x->a;
    str kind = arena_printf(a, "%s %d", pkey_kind_name(pkey_kind(k->key)), pkey_bits(k->key));
    SAY(s, msgid, cert_name_text(a, i->cert->subject), kind);
    buf_put(s->transcript, STR("    "));
    const str args[] = {cert_serial_hex(a, i->cert), sha256_hex_text(a, &i->cert->sha256),
                        day_text(a, i->cert->not_before), day_text(a, i->cert->not_after)};
    tr_f(s->transcript, s->app->lang, N_("serial number {1}; SHA-256 {2}; valid from {3} to {4}"), args, 4);
    buf_putc(s->transcript, '\n');
}

/* ---- steps ---- */

static rc name_check(const struct act *x, str name)
{
    bool fine = name.n > 0 && name.n <= TRUST_NAME_MAX;
    for (size_t i = 0; i < name.n; i++) {
        char ch = name.p[i];
        fine = fine && ((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || ch == '-');
    }
    if (fine)
        return OK;
    return ERR(tx_err(x->tx), E_INVALID, "CA-007",
               N_("{1} cannot be an authority's name: small letters, digits and hyphens stand in addresses."), name);
}

static rc policy_check(const struct act *x, str policy)
{
    str oid;
    if (der_oid_parse(x->a, policy, &oid) == OK)
        return OK;
    return ERR(tx_err(x->tx), E_INVALID, "CA-008", N_("{1} is not an object identifier."), policy);
}

static rc authority_add(struct ceremony *s, struct trust_authority *t, const struct trust_pair *pair, id issuer)
{
    int64_t affected;
    TRY(trust_key_add(s->x, s->app, pair, &t->key));
    t->id = id_new();
    t->issuer = issuer ? issuer : t->id;
    TRY(db_exec(s->x->tx, &sa_add,
                VALS(v_int(t->id), v_int(t->issuer), v_text(t->name), v_int(t->key), v_blob(STR_EMPTY),
                     v_int(t->crl_days), v_int(0)),
                &affected));
    if (affected == 1)
        return OK;
    return ERR(tx_err(s->x->tx), E_CONFLICT, "CA-001", N_("There is a certification authority called {1} already."),
               t->name);
}

static rc authority_cert(struct ceremony *s, struct trust_authority *t, const struct trust_issued *i)
{
    t->cert = i->cert;
    return db_exec(s->x->tx, &sa_cert, VALS(v_int(t->id), v_blob(i->cert->der)), NULL);
}

static struct cert_profile named(const struct ceremony *s, const struct cert_attribute *subject, size_t n,
                                 int64_t years)
{
    return (struct cert_profile){.subject = subject, .n_subject = n, .not_after = s->x->at + years * YEAR_DAYS * DAY};
}

/* Self-signed. */
static rc make_root(struct ceremony *s, struct trust_authority *t)
{
    const struct trust_ceremony *c = s->c;
    const struct cert_attribute subject[] = {
        {oid_country, STR("TW")}, {oid_organisation, c->organisation}, {oid_common_name, c->root_title}};
    struct trust_order o = {TRUST_ROOT, named(s, subject, 3, c->root_years), c->root_key.key, c->by};
    struct trust_issued made;
    o.cert.has_path_length = true;
    o.cert.path_length = (unsigned)c->root_path;
    *t = (struct trust_authority){.name = c->root, .crl_days = c->crl_days * CRL_ROOT_FACTOR};
    TRY(authority_add(s, t, &c->root_key, 0));
    TRY(trust_issue(s->x, s->app, t, c->root_key.key, &o, &made));
    say_issued(s, N_("Root authority {1}, key {2}, signed by itself"), &made, &c->root_key);
    return authority_cert(s, t, &made);
}

static rc make_issuing(struct ceremony *s, const struct trust_authority *root, const struct pkey *root_key,
                       struct trust_authority *t)
{
    const struct trust_ceremony *c = s->c;
    const struct cert_attribute subject[] = {
        {oid_country, STR("TW")}, {oid_organisation, c->organisation}, {oid_common_name, c->issuing_title}};
    struct cert_subtree *permitted = ARENA_ARRAY(s->x->a, c->n_permitted + 1, struct cert_subtree);
    struct trust_order o = {TRUST_CA, named(s, subject, 3, c->issuing_years), c->issuing_key.key, c->by};
    struct trust_issued made;
    if (!permitted)
        return arena_failed(s->x->a);
    for (size_t i = 0; i < c->n_permitted; i++)
        permitted[o.cert.n_permitted++] = (struct cert_subtree){CERT_TREE_EMAIL, c->permitted[i]};
    o.cert.permitted = permitted;
    o.cert.has_path_length = true; /* 0: it signs no further authorities */
    *t = (struct trust_authority){.name = c->issuing, .crl_days = c->crl_days};
    TRY(authority_add(s, t, &c->issuing_key, root->id));
    TRY(trust_issue(s->x, s->app, root, root_key, &o, &made));
    say_issued(s, N_("Issuing authority {1}, key {2}, signed by the root"), &made, &c->issuing_key);
    return authority_cert(s, t, &made);
}

static rc service_row(const struct act *x, const struct trust_authority *of, const char *kind, id cert, id key,
                      str policy, int64_t accuracy)
{
    return db_exec(x->tx, &ss_add,
                   VALS(v_int(id_new()), v_int(of->id), v_text(str_of(kind)), v_int(cert), v_int(key), v_text(policy),
                        v_int(accuracy)),
                   NULL);
}

rc trust_service_add(const struct act *x, const struct app *app, const struct trust_authority *of,
                     const struct trust_pair *key, const struct trust_order *o, str policy, int64_t accuracy,
                     struct trust_issued *out)
{
    struct pkey *ca_key = NULL;
    id key_id;
    if (policy.n > 0)
        TRY(policy_check(x, policy));
    TRY(trust_key_load(x->tx, app, x->a, of->key, &ca_key));
    TRY(trust_issue(x, app, of, ca_key, o, out));
    TRY(trust_key_add(x, app, key, &key_id));
    return service_row(x, of, trust_profiles[o->profile].value, out->id, key_id, policy, accuracy);
}

static rc make_service(struct ceremony *s, const struct trust_authority *of, enum trust_profile profile,
                       const struct trust_pair *pair, const char *title)
{
    const struct trust_ceremony *c = s->c;
    str name = arena_printf(s->x->a, "%s %.*s", title, STR_ARG(of->name));
    const struct cert_attribute subject[] = {
        {oid_country, STR("TW")}, {oid_organisation, c->organisation}, {oid_common_name, name}};
    struct trust_order o = {profile, named(s, subject, 3, c->service_years), pair->key, c->by};
    struct trust_issued made;
    bool tsa = profile == TRUST_TSA;
    if (!name.p)
        return arena_failed(s->x->a);
    TRY(trust_service_add(s->x, s->app, of, pair, &o, tsa ? c->policy : STR_EMPTY, tsa ? c->accuracy : 0, &made));
    say_issued(s, tsa ? N_("Time-stamp authority {1}, key {2}") : N_("OCSP responder {1}, key {2}"), &made, pair);
    return OK;
}

static rc first_list(struct ceremony *s, const struct trust_authority *t)
{
    TRY(trust_crl_publish(s->x, s->app, t));
    SAY(s, N_("First revocation list of {1} published"), t->name);
    return OK;
}

/* ---- the whole ---- */

static rc begin(struct ceremony *s)
{
    BUF_SCOPED when = BUF_INIT(64);
    buf_clear(s->transcript);
    buf_instant(&when, s->x->at);
    SAY(s, N_("Key ceremony held by {1} at {2}"), s->c->by, buf_str(&when));
    return buf_rc(&when);
}

static rc end(struct ceremony *s, id about)
{
    const struct act *x = s->x;
    struct sha256 h = sha256_of(buf_str(s->transcript));
    str hash = sha256_hex_text(x->a, &h);
    TRY(arena_rc(x->a));
    TRY(act_log(x, "ca.ceremony", about, KVS(kv_text("by", s->c->by), kv_text("transcript_sha256", hash)), NULL));
    return buf_rc(s->transcript);
}

rc trust_init(const struct act *x, const struct app *app, const struct trust_ceremony *c, struct buf *transcript)
{
    struct ceremony s = {x, app, c, transcript, 0};
    struct trust_authority root, issuing;
    TRY(name_check(x, c->root));
    TRY(name_check(x, c->issuing));
    TRY(policy_check(x, c->policy));
    TRY(begin(&s));
    TRY(make_root(&s, &root));
    TRY(make_issuing(&s, &root, c->root_key.key, &issuing));
    TRY(make_service(&s, &root, TRUST_OCSP, &c->root_ocsp_key, "OCSP"));
    TRY(make_service(&s, &issuing, TRUST_OCSP, &c->ocsp_key, "OCSP"));
    TRY(make_service(&s, &issuing, TRUST_TSA, &c->tsa_key, "TSA"));
    TRY(first_list(&s, &root));
    TRY(first_list(&s, &issuing));
    TRY(trust_clock_begin(x));
    return end(&s, root.id);
}

rc trust_issuing_add(const struct act *x, const struct app *app, const struct trust_ceremony *c, struct buf *transcript)
{
    struct ceremony s = {x, app, c, transcript, 0};
    struct trust_authority root, issuing;
    struct pkey *root_key = NULL;
    TRY(name_check(x, c->issuing));
    TRY(trust_authority_named(x->tx, x->a, c->root, &root));
    TRY(trust_key_load(x->tx, app, x->a, root.key, &root_key));
    TRY(begin(&s));
    TRY(make_issuing(&s, &root, root_key, &issuing));
    TRY(make_service(&s, &issuing, TRUST_OCSP, &c->ocsp_key, "OCSP"));
    TRY(first_list(&s, &issuing));
    return end(&s, issuing.id);
}

rc trust_root_add(const struct act *x, const struct app *app, const struct trust_ceremony *c,
                  struct trust_authority *out)
{
    BUF_SCOPED transcript = BUF_INIT(TRANSCRIPT_MAX);
    struct ceremony s = {x, app, c, &transcript, 0};
    TRY(name_check(x, c->root));
    TRY(make_root(&s, out));
    return first_list(&s, out);
}

/* ---- keys ---- */

struct wanted_key {
    struct trust_pair *pair;
    str authority;
    const char *what;
};

static rc make_keys(struct arena *a, const struct wanted_key *v, size_t n, const struct trust_pair_options *o,
                    struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        if (v[i].pair->key)
            continue;
        str label = arena_printf(a, "%.*s-%s", STR_ARG(v[i].authority), v[i].what);
        if (!label.p)
            return arena_failed(a);
        TRY(trust_pair_make(a, o, label, v[i].pair, err));
    }
    return OK;
}

rc trust_ceremony_keys(struct arena *a, struct trust_ceremony *c, const struct trust_pair_options *o, struct err *err)
{
    const struct wanted_key keys[] = {
        {&c->root_key, c->root, "ca"}, {&c->root_ocsp_key, c->root, "ocsp"}, {&c->tsa_key, c->issuing, "tsa"}};
    TRY(make_keys(a, keys, sizeof keys / sizeof keys[0], o, err));
    return trust_issuing_keys(a, c, o, err);
}

rc trust_issuing_keys(struct arena *a, struct trust_ceremony *c, const struct trust_pair_options *o, struct err *err)
{
    const struct wanted_key keys[] = {{&c->issuing_key, c->issuing, "ca"}, {&c->ocsp_key, c->issuing, "ocsp"}};
    return make_keys(a, keys, sizeof keys / sizeof keys[0], o, err);
}

/* rise ca issue: certificates of persons and organisations, from a request or with a key made here; and of services. */
#include "crypto/oid.h"
#include "crypto/sign.h"
#include "mod/sign/trust/cli_ca.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { REQUEST_MAX = 256 * 1024, SUBJECT_MAX = 5, PEM_MAX = 512 * 1024, DAYS = 730 };

struct issue {
    struct app *app;
    const struct input *in;
    struct trust_order order;
    struct trust_pair pair; /* .key NULL: the key is the request's */
    struct cert_attribute subject[SUBJECT_MAX];
    str email;
    struct buf pem; /* the certificate and its issuer */
    struct buf said;
};

static bool is_service(const struct issue *i)
{
    return i->order.profile == TRUST_TSA || i->order.profile == TRUST_OCSP;
}

static rc issue_write(const struct act *x, void *arg)
{
    struct issue *i = arg;
    struct trust_authority by;
    struct trust_issued made;
    struct pkey *key = NULL;
    TRY(trust_authority_named(x->tx, x->a, in_text(i->in, "ca"), &by));
    if (is_service(i)) {
        bool tsa = i->order.profile == TRUST_TSA;
        str policy = in_given(i->in, "tsa_policy") ? in_text(i->in, "tsa_policy") : STR(TRUST_TSA_POLICY);
        TRY(trust_service_add(x, i->app, &by, &i->pair, &i->order, tsa ? policy : STR_EMPTY, tsa ? SECOND : 0, &made));
    } else {
        TRY(trust_key_load(x->tx, i->app, x->a, by.key, &key));
        TRY(trust_issue(x, i->app, &by, key, &i->order, &made));
    }
    buf_clear(&i->pem);
    buf_clear(&i->said);
    ca_put_pem(&i->pem, "CERTIFICATE", made.cert->der);
    ca_put_pem(&i->pem, "CERTIFICATE", by.cert->der);
    buf_put(&i->said, cert_serial_hex(x->a, made.cert));
    return buf_rc(&i->pem);
}

/* ---- what the options say ---- */

static void part(struct issue *i, str oid, const char *option)
{
    if (in_given(i->in, option))
        i->subject[i->order.cert.n_subject++] = (struct cert_attribute){oid, in_text(i->in, option)};
}

static void read_subject(struct issue *i)
{
    i->subject[i->order.cert.n_subject++] = (struct cert_attribute){oid_country, STR("TW")};
    part(i, oid_organisation, "organisation");
    part(i, oid_organisation_id, "organisation_id");
    part(i, oid_serial_number, "person_id");
    part(i, oid_common_name, "name");
    i->order.cert.subject = i->subject;
}

static rc read_request(struct issue *i, struct arena *a, struct err *err)
{
    BUF_SCOPED bytes = BUF_INIT(REQUEST_MAX);
    struct csr *csr = NULL;
    const char *path = arena_cstr(a, in_text(i->in, "csr"));
    if (!path)
        return arena_failed(a);
    TRY(file_read(path, &bytes, err));
    TRY(csr_read(a, buf_str(&bytes), &csr, err));
    i->order.key = csr->key;
    if (!in_given(i->in, "name"))
        i->order.cert.subject_name = csr->subject; /* as it was asked for: whoever calls this has checked it */
    return OK;
}

static rc make_key(struct issue *i, struct arena *a, struct err *err)
{
    struct trust_pair_options o;
    if (!is_service(i) && !in_given(i->in, "key_out"))
        return ERR(err, E_INVALID, "CA-011",
                   N_("Give a request with --csr, or say with --key-out where the new key goes."));
    TRY(ca_pair_options(i->in, a, &o, err));
    str label = arena_printf(a, "%s-%lld", in_choice(i->in, "profile"), (long long)(clock_now() / SECOND));
    if (!label.p)
        return arena_failed(a);
    TRY(trust_pair_make(a, &o, label, &i->pair, err));
    i->order.key = i->pair.key;
    return OK;
}

static rc read_order(struct issue *i, struct arena *a, struct err *err)
{
    const struct input *in = i->in;
    int64_t days = in_given(in, "days") ? in_int(in, "days") : DAYS;
    i->order.profile = (enum trust_profile)(
        TRUST_PERSON + choice_index(&trust_profiles[TRUST_PERSON], str_of(in_choice(in, "profile"))));
    i->order.by = in_text(in, "by");
    i->order.cert.not_after = clock_now() + days * DAY;
    if (in_given(in, "email")) {
        i->email = in_text(in, "email");
        i->order.cert.emails = &i->email;
        i->order.cert.n_emails = 1;
    }
    if (in_given(in, "csr") && !is_service(i))
        TRY(read_request(i, a, err));
    else
        TRY(make_key(i, a, err));
    if (i->order.cert.subject_name.n == 0 && !in_given(in, "name"))
        return ERR(err, E_INVALID, "CA-012", N_("Say with --name whose certificate it is."));
    if (i->order.cert.subject_name.n == 0)
        read_subject(i);
    return OK;
}

/* ---- files ---- */

/* The key first: a certificate whose key was lost would have to be revoked. */
static rc write_key(const struct issue *i, struct arena *a, struct err *err)
{
    BUF_SCOPED der = BUF_INIT(PEM_MAX);
    BUF_SCOPED pem = BUF_INIT(PEM_MAX);
    if (!i->pair.key || is_service(i) || i->pair.module.n > 0)
        return OK;
    const char *path = arena_cstr(a, in_text(i->in, "key_out"));
    rc r = path ? pkey_write(i->pair.key, &der) : arena_failed(a);
    if (r == OK) {
        ca_put_pem(&pem, "PRIVATE KEY", buf_str(&der));
        r = buf_rc(&pem) != OK ? buf_rc(&pem) : file_write_new(path, buf_str(&pem), 0600, err);
    }
    if (der.p)
        secret_wipe(der.p, der.room);
    if (pem.p)
        secret_wipe(pem.p, pem.room);
    return r;
}

static rc write_cert(const struct issue *i, struct arena *a, struct err *err)
{
    if (!in_given(i->in, "out"))
        return OK;
    const char *path = arena_cstr(a, in_text(i->in, "out"));
    return path ? file_write(path, buf_str(&i->pem), 0644, err) : arena_failed(a);
}

int ca_verb_issue(struct app *app, const struct input *in, struct err *err)
{
    struct issue i = {.app = app, .in = in, .pem = BUF_INIT(PEM_MAX), .said = BUF_INIT(256)};
    struct arena *keep = arena_new(TRUST_ARENA), *a = arena_new(TRUST_ARENA);
    rc r = keep && a ? read_order(&i, keep, err) : E_NOMEM;
    if (r == OK)
        r = write_key(&i, keep, err);
    if (r == OK)
        r = verb_write(app, a, issue_write, &i, err);
    if (r == OK)
        r = write_cert(&i, keep, err);
    if (r == OK)
        printf("%.*s\n", STR_ARG(buf_str(&i.said)));
    buf_free(&i.pem);
    buf_free(&i.said);
    arena_free(a);
    arena_free(keep);
    return ca_exit(r, err);
}

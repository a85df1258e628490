/* rise ca init: the key ceremony. */
#include "mod/sign/trust/cli_ca.h"

enum { PERMITTED_MAX = 16 };

struct init {
    struct app *app;
    struct trust_ceremony ceremony;
    struct buf transcript;
};

static rc init_write(const struct act *x, void *arg)
{
    struct init *i = arg;
    return trust_init(x, i->app, &i->ceremony, &i->transcript);
}

static str text_or(const struct input *in, const char *name, str otherwise)
{
    return in_given(in, name) ? in_text(in, name) : otherwise;
}

static int64_t int_or(const struct input *in, const char *name, int64_t otherwise)
{
    return in_given(in, name) ? in_int(in, name) : otherwise;
}

static rc read_ceremony(const struct input *in, struct arena *a, struct trust_ceremony *c)
{
    str organisation = in_text(in, "organisation");
    *c = (struct trust_ceremony){
        .by = in_text(in, "by"),
        .organisation = organisation,
        .root = text_or(in, "root", STR("root")),
        .issuing = text_or(in, "issuing", STR("issuing")),
        .root_title = text_or(in, "root_title", arena_printf(a, "%.*s Root CA", STR_ARG(organisation))),
        .issuing_title = text_or(in, "issuing_title", arena_printf(a, "%.*s Issuing CA", STR_ARG(organisation))),
        .root_years = int_or(in, "root_years", 20),
        .issuing_years = int_or(in, "issuing_years", 10),
        .service_years = int_or(in, "service_years", 3),
        .root_path = int_or(in, "path_length", 1),
        .crl_days = int_or(in, "crl_days", 7),
        .policy = text_or(in, "tsa_policy", STR(TRUST_TSA_POLICY)),
        .accuracy = int_or(in, "accuracy", 1000) * 1000,
    };
    c->n_permitted = in_all(in, "permit", &c->permitted);
    return arena_rc(a);
}

int ca_verb_init(struct app *app, const struct input *in, struct err *err)
{
    struct init i = {.app = app, .transcript = BUF_INIT(1 << 20)};
    struct trust_pair_options o;
    struct arena *keep = arena_new(TRUST_ARENA), *a = arena_new(TRUST_ARENA);
    rc r = keep && a ? read_ceremony(in, keep, &i.ceremony) : E_NOMEM;
    if (r == OK)
        r = ca_pair_options(in, keep, &o, err);
    if (r == OK)
        r = trust_ceremony_keys(keep, &i.ceremony, &o, err);
    if (r == OK)
        r = verb_write(app, a, init_write, &i, err);
    if (r == OK)
        printf("%.*s", STR_ARG(buf_str(&i.transcript)));
    buf_free(&i.transcript);
    arena_free(a);
    arena_free(keep);
    return ca_exit(r, err);
}

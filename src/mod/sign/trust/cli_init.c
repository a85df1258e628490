/* rise ca init: the key ceremony; rise ca add: a further issuing authority. */
#include "mod/sign/trust/cli_ca.h"

struct init {
    struct app *app;
    bool further; /* only an issuing authority, under the root that is there */
    struct trust_ceremony ceremony;
    struct buf transcript;
};

static rc init_write(const struct act *x, void *arg)
{
    struct init *i = arg;
    return (i->further ? trust_issuing_add : trust_init)(x, i->app, &i->ceremony, &i->transcript);
}

static str text_or(const struct input *in, const char *name, str otherwise)
{
    return in_given(in, name) ? in_text(in, name) : otherwise;
}

static int64_t int_or(const struct input *in, const char *name, int64_t otherwise)
{
    return in_given(in, name) ? in_int(in, name) : otherwise;
}

/* No two authorities may have the same name (RFC 5280 section 4.1.2.6), so that of a further one ends with what it is
 * called. */
static str issuing_title(struct arena *a, const struct trust_ceremony *c, bool further)
{
    return arena_printf(a, "%.*s Issuing CA%s%.*s", STR_ARG(c->organisation), further ? " " : "",
                        STR_ARG(further ? c->issuing : STR_EMPTY));
}

static rc read_issuing(const struct input *in, bool further, struct arena *a, struct trust_ceremony *c)
{
    *c = (struct trust_ceremony){
        .by = in_text(in, "by"),
        .organisation = in_text(in, "organisation"),
        .root = text_or(in, "root", STR("root")),
        .issuing = text_or(in, "issuing", STR("issuing")),
        .issuing_years = int_or(in, "issuing_years", 10),
        .service_years = int_or(in, "service_years", 3),
        .crl_days = int_or(in, "crl_days", 7),
    };
    c->issuing_title = text_or(in, "issuing_title", issuing_title(a, c, further));
    c->n_permitted = in_all(in, "permit", &c->permitted);
    return arena_rc(a);
}

static rc read_root(const struct input *in, struct arena *a, struct trust_ceremony *c)
{
    c->root_title = text_or(in, "root_title", arena_printf(a, "%.*s Root CA", STR_ARG(c->organisation)));
    c->root_years = int_or(in, "root_years", 20);
    c->root_path = int_or(in, "path_length", 1);
    c->policy = text_or(in, "tsa_policy", STR(TRUST_TSA_POLICY));
    c->accuracy = int_or(in, "accuracy", 1000) * 1000;
    return arena_rc(a);
}

/* The root's key in a token of its own, when that is asked for; else it is made with the others. */
static rc make_root_key(const struct input *in, struct arena *a, const struct trust_pair_options *all,
                        struct trust_ceremony *c, struct err *err)
{
    struct trust_pair_options o = *all;
    if (!o.token.module || !in_given(in, "root_token_label"))
        return OK;
    o.token.label = in_text(in, "root_token_label");
    if (in_given(in, "root_pin_file"))
        TRY(ca_read_pin(in, "root_pin_file", a, &o.token.pin, err));
    str label = arena_printf(a, "%.*s-ca", STR_ARG(c->root));
    return label.p ? trust_pair_make(a, &o, label, &c->root_key, err) : arena_failed(a);
}

static int hold(struct app *app, const struct input *in, bool further, struct err *err)
{
    struct init i = {.app = app, .further = further, .transcript = BUF_INIT(1 << 20)};
    struct trust_pair_options o;
    struct arena *keep = arena_new(TRUST_ARENA), *a = arena_new(TRUST_ARENA);
    rc r = keep && a ? read_issuing(in, further, keep, &i.ceremony) : E_NOMEM;
    if (r == OK && !further)
        r = read_root(in, keep, &i.ceremony);
    if (r == OK)
        r = ca_pair_options(in, keep, &o, err);
    if (r == OK && !further)
        r = make_root_key(in, keep, &o, &i.ceremony, err);
    if (r == OK)
        r = (further ? trust_issuing_keys : trust_ceremony_keys)(keep, &i.ceremony, &o, err);
    if (r == OK)
        r = verb_write(app, a, init_write, &i, err);
    if (r == OK)
        printf("%.*s", STR_ARG(buf_str(&i.transcript)));
    buf_free(&i.transcript);
    arena_free(a);
    arena_free(keep);
    return ca_exit(r, err);
}

int ca_verb_init(struct app *app, const struct input *in, struct err *err)
{
    return hold(app, in, false, err);
}

int ca_verb_add(struct app *app, const struct input *in, struct err *err)
{
    return hold(app, in, true, err);
}

/* The table of `rise ca`, and the short verbs. */
#include "mod/sign/trust/cli_ca.h"

#include "crypto/sign.h"
#include "sys/file.h"

enum { PIN_MAX = 4096, LINE = 64, LIST_MAX = 100000 };

const struct choice ca_keys[] = {{"p256", N_("P-256")},
                                 {"p384", N_("P-384")},
                                 {"rsa2048", N_("RSA, 2048 bits")},
                                 {"rsa3072", N_("RSA, 3072 bits")},
                                 {"rsa4096", N_("RSA, 4096 bits")},
                                 {NULL, NULL}};

/* CRLReason's own names; removeFromCRL is for deltas and aACompromise for attribute certificates. */
static const struct choice reasons[] = {{"unspecified", N_("not said")},
                                        {"keyCompromise", N_("the key is in other hands")},
                                        {"cACompromise", N_("an authority's key is in other hands")},
                                        {"affiliationChanged", N_("no longer of this organisation")},
                                        {"superseded", N_("replaced by another certificate")},
                                        {"cessationOfOperation", N_("not needed any more")},
                                        {"certificateHold", N_("on hold")},
                                        {"privilegeWithdrawn", N_("a right was withdrawn")},
                                        {NULL, NULL}};
static const enum crl_reason reason_values[] = {
    CRL_UNSPECIFIED, CRL_KEY_COMPROMISE, CRL_CA_COMPROMISE, CRL_AFFILIATION_CHANGED,
    CRL_SUPERSEDED,  CRL_CESSATION,      CRL_HOLD,          CRL_PRIVILEGE_WITHDRAWN};

QUERY(sv_list, "itt", "tttiiit",
      "SELECT c.serial, c.profile, a.name, c.not_after, c.revoked, c.reason, c.subject FROM sign_cert c JOIN"
      " sign_authority a ON a.id = c.authority WHERE ($2 = '' OR a.name = $2) AND ($3 = '' OR c.profile = $3)"
      " ORDER BY c.id LIMIT $1");

/* ---- helpers ---- */

rc ca_read_pin(const struct input *in, const char *option, struct arena *a, str *out, struct err *err)
{
    BUF_SCOPED pin = BUF_INIT(PIN_MAX);
    const char *path = arena_cstr(a, in_text(in, option));
    if (!path)
        return arena_failed(a);
    TRY(file_read(path, &pin, err));
    str rest = buf_str(&pin);
    *out = arena_str(a, str_trim(str_cut(&rest, '\n')));
    secret_wipe(pin.p, pin.room);
    return arena_rc(a);
}

rc ca_pair_options(const struct input *in, struct arena *a, struct trust_pair_options *out, struct err *err)
{
    static const struct trust_pair_options kinds[] = {{.kind = PKEY_P256},
                                                      {.kind = PKEY_P384},
                                                      {.kind = PKEY_RSA, .rsa_bits = 2048},
                                                      {.kind = PKEY_RSA, .rsa_bits = 3072},
                                                      {.kind = PKEY_RSA, .rsa_bits = 4096}};
    *out = kinds[in_given(in, "key") ? choice_index(ca_keys, str_of(in_choice(in, "key"))) : 0];
    if (!in_given(in, "token"))
        return OK;
    out->token.module = arena_cstr(a, in_text(in, "token"));
    out->token.label = in_text(in, "token_label");
    if (in_given(in, "pin_file"))
        TRY(ca_read_pin(in, "pin_file", a, &out->token.pin, err));
    return arena_rc(a);
}

int ca_exit(rc r, struct err *err)
{
    if (r != OK && err->code == OK)
        (void)ERR(err, r, "CA-013", N_("It could not be done."));
    return verb_exit(r);
}

void ca_put_pem(struct buf *out, const char *label, str der)
{
    BUF_SCOPED text = BUF_INIT(2 * der.n + 16);
    buf_base64(&text, der);
    buf_printf(out, "-----BEGIN %s-----\n", label);
    for (size_t i = 0; i < text.n; i += LINE)
        buf_printf(out, "%.*s\n", STR_ARG(str_sub(buf_str(&text), i, LINE)));
    buf_printf(out, "-----END %s-----\n", label);
    if (text.p)
        secret_wipe(text.p, text.room);
    if (buf_rc(&text) != OK && out->error == OK)
        out->error = buf_rc(&text);
}

/* ---- revoke, crl ---- */

struct change {
    struct app *app;
    const struct input *in;
    struct buf der;
};

static rc revoke_write(const struct act *x, void *arg)
{
    struct change *c = arg;
    id authority;
    enum crl_reason why = in_given(c->in, "reason")
                              ? reason_values[choice_index(reasons, str_of(in_choice(c->in, "reason")))]
                              : CRL_UNSPECIFIED;
    return trust_revoke(x, c->app, in_text(c->in, "serial"), why, in_text(c->in, "by"), &authority);
}

static rc release_write(const struct act *x, void *arg)
{
    struct change *c = arg;
    id authority;
    return trust_release(x, c->app, in_text(c->in, "serial"), in_text(c->in, "by"), &authority);
}

static rc crl_write(const struct act *x, void *arg)
{
    struct change *c = arg;
    struct trust_authority of;
    instant from, until;
    TRY(trust_authority_named(x->tx, x->a, in_text(c->in, "ca"), &of));
    TRY(trust_crl_publish(x, c->app, &of));
    buf_clear(&c->der);
    return trust_crl_get(x->tx, of.id, &c->der, &from, &until);
}

static rc write_out(const struct change *c, struct arena *a, struct err *err)
{
    if (!in_given(c->in, "out"))
        return OK;
    const char *path = arena_cstr(a, in_text(c->in, "out"));
    return path ? file_write(path, buf_str(&c->der), 0644, err) : arena_failed(a);
}

static int change(struct app *app, const struct input *in, rc (*fn)(const struct act *x, void *arg), bool writes,
                  struct err *err)
{
    struct change c = {.app = app, .in = in, .der = BUF_INIT(TRUST_CRL_MAX)};
    struct arena *a = arena_new(TRUST_ARENA);
    rc r = a ? verb_write(app, a, fn, &c, err) : E_NOMEM;
    if (r == OK && writes)
        r = write_out(&c, a, err);
    buf_free(&c.der);
    arena_free(a);
    return ca_exit(r, err);
}

static int verb_revoke(struct app *app, const struct input *in, struct err *err)
{
    return change(app, in, revoke_write, false, err);
}

static int verb_unhold(struct app *app, const struct input *in, struct err *err)
{
    return change(app, in, release_write, false, err);
}

static int verb_crl(struct app *app, const struct input *in, struct err *err)
{
    return change(app, in, crl_write, true, err);
}

/* ---- list ---- */

static rc list(struct tx *tx, const struct input *in, struct buf *out, struct arena *a)
{
    struct rows r;
    const char *profile = in_choice(in, "profile");
    (void)a;
    TRY(db_select(tx, &sv_list,
                  VALS(v_int(LIST_MAX), v_text(in_text(in, "ca")), v_text(str_of(profile ? profile : ""))), &r));
    while (rows_next(&r)) {
        buf_printf(out, "%.*s\t%.*s\t%.*s\t", STR_ARG(row_text(&r, 0)), STR_ARG(row_text(&r, 1)),
                   STR_ARG(row_text(&r, 2)));
        buf_instant(out, row_int(&r, 3));
        buf_printf(out, "\t%s\t%.*s\n", row_int(&r, 4) ? crl_reason_name((enum crl_reason)row_int(&r, 5)) : "-",
                   STR_ARG(row_text(&r, 6)));
    }
    TRY(rows_end(&r));
    return buf_rc(out);
}

static int verb_list(struct app *app, const struct input *in, struct err *err)
{
    return verb_print(app, in, list, err);
}

/* ---- the table ---- */

#define BY_FIELD                                                                                                       \
    {                                                                                                                  \
        .name = "by", .type = F_TEXT, .max = 200, .label = N_("Who decided it, for the public log's record")           \
    }
#define CA_FIELD                                                                                                       \
    {                                                                                                                  \
        .name = "ca", .type = F_TEXT, .max = TRUST_NAME_MAX, .label = N_("Name of the authority (the issuing one)")    \
    }
#define POLICY_FIELD                                                                                                   \
    {                                                                                                                  \
        .name = "tsa_policy", .type = F_TEXT, .max = 200,                                                              \
        .label = N_("Policy of time-stamps, an object identifier (2.5.29.32.0, which claims nothing; who keeps ETSI "  \
                    "EN 319 421 "                                                                                      \
                    "writes 0.4.0.2023.1.1)")                                                                          \
    }

#define ORGANISATION_FIELD                                                                                             \
    {                                                                                                                  \
        .name = "organisation", .type = F_TEXT, .required = true, .max = 64,                                           \
        .label = N_("Organisation that the authorities belong to")                                                     \
    }
#define HOLDER_FIELD                                                                                                   \
    {                                                                                                                  \
        .name = "by", .type = F_TEXT, .required = true, .max = 200,                                                    \
        .label = N_("Who holds the ceremony, and witnesses")                                                           \
    }
#define ROOT_FIELD                                                                                                     \
    {                                                                                                                  \
        .name = "root", .type = F_TEXT, .max = TRUST_NAME_MAX, .label = N_("Name of the root in addresses (root)")     \
    }
/* Of an issuing authority, but for its name. */
#define ISSUING_FIELDS                                                                                                 \
    {.name = "issuing_title", .type = F_TEXT, .max = 64, .label = N_("Common name of the issuing authority")},         \
        {.name = "issuing_years",                                                                                      \
         .type = F_INT,                                                                                                \
         .min = 1,                                                                                                     \
         .max = 40,                                                                                                    \
         .label = N_("Years that the issuing authority is valid (10)")},                                               \
        {.name = "service_years",                                                                                      \
         .type = F_INT,                                                                                                \
         .min = 1,                                                                                                     \
         .max = 10,                                                                                                    \
         .label = N_("Years that services are valid (3)")},                                                            \
        {.name = "permit",                                                                                             \
         .type = F_TEXT,                                                                                               \
         .many = true,                                                                                                 \
         .max = 200,                                                                                                   \
         .label = N_("Only for e-mail addresses of this domain (name constraint)")},                                   \
    {                                                                                                                  \
        .name = "crl_days", .type = F_INT, .min = 1, .max = 90, .label = N_("Days that a revocation list lasts (7)")   \
    }

INPUT(init_in, ORGANISATION_FIELD, HOLDER_FIELD, ROOT_FIELD,
      {.name = "issuing",
       .type = F_TEXT,
       .max = TRUST_NAME_MAX,
       .label = N_("Name of the issuing authority in addresses (issuing)")},
      {.name = "root_title", .type = F_TEXT, .max = 64, .label = N_("Common name of the root")},
      {.name = "root_years", .type = F_INT, .min = 1, .max = 40, .label = N_("Years that the root is valid (20)")},
      {.name = "path_length",
       .type = F_INT,
       .min = 1,
       .max = 10,
       .label = N_("How many levels of authorities may stand below the root (1)")},
      ISSUING_FIELDS, POLICY_FIELD,
      {.name = "accuracy",
       .type = F_INT,
       .min = 1,
       .max = 60000,
       .label = N_("Accuracy of the clock in milliseconds (1,000)")},
      CA_KEY_FIELDS,
      {.name = "root_token_label",
       .type = F_TEXT,
       .max = 60,
       .label = N_("Label of another token of that library, for the root's key alone: it can be locked away")},
      {.name = "root_pin_file", .type = F_TEXT, .max = 4000, .label = N_("File whose first line is that token's PIN")});

INPUT(add_in, ORGANISATION_FIELD, HOLDER_FIELD,
      {.name = "issuing",
       .type = F_TEXT,
       .required = true,
       .max = TRUST_NAME_MAX,
       .label = N_("Name of the further issuing authority in addresses")},
      ROOT_FIELD, ISSUING_FIELDS, CA_KEY_FIELDS);

INPUT(issue_in,
      {.name = "profile",
       .type = F_CHOICE,
       .required = true,
       .choices = &trust_profiles[TRUST_PERSON],
       .label = N_("What the certificate is for")},
      {.name = "name", .type = F_TEXT, .max = 64, .label = N_("Common name")},
      {.name = "organisation", .type = F_TEXT, .max = 64, .label = N_("Organisation")},
      {.name = "organisation_id",
       .type = F_TEXT,
       .max = 64,
       .label = N_("Identifier of the organisation (ETSI EN 319 412-1, e.g. NTRTW-12345678)")},
      {.name = "person_id", .type = F_TEXT, .max = 64, .personal = true, .label = N_("Serial number within the name")},
      {.name = "email", .type = F_EMAIL, .label = N_("E-mail address")},
      {.name = "csr", .type = F_TEXT, .max = 4000, .label = N_("Certificate request (PKCS #10, PEM or DER)")},
      {.name = "days", .type = F_INT, .min = 1, .max = 3660, .label = N_("Days that it is valid (730)")},
      {.name = "out", .letter = 'o', .type = F_TEXT, .max = 4000, .label = N_("File to write")},
      {.name = "key_out", .type = F_TEXT, .max = 4000, .label = N_("File for the new private key (PEM, mode 0600)")},
      CA_FIELD, BY_FIELD, POLICY_FIELD, CA_KEY_FIELDS);

INPUT(revoke_in,
      {.name = "serial", .type = F_TEXT, .required = true, .max = 200, .label = N_("Serial number in hexadecimal")},
      {.name = "reason", .type = F_CHOICE, .choices = reasons, .label = N_("Why (unspecified)")}, BY_FIELD);

INPUT(unhold_in,
      {.name = "serial", .type = F_TEXT, .required = true, .max = 200, .label = N_("Serial number in hexadecimal")},
      BY_FIELD);

INPUT(crl_in, CA_FIELD, {.name = "out", .letter = 'o', .type = F_TEXT, .max = 4000, .label = N_("File to write")});

INPUT(list_in, CA_FIELD,
      {.name = "profile", .type = F_CHOICE, .choices = trust_profiles, .label = N_("Only of this profile")});

const struct verb trust_verbs[TRUST_VERBS] = {
    {"init", "ORGANISATION --by WHO [--key KIND] [--token LIBRARY --pin-file FILE]",
     N_("Key ceremony: make a root, an issuing authority, OCSP responders and a time-stamp authority"),
     N_("Prints the transcript; its hash and those of all certificates go into the public log. The addresses in the "
        "certificates come from --base-url: set it first, it cannot be changed afterwards."),
     &init_in, true, ca_verb_init},
    {"add", "ORGANISATION --issuing NAME --by WHO [--permit DOMAIN]",
     N_("Key ceremony: make a further issuing authority under the root, with an OCSP responder"),
     N_("It has its own key, name constraints and revocation list; certificates come from it with --ca NAME. The "
        "root's "
        "key has to be there."),
     &add_in, true, ca_verb_add},
    {"issue", "PROFILE --name NAME (--csr FILE | --key-out FILE) -o FILE",
     N_("Issue a certificate to a person, an organisation or a service of this site"),
     N_("Prints the serial number. The keys of tsa and ocsp stay here, sealed; the running server uses them at once."),
     &issue_in, true, ca_verb_issue},
    {"revoke", "SERIAL [--reason REASON]", N_("Revoke a certificate and publish a new revocation list"), NULL,
     &revoke_in, true, verb_revoke},
    {"unhold", "SERIAL", N_("Lift the hold on a certificate and publish a new revocation list"), NULL, &unhold_in, true,
     verb_unhold},
    {"crl", "[--ca NAME] [-o FILE]", N_("Publish a new revocation list now"), NULL, &crl_in, true, verb_crl},
    {"list", "[--ca NAME] [--profile PROFILE]",
     N_("List certificates: serial number, profile, authority, valid until, revoked why, subject"), NULL, &list_in,
     true, verb_list},
};

#include "mod/sign/cli/cli_sign.h"

#include <stdio.h>

#include "crypto/pkey_token.h"
#include "web/i18n.h"

enum { KEY_BYTES_MAX = 64 * 1024, CERT_FILE_MAX = 4 * 1024 * 1024, CERTS_MAX = 64 };

const struct choice sign_levels[] = {
    {"b", N_("signed")},
    {"t", N_("with a time-stamp")},
    {"lt", N_("with revocation data as well")},
    {"lta", N_("with a time-stamp over all that")},
    {NULL, NULL},
};
static const char *const level_names[] = {"B-B", "B-T", "B-LT", "B-LTA"};

/* ---- what the options name ---- */

rc cli_at_option(rc r, const char *option, struct err *err)
{
    if (r != OK && err->main.msgid && !err->main.field)
        err->main.field = option;
    return r;
}

static rc read_text(struct sign_run *x, const char *option, size_t most, struct buf *out, struct err *err)
{
    const char *path = arena_cstr(x->a, in_text(x->in, option));
    out->cap = most;
    return path ? cli_at_option(file_read(path, out, err), option, err) : arena_failed(x->a);
}

static bool is_read(const char *option)
{
    static const char *const names[] = {"file", "key", "cert", "chain", "passphrase_file", "also", "content"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], option) == 0)
            return true;
    return false;
}

static rc check_replaced(struct arena *a, const struct input *in, const char *option, const char *out, struct err *err)
{
    const str *paths;
    size_t n = in_all(in, option, &paths);
    for (size_t i = 0; i < n; i++) {
        const char *path = arena_cstr(a, paths[i]);
        if (!path)
            return arena_failed(a);
        if (file_same(path, out))
            return ERR(err, E_INVALID, "SIG-621", N_("{1} is read, and would be replaced: name another file."),
                       paths[i]);
    }
    return OK;
}

rc cli_check_output(struct arena *a, const struct input *in, const char *option, bool in_place, struct err *err)
{
    const char *out = arena_cstr(a, in_text(in, option));
    if (!out)
        return arena_failed(a);
    for (size_t i = 0; i < in->spec->n; i++) {
        const char *name = in->spec->fields[i].name;
        if (is_read(name) && !(in_place && strcmp(name, "file") == 0))
            TRY(cli_at_option(check_replaced(a, in, name, out, err), option, err));
    }
    return OK;
}

static str first_line(str text)
{
    str line = str_cut(&text, '\n');
    if (str_ends(line, STR("\r")))
        line.n--;
    return line;
}

/* The PIN is the passphrase's file's first line, or that of the file which the address names, or stands in it. */
static rc read_token_key(struct sign_run *x, str address, struct buf *passphrase, struct err *err)
{
    struct token_address at;
    struct token *t = NULL;
    TRY(token_address(x->a, address, &at, err));
    if (passphrase->n == 0 && at.pin_file.n > 0)
        TRY(file_read(at.pin_file.p, passphrase, err));
    if (passphrase->n > 0)
        at.token.pin = first_line(buf_str(passphrase));
    TRY(token_open(&at.token, &t, err));
    rc r = token_key(t, at.label, at.key_id, &x->key, err);
    token_close(t);
    return r;
}

/* What crypto/pkey.h says of a passphrase, in the words of this command. */
static rc read_key_file(struct sign_run *x, str bytes, str passphrase, struct err *err)
{
    struct err why = {.code = OK};
    rc r = pkey_read(bytes, passphrase, &x->key, &why);
    if (r != OK && why.main.code && strcmp(why.main.code, "KEY-002") == 0)
        return in_given(x->in, "passphrase_file")
                   ? ERR(err, E_INVALID, "KEY-002",
                         N_("The passphrase in the file of --passphrase-file does not open it."))
                   : ERR(err, E_INVALID, "KEY-002",
                         N_("It is encrypted: --passphrase-file wants a file whose first line is its passphrase."));
    err_copy(err, &why);
    return r;
}

static rc read_key(struct sign_run *x, struct err *err)
{
    BUF_SCOPED bytes = BUF_INIT(KEY_BYTES_MAX);
    BUF_SCOPED passphrase = BUF_INIT(KEY_BYTES_MAX);
    str key = in_text(x->in, "key");
    if (in_given(x->in, "passphrase_file"))
        TRY(read_text(x, "passphrase_file", KEY_BYTES_MAX, &passphrase, err));
    if (token_is_address(key)) {
        TRY(cli_at_option(read_token_key(x, key, &passphrase, err), "key", err));
    } else {
        TRY(read_text(x, "key", KEY_BYTES_MAX, &bytes, err));
        TRY(cli_at_option(read_key_file(x, buf_str(&bytes), first_line(buf_str(&passphrase)), err), "key", err));
    }
    return pkey_in(x->a, x->key);
}

static rc read_cert_file(struct sign_run *x, const char *option, struct cert ***v, size_t *n, struct err *err)
{
    BUF_SCOPED bytes = BUF_INIT(CERT_FILE_MAX);
    TRY(read_text(x, option, CERT_FILE_MAX, &bytes, err));
    return cli_at_option(cert_read_all(x->a, buf_str(&bytes), CERTS_MAX, v, n, err), option, err);
}

/* The certificate, and those of issuers from both files. */
static rc read_certs(struct sign_run *x, bool has_own, struct err *err)
{
    struct cert **first = NULL;
    struct cert **more = NULL;
    size_t n = 0;
    size_t n_more = 0;
    if (has_own)
        TRY(read_cert_file(x, "cert", &first, &n, err));
    if (in_given(x->in, "chain"))
        TRY(read_cert_file(x, "chain", &more, &n_more, err));
    x->cert = first ? first[0] : NULL;
    x->chain = ARENA_ARRAY(x->a, n + n_more + 1, struct cert *);
    if (!x->chain)
        return arena_failed(x->a);
    for (size_t i = 1; i < n; i++)
        x->chain[x->n_chain++] = first[i];
    for (size_t i = 0; i < n_more; i++)
        x->chain[x->n_chain++] = more[i];
    return OK;
}

/* `without_tsa`: the highest level that can be reached without a time-stamp. */
static rc read_level(struct sign_run *x, enum sign_level without_tsa, struct err *err)
{
    const char *level = in_choice(x->in, "level");
    x->level = level ? (enum sign_level)choice_index(sign_levels, str_of(level)) : SIGN_B;
    x->services.tsa = in_text(x->in, "tsa");
    if (x->level > without_tsa && x->services.tsa.n == 0)
        return ERR(err, E_INVALID, "SIG-210",
                   N_("This level needs a time-stamp authority: give its address with --tsa."));
    x->net = cli_net_open(&x->services);
    return OK;
}

static rc begin(struct sign_run *x, struct app *app, const struct input *in)
{
    *x = (struct sign_run){.app = app, .in = in, .a = arena_new(SIGN_ARENA_MAX)};
    return x->a ? OK : E_NOMEM;
}

static rc map_file(struct sign_run *x, struct err *err)
{
    const char *path = arena_cstr(x->a, in_text(x->in, "file"));
    return path ? file_map(path, &x->content, err) : arena_failed(x->a);
}

static rc check_key(const struct sign_run *x, struct err *err)
{
    if (pkey_same(x->key, x->cert->key))
        return OK;
    return ERR(err, E_INVALID, "SIG-622",
               N_("The key does not belong to the certificate: the signer's own has to be the first in the file of "
                  "--cert."));
}

rc sign_run_open(struct sign_run *x, struct app *app, const struct input *in, struct err *err)
{
    TRY(begin(x, app, in));
    TRY(read_level(x, SIGN_B, err));
    TRY(cli_check_output(x->a, in, "out", false, err));
    TRY(read_key(x, err));
    TRY(read_certs(x, true, err));
    TRY(check_key(x, err));
    return map_file(x, err);
}

rc sign_run_open_signed(struct sign_run *x, struct app *app, const struct input *in, struct err *err)
{
    TRY(begin(x, app, in));
    TRY(read_level(x, SIGN_LT, err));
    TRY(cli_check_output(x->a, in, "out", true, err));
    TRY(read_certs(x, false, err));
    return map_file(x, err);
}

void sign_run_close(struct sign_run *x)
{
    file_unmap(&x->content);
    arena_free(x->a);
}

str sign_file_name(str path)
{
    for (size_t i = path.n; i-- > 0;)
        if (path.p[i] == '/')
            return str_sub(path, i + 1, path.n);
    return path;
}

/* ---- the result ---- */

static void warn_lower(const struct sign_run *x, enum sign_level reached, const struct err *why)
{
    BUF_SCOPED line = BUF_INIT(64 * 1024);
    str names[] = {str_of(level_names[reached]), str_of(level_names[x->level])};
    tr_f(&line, x->app->lang, N_("The signature has level {1} only, not {2}:"), names, 2);
    buf_putc(&line, ' ');
    tr_err(&line, x->app->lang, &why->main);
    fprintf(stderr, "rise: %.*s\nrise: %s\n", STR_ARG(buf_str(&line)),
            tr(x->app->lang, N_("The file is written; rise extend raises it when the service answers again.")));
}

int sign_run_end_parts(struct sign_run *x, rc r, str first, const struct buf *rest, enum sign_level reached,
                       const struct err *why, struct err *err)
{
    const str parts[] = {first, buf_str(rest)};
    if (r == OK)
        r = buf_rc(rest);
    if (r == OK)
        r = file_write_parts(arena_cstr(x->a, in_text(x->in, "out")), parts, 2, 0644, err);
    bool lower = r == OK && reached < x->level;
    if (lower)
        warn_lower(x, reached, why);
    if (r != OK && err->code == OK)
        err_note(err, r, NULL, NULL, NULL, 0);
    return lower ? SIGN_LEVEL_LOWER : verb_exit(r);
}

int sign_run_end(struct sign_run *x, rc r, const struct buf *out, enum sign_level reached, const struct err *why,
                 struct err *err)
{
    return sign_run_end_parts(x, r, STR_EMPTY, out, reached, why, err);
}

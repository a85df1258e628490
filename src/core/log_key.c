/* The log's signing key: an Ed25519 seed, sealed in a file of its own beside the database. */
#include <stdio.h>

#include "core/publiclog.h"
#include "crypto/sign.h"
#include "sys/file.h"

enum { SEALED_MAX = 256, PATH_MAX_ = 4096 };

static const str seal_context = STR_INIT("public log signing key");

static rc key_path(const struct app *app, char out[PATH_MAX_], struct err *err)
{
    int n = snprintf(out, PATH_MAX_, "%.*s/log.key", STR_ARG(app->config.data_dir));
    if (n < 0 || n >= PATH_MAX_)
        return ERR(err, E_LIMIT, "LOG-007", N_("The path of the data directory is too long."));
    return OK;
}

rc log_key_create(const struct app *app, struct err *err)
{
    char path[PATH_MAX_];
    struct ed25519_key key;
    BUF_SCOPED sealed = BUF_INIT(SEALED_MAX);
    TRY(key_path(app, path, err));
    TRY(ed25519_generate(&key));
    rc r = seal(&app->seal, seal_context, str_n(key.seed, sizeof key.seed), &sealed);
    secret_wipe(&key, sizeof key);
    TRY(r);
    return file_write_new(path, buf_str(&sealed), 0600, err);
}

rc log_key_load(struct app *app, struct err *err)
{
    char path[PATH_MAX_];
    BUF_SCOPED sealed = BUF_INIT(SEALED_MAX);
    BUF_SCOPED seed = BUF_INIT(SEALED_MAX);
    struct log_signer s = {.loaded = true};
    TRY(key_path(app, path, err));
    TRY(file_read(path, &sealed, err));
    if (unseal(&app->seal, seal_context, buf_str(&sealed), &seed) != OK || seed.n != ED25519_SEED)
        return ERR(err, E_CORRUPT, "LOG-006",
                   N_("The public log's key file {1} does not open with this installation's sealing key."),
                   str_of(path));
    rc r = ed25519_from_seed((const unsigned char *)seed.p, &s.key);
    secret_wipe(seed.p, seed.n);
    TRY(r);
    if (note_verifier_init(app->config.log_name, s.key.pub, &s.verifier) != OK)
        return ERR(err, E_INVALID, "LOG-008",
                   N_("The setting log_name may not be empty or hold spaces or a plus sign: {1}"),
                   app->config.log_name);
    app->log_signer = s;
    secret_wipe(&s, sizeof s);
    return OK;
}

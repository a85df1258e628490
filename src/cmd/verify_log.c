/* `rise verify-log`: a copy of the public log, or one proof, checked without the server and its keys. */
#include "cmd/cmd.h"
#include "core/log_verify.h"
#include "sys/file.h"

enum { PATH_BYTES = 4096 + 1 };

static void say_root(const struct app *app, str origin, uint64_t size, const struct sha256 *root)
{
    char hex[2 * SHA256_LEN + 1];
    BUF_SCOPED n = BUF_INIT(32);
    buf_puti(&n, (int64_t)size);
    sha256_hex(root, hex);
    SAY(app, N_("Log {1}: {2} entries, root {3}"), origin, buf_str(&n), str_n(hex, 2 * SHA256_LEN));
}

static rc verify_proof(const struct app *app, const char *path, str vkey, struct err *err)
{
    BUF_SCOPED text = BUF_INIT(LOG_PROOF_MAX);
    TRY(file_read(path, &text, err));
    struct arena *a = arena_new(4 * (size_t)LOG_PROOF_MAX);
    if (!a)
        return E_NOMEM;
    struct log_proof proof;
    rc result = log_verify_proof(a, buf_str(&text), vkey, &proof, err);
    if (result == OK) {
        say_root(app, proof.checkpoint.origin, proof.checkpoint.size, &proof.checkpoint.root);
        SAY(app, N_("The record is entry {1} of it:\n{2}"), arena_printf(a, "%llu", (unsigned long long)proof.index),
            proof.record);
    }
    arena_free(a);
    return result;
}

static rc verify_copy(const struct app *app, const char *path, str vkey, struct err *err)
{
    struct log_report r;
    TRY(log_verify_copy(path, vkey, &r, err));
    say_root(app, str_of(r.origin), r.size, &r.root);
    BUF_SCOPED tiles = BUF_INIT(32);
    BUF_SCOPED proofs = BUF_INIT(32);
    buf_puti(&tiles, r.tiles);
    buf_puti(&proofs, r.proofs);
    SAY(app, N_("Verified: {1} tiles, {2} proofs"), buf_str(&tiles), buf_str(&proofs));
    return OK;
}

int verb_verify_log(struct app *app, const struct input *in, struct err *err)
{
    BUF_SCOPED path = BUF_INIT(PATH_BYTES);
    buf_put(&path, in_text(in, "path"));
    if (buf_rc(&path) != OK)
        return EXIT_USAGE;
    bool proof = str_ends(buf_str(&path), STR(".json"));
    rc result = (proof ? verify_proof : verify_copy)(app, path.p, in_text(in, "vkey"), err);
    return result == OK ? EXIT_DONE : EXIT_FAILED;
}

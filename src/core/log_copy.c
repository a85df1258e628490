/* A copy of the log on disk: written by log_export(), checked by log_verify_copy(). */
#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "core/log_check.h"
#include "core/log_store.h"
#include "core/log_verify.h"
#include "core/publiclog.h"
#include "sys/file.h"

enum { COPY_PATH = 1024 };

static rc join(char out[COPY_PATH], const char *dir, const char *sub, str name, struct err *err)
{
    int n = snprintf(out, COPY_PATH, "%s/%s%.*s", dir, sub, STR_ARG(name));
    if (n < 0 || n >= COPY_PATH)
        return ERR(err, E_LIMIT, "LOG-007", N_("The path of the data directory is too long."));
    return OK;
}

/* ---- writing ---- */

static rc write_file(const char *dir, const char *sub, str name, str bytes, struct err *err)
{
    char path[COPY_PATH];
    TRY(join(path, dir, sub, name, err));
    char *slash = strrchr(path, '/');
    *slash = '\0';
    TRY(dir_make(path, 0755, err));
    *slash = '/';
    return file_write(path, bytes, 0644, err);
}

static rc export_tile(struct tx *tx, const char *dir, int level, uint64_t n, int width, struct err *err)
{
    bool full;
    BUF_SCOPED path = BUF_INIT(TLOG_PATH_MAX);
    BUF_SCOPED bytes = BUF_INIT(2 * TLOG_TILE_MAX);
    tile_path(&path, &(struct tile){level, n, width});
    TRY(buf_rc(&path));
    TRY(log_tile(tx, buf_str(&path), &bytes, &full));
    return write_file(dir, "tile/", buf_str(&path), buf_str(&bytes), err);
}

rc log_export(struct tx *tx, const char *dir, struct err *err)
{
    struct arena *a = arena_new(2 * NOTE_MAX);
    if (!a)
        return E_NOMEM;
    struct log_head h;
    rc r = log_head_read(tx, &h, a);
    if (r == OK && !h.there)
        r = ERR(err, E_NOTFOUND, "LOG-009", N_("The public log has no checkpoint yet."));
    for (int level = TLOG_ENTRIES; r == OK && level < TLOG_LEVELS; level++) {
        int width;
        for (uint64_t n = 0; r == OK && (width = tile_width(h.size, level, n)) > 0; n++)
            r = export_tile(tx, dir, level, n, width, err);
    }
    if (r == OK)
        r = write_file(dir, "", STR("vkey"), h.vkey, err);
    if (r == OK)
        r = write_file(dir, "", STR("checkpoint"), h.note, err); /* last: it vouches for the tiles */
    arena_free(a);
    return r;
}

/* ---- checking a directory ---- */

static rc wrong_size(struct err *err, str path)
{
    return ERR(err, E_CORRUPT, "LOV-003", N_("tile/{1} is missing or has a wrong size."), path);
}

struct copy_dir {
    const char *path;
};

static rc read_dir_tile(void *arg, const struct tile *t, struct sha256 *out, struct err *err)
{
    const struct copy_dir *dir = arg;
    char file[COPY_PATH];
    size_t n = 0;
    BUF_SCOPED path = BUF_INIT(TLOG_PATH_MAX);
    BUF_SCOPED bytes = BUF_INIT(2 * TLOG_TILE_MAX);
    tile_path(&path, t);
    TRY(buf_rc(&path));
    TRY(join(file, dir->path, "tile/", buf_str(&path), err));
    if (file_read(file, &bytes, NULL) != OK)
        return wrong_size(err, buf_str(&path));
    if (t->level == TLOG_ENTRIES)
        return bundle_parse(buf_str(&bytes), out, &n) == OK && n == (size_t)t->width ? OK
                                                                                     : wrong_size(err, buf_str(&path));
    if (bytes.n != (size_t)t->width * SHA256_LEN)
        return wrong_size(err, buf_str(&path));
    memcpy(out, bytes.p, bytes.n);
    return OK;
}

static rc check_proof_file(const char *dir, const char *name, str vkey, struct err *err)
{
    char path[COPY_PATH];
    BUF_SCOPED json = BUF_INIT(LOG_PROOF_MAX);
    TRY(join(path, dir, "", str_of(name), err));
    TRY(file_read(path, &json, err));
    struct arena *a = arena_new(8 * LOG_PROOF_MAX);
    if (!a)
        return E_NOMEM;
    struct log_proof proof;
    struct err why = {0};
    rc r = log_verify_proof(a, buf_str(&json), vkey, &proof, &why);
    arena_free(a);
    if (r == OK)
        return OK;
    BUF_SCOPED text = BUF_INIT(ERR_TEXT_MAX);
    err_format(&text, why.main.msgid ? why.main.msgid : rc_name(r), &why.main);
    return ERR(err, r, why.main.code ? why.main.code : "LOV-006", "{1}: {2}", str_of(name), buf_str(&text));
}

static void close_dir(DIR **d)
{
    if (*d)
        closedir(*d);
}

static rc check_proof_files(const char *dir, str vkey, int64_t *proofs, struct err *err)
{
    __attribute__((cleanup(close_dir))) DIR *d = opendir(dir);
    if (!d)
        return ERR(err, E_IO, "LOV-003", N_("{1} cannot be read."), str_of(dir));
    for (const struct dirent *e; (e = readdir(d));) {
        if (!str_ends(str_of(e->d_name), STR(".json")))
            continue;
        TRY(check_proof_file(dir, e->d_name, vkey, err));
        ++*proofs;
    }
    return OK;
}

static rc verify_dir(const char *dir, str vkey, const struct note_verifier *v, struct log_report *out, struct err *err)
{
    char path[COPY_PATH];
    BUF_SCOPED note = BUF_INIT(NOTE_MAX);
    struct checkpoint c;
    TRY(join(path, dir, "", STR("checkpoint"), err));
    TRY(file_read(path, &note, err));
    if (checkpoint_open(buf_str(&note), v, &c) != OK)
        return ERR(err, E_CORRUPT, "LOV-002", N_("The checkpoint is not signed by the key of {1}."), str_of(v->name));
    out->size = c.size;
    out->root = c.root;
    struct copy_dir from = {dir};
    struct log_source source = {read_dir_tile, &from};
    TRY(log_verify_tree(&source, c.size, &c.root, &out->tiles, err));
    return check_proof_files(dir, vkey, &out->proofs, err);
}

/* ---- checking a database file ---- */

static rc verify_file(const char *file, const struct note_verifier *v, struct log_report *out, struct err *err)
{
    char url[COPY_PATH];
    struct db *db;
    struct tx *tx;
    int n = snprintf(url, sizeof url, "sqlite:%s", file);
    if (n < 0 || n >= (int)sizeof url)
        return ERR(err, E_LIMIT, "LOG-007", N_("The path of the data directory is too long."));
    TRY(db_open(str_n(url, (size_t)n), NULL, &db, err));
    rc r = db_read_begin(db, &tx);
    if (r == OK) {
        r = log_check_db(tx, v, out, err);
        db_read_end(tx);
    }
    db_close(db);
    return r;
}

rc log_verify_copy(const char *path, str vkey, struct log_report *out, struct err *err)
{
    struct stat st;
    struct note_verifier v;
    if (note_verifier_parse(vkey, &v) != OK)
        return ERR(err, E_INVALID, "LOV-001", N_("This is not a verifier key (name+hash+base64): {1}"), vkey);
    *out = (struct log_report){0};
    snprintf(out->origin, sizeof out->origin, "%s", v.name);
    if (stat(path, &st) != 0)
        return ERR(err, E_NOTFOUND, "LOV-003", N_("{1} cannot be read."), str_of(path));
    return S_ISDIR(st.st_mode) ? verify_dir(path, vkey, &v, out, err) : verify_file(path, &v, out, err);
}

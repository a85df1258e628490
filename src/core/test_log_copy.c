/* Copies of the log: exported, verified without the server, and altered byte by byte. */
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/log_store.h"
#include "core/log_verify.h"
#include "core/publiclog.h"
#include "dbt.h"
#include "sys/file.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

enum { ENTRIES = 300, PATH_BYTES = 256 };

struct fixture {
    struct app app;
    char dir[32], copy[PATH_BYTES], db[PATH_BYTES];
    struct buf vkey;
    id entry;
};

static rc append_all(struct tx *tx, void *arg)
{
    for (int i = 0; i < ENTRIES; i++) {
        char record[64];
        int len = snprintf(record, sizeof record, "{\"n\":%d}", i);
        TRY(log_append(tx, "test.thing", i, str_n(record, (size_t)len), arg));
    }
    return OK;
}

static void path_in(const struct fixture *f, const char *name, char out[PATH_BYTES])
{
    snprintf(out, PATH_BYTES, "%.200s/%s", f->copy, name);
}

static void put_proof(struct fixture *f, const char *name)
{
    char path[PATH_BYTES];
    struct tx *tx;
    BUF_SCOPED json = BUF_INIT(LOG_PROOF_MAX);
    struct arena *a = arena_new(1 << 20);
    t_ok(db_read_begin(f->app.db, &tx));
    t_ok(log_proof_json(tx, f->entry, &json, a));
    db_read_end(tx);
    path_in(f, name, path);
    t_ok(file_write(path, buf_str(&json), 0644, NULL));
    arena_free(a);
}

static struct fixture *setup(void)
{
    struct fixture *f = calloc(1, sizeof *f);
    char url[PATH_BYTES + 8];
    int64_t n;
    struct tx *tx;
    memcpy(f->dir, "/tmp/rise-copy-XXXXXX", sizeof "/tmp/rise-copy-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(f->dir));
    snprintf(f->copy, sizeof f->copy, "%s/copy", f->dir);
    snprintf(f->db, sizeof f->db, "%s/rise.db", f->dir);
    snprintf(url, sizeof url, "sqlite:%s", f->db);
    f->app.db = dbt_open_url(url, NULL, core_migrations, core_migrations_n);
    f->app.config.log_name = STR("rise.example/log");
    f->app.log_signer.loaded = true;
    t_ok(ed25519_generate(&f->app.log_signer.key));
    t_ok(note_verifier_init(f->app.config.log_name, f->app.log_signer.key.pub, &f->app.log_signer.verifier));
    f->vkey = (struct buf)BUF_INIT(NOTE_VKEY_MAX);
    note_vkey(&f->app.log_signer.verifier, &f->vkey);
    t_ok(db_write(f->app.db, append_all, &f->entry));
    t_ok(log_sequence(&f->app, &n, NULL));
    t_ok(db_read_begin(f->app.db, &tx));
    t_ok(log_export(tx, f->copy, NULL));
    db_read_end(tx);
    put_proof(f, "proof.json");
    return f;
}

static void remove_tree(const char *path)
{
    DIR *d = opendir(path);
    if (!d) {
        unlink(path);
        return;
    }
    for (const struct dirent *e; (e = readdir(d));) {
        char sub[2 * PATH_BYTES];
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
            continue;
        snprintf(sub, sizeof sub, "%.200s/%s", path, e->d_name);
        remove_tree(sub);
    }
    closedir(d);
    rmdir(path);
}

static void teardown(struct fixture *f)
{
    db_close(f->app.db);
    buf_free(&f->vkey);
    remove_tree(f->dir);
    free(f);
}

static rc verify(const struct fixture *f, const char *path, struct err *err)
{
    struct log_report report;
    err_clear(err);
    return log_verify_copy(path, buf_str(&f->vkey), &report, err);
}

START_TEST(a_copy_verifies)
{
    struct fixture *f = setup();
    struct log_report report;
    struct err err = {0};
    t_ok(log_verify_copy(f->copy, buf_str(&f->vkey), &report, &err));
    ck_assert_str_eq(report.origin, "rise.example/log");
    ck_assert_uint_eq(report.size, ENTRIES);
    ck_assert_int_eq(report.proofs, 1);
    t_ok(log_verify_copy(f->db, buf_str(&f->vkey), &report, &err)); /* the database file itself */
    ck_assert_uint_eq(report.size, ENTRIES);
    t_rc(log_verify_copy(f->copy, STR("x"), &report, &err), E_INVALID);
    err_clear(&err);
    t_rc(log_verify_copy("/nonexistent", buf_str(&f->vkey), &report, &err), E_NOTFOUND);
    teardown(f);
}
END_TEST

START_TEST(another_key_refuses_the_copy)
{
    struct fixture *f = setup();
    struct err err;
    struct ed25519_key other;
    struct note_verifier v;
    t_ok(ed25519_generate(&other));
    t_ok(note_verifier_init(f->app.config.log_name, other.pub, &v));
    buf_clear(&f->vkey);
    note_vkey(&v, &f->vkey);
    t_rc(verify(f, f->copy, &err), E_CORRUPT);
    ck_assert_str_eq(err.main.code, "LOV-002");
    t_rc(verify(f, f->db, &err), E_CORRUPT);
    ck_assert_str_eq(err.main.code, "LOV-002");
    teardown(f);
}
END_TEST

/* Alters every `step`th byte of one file of the copy and expects the verifier to name it. */
static void alter(const struct fixture *f, const char *name, size_t step, const char *named)
{
    char path[PATH_BYTES];
    struct err err;
    BUF_SCOPED bytes = BUF_INIT(LOG_PROOF_MAX);
    path_in(f, name, path);
    t_ok(file_read(path, &bytes, NULL));
    for (size_t i = 0; i < bytes.n; i += step) {
        bytes.p[i] ^= 1;
        t_ok(file_write(path, buf_str(&bytes), 0644, NULL));
        ck_assert_msg(verify(f, f->copy, &err) == E_CORRUPT, "%s: byte %zu may change", name, i);
        BUF_SCOPED text = BUF_INIT(ERR_TEXT_MAX);
        err_format(&text, err.main.msgid, &err.main);
        ck_assert_msg(str_find(buf_str(&text), str_of(named)) >= 0, "%s: byte %zu: %.*s", name, i,
                      STR_ARG(buf_str(&text)));
        bytes.p[i] ^= 1;
    }
    t_ok(file_write(path, str_n(bytes.p, bytes.n - 1), 0644, NULL));
    t_rc(verify(f, f->copy, &err), E_CORRUPT);
    t_ok(file_write(path, buf_str(&bytes), 0644, NULL));
    t_ok(verify(f, f->copy, &err));
}

START_TEST(altered_files_are_named)
{
    struct fixture *f = setup();
    alter(f, "checkpoint", 1, "checkpoint is not signed");
    alter(f, "tile/entries/000", 487, "tile/entries/000");
    alter(f, "tile/entries/001.p/44", 101, "tile/entries/001.p/44");
    alter(f, "tile/0/000", 509, "tile/0/000 at byte");
    alter(f, "tile/0/001.p/44", 101, "tile/0/001.p/44 at byte");
    alter(f, "tile/1/000.p/1", 3, "tile/1/000.p/1 at byte 0");
    alter(f, "proof.json", 13, "proof.json");
    teardown(f);
}
END_TEST

START_TEST(missing_tiles_are_named)
{
    struct fixture *f = setup();
    static const char *const tiles[] = {"tile/entries/000", "tile/0/001.p/44", "tile/1/000.p/1"};
    for (size_t i = 0; i < sizeof tiles / sizeof tiles[0]; i++) {
        char path[PATH_BYTES], away[PATH_BYTES];
        struct err err;
        path_in(f, tiles[i], path);
        path_in(f, "away", away);
        ck_assert_int_eq(rename(path, away), 0);
        t_rc(verify(f, f->copy, &err), E_CORRUPT);
        ck_assert_str_eq(err.main.code, "LOV-003");
        t_str(err.main.arg[0], str_of(tiles[i] + 5));
        ck_assert_int_eq(rename(away, path), 0);
    }
    teardown(f);
}
END_TEST

/* ---- every byte, in memory ---- */

struct memory {
    struct sha256 entries[ENTRIES], leaves[ENTRIES], level1[1];
};

static rc read_memory(void *arg, const struct tile *t, struct sha256 *out, struct err *err)
{
    const struct memory *m = arg;
    (void)err;
    const struct sha256 *from = t->level == TLOG_ENTRIES ? m->entries : t->level == 0 ? m->leaves : m->level1;
    memcpy(out, from + t->n * TLOG_WIDTH, (size_t)t->width * SHA256_LEN);
    return OK;
}

START_TEST(no_byte_of_a_tree_can_change)
{
    struct memory *m = calloc(1, sizeof *m);
    struct merkle_range r = MERKLE_RANGE_INIT;
    for (size_t i = 0; i < ENTRIES; i++) {
        m->entries[i] = sha256_of(str_n(&i, sizeof i));
        m->leaves[i] = merkle_leaf(sha256_str(&m->entries[i]));
        t_ok(merkle_append(&r, &m->leaves[i]));
    }
    m->level1[0] = tile_fold(m->leaves, TLOG_HEIGHT);
    struct sha256 root = merkle_root(&r);
    struct log_source source = {read_memory, m};
    int64_t tiles;
    t_ok(log_verify_tree(&source, ENTRIES, &root, &tiles, NULL));
    unsigned char *b = (unsigned char *)m;
    for (size_t i = 0; i < sizeof *m; i++) {
        b[i] ^= (unsigned char)(1u << i % 8);
        if (log_verify_tree(&source, ENTRIES, &root, &tiles, NULL) != E_CORRUPT)
            ck_abort_msg("byte %zu may change", i);
        b[i] ^= (unsigned char)(1u << i % 8);
    }
    for (size_t i = 0; i < SHA256_LEN; i++) {
        root.b[i] ^= 1;
        t_rc(log_verify_tree(&source, ENTRIES, &root, &tiles, NULL), E_CORRUPT);
        root.b[i] ^= 1;
    }
    t_rc(log_verify_tree(&source, MERKLE_SIZE_MAX, &root, &tiles, NULL), E_CORRUPT);
    free(m);
}
END_TEST

T_MAIN("core/log_copy", a_copy_verifies, another_key_refuses_the_copy, altered_files_are_named, missing_tiles_are_named,
       no_byte_of_a_tree_can_change)

/* The log in the database: appended, sequenced, proved, tampered with, on both engines. */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

#include "core/log_anchor.h"
#include "core/log_verify.h"
#include "core/publiclog.h"
#include "dbt.h"
#include "sys/file.h"
#include "sys/random.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

static const char origin[] = "rise.example/log";

/* ---- a program with a log ---- */

static struct app *open_app(int engine)
{
    struct app *app = calloc(1, sizeof *app);
    struct ed25519_key key;
    app->config.log_name = str_of(origin);
    app->db = dbt_open(engine, core_migrations, core_migrations_n);
    t_ok(ed25519_generate(&key));
    app->log_signer = (struct log_signer){.loaded = true, .key = key};
    t_ok(note_verifier_init(str_of(origin), key.pub, &app->log_signer.verifier));
    return app;
}

static void close_app(struct app *app)
{
    db_close(app->db);
    free(app);
}

struct appended {
    int n;
    id first, last;
};

static rc append_some(struct tx *tx, void *arg)
{
    struct appended *a = arg;
    for (int i = 0; i < a->n; i++) {
        char record[64];
        int len = snprintf(record, sizeof record, "{\"n\":%d,\"名\":\"\\\"a\\\\b\"}", i);
        TRY(log_append(tx, "test.thing", i % 3, str_n(record, (size_t)len), &a->last));
        if (i == 0)
            a->first = a->last;
    }
    return OK;
}

static struct appended append(struct app *app, int n)
{
    struct appended a = {.n = n};
    t_ok(db_write(app->db, append_some, &a));
    return a;
}

static int64_t sequence(struct app *app)
{
    int64_t n;
    struct err err = {0};
    rc r = log_sequence(app, &n, &err);
    ck_assert_msg(r == OK, "log_sequence: %s %s", rc_name(r), err.main.msgid ? err.main.msgid : "-");
    return n;
}

static struct tx *reading(struct app *app)
{
    struct tx *tx;
    t_ok(db_read_begin(app->db, &tx));
    return tx;
}

static void vkey_of(struct app *app, struct buf *out)
{
    note_vkey(&app->log_signer.verifier, out);
    t_ok(buf_rc(out));
}

static rc checked(struct app *app)
{
    BUF_SCOPED finding = BUF_INIT(4096);
    struct tx *tx = reading(app);
    rc r = log_check(tx, LANG_EN, &finding);
    db_read_end(tx);
    return r;
}

static struct checkpoint latest(struct app *app, struct buf *note)
{
    struct checkpoint c;
    struct tx *tx = reading(app);
    buf_clear(note);
    t_ok(log_checkpoint(tx, note));
    db_read_end(tx);
    t_ok(checkpoint_open(buf_str(note), &app->log_signer.verifier, &c));
    return c;
}

/* ---- tampering ---- */

QUERY(t_tile, "iib", "", "UPDATE log_tile SET hashes = $3 WHERE level = $1 AND n = $2");
QUERY(t_record, "it", "", "UPDATE log_entry SET record = $2 WHERE id = $1");
QUERY(t_salt, "ib", "", "UPDATE log_entry SET salt = $2 WHERE id = $1");
QUERY(t_commitment, "ib", "", "UPDATE log_entry SET commitment = $2 WHERE id = $1");
QUERY(t_idx, "ii", "", "UPDATE log_entry SET idx = $2 WHERE id = $1");
QUERY(t_delete, "i", "", "DELETE FROM log_entry WHERE id = $1");
QUERY(t_note, "t", "", "UPDATE log_head SET note = $1 WHERE one = 1");
QUERY(t_head, "ib", "", "UPDATE log_head SET size = $1, root = $2 WHERE one = 1");
QUERY(
    t_late, "iiibbt", "",
    "INSERT INTO log_entry (id, what, ref, at, commitment, salt, record) VALUES ($1, 'test.late', $2, $3, $4, $5, $6)");

struct statement {
    const struct query *q;
    const struct val *v;
    size_t n;
};

static rc run_statement(struct tx *tx, void *arg)
{
    const struct statement *s = arg;
    int64_t affected;
    TRY(db_exec(tx, s->q, s->v, s->n, &affected));
    return affected == 1 ? OK : E_NOTFOUND;
}

static void change(struct app *app, const struct query *q, const struct val *v, size_t n)
{
    struct statement s = {q, v, n};
    t_ok(db_write(app->db, run_statement, &s));
}

/* ---- cases ---- */

START_TEST(an_empty_log_has_a_checkpoint)
{
    struct app *app = open_app(_i);
    BUF_SCOPED note = BUF_INIT(NOTE_MAX);
    struct tx *tx = reading(app);
    t_rc(log_checkpoint(tx, &note), E_NOTFOUND);
    db_read_end(tx);
    t_ok(checked(app));
    ck_assert_int_eq(sequence(app), 0);
    struct checkpoint c = latest(app, &note);
    ck_assert_uint_eq(c.size, 0);
    struct sha256 empty = merkle_empty();
    ck_assert(sha256_eq(&c.root, &empty));
    t_ok(checked(app));
    close_app(app);
}
END_TEST

START_TEST(the_tree_follows_the_entries)
{
    struct app *app = open_app(_i);
    BUF_SCOPED note = BUF_INIT(NOTE_MAX);
    struct merkle_range range = MERKLE_RANGE_INIT;
    static const int steps[] = {1, 1, 253, 1, 1, 255, 300, 2, 700};
    struct arena *a = arena_new(1 << 20);
    uint64_t size = 0;
    for (size_t s = 0; s < sizeof steps / sizeof steps[0]; s++) {
        struct appended done = append(app, steps[s]);
        ck_assert_int_eq(sequence(app), steps[s]);
        size += (uint64_t)steps[s];
        struct tx *tx = reading(app);
        struct log_entry e;
        t_ok(log_entry_get(tx, done.last, &e, a));
        ck_assert_int_eq(e.index, (int64_t)size - 1);
        /* the root again, from the entry bundles alone */
        for (uint64_t i = range.size; i < size; i++) {
            struct sha256 h[TLOG_WIDTH];
            int width;
            t_ok(log_tile_read(tx, TLOG_ENTRIES, i / TLOG_WIDTH, h, &width));
            ck_assert_int_gt(width, (int)(i % TLOG_WIDTH));
            struct sha256 leaf = merkle_leaf(sha256_str(&h[i % TLOG_WIDTH]));
            t_ok(merkle_append(&range, &leaf));
        }
        db_read_end(tx);
        struct checkpoint c = latest(app, &note);
        struct sha256 want = merkle_root(&range);
        ck_assert_uint_eq(c.size, size);
        ck_assert(sha256_eq(&c.root, &want));
        t_str(c.origin, str_of(origin));
        t_ok(checked(app));
        arena_reset(a);
    }
    ck_assert_int_eq(sequence(app), 0);
    arena_free(a);
    close_app(app);
}
END_TEST

START_TEST(more_than_one_batch)
{
    struct app *app = open_app(_i);
    BUF_SCOPED note = BUF_INIT(NOTE_MAX);
    (void)append(app, 5000);
    (void)append(app, 5000);
    ck_assert_int_eq(sequence(app), 10000);
    ck_assert_uint_eq(latest(app, &note).size, 10000);
    t_ok(checked(app));
    close_app(app);
}
END_TEST

/* An entry whose transaction commits after those with greater ids were sequenced. */
START_TEST(late_entries_are_not_skipped)
{
    struct app *app = open_app(_i);
    id early = id_new();
    struct appended done = append(app, 10);
    ck_assert_int_eq(sequence(app), 10);
    ck_assert_int_lt(early, done.first);
    str salt = STR("0123456789abcdef0123456789abcdef");
    struct sha256 commitment = sha256_of2(salt, STR("{}"));
    change(app, &t_late,
           VALS(v_int(early), v_int(1), v_int(1), v_blob(sha256_str(&commitment)), v_blob(salt), v_text(STR("{}"))));
    ck_assert_int_eq(sequence(app), 1);
    struct arena *a = arena_new(1 << 16);
    struct log_entry e;
    struct tx *tx = reading(app);
    t_ok(log_entry_get(tx, early, &e, a));
    ck_assert_int_eq(e.index, 10);
    db_read_end(tx);
    t_ok(checked(app));
    arena_free(a);
    close_app(app);
}
END_TEST

struct proof_of {
    struct app *app;
    struct arena *arena;
    struct buf json, vkey;
    id entry;
};

static struct proof_of proof(int engine, int entries)
{
    struct proof_of p = {open_app(engine), arena_new(16 << 20), BUF_INIT(LOG_PROOF_MAX), BUF_INIT(NOTE_VKEY_MAX), 0};
    (void)append(p.app, entries / 2);
    p.entry = append(p.app, entries - entries / 2).first;
    ck_assert_int_eq(sequence(p.app), entries);
    struct tx *tx = reading(p.app);
    t_ok(log_proof_json(tx, p.entry, &p.json, p.arena));
    db_read_end(tx);
    vkey_of(p.app, &p.vkey);
    return p;
}

static void proof_done(struct proof_of *p)
{
    buf_free(&p->json);
    buf_free(&p->vkey);
    arena_free(p->arena);
    close_app(p->app);
}

START_TEST(a_proof_proves_its_record)
{
    struct proof_of p = proof(_i, 700);
    struct log_proof got;
    struct err err = {0};
    t_ok(log_verify_proof(p.arena, buf_str(&p.json), buf_str(&p.vkey), &got, &err));
    t_str(got.record, STR("{\"n\":0,\"名\":\"\\\"a\\\\b\"}"));
    ck_assert_uint_eq(got.index, 350);
    ck_assert_uint_eq(got.checkpoint.size, 700);
    /* another log's key */
    struct ed25519_key other;
    struct note_verifier v;
    BUF_SCOPED vkey = BUF_INIT(NOTE_VKEY_MAX);
    t_ok(ed25519_generate(&other));
    t_ok(note_verifier_init(str_of(origin), other.pub, &v));
    note_vkey(&v, &vkey);
    t_rc(log_verify_proof(p.arena, buf_str(&p.json), buf_str(&vkey), &got, &err), E_CORRUPT);
    err_clear(&err);
    t_rc(log_verify_proof(p.arena, buf_str(&p.json), STR("nonsense"), &got, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "LOV-001");
    proof_done(&p);
}
END_TEST

START_TEST(no_byte_of_a_proof_can_change)
{
    struct proof_of p = proof(_i, 300);
    struct arena *a = arena_new(16 << 20);
    struct log_proof got;
    for (size_t i = 0; i < p.json.n; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            p.json.p[i] ^= (char)(1u << bit);
            if (log_verify_proof(a, buf_str(&p.json), buf_str(&p.vkey), &got, NULL) == OK)
                ck_abort_msg("bit %u of byte %zu may change", bit, i);
            p.json.p[i] ^= (char)(1u << bit);
            arena_reset(a);
        }
    for (size_t n = 0; n < p.json.n; n++) {
        ck_assert(log_verify_proof(a, str_n(p.json.p, n), buf_str(&p.vkey), &got, NULL) != OK);
        arena_reset(a);
    }
    t_ok(log_verify_proof(a, buf_str(&p.json), buf_str(&p.vkey), &got, NULL));
    arena_free(a);
    proof_done(&p);
}
END_TEST

START_TEST(proofs_that_cannot_be)
{
    struct app *app = open_app(_i);
    struct arena *a = arena_new(1 << 20);
    BUF_SCOPED out = BUF_INIT(LOG_PROOF_MAX);
    id waiting = append(app, 1).first;
    struct tx *tx = reading(app);
    t_rc(log_proof_json(tx, waiting, &out, a), E_CONFLICT);
    ck_assert_str_eq(tx_err(tx)->main.code, "LOG-002");
    t_rc(log_proof_json(tx, 1, &out, a), E_NOTFOUND);
    t_rc(log_inclusion_json(tx, 0, 0, &out), E_INVALID);
    t_rc(log_inclusion_json(tx, 0, 1, &out), E_INVALID); /* more than was signed */
    t_rc(log_consistency_json(tx, 1, 1, &out), E_INVALID);
    db_read_end(tx);
    arena_free(a);
    close_app(app);
}
END_TEST

static rc erase(struct tx *tx, void *arg)
{
    return log_erase(tx, *(id *)arg);
}

START_TEST(erasing_leaves_the_tree)
{
    struct app *app = open_app(_i);
    struct arena *a = arena_new(1 << 20);
    BUF_SCOPED out = BUF_INIT(LOG_PROOF_MAX);
    struct appended done = append(app, 5);
    t_ok(db_write(app->db, erase, &done.first)); /* before it is sequenced */
    ck_assert_int_eq(sequence(app), 5);
    t_ok(db_write(app->db, erase, &done.last)); /* and after */
    t_rc(db_write(app->db, erase, &done.last), E_NOTFOUND);
    t_ok(checked(app));
    struct tx *tx = reading(app);
    struct log_entry e;
    t_ok(log_entry_get(tx, done.last, &e, a));
    ck_assert_ptr_null(e.record.p);
    ck_assert_ptr_null(e.salt.p);
    ck_assert_int_eq(e.index, 4);
    t_rc(log_proof_json(tx, done.last, &out, a), E_NOTFOUND);
    ck_assert_str_eq(tx_err(tx)->main.code, "LOG-003");
    db_read_end(tx);
    arena_free(a);
    close_app(app);
}
END_TEST

static rc append_long(struct tx *tx, void *arg)
{
    id entry;
    rc r = log_append(tx, "test.long", 1, str_n(arg, LOG_RECORD_MAX + 1), &entry);
    ck_assert_str_eq(tx_err(tx)->main.code, "LOG-001");
    return r;
}

START_TEST(records_have_a_cap)
{
    struct app *app = open_app(_i);
    char *record = malloc(LOG_RECORD_MAX + 1);
    memset(record, ' ', LOG_RECORD_MAX + 1);
    t_rc(db_write(app->db, append_long, record), E_LIMIT);
    free(record);
    close_app(app);
}
END_TEST

static rc append_in_a_pipe(struct tx *tx, void *arg)
{
    int64_t affected[3];
    id *ids = arg;
    TRY(pipe_begin(tx));
    for (int i = 0; i < 3; i++)
        TRY(log_append_piped(tx, "test.piped", 77, STR("{}"), &ids[i]));
    return pipe_end(tx, affected, 3);
}

START_TEST(entries_of_a_thing)
{
    struct app *app = open_app(_i);
    struct arena *a = arena_new(1 << 20);
    struct log_entry *e;
    size_t n;
    id ids[3];
    (void)append(app, 30);
    t_ok(db_write(app->db, append_in_a_pipe, ids));
    struct tx *tx = reading(app);
    t_ok(log_entries_of(tx, 2, &e, &n, a));
    ck_assert_uint_eq(n, 10);
    t_ok(log_entries_of(tx, 77, &e, &n, a));
    ck_assert_uint_eq(n, 3);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(e[i].id, ids[i]);
        ck_assert_int_eq(e[i].index, -1);
        t_str(e[i].what, STR("test.piped"));
        struct sha256 want = sha256_of2(e[i].salt, e[i].record);
        ck_assert(sha256_eq(&want, &e[i].commitment));
    }
    ck_assert(!str_eq(e[0].salt, e[1].salt));
    t_ok(log_entries_of(tx, 78, &e, &n, a));
    ck_assert_uint_eq(n, 0);
    struct log_status s;
    t_ok(log_status(tx, &s, a));
    ck_assert_int_eq(s.pending, 33);
    db_read_end(tx);
    arena_free(a);
    close_app(app);
}
END_TEST

START_TEST(tiles_are_served)
{
    struct app *app = open_app(_i);
    BUF_SCOPED out = BUF_INIT(64 * 1024);
    bool full;
    (void)append(app, 300);
    (void)sequence(app);
    struct tx *tx = reading(app);
    t_ok(log_tile(tx, STR("0/000"), &out, &full));
    ck_assert(full && out.n == 8192);
    buf_clear(&out);
    t_ok(log_tile(tx, STR("0/001.p/44"), &out, &full));
    ck_assert(!full && out.n == 44 * 32);
    buf_clear(&out);
    t_ok(log_tile(tx, STR("0/000.p/3"), &out, &full)); /* of an earlier, smaller tree */
    ck_assert(!full && out.n == 3 * 32);
    buf_clear(&out);
    t_ok(log_tile(tx, STR("entries/001.p/44"), &out, &full));
    ck_assert(!full && out.n == 44 * 34);
    buf_clear(&out);
    t_ok(log_tile(tx, STR("1/000.p/1"), &out, &full));
    ck_assert(!full && out.n == 32);
    t_rc(log_tile(tx, STR("0/001.p/45"), &out, &full), E_NOTFOUND);
    t_rc(log_tile(tx, STR("0/001"), &out, &full), E_NOTFOUND);
    t_rc(log_tile(tx, STR("0/002.p/1"), &out, &full), E_NOTFOUND);
    t_rc(log_tile(tx, STR("0/../000"), &out, &full), E_INVALID);
    buf_clear(&out);
    t_ok(log_consistency_json(tx, 256, 300, &out));
    ck_assert(str_starts(buf_str(&out), STR("{\"from\":256,\"to\":300,\"path\":[\"")));
    db_read_end(tx);
    close_app(app);
}
END_TEST

START_TEST(doctor_finds_every_tampering)
{
    struct app *app = open_app(_i);
    struct appended done = append(app, 300);
    (void)sequence(app);
    t_ok(checked(app));
    struct arena *a = arena_new(1 << 20);
    struct log_entry e;
    struct tx *tx = reading(app);
    t_ok(log_entry_get(tx, done.last, &e, a));
    db_read_end(tx);
    str record = arena_str(a, e.record), salt = arena_str(a, e.salt);
    struct sha256 other = sha256_of(STR("other"));
    str forged = sha256_str(&other);

    change(app, &t_record, VALS(v_int(done.last), v_text(STR("{\"n\":1000000}"))));
    t_rc(checked(app), E_CORRUPT);
    change(app, &t_record, VALS(v_int(done.last), v_text(record)));
    t_ok(checked(app));
    change(app, &t_salt, VALS(v_int(done.last), v_blob(forged)));
    t_rc(checked(app), E_CORRUPT);
    /* record, salt and commitment changed together: the tree knows better */
    struct sha256 fitting = sha256_of2(forged, record);
    change(app, &t_commitment, VALS(v_int(done.last), v_blob(sha256_str(&fitting))));
    t_rc(checked(app), E_CORRUPT);
    change(app, &t_commitment, VALS(v_int(done.last), v_blob(sha256_str(&e.commitment))));
    change(app, &t_salt, VALS(v_int(done.last), v_blob(salt)));
    t_ok(checked(app));
    static const int64_t places[] = {0, 298, 300, -1};
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        change(app, &t_idx, VALS(v_int(done.last), v_int(places[i])));
        t_rc(checked(app), E_CORRUPT);
    }
    change(app, &t_idx, VALS(v_int(done.last), v_int(299)));
    t_ok(checked(app));
    change(app, &t_head, VALS(v_int(300), v_blob(forged)));
    t_rc(checked(app), E_CORRUPT);
    int64_t n;
    struct err err = {0};
    (void)append(app, 1);
    t_rc(log_sequence(app, &n, &err), E_CORRUPT); /* and nothing is signed on top of it */
    ck_assert_str_eq(err.main.code, "LOG-004");
    arena_free(a);
    close_app(app);
}
END_TEST

START_TEST(doctor_finds_a_missing_entry)
{
    struct app *app = open_app(_i);
    struct appended done = append(app, 10);
    (void)sequence(app);
    change(app, &t_delete, VALS(v_int(done.first)));
    t_rc(checked(app), E_CORRUPT);
    close_app(app);
}
END_TEST

START_TEST(every_byte_of_stored_tiles_counts)
{
    struct app *app = open_app(_i);
    (void)append(app, 258);
    (void)sequence(app);
    static const struct tile tiles[] = {
        {TLOG_ENTRIES, 0, 256}, {TLOG_ENTRIES, 1, 2}, {0, 0, 256}, {0, 1, 2}, {1, 0, 1}};
    for (size_t i = 0; i < sizeof tiles / sizeof tiles[0]; i++) {
        struct sha256 h[TLOG_WIDTH];
        int width;
        struct tx *tx = reading(app);
        t_ok(log_tile_read(tx, tiles[i].level, tiles[i].n, h, &width));
        db_read_end(tx);
        ck_assert_int_eq(width, tiles[i].width);
        str bytes = str_n(h, (size_t)width * SHA256_LEN);
        unsigned char *b = (unsigned char *)h;
        for (size_t at = 0; at<bytes.n; at += bytes.n> 512 ? 509 : 31) {
            b[at] ^= 0x10;
            change(app, &t_tile, VALS(v_int(tiles[i].level), v_int((int64_t)tiles[i].n), v_blob(bytes)));
            t_rc(checked(app), E_CORRUPT);
            b[at] ^= 0x10;
        }
        change(app, &t_tile,
               VALS(v_int(tiles[i].level), v_int((int64_t)tiles[i].n), v_blob(str_n(h, bytes.n - SHA256_LEN))));
        t_rc(checked(app), E_CORRUPT);
        change(app, &t_tile, VALS(v_int(tiles[i].level), v_int((int64_t)tiles[i].n), v_blob(bytes)));
    }
    t_ok(checked(app));
    close_app(app);
}
END_TEST

START_TEST(a_new_key_signs_the_same_tree)
{
    struct app *app = open_app(_i);
    BUF_SCOPED note = BUF_INIT(NOTE_MAX);
    (void)append(app, 3);
    (void)sequence(app);
    struct checkpoint before = latest(app, &note);
    t_ok(ed25519_generate(&app->log_signer.key));
    t_ok(note_verifier_init(str_of(origin), app->log_signer.key.pub, &app->log_signer.verifier));
    ck_assert_int_eq(sequence(app), 0);
    struct checkpoint after = latest(app, &note);
    ck_assert_uint_eq(after.size, before.size);
    ck_assert(sha256_eq(&after.root, &before.root));
    t_ok(checked(app));
    /* another name would be another log */
    app->config.log_name = STR("other.example/log");
    t_ok(note_verifier_init(app->config.log_name, app->log_signer.key.pub, &app->log_signer.verifier));
    int64_t n;
    struct err err = {0};
    t_rc(log_sequence(app, &n, &err), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "LOG-005");
    close_app(app);
}
END_TEST

START_TEST(key_files)
{
    struct app *app = open_app(_i);
    char dir[] = "/tmp/rise-log-XXXXXX";
    char path[64];
    ck_assert_ptr_nonnull(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/log.key", dir);
    app->config.data_dir = str_of(dir);
    struct err err = {0};
    t_ok(log_key_create(app, &err));
    t_rc(log_key_create(app, &err), E_CONFLICT);
    struct stat st;
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_uint_eq(st.st_mode & 0777, 0600);
    err_clear(&err);
    t_ok(log_key_load(app, &err));
    struct note_verifier first = app->log_signer.verifier;
    t_ok(log_key_load(app, &err));
    ck_assert_mem_eq(first.pub, app->log_signer.verifier.pub, sizeof first.pub);
    app->seal.k[0] ^= 1;
    t_rc(log_key_load(app, &err), E_CORRUPT);
    ck_assert_str_eq(err.main.code, "LOG-006");
    t_ok(file_remove(path, NULL));
    ck_assert_int_eq(rmdir(dir), 0);
    close_app(app);
}
END_TEST

/* ---- the checkpoint outside the database ---- */

static rc refused(struct app *app, const char *code)
{
    int64_t n;
    struct err err = {0};
    rc r = log_sequence(app, &n, &err);
    ck_assert_str_eq(err.main.code ? err.main.code : "", code);
    return r;
}

/* Another database that forgot, or was given, something else: what a restored old backup is. */
static struct app *twin_of(const struct app *app, int engine)
{
    struct app *twin = open_app(engine);
    twin->log_signer = app->log_signer;
    return twin;
}

START_TEST(a_restored_log_does_not_fork)
{
    char dir[] = "/tmp/rise-log-XXXXXX", path[64];
    BUF_SCOPED note = BUF_INIT(NOTE_MAX);
    BUF_SCOPED kept = BUF_INIT(NOTE_MAX);
    struct err err = {0};
    ck_assert_ptr_nonnull(mkdtemp(dir));
    (void)snprintf(path, sizeof path, "%s/checkpoint.latest", dir);
    struct app *app = open_app(_i), *twin = twin_of(app, _i);
    app->config.data_dir = str_of(dir);
    (void)append(app, 3);
    (void)sequence(app);
    (void)latest(app, &note);
    t_ok(file_read(path, &kept, NULL));
    t_str(buf_str(&kept), buf_str(&note));
    (void)append(app, 300);
    (void)sequence(app); /* a longer tree continues the one kept */
    t_ok(log_anchor_check(app, &err));
    t_rc(log_fork_accept(app, STR("none"), &err), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "LOG-013");

    (void)append(twin, 3);
    (void)sequence(twin);
    (void)append(twin, 1);
    twin->config.data_dir = str_of(dir); /* 303 were published, 3 are there */
    t_rc(refused(twin, "LOG-012"), E_CONFLICT);
    ck_assert_uint_eq(latest(twin, &note).size, 3);
    t_ok(file_write(path, buf_str(&kept), 0600, NULL)); /* 3 were published, others than these 3 */
    t_rc(refused(twin, "LOG-012"), E_CONFLICT);
    twin->config.data_dir = STR("");
    ck_assert_int_eq(sequence(twin), 1);
    twin->config.data_dir = str_of(dir); /* 4 are there, but the first 3 are others */
    (void)append(twin, 1);
    t_rc(refused(twin, "LOG-012"), E_CONFLICT);
    t_ok(file_write(path, STR("no checkpoint"), 0600, NULL));
    t_rc(refused(twin, "LOG-014"), E_CORRUPT);

    t_ok(file_write(path, buf_str(&kept), 0600, NULL));
    t_ok(log_fork_accept(twin, STR("原因"), NULL));
    ck_assert(!file_exists(path));
    ck_assert_int_eq(sequence(twin), 2); /* what waited and the acceptance */
    t_ok(log_anchor_check(twin, NULL));
    t_ok(checked(twin));
    twin->config.log_name = STR("other.example/log"); /* another log's checkpoint does not count */
    twin->config.data_dir = str_of(dir);
    t_ok(log_anchor_check(twin, NULL));
    close_app(app);
    close_app(twin);
    char rm[96];
    (void)snprintf(rm, sizeof rm, "rm -r %s", dir);
    ck_assert_int_eq(system(rm), 0);
}
END_TEST

/* ---- several writers, several sequencers ---- */

enum { WRITERS = 4, SEQUENCERS = 2, WRITES = 25, PER_WRITE = 20 };

struct crowd {
    struct app *app;
    atomic_bool done;
    atomic_int_fast64_t integrated;
    atomic_int failed;
};

static void *write_much(void *arg)
{
    struct crowd *c = arg;
    for (int i = 0; i < WRITES; i++) {
        struct appended a = {.n = PER_WRITE};
        if (db_write(c->app->db, append_some, &a) != OK)
            c->failed++;
    }
    return NULL;
}

static void *sequence_much(void *arg)
{
    struct crowd *c = arg;
    for (bool last = false; !last;) {
        int64_t n = 0;
        last = c->done;
        if (log_sequence(c->app, &n, NULL) != OK)
            c->failed++;
        c->integrated += n;
    }
    return NULL;
}

START_TEST(nothing_is_skipped_in_a_crowd)
{
    struct crowd c = {.app = open_app(_i)};
    pthread_t writers[WRITERS], sequencers[SEQUENCERS];
    BUF_SCOPED note = BUF_INIT(NOTE_MAX);
    for (size_t i = 0; i < WRITERS; i++)
        ck_assert_int_eq(pthread_create(&writers[i], NULL, write_much, &c), 0);
    for (size_t i = 0; i < SEQUENCERS; i++)
        ck_assert_int_eq(pthread_create(&sequencers[i], NULL, sequence_much, &c), 0);
    for (size_t i = 0; i < WRITERS; i++)
        pthread_join(writers[i], NULL);
    c.done = true;
    for (size_t i = 0; i < SEQUENCERS; i++)
        pthread_join(sequencers[i], NULL);
    c.integrated += sequence(c.app);
    ck_assert_int_eq(c.failed, 0);
    ck_assert_int_eq(c.integrated, WRITERS * WRITES * PER_WRITE);
    ck_assert_uint_eq(latest(c.app, &note).size, WRITERS * WRITES * PER_WRITE);
    t_ok(checked(c.app));
    close_app(c.app);
}
END_TEST

DBT_MAIN("core/publiclog", an_empty_log_has_a_checkpoint, the_tree_follows_the_entries, more_than_one_batch,
         late_entries_are_not_skipped, a_proof_proves_its_record, no_byte_of_a_proof_can_change, proofs_that_cannot_be,
         erasing_leaves_the_tree, records_have_a_cap, entries_of_a_thing, tiles_are_served,
         doctor_finds_every_tampering, doctor_finds_a_missing_entry, every_byte_of_stored_tiles_counts,
         a_new_key_signs_the_same_tree, a_restored_log_does_not_fork, nothing_is_skipped_in_a_crowd, key_files)

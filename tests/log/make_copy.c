/* make_copy DIR ENTRIES: a log of that many entries, grown in several turns, exported to DIR with inclusion proofs
 * (proof-*.json) and consistency proofs between its sizes (consistency-*.txt): what tests/log/verify.mjs checks. */
#include <stdio.h>
#include <stdlib.h>

#include "core/publiclog.h"
#include "sys/file.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

enum { PROOFS = 12, TURNS = 4, JSON_MAX = 1 << 20 };

static void must(rc code, const char *what, const struct err *err)
{
    if (code == OK)
        return;
    fprintf(stderr, "make_copy: %s: %s %s\n", what, rc_name(code), err && err->main.msgid ? err->main.msgid : "");
    exit(EXIT_FAILURE);
}

struct more {
    int64_t from, n;
    id *ids;
};

static rc append(struct tx *tx, void *arg)
{
    const struct more *m = arg;
    for (int64_t i = m->from; i < m->from + m->n; i++) {
        char record[128];
        int len = snprintf(record, sizeof record, "{\"order\":%lld,\"firm\":\"旭日東升\\n🌅\"}", (long long)i);
        TRY(log_append(tx, "test.order", i, str_n(record, (size_t)len), &m->ids[i]));
    }
    return OK;
}

static void write_proof(struct app *app, const char *dir, int64_t number, id entry)
{
    char path[1024];
    struct tx *tx;
    struct err err = {0};
    BUF_SCOPED json = BUF_INIT(JSON_MAX);
    struct arena *a = arena_new(JSON_MAX);
    must(a ? OK : E_NOMEM, "arena", NULL);
    must(db_read_begin(app->db, &tx), "read", NULL);
    must(log_proof_json(tx, entry, &json, a), "log_proof_json", tx_err(tx));
    db_read_end(tx);
    snprintf(path, sizeof path, "%s/proof-%lld.json", dir, (long long)number);
    must(file_write(path, buf_str(&json), 0644, &err), path, &err);
    arena_free(a);
}

static void write_consistency(struct app *app, const char *dir, uint64_t from)
{
    char path[1024];
    struct tx *tx;
    struct err err = {0};
    BUF_SCOPED json = BUF_INIT(JSON_MAX);
    must(db_read_begin(app->db, &tx), "read", NULL);
    must(log_consistency_json(tx, from, 0, &json), "log_consistency_json", tx_err(tx));
    db_read_end(tx);
    snprintf(path, sizeof path, "%s/consistency-%llu.txt", dir, (unsigned long long)from);
    must(file_write(path, buf_str(&json), 0644, &err), path, &err);
}

static void make(struct app *app, const char *dir, int64_t entries)
{
    struct err err = {0};
    struct tx *tx;
    int64_t integrated;
    id *ids = calloc((size_t)entries, sizeof *ids);
    must(ids ? OK : E_NOMEM, "ids", NULL);
    for (int64_t done = 0; done < entries;) {
        struct more m = {done, entries / TURNS + 1 < entries - done ? entries / TURNS + 1 : entries - done, ids};
        must(db_write(app->db, append, &m), "append", NULL);
        must(log_sequence(app, &integrated, &err), "log_sequence", &err);
        done += m.n;
    }
    must(db_read_begin(app->db, &tx), "read", NULL);
    must(log_export(tx, dir, &err), "log_export", &err);
    db_read_end(tx);
    for (int64_t i = 0; i < PROOFS; i++) {
        write_proof(app, dir, i * (entries - 1) / (PROOFS - 1), ids[i * (entries - 1) / (PROOFS - 1)]);
        write_consistency(app, dir, (uint64_t)(1 + i * (entries - 1) / (PROOFS - 1)));
    }
    free(ids);
}

int main(int argc, char **argv)
{
    int64_t entries;
    if (argc != 3 || str_to_i64(str_of(argv[2]), &entries) != OK || entries < PROOFS) {
        fprintf(stderr, "usage: make_copy DIR ENTRIES\n");
        return 2;
    }
    struct app app = {.config.log_name = STR("rise.example/log"), .log_signer.loaded = true};
    struct err err = {0};
    must(db_open(STR("sqlite::memory:"), NULL, &app.db, &err), "db_open", &err);
    must(db_migrate(app.db, core_migrations, core_migrations_n, NULL, &err), "db_migrate", &err);
    must(ed25519_generate(&app.log_signer.key), "key", NULL);
    must(note_verifier_init(app.config.log_name, app.log_signer.key.pub, &app.log_signer.verifier), "key", NULL);
    make(&app, argv[1], entries);
    db_close(app.db);
    return EXIT_SUCCESS;
}

#include "core/publiclog.h"

#include "base/vec.h"
#include "core/log_store.h"
#include "crypto/sign.h"
#include "sys/random.h"

QUERY(log_entry_insert, "itiibbt", "",
      "INSERT INTO log_entry (id, what, ref, at, commitment, salt, record) VALUES ($1, $2, $3, $4, $5, $6, $7)");
enum { ENTRY_VALS = 7, ADD_ENTRIES = 8 }; /* of one statement */
QUERY(log_entries_insert,
      "itiibbt"
      "itiibbt"
      "itiibbt"
      "itiibbt"
      "itiibbt"
      "itiibbt"
      "itiibbt"
      "itiibbt",
      "",
      "INSERT INTO log_entry (id, what, ref, at, commitment, salt, record) VALUES ($1, $2, $3, $4, $5, $6, $7), "
      "($8, $9, $10, $11, $12, $13, $14), ($15, $16, $17, $18, $19, $20, $21), ($22, $23, $24, $25, $26, $27, $28), "
      "($29, $30, $31, $32, $33, $34, $35), ($36, $37, $38, $39, $40, $41, $42), ($43, $44, $45, $46, $47, $48, $49), "
      "($50, $51, $52, $53, $54, $55, $56)");
#define ENTRY_COLS "id, ref, what, record, salt, commitment, idx, at"
QUERY(log_entry_by_id, "i", "iitTBbIi", "SELECT " ENTRY_COLS " FROM log_entry WHERE id = $1");
QUERY(log_entry_by_ref, "ii", "iitTBbIi", "SELECT " ENTRY_COLS " FROM log_entry WHERE ref = $1 ORDER BY id LIMIT $2");
QUERY(log_entry_erase, "i", "", "UPDATE log_entry SET record = NULL, salt = NULL WHERE id = $1 AND record IS NOT NULL");
QUERY(log_pending_count, "", "i", "SELECT count(*) FROM log_entry WHERE idx IS NULL");

/* One getrandom() for many salts: at tens of thousands of entries a second the call itself would show. Used bytes are
 * wiped. A process that forks and goes on writing in both would repeat salts; RISE never does. */
static void next_salt(unsigned char out[LOG_SALT])
{
    enum { AHEAD = 64 };
    static _Thread_local unsigned char pool[AHEAD][LOG_SALT];
    static _Thread_local int left;
    if (left == 0) {
        random_bytes(pool, sizeof pool);
        left = AHEAD;
    }
    left--;
    memcpy(out, pool[left], LOG_SALT);
    secret_wipe(pool[left], LOG_SALT);
}

typedef rc (*run_fn)(struct tx *tx, const struct query *q, const struct val *v, size_t n);

static rc run_now(struct tx *tx, const struct query *q, const struct val *v, size_t n)
{
    return db_exec(tx, q, v, n, NULL);
}

/* An entry on its way into the table: what its values point to. */
struct fresh_entry {
    id id;
    unsigned char salt[LOG_SALT];
    struct sha256 commitment;
};

static rc entry_vals(struct tx *tx, struct fresh_entry *e, const char *what, id ref, str record,
                     struct val v[ENTRY_VALS])
{
    if (record.n > LOG_RECORD_MAX)
        return ERR(tx_err(tx), E_LIMIT, "LOG-001", N_("The record for the public log is too long."));
    next_salt(e->salt);
    str salt = str_n(e->salt, sizeof e->salt);
    e->commitment = sha256_of2(salt, record);
    e->id = id_new();
    const struct val row[ENTRY_VALS] = {
        v_int(e->id), v_text(str_of(what)), v_int(ref), v_int(tx_now(tx)), v_blob(sha256_str(&e->commitment)),
        v_blob(salt), v_text(record)};
    memcpy(v, row, sizeof row);
    return OK;
}

static rc append(struct tx *tx, run_fn run, const char *what, id ref, str record, id *entry)
{
    struct fresh_entry e;
    struct val v[ENTRY_VALS];
    TRY(entry_vals(tx, &e, what, ref, record, v));
    rc r = run(tx, &log_entry_insert, v, ENTRY_VALS);
    secret_wipe(e.salt, sizeof e.salt);
    if (r == OK)
        *entry = e.id;
    return r;
}

static rc append_together(struct tx *tx, struct log_event *v)
{
    struct fresh_entry e[ADD_ENTRIES];
    struct val vals[ADD_ENTRIES * ENTRY_VALS];
    for (size_t i = 0; i < ADD_ENTRIES; i++) {
        TRY(entry_vals(tx, &e[i], v[i].what, v[i].ref, v[i].record, vals + i * ENTRY_VALS));
        v[i].entry = e[i].id;
    }
    rc r = db_exec(tx, &log_entries_insert, vals, ADD_ENTRIES * ENTRY_VALS, NULL);
    secret_wipe(e, sizeof e);
    return r;
}

rc log_append_all(struct tx *tx, struct log_event *v, size_t n)
{
    size_t i = 0;
    for (; n - i >= ADD_ENTRIES; i += ADD_ENTRIES)
        TRY(append_together(tx, v + i));
    for (; i < n; i++)
        TRY(log_append(tx, v[i].what, v[i].ref, v[i].record, &v[i].entry));
    return OK;
}

rc log_append(struct tx *tx, const char *what, id ref, str record, id *entry)
{
    return append(tx, run_now, what, ref, record, entry);
}

rc log_append_piped(struct tx *tx, const char *what, id ref, str record, id *entry)
{
    return append(tx, pipe_add, what, ref, record, entry);
}

/* The row under the cursor, in ENTRY_COLS. */
static rc entry_of_row(const struct rows *r, struct log_entry *out, struct arena *a)
{
    str commitment = row_text(r, 5);
    struct log_entry e = {
        .id = row_int(r, 0),
        .ref = row_int(r, 1),
        .what = row_dup(r, 2, a),
        .index = row_null(r, 6) ? -1 : row_int(r, 6),
        .at = row_int(r, 7),
    };
    if (!row_null(r, 3))
        e.record = row_dup(r, 3, a);
    if (!row_null(r, 4))
        e.salt = row_dup(r, 4, a);
    if (commitment.n != SHA256_LEN)
        return E_CORRUPT;
    memcpy(e.commitment.b, commitment.p, SHA256_LEN);
    TRY(arena_rc(a));
    *out = e;
    return OK;
}

rc log_entry_get(struct tx *tx, id entry, struct log_entry *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &log_entry_by_id, VALS(v_int(entry)), &r));
    rc code = entry_of_row(&r, out, a);
    rc end = rows_end(&r);
    return code != OK ? code : end;
}

rc log_entries_of(struct tx *tx, id ref, struct log_entry **out, size_t *n, struct arena *a)
{
    VEC(struct log_entry) list = {0};
    struct rows r;
    rc code = OK;
    TRY(db_select(tx, &log_entry_by_ref, VALS(v_int(ref), v_int(LOG_ENTRIES_MAX)), &r));
    while (code == OK && rows_next(&r)) {
        struct log_entry *e = VEC_ADD(&list, a);
        code = e ? entry_of_row(&r, e, a) : arena_rc(a);
    }
    rc end = rows_end(&r);
    TRY(code);
    TRY(end);
    *out = list.v;
    *n = list.n;
    return OK;
}

rc log_erase(struct tx *tx, id entry)
{
    int64_t affected;
    TRY(db_exec(tx, &log_entry_erase, VALS(v_int(entry)), &affected));
    return affected == 1 ? OK : E_NOTFOUND;
}

/* ---- what the public reads ---- */

/* Runs `put` on the head, which lives in an arena of its own. */
static rc with_head(struct tx *tx, void (*put)(const struct log_head *h, struct buf *out), struct buf *out)
{
    struct arena *a = arena_new(2 * NOTE_MAX);
    if (!a)
        return E_NOMEM;
    struct log_head h;
    rc r = log_head_read(tx, &h, a);
    if (r == OK && !h.there)
        r = E_NOTFOUND;
    if (r == OK) {
        put(&h, out);
        r = buf_rc(out);
    }
    arena_free(a);
    return r;
}

static void put_note(const struct log_head *h, struct buf *out)
{
    buf_put(out, h->note);
}

static void put_vkey(const struct log_head *h, struct buf *out)
{
    buf_put(out, h->vkey);
}

rc log_checkpoint(struct tx *tx, struct buf *out)
{
    return with_head(tx, put_note, out);
}

rc log_vkey(struct tx *tx, struct buf *out)
{
    return with_head(tx, put_vkey, out);
}

rc log_tile(struct tx *tx, str path, struct buf *out, bool *full)
{
    struct tile t;
    struct sha256 hashes[TLOG_WIDTH];
    int stored;
    TRY(tile_parse(path, &t));
    TRY(log_tile_read(tx, t.level, t.n, hashes, &stored));
    if (stored < t.width)
        return E_NOTFOUND;
    str bytes = str_n(hashes, (size_t)t.width * SHA256_LEN);
    if (t.level == TLOG_ENTRIES)
        bundle_put(out, bytes);
    else
        buf_put(out, bytes);
    *full = t.width == TLOG_WIDTH;
    return buf_rc(out);
}

rc log_status(struct tx *tx, struct log_status *out, struct arena *a)
{
    struct log_head h;
    int64_t pending;
    TRY(log_head_read(tx, &h, a));
    TRY(db_one_int(tx, &log_pending_count, NOVALS, &pending));
    str rest = h.vkey;
    *out = (struct log_status){.size = h.size,
                               .root = h.root,
                               .at = h.at,
                               .pending = pending,
                               .origin = str_cut(&rest, '+'),
                               .note = h.note,
                               .vkey = h.vkey};
    return OK;
}

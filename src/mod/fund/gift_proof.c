/* Rows as they were read, for the donor's proof and for `rise doctor`, which proves every import's root again. */
#include "base/json.h"
#include "base/vec.h"
#include "core/publiclog.h"
#include "crypto/sign.h"
#include "mod/fund/gift_impl.h"

/* An appeal that corrected a gift keeps the record as it was read. */
#define RECORD_COLS                                                                                                    \
    "COALESCE(a.record, ''), m.code, s.code, g.row_no, g.code, COALESCE(o.code, ''), COALESCE(p.number, 0), g.donor,"  \
    " g.kind, g.amount, g.returned, g.at, g.found FROM fund_gift g JOIN programme m ON m.id = g.programme"             \
    " JOIN fund_gift_source s ON s.id = g.source LEFT JOIN fund_gift o ON o.id = g.part_of"                            \
    " LEFT JOIN fund_proposal p ON p.id = g.project LEFT JOIN fund_gift_appeal a ON a.id = g.upheld AND g.upheld <> 0"
#define RECORD_TYPES                                                                                                   \
    "ttti"                                                                                                             \
    "ttii"                                                                                                             \
    "tiiit"
QUERY(fq_record, "i", RECORD_TYPES, "SELECT " RECORD_COLS " WHERE g.id = $1");
QUERY(fq_records, "i", RECORD_TYPES, "SELECT " RECORD_COLS " WHERE g.import = $1 ORDER BY g.row_no");
QUERY(fq_place, "ii", "i", "SELECT COUNT(*) FROM fund_gift WHERE import = $1 AND row_no < $2");
QUERY(fq_tile, "iii", "b", "SELECT hashes FROM fund_gift_tile WHERE import = $1 AND level = $2 AND n = $3");
QUERY(fq_imports_done, "", "iiiti",
      "SELECT id, programme, row_count, root, log_entry FROM fund_gift_import WHERE state = 'done' ORDER BY id");

static void put_record(const struct rows *r, struct buf *out)
{
    if (row_text(r, 0).n > 0) {
        buf_put(out, row_text(r, 0));
        return;
    }
    gift_record_json(&(struct gift_record){.round = row_text(r, 1),
                                           .platform = row_text(r, 2),
                                           .row = row_int(r, 3),
                                           .code = row_text(r, 4),
                                           .part_of = row_text(r, 5),
                                           .project = row_int(r, 6),
                                           .donor = row_int(r, 7),
                                           .kind = row_text(r, 8),
                                           .amount = row_int(r, 9),
                                           .returned = row_int(r, 10),
                                           .at = row_int(r, 11),
                                           .found = row_text(r, 12)},
                     out);
}

rc gift_record_as_read(struct tx *tx, id gift, str *json, struct arena *a)
{
    struct rows r;
    BUF_SCOPED text = BUF_INIT(1 << 16);
    TRY(db_one(tx, &fq_record, VALS(v_int(gift)), &r));
    put_record(&r, &text);
    TRY(rows_end(&r));
    TRY(buf_rc(&text));
    *json = arena_str(a, buf_str(&text));
    return arena_rc(a);
}

/* ---- the donor's proof ---- */

struct tile_reader {
    struct tx *tx;
    id import;
};

static rc read_subtree(void *arg, unsigned level, uint64_t n, struct sha256 *out)
{
    const struct tile_reader *t = arg;
    struct sha256 h[TLOG_WIDTH];
    struct rows r;
    int tile_level;
    uint64_t tile;
    unsigned first, height = level % TLOG_HEIGHT;
    tile_of_subtree(level, n, &tile_level, &tile, &first);
    TRY(db_one(t->tx, &fq_tile, VALS(v_int(t->import), v_int(tile_level), v_int((int64_t)tile)), &r));
    str hashes = row_text(&r, 0);
    bool there = hashes.n <= sizeof h && hashes.n >= (first + (1u << height)) * SHA256_LEN;
    if (there)
        memcpy(h, hashes.p, hashes.n);
    TRY(rows_end(&r));
    if (!there)
        return E_CORRUPT;
    *out = tile_fold(h + first, height);
    return OK;
}

static void put_base64(struct json_out *o, const void *p, size_t n)
{
    BUF_SCOPED text = BUF_INIT(128);
    buf_base64(&text, str_n(p, n));
    jo_str(o, buf_str(&text));
}

struct proof {
    struct fund_import import;
    str record;
    unsigned char salt[GIFT_SALT];
    int64_t index;
    struct merkle_path path;
    struct buf log;
};

static rc collect(struct tx *tx, struct app *app, const struct fund_gift *g, struct proof *p, struct arena *a)
{
    struct gift_key key;
    struct tile_reader reader = {tx, g->import};
    TRY(fund_import_get(tx, g->import, &p->import, a));
    TRY(log_proof_json(tx, p->import.log_entry, &p->log, a)); /* LOG-002: not in the tree yet */
    TRY(gift_record_as_read(tx, g->id, &p->record, a));
    TRY(db_one_int(tx, &fq_place, VALS(v_int(g->import), v_int(g->row)), &p->index));
    TRY(merkle_inclusion((uint64_t)p->index, (uint64_t)p->import.rows, read_subtree, &reader, &p->path));
    TRY(gift_key_get(tx, app, g->programme, &key, a));
    gift_salt(&key, g->import, g->row, p->salt);
    secret_wipe(&key, sizeof key);
    return OK;
}

static void put_proof(const struct proof *p, struct buf *out)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kstr(&o, "type", str_of(GIFT_PROOF_TYPE));
    jo_kstr(&o, "record", p->record);
    jo_key(&o, "salt");
    put_base64(&o, p->salt, sizeof p->salt);
    jo_kint(&o, "index", p->index);
    jo_kint(&o, "size", p->import.rows);
    jo_key(&o, "path");
    jo_arr(&o);
    for (size_t i = 0; i < p->path.n; i++)
        put_base64(&o, p->path.h[i].b, SHA256_LEN);
    jo_end_arr(&o);
    jo_kstr(&o, "root", p->import.root);
    jo_key(&o, "log");
    jo_raw(&o, buf_str(&p->log));
    jo_end_obj(&o);
}

rc fund_gift_proof(struct tx *tx, struct app *app, const struct fund_gift *g, struct buf *out, struct arena *a)
{
    struct proof p = {.log = BUF_INIT(1 << 20)};
    rc r = collect(tx, app, g, &p, a);
    if (r == OK)
        put_proof(&p, out);
    buf_free(&p.log);
    return r != OK ? r : buf_rc(out);
}

/* ---- re-proving ---- */

struct done_import {
    id id, programme;
    int64_t rows;
    str root;
    id entry;
};

static rc root_again(struct tx *tx, const struct gift_key *key, const struct done_import *i, str *hex, struct arena *a)
{
    struct merkle_range range = MERKLE_RANGE_INIT;
    unsigned char salt[GIFT_SALT];
    struct rows r;
    rc e = OK;
    BUF_SCOPED json = BUF_INIT(1 << 16);
    TRY(db_select(tx, &fq_records, VALS(v_int(i->id)), &r));
    while (e == OK && rows_next(&r)) {
        buf_clear(&json);
        put_record(&r, &json);
        gift_salt(key, i->id, row_int(&r, 3), salt);
        struct sha256 leaf = gift_leaf(salt, buf_str(&json));
        e = merkle_append(&range, &leaf);
    }
    TRY(rows_end(&r));
    TRY(e);
    struct sha256 root = merkle_root(&range);
    *hex = range.size == (uint64_t)i->rows ? sha256_hex_text(a, &root) : STR_EMPTY;
    return arena_rc(a);
}

static rc check_import(struct app *app, struct tx *tx, const struct done_import *i, bool *ok, struct arena *a)
{
    struct gift_key key;
    struct log_entry entry;
    str hex;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a vector that counts elements has them */
    TRY(gift_key_get(tx, app, i->programme, &key, a));
    rc r = root_again(tx, &key, i, &hex, a);
    secret_wipe(&key, sizeof key);
    TRY(r);
    TRY(log_entry_get(tx, i->entry, &entry, a));
    *ok = str_eq(hex, i->root) && (!entry.record.p || str_find(entry.record, i->root) >= 0);
    return OK;
}

static rc check_all(struct app *app, struct tx *tx, struct buf *finding, struct arena *a)
{
    VEC(struct done_import) list = {0};
    struct rows r;
    int64_t rows = 0;
    rc result = OK;
    TRY(db_select(tx, &fq_imports_done, NOVALS, &r));
    while (rows_next(&r)) {
        struct done_import *i = VEC_ADD(&list, a);
        if (!i)
            break;
        *i = (struct done_import){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2), row_dup(&r, 3, a), row_int(&r, 4)};
    }
    TRY(rows_end(&r));
    TRY(arena_rc(a));
    for (size_t k = 0; k < list.n; k++) {
        bool ok = false;
        TRY(check_import(app, tx, &list.v[k], &ok, a));
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a vector that counts elements has them */
        rows += list.v[k].rows;
        if (ok)
            continue;
        buf_printf(finding, "%simport %lld contradicts its root", finding->n ? "; " : "", (long long)list.v[k].id);
        result = E_CORRUPT;
    }
    if (result == OK)
        buf_printf(finding, "%zu imports, %lld rows", list.n, (long long)rows);
    return result;
}

rc fund_check_gift_roots(struct app *app, struct tx *tx, struct buf *finding)
{
    struct arena *a = arena_new(64 << 20);
    rc r = a ? check_all(app, tx, finding, a) : E_NOMEM;
    arena_free(a);
    return r;
}

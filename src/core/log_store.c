#include "core/log_store.h"

QUERY(log_head_select, "", "ibitt", "SELECT size, root, at, note, vkey FROM log_head WHERE one = 1");
QUERY(log_tile_select, "ii", "b", "SELECT hashes FROM log_tile WHERE level = $1 AND n = $2");

rc log_head_read(struct tx *tx, struct log_head *out, struct arena *a)
{
    struct rows r;
    rc code = db_one(tx, &log_head_select, NOVALS, &r);
    if (code == E_NOTFOUND) {
        *out = (struct log_head){.root = merkle_empty(), .note = STR_EMPTY, .vkey = STR_EMPTY};
        return OK;
    }
    TRY(code);
    struct log_head h = {.there = true, .size = (uint64_t)row_int(&r, 0), .at = row_int(&r, 2)};
    str root = row_text(&r, 1);
    bool whole = root.n == SHA256_LEN;
    if (whole)
        memcpy(h.root.b, root.p, SHA256_LEN);
    h.note = row_dup(&r, 3, a);
    h.vkey = row_dup(&r, 4, a);
    TRY(rows_end(&r));
    if (!whole)
        return E_CORRUPT;
    if (!h.note.p || !h.vkey.p)
        return arena_rc(a);
    *out = h;
    return OK;
}

rc log_tile_read(struct tx *tx, int level, uint64_t n, struct sha256 out[TLOG_WIDTH], int *width)
{
    struct rows r;
    *width = 0;
    rc code = db_one(tx, &log_tile_select, VALS(v_int(level), v_int((int64_t)n)), &r);
    if (code == E_NOTFOUND)
        return OK;
    TRY(code);
    str hashes = row_text(&r, 0);
    bool whole = hashes.n <= TLOG_TILE_MAX && hashes.n % SHA256_LEN == 0;
    if (whole) {
        memcpy(out, hashes.p, hashes.n);
        *width = (int)(hashes.n / SHA256_LEN);
    }
    TRY(rows_end(&r));
    return whole ? OK : E_CORRUPT;
}

rc log_reader_read(void *arg, unsigned level, uint64_t n, struct sha256 *out)
{
    struct log_reader *r = arg;
    int tile_level;
    uint64_t tile_n;
    unsigned first, height = level % TLOG_HEIGHT;
    tile_of_subtree(level, n, &tile_level, &tile_n, &first);
    if (!r->held || r->level != tile_level || r->n != tile_n) {
        r->held = false;
        TRY(log_tile_read(r->tx, tile_level, tile_n, r->h, &r->width));
        r->held = true;
        r->level = tile_level;
        r->n = tile_n;
    }
    if (first + (1u << height) > (unsigned)r->width)
        return E_CORRUPT;
    *out = tile_fold(r->h + first, height);
    return OK;
}

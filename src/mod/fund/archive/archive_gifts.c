/* gifts.csv of a round's archive, from the database: every row of every import that is done, in order. */
#include "mod/fund/archive/archive_gifts.h"

#include "base/map.h"
#include "core/tlog.h"

QUERY(fq_archive_tiles, "i", "ib", "SELECT n, hashes FROM fund_gift_tile WHERE import = $1 AND level = 0 ORDER BY n");
QUERY(fq_archive_gifts, "i", "itiiitii",
      "SELECT g.row_no, g.reason, g.counted, COALESCE(p.number, 0), g.donor, g.kind, g.upheld,"
      " CASE WHEN COALESCE(p.state, '') = 'withdrawn' THEN 1 ELSE 0 END FROM fund_gift g"
      " LEFT JOIN fund_proposal p ON p.id = g.project WHERE g.import = $1 ORDER BY g.row_no");

/* ---- small numbers for donors ---- */

/* Given in the order of rows, which is published: so they tell nothing. Not linked: from 1 anew in each project. */
struct donors {
    bool linked;
    struct map known; /* the bytes of a key → its number */
    struct donor_key {
        int64_t project, donor; /* project 0: linked, or the key of a project's count */
    } * keys;
    size_t n, room;
};

static rc remember(struct donors *d, const struct donor_key *key, uintptr_t number)
{
    if (d->n == d->room)
        return E_INTERNAL;
    d->keys[d->n] = *key;
    return map_put(&d->known, str_n(&d->keys[d->n++], sizeof *key), (void *)number);
}

/* The counts are kept in the same table, under a donor that cannot be: 0. */
static rc number_of(struct donors *d, int64_t project, int64_t donor, uint32_t *out)
{
    struct donor_key key = {d->linked ? 0 : project, donor}, count = {key.project, 0};
    uintptr_t known = (uintptr_t)map_get(&d->known, str_n(&key, sizeof key));
    if (known == 0) {
        uintptr_t last = (uintptr_t)map_get(&d->known, str_n(&count, sizeof count));
        known = last + 1;
        TRY(remember(d, &key, known));
        if (last == 0)
            TRY(remember(d, &count, known));
        else
            TRY(map_put(&d->known, str_n(&count, sizeof count), (void *)known));
    }
    *out = (uint32_t)known;
    return OK;
}

/* ---- rows ---- */

struct filling {
    struct tx *tx;
    struct donors donors;
    struct sha256 *leaf; /* of one import */
    size_t n_leaves;
    struct buf *out;
};

static rc read_leaves(struct filling *f, id import, int64_t rows)
{
    struct rows r;
    bool whole = true;
    f->n_leaves = 0;
    TRY(db_select(f->tx, &fq_archive_tiles, VALS(v_int(import)), &r));
    while (rows_next(&r)) {
        str hashes = row_text(&r, 1);
        size_t n = hashes.n / SHA256_LEN;
        whole &= row_int(&r, 0) * TLOG_WIDTH == (int64_t)f->n_leaves && n + f->n_leaves <= (size_t)rows;
        if (!whole)
            continue;
        memcpy(&f->leaf[f->n_leaves], hashes.p, n * SHA256_LEN);
        f->n_leaves += n;
    }
    TRY(rows_end(&r));
    return whole && f->n_leaves == (size_t)rows ? OK : E_CORRUPT;
}

static rc take_row(struct filling *f, const struct rows *r, size_t at, struct archive_gift *g)
{
    *g = (struct archive_gift){.row = row_int(r, 0), .leaf = f->leaf[at]};
    if (row_int(r, 7) != 0 && row_int(r, 2) > 0) {
        g->reason = ARCHIVE_WITHDRAWN;
        return OK;
    }
    if (row_int(r, 2) <= 0) {
        const struct fund_reason *why = fund_reason_of(row_text(r, 1));
        if (!why)
            return E_CORRUPT;
        g->reason = why->code;
        return OK;
    }
    g->amount = row_int(r, 2);
    g->project = row_int(r, 3);
    g->organisation = str_eq(row_text(r, 5), STR("organisation"));
    g->appeal = row_int(r, 6) != 0;
    return number_of(&f->donors, g->project, row_int(r, 4), &g->donor);
}

static rc put_import(struct filling *f, const struct fund_import *i)
{
    struct rows r;
    size_t at = 0;
    rc e = read_leaves(f, i->id, i->rows);
    if (e == OK)
        e = db_select(f->tx, &fq_archive_gifts, VALS(v_int(i->id)), &r);
    TRY(e);
    while (e == OK && rows_next(&r)) {
        struct archive_gift g;
        e = at < f->n_leaves ? take_row(f, &r, at++, &g) : E_CORRUPT;
        if (e == OK)
            archive_gift_put(&g, i->number, f->out);
    }
    rc ended = rows_end(&r);
    TRY(e != OK ? e : ended);
    return at == f->n_leaves ? OK : E_CORRUPT;
}

rc archive_gifts_text(struct tx *tx, const struct fund_import *imports, size_t n, bool linked, struct buf *out,
                      struct arena *a)
{
    int64_t most = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        most = imports[i].rows > most ? imports[i].rows : most;
        all += imports[i].rows;
    }
    struct filling f = {.tx = tx, .donors = {.linked = linked, .room = 2 * (size_t)all}, .out = out};
    f.leaf = ARENA_ARRAY(a, (size_t)most + 1, struct sha256);
    f.donors.keys = ARENA_ARRAY(a, f.donors.room + 1, struct donor_key);
    if (!f.leaf || !f.donors.keys)
        return arena_rc(a);
    rc e = OK;
    archive_gift_heading(out);
    for (size_t i = 0; e == OK && i < n; i++)
        e = put_import(&f, &imports[i]);
    map_free(&f.donors.known);
    return e != OK ? e : buf_rc(out);
}

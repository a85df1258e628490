/* The sequencer: entries get their index, the tree grows, a checkpoint is signed.
 *
 * Everything that can be done outside the writer is: a read snapshot gives what waits and the right edge of the tree;
 * the new hashes and the signature are computed; one short write then moves the head from the size that was read, marks
 * the entries and stores the tiles. If another sequencer moved the head meanwhile, nothing matches and nothing is
 * written. An entry is found by its missing index, never by "ids above the last one": one that commits late is simply
 * taken in a later turn. */
#include "base/arena.h"
#include "core/log_anchor.h"
#include "core/publiclog.h"

enum {
    TURN = 32768, /* entries in one turn, so that a turn ends */
    BATCH = 1024, /* entries in one write: some 5 ms of SQLite's only writer */
    CHUNK = 63,   /* entries marked by one statement */
    EDGE_ROOM = TLOG_WIDTH + BATCH,
    TURN_MEMORY = 8 << 20,
};

QUERY(log_pending, "i", "ib", "SELECT id, commitment FROM log_entry WHERE idx IS NULL ORDER BY id LIMIT $1");
/* CHUNK entries a statement: the index of the first, and the ids in their order. On PostgreSQL less than half the
 * cost of single updates (it reads all that waits once a statement). Found by id and not by a range, so that
 * transactions which append meanwhile are not in each other's way (serialisation failures). */
QUERY(log_entry_index, "iiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiiii", "",
      "WITH place(id, n) AS (VALUES "
      "($2, 0), ($3, 1), ($4, 2), ($5, 3), ($6, 4), ($7, 5), ($8, 6), ($9, 7), ($10, 8), ($11, 9), ($12, 10), "
      "($13, 11), ($14, 12), ($15, 13), ($16, 14), ($17, 15), ($18, 16), ($19, 17), ($20, 18), ($21, 19), "
      "($22, 20), ($23, 21), ($24, 22), ($25, 23), ($26, 24), ($27, 25), ($28, 26), ($29, 27), ($30, 28), "
      "($31, 29), ($32, 30), ($33, 31), ($34, 32), ($35, 33), ($36, 34), ($37, 35), ($38, 36), ($39, 37), "
      "($40, 38), ($41, 39), ($42, 40), ($43, 41), ($44, 42), ($45, 43), ($46, 44), ($47, 45), ($48, 46), "
      "($49, 47), ($50, 48), ($51, 49), ($52, 50), ($53, 51), ($54, 52), ($55, 53), ($56, 54), ($57, 55), "
      "($58, 56), ($59, 57), ($60, 58), ($61, 59), ($62, 60), ($63, 61), ($64, 62)"
      ") "
      "UPDATE log_entry SET idx = $1 + place.n FROM place WHERE log_entry.id = place.id AND log_entry.idx IS NULL");
QUERY(log_tile_put, "iib", "",
      "INSERT INTO log_tile (level, n, hashes) VALUES ($1, $2, $3) "
      "ON CONFLICT (level, n) DO UPDATE SET hashes = excluded.hashes");
QUERY(log_head_insert, "ibitt", "",
      "INSERT INTO log_head (one, size, root, at, note, vkey) VALUES (1, $1, $2, $3, $4, $5)");
QUERY(log_head_move, "ibittib", "",
      "UPDATE log_head SET size = $1, root = $2, at = $3, note = $4, vkey = $5 WHERE one = 1 AND size = $6 AND root = "
      "$7");

/* One level of tiles from the first one that is not full; h[0 … had) is stored already. */
struct edge {
    uint64_t tile;
    size_t had, n;
    struct sha256 *h;
};

struct turn {
    struct arena *arena;
    struct log_head head; /* where the tree stands */
    /* What waited, all out of one snapshot: PostgreSQL scans it all to give any part of it. */
    id *ids;
    struct sha256 *commitments;
    size_t n, done;
    size_t batch; /* entries that are being added: ids[done … done + batch) */
    struct edge entries, level[TLOG_LEVELS];
    uint64_t size; /* with the batch */
    struct sha256 root;
    struct buf note, vkey;
    bool signed_;
    struct buf published; /* the last note that was committed */
};

static rc load_pending(struct tx *tx, struct turn *t)
{
    struct rows r;
    t->ids = ARENA_ARRAY(t->arena, TURN, id);
    t->commitments = ARENA_ARRAY(t->arena, TURN, struct sha256);
    if (!t->ids || !t->commitments)
        return arena_rc(t->arena);
    bool whole = true;
    TRY(db_select(tx, &log_pending, VALS(v_int(TURN)), &r));
    while (whole && t->n < TURN && rows_next(&r)) {
        str commitment = row_text(&r, 1);
        whole = commitment.n == SHA256_LEN;
        if (!whole)
            break;
        t->ids[t->n] = row_int(&r, 0);
        memcpy(t->commitments[t->n++].b, commitment.p, SHA256_LEN);
    }
    rc end = rows_end(&r);
    return end == OK && !whole ? E_CORRUPT : end;
}

/* The stored part of the level's last, partial tile. */
static rc load_edge(struct tx *tx, struct arena *a, int level, uint64_t size, struct edge *e)
{
    struct sha256 stored[TLOG_WIDTH];
    int width;
    e->tile = (size >> (TLOG_HEIGHT * (level == TLOG_ENTRIES ? 0 : level))) >> TLOG_HEIGHT;
    e->had = e->n = (size_t)tile_width(size, level, e->tile);
    e->h = ARENA_ARRAY(a, EDGE_ROOM, struct sha256);
    if (!e->h)
        return arena_rc(a);
    if (e->had == 0)
        return OK;
    TRY(log_tile_read(tx, level, e->tile, stored, &width));
    if ((size_t)width != e->had)
        return E_CORRUPT;
    memcpy(e->h, stored, e->had * SHA256_LEN);
    return OK;
}

/* After the write: full tiles are done with, the rest is the next batch's beginning. */
static void settle_edge(struct edge *e)
{
    size_t full = e->n / TLOG_WIDTH;
    e->tile += full;
    e->n %= TLOG_WIDTH;
    e->had = e->n;
    memmove(e->h, e->h + full * TLOG_WIDTH, e->n * SHA256_LEN);
}

/* merkle_read_fn over the edges: all that a root of the old or the new size asks for lies in them. */
static rc read_edge(void *arg, unsigned level, uint64_t n, struct sha256 *out)
{
    const struct turn *t = arg;
    int tile_level;
    uint64_t tile;
    unsigned first, height = level % TLOG_HEIGHT;
    tile_of_subtree(level, n, &tile_level, &tile, &first);
    const struct edge *e = &t->level[tile_level];
    uint64_t at = (tile - e->tile) * TLOG_WIDTH + first;
    if (tile < e->tile || at + (1u << height) > e->n)
        return E_CORRUPT;
    *out = tile_fold(e->h + at, height);
    return OK;
}

static rc load(struct tx *tx, struct turn *t)
{
    struct sha256 root;
    TRY(log_head_read(tx, &t->head, t->arena));
    TRY(load_edge(tx, t->arena, TLOG_ENTRIES, t->head.size, &t->entries));
    for (int l = 0; l < TLOG_LEVELS; l++)
        TRY(load_edge(tx, t->arena, l, t->head.size, &t->level[l]));
    /* What was signed must still stand there: a tree that was tampered with is never extended. */
    TRY(merkle_root_read(t->head.size, read_edge, t, &root));
    if (!sha256_eq(&root, &t->head.root))
        return E_CORRUPT;
    return load_pending(tx, t);
}

/* Hashes the batch's leaves and every tile that became full, and takes the new root. */
static rc grow(struct turn *t)
{
    struct edge *leaf = &t->level[0];
    for (size_t i = t->done; i < t->done + t->batch; i++) {
        t->entries.h[t->entries.n++] = t->commitments[i];
        leaf->h[leaf->n++] = merkle_leaf(sha256_str(&t->commitments[i]));
    }
    for (int l = 0; l + 1 < TLOG_LEVELS; l++) {
        const struct edge *low = &t->level[l];
        struct edge *high = &t->level[l + 1];
        for (size_t full = TLOG_WIDTH; full <= low->n; full += TLOG_WIDTH)
            high->h[high->n++] = tile_fold(low->h + full - TLOG_WIDTH, TLOG_HEIGHT);
    }
    t->size = t->head.size + t->batch;
    return merkle_root_read(t->size, read_edge, t, &t->root);
}

static rc sign(const struct app *app, struct turn *t)
{
    BUF_SCOPED text = BUF_INIT(NOTE_NAME_MAX + 128);
    const struct note_verifier *v = &app->log_signer.verifier;
    checkpoint_put(&text, &(struct checkpoint){str_of(v->name), t->size, t->root});
    TRY(buf_rc(&text));
    buf_clear(&t->note);
    return note_sign(buf_str(&text), v, &app->log_signer.key, &t->note);
}

/* ---- the write ---- */

static rc move_head(struct tx *tx, const struct turn *t)
{
    int64_t affected = 0;
    struct val next[] = {v_int((int64_t)t->size),          v_blob(sha256_str(&t->root)), v_int(tx_now(tx)),
                         v_text(buf_str(&t->note)),        v_text(buf_str(&t->vkey)),    v_int((int64_t)t->head.size),
                         v_blob(sha256_str(&t->head.root))};
    if (t->head.there)
        TRY(db_exec(tx, &log_head_move, next, 7, &affected));
    else
        TRY(db_exec(tx, &log_head_insert, next, 5, &affected));
    return affected == 1 ? OK : E_CONFLICT;
}

/* Chunk `from` … of the batch; what the statement has room for beyond the batch is filled with ids that nothing has. */
static size_t chunk(const struct turn *t, size_t from, struct val v[1 + CHUNK])
{
    size_t n = t->batch - from < CHUNK ? t->batch - from : CHUNK;
    v[0] = v_int((int64_t)(t->head.size + from));
    for (size_t i = 0; i < CHUNK; i++)
        v[1 + i] = v_int(i < n ? t->ids[t->done + from + i] : -1);
    return n;
}

static rc index_entries(struct tx *tx, const struct turn *t)
{
    int64_t affected[BATCH / CHUNK + 1];
    int64_t marked = 0;
    size_t chunks = 0;
    TRY(pipe_begin(tx));
    for (size_t done = 0; done < t->batch; chunks++) {
        struct val v[1 + CHUNK];
        done += chunk(t, done, v);
        TRY(pipe_add(tx, &log_entry_index, v, 1 + CHUNK));
    }
    TRY(pipe_end(tx, affected, chunks));
    for (size_t i = 0; i < chunks; i++)
        marked += affected[i];
    return marked == (int64_t)t->batch ? OK : E_CONFLICT;
}

static rc store_edge(struct tx *tx, int level, const struct edge *e)
{
    if (e->n == e->had)
        return OK;
    for (size_t i = 0; i < e->n; i += TLOG_WIDTH) {
        size_t n = e->n - i < TLOG_WIDTH ? e->n - i : TLOG_WIDTH;
        TRY(db_exec(
            tx, &log_tile_put,
            VALS(v_int(level), v_int((int64_t)(e->tile + i / TLOG_WIDTH)), v_blob(str_n(e->h + i, n * SHA256_LEN))),
            NULL));
    }
    return OK;
}

static rc commit(struct tx *tx, void *arg)
{
    const struct turn *t = arg;
    TRY(move_head(tx, t));
    TRY(index_entries(tx, t));
    TRY(store_edge(tx, TLOG_ENTRIES, &t->entries));
    for (int l = 0; l < TLOG_LEVELS; l++)
        TRY(store_edge(tx, l, &t->level[l]));
    return OK;
}

/* ---- the turn ---- */

static rc prepare(struct app *app, struct turn *t, struct err *err)
{
    struct tx *tx;
    struct log_anchor anchor;
    TRY(log_anchor_read(app, &anchor, err));
    TRY(db_read_begin(app->db, &tx));
    rc r = load(tx, t);
    if (r == OK)
        r = log_anchor_continued(tx, &t->head, &anchor, err);
    db_read_end(tx);
    if (r == E_CORRUPT)
        return ERR(err, E_CORRUPT, "LOG-004",
                   N_("The stored public log contradicts its signed checkpoint. It is not extended."));
    TRY(r);
    note_vkey(&app->log_signer.verifier, &t->vkey);
    TRY(buf_rc(&t->vkey));
    str name = t->head.vkey;
    name = str_cut(&name, '+');
    if (t->head.there && !str_eq(name, app->config.log_name))
        return ERR(err, E_CONFLICT, "LOG-005",
                   N_("The database holds the public log {1}; the setting log_name says {2}."), name,
                   app->config.log_name);
    return OK;
}

static void settle(struct turn *t)
{
    t->signed_ = true;
    buf_clear(&t->published);
    buf_put(&t->published, buf_str(&t->note));
    settle_edge(&t->entries);
    for (int l = 0; l < TLOG_LEVELS; l++)
        settle_edge(&t->level[l]);
    t->head.there = true;
    t->head.size = t->size;
    t->head.root = t->root;
    t->done += t->batch;
}

/* E_CONFLICT: another sequencer was faster. */
static rc one_batch(struct app *app, struct turn *t)
{
    t->batch = t->n - t->done < BATCH ? t->n - t->done : BATCH;
    TRY(grow(t));
    TRY(sign(app, t));
    TRY(db_write(app->db, commit, t));
    settle(t);
    return OK;
}

static rc take_turn(struct app *app, struct turn *t, struct err *err)
{
    TRY(prepare(app, t, err));
    if (t->n == 0 && t->head.there && str_eq(t->head.vkey, buf_str(&t->vkey)))
        return OK;
    rc r;
    do
        r = one_batch(app, t);
    while (r == OK && t->done < t->n);
    if (t->signed_)
        TRY(log_anchor_write(app, buf_str(&t->published), err));
    return r == E_CONFLICT ? OK : r; /* what is left waits for the next turn */
}

rc log_sequence(struct app *app, int64_t *integrated, struct err *err)
{
    *integrated = 0;
    if (!app->log_signer.loaded)
        return E_INTERNAL;
    struct turn t = {.arena = arena_new(TURN_MEMORY),
                     .note = BUF_INIT(NOTE_MAX),
                     .vkey = BUF_INIT(NOTE_VKEY_MAX),
                     .published = BUF_INIT(NOTE_MAX)};
    if (!t.arena)
        return E_NOMEM;
    rc r = take_turn(app, &t, err);
    *integrated = (int64_t)t.done;
    buf_free(&t.note);
    buf_free(&t.vkey);
    buf_free(&t.published);
    arena_free(t.arena);
    return r;
}

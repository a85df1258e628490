/* The sequencer: entries get their index, the tree grows, a checkpoint is signed.
 *
 * Everything that can be done outside the writer is: a read snapshot gives what waits and the right edge of the tree;
 * the new hashes and the signature are computed; one short write then moves the head from the size that was read, marks
 * the entries and stores the tiles. If another sequencer moved the head meanwhile, nothing matches and nothing is
 * written. An entry is found by its missing index, never by "ids above the last one": one that commits late is simply
 * taken in a later turn. */
#include "base/arena.h"
#include "core/log_store.h"
#include "core/publiclog.h"

enum {
    BATCH = 1024, /* entries in one write: some 5 ms of SQLite's only writer */
    BATCHES = 64, /* in one turn, so that a turn ends */
    PIPE = 512,   /* statements between two round trips */
    TURN_MEMORY = 8 << 20,
};

QUERY(log_pending, "i", "ib", "SELECT id, commitment FROM log_entry WHERE idx IS NULL ORDER BY id LIMIT $1");
QUERY(log_entry_index, "ii", "", "UPDATE log_entry SET idx = $2 WHERE id = $1 AND idx IS NULL");
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
    struct log_head head;
    size_t n;
    id *ids;
    struct edge entries, level[TLOG_LEVELS];
    uint64_t size;
    struct sha256 root;
    struct buf note, vkey;
};

/* What waits, in the order of ids; room for the leaf hashes is taken at the same time. */
static rc load_pending(struct tx *tx, struct turn *t)
{
    struct rows r;
    struct sha256 *commitments = t->entries.h + t->entries.had;
    rc code = OK;
    TRY(db_select(tx, &log_pending, VALS(v_int(BATCH)), &r));
    while (code == OK && t->n < BATCH && rows_next(&r)) {
        str commitment = row_text(&r, 1);
        if (commitment.n != SHA256_LEN) {
            code = E_CORRUPT;
            break;
        }
        t->ids[t->n] = row_int(&r, 0);
        memcpy(commitments[t->n].b, commitment.p, SHA256_LEN);
        t->n++;
    }
    rc end = rows_end(&r);
    t->entries.n = t->entries.had + t->n;
    return code != OK ? code : end;
}

/* The stored part of the level's last, partial tile, with room for `more` further hashes. */
static rc load_edge(struct tx *tx, struct arena *a, int level, uint64_t size, size_t more, struct edge *e)
{
    struct sha256 stored[TLOG_WIDTH];
    int width = 0;
    e->tile = (size >> (TLOG_HEIGHT * (level == TLOG_ENTRIES ? 0 : level))) >> TLOG_HEIGHT;
    e->had = e->n = (size_t)tile_width(size, level, e->tile);
    e->h = ARENA_ARRAY(a, e->had + more + 1, struct sha256);
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
    t->ids = ARENA_ARRAY(t->arena, BATCH, id);
    if (!t->ids)
        return arena_rc(t->arena);
    size_t more = BATCH;
    TRY(load_edge(tx, t->arena, TLOG_ENTRIES, t->head.size, more, &t->entries));
    for (int l = 0; l < TLOG_LEVELS; l++) {
        TRY(load_edge(tx, t->arena, l, t->head.size, more, &t->level[l]));
        more = (t->level[l].had + more) / TLOG_WIDTH;
    }
    /* What was signed must still stand there: a tree that was tampered with is never extended. */
    TRY(merkle_root_read(t->head.size, read_edge, t, &root));
    if (!sha256_eq(&root, &t->head.root))
        return E_CORRUPT;
    return load_pending(tx, t);
}

/* Hashes the new leaves and every tile that became full, and takes the new root. */
static rc grow(struct turn *t)
{
    struct edge *leaf = &t->level[0];
    for (size_t i = 0; i < t->n; i++)
        leaf->h[leaf->n++] = merkle_leaf(sha256_str(&t->entries.h[t->entries.had + i]));
    for (int l = 0; l + 1 < TLOG_LEVELS; l++) {
        const struct edge *low = &t->level[l];
        struct edge *high = &t->level[l + 1];
        for (size_t full = TLOG_WIDTH; full <= low->n; full += TLOG_WIDTH)
            high->h[high->n++] = tile_fold(low->h + full - TLOG_WIDTH, TLOG_HEIGHT);
    }
    t->size = t->head.size + t->n;
    return merkle_root_read(t->size, read_edge, t, &t->root);
}

static rc sign(const struct app *app, struct turn *t)
{
    BUF_SCOPED text = BUF_INIT(NOTE_NAME_MAX + 128);
    const struct note_verifier *v = &app->log_signer.verifier;
    checkpoint_put(&text, &(struct checkpoint){str_of(v->name), t->size, t->root});
    TRY(buf_rc(&text));
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

static rc index_entries(struct tx *tx, const struct turn *t)
{
    int64_t affected[PIPE];
    for (size_t done = 0; done < t->n;) {
        size_t n = t->n - done < PIPE ? t->n - done : PIPE;
        TRY(pipe_begin(tx));
        for (size_t i = 0; i < n; i++)
            TRY(pipe_add(tx, &log_entry_index,
                         VALS(v_int(t->ids[done + i]), v_int((int64_t)(t->head.size + done + i)))));
        TRY(pipe_end(tx, affected, n));
        for (size_t i = 0; i < n; i++)
            if (affected[i] != 1)
                return E_CONFLICT;
        done += n;
    }
    return OK;
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

/* ---- one batch ---- */

static rc prepare(struct app *app, struct turn *t, struct err *err)
{
    struct tx *tx;
    TRY(db_read_begin(app->db, &tx));
    rc r = load(tx, t);
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

static rc batch(struct app *app, struct turn *t, struct err *err)
{
    TRY(prepare(app, t, err));
    if (t->n == 0 && t->head.there && str_eq(t->head.vkey, buf_str(&t->vkey)))
        return OK;
    TRY(grow(t));
    TRY(sign(app, t));
    rc r = db_write(app->db, commit, t);
    if (r != E_CONFLICT)
        return r;
    t->n = 0; /* another sequencer was faster: what is left waits for the next turn */
    return OK;
}

rc log_sequence(struct app *app, int64_t *integrated, struct err *err)
{
    *integrated = 0;
    if (!app->log_signer.loaded)
        return E_INTERNAL;
    struct arena *a = arena_new(TURN_MEMORY);
    if (!a)
        return E_NOMEM;
    rc r = OK;
    for (int i = 0; r == OK && i < BATCHES; i++) {
        struct turn t = {.arena = a, .note = BUF_INIT(NOTE_MAX), .vkey = BUF_INIT(NOTE_VKEY_MAX)};
        r = batch(app, &t, err);
        if (r == OK)
            *integrated += (int64_t)t.n;
        buf_free(&t.note);
        buf_free(&t.vkey);
        arena_reset(a);
        if (t.n < BATCH)
            break;
    }
    arena_free(a);
    return r;
}

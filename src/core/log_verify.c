#include "core/log_verify.h"

#include "base/json.h"
#include "core/publiclog.h"

/* ---- one proof ---- */

static rc malformed(struct err *err, const char *member)
{
    return ERR(err, E_CORRUPT, "LOV-006", N_("The proof is malformed at “{1}”."), str_of(member));
}

static rc parse_path(const struct json *arr, struct merkle_path *out)
{
    if (json_type(arr) != JSON_ARRAY_ || json_count(arr) > MERKLE_LEVELS)
        return E_INVALID;
    out->n = json_count(arr);
    for (size_t i = 0; i < out->n; i++) {
        str b64 = json_str(json_at(arr, i));
        if (!b64.p)
            return E_INVALID;
        TRY(base64_exact(b64, out->h[i].b, SHA256_LEN));
    }
    return OK;
}

static const char *const members[] = {"type", "vkey", "checkpoint", "size", "index", "path", "salt", "record"};
enum { M_TYPE, M_VKEY, M_CHECKPOINT, M_SIZE, M_INDEX, M_PATH, M_SALT, M_RECORD, MEMBERS };

static rc take_members(const struct json *doc, const struct json *m[MEMBERS], struct err *err)
{
    static const enum json_type types[MEMBERS] = {JSON_STRING_, JSON_STRING_, JSON_STRING_, JSON_INT,
                                                  JSON_INT,     JSON_ARRAY_,  JSON_STRING_, JSON_STRING_};
    if (json_type(doc) != JSON_OBJECT_ || json_count(doc) != MEMBERS)
        return malformed(err, "{}");
    for (size_t i = 0; i < MEMBERS; i++) {
        m[i] = json_get(doc, members[i]);
        if (json_type(m[i]) != types[i])
            return malformed(err, members[i]);
    }
    return OK;
}

/* The hash of the leaf that `salt` and `record` make. */
static rc leaf_of(const struct json *salt_member, str record, struct sha256 *leaf)
{
    unsigned char salt[LOG_SALT];
    TRY(base64_exact(json_str(salt_member), salt, sizeof salt));
    struct sha256 commitment = sha256_of2(str_n(salt, sizeof salt), record);
    *leaf = merkle_leaf(sha256_str(&commitment));
    return OK;
}

static rc parse_vkey(str vkey, struct note_verifier *v, struct err *err)
{
    if (note_verifier_parse(vkey, v) != OK)
        return ERR(err, E_INVALID, "LOV-001", N_("This is not a verifier key (name+hash+base64): {1}"), vkey);
    return OK;
}

rc log_verify_proof(struct arena *a, str json, str vkey, struct log_proof *out, struct err *err)
{
    struct note_verifier v;
    const struct json *doc, *m[MEMBERS];
    TRY(parse_vkey(vkey, &v, err));
    if (json_parse(a, json, LOG_PROOF_MAX, &doc, NULL) != OK)
        return malformed(err, "JSON");
    TRY(take_members(doc, m, err));
    if (!str_eq(json_str(m[M_TYPE]), str_of(LOG_PROOF_TYPE)))
        return malformed(err, "type");
    if (!str_eq(json_str(m[M_VKEY]), vkey))
        return ERR(err, E_CORRUPT, "LOV-002", N_("The proof is of another log: {1}"), json_str(m[M_VKEY]));

    struct log_proof p = {.record = json_str(m[M_RECORD]), .index = (uint64_t)json_int(m[M_INDEX], -1)};
    struct merkle_path path;
    struct sha256 leaf;
    if (checkpoint_open(json_str(m[M_CHECKPOINT]), &v, &p.checkpoint) != OK)
        return ERR(err, E_CORRUPT, "LOV-002", N_("The checkpoint is not signed by the key of {1}."), str_of(v.name));
    if ((uint64_t)json_int(m[M_SIZE], -1) != p.checkpoint.size)
        return malformed(err, "size");
    if (parse_path(m[M_PATH], &path) != OK)
        return malformed(err, "path");
    if (leaf_of(m[M_SALT], p.record, &leaf) != OK)
        return malformed(err, "salt");
    if (merkle_check_inclusion(&leaf, p.index, p.checkpoint.size, &path, &p.checkpoint.root) != OK)
        return ERR(err, E_CORRUPT, "LOV-007", N_("The proof does not lead from the record to the signed tree."));
    *out = p;
    return OK;
}

/* ---- the whole tree ---- */

struct walk {
    const struct log_source *source;
    uint64_t size;
    int64_t tiles;
    struct err *err;
    struct sha256 low[TLOG_WIDTH]; /* the tile below, being folded; the last tile for reads of the root */
    struct sha256 high[TLOG_WIDTH];
};

static rc read_tile(struct walk *w, int level, uint64_t n, struct sha256 *out)
{
    struct tile t = {level, n, tile_width(w->size, level, n)};
    w->tiles++;
    return w->source->read(w->source->arg, &t, out, w->err);
}

static rc disagree(struct walk *w, int level, uint64_t n, size_t i, int low_level, uint64_t low_n)
{
    BUF_SCOPED high = BUF_INIT(TLOG_PATH_MAX);
    BUF_SCOPED low = BUF_INIT(TLOG_PATH_MAX);
    BUF_SCOPED byte = BUF_INIT(32);
    tile_path(&high, &(struct tile){level, n, tile_width(w->size, level, n)});
    tile_path(&low, &(struct tile){low_level, low_n, tile_width(w->size, low_level, low_n)});
    buf_puti(&byte, (int64_t)(i * SHA256_LEN));
    return ERR(w->err, E_CORRUPT, "LOV-004", N_("tile/{1} at byte {2} contradicts tile/{3}."), buf_str(&high),
               buf_str(&byte), buf_str(&low));
}

static rc check_leaves(struct walk *w, uint64_t n)
{
    TRY(read_tile(w, 0, n, w->high));
    TRY(read_tile(w, TLOG_ENTRIES, n, w->low));
    size_t width = (size_t)tile_width(w->size, 0, n);
    for (size_t i = 0; i < width; i++) {
        struct sha256 leaf = merkle_leaf(sha256_str(&w->low[i]));
        if (!sha256_eq(&leaf, &w->high[i]))
            return disagree(w, 0, n, i, TLOG_ENTRIES, n);
    }
    return OK;
}

static rc check_nodes(struct walk *w, int level, uint64_t n)
{
    TRY(read_tile(w, level, n, w->high));
    size_t width = (size_t)tile_width(w->size, level, n);
    for (size_t i = 0; i < width; i++) {
        uint64_t child = n * TLOG_WIDTH + i;
        TRY(read_tile(w, level - 1, child, w->low));
        struct sha256 node = tile_fold(w->low, TLOG_HEIGHT);
        if (!sha256_eq(&node, &w->high[i]))
            return disagree(w, level, n, i, level - 1, child);
    }
    return OK;
}

static rc read_subtree(void *arg, unsigned level, uint64_t n, struct sha256 *out)
{
    struct walk *w = arg;
    int tile_level;
    uint64_t tile;
    unsigned first;
    tile_of_subtree(level, n, &tile_level, &tile, &first);
    TRY(read_tile(w, tile_level, tile, w->low));
    *out = tile_fold(w->low + first, level % TLOG_HEIGHT);
    return OK;
}

static rc walk_tree(struct walk *w, const struct sha256 *root)
{
    struct sha256 got;
    for (int level = 0; level < TLOG_LEVELS; level++)
        for (uint64_t n = 0; tile_width(w->size, level, n) > 0; n++)
            TRY(level == 0 ? check_leaves(w, n) : check_nodes(w, level, n));
    TRY(merkle_root_read(w->size, read_subtree, w, &got));
    if (!sha256_eq(&got, root))
        return ERR(w->err, E_CORRUPT, "LOV-005", N_("The tiles agree with each other but not with the signed root."));
    return OK;
}

rc log_verify_tree(const struct log_source *source, uint64_t size, const struct sha256 *root, int64_t *tiles,
                   struct err *err)
{
    if (size >= MERKLE_SIZE_MAX)
        return ERR(err, E_CORRUPT, "LOV-005", N_("The checkpoint's size is impossible."));
    struct arena *a = arena_new(sizeof(struct walk) + 4096);
    struct walk *w = a ? ARENA_NEW(a, struct walk) : NULL;
    if (!w) {
        arena_free(a);
        return E_NOMEM;
    }
    w->source = source;
    w->size = size;
    w->err = err;
    rc r = walk_tree(w, root);
    *tiles = w->tiles;
    arena_free(a);
    return r;
}

#include "mod/fund/gift_commit.h"

#include "base/json.h"

void gift_record_json(const struct gift_record *g, struct buf *out)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kint(&o, "amount", g->amount);
    jo_kint(&o, "at", g->at);
    jo_kstr(&o, "code", g->code);
    jo_kint(&o, "donor", g->donor);
    jo_kstr(&o, "found", g->found);
    jo_kstr(&o, "kind", g->kind);
    jo_kstr(&o, "part_of", g->part_of);
    jo_kstr(&o, "platform", g->platform);
    jo_kint(&o, "project", g->project);
    jo_kint(&o, "returned", g->returned);
    jo_kstr(&o, "round", g->round);
    jo_kint(&o, "row", g->row);
    jo_end_obj(&o);
}

struct sha256 gift_leaf(const unsigned char salt[GIFT_SALT], str record)
{
    struct sha256 commitment = sha256_of2(str_n(salt, GIFT_SALT), record);
    return merkle_leaf(sha256_str(&commitment));
}

/* One level: its tiles out, the full ones folded into the front of the array for the level above. */
static rc put_level(struct sha256 *h, size_t n, int level, gift_tile_fn put, void *arg, size_t *above)
{
    *above = 0;
    for (size_t from = 0; from < n; from += TLOG_WIDTH) {
        size_t width = n - from < TLOG_WIDTH ? n - from : TLOG_WIDTH;
        TRY(put(arg, level, from / TLOG_WIDTH, str_n(&h[from], width * SHA256_LEN)));
        if (width == TLOG_WIDTH)
            h[(*above)++] = tile_fold(&h[from], TLOG_HEIGHT);
    }
    return OK;
}

rc gift_tree(struct sha256 *leaf, size_t n, gift_tile_fn put, void *arg, struct sha256 *root)
{
    struct merkle_range r = MERKLE_RANGE_INIT;
    for (size_t i = 0; i < n; i++)
        TRY(merkle_append(&r, &leaf[i]));
    *root = merkle_root(&r);
    for (int level = 0; n > 0; level++)
        TRY(put_level(leaf, n, level, put, arg, &n));
    return OK;
}

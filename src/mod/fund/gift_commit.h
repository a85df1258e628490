/* Commitments of gifts: what the public log says about an import, and what a donor proves with it. Pure functions, used
 * when a file is read, by the donor's proof, by `rise doctor`, and by whoever verifies.
 *
 *     record     = canonical JSON of the row (members in byte order, no spaces)
 *     commitment = SHA-256(salt ‖ record)                    as in the public log
 *     leaf       = SHA-256(0x00 ‖ commitment)                RFC 6962
 *     root       = the tree over the file's rows in their order, RFC 6962
 *
 * One log entry per import, "fund.gift.imported", holds the root. A proof is one JSON document:
 *
 *     {"type":"rise-gift-proof/1","record":"…","salt":base64,"index":i,"size":n,"path":[base64 …],"root":hex,
 *      "log":{ the log's own proof of that entry, rise-log-proof/1; its record holds "root" }} */
#ifndef RISE_MOD_FUND_GIFT_COMMIT_H
#define RISE_MOD_FUND_GIFT_COMMIT_H

#include "base/when.h"
#include "core/merkle.h"
#include "core/tlog.h"
#include "mod/fund/gift_code.h"

#define GIFT_PROOF_TYPE "rise-gift-proof/1"

/* A row as it was read. Nothing in it is changed afterwards. */
struct gift_record {
    str round, platform; /* codes */
    int64_t row;
    str code;
    str part_of;     /* code of the gift that a refund belongs to, or "" */
    int64_t project; /* the proposal's number; 0: unknown */
    int64_t donor;   /* keyed hash */
    str kind;
    int64_t amount, returned;
    instant at;
    str found;
};
void gift_record_json(const struct gift_record *g, struct buf *out);
struct sha256 gift_leaf(const unsigned char salt[GIFT_SALT], str record);

/* The tree as tiles. `leaf` is used up: upper levels are folded into it. Calls put() once for each tile of 1 to 256
 * hashes. */
typedef rc (*gift_tile_fn)(void *arg, int level, uint64_t n, str hashes);
rc gift_tree(struct sha256 *leaf, size_t n, gift_tile_fn put, void *arg, struct sha256 *root);

#endif

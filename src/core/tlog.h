/* Tiles: C2SP tlog-tiles. Tile n of level L holds the hashes of 256 neighbouring subtrees of 256^L leaves each, from
 * subtree n·256 on; entry bundles hold the entries themselves under the level TLOG_ENTRIES. A tile of fewer hashes is
 * partial and a prefix of what it grows into, which is why one stored blob serves every width.
 *
 * Ownership: caller's values. Threads: pure functions. Errors: E_INVALID. */
#ifndef RISE_CORE_TLOG_H
#define RISE_CORE_TLOG_H

#include "base/buf.h"
#include "core/merkle.h"

enum {
    TLOG_ENTRIES = -1,
    TLOG_HEIGHT = 8,
    TLOG_WIDTH = 1 << TLOG_HEIGHT,
    TLOG_LEVELS = 8, /* a hash of level 7 covers 2^56 leaves: room up to MERKLE_SIZE_MAX */
    TLOG_TILE_MAX = TLOG_WIDTH * SHA256_LEN,
    TLOG_PATH_MAX = 64,
};

struct tile {
    int level; /* TLOG_ENTRIES or 0 … TLOG_LEVELS − 1 */
    uint64_t n;
    int width; /* 1 … 256 */
};

/* What follows "tile/": "0/x001/x234/067", "entries/000.p/12". */
void tile_path(struct buf *out, const struct tile *t);
rc tile_parse(str path, struct tile *out);

/* How many hashes tile (level, n) holds in a tree of `size` leaves: 0 … 256. */
int tile_width(uint64_t size, int level, uint64_t n);

/* The hash of a perfect subtree out of the hashes of the tile that covers it: 2^(level mod 8) of them folded.
 * `first` is the first one's address inside the tile. */
struct sha256 tile_fold(const struct sha256 *first, unsigned height);
/* Where perfect subtree (level, n) of the tree lies: the tile's level and number, and its first hash in that tile. */
void tile_of_subtree(unsigned level, uint64_t n, int *tile_level, uint64_t *tile_n, unsigned *first);

/* Entry bundles of 32-byte commitments: each with its length in front, big-endian uint16. */
void bundle_put(struct buf *out, str commitments);
/* The other way; E_INVALID when an entry is not a commitment. *n gets the number of entries. */
rc bundle_parse(str bundle, struct sha256 out[TLOG_WIDTH], size_t *n);

#endif

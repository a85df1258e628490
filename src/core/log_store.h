/* How the public log lies in the database: the head and the tiles. Private to the log's own files.
 *
 * Ownership: texts of a head live in the arena given. Threads: as the tx. Errors: E_CORRUPT a tile lacks what the tree
 * needs. */
#ifndef RISE_CORE_LOG_STORE_H
#define RISE_CORE_LOG_STORE_H

#include "core/note.h"
#include "core/tlog.h"
#include "db/db.h"

struct log_head {
    bool there; /* false: no checkpoint was ever signed; the tree is empty */
    uint64_t size;
    struct sha256 root;
    instant at;
    str note, vkey;
};
rc log_head_read(struct tx *tx, struct log_head *out, struct arena *a);

/* The stored hashes of a tile, as many as there are; *width 0 when there is no such tile. */
rc log_tile_read(struct tx *tx, int level, uint64_t n, struct sha256 out[TLOG_WIDTH], int *width);

/* A merkle_read_fn over stored tiles; remembers the last tile, since proofs ask for neighbours. */
struct log_reader {
    struct tx *tx;
    bool held;
    int level, width;
    uint64_t n;
    struct sha256 h[TLOG_WIDTH];
};
rc log_reader_read(void *arg, unsigned level, uint64_t n, struct sha256 *out);

#endif

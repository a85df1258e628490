/* Checking the public log without trusting it: a whole copy, or one proof, against a verifier key that came from
 * elsewhere (printed, published, remembered). Needs neither the server nor its keys.
 *
 * Ownership: results live in the arena given or in the struct. Threads: pure functions but for the files they read.
 * Errors, with the first contradiction named in err:
 *
 *     LOV-001 E_INVALID  the verifier key cannot be read
 *     LOV-002 E_CORRUPT  the checkpoint is not signed by that key
 *     LOV-003 E_CORRUPT  a tile is missing or has a wrong size (E_NOTFOUND, E_IO: the whole copy cannot be read)
 *     LOV-004 E_CORRUPT  hashes contradict each other
 *     LOV-005 E_CORRUPT  the tree does not have the signed root
 *     LOV-006 E_CORRUPT  a proof document is malformed
 *     LOV-007 E_CORRUPT  a proof document does not prove its record */
#ifndef RISE_CORE_LOG_VERIFY_H
#define RISE_CORE_LOG_VERIFY_H

#include "base/arena.h"
#include "core/note.h"
#include "core/tlog.h"

#define LOG_PROOF_TYPE "rise-log-proof/1"

enum { LOG_PROOF_MAX = 512 * 1024 };

struct log_proof {
    str record; /* in the arena */
    uint64_t index;
    struct checkpoint checkpoint; /* origin in the arena */
};
/* A document of log_proof_json(). Unknown, missing or doubled members are refused, as is base64 that is not canonical:
 * no byte of it can be altered unseen. */
rc log_verify_proof(struct arena *a, str json, str vkey, struct log_proof *out, struct err *err);

/* Where the tiles come from. `out` has room for a whole tile; for TLOG_ENTRIES the commitments without their lengths.
 * Fails when the tile is not there in exactly that width. */
struct log_source {
    rc (*read)(void *arg, const struct tile *t, struct sha256 *out, struct err *err);
    void *arg;
};
/* Recomputes every hash of a tree of `size` leaves from its entries, and compares the root. *tiles counts those read.
 */
rc log_verify_tree(const struct log_source *source, uint64_t size, const struct sha256 *root, int64_t *tiles,
                   struct err *err);

struct log_report {
    char origin[NOTE_NAME_MAX + 1];
    uint64_t size;
    struct sha256 root;
    int64_t tiles, proofs;
};
/* path: a directory as log_export() writes it or a mirror of the public paths (checkpoint, tile/…, and any *.json
 * proofs beside the checkpoint), or an SQLite file (a backup), whose records are then checked too. */
rc log_verify_copy(const char *path, str vkey, struct log_report *out, struct err *err);

#endif

/* The mathematics of a Merkle tree log: RFC 6962 section 2.1 and RFC 9162 section 2.1, with SHA-256.
 *
 * Nothing here knows of storage: hashes come from a callback that reads the root of a perfect subtree, so the same code
 * works on database tiles, on a directory of tiles and on an array. Sizes and indices are counts of leaves below 2^62.
 * Ownership: all values are the caller's. Threads: pure functions. Errors: E_INVALID a proof does not prove what it
 * should, or the sizes are out of order; whatever the callback returns. */
#ifndef RISE_CORE_MERKLE_H
#define RISE_CORE_MERKLE_H

#include <stdint.h>

#include "crypto/hash.h"

enum { MERKLE_LEVELS = 62, MERKLE_PATH_MAX = 2 * MERKLE_LEVELS };
#define MERKLE_SIZE_MAX (UINT64_C(1) << MERKLE_LEVELS)

struct sha256 merkle_empty(void);     /* the tree without leaves: SHA-256 of nothing */
struct sha256 merkle_leaf(str entry); /* SHA-256(0x00 ‖ entry) */
struct sha256 merkle_node(const struct sha256 *left, const struct sha256 *right); /* SHA-256(0x01 ‖ left ‖ right) */

/* A compact range: the roots of the perfect subtrees that make up leaves [0, size), largest first; all that must be
 * known to append. `n` equals the number of one bits in `size`. */
struct merkle_range {
    uint64_t size;
    int n;
    struct sha256 h[MERKLE_LEVELS];
};
#define MERKLE_RANGE_INIT                                                                                              \
    {                                                                                                                  \
        0                                                                                                              \
    }

rc merkle_append(struct merkle_range *r, const struct sha256 *leaf); /* E_LIMIT at MERKLE_SIZE_MAX */
struct sha256 merkle_root(const struct merkle_range *r);

/* Gives the root of the perfect subtree number `n` of height `level`: leaves [n·2^level, (n+1)·2^level). */
typedef rc (*merkle_read_fn)(void *arg, unsigned level, uint64_t n, struct sha256 *out);

struct merkle_path {
    size_t n;
    struct sha256 h[MERKLE_PATH_MAX];
};

rc merkle_range_read(uint64_t size, merkle_read_fn read, void *arg, struct merkle_range *out);
rc merkle_root_read(uint64_t size, merkle_read_fn read, void *arg, struct sha256 *out);
/* E_INVALID unless index < size. */
rc merkle_inclusion(uint64_t index, uint64_t size, merkle_read_fn read, void *arg, struct merkle_path *out);
/* E_INVALID unless 0 < from ≤ to. */
rc merkle_consistency(uint64_t from, uint64_t to, merkle_read_fn read, void *arg, struct merkle_path *out);

/* RFC 9162 sections 2.1.3.2 and 2.1.4.2. Paths of any content and length may be given. */
rc merkle_check_inclusion(const struct sha256 *leaf, uint64_t index, uint64_t size, const struct merkle_path *path,
                          const struct sha256 *root);
rc merkle_check_consistency(uint64_t from, uint64_t to, const struct merkle_path *path, const struct sha256 *from_root,
                            const struct sha256 *to_root);

#endif

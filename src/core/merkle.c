#include "core/merkle.h"

struct sha256 merkle_empty(void)
{
    return sha256_of(STR_EMPTY);
}

struct sha256 merkle_leaf(str entry)
{
    return sha256_of2(str_n("\0", 1), entry);
}

struct sha256 merkle_node(const struct sha256 *left, const struct sha256 *right)
{
    char both[1 + 2 * SHA256_LEN] = {1}; /* one call of the digest costs less than three */
    memcpy(both + 1, left->b, SHA256_LEN);
    memcpy(both + 1 + SHA256_LEN, right->b, SHA256_LEN);
    return sha256_of(str_n(both, sizeof both));
}

/* The largest power of two below n; n > 1 (RFC 6962: k < n ≤ 2k). */
static uint64_t split(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

static unsigned trailing_zeros(uint64_t n)
{
    return (unsigned)__builtin_ctzll(n);
}

static bool power_of_two(uint64_t n)
{
    return (n & (n - 1)) == 0;
}

/* ---- compact range ---- */

rc merkle_append(struct merkle_range *r, const struct sha256 *leaf)
{
    if (r->size >= MERKLE_SIZE_MAX - 1)
        return E_LIMIT;
    struct sha256 h = *leaf;
    /* As adding 1 carries over the trailing one bits, the new leaf joins as many perfect subtrees. */
    for (uint64_t bits = r->size; bits & 1; bits >>= 1)
        h = merkle_node(&r->h[--r->n], &h);
    r->h[r->n++] = h;
    r->size++;
    return OK;
}

struct sha256 merkle_root(const struct merkle_range *r)
{
    if (r->n == 0)
        return merkle_empty();
    struct sha256 h = r->h[r->n - 1];
    for (int i = r->n - 2; i >= 0; i--)
        h = merkle_node(&r->h[i], &h);
    return h;
}

/* The perfect subtrees of [from, from + size), where `from` is a multiple of every one of their widths. */
static rc range_read(uint64_t from, uint64_t size, merkle_read_fn read, void *arg, struct merkle_range *out)
{
    *out = (struct merkle_range){.size = size};
    for (uint64_t rest = size; rest;) {
        unsigned level = (unsigned)(63 - __builtin_clzll(rest));
        TRY(read(arg, level, from >> level, &out->h[out->n++]));
        from += UINT64_C(1) << level;
        rest -= UINT64_C(1) << level;
    }
    return OK;
}

rc merkle_range_read(uint64_t size, merkle_read_fn read, void *arg, struct merkle_range *out)
{
    if (size >= MERKLE_SIZE_MAX)
        return E_LIMIT;
    return range_read(0, size, read, arg, out);
}

/* MTH(D[from : from + size]), whose `from` is a multiple of the smallest power of two ≥ size, as in every RFC 6962
 * split. */
static rc subtree(uint64_t from, uint64_t size, merkle_read_fn read, void *arg, struct sha256 *out)
{
    struct merkle_range r;
    TRY(range_read(from, size, read, arg, &r));
    *out = merkle_root(&r);
    return OK;
}

rc merkle_root_read(uint64_t size, merkle_read_fn read, void *arg, struct sha256 *out)
{
    if (size >= MERKLE_SIZE_MAX)
        return E_LIMIT;
    return subtree(0, size, read, arg, out);
}

/* ---- proofs ---- */

/* The recursions of RFC 6962 list hashes from the leaf upwards; walking down collects them the other way round. */
static void reverse(struct merkle_path *p)
{
    for (size_t i = 0, j = p->n; i + 1 < j; i++) {
        struct sha256 h = p->h[--j];
        p->h[j] = p->h[i];
        p->h[i] = h;
    }
}

rc merkle_inclusion(uint64_t index, uint64_t size, merkle_read_fn read, void *arg, struct merkle_path *out)
{
    if (index >= size || size >= MERKLE_SIZE_MAX)
        return E_INVALID;
    out->n = 0;
    uint64_t from = 0;
    while (size > 1) {
        uint64_t k = split(size);
        if (index - from < k) {
            TRY(subtree(from + k, size - k, read, arg, &out->h[out->n++]));
            size = k;
        } else {
            TRY(subtree(from, k, read, arg, &out->h[out->n++]));
            from += k;
            size -= k;
        }
    }
    reverse(out);
    return OK;
}

/* RFC 6962 section 2.1.2, SUBPROOF(m, D[n], b) with m counted from `from`. */
rc merkle_consistency(uint64_t from_size, uint64_t to_size, merkle_read_fn read, void *arg, struct merkle_path *out)
{
    if (from_size == 0 || from_size > to_size || to_size >= MERKLE_SIZE_MAX)
        return E_INVALID;
    out->n = 0;
    uint64_t from = 0, m = from_size, n = to_size;
    bool whole = true; /* the old tree is this very subtree: its root is known to the verifier */
    while (m != n) {
        uint64_t k = split(n);
        if (m <= k) {
            TRY(subtree(from + k, n - k, read, arg, &out->h[out->n++]));
            n = k;
        } else {
            TRY(subtree(from, k, read, arg, &out->h[out->n++]));
            from += k;
            m -= k;
            n -= k;
            whole = false;
        }
    }
    if (!whole)
        TRY(subtree(from, m, read, arg, &out->h[out->n++]));
    reverse(out);
    return OK;
}

rc merkle_check_inclusion(const struct sha256 *leaf, uint64_t index, uint64_t size, const struct merkle_path *path,
                          const struct sha256 *root)
{
    if (index >= size || path->n > MERKLE_PATH_MAX)
        return E_INVALID;
    uint64_t fn = index, sn = size - 1;
    struct sha256 r = *leaf;
    for (size_t i = 0; i < path->n; i++) {
        if (sn == 0)
            return E_INVALID;
        if ((fn & 1) || fn == sn) {
            r = merkle_node(&path->h[i], &r);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            r = merkle_node(&r, &path->h[i]);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && sha256_eq(&r, root) ? OK : E_INVALID;
}

rc merkle_check_consistency(uint64_t from, uint64_t to, const struct merkle_path *path, const struct sha256 *from_root,
                            const struct sha256 *to_root)
{
    if (from == 0 || from > to || path->n > MERKLE_PATH_MAX)
        return E_INVALID;
    if (from == to)
        return path->n == 0 && sha256_eq(from_root, to_root) ? OK : E_INVALID;
    uint64_t fn = from - 1, sn = to - 1;
    unsigned common = trailing_zeros(~fn); /* fn ends in this many one bits */
    fn >>= common;
    sn >>= common;
    size_t i = 0;
    struct sha256 fr = *from_root;
    if (!power_of_two(from)) {
        if (path->n == 0)
            return E_INVALID;
        fr = path->h[i++];
    }
    struct sha256 sr = fr;
    for (; i < path->n; i++) {
        const struct sha256 *c = &path->h[i];
        if (sn == 0)
            return E_INVALID;
        if ((fn & 1) || fn == sn) {
            fr = merkle_node(c, &fr);
            sr = merkle_node(c, &sr);
            while (!(fn & 1) && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            sr = merkle_node(&sr, c);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && sha256_eq(&fr, from_root) && sha256_eq(&sr, to_root) ? OK : E_INVALID;
}

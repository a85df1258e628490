/* Published vectors: the eight-leaf reference tree of certificate-transparency (its roots, inclusion and consistency
 * proofs). Properties: every proof of every size to 300 verifies, equals the recursive definition, and fails when
 * touched. */
#include "base/buf.h"
#include "core/merkle.h"
#include "t.h"

enum { SIZES = 300, LEVELS = 9 };

static struct sha256 digest(const char *hex)
{
    BUF_SCOPED b = BUF_INIT(SHA256_LEN);
    struct sha256 h;
    t_ok(buf_unhex(&b, str_of(hex)));
    ck_assert_uint_eq(b.n, SHA256_LEN);
    memcpy(h.b, b.p, SHA256_LEN);
    return h;
}

static void same(struct sha256 got, const char *hex)
{
    char text[2 * SHA256_LEN + 1];
    sha256_hex(&got, text);
    ck_assert_str_eq(text, hex);
}

/* All perfect subtrees of `size` leaves. */
struct tree {
    uint64_t size;
    struct sha256 level[LEVELS][SIZES];
    struct sha256 root[SIZES + 1]; /* of every size, where filled */
};

static void tree_fill(struct tree *t, uint64_t size)
{
    t->size = size;
    for (unsigned l = 1; l < LEVELS; l++)
        for (uint64_t i = 0; i < size >> l; i++)
            t->level[l][i] = merkle_node(&t->level[l - 1][2 * i], &t->level[l - 1][2 * i + 1]);
}

static rc tree_read(void *arg, unsigned level, uint64_t n, struct sha256 *out)
{
    const struct tree *t = arg;
    if (level >= LEVELS || n >= t->size >> level) /* proofs ask for complete subtrees only */
        return E_INTERNAL;
    *out = t->level[level][n];
    return OK;
}

/* MTH of RFC 6962 section 2.1, word for word. */
static struct sha256 mth(const struct sha256 *leaves, uint64_t n)
{
    if (n == 0)
        return sha256_of(STR_EMPTY);
    if (n == 1)
        return leaves[0];
    uint64_t k = 1;
    while (k * 2 < n)
        k *= 2;
    struct sha256 l = mth(leaves, k), r = mth(leaves + k, n - k);
    return merkle_node(&l, &r);
}

static const char *const ct_leaves[8] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
static const char *const ct_roots[8] = {
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
};

static void ct_tree(struct tree *t)
{
    for (size_t i = 0; i < 8; i++) {
        BUF_SCOPED b = BUF_INIT(64);
        t_ok(buf_unhex(&b, str_of(ct_leaves[i])));
        t->level[0][i] = merkle_leaf(buf_str(&b));
    }
    tree_fill(t, 8);
}

START_TEST(ct_root_vectors)
{
    struct tree *t = calloc(1, sizeof *t);
    ct_tree(t);
    same(merkle_empty(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    struct merkle_range r = MERKLE_RANGE_INIT;
    same(merkle_root(&r), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < 8; i++) {
        t_ok(merkle_append(&r, &t->level[0][i]));
        same(merkle_root(&r), ct_roots[i]);
        struct sha256 read;
        t_ok(merkle_root_read(i + 1, tree_read, t, &read));
        same(read, ct_roots[i]);
    }
    free(t);
}
END_TEST

struct vector {
    uint64_t a, b; /* leaf and size, or both sizes */
    size_t n;
    const char *path[3];
};

static void same_path(const struct merkle_path *got, const struct vector *v)
{
    ck_assert_uint_eq(got->n, v->n);
    for (size_t i = 0; i < v->n; i++)
        same(got->h[i], v->path[i]);
}

START_TEST(ct_inclusion_vectors)
{
    static const struct vector v[] = {
        {0, 1, 0, {0}},
        {0,
         8,
         3,
         {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {5,
         8,
         3,
         {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {2, 3, 1, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
        {1,
         5,
         3,
         {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
    };
    struct tree *t = calloc(1, sizeof *t);
    ct_tree(t);
    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
        struct merkle_path p;
        struct sha256 root = digest(ct_roots[v[i].b - 1]);
        t_ok(merkle_inclusion(v[i].a, v[i].b, tree_read, t, &p));
        same_path(&p, &v[i]);
        t_ok(merkle_check_inclusion(&t->level[0][v[i].a], v[i].a, v[i].b, &p, &root));
    }
    free(t);
}
END_TEST

START_TEST(ct_consistency_vectors)
{
    static const struct vector v[] = {
        {1, 1, 0, {0}},
        {1,
         8,
         3,
         {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {6,
         8,
         3,
         {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {2,
         5,
         2,
         {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
        {6,
         7,
         3,
         {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
          "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
    };
    struct tree *t = calloc(1, sizeof *t);
    ct_tree(t);
    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
        struct merkle_path p;
        struct sha256 from = digest(ct_roots[v[i].a - 1]), to = digest(ct_roots[v[i].b - 1]);
        t_ok(merkle_consistency(v[i].a, v[i].b, tree_read, t, &p));
        same_path(&p, &v[i]);
        t_ok(merkle_check_consistency(v[i].a, v[i].b, &p, &from, &to));
    }
    free(t);
}
END_TEST

static void fill_roots(struct tree *t)
{
    struct merkle_range r = MERKLE_RANGE_INIT;
    t->root[0] = merkle_root(&r);
    for (uint64_t i = 0; i < SIZES; i++) {
        t_ok(merkle_append(&r, &t->level[0][i]));
        t->root[i + 1] = merkle_root(&r);
    }
}

static struct tree *numbered(void)
{
    struct tree *t = calloc(1, sizeof *t);
    for (uint64_t i = 0; i < SIZES; i++)
        t->level[0][i] = merkle_leaf(str_n(&i, sizeof i));
    tree_fill(t, SIZES);
    fill_roots(t);
    return t;
}

START_TEST(roots_follow_the_definition)
{
    struct tree *t = numbered();
    const struct sha256 *roots = t->root;
    for (uint64_t n = 0; n <= SIZES; n++) {
        struct sha256 want = mth(t->level[0], n), read;
        struct merkle_range r;
        ck_assert(sha256_eq(&roots[n], &want));
        t_ok(merkle_root_read(n, tree_read, t, &read));
        ck_assert(sha256_eq(&read, &want));
        t_ok(merkle_range_read(n, tree_read, t, &r)); /* a range read back goes on as the one that was built */
        if (n < SIZES) {
            t_ok(merkle_append(&r, &t->level[0][n]));
            struct sha256 next = merkle_root(&r);
            ck_assert(sha256_eq(&next, &roots[n + 1]));
        }
    }
    free(t);
}
END_TEST

/* Like t_rc, for loops that run a million times: Check writes a message for every assertion that it sees. */
#define expect(expr, want)                                                                                             \
    do {                                                                                                               \
        if ((expr) != (want))                                                                                          \
            ck_abort_msg("%s", #expr);                                                                                 \
    } while (0)

/* Altered proofs: all of the small trees, a seventh of the others. */
static bool touch(uint64_t a, uint64_t n)
{
    return n <= 40 || a % 7 == n % 7;
}

START_TEST(every_inclusion_to_300)
{
    struct tree *t = numbered();
    const struct sha256 *roots = t->root;
    for (uint64_t n = 1; n <= SIZES; n++)
        for (uint64_t i = 0; i < n; i++) {
            struct merkle_path p;
            expect(merkle_inclusion(i, n, tree_read, t, &p), OK);
            const struct sha256 *leaf = &t->level[0][i];
            expect(merkle_check_inclusion(leaf, i, n, &p, &roots[n]), OK);
            if (!touch(i, n))
                continue;
            expect(merkle_check_inclusion(leaf, i, n, &p, &roots[n - 1]), E_INVALID);
            expect(merkle_check_inclusion(&t->level[0][(i + 1) % SIZES], i, n, &p, &roots[n]), E_INVALID);
            expect(merkle_check_inclusion(leaf, n, n, &p, &roots[n]), E_INVALID);
            if (n > 1)
                expect(merkle_check_inclusion(leaf, (i + 1) % n, n, &p, &roots[n]), E_INVALID);
            if (p.n) {
                p.h[i % p.n].b[n % SHA256_LEN] ^= 1;
                expect(merkle_check_inclusion(leaf, i, n, &p, &roots[n]), E_INVALID);
                p.h[i % p.n].b[n % SHA256_LEN] ^= 1;
                p.n--;
                expect(merkle_check_inclusion(leaf, i, n, &p, &roots[n]), E_INVALID);
                p.n++;
            }
            p.h[p.n++] = roots[n];
            expect(merkle_check_inclusion(leaf, i, n, &p, &roots[n]), E_INVALID);
        }
    free(t);
}
END_TEST

START_TEST(every_consistency_to_300)
{
    struct tree *t = numbered();
    const struct sha256 *roots = t->root;
    for (uint64_t n = 1; n <= SIZES; n++)
        for (uint64_t m = 1; m <= n; m++) {
            struct merkle_path p;
            expect(merkle_consistency(m, n, tree_read, t, &p), OK);
            expect(merkle_check_consistency(m, n, &p, &roots[m], &roots[n]), OK);
            if (!touch(m, n))
                continue;
            if (m == n) {
                expect(p.n == 0 ? OK : E_INTERNAL, OK);
                continue;
            }
            expect(merkle_check_consistency(m, n, &p, &roots[m - 1], &roots[n]), E_INVALID);
            expect(merkle_check_consistency(m, n, &p, &roots[m], &roots[n - 1]), E_INVALID);
            expect(merkle_check_consistency(n, m, &p, &roots[n], &roots[m]), E_INVALID);
            p.h[m % p.n].b[n % SHA256_LEN] ^= 1;
            expect(merkle_check_consistency(m, n, &p, &roots[m], &roots[n]), E_INVALID);
            p.h[m % p.n].b[n % SHA256_LEN] ^= 1;
            p.n--;
            expect(merkle_check_consistency(m, n, &p, &roots[m], &roots[n]), E_INVALID);
            p.n++;
            p.h[p.n++] = roots[m];
            expect(merkle_check_consistency(m, n, &p, &roots[m], &roots[n]), E_INVALID);
        }
    free(t);
}
END_TEST

START_TEST(a_forked_history_is_refused)
{
    struct tree *t = numbered(), *forked = numbered();
    forked->level[0][70].b[0] ^= 1; /* an entry below the old size is replaced */
    tree_fill(forked, SIZES);
    fill_roots(forked);
    for (uint64_t n = 101; n <= SIZES; n++) {
        struct merkle_path p;
        t_ok(merkle_consistency(100, n, tree_read, forked, &p));
        t_rc(merkle_check_consistency(100, n, &p, &t->root[100], &forked->root[n]), E_INVALID);
        t_ok(merkle_check_consistency(100, n, &p, &forked->root[100], &forked->root[n]));
    }
    free(t);
    free(forked);
}
END_TEST

START_TEST(sizes_out_of_order_are_refused)
{
    struct merkle_path p = {0};
    struct sha256 h = merkle_empty();
    t_rc(merkle_inclusion(0, 0, tree_read, NULL, &p), E_INVALID);
    t_rc(merkle_inclusion(3, 3, tree_read, NULL, &p), E_INVALID);
    t_rc(merkle_consistency(0, 3, tree_read, NULL, &p), E_INVALID);
    t_rc(merkle_consistency(4, 3, tree_read, NULL, &p), E_INVALID);
    t_rc(merkle_check_inclusion(&h, 0, 0, &p, &h), E_INVALID);
    t_rc(merkle_check_consistency(0, 0, &p, &h, &h), E_INVALID);
    t_rc(merkle_check_consistency(1, 2, &p, &h, &h), E_INVALID);
    p.n = MERKLE_PATH_MAX + 1;
    t_rc(merkle_check_inclusion(&h, 0, UINT64_MAX, &p, &h), E_INVALID);
    t_rc(merkle_check_consistency(1, UINT64_MAX, &p, &h, &h), E_INVALID);
    struct merkle_range full = {.size = MERKLE_SIZE_MAX - 1};
    t_rc(merkle_append(&full, &h), E_LIMIT);
}
END_TEST

T_MAIN("core/merkle", ct_root_vectors, ct_inclusion_vectors, ct_consistency_vectors, roots_follow_the_definition,
       every_inclusion_to_300, every_consistency_to_300, a_forked_history_is_refused, sizes_out_of_order_are_refused)

/* The inner loops. Each is plain C that both compilers turn into vector code; on x86-64 three versions are compiled and
 * the machine's best is taken at run time.
 *
 * Floating point stands here only as an estimate: every estimate is corrected by whole-number arithmetic, so the result
 * is exactly the floor, whatever the rounding of the machine. Compiled with -fno-math-errno. */
#include <math.h>

#include "mod/fund/engine/tally_parts.h"

#if defined(__x86_64__)
#define VERSIONS 1
#define AVX2     __attribute__((target("avx2")))
#define AVX512   __attribute__((target("avx2,avx512f,avx512dq,avx512vl,avx512bw")))
#endif

enum level { PLAIN, WIDE, WIDEST };

static enum level machine_level(void)
{
#ifdef VERSIONS
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512bw"))
        return WIDEST;
    if (__builtin_cpu_supports("avx2"))
        return WIDE;
#endif
    return PLAIN;
}

/* Defines NAME, which runs NAME_body in the version for this machine. */
#ifdef VERSIONS
#define VERSIONED(type, name, params, args)                                                                            \
    AVX512 static type name##_512 params                                                                               \
    {                                                                                                                  \
        return name##_body args;                                                                                       \
    }                                                                                                                  \
    AVX2 static type name##_256 params                                                                                 \
    {                                                                                                                  \
        return name##_body args;                                                                                       \
    }                                                                                                                  \
    static type name params                                                                                            \
    {                                                                                                                  \
        enum level level = machine_level();                                                                            \
        return level == WIDEST ? name##_512 args : level == WIDE ? name##_256 args : name##_body args;                 \
    }
#else
#define VERSIONED(type, name, params, args)                                                                            \
    static type name params                                                                                            \
    {                                                                                                                  \
        return name##_body args;                                                                                       \
    }
#endif
#define BODY static inline __attribute__((always_inline))

/* Whole numbers and doubles through their bits: 2^52 + x has x in its low bits (vector units before AVX-512 have no
 * conversion for 64 bits). */
static const uint64_t TWO52 = UINT64_C(0x4330000000000000), TWO84 = UINT64_C(0x4530000000000000);

BODY double as_double(uint64_t bits)
{
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

BODY uint64_t as_bits(double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    return bits;
}

BODY double u63_to_double(uint64_t x)
{
    return (as_double((x >> 32) | TWO84) - 0x1p84 - 0x1p52) + as_double((x & UINT32_MAX) | TWO52);
}

BODY uint64_t nearest(double d) /* 0 <= d < 2^51 */
{
    return as_bits(d + 0x1p52) - TWO52;
}

/* ---- roots ---- */

struct root {
    uint64_t r;    /* floor(sqrt(c·2^32)) */
    uint64_t rest; /* c·2^32 − r² */
};

/* c < 2^31, so r < 2^32. The estimate is off by less than 2^-19, so `nearest` gives r or r + 1. */
BODY struct root root_small(uint64_t c)
{
    uint64_t r = nearest(sqrt(as_double(c | TWO52) - 0x1p52) * 65536.0);
    uint64_t low = r & UINT32_MAX;
    int64_t rest = (int64_t)((c << 32) - low * low);
    uint64_t over = rest < 0 ? 1 : 0;
    return (struct root){r - over, (uint64_t)rest + (over ? 2 * r - 1 : 0)};
}

uint64_t isqrt128(u128 x)
{
    if (x == 0)
        return 0;
    double estimate = sqrt((double)x); /* relative error below 2^-52 */
    uint64_t r = estimate >= 0x1p64 ? UINT64_MAX : (uint64_t)estimate;
    if (x >> 104) { /* beyond 52 bits: one step of Newton's method brings it to ±1 */
        u128 better = ((u128)r + x / r) / 2;
        r = better > UINT64_MAX ? UINT64_MAX : (uint64_t)better;
    }
    while ((u128)r * r > x)
        r--;
    while (r < UINT64_MAX && (u128)(r + 1) * (r + 1) <= x)
        r++;
    return r;
}

static struct root root_any(uint64_t c)
{
    u128 n = (u128)c << 32;
    uint64_t r = isqrt128(n);
    return (struct root){r, (uint64_t)(n - (u128)r * r)};
}

uint64_t tally_root(int64_t amount)
{
    return root_any((uint64_t)amount).r;
}

struct block {
    uint64_t donors, counted, roots, rest, bits;
};

BODY struct block sum_roots_body(const int64_t *c, size_t n)
{
    uint64_t donors = 0, counted = 0, roots = 0, rest = 0, bits = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t x = (uint64_t)c[i];
        struct root r = root_small(x);
        donors += x != 0 ? 1 : 0;
        counted += x;
        roots += r.r;
        rest += r.rest;
        bits |= x;
    }
    return (struct block){donors, counted, roots, rest, bits};
}
VERSIONED(struct block, sum_roots, (const int64_t *c, size_t n), (c, n))

static struct block sum_roots_large(const int64_t *c, size_t n)
{
    struct block b = {0};
    for (size_t i = 0; i < n; i++) {
        struct root r = root_any((uint64_t)c[i]);
        b.donors += c[i] != 0;
        b.counted += (uint64_t)c[i];
        b.roots += r.r; /* 4096 of at most 2^41 */
        b.rest += r.rest;
    }
    return b;
}

rc kernel_sum_roots(const int64_t *c, size_t n, struct tally_sums *s)
{
    struct block b = sum_roots(c, n);
    if (b.bits >> 31)
        b = sum_roots_large(c, n);
    s->donors += (int64_t)b.donors;
    s->roots += b.roots;
    s->rest += b.rest;
    return s->roots >> 63 ? E_LIMIT : i64_add(s->counted, (int64_t)b.counted, &s->counted);
}

BODY uint64_t roots_body(const int64_t *c, size_t n, uint64_t *out)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        bits |= (uint64_t)c[i];
        out[i] = root_small((uint64_t)c[i]).r;
    }
    return bits;
}
VERSIONED(uint64_t, roots, (const int64_t *c, size_t n, uint64_t *out), (c, n, out))

void kernel_roots(const int64_t *c, size_t n, uint64_t *out)
{
    if (roots(c, n, out) >> 31)
        for (size_t i = 0; i < n; i++)
            out[i] = root_any((uint64_t)c[i]).r;
}

/* ---- rows ---- */

BODY struct kernel_check check_rows_body(const struct tally_gifts *g)
{
    const uint32_t *project = g->project, *donor = g->donor;
    uint64_t bad = 0, unordered = 0;
    for (size_t i = 0; i < g->n; i++)
        bad |= (project[i] >= g->n_projects ? 1 : 0) | (donor[i] >= g->n_donors ? 1 : 0) |
               ((uint64_t)g->amount[i] - 1 >= (uint64_t)TALLY_AMOUNT_MAX ? 1 : 0);
    for (size_t i = 1; i < g->n; i++)
        unordered |= ((uint64_t)project[i - 1] << 32 | donor[i - 1]) >= ((uint64_t)project[i] << 32 | donor[i]) ? 1 : 0;
    return (struct kernel_check){bad != 0, unordered == 0};
}
VERSIONED(struct kernel_check, check_rows, (const struct tally_gifts *g), (g))

struct kernel_check kernel_check_rows(const struct tally_gifts *g)
{
    return check_rows(g);
}

/* ---- pairs ---- */

/* floor(a16·2^32 / (a16 + m)), a16 + m < 2^63: the quotient is below 2^32, so the estimate is off by less than 2^-18
 * and `nearest` gives the floor or one more; the remainder, computed modulo 2^64, tells which. */
BODY uint64_t pair_factor(uint64_t m, uint64_t a16, double a48)
{
    uint64_t d = a16 + m;
    uint64_t k = nearest(a48 / u63_to_double(d));
    return k - ((int64_t)((a16 << 32) - k * d) < 0 ? 1 : 0);
}

struct halves {
    uint64_t low, high;
};

BODY struct halves pair_sum_body(const uint64_t *row, const uint32_t *donors, const uint32_t *r, size_t n, uint64_t a16)
{
    double a48 = u63_to_double(a16) * 0x1p32;
    uint64_t low = 0, high = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t term = (pair_factor(row[donors[i]], a16, a48) & UINT32_MAX) * r[i];
        low += term & UINT32_MAX;
        high += term >> 32;
    }
    return (struct halves){low, high};
}
VERSIONED(struct halves, pair_sum,
          (const uint64_t *row, const uint32_t *donors, const uint32_t *r, size_t n, uint64_t a16),
          (row, donors, r, n, a16))

u128 kernel_pair_sum(const uint64_t *row, const uint32_t *donors, const uint32_t *r, size_t n, uint64_t a16)
{
    struct halves h = pair_sum(row, donors, r, n, a16);
    return ((u128)h.high << 32) + h.low;
}

void kernel_pair_add(uint64_t *row, const uint32_t *donors, const uint32_t *r, size_t n, uint32_t root)
{
    for (size_t i = 0; i < n; i++)
        row[donors[i]] += (uint64_t)root * r[i] >> 16;
}

/* ---- clusters ---- */

void kernel_add(uint64_t *restrict sum, const uint64_t *restrict v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        sum[i] += v[i];
}

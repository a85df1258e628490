/* money: whole numbers of one unit. No fractions, no floating point, every sum checked.
 *
 * The unit is part of the value: adding NT dollars to points is E_INTERNAL, an overflow is E_LIMIT. Shares are divided
 * with a declared rounding; the largest-remainder split pays a total to the last unit. */
#ifndef RISE_BASE_MONEY_H
#define RISE_BASE_MONEY_H

#include <stdint.h>

#include "base/arena.h"
#include "base/str.h"

typedef enum money_unit {
    UNIT_NONE = 0,
    UNIT_TWD,   /* New Taiwan dollar, whole dollars (ISO 4217 TWD as the schemes use it) */
    UNIT_POINT, /* subsidy point of a programme */
} money_unit;

struct money {
    int64_t n;
    money_unit unit;
};

/* DOWN is toward zero, UP away from it; a half goes away from zero (HALF_UP) or to the even neighbour (HALF_EVEN). */
enum rounding { ROUND_DOWN, ROUND_UP, ROUND_HALF_UP, ROUND_HALF_EVEN };

static inline struct money twd(int64_t n)
{
    return (struct money){n, UNIT_TWD};
}
static inline struct money points(int64_t n)
{
    return (struct money){n, UNIT_POINT};
}

rc money_add(struct money a, struct money b, struct money *out);
rc money_sub(struct money a, struct money b, struct money *out);
rc money_mul(struct money a, int64_t by, struct money *out);
/* a × num / den with the declared rounding, exact in between (128 bit); den > 0, num >= 0. */
rc money_ratio(struct money a, int64_t num, int64_t den, enum rounding how, struct money *out);

/* Largest-remainder split: out[0..n) in proportion to the weights (>= 0), adding up to `total` exactly; equal
 * remainders go to the earlier share. E_INVALID when all weights are zero. `a` gives scratch space. */
rc money_split(struct arena *a, struct money total, const int64_t *weights, size_t n, struct money *out);

const char *unit_code(money_unit u); /* "TWD", "PT" */
rc unit_parse(str code, money_unit *out);

/* Checked int64 helpers for counts that are not money. */
rc i64_add(int64_t a, int64_t b, int64_t *out);
rc i64_mul(int64_t a, int64_t b, int64_t *out);
rc i64_muldiv(int64_t a, int64_t num, int64_t den, enum rounding how, int64_t *out);

#endif

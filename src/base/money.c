#include "base/money.h"

#include <stdlib.h>

__extension__ typedef __int128 i128;

rc i64_add(int64_t a, int64_t b, int64_t *out)
{
    return __builtin_add_overflow(a, b, out) ? E_LIMIT : OK;
}

rc i64_mul(int64_t a, int64_t b, int64_t *out)
{
    return __builtin_mul_overflow(a, b, out) ? E_LIMIT : OK;
}

/* Whether a quotient cut toward zero must move one further from zero. `rest` is |remainder|, 0 <= rest < den. */
static bool away(uint64_t rest, uint64_t den, bool odd, enum rounding how)
{
    switch (how) {
    case ROUND_DOWN:
        return false;
    case ROUND_UP:
        return rest > 0;
    case ROUND_HALF_UP:
        return rest >= den - rest;
    case ROUND_HALF_EVEN:
        return rest > den - rest || (rest == den - rest && odd);
    }
    return false;
}

rc i64_muldiv(int64_t a, int64_t num, int64_t den, enum rounding how, int64_t *out)
{
    if (num < 0 || den <= 0)
        return E_INTERNAL;
    i128 product = (i128)a * num;
    i128 q = product / den, rest = product % den;
    if (away((uint64_t)(rest < 0 ? -rest : rest), (uint64_t)den, (q & 1) != 0, how))
        q += product < 0 ? -1 : 1;
    if (q < INT64_MIN || q > INT64_MAX)
        return E_LIMIT;
    *out = (int64_t)q;
    return OK;
}

rc money_add(struct money a, struct money b, struct money *out)
{
    if (a.unit != b.unit)
        return E_INTERNAL;
    int64_t n;
    TRY(i64_add(a.n, b.n, &n));
    *out = (struct money){n, a.unit};
    return OK;
}

rc money_sub(struct money a, struct money b, struct money *out)
{
    if (a.unit != b.unit)
        return E_INTERNAL;
    int64_t n;
    if (__builtin_sub_overflow(a.n, b.n, &n))
        return E_LIMIT;
    *out = (struct money){n, a.unit};
    return OK;
}

rc money_mul(struct money a, int64_t by, struct money *out)
{
    int64_t n;
    TRY(i64_mul(a.n, by, &n));
    *out = (struct money){n, a.unit};
    return OK;
}

rc money_ratio(struct money a, int64_t num, int64_t den, enum rounding how, struct money *out)
{
    int64_t n;
    TRY(i64_muldiv(a.n, num, den, how, &n));
    *out = (struct money){n, a.unit};
    return OK;
}

struct share {
    size_t i;
    uint64_t rest;
};

static int by_rest(const void *a, const void *b)
{
    const struct share *x = a, *y = b;
    if (x->rest != y->rest)
        return x->rest > y->rest ? -1 : 1;
    return x->i < y->i ? -1 : 1;
}

rc money_split(struct arena *a, struct money total, const int64_t *weights, size_t n, struct money *out)
{
    int64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (weights[i] < 0)
            return E_INTERNAL;
        TRY(i64_add(sum, weights[i], &sum));
    }
    if (sum == 0)
        return E_INVALID;
    struct share *shares = ARENA_ARRAY(a, n, struct share);
    if (!shares)
        return arena_rc(a);
    int64_t left = total.n;
    for (size_t i = 0; i < n; i++) {
        i128 product = (i128)total.n * weights[i], rest = product % sum;
        out[i] = (struct money){(int64_t)(product / sum), total.unit};
        shares[i] = (struct share){i, (uint64_t)(rest < 0 ? -rest : rest)};
        left -= out[i].n; /* the parts have the sign of the total and never pass it */
    }
    qsort(shares, n, sizeof *shares, by_rest);
    int64_t step = left < 0 ? -1 : 1;
    for (size_t i = 0; left != 0; i++, left -= step)
        out[shares[i].i].n += step;
    return OK;
}

const char *unit_code(money_unit u)
{
    switch (u) {
    case UNIT_NONE:
        return "";
    case UNIT_TWD:
        return "TWD";
    case UNIT_POINT:
        return "PT";
    }
    return "";
}

rc unit_parse(str code, money_unit *out)
{
    for (money_unit u = UNIT_TWD; u <= UNIT_POINT; u++)
        if (str_eq(code, str_of(unit_code(u)))) {
            *out = u;
            return OK;
        }
    return E_INVALID;
}

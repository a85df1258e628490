/* The five service-level terms, as data: forms, CSV, compare table and sort orders all read this one list. */
#include <stddef.h>
#include <stdio.h>

#include "mod/market/parts.h"

#define AT(member) offsetof(struct mkt_sla, member)

enum { MINUTES_MAX = 43200 }; /* 30 days */

const struct mkt_sla_term mkt_sla_terms[] = {
    {"availability", N_("Availability"),
     N_("Part of each month in which the service can be used, as the vendor promises it"), N_("0.01 %"), MKT_MORE, 9000,
     10000, AT(availability)},
    {"support", N_("Support hours"), N_("When a person answers"), NULL, MKT_MORE, 0, 3, AT(support)},
    {"compensation", N_("Compensation"),
     N_("Part of the monthly fee paid back for each month in which the availability was missed"), N_("‰"), MKT_MORE, 0,
     1000, AT(compensation)},
    {"response", N_("Response time"), N_("How soon a person answers a severe fault within support hours"),
     N_("minutes"), MKT_LESS, 1, MINUTES_MAX, AT(response)},
    {"recovery_point", N_("Recovery point"), N_("How much of the latest data can be lost at most after a disaster"),
     N_("minutes"), MKT_LESS, 0, MINUTES_MAX, AT(recovery_point)},
};

int64_t mkt_sla_value(const struct mkt_sla *s, int term)
{
    int64_t v;
    memcpy(&v, (const char *)s + mkt_sla_terms[term].offset, sizeof v);
    return v;
}

rc mkt_sla_check(const struct mkt_sla *s, struct err *err)
{
    rc r = OK;
    for (int i = 0; i < MKT_SLA_TERMS; i++) {
        const struct mkt_sla_term *t = &mkt_sla_terms[i];
        int64_t v = mkt_sla_value(s, i);
        char lo[24], hi[24];
        if (v < t->min || v > t->max)
            r = ERR_FIELD(err, t->name, "MKT-032", N_("This must be a whole number from {1} to {2}."),
                          str_n(lo, (size_t)snprintf(lo, sizeof lo, "%lld", (long long)t->min)),
                          str_n(hi, (size_t)snprintf(hi, sizeof hi, "%lld", (long long)t->max)));
    }
    return r;
}

static void format_minutes(struct buf *out, enum lang l, int64_t m)
{
    enum { HOUR_ = 60, DAY_ = 24 * HOUR_ };
    if (m >= DAY_ && m % DAY_ == 0)
        tr_n(out, l, N_("{n} day"), N_("{n} days"), m / DAY_);
    else if (m >= HOUR_ && m % HOUR_ == 0)
        tr_n(out, l, N_("{n} hour"), N_("{n} hours"), m / HOUR_);
    else
        tr_n(out, l, N_("{n} minute"), N_("{n} minutes"), m);
}

/* `v` in units of 1/scale percent, without trailing zeros: 9990 of 100 → 99.9 % */
static void format_percent(struct buf *out, int64_t v, int64_t scale)
{
    buf_puti(out, v / scale);
    int64_t rest = v % scale;
    if (rest != 0) {
        buf_putc(out, '.');
        for (int64_t s = scale / 10; s > 0 && rest != 0; s /= 10) {
            /* cppcheck-suppress zerodivcond ; s > 0 here */
            buf_putc(out, (char)('0' + rest / s));
            rest %= s;
        }
    }
    buf_put(out, STR(" %"));
}

void mkt_sla_format(struct buf *out, enum lang l, const struct mkt_sla *s, int term)
{
    int64_t v = mkt_sla_value(s, term);
    switch (term) {
    case 0:
        format_percent(out, v, 100);
        break;
    case 1:
        if (v >= 0 && v < 4)
            buf_put(out, str_of(tr(l, mkt_supports[v].label)));
        break;
    case 2:
        format_percent(out, v, 10);
        break;
    default:
        format_minutes(out, l, v);
    }
}

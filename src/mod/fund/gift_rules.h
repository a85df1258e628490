/* What the words of a platform's export mean. Private to the files that read gifts. */
#ifndef RISE_MOD_FUND_GIFT_RULES_H
#define RISE_MOD_FUND_GIFT_RULES_H

#include "core/import.h"
#include "mod/fund/engine/gifts_read.h"
#include "mod/fund/gift.h"

/* The headings to look for in a file of this platform: its own ones, else the usual ones. */
rc gift_headings(const struct fund_source *s, struct heading **out, size_t *n, struct arena *a);
bool gift_heading_taken(const struct fund_source *s, str heading); /* the platform uses it for some column */

enum gift_status { STATUS_PAID, STATUS_UNPAID, STATUS_REFUNDED, STATUS_PARTIAL, STATUS_UNKNOWN };
enum gift_donor { DONOR_UNTOLD, DONOR_PERSON, DONOR_ORGANISATION, DONOR_UNKNOWN };
enum gift_residence { RESIDENCE_UNTOLD, RESIDENCE_NATIONAL, RESIDENCE_PERMANENT, RESIDENCE_OTHER };
enum gift_status gift_status_of(str text);
enum gift_donor gift_donor_of(str text);
enum gift_residence gift_residence_of(str text);
bool gift_currency_is_twd(str text);               /* also "" */
const char *gift_amount_reason(enum gift_fault f); /* a code of fund_reasons */

#endif

/* Private to the archive: gifts.csv out of the database. */
#ifndef RISE_MOD_FUND_ARCHIVE_GIFTS_H
#define RISE_MOD_FUND_ARCHIVE_GIFTS_H

#include "mod/fund/archive/archive_tables.h"

/* E_CORRUPT: the rows contradict the tree of their commitments. */
rc archive_gifts_text(struct tx *tx, const struct fund_import *imports, size_t n, bool linked, struct buf *out,
                      struct arena *a);

#endif

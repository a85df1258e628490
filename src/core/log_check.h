/* Re-proving the log where it lies, in the database. Private to the log's own files; others call log_check(). */
#ifndef RISE_CORE_LOG_CHECK_H
#define RISE_CORE_LOG_CHECK_H

#include "core/log_verify.h"
#include "db/db.h"

/* Tree from commitments, root and signature of the checkpoint (by `v`; NULL: by the key that is stored with it), every
 * entry in its place in the tree and every record under its commitment. Errors as in log_verify.h, and
 * LOG-010 E_CORRUPT an entry contradicts the tree or its own commitment. */
rc log_check_db(struct tx *tx, const struct note_verifier *v, struct log_report *out, struct err *err);

#endif

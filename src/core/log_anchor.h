/* The latest signed checkpoint, kept outside the database: DATA_DIR/checkpoint.latest.
 *
 * A database that was restored from an old backup does not know what was published after it. Signing on would publish a
 * second, different continuation: a fork, which every verifier takes for fraud. So the sequencer leaves each checkpoint
 * here, and nothing is signed that does not continue it. A person may accept the fork; the reason goes into the log.
 *
 * A file of another log name does not count: a log under a new name is the other way out. Without a data folder (tests)
 * there is no anchor. Threads: any. Errors: LOG-012 E_CONFLICT the database's log does not continue what was published,
 * LOG-013 E_CONFLICT there is no fork to accept, LOG-014 E_CORRUPT the file does not hold a checkpoint. */
#ifndef RISE_CORE_LOG_ANCHOR_H
#define RISE_CORE_LOG_ANCHOR_H

#include "core/app.h"
#include "core/log_store.h"

struct log_anchor {
    bool there;
    uint64_t size;
    struct sha256 root;
};
/* Read it before the snapshot begins: a sequencer writes it after its commit. */
rc log_anchor_read(const struct app *app, struct log_anchor *out, struct err *err);
rc log_anchor_write(const struct app *app, str note, struct err *err);
/* Does the tree with this head continue the anchor? */
rc log_anchor_continued(struct tx *tx, const struct log_head *head, const struct log_anchor *anchor, struct err *err);

/* All of it, on a snapshot of its own: for the start, `rise doctor` and after `rise restore`. */
rc log_anchor_check(const struct app *app, struct err *err);
/* A person accepts the fork: an entry "log.fork.accepted" with the reason and the abandoned checkpoint is appended, and
 * the file is kept as checkpoint.forked-TIME. LOG-013 when nothing forks. */
rc log_fork_accept(const struct app *app, str reason, struct err *err);
#endif

/* The public log: a Merkle tree (RFC 6962 hashing) over salted commitments of business events.
 *
 * log_append() is called inside the transaction that makes the event true; it stores record, salt and commitment with
 * an id. The sequencer (a job, several times a second) gives entries their index, extends the tree, and publishes a
 * checkpoint (C2SP tlog-checkpoint, a signed note) and tiles (C2SP tlog-tiles, entries = 32-byte commitments).
 *
 *     salt       = 32 random bytes
 *     commitment = SHA-256(salt ‖ record)          the record is canonical JSON
 *     leaf hash  = SHA-256(0x00 ‖ commitment)
 *
 * The public sees commitments only; who holds record and salt proves inclusion; erasing the salt and the record
 * (privacy law) leaves the tree intact.
 *
 * Entries are taken in the order of their ids, but one that commits late goes behind those with greater ids: the index
 * is the order of the log, the id is only a name. What is not covered by the commitment (what, ref, at) is for finding
 * entries; whatever must be provable belongs into the record.
 *
 * Ownership: results live in the arena or buf given. Threads: functions of a tx as the tx; log_sequence() from any
 * thread, several processes may run it against one database. Errors, with details in tx_err() or err:
 *
 *     LOG-001 E_LIMIT     the record is longer than LOG_RECORD_MAX
 *     LOG-002 E_CONFLICT  the entry is not in the tree yet: try again in a second
 *     LOG-003 E_NOTFOUND  the entry was erased
 *     LOG-004 E_CORRUPT   what is stored contradicts the checkpoint: nothing is signed any more
 *     LOG-005 E_CONFLICT  the database holds a log of another name than the setting log_name
 *     LOG-006 E_CORRUPT   the key file does not open with this installation's sealing key
 *     LOG-007 E_LIMIT     a path is too long
 *     LOG-008 E_INVALID   the setting log_name cannot be the name of a key
 *     LOG-009 E_NOTFOUND  there is no checkpoint to export yet
 *     LOG-010 E_CORRUPT   an entry contradicts the tree or its own commitment (log_check)
 *     LOG-011 E_INVALID   an index or size that the log does not have (API)
 *     LOG-012 … LOG-014   the log does not continue what was published (core/log_anchor.h): nothing is signed */
#ifndef RISE_CORE_PUBLICLOG_H
#define RISE_CORE_PUBLICLOG_H

#include "base/buf.h"
#include "base/id.h"
#include "core/app.h"
#include "crypto/hash.h"

enum { LOG_RECORD_MAX = 64 * 1024, LOG_SALT = 32, LOG_ENTRIES_MAX = 1000 };

/* record: one JSON object; `what` e.g. "market.order.captured"; `ref` the thing it is about. *entry gets the entry's
 * id. */
rc log_append(struct tx *tx, const char *what, id ref, str record, id *entry);
/* The same between pipe_begin() and pipe_end(): queues one statement, which affects one row. */
rc log_append_piped(struct tx *tx, const char *what, id ref, str record, id *entry);
/* Many events in few statements; each one's `entry` is filled. */
struct log_event {
    const char *what;
    id ref;
    str record;
    id entry;
};
rc log_append_all(struct tx *tx, struct log_event *v, size_t n);

struct log_entry {
    id id;
    id ref;
    str what;
    str record; /* p == NULL: erased */
    str salt;   /* p == NULL: erased */
    struct sha256 commitment;
    int64_t index; /* −1: not yet in the tree */
    instant at;
};
rc log_entry_get(struct tx *tx, id entry, struct log_entry *out, struct arena *a);
/* Entries about one thing, oldest first, at most LOG_ENTRIES_MAX of them. */
rc log_entries_of(struct tx *tx, id ref, struct log_entry **out, size_t *n, struct arena *a);
/* Forgets record and salt for good; the commitment and the tree stay. E_NOTFOUND: no such entry, or erased before. */
rc log_erase(struct tx *tx, id entry);

/* ---- what the public reads ---- */
rc log_checkpoint(struct tx *tx, struct buf *out); /* latest signed checkpoint; E_NOTFOUND before the first */
rc log_vkey(struct tx *tx, struct buf *out);       /* C2SP verifier key of that checkpoint */
/* The bytes of what follows "tile/" (core/tlog.h). *full: 256 wide. E_INVALID no such path, E_NOTFOUND not there (yet).
 */
rc log_tile(struct tx *tx, str path, struct buf *out, bool *full);
/* {"index","size","path":[base64 …]}; size 0: the latest. E_INVALID unless index < size ≤ the latest. */
rc log_inclusion_json(struct tx *tx, uint64_t index, uint64_t size, struct buf *out);
/* {"from","to","path":[base64 …]}; to 0: the latest. E_INVALID unless 0 < from ≤ to ≤ the latest. */
rc log_consistency_json(struct tx *tx, uint64_t from, uint64_t to, struct buf *out);

/* Everything a holder needs to check the entry offline, as one JSON document: record, salt, index, tree size, path,
 * checkpoint. It holds the record: show it to those who may see it. log_verify_proof() checks it. */
rc log_proof_json(struct tx *tx, id entry, struct buf *out, struct arena *a);

/* For the page that shows the log. */
struct log_status {
    uint64_t size;
    struct sha256 root;
    instant at;             /* of the checkpoint */
    int64_t pending;        /* entries that wait for the sequencer */
    str origin, note, vkey; /* "" before the first checkpoint */
};
rc log_status(struct tx *tx, struct log_status *out, struct arena *a);

/* ---- keeping it ---- */
/* The signing key: data_dir/log.key, sealed with app->seal. create: E_CONFLICT when it exists. load fills
 * app->log_signer. */
rc log_key_create(const struct app *app, struct err *err);
rc log_key_load(struct app *app, struct err *err);

/* One turn of the sequencer: takes what waits (in batches, so that no other writer waits long) and publishes a
 * checkpoint. Also publishes the checkpoint of the empty tree, and again after a change of key. */
rc log_sequence(struct app *app, int64_t *integrated, struct err *err);

/* Re-proves the tree from the commitments, the checkpoint's signature, and every record against its commitment.
 * E_CORRUPT with the first contradiction in `finding`; OK with a figure. */
rc log_check(struct tx *tx, enum lang l, struct buf *finding);

/* Writes checkpoint, vkey and tiles below `dir` (made when absent) in the public paths: a copy for log_verify_copy().
 */
rc log_export(struct tx *tx, const char *dir, struct err *err);
#endif

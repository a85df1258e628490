/* The public log: a Merkle tree (RFC 6962 hashing) over salted commitments of business events.
 *
 * log_append() is called inside the transaction that makes the event true; it stores record, salt and commitment with an id.
 * The sequencer (a job, several times a second) gives entries their index in id order, extends the tree, and publishes
 * a checkpoint (C2SP tlog-checkpoint, a signed note) and tiles (C2SP tlog-tiles, entries = 32-byte commitments).
 *     salt = 32 random bytes,  commitment = SHA-256(salt ‖ record),  leaf hash = SHA-256(0x00 ‖ commitment)
 * The record is canonical JSON. The public sees commitments only; who holds record and salt proves inclusion; erasing the salt
 * and the record (privacy law) leaves the tree intact. */
#ifndef RISE_CORE_PUBLICLOG_H
#define RISE_CORE_PUBLICLOG_H

#include "base/buf.h"
#include "base/id.h"
#include "core/app.h"
#include "crypto/hash.h"

/* record: one JSON object; `what` e.g. "market.order.captured"; `ref` the thing it is about. *entry gets the entry's id. */
rc log_append(struct tx *tx, const char *what, id ref, str record, id *entry);

struct log_entry { id id; id ref; str what; str record; str salt; int64_t index; /* −1: not yet in the tree */ instant at; };
rc log_entry_get(struct tx *tx, id entry, struct log_entry *out, struct arena *a);
/* Entries about one thing, oldest first. */
rc log_entries_of(struct tx *tx, id ref, struct log_entry **out, size_t *n, struct arena *a);

/* Everything a holder needs to check the entry offline, as one JSON document: record, salt, index, tree size, proof, checkpoint. */
rc log_proof_json(struct tx *tx, id entry, struct buf *out, struct arena *a);

rc log_checkpoint(struct tx *tx, struct buf *out);                       /* latest signed checkpoint */
rc log_sequence(struct app *app, int64_t *integrated, struct err *err);  /* one turn of the sequencer */
#endif

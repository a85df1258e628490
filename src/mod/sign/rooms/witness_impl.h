/* Private to the witness files: rows, and the sealed store of an item's bytes. */
#ifndef RISE_SIGN_WITNESS_IMPL_H
#define RISE_SIGN_WITNESS_IMPL_H
#include "mod/sign/rooms/witness.h"

/* ---- rows (witness.c) ---- */
rc witness_get(struct tx *tx, id witness, struct witness *out, struct arena *a);       /* WIT-008 */
rc witness_open_of(struct tx *tx, id signer, struct witness *out, struct arena *a);    /* being recorded: WIT-003 */
rc witness_last_of_room(struct tx *tx, id room, struct witness *out, struct arena *a); /* E_NOTFOUND: none closed yet */
rc witness_may_record(const struct act *x, const struct room *r, const struct signer *s); /* WIT-012 */
/* The item of this kind, made with a fresh key when it is not there; an item is made when its first byte comes. */
rc witness_item_make(const struct act *x, struct app *app, id witness, enum witness_kind k, struct witness_item *out);
/* Forgets an item's bytes, key and salt. What was committed to stays. */
rc witness_forget(struct tx *tx, id item);
rc witness_drop(struct tx *tx, id witness); /* forgets all its items; the row stays as `dropped` */

/* ---- turns of the job (witness_keep.c) ---- */
rc witness_remove_old(const struct act *x, int max, int *n);
rc witness_drop_abandoned(const struct act *x, int max, int *n);

/* ---- sealed bytes (witness_store.c) ---- */
int64_t witness_most(enum witness_kind k); /* bytes kept of one */
/* Appends a piece behind the last one. `party`: owner of the document. */
rc witness_store(const struct act *x, struct app *app, id party, const struct witness_item *i, str bytes);
rc witness_piece_hash(struct tx *tx, struct app *app, const struct witness_item *i, int64_t position,
                      struct sha256 *out);
void witness_key_context(char out[64], id item);

/* "video/webm" … by the first bytes; "" when none that is kept for this kind. */
str witness_sniff(enum witness_kind k, str first);
#endif

/* Documents: uploads and generated files, content-addressed under data_dir/blobs/ab/cdef…, typed by their bytes,
 * capped.
 *
 * The bytes are on disk, synced, before the row that names them is committed; a transaction that fails leaves a blob
 * nobody names, which document_sweep() removes a day later. The same bytes are stored once. Blobs are never changed.
 *
 * Codes: DOC-001 E_INVALID a type that is not allowed here   DOC-002 E_LIMIT too big   DOC-003 E_NOTFOUND no such
 * document DOC-004 E_CORRUPT the stored bytes are missing or not the ones that were stored   DOC-005 E_INVALID the file
 * or its name is empty */
#ifndef RISE_CORE_DOCUMENT_H
#define RISE_CORE_DOCUMENT_H

#include "base/arena.h"
#include "base/id.h"
#include "core/app.h"
#include "crypto/hash.h"
#include "web/ctx.h"

enum { DOCUMENT_NAME_MAX = 255 /* bytes */ };

struct document {
    id id;
    id owner; /* party */
    str name; /* as the person called it, without folders and control characters */
    str type;
    int64_t size;
    struct sha256 hash;
    instant created;
};

/* Type from the first bytes, never from the name: "application/pdf", "image/png", "text/csv", … ; "" when none known.
 * UTF-8 text without control characters is "text/csv" when its first line has a comma, else "text/plain"; Big5 text
 * counts as text as well. */
str document_sniff(str first_bytes);
/* Stores the bytes durably first, then the row. `allowed`: comma-separated types, NULL: any, also unknown ones;
 * E_INVALID DOC-001 other type, E_LIMIT DOC-002 too big. */
rc document_add(struct tx *tx, struct app *app, id owner, str name, str bytes, const char *allowed, int64_t max,
                id *out);
rc document_get(struct tx *tx, id doc, struct document *out, struct arena *a);
rc document_open(struct app *app, const struct document *d, int *fd,
                 struct err *err);                          /* E_CORRUPT when its size differs */
rc document_reply(struct ctx *c, const struct document *d); /* the answer is the file, as a download */
/* Removes the row; the blob goes with the next sweep unless another document has the same bytes. */
rc document_remove(struct tx *tx, id doc);

/* Removes blobs that no document names and that are older than a day (`now` is compared with the file's time). */
rc document_sweep(struct app *app, struct tx *tx, instant now, int64_t *removed, struct err *err);
/* For `rise doctor`: every document's blob is there with the right hash. E_CORRUPT with a line per finding (20 at
 * most). */
rc document_check(struct app *app, struct tx *tx, struct buf *finding);
#endif

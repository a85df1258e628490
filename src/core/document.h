/* Documents: uploads and generated files, content-addressed under data_dir/blobs/ab/cdef…, typed by their bytes, capped. */
#ifndef RISE_CORE_DOCUMENT_H
#define RISE_CORE_DOCUMENT_H

#include "base/arena.h"
#include "base/id.h"
#include "core/app.h"
#include "crypto/hash.h"

struct document { id id; id owner; /* party */ str name; str type; int64_t size; struct sha256 hash; instant created; };

/* Type from the first bytes, never from the name: "application/pdf", "image/png", "text/csv", … ; "" when none known. */
str document_sniff(str first_bytes);
/* Stores the bytes durably first, then the row. `allowed`: comma-separated types; E_INVALID DOC-001 other type, E_LIMIT DOC-002 too big. */
rc document_add(struct tx *tx, struct app *app, id owner, str name, str bytes, const char *allowed, int64_t max, id *out);
rc document_get(struct tx *tx, id doc, struct document *out, struct arena *a);
rc document_open(struct app *app, const struct document *d, int *fd, struct err *err);
#endif

/* Private to sealing: what the archive of a finished room is made of. */
#ifndef RISE_SIGN_SEAL_ARCHIVE_H
#define RISE_SIGN_SEAL_ARCHIVE_H
#include "mod/sign/engine/validate_pdf.h"
#include "mod/sign/rooms/seal_impl.h"

/* A finished room as it is told: read once, in the arena. */
struct seal_story {
    struct tx *tx;
    struct app *app;
    struct arena *a;
    struct room room;
    struct signer *signer;
    size_t n_signers;
    str *other_name; /* of each: signer_other_name() */
    struct room_event *event;
    size_t n_events;
    str sender;         /* the organisation's name */
    str original, file; /* bytes */
    struct sha256 original_hash, file_hash;
    str log_origin, log_vkey; /* "" before the first checkpoint */
    instant at;
    enum lang lang; /* of evidence.pdf */
};
/* `file`: as it will be kept. LOG-002 E_CONFLICT: an event is not in the tree yet. */
rc seal_story_read(struct tx *tx, struct app *app, struct arena *a, id room, str file, instant at,
                   struct seal_story *out);
rc seal_story_json(const struct seal_story *s, struct buf *out);                 /* evidence.json */
rc seal_story_pdf(const struct seal_story *s, struct buf *out, struct err *err); /* evidence.pdf, not sealed yet */

/* The archive: `evidence` is the sealed PDF, `judged` what this program finds in the file. */
rc seal_archive(const struct seal_story *s, str evidence, const struct pdf_report *judged, struct buf *out,
                struct err *err);
/* The two README files, in `lang`. */
rc seal_readme(const struct seal_story *s, const struct pdf_report *judged, enum lang lang, struct buf *out);
#endif

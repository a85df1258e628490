/* `rise doctor` about finished documents: each is the file whose hash the public log knows, and its signatures hold. */
#include "mod/sign/rooms/seal_check.h"
#include "core/doctor.h"
#include "core/publiclog.h"
#include "mod/sign/engine/validate_pdf.h"
#include "mod/sign/rooms/seal_impl.h"
#include "mod/sign/trusted.h"

QUERY(sd_rooms, "ii", "i", "SELECT id FROM sign_room WHERE state = 'completed' AND id > $1 ORDER BY id LIMIT $2");
QUERY(sd_hash, "i", "ti",
      "SELECT file_hash, log_entry FROM sign_event WHERE room = $1 AND file_hash <> '' ORDER BY at DESC, id DESC"
      " LIMIT 1");

enum { PIECE = 64 };

struct looking {
    struct app *app;
    struct tx *tx;
    struct arena *a; /* of one room */
    struct buf *finding;
    int64_t seen, altered, unlogged, broken;
};

/* The last hash in the history is the file's, and the record in the log says so (or was erased). */
static rc is_logged(struct looking *w, id room, const struct document *d, bool *out)
{
    struct rows r;
    struct log_entry e;
    *out = false;
    rc found = db_one(w->tx, &sd_hash, VALS(v_int(room)), &r);
    if (found == E_NOTFOUND)
        return OK;
    TRY(found);
    str hash = row_dup(&r, 0, w->a);
    const id entry = row_int(&r, 1);
    TRY(rows_end(&r));
    TRY(arena_rc(w->a));
    found = log_entry_get(w->tx, entry, &e, w->a);
    if (found == E_NOTFOUND)
        return OK;
    TRY(found);
    *out = str_eq(hash, sha256_hex_text(w->a, &d->hash)) && (!e.record.p || str_find(e.record, hash) >= 0);
    return arena_rc(w->a);
}

static rc holds(struct looking *w, str bytes, bool *out)
{
    struct sign_rules rules;
    struct pdf_report *r;
    TRY(trusted_rules(w->app, w->tx, w->a, w->app->lang, &rules, tx_err(w->tx)));
    TRY(validate_pdf(w->a, bytes, &rules, &r));
    *out = r->n > 0 && r->verdict != VERDICT_FAILED;
    for (size_t i = 0; i < r->n; i++)
        *out &= !r->v[i].refused;
    return OK;
}

static rc look_at(struct looking *w, id room)
{
    struct room r;
    struct document d;
    str bytes;
    bool good = false;
    TRY(room_get(w->tx, room, &r, w->a));
    TRY(document_get(w->tx, r.file, &d, w->a));
    TRY(is_logged(w, room, &d, &good));
    w->unlogged += !good;
    rc read = room_file_read(w->tx, w->app, r.file, &bytes, w->a);
    w->altered += read == E_CORRUPT;
    if (read != OK)
        return read == E_CORRUPT ? OK : read;
    TRY(holds(w, bytes, &good));
    w->broken += !good;
    return OK;
}

static rc piece(struct looking *w, id after, id v[PIECE], size_t *n)
{
    struct rows r;
    *n = 0;
    TRY(db_select(w->tx, &sd_rooms, VALS(v_int(after), v_int(PIECE)), &r));
    while (*n < PIECE && rows_next(&r))
        v[(*n)++] = row_int(&r, 0);
    return rows_end(&r);
}

static rc look(struct looking *w)
{
    id v[PIECE], after = 0;
    size_t n = PIECE;
    while (n == PIECE) {
        TRY(piece(w, after, v, &n));
        for (size_t i = 0; i < n; i++, w->seen++) {
            arena_reset(w->a);
            TRY(look_at(w, v[i]));
            after = v[i];
        }
    }
    return OK;
}

static rc finished_files(struct app *app, struct tx *tx, struct buf *finding)
{
    struct looking w = {.app = app, .tx = tx, .a = arena_new(SEAL_ARENA), .finding = finding};
    rc r = w.a ? look(&w) : E_NOMEM;
    arena_free(w.a);
    TRY(r);
    if (w.altered)
        FINDING_N(finding, app->lang, N_("{1} finished documents are missing or damaged"), w.altered);
    if (w.unlogged)
        FINDING_N(finding, app->lang, N_("{1} finished documents are not those of the public log"), w.unlogged);
    if (w.broken)
        FINDING_N(finding, app->lang, N_("{1} finished documents have a signature that does not hold"), w.broken);
    if (w.altered || w.unlogged || w.broken)
        return E_CORRUPT;
    FINDING_N(finding, app->lang, N_("{1} finished documents"), w.seen);
    return OK;
}

const struct check seal_checks[SEAL_CHECKS] = {
    {"sign-finished", N_("Every finished document is the one in the public log, and its signatures hold"),
     finished_files},
};

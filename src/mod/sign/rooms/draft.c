/* Drafts of rooms: begun with a file, changed, thrown away. */
#include "base/utf8.h"
#include "core/document.h"
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/room_impl.h"
#include "sys/random.h"

QUERY(sd_insert, "iiiiiittiiiiiii", "",
      "INSERT INTO sign_room (id, party, owner, is_template, origin, bulk, title, message, state, reason, expires,"
      " expiry_days, remind_days, original, file, revision, seal_level, seal_note, seal_retry, archive, created,"
      " changed, sent, closed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'draft', '', 0, $9, $10, $11, $12, 0, '', '', 0,"
      " $13, $14, $15, 0, 0)");
QUERY(sd_change, "ittiii", "",
      "UPDATE sign_room SET title = $2, message = $3, expiry_days = $4, remind_days = $5, changed = $6 WHERE id = $1");
QUERY(sd_touch, "ii", "", "UPDATE sign_room SET changed = $2 WHERE id = $1");
QUERY(sd_file, "iii", "", "UPDATE sign_room SET original = $2, file = $2, changed = $3 WHERE id = $1");
QUERY(sd_drafts, "ii", "i",
      "SELECT COUNT(*) FROM sign_room WHERE party = $1 AND is_template = $2 AND state = 'draft' AND bulk = 0");
QUERY(sd_drop_fields, "i", "", "DELETE FROM sign_field WHERE room = $1");
QUERY(sd_drop_events, "i", "", "DELETE FROM sign_event WHERE room = $1");
QUERY(sd_drop_signers, "i", "", "DELETE FROM sign_signer WHERE room = $1");
QUERY(sd_drop_room, "i", "", "DELETE FROM sign_room WHERE id = $1");

static const char pdf_type[] = "application/pdf";

rc room_draft_begin(const struct act *x, id room, struct room *out)
{
    TRY(room_own(x, room, out));
    return str_eq(out->state, STR("draft")) ? OK : room_wrong_state(x->tx);
}

rc room_touch(const struct act *x, id room)
{
    return db_exec(x->tx, &sd_touch, VALS(v_int(room), v_int(x->at)), NULL);
}

rc room_full(const struct act *x, int64_t most)
{
    return ERR(tx_err(x->tx), E_LIMIT, "RM-004", N_("There is room for {1} at most."), number_text(x->a, most));
}

rc room_below_drafts(const struct act *x, id party, bool is_template)
{
    int64_t n;
    TRY(db_one_int(x->tx, &sd_drafts, VALS(v_int(party), v_int(is_template)), &n));
    return n < ROOM_DRAFTS_MAX ? OK : room_full(x, ROOM_DRAFTS_MAX);
}

rc room_insert(const struct act *x, struct room *r)
{
    r->id = id_new();
    r->created = r->changed = x->at;
    r->state = STR("draft");
    return db_exec(x->tx, &sd_insert,
                   VALS(v_int(r->id), v_int(r->party), v_int(r->owner), v_int(r->is_template), v_int(r->origin),
                        v_int(r->bulk), v_text(r->title), v_text(r->message), v_int(r->expiry_days),
                        v_int(r->remind_days), v_int(r->original), v_int(r->file), v_int(0), v_int(r->created),
                        v_int(r->changed)),
                   NULL);
}

/* "Lease 2026.pdf" → "Lease 2026" */
static str title_of(str file_name)
{
    for (size_t i = file_name.n; i > 0; i--)
        if (file_name.p[i - 1] == '/' || file_name.p[i - 1] == '\\') {
            file_name = str_sub(file_name, i, file_name.n);
            break;
        }
    if (file_name.n > 4 && str_ieq(str_sub(file_name, file_name.n - 4, 4), STR(".pdf")))
        file_name.n -= 4;
    return str_trim(utf8_cut(file_name, ROOM_TITLE_MAX));
}

/* A PDF that is refused never reaches the disk; what is none, or too large, is refused in the words of documents. */
static rc store_file(const struct act *x, struct app *app, id party, str name, str bytes, struct room_file *look,
                     id *out)
{
    *look = (struct room_file){.pages = 0};
    if (str_eq(document_sniff(bytes), str_of(pdf_type)) && bytes.n <= ROOM_FILE_MAX)
        TRY(room_file_look(bytes, look, tx_err(x->tx)));
    return document_add(x->tx, app, party, name, bytes, pdf_type, ROOM_FILE_MAX, out);
}

rc room_create(const struct act *x, struct app *app, bool is_template, str title, str file_name, str bytes, id *out)
{
    struct room_file look;
    struct room r = {.party = x->by->party,
                     .owner = x->by->account,
                     .is_template = is_template,
                     .title = title.n ? title : title_of(file_name),
                     .message = STR_EMPTY};
    if (r.party == 0 || !(x->by->perms & ROOM_OWNERS))
        return ERR(tx_err(x->tx), E_DENIED, "RM-003", N_("This signing room belongs to another organisation."));
    check_text(tx_err(x->tx), "title", r.title, ROOM_TITLE_MAX, true);
    TRY(tx_err(x->tx)->code);
    TRY(room_below_drafts(x, r.party, is_template));
    TRY(store_file(x, app, r.party, file_name, bytes, &look, &r.original));
    r.file = r.original;
    TRY(sign_param(x->tx, "room.expiry.days", x->at, &r.expiry_days));
    TRY(sign_param(x->tx, "room.remind.days", x->at, &r.remind_days));
    TRY(room_insert(x, &r));
    *out = r.id;
    return room_note(x, &r, 0, "created", r.title, sha256_hex_of(x->a, bytes), NULL);
}

rc room_change(const struct act *x, id room, const struct room_words *w)
{
    struct room r;
    struct err *e = tx_err(x->tx);
    TRY(room_draft_begin(x, room, &r));
    check_text(e, "title", w->title, ROOM_TITLE_MAX, true);
    check_text(e, "message", w->message, ROOM_MESSAGE_MAX, false);
    if (w->expiry_days < ROOM_EXPIRY_LEAST || w->expiry_days > ROOM_EXPIRY_MOST)
        err_note_field(e, "expiry_days", "RM-005", N_("From 1 to 365 days."), NULL, 0);
    if (w->remind_days < 0 || w->remind_days > ROOM_REMIND_MOST)
        err_note_field(e, "remind_days", "RM-005", N_("From 0 to 90 days."), NULL, 0);
    TRY(e->code);
    return db_exec(x->tx, &sd_change,
                   VALS(v_int(room), v_text(w->title), v_text(w->message), v_int(w->expiry_days), v_int(w->remind_days),
                        v_int(x->at)),
                   NULL);
}

/* Fields that the new file can have are kept. */
static rc keep_fitting(const struct act *x, struct app *app, const struct room *r, const struct room_file *file)
{
    struct room_field *f;
    size_t n, kept = 0;
    TRY(room_fields_of(x->tx, r->id, &f, &n, x->a));
    for (size_t i = 0; i < n; i++) {
        struct room_page p;
        if (f[i].page >= file->pages || (file->is_signed && !str_eq(f[i].kind, STR("signature"))))
            continue;
        TRY(room_page_size(file->bytes, f[i].page, &p, tx_err(x->tx)));
        if (f[i].x + f[i].w <= p.width && f[i].y + f[i].h <= p.height)
            f[kept++] = f[i];
    }
    return kept < n ? room_fields_set(x, app, r->id, f, kept) : OK;
}

rc room_replace_file(const struct act *x, struct app *app, id room, str file_name, str bytes)
{
    struct room r;
    struct room_file look;
    id fresh;
    TRY(room_draft_begin(x, room, &r));
    TRY(store_file(x, app, r.party, file_name, bytes, &look, &fresh));
    TRY(db_exec(x->tx, &sd_file, VALS(v_int(room), v_int(fresh), v_int(x->at)), NULL));
    TRY(document_remove(x->tx, r.original));
    return keep_fitting(x, app, &r, &look);
}

rc room_copy_file(const struct act *x, struct app *app, const struct room *from, id *out)
{
    struct document d;
    str bytes;
    TRY(document_get(x->tx, from->original, &d, x->a));
    TRY(room_file_read(x->tx, app, from->original, &bytes, x->a));
    return document_add(x->tx, app, from->party, d.name, bytes, pdf_type, ROOM_FILE_MAX, out);
}

/* The public log keeps that there was one; nothing else is left of a draft. */
rc room_discard(const struct act *x, id room)
{
    struct room r;
    TRY(room_draft_begin(x, room, &r));
    TRY(act_log(x, "sign.room.discarded", r.id, NULL, 0, NULL));
    TRY(db_exec(x->tx, &sd_drop_fields, VALS(v_int(room)), NULL));
    TRY(db_exec(x->tx, &sd_drop_events, VALS(v_int(room)), NULL));
    TRY(db_exec(x->tx, &sd_drop_signers, VALS(v_int(room)), NULL));
    TRY(offer_forget(x, room));
    TRY(db_exec(x->tx, &sd_drop_room, VALS(v_int(room)), NULL));
    return document_remove(x->tx, r.original);
}

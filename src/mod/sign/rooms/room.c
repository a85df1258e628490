/* Reading rooms, their signers, fields and history; noting what happens in them. */
#include "mod/sign/rooms/room_impl.h"

#include "base/json.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "core/notice.h"
#include "sys/random.h"

enum { NEXT_MAX = 120 /* characters of names shown in a list */, AGENT_MAX = 200, ADDRESS_MAX = 64 };

#define ROOM_COLS                                                                                                      \
    "r.id, r.party, r.owner, r.is_template, r.origin, r.bulk, r.title, r.message, r.state, r.reason, r.expires,"       \
    " r.expiry_days, r.remind_days, r.original, r.file, r.revision, r.seal_level, r.seal_note, r.seal_retry,"          \
    " r.archive, r.created, r.changed, r.sent, r.closed"
#define ROOM_TYPES "iiiiiittttiiiiiittiiiiii"
enum { ROOM_WIDTH = 24 };

#define SIGNER_COLS                                                                                                    \
    "s.id, s.room, s.position, s.step, s.role, s.slot, s.name, s.email, s.lang, s.level, LENGTH(s.card), s.witness,"   \
    " s.state, s.invited, s.viewed, s.acted, s.reminded, s.reminders, s.reason, s.delegated_to, s.cert, s.address,"    \
    " s.agent"
#define SIGNER_TYPES "iiiittttttiitiiiiitibtt"

QUERY(sr_get, "i", ROOM_TYPES, "SELECT " ROOM_COLS " FROM sign_room r WHERE r.id = $1");
QUERY(sr_signers, "i", SIGNER_TYPES,
      "SELECT " SIGNER_COLS " FROM sign_signer s WHERE s.room = $1 ORDER BY s.position, s.id");
QUERY(sr_signer, "i", SIGNER_TYPES, "SELECT " SIGNER_COLS " FROM sign_signer s WHERE s.id = $1");
QUERY(sr_fields, "i", "iitiiiiiitt",
      "SELECT id, signer, kind, page, x, y, w, h, required, label, value FROM sign_field WHERE room = $1"
      " ORDER BY page, id");
QUERY(sr_events, "i", "iittttttii",
      "SELECT e.id, e.signer, COALESCE(NULLIF(s.name, ''), a.name, ''), e.what, e.detail, e.file_hash, e.address,"
      " e.agent, e.at, e.log_entry FROM sign_event e LEFT JOIN sign_signer s ON s.id = e.signer"
      " LEFT JOIN account a ON a.id = e.account WHERE e.room = $1 ORDER BY e.at, e.id");
QUERY(sr_event_add, "iiiittttiit", "",
      "INSERT INTO sign_event (id, room, signer, account, what, detail, file_hash, address, at, log_entry, agent)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)");
/* $1 party, $2 is a template, $3 state or '', $4 LIKE pattern or '', $5 bulk or 0 */
#define ROOMS_WHERE                                                                                                    \
    " WHERE r.party = $1 AND r.is_template = $2 AND ($3 = '' OR r.state = $3) AND ($5 = 0 OR r.bulk = $5)"             \
    " AND ($4 = '' OR LOWER(r.title) LIKE $4 ESCAPE '\\' OR EXISTS (SELECT 1 FROM sign_signer s WHERE s.room = r.id"   \
    " AND (LOWER(s.name) LIKE $4 ESCAPE '\\' OR LOWER(s.email) LIKE $4 ESCAPE '\\')))"
#define ROOMS_PAGE ROOMS_WHERE " ORDER BY r.changed DESC, r.id DESC LIMIT $7 OFFSET $6"
QUERY(sr_list, "iittiii", ROOM_TYPES "ii",
      "SELECT " ROOM_COLS
      ", (SELECT COUNT(*) FROM sign_signer s WHERE s.room = r.id AND s.role <> 'copy' AND s.state <> 'delegated'),"
      " (SELECT COUNT(*) FROM sign_signer s WHERE s.room = r.id AND s.role <> 'copy' AND s.state = 'signed')"
      " FROM sign_room r" ROOMS_PAGE);
QUERY(sr_next, "iittiii", "it",
      "SELECT n.room, n.name FROM sign_signer n WHERE n.state = 'invited' AND n.role <> 'copy' AND n.room IN"
      " (SELECT r.id FROM sign_room r" ROOMS_PAGE ") ORDER BY n.room, n.position, n.id");
QUERY(sr_count, "iitti", "i", "SELECT COUNT(*) FROM sign_room r" ROOMS_WHERE);

const struct choice room_states[] = {{"draft", N_("Draft")},
                                     {"open", N_("Being signed")},
                                     {"finishing", N_("Being sealed")},
                                     {"completed", N_("Completed")},
                                     {"declined", N_("Refused to sign")},
                                     {"voided", N_("Ended by the sender")},
                                     {"expired", N_("Out of time")},
                                     {NULL, NULL}};
const struct choice room_roles[] = {
    {"sign", N_("signs")}, {"approve", N_("approves")}, {"copy", N_("gets a copy")}, {NULL, NULL}};
const struct choice room_levels[] = {
    {"link", N_("The link in the e-mail")}, {"code", N_("A one-time code by e-mail")}, {"passkey", N_("Passkey")},
    {"certificate", N_("Own certificate")}, {"card", N_("Citizen card or TW FidO")},   {NULL, NULL}};
/* The signature first: it is all that a file with signatures can get. */
const struct choice room_field_kinds[] = {{"signature", N_("Signature field")},
                                          {"initials", N_("Initials")},
                                          {"text", N_("Text")},
                                          {"date", N_("Date")},
                                          {"check", N_("Tick box")},
                                          {NULL, NULL}};
const struct choice room_events[] = {{"created", N_("Created")},
                                     {"confirmed", N_("Sent in spite of a warning")},
                                     {"sent", N_("Document sent")},
                                     {"told", N_("Told about the electronic form")},
                                     {"agreed", N_("Agreed to the electronic form")},
                                     {"deemed", N_("Agreed to the electronic form by silence")},
                                     {"objected", N_("Objected to the electronic form")},
                                     {"stopped", N_("No electronic form any more")},
                                     {"resumed", N_("Electronic form again")},
                                     {"invited", N_("Invited")},
                                     {"viewed", N_("Opened the document")},
                                     {"code", N_("One-time code sent")},
                                     {"signed", N_("Signed")},
                                     {"approved", N_("Approved the document")},
                                     {"othername", N_("Certificate in another name")},
                                     {"declined", N_("Refused to sign")},
                                     {"delegated", N_("Passed on")},
                                     {"corrected", N_("Address corrected")},
                                     {"reminded", N_("Reminded")},
                                     {"extended", N_("Time limit changed")},
                                     {"voided", N_("Ended by the sender")},
                                     {"expired", N_("Out of time")},
                                     {"completed", N_("Completed")},
                                     {"lowered", N_("Sealed below the intended level")},
                                     {"raised", N_("Sealed for the long term")},
                                     {"recorded", N_("Recorded while signing")},
                                     {"unkept", N_("A recording was removed")},
                                     {"meeting", N_("A meeting in person was asked for")},
                                     {"here", N_("Asked to sign on the sender's device")},
                                     {NULL, NULL}};

rc room_none(struct tx *tx)
{
    return ERR(tx_err(tx), E_NOTFOUND, "RM-001", N_("There is no such signing room, template, signer or field."));
}

rc room_wrong_state(struct tx *tx)
{
    return ERR(tx_err(tx), E_CONFLICT, "RM-002", N_("The state of the signing room does not allow this (any more)."));
}

/* ---- rows ---- */

static void take_room(const struct rows *r, struct room *o, struct arena *a)
{
    *o = (struct room){.id = row_int(r, 0),
                       .party = row_int(r, 1),
                       .owner = row_int(r, 2),
                       .is_template = row_int(r, 3) != 0,
                       .origin = row_int(r, 4),
                       .bulk = row_int(r, 5),
                       .title = arena_str(a, row_text(r, 6)),
                       .message = arena_str(a, row_text(r, 7)),
                       .state = arena_str(a, row_text(r, 8)),
                       .reason = arena_str(a, row_text(r, 9)),
                       .expires = row_int(r, 10),
                       .expiry_days = row_int(r, 11),
                       .remind_days = row_int(r, 12),
                       .original = row_int(r, 13),
                       .file = row_int(r, 14),
                       .revision = row_int(r, 15),
                       .seal_level = arena_str(a, row_text(r, 16)),
                       .seal_note = arena_str(a, row_text(r, 17)),
                       .seal_retry = row_int(r, 18),
                       .archive = row_int(r, 19),
                       .created = row_int(r, 20),
                       .changed = row_int(r, 21),
                       .sent = row_int(r, 22),
                       .closed = row_int(r, 23)};
}

static void take_signer(const struct rows *r, struct signer *o, struct arena *a)
{
    *o = (struct signer){.id = row_int(r, 0),
                         .room = row_int(r, 1),
                         .position = row_int(r, 2),
                         .step = row_int(r, 3),
                         .role = arena_str(a, row_text(r, 4)),
                         .slot = arena_str(a, row_text(r, 5)),
                         .name = arena_str(a, row_text(r, 6)),
                         .email = arena_str(a, row_text(r, 7)),
                         .lang = arena_str(a, row_text(r, 8)),
                         .level = arena_str(a, row_text(r, 9)),
                         .has_card = row_int(r, 10) > 0,
                         .witness = row_int(r, 11),
                         .state = arena_str(a, row_text(r, 12)),
                         .invited = row_int(r, 13),
                         .viewed = row_int(r, 14),
                         .acted = row_int(r, 15),
                         .reminded = row_int(r, 16),
                         .reminders = row_int(r, 17),
                         .reason = arena_str(a, row_text(r, 18)),
                         .delegated_to = row_int(r, 19),
                         .cert = arena_str(a, row_text(r, 20)),
                         .address = arena_str(a, row_text(r, 21)),
                         .agent = arena_str(a, row_text(r, 22))};
}

/* ---- reading ---- */

rc room_get(struct tx *tx, id room, struct room *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, &sr_get, VALS(v_int(room)), &r);
    if (e == E_NOTFOUND)
        return room_none(tx);
    TRY(e);
    take_room(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc room_own(const struct act *x, id room, struct room *out)
{
    TRY(room_get(x->tx, room, out, x->a));
    if (x->by != &act_system && (x->by->party != out->party || !(x->by->perms & ROOM_OWNERS)))
        return ERR(tx_err(x->tx), E_DENIED, "RM-003", N_("This signing room belongs to another organisation."));
    return OK;
}

rc signers_of(struct tx *tx, id room, struct signer **out, size_t *n, struct arena *a)
{
    VEC(struct signer) list = {0};
    struct rows r;
    TRY(db_select(tx, &sr_signers, VALS(v_int(room)), &r));
    while (rows_next(&r)) {
        struct signer *s = VEC_ADD(&list, a);
        if (!s)
            break;
        take_signer(&r, s, a);
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc signer_get(struct tx *tx, id signer, struct signer *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, &sr_signer, VALS(v_int(signer)), &r);
    if (e == E_NOTFOUND)
        return room_none(tx);
    TRY(e);
    take_signer(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc room_fields_of(struct tx *tx, id room, struct room_field **out, size_t *n, struct arena *a)
{
    VEC(struct room_field) list = {0};
    struct rows r;
    TRY(db_select(tx, &sr_fields, VALS(v_int(room)), &r));
    while (rows_next(&r)) {
        struct room_field *f = VEC_ADD(&list, a);
        if (!f)
            break;
        *f = (struct room_field){.id = row_int(&r, 0),
                                 .signer = row_int(&r, 1),
                                 .kind = arena_str(a, row_text(&r, 2)),
                                 .page = row_int(&r, 3),
                                 .x = row_int(&r, 4),
                                 .y = row_int(&r, 5),
                                 .w = row_int(&r, 6),
                                 .h = row_int(&r, 7),
                                 .required = row_int(&r, 8) != 0,
                                 .label = arena_str(a, row_text(&r, 9)),
                                 .value = arena_str(a, row_text(&r, 10))};
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc room_events_of(struct tx *tx, id room, struct room_event **out, size_t *n, struct arena *a)
{
    VEC(struct room_event) list = {0};
    struct rows r;
    TRY(db_select(tx, &sr_events, VALS(v_int(room)), &r));
    while (rows_next(&r)) {
        struct room_event *e = VEC_ADD(&list, a);
        if (!e)
            break;
        *e = (struct room_event){.id = row_int(&r, 0),
                                 .signer = row_int(&r, 1),
                                 .who = arena_str(a, row_text(&r, 2)),
                                 .what = arena_str(a, row_text(&r, 3)),
                                 .detail = arena_str(a, row_text(&r, 4)),
                                 .file_hash = arena_str(a, row_text(&r, 5)),
                                 .address = arena_str(a, row_text(&r, 6)),
                                 .agent = arena_str(a, row_text(&r, 7)),
                                 .at = row_int(&r, 8),
                                 .log_entry = row_int(&r, 9)};
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

static struct room_row *row_of(struct room_row *v, size_t n, id room)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].room.id == room)
            return &v[i];
    return NULL;
}

static rc next_names(struct tx *tx, const struct val *page, size_t n_page, struct room_row *v, size_t n,
                     struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &sr_next, page, n_page, &r));
    while (rows_next(&r)) {
        struct room_row *row = row_of(v, n, row_int(&r, 0));
        if (row)
            row->next = utf8_cut(
                arena_printf(a, "%.*s%s%.*s", STR_ARG(row->next), row->next.n ? "、" : "", STR_ARG(row_text(&r, 1))),
                NEXT_MAX);
    }
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc rooms_list(struct tx *tx, const struct room_query *q, struct room_row **out, size_t *n, int64_t *total,
              struct arena *a)
{
    VEC(struct room_row) list = {0};
    struct rows r;
    str pattern = STR_EMPTY;
    if (q->words.n)
        TRY(like_pattern(a, q->words, &pattern));
    enum { ALL = 5, PAGE = 7 }; /* parameters of the count; of a page */
    const struct val which[PAGE] = {
        v_int(q->party), v_int(q->templates), v_text(q->state ? str_of(q->state) : STR_EMPTY),
        v_text(pattern), v_int(q->bulk),      v_int(q->offset),
        v_int(q->limit)};
    TRY(db_one(tx, &sr_count, which, ALL, &r));
    *total = row_int(&r, 0);
    TRY(rows_end(&r));
    TRY(db_select(tx, &sr_list, which, PAGE, &r));
    while (rows_next(&r)) {
        struct room_row *row = VEC_ADD(&list, a);
        if (!row)
            break;
        take_room(&r, &row->room, a);
        row->signers = row_int(&r, ROOM_WIDTH);
        row->done = row_int(&r, ROOM_WIDTH + 1);
        row->next = STR_EMPTY;
    }
    TRY(rows_end(&r));
    TRY(next_names(tx, which, PAGE, list.v, list.n, a));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

/* ---- history ---- */

static rc tell_hook(const struct act *x, const struct room *r, id signer, const char *what)
{
    BUF_SCOPED json = BUF_INIT(4096);
    struct json_out o;
    jo_begin(&o, &json);
    jo_obj(&o);
    jo_kid(&o, "room", r->id);
    jo_kid(&o, "signer", signer);
    jo_kstr(&o, "title", r->title);
    jo_kstr(&o, "event", str_of(what));
    jo_end_obj(&o);
    TRY(buf_rc(&json));
    return webhook_queue(x->tx, r->party, arena_printf(x->a, "sign.room.%s", what).p, buf_str(&json));
}

rc room_note(const struct act *x, const struct room *r, id signer, const char *what, str detail, str file_hash,
             const struct room_from *from)
{
    const str address = from ? utf8_cut(from->address, ADDRESS_MAX) : STR_EMPTY;
    const str agent = from ? utf8_cut(from->agent, AGENT_MAX) : STR_EMPTY;
    id entry = 0;
    TRY(act_log(x, arena_printf(x->a, "sign.room.%s", what).p, r->id,
                KVS(kv_text("detail", detail), kv_text("file", file_hash), kv_int("signer", signer)), &entry));
    TRY(db_exec(x->tx, &sr_event_add,
                VALS(v_int(id_new()), v_int(r->id), v_int(signer), v_int(x->by->account), v_text(str_of(what)),
                     v_text(detail), v_text(file_hash), v_text(address), v_int(x->at), v_int(entry), v_text(agent)),
                NULL));
    return tell_hook(x, r, signer, what);
}

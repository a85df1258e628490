/* The ledger of those who wanted paper, and the evidence about one room. */
#include "base/csv.h"
#include "base/json.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/room_impl.h"

#define OBJECTION_COLS                                                                                                 \
    "o.id, o.room, o.signer, r.title, o.name, o.email, o.kind, o.reason, o.note, o.at, o.ended, o.handled, "           \
    "o.log_entry"
#define OBJECTION_TYPES                                                                                                \
    "iiitttttt"                                                                                                        \
    "iiii"
#define OBJECTION_FROM " FROM sign_objection o JOIN sign_room r ON r.id = o.room"
/* $1 party, $2 1: open ones only, $3 LIKE pattern or '' */
#define OBJECTION_WHERE                                                                                                \
    " WHERE o.party = $1 AND ($2 = 0 OR (o.ended = 0 AND o.handled = 0)) AND ($3 = '' OR o.email LIKE $3 ESCAPE '\\'"  \
    " OR LOWER(o.name) LIKE $3 ESCAPE '\\' OR LOWER(r.title) LIKE $3 ESCAPE '\\')"
QUERY(ol_list, "iitii", OBJECTION_TYPES,
      "SELECT " OBJECTION_COLS OBJECTION_FROM OBJECTION_WHERE " ORDER BY o.at DESC, o.id DESC LIMIT $5 OFFSET $4");
QUERY(ol_count, "iit", "i", "SELECT COUNT(*)" OBJECTION_FROM OBJECTION_WHERE);
/* A stop stands before an objection: it is the wider one. */
QUERY(ol_standing, "it", OBJECTION_TYPES,
      "SELECT " OBJECTION_COLS OBJECTION_FROM " WHERE o.party = $1 AND o.email = $2 AND o.ended = 0"
      " ORDER BY o.kind DESC, o.at DESC, o.id DESC LIMIT 1");
QUERY(ol_get, "ii", OBJECTION_TYPES, "SELECT " OBJECTION_COLS OBJECTION_FROM " WHERE o.id = $1 AND o.party = $2");
QUERY(ol_handle, "iiit", "", "UPDATE sign_objection SET handled = $3, note = $4 WHERE id = $1 AND party = $2");
QUERY(ol_room, "i", OBJECTION_TYPES, "SELECT " OBJECTION_COLS OBJECTION_FROM " WHERE o.room = $1 ORDER BY o.at, o.id");

const struct choice objection_kinds[] = {
    {"objection", N_("Objected in one room")}, {"stop", N_("No electronic form any more")}, {NULL, NULL}};

static void take(const struct rows *r, struct objection *o, struct arena *a)
{
    *o = (struct objection){.id = row_int(r, 0),
                            .room = row_int(r, 1),
                            .signer = row_int(r, 2),
                            .room_title = row_dup(r, 3, a),
                            .name = row_dup(r, 4, a),
                            .email = row_dup(r, 5, a),
                            .kind = row_dup(r, 6, a),
                            .reason = row_dup(r, 7, a),
                            .note = row_dup(r, 8, a),
                            .at = row_int(r, 9),
                            .ended = row_int(r, 10),
                            .handled = row_int(r, 11),
                            .log_entry = row_int(r, 12)};
}

static rc collect(struct rows *r, struct objection **out, size_t *n, struct arena *a)
{
    VEC(struct objection) list = {0};
    while (rows_next(r)) {
        struct objection *o = VEC_ADD(&list, a);
        if (!o)
            break;
        take(r, o, a);
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(r));
    return arena_rc(a);
}

rc objections_list(struct tx *tx, const struct objection_query *q, struct objection **out, size_t *n, int64_t *total,
                   struct arena *a)
{
    struct rows r;
    str pattern = STR_EMPTY;
    if (q->words.n)
        TRY(like_pattern(a, q->words, &pattern));
    TRY(db_one_int(tx, &ol_count, VALS(v_int(q->party), v_int(q->open), v_text(pattern)), total));
    TRY(db_select(tx, &ol_list,
                  VALS(v_int(q->party), v_int(q->open), v_text(pattern), v_int(q->offset), v_int(q->limit)), &r));
    return collect(&r, out, n, a);
}

static void csv_when(struct buf *out, bool *first, instant t)
{
    BUF_SCOPED text = BUF_INIT(64);
    if (t)
        buf_local(&text, t);
    csv_put(out, first, buf_str(&text));
}

rc objections_csv(struct tx *tx, const struct objection_query *q, enum lang l, struct buf *out)
{
    static const char *const headings[] = {N_("When"),
                                           N_("Person"),
                                           N_("E-mail"),
                                           N_("Document"),
                                           N_("Kind of entry"),
                                           N_("Reason"),
                                           N_("Electronic form again on"),
                                           N_("Handled on"),
                                           N_("What was done")};
    struct rows r;
    bool first = true;
    str pattern = STR_EMPTY;
    struct arena *a = arena_new(16 << 20);
    if (!a)
        return E_NOMEM;
    rc result = q->words.n ? like_pattern(a, q->words, &pattern) : OK;
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        csv_put(out, &first, str_of(tr(l, headings[i])));
    csv_eol(out, &first);
    if (result == OK)
        result =
            db_select(tx, &ol_list,
                      VALS(v_int(q->party), v_int(q->open), v_text(pattern), v_int(0), v_int(OBJECTIONS_CSV_MAX)), &r);
    if (result == OK) {
        while (rows_next(&r)) {
            struct objection o;
            arena_reset(a);
            take(&r, &o, a);
            csv_when(out, &first, o.at);
            csv_put(out, &first, o.name);
            csv_put(out, &first, o.email);
            csv_put(out, &first, o.room_title);
            csv_put(out, &first, str_of(tr(l, choice_label(objection_kinds, o.kind))));
            csv_put(out, &first, o.reason);
            csv_when(out, &first, o.ended);
            csv_when(out, &first, o.handled);
            csv_put(out, &first, o.note);
            csv_eol(out, &first);
        }
        result = rows_end(&r);
    }
    arena_free(a);
    return result == OK ? buf_rc(out) : result;
}

rc objection_get(struct tx *tx, id objection, id party, struct objection *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, &ol_get, VALS(v_int(objection), v_int(party)), &r);
    if (e == E_NOTFOUND)
        return offer_missing(tx);
    TRY(e);
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc objection_handle(const struct act *x, id objection, str note)
{
    int64_t changed;
    struct err *e = tx_err(x->tx);
    check_text(e, "note", note, OBJECTION_REASON_MAX, true);
    TRY(e->code);
    TRY(db_exec(x->tx, &ol_handle, VALS(v_int(objection), v_int(x->by->party), v_int(x->at), v_text(note)), &changed));
    if (!changed)
        return offer_missing(x->tx);
    return act_log(x, "sign.objection.handled", objection, KVS(kv_text("note", note)), NULL);
}

rc objection_standing(struct tx *tx, id party, str email, struct objection *out, struct arena *a)
{
    struct rows r;
    str person = utf8_fold(a, email);
    if (!person.p)
        return arena_failed(a);
    TRY(db_one(tx, &ol_standing, VALS(v_int(party), v_text(person)), &r));
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc objections_for(struct tx *tx, const struct room *r, struct objection **out, size_t *n, struct arena *a)
{
    VEC(struct objection) list = {0};
    struct signer *v;
    size_t n_signers;
    TRY(signers_of(tx, r->id, &v, &n_signers, a));
    for (size_t i = 0; i < n_signers; i++) {
        struct objection o;
        if (!signer_acts(&v[i]))
            continue;
        rc e = objection_standing(tx, r->party, v[i].email, &o, a);
        if (e == E_NOTFOUND)
            continue;
        TRY(e);
        struct objection *slot = VEC_ADD(&list, a);
        if (!slot)
            return arena_failed(a);
        *slot = o;
    }
    *out = list.v;
    *n = list.n;
    return OK;
}

/* ---- evidence ---- */

static void put_offer(struct json_out *o, const struct offer *offer, const struct offer_text *text)
{
    jo_kint(o, "text_version", text->version);
    jo_kstr(o, "text_zh", text->zh);
    jo_kstr(o, "text_zh_sha256", text->zh_hash);
    jo_kstr(o, "text_en", text->en);
    jo_kstr(o, "text_en_sha256", text->en_hash);
    jo_kint(o, "days", offer->days);
    jo_kgiven(o, "email", offer->email);
    jo_kgiven(o, "phone", offer->phone);
    jo_kgiven(o, "post", offer->post);
    jo_kstr(o, "paper_where", offer->paper_where);
    jo_kstr(o, "paper_who", offer->paper_who);
    jo_kstr(o, "paper_how", offer->paper_how);
}

static rc put_answers(struct tx *tx, const struct room *r, struct json_out *o, struct arena *a)
{
    struct signer *v;
    size_t n;
    TRY(signers_of(tx, r->id, &v, &n, a));
    jo_key(o, "answers");
    jo_arr(o);
    for (size_t i = 0; i < n; i++) {
        struct answer given;
        TRY(answer_of(tx, v[i].id, &given, a));
        if (given.state.n == 0)
            continue;
        jo_obj(o);
        jo_kid(o, "signer", v[i].id);
        jo_kstr(o, "state", given.state);
        jo_kstr(o, "language", given.lang);
        jo_kwhen(o, "told", given.told);
        jo_kwhen(o, "until", given.until);
        jo_kwhen(o, "answered", given.at);
        jo_kgiven(o, "reason", given.reason);
        jo_end_obj(o);
    }
    jo_end_arr(o);
    return OK;
}

static rc put_objections(struct tx *tx, const struct room *r, struct json_out *o, struct arena *a)
{
    struct objection *v;
    size_t n;
    struct rows rows;
    TRY(db_select(tx, &ol_room, VALS(v_int(r->id)), &rows));
    TRY(collect(&rows, &v, &n, a));
    jo_key(o, "objections");
    jo_arr(o);
    for (size_t i = 0; i < n; i++) {
        jo_obj(o);
        jo_kid(o, "id", v[i].id);
        jo_kid(o, "signer", v[i].signer);
        jo_kstr(o, "kind", v[i].kind);
        jo_kgiven(o, "reason", v[i].reason);
        jo_kwhen(o, "at", v[i].at);
        jo_kwhen(o, "ended", v[i].ended);
        jo_kid(o, "log_entry", v[i].log_entry);
        jo_end_obj(o);
    }
    jo_end_arr(o);
    return OK;
}

rc objection_evidence(struct tx *tx, const struct room *r, struct json_out *o, struct arena *a)
{
    struct offer offer;
    struct offer_text text;
    rc e = offer_of(tx, r->id, &offer, a);
    jo_key(o, "electronic_form");
    jo_obj(o);
    if (e == OK) {
        TRY(offer_text_get(tx, offer.text, &text, a));
        put_offer(o, &offer, &text);
        TRY(put_answers(tx, r, o, a));
    } else if (e != E_NOTFOUND)
        return e;
    else
        err_clear(tx_err(tx));
    TRY(put_objections(tx, r, o, a));
    jo_end_obj(o);
    return OK;
}

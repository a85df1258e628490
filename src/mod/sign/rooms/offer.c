/* What a room offers: the text, the period, the channels and the way on paper; and telling it to a signer. */
#include "core/party.h"
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/room_impl.h"

#define OFFER_COLS  "room, party, text, days, email, phone, post, paper_where, paper_who, paper_how"
#define OFFER_TYPES "iiiitttttt"
QUERY(of_get, "i", OFFER_TYPES, "SELECT " OFFER_COLS " FROM sign_offer WHERE room = $1");
QUERY(of_last, "i", OFFER_TYPES,
      "SELECT " OFFER_COLS " FROM sign_offer WHERE party = $1 ORDER BY changed DESC, room DESC LIMIT 1");
QUERY(of_put, OFFER_TYPES "i", "",
      "INSERT INTO sign_offer (" OFFER_COLS ", changed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
      " ON CONFLICT (room) DO UPDATE SET text = excluded.text, days = excluded.days, email = excluded.email,"
      " phone = excluded.phone, post = excluded.post, paper_where = excluded.paper_where,"
      " paper_who = excluded.paper_who, paper_how = excluded.paper_how, changed = excluded.changed");
QUERY(of_drop, "i", "", "DELETE FROM sign_offer WHERE room = $1");
QUERY(of_tell, "iitiii", "",
      "INSERT INTO sign_answer (signer, room, state, text, lang, told, until, at, reason)"
      " VALUES ($1, $2, 'told', $4, $3, $5, $6, 0, '') ON CONFLICT (signer) DO UPDATE SET lang = excluded.lang,"
      " told = excluded.told, until = excluded.until WHERE sign_answer.state = 'told'");

static void take(const struct rows *r, struct offer *o, struct arena *a)
{
    *o = (struct offer){.room = row_int(r, 0),
                        .party = row_int(r, 1),
                        .text = row_int(r, 2),
                        .days = row_int(r, 3),
                        .email = row_dup(r, 4, a),
                        .phone = row_dup(r, 5, a),
                        .post = row_dup(r, 6, a),
                        .paper_where = row_dup(r, 7, a),
                        .paper_who = row_dup(r, 8, a),
                        .paper_how = row_dup(r, 9, a)};
}

/* E_NOTFOUND without words: for those who look in several places. */
static rc find(struct tx *tx, const struct query *q, id of, struct offer *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, q, VALS(v_int(of)), &r));
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

static rc or_missing(struct tx *tx, rc r)
{
    return r == E_NOTFOUND ? offer_missing(tx) : r;
}

rc offer_of(struct tx *tx, id room, struct offer *out, struct arena *a)
{
    return or_missing(tx, find(tx, &of_get, room, out, a));
}

rc offer_last(struct tx *tx, id party, struct offer *out, struct arena *a)
{
    return or_missing(tx, find(tx, &of_last, party, out, a));
}

/* ---- the owner's choice ---- */

static rc check(const struct act *x, const struct offer *o)
{
    struct err *e = tx_err(x->tx);
    int64_t least;
    TRY(sign_param(x->tx, "objection.days", x->at, &least));
    if (o->days < least || o->days > OFFER_DAYS_MOST)
        err_note_field(e, "days", "OBJ-004", N_("The time to object is at least {1} and at most {2} days."),
                       (const str[]){number_text(x->a, least), number_text(x->a, OFFER_DAYS_MOST)}, 2);
    if (o->email.n + o->phone.n + o->post.n == 0)
        err_note_field(e, "email", "OBJ-005",
                       N_("Name at least one more way to object: not everybody can use this page."), NULL, 0);
    check_text(e, "email", o->email, OFFER_CONTACT_MAX, false);
    check_text(e, "phone", o->phone, OFFER_CONTACT_MAX, false);
    check_text(e, "post", o->post, OFFER_CONTACT_MAX, false);
    check_text(e, "paper_where", o->paper_where, OFFER_WORDS_MAX, true);
    check_text(e, "paper_who", o->paper_who, OFFER_WORDS_MAX, true);
    check_text(e, "paper_how", o->paper_how, OFFER_WORDS_MAX, true);
    return e->code;
}

static rc put(const struct act *x, const struct offer *o)
{
    return db_exec(x->tx, &of_put,
                   VALS(v_int(o->room), v_int(o->party), v_int(o->text), v_int(o->days), v_text(o->email),
                        v_text(o->phone), v_text(o->post), v_text(o->paper_where), v_text(o->paper_who),
                        v_text(o->paper_how), v_int(x->at)),
                   NULL);
}

rc offer_set(const struct act *x, struct offer *o, id room)
{
    struct room r;
    struct offer_text text;
    TRY(room_draft_begin(x, room, &r));
    TRY(check(x, o));
    TRY(offer_text_ensure(x, r.party, &text));
    o->room = room;
    o->party = r.party;
    o->text = text.id;
    return put(x, o);
}

rc offer_drop(const struct act *x, id room)
{
    struct room r;
    TRY(room_draft_begin(x, room, &r));
    return offer_forget(x, room);
}

rc offer_forget(const struct act *x, id room)
{
    return db_exec(x->tx, &of_drop, VALS(v_int(room)), NULL);
}

/* E_NOTFOUND without words in `tx`: the room offers nothing. */
static rc offer_and_text(const struct act *x, id room, struct offer *o, struct offer_text *text)
{
    TRY(find(x->tx, &of_get, room, o, x->a));
    return offer_text_get(x->tx, o->text, text, x->a);
}

rc offer_copy(const struct act *x, id from, const struct room *to)
{
    struct offer o;
    struct offer_text text;
    rc e = find(x->tx, &of_get, from, &o, x->a);
    if (e == E_NOTFOUND)
        return OK;
    TRY(e);
    TRY(offer_text_ensure(x, to->party, &text));
    o.room = to->id;
    o.text = text.id;
    return put(x, &o);
}

rc offer_log(const struct act *x, const struct room *r)
{
    struct offer o;
    struct offer_text text;
    rc e = offer_and_text(x, r->id, &o, &text);
    if (e == E_NOTFOUND)
        return OK;
    TRY(e);
    return act_log(x, "sign.offer", r->id,
                   KVS(kv_text("zh_sha256", text.zh_hash), kv_text("en_sha256", text.en_hash), kv_int("days", o.days),
                       kv_text("email", o.email), kv_text("phone", o.phone), kv_text("post", o.post),
                       kv_text("paper_where", o.paper_where), kv_text("paper_who", o.paper_who),
                       kv_text("paper_how", o.paper_how)),
                   NULL);
}

/* ---- telling it ---- */

static void line(struct buf *out, enum lang l, const char *msgid, str value)
{
    if (value.n == 0)
        return;
    tr_f(out, l, msgid, &value, 1);
    buf_putc(out, '\n');
}

void offer_terms(struct buf *out, enum lang l, const struct offer *o, instant until)
{
    BUF_SCOPED last = BUF_INIT(256);
    fmt_instant(&last, l, until);
    line(out, l, N_("Object by: {1}"), buf_str(&last));
    line(out, l, N_("By e-mail: {1}"), o->email);
    line(out, l, N_("By telephone: {1}"), o->phone);
    line(out, l, N_("By post: {1}"), o->post);
    line(out, l, N_("On paper, where: {1}"), o->paper_where);
    line(out, l, N_("On paper, with whom: {1}"), o->paper_who);
    line(out, l, N_("On paper, how: {1}"), o->paper_how);
}

rc offer_tell(const struct act *x, const struct room *r, const struct signer *s, struct buf *mail)
{
    struct offer o;
    struct offer_text text;
    enum lang l = signer_lang(s);
    if (!signer_acts(s))
        return OK;
    rc e = offer_and_text(x, r->id, &o, &text);
    if (e == E_NOTFOUND)
        return OK;
    TRY(e);
    const instant until = room_last_moment(x->at, o.days);
    TRY(db_exec(x->tx, &of_tell,
                VALS(v_int(s->id), v_int(r->id), v_text(str_of(l == LANG_EN ? "en" : "zh")), v_int(o.text),
                     v_int(x->at), v_int(until)),
                NULL));
    TRY(room_note(x, r, s->id, "told", l == LANG_EN ? text.en_hash : text.zh_hash, STR_EMPTY, NULL));
    buf_printf(mail, "\n\n%s\n\n", tr(l, N_("About the electronic form")));
    buf_put(mail, l == LANG_EN ? text.en : text.zh);
    buf_put(mail, STR("\n\n"));
    offer_terms(mail, l, &o, until);
    line(mail, l, N_("Fingerprint of this text (SHA-256): {1}"), l == LANG_EN ? text.en_hash : text.zh_hash);
    return buf_rc(mail);
}

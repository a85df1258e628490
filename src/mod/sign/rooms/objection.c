/* What signers say to the electronic form, the gate that holds them to it, and silence that becomes consent. */
#include "mod/sign/rooms/objection.h"

#include "base/utf8.h"
#include "base/vec.h"
#include "mod/sign/rooms/exclusion.h"
#include "mod/sign/rooms/room_impl.h"
#include "sys/random.h"

#define ANSWER_COLS  "signer, room, state, text, lang, told, until, at, reason"
#define ANSWER_TYPES "iititiiit"
QUERY(oa_get, "i", ANSWER_TYPES, "SELECT " ANSWER_COLS " FROM sign_answer WHERE signer = $1");
QUERY(oa_set, "itit", "", "UPDATE sign_answer SET state = $2, at = $3, reason = $4 WHERE signer = $1");
QUERY(oa_forget, "i", "", "DELETE FROM sign_answer WHERE signer = $1");
QUERY(oa_deem, "ii", "",
      "UPDATE sign_answer SET state = 'deemed', at = $2 WHERE signer = $1 AND state = 'told' AND until < $2");
/* The person may have refused, or the room ended, before they answered: then silence means nothing. */
QUERY(oa_silent, "ii", "i",
      "SELECT a.signer FROM sign_answer a JOIN sign_room r ON r.id = a.room JOIN sign_signer s ON s.id = a.signer"
      " WHERE a.state = 'told' AND a.until < $1 AND r.state = 'open' AND s.state = 'invited'"
      " ORDER BY a.until, a.signer LIMIT $2");
QUERY(oo_add, "iiiitttttii", "",
      "INSERT INTO sign_objection (id, party, room, signer, email, name, kind, reason, note, at, log_entry, ended,"
      " handled) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0)");
/* Whoever chooses the electronic form again does so towards the organisation. */
QUERY(oo_end, "iti", "", "UPDATE sign_objection SET ended = $3 WHERE party = $1 AND email = $2 AND ended = 0");
QUERY(oo_open_rooms, "ititi", "i",
      "SELECT s.id FROM sign_signer s JOIN sign_room r ON r.id = s.room WHERE r.party = $1 AND LOWER(s.email) = $2"
      " AND r.state = $4 AND s.state = 'invited' AND s.id <> $3 ORDER BY s.id LIMIT $5");

const struct choice answer_states[] = {{"told", N_("Not answered yet")},
                                       {"agreed", N_("Agreed")},
                                       {"deemed", N_("Agreed by silence")},
                                       {"objected", N_("Objected")},
                                       {NULL, NULL}};

rc answer_of(struct tx *tx, id signer, struct answer *out, struct arena *a)
{
    struct rows r;
    *out = (struct answer){.signer = signer};
    rc e = db_one(tx, &oa_get, VALS(v_int(signer)), &r);
    if (e == E_NOTFOUND)
        return OK;
    TRY(e);
    *out = (struct answer){.signer = row_int(&r, 0),
                           .room = row_int(&r, 1),
                           .state = row_dup(&r, 2, a),
                           .text = row_int(&r, 3),
                           .lang = row_dup(&r, 4, a),
                           .told = row_int(&r, 5),
                           .until = row_int(&r, 6),
                           .at = row_int(&r, 7),
                           .reason = row_dup(&r, 8, a)};
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc answer_forget(const struct act *x, id signer)
{
    return db_exec(x->tx, &oa_forget, VALS(v_int(signer)), NULL);
}

/* ---- the gate ---- */

static rc gate(struct tx *tx, const struct room *r, const struct signer *s, struct arena *a, struct err *err)
{
    struct answer given;
    struct objection standing;
    rc e = objection_standing(tx, r->party, s->email, &standing, a);
    if (e == OK && str_eq(standing.kind, STR("stop")))
        return ERR(
            err, E_CONFLICT, "OBJ-003",
            N_("On {1} you asked for no electronic form any more. If you wish to sign electronically after all, say "
               "so on the page about the electronic form."),
            day_text(a, standing.at));
    if (e != OK && e != E_NOTFOUND)
        return e;
    TRY(answer_of(tx, s->id, &given, a));
    if (str_eq(given.state, STR("told")))
        return ERR(err, E_CONFLICT, "OBJ-001",
                   N_("Please answer first whether you agree to the electronic form: the page about it asks you."));
    if (str_eq(given.state, STR("objected")))
        return ERR(err, E_CONFLICT, "OBJ-002",
                   N_("You objected to the electronic form. The sender will offer you paper."));
    return OK; /* agreed, deemed, or the room offers nothing to answer */
}

rc objection_gate(struct tx *tx, const struct room *r, const struct signer *s, struct err *err)
{
    struct arena *a = arena_new(1 << 18);
    if (!a)
        return E_NOMEM;
    rc result = gate(tx, r, s, a, err);
    arena_free(a);
    return result;
}

rc objection_pauses(struct tx *tx, const struct room *r, const struct signer *s, bool *out)
{
    struct err why = {0};
    rc e = objection_gate(tx, r, s, &why);
    *out = e == E_CONFLICT && !str_eq(str_of(why.main.code), STR("OBJ-001"));
    return e == E_CONFLICT ? OK : e;
}

/* ---- answers ---- */

static rc nothing_to_answer(const struct act *x)
{
    return ERR(tx_err(x->tx), E_CONFLICT, "OBJ-008", N_("There is nothing to answer here (any more)."));
}

static rc set(const struct act *x, const struct signer *s, const char *state, str reason)
{
    return db_exec(x->tx, &oa_set, VALS(v_int(s->id), v_text(str_of(state)), v_int(x->at), v_text(reason)), NULL);
}

/* Answers are given while the room waits for this signer. */
static rc may_answer(const struct act *x, const struct room *r, const struct signer *s)
{
    return str_eq(r->state, STR("open")) && str_eq(s->state, STR("invited")) ? OK : nothing_to_answer(x);
}

static rc file_objection(const struct act *x, const struct room *r, const struct signer *s, const char *kind,
                         str reason)
{
    id entry, one = id_new();
    str person = utf8_fold(x->a, s->email);
    TRY(act_log(
        x, "sign.objection", one,
        KVS(kv_int("room", r->id), kv_int("signer", s->id), kv_text("kind", str_of(kind)), kv_text("reason", reason)),
        &entry));
    return db_exec(x->tx, &oo_add,
                   VALS(v_int(one), v_int(r->party), v_int(r->id), v_int(s->id), v_text(person), v_text(s->name),
                        v_text(str_of(kind)), v_text(reason), v_text(STR_EMPTY), v_int(x->at), v_int(entry)),
                   NULL);
}

rc answer_agree(const struct act *x, const struct room *r, const struct signer *s, const struct room_from *from)
{
    struct answer given;
    int64_t ended;
    TRY(may_answer(x, r, s));
    TRY(answer_of(x->tx, s->id, &given, x->a));
    TRY(db_exec(x->tx, &oo_end, VALS(v_int(r->party), v_text(utf8_fold(x->a, s->email)), v_int(x->at)), &ended));
    bool silent = str_eq(given.state, STR("told")) || str_eq(given.state, STR("objected"));
    if (!silent && ended == 0)
        return nothing_to_answer(x);
    if (given.state.n)
        TRY(set(x, s, "agreed", STR_EMPTY));
    if (ended)
        TRY(tell_owner(x, r, N_("Electronic form after all: {1}"),
                       N_("{2} had asked for paper and now agrees to the electronic form of “{1}”."), s->name,
                       STR_EMPTY));
    return room_note(x, r, s->id, ended ? "resumed" : "agreed", STR_EMPTY, STR_EMPTY, from);
}

static rc object(const struct act *x, const struct room *r, const struct signer *s, str reason,
                 const struct room_from *from, bool heard)
{
    struct answer given;
    struct err *e = tx_err(x->tx);
    TRY(may_answer(x, r, s));
    TRY(answer_of(x->tx, s->id, &given, x->a));
    if (!str_eq(given.state, STR("told")) && !(heard && str_eq(given.state, STR("deemed"))))
        return nothing_to_answer(x);
    check_text(e, "reason", reason, OBJECTION_REASON_MAX, false);
    TRY(e->code);
    TRY(set(x, s, "objected", reason));
    TRY(file_objection(x, r, s, "objection", reason));
    TRY(tell_owner(
        x, r, N_("Paper is asked for: {1}"),
        N_("{2} objects to the electronic form of “{1}”. Signing is paused for this person; offer the way on "
           "paper that your notice names. Reason given: {3}"),
        s->name, reason));
    return room_note(x, r, s->id, "objected", reason, STR_EMPTY, from);
}

rc answer_object(const struct act *x, const struct room *r, const struct signer *s, str reason,
                 const struct room_from *from)
{
    return object(x, r, s, reason, from, false);
}

enum { STOPPED_ROOMS_MAX = 200 };

/* The other open rooms of the organisation in which it is the person's turn: what they would do there is paused too. */
static rc pause_elsewhere(const struct act *x, const struct room *r, const struct signer *s)
{
    id v[STOPPED_ROOMS_MAX];
    size_t n = 0;
    struct rows rows;
    TRY(db_select(x->tx, &oo_open_rooms,
                  VALS(v_int(r->party), v_text(utf8_fold(x->a, s->email)), v_int(s->id), v_text(STR("open")),
                       v_int(STOPPED_ROOMS_MAX)),
                  &rows));
    while (n < STOPPED_ROOMS_MAX && rows_next(&rows))
        v[n++] = row_int(&rows, 0);
    TRY(rows_end(&rows));
    for (size_t i = 0; i < n; i++) {
        struct signer other;
        struct room of;
        TRY(signer_get(x->tx, v[i], &other, x->a));
        TRY(room_get(x->tx, other.room, &of, x->a));
        TRY(room_note(x, &of, other.id, "stopped", STR_EMPTY, STR_EMPTY, NULL));
    }
    return OK;
}

rc answer_stop(const struct act *x, const struct room *r, const struct signer *s, str reason,
               const struct room_from *from)
{
    struct objection standing;
    struct err *e = tx_err(x->tx);
    rc found = objection_standing(x->tx, r->party, s->email, &standing, x->a);
    if (found == OK && str_eq(standing.kind, STR("stop")))
        return nothing_to_answer(x);
    if (found != OK && found != E_NOTFOUND)
        return found;
    err_clear(e);
    check_text(e, "reason", reason, OBJECTION_REASON_MAX, false);
    TRY(e->code);
    TRY(file_objection(x, r, s, "stop", reason));
    TRY(pause_elsewhere(x, r, s));
    TRY(tell_owner(
        x, r, N_("No electronic form any more: {1}"),
        N_("{2} stops the electronic form with you. What was signed stays valid; everything that is still open "
           "with this person is paused. Ask them before you send anything again. Reason given: {3}"),
        s->name, reason));
    return room_note(x, r, s->id, "stopped", reason, STR_EMPTY, from);
}

rc answer_heard(const struct act *x, id room, id signer, const char *kind, str words)
{
    struct room r;
    struct signer s;
    struct err *e = tx_err(x->tx);
    TRY(room_own(x, room, &r));
    TRY(signer_get(x->tx, signer, &s, x->a));
    if (s.room != room)
        return room_none(x->tx);
    check_text(e, "words", words, OBJECTION_REASON_MAX, true);
    TRY(e->code);
    return strcmp(kind, "stop") == 0 ? answer_stop(x, &r, &s, words, NULL) : object(x, &r, &s, words, NULL, true);
}

/* ---- silence ---- */

static rc deem(const struct act *x, id signer)
{
    struct signer s;
    struct room r;
    struct answer given;
    struct offer_text text;
    int64_t changed;
    TRY(db_exec(x->tx, &oa_deem, VALS(v_int(signer), v_int(x->at)), &changed));
    if (!changed)
        return OK;
    TRY(signer_get(x->tx, signer, &s, x->a));
    TRY(room_get(x->tx, s.room, &r, x->a));
    TRY(answer_of(x->tx, signer, &given, x->a));
    TRY(offer_text_get(x->tx, given.text, &text, x->a));
    return room_note(x, &r, signer, "deemed", str_eq(given.lang, STR("en")) ? text.en_hash : text.zh_hash, STR_EMPTY,
                     NULL);
}

rc answers_lapse(const struct act *x, int max, int *n)
{
    VEC(id) due = {0};
    struct rows r;
    *n = 0;
    TRY(db_select(x->tx, &oa_silent, VALS(v_int(x->at), v_int(max)), &r));
    while (rows_next(&r)) {
        id *one = VEC_ADD(&due, x->a);
        if (!one)
            break;
        *one = row_int(&r, 0);
    }
    TRY(rows_end(&r));
    TRY(arena_rc(x->a));
    for (size_t i = 0; i < due.n; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a vector that counts elements has them */
        TRY(deem(x, due.v[i]));
    *n = (int)due.n;
    return OK;
}

rc objection_job(struct job *j)
{
    rc lapsed = job_turns(j, answers_lapse);
    rc warned = job_turns(j, exclusions_warn);
    return lapsed != OK ? lapsed : warned;
}

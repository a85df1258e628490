/* A sent room on its way: steps begin, people sign, refuse, pass it on; it ends well or otherwise. */
#include "base/utf8.h"
#include "core/document.h"
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/room_impl.h"
#include "mod/sign/rooms/witness.h"
#include "sys/random.h"

QUERY(sg_invite, "ii", "", "UPDATE sign_signer SET state = 'invited', invited = $2 WHERE id = $1");
QUERY(sg_step, "i", "i",
      "SELECT CAST(COALESCE(MIN(step), 0) AS BIGINT) FROM sign_signer WHERE room = $1 AND role <> 'copy'"
      " AND state IN ('waiting', 'invited')");
QUERY(sg_acted, "ittitbtt", "",
      "UPDATE sign_signer SET state = $3, acted = $4, reason = $5, cert = $6, address = $7, agent = $8 WHERE id = $1"
      " AND state = $2");
QUERY(sg_delegated, "ii", "", "UPDATE sign_signer SET delegated_to = $2 WHERE id = $1");
QUERY(sg_move_fields, "ii", "", "UPDATE sign_field SET signer = $2 WHERE signer = $1");
QUERY(sg_stop, "i", "", "UPDATE sign_signer SET state = 'stopped' WHERE room = $1 AND state IN ('waiting', 'invited')");
QUERY(sg_grow, "iiiti", "",
      "UPDATE sign_room SET file = $2, revision = revision + 1, changed = $3, state = $4"
      " WHERE id = $1 AND state = 'open' AND revision = $5");
QUERY(sg_end, "itti", "",
      "UPDATE sign_room SET state = $2, reason = $3, changed = $4, closed = $4 WHERE id = $1 AND state = 'open'");
QUERY(sg_finish, "iittiii", "",
      "UPDATE sign_room SET state = 'completed', file = $2, seal_level = $3, seal_note = $4, seal_retry = $5,"
      " archive = $6, changed = $7, closed = CASE WHEN closed = 0 THEN $7 ELSE closed END WHERE id = $1"
      " AND state IN ('finishing', 'completed')");
/* Codes that were sent count no more, neither as codes nor against their number. */
QUERY(sg_correct, "ittb", "",
      "UPDATE sign_signer SET name = $2, email = $3, code = $4, code_until = 0, code_tries = 0, codes_sent = 0"
      " WHERE id = $1");
QUERY(sg_unseen, "i", "", "UPDATE sign_signer SET viewed = 0 WHERE id = $1");

enum { FROM_MAX = 200 /* bytes of an address or a browser's name that are kept */ };

/* ---- steps ---- */

rc signer_invite(const struct act *x, struct app *app, const struct room *r, const struct signer *s)
{
    TRY(db_exec(x->tx, &sg_invite, VALS(v_int(s->id), v_int(x->at)), NULL));
    TRY(room_note(x, r, s->id, "invited", s->email, STR_EMPTY, NULL));
    return mail_invite(x, app, r, s);
}

/* Invites those of the first step in which somebody is still to act. */
rc room_next_step(const struct act *x, struct app *app, const struct room *r, bool *all_done)
{
    struct signer *v;
    size_t n;
    int64_t step;
    TRY(db_one_int(x->tx, &sg_step, VALS(v_int(r->id)), &step));
    *all_done = step == 0;
    TRY(signers_of(x->tx, r->id, &v, &n, x->a));
    for (size_t i = 0; i < n; i++)
        if (v[i].step == step && signer_acts(&v[i]) && str_eq(v[i].state, STR("waiting")))
            TRY(signer_invite(x, app, r, &v[i]));
    return OK;
}

/* ---- a signer acts ---- */

/* The room of a signer whose turn it is. RM-002, RM-010 */
static rc turn_begin(const struct act *x, id signer, struct signer *s, struct room *r)
{
    TRY(signer_get(x->tx, signer, s, x->a));
    TRY(room_get(x->tx, s->room, r, x->a));
    if (!str_eq(r->state, STR("open")) || x->at > r->expires)
        return room_wrong_state(x->tx);
    if (!str_eq(s->state, STR("invited")) || str_eq(s->role, STR("copy")))
        return ERR(tx_err(x->tx), E_CONFLICT, "RM-010", N_("It is not your turn, or you have acted already."));
    return OK;
}

static rc acted(const struct act *x, const struct signer *s, const char *state, str reason, str cert,
                const struct room_from *from)
{
    int64_t changed;
    TRY(db_exec(x->tx, &sg_acted,
                VALS(v_int(s->id), v_text(s->state), v_text(str_of(state)), v_int(x->at), v_text(reason), v_blob(cert),
                     v_text(from ? utf8_cut(from->address, FROM_MAX) : STR_EMPTY),
                     v_text(from ? utf8_cut(from->agent, FROM_MAX) : STR_EMPTY)),
                &changed));
    return changed ? OK : room_wrong_state(x->tx);
}

static rc check_reason(const struct act *x, str reason, bool required)
{
    check_text(tx_err(x->tx), "reason", reason, ROOM_REASON_MAX, required);
    return tx_err(x->tx)->code;
}

rc signer_decline(const struct act *x, struct app *app, id signer, str reason, const struct room_from *from)
{
    struct signer s;
    struct room r;
    TRY(turn_begin(x, signer, &s, &r));
    TRY(check_reason(x, reason, true));
    TRY(acted(x, &s, "declined", reason, STR_EMPTY, from));
    TRY(room_note(x, &r, signer, "declined", reason, STR_EMPTY, from));
    TRY(room_end(x, app, &r, "declined", reason));
    return tell_owner(x, &r, N_("Refused: {1}"), N_("{2} does not sign “{1}”. The reason given: {3}"), s.name, reason);
}

/* Somebody else in the same place: the old link shows who it is now. */
rc signer_delegate(const struct act *x, struct app *app, id signer, str name, str email, str reason,
                   const struct room_from *from)
{
    struct signer s, fresh, *v;
    struct room r;
    size_t n;
    TRY(turn_begin(x, signer, &s, &r));
    TRY(check_reason(x, reason, false));
    TRY(signer_check_person(x, name, email));
    TRY(signers_of(x->tx, r.id, &v, &n, x->a));
    if (n >= ROOM_ROWS_MAX)
        return room_full(x, ROOM_ROWS_MAX);
    if (str_eq(s.level, STR("card")))
        return ERR(tx_err(x->tx), E_CONFLICT, "RM-017",
                   N_("The sender asked for your own card. Ask the sender to name somebody else."));
    if (str_ieq(email, s.email))
        return ERR_FIELD(tx_err(x->tx), "email", "RM-017", N_("This is your own address."));
    fresh = s;
    fresh.id = id_new();
    fresh.name = name;
    fresh.email = email;
    TRY(signer_certifiable(x, &fresh));
    TRY(signer_insert(x, &fresh));
    TRY(acted(x, &s, "delegated", reason, STR_EMPTY, from));
    TRY(db_exec(x->tx, &sg_delegated, VALS(v_int(signer), v_int(fresh.id)), NULL));
    TRY(db_exec(x->tx, &sg_move_fields, VALS(v_int(signer), v_int(fresh.id)), NULL));
    str to = arena_printf(x->a, "%.*s <%.*s>", STR_ARG(name), STR_ARG(email));
    TRY(room_note(x, &r, signer, "delegated", to, STR_EMPTY, from));
    TRY(signer_invite(x, app, &r, &fresh));
    return tell_owner(x, &r, N_("Passed on: {1}"), N_("{2} has passed “{1}” on to {3}."), s.name, to);
}

/* Into the history, and to the owner, who alone can say whether that is whom they meant. */
static rc tell_signed(const struct act *x, const struct room *r, const struct signer *s, str cert)
{
    str other;
    TRY(signer_other_name(x->a, s, cert, &other, tx_err(x->tx)));
    if (other.n == 0)
        return tell_owner(x, r, N_("Signed: {1}"), N_("{2} has signed “{1}”."), s->name, STR_EMPTY);
    TRY(room_note(x, r, s->id, "othername", other, STR_EMPTY, NULL));
    return tell_owner(
        x, r, N_("Signed: {1}"),
        N_("{2} has signed “{1}”, but with a certificate in the name of {3}. Please make sure that this is "
           "the person you asked."),
        s->name, other);
}

rc room_signed(const struct act *x, struct app *app, id signer, id file, str file_hash, str cert,
               const struct room_from *from)
{
    struct signer s;
    struct room r;
    int64_t changed;
    bool done;
    TRY(turn_begin(x, signer, &s, &r));
    TRY(acted(x, &s, "signed", STR_EMPTY, cert, from));
    TRY(room_note(x, &r, signer, str_eq(s.role, STR("approve")) ? "approved" : "signed", s.name, file_hash, from));
    TRY(room_next_step(x, app, &r, &done));
    TRY(db_exec(
        x->tx, &sg_grow,
        VALS(v_int(r.id), v_int(file), v_int(x->at), v_text(done ? STR("finishing") : r.state), v_int(r.revision)),
        &changed));
    if (changed == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "RM-013",
                   N_("Somebody else signed at the same moment. Please try again."));
    return tell_signed(x, &r, &s, cert);
}

/* ---- ends ---- */

rc room_end(const struct act *x, struct app *app, struct room *r, const char *state, str reason)
{
    struct signer *v;
    size_t n;
    int64_t changed;
    TRY(signers_of(x->tx, r->id, &v, &n, x->a)); /* as they are before they are stopped */
    TRY(db_exec(x->tx, &sg_end, VALS(v_int(r->id), v_text(str_of(state)), v_text(reason), v_int(x->at)), &changed));
    if (changed == 0)
        return room_wrong_state(x->tx);
    TRY(db_exec(x->tx, &sg_stop, VALS(v_int(r->id)), NULL));
    r->state = str_of(state);
    r->reason = reason;
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i].state, STR("signed")) || str_eq(v[i].state, STR("invited")))
            TRY(mail_ended(x, app, r, &v[i]));
    return OK;
}

rc room_void(const struct act *x, struct app *app, id room, str reason)
{
    struct room r;
    TRY(room_own(x, room, &r));
    if (!str_eq(r.state, STR("open")))
        return room_wrong_state(x->tx);
    TRY(check_reason(x, reason, true));
    TRY(room_note(x, &r, 0, "voided", reason, STR_EMPTY, NULL));
    return room_end(x, app, &r, "voided", reason);
}

/* Everybody who signed gets the end of it, and those who only get a copy their first mail. */
static rc tell_all(const struct act *x, struct app *app, const struct room *r)
{
    struct signer *v;
    size_t n;
    TRY(signers_of(x->tx, r->id, &v, &n, x->a));
    for (size_t i = 0; i < n; i++) {
        bool copy = str_eq(v[i].role, STR("copy"));
        if (copy) {
            TRY(db_exec(x->tx, &sg_invite, VALS(v_int(v[i].id), v_int(x->at)), NULL));
            TRY(room_note(x, r, v[i].id, "invited", v[i].email, STR_EMPTY, NULL));
        }
        if (copy || str_eq(v[i].state, STR("signed")))
            TRY(mail_completed(x, app, r, &v[i]));
    }
    return tell_owner(x, r, N_("Completed: {1}"), N_("Everybody has signed “{1}”. The signed file is ready."),
                      STR_EMPTY, STR_EMPTY);
}

/* Called again for a completed room when it could be raised later. */
rc room_finished(const struct act *x, struct app *app, id room, id file, const char *level, str note, instant retry,
                 id archive)
{
    struct room r;
    struct document d;
    int64_t changed;
    TRY(room_get(x->tx, room, &r, x->a));
    TRY(document_get(x->tx, file, &d, x->a));
    str hash = sha256_hex_text(x->a, &d.hash);
    bool first = str_eq(r.state, STR("finishing"));
    TRY(db_exec(
        x->tx, &sg_finish,
        VALS(v_int(room), v_int(file), v_text(str_of(level)), v_text(note), v_int(retry), v_int(archive), v_int(x->at)),
        &changed));
    if (changed == 0)
        return room_wrong_state(x->tx);
    r.file = file;
    r.state = STR("completed");
    if (first)
        TRY(room_note(x, &r, 0, "completed", str_of(level), hash, NULL));
    if (note.n && !str_eq(note, r.seal_note))
        TRY(room_note(x, &r, 0, "lowered", note, STR_EMPTY, NULL));
    if (!first && !str_eq(r.seal_level, str_of(level)))
        TRY(room_note(x, &r, 0, "raised", str_of(level), hash, NULL));
    return first ? tell_all(x, app, &r) : OK;
}

/* ---- mails again ---- */

/* Another address is another person: what the former one said, recorded and prepared is not theirs. The history keeps
 * that it was. */
static rc begin_anew(const struct act *x, id signer)
{
    TRY(db_exec(x->tx, &sg_unseen, VALS(v_int(signer)), NULL));
    TRY(answer_forget(x, signer));
    TRY(witness_drop_all(x, signer));
    return seal_forget(x, signer);
}

static rc correct(const struct act *x, const struct room *r, const struct signer *was, const struct signer *s)
{
    TRY(signer_certifiable(x, s));
    if (!str_ieq(was->email, s->email))
        TRY(begin_anew(x, s->id));
    return room_note(x, r, s->id, "corrected", arena_printf(x->a, "%.*s <%.*s>", STR_ARG(s->name), STR_ARG(s->email)),
                     STR_EMPTY, NULL);
}

rc signer_correct(const struct act *x, struct app *app, id signer, str name, str email)
{
    struct signer was, s;
    struct room r;
    TRY(signer_get(x->tx, signer, &was, x->a));
    TRY(room_own(x, was.room, &r));
    if (!str_eq(r.state, STR("open")) || !(str_eq(was.state, STR("invited")) || str_eq(was.state, STR("waiting"))))
        return room_wrong_state(x->tx);
    TRY(signer_check_person(x, name, email));
    const bool same = str_eq(email, was.email) && str_eq(name, was.name);
    s = was;
    s.name = name;
    s.email = email;
    TRY(db_exec(x->tx, &sg_correct, VALS(v_int(signer), v_text(name), v_text(email), v_blob(STR_EMPTY)), NULL));
    if (!same)
        TRY(correct(x, &r, &was, &s));
    if (!str_eq(s.state, STR("invited")))
        return OK;
    return same ? mail_invite(x, app, &r, &s) : signer_invite(x, app, &r, &s);
}

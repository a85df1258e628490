/* The people of a draft or template: who signs, approves or gets a copy, in which step, and what identifies them. */
#include <stdio.h>

#include "mod/sign/rooms/room_impl.h"
#include "sys/random.h"

/* $13: no bytes */
QUERY(sp_insert, "iiiittttttbib", "",
      "INSERT INTO sign_signer (id, room, position, step, role, slot, name, email, lang, level, card, witness, token,"
      " state, invited, viewed, acted, reminded, reminders, reason, delegated_to, code, code_until, code_tries,"
      " codes_sent, cert, address, agent) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'waiting',"
      " 0, 0, 0, 0, 0, '', 0, $13, 0, 0, 0, $13, '', '')");
QUERY(sp_change, "iittttttii", "",
      "UPDATE sign_signer SET step = $2, role = $3, slot = $4, name = $5, email = $6, lang = $7, level = $8,"
      " witness = $9 WHERE id = $1 AND room = $10");
QUERY(sp_card, "ib", "", "UPDATE sign_signer SET card = $2 WHERE id = $1");
QUERY(sp_card_get, "i", "b", "SELECT card FROM sign_signer WHERE id = $1 AND LENGTH(card) > 0");
QUERY(sp_remove_fields, "i", "", "DELETE FROM sign_field WHERE signer = $1");
QUERY(sp_remove, "i", "", "DELETE FROM sign_signer WHERE id = $1");
QUERY(sp_place, "ii", "", "UPDATE sign_signer SET position = $2 WHERE id = $1");

enum { CARD_MAX = 20 /* characters */, CARD_CONTEXT = 64 };

enum lang signer_lang(const struct signer *s)
{
    return str_eq(s->lang, STR("en")) ? LANG_EN : LANG_ZH;
}

bool signer_acts(const struct signer *s)
{
    return !str_eq(s->role, STR("copy")) && !str_eq(s->state, STR("delegated"));
}

bool signer_level_ready(str level)
{
    return choice_index(room_levels, level) >= 0 && !str_eq(level, STR("passkey"));
}

/* ---- checking ---- */

static void check_choice(struct err *e, const char *field, const struct choice *of, str value)
{
    if (choice_index(of, value) < 0)
        err_note_field(e, field, "RM-005", N_("Choose one of the list."), NULL, 0);
}

rc signer_check_person(const struct act *x, str name, str email)
{
    struct err *e = tx_err(x->tx);
    check_text(e, "name", name, ROOM_NAME_MAX, true);
    rc r = check_email(e, x->a, "email", email, true, NULL);
    return r != OK ? r : e->code;
}

/* A template's signer is a part ("Tenant"), with a person only where it is always the same one. */
static rc check_who(const struct act *x, const struct room *r, const struct signer *s)
{
    struct err *e = tx_err(x->tx);
    if (!r->is_template)
        return signer_check_person(x, s->name, s->email);
    check_text(e, "slot", s->slot, ROOM_NAME_MAX, true);
    check_text(e, "name", s->name, ROOM_NAME_MAX, s->email.n > 0);
    rc email = check_email(e, x->a, "email", s->email, false, NULL);
    return email != OK ? email : e->code;
}

static rc check_signer(const struct act *x, const struct room *r, const struct signer *s, str card)
{
    struct err *e = tx_err(x->tx);
    bool by_card = str_eq(s->level, STR("card")) && !str_eq(s->role, STR("copy"));
    TRY(check_who(x, r, s));
    check_choice(e, "role", room_roles, s->role);
    check_choice(e, "level", room_levels, s->level);
    if (!signer_level_ready(s->level))
        err_note_field(e, "level", "RM-005", N_("This installation does not offer it yet."), NULL, 0);
    if (!str_eq(s->lang, STR("zh")) && !str_eq(s->lang, STR("en")))
        err_note_field(e, "speaks", "RM-005", N_("Choose one of the list."), NULL, 0);
    if (s->step < 1 || s->step > ROOM_STEPS_MAX)
        err_note_field(e, "step", "RM-005", N_("From 1 to 50."), NULL, 0);
    check_text(e, "card", card, CARD_MAX, by_card && !s->has_card && !r->is_template);
    return e->code;
}

/* ---- the card's number ---- */

static str card_context(id signer, char room[CARD_CONTEXT])
{
    return str_n(room, (size_t)snprintf(room, CARD_CONTEXT, "sign_signer.card:%lld", (long long)signer));
}

static rc card_set(const struct act *x, const struct app *app, id signer, str card)
{
    char context[CARD_CONTEXT];
    BUF_SCOPED sealed = BUF_INIT(1024);
    if (card.n)
        TRY(seal(&app->seal, card_context(signer, context), card, &sealed));
    return db_exec(x->tx, &sp_card, VALS(v_int(signer), v_blob(buf_str(&sealed))), NULL);
}

rc signer_card(struct tx *tx, const struct app *app, id signer, struct buf *out)
{
    struct rows r;
    char context[CARD_CONTEXT];
    rc e = db_one(tx, &sp_card_get, VALS(v_int(signer)), &r);
    if (e == E_NOTFOUND)
        return room_none(tx);
    TRY(e);
    rc opened = unseal(&app->seal, card_context(signer, context), row_text(&r, 0), out);
    TRY(rows_end(&r));
    return opened;
}

/* ---- changes ---- */

rc signer_insert(const struct act *x, const struct signer *s)
{
    return db_exec(x->tx, &sp_insert,
                   VALS(v_int(s->id), v_int(s->room), v_int(s->position), v_int(s->step), v_text(s->role),
                        v_text(s->slot), v_text(s->name), v_text(s->email), v_text(s->lang), v_text(s->level),
                        v_blob(STR_EMPTY), v_int(s->witness), v_blob(STR_EMPTY)),
                   NULL);
}

rc signer_add(const struct act *x, const struct app *app, id room, const struct signer *s, str card, id *out)
{
    struct room r;
    struct signer *v, fresh = *s;
    size_t n;
    TRY(room_draft_begin(x, room, &r));
    TRY(signers_of(x->tx, room, &v, &n, x->a));
    if (n >= ROOM_SIGNERS_MAX)
        return room_full(x, ROOM_SIGNERS_MAX);
    fresh.has_card = false;
    TRY(check_signer(x, &r, &fresh, card));
    fresh.id = id_new();
    fresh.room = room;
    fresh.position = n ? v[n - 1].position + 1 : 1;
    TRY(signer_insert(x, &fresh));
    if (str_eq(fresh.level, STR("card")))
        TRY(card_set(x, app, fresh.id, card));
    *out = fresh.id;
    return room_touch(x, room);
}

static rc begin(const struct act *x, id signer, struct signer *s, struct room *r)
{
    TRY(signer_get(x->tx, signer, s, x->a));
    return room_draft_begin(x, s->room, r);
}

/* An empty card number keeps the one that is there; another level forgets it. */
rc signer_change(const struct act *x, const struct app *app, const struct signer *s, str card)
{
    struct signer old, fresh = *s;
    struct room r;
    bool by_card = str_eq(s->level, STR("card"));
    TRY(begin(x, s->id, &old, &r));
    fresh.has_card = old.has_card;
    TRY(check_signer(x, &r, &fresh, card));
    TRY(db_exec(x->tx, &sp_change,
                VALS(v_int(s->id), v_int(s->step), v_text(s->role), v_text(s->slot), v_text(s->name), v_text(s->email),
                     v_text(s->lang), v_text(s->level), v_int(s->witness), v_int(r.id)),
                NULL));
    if (card.n || !by_card)
        TRY(card_set(x, app, s->id, by_card ? card : STR_EMPTY));
    if (str_eq(s->role, STR("copy"))) /* has nothing to fill in */
        TRY(db_exec(x->tx, &sp_remove_fields, VALS(v_int(s->id)), NULL));
    return room_touch(x, r.id);
}

rc signer_remove(const struct act *x, id signer)
{
    struct signer s;
    struct room r;
    TRY(begin(x, signer, &s, &r));
    TRY(db_exec(x->tx, &sp_remove_fields, VALS(v_int(signer)), NULL));
    TRY(db_exec(x->tx, &sp_remove, VALS(v_int(signer)), NULL));
    return room_touch(x, r.id);
}

/* Changes places with the neighbour in lists; the steps stay. */
rc signer_move(const struct act *x, id signer, bool up)
{
    struct signer s, *v;
    struct room r;
    size_t n, at = 0;
    TRY(begin(x, signer, &s, &r));
    TRY(signers_of(x->tx, r.id, &v, &n, x->a));
    while (at < n && v[at].id != signer)
        at++;
    if (at >= n || (up ? at == 0 : at + 1 == n))
        return OK;
    const struct signer *other = &v[up ? at - 1 : at + 1];
    TRY(db_exec(x->tx, &sp_place, VALS(v_int(signer), v_int(other->position)), NULL));
    TRY(db_exec(x->tx, &sp_place, VALS(v_int(other->id), v_int(s.position)), NULL));
    return room_touch(x, r.id);
}

/* Templates: a room's file, people and fields, to be used again with other people. */
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/room_impl.h"
#include "sys/random.h"

/* Where a field's signer went: parallel arrays of old and new ids. */
struct moved {
    id from[ROOM_SIGNERS_MAX], to[ROOM_SIGNERS_MAX];
    size_t n;
};

static id moved_to(const struct moved *m, id signer)
{
    for (size_t i = 0; i < m->n; i++)
        if (m->from[i] == signer)
            return m->to[i];
    return 0;
}

/* Fields of those who stay behind (they passed the room on) are dropped. */
static rc copy_fields(const struct act *x, struct app *app, const struct room *from, id to, const struct moved *m)
{
    struct room_field *f;
    size_t n, kept = 0;
    TRY(room_fields_of(x->tx, from->id, &f, &n, x->a));
    for (size_t i = 0; i < n; i++) {
        f[kept] = f[i];
        f[kept].signer = moved_to(m, f[i].signer);
        kept += f[kept].signer != 0;
    }
    return room_fields_set(x, app, to, f, kept);
}

static rc copy_room(const struct act *x, struct app *app, const struct room *from, struct room *to)
{
    to->party = from->party;
    to->owner = x->by->account ? x->by->account : from->owner;
    to->message = from->message;
    to->expiry_days = from->expiry_days;
    to->remind_days = from->remind_days;
    TRY(room_copy_file(x, app, from, &to->original));
    to->file = to->original;
    TRY(room_insert(x, to));
    return offer_copy(x, from->id, to);
}

static rc copy_signer(const struct act *x, const struct signer *from, struct signer *to, struct moved *m)
{
    to->id = id_new();
    to->state = STR("waiting");
    m->from[m->n] = from->id;
    m->to[m->n++] = to->id;
    return signer_insert(x, to);
}

/* A part is called after the person who had it, until its owner names it better; addresses are not taken along. */
rc room_to_template(const struct act *x, struct app *app, id room, str title, id *out)
{
    struct room from, to = {.is_template = true, .title = title};
    struct signer *v;
    struct moved m = {.n = 0};
    size_t n;
    TRY(room_own(x, room, &from));
    if (from.is_template)
        return room_wrong_state(x->tx);
    check_text(tx_err(x->tx), "title", title, ROOM_TITLE_MAX, true);
    TRY(tx_err(x->tx)->code);
    TRY(room_below_drafts(x, from.party, true));
    TRY(signers_of(x->tx, room, &v, &n, x->a));
    TRY(copy_room(x, app, &from, &to));
    for (size_t i = 0; i < n && m.n < ROOM_SIGNERS_MAX; i++) {
        struct signer s = v[i];
        if (str_eq(s.state, STR("delegated")))
            continue;
        s.room = to.id;
        s.slot = s.slot.n ? s.slot : s.name;
        s.name = s.email = STR_EMPTY;
        TRY(copy_signer(x, &v[i], &s, &m));
    }
    TRY(copy_fields(x, app, &from, to.id, &m));
    *out = to.id;
    return room_note(x, &to, 0, "created", to.title, STR_EMPTY, NULL);
}

/* `given`, or the person that the template names. */
static rc take_person(const struct act *x, const struct room_person *given, struct signer *s)
{
    if (given->email.n || given->name.n) {
        s->name = given->name;
        s->email = given->email;
        if (given->lang.n)
            s->lang = given->lang;
    }
    rc r = signer_check_person(x, s->name, s->email);
    if (r == E_INVALID)
        return ERR(tx_err(x->tx), r, "RM-005", N_("Name and e-mail address of “{1}” are missing or wrong."), s->slot);
    return r;
}

rc room_from_template(const struct act *x, struct app *app, id template, id bulk, const struct room_person *v, size_t n,
                      id *out)
{
    struct room from, to = {.origin = template, .bulk = bulk};
    struct signer *parts;
    struct moved m = {.n = 0};
    size_t n_parts;
    TRY(room_own(x, template, &from));
    TRY(signers_of(x->tx, template, &parts, &n_parts, x->a));
    if (!from.is_template)
        return room_wrong_state(x->tx);
    if (n != n_parts)
        return ERR(tx_err(x->tx), E_INVALID, "RM-005", N_("The template needs {1} people."),
                   number_text(x->a, (int64_t)n_parts));
    if (bulk == 0)
        TRY(room_below_drafts(x, from.party, false));
    to.title = from.title;
    TRY(copy_room(x, app, &from, &to));
    for (size_t i = 0; i < n; i++) {
        struct signer s = parts[i];
        s.room = to.id;
        TRY(take_person(x, &v[i], &s));
        TRY(copy_signer(x, &parts[i], &s, &m));
    }
    TRY(copy_fields(x, app, &from, to.id, &m));
    *out = to.id;
    return room_note(x, &to, 0, "created", to.title, STR_EMPTY, NULL);
}

rc room_again(const struct act *x, struct app *app, id room, id *out)
{
    struct room from, to = {.origin = 0};
    struct signer *v;
    struct moved m = {.n = 0};
    size_t n;
    TRY(room_own(x, room, &from));
    if (from.is_template || str_eq(from.state, STR("draft")))
        return room_wrong_state(x->tx);
    TRY(room_below_drafts(x, from.party, false));
    TRY(signers_of(x->tx, room, &v, &n, x->a));
    to.origin = from.origin;
    to.title = from.title;
    TRY(copy_room(x, app, &from, &to));
    for (size_t i = 0; i < n && m.n < ROOM_SIGNERS_MAX; i++) {
        struct signer s = v[i];
        if (str_eq(s.state, STR("delegated")))
            continue;
        s.room = to.id;
        TRY(copy_signer(x, &v[i], &s, &m));
    }
    TRY(copy_fields(x, app, &from, to.id, &m));
    *out = to.id;
    return room_note(x, &to, 0, "created", to.title, STR_EMPTY, NULL);
}

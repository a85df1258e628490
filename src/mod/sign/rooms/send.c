/* Sending a draft: what is missing, the file made ready, the first step invited. */
#include "base/vec.h"
#include "core/account.h"
#include "core/document.h"
#include "mod/sign/rooms/exclusion.h"
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/room_impl.h"
#include "mod/sign/trust/trust.h"

QUERY(sn_open, "iiiii", "",
      "UPDATE sign_room SET state = 'open', file = $2, revision = 1, sent = $3, changed = $3, expires = $4"
      " WHERE id = $1 AND state = 'draft' AND is_template = $5");

QUERY(sn_extend, "iii", "", "UPDATE sign_room SET expires = $2, changed = $3 WHERE id = $1 AND state = 'open'");

/* ---- what is missing ---- */

struct lacks {
    struct arena *a;
    VEC(struct room_lack) list;
    enum room_step step;
};

static void lack(struct lacks *l, const char *msgid, str arg)
{
    struct room_lack *one = VEC_ADD(&l->list, l->a);
    if (one)
        *one = (struct room_lack){l->step, msgid, arg};
}

static size_t n_signature_fields(const struct room_field *f, size_t n, id signer)
{
    size_t found = 0;
    for (size_t i = 0; i < n; i++)
        found += f[i].signer == signer && str_eq(f[i].kind, STR("signature"));
    return found;
}

/* Who approves leaves a signature that is not seen on a page; the others need a place for theirs. A template's people
 * are named when it is used. */
static void look_at_people(struct lacks *l, bool is_template, const struct signer *v, size_t n,
                           const struct room_field *f, size_t n_fields)
{
    size_t acting = 0;
    l->step = ROOM_STEP_PEOPLE;
    for (size_t i = 0; i < n; i++) {
        acting += signer_acts(&v[i]);
        if (!is_template && (v[i].name.n == 0 || v[i].email.n == 0))
            lack(l, N_("Name and e-mail address of “{1}” are missing or wrong."), v[i].slot);
        if (!is_template && str_eq(v[i].level, STR("card")) && signer_acts(&v[i]) && !v[i].has_card)
            lack(l, N_("The card number of {1} is missing."), v[i].name);
        if (!signer_level_ready(v[i].level))
            lack(l, N_("The way in which {1} is to be identified is not offered here."), v[i].name);
    }
    if (acting == 0)
        lack(l, N_("Nobody is to sign or approve yet."), STR_EMPTY);
    l->step = ROOM_STEP_FIELDS;
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i].role, STR("sign")) && n_signature_fields(f, n_fields, v[i].id) == 0)
            lack(l, N_("There is no field for the signature of {1}."), v[i].name.n ? v[i].name : v[i].slot);
}

/* An authority that is limited to some domains certifies nobody outside: asked before anybody is invited. */
static rc certifiable(struct tx *tx, const struct trust_authority *by, const struct signer *s, struct arena *a,
                      bool *out)
{
    str limits;
    const struct cert_profile p = {.emails = &s->email, .n_emails = 1, .not_after = SECOND};
    *out = true;
    if (!signer_acts(s) || s->email.n == 0 || !(str_eq(s->level, STR("link")) || str_eq(s->level, STR("code"))))
        return OK; /* the certificate is none of ours */
    return trust_within(tx, a, by, &p, out, &limits);
}

rc signer_certifiable(const struct act *x, const struct signer *s)
{
    struct trust_authority by;
    bool may;
    TRY(trust_authority_named(x->tx, x->a, STR_EMPTY, &by));
    TRY(certifiable(x->tx, &by, s, x->a, &may));
    if (may)
        return OK;
    return ERR_FIELD(tx_err(x->tx), "email", "RM-017",
                     N_("No certificate can be made here for {1}: the authority is limited to certain e-mail domains."),
                     s->email);
}

static rc look_at_limits(struct tx *tx, struct lacks *l, const struct trust_authority *by, const struct signer *v,
                         size_t n, struct arena *a)
{
    bool may;
    l->step = ROOM_STEP_PEOPLE;
    for (size_t i = 0; i < n; i++) {
        TRY(certifiable(tx, by, &v[i], a, &may));
        if (!may)
            lack(l,
                 N_("No certificate can be made here for {1}: the authority is limited to certain e-mail domains. "
                    "Choose "
                    "another way of identification."),
                 v[i].email);
    }
    return OK;
}

/* One-time certificates and time-stamps come from this installation's own authority. */
static rc look_for_authority(struct tx *tx, struct lacks *l, const struct signer *v, size_t n)
{
    struct trust_authority by;
    struct arena *a = arena_new(TRUST_ARENA);
    if (!a)
        return E_NOMEM;
    rc r = trust_authority_named(tx, a, STR_EMPTY, &by);
    if (r == OK)
        r = look_at_limits(tx, l, &by, v, n, a);
    arena_free(a);
    if (r != E_NOTFOUND)
        return r;
    err_clear(tx_err(tx));
    l->step = ROOM_STEP_SEND;
    lack(l,
         N_("This installation has no certification authority yet, so nothing can be signed. Its administrator makes "
            "one with: rise ca init"),
         STR_EMPTY);
    return OK;
}

rc room_lacks(struct tx *tx, const struct room *r, struct room_lack **out, size_t *n, struct arena *a)
{
    struct signer *v;
    struct room_field *f;
    size_t n_signers, n_fields;
    struct lacks l = {.a = a};
    TRY(signers_of(tx, r->id, &v, &n_signers, a));
    TRY(room_fields_of(tx, r->id, &f, &n_fields, a));
    look_at_people(&l, r->is_template, v, n_signers, f, n_fields);
    TRY(look_for_authority(tx, &l, v, n_signers));
    *out = l.list.v;
    *n = l.list.n;
    return arena_rc(a);
}

static rc refuse(const struct act *x, const struct room_lack *l)
{
    return ERR(tx_err(x->tx), E_INVALID, l->step == ROOM_STEP_FIELDS ? "RM-008" : "RM-005", l->msgid, l->arg);
}

/* ---- what is warned of ---- */

rc room_warned(const struct act *x, const struct exclusion_hit *hit)
{
    return ERR(tx_err(x->tx), E_CONFLICT, "RM-016",
               N_("This may be an act that cannot be done electronically: {1}. Confirm that you have checked it."),
               hit->act);
}

static rc note_warnings(const struct act *x, const struct room *r, bool confirmed)
{
    struct exclusion_hit *hit;
    size_t n;
    TRY(exclusions_for(x->tx, r, &hit, &n, x->a));
    if (n > 0 && !confirmed)
        return room_warned(x, &hit[0]);
    return exclusions_confirm(x, r, hit, n);
}

/* ---- the file ---- */

static rc prepare(const struct act *x, struct app *app, const struct room *r, id *file, str *hash)
{
    struct document d;
    struct account owner = {.lang = LANG_ZH};
    struct signer *v;
    struct room_field *f;
    size_t n, n_fields;
    str bytes;
    BUF_SCOPED out = BUF_INIT(2 * ROOM_FILE_MAX);
    TRY(signers_of(x->tx, r->id, &v, &n, x->a));
    TRY(room_fields_of(x->tx, r->id, &f, &n_fields, x->a));
    TRY(document_get(x->tx, r->original, &d, x->a));
    TRY(room_file_read(x->tx, app, r->original, &bytes, x->a));
    if (r->owner)
        TRY(account_get(x->tx, r->owner, &owner, x->a));
    TRY(seal_prepare(x->a, r, v, n, f, n_fields, bytes, owner.lang, &out, tx_err(x->tx)));
    *hash = sha256_hex_of(x->a, buf_str(&out));
    return document_add(x->tx, app, r->party, d.name, buf_str(&out), "application/pdf", (int64_t)out.cap, file);
}

/* ---- sending ---- */

instant room_last_moment(instant from, int64_t days)
{
    return day_start(instant_day(from) + (day)days + 1) - SECOND;
}

rc room_send(const struct act *x, struct app *app, id room, bool confirmed)
{
    struct room r;
    struct room_lack *lacks;
    size_t n;
    str hash;
    int64_t changed;
    bool done;
    TRY(room_draft_begin(x, room, &r));
    if (r.is_template)
        return room_wrong_state(x->tx);
    TRY(room_lacks(x->tx, &r, &lacks, &n, x->a));
    if (n)
        return refuse(x, &lacks[0]);
    TRY(note_warnings(x, &r, confirmed));
    TRY(prepare(x, app, &r, &r.file, &hash));
    r.expires = room_last_moment(x->at, r.expiry_days);
    TRY(db_exec(x->tx, &sn_open, VALS(v_int(room), v_int(r.file), v_int(x->at), v_int(r.expires), v_int(0)), &changed));
    if (changed == 0)
        return room_wrong_state(x->tx);
    r.state = STR("open");
    TRY(room_note(x, &r, 0, "sent", r.title, hash, NULL));
    TRY(offer_log(x, &r));
    return room_next_step(x, app, &r, &done);
}

rc room_extend(const struct act *x, id room, int64_t days)
{
    struct room r;
    int64_t changed;
    TRY(room_own(x, room, &r));
    if (days < ROOM_EXPIRY_LEAST || days > ROOM_EXPIRY_MOST)
        return ERR_FIELD(tx_err(x->tx), "days", "RM-005", N_("From 1 to 365 days."));
    instant until = room_last_moment(x->at, days);
    TRY(db_exec(x->tx, &sn_extend, VALS(v_int(room), v_int(until), v_int(x->at)), &changed));
    if (changed == 0)
        return room_wrong_state(x->tx);
    return room_note(x, &r, 0, "extended", day_text(x->a, until), STR_EMPTY, NULL);
}

/* Speaking to the card service. Each turn takes what is due; the network is never spoken to inside a transaction, so
 * every step is: read the row, ask, write what came of it. What is repeated after a crash carries the same key. */
#include "crypto/cert.h"
#include "crypto/der.h"
#include "mod/sign/rooms/card_impl.h"
#include "sys/clock.h"

enum { TURN_MOST = 20, TURN_ARENA = 512 << 20 /* documents are prepared in it */ };

struct step {
    struct app *app;
    struct arena *a; /* of the row; `w` is reset when a write runs again */
    struct arena *w;
    struct card_row row;
    struct card_certs certs;
    str ticket;
    enum card_state how;
    str signature, why;
    bool tell; /* .end() as well */
    rc (*fn)(const struct act *x, struct step *s);
    struct err err;
};

static rc step_write(struct tx *tx, void *arg)
{
    struct step *s = arg;
    arena_reset(s->w);
    const struct act x = {.tx = tx, .a = s->w, .by = &act_system, .at = clock_now()};
    rc r = s->fn(&x, s);
    if (r != OK && r != E_BUSY)
        err_copy(&s->err, tx_err(tx));
    return r;
}

static rc write(struct step *s, rc (*fn)(const struct act *x, struct step *s))
{
    s->fn = fn;
    err_clear(&s->err);
    return db_write(s->app->db, step_write, s);
}

/* ---- endings ---- */

static rc end_write(const struct act *x, struct step *s)
{
    bool ended;
    const struct card_use *use = card_use_of(s->row.kind);
    TRY(card_row_end(x, &s->row, s->how, s->why, &ended));
    return ended && s->tell && use ? use->end(x, s->app, s->row.ref, s->how, s->signature) : OK;
}

/* With what went wrong, to be said in the reader's language; when not even that can be told, the request still ends. */
static rc fail(struct step *s)
{
    const struct err_msg *m = s->err.main.msgid || s->err.n_fields == 0 ? &s->err.main : &s->err.fields[0];
    str with = m->n_args > 0 ? m->arg[0] : STR_EMPTY;
    s->why = m->msgid ? arena_printf(s->a, "%s%c%.*s", m->msgid, CARD_WHY_SEPARATOR, STR_ARG(with)) : STR_EMPTY;
    TRY(arena_rc(s->a));
    s->how = CARD_FAILED;
    s->signature = STR_EMPTY;
    s->tell = true;
    if (write(s, end_write) == OK)
        return OK;
    s->tell = false;
    return write(s, end_write);
}

/* Whoever wanted it may still refuse what came. */
static rc end(struct step *s, enum card_state how, str signature)
{
    s->how = how;
    s->signature = signature;
    s->tell = true;
    return write(s, end_write) == OK ? OK : fail(s);
}

static rc later_write(const struct act *x, struct step *s)
{
    return card_row_later(x, &s->row, s->how == CARD_SENT);
}

/* What the service's answer means for the request. */
static rc after(struct step *s, rc r)
{
    if (r == OK)
        return OK;
    if (r == E_NOMEM)
        return r;
    s->how = CARD_ASKED;
    return r == E_UNAVAILABLE ? write(s, later_write) : fail(s);
}

/* ---- steps ---- */

static rc begin_write(const struct act *x, struct step *s)
{
    BUF_SCOPED to_sign = BUF_INIT(CARD_BYTES_MAX);
    str shown = STR_EMPTY;
    const struct card_use *use = card_use_of(s->row.kind);
    if (!use)
        return E_INTERNAL;
    TRY(use->begin(x, s->app, s->row.ref, s->certs.der, s->certs.n, &to_sign, &shown));
    TRY(buf_rc(&to_sign));
    return card_row_begun(x, &s->row, &s->certs, buf_str(&to_sign), shown);
}

static rc sent_write(const struct act *x, struct step *s)
{
    return card_row_sent(x, &s->row, s->ticket);
}

static rc signer_key(struct step *s, struct cert **out)
{
    str der = s->row.certs, first;
    TRY(der_take_whole(&der, DER_SEQUENCE, &first));
    return cert_read(s->a, first, out, &s->err);
}

static rc send(struct step *s, const struct card_service *service)
{
    struct cert *cert = NULL;
    char key[ID_TEXT + 1];
    rc r = signer_key(s, &cert);
    if (r != OK)
        return fail(s);
    id_text(s->row.id, key);
    const struct card_order o = {.number = s->row.number,
                                 .text = s->row.shown,
                                 .bytes = s->row.to_sign,
                                 .digest = str_of(digest_name(pkey_digest(cert->key))),
                                 .until = s->row.until,
                                 .key = str_of(key)};
    r = card_send(service, s->a, &o, &s->ticket, &s->err);
    return r == OK ? write(s, sent_write) : after(s, r);
}

/* A signature that does not fit ends here: nobody further on has to ask whether it does. */
static rc signed_by_card(struct step *s, str signature)
{
    struct cert *cert = NULL;
    rc r = signer_key(s, &cert);
    if (r == OK)
        r = pkey_verify(cert->key, pkey_scheme(cert->key), s->row.to_sign, signature);
    if (r != OK) {
        const str what = STR("signature");
        err_clear(&s->err);
        err_note(&s->err, E_INVALID, "CRD-004", N_("The card service gave an answer that cannot be used: {1}."), &what,
                 1);
        return fail(s);
    }
    return end(s, CARD_SIGNED, signature);
}

static rc poll(struct step *s, const struct card_service *service)
{
    struct card_answer answer;
    rc r = card_poll(service, s->a, s->row.ticket, &answer, &s->err);
    if (r != OK)
        return after(s, r);
    if (answer.state == CARD_SIGNED)
        return signed_by_card(s, answer.signature);
    if (answer.state != CARD_SENT)
        return end(s, answer.state, STR_EMPTY);
    s->how = CARD_SENT;
    return write(s, later_write);
}

static rc read_row(struct step *s, id request)
{
    struct tx *tx;
    TRY(db_read_begin(s->app->db, &tx));
    rc r = card_row_get(tx, s->app, request, &s->row, s->a);
    db_read_end(tx);
    return r;
}

static rc ask(struct step *s, const struct card_service *service, id request)
{
    rc r = card_certificates(service, s->a, s->row.number, &s->certs, &s->err);
    if (r != OK)
        return after(s, r);
    if (write(s, begin_write) != OK)
        return fail(s);
    TRY(read_row(s, request));
    return s->row.state == CARD_ASKED ? send(s, service) : OK;
}

static rc one(struct step *s, id request)
{
    struct card_service service;
    TRY(read_row(s, request));
    if (!card_waits(s->row.state))
        return OK;
    if (clock_now() >= s->row.until)
        return end(s, CARD_EXPIRED, STR_EMPTY);
    rc r = card_service_of(s->app, s->a, &service, &s->err);
    if (r != OK)
        return after(s, r);
    if (s->row.state == CARD_SENT)
        return poll(s, &service);
    return s->row.to_sign.n > 0 ? send(s, &service) : ask(s, &service, request);
}

/* One that cannot be served does not keep the others from it. */
rc card_turn(struct app *app, struct err *err)
{
    id due[TURN_MOST];
    size_t n = 0;
    struct tx *tx;
    rc result = OK;
    struct step s = {.app = app, .a = arena_new(TURN_ARENA), .w = arena_new(TURN_ARENA)};
    if (!s.a || !s.w)
        result = E_NOMEM;
    if (result == OK && (result = db_read_begin(app->db, &tx)) == OK) {
        result = card_due(tx, clock_now(), TURN_MOST, due, &n);
        db_read_end(tx);
    }
    for (size_t i = 0; i < n; i++) {
        arena_reset(s.a);
        err_clear(&s.err);
        rc r = one(&s, due[i]);
        if (r != OK && result == OK) {
            err_copy(err, &s.err);
            result = r;
        }
    }
    arena_free(s.a);
    arena_free(s.w);
    return result;
}

rc card_job_run(struct job *j)
{
    return card_turn(job_app(j), job_err(j));
}

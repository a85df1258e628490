/* Who comes by a link: its token, and the one-time code by mail. */
#include <stdio.h>

#include "crypto/sign.h"
#include "mod/sign/rooms/room_impl.h"
#include "sys/random.h"

QUERY(sl_token, "ib", "", "UPDATE sign_signer SET token = $2 WHERE id = $1");
QUERY(sl_by_token, "b", "i", "SELECT id FROM sign_signer WHERE token = $1");
QUERY(sl_viewed, "ii", "", "UPDATE sign_signer SET viewed = $2 WHERE id = $1 AND viewed = 0");
QUERY(sl_code_state, "i", "biii", "SELECT code, code_until, code_tries, codes_sent FROM sign_signer WHERE id = $1");
QUERY(sl_code_set, "ibi", "",
      "UPDATE sign_signer SET code = $2, code_until = $3, code_tries = 0, codes_sent = codes_sent + 1 WHERE id = $1");
QUERY(sl_code_try, "i", "", "UPDATE sign_signer SET code_tries = code_tries + 1 WHERE id = $1");
QUERY(sl_code_used, "ib", "", "UPDATE sign_signer SET code = $2, code_until = 0 WHERE id = $1");

/* ---- the token ---- */

/* Not drawn but made of the sealing key (HKDF, then HMAC-SHA256 over the signer and their invitation), so that it can
 * be put into a second mail without being stored. */
rc signer_token_make(const struct act *x, const struct app *app, id signer, struct buf *token)
{
    struct signer s;
    unsigned char key[SHA256_LEN];
    TRY(signer_get(x->tx, signer, &s, x->a));
    str text = arena_printf(x->a, "%lld:%lld", (long long)s.id, (long long)s.invited);
    if (!text.p)
        return arena_failed(x->a);
    TRY(seal_derive(&app->seal, STR("sign.link"), key));
    struct sha256 raw = hmac_sha256(str_n(key, sizeof key), text);
    secret_wipe(key, sizeof key);
    size_t from = token->n;
    buf_base64url(token, sha256_str(&raw));
    TRY(buf_rc(token));
    struct sha256 hash = sha256_of(str_sub(buf_str(token), from, token->n));
    return db_exec(x->tx, &sl_token, VALS(v_int(signer), v_blob(sha256_str(&hash))), NULL);
}

rc signer_link(const struct act *x, const struct app *app, id signer, struct buf *out)
{
    buf_put(out, app->config.base_url);
    buf_put(out, STR("/sign/s/"));
    return signer_token_make(x, app, signer, out);
}

static rc no_link(struct tx *tx)
{
    return ERR(tx_err(tx), E_AUTH, "RM-009",
               N_("This link is not valid (any more). Please use the one in the latest e-mail."));
}

rc signer_by_token(struct tx *tx, str token, struct room *room, struct signer *out, struct arena *a)
{
    struct sha256 hash = sha256_of(token);
    int64_t signer;
    if (token.n != ROOM_TOKEN_TEXT)
        return no_link(tx);
    rc r = db_one_int(tx, &sl_by_token, VALS(v_blob(sha256_str(&hash))), &signer);
    if (r == E_NOTFOUND)
        return no_link(tx);
    TRY(r);
    TRY(signer_get(tx, signer, out, a));
    return room_get(tx, out->room, room, a);
}

rc signer_viewed(const struct act *x, const struct room *r, const struct signer *s, const struct room_from *from)
{
    int64_t first;
    TRY(db_exec(x->tx, &sl_viewed, VALS(v_int(s->id), v_int(x->at)), &first));
    return first ? room_note(x, r, s->id, "viewed", s->name, STR_EMPTY, from) : OK;
}

/* ---- the code ---- */

struct code_state {
    struct sha256 hash;
    bool is_set;
    instant until;
    int64_t tries, sent;
};

static rc code_state(struct tx *tx, id signer, struct code_state *out)
{
    struct rows r;
    TRY(db_one(tx, &sl_code_state, VALS(v_int(signer)), &r));
    str hash = row_text(&r, 0);
    *out = (struct code_state){
        .is_set = hash.n == SHA256_LEN, .until = row_int(&r, 1), .tries = row_int(&r, 2), .sent = row_int(&r, 3)};
    if (out->is_set)
        memcpy(out->hash.b, hash.p, SHA256_LEN);
    return rows_end(&r);
}

static struct sha256 code_hash(id signer, str code)
{
    char of[ID_TEXT + 1];
    id_text(signer, of);
    return sha256_of2(str_n(of, ID_TEXT), code);
}

/* Six digits, each as likely as any other (values past the last whole million are drawn again). */
static void code_draw(char out[CODE_DIGITS + 1])
{
    const uint64_t all = 1000000, most = UINT64_MAX - UINT64_MAX % all;
    uint64_t v = random_u64();
    while (v >= most)
        v = random_u64();
    snprintf(out, CODE_DIGITS + 1, "%06u", (unsigned)(v % all));
}

rc signer_code_send(const struct act *x, struct app *app, const struct signer *s)
{
    struct room r;
    struct code_state now;
    char code[CODE_DIGITS + 1];
    int64_t minutes;
    (void)app;
    TRY(room_get(x->tx, s->room, &r, x->a));
    if (!str_eq(r.state, STR("open")) || !str_eq(s->state, STR("invited")))
        return room_wrong_state(x->tx);
    TRY(code_state(x->tx, s->id, &now));
    if (now.sent >= CODES_MAX)
        return ERR(tx_err(x->tx), E_LIMIT, "RM-012", N_("No more codes are sent. Please ask the sender for help."));
    TRY(sign_param(x->tx, "code.minutes", x->at, &minutes));
    if (now.until - minutes * MINUTE > x->at - MINUTE)
        return ERR(tx_err(x->tx), E_LIMIT, "RM-012",
                   N_("A code was sent less than a minute ago. Please look into your mail first."));
    code_draw(code);
    struct sha256 hash = code_hash(s->id, str_n(code, CODE_DIGITS));
    TRY(db_exec(x->tx, &sl_code_set, VALS(v_int(s->id), v_blob(sha256_str(&hash)), v_int(x->at + minutes * MINUTE)),
                NULL));
    TRY(room_note(x, &r, s->id, "code", STR_EMPTY, STR_EMPTY, NULL));
    return mail_code(x, &r, s, str_n(code, CODE_DIGITS), minutes);
}

rc signer_code_check(const struct act *x, const struct signer *s, str code, enum code_answer *out)
{
    struct code_state now;
    struct sha256 given = code_hash(s->id, str_trim(code));
    TRY(code_state(x->tx, s->id, &now));
    if (!now.is_set || now.until < x->at)
        *out = CODE_OLD;
    else if (now.tries >= CODE_TRIES_MAX)
        *out = CODE_SPENT;
    else if (!str_eq_ct(sha256_str(&given), sha256_str(&now.hash)))
        *out = now.tries + 1 < CODE_TRIES_MAX ? CODE_WRONG : CODE_SPENT;
    else {
        *out = CODE_GOOD;
        return db_exec(x->tx, &sl_code_used, VALS(v_int(s->id), v_blob(STR_EMPTY)), NULL);
    }
    return *out == CODE_OLD ? OK : db_exec(x->tx, &sl_code_try, VALS(v_int(s->id)), NULL);
}

void signer_code_refuse(struct err *e, enum code_answer why)
{
    if (why == CODE_SPENT)
        err_note_field(e, "code", "RM-012", N_("Too many wrong codes. Please have a new one sent."), NULL, 0);
    else if (why == CODE_OLD)
        err_note_field(e, "code", "RM-011", N_("The code is too old. Please have a new one sent."), NULL, 0);
    else
        err_note_field(e, "code", "RM-011", N_("This is not the code in the latest e-mail."), NULL, 0);
}

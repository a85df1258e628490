/* The private keys of authorities and services: sealed rows, or keys of a token with the PIN sealed. */
#include <stdio.h>

#include "crypto/sign.h"
#include "mod/sign/trust/trust.h"
#include "sys/random.h"

enum { SECRET_MAX = 64 * 1024, CONTEXT_MAX = 64 };

QUERY(sk_add, "ibttti", "",
      "INSERT INTO sign_key (id, sealed, module, token, label, created) VALUES ($1, $2, $3, $4, $5, $6)");
QUERY(sk_get, "i", "bttt", "SELECT sealed, module, token, label FROM sign_key WHERE id = $1");

static str context(char room[CONTEXT_MAX], id key)
{
    char text[ID_TEXT + 1];
    id_text(key, text);
    return str_n(room, (size_t)snprintf(room, CONTEXT_MAX, "sign_key:%s", text));
}

rc trust_pair_make(struct arena *a, const struct trust_pair_options *o, str label, struct trust_pair *out,
                   struct err *err)
{
    *out = (struct trust_pair){.module = STR_EMPTY, .token = STR_EMPTY, .label = STR_EMPTY, .pin = STR_EMPTY};
    if (!o->token.module) {
        TRY(pkey_generate(o->kind, o->rsa_bits, &out->key));
        return pkey_in(a, out->key);
    }
    struct token *t = NULL;
    TRY(token_open(&o->token, &t, err));
    rc r = token_generate(t, o->kind, o->rsa_bits, label, STR_EMPTY, &out->key, err);
    token_close(t);
    TRY(r);
    out->module = str_of(o->token.module);
    out->token = o->token.label;
    out->label = label;
    out->pin = o->token.pin;
    return pkey_in(a, out->key);
}

rc trust_key_add(const struct act *x, const struct app *app, const struct trust_pair *p, id *out)
{
    char room[CONTEXT_MAX];
    BUF_SCOPED secret = BUF_INIT(SECRET_MAX);
    BUF_SCOPED sealed = BUF_INIT(SECRET_MAX);
    *out = id_new();
    rc r = OK;
    if (p->module.n > 0)
        buf_put(&secret, p->pin);
    else
        r = pkey_write(p->key, &secret);
    if (r == OK)
        r = seal(&app->seal, context(room, *out), buf_str(&secret), &sealed);
    if (secret.p)
        secret_wipe(secret.p, secret.room);
    TRY(r);
    return db_exec(x->tx, &sk_add,
                   VALS(v_int(*out), v_blob(buf_str(&sealed)), v_text(p->module), v_text(p->token), v_text(p->label),
                        v_int(x->at)),
                   NULL);
}

static rc from_token(struct arena *a, str secret, str module, str token, str label, struct pkey **out, struct err *err)
{
    struct token *t = NULL;
    const struct token_options o = {.module = arena_cstr(a, module), .label = token, .pin = secret};
    if (!o.module)
        return arena_failed(a);
    TRY(token_open(&o, &t, err));
    rc r = token_key(t, label, STR_EMPTY, out, err);
    token_close(t);
    return r;
}

rc trust_key_load(struct tx *tx, const struct app *app, struct arena *a, id key, struct pkey **out)
{
    char room[CONTEXT_MAX];
    struct rows r;
    BUF_SCOPED secret = BUF_INIT(SECRET_MAX);
    TRY(db_one(tx, &sk_get, VALS(v_int(key)), &r));
    str sealed = row_dup(&r, 0, a), module = row_dup(&r, 1, a), token = row_dup(&r, 2, a), label = row_dup(&r, 3, a);
    TRY(rows_end(&r));
    TRY(arena_rc(a));
    if (unseal(&app->seal, context(room, key), sealed, &secret) != OK)
        return ERR(tx_err(tx), E_CORRUPT, "CA-005",
                   N_("A key of the trust services does not open with this installation's sealing key."));
    rc result = module.n > 0 ? from_token(a, buf_str(&secret), module, token, label, out, tx_err(tx))
                             : pkey_read(buf_str(&secret), STR_EMPTY, out, tx_err(tx));
    if (secret.p)
        secret_wipe(secret.p, secret.room);
    TRY(result);
    return pkey_in(a, *out);
}

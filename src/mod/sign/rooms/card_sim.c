#include "mod/sign/rooms/card_sim.h"

#include "base/vec.h"
#include "core/notice.h"
#include "crypto/oid.h"
#include "crypto/seal.h"
#include "mod/sign/rooms/card.h"
#include "mod/sign/trust/trust.h"
#include "sys/random.h"

enum {
    CA_YEARS = 10,
    CRL_DAYS = 7,
    CARD_YEARS = 3,
    YEAR_DAYS = 365,
    BODY_MAX = 64 * 1024,
    SECRET_BYTES = 32,
    MAC_MAX = 256
};

const struct choice card_sim_cards[] = {
    {"SIM-0001", "王小明"}, {"SIM-0002", "林𣿆川"}, {"SIM-0003", "陳美玲"}, {NULL, NULL}};

QUERY(cs_card, "t", "ib", "SELECT key, cert FROM sign_sim_card WHERE number = $1");
QUERY(cs_card_add, "tib", "", "INSERT INTO sign_sim_card (number, key, cert) VALUES ($1, $2, $3)");
QUERY(cs_order_add, "itttbbi", "",
      "INSERT INTO sign_sim_order (id, key, number, shown, to_sign, state, signature, until)"
      " VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7) ON CONFLICT (key) DO NOTHING");
QUERY(cs_order_by_key, "t", "i", "SELECT id FROM sign_sim_order WHERE key = $1");
QUERY(cs_order_get, "i", "tbtbi", "SELECT number, to_sign, state, signature, until FROM sign_sim_order WHERE id = $1");
QUERY(cs_orders, "i", "ittbti",
      "SELECT id, number, shown, to_sign, state, until FROM sign_sim_order ORDER BY id DESC LIMIT $1");
QUERY(cs_decide, "itbi", "",
      "UPDATE sign_sim_order SET state = $2, signature = $3 WHERE id = $1 AND state = 'waiting' AND until > $4");

rc card_sim_secret(const struct app *app, struct buf *out)
{
    unsigned char key[SECRET_BYTES];
    TRY(seal_derive(&app->seal, STR("card simulator"), key));
    buf_hex(out, str_n(key, sizeof key));
    return buf_rc(out);
}

/* ---- the authority and its cards, made when they are first asked for ---- */

/* A root of its own among this installation's, so that the demonstration's reports know it, by a name that says what it
 * is; the trust services publish its revocation list. */
static rc authority(const struct act *x, const struct app *app, struct trust_authority *out)
{
    struct trust_ceremony c = {.root = STR("card-simulation"),
                               .organisation = STR("模擬卡片服務（示範用，非政府機關）"),
                               .root_title = STR("模擬卡片憑證管理中心（示範用）"),
                               .root_years = CA_YEARS,
                               .crl_days = CRL_DAYS,
                               .by = STR("simulator")};
    const struct trust_pair_options o = {.kind = PKEY_P256};
    rc r = trust_authority_named(x->tx, x->a, c.root, out);
    if (r != E_NOTFOUND)
        return r;
    err_clear(tx_err(x->tx));
    TRY(trust_pair_make(x->a, &o, c.root, &c.root_key, tx_err(x->tx)));
    return trust_root_add(x, app, &c, out);
}

struct card {
    struct pkey *key;
    struct cert *cert;
};

static rc load(const struct act *x, const struct app *app, str number, struct card *out)
{
    struct rows r;
    TRY(db_one(x->tx, &cs_card, VALS(v_text(number)), &r));
    id key = row_int(&r, 0);
    rc read = cert_read(x->a, row_text(&r, 1), &out->cert, tx_err(x->tx));
    TRY(rows_end(&r));
    TRY(read);
    return trust_key_load(x->tx, app, x->a, key, &out->key);
}

static rc make(const struct act *x, const struct app *app, str number, str name, const struct trust_authority *by,
               struct card *out)
{
    const struct trust_pair_options o = {.kind = PKEY_P256};
    const struct cert_attribute subject[] = {
        {oid_country, STR("TW")}, {oid_common_name, name}, {oid_serial_number, number}};
    struct trust_pair pair;
    struct trust_issued issued;
    struct pkey *ca_key = NULL;
    id key;
    TRY(trust_pair_make(x->a, &o, number, &pair, tx_err(x->tx)));
    TRY(trust_key_load(x->tx, app, x->a, by->key, &ca_key));
    const struct trust_order order = {
        TRUST_PERSON,
        {.subject = subject, .n_subject = 3, .not_after = x->at + CARD_YEARS * YEAR_DAYS * DAY},
        pair.key,
        STR("simulator")};
    TRY(trust_issue(x, app, by, ca_key, &order, &issued));
    TRY(trust_key_add(x, app, &pair, &key));
    *out = (struct card){pair.key, issued.cert};
    return db_exec(x->tx, &cs_card_add, VALS(v_text(number), v_int(key), v_blob(issued.cert->der)), NULL);
}

/* E_NOTFOUND: no card of this number. */
static rc card_of(const struct act *x, const struct app *app, str number, struct trust_authority *ca, struct card *out)
{
    int known = choice_index(card_sim_cards, number);
    if (known < 0)
        return E_NOTFOUND;
    TRY(authority(x, app, ca));
    rc r = load(x, app, number, out);
    return r != E_NOTFOUND ? r : make(x, app, number, str_of(card_sim_cards[known].label), ca, out);
}

/* ---- the service ---- */

struct asked {
    const struct act *x;
    struct app *app;
    const struct json *body;
    struct json_out *o;
};

static str word(const struct asked *q, const char *name)
{
    str s = json_str(json_get(q->body, name));
    return s.p ? s : STR_EMPTY;
}

static rc certificates(const struct asked *q)
{
    struct trust_authority ca;
    struct card card;
    TRY(card_of(q->x, q->app, word(q, "number"), &ca, &card));
    const struct cert *const both[] = {card.cert, ca.cert};
    jo_key(q->o, "certificates");
    jo_arr(q->o);
    for (size_t i = 0; i < 2; i++) {
        BUF_SCOPED text = BUF_INIT(2 * CERT_BYTES_MAX);
        buf_base64(&text, both[i]->der);
        jo_str(q->o, buf_str(&text));
    }
    jo_end_arr(q->o);
    return OK;
}

static rc sign(const struct asked *q)
{
    BUF_SCOPED bytes = BUF_INIT(CARD_BYTES_MAX);
    int64_t order;
    instant until;
    char ticket[ID_TEXT + 1];
    if (choice_index(card_sim_cards, word(q, "number")) < 0)
        return E_NOTFOUND;
    bool fits = word(q, "key").n > 0 && str_eq(word(q, "digest"), STR("SHA-256")) &&
                buf_unbase64(&bytes, word(q, "to_sign")) == OK && bytes.n > 0 &&
                instant_parse(word(q, "until"), &until) == OK;
    if (!fits)
        return E_INVALID;
    TRY(db_exec(q->x->tx, &cs_order_add,
                VALS(v_int(id_new()), v_text(word(q, "key")), v_text(word(q, "number")), v_text(word(q, "text")),
                     v_blob(buf_str(&bytes)), v_blob(STR_EMPTY), v_int(until)),
                NULL));
    TRY(db_one_int(q->x->tx, &cs_order_by_key, VALS(v_text(word(q, "key"))), &order));
    id_text(order, ticket);
    jo_kstr(q->o, "ticket", str_of(ticket));
    return OK;
}

static rc poll(const struct asked *q)
{
    id order;
    struct rows r;
    BUF_SCOPED signature = BUF_INIT(CARD_BYTES_MAX);
    if (id_parse(word(q, "ticket"), &order) != OK)
        return E_NOTFOUND;
    TRY(db_one(q->x->tx, &cs_order_get, VALS(v_int(order)), &r));
    str state = row_dup(&r, 2, q->x->a);
    buf_base64(&signature, row_text(&r, 3));
    instant until = row_int(&r, 4);
    TRY(rows_end(&r));
    TRY(arena_rc(q->x->a));
    if (str_eq(state, STR("waiting")) && q->x->at >= until)
        state = STR("expired");
    jo_kstr(q->o, "state", state);
    if (str_eq(state, STR("signed")))
        jo_kstr(q->o, "signature", buf_str(&signature));
    return OK;
}

static rc sign_reply(const struct act *x, str secret, str request, struct card_sim_reply *out)
{
    BUF_SCOPED mac = BUF_INIT(MAC_MAX);
    TRY(buf_rc(out->body));
    TRY(card_answer_sign(secret, request, out->status, buf_str(out->body), x->at, &mac));
    out->signature = arena_str(x->a, buf_str(&mac));
    return arena_rc(x->a);
}

rc card_sim_answer(const struct act *x, struct app *app, str signature, str body, struct card_sim_reply *out)
{
    static const struct choice verbs[] = {{"certificates", ""}, {"sign", ""}, {"poll", ""}, {NULL, NULL}};
    static rc (*const answers[])(const struct asked *) = {certificates, sign, poll};
    BUF_SCOPED secret = BUF_INIT(2 * SECRET_BYTES);
    struct json_out o;
    struct asked q = {.x = x, .app = app, .o = &o};
    TRY(card_sim_secret(app, &secret));
    out->status = 401;
    out->signature = STR_EMPTY;
    if (!webhook_verify(buf_str(&secret), signature, body, x->at))
        return OK;
    jo_begin(&o, out->body);
    jo_obj(&o);
    rc r = E_INVALID;
    if (json_parse(x->a, body, BODY_MAX, &q.body, NULL) == OK && choice_index(verbs, word(&q, "do")) >= 0)
        r = answers[choice_index(verbs, word(&q, "do"))](&q);
    if (r != OK && r != E_NOTFOUND && r != E_INVALID)
        return r;
    jo_end_obj(&o);
    out->status = r == OK ? 200 : r == E_NOTFOUND ? 404 : 422;
    return sign_reply(x, buf_str(&secret), signature, out);
}

/* ---- the phone ---- */

rc card_sim_orders(struct tx *tx, instant at, struct card_sim_order **out, size_t *n, struct arena *a)
{
    VEC(struct card_sim_order) list = {0};
    struct rows r;
    TRY(db_select(tx, &cs_orders, VALS(v_int(CARD_SIM_SHOWN)), &r));
    while (rows_next(&r)) {
        struct card_sim_order *one = VEC_ADD(&list, a);
        if (!one)
            break;
        *one = (struct card_sim_order){.id = row_int(&r, 0),
                                       .number = row_dup(&r, 1, a),
                                       .shown = row_dup(&r, 2, a),
                                       .hash = sha256_of(row_text(&r, 3)),
                                       .state = row_dup(&r, 4, a),
                                       .until = row_int(&r, 5)};
        one->name = str_of(choice_label(card_sim_cards, one->number));
        if (str_eq(one->state, STR("waiting")) && at >= one->until)
            one->state = STR("expired");
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

rc card_sim_decide(const struct act *x, struct app *app, id order, bool agrees)
{
    struct trust_authority ca;
    struct card card;
    struct rows r;
    int64_t affected;
    BUF_SCOPED signature = BUF_INIT(PKEY_SIGNATURE_MAX);
    TRY(db_one(x->tx, &cs_order_get, VALS(v_int(order)), &r));
    str number = row_dup(&r, 0, x->a), to_sign = row_dup(&r, 1, x->a);
    TRY(rows_end(&r));
    TRY(arena_rc(x->a));
    if (agrees) {
        TRY(card_of(x, app, number, &ca, &card));
        TRY(pkey_sign(card.key, pkey_scheme(card.key), to_sign, &signature));
    }
    TRY(db_exec(
        x->tx, &cs_decide,
        VALS(v_int(order), v_text(agrees ? STR("signed") : STR("refused")), v_blob(buf_str(&signature)), v_int(x->at)),
        &affected));
    return affected == 1 ? OK : act_wrong_state(x);
}

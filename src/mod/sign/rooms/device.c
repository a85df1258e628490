#include "mod/sign/rooms/device.h"

#include "base/utf8.h"
#include "base/vec.h"
#include "core/account.h"
#include "crypto/oid.h"
#include "mod/sign/rooms/room.h"
#include "mod/sign/trust/trust.h"
#include "sys/random.h"

#define COLUMNS                                                                                                        \
    "d.id, d.account, d.label, d.key, d.enrolled, d.used, c.authority, c.serial, c.revoked, c.der FROM sign_device d"  \
    " JOIN sign_cert c ON c.id = d.cert"
#define COLUMN_TYPES "iittiiitib"
QUERY(dq_of, "ii", COLUMN_TYPES, "SELECT " COLUMNS " WHERE d.account = $1 ORDER BY d.id DESC LIMIT $2");
QUERY(dq_get, "i", COLUMN_TYPES, "SELECT " COLUMNS " WHERE d.id = $1");
QUERY(dq_by_key, "t", COLUMN_TYPES, "SELECT " COLUMNS " WHERE d.key = $1");
QUERY(dq_living, "ii", "ii",
      "SELECT COUNT(*), COUNT(*) FILTER (WHERE c.revoked = 0 AND c.not_after > $2) FROM sign_device d"
      " JOIN sign_cert c ON c.id = d.cert WHERE d.account = $1");
QUERY(dq_add, "iittii", "",
      "INSERT INTO sign_device (id, account, label, key, cert, enrolled, used) VALUES ($1, $2, $3, $4, $5, $6, 0)");
QUERY(dq_used, "ii", "", "UPDATE sign_device SET used = $2 WHERE id = $1");

/* ---- the gate ---- */

static device_gate the_gate;

void device_gate_set(device_gate gate)
{
    the_gate = gate;
}

static rc ask_gate(const struct act *x, enum device_step step, const struct device *d, id approval)
{
    const struct device_question q = {.step = step, .by = x->by, .device = d, .approval = approval};
    return the_gate ? the_gate(x, &q) : OK;
}

/* ---- reading ---- */

static rc take(const struct rows *r, struct arena *a, struct device *out)
{
    *out = (struct device){.id = row_int(r, 0),
                           .account = row_int(r, 1),
                           .label = row_dup(r, 2, a),
                           .key = row_dup(r, 3, a),
                           .enrolled = row_int(r, 4),
                           .used = row_int(r, 5),
                           .authority = row_int(r, 6),
                           .serial = row_dup(r, 7, a),
                           .revoked = row_int(r, 8)};
    TRY(arena_rc(a));
    return cert_read(a, row_text(r, 9), &out->cert, tx_err(r->tx));
}

static rc no_such(struct tx *tx)
{
    return ERR(tx_err(tx), E_NOTFOUND, "DEV-004", N_("There is no such device among yours."));
}

static rc get_one(struct tx *tx, const struct query *q, struct val key, struct device *out, struct arena *a)
{
    struct rows r;
    rc found = db_one(tx, q, &key, 1, &r);
    if (found == E_NOTFOUND)
        return no_such(tx);
    TRY(found);
    rc result = take(&r, a, out);
    rc ended = rows_end(&r);
    return result != OK ? result : ended;
}

rc device_get(struct tx *tx, id device, struct device *out, struct arena *a)
{
    return get_one(tx, &dq_get, v_int(device), out, a);
}

rc devices_of(struct tx *tx, id account, struct device **out, size_t *n, struct arena *a)
{
    VEC(struct device) list = {0};
    struct rows r;
    rc result = OK;
    TRY(db_select(tx, &dq_of, VALS(v_int(account), v_int(DEVICES_EVER)), &r));
    while (result == OK && rows_next(&r)) {
        struct device *d = VEC_ADD(&list, a);
        result = d ? take(&r, a, d) : arena_failed(a);
    }
    rc ended = rows_end(&r);
    *out = list.v;
    *n = list.n;
    return result != OK ? result : ended;
}

/* ---- enrolling ---- */

/* The browser sends base64 in one line; a tool's file is PEM. */
static rc read_request(const struct act *x, str request, struct csr **out)
{
    BUF_SCOPED der = BUF_INIT(DEVICE_REQUEST_MAX);
    bool is_base64 = !str_starts(request, STR("-----")) && buf_unbase64(&der, str_trim(request)) == OK;
    return csr_read(x->a, is_base64 ? buf_str(&der) : request, out, tx_err(x->tx));
}

/* Documents are known by their SHA-256, so that is what their signatures hash with. */
static rc check_kind(const struct act *x, const struct pkey *key)
{
    bool weak = pkey_kind(key) == PKEY_RSA && pkey_bits(key) < PKEY_RSA_LEAST_BITS;
    if (pkey_digest(key) == DIGEST_SHA256 && !weak)
        return OK;
    return ERR(tx_err(x->tx), E_INVALID, "DEV-001",
               N_("A key of kind {1} is not accepted: take P-256, or RSA of at least 2,048 bits."),
               str_of(pkey_kind_name(pkey_kind(key))));
}

static rc check_room(const struct act *x)
{
    struct rows r;
    TRY(db_one(x->tx, &dq_living, VALS(v_int(x->by->account), v_int(x->at)), &r));
    bool full = row_int(&r, 0) >= DEVICES_EVER || row_int(&r, 1) >= DEVICES_MAX;
    TRY(rows_end(&r));
    if (!full)
        return OK;
    return ERR(tx_err(x->tx), E_LIMIT, "DEV-003", N_("You have {1} devices already: remove one first."),
               number_text(x->a, DEVICES_MAX));
}

static rc fingerprint(const struct act *x, const struct pkey *key, str *out)
{
    BUF_SCOPED spki = BUF_INIT(DEVICE_REQUEST_MAX);
    struct rows r;
    TRY(pkey_write_spki(key, &spki));
    *out = sha256_hex_of(x->a, buf_str(&spki));
    TRY(arena_rc(x->a));
    rc known = db_one(x->tx, &dq_by_key, VALS(v_text(*out)), &r);
    if (known == E_NOTFOUND)
        return OK;
    TRY(known);
    TRY(rows_end(&r));
    return ERR(tx_err(x->tx), E_CONFLICT, "DEV-002",
               N_("This key was enrolled before. Each key is taken once only: let the device make a new one."));
}

/* Two people of one name are told apart by the account (serialNumber, X.520 section 6.2.9). */
static rc certify(const struct act *x, struct app *app, const struct pkey *key, struct trust_issued *out)
{
    struct trust_authority by;
    struct pkey *ca_key = NULL;
    struct account owner;
    int64_t days;
    char account[ID_TEXT + 1];
    TRY(sign_param(x->tx, "device.days", x->at, &days));
    TRY(account_get(x->tx, x->by->account, &owner, x->a));
    id_text(owner.id, account);
    const struct cert_attribute subject[] = {{oid_country, STR("TW")},
                                             {oid_serial_number, str_of(account)},
                                             {oid_common_name, utf8_first(owner.name, CERT_NAME_CHARACTERS)}};
    const struct trust_order o = {
        TRUST_PERSON,
        {.subject = subject, .n_subject = sizeof subject / sizeof subject[0], .not_after = x->at + days * DAY},
        key,
        str_of(account)};
    TRY(trust_authority_named(x->tx, x->a, STR_EMPTY, &by));
    TRY(trust_key_load(x->tx, app, x->a, by.key, &ca_key));
    return trust_issue(x, app, &by, ca_key, &o, out);
}

rc device_enrol(const struct act *x, struct app *app, str label, str request, id *out)
{
    struct csr *csr = NULL;
    struct trust_issued issued;
    str key;
    check_text(tx_err(x->tx), "label", label, DEVICE_LABEL_MAX, true);
    TRY(tx_err(x->tx)->code);
    TRY(ask_gate(x, DEVICE_ENROLLING, NULL, 0));
    TRY(read_request(x, request, &csr));
    TRY(check_kind(x, csr->key));
    TRY(check_room(x));
    TRY(fingerprint(x, csr->key, &key));
    TRY(certify(x, app, csr->key, &issued));
    *out = id_new();
    TRY(act_log(x, "sign.device.enrolled", *out,
                KVS(kv_text("cert_sha256", sha256_hex_text(x->a, &issued.cert->sha256)), kv_text("key_sha256", key)),
                NULL));
    return db_exec(
        x->tx, &dq_add,
        VALS(v_int(*out), v_int(x->by->account), v_text(str_trim(label)), v_text(key), v_int(issued.id), v_int(x->at)),
        NULL);
}

/* ---- using and ending ---- */

rc device_to_sign(const struct act *x, str key, id approval, struct device *out)
{
    TRY(get_one(x->tx, &dq_by_key, v_text(key), out, x->a));
    if (out->account != x->by->account || x->by->account == 0)
        return no_such(x->tx);
    if (!device_lives(out, x->at))
        return ERR(tx_err(x->tx), E_CONFLICT, "DEV-005",
                   N_("The certificate of this device has run out or was revoked. Enrol the device again."));
    return ask_gate(x, DEVICE_APPROVING, out, approval);
}

rc device_used(const struct act *x, id device)
{
    return db_exec(x->tx, &dq_used, VALS(v_int(device), v_int(x->at)), NULL);
}

rc device_revoke(const struct act *x, const struct app *app, id device)
{
    struct device d;
    id authority;
    char account[ID_TEXT + 1];
    TRY(device_get(x->tx, device, &d, x->a));
    if (d.account != x->by->account)
        return no_such(x->tx);
    id_text(d.account, account);
    TRY(trust_revoke(x, app, d.serial, CRL_UNSPECIFIED, str_of(account), &authority));
    return act_log(x, "sign.device.removed", d.id, KVS(kv_text("key_sha256", d.key)), NULL);
}

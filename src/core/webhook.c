/* Webhooks: one address and one secret per party. The secret is sealed with the row as its context. */
#include "core/notice.h"
#include "core/outbox.h"
#include "crypto/hash.h"
#include "sys/random.h"

enum { SECRET_BYTES = 32, SIGNATURE_HEX = 64, TOLERANCE_S = 300 };

QUERY(webhook_select, "i", "tb", "SELECT url, secret FROM webhook WHERE party = $1");
QUERY(webhook_upsert, "itbi", "",
      "INSERT INTO webhook (party, url, secret, created) VALUES ($1, $2, $3, $4) "
      "ON CONFLICT (party) DO UPDATE SET url = $2, secret = $3, created = $4");
QUERY(webhook_delete, "i", "", "DELETE FROM webhook WHERE party = $1");

static str context_of(id party, char room[32])
{
    char text[ID_TEXT + 1];
    id_text(party, text);
    memcpy(room, "webhook:", 8);
    memcpy(room + 8, text, ID_TEXT);
    return str_n(room, 8 + ID_TEXT);
}

rc webhook_queue(struct tx *tx, id party, const char *event, str json_body)
{
    struct rows r;
    rc found = db_one(tx, &webhook_select, VALS(v_int(party)), &r);
    if (found == E_NOTFOUND)
        return OK;
    TRY(found);
    BUF_SCOPED url = BUF_INIT(4096);
    buf_put(&url, row_text(&r, 0));
    TRY(rows_end(&r));
    TRY(buf_rc(&url));
    return hook_queue(tx, party, buf_str(&url), event, json_body);
}

rc webhook_set(struct tx *tx, struct app *app, id party, str url, struct buf *secret_once)
{
    bool http = str_starts(url, STR("https://")) || str_starts(url, STR("http://"));
    if (!http || url.n > 2048)
        return ERR(tx_err(tx), E_INVALID, "HOK-001", N_("The webhook address must start with https:// or http://."));
    unsigned char raw[SECRET_BYTES];
    random_bytes(raw, sizeof raw);
    size_t from = secret_once->n;
    buf_put(secret_once, STR("rise_hook_"));
    buf_base64url(secret_once, str_n(raw, sizeof raw));
    TRY(buf_rc(secret_once));
    char room[32];
    BUF_SCOPED sealed = BUF_INIT(1024);
    TRY(seal(&app->seal, context_of(party, room), str_sub(buf_str(secret_once), from, secret_once->n), &sealed));
    return db_exec(tx, &webhook_upsert, VALS(v_int(party), v_text(url), v_blob(buf_str(&sealed)), v_int(tx_now(tx))),
                   NULL);
}

rc webhook_get(struct tx *tx, id party, str *url, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &webhook_select, VALS(v_int(party)), &r));
    *url = row_dup(&r, 0, a);
    TRY(rows_end(&r));
    return url->p ? OK : arena_rc(a);
}

rc webhook_secret(struct tx *tx, const struct app *app, id party, struct buf *secret)
{
    struct rows r;
    TRY(db_one(tx, &webhook_select, VALS(v_int(party)), &r));
    char room[32];
    rc opened = unseal(&app->seal, context_of(party, room), row_text(&r, 1), secret);
    rc ended = rows_end(&r);
    return opened != OK ? opened : ended;
}

rc webhook_remove(struct tx *tx, id party)
{
    return db_exec(tx, &webhook_delete, VALS(v_int(party)), NULL);
}

static rc mac_of(str secret, int64_t t, str body, char hex[2 * SHA256_LEN + 1])
{
    BUF_SCOPED text = BUF_INIT(body.n + 32);
    buf_puti(&text, t);
    buf_putc(&text, '.');
    buf_put(&text, body);
    TRY(buf_rc(&text));
    struct sha256 mac = hmac_sha256(secret, buf_str(&text));
    sha256_hex(&mac, hex);
    return OK;
}

void webhook_sign(str secret, str body, instant now, struct buf *header)
{
    char hex[2 * SHA256_LEN + 1];
    int64_t t = now / SECOND;
    if (mac_of(secret, t, body, hex) != OK) {
        header->error = E_NOMEM;
        return;
    }
    buf_printf(header, "t=%lld,v1=%s", (long long)t, hex);
}

bool webhook_verify(str secret, str header, str body, instant now)
{
    int64_t t = 0;
    bool signed_ok = false, timed = false;
    char hex[2 * SHA256_LEN + 1] = "";
    /* t comes first, so that each v1 can be compared when it is met; several v1 allow a change of secrets. */
    for (str rest = header; rest.p;) {
        str part = str_trim(str_cut(&rest, ','));
        if (!timed && str_starts(part, STR("t="))) {
            timed = str_to_i64(str_sub(part, 2, part.n), &t) == OK && mac_of(secret, t, body, hex) == OK;
        } else if (timed && str_starts(part, STR("v1="))) {
            signed_ok |= str_eq_ct(str_sub(part, 3, part.n), str_n(hex, SIGNATURE_HEX));
        }
    }
    int64_t age = now / SECOND - t;
    return signed_ok && age <= TOLERANCE_S && age >= -TOLERANCE_S;
}

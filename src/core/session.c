/* One-time links, sessions and hats. Tokens are 256 random bits; only their SHA-256 is stored. */
#include "base/vec.h"
#include "core/account.h"
#include "core/party.h"
#include "crypto/hash.h"
#include "sys/random.h"

enum { TOKEN_BYTES = 32 };

QUERY(token_insert, "biti", "",
      "INSERT INTO signin_token (hash, account, next, expires, used) VALUES ($1, $2, $3, $4, 0)");
QUERY(token_use, "bi", "", "UPDATE signin_token SET used = $2 WHERE hash = $1 AND used = 0 AND expires > $2");
QUERY(token_get, "b", "itii", "SELECT account, next, expires, used FROM signin_token WHERE hash = $1");
QUERY(tokens_open, "ii", "i",
      "SELECT CAST(count(*) AS BIGINT) FROM signin_token WHERE account = $1 AND expires > $2 AND used = 0");
QUERY(tokens_prune, "i", "", "DELETE FROM signin_token WHERE expires < $1");
QUERY(session_insert, "ibiiii", "",
      "INSERT INTO session (id, hash, account, party, created, expires) VALUES ($1, $2, $3, $4, $5, $6)");
QUERY(session_select, "bi", "iiiTIT",
      "SELECT s.id, s.account, s.party, a.name, m.perms, p.name FROM session s JOIN account a ON a.id = s.account "
      "LEFT JOIN member m ON m.account = s.account AND m.party = s.party LEFT JOIN party p ON p.id = m.party "
      "WHERE s.hash = $1 AND s.expires > $2");
QUERY(session_delete, "i", "", "DELETE FROM session WHERE id = $1");
QUERY(session_delete_other, "ii", "", "DELETE FROM session WHERE account = $1 AND id <> $2");
QUERY(sessions_prune, "i", "", "DELETE FROM session WHERE expires < $1");
QUERY(session_hat, "ii", "", "UPDATE session SET party = $2 WHERE id = $1");
QUERY(session_may_wear, "ii", "i",
      "SELECT m.party FROM session s JOIN member m ON m.account = s.account WHERE s.id = $1 AND m.party = $2");
QUERY(first_hat, "i", "i", "SELECT party FROM member WHERE account = $1 ORDER BY party LIMIT 1");
QUERY(sessions_select, "ii", "iii",
      "SELECT id, created, expires FROM session WHERE account = $1 AND expires > $2 ORDER BY id DESC LIMIT 100");

static void token_new(struct buf *text, struct sha256 *hash)
{
    unsigned char raw[TOKEN_BYTES];
    random_bytes(raw, sizeof raw);
    size_t from = text->n;
    buf_base64url(text, str_n(raw, sizeof raw));
    *hash = sha256_of(str_sub(buf_str(text), from, text->n));
}

rc signin_link(struct tx *tx, struct app *app, id account, str next_path, instant expires, struct buf *url)
{
    int64_t open;
    TRY(db_one_int(tx, &tokens_open, VALS(v_int(account), v_int(tx_now(tx))), &open));
    if (open >= SIGNIN_OPEN_MAX)
        return ERR(tx_err(tx), E_LIMIT, "ACC-002",
                   N_("Enough sign-in links are on their way already. Please look into your mail."));
    buf_put(url, app->config.base_url);
    buf_put(url, STR("/sign-in/"));
    struct sha256 hash;
    token_new(url, &hash);
    TRY(buf_rc(url));
    return db_exec(
        tx, &token_insert,
        VALS(v_blob(sha256_str(&hash)), v_int(account), v_text(next_path.n ? next_path : STR("/")), v_int(expires)),
        NULL);
}

static rc token_refused(struct tx *tx)
{
    return ERR(tx_err(tx), E_INVALID, "ACC-003",
               N_("This sign-in link was used already or is too old. Please ask for a new one."));
}

rc signin_check(struct tx *tx, str token, id *account)
{
    struct sha256 hash = sha256_of(token);
    struct rows r;
    rc found = db_one(tx, &token_get, VALS(v_blob(sha256_str(&hash))), &r);
    if (found == E_NOTFOUND)
        return token_refused(tx);
    TRY(found);
    bool good = row_int(&r, 3) == 0 && row_int(&r, 2) > tx_now(tx);
    *account = row_int(&r, 0);
    TRY(rows_end(&r));
    return good ? OK : token_refused(tx);
}

rc signin_use(struct tx *tx, str token, struct buf *cookie, str *next_path, struct arena *a)
{
    struct sha256 hash = sha256_of(token);
    int64_t used;
    TRY(db_exec(tx, &token_use, VALS(v_blob(sha256_str(&hash)), v_int(tx_now(tx))), &used));
    if (used != 1)
        return token_refused(tx);
    struct rows r;
    TRY(db_one(tx, &token_get, VALS(v_blob(sha256_str(&hash))), &r));
    id account = row_int(&r, 0);
    *next_path = row_dup(&r, 1, a);
    TRY(rows_end(&r));
    if (!next_path->p)
        return arena_rc(a);
    return session_begin(tx, account, cookie);
}

rc session_begin(struct tx *tx, id account, struct buf *cookie)
{
    int64_t hat = 0;
    rc has = db_one_int(tx, &first_hat, VALS(v_int(account)), &hat);
    if (has != OK && has != E_NOTFOUND)
        return has;
    struct sha256 hash;
    token_new(cookie, &hash);
    TRY(buf_rc(cookie));
    return db_exec(tx, &session_insert,
                   VALS(v_int(id_new()), v_blob(sha256_str(&hash)), v_int(account), v_int(hat), v_int(tx_now(tx)),
                        v_int(tx_now(tx) + SESSION_LIFE)),
                   NULL);
}

rc session_load(struct tx *tx, str cookie, instant now, struct session *out, struct arena *a)
{
    struct sha256 hash = sha256_of(cookie);
    struct rows r;
    rc found = db_one(tx, &session_select, VALS(v_blob(sha256_str(&hash)), v_int(now)), &r);
    if (found == E_NOTFOUND)
        return E_AUTH;
    TRY(found);
    bool member = !row_null(&r, 4); /* a hat whose membership has ended is not worn any more */
    *out = (struct session){.session = row_int(&r, 0),
                            .account = row_int(&r, 1),
                            .party = member ? row_int(&r, 2) : 0,
                            .perms = PUBLIC | SIGNED_IN | (member ? (perm)row_int(&r, 4) : 0),
                            .name = row_dup(&r, 3, a),
                            .party_name = member ? row_dup(&r, 5, a) : STR_EMPTY,
                            .csrf = STR_EMPTY};
    TRY(rows_end(&r));
    return out->name.p && out->party_name.p ? OK : arena_rc(a);
}

rc session_end(struct tx *tx, id session)
{
    identity_changed();
    return db_exec(tx, &session_delete, VALS(v_int(session)), NULL);
}

rc session_end_others(struct tx *tx, id account, id keep)
{
    identity_changed();
    return db_exec(tx, &session_delete_other, VALS(v_int(account), v_int(keep)), NULL);
}

rc session_act_for(struct tx *tx, id session, id party)
{
    identity_changed();
    if (party != 0) {
        int64_t same;
        rc may_wear = db_one_int(tx, &session_may_wear, VALS(v_int(session), v_int(party)), &same);
        if (may_wear == E_NOTFOUND)
            return ERR(tx_err(tx), E_DENIED, "ACC-004", N_("You are not a member of this organisation."));
        TRY(may_wear);
    }
    return db_exec(tx, &session_hat, VALS(v_int(session), v_int(party)), NULL);
}

rc sessions_of(struct tx *tx, id account, struct session_row **out, size_t *n, struct arena *a)
{
    VEC(struct session_row) list = {0};
    struct rows r;
    TRY(db_select(tx, &sessions_select, VALS(v_int(account), v_int(tx_now(tx))), &r));
    while (rows_next(&r)) {
        struct session_row *s = VEC_ADD(&list, a);
        if (!s)
            break;
        *s = (struct session_row){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2)};
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

rc sessions_forget_old(struct tx *tx, instant now)
{
    TRY(db_exec(tx, &tokens_prune, VALS(v_int(now - DAY)), NULL));
    return db_exec(tx, &sessions_prune, VALS(v_int(now)), NULL);
}

#include "core/account.h"

#include "base/utf8.h"
#include "sys/random.h"

QUERY(account_by_id, "i", "ittii", "SELECT id, email, name, lang, created FROM account WHERE id = $1");
QUERY(account_with_email, "t", "ittii", "SELECT id, email, name, lang, created FROM account WHERE email = $1");
QUERY(account_insert, "ittii", "", "INSERT INTO account (id, email, name, lang, created) VALUES ($1, $2, $3, $4, $5)");
QUERY(account_set_lang, "ii", "", "UPDATE account SET lang = $2 WHERE id = $1");
QUERY(account_set_name, "it", "", "UPDATE account SET name = $2 WHERE id = $1");

static rc take(struct rows *r, struct account *out, struct arena *a)
{
    *out = (struct account){.id = row_int(r, 0),
                            .email = row_dup(r, 1, a),
                            .name = row_dup(r, 2, a),
                            .lang = row_int(r, 3) == LANG_EN ? LANG_EN : LANG_ZH,
                            .created = row_int(r, 4)};
    TRY(rows_end(r));
    return out->email.p && out->name.p ? OK : arena_rc(a);
}

rc account_get(struct tx *tx, id account, struct account *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &account_by_id, VALS(v_int(account)), &r));
    return take(&r, out, a);
}

/* Mail systems tell addresses apart by case in theory only; people do not. */
static rc folded(str email, char *room, size_t size, str *out)
{
    if (email.n == 0 || email.n > size)
        return E_INVALID;
    for (size_t i = 0; i < email.n; i++)
        room[i] = email.p[i] >= 'A' && email.p[i] <= 'Z' ? (char)(email.p[i] + ('a' - 'A')) : email.p[i];
    *out = str_n(room, email.n);
    return OK;
}

rc account_by_email(struct tx *tx, str email, struct account *out, struct arena *a)
{
    char room[ACCOUNT_EMAIL_MAX];
    str key;
    TRY(folded(str_trim(email), room, sizeof room, &key));
    struct rows r;
    TRY(db_one(tx, &account_with_email, VALS(v_text(key)), &r));
    return take(&r, out, a);
}

rc account_ensure(struct tx *tx, str email, str name, enum lang lang, id *out)
{
    char room[ACCOUNT_EMAIL_MAX];
    str key;
    if (folded(str_trim(email), room, sizeof room, &key) != OK)
        return ERR(tx_err(tx), E_INVALID, "ACC-001", N_("The e-mail address is missing or too long."));
    rc found = db_one_int(tx, &account_with_email, VALS(v_text(key)), out);
    if (found != E_NOTFOUND)
        return found;
    *out = id_new();
    return db_exec(
        tx, &account_insert,
        VALS(v_int(*out), v_text(key), v_text(name.n ? name : utf8_cut(key, 100)), v_int(lang), v_int(tx_now(tx))),
        NULL);
}

rc account_speak(struct tx *tx, id account, enum lang lang)
{
    return db_exec(tx, &account_set_lang, VALS(v_int(account), v_int(lang)), NULL);
}

rc account_rename(struct tx *tx, id account, str name)
{
    identity_changed();
    return db_exec(tx, &account_set_name, VALS(v_int(account), v_text(name)), NULL);
}

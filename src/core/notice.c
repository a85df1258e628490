#include "core/notice.h"

#include "base/vec.h"
#include "core/outbox.h"
#include "sys/random.h"

enum { TEXT_MAX = 16 * 1024 };

QUERY(notice_whom, "i", "ti", "SELECT email, lang FROM account WHERE id = $1");
QUERY(notice_insert, "iitttii", "",
      "INSERT INTO notice (id, account, subject, body, path, at, seen) VALUES ($1, $2, $3, $4, $5, $6, $7)");
QUERY(notice_party_members, "ii", "i",
      "SELECT account FROM member WHERE party = $1 AND (perms & $2) <> 0 ORDER BY account");
QUERY(notices_select, "ii", "itttii",
      "SELECT id, subject, body, path, at, seen FROM notice WHERE account = $1 ORDER BY id DESC LIMIT $2");
QUERY(notices_count_new, "i", "i", "SELECT CAST(count(*) AS BIGINT) FROM notice WHERE account = $1 AND seen = 0");
QUERY(notices_mark, "i", "", "UPDATE notice SET seen = 1 WHERE account = $1 AND seen = 0");
QUERY(outbox_insert, "itittttiii", "",
      "INSERT INTO outbox (id, kind, party, addressee, subject, body, path, lang, state, tries, next_try, last_error, "
      "at) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting', 0, $9, '', $10)");

static rc outbox_add(struct tx *tx, str kind, id party, str to, str subject, str body, str path, enum lang lang)
{
    return db_exec(tx, &outbox_insert,
                   VALS(v_int(id_new()), v_text(kind), v_int(party), v_text(to), v_text(subject), v_text(body),
                        v_text(path), v_int(lang), v_int(tx_now(tx)), v_int(tx_now(tx))),
                   NULL);
}

rc mail_queue(struct tx *tx, str to, enum lang lang, str subject, str body)
{
    return outbox_add(tx, STR("mail"), 0, to, subject, body, STR_EMPTY, lang);
}

rc hook_queue(struct tx *tx, id party, str url, const char *event, str json_body)
{
    return outbox_add(tx, STR("hook"), party, url, str_of(event), json_body, STR_EMPTY, LANG_EN);
}

rc notice_account(struct tx *tx, id account, const struct notice *n)
{
    BUF_SCOPED to = BUF_INIT(1024);
    struct rows r;
    TRY(db_one(tx, &notice_whom, VALS(v_int(account)), &r));
    buf_put(&to, row_text(&r, 0));
    enum lang lang = row_int(&r, 1) == LANG_EN ? LANG_EN : LANG_ZH;
    TRY(rows_end(&r));

    BUF_SCOPED subject = BUF_INIT(TEXT_MAX);
    BUF_SCOPED body = BUF_INIT(TEXT_MAX);
    tr_f(&subject, lang, n->subject, n->args, n->n_args);
    tr_f(&body, lang, n->body, n->args, n->n_args);
    TRY(buf_rc(&to));
    TRY(buf_rc(&subject));
    TRY(buf_rc(&body));
    TRY(db_exec(tx, &notice_insert,
                VALS(v_int(id_new()), v_int(account), v_text(buf_str(&subject)), v_text(buf_str(&body)),
                     v_text(n->path), v_int(tx_now(tx)), v_int(0)),
                NULL));
    return outbox_add(tx, STR("mail"), 0, buf_str(&to), buf_str(&subject), buf_str(&body), n->path, lang);
}

rc notice_party(struct tx *tx, id party, perm who, const struct notice *n)
{
    enum { MEMBERS_MAX = 200 };
    id accounts[MEMBERS_MAX];
    size_t count = 0;
    struct rows r;
    TRY(db_select(tx, &notice_party_members, VALS(v_int(party), v_int(who)), &r));
    while (count < MEMBERS_MAX && rows_next(&r))
        accounts[count++] = row_int(&r, 0);
    TRY(rows_end(&r));
    for (size_t i = 0; i < count; i++)
        TRY(notice_account(tx, accounts[i], n));
    return OK;
}

rc notices_of(struct tx *tx, id account, int64_t limit, struct notice_row **out, size_t *n, struct arena *a)
{
    VEC(struct notice_row) all = {0};
    struct rows r;
    TRY(db_select(tx, &notices_select, VALS(v_int(account), v_int(limit)), &r));
    while (rows_next(&r)) {
        struct notice_row *row = VEC_ADD(&all, a);
        if (!row)
            break;
        *row = (struct notice_row){row_int(&r, 0),    row_dup(&r, 1, a), row_dup(&r, 2, a),
                                   row_dup(&r, 3, a), row_int(&r, 4),    row_int(&r, 5) != 0};
    }
    TRY(rows_end(&r));
    *out = all.v;
    *n = all.n;
    return arena_rc(a);
}

rc notices_new(struct tx *tx, id account, int64_t *n)
{
    return db_one_int(tx, &notices_count_new, VALS(v_int(account)), n);
}

rc notices_seen(struct tx *tx, id account)
{
    return db_exec(tx, &notices_mark, VALS(v_int(account)), NULL);
}

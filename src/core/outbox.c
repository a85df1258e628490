/* The sender: takes what is due, delivers it outside any transaction, then writes down how it went.
 *
 * A row is claimed by moving its next try ahead, so that two processes do not send it together; a crash in between
 * sends it again later: at least once. Back-off doubles from 30 seconds to 6 hours; after 12 tries (about two days) it
 * is given up. */
#include "core/outbox.h"

#include "base/vec.h"
#include "http/http.h"
#include "sys/clock.h"

enum { TRIES_MAX = 12, TIMEOUT_MS = 15000, REPLY_MAX = 64 * 1024, MESSAGE_MAX = 256 * 1024 };
#define CLAIM        (5 * MINUTE)
#define FIRST_WAIT   (30 * SECOND)
#define LONGEST_WAIT (6 * HOUR)

#define COLUMNS "id, kind, addressee, subject, body, path, state, tries, next_try, last_error, at, party, lang"
QUERY(outbox_due_rows, "iii", "ittttttiitiii",
      "SELECT " COLUMNS " FROM outbox WHERE state = 'waiting' AND next_try <= $1 AND (kind = 'hook' OR $2 = 1) "
      "ORDER BY next_try LIMIT $3");
QUERY(outbox_last_rows, "i", "ittttttiitiii", "SELECT " COLUMNS " FROM outbox ORDER BY id DESC LIMIT $1");
QUERY(outbox_by_id, "i", "ittttttiitiii", "SELECT " COLUMNS " FROM outbox WHERE id = $1");
QUERY(outbox_claim, "iii", "", "UPDATE outbox SET next_try = $3 WHERE id = $1 AND next_try = $2 AND state = 'waiting'");
QUERY(outbox_sent, "ii", "",
      "UPDATE outbox SET state = 'sent', tries = tries + 1, next_try = $2, last_error = '', body = '' WHERE id = $1");
QUERY(outbox_missed, "itti", "",
      "UPDATE outbox SET state = $2, tries = tries + 1, last_error = $3, next_try = $4 WHERE id = $1");

struct due {
    struct outbox_row row;
    id party;
    enum lang lang;
};

static void take(const struct rows *r, struct outbox_row *out, struct arena *a)
{
    *out = (struct outbox_row){.id = row_int(r, 0),
                               .kind = row_dup(r, 1, a),
                               .to = row_dup(r, 2, a),
                               .subject = row_dup(r, 3, a),
                               .body = row_dup(r, 4, a),
                               .path = row_dup(r, 5, a),
                               .state = row_dup(r, 6, a),
                               .tries = row_int(r, 7),
                               .next = row_int(r, 8),
                               .last_error = row_dup(r, 9, a),
                               .at = row_int(r, 10)};
}

rc outbox_list(struct tx *tx, int64_t limit, struct outbox_row **out, size_t *n, struct arena *a)
{
    VEC(struct outbox_row) all = {0};
    struct rows r;
    TRY(db_select(tx, &outbox_last_rows, VALS(v_int(limit)), &r));
    while (rows_next(&r)) {
        struct outbox_row *row = VEC_ADD(&all, a);
        if (!row)
            break;
        take(&r, row, a);
    }
    TRY(rows_end(&r));
    *out = all.v;
    *n = all.n;
    return arena_rc(a);
}

rc outbox_get(struct tx *tx, id row, struct outbox_row *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, &outbox_by_id, VALS(v_int(row)), &r));
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

static rc due_rows(struct app *app, int max, struct due **out, size_t *n, struct arena *a)
{
    VEC(struct due) all = {0};
    struct tx *tx;
    struct rows r;
    TRY(db_read_begin(app->db, &tx));
    rc result =
        db_select(tx, &outbox_due_rows, VALS(v_int(clock_now()), v_int(app->config.smtp_url.n > 0), v_int(max)), &r);
    if (result == OK) {
        while (rows_next(&r)) {
            struct due *d = VEC_ADD(&all, a);
            if (!d)
                break;
            take(&r, &d->row, a);
            d->party = row_int(&r, 11);
            d->lang = row_int(&r, 12) == LANG_EN ? LANG_EN : LANG_ZH;
        }
        result = rows_end(&r);
    }
    db_read_end(tx);
    *out = all.v;
    *n = all.n;
    return result != OK ? result : arena_rc(a);
}

struct claim {
    const struct due *d;
    bool won;
};

static rc claim_write(struct tx *tx, void *arg)
{
    struct claim *c = arg;
    int64_t n;
    TRY(db_exec(tx, &outbox_claim, VALS(v_int(c->d->row.id), v_int(c->d->row.next), v_int(clock_now() + CLAIM)), &n));
    c->won = n == 1;
    return OK;
}

static rc send_mail(struct app *app, const struct due *d, struct err *err)
{
    BUF_SCOPED text = BUF_INIT(MESSAGE_MAX);
    buf_put(&text, d->row.body);
    if (d->row.path.n > 0) {
        buf_put(&text, STR("\n\n"));
        buf_put(&text, app->config.base_url);
        buf_put(&text, d->row.path);
    }
    buf_put(&text, STR("\n"));
    BUF_SCOPED message = BUF_INIT(MESSAGE_MAX * 2);
    TRY(buf_rc(&text));
    TRY(mail_compose(&message, app->config.mail_from, d->row.to, d->row.subject, buf_str(&text), d->row.id,
                     clock_now()));
    struct mail m = {app->config.smtp_url, app->config.mail_from, d->row.to, buf_str(&message), TIMEOUT_MS};
    return mail_send(&m, err);
}

static rc hook_secret(struct app *app, id party, struct buf *secret)
{
    struct tx *tx;
    TRY(db_read_begin(app->db, &tx));
    rc result = webhook_secret(tx, app, party, secret);
    db_read_end(tx);
    return result;
}

static rc send_hook(struct app *app, const struct due *d, struct err *err)
{
    BUF_SCOPED secret = BUF_INIT(256);
    rc known = hook_secret(app, d->party, &secret);
    if (known == E_NOTFOUND)
        return ERR(err, E_INVALID, "HOK-002", N_("The webhook was removed."));
    TRY(known);
    BUF_SCOPED headers = BUF_INIT(1024);
    char number[ID_TEXT + 1];
    id_text(d->row.id, number);
    buf_put(&headers, STR("Rise-Signature: "));
    webhook_sign(buf_str(&secret), d->row.body, clock_now(), &headers);
    TRY(buf_rc(&headers));
    BUF_SCOPED event = BUF_INIT(256);
    buf_printf(&event, "Rise-Event: %.*s", STR_ARG(d->row.subject));
    BUF_SCOPED delivery = BUF_INIT(64);
    buf_printf(&delivery, "Rise-Delivery: %s", number);
    TRY(buf_rc(&event));
    TRY(buf_rc(&delivery));
    const char *const list[] = {"Content-Type: application/json", headers.p, event.p, delivery.p, NULL};
    int status = 0;
    BUF_SCOPED reply = BUF_INIT(REPLY_MAX);
    struct http_fetch f = {.method = HTTP_POST,
                           .url = d->row.to,
                           .headers = list,
                           .body = d->row.body,
                           .timeout_ms = TIMEOUT_MS,
                           .max_reply = REPLY_MAX,
                           .allow_private = app->config.demo};
    TRY(http_fetch(&f, &status, &reply, err));
    if (status >= 200 && status < 300)
        return OK;
    BUF_SCOPED code = BUF_INIT(16);
    buf_puti(&code, status);
    return ERR(err, status == 410 ? E_INVALID : E_UNAVAILABLE, "HOK-003", N_("The webhook answered {1}."),
               buf_str(&code));
}

struct outcome {
    const struct due *d;
    rc result;
    str error;
};

static instant wait_after(int64_t tries)
{
    instant wait = FIRST_WAIT;
    for (int64_t i = 0; i < tries && wait < LONGEST_WAIT; i++)
        wait *= 2;
    return wait < LONGEST_WAIT ? wait : LONGEST_WAIT;
}

static rc outcome_write(struct tx *tx, void *arg)
{
    const struct outcome *o = arg;
    if (o->result == OK)
        return db_exec(tx, &outbox_sent, VALS(v_int(o->d->row.id), v_int(clock_now())), NULL);
    bool over = o->result == E_INVALID || o->d->row.tries + 1 >= TRIES_MAX;
    return db_exec(tx, &outbox_missed,
                   VALS(v_int(o->d->row.id), v_text(over ? STR("failed") : STR("waiting")), v_text(o->error),
                        v_int(clock_now() + wait_after(o->d->row.tries))),
                   NULL);
}

static rc deliver_one(struct app *app, const struct due *d, int *sent)
{
    struct claim claim = {d, false};
    TRY(db_write(app->db, claim_write, &claim));
    if (!claim.won)
        return OK;
    struct err why = {0};
    rc result = str_eq(d->row.kind, STR("mail")) ? send_mail(app, d, &why) : send_hook(app, d, &why);
    BUF_SCOPED text = BUF_INIT(4096);
    if (result != OK && why.main.msgid)
        err_format(&text, why.main.msgid, &why.main);
    else if (result != OK)
        buf_put(&text, str_of(rc_name(result)));
    struct outcome o = {d, result, buf_str(&text)};
    TRY(db_write(app->db, outcome_write, &o));
    *sent += result == OK;
    return OK;
}

rc outbox_deliver(struct app *app, int max, int *sent, struct err *err)
{
    (void)err;
    *sent = 0;
    struct arena *a = arena_new(16 * 1024 * 1024);
    if (!a)
        return E_NOMEM;
    struct due *due;
    size_t n;
    rc result = due_rows(app, max, &due, &n, a);
    for (size_t i = 0; result == OK && i < n; i++)
        result = deliver_one(app, &due[i], sent);
    arena_free(a);
    return result;
}

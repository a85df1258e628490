/* Fills an initialised database with accounts for the transfer benchmark and makes an API key.
 *
 *     setup --data-dir DIR [--db URL] N ACCOUNTS_FILE KEY_FILE
 *
 * N accounts of a thousand million points each; their ids, one a line, go to ACCOUNTS_FILE. */
#include <stdio.h>

#include "base/vec.h"
#include "core/account.h"
#include "core/ledger.h"
#include "core/party.h"
#include "sys/file.h"
#include "sys/random.h"
#include "sys/start.h"

enum { FILE_CAP = 16 << 20, ARENA_CAP = 1 << 20, BATCH = 1000 };

struct work {
    struct app *app;
    id source, agency, account;
    int64_t left;
    size_t mark; /* ids of finished batches */
    struct buf ids, key;
};

static rc open_source(struct tx *tx, void *arg)
{
    struct work *w = arg;
    buf_clear(&w->key);
    w->agency = id_new();
    w->source = id_new();
    TRY(account_ensure(tx, STR("bench@example.test"), STR("Bench"), LANG_EN, &w->account));
    TRY(party_add(tx, &(struct party){.id = w->agency, .kind = PARTY_AGENCY, .name = STR("Bench"), .ubn = STR_EMPTY}));
    TRY(member_add(tx, w->agency, w->account, AS_OFFICER));
    id key;
    TRY(apikey_make(tx, w->agency, w->account, AS_OFFICER, STR("bench"), &w->key, &key));
    return ledger_open(tx,
                       &(struct ledger_account){
                           .id = w->source, .kind = STR("bench-source"), .unit = UNIT_POINT, .floor = LEDGER_NO_FLOOR});
}

static rc open_accounts(struct tx *tx, void *arg)
{
    struct work *w = arg;
    w->ids.n = w->mark; /* may be a second run */
    for (int64_t i = 0; i < BATCH && i < w->left; i++) {
        id account = id_new();
        TRY(ledger_open(
            tx, &(struct ledger_account){.id = account, .owner = account, .kind = STR("bench"), .unit = UNIT_POINT}));
        TRY(ledger_post(tx, &(struct transfer){.id = id_new(),
                                               .debit = w->source,
                                               .credit = account,
                                               .amount = points(1000000000),
                                               .kind = "bench",
                                               .at = tx_now(tx)}));
        char text[ID_TEXT + 1];
        id_text(account, text);
        buf_printf(&w->ids, "%s\n", text);
    }
    return buf_rc(&w->ids);
}

static rc run(struct app *app, int64_t n, const char *ids_file, const char *key_file, struct err *err)
{
    TRY(app_open(app, err));
    struct work w = {.app = app, .left = n, .ids = BUF_INIT(FILE_CAP), .key = BUF_INIT(256)};
    rc result = db_write(app->db, open_source, &w);
    while (result == OK && w.left > 0) {
        result = db_write(app->db, open_accounts, &w);
        w.left -= BATCH;
        w.mark = w.ids.n;
    }
    if (result == OK)
        result = file_write(ids_file, buf_str(&w.ids), 0600, err);
    if (result == OK)
        result = file_write(key_file, buf_str(&w.key), 0600, err);
    buf_free(&w.ids);
    buf_free(&w.key);
    app_close(app);
    return result;
}

int main(int argc, char **argv)
{
    sys_start();
    struct arena *a = arena_new(ARENA_CAP);
    struct app app = {0};
    struct err err = {0};
    int rest_n = 0;
    char **rest = NULL;
    int64_t n = 0;
    if (!a || config_load(a, argc - 1, argv + 1, NULL, &app.config, &rest_n, &rest, &err) != OK || rest_n != 3 ||
        str_to_i64(str_of(rest[0]), &n) != OK) {
        fputs("usage: setup --data-dir DIR [--db URL] N ACCOUNTS_FILE KEY_FILE\n", stderr);
        return 2;
    }
    rc result = run(&app, n, rest[1], rest[2], &err);
    if (result != OK)
        fprintf(stderr, "setup: %s %s\n", rc_name(result), err.main.msgid ? err.main.msgid : "");
    arena_free(a);
    return result == OK ? 0 : 1;
}

/* Exports of crowdfunding platforms: headings, encodings, amounts, times, identity numbers, refunds; and receipt codes
 * as typed. The real import runs in a small round; whatever the file says, its rows add up and `rise doctor` agrees. */
#include "core/account.h"
#include "core/app.h"
#include "fuzz.h"
#include "mod/fund/gift.h"
#include "mod/fund/gift_rules.h"
#include "mod/fund/proposal.h"

extern const struct migration core_migrations[], fund_migrations[];
extern const size_t core_migrations_n, fund_migrations_n;

static struct app app;
static struct arena *a;
static id source, programme;
static const instant now = INT64_C(1790000000) * SECOND;

QUERY(fz_proposal, "iiii", "",
      "INSERT INTO fund_proposal (" PROPOSAL_COLS ") VALUES ($1, $2, 1, $3, 'T', '', 'S', '', 'welfare', 1,"
      " 'association', 'TPE', 'p', 's', 'i', 'l', '', '', 't@t.example', 'accepted', 2, 0, 0, 1, $4, $4, $4, 0)");
QUERY(fz_clear, "", "", "DELETE FROM fund_gift");
QUERY(fz_clear_imports, "", "", "DELETE FROM fund_gift_import");
QUERY(fz_clear_counts, "", "", "DELETE FROM fund_gift_count");
QUERY(fz_clear_tiles, "", "", "DELETE FROM fund_gift_tile");
QUERY(fz_clear_totals, "", "", "DELETE FROM fund_gift_total");
QUERY(fz_clear_days, "", "", "DELETE FROM fund_gift_day");

static rc open_round(struct tx *tx, void *arg)
{
    struct act x = {.tx = tx, .a = a, .by = &act_system, .at = now};
    struct programme p = {
        .code = STR("fuzz"), .name_zh = STR("z"), .name_en = STR("e"), .opens = 20000, .closes = 30000};
    struct fund_dates d = {now - 9 * DAY, now - 8 * DAY, now - 7 * DAY, now + 7 * DAY};
    (void)arg;
    TRY(fund_round_add(&x, &p, &d, &programme));
    TRY(fund_budget_add(&x, programme, twd(100000000), STR("fuzz"))); /* the rules promise the pool out of it */
    for (int k = FUND_PREPARED; k < FUND_GIFTS; k++)
        TRY(fund_round_next(&x, programme, (enum fund_phase)k));
    TRY(db_exec(tx, &fz_proposal, VALS(v_int(77), v_int(programme), v_int(1), v_int(now)), NULL));
    return fund_source_add(&x, &app, programme, STR("one"), STR("One"), &source);
}

static rc import(struct tx *tx, void *arg)
{
    struct act x = {.tx = tx, .a = a, .by = &act_system, .at = now};
    id i;
    return fund_import_here(&x, &app, source, STR("f.csv"), *(const str *)arg, &i);
}

static rc clear(struct tx *tx, void *arg)
{
    static const struct query *const q[] = {&fz_clear,       &fz_clear_imports, &fz_clear_counts,
                                            &fz_clear_tiles, &fz_clear_totals,  &fz_clear_days};
    (void)arg;
    for (size_t k = 0; k < sizeof q / sizeof q[0]; k++)
        TRY(db_exec(tx, q[k], NOVALS, NULL));
    return OK;
}

static void start(void)
{
    static struct err err;
    a = arena_new(256 << 20);
    HOLDS(a && db_open(STR("sqlite::memory:"), NULL, &app.db, &err) == OK);
    HOLDS(db_migrate(app.db, core_migrations, core_migrations_n, NULL, &err) == OK);
    HOLDS(db_migrate(app.db, fund_migrations, fund_migrations_n, NULL, &err) == OK);
    HOLDS(db_write(app.db, open_round, NULL) == OK);
}

static void doctor_agrees(void)
{
    static rc (*const checks[])(struct app *, struct tx *, struct buf *) = {fund_check_gift_sums, fund_check_gift_rows,
                                                                            fund_check_gift_roots};
    struct tx *tx;
    HOLDS(db_read_begin(app.db, &tx) == OK);
    for (size_t k = 0; k < sizeof checks / sizeof checks[0]; k++) {
        BUF_SCOPED finding = BUF_INIT(4096);
        HOLDS(checks[k](&app, tx, &finding) == OK);
    }
    db_read_end(tx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str bytes = str_n(data, size);
    char code[GIFT_CODE + 1], shown[GIFT_CODE_TYPED + 1], again[GIFT_CODE + 1], number[IDENTITY_MAX + 1],
        same[IDENTITY_MAX + 1];
    if (!app.db)
        start();
    if (gift_code_parse(bytes, code) == OK) {
        gift_code_show(str_of(code), shown);
        HOLDS(gift_code_parse(str_of(shown), again) == OK && strcmp(code, again) == 0);
    }
    if (identity_read(bytes, number) >= IDENTITY_NATIONAL)
        HOLDS(identity_read(str_of(number), same) >= IDENTITY_NATIONAL && strcmp(number, same) == 0);
    if (db_write(app.db, import, &bytes) == OK)
        doctor_agrees();
    HOLDS(db_write(app.db, clear, NULL) == OK);
    arena_reset(a);
    return 0;
}

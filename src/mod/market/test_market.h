/* A small world for the tests of this module: one programme, one vendor with one solution, firms as needed. */
#ifndef RISE_MOD_MARKET_TEST_H
#define RISE_MOD_MARKET_TEST_H

#include "core/account.h"
#include "dbt.h"
#include "mod/market/parts.h"
#include "sys/clock.h"
#include "sys/random.h"

extern const struct migration core_migrations[], market_migrations[];
extern const size_t core_migrations_n, market_migrations_n;

struct world {
    struct db *db;
    struct arena *a;
    id programme, vendor, solution, plan, firm, account, officer_account;
    struct session officer, as_vendor, as_firm;
    struct err err; /* of the last write */
    rc (*fn)(struct world *w, struct act *x);
    const struct session *by;
    /* what a test hands in and gets back */
    id order, other, out;
    int64_t n;
    str text;
    struct import_report report;
};

static inline rc world_write(struct tx *tx, void *arg)
{
    struct world *w = arg;
    struct act x = {.tx = tx, .a = w->a, .by = w->by, .at = clock_now()};
    rc r = w->fn(w, &x);
    w->err = *tx_err(tx);
    for (int i = 0; i < w->err.n_fields; i++)
        for (int j = 0; j < w->err.fields[i].n_args; j++)
            w->err.fields[i].arg[j] = arena_str(w->a, tx_err(tx)->fields[i].arg[j]);
    return r;
}

/* Runs fn as `by` in a transaction of its own. */
static inline rc act(struct world *w, const struct session *by, rc (*fn)(struct world *w, struct act *x))
{
    w->fn = fn;
    w->by = by;
    return db_write(w->db, world_write, w);
}

/* The code of the whole or, for a form, of its first wrong field. */
#define t_code(w, want)                                                                                                \
    t_str(str_of((w)->err.main.code ? (w)->err.main.code : (w)->err.n_fields ? (w)->err.fields[0].code : ""), STR(want))

static inline rc world_registry(struct world *w, struct act *x)
{
    (void)w;
    static const char *const ubns[] = {"04595257", "22099131", "10458575", "12345675"};
    for (size_t i = 0; i < 4; i++)
        TRY(mkt_registry_put(x->tx, &(struct mkt_registry_entry){.ubn = str_of(ubns[i]),
                                                                 .name = STR("測試小店"),
                                                                 .status = STR("active"),
                                                                 .kind = STR("company"),
                                                                 .capital_known = true,
                                                                 .capital = 1000000,
                                                                 .address = STR("臺北市測試路1號"),
                                                                 .trade = STR("餐館"),
                                                                 .county = STR("TPE"),
                                                                 .as_of = 20000}));
    return OK;
}

static inline rc world_make(struct world *w, struct act *x)
{
    day today = instant_day(x->at);
    struct programme p = {.code = STR("test"),
                          .name_zh = STR("測試"),
                          .name_en = STR("Test"),
                          .opens = today - 30,
                          .closes = today + 700};
    TRY(mkt_scheme_add(x, &p, &w->programme));
    TRY(mkt_budget_add(x, w->programme, points(100000), STR("test")));
    int64_t v;
    TRY(mkt_contract_publish(x, w->programme, today, STR("契約"), STR("Contract"), &v));
    TRY(world_registry(w, x));
    TRY(account_ensure(x->tx, STR("owner@mail.example"), STR("店主"), LANG_ZH, &w->account));
    struct session someone = {.account = w->account, .perms = PUBLIC | SIGNED_IN, .name = STR("店主")};
    struct act vendor = *x;
    vendor.by = &someone;
    TRY(mkt_vendor_register(&vendor,
                            &(struct mkt_vendor_form){.ubn = STR("12345675"),
                                                      .name = STR("雲朵軟體"),
                                                      .name_en = STR("Cloudlet"),
                                                      .email = STR("v@cloudlet.example"),
                                                      .bank_code = STR("812"),
                                                      .bank_account = STR("123456789012"),
                                                      .capital = 1000000},
                            &w->vendor));
    TRY(mkt_vendor_set_state(x, w->vendor, MKT_LISTED));
    w->as_vendor = (struct session){
        .account = w->account, .party = w->vendor, .perms = PUBLIC | SIGNED_IN | AS_VENDOR, .name = STR("廠商")};
    vendor.by = &w->as_vendor;
    TRY(mkt_solution_add(&vendor, w->vendor,
                         &(struct mkt_solution_form){.code = STR("S1"),
                                                     .category = STR("shop"),
                                                     .name = STR("雲端點餐"),
                                                     .name_en = STR("Cloud Ordering"),
                                                     .summary = STR("線上點餐與外帶"),
                                                     .summary_en = STR("Online ordering"),
                                                     .sla = {9990, 2, 100, 60, 1440}},
                         &w->solution));
    TRY(mkt_plan_add(&vendor, w->solution, &(struct mkt_plan_form){STR("一年"), STR("One year"), 12000, 12, true},
                     &w->plan));
    TRY(mkt_solution_set_state(x, w->solution, MKT_LISTED));
    return OK;
}

static inline rc world_firm(struct world *w, struct act *x)
{
    struct session someone = {.account = w->account, .perms = PUBLIC | SIGNED_IN, .name = STR("店主")};
    struct act firm = *x;
    firm.by = &someone;
    TRY(mkt_firm_register(
        &firm, &(struct mkt_firm_form){.ubn = STR("04595257"), .capital = -1, .headcount = 5, .trade = STR("food")},
        &w->firm));
    w->as_firm = (struct session){
        .account = w->account, .party = w->firm, .perms = PUBLIC | SIGNED_IN | AS_FIRM, .name = STR("店主")};
    firm.by = &w->as_firm;
    id grant;
    return mkt_grant_give(&firm, w->firm, &grant);
}

static inline void world_open(struct world *w, int engine)
{
    enum { ARENA_BYTES = 64 << 20 };
    *w = (struct world){.db = dbt_open(engine, core_migrations, core_migrations_n), .a = arena_new(ARENA_BYTES)};
    struct err err = {0};
    if (db_migrate(w->db, market_migrations, market_migrations_n, NULL, &err) != OK)
        dbt_fail("db_migrate", &err);
    clock_fix(civil_instant((struct civil){.year = 2026, .month = 3, .day = 2, .hour = 10}, 480));
    rc r = act(w, &act_system, world_make);
    if (r != OK)
        dbt_fail("world_make", &w->err);
    w->officer = act_system;
    r = act(w, &act_system, world_firm);
    if (r != OK)
        dbt_fail("world_firm", &w->err);
}

static inline void world_close(struct world *w)
{
    arena_free(w->a);
    dbt_close(w->db);
}

static inline void later(int64_t days)
{
    clock_fix(clock_now() + days * DAY);
}

/* The doctor's checks of the module and of the ledger: after every story. */
static inline void t_sound(struct world *w)
{
    struct tx *tx;
    struct app app = {.lang = LANG_EN};
    t_ok(db_read_begin(w->db, &tx));
    BUF_SCOPED finding = BUF_INIT(10000);
    for (size_t i = 0; i < MKT_CHECKS; i++) {
        rc r = mkt_checks[i].run(&app, tx, &finding);
        ck_assert_msg(r == OK, "%s: %s %s", mkt_checks[i].name, rc_name(r), finding.p ? finding.p : "");
    }
    rc r = ledger_check(tx, LANG_EN, &finding);
    ck_assert_msg(r == OK, "ledger: %s", finding.p ? finding.p : "");
    db_read_end(tx);
}

#endif

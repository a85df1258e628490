/* Imports, the catalogue and its search, listings by cases, the signed webhook, and a small demonstration world; on
 * both engines. */
#include "core/demo.h"
#include "core/note.h"
#include "mod/market/test_market.h"

static rc import_registry(struct world *w, struct act *x)
{
    return mkt_registry_import(x, w->text, 20500, &w->report);
}

static rc count_registry(struct world *w, struct act *x)
{
    struct mkt_registry_entry e;
    rc r = mkt_registry_file.find(x->tx, STR("00000022"), &e, x->a);
    w->text = r == OK ? e.name : STR_EMPTY;
    w->n = e.capital;
    return r;
}

#define HEAD "營業地址,統一編號,總機構統一編號,營業人名稱,資本額,設立日期,組織別名稱,使用統一發票,行業代號,名稱\r\n"

START_TEST(registry_csv)
{
    struct world w;
    world_open(&w, _i);
    w.text = STR("\xEF\xBB\xBF" HEAD
                 ",,,,,,,,,\r\n台北市測試路1號,00000022,,散步水獺豆花店,200000,1090315,獨資,Y,561113,餐館\r\n");
    t_ok(act(&w, &act_system, import_registry));
    ck_assert_int_eq(w.report.added, 1);
    ck_assert_int_eq(w.report.skipped, 1);
    t_ok(act(&w, &act_system, count_registry));
    t_str(w.text, STR("散步水獺豆花店"));
    ck_assert_int_eq(w.n, 200000);
    world_close(&w);
}
END_TEST

START_TEST(registry_csv_all_or_nothing)
{
    struct world w;
    world_open(&w, _i);
    w.text = STR(HEAD "路,00000022,,好店,1,1090315,獨資,Y,1,餐館\r\n"
                      "路,22,,少了零,1,1090315,獨資,Y,1,餐館\r\n"
                      "路,12345678,,錯號,一萬,1091315,獨資,Y,1,餐館\r\n"
                      "路,00000022,,重複,1,1090315,獨資,Y,1,餐館\r\n");
    t_rc(act(&w, &act_system, import_registry), E_INVALID);
    t_code(&w, "IMP-001");
    ck_assert_int_eq(w.report.bad, 3);
    ck_assert_uint_eq(w.report.n_errors, 5);
    t_str(str_of(w.report.errors[0].code), STR("MKT-031")); /* leading zeros */
    ck_assert_int_eq(w.report.errors[0].row, 3);
    t_str(str_of(w.report.errors[1].code), STR("MKT-002"));
    t_str(str_of(w.report.errors[2].column), STR("資本額"));
    t_str(str_of(w.report.errors[3].code), STR("MKT-033"));
    t_str(str_of(w.report.errors[4].code), STR("MKT-034"));
    t_rc(act(&w, &act_system, count_registry), E_NOTFOUND); /* not even the good row */
    w.text = STR("name,capital\r\nx,1\r\n");
    t_rc(act(&w, &act_system, import_registry), E_INVALID);
    t_str(str_of(w.report.errors[0].code), STR("IMP-002"));
    world_close(&w);
}
END_TEST

START_TEST(registry_csv_in_big5)
{
    /* 統一編號,營業人名稱 / 00000022,水獺 in Big5 */
    struct world w;
    world_open(&w, _i);
    w.text = STR(
        "\xB2\xCE\xA4\x40\xBD\x73\xB8\xB9,\xC0\xE7\xB7\x7E\xA4\x48\xA6\x57\xBA\xD9\r\n00000022,\xA4\xF4\xC3\xA1\r\n");
    t_ok(act(&w, &act_system, import_registry));
    t_str(str_of(w.report.encoding), STR("Big5"));
    t_ok(act(&w, &act_system, count_registry));
    t_str(w.text, STR("水獺"));
    world_close(&w);
}
END_TEST

/* ---- the catalogue ---- */

static rc export_import(struct world *w, struct act *x)
{
    struct buf out = BUF_INIT(1 << 20);
    rc r = mkt_catalogue_export(x->tx, 0, &out);
    w->text = arena_str(x->a, buf_str(&out));
    buf_free(&out);
    TRY(r);
    return mkt_catalogue_import(x, w->text, 0, &w->report);
}

static rc import_catalogue(struct world *w, struct act *x)
{
    return mkt_catalogue_import(x, w->text, 0, &w->report);
}

#define CAT_WITH                                                                                                       \
    "vendor_ubn,code,category,name,name_en,summary,summary_en,availability,support,compensation,response,recovery_"    \
    "point,plan,plan_en,price,months"
#define CAT CAT_WITH "\r\n"

static struct mkt_card *find(struct world *w, struct mkt_filter f, size_t *n)
{
    struct tx *tx;
    struct mkt_card *cards;
    int64_t total;
    t_ok(db_read_begin(w->db, &tx));
    rc r = mkt_catalogue(tx, w->programme, day_of(2026, 3, 2), &f, &cards, n, &total, w->a);
    db_read_end(tx);
    t_ok(r);
    ck_assert_int_eq(total, (int64_t)*n);
    return cards;
}

START_TEST(catalogue_csv_and_search)
{
    struct world w;
    size_t n;
    world_open(&w, _i);
    t_ok(act(&w, &act_system, export_import)); /* what was written can be read again */
    ck_assert_int_eq(w.report.changed, 0);
    ck_assert_int_eq(w.report.skipped, 1);
    ck_assert_int_eq(w.report.added, 0);
    w.text = STR(
        CAT
        "12345675,S2,marketing,會員集點,Loyalty,集點與生日禮,Points,9950,always,50,30,60,年繳,Yearly,36000,12\r\n"
        "12345675,S2,marketing,會員集點,Loyalty,集點與生日禮,Points,9950,always,50,30,60,季繳,Quarterly,10000,3\r\n");
    t_ok(act(&w, &act_system, import_catalogue));
    ck_assert_int_eq(w.report.added, 1);
    struct mkt_card *c = find(&w, (struct mkt_filter){.own_max = -1, .available = -1, .sort = STR("price")}, &n);
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(c[0].price.n, 10000);
    ck_assert_int_eq(c[0].own.n, 2000);
    c = find(&w, (struct mkt_filter){.query = STR("點餐"), .own_max = -1, .available = -1}, &n);
    ck_assert_uint_eq(n, 1);
    t_str(c[0].name, STR("雲端點餐"));
    find(&w, (struct mkt_filter){.query = STR("點"), .own_max = -1, .available = -1, .category = STR("marketing")}, &n);
    ck_assert_uint_eq(n, 1);
    find(&w, (struct mkt_filter){.own_max = 2399, .available = -1}, &n); /* 12,000 leaves 2,400 to pay */
    ck_assert_uint_eq(n, 1);
    find(&w, (struct mkt_filter){.own_max = 2400, .available = -1}, &n);
    ck_assert_uint_eq(n, 2);
    find(&w, (struct mkt_filter){.own_max = -1, .available = -1, .support_min = 3}, &n);
    ck_assert_uint_eq(n, 1);
    find(&w, (struct mkt_filter){.own_max = 0, .available = 0}, &n);
    ck_assert_uint_eq(n, 0);
    world_close(&w);
}
END_TEST

START_TEST(catalogue_csv_all_or_nothing)
{
    struct world w;
    size_t n;
    world_open(&w, _i);
    w.text = STR(CAT "12345675,S3,office,好,Good,好,Good,9950,always,50,30,60,年繳,Yearly,36000,12\r\n"
                     "22099131,S4,office,無主,Nobody,好,Good,9950,always,50,30,60,年繳,Yearly,36000,12\r\n"
                     "12345675,S5,nowhere,壞,Bad,好,Good,9950,never,50,30,60,年繳,Yearly,abc,12\r\n"
                     "12345675,S6,office,壞,Bad,好,Good,11000,always,50,30,60,年繳,Yearly,100,0\r\n");
    t_rc(act(&w, &act_system, import_catalogue), E_INVALID);
    ck_assert_int_eq(w.report.bad, 3);
    find(&w, (struct mkt_filter){.own_max = -1, .available = -1, .category = STR("office")}, &n);
    ck_assert_uint_eq(n, 0);
    world_close(&w);
}
END_TEST

static rc load_solution(struct world *w, struct act *x)
{
    struct mkt_solution s;
    TRY(mkt_solution_get(x->tx, w->solution, &s, x->a));
    w->text = arena_printf(x->a, "%.*s|%.*s|%.*s|%d", STR_ARG(s.description), STR_ARG(s.description_en),
                           STR_ARG(s.website), s.n_plans > 0 && s.plans[0].active);
    return OK;
}

#define ROW_OF_S1                                                                                                      \
    "12345675,S1,shop,雲端點餐,Cloud Ordering,線上點餐,Online ordering,9990,holidays,100,60,1440,一年,One "  \
    "year,12000,12"

START_TEST(a_column_that_is_absent_keeps_what_is_there)
{
    struct world w;
    world_open(&w, _i);
    w.text = STR(CAT_WITH ",description,description_en,website,active\r\n" ROW_OF_S1
                          ",長的說明,Long,https://s1.example/,0\r\n");
    t_ok(act(&w, &act_system, import_catalogue));
    t_ok(act(&w, &act_system, load_solution));
    t_str(w.text, STR("長的說明|Long|https://s1.example/|0"));
    w.text = STR(CAT ROW_OF_S1 "\r\n");
    t_ok(act(&w, &act_system, import_catalogue));
    ck_assert_int_eq(w.report.skipped, 1); /* nothing that the file says is new */
    t_ok(act(&w, &act_system, load_solution));
    t_str(w.text, STR("長的說明|Long|https://s1.example/|0"));
    w.text = STR(CAT_WITH ",description,active\r\n" ROW_OF_S1 ",,1\r\n"); /* there, and empty */
    t_ok(act(&w, &act_system, import_catalogue));
    t_ok(act(&w, &act_system, load_solution));
    t_str(w.text, STR("|Long|https://s1.example/|1"));
    world_close(&w);
}
END_TEST

/* ---- listing by cases, two officers above the threshold ---- */

static rc add_solution(struct world *w, struct act *x)
{
    TRY(mkt_solution_add(x, w->vendor,
                         &(struct mkt_solution_form){.code = STR("S9"),
                                                     .category = STR("office"),
                                                     .name = STR("大單"),
                                                     .name_en = STR("Big"),
                                                     .summary = STR("大"),
                                                     .summary_en = STR("Big"),
                                                     .sla = {9990, 2, 100, 60, 1440}},
                         &w->other));
    rc empty = mkt_solution_submit(x, w->other);
    if (empty != E_CONFLICT)
        return E_INTERNAL;
    err_clear(tx_err(x->tx));
    id plan;
    TRY(mkt_plan_add(x, w->other, &(struct mkt_plan_form){STR("年"), STR("Year"), w->n, 12, true}, &plan));
    TRY(mkt_solution_submit(x, w->other));
    struct mkt_solution s;
    TRY(mkt_solution_get(x->tx, w->other, &s, x->a));
    w->out = s.listing;
    return OK;
}

static rc move(struct world *w, struct act *x)
{
    bool done;
    rc r = mkt_listing_move(x, w->out, w->text, STR("原因"), &done);
    w->n = done;
    return r;
}

static rc officers(struct world *w, struct act *x)
{
    TRY(account_ensure(x->tx, STR("o1@gov.example"), STR("甲"), LANG_ZH, &w->officer_account));
    TRY(account_ensure(x->tx, STR("o2@gov.example"), STR("乙"), LANG_ZH, &w->order));
    return OK;
}

static rc clock_turn(struct world *w, struct act *x)
{
    int reminded, lapsed;
    TRY(mkt_listings_remind(x, 50, &reminded));
    TRY(mkt_listings_lapse(x, 50, &lapsed));
    w->n = 10 * reminded + lapsed;
    return OK;
}

static rc look_at_case(struct world *w, struct act *x)
{
    struct case_row c;
    struct mkt_solution s;
    struct case_event *e;
    struct notice_row *notices;
    size_t n, told;
    TRY(case_get(x->tx, w->out, &c, x->a));
    TRY(case_history(x->tx, w->out, &e, &n, x->a));
    TRY(mkt_solution_get(x->tx, w->other, &s, x->a));
    TRY(notices_of(x->tx, w->account, 1, &notices, &told, x->a));
    w->text = arena_printf(x->a, "%.*s %s %.*s | %.*s", STR_ARG(c.state), mkt_listing_state_name(s.state),
                           STR_ARG(e[n - 1].move), STR_ARG(told ? notices[0].subject : STR_EMPTY));
    return OK;
}

#define t_case(w, want)                                                                                                \
    do {                                                                                                               \
        t_ok(act((w), &act_system, look_at_case));                                                                     \
        t_str((w)->text, STR(want));                                                                                   \
    } while (0)

static rc submit_again(struct world *w, struct act *x)
{
    return mkt_solution_submit(x, w->other);
}

START_TEST(a_correction_that_does_not_come)
{
    struct world w;
    world_open(&w, _i);
    instant start = clock_now();
    t_ok(act(&w, &act_system, officers));
    struct session officer = {.account = w.officer_account, .perms = PUBLIC | SIGNED_IN | AS_OFFICER};
    w.n = 9000;
    t_ok(act(&w, &w.as_vendor, add_solution));
    w.text = STR("check");
    t_ok(act(&w, &officer, move));
    w.text = STR("correct");
    t_ok(act(&w, &officer, move));
    clock_fix(start + 5 * DAY - HOUR);
    t_ok(act(&w, &act_system, clock_turn));
    ck_assert_int_eq(w.n, 0);
    clock_fix(start + 5 * DAY); /* two days before */
    t_ok(act(&w, &act_system, clock_turn));
    ck_assert_int_eq(w.n, 10);
    t_case(&w, "correction correction remind | 補正期限將至");
    t_ok(act(&w, &act_system, clock_turn)); /* once only */
    ck_assert_int_eq(w.n, 0);
    w.text = STR("lapse");
    t_rc(act(&w, &officer, move), E_DENIED); /* the clock's move alone */
    clock_fix(start + 7 * DAY);
    t_ok(act(&w, &act_system, clock_turn));
    ck_assert_int_eq(w.n, 1);
    t_case(&w, "withdrawn draft lapse | 補正已逾期");
    t_ok(act(&w, &act_system, clock_turn));
    ck_assert_int_eq(w.n, 0);
    t_ok(act(&w, &w.as_vendor, submit_again)); /* a new case */
    world_close(&w);
}
END_TEST

START_TEST(two_officers_for_large_listings)
{
    struct world w;
    size_t n;
    world_open(&w, _i);
    t_ok(act(&w, &act_system, officers));
    struct session one = {.account = w.officer_account, .perms = PUBLIC | SIGNED_IN | AS_OFFICER, .name = STR("甲")};
    struct session two = {.account = w.order, .perms = PUBLIC | SIGNED_IN | AS_OFFICER, .name = STR("乙")};
    w.n = 90000;
    rc r = act(&w, &w.as_vendor, add_solution);
    if (r != OK)
        dbt_fail("add_solution", &w.err);
    w.text = STR("check");
    t_ok(act(&w, &one, move));
    w.text = STR("correct");
    t_ok(act(&w, &one, move));
    w.text = STR("resubmit");
    t_ok(act(&w, &w.as_vendor, move));
    w.text = STR("check");
    t_ok(act(&w, &one, move));
    w.text = STR("approve");
    t_ok(act(&w, &one, move));
    ck_assert_int_eq(w.n, 0); /* waits for the second */
    find(&w, (struct mkt_filter){.own_max = -1, .available = -1, .category = STR("office")}, &n);
    ck_assert_uint_eq(n, 0);
    t_rc(act(&w, &one, move), E_DENIED); /* the same person twice */
    t_ok(act(&w, &two, move));
    ck_assert_int_eq(w.n, 1);
    find(&w, (struct mkt_filter){.own_max = -1, .available = -1, .category = STR("office")}, &n);
    ck_assert_uint_eq(n, 1);
    world_close(&w);
}
END_TEST

/* ---- a programme announced for later does not take over ---- */

static rc announce(struct world *w, struct act *x)
{
    day today = instant_day(x->at);
    struct programme p = {.code = STR("next"),
                          .name_zh = STR("明年"),
                          .name_en = STR("Next"),
                          .opens = today + 100,
                          .closes = today + 200};
    struct mkt_scheme s;
    TRY(mkt_scheme_add(x, &p, &w->other));
    TRY(mkt_scheme_latest(x->tx, &s));
    w->n = s.programme == w->programme;
    return OK;
}

START_TEST(programmes_announced)
{
    struct world w;
    world_open(&w, _i);
    t_ok(act(&w, &act_system, announce));
    ck_assert_int_eq(w.n, 1);
    world_close(&w);
}
END_TEST

/* ---- the signed webhook ---- */

static struct app test_app;

static rc make_secret(struct world *w, struct act *x)
{
    struct buf b = BUF_INIT(200);
    rc r = mkt_vendor_usage_secret(x, &test_app, w->vendor, &b);
    w->text = arena_str(x->a, buf_str(&b));
    buf_free(&b);
    return r;
}

static rc to_active(struct world *w, struct act *x)
{
    struct act firm = *x, vendor = *x;
    firm.by = &w->as_firm;
    vendor.by = &w->as_vendor;
    TRY(mkt_order_place(&firm, &(struct mkt_order_request){w->plan, 1, -1, 1}, &w->order));
    TRY(mkt_order_accept(&vendor, w->order));
    return mkt_order_activate(&vendor, w->order, STR("AB12345678"), true);
}

static rc webhook(struct world *w, struct act *x)
{
    struct mkt_order o;
    TRY(mkt_order_load(x->tx, w->order, &o, x->a));
    str body = arena_printf(x->a, "{\"order\":\"%.*s\",\"id\":\"e1\"}", STR_ARG(o.number));
    int64_t t = x->at / SECOND;
    struct sha256 mac = hmac_sha256(w->text, arena_printf(x->a, "%lld.%.*s", (long long)t, STR_ARG(body)));
    char hex[2 * SHA256_LEN + 1];
    sha256_hex(&mac, hex);
    if (w->n) /* a forger */
        hex[0] = hex[0] == '0' ? '1' : '0';
    return mkt_usage_webhook(x, &test_app, w->vendor, arena_printf(x->a, "t=%lld,v1=%s", (long long)t, hex), body);
}

START_TEST(signed_webhook)
{
    struct world w;
    world_open(&w, _i);
    t_ok(act(&w, &act_system, to_active));
    t_ok(act(&w, &w.as_vendor, make_secret));
    w.n = 1;
    t_rc(act(&w, &act_system, webhook), E_DENIED);
    t_code(&w, "MKT-028");
    w.n = 0;
    t_ok(act(&w, &act_system, webhook));
    t_ok(act(&w, &act_system, webhook)); /* replayed: nothing new */
    t_sound(&w);
    world_close(&w);
}
END_TEST

/* ---- the demonstration world, small ---- */

START_TEST(demonstration_world)
{
    struct app app = {.db = dbt_open(_i, core_migrations, core_migrations_n)};
    struct err err = {0};
    t_ok(ed25519_generate(&app.log_signer.key));
    t_ok(note_verifier_init(STR("test.example/log"), app.log_signer.key.pub, &app.log_signer.verifier));
    app.log_signer.loaded = true;
    app.config.log_name = STR("test.example/log");
    t_ok(db_migrate(app.db, market_migrations, market_migrations_n, NULL, &err));
    struct world w = {.db = app.db, .a = arena_new(64 << 20)};
    rc made = mkt_demo(
        &app,
        &(struct demo){.seed = 1,
                       .firms = 60,
                       .now = civil_instant((struct civil){.year = 2026, .month = 6, .day = 1, .hour = 9}, 480)},
        &err);
    if (made != OK)
        dbt_fail("demo", &err);
    t_sound(&w);
    size_t n;
    struct tx *tx;
    struct mkt_scheme s;
    t_ok(db_read_begin(w.db, &tx));
    t_ok(mkt_scheme_latest(tx, &s));
    for (size_t i = 0; i < MKT_FIGURES; i++) {
        struct figure_point *p;
        t_ok(figure_run(tx, &mkt_figures[i], s.programme, &p, &n, w.a));
        ck_assert_msg(n > 0, "%s is empty", mkt_figures[i].code);
        bool coded = str_eq(str_of(mkt_figures[i].code), STR("market.county"));
        ck_assert(!coded || mkt_figure_label(&mkt_figures[i], p[0].label) != NULL);
    }
    struct mkt_signal *signals;
    t_ok(mkt_signals(tx, s.programme, day_of(2026, 6, 1), &signals, &n, w.a));
    ck_assert_uint_ge(n, 1); /* two vendors, one bank account */
    struct mkt_statement st;
    t_ok(mkt_statement(tx, s.programme, 0, 2026, 5, &st, w.a) == E_NOTFOUND ? OK : E_INTERNAL);
    db_read_end(tx);
    world_close(&w);
}
END_TEST

DBT_MAIN("market/catalogue", registry_csv, registry_csv_all_or_nothing, registry_csv_in_big5, catalogue_csv_and_search,
         catalogue_csv_all_or_nothing, a_column_that_is_absent_keeps_what_is_there, a_correction_that_does_not_come,
         two_officers_for_large_listings, programmes_announced, signed_webhook, demonstration_world)

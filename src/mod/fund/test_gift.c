/* Gifts: every reason by an example, one person on several platforms, refunds, undoing, look-up, appeal, secrecy. */
#include <unistd.h>

#include "core/app.h"
#include "core/import.h"
#include "core/publiclog.h"
#include "mod/fund/gift.h"
#include "mod/fund/gift_commit.h"
#include "mod/fund/gift_rules.h"
#include "sys/file.h"
#include "test_fund.h"

#define ID_A "A123456789"
#define ID_B "B123456780"
#define ID_R "A800000014" /* a resident certificate of the form since 2021 */
#define UBN  "04595257"
#define HEAD "專案編號,身分證字號,金額,收據編號,付款時間,狀態,國籍,幣別,原收據編號,退款金額,裝置識別碼,地址\r\n"
#define IN   "2026-12-31 12:00" /* within the days of the crowdfunding */

struct fixture {
    struct world w;
    struct app app;
    id source, other, project[4], import;
    str csv;
    const char *file;
    struct fund_gift gift;
    id appeal;
    bool uphold;
    struct fund_correction fix;
};
static struct fixture *f;

static rc prepare(struct world *w, struct act *x)
{
    (void)w;
    TRY(world_phase(x, f->w.programme, FUND_GIFTS));
    TRY(world_proposal(x, f->w.programme, 1, FUND_SECOND, &f->project[1]));
    TRY(world_proposal(x, f->w.programme, 2, FUND_SECOND, &f->project[2]));
    TRY(world_proposal(x, f->w.programme, 3, FUND_FIRST, &f->project[3]));
    TRY(fund_source_add(x, &f->app, f->w.programme, STR("one"), STR("One"), &f->source));
    return fund_source_add(x, &f->app, f->w.programme, STR("two"), STR("Two"), &f->other);
}

static void open_fixture(struct fixture *fx, int engine)
{
    *fx = (struct fixture){.w = world_open(engine), .file = "a.csv"};
    f = fx;
    memset(fx->app.seal.k, 7, sizeof fx->app.seal.k);
    fx->app.db = fx->w.db;
    clock_fix(WORLD_NOW + 110 * DAY);
    t_ok(world_do(&fx->w, &act_system, prepare));
}

static void close_fixture(struct fixture *fx)
{
    world_close(&fx->w);
}

static rc do_begin(struct world *w, struct act *x)
{
    (void)w;
    return fund_import_begin(x, &f->app, f->source, str_of(f->file), f->csv, &f->import);
}

static struct fund_import import_now(id import)
{
    struct tx *tx;
    struct fund_import i;
    t_ok(db_read_begin(f->w.db, &tx));
    t_ok(fund_import_get(tx, import, &i, f->w.a));
    db_read_end(tx);
    return i;
}

/* Imports `csv` from the first platform as the background job does it. */
static struct fund_import import(str csv)
{
    static struct err err;
    f->csv = csv;
    t_ok(world_do(&f->w, &f->w.officer, do_begin));
    err_clear(&err);
    rc r = fund_import_run(&f->app, f->import, NULL, NULL, &err);
    if (r != OK)
        dbt_fail("fund_import_run", &err);
    return import_now(f->import);
}

static struct fund_import import_at(id source, str csv)
{
    id first = f->source;
    f->source = source;
    struct fund_import i = import(csv);
    f->source = first;
    return i;
}

static str rows(const char *text)
{
    return arena_printf(f->w.a, HEAD "%s", text);
}

static void expect_row(id import, int64_t row, const char *reason, int64_t counted)
{
    struct tx *tx;
    struct fund_gift *g;
    size_t n, k = 0;
    t_ok(db_read_begin(f->w.db, &tx));
    t_ok(fund_gift_rows(tx, import, str_of(reason), row - 1, 1, &g, &n, f->w.a));
    db_read_end(tx);
    ck_assert_msg(n == 1 && g[k].row == row, "row %lld does not have the reason “%s”", (long long)row, reason);
    ck_assert_int_eq(g[k].counted, counted);
}

static rc by_receipt(str receipt, const char *last4, struct fund_gift *g)
{
    struct tx *tx;
    t_ok(db_read_begin(f->w.db, &tx));
    rc r = fund_gift_by_receipt(tx, &f->app, f->source, receipt, str_of(last4), g, f->w.a);
    db_read_end(tx);
    return r;
}

static void doctor(void)
{
    static rc (*const checks[])(struct app *, struct tx *, struct buf *) = {fund_check_gift_sums, fund_check_gift_rows,
                                                                            fund_check_gift_roots};
    struct tx *tx;
    t_ok(db_read_begin(f->w.db, &tx));
    for (size_t i = 0; i < 3; i++) {
        BUF_SCOPED finding = BUF_INIT(4096);
        rc r = checks[i](&f->app, tx, &finding);
        ck_assert_msg(r == OK, "check %zu: %.*s", i, STR_ARG(buf_str(&finding)));
    }
    db_read_end(tx);
}

static struct fund_counted counted(void)
{
    struct tx *tx;
    struct fund_counted c;
    t_ok(db_read_begin(f->w.db, &tx));
    t_ok(fund_gifts_counted(tx, f->w.programme, &c, f->w.a));
    db_read_end(tx);
    return c;
}

/* ---- reasons ---- */

static const struct {
    const char *row, *reason;
    int64_t counted;
} examples[] = {
    {"1," ID_A ",500,R00001," IN ",已付款,,,,,d1,臺北市一段", "", 500},
    {"#2," ID_B ",\"1,250\",R00002,2026/12/31,paid,本國籍,TWD,,,d1,", "", 1250},
    {"2," ID_R ",NT$１０００,R00003,115/12/31 23:59:59,完成,,,,,,", "status-unknown", 0},
    {"2," ID_R ",NT$1000,R00004," IN ",completed,永久居留,新臺幣,,,,", "", 1000},
    {"2," ID_R ",1000,R00005," IN ",completed,工作簽證,,,,,", "not-eligible", 0},
    {"2," ID_R ",1000,R00006," IN ",completed,,,,,,", "not-eligible", 0},
    {"1," UBN ",8000000,R00007," IN ",成功,,,,,,", "", 8000000},
    {"1," ID_A ",499,R00008," IN ",已付款,,,,,,", "below-min", 0},
    {"1," ID_A ",500,R00009,2026-12-01 00:00,已付款,,,,,,", "window", 0},
    {"1," ID_A ",500,R00010,2027-02-30,已付款,,,,,,", "time-unreadable", 0},
    {"1," ID_A ",500,R00043,2027-02-01,已付款,,,,,,", "window", 0},
    {"1," ID_A ",500,R00011," IN ",付款失敗,,,,,,", "not-paid", 0},
    {"1," ID_A ",500,R00012," IN ",pending,,,,,,", "not-paid", 0},
    {"1," ID_A ",500,R00013," IN ",已取消,,,,,,", "not-paid", 0},
    {"1," ID_A ",500,R00014," IN ",全額退款,,,,,,", "refunded", 0},
    {"1," ID_A ",900,R00015," IN ",部分退款,,,,300,,", "", 600},
    {"1," ID_A ",900,R00016," IN ",部分退款,,,,,,", "refund-unclear", 0},
    {"1," ID_A ",500,R00017," IN ",已付款,,USD,,,,", "currency", 0},
    {"1," ID_A ",US$500,R00018," IN ",已付款,,,,,,", "currency", 0},
    {"1," ID_A ",１２００,R00019," IN ",已付款,,,,,,", "", 1200},
    {"1," ID_A ",5e3,R00020," IN ",已付款,,,,,,", "amount-scientific", 0},
    {"1," ID_A ",NaN,R00021," IN ",已付款,,,,,,", "amount-not-a-number", 0},
    {"1," ID_A ",1000000000000000000,R00022," IN ",已付款,,,,,,", "amount-too-large", 0},
    {"1," ID_A ",500.50,R00023," IN ",已付款,,,,,,", "amount-decimals", 0},
    {"1," ID_A ",,R00024," IN ",已付款,,,,,,", "amount-missing", 0},
    {"1," ID_A ",0,R00025," IN ",已付款,,,,,,", "amount-zero", 0},
    {"1," ID_A ",\"1,23\",R00026," IN ",已付款,,,,,,", "amount-ambiguous", 0},
    {"nobody," ID_A ",500,R00027," IN ",已付款,,,,,,", "project-unknown", 0},
    {"3," ID_A ",500,R00028," IN ",已付款,,,,,,", "project-stage", 0},
    {"1,A123456788,500,R00029," IN ",已付款,,,,,,", "identity-invalid", 0},
    {"1,12345678,500,R00030," IN ",已付款,,,,,,", "identity-invalid", 0},
    {"1,,500,R00031," IN ",已付款,,,,,,", "identity-missing", 0},
    {"1," ID_A ",500,," IN ",已付款,,,,,,", "receipt-missing", 0},
    {"1," ID_A ",500,R00001," IN ",已付款,,,,,,", "receipt-twice", 0},
    {"1," ID_A ",2000,R00034," IN ",已付款,,,,,,", "", 1300},
    {"1," ID_A ",-700,R00035," IN ",已付款,,,R00034,,,", "refund", 0},
    {"1," ID_A ",-700,R99999," IN ",已付款,,,R77777,,,", "refund-orphan", 0},
    {"1," ID_A ",600,R00037," IN ",已付款,,,,,,", "refunded", 0},
    {"1," ID_A ",－700,R00037," IN ",已退款,,,,,,", "refund-excess", 0},
    {"1," ID_A ",700,R00039," IN ",已付款,,,,,,", "below-min", 0},
    {"1," ID_A ",300,R00040," IN ",已退款,,,R00039,,,", "refund", 0},
    {"1,ａ１２３４５６７８９,500,R00041," IN ",已付款,national,,,,,", "", 500},
};
enum { EXAMPLES = sizeof examples / sizeof examples[0] };

static str all_examples(void)
{
    BUF_SCOPED text = BUF_INIT(1 << 20);
    for (size_t i = 0; i < EXAMPLES; i++)
        buf_printf(&text, "%s\r\n", examples[i].row);
    return arena_printf(f->w.a, HEAD "%.*s", STR_ARG(buf_str(&text)));
}

START_TEST(every_reason_has_its_row)
{
    struct fixture fx;
    open_fixture(&fx, _i);
    struct fund_import i = import(all_examples());
    ck_assert(str_eq(i.state, STR("done")));
    int64_t sum = 0, n = 0;
    bool seen[64] = {0};
    for (size_t k = 0; k < EXAMPLES; k++) {
        expect_row(i.id, (int64_t)k + 2, examples[k].reason, examples[k].counted);
        sum += examples[k].counted;
        n += examples[k].counted > 0;
        for (size_t r = 0; fund_reasons[r].code; r++)
            seen[r] = seen[r] || strcmp(fund_reasons[r].code, examples[k].reason) == 0;
    }
    for (size_t r = 0; fund_reasons[r].code; r++)
        if (strcmp(fund_reasons[r].code, "kind") != 0) /* has a column that these files lack */
            ck_assert_msg(seen[r], "no example of “%s”", fund_reasons[r].code);
    ck_assert_int_eq(i.rows, EXAMPLES);
    ck_assert_int_eq(i.counted, n);
    ck_assert_int_eq(i.raised, sum);
    struct fund_counted c = counted();
    ck_assert_uint_eq(c.columns.n, (size_t)n);
    ck_assert_uint_eq(c.columns.n_donors, 4);
    ck_assert_uint_eq(c.n_device, 1);
    doctor();
    close_fixture(&fx);
}
END_TEST

START_TEST(kinds_and_own_headings)
{
    struct fixture fx;
    open_fixture(&fx, _i);
    struct fund_import i = import(STR("campaign,donor_id,amount,receipt,paid at,donor type\n"
                                      "1," ID_A ",500,K1,2026-12-31,company\n1," UBN ",500,K2,2026-12-31,公司\n"));
    expect_row(i.id, 2, "kind", 0);
    expect_row(i.id, 3, "", 500);
    struct fund_counted c = counted();
    ck_assert_uint_eq(c.columns.kind[0], TALLY_ORGANISATION);
    close_fixture(&fx);
}
END_TEST

static rc change_source(struct world *w, struct act *x)
{
    str heading[GIFT_COLS];
    (void)w;
    for (int c = 0; c < GIFT_COLS; c++)
        heading[c] = STR_EMPTY;
    heading[GIFT_PROJECT] = STR("哪個計畫");
    heading[GIFT_AMOUNT] = STR("實付");
    return fund_source_change(x, f->source, heading, f->csv);
}

START_TEST(a_mapping_and_big5)
{
    struct fixture fx;
    open_fixture(&fx, _i);
    fx.csv = STR("wool = 1\nnone = 77");
    t_rc(world_do(&fx.w, &fx.w.officer, change_source), E_INVALID);
    fx.csv = STR("wool = 1\n fish=2 \n");
    t_ok(world_do(&fx.w, &fx.w.officer, change_source));
    /* 哪個計畫,身分證字號,實付,收據編號,付款時間,狀態 · 已付款, in Big5 */
    struct fund_import i =
        import(STR("\xad\xfe\xad\xd3\xad\x70\xb5\x65,\xa8\xad\xa4\xc0\xc3\xd2\xa6\x72\xb8\xb9,\xb9\xea\xa5\x49,"
                   "\xa6\xac\xbe\xda\xbd\x73\xb8\xb9,\xa5\x49\xb4\xda\xae\xc9\xb6\xa1,\xaa\xac\xba\x41\n"
                   "wool," ID_A ",500,K1,2026-12-31,\xa4\x77\xa5\x49\xb4\xda\nfish," ID_B
                   ",700,K2,2026-12-31,\xa4\x77\xa5\x49\xb4\xda\n"));
    ck_assert(str_eq(i.encoding, STR("Big5")));
    expect_row(i.id, 2, "", 500);
    expect_row(i.id, 3, "", 700);
    close_fixture(&fx);
}
END_TEST

START_TEST(a_wrong_file_is_refused_whole)
{
    struct fixture fx;
    struct import_report report;
    open_fixture(&fx, _i);
    struct fund_import i =
        import(rows("1," ID_A ",500,R1," IN ",已付款,,,,,,\r\n1," ID_A ",500\r\n\r\n1,\x1b,5,R,,,,,,,,\r\n"));
    ck_assert(str_eq(i.state, STR("refused")));
    t_ok(fund_report_read(i.report, &report, fx.w.a));
    ck_assert_int_eq(report.bad, 2);
    ck_assert_str_eq(report.errors[0].code, "FND-505");
    ck_assert_int_eq(report.errors[0].line, 3);
    ck_assert_str_eq(report.errors[1].code, "ACT-004");
    i = import(STR("project,amount\n1,500\n"));
    ck_assert(str_eq(i.state, STR("refused")));
    t_ok(fund_report_read(i.report, &report, fx.w.a));
    ck_assert_int_eq(report.bad, 1);
    ck_assert_uint_eq(report.n_errors, 3); /* the three columns that are missing */
    ck_assert_uint_eq(counted().columns.n, 0);
    import(rows("1," ID_A ",500,R1," IN ",已付款,,,,,,\r\n"));
    doctor();
    close_fixture(&fx);
}
END_TEST

/* ---- one person, several platforms and files ---- */

static rc do_undo(struct world *w, struct act *x)
{
    (void)w;
    return fund_import_undo(x, f->import, STR("wrong file"));
}

START_TEST(one_person_on_two_platforms)
{
    struct fixture fx;
    open_fixture(&fx, _i);
    str csv = rows("1," ID_A ",500,R1," IN ",已付款,,,,,,\r\n1," ID_B ",900,R2," IN ",已付款,,,,,,\r\n");
    import(csv);
    t_rc(world_do(&fx.w, &fx.w.officer, do_begin), E_INVALID); /* the same file again */
    ck_assert_str_eq(fx.w.err.fields[0].code, "FND-503");
    import_at(fx.other, rows("1,a123456789,700,R1," IN ",已付款,,,,,,\r\n2," ID_A ",700,R2," IN ",已付款,,,,,,\r\n"));
    struct fund_counted c = counted();
    ck_assert_uint_eq(c.columns.n, 4);
    ck_assert_uint_eq(c.columns.n_donors, 2);
    struct tally_rules rules = tally_rules_default(TALLY_QF);
    rules.pool = 1000;
    struct tally_result result;
    static struct err err;
    t_ok(tally(fx.w.a, &c.columns, &rules, &result, &err));
    ck_assert_int_eq(result.project[0].raised, 2100);
    ck_assert_int_eq(result.project[0].donors, 2);
    ck_assert_int_eq(result.paid, 1000);
    doctor();
    close_fixture(&fx);
}
END_TEST

START_TEST(later_files_change_earlier_gifts)
{
    struct fixture fx;
    open_fixture(&fx, _i);
    struct fund_import first = import(rows("1," ID_A ",500,R1," IN ",待付款,,,,,,\r\n"
                                           "1," ID_B ",900,R2," IN ",已付款,,,,,,\r\n"
                                           "2," ID_B ",900,R3," IN ",已付款,,,,,,\r\n"));
    ck_assert_int_eq(first.raised, 1800);
    /* the whole export again, a week later */
    struct fund_import second = import(rows("1," ID_A ",500,R1," IN ",已付款,,,,,,\r\n"
                                            "1," ID_B ",900,R2," IN ",已退款,,,,,,\r\n"
                                            "2," ID_B ",900,R3," IN ",部分退款,,,,300,,\r\n"));
    expect_row(second.id, 2, "", 500);
    expect_row(second.id, 3, "refund", 0);
    expect_row(second.id, 4, "refund", 0);
    struct fund_counted c = counted();
    ck_assert_uint_eq(c.columns.n, 2);
    ck_assert_int_eq(c.columns.amount[0] + c.columns.amount[1], 500 + 600);
    doctor();
    fx.import = first.id;
    t_rc(world_do(&fx.w, &fx.w.officer, do_undo), E_CONFLICT);
    ck_assert_str_eq(fx.w.err.main.code, "FND-509");
    fx.import = second.id;
    t_rc(world_do(&fx.w, &(struct session){.account = 9, .perms = PUBLIC | SIGNED_IN}, do_undo), E_DENIED);
    t_ok(world_do(&fx.w, &fx.w.officer, do_undo));
    c = counted();
    ck_assert_uint_eq(c.columns.n, 2);
    ck_assert_int_eq(c.columns.amount[0] + c.columns.amount[1], 1800);
    struct fund_gift g; /* the receipt is the earlier row's again */
    t_ok(by_receipt(STR("R1"), "6789", &g));
    ck_assert_int_eq(g.import, first.id);
    ck_assert(str_eq(g.reason, STR("not-paid")));
    doctor();
    fx.import = first.id;
    t_ok(world_do(&fx.w, &fx.w.officer, do_undo));
    ck_assert_uint_eq(counted().columns.n, 0);
    import(rows("1," ID_B ",900,R2," IN ",已付款,,,,,,\r\n"));
    doctor();
    close_fixture(&fx);
}
END_TEST

/* ---- the donor ---- */

static rc by_code(const char *typed, struct fund_gift *g)
{
    struct tx *tx;
    t_ok(db_read_begin(f->w.db, &tx));
    rc r = fund_gift_by_code(tx, str_of(typed), g, f->w.a);
    db_read_end(tx);
    return r;
}

static rc do_appeal(struct world *w, struct act *x)
{
    (void)w;
    return fund_appeal_open(x, &f->gift, STR("我是永久居民"), STR("d@t.example"), LANG_ZH, &f->appeal);
}

static rc do_decide(struct world *w, struct act *x)
{
    (void)w;
    return fund_appeal_decide(x, &f->app, f->appeal, f->uphold, STR("證件已查驗"), &f->fix);
}

START_TEST(look_up_and_appeal)
{
    struct fixture fx;
    struct fund_gift g;
    struct fund_appeal appeal;
    char shown[GIFT_CODE_TYPED + 1];
    struct session nobody = {.perms = PUBLIC};
    open_fixture(&fx, _i);
    import(rows("1," ID_R ",1000,R0001," IN ",已付款,,,,,,\r\n1,,800,R0002," IN ",已付款,,,,,,\r\n1," ID_A
                ",800,R0003," IN ",已付款,,,,,,\r\n"));
    t_rc(by_receipt(STR("R0001"), "0015", &g), E_NOTFOUND);
    t_rc(by_receipt(STR("R0009"), "0014", &g), E_NOTFOUND);
    t_ok(by_receipt(STR("R0001"), "0014", &fx.gift));
    ck_assert(str_eq(fx.gift.reason, STR("not-eligible")));
    gift_code_show(fx.gift.code, shown);
    t_ok(by_code(shown, &g));
    ck_assert_int_eq(g.id, fx.gift.id);
    shown[3] = shown[3] == '7' ? '8' : '7';
    t_rc(by_code(shown, &g), E_INVALID);

    t_ok(world_do(&fx.w, &nobody, do_appeal));
    t_rc(world_do(&fx.w, &nobody, do_appeal), E_CONFLICT);
    t_rc(world_do(&fx.w, &nobody, do_decide), E_DENIED);
    fx.uphold = true;
    t_ok(world_do(&fx.w, &fx.w.officer, do_decide));
    t_rc(world_do(&fx.w, &fx.w.officer, do_decide), E_CONFLICT);
    t_ok(by_receipt(STR("R0001"), "0014", &g));
    ck_assert_int_eq(g.counted, 1000);
    ck_assert(str_eq(g.found, STR("not-eligible")));
    doctor();
    t_rc(world_do(&fx.w, &fx.w.officer, do_undo), E_CONFLICT); /* an appeal stands on it */

    /* the second has no identity number: it counts only with one, and then as the same person as the third */
    struct tx *tx;
    t_ok(db_read_begin(fx.w.db, &tx));
    struct fund_gift *row;
    size_t n;
    t_ok(fund_gift_rows(tx, fx.import, STR("identity-missing"), 0, 5, &row, &n, fx.w.a));
    db_read_end(tx);
    ck_assert_uint_eq(n, 1);
    fx.gift = row[0];
    t_ok(world_do(&fx.w, &nobody, do_appeal));
    t_rc(world_do(&fx.w, &fx.w.officer, do_decide), E_INVALID);
    ck_assert_str_eq(fx.w.err.fields[0].code, "FND-515");
    fx.fix.identity = STR("a123-456-789");
    t_ok(world_do(&fx.w, &fx.w.officer, do_decide));
    struct fund_counted c = counted();
    ck_assert_uint_eq(c.columns.n, 3);
    ck_assert_uint_eq(c.columns.n_donors, 2);
    doctor();
    t_ok(db_read_begin(fx.w.db, &tx));
    t_ok(fund_appeal_of(tx, fx.gift.id, &appeal, fx.w.a));
    db_read_end(tx);
    ck_assert(str_eq(appeal.state, STR("upheld")));
    clock_fix(WORLD_NOW + 130 * DAY);
    close_fixture(&fx);
}
END_TEST

START_TEST(an_appeal_has_its_days)
{
    struct fixture fx;
    struct session nobody = {.perms = PUBLIC};
    open_fixture(&fx, _i);
    import(rows("1," ID_A ",499,R0001," IN ",已付款,,,,,,\r\n1," ID_A ",800,R0002," IN ",已付款,,,,,,\r\n"));
    t_ok(by_receipt(STR("R0002"), "6789", &fx.gift));
    t_rc(world_do(&fx.w, &nobody, do_appeal), E_CONFLICT);
    ck_assert_str_eq(fx.w.err.main.code, "FND-512");
    t_ok(by_receipt(STR("R0001"), "6789", &fx.gift));
    clock_fix(WORLD_NOW + 124 * DAY + HOUR);
    t_rc(world_do(&fx.w, &nobody, do_appeal), E_CONFLICT);
    ck_assert_str_eq(fx.w.err.main.code, "FND-513");
    clock_fix(WORLD_NOW + 123 * DAY);
    t_ok(world_do(&fx.w, &nobody, do_appeal));
    fx.uphold = false;
    t_ok(world_do(&fx.w, &fx.w.officer, do_decide));
    ck_assert_uint_eq(counted().columns.n, 1);
    close_fixture(&fx);
}
END_TEST

/* ---- secrecy ---- */

static bool holds(str bytes, const char *what)
{
    return memmem(bytes.p, bytes.n, what, strlen(what)) != NULL;
}

START_TEST(no_identity_number_in_the_database)
{
    struct fixture fx;
    static struct err err;
    char path[] = "/tmp/rise-gift-XXXXXX";
    if (_i != DB_SQLITE)
        return; /* one file to look through; the same statements write to the other engine */
    open_fixture(&fx, _i);
    fx.csv = all_examples();
    t_ok(world_do(&fx.w, &fx.w.officer, do_begin)); /* sealed, waiting */
    import_at(fx.other, rows("1," ID_A ",500,RECEIPT-7," IN ",已付款,,,,,203.0.113.77,臺北市信義區祕密路9號\r\n1," ID_A
                             ",5\r\n"));
    import_at(fx.other, rows("1," ID_A ",500,RECEIPT-7," IN ",已付款,,,,,203.0.113.77,臺北市信義區祕密路9號\r\n"));
    int fd = mkstemp(path);
    close(fd);
    unlink(path);
    t_ok(db_backup(fx.w.db, path, &err));
    FILE_MAP_SCOPED map = {0};
    t_ok(file_map(path, &map, &err));
    unlink(path);
    ck_assert(holds(map.bytes, "fund_gift"));
    static const char *const secrets[] = {ID_A, ID_B, ID_R, UBN, "123456789", "RECEIPT-7", "203.0.113.77", "祕密路"};
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        ck_assert_msg(!holds(map.bytes, secrets[i]), "%s stands in the database", secrets[i]);
    close_fixture(&fx);
}
END_TEST

/* ---- size ---- */

START_TEST(twenty_thousand_rows)
{
    enum { N = 20000 };
    struct fixture fx;
    BUF_SCOPED text = BUF_INIT(8 << 20);
    open_fixture(&fx, _i);
    buf_put(&text, STR(HEAD));
    int64_t sum = 0;
    for (int i = 0; i < N; i++) {
        buf_printf(&text, "%d,%s,%d,R%06d," IN ",已付款,,,,,device-%d,\r\n", 1 + i % 2, i % 3 ? ID_A : ID_B,
                   500 + i % 7, i, i % 1000);
        sum += 500 + i % 7;
    }
    struct fund_import i = import(arena_str(fx.w.a, buf_str(&text)));
    ck_assert_int_eq(i.counted, N);
    ck_assert_int_eq(i.raised, sum);
    struct fund_counted c = counted();
    ck_assert_uint_eq(c.columns.n, N);
    ck_assert_uint_eq(c.n_device, 1000);
    for (size_t k = 1; k < c.columns.n; k++)
        ck_assert(c.columns.project[k - 1] <= c.columns.project[k]);
    doctor();
    close_fixture(&fx);
}
END_TEST

/* ---- pure parts ---- */

START_TEST(identity_numbers)
{
    static const struct {
        const char *text;
        enum identity_kind kind;
    } cases[] = {
        {"A123456789", IDENTITY_NATIONAL},
        {"a 123-456-789", IDENTITY_NATIONAL},
        {"A123456788", IDENTITY_BAD},
        {"A800000014", IDENTITY_RESIDENT},
        {"A800000015", IDENTITY_BAD},
        {"A323456783", IDENTITY_BAD},
        {"FA12345689", IDENTITY_RESIDENT},
        {"04595257", IDENTITY_ORGANISATION},
        {"12345678", IDENTITY_BAD},
        {"", IDENTITY_NONE},
        {"  ", IDENTITY_NONE},
        {"A1234567890123456789", IDENTITY_BAD},
        {"A12345678\xff", IDENTITY_BAD},
        {"０４５９５２５７", IDENTITY_ORGANISATION},
    };
    char out[IDENTITY_MAX + 1];
    (void)_i;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_msg(identity_read(str_of(cases[i].text), out) == cases[i].kind, "%s", cases[i].text);
}
END_TEST

START_TEST(codes_tell_typing_errors)
{
    struct gift_key key;
    char code[GIFT_CODE + 1], shown[GIFT_CODE_TYPED + 1], back[GIFT_CODE + 1];
    memset(&key, 1, sizeof key);
    for (int n = 0; n < 50; n++) {
        char receipt[16];
        snprintf(receipt, sizeof receipt, "R%d", n + 100 * _i);
        gift_code_make(&key, STR("one"), str_of(receipt), code);
        gift_code_show(str_of(code), shown);
        ck_assert_uint_eq(strlen(shown), GIFT_CODE_TYPED);
        t_ok(gift_code_parse(str_of(shown), back));
        ck_assert_str_eq(code, back);
        for (size_t i = 0; i + 1 < GIFT_CODE_TYPED; i++) {
            char wrong[GIFT_CODE_TYPED + 1];
            memcpy(wrong, shown, sizeof wrong);
            if (shown[i] == '-' || shown[i] == '0' || shown[i] == 'Z')
                continue;
            wrong[i] = shown[i] == '5' ? '6' : '5';
            t_rc(gift_code_parse(str_of(wrong), back), E_INVALID);
        }
    }
}
END_TEST

DBT_MAIN("fund/gift", every_reason_has_its_row, kinds_and_own_headings, a_mapping_and_big5,
         a_wrong_file_is_refused_whole, one_person_on_two_platforms, later_files_change_earlier_gifts,
         look_up_and_appeal, an_appeal_has_its_days, no_identity_number_in_the_database, twenty_thousand_rows,
         identity_numbers, codes_tell_typing_errors)

/* Verbs of the command line. */
#include <stdio.h>

#include "core/verb.h"
#include "mod/market/parts.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { ARENA_BYTES = 1 << 30 };

/* ---- writing verbs ---- */

struct work {
    const struct input *in;
    str bytes;
    day on;
    struct import_report report;
    int64_t vendors;
    struct money total;
};

static struct work work_of(const struct input *in, const char *day_option)
{
    bool given = day_option && in_given(in, day_option);
    return (struct work){.in = in, .on = given ? (day)in_int(in, day_option) : instant_day(clock_now())};
}

static rc run(struct app *app, rc (*fn)(const struct act *, void *), struct work *w, struct err *err)
{
    struct arena *a = arena_new(ARENA_BYTES);
    if (!a)
        return E_NOMEM;
    rc r = verb_write(app, a, fn, w, err);
    if (w->bytes.n > 0)
        verb_print_import(&w->report, app->lang);
    arena_free(a);
    return r;
}

static int import_file(struct app *app, const struct input *in, rc (*fn)(const struct act *, void *), struct err *err)
{
    FILE_MAP_SCOPED file = {0};
    BUF_SCOPED path = BUF_INIT(4096);
    buf_put(&path, in_text(in, "file"));
    if (buf_rc(&path) != OK || file_map(path.p, &file, err) != OK)
        return VERB_FAILED;
    struct work w = work_of(in, "as-of");
    w.bytes = file.bytes;
    return verb_exit(run(app, fn, &w, err));
}

static rc do_registry(const struct act *x, void *arg)
{
    struct work *w = arg;
    return mkt_registry_import(x, w->bytes, w->on, &w->report);
}

static rc do_catalogue(const struct act *x, void *arg)
{
    struct work *w = arg;
    return mkt_catalogue_import(x, w->bytes, 0, &w->report);
}

static int verb_import_registry(struct app *app, const struct input *in, struct err *err)
{
    return import_file(app, in, do_registry, err);
}

static int verb_import_catalogue(struct app *app, const struct input *in, struct err *err)
{
    return import_file(app, in, do_catalogue, err);
}

/* ---- reading verbs ---- */

static rc print_catalogue(struct tx *tx, const struct input *in, struct buf *out, struct arena *a)
{
    (void)in;
    (void)a;
    return mkt_catalogue_export(tx, 0, out);
}

static int verb_export_catalogue(struct app *app, const struct input *in, struct err *err)
{
    return verb_print(app, in, print_catalogue, err);
}

QUERY(mq_cli_vendor, "t", "i", "SELECT party FROM market_vendor WHERE ubn = $1");

static rc print_statement(struct tx *tx, const struct input *in, struct buf *out, struct arena *a)
{
    struct mkt_scheme s;
    int64_t vendor, year, month;
    str rest = in_text(in, "month"), y = str_cut(&rest, '-');
    if (str_to_i64(y, &year) != OK || str_to_i64(rest, &month) != OK)
        return ERR_FIELD(tx_err(tx), "month", "MKT-033", N_("{1} is not a month: write it like 2026-05."),
                         in_text(in, "month"));
    TRY(mkt_scheme_latest(tx, &s));
    TRY(db_one_int(tx, &mq_cli_vendor, VALS(v_text(in_text(in, "vendor"))), &vendor));
    return mkt_statement_csv(tx, s.programme, vendor, (int)year, (int)month, out, a);
}

static int verb_statement(struct app *app, const struct input *in, struct err *err)
{
    return verb_print(app, in, print_statement, err);
}

static rc print_payout_file(struct tx *tx, const struct input *in, struct buf *out, struct arena *a)
{
    (void)a;
    struct mkt_scheme s;
    TRY(mkt_scheme_latest(tx, &s));
    return mkt_payout_file(tx, s.programme, (day)in_int(in, "day"), out);
}

static int verb_payout_file(struct app *app, const struct input *in, struct err *err)
{
    return verb_print(app, in, print_payout_file, err);
}

static void put_point(struct buf *out, const struct figure *f, const struct figure_point *p)
{
    buf_printf(out, "%-24s %-20.*s %12lld %s\n", f->code, STR_ARG(p->label), (long long)p->value, f->unit);
}

static rc print_figures(struct tx *tx, const struct input *in, struct buf *out, struct arena *a)
{
    struct mkt_scheme s;
    TRY(mkt_scheme_latest(tx, &s));
    for (size_t i = 0; i < MKT_FIGURES; i++) {
        struct figure_point *points_;
        size_t n;
        TRY(figure_run(tx, &mkt_figures[i], s.programme, &points_, &n, a));
        if (in_bool(in, "csv"))
            figure_csv(out, &mkt_figures[i], LANG_EN, points_, n);
        for (size_t j = 0; j < n && !in_bool(in, "csv"); j++)
            put_point(out, &mkt_figures[i], &points_[j]);
    }
    return buf_rc(out);
}

static int verb_figures(struct app *app, const struct input *in, struct err *err)
{
    return verb_print(app, in, print_figures, err);
}

static rc do_payout(const struct act *x, void *arg)
{
    struct work *w = arg;
    struct mkt_scheme s;
    TRY(mkt_scheme_latest(x->tx, &s));
    return mkt_payout_run(x, s.programme, w->on, &w->vendors, &w->total);
}

static int verb_payout(struct app *app, const struct input *in, struct err *err)
{
    struct work w = work_of(in, "day");
    rc r = run(app, do_payout, &w, err);
    BUF_SCOPED vendors = BUF_INIT(64);
    BUF_SCOPED total = BUF_INIT(64);
    fmt_int(&vendors, w.vendors);
    fmt_int(&total, w.total.n);
    if (r == OK)
        verb_say(app->lang, N_("{1} vendors, NT${2}"), (const str[]){buf_str(&vendors), buf_str(&total)}, 2);
    return r == OK ? VERB_DONE : VERB_FAILED;
}

static rc do_open(const struct act *x, void *arg)
{
    struct work *w = arg;
    struct programme p = {.code = in_text(w->in, "code"),
                          .name_zh = in_text(w->in, "name"),
                          .name_en = in_given(w->in, "name-en") ? in_text(w->in, "name-en") : in_text(w->in, "name"),
                          .opens = (day)in_int(w->in, "opens"),
                          .closes = (day)in_int(w->in, "closes")};
    id programme;
    int64_t version;
    if (p.closes <= p.opens)
        return ERR_FIELD(tx_err(x->tx), "closes", "MKT-052", N_("A programme closes after it opens."));
    TRY(mkt_scheme_add(x, &p, &programme));
    TRY(mkt_budget_add(x, programme, points(in_int(w->in, "budget")), STR("opening")));
    day from = p.opens > instant_day(x->at) ? p.opens : instant_day(x->at);
    return mkt_contract_publish(x, programme, from, str_of(mkt_contract_text_zh), str_of(mkt_contract_text_en),
                                &version);
}

static int verb_open(struct app *app, const struct input *in, struct err *err)
{
    struct work w = work_of(in, NULL);
    return run(app, do_open, &w, err) == OK ? VERB_DONE : VERB_FAILED;
}

/* ---- engines alone, without a database ---- */

static int verb_check_ubn(struct app *app, const struct input *in, struct err *err)
{
    (void)app;
    (void)err;
    int code = VERB_DONE;
    const str *words;
    size_t n = in_all(in, "number", &words);
    for (size_t i = 0; i < n; i++)
        for (str rest = words[i]; rest.p;) {
            str one = str_trim(str_cut(&rest, ','));
            bool ok = ubn_valid(one);
            printf("%.*s %s\n", STR_ARG(one), ok ? "valid" : "invalid");
            if (!ok)
                code = VERB_REFUSED;
        }
    return code;
}

static void print_change(const struct rule_result *r)
{
    for (size_t i = 0; i < r->n_changes; i++)
        printf("  smallest change: %s = %lld\n", r->changes[i].fact, (long long)r->changes[i].to);
    if (r->next_question)
        printf("  ask next: %s\n", r->next_question);
}

static int verb_eligibility(struct app *app, const struct input *in, struct err *err)
{
    (void)app;
    static const char *const words[] = {[FAIL] = "fail", [PASS] = "pass", [UNKNOWN] = "unknown"};
    struct mkt_facts f = {.registry_status = in_given(in, "status") ? in_text(in, "status") : STR("active"),
                          .kind = in_given(in, "kind") ? str_of(in_choice(in, "kind")) : STR("company"),
                          .capital_known = in_given(in, "capital"),
                          .headcount_known = in_given(in, "headcount"),
                          .grants_known = true};
    f.capital = f.capital_known ? in_int(in, "capital") : 0;
    f.headcount = f.headcount_known ? in_int(in, "headcount") : 0;
    f.grants = in_given(in, "grants") ? in_int(in, "grants") : 0;
    struct mkt_thresholds t = mkt_thresholds_declared();
    struct rule_result r;
    struct arena *a = arena_new(ARENA_BYTES);
    if (!a || mkt_eligibility(&f, &t, instant_day(clock_now()), a, &r, err) != OK) {
        arena_free(a);
        return VERB_FAILED;
    }
    printf("%s\n", words[r.verdict]);
    for (size_t i = 0; i < r.n; i++)
        printf("  %-8s %-11s %s\n           %s\n", words[r.each[i].verdict], r.each[i].criterion->code,
               r.each[i].criterion->label, r.each[i].criterion->citation);
    print_change(&r);
    arena_free(a);
    return r.verdict == PASS ? VERB_DONE : VERB_REFUSED;
}

INPUT(registry_in, {.name = "file", .type = F_TEXT, .required = true, .max = 4000, .label = N_("CSV file")},
      {.name = "as-of", .type = F_DAY, .label = N_("Day the register was read (today)")});
INPUT(file_in, {.name = "file", .type = F_TEXT, .required = true, .max = 4000, .label = N_("CSV file")},
      {.name = "as-of", .type = F_DAY, .label = N_("Day (today)")});
INPUT(none_in, {.name = "quiet", .type = F_BOOL, .label = N_("Say less")});
INPUT(ubn_in, {.name = "number",
               .type = F_TEXT,
               .required = true,
               .many = true,
               .max = 4000,
               .label = N_("Business numbers, separated by spaces or commas")});
INPUT(eligibility_in,
      {.name = "capital", .type = F_MONEY, .max = INT64_C(1000000000000000), .label = N_("Paid-in capital")},
      {.name = "headcount", .type = F_INT, .max = 10000000, .label = N_("Insured headcount")},
      {.name = "kind", .type = F_CHOICE, .choices = mkt_firm_kinds, .label = N_("Kind of organisation (company)")},
      {.name = "status", .type = F_TEXT, .max = 20, .label = N_("Registry status (active)")},
      {.name = "grants", .type = F_INT, .max = 100, .label = N_("Grants had before (0)")});
INPUT(statement_in, {.name = "vendor", .type = F_UBN, .required = true, .label = N_("Business number of the vendor")},
      {.name = "month", .type = F_TEXT, .required = true, .max = 7, .label = N_("Month, like 2026-05")});
INPUT(day_in, {.name = "day", .type = F_DAY, .required = true, .label = N_("Day of the payout")});
INPUT(day_or_today_in, {.name = "day", .type = F_DAY, .label = N_("Day of the payout (today)")});
INPUT(open_in, {.name = "code", .type = F_TEXT, .required = true, .max = 40, .label = N_("Code, like tcloud-2026")},
      {.name = "name", .type = F_TEXT, .required = true, .max = 100, .label = N_("Name in Chinese")},
      {.name = "opens", .type = F_DAY, .required = true, .label = N_("First day")},
      {.name = "closes", .type = F_DAY, .required = true, .label = N_("Day after the last")},
      {.name = "budget",
       .type = F_MONEY,
       .required = true,
       .min = 1,
       .max = INT64_C(1000000000000),
       .label = N_("Budget in points")},
      {.name = "name-en", .type = F_TEXT, .max = 100, .label = N_("Name in English")});
INPUT(figures_in, {.name = "csv", .type = F_BOOL, .label = N_("As CSV")});

const struct verb mkt_verbs[MKT_VERBS] = {
    {"open-programme", "CODE NAME OPENS CLOSES BUDGET",
     N_("Open a programme with the declared parameters, a budget and the standard contract"),
     N_("Parameters can be changed afterwards, with effect from a day and a reason."), &open_in, true, verb_open},
    {"import-registry", "FILE [--as-of DAY]", N_("Read the open register of businesses (CSV, UTF-8 or Big5)"),
     N_("Every wrong row is named with its line; then nothing is imported."), &registry_in, true, verb_import_registry},
    {"import-catalogue", "FILE", N_("Read solutions and plans from CSV, one line a plan"),
     N_("The columns are those of export-catalogue. Every wrong row is named with its line; then nothing is imported."),
     &file_in, true, verb_import_catalogue},
    {"export-catalogue", "", N_("Write the catalogue as CSV"), NULL, &none_in, true, verb_export_catalogue},
    {"check-ubn", "NUMBER…", N_("Check business numbers (統一編號) by their check digit"), NULL, &ubn_in, false,
     verb_check_ubn},
    {"eligibility", "--capital N --headcount N [--kind KIND]", N_("Answer who may have points, without a database"),
     N_("Uses the declared parameters. Leave a fact out to see what would still be asked."), &eligibility_in, false,
     verb_eligibility},
    {"statement", "VENDOR MONTH", N_("Write a vendor's statement of one month as CSV"), NULL, &statement_in, true,
     verb_statement},
    {"payout", "[DAY]", N_("Pay every vendor what is payable"),
     N_("At most once for each vendor and day; print the bank's file with payout-file."), &day_or_today_in, true,
     verb_payout},
    {"payout-file", "DAY", N_("Write the bank's file of one day's payouts as CSV"), NULL, &day_in, true,
     verb_payout_file},
    {"figures", "[--csv]", N_("Print the published figures"), NULL, &figures_in, true, verb_figures},
};

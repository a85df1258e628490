/* Verbs of the command line. */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "mod/market/parts.h"
#include "sys/clock.h"
#include "sys/file.h"

enum { DONE = 0, FAILED = 1, REFUSED = 2, ARENA_BYTES = 1 << 30, OUT_MAX = 256 << 20 };

/* ---- files: mapped, so that a register of 300 MB costs no memory of ours ---- */

struct mapped {
    void *p;
    size_t n;
};

static void unmap(struct mapped *m)
{
    if (m->p)
        munmap(m->p, m->n);
}

static rc map_file(const char *path, struct mapped *out, struct err *err)
{
    struct stat st;
    FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return ERR(err, E_IO, "MKT-063", N_("The file {1} cannot be read."), str_of(path));
    out->n = (size_t)st.st_size;
    if (out->n == 0)
        return OK;
    out->p = mmap(NULL, out->n, PROT_READ, MAP_PRIVATE, fd, 0);
    if (out->p == MAP_FAILED) {
        out->p = NULL;
        return ERR(err, E_IO, "MKT-063", N_("The file {1} cannot be read."), str_of(path));
    }
    return OK;
}

/* ---- one write with its own arena; the error comes out of the transaction ---- */

struct work {
    rc (*fn)(const struct mkt_act *x, struct work *w);
    struct arena *a;
    struct err err;
    const struct input *in;
    str bytes;
    day on;
    struct mkt_import report;
    int64_t vendors;
    struct money total;
};

/* The arguments of a message point into its own struct: they move with it. */
static void move_args(struct err_msg *m, const struct err *from, struct err *to)
{
    for (int i = 0; i < m->n_args; i++)
        if (m->arg[i].p >= from->text && m->arg[i].p < from->text + ERR_TEXT_MAX)
            m->arg[i].p = to->text + (m->arg[i].p - from->text);
}

static void copy_err(struct err *to, const struct err *from)
{
    *to = *from;
    move_args(&to->main, from, to);
    for (int i = 0; i < to->n_fields; i++)
        move_args(&to->fields[i], from, to);
}

static rc work_write(struct tx *tx, void *arg)
{
    struct work *w = arg;
    arena_reset(w->a);
    err_clear(&w->err);
    struct mkt_act x = {.tx = tx, .a = w->a, .by = &mkt_system, .at = clock_now()};
    rc r = w->fn(&x, w);
    if (r != OK)
        copy_err(&w->err, tx_err(tx));
    return r;
}

static void print_words(FILE *to, enum lang l, const char *msgid, const str *args, int n)
{
    BUF_SCOPED text = BUF_INIT(8192);
    tr_f(&text, l, msgid, args, n);
    fprintf(to, "%.*s\n", STR_ARG(buf_str(&text)));
}

static void print_report(struct arena *a, enum lang l, const struct mkt_import *m)
{
    for (size_t i = 0; i < m->n_errors; i++) {
        const struct mkt_row_error *e = &m->errors[i];
        BUF_SCOPED why = BUF_INIT(4096);
        tr_f(&why, l, e->msgid, &e->value, 1);
        const str args[] = {arena_printf(a, "%lld", (long long)e->row), arena_printf(a, "%lld", (long long)e->line),
                            str_of(e->column), str_of(e->code), buf_str(&why)};
        print_words(stderr, l, e->column[0] ? N_("row {1}, line {2}, {3}: {4} {5}") : N_("row {1}, line {2}: {4} {5}"),
                    args, 5);
    }
    const str n[] = {str_of(m->encoding),
                     arena_printf(a, "%lld", (long long)m->rows),
                     arena_printf(a, "%lld", (long long)m->added),
                     arena_printf(a, "%lld", (long long)m->changed),
                     arena_printf(a, "%lld", (long long)m->skipped),
                     arena_printf(a, "%lld", (long long)m->bad)};
    print_words(stdout, l, N_("{1}: {2} rows, {3} added, {4} changed, {5} skipped, {6} wrong"), n, 6);
}

static int import_file(struct app *app, const struct input *in, rc (*fn)(const struct mkt_act *, struct work *),
                       struct err *err)
{
    __attribute__((cleanup(unmap))) struct mapped file = {0};
    struct work w = {
        .fn = fn, .in = in, .on = in_given(in, "as-of") ? (day)in_int(in, "as-of") : instant_day(clock_now())};
    BUF_SCOPED path = BUF_INIT(4096);
    buf_put(&path, in_text(in, "file"));
    if (buf_rc(&path) != OK || map_file(path.p, &file, err) != OK)
        return FAILED;
    w.bytes = str_n(file.p, file.n);
    w.a = arena_new(ARENA_BYTES);
    if (!w.a)
        return FAILED;
    rc r = db_write(app->db, work_write, &w);
    print_report(w.a, app->lang, &w.report);
    copy_err(err, &w.err);
    arena_free(w.a);
    return r == OK ? DONE : r == E_INVALID ? REFUSED : FAILED;
}

static rc do_registry(const struct mkt_act *x, struct work *w)
{
    return mkt_registry_import(x, w->bytes, w->on, &w->report);
}

static rc do_catalogue(const struct mkt_act *x, struct work *w)
{
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

static int print_out(struct buf *out, rc r, struct tx *tx, struct err *err)
{
    if (r != OK) {
        copy_err(err, tx_err(tx));
        if (!err->main.msgid)
            (void)ERR(err, r, "MKT-061", N_("There is nothing by that name.")); /* the exit code says the rest */
        return FAILED;
    }
    (void)fwrite(out->p ? out->p : "", 1, out->n, stdout);
    return DONE;
}

typedef rc (*print_fn)(struct tx *tx, const struct input *in, struct buf *out, struct arena *a);

static int read_and_print(struct app *app, const struct input *in, print_fn fn, struct err *err)
{
    struct tx *tx;
    struct arena *a = arena_new(ARENA_BYTES);
    BUF_SCOPED out = BUF_INIT(OUT_MAX);
    if (!a || db_read_begin(app->db, &tx) != OK) {
        arena_free(a);
        return FAILED;
    }
    int code = print_out(&out, fn(tx, in, &out, a), tx, err);
    db_read_end(tx);
    arena_free(a);
    return code;
}

static rc print_catalogue(struct tx *tx, const struct input *in, struct buf *out, struct arena *a)
{
    (void)in;
    (void)a;
    return mkt_catalogue_export(tx, 0, out);
}

static int verb_export_catalogue(struct app *app, const struct input *in, struct err *err)
{
    return read_and_print(app, in, print_catalogue, err);
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
    return read_and_print(app, in, print_statement, err);
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
    return read_and_print(app, in, print_payout_file, err);
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
    return read_and_print(app, in, print_figures, err);
}

static rc do_payout(const struct mkt_act *x, struct work *w)
{
    struct mkt_scheme s;
    TRY(mkt_scheme_latest(x->tx, &s));
    return mkt_payout_run(x, s.programme, w->on, &w->vendors, &w->total);
}

static int verb_payout(struct app *app, const struct input *in, struct err *err)
{
    struct work w = {.fn = do_payout,
                     .in = in,
                     .on = in_given(in, "day") ? (day)in_int(in, "day") : instant_day(clock_now()),
                     .a = arena_new(ARENA_BYTES)};
    if (!w.a)
        return FAILED;
    rc r = db_write(app->db, work_write, &w);
    if (r == OK)
        print_words(stdout, app->lang, N_("{1} vendors, NT${2}"),
                    (const str[]){mkt_number_text(w.a, w.vendors), mkt_number_text(w.a, w.total.n)}, 2);
    copy_err(err, &w.err);
    arena_free(w.a);
    return r == OK ? DONE : FAILED;
}

static rc do_open(const struct mkt_act *x, struct work *w)
{
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
    struct work w = {.fn = do_open, .in = in, .a = arena_new(ARENA_BYTES)};
    if (!w.a)
        return FAILED;
    rc r = db_write(app->db, work_write, &w);
    copy_err(err, &w.err);
    arena_free(w.a);
    return r == OK ? DONE : FAILED;
}

/* ---- engines alone, without a database ---- */

static int verb_check_ubn(struct app *app, const struct input *in, struct err *err)
{
    (void)app;
    (void)err;
    int code = DONE;
    const str *words;
    size_t n = in_all(in, "number", &words);
    for (size_t i = 0; i < n; i++)
        for (str rest = words[i]; rest.p;) {
            str one = str_trim(str_cut(&rest, ','));
            bool ok = ubn_valid(one);
            printf("%.*s %s\n", STR_ARG(one), ok ? "valid" : "invalid");
            if (!ok)
                code = REFUSED;
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
        return FAILED;
    }
    printf("%s\n", words[r.verdict]);
    for (size_t i = 0; i < r.n; i++)
        printf("  %-8s %-11s %s\n           %s\n", words[r.each[i].verdict], r.each[i].criterion->code,
               r.each[i].criterion->label, r.each[i].criterion->citation);
    print_change(&r);
    arena_free(a);
    return r.verdict == PASS ? DONE : REFUSED;
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

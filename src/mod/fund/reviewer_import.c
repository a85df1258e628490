/* Reviewers from a CSV file: one line each, all checked before anybody is invited. */
#include "base/vec.h"
#include "mod/fund/board.h"

enum { C_EMAIL, C_NAME, C_ORGANISATION, C_FIELDS, C_SDGS, C_MIN, C_MAX, COLS };
enum { REQUIRED = 1u << C_EMAIL | 1u << C_NAME | 1u << C_ORGANISATION };

static const struct heading headings[] = {{C_EMAIL, "email"},   {C_NAME, "name"}, {C_ORGANISATION, "organisation"},
                                          {C_FIELDS, "fields"}, {C_SDGS, "sdgs"}, {C_MIN, "load_min"},
                                          {C_MAX, "load_max"}};

struct reader {
    struct row_reader rr;
    VEC(struct fund_reviewer_form) rows;
};

/* Words of a vocabulary, separated by spaces, semicolons or commas: bit n for the n-th. */
static uint32_t words(struct reader *g, int col, const struct choice *of)
{
    uint32_t bits = 0;
    str rest = row_field(&g->rr, col);
    while (rest.n > 0) {
        size_t n = 0;
        while (n < rest.n && !memchr(" ;,", rest.p[n], 3))
            n++;
        str word = str_sub(rest, 0, n);
        rest = str_sub(rest, n + 1, rest.n);
        int i = choice_index(of, word);
        if (word.n > 0 && i < 0)
            row_error(&g->rr, col, "FND-431", N_("{1} is not one of the words allowed here."), word);
        else if (word.n > 0)
            bits |= 1u << i;
    }
    return bits;
}

static int64_t load(struct reader *g, int col)
{
    int64_t v = 0;
    str s = row_field(&g->rr, col);
    if (s.n > 0 && (str_to_i64(s, &v) != OK || v < 0 || v > 10000))
        row_error(&g->rr, col, "FND-432", N_("{1} is not a whole number from 0 to 10,000."), s);
    return v;
}

static bool plausible_email(str s)
{
    ptrdiff_t at = str_chr(s, '@');
    str domain = at > 0 ? str_sub(s, (size_t)at + 1, s.n) : STR_EMPTY;
    return str_chr(domain, '.') > 0 && str_chr(domain, '@') < 0 && str_chr(s, ' ') < 0;
}

static rc on_line(void *arg)
{
    struct reader *g = arg;
    struct arena *a = g->rr.a;
    if (g->rows.n >= FUND_REVIEWERS_MAX)
        return ERR(tx_err(g->rr.x->tx), E_LIMIT, "FND-422", N_("A round has at most {1} reviewers."),
                   number_text(a, FUND_REVIEWERS_MAX));
    struct fund_reviewer_form f = {.email = arena_str(a, row_field(&g->rr, C_EMAIL)),
                                   .name = arena_str(a, row_field(&g->rr, C_NAME)),
                                   .organisation = arena_str(a, row_field(&g->rr, C_ORGANISATION)),
                                   .fields = words(g, C_FIELDS, fund_fields),
                                   .sdgs = words(g, C_SDGS, fund_sdgs),
                                   .load_min = load(g, C_MIN),
                                   .load_max = load(g, C_MAX)};
    if (!plausible_email(f.email))
        row_error(&g->rr, C_EMAIL, "FND-433", N_("{1} is not an e-mail address."), f.email);
    if (f.organisation.n == 0)
        row_error(&g->rr, C_ORGANISATION, "ACT-003", N_("This must be filled in."), STR_EMPTY);
    if (f.load_max > 0 && f.load_min > f.load_max)
        row_error(&g->rr, C_MAX, "FND-409", N_("The upper bound must not be below the lower one."), STR_EMPTY);
    for (size_t i = 0; i < g->rows.n; i++)
        if (str_ieq(g->rows.v[i].email, f.email))
            row_error(&g->rr, C_EMAIL, "FND-434", N_("{1} stands in this file twice."), f.email);
    struct fund_reviewer_form *slot = VEC_ADD(&g->rows, a);
    if (!slot)
        return arena_rc(a);
    *slot = f;
    return OK;
}

rc fund_reviewers_import(const struct act *x, id programme, str csv, struct import_report *out)
{
    struct reader g = {0};
    struct fund_reviewer *before;
    size_t n;
    *out = (struct import_report){0};
    TRY(act_needs_officer(x));
    TRY(fund_reviewers(x->tx, programme, &before, &n, x->a));
    TRY(rows_read(&g.rr, x, csv, headings, COLS, REQUIRED, on_line, &g, out));
    for (size_t i = 0; i < g.rows.n; i++) {
        id reviewer;
        bool had = false;
        for (size_t j = 0; j < n && !had; j++)
            had = str_ieq(before[j].email, g.rows.v[i].email);
        TRY(fund_reviewer_invite(x, programme, &g.rows.v[i], &reviewer));
        out->added += !had;
        out->changed += had;
    }
    return act_log(x, "fund.reviewers.imported", programme, KVS(kv_int("added", out->added), kv_int("rows", out->rows)),
                   NULL);
}

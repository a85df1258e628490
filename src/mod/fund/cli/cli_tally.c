/* rise fund tally: a file of gifts in, a table or JSON out. */
#include <stdio.h>

#include "mod/fund/cli/cli_gifts.h"
#include "web/i18n.h"

/* What the bits of enum tally_outcome are called. */
static const struct {
    unsigned bit;
    const char *code, *text;
} outcomes[] = {
    {TALLY_NO_GIFTS, "no-gifts", N_("There is no gift that counts.")},
    {TALLY_NO_WEIGHT, "no-weight", N_("No project has a weight (by S² − C that takes two donors): nothing is paid.")},
    {TALLY_EMPTY_POOL, "empty-pool", N_("The pool is empty: weights and ranks only.")},
    {TALLY_CAP_INFEASIBLE, "cap-infeasible", N_("The cap is too low for the pool: the rest is not paid.")},
    {TALLY_UNSATURATED, "unsaturated", N_("The weights are less than the pool: the rest is not paid.")},
    {TALLY_CAPPED, "capped", N_("Some projects get the cap.")},
    {TALLY_OVER_BUDGET, "over-budget", N_("Ballots that cost more than the budget were left out.")},
};
enum { OUTCOMES = sizeof outcomes / sizeof outcomes[0] };

struct tallied {
    struct gifts gifts;
    struct tally_rules rules;
    struct tally_table table;
    struct tally_result result;
};

/* ---- JSON ---- */

static void put_project_json(struct json_out *o, const struct tallied *t, uint32_t p, struct buf *scratch)
{
    const struct tally_project *x = &t->result.project[p];
    buf_clear(scratch);
    tally_put_u128(scratch, x->weight);
    jo_obj(o);
    jo_kstr(o, "id", t->gifts.columns.project_id[p]);
    jo_kint(o, "donors", x->donors);
    cli_amount_json(o, "raised", x->raised, t->gifts.decimals);
    cli_amount_json(o, "counted", x->counted, t->gifts.decimals);
    cli_amount_json(o, "match", x->match, t->gifts.decimals);
    cli_amount_json(o, "total", x->total, t->gifts.decimals);
    jo_kstr(o, "weight", buf_str(scratch));
    jo_kbool(o, "capped", x->capped);
    jo_end_obj(o);
}

static void put_json(const struct tallied *t, struct buf *out)
{
    struct json_out o;
    BUF_SCOPED scratch = BUF_INIT(64);
    jo_begin(&o, out);
    jo_obj(&o);
    cli_rules_json(&o, &t->rules);
    jo_key(&o, "projects");
    jo_arr(&o);
    for (uint32_t i = 0; i < t->result.n; i++)
        put_project_json(&o, t, t->result.order[i], &scratch);
    jo_end_arr(&o);
    cli_amount_json(&o, "pool", t->rules.pool, t->gifts.decimals);
    cli_amount_json(&o, "paid", t->result.paid, t->gifts.decimals);
    cli_amount_json(&o, "unspent", t->result.unspent, t->gifts.decimals);
    jo_key(&o, "outcome");
    jo_arr(&o);
    for (int i = 0; i < OUTCOMES; i++)
        if (t->result.outcome & outcomes[i].bit)
            jo_str(&o, str_of(outcomes[i].code));
    jo_end_arr(&o);
    cli_excluded_json(&o, &t->gifts, &t->table, &t->result);
    jo_end_obj(&o);
    buf_putc(out, '\n');
}

/* ---- table ---- */

static void put_cell(struct buf *out, int64_t v, int decimals)
{
    BUF_SCOPED text = BUF_INIT(64);
    tally_put_amount(&text, v, decimals);
    buf_printf(out, " %18.*s", STR_ARG(buf_str(&text)));
}

static void put_table(const struct tallied *t, enum lang lang, struct buf *out)
{
    int decimals = t->gifts.decimals;
    buf_printf(out, "%5s %8s %18s %18s %18s  %s\n", "#", tr(lang, N_("donors")), tr(lang, N_("raised")),
               tr(lang, N_("match")), tr(lang, N_("total")), tr(lang, N_("project")));
    for (uint32_t i = 0; i < t->result.n; i++) {
        uint32_t p = t->result.order[i];
        const struct tally_project *x = &t->result.project[p];
        buf_printf(out, "%5u %8lld", i + 1, (long long)x->donors);
        put_cell(out, x->raised, decimals);
        put_cell(out, x->match, decimals);
        put_cell(out, x->total, decimals);
        buf_printf(out, "  %.*s%s\n", STR_ARG(t->gifts.columns.project_id[p]), x->capped ? " *" : "");
    }
}

static void put_summary(const struct tallied *t, const struct app *app, struct buf *out)
{
    struct buf paid = BUF_INIT(64), pool = BUF_INIT(64);
    char hex[2 * SHA256_LEN + 1];
    struct sha256 hash = tally_rules_hash(&t->rules);
    sha256_hex(&hash, hex);
    tally_put_amount(&paid, t->result.paid, t->gifts.decimals);
    tally_put_amount(&pool, t->rules.pool, t->gifts.decimals);
    buf_putc(out, '\n');
    tr_f(out, app->lang, N_("Paid {1} of {2}."), (str[]){buf_str(&paid), buf_str(&pool)}, 2);
    buf_putc(out, '\n');
    for (int i = 0; i < OUTCOMES; i++)
        if (t->result.outcome & outcomes[i].bit)
            buf_printf(out, "%s%s\n", outcomes[i].bit == TALLY_CAPPED ? "* " : "", tr(app->lang, outcomes[i].text));
    tr_f(out, app->lang, N_("Rules {1}"), (str[]){str_of(hex)}, 1);
    buf_putc(out, '\n');
    buf_free(&paid);
    buf_free(&pool);
}

static void warn_of_gifts(const struct app *app, const struct tallied *t, struct arena *a)
{
    struct buf sum = BUF_INIT(64);
    tally_put_amount(&sum, t->table.amount_below_min, t->gifts.decimals);
    if (t->table.gifts_below_min)
        WARN(app, N_("{1} gifts below the minimum were left out, {2} in all."),
             arena_printf(a, "%zu", t->table.gifts_below_min), buf_str(&sum));
    if (t->result.voters_over_budget)
        WARN(app, N_("{1} ballots cost more than the budget and were left out."),
             arena_printf(a, "%zu", t->result.voters_over_budget));
    buf_free(&sum);
}

/* ---- the verb ---- */

static rc run(struct app *app, const struct input *in, struct arena *a, struct buf *out, struct err *err)
{
    struct tallied t;
    TRY(cli_gifts(app, in, a, &t.gifts, &t.rules, err));
    TRY(tally_group(a, &t.gifts.columns, &t.rules, &t.table, err));
    TRY(tally_run(a, &t.table, &t.rules, &t.result, err));
    warn_of_gifts(app, &t, a);
    if (in_bool(in, "json")) {
        put_json(&t, out);
    } else {
        put_table(&t, app->lang, out);
        put_summary(&t, app, out);
    }
    return buf_rc(out);
}

int fund_verb_tally(struct app *app, const struct input *in, struct err *err)
{
    struct arena *a = arena_new(GIFTS_OUT_MAX * 8);
    BUF_SCOPED out = BUF_INIT(GIFTS_OUT_MAX);
    rc r = a ? run(app, in, a, &out, err) : E_NOMEM;
    r = cli_write(r, &out, err);
    arena_free(a);
    return verb_exit(r);
}

/* rise fund sroi */
#include "base/json.h"
#include "mod/fund/cli/cli_review.h"

enum { RATE_DEFAULT = 35, SPREAD_DEFAULT = 100, EFFECTS_SHOWN = 15 };

static void put_amount(struct cli_run *x, struct json_out *j, const char *key, int64_t v)
{
    jo_kstr(j, key, cli_fixed_text(x->a, v, 3));
}

static void put_result(struct cli_run *x, struct json_out *j, const char *key, const struct sroi_result *r)
{
    jo_key(j, key);
    jo_obj(j);
    put_amount(x, j, "pv", r->total_pv);
    put_amount(x, j, "npv", r->npv);
    if (r->has_ratio) {
        put_amount(x, j, "ratio", r->ratio);
        put_amount(x, j, "net_ratio", r->net_ratio);
    }
    if (r->payback_months >= 0)
        jo_kint(j, "payback_months", r->payback_months);
    jo_key(j, "years");
    jo_arr(j);
    for (int y = 1; y <= r->years; y++) {
        jo_obj(j);
        jo_kint(j, "year", y);
        put_amount(x, j, "value", r->value[y]);
        put_amount(x, j, "pv", r->pv[y]);
        jo_end_obj(j);
    }
    jo_end_arr(j);
    jo_end_obj(j);
}

static int decimals_of(enum sroi_param p)
{
    return p == SROI_DURATION || p == SROI_RATE ? 0 : p >= SROI_DEADWEIGHT && p <= SROI_DROP_OFF ? 1 : 3;
}

static void put_json(struct cli_run *x, const struct sroi_named *n, const struct sroi_in *in, const struct sroi_out *o)
{
    struct json_out j;
    jo_begin(&j, &x->out);
    jo_obj(&j);
    jo_kstr(&j, "convention", in->convention == SROI_MID_YEAR ? STR("mid") : STR("end"));
    jo_kint(&j, "rate_permille", in->rate.base);
    put_amount(x, &j, "inputs", in->inputs.base);
    put_result(x, &j, "low", &o->low);
    put_result(x, &j, "base", &o->base);
    put_result(x, &j, "high", &o->high);
    jo_key(&j, "effects");
    jo_arr(&j);
    for (size_t i = 0; i < o->n_effects; i++) {
        const struct sroi_effect *e = &o->effects[i];
        jo_obj(&j);
        jo_kstr(&j, "parameter", str_of(sroi_param_name(e->param)));
        if (e->row != SIZE_MAX)
            jo_kstr(&j, "outcome", n->names[e->row]);
        jo_kstr(&j, "low", cli_fixed_text(x->a, e->value.low, decimals_of(e->param)));
        jo_kstr(&j, "high", cli_fixed_text(x->a, e->value.high, decimals_of(e->param)));
        put_amount(x, &j, "npv_at_low", e->npv_at_low);
        put_amount(x, &j, "npv_at_high", e->npv_at_high);
        put_amount(x, &j, "ratio_at_low", e->ratio_at_low);
        put_amount(x, &j, "ratio_at_high", e->ratio_at_high);
        jo_end_obj(&j);
    }
    jo_end_arr(&j);
    jo_end_obj(&j);
    buf_putc(&x->out, '\n');
}

/* Three figures, then what they are: labels of any script do not disturb the columns. */
static void put_three(struct cli_run *x, int64_t low, int64_t base, int64_t high, const char *msgid)
{
    cli_fixed(&x->out, 20, low, 3);
    cli_fixed(&x->out, 20, base, 3);
    cli_fixed(&x->out, 20, high, 3);
    buf_putc(&x->out, ' ');
    buf_putc(&x->out, ' ');
    cli_say(x, msgid, NULL, 0);
}

static void put_months(struct cli_run *x, const struct sroi_out *o)
{
    const struct sroi_result *all[] = {&o->low, &o->base, &o->high};
    for (int i = 0; i < 3; i++)
        if (all[i]->payback_months >= 0)
            cli_fixed(&x->out, 20, all[i]->payback_months, 0);
        else
            buf_printf(&x->out, "%20s", "-");
    buf_put(&x->out, STR("  "));
    cli_say(x, N_("payback in months"), NULL, 0);
}

static void put_table(struct cli_run *x, const struct sroi_named *n, const struct sroi_in *in, const struct sroi_out *o)
{
    /* permille with one decimal behind the point is percent */
    str head[] = {cli_fixed_text(x->a, in->inputs.base, 3), cli_fixed_text(x->a, in->rate.base, 1)};
    cli_say(x,
            in->convention == SROI_MID_YEAR
                ? N_("Inputs {1}; discount rate {2} %, middle of year. Low end, base, high end:")
                : N_("Inputs {1}; discount rate {2} %, end of year. Low end, base, high end:"),
            head, 2);
    put_three(x, o->low.total_pv, o->base.total_pv, o->high.total_pv, N_("present value"));
    put_three(x, o->low.npv, o->base.npv, o->high.npv, N_("net present value"));
    if (o->base.has_ratio) {
        put_three(x, o->low.ratio, o->base.ratio, o->high.ratio, N_("ratio: value for each dollar put in"));
        put_three(x, o->low.net_ratio, o->base.net_ratio, o->high.net_ratio, N_("net ratio"));
    }
    put_months(x, o);
    cli_say(x, N_("Value of each year, and its present value:"), NULL, 0);
    for (int y = 1; y <= o->base.years; y++) {
        buf_printf(&x->out, "%4d", y);
        cli_fixed(&x->out, 20, o->base.value[y], 3);
        cli_fixed(&x->out, 20, o->base.pv[y], 3);
        buf_putc(&x->out, '\n');
    }
    cli_say(x, N_("What matters most (net present value at the low and the high end of one parameter):"), NULL, 0);
    for (size_t i = 0; i < o->n_effects && i < EFFECTS_SHOWN; i++) {
        const struct sroi_effect *e = &o->effects[i];
        cli_fixed(&x->out, 20, e->npv_at_low, 3);
        cli_fixed(&x->out, 20, e->npv_at_high, 3);
        buf_printf(&x->out, "  %s", sroi_param_name(e->param));
        if (e->row != SIZE_MAX)
            buf_printf(&x->out, ", %.*s", STR_ARG(n->names[e->row]));
        buf_putc(&x->out, '\n');
    }
    cli_say(x, N_("Ratios of different organisations cannot be compared without their context."), NULL, 0);
}

static rc read_rate(struct cli_run *x, struct sroi_range *rate)
{
    *rate = (struct sroi_range){RATE_DEFAULT, RATE_DEFAULT, RATE_DEFAULT};
    if (in_given(x->in, "rate") &&
        (!sroi_range_parse(in_text(x->in, "rate"), 0, rate) || rate->low < 0 || rate->high > 1000))
        return ERR_FIELD(x->err, "rate", "FND-303",
                         N_("A number of 1/1000 between 0 and 1000, or a range low..base..high."));
    return OK;
}

static rc sroi(struct cli_run *x)
{
    struct named_bytes f;
    struct sroi_named n;
    struct sroi_out *o = ARENA_NEW(x->a, struct sroi_out);
    struct sroi_range rate;
    if (!o)
        return arena_rc(x->a);
    TRY(read_rate(x, &rate));
    TRY(cli_file(x, "file", &f));
    TRY(sroi_file_read(x->a, &f, &n, &x->faults));
    sroi_spread(n.rows, n.n, &rate, in_given(x->in, "spread") ? in_int(x->in, "spread") : SPREAD_DEFAULT);
    const char *convention = in_choice(x->in, "convention");
    struct sroi_in in = {.rows = n.rows,
                         .n = n.n,
                         .inputs = n.inputs,
                         .rate = rate,
                         .convention =
                             convention && str_eq(str_of(convention), STR("mid")) ? SROI_MID_YEAR : SROI_END_YEAR};
    TRY(sroi_compute(x->a, &in, o, x->err));
    if (in_bool(x->in, "json"))
        put_json(x, &n, &in, o);
    else
        put_table(x, &n, &in, o);
    return buf_rc(&x->out);
}

int fund_verb_sroi(struct app *app, const struct input *in, struct err *err)
{
    return cli_review_run(app, in, err, sroi);
}

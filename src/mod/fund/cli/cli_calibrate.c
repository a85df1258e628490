/* rise fund calibrate */
#include "base/json.h"
#include "mod/fund/cli/cli_review.h"

/* reviewer=COL,proposal=COL,score=COL in any order; what is not named keeps its own name. */
static rc read_map(struct cli_run *x, str columns[3])
{
    static const str names[3] = {STR_INIT("reviewer"), STR_INIT("proposal"), STR_INIT("score")};
    memcpy(columns, names, sizeof names);
    str rest = in_text(x->in, "map");
    while (rest.n > 0) {
        str value = str_cut(&rest, ','), name = str_cut(&value, '=');
        bool known = false;
        for (int i = 0; i < 3; i++)
            if (str_eq(name, names[i]) && value.n > 0) {
                columns[i] = value;
                known = true;
            }
        if (!known)
            return ERR_FIELD(x->err, "map", "FND-253", N_("Like reviewer=COLUMN,proposal=COLUMN,score=COLUMN."));
    }
    return OK;
}

static const char *const states[] = {
    [CALIB_FITTED] = "fitted", [CALIB_FLAT] = "flat", [CALIB_UNIDENTIFIED] = "unidentified"};

static void put_points(struct cli_run *x, struct json_out *j, const char *key, int64_t milli)
{
    jo_kstr(j, key, cli_fixed_text(x->a, milli, 3));
}

static void put_real(struct cli_run *x, struct json_out *j, const char *key, double v)
{
    jo_kstr(j, key, arena_printf(x->a, "%.4f", v));
}

static void put_proposal(struct cli_run *x, struct json_out *j, const struct calib_proposal *p, str name)
{
    jo_obj(j);
    jo_kstr(j, "id", name);
    jo_kint(j, "scores", p->n);
    if (p->n > 0) {
        put_points(x, j, "raw", p->raw);
        put_points(x, j, "calibrated", p->calibrated);
        put_points(x, j, "se", p->se);
        jo_kint(j, "raw_rank", p->raw_rank);
        jo_kint(j, "rank", p->rank);
        jo_kint(j, "top", p->n_top);
        jo_kint(j, "low", p->n_low);
        jo_kbool(j, "raw_pass", p->raw_pass);
        jo_kbool(j, "pass", p->pass);
        if (p->confidence >= 0)
            put_points(x, j, "confidence", p->confidence);
        jo_kint(j, "component", p->component);
    }
    jo_end_obj(j);
}

static void put_json(struct cli_run *x, const struct calib_named *n, const struct calib_out *o)
{
    struct json_out j;
    jo_begin(&j, &x->out);
    jo_obj(&j);
    jo_kstr(&j, "state", str_of(states[o->state]));
    jo_kstr(&j, "method", n->in.method == CALIB_ML ? STR("ml") : STR("reml"));
    put_real(x, &j, "mu", o->mu);
    put_real(x, &j, "sd_proposal", o->sd_proposal);
    put_real(x, &j, "sd_reviewer", o->sd_reviewer);
    put_real(x, &j, "sd_error", o->sd_error);
    put_real(x, &j, "ratio_proposal", o->ratio_proposal);
    put_real(x, &j, "ratio_reviewer", o->ratio_reviewer);
    jo_kint(&j, "components", (int64_t)o->n_components);
    jo_kint(&j, "missing", (int64_t)n->missing);
    jo_kint(&j, "places", (int64_t)n->in.pass);
    put_points(x, &j, "line", o->line);
    jo_key(&j, "proposals");
    jo_arr(&j);
    for (size_t i = 0; i < o->n_ranked; i++)
        put_proposal(x, &j, &o->proposals[o->order[i]], n->proposals[o->order[i]]);
    for (size_t p = 0; p < n->in.n_proposals; p++)
        if (o->proposals[p].n == 0)
            put_proposal(x, &j, &o->proposals[p], n->proposals[p]);
    jo_end_arr(&j);
    jo_key(&j, "reviewers");
    jo_arr(&j);
    for (size_t r = 0; r < n->in.n_reviewers; r++) {
        jo_obj(&j);
        jo_kstr(&j, "id", n->reviewers[r]);
        jo_kint(&j, "scores", o->reviewers[r].n);
        put_points(x, &j, "effect", o->reviewers[r].effect);
        put_points(x, &j, "se", o->reviewers[r].se);
        jo_end_obj(&j);
    }
    jo_end_arr(&j);
    jo_end_obj(&j);
    buf_putc(&x->out, '\n');
}

/* Proposals of each component, when there is more than one. */
static void warn_components(struct cli_run *x, const struct calib_named *n, const struct calib_out *o)
{
    enum { SHOWN = 20 };
    BUF_SCOPED text = BUF_INIT(1 << 20);
    str arg[] = {number_text(x->a, (int64_t)o->n_components)};
    tr_f(&text, x->app->lang,
         N_("Warning: reviewers and proposals fall into {1} groups that share no review. Scores of different groups "
            "can be "
            "compared only on the assumption that the groups are alike."),
         arg, 1);
    buf_putc(&text, '\n');
    for (size_t c = 0; c < o->n_components && c < SHOWN; c++) {
        size_t shown = 0;
        buf_printf(&text, "  %zu:", c + 1);
        for (size_t p = 0; p < n->in.n_proposals; p++)
            if (o->proposals[p].n > 0 && o->proposals[p].component == c && shown++ < SHOWN)
                buf_printf(&text, " %.*s", STR_ARG(n->proposals[p]));
        buf_put(&text, shown > SHOWN ? STR(" …\n") : STR("\n"));
    }
    cli_complain(x, &text);
}

static void put_row(struct cli_run *x, const struct calib_proposal *p, str name)
{
    struct buf *out = &x->out;
    buf_printf(out, "%5u", p->rank);
    cli_fixed(out, 10, p->calibrated, 3);
    cli_fixed(out, 8, p->se, 3);
    cli_fixed(out, 10, p->raw, 3);
    buf_printf(out, "%6u%4d", p->raw_rank, p->n);
    if (p->confidence >= 0)
        cli_fixed(out, 8, p->confidence, 1);
    else
        buf_put(out, STR("       -"));
    buf_put(out, p->pass && !p->raw_pass ? STR("  + ") : !p->pass && p->raw_pass ? STR("  - ") : STR("    "));
    buf_put(out, name);
    buf_putc(out, '\n');
}

static void put_table(struct cli_run *x, const struct calib_named *n, const struct calib_out *o)
{
    str sd[] = {arena_printf(x->a, "%.3f", o->mu), arena_printf(x->a, "%.3f", o->sd_proposal),
                arena_printf(x->a, "%.3f", o->sd_reviewer), arena_printf(x->a, "%.3f", o->sd_error)};
    cli_say(x, N_("Mean {1}; standard deviation between proposals {2}, between reviewers {3}, left over {4}."), sd, 4);
    if (o->state == CALIB_FLAT)
        cli_say(x, N_("All scores are equal: nothing to calibrate."), NULL, 0);
    if (o->state == CALIB_UNIDENTIFIED)
        cli_say(x, N_("Too few scores to tell reviewers and proposals apart: the raw means stand."), NULL, 0);
    cli_say(x,
            N_("Columns: rank, calibrated, its standard error, raw mean, rank by it, scores, % sure to be above the "
               "line, + enters "
               "or - leaves by calibration, proposal."),
            NULL, 0);
    for (size_t i = 0; i < o->n_ranked; i++) {
        put_row(x, &o->proposals[o->order[i]], n->proposals[o->order[i]]);
        if (i + 1 == n->in.pass && i + 1 < o->n_ranked) {
            str line[] = {cli_fixed_text(x->a, o->line, 3), number_text(x->a, (int64_t)o->n_up)};
            cli_say(x, N_("---- pass line {1}; entering by calibration, and leaving: {2} ----"), line, 2);
        }
    }
}

static rc calibrate(struct cli_run *x)
{
    struct named_bytes f;
    struct calib_named n;
    struct calib_out o;
    str columns[3];
    TRY(read_map(x, columns));
    TRY(cli_file(x, "file", &f));
    TRY(calib_file_read(x->a, &f, columns, &n, &x->faults));
    n.in.pass = in_given(x->in, "pass") ? (size_t)in_int(x->in, "pass") : 0;
    n.in.method = in_bool(x->in, "ml") ? CALIB_ML : CALIB_REML;
    TRY(calib_fit(x->a, &n.in, &o, x->err));
    if (o.n_components > 1)
        warn_components(x, &n, &o);
    if (in_bool(x->in, "json"))
        put_json(x, &n, &o);
    else
        put_table(x, &n, &o);
    return buf_rc(&x->out);
}

int fund_verb_calibrate(struct app *app, const struct input *in, struct err *err)
{
    return cli_review_run(app, in, err, calibrate);
}

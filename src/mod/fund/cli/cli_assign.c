/* rise fund assign */
#include "base/csv.h"
#include "base/json.h"
#include "mod/fund/cli/cli_review.h"

static bool is_kept(const struct assign_in *in, const struct assign_pair *x)
{
    for (size_t i = 0; i < in->n_fixed; i++)
        if (in->fixed[i].proposal == x->proposal && in->fixed[i].reviewer == x->reviewer)
            return true;
    return false;
}

static int64_t affinity_of(const struct assign_in *in, const struct assign_pair *x)
{
    return in->affinity[x->proposal * in->n_reviewers + x->reviewer];
}

static void put_pairs(struct json_out *j, const struct assign_named *n, const struct assign_out *o)
{
    jo_key(j, "assignments");
    jo_arr(j);
    for (size_t i = 0; i < o->n; i++) {
        const struct assign_pair *x = &o->pairs[i];
        jo_obj(j);
        jo_kstr(j, "proposal", n->proposals[x->proposal]);
        jo_kstr(j, "reviewer", n->reviewers[x->reviewer]);
        jo_kint(j, "affinity", affinity_of(&n->in, x));
        jo_kbool(j, "kept", is_kept(&n->in, x));
        jo_end_obj(j);
    }
    jo_end_arr(j);
    jo_key(j, "proposals");
    jo_arr(j);
    for (size_t p = 0; p < n->in.n_proposals && o->n > 0; p++) {
        jo_obj(j);
        jo_kstr(j, "id", n->proposals[p]);
        jo_kint(j, "affinity", o->sums[p]);
        jo_end_obj(j);
    }
    jo_end_arr(j);
    jo_key(j, "reviewers");
    jo_arr(j);
    for (size_t r = 0; r < n->in.n_reviewers && o->n > 0; r++) {
        jo_obj(j);
        jo_kstr(j, "id", n->reviewers[r]);
        jo_kint(j, "reviews", o->loads[r]);
        jo_end_obj(j);
    }
    jo_end_arr(j);
}

static void put_list(struct json_out *j, const char *key, const uint32_t *list, size_t n, const str *ids)
{
    jo_key(j, key);
    jo_arr(j);
    for (size_t i = 0; i < n; i++)
        jo_str(j, ids[list[i]]);
    jo_end_arr(j);
}

static void put_why(struct json_out *j, const struct assign_named *n, const struct assign_why *w, str words)
{
    jo_kstr(j, "reason", str_of(assign_reason_name(w->reason)));
    if (w->proposal < n->in.n_proposals)
        jo_kstr(j, "proposal", n->proposals[w->proposal]);
    if (w->reviewer < n->in.n_reviewers)
        jo_kstr(j, "reviewer", n->reviewers[w->reviewer]);
    jo_kint(j, "need", w->need);
    jo_kint(j, "have", w->have);
    put_list(j, "proposals", w->proposals, w->n_proposals, n->proposals);
    put_list(j, "reviewers", w->reviewers, w->n_reviewers, n->reviewers);
    jo_key(j, "would_work_with");
    jo_obj(j);
    if (w->raise_max_to > 0)
        jo_kint(j, "max", w->raise_max_to);
    if (w->lower_k_to > 0 || w->raise_k_to > 0)
        jo_kint(j, "k", w->lower_k_to > 0 ? w->lower_k_to : w->raise_k_to);
    if (w->add_reviewers > 0)
        jo_kint(j, "more_reviewers", w->add_reviewers);
    if (w->lower_min_to >= 0)
        jo_kint(j, "min", w->lower_min_to);
    jo_end_obj(j);
    jo_kstr(j, "words", words);
}

static void put_json(struct buf *out, const struct assign_named *n, const struct assign_out *o, str words)
{
    struct json_out j;
    jo_begin(&j, out);
    jo_obj(&j);
    jo_kbool(&j, "feasible", o->why.reason == ASSIGN_FEASIBLE);
    jo_kint(&j, "k", n->in.k);
    jo_kstr(&j, "aim", n->in.aim == ASSIGN_FAIR ? STR("fair") : STR("total"));
    if (o->why.reason == ASSIGN_FEASIBLE) {
        jo_kint(&j, "worst", o->worst);
        jo_kint(&j, "worst_bound", o->worst_bound);
        jo_kint(&j, "total", o->total);
        jo_kint(&j, "promised_reviews", o->promised);
        jo_kint(&j, "promised_affinity", o->threshold);
        put_pairs(&j, n, o);
    } else {
        put_why(&j, n, &o->why, words);
    }
    jo_end_obj(&j);
    buf_putc(out, '\n');
}

/* The pairs as CSV that --kept reads again; the figures go to the standard error, out of its way. */
static void put_csv(struct cli_run *x, const struct assign_named *n, const struct assign_out *o)
{
    bool first = true;
    csv_put(&x->out, &first, STR("proposal"));
    csv_put(&x->out, &first, STR("reviewer"));
    csv_put(&x->out, &first, STR("affinity"));
    csv_eol(&x->out, &first);
    for (size_t i = 0; i < o->n; i++) {
        csv_put(&x->out, &first, n->proposals[o->pairs[i].proposal]);
        csv_put(&x->out, &first, n->reviewers[o->pairs[i].reviewer]);
        csv_puti(&x->out, &first, affinity_of(&n->in, &o->pairs[i]));
        csv_eol(&x->out, &first);
    }
    BUF_SCOPED text = BUF_INIT(4096);
    str arg[] = {number_text(x->a, (int64_t)o->n), number_text(x->a, o->total), number_text(x->a, o->worst),
                 number_text(x->a, o->worst_bound)};
    tr_f(&text, x->app->lang,
         N_("{1} reviews assigned; affinity in all {2}; the proposal served worst has {3} (no assignment could give "
            "more than {4})."),
         arg, 4);
    buf_putc(&text, '\n');
    cli_complain(x, &text);
}

static rc read_options(struct cli_run *x, struct assign_files *f)
{
    *f = (struct assign_files){.k = (int32_t)in_int(x->in, "k"),
                               .min = in_given(x->in, "min") ? (int32_t)in_int(x->in, "min") : 0,
                               .max = in_given(x->in, "max") ? (int32_t)in_int(x->in, "max") : ASSIGN_NO_MAX};
    const char *aim = in_choice(x->in, "aim");
    f->aim = aim && str_eq(str_of(aim), STR("total")) ? ASSIGN_TOTAL : ASSIGN_FAIR;
    TRY(cli_file(x, "reviewers", &f->reviewers));
    TRY(cli_file(x, "proposals", &f->proposals));
    TRY(cli_file(x, "conflicts", &f->conflicts));
    TRY(cli_file(x, "affinity", &f->affinity));
    return cli_file(x, "kept", &f->kept);
}

static rc assign(struct cli_run *x)
{
    struct assign_files f;
    struct assign_named n = {0};
    struct assign_out o;
    TRY(read_options(x, &f));
    TRY(assign_files_read(x->a, &f, &n, &x->faults));
    TRY(assign_solve(x->a, &n.in, &o, x->err));
    bool feasible = o.why.reason == ASSIGN_FEASIBLE;
    BUF_SCOPED words = BUF_INIT(1 << 20);
    assign_words(&words, x->app->lang, &n.in, &o, n.proposals, n.reviewers);
    if (in_bool(x->in, "json"))
        put_json(&x->out, &n, &o, buf_str(&words));
    else if (feasible)
        put_csv(x, &n, &o);
    cli_complain(x, &words);
    return feasible ? buf_rc(&x->out) : E_CONFLICT;
}

int fund_verb_assign(struct app *app, const struct input *in, struct err *err)
{
    return cli_review_run(app, in, err, assign);
}

/* Scores, decisions, stages. */
#include <stdlib.h>

#include "mod/fund/archive/archive_verify.h"

static str reviews_file(const struct archive_read *r, size_t i)
{
    return archive_name(r->a, "reviews", r->panels[i].stage, ".csv");
}

static str decisions_file(const struct archive_read *r, size_t i)
{
    return archive_name(r->a, "decisions", r->panels[i].stage, ".csv");
}

/* ---- scores ---- */

/* The panel's rules, as the log has them. */
static void check_panel(struct archive_read *r, size_t i)
{
    static const char *const weights[FUND_CRITERIA] = {"weight_social", "weight_impact", "weight_innovation",
                                                       "weight_feasibility"};
    const struct archive_panel *p = &r->panels[i];
    const struct archive_proof *proof = &r->stages[i].proof;
    archive_must_say_int(r, CHECK_SCORES, proof, "score_max", p->score_max);
    archive_must_say_int(r, CHECK_SCORES, proof, "per_proposal", p->per_proposal);
    archive_must_say_int(r, CHECK_DECISIONS, proof, "places", p->places);
    for (int c = 0; c < FUND_CRITERIA; c++)
        archive_must_say_int(r, CHECK_SCORES, proof, weights[c], p->weights[c]);
}

/* The reviews in their one form: reviewers numbered by what they gave, none above the highest score. */
static rc check_reviews(struct archive_read *r, size_t i)
{
    struct archive_stage *s = &r->stages[i];
    str file = reviews_file(r, i), text = archive_file_of(r, file);
    BUF_SCOPED again = BUF_INIT(FUND_ARCHIVE_MOST);
    for (size_t k = 0; k < s->n_reviews; k++)
        for (int c = 0; c < FUND_CRITERIA; c++)
            if (s->reviews[k].scores[c] > r->panels[i].score_max)
                archive_differs_int(r, CHECK_SCORES, file, (int64_t)k + 2, r->panels[i].score_max,
                                    s->reviews[k].scores[c]);
    TRY(fund_reviewers_number(s->reviews, s->n_reviews, r->a));
    fund_reviews_text(s->reviews, s->n_reviews, &again);
    TRY(buf_rc(&again));
    archive_same_text(r, CHECK_SCORES, file, buf_str(&again), text);
    archive_must_say(r, CHECK_SCORES, &s->proof, "reviews_sha256", sha256_hex_of(r->a, text));
    return OK;
}

static void compare_row(struct archive_read *r, str file, int64_t line, const struct fund_decided_line *d,
                        const struct calib_proposal *p)
{
    const int64_t decided[] = {d->reviews, d->raw, d->calibrated, d->raw_rank, d->rank},
                  computed[] = {p->n, p->raw, p->calibrated, p->raw_rank, p->rank};
    for (size_t i = 0; i < sizeof decided / sizeof decided[0]; i++)
        if (decided[i] != computed[i])
            archive_differs_int(r, CHECK_SCORES, file, line, computed[i], decided[i]);
}

static rc check_scores(struct archive_read *r, size_t i)
{
    struct archive_stage *s = &r->stages[i];
    struct fund_score_table table;
    struct err err = {0};
    int64_t *numbers = ARENA_ARRAY(r->a, s->n_decided + 1, int64_t);
    if (!numbers)
        return arena_rc(r->a);
    for (size_t k = 0; k < s->n_decided; k++)
        numbers[k] = s->decided[k].number;
    TRY(check_reviews(r, i));
    struct fund_score_in in = {.code = r->manifest.code,
                               .stage = r->panels[i].stage,
                               .places = r->panels[i].places,
                               .score_max = r->panels[i].score_max,
                               .weights = r->panels[i].weights,
                               .numbers = numbers,
                               .n = s->n_decided,
                               .lines = s->reviews,
                               .n_lines = s->n_reviews};
    rc e = fund_score_table(&in, &table, r->a, &err);
    if (e == E_INVALID) {
        archive_differs(r, CHECK_SCORES, err.main.msgid, reviews_file(r, i), 0, STR_EMPTY, STR_EMPTY);
        return OK;
    }
    TRY(e);
    for (size_t k = 0; k < s->n_decided; k++)
        compare_row(r, decisions_file(r, i), (int64_t)k + 2, &s->decided[k], &table.fit.proposals[k]);
    archive_must_say(r, CHECK_SCORES, &s->proof, "table_sha256", table.hash);
    return OK;
}

/* ---- decisions ---- */

/* What the order alone gives this candidate. */
static int take_by_order(const struct archive_read *r, const struct archive_panel *p, const struct fund_decided_line *d)
{
    int64_t at = p->calibrated ? d->rank : d->raw_rank;
    if (at == 0)
        return FUND_NOT_TAKEN;
    if (p->stage != FUND_AWARDED)
        return at <= p->places ? FUND_TAKEN : FUND_NOT_TAKEN;
    for (int take = FUND_TAKEN; take <= FUND_THIRD_AWARD; at -= r->manifest.awards.count[take++])
        if (at <= r->manifest.awards.count[take])
            return take;
    return FUND_NOT_TAKEN;
}

/* The first award is one sum, the others are "up to". */
static bool amount_fits(const struct archive_read *r, const struct archive_panel *p, const struct fund_decided_line *d)
{
    int64_t most = r->manifest.awards.amount[d->take];
    if (p->stage != FUND_AWARDED || d->take == FUND_NOT_TAKEN)
        return d->amount == 0;
    return d->take == FUND_TAKEN ? d->amount == most : d->amount > 0 && d->amount <= most;
}

/* Where the candidates of a panel come from: the panel before, of the awards the tally. */
static bool reached(const struct archive_read *r, size_t i, int64_t number)
{
    const struct archive_proposal *p = archive_proposal_of(r, number);
    if (!p)
        return false;
    if (r->panels[i].stage == FUND_AWARDED)
        return p->stage >= FUND_FINAL; /* which check_stages() holds against the tally */
    if (i == 0)
        return r->panels[i].stage == FUND_FIRST;
    const struct fund_decided_line *before = archive_decided_of(&r->stages[i - 1], number);
    return before && before->take != FUND_NOT_TAKEN;
}

static void check_decided(struct archive_read *r, size_t i, int64_t taken[FUND_THIRD_AWARD + 1])
{
    const struct archive_panel *p = &r->panels[i];
    str file = decisions_file(r, i);
    for (size_t k = 0; k < r->stages[i].n_decided; k++) {
        const struct fund_decided_line *d = &r->stages[i].decided[k];
        int64_t line = (int64_t)k + 2;
        int order = take_by_order(r, p, d);
        bool follows = d->take == order && (p->stage != FUND_AWARDED || d->amount == r->manifest.awards.amount[order]);
        taken[d->take]++;
        if (!reached(r, i, d->number))
            archive_differs(r, CHECK_DECISIONS, N_("This proposal was not chosen at the stage before"), file, line,
                            STR_EMPTY, STR_EMPTY);
        if (!amount_fits(r, p, d))
            archive_differs(r, CHECK_DECISIONS, N_("The amount {1} does not fit its class of awards"), file, line,
                            STR_EMPTY, arena_printf(r->a, "%lld", (long long)d->amount));
        if (!follows && d->reason.n == 0)
            archive_differs(r, CHECK_DECISIONS, N_("The decision leaves the order of scores without a reason"), file,
                            line, STR_EMPTY, STR_EMPTY);
    }
}

static void check_decision(struct archive_read *r, size_t i)
{
    const struct archive_panel *p = &r->panels[i];
    const struct archive_proof *proof = &r->stages[i].proof;
    int64_t taken[FUND_THIRD_AWARD + 1] = {0}, all = 0;
    str file = decisions_file(r, i);
    check_decided(r, i, taken);
    for (int take = FUND_TAKEN; take <= FUND_THIRD_AWARD; take++) {
        all += taken[take];
        if (p->stage == FUND_AWARDED && taken[take] > r->manifest.awards.count[take])
            archive_differs_int(r, CHECK_DECISIONS, file, 0, r->manifest.awards.count[take], taken[take]);
    }
    if (all > p->places)
        archive_differs(r, CHECK_DECISIONS, N_("{1} are chosen, there are {2} places"), file, 0,
                        arena_printf(r->a, "%lld", (long long)p->places), arena_printf(r->a, "%lld", (long long)all));
    archive_must_say(r, CHECK_DECISIONS, proof, "event", STR("fund.decision.confirmed"));
    archive_must_say(r, CHECK_DECISIONS, proof, "decided_sha256", sha256_hex_of(r->a, archive_file_of(r, file)));
    archive_must_say(r, CHECK_DECISIONS, proof, "basis", p->calibrated ? STR("calibrated") : STR("raw"));
    archive_must_say_int(r, CHECK_DECISIONS, proof, "stage", p->stage);
    archive_must_say_int(r, CHECK_DECISIONS, proof, "chosen", all);
}

/* ---- stages ---- */

static const struct archive_stage *stage_of(const struct archive_read *r, enum fund_stage stage)
{
    for (size_t i = 0; i < r->n_panels; i++)
        if (r->panels[i].stage == stage)
            return &r->stages[i];
    return NULL;
}

static bool taken_at(const struct archive_read *r, enum fund_stage stage, int64_t number, int64_t *amount)
{
    const struct archive_stage *s = stage_of(r, stage);
    const struct fund_decided_line *d = s ? archive_decided_of(s, number) : NULL;
    if (!d || d->take == FUND_NOT_TAKEN)
        return false;
    *amount = d->amount;
    return true;
}

/* Who was chosen by the tally stands in results.csv, which check_tally() computes again: numbers in order. */
struct chosen {
    int64_t *v;
    size_t n;
};

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static rc read_chosen(struct archive_read *r, struct chosen *out)
{
    str rest = archive_file_of(r, STR("results.csv"));
    out->n = 0;
    out->v = ARENA_ARRAY(r->a, rest.n / 4 + 1, int64_t); /* a line has more than four bytes */
    if (!out->v)
        return arena_rc(r->a);
    while (rest.p) {
        str line = str_cut(&rest, '\n'), number = str_cut(&line, ',');
        if (line.p && str_ends(line, STR(",1")) && str_to_i64(number, &out->v[out->n]) == OK)
            out->n++;
    }
    qsort(out->v, out->n, sizeof *out->v, by_value);
    return OK;
}

static void check_stage(struct archive_read *r, size_t i, const struct chosen *chosen)
{
    const struct archive_proposal *p = &r->proposals[i];
    enum fund_stage stage = FUND_ENTERED;
    int64_t award = 0, unused;
    if (taken_at(r, FUND_FIRST, p->number, &unused))
        stage = FUND_FIRST;
    if (stage == FUND_FIRST && taken_at(r, FUND_SECOND, p->number, &unused))
        stage = FUND_SECOND;
    if (stage == FUND_SECOND && bsearch(&p->number, chosen->v, chosen->n, sizeof *chosen->v, by_value))
        stage = FUND_FINAL;
    if (stage == FUND_FINAL && taken_at(r, FUND_AWARDED, p->number, &award))
        stage = FUND_AWARDED;
    if (p->stage != stage)
        archive_differs(r, CHECK_STAGES, N_("Its stage is “{1}”; by decisions and tally it is “{2}”"),
                        STR("proposals.csv"), (int64_t)i + 2, str_of(archive_stage_word(stage)),
                        str_of(archive_stage_word(p->stage)));
    if (p->award != award)
        archive_differs_int(r, CHECK_STAGES, STR("proposals.csv"), (int64_t)i + 2, award, p->award);
}

rc archive_check_review(struct archive_read *r)
{
    struct chosen chosen;
    for (size_t i = 0; i < r->n_panels; i++) {
        check_panel(r, i);
        TRY(check_scores(r, i));
        check_decision(r, i);
    }
    TRY(read_chosen(r, &chosen));
    for (size_t i = 0; i < r->n_proposals; i++)
        check_stage(r, i, &chosen);
    return OK;
}

/* The reason why there is no assignment, in words. */
#include "mod/fund/review_files.h"

enum { NAMES_MAX = 12 };

const char *assign_reason_name(enum assign_reason r)
{
    static const char *const names[] = {[ASSIGN_FEASIBLE] = "feasible",
                                        [ASSIGN_FIXED_CONFLICT] = "kept-conflict",
                                        [ASSIGN_FIXED_LOAD] = "kept-load",
                                        [ASSIGN_BOUNDS] = "bounds",
                                        [ASSIGN_FEW_REVIEWERS] = "few-reviewers",
                                        [ASSIGN_CAPACITY] = "capacity",
                                        /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one text on two lines */
                                        [ASSIGN_SET] = "proposal-set",
                                        [ASSIGN_MIN_TOTAL] = "minimum-total",
                                        [ASSIGN_MIN_REVIEWER] = "minimum",
                                        [ASSIGN_MIN_SET] = "minimum-set"};
    return names[r];
}

static const char *const reasons[] = {
    [ASSIGN_FIXED_CONFLICT] =
        N_("The assignment of proposal {1} to reviewer {2} that should be kept is a conflict of interest."),
    [ASSIGN_FIXED_LOAD] = N_("Reviewer {2} keeps {3} reviews, but may have at most {4}."),
    [ASSIGN_BOUNDS] = N_("Reviewer {2} must have at least {3} reviews, but may have at most {4}."),
    [ASSIGN_FEW_REVIEWERS] =
        N_("Proposal {1} needs {3} reviews, but only {4} reviewers have no conflict of interest with it."),
    [ASSIGN_CAPACITY] =
        N_("All proposals together still need {3} reviews, but all reviewers together can do only {4}."),
    /* NOLINTNEXTLINE(bugprone-suspicious-missing-comma): one text on two lines */
    [ASSIGN_SET] = N_("Some proposals together still need {3} reviews, but at most {4} can be given to them: "
                      "the reviewers who have no conflict of interest with them are too few or too full."),
    [ASSIGN_MIN_TOTAL] = N_("The lower bounds ask for {3} more reviews in all, but only {4} are to be given."),
    [ASSIGN_MIN_REVIEWER] =
        N_("Reviewer {2} must have at least {3} reviews, but only {4} proposals are without conflict of interest."),
    [ASSIGN_MIN_SET] = N_(
        "Some reviewers together must have {3} more reviews, but the proposals without conflict of interest can give "
        "them only {4}."),
};

static void names(struct buf *out, enum lang lang, const char *msgid, const uint32_t *list, size_t n, const str *ids)
{
    BUF_SCOPED text = BUF_INIT(1 << 20);
    BUF_SCOPED count = BUF_INIT(32);
    if (n == 0)
        return;
    for (size_t i = 0; i < n && i < NAMES_MAX; i++) {
        if (i > 0)
            buf_put(&text, STR(", "));
        buf_put(&text, ids[list[i]]);
    }
    if (n > NAMES_MAX)
        buf_put(&text, STR(", …"));
    fmt_int(&count, (int64_t)n);
    str arg[] = {buf_str(&count), buf_str(&text)};
    tr_f(out, lang, msgid, arg, 2);
    buf_putc(out, '\n');
}

static void advice(struct buf *out, enum lang lang, const char *msgid, int64_t v)
{
    BUF_SCOPED text = BUF_INIT(32);
    fmt_int(&text, v);
    str arg[] = {buf_str(&text)};
    tr_f(out, lang, msgid, arg, 1);
    buf_putc(out, '\n');
}

void assign_words(struct buf *out, enum lang lang, const struct assign_in *in, const struct assign_out *o,
                  const str *proposals, const str *reviewers)
{
    const struct assign_why *w = &o->why;
    BUF_SCOPED need = BUF_INIT(32);
    BUF_SCOPED have = BUF_INIT(32);
    if (w->reason == ASSIGN_FEASIBLE)
        return;
    fmt_int(&need, w->need);
    fmt_int(&have, w->have);
    str arg[] = {w->proposal < in->n_proposals ? proposals[w->proposal] : STR_EMPTY,
                 w->reviewer < in->n_reviewers ? reviewers[w->reviewer] : STR_EMPTY, buf_str(&need), buf_str(&have)};
    tr_f(out, lang, reasons[w->reason], arg, 4);
    buf_putc(out, '\n');
    names(out, lang, N_("These proposals ({1}): {2}"), w->proposals, w->n_proposals, proposals);
    names(out, lang, N_("These reviewers ({1}): {2}"), w->reviewers, w->n_reviewers, reviewers);
    if (w->raise_max_to > 0)
        advice(out, lang, N_("It would work with this upper bound for each reviewer: {1}."), w->raise_max_to);
    if (w->lower_k_to > 0)
        advice(out, lang, N_("It would work with this many reviews a proposal: {1}."), w->lower_k_to);
    if (w->raise_k_to > 0)
        advice(out, lang, N_("It would work with this many reviews a proposal: {1}."), w->raise_k_to);
    if (w->add_reviewers > 0)
        advice(out, lang, N_("It would work with this many more reviewers without conflicts: {1}."), w->add_reviewers);
    if (w->lower_min_to >= 0)
        advice(out, lang, N_("It would work with this lower bound for each reviewer: {1}."), w->lower_min_to);
}

/* Why there is no assignment, and what would help, in the officer's language. The reasons are the engine's. */
#include "base/vec.h"
#include "mod/fund/pages_board.h"

enum { NAMES_MOST = 12 };

static str text_of(const struct ctx *c, const char *msgid, const str *args, int n)
{
    BUF_SCOPED b = BUF_INIT(16 * 1024);
    tr_f(&b, c->lang, msgid, args, n);
    return arena_str(c->arena, buf_str(&b));
}

static str number_of(const struct ctx *c, const struct fund_assign_plan *m, size_t proposal)
{
    return proposal < m->n_proposals ? number_text(c->arena, m->proposals[proposal].number) : STR_EMPTY;
}

static str name_of(const struct fund_assign_plan *m, size_t reviewer)
{
    return reviewer < m->n_reviewers ? m->reviewers[reviewer].name : STR_EMPTY;
}

/* "3, 8, 21 …" or "names …" of a set the engine found. */
static str list_of(const struct ctx *c, const struct fund_assign_plan *m, const uint32_t *v, size_t n, bool people)
{
    BUF_SCOPED b = BUF_INIT(16 * 1024);
    for (size_t i = 0; i < n && i < NAMES_MOST; i++) {
        str one = people ? name_of(m, v[i]) : number_of(c, m, v[i]);
        buf_printf(&b, "%s%.*s", i > 0 ? ", " : "", STR_ARG(one));
    }
    if (n > NAMES_MOST)
        buf_printf(&b, " …");
    return arena_str(c->arena, buf_str(&b));
}

static str why_text(const struct ctx *c, const struct fund_assign_plan *m)
{
    const struct assign_why *w = &m->out.why;
    str need = number_text(c->arena, w->need), have = number_text(c->arena, w->have);
    str proposals = list_of(c, m, w->proposals, w->n_proposals, false);
    str reviewers = list_of(c, m, w->reviewers, w->n_reviewers, true);
    switch (w->reason) {
    case ASSIGN_FIXED_CONFLICT:
        return text_of(c, N_("{1} keeps proposal {2}, but there is a conflict of interest between the two."),
                       (const str[]){name_of(m, w->reviewer), number_of(c, m, w->proposal)}, 2);
    case ASSIGN_FIXED_LOAD:
        return text_of(c, N_("{1} keeps {2} reviews, but may have only {3}."),
                       (const str[]){name_of(m, w->reviewer), need, have}, 3);
    case ASSIGN_BOUNDS:
        return text_of(c, N_("{1} must have at least {2} reviews and may have only {3}."),
                       (const str[]){name_of(m, w->reviewer), need, have}, 3);
    case ASSIGN_FEW_REVIEWERS:
        return text_of(c, N_("Proposal {1} needs {2} reviewers, but only {3} can review it: the others have a conflict of "
                             "interest or gave it back. All such proposals: {4}."),
                       (const str[]){number_of(c, m, w->proposal), need, have, proposals}, 4);
    case ASSIGN_CAPACITY:
        return text_of(c, N_("All proposals together need {1} reviews, but all reviewers together may have only {2}."),
                       (const str[]){need, have}, 2);
    case ASSIGN_SET:
        return text_of(c, N_("The proposals {1} need {2} reviews together, but the reviewers who can review them may "
                             "have only {3}. Full are: {4}."),
                       (const str[]){proposals, need, have, reviewers}, 4);
    case ASSIGN_MIN_TOTAL:
        return text_of(c, N_("The lower bounds of all reviewers ask for {1} reviews, but there are only {2}."),
                       (const str[]){need, have}, 2);
    case ASSIGN_MIN_REVIEWER:
        return text_of(c, N_("{1} must have at least {2} reviews, but can review only {3} proposals."),
                       (const str[]){name_of(m, w->reviewer), need, have}, 3);
    case ASSIGN_MIN_SET:
        return text_of(c, N_("The reviewers {1} must have {2} reviews together, but the proposals open to them can give "
                             "only {3}."),
                       (const str[]){reviewers, need, have}, 3);
    case ASSIGN_FEASIBLE:
        break;
    }
    return STR_EMPTY;
}

rc fund_why(const struct ctx *c, struct fund_assign_page *p)
{
    const struct assign_why *w = &p->plan.out.why;
    const struct {
        int64_t n;
        const char *text;
    } all[] = {{w->add_reviewers, N_("Invite {1} more reviewers without conflicts of interest.")},
               {w->raise_max_to, N_("Raise the upper bound of the reviewers to {1} reviews.")},
               {w->lower_k_to, N_("Ask for {1} reviews a proposal only. (The round's parameter; it is fixed for this "
                                  "review.)")},
               {w->raise_k_to, N_("Ask for {1} reviews a proposal. (The round's parameter; it is fixed for this review.)")},
               {w->lower_min_to + 1, N_("Lower the lower bounds of the reviewers to {1} reviews.")}};
    enum { ALL = sizeof all / sizeof all[0] };
    p->why = why_text(c, &p->plan);
    p->helps = ARENA_ARRAY(c->arena, ALL, str);
    if (!p->helps)
        return arena_rc(c->arena);
    for (size_t i = 0; i < ALL; i++) {
        bool is_min = i == ALL - 1;
        if (all[i].n <= 0 || (is_min && w->reason != ASSIGN_MIN_TOTAL && w->reason != ASSIGN_MIN_REVIEWER &&
                              w->reason != ASSIGN_MIN_SET))
            continue;
        str n = number_text(c->arena, all[i].n - is_min);
        p->helps[p->n_helps++] = text_of(c, all[i].text, &n, 1);
    }
    return arena_rc(c->arena);
}

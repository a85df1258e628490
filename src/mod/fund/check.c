/* The office's check of what was handed in, and the team's withdrawal: the moves of one core case. */
#include "core/job.h"
#include "core/notice.h"
#include "mod/fund/call.h"

#define DECIDES (AS_OFFICER | AS_ADMIN)

static const struct case_move moves[] = {
    {.name = "resubmit", .from = "submitted", .to = "submitted", .who = AS_TEAM, .label = N_("Submitted anew")},
    {.name = "resubmit", .from = "accepted", .to = "submitted", .who = AS_TEAM, .label = N_("Submitted anew")},
    {.name = "resubmit", .from = "correction", .to = "submitted", .who = AS_TEAM, .label = N_("Submitted anew")},
    {.name = "accept", .from = "submitted", .to = "accepted", .who = DECIDES, .label = N_("Accept for review")},
    {.name = "correct",
     .from = "submitted",
     .to = "correction",
     .who = DECIDES,
     .needs_reason = true,
     .label = N_("Ask for a correction")},
    {.name = "refuse",
     .from = "submitted",
     .to = "refused",
     .who = DECIDES,
     .needs_reason = true,
     .label = N_("Refuse")},
    {.name = "correct",
     .from = "correction",
     .to = "correction",
     .who = DECIDES,
     .needs_reason = true,
     .label = N_("Give more time for the correction")},
    {.name = "refuse",
     .from = "correction",
     .to = "refused",
     .who = DECIDES,
     .needs_reason = true,
     .label = N_("Refuse")},
    {.name = "lapse", .from = "correction", .to = "refused", .who = 0, .label = N_("Not corrected in time")},
    {.name = "reopen",
     .from = "refused",
     .to = "correction",
     .who = DECIDES,
     .needs_reason = true,
     .label = N_("Reopen, with a new deadline for the correction")},
    {.name = "withdraw",
     .from = "submitted",
     .to = "withdrawn",
     .who = AS_TEAM,
     .needs_reason = true,
     .label = N_("Withdraw")},
    {.name = "withdraw",
     .from = "correction",
     .to = "withdrawn",
     .who = AS_TEAM,
     .needs_reason = true,
     .label = N_("Withdraw")},
    {.name = "withdraw",
     .from = "accepted",
     .to = "withdrawn",
     .who = AS_TEAM,
     .needs_reason = true,
     .label = N_("Withdraw")},
};
const struct case_kind fund_case = {.code = "fund.proposal",
                                    .label = N_("Proposal"),
                                    .first = "submitted",
                                    .moves = moves,
                                    .n_moves = sizeof moves / sizeof moves[0]};

QUERY(fq_case_state, "ittii", "",
      "UPDATE fund_proposal SET state = $3, changed = $4, version = version + 1 WHERE id = $1 AND state = $2 AND "
      "case_id = $5");

rc fund_as_team(const struct act *x, const struct fund_proposal *p, struct session *out)
{
    TRY(fund_needs_team(x, p));
    *out = *x->by;
    out->party = p->team;
    out->perms |= AS_TEAM;
    return OK;
}

/* The proposal's state follows its case. The states of the case bear the proposal's names. */
static rc follow_case(const struct act *x, struct fund_proposal *p)
{
    struct case_row c;
    int64_t changed;
    TRY(case_get(x->tx, p->case_id, &c, x->a));
    TRY(db_exec(
        x->tx, &fq_case_state,
        VALS(v_int(p->id), v_text(str_of(fund_state_name(p->state))), v_text(c.state), v_int(x->at), v_int(p->case_id)),
        &changed));
    if (changed == 0)
        return act_wrong_state(x);
    TRY(fund_proposal_get(x->tx, p->id, p, x->a));
    return fund_index(x, p);
}

static rc tell_decision(const struct act *x, const struct fund_proposal *p, str move, str reason, instant due)
{
    struct notice n = {.subject = N_("Your proposal was accepted for review"),
                       .body = N_("“{1}” is complete and goes to review. It stands in the public list now.")};
    char text[ID_TEXT + 1];
    id_text(p->id, text);
    if (str_eq(move, STR("correct"))) {
        n.subject = N_("Please correct your proposal");
        n.body = N_("About “{1}” the office asks: {2}\n\nCorrect it and submit it again before the end of {3}.");
    } else if (str_eq(move, STR("reopen"))) {
        n.subject = N_("Your proposal is open again");
        n.body =
            N_("“{1}”, which had been refused, is open again: {2}\n\nCorrect it and submit it again before the end "
               "of {3}.");
    } else if (str_eq(move, STR("refuse"))) {
        n.subject = N_("Your proposal was refused");
        n.body = N_("“{1}” was refused, for this reason: {2}");
    }
    str args[] = {p->title, reason, day_text(x->a, due - 1)};
    n.args = args;
    n.n_args = 3;
    n.path = arena_printf(x->a, "/fund/my/%s", text);
    return notice_party(x->tx, p->team, AS_TEAM, &n);
}

/* A deadline ends with the day it falls on. */
static rc correction_due(const struct act *x, id programme, instant *out)
{
    int64_t days;
    TRY(fund_param(x->tx, programme, "call.correction_days", &days));
    *out = day_start(instant_day(x->at) + (day)days + 1);
    return OK;
}

rc fund_check(const struct act *x, id proposal, str move, str reason)
{
    struct fund_proposal p;
    struct fund_round r;
    instant due = 0;
    bool done;
    const char *name = arena_cstr(x->a, move);
    TRY(act_needs_officer(x));
    TRY(fund_proposal_get(x->tx, proposal, &p, x->a));
    TRY(fund_round_get(x->tx, p.programme, &r, x->a));
    TRY(fund_needs_phase(x, &r, FUND_CALL, FUND_REVIEW));
    if (fund_on_team(x->tx, p.team, x->by->account))
        return ERR(tx_err(x->tx), E_DENIED, "FND-014", N_("You belong to this team: another officer must decide."));
    if (p.case_id == 0 || !name)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-008", N_("The proposal's present state does not allow this."));
    TRY(case_move_make(x->tx, &fund_case, p.case_id, name, x->by, reason, 0, &done));
    TRY(follow_case(x, &p));
    if (p.state == FUND_CORRECTION) {
        TRY(correction_due(x, p.programme, &due));
        TRY(case_due_set(x->tx, p.case_id, due));
    }
    return tell_decision(x, &p, move, reason, due);
}

/* ---- the clock: a correction that does not come ---- */

enum { REMIND_DAYS = 2 };

/* body: {1} the title, {2} the last day */
static rc tell_of_deadline(const struct act *x, const struct fund_proposal *p, instant due, const char *subject,
                           const char *body)
{
    char text[ID_TEXT + 1];
    id_text(p->id, text);
    str args[] = {p->title, day_text(x->a, due - 1)};
    return notice_party(x->tx, p->team, AS_TEAM,
                        &(struct notice){.subject = subject,
                                         .body = body,
                                         .args = args,
                                         .n_args = 2,
                                         .path = arena_printf(x->a, "/fund/my/%s", text)});
}

rc fund_corrections_remind(const struct act *x, int max, int *n)
{
    struct case_row *rows;
    size_t count;
    TRY(cases_to_remind(x->tx, fund_case.code, "correction", x->at, x->at + REMIND_DAYS * DAY, max, &rows, &count,
                        x->a));
    for (size_t i = 0; i < count; i++) {
        struct fund_proposal p;
        TRY(fund_proposal_get(x->tx, rows[i].subject, &p, x->a));
        TRY(case_remind(x->tx, &fund_case, &rows[i]));
        TRY(tell_of_deadline(x, &p, rows[i].due, N_("A correction is due soon"),
                             N_("Please correct “{1}” and submit it again before the end of {2}. After that day it is "
                                "refused as incomplete.")));
    }
    *n = (int)count;
    return OK;
}

rc fund_corrections_lapse(const struct act *x, int max, int *n)
{
    struct case_row *rows;
    size_t count;
    TRY(cases_due(x->tx, fund_case.code, "correction", x->at, max, &rows, &count, x->a));
    for (size_t i = 0; i < count; i++) {
        struct fund_proposal p;
        TRY(fund_proposal_get(x->tx, rows[i].subject, &p, x->a));
        TRY(case_move_by_clock(x->tx, &fund_case, rows[i].id, "lapse"));
        TRY(follow_case(x, &p));
        TRY(tell_of_deadline(x, &p, rows[i].due, N_("The time for a correction ran out"),
                             N_("“{1}” was not corrected by the end of {2}, so it is refused as incomplete.")));
    }
    *n = (int)count;
    return OK;
}

rc fund_corrections_job_run(struct job *j)
{
    TRY(job_turns(j, fund_corrections_remind));
    return job_turns(j, fund_corrections_lapse);
}

rc fund_withdraw(const struct act *x, id proposal, str reason)
{
    struct fund_proposal p;
    struct fund_round r;
    struct session team;
    bool done;
    TRY(fund_proposal_get(x->tx, proposal, &p, x->a));
    TRY(fund_as_team(x, &p, &team));
    TRY(fund_round_get(x->tx, p.programme, &r, x->a));
    TRY(fund_needs_phase(x, &r, FUND_CALL, FUND_TALLY));
    if (p.case_id == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-008", N_("The proposal's present state does not allow this."));
    TRY(case_move_make(x->tx, &fund_case, p.case_id, "withdraw", &team, reason, 0, &done));
    TRY(follow_case(x, &p));
    return act_log(x, "fund.proposal.withdrawn", p.id,
                   KVS(kv_int("number", p.number), kv_text("reason", reason), kv_int("stage", p.stage)), NULL);
}

/* Drafts: started, saved as typed, thrown away and taken back. */
#include "mod/fund/call.h"
#include "mod/fund/proposal.h"

#include "sys/random.h"

QUERY(fq_draft_add, "iiiti", "",
      "INSERT INTO fund_proposal (" PROPOSAL_COLS ") VALUES ($1, $2, 0, $3, '', '', '', '', '', 0, '', '', '', '', '', "
      "'', '', '', $4, 'draft', 0, 0, 0, 1, $5, $5, 0, 0)");
QUERY(fq_draft_save,
      "iittttti"
      "ttttttttti",
      "",
      "UPDATE fund_proposal SET version = version + 1, title = $3, title_en = $4, summary = $5, summary_en = $6, field "
      "= $7, sdgs = $8, team_kind = $9, county = $10, problem = $11, solution = $12, impact = $13, plan = $14, video = "
      "$15, phone = $16, email = $17, changed = $18 WHERE id = $1 AND version = $2");
/* What a team has thrown away does not count against its account. */
QUERY(fq_drafts_of, "ii", "i",
      "SELECT COUNT(*) FROM fund_proposal WHERE programme = $1 AND state <> 'withdrawn'"
      " AND team IN (SELECT party FROM member WHERE account = $2)");
QUERY(fq_mine, "i", PROPOSAL_TYPES,
      "SELECT " PROPOSAL_COLS " FROM fund_proposal WHERE team IN (SELECT party FROM member WHERE account = $1)"
      " ORDER BY id DESC LIMIT 200");
QUERY(fq_draft_state, "itti", "",
      "UPDATE fund_proposal SET state = $3, changed = $4, version = version + 1 WHERE id = $1 AND state = $2"
      " AND number = 0");

static rc too_late(struct tx *tx)
{
    return ERR(tx_err(tx), E_CONFLICT, "FND-003", N_("The deadline has passed: nothing can be changed any more."));
}

static rc needs_call(struct tx *tx, const struct fund_round *r, instant now)
{
    if (fund_call_open(r, now))
        return OK;
    if (r->phase == FUND_PREPARED || (r->phase == FUND_CALL && now < r->call_opens))
        return ERR(tx_err(tx), E_CONFLICT, "FND-002", N_("The call has not opened yet."));
    return too_late(tx);
}

rc fund_can_change(struct tx *tx, const struct fund_proposal *p, const struct fund_round *r, instant now,
                   instant *until, struct arena *a)
{
    struct case_row c;
    *until = r->call_closes;
    switch (p->state) {
    case FUND_DRAFT:
    case FUND_SUBMITTED:
    case FUND_ACCEPTED:
        return needs_call(tx, r, now);
    case FUND_CORRECTION:
        TRY(case_get(tx, p->case_id, &c, a));
        *until = c.due;
        return now < c.due ? OK : too_late(tx);
    case FUND_REFUSED:
    case FUND_WITHDRAWN:
    case FUND_STATES:
        break;
    }
    return ERR(tx_err(tx), E_CONFLICT, "FND-008", N_("The proposal's present state does not allow this."));
}

rc fund_change_begin(const struct act *x, id proposal, struct fund_proposal *out)
{
    struct fund_round r;
    instant until;
    TRY(fund_proposal_get(x->tx, proposal, out, x->a));
    TRY(fund_needs_team(x, out));
    TRY(fund_round_get(x->tx, out->programme, &r, x->a));
    return fund_can_change(x->tx, out, &r, x->at, &until, x->a);
}

rc fund_change_end(const struct act *x, id proposal)
{
    struct fund_proposal p;
    TRY(fund_proposal_get(x->tx, proposal, &p, x->a));
    if (p.state != FUND_SUBMITTED && p.state != FUND_ACCEPTED)
        return OK;
    TRY(fund_complete(x->tx, &p, tx_err(x->tx), x->a));
    return fund_hand_in(x, &p);
}

static rc within_cap(const struct act *x, id programme)
{
    int64_t cap, has;
    if (x->by->account == 0)
        return OK;
    TRY(fund_param(x->tx, programme, "call.per_team", &cap));
    TRY(db_one_int(x->tx, &fq_drafts_of, VALS(v_int(programme), v_int(x->by->account)), &has));
    if (has < cap)
        return OK;
    return ERR(tx_err(x->tx), E_LIMIT, "FND-010",
               N_("One account may have at most {1} proposals in a round. Throw one away first."),
               number_text(x->a, cap));
}

rc fund_draft_start(const struct act *x, id programme, id *out)
{
    struct fund_round r;
    struct account who = {.email = STR_EMPTY};
    id team = id_new();
    TRY(fund_round_get(x->tx, programme, &r, x->a));
    TRY(needs_call(x->tx, &r, x->at));
    TRY(within_cap(x, programme));
    TRY(party_add(x->tx, &(struct party){.id = team, .kind = PARTY_ASSOCIATION, .name = STR_EMPTY, .created = x->at}));
    if (x->by->account != 0) {
        TRY(member_add(x->tx, team, x->by->account, AS_TEAM));
        TRY(account_get(x->tx, x->by->account, &who, x->a));
    }
    *out = id_new();
    return db_exec(x->tx, &fq_draft_add,
                   VALS(v_int(*out), v_int(programme), v_int(team), v_text(who.email), v_int(x->at)), NULL);
}

static void check_choice(struct err *e, const char *field, const struct choice *of, str value)
{
    if (value.n > 0 && choice_index(of, value) < 0)
        (void)ERR_FIELD(e, field, "FND-007", N_("Choose one of the list."));
}

static rc check_draft(const struct act *x, const struct fund_text *t)
{
    struct err *e = tx_err(x->tx);
    check_text(e, "team_name", t->team_name, FUND_NAME_MAX, false);
    check_text(e, "title", t->title, FUND_TITLE_MAX, false);
    check_text(e, "title_en", t->title_en, FUND_TITLE_EN_MAX, false);
    check_text(e, "summary", t->summary, FUND_SUMMARY_MAX, false);
    check_text(e, "summary_en", t->summary_en, FUND_SUMMARY_EN_MAX, false);
    check_text(e, "problem", t->problem, FUND_TEXT_MAX, false);
    check_text(e, "solution", t->solution, FUND_TEXT_MAX, false);
    check_text(e, "impact", t->impact, FUND_TEXT_MAX, false);
    check_text(e, "plan", t->plan, FUND_TEXT_MAX, false);
    check_text(e, "video", t->video, FUND_VIDEO_MAX, false);
    check_text(e, "phone", t->phone, FUND_PHONE_MAX, false);
    check_text(e, "email", t->email, FUND_EMAIL_MAX, false);
    check_choice(e, "field", fund_fields, t->field);
    check_choice(e, "team_kind", fund_team_kinds, t->team_kind);
    check_choice(e, "county", counties, t->county);
    return e->code;
}

rc fund_draft_save(const struct act *x, id proposal, int64_t version, const struct fund_text *t)
{
    struct fund_proposal p;
    int64_t changed;
    TRY(fund_change_begin(x, proposal, &p));
    TRY(check_draft(x, t));
    TRY(db_exec(x->tx, &fq_draft_save,
                VALS(v_int(proposal), v_int(version), v_text(t->title), v_text(t->title_en), v_text(t->summary),
                     v_text(t->summary_en), v_text(t->field), v_int(t->sdgs), v_text(t->team_kind), v_text(t->county),
                     v_text(t->problem), v_text(t->solution), v_text(t->impact), v_text(t->plan), v_text(t->video),
                     v_text(t->phone), v_text(t->email), v_int(x->at)),
                &changed));
    if (changed == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-005",
                   N_("Somebody else of your team, or you in another window, has saved a newer text. Nothing of yours "
                      "is lost: it stands in the fields, the newer text beside it. Save again to replace it."));
    TRY(party_rename(x->tx, p.team, t->team_name));
    return fund_change_end(x, proposal);
}

static rc change_state(const struct act *x, id proposal, enum fund_state from, enum fund_state to)
{
    struct fund_proposal p;
    int64_t changed;
    TRY(fund_proposal_get(x->tx, proposal, &p, x->a));
    TRY(fund_needs_team(x, &p));
    if (to == FUND_DRAFT)
        TRY(within_cap(x, p.programme));
    TRY(db_exec(
        x->tx, &fq_draft_state,
        VALS(v_int(proposal), v_text(str_of(fund_state_name(from))), v_text(str_of(fund_state_name(to))), v_int(x->at)),
        &changed));
    return changed ? OK
                   : ERR(tx_err(x->tx), E_CONFLICT, "FND-008", N_("The proposal's present state does not allow this."));
}

rc fund_draft_discard(const struct act *x, id proposal)
{
    return change_state(x, proposal, FUND_DRAFT, FUND_WITHDRAWN);
}

rc fund_draft_restore(const struct act *x, id proposal)
{
    return change_state(x, proposal, FUND_WITHDRAWN, FUND_DRAFT);
}

rc fund_mine(struct tx *tx, id account, struct fund_proposal **out, size_t *n, struct arena *a)
{
    return fund_proposals_read(tx, &fq_mine, VALS(v_int(account)), out, n, a);
}

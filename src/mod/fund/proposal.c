/* A proposal: reading it, who may edit it, and the stages it reaches. Writing it is draft.c. */
#include "mod/fund/proposal.h"

#include "base/vec.h"
#include "core/notice.h"
#include "mod/fund/publish.h"

WATCHED(fund_proposal);
WATCHED(fund_author);
QUERY(fq_proposal_get, "i", PROPOSAL_TYPES, "SELECT " PROPOSAL_COLS " FROM fund_proposal WHERE id = $1");
QUERY(fq_proposal_number, "ii", PROPOSAL_TYPES,
      "SELECT " PROPOSAL_COLS " FROM fund_proposal WHERE programme = $1 AND number = $2 AND number <> 0");
QUERY(fq_proposals_at, "ii", PROPOSAL_TYPES,
      "SELECT " PROPOSAL_COLS " FROM fund_proposal"
      " WHERE programme = $1 AND stage >= $2 AND number <> 0 AND state = 'accepted' ORDER BY number");
QUERY(fq_proposal_stage, "iiiii", "",
      "UPDATE fund_proposal SET stage = $3, award = $4, changed = $5 WHERE id = $1 AND stage = $2 AND state = "
      "'accepted'");
QUERY(fq_authors_of, "i", "ttt",
      "SELECT name, organisation, email FROM fund_author WHERE proposal = $1 ORDER BY position");
QUERY(fq_on_team, "ii", "i", "SELECT 1 FROM member WHERE party = $1 AND account = $2");

static const struct {
    const char *name, *label;
} states[FUND_STATES] = {
    [FUND_DRAFT] = {"draft", N_("Draft")},
    [FUND_SUBMITTED] = {"submitted", N_("Submitted")},
    [FUND_CORRECTION] = {"correction", N_("Correction asked for")},
    [FUND_ACCEPTED] = {"accepted", N_("Accepted for review")},
    [FUND_REFUSED] = {"refused", N_("Refused")},
    [FUND_WITHDRAWN] = {"withdrawn", N_("Withdrawn")},
};

const char *fund_state_name(enum fund_state s)
{
    return states[s].name;
}

const char *fund_state_label(enum fund_state s)
{
    return states[s].label;
}

static rc parse_state(str name, enum fund_state *out)
{
    for (int s = 0; s < FUND_STATES; s++)
        if (str_eq(str_of(states[s].name), name)) {
            *out = (enum fund_state)s;
            return OK;
        }
    return E_CORRUPT;
}

static const char *const place_params[FUND_STAGES] = {
    [FUND_FIRST] = "stage.first.places", [FUND_SECOND] = "stage.second.places"};

const char *fund_stage_label(enum fund_stage s)
{
    static const char *const labels[FUND_STAGES] = {
        [FUND_ENTERED] = N_("Entered"),
        [FUND_FIRST] = N_("Chosen from the open call"),
        [FUND_SECOND] = N_("Chosen after the proof"),
        [FUND_FINAL] = N_("Chosen by the crowdfunding"),
        [FUND_AWARDED] = N_("Awarded"),
    };
    return labels[s];
}

rc fund_places(struct tx *tx, id programme, enum fund_stage s, int64_t *out)
{
    if (s == FUND_FINAL)
        return fund_final_places(tx, programme, out);
    return place_params[s] ? fund_param(tx, programme, place_params[s], out) : E_INTERNAL;
}

rc fund_proposal_row(const struct rows *r, struct fund_proposal *out, struct arena *a)
{
    *out = (struct fund_proposal){.id = row_int(r, 0),
                                  .programme = row_int(r, 1),
                                  .number = row_int(r, 2),
                                  .team = row_int(r, 3),
                                  .title = arena_str(a, row_text(r, 4)),
                                  .title_en = arena_str(a, row_text(r, 5)),
                                  .summary = arena_str(a, row_text(r, 6)),
                                  .summary_en = arena_str(a, row_text(r, 7)),
                                  .field = arena_str(a, row_text(r, 8)),
                                  .sdgs = (uint32_t)row_int(r, 9),
                                  .team_kind = arena_str(a, row_text(r, 10)),
                                  .county = arena_str(a, row_text(r, 11)),
                                  .problem = arena_str(a, row_text(r, 12)),
                                  .solution = arena_str(a, row_text(r, 13)),
                                  .impact = arena_str(a, row_text(r, 14)),
                                  .plan = arena_str(a, row_text(r, 15)),
                                  .video = arena_str(a, row_text(r, 16)),
                                  .phone = arena_str(a, row_text(r, 17)),
                                  .email = arena_str(a, row_text(r, 18)),
                                  .stage = (enum fund_stage)row_int(r, 20),
                                  .award = row_int(r, 21),
                                  .case_id = row_int(r, 22),
                                  .version = row_int(r, 23),
                                  .created = row_int(r, 24),
                                  .changed = row_int(r, 25),
                                  .submitted = row_int(r, 26),
                                  .log_entry = row_int(r, 27)};
    TRY(parse_state(row_text(r, 19), &out->state));
    return out->stage < FUND_STAGES ? arena_rc(a) : E_CORRUPT;
}

static rc read_one(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct fund_proposal *out,
                   struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, q, v, n, &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "FND-006", N_("There is no such proposal."));
    TRY(e);
    e = fund_proposal_row(&r, out, a);
    rc ended = rows_end(&r);
    return e != OK ? e : ended;
}

rc fund_proposal_get(struct tx *tx, id proposal, struct fund_proposal *out, struct arena *a)
{
    return read_one(tx, &fq_proposal_get, VALS(v_int(proposal)), out, a);
}

rc fund_proposal_by_number(struct tx *tx, id programme, int64_t number, struct fund_proposal *out, struct arena *a)
{
    return read_one(tx, &fq_proposal_number, VALS(v_int(programme), v_int(number)), out, a);
}

rc fund_proposals_read(struct tx *tx, const struct query *q, const struct val *v, size_t n_v,
                       struct fund_proposal **out, size_t *n, struct arena *a)
{
    VEC(struct fund_proposal) list = {0};
    struct rows r;
    rc e = OK;
    TRY(db_select(tx, q, v, n_v, &r));
    while (e == OK && rows_next(&r)) {
        struct fund_proposal *p = VEC_ADD(&list, a);
        e = p ? fund_proposal_row(&r, p, a) : arena_rc(a);
    }
    rc ended = rows_end(&r);
    *out = list.v;
    *n = list.n;
    return e != OK ? e : ended;
}

rc fund_proposals_at(struct tx *tx, id programme, enum fund_stage stage, struct fund_proposal **out, size_t *n,
                     struct arena *a)
{
    return fund_proposals_read(tx, &fq_proposals_at, VALS(v_int(programme), v_int(stage)), out, n, a);
}

rc fund_authors_of(struct tx *tx, id proposal, struct fund_author **out, size_t *n, struct arena *a)
{
    VEC(struct fund_author) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_authors_of, VALS(v_int(proposal)), &r));
    while (rows_next(&r)) {
        struct fund_author *one = VEC_ADD(&list, a);
        if (!one)
            break;
        *one = (struct fund_author){arena_str(a, row_text(&r, 0)), arena_str(a, row_text(&r, 1)),
                                    arena_str(a, row_text(&r, 2))};
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

bool fund_on_team(struct tx *tx, id team, id account)
{
    int64_t one;
    return account != 0 && db_one_int(tx, &fq_on_team, VALS(v_int(team), v_int(account)), &one) == OK;
}

rc fund_needs_team(const struct act *x, const struct fund_proposal *p)
{
    if (fund_on_team(x->tx, p->team, x->by->account))
        return OK;
    return ERR(tx_err(x->tx), E_DENIED, "FND-004", N_("Only the proposal's own team may do this."));
}

rc fund_proposal_advance(const struct act *x, id proposal, enum fund_stage to, int64_t award, str reason)
{
    struct fund_proposal p;
    int64_t changed;
    TRY(act_needs_officer(x));
    TRY(fund_proposal_get(x->tx, proposal, &p, x->a));
    if (to == FUND_ENTERED || to >= FUND_STAGES || (award != 0) != (to == FUND_AWARDED) || award < 0)
        return E_INTERNAL;
    TRY(db_exec(x->tx, &fq_proposal_stage, VALS(v_int(proposal), v_int(to - 1), v_int(to), v_int(award), v_int(x->at)),
                &changed));
    if (changed == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-008", N_("The proposal's present state does not allow this."));
    str args[] = {p.title};
    TRY(notice_party(x->tx, p.team, AS_TEAM,
                     &(struct notice){.subject = N_("Your proposal goes on to the next stage"),
                                      .body = N_("“{1}” was chosen. What comes next stands on its page."),
                                      .args = args,
                                      .n_args = 1,
                                      .path = arena_printf(x->a, "/fund/proposals/%lld", (long long)p.number)}));
    return act_log(
        x, "fund.proposal.advanced", proposal,
        KVS(kv_int("award", award), kv_int("number", p.number), kv_text("reason", reason), kv_int("stage", to)), NULL);
}

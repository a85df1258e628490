/* What the pages of the review share: which round and panel, addresses, figures as text. */
#include <stdio.h>

#include "mod/fund/pages/pages_board.h"

/* The youngest round in which experts are at work; else the youngest at all. */
QUERY(fq_board_round, "", "i",
      "SELECT programme FROM fund_round ORDER BY CASE WHEN phase IN ('review', 'proof', 'awards') THEN 0 WHEN phase ="
      " 'prepared' THEN 2 ELSE 1 END, call_opens DESC, programme DESC LIMIT 1");
QUERY(fq_board_last_panel, "i", "i", "SELECT stage FROM fund_panel WHERE programme = $1 ORDER BY stage DESC LIMIT 1");

const struct choice fund_panel_names[] = {{"first", N_("First choice, from the open call")},
                                          {"second", N_("Second choice, after the proof")},
                                          {"awards", N_("Final awards")},
                                          {NULL, NULL}};
const struct choice fund_board_tabs[] = {{"/fund/office/board", N_("Overview")},
                                         {"/fund/office/board/reviewers", N_("Reviewers")},
                                         {"/fund/office/board/conflicts", N_("Conflicts")},
                                         {"/fund/office/board/assignment", N_("Assignment")},
                                         {"/fund/office/board/progress", N_("Progress")},
                                         {"/fund/office/board/results", N_("Results")},
                                         {"/fund/office/board/decision", N_("Panel's decision")},
                                         {NULL, NULL}};

static const enum fund_stage stages[] = {FUND_FIRST, FUND_SECOND, FUND_AWARDED};

static int panel_index(enum fund_stage stage)
{
    return stage == FUND_FIRST ? 0 : stage == FUND_SECOND ? 1 : 2;
}

/* The stage asked for; else that of the round's phase; else the last one that had a review; else the first. */
static rc stage_of(const struct ctx *c, const struct fund_round *r, enum fund_stage *out)
{
    int64_t last;
    if (in_given(&c->in, "stage")) {
        *out = stages[in_int(&c->in, "stage")];
        return OK;
    }
    if (fund_panel_stage(r->phase, out))
        return OK;
    rc found = db_one_int(c->tx, &fq_board_last_panel, VALS(v_int(r->programme)), &last);
    *out = found == OK ? (enum fund_stage)last : FUND_FIRST;
    return found == E_NOTFOUND ? OK : found;
}

static rc fill(const struct ctx *c, struct fund_board_at *out)
{
    enum fund_stage now;
    TRY(stage_of(c, &out->round.r, &out->stage));
    const struct choice *name = &fund_panel_names[panel_index(out->stage)];
    out->stage_name = name->value;
    out->stage_label = name->label;
    out->is_phase = fund_panel_stage(out->round.r.phase, &now) && now == out->stage;
    rc found = fund_panel_get(c->tx, out->round.r.programme, out->stage, &out->panel);
    out->has_panel = found == OK;
    if (found != E_NOTFOUND)
        return found;
    err_clear(tx_err(c->tx));
    return OK;
}

static rc round_by_id(const struct ctx *c, id programme, struct fund_board_at *out)
{
    out->round.now = c->now;
    out->round.query = STR_EMPTY;
    TRY(programme_get(c->tx, programme, &out->round.p, c->arena));
    return fund_round_get(c->tx, programme, &out->round.r, c->arena);
}

rc fund_board_at(const struct ctx *c, struct fund_board_at *out)
{
    id programme;
    *out = (struct fund_board_at){0};
    str code = in_text(&c->in, "round");
    rc found =
        code.n > 0 ? fund_round_shown(c, code, &out->round) : db_one_int(c->tx, &fq_board_round, NOVALS, &programme);
    if (code.n == 0 && found == E_NOTFOUND)
        return fund_round_shown(c, code, &out->round); /* says that there is none */
    TRY(found);
    if (code.n == 0)
        TRY(round_by_id(c, programme, out));
    return fill(c, out);
}

rc fund_board_at_of_reviewer(const struct ctx *c, struct fund_board_at *out, struct fund_reviewer *r)
{
    id programme;
    *out = (struct fund_board_at){0};
    str code = in_text(&c->in, "round");
    if (code.n > 0) {
        TRY(fund_round_shown(c, code, &out->round));
    } else {
        TRY(fund_reviewer_round(c->tx, c->session.account, &programme));
        TRY(round_by_id(c, programme, out));
    }
    TRY(fund_reviewer_of(c->tx, out->round.r.programme, c->session.account, r, c->arena));
    return fill(c, out);
}

rc fund_board_target(struct tx *tx, struct ctx *c, id *programme, enum fund_stage *stage)
{
    struct programme p;
    TRY(programme_by_code(tx, in_text(&c->in, "round"), &p, c->arena));
    *programme = p.id;
    *stage = in_given(&c->in, "stage") ? stages[in_int(&c->in, "stage")] : FUND_FIRST;
    return OK;
}

rc fund_board_target_of(struct tx *tx, struct ctx *c, id *programme, int64_t *number)
{
    enum fund_stage stage; /* a reviewer's forms are about what is being reviewed now */
    TRY(fund_board_number(c, number));
    return fund_board_target(tx, c, programme, &stage);
}

rc fund_board_go(struct ctx *c, const char *path)
{
    const char *stage = in_choice(&c->in, "stage");
    return go(c, "%s?round=%.*s%s%s", path, STR_ARG(in_text(&c->in, "round")), stage ? "&stage=" : "",
              stage ? stage : "");
}

rc fund_board_number(const struct ctx *c, int64_t *out)
{
    return str_to_i64(request_param(c->req, "number"), out) == OK && *out > 0 ? OK : E_NOTFOUND;
}

str fund_points_text(const struct ctx *c, int64_t milli)
{
    int64_t n = milli < 0 ? -milli : milli;
    return arena_printf(c->arena, "%s%lld.%03lld", milli < 0 ? "−" : "", (long long)(n / 1000), (long long)(n % 1000));
}

str fund_permille_text(const struct ctx *c, int64_t permille)
{
    return arena_printf(c->arena, "%lld.%lld %%", (long long)(permille / 10), (long long)(permille % 10));
}

str fund_sdgs_text(const struct ctx *c, uint32_t sdgs)
{
    BUF_SCOPED b = BUF_INIT(256);
    for (int i = 0; i < FUND_SDGS; i++)
        if (sdgs >> i & 1)
            buf_printf(&b, "%s%d", b.n ? ", " : "", i + 1);
    return b.n ? arena_str(c->arena, buf_str(&b)) : STR("–");
}

const char *fund_panel_colour(enum fund_panel_state s)
{
    static const char *const colours[FUND_PANEL_STATES] = {"blue", "yellow", "orange", "green"};
    return colours[s];
}

const char *fund_take_label(enum fund_stage stage, int take)
{
    if (take == FUND_NOT_TAKEN)
        return N_("Not chosen");
    return stage == FUND_AWARDED ? fund_award_classes[take - 1].label : N_("Chosen");
}

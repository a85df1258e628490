/* The office's check of one proposal: all that was handed in, its history, the moves the reader may make. */
#include "base/vec.h"
#include "mod/fund/pages/pages.h"
#include "office.view.h"

INPUT(move_in, {.name = "move", .type = F_TEXT, .required = true, .max = 20, .label = N_("What do you decide?")},
      {.name = "reason",
       .type = F_LINES,
       .max = 2000,
       .label = N_("Reason"),
       .hint = N_("The team reads it. Needed when you refuse, ask for a correction or reopen: say what is missing and "
                  "where it is written.")});

const char *fund_move_label(str move)
{
    for (size_t i = 0; i < fund_case.n_moves; i++)
        if (str_eq(move, str_of(fund_case.moves[i].name)))
            return fund_case.moves[i].label;
    return str_eq(move, STR("remind")) ? N_("Reminder of the deadline") : N_("Submitted");
}

static rc add_moves(struct ctx *c, struct fund_check_page *p)
{
    VEC(struct option) list = {0};
    bool phase = p->own.round.r.phase >= FUND_CALL && p->own.round.r.phase <= FUND_REVIEW;
    bool own_team = fund_on_team(c->tx, p->own.p.team, c->session.account);
    for (size_t i = 0; phase && !own_team && i < fund_case.n_moves; i++) {
        struct err unused = {0};
        const struct case_move *move = &fund_case.moves[i], *found;
        if (!str_eq(str_of(move->from), p->row.state) ||
            case_move_allowed(&fund_case, &p->row, move->name, &c->session, &found, &unused) != OK)
            continue;
        struct option *o = VEC_ADD(&list, c->arena);
        if (!o)
            return arena_rc(c->arena);
        *o = (struct option){.value = str_of(move->name), .label = str_of(tr(c->lang, move->label))};
    }
    p->moves = list.v;
    p->n_moves = list.n;
    return OK;
}

static rc wanted(struct tx *tx, struct ctx *c, struct fund_proposal *out)
{
    id proposal;
    TRY(path_id(c, "id", &proposal));
    TRY(fund_proposal_get(tx, proposal, out, c->arena));
    return out->number != 0 ? OK : E_NOTFOUND; /* a draft is the team's alone */
}

static rc check_read(struct ctx *c)
{
    struct fund_check_page p = {.spec = &move_in};
    TRY(wanted(c->tx, c, &p.own.p));
    TRY(fund_own_fill(c, &p.own));
    TRY(case_get(c->tx, p.own.p.case_id, &p.row, c->arena));
    p.own.path = arena_printf(c->arena, "/fund/my/%s", id_shown(c, p.own.p.id));
    TRY(add_moves(c, &p));
    view_fund_check(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc check_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    TRY(wanted(tx, c, &p));
    TRY(fund_check(&x, p.id, in_text(&c->in, "move"), in_text(&c->in, "reason")));
    flash(c, N_("The decision is recorded, the team was told."));
    return go(c, "/fund/office/proposals/%s", id_shown(c, p.id));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/office/proposals/{id}",
     .perm = OFFICE,
     .read = check_read,
     .summary = N_("A proposal for the office: what was handed in, history, moves")},
    {.method = HTTP_POST,
     .path = "/fund/office/proposals/{id}",
     .perm = DECIDES,
     .in = &move_in,
     .write = check_write,
     .form = check_read,
     .summary = N_("Decide about a proposal that was handed in")},
};
const struct route_table fund_check_routes = {"fund", routes, sizeof routes / sizeof routes[0]};

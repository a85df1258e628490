/* The office's pages of conflicts of interest and of the assignment. */
#include "board_assign.view.h"
#include "mod/fund/pages/pages_board.h"
#include "mod/fund/review_files.h"

enum { PER_PAGE = 50 };

static const struct choice aims[] = {{"fair", N_("The worst served proposal as well as possible")},
                                     {"total", N_("The greatest sum of affinities")},
                                     {NULL, NULL}};

INPUT(list_in, FUND_BOARD_FIELDS, {.name = "page", .type = F_INT, .min = 1, .max = 10000, .label = N_("Page")});
INPUT(at_in, FUND_BOARD_FIELDS);
INPUT(conflict_in, FUND_BOARD_FIELDS, {.name = "reviewer", .type = F_ID, .required = true, .label = N_("Reviewer")},
      {.name = "number", .type = F_INT, .required = true, .min = 1, .max = 1000000, .label = N_("Proposal number")},
      {.name = "kind",
       .type = F_CHOICE,
       .required = true,
       .choices = fund_conflict_kinds,
       .label = N_("Kind of conflict")},
      {.name = "note", .type = F_LINES, .max = FUND_REASON_MAX, .label = N_("Note")},
      {.name = "page", .type = F_INT, .min = 1, .max = 10000, .label = N_("Page")});
INPUT(lift_in, FUND_BOARD_FIELDS,
      {.name = "reason", .type = F_TEXT, .required = true, .max = 200, .label = N_("Reason to lift it")},
      {.name = "page", .type = F_INT, .min = 1, .max = 10000, .label = N_("Page")});
#define AIM_FIELD                                                                                                      \
    {                                                                                                                  \
        .name = "aim", .type = F_CHOICE, .choices = aims, .label = N_("Aim")                                           \
    }
#define PAGE_FIELD                                                                                                     \
    {                                                                                                                  \
        .name = "page", .type = F_INT, .min = 1, .max = 10000, .label = N_("Page")                                     \
    }
INPUT(assign_in, FUND_BOARD_FIELDS, AIM_FIELD, PAGE_FIELD);
INPUT(add_in, FUND_BOARD_FIELDS, AIM_FIELD, PAGE_FIELD,
      {.name = "reviewer", .type = F_ID, .required = true, .label = N_("Reviewer")},
      {.name = "number", .type = F_INT, .required = true, .min = 1, .max = 1000000, .label = N_("Proposal number")},
      {.name = "reason", .type = F_TEXT, .required = true, .max = 200, .label = N_("Reason")});
INPUT(remove_in, FUND_BOARD_FIELDS, AIM_FIELD, PAGE_FIELD,
      {.name = "reason", .type = F_TEXT, .required = true, .max = 200, .label = N_("Reason to remove it")});

/* Those who accepted, for a list to choose from. */
static rc reviewer_options(const struct ctx *c, id programme, struct option **out, size_t *n)
{
    struct fund_reviewer *all;
    size_t n_all;
    TRY(fund_reviewers(c->tx, programme, &all, &n_all, c->arena));
    *out = ARENA_ARRAY(c->arena, n_all, struct option);
    if (n_all > 0 && !*out)
        return arena_rc(c->arena);
    for (size_t i = 0; i < n_all; i++)
        if (all[i].state != FUND_DISMISSED && all[i].state != FUND_DECLINED)
            (*out)[(*n)++] = (struct option){.value = str_of(id_shown(c, all[i].id)), .label = all[i].name};
    return OK;
}

/* ---- conflicts ---- */

static rc conflicts_read(struct ctx *c)
{
    struct fund_conflicts_page p = {.add = &conflict_in, .lift = &lift_in};
    int64_t page = in_given(&c->in, "page") ? in_int(&c->in, "page") : 1, total;
    TRY(fund_board_at(c, &p.at));
    TRY(fund_conflicts(c->tx, p.at.round.r.programme, 0, (page - 1) * PER_PAGE, PER_PAGE, &p.rows, &p.n, &total,
                       c->arena));
    TRY(reviewer_options(c, p.at.round.r.programme, &p.reviewers, &p.n_reviewers));
    p.pages = pages_of(page, PER_PAGE, total, STR("/fund/office/board/conflicts"), query_without(c, "page"));
    view_fund_board_conflicts(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc conflict_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    id programme;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_proposal_by_number(tx, programme, in_int(&c->in, "number"), &p, c->arena));
    TRY(fund_conflict_add(&x, in_int(&c->in, "reviewer"), p.id, str_of(in_choice(&c->in, "kind")),
                          in_text(&c->in, "note")));
    flash(c, N_("The conflict of interest is recorded."));
    return fund_board_go(c, "/fund/office/board/conflicts");
}

static rc detect_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    enum fund_stage stage;
    int64_t found;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_conflicts_detect(&x, programme, &found));
    flash(c, found > 0 ? N_("New conflicts of interest were found. They are in the list.")
                       : N_("No further conflict of interest was found."));
    return fund_board_go(c, "/fund/office/board/conflicts");
}

static rc lift_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id conflict;
    TRY(path_id(c, "id", &conflict));
    TRY(fund_conflict_lift(&x, conflict, in_text(&c->in, "reason")));
    flash(c, N_("The conflict of interest is lifted."));
    return fund_board_go(c, "/fund/office/board/conflicts");
}

/* ---- assignment ---- */

static void load_range(struct fund_assign_page *p)
{
    p->load_least = INT32_MAX;
    for (size_t i = 0; i < p->plan.n_reviewers && p->plan.out.n > 0; i++) {
        int32_t load = p->plan.out.loads[i];
        p->load_least = load < p->load_least ? load : p->load_least;
        p->load_most = load > p->load_most ? load : p->load_most;
    }
}

/* The engine's reason with the numbers and names of this round. */
static rc explain(const struct ctx *c, struct fund_assign_page *p)
{
    const struct fund_assign_plan *m = &p->plan;
    str *numbers = ARENA_ARRAY(c->arena, m->n_proposals, str), *names = ARENA_ARRAY(c->arena, m->n_reviewers, str);
    BUF_SCOPED text = BUF_INIT(64 * 1024);
    if ((m->n_proposals > 0 && !numbers) || (m->n_reviewers > 0 && !names))
        return arena_rc(c->arena);
    for (size_t i = 0; i < m->n_proposals; i++)
        numbers[i] = number_text(c->arena, m->proposals[i].number);
    for (size_t i = 0; i < m->n_reviewers; i++)
        names[i] = m->reviewers[i].name;
    assign_words(&text, c->lang, &m->in, &m->out, numbers, names);
    TRY(buf_rc(&text));
    p->why = arena_str(c->arena, buf_str(&text));
    return arena_rc(c->arena);
}

/* A round has thousands of reviews: in one page browsers take many seconds for them. */
static rc assigned_rows(const struct ctx *c, struct fund_assign_page *p)
{
    size_t total, from;
    int64_t page = in_given(&c->in, "page") ? in_int(&c->in, "page") : 1;
    TRY(fund_assignments(c->tx, p->at.round.r.programme, p->at.stage, 0, &p->rows, &total, c->arena));
    p->pages = pages_of(page, PER_PAGE, (int64_t)total, STR("/fund/office/board/assignment"), query_without(c, "page"));
    from = (size_t)(page - 1) * PER_PAGE;
    from = from < total ? from : total;
    p->rows += from;
    p->n = total - from < PER_PAGE ? total - from : PER_PAGE;
    return OK;
}

static rc assign_read(struct ctx *c)
{
    struct fund_assign_page p = {.add = &add_in, .remove = &remove_in};
    TRY(fund_board_at(c, &p.at));
    p.fair = in_int(&c->in, "aim") == 0;
    p.open = p.at.has_panel && p.at.panel.state == FUND_PANEL_OPEN;
    if (p.at.has_panel) {
        TRY(fund_progress_of(c->tx, &p.at.panel, &p.progress));
        TRY(assigned_rows(c, &p));
    }
    if (p.open) {
        TRY(fund_assign_plan(c->tx, &p.at.panel, p.fair, &p.plan, c->arena));
        load_range(&p);
        if (p.plan.out.why.reason != ASSIGN_FEASIBLE)
            TRY(explain(c, &p));
    }
    TRY(reviewer_options(c, p.at.round.r.programme, &p.reviewers, &p.n_reviewers));
    view_fund_board_assignment(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc make_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    enum fund_stage stage;
    int64_t added;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_assign_make(&x, programme, stage, in_int(&c->in, "aim") == 0, &added));
    flash(c, added > 0 ? N_("The reviews are assigned.") : N_("Nothing was missing: no review was added."));
    return fund_board_go(c, "/fund/office/board/assignment");
}

static rc add_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id programme;
    enum fund_stage stage;
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_assign_add(&x, programme, stage, in_int(&c->in, "reviewer"), in_int(&c->in, "number"),
                        in_text(&c->in, "reason")));
    flash(c, N_("The review is assigned."));
    return fund_board_go(c, "/fund/office/board/assignment");
}

static rc remove_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id assignment;
    TRY(path_id(c, "id", &assignment));
    TRY(fund_assign_remove(&x, assignment, in_text(&c->in, "reason")));
    flash(c, N_("The review is taken away. Assign again to fill the gap."));
    return fund_board_go(c, "/fund/office/board/assignment");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/office/board/conflicts",
     .perm = OFFICE,
     .in = &list_in,
     .read = conflicts_read,
     .summary = N_("Conflicts of interest of a round")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/conflicts",
     .perm = DECIDES,
     .in = &conflict_in,
     .write = conflict_write,
     .form = conflicts_read,
     .summary = N_("Record a conflict of interest")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/conflicts/detect",
     .perm = DECIDES,
     .in = &at_in,
     .write = detect_write,
     .summary = N_("Search for conflicts of interest")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/conflicts/{id}/lift",
     .perm = DECIDES,
     .in = &lift_in,
     .write = lift_write,
     .form = conflicts_read,
     .summary = N_("Lift a conflict of interest")},
    {.method = HTTP_GET,
     .path = "/fund/office/board/assignment",
     .perm = OFFICE,
     .in = &assign_in,
     .read = assign_read,
     .summary = N_("Assignment of reviews, with a preview")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/assignment",
     .perm = DECIDES,
     .in = &assign_in,
     .write = make_write,
     .form = assign_read,
     .summary = N_("Assign reviews automatically")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/assignment/add",
     .perm = DECIDES,
     .in = &add_in,
     .write = add_write,
     .form = assign_read,
     .summary = N_("Assign one review by hand")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/assignment/{id}/remove",
     .perm = DECIDES,
     .in = &remove_in,
     .write = remove_write,
     .form = assign_read,
     .summary = N_("Take a review away")},
};
const struct route_table fund_board_assign_routes = {"fund", routes, sizeof routes / sizeof routes[0]};

/* The office's pages of reviewers: list, invitation, particulars, import. */
#include "board_people.view.h"
#include "mod/fund/pages/pages_board.h"

enum { FILE_MOST = 1024 * 1024 };

#define PARTICULARS                                                                                                    \
    {.name = "organisation",                                                                                           \
     .type = F_TEXT,                                                                                                   \
     .required = true,                                                                                                 \
     .max = 200,                                                                                                       \
     .label = N_("Organisation"),                                                                                      \
     .hint = N_("To find conflicts of interest.")},                                                                    \
        {.name = "fields", .type = F_CHOICES, .choices = fund_fields, .label = N_("Fields of expertise")},             \
        {.name = "sdgs", .type = F_CHOICES, .choices = fund_sdgs, .label = N_("Sustainable development goals")},       \
        {.name = "load_min",                                                                                           \
         .type = F_INT,                                                                                                \
         .max = 10000,                                                                                                 \
         .label = N_("Reviews, at least"),                                                                             \
         .hint = N_("0 or empty: as the round has it.")},                                                              \
    {                                                                                                                  \
        .name = "load_max", .type = F_INT, .max = 10000, .label = N_("Reviews, at most"),                              \
        .hint = N_("0 or empty: as the round has it.")                                                                 \
    }
INPUT(at_in, FUND_BOARD_FIELDS);
INPUT(invite_in, FUND_BOARD_FIELDS,
      {.name = "email", .type = F_EMAIL, .required = true, .label = N_("E-mail address"), .personal = true},
      {.name = "name", .type = F_TEXT, .required = true, .max = 100, .label = N_("Name"), .personal = true},
      PARTICULARS);
INPUT(change_in, FUND_BOARD_FIELDS, PARTICULARS);
INPUT(dismiss_in, FUND_BOARD_FIELDS,
      {.name = "reason",
       .type = F_LINES,
       .required = true,
       .max = FUND_REASON_MAX,
       .label = N_("Reason"),
       .hint = N_("Open reviews of this person end and can be assigned to others.")});
INPUT(
    import_in, FUND_BOARD_FIELDS,
    {.name = "file",
     .type = F_FILE,
     .required = true,
     .max = FILE_MOST,
     .label = N_("CSV file"),
     .hint = N_("Columns: email, name, organisation, fields, sdgs, load_min, load_max. Several fields or goals in one "
                "cell are separated by spaces.")});

static rc people_read(struct ctx *c)
{
    struct fund_people_page p = {.spec = &invite_in};
    struct fund_reviewer *all;
    struct fund_assignment *work = NULL;
    size_t n_work = 0;
    TRY(fund_board_at(c, &p.at));
    TRY(fund_reviewers(c->tx, p.at.round.r.programme, &all, &p.n, c->arena));
    if (p.at.has_panel)
        TRY(fund_assignments(c->tx, p.at.round.r.programme, p.at.stage, 0, &work, &n_work, c->arena));
    p.rows = ARENA_ARRAY(c->arena, p.n, struct fund_people_row);
    if (p.n > 0 && !p.rows)
        return arena_rc(c->arena);
    for (size_t i = 0; i < p.n; i++) {
        p.rows[i].r = all[i];
        p.rows[i].is_signed = fund_statement_signed(&all[i], c->arena);
        for (size_t j = 0; j < n_work; j++)
            if (work[j].reviewer == all[i].id) {
                p.rows[i].assigned++;
                p.rows[i].submitted += work[j].submitted;
            }
    }
    view_fund_board_people(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static struct fund_reviewer_form form_of(const struct ctx *c)
{
    return (struct fund_reviewer_form){.organisation = in_text(&c->in, "organisation"),
                                       .fields = (uint32_t)in_int(&c->in, "fields"),
                                       .sdgs = (uint32_t)in_int(&c->in, "sdgs"),
                                       .load_min = in_int(&c->in, "load_min"),
                                       .load_max = in_int(&c->in, "load_max")};
}

static rc invite_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_reviewer_form f = form_of(c);
    id programme, reviewer;
    enum fund_stage stage;
    f.email = in_text(&c->in, "email");
    f.name = in_text(&c->in, "name");
    TRY(fund_board_target(tx, c, &programme, &stage));
    TRY(fund_reviewer_invite(&x, programme, &f, &reviewer));
    flash(c, N_("The invitation is on its way."));
    return fund_board_go(c, "/fund/office/board/reviewers");
}

static str box_values(const struct ctx *c, const struct choice *of, uint32_t bits)
{
    BUF_SCOPED b = BUF_INIT(1024);
    for (size_t i = 0; of[i].value; i++)
        if (bits >> i & 1)
            buf_printf(&b, "%s%s", b.n ? "," : "", of[i].value);
    return arena_str(c->arena, buf_str(&b));
}

static rc person_read(struct ctx *c)
{
    struct fund_person_page p = {.change = &change_in, .dismiss = &dismiss_in};
    id reviewer;
    TRY(path_id(c, "id", &reviewer));
    TRY(fund_board_at(c, &p.at));
    TRY(fund_reviewer_get(c->tx, reviewer, &p.r, c->arena));
    TRY(fund_assignments(c->tx, p.r.programme, p.at.stage, reviewer, &p.rows, &p.n, c->arena));
    p.fields = box_values(c, fund_fields, p.r.fields);
    p.sdgs = box_values(c, fund_sdgs, p.r.sdgs);
    view_fund_board_person(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc change_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_reviewer_form f = form_of(c);
    id reviewer;
    TRY(path_id(c, "id", &reviewer));
    TRY(fund_reviewer_change(&x, reviewer, &f));
    flash(c, N_("Saved."));
    return fund_board_go(c, "/fund/office/board/reviewers");
}

static rc dismiss_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id reviewer;
    TRY(path_id(c, "id", &reviewer));
    TRY(fund_reviewer_dismiss(&x, reviewer, in_text(&c->in, "reason")));
    flash(c, N_("This person does not review any more."));
    return fund_board_go(c, "/fund/office/board/reviewers");
}

static rc import_read(struct ctx *c)
{
    struct fund_people_import_page p = {.spec = &import_in};
    TRY(fund_board_at(c, &p.at));
    view_fund_board_import(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* A file that is refused is an answer with its wrong rows, not a failure: the import itself wrote nothing then. */
static rc import_write(struct tx *tx, struct ctx *c)
{
    struct fund_people_import_page p = {.spec = &import_in, .done = true};
    struct act x = ACT(tx, c);
    id programme;
    TRY(fund_board_target(tx, c, &programme, &p.at.stage));
    TRY(programme_get(tx, programme, &p.at.round.p, c->arena));
    p.at.stage_name = in_choice(&c->in, "stage") ? in_choice(&c->in, "stage") : fund_panel_names[0].value;
    rc r = fund_reviewers_import(&x, programme, in_value(&c->in, "file")->file.bytes, &p.result);
    bool refused = r == E_INVALID && p.result.bad > 0;
    if (r != OK && !refused)
        return r;
    err_clear(tx_err(tx));
    view_fund_board_import(&c->reply->body, c, &p);
    return reply_page(c, refused ? 422 : 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/office/board/reviewers",
     .perm = OFFICE,
     .in = &at_in,
     .read = people_read,
     .summary = N_("Reviewers of a round")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/reviewers",
     .perm = DECIDES,
     .in = &invite_in,
     .write = invite_write,
     .form = people_read,
     .summary = N_("Invite a reviewer")},
    {.method = HTTP_GET,
     .path = "/fund/office/board/reviewers/import",
     .perm = DECIDES,
     .in = &at_in,
     .read = import_read,
     .summary = N_("Invite reviewers from a file: form")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/reviewers/import",
     .perm = DECIDES,
     .in = &import_in,
     .write = import_write,
     .form = import_read,
     .summary = N_("Invite reviewers from a CSV file"),
     .max_body = FILE_MOST + 4096},
    {.method = HTTP_GET,
     .path = "/fund/office/board/reviewers/{id}",
     .perm = OFFICE,
     .in = &at_in,
     .read = person_read,
     .summary = N_("A reviewer: particulars, reviews")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/reviewers/{id}",
     .perm = DECIDES,
     .in = &change_in,
     .write = change_write,
     .form = person_read,
     .summary = N_("Change a reviewer's particulars")},
    {.method = HTTP_POST,
     .path = "/fund/office/board/reviewers/{id}/dismiss",
     .perm = DECIDES,
     .in = &dismiss_in,
     .write = dismiss_write,
     .form = person_read,
     .summary = N_("Dismiss a reviewer")},
};
const struct route_table fund_board_people_routes = {"fund", routes, sizeof routes / sizeof routes[0]};

/* A team's own proposals: the list, one with all that belongs to it, its text as a form. */
#include "mod/fund/pages/pages.h"
#include "proposal.view.h"

#define FORM_MOST (512 * 1024) /* bytes: four texts of 2,000 characters, percent-encoded, and the rest */

INPUT(start_in, FUND_ROUND_FIELD);
/* Nothing is required and no address is checked: a draft is saved as it is typed. fund_complete() asks when it is
 * handed in. */
INPUT(
    text_in, {.name = "version", .type = F_INT, .required = true, .min = 1, .max = INT32_MAX, .label = N_("Version")},
    {.name = "team_name", .later = true, .type = F_TEXT, .max = FUND_NAME_MAX, .label = N_("Name of the team")},
    {.name = "team_kind", .later = true, .type = F_CHOICE, .choices = fund_team_kinds, .label = N_("Kind of team")},
    {.name = "county", .later = true, .type = F_CHOICE, .choices = counties, .label = N_("County or city")},
    {.name = "title", .later = true, .type = F_TEXT, .max = FUND_TITLE_MAX, .label = N_("Title, in Chinese")},
    {.name = "title_en", .later = true, .type = F_TEXT, .max = FUND_TITLE_EN_MAX, .label = N_("Title, in English")},
    {.name = "summary",
     .later = true,
     .type = F_LINES,
     .max = FUND_SUMMARY_MAX,
     .label = N_("Summary, in Chinese"),
     .hint = N_("At most 200 characters. It stands in the public list.")},
    {.name = "summary_en",
     .later = true,
     .type = F_LINES,
     .max = FUND_SUMMARY_EN_MAX,
     .label = N_("Summary, in English"),
     .hint = N_("At most 500 characters.")},
    {.name = "field", .later = true, .type = F_CHOICE, .choices = fund_fields, .label = N_("Field")},
    {.name = "sdgs",
     .later = true,
     .type = F_CHOICES,
     .choices = fund_sdgs,
     .label = N_("Sustainable Development Goals"),
     .hint = N_("Those that the proposal itself serves; one to three are usual.")},
    {.name = "problem",
     .later = true,
     .type = F_LINES,
     .max = FUND_TEXT_MAX,
     .label = N_("What is the problem?"),
     .hint = N_("Who has it, how do you know, how large is it? At most 2,000 characters, as below.")},
    {.name = "solution", .later = true, .type = F_LINES, .max = FUND_TEXT_MAX, .label = N_("What do you want to do?")},
    {.name = "impact",
     .later = true,
     .type = F_LINES,
     .max = FUND_TEXT_MAX,
     .label = N_("Who gains, and how is it measured?")},
    {.name = "plan", .later = true, .type = F_LINES, .max = FUND_TEXT_MAX, .label = N_("Plan: steps, time, money")},
    {.name = "video",
     .type = F_TEXT,
     .max = FUND_VIDEO_MAX,
     .label = N_("Address of a video"),
     .hint = N_("May be left empty. Begins with https://")},
    {.name = "phone",
     .later = true,
     .type = F_TEXT,
     .max = FUND_PHONE_MAX,
     .label = N_("Telephone"),
     .autocomplete = "tel",
     .hint = N_("For the office only, as the e-mail address."),
     .personal = true},
    {.name = "email",
     .later = true,
     .type = F_TEXT,
     .max = FUND_EMAIL_MAX,
     .label = N_("E-mail of the team"),
     .autocomplete = "email",
     .personal = true});

/* ---- the list ---- */

static rc mine_read(struct ctx *c)
{
    struct fund_mine_page p = {0};
    rc r = fund_round_shown(c, STR_EMPTY, &p.round);
    p.no_round = r == E_NOTFOUND;
    if (p.no_round)
        err_clear(tx_err(c->tx));
    else
        TRY(r);
    p.open = !p.no_round && fund_call_open(&p.round.r, c->now);
    TRY(fund_mine(c->tx, c->session.account, &p.v, &p.n, c->arena));
    view_fund_mine(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc start_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_round r;
    id proposal;
    TRY(fund_round_latest(tx, &r, c->arena));
    TRY(fund_draft_start(&x, r.programme, &proposal));
    flash(c, N_("A draft was begun. Save it as often as you like; nobody else sees it."));
    return go(c, "/fund/my/%s/text", id_shown(c, proposal));
}

/* ---- the text ---- */

rc fund_own_proposal(const struct ctx *c, struct tx *tx, struct fund_proposal *out)
{
    id wanted;
    TRY(path_id(c, "id", &wanted));
    TRY(fund_proposal_get(tx, wanted, out, c->arena));
    if (fund_on_team(tx, out->team, c->session.account))
        return OK;
    return ERR(tx_err(tx), E_NOTFOUND, "FND-006", N_("There is no such proposal."));
}

str fund_goal_list(const struct ctx *c, uint32_t sdgs)
{
    int goals[FUND_SDGS];
    int n = fund_goals(sdgs, goals);
    BUF_SCOPED out = BUF_INIT(128);
    for (int i = 0; i < n; i++)
        buf_printf(&out, "%s%d", i ? "," : "", goals[i]);
    return arena_str(c->arena, buf_str(&out));
}

str fund_saved_text(const struct fund_edit_page *p, const char *field)
{
    const struct fund_proposal *s = &p->p;
    const struct {
        const char *field;
        str value;
    } all[] = {{"team_name", p->team},      {"title", s->title},   {"title_en", s->title_en},
               {"summary", s->summary},     {"field", s->field},   {"summary_en", s->summary_en},
               {"team_kind", s->team_kind}, {"county", s->county}, {"problem", s->problem},
               {"solution", s->solution},   {"impact", s->impact}, {"plan", s->plan},
               {"video", s->video},         {"phone", s->phone},   {"email", s->email}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i].field, field) == 0)
            return all[i].value;
    return STR_EMPTY;
}

/* Is the newer text of this field another one than what was typed? */
bool fund_differs(const struct ctx *c, const struct fund_edit_page *p, const char *field)
{
    if (!p->newer)
        return false; /* without a refused form there is no input to ask */
    const struct field_value *v = in_value(&c->in, field);
    if (strcmp(field, "version") == 0)
        return false;
    if (strcmp(field, "sdgs") == 0)
        return (uint32_t)v->i != p->p.sdgs;
    return !str_eq(v->text.p ? v->text : STR_EMPTY, fund_saved_text(p, field));
}

static rc text_read(struct ctx *c)
{
    struct fund_edit_page p = {.spec = &text_in};
    struct fund_round r;
    struct party team;
    TRY(fund_own_proposal(c, c->tx, &p.p));
    TRY(fund_round_get(c->tx, p.p.programme, &r, c->arena));
    /* A refused save is shown even when nothing can be saved any more: what was typed can be copied from it. */
    if (c->err.code == OK)
        TRY(fund_can_change(c->tx, &p.p, &r, c->now, &p.until, c->arena));
    TRY(party_get(c->tx, p.p.team, &team, c->arena));
    p.team = team.name;
    p.newer = c->err.main.code && strcmp(c->err.main.code, "FND-005") == 0;
    p.path = arena_printf(c->arena, "/fund/my/%s", id_shown(c, p.p.id));
    view_fund_text(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc text_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    TRY(fund_own_proposal(c, tx, &p));
    struct fund_text t = {.team_name = in_text(&c->in, "team_name"),
                          .title = in_text(&c->in, "title"),
                          .title_en = in_text(&c->in, "title_en"),
                          .summary = in_text(&c->in, "summary"),
                          .summary_en = in_text(&c->in, "summary_en"),
                          .field = in_text(&c->in, "field"),
                          .team_kind = in_text(&c->in, "team_kind"),
                          .county = in_text(&c->in, "county"),
                          .sdgs = (uint32_t)in_value(&c->in, "sdgs")->i,
                          .problem = in_text(&c->in, "problem"),
                          .solution = in_text(&c->in, "solution"),
                          .impact = in_text(&c->in, "impact"),
                          .plan = in_text(&c->in, "plan"),
                          .video = in_text(&c->in, "video"),
                          .phone = in_text(&c->in, "phone"),
                          .email = in_text(&c->in, "email")};
    TRY(fund_draft_save(&x, p.id, in_int(&c->in, "version"), &t));
    bool again = p.state == FUND_SUBMITTED || p.state == FUND_ACCEPTED;
    flash(c, again ? N_("Saved and submitted anew. The new receipt stands below.") : N_("Saved."));
    return go(c, "/fund/my/%s", id_shown(c, p.id));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/my",
     .perm = SIGNED_IN,
     .read = mine_read,
     .summary = N_("Proposals of the reader's teams")},
    {.method = HTTP_POST,
     .path = "/fund/my",
     .perm = SIGNED_IN,
     .in = &start_in,
     .write = start_write,
     .form = mine_read,
     .summary = N_("Begin a proposal")},
    {.method = HTTP_GET,
     .path = "/fund/my/{id}/text",
     .perm = SIGNED_IN,
     .read = text_read,
     .summary = N_("The text of a proposal: form")},
    {.method = HTTP_POST,
     .path = "/fund/my/{id}/text",
     .perm = SIGNED_IN,
     .in = &text_in,
     .write = text_write,
     .form = text_read,
     .summary = N_("Save the text of a proposal"),
     .max_body = FORM_MOST},
};
const struct route_table fund_proposal_routes = {"fund", routes, sizeof routes / sizeof routes[0]};

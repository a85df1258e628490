/* One proposal of a team's own: where it stands, who stands behind it, attachments, handing in, receipts, withdrawing.
 * Every form posts to an address of its own; a refused one shows the same page with what was typed. */
#include "core/publiclog.h"
#include "mod/fund/pages/pages.h"
#include "proposal.view.h"

INPUT(author_in,
      {.name = "name", .type = F_TEXT, .required = true, .max = FUND_NAME_MAX, .label = N_("Name"), .personal = true},
      {.name = "organisation",
       .type = F_TEXT,
       .max = FUND_NAME_MAX,
       .label = N_("Organisation"),
       .hint = N_("Is shown in public; the name is not.")},
      {.name = "author_email", .type = F_EMAIL, .required = true, .label = N_("E-mail address"), .personal = true});
INPUT(author_remove_in, {.name = "email", .type = F_TEXT, .required = true, .max = 254, .label = N_("E-mail address")});
INPUT(member_in, {.name = "member_email",
                  .type = F_EMAIL,
                  .required = true,
                  .label = N_("E-mail address of the new member"),
                  .hint = N_("They can edit, submit and withdraw as you can."),
                  .personal = true});
INPUT(id_in, {.name = "which", .type = F_ID, .required = true, .label = N_("Which one")});
INPUT(file_in, {.name = "file",
                .type = F_FILE,
                .required = true,
                .max = FUND_FILE_MAX,
                .label = N_("File"),
                .hint = N_("PDF, PNG or JPEG, 10 MB at most.")});
INPUT(reason_in, {.name = "reason",
                  .type = F_LINES,
                  .required = true,
                  .max = 1000,
                  .label = N_("Reason"),
                  .hint = N_("It enters the public log as part of the record.")});

rc fund_own_fill(struct ctx *c, struct fund_own_page *p)
{
    struct party team;
    TRY(fund_round_get(c->tx, p->p.programme, &p->round.r, c->arena));
    TRY(programme_get(c->tx, p->p.programme, &p->round.p, c->arena));
    p->round.query = arena_printf(c->arena, "?round=%.*s", STR_ARG(p->round.p.code));
    TRY(party_get(c->tx, p->p.team, &team, c->arena));
    p->team = team.name;
    if (p->p.case_id)
        TRY(case_history(c->tx, p->p.case_id, &p->events, &p->n_events, c->arena));
    TRY(fund_authors_of(c->tx, p->p.id, &p->authors, &p->n_authors, c->arena));
    TRY(members_of(c->tx, p->p.team, &p->members, &p->n_members, c->arena));
    TRY(fund_attachments_of(c->tx, p->p.id, &p->files, &p->n_files, c->arena));
    TRY(fund_submissions_of(c->tx, p->p.id, &p->submissions, &p->n_submissions, c->arena));
    return fund_param(c->tx, p->p.programme, "call.attachments", &p->files_most);
}

static rc count_waiting(struct ctx *c, struct fund_own_page *p)
{
    struct fund_approach *v;
    size_t n;
    TRY(fund_approaches_to(c->tx, p->p.id, &v, &n, c->arena));
    for (size_t i = 0; i < n; i++)
        p->waiting += str_eq(v[i].state, STR("sent"));
    return OK;
}

static rc own_read(struct ctx *c)
{
    struct fund_own_page p = {.author = &author_in, .member = &member_in, .file = &file_in, .reason = &reason_in};
    TRY(fund_own_proposal(c, c->tx, &p.p));
    TRY(fund_own_fill(c, &p));
    p.path = arena_printf(c->arena, "/fund/my/%s", id_shown(c, p.p.id));
    TRY(count_waiting(c, &p));
    rc can = fund_can_change(c->tx, &p.p, &p.round.r, c->now, &p.until, c->arena);
    p.open = can == OK;
    if (can != OK && can != E_CONFLICT)
        return can;
    err_clear(tx_err(c->tx));
    if (p.open) {
        rc whole = fund_complete(c->tx, &p.p, &p.missing, c->arena);
        if (whole != OK && whole != E_INVALID)
            return whole;
    }
    view_fund_own(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc back(struct ctx *c, const struct fund_proposal *p, const char *note, const char *where)
{
    flash(c, note);
    return go(c, "/fund/my/%s%s", id_shown(c, p->id), where);
}

/* ---- people ---- */

static rc author_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_author_add(&x, p.id,
                        &(struct fund_author){.name = in_text(&c->in, "name"),
                                              .organisation = in_text(&c->in, "organisation"),
                                              .email = in_text(&c->in, "author_email")}));
    return back(c, &p, N_("The person was added."), "#f-authors");
}

static rc author_remove_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_author_remove(&x, p.id, in_text(&c->in, "email")));
    return back(c, &p, N_("The person was taken off the list."), "#f-authors");
}

static rc member_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_member_invite(&x, p.id, in_text(&c->in, "member_email")));
    return back(c, &p, N_("The member was added and told by e-mail."), "#members");
}

static rc member_remove_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    id who = in_int(&c->in, "which");
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_member_remove(&x, p.id, who));
    if (who != c->session.account)
        return back(c, &p, N_("The member can no longer act for the team."), "#members");
    flash(c, N_("You have left the team."));
    return go(c, "/fund/my");
}

/* ---- attachments ---- */

static rc file_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    const struct upload *file = &in_value(&c->in, "file")->file;
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_attach(&x, c->app, p.id, file->name, file->bytes));
    return back(c, &p, N_("The file was attached."), "#files");
}

static rc file_remove_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_detach(&x, p.id, in_int(&c->in, "which")));
    return back(c, &p, N_("The file was taken off."), "#files");
}

static rc file_read(struct ctx *c)
{
    struct fund_attachment a;
    id wanted;
    TRY(path_id(c, "id", &wanted));
    TRY(fund_attachment_get(c->tx, &c->session, wanted, &a, c->arena));
    return document_reply(c, &a.document);
}

/* ---- handing in, receipts, withdrawing ---- */

static rc submit_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_submit(&x, p.id));
    return back(c, &p, N_("Your proposal has arrived. The receipt stands below."), "");
}

/* Receipts are for the team and for the office. */
static rc submission_of(struct ctx *c, struct fund_submission *out)
{
    struct fund_proposal p;
    struct fund_submission *all;
    id wanted, proposal;
    size_t n;
    TRY(path_id(c, "id", &proposal));
    TRY(path_id(c, "submission", &wanted));
    TRY(fund_proposal_get(c->tx, proposal, &p, c->arena));
    if (!may(c, OFFICE) && !fund_on_team(c->tx, p.team, c->session.account))
        return E_NOTFOUND;
    TRY(fund_submissions_of(c->tx, proposal, &all, &n, c->arena));
    for (size_t i = 0; i < n; i++)
        if (all[i].id == wanted) {
            *out = all[i];
            return OK;
        }
    return E_NOTFOUND;
}

static rc proof_read(struct ctx *c)
{
    struct fund_submission s;
    TRY(submission_of(c, &s));
    TRY(log_proof_json(c->tx, s.log_entry, &c->reply->body, c->arena));
    return reply_download(c, "application/json", arena_printf(c->arena, "%s-proof.json", id_shown(c, s.id)));
}

static rc content_read(struct ctx *c)
{
    struct fund_submission s;
    TRY(submission_of(c, &s));
    buf_put(&c->reply->body, s.content);
    return reply_download(c, "application/json", arena_printf(c->arena, "%s.json", id_shown(c, s.id)));
}

static rc withdraw_read(struct ctx *c)
{
    struct fund_own_page p = {.reason = &reason_in};
    TRY(fund_own_proposal(c, c->tx, &p.p));
    p.path = arena_printf(c->arena, "/fund/my/%s", id_shown(c, p.p.id));
    view_fund_withdraw(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc withdraw_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_withdraw(&x, p.id, in_text(&c->in, "reason")));
    return back(c, &p, N_("The proposal was withdrawn."), "");
}

static rc discard_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_draft_discard(&x, p.id));
    return back(c, &p, N_("The draft was thrown away. You can take it back here."), "");
}

static rc restore_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    struct fund_proposal p;
    TRY(fund_own_proposal(c, tx, &p));
    TRY(fund_draft_restore(&x, p.id));
    return back(c, &p, N_("The draft is back."), "");
}

#define OWN_GET(path_, read_, summary_)                                                                                \
    {                                                                                                                  \
        .method = HTTP_GET, .path = path_, .perm = SIGNED_IN, .read = read_, .summary = summary_                       \
    }
#define OWN_POST(path_, in_, write_, form_, summary_)                                                                  \
    {                                                                                                                  \
        .method = HTTP_POST, .path = path_, .perm = SIGNED_IN, .in = in_, .write = write_, .form = form_,              \
        .summary = summary_                                                                                            \
    }

static const struct route routes[] = {
    OWN_GET("/fund/my/{id}", own_read, N_("A proposal of the reader's team")),
    OWN_POST("/fund/my/{id}/authors", &author_in, author_write, own_read, N_("Add a person behind a proposal")),
    OWN_POST("/fund/my/{id}/authors/remove", &author_remove_in, author_remove_write, own_read,
             N_("Take a person off a proposal")),
    OWN_POST("/fund/my/{id}/members", &member_in, member_write, own_read, N_("Add a member to a team")),
    OWN_POST("/fund/my/{id}/members/remove", &id_in, member_remove_write, own_read, N_("Remove a member of a team")),
    {.method = HTTP_POST,
     .path = "/fund/my/{id}/files",
     .perm = SIGNED_IN,
     .in = &file_in,
     .write = file_write,
     .form = own_read,
     .summary = N_("Attach a file to a proposal"),
     .max_body = FUND_FILE_MAX + 4096},
    OWN_POST("/fund/my/{id}/files/remove", &id_in, file_remove_write, own_read, N_("Take a file off a proposal")),
    OWN_GET("/fund/files/{id}", file_read, N_("An attachment of a proposal, for those who may see it")),
    OWN_POST("/fund/my/{id}/submit", NULL, submit_write, own_read, N_("Submit a proposal")),
    OWN_GET("/fund/my/{id}/submissions/{submission}/proof", proof_read,
            N_("Proof that a submission is in the public log")),
    OWN_GET("/fund/my/{id}/submissions/{submission}/content", content_read, N_("What was submitted, as JSON")),
    OWN_GET("/fund/my/{id}/withdraw", withdraw_read, N_("Withdraw a proposal: form")),
    OWN_POST("/fund/my/{id}/withdraw", &reason_in, withdraw_write, withdraw_read, N_("Withdraw a proposal")),
    OWN_POST("/fund/my/{id}/discard", NULL, discard_write, own_read, N_("Throw a draft away")),
    OWN_POST("/fund/my/{id}/restore", NULL, restore_write, own_read, N_("Take a draft back")),
};
const struct route_table fund_team_routes = {"fund", routes, sizeof routes / sizeof routes[0]};

/* Who stands behind a proposal (its authors, for conflicts of interest) and who may edit it (the team's members). */
#include "core/account.h"
#include "core/notice.h"
#include "mod/fund/call.h"

#include "base/utf8.h"

QUERY(fq_author_last, "i", "ii", "SELECT COUNT(*), COALESCE(MAX(position), 0) FROM fund_author WHERE proposal = $1");
QUERY(fq_author_add, "iittt", "",
      "INSERT INTO fund_author (proposal, position, name, organisation, email) VALUES ($1, $2, $3, $4, $5)");
QUERY(fq_author_remove, "it", "", "DELETE FROM fund_author WHERE proposal = $1 AND email = $2");

static rc too_many(const struct act *x, int64_t most)
{
    return ERR(tx_err(x->tx), E_LIMIT, "FND-010", N_("There is room for {1} at most."), number_text(x->a, most));
}

rc fund_author_add(const struct act *x, id proposal, const struct fund_author *author)
{
    struct fund_proposal p;
    struct rows r;
    struct err *e = tx_err(x->tx);
    str email = utf8_fold(x->a, str_trim(author->email));
    TRY(fund_change_begin(x, proposal, &p));
    check_text(e, "name", author->name, FUND_NAME_MAX, true);
    check_text(e, "organisation", author->organisation, FUND_NAME_MAX, false);
    check_text(e, "email", email, FUND_EMAIL_MAX, true);
    TRY(e->code);
    TRY(db_exec(x->tx, &fq_author_remove, VALS(v_int(proposal), v_text(email)), NULL));
    TRY(db_one(x->tx, &fq_author_last, VALS(v_int(proposal)), &r));
    int64_t n = row_int(&r, 0), last = row_int(&r, 1);
    TRY(rows_end(&r));
    if (n >= FUND_AUTHORS_MAX)
        return too_many(x, FUND_AUTHORS_MAX);
    TRY(db_exec(
        x->tx, &fq_author_add,
        VALS(v_int(proposal), v_int(last + 1), v_text(author->name), v_text(author->organisation), v_text(email)),
        NULL));
    return fund_change_end(x, proposal);
}

rc fund_author_remove(const struct act *x, id proposal, str email)
{
    struct fund_proposal p;
    TRY(fund_change_begin(x, proposal, &p));
    TRY(db_exec(x->tx, &fq_author_remove, VALS(v_int(proposal), v_text(utf8_fold(x->a, email))), NULL));
    return fund_change_end(x, proposal);
}

/* Members may come and go at any time: the text does not change with them. */
static rc members_begin(const struct act *x, id proposal, struct fund_proposal *p, size_t *n)
{
    struct member *members;
    TRY(fund_proposal_get(x->tx, proposal, p, x->a));
    TRY(fund_needs_team(x, p));
    return members_of(x->tx, p->team, &members, n, x->a);
}

rc fund_member_invite(const struct act *x, id proposal, str email)
{
    struct fund_proposal p;
    size_t n;
    id account;
    TRY(members_begin(x, proposal, &p, &n));
    if (n >= FUND_MEMBERS_MAX)
        return too_many(x, FUND_MEMBERS_MAX);
    TRY(account_ensure(x->tx, email, STR_EMPTY, LANG_ZH, &account));
    if (fund_on_team(x->tx, p.team, account))
        return OK;
    TRY(member_add(x->tx, p.team, account, AS_TEAM));
    char text[ID_TEXT + 1];
    id_text(p.id, text);
    str args[] = {x->by->name, p.title};
    return notice_account(x->tx, account,
                          &(struct notice){.subject = N_("You were added to a team of the public-interest fund"),
                                           .body = N_("{1} added you to the team of “{2}”. You can edit the proposal; "
                                                      "if this is a mistake, leave the team on its page."),
                                           .args = args,
                                           .n_args = 2,
                                           .path = arena_printf(x->a, "/fund/my/%s", text)});
}

rc fund_member_remove(const struct act *x, id proposal, id account)
{
    struct fund_proposal p;
    size_t n;
    TRY(members_begin(x, proposal, &p, &n));
    if (n < 2)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-016", N_("The last member cannot leave: nobody could act for it."));
    return member_remove(x->tx, p.team, account);
}

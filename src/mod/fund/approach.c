/* An interest sent to a team, answered once. Who the other side is, in detail, is told after a "yes" only: the
 * statements below give it in no other state. */
#include "base/vec.h"
#include "core/notice.h"
#include "mod/fund/effects.h"
#include "sys/random.h"

/* $details: contact, e-mail and telephone of the other side */
#define APPROACH_LIST(ident, params, details, where)                                                                   \
    QUERY(ident, params,                                                                                               \
          "iiiiittttti"                                                                                                \
          "tttiitttt",                                                                                                 \
          "SELECT a.id, a.programme, a.proposal, a.interest, p.number, p.title, p.title_en, t.name, g.organisation,"   \
          " g.offer, g.kinds, a.message, a.state, a.answer, a.sent, a.ended, m.code, " details                         \
          " FROM fund_approach a JOIN fund_proposal p ON p.id = a.proposal JOIN party t ON t.id = p.team"              \
          " JOIN programme m ON m.id = a.programme JOIN fund_interest g ON g.id = a.interest WHERE " where             \
          " ORDER BY a.id DESC LIMIT 500")
#define AFTER_YES(what) "CASE WHEN a.state = 'yes' THEN " what " ELSE '' END"

APPROACH_LIST(fa_sent, "i", AFTER_YES("t.name") ", " AFTER_YES("p.email") ", " AFTER_YES("p.phone"), "a.account = $1");
APPROACH_LIST(fa_received, "i", AFTER_YES("g.contact") ", " AFTER_YES("g.email") ", " AFTER_YES("g.phone"),
              "a.proposal = $1");
APPROACH_LIST(fa_all, "i", "'', '', ''", "a.programme = $1");
QUERY(fa_approach_get, "i", "iiit", "SELECT proposal, interest, account, state FROM fund_approach WHERE id = $1");
QUERY(fa_approach_add, "iiiiiti", "",
      "INSERT INTO fund_approach (id, programme, proposal, interest, account, message, state, sent)"
      " VALUES ($1, $2, $3, $4, $5, $6, 'sent', $7) ON CONFLICT (account, proposal) DO NOTHING");
QUERY(fa_approach_end, "ittii", "",
      "UPDATE fund_approach SET state = $2, answer = $3, ended = $4, ended_by = $5 WHERE id = $1 AND state = 'sent'");
QUERY(fa_approaches_open, "i", "i", "SELECT COUNT(*) FROM fund_approach WHERE account = $1 AND state = 'sent'");
QUERY(fa_approach_counts, "i", "ti", "SELECT state, COUNT(*) FROM fund_approach WHERE programme = $1 GROUP BY state");
QUERY(fa_interests_open, "", "i", "SELECT COUNT(*) FROM fund_interest WHERE closed = 0");

static rc read_list(struct tx *tx, const struct query *q, id of, struct fund_approach **out, size_t *n, struct arena *a)
{
    VEC(struct fund_approach) list = {0};
    struct rows r;
    TRY(db_select(tx, q, VALS(v_int(of)), &r));
    while (rows_next(&r)) {
        struct fund_approach *p = VEC_ADD(&list, a);
        if (!p)
            break;
        *p = (struct fund_approach){.id = row_int(&r, 0),
                                    .programme = row_int(&r, 1),
                                    .proposal = row_int(&r, 2),
                                    .interest = row_int(&r, 3),
                                    .number = row_int(&r, 4),
                                    .title = row_dup(&r, 5, a),
                                    .title_en = row_dup(&r, 6, a),
                                    .team = row_dup(&r, 7, a),
                                    .organisation = row_dup(&r, 8, a),
                                    .offer = row_dup(&r, 9, a),
                                    .kinds = (uint32_t)row_int(&r, 10),
                                    .message = row_dup(&r, 11, a),
                                    .state = row_dup(&r, 12, a),
                                    .answer = row_dup(&r, 13, a),
                                    .sent = row_int(&r, 14),
                                    .ended = row_int(&r, 15),
                                    .code = row_dup(&r, 16, a),
                                    .contact = row_dup(&r, 17, a),
                                    .email = row_dup(&r, 18, a),
                                    .phone = row_dup(&r, 19, a)};
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_approaches_sent(struct tx *tx, id account, struct fund_approach **out, size_t *n, struct arena *a)
{
    return read_list(tx, &fa_sent, account, out, n, a);
}

rc fund_approaches_to(struct tx *tx, id proposal, struct fund_approach **out, size_t *n, struct arena *a)
{
    return read_list(tx, &fa_received, proposal, out, n, a);
}

rc fund_approaches_all(struct tx *tx, id programme, struct fund_approach **out, size_t *n, struct arena *a)
{
    return read_list(tx, &fa_all, programme, out, n, a);
}

rc fund_approaches_count(struct tx *tx, id programme, struct fund_approach_counts *out)
{
    struct rows r;
    *out = (struct fund_approach_counts){0};
    TRY(db_one_int(tx, &fa_interests_open, NOVALS, &out->interests));
    TRY(db_select(tx, &fa_approach_counts, VALS(v_int(programme)), &r));
    while (rows_next(&r)) {
        str state = row_text(&r, 0);
        int64_t n = row_int(&r, 1);
        out->sent += n;
        out->yes += str_eq(state, STR("yes")) ? n : 0;
        out->no += str_eq(state, STR("no")) ? n : 0;
        out->withdrawn += str_eq(state, STR("withdrawn")) ? n : 0;
        out->waiting += str_eq(state, STR("sent")) ? n : 0;
    }
    return rows_end(&r);
}

/* ---- sending and answering ---- */

static rc below_cap(const struct act *x)
{
    int64_t n;
    TRY(db_one_int(x->tx, &fa_approaches_open, VALS(v_int(x->by->account)), &n));
    if (n < FUND_APPROACHES_OPEN_MAX)
        return OK;
    return ERR(tx_err(x->tx), E_LIMIT, "FND-721",
               N_("{1} teams have not answered you yet. Wait for some answers, or withdraw one."),
               number_text(x->a, n));
}

static rc tell_team(const struct act *x, const struct fund_proposal *p, str organisation)
{
    char to[ID_TEXT + 1];
    id_text(p->id, to);
    str args[] = {organisation, p->title};
    return notice_party(x->tx, p->team, AS_TEAM,
                        &(struct notice){.subject = N_("A company would like to support your proposal"),
                                         .body = N_("{1} would like to support “{2}”. Read what it offers, and say yes "
                                                    "or no; your contact details are shown to it after a yes only."),
                                         .args = args,
                                         .n_args = 2,
                                         .path = arena_printf(x->a, "/fund/my/%s/support", to)});
}

rc fund_approach_send(const struct act *x, id interest, id proposal, str message, id *out)
{
    struct fund_interest g;
    struct fund_proposal p;
    struct err *e = tx_err(x->tx);
    int64_t added;
    TRY(fund_interest_get(x->tx, interest, x->by->account, &g, x->a));
    TRY(fund_proposal_get(x->tx, proposal, &p, x->a));
    check_text(e, "message", message, FUND_MESSAGE_MAX, true);
    TRY(e->code);
    if (g.closed != 0)
        return ERR(e, E_CONFLICT, "FND-724", N_("This interest is closed: open it again first."));
    if (p.state != FUND_ACCEPTED)
        return ERR(e, E_CONFLICT, "FND-713", N_("Only a proposal that was accepted for review has a public page."));
    if (fund_on_team(x->tx, p.team, x->by->account))
        return ERR(e, E_DENIED, "FND-723", N_("This is your own proposal."));
    TRY(below_cap(x));
    id made = id_new();
    TRY(db_exec(x->tx, &fa_approach_add,
                VALS(v_int(made), v_int(p.programme), v_int(proposal), v_int(interest), v_int(x->by->account),
                     v_text(message), v_int(x->at)),
                &added));
    if (added == 0)
        return ERR(e, E_CONFLICT, "FND-722", N_("You have written to this team before; once is enough."));
    *out = made;
    TRY(act_log(x, "fund.support.offered", made, KVS(kv_int("number", p.number)), NULL));
    return tell_team(x, &p, g.organisation);
}

struct approach_head {
    id proposal, account;
};

static rc head_of(const struct act *x, id approach, struct approach_head *out)
{
    struct rows r;
    rc e = db_one(x->tx, &fa_approach_get, VALS(v_int(approach)), &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(x->tx), E_NOTFOUND, "FND-720", N_("There is no such offer of support."));
    TRY(e);
    *out = (struct approach_head){.proposal = row_int(&r, 0), .account = row_int(&r, 2)};
    return rows_end(&r);
}

static rc end(const struct act *x, id approach, const char *state, str answer)
{
    int64_t changed;
    TRY(db_exec(x->tx, &fa_approach_end,
                VALS(v_int(approach), v_text(str_of(state)), v_text(answer), v_int(x->at), v_int(x->by->account)),
                &changed));
    return changed == 1 ? OK : act_wrong_state(x);
}

rc fund_approach_withdraw(const struct act *x, id approach)
{
    struct approach_head h;
    TRY(head_of(x, approach, &h));
    if (h.account != x->by->account)
        return ERR(tx_err(x->tx), E_NOTFOUND, "FND-720", N_("There is no such offer of support."));
    TRY(end(x, approach, "withdrawn", STR_EMPTY));
    return act_log(x, "fund.support.withdrawn", approach, NULL, 0, NULL);
}

rc fund_approach_answer(const struct act *x, id approach, bool yes, str answer)
{
    struct approach_head h;
    struct fund_proposal p;
    TRY(head_of(x, approach, &h));
    TRY(fund_proposal_get(x->tx, h.proposal, &p, x->a));
    TRY(fund_needs_team(x, &p));
    check_text(tx_err(x->tx), "answer", answer, FUND_MESSAGE_MAX, false);
    TRY(tx_err(x->tx)->code);
    TRY(end(x, approach, yes ? "yes" : "no", answer));
    TRY(act_log(x, yes ? "fund.support.agreed" : "fund.support.declined", approach, KVS(kv_int("number", p.number)),
                NULL));
    str args[] = {p.title};
    return notice_account(
        x->tx, h.account,
        &(struct notice){.subject = yes ? N_("A team would like your support") : N_("A team has declined your support"),
                         .body = yes ? N_("The team of “{1}” said yes. How to reach it stands on your page.")
                                     : N_("The team of “{1}” said no. Its answer stands on your page."),
                         .args = args,
                         .n_args = 1,
                         .path = STR("/fund/support")});
}

/* Reviewers of a round: invitation, answer, particulars. */
#include "base/utf8.h"
#include "base/vec.h"
#include "core/account.h"
#include "core/notice.h"
#include "mod/fund/board.h"
#include "sys/random.h"

enum { ORGANISATION_MAX = 200, LOAD_MOST = 10000 };

#define REVIEWER_COLS                                                                                                  \
    "r.id, r.programme, r.account, r.organisation, r.fields, r.sdgs, r.load_min, r.load_max, r.state, r.invited,"      \
    " r.answered, r.statement, r.signed, r.signed_entry, a.name, a.email"
#define REVIEWER_TYPES "iiitiiiitiitiitt"
#define REVIEWER_FROM  " FROM fund_reviewer r JOIN account a ON a.id = r.account "

QUERY(fq_reviewer_get, "i", REVIEWER_TYPES, "SELECT " REVIEWER_COLS REVIEWER_FROM "WHERE r.id = $1");
QUERY(fq_reviewer_of, "ii", REVIEWER_TYPES,
      "SELECT " REVIEWER_COLS REVIEWER_FROM "WHERE r.programme = $1 AND r.account = $2");
QUERY(fq_reviewers, "i", REVIEWER_TYPES,
      "SELECT " REVIEWER_COLS REVIEWER_FROM "WHERE r.programme = $1 ORDER BY a.name, r.id");
QUERY(fq_reviewer_count, "i", "i", "SELECT COUNT(*) FROM fund_reviewer WHERE programme = $1");
QUERY(fq_reviewer_round, "i", "i",
      "SELECT r.programme FROM fund_reviewer r JOIN fund_round f ON f.programme = r.programme"
      " LEFT JOIN fund_panel p ON p.programme = r.programme AND p.state = 'open'"
      " WHERE r.account = $1 AND r.state <> 'dismissed'"
      " ORDER BY CASE WHEN p.programme IS NULL THEN 1 ELSE 0 END, f.call_opens DESC, r.programme DESC LIMIT 1");
QUERY(fq_reviewer_add, "iiitiiiii", "",
      "INSERT INTO fund_reviewer (id, programme, account, organisation, fields, sdgs, load_min, load_max, state,"
      " invited) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'invited', $9)");
QUERY(fq_reviewer_change, "itiiii", "",
      "UPDATE fund_reviewer SET organisation = $2, fields = $3, sdgs = $4, load_min = $5, load_max = $6 WHERE id = $1");
QUERY(fq_reviewer_again, "ii", "",
      "UPDATE fund_reviewer SET state = 'invited', invited = $2, answered = 0"
      " WHERE id = $1 AND state IN ('declined', 'dismissed')");
QUERY(fq_reviewer_answer, "iti", "",
      "UPDATE fund_reviewer SET state = $2, answered = $3 WHERE id = $1 AND state = 'invited'");
QUERY(fq_reviewer_dismiss, "ii", "",
      "UPDATE fund_reviewer SET state = 'dismissed', answered = $2 WHERE id = $1 AND state <> 'dismissed'");

static const char *const names[FUND_REVIEWER_STATES] = {"invited", "accepted", "declined", "dismissed"};

const char *fund_reviewer_state_label(enum fund_reviewer_state s)
{
    static const char *const labels[FUND_REVIEWER_STATES] = {N_("Invited"), N_("Takes part"),
                                                             N_("Declined the invitation"), N_("Dismissed")};
    return labels[s];
}

rc fund_word(const char *const *words, int n, str s, int *out)
{
    for (int i = 0; i < n; i++)
        if (str_eq(str_of(words[i]), s)) {
            *out = i;
            return OK;
        }
    return E_CORRUPT;
}

rc fund_needs_text(const struct act *x, const char *field, str s, size_t max)
{
    struct err *e = tx_err(x->tx);
    int before = e->n_fields;
    check_text(e, field, s, max, true);
    return e->n_fields > before ? E_INVALID : OK;
}

static rc read_reviewer(const struct rows *r, struct fund_reviewer *out, struct arena *a)
{
    int state;
    *out = (struct fund_reviewer){.id = row_int(r, 0),
                                  .programme = row_int(r, 1),
                                  .account = row_int(r, 2),
                                  .organisation = arena_str(a, row_text(r, 3)),
                                  .fields = (uint32_t)row_int(r, 4),
                                  .sdgs = (uint32_t)row_int(r, 5),
                                  .load_min = row_int(r, 6),
                                  .load_max = row_int(r, 7),
                                  .invited = row_int(r, 9),
                                  .answered = row_int(r, 10),
                                  .statement = arena_str(a, row_text(r, 11)),
                                  .signed_at = row_int(r, 12),
                                  .signed_entry = row_int(r, 13),
                                  .name = arena_str(a, row_text(r, 14)),
                                  .email = arena_str(a, row_text(r, 15))};
    TRY(fund_word(names, FUND_REVIEWER_STATES, row_text(r, 8), &state));
    out->state = (enum fund_reviewer_state)state;
    return arena_rc(a);
}

static rc one_reviewer(struct rows *r, rc found, struct fund_reviewer *out, struct arena *a)
{
    TRY(found);
    rc e = read_reviewer(r, out, a);
    rc ended = rows_end(r);
    return e != OK ? e : ended;
}

rc fund_reviewer_get(struct tx *tx, id reviewer, struct fund_reviewer *out, struct arena *a)
{
    struct rows r;
    rc found = db_one(tx, &fq_reviewer_get, VALS(v_int(reviewer)), &r);
    if (found == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "FND-401", N_("There is no such reviewer."));
    return one_reviewer(&r, found, out, a);
}

rc fund_reviewer_of(struct tx *tx, id programme, id account, struct fund_reviewer *out, struct arena *a)
{
    struct rows r;
    rc found = db_one(tx, &fq_reviewer_of, VALS(v_int(programme), v_int(account)), &r);
    if (found == E_NOTFOUND)
        return ERR(tx_err(tx), E_DENIED, "FND-402", N_("You are not a reviewer of this round."));
    return one_reviewer(&r, found, out, a);
}

rc fund_reviewer_round(struct tx *tx, id account, id *programme)
{
    rc r = db_one_int(tx, &fq_reviewer_round, VALS(v_int(account)), programme);
    return r == E_NOTFOUND ? ERR(tx_err(tx), E_DENIED, "FND-402", N_("You are not a reviewer of this round.")) : r;
}

rc fund_needs_reviewer(const struct act *x, id programme, bool with_statement, struct fund_reviewer *out)
{
    TRY(fund_reviewer_of(x->tx, programme, x->by->account, out, x->a));
    if (out->state != FUND_REVIEWING)
        return ERR(tx_err(x->tx), E_DENIED, "FND-402", N_("You are not a reviewer of this round."));
    if (with_statement && !fund_statement_signed(out, x->a))
        return ERR(tx_err(x->tx), E_DENIED, "FND-403",
                   N_("Please read and sign the statement on conflicts of interest first."));
    return OK;
}

rc fund_reviewers(struct tx *tx, id programme, struct fund_reviewer **out, size_t *n, struct arena *a)
{
    VEC(struct fund_reviewer) list = {0};
    struct rows r;
    rc e = OK;
    TRY(db_select(tx, &fq_reviewers, VALS(v_int(programme)), &r));
    while (e == OK && rows_next(&r)) {
        struct fund_reviewer *one = VEC_ADD(&list, a);
        e = one ? read_reviewer(&r, one, a) : arena_rc(a);
    }
    rc ended = rows_end(&r);
    *out = list.v;
    *n = list.n;
    return e != OK ? e : ended;
}

static rc check_form(const struct act *x, const struct fund_reviewer_form *f)
{
    struct err *e = tx_err(x->tx);
    int before = e->n_fields;
    check_text(e, "organisation", f->organisation, ORGANISATION_MAX, true);
    check_text(e, "name", f->name, ORGANISATION_MAX, false);
    if (f->load_min < 0 || f->load_max < 0 || f->load_max > LOAD_MOST || (f->load_max > 0 && f->load_min > f->load_max))
        return ERR_FIELD(e, "load_max", "FND-409", N_("The upper bound must not be below the lower one."));
    return e->n_fields > before ? E_INVALID : OK;
}

static rc write_particulars(const struct act *x, id reviewer, const struct fund_reviewer_form *f)
{
    return db_exec(x->tx, &fq_reviewer_change,
                   VALS(v_int(reviewer), v_text(str_trim(f->organisation)), v_int(f->fields), v_int(f->sdgs),
                        v_int(f->load_min), v_int(f->load_max)),
                   NULL);
}

static rc add_reviewer(const struct act *x, id programme, id account, const struct fund_reviewer_form *f, id *out)
{
    int64_t n;
    TRY(db_one_int(x->tx, &fq_reviewer_count, VALS(v_int(programme)), &n));
    if (n >= FUND_REVIEWERS_MAX)
        return ERR(tx_err(x->tx), E_LIMIT, "FND-422", N_("A round has at most {1} reviewers."),
                   number_text(x->a, FUND_REVIEWERS_MAX));
    *out = id_new();
    return db_exec(x->tx, &fq_reviewer_add,
                   VALS(v_int(*out), v_int(programme), v_int(account), v_text(str_trim(f->organisation)),
                        v_int(f->fields), v_int(f->sdgs), v_int(f->load_min), v_int(f->load_max), v_int(x->at)),
                   NULL);
}

rc fund_reviewer_invite(const struct act *x, id programme, const struct fund_reviewer_form *f, id *out)
{
    id account;
    struct fund_reviewer had;
    TRY(act_needs_officer(x));
    TRY(check_form(x, f));
    TRY(account_ensure(x->tx, f->email, str_trim(f->name), LANG_ZH, &account));
    rc found = fund_reviewer_of(x->tx, programme, account, &had, x->a);
    if (found == OK) {
        int64_t again;
        *out = had.id;
        TRY(write_particulars(x, had.id, f));
        TRY(db_exec(x->tx, &fq_reviewer_again, VALS(v_int(had.id), v_int(x->at)), &again));
        if (again == 0)
            return OK;
    } else {
        if (found != E_DENIED)
            return found;
        err_clear(tx_err(x->tx));
        TRY(add_reviewer(x, programme, account, f, out));
    }
    /* A reviewer acts for the agency that invites. */
    TRY(member_add(x->tx, x->by->party != 0 ? x->by->party : PARTY_OPERATOR, account, AS_REVIEWER));
    TRY(notice_account(x->tx, account,
                       &(struct notice){.subject = N_("You are invited to review proposals"),
                                        .body = N_("The fund asks you to review proposals of its present round. Please "
                                                   "accept or decline on the page for reviewers."),
                                        .path = STR("/fund/board")}));
    return act_log(x, "fund.reviewer.invited", *out,
                   KVS(kv_int("load_max", f->load_max), kv_int("load_min", f->load_min)), NULL);
}

rc fund_reviewer_change(const struct act *x, id reviewer, const struct fund_reviewer_form *f)
{
    struct fund_reviewer r;
    TRY(act_needs_officer(x));
    TRY(fund_reviewer_get(x->tx, reviewer, &r, x->a));
    TRY(check_form(x, f));
    TRY(write_particulars(x, reviewer, f));
    return act_log(x, "fund.reviewer.changed", reviewer,
                   KVS(kv_int("fields", f->fields), kv_int("load_max", f->load_max), kv_int("load_min", f->load_min),
                       kv_int("sdgs", f->sdgs)),
                   NULL);
}

rc fund_reviewer_dismiss(const struct act *x, id reviewer, str reason)
{
    int64_t changed;
    struct fund_reviewer r;
    TRY(act_needs_officer(x));
    TRY(fund_reviewer_get(x->tx, reviewer, &r, x->a));
    TRY(fund_needs_text(x, "reason", reason, FUND_REASON_MAX));
    TRY(db_exec(x->tx, &fq_reviewer_dismiss, VALS(v_int(reviewer), v_int(x->at)), &changed));
    if (changed == 0)
        return act_wrong_state(x);
    TRY(fund_assignments_end(x, reviewer, 0, "removed", reason));
    return act_log(x, "fund.reviewer.dismissed", reviewer, KVS(kv_text("reason", reason)), NULL);
}

rc fund_reviewer_answer(const struct act *x, id reviewer, bool accept)
{
    int64_t changed;
    struct fund_reviewer r;
    TRY(fund_reviewer_get(x->tx, reviewer, &r, x->a));
    if (r.account != x->by->account || r.account == 0)
        return ERR(tx_err(x->tx), E_DENIED, "FND-402", N_("You are not a reviewer of this round."));
    TRY(db_exec(x->tx, &fq_reviewer_answer,
                VALS(v_int(reviewer), v_text(str_of(names[accept ? FUND_REVIEWING : FUND_DECLINED])), v_int(x->at)),
                &changed));
    if (changed == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-406", N_("You have answered this invitation already."));
    return act_log(x, "fund.reviewer.answered", reviewer, KVS(kv_int("accepts", accept)), NULL);
}

/* Agreements with chosen teams: an offer with milestones, signatures, reports, acceptance. */
#include "base/vec.h"
#include "core/ledger.h"
#include "core/notice.h"
#include "crypto/hash.h"
#include "mod/fund/after.h"
#include "mod/fund/proposal.h"
#include "sys/random.h"

enum { TITLE_MAX = 100, REPORT_MAX = 4000, BANK_CODE = 3, ACCOUNT_MIN = 6, ACCOUNT_MAX = 16 };

#define AGREEMENT_COLS                                                                                                 \
    "id, programme, proposal, stage, amount, state, text, hash, payable, bank_code, bank_account, offered, signed,"    \
    " log_entry"
#define AGREEMENT_TYPES "iiiiitttittiii"

QUERY(fa_agreement_get, "i", AGREEMENT_TYPES, "SELECT " AGREEMENT_COLS " FROM fund_agreement WHERE id = $1");
QUERY(fa_agreements_of, "i", AGREEMENT_TYPES,
      "SELECT " AGREEMENT_COLS " FROM fund_agreement WHERE proposal = $1 ORDER BY stage");
QUERY(fa_agreement_add, "iiiiitti", "",
      "INSERT INTO fund_agreement (id, programme, proposal, stage, amount, state, text, hash, payable, offered)"
      " VALUES ($1, $2, $3, $4, $5, 'offered', $6, $7, 0, $8) ON CONFLICT (proposal, stage) DO NOTHING");
QUERY(fa_agreement_gone, "ii", "",
      "DELETE FROM fund_agreement WHERE proposal = $1 AND stage = $2 AND state = 'declined'");
QUERY(fa_agreement_sign, "iittiii", "",
      "UPDATE fund_agreement SET state = 'signed', payable = $2, bank_code = $3, bank_account = $4, signed = $5,"
      " signed_by = $6, log_entry = $7 WHERE id = $1 AND state = 'offered'");
QUERY(fa_agreement_decline, "i", "",
      "UPDATE fund_agreement SET state = 'declined' WHERE id = $1 AND state = 'offered'");
QUERY(fa_milestone_add, "iiitii", "",
      "INSERT INTO fund_milestone (id, agreement, position, title, amount, due, state)"
      " VALUES ($1, $2, $3, $4, $5, $6, 'planned')");
QUERY(fa_milestones_gone, "ii", "",
      "DELETE FROM fund_milestone WHERE agreement IN (SELECT id FROM fund_agreement WHERE proposal = $1 AND stage = $2"
      " AND state = 'declined')");
QUERY(fa_milestones_of, "i", "iitiitttii",
      "SELECT id, position, title, amount, due, state, report, answer, reported, accepted FROM fund_milestone"
      " WHERE agreement = $1 ORDER BY position");
QUERY(fa_milestone_of, "i", "ii", "SELECT agreement, amount FROM fund_milestone WHERE id = $1");
QUERY(fa_milestone_report, "iti", "",
      "UPDATE fund_milestone SET state = 'reported', report = $2, reported = $3 WHERE id = $1 AND state = 'planned'");
QUERY(fa_milestone_accept, "iiit", "",
      "UPDATE fund_milestone SET state = 'accepted', accepted = $2, accepted_by = $3, answer = $4"
      " WHERE id = $1 AND state = 'reported'");
QUERY(fa_milestone_back, "it", "",
      "UPDATE fund_milestone SET state = 'planned', answer = $2 WHERE id = $1 AND state = 'reported'");
QUERY(
    fa_due, "i",
    PROPOSAL_TYPES "iiti"
                   "iii",
    "SELECT p.id, p.programme, p.number, p.team, p.title, p.title_en, p.summary, p.summary_en, p.field, p.sdgs,"
    " p.team_kind, p.county, p.problem, p.solution, p.impact, p.plan, p.video, p.phone, p.email, p.state, p.stage,"
    " p.award, p.case_id, p.version, p.created, p.changed, p.submitted, p.log_entry,"
    " s.stage, COALESCE(g.id, 0), COALESCE(g.state, ''), COALESCE(g.amount, 0),"
    " CAST(COALESCE((SELECT SUM(m.amount) FROM fund_milestone m WHERE m.agreement = g.id AND m.state = 'accepted'), 0)"
    " AS BIGINT),"
    " CAST(COALESCE((SELECT SUM(o.amount) FROM fund_payout o WHERE o.agreement = g.id), 0) AS BIGINT),"
    " (SELECT COUNT(*) FROM fund_milestone m WHERE m.agreement = g.id AND m.state = 'reported')"
    " FROM fund_proposal p"
    " JOIN (SELECT 1 AS stage UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4) s ON (s.stage <> 3 AND s.stage"
    " <= p.stage) OR (s.stage = 3 AND EXISTS (SELECT 1 FROM fund_tally_line l WHERE l.proposal = p.id AND l.match > 0))"
    " LEFT JOIN fund_agreement g ON g.proposal = p.id AND g.stage = s.stage"
    " WHERE p.programme = $1 AND p.stage >= 1 AND p.state = 'accepted' ORDER BY p.number, s.stage");

QUERY(fa_match, "i", "i", "SELECT match FROM fund_tally_line WHERE proposal = $1");

static void take_agreement(const struct rows *r, struct fund_agreement *g, struct arena *a)
{
    *g = (struct fund_agreement){.id = row_int(r, 0),
                                 .programme = row_int(r, 1),
                                 .proposal = row_int(r, 2),
                                 .stage = (enum fund_stage)row_int(r, 3),
                                 .amount = row_int(r, 4),
                                 .state = arena_str(a, row_text(r, 5)),
                                 .text = arena_str(a, row_text(r, 6)),
                                 .hash = arena_str(a, row_text(r, 7)),
                                 .payable = row_int(r, 8),
                                 .bank_code = arena_str(a, row_text(r, 9)),
                                 .bank_account = arena_str(a, row_text(r, 10)),
                                 .offered = row_int(r, 11),
                                 .signed_at = row_int(r, 12),
                                 .log_entry = row_int(r, 13)};
}

static rc none(struct tx *tx)
{
    return ERR(tx_err(tx), E_NOTFOUND, "FND-700", N_("There is no such agreement or milestone."));
}

rc fund_agreement_get(struct tx *tx, id agreement, struct fund_agreement *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, &fa_agreement_get, VALS(v_int(agreement)), &r);
    if (e == E_NOTFOUND)
        return none(tx);
    TRY(e);
    take_agreement(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_agreements_of(struct tx *tx, id proposal, struct fund_agreement **out, size_t *n, struct arena *a)
{
    VEC(struct fund_agreement) list = {0};
    struct rows r;
    TRY(db_select(tx, &fa_agreements_of, VALS(v_int(proposal)), &r));
    while (rows_next(&r)) {
        struct fund_agreement *g = VEC_ADD(&list, a);
        if (!g)
            break;
        take_agreement(&r, g, a);
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_milestones_of(struct tx *tx, id agreement, struct fund_milestone **out, size_t *n, struct arena *a)
{
    VEC(struct fund_milestone) list = {0};
    struct rows r;
    TRY(db_select(tx, &fa_milestones_of, VALS(v_int(agreement)), &r));
    while (rows_next(&r)) {
        struct fund_milestone *m = VEC_ADD(&list, a);
        if (!m)
            break;
        *m = (struct fund_milestone){.id = row_int(&r, 0),
                                     .position = row_int(&r, 1),
                                     .title = arena_str(a, row_text(&r, 2)),
                                     .amount = row_int(&r, 3),
                                     .due = (day)row_int(&r, 4),
                                     .state = arena_str(a, row_text(&r, 5)),
                                     .report = arena_str(a, row_text(&r, 6)),
                                     .answer = arena_str(a, row_text(&r, 7)),
                                     .reported = row_int(&r, 8),
                                     .accepted = row_int(&r, 9)};
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_due_list(struct tx *tx, id programme, struct fund_due **out, size_t *n, struct arena *a)
{
    enum { FIRST = 28 }; /* columns of the proposal come before */
    VEC(struct fund_due) list = {0};
    struct rows r;
    rc e = OK;
    TRY(db_select(tx, &fa_due, VALS(v_int(programme)), &r));
    while (e == OK && rows_next(&r)) {
        struct fund_due *d = VEC_ADD(&list, a);
        if (!d)
            break;
        *d = (struct fund_due){.stage = (enum fund_stage)row_int(&r, FIRST),
                               .agreement = row_int(&r, FIRST + 1),
                               .state = arena_str(a, row_text(&r, FIRST + 2)),
                               .amount = row_int(&r, FIRST + 3),
                               .committed = row_int(&r, FIRST + 4),
                               .paid = row_int(&r, FIRST + 5),
                               .reported = row_int(&r, FIRST + 6)};
        e = fund_proposal_row(&r, &d->p, a);
    }
    *out = list.v;
    *n = list.n;
    rc ended = rows_end(&r);
    return e != OK ? e : ended != OK ? ended : arena_rc(a);
}

/* ---- the offer ---- */

rc fund_stage_amount(struct tx *tx, const struct fund_proposal *p, enum fund_stage stage, int64_t *out)
{
    *out = p->award;
    switch (stage) {
    case FUND_FIRST:
        return fund_param(tx, p->programme, "stage.first.grant", out);
    case FUND_SECOND:
        return fund_param(tx, p->programme, "stage.second.grant", out);
    case FUND_FINAL: {
        rc r = db_one_int(tx, &fa_match, VALS(v_int(p->id)), out);
        *out = r == OK ? *out : 0;
        return r == E_NOTFOUND ? OK : r;
    }
    case FUND_AWARDED:
        return OK;
    case FUND_ENTERED:
    case FUND_STAGES:
        break;
    }
    return E_INTERNAL;
}

const char *fund_payment_label(enum fund_stage stage)
{
    return stage == FUND_FINAL ? N_("Matching of the gifts") : fund_stage_label(stage);
}

static rc bad_line(struct tx *tx, str line)
{
    return ERR_FIELD(tx_err(tx), "milestones", "FND-701",
                     N_("“{1}” is not a line like: 2027-03-31 50000 Report of the trial"), line);
}

static rc read_line(const struct act *x, str line, struct fund_milestone *m)
{
    str rest = line;
    str on = str_cut(&rest, ' ');
    str amount = rest.p ? str_cut(&rest, ' ') : STR_EMPTY;
    *m = (struct fund_milestone){.title = rest.p ? str_trim(rest) : STR_EMPTY};
    if (day_parse(on, &m->due) != OK || str_to_i64(amount, &m->amount) != OK || m->amount < 0 || m->title.n == 0)
        return bad_line(x->tx, line);
    check_text(tx_err(x->tx), "milestones", m->title, TITLE_MAX, true);
    return tx_err(x->tx)->code;
}

static rc read_lines(const struct act *x, str text, int64_t amount, struct fund_milestone *m, size_t *n)
{
    int64_t sum = 0;
    *n = 0;
    while (text.p) {
        str line = str_trim(str_cut(&text, '\n'));
        if (line.n == 0)
            continue;
        if (*n == FUND_MILESTONES_MAX)
            return ERR_FIELD(tx_err(x->tx), "milestones", "FND-708", N_("At most {1} are possible."),
                             number_text(x->a, FUND_MILESTONES_MAX));
        TRY(read_line(x, line, &m[*n]));
        TRY(i64_add(sum, m[(*n)++].amount, &sum));
    }
    if (sum == amount)
        return OK;
    return ERR_FIELD(tx_err(x->tx), "milestones", "FND-702",
                     N_("The milestones sum to NT${1}; the agreement is about NT${2}."), number_text(x->a, sum),
                     number_text(x->a, amount));
}

/* The text both sides agree on, the same bytes for hash, page and receipt. */
static str agreement_text(const struct act *x, const struct fund_proposal *p, enum fund_stage stage, int64_t amount,
                          const struct fund_milestone *m, size_t n)
{
    static const char *const what[FUND_STAGES] = {[FUND_FIRST] = "第一階段補助",
                                                  [FUND_SECOND] = "第二階段補助",
                                                  [FUND_FINAL] = "群眾集資配對獎金",
                                                  [FUND_AWARDED] = "決選獎金"};
    BUF_SCOPED b = BUF_INIT(1 << 16);
    buf_printf(&b, "提案 No. %lld：%.*s\n", (long long)p->number, STR_ARG(p->title));
    buf_printf(&b, "%s，金額 NT$%lld，依下列里程碑於驗收後撥付：\n", what[stage], (long long)amount);
    for (size_t i = 0; i < n; i++) {
        buf_printf(&b, "%zu. ", i + 1);
        buf_day(&b, m[i].due);
        buf_printf(&b, " NT$%lld %.*s\n", (long long)m[i].amount, STR_ARG(m[i].title));
    }
    buf_put(&b, STR("未於期限內達成者，機關得要求補正；未驗收之款項不予撥付。\n"));
    return arena_str(x->a, buf_str(&b));
}

static rc needs_other_team(const struct act *x, const struct fund_proposal *p)
{
    TRY(act_needs_officer(x));
    if (!fund_on_team(x->tx, p->team, x->by->account))
        return OK;
    return ERR(tx_err(x->tx), E_DENIED, "FND-707", N_("You belong to this team: another officer has to decide."));
}

static rc tell(const struct act *x, const struct fund_proposal *p, const char *subject, const char *body)
{
    str args[] = {p->title};
    char to[ID_TEXT + 1];
    id_text(p->id, to);
    return notice_party(x->tx, p->team, AS_TEAM,
                        &(struct notice){.subject = subject,
                                         .body = body,
                                         .args = args,
                                         .n_args = 1,
                                         .path = arena_printf(x->a, "/fund/my/%s/agreements", to)});
}

rc fund_agreement_offer(const struct act *x, id proposal, enum fund_stage stage, str milestones, id *out)
{
    struct fund_proposal p;
    struct fund_milestone m[FUND_MILESTONES_MAX];
    size_t n;
    int64_t amount, added;
    TRY(fund_proposal_get(x->tx, proposal, &p, x->a));
    TRY(needs_other_team(x, &p));
    TRY(fund_stage_amount(x->tx, &p, stage, &amount));
    bool reached = stage == FUND_FINAL ? amount > 0 : p.stage >= stage; /* a match is paid to all that have one */
    if (!reached || p.state != FUND_ACCEPTED)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-703", N_("The proposal has not reached this stage."));
    TRY(read_lines(x, milestones, amount, m, &n));
    str text = agreement_text(x, &p, stage, amount, m, n);
    char hash[2 * SHA256_LEN + 1];
    struct sha256 digest = sha256_of(text);
    sha256_hex(&digest, hash);
    *out = id_new();
    TRY(db_exec(x->tx, &fa_milestones_gone, VALS(v_int(proposal), v_int(stage)), NULL));
    TRY(db_exec(x->tx, &fa_agreement_gone, VALS(v_int(proposal), v_int(stage)), NULL));
    TRY(db_exec(x->tx, &fa_agreement_add,
                VALS(v_int(*out), v_int(p.programme), v_int(proposal), v_int(stage), v_int(amount), v_text(text),
                     v_text(str_of(hash)), v_int(x->at)),
                &added));
    if (added == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-704", N_("There is an agreement about this already."));
    for (size_t i = 0; i < n; i++)
        TRY(db_exec(x->tx, &fa_milestone_add,
                    VALS(v_int(id_new()), v_int(*out), v_int((int64_t)i + 1), v_text(m[i].title), v_int(m[i].amount),
                         v_int(m[i].due)),
                    NULL));
    TRY(act_log(x, "fund.agreement.offered", *out,
                KVS(kv_int("amount", amount), kv_text("hash", str_of(hash)), kv_int("number", p.number),
                    kv_int("stage", stage)),
                NULL));
    return tell(x, &p, N_("An agreement is offered to your team"),
                N_("For “{1}”: please read the agreement with its milestones, then sign or decline it."));
}

/* ---- the team ---- */

static rc of_team(const struct act *x, id agreement, struct fund_agreement *g, struct fund_proposal *p)
{
    TRY(fund_agreement_get(x->tx, agreement, g, x->a));
    TRY(fund_proposal_get(x->tx, g->proposal, p, x->a));
    return fund_needs_team(x, p);
}

static bool digits(str s, size_t min, size_t max)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n >= min && s.n <= max;
}

static rc check_bank(struct tx *tx, str code, str account)
{
    if (!digits(code, BANK_CODE, BANK_CODE))
        return ERR_FIELD(tx_err(tx), "bank_code", "FND-705", N_("A bank code has three digits."));
    if (!digits(account, ACCOUNT_MIN, ACCOUNT_MAX))
        return ERR_FIELD(tx_err(tx), "bank_account", "FND-705", N_("An account number has 6 to 16 digits."));
    return OK;
}

rc fund_agreement_sign(const struct act *x, id agreement, str hash, str bank_code, str bank_account)
{
    struct fund_agreement g;
    struct fund_proposal p;
    int64_t changed;
    id entry, payable;
    TRY(of_team(x, agreement, &g, &p));
    TRY(check_bank(x->tx, bank_code, bank_account));
    if (!str_eq(hash, g.hash))
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-706",
                   N_("The agreement was changed since it was shown to you: please read it again."));
    TRY(ledger_open_new(x->tx, agreement, g.programme, "payable", UNIT_TWD, 0, &payable));
    TRY(act_log(x, "fund.agreement.signed", agreement,
                KVS(kv_int("amount", g.amount), kv_text("hash", g.hash), kv_int("number", p.number)), &entry));
    TRY(db_exec(x->tx, &fa_agreement_sign,
                VALS(v_int(agreement), v_int(payable), v_text(bank_code), v_text(bank_account), v_int(x->at),
                     v_int(x->by->account), v_int(entry)),
                &changed));
    return changed == 1 ? OK : act_wrong_state(x);
}

rc fund_agreement_decline(const struct act *x, id agreement, str reason)
{
    struct fund_agreement g;
    struct fund_proposal p;
    int64_t changed;
    TRY(of_team(x, agreement, &g, &p));
    check_text(tx_err(x->tx), "reason", reason, REPORT_MAX, true);
    TRY(tx_err(x->tx)->code);
    TRY(db_exec(x->tx, &fa_agreement_decline, VALS(v_int(agreement)), &changed));
    if (changed == 0)
        return act_wrong_state(x);
    return act_log(x, "fund.agreement.declined", agreement, KVS(kv_int("number", p.number), kv_text("reason", reason)),
                   NULL);
}

static rc of_milestone(const struct act *x, id milestone, struct fund_agreement *g, struct fund_proposal *p,
                       int64_t *amount)
{
    struct rows r;
    rc e = db_one(x->tx, &fa_milestone_of, VALS(v_int(milestone)), &r);
    if (e == E_NOTFOUND)
        return none(x->tx);
    TRY(e);
    id agreement = row_int(&r, 0);
    *amount = row_int(&r, 1);
    TRY(rows_end(&r));
    TRY(fund_agreement_get(x->tx, agreement, g, x->a));
    return fund_proposal_get(x->tx, g->proposal, p, x->a);
}

rc fund_milestone_report(const struct act *x, id milestone, str report)
{
    struct fund_agreement g;
    struct fund_proposal p;
    int64_t amount, changed;
    TRY(of_milestone(x, milestone, &g, &p, &amount));
    TRY(fund_needs_team(x, &p));
    check_text(tx_err(x->tx), "report", report, REPORT_MAX, true);
    TRY(tx_err(x->tx)->code);
    if (!str_eq(g.state, STR("signed")))
        return act_wrong_state(x);
    TRY(db_exec(x->tx, &fa_milestone_report, VALS(v_int(milestone), v_text(report), v_int(x->at)), &changed));
    if (changed == 0)
        return act_wrong_state(x);
    return act_log(x, "fund.milestone.reported", milestone, KVS(kv_int("number", p.number)), NULL);
}

static rc accept(const struct act *x, id milestone, const struct fund_agreement *g, int64_t amount, str answer)
{
    struct fund_round round;
    int64_t changed;
    TRY(fund_round_get(x->tx, g->programme, &round, x->a));
    TRY(db_exec(x->tx, &fa_milestone_accept,
                VALS(v_int(milestone), v_int(x->at), v_int(x->by->account), v_text(answer)), &changed));
    if (changed == 0)
        return act_wrong_state(x);
    if (amount == 0)
        return OK;
    return ledger_post(x->tx, &(struct transfer){.id = id_new(),
                                                 .debit = round.budget,
                                                 .credit = g->payable,
                                                 .amount = twd(amount),
                                                 .kind = "commit",
                                                 .ref = g->id,
                                                 .at = x->at});
}

static rc send_back(const struct act *x, id milestone, str answer)
{
    int64_t changed;
    check_text(tx_err(x->tx), "answer", answer, REPORT_MAX, true);
    TRY(tx_err(x->tx)->code);
    TRY(db_exec(x->tx, &fa_milestone_back, VALS(v_int(milestone), v_text(answer)), &changed));
    return changed == 1 ? OK : act_wrong_state(x);
}

rc fund_milestone_decide(const struct act *x, id milestone, bool yes, str answer)
{
    struct fund_agreement g;
    struct fund_proposal p;
    int64_t amount;
    TRY(of_milestone(x, milestone, &g, &p, &amount));
    TRY(needs_other_team(x, &p));
    TRY(yes ? accept(x, milestone, &g, amount, answer) : send_back(x, milestone, answer));
    TRY(act_log(x, yes ? "fund.milestone.accepted" : "fund.milestone.returned", milestone,
                KVS(kv_int("amount", amount), kv_int("number", p.number)), NULL));
    return tell(x, &p, yes ? N_("A milestone was accepted") : N_("A milestone's report was sent back"),
                N_("About “{1}”: the agreement's page has the details."));
}

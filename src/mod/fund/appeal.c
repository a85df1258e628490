/* Appeals against a gift that did not count. A donor needs no account: the receipt code is enough. */
#include "base/vec.h"
#include "core/notice.h"
#include "crypto/sign.h"
#include "mod/fund/gift_impl.h"
#include "mod/fund/publish.h"

enum { WORDS_MAX = 2000, ANSWER_MAX = 2000 };

static const struct case_move moves[] = {
    {.name = "uphold",
     .from = "submitted",
     .to = "upheld",
     .who = AS_OFFICER | AS_ADMIN,
     .needs_reason = true,
     .label = N_("The gift counts")},
    {.name = "refuse",
     .from = "submitted",
     .to = "refused",
     .who = AS_OFFICER | AS_ADMIN,
     .needs_reason = true,
     .label = N_("The gift does not count")},
};
const struct case_kind fund_gift_appeal_case = {.code = "fund.gift-appeal",
                                                .label = N_("Appeal about a gift"),
                                                .first = "submitted",
                                                .moves = moves,
                                                .n_moves = sizeof moves / sizeof moves[0]};

#define APPEAL_COLS                                                                                                    \
    "a.id, a.gift, g.programme, c.state, a.words, a.email, a.answer, a.at, a.decided, g.found, g.hint, g.amount"       \
    " FROM fund_gift_appeal a JOIN fund_gift g ON g.id = a.gift JOIN case_file c ON c.id = a.id"
#define APPEAL_TYPES                                                                                                   \
    "iiit"                                                                                                             \
    "ttti"                                                                                                             \
    "itti"
QUERY(fq_appeal_get, "i", APPEAL_TYPES, "SELECT " APPEAL_COLS " WHERE a.id = $1");
QUERY(fq_appeal_of, "i", APPEAL_TYPES, "SELECT " APPEAL_COLS " WHERE a.gift = $1 ORDER BY a.id DESC LIMIT 1");
QUERY(fq_appeals_open, "i", APPEAL_TYPES,
      "SELECT " APPEAL_COLS " WHERE g.programme = $1 AND c.state = 'submitted' ORDER BY a.id LIMIT 500");
QUERY(fq_appeals_decided, "i", APPEAL_TYPES,
      "SELECT " APPEAL_COLS " WHERE g.programme = $1 AND c.state <> 'submitted' ORDER BY a.id DESC LIMIT 500");
QUERY(fq_appeal_add, "iittii", "",
      "INSERT INTO fund_gift_appeal (id, gift, words, email, lang, at) VALUES ($1, $2, $3, $4, $5, $6)");
QUERY(fq_appeal_answer, "itti", "", "UPDATE fund_gift_appeal SET answer = $2, record = $3, decided = $4 WHERE id = $1");
QUERY(fq_appeal_lang, "i", "i", "SELECT lang FROM fund_gift_appeal WHERE id = $1");
QUERY(
    fq_uphold, "iiiiti", "",
    "UPDATE fund_gift SET upheld = $2, project = $3, donor = $4, kind = $5, amount = $6 WHERE id = $1 AND upheld = 0");

static void take(const struct rows *r, struct fund_appeal *p, struct arena *a)
{
    *p = (struct fund_appeal){.id = row_int(r, 0),
                              .gift = row_int(r, 1),
                              .programme = row_int(r, 2),
                              .state = row_dup(r, 3, a),
                              .words = row_dup(r, 4, a),
                              .email = row_dup(r, 5, a),
                              .answer = row_dup(r, 6, a),
                              .at = row_int(r, 7),
                              .decided = row_int(r, 8),
                              .reason = row_dup(r, 9, a),
                              .hint = row_dup(r, 10, a),
                              .amount = row_int(r, 11)};
}

static rc read_one(struct tx *tx, const struct query *q, id key, struct fund_appeal *out, struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, q, VALS(v_int(key)), &r));
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_appeal_get(struct tx *tx, id appeal, struct fund_appeal *out, struct arena *a)
{
    return read_one(tx, &fq_appeal_get, appeal, out, a);
}

rc fund_appeal_of(struct tx *tx, id gift, struct fund_appeal *out, struct arena *a)
{
    return read_one(tx, &fq_appeal_of, gift, out, a);
}

rc fund_appeals(struct tx *tx, id programme, bool open, struct fund_appeal **out, size_t *n, struct arena *a)
{
    VEC(struct fund_appeal) list = {0};
    struct rows r;
    TRY(db_select(tx, open ? &fq_appeals_open : &fq_appeals_decided, VALS(v_int(programme)), &r));
    while (rows_next(&r)) {
        struct fund_appeal *p = VEC_ADD(&list, a);
        if (!p)
            break;
        take(&r, p, a);
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

/* ---- the donor ---- */

rc fund_appeal_until(struct tx *tx, const struct fund_gift *g, instant *out, struct arena *a)
{
    struct fund_import i;
    const struct fund_reason *why = fund_reason_of(g->reason);
    int64_t days;
    *out = 0;
    if (!why || !why->of_gift || !g->holds)
        return OK;
    TRY(fund_import_get(tx, g->import, &i, a));
    TRY(fund_param(tx, g->programme, "gift.appeal_days", &days));
    *out = i.done + days * DAY;
    return OK;
}

static rc may_appeal(const struct act *x, const struct fund_gift *g)
{
    struct fund_appeal before;
    struct fund_round round;
    instant until;
    TRY(fund_appeal_until(x->tx, g, &until, x->a));
    if (until == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-512", N_("There is nothing to appeal against: the gift counts."));
    TRY(fund_round_get(x->tx, g->programme, &round, x->a));
    if (x->at >= until || round.phase > FUND_TALLY)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-513", N_("The days to appeal against this gift are over."));
    rc r = fund_appeal_of(x->tx, g->id, &before, x->a);
    if (r == OK)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-514",
                   N_("There is an appeal about this gift already. Its state stands on this page."));
    return r == E_NOTFOUND ? OK : r;
}

rc fund_appeal_open(const struct act *x, const struct fund_gift *g, str words, str email, enum lang lang, id *out)
{
    TRY(may_appeal(x, g));
    check_text(tx_err(x->tx), "words", words, WORDS_MAX, true);
    if (tx_err(x->tx)->code != OK)
        return E_INVALID;
    TRY(case_open(x->tx, &fund_gift_appeal_case, g->programme, 0, g->id, g->amount, 0, out));
    return db_exec(x->tx, &fq_appeal_add,
                   VALS(v_int(*out), v_int(g->id), v_text(words), v_text(email), v_int(lang), v_int(x->at)), NULL);
}

/* ---- the officer ---- */

static rc needed(const struct act *x, const char *field)
{
    return ERR_FIELD(tx_err(x->tx), field, "FND-515", N_("The row lacks this; without it the gift cannot count."));
}

/* What the row lacked, from the officer's corrections. */
static rc correct(const struct act *x, struct app *app, struct fund_gift *g, const struct fund_correction *fix)
{
    if (fix->number != 0) {
        struct fund_proposal p;
        rc r = fund_proposal_by_number(x->tx, g->programme, fix->number, &p, x->a);
        if (r != OK && r != E_NOTFOUND)
            return r;
        if (r == E_NOTFOUND || p.stage < FUND_SECOND) {
            err_clear(tx_err(x->tx));
            return ERR_FIELD(tx_err(x->tx), "number", "FND-515",
                             N_("This proposal was not chosen for the crowdfunding."));
        }
        g->project = p.id;
    }
    if (fix->identity.n > 0) {
        char number[IDENTITY_MAX + 1];
        struct gift_key key;
        enum identity_kind kind = identity_read(fix->identity, number);
        if (kind < IDENTITY_NATIONAL)
            return ERR_FIELD(tx_err(x->tx), "identity", "FND-515",
                             N_("This is not a valid identity or business number."));
        TRY(gift_key_get(x->tx, app, g->programme, &key, x->a));
        g->donor = gift_donor_key(&key, kind, number);
        g->kind = kind == IDENTITY_ORGANISATION ? STR("organisation") : STR("person");
        secret_wipe(&key, sizeof key);
        secret_wipe(number, sizeof number);
    }
    if (fix->amount != 0)
        g->amount = fix->amount;
    return OK;
}

static rc project_chosen(const struct act *x, const struct fund_gift *g, bool *out)
{
    struct fund_proposal p;
    *out = false;
    if (g->project == 0)
        return OK;
    TRY(fund_proposal_get(x->tx, g->project, &p, x->a));
    *out = p.stage >= FUND_SECOND && p.state == FUND_ACCEPTED;
    return OK;
}

static rc uphold(const struct act *x, struct app *app, const struct fund_appeal *appeal,
                 const struct fund_correction *fix, str *record)
{
    struct fund_gift g;
    int64_t min, changed;
    bool chosen;
    TRY(fund_gift_get(x->tx, appeal->gift, &g, x->a));
    TRY(gift_record_as_read(x->tx, g.id, record, x->a));
    TRY(correct(x, app, &g, fix));
    TRY(project_chosen(x, &g, &chosen));
    if (!chosen)
        return needed(x, "number");
    if (g.donor == 0)
        return needed(x, "identity");
    if (g.amount <= 0 || g.amount > TALLY_AMOUNT_MAX)
        return needed(x, "amount");
    TRY(fund_gift_min(x->tx, g.programme, &min));
    TRY(db_exec(x->tx, &fq_uphold,
                VALS(v_int(g.id), v_int(appeal->id), v_int(g.project), v_int(g.donor), v_text(g.kind), v_int(g.amount)),
                &changed));
    if (changed == 0)
        return act_wrong_state(x);
    TRY(gift_settle(x->tx, g.id, min, x->a));
    return fund_gift_totals_renew(x->tx, g.programme, x->a);
}

static rc tell(const struct act *x, const struct fund_appeal *p, enum lang lang, bool upheld, str answer)
{
    BUF_SCOPED text = BUF_INIT(16384);
    str args[] = {answer};
    if (p->email.n == 0)
        return OK;
    tr_f(&text, lang,
         upheld ? N_("Your gift counts now. The office writes: {1}")
                : N_("Your gift does not count. The office writes: {1}"),
         args, 1);
    return mail_queue(x->tx, p->email, lang, str_of(tr(lang, N_("Your appeal about a gift"))), buf_str(&text));
}

rc fund_appeal_decide(const struct act *x, struct app *app, id appeal, bool upheld, str answer,
                      const struct fund_correction *fix)
{
    struct fund_appeal p;
    struct fund_round round;
    int64_t lang;
    bool done;
    str record = STR_EMPTY;
    TRY(act_needs_officer(x));
    TRY(fund_appeal_get(x->tx, appeal, &p, x->a));
    TRY(fund_round_get(x->tx, p.programme, &round, x->a));
    TRY(fund_needs_phase(x, &round, FUND_GIFTS, FUND_TALLY));
    check_text(tx_err(x->tx), "reason", answer, ANSWER_MAX, true);
    if (tx_err(x->tx)->code != OK)
        return E_INVALID;
    TRY(case_move_make(x->tx, &fund_gift_appeal_case, appeal, upheld ? "uphold" : "refuse", x->by, answer, 0, &done));
    if (upheld)
        TRY(uphold(x, app, &p, fix, &record));
    TRY(db_one_int(x->tx, &fq_appeal_lang, VALS(v_int(appeal)), &lang));
    TRY(db_exec(x->tx, &fq_appeal_answer, VALS(v_int(appeal), v_text(answer), v_text(record), v_int(x->at)), NULL));
    TRY(tell(x, &p, (enum lang)lang, upheld, answer));
    return act_log(x, "fund.gift.appeal", p.gift,
                   KVS(kv_text("answer", answer), kv_int("case", appeal),
                       kv_text("decision", upheld ? STR("upheld") : STR("refused"))),
                   NULL);
}

/* One round of the fund: its dates, its phases, its accounts. */
#include "core/ledger.h"
#include "mod/fund/publish.h"
#include "sys/random.h"

#define ROUND_COLS                                                                                                     \
    "programme, phase, call_opens, call_closes, gifts_open, gifts_close, appropriation, budget, paid, rules,"          \
    " rules_hash, rules_entry"
#define ROUND_TYPES "itiiiiiiitti"

WATCHED(fund_round);
QUERY(fq_round_get, "i", ROUND_TYPES, "SELECT " ROUND_COLS " FROM fund_round WHERE programme = $1");
/* The youngest that has been opened; before the first, the one announced. */
QUERY(fq_round_latest, "", ROUND_TYPES,
      "SELECT " ROUND_COLS " FROM fund_round"
      " ORDER BY CASE WHEN phase <> 'prepared' THEN 0 ELSE 1 END, call_opens DESC, programme DESC LIMIT 1");
QUERY(fq_round_add, "itiiiiiii", "",
      "INSERT INTO fund_round (programme, phase, call_opens, call_closes, gifts_open, gifts_close, appropriation,"
      " budget, paid) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");
QUERY(fq_round_phase, "itt", "", "UPDATE fund_round SET phase = $3 WHERE programme = $1 AND phase = $2");
QUERY(fq_round_dates, "iiiii", "",
      "UPDATE fund_round SET call_opens = $2, call_closes = $3, gifts_open = $4, gifts_close = $5"
      " WHERE programme = $1");

static const struct {
    const char *name, *label;
} phases[FUND_PHASES] = {
    [FUND_PREPARED] = {"prepared", N_("In preparation")},
    [FUND_CALL] = {"call", N_("Open call")},
    [FUND_REVIEW] = {"review", N_("Review")},
    [FUND_PROOF] = {"proof", N_("Proof of concept and service")},
    [FUND_GIFTS] = {"gifts", N_("Crowdfunding")},
    [FUND_TALLY] = {"tally", N_("Counting")},
    [FUND_AWARDS] = {"awards", N_("Final awards")},
    [FUND_CLOSED] = {"closed", N_("Results and effects")},
};

const char *fund_phase_name(enum fund_phase p)
{
    return phases[p].name;
}

const char *fund_phase_label(enum fund_phase p)
{
    return phases[p].label;
}

static rc parse_phase(str name, enum fund_phase *out)
{
    for (int p = 0; p < FUND_PHASES; p++)
        if (str_eq(str_of(phases[p].name), name)) {
            *out = (enum fund_phase)p;
            return OK;
        }
    return E_CORRUPT;
}

static rc read_round(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct fund_round *out,
                     struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, q, v, n, &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "FND-001", N_("There is no round of the fund."));
    TRY(e);
    *out = (struct fund_round){.programme = row_int(&r, 0),
                               .call_opens = row_int(&r, 2),
                               .call_closes = row_int(&r, 3),
                               .gifts_open = row_int(&r, 4),
                               .gifts_close = row_int(&r, 5),
                               .appropriation = row_int(&r, 6),
                               .budget = row_int(&r, 7),
                               .paid = row_int(&r, 8),
                               .rules = arena_str(a, row_text(&r, 9)),
                               .rules_hash = arena_str(a, row_text(&r, 10)),
                               .rules_entry = row_int(&r, 11)};
    e = parse_phase(row_text(&r, 1), &out->phase);
    rc ended = rows_end(&r);
    return e != OK ? e : ended != OK ? ended : arena_rc(a);
}

rc fund_round_get(struct tx *tx, id programme, struct fund_round *out, struct arena *a)
{
    return read_round(tx, &fq_round_get, VALS(v_int(programme)), out, a);
}

rc fund_round_latest(struct tx *tx, struct fund_round *out, struct arena *a)
{
    return read_round(tx, &fq_round_latest, NOVALS, out, a);
}

static rc check_dates(const struct act *x, const struct fund_dates *d)
{
    struct err *e = tx_err(x->tx);
    if (d->call_closes <= d->call_opens)
        return ERR_FIELD(e, "call_closes", "FND-011", N_("The end must come after the beginning."));
    if (d->gifts_open < d->call_closes)
        return ERR_FIELD(e, "gifts_open", "FND-011", N_("The crowdfunding begins after the call has closed."));
    if (d->gifts_close <= d->gifts_open)
        return ERR_FIELD(e, "gifts_close", "FND-011", N_("The end must come after the beginning."));
    return OK;
}

rc fund_round_add(const struct act *x, const struct programme *given, const struct fund_dates *d, id *out)
{
    struct programme p = *given;
    struct fund_round r;
    TRY(act_needs_officer(x));
    TRY(check_dates(x, d));
    if (p.id == 0)
        p.id = id_new();
    p.module = STR("fund");
    TRY(programme_add(x->tx, &p));
    TRY(param_declare_all(x, &fund_params, p.id, p.opens));
    TRY(ledger_open_new(x->tx, p.id, p.id, "appropriation", UNIT_TWD, LEDGER_NO_FLOOR, &r.appropriation));
    TRY(ledger_open_new(x->tx, p.id, p.id, "budget", UNIT_TWD, 0, &r.budget));
    TRY(ledger_open_new(x->tx, p.id, p.id, "paid", UNIT_TWD, 0, &r.paid));
    TRY(db_exec(x->tx, &fq_round_add,
                VALS(v_int(p.id), v_text(str_of(fund_phase_name(FUND_PREPARED))), v_int(d->call_opens),
                     v_int(d->call_closes), v_int(d->gifts_open), v_int(d->gifts_close), v_int(r.appropriation),
                     v_int(r.budget), v_int(r.paid)),
                NULL));
    *out = p.id;
    return act_log(x, "fund.round.added", p.id, KVS(kv_text("code", p.code)), NULL);
}

rc fund_dates_change(const struct act *x, id programme, const struct fund_dates *d, str reason)
{
    TRY(act_needs_officer(x));
    TRY(check_dates(x, d));
    if (str_trim(reason).n == 0)
        return ERR_FIELD(tx_err(x->tx), "reason", "ACT-003", N_("This must be filled in."));
    TRY(db_exec(x->tx, &fq_round_dates,
                VALS(v_int(programme), v_int(d->call_opens), v_int(d->call_closes), v_int(d->gifts_open),
                     v_int(d->gifts_close)),
                NULL));
    return act_log(x, "fund.round.dates", programme,
                   KVS(kv_int("call_closes", d->call_closes), kv_int("call_opens", d->call_opens),
                       kv_int("gifts_close", d->gifts_close), kv_int("gifts_open", d->gifts_open),
                       kv_text("reason", reason)),
                   NULL);
}

static rc go_on(const struct act *x, id programme, enum fund_phase from)
{
    int64_t changed;
    TRY(db_exec(x->tx, &fq_round_phase,
                VALS(v_int(programme), v_text(str_of(phases[from].name)), v_text(str_of(phases[from + 1].name))),
                &changed));
    if (changed == 0)
        return act_wrong_state(x);
    return act_log(x, "fund.round.phase", programme, KVS(kv_text("phase", str_of(phases[from + 1].name))), NULL);
}

rc fund_round_next(const struct act *x, id programme, enum fund_phase from)
{
    TRY(act_needs_officer(x));
    if (from + 1 >= FUND_PHASES)
        return act_wrong_state(x);
    if (from == FUND_TALLY)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-608",
                   N_("Counting ends when two officers have published the result."));
    TRY(go_on(x, programme, from));
    return from == FUND_PROOF ? fund_rules_fix(x, programme) : OK;
}

rc fund_round_published(const struct act *x, id programme)
{
    return go_on(x, programme, FUND_TALLY);
}

rc fund_budget_add(const struct act *x, id programme, struct money amount, str reason)
{
    struct fund_round r;
    TRY(act_needs_officer(x));
    TRY(fund_round_get(x->tx, programme, &r, x->a));
    if (amount.unit != UNIT_TWD || amount.n <= 0)
        return ERR_FIELD(tx_err(x->tx), "amount", "FND-012", N_("This must be a whole number above zero."));
    TRY(ledger_post(x->tx, &(struct transfer){.id = id_new(),
                                              .debit = r.appropriation,
                                              .credit = r.budget,
                                              .amount = amount,
                                              .kind = "appropriate",
                                              .ref = programme,
                                              .at = x->at}));
    return act_log(x, "fund.budget.appropriated", programme, KVS(kv_int("amount", amount.n), kv_text("reason", reason)),
                   NULL);
}

rc fund_needs_phase(const struct act *x, const struct fund_round *r, enum fund_phase first, enum fund_phase last)
{
    if (r->phase >= first && r->phase <= last)
        return OK;
    return ERR(tx_err(x->tx), E_CONFLICT, "FND-002", N_("This is not possible in the present phase of the round."));
}

bool fund_call_open(const struct fund_round *r, instant now)
{
    return r->phase == FUND_CALL && now >= r->call_opens && now < r->call_closes;
}

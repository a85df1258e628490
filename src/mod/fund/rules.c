/* The round's rules: out of its parameters, fixed once, read back. */
#include "core/ledger.h"
#include "mod/fund/publish.h"

QUERY(fq_rules_fix, "itti", "",
      "UPDATE fund_round SET rules = $2, rules_hash = $3, rules_entry = $4 WHERE programme = $1 AND rules_hash = ''");
QUERY(fq_rules_add, "iiii", "", "INSERT INTO fund_rules (programme, places, gift_min, fixed) VALUES ($1, $2, $3, $4)");
QUERY(fq_rules_get, "i", "iii", "SELECT places, gift_min, fixed FROM fund_rules WHERE programme = $1");

enum { RULES_TEXT = 4096 };

static rc number(struct tx *tx, id programme, const char *name, int64_t *out)
{
    return fund_param(tx, programme, name, out);
}

static rc word(struct tx *tx, id programme, const char *name, const struct choice *of, int *out, struct arena *a)
{
    str text;
    TRY(param_text(tx, programme, name, instant_day(tx_now(tx)), &text, a));
    *out = choice_index(of, text);
    if (*out < 0)
        return ERR(tx_err(tx), E_CONFLICT, "FND-600",
                   N_("The rules do not fit together: mend the parameter {1} first."), str_of(name));
    return OK;
}

/* Members that a method does not use keep their default, as tally.h asks. */
static rc read_tally(struct tx *tx, id p, struct tally_rules *r, struct arena *a)
{
    int method, weight, saturation;
    TRY(word(tx, p, "tally.method", tally_methods, &method, a));
    TRY(word(tx, p, "tally.weight", tally_weights, &weight, a));
    TRY(word(tx, p, "tally.saturation", tally_saturations, &saturation, a));
    *r = tally_rules_default((enum tally_method)method);
    if (method == TALLY_QF)
        r->weight = (enum tally_weight)weight;
    if (method != TALLY_CQF)
        r->saturation = (enum tally_saturation)saturation;
    if (method == TALLY_PAIRWISE)
        TRY(number(tx, p, "tally.pairwise_a", &r->pairwise_a));
    TRY(number(tx, p, "tally.pool", &r->pool));
    TRY(number(tx, p, "tally.cap", &r->cap));
    return number(tx, p, "gift.organisation_clip", &r->clip_organisation);
}

static rc check(struct tx *tx, const struct fund_round *round, const struct tally_rules *r, struct arena *a)
{
    struct err e = {0};
    struct ledger_account budget;
    if (tally_rules_check(r, &e) != OK)
        return ERR(tx_err(tx), E_CONFLICT, "FND-600",
                   N_("The rules do not fit together: mend the parameter {1} first."),
                   arena_printf(a, "tally.%s", e.n_fields ? e.fields[0].field : "method"));
    TRY(ledger_get(tx, round->budget, &budget, a));
    if (r->pool > budget.balance - budget.held)
        return ERR(
            tx_err(tx), E_CONFLICT, "FND-600",
            N_("The matching pool of NT${1} is more than the NT${2} that the round's budget has left. Add to the "
               "budget or make the pool smaller."),
            number_text(a, r->pool), number_text(a, budget.balance - budget.held));
    return OK;
}

rc fund_rules_in_force(struct tx *tx, id programme, struct fund_rules *out, struct arena *a)
{
    *out = (struct fund_rules){0};
    TRY(read_tally(tx, programme, &out->tally, a));
    TRY(number(tx, programme, "stage.final.places", &out->places));
    return number(tx, programme, "gift.min", &out->gift_min);
}

rc fund_rules_now(struct tx *tx, const struct fund_round *r, struct fund_rules *out, struct arena *a)
{
    TRY(fund_rules_in_force(tx, r->programme, out, a));
    return check(tx, r, &out->tally, a);
}

rc fund_rules_fix(const struct act *x, id programme)
{
    struct fund_round round;
    struct fund_rules rules;
    BUF_SCOPED text = BUF_INIT(RULES_TEXT);
    char hex[2 * SHA256_LEN + 1];
    id entry;
    int64_t changed;
    TRY(fund_round_get(x->tx, programme, &round, x->a));
    TRY(fund_rules_now(x->tx, &round, &rules, x->a));
    tally_rules_json(&rules.tally, &text);
    TRY(buf_rc(&text));
    struct sha256 hash = tally_rules_hash(&rules.tally);
    sha256_hex(&hash, hex);
    TRY(act_log(x, "fund.rules.fixed", programme,
                KVS(kv_int("gift_min", rules.gift_min), kv_int("places", rules.places),
                    kv_text("rules", buf_str(&text)), kv_text("rules_sha256", str_of(hex))),
                &entry));
    TRY(db_exec(x->tx, &fq_rules_fix, VALS(v_int(programme), v_text(buf_str(&text)), v_text(str_of(hex)), v_int(entry)),
                &changed));
    if (changed == 0)
        return act_wrong_state(x);
    return db_exec(x->tx, &fq_rules_add,
                   VALS(v_int(programme), v_int(rules.places), v_int(rules.gift_min), v_int(x->at)), NULL);
}

/* What was fixed beside the tally's rules; fixed 0: nothing was. */
static rc fixed_of(struct tx *tx, id programme, struct fund_rules *out)
{
    struct rows r;
    *out = (struct fund_rules){0};
    rc e = db_one(tx, &fq_rules_get, VALS(v_int(programme)), &r);
    if (e == E_NOTFOUND)
        return OK;
    TRY(e);
    out->places = row_int(&r, 0);
    out->gift_min = row_int(&r, 1);
    out->fixed = row_int(&r, 2);
    return rows_end(&r);
}

rc fund_rules_of(struct tx *tx, const struct fund_round *r, struct fund_rules *out, struct arena *a)
{
    struct err e = {0};
    TRY(fixed_of(tx, r->programme, out));
    if (r->rules_hash.n == 0 || out->fixed == 0)
        return ERR(tx_err(tx), E_CONFLICT, "FND-601",
                   N_("The rules of the tally are fixed when the crowdfunding begins."));
    if (tally_rules_read(a, r->rules, &out->tally, &e) != OK)
        return ERR(tx_err(tx), E_CORRUPT, "FND-607", N_("The stored result contradicts the gifts or the rules."));
    return OK;
}

rc fund_gift_min(struct tx *tx, id programme, int64_t *out)
{
    struct fund_rules rules;
    TRY(fixed_of(tx, programme, &rules));
    *out = rules.gift_min;
    return rules.fixed ? OK : fund_param(tx, programme, "gift.min", out);
}

rc fund_final_places(struct tx *tx, id programme, int64_t *out)
{
    struct fund_rules rules;
    TRY(fixed_of(tx, programme, &rules));
    *out = rules.places;
    return rules.fixed ? OK : fund_param(tx, programme, "stage.final.places", out);
}

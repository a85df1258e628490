/* What `rise doctor` re-proves about fixed rules and published results. */
#include "base/json.h"
#include "core/doctor.h"
#include "core/publiclog.h"
#include "mod/fund/publish.h"

QUERY(fc_result_rounds, "", "itti",
      "SELECT r.programme, m.code, r.rules_hash, r.rules_entry FROM fund_round r JOIN programme m ON m.id = r.programme"
      " WHERE r.rules_hash <> '' ORDER BY r.programme LIMIT 100");
QUERY(fc_result_unfixed, "", "i",
      "SELECT COUNT(*) FROM fund_round r LEFT JOIN fund_rules f ON f.programme = r.programme WHERE"
      " (r.rules_hash <> '' AND f.programme IS NULL) OR (r.rules_hash = '' AND r.phase IN ('gifts', 'tally'))");

enum { ROUNDS_MAX = 100, CHECK_ARENA = 512 << 20 };

struct looked {
    struct app *app;
    struct tx *tx;
    struct buf *finding;
    struct arena *a;
    struct fund_round round;
    str code; /* of the programme */
};

/* Does the record of a log entry hold this text under this key? Yes when it was erased: nobody can say. */
static rc stands_in_log(const struct looked *k, id entry, const char *key, str wanted, bool *out)
{
    struct log_entry e;
    const struct json *record;
    rc r = log_entry_get(k->tx, entry, &e, k->a);
    *out = false;
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    *out = !e.record.p;
    if (e.record.p && json_parse(k->a, e.record, LOG_RECORD_MAX, &record, NULL) == OK)
        *out = str_eq(json_str(json_get(record, key)), wanted);
    return OK;
}

static rc wrong(const struct looked *k, const char *msgid)
{
    finding_put(k->finding, k->app->lang, msgid, &k->code, 1);
    return E_CORRUPT;
}

/* ---- the rules ---- */

static rc rules_of(const struct looked *k)
{
    char hex[2 * SHA256_LEN + 1];
    bool logged;
    struct sha256 hash = sha256_of(k->round.rules);
    sha256_hex(&hash, hex);
    if (!str_eq(str_of(hex), k->round.rules_hash))
        return wrong(k, N_("the rules of {1} are not those of their hash"));
    TRY(stands_in_log(k, k->round.rules_entry, "rules_sha256", k->round.rules_hash, &logged));
    return logged ? OK : wrong(k, N_("the log's entry does not hold the hash of the rules of {1}"));
}

/* ---- the published lines ---- */

static rc published(const struct looked *k, struct fund_tally *t, struct fund_outcome *o, bool *is)
{
    TRY(fund_tally_get(k->tx, k->round.programme, t, k->a));
    *is = t->state == FUND_TALLY_PUBLISHED;
    return *is ? fund_outcome_get(k->tx, k->round.programme, o, k->a) : OK;
}

static rc sums_of(const struct looked *k)
{
    struct fund_tally t;
    struct fund_outcome o;
    int64_t match = 0;
    bool is, logged;
    TRY(published(k, &t, &o, &is));
    if (!is)
        return OK;
    for (size_t i = 0; i < o.n; i++)
        TRY(i64_add(match, o.lines[i].sums.match, &match));
    if (match != o.paid)
        return wrong(k, N_("the lines of {1} do not sum to what is paid"));
    if (o.paid + o.unspent != o.rules.pool)
        return wrong(k, N_("paid and unspent of {1} are not the pool"));
    if (!str_eq(o.hash, t.hash))
        return wrong(k, N_("the lines of {1} are not those of the published hash"));
    TRY(stands_in_log(k, t.log_entry, "results_sha256", t.hash, &logged));
    return logged ? OK : wrong(k, N_("the log's entry does not hold the hash of the result of {1}"));
}

/* ---- computed again ---- */

static rc again_of(const struct looked *k)
{
    struct fund_tally t;
    struct fund_outcome stored, now;
    bool is;
    TRY(published(k, &t, &stored, &is));
    if (!is)
        return OK;
    rc r = fund_outcome_now(k->tx, &k->round, &now, k->a);
    if (r == OK && str_eq(now.hash, t.hash) && now.outcome == stored.outcome && now.paid == stored.paid &&
        now.gifts == stored.gifts && now.donors == stored.donors)
        return OK;
    return r == OK || r == E_CORRUPT ? wrong(k, N_("the result of {1}, computed again, is another one")) : r;
}

/* ---- every round ---- */

struct round_name {
    id programme;
    str code;
};

static rc rounds(struct looked *k, struct round_name *out, size_t *n)
{
    struct rows r;
    *n = 0;
    TRY(db_select(k->tx, &fc_result_rounds, NOVALS, &r));
    while (*n < ROUNDS_MAX && rows_next(&r))
        out[(*n)++] = (struct round_name){row_int(&r, 0), row_dup(&r, 1, k->a)};
    return rows_end(&r);
}

static rc look(struct looked *k, rc (*one)(const struct looked *k))
{
    struct round_name v[ROUNDS_MAX];
    size_t n;
    rc worst = OK;
    TRY(rounds(k, v, &n));
    for (size_t i = 0; i < n; i++) {
        TRY(fund_round_get(k->tx, v[i].programme, &k->round, k->a));
        k->code = v[i].code;
        rc r = one(k);
        if (r != OK && r != E_CORRUPT)
            return r;
        worst = r != OK ? r : worst;
    }
    return worst;
}

static rc each_round(struct app *app, struct tx *tx, struct buf *finding, rc (*one)(const struct looked *k))
{
    struct looked k = {.app = app, .tx = tx, .finding = finding, .a = arena_new(CHECK_ARENA)};
    rc r = k.a ? look(&k, one) : E_NOMEM;
    arena_free(k.a);
    return r;
}

static rc rules(struct app *app, struct tx *tx, struct buf *finding)
{
    int64_t n;
    TRY(db_one_int(tx, &fc_result_unfixed, NOVALS, &n));
    if (n > 0)
        FINDING_N(finding, app->lang, N_("{1} rounds whose rules should be fixed and are not"), n);
    rc r = each_round(app, tx, finding, rules_of);
    return r == OK && n > 0 ? E_CORRUPT : r;
}

static rc sums(struct app *app, struct tx *tx, struct buf *finding)
{
    return each_round(app, tx, finding, sums_of);
}

static rc again(struct app *app, struct tx *tx, struct buf *finding)
{
    return each_round(app, tx, finding, again_of);
}

const struct check fund_result_checks[FUND_RESULT_CHECKS] = {
    {"fund-rules", N_("the fixed rules of a tally are those of their hash, and the hash stands in the public log"),
     rules},
    {"fund-result-sums", N_("a published result pays its pool, and its lines are those of the hash in the public log"),
     sums},
    {"fund-result-again", N_("a published result comes out the same when it is computed again from the gifts"), again},
};

/* What `rise doctor` re-proves about the call. */
#include "mod/fund/call.h"
#include "mod/fund/gift.h"

/* Numbers are 1 … n in every round, each once, and n is what the round counts. */
QUERY(fc_numbers, "", "i",
      "SELECT COUNT(*) FROM fund_round r WHERE r.proposals <> (SELECT COUNT(DISTINCT p.number) FROM fund_proposal p"
      " WHERE p.programme = r.programme AND p.number <> 0) OR r.proposals <> (SELECT COUNT(*) FROM fund_proposal p"
      " WHERE p.programme = r.programme AND p.number <> 0) OR r.proposals <> (SELECT COALESCE(MAX(p.number), 0) FROM "
      "fund_proposal p WHERE p.programme = r.programme)");
QUERY(fc_receipts, "", "i",
      "SELECT COUNT(*) FROM fund_proposal p LEFT JOIN log_entry e ON e.id = p.log_entry"
      " WHERE p.number <> 0 AND (e.id IS NULL OR e.ref <> p.id)");
QUERY(fc_submissions, "", "i",
      "SELECT COUNT(*) FROM fund_submission s LEFT JOIN log_entry e ON e.id = s.log_entry WHERE e.id IS NULL"
      " OR e.ref <> s.proposal");
QUERY(fc_cases, "", "i",
      "SELECT COUNT(*) FROM fund_proposal p LEFT JOIN case_file c ON c.id = p.case_id"
      " WHERE p.number <> 0 AND (c.id IS NULL OR c.state <> p.state OR c.subject <> p.id)");
QUERY(fc_rounds, "", "i", "SELECT programme FROM fund_round ORDER BY programme");
QUERY(fc_handed_in, "", "i", "SELECT COUNT(*) FROM fund_proposal WHERE number <> 0");

static rc prove(struct tx *tx, const struct query *q, const char *says, struct buf *finding)
{
    int64_t bad;
    TRY(db_one_int(tx, q, NOVALS, &bad));
    if (bad == 0)
        return OK;
    buf_printf(finding, "%s%lld %s", finding->n ? "; " : "", (long long)bad, says);
    return E_CORRUPT;
}

static rc numbers(struct app *app, struct tx *tx, struct buf *finding)
{
    int64_t n;
    (void)app;
    TRY(prove(tx, &fc_numbers, "rounds whose numbers are not 1 to n", finding));
    TRY(db_one_int(tx, &fc_handed_in, NOVALS, &n));
    buf_printf(finding, "%lld proposals", (long long)n);
    return OK;
}

static rc receipts(struct app *app, struct tx *tx, struct buf *finding)
{
    (void)app;
    rc a = prove(tx, &fc_receipts, "proposals without their entry in the public log", finding);
    rc b = prove(tx, &fc_submissions, "submissions without their entry in the public log", finding);
    rc c = prove(tx, &fc_cases, "proposals that disagree with their case", finding);
    return a != OK ? a : b != OK ? b : c;
}

static rc places_of(struct tx *tx, id programme, struct buf *finding)
{
    struct fund_counts counts;
    rc result = OK;
    TRY(fund_count(tx, programme, &counts));
    for (enum fund_stage s = FUND_FIRST; s <= FUND_FINAL; s++) {
        int64_t places;
        TRY(fund_places(tx, programme, s, &places));
        if (counts.reached[s] <= places)
            continue;
        buf_printf(finding, "%s%lld proposals on %lld places of stage %d", finding->n ? "; " : "",
                   (long long)counts.reached[s], (long long)places, (int)s);
        result = E_CORRUPT;
    }
    return result;
}

static rc places(struct app *app, struct tx *tx, struct buf *finding)
{
    enum { ROUNDS_MAX = 100 };
    id rounds[ROUNDS_MAX];
    size_t n = 0;
    struct rows r;
    rc result = OK;
    (void)app;
    TRY(db_select(tx, &fc_rounds, NOVALS, &r));
    while (n < ROUNDS_MAX && rows_next(&r))
        rounds[n++] = row_int(&r, 0);
    TRY(rows_end(&r));
    for (size_t i = 0; i < n; i++) {
        rc one = places_of(tx, rounds[i], finding);
        if (one != OK && one != E_CORRUPT)
            return one;
        result = one == E_CORRUPT ? one : result;
    }
    return result;
}

const struct check fund_checks[] = {
    {"fund-numbers", N_("proposals are numbered 1 to n in every round"), numbers},
    {"fund-receipts", N_("every submission has its entry in the public log, every proposal its case"), receipts},
    {"fund-places", N_("no stage has more proposals than places"), places},
    {"fund-gift-sums", N_("kept sums of gifts agree with their rows"), fund_check_gift_sums},
    {"fund-gift-rows", N_("every gift counts or has its reason, refunds are no more than their gift"),
     fund_check_gift_rows},
    {"fund-gift-roots", N_("every import's rows lead to the root in the public log"), fund_check_gift_roots},
};

/* Listing a vendor or a solution: a case with check, correction, approval by one officer or two, refusal with its
 * reason. */
#include "base/vec.h"
#include "mod/market/parts.h"

#define CHECKED_BY (AS_OFFICER | AS_ADMIN)

static const struct case_move moves[] = {
    {"check", "submitted", "checking", CHECKED_BY, false, false, 14, N_("Start checking")},
    {"approve", "checking", "approved", CHECKED_BY, false, true, 0, N_("Approve")},
    {"correct", "checking", "correction", CHECKED_BY, true, false, 7, N_("Ask for correction")},
    {"refuse", "checking", "refused", CHECKED_BY, true, false, 0, N_("Refuse")},
    {"resubmit", "correction", "submitted", AS_VENDOR, false, false, 14, N_("Send again")},
    {"lapse", "correction", "withdrawn", 0, false, false, 0, N_("The time for the correction ran out")},
    {"withdraw", "submitted", "withdrawn", AS_VENDOR, false, false, 0, N_("Withdraw the application")},
};

const struct case_kind mkt_vendor_case = {"market.vendor", N_("Listing of a vendor"), "submitted", moves,
                                          sizeof moves / sizeof moves[0]};
const struct case_kind mkt_solution_case = {"market.solution", N_("Listing of a solution"), "submitted", moves,
                                            sizeof moves / sizeof moves[0]};

QUERY(mq_vendor_listing, "ii", "", "UPDATE market_vendor SET listing = $2 WHERE party = $1");
QUERY(mq_solution_listing, "ii", "", "UPDATE market_solution SET listing = $2 WHERE id = $1");

const struct case_kind *mkt_case_kind(str code)
{
    if (str_eq(code, str_of(mkt_vendor_case.code)))
        return &mkt_vendor_case;
    return str_eq(code, str_of(mkt_solution_case.code)) ? &mkt_solution_case : NULL;
}

static rc threshold(const struct act *x, id *programme, int64_t *out)
{
    struct mkt_scheme s;
    TRY(mkt_scheme_latest(x->tx, &s));
    *programme = s.programme;
    return mkt_param(x->tx, s.programme, "listing.two_officers_above", instant_day(x->at), out);
}

/* A correction goes back into the same case; anything else opens one. */
static rc submit(const struct act *x, const struct case_kind *k, enum mkt_listing_state state, id listing, id vendor,
                 id subject, int64_t stake, id *c)
{
    id programme;
    int64_t two;
    bool done;
    TRY(threshold(x, &programme, &two));
    if (state == MKT_CORRECTION) {
        *c = listing;
        return case_move_make(x->tx, k, listing, "resubmit", x->by, STR_EMPTY, two, &done);
    }
    if (state != MKT_DRAFT && state != MKT_REFUSED && state != MKT_WITHDRAWN)
        return act_wrong_state(x);
    return case_open(x->tx, k, programme, vendor, subject, stake, x->by->account, c);
}

rc mkt_vendor_submit(const struct act *x, id vendor)
{
    struct mkt_vendor v;
    id c = 0;
    TRY(act_for_party(x, vendor, AS_VENDOR));
    TRY(mkt_vendor_get(x->tx, vendor, &v, x->a));
    TRY(submit(x, &mkt_vendor_case, v.state, v.listing, vendor, vendor, v.expected_sales, &c));
    TRY(db_exec(x->tx, &mq_vendor_listing, VALS(v_int(vendor), v_int(c)), NULL));
    return mkt_vendor_set_state(x, vendor, MKT_SUBMITTED);
}

rc mkt_solution_submit(const struct act *x, id solution)
{
    struct mkt_solution s;
    struct mkt_vendor v;
    id c = 0;
    TRY(mkt_solution_get(x->tx, solution, &s, x->a));
    TRY(act_for_party(x, s.vendor, AS_VENDOR));
    TRY(mkt_vendor_get(x->tx, s.vendor, &v, x->a));
    if (v.state != MKT_LISTED)
        return ERR(tx_err(x->tx), E_CONFLICT, "MKT-025", N_("The vendor itself must be listed first."));
    int64_t stake = 0;
    for (size_t i = 0; i < s.n_plans; i++)
        if (s.plans[i].active && s.plans[i].price.n > stake)
            stake = s.plans[i].price.n;
    if (stake == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "MKT-026", N_("The solution needs at least one plan with a price."));
    TRY(submit(x, &mkt_solution_case, s.state, s.listing, s.vendor, solution, stake, &c));
    TRY(db_exec(x->tx, &mq_solution_listing, VALS(v_int(solution), v_int(c)), NULL));
    return mkt_solution_set_state(x, solution, MKT_SUBMITTED);
}

static rc carry_over(const struct act *x, const struct case_row *c, str move, str reason)
{
    static const struct {
        const char *move;
        enum mkt_listing_state to;
        const char *subject, *body; /* msgids; NULL: the vendor did it itself */
    } effects[] = {
        {"approve", MKT_LISTED, N_("Your listing was approved"),
         N_("Your listing was approved and can be found in the catalogue.")},
        {"correct", MKT_CORRECTION, N_("Your listing needs a correction"),
         N_("Please correct your listing and send it again: {1}")},
        {"refuse", MKT_REFUSED, N_("Your listing was refused"), N_("Your listing was refused: {1}")},
        {"resubmit", MKT_SUBMITTED, NULL, NULL},
        {"withdraw", MKT_WITHDRAWN, NULL, NULL},
    };
    for (size_t i = 0; i < sizeof effects / sizeof effects[0]; i++) {
        if (!str_eq(move, str_of(effects[i].move)))
            continue;
        bool vendor = str_eq(c->kind, str_of(mkt_vendor_case.code));
        TRY(vendor ? mkt_vendor_set_state(x, c->subject, effects[i].to)
                   : mkt_solution_set_state(x, c->subject, effects[i].to));
        if (!effects[i].subject)
            return OK;
        char text[ID_TEXT + 1];
        id_text(c->id, text);
        return notice_party(x->tx, c->party, AS_VENDOR,
                            &(struct notice){.subject = effects[i].subject,
                                             .body = effects[i].body,
                                             .args = &reason,
                                             .n_args = 1,
                                             .path = arena_printf(x->a, "/market/cases/%s", text)});
    }
    return OK;
}

rc mkt_listing_move(const struct act *x, id case_id, str move, str reason, bool *done)
{
    struct case_row c;
    id programme;
    int64_t two;
    TRY(case_get(x->tx, case_id, &c, x->a));
    const struct case_kind *k = mkt_case_kind(c.kind);
    if (!k)
        return E_NOTFOUND;
    if (!act_is_officer(x->by))
        TRY(act_for_party(x, c.party, AS_VENDOR));
    TRY(threshold(x, &programme, &two));
    const char *name = arena_cstr(x->a, move);
    if (!name)
        return arena_rc(x->a);
    TRY(case_move_make(x->tx, k, case_id, name, x->by, reason, two, done));
    if (!*done)
        return OK;
    return carry_over(x, &c, move, reason);
}

static rc names_of(struct tx *tx, struct mkt_listing_row *row, struct arena *a)
{
    struct mkt_vendor v;
    TRY(mkt_vendor_get(tx, row->c.party, &v, a));
    row->vendor_name = v.name;
    row->subject_name = v.name;
    if (row->is_vendor)
        return OK;
    struct mkt_solution s;
    TRY(mkt_solution_get(tx, row->c.subject, &s, a));
    row->subject_name = s.name;
    return OK;
}

static rc add_kind(struct tx *tx, const struct case_kind *k, const char *state, int64_t limit,
                   struct mkt_listing_row *rows, size_t *n, struct arena *a)
{
    struct case_row *cases;
    size_t count;
    TRY(cases_list(tx, k->code, state, 0, limit, &cases, &count, a));
    for (size_t i = 0; i < count; i++) {
        struct mkt_listing_row *row = &rows[(*n)++];
        *row = (struct mkt_listing_row){.c = cases[i], .is_vendor = k == &mkt_vendor_case};
        TRY(names_of(tx, row, a));
    }
    return OK;
}

/* Vendors first: a solution can only be listed after its vendor. */
rc mkt_listings(struct tx *tx, str state, int64_t offset, int64_t limit, struct mkt_listing_row **out, size_t *n,
                struct arena *a)
{
    enum { PAGE_MAX = 200 };
    if (limit <= 0 || limit > PAGE_MAX)
        limit = PAGE_MAX;
    const char *s = state.n ? arena_cstr(a, state) : NULL;
    int64_t all = offset + limit;
    struct mkt_listing_row *rows = ARENA_ARRAY(a, (size_t)all * 2, struct mkt_listing_row);
    size_t count = 0;
    if (!rows)
        return arena_rc(a);
    TRY(add_kind(tx, &mkt_vendor_case, s, all, rows, &count, a));
    TRY(add_kind(tx, &mkt_solution_case, s, all, rows, &count, a));
    size_t from = (size_t)offset < count ? (size_t)offset : count;
    *out = rows + from;
    *n = count - from < (size_t)limit ? count - from : (size_t)limit;
    return OK;
}

/* ---- the clock: a correction that does not come ---- */

enum { REMIND_DAYS = 2 }; /* of the seven that a correction has */

/* body: {1} what it is about, {2} the day */
static rc tell_vendor(const struct act *x, const struct case_row *c, const char *subject, const char *body)
{
    struct mkt_listing_row row = {.c = *c, .is_vendor = str_eq(c->kind, str_of(mkt_vendor_case.code))};
    TRY(names_of(x->tx, &row, x->a));
    char text[ID_TEXT + 1];
    id_text(c->id, text);
    const str args[] = {row.subject_name, day_text(x->a, c->due)};
    return notice_party(x->tx, c->party, AS_VENDOR,
                        &(struct notice){.subject = subject,
                                         .body = body,
                                         .args = args,
                                         .n_args = 2,
                                         .path = arena_printf(x->a, "/market/cases/%s", text)});
}

static rc remind(const struct act *x, const struct case_kind *k, const struct case_row *c)
{
    TRY(case_remind(x->tx, k, c));
    return tell_vendor(x, c, N_("A correction is due soon"),
                       N_("Please correct {1} and send it again by {2}. After that day the application is closed and "
                          "the listing is a draft again."));
}

/* Nothing is lost: the listing goes back to draft with all that was typed. */
static rc lapse(const struct act *x, const struct case_kind *k, const struct case_row *c)
{
    TRY(case_move_by_clock(x->tx, k, c->id, "lapse"));
    TRY(k == &mkt_vendor_case ? mkt_vendor_set_state(x, c->subject, MKT_DRAFT)
                              : mkt_solution_set_state(x, c->subject, MKT_DRAFT));
    return tell_vendor(x, c, N_("The time for a correction ran out"),
                       N_("{1} was not corrected by {2}, so the application is closed and the listing is a draft "
                          "again. Correct it and submit it whenever you are ready."));
}

static const struct case_kind *const kinds[] = {&mkt_vendor_case, &mkt_solution_case};

rc mkt_listings_remind(const struct act *x, int max, int *n)
{
    *n = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        struct case_row *rows;
        size_t count;
        TRY(cases_to_remind(x->tx, kinds[k]->code, "correction", x->at, x->at + REMIND_DAYS * DAY, max - *n, &rows,
                            &count, x->a));
        for (size_t i = 0; i < count; i++)
            TRY(remind(x, kinds[k], &rows[i]));
        *n += (int)count;
    }
    return OK;
}

rc mkt_listings_lapse(const struct act *x, int max, int *n)
{
    *n = 0;
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        struct case_row *rows;
        size_t count;
        TRY(cases_due(x->tx, kinds[k]->code, "correction", x->at, max - *n, &rows, &count, x->a));
        for (size_t i = 0; i < count; i++)
            TRY(lapse(x, kinds[k], &rows[i]));
        *n += (int)count;
    }
    return OK;
}

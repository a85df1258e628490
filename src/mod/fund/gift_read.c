/* One row of a platform's export as facts, and the reason why a gift does not count. Nothing here writes; identity
 * numbers, devices, addresses and accounts leave this file as keyed hashes only. */
#include <stdlib.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "crypto/sign.h"
#include "mod/fund/gift_impl.h"

enum { HINT_CHARS = 4, LAST_DIGITS = 4, RECEIPT_MAX = 100 /* bytes */ };

struct reader {
    struct row_reader rr;
    const struct gift_reading *with;
    VEC(struct gift_in) rows;
};

int64_t gift_donor_key(const struct gift_key *key, enum identity_kind kind, const char *number)
{
    return gift_keyed(key, kind == IDENTITY_ORGANISATION ? "donor:organisation" : "donor:person", str_of(number));
}

/* ---- cells ---- */

static void read_amount(const struct row_reader *rr, struct gift_in *g)
{
    static const char *const minus[] = {"-", "−", "－"}; /* ASCII, U+2212, full width */
    str s = row_field(rr, GIFT_AMOUNT);
    int decimals;
    for (size_t i = 0; i < sizeof minus / sizeof minus[0] && !g->negative; i++)
        if (str_starts(s, str_of(minus[i]))) {
            g->negative = true;
            s = str_sub(s, strlen(minus[i]), s.n);
        }
    g->negative = g->negative || row_field(rr, GIFT_REFUND_OF).n > 0; /* some platforms write refunds without a sign */
    g->fault = gift_amount(s, 0, &g->amount, &decimals);
    if (g->fault == GIFT_NEGATIVE)
        g->fault = GIFT_NOT_A_NUMBER; /* two signs */
    if (g->fault != GIFT_FINE)
        g->amount = 0;
    g->foreign = g->fault == GIFT_CURRENCY || !gift_currency_is_twd(row_field(rr, GIFT_CURRENCY_OF));
}

/* How much the row itself says was refunded; a cell that cannot be read makes the gift unclear. */
static void read_returned(const struct row_reader *rr, struct gift_in *g)
{
    str s = row_field(rr, GIFT_RETURNED);
    int64_t returned = 0;
    int decimals;
    if (s.n > 0) {
        enum gift_fault f = gift_amount(s, 0, &returned, &decimals);
        if (f != GIFT_FINE && f != GIFT_ZERO)
            g->status = g->status == STATUS_PAID ? STATUS_PARTIAL : g->status;
        returned = f == GIFT_FINE ? returned : 0;
    }
    if (g->status == STATUS_REFUNDED)
        returned = g->amount;
    g->returned = g->negative ? 0 : returned < g->amount ? returned : g->amount;
}

/* "2027-05-01 13:45[:10]", "2027/5/1", "116/05/01 13:45", RFC 3339. */
static bool read_time(str s, instant *out)
{
    day on;
    int64_t part[3] = {0};
    if (instant_parse(s, out) == OK)
        return true;
    str rest = s;
    str date = str_cut(&rest, str_chr(s, 'T') >= 0 ? 'T' : ' ');
    if (day_parse(date, &on) != OK)
        return false;
    str clock = rest.p ? str_trim(rest) : STR_EMPTY;
    for (int i = 0; i < 3 && clock.p && clock.n > 0; i++)
        if (str_to_i64(str_cut(&clock, ':'), &part[i]) != OK)
            return false;
    if ((clock.p && clock.n > 0) || part[0] < 0 || part[0] > 23 || part[1] < 0 || part[1] > 59 || part[2] < 0 ||
        part[2] > 59)
        return false;
    *out = day_start(on) + part[0] * HOUR + part[1] * MINUTE + part[2] * SECOND;
    return true;
}

static int by_campaign(const void *key, const void *item)
{
    return str_cmp(*(const str *)key, ((const struct gift_campaign *)item)->campaign);
}

static int by_number(const void *key, const void *item)
{
    int64_t k = *(const int64_t *)key, i = ((const struct gift_project *)item)->number;
    return k < i ? -1 : k > i;
}

/* The platform's own code, else the proposal's public number. */
static void read_project(const struct row_reader *rr, const struct gift_reading *with, struct gift_in *g)
{
    str s = row_field(rr, GIFT_PROJECT);
    int64_t number = 0;
    const struct gift_campaign *c =
        with->n_campaigns ? bsearch(&s, with->campaigns, with->n_campaigns, sizeof *c, by_campaign) : NULL;
    if (c)
        number = c->number;
    else if (str_to_i64(str_starts(s, STR("#")) ? str_sub(s, 1, s.n) : s, &number) != OK)
        return;
    const struct gift_project *p =
        with->n_projects ? bsearch(&number, with->projects, with->n_projects, sizeof *p, by_number) : NULL;
    if (!p)
        return;
    g->project = p->id;
    g->number = p->number;
    g->stage_ok = p->stage >= FUND_SECOND;
}

static void read_donor(const struct row_reader *rr, const struct gift_reading *with, struct gift_in *g)
{
    char number[IDENTITY_MAX + 1];
    enum identity_kind k = identity_read(row_field(rr, GIFT_IDENTITY), number);
    enum gift_donor told = gift_donor_of(row_field(rr, GIFT_KIND_OF_DONOR));
    enum gift_residence residence = gift_residence_of(row_field(rr, GIFT_RESIDENCE));
    bool known = k >= IDENTITY_NATIONAL;
    size_t n = strlen(number);
    g->kind = !known ? told : k == IDENTITY_ORGANISATION ? DONOR_ORGANISATION : DONOR_PERSON;
    g->identity_fault = k == IDENTITY_NONE                        ? "identity-missing"
                        : k == IDENTITY_BAD                       ? "identity-invalid"
                        : told != DONOR_UNTOLD && told != g->kind ? "kind"
                                                                  : NULL;
    if (known)
        g->donor = gift_donor_key(with->key, k, number);
    if (n >= LAST_DIGITS && g->code[0])
        g->tail = gift_keyed(with->key, "tail", arena_printf(rr->a, "%s%s", g->code, number + n - LAST_DIGITS));
    g->eligible = k == IDENTITY_ORGANISATION ||
                  (k == IDENTITY_NATIONAL && (residence == RESIDENCE_UNTOLD || residence == RESIDENCE_NATIONAL)) ||
                  (k == IDENTITY_RESIDENT && residence == RESIDENCE_PERMANENT);
    secret_wipe(number, sizeof number);
}

static rc read_receipt(const struct row_reader *rr, const struct gift_reading *with, struct gift_in *g)
{
    str receipt = utf8_cut(row_field(rr, GIFT_RECEIPT), RECEIPT_MAX);
    str of = utf8_cut(row_field(rr, GIFT_REFUND_OF), RECEIPT_MAX);
    char code[GIFT_CODE + 1];
    g->hint = STR_EMPTY;
    g->part_code = STR_EMPTY;
    if (receipt.n > 0) {
        gift_code_make(with->key, with->source->code, receipt, g->code);
        size_t shown = receipt.n > 2 * HINT_CHARS ? HINT_CHARS : 0; /* never the whole of a short one */
        if (shown && utf8_valid(str_sub(receipt, receipt.n - shown, shown)))
            g->hint = arena_str(rr->a, str_sub(receipt, receipt.n - shown, shown));
    }
    if (of.n > 0) {
        gift_code_make(with->key, with->source->code, of, code);
        g->part_code = arena_str(rr->a, str_of(code));
    } else if (g->negative) {
        g->part_code = arena_str(rr->a, str_of(g->code));
    }
    return arena_rc(rr->a);
}

static rc read_row(void *arg)
{
    struct reader *r = arg;
    struct row_reader *rr = &r->rr;
    if (rr->n != rr->width) {
        row_error(rr, -1, "FND-505", N_("The row does not have as many fields as the heading."), STR_EMPTY);
        return OK;
    }
    if (r->rows.n >= FUND_GIFT_ROWS_MOST)
        return ERR(tx_err(rr->x->tx), E_LIMIT, "FND-516", N_("There are too many rows."));
    struct gift_in *g = VEC_ADD(&r->rows, rr->a);
    if (!g)
        return arena_rc(rr->a);
    g->row = rr->row;
    g->line = rr->line;
    g->status = row_has(rr, GIFT_STATUS) ? gift_status_of(row_field(rr, GIFT_STATUS)) : STATUS_PAID;
    read_amount(rr, g);
    read_returned(rr, g);
    TRY(read_receipt(rr, r->with, g));
    g->in_time_known = read_time(row_field(rr, GIFT_PAID_AT), &g->at);
    read_project(rr, r->with, g);
    read_donor(rr, r->with, g);
    static const struct {
        enum fund_gift_col col;
        const char *what;
    } traits[FUND_TRAITS] = {[FUND_DEVICE] = {GIFT_DEVICE, "device"},
                             [FUND_ADDRESS] = {GIFT_ADDRESS, "address"},
                             [FUND_ACCOUNT] = {GIFT_ACCOUNT, "account"}};
    for (int t = 0; t < FUND_TRAITS; t++) {
        str value = row_field(rr, (int)traits[t].col);
        g->trait[t] = value.n ? gift_keyed(r->with->key, traits[t].what, utf8_fold(rr->a, value)) : 0;
    }
    return arena_rc(rr->a);
}

rc gift_file_read(const struct act *x, str bytes, const struct gift_reading *with, struct gift_in **rows, size_t *n,
                  struct import_report *report)
{
    struct reader r = {.with = with};
    struct heading *headings;
    size_t n_headings;
    uint32_t required = (1u << GIFT_REQUIRED_COLS) - 1;
    TRY(gift_headings(with->source, &headings, &n_headings, x->a));
    rc result = rows_read(&r.rr, x, bytes, headings, n_headings, required, read_row, &r, report);
    *rows = r.rows.v;
    *n = r.rows.n;
    return result;
}

/* ---- reasons ---- */

static const char *judge_payment(const struct gift_in *g)
{
    if (g->status == STATUS_UNPAID)
        return "not-paid";
    if (g->status == STATUS_UNKNOWN)
        return "status-unknown";
    if (g->foreign)
        return "currency";
    if (g->fault != GIFT_FINE)
        return gift_amount_reason(g->fault);
    if (!g->code[0])
        return "receipt-missing";
    if (g->refunded >= g->amount)
        return "refunded";
    return g->status == STATUS_PARTIAL && g->refunded == 0 ? "refund-unclear" : NULL;
}

const char *gift_judge(const struct gift_in *g, const struct fund_round *round, int64_t min)
{
    const char *payment = judge_payment(g);
    if (payment)
        return payment;
    if (!g->in_time_known)
        return "time-unreadable";
    if (g->at < round->gifts_open || g->at >= round->gifts_close)
        return "window";
    if (g->project == 0)
        return "project-unknown";
    if (!g->stage_ok)
        return "project-stage";
    if (g->identity_fault)
        return g->identity_fault;
    if (!g->eligible)
        return "not-eligible";
    return g->amount - g->refunded < min ? "below-min" : "";
}

/* The closed vocabularies of gifts: columns and their usual headings, words of platforms, reasons. */
#include "mod/fund/gift_rules.h"

const struct choice fund_gift_columns[] = {
    {"project", N_("Proposal or campaign")},
    {"identity", N_("Identity or business number of the donor")},
    {"amount", N_("Amount")},
    {"receipt", N_("Receipt number")},
    {"paid_at", N_("Paid at")},
    {"status", N_("Status of the payment")},
    {"kind", N_("Person or organisation")},
    {"residence", N_("Nationality or residence")},
    {"currency", N_("Currency")},
    {"refund_of", N_("Receipt that a refund belongs to")},
    {"returned", N_("Amount refunded")},
    {"device", N_("Device or network address")},
    {"address", N_("Postal address")},
    {"account", N_("Last digits of the payment account")},
    {NULL, NULL},
};

/* Headings of exports in Chinese and English. One heading stands for one column only. */
static const struct {
    enum fund_gift_col col;
    const char *text;
} headings[] = {
    {GIFT_PROJECT, "專案編號"},
    {GIFT_PROJECT, "提案編號"},
    {GIFT_PROJECT, "計畫編號"},
    {GIFT_PROJECT, "專案代碼"},
    {GIFT_PROJECT, "募資專案"},
    {GIFT_PROJECT, "project"},
    {GIFT_PROJECT, "project_id"},
    {GIFT_PROJECT, "campaign"},
    {GIFT_PROJECT, "campaign code"},
    {GIFT_IDENTITY, "身分證字號"},
    {GIFT_IDENTITY, "身份證字號"},
    {GIFT_IDENTITY, "身分證/統一編號"},
    {GIFT_IDENTITY, "身分證或統一編號"},
    {GIFT_IDENTITY, "證號"},
    {GIFT_IDENTITY, "捐款人證號"},
    {GIFT_IDENTITY, "identity number"},
    {GIFT_IDENTITY, "identity"},
    {GIFT_IDENTITY, "donor_id"},
    {GIFT_IDENTITY, "national id"},
    {GIFT_AMOUNT, "金額"},
    {GIFT_AMOUNT, "贊助金額"},
    {GIFT_AMOUNT, "捐款金額"},
    {GIFT_AMOUNT, "付款金額"},
    {GIFT_AMOUNT, "amount"},
    {GIFT_AMOUNT, "amount (TWD)"},
    {GIFT_RECEIPT, "收據編號"},
    {GIFT_RECEIPT, "收據號碼"},
    {GIFT_RECEIPT, "訂單編號"},
    {GIFT_RECEIPT, "交易序號"},
    {GIFT_RECEIPT, "receipt"},
    {GIFT_RECEIPT, "receipt number"},
    {GIFT_RECEIPT, "receipt_no"},
    {GIFT_RECEIPT, "order id"},
    {GIFT_PAID_AT, "付款時間"},
    {GIFT_PAID_AT, "付款日期"},
    {GIFT_PAID_AT, "捐款日期"},
    {GIFT_PAID_AT, "交易時間"},
    {GIFT_PAID_AT, "paid at"},
    {GIFT_PAID_AT, "paid_at"},
    {GIFT_PAID_AT, "date"},
    {GIFT_STATUS, "狀態"},
    {GIFT_STATUS, "付款狀態"},
    {GIFT_STATUS, "訂單狀態"},
    {GIFT_STATUS, "交易狀態"},
    {GIFT_STATUS, "status"},
    {GIFT_KIND_OF_DONOR, "捐款人類別"},
    {GIFT_KIND_OF_DONOR, "贊助者類型"},
    {GIFT_KIND_OF_DONOR, "身分別"},
    {GIFT_KIND_OF_DONOR, "donor type"},
    {GIFT_KIND_OF_DONOR, "kind"},
    {GIFT_RESIDENCE, "國籍"},
    {GIFT_RESIDENCE, "國籍/居留"},
    {GIFT_RESIDENCE, "居留身分"},
    {GIFT_RESIDENCE, "nationality"},
    {GIFT_RESIDENCE, "residence"},
    {GIFT_CURRENCY_OF, "幣別"},
    {GIFT_CURRENCY_OF, "currency"},
    {GIFT_REFUND_OF, "原收據編號"},
    {GIFT_REFUND_OF, "原訂單編號"},
    {GIFT_REFUND_OF, "原交易序號"},
    {GIFT_REFUND_OF, "refund of"},
    {GIFT_REFUND_OF, "refund_of"},
    {GIFT_RETURNED, "退款金額"},
    {GIFT_RETURNED, "refunded"},
    {GIFT_RETURNED, "refunded amount"},
    {GIFT_DEVICE, "裝置識別碼"},
    {GIFT_DEVICE, "IP"},
    {GIFT_DEVICE, "IP位址"},
    {GIFT_DEVICE, "device"},
    {GIFT_ADDRESS, "地址"},
    {GIFT_ADDRESS, "通訊地址"},
    {GIFT_ADDRESS, "address"},
    {GIFT_ACCOUNT, "帳號末五碼"},
    {GIFT_ACCOUNT, "卡號末四碼"},
    {GIFT_ACCOUNT, "付款帳號末碼"},
    {GIFT_ACCOUNT, "account"},
    {GIFT_ACCOUNT, "card last4"},
};

enum fund_gift_col fund_gift_col_of_heading(str heading)
{
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        if (str_ieq(str_trim(heading), str_of(headings[i].text)))
            return headings[i].col;
    return GIFT_COLS;
}

rc gift_headings(const struct fund_source *s, struct heading **out, size_t *n, struct arena *a)
{
    size_t known = sizeof headings / sizeof headings[0];
    struct heading *h = ARENA_ARRAY(a, known + GIFT_COLS, struct heading);
    *n = 0;
    for (int c = 0; h && c < GIFT_COLS; c++) {
        if (s->heading[c].n > 0) {
            h[(*n)++] = (struct heading){c, arena_cstr(a, s->heading[c])};
            continue;
        }
        for (size_t i = 0; i < known; i++)
            if ((int)headings[i].col == c && !gift_heading_taken(s, str_of(headings[i].text)))
                h[(*n)++] = (struct heading){c, headings[i].text};
    }
    *out = h;
    return arena_rc(a);
}

bool gift_heading_taken(const struct fund_source *s, str heading)
{
    for (int c = 0; c < GIFT_COLS; c++)
        if (s->heading[c].n > 0 && str_ieq(s->heading[c], heading))
            return true;
    return false;
}

/* ---- words ---- */

struct word {
    const char *text;
    int means;
};

static int meaning(const struct word *w, size_t n, str text, int otherwise)
{
    for (size_t i = 0; i < n; i++)
        if (str_ieq(text, str_of(w[i].text)))
            return w[i].means;
    return otherwise;
}
#define MEANING(words, text, otherwise) meaning((words), sizeof(words) / sizeof(words)[0], (text), (otherwise))

enum gift_status gift_status_of(str text)
{
    static const struct word words[] = {
        {"已付款", STATUS_PAID},
        {"付款完成", STATUS_PAID},
        {"付款成功", STATUS_PAID},
        {"已完成", STATUS_PAID},
        {"成功", STATUS_PAID},
        {"paid", STATUS_PAID},
        {"completed", STATUS_PAID},
        {"succeeded", STATUS_PAID},
        {"success", STATUS_PAID},
        {"captured", STATUS_PAID},
        {"待付款", STATUS_UNPAID},
        {"未付款", STATUS_UNPAID},
        {"處理中", STATUS_UNPAID},
        {"授權中", STATUS_UNPAID},
        {"pending", STATUS_UNPAID},
        {"unpaid", STATUS_UNPAID},
        {"authorized", STATUS_UNPAID},
        {"付款失敗", STATUS_UNPAID},
        {"失敗", STATUS_UNPAID},
        {"failed", STATUS_UNPAID},
        {"declined", STATUS_UNPAID},
        {"已取消", STATUS_UNPAID},
        {"取消", STATUS_UNPAID},
        {"逾期", STATUS_UNPAID},
        {"已逾期", STATUS_UNPAID},
        {"cancelled", STATUS_UNPAID},
        {"canceled", STATUS_UNPAID},
        {"expired", STATUS_UNPAID},
        {"void", STATUS_UNPAID},
        {"已退款", STATUS_REFUNDED},
        {"全額退款", STATUS_REFUNDED},
        {"退款", STATUS_REFUNDED},
        {"refunded", STATUS_REFUNDED},
        {"refund", STATUS_REFUNDED},
        {"部分退款", STATUS_PARTIAL},
        {"部份退款", STATUS_PARTIAL},
        {"partially refunded", STATUS_PARTIAL},
        {"partial refund", STATUS_PARTIAL},
    };
    return (enum gift_status)MEANING(words, text, STATUS_UNKNOWN);
}

enum gift_donor gift_donor_of(str text)
{
    static const struct word words[] = {
        {"個人", DONOR_PERSON},
        {"自然人", DONOR_PERSON},
        {"person", DONOR_PERSON},
        {"individual", DONOR_PERSON},
        {"公司", DONOR_ORGANISATION},
        {"企業", DONOR_ORGANISATION},
        {"法人", DONOR_ORGANISATION},
        {"基金會", DONOR_ORGANISATION},
        {"團體", DONOR_ORGANISATION},
        {"機關團體", DONOR_ORGANISATION},
        {"organisation", DONOR_ORGANISATION},
        {"organization", DONOR_ORGANISATION},
        {"company", DONOR_ORGANISATION},
        {"foundation", DONOR_ORGANISATION},
    };
    return text.n == 0 ? DONOR_UNTOLD : (enum gift_donor)MEANING(words, text, DONOR_UNKNOWN);
}

enum gift_residence gift_residence_of(str text)
{
    static const struct word words[] = {
        {"本國籍", RESIDENCE_NATIONAL},
        {"本國", RESIDENCE_NATIONAL},
        {"中華民國", RESIDENCE_NATIONAL},
        {"臺灣", RESIDENCE_NATIONAL},
        {"台灣", RESIDENCE_NATIONAL},
        {"TW", RESIDENCE_NATIONAL},
        {"TWN", RESIDENCE_NATIONAL},
        {"ROC", RESIDENCE_NATIONAL},
        {"Taiwan", RESIDENCE_NATIONAL},
        {"national", RESIDENCE_NATIONAL},
        {"永久居留", RESIDENCE_PERMANENT},
        {"外籍永久居留", RESIDENCE_PERMANENT},
        {"permanent resident", RESIDENCE_PERMANENT},
        {"permanent", RESIDENCE_PERMANENT},
        {"APRC", RESIDENCE_PERMANENT},
    };
    return text.n == 0 ? RESIDENCE_UNTOLD : (enum gift_residence)MEANING(words, text, RESIDENCE_OTHER);
}

bool gift_currency_is_twd(str text)
{
    static const struct word words[] = {{"TWD", 1},    {"NTD", 1},  {"NT$", 1},  {"新臺幣", 1},
                                        {"新台幣", 1}, {"臺幣", 1}, {"台幣", 1}, {"元", 1}};
    return text.n == 0 || MEANING(words, text, 0) == 1;
}

/* ---- reasons ---- */

#define PLATFORM N_("Rules of the crowdfunding: only completed payments count.")
#define READABLE N_("Rules of the crowdfunding: what cannot be read for certain is not counted.")
#define ASK      N_("Ask the platform to correct its export, or appeal here.")
#define ONCE     N_("Rules of the crowdfunding: no payment counts twice.")
#define NOTHING  N_("Nothing needs to be done.")
#define AMOUNT(code_, label_)                                                                                          \
    {                                                                                                                  \
        "amount-" code_, label_, READABLE, ASK, true                                                                   \
    }

const struct fund_reason fund_reasons[] = {
    {"receipt-twice", N_("The same receipt stands in an earlier row or file of this platform"), ONCE, NOTHING, false},
    {"refund", N_("This row is a refund; it was taken off its gift"),
     N_("Rules of the crowdfunding: refunds are taken off."), NOTHING, false},
    {"refund-orphan", N_("This row is a refund, but the gift it belongs to is not there"),
     N_("Rules of the crowdfunding: refunds are taken off."),
     N_("Import the file with the gift first, or ask the platform which receipt was meant."), false},
    {"refund-excess", N_("This row refunds more than was left of its gift"),
     N_("Rules of the crowdfunding: refunds are taken off."), N_("Ask the platform to correct its export."), false},
    {"not-paid", N_("The payment failed, was cancelled or is not completed"), PLATFORM,
     N_("If you have paid, ask the platform to correct its export, or appeal here."), true},
    {"status-unknown", N_("The platform's word for the payment's status is not known"), PLATFORM, ASK, true},
    {"currency", N_("The gift is in another currency than NT dollars"),
     N_("Rules of the crowdfunding: gifts are in NT dollars."), ASK, true},
    AMOUNT("missing", N_("The amount is missing")),
    AMOUNT("not-a-number", N_("The amount is not a number")),
    AMOUNT("scientific", N_("The amount is written in scientific notation")),
    AMOUNT("ambiguous", N_("The amount can be read in two ways")),
    AMOUNT("zero", N_("The amount is zero")),
    AMOUNT("too-large", N_("The amount is too large to be true")),
    AMOUNT("decimals", N_("The amount has parts of a dollar")),
    {"receipt-missing", N_("The row has no receipt number"), READABLE, N_("Ask the platform to correct its export."),
     false},
    {"refunded", N_("The gift was refunded in full"), N_("Rules of the crowdfunding: refunds are taken off."),
     N_("If you were not refunded, appeal here."), true},
    {"refund-unclear", N_("The gift was refunded in part, and the export does not say how much"),
     N_("Rules of the crowdfunding: refunds are taken off."), ASK, true},
    {"time-unreadable", N_("The time of payment cannot be read"), READABLE, ASK, true},
    {"window", N_("The payment was made outside the days of the crowdfunding"),
     N_("Rules of the crowdfunding: gifts count from the first to the last day of the crowdfunding."),
     N_("If the time is wrong, ask the platform to correct its export, or appeal here."), true},
    {"project-unknown", N_("The platform's code stands for no proposal of this round"), READABLE, ASK, true},
    {"project-stage", N_("The proposal was not chosen for the crowdfunding"),
     N_("Rules of the crowdfunding: gifts count for proposals chosen after the proof."), NOTHING, true},
    {"identity-missing", N_("The identity or business number of the donor is missing"),
     N_("Rules of the crowdfunding: one person counts once on all platforms."),
     N_("Appeal; an officer will ask you for the number."), true},
    {"identity-invalid", N_("The identity or business number of the donor is not valid"),
     N_("Rules of the crowdfunding: one person counts once on all platforms."),
     N_("Appeal; an officer will ask you for the right number."), true},
    {"kind", N_("The donor's number is not of the kind that the export says (person or organisation)"), READABLE, ASK,
     true},
    {"not-eligible", N_("The donor is neither a national nor a permanent resident, as far as the export says"),
     N_("Rules of the crowdfunding: donors are nationals or permanent residents."),
     N_("If you are, appeal; an officer will ask for your permanent resident certificate."), true},
    {"below-min", N_("What is left of the gift is below the smallest gift that counts"),
     N_("Rules of the crowdfunding: each gift must reach the minimum."), NOTHING, true},
    {0},
};

const struct fund_reason *fund_reason_of(str code)
{
    for (const struct fund_reason *r = fund_reasons; r->code; r++)
        if (str_eq(str_of(r->code), code))
            return r;
    return NULL;
}

const char *gift_amount_reason(enum gift_fault f)
{
    static const char *const codes[GIFT_FAULTS] = {
        [GIFT_NO_AMOUNT] = "amount-missing",
        [GIFT_NOT_A_NUMBER] = "amount-not-a-number",
        [GIFT_SCIENTIFIC] = "amount-scientific",
        [GIFT_AMBIGUOUS] = "amount-ambiguous",
        [GIFT_ZERO] = "amount-zero",
        [GIFT_TOO_LARGE] = "amount-too-large",
        [GIFT_TOO_PRECISE] = "amount-decimals",
        [GIFT_CURRENCY] = "currency",
    };
    return codes[f] ? codes[f] : "amount-not-a-number";
}

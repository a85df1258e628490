/* The crowdfunding of the demonstration: three invented platforms with exports of different shapes, written as CSV and
 * read by the same code as real ones. With failed payments, refunds, persons on several platforms, organisations above
 * the clip, and two clusters of donors who share a device or an address. */
#include <stdio.h>

#include "mod/fund/demo/demo.h"
#include "mod/fund/gift.h"

enum {
    FULL_GIFTS = 20000,
    FULL_PROPOSALS = 970,
    FEWEST_GIFTS = 600,
    CSV_MOST = 64 << 20,
    PLATFORMS = 3,
    CLUSTER_DEVICE = 24,
    CLUSTER_ADDRESS = 15,
    COMMUNITY = 9,
    COMMUNITY_PROJECTS = 4,
    GIFT_DAYS = 30,
    FIRST_DAY = 200,
};

static const struct {
    const char *code, *name;
} platforms[PLATFORMS] = {{"warm-box", "暖箱募資"}, {"beacon", "Beacon Crowd"}, {"little-river", "小河群募"}};

struct demo_gifts {
    struct fund_demo *d;
    struct fund_proposal *projects;
    size_t n_projects;
    int64_t donors, gifts; /* gifts: of one platform */
    struct buf csv;
    int64_t receipts;
};

struct demo_gift {
    char identity[16];
    bool organisation;
    int64_t project; /* number */
    int64_t amount;
    instant at;
    const char *device, *address, *account;
    str receipt;
};

static bool chance(struct prng *p, int permille)
{
    return prng_range(p, 0, 999) < permille;
}

enum demo_kind { DEMO_PERSON, DEMO_ORGANISATION, DEMO_RESIDENT };

/* The same donor has the same number on every platform. */
static void identity_of(const struct fund_demo *d, int64_t donor, enum demo_kind kind, char out[16])
{
    static const char letters[] = "ABCDEFGHJKLMNPQRSTUVXYWZIO";
    char plain[IDENTITY_MAX + 1];
    struct prng p;
    prng_seed(&p, (uint64_t)(donor * 3 + (int)kind) * 2654435761u + (uint64_t)d->round);
    do {
        if (kind == DEMO_ORGANISATION)
            snprintf(out, 16, "%08lld", (long long)prng_range(&p, 10000000, 99999999));
        else
            snprintf(out, 16, "%c%lld%08lld", letters[prng_range(&p, 0, 25)],
                     (long long)prng_range(&p, 1, 2) + (kind == DEMO_RESIDENT ? 7 : 0),
                     (long long)prng_range(&p, 0, 99999999));
    } while (identity_read(str_of(out), plain) < IDENTITY_NATIONAL);
}

/* A few projects have most of the givers. */
static int64_t some_project(struct demo_gifts *g)
{
    int64_t most = (int64_t)g->n_projects - 1;
    int64_t a = prng_range(&g->d->rng, 0, most), b = prng_range(&g->d->rng, 0, most);
    return g->projects[a < b ? a : b].number;
}

static int64_t some_amount(struct prng *p)
{
    static const int64_t usual[] = {500, 500, 500, 600, 800, 1000, 1000, 1200, 1500, 2000, 3000, 5000, 300};
    return usual[prng_range(p, 0, (int64_t)(sizeof usual / sizeof usual[0]) - 1)];
}

static struct demo_gift some_gift(struct demo_gifts *g, const struct act *x, int64_t i)
{
    struct prng *p = &g->d->rng;
    int64_t donor = prng_range(p, 0, g->donors - 1);
    struct demo_gift one = {.organisation = i % 250 == 7, .project = some_project(g), .amount = some_amount(p)};
    if (one.organisation)
        one.amount = i == 7 ? 8000000 : 10000 * prng_range(p, 1, 60);
    identity_of(g->d, donor, one.organisation ? DEMO_ORGANISATION : DEMO_PERSON, one.identity);
    one.at = g->d->opens + FIRST_DAY * DAY + prng_range(p, 1, GIFT_DAYS * 24 * 60 - 2) * MINUTE;
    one.device = arena_printf(x->a, "d-%llx", (unsigned long long)donor * 40503u).p;
    one.address = arena_printf(x->a, "示範市螢火路%lld號", (long long)donor).p;
    one.account = arena_printf(x->a, "%05lld", (long long)(donor * 7919 % 100000)).p;
    one.receipt = arena_printf(x->a, "%lld%06lld", (long long)(100 + g->d->round), (long long)++g->receipts);
    return one;
}

static str local(const struct act *x, instant t)
{
    BUF_SCOPED text = BUF_INIT(64);
    buf_local(&text, t);
    return arena_str(x->a, buf_str(&text));
}

static rc begin(struct fund_demo *d, const struct act *x, struct demo_gifts *g)
{
    *g = (struct demo_gifts){.d = d, .csv = BUF_INIT(CSV_MOST)};
    int64_t gifts = FULL_GIFTS * d->proposals / FULL_PROPOSALS;
    gifts = gifts < FEWEST_GIFTS ? FEWEST_GIFTS : gifts;
    g->gifts = gifts / PLATFORMS;
    g->donors = gifts * 5 / 8;
    return fund_proposals_at(x->tx, d->programme, FUND_SECOND, &g->projects, &g->n_projects, x->a);
}

static rc end(struct demo_gifts *g, const struct act *x, int platform, const char *file)
{
    struct fund_source s = {0};
    id import;
    rc r = buf_rc(&g->csv);
    if (r == OK)
        r = fund_source_by_code(x->tx, g->d->programme, str_of(platforms[platform].code), &s, x->a);
    if (r == OK)
        r = fund_import_here(x, g->d->app, s.id, str_of(file), buf_str(&g->csv), &import);
    buf_free(&g->csv);
    return r;
}

/* ---- three shapes of exports ---- */

static void warm_row(struct demo_gifts *g, const struct act *x, const struct demo_gift *one, const char *status,
                     int64_t returned)
{
    buf_printf(&g->csv, "%.*s,%lld,%s,%s,%s,\"%.*s\",%s,%.*s,", STR_ARG(one->receipt), (long long)one->project,
               one->organisation ? "公司" : "個人", one->identity, one->organisation ? "" : "本國籍",
               STR_ARG(number_text(x->a, one->amount)), status, STR_ARG(local(x, one->at)));
    if (returned)
        buf_puti(&g->csv, returned);
    buf_printf(&g->csv, ",%s,%s,%s\r\n", one->device, one->address, one->account);
}

/* Chinese headings, proposals by number, refunds in a column of their own. */
rc fund_demo_gift_warm(struct fund_demo *d, const struct act *x)
{
    struct demo_gifts g;
    TRY(begin(d, x, &g));
    if (g.n_projects == 0)
        return OK;
    buf_put(&g.csv,
            STR("\xef\xbb\xbf訂單編號,提案編號,贊助者類型,身分證/統一編號,國籍,贊助金額,付款狀態,付款時間,退款金額,"
                "裝置識別碼,通訊地址,帳號末五碼\r\n"));
    for (int64_t i = 0; i < g.gifts; i++) {
        struct demo_gift one = some_gift(&g, x, i);
        bool failed = chance(&d->rng, 25), back = !failed && chance(&d->rng, 12), part = !failed && chance(&d->rng, 8);
        warm_row(&g, x, &one,
                 failed ? "付款失敗"
                 : back ? "已退款"
                 : part ? "部分退款"
                        : "已付款",
                 part ? one.amount / 2 : 0);
    }
    /* one device, two dozen persons, one proposal */
    for (int64_t i = 0; i < CLUSTER_DEVICE; i++) {
        struct demo_gift one = some_gift(&g, x, 0);
        one.project = g.projects[g.n_projects - 1].number;
        one.amount = 500;
        one.device = "d-5b11";
        warm_row(&g, x, &one, "已付款", 0);
    }
    return end(&g, x, 0, "warm-box-final.csv");
}

static void beacon_row(struct demo_gifts *g, const struct demo_gift *one, const char *status, int64_t amount,
                       str receipt, str of)
{
    BUF_SCOPED at = BUF_INIT(64);
    buf_instant(&at, one->at);
    buf_printf(&g->csv, "%.*s,BC-%03lld,%s,%s,%s,%lld,TWD,%s,%.*s,%.*s,%s\n", STR_ARG(receipt), (long long)one->project,
               one->organisation ? "company" : "individual", one->identity, one->organisation ? "" : "Taiwan",
               (long long)amount, status, STR_ARG(buf_str(&at)), STR_ARG(of), one->device);
}

/* English headings, campaign codes, refunds as negative rows. */
rc fund_demo_gift_beacon(struct fund_demo *d, const struct act *x)
{
    struct demo_gifts g;
    TRY(begin(d, x, &g));
    if (g.n_projects == 0)
        return OK;
    buf_put(&g.csv, STR("receipt number,campaign,donor type,identity number,nationality,amount,currency,status,paid at,"
                        "refund of,device\n"));
    for (int64_t i = 0; i < g.gifts; i++) {
        struct demo_gift one = some_gift(&g, x, i + 1);
        bool pending = chance(&d->rng, 20);
        beacon_row(&g, &one, pending ? "pending" : "completed", one.amount, one.receipt, STR_EMPTY);
        if (!pending && chance(&d->rng, 15))
            beacon_row(&g, &one, "completed", -one.amount, arena_printf(x->a, "%.*sR", STR_ARG(one.receipt)),
                       one.receipt);
    }
    return end(&g, x, 1, "beacon-transactions.csv");
}

static void river_row(struct demo_gifts *g, const struct demo_gift *one, const char *residence)
{
    struct civil t = instant_civil(one->at, 8 * 60);
    buf_printf(&g->csv, "%d/%02d/%02d %02d:%02d,%lld,%s,%s,NT$%lld,%.*s,%s\n", t.year - 1911, t.month, t.day, t.hour,
               t.minute, (long long)one->project, one->identity, residence, (long long)one->amount,
               STR_ARG(one->receipt), one->address);
}

/* Donors who all give to the same few projects: neighbours, or somebody with many names. */
static void like_minded(struct demo_gifts *g, const struct act *x)
{
    for (int64_t i = 0; i < COMMUNITY; i++) {
        int64_t donor = g->donors + i; /* who gives to nothing else */
        for (size_t k = 0; k < COMMUNITY_PROJECTS && k < g->n_projects; k++) {
            struct demo_gift one = some_gift(g, x, 0);
            one.organisation = false;
            identity_of(g->d, donor, DEMO_PERSON, one.identity);
            one.project = g->projects[g->n_projects - 1 - k].number;
            one.amount = 600;
            one.address = arena_printf(x->a, "示範市晚霞路%lld號", (long long)donor).p;
            river_row(g, &one, "");
        }
    }
}

/* Its own headings (mapped), ROC years, only completed payments; residents among the donors, some rows twice. */
rc fund_demo_gift_river(struct fund_demo *d, const struct act *x)
{
    struct demo_gifts g;
    TRY(begin(d, x, &g));
    if (g.n_projects == 0)
        return OK;
    buf_put(&g.csv, STR("日子,哪個計畫,誰,身分,多少,單號,住哪\n"));
    for (int64_t i = 0; i < g.gifts; i++) {
        struct demo_gift one = some_gift(&g, x, i + 2);
        bool resident = i % 20 == 5, permanent = i % 40 == 5;
        if (resident)
            identity_of(d, i, DEMO_RESIDENT, one.identity);
        if (i % 200 == 11)
            one.identity[9] = one.identity[9] == '1' ? '2' : '1'; /* mistyped: mostly an invalid check digit */
        if (i % 333 == 20)
            one.at -= 60 * DAY;
        river_row(&g, &one, permanent ? "永久居留" : resident ? "居留" : "");
        if (i % 250 == 30)
            river_row(&g, &one, "");
    }
    for (int64_t i = 0; i < CLUSTER_ADDRESS; i++) {
        struct demo_gift one = some_gift(&g, x, 0);
        one.project = g.projects[g.n_projects / 2].number;
        one.amount = 1000;
        one.address = "示範市同址街1號";
        river_row(&g, &one, "");
    }
    like_minded(&g, x);
    return end(&g, x, 2, "little-river.csv");
}

/* ---- platforms and appeals ---- */

static rc map_columns(const struct fund_demo *d, const struct act *x, const id source[PLATFORMS])
{
    struct fund_proposal *p;
    size_t n;
    str none[GIFT_COLS], river[GIFT_COLS];
    BUF_SCOPED campaigns = BUF_INIT(1 << 20);
    for (int c = 0; c < GIFT_COLS; c++)
        none[c] = river[c] = STR_EMPTY;
    river[GIFT_PAID_AT] = STR("日子");
    river[GIFT_PROJECT] = STR("哪個計畫");
    river[GIFT_IDENTITY] = STR("誰");
    river[GIFT_RESIDENCE] = STR("身分");
    river[GIFT_AMOUNT] = STR("多少");
    river[GIFT_RECEIPT] = STR("單號");
    river[GIFT_ADDRESS] = STR("住哪");
    TRY(fund_source_change(x, source[2], river, STR_EMPTY));
    TRY(fund_proposals_at(x->tx, d->programme, FUND_SECOND, &p, &n, x->a));
    for (size_t i = 0; i < n; i++)
        buf_printf(&campaigns, "BC-%03lld = %lld\n", (long long)p[i].number, (long long)p[i].number);
    TRY(buf_rc(&campaigns));
    return fund_source_change(x, source[1], none, buf_str(&campaigns));
}

rc fund_demo_gift_platforms(struct fund_demo *d, const struct act *x)
{
    id source[PLATFORMS];
    for (int i = 0; i < PLATFORMS; i++)
        TRY(fund_source_add(x, d->app, d->programme, str_of(platforms[i].code), str_of(platforms[i].name), &source[i]));
    return map_columns(d, x, source);
}

/* Of three donors who were not counted one is right, one is not, one waits (unless the round is over). */
rc fund_demo_gift_appeals(struct fund_demo *d, const struct act *x)
{
    enum { APPEALS = 3 };
    static const char *const words[APPEALS] = {"我在臺灣住了二十年，有永久居留證，平台匯出的欄位寫錯了。",
                                               "我是留學生，我也想支持這個計畫，希望可以算進去。",
                                               "我已取得梅花卡，附上的居留身分應為永久居留，請查核。"};
    struct act officer = *x;
    struct fund_import *imports;
    struct fund_gift *g;
    size_t n_imports, n;
    officer.by = &d->officer;
    TRY(fund_imports(x->tx, d->programme, &imports, &n_imports, x->a));
    if (n_imports == 0)
        return OK;
    TRY(fund_gift_rows(x->tx, imports[0].id, STR("not-eligible"), 0, APPEALS + 1, &g, &n, x->a));
    for (size_t i = 0; i < n && i < APPEALS; i++) {
        id appeal;
        struct fund_correction nothing = {.identity = STR_EMPTY};
        TRY(fund_appeal_open(x, &g[i], str_of(words[i]), STR_EMPTY, LANG_ZH, &appeal));
        if (i == 0)
            TRY(fund_appeal_decide(&officer, d->app, appeal, true, STR("已查驗永久居留證，本筆贊助列入計算。"),
                                   &nothing));
        else if (i == 1 || d->until > FUND_TALLY)
            TRY(fund_appeal_decide(&officer, d->app, appeal, false,
                                   STR("依群眾募資規則，贊助人須為國民或永久居民；學生居留證不在其列。"), &nothing));
    }
    return OK;
}

/* The call of a demonstration round: teams hand in over two weeks, the office checks, some correct, some withdraw. */
#include "mod/fund/demo/demo.h"

#include "core/account.h"
#include "mod/fund/call.h"
#include "mod/fund/demo/demo_words.h"
#include "web/pdf.h"

enum {
    SLICES = 8, /* transactions in which the proposals come in, two days apart */
    CORRECT_EVERY = 20,
    REFUSE_EVERY = 50,
    WITHDRAW_EVERY = 33,
    ATTACH_EVERY = 3,
    PDF_MOST = 1 << 20, /* bytes */
    LIST_MOST = 2000
};

static const char *any(struct prng *rng, const char *const *words, size_t n)
{
    return words[prng_range(rng, 0, (int64_t)n - 1)];
}

static str any_name(struct fund_demo *d, struct arena *a)
{
    return arena_printf(a, "%s%s", any(&d->rng, fund_demo_surnames, fund_demo_surnames_n),
                        any(&d->rng, fund_demo_given, fund_demo_given_n));
}

static str filled(struct arena *a, const char *text, const struct fund_words *who, const struct fund_words *what)
{
    str args[] = {str_of(who->zh), str_of(what->zh)};
    BUF_SCOPED out = BUF_INIT(8192);
    tr_f(&out, LANG_EN, text, args, 2);
    return arena_str(a, buf_str(&out));
}

static str summary(struct arena *a, const char *text, const char *who, const char *what, const char *county)
{
    str args[] = {str_of(who), str_of(what), str_of(county)};
    BUF_SCOPED out = BUF_INIT(4096);
    tr_f(&out, LANG_EN, text, args, 3);
    return arena_str(a, buf_str(&out));
}

static const struct fund_demo_county *any_county(struct prng *rng)
{
    int64_t at = prng_range(rng, 0, 99);
    for (size_t i = 0; i < fund_demo_counties_n; i++)
        if ((at -= fund_demo_counties[i].weight) < 0)
            return &fund_demo_counties[i];
    return &fund_demo_counties[0];
}

static uint32_t any_goals(struct prng *rng, size_t field)
{
    uint32_t goals = 0;
    for (int64_t n = prng_range(rng, 1, 3); n > 0; n--)
        goals |= UINT32_C(1) << (fund_demo_goals[field][prng_range(rng, 0, 4)] - 1);
    return goals;
}

static void capital(str s)
{
    char *p = (char *)(uintptr_t)s.p;
    if (p && s.n && p[0] >= 'a' && p[0] <= 'z')
        p[0] = (char)(p[0] - 'a' + 'A');
}

static struct fund_text compose(struct fund_demo *d, struct arena *a, int64_t n)
{
    struct prng *rng = &d->rng;
    size_t field = (size_t)prng_range(rng, 0, FUND_DEMO_FIELDS - 1), kind = (size_t)prng_range(rng, 0, 5);
    const struct fund_words *who = &fund_demo_who[field][prng_range(rng, 0, FUND_DEMO_WHO - 1)],
                            *what = &fund_demo_what[field][prng_range(rng, 0, FUND_DEMO_WHAT - 1)];
    const struct fund_demo_county *county = any_county(rng);
    const struct fund_words *says = &fund_demo_summary[n % FUND_DEMO_SUMMARIES];
    struct fund_text t = {
        .team_name = arena_printf(a, "%s%s%s", any(rng, fund_demo_moods, fund_demo_moods_n),
                                  any(rng, fund_demo_beings, fund_demo_beings_n), fund_demo_forms[kind]),
        .title = arena_printf(a, "%s%s的%s", county->zh, who->zh, what->zh),
        .title_en = arena_printf(a, "%s for %s in %s", what->en, who->en, county->en),
        .summary = summary(a, says->zh, who->zh, what->zh, county->zh),
        .summary_en = summary(a, says->en, who->en, what->en, county->en),
        .field = str_of(fund_fields[field].value),
        .team_kind = str_of(fund_team_kinds[kind].value),
        .county = str_of(county->code),
        .sdgs = any_goals(rng, field),
        .problem = filled(a, fund_demo_problem[prng_range(rng, 0, FUND_DEMO_TEXTS - 1)], who, what),
        .solution = filled(a, fund_demo_solution[prng_range(rng, 0, FUND_DEMO_TEXTS - 1)], who, what),
        .impact = filled(a, fund_demo_impact[prng_range(rng, 0, FUND_DEMO_TEXTS - 1)], who, what),
        .plan = filled(a, fund_demo_plan[prng_range(rng, 0, FUND_DEMO_TEXTS - 1)], who, what),
        .video = n % 3 == 0 ? arena_printf(a, "https://video.example/%d/%lld", d->round + 1, (long long)n) : STR_EMPTY,
        .phone = STR("02-0000-0000"),
        .email = arena_printf(a, "team%lld@round%d.example", (long long)n, d->round + 1)};
    capital(t.title_en);
    capital(t.summary_en);
    return t;
}

static rc add_authors(struct fund_demo *d, const struct act *x, id proposal, const struct fund_text *t, int64_t n)
{
    for (int64_t i = 0, last = prng_range(&d->rng, 1, 3); i < last; i++) {
        struct fund_author author = {
            .name = any_name(d, x->a),
            .organisation = i == 0 ? t->team_name
                                   : arena_printf(x->a, "%s%s協會", any(&d->rng, fund_demo_moods, fund_demo_moods_n),
                                                  any(&d->rng, fund_demo_beings, fund_demo_beings_n)),
            .email = i == 0 ? t->email
                            : arena_printf(x->a, "author%lld-%lld@round%d.example", (long long)n, (long long)i,
                                           d->round + 1)};
        TRY(fund_author_add(x, proposal, &author));
    }
    return OK;
}

static rc begin(struct fund_demo *d, const struct act *x, int64_t n, struct fund_text *t, id *proposal)
{
    *t = compose(d, x->a, n);
    TRY(fund_draft_start(x, d->programme, proposal));
    TRY(fund_draft_save(x, *proposal, 1, t));
    return add_authors(d, x, *proposal, t, n);
}

static rc sign_in(const struct act *x, str email, str name, struct session *out)
{
    id account;
    TRY(account_ensure(x->tx, email, name, LANG_ZH, &account));
    *out = (struct session){.account = account, .perms = PUBLIC | SIGNED_IN, .name = name};
    return OK;
}

/* A plan with a budget as PDF, in the rounds that are still worked on. Without fonts on this machine there is none. */
static rc attach_plan(struct fund_demo *d, const struct act *x, id proposal, const struct fund_text *t)
{
    const struct pdf_column columns[] = {{STR("項目"), 3, false}, {STR("金額（新臺幣元）"), 2, true}};
    const str cells[] = {STR("人事"),       STR("180,000"), STR("設備與材料"), STR("45,000"),
                         STR("活動與行政"), STR("75,000"),  STR("合計"),       STR("300,000")};
    struct pdf *p;
    BUF_SCOPED bytes = BUF_INIT(PDF_MOST);
    if (pdf_new(&(struct pdf_options){.lang = LANG_ZH, .title = t->title, .made = x->at, .demo = true}, &p) != OK)
        return OK;
    pdf_heading(p, 1, t->title);
    pdf_paragraph(p, t->plan);
    pdf_heading(p, 2, STR("經費"));
    pdf_table(p, &(struct pdf_table){columns, 2, cells, 4});
    rc r = pdf_finish(p, &bytes, tx_err(x->tx));
    pdf_free(p);
    TRY(r);
    return fund_attach(x, d->app, proposal, STR("執行計畫與經費.pdf"), buf_str(&bytes));
}

/* One of SLICES parts of what comes in, by the day of the step. */
static rc hand_in(struct fund_demo *d, const struct act *given)
{
    int64_t slice = (given->at - d->opens) / (2 * DAY) - 1;
    int64_t from = d->proposals * slice / SLICES, to = d->proposals * (slice + 1) / SLICES;
    for (int64_t n = from + 1; n <= to; n++) {
        struct fund_text t;
        struct session team;
        struct act x = *given;
        id proposal;
        TRY(sign_in(given, arena_printf(x.a, "team%lld@round%d.example", (long long)n, d->round + 1), any_name(d, x.a),
                    &team));
        x.by = &team;
        TRY(begin(d, &x, n, &t, &proposal));
        if ((d->until == FUND_REVIEW || d->until == FUND_CALL) && n % ATTACH_EVERY == 0)
            TRY(attach_plan(d, &x, proposal, &t));
        TRY(fund_submit(&x, proposal));
    }
    return OK;
}

/* 沈木青 (team@demo.example), in the round whose call is open: one proposal submitted, one begun. */
static rc demo_team(struct fund_demo *d, const struct act *given)
{
    struct fund_text t;
    struct session team;
    struct act x = *given;
    id proposal;
    if (d->until != FUND_CALL)
        return OK;
    TRY(sign_in(given, STR("team@demo.example"), STR("沈木青"), &team));
    x.by = &team;
    TRY(begin(d, &x, d->proposals + 1, &t, &proposal));
    TRY(fund_submit(&x, proposal));
    TRY(fund_draft_start(&x, d->programme, &proposal));
    return fund_draft_save(&x, proposal, 1,
                           &(struct fund_text){.team_name = STR("木青與朋友們"),
                                               .title = STR("山村學童的夜間閱讀燈"),
                                               .title_en = STR_EMPTY,
                                               .summary = STR("還沒寫完：想先問問老師們。"),
                                               .summary_en = STR_EMPTY,
                                               .field = STR("welfare"),
                                               .team_kind = STR("individuals"),
                                               .county = STR("NAN"),
                                               .sdgs = UINT32_C(1) << 3,
                                               .problem = STR_EMPTY,
                                               .solution = STR_EMPTY,
                                               .impact = STR_EMPTY,
                                               .plan = STR_EMPTY,
                                               .video = STR_EMPTY,
                                               .phone = STR_EMPTY,
                                               .email = STR("team@demo.example")});
}

static rc in_state(struct fund_demo *d, const struct act *x, enum fund_state s, struct fund_listed **v, size_t *n)
{
    return fund_office_list(x->tx, d->programme, str_of(fund_state_name(s)), STR_EMPTY, 0, LIST_MOST, v, n, x->a);
}

/* The office's first look. Where the call is still open a fifth waits. */
static rc check(struct fund_demo *d, const struct act *given)
{
    struct fund_listed *v;
    size_t n;
    struct act x = *given;
    x.by = &d->officer;
    TRY(in_state(d, &x, FUND_SUBMITTED, &v, &n));
    if (d->until == FUND_CALL)
        n -= n / 5;
    for (size_t i = 0; i < n; i++) {
        int64_t number = v[i].p.number;
        if (number % REFUSE_EVERY == 0)
            TRY(fund_check(&x, v[i].p.id, STR("refuse"), STR("內容為商品銷售，不屬公益提案（徵案須知第三點）。")));
        else if (number % CORRECT_EVERY == 7)
            TRY(fund_check(&x, v[i].p.id, STR("correct"), STR("請補充經費的分配與各期的時程（徵案須知第五點）。")));
        else
            TRY(fund_check(&x, v[i].p.id, STR("accept"), STR_EMPTY));
    }
    return OK;
}

rc fund_demo_member(const struct act *x, const struct fund_proposal *p, struct session *out)
{
    struct member *members;
    size_t n;
    TRY(members_of(x->tx, p->team, &members, &n, x->a));
    if (n == 0)
        return E_INTERNAL;
    *out = (struct session){.account = members[0].account, .perms = PUBLIC | SIGNED_IN, .name = members[0].name};
    return OK;
}

/* Teams submit what they were asked to correct, the office accepts it; some teams withdraw. Where the call is still
 * open every second correction is not there yet. */
static rc correct(struct fund_demo *d, const struct act *given)
{
    struct fund_listed *v;
    size_t n;
    struct session team;
    struct act x = *given, officer = *given;
    officer.by = &d->officer;
    x.by = &team;
    TRY(in_state(d, &x, FUND_CORRECTION, &v, &n));
    for (size_t i = 0; i < n; i += d->until == FUND_CALL ? 2 : 1) {
        TRY(fund_demo_member(given, &v[i].p, &team));
        TRY(fund_submit(&x, v[i].p.id));
        TRY(fund_check(&officer, v[i].p.id, STR("accept"), STR_EMPTY));
    }
    TRY(in_state(d, &x, FUND_ACCEPTED, &v, &n));
    for (size_t i = 0; i < n; i++) {
        if (v[i].p.number % WITHDRAW_EVERY != 5)
            continue;
        TRY(fund_demo_member(given, &v[i].p, &team));
        TRY(fund_withdraw(&x, v[i].p.id, STR("團隊成員出國，無法執行。")));
    }
    return OK;
}

/* Days 2, 4 … 16; then the demonstration's own team, the check, the corrections. */
rc fund_demo_call(struct fund_demo *d, const struct act *x)
{
    int64_t days = (x->at - d->opens) / DAY;
    return days <= 2 * SLICES ? hand_in(d, x) : days == 17 ? demo_team(d, x) : days == 18 ? check(d, x) : correct(d, x);
}

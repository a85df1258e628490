/* The closed round's agreements: offered for every place, signed by the teams, reported on milestone by milestone as
 * their days come, checked by the office, paid through the ledger. What the last day has left waits for a click. */
#include "core/account.h"
#include "mod/fund/after.h"
#include "mod/fund/demo/demo.h"

enum {
    STEPS = 3,        /* milestones at most */
    UNSIGNED_OF = 12, /* every twelfth agreement about a match or an award is still to be signed */
    SENT_BACK_OF = 9, /* every ninth first report was not enough */
    SLOW_OF = 4       /* every fourth team is late with what comes after its first milestone */
};

/* What is paid for, by stage: the share of the amount in percent, the rest of it with the last; days after the offer.
 */
static const struct {
    int percent, days;
    const char *title;
} plan[FUND_STAGES][STEPS] = {
    [FUND_FIRST] = {{60, 60, "原型與訪談紀錄"}, {40, 150, "成果報告與經費核銷"}},
    [FUND_SECOND] = {{50, 60, "服務上線與試辦紀錄"}, {50, 180, "使用者回饋與成果報告"}},
    [FUND_FINAL] = {{40, 80, "執行計畫與募資徵信"}, {30, 240, "期中成果與受益人數"}, {30, 345, "期末成果與經費核銷"}},
    [FUND_AWARDED] = {{40, 75, "推廣計畫與合作意向書"},
                      {40, 255, "擴大服務的成果"},
                      {20, 400, "永續營運計畫與結案報告"}},
};

static struct act as(const struct act *x, const struct session *by)
{
    return (struct act){.tx = x->tx, .a = x->a, .by = by, .at = x->at};
}

static str milestones(const struct act *x, enum fund_stage stage, int64_t amount)
{
    BUF_SCOPED b = BUF_INIT(1024);
    int64_t left = amount;
    for (int i = 0; i < STEPS && plan[stage][i].title; i++) {
        bool last = i + 1 == STEPS || !plan[stage][i + 1].title;
        int64_t part = last ? left : amount * plan[stage][i].percent / 100;
        left -= part;
        buf_day(&b, instant_day(x->at) + plan[stage][i].days);
        buf_printf(&b, " %lld %s\n", (long long)part, plan[stage][i].title);
    }
    return arena_str(x->a, buf_str(&b));
}

rc fund_demo_agreement_offered(struct fund_demo *d, const struct act *x)
{
    struct act officer = as(x, &d->officer);
    struct fund_due *v;
    size_t n;
    TRY(fund_due_list(x->tx, d->programme, &v, &n, x->a));
    for (size_t i = 0; i < n; i++) {
        int64_t amount;
        id made;
        TRY(fund_stage_amount(x->tx, &v[i].p, v[i].stage, &amount));
        TRY(fund_agreement_offer(&officer, v[i].p.id, v[i].stage, milestones(x, v[i].stage, amount), &made));
    }
    return OK;
}

static rc sign(const struct act *x, const struct fund_due *v)
{
    struct session member;
    struct fund_agreement g;
    TRY(fund_demo_member(x, &v->p, &member));
    TRY(fund_agreement_get(x->tx, v->agreement, &g, x->a));
    struct act team = as(x, &member);
    return fund_agreement_sign(&team, v->agreement, g.hash, STR("999"), /* no bank's code */
                               arena_printf(x->a, "0000%08lld", (long long)v->p.number));
}

/* All grants, most of the rest; the first team with a match has found other means. */
rc fund_demo_agreement_signed(struct fund_demo *d, const struct act *x)
{
    struct fund_due *v;
    size_t n;
    bool declined = false;
    TRY(fund_due_list(x->tx, d->programme, &v, &n, x->a));
    for (size_t i = 0; i < n; i++) {
        if (v[i].stage == FUND_FINAL && !declined) {
            struct session member;
            TRY(fund_demo_member(x, &v[i].p, &member));
            struct act team = as(x, &member);
            TRY(fund_agreement_decline(&team, v[i].agreement, STR("已獲企業全額贊助，將配對款留給其他團隊。")));
            declined = true;
        } else if (v[i].stage < FUND_FINAL || i % UNSIGNED_OF != 0) {
            TRY(sign(x, &v[i]));
        }
    }
    return OK;
}

static rc report(const struct act *x, const struct fund_due *v, const struct fund_milestone *m)
{
    struct session member;
    TRY(fund_demo_member(x, &v->p, &member));
    struct act team = as(x, &member);
    return fund_milestone_report(&team, m->id,
                                 arena_printf(x->a, "「%.*s」已完成，紀錄與單據見 https://team%lld.example/%lld%s。",
                                              STR_ARG(m->title), (long long)v->p.number, (long long)m->position,
                                              m->answer.n ? "（已補附簽到表）" : ""));
}

/* Each signed agreement's first milestone that is still planned, when its day has come. */
rc fund_demo_agreement_reported(struct fund_demo *d, const struct act *x)
{
    struct fund_due *v;
    size_t n;
    TRY(fund_due_list(x->tx, d->programme, &v, &n, x->a));
    for (size_t i = 0; i < n; i++) {
        struct fund_milestone *m;
        size_t n_m, k = 0;
        if (!str_eq(v[i].state, STR("signed")) || v[i].reported > 0)
            continue;
        TRY(fund_milestones_of(x->tx, v[i].agreement, &m, &n_m, x->a));
        while (k < n_m && !str_eq(m[k].state, STR("planned")))
            k++;
        if (k < n_m && m[k].due <= instant_day(x->at) && (k == 0 || i % SLOW_OF != 0))
            TRY(report(x, &v[i], &m[k]));
    }
    return OK;
}

rc fund_demo_agreement_checked(struct fund_demo *d, const struct act *x)
{
    struct act officer = as(x, &d->second);
    struct fund_due *v;
    size_t n;
    TRY(fund_due_list(x->tx, d->programme, &v, &n, x->a));
    for (size_t i = 0; i < n; i++) {
        struct fund_milestone *m;
        size_t n_m;
        if (v[i].reported == 0)
            continue;
        TRY(fund_milestones_of(x->tx, v[i].agreement, &m, &n_m, x->a));
        for (size_t k = 0; k < n_m; k++) {
            bool enough = k > 0 || i % SENT_BACK_OF != 0 || m[k].answer.n > 0;
            if (str_eq(m[k].state, STR("reported")))
                TRY(fund_milestone_decide(&officer, m[k].id, enough,
                                          enough ? STR_EMPTY : STR("請補附服務對象簽到表與照片。")));
        }
    }
    return OK;
}

rc fund_demo_agreement_paid(struct fund_demo *d, const struct act *x)
{
    struct act officer = as(x, &d->officer);
    int64_t teams;
    struct money total;
    return fund_payout_run(&officer, d->programme, &teams, &total);
}

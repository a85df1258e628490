/* The result's share of the demonstration rounds: proposed by one officer, published by the other. The round that is
 * left in counting keeps its open appeal, and has nothing proposed. */
#include "mod/fund/demo/demo.h"
#include "mod/fund/publish.h"

static struct act as_officer(const struct act *x, const struct session *officer)
{
    return (struct act){.tx = x->tx, .a = x->a, .by = officer, .at = x->at};
}

rc fund_demo_tally_proposed(struct fund_demo *d, const struct act *x)
{
    struct act o = as_officer(x, &d->officer);
    struct fund_round r;
    struct fund_outcome now;
    if (d->until == FUND_TALLY)
        return OK;
    TRY(fund_round_get(x->tx, d->programme, &r, x->a));
    TRY(fund_outcome_now(x->tx, &r, &now, x->a));
    return fund_tally_propose(&o, d->programme, now.hash,
                              STR("已逐一檢視同裝置、同地址與同帳號的贊助群組，並以假設分析試算排除各群組後的名次；查無"
                                  "人頭贊助的具體事證，予以保留。申覆均已處理完畢。"));
}

rc fund_demo_tally_published(struct fund_demo *d, const struct act *x)
{
    struct act o = as_officer(x, &d->second);
    return d->until == FUND_TALLY ? OK : fund_tally_publish(&o, d->programme);
}

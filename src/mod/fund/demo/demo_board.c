/* The review's share of the demonstration rounds: 30 experts, their conflicts of interest and wishes, the assignment,
 * scores (a proposal's true quality, a reviewer's severity, noise), and the panels' decisions. The round that is left
 * in review has most of its reviews done, and open ones for the demonstration's reviewer. */
#include "core/account.h"
#include "mod/fund/demo/demo.h"
#include "mod/fund/review.h"

enum { EXPERTS = 30, OWN_LEAST = 6, OWN_SUBMITTED = 2, OWN_DRAFTS = 2, DONE_PERCENT = 75, POOL_EACH = 600000 };

static const struct {
    const char *name, *organisation;
} experts[EXPERTS] = {
    {"蘇雨農", "島嶼設計研究所"},     {"何青禾", "向山大學社會工作學系"}, {"沈知行", "藍海政策研究院"},
    {"葉承風", "晨光社會企業學院"},   {"羅以真", "河岸公共衛生學院"},     {"江望舒", "群島環境教育中心"},
    {"方思齊", "北回資訊工程學系"},   {"趙未晚", "南風法律扶助協會"},     {"石敬之", "平原農業試驗所"},
    {"丁小滿", "霧社原住民族研究室"}, {"白若谷", "東岸海洋科學館"},       {"康樂言", "聽見無障礙協會"},
    {"夏至寧", "綠屋建築研究所"},     {"高見賢", "城市治理實驗室"},       {"潘以琳", "銀髮照護學會"},
    {"游子安", "數位素養推廣中心"},   {"魏明澈", "公民科技學社"},         {"宋可期", "影響力評估中心"},
    {"曾雅各", "食農教育聯盟"},       {"盧正言", "調解與對話研究會"},     {"阮竹君", "兒少權益觀察室"},
    {"古月明", "文化資產工作室"},     {"洪一帆", "循環材料研究所"},       {"章既白", "開放資料協進會"},
    {"柯林之", "森林療癒學會"},       {"賴晴川", "水資源管理學院"},       {"姚遠", "偏鄉醫療網"},
    {"孟春和", "女性創業論壇"},       {"唐果", "遊戲教育研究室"},         {"紀念慈", "非營利管理學院"},
};
static const char *const comments[] = {
    "需求描述清楚，利害關係人都有訪談紀錄。",
    "影響範圍可以再具體一些，請補充量化指標。",
    "做法有新意，與既有服務的差異說明得很好。",
    "時程偏緊，建議把試辦範圍縮小到一個鄉鎮。",
    "團隊組成完整，但財務永續的規劃還不夠。",
    "已有合作單位承諾，落實的可能性高。",
    "建議說明資料蒐集如何取得當事人同意。",
    "與永續發展目標的連結合理，成果容易複製。",
    "請說明計畫結束後由誰維護。",
    "服務對象的參與設計得很用心。",
};
enum { COMMENTS = sizeof comments / sizeof comments[0] };

static struct act as_person(const struct act *x, struct session *s, id account)
{
    *s = (struct session){
        .account = account, .party = PARTY_OPERATOR, .perms = PUBLIC | SIGNED_IN | AS_REVIEWER, .name = STR("")};
    return (struct act){.tx = x->tx, .a = x->a, .by = s, .at = x->at};
}

static struct act as_officer(const struct act *x, const struct session *officer)
{
    return (struct act){.tx = x->tx, .a = x->a, .by = officer, .at = x->at};
}

static rc candidates_n(struct fund_demo *d, const struct act *x, enum fund_stage stage, size_t *n)
{
    struct fund_proposal *unused;
    return fund_candidates(x->tx, d->programme, stage, &unused, n, x->a);
}

static str draw(struct fund_demo *d)
{
    return str_of(comments[prng_range(&d->rng, 0, COMMENTS - 1)]);
}

/* ---- the experts ---- */

static rc set_places(struct fund_demo *d, const struct act *x, const char *name, int64_t n)
{
    struct act o = as_officer(x, &d->officer);
    return param_change(&o, &fund_params, d->programme, str_of(name), instant_day(x->at),
                        arena_printf(x->a, "%lld", (long long)n), STR("示範資料規模較小"));
}

/* A world smaller than the programme's 970 proposals gets fewer places, so that there is something to choose. */
static rc fit_places(struct fund_demo *d, const struct act *x, int64_t n)
{
    int64_t first = n / 3, second = first / 2 < 4 ? 4 : first / 2, final = second * 2 / 5 < 3 ? 3 : second * 2 / 5;
    int64_t seconds = (final - 1) * 4 / 19 < 1 ? 1 : (final - 1) * 4 / 19;
    if (first >= 100)
        return OK;
    TRY(set_places(d, x, "stage.first.places", first));
    TRY(set_places(d, x, "stage.second.places", second));
    TRY(set_places(d, x, "stage.final.places", final));
    TRY(set_places(d, x, "tally.pool", second * POOL_EACH));
    TRY(set_places(d, x, "tally.cap", second * POOL_EACH / (second < 12 ? 2 : 6)));
    TRY(set_places(d, x, "award.second.count", seconds));
    return set_places(d, x, "award.third.count", final - 1 - seconds);
}

rc fund_demo_board_invited(struct fund_demo *d, const struct act *x)
{
    struct act o = as_officer(x, &d->officer);
    size_t n;
    id reviewer;
    TRY(candidates_n(d, x, FUND_FIRST, &n));
    if (n == 0)
        return OK;
    TRY(fit_places(d, x, (int64_t)n));
    for (int i = 0; i < EXPERTS; i++) {
        int field = i % 4;
        struct fund_reviewer_form f = {.email = i == 0 ? STR("reviewer@demo.example")
                                                       : arena_printf(x->a, "reviewer%d@demo.example", i + 1),
                                       .name = str_of(experts[i].name),
                                       .organisation = str_of(experts[i].organisation),
                                       .fields = 1u << field | (i % 3 == 0 ? 1u << (field + 1) % 4 : 0),
                                       .load_max = i % 7 == 6 ? 100 : 0};
        for (int g = 0; g < 5; g++)
            f.sdgs |= 1u << prng_range(&d->rng, 0, FUND_SDGS - 1);
        TRY(fund_reviewer_invite(&o, d->programme, &f, &reviewer));
    }
    return fund_panel_open(&o, d->programme, FUND_FIRST);
}

static rc one_prepares(struct fund_demo *d, const struct act *x, const struct fund_reviewer *r,
                       const struct fund_proposal *all, size_t n)
{
    static const char *const kinds[] = {"coauthor", "organisation", "family", "financial"};
    static const char *const bids[] = {"want", "can", "rather_not"};
    struct session s;
    struct act me = as_person(x, &s, r->account);
    str hash;
    TRY(fund_reviewer_answer(&me, r->id, true));
    TRY(fund_statement_hash(x->a, &hash));
    TRY(fund_statement_sign(&me, r->id, hash));
    for (size_t i = 0; i < n; i++) {
        int64_t what = prng_range(&d->rng, 0, 199);
        if (what < 2)
            TRY(fund_conflict_declare(&me, d->programme, all[i].number, str_of(kinds[prng_range(&d->rng, 0, 3)]),
                                      STR_EMPTY));
        else if (what < 20)
            TRY(fund_bid_make(&me, d->programme, all[i].number, str_of(bids[prng_range(&d->rng, 0, 2)])));
    }
    return OK;
}

rc fund_demo_board_prepared(struct fund_demo *d, const struct act *x)
{
    struct fund_reviewer *r;
    struct fund_proposal *all;
    size_t n_r, n;
    TRY(fund_reviewers(x->tx, d->programme, &r, &n_r, x->a));
    TRY(fund_candidates(x->tx, d->programme, FUND_FIRST, &all, &n, x->a));
    for (size_t i = 0; i < n_r; i++)
        TRY(one_prepares(d, x, &r[i], all, n));
    return OK;
}

/* ---- reviews ---- */

static rc assign(struct fund_demo *d, const struct act *x, enum fund_stage stage)
{
    struct act o = as_officer(x, &d->officer);
    int64_t added;
    size_t n;
    TRY(candidates_n(d, x, stage, &n));
    if (n == 0)
        return OK;
    return fund_assign_make(&o, d->programme, stage, true, &added);
}

static bool has(const struct fund_assignment *mine, size_t n, id proposal)
{
    for (size_t i = 0; i < n; i++)
        if (mine[i].proposal == proposal)
            return true;
    return false;
}

/* However small the world, the demonstration's reviewer finds something to do in the round that is left in review. */
static rc work_for_the_reviewer(struct fund_demo *d, const struct act *x, enum fund_stage stage)
{
    struct act o = as_officer(x, &d->officer);
    struct fund_reviewer r;
    struct fund_assignment *mine;
    struct fund_proposal *all;
    size_t n, n_all;
    id account;
    if (d->until != fund_panel_phase(stage))
        return OK;
    TRY(account_ensure(x->tx, STR("reviewer@demo.example"), STR_EMPTY, LANG_ZH, &account));
    TRY(fund_reviewer_of(x->tx, d->programme, account, &r, x->a));
    TRY(fund_assignments(x->tx, d->programme, stage, r.id, &mine, &n, x->a));
    TRY(fund_candidates(x->tx, d->programme, stage, &all, &n_all, x->a));
    for (size_t i = 0, more = n; i < n_all && more < OWN_LEAST; i++) {
        bool conflict;
        TRY(fund_in_conflict(x->tx, r.id, all[i].id, &conflict));
        if (conflict || has(mine, n, all[i].id))
            continue;
        TRY(fund_assign_add(&o, d->programme, stage, r.id, all[i].number, STR("增加跨領域的審查意見")));
        more++;
    }
    return OK;
}

static rc assign_first(struct fund_demo *d, const struct act *x, enum fund_stage stage)
{
    TRY(assign(d, x, stage));
    return work_for_the_reviewer(d, x, stage);
}

static rc open_and_assign(struct fund_demo *d, const struct act *x, enum fund_stage stage)
{
    struct act o = as_officer(x, &d->officer);
    size_t n;
    TRY(candidates_n(d, x, stage, &n));
    if (n == 0)
        return OK;
    TRY(fund_panel_open(&o, d->programme, stage));
    return assign(d, x, stage);
}

static int64_t within(int64_t v, int64_t most)
{
    return v < 0 ? 0 : v > most ? most : v;
}

static rc write_review(struct fund_demo *d, const struct act *x, const struct fund_assignment *s, id account,
                       int64_t level, bool submit)
{
    struct session who;
    struct act me = as_person(x, &who, account);
    struct fund_sheet sheet;
    TRY(fund_sheet_open(&me, d->programme, s->number, &sheet));
    for (int i = 0; i < FUND_CRITERIA; i++) {
        int64_t score = level + prng_range(&d->rng, -10, 10);
        sheet.scores[i] = within((score + 5) / 10, sheet.panel.score_max);
        if (prng_range(&d->rng, 0, 3) == 0)
            sheet.comments[i] = draw(d);
    }
    if (prng_range(&d->rng, 0, 49) == 0)
        sheet.scores[FUND_FEASIBILITY] = FUND_CANNOT_JUDGE;
    if (!submit)
        sheet.scores[FUND_INNOVATION] = FUND_NO_SCORE;
    sheet.overall = draw(d);
    return fund_sheet_save(&me, &sheet, submit);
}

/* What becomes of a review in the round that is left in review: submitted, a draft, or nothing yet. */
enum fate { SUBMITTED, DRAFTED, UNTOUCHED };

static enum fate fate_of(struct fund_demo *d, bool open_round, bool own, int *own_seen)
{
    if (!open_round)
        return SUBMITTED;
    if (own) {
        int at = (*own_seen)++;
        return at < OWN_SUBMITTED ? SUBMITTED : at < OWN_SUBMITTED + OWN_DRAFTS ? DRAFTED : UNTOUCHED;
    }
    int64_t percent = prng_range(&d->rng, 0, 99);
    return percent < DONE_PERCENT ? SUBMITTED : percent < DONE_PERCENT + 5 ? DRAFTED : UNTOUCHED;
}

static rc score(struct fund_demo *d, const struct act *x, enum fund_stage stage)
{
    struct fund_reviewer *r;
    struct fund_assignment *work;
    size_t n_r, n;
    int own_seen = 0;
    int64_t severity[FUND_REVIEWERS_MAX] = {0}, quality = 0;
    TRY(fund_reviewers(x->tx, d->programme, &r, &n_r, x->a));
    TRY(fund_assignments(x->tx, d->programme, stage, 0, &work, &n, x->a));
    for (size_t i = 0; i < n_r; i++)
        severity[i] = prng_range(&d->rng, -12, 12); /* tenths of a point */
    for (size_t i = 0; i < n; i++) {
        size_t who = 0;
        if (i == 0 || work[i].proposal != work[i - 1].proposal)
            quality = 60 + (prng_range(&d->rng, -20, 20) + prng_range(&d->rng, -20, 20)) / 2 + 4 * (int64_t)stage;
        while (who < n_r && r[who].id != work[i].reviewer)
            who++;
        if (who == n_r)
            return E_INTERNAL;
        bool own = str_eq(r[who].email, STR("reviewer@demo.example"));
        enum fate fate = fate_of(d, d->until == fund_panel_phase(stage), own, &own_seen);
        if (fate != UNTOUCHED)
            TRY(write_review(d, x, &work[i], r[who].account, quality + severity[who], fate == SUBMITTED));
    }
    return OK;
}

/* ---- decisions ---- */

/* The panel takes one from below the line instead of the last above it. At the awards it takes the order as it is. */
static rc deviate(struct fund_demo *d, const struct act *x, const struct fund_panel *p, const struct fund_draft *draft)
{
    struct act o = as_officer(x, &d->officer);
    size_t last = draft->taken - 1, other = draft->taken + 1;
    if (p->stage == FUND_AWARDED || draft->taken < 3 || other >= draft->n)
        return OK;
    TRY(fund_draft_deviate(&o, d->programme, p->stage, draft->rows[other].result.proposal->number, FUND_TAKEN, 0,
                           STR("同縣市唯一的提案，且兩位委員特別肯定其社會價值。")));
    return fund_draft_deviate(&o, d->programme, p->stage, draft->rows[last].result.proposal->number, FUND_NOT_TAKEN, 0,
                              STR("與另一件入選提案內容高度重複，請兩隊合作。"));
}

static rc propose(struct fund_demo *d, const struct act *x, enum fund_stage stage)
{
    struct act o = as_officer(x, &d->officer);
    struct fund_panel p;
    struct fund_draft draft;
    size_t n;
    id decision;
    TRY(candidates_n(d, x, stage, &n));
    if (n == 0 || d->until == fund_panel_phase(stage))
        return OK;
    TRY(fund_panel_close(&o, d->programme, stage, STR_EMPTY));
    TRY(fund_panel_get(x->tx, d->programme, stage, &p));
    TRY(fund_draft_of(x->tx, &p, &draft, x->a));
    TRY(deviate(d, x, &p, &draft));
    return fund_decision_propose(&o, d->programme, stage, draft.results.hash,
                                 STR("評審會依校準分數排序，逐案討論入選線上下的提案後決定。"), &decision);
}

static rc confirm(struct fund_demo *d, const struct act *x, enum fund_stage stage)
{
    struct act o = as_officer(x, &d->second);
    size_t n;
    TRY(candidates_n(d, x, stage, &n));
    return n == 0 || d->until == fund_panel_phase(stage) ? OK : fund_decision_confirm(&o, d->programme, stage);
}

/* The steps take one argument less than what they have in common. */
#define STEP(name, what, stage)                                                                                        \
    rc fund_demo_board_##name(struct fund_demo *d, const struct act *x)                                                \
    {                                                                                                                  \
        return what(d, x, stage);                                                                                      \
    }
STEP(first_assigned, assign_first, FUND_FIRST)
STEP(first_scored, score, FUND_FIRST)
STEP(first_proposed, propose, FUND_FIRST)
STEP(first_confirmed, confirm, FUND_FIRST)
STEP(second_assigned, open_and_assign, FUND_SECOND)
STEP(second_scored, score, FUND_SECOND)
STEP(second_proposed, propose, FUND_SECOND)
STEP(second_confirmed, confirm, FUND_SECOND)
STEP(awards_assigned, open_and_assign, FUND_AWARDED)
STEP(awards_scored, score, FUND_AWARDED)
STEP(awards_proposed, propose, FUND_AWARDED)
STEP(awards_confirmed, confirm, FUND_AWARDED)

/* What came of the demonstration's closed round: value maps of chosen teams, who uses their solutions, companies that
 * would support them. */
#include "core/account.h"
#include "mod/fund/demo/demo.h"
#include "mod/fund/effects.h"

enum { COMPANIES = 9, MAPS_MOST = 12, OFFERS_EACH = 3, ADOPTED_OF = 2 /* every second of the chosen */ };

/* The furthest ones of the round, by number. */
static rc chosen(struct fund_demo *d, const struct act *x, struct fund_proposal **v, size_t *n)
{
    for (enum fund_stage s = FUND_FINAL; s > FUND_ENTERED; s--) {
        TRY(fund_proposals_at(x->tx, d->programme, s, v, n, x->a));
        if (*n > 0)
            break;
    }
    return OK;
}

static str times(const struct act *x, int64_t low, int64_t base, int64_t high)
{
    return arena_printf(x->a, "%lld..%lld..%lld", (long long)low, (long long)base, (long long)high);
}

static str number(const struct act *x, int64_t n)
{
    return arena_printf(x->a, "%lld", (long long)n);
}

/* ---- value maps ---- */

static void input_row(const struct act *x, struct value_row *r, const char *what, int64_t amount, const char *source)
{
    *r = (struct value_row){.cell = {{NULL, 0}}};
    r->cell[SROI_COL_OUTCOME] = str_of(what);
    r->cell[SROI_COL_KIND] = STR("input");
    r->cell[SROI_COL_PARAM + SROI_QUANTITY] = STR("1");
    r->cell[SROI_COL_PARAM + SROI_PROXY] = number(x, amount);
    r->cell[SROI_COL_SOURCE] = str_of(source);
}

static void outcome_row(struct fund_demo *d, const struct act *x, struct value_row *r, const char *what,
                        const char *whom, const char *source)
{
    int64_t many = prng_range(&d->rng, 6, 40) * 10, worth = prng_range(&d->rng, 6, 60) * 500,
            dead = prng_range(&d->rng, 2, 8) * 5;
    *r = (struct value_row){.cell = {{NULL, 0}}};
    r->cell[SROI_COL_OUTCOME] = str_of(what);
    r->cell[SROI_COL_KIND] = STR("outcome");
    r->cell[SROI_COL_STAKEHOLDER] = str_of(whom);
    r->cell[SROI_COL_SOURCE] = str_of(source);
    r->cell[SROI_COL_PARAM + SROI_QUANTITY] = times(x, many * 7 / 10, many, many * 12 / 10);
    r->cell[SROI_COL_PARAM + SROI_PROXY] = times(x, worth * 8 / 10, worth, worth * 12 / 10);
    r->cell[SROI_COL_PARAM + SROI_DEADWEIGHT] = times(x, dead - 5, dead, dead + 10);
    r->cell[SROI_COL_PARAM + SROI_ATTRIBUTION] = number(x, prng_range(&d->rng, 1, 6) * 5);
    r->cell[SROI_COL_PARAM + SROI_DROP_OFF] = number(x, prng_range(&d->rng, 3, 8) * 5);
    r->cell[SROI_COL_PARAM + SROI_DURATION] = number(x, prng_range(&d->rng, 1, 4));
}

static void compose(struct fund_demo *d, const struct act *x, struct value_map *m)
{
    *m = (struct value_map){.n = 4, .rate = STR_EMPTY};
    input_row(x, &m->rows[0], "補助款與募資", prng_range(&d->rng, 4, 15) * 100000, "經費核銷表");
    input_row(x, &m->rows[1], "志工時數（以基本工資折算）", prng_range(&d->rng, 10, 60) * 5000, "志工簽到紀錄");
    outcome_row(d, x, &m->rows[2], "得到協助的時間縮短，少請假、少奔波", "參與的居民", "季問卷；薪資中位數折算");
    outcome_row(d, x, &m->rows[3], "在地夥伴學會新技能並獲得報酬", "培訓的種子人員", "同類課程市價與實付津貼");
    for (size_t i = 0; i < m->n; i++)
        for (size_t c = 0; c < SROI_COLUMNS; c++)
            if (!m->rows[i].cell[c].p)
                m->rows[i].cell[c] = STR_EMPTY;
}

/* Every fourth keeps its map as a draft. */
rc fund_demo_effects_maps(struct fund_demo *d, const struct act *given)
{
    struct fund_proposal *v;
    size_t n;
    TRY(chosen(d, given, &v, &n));
    for (size_t i = 0; i < n && i < MAPS_MOST; i++) {
        struct session team;
        struct act x = *given;
        struct value_map m;
        id version;
        TRY(fund_demo_member(given, &v[i], &team));
        x.by = &team;
        compose(d, &x, &m);
        TRY(i % 4 == 3 ? fund_map_save(&x, v[i].id, &m, &version) : fund_map_publish(&x, v[i].id, &m, &version));
    }
    return OK;
}

/* ---- adoptions ---- */

static const struct {
    const char *organisation, *kind, *how;
    bool link;
} adopters[] = {
    {"海風縣政府社會處（示範）", "government", "納入年度委託服務，先在三個鄉鎮使用，每季檢討一次。", true},
    {"晴川市立圖書館（示範）", "government", "放上館內電腦並由志工教學，每週約四十人次使用。", false},
    {"暖陽連鎖藥局（示範）", "company", "二十二家門市張貼資訊並協助登錄，店長每月回報。", true},
    {"稻浪農會（示範）", "ngo", "作為會員服務的一部分，由農會推廣員操作。", false},
    {"青瓦國小（示範）", "school", "納入校訂課程，六年級學生參與資料蒐集。", true},
    {"鹽田社區發展協會（示範）", "community", "社區據點每日使用，並自行翻譯成越南語。", false},
    {"雲嶺鄉公所（示範）", "government", "村里幹事以它受理通報，回覆時間由十天縮短為三天。", true},
    {"螢光科技（示範）", "company", "以開放授權整合進自家產品，提供免費的公益方案。", false},
};
enum { ADOPTERS = sizeof adopters / sizeof adopters[0] };

/* Recorded by the team, every fourth by an officer. */
rc fund_demo_effects_adopted(struct fund_demo *d, const struct act *given)
{
    struct fund_proposal *v;
    size_t n;
    TRY(fund_proposals_at(given->tx, d->programme, FUND_FIRST, &v, &n, given->a));
    for (size_t i = 0, k = 0; i < n; i += ADOPTED_OF, k++) {
        struct session team;
        struct act x = *given;
        id made;
        TRY(fund_demo_member(given, &v[i], &team));
        x.by = k % 4 == 3 ? &d->officer : &team;
        struct fund_adoption g = {.organisation = str_of(adopters[k % ADOPTERS].organisation),
                                  .kind = str_of(adopters[k % ADOPTERS].kind),
                                  .since = instant_day(x.at) - (day)prng_range(&d->rng, 20, 120),
                                  .how = str_of(adopters[k % ADOPTERS].how),
                                  .link = adopters[k % ADOPTERS].link
                                              ? arena_printf(x.a, "https://news.example/adoption/%zu", k + 1)
                                              : STR_EMPTY};
        TRY(fund_adoption_record(&x, v[i].id, &g, &made));
    }
    return OK;
}

/* All but the last two are confirmed; one was no use of the solution at all. */
rc fund_demo_effects_confirmed(struct fund_demo *d, const struct act *given)
{
    struct fund_adoption *v;
    struct act x = *given;
    size_t n;
    x.by = &d->second;
    TRY(fund_adoptions_waiting(given->tx, d->programme, &v, &n, given->a));
    for (size_t i = 0; i + 2 < n; i++) {
        bool yes = i != 5;
        TRY(fund_adoption_decide(&x, v[i].id, yes, yes ? STR_EMPTY : STR("來文僅為參訪，尚未實際使用。")));
    }
    return OK;
}

/* ---- companies ---- */

static const struct {
    const char *organisation, *contact, *offer, *county;
    uint32_t fields, goals, kinds; /* goals: up to four, one a byte */
} companies[COMPANIES] = {
    {"山海通運股份有限公司（示範）", "林向晚", "每月第二個週六可出車三部與司機，協助載送物資或長者。", "HUA", 1, 0x0a03,
     0x0a},
    {"若水設計工作室（示範）", "許知微", "每季承接一個公益專案的識別與網站設計，不收費。", "TPE", 3, 0x100b, 0x10},
    {"稻香食品（示範）", "陳穀雨", "可提供共餐食材與冷鏈倉儲，並贊助每年二十萬元。", "YUN", 5, 0x0c02, 0x09},
    {"晨光電子（示範）", "吳曜", "感測器與舊筆電五十臺，工程師每月十六小時。", "HSZ", 12, 0x0d09, 0x1a},
    {"海岸線旅宿（示範）", "高映汐", "淡季空房與會議室可供工作坊與志工住宿。", "TTT", 8, 0x0e, 0x04},
    {"信安法律事務所（示範）", "葉明理", "為公益團隊審閱合約與個資文件，每年至多十件。", "TPE", 2, 0x10, 0x10},
    {"小町紡織（示範）", "曾織雲", "餘布、縫紉機與師傅授課，適合二度就業與手藝傳承。", "CHA", 4, 0x0805, 0x0a},
    {"綠谷能源（示範）", "周昀", "屋頂光電診斷與每年三十萬元的減碳專案經費。", "TNN", 8, 0x0d07, 0x11},
    {"好鄰居超市（示範）", "江晴", "全臺門市的公布欄與志工日，週末各店可出兩人。", "", 1, 0x0201, 0x06},
};

static uint32_t goal_bits(uint32_t packed)
{
    uint32_t bits = 0;
    for (; packed; packed >>= 8)
        bits |= UINT32_C(1) << ((packed & 0xff) - 1);
    return bits;
}

static rc company(const struct act *x, size_t i, struct session *out)
{
    str email = i == 0 ? STR("owner@demo.example") : arena_printf(x->a, "csr%zu@company.example", i + 1);
    str name = i == 0 ? STR("林小禾") : str_of(companies[i].contact);
    id account;
    TRY(account_ensure(x->tx, email, name, LANG_ZH, &account));
    *out = (struct session){.account = account, .perms = PUBLIC | SIGNED_IN, .name = name};
    return OK;
}

static rc offers(struct fund_demo *d, const struct act *x, id interest, const struct fund_interest *g)
{
    struct fund_filter f = {.programme = d->programme,
                            .query = STR_EMPTY,
                            .field = STR_EMPTY,
                            .team_kind = STR_EMPTY,
                            .county = STR_EMPTY,
                            .stage = FUND_FIRST};
    struct fund_ranked *v;
    size_t n;
    TRY(fund_fits(x->tx, g, &f, &v, &n, x->a));
    for (size_t i = 0; i < n && i < OFFERS_EACH; i++) {
        id made;
        TRY(fund_approach_send(x, interest, v[i].card.id,
                               arena_printf(x->a, "我們讀了「%.*s」，很認同這個做法，想約個時間聊聊可以怎麼配合。",
                                            STR_ARG(v[i].card.title)),
                               &made));
    }
    return OK;
}

rc fund_demo_effects_interests(struct fund_demo *d, const struct act *given)
{
    for (size_t i = 0; i < COMPANIES; i++) {
        struct session by;
        struct act x = *given;
        id made;
        TRY(company(given, i, &by));
        x.by = &by;
        struct fund_interest g = {.organisation = str_of(companies[i].organisation),
                                  .fields = companies[i].fields,
                                  .sdgs = goal_bits(companies[i].goals),
                                  .kinds = companies[i].kinds,
                                  .county = str_of(companies[i].county),
                                  .stage = i % 3 == 1 ? FUND_FIRST : FUND_ENTERED,
                                  .offer = str_of(companies[i].offer),
                                  .contact = str_of(companies[i].contact),
                                  .email = arena_printf(x.a, "csr%zu@company.example", i + 1),
                                  .phone = STR("02-0000-0000")};
        TRY(fund_interest_add(&x, &g, &made));
        TRY(offers(d, &x, made, &g));
    }
    return OK;
}

/* The demonstration's own team person joins a chosen team, so that the pages of such a team can be seen. */
static rc join(const struct act *x, const struct fund_proposal *p)
{
    id account;
    TRY(account_ensure(x->tx, STR("team@demo.example"), STR("沈木青"), LANG_ZH, &account));
    return member_add(x->tx, p->team, account, AS_TEAM);
}

/* Every third waits, every fifth is declined, one was withdrawn. */
rc fund_demo_effects_answers(struct fund_demo *d, const struct act *given)
{
    struct fund_approach *v;
    size_t n;
    TRY(fund_approaches_all(given->tx, d->programme, &v, &n, given->a));
    for (size_t i = 0; i < n; i++) {
        struct fund_proposal p;
        struct session team;
        struct act x = *given;
        TRY(fund_proposal_get(given->tx, v[i].proposal, &p, given->a));
        if (i == 0)
            TRY(join(given, &p));
        if (i % 3 == 0)
            continue;
        TRY(fund_demo_member(given, &p, &team));
        x.by = &team;
        bool yes = i % 5 != 0;
        TRY(fund_approach_answer(
            &x, v[i].id, yes, yes ? STR("太好了，我們下週二、四下午都方便。") : STR("謝謝，目前人手不足，先不安排。")));
    }
    return OK;
}

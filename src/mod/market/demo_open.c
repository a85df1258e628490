/* The first day of the demonstration world: programme, contract, budget, the six people, the register of businesses. */
#include "core/account.h"
#include "mod/market/demo.h"
#include "sys/random.h"

static const struct {
    const char *email, *name;
    perm perm;
} people[] = {
    [SIM_OWNER] = {"owner@demo.example", "林小禾", 0},
    [SIM_VENDOR_PERSON] = {"vendor@demo.example", "陳又晴", 0},
    [SIM_OFFICER] = {"officer@demo.example", "王若水", AS_OFFICER},
    [SIM_SECOND] = {"officer2@demo.example", "李向陽", AS_OFFICER},
    [SIM_AUDITOR] = {"auditor@demo.example", "黃沐恩", AS_AUDITOR},
    [SIM_ADMIN] = {"admin@demo.example", "吳山青", AS_ADMIN},
};

static rc open_people(struct sim *s, const struct act *x)
{
    s->agency = id_new();
    TRY(party_add(x->tx, &(struct party){.id = s->agency,
                                         .kind = PARTY_AGENCY,
                                         .name = STR("數位產業示範署（虛構機關）"),
                                         .created = x->at}));
    for (size_t i = 0; i < sizeof people / sizeof people[0]; i++) {
        TRY(account_ensure(x->tx, str_of(people[i].email), str_of(people[i].name), LANG_ZH, &s->account[i]));
        if (people[i].perm)
            TRY(member_add(x->tx, s->agency, s->account[i], people[i].perm));
    }
    return OK;
}

static rc open_programme(struct sim *s, const struct act *x)
{
    struct programme p = {.code = STR("tcloud-demo"),
                          .name_zh = STR("雲市集點數補助（示範）"),
                          .name_en = STR("Cloud marketplace points (demonstration)"),
                          .opens = s->first,
                          .closes = s->first + 2 * DEMO_DAYS};
    int64_t version;
    TRY(mkt_scheme_add(x, &p, &s->programme));
    TRY(mkt_budget_add(x, s->programme, points(30000 * (s->n_firms + s->n_firms / 5 + 100)), STR("示範年度預算")));
    return mkt_contract_publish(x, s->programme, s->first, str_of(mkt_contract_text_zh), str_of(mkt_contract_text_en),
                                &version);
}

static rc register_firm(struct sim *s, const struct act *x, const struct sim_firm *f)
{
    const struct trade_word *t = &demo_trades[f->trade];
    const struct county_word *c = &demo_counties[f->county];
    struct mkt_registry_entry e = {
        .ubn = str_of(f->ubn),
        .name = f->company
                    ? arena_printf(s->scratch, "%s%s%s有限公司", demo_moods[f->mood].zh, demo_beings[f->being].zh,
                                   t->company)
                    : arena_printf(s->scratch, "%s%s%s", demo_moods[f->mood].zh, demo_beings[f->being].zh, t->shop),
        .status = STR("active"),
        .kind = f->company ? STR("company") : STR("business"),
        .capital_known = true,
        .capital = f->capital,
        .address = arena_printf(s->scratch, "%s%s%d號", c->zh, demo_streets[f->street], f->house),
        .trade = str_of(t->registry),
        .county = str_of(c->code),
        .founded = s->first - 400 - f->phone % 5000,
        .as_of = s->first};
    return mkt_registry_put(x->tx, &e);
}

/* A number that nobody has registered yet, so that the whole way can be tried from its first step. */
static rc register_spare(const struct act *x, day as_of)
{
    static const struct {
        const char *ubn, *name, *status;
        int64_t capital;
    } spare[] = {{"12345675", "試跑水獺豆花店", "active", 300000},
                 {"04595257", "歇腳石虎茶飲", "dissolved", 200000},
                 {"22099131", "大象藍鯨重工股份有限公司", "active", 5000000000}};
    for (size_t i = 0; i < sizeof spare / sizeof spare[0]; i++)
        TRY(mkt_registry_put(x->tx, &(struct mkt_registry_entry){.ubn = str_of(spare[i].ubn),
                                                                 .name = str_of(spare[i].name),
                                                                 .status = str_of(spare[i].status),
                                                                 .kind = i == 2 ? STR("company") : STR("business"),
                                                                 .capital_known = true,
                                                                 .capital = spare[i].capital,
                                                                 .address = STR("臺北市螢火街1號"),
                                                                 .trade = STR("餐館"),
                                                                 .county = STR("TPE"),
                                                                 .founded = as_of - 900,
                                                                 .as_of = as_of}));
    return OK;
}

rc sim_open(struct sim *s, const struct act *x)
{
    TRY(open_people(s, x));
    TRY(open_programme(s, x));
    TRY(register_spare(x, s->first));
    for (int64_t i = 0; i < s->n_firms; i++) {
        TRY(register_firm(s, x, &s->firms[i]));
        arena_reset(s->scratch);
    }
    return OK;
}

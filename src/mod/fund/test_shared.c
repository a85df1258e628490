/* The public proposals as visitors get them: after every kind of change what a server remembers must be what a server
 * without memory makes (tests/remembering.h); on both engines. */
#include "mod/fund/effects.h"
#include "mod/fund/pages/pages.h"
#include "remembering.h"
#include "test_fund.h"

static struct world w;
static struct remembering site;
static struct session team;
static id adoption;

/* ---- what can change ---- */

static rc join(struct world *k, struct act *x)
{
    id account;
    (void)k;
    TRY(account_ensure(x->tx, STR("team@t.example"), STR("T"), LANG_ZH, &account));
    team = world_session(account, 0, 0);
    return OK;
}
static rc begin(struct world *k, struct act *x)
{
    return fund_draft_start(x, k->programme, &k->in);
}
static rc save(const struct act *x, id proposal, str title)
{
    struct fund_proposal p;
    struct fund_text t = {.team_name = STR("水獺工作隊"),
                          .title = title,
                          .title_en = STR("Shared meals"),
                          .summary = STR("讓長者找得到一起吃飯的地方"),
                          .summary_en = STR("Elders find a table near them"),
                          .field = STR("welfare"),
                          .team_kind = STR("association"),
                          .county = STR("HUA"),
                          .sdgs = 1u << 2,
                          .problem = STR("獨居"),
                          .solution = STR("地圖"),
                          .impact = STR("一百人"),
                          .plan = STR("三個月"),
                          .phone = STR("03-0000000"),
                          .email = STR("otter@team.example")};
    TRY(fund_proposal_get(x->tx, proposal, &p, x->a));
    return fund_draft_save(x, proposal, p.version, &t);
}
static rc write_it(struct world *k, struct act *x)
{
    TRY(save(x, k->in, STR("共餐地圖")));
    return fund_author_add(x, k->in, &(struct fund_author){STR("沈木青"), STR("水獺協會"), STR("o@t.example")});
}
static rc hand_in(struct world *k, struct act *x)
{
    return fund_submit(x, k->in);
}
static rc accept_it(struct world *k, struct act *x)
{
    return fund_check(x, k->in, STR("accept"), STR_EMPTY);
}
static rc write_anew(struct world *k, struct act *x)
{
    return save(x, k->in, STR("長者共餐地圖"));
}
static rc add_author(struct world *k, struct act *x)
{
    return fund_author_add(x, k->in, &(struct fund_author){STR("周知遠"), STR("角鴞基金會"), STR("z@t.example")});
}
static rc rename_team(struct world *k, struct act *x)
{
    struct fund_proposal p;
    TRY(fund_proposal_get(x->tx, k->in, &p, x->a));
    return party_rename(x->tx, p.team, STR("海獺工作隊"));
}
static rc choose(struct world *k, struct act *x)
{
    return fund_proposal_advance(x, k->in, FUND_FIRST, 0, STR("the panel's order"));
}
static rc adopt(struct world *k, struct act *x)
{
    return fund_adoption_record(x, k->in,
                                &(struct fund_adoption){.organisation = STR("County office"),
                                                        .kind = STR("government"),
                                                        .since = instant_day(WORLD_NOW) - 3,
                                                        .how = STR("Every day"),
                                                        .link = STR("https://t.example/")},
                                &adoption);
}
static rc confirm_adoption(struct world *k, struct act *x)
{
    (void)k;
    return fund_adoption_decide(x, adoption, true, STR_EMPTY);
}
static rc publish_map(struct world *k, struct act *x)
{
    struct value_map m;
    id version;
    value_map_example(&m);
    m.rate = STR("3.5");
    return fund_map_publish(x, k->in, &m, &version);
}
QUERY(tq_line, "ii", "",
      "INSERT INTO fund_tally_line (programme, rank, proposal, donors, raised, counted, weight, match, capped, chosen)"
      " VALUES ($1, 1, $2, 3, 9000, 9000, '1', 5000, 0, 0)");
static rc publish_match(struct world *k, struct act *x)
{
    return db_exec(x->tx, &tq_line, VALS(v_int(k->programme), v_int(k->in)), NULL);
}
static rc next_phase(struct world *k, struct act *x)
{
    return fund_round_next(x, k->programme, FUND_CALL);
}
static rc another_round(struct world *k, struct act *x)
{
    struct programme p = {.code = STR("fund-next"),
                          .name_zh = STR("下一屆"),
                          .name_en = STR("Next round"),
                          .opens = instant_day(x->at),
                          .closes = instant_day(x->at) + 400};
    struct fund_dates d = {x->at + 30 * DAY, x->at + 60 * DAY, x->at + 90 * DAY, x->at + 120 * DAY};
    return fund_round_add(x, &p, &d, &k->out);
}
static rc open_next(struct world *k, struct act *x)
{
    return fund_round_next(x, k->out, FUND_PREPARED);
}
static rc withdraw(struct world *k, struct act *x)
{
    return fund_withdraw(x, k->in, STR("the team parts"));
}

/* By whom, and how many of the pages must look different afterwards (at least). */
static const struct {
    const char *what;
    const struct session *by;
    rc (*fn)(struct world *k, struct act *x);
    size_t changes;
} story[] = {
    {"a draft", &team, begin, 0},
    {"its text", &team, write_it, 0},
    {"handed in", &team, hand_in, 0},
    {"accepted", &w.officer, accept_it, 5},
    {"another title: to be checked again", &team, write_anew, 5},
    {"accepted again", &w.officer, accept_it, 5},
    {"an author more: to be checked again", &team, add_author, 5},
    {"accepted for the third time", &w.officer, accept_it, 5},
    {"the team's name", &w.officer, rename_team, 5},
    {"chosen", &w.officer, choose, 5},
    {"an adoption", &team, adopt, 0},
    {"the adoption confirmed", &w.officer, confirm_adoption, 1},
    {"a value map", &team, publish_map, 1},
    {"a match", &w.officer, publish_match, 1},
    {"the next phase", &w.officer, next_phase, 5},
    {"another round", &w.officer, another_round, 4},
    {"that round opened", &w.officer, open_next, 3},
    {"withdrawn", &team, withdraw, 1},
};

static void set_up(int engine)
{
    w = world_open(engine);
    t_ok(world_do(&w, &act_system, join));
    remembering_open(&site, w.db, w.a, (struct identity_source){remembering_no_session, remembering_no_key},
                     &fund_gallery_routes, 1);
    remembering_add(&site, "/fund/proposals");
    remembering_add(&site, "/fund/proposals?lang=en&sort=title");
    remembering_add(&site, "/fund/proposals?q=%E5%85%B1%E9%A4%90"); /* 共餐 */
    remembering_add(&site, "/fund/proposals?field=welfare&stage=1");
    remembering_add(&site, "/fund/proposals?q=nothing-like-this");
    remembering_add(&site, "/fund/proposals?round=fund-test&county=HUA");
    remembering_add(&site, "/fund/proposals/1?round=fund-test");
}

static void tear_down(void)
{
    remembering_close(&site);
    world_close(&w);
}

START_TEST(after_every_kind_of_change)
{
    set_up(_i);
    ck_assert_uint_eq(remembering_check(&site), site.n);
    for (size_t i = 0; i < sizeof story / sizeof story[0]; i++) {
        if (world_do(&w, story[i].by, story[i].fn) != OK)
            dbt_fail(story[i].what, &w.err);
        size_t changed = remembering_check(&site);
        ck_assert_msg(changed >= story[i].changes, "%s: %zu pages changed", story[i].what, changed);
    }
    tear_down();
}
END_TEST

START_TEST(every_shared_page_is_kept)
{
    set_up(_i);
    rc (*const steps[])(struct world *, struct act *) = {begin, write_it, hand_in};
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++)
        t_ok(world_do(&w, &team, steps[i]));
    t_ok(world_do(&w, &w.officer, accept_it));
    remembering_kept(&site);
    tear_down();
}
END_TEST

DBT_MAIN("fund/shared", after_every_kind_of_change, every_shared_page_is_kept)

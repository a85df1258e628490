/* Plays the four rounds of the demonstration world, step by step, with the clock set to each step's day. */
#include "mod/fund/demo/demo.h"

#include "core/account.h"
#include "core/publiclog.h"
#include "mod/fund/archive/archive.h"
#include "sys/clock.h"

enum {
    SCRATCH_BYTES = 512 << 20,
    BATCH_BYTES = 64 << 20,
    FULL_FIRMS = 2000,
    FULL_PROPOSALS = 970,
    FEWEST_PROPOSALS = 30
};

/* In order of phase and day; ends with play NULL. Each part adds its rows. */
static const struct fund_demo_step steps[] = {
    {FUND_CALL, 2, fund_demo_call},
    {FUND_CALL, 4, fund_demo_call},
    {FUND_CALL, 6, fund_demo_call},
    {FUND_CALL, 8, fund_demo_call},
    {FUND_CALL, 10, fund_demo_call},
    {FUND_CALL, 12, fund_demo_call},
    {FUND_CALL, 14, fund_demo_call},
    {FUND_CALL, 16, fund_demo_call},
    {FUND_CALL, 17, fund_demo_call},
    {FUND_CALL, 18, fund_demo_call},
    {FUND_CALL, 19, fund_demo_call},
    {FUND_REVIEW, 47, fund_demo_board_invited},
    {FUND_REVIEW, 49, fund_demo_board_prepared},
    {FUND_REVIEW, 52, fund_demo_board_first_assigned},
    {FUND_REVIEW, 66, fund_demo_board_first_scored},
    {FUND_REVIEW, 82, fund_demo_board_first_proposed},
    {FUND_REVIEW, 83, fund_demo_board_first_confirmed},
    {FUND_PROOF, 150, fund_demo_board_second_assigned},
    {FUND_PROOF, 165, fund_demo_board_second_scored},
    {FUND_PROOF, 185, fund_demo_board_second_proposed},
    {FUND_PROOF, 186, fund_demo_board_second_confirmed},
    {FUND_GIFTS, 199, fund_demo_gift_platforms}, /* the rules are fixed before the first day of gifts */
    {FUND_GIFTS, 231, fund_demo_gift_warm},
    {FUND_GIFTS, 231, fund_demo_gift_beacon},
    {FUND_GIFTS, 232, fund_demo_gift_river},
    {FUND_TALLY, 237, fund_demo_gift_appeals},
    {FUND_TALLY, 255, fund_demo_tally_proposed},
    {FUND_TALLY, 257, fund_demo_tally_published},
    {FUND_AWARDS, 290, fund_demo_board_awards_assigned},
    {FUND_AWARDS, 305, fund_demo_board_awards_scored},
    {FUND_AWARDS, 325, fund_demo_board_awards_proposed},
    {FUND_AWARDS, 326, fund_demo_board_awards_confirmed},
    {FUND_CLOSED, 340, fund_demo_agreement_offered},
    {FUND_CLOSED, 350, fund_demo_agreement_signed},
    {FUND_CLOSED, 380, fund_demo_effects_maps},
    {FUND_CLOSED, 425, fund_demo_agreement_reported},
    {FUND_CLOSED, 440, fund_demo_agreement_checked},
    {FUND_CLOSED, 445, fund_demo_agreement_paid},
    {FUND_CLOSED, 520, fund_demo_effects_adopted},
    {FUND_CLOSED, 535, fund_demo_effects_confirmed},
    {FUND_CLOSED, 600, fund_demo_agreement_reported},
    {FUND_CLOSED, 615, fund_demo_agreement_checked},
    {FUND_CLOSED, 620, fund_demo_agreement_paid},
    {FUND_CLOSED, 660, fund_demo_effects_interests},
    {FUND_CLOSED, 680, fund_demo_effects_answers},
    {FUND_CLOSED, 690, fund_demo_agreement_reported},
    {FUND_PHASES, 0, NULL},
};

static const struct {
    const char *code, *zh, *en;
    int days_ago;     /* when the call opened */
    int64_t permille; /* of the oldest round's proposals */
    enum fund_phase until;
} rounds[FUND_DEMO_ROUNDS] = {
    {"fund-demo-1", "公益創新徵案第一屆（示範）", "Public-interest fund, first round (demonstration)", 700, 1000,
     FUND_CLOSED},
    {"fund-demo-2", "公益創新徵案第二屆（示範）", "Public-interest fund, second round (demonstration)", 243, 400,
     FUND_TALLY},
    {"fund-demo-3", "公益創新徵案第三屆（示範）", "Public-interest fund, third round (demonstration)", 70, 200,
     FUND_REVIEW},
    {"fund-demo-4", "公益創新徵案第四屆（示範）", "Public-interest fund, fourth round (demonstration)", 20, 100,
     FUND_CALL},
};
enum { CALL_DAYS = 45, GIFTS_FROM = 200, GIFTS_TO = 230 };

struct play {
    struct fund_demo *d;
    rc (*fn)(struct fund_demo *d, const struct act *x);
    instant at;
};

static rc play_write(struct tx *tx, void *arg)
{
    struct play *p = arg;
    struct prng before = p->d->rng;
    arena_reset(p->d->scratch);
    p->d->batch.noted.n = p->d->noted;
    struct act x = {.tx = tx, .a = p->d->scratch, .by = &act_system, .at = p->at, .batch = &p->d->batch};
    rc r = p->fn(p->d, &x);
    if (r != OK)
        p->d->rng = before; /* it may run again */
    err_clear(p->d->err);
    if (r != OK)
        err_copy(p->d->err, tx_err(tx));
    return r;
}

static rc play_at(struct fund_demo *d, int days, rc (*fn)(struct fund_demo *d, const struct act *x))
{
    instant at = d->opens + days * DAY + 10 * HOUR;
    clock_fix(at);
    TRY(db_write(d->app->db, play_write, &(struct play){d, fn, at}));
    d->noted = d->batch.noted.n;
    return OK;
}

static rc officer(const struct act *x, str email, str name, struct session *out)
{
    id account, party = PARTY_OPERATOR;
    struct member *m;
    size_t n;
    TRY(account_ensure(x->tx, email, name, LANG_ZH, &account));
    TRY(memberships_of(x->tx, account, &m, &n, x->a));
    for (size_t i = 0; i < n; i++)
        if (m[i].perms & AS_OFFICER)
            party = m[i].party; /* the marketplace's demonstration has made the agency */
    *out = (struct session){.account = account, .party = party, .perms = PUBLIC | SIGNED_IN | AS_OFFICER, .name = name};
    return OK;
}

static rc open_round(struct fund_demo *d, const struct act *x)
{
    struct programme p = {.code = str_of(rounds[d->round].code),
                          .name_zh = str_of(rounds[d->round].zh),
                          .name_en = str_of(rounds[d->round].en),
                          .opens = instant_day(d->opens),
                          .closes = instant_day(d->opens) + 730};
    struct fund_dates dates = {.call_opens = d->opens,
                               .call_closes = d->opens + CALL_DAYS * DAY,
                               .gifts_open = d->opens + GIFTS_FROM * DAY,
                               .gifts_close = d->opens + GIFTS_TO * DAY};
    TRY(officer(x, STR("officer@demo.example"), STR("王若水"), &d->officer));
    TRY(officer(x, STR("officer2@demo.example"), STR("李向陽"), &d->second));
    TRY(fund_round_add(x, &p, &dates, &d->programme));
    return fund_budget_add(x, d->programme, twd(150000000), STR("示範年度預算"));
}

static rc next_phase(struct fund_demo *d, const struct act *x)
{
    struct fund_round r;
    TRY(fund_round_get(x->tx, d->programme, &r, x->a));
    return r.phase == d->phase ? OK : fund_round_next(x, d->programme, r.phase); /* publishing has moved it already */
}

static rc play_round(struct fund_demo *d)
{
    const struct fund_demo_step *s = steps;
    int on = 0;
    TRY(play_at(d, -1, open_round));
    for (enum fund_phase phase = FUND_CALL; phase <= d->until; phase++) {
        d->phase = phase;
        if (phase > FUND_CALL && on <= CALL_DAYS)
            on = CALL_DAYS + 1;
        TRY(play_at(d, s->play && s->phase == phase ? s->days : on, next_phase));
        for (; s->play && s->phase == phase; s++) {
            on = s->days;
            TRY(play_at(d, on, s->play));
        }
    }
    d->noted = 0;
    return search_batch_write(d->app->db, &d->batch);
}

static bool has_world(struct app *app)
{
    struct tx *tx;
    struct fund_round r;
    struct arena *a = arena_new(1 << 20);
    bool has = false;
    if (a && db_read_begin(app->db, &tx) == OK) {
        has = fund_round_latest(tx, &r, a) == OK;
        db_read_end(tx);
    }
    arena_free(a);
    return has;
}

static rc sequence(struct fund_demo *d, struct err *err)
{
    int64_t integrated = 1;
    while (integrated > 0)
        TRY(log_sequence(d->app, &integrated, err));
    return OK;
}

static rc build(struct fund_demo *d, const struct demo *given, struct err *err)
{
    id closed = 0;
    int64_t all = given->firms * FULL_PROPOSALS / FULL_FIRMS;
    all = all > FULL_PROPOSALS ? FULL_PROPOSALS : all;
    for (d->round = 0; d->round < FUND_DEMO_ROUNDS; d->round++) {
        d->opens = day_start(instant_day(given->now) - rounds[d->round].days_ago);
        d->proposals = all * rounds[d->round].permille / 1000;
        d->proposals = d->proposals < FEWEST_PROPOSALS ? FEWEST_PROPOSALS : d->proposals;
        d->until = rounds[d->round].until;
        TRY(play_round(d));
        if (d->until == FUND_CLOSED)
            closed = d->programme;
    }
    clock_fix(0);
    TRY(sequence(d, err));
    TRY(fund_archive_make(d->app, closed, err));
    return sequence(d, err);
}

rc fund_demo(struct app *app, const struct demo *given, struct err *err)
{
    if (has_world(app))
        return OK; /* never mixed with what is there */
    struct fund_demo d = {
        .app = app, .err = err, .scratch = arena_new(SCRATCH_BYTES), .batch = {.a = arena_new(BATCH_BYTES)}};
    prng_seed(&d.rng, given->seed ^ 0x66756e64); /* "fund": another sequence than the marketplace's */
    rc r = d.scratch && d.batch.a ? build(&d, given, err) : E_NOMEM;
    clock_fix(0);
    arena_free(d.batch.a);
    arena_free(d.scratch);
    if (r != OK && err->code == OK)
        return ERR(err, r, "FND-013", N_("The demonstration rounds could not be made."));
    return r;
}

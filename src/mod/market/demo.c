/* The demonstration world: a year of the marketplace, planned from a seed and played day by day through the domain's
 * own operations, so that ledger, cases, search and public log are what people would have made. One durable transaction
 * a day, with the clock set to that day; the search index follows in larger steps. */
#include <stdio.h>
#include <unistd.h>

#include "core/publiclog.h"
#include "mod/market/demo.h"
#include "sys/clock.h"

enum {
    PLAN_BYTES = 1 << 30,
    SCRATCH_BYTES = 64 << 20,
    BATCH_BYTES = 64 << 20,
    BATCH_MOST = 1000,
    OPENS = 510 /* minutes after midnight */,
    WORK = 540,
    CHORES = 100000
};

static instant at_minute(const struct sim *s, int today, int64_t minute)
{
    return day_start(s->first + today) + minute * MINUTE;
}

/* What the domain refuses (a grant that has ended, an order that lapsed the day before) is part of a year's life. */
static rc tolerate(struct sim *s, const struct act *x, const struct sim_event *e, rc r)
{
    if (r != E_CONFLICT && r != E_INVALID && r != E_DENIED && r != E_NOTFOUND)
        return r;
    err_clear(tx_err(x->tx));
    s->refused++;
    if (e->what >= SIM_PLACE)
        s->orders[e->who].dead = true;
    return OK;
}

static rc chores(struct sim *s, const struct act *x)
{
    static rc (*const turns[])(const struct act *, int, int *) = {mkt_orders_lapse, mkt_grants_expire,
                                                                  mkt_renewal_remind, mkt_orders_close};
    int year, month, mday, n;
    for (size_t i = 0; i < sizeof turns / sizeof turns[0]; i++) {
        TRY(turns[i](x, CHORES, &n));
        arena_reset(s->scratch);
    }
    day_civil(instant_day(x->at), &year, &month, &mday);
    if (mday != 5 && mday != 20)
        return OK;
    int64_t vendors;
    struct money total;
    return mkt_payout_run(x, s->programme, instant_day(x->at), &vendors, &total);
}

/* May run again: it only reads the plan and overwrites what an earlier run of the same day filled in. */
static rc play_day(struct tx *tx, void *arg)
{
    struct sim *s = arg;
    struct act x = {
        .tx = tx, .a = s->scratch, .by = &act_system, .at = at_minute(s, s->today, OPENS), .batch = &s->batch};
    arena_reset(s->scratch);
    s->batch.noted.n = s->noted;
    if (s->today == 0)
        TRY(sim_open(s, &x));
    TRY(chores(s, &x));
    size_t end = s->next, i = s->next;
    while (end < s->n_events && s->events[end].on == s->today)
        end++;
    for (; i < end; i++) {
        x.at = at_minute(s, s->today, OPENS + (int64_t)((i - s->next) * WORK / (end - s->next)));
        TRY(tolerate(s, &x, &s->events[i], sim_play(s, &x, &s->events[i])));
        arena_reset(s->scratch);
    }
    return OK;
}

static void skip_day(struct sim *s)
{
    while (s->next < s->n_events && s->events[s->next].on == s->today)
        s->next++;
}

static rc index_noted(struct sim *s)
{
    s->noted = 0;
    return search_batch_write(s->app->db, &s->batch);
}

static rc play_year(struct sim *s)
{
    bool show = isatty(STDERR_FILENO);
    for (s->today = 0; s->today < DEMO_DAYS; s->today++) {
        clock_fix(at_minute(s, s->today, OPENS + WORK));
        TRY(db_write(s->app->db, play_day, s));
        skip_day(s);
        s->noted = s->batch.noted.n;
        if (s->noted >= BATCH_MOST)
            TRY(index_noted(s));
        if (show)
            fprintf(stderr, "\rdemo: %d %%", s->today * 100 / (DEMO_DAYS - 1));
    }
    if (show)
        fprintf(stderr, "\n");
    return index_noted(s);
}

static bool has_world(struct app *app)
{
    struct tx *tx;
    struct mkt_scheme s;
    if (db_read_begin(app->db, &tx) != OK)
        return false;
    bool has = mkt_scheme_latest(tx, &s) == OK;
    db_read_end(tx);
    return has;
}

static rc build(struct sim *s, struct err *err)
{
    TRY(sim_plan(s));
    rc r = play_year(s);
    clock_fix(0);
    TRY(r);
    int64_t integrated = 1;
    while (integrated > 0)
        TRY(log_sequence(s->app, &integrated, err));
    return OK;
}

rc mkt_demo(struct app *app, const struct demo *d, struct err *err)
{
    if (has_world(app))
        return OK; /* never mixed with what is there */
    struct sim s = {.app = app,
                    .a = arena_new(PLAN_BYTES),
                    .scratch = arena_new(SCRATCH_BYTES),
                    .batch = {.a = arena_new(BATCH_BYTES)},
                    .n_firms = d->firms,
                    .first = instant_day(d->now) - DEMO_DAYS};
    prng_seed(&s.rng, d->seed);
    rc r = s.a && s.scratch && s.batch.a ? build(&s, err) : E_NOMEM;
    arena_free(s.batch.a);
    arena_free(s.a);
    arena_free(s.scratch);
    if (r != OK && err->code == OK)
        return ERR(err, r, "MKT-062", N_("The demonstration world could not be made."));
    return r;
}

/* Calibration: against R's lme4 over random unbalanced reviews (variances, criterion, posterior means and their
 * standard deviations), and what is defined when there is nothing to estimate. */
#include "mod/fund/engine/calibrate.h"

#include <math.h>
#include <unistd.h>

#include "base/buf.h"
#include "sys/random.h"
#include "t.h"

enum { ARENA_BYTES = 64 << 20, SETS = 10, SCORES = 4000, LEVELS = 250 };

struct set {
    size_t proposals, reviewers, n;
    struct calib_score s[SCORES];
};

/* Sum of twelve uniforms: near enough to a normal deviate, in thousandths. */
static int32_t normal(struct prng *r, int32_t sd)
{
    int64_t sum = 0;
    for (int i = 0; i < 12; i++)
        sum += prng_range(r, 0, 2 * sd);
    return (int32_t)(sum / 2 - 6 * sd);
}

static void make(struct set *d, struct prng *r, size_t proposals, size_t reviewers, int k, const int32_t sd[3])
{
    int32_t p_effect[LEVELS], r_effect[LEVELS];
    *d = (struct set){.proposals = proposals, .reviewers = reviewers};
    for (size_t p = 0; p < proposals; p++)
        p_effect[p] = normal(r, sd[0]);
    for (size_t j = 0; j < reviewers; j++)
        r_effect[j] = normal(r, sd[1]);
    for (size_t p = 0; p < proposals; p++) {
        int64_t times = prng_range(r, 1, 2 * k - 1); /* unbalanced; the same reviewer may score twice */
        for (int64_t i = 0; i < times && d->n < SCORES; i++) {
            uint32_t j = (uint32_t)prng_range(r, 0, (int64_t)reviewers - 1);
            int32_t y = 5000 + p_effect[p] + r_effect[j] + normal(r, sd[2]);
            d->s[d->n++] =
                (struct calib_score){(uint32_t)p, j, (y + 250) / 500 * 500}; /* half points, as people give */
        }
    }
}

static void make_all(struct set *d)
{
    static const struct {
        size_t proposals, reviewers;
        int k;
        int32_t sd[3];
    } recipe[SETS] = {
        {12, 4, 3, {1000, 800, 700}},   {40, 8, 3, {1000, 500, 1000}}, {100, 12, 3, {700, 900, 600}},
        {250, 30, 3, {900, 700, 900}},  {250, 6, 2, {1500, 300, 500}}, {8, 40, 12, {800, 800, 800}},
        {30, 60, 6, {500, 1500, 1000}}, {60, 10, 3, {0, 800, 1000}},   {60, 10, 3, {800, 0, 1000}},
        {50, 10, 5, {3000, 2000, 100}},
    };
    struct prng r;
    prng_seed(&r, 2026);
    for (int i = 0; i < SETS; i++)
        make(&d[i], &r, recipe[i].proposals, recipe[i].reviewers, recipe[i].k, recipe[i].sd);
}

/* ---- R ---- */

static const char SCRIPT[] =
    "suppressMessages(library(lme4))\n"
    "arg <- commandArgs(TRUE); all <- read.csv(arg[1]); out <- file(arg[2], 'w')\n"
    "for (set in unique(all$set)) for (reml in c(TRUE, FALSE)) {\n"
    "  d <- all[all$set == set, ]; d$p <- factor(d$p); d$r <- factor(d$r)\n"
    "  m <- suppressMessages(lmer(y ~ 1 + (1|p) + (1|r), d, REML = reml,\n"
    "    control = lmerControl(optCtrl = list(xtol_abs = 1e-10, ftol_abs = 1e-12))))\n"
    "  v <- as.data.frame(VarCorr(m)); sd <- function(g) v$sdcor[v$grp == g]\n"
    "  crit <- if (reml) REMLcrit(m) else -2 * as.numeric(logLik(m))\n"
    "  cat(sprintf('fit %d %d %.8f %.8f %.8f %.8f %.8f\\n', set, reml, fixef(m), sd('p'), sd('r'), sd('Residual'), "
    "crit),"
    " file = out)\n"
    "  e <- as.data.frame(ranef(m, condVar = TRUE))\n"
    "  cat(sprintf('%s %s %.8f %.8f\\n', e$grpvar, e$grp, e$condval, e$condsd), file = out, sep = '')\n"
    "}\nclose(out)\n";

struct paths {
    char script[64], data[64], report[64];
};

static void run_lme4(const struct set *d, struct paths *p)
{
    snprintf(p->script, sizeof p->script, "/tmp/rise-lme4-%d.R", (int)getpid());
    snprintf(p->data, sizeof p->data, "/tmp/rise-lme4-%d.csv", (int)getpid());
    snprintf(p->report, sizeof p->report, "/tmp/rise-lme4-%d.txt", (int)getpid());
    FILE *f = fopen(p->script, "w");
    ck_assert_ptr_nonnull(f);
    fputs(SCRIPT, f);
    fclose(f);
    f = fopen(p->data, "w");
    ck_assert_ptr_nonnull(f);
    fprintf(f, "set,p,r,y\n");
    for (int i = 0; i < SETS; i++)
        for (size_t j = 0; j < d[i].n; j++)
            fprintf(f, "%d,%u,%u,%.3f\n", i, d[i].s[j].proposal, d[i].s[j].reviewer, d[i].s[j].milli / 1000.0);
    fclose(f);
    char command[512];
    snprintf(command, sizeof command, "Rscript %s %s %s >/dev/null 2>&1", p->script, p->data, p->report);
    ck_assert_int_eq(system(command), 0);
}

static bool have_lme4(void)
{
    return system("command -v Rscript >/dev/null 2>&1 && Rscript -e 'library(lme4)' >/dev/null 2>&1") == 0;
}

#define near(got, want, within)                                                                                        \
    ck_assert_msg(fabs((got) - (want)) <= (within), "%s: got %.6f, lme4 %.6f", #got, (double)(got), (double)(want))

START_TEST(agrees_with_lme4)
{
    if (!have_lme4()) {
        fprintf(stderr, "skipped: lme4 is not installed (package r-cran-lme4)\n");
        return;
    }
    static struct set d[SETS];
    struct paths path;
    make_all(d);
    run_lme4(d, &path);
    struct arena *a = arena_new(ARENA_BYTES);
    struct calib_out o = {0};
    FILE *f = fopen(path.report, "r");
    ck_assert_ptr_nonnull(f);
    char line[256], factor;
    int set, reml, fits = 0, effects = 0;
    unsigned level;
    double v[5];
    while (fgets(line, sizeof line, f)) {
        if (sscanf(line, "fit %d %d %lf %lf %lf %lf %lf", &set, &reml, &v[0], &v[1], &v[2], &v[3], &v[4]) == 7) {
            struct calib_in in = {.n_proposals = d[set].proposals,
                                  .n_reviewers = d[set].reviewers,
                                  .scores = d[set].s,
                                  .n = d[set].n,
                                  .method = reml ? CALIB_REML : CALIB_ML};
            t_ok(calib_fit(a, &in, &o, NULL));
            ck_assert_int_eq(o.state, CALIB_FITTED);
            near(o.mu, v[0], 0.001);
            near(o.sd_proposal, v[1], 0.001);
            near(o.sd_reviewer, v[2], 0.001);
            near(o.sd_error, v[3], 0.001);
            ck_assert_msg(o.criterion <= v[4] + 0.0005, "criterion %.6f, lme4 reached %.6f", o.criterion, v[4]);
            fits++;
        } else if (sscanf(line, "%c %u %lf %lf", &factor, &level, &v[0], &v[1]) == 4) {
            double mean =
                factor == 'p' ? o.proposals[level].calibrated / 1000.0 - o.mu : o.reviewers[level].effect / 1000.0;
            near(mean, v[0], 0.0015);
            double se = (factor == 'p' ? o.proposals[level].se : o.reviewers[level].se) / 1000.0;
            near(se, v[1], 0.0015);
            effects++;
        }
    }
    fclose(f);
    ck_assert_int_eq(fits, SETS * 2);
    ck_assert_int_gt(effects, 1500);
    unlink(path.script);
    unlink(path.data);
    unlink(path.report);
    arena_free(a);
}
END_TEST

/* ---- without R ---- */

/* Two reviewers, one a point stricter than the other, each with other proposals but a shared pair: the proposal that
 * only the strict one saw moves up, and the line shows it. */
START_TEST(strictness_is_taken_out)
{
    struct arena *a = arena_new(ARENA_BYTES);
    static const struct calib_score s[] = {
        {0, 0, 7000}, {0, 1, 6000}, {1, 0, 5000}, {1, 1, 4100}, {2, 0, 8100},
        {2, 1, 7000}, {3, 0, 6500}, {3, 1, 5500}, {4, 0, 6900}, {5, 1, 6200},
    };
    struct calib_in in = {.n_proposals = 6, .n_reviewers = 2, .scores = s, .n = 10, .pass = 3};
    struct calib_out o;
    t_ok(calib_fit(a, &in, &o, NULL));
    ck_assert_int_eq(o.state, CALIB_FITTED);
    ck_assert_uint_eq(o.n_components, 1);
    ck_assert_int_gt(o.reviewers[0].effect, 300);
    ck_assert_int_lt(o.reviewers[1].effect, -300);
    ck_assert_int_gt(o.proposals[4].raw, o.proposals[5].raw);
    ck_assert_int_gt(o.proposals[5].calibrated, o.proposals[4].calibrated);
    ck_assert(o.proposals[4].raw_pass && !o.proposals[4].pass);
    ck_assert(!o.proposals[5].raw_pass && o.proposals[5].pass);
    ck_assert_uint_eq(o.n_up, 1);
    ck_assert_uint_eq(o.n_down, 1);
    ck_assert_int_gt(o.proposals[5].confidence, 500);
    ck_assert_int_lt(o.proposals[4].confidence, 500);
    ck_assert_int_gt(o.proposals[2].confidence, 990);
    arena_free(a);
}
END_TEST

START_TEST(ranks_ties_and_lines_hold)
{
    struct arena *a = arena_new(ARENA_BYTES);
    static struct set d[SETS];
    make_all(d);
    for (int i = 0; i < SETS; i++) {
        struct calib_in in = {.n_proposals = d[i].proposals,
                              .n_reviewers = d[i].reviewers,
                              .scores = d[i].s,
                              .n = d[i].n,
                              .pass = d[i].proposals / 3};
        struct calib_out o, other;
        t_ok(calib_fit(a, &in, &o, NULL));
        size_t pass = 0, raw_pass = 0;
        for (size_t j = 0; j < o.n_ranked; j++) {
            const struct calib_proposal *p = &o.proposals[o.order[j]], *before = j ? &o.proposals[o.order[j - 1]] : p;
            ck_assert_uint_eq(p->rank, j + 1);
            ck_assert_int_ge(before->calibrated, p->calibrated);
            if (j && before->calibrated == p->calibrated)
                ck_assert(before->n_top > p->n_top || (before->n_top == p->n_top && before->n_low < p->n_low) ||
                          (before->n_top == p->n_top && before->n_low == p->n_low && before < p));
            ck_assert(p->pass ? p->confidence >= 500 : p->confidence <= 500);
            ck_assert(j == 0 || before->n != p->n || before->se != p->se || before->confidence >= p->confidence);
            pass += p->pass;
            raw_pass += p->raw_pass;
        }
        ck_assert_uint_eq(pass, in.pass);
        ck_assert_uint_eq(raw_pass, in.pass);
        ck_assert_uint_eq(o.n_up, o.n_down);
        /* The order in which the scores come says nothing. */
        for (size_t j = 0; j < d[i].n / 2; j++) {
            struct calib_score swap = d[i].s[j];
            d[i].s[j] = d[i].s[d[i].n - 1 - j];
            d[i].s[d[i].n - 1 - j] = swap;
        }
        t_ok(calib_fit(a, &in, &other, NULL));
        ck_assert(memcmp(o.proposals, other.proposals, in.n_proposals * sizeof *o.proposals) == 0);
        arena_reset(a);
    }
    arena_free(a);
}
END_TEST

START_TEST(nothing_to_estimate_is_defined)
{
    struct arena *a = arena_new(ARENA_BYTES);
    static const struct calib_score flat[] = {{0, 0, 7000}, {0, 1, 7000}, {2, 0, 7000}, {2, 1, 7000}};
    struct calib_in in = {.n_proposals = 3, .n_reviewers = 3, .scores = flat, .n = 4, .pass = 1};
    struct calib_out o;
    t_ok(calib_fit(a, &in, &o, NULL));
    ck_assert_int_eq(o.state, CALIB_FLAT);
    ck_assert_int_eq(o.proposals[0].calibrated, 7000);
    ck_assert_int_eq(o.proposals[0].confidence, 500);
    ck_assert_uint_eq(o.proposals[0].rank, 1);
    ck_assert_uint_eq(o.proposals[1].rank, 0); /* no score: no rank, no pass */
    ck_assert(!o.proposals[1].pass);
    ck_assert_uint_eq(o.proposals[1].component, UINT32_MAX);
    ck_assert_uint_eq(o.reviewers[2].component, UINT32_MAX);
    ck_assert_uint_eq(o.n_ranked, 2);

    static const struct calib_score single[] = {{0, 0, 7000}, {1, 1, 5000}, {2, 2, 6000}};
    in.scores = single;
    in.n = 3;
    t_ok(calib_fit(a, &in, &o, NULL));
    ck_assert_int_eq(o.state, CALIB_UNIDENTIFIED);
    ck_assert_uint_eq(o.n_components, 3);
    ck_assert_int_eq(o.proposals[2].calibrated, 6000);
    ck_assert_int_eq(o.proposals[0].confidence, -1);
    ck_assert_uint_eq(o.order[0], 0);
    ck_assert_uint_eq(o.order[1], 2);

    static const struct calib_score exact[] = {{0, 0, 7000}, {0, 1, 6000}, {1, 0, 5000}, {1, 1, 4000}, {2, 0, 3000}};
    in.scores = exact;
    in.n = 5;
    t_ok(calib_fit(a, &in, &o, NULL)); /* without any error: the ratios stop at their bound */
    ck_assert_int_eq(o.state, CALIB_FITTED);
    ck_assert_int_le(abs(o.proposals[0].calibrated - 6500), 20);
    ck_assert_int_le(abs(o.proposals[2].calibrated - 2500), 20);

    in.n = 0;
    struct err e = {0};
    t_rc(calib_fit(a, &in, &o, &e), E_INVALID);
    t_str(str_of(e.main.code), STR("FND-251"));
    static const struct calib_score far = {3, 0, 1000}, huge = {0, 0, CALIB_MILLI_MAX + 1};
    in.n = 1;
    in.scores = &far;
    t_rc(calib_fit(a, &in, &o, NULL), E_INVALID);
    in.scores = &huge;
    t_rc(calib_fit(a, &in, &o, NULL), E_INVALID);
    in.n_proposals = in.n_reviewers = CALIB_SMALL_MAX + 1;
    t_rc(calib_fit(a, &in, &o, NULL), E_LIMIT);
    arena_free(a);
}
END_TEST

START_TEST(ties_go_by_the_declared_rule)
{
    struct arena *a = arena_new(ARENA_BYTES);
    static const struct calib_score s[] = {
        /* all four have the mean 6 */
        {0, 0, 6000}, {0, 1, 6000}, {1, 0, 9000}, {1, 1, 3000}, {2, 0, 9000},
        {2, 1, 3000}, {3, 0, 6000}, {3, 1, 6000}, {4, 0, 9000}, {4, 1, 8000},
    };
    struct calib_in in = {
        .n_proposals = 5, .n_reviewers = 2, .scores = s, .n = 10, .has_marks = true, .top = 9000, .low = 3000};
    struct calib_out o;
    t_ok(calib_fit(a, &in, &o, NULL));
    static const uint32_t want[] = {4, 1, 2, 0, 3}; /* top scores before none, then by position */
    ck_assert(memcmp(o.raw_order, want, sizeof want) == 0);
    in.top = 10000; /* no top scores: fewer low ones */
    t_ok(calib_fit(a, &in, &o, NULL));
    static const uint32_t fewer_low[] = {4, 0, 3, 1, 2};
    ck_assert(memcmp(o.raw_order, fewer_low, sizeof fewer_low) == 0);
    arena_free(a);
}
END_TEST

T_MAIN("fund/calibrate", agrees_with_lme4, strictness_is_taken_out, ranks_ties_and_lines_hold,
       nothing_to_estimate_is_defined, ties_go_by_the_declared_rule)

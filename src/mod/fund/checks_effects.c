/* What `rise doctor` re-proves about what came of proposals. */
#include "core/doctor.h"
#include "mod/fund/effects.h"

QUERY(fz_maps, "", "tttiiiiiii",
      "SELECT csv, hash, rate, middle, ratio_low, ratio_base, ratio_high, npv_low, npv_base, npv_high"
      " FROM fund_value_map WHERE published <> 0 ORDER BY id");
QUERY(fz_maps_unlogged, "", "i",
      "SELECT COUNT(*) FROM fund_value_map m LEFT JOIN log_entry e ON e.id = m.log_entry"
      " WHERE m.published <> 0 AND (e.id IS NULL OR e.ref <> m.id)");
QUERY(fz_approaches, "", "i",
      "SELECT COUNT(*) FROM fund_approach a LEFT JOIN fund_interest g ON g.id = a.interest"
      " LEFT JOIN fund_proposal p ON p.id = a.proposal"
      " WHERE g.id IS NULL OR p.id IS NULL OR g.account <> a.account OR p.programme <> a.programme"
      " OR a.state NOT IN ('sent', 'yes', 'no', 'withdrawn') OR (a.state = 'sent') <> (a.ended = 0)");
QUERY(fz_approaches_all, "", "i", "SELECT COUNT(*) FROM fund_approach");
/* Confirmed by a second person who is not of the team, with its entry in the log. */
QUERY(fz_adoptions, "", "i",
      "SELECT COUNT(*) FROM fund_adoption d LEFT JOIN log_entry e ON e.id = d.log_entry WHERE d.state = 'confirmed'"
      " AND (e.id IS NULL OR e.ref <> d.id OR d.decided_by = d.recorded_by OR d.decided = 0)");
QUERY(fz_adoptions_all, "", "i", "SELECT COUNT(*) FROM fund_adoption WHERE state = 'confirmed'");

enum { MAP_ARENA = 4 << 20 };

static bool same(struct arena *a, const struct rows *r)
{
    struct fund_map_version v = {
        .csv = row_dup(r, 0, a), .rate = row_dup(r, 2, a), .convention = row_int(r, 3) ? SROI_MID_YEAR : SROI_END_YEAR};
    struct value_map *m = ARENA_NEW(a, struct value_map);
    struct value_result *x = ARENA_NEW(a, struct value_result);
    if (!m || !x || fund_map_open(a, &v, m, NULL) != OK || value_map_compute(a, m, x, NULL) != OK)
        return false;
    const int64_t again[] = {x->out.low.ratio, x->out.base.ratio, x->out.high.ratio,
                             x->out.low.npv,   x->out.base.npv,   x->out.high.npv};
    for (int i = 0; i < 6; i++)
        if (again[i] != row_int(r, 4 + i))
            return false;
    return true;
}

static rc maps(struct app *app, struct tx *tx, struct buf *finding)
{
    struct rows r;
    int64_t n = 0, wrong = 0, unlogged;
    struct arena *a = arena_new(MAP_ARENA);
    if (!a)
        return E_NOMEM;
    rc e = db_select(tx, &fz_maps, NOVALS, &r);
    for (; e == OK && rows_next(&r); n++) {
        arena_reset(a);
        wrong += !same(a, &r);
    }
    if (e == OK)
        e = rows_end(&r);
    arena_free(a);
    TRY(e);
    TRY(db_one_int(tx, &fz_maps_unlogged, NOVALS, &unlogged));
    if (wrong > 0)
        FINDING_N(finding, app ? app->lang : LANG_EN,
                  N_("value maps whose published range is another when computed again: {1}"), wrong);
    if (unlogged > 0)
        FINDING_N(finding, app ? app->lang : LANG_EN,
                  N_("published value maps without their entry in the public log: {1}"), unlogged);
    if (wrong + unlogged > 0)
        return E_CORRUPT;
    FINDING_N(finding, app ? app->lang : LANG_EN, N_("published value maps: {1}"), n);
    return OK;
}

static rc counted(struct app *app, struct tx *tx, struct buf *finding, const struct query *bad, const char *says,
                  const struct query *all, const char *total)
{
    enum lang lang = app ? app->lang : LANG_EN;
    int64_t n, wrong;
    TRY(db_one_int(tx, bad, NOVALS, &wrong));
    TRY(db_one_int(tx, all, NOVALS, &n));
    finding_put_numbers(finding, lang, wrong > 0 ? says : total, wrong > 0 ? &wrong : &n, 1);
    return wrong > 0 ? E_CORRUPT : OK;
}

static rc approaches(struct app *app, struct tx *tx, struct buf *finding)
{
    return counted(app, tx, finding, &fz_approaches, N_("offers of support that contradict themselves: {1}"),
                   &fz_approaches_all, N_("offers of support: {1}"));
}

static rc adoptions(struct app *app, struct tx *tx, struct buf *finding)
{
    return counted(app, tx, finding, &fz_adoptions, N_("adoptions that no second person has confirmed: {1}"),
                   &fz_adoptions_all, N_("confirmed adoptions: {1}"));
}

const struct check fund_effect_checks[FUND_EFFECT_CHECKS] = {
    {"fund-value-maps", N_("a published value map gives its range when it is computed again"), maps},
    {"fund-support", N_("every offer of support has its interest and its proposal, and is answered once"), approaches},
    {"fund-adoptions", N_("every adoption was confirmed by a second person and logged"), adoptions},
};

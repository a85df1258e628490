/* What `rise doctor` re-proves about gifts. */
#include "mod/fund/gift_impl.h"

#define DONE " JOIN fund_gift_import i ON i.id = g.import AND i.state = 'done'"

QUERY(fc_totals, "", "i",
      "SELECT COUNT(*) FROM (SELECT g.programme AS programme, g.project AS project, COUNT(*) AS n, COUNT(DISTINCT"
      " g.donor) AS donors, SUM(g.counted) AS raised FROM fund_gift g" DONE " WHERE g.counted > 0 GROUP BY g.programme,"
      " g.project) AS s LEFT JOIN fund_gift_total t ON t.programme = s.programme AND t.project = s.project WHERE"
      " t.project IS NULL OR t.gifts <> s.n OR t.donors <> s.donors OR t.raised <> s.raised");
QUERY(fc_totals_stray, "", "i",
      "SELECT COUNT(*) FROM fund_gift_total t WHERE NOT EXISTS (SELECT 1 FROM fund_gift g" DONE
      " WHERE g.counted > 0 AND g.programme = t.programme AND g.project = t.project)");
QUERY(fc_days, "", "i",
      "SELECT COUNT(*) FROM (SELECT g.programme AS programme, SUM(g.counted) AS raised FROM fund_gift g" DONE
      " WHERE g.counted > 0 GROUP BY g.programme) AS s WHERE s.raised <> COALESCE((SELECT SUM(d.raised) FROM"
      " fund_gift_day d WHERE d.programme = s.programme), 0)");
QUERY(fc_counts, "", "i",
      "SELECT COUNT(*) FROM (SELECT g.import AS import, g.found AS found, COUNT(*) AS n FROM fund_gift g" DONE
      " GROUP BY g.import, g.found) AS s LEFT JOIN fund_gift_count c ON c.import = s.import AND c.reason = s.found"
      " WHERE c.n IS NULL OR c.n <> s.n");
QUERY(
    fc_rows, "", "i",
    "SELECT COUNT(*) FROM fund_gift_import i WHERE i.state = 'done' AND i.row_count <> (SELECT COUNT(*) FROM fund_gift"
    " g WHERE g.import = i.id)");
QUERY(fc_reasons, "", "i",
      "SELECT COUNT(*) FROM fund_gift g" DONE " WHERE (g.reason = '' AND (g.counted <> g.amount - g.refunded OR"
      " g.counted <= 0 OR g.donor = 0 OR g.project = 0 OR g.holds = 0)) OR (g.reason <> '' AND g.counted <> 0)");
QUERY(
    fc_upheld, "", "i",
    "SELECT COUNT(*) FROM fund_gift g LEFT JOIN case_file c ON c.id = g.upheld WHERE g.upheld <> 0 AND (c.id IS NULL OR"
    " c.state <> 'upheld')");
QUERY(fc_not_upheld, "", "i",
      "SELECT COUNT(*) FROM fund_gift g" DONE " WHERE g.upheld = 0 AND g.reason = '' AND g.found <> ''");
QUERY(fc_refunds, "", "i",
      "SELECT COUNT(*) FROM fund_gift g" DONE " LEFT JOIN (SELECT r.part_of AS gift, SUM(r.refunded) AS taken FROM"
      " fund_gift r JOIN fund_gift_import j ON j.id = r.import AND j.state = 'done' WHERE r.part_of <> 0 AND r.found IN"
      " ('refund', 'refund-excess') GROUP BY r.part_of) AS t ON t.gift = g.id WHERE g.holds = 1 AND (g.refunded >"
      " g.amount OR g.refunded < 0 OR (g.refunded < g.amount AND g.refunded <> g.returned + COALESCE(t.taken, 0)))");
QUERY(
    fc_stage, "", "i",
    "SELECT COUNT(*) FROM fund_gift g JOIN fund_proposal p ON p.id = g.project WHERE g.counted > 0 AND (p.stage < 2 OR"
    " p.programme <> g.programme)");
QUERY(fc_files, "", "i",
      "SELECT COUNT(*) FROM fund_gift_file f JOIN fund_gift_import i ON i.id = f.import WHERE i.state <> 'waiting'");
QUERY(fc_all, "", "ii",
      "SELECT COUNT(*), CAST(COALESCE(SUM(g.counted), 0) AS BIGINT) FROM fund_gift g" DONE " WHERE g.counted > 0");

struct proof {
    const struct query *q;
    const char *says;
};

static rc prove(struct tx *tx, const struct proof *p, size_t n, struct buf *finding)
{
    rc result = OK;
    for (size_t i = 0; i < n; i++) {
        int64_t bad;
        TRY(db_one_int(tx, p[i].q, NOVALS, &bad));
        if (bad == 0)
            continue;
        buf_printf(finding, "%s%lld %s", finding->n ? "; " : "", (long long)bad, p[i].says);
        result = E_CORRUPT;
    }
    return result;
}

rc fund_check_gift_sums(struct app *app, struct tx *tx, struct buf *finding)
{
    static const struct proof p[] = {{&fc_totals, "projects whose raised sum differs from their gifts"},
                                     {&fc_totals_stray, "sums of projects without gifts"},
                                     {&fc_days, "rounds whose days do not add up"},
                                     {&fc_counts, "counts of imports that differ from their rows"},
                                     {&fc_rows, "imports with rows missing"}};
    struct rows r;
    (void)app;
    TRY(prove(tx, p, sizeof p / sizeof p[0], finding));
    TRY(db_one(tx, &fc_all, NOVALS, &r));
    buf_printf(finding, "%lld gifts, NT$%lld", (long long)row_int(&r, 0), (long long)row_int(&r, 1));
    return rows_end(&r);
}

rc fund_check_gift_rows(struct app *app, struct tx *tx, struct buf *finding)
{
    static const struct proof p[] = {{&fc_reasons, "gifts whose reason and amount contradict each other"},
                                     {&fc_upheld, "gifts that count by an appeal nobody upheld"},
                                     {&fc_not_upheld, "gifts that count although they were excluded"},
                                     {&fc_refunds, "gifts whose refunds are more than the gift, or do not add up"},
                                     {&fc_stage, "gifts counted for proposals that were not chosen"},
                                     {&fc_files, "uploaded files that were not removed"}};
    (void)app;
    return prove(tx, p, sizeof p / sizeof p[0], finding);
}

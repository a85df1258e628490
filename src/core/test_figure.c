#include "base/buf.h"
#include "core/figure.h"
#include "dbt.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

QUERY(test_figure_plain, "i", "ti", "SELECT 'a, b', $1 UNION ALL SELECT '=1+1', -2 ORDER BY 1 DESC");
QUERY(test_figure_series, "i", "tti", "SELECT '2026', 'x', $1");
QUERY(test_figure_wrong, "", "ti", "SELECT 'a', 1");

static const struct figure plain = {
    .code = "t.plain", .title = "T", .definition = "D", .unit = "points", .query = &test_figure_plain};
static const struct figure series = {
    .code = "t.series", .title = "T", .definition = "D", .unit = "points", .query = &test_figure_series};
static const struct figure wrong = {
    .code = "t.wrong", .title = "T", .definition = "D", .unit = "points", .query = &test_figure_wrong};

START_TEST(runs_and_writes)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    struct arena *a = arena_new(65536);
    struct figure_point *p;
    struct tx *tx;
    size_t n;
    BUF_SCOPED csv = BUF_INIT(65536);
    t_ok(db_read_begin(db, &tx));
    t_ok(figure_run(tx, &plain, 42, &p, &n, a));
    ck_assert_uint_eq(n, 2);
    t_str(p[0].label, STR("a, b"));
    ck_assert_int_eq(p[0].value, 42);
    figure_csv(&csv, &plain, LANG_EN, p, n);
    t_str(buf_str(&csv), STR("\xEF\xBB\xBFLabel,points\r\n\"a, b\",42\r\n'=1+1,-2\r\n"));
    t_ok(figure_run(tx, &series, 1, &p, &n, a));
    t_str(p[0].series, STR("x"));
    buf_clear(&csv);
    figure_csv(&csv, &series, LANG_EN, p, n);
    t_str(buf_str(&csv), STR("\xEF\xBB\xBFLabel,Series,points\r\n2026,x,1\r\n"));
    t_rc(figure_run(tx, &wrong, 1, &p, &n, a), E_INTERNAL);
    db_read_end(tx);
    arena_free(a);
    dbt_close(db);
}
END_TEST

DBT_MAIN("core/figure", runs_and_writes)

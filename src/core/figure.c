#include "core/figure.h"

#include "base/csv.h"
#include "base/vec.h"

static bool has_series(const struct figure *f)
{
    return strlen(f->query->cols) == 3;
}

static bool fits(const struct figure *f)
{
    const char *cols = f->query->cols;
    bool two = strcmp(cols, "ti") == 0 || strcmp(cols, "tI") == 0;
    bool three = strcmp(cols, "tti") == 0 || strcmp(cols, "ttI") == 0;
    return (two || three) && strcmp(f->query->params, "i") == 0;
}

rc figure_run(struct tx *tx, const struct figure *f, id programme, struct figure_point **out, size_t *n,
              struct arena *a)
{
    VEC(struct figure_point) list = {0};
    struct rows r;
    rc code = OK;
    if (!fits(f))
        return E_INTERNAL;
    int value = has_series(f) ? 2 : 1;
    TRY(db_select(tx, f->query, VALS(v_int(programme)), &r));
    while (code == OK && rows_next(&r)) {
        struct figure_point *p = list.n < FIGURE_POINTS_MAX ? VEC_ADD(&list, a) : NULL;
        if (p)
            *p = (struct figure_point){row_dup(&r, 0, a), has_series(f) ? row_dup(&r, 1, a) : STR_EMPTY,
                                       row_int(&r, value)};
        if (!p || !p->label.p || !p->series.p)
            code = list.n == FIGURE_POINTS_MAX ? E_LIMIT : arena_rc(a);
    }
    rc ended = rows_end(&r);
    *out = list.v;
    *n = list.n;
    return code != OK ? code : ended;
}

void figure_csv(struct buf *out, const struct figure *f, enum lang lang, const struct figure_point *points, size_t n)
{
    bool first = true;
    buf_put(out, STR("\xEF\xBB\xBF"));
    csv_put(out, &first, str_of(tr(lang, N_("Label"))));
    if (has_series(f))
        csv_put(out, &first, str_of(tr(lang, N_("Series"))));
    csv_put(out, &first, str_of(tr(lang, f->unit)));
    csv_eol(out, &first);
    for (size_t i = 0; i < n; i++) {
        csv_put(out, &first, points[i].label);
        if (has_series(f))
            csv_put(out, &first, points[i].series);
        csv_puti(out, &first, points[i].value);
        csv_eol(out, &first);
    }
}

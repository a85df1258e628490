/* Figures: published indicators with definition, source query and date; shown as chart with its table beside, and as
 * CSV. */
#ifndef RISE_CORE_FIGURE_H
#define RISE_CORE_FIGURE_H

#include "base/arena.h"
#include "base/id.h"
#include "db/db.h"
#include "web/components.h"
#include "web/i18n.h"

enum { FIGURE_POINTS_MAX = 10000 };

struct figure {
    const char *code;          /* "market.renewal-rate" */
    const char *title;         /* msgid */
    const char *definition;    /* msgid: how it is counted, in words */
    const char *unit;          /* msgid */
    enum chart_kind chart;     /* CHART_NONE: the table alone */
    const struct query *query; /* columns: label (t), value (i) or label, series (t), value; parameter: programme (i) */
    bool is_public;
};
struct figure_point {
    str label, series; /* series "" when there is one only */
    int64_t value;
};

/* E_INTERNAL when the query's columns or parameters are others; E_LIMIT past FIGURE_POINTS_MAX. */
rc figure_run(struct tx *tx, const struct figure *f, id programme, struct figure_point **out, size_t *n,
              struct arena *a);
/* A heading in the reader's language, then one record a point; UTF-8 with byte-order mark, as spreadsheets want it. */
void figure_csv(struct buf *out, const struct figure *f, enum lang lang, const struct figure_point *points, size_t n);
#endif

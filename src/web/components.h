/* Components: what pages are made of. Each is a view or a C function view_NAME(struct buf *, const struct ctx *, …),
 * called as
 * {{call NAME(…)}}. The style guide (src/web/views/styleguide.html, `GET /about/styleguide`) shows them all.
 *
 * Everything is written for the request's life; strings are borrowed. Labels and texts are msgids unless they are str.
 */
#ifndef RISE_WEB_COMPONENTS_H
#define RISE_WEB_COMPONENTS_H

#include "web/html.h"

/* ---- form fields, driven by their row of the input spec ----
 * {{call field(&order_input, "email", p->email)}} shows what was typed when c->in is of this spec, else the initial
 * text (STR_EMPTY: nothing). The kind of control follows the type: F_CHOICE radios up to 5 choices, else a list;
 * F_LINES textarea; F_BOOL one checkbox … F_CHOICES takes its initial values separated by commas. The error of c->err
 * for this field stands above the control, and its id is f-NAME. */
struct control {
    const struct field *f;
    str value;
    const struct err_msg *error; /* NULL: none */
    const char *describedby;     /* aria-describedby; NULL: none */
    const char *width;           /* class; "" none */
    int64_t min, max;            /* the type's defaults filled in */
    int64_t bits;                /* F_CHOICES */
};
struct control control_of(const struct ctx *c, const struct input_spec *spec, const char *name, str initial);
const struct err_msg *error_of(const struct ctx *c, const char *name); /* of the field of this name; NULL: none */
const char *control_type(const struct field *f);                       /* the input's type */
size_t choice_count(const struct choice *choices);
bool choice_on(const struct control *k, size_t i);

/* Choices known at run time only: {{call select(&(struct options){…})}} or radios. */
struct option {
    str value;
    str label;
    str hint;
};
struct options {
    const char *name;
    const char *label; /* msgid */
    const char *hint;  /* msgid or NULL */
    const struct option *v;
    size_t n;
    str value;    /* the chosen one */
    bool submits; /* changing it sends the form (with JavaScript; a button stands beside it without) */
};

/* A spoken list of errors at the top, each linked to its field. The layout `page` calls it whenever c->err holds
 * something. */
void view_error_text(struct buf *o, const struct ctx *c, const struct err_msg *m);

/* ---- parts ---- */
/* {{call tag("green", N_("Active"))}}: grey blue teal green yellow orange red purple */

struct pages {
    int64_t page, pages, total;
    str path;  /* "/market/catalogue" */
    str query; /* without page=, "" none */
};
struct pages pages_of(int64_t page, int64_t per_page, int64_t total, str path,
                      str query); /* page from 1, cut to what exists */
str query_without(const struct ctx *c,
                  const char *name); /* this request's query without one name (and without lang); arena */
/* This request's query without one of its names, at `path`: "leave out one condition". */
url address_without(const struct ctx *c, const char *path, const char *name);
/* A condition of a search that found nothing, and how much it would find without it. */
struct relax {
    const char *name;  /* of the filter's field */
    const char *label; /* msgid: "the category" */
    bool asked;
    int64_t found;
};
/* For {{call pagination(&p->pages)}}: the numbers to show; 0 is a gap. Returns how many, at most 9. */
int pages_shown(const struct pages *p, int64_t shown[9]);

url page_address(const struct ctx *c, const struct pages *p, int64_t page);

/* A figure in a row of figures: {{call tile(N_("Points left"), VIEW_ARG(p->left), N_("until the end of the year"))}};
 * note may be NULL. */
void view_value(struct buf *o, const struct ctx *c, struct view_arg v);

/* How far something got, as a line of steps: done before `at`, current at `at`. */
struct steps {
    const char *const *labels;
    size_t n;
    size_t at;
    bool failed;
};

/* Long work: {{call progress(&(struct progress){.percent = j->percent, .text = N_("Reading the file"), .events =
 * path})}}. With JavaScript it follows the address of events (SSE with data {"percent":…,"text":…,"done":…}), without
 * it the page reloads (struct page .refresh). */
struct progress {
    int percent;
    const char *text; /* msgid */
    str events;       /* "" none */
    str next;         /* where to go at 100 %; "" stay */
};

/* Stars: tenths 0–50. */
struct stars {
    int64_t tenths;
    int64_t count;
};
const char *star_fill(struct stars s, int i);        /* of the i-th star from 1: "none", "half", "full" */
str stars_text(const struct ctx *c, struct stars s); /* "4.5"; arena */

/* ---- figures ---- */
/* A chart with its data table: the table is the truth and stands in the page; a module draws the picture from it. */
/* CHART_RANGE: three series, one lying bar a row from the first to the third, a line at the second. */
enum chart_kind { CHART_BAR, CHART_LINE, CHART_STACK, CHART_RANGE, CHART_NONE /* the table alone */ };
struct chart_row {
    str label;
    const int64_t *v;
};
struct chart {
    const char *title; /* msgid */
    enum chart_kind kind;
    const char *label;         /* msgid: heading of the first column */
    const char *const *series; /* msgids: headings of the figures */
    size_t n_series;
    const struct chart_row *rows;
    size_t n_rows;
    money_unit unit;    /* UNIT_NONE: plain counts */
    bool permille;      /* the figures are thousandths, shown as per cent */
    const char *source; /* msgid: where the figures come from; may be NULL */
    str csv;            /* path of the download; "" none */
};
const char *chart_kind_name(enum chart_kind k);
struct view_arg chart_value(const struct chart *p, int64_t v);

#endif

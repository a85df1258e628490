/* Private to the pages of gifts: what their handlers hand to their views. */
#ifndef RISE_MOD_FUND_PAGES_GIFT_H
#define RISE_MOD_FUND_PAGES_GIFT_H

#include "core/import.h"
#include "mod/fund/gift.h"
#include "mod/fund/pages/pages.h"

extern const struct route_table fund_gift_routes;
extern const struct route_table fund_gift_office_routes;
extern const struct route_table fund_gift_import_routes;

/* ---- pages_gift.c: the donor ---- */
struct fund_look_page {
    const struct input_spec *by_code, *by_receipt;
    struct option *platforms;
    size_t n_platforms;
    str platform; /* as chosen */
    str hint;     /* a code to try, in a demonstration; "" none */
};
struct fund_gift_page {
    struct fund_gift g;
    struct programme round;
    struct fund_source source;
    struct fund_import import;
    const struct fund_reason *why; /* NULL: it counts */
    bool has_project, result;      /* the round's result is published */
    struct fund_proposal project;
    char code[GIFT_CODE_TYPED + 1];
    int64_t min;
    instant until; /* to appeal; 0: nothing to appeal against, or it is too late */
    bool appealed;
    struct fund_appeal appeal;
    const struct input_spec *spec;
};

/* ---- pages_gift_office.c, pages_gift_import.c ---- */
struct fund_gifts_page {
    struct fund_round_shown round;
    struct fund_source *sources;
    size_t n_sources;
    struct fund_import *imports;
    size_t n_imports;
    int64_t gifts, raised;
    size_t projects, appeals;
    bool can_add, can_import;
    const struct input_spec *add;
};
struct fund_source_page {
    struct fund_source source;
    struct fund_round_shown round;
    const struct input_spec *columns, *file, *look;
    str campaigns;
    bool can_import, looked;
    struct fund_sample {
        str heading[64], cell[5][64];
        size_t width, rows;
        const char *encoding;
    } * sample;
    struct options choice[GIFT_COLS]; /* of headings, once a sample was read */
};
struct fund_import_page {
    struct fund_import i;
    struct fund_reason_count *counts;
    size_t n_counts;
    struct import_report report;
    str reason;
    struct fund_gift *rows;
    size_t n_rows;
    int64_t next; /* row after which the next page begins; 0: none */
    bool open, can_undo;
    struct progress progress;
    const struct input_spec *undo;
};
struct fund_appeals_page {
    struct fund_round_shown round;
    bool decided;
    struct fund_appeal *v;
    size_t n;
};
struct fund_appeal_page {
    struct fund_appeal a;
    struct fund_gift g;
    struct fund_source source;
    const struct fund_reason *why;
    bool can_decide;
    const struct input_spec *spec;
    struct option decisions[2];
};
struct fund_clusters_page {
    struct fund_round_shown round;
    struct fund_cluster *v[FUND_TRAITS];
    size_t n[FUND_TRAITS];
};
/* The round that the query names, else the youngest in crowdfunding or counting, else the latest. */
rc fund_gift_round(struct ctx *c, struct fund_round_shown *out, bool *done);
const char *fund_import_colour(str state);
const char *fund_import_label(str state); /* msgid */
const char *fund_appeal_colour(str state);
const char *fund_appeal_label(str state);
const char *fund_reason_label(str reason); /* msgid; "": it counts */
str fund_cluster_name(const struct ctx *c, int64_t key);
str fund_error_text(const struct ctx *c, const struct import_error *e);

#endif

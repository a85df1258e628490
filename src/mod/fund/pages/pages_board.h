/* Private to the pages of the review: reviewers' (/fund/board), officers' (/fund/office/board), published decisions. */
#ifndef RISE_MOD_FUND_PAGES_BOARD_H
#define RISE_MOD_FUND_PAGES_BOARD_H

#include "mod/fund/pages/pages.h"
#include "mod/fund/review.h"

extern const struct route_table fund_reviewer_routes, fund_sheet_routes, fund_board_routes, fund_board_people_routes,
    fund_board_assign_routes, fund_board_result_routes, fund_board_decision_routes, fund_decision_routes;

/* ---- pages_board_common.c ---- */
/* Where a page stands: the round and the panel it is about. */
struct fund_board_at {
    struct fund_round_shown round;
    enum fund_stage stage;
    const char *stage_name, *stage_label; /* as in addresses; msgid */
    struct fund_panel panel;              /* when has_panel */
    bool has_panel;
    bool is_phase; /* the round is in the panel's phase */
};
extern const struct choice fund_panel_names[]; /* "first", "second", "awards" */
/* Fields of every input spec here, so that a refused form leads back to its page. */
#define FUND_STAGE_FIELD                                                                                               \
    {                                                                                                                  \
        .name = "stage", .type = F_CHOICE, .choices = fund_panel_names, .label = N_("Stage")                           \
    }
#define FUND_BOARD_FIELDS FUND_ROUND_FIELD, FUND_STAGE_FIELD
/* From the query's round and stage; without them what is being reviewed now. For officers' pages. */
rc fund_board_at(const struct ctx *c, struct fund_board_at *out);
/* The same for reviewers: without a round the one where their work waits. E_DENIED FND-402. */
rc fund_board_at_of_reviewer(const struct ctx *c, struct fund_board_at *out, struct fund_reviewer *r);
/* What a form is about, from its hidden fields. */
rc fund_board_target(struct tx *tx, struct ctx *c, id *programme, enum fund_stage *stage);
/* The same for a form about one proposal, whose number stands in the path. E_NOTFOUND when it is none. */
rc fund_board_target_of(struct tx *tx, struct ctx *c, id *programme, int64_t *number);
/* Back to a page of the same round and stage. */
rc fund_board_go(struct ctx *c, const char *path);
rc fund_board_number(const struct ctx *c, int64_t *out);  /* the path's proposal number; E_NOTFOUND when it is none */
str fund_points_text(const struct ctx *c, int64_t milli); /* "7.400" */
str fund_permille_text(const struct ctx *c, int64_t permille); /* "98.3 %" */
str fund_sdgs_text(const struct ctx *c, uint32_t sdgs);        /* "3, 4" or "–" */
const char *fund_panel_colour(enum fund_panel_state s);
extern const struct choice fund_board_tabs[]; /* value: path; label */

/* ---- pages_reviewer.c ---- */
struct fund_reviewer_home_page {
    struct fund_board_at at;
    struct fund_reviewer r;
    bool invited_nowhere, is_signed;
    struct fund_assignment *rows;
    size_t n, submitted, drafted;
};
struct fund_statement_page {
    struct fund_board_at at;
    struct fund_reviewer r;
    bool is_signed;
    str hash;
};
struct fund_bids_page {
    struct fund_board_at at;
    struct fund_conflict *conflicts;
    size_t n_conflicts;
    struct fund_bid_row *rows;
    size_t n;
    str query, field;
    struct pages pages;
};
struct fund_declare_page {
    struct fund_board_at at;
    const struct input_spec *spec;
    struct fund_proposal p;
    struct fund_author *authors;
    size_t n_authors;
    str team;
    bool conflict;
};

/* ---- pages_sheet.c ---- */
struct fund_sheet_page {
    struct fund_board_at at;
    const struct input_spec *spec, *decline;
    struct fund_sheet s;
    struct fund_attachment *files;
    size_t n_files;
    bool takes;                /* scores are taken now */
    str scores[FUND_CRITERIA]; /* as the form shows them: "", "x", "0" … */
};

/* ---- pages_board.c, pages_board_people.c ---- */
struct fund_overview_page {
    struct fund_board_at at;
    const struct input_spec *close, *due;
    struct fund_progress progress;
    size_t reviewers, accepted, is_signed;
    int64_t conflicts;
    size_t candidates;
    struct programme *rounds;
    size_t n_rounds;
};
struct fund_people_row {
    struct fund_reviewer r;
    int64_t assigned, submitted;
    bool is_signed;
};
struct fund_people_page {
    struct fund_board_at at;
    const struct input_spec *spec;
    struct fund_people_row *rows;
    size_t n;
};
struct fund_person_page {
    struct fund_board_at at;
    const struct input_spec *change, *dismiss;
    struct fund_reviewer r;
    struct fund_assignment *rows;
    size_t n;
    str fields, sdgs; /* values of the boxes, separated by commas */
};
struct fund_people_import_page {
    struct fund_board_at at;
    const struct input_spec *spec;
    bool done;
    struct import_report result;
};

/* ---- pages_board_assign.c ---- */
struct fund_conflicts_page {
    struct fund_board_at at;
    const struct input_spec *add, *lift;
    struct fund_conflict *rows;
    size_t n;
    struct option *reviewers;
    size_t n_reviewers;
    struct pages pages;
};
struct fund_assign_page {
    struct fund_board_at at;
    const struct input_spec *add, *remove;
    bool fair, open;
    struct fund_assign_plan plan;
    struct fund_progress progress;
    struct fund_assignment *rows; /* of this page */
    size_t n;
    struct pages pages;
    struct option *reviewers;
    size_t n_reviewers;
    str why; /* there is no assignment: which constraint, and what would help */
    int32_t load_least, load_most;
};

/* ---- pages_board_results.c ---- */
struct fund_progress_row {
    str name;
    int64_t assigned, drafted, submitted;
};
struct fund_progress_page {
    struct fund_board_at at;
    struct fund_progress progress;
    struct fund_progress_row *rows;
    size_t n;
    struct fund_assignment *missing; /* reviews not submitted */
    size_t n_missing;
};
struct fund_results_page {
    struct fund_board_at at;
    struct fund_results results;
    bool all;
    size_t shown;
};

/* ---- pages_board_decision.c ---- */
struct fund_decide_page {
    struct fund_board_at at;
    const struct input_spec *deviate, *propose, *withdraw;
    struct fund_draft draft;
    size_t shown;
    bool barred; /* the reader is an author of a candidate */
    bool has_decision;
    struct fund_decision decision;
    struct fund_decided *decided;
    size_t n_decided;
    str number; /* prefilled */
};
const char *fund_take_label(enum fund_stage stage, int take); /* msgid */

/* ---- pages_decisions.c ---- */
struct fund_published {
    struct fund_board_at at;
    struct fund_decision decision;
    struct fund_decided *rows;
    size_t n;
};
struct fund_decisions_page {
    struct fund_round_shown round;
    struct fund_published v[3];
    size_t n;
};
struct fund_my_reviews_page {
    struct fund_board_at at[3];
    struct fund_proposal p;
    struct fund_review_row *rows[3];
    size_t n_rows[3], n;
};

#endif

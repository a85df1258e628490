/* Private to the fund's pages: what several of them share.
 *
 * Pages are about one round: the query's `round` (a programme's code) or, without it, the latest. */
#ifndef RISE_MOD_FUND_PAGES_H
#define RISE_MOD_FUND_PAGES_H

#include "mod/fund/call.h"
#include "mod/fund/effects.h"
#include "mod/fund/publish.h"
#include "web/components.h"
#include "web/dispatch.h"
#include "web/route.h"

#define OFFICE  (AS_OFFICER | AS_AUDITOR | AS_ADMIN) /* may look */
#define DECIDES (AS_OFFICER | AS_ADMIN)              /* may act */

/* A round as pages show it, beside its programme. */
struct fund_round_shown {
    struct fund_round r;
    struct programme p;
    str query; /* "?round=CODE" for links to pages of the same round; "" for the latest */
    instant now;
};
/* The field that every page's input spec has: {.name = "round", …}. */
#define FUND_ROUND_FIELD                                                                                               \
    {                                                                                                                  \
        .name = "round", .type = F_TEXT, .max = 40, .label = N_("Round")                                               \
    }
/* FND-001 when there is none or no such. `code` "": the latest. */
rc fund_round_shown(const struct ctx *c, str code, struct fund_round_shown *out);
str round_link(const struct ctx *c, const char *path, const struct fund_round_shown *round); /* for views */
const char *fund_state_colour(enum fund_state s);                                            /* of its tag */
/* A line of steps: `label` of 0 … n − 1; all before `at` are done. */
struct steps fund_steps(const struct ctx *c, int n, int at, const char *(*label)(int));
const char *fund_phase_step(int phase);
const char *fund_stage_step(int stage);
/* "No round yet" as an answer, not a failure, when fund_round_shown says FND-001 without a code. */
rc fund_no_round(struct ctx *c);
/* The query's round, or the latest; E_NOTFOUND with an answer already given when there is none (then *done). */
rc fund_round_asked(struct ctx *c, struct fund_round_shown *out, bool *done);
/* All rounds, to choose one; with `any` the first entry is "": every round. */
rc fund_round_options(struct ctx *c, bool any, struct option **out, size_t *n);
int fund_goals(uint32_t sdgs, int out[FUND_SDGS]); /* numbers of the goals, from 1; returns how many */

extern const struct route_table fund_call_routes;
extern const struct route_table fund_gallery_routes;
extern const struct route_table fund_proposal_routes;
extern const struct route_table fund_team_routes;
extern const struct route_table fund_office_routes;
extern const struct route_table fund_check_routes;

/* ---- pages_call.c: the front page ---- */
enum fund_todo { FUND_TODO_WAIT, FUND_TODO_HAND_IN, FUND_TODO_READ, FUND_TODO_GIVE, FUND_TODO_RESULTS };
struct fund_round_line {
    struct programme p;
    enum fund_phase phase;
};
struct fund_home_page {
    struct fund_round_shown round;
    struct fund_counts counts;
    int64_t places[FUND_STAGES]; /* of the stages that have places */
    struct money budget;
    enum fund_todo todo;
    size_t mine; /* proposals of the reader's teams in any round */
    struct fund_round_line *rounds;
    size_t n_rounds;
};

/* ---- pages_gallery.c ---- */
enum { FUND_RELAX = 6 };
struct fund_gallery_page {
    const struct input_spec *spec;
    struct fund_round_shown round;
    struct option *rounds;
    size_t n_rounds;
    const struct fund_sort *sort;
    str query;
    const struct fund_card *cards;
    size_t n;
    struct pages pages;
    struct relax relax[FUND_RELAX];
    size_t n_relax;
};
struct fund_public_page {
    struct fund_round_shown round;
    struct fund_proposal p;
    str team, organisations; /* of the authors, each once, separated by 、 or commas */
    struct steps steps;
    bool has_line; /* the tally was published with this line of it */
    struct fund_score_line line;
    bool has_map;
    struct fund_map_version map;
    struct fund_adoption *adoptions; /* confirmed ones */
    size_t n_adoptions;
};

/* ---- pages_proposal.c, pages_team.c: a team's own ---- */
struct fund_mine_page {
    struct fund_round_shown round;
    bool open, no_round; /* the call of the shown round is open; there is no round at all */
    struct fund_proposal *v;
    size_t n;
};
struct fund_own_page {
    struct fund_proposal p;
    struct fund_round_shown round;
    str team;
    bool open; /* can be changed now */
    instant until;
    struct case_event *events;
    size_t n_events;
    struct fund_author *authors;
    size_t n_authors;
    struct member *members;
    size_t n_members;
    struct fund_attachment *files;
    size_t n_files;
    struct fund_submission *submissions;
    size_t n_submissions;
    struct err missing; /* what is not there yet; code OK: complete */
    const struct input_spec *author, *member, *file, *reason;
    int64_t files_most;
    int64_t waiting; /* offers of support that the team has not answered */
    str path;        /* "/fund/my/ID" */
};
struct fund_edit_page {
    struct fund_proposal p;
    const struct input_spec *spec;
    str team, path;
    bool newer; /* somebody else has saved: the texts of `p` stand beside what was typed */
    instant until;
};
str fund_goal_list(const struct ctx *c, uint32_t sdgs); /* "3,10": initial value of the form */
/* The text of a field of the spec as it is saved now; "" when it is no text. */
str fund_saved_text(const struct fund_edit_page *p, const char *field);
bool fund_differs(const struct ctx *c, const struct fund_edit_page *p, const char *field);

rc fund_own_proposal(const struct ctx *c, struct tx *tx, struct fund_proposal *out); /* FND-006: not of his team */
rc fund_own_fill(struct ctx *c, struct fund_own_page *p); /* all but what only a team needs */

/* ---- pages_office.c, pages_check.c ---- */
struct fund_office_page {
    struct fund_round_shown round;
    struct fund_counts counts;
    size_t overdue; /* corrections whose deadline has passed */
    struct money budget, appropriated, paid;
    bool has_next;
};
struct fund_money_page {
    struct fund_round_shown round;
    struct money budget, appropriated, paid;
    const struct input_spec *spec;
};
struct fund_dates_page {
    struct fund_round_shown round;
    const struct input_spec *spec;
    str call_opens, call_closes, gifts_open, gifts_close; /* days for the form; "" for a new round */
};
struct fund_office_list_page {
    const struct input_spec *spec;
    struct fund_round_shown round;
    struct fund_listed *v;
    size_t n;
    struct pages pages;
};
struct fund_phase_page {
    struct fund_round_shown round;
    struct fund_counts counts;
    enum fund_phase next;
    const char *consequence; /* msgid */
    const struct input_spec *spec;
};
struct fund_check_page {
    struct fund_own_page own;
    struct case_row row;
    struct option *moves;
    size_t n_moves;
    const struct input_spec *spec;
};
const char *fund_move_label(str move);

#endif

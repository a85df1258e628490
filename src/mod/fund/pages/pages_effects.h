/* Private to the pages of what comes of proposals: what their handlers hand to their views. */
#ifndef RISE_MOD_FUND_PAGES_EFFECTS_H
#define RISE_MOD_FUND_PAGES_EFFECTS_H

#include "mod/fund/effects.h"
#include "mod/fund/pages/pages.h"

extern const struct route_table fund_sroi_routes;
extern const struct route_table fund_sroi_team_routes;
extern const struct route_table fund_support_routes;
extern const struct route_table fund_support_team_routes;
extern const struct route_table fund_adoption_routes;

/* ---- sroi_form.c, sroi_shown.c: the form of a value map, its result ---- */
extern const struct input_spec fund_map_input; /* cells by value_field(), "rate", "middle", "do" */
extern const struct input_spec fund_map_file_input;
enum { SROI_WARNINGS_MAX = 4, SROI_TORNADO = 12 };
/* A result in words and charts. Ranges are texts: "NT$1 to NT$2". */
struct fund_sroi_shown {
    struct value_result r;
    str ratio, base_ratio, pv, npv, base_npv, payback;
    struct chart tornado, years;
    str warnings[SROI_WARNINGS_MAX]; /* what a careful reader would ask */
    size_t n_warnings;
    str command; /* that computes the same from the CSV file */
};
rc fund_sroi_show(struct ctx *c, const struct value_map *m, struct fund_sroi_shown *s);
str fund_ratio_range(const struct ctx *c, const struct sroi_range *ratio); /* "1.84 to 4.12" */
str fund_twd_range(const struct ctx *c, int64_t low, int64_t high);        /* of thousandths */

struct fund_sroi_page {
    struct value_map m;
    str path; /* the form posts here; PATH/file takes a file */
    bool compute, computed;
    struct fund_sroi_shown s;
    /* a team's own */
    bool of_team;
    struct fund_proposal p;
    struct fund_map_version *versions;
    size_t n;
    bool is_public;
    int64_t version; /* shown; 0: a new one */
};
/* Rows as typed into a refused or posted form; then what the pressed button asks for. *csv: the file is wanted. */
rc fund_map_typed(struct ctx *c, struct value_map *m);
rc fund_map_button(struct ctx *c, struct value_map *m, bool *compute, bool *csv);
void fund_map_blank(struct value_map *m);
/* Computes when asked, writes the page; wrong cells are shown beside themselves. */
rc fund_sroi_answer(struct ctx *c, struct fund_sroi_page *p);
rc fund_map_file(struct ctx *c, struct fund_sroi_page *p); /* the uploaded file's rows */
rc fund_map_csv(struct ctx *c, const struct value_map *m); /* as the answer */
const char *fund_cell_label(size_t column, bool input);    /* msgid */

struct fund_sroi_public_page {
    struct fund_round_shown round;
    struct fund_proposal p;
    struct fund_map_version v;
    struct value_map m;
    struct fund_sroi_shown s;
};

/* ---- pages_support.c: a company's interests, and what fits ---- */
struct fund_support_home_page {
    struct fund_interest *interests;
    size_t n_interests;
    struct fund_approach *sent;
    size_t n_sent;
};
struct fund_interest_page {
    const struct input_spec *spec;
    struct fund_interest g;
    bool is_new;
    str path, fields, sdgs, kinds; /* initial values of the form */
};
struct fund_fits_page {
    const struct input_spec *spec, *send;
    struct fund_round_shown round;
    struct option *rounds;
    size_t n_rounds;
    struct fund_interest g;
    struct fund_ranked *v; /* of this page */
    size_t n;
    struct pages pages;
    struct fund_approach *sent; /* by this account, to know whom it has written to */
    size_t n_sent;
    int64_t number; /* of the proposal whose form is open; 0: none */
};
const struct fund_approach *fund_approach_in(const struct fund_approach *v, size_t n, id proposal);  /* NULL: none */
str fund_bit_list(const struct ctx *c, uint32_t bits, const struct choice *of, const char *between); /* labels */
str fund_bit_values(const struct ctx *c, uint32_t bits, const struct choice *of);                    /* "a,b" */
str fund_goal_numbers(const struct ctx *c, uint32_t sdgs);                                           /* "3, 10" */
const char *fund_approach_label(str state);
const char *fund_approach_colour(str state);

/* ---- pages_support_team.c: a team's side, the office's figures ---- */
struct fund_support_team_page {
    const struct input_spec *spec;
    struct fund_proposal p;
    struct fund_approach *received;
    size_t n_received;
    struct fund_interest_fit *fits;
    size_t n_fits;
    str back;
};
struct fund_support_office_page {
    struct fund_round_shown round;
    struct fund_approach_counts counts;
    struct fund_approach *v;
    size_t n;
};

/* ---- pages_adoption.c ---- */
struct fund_adoptions_page {
    const struct input_spec *spec;
    struct option *rounds;
    size_t n_rounds;
    struct fund_adoption *v;
    size_t n;
    struct pages pages;
    str csv; /* address of the same as a file */
    bool filtered;
};
struct fund_adoption_own_page {
    const struct input_spec *spec;
    struct fund_proposal p;
    struct fund_adoption *v;
    size_t n;
    bool may_record, decides;
    str path, back;
};
struct fund_adoption_office_page {
    const struct input_spec *spec;
    struct fund_round_shown round;
    struct fund_adoption *v;
    size_t n;
    int64_t adopted, chosen;
};
const char *fund_adoption_label(str state);
const char *fund_adoption_colour(str state);

#endif

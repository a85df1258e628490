/* Programmes: one running instance of a scheme, with its parameters by version and date.
 *
 * A parameter is (programme, name, valid from day, value); the value in force on a day is the latest whose day has
 * come. Values are never changed in place: a new one is added with its reason, and every version is in the public log.
 * Of two versions for the same day the later added one counts.
 *
 * Codes: PRG-001 E_NOTFOUND no such programme   PRG-002 E_NOTFOUND the parameter is not set for that day
 *     PRG-003 E_INVALID not a value of the parameter's type or outside its bounds   PRG-004 E_CONFLICT the code is
 * taken PRG-005 E_INVALID a reason is needed   PRG-006 E_CORRUPT a stored number is none
 *     PRG-007 E_NOTFOUND no such parameter   PRG-008 E_INVALID a day in the past */
#ifndef RISE_CORE_PROGRAMME_H
#define RISE_CORE_PROGRAMME_H

#include "base/arena.h"
#include "base/id.h"
#include "core/act.h"
#include "db/db.h"
#include "http/input.h"

struct programme {
    id id;
    str module;
    str code; /* "tcloud-2026" */
    str name_zh, name_en;
    day opens, closes;
};

/* For forms that add to a programme's budget. */
#define PROGRAMME_DECISION_FIELD                                                                                       \
    {                                                                                                                  \
        .name = "reason", .type = F_LINES, .required = true, .max = 500, .label = N_("Decision it rests on"),          \
        .hint =                                                                                                        \
            N_("For example the number of the budget decision. It stands in the public log as part of the record.")    \
    }
#define PROGRAMME_BUDGET_MOST INT64_C(100000000000) /* of one addition, points or NT dollars */

rc programme_add(struct tx *tx, const struct programme *p);
rc programme_get(struct tx *tx, id programme, struct programme *out, struct arena *a);
rc programme_by_code(struct tx *tx, str code, struct programme *out, struct arena *a);
rc programme_list(struct tx *tx, str module, struct programme **out, size_t *n, struct arena *a);

enum param_type { PARAM_INT, PARAM_MONEY, PARAM_DAYS, PARAM_PERMILLE, PARAM_TEXT, PARAM_BOOL };
/* A module's declaration of a parameter it reads. */
struct param_def {
    const char *name;
    enum param_type type;
    const char *label;  /* msgid */
    const char *source; /* law or decision, msgid */
    int64_t min, max;
};
/* With what a new programme starts with; `choices` are all the words that a PARAM_TEXT may be. */
struct param_decl {
    struct param_def def;
    int64_t value;
    const char *text;             /* PARAM_TEXT only */
    const char *unit;             /* msgid or NULL */
    const struct choice *choices; /* PARAM_TEXT only; NULL: any words */
};
struct param_table {
    const struct param_decl *v;
    size_t n;
};
const struct param_decl *param_find(const struct param_table *t, str name); /* NULL: no such parameter */
rc param_declare_all(const struct act *x, const struct param_table *t, id programme, day from);
/* An officer's change, from a day on that has not passed: a value that worked back in time would change what was
 * already decided. Codes PRG-003, PRG-005, PRG-007 E_NOTFOUND no such parameter, PRG-008 E_INVALID a day in the past.
 */
rc param_change(const struct act *x, const struct param_table *t, id programme, str name, day from, str value,
                str reason);

/* Reads a person's text as a value of the parameter: E_INVALID PRG-003 at the field "value" says what is allowed.
 * *number is 0 for PARAM_TEXT. */
rc param_parse(const struct param_decl *p, str text, int64_t *number, struct err *err);

rc param_int(struct tx *tx, id programme, const char *name, day on, int64_t *out); /* E_NOTFOUND PRG-002: not set */
/* By the programme's code; `otherwise` when there is no such programme or it does not set the parameter. Neither is
 * reported, so that an error reported before stays. */
rc param_int_or(struct tx *tx, str programme, const char *name, day on, int64_t otherwise, int64_t *out);
/* The same for a parameter of words: whether it is `word`. */
rc param_is_or(struct tx *tx, str programme, const char *name, day on, str word, str otherwise, bool *out);
rc param_text(struct tx *tx, id programme, const char *name, day on, str *out, struct arena *a);
rc param_set_int(struct tx *tx, id programme, const char *name, day from, int64_t value, id by, str reason);
rc param_set_text(struct tx *tx, id programme, const char *name, day from, str value, id by, str reason);

struct param_version {
    str name;
    day from;
    str value;
    id by;
    str reason;
    instant at;
};
/* All versions, by name and then newest first. */
rc param_history(struct tx *tx, id programme, struct param_version **out, size_t *n, struct arena *a);
#endif

/* SQL boolean expressions over named values, evaluated in a locked-down in-memory SQLite: nothing can be read or
 * written but the values given. Two walls: the text is cut into tokens here and may hold only known names, literals,
 * operators and a short list of keywords and functions (no SELECT, no comments, no parameters, no quoting of names);
 * then SQLite's authorizer refuses everything but reading those values and calling those functions. Size, depth and
 * steps are limited.
 *
 * Truth has three values: an expression that SQL finds NULL is unknown.
 *
 * Allowed words: AND OR NOT IS NULL IN BETWEEN CASE WHEN THEN ELSE END TRUE FALSE; functions abs coalesce ifnull iif
 * length lower max min nullif round substr upper. Names and words are compared without case.
 *
 * Threads: a struct expr belongs to the thread that made it (one small database per thread, closed when the thread
 * ends). Codes: RUL-001 E_INVALID the expression is wrong, with the reason   RUL-002 E_LIMIT it is too long, or ran too
 * long */
#ifndef RISE_DB_RULE_EVAL_H
#define RISE_DB_RULE_EVAL_H

#include "db/db.h"

enum { EXPR_MAX = 4096 /* bytes */, EXPR_NAMES_MAX = 64, EXPR_NAME_MAX = 48 /* bytes */ };

enum expr_truth { EXPR_FALSE = 0, EXPR_TRUE = 1, EXPR_UNKNOWN = 2 };

enum expr_token_type { EXPR_NAME, EXPR_WORD, EXPR_INT, EXPR_TEXT, EXPR_OP };
struct expr_token {
    enum expr_token_type type;
    str text;  /* as written; without the quotes for EXPR_TEXT (inner quotes still doubled) */
    int name;  /* EXPR_NAME: index */
    int64_t i; /* EXPR_INT */
};

/* Takes the next token off *rest; false at the end. E_INVALID RUL-001 in *code for anything that does not belong. */
bool expr_next(str *rest, const char *const *names, size_t n_names, struct expr_token *out, rc *code, struct err *err);

struct expr;
/* names: letters, digits, underscore; *out owned by the caller. */
rc expr_new(const char *const *names, size_t n_names, str text, struct expr **out, struct err *err);
void expr_free(struct expr *e); /* NULL is allowed */
/* One value per name, VAL_NULL for unknown. */
rc expr_run(struct expr *e, const struct val *values, enum expr_truth *out, struct err *err);

#endif

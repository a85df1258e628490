#include "db/rule_eval.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/utf8.h"

enum { STEPS_MAX = 20000 /* virtual machine instructions of one evaluation */, DEPTH_MAX = 60 };

/* ---- the first wall: tokens ---- */

static const char *const words[] = {"and",  "or",   "not",  "is",   "null", "in",   "between",
                                    "case", "when", "then", "else", "end",  "true", "false"};
static const char *const functions[] = {"abs", "coalesce", "ifnull", "iif",   "length", "lower",
                                        "max", "min",      "nullif", "round", "substr", "upper"};
static const char *const operators[] = {"<=", ">=", "<>", "!=", "==", "||", "=", "<", ">",
                                        "+",  "-",  "*",  "/",  "%",  "(",  ")", ","};

static bool listed(str word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (str_ieq(word, str_of(list[i])))
            return true;
    }
    return false;
}

#define LISTED(word, list) listed((word), (list), sizeof(list) / sizeof(list)[0])

static bool is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static str take(str *rest, size_t n)
{
    str taken = str_sub(*rest, 0, n);
    *rest = str_sub(*rest, n, rest->n);
    return taken;
}

static rc unexpected(struct err *err, str what)
{
    return ERR(err, E_INVALID, "RUL-001", N_("The expression may not contain “{1}”."), what);
}

static rc take_word(str *rest, const char *const *names, size_t n_names, struct expr_token *out, struct err *err)
{
    size_t n = 0;
    while (n < rest->n && (is_alpha(rest->p[n]) || is_digit(rest->p[n])))
        n++;
    out->text = take(rest, n);
    for (size_t i = 0; i < n_names; i++) {
        if (str_ieq(out->text, str_of(names[i]))) {
            out->type = EXPR_NAME;
            out->name = (int)i;
            return OK;
        }
    }
    out->type = EXPR_WORD;
    str after = str_trim(*rest);
    if (LISTED(out->text, words) || (LISTED(out->text, functions) && after.n > 0 && after.p[0] == '('))
        return OK;
    return unexpected(err, out->text);
}

static rc take_number(str *rest, struct expr_token *out, struct err *err)
{
    size_t n = 0;
    while (n < rest->n && (is_digit(rest->p[n]) || is_alpha(rest->p[n]) || rest->p[n] == '.'))
        n++;
    out->type = EXPR_INT;
    out->text = take(rest, n);
    return str_to_i64(out->text, &out->i) == OK ? OK : unexpected(err, out->text);
}

static rc take_text(str *rest, struct expr_token *out, struct err *err)
{
    size_t n = 1;
    for (; n < rest->n && rest->p[n] != 0; n++) {
        if (rest->p[n] != '\'')
            continue;
        if (n + 1 < rest->n && rest->p[n + 1] == '\'') {
            n++;
            continue;
        }
        out->type = EXPR_TEXT;
        out->text = str_sub(*rest, 1, n - 1);
        (void)take(rest, n + 1);
        return OK;
    }
    return ERR(err, E_INVALID, "RUL-001", N_("A quotation mark is missing in the expression."));
}

static rc take_operator(str *rest, struct expr_token *out, struct err *err)
{
    if (str_starts(*rest, STR("--")) || str_starts(*rest, STR("/*")))
        return unexpected(err, str_sub(*rest, 0, 2));
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        if (str_starts(*rest, str_of(operators[i]))) {
            out->type = EXPR_OP;
            out->text = take(rest, strlen(operators[i]));
            return OK;
        }
    }
    return unexpected(err, str_sub(*rest, 0, 1));
}

bool expr_next(str *rest, const char *const *names, size_t n_names, struct expr_token *out, rc *code, struct err *err)
{
    while (rest->n > 0 && strchr(" \t\r\n", rest->p[0]) && rest->p[0] != 0)
        (void)take(rest, 1);
    *out = (struct expr_token){0};
    *code = OK;
    if (rest->n == 0)
        return false;
    if (is_alpha(rest->p[0]))
        *code = take_word(rest, names, n_names, out, err);
    else if (is_digit(rest->p[0]))
        *code = take_number(rest, out, err);
    else if (rest->p[0] == '\'')
        *code = take_text(rest, out, err);
    else
        *code = take_operator(rest, out, err);
    return *code == OK;
}

static rc unbalanced(struct err *err)
{
    return ERR(err, E_INVALID, "RUL-001", N_("The parentheses of the expression do not match."));
}

/* Every token allowed, parentheses balanced: the text cannot leave the place where it is put. */
static rc check_tokens(const char *const *names, size_t n_names, str text, struct err *err)
{
    struct expr_token t;
    int depth = 0;
    rc code;
    if (text.n > EXPR_MAX || n_names > EXPR_NAMES_MAX)
        return ERR(err, E_LIMIT, "RUL-002", N_("The expression is too long."));
    if (str_trim(text).n == 0)
        return ERR(err, E_INVALID, "RUL-001", N_("The expression is empty."));
    if (!utf8_valid(text))
        return ERR(err, E_INVALID, "RUL-001", N_("The expression is not UTF-8 text."));
    while (expr_next(&text, names, n_names, &t, &code, err)) {
        if (t.type != EXPR_OP)
            continue;
        depth += t.text.p[0] == '(' ? 1 : t.text.p[0] == ')' ? -1 : 0;
        if (depth < 0 || depth > DEPTH_MAX)
            return unbalanced(err);
    }
    TRY(code);
    return depth == 0 ? OK : unbalanced(err);
}

static rc check_names(const char *const *names, size_t n_names, struct err *err)
{
    for (size_t i = 0; i < n_names; i++) {
        str name = str_of(names[i]);
        bool good = name.n > 0 && name.n <= EXPR_NAME_MAX && is_alpha(name.p[0]) && !LISTED(name, words) &&
                    !LISTED(name, functions);
        for (size_t k = 0; k < name.n; k++)
            good = good && (is_alpha(name.p[k]) || is_digit(name.p[k]));
        if (!good)
            return unexpected(err, name);
    }
    return OK;
}

/* ---- the second wall: SQLite itself ---- */

static int authorize(void *arg, int action, const char *a, const char *b, const char *c, const char *d)
{
    (void)arg, (void)c, (void)d;
    if (action == SQLITE_SELECT)
        return SQLITE_OK;
    if (action == SQLITE_FUNCTION && b && LISTED(str_of(b), functions))
        return SQLITE_OK;
    if (action == SQLITE_READ && a && strcmp(a, "facts") == 0)
        return SQLITE_OK;
    return SQLITE_DENY;
}

static int out_of_steps(void *arg)
{
    (void)arg;
    return 1;
}

static pthread_key_t evaluator_key;
static pthread_once_t evaluator_once = PTHREAD_ONCE_INIT;

static void evaluator_close(void *p)
{
    sqlite3_close_v2(p);
}

static void evaluator_init(void)
{
    if (pthread_key_create(&evaluator_key, evaluator_close) != 0)
        abort(); /* out of the process's keys, at start */
}

static void lock_down(sqlite3 *s)
{
    sqlite3_limit(s, SQLITE_LIMIT_SQL_LENGTH, EXPR_MAX + EXPR_NAMES_MAX * (EXPR_NAME_MAX + 16) + 64);
    sqlite3_limit(s, SQLITE_LIMIT_LENGTH, 1 << 20);
    sqlite3_limit(s, SQLITE_LIMIT_EXPR_DEPTH, 2 * DEPTH_MAX);
    sqlite3_limit(s, SQLITE_LIMIT_COMPOUND_SELECT, 1);
    sqlite3_limit(s, SQLITE_LIMIT_FUNCTION_ARG, 8);
    sqlite3_limit(s, SQLITE_LIMIT_ATTACHED, 0);
    sqlite3_limit(s, SQLITE_LIMIT_TRIGGER_DEPTH, 0);
    sqlite3_db_config(s, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(s, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_set_authorizer(s, authorize, NULL);
}

static rc evaluator(sqlite3 **out)
{
    pthread_once(&evaluator_once, evaluator_init);
    *out = pthread_getspecific(evaluator_key);
    if (*out)
        return OK;
    if (sqlite3_open_v2(":memory:", out, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY | SQLITE_OPEN_NOMUTEX, NULL) !=
            SQLITE_OK ||
        pthread_setspecific(evaluator_key, *out) != 0) {
        sqlite3_close_v2(*out);
        return E_NOMEM;
    }
    lock_down(*out);
    return OK;
}

struct expr {
    sqlite3_stmt *stmt;
    size_t n;
};

rc expr_new(const char *const *names, size_t n_names, str text, struct expr **out, struct err *err)
{
    sqlite3 *s;
    *out = NULL;
    TRY(check_tokens(names, n_names, text, err));
    TRY(check_names(names, n_names, err));
    TRY(evaluator(&s));
    BUF_SCOPED sql = BUF_INIT(EXPR_MAX + EXPR_NAMES_MAX * (EXPR_NAME_MAX + 16) + 64);
    buf_put(&sql, STR("SELECT ("));
    buf_put(&sql, text);
    buf_put(&sql, STR(") FROM (SELECT 0"));
    for (size_t i = 0; i < n_names; i++)
        buf_printf(&sql, ", ?%zu AS %s", i + 1, names[i]);
    buf_put(&sql, STR(") AS facts"));
    TRY(buf_rc(&sql));
    sqlite3_stmt *stmt = NULL;
    if (sqlite3_prepare_v2(s, sql.p, (int)sql.n, &stmt, NULL) != SQLITE_OK)
        return ERR(err, E_INVALID, "RUL-001", N_("The expression cannot be read: {1}."), str_of(sqlite3_errmsg(s)));
    *out = calloc(1, sizeof **out);
    if (!*out) {
        sqlite3_finalize(stmt);
        return E_NOMEM;
    }
    **out = (struct expr){stmt, n_names};
    return OK;
}

void expr_free(struct expr *e)
{
    if (e)
        sqlite3_finalize(e->stmt);
    free(e);
}

static int bind(sqlite3_stmt *stmt, int at, const struct val *v)
{
    switch (v->type) {
    case VAL_INT:
        return sqlite3_bind_int64(stmt, at, v->i);
    case VAL_TEXT:
        return sqlite3_bind_text64(stmt, at, v->s.p ? v->s.p : "", v->s.n, SQLITE_STATIC, SQLITE_UTF8);
    case VAL_BLOB:
    case VAL_NULL:
        break;
    }
    return sqlite3_bind_null(stmt, at);
}

rc expr_run(struct expr *e, const struct val *values, enum expr_truth *out, struct err *err)
{
    sqlite3 *s = sqlite3_db_handle(e->stmt);
    for (size_t i = 0; i < e->n; i++) {
        /* A name the expression does not use has no parameter in the compiled statement. */
        int bound = bind(e->stmt, (int)i + 1, &values[i]);
        if (bound != SQLITE_OK && bound != SQLITE_RANGE)
            return bound == SQLITE_TOOBIG ? E_LIMIT : E_NOMEM;
    }
    sqlite3_progress_handler(s, STEPS_MAX, out_of_steps, NULL);
    int step = sqlite3_step(e->stmt);
    rc code = OK;
    if (step == SQLITE_ROW)
        *out = sqlite3_column_type(e->stmt, 0) == SQLITE_NULL ? EXPR_UNKNOWN
               : sqlite3_column_double(e->stmt, 0) != 0       ? EXPR_TRUE
                                                              : EXPR_FALSE;
    else if (step == SQLITE_INTERRUPT)
        code = ERR(err, E_LIMIT, "RUL-002", N_("The expression takes too long."));
    else
        code = ERR(err, E_INVALID, "RUL-001", N_("The expression cannot be read: {1}."), str_of(sqlite3_errmsg(s)));
    sqlite3_reset(e->stmt);
    sqlite3_clear_bindings(e->stmt);
    return code;
}

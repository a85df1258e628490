/* A migration's SQL is written for SQLite; this turns it into PostgreSQL's.
 *
 * Column types change where a column is declared (CREATE TABLE's list, ALTER TABLE … ADD) and nowhere else, so a column
 * may well be called text. STRICT and WITHOUT ROWID behind the list fall away. Strings, quoted names and comments pass
 * through untouched. Everything else must be common to both engines: docs/adr/0002-one-sql.md. */
#include "db/engine.h"

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t until(str s, size_t from, str end)
{
    ptrdiff_t at = str_find(str_sub(s, from, SIZE_MAX), end);
    return at < 0 ? s.n : from + (size_t)at + end.n;
}

/* A quoted string or name ends at a quote that is not doubled. */
static size_t quoted_end(str s, size_t i)
{
    char quote = s.p[i++];
    while (i < s.n) {
        if (s.p[i++] != quote)
            continue;
        if (i == s.n || s.p[i] != quote)
            return i;
        i++;
    }
    return s.n;
}

enum token { T_SPACE, T_WORD, T_NAME, T_OTHER };

/* The next token of `s` from `i`; comments count as space, quoted strings as other, "names" as names. */
static enum token token_at(str s, size_t i, size_t *end)
{
    char c = s.p[i];
    if (c == '-' && i + 1 < s.n && s.p[i + 1] == '-') {
        *end = until(s, i, STR("\n"));
        return T_SPACE;
    }
    if (c == '/' && i + 1 < s.n && s.p[i + 1] == '*') {
        *end = until(s, i + 2, STR("*/"));
        return T_SPACE;
    }
    if (c == '\'' || c == '"') {
        *end = quoted_end(s, i);
        return c == '"' ? T_NAME : T_OTHER;
    }
    *end = i + 1;
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r')
        return T_SPACE;
    if (!is_word(c))
        return T_OTHER;
    while (*end < s.n && is_word(s.p[*end]))
        ++*end;
    return T_WORD;
}

/* Where in a statement we are. */
struct place {
    bool create, alter, table; /* CREATE … TABLE, ALTER TABLE */
    bool started;              /* a first word was seen */
    int depth;                 /* of parentheses */
    int item;                  /* tokens seen of this column's declaration; the second one is its type */
    bool tail;                 /* behind the list of columns */
};

static bool starts_constraint(str word)
{
    return str_ieq(word, STR("CONSTRAINT")) || str_ieq(word, STR("PRIMARY")) || str_ieq(word, STR("UNIQUE")) ||
           str_ieq(word, STR("CHECK")) || str_ieq(word, STR("FOREIGN"));
}

static str type_of(str word)
{
    static const struct {
        str from, to;
    } types[] = {
        {STR_INIT("INTEGER"), STR_INIT("BIGINT")},
        {STR_INIT("TEXT"), STR_INIT("TEXT COLLATE \"C\"")}, /* by bytes, as SQLite sorts */
        {STR_INIT("BLOB"), STR_INIT("BYTEA")},
        {STR_INIT("REAL"), STR_INIT("DOUBLE PRECISION")},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (str_ieq(word, types[i].from))
            return types[i].to;
    return word;
}

static void see_keyword(struct place *p, str word)
{
    if (!p->started) {
        p->create = str_ieq(word, STR("CREATE"));
        p->alter = str_ieq(word, STR("ALTER"));
        p->started = true;
    } else if (str_ieq(word, STR("TABLE"))) {
        p->table = p->create || p->alter;
    } else if (p->alter && p->table && str_ieq(word, STR("ADD"))) {
        p->item = 0;
    }
}

/* What stands for `word` in PostgreSQL; empty: nothing. */
static str map_word(struct place *p, str word, bool quoted)
{
    bool in_list = p->create && p->table && p->depth == 1 && !p->tail;
    bool in_add = p->alter && p->table && p->depth == 0 && p->item >= 0;
    if (p->tail && p->depth == 0)
        return STR_EMPTY; /* STRICT, WITHOUT ROWID */
    if (in_add && str_ieq(word, STR("COLUMN")) && p->item == 0)
        return word;
    if (!in_list && !(in_add && p->started)) {
        see_keyword(p, word);
        return word;
    }
    if (p->item == 0 && !quoted && starts_constraint(word))
        p->item = 2;
    return ++p->item == 2 && !quoted ? type_of(word) : word;
}

static bool map_sign(struct place *p, char c)
{
    if (c == ';' && p->depth == 0) {
        *p = (struct place){.item = -1};
        return true;
    }
    if (c == '(' && ++p->depth == 1 && p->create && p->table)
        p->item = 0;
    if (c == ')' && --p->depth == 0 && p->create && p->table)
        p->tail = true;
    else if (c == ',' && p->depth == 1)
        p->item = 0;
    return !(p->tail && p->depth == 0 && c == ','); /* STRICT, WITHOUT ROWID */
}

void sqlmap_postgres(struct buf *out, str sql)
{
    struct place p = {.item = -1};
    for (size_t i = 0, end; i < sql.n; i = end) {
        enum token kind = token_at(sql, i, &end);
        str token = str_sub(sql, i, end - i);
        if (kind == T_WORD || kind == T_NAME)
            buf_put(out, map_word(&p, token, kind == T_NAME));
        else if (kind == T_SPACE || token.p[0] == '\'' || map_sign(&p, token.p[0]))
            buf_put(out, token);
    }
}

/* Versions of tables: which tables a statement reads and writes, and the new version of each written one at the commit.
 *
 * The tables are found in the statement's text: the name after FROM and JOIN is read, the one after INSERT INTO, UPDATE
 * and DELETE FROM is written. A FROM list with commas is not understood; tests/test_queries.c compares the result for
 * every statement of the program with what SQLite's own parser says, so that none can slip in. */
#include <pthread.h>
#include <stdlib.h>

#include "db/engine.h"
#include "sys/random.h"

QUERY(watch_versions, "", "ti", "SELECT name, version FROM table_version");
QUERY(watch_changed, "ti", "",
      "INSERT INTO table_version (name, version) VALUES ($1, $2)"
      " ON CONFLICT (name) DO UPDATE SET version = excluded.version");
QUERY(watch_all_changed, "i", "", "UPDATE table_version SET version = $1");

/* The linker gathers WATCHED()'s pointers between these two names; they are absent from a program without any. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker chose these names */
extern const char *const __start_rise_watched[] __attribute__((weak));
extern const char *const __stop_rise_watched[] __attribute__((weak));
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

const char *const *db_watched(size_t *n)
{
    /* cppcheck-suppress comparePointers ; both ends of one section */
    *n = (size_t)(__stop_rise_watched - __start_rise_watched);
    return __start_rise_watched;
}

static uint64_t bit_of(str table)
{
    size_t n;
    const char *const *names = db_watched(&n);
    for (size_t i = 0; i < n; i++)
        if (str_eq(table, str_of(names[i])))
            return UINT64_C(1) << i;
    return 0;
}

/* ---- what a statement touches ---- */

static bool word_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The next word or the next single character of something else; strings and quoted names as a whole. "" at the end. */
static str next_token(const char **at)
{
    const char *p = *at;
    while (*p == ' ' || *p == '\n' || *p == '\t')
        p++;
    const char *from = p;
    if (*p == '\'' || *p == '"')
        for (char quote = *p++; *p && *p != quote;)
            p++;
    if (word_char(*p))
        while (word_char(*p))
            p++;
    else if (*p)
        p++;
    *at = p;
    return str_n(from, (size_t)(p - from));
}

void watch_read_text(const char *sql, struct query_use *out)
{
    *out = (struct query_use){0};
    str before = STR_EMPTY, last = STR_EMPTY;
    for (str word; (word = next_token(&sql)).n > 0; before = last, last = word) {
        bool from = str_ieq(last, STR("FROM"));
        bool writes =
            str_ieq(last, STR("INTO")) || str_ieq(last, STR("UPDATE")) || (from && str_ieq(before, STR("DELETE")));
        bool reads = (from && !writes) || str_ieq(last, STR("JOIN"));
        if ((!reads && !writes) || !word_char(word.p[0]) || str_ieq(word, STR("SET"))) /* DO UPDATE SET */
            continue;
        uint64_t bit = bit_of(word);
        if (writes)
            out->written |= bit;
        else if (bit)
            out->read |= bit;
        else
            out->reads_unwatched = true;
    }
}

static void read_all_texts(void)
{
    size_t n, watched;
    const struct query *const *q = db_queries(&n);
    db_watched(&watched);
    if (watched > DB_WATCHED_MAX)
        abort(); /* the program's own code decides how many: a bug */
    for (size_t i = 0; i < n; i++)
        watch_read_text(q[i]->sql, q[i]->use);
}

void watch_start(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, read_all_texts);
}

void watch_note(struct tx *tx, const struct query *q)
{
    struct query_use own;
    const struct query_use *use = q->use;
    if (!use) { /* not made by QUERY() */
        watch_read_text(q->sql, &own);
        use = &own;
    }
    tx->read |= use->read;
    tx->written |= use->written;
    tx->reads_unwatched = tx->reads_unwatched || use->reads_unwatched;
}

void tx_reads_begin(struct tx *tx)
{
    tx->read = 0;
    tx->reads_unwatched = false;
}

bool tx_reads(const struct tx *tx, uint64_t *tables)
{
    *tables = tx->read;
    return !tx->reads_unwatched;
}

/* ---- versions ---- */

rc db_versions(struct tx *tx, struct db_versions *out)
{
    struct rows r;
    *out = (struct db_versions){0};
    TRY(db_select(tx, &watch_versions, NOVALS, &r));
    while (rows_next(&r)) {
        uint64_t bit = bit_of(row_text(&r, 0));
        if (bit)
            out->v[__builtin_ctzll(bit)] = row_int(&r, 1);
    }
    return rows_end(&r);
}

bool db_versions_same(const struct db_versions *a, const struct db_versions *b, uint64_t tables)
{
    for (; tables; tables &= tables - 1)
        if (a->v[__builtin_ctzll(tables)] != b->v[__builtin_ctzll(tables)])
            return false;
    return true;
}

rc watch_commit(struct tx *tx)
{
    size_t n;
    const char *const *names = db_watched(&n);
    for (uint64_t left = tx->written; left; left &= left - 1)
        TRY(db_exec(tx, &watch_changed, VALS(v_text(str_of(names[__builtin_ctzll(left)])), v_int(id_new())), NULL));
    return OK;
}

rc watch_commit_all(struct tx *tx)
{
    return db_exec(tx, &watch_all_changed, VALS(v_int(id_new())), NULL);
}

#include "base/buf.h"
#include "core/search.h"
#include "core/search_posting.h"
#include "dbt.h"
#include "sys/random.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

static const char *const space = "test.thing";

struct put_arg {
    const struct search_doc *d;
    size_t n;
};

static rc put_fn(struct tx *tx, void *arg)
{
    struct put_arg *p = arg;
    return p->n == 1 ? search_put(tx, space, p->d) : search_put_all(tx, space, p->d, p->n);
}

static rc del_fn(struct tx *tx, void *arg)
{
    return search_del(tx, space, *(id *)arg);
}

static rc put(struct db *db, id number, const char *title, const char *keywords, const char *text)
{
    struct search_doc d = {number, str_of(title), str_of(keywords), str_of(text)};
    struct put_arg p = {&d, 1};
    return db_write(db, put_fn, &p);
}

/* "3:8 5:1 /2": id:score of each hit on the page, then the total. */
static const char *find_page(struct db *db, const char *query, int64_t offset, int64_t limit)
{
    static char line[4096];
    struct tx *tx;
    struct search_hit *hits;
    size_t n;
    int64_t total;
    struct arena *a = arena_new(1 << 20);
    t_ok(db_read_begin(db, &tx));
    rc code = search_find(tx, space, str_of(query), offset, limit, &hits, &n, &total, a);
    if (code != OK)
        snprintf(line, sizeof line, "%s %s", rc_name(code), tx_err(tx)->main.code);
    size_t at = 0;
    for (size_t i = 0; code == OK && i < n; i++)
        at += (size_t)snprintf(line + at, sizeof line - at, "%lld:%lld ", (long long)hits[i].id,
                               (long long)hits[i].score);
    if (code == OK)
        snprintf(line + at, sizeof line - at, "/%lld", (long long)total);
    db_read_end(tx);
    arena_free(a);
    return line;
}

#define finds(db, query, want) ck_assert_str_eq(find_page((db), (query), 0, 50), (want))

START_TEST(finds_words)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    t_ok(put(db, 1, "雲端進銷存", "庫存 ERP", "適合餐飲業的雲端服務，按月計費。"));
    t_ok(put(db, 2, "線上訂位系統", "餐飲, booking", "Cloud booking for restaurants; 支援 LINE 通知"));
    t_ok(put(db, 3, "Ｃｌｏｕｄ Accounting", "會計", "電子發票、薪資。服 務"));
    finds(db, "雲端", "1:9 /1");
    finds(db, "雲端進銷存", "1:8 /1");
    finds(db, "雲", "1:9 /1");
    finds(db, "服務", "1:1 /1"); /* document 3 has both characters, but not side by side */
    finds(db, "服", "1:1 3:1 /2");
    finds(db, "雲端 服務", "1:10 /1");
    finds(db, "雲端服務", "1:1 /1");
    finds(db, "餐飲", "2:4 1:1 /2");
    finds(db, "CLOUD", "3:8 2:1 /2"); /* width and case */
    finds(db, "clo", "3:8 2:1 /2");   /* prefix */
    finds(db, "ｅｒｐ", "1:4 /1");
    finds(db, "line通知", "2:2 /1"); /* Latin beside Han */
    finds(db, "端雲", "/0");
    finds(db, "端進", "1:8 /1"); /* pairs overlap */
    finds(db, "存庫", "/0");     /* fields do not run into each other */
    finds(db, "飲業的雲", "1:1 /1");
    finds(db, "費適", "/0");
    finds(db, "zzz 雲端", "/0");
    dbt_close(db);
}
END_TEST

START_TEST(refuses)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    static char large[SEARCH_TEXT_MAX + 2];
    memset(large, 'a', sizeof large - 1);
    finds(db, "", "invalid SRC-001");
    finds(db, " 。，！ ", "invalid SRC-001");
    large[SEARCH_QUERY_MAX + 1] = 0;
    finds(db, large, "invalid SRC-002");
    large[SEARCH_QUERY_MAX + 1] = 'a';
    finds(db,
          "a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m n o p q r s t u v w x y z a b "
          "c d e f g "
          "h i j k l m n o p q r s t u v w x y z",
          "invalid SRC-002");
    t_rc(put(db, 1, "a", "b", large), E_LIMIT);
    large[SEARCH_TEXT_MAX] = 0;
    t_ok(put(db, 1, "a", "b", large));
    finds(db, "aaa", "1:1 /1");
    finds(db, "雲", "/0");
    dbt_close(db);
}
END_TEST

START_TEST(replaces_and_deletes)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    id two = 2, nine = 9;
    t_ok(put(db, 2, "雲端會計", "", ""));
    t_ok(put(db, 1, "雲端會計", "", "雲端雲端雲端雲端雲端"));
    t_ok(put(db, 3, "雲端", "", ""));
    finds(db, "雲端", "1:11 2:8 3:8 /3");
    t_ok(put(db, 1, "地端會計", "", "雲端"));
    finds(db, "雲端", "2:8 3:8 1:1 /3");
    finds(db, "地端", "1:8 /1");
    t_ok(put(db, 1, "地端會計", "", "雲端")); /* unchanged */
    finds(db, "會計", "1:8 2:8 /2");
    t_ok(db_write(db, del_fn, &two));
    t_ok(db_write(db, del_fn, &two));
    t_ok(db_write(db, del_fn, &nine));
    finds(db, "會計", "1:8 /1");
    finds(db, "雲端", "3:8 1:1 /2");
    ck_assert_str_eq(find_page(db, "雲端", 1, 1), "1:1 /2");
    ck_assert_str_eq(find_page(db, "雲端", 2, 5), "/2");
    dbt_close(db);
}
END_TEST

/* ---- random documents against a plain scan ---- */

enum { DOCS = 400, TEXT = 600 };
static const char *const pieces[] = {"雲", "端", "服", "務", "系", "統", " ", "，", " app ", " apple ", " base "};
static const char *const queries[] = {"雲",         "雲端",        "端雲",     "服務系", "雲端服務",
                                      "務務務",     "系統 雲端",   "a",        "app",    "appl",
                                      "app 雲端服", "base app 務", "端端端端", "統",     "b 端服 統雲"};

struct model_doc {
    bool there;
    char field[3][TEXT];
};

static void random_text(struct prng *p, char *out, int max)
{
    int n = (int)prng_range(p, 0, max);
    size_t at = 0;
    out[0] = 0;
    for (int i = 0; i < n; i++)
        at +=
            (size_t)snprintf(out + at, TEXT - at, "%s", pieces[prng_range(p, 0, sizeof pieces / sizeof pieces[0] - 1)]);
}

static int64_t occurrences(const char *text, const char *word)
{
    int64_t n = 0;
    bool latin = word[0] < 0x7F && word[0] > 0;
    for (const char *at = text; (at = strstr(at, word)) != NULL; at++)
        n += !latin || at == text || at[-1] == ' ';
    return n;
}

/* 0: not found */
static int64_t model_score(const struct model_doc *d, const char *query)
{
    char words[128];
    int64_t score = 0;
    snprintf(words, sizeof words, "%s", query);
    str rest = str_of(words);
    while (rest.p) {
        str w = str_cut(&rest, ' ');
        static const int64_t weight[] = {8, 4, 1};
        char word[64];
        int64_t sum = 0;
        snprintf(word, sizeof word, "%.*s", STR_ARG(w));
        for (int f = 0; f < 3; f++) {
            int64_t n = occurrences(d->field[f], word);
            sum += weight[f] * (n > 3 ? 3 : n);
        }
        if (sum == 0)
            return 0;
        score += sum;
    }
    return score;
}

static void compare(struct db *db, const struct model_doc *docs, const char *query)
{
    struct tx *tx;
    struct search_hit *hits;
    size_t n, at = 0;
    int64_t total, want = 0;
    struct arena *a = arena_new(1 << 20);
    t_ok(db_read_begin(db, &tx));
    t_ok(search_find(tx, space, str_of(query), 0, DOCS, &hits, &n, &total, a));
    for (int64_t score = 400; score > 0; score--) {
        for (int i = 0; i < DOCS; i++) {
            if (!docs[i].there || model_score(&docs[i], query) != score)
                continue;
            want++;
            ck_assert_msg(at < n && hits[at].id == 1000 + i * 7 && hits[at].score == score,
                          "query %s: document %d with score %d is not at place %d", query, i, (int)score, (int)at);
            at++;
        }
    }
    ck_assert_int_eq(total, want);
    ck_assert_uint_eq(at, n);
    db_read_end(tx);
    arena_free(a);
}

static void change_some(struct db *db, struct prng *p, struct model_doc *docs, int n)
{
    static struct search_doc batch[DOCS];
    for (int i = 0; i < n; i++) {
        int which = (int)prng_range(p, 0, DOCS - 1);
        struct model_doc *d = &docs[which];
        id number = 1000 + which * 7;
        if (d->there && prng_range(p, 0, 4) == 0) {
            t_ok(db_write(db, del_fn, &number));
            d->there = false;
            continue;
        }
        d->there = true;
        random_text(p, d->field[0], 6);
        random_text(p, d->field[1], 4);
        random_text(p, d->field[2], 60);
        t_ok(put(db, number, d->field[0], d->field[1], d->field[2]));
    }
    size_t n_batch = 0;
    for (int i = 0; i < DOCS; i++) {
        if (prng_range(p, 0, 3) != 0)
            continue;
        docs[i].there = true;
        random_text(p, docs[i].field[2], 80);
        batch[n_batch++] = (struct search_doc){1000 + i * 7, str_of(docs[i].field[0]), str_of(docs[i].field[1]),
                                               str_of(docs[i].field[2])};
    }
    struct put_arg all = {batch, n_batch};
    t_ok(db_write(db, put_fn, &all));
}

START_TEST(same_as_a_scan)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    static struct model_doc docs[DOCS];
    struct prng p;
    prng_seed(&p, 7);
    for (int round = 0; round < 4; round++) {
        change_some(db, &p, docs, 150);
        for (size_t q = 0; q < sizeof queries / sizeof queries[0]; q++)
            compare(db, docs, queries[q]);
    }
    dbt_close(db);
}
END_TEST

START_TEST(later_of_two_counts)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    struct search_doc d[] = {
        {5, STR("舊的"), STR(""), STR("")}, {4, STR("別的"), STR(""), STR("")}, {5, STR("新的"), STR(""), STR("")}};
    struct put_arg all = {d, 3};
    t_ok(db_write(db, put_fn, &all));
    finds(db, "舊的", "/0");
    finds(db, "的", "4:8 5:8 /2");
    dbt_close(db);
}
END_TEST

static rc note_fn(struct tx *tx, void *arg)
{
    struct search_batch *b = arg;
    const struct search_doc first = {5, STR("舊的"), STR_EMPTY, STR_EMPTY},
                            second = {5, STR("新的"), STR_EMPTY, STR_EMPTY},
                            other = {4, STR("別的"), STR_EMPTY, STR_EMPTY};
    TRY(search_note_put(b, tx, space, &first));
    TRY(search_note_put(b, tx, "test.elsewhere", &first));
    TRY(search_note_put(b, tx, space, &other));
    TRY(search_note_put(b, tx, space, &second));
    TRY(search_note_del(b, tx, space, 1));
    TRY(search_note_put(b, tx, space, &(struct search_doc){3, STR("夢的"), STR_EMPTY, STR_EMPTY}));
    return search_note_del(b, tx, space, 3);
}

START_TEST(notes_are_done_together)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    struct search_batch b = {.a = arena_new(1 << 20)};
    t_ok(put(db, 1, "先前的", "", ""));
    t_ok(put(db, 3, "更早的", "", ""));
    t_ok(db_write(db, note_fn, &b));
    finds(db, "的", "1:8 3:8 /2"); /* not yet */
    t_ok(search_batch_write(db, &b));
    ck_assert_uint_eq(b.noted.n, 0);
    finds(db, "的", "4:8 5:8 /2");
    finds(db, "舊的", "/0");
    t_ok(search_batch_write(db, &b)); /* nothing to do */
    arena_free(b.a);
    dbt_close(db);
}
END_TEST

START_TEST(notes_without_a_batch_are_done_at_once)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    t_ok(put(db, 1, "先前的", "", ""));
    t_ok(db_write(db, note_fn, NULL));
    finds(db, "的", "4:8 5:8 /2");
    dbt_close(db);
}
END_TEST

START_TEST(rejects_damaged_blocks)
{
    static const char *const blocks[] = {"\x81", "\x01", "\x01\x41", "\x01\x42\x05x", "\x00\x01\x00\x01"};
    static const size_t sizes[] = {1, 1, 2, 4, 4};
    (void)_i;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct posting_reader r = {.rest = {blocks[i], sizes[i]}, .doc = 5};
        struct posting p;
        rc code = OK;
        while (posting_next(&r, &p, &code)) {}
        t_rc(code, E_CORRUPT);
    }
}
END_TEST

DBT_MAIN("core/search", finds_words, refuses, replaces_and_deletes, same_as_a_scan, later_of_two_counts,
         notes_are_done_together, notes_without_a_batch_are_done_at_once, rejects_damaged_blocks)

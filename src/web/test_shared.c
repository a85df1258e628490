/* Shared pages: what is remembered, for whom, how long, how much. A stale page, or one that shows somebody else's, is
 * worse than a slow one. */
#include "t.h"

#include "sys/clock.h"
#include "sys/log.h"
#include "sys/start.h"
#include "web/components.h"
#include "web/dispatch.h"
#include "web/shared.h"
#include "web/test_client.h"

/* ---- the memory alone ---- */

static const instant now = INT64_C(1790000000) * SECOND;

static struct shared_key key_of(const char *target)
{
    return (struct shared_key){str_of(target), LANG_ZH, now};
}

static const struct shared_page *get(struct shared_pages *s, struct shared_key key, int64_t version)
{
    struct db_versions v = {.v = {7, version}};
    return shared_get(s, &key, &v);
}

static void put(struct shared_pages *s, struct shared_key key, int64_t version, str body)
{
    struct shared_basis basis = {.tables = 2, .versions = {.v = {5, version}}}; /* table 0 was not read */
    shared_put(s, &key, &basis, body);
}

#define GIVES(s, key, version, want)                                                                                   \
    do {                                                                                                               \
        const struct shared_page *page_ = get(s, key, version);                                                        \
        ck_assert_ptr_nonnull(page_);                                                                                  \
        t_str(page_->body, STR(want));                                                                                 \
        shared_release((void *)(uintptr_t)page_);                                                                      \
    } while (0)

START_TEST(valid_for_its_versions_day_and_language)
{
    struct shared_pages *s = shared_new(1 << 20);
    struct shared_key key = key_of("/a?x=1"), other = key;
    ck_assert_ptr_null(get(s, key, 1));
    put(s, key, 1, STR("one"));
    GIVES(s, key, 1, "one");
    ck_assert_ptr_null(get(s, key, 2)); /* the table was changed */
    ck_assert_ptr_null(get(s, key_of("/a?x=12"), 1));
    ck_assert_ptr_null(get(s, key_of("/a"), 1));
    other.lang = LANG_EN;
    ck_assert_ptr_null(get(s, other, 1));
    put(s, other, 1, STR("one in English"));
    GIVES(s, key, 1, "one");
    GIVES(s, other, 1, "one in English");
    put(s, key, 2, STR("two"));
    GIVES(s, key, 2, "two");
    ck_assert_ptr_null(get(s, key, 1)); /* a snapshot older than the page */
    shared_free(s);
}
END_TEST

START_TEST(not_for_ever)
{
    struct shared_pages *s = shared_new(1 << 20);
    struct shared_key key = key_of("/a");
    put(s, key, 1, STR("one"));
    key.now = now + SHARED_KEEP - 1;
    GIVES(s, key, 1, "one");
    key.now = now + SHARED_KEEP;
    ck_assert_ptr_null(get(s, key, 1));
    key.now = now - 1; /* the clock went back */
    ck_assert_ptr_null(get(s, key, 1));
    key.now = day_start(instant_day(now) + 1) - SECOND;
    put(s, key, 1, STR("evening"));
    key.now += SECOND; /* midnight in Taiwan */
    ck_assert_ptr_null(get(s, key, 1));
    shared_free(s);
}
END_TEST

START_TEST(the_memory_is_bounded)
{
    enum { CAP = 100000, PAGE = 3000 };
    static char body[PAGE];
    struct shared_pages *s = shared_new(CAP);
    struct shared_stats stats;
    struct shared_key first = key_of("/first");
    put(s, first, 1, str_n(body, PAGE));
    for (int i = 0; i < 200; i++) {
        char target[32];
        snprintf(target, sizeof target, "/%d", i);
        put(s, key_of(target), 1, str_n(body, PAGE));
        const struct shared_page *page = get(s, first, 1); /* what is asked for stays */
        ck_assert_ptr_nonnull(page);
        shared_release((void *)(uintptr_t)page);
        shared_stats(s, &stats);
        ck_assert_uint_le(stats.bytes, CAP);
    }
    ck_assert_uint_gt(stats.pages, 20);
    ck_assert_ptr_null(get(s, key_of("/0"), 1));
    const struct shared_page *last = get(s, key_of("/199"), 1);
    ck_assert_ptr_nonnull(last);
    ck_assert_uint_eq(last->body.n, PAGE);
    shared_release((void *)(uintptr_t)last);
    shared_free(s);
}
END_TEST

START_TEST(too_large_is_not_kept)
{
    static char long_target[SHARED_TARGET_MAX + 2], body[2000];
    struct shared_pages *s = shared_new(8000);
    struct shared_stats stats;
    memset(long_target, 'x', sizeof long_target - 1);
    put(s, key_of(long_target), 1, STR("one"));
    ck_assert_ptr_null(get(s, key_of(long_target), 1));
    put(s, key_of("/a"), 1, str_n(body, sizeof body)); /* more than an eighth */
    put(s, key_of("/b"), 1, STR_EMPTY);
    shared_stats(s, &stats);
    ck_assert_uint_eq(stats.pages, 0);
    shared_free(s);
}
END_TEST

START_TEST(a_reference_outlives_all)
{
    struct shared_pages *s = shared_new(1 << 20);
    put(s, key_of("/a"), 1, STR("one"));
    const struct shared_page *page = get(s, key_of("/a"), 1);
    put(s, key_of("/a"), 2, STR("two"));
    shared_free(s);
    t_str(page->body, STR("one"));
    shared_release((void *)(uintptr_t)page);
}
END_TEST

/* ---- over HTTP ---- */

static struct db *db;
static _Atomic int made; /* pages by the handlers */

static const struct migration schema[] = {
    {"test", 1, "tables",
     STR_INIT("CREATE TABLE idempotency (scope INTEGER NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, status "
              "INTEGER NOT NULL, location TEXT NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL, at INTEGER NOT NULL, "
              "PRIMARY KEY (scope, key)) STRICT;\n"
              "CREATE TABLE word (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;\n"
              "CREATE TABLE secret (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;\n"),
     "test"},
};

WATCHED(word);
QUERY(word_put, "t", "",
      "INSERT INTO word (id, text) VALUES (1, $1) ON CONFLICT (id) DO UPDATE SET text = excluded.text");
QUERY(word_get, "", "t", "SELECT text FROM word");
QUERY(secret_count, "", "i", "SELECT CAST(count(*) AS BIGINT) FROM secret");

INPUT(word_in, {.name = "text", .type = F_TEXT, .required = true, .max = 20, .label = N_("Name")});

static rc put_word(struct ctx *c, const char *more)
{
    struct rows r;
    made++;
    TRY(db_one(c->tx, &word_get, NOVALS, &r));
    buf_printf(&c->reply->body, "word=%.*s lang=%d account=%lld %s", STR_ARG(row_text(&r, 0)), (int)c->lang,
               (long long)c->session.account, more);
    TRY(rows_end(&r));
    return reply_page(c, 200);
}

static rc page_read(struct ctx *c)
{
    const char *note = flash_take(c);
    return put_word(c, note ? note : "-");
}

static rc form_read(struct ctx *c)
{
    TRY(put_word(c, ""));
    view_csrf(&c->reply->body, c);
    return buf_rc(&c->reply->body);
}

static rc header_read(struct ctx *c)
{
    reply_header(c->reply, "X-Mine", STR("1"));
    return put_word(c, "");
}

static rc unwatched_read(struct ctx *c)
{
    int64_t n;
    TRY(db_one_int(c->tx, &secret_count, NOVALS, &n));
    return put_word(c, "");
}

static rc json_read(struct ctx *c)
{
    TRY(put_word(c, ""));
    return reply_json(c, 200);
}

static rc gone_read(struct ctx *c)
{
    made++;
    (void)c;
    return E_NOTFOUND;
}

static rc word_write(struct tx *tx, struct ctx *c)
{
    TRY(db_exec(tx, &word_put, VALS(v_text(in_text(&c->in, "text"))), NULL));
    flash(c, N_("The word was kept."));
    return go(c, "/page");
}

#define SHARED_ROW(p, fn)                                                                                              \
    {                                                                                                                  \
        .method = HTTP_GET, .path = p, .perm = PUBLIC, .read = fn, .summary = N_("Home"), .flags = ROUTE_SHARED        \
    }

static const struct route routes[] = {
    SHARED_ROW("/page", page_read),
    SHARED_ROW("/form", form_read),
    SHARED_ROW("/header", header_read),
    SHARED_ROW("/unwatched", unwatched_read),
    SHARED_ROW("/json", json_read),
    SHARED_ROW("/gone", gone_read),
    {.method = HTTP_GET, .path = "/plain", .perm = PUBLIC, .read = page_read, .summary = N_("Home")},
    {.method = HTTP_POST,
     .path = "/word",
     .perm = PUBLIC,
     .in = &word_in,
     .write = word_write,
     .flags = ROUTE_NO_CSRF,
     .summary = N_("Home")},
};

static rc by_cookie(struct tx *tx, str cookie, instant at, struct session *out, struct arena *a)
{
    (void)tx, (void)at, (void)a;
    if (!str_eq(cookie, STR("session-session-session-session")))
        return E_AUTH;
    *out = (struct session){
        .account = 7, .session = 8, .perms = SIGNED_IN, .name = STR("A"), .party_name = STR_EMPTY, .csrf = STR_EMPTY};
    return OK;
}

static rc by_key(struct tx *tx, str key, struct session *out, struct arena *a)
{
    (void)tx, (void)a, (void)key;
    *out =
        (struct session){.api_key = 9, .perms = AS_FIRM, .name = STR("K"), .party_name = STR("F"), .csrf = STR_EMPTY};
    return OK;
}

static rc first_word(struct tx *tx, void *arg)
{
    return db_exec(tx, &word_put, VALS(v_text(str_of(arg))), NULL);
}

static void change_word(const char *to)
{
    t_ok(db_write(db, first_word, (void *)(uintptr_t)to));
}

static void set_up(void)
{
    struct err err = {0};
    sys_start();
    log_set_level(LOG_ERROR_);
    clock_fix(now);
    made = 0;
    t_ok(db_open(STR("sqlite::memory:"), &(struct db_options){0}, &db, &err));
    t_ok(db_migrate(db, schema, 1, NULL, &err));
    change_word("first");
    struct route_table table = {"test", routes, sizeof routes / sizeof routes[0]};
    struct dispatch_config k = {.db = db, .tables = &table, .n_tables = 1, .identity = {by_cookie, by_key}};
    serve(&k, 2);
}

static void tear_down(void)
{
    stop_serving(db);
}

#define SESSION "Cookie: rise=session-session-session-session\r\n"
#define ASK(path, headers)                                                                                             \
    do {                                                                                                               \
        ck_assert_int_eq(send_request("GET " path, headers, NULL), 200);                                               \
    } while (0)

START_TEST(visitors_share_one_page)
{
    set_up();
    char one[512], two[512];
    ASK("/page", "");
    cookie_of("rise-visitor", one);
    ck_assert(has("word=first lang=0 account=0 -") && has("Content-Security-Policy: default-src 'self'"));
    ASK("/page", ""); /* another visitor: the same page, a cookie of his own */
    cookie_of("rise-visitor", two);
    ck_assert(has("word=first lang=0 account=0 -") && has("Content-Security-Policy: default-src 'self'"));
    ck_assert(has("Content-Type: text/html; charset=utf-8\r\n") && has("Vary: Cookie"));
    ck_assert_str_ne(one, two);
    ck_assert_int_eq(made, 1);
    ASK("/page", "Accept-Language: en\r\n");
    ck_assert(has("lang=1"));
    ASK("/page", "Cookie: lang=en\r\n");
    ck_assert(has("lang=1"));
    ck_assert_int_eq(made, 2);
    ASK("/page?lang=en", ""); /* its answer sets a cookie, remembered or not */
    ASK("/page?lang=en", "");
    ck_assert(has("lang=1") && has("Set-Cookie: lang=en"));
    ck_assert_int_eq(made, 3);
    ASK("/page", "");
    ck_assert(has("lang=0") && !has("Set-Cookie: lang"));
    ck_assert_int_eq(send_request("HEAD /page", "", NULL), 200);
    ck_assert(!has("word="));
    ck_assert_int_eq(made, 3);
    tear_down();
}
END_TEST

START_TEST(a_change_is_seen_at_once)
{
    set_up();
    char now_is[40], body[40];
    for (int i = 0; i < 20; i++) {
        ASK("/page", "");
        ASK("/page", "");
        snprintf(body, sizeof body, "text=w%d", i);
        snprintf(now_is, sizeof now_is, "word=w%d ", i);
        ck_assert_int_eq(
            send_request("POST /word", "Content-Type: application/x-www-form-urlencoded\r\n" SESSION, body), 303);
        ASK("/page", "");
        ck_assert_msg(has(now_is), "%s", answer);
    }
    ck_assert_int_eq(made, 21);
    tear_down();
}
END_TEST

START_TEST(nobody_else_gets_what_is_one_persons)
{
    set_up();
    ASK("/page", SESSION);
    ck_assert(has("account=7") && has("Cache-Control: no-store"));
    ASK("/page", ""); /* not the signed-in one's */
    ck_assert(has("account=0"));
    ASK("/page", SESSION); /* nor the visitors' for him */
    ck_assert(has("account=7") && !has("ETag"));
    ASK("/page", "Authorization: Bearer rise_keykeykeykeykeykeykeykey\r\n");
    ASK("/page", "Accept: application/json\r\n");
    ck_assert_int_eq(made, 5);
    ASK("/page", "Cookie: rise=unknown-unknown-unknown\r\n"); /* signed out: a visitor */
    ck_assert(has("account=0") && has("Set-Cookie: rise=; "));
    ck_assert_int_eq(made, 5);
    tear_down();
}
END_TEST

START_TEST(a_note_is_shown_once)
{
    set_up();
    char note[512];
    ASK("/page", "");
    ck_assert_int_eq(
        send_request("POST /word", "Content-Type: application/x-www-form-urlencoded\r\n" SESSION, "text=x"), 303);
    cookie_of("flash", note);
    BUF_SCOPED headers = BUF_INIT(1024);
    buf_printf(&headers, "Cookie: %s\r\n", note);
    ck_assert_int_eq(send_request("GET /page", headers.p, NULL), 200);
    ck_assert(has("The word was kept.") && has("Set-Cookie: flash=; Path=/; Max-Age=0"));
    ASK("/page", "");
    ck_assert(has("word=x") && !has("The word was kept.") && !has("Set-Cookie: flash"));
    ck_assert_int_eq(send_request("GET /page", headers.p, NULL), 200); /* also where the page is remembered by now */
    ck_assert(has("The word was kept."));
    tear_down();
}
END_TEST

/* Nothing of these may be remembered, whatever the row says. */
START_TEST(what_is_not_kept)
{
    static const char *const lines[] = {"GET /form", "GET /header", "GET /unwatched", "GET /json", "GET /plain"};
    set_up();
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        int before = made;
        for (int k = 0; k < 3; k++)
            ck_assert_int_eq(send_request(lines[i], "", NULL), 200);
        ck_assert_msg(made == before + 3, "%s", lines[i]);
    }
    int before = made;
    for (int k = 0; k < 3; k++)
        ck_assert_int_eq(send_request("GET /gone", "", NULL), 404);
    ck_assert_int_eq(made, before + 3);
    struct shared_stats stats;
    shared_stats(dispatch_shared(dispatch), &stats);
    ck_assert_uint_eq(stats.pages, 0);
    tear_down();
}
END_TEST

START_TEST(browsers_keep_it_too)
{
    set_up();
    ASK("/page", "");
    ASK("/page", "Cookie: rise-visitor=aaaaaaaaaaaaaaaaaaaaaa\r\n");
    ck_assert(has("Cache-Control: no-cache"));
    const char *at = strstr(answer, "ETag: ");
    ck_assert_ptr_nonnull(at);
    BUF_SCOPED headers = BUF_INIT(1024);
    buf_printf(&headers, "Cookie: rise-visitor=aaaaaaaaaaaaaaaaaaaaaa\r\nIf-None-Match: %.*s\r\n",
               (int)strcspn(at + 6, "\r"), at + 6);
    ck_assert_int_eq(send_request("GET /page", headers.p, NULL), 304);
    ck_assert(!has("word="));
    change_word("second");
    ck_assert_int_eq(send_request("GET /page", headers.p, NULL), 200);
    ck_assert(has("word=second"));
    ck_assert_int_eq(send_request("GET /page", headers.p, NULL), 200); /* from memory, and not what the browser has */
    ck_assert(has("word=second"));
    tear_down();
}
END_TEST

T_MAIN("web/shared", valid_for_its_versions_day_and_language, not_for_ever, the_memory_is_bounded,
       too_large_is_not_kept, a_reference_outlives_all, visitors_share_one_page, a_change_is_seen_at_once,
       nobody_else_gets_what_is_one_persons, a_note_is_shown_once, what_is_not_kept, browsers_keep_it_too)

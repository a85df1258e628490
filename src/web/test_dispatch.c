/* One request's whole way: cookies, CSRF, input, idempotency, forms shown again, headers. A server on a free port, raw
 * sockets. Each case runs on both engines. */
#include "dbt.h"

#include <pthread.h>
#include <semaphore.h>

#include "sys/log.h"
#include "sys/start.h"
#include "web/dispatch.h"
#include "web/test_client.h"

static struct db *db;

/* ---- a little application ---- */

static const struct migration schema[] = {
    {"test", 1, "tables",
     STR_INIT("CREATE TABLE idempotency (scope INTEGER NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, status "
              "INTEGER NOT NULL, "
              "location TEXT NOT NULL, type TEXT NOT NULL, body BLOB NOT NULL, at INTEGER NOT NULL, PRIMARY KEY "
              "(scope, key)) STRICT;\n"
              "CREATE TABLE thing (name TEXT NOT NULL PRIMARY KEY) STRICT;\n"),
     "test"},
};

QUERY(thing_insert, "t", "", "INSERT INTO thing (name) VALUES ($1)");
QUERY(thing_count, "", "i", "SELECT CAST(count(*) AS BIGINT) FROM thing");

INPUT(thing_in, {.name = "name", .type = F_TEXT, .required = true, .max = 20, .label = N_("Name")});

static rc home_read(struct ctx *c)
{
    const char *note = flash_take(c);
    buf_printf(&c->reply->body, "csrf=%.*s note=%s account=%lld", STR_ARG(c->session.csrf), note ? note : "-",
               (long long)c->session.account);
    return reply_page(c, 200);
}

static rc thing_form(struct ctx *c)
{
    const struct field_value *v = in_value(&c->in, "name");
    buf_printf(&c->reply->body, "typed=[%.*s] errors=%d", STR_ARG(v->raw), c->err.n_fields);
    return reply_page(c, 200);
}

static rc thing_write(struct tx *tx, struct ctx *c)
{
    if (str_eq(in_text(&c->in, "name"), STR("forbidden")))
        return ERR_FIELD(tx_err(tx), "name", "TST-001", N_("This name is not allowed."));
    TRY(db_exec(tx, &thing_insert, VALS(v_text(in_text(&c->in, "name"))), NULL));
    flash(c, N_("The thing was made."));
    return go(c, "/");
}

static rc thing_api(struct tx *tx, struct ctx *c)
{
    TRY(db_exec(tx, &thing_insert, VALS(v_text(in_text(&c->in, "name"))), NULL));
    int64_t n;
    TRY(db_one_int(tx, &thing_count, NOVALS, &n));
    buf_printf(&c->reply->body, "{\"n\":%lld}", (long long)n);
    return reply_json(c, 201);
}

/* The same one by one and many at once. */
static int together;

static rc fast_write(struct tx *tx, struct ctx *c)
{
    str name = in_text(&c->in, "name");
    if (str_eq(name, STR("forbidden")))
        return ERR_FIELD(tx_err(tx), "name", "TST-001", N_("This name is not allowed."));
    TRY(db_exec(tx, &thing_insert, VALS(v_text(name)), NULL));
    buf_printf(&c->reply->body, "{\"made\":\"%.*s\"}", STR_ARG(name));
    return reply_json(c, 201);
}

static rc fast_write_all(struct tx *tx, struct ctx *const *c, size_t n, rc *result)
{
    together++;
    for (size_t i = 0; i < n; i++) {
        rc r = fast_write(tx, c[i]);
        if (r != OK && r != E_INVALID)
            return r;
        result[i] = r;
        if (r != OK)
            write_refused(c[i], r);
    }
    return OK;
}

/* What stands for things that are not there, and what is read before the writer's turn. */
static rc seen_before(struct ctx *c)
{
    int64_t n;
    TRY(db_one_int(c->tx, &thing_count, NOVALS, &n));
    str text = arena_printf(c->arena, "%lld", (long long)n);
    c->found = (void *)(uintptr_t)text.p;
    return arena_rc(c->arena);
}

static rc seen_write(struct tx *tx, struct ctx *c)
{
    if (!str_eq(request_param(c->req, "name"), STR("here")))
        return ERR(tx_err(tx), E_NOTFOUND, "TST-002", N_("It is not there."));
    TRY(db_exec(tx, &thing_insert, VALS(v_text(str_of(c->found))), NULL));
    buf_printf(&c->reply->body, "before it there were %s", (const char *)c->found);
    return reply_page(c, 200);
}

static rc not_there(struct ctx *c)
{
    buf_printf(&c->reply->body, "Look elsewhere (%s).", c->err.main.code);
    return reply_page(c, 404);
}

static const struct route routes[] = {
    {.method = HTTP_POST,
     .path = "/seen/{name}",
     .perm = PUBLIC,
     .before = seen_before,
     .write = seen_write,
     .absent = not_there,
     .flags = ROUTE_NO_CSRF | ROUTE_IDEMPOTENT,
     .summary = N_("See a thing")},
    {.method = HTTP_GET, .path = "/", .perm = PUBLIC, .read = home_read, .summary = N_("Home")},
    {.method = HTTP_POST,
     .path = "/things",
     .perm = PUBLIC,
     .in = &thing_in,
     .write = thing_write,
     .form = thing_form,
     .summary = N_("Make a thing")},
    {.method = HTTP_POST,
     .path = "/api/things",
     .perm = AS_FIRM,
     .in = &thing_in,
     .write = thing_api,
     .flags = ROUTE_API,
     .summary = N_("Make a thing")},
    {.method = HTTP_POST,
     .path = "/api/slow",
     .perm = AS_FIRM,
     .in = &thing_in,
     .write = fast_write,
     .flags = ROUTE_API,
     .summary = N_("Make a thing")},
    {.method = HTTP_POST,
     .path = "/api/fast",
     .perm = AS_FIRM,
     .in = &thing_in,
     .write = fast_write,
     .write_all = fast_write_all,
     .flags = ROUTE_API,
     .summary = N_("Make a thing")},
    {.method = HTTP_GET, .path = "/secret", .perm = AS_ADMIN, .read = home_read, .summary = N_("Secret")},
};

static const char session_token[] = "session-session-session-session";
static const char key_token[] = "rise_keykeykeykeykeykeykeykey";

static rc by_cookie(struct tx *tx, str cookie, instant now, struct session *out, struct arena *a)
{
    (void)tx, (void)now, (void)a;
    if (!str_eq(cookie, str_of(session_token)))
        return E_AUTH;
    *out = (struct session){
        .account = 7, .session = 8, .perms = SIGNED_IN, .name = STR("A"), .party_name = STR_EMPTY, .csrf = STR_EMPTY};
    return OK;
}

static rc by_key(struct tx *tx, str key, struct session *out, struct arena *a)
{
    (void)tx, (void)a;
    if (!str_eq(key, str_of(key_token)))
        return E_AUTH;
    *out = (struct session){
        .api_key = 9, .party = 1, .perms = AS_FIRM, .name = STR("K"), .party_name = STR("F"), .csrf = STR_EMPTY};
    return OK;
}

static void set_up(int engine, int64_t rate)
{
    sys_start();
    log_set_level(LOG_ERROR_);
    db = dbt_open(engine, schema, 1);
    struct route_table table = {"test", routes, sizeof routes / sizeof routes[0]};
    struct dispatch_config k = {
        .db = db, .tables = &table, .n_tables = 1, .identity = {by_cookie, by_key}, .rate = rate};
    serve(&k, 1);
}

static void tear_down(void)
{
    stop_serving(db);
}

static str csrf_of(char room[64])
{
    const char *at = strstr(answer, "csrf=");
    ck_assert_ptr_nonnull(at);
    size_t n = strcspn(at + 5, " ");
    ck_assert_uint_eq(n, 43);
    memcpy(room, at + 5, n);
    room[n] = '\0';
    return str_n(room, n);
}

static int64_t things(void)
{
    struct tx *tx;
    int64_t n = -1;
    t_ok(db_read_begin(db, &tx));
    t_ok(db_one_int(tx, &thing_count, NOVALS, &n));
    db_read_end(tx);
    return n;
}

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define JSON "Content-Type: application/json\r\n"
#define KEY  "Authorization: Bearer rise_keykeykeykeykeykeykeykey\r\n"

START_TEST(a_visitor_posts_a_form)
{
    set_up(_i, 0);
    char visitor[512], token[64], note[512];
    ck_assert_int_eq(send_request("GET /", "", NULL), 200);
    ck_assert(has("HttpOnly") && has("SameSite=Lax") && !has("Secure"));
    cookie_of("rise-visitor", visitor);
    csrf_of(token);
    BUF_SCOPED headers = BUF_INIT(4096);
    BUF_SCOPED body = BUF_INIT(4096);
    buf_printf(&headers, FORM "Cookie: %s\r\n", visitor);
    buf_printf(&body, "name=One&csrf=%s", token);
    ck_assert_int_eq(send_request("POST /things", headers.p, body.p), 303);
    ck_assert(has("Location: /\r\n"));
    cookie_of("flash", note);
    buf_clear(&headers);
    buf_printf(&headers, "Cookie: %s; %s\r\n", visitor, note);
    ck_assert_int_eq(send_request("GET /", headers.p, NULL), 200);
    ck_assert(has("note=The thing was made."));
    ck_assert(has("Set-Cookie: flash=; Path=/; Max-Age=0"));
    tear_down();
}
END_TEST

START_TEST(without_token_nothing_is_written)
{
    set_up(_i, 0);
    ck_assert_int_eq(send_request("POST /things", FORM, "name=One"), 403);
    ck_assert(has("typed=[One]")); /* the form comes back with what was typed */
    ck_assert_int_eq(
        send_request("POST /things", FORM "Cookie: rise-visitor=aaaaaaaaaaaaaaaaaaaaaa\r\n", "name=One&csrf=x"), 403);
    ck_assert_int_eq(send_request("POST /things",
                                  FORM "Cookie: rise=session-session-session-session\r\nAccept: application/json\r\n",
                                  "name=One"),
                     403);
    ck_assert(has("SEC-001"));
    ck_assert_int_eq(things(), 0);
    tear_down();
}
END_TEST

START_TEST(a_refused_form_comes_back)
{
    set_up(_i, 0);
    char token[64];
    ck_assert_int_eq(send_request("GET /", "Cookie: rise=session-session-session-session\r\n", NULL), 200);
    ck_assert(has("account=7") && has("Cache-Control: no-store"));
    csrf_of(token);
    BUF_SCOPED body = BUF_INIT(4096);
    buf_printf(&body, "name=far+too+long+for+this+field&csrf=%s", token);
    ck_assert_int_eq(send_request("POST /things", FORM "Cookie: rise=session-session-session-session\r\n", body.p),
                     422);
    ck_assert(has("typed=[far too long for this field] errors=1"));
    buf_clear(&body);
    buf_printf(&body, "name=forbidden&csrf=%s", token); /* what the transaction says about a field reaches it too */
    ck_assert_int_eq(send_request("POST /things", FORM "Cookie: rise=session-session-session-session\r\n", body.p),
                     422);
    ck_assert(has("typed=[forbidden] errors=1"));
    buf_clear(&body);
    buf_printf(&body, "name=Twice&csrf=%s", token);
    ck_assert_int_eq(send_request("POST /things", FORM "Cookie: rise=session-session-session-session\r\n", body.p),
                     303);
    ck_assert_int_eq(send_request("POST /things", FORM "Cookie: rise=session-session-session-session\r\n", body.p),
                     409);
    ck_assert(has("typed=[Twice]"));
    ck_assert_int_eq(things(), 1);
    tear_down();
}
END_TEST

START_TEST(the_same_key_gives_the_first_answer)
{
    set_up(_i, 0);
    ck_assert_int_eq(send_request("POST /api/things", JSON KEY "Idempotency-Key: k1\r\n", "{\"name\":\"a\"}"), 201);
    ck_assert(has("{\"n\":1}") && !has("Idempotency-Replayed"));
    ck_assert_int_eq(send_request("POST /api/things", JSON KEY "Idempotency-Key: k1\r\n", "{\"name\":\"a\"}"), 201);
    ck_assert(has("{\"n\":1}") && has("Idempotency-Replayed: true"));
    ck_assert_int_eq(send_request("POST /api/things", JSON KEY "Idempotency-Key: k1\r\n", "{\"name\":\"b\"}"), 409);
    ck_assert(has("IDM-001") && has("application/problem+json"));
    ck_assert_int_eq(send_request("POST /api/things", JSON KEY "Idempotency-Key: a b\r\n", "{\"name\":\"b\"}"), 422);
    /* A refused write leaves the key free. */
    ck_assert_int_eq(send_request("POST /api/things", JSON KEY "Idempotency-Key: k2\r\n", "{\"name\":\"a\"}"), 409);
    ck_assert_int_eq(send_request("POST /api/things", JSON KEY "Idempotency-Key: k2\r\n", "{\"name\":\"c\"}"), 201);
    ck_assert_int_eq(things(), 2);
    tear_down();
}
END_TEST

/* ---- many at once ---- */

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static sem_t holding;

static rc hold(struct tx *tx, void *arg)
{
    (void)tx, (void)arg;
    sem_post(&holding);
    pthread_mutex_lock(&gate);
    pthread_mutex_unlock(&gate);
    return OK;
}

static rc nothing(struct tx *tx, void *arg)
{
    (void)tx, (void)arg;
    return OK;
}

static void nobody(void *arg, rc result)
{
    (void)arg;
    t_ok(result);
}

static void queue_holds(int64_t n)
{
    struct db_stats s;
    do
        db_stats(db, &s);
    while (s.queue_peak < n);
}

struct asked {
    const char *key, *name;
    int status;
    const char *says, *also;
};

/* All of them wait in the queue, in this order, before the writer may go on. */
static void ask_at_once(const char *path, const struct asked *q, int n)
{
    int fd[16];
    char line[64], head[256], body[128];
    snprintf(line, sizeof line, "POST %s", path);
    sem_init(&holding, 0, 0);
    pthread_mutex_lock(&gate);
    t_ok(db_submit(db, hold, NULL, nobody));
    while (sem_wait(&holding) != 0)
        continue;
    t_ok(db_submit(db, nothing, NULL, nobody)); /* with this one every further request raises the peak */
    t_ok(db_submit(db, nothing, NULL, nobody));
    for (int i = 0; i < n; i++) {
        snprintf(head, sizeof head, JSON KEY "%s%s%s", q[i].key ? "Idempotency-Key: " : "", q[i].key ? q[i].key : "",
                 q[i].key ? "\r\n" : "");
        snprintf(body, sizeof body, "{\"name\":\"%s\"}", q[i].name);
        fd[i] = start_request(line, head, body);
        queue_holds(3 + i);
    }
    pthread_mutex_unlock(&gate);
    for (int i = 0; i < n; i++) {
        int status = take_answer(fd[i]);
        ck_assert_msg(status == q[i].status && has(q[i].says) && (!q[i].also || has(q[i].also)), "%s, request %d: %s",
                      path, i, answer);
        ck_assert(!has("made") || status == 201);
        ck_assert_int_eq(has("Idempotency-Replayed"), q[i].also && strstr(q[i].also, "Replayed") != NULL);
    }
}

static const char replayed[] = "Idempotency-Replayed: true";
static const struct asked good[] = {
    {"a1", "a", 201, "{\"made\":\"a\"}", NULL},
    {"a2", "b", 201, "{\"made\":\"b\"}", NULL},
    {NULL, "c", 201, "{\"made\":\"c\"}", NULL},
    {"a3", "forbidden", 422, "TST-001", NULL}, /* leaves the key free */
    {"old", "first", 201, "{\"made\":\"first\"}", replayed},
    {"old", "other", 409, "IDM-001", NULL},
    {"a1", "a", 201, "{\"made\":\"a\"}", replayed},
    {"a1", "z", 409, "IDM-001", NULL},
    {"a3", "d", 201, "{\"made\":\"d\"}", NULL},
    {NULL, "forbidden", 422, "TST-001", NULL},
    {"a9", "e", 201, "{\"made\":\"e\"}", NULL},
};
static const struct asked one_is_taken[] = {
    {"b1", "f", 201, "{\"made\":\"f\"}", NULL},     {"b2", "a", 409, "application/problem+json", "DBS-005"},
    {"b3", "forbidden", 422, "TST-001", NULL},      {"b2", "g", 201, "{\"made\":\"g\"}", NULL},
    {"b1", "f", 201, "{\"made\":\"f\"}", replayed},
};

START_TEST(many_at_once_are_answered_as_one_by_one)
{
    static const char *const paths[] = {"/api/slow", "/api/fast"};
    for (int p = 0; p < 2; p++) {
        char line[64];
        set_up(_i, 0);
        together = 0;
        snprintf(line, sizeof line, "POST %s", paths[p]);
        ck_assert_int_eq(send_request(line, JSON KEY "Idempotency-Key: old\r\n", "{\"name\":\"first\"}"), 201);
        ask_at_once(paths[p], good, sizeof good / sizeof good[0]);
        ck_assert_int_eq(together > 0, p == 1);
        struct db_stats s;
        db_stats(db, &s);
        ck_assert(p == 0 || s.retries == 0); /* neither a refusal nor a key that comes twice undoes the others' work */
        ck_assert_int_eq(things(), 6);
        tear_down();
    }
}
END_TEST

START_TEST(one_of_many_breaks_a_rule)
{
    static const char *const paths[] = {"/api/slow", "/api/fast"};
    for (int p = 0; p < 2; p++) {
        char line[64];
        set_up(_i, 0);
        together = 0;
        snprintf(line, sizeof line, "POST %s", paths[p]);
        ck_assert_int_eq(send_request(line, JSON KEY, "{\"name\":\"a\"}"), 201);
        ask_at_once(paths[p], one_is_taken, sizeof one_is_taken / sizeof one_is_taken[0]);
        ck_assert_int_eq(together > 0, p == 1);
        ck_assert_int_eq(things(), 3);
        tear_down();
    }
}
END_TEST

START_TEST(who_may_not)
{
    set_up(_i, 0);
    ck_assert_int_eq(send_request("GET /secret", "", NULL), 303);
    ck_assert(has("Location: /sign-in?next=%2Fsecret"));
    ck_assert_int_eq(send_request("GET /secret", "Accept: application/json\r\n", NULL), 401);
    ck_assert_int_eq(send_request("GET /secret", "Cookie: rise=session-session-session-session\r\n", NULL), 403);
    ck_assert_int_eq(send_request("GET /secret", KEY, NULL), 403);
    ck_assert_int_eq(send_request("GET /secret", "Authorization: Bearer rise_unknownunknownunknown\r\n", NULL), 401);
    ck_assert_int_eq(send_request("GET /secret", "Authorization: Basic dTpw\r\n", NULL), 401);
    ck_assert_int_eq(send_request("GET /secret", "Cookie: rise=unknown-unknown-unknown\r\n", NULL), 303);
    ck_assert(has("Set-Cookie: rise=; "));
    ck_assert_int_eq(send_request("GET /nowhere", "", NULL), 404);
    ck_assert_int_eq(send_request("POST /secret", "", ""), 405);
    ck_assert(has("Allow: GET"));
    tear_down();
}
END_TEST

START_TEST(rows_with_pages_of_their_own)
{
    set_up(_i, 0);
    ck_assert_int_eq(send_request("POST /seen/here", "", ""), 200);
    ck_assert(has("before it there were 0"));
    ck_assert_int_eq(send_request("POST /seen/here", "", ""), 200);
    ck_assert(has("before it there were 1"));
    ck_assert_int_eq(send_request("POST /seen/there", "", ""), 404);
    ck_assert(has("Look elsewhere (TST-002)."));
    ck_assert_int_eq(send_request("POST /seen/there", "Accept: application/json\r\n", ""), 404);
    ck_assert(has("\"code\":\"TST-002\"") && !has("Look elsewhere"));
    ck_assert_int_eq(things(), 2);
    tear_down();
}
END_TEST

START_TEST(bad_input)
{
    set_up(_i, 0);
    ck_assert_int_eq(send_request("POST /api/things", JSON KEY, "{\"name\":\"a\",\"x\":1}"), 422);
    ck_assert_int_eq(send_request("POST /api/things", JSON KEY, "{\"name\":"), 422);
    ck_assert_int_eq(send_request("POST /api/things", KEY "Content-Type: text/plain\r\n", "name"), 415);
    ck_assert_int_eq(send_request("POST /api/things", JSON KEY "Accept-Language: en\r\n", "{}"), 422);
    ck_assert(has("\"errors\":[{\"field\":\"name\""));
    ck_assert_int_eq(things(), 0);
    tear_down();
}
END_TEST

START_TEST(too_many_requests)
{
    set_up(_i, 1);
    int ok = 0, refused = 0;
    for (int i = 0; i < 40; i++)
        switch (send_request("GET /", "", NULL)) {
        case 200:
            ok++;
            break;
        case 429:
            refused++;
            ck_assert(has("Retry-After: "));
            break;
        default:
            ck_abort_msg("%s", answer);
        }
    ck_assert_int_ge(ok, 10);
    ck_assert_int_gt(refused, 0);
    tear_down();
}
END_TEST

START_TEST(paths_of_this_site_only)
{
    t_str(local_path(STR("/a?b=c")), STR("/a?b=c"));
    t_str(local_path(STR("//evil.example")), STR("/"));
    t_str(local_path(STR("/\\evil.example")), STR("/"));
    t_str(local_path(STR("https://evil.example")), STR("/"));
    t_str(local_path(STR("/a\r\nSet-Cookie: x=y")), STR("/"));
    t_str(local_path(STR_EMPTY), STR("/"));
}
END_TEST

DBT_MAIN("web/dispatch", a_visitor_posts_a_form, without_token_nothing_is_written, a_refused_form_comes_back,
         the_same_key_gives_the_first_answer, many_at_once_are_answered_as_one_by_one, one_of_many_breaks_a_rule,
         who_may_not, rows_with_pages_of_their_own, bad_input, too_many_requests, paths_of_this_site_only)

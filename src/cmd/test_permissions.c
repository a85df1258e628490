/* Every row of the route table, asked by everybody: no session → 401, wrong role → 403, no CSRF token → 403. */
#include "t.h"

#include <ftw.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "core/account.h"
#include "core/party.h"
#include "http/http.h"
#include "sys/log.h"
#include "sys/random.h"
#include "sys/start.h"
#include "web/permission.h"

static struct app app;
static struct serving *serving;
static struct arena *arena;
static char dir[] = "/tmp/rise-permissions-XXXXXX";
static str cookies[16]; /* one session per row of perm_names; the first two are no roles */

static int unlink_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

struct person {
    perm perms;
    struct buf cookie;
};

static rc person_write(struct tx *tx, void *arg)
{
    struct person *p = arg;
    BUF_SCOPED email = BUF_INIT(64);
    buf_printf(&email, "role%u@example.com", p->perms);
    id account;
    TRY(account_ensure(tx, buf_str(&email), STR("Somebody"), LANG_EN, &account));
    if (p->perms != 0) {
        id party = id_new();
        TRY(party_add(tx,
                      &(struct party){.id = party, .kind = PARTY_COMPANY, .name = STR("Some firm"), .ubn = STR_EMPTY}));
        TRY(member_add(tx, party, account, p->perms));
    }
    buf_clear(&p->cookie);
    return session_begin(tx, account, &p->cookie);
}

static void sign_in(void)
{
    for (size_t i = 1; perm_names[i].bit; i++) {
        struct person p = {perm_names[i].bit == SIGNED_IN ? 0 : perm_names[i].bit, BUF_INIT(256)};
        t_ok(db_write(app.db, person_write, &p));
        cookies[i] = arena_str(arena, buf_str(&p.cookie));
        buf_free(&p.cookie);
    }
}

static void set_up(void)
{
    struct err err = {0};
    int applied;
    log_set_level(LOG_ERROR_); /* refusals are what is tested */
    arena = arena_new(16 << 20);
    ck_assert_ptr_nonnull(mkdtemp(dir));
    app = (struct app){.modules = all_modules, .n_modules = n_all_modules};
    app.config = (struct config){.listen = STR("127.0.0.1:0"),
                                 .base_url = STR("http://localhost"),
                                 .data_dir = str_of(dir),
                                 .db_url = arena_printf(arena, "sqlite:%s/rise.db", dir),
                                 .log_name = STR("test.example/log"),
                                 .mail_from = STR("rise@localhost"),
                                 .http_threads = 1,
                                 .max_body = 1 << 20,
                                 .max_streams = 10};
    t_ok(app_prepare(&app, &err));
    t_ok(app_open(&app, &err));
    t_ok(app_migrate(&app, &applied, &err));
    t_ok(app_init_modules(&app, &err));
    t_ok(serving_begin(&app, &serving, &err));
    sign_in();
}

static void tear_down(void)
{
    serving_end(serving);
    arena_free(arena);
    nftw(dir, unlink_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The path with every {parameter} filled in by something that exists nowhere. */
static str concrete(const char *path)
{
    BUF_SCOPED out = BUF_INIT(512);
    for (const char *p = path; *p; p++) {
        if (*p != '{') {
            buf_putc(&out, *p);
            continue;
        }
        buf_put(&out, STR("0000000000000"));
        p = strchr(p, '}');
    }
    return arena_str(arena, buf_str(&out));
}

static int ask(const struct route *r, str cookie, struct buf *reply)
{
    str cookie_header = arena_printf(arena, "Cookie: rise=%.*s", STR_ARG(cookie));
    const char *const headers[] = {"Accept: application/json", "Content-Type: application/json", cookie_header.p, NULL};
    struct http_fetch f = {
        .method = r->method,
        .url = arena_printf(arena, "http://127.0.0.1:%d%.*s", http_port(app.http), STR_ARG(concrete(r->path))),
        .headers = headers,
        .body = r->write ? STR("{}") : STR_EMPTY,
        .timeout_ms = 10000,
        .max_reply = 8 << 20,
        .allow_private = true};
    int status = 0;
    struct err err = {0};
    buf_clear(reply);
    t_ok(http_fetch(&f, &status, reply, &err));
    return status;
}

static bool says(const struct buf *reply, str code)
{
    return str_find(buf_str(reply), code) >= 0;
}

#define EXPECT(cond, who)                                                                                              \
    ck_assert_msg(cond, "%s %s as %s: %d %.*s", http_method_name(r->method), r->path, who, status,                     \
                  STR_ARG(buf_str(&reply)))

static void check_route(const struct route *r)
{
    BUF_SCOPED reply = BUF_INIT(8 << 20);
    bool is_public = (r->perm & PUBLIC) != 0, token = r->write && !(r->flags & ROUTE_NO_CSRF);
    int status = ask(r, STR("no-session-at-all"), &reply);
    if (!is_public)
        EXPECT(status == 401 && says(&reply, STR("SEC-002")), "nobody");
    else if (token)
        EXPECT(status == 403 && says(&reply, STR("SEC-001")), "nobody");
    else
        EXPECT(status != 401, "nobody");
    for (size_t i = 1; perm_names[i].bit; i++) {
        perm has = PUBLIC | SIGNED_IN | perm_names[i].bit;
        status = ask(r, cookies[i], &reply);
        if (!(r->perm & has))
            EXPECT(status == 403 && says(&reply, STR("SEC-003")), perm_names[i].code);
        else if (token)
            EXPECT(status == 403 && says(&reply, STR("SEC-001")), perm_names[i].code);
        else
            EXPECT(status != 401 && !says(&reply, STR("SEC-00")), perm_names[i].code);
    }
}

START_TEST(every_route)
{
    set_up();
    struct err err = {0};
    struct http_route *routes;
    size_t n, asked = 0;
    t_ok(app_routes(&app, &routes, &n, &err));
    for (size_t i = 0; i < n; i++) {
        const struct route *r = routes[i].user;
        if (r->flags & (ROUTE_STATIC | ROUTE_STREAM))
            continue;
        check_route(r);
        asked++;
    }
    free(routes);
    ck_assert_uint_gt(asked, 50);
    tear_down();
}
END_TEST

T_MAIN("cmd/permissions", every_route)

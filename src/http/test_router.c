#include "t.h"

#include "http/router.h"

static const struct http_route routes[] = {
    {HTTP_GET, "/", 0, NULL},
    {HTTP_GET, "/orders", 0, NULL},
    {HTTP_POST, "/orders", 0, NULL},
    {HTTP_GET, "/orders/{id}", 0, NULL},
    {HTTP_GET, "/orders/new", 0, NULL},
    {HTTP_POST, "/orders/{order}/cancel", 0, NULL},
    {HTTP_GET, "/orders/new/{step}", 0, NULL},
    {HTTP_GET, "/assets/{path...}", 0, NULL},
    {HTTP_GET, "/assets/logo", 0, NULL},
    {HTTP_DELETE, "/a/{x}/b/{y}", 0, NULL},
};

static struct router *router;

static const char *find(enum http_method m, const char *path, struct router_match *out)
{
    if (!router)
        t_ok(router_new(routes, sizeof routes / sizeof routes[0], &router, NULL));
    router_find(router, m, str_of(path), out);
    return out->route ? out->route->path : "none";
}

START_TEST(matches)
{
    static const struct {
        enum http_method method;
        const char *path, *route;
    } cases[] = {
        {HTTP_GET, "/", "/"},
        {HTTP_HEAD, "/orders", "/orders"},
        {HTTP_GET, "/orders/7", "/orders/{id}"},
        {HTTP_GET, "/orders/new", "/orders/new"},
        {HTTP_GET, "/orders/new/2", "/orders/new/{step}"},
        {HTTP_POST, "/orders/new/cancel", "/orders/{order}/cancel"}, /* back from the literal branch */
        {HTTP_GET, "/assets/logo", "/assets/logo"},
        {HTTP_GET, "/assets/logo/x", "/assets/{path...}"},
        {HTTP_GET, "/assets/css/a.css", "/assets/{path...}"},
        {HTTP_GET, "/assets/", "none"},
        {HTTP_GET, "/assets", "none"},
        {HTTP_GET, "/orders/", "none"},
        {HTTP_GET, "//orders", "none"},
        {HTTP_GET, "/orders/7/x", "none"},
        {HTTP_DELETE, "/a/1/b/2", "/a/{x}/b/{y}"},
        {HTTP_DELETE, "/a//b/2", "none"},
    };
    struct router_match m;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        ck_assert_str_eq(find(cases[i].method, cases[i].path, &m), cases[i].route);
}
END_TEST

START_TEST(parameters)
{
    struct router_match m;
    find(HTTP_DELETE, "/a/雲/b/2", &m);
    ck_assert_int_eq(m.n_params, 2);
    ck_assert_str_eq(m.names[0], "x");
    t_str(m.values[0], STR("雲"));
    ck_assert_str_eq(m.names[1], "y");
    t_str(m.values[1], STR("2"));
    find(HTTP_GET, "/assets/css/a.css", &m);
    ck_assert_str_eq(m.names[0], "path");
    t_str(m.values[0], STR("css/a.css"));
}
END_TEST

START_TEST(allowed)
{
    struct router_match m;
    ck_assert_str_eq(find(HTTP_PUT, "/orders", &m), "none");
    ck_assert_uint_eq(m.allowed, 1u << HTTP_GET | 1u << HTTP_HEAD | 1u << HTTP_POST);
    ck_assert_str_eq(find(HTTP_GET, "/a/1/b/2", &m), "none");
    ck_assert_uint_eq(m.allowed, 1u << HTTP_DELETE);
    ck_assert_str_eq(find(HTTP_GET, "/nothing", &m), "none");
    ck_assert_uint_eq(m.allowed, 0);
}
END_TEST

START_TEST(bad_tables)
{
    static const char *const bad[] = {"",      "x",      "/{",        "/{}",
                                      "/a{b}", "/{...}", "/{x...}/y", "/{a}/{b}/{c}/{d}/{e}/{f}/{g}"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct http_route one = {HTTP_GET, bad[i], 0, NULL};
        struct router *r = NULL;
        struct err err = {0};
        t_rc(router_new(&one, 1, &r, &err), E_INTERNAL);
        ck_assert_str_eq(err.main.code, "HTT-020");
    }
    const struct http_route twice[] = {{HTTP_GET, "/a/{x}", 0, NULL}, {HTTP_GET, "/a/{y}", 0, NULL}};
    struct router *r = NULL;
    struct err err = {0};
    t_rc(router_new(twice, 2, &r, &err), E_INTERNAL);
    ck_assert_str_eq(err.main.code, "HTT-021");
}
END_TEST

T_MAIN("http/router", matches, parameters, allowed, bad_tables)

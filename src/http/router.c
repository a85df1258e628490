#include "http/router.h"

#include <stdlib.h>

enum { ROUTER_MEMORY = 8 * 1024 * 1024 };

struct leaf {
    const struct http_route *route;
    const char *names[HTTP_PARAMS_MAX];
    int n_names;
};

struct node {
    str segment;
    struct node *sibling;      /* next literal under the same parent */
    struct node *literals;     /* children */
    struct node *param, *rest; /* `{x}` and `{x...}` children */
    struct leaf *leaf[HTTP_METHODS];
};

struct router {
    struct arena *arena;
    struct node root;
};

static rc bad_pattern(const struct http_route *route, struct err *err)
{
    return ERR(err, E_INTERNAL, "HTT-020", N_("The route {1} is malformed."), str_of(route->path));
}

static struct node *literal_child(struct router *r, struct node *parent, str segment)
{
    for (struct node *c = parent->literals; c; c = c->sibling)
        if (str_eq(c->segment, segment))
            return c;
    struct node *c = ARENA_NEW(r->arena, struct node);
    if (!c)
        return NULL;
    c->segment = segment;
    c->sibling = parent->literals;
    parent->literals = c;
    return c;
}

/* `segment` is "{name}" or "{name...}". */
static struct node *param_child(struct router *r, struct node *parent, str segment, struct leaf *leaf, bool *rest)
{
    str name = str_sub(segment, 1, segment.n - 2);
    *rest = str_ends(name, STR("..."));
    if (*rest)
        name.n -= 3;
    if (name.n == 0 || leaf->n_names == HTTP_PARAMS_MAX)
        return NULL;
    const char *copy = arena_cstr(r->arena, name);
    struct node **slot = *rest ? &parent->rest : &parent->param;
    if (!*slot)
        *slot = ARENA_NEW(r->arena, struct node);
    if (!copy || !*slot)
        return NULL;
    leaf->names[leaf->n_names++] = copy;
    return *slot;
}

static rc add(struct router *r, const struct http_route *route, struct err *err)
{
    struct leaf *leaf = ARENA_NEW(r->arena, struct leaf);
    if (!leaf)
        return arena_rc(r->arena);
    leaf->route = route;
    str path = str_of(route->path);
    if (path.n == 0 || path.p[0] != '/' || route->method >= HTTP_METHODS)
        return bad_pattern(route, err);
    struct node *at = &r->root;
    bool rest = false;
    for (str left = str_sub(path, 1, path.n); left.p;) {
        str segment = str_cut(&left, '/');
        if (rest) /* something behind `{x...}` */
            return bad_pattern(route, err);
        if (segment.n > 2 && segment.p[0] == '{' && segment.p[segment.n - 1] == '}')
            at = param_child(r, at, segment, leaf, &rest);
        else if (str_chr(segment, '{') < 0 && str_chr(segment, '}') < 0)
            at = literal_child(r, at, segment);
        else
            at = NULL;
        if (!at)
            return bad_pattern(route, err);
    }
    if (at->leaf[route->method])
        return ERR(err, E_INTERNAL, "HTT-021", N_("The route {1} is declared twice."), path);
    at->leaf[route->method] = leaf;
    return OK;
}

rc router_new(const struct http_route *routes, size_t n, struct router **out, struct err *err)
{
    struct router *r = calloc(1, sizeof *r);
    struct arena *a = arena_new(ROUTER_MEMORY);
    rc code = r && a ? OK : E_NOMEM;
    if (r)
        r->arena = a;
    for (size_t i = 0; i < n && code == OK; i++)
        code = add(r, &routes[i], err);
    if (code != OK) {
        arena_free(a);
        free(r);
        return code;
    }
    *out = r;
    return OK;
}

void router_free(struct router *r)
{
    if (!r)
        return;
    arena_free(r->arena);
    free(r);
}

static const struct leaf *leaf_at(const struct node *nd, enum http_method method, struct router_match *m)
{
    for (int k = 0; k < HTTP_METHODS; k++)
        if (nd->leaf[k])
            m->allowed |= 1u << k | (k == HTTP_GET ? 1u << HTTP_HEAD : 0);
    if (method == HTTP_HEAD && !nd->leaf[HTTP_HEAD])
        method = HTTP_GET;
    return nd->leaf[method];
}

/* The recursion is as deep as the longest pattern, whatever the path. `rest` is the path behind the last '/'; p == NULL
 * at its end. */
static const struct leaf *walk(const struct node *nd, str rest, int depth, enum http_method method,
                               struct router_match *m)
{
    if (!rest.p)
        return leaf_at(nd, method, m);
    const struct leaf *found = NULL;
    str after = rest;
    str segment = str_cut(&after, '/');
    for (const struct node *c = nd->literals; c && !found; c = c->sibling)
        if (str_eq(c->segment, segment))
            found = walk(c, after, depth, method, m);
    if (!found && nd->param && segment.n > 0) {
        m->values[depth] = segment;
        found = walk(nd->param, after, depth + 1, method, m);
    }
    if (!found && nd->rest && rest.n > 0) {
        m->values[depth] = rest;
        found = leaf_at(nd->rest, method, m);
    }
    return found;
}

void router_find(const struct router *r, enum http_method method, str path, struct router_match *out)
{
    *out = (struct router_match){0};
    if (path.n == 0)
        return;
    const struct leaf *leaf = walk(&r->root, str_sub(path, 1, path.n), 0, method, out);
    if (!leaf)
        return;
    out->route = leaf->route;
    out->names = leaf->names;
    out->n_params = leaf->n_names;
}

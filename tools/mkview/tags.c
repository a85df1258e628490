/* The {{…}} constructs. */
#include "compiler.h"

static const char *block_name(enum block_kind k)
{
    switch (k) {
    case B_VIEW:
        return "{{view}}";
    case B_IF:
        return "{{if}}";
    case B_LOOP:
        return "the loop";
    case B_LAYOUT:
        return "{{layout}}";
    }
    return "";
}

static struct block *innermost(struct compiler *m)
{
    return m->n_blocks ? &m->blocks[m->n_blocks - 1] : NULL;
}

static struct block *push(struct compiler *m, enum block_kind kind, size_t at)
{
    static struct block overflow;
    if (m->n_blocks == BLOCKS_MAX) {
        fail_at(m, at, "blocks nested more than %d deep", BLOCKS_MAX);
        m->error = E_LIMIT;
        return &overflow;
    }
    const struct markup *k = &m->markup;
    struct block *b = &m->blocks[m->n_blocks++];
    *b = (struct block){.kind = kind,
                        .at = at,
                        .number = ++m->blocks_made,
                        .state = k->state,
                        .depth = k->depth,
                        .token = k->token,
                        .tag_at = k->tag_at,
                        .after_block = k->after_block,
                        .after_all = true,
                        .url_started = k->url_started,
                        .branch = m->branch};
    return b;
}

static void set_branch(struct compiler *m, const struct block *b, int arm)
{
    struct branch *n = ARENA_NEW(m->arena, struct branch);
    if (!n) {
        m->error = arena_rc(m->arena);
        return;
    }
    *n = (struct branch){b->number, arm, b->branch};
    m->branch = n;
}

/* A block may begin and end between elements, between attributes, or inside one quoted value. */
static bool block_allowed(struct compiler *m, size_t at, const char *what)
{
    enum markup_state s = m->markup.state;
    if (s == M_TEXT || s == M_TAG || s == M_DOUBLE || s == M_SINGLE)
        return true;
    fail_at(m, at, "%s cannot stand here in the markup", what);
    return false;
}

/* Every branch leaves the markup where it found it, so that the context is known whatever happens at run time. */
static void branch_ends(struct compiler *m, struct block *b, size_t at)
{
    struct markup *k = &m->markup;
    bool same = k->state == b->state && (k->state == M_TEXT || k->tag_at == b->tag_at) &&
                ((k->state != M_DOUBLE && k->state != M_SINGLE) || k->token == b->token);
    if (!same) { /* go on from where it ended: less noise */
        fail_at(m, at, "%s ends elsewhere in a tag than it began", block_name(b->kind));
        return;
    }
    if (k->depth > b->depth)
        fail_at(m, at, "%s leaves <%.*s> open", block_name(b->kind), STR_ARG(k->stack[k->depth - 1].name));
    b->after_all = b->after_all && k->after_block;
    b->url_any = b->url_any || k->url_started;
    k->state = b->state;
    k->token = b->token;
    k->tag_at = b->tag_at;
    k->depth = b->depth;
    k->url_started = b->url_started;
    k->after_block = b->after_block;
}

static void block_ends(struct compiler *m, const struct block *b)
{
    bool always = b->in_else || b->kind == B_LAYOUT;
    m->markup.url_started = b->url_any;
    m->markup.after_block = b->after_all && (always || b->after_block);
    m->branch = b->branch;
    if (m->markup.state == M_DOUBLE || m->markup.state == M_SINGLE)
        m->markup.attribute.dynamic = true;
}

/* ---- views ---- */
static bool name_and_args(struct compiler *m, size_t at, str rest, str *name, str *args)
{
    *name = scan_word(&rest);
    if (name->n && rest.n == 0) {
        *args = STR_EMPTY;
        return true;
    }
    size_t close = rest.n ? scan_expression(str_sub(rest, 1, rest.n), ')') + 1 : 0;
    if (!name->n || rest.p[0] != '(' || close + 1 != rest.n) {
        fail_at(m, at, "NAME or NAME(…) is expected");
        return false;
    }
    *args = str_trim(str_sub(rest, 1, rest.n - 2));
    if (str_eq(*args, STR("void")))
        *args = STR_EMPTY;
    return true;
}

static void open_function(struct compiler *m, const char *suffix)
{
    const char *comma = m->view_params.n ? ", " : "";
    buf_printf(m->h, "void view_%.*s%s(struct buf *o, const struct ctx *c%s%.*s);\n", STR_ARG(m->view_name), suffix,
               comma, STR_ARG(m->view_params));
    buf_printf(m->c, "void view_%.*s%s(struct buf *o, const struct ctx *c%s%.*s)\n{\n    (void)o, (void)c;\n",
               STR_ARG(m->view_name), suffix, comma, STR_ARG(m->view_params));
}

static void tag_view(struct compiler *m, size_t at, str rest)
{
    if (m->n_blocks) {
        fail_at(m, at, "{{view}} inside %s", block_name(innermost(m)->kind));
        return;
    }
    markup_begin(m);
    push(m, B_VIEW, at);
    if (!name_and_args(m, at, rest, &m->view_name, &m->view_params))
        return;
    str ahead = str_sub(m->source, m->at + 2, m->source.n);
    ptrdiff_t body = str_find(ahead, STR("{{body}}")), next = str_find(ahead, STR("{{view "));
    m->view_has_body = body >= 0 && (next < 0 || body < next);
    m->view_body_seen = false;
    m->view_made = true;
    emit_line(m, at);
    open_function(m, m->view_has_body ? "_begin" : "");
}

static void tag_body(struct compiler *m, size_t at)
{
    bool straight = true; /* a layout around it is no C block: the function can be cut in two */
    for (int i = 1; i < m->n_blocks; i++)
        straight = straight && m->blocks[i].kind == B_LAYOUT;
    if (!straight || m->markup.state != M_TEXT || m->view_body_seen) {
        fail_at(m, at, "{{body}} stands once in a view, outside its {{if}} and loops, between elements");
        return;
    }
    m->view_body_seen = true;
    emit_flush(m);
    buf_put(m->c, STR("}\n\n"));
    emit_line(m, at);
    open_function(m, "_end");
    markup_flow(m);
}

static void tag_include(struct compiler *m, size_t at, str rest)
{
    if (m->view_made || m->n_blocks) {
        fail_at(m, at, "{{include}} stands before the first {{view}}");
        return;
    }
    BUF_SCOPED name = BUF_INIT(1024);
    str source;
    if (!scan_literal(&rest, &name, &source) || rest.n || !name.n || str_chr(source, '\n') >= 0) {
        fail_at(m, at, "{{include \"layer/file.h\"}} is expected");
        return;
    }
    buf_printf(m->h, "#include %.*s\n", STR_ARG(source));
}

/* ---- control ---- */
static void tag_if(struct compiler *m, size_t at, str rest)
{
    if (!block_allowed(m, at, "{{if}}"))
        return;
    if (!rest.n)
        fail_at(m, at, "{{if}} without a condition");
    emit_flush(m);
    emit_line(m, at);
    buf_printf(m->c, "    if (%.*s) {\n", STR_ARG(rest));
    struct block *b = push(m, B_IF, at);
    set_branch(m, b, 0);
}

static void tag_else(struct compiler *m, size_t at, str rest)
{
    struct block *b = innermost(m);
    if (!b || b->kind != B_IF || b->in_else) {
        fail_at(m, at, "{{else}} without {{if}}");
        return;
    }
    emit_flush(m);
    branch_ends(m, b, at);
    set_branch(m, b, m->branch ? m->branch->arm + 1 : 0);
    emit_line(m, at);
    if (!rest.n) {
        b->in_else = true;
        buf_put(m->c, STR("    } else {\n"));
        return;
    }
    str word = scan_word(&rest);
    if (!str_eq(word, STR("if")) || !rest.n)
        fail_at(m, at, "{{else}} or {{else if …}} is expected");
    buf_printf(m->c, "    } else if (%.*s) {\n", STR_ARG(rest));
}

static void tag_for(struct compiler *m, size_t at, str rest)
{
    if (!block_allowed(m, at, "{{for}}"))
        return;
    size_t first = scan_expression(rest, ';');
    size_t second = first < rest.n ? first + 1 + scan_expression(str_sub(rest, first + 1, rest.n), ';') : rest.n;
    if (second >= rest.n)
        fail_at(m, at, "{{for declaration; condition; step}} is expected");
    emit_flush(m);
    emit_line(m, at);
    buf_printf(m->c, "    for (%.*s) {\n", STR_ARG(rest));
    push(m, B_LOOP, at);
}

/* {{each const struct row *r in rows, n}} declares r and its position r_i. */
static void tag_each(struct compiler *m, size_t at, str rest)
{
    if (!block_allowed(m, at, "{{each}}"))
        return;
    ptrdiff_t in = str_find(rest, STR(" in "));
    str declared = in > 0 ? str_trim(str_sub(rest, 0, (size_t)in)) : STR_EMPTY;
    str list = in > 0 ? str_trim(str_sub(rest, (size_t)in + 4, rest.n)) : STR_EMPTY;
    size_t comma = scan_expression(list, ',');
    size_t star = declared.n;
    while (star && declared.p[star - 1] != '*')
        star--;
    str name = str_trim(str_sub(declared, star, declared.n));
    if (!star || !name.n || comma >= list.n) {
        fail_at(m, at, "{{each TYPE *NAME in ARRAY, COUNT}} is expected");
        push(m, B_LOOP, at);
        return;
    }
    emit_flush(m);
    emit_line(m, at);
    buf_printf(m->c, "    for (size_t %.*s_i = 0; %.*s_i < (size_t)(%.*s); %.*s_i++) { ", STR_ARG(name), STR_ARG(name),
               STR_ARG(str_trim(str_sub(list, comma + 1, list.n))), STR_ARG(name));
    buf_printf(m->c, "%.*s = &(%.*s)[%.*s_i];\n", STR_ARG(declared), STR_ARG(str_sub(list, 0, comma)), STR_ARG(name));
    push(m, B_LOOP, at);
}

static void tag_layout(struct compiler *m, size_t at, str rest)
{
    str name, args;
    if (!name_and_args(m, at, rest, &name, &args))
        return;
    if (m->markup.state != M_TEXT)
        fail_at(m, at, "{{layout}} cannot stand in a tag");
    emit_flush(m);
    emit_line(m, at);
    buf_printf(m->c, "    view_%.*s_begin(o, c%s%.*s);\n", STR_ARG(name), args.n ? ", " : "", STR_ARG(args));
    struct block *b = push(m, B_LAYOUT, at);
    b->call = name;
    b->args = args;
    m->markup.after_block = true;
}

static void tag_end(struct compiler *m, size_t at)
{
    struct block *b = innermost(m);
    if (!b) {
        fail_at(m, at, "{{end}} without a beginning");
        return;
    }
    if (b->kind == B_VIEW) {
        markup_end(m);
        if (m->view_has_body && !m->view_body_seen)
            fail_at(m, b->at, "the {{body}} of this view is in a comment");
    }
    emit_flush(m);
    if (b->kind != B_VIEW) {
        branch_ends(m, b, at);
        block_ends(m, b);
    }
    emit_line(m, at);
    if (b->kind == B_LAYOUT)
        buf_printf(m->c, "    view_%.*s_end(o, c%s%.*s);\n", STR_ARG(b->call), b->args.n ? ", " : "", STR_ARG(b->args));
    else
        buf_put(m->c, b->kind == B_VIEW ? STR("}\n\n") : STR("    }\n"));
    m->n_blocks--;
}

static void tag_let(struct compiler *m, size_t at, str rest)
{
    if (!rest.n)
        fail_at(m, at, "{{let DECLARATION}} is expected");
    emit_flush(m);
    emit_line(m, at);
    buf_printf(m->c, "    %.*s;\n", STR_ARG(rest));
}

static void tag_call(struct compiler *m, size_t at, str rest)
{
    str name, args;
    if (!name_and_args(m, at, rest, &name, &args))
        return;
    if (m->markup.state != M_TEXT)
        fail_at(m, at, "{{call}} cannot stand in a tag");
    emit_flush(m);
    emit_line(m, at);
    buf_printf(m->c, "    view_%.*s(o, c%s%.*s);\n", STR_ARG(name), args.n ? ", " : "", STR_ARG(args));
    markup_flow(m);
}

static void tag_csrf(struct compiler *m, size_t at)
{
    if (m->markup.state != M_TEXT)
        fail_at(m, at, "{{csrf}} cannot stand in a tag");
    markup_csrf(m, at);
    emit_flush(m);
    buf_put(m->c, STR("    view_csrf(o, c);\n"));
    m->markup.after_block = true;
}

/* ---- output ---- */
static void tag_output(struct compiler *m, size_t at, str word, str rest)
{
    enum context ctx = markup_context(m);
    if (m->markup.state == M_ATTR_VALUE || m->markup.state == M_UNQUOTED) {
        fail_at(m, at, "an expression needs quotes around the attribute's value");
        m->markup.state = M_UNQUOTED; /* go on behind it */
        m->markup.token = at;
        return;
    }
    if (ctx == CTX_NONE) {
        fail_at(m, at, "an expression stands in text or in a quoted attribute value");
        return;
    }
    if (m->markup.state != M_TEXT && (str_ieq(str_sub(m->markup.attribute.name, 0, 2), STR("on")) ||
                                      str_ieq(m->markup.attribute.name, STR("style")))) {
        fail_at(m, at, "an expression in inline code or style");
        return;
    }
    if (str_eq(word, STR("="))) {
        emit_expression(m, ctx, at, rest);
    } else {
        if (ctx == CTX_URL_START || ctx == CTX_URL_PART)
            fail_at(m, at, "a text for people in an address");
        if (str_eq(word, STR("t")))
            emit_message(m, ctx, at, rest);
        else
            emit_plural(m, ctx, at, rest);
    }
    markup_dynamic(m);
}

void tag(struct compiler *m, size_t at, str inside)
{
    str rest = inside;
    str word = scan_word(&rest);
    if (str_eq(word, STR("#")))
        return;
    if (str_eq(word, STR("view"))) {
        tag_view(m, at, rest);
        return;
    }
    if (str_eq(word, STR("include"))) {
        tag_include(m, at, rest);
        return;
    }
    if (!m->n_blocks) {
        fail_at(m, at, "outside {{view}} only {{include}} and {{# comments}} can stand");
        return;
    }
    if (str_eq(word, STR("end")) && innermost(m)->kind == B_VIEW)
        m->markup.space = false; /* white space at a view's edges is the file's, not the page's */
    markup_settle(m);
    if (str_eq(word, STR("=")) || str_eq(word, STR("t")) || str_eq(word, STR("n")))
        tag_output(m, at, word, rest);
    else if (str_eq(word, STR("if")))
        tag_if(m, at, rest);
    else if (str_eq(word, STR("else")))
        tag_else(m, at, rest);
    else if (str_eq(word, STR("for")))
        tag_for(m, at, rest);
    else if (str_eq(word, STR("each")))
        tag_each(m, at, rest);
    else if (str_eq(word, STR("layout")))
        tag_layout(m, at, rest);
    else if (str_eq(word, STR("let")))
        tag_let(m, at, rest);
    else if (str_eq(word, STR("call")))
        tag_call(m, at, rest);
    else if (str_eq(word, STR("end")) && !rest.n)
        tag_end(m, at);
    else if (str_eq(word, STR("body")) && !rest.n)
        tag_body(m, at);
    else if (str_eq(word, STR("csrf")) && !rest.n)
        tag_csrf(m, at);
    else
        fail_at(m, at, "unknown construct {{%.*s}}", STR_ARG(word.n ? word : str_trim(inside)));
}

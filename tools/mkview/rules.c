/* What a tag must and must not have: safety (CSP without inline code, CSRF tokens), accessibility
 * (WCAG 2.2: 1.1.1, 1.3.1, 3.1.1, 4.1.2) and translation. */
#include "compiler.h"

static const struct attribute *get(const struct compiler *m, const char *name)
{
    for (size_t i = 0; i < m->markup.attributes.n; i++)
        if (str_eq(m->markup.attributes.v[i].name, str_of(name)))
            return &m->markup.attributes.v[i];
    return NULL;
}

static bool has(const struct compiler *m, const char *name)
{
    const struct attribute *a = get(m, name);
    return a && !a->sometimes;
}

static bool is(const struct compiler *m, const char *name, const char *value)
{
    const struct attribute *a = get(m, name);
    return a && !a->dynamic && str_ieq(a->value, str_of(value));
}

static bool inside(const struct compiler *m, const char *name)
{
    for (int i = 0; i < m->markup.depth; i++)
        if (str_eq(m->markup.stack[i].name, str_of(name)))
            return true;
    return false;
}

/* javascript: and its kin, as browsers read them: leading controls and inner tabs or line ends do not count. */
static bool runs_code(str value)
{
    char scheme[16];
    size_t n = 0;
    for (size_t i = 0; i < value.n && n < sizeof scheme; i++) {
        unsigned char ch = (unsigned char)value.p[i];
        if (ch <= ' ')
            continue;
        scheme[n++] = (char)(ch >= 'A' && ch <= 'Z' ? ch + 32 : ch);
        if (ch == ':')
            break;
    }
    str s = str_n(scheme, n);
    return str_eq(s, STR("javascript:")) || str_eq(s, STR("vbscript:")) || str_eq(s, STR("data:"));
}

static void check_attribute(struct compiler *m, size_t i, bool verbatim)
{
    const struct attribute *a = &m->markup.attributes.v[i];
    for (size_t j = 0; j < i; j++) {
        const struct attribute *b = &m->markup.attributes.v[j];
        if (str_eq(a->name, b->name) && !(a->sometimes && b->sometimes))
            fail_at(m, a->at, "attribute %.*s twice", STR_ARG(a->name));
    }
    if (a->name.n > 2 && str_ieq(str_sub(a->name, 0, 2), STR("on")))
        fail_at(m, a->at, "inline event handler %.*s: listen in a module under assets/", STR_ARG(a->name));
    if (str_ieq(a->name, STR("style")))
        fail_at(m, a->at, "inline style: use a class");
    if (str_eq(a->name, STR("srcset")) && a->dynamic)
        fail_at(m, a->at, "srcset cannot hold an expression");
    if (attribute_url(a->name) && runs_code(a->value))
        fail_at(m, a->at, "an address that runs code");
    bool read_out =
        attribute_language(a->name) || (str_eq(a->name, STR("value")) &&
                                        (is(m, "type", "submit") || is(m, "type", "button") || is(m, "type", "reset")));
    if (read_out && a->letters && !verbatim)
        fail_at(m, a->at, "%.*s is read by people and not translated: write %.*s=\"{{t \"…\"}}\"", STR_ARG(a->name),
                STR_ARG(a->name));
}

/* Two elements may share an id only in different branches of one {{if}}. */
static bool exclusive(const struct branch *a, const struct branch *b)
{
    for (const struct branch *i = a; i; i = i->up)
        for (const struct branch *j = b; j; j = j->up)
            if (i->block == j->block && i->arm != j->arm)
                return true;
    return false;
}

static void check_id(struct compiler *m)
{
    const struct attribute *a = get(m, "id");
    if (!a || a->dynamic)
        return;
    for (int i = 0; i < m->n_blocks; i++)
        if (m->blocks[i].kind == B_LOOP)
            fail_at(m, a->at, "id \"%.*s\" repeats in the loop: make it depend on the row", STR_ARG(a->value));
    for (size_t i = 0; i < m->markup.ids.n; i++)
        if (str_eq(m->markup.ids.v[i].id, a->value) && !exclusive(m->markup.ids.v[i].where, m->branch))
            fail_at(m, a->at, "id \"%.*s\" stands twice", STR_ARG(a->value));
    struct known_id *k = VEC_ADD(&m->markup.ids, m->arena);
    if (!k)
        m->error = arena_rc(m->arena);
    else
        *k = (struct known_id){a->value, m->branch};
}

static bool needs_label(const struct compiler *m)
{
    str tag = m->markup.tag;
    if (str_eq(tag, STR("select")) || str_eq(tag, STR("textarea")))
        return true;
    return str_eq(tag, STR("input")) && !is(m, "type", "hidden") && !is(m, "type", "submit") &&
           !is(m, "type", "button") && !is(m, "type", "reset");
}

static void check_control(struct compiler *m, bool in_label)
{
    struct markup *k = &m->markup;
    if (str_eq(k->tag, STR("label")) && get(m, "for")) {
        str *s = VEC_ADD(&k->label_for, m->arena);
        if (!s)
            m->error = arena_rc(m->arena);
        else
            *s = get(m, "for")->value;
    }
    if (!needs_label(m) || in_label || get(m, "aria-label") || get(m, "aria-labelledby"))
        return;
    const struct attribute *id = get(m, "id");
    struct control *c = VEC_ADD(&k->controls, m->arena);
    if (!c)
        m->error = arena_rc(m->arena);
    else
        *c = (struct control){k->tag, id ? id->value : (str){0}, k->tag_at};
}

static void check_nesting(struct compiler *m)
{
    str tag = m->markup.tag;
    bool control = str_eq(tag, STR("a")) || str_eq(tag, STR("button")) || str_eq(tag, STR("select")) ||
                   str_eq(tag, STR("textarea")) || (str_eq(tag, STR("input")) && !is(m, "type", "hidden"));
    if (element_closes_p(tag) && inside(m, "p"))
        fail_at(m, m->markup.tag_at, "<%.*s> cannot stand in <p>", STR_ARG(tag));
    if (control && (inside(m, "a") || inside(m, "button")))
        fail_at(m, m->markup.tag_at, "<%.*s> cannot stand in a link or button", STR_ARG(tag));
    if (str_eq(tag, STR("form")) && inside(m, "form"))
        fail_at(m, m->markup.tag_at, "<form> cannot stand in <form>");
    if (str_eq(tag, STR("label")) && inside(m, "label"))
        fail_at(m, m->markup.tag_at, "<label> cannot stand in <label>");
}

static void check_element(struct compiler *m)
{
    str tag = m->markup.tag;
    size_t at = m->markup.tag_at;
    if (str_eq(tag, STR("img")) && !has(m, "alt"))
        fail_at(m, at, "<img> without alt (alt=\"\" when it is decoration)");
    if (str_eq(tag, STR("script")) && !has(m, "src"))
        fail_at(m, at, "inline script: put it into a file under assets/ and name it with src");
    if (str_eq(tag, STR("style")))
        fail_at(m, at, "inline style: it belongs into assets/");
    if (str_eq(tag, STR("html")) && !has(m, "lang"))
        fail_at(m, at, "<html> without lang");
    if (str_eq(tag, STR("button")) && !has(m, "type"))
        fail_at(m, at, "<button> without type");
    if (str_eq(tag, STR("th")) && !has(m, "scope"))
        fail_at(m, at, "<th> without scope");
}

struct element check_tag(struct compiler *m)
{
    struct markup *k = &m->markup;
    const struct element *up = k->depth ? &k->stack[k->depth - 1] : NULL;
    const struct attribute *lang = get(m, "lang"), *method = get(m, "method");
    struct element e = {.name = k->tag, .at = k->tag_at};
    e.verbatim = (up && up->verbatim) || is(m, "translate", "no") || (lang && !lang->dynamic && lang->value.n);
    e.keep_space = (up && up->keep_space) || str_eq(k->tag, STR("pre")) || str_eq(k->tag, STR("textarea"));
    e.in_label = (up && up->in_label) || str_eq(k->tag, STR("label"));
    e.needs_csrf = str_eq(k->tag, STR("form")) && method && (method->dynamic || str_ieq(method->value, STR("post")));
    for (size_t i = 0; i < k->attributes.n; i++)
        check_attribute(m, i, e.verbatim);
    check_element(m);
    check_nesting(m);
    check_id(m);
    check_control(m, e.in_label);
    return e;
}

void check_close(struct compiler *m, const struct element *e)
{
    if (e->needs_csrf && !e->has_csrf)
        fail_at(m, e->at, "<form method=\"post\"> without {{csrf}}");
}

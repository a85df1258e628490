/* The HTML tokenizer: where each character stands, what goes out, which element it belongs to. The rules about finished
 * tags are in rules.c.
 *
 * The syntax read is the strict part of HTML: every element that is not void is closed, attribute values hold no raw
 * quotes, & begins a reference. White space that cannot show is dropped. */
#include "base/utf8.h"
#include "compiler.h"

static bool is_space(char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

static bool is_alpha(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z');
}

static bool is_alnum(char ch)
{
    return is_alpha(ch) || (ch >= '0' && ch <= '9');
}

void markup_begin(struct compiler *m)
{
    m->markup = (struct markup){.after_block = true};
}

static str slice(const struct compiler *m, size_t from, size_t to)
{
    return str_sub(m->source, from, to - from);
}

static struct element *top(struct compiler *m)
{
    return m->markup.depth ? &m->markup.stack[m->markup.depth - 1] : NULL;
}

/* Letters of any script; punctuation, symbols and spaces are the same in every language. */
static bool is_letter(uint32_t cp)
{
    if (cp < 0x80)
        return is_alpha((char)cp);
    return !((cp <= 0xBF && cp != 0xAA && cp != 0xB5 && cp != 0xBA) || cp == 0xD7 || cp == 0xF7 ||
             (cp >= 0x2000 && cp <= 0x2BFF) || (cp >= 0x3000 && cp <= 0x303F) || (cp >= 0xFF00 && cp <= 0xFF20) ||
             cp >= 0x1F000);
}

/* Follows &name; so that the letters of a reference do not count as text. */
static bool in_reference(struct compiler *m, size_t at, char ch)
{
    struct markup *k = &m->markup;
    if (ch == '&') {
        char next = at + 1 < m->source.n ? m->source.p[at + 1] : ' ';
        if (next != '#' && !is_alpha(next))
            fail_at(m, at, "a bare &: write &amp;");
        k->entity = true;
        return true;
    }
    if (!k->entity)
        return false;
    if (ch == ';') {
        k->entity = false;
        return true;
    }
    if (!is_alnum(ch) && ch != '#') {
        fail_at(m, at, "the reference before this is not closed with ;");
        k->entity = false;
        return false;
    }
    return true;
}

static void settle_space(struct compiler *m, bool shows)
{
    struct markup *k = &m->markup;
    if (k->space && !k->after_block && shows) {
        emit_literal(m, " ", 1);
        k->after_block = true;
    }
    k->space = false;
}

static void text_char(struct compiler *m, size_t at, size_t n)
{
    struct markup *k = &m->markup;
    char ch = m->source.p[at];
    const struct element *in = top(m);
    if (is_space(ch) && !(in && in->keep_space)) {
        k->space = true;
        return;
    }
    if (ch == '<') {
        k->state = M_LT;
        k->token = at;
        return;
    }
    settle_space(m, true);
    k->after_block = false;
    if (!in_reference(m, at, ch) && !k->reported_text && !(in && in->verbatim)) {
        str rest = str_sub(m->source, at, m->source.n);
        str look = rest;
        if (is_letter(utf8_next(&look))) {
            size_t end = 0;
            while (end < rest.n && rest.p[end] != '<' && rest.p[end] != '\n' && rest.p[end] != '{')
                end++;
            str shown = str_trim(utf8_cut(str_sub(rest, 0, end), 40));
            fail_at(m, at, "text that is not translated: write {{t \"%.*s\"}}", STR_ARG(shown));
            k->reported_text = true;
        }
    }
    if (in && str_eq(in->name, STR("script")))
        fail_at(m, at, "inline script: put it into a file under assets/ and name it with src");
    emit_literal(m, m->source.p + at, n);
}

static void tag_begins(struct compiler *m, size_t end)
{
    struct markup *k = &m->markup;
    k->tag = slice(m, k->token, end);
    k->tag_at = k->token - 1;
    k->attributes.n = 0;
    k->slash = false;
    k->reported_text = false;
    if (!element_known(k->tag))
        fail_at(m, k->tag_at, "unknown element <%.*s>", STR_ARG(k->tag));
    settle_space(m, !element_block(k->tag));
    emit_literal(m, "<", 1);
    emit_literal(m, k->tag.p, k->tag.n);
    k->state = M_TAG;
}

static bool tag_block_open(const struct compiler *m)
{
    for (int i = 0; i < m->n_blocks; i++)
        if (m->blocks[i].state == M_TAG)
            return true;
    return false;
}

static void attribute_done(struct compiler *m)
{
    struct markup *k = &m->markup;
    k->attribute.sometimes = tag_block_open(m);
    struct attribute *a = VEC_ADD(&k->attributes, m->arena);
    if (!a) {
        m->error = arena_rc(m->arena);
        return;
    }
    *a = k->attribute;
    k->state = M_TAG;
}

static void attribute_bare(struct compiler *m)
{
    m->markup.attribute.bare = true;
    emit_literal(m, " ", 1);
    emit_literal(m, m->markup.attribute.name.p, m->markup.attribute.name.n);
    attribute_done(m);
}

static void attribute_named(struct compiler *m, size_t end)
{
    struct markup *k = &m->markup;
    k->attribute = (struct attribute){.name = slice(m, k->token, end), .value = STR_EMPTY, .at = k->token};
    k->state = M_ATTR_EQ;
    for (size_t i = 0; i < k->attribute.name.n; i++) {
        char ch = k->attribute.name.p[i];
        if (!is_alnum(ch) && ch != '-' && ch != ':' && ch != '_') {
            fail_at(m, k->token, "not an attribute name: %.*s", STR_ARG(utf8_cut(k->attribute.name, 40)));
            return;
        }
    }
}

static void value_begins(struct compiler *m, size_t at, char quote)
{
    struct markup *k = &m->markup;
    emit_literal(m, " ", 1);
    emit_literal(m, k->attribute.name.p, k->attribute.name.n);
    emit_literal(m, "=", 1);
    if (quote)
        emit_literal(m, &quote, 1);
    k->token = quote ? at + 1 : at;
    k->url_started = false;
    k->entity = false;
    k->state = quote == '"' ? M_DOUBLE : quote == '\'' ? M_SINGLE : M_UNQUOTED;
}

static void value_char(struct compiler *m, size_t at, size_t n)
{
    struct markup *k = &m->markup;
    if (!in_reference(m, at, m->source.p[at])) {
        str rest = str_sub(m->source, at, m->source.n);
        k->attribute.letters |= is_letter(utf8_next(&rest));
    }
    k->url_started = true;
    emit_literal(m, m->source.p + at, n);
}

static void value_ends(struct compiler *m, size_t at)
{
    struct markup *k = &m->markup;
    if (k->state != M_UNQUOTED)
        emit_literal(m, m->source.p + at, 1);
    k->attribute.value = slice(m, k->token, at);
    attribute_done(m);
}

static void tag_ends(struct compiler *m)
{
    struct markup *k = &m->markup;
    bool empty = k->slash && !element_void(k->tag);
    bool svg = false;
    for (int i = 0; i < k->depth; i++)
        svg |= str_eq(k->stack[i].name, STR("svg"));
    if (empty && !svg)
        fail_at(m, k->tag_at, "<%.*s/> is not closed in HTML: write <%.*s></%.*s>", STR_ARG(k->tag), STR_ARG(k->tag),
                STR_ARG(k->tag));
    emit_literal(m, empty ? "/>" : ">", empty ? 2 : 1);
    k->state = M_TEXT;
    struct element e = check_tag(m);
    if (element_block(k->tag) || str_eq(k->tag, STR("br")))
        k->after_block = true;
    else if (element_void(k->tag))
        k->after_block = false;
    if (element_void(k->tag) || empty)
        return;
    if (k->depth == ELEMENTS_MAX) {
        fail_at(m, k->tag_at, "elements nested more than %d deep", ELEMENTS_MAX);
        m->error = E_LIMIT;
        return;
    }
    k->stack[k->depth++] = e;
}

static void close_tag(struct compiler *m, size_t end)
{
    struct markup *k = &m->markup;
    str name = str_trim(slice(m, k->token, end));
    size_t at = k->token - 2;
    k->state = M_TEXT;
    k->reported_text = false;
    settle_space(m, !element_block(name));
    emit_literal(m, "</", 2);
    emit_literal(m, name.p, name.n);
    emit_literal(m, ">", 1);
    k->after_block = element_block(name);
    int base = m->n_blocks ? m->blocks[m->n_blocks - 1].depth : 0;
    const struct element *e = top(m);
    if (element_void(name)) {
        fail_at(m, at, "<%.*s> has no closing tag", STR_ARG(name));
    } else if (!e || k->depth <= base) {
        fail_at(m, at, "</%.*s> closes what this part of the view did not open", STR_ARG(name));
    } else if (!str_eq(e->name, name)) {
        int line, column;
        place(m, e->at, &line, &column);
        fail_at(m, at, "</%.*s> while <%.*s> of line %d is open", STR_ARG(name), STR_ARG(e->name), line);
        for (int i = k->depth; i > base; i--) /* go on behind the element that was meant, if there is one */
            if (str_eq(k->stack[i - 1].name, name)) {
                k->depth = i - 1;
                break;
            }
    } else {
        check_close(m, e);
        k->depth--;
    }
}

static void bang(struct compiler *m, size_t at)
{
    struct markup *k = &m->markup;
    str rest = str_sub(m->source, at, m->source.n);
    if (str_starts(rest, STR("!--"))) {
        k->state = M_COMMENT;
        return;
    }
    if (!str_starts(rest, STR("!doctype html>")))
        fail_at(m, k->token, "<! begins a comment or <!doctype html>");
    settle_space(m, false);
    emit_literal(m, "<!", 2);
    k->state = M_BANG;
}

void markup_char(struct compiler *m, size_t at, size_t n)
{
    struct markup *k = &m->markup;
    char ch = m->source.p[at];
    switch (k->state) {
    case M_TEXT:
        text_char(m, at, n);
        return;
    case M_LT:
        if (ch == '/') {
            k->state = M_CLOSE_NAME;
            k->token = at + 1;
        } else if (ch == '!') {
            bang(m, at);
        } else if (is_alpha(ch)) {
            k->state = M_TAG_NAME;
            k->token = at;
        } else {
            fail_at(m, k->token, "a bare <: write &lt;");
            k->state = M_TEXT;
        }
        return;
    case M_TAG_NAME:
        if (is_alnum(ch) || ch == '-')
            return;
        tag_begins(m, at);
        markup_char(m, at, n);
        return;
    case M_CLOSE_NAME:
        if (ch == '>')
            close_tag(m, at);
        return;
    case M_TAG:
        if (ch == '>')
            tag_ends(m);
        else if (ch == '/')
            k->slash = true;
        else if (!is_space(ch)) {
            k->state = M_ATTR_NAME;
            k->token = at;
        }
        return;
    case M_ATTR_NAME:
        if (!is_space(ch) && ch != '=' && ch != '>' && ch != '/')
            return;
        attribute_named(m, at);
        markup_char(m, at, n);
        return;
    case M_ATTR_EQ:
        if (is_space(ch))
            return;
        if (ch == '=') {
            k->state = M_ATTR_VALUE;
            return;
        }
        attribute_bare(m);
        markup_char(m, at, n);
        return;
    case M_ATTR_VALUE:
        if (is_space(ch))
            return;
        if (ch == '"' || ch == '\'') {
            value_begins(m, at, ch);
        } else if (ch == '>') {
            fail_at(m, at, "the attribute has no value");
            attribute_done(m);
            markup_char(m, at, n);
        } else {
            value_begins(m, at, 0);
            markup_char(m, at, n);
        }
        return;
    case M_DOUBLE:
    case M_SINGLE:
        if (ch == (k->state == M_DOUBLE ? '"' : '\''))
            value_ends(m, at);
        else
            value_char(m, at, n);
        return;
    case M_UNQUOTED:
        if (is_space(ch) || ch == '>') {
            value_ends(m, at);
            markup_char(m, at, n);
            return;
        }
        if (ch == '"' || ch == '\'' || ch == '<' || ch == '=')
            fail_at(m, at, "%c in a value without quotes", ch);
        value_char(m, at, n);
        return;
    case M_BANG:
        emit_literal(m, m->source.p + at, n);
        if (ch == '>')
            k->state = M_TEXT;
        return;
    case M_COMMENT:
        if (ch == '>' && str_ends(slice(m, k->token, at), STR("--")))
            k->state = M_TEXT;
        return;
    }
}

void markup_settle(struct compiler *m)
{
    struct markup *k = &m->markup;
    if (k->state == M_TAG_NAME)
        tag_begins(m, m->at);
    if (k->state == M_ATTR_NAME)
        attribute_named(m, m->at);
    if (k->state == M_ATTR_EQ)
        attribute_bare(m);
    if (k->state == M_TEXT)
        settle_space(m, true);
}

enum context markup_context(const struct compiler *m)
{
    const struct markup *k = &m->markup;
    if (k->state == M_TEXT)
        return CTX_TEXT;
    if (k->state != M_DOUBLE && k->state != M_SINGLE)
        return CTX_NONE;
    if (!attribute_url(k->attribute.name))
        return CTX_ATTR;
    return k->url_started ? CTX_URL_PART : CTX_URL_START;
}

void markup_dynamic(struct compiler *m)
{
    struct markup *k = &m->markup;
    if (k->state == M_TEXT) {
        k->after_block = false;
        k->reported_text = false;
        if (k->depth && str_eq(k->stack[k->depth - 1].name, STR("script")))
            fail_at(m, m->at, "inline script: hand data to scripts in data-… attributes");
    } else {
        k->attribute.dynamic = true;
        k->url_started = true;
    }
    k->entity = false;
}

void markup_flow(struct compiler *m)
{
    m->markup.after_block = false;
    m->markup.reported_text = false;
}

void markup_csrf(struct compiler *m, size_t at)
{
    struct markup *k = &m->markup;
    for (int i = k->depth; i > 0; i--)
        if (str_eq(k->stack[i - 1].name, STR("form"))) {
            k->stack[i - 1].has_csrf = true;
            return;
        }
    fail_at(m, at, "{{csrf}} outside a form");
}

void markup_end(struct compiler *m)
{
    struct markup *k = &m->markup;
    if (k->state != M_TEXT)
        fail_at(m, m->at, "the view ends inside a tag, an attribute or a comment");
    for (int i = 0; i < k->depth; i++)
        fail_at(m, k->stack[i].at, "<%.*s> is not closed", STR_ARG(k->stack[i].name));
    for (size_t i = 0; i < k->controls.n; i++) {
        const struct control *control = &k->controls.v[i];
        bool found = false;
        for (size_t j = 0; control->id.p && j < k->label_for.n; j++)
            found |= str_eq(control->id, k->label_for.v[j]);
        if (!found)
            fail_at(m, control->at,
                    "<%.*s> without a label: <label for=\"…\"> with its id, aria-label or aria-labelledby",
                    STR_ARG(control->name));
    }
    k->space = false;
}

/* One file from beginning to end. */
#include "base/utf8.h"
#include "compiler.h"

/* The compiler's own state is far too large for a stack frame under -Wframe-larger-than: it lives in the arena. */
enum { COMPILER_ARENA = 64 << 20 };

static void outside_views(struct compiler *m)
{
    char ch = m->source.p[m->at];
    if (ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r') {
        m->at++;
        return;
    }
    fail_at(m, m->at, "outside {{view}} only {{include}} and {{# comments}} can stand");
    ptrdiff_t next = str_find(str_sub(m->source, m->at, m->source.n), STR("{{"));
    m->at = next < 0 ? m->source.n : m->at + (size_t)next;
}

static void step(struct compiler *m)
{
    str rest = str_sub(m->source, m->at, m->source.n);
    if (str_starts(rest, STR("{{")) && m->markup.state != M_COMMENT) {
        str inside;
        size_t after;
        if (!scan_tag(m, m->at, &inside, &after)) {
            m->at = m->source.n;
            return;
        }
        tag(m, m->at, inside);
        m->at = after;
        return;
    }
    if (!m->n_blocks) {
        outside_views(m);
        return;
    }
    str behind = rest;
    (void)utf8_next(&behind);
    markup_char(m, m->at, rest.n - behind.n);
    m->at += rest.n - behind.n;
}

static void begin_files(struct compiler *m, const char *header)
{
    buf_printf(m->c, "/* Made by mkview from %s; do not edit. */\n#include \"%s\"\n\n", m->file, header);
    /* the two halves of a layout seldom need all its parameters */
    buf_put(m->c, STR("#pragma GCC diagnostic ignored \"-Wunused-parameter\"\n\n"));
    buf_printf(m->h, "/* Made by mkview from %s; do not edit. */\n#ifndef RISE_VIEW_", m->file);
    BUF_SCOPED guard = BUF_INIT(4096);
    for (const char *p = header; *p; p++) {
        bool word = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || (*p >= 'A' && *p <= 'Z');
        buf_putc(&guard, word ? *p : '_');
    }
    buf_printf(m->h, "%.*s\n#define RISE_VIEW_%.*s\n#include \"web/html.h\"\n", STR_ARG(buf_str(&guard)),
               STR_ARG(buf_str(&guard)));
}

static rc compile(struct compiler *m, const char *header)
{
    if (m->source.n > VIEW_SOURCE_MAX)
        return E_LIMIT;
    if (!utf8_valid(m->source) || utf8_has_control(m->source)) {
        fail_at(m, 0, "not UTF-8 text, or control characters in it");
        return E_INVALID;
    }
    begin_files(m, header);
    markup_begin(m);
    while (m->at < m->source.n && m->error == OK)
        step(m);
    if (m->n_blocks && m->error == OK)
        fail_at(m, m->blocks[m->n_blocks - 1].at, "this has no {{end}}");
    buf_put(m->h, STR("#endif\n"));
    TRY(m->error);
    TRY(buf_rc(&m->literal));
    TRY(buf_rc(m->c));
    TRY(buf_rc(m->h));
    return m->n_errors ? E_INVALID : OK;
}

rc mkview_compile(const char *file, const char *header, str source, struct buf *c, struct buf *h, struct buf *messages)
{
    struct arena *arena = arena_new(COMPILER_ARENA);
    struct compiler *m = arena ? ARENA_NEW(arena, struct compiler) : NULL;
    if (!m) {
        arena_free(arena);
        return E_NOMEM;
    }
    m->arena = arena;
    m->file = file;
    m->source = source;
    m->c = c;
    m->h = h;
    m->messages = messages;
    m->literal.cap = 8 * VIEW_SOURCE_MAX;
    rc result = compile(m, header);
    buf_free(&m->literal);
    arena_free(arena);
    return result;
}

/* Reading what stands between {{ and }}: C text in which brackets and quotes are balanced. */
#include "compiler.h"

static bool is_space(char ch)
{
    return ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r';
}

static bool is_word(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') || ch == '_';
}

/* Length of the quoted text at the front of s, quotes included; 0 when it does not end. */
static size_t quoted(str s)
{
    for (size_t i = 1; i < s.n && s.p[i] != '\n'; i++) {
        if (s.p[i] == '\\')
            i++;
        else if (s.p[i] == s.p[0])
            return i + 1;
    }
    return 0;
}

size_t scan_expression(str s, char stop)
{
    int depth = 0;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (ch == '"' || ch == '\'') {
            size_t n = quoted(str_sub(s, i, s.n));
            if (n == 0)
                return s.n;
            i += n - 1;
        } else if (depth == 0 && ch == stop) {
            return i;
        } else if (ch == '(' || ch == '[' || ch == '{') {
            depth++;
        } else if (ch == ')' || ch == ']' || ch == '}') {
            depth--;
        }
    }
    return s.n;
}

/* A comment {{# … }} ends at the next }}; everything else at the }} outside quotes and brackets. */
static bool find_close(str s, size_t *n)
{
    if (s.n && s.p[0] == '#') {
        ptrdiff_t end = str_find(s, STR("}}"));
        *n = end < 0 ? 0 : (size_t)end;
        return end >= 0;
    }
    int depth = 0;
    for (size_t i = 0; i < s.n; i++) {
        char ch = s.p[i];
        if (ch == '"' || ch == '\'') {
            size_t q = quoted(str_sub(s, i, s.n));
            if (q == 0)
                return false;
            i += q - 1;
        } else if (ch == '{' || ch == '(' || ch == '[') {
            depth++;
        } else if (ch == '}' && depth == 0) {
            *n = i;
            return i + 1 < s.n && s.p[i + 1] == '}';
        } else if (ch == '}' || ch == ')' || ch == ']') {
            if (--depth < 0)
                return false;
        }
    }
    return false;
}

bool scan_tag(struct compiler *m, size_t open, str *inside, size_t *after)
{
    str rest = str_sub(m->source, open + 2, m->source.n);
    size_t n;
    if (!find_close(rest, &n)) {
        fail_at(m, open, "{{ without its }} (or a quote or bracket inside is not closed)");
        return false;
    }
    *inside = str_sub(rest, 0, n);
    *after = open + 2 + n + 2;
    return true;
}

str scan_word(str *rest)
{
    *rest = str_trim(*rest);
    size_t n = 0;
    if (rest->n && (rest->p[0] == '=' || rest->p[0] == '#'))
        n = 1;
    else
        while (n < rest->n && is_word(rest->p[n]))
            n++;
    str word = str_sub(*rest, 0, n);
    *rest = str_trim(str_sub(*rest, n, rest->n));
    return word;
}

/* Adjacent literals are joined as in C, so that long texts can be wrapped. */
bool scan_literal(str *rest, struct buf *decoded, str *source)
{
    const char *start = rest->p;
    if (!rest->n || rest->p[0] != '"')
        return false;
    while (rest->n && rest->p[0] == '"') {
        size_t n = quoted(*rest);
        if (n == 0)
            return false;
        for (size_t i = 1; i + 1 < n; i++) {
            char ch = rest->p[i];
            if (ch == '\\') {
                ch = rest->p[++i];
                if (ch == 'n')
                    ch = '\n';
                else if (ch != '"' && ch != '\\')
                    return false; /* other escapes have no place in a text for people */
            }
            buf_putc(decoded, ch);
        }
        *source = str_n(start, (size_t)(rest->p - start) + n);
        *rest = str_sub(*rest, n, rest->n);
        while (rest->n && is_space(rest->p[0]))
            *rest = str_sub(*rest, 1, rest->n);
    }
    return true;
}

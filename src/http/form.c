#include "base/utf8.h"
#include "http/gate.h"
#include "http/input.h"

static const char *const malformed = N_("The form that arrived is malformed.");

/* Decodes `s` to *at, which moves on; false on a bad escape. Never longer than its source. */
static bool decode(str s, char **at, str *out)
{
    char *p = *at;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '%') {
            int hi = s.n - i > 2 ? gate_hex(s.p[i + 1]) : -1;
            int lo = s.n - i > 2 ? gate_hex(s.p[i + 2]) : -1;
            if (hi < 0 || lo < 0)
                return false;
            *p++ = (char)(hi * 16 + lo);
            i += 2;
        } else {
            *p++ = s.p[i] == '+' ? ' ' : s.p[i];
        }
    }
    *out = str_n(*at, (size_t)(p - *at));
    *at = p;
    return !memchr(out->p, '\0', out->n) && utf8_valid(*out);
}

static size_t count_pairs(str body)
{
    size_t n = 0;
    for (str rest = body; rest.p;)
        n += str_cut(&rest, '&').n > 0;
    return n;
}

rc form_parse(struct arena *a, str body, size_t max_pairs, struct pair **out, size_t *n, struct err *err)
{
    *out = NULL;
    *n = 0;
    size_t pairs = count_pairs(body);
    if (pairs == 0)
        return OK;
    if (pairs > max_pairs)
        return ERR(err, E_LIMIT, "HTT-011", N_("The form has too many fields."));
    struct pair *v = ARENA_ARRAY(a, pairs, struct pair);
    char *text = arena_alloc(a, body.n + 1);
    if (!v || !text)
        return arena_rc(a);
    size_t i = 0;
    for (str rest = body; rest.p;) {
        str value = str_cut(&rest, '&');
        if (value.n == 0)
            continue;
        str name = str_cut(&value, '=');
        if (!decode(name, &text, &v[i].name) || !decode(value, &text, &v[i].value))
            return ERR(err, E_INVALID, "HTT-010", malformed);
        i++;
    }
    *out = v;
    *n = i;
    return OK;
}

/* Gifts from JSON: one array of flat objects, or objects one behind the other (JSON lines). The text is cut into
 * objects as it comes in; each is then read alone, so that a wrong row is one row and memory stays small. Numbers are
 * kept as the text that stands there: no rounding through a double. */
#include "mod/fund/engine/gifts_parts.h"

enum { OBJECT_MAX = 1 << 20, SCRATCH_MAX = 8 << 20 };

enum state { BEGIN, BETWEEN, OBJECT, DONE };

struct gifts_json {
    enum state state;
    bool array;
    bool comma; /* the last thing between objects was one */
    int depth;
    bool quoted, escaped;
    size_t bom;
    int64_t line, object_line, row;
    struct buf pending; /* what earlier pieces brought of the object */
    struct arena *scratch;
};

/* ---- one object ---- */

struct cursor {
    const char *p, *end;
};

static void skip_space(struct cursor *c)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\t' || *c->p == '\r' || *c->p == '\n'))
        c->p++;
}

static bool take(struct cursor *c, char wanted)
{
    skip_space(c);
    if (c->p == c->end || *c->p != wanted)
        return false;
    c->p++;
    return true;
}

/* A string with its quotation marks; c stands on the first. */
static bool take_string(struct cursor *c, str *out)
{
    const char *from = c->p++;
    for (; c->p < c->end && *c->p != '"'; c->p++)
        if ((unsigned char)*c->p < ' ' || (*c->p == '\\' && ++c->p == c->end))
            return false;
    if (c->p == c->end)
        return false;
    *out = str_n(from, (size_t)(++c->p - from));
    return true;
}

static bool take_nested(struct cursor *c)
{
    int depth = 0;
    str text;
    do {
        if (*c->p == '"') {
            if (!take_string(c, &text))
                return false;
            continue;
        }
        depth += (*c->p == '{' || *c->p == '[') - (*c->p == '}' || *c->p == ']');
        c->p++;
    } while (depth > 0 && c->p < c->end);
    return depth == 0;
}

static str take_word(struct cursor *c)
{
    const char *from = c->p;
    while (c->p < c->end && !strchr(" \t\r\n,:]}{[\"", *c->p))
        c->p++;
    return str_n(from, (size_t)(c->p - from));
}

/* The text of a JSON string token. p == NULL: it is none. */
static str decode(struct gifts_json *j, str token)
{
    str inner = str_sub(token, 1, token.n - 2);
    if (str_chr(inner, '\\') < 0)
        return inner;
    const struct json *list;
    str wrapped = arena_printf(j->scratch, "[%.*s]", STR_ARG(token));
    if (!wrapped.p || json_parse(j->scratch, wrapped, OBJECT_MAX + 2, &list, NULL) != OK)
        return (str){NULL, 0};
    return json_str(json_at(list, 0));
}

static int field_of(const struct gifts_reader *r, str key)
{
    for (int f = 0; f < FIELDS; f++) {
        str mapped = gift_field_mapped(r, (enum gift_field)f);
        if (mapped.n && str_ieq(key, mapped))
            return f;
        for (const char *const *name = gift_field_names[f]; !mapped.n && *name; name++)
            if (str_ieq(key, str_of(*name)))
                return f;
    }
    return -1;
}

/* One value; *text is NULL for null and for what cannot be a field (true, objects). */
static bool take_value(struct gifts_json *j, struct cursor *c, str *text)
{
    *text = (str){NULL, 0};
    skip_space(c);
    if (c->p == c->end)
        return false;
    if (*c->p == '"') {
        str token;
        if (!take_string(c, &token))
            return false;
        *text = decode(j, token);
        return text->p != NULL;
    }
    if (*c->p == '{' || *c->p == '[')
        return take_nested(c);
    str word = take_word(c);
    if (!str_eq(word, STR("null")) && !str_eq(word, STR("true")) && !str_eq(word, STR("false")))
        *text = word;
    return word.n > 0;
}

static enum gift_fault read_members(struct gifts_reader *r, struct cursor *c, str field[FIELDS])
{
    bool seen[FIELDS] = {false};
    if (take(c, '}'))
        return GIFT_FINE;
    do {
        str token, key, value;
        skip_space(c);
        if (c->p == c->end || *c->p != '"' || !take_string(c, &token) || !(key = decode(r->json, token)).p ||
            !take(c, ':') || !take_value(r->json, c, &value))
            return GIFT_JSON;
        int f = field_of(r, key);
        if (f < 0)
            continue;
        if (seen[f])
            return GIFT_COLUMNS;
        seen[f] = true;
        field[f] = value;
    } while (take(c, ','));
    return take(c, '}') ? GIFT_FINE : GIFT_JSON;
}

static rc read_object(struct gifts_reader *r, str text)
{
    struct gifts_json *j = r->json;
    struct cursor c = {text.p + 1, text.p + text.n};
    str field[FIELDS] = {{NULL, 0}};
    r->out.rows++;
    j->row++;
    arena_reset(j->scratch);
    enum gift_fault fault = read_members(r, &c, field);
    if (fault == GIFT_FINE && c.p != c.end)
        fault = GIFT_JSON;
    return fault == GIFT_FINE ? gifts_row(r, j->row, j->object_line, field)
                              : gifts_fault(r, j->row, j->object_line, fault, text);
}

/* ---- cutting the text into objects ---- */

static rc not_json(struct gifts_reader *r)
{
    char room[24];
    struct buf line = BUF_INIT(sizeof room);
    buf_puti(&line, r->json->line);
    str text = str_n(memcpy(room, buf_str(&line).p, line.n), line.n);
    buf_free(&line);
    return ERR(r->err, E_INVALID, "FND-152", N_("Line {1}: neither a JSON array of objects nor one object a line."),
               text);
}

/* Moves *p behind the object, or to the end of the piece. True when the object is complete. */
static bool object_end(struct gifts_json *j, const char **p, const char *end)
{
    for (; *p < end; ++*p) {
        char ch = **p;
        j->line += ch == '\n';
        if (j->escaped) {
            j->escaped = false;
        } else if (j->quoted) {
            j->escaped = ch == '\\';
            j->quoted = ch != '"';
        } else if (ch == '"') {
            j->quoted = true;
        } else if (ch == '{' || ch == '[') {
            j->depth++;
        } else if ((ch == '}' || ch == ']') && --j->depth == 0) {
            ++*p;
            return true;
        }
    }
    return false;
}

static rc take_object(struct gifts_reader *r, const char **p, const char *end)
{
    struct gifts_json *j = r->json;
    const char *from = *p;
    bool complete = object_end(j, p, end);
    str piece = str_n(from, (size_t)(*p - from));
    if (complete && j->pending.n == 0) {
        j->state = BETWEEN;
        j->comma = false;
        return read_object(r, piece);
    }
    buf_put(&j->pending, piece);
    if (buf_rc(&j->pending) == E_LIMIT)
        return ERR(r->err, E_LIMIT, "FND-154", N_("A row of the file is too long."));
    TRY(buf_rc(&j->pending));
    if (!complete)
        return OK;
    j->state = BETWEEN;
    j->comma = false;
    rc ok = read_object(r, buf_str(&j->pending));
    buf_clear(&j->pending);
    return ok;
}

static rc between(struct gifts_reader *r, char ch)
{
    struct gifts_json *j = r->json;
    bool first = j->row == 0;
    if (ch == '{' && (!j->array || first || j->comma)) {
        j->state = OBJECT;
        j->object_line = j->line;
        return OK;
    }
    if (ch == ',' && j->array && !first && !j->comma) {
        j->comma = true;
        return OK;
    }
    if (ch == ']' && j->array && !j->comma) {
        j->state = DONE;
        return OK;
    }
    return not_json(r);
}

static rc at_begin(struct gifts_reader *r, char ch)
{
    struct gifts_json *j = r->json;
    if (ch == '[') {
        j->array = true;
        j->state = BETWEEN;
        return OK;
    }
    j->state = BETWEEN;
    return between(r, ch);
}

rc gifts_json_feed(struct gifts_reader *r, str bytes)
{
    struct gifts_json *j = r->json;
    static const char BOM[] = {'\xef', '\xbb', '\xbf'};
    const char *p = bytes.p, *end = p + bytes.n;
    while (p < end) {
        if (j->state == OBJECT) {
            TRY(take_object(r, &p, end));
            continue;
        }
        if (j->bom < sizeof BOM && *p == BOM[j->bom]) {
            j->bom++;
            p++;
            continue;
        }
        j->bom = sizeof BOM;
        j->line += *p == '\n';
        if (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n') {
            p++;
            continue;
        }
        TRY(j->state == BEGIN ? at_begin(r, *p) : j->state == BETWEEN ? between(r, *p) : not_json(r));
        p += j->state != OBJECT; /* its brace belongs to the object */
    }
    return OK;
}

rc gifts_json_end(struct gifts_reader *r)
{
    return r->json->state == DONE || (r->json->state == BETWEEN && !r->json->array) ? OK : not_json(r);
}

static void free_json(void *p)
{
    struct gifts_json *j = p;
    buf_free(&j->pending);
    arena_free(j->scratch);
}

rc gifts_json_begin(struct gifts_reader *r)
{
    struct gifts_json *j = ARENA_NEW(r->a, struct gifts_json);
    if (!j)
        return gifts_no_memory(r);
    *j = (struct gifts_json){.line = 1, .pending = BUF_INIT(OBJECT_MAX)};
    r->json = j;
    TRY(arena_defer(r->a, free_json, j));
    j->scratch = arena_new(SCRATCH_MAX);
    return j->scratch ? OK : E_NOMEM;
}

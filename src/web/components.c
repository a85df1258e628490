/* What the component views (views/form.html, views/parts.html) compute in C. */
#include "web/components.h"

#include <stdlib.h>

#include "web/dispatch.h"

void view_csrf(struct buf *o, const struct ctx *c)
{
    only_for_one(c);
    VIEW_LITERAL(o, "<input type=\"hidden\" name=\"csrf\" value=\"");
    buf_html(o, c->session.csrf);
    VIEW_LITERAL(o, "\"><input type=\"hidden\" name=\"idempotency_key\" value=\"");
    buf_html(o, idempotency_key_new(c));
    VIEW_LITERAL(o, "\">");
}

void view_error_text(struct buf *o, const struct ctx *c, const struct err_msg *m)
{
    BUF_SCOPED text = BUF_INIT(4 * ERR_TEXT_MAX);
    tr_err(&text, c->lang, m);
    buf_html(o, buf_str(&text));
}

void view_value(struct buf *o, const struct ctx *c, struct view_arg v)
{
    view_put(o, c, v);
}

/* ---- form fields ---- */
static const struct field *field_of(const struct input_spec *spec, const char *name, size_t *at)
{
    for (*at = 0; *at < spec->n; (*at)++)
        if (strcmp(spec->fields[*at].name, name) == 0)
            return &spec->fields[*at];
    abort(); /* a view names a field that its spec lacks: a bug */
}

const struct err_msg *error_of(const struct ctx *c, const char *name)
{
    for (int i = 0; i < c->err.n_fields; i++)
        if (c->err.fields[i].field && strcmp(c->err.fields[i].field, name) == 0)
            return &c->err.fields[i];
    return NULL;
}

size_t choice_count(const struct choice *choices)
{
    size_t n = 0;
    while (choices && choices[n].value)
        n++;
    return n;
}

static bool listed(str list, str value)
{
    while (list.p) {
        str one = str_cut(&list, ',');
        if (str_eq(str_trim(one), value))
            return true;
    }
    return false;
}

static int64_t bits_of(const struct field *f, const struct field_value *typed, str initial)
{
    int64_t bits = 0;
    if (typed)
        return typed->i;
    for (size_t i = 0; i < choice_count(f->choices) && i < 63; i++)
        if (listed(initial, str_of(f->choices[i].value)))
            bits |= INT64_C(1) << i;
    return bits;
}

static const char *width_of(const struct field *f, int64_t max)
{
    switch (f->type) {
    case F_UBN:
    case F_INT:
    case F_DAY:
        return "govuk-input--width-10";
    case F_EMAIL:
        return "govuk-input--width-30";
    case F_TEXT:
        return max <= 4    ? "govuk-input--width-4"
               : max <= 10 ? "govuk-input--width-10"
               : max <= 20 ? "govuk-input--width-20"
                           : "";
    case F_LINES:
    case F_MONEY:
    case F_BOOL:
    case F_ID:
    case F_CHOICE:
    case F_CHOICES:
    case F_FILE:
    case F_LIST:
        break;
    }
    return "";
}

/* The ids of hint and error, so that a screen reader says them with the label. */
static const char *described(const struct ctx *c, const struct field *f, bool error)
{
    if (!f->hint && !error)
        return NULL;
    return arena_printf(c->arena, "%s%s%s%s%s%s%s", f->hint ? "f-" : "", f->hint ? f->name : "", f->hint ? "-hint" : "",
                        f->hint && error ? " " : "", error ? "f-" : "", error ? f->name : "", error ? "-error" : "")
        .p;
}

struct control control_of(const struct ctx *c, const struct input_spec *spec, const char *name, str initial)
{
    size_t at;
    struct control k = {.f = field_of(spec, name, &at), .value = initial, .error = error_of(c, name)};
    const struct field_value *typed = c->in.spec == spec && c->in.v && c->err.code != OK ? &c->in.v[at] : NULL;
    if (typed)
        k.value = k.f->type == F_BOOL && !typed->i ? STR_EMPTY : typed->raw;
    k.min = k.f->min;
    k.max = k.f->max;
    if (k.max == 0)
        k.max = k.f->type == F_LINES ? 4000 : k.f->type == F_UBN ? 8 : k.f->type == F_EMAIL ? 254 : 200;
    k.width = width_of(k.f, k.max);
    k.bits = k.f->type == F_CHOICES ? bits_of(k.f, typed, initial) : 0;
    k.describedby = described(c, k.f, k.error != NULL);
    return k;
}

const char *control_type(const struct field *f)
{
    return f->type == F_EMAIL ? "email" : f->type == F_DAY ? "date" : "text";
}

bool choice_on(const struct control *k, size_t i)
{
    if (k->f->type == F_CHOICES)
        return i < 63 && ((k->bits >> i) & 1);
    return str_eq(k->value, str_of(k->f->choices[i].value));
}

/* ---- pages of a list ---- */
struct pages pages_of(int64_t page, int64_t per_page, int64_t total, str path, str query)
{
    int64_t n = per_page > 0 && total > 0 ? (total - 1) / per_page + 1 : 1;
    if (page > n)
        page = n;
    return (struct pages){.page = page < 1 ? 1 : page, .pages = n, .total = total, .path = path, .query = query};
}

str query_without(const struct ctx *c, const char *name)
{
    BUF_SCOPED out = BUF_INIT(16384);
    str rest = c->req->query.n ? c->req->query : (str){0};
    while (rest.p) {
        str pair = str_cut(&rest, '&'), key = pair;
        key = str_cut(&key, '=');
        if (!pair.n || str_eq(key, str_of(name)) || str_eq(key, STR("lang")))
            continue;
        if (out.n)
            buf_putc(&out, '&');
        buf_put(&out, pair);
    }
    return arena_str(c->arena, buf_str(&out));
}

url address_without(const struct ctx *c, const char *path, const char *name)
{
    return (url){arena_printf(c->arena, "%s?%.*s", path, STR_ARG(query_without(c, name)))};
}

int pages_shown(const struct pages *p, int64_t shown[9])
{
    int n = 0;
    int64_t last = 0;
    for (int64_t i = 1; i <= p->pages && n < 8; i++) {
        if (i != 1 && i != p->pages && (i < p->page - 1 || i > p->page + 1)) {
            i = i < p->page ? p->page - 2 : p->pages - 1; /* go on at the next number that shows */
            continue;
        }
        if (last && i > last + 1)
            shown[n++] = 0;
        shown[n++] = i;
        last = i;
    }
    return n;
}

url page_address(const struct ctx *c, const struct pages *p, int64_t page)
{
    return (url){arena_printf(c->arena, "%.*s?%.*s%spage=%lld", STR_ARG(p->path), STR_ARG(p->query),
                              p->query.n ? "&" : "", (long long)page)};
}

/* ---- stars and charts ---- */
const char *star_fill(struct stars s, int i)
{
    int64_t full = s.tenths - (i - 1) * 10; /* tenths of this star */
    return full >= 8 ? "full" : full >= 3 ? "half" : "none";
}

str stars_text(const struct ctx *c, struct stars s)
{
    return arena_printf(c->arena, "%lld.%lld", (long long)(s.tenths / 10), (long long)(s.tenths % 10));
}

const char *chart_kind_name(enum chart_kind k)
{
    return k == CHART_LINE ? "line" : k == CHART_STACK ? "stack" : k == CHART_RANGE ? "range" : "bar";
}

struct view_arg chart_value(const struct chart *p, int64_t v)
{
    if (p->unit == UNIT_NONE)
        return VIEW_ARG(grouped(v));
    return VIEW_ARG(((struct money){v, p->unit}));
}

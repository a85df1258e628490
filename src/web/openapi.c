#include "web/openapi.h"

#include "base/json.h"
#include "web/permission.h"

static bool listed(const struct http_route *h)
{
    const struct route *r = h->user;
    return (r->flags & ROUTE_API) != 0;
}

/* ---- schemas of fields ---- */

static void enum_of(struct json_out *o, const struct choice *choices)
{
    jo_key(o, "enum");
    jo_arr(o);
    for (size_t i = 0; choices && choices[i].value; i++)
        jo_str(o, str_of(choices[i].value));
    jo_end_arr(o);
}

static void bounds(struct json_out *o, const struct field *f, const char *least, const char *most)
{
    int64_t min, max;
    field_bounds(f, &min, &max);
    if (f->required && f->type != F_INT && f->type != F_MONEY && min < 1)
        min = 1;
    if (min != INT64_MIN && !(min == 0 && f->type != F_INT && f->type != F_MONEY))
        jo_kint(o, least, min);
    if (max != INT64_MAX)
        jo_kint(o, most, max);
}

static void type_of(struct json_out *o, const char *type, const char *format)
{
    jo_kstr(o, "type", str_of(type));
    if (format)
        jo_kstr(o, "format", str_of(format));
}

enum sent_as { AS_JSON, AS_FORM };

static void object_schema(struct json_out *o, const struct input_spec *in, enum sent_as as, enum lang l);

/* A file is bytes of a part of a form, or an object inside JSON. */
static void file_schema(struct json_out *o, enum sent_as as)
{
    if (as == AS_FORM) {
        type_of(o, "string", NULL);
        jo_kstr(o, "contentMediaType", STR("application/octet-stream"));
        return;
    }
    type_of(o, "object", NULL);
    jo_key(o, "required");
    jo_raw(o, STR("[\"data\"]"));
    jo_kbool(o, "additionalProperties", false);
    jo_key(o, "properties");
    jo_raw(o, STR("{\"name\":{\"type\":\"string\"},\"data\":{\"type\":\"string\",\"contentEncoding\":\"base64\"}}"));
}

static void list_schema(struct json_out *o, const struct field *f, enum sent_as as, enum lang l)
{
    type_of(o, "array", NULL);
    bounds(o, f, "minItems", "maxItems");
    jo_key(o, "items");
    jo_obj(o);
    object_schema(o, f->items, as, l);
    jo_end_obj(o);
}

static void field_schema(struct json_out *o, const struct field *f, enum sent_as as, enum lang l)
{
    switch (f->type) {
    case F_TEXT:
    case F_LINES:
        type_of(o, "string", NULL);
        bounds(o, f, "minLength", "maxLength");
        break;
    case F_INT:
    case F_MONEY:
        type_of(o, "integer", "int64");
        bounds(o, f, "minimum", "maximum");
        break;
    case F_BOOL:
        type_of(o, "boolean", NULL);
        break;
    case F_DAY:
        type_of(o, "string", "date");
        break;
    case F_ID:
        type_of(o, "string", NULL);
        jo_kstr(o, "pattern", STR("^[0-9a-hjkmnp-tv-z]{13}$"));
        break;
    case F_EMAIL:
        type_of(o, "string", "email");
        break;
    case F_CHOICE:
        type_of(o, "string", NULL);
        enum_of(o, f->choices);
        break;
    case F_CHOICES:
        type_of(o, "array", NULL);
        jo_key(o, "items");
        jo_obj(o);
        type_of(o, "string", NULL);
        enum_of(o, f->choices);
        jo_end_obj(o);
        break;
    case F_UBN:
        type_of(o, "string", NULL);
        jo_kstr(o, "pattern", STR("^[0-9]{8}$"));
        break;
    case F_FILE:
        file_schema(o, as);
        break;
    case F_LIST:
        list_schema(o, f, as, l);
        break;
    }
}

static void description(struct json_out *o, const struct field *f, enum lang l)
{
    BUF_SCOPED text = BUF_INIT(4096);
    buf_put(&text, str_of(tr(l, f->label)));
    if (f->hint)
        buf_printf(&text, ". %s", tr(l, f->hint));
    jo_kstr(o, "description", buf_str(&text));
}

static void object_schema(struct json_out *o, const struct input_spec *in, enum sent_as as, enum lang l)
{
    type_of(o, "object", NULL);
    jo_kbool(o, "additionalProperties", false);
    jo_key(o, "required");
    jo_arr(o);
    for (size_t i = 0; i < in->n; i++)
        if (in->fields[i].required)
            jo_str(o, str_of(in->fields[i].name));
    jo_end_arr(o);
    jo_key(o, "properties");
    jo_obj(o);
    for (size_t i = 0; i < in->n; i++) {
        jo_key(o, in->fields[i].name);
        jo_obj(o);
        field_schema(o, &in->fields[i], as, l);
        description(o, &in->fields[i], l);
        jo_end_obj(o);
    }
    jo_end_obj(o);
}

static void body_schema(struct json_out *o, const struct input_spec *in, enum sent_as as, enum lang l)
{
    jo_key(o, as == AS_FORM ? "multipart/form-data" : "application/json");
    jo_obj(o);
    jo_key(o, "schema");
    jo_obj(o);
    object_schema(o, in, as, l);
    jo_end_obj(o);
    jo_end_obj(o);
}

/* ---- operations ---- */

static void parameter(struct json_out *o, str name, const char *where, bool required)
{
    jo_kstr(o, "name", name);
    jo_kstr(o, "in", str_of(where));
    jo_kbool(o, "required", required);
}

static void string_schema(struct json_out *o)
{
    jo_key(o, "schema");
    jo_obj(o);
    type_of(o, "string", NULL);
    jo_end_obj(o);
}

static void path_parameters(struct json_out *o, const char *path)
{
    for (str rest = str_of(path); rest.p;) {
        str segment = str_cut(&rest, '/');
        if (segment.n < 3 || segment.p[0] != '{')
            continue;
        str name = str_sub(segment, 1, segment.n - 2);
        if (str_ends(name, STR("...")))
            name.n -= 3;
        jo_obj(o);
        parameter(o, name, "path", true);
        string_schema(o);
        jo_end_obj(o);
    }
}

static void parameters(struct json_out *o, const struct route *r, enum lang l)
{
    jo_key(o, "parameters");
    jo_arr(o);
    path_parameters(o, r->path);
    for (size_t i = 0; r->read && r->in && i < r->in->n; i++) {
        const struct field *f = &r->in->fields[i];
        jo_obj(o);
        parameter(o, str_of(f->name), "query", f->required);
        description(o, f, l);
        jo_key(o, "schema");
        jo_obj(o);
        field_schema(o, f, AS_FORM, l);
        jo_end_obj(o);
        jo_end_obj(o);
    }
    if (r->write && !(r->flags & ROUTE_IDEMPOTENT)) {
        jo_obj(o);
        parameter(o, STR("Idempotency-Key"), "header", false);
        jo_kstr(
            o, "description",
            str_of(tr(
                l, N_("Sending the same key again within a day returns the first result instead of doing it twice."))));
        jo_key(o, "schema");
        jo_obj(o);
        type_of(o, "string", NULL);
        jo_kint(o, "minLength", 1);
        jo_kint(o, "maxLength", 128);
        jo_end_obj(o);
        jo_end_obj(o);
    }
    jo_end_arr(o);
}

static void request_body(struct json_out *o, const struct route *r, enum lang l)
{
    if (!r->write || !r->in || r->in->n == 0)
        return;
    bool file = false;
    for (size_t i = 0; i < r->in->n; i++)
        file |= r->in->fields[i].type == F_FILE;
    jo_key(o, "requestBody");
    jo_obj(o);
    jo_kbool(o, "required", true);
    jo_key(o, "content");
    jo_obj(o);
    body_schema(o, r->in, AS_JSON, l);
    if (file)
        body_schema(o, r->in, AS_FORM, l);
    jo_end_obj(o);
    jo_end_obj(o);
}

static void responses(struct json_out *o, const struct route *r, enum lang l)
{
    jo_key(o, "responses");
    jo_obj(o);
    jo_key(o, "2XX");
    jo_obj(o);
    jo_kstr(o, "description", str_of(tr(l, N_("Done"))));
    if (r->reply_schema) {
        jo_key(o, "content");
        jo_obj(o);
        jo_key(o, "application/json");
        jo_obj(o);
        jo_key(o, "schema");
        jo_raw(o, str_of(r->reply_schema));
        jo_end_obj(o);
        jo_end_obj(o);
    }
    jo_end_obj(o);
    jo_key(o, "default");
    jo_obj(o);
    jo_kstr(o, "$ref", STR("#/components/responses/Problem"));
    jo_end_obj(o);
    jo_end_obj(o);
}

static void security(struct json_out *o, const struct route *r)
{
    jo_key(o, "security");
    jo_arr(o);
    if (!(r->perm & PUBLIC)) {
        static const char *const schemes[] = {"apiKey", "session"};
        for (size_t i = 0; i < 2; i++) {
            jo_obj(o);
            jo_key(o, schemes[i]);
            jo_arr(o);
            jo_end_arr(o);
            jo_end_obj(o);
        }
    }
    jo_end_arr(o);
    jo_key(o, "x-permission");
    jo_arr(o);
    for (const struct perm_name *p = perm_names; p->bit; p++)
        if (r->perm & p->bit)
            jo_str(o, str_of(p->code));
    jo_end_arr(o);
}

static void operation_id(struct json_out *o, const struct http_route *h)
{
    BUF_SCOPED text = BUF_INIT(512);
    for (const char *p = http_method_name(h->method); *p; p++)
        buf_putc(&text, (char)(*p | 0x20));
    bool upper = false;
    for (const char *p = h->path + strlen("/api"); *p; p++) {
        bool letter = (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9');
        if (letter)
            buf_putc(&text, upper && *p >= 'a' ? (char)(*p - 32) : *p);
        upper = !letter;
    }
    jo_kstr(o, "operationId", buf_str(&text));
}

static void operation(struct json_out *o, const struct http_route *h, enum lang l)
{
    const struct route *r = h->user;
    BUF_SCOPED method = BUF_INIT(16);
    for (const char *p = http_method_name(h->method); *p; p++)
        buf_putc(&method, (char)(*p | 0x20));
    jo_key(o, method.p);
    jo_obj(o);
    operation_id(o, h);
    jo_kstr(o, "summary", str_of(tr(l, r->summary)));
    str rest = str_of(h->path + strlen("/api/"));
    jo_key(o, "tags");
    jo_arr(o);
    jo_str(o, str_cut(&rest, '/'));
    jo_end_arr(o);
    parameters(o, r, l);
    request_body(o, r, l);
    responses(o, r, l);
    security(o, r);
    jo_end_obj(o);
}

/* `{name...}` has no counterpart in OpenAPI; the name alone comes nearest. */
static str public_path(struct buf *room, const char *path)
{
    buf_clear(room);
    for (const char *p = path; *p; p++)
        if (strncmp(p, "...}", 4) == 0)
            p += 2;
        else
            buf_putc(room, *p);
    return buf_str(room);
}

static bool first_of_path(const struct http_route *routes, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (listed(&routes[k]) && strcmp(routes[k].path, routes[i].path) == 0)
            return false;
    return true;
}

static void paths(struct json_out *o, const struct http_route *routes, size_t n, enum lang l)
{
    jo_key(o, "paths");
    jo_obj(o);
    for (size_t i = 0; i < n; i++) {
        if (!listed(&routes[i]) || !first_of_path(routes, i))
            continue;
        BUF_SCOPED room = BUF_INIT(1024);
        public_path(&room, routes[i].path);
        jo_key(o, room.p);
        jo_obj(o);
        for (size_t k = i; k < n; k++)
            if (listed(&routes[k]) && strcmp(routes[k].path, routes[i].path) == 0)
                operation(o, &routes[k], l);
        jo_end_obj(o);
    }
    jo_end_obj(o);
}

static const char problem_schema[] =
    "{\"type\":\"object\",\"description\":\"RFC 9457\",\"required\":[\"type\",\"title\",\"status\"],\"properties\":{"
    "\"type\":{\"type\":\"string\"},\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
    "\"detail\":{\"type\":\"string\"},\"code\":{\"type\":\"string\"},\"instance\":{\"type\":\"string\"},"
    "\"errors\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"field\":{\"type\":\"string\"},"
    "\"code\":{\"type\":\"string\"},\"detail\":{\"type\":\"string\"}}}}}}";

static void components(struct json_out *o, const struct openapi_info *info)
{
    jo_key(o, "components");
    jo_obj(o);
    jo_key(o, "securitySchemes");
    jo_obj(o);
    jo_key(o, "apiKey");
    jo_raw(o, STR("{\"type\":\"http\",\"scheme\":\"bearer\"}"));
    jo_key(o, "session");
    jo_obj(o);
    jo_kstr(o, "type", STR("apiKey"));
    jo_kstr(o, "in", STR("cookie"));
    jo_kstr(o, "name", str_of(info->session_cookie));
    jo_end_obj(o);
    jo_end_obj(o);
    jo_key(o, "schemas");
    jo_obj(o);
    jo_key(o, "Problem");
    jo_raw(o, str_of(problem_schema));
    jo_end_obj(o);
    jo_key(o, "responses");
    jo_raw(o, STR("{\"Problem\":{\"description\":\"RFC 9457\",\"content\":{\"application/problem+json\":{\"schema\":"
                  "{\"$ref\":\"#/components/schemas/Problem\"}}}}}"));
    jo_end_obj(o);
}

void openapi_write(const struct http_route *routes, size_t n, const struct openapi_info *info, struct buf *out)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kstr(&o, "openapi", STR("3.1.0"));
    jo_key(&o, "info");
    jo_obj(&o);
    jo_kstr(&o, "title", info->title);
    jo_kstr(&o, "version", info->version);
    jo_key(&o, "license");
    jo_raw(&o, STR("{\"name\":\"Apache-2.0\",\"identifier\":\"Apache-2.0\"}"));
    jo_end_obj(&o);
    jo_key(&o, "servers");
    jo_arr(&o);
    jo_obj(&o);
    jo_kstr(&o, "url", info->server);
    jo_end_obj(&o);
    jo_end_arr(&o);
    paths(&o, routes, n, info->lang);
    components(&o, info);
    jo_end_obj(&o);
}

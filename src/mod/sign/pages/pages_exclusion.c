/* The register of exclusions for everybody: search, one entry with its history, CSV and JSON. */
#include "mod/sign/pages/pages_exclusion.h"

#include "base/json.h"
#include "exclusion.view.h"

enum { PAGE_MOST = 10000, API_MOST = 100, CSV_MOST = 8 << 20 };

INPUT(list_in, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Agency, act, law or word")},
      {.name = "when", .type = F_CHOICE, .choices = exclusion_whens, .label = N_("Which ones")},
      {.name = "page", .type = F_INT, .min = 1, .max = PAGE_MOST, .label = N_("Page")});

INPUT(api_in, {.name = "q", .type = F_TEXT, .max = 100, .label = N_("Agency, act, law or word")},
      {.name = "when", .type = F_CHOICE, .choices = exclusion_whens, .label = N_("Which ones")},
      {.name = "offset", .type = F_INT, .max = EXCLUSIONS_MAX, .label = N_("Rows to skip")},
      {.name = "limit", .type = F_INT, .min = 1, .max = API_MOST, .label = N_("Rows at most")});

const char *exclusion_label(enum exclusion_standing s)
{
    switch (s) {
    case EXCLUSION_STANDS:
        return N_("In force");
    case EXCLUSION_LAPSES_SOON:
        return N_("Lapses soon");
    case EXCLUSION_HAS_LAPSED:
        return N_("Lapsed");
    case EXCLUSION_TO_COME:
        return N_("Not yet in force");
    case EXCLUSION_REMOVED:
        break;
    }
    return N_("Removed");
}

const char *exclusion_colour(enum exclusion_standing s)
{
    return s == EXCLUSION_STANDS ? "blue" : s == EXCLUSION_LAPSES_SOON ? "orange" : "grey";
}

rc exclusion_soon(const struct ctx *c, int64_t *days)
{
    return sign_param(c->tx, "exclusion.warn.days", c->now, days);
}

static enum exclusion_when when_of(const struct ctx *c)
{
    const struct field_value *v = in_value(&c->in, "when");
    return v->given && !v->bad ? (enum exclusion_when)v->i : EXCLUSION_NOW;
}

static rc list_read(struct ctx *c)
{
    const struct field_value *page = in_value(&c->in, "page");
    int64_t at = page->given && !page->bad ? page->i : 1, total;
    struct exclusions_page p = {.spec = &list_in, .today = instant_day(c->now)};
    struct exclusion *v;
    TRY(exclusion_soon(c, &p.soon));
    const struct exclusion_query q = {.words = in_text(&c->in, "q"),
                                      .when = when_of(c),
                                      .today = p.today,
                                      .soon = p.soon,
                                      .offset = (at - 1) * EXCLUSIONS_PAGE,
                                      .limit = EXCLUSIONS_PAGE};
    TRY(exclusions_list(c->tx, &q, &v, &p.n, &total, c->arena));
    p.v = v;
    p.filtered = q.words.n || q.when != EXCLUSION_NOW;
    p.pages = pages_of(at, EXCLUSIONS_PAGE, total, STR("/sign/exclusions"), query_without(c, "page"));
    view_sign_exclusions(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc one_read(struct ctx *c)
{
    struct exclusion_page p = {.today = instant_day(c->now)};
    struct exclusion_change *history;
    id entry;
    TRY(path_id(c, "id", &entry));
    TRY(exclusion_soon(c, &p.soon));
    TRY(exclusion_get(c->tx, entry, &p.e, c->arena));
    TRY(exclusion_history(c->tx, entry, &history, &p.n_history, c->arena));
    p.history = history;
    view_sign_exclusion(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc csv_read(struct ctx *c)
{
    c->reply->body.cap = CSV_MOST;
    TRY(exclusions_csv(c->tx, &c->reply->body));
    return reply_csv(c, "exclusions.csv");
}

/* ---- for programs ---- */

static const char api_schema[] =
    "{\"type\":\"object\",\"required\":[\"total\",\"exclusions\"],\"properties\":{\"total\":{\"type\":\"integer\"},"
    "\"exclusions\":{\"type\":\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\",\"agency\",\"act\",\"law\","
    "\"kind\",\"from\",\"version\"],\"properties\":{\"id\":{\"type\":\"string\"},\"agency\":{\"type\":\"string\"},"
    "\"act\":{\"type\":\"string\"},\"law\":{\"type\":\"string\"},\"kind\":{\"type\":\"string\",\"enum\":["
    "\"transitional\",\"form\"]},\"keywords\":{\"type\":\"string\"},\"source\":{\"type\":\"string\"},\"from\":{"
    "\"type\":"
    "\"string\",\"format\":\"date\"},\"until\":{\"type\":\"string\",\"format\":\"date\"},\"extended\":{\"type\":"
    "\"boolean\"},\"removed\":{\"type\":\"boolean\"},\"version\":{\"type\":\"integer\"}}}}}}";

static void put_day(struct json_out *o, const char *key, day d)
{
    BUF_SCOPED text = BUF_INIT(32);
    if (d == 0)
        return;
    buf_day(&text, d);
    jo_kstr(o, key, buf_str(&text));
}

static void put_entry(struct json_out *o, const struct exclusion *e)
{
    char number[ID_TEXT + 1];
    id_text(e->id, number);
    jo_obj(o);
    jo_kstr(o, "id", str_n(number, ID_TEXT));
    jo_kstr(o, "agency", e->agency);
    jo_kstr(o, "act", e->act);
    jo_kstr(o, "law", e->law);
    jo_kstr(o, "kind", e->kind);
    jo_kstr(o, "keywords", e->keywords);
    jo_kstr(o, "source", e->source);
    put_day(o, "from", e->starts);
    put_day(o, "until", e->ends);
    jo_kbool(o, "extended", e->extended);
    jo_kbool(o, "removed", str_eq(e->state, STR("removed")));
    jo_kint(o, "version", e->version);
    jo_end_obj(o);
}

static rc api_read(struct ctx *c)
{
    struct exclusion *v;
    struct json_out o;
    size_t n;
    int64_t total, soon;
    TRY(exclusion_soon(c, &soon));
    const struct exclusion_query q = {.words = in_text(&c->in, "q"),
                                      .when = when_of(c),
                                      .today = instant_day(c->now),
                                      .soon = soon,
                                      .offset = in_int(&c->in, "offset"),
                                      .limit = in_given(&c->in, "limit") ? in_int(&c->in, "limit") : API_MOST};
    TRY(exclusions_list(c->tx, &q, &v, &n, &total, c->arena));
    jo_begin(&o, &c->reply->body);
    jo_obj(&o);
    jo_kint(&o, "total", total);
    jo_key(&o, "exclusions");
    jo_arr(&o);
    for (size_t i = 0; i < n; i++)
        put_entry(&o, &v[i]);
    jo_end_arr(&o);
    jo_end_obj(&o);
    return reply_json(c, 200);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/exclusions",
     .perm = PUBLIC,
     .in = &list_in,
     .read = list_read,
     .summary = N_("Acts that may not be done electronically")},
    {.method = HTTP_GET,
     .path = "/sign/exclusions/file",
     .perm = PUBLIC,
     .read = csv_read,
     .summary = N_("The register of exclusions as CSV")},
    {.method = HTTP_GET,
     .path = "/sign/exclusions/{id}",
     .perm = PUBLIC,
     .read = one_read,
     .summary = N_("An entry of the register of exclusions, with its history")},
    {.method = HTTP_GET,
     .path = "/api/sign/exclusions",
     .perm = PUBLIC,
     .in = &api_in,
     .read = api_read,
     .summary = N_("Acts that may not be done electronically"),
     .flags = ROUTE_API,
     .reply_schema = api_schema},
};
const struct route_table sign_exclusion_routes = {"sign", routes, sizeof routes / sizeof routes[0]};

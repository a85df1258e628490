/* Components: what the fields show after a refusal, pages of lists, navigation, and the markup of whole fields. */
#include "t.h"

#include "web/components.h"
#include "web/form.view.h"
#include "web/parts.view.h"
#include "web/shell.h"

static const struct choice kinds[] = {{"a", "Alpha"}, {"b", "Beta <2>"}, {NULL, NULL}};
INPUT(spec, {.name = "who", .type = F_TEXT, .required = true, .max = 20, .label = "Who", .hint = "A hint"},
      {.name = "kind", .type = F_CHOICE, .label = "Which", .choices = kinds},
      {.name = "any", .type = F_CHOICES, .label = "Any", .choices = kinds},
      {.name = "agree", .type = F_BOOL, .label = "Agree"});
INPUT(other, {.name = "who", .type = F_TEXT, .label = "Who"});

static struct ctx context(struct request *req)
{
    struct arena *a = arena_new(1 << 20);
    ck_assert_ptr_nonnull(a);
    *req = (struct request){.arena = a,
                            .path = STR("/market/orders"),
                            .target = STR("/market/orders?page=2&lang=en&q=a%20b"),
                            .query = STR("page=2&lang=en&q=a%20b")};
    return (struct ctx){.req = req, .arena = a, .lang = LANG_EN};
}

START_TEST(values)
{
    struct request req;
    struct ctx c = context(&req);
    t_str(control_of(&c, &spec, "who", STR("before")).value, STR("before"));
    struct field_value typed[] = {
        {.given = true, .raw = STR("<typed>")}, {.given = true, .raw = STR("b")}, {.i = 2}, {.i = 0}};
    c.in = (struct input){&spec, typed};
    t_str(control_of(&c, &spec, "who", STR("before")).value, STR("before")); /* nothing was refused */
    (void)ERR_FIELD(&c.err, "who", "TST-001", "Not {1}.", STR("<x>"));
    struct control k = control_of(&c, &spec, "who", STR("before"));
    t_str(k.value, STR("<typed>"));
    ck_assert_str_eq(k.describedby, "f-who-hint f-who-error");
    ck_assert_int_eq(k.max, 20);
    t_str(control_of(&c, &other, "who", STR("before")).value, STR("before")); /* of another form */
    k = control_of(&c, &spec, "kind", STR_EMPTY);
    ck_assert(!choice_on(&k, 0) && choice_on(&k, 1));
    k = control_of(&c, &spec, "any", STR("a"));
    ck_assert(!choice_on(&k, 0) && choice_on(&k, 1)); /* as typed */
    t_str(control_of(&c, &spec, "agree", STR("1")).value, STR_EMPTY);
    err_clear(&c.err);
    k = control_of(&c, &spec, "any", STR("a, b"));
    ck_assert(choice_on(&k, 0) && choice_on(&k, 1));
    arena_free(req.arena);
}
END_TEST

START_TEST(markup)
{
    struct request req;
    struct ctx c = context(&req);
    struct field_value typed[] = {{.given = true, .raw = STR("\"<typed>")}, {.raw = STR_EMPTY}, {.i = 0}, {.i = 0}};
    c.in = (struct input){&spec, typed};
    (void)ERR_FIELD(&c.err, "who", "TST-001", "Not {1}.", STR("<x>"));
    BUF_SCOPED o = BUF_INIT(100000);
    view_field(&o, &c, &spec, "who", STR_EMPTY);
    t_str(buf_str(&o), STR("<div class=\"govuk-form-group govuk-form-group--error\"><label class=\"govuk-label\" "
                           "for=\"f-who\">Who </label> "
                           "<div id=\"f-who-hint\" class=\"govuk-hint\">A hint</div><p id=\"f-who-error\" "
                           "class=\"govuk-error-message\">"
                           "<span class=\"govuk-visually-hidden\">Error: </span>Not &lt;x&gt;.</p> "
                           "<input class=\"govuk-input govuk-input--width-20 govuk-input--error\" id=\"f-who\" "
                           "name=\"who\" type=\"text\" "
                           "value=\"&quot;&lt;typed&gt;\" maxlength=\"20\" aria-invalid=\"true\" "
                           "aria-describedby=\"f-who-hint f-who-error\" required> </div>"));
    buf_clear(&o);
    view_field(&o, &c, &spec, "kind", STR("b"));
    ck_assert(str_find(buf_str(&o), STR("Beta &lt;2&gt;</label>")) >= 0);
    ck_assert(str_find(buf_str(&o), STR("type=\"radio\" value=\"b\"> <label class")) >=
              0); /* typed nothing: not chosen */
    arena_free(req.arena);
}
END_TEST

static void shown(int64_t page, int64_t pages, const char *want)
{
    int64_t v[9];
    struct pages p = {.page = page, .pages = pages};
    BUF_SCOPED b = BUF_INIT(1000);
    int n = pages_shown(&p, v);
    for (int i = 0; i < n; i++)
        buf_printf(&b, "%s%lld", i ? " " : "", (long long)v[i]);
    t_str(buf_str(&b), str_of(want));
}

START_TEST(lists)
{
    shown(1, 1, "1");
    shown(1, 2, "1 2");
    shown(3, 5, "1 2 3 4 5");
    shown(1, 100, "1 2 0 100");
    shown(50, 100, "1 0 49 50 51 0 100");
    shown(100, 100, "1 0 99 100");
    struct pages p = pages_of(7, 50, 101, STR("/x"), STR("q=1"));
    ck_assert_int_eq(p.page, 3);
    ck_assert_int_eq(p.pages, 3);
    ck_assert_int_eq(pages_of(-1, 50, 0, STR("/x"), STR_EMPTY).page, 1);
    ck_assert_int_eq(pages_of(1, 50, INT64_MAX, STR("/x"), STR_EMPTY).pages, INT64_MAX / 50 + 1);
    struct request req;
    struct ctx c = context(&req);
    t_str(page_address(&c, &p, 2).s, STR("/x?q=1&page=2"));
    t_str(query_without(&c, "page"), STR("q=a%20b"));
    t_str(lang_switch(&c, LANG_ZH), STR("/market/orders?page=2&q=a%20b&lang=zh-Hant"));
    arena_free(req.arena);
}
END_TEST

START_TEST(navigation)
{
    struct request req;
    struct ctx c = context(&req);
    const struct nav market = {"/market", "M", PUBLIC}, orders = {"/market/orders", "O", PUBLIC},
                     mark = {"/mark", "X", PUBLIC}, home = {"/", "H", PUBLIC};
    ck_assert(nav_current(&c, &market) && !nav_exact(&c, &market));
    ck_assert(nav_current(&c, &orders) && nav_exact(&c, &orders));
    ck_assert(!nav_current(&c, &mark));
    ck_assert(!nav_current(&c, &home));
    const struct nav shown_to_all[] = {market, orders}, elsewhere[] = {{"/fund/office", "F", AS_OFFICER}, home};
    const struct nav_group groups[] = {{"Fund", elsewhere, 2}, {"Market", shown_to_all, 2}};
    shell_set(&(struct shell){.groups = groups, .n_groups = 2});
    c.session.perms = PUBLIC;
    ck_assert_ptr_eq(group_current(&c), &groups[1]);
    ck_assert_ptr_eq(group_entry(&c, &groups[0]), &elsewhere[1]); /* not what the reader may not open */
    ck_assert_ptr_null(group_entry(&c, &(struct nav_group){"Fund", elsewhere, 1}));
    ck_assert(!nav_current(&c, &market) && nav_current(&c, &orders)); /* the nearest one only */
    shell_set(&(struct shell){0});
    arena_free(req.arena);
}
END_TEST

START_TEST(stars)
{
    struct request req;
    struct ctx c = context(&req);
    ck_assert_str_eq(star_fill((struct stars){45, 1}, 4), "full");
    ck_assert_str_eq(star_fill((struct stars){45, 1}, 5), "half");
    ck_assert_str_eq(star_fill((struct stars){41, 1}, 5), "none");
    BUF_SCOPED o = BUF_INIT(10000);
    view_stars(&o, &c, (struct stars){0, 0});
    ck_assert(str_find(buf_str(&o), STR("No ratings yet")) >= 0);
    arena_free(req.arena);
}
END_TEST

T_MAIN("web/components", values, markup, lists, navigation, stars)

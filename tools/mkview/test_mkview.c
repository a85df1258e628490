/* The view compiler: what it refuses and with which words, and what it writes. */
#include "t.h"

#include "mkview.h"

struct outcome {
    rc result;
    struct buf c, h, messages;
};

static struct outcome compile(const char *source)
{
    struct outcome o = {.c = BUF_INIT(1 << 20), .h = BUF_INIT(1 << 20), .messages = BUF_INIT(1 << 20)};
    o.result = mkview_compile("v.html", "v.view.h", str_of(source), &o.c, &o.h, &o.messages);
    return o;
}

static void release(struct outcome *o)
{
    buf_free(&o->c);
    buf_free(&o->h);
    buf_free(&o->messages);
}

/* Each body stands in "{{view x(int n)}}…{{end}}" (17 characters before it); the whole message list is compared. */
static const struct {
    const char *body, *messages;
} refused[] = {
    {"<img src=\"/a\">", "v.html:1:18: error: <img> without alt (alt=\"\" when it is decoration)\n"},
    {"<img src=\"/a\" {{if n}}alt=\"\"{{end}}>",
     "v.html:1:18: error: <img> without alt (alt=\"\" when it is decoration)\n"},
    {"<input name=\"a\">",
     "v.html:1:18: error: <input> without a label: <label for=\"…\"> with its id, aria-label or aria-labelledby\n"},
    {"<label for=\"b\">{{t \"B\"}}</label><select id=\"a\"></select>",
     "v.html:1:50: error: <select> without a label: <label for=\"…\"> with its id, aria-label or aria-labelledby\n"},
    {"<script>1</script>",
     "v.html:1:18: error: inline script: put it into a file under assets/ and name it with src\n"
     "v.html:1:26: error: inline script: put it into a file under assets/ and name it with src\n"},
    {"<style></style>", "v.html:1:18: error: inline style: it belongs into assets/\n"},
    {"<p style=\"color:red\"></p>", "v.html:1:21: error: inline style: use a class\n"},
    {"<p onclick=\"1\"></p>", "v.html:1:21: error: inline event handler onclick: listen in a module under assets/\n"},
    {"<p onclick=\"{{= n}}\"></p>",
     "v.html:1:30: error: an expression in inline code or style\n"
     "v.html:1:21: error: inline event handler onclick: listen in a module under assets/\n"},
    {"<a href=\"javascript:x\"></a>", "v.html:1:21: error: an address that runs code\n"},
    {"<a href=\" JAVA\tscript:x\"></a>", "v.html:1:21: error: an address that runs code\n"},
    {"<a href=\"data:text/html,x\"></a>", "v.html:1:21: error: an address that runs code\n"},
    {"<a href={{= n}}></a>", "v.html:1:26: error: an expression needs quotes around the attribute's value\n"},
    {"<p {{= n}}></p>", "v.html:1:21: error: an expression stands in text or in a quoted attribute value\n"},
    {"<p>Orders</p>", "v.html:1:21: error: text that is not translated: write {{t \"Orders\"}}\n"},
    {"<p>訂單 of 2</p>", "v.html:1:21: error: text that is not translated: write {{t \"訂單 of 2\"}}\n"},
    {"<img alt=\"Logo\" src=\"/a\">",
     "v.html:1:23: error: alt is read by people and not translated: write alt=\"{{t \"…\"}}\"\n"},
    {"<div><span></div>", "v.html:1:29: error: </div> while <span> of line 1 is open\n"},
    {"</div>", "v.html:1:18: error: </div> closes what this part of the view did not open\n"},
    {"<div>{{if n}}</div>{{end}}", "v.html:1:31: error: </div> closes what this part of the view did not open\n"
                                   "v.html:1:18: error: <div> is not closed\n"},
    {"{{if n}}<div>{{end}}", "v.html:1:31: error: {{if}} leaves <div> open\n"},
    {"<p {{if n}}>{{end}}</p>", "v.html:1:30: error: {{if}} ends elsewhere in a tag than it began\n"},
    {"<p id=\"a{{if n}}\" class=\"b{{end}}\"></p>",
     "v.html:1:44: error: {{if}} ends elsewhere in a tag than it began\n"},
    {"<p id=\"a\"></p><p id=\"a\"></p>", "v.html:1:35: error: id \"a\" stands twice\n"},
    {"{{each int *r in &n, 1}}<p id=\"a\"></p>{{end}}",
     "v.html:1:45: error: id \"a\" repeats in the loop: make it depend on the row\n"},
    {"{{foo}}", "v.html:1:18: error: unknown construct {{foo}}\n"},
    {"<foo></foo>", "v.html:1:18: error: unknown element <foo>\n"},
    {"<form method=\"post\"></form>", "v.html:1:18: error: <form method=\"post\"> without {{csrf}}\n"},
    {"<p class=\"a\" class=\"b\"></p>", "v.html:1:31: error: attribute class twice\n"},
    {"<p><div></div></p>", "v.html:1:21: error: <div> cannot stand in <p>\n"},
    {"<a href=\"/\"><button type=\"submit\"></button></a>",
     "v.html:1:30: error: <button> cannot stand in a link or button\n"},
    {"<button></button>", "v.html:1:18: error: <button> without type\n"},
    {"{{t \"Paid {1}\"}}", "v.html:1:18: error: {1} has no argument\n"},
    {"{{t \"Paid\", n}}", "v.html:1:18: error: argument 1 is not used in the text\n"},
    {"a & b", "v.html:1:18: error: text that is not translated: write {{t \"a & b\"}}\nv.html:1:20: error: a bare &: "
              "write &amp;\n"},
    {"<a href=\"{{t \"x\"}}\"></a>", "v.html:1:27: error: a text for people in an address\n"},
    {"{{= n", "v.html:1:18: error: {{ without its }} (or a quote or bracket inside is not closed)\nv.html:1:1: error: "
              "this has no {{end}}\n"},
};

START_TEST(refuses)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        BUF_SCOPED source = BUF_INIT(1 << 16);
        buf_printf(&source, "{{view x(int n)}}%s{{end}}", refused[i].body);
        struct outcome o = compile(source.p);
        t_str(buf_str(&o.messages), str_of(refused[i].messages));
        ck_assert_int_eq(o.result, E_INVALID);
        release(&o);
    }
}
END_TEST

/* Lines of C without #line rows and the frame of the function. */
static const struct {
    const char *body, *c;
} accepted[] = {
    {"<p>\n  {{= n}}  </p>\n<p>&amp; 1 &rarr; 2</p>", "    VIEW_LITERAL(o, \"<p>\");\n    view_text(o, c, (n));\n    "
                                                      "VIEW_LITERAL(o, \"</p><p>&amp; 1 &rarr; 2</p>\");\n"},
    {"<a  href=\"{{= u}}?page={{= n}}\"\n class='x {{= n}}'>{{t \"Next\"}}</a>",
     "    VIEW_LITERAL(o, \"<a href=\\\"\");\n    view_url(o, c, (u));\n    VIEW_LITERAL(o, \"\\?page=\");\n    "
     "view_url_part(o, c, (n));\n"
     "    VIEW_LITERAL(o, \"\\\" class='x \");\n    view_attr(o, c, (n));\n    VIEW_LITERAL(o, \"'>\");\n"
     "    { static struct view_msg m_ = VIEW_MSG(\"Next\", \"Next\"); view_message(o, c, &m_); }\n    VIEW_LITERAL(o, "
     "\"</a>\");\n"},
    {"{{if n > 1}}<b>1</b>{{else if n}}2{{else}}3{{end}}",
     "    if (n > 1) {\n    VIEW_LITERAL(o, \"<b>1</b>\");\n    } else if (n) {\n    VIEW_LITERAL(o, \"2\");\n    } "
     "else {\n"
     "    VIEW_LITERAL(o, \"3\");\n    }\n"},
    {"{{t \"Paid {1} of {2}\", f(a, b), ((struct money){1, {2}}).n}}",
     "    { static struct view_msg m_ = VIEW_MSG(\"Paid {1} of {2}\", \"Paid {1} of {2}\"); view_message_args(o, c, "
     "&m_, (const struct "
     "view_arg[]){VIEW_ARG(f(a, b)), VIEW_ARG(((struct money){1, {2}}).n)}, 2); }\n"},
    {"<option value=\"1\"{{if n}} selected{{end}}></option>",
     "    VIEW_LITERAL(o, \"<option value=\\\"1\\\"\");\n    if (n) {\n    VIEW_LITERAL(o, \" selected\");\n    }\n"
     "    VIEW_LITERAL(o, \"></option>\");\n"},
    {"{{layout page(n)}}<p>1</p>{{end}}",
     "    view_page_begin(o, c, n);\n    VIEW_LITERAL(o, \"<p>1</p>\");\n    view_page_end(o, c, n);\n"},
    {"{{each const struct r *r in p->v, p->n}}{{= r->x}}{{end}}",
     "    for (size_t r_i = 0; r_i < (size_t)(p->n); r_i++) { const struct r *r = &(p->v)[r_i];\n    view_text(o, c, "
     "(r->x));\n    }\n"},
    {"{{n \"{n} order\", \"{n} orders\", n}}", "    { static struct view_msg m_ = VIEW_PLURAL(\"{n} order\", \"{n} "
                                               "orders\", \"{n} order\", \"{n} orders\"); view_plural(o, c, &m_, (n), "
                                               "NULL, 0); }\n"},
    {"<form method=\"post\">{{csrf}}<label>{{t \"A\"}} <input name=\"a\"></label></form>",
     "    VIEW_LITERAL(o, \"<form method=\\\"post\\\">\");\n    view_csrf(o, c);\n    VIEW_LITERAL(o, \"<label>\");\n"
     "    { static struct view_msg m_ = VIEW_MSG(\"A\", \"A\"); view_message(o, c, &m_); }\n    VIEW_LITERAL(o, \" "
     "<input name=\\\"a\\\"></label></form>\");\n"},
    {"{{if n}}<p id=\"a\"></p>{{else}}<p id=\"a\"></p>{{end}}",
     "    if (n) {\n    VIEW_LITERAL(o, \"<p id=\\\"a\\\"></p>\");\n    } else {\n    VIEW_LITERAL(o, \"<p "
     "id=\\\"a\\\"></p>\");\n    }\n"},
    {"<span translate=\"no\">RISE</span><!-- Not {{seen}} -->\n<pre lang=\"en\"> a\n b</pre>",
     "    VIEW_LITERAL(o, \"<span translate=\\\"no\\\">RISE</span><pre lang=\\\"en\\\"> a\\n b</pre>\");\n"},
    {"<label for=\"f-{{= n}}\">{{t \"A\"}}</label> <input id=\"f-{{= n}}\">",
     "    VIEW_LITERAL(o, \"<label for=\\\"f-\");\n    view_attr(o, c, (n));\n    VIEW_LITERAL(o, \"\\\">\");\n"
     "    { static struct view_msg m_ = VIEW_MSG(\"A\", \"A\"); view_message(o, c, &m_); }\n    VIEW_LITERAL(o, "
     "\"</label> <input id=\\\"f-\");\n"
     "    view_attr(o, c, (n));\n    VIEW_LITERAL(o, \"\\\">\");\n"},
};

static void without_lines(str text, struct buf *out)
{
    while (text.p) {
        str line = str_cut(&text, '\n');
        if (!str_starts(line, STR("    ")) || str_eq(line, STR("    (void)o, (void)c;")))
            continue;
        buf_put(out, line);
        buf_putc(out, '\n');
    }
}

START_TEST(writes)
{
    for (size_t i = 0; i < sizeof accepted / sizeof accepted[0]; i++) {
        BUF_SCOPED source = BUF_INIT(1 << 16), c = BUF_INIT(1 << 20);
        buf_printf(&source, "{{view x(int n)}}%s{{end}}", accepted[i].body);
        struct outcome o = compile(source.p);
        t_str(buf_str(&o.messages), STR_EMPTY);
        ck_assert_int_eq(o.result, OK);
        without_lines(buf_str(&o.c), &c);
        t_str(buf_str(&c), str_of(accepted[i].c));
        release(&o);
    }
}
END_TEST

START_TEST(whole_file)
{
    struct outcome o = compile(
        "{{# two views}}\n{{include \"mod/x.h\"}}\n{{view frame(const char *s)}}<main>\n{{body}}\n</main>{{end}}\n"
        "{{view leaf}}<hr>{{end}}\n");
    t_str(buf_str(&o.messages), STR_EMPTY);
    t_str(buf_str(&o.h),
          STR("/* Made by mkview from v.html; do not edit. */\n#ifndef RISE_VIEW_v_view_h\n#define RISE_VIEW_v_view_h\n"
              "#include \"web/html.h\"\n#include \"mod/x.h\"\n"
              "void view_frame_begin(struct buf *o, const struct ctx *c, const char *s);\n"
              "void view_frame_end(struct buf *o, const struct ctx *c, const char *s);\n"
              "void view_leaf(struct buf *o, const struct ctx *c);\n#endif\n"));
    t_str(buf_str(&o.c),
          STR("/* Made by mkview from v.html; do not edit. */\n#include \"v.view.h\"\n\n"
              "#pragma GCC diagnostic ignored \"-Wunused-parameter\"\n\n#line 3 \"v.html\"\n"
              "void view_frame_begin(struct buf *o, const struct ctx *c, const char *s)\n{\n    (void)o, (void)c;\n"
              "    VIEW_LITERAL(o, \"<main>\");\n}\n\n#line 4 \"v.html\"\n"
              "void view_frame_end(struct buf *o, const struct ctx *c, const char *s)\n{\n    (void)o, (void)c;\n"
              "    VIEW_LITERAL(o, \"</main>\");\n#line 5 \"v.html\"\n}\n\n#line 6 \"v.html\"\n"
              "void view_leaf(struct buf *o, const struct ctx *c)\n{\n    (void)o, (void)c;\n    VIEW_LITERAL(o, "
              "\"<hr>\");\n"
              "#line 6 \"v.html\"\n}\n\n"));
    release(&o);
}
END_TEST

START_TEST(limits)
{
    BUF_SCOPED deep = BUF_INIT(1 << 20);
    buf_put(&deep, STR("{{view x}}"));
    for (int i = 0; i < 200; i++)
        buf_put(&deep, STR("<div>"));
    struct outcome o = compile(deep.p);
    ck_assert_int_eq(o.result, E_LIMIT);
    release(&o);
    buf_clear(&deep);
    buf_put(&deep, STR("{{view x}}"));
    for (int i = 0; i < 200; i++)
        buf_put(&deep, STR("{{if 1}}"));
    o = compile(deep.p);
    ck_assert_int_eq(o.result, E_LIMIT);
    release(&o);
    o = compile("{{view x}}\xff{{end}}");
    ck_assert_int_eq(o.result, E_INVALID);
    release(&o);
}
END_TEST

T_MAIN("tools/mkview", refuses, writes, whole_file, limits)

#include "base/xml.h"

#include <libxml/parser.h>
#include <pthread.h>
#include <stdio.h>

#include "base/utf8.h"
#include "base/xml_impl.h"

/* Nothing is loaded, expanded or printed; CDATA becomes text, as canonical forms have it. */
enum { OPTIONS = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA };

static struct xml_node *element(xmlNode *n)
{
    while (n && n->type != XML_ELEMENT_NODE)
        n = n->next;
    return (struct xml_node *)n;
}

static str text_of(const xmlChar *s)
{
    return str_of((const char *)s);
}

/* ---- reading ---- */

static void start_once(void)
{
    xmlInitParser();
}

static void say_nothing(void *arg, xmlError *e)
{
    (void)arg, (void)e;
}

void xml_quiet(void)
{
    xmlSetStructuredErrorFunc(NULL, say_nothing);
}

static void free_doc(void *doc)
{
    xmlFreeDoc(doc);
}

static rc not_well_formed(const xmlParserCtxt *c, struct err *err)
{
    char line[16];
    if (c->lastError.code == XML_ERR_NO_MEMORY)
        return E_NOMEM;
    snprintf(line, sizeof line, "%d", c->lastError.line);
    return ERR(err, E_INVALID, "XML-001", N_("This is not well-formed XML; the first fault is in line {1}."),
               str_of(line));
}

static bool is_utf8(const xmlDoc *doc)
{
    return !doc->encoding || str_ieq(text_of(doc->encoding), STR("UTF-8"));
}

static rc refuse_kind(struct err *err)
{
    return ERR(err, E_INVALID, "XML-003", N_("The XML has a document type declaration or is not UTF-8."));
}

static rc read_with(xmlParserCtxt *c, str text, xmlDoc **out, struct err *err)
{
    xmlDoc *doc = xmlCtxtReadMemory(c, text.p, (int)text.n, NULL, NULL, OPTIONS);
    rc r = OK;
    if (!doc || !c->wellFormed || !c->nsWellFormed || !xmlDocGetRootElement(doc))
        r = not_well_formed(c, err);
    else if (doc->intSubset || doc->extSubset || !is_utf8(doc))
        r = refuse_kind(err);
    if (r != OK) {
        xmlFreeDoc(doc);
        return r;
    }
    *out = doc;
    return OK;
}

rc xml_parse(struct arena *a, str text, size_t max, struct xml **out, struct err *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (text.n > max || text.n > INT32_MAX)
        return ERR(err, E_LIMIT, "XML-002", N_("The XML is too large or nested too deeply."));
    if (!utf8_valid(text))
        return refuse_kind(err);
    TRY(xml_scan(text, 0, NULL, err));
    pthread_once(&once, start_once);
    xml_quiet();
    struct xml *x = ARENA_NEW(a, struct xml);
    if (!x)
        return arena_failed(a);
    xmlParserCtxt *c = xmlNewParserCtxt();
    if (!c)
        return E_NOMEM;
    rc r = read_with(c, text, &x->doc, err);
    xmlFreeParserCtxt(c);
    TRY(r);
    x->text = text;
    *out = x;
    return arena_defer(a, free_doc, x->doc);
}

str xml_source(const struct xml *x)
{
    return x->text;
}

/* ---- the tree ---- */

struct xml_node *xml_root(const struct xml *x)
{
    return (struct xml_node *)xmlDocGetRootElement(x->doc);
}

struct xml_node *xml_parent(const struct xml_node *n)
{
    xmlNode *up = xml_raw(n)->parent;
    return up && up->type == XML_ELEMENT_NODE ? (struct xml_node *)up : NULL;
}

struct xml_node *xml_first(const struct xml_node *n)
{
    return element(xml_raw(n)->children);
}

struct xml_node *xml_next(const struct xml_node *n)
{
    return element(xml_raw(n)->next);
}

struct xml_node *xml_after(const struct xml_node *n)
{
    struct xml_node *next = xml_first(n);
    for (; !next && n; n = xml_parent(n))
        next = xml_next(n);
    return next;
}

bool xml_is(const struct xml_node *n, const char *ns, const char *name)
{
    const xmlNode *raw = xml_raw(n);
    return raw->ns && str_eq(text_of(raw->ns->href), str_of(ns)) && str_eq(text_of(raw->name), str_of(name));
}

struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *name)
{
    struct xml_node *c = n ? xml_first(n) : NULL;
    while (c && !xml_is(c, ns, name))
        c = xml_next(c);
    return c;
}

size_t xml_count(const struct xml_node *n, const char *ns, const char *name)
{
    size_t count = 0;
    for (struct xml_node *c = n ? xml_first(n) : NULL; c; c = xml_next(c))
        count += xml_is(c, ns, name);
    return count;
}

struct xml_node *xml_only(const struct xml_node *n, const char *ns, const char *name)
{
    return xml_count(n, ns, name) == 1 ? xml_child(n, ns, name) : NULL;
}

str xml_name(const struct xml_node *n)
{
    return text_of(xml_raw(n)->name);
}

static str joined(struct arena *a, const xmlNode *first)
{
    size_t n = 0, at = 0;
    for (const xmlNode *c = first; c; c = c->next) {
        if (c->type != XML_TEXT_NODE)
            return (str){0};
        n += text_of(c->content).n;
    }
    char *p = arena_alloc(a, n + 1);
    for (const xmlNode *c = first; p && c; c = c->next) {
        str part = text_of(c->content);
        if (part.n > 0)
            memcpy(p + at, part.p, part.n);
        at += part.n;
    }
    return (str){p, p ? n : 0};
}

str xml_attr(struct arena *a, const struct xml_node *n, const char *name)
{
    for (const xmlAttr *t = xml_raw(n)->properties; t; t = t->next)
        if (!t->ns && str_eq(text_of(t->name), str_of(name)))
            return joined(a, t->children);
    return (str){0};
}

str xml_text(struct arena *a, const struct xml_node *n)
{
    return n ? joined(a, xml_raw(n)->children) : (str){0};
}

static bool is_id(const xmlAttr *t)
{
    return t->ns ? str_eq(text_of(t->ns->href), text_of(XML_XML_NAMESPACE)) && str_eq(text_of(t->name), STR("id"))
                 : str_ieq(text_of(t->name), STR("id"));
}

/* An attribute's value is one text node, since no entities are kept. */
static bool has_id(const struct xml_node *n, str id)
{
    for (const xmlAttr *t = xml_raw(n)->properties; t; t = t->next)
        if (is_id(t) && t->children && str_eq(text_of(t->children->content), id))
            return true;
    return false;
}

size_t xml_by_id(const struct xml *x, str id, struct xml_node **first)
{
    size_t count = 0;
    *first = NULL;
    for (struct xml_node *n = xml_root(x); n; n = xml_after(n))
        if (has_id(n, id) && count++ == 0)
            *first = n;
    return count;
}

/* ---- insertion ---- */

static size_t ordinal_of(const struct xml *x, const struct xml_node *wanted)
{
    size_t i = 0;
    for (const struct xml_node *n = xml_root(x); n && n != wanted; n = xml_after(n))
        i++;
    return i;
}

/* "<a b='c'/>" becomes "<a b='c'>" fragment "</a>"; its name as it is written ends at white space or "/". */
static void open_up(str text, const struct xml_place *at, str fragment, struct buf *out)
{
    str tag = str_sub(text, at->open + 1, at->inside - at->open - 3), name = tag;
    for (size_t i = 0; i < tag.n && name.n == tag.n; i++)
        if (strchr(" \t\r\n", tag.p[i]))
            name.n = i;
    buf_put(out, str_sub(text, 0, at->inside - 2));
    buf_putc(out, '>');
    buf_put(out, fragment);
    buf_put(out, STR("</"));
    buf_put(out, name);
    buf_putc(out, '>');
}

rc xml_insert_last(const struct xml *x, const struct xml_node *n, str fragment, struct buf *out)
{
    struct xml_place at = {0};
    TRY(xml_scan(x->text, ordinal_of(x, n), &at, NULL));
    if (at.one_tag) {
        open_up(x->text, &at, fragment, out);
    } else {
        buf_put(out, str_sub(x->text, 0, at.close));
        buf_put(out, fragment);
    }
    buf_put(out, str_sub(x->text, at.close, SIZE_MAX));
    return buf_rc(out);
}

void buf_xml(struct buf *b, str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '&')
            buf_put(b, STR("&amp;"));
        else if (c == '<')
            buf_put(b, STR("&lt;"));
        else if (c == '>')
            buf_put(b, STR("&gt;"));
        else if (c == '\r')
            buf_put(b, STR("&#xD;"));
        else
            buf_putc(b, c);
    }
}

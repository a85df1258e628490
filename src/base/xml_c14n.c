#include <libxml/c14n.h>

#include "base/xml_impl.h"

struct visible {
    const xmlNode *top, *without;
    const xmlDoc *doc;
};

static bool within(const xmlNode *n, const xmlNode *ancestor)
{
    while (n && n != ancestor)
        n = n->parent;
    return n != NULL;
}

/* Attributes and namespaces stand and fall with their element. */
static int is_visible(void *arg, xmlNode *n, xmlNode *parent)
{
    const struct visible *v = arg;
    const xmlNode *of = n->type == XML_NAMESPACE_DECL || n->type == XML_ATTRIBUTE_NODE ? parent : n;
    if (v->top && !within(of, v->top))
        return 0;
    return !v->without || !within(of, v->without);
}

static int write_to_buf(void *arg, const char *p, int n)
{
    struct buf *b = arg;
    if (n > 0)
        buf_putn(b, p, (size_t)n);
    return buf_rc(b) == OK ? n : -1;
}

enum { PREFIXES_MAX = 32 };

/* "a b #default" as libxml2 wants it: an array of C strings that ends with NULL. E_LIMIT: too many. */
static rc split_prefixes(struct buf *copy, str list, xmlChar **v)
{
    size_t n = 0;
    buf_put(copy, list);
    TRY(buf_rc(copy));
    for (size_t i = 0; i < copy->n;) {
        if (strchr(" \t\r\n", copy->p[i])) {
            copy->p[i++] = '\0';
            continue;
        }
        if (n == PREFIXES_MAX)
            return E_LIMIT;
        v[n++] = (xmlChar *)copy->p + i;
        while (i < copy->n && !strchr(" \t\r\n", copy->p[i]))
            i++;
    }
    v[n] = NULL;
    return OK;
}

rc xml_canonical(const struct xml *x, const struct xml_node *top, const struct xml_node *without,
                 const struct xml_form *form, struct buf *out)
{
    static const int modes[] = {XML_C14N_1_0, XML_C14N_1_1, XML_C14N_EXCLUSIVE_1_0};
    struct visible v = {top ? xml_raw(top) : NULL, without ? xml_raw(without) : NULL, x->doc};
    xmlChar *prefixes[PREFIXES_MAX + 1];
    BUF_SCOPED copy = BUF_INIT(4096);
    TRY(split_prefixes(&copy, form->prefixes, prefixes));
    TRY(buf_rc(out));
    xmlOutputBuffer *to = xmlOutputBufferCreateIO(write_to_buf, NULL, out, NULL);
    if (!to)
        return E_NOMEM;
    xml_quiet();
    int done = xmlC14NExecute(x->doc, is_visible, &v, modes[form->c14n],
                              form->c14n == XML_C14N_EXCLUSIVE && prefixes[0] ? prefixes : NULL, form->comments, to);
    int closed = xmlOutputBufferClose(to);
    TRY(buf_rc(out));
    return done >= 0 && closed >= 0 ? OK : E_INVALID;
}

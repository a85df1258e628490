/* XML 1.0 with namespaces: hostile text read into a tree that does not change (libxml2 stays inside xml*.c), its
 * canonical forms, and places in the text where something can be inserted without touching the rest.
 *
 * Stricter than XML where that leaves room: UTF-8 only, no document type declaration (so no entities but the five, no
 * default attributes, no external text), names with at most one colon whose prefixes are declared. CDATA is text.
 * Caps: XML_DEPTH_MAX, XML_ELEMENTS_MAX, XML_ATTRIBUTES_MAX in one tag, ten million bytes in one text.
 *
 * Ownership: the tree lives as long as the arena it was read into; the text must outlive it. Threads: a document is
 * used by one thread at a time. Errors: XML-001 E_INVALID not well-formed (argument: line); XML-002 E_LIMIT a cap;
 * XML-003 E_INVALID a document type declaration, or not UTF-8. */
#ifndef RISE_BASE_XML_H
#define RISE_BASE_XML_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

enum { XML_DEPTH_MAX = 128, XML_ELEMENTS_MAX = 1 << 19, XML_ATTRIBUTES_MAX = 256 };

struct xml;
struct xml_node; /* an element; borrowed from its document */

rc xml_parse(struct arena *a, str text, size_t max, struct xml **out, struct err *err);
str xml_source(const struct xml *x);

/* ---- the tree: elements only ---- */
struct xml_node *xml_root(const struct xml *x);
struct xml_node *xml_parent(const struct xml_node *n); /* NULL for the root */
struct xml_node *xml_first(const struct xml_node *n);  /* first child */
struct xml_node *xml_next(const struct xml_node *n);   /* next sibling */
struct xml_node *xml_after(const struct xml_node *n);  /* next in document order; NULL at the end */
bool xml_is(const struct xml_node *n, const char *ns, const char *name);
struct xml_node *xml_child(const struct xml_node *n, const char *ns, const char *name); /* the first; `n` may be NULL */
struct xml_node *xml_only(const struct xml_node *n, const char *ns, const char *name);  /* NULL unless there is one */
size_t xml_count(const struct xml_node *n, const char *ns, const char *name);           /* children */
str xml_name(const struct xml_node *n);                                                 /* without prefix */
/* An attribute without namespace; p == NULL when absent or out of memory. */
str xml_attr(struct arena *a, const struct xml_node *n, const char *name);
/* The text of an element that holds nothing but text; p == NULL when it holds anything else, or `n` is NULL. */
str xml_text(struct arena *a, const struct xml_node *n);
/* The elements that have `id` as their attribute Id, ID, id or xml:id: how many, and the first of them. */
size_t xml_by_id(const struct xml *x, str id, struct xml_node **first);

/* ---- canonical forms (W3C Canonical XML 1.0, 1.1; Exclusive XML Canonicalization 1.0) ---- */
enum xml_c14n { XML_C14N_10, XML_C14N_11, XML_C14N_EXCLUSIVE };
struct xml_form {
    enum xml_c14n c14n;
    bool comments;
    str prefixes; /* exclusive: the InclusiveNamespaces PrefixList, separated by white space */
};
/* `top` NULL: the whole document; `without` NULL: nothing is left out. E_INVALID: relative namespaces. */
rc xml_canonical(const struct xml *x, const struct xml_node *top, const struct xml_node *without,
                 const struct xml_form *form, struct buf *out);

/* ---- insertion ---- */
/* The document's text with `fragment` as the last thing inside the element. */
rc xml_insert_last(const struct xml *x, const struct xml_node *n, str fragment, struct buf *out);

void buf_xml(struct buf *b, str text); /* escaped as Canonical XML writes text; right in attributes too if no TAB, LF */
#endif

/* Shared by xml.c, xml_scan.c and xml_c14n.c. */
#ifndef RISE_BASE_XML_IMPL_H
#define RISE_BASE_XML_IMPL_H
#include <libxml/tree.h>

#include "base/xml.h"

struct xml {
    str text;
    xmlDoc *doc;
};

/* Our nodes are libxml2's, whose functions take them without const. */
static inline xmlNode *xml_raw(const struct xml_node *n)
{
    union {
        const struct xml_node *ours;
        xmlNode *theirs;
    } u = {n};
    return u.theirs;
}

/* libxml2 writes its complaints to the standard error unless each thread says otherwise. */
void xml_quiet(void);

/* Where an element's tags stand in the text. */
struct xml_place {
    size_t open;   /* its '<' */
    size_t inside; /* behind the start tag's '>' */
    size_t close;  /* '<' of its end tag; == inside when it is empty in one tag */
    bool one_tag;  /* <a/> */
};
/* What has to be known before libxml2 sees the text; `place` may be NULL, else it gets element `ordinal`'s place
 * (0 is the root, in document order). Text that is not XML passes: libxml2 will say so. */
rc xml_scan(str text, size_t ordinal, struct xml_place *place, struct err *err);
#endif

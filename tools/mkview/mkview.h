/* mkview: compiles views (HTML with {{…}}) to typed C functions. HACKING.md, "Views", is the language's description.
 *
 * The compiler keeps an HTML tokenizer's state, so it knows for every expression whether it stands in text, in a quoted
 * attribute or in an address, and it refuses markup that would be unsafe, inaccessible or untranslated. The C type of
 * the expression picks the writer at C compile time (web/view.h), so a view never decides about escaping. */
#ifndef RISE_TOOLS_MKVIEW_H
#define RISE_TOOLS_MKVIEW_H

#include "base/buf.h"

enum { VIEW_SOURCE_MAX = 1 << 20, VIEW_ERRORS_MAX = 20 };

/* Compiles one file. `file` is the name for messages and #line; `header` the name that the C text includes.
 * C text goes to `c`, prototypes to `h`. Messages "file:line:column: error: …" go to `messages`, at most
 * VIEW_ERRORS_MAX; E_INVALID when there is one; E_LIMIT past VIEW_SOURCE_MAX or a buf's cap. Columns count characters
 * from 1. */
rc mkview_compile(const char *file, const char *header, str source, struct buf *c, struct buf *h, struct buf *messages);

#endif

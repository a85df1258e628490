/* Components that are easier in C than as views. */
#include "web/dispatch.h"
#include "web/html.h"

void view_csrf(struct buf *o, const struct ctx *c)
{
    VIEW_LITERAL(o, "<input type=\"hidden\" name=\"csrf\" value=\"");
    buf_html(o, c->session.csrf);
    VIEW_LITERAL(o, "\"><input type=\"hidden\" name=\"idempotency_key\" value=\"");
    buf_html(o, idempotency_key_new(c));
    VIEW_LITERAL(o, "\">");
}

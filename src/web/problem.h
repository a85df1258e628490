/* Failures as answers: rc → status, and the RFC 9457 problem document.
 *
 * Codes raised by dispatch itself:
 *   SEC-001 the form's token is missing or old (403)      SEC-002 nobody is signed in (401)
 *   SEC-003 the caller may not (403)                      SEC-004 too many requests (429)
 *   SEC-005 no such page (404)                            SEC-006 the path has other methods (405)
 *   IDM-001 the idempotency key belongs to another request (409)   IDM-002 the key is malformed (422)
 *   REQ-001 JSON or a form is expected (415) */
#ifndef RISE_WEB_PROBLEM_H
#define RISE_WEB_PROBLEM_H

#include "web/ctx.h"

int status_of(rc code);
const char *status_text(int status); /* "Not Found"; RFC 9110 */

/* Makes sure that c->err has words for `code`: keeps what is there, else takes the transaction's, else a general
 * sentence. */
void problem_complete(struct ctx *c, rc code);

/* Fills c->reply with the problem document for c->err: title, status, detail, code, errors[], instance; in c->lang. */
void problem_json(struct ctx *c, int status);

#endif

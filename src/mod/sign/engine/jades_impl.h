/* Shared by jades_*.c. */
#ifndef RISE_SIGN_JADES_IMPL_H
#define RISE_SIGN_JADES_IMPL_H
#include "mod/sign/engine/jades.h"

#define JADES_BY_URI_HASH "http://uri.etsi.org/19182/ObjectIdByURIHash"

/* RFC 7518 section 3.1, RFC 8037. NULL: no such algorithm. */
const char *jades_alg(enum pkey_kind kind, struct pkey_scheme scheme);
bool jades_alg_read(str alg, enum pkey_kind kind, struct pkey_scheme *out);

/* etsiU, NULL when there is none. SIG-401 */
rc jades_items(const struct jades *j, const struct json **out, size_t *n, struct err *err);

/* Strict base64url: no padding, no loose bits. E_INVALID; `what` lives in the arena. */
rc jades_unbase64url(struct arena *a, str text, str *what);
#endif

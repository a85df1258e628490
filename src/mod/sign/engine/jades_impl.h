/* Shared by jades_*.c. */
#ifndef RISE_SIGN_JADES_IMPL_H
#define RISE_SIGN_JADES_IMPL_H
#include "mod/sign/engine/jades_extend.h"

#define JADES_BY_URI_HASH "http://uri.etsi.org/19182/ObjectIdByURIHash"

/* RFC 7518 section 3.1, RFC 8037. NULL: no such algorithm. */
const char *jades_alg(enum pkey_kind kind, struct pkey_scheme scheme);
bool jades_alg_read(str alg, enum pkey_kind kind, struct pkey_scheme *out);

/* Strict base64url: no padding, no loose bits. E_INVALID; `what` lives in the arena. */
rc jades_unbase64url(struct arena *a, str text, str *what);

/* The files that a signature may be over. */
size_t jades_file(const struct sign_files *files, str name); /* its place; .n: not there. A name without .p is none */
/* Content as it is signed: the bytes themselves when b64 is false, else their base64url in `room`. */
rc jades_octets(const struct jades *j, str bytes, struct buf *room, str *out);
/* What a signature without sigD is over: the payload inside, or the one file beside it (RFC 7515 appendix F), as it is
 * signed. E_NOTFOUND: neither */
rc jades_payload(const struct jades *j, const struct sign_files *files, struct buf *room, str *out);

/* What stands in etsiU (TS 119 182-1 section 5.3.1). */
struct jades_item {
    str text;                /* base64url, which archive time-stamps are over; p == NULL: an object in clear */
    const struct json *json; /* an object with one member */
};
struct jades_items {
    struct jades_item v[JADES_ITEMS_MAX];
    size_t n;
};
rc jades_items(struct arena *a, const struct jades *j, struct jades_items *out, struct err *err); /* SIG-401 */
rc jades_item_read(struct arena *a, str text, struct jades_item *out);                            /* E_INVALID */

/* ---- time-stamps (jades_stamp.c) ---- */
struct jades_stamping {
    struct arena *a;
    const struct jades *j;
    struct sign_files files;
    struct cert *const *pool;
    size_t n_pool;
    struct err *err;
};
rc jades_stamps_in(const struct jades_stamping *s, const struct jades_items *items, struct jades_stamp **out,
                   size_t *n);
rc jades_evidence_in(struct arena *a, const struct jades_items *items, struct jades_evidence *out, struct err *err);

/* The imprint of an archive time-stamp behind the first `n` items (section 5.3.6.3). E_NOTFOUND: a file that was signed
 * is not here. E_INVALID: an item stands there in clear; canonical JSON is not written here, nor by anybody known. */
rc jades_archive_imprint(const struct jades *j, const struct sign_files *files, const struct jades_items *items,
                         size_t n, enum digest d, struct digest_value *out);
#endif

/* Trusted lists (ETSI TS 119 612 v2.2.1 and later, as the member states of the EU publish them): who may issue
 * certificates for signatures, or time-stamps, and from when to when.
 *
 * A list is believed for its signature only: enveloped XAdES over the whole list, by one of the scheme operator's
 * certificates that the caller has pinned (TS 119 615 section 4.2). Services read: CA/QC for signatures, TSA/QTST and
 * TSA for time-stamps. A period counts as granted for the statuses granted, and under the former directive under
 * supervision, supervision in cessation, accredited; a critical extension that is not known leaves the service out, and
 * so does being for web sites only. Whether a certificate is a *qualified* one is not judged here.
 *
 * Ownership: everything lives in the arena and points into the bytes given. Threads: pure functions. Errors:
 *   SIG-611 E_INVALID no trusted list that can be read (argument: what is wrong)     XML-nnn
 *   SIG-612 E_INVALID its signature does not hold (argument: why)
 *   SIG-613 E_INVALID somebody else than the scheme operator signed it (argument: who)
 *   SIG-614 E_LIMIT more than TSL_SERVICES_MAX services, or too many statuses */
#ifndef RISE_SIGN_TSL_H
#define RISE_SIGN_TSL_H
#include "mod/sign/engine/judge.h"

enum {
    TSL_SERVICES_MAX = 1024 /* certificates of services that are used */,
    TSL_PERIODS_MAX = 64 /* of one service */
};

struct tsl_service {
    struct cert *cert;
    enum sign_use use;
    str provider, name;
    struct sign_period *periods; /* latest first */
    size_t n_periods;
};
struct tsl {
    str scheme, territory;
    int64_t sequence;
    instant issued;
    bool has_next; /* false: the list is closed, no further one will come */
    instant next_update;
    const struct cert *signer;
    struct tsl_service *services;
    size_t n;
};
rc tsl_read(struct arena *a, str bytes, struct cert *const *pinned, size_t n_pinned, struct tsl **out, struct err *err);
#endif

/* Distribution points of CRLs: what a certificate says of where its revocation stands (RFC 5280 section 4.2.1.13), what
 * a CRL says of its own scope (section 5.2.5), and whether the two meet (section 6.3.3 (b)).
 *
 * Everything is a view into the bytes read. Threads: pure functions. Errors: E_INVALID. */
#ifndef RISE_CRYPTO_DIST_POINT_H
#define RISE_CRYPTO_DIST_POINT_H
#include "base/str.h"
#include "crypto/cert.h"

enum { REASONS_ALL = 0x1fe }; /* ReasonFlags: bit n is 1 << n, keyCompromise (1) to aACompromise (8) */

struct dist_point {
    str names;        /* GeneralNames' contents; p == NULL: not named so */
    str relative;     /* the attributes that go behind the CRL issuer's name; p == NULL: not named so */
    str crl_issuer;   /* GeneralNames' contents; p == NULL: the certificate's issuer */
    unsigned reasons; /* that it is about */
    bool only_users, only_cas, only_attributes, indirect; /* of CRLs */
};

rc dist_point_take(str *points, struct dist_point *out); /* the next of CRLDistributionPoints' contents */
rc dist_point_of_crl(str extension, struct dist_point *out);

/* The CRL of `crl_name`, with `scope` (NULL: it has none), is where `p`, a point of `c`, sends us. */
bool dist_point_meets(const struct dist_point *p, const struct cert *c, const struct dist_point *scope, str crl_name);
/* The same place, of two CRLs of one issuer: for a delta and its base. */
bool dist_point_same(const struct dist_point *a, const struct dist_point *b); /* NULL: none */
#endif

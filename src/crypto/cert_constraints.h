/* Name constraints (RFC 5280 section 4.2.1.10), judged by OpenSSL as when it walks a path. Threads: pure functions. */
#ifndef RISE_CRYPTO_CERT_CONSTRAINTS_H
#define RISE_CRYPTO_CERT_CONSTRAINTS_H
#include "crypto/cert.h"

bool cert_constrains_names(const struct cert *issuer); /* it is under some */
bool cert_names_allowed(const struct cert *c,
                        const struct cert *issuer); /* they allow the names of `c`, whoever signed it */
str cert_constraints_text(struct arena *a, const struct cert *issuer); /* "example.tw, − hr.example.tw" */
#endif

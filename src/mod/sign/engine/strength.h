/* How long algorithms and keys are taken to be strong enough (ETSI TS 119 312 V1.5.1 and, for what it no longer lists,
 * the years in which ETSI's earlier editions ended it). The ends are parameters of this table, not of the law. */
#ifndef RISE_SIGN_STRENGTH_H
#define RISE_SIGN_STRENGTH_H
#include "crypto/cert.h"

/* A signature made so with this certificate's key was strong enough at `at`. */
bool strength_suffices(struct pkey_scheme scheme, const struct cert *c, instant at);
bool strength_sufficed(struct pkey_scheme scheme, const struct cert *c); /* at some time */
#endif

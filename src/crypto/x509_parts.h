/* What certificates, requests, CRLs and OCSP answers have in common. Private to crypto. */
#ifndef RISE_CRYPTO_X509_PARTS_H
#define RISE_CRYPTO_X509_PARTS_H
#include "base/buf.h"
#include "crypto/cert_make.h"
#include "crypto/crl.h"
#include "crypto/pkey.h"

enum { X509_PARTS_MAX = 64 * 1024 }; /* bytes of what is written, but for CRLs */

/* DER as it is, or what is in the first PEM block with this label, decoded into the arena. E_INVALID */
rc x509_der_of(struct arena *a, str bytes, const char *label, str *der);
/* Extension ::= SEQUENCE { oid, critical DEFAULT FALSE, OCTET STRING }, the next of a list. E_INVALID */
rc x509_take_extension(str *list, str *oid, bool *critical, str *value);
rc x509_read_reason(str value, enum crl_reason *out); /* CRLReason */

bool x509_text_fits(str oid, str value); /* the string type of this attribute has all of its characters */
bool x509_is_ascii(str text);            /* IA5String: addresses of all kinds */
void x509_put_name(struct buf *b, const struct cert_attribute *v, size_t n);
void x509_put_extension(struct buf *b, str oid, bool critical, str value);
void x509_put_qc(struct buf *b, const struct cert_qc *qc); /* QCStatements */
void x509_put_key_id(struct buf *b, str key_id);           /* AuthorityKeyIdentifier, the extension's value */
/* GeneralName [6] in DistributionPointName, as CRL and certificate both have it: fullName. */
void x509_put_point_name(struct buf *b, const str *urls, size_t n);
/* SEQUENCE { tbs, algorithm, signature }, without its identifier and length: more may follow. */
rc x509_put_signed(struct buf *b, str tbs, const struct pkey *key);
#endif

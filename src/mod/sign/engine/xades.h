/* XAdES signatures (ETSI EN 319 132-1 over W3C XML Signature): made, read as hostile input, judged by name.
 *
 * Made: baseline B-B with exclusive canonicalisation throughout; SigningTime, SigningCertificateV2 without URI, the
 * certificates in X509Data, a DataObjectFormat with MimeType for each thing signed. An enveloped signature becomes the
 * last thing in the root element; no other byte of the document is touched. xades_extend.h raises the level.
 * Judged: each reference is resolved here and must be the very node, or file, that such a signature has to cover: the
 * document's root with the enveloped-signature transform; an Object that is this signature's own child; a file beside
 * it; this signature's own SignedProperties. An Id that stands there twice, another node, another transform, an Object
 * without a reference, a second signature in a document: refused by name (signature wrapping).
 *
 * Ownership: everything lives in the arena given; what is read points into the bytes given. Threads: one thread at a
 * time for what was read. Errors:
 *   SIG-301 E_INVALID no signature of this kind that can be read (argument: what is missing)
 *   SIG-302 E_LIMIT more than XADES_…_MAX, or too large     SIG-303 E_INVALID the key is not the certificate's
 *   SIG-304 E_CONFLICT the document is signed already       SIG-305 E_INVALID what is to be signed does not fit the
 * form and XML-nnn of base/xml.h. */
#ifndef RISE_SIGN_XADES_H
#define RISE_SIGN_XADES_H
#include "base/xml.h"
#include "crypto/cert.h"
#include "mod/sign/engine/data.h"

enum {
    XADES_BYTES_MAX = 32 << 20, /* an XML document */
    XADES_REFERENCES_MAX = 4096,
    XADES_NODES_MAX = 64, /* references that are nodes, not files */
    XADES_CERTS_MAX = 64,
    XADES_SIGNATURES_MAX = 64,
};

enum xades_form { XADES_ENVELOPED, XADES_ENVELOPING, XADES_DETACHED };

/* ---- making (xades_make.c) ---- */

struct xades_request {
    enum xades_form form;
    const struct pkey *key;
    const struct cert *cert;
    struct cert *const *chain; /* issuers' certificates that are put in beside it */
    size_t n_chain;
    enum digest digest; /* DIGEST_NONE: the one that fits the key */
    bool pss;           /* RSA */
    instant time;
    const struct sign_data *data; /* enveloped: one XML document; else one or more; each with .mime, detached ones
                                      with .name, which becomes the reference's URI */
    size_t n_data;
    bool in_container; /* detached: inside asic:XAdESSignatures (EN 319 162-1 section A.5) */
};
rc xades_make(struct arena *a, const struct xades_request *r, struct buf *out, struct err *err);

/* ---- reading (xades_read.c) ---- */

struct xades_signature; /* xades_impl.h */
struct xades {
    struct xml *xml;
    struct xades_signature *signatures;
    size_t n; /* more than one only inside asic:XAdESSignatures */
};
rc xades_read(struct arena *a, str bytes, struct xades **out, struct err *err);

/* ---- judging (xades_verify.c) ---- */

enum xades_outcome {
    XADES_VALID,           /* the signature holds; the certificate is still to be judged */
    XADES_FORMAT,          /* parts are missing, or stand where they must not */
    XADES_SEVERAL,         /* more than one signature in the document */
    XADES_REFERENCE,       /* a reference is ambiguous, or is not what such a signature has to cover (wrapping) */
    XADES_TRANSFORM,       /* a transform that could hide something, or is not known here */
    XADES_NOT_COVERED,     /* something that looks signed has no reference */
    XADES_NO_CONTENT,      /* a file that is referenced was not given */
    XADES_DIGEST_MISMATCH, /* the content is another one */
    XADES_NO_CERTIFICATE,  /* the signer's certificate is neither inside nor in the pool */
    XADES_CERT_MISMATCH,   /* SigningCertificate names another certificate */
    XADES_ALGORITHM,       /* an algorithm that is not known here, or that does not fit the key */
    XADES_SIGNATURE_WRONG,
    XADES_WEAK_DIGEST, /* everything else holds, but collisions of the digest can be made (MD5, SHA-1) */
};
const char *xades_outcome_name(enum xades_outcome o); /* "digest-mismatch", for reports; stable */
const char *xades_outcome_text(enum xades_outcome o); /* msgid, a sentence */

struct xades_check {
    enum xades_outcome outcome;
    str where; /* the URI or element at fault, empty: the whole */
    enum xades_form form;
    const struct cert *cert; /* the signer's; NULL: not found */
    struct pkey_scheme scheme;
    bool names_cert_v1; /* only the old SigningCertificate */
    bool has_time;
    instant time;  /* SigningTime: the signer's own word */
    bool *covered; /* detached: for each file given, whether it is signed */
    size_t n_references;
};
/* Signature `i`. `files`: what a detached signature may refer to. `pool`: certificates beside those inside. Never fails
 * but for memory: what is wrong is the outcome. */
rc xades_verify(struct arena *a, const struct xades *x, size_t i, const struct sign_data *files, size_t n_files,
                struct cert *const *pool, size_t n_pool, struct xades_check *out);
#endif

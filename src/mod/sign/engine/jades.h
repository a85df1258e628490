/* JAdES signatures (ETSI TS 119 182-1 over JSON Web Signature, RFC 7515): made, read strictly, judged by name.
 *
 * Made: baseline B-B, compact or flattened JSON; x5c, x5t#S256, iat (which took sigT's place in 2025), crit with every
 * header that RFC 7515 and 7518 do not know. Files beside the signature are named in sigD by the hash of each
 * (ObjectIdByURIHash) with b64 false (RFC 7797), so that their bytes are hashed as they are.
 * Judged: one reading only. Base64url without padding or loose bits, member names never twice, protected and
 * unprotected headers disjoint, every name in crit understood here and present, algorithms from a closed list and only
 * with their own kind of key; there is no "none".
 *
 * Ownership: everything lives in the arena given. Threads: pure functions. Errors:
 *   SIG-401 E_INVALID no signature of this kind that can be read (argument: where)
 *   SIG-402 E_LIMIT too large     SIG-403 E_INVALID the key is not the certificate's
 *   SIG-405 E_INVALID this cannot be signed in this form */
#ifndef RISE_SIGN_JADES_H
#define RISE_SIGN_JADES_H
#include "base/json.h"
#include "crypto/cert.h"
#include "mod/sign/engine/data.h"

enum { JADES_BYTES_MAX = 64 << 20, JADES_HEADER_MAX = 1 << 20, JADES_FILES_MAX = 1024, JADES_CERTS_MAX = 64 };
enum jades_form { JADES_COMPACT, JADES_JSON };

/* ---- making (jades_make.c) ---- */
struct jades_request {
    enum jades_form form;
    const struct pkey *key;
    const struct cert *cert;
    struct cert *const *chain; /* issuers' certificates that are put in beside it */
    size_t n_chain;
    bool pss; /* RSA */
    instant time;
    bool detached;                /* `data` stay outside and are named in sigD */
    const struct sign_data *data; /* attached: one, its .mime becomes cty; detached: one or more, each with .name */
    size_t n_data;
};
rc jades_make(const struct jades_request *r, struct buf *out, struct err *err);

/* ---- reading (jades_read.c) ---- */
struct jades {
    str protected_text; /* base64url, as it was signed */
    str payload_text;   /* as it was signed: base64url, or the bytes when b64 is false; empty: detached */
    str payload;        /* decoded */
    str signature_text, signature;
    const struct json *header;      /* protected */
    const struct json *unprotected; /* NULL: none */
    bool b64;
    struct cert **certs; /* x5c */
    size_t n_certs;
};
rc jades_read(struct arena *a, str bytes, struct jades **out, struct err *err);

/* ---- judging (jades_verify.c) ---- */
enum jades_outcome {
    JADES_VALID,           /* the signature holds; the certificate is still to be judged */
    JADES_FORMAT,          /* headers are missing or contradict each other */
    JADES_CRITICAL,        /* crit names something that is not understood here, or not present */
    JADES_NO_CONTENT,      /* a file that was signed was not given */
    JADES_DIGEST_MISMATCH, /* a file is another one */
    JADES_NO_CERTIFICATE,  /* the signer's certificate is neither inside nor in the pool */
    JADES_CERT_MISMATCH,   /* x5t#S256 names another certificate than x5c has first */
    JADES_ALGORITHM,       /* alg is not known here, or does not fit the key */
    JADES_SIGNATURE_WRONG,
};
const char *jades_outcome_name(enum jades_outcome o); /* "signature-wrong", for reports; stable */
const char *jades_outcome_text(enum jades_outcome o); /* msgid, a sentence */

struct jades_check {
    enum jades_outcome outcome;
    str where; /* the header or file at fault, empty: the whole */
    const struct cert *cert;
    struct pkey_scheme scheme;
    bool has_time;
    instant time;  /* iat or sigT: the signer's own word */
    bool detached; /* sigD */
    bool *covered; /* detached: for each file given, whether it is signed */
};
/* `files`: what sigD may name; with an empty payload and no sigD, the one file is the payload (RFC 7515 appendix F). */
rc jades_verify(struct arena *a, const struct jades *j, const struct sign_data *files, size_t n_files,
                struct cert *const *pool, size_t n_pool, struct jades_check *out);
#endif

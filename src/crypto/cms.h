/* SignedData of the Cryptographic Message Syntax (RFC 5652), built and read octet by octet.
 *
 * Made: one SignerInfo with signed attributes (content type, message digest, ESS signing-certificate-v2 of RFC 5035,
 * and what is asked for), in DER. The content is known by its digest, so that a large one is hashed as a stream. What
 * does not change from one signature to the next is encoded once, in a struct cms_signer.
 * Read: SignedData of others, also in BER (indefinite lengths); each part is a view into its DER. Nothing is believed
 * by reading: cms_verify() judges one signature and says by name what is wrong; whether the certificate is to be
 * trusted is crypto/path.h's question.
 *
 * Ownership: everything lives in the arena given. Keys and certificates of a signer must live as long as it does.
 * Threads: a signer and what was read are constant and may be used by several threads at once.
 * Errors: CMS-001 E_INVALID no SignedData that can be read   CMS-002 E_LIMIT more certificates, signatures … than
 * CMS_…_MAX CMS-003 E_INVALID key and certificate do not belong together */
#ifndef RISE_CRYPTO_CMS_H
#define RISE_CRYPTO_CMS_H
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/when.h"
#include "crypto/cert.h"
#include "crypto/pkey.h"

enum {
    CMS_CERTS_MAX = 256,
    CMS_CHAIN_MAX = 32, /* issuers' certificates that are put in when signing */
    CMS_CRLS_MAX = 256, /* CRLs, and OCSP responses, each */
    CMS_SIGNATURES_MAX = 256,
    CMS_ATTRIBUTES_MAX = 64, /* of one SignerInfo, signed and unsigned, each */
    CMS_DIGESTS_MAX = 16,
};

/* ---- making (cms_make.c) ---- */

struct cms_signer; /* a key with all that is encoded once */
struct cms_signer_options {
    struct pkey_scheme scheme; /* .digest DIGEST_NONE: pkey_scheme() of the key, with this .pss */
    enum digest cert_digest;   /* in signing-certificate-v2; DIGEST_NONE: SHA-256 */
    bool by_key_id;            /* names the certificate by its subject key identifier, not by issuer and serial */
    bool rsa_encryption;       /* bare rsaEncryption as the signature's algorithm: very old readers know nothing else */
};
/* `chain`: the issuers' certificates that are put in beside `cert`, may be empty. `options` may be NULL. CMS-003 */
rc cms_signer_make(struct arena *a, const struct pkey *key, const struct cert *cert, struct cert *const *chain,
                   size_t n_chain, const struct cms_signer_options *options, struct cms_signer **out, struct err *err);
enum digest cms_signer_digest(const struct cms_signer *s); /* what the content is to be hashed with */
const struct cert *cms_signer_cert(const struct cms_signer *s);
size_t cms_signer_certs_size(const struct cms_signer *s); /* bytes that the certificates put in take */

/* What is signed. All but `digest` may stay zero. */
struct cms_content {
    struct digest_value digest; /* of the content, by cms_signer_digest() */
    str type;                   /* OID; empty: id-data */
    str bytes;                  /* p == NULL: detached */
    bool has_time;
    instant time;            /* signing-time: CAdES wants it, PAdES forbids it */
    str commitment;          /* OID of a commitment type (CAdES), empty: none */
    str policy;              /* OID of a signature policy, empty: none */
    enum digest policy_hash; /* the policy document's digest … */
    str policy_digest;       /* … and its value */
    str policy_url;          /* where it may be read (SPuri), empty: not said */
    const str *extra;        /* further signed Attributes, each as DER */
    size_t n_extra;
    bool without_certs; /* RFC 3161: a request without certReq wants none */
};
/* Appends the ContentInfo. */
rc cms_sign(const struct cms_signer *s, const struct cms_content *c, struct buf *out);
/* The same in two steps for a key that is elsewhere (a phone, a card): the bytes to be signed, then the signature over
 * them, in the form of crypto/pkey.h. */
rc cms_attributes(const struct cms_signer *s, const struct cms_content *c, struct buf *to_sign);
rc cms_assemble(const struct cms_signer *s, const struct cms_content *c, str to_sign, str signature, struct buf *out);

/* Attribute { type, SET { value } } as DER, for .extra and cms_extend(). */
void cms_put_attribute(struct buf *b, str type, str value);

/* ---- reading (cms_read.c) ---- */

struct cms_attribute {
    str type;   /* OID */
    str values; /* contents of the SET: elements one behind the other */
    str whole;  /* DER of the Attribute */
};
struct cms_signature {
    str whole;          /* DER of the SignerInfo */
    str issuer, serial; /* DER Name, contents octets; p == NULL: named by key_id */
    str key_id;         /* p == NULL: named by issuer and serial */
    enum digest digest; /* DIGEST_NONE: not known here; digest_oid says which */
    str digest_oid;
    str digest_algorithm;             /* DER AlgorithmIdentifier */
    str fields;                       /* version to signature as they stand: all in front of the unsigned attributes */
    str signed_attributes;            /* DER as SET OF, what the signature is over; p == NULL: it is over the content */
    struct cms_attribute *attributes; /* signed */
    size_t n_attributes;
    str algorithm; /* DER AlgorithmIdentifier of the signature */
    str value;     /* the signature */
    struct cms_attribute *unsigned_attributes;
    size_t n_unsigned;
};
struct cms {
    int64_t version;
    str der;        /* of the ContentInfo; a copy only when the bytes given were BER */
    str digest_set; /* DER of digestAlgorithms */
    enum digest digests[CMS_DIGESTS_MAX];
    size_t n_digests;
    str content_type; /* OID */
    str content_info; /* DER of encapContentInfo */
    str content;      /* p == NULL: detached */
    struct cert **certs;
    str *cert_ders; /* of every CertificateChoices as it stands, n_cert_ders ≥ n_certs: obsolete kinds, and X.509 that
                       cannot be read, are in this list only */
    size_t n_certs, n_cert_ders;
    str *revocations; /* RevocationInfoChoices as they stand: crls and ocsps sorted by kind */
    size_t n_revocations;
    str *crls;  /* DER CertificateList */
    str *ocsps; /* DER OCSPResponse (RFC 5940 id-ri-ocsp-response) or BasicOCSPResponse (id-pkix-ocsp-basic) */
    size_t n_crls, n_ocsps;
    struct cms_signature *signatures;
    size_t n_signatures;
};
/* `bytes`: one ContentInfo and nothing behind it (PDF's padding is the caller's to take off). CMS-001, CMS-002 */
rc cms_read(struct arena *a, str bytes, struct cms **out, struct err *err);
/* The only value of the attribute `type` among v[0..n): E_NOTFOUND when there is none, E_INVALID when there are
 * several, or several attributes of this type. */
rc cms_attribute_only(const struct cms_attribute *v, size_t n, str type, str *value);

/* ---- verifying (cms_verify.c) ---- */

enum cms_outcome {
    CMS_VALID,           /* the signature holds; the certificate is still to be judged */
    CMS_FORMAT,          /* attributes contradict RFC 5652 or are missing */
    CMS_NO_CERTIFICATE,  /* the signer's certificate is neither inside nor in the pool, or has no key known here */
    CMS_CONTENT_TYPE,    /* the signed content type is another one */
    CMS_NO_CONTENT,      /* detached, and no content was given */
    CMS_DIGEST_MISMATCH, /* the content is another one */
    CMS_CERT_MISMATCH,   /* signing-certificate names another certificate */
    CMS_ALGORITHM,       /* an algorithm that is not known here, or that does not fit the key */
    CMS_SIGNATURE_WRONG,
    CMS_WEAK_DIGEST, /* everything else holds, but collisions of the digest can be made (MD5, SHA-1) */
};
const char *cms_outcome_name(enum cms_outcome o); /* "digest-mismatch", for reports; stable */
const char *cms_outcome_text(enum cms_outcome o); /* msgid, a sentence */

struct cms_check {
    enum cms_outcome outcome;
    const struct cert *cert; /* the signer's; NULL: not found */
    struct pkey_scheme scheme;
    bool has_attributes; /* signed ones; without them it is no AdES signature */
    bool names_cert;     /* signing-certificate or -v2 is there and fits */
    bool names_cert_v1;  /* only the old one, with SHA-1 */
    bool has_time;
    instant time; /* signing-time: the signer's own word */
};
/* `content`: the digest of a detached content by `s->digest`, NULL: the content inside is hashed. `pool`: certificates
 * beside those inside. Never fails but for memory: what is wrong is the outcome. */
rc cms_verify(const struct cms *c, const struct cms_signature *s, const struct digest_value *content,
              struct cert *const *pool, size_t n_pool, struct cms_check *out);

/* ---- adding (cms_extend.c) ---- */

/* What is put into a SignedData without touching what was signed. Certificates and revocation data that are there
 * already are not put in twice. */
struct cms_additions {
    const str *certs, *crls, *ocsps; /* DER Certificate; CertificateList; OCSPResponse */
    size_t n_certs, n_crls, n_ocsps;
    size_t signature;      /* index: whose unsigned attributes */
    str replaced;          /* unsigned attributes of this type are dropped first; empty: none */
    const str *attributes; /* unsigned Attributes, each as DER */
    size_t n_attributes;
};
/* Appends the ContentInfo; each part that was there keeps its bytes and its place. CMS-002 */
rc cms_extend(const struct cms *c, const struct cms_additions *more, struct buf *out, struct err *err);
#endif

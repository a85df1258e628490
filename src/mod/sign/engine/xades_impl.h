/* Shared by xades_*.c. */
#ifndef RISE_SIGN_XADES_IMPL_H
#define RISE_SIGN_XADES_IMPL_H
#include "mod/sign/engine/xades.h"

#define NS_DS     "http://www.w3.org/2000/09/xmldsig#"
#define NS_XADES  "http://uri.etsi.org/01903/v1.3.2#"
#define NS_XADES1 "http://uri.etsi.org/01903/v1.4.1#"
#define NS_ASIC   "http://uri.etsi.org/02918/v1.2.1#"
#define NS_EXC    "http://www.w3.org/2001/10/xml-exc-c14n#"

#define URI_ENVELOPED  NS_DS "enveloped-signature"
#define URI_BASE64     NS_DS "base64"
#define URI_PROPERTIES "http://uri.etsi.org/01903#SignedProperties"

/* ---- algorithms by URI (xades_uri.c; RFC 9231) ---- */
const char *xades_digest_uri(enum digest d);
enum digest xades_digest_from_uri(str uri);
/* NULL: no such algorithm, as for Ed25519 with verifiers of today. */
const char *xades_signature_uri(enum pkey_kind kind, struct pkey_scheme scheme);
bool xades_signature_from_uri(str uri, enum pkey_kind kind, struct pkey_scheme *out);
bool xades_c14n_from_uri(str uri, struct xml_form *out); /* .prefixes is not touched */

/* ---- what was read ---- */
struct xades_reference {
    str id; /* p == NULL: none */
    str uri;
    str type;
    bool enveloped; /* transform enveloped-signature */
    bool unknown;   /* another transform, or one in the wrong place */
    bool has_c14n;
    struct xml_form form; /* Canonical XML 1.0 when none is said (XML Signature 4.4.3.2) */
    enum digest digest;
    str value; /* of the digest, decoded */
};
struct xades_signature {
    struct xml_node *node, *signed_info, *value_node, *key_info;
    struct xml_node *object;              /* with QualifyingProperties */
    struct xml_node *properties;          /* SignedProperties */
    struct xml_node *unsigned_properties; /* UnsignedSignatureProperties, NULL: none */
    bool misplaced;                       /* children in another order, or others */
    str id;
    str method; /* URI */
    bool c14n_known;
    struct xml_form form; /* of SignedInfo */
    struct xades_reference *references;
    size_t n_references;
    str value; /* decoded */
    struct cert **certs;
    size_t n_certs;
};

/* Base64 with white space as XML has it; p == NULL when it is not. */
str xades_unbase64(struct arena *a, str text);
bool xades_read_form(struct arena *a, const struct xml_node *method, struct xml_form *out);
/* DigestMethod and DigestValue inside `parent`. E_INVALID */
rc xades_digest_and_value(struct arena *a, const struct xml_node *parent, enum digest *d, str *value);

/* ---- references (xades_reference.c) ---- */
rc xades_node_octets(const struct xades *x, const struct xades_signature *s, const struct xades_reference *f,
                     const struct xml_node *node, struct buf *out);     /* `node` NULL: the document */
size_t xades_file_of(str uri, const struct sign_data *files, size_t n); /* n: none of them */
/* Of a reference that xades_verify() has judged. */
rc xades_reference_octets(const struct xades *x, const struct xades_signature *s, const struct xades_reference *f,
                          const struct sign_data *files, size_t n_files, struct buf *out);

/* ---- what time-stamps are over (xades_stamp.c) ---- */
enum { XADES_STAMPS_MAX = 64 };
rc xades_signature_octets(const struct xades *x, const struct xades_signature *s, const struct xml_form *form,
                          struct buf *out);
rc xades_archive_octets(const struct xades *x, const struct xades_signature *s, const struct xml_form *form,
                        const struct xml_node *stop, const struct sign_data *files, size_t n_files, struct buf *out);

/* ---- what is written ---- */
void xades_put_path(struct buf *b, str name); /* as URI reference: RFC 3986's unreserved, and "/" */
void xades_put_digest(struct buf *b, bool declare, enum digest d, str bytes);
#endif

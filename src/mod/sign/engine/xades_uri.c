/* Algorithms as XML Signature names them (W3C xmldsig-core 1.1, RFC 9231). */
#include "mod/sign/engine/xades_impl.h"

#define MORE  "http://www.w3.org/2001/04/xmldsig-more#"
#define MORE7 "http://www.w3.org/2007/05/xmldsig-more#"
#define ENC   "http://www.w3.org/2001/04/xmlenc#"

static const char *const digests[DIGESTS] = {
    [DIGEST_MD5] = MORE "md5",
    [DIGEST_SHA1] = NS_DS "sha1",
    [DIGEST_SHA256] = ENC "sha256",
    [DIGEST_SHA384] = MORE "sha384",
    [DIGEST_SHA512] = ENC "sha512",
    [DIGEST_SHA3_256] = MORE7 "sha3-256",
    [DIGEST_SHA3_512] = MORE7 "sha3-512",
};

const char *xades_digest_uri(enum digest d)
{
    return digests[d];
}

enum digest xades_digest_from_uri(str uri)
{
    for (enum digest d = DIGEST_NONE + 1; d < DIGESTS; d++)
        if (str_eq(uri, str_of(digests[d])))
            return d;
    return DIGEST_NONE;
}

enum family { ECDSA, RSA, RSA_PSS };
static const struct {
    const char *uri;
    enum family family;
    enum digest digest;
} signatures[] = {
    {MORE "ecdsa-sha256", ECDSA, DIGEST_SHA256},       {MORE "ecdsa-sha384", ECDSA, DIGEST_SHA384},
    {MORE "ecdsa-sha512", ECDSA, DIGEST_SHA512},       {MORE "ecdsa-sha1", ECDSA, DIGEST_SHA1},
    {MORE "rsa-sha256", RSA, DIGEST_SHA256},           {MORE "rsa-sha384", RSA, DIGEST_SHA384},
    {MORE "rsa-sha512", RSA, DIGEST_SHA512},           {NS_DS "rsa-sha1", RSA, DIGEST_SHA1},
    {MORE7 "sha256-rsa-MGF1", RSA_PSS, DIGEST_SHA256}, {MORE7 "sha384-rsa-MGF1", RSA_PSS, DIGEST_SHA384},
    {MORE7 "sha512-rsa-MGF1", RSA_PSS, DIGEST_SHA512},
};
enum { SIGNATURES = sizeof signatures / sizeof signatures[0] };

static bool family_of(enum pkey_kind kind, bool pss, enum family *out)
{
    if (kind == PKEY_NONE || kind == PKEY_ED25519)
        return false;
    *out = kind != PKEY_RSA ? ECDSA : pss ? RSA_PSS : RSA;
    return true;
}

const char *xades_signature_uri(enum pkey_kind kind, struct pkey_scheme scheme)
{
    enum family family;
    if (!family_of(kind, scheme.pss, &family))
        return NULL;
    for (size_t i = 0; i < SIGNATURES; i++)
        if (signatures[i].family == family && signatures[i].digest == scheme.digest)
            return signatures[i].uri;
    return NULL;
}

bool xades_signature_from_uri(str uri, enum pkey_kind kind, struct pkey_scheme *out)
{
    for (size_t i = 0; i < SIGNATURES; i++)
        if (str_eq(uri, str_of(signatures[i].uri))) {
            enum family family;
            *out = (struct pkey_scheme){.digest = signatures[i].digest, .pss = signatures[i].family == RSA_PSS};
            return family_of(kind, out->pss, &family) && family == signatures[i].family;
        }
    return false;
}

bool xades_c14n_from_uri(str uri, struct xml_form *out)
{
    static const struct {
        str uri;
        enum xml_c14n c14n;
    } rows[] = {
        {STR_INIT("http://www.w3.org/TR/2001/REC-xml-c14n-20010315"), XML_C14N_10},
        {STR_INIT("http://www.w3.org/2006/12/xml-c14n11"), XML_C14N_11},
        {STR_INIT("http://www.w3.org/2001/10/xml-exc-c14n"), XML_C14N_EXCLUSIVE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        str rest = str_sub(uri, rows[i].uri.n, SIZE_MAX);
        if (!str_starts(uri, rows[i].uri))
            continue;
        out->c14n = rows[i].c14n;
        out->comments = str_eq(rest, STR("#WithComments"));
        /* the exclusive form's namespace is its URI with a "#" */
        return out->comments || str_eq(rest, rows[i].c14n == XML_C14N_EXCLUSIVE ? STR("#") : STR_EMPTY);
    }
    return false;
}

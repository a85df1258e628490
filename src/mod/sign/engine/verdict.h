/* What a validation says of a signature, in the words of ETSI EN 319 102-1 (V1.3.1, sections 5.1.3 and 5.1.4, tables 5
 * and 6).
 *
 * Two axes, never mixed: `verdict` says what the cryptography and the evidence show; `presumption` says whether the law
 * presumes that the person named signed (電子簽章法 Art. 6: a certificate of a licensed CA, in date and within its
 * scope). Threads: constant tables. */
#ifndef RISE_SIGN_VERDICT_H
#define RISE_SIGN_VERDICT_H
#include "base/str.h"

enum verdict { VERDICT_PASSED, VERDICT_INDETERMINATE, VERDICT_FAILED };

enum sub_indication {
    SUB_NONE,
    /* TOTAL-FAILED */
    SUB_FORMAT_FAILURE,
    SUB_HASH_FAILURE,
    SUB_SIG_CRYPTO_FAILURE,
    SUB_REVOKED,
    SUB_EXPIRED,
    SUB_NOT_YET_VALID,
    /* INDETERMINATE */
    SUB_SIG_CONSTRAINTS_FAILURE,
    SUB_CHAIN_CONSTRAINTS_FAILURE,
    SUB_CERTIFICATE_CHAIN_GENERAL_FAILURE,
    SUB_CRYPTO_CONSTRAINTS_FAILURE,
    SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
    SUB_POLICY_PROCESSING_ERROR,
    SUB_SIGNATURE_POLICY_NOT_AVAILABLE,
    SUB_TIMESTAMP_ORDER_FAILURE,
    SUB_NO_SIGNING_CERTIFICATE_FOUND,
    SUB_NO_CERTIFICATE_CHAIN_FOUND,
    SUB_NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
    SUB_REVOKED_NO_POE,
    SUB_REVOKED_CA_NO_POE,
    SUB_OUT_OF_BOUNDS_NOT_REVOKED,
    SUB_OUT_OF_BOUNDS_NO_POE,
    SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE,
    SUB_NO_POE,
    SUB_TRY_LATER,
    SUB_SIGNED_DATA_NOT_FOUND,
    SUB_INDICATIONS,
};

enum presumption {
    PRESUMPTION_NONE,     /* a plain electronic signature: Art. 4 only */
    PRESUMPTION_LICENSED, /* a licensed CA's certificate, in date and within its scope: Art. 6 */
    PRESUMPTION_FOREIGN,  /* a CA that is pinned as equal: Art. 15 (reciprocity, or technical interoperation) */
};

const char *verdict_name(enum verdict v);               /* "TOTAL-PASSED": the standard's word, not translated */
const char *sub_indication_name(enum sub_indication s); /* "HASH_FAILURE", likewise; "" for SUB_NONE */
/* The verdict that goes with a sub-indication, as the standard's tables have it. */
enum verdict sub_indication_verdict(enum sub_indication s);
const char *sub_indication_words(enum sub_indication s); /* msgid: what it means for the reader of a report */
#endif

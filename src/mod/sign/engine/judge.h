/* The validation process for AdES signatures (ETSI EN 319 102-1 V1.3.1): from what a format's reader found to a
 * verdict.
 *
 * A reader (validate_pdf.h, validate_cms.h, …) settles what only it can: that the format is right, that the digests and
 * the signature value hold, that a time-stamp is over what it should be over. sign_judge() then settles the rest in
 * this order: time-stamps from the latest back, each giving a proof of existence for what it covers (5.6.2.3, 5.6.3);
 * the signer's path and its revocation at the earliest instant so proven (5.2.6, 5.5.4); the strength of algorithms
 * then (5.2.8, ETSI TS 119 312). Without a time-stamp the instant is that of the validation.
 *
 * A signing time that the signer claims proves nothing in the signer's favour. Against the signer it counts: a
 * signature that says of itself that it was made after the certificate's end is TOTAL-FAILED and not INDETERMINATE.
 *
 * Ownership: results live in the arena and point to what was given. Threads: pure functions. */
#ifndef RISE_SIGN_JUDGE_H
#define RISE_SIGN_JUDGE_H
#include "crypto/revocation.h"
#include "crypto/tsp.h"
#include "mod/sign/engine/level.h"
#include "mod/sign/engine/verdict.h"

/* Who is trusted, and what the law makes of a signature that leads there. */
enum sign_use { USE_ANY, USE_SIGNATURES, USE_STAMPS };
struct sign_period { /* until the next one starts */
    instant from;
    bool granted;
};
struct sign_anchor {
    struct cert *cert;
    enum presumption presumption;
    str reason;        /* for people: the licence, the list it stands on, the agreement with a foreign CA */
    enum sign_use use; /* for what it is trusted */
    const struct sign_period *periods; /* of a trusted list, latest first; none: it counts at any time */
    size_t n_periods;
};
/* What the reader of a report is to know about whom it rests on. */
struct sign_warning {
    const char *name;  /* "list-expired"; stable */
    const char *words; /* msgid; {1} {2} are args */
    str args[2];
};
struct sign_rules {
    const struct sign_anchor *anchors;
    size_t n_anchors;
    struct cert *const *pool; /* certificates beside those in the file */
    size_t n_pool;
    struct crl *const *crls; /* evidence beside that in the file */
    size_t n_crls;
    struct ocsp_response *const *answers;
    size_t n_answers;
    const struct sign_warning *warnings;
    size_t n_warnings;
    instant now; /* of the validation */
};

enum sign_stamp_kind { STAMP_CONTENT, STAMP_SIGNATURE, STAMP_ARCHIVE, STAMP_DOCUMENT };
struct sign_stamp {
    enum sign_stamp_kind kind;
    const struct tsp_token *token;
    struct tsp_check check; /* by the reader: imprint, signature, purpose */
    /* judged: */
    enum sub_indication sub; /* SUB_NONE: proves that what it covers existed at token->info.time */
    struct path path;
};

enum sign_format { SIGN_PADES, SIGN_PDF_CMS /* adbe.pkcs7.detached */, SIGN_CADES, SIGN_XADES, SIGN_JADES };
const char *sign_level_name(enum sign_format f, enum sign_level l); /* "PAdES-B-LT" */

struct sign_subject {
    enum sign_format format;
    enum sub_indication form; /* SUB_NONE: format, digests and signature value hold */
    const char *form_words;   /* msgid of what is wrong, NULL: the sub-indication's own; {1} {2} are form_args */
    str form_args[2];
    const struct cert *cert; /* the signer's; NULL: not found */
    struct pkey_scheme scheme;
    bool names_cert; /* the signed part names its certificate */
    bool has_time;
    instant time; /* as claimed */
    struct sign_stamp *stamps;
    size_t n_stamps;
    struct cert **certs; /* in the file */
    size_t n_certs;
    struct crl **crls;
    size_t n_crls;
    struct ocsp_response **answers;
    size_t n_answers;
};

struct sign_judgement {
    enum verdict verdict;
    enum sub_indication sub;
    const char *words; /* msgid; {1} {2} are args */
    str args[2];
    instant
        best; /* the earliest instant at which the signature is proven to have existed; now when nothing proves it */
    bool best_proven;      /* by a time-stamp */
    bool is_ades;          /* bound to its certificate; without that it is a signature, but of no baseline level */
    enum sign_level level; /* what is in the file, as far as it holds */
    struct path path;
    struct revocation revocation[PATH_LENGTH_MAX]; /* of path.v */
    const struct sign_anchor *anchor;              /* NULL: none was reached */
    enum presumption presumption;                  /* only of a TOTAL-PASSED signature */
};
enum sub_indication sub_of_cms(enum cms_outcome o); /* SUB_NONE for CMS_VALID */
enum sub_indication sub_of_stamp(const struct tsp_check *c);

/* Fails for want of memory only: what is wrong is the judgement. */
rc sign_judge(struct arena *a, const struct sign_rules *r, struct sign_subject *s, struct sign_judgement *out);
#endif

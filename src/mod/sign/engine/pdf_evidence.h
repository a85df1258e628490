/* The document security store as of a revision (EN 319 142-1, section 5.4.2): evidence that later revisions put beside
 * the signatures. */
#ifndef RISE_SIGN_PDF_EVIDENCE_H
#define RISE_SIGN_PDF_EVIDENCE_H
#include "mod/sign/engine/pdf_read.h"

enum { PDF_EVIDENCE_MAX = 1024 /* of each kind */ };
struct pdf_evidence {
    str *certs, *crls, *ocsps; /* DER, unpacked; what cannot be read is left out */
    size_t n_certs, n_crls, n_ocsps;
};
/* Nothing at all when the document has no DSS. SIG-107 E_LIMIT */
rc pdf_evidence(struct pdf_doc *doc, size_t rev, struct pdf_evidence *out);
#endif

/* The document security store (ISO 32000-2, 12.8.4.3; ETSI EN 319 142-1, 5.4): certificates, CRLs and OCSP responses
 * that prove a signature's validity later, read and added to.
 *
 *     struct pdf_update u;
 *     TRY(pdf_update_begin(&u, doc, tail, id));
 *     TRY(pdf_dss_write(&u, evidence, n));
 *     TRY(pdf_update_finish(&u));
 *
 * What is there already stays, and equal bytes are stored once. Streams are written plain: DER does not shrink. Errors:
 * those of pdf_read.h and pdf_increment.h; SIG-107 for more than PDF_DSS_MAX pieces. */
#ifndef RISE_SIGN_PDF_DSS_H
#define RISE_SIGN_PDF_DSS_H

#include "mod/sign/engine/pdf_increment.h"

enum { PDF_DSS_MAX = 10000, PDF_VRI_KEY = 40 };

/* ---- read ---- */

struct pdf_refs {
    struct pdf_ref *v;
    size_t n, room;
};
struct pdf_vri {
    str key; /* upper-case hexadecimal SHA-1 of a signature's whole /Contents */
    struct pdf_refs certs, crls, ocsps;
};
struct pdf_dss {
    const struct pdf_value *dict; /* NULL: there is none */
    struct pdf_ref ref;           /* num 0: it stands in the catalog */
    struct pdf_refs certs, crls, ocsps;
    struct pdf_vri *vri;
    size_t n_vri;
};
rc pdf_dss_read(struct pdf_doc *doc, size_t rev, struct pdf_dss *out);
rc pdf_dss_bytes(struct pdf_doc *doc, struct pdf_ref ref, size_t rev, str *der); /* of one of the pieces */

/* ---- write ---- */

struct pdf_evidence {
    str contents; /* the whole /Contents of the signature it is for (struct pdf_signature): a row of /VRI; p == NULL:
                     none */
    const str *certs, *crls, *ocsps; /* DER */
    size_t n_certs, n_crls, n_ocsps;
};
/* Each signature at most once in `list`. */
rc pdf_dss_write(struct pdf_update *u, const struct pdf_evidence *list, size_t n);

/* The key of a signature's row, NUL-terminated. */
void pdf_vri_key(str contents, char out[PDF_VRI_KEY + 1]);

#endif

#include "crypto/cert_make.h"
#include "crypto/der.h"
#include "crypto/dist_point.h"
#include "crypto/oid.h"
#include "fuzz.h"

static void use(struct arena *a, const struct cert *c)
{
    struct dist_point p;
    str points;
    HOLDS(c->n_ocsp <= CERT_URLS_MAX && c->n_policies <= CERT_POLICIES_MAX && c->n_eku <= CERT_EKU_MAX);
    HOLDS(cert_name_text(a, c->subject).p && cert_serial_hex(a, c).n == 2 * c->serial.n);
    HOLDS(cert_name_same(c->subject, c->subject));
    cert_name_part(a, c->issuer, oid_common_name);
    if (cert_names_issuer(c, c))
        cert_signed_by(c, c);
    if (!c->crl_points.p || der_only(c->crl_points, DER_SEQUENCE, &points) != OK)
        return;
    while (points.n > 0 && dist_point_take(&points, &p) == OK)
        dist_point_meets(&p, c, &p, c->issuer);
}

/* Certificates and requests for them. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(1 << 22);
    str s = str_n(data, size);
    struct cert *c = NULL;
    struct cert **v = NULL;
    struct csr *request = NULL;
    size_t n = 0;
    if (cert_read(a, s, &c, NULL) == OK)
        use(a, c);
    if (cert_read_all(a, s, 4, &v, &n, NULL) == OK)
        HOLDS(n >= 1 && n <= 4);
    if (csr_read(a, s, &request, NULL) == OK)
        HOLDS(request->key && cert_name_text(a, request->subject).p);
    arena_free(a);
    return 0;
}

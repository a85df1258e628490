/* QCStatements of certificates that we make (ETSI EN 319 412-5). */
#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/x509_parts.h"

/* A statement without information, or one that is opened for it. */
static size_t open_statement(struct buf *b, str oid)
{
    size_t statement = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, oid);
    return statement;
}

static void put_qc_type(struct buf *b, str type)
{
    size_t statement = open_statement(b, oid_qcs_type);
    size_t types = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, type);
    der_close(b, types);
    der_close(b, statement);
}

static void put_qc_pds(struct buf *b, const struct cert_qc *qc)
{
    size_t statement = open_statement(b, oid_qcs_pds);
    size_t locations = der_open(b, DER_SEQUENCE);
    size_t location = der_open(b, DER_SEQUENCE);
    der_put(b, DER_IA5_STRING, qc->pds_url);
    der_put(b, DER_PRINTABLE_STRING, qc->pds_language);
    der_close(b, location);
    der_close(b, locations);
    der_close(b, statement);
}

void x509_put_qc(struct buf *b, const struct cert_qc *qc)
{
    size_t body = der_open(b, DER_SEQUENCE);
    if (qc->compliance)
        der_close(b, open_statement(b, oid_qcs_compliance));
    if (qc->device)
        der_close(b, open_statement(b, oid_qcs_device));
    if (qc->type.n)
        put_qc_type(b, qc->type);
    if (qc->pds_url.n)
        put_qc_pds(b, qc);
    der_close(b, body);
}

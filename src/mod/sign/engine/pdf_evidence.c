#include "mod/sign/engine/pdf_evidence.h"

static rc too_many(struct pdf_doc *doc)
{
    return ERR(doc->err, E_LIMIT, "SIG-107", N_("The PDF has more of {1} than is read here."), STR("/DSS"));
}

/* A stream that is damaged is no evidence; it does not make the document unreadable. */
static rc add(struct pdf_doc *doc, size_t rev, const struct pdf_value *ref, str *v, size_t *n)
{
    const struct pdf_object *o;
    struct err err = {0};
    struct err *before = doc->err;
    if (ref->kind != PDF_REF)
        return OK;
    doc->err = &err;
    rc r = pdf_object(doc, ref->ref.num, rev, &o);
    if (r == OK && o->stream.p)
        r = pdf_stream_bytes(doc, o, rev, &v[*n]);
    doc->err = before;
    if (r == OK && o->stream.p)
        (*n)++;
    return r == E_INVALID ? OK : r;
}

static rc list(struct pdf_doc *doc, size_t rev, const struct pdf_value *dss, str key, str **v, size_t *n)
{
    const struct pdf_value *array;
    TRY(pdf_entry_resolved(doc, dss, key, rev, &array));
    if (!array || array->kind != PDF_ARRAY)
        return OK;
    size_t length = pdf_length(array);
    if (length > PDF_EVIDENCE_MAX)
        return too_many(doc);
    *v = ARENA_ARRAY(doc->a, length + 1, str);
    if (!*v)
        return arena_failed(doc->a);
    for (const struct pdf_value *c = array->first; c; c = c->next)
        TRY(add(doc, rev, c, *v, n));
    return OK;
}

rc pdf_evidence(struct pdf_doc *doc, size_t rev, struct pdf_evidence *out)
{
    const struct pdf_object *catalog;
    const struct pdf_value *dss;
    *out = (struct pdf_evidence){0};
    TRY(pdf_catalog(doc, rev, &catalog));
    TRY(pdf_entry_resolved(doc, catalog->value, STR("DSS"), rev, &dss));
    if (!dss || dss->kind != PDF_DICT)
        return OK;
    TRY(list(doc, rev, dss, STR("Certs"), &out->certs, &out->n_certs));
    TRY(list(doc, rev, dss, STR("CRLs"), &out->crls, &out->n_crls));
    return list(doc, rev, dss, STR("OCSPs"), &out->ocsps, &out->n_ocsps);
}

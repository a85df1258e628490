#include "crypto/der.h"
#include "crypto/oid.h"
#include "mod/sign/engine/pdf_dss.h"
#include "mod/sign/engine/pdf_text.h"
#include "mod/sign/engine/validate_pdf_impl.h"

/* ---- the CMS in /Contents ---- */

static bool only_zeros(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != 0)
            return false;
    return true;
}

/* The CMS without the padding behind it. Old programs wrote BER, whose end only its reader finds: there the zeros are
 * taken off, but for the two octets that may belong to it. */
static rc read_contents(struct arena *a, str contents, struct cms **out)
{
    struct der whole;
    struct err err = {0};
    str rest = contents;
    if (der_next(&rest, &whole) == OK)
        return only_zeros(rest) ? cms_read(a, whole.whole, out, &err) : E_INVALID;
    while (contents.n > 0 && contents.p[contents.n - 1] == 0)
        contents.n--;
    for (size_t more = 0; more <= 8 && contents.p + contents.n + more <= rest.p + rest.n; more += 2) {
        err_clear(&err);
        rc r = cms_read(a, str_n(contents.p, contents.n + more), out, &err);
        if (r != E_INVALID)
            return r;
    }
    return E_INVALID;
}

static struct digest_value covered(const struct pdf_doc *doc, const struct pdf_signature *s, enum digest d)
{
    str first;
    str second;
    pdf_signature_bytes(doc, s, &first, &second);
    struct digest_stream *stream = digest_start(d);
    digest_add(stream, first);
    digest_add(stream, second);
    return digest_finish(stream);
}

/* Time-stamps over the signature's value, as unsigned attributes. */
static rc signature_stamps(struct arena *a, const struct gathered *pool, const struct cms_signature *s,
                           struct sign_subject *out)
{
    struct sign_stamp *v = ARENA_ARRAY(a, CMS_ATTRIBUTES_MAX, struct sign_stamp);
    if (!v)
        return arena_failed(a);
    for (size_t i = 0; i < s->n_unsigned && out->n_stamps < CMS_ATTRIBUTES_MAX; i++) {
        str values = s->unsigned_attributes[i].values;
        struct der token;
        if (!str_eq(s->unsigned_attributes[i].type, oid_signature_ts) || der_next(&values, &token) != OK)
            continue;
        struct tsp_token *t = ARENA_NEW(a, struct tsp_token);
        struct sign_stamp *stamp = &v[out->n_stamps];
        struct err err = {0};
        if (!t)
            return arena_failed(a);
        rc r = tsp_token_read(a, token.whole, t, &err);
        if (r == E_NOMEM)
            return r;
        if (r != OK)
            continue; /* proves nothing */
        struct digest_value imprint = {.n = 0};
        if (t->info.digest != DIGEST_NONE)
            imprint = digest_of(t->info.digest, s->value);
        *stamp = (struct sign_stamp){.kind = STAMP_SIGNATURE, .token = t};
        TRY(tsp_verify(t, digest_str(&imprint), NULL, pool->certs.v, pool->certs.n, &stamp->check));
        out->n_stamps++;
    }
    out->stamps = v;
    return OK;
}

/* A piece of the DSS that cannot be read is no evidence; it does not make the document unreadable. */
static rc gather_refs(struct pdf_court *c, const struct pdf_refs *refs,
                      rc (*add)(struct gathered *g, struct arena *a, str der))
{
    for (size_t i = 0; i < refs->n; i++) {
        str der;
        rc r = pdf_dss_bytes(c->doc, refs->v[i], pdf_newest(c->doc), &der);
        if (r == OK)
            r = add(&c->all, c->a, der);
        if (r != OK && r != E_INVALID)
            return r;
    }
    return OK;
}

rc pdf_court_gather(struct pdf_court *c)
{
    struct pdf_dss dss;
    TRY(pdf_dss_read(c->doc, pdf_newest(c->doc), &dss));
    TRY(gather_refs(c, &dss.certs, gather_cert));
    TRY(gather_refs(c, &dss.crls, gather_crl));
    return gather_refs(c, &dss.ocsps, gather_answer);
}

static void claimed_time(const struct pdf_signature *s, const struct cms_check *check, struct sign_subject *out)
{
    out->has_time = pdf_date(s->m, &out->time) == OK;
    if (!out->has_time && check->has_time) {
        out->has_time = true;
        out->time = check->time;
    }
}

static rc read_cms(struct pdf_court *c, struct pdf_judged *j)
{
    struct sign_subject *s = &j->subject;
    struct cms *cms = NULL;
    struct cms_check check;
    rc r = read_contents(c->a, j->signature->contents, &cms);
    if (r == E_NOMEM)
        return r;
    if (r != OK)
        return pdf_says(s, SUB_FORMAT_FAILURE, N_("The signature's contents cannot be read as CMS."));
    if (cms->n_signatures != 1)
        return pdf_says(s, SUB_FORMAT_FAILURE, N_("A signature of a PDF has exactly one signer."));
    if (cms->content.p)
        return pdf_says(s, SUB_FORMAT_FAILURE,
                        N_("The signature holds a document of its own instead of covering this one."));
    const struct cms_signature *one = &cms->signatures[0];
    TRY(gather_cms(&c->all, c->a, cms));
    if (one->digest == DIGEST_NONE)
        return pdf_says(s, SUB_CRYPTO_CONSTRAINTS_FAILURE, cms_outcome_text(CMS_ALGORITHM));
    struct digest_value digest = covered(c->doc, j->signature, one->digest);
    TRY(cms_verify(cms, one, &digest, c->all.certs.v, c->all.certs.n, &check));
    s->form = sub_of_cms(check.outcome);
    s->form_words = check.outcome == CMS_VALID ? NULL : cms_outcome_text(check.outcome);
    s->cert = check.cert;
    s->scheme = check.scheme;
    s->names_cert = check.names_cert;
    claimed_time(j->signature, &check, s);
    TRY(signature_stamps(c->a, &c->all, one, s));
    if (s->form == SUB_NONE && s->format == SIGN_PADES && !check.names_cert)
        return pdf_says(s, SUB_SIG_CONSTRAINTS_FAILURE,
                        N_("The signed part does not name its certificate, as PAdES demands."));
    return OK;
}

/* ---- document time-stamps ---- */

static rc read_stamp(struct pdf_court *c, struct pdf_judged *j)
{
    struct tsp_token *t = ARENA_NEW(c->a, struct tsp_token);
    struct err err = {0};
    struct der whole;
    str rest = j->signature->contents;
    if (!t)
        return arena_failed(c->a);
    rc r = der_next(&rest, &whole);
    if (r == OK)
        r = only_zeros(rest) ? tsp_token_read(c->a, whole.whole, t, &err) : E_INVALID;
    if (r == E_NOMEM)
        return r;
    if (r != OK || t->info.digest == DIGEST_NONE)
        return pdf_says(&j->subject, SUB_FORMAT_FAILURE, N_("The document time-stamp cannot be read."));
    TRY(gather_cms(&c->all, c->a, t->cms));
    struct digest_value imprint = covered(c->doc, j->signature, t->info.digest);
    j->stamp = (struct sign_stamp){.kind = STAMP_DOCUMENT, .token = t};
    return tsp_verify(t, digest_str(&imprint), NULL, c->all.certs.v, c->all.certs.n, &j->stamp.check);
}

static bool is_stamp(const struct pdf_signature *s)
{
    return s->doc_time_stamp || s->sub == PDF_SUB_RFC3161;
}

rc pdf_judged_read(struct pdf_court *c, struct pdf_judged *j)
{
    const struct pdf_signature *s = j->signature;
    j->is_timestamp = is_stamp(s);
    j->subject.format = s->sub == PDF_SUB_CADES ? SIGN_PADES : SIGN_PDF_CMS;
    if (s->fault != PDF_FINE)
        return pdf_says(&j->subject, SUB_FORMAT_FAILURE, pdf_fault_msgid(s->fault));
    if (j->is_timestamp)
        return read_stamp(c, j);
    if (s->sub == PDF_SUB_OTHER)
        return pdf_says(&j->subject, SUB_FORMAT_FAILURE, N_("The signature is of a kind that is not read here."));
    return read_cms(c, j);
}

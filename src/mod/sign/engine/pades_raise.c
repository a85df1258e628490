/* Evidence and document time-stamps for the signatures of a PDF. */
#include "base/vec.h"
#include "crypto/cms.h"
#include "crypto/der.h"
#include "crypto/oid.h"
#include "mod/sign/engine/evidence.h"
#include "mod/sign/engine/pades.h"
#include "mod/sign/engine/pdf_dss.h"

enum { STAMP_ROOM = 16384 };

/* A file on its way: opened again after each revision. */
struct work {
    struct arena *a;
    struct buf *file;
    const struct sign_raise *o;
    void (*id)(uint8_t out[PDF_ID_LEN]);
    struct pdf_doc *doc;
    struct err *err;
};

static rc open_again(struct work *w)
{
    TRY(buf_rc(w->file));
    str bytes = arena_str(w->a, buf_str(w->file)); /* the doc outlives the buf's next growth */
    return bytes.p ? pdf_open(w->a, bytes, &w->doc, w->err) : arena_failed(w->a);
}

/* ---- evidence ---- */

typedef VEC(struct cert *) certs;
typedef VEC(const struct cert *) leaves;

static rc add_certs(struct work *w, certs *pool, struct cert *const *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
        struct cert **place = VEC_ADD(pool, w->a);
        if (!place)
            return arena_failed(w->a);
        *place = v[i];
    }
    return OK;
}

/* One CMS: its signer, and that of each time-stamp in it. */
static rc add_signers(struct work *w, str der, certs *pool, leaves *signers, int depth)
{
    struct cms *cms;
    struct cms_check check;
    TRY(cms_read(w->a, der, &cms, w->err));
    TRY(add_certs(w, pool, cms->certs, cms->n_certs));
    for (size_t i = 0; i < cms->n_signatures; i++) {
        const struct cms_signature *s = &cms->signatures[i];
        struct digest_value any = {.n = digest_size(s->digest)}; /* whose it is, not whether it holds */
        TRY(cms_verify(cms, s, &any, pool->v, pool->n, &check));
        if (check.cert) {
            /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
            const struct cert **place = VEC_ADD(signers, w->a);
            if (!place)
                return arena_failed(w->a);
            *place = check.cert;
        }
        for (size_t k = 0; k < s->n_unsigned && depth == 0; k++) {
            str values = s->unsigned_attributes[k].values;
            struct der token;
            if (str_eq(s->unsigned_attributes[k].type, oid_signature_ts) && der_next(&values, &token) == OK)
                TRY(add_signers(w, token.whole, pool, signers, depth + 1));
        }
    }
    return OK;
}

static rc former_evidence(struct work *w, certs *pool)
{
    struct pdf_dss old;
    size_t rev = pdf_newest(w->doc);
    TRY(pdf_dss_read(w->doc, rev, &old));
    for (size_t i = 0; i < old.certs.n; i++) {
        struct cert *c = NULL;
        str der;
        struct err ignored = {0};
        rc r = pdf_dss_bytes(w->doc, old.certs.v[i], rev, &der);
        if (r == OK)
            r = cert_read(w->a, der, &c, &ignored);
        if (r == OK)
            r = add_certs(w, pool, &c, 1);
        if (r != OK && r != E_INVALID)
            return r;
    }
    return OK;
}

static rc evidence_of(struct work *w, const struct pdf_signature *s, certs *pool, struct pdf_evidence *out)
{
    struct der cms;
    str rest = s->contents;
    leaves signers = {0};
    struct evidence *e = ARENA_NEW(w->a, struct evidence);
    str *ders = ARENA_ARRAY(w->a, EVIDENCE_CERTS_MAX, str);
    if (!e || !ders)
        return arena_failed(w->a);
    TRY(der_next(&rest, &cms));
    TRY(add_signers(w, cms.whole, pool, &signers, 0));
    for (size_t i = 0; i < signers.n; i++)
        TRY(evidence_add(e, w->a, signers.v[i], pool->v, pool->n, w->o->net, w->err));
    for (size_t i = 0; i < e->n_certs; i++)
        ders[i] = e->certs[i]->der;
    *out = (struct pdf_evidence){.contents = s->contents,
                                 .certs = ders,
                                 .n_certs = e->n_certs,
                                 .crls = e->crls,
                                 .n_crls = e->n_crls,
                                 .ocsps = e->ocsps,
                                 .n_ocsps = e->n_ocsps};
    return OK;
}

static rc append_evidence(struct work *w, const struct pdf_evidence *list, size_t n)
{
    struct pdf_update u;
    uint8_t id[PDF_ID_LEN];
    BUF_SCOPED tail = BUF_INIT(PADES_TAIL_MAX);
    w->id(id);
    TRY(pdf_update_begin(&u, w->doc, &tail, str_n(id, sizeof id)));
    TRY(pdf_dss_write(&u, list, n));
    TRY(pdf_update_finish(&u));
    buf_put(w->file, buf_str(&tail));
    return open_again(w);
}

/* For every signature and time-stamp that is there: EN 319 142-1, section 5.4. */
static rc add_evidence(struct work *w)
{
    const struct pdf_signature *v;
    size_t n;
    size_t found = 0;
    certs pool = {0};
    TRY(former_evidence(w, &pool));
    TRY(add_certs(w, &pool, w->o->pool, w->o->n_pool));
    TRY(pdf_signatures(w->doc, pdf_newest(w->doc), &v, &n));
    struct pdf_evidence *list = ARENA_ARRAY(w->a, n + 1, struct pdf_evidence);
    if (!list)
        return arena_failed(w->a);
    for (size_t i = 0; i < n; i++)
        if (v[i].is_signed && v[i].fault == PDF_FINE)
            TRY(evidence_of(w, &v[i], &pool, &list[found++]));
    if (found == 0)
        return ERR(w->err, E_CONFLICT, "SIG-205", N_("The PDF has no signature that could be given evidence."));
    return append_evidence(w, list, found);
}

/* ---- time-stamps ---- */

static rc add_stamp(struct work *w)
{
    struct pdf_place p = {.sub = PDF_SUB_RFC3161, .room = STAMP_ROOM};
    struct pdf_placed at;
    struct tsp_token token;
    BUF_SCOPED tail = BUF_INIT(PADES_TAIL_MAX);
    w->id(p.id);
    TRY(pdf_place(w->doc, &p, &tail, &at));
    struct digest_stream *stream = digest_start(stamp_digest(w->o));
    digest_add(stream, w->doc->bytes);
    digest_add(stream, pdf_placed_before(&tail, &at));
    digest_add(stream, pdf_placed_after(&tail, &at));
    struct digest_value v = digest_finish(stream);
    TRY(stamp_ask_for(w->a, w->o, &v, &token, w->err));
    TRY(pdf_place_fill(w->doc, &tail, &at, token.der));
    buf_put(w->file, buf_str(&tail));
    return open_again(w);
}

/* ---- levels ---- */

rc pades_raise(struct arena *a, struct buf *file, const struct sign_raise *o, void (*id)(uint8_t out[PDF_ID_LEN]),
               struct sign_raised *made, struct err *err)
{
    struct work w = {.a = a, .file = file, .o = o, .id = id, .err = &made->why};
    size_t whole = file->n;
    TRY(open_again(&w));
    rc r = o->level >= SIGN_LT ? add_evidence(&w) : OK;
    if (r == OK && o->level >= SIGN_LT)
        made->level = SIGN_LT;
    if (r == OK)
        whole = file->n;
    if (r == OK && o->level >= SIGN_LTA)
        r = add_stamp(&w);
    if (r == OK && o->level >= SIGN_LTA)
        made->level = SIGN_LTA;
    if (r == OK)
        return OK;
    if (buf_rc(file) == OK)
        file->n = whole; /* nothing half done */
    if (stamp_is_elsewhere(a, r))
        return OK;
    err_copy(err, &made->why);
    return r;
}

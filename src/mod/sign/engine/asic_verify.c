#include "crypto/cms.h"
#include "mod/sign/engine/asic.h"
#include "mod/sign/engine/xades_impl.h"

struct judging {
    struct arena *a;
    const struct asic *c;
    struct cert *const *pool;
    size_t n_pool;
};

static void fault(struct asic_signature_check *k, enum asic_outcome o, str where)
{
    k->outcome = o;
    k->where = where;
}

/* ---- one signature ---- */

static rc judge_xades(const struct judging *j, const struct asic_signature *s, struct asic_signature_check *k)
{
    TRY(xades_verify(j->a, s->xades, s->i, j->c->files, j->c->n_files, j->pool, j->n_pool, &k->xades));
    k->cert = k->xades.cert;
    memcpy(k->covered, k->xades.covered, j->c->n_files * sizeof *k->covered);
    /* inside a container only what the container holds is signed */
    if (k->xades.outcome != XADES_VALID || k->xades.form != XADES_DETACHED)
        fault(k, ASIC_SIGNATURE, k->xades.where);
    return OK;
}

/* Each row must hold; only then is its file covered. */
static void judge_rows(const struct judging *j, const struct asic_signature *s, struct asic_signature_check *k)
{
    bool weak = false;
    for (size_t i = 0; i < s->n_rows && k->outcome == ASIC_VALID; i++) {
        const struct asic_manifest_row *row = &s->rows[i];
        size_t f = xades_file_of(row->uri, j->c->files, j->c->n_files);
        if (f == j->c->n_files) {
            fault(k, ASIC_FILE_MISSING, row->uri);
        } else if (row->digest == DIGEST_NONE || k->covered[f]) {
            fault(k, ASIC_MANIFEST, row->uri);
        } else {
            struct digest_value v = digest_of(row->digest, j->c->files[f].bytes);
            k->covered[f] = str_eq(digest_str(&v), row->value);
            weak |= !digest_is_strong(row->digest);
            if (!k->covered[f])
                fault(k, ASIC_FILE_CHANGED, row->uri);
        }
    }
    if (k->outcome == ASIC_VALID && weak)
        fault(k, ASIC_WEAK_DIGEST, s->manifest_name);
}

static rc judge_cades(const struct judging *j, const struct asic_signature *s, struct asic_signature_check *k)
{
    const struct cms_signature *one = &s->cms->signatures[s->i];
    str bytes = asic_signed_bytes(j->c, s);
    if (!bytes.p || (s->manifest.p && s->n_rows == 0) || s->cms->content.p) {
        fault(k, ASIC_MANIFEST, s->name);
        return OK;
    }
    struct digest_value v = {.n = 0};
    if (one->digest != DIGEST_NONE)
        v = digest_of(one->digest, bytes);
    TRY(cms_verify(s->cms, one, &v, j->pool, j->n_pool, &k->cms));
    k->cert = k->cms.cert;
    if (k->cms.outcome != CMS_VALID || !k->cms.names_cert)
        fault(k, ASIC_SIGNATURE, s->name);
    else if (s->manifest.p)
        judge_rows(j, s, k);
    else
        k->covered[0] = true; /* the only file */
    return OK;
}

/* ---- the container ---- */

static rc find_not_signed(const struct judging *j, struct asic_check *out)
{
    out->not_signed = ARENA_ARRAY(j->a, j->c->n_files + 1, str);
    if (!out->not_signed)
        return arena_failed(j->a);
    for (size_t f = 0; f < j->c->n_files; f++) {
        bool covered = false;
        for (size_t i = 0; i < j->c->n_signatures; i++)
            covered |= out->signatures[i].outcome == ASIC_VALID && out->signatures[i].covered[f];
        if (!covered)
            out->not_signed[out->n_not_signed++] = j->c->files[f].name;
    }
    return OK;
}

static void conclude(const struct asic *c, struct asic_check *out)
{
    out->outcome = ASIC_VALID;
    if (!c->mimetype_fits) {
        out->outcome = ASIC_MIMETYPE;
        out->where = STR("mimetype");
    } else if (c->n_signatures == 0) {
        out->outcome = ASIC_NO_SIGNATURE;
    }
    for (size_t i = 0; out->outcome == ASIC_VALID && i < c->n_signatures; i++) {
        out->outcome = out->signatures[i].outcome;
        out->where = c->signatures[i].name;
    }
    if (out->outcome == ASIC_VALID && out->n_not_signed > 0) {
        out->outcome = ASIC_NOT_SIGNED;
        out->where = out->not_signed[0];
    } else if (out->outcome == ASIC_VALID) {
        out->where = STR_EMPTY;
    }
}

rc asic_verify(struct arena *a, const struct asic *c, struct cert *const *pool, size_t n_pool, struct asic_check *out)
{
    struct judging j = {a, c, pool, n_pool};
    *out = (struct asic_check){.outcome = ASIC_NO_SIGNATURE, .where = STR_EMPTY};
    out->signatures = ARENA_ARRAY(a, c->n_signatures + 1, struct asic_signature_check);
    if (!out->signatures)
        return arena_failed(a);
    for (size_t i = 0; i < c->n_signatures; i++) {
        struct asic_signature_check *k = &out->signatures[i];
        k->covered = ARENA_ARRAY(a, c->n_files + 1, bool);
        if (!k->covered)
            return arena_failed(a);
        TRY(c->signatures[i].cades ? judge_cades(&j, &c->signatures[i], k) : judge_xades(&j, &c->signatures[i], k));
    }
    TRY(find_not_signed(&j, out));
    conclude(c, out);
    return OK;
}

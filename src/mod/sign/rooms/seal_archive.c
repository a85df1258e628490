/* The archive of a finished room: everything that is needed to check it when this site is gone. */
#include "mod/sign/rooms/seal_archive.h"
#include "base/zip.h"
#include "core/publiclog.h"
#include "crypto/crl.h"
#include "crypto/der.h"
#include "mod/sign/rooms/witness.h"

enum { PROOF_MAX = 512 << 10, PEM_MAX = 8 << 20, PEM_LINE = 64, CERTS_MAX = 512 };

struct packing {
    const struct seal_story *s;
    struct arena *a;
    struct zip_entry *v;
    size_t n, room;
    struct err *err;
};

static rc put(struct packing *p, str name, str bytes)
{
    if (!name.p || !bytes.p)
        return arena_failed(p->a);
    if (p->n == p->room)
        return E_LIMIT;
    p->v[p->n++] = (struct zip_entry){name, bytes};
    return OK;
}

/* Moves what was written into the archive. */
static rc put_written(struct packing *p, str name, struct buf *b)
{
    TRY(buf_rc(b));
    str kept = arena_str(p->a, buf_str(b));
    buf_clear(b);
    return put(p, name, kept);
}

/* ---- certificates ---- */

struct certs {
    const struct cert *v[CERTS_MAX];
    size_t n;
};

static void add_cert(struct certs *set, const struct cert *c)
{
    for (size_t i = 0; i < set->n; i++)
        if (cert_same(set->v[i], c))
            return;
    if (set->n < CERTS_MAX)
        set->v[set->n++] = c;
}

static void put_pem(struct buf *b, const struct certs *set)
{
    for (size_t i = 0; i < set->n; i++) {
        BUF_SCOPED text = BUF_INIT(2 * CERT_BYTES_MAX);
        buf_base64(&text, set->v[i]->der);
        buf_put(b, STR("-----BEGIN CERTIFICATE-----\n"));
        for (size_t at = 0; at < text.n; at += PEM_LINE) {
            buf_put(b, str_sub(buf_str(&text), at, PEM_LINE));
            buf_putc(b, '\n');
        }
        buf_put(b, STR("-----END CERTIFICATE-----\n"));
    }
}

static void gather(const struct pdf_report *judged, struct certs *roots, struct certs *all)
{
    for (size_t i = 0; i < judged->n; i++) {
        const struct pdf_judged *j = &judged->v[i];
        const struct path *path = j->is_timestamp ? &j->stamp.path : &j->result.path;
        for (size_t k = 0; k < j->subject.n_certs; k++)
            add_cert(all, j->subject.certs[k]);
        for (size_t k = 0; k < path->n; k++)
            add_cert(all, path->v[k]);
        if (path->n > 0 && path->fault == PATH_OK)
            add_cert(roots, path->v[path->n - 1]);
    }
}

/* The trusted ones in a folder of their own, with the lists of this installation's authorities as they are now. */
static rc put_trust(struct packing *p, const struct certs *roots)
{
    struct trust_authority *own;
    size_t n;
    for (size_t i = 0; i < roots->n; i++)
        TRY(put(p, arena_printf(p->a, "trust/root-%zu.cer", i + 1), roots->v[i]->der));
    TRY(trust_authorities(p->s->tx, p->a, &own, &n));
    for (size_t i = 0; i < n; i++) {
        instant from, until;
        BUF_SCOPED der = BUF_INIT(TRUST_CRL_MAX);
        rc r = trust_crl_get(p->s->tx, own[i].id, &der, &from, &until);
        if (r == OK)
            r = put_written(p, arena_printf(p->a, "trust/%.*s.crl", STR_ARG(own[i].name)), &der);
        if (r != OK && r != E_NOTFOUND)
            return r;
    }
    return OK;
}

static rc put_certs(struct packing *p, const struct pdf_report *judged)
{
    struct certs *roots = ARENA_NEW(p->a, struct certs), *issuers = ARENA_NEW(p->a, struct certs),
                 *all = ARENA_NEW(p->a, struct certs);
    BUF_SCOPED pem = BUF_INIT(PEM_MAX);
    if (!roots || !issuers || !all)
        return arena_failed(p->a);
    gather(judged, roots, all);
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i]->is_ca)
            add_cert(issuers, all->v[i]);
    put_pem(&pem, roots);
    TRY(put_written(p, STR("certificates/roots.pem"), &pem));
    put_pem(&pem, issuers);
    TRY(put_written(p, STR("certificates/issuers.pem"), &pem));
    put_pem(&pem, all);
    TRY(put_written(p, STR("certificates/all.pem"), &pem));
    return put_trust(p, roots);
}

/* ---- signatures ---- */

/* Without the padding of /Contents. */
static rc put_signatures(struct packing *p, const struct pdf_report *judged)
{
    for (size_t i = 0; i < judged->n; i++) {
        struct der cms;
        str rest = judged->v[i].signature->contents;
        if (der_next(&rest, &cms) != OK)
            continue;
        TRY(put(p, arena_printf(p->a, "signatures/%02zu.p7s", i + 1), cms.whole));
    }
    return OK;
}

/* ---- the public log ---- */

static rc put_log(struct packing *p)
{
    const struct seal_story *s = p->s;
    TRY(put(p, STR("log/vkey.txt"), s->log_vkey));
    for (size_t i = 0; i < s->n_events; i++) {
        BUF_SCOPED proof = BUF_INIT(PROOF_MAX);
        TRY(log_proof_json(s->tx, s->event[i].log_entry, &proof, p->a));
        TRY(put_written(p, arena_printf(p->a, "log/%03zu-%.*s.json", i + 1, STR_ARG(s->event[i].what)), &proof));
    }
    return OK;
}

/* ---- recordings ---- */

/* The manifests whose hashes are in the signatures; what was recorded stays sealed where it is. */
static rc put_manifests(struct packing *p)
{
    struct zip_entry *v = NULL;
    size_t n = 0;
    TRY(witness_archive(p->s->tx, &p->s->room, p->a, &v, &n));
    for (size_t i = 0; i < n; i++)
        TRY(put(p, v[i].name, v[i].bytes));
    return OK;
}

/* ---- all of it ---- */

static rc put_readme(struct packing *p, const struct pdf_report *judged, enum lang lang, const char *name)
{
    BUF_SCOPED text = BUF_INIT(1 << 20);
    TRY(seal_readme(p->s, judged, lang, &text));
    return put_written(p, str_of(name), &text);
}

static rc put_all(struct packing *p, str evidence, const struct pdf_report *judged)
{
    BUF_SCOPED json = BUF_INIT(16 << 20);
    TRY(put_readme(p, judged, LANG_ZH, "README.zh-Hant.txt"));
    TRY(put_readme(p, judged, LANG_EN, "README.en.txt"));
    TRY(put(p, STR("signed.pdf"), p->s->file));
    TRY(put(p, STR("original.pdf"), p->s->original));
    TRY(put(p, STR("evidence.pdf"), evidence));
    TRY(seal_story_json(p->s, &json));
    TRY(put_written(p, STR("evidence.json"), &json));
    TRY(put_signatures(p, judged));
    TRY(put_certs(p, judged));
    TRY(put_manifests(p));
    return put_log(p);
}

rc seal_archive(const struct seal_story *s, str evidence, const struct pdf_report *judged, struct buf *out,
                struct err *err)
{
    struct packing p = {.s = s, .a = s->a, .err = err};
    p.room = 64 + s->n_events + s->n_signers + judged->n + 2 * TRUST_AUTHORITIES_MAX + CERTS_MAX;
    p.v = ARENA_ARRAY(s->a, p.room, struct zip_entry);
    if (!p.v)
        return arena_failed(s->a);
    TRY(put_all(&p, evidence, judged));
    return zip_write(p.v, p.n, out, err);
}

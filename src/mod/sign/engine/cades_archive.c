/* Time-stamps in a CAdES signature: what they are over, and what they say. */
#include "crypto/der.h"
#include "crypto/oid.h"
#include "mod/sign/engine/cades.h"

enum {
    STAMPS_MAX = 64,
    INDEX_MAX = 320, /* values that one list of a hash index may name: above CMS_CERTS_MAX and CMS_CRLS_MAX */
};

/* ---- ats-hash-index-v3 (EN 319 122-1 section 5.5.2) ---- */

/* Digests of what a hash index names. */
struct list {
    struct digest_value v[INDEX_MAX];
    size_t n;
    bool full; /* more than are looked at */
};

static void add_digest(struct list *l, struct digest_value v)
{
    if (l->n == INDEX_MAX)
        l->full = true;
    else
        l->v[l->n++] = v;
}

static struct digest_value attribute_digest(enum digest d, str type, str value)
{
    BUF_SCOPED oid = BUF_INIT(1024);
    struct digest_stream *s = digest_start(d);
    der_put(&oid, DER_OID, type);
    digest_add(s, buf_str(&oid));
    digest_add(s, value);
    return digest_finish(s);
}

/* Every value of an unsigned attribute counts by itself, with its attribute's type in front. */
static void add_attribute(struct list *l, const struct cms_attribute *a, enum digest d)
{
    struct der value;
    for (str rest = a->values; !l->full && der_next(&rest, &value) == OK;)
        add_digest(l, attribute_digest(d, a->type, value.whole));
}

static void add_ders(struct list *l, const str *v, size_t n, enum digest d)
{
    for (size_t i = 0; i < n; i++)
        add_digest(l, digest_of(d, v[i]));
}

struct index {
    enum digest digest;
    struct list certs, revocations, attributes;
};

/* What is in the file now; `archives`: with the archive time-stamps. */
static void fill_index(struct index *x, const struct cms *c, const struct cms_signature *s, bool archives)
{
    add_ders(&x->certs, c->cert_ders, c->n_cert_ders, x->digest);
    add_ders(&x->revocations, c->revocations, c->n_revocations, x->digest);
    for (size_t i = 0; i < s->n_unsigned; i++)
        if (archives || !str_eq(s->unsigned_attributes[i].type, oid_archive_ts_v3))
            add_attribute(&x->attributes, &s->unsigned_attributes[i], x->digest);
}

static void put_algorithm(struct buf *b, enum digest d)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    der_put(b, DER_OID, digest_oid(d));
    der_close(b, mark);
}

static void put_list(struct buf *b, const struct list *l)
{
    size_t mark = der_open(b, DER_SEQUENCE);
    for (size_t i = 0; i < l->n; i++)
        der_put(b, DER_OCTET_STRING, digest_str(&l->v[i]));
    der_close(b, mark);
}

rc cades_hash_index(struct arena *a, const struct cms *c, const struct cms_signature *s, enum digest d, struct buf *out)
{
    struct index *x = ARENA_NEW(a, struct index);
    if (!x)
        return arena_failed(a);
    x->digest = d;
    fill_index(x, c, s, true);
    if (x->certs.full || x->revocations.full || x->attributes.full)
        return E_LIMIT;
    size_t mark = der_open(out, DER_SEQUENCE);
    put_algorithm(out, d);
    put_list(out, &x->certs);
    put_list(out, &x->revocations);
    put_list(out, &x->attributes);
    der_close(out, mark);
    return buf_rc(out);
}

static rc read_list(str *d, size_t digest_n, struct list *l)
{
    str body;
    str value;
    TRY(der_take(d, DER_SEQUENCE, &body));
    while (body.n > 0) {
        TRY(der_take(&body, DER_OCTET_STRING, &value));
        if (value.n != digest_n || l->n == INDEX_MAX)
            return E_INVALID;
        struct digest_value *v = &l->v[l->n++];
        memcpy(v->b, value.p, value.n);
        v->n = value.n;
    }
    return OK;
}

static rc read_index(str der, struct index *x)
{
    str d;
    str algorithm;
    str oid;
    str nothing;
    TRY(der_only(der, DER_SEQUENCE, &d));
    TRY(der_take(&d, DER_SEQUENCE, &algorithm));
    TRY(der_take(&algorithm, DER_OID, &oid));
    TRY(der_optional(&algorithm, DER_NULL, &nothing));
    TRY(der_end(algorithm));
    x->digest = digest_from_oid(oid);
    if (x->digest == DIGEST_NONE)
        return E_INVALID;
    size_t n = digest_size(x->digest);
    TRY(read_list(&d, n, &x->certs));
    TRY(read_list(&d, n, &x->revocations));
    TRY(read_list(&d, n, &x->attributes));
    return der_end(d);
}

/* Everything in `a` is in `b`. */
static bool within(const struct list *a, const struct list *b)
{
    if (a->full || b->full)
        return false;
    for (size_t i = 0; i < a->n; i++) {
        bool found = false;
        for (size_t k = 0; k < b->n && !found; k++)
            found = str_eq(digest_str(&a->v[i]), digest_str(&b->v[k]));
        if (!found)
            return false;
    }
    return true;
}

static bool index_within(const struct index *a, const struct index *b)
{
    return within(&a->certs, &b->certs) && within(&a->revocations, &b->revocations) &&
           within(&a->attributes, &b->attributes);
}

/* ---- imprints ---- */

/* EN 319 122-1 section 5.5.3. */
struct digest_value cades_archive_imprint(const struct cms *c, const struct cms_signature *s, str content,
                                          str hash_index, enum digest d)
{
    BUF_SCOPED type = BUF_INIT(1024);
    struct digest_value data = digest_of(d, c->content.p ? c->content : content);
    struct digest_stream *all = digest_start(d);
    der_put(&type, DER_OID, c->content_type);
    digest_add(all, buf_str(&type));
    digest_add(all, digest_str(&data));
    digest_add(all, s->fields);
    digest_add(all, hash_index);
    return digest_finish(all);
}

/* ---- judging ---- */

struct judge {
    struct arena *a;
    const struct cms *c;
    const struct cms_signature *s;
    str content;
    struct cert **pool;
    size_t n_pool;
};

static rc check_index(const struct judge *j, str der, struct cades_stamp *out)
{
    struct index *said = ARENA_NEW(j->a, struct index);
    struct index *there = ARENA_NEW(j->a, struct index);
    struct index *needed = ARENA_NEW(j->a, struct index);
    if (!said || !there || !needed)
        return arena_failed(j->a);
    if (read_index(der, said) != OK)
        return OK;
    there->digest = needed->digest = said->digest;
    fill_index(there, j->c, j->s, true);
    fill_index(needed, j->c, j->s, false);
    out->index_fits = index_within(said, there);
    out->covers_all = index_within(needed, said);
    return OK;
}

static rc judge_archive(const struct judge *j, struct cades_stamp *out)
{
    const struct cms_signature *stamp = &out->token.cms->signatures[0];
    enum digest d = out->token.info.digest;
    struct digest_value v = {.n = 0};
    str index;
    if (d != DIGEST_NONE &&
        cms_attribute_only(stamp->unsigned_attributes, stamp->n_unsigned, oid_ats_hash_index_v3, &index) == OK) {
        TRY(check_index(j, index, out));
        v = cades_archive_imprint(j->c, j->s, j->content, index, d);
    }
    TRY(tsp_verify(&out->token, digest_str(&v), NULL, j->pool, j->n_pool, &out->check));
    if (out->check.outcome == TSP_VALID && !out->index_fits)
        out->check.outcome = TSP_IMPRINT; /* over something that is no longer there */
    return OK;
}

static rc judge_signature_stamp(const struct judge *j, struct cades_stamp *out)
{
    struct digest_value v = {.n = 0};
    if (out->token.info.digest != DIGEST_NONE)
        v = digest_of(out->token.info.digest, j->s->value);
    return tsp_verify(&out->token, digest_str(&v), NULL, j->pool, j->n_pool, &out->check);
}

static rc judge_stamp(const struct judge *j, enum cades_stamp_kind kind, str der, struct cades_stamp *out,
                      struct err *err)
{
    *out = (struct cades_stamp){.kind = kind};
    TRY(tsp_token_read(j->a, der, &out->token, err));
    return kind == CADES_ARCHIVE_STAMP ? judge_archive(j, out) : judge_signature_stamp(j, out);
}

/* Certificates in the file may be those of a time-stamp that has none inside. */
static rc join_pools(struct judge *j, struct cert *const *pool, size_t n)
{
    j->pool = ARENA_ARRAY(j->a, j->c->n_certs + n + 1, struct cert *);
    if (!j->pool)
        return arena_failed(j->a);
    for (size_t i = 0; i < j->c->n_certs; i++)
        j->pool[j->n_pool++] = j->c->certs[i];
    for (size_t i = 0; i < n; i++)
        j->pool[j->n_pool++] = pool[i];
    return OK;
}

rc cades_stamps(struct arena *a, const struct cms *c, const struct cms_signature *s, str content,
                struct cert *const *pool, size_t n_pool, struct cades_stamp **out, size_t *n, struct err *err)
{
    struct judge j = {.a = a, .c = c, .s = s, .content = content};
    struct cades_stamp *v = ARENA_ARRAY(a, STAMPS_MAX, struct cades_stamp);
    if (!v)
        return arena_failed(a);
    TRY(join_pools(&j, pool, n_pool));
    *n = 0;
    for (size_t i = 0; i < s->n_unsigned; i++) {
        bool archive = str_eq(s->unsigned_attributes[i].type, oid_archive_ts_v3);
        if (!archive && !str_eq(s->unsigned_attributes[i].type, oid_signature_ts))
            continue;
        struct der e;
        for (str rest = s->unsigned_attributes[i].values; rest.n > 0;) {
            TRY(der_next(&rest, &e));
            if (*n == STAMPS_MAX)
                return ERR(err, E_LIMIT, "CMS-002", N_("The signature has more parts than are read here."));
            TRY(judge_stamp(&j, archive ? CADES_ARCHIVE_STAMP : CADES_SIGNATURE_STAMP, e.whole, &v[(*n)++], err));
        }
    }
    *out = v;
    return OK;
}

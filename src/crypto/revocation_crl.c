/* Revocation by CRLs: RFC 5280 section 6.3.3; the letters are its steps. */
#include <stdlib.h>

#include "crypto/der.h"
#include "crypto/revocation_impl.h"

/* CRLs are asked youngest first, so that a certificate taken off hold is good again. */
static int youngest_first(const void *x, const void *y)
{
    const struct crl *a = *(struct crl *const *)x;
    const struct crl *b = *(struct crl *const *)y;
    return a->this_update > b->this_update ? -1 : a->this_update < b->this_update;
}

struct lists {
    struct crl **v;
    size_t n;
};

static rc usable_lists(const struct inquiry *q, struct lists *out)
{
    *out = (struct lists){.v = ARENA_ARRAY(q->a, q->e->n_crls + 1, struct crl *)};
    if (!out->v)
        return arena_failed(q->a);
    for (size_t i = 0; i < q->e->n_crls; i++) {
        struct crl *c = q->e->crls[i];
        if (!c->unknown_critical && (q->e->now == 0 || c->this_update <= q->e->now))
            out->v[out->n++] = c;
    }
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
    qsort(out->v, out->n, sizeof out->v[0], youngest_first);
    return OK;
}

/* (f), (g): `c` may sign this list, and did. */
static bool signs(const struct inquiry *q, const struct cert *c, const struct crl *list)
{
    if (!cert_name_same(c->subject, list->issuer) || (c->has_usage && !(c->usage & CERT_CRL_SIGN)))
        return false;
    if (list->authority_key_id.p && c->subject_key_id.p && !str_eq(list->authority_key_id, c->subject_key_id))
        return false;
    return inquiry_may_check(q) && crl_signed_by(list, c);
}

static rc find_signer_in(const struct inquiry *q, struct cert *const *v, size_t n, const struct crl *list,
                         const struct cert **out)
{
    for (size_t i = 0; i < n && !*out; i++) {
        bool trusted = false;
        if (cert_same(v[i], q->issuer) || !signs(q, v[i], list))
            continue;
        TRY(inquiry_trusts(q, v[i], list->this_update, false, &trusted));
        if (trusted)
            *out = v[i];
    }
    return OK;
}

static rc find_signer(const struct inquiry *q, const struct crl *list, const struct cert **out)
{
    *out = signs(q, q->issuer, list) ? q->issuer : NULL;
    if (!*out)
        TRY(find_signer_in(q, q->t->pool, q->t->n_pool, list, out));
    if (!*out)
        TRY(find_signer_in(q, q->t->anchors, q->t->n_anchors, list, out));
    return OK;
}

/* (c): the youngest delta for this base. (h): signed by the same. */
static const struct crl *delta_for(const struct inquiry *q, const struct lists *lists, const struct crl *base,
                                   const struct cert *signer)
{
    for (size_t i = 0; i < lists->n; i++)
        if (crl_is_delta_of(lists->v[i], base) && signs(q, signer, lists->v[i]))
            return lists->v[i];
    return NULL;
}

/* (i) to (k): what base and delta together say. */
static bool is_listed(const struct inquiry *q, const struct crl *base, const struct crl *delta, struct crl_entry *e)
{
    if (delta && crl_find(delta, q->cert->serial, q->cert->issuer, e))
        return e->reason != CRL_REMOVE;
    return crl_find(base, q->cert->serial, q->cert->issuer, e) && e->reason != CRL_REMOVE;
}

/* The answer from now on rests on this list. */
static void rest_on(const struct inquiry *q, const struct crl *base, const struct crl *delta, const struct cert *signer,
                    bool current)
{
    const struct crl *last = delta ? delta : base;
    q->out->crl = base;
    q->out->delta = delta;
    q->out->signer = signer;
    q->out->this_update = last->this_update;
    q->out->next_update = last->next_update;
    q->out->has_next_update = last->has_next_update;
    q->out->current = current;
}

/* One complete list that a distribution point of the certificate leads to; adds to `covered` the reasons that it rules
 * out. */
static rc ask(const struct inquiry *q, const struct lists *lists, const struct crl *base, unsigned reasons,
              unsigned *covered)
{
    const struct cert *signer = NULL;
    struct crl_entry entry;
    TRY(find_signer(q, base, &signer));
    if (!signer) {
        inquiry_gap(q, REVOCATION_UNTRUSTED);
        return OK;
    }
    const struct crl *delta = delta_for(q, lists, base, signer);
    const struct crl *last = delta ? delta : base;
    bool current = inquiry_is_current(q, last->this_update, last->has_next_update ? &last->next_update : NULL);
    if (is_listed(q, base, delta, &entry)) {
        q->out->state = REVOCATION_REVOKED;
        q->out->since = entry.when;
        q->out->reason = entry.reason;
        rest_on(q, base, delta, signer, current);
        return OK;
    }
    if (!current || !inquiry_covers_expiry(q, last->this_update, base->keeps_expired ? &base->expired_since : NULL)) {
        inquiry_gap(q, REVOCATION_NOT_CURRENT);
        if (!q->out->crl)
            rest_on(q, base, delta, signer, current);
        return OK;
    }
    *covered |= reasons;
    rest_on(q, base, delta, signer, true);
    return OK;
}

static rc ask_point(const struct inquiry *q, const struct lists *lists, const struct dist_point *p, unsigned *covered)
{
    for (size_t i = 0; i < lists->n && *covered != REASONS_ALL && q->out->state != REVOCATION_REVOKED; i++) {
        const struct crl *base = lists->v[i];
        const struct dist_point *scope = base->has_scope ? &base->scope : NULL;
        unsigned reasons = p->reasons & (scope ? scope->reasons : REASONS_ALL); /* (d) */
        if (base->base_number.p || (reasons & ~*covered) == 0)                  /* (e) */
            continue;
        if (dist_point_meets(p, q->cert, scope, base->issuer))
            TRY(ask(q, lists, base, reasons, covered));
    }
    return OK;
}

rc inquiry_crls(const struct inquiry *q)
{
    struct lists lists;
    unsigned covered = 0;
    str points = STR_EMPTY;
    TRY(usable_lists(q, &lists));
    if (q->cert->crl_points.p && der_only(q->cert->crl_points, DER_SEQUENCE, &points) != OK)
        points = STR_EMPTY;
    for (int i = 0; points.n > 0 && i < POINTS_MAX; i++) {
        struct dist_point p;
        if (dist_point_take(&points, &p) != OK)
            break;
        TRY(ask_point(q, &lists, &p, &covered));
    }
    /* Lists of the certificate's issuer that no point names: a point without reasons, named as the issuer. */
    BUF_SCOPED name = BUF_INIT(CERT_BYTES_MAX);
    der_put(&name, DER_CONTEXT_CONSTRUCTED(4), q->cert->issuer);
    TRY(buf_rc(&name));
    const struct dist_point implied = {.names = buf_str(&name), .reasons = REASONS_ALL};
    TRY(ask_point(q, &lists, &implied, &covered));
    if (q->out->state == REVOCATION_UNKNOWN && covered == REASONS_ALL)
        q->out->state = REVOCATION_GOOD;
    return OK;
}

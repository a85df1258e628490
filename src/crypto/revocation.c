#include "crypto/revocation.h"

#include "crypto/revocation_impl.h"

void inquiry_gap(const struct inquiry *q, enum revocation_gap gap)
{
    if (gap > q->out->gap)
        q->out->gap = gap;
}

bool inquiry_may_check(const struct inquiry *q)
{
    q->checks->refused |= q->checks->left == 0;
    if (q->checks->left > 0)
        q->checks->left--;
    return !q->checks->refused;
}

bool inquiry_is_current(const struct inquiry *q, instant made, const instant *next_update)
{
    return next_update ? *next_update >= q->at : made + q->e->grace >= q->at;
}

bool inquiry_covers_expiry(const struct inquiry *q, instant made, const instant *keeps_since)
{
    return made <= q->cert->not_after || (keeps_since && *keeps_since <= q->cert->not_after);
}

/* Taken off hold since: nothing else is ever taken back (RFC 5280 section 5.3.1). */
static bool lifts(const struct revocation *good, const struct revocation *hold)
{
    return good->state == REVOCATION_GOOD && hold->state == REVOCATION_REVOKED && hold->reason == CRL_HOLD &&
           good->this_update > hold->this_update;
}

const struct revocation *revocation_better(const struct revocation *a, const struct revocation *b)
{
    if (lifts(a, b) || lifts(b, a))
        return lifts(a, b) ? a : b;
    if (a->state != b->state)
        return a->state > b->state ? a : b;
    if (a->state == REVOCATION_UNKNOWN)
        return b->gap > a->gap ? b : a;
    if (a->state == REVOCATION_REVOKED)
        return b->since < a->since ? b : a;
    return b->this_update > a->this_update ? b : a;
}

static rc inquire(const struct inquiry *q)
{
    struct revocation by_answer = {.state = REVOCATION_UNKNOWN};
    struct revocation by_list = {.state = REVOCATION_UNKNOWN};
    struct inquiry answers = *q;
    struct inquiry lists = *q;
    answers.out = &by_answer;
    lists.out = &by_list;
    TRY(inquiry_answers(&answers));
    TRY(inquiry_crls(&lists));
    *q->out = *revocation_better(&by_answer, &by_list);
    return OK;
}

/* Is being asked about further out. What it signed may speak of itself (a CRL issuer that lists its own certificate,
 * PKITS 4.14.30). */
static bool is_asked_about(const struct inquiry *q, const struct cert *c)
{
    for (; q; q = q->outer)
        if (cert_same(q->cert, c))
            return true;
    return false;
}

/* Belongs to a path whose certificates are each asked about by who wants to know of the first one. */
static bool is_issuer(const struct inquiry *q, const struct cert *c)
{
    for (; q; q = q->outer)
        if (cert_same(q->issuer, c))
            return true;
    return false;
}

static rc path_holds(const struct inquiry *q, const struct path *p, instant at, bool *out)
{
    *out = false;
    for (size_t i = 0; i + 1 < p->n && !is_issuer(q, p->v[i]); i++) {
        if (is_asked_about(q, p->v[i]))
            continue;
        struct revocation found = {.state = REVOCATION_UNKNOWN};
        struct inquiry sub = {
            .a = q->a,
            .t = q->t,
            .e = q->e,
            .at = at,
            .cert = p->v[i],
            .issuer = p->v[i + 1],
            .anchor = q->anchor,
            .outer = q,
            .depth = q->depth + 1,
            .checks = q->checks,
            .out = &found,
        };
        TRY(inquire(&sub));
        if (found.state == REVOCATION_UNKNOWN || (found.state == REVOCATION_REVOKED && found.since <= at))
            return OK;
    }
    *out = true;
    return OK;
}

rc inquiry_trusts(const struct inquiry *q, const struct cert *signer, instant made, bool nocheck, bool *out)
{
    struct path_trust any_policy = *q->t;
    struct path p;
    *out = false;
    any_policy.n_policies = 0;
    any_policy.explicit_policy = false;
    if (q->depth == SIGNER_DEPTH_MAX)
        return OK;
    instant at = made > q->at ? made : q->at; /* a certificate that was issued after `at` may speak of it */
    TRY(path_build(&any_policy, signer, at, &p));
    if (p.fault != PATH_OK || !cert_same(p.v[p.n - 1], q->anchor))
        return OK;
    if (nocheck && p.n >= 2) {
        *out = true; /* its issuer is the certificate's issuer, who is asked about elsewhere */
        return OK;
    }
    return path_holds(q, &p, at, out);
}

rc revocation_status(struct arena *a, const struct path_trust *t, const struct revocation_evidence *e,
                     const struct path *p, size_t i, instant at, struct revocation *out)
{
    struct checks checks = {.left = CHECKS_MAX};
    struct inquiry q = {
        .a = a,
        .t = t,
        .e = e,
        .at = at,
        .cert = p->v[i],
        .issuer = p->v[i + 1],
        .anchor = p->v[p->n - 1],
        .checks = &checks,
        .out = out,
    };
    TRY(inquire(&q));
    /* Else whoever has one good answer from before the revocation hides the later one behind a heap of false ones. */
    if (checks.refused && out->state == REVOCATION_GOOD)
        *out = (struct revocation){.state = REVOCATION_UNKNOWN, .gap = REVOCATION_UNTRUSTED};
    return OK;
}

rc path_check(struct arena *a, const struct path_trust *t, const struct revocation_evidence *e, const struct cert *leaf,
              instant at, struct path *out, struct revocation *status)
{
    struct revocation here[PATH_LENGTH_MAX];
    struct revocation *found = status ? status : here;
    TRY(path_build(t, leaf, at, out));
    for (size_t i = out->n; out->fault == PATH_OK && i-- > 0;) { /* from the anchor down */
        found[i] = (struct revocation){.state = REVOCATION_GOOD};
        if (i + 1 == out->n)
            continue;
        TRY(revocation_status(a, t, e, out, i, at, &found[i]));
        if (found[i].state == REVOCATION_UNKNOWN)
            out->fault = PATH_REVOCATION_UNKNOWN;
        else if (found[i].state == REVOCATION_REVOKED && found[i].since <= at)
            out->fault = PATH_REVOKED;
        out->at = out->fault == PATH_OK ? 0 : i;
    }
    return OK;
}

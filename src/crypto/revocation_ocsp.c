/* Revocation by OCSP answers (RFC 6960 section 3.2). */
#include "crypto/ocsp.h"
#include "crypto/revocation_impl.h"

static rc find_signer(const struct inquiry *q, const struct ocsp_response *r, const struct cert **out)
{
    bool trusted = true;
    const struct cert *signer = !inquiry_may_check(q) ? NULL : ocsp_signer(r, q->issuer, q->t->pool, q->t->n_pool);
    if (signer && signer != q->issuer)
        TRY(inquiry_trusts(q, signer, r->produced, signer->ocsp_nocheck, &trusted));
    *out = trusted ? signer : NULL;
    return OK;
}

static void take(const struct inquiry *q, const struct ocsp_response *r, const struct ocsp_single *s,
                 const struct cert *signer)
{
    struct revocation found = {
        .state = s->state == OCSP_REVOKED ? REVOCATION_REVOKED : REVOCATION_GOOD,
        .since = s->since,
        .reason = s->reason,
        .answer = r,
        .signer = signer,
        .this_update = s->this_update,
        .next_update = s->next_update,
        .has_next_update = s->has_next_update,
        .current = inquiry_is_current(q, s->this_update, s->has_next_update ? &s->next_update : NULL),
    };
    bool covered = inquiry_covers_expiry(q, s->this_update, s->keeps_expired ? &s->expired_since : NULL);
    if (s->state == OCSP_GOOD && !(found.current && covered)) {
        found.state = REVOCATION_UNKNOWN;
        found.gap = REVOCATION_NOT_CURRENT;
    }
    found = *revocation_better(q->out, &found);
    *q->out = found;
}

rc inquiry_answers(const struct inquiry *q)
{
    for (size_t i = 0; i < q->e->n_answers; i++) {
        const struct ocsp_response *r = q->e->answers[i];
        const struct ocsp_single *s = ocsp_find(r, q->cert, q->issuer);
        const struct cert *signer = NULL;
        if (!s || s->state == OCSP_UNKNOWN || r->unknown_critical ||
            (q->e->now && (s->this_update > q->e->now || r->produced > q->e->now)))
            continue;
        TRY(find_signer(q, r, &signer));
        if (signer)
            take(q, r, s, signer);
        else
            inquiry_gap(q, REVOCATION_UNTRUSTED);
    }
    return OK;
}

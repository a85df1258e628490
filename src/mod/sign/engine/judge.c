#include "mod/sign/engine/judge.h"

#include <stdlib.h>

#include "mod/sign/engine/strength.h"

const char *sign_level_name(enum sign_format f, enum sign_level l)
{
    static const char *const names[][SIGN_LTA + 1] = {
        [SIGN_PADES] = {"PAdES-B-B", "PAdES-B-T", "PAdES-B-LT", "PAdES-B-LTA"},
        [SIGN_PDF_CMS] = {"PDF-CMS", "PDF-CMS-T", "PDF-CMS-LT", "PDF-CMS-LTA"},
        [SIGN_CADES] = {"CAdES-B-B", "CAdES-B-T", "CAdES-B-LT", "CAdES-B-LTA"},
        [SIGN_XADES] = {"XAdES-B-B", "XAdES-B-T", "XAdES-B-LT", "XAdES-B-LTA"},
        [SIGN_JADES] = {"JAdES-B-B", "JAdES-B-T", "JAdES-B-LT", "JAdES-B-LTA"},
    };
    return names[f][l];
}

/* ---- what there is to judge with ---- */

struct court {
    struct arena *a;
    const struct sign_rules *r;
    struct path_trust trust; /* every anchor, whenever it counts */
    bool always;             /* each counts for everything at any time */
    struct revocation_evidence evidence;
};

/* Two lists as one; both may be long, so the longer is not copied without need. */
static rc join(struct arena *a, const void *x, size_t n_x, const void *y, size_t n_y, const void **out)
{
    *out = n_y ? y : x;
    if (n_x == 0 || n_y == 0)
        return OK;
    const size_t each = sizeof(void *);
    char *both = arena_array(a, n_x + n_y, each);
    if (!both)
        return arena_failed(a);
    memcpy(both, x, n_x * each);
    memcpy(both + n_x * each, y, n_y * each);
    *out = both;
    return OK;
}

static rc open_court(struct arena *a, const struct sign_rules *r, const struct sign_subject *s, struct court *c)
{
    const void *pool;
    const void *crls;
    const void *answers;
    struct cert **anchors = ARENA_ARRAY(a, r->n_anchors + 1, struct cert *);
    if (!anchors)
        return arena_failed(a);
    for (size_t i = 0; i < r->n_anchors; i++)
        anchors[i] = r->anchors[i].cert;
    bool always = true;
    for (size_t i = 0; i < r->n_anchors; i++)
        always &= r->anchors[i].use == USE_ANY && r->anchors[i].n_periods == 0;
    TRY(join(a, s->certs, s->n_certs, r->pool, r->n_pool, &pool));
    TRY(join(a, s->crls, s->n_crls, r->crls, r->n_crls, &crls));
    TRY(join(a, s->answers, s->n_answers, r->answers, r->n_answers, &answers));
    *c = (struct court){
        .a = a,
        .r = r,
        .always = always,
        .trust = {.anchors = anchors, .n_anchors = r->n_anchors, .pool = pool, .n_pool = s->n_certs + r->n_pool},
        .evidence = {.crls = crls,
                     .n_crls = s->n_crls + r->n_crls,
                     .answers = answers,
                     .n_answers = s->n_answers + r->n_answers,
                     .now = r->now},
    };
    return OK;
}

/* ---- whom to trust, for what, when ---- */

static bool counts(const struct sign_anchor *n, enum sign_use use, instant at)
{
    if (n->use != USE_ANY && n->use != use)
        return false;
    for (size_t i = 0; i < n->n_periods; i++)
        if (n->periods[i].from <= at)
            return n->periods[i].granted;
    return n->n_periods == 0;
}

static rc trust_at(const struct court *c, enum sign_use use, instant at, struct path_trust *out)
{
    *out = c->trust;
    if (c->always)
        return OK;
    struct cert **anchors = ARENA_ARRAY(c->a, c->r->n_anchors + 1, struct cert *);
    if (!anchors)
        return arena_failed(c->a);
    out->anchors = anchors;
    out->n_anchors = 0;
    for (size_t i = 0; i < c->r->n_anchors; i++)
        if (counts(&c->r->anchors[i], use, at))
            anchors[out->n_anchors++] = c->r->anchors[i].cert;
    return OK;
}

static rc check_path(const struct court *c, enum sign_use use, const struct cert *leaf, instant at, struct path *out,
                     struct revocation *status)
{
    struct path_trust t;
    TRY(trust_at(c, use, at, &t));
    return path_check(c->a, &t, &c->evidence, leaf, at, out, status);
}

/* ---- a path's fault in the standard's words ---- */

/* `claimed`: the signer says that it was made at or after the instant in question. */
static enum sub_indication path_sub(const struct path *p, const struct revocation *status, bool claimed)
{
    bool leaf = p->at == 0;
    switch (p->fault) {
    case PATH_OK:
        return SUB_NONE;
    case PATH_NO_CHAIN:
        return SUB_NO_CERTIFICATE_CHAIN_FOUND;
    case PATH_NOT_YET_VALID: /* the signature existed before: no later proof can mend that */
        return leaf ? SUB_NOT_YET_VALID : SUB_CHAIN_CONSTRAINTS_FAILURE;
    case PATH_EXPIRED:
        return leaf && claimed ? SUB_EXPIRED : SUB_OUT_OF_BOUNDS_NO_POE;
    case PATH_REVOKED:
        if (!leaf)
            return SUB_REVOKED_CA_NO_POE;
        return claimed ? SUB_REVOKED : SUB_REVOKED_NO_POE;
    case PATH_REVOCATION_UNKNOWN:
        return status[p->at].gap == REVOCATION_NOT_CURRENT ? SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE : SUB_TRY_LATER;
    case PATH_TOO_LONG:
    case PATH_NOT_A_CA:
    case PATH_LENGTH:
    case PATH_NAMES:
    case PATH_POLICY:
    case PATH_EXTENSION:
        return SUB_CHAIN_CONSTRAINTS_FAILURE;
    case PATH_BAD_SIGNATURE:
    case PATH_OTHER_FAULT:
        break;
    }
    return SUB_CERTIFICATE_CHAIN_GENERAL_FAILURE;
}

/* ---- time-stamps ---- */

enum sub_indication sub_of_cms(enum cms_outcome o)
{
    switch (o) {
    case CMS_VALID:
        return SUB_NONE;
    case CMS_NO_CERTIFICATE:
        return SUB_NO_SIGNING_CERTIFICATE_FOUND;
    case CMS_DIGEST_MISMATCH:
        return SUB_HASH_FAILURE;
    case CMS_SIGNATURE_WRONG:
        return SUB_SIG_CRYPTO_FAILURE;
    case CMS_WEAK_DIGEST:
    case CMS_ALGORITHM:
        return SUB_CRYPTO_CONSTRAINTS_FAILURE;
    case CMS_CERT_MISMATCH:
        return SUB_SIG_CONSTRAINTS_FAILURE;
    case CMS_NO_CONTENT:
        return SUB_SIGNED_DATA_NOT_FOUND;
    case CMS_FORMAT:
    case CMS_CONTENT_TYPE:
        break;
    }
    return SUB_FORMAT_FAILURE;
}

enum sub_indication sub_of_stamp(const struct tsp_check *c)
{
    switch (c->outcome) {
    case TSP_VALID:
        return SUB_NONE;
    case TSP_IMPRINT:
        return SUB_HASH_FAILURE;
    case TSP_WEAK_IMPRINT:
        return SUB_CRYPTO_CONSTRAINTS_FAILURE;
    case TSP_PURPOSE:
        return SUB_CHAIN_CONSTRAINTS_FAILURE;
    case TSP_NONCE:
    case TSP_POLICY:
    case TSP_NO_SIGNING_CERT:
        return SUB_SIG_CONSTRAINTS_FAILURE;
    case TSP_SIGNATURE:
        break;
    }
    return sub_of_cms(c->cms.outcome);
}
/* At `at`, which a later time-stamp proves, or now. */
static rc judge_stamp(struct court *c, struct sign_stamp *s, instant at)
{
    struct revocation status[PATH_LENGTH_MAX];
    const struct cert *authority = s->check.cms.cert;
    instant made = s->token->info.time;
    s->sub = sub_of_stamp(&s->check);
    if (s->sub != SUB_NONE)
        return OK;
    if (made > at) {
        s->sub = SUB_TIMESTAMP_ORDER_FAILURE;
        return OK;
    }
    TRY(check_path(c, USE_STAMPS, authority, at, &s->path, status));
    s->sub = path_sub(&s->path, status, false);
    if (s->sub == SUB_NONE && (made < authority->not_before || made > authority->not_after))
        s->sub = SUB_CHAIN_CONSTRAINTS_FAILURE;
    if (s->sub == SUB_NONE && !strength_suffices(s->check.cms.scheme, authority, at))
        s->sub = SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE;
    return OK;
}

/* The latest first; of equal times the one that covers more. */
static int latest_first(const void *x, const void *y)
{
    const struct sign_stamp *a = x;
    const struct sign_stamp *b = y;
    instant s = a->token->info.time;
    instant t = b->token->info.time;
    if (s != t)
        return s < t ? 1 : -1;
    return (int)b->kind - (int)a->kind;
}

/* From the latest back: each is judged at the instant that those after it prove. */
static rc judge_stamps(struct court *c, struct sign_subject *s, struct sign_judgement *out)
{
    out->best = c->r->now;
    if (s->n_stamps > 1)
        qsort(s->stamps, s->n_stamps, sizeof *s->stamps, latest_first);
    for (size_t i = 0; i < s->n_stamps; i++) {
        TRY(judge_stamp(c, &s->stamps[i], out->best));
        if (s->stamps[i].sub != SUB_NONE || s->stamps[i].kind == STAMP_CONTENT)
            continue; /* a content time-stamp is older than the signature: it proves nothing about it */
        out->best = s->stamps[i].token->info.time;
        out->best_proven = true;
    }
    return OK;
}

/* A time-stamp over a signature cannot be younger than one that covers both (5.6.2.2.4, order of time-stamps). */
static bool in_order(const struct sign_subject *s)
{
    instant youngest_signature = INT64_MIN;
    instant oldest_archive = INT64_MAX;
    for (size_t i = 0; i < s->n_stamps; i++) {
        instant t = s->stamps[i].token->info.time;
        if (s->stamps[i].kind == STAMP_SIGNATURE && t > youngest_signature)
            youngest_signature = t;
        if ((s->stamps[i].kind == STAMP_ARCHIVE || s->stamps[i].kind == STAMP_DOCUMENT) && t < oldest_archive)
            oldest_archive = t;
    }
    return youngest_signature <= oldest_archive;
}

/* ---- the signer ---- */

static const struct sign_anchor *anchor_of(const struct sign_rules *r, const struct path *p, instant at)
{
    for (size_t i = 0; p->n > 0 && i < r->n_anchors; i++)
        if (cert_same(r->anchors[i].cert, p->v[p->n - 1]) && counts(&r->anchors[i], USE_SIGNATURES, at))
            return &r->anchors[i];
    return NULL;
}

/* A path that leads to somebody who was trusted at another time, or is for something else: worth saying. */
static rc say_not_granted(const struct court *c, const struct sign_subject *s, struct sign_judgement *out)
{
    struct path p;
    if (c->always)
        return OK;
    TRY(path_build(&c->trust, s->cert, out->best, &p));
    if (p.fault != PATH_OK)
        return OK;
    out->words = N_("{1} is on a trusted list, but not for signatures, or not granted there at that time.");
    out->args[0] = cert_name_text(c->a, p.v[p.n - 1]->subject);
    return arena_rc(c->a);
}

static bool may_sign(const struct cert *c)
{
    return !c->has_usage || c->usage & (CERT_DIGITAL_SIGNATURE | CERT_CONTENT_COMMITMENT);
}

/* Whether the signer's own word puts the signature behind the end of the certificate. */
static bool claims_later(const struct sign_subject *s, const struct sign_judgement *j)
{
    if (!s->has_time)
        return false;
    if (j->path.fault == PATH_EXPIRED)
        return s->time > s->cert->not_after;
    return j->path.fault == PATH_REVOKED && s->time >= j->revocation[0].since;
}

static rc judge_signer(struct court *c, const struct sign_subject *s, struct sign_judgement *out)
{
    TRY(check_path(c, USE_SIGNATURES, s->cert, out->best, &out->path, out->revocation));
    out->sub = path_sub(&out->path, out->revocation, claims_later(s, out));
    if (out->sub == SUB_NO_CERTIFICATE_CHAIN_FOUND)
        TRY(say_not_granted(c, s, out));
    if (out->sub == SUB_OUT_OF_BOUNDS_NO_POE && out->path.at == 0) { /* was it good to its end? (5.2.6.4) */
        struct path p;
        TRY(check_path(c, USE_SIGNATURES, s->cert, s->cert->not_after, &p, NULL));
        if (p.fault == PATH_OK)
            out->sub = SUB_OUT_OF_BOUNDS_NOT_REVOKED;
    }
    if (out->sub == SUB_NONE && !may_sign(s->cert))
        out->sub = SUB_CHAIN_CONSTRAINTS_FAILURE;
    if (out->sub == SUB_NONE && !strength_suffices(s->scheme, s->cert, out->best))
        out->sub = strength_sufficed(s->scheme, s->cert) ? SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE
                                                         : SUB_CRYPTO_CONSTRAINTS_FAILURE;
    return OK;
}

/* ---- level ---- */

static bool has_stamp(const struct sign_subject *s, enum sign_stamp_kind kind, enum sign_stamp_kind or_kind)
{
    for (size_t i = 0; i < s->n_stamps; i++)
        if ((s->stamps[i].kind == kind || s->stamps[i].kind == or_kind) && s->stamps[i].sub == SUB_NONE)
            return true;
    return false;
}

static enum sign_level level_of(const struct sign_subject *s)
{
    if (!has_stamp(s, STAMP_SIGNATURE, STAMP_DOCUMENT))
        return SIGN_B;
    if (s->n_crls + s->n_answers == 0)
        return SIGN_T;
    return has_stamp(s, STAMP_ARCHIVE, STAMP_DOCUMENT) ? SIGN_LTA : SIGN_LT;
}

rc sign_judge(struct arena *a, const struct sign_rules *r, struct sign_subject *s, struct sign_judgement *out)
{
    struct court c;
    *out = (struct sign_judgement){.sub = s->form, .best = r->now};
    TRY(open_court(a, r, s, &c));
    TRY(judge_stamps(&c, s, out));
    out->level = level_of(s);
    out->is_ades = s->names_cert;
    if (out->sub == SUB_NONE && !s->cert)
        out->sub = SUB_NO_SIGNING_CERTIFICATE_FOUND;
    if (out->sub == SUB_NONE && !in_order(s))
        out->sub = SUB_TIMESTAMP_ORDER_FAILURE;
    if (out->sub == SUB_NONE)
        TRY(judge_signer(&c, s, out));
    out->verdict = sub_indication_verdict(out->sub);
    if (!out->words) {
        out->words = s->form != SUB_NONE && s->form_words ? s->form_words : sub_indication_words(out->sub);
        out->args[0] = s->form_args[0];
        out->args[1] = s->form_args[1];
    }
    out->anchor = anchor_of(r, &out->path, out->best);
    if (out->verdict == VERDICT_PASSED && out->anchor)
        out->presumption = out->anchor->presumption;
    return OK;
}

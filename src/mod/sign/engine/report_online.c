/* A report that asks for the revocation data that it lacks. */
#include "base/vec.h"
#include "crypto/ocsp.h"
#include "mod/sign/engine/report.h"

enum { ASKED_MAX = 64 }; /* certificates in all, so that a file cannot keep us asking */

struct asking {
    struct arena *a;
    const struct sign_net *net;
    struct sign_rules *rules; /* what comes is added */
    VEC(struct crl *) crls;
    VEC(struct ocsp_response *) answers;
    VEC(struct sign_warning) warnings;
    const struct cert *asked[ASKED_MAX];
    size_t n_asked;
    bool got; /* something new in this round */
};

/* The error's words outlive it. */
static rc add_warning(struct asking *x, const struct err *e)
{
    struct sign_warning *w = VEC_ADD(&x->warnings, x->a);
    if (!w)
        return arena_failed(x->a);
    *w = (struct sign_warning){.name = "no-answer", .words = e->main.msgid};
    for (int i = 0; i < 2 && i < e->main.n_args; i++)
        w->args[i] = arena_str(x->a, e->main.arg[i]);
    return arena_rc(x->a);
}

static rc add_answer(struct asking *x, const struct sign_revocation *r)
{
    struct crl *crl = NULL;
    struct ocsp_response *answer = NULL;
    if (r->crl.p && crl_read(x->a, r->crl, &crl, NULL) == OK) {
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
        struct crl **place = VEC_ADD(&x->crls, x->a);
        if (!place)
            return arena_failed(x->a);
        *place = crl;
        x->got = true;
    }
    if (r->ocsp.p && ocsp_read(x->a, r->ocsp, &answer, NULL) == OK) {
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
        struct ocsp_response **place = VEC_ADD(&x->answers, x->a);
        if (!place)
            return arena_failed(x->a);
        *place = answer;
        x->got = true;
    }
    return arena_rc(x->a);
}

/* Only paths that lead to somebody trusted come this far: the addresses are their authorities' own. */
static rc ask_for(struct asking *x, const struct path *p)
{
    struct err err = {0};
    struct sign_revocation found = {.ocsp = {NULL, 0}, .crl = {NULL, 0}};
    if (p->fault != PATH_REVOCATION_UNKNOWN || p->at + 1 >= p->n || x->n_asked == ASKED_MAX)
        return OK;
    for (size_t i = 0; i < x->n_asked; i++)
        if (cert_same(x->asked[i], p->v[p->at]))
            return OK;
    x->asked[x->n_asked++] = p->v[p->at];
    rc r = x->net->revocation(x->net->arg, x->a, p->v[p->at], p->v[p->at + 1], &found, &err);
    TRY(arena_rc(x->a));
    return r == OK ? add_answer(x, &found) : err.main.msgid ? add_warning(x, &err) : OK;
}

static rc ask_round(struct asking *x, const struct report *r)
{
    x->got = false;
    for (size_t i = 0; i < r->n; i++) {
        TRY(ask_for(x, &r->v[i].result->path));
        for (size_t k = 0; k < r->v[i].subject->n_stamps; k++)
            TRY(ask_for(x, &r->v[i].subject->stamps[k].path));
    }
    x->rules->crls = x->crls.v;
    x->rules->n_crls = x->crls.n;
    x->rules->answers = x->answers.v;
    x->rules->n_answers = x->answers.n;
    x->rules->warnings = x->warnings.v;
    x->rules->n_warnings = x->warnings.n;
    return OK;
}

static rc keep_given(struct asking *x, const struct sign_rules *given)
{
    for (size_t i = 0; i < given->n_crls; i++) {
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
        struct crl **place = VEC_ADD(&x->crls, x->a);
        if (!place)
            return arena_failed(x->a);
        *place = given->crls[i];
    }
    for (size_t i = 0; i < given->n_answers; i++) {
        /* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
        struct ocsp_response **place = VEC_ADD(&x->answers, x->a);
        if (!place)
            return arena_failed(x->a);
        *place = given->answers[i];
    }
    for (size_t i = 0; i < given->n_warnings; i++) {
        struct sign_warning *w = VEC_ADD(&x->warnings, x->a);
        if (!w)
            return arena_failed(x->a);
        *w = given->warnings[i];
    }
    return OK;
}

rc report_make_online(struct arena *a, const struct report_input *in, const struct sign_net *net, struct report **out)
{
    struct sign_rules rules = *in->rules;
    struct report_input again = *in;
    struct asking x = {.a = a, .net = net, .rules = &rules};
    again.rules = &rules;
    TRY(keep_given(&x, in->rules));
    do { /* each answer may lead one certificate further up the path */
        TRY(report_make(a, &again, out));
        TRY(ask_round(&x, *out));
    } while (x.got);
    (*out)->warnings = rules.warnings;
    (*out)->n_warnings = rules.n_warnings;
    return OK;
}

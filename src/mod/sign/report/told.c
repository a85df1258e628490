#include "mod/sign/report/told_impl.h"

enum { TEXT_MAX = 64 * 1024 };

/* ---- words ---- */

str told_text(const struct telling *t, const char *msgid)
{
    return str_of(tr(t->lang, msgid));
}

str told_format(const struct telling *t, const char *msgid, const str *args, int n)
{
    BUF_SCOPED b = BUF_INIT(TEXT_MAX);
    tr_f(&b, t->lang, msgid, args, n);
    return arena_str(t->a, buf_str(&b));
}

str told_time(const struct telling *t, instant when)
{
    BUF_SCOPED b = BUF_INIT(256);
    fmt_instant(&b, t->lang, when);
    return arena_str(t->a, buf_str(&b));
}

rc told_fact(const struct telling *t, told_pairs *to, const char *key, str value)
{
    struct told_pair *p = VEC_ADD(to, t->a);
    if (!p || !value.p)
        return arena_failed(t->a);
    *p = (struct told_pair){told_text(t, key), value};
    return OK;
}

str told_err(struct arena *a, const struct err *e, enum lang lang)
{
    BUF_SCOPED b = BUF_INIT(TEXT_MAX);
    tr_err(&b, lang, &e->main);
    return arena_str(a, buf_str(&b));
}

str told_change_words(struct arena *a, const struct pdf_step *s, enum lang lang)
{
    const struct telling t = {.a = a, .lang = lang};
    return TOLD(&t, pdf_edit_words(s->edit), arena_printf(a, "%zu", s->rev + 1),
                s->field.n ? s->field : arena_printf(a, "%u", s->object));
}

str told_fault_words(struct arena *a, const struct report_fault *f, enum lang lang)
{
    const struct telling t = {.a = a, .lang = lang};
    return TOLD(&t, f->words, f->file);
}

str told_warning_words(struct arena *a, const struct sign_warning *w, enum lang lang)
{
    const struct telling t = {.a = a, .lang = lang};
    return told_format(&t, w->words, w->args, 2);
}

/* ---- the whole ---- */

static bool only_container_fails(const struct report *r)
{
    bool signature = false;
    for (size_t i = 0; i < r->n; i++)
        signature |= r->v[i].result->verdict == VERDICT_FAILED;
    return r->n_faults > 0 && !signature;
}

static size_t signers(const struct report *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        n += !r->v[i].is_timestamp;
    return n;
}

static const char *head_of(const struct report *r)
{
    if (r->n == 0)
        return r->unreadable.code == OK ? N_("This file has no signature") : N_("This file cannot be checked");
    switch (r->verdict) {
    case VERDICT_PASSED:
        return signers(r) == 0   ? N_("The time-stamp holds")
               : signers(r) == 1 ? N_("The signature holds")
                                 : N_("All signatures hold");
    case VERDICT_INDETERMINATE:
        return N_("It is not certain that the signature can be relied on");
    case VERDICT_FAILED:
        break;
    }
    return N_("Do not rely on this document");
}

static str lead_of(const struct telling *t)
{
    const struct report *r = t->r;
    if (r->unreadable.code != OK && r->n == 0)
        return told_err(t->a, &r->unreadable, t->lang);
    if (r->n == 0)
        return told_text(t, N_("Nobody vouches for it: it may have been made or changed by anybody."));
    switch (r->verdict) {
    case VERDICT_PASSED:
        return told_text(t, N_("The document is the one that was signed, and everything that the signature rests on "
                               "could be checked."));
    case VERDICT_INDETERMINATE:
        return told_text(t, N_("The document was not found to be altered, but something that the signature rests on "
                               "could not be settled. The reason stands with each signature."));
    case VERDICT_FAILED:
        break;
    }
    if (only_container_fails(r))
        return told_text(t, N_("No signature was found to be wrong, but the container itself is: what is wrong with it "
                               "stands below."));
    return told_text(t, N_("At least one signature does not hold: the document was altered, or the signature is not "
                           "genuine. The reason stands with each signature."));
}

static rc tell_file(const struct telling *t, struct told *out)
{
    const struct report *r = t->r;
    TRY(told_fact(t, &out->facts, N_("File"), r->name));
    if (r->format != REPORT_UNKNOWN)
        TRY(told_fact(t, &out->facts, N_("Format"), str_of(report_format_name(r->format))));
    TRY(told_fact(t, &out->facts, N_("Size in bytes"), arena_printf(t->a, "%llu", (unsigned long long)r->size)));
    TRY(told_fact(t, &out->facts, N_("SHA-256"), sha256_hex_text(t->a, &r->sha256)));
    if (r->revisions > 1)
        TRY(told_fact(t, &out->facts, N_("Revisions"), arena_printf(t->a, "%zu", r->revisions)));
    return told_fact(t, &out->facts, N_("Checked at"), told_time(t, r->at));
}

static rc tell_changes(const struct telling *t, struct told *out)
{
    const struct report *r = t->r;
    out->changes = ARENA_ARRAY(t->a, r->n_changes + 1, struct told_change);
    if (!out->changes)
        return arena_failed(t->a);
    for (size_t i = 0; i < r->n_changes; i++)
        out->changes[out->n_changes++] = (struct told_change){
            .text = told_change_words(t->a, r->changes[i].step, t->lang), .refused = r->changes[i].refused};
    return OK;
}

static rc tell_faults(const struct telling *t, struct told *out)
{
    const struct report *r = t->r;
    out->faults = ARENA_ARRAY(t->a, r->n_faults + 1, str);
    out->warnings = ARENA_ARRAY(t->a, r->n_warnings + 1, str);
    if (!out->faults || !out->warnings)
        return arena_failed(t->a);
    for (size_t i = 0; i < r->n_faults; i++)
        out->faults[out->n_faults++] = told_fault_words(t->a, &r->faults[i], t->lang);
    for (size_t i = 0; i < r->n_warnings; i++)
        out->warnings[out->n_warnings++] = told_warning_words(t->a, &r->warnings[i], t->lang);
    return OK;
}

rc told_make(struct arena *a, const struct report *r, enum lang lang, struct told **out)
{
    const struct telling t = {.a = a, .r = r, .lang = lang};
    struct told *o = ARENA_NEW(a, struct told);
    if (!o)
        return arena_failed(a);
    *out = o;
    o->verdict = r->verdict;
    o->head = told_text(&t, head_of(r));
    o->lead = lead_of(&t);
    o->standard = str_of(verdict_name(r->verdict));
    TRY(tell_file(&t, o));
    o->v = ARENA_ARRAY(a, r->n + 1, struct told_signature);
    if (!o->v)
        return arena_failed(a);
    for (size_t i = 0; i < r->n; i++)
        TRY(told_signature(&t, i, &o->v[o->n++]));
    TRY(tell_faults(&t, o));
    TRY(tell_changes(&t, o));
    return arena_rc(a);
}

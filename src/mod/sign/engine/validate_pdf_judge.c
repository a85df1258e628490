#include <stdlib.h>

#include "mod/sign/engine/validate_pdf_impl.h"

/* A document time-stamp proves that all before it existed: it serves every signature of an earlier revision. */
static rc with_document_stamps(struct pdf_court *c, struct pdf_judged *j)
{
    const struct pdf_report *all = c->report;
    struct sign_subject *s = &j->subject;
    struct sign_stamp *v = ARENA_ARRAY(c->a, s->n_stamps + all->n, struct sign_stamp);
    if (!v)
        return arena_failed(c->a);
    if (s->n_stamps)
        memcpy(v, s->stamps, s->n_stamps * sizeof *v);
    for (size_t i = 0; i < all->n; i++) {
        const struct pdf_judged *t = &all->v[i];
        if (t->is_timestamp && t->subject.form == SUB_NONE && !t->refused && t->signature->rev > j->signature->rev)
            v[s->n_stamps++] = t->stamp;
    }
    s->stamps = v;
    return OK;
}

/* The time-stamp itself, as a signature: with those after it as proof. */
static rc judge_document_stamp(struct pdf_court *c, struct pdf_judged *j)
{
    struct sign_subject s = j->subject;
    if (s.form == SUB_NONE) {
        s.form = sub_of_stamp(&j->stamp.check);
        if (j->stamp.check.outcome == TSP_PURPOSE)
            s.form_words = N_("Its certificate is not one that may sign time-stamps.");
    }
    s.cert = j->stamp.check.cms.cert;
    s.scheme = j->stamp.check.cms.scheme;
    s.names_cert = true;
    j->subject = s;
    TRY(with_document_stamps(c, j));
    return sign_judge(c->a, c->r, &j->subject, &j->result);
}

static str place_of(struct arena *a, const struct pdf_step *s)
{
    return s->field.n ? s->field : arena_printf(a, "%u", s->object);
}

/* What came later and is not permitted makes the document another one than was signed, whatever else holds. */
static rc judge_later(struct pdf_court *c, struct pdf_judged *j)
{
    struct pdf_permission p = pdf_signature_permits(j->signature);
    struct sign_subject *s = &j->subject;
    if (j->signature->fault != PDF_FINE)
        return OK;
    j->whole = j->signature->rev == pdf_newest(c->doc) && c->report->appended == 0;
    j->refused = pdf_diff_judge(c->report->steps, c->report->n_steps, j->signature->rev, &p);
    if (s->form != SUB_NONE)
        return OK;
    if (c->report->appended > 0) {
        s->form_args[0] = arena_printf(c->a, "%zu", c->report->appended);
        return pdf_says(
            s, SUB_FORMAT_FAILURE,
            N_("{1} bytes were appended to the signed document that are no proper revision of it (incremental "
               "saving attack)."));
    }
    if (!j->refused)
        return OK;
    s->form_args[0] = arena_printf(c->a, "%zu", j->refused->rev + 1);
    s->form_args[1] = place_of(c->a, j->refused);
    return pdf_says(s, SUB_FORMAT_FAILURE, pdf_edit_words(j->refused->edit));
}

/* A visible signature that does not hold is a picture that somebody put over the signed page. */
static void judge_pictures(struct pdf_court *c)
{
    struct pdf_report *all = c->report;
    for (size_t k = 0; k < all->n_steps; k++) {
        const struct pdf_step *step = &all->steps[k];
        const struct pdf_judged *its = NULL;
        for (size_t i = 0; i < all->n && step->edit == PDF_EDIT_SIGNATURE && step->visible; i++)
            if (all->v[i].signature->field.ref.num == step->object)
                its = &all->v[i];
        if (!its || its->result.verdict != VERDICT_FAILED)
            continue;
        for (size_t i = 0; i < all->n; i++) {
            struct pdf_judged *j = &all->v[i];
            if (j == its || j->is_timestamp || j->signature->rev >= step->rev || j->result.verdict == VERDICT_FAILED)
                continue;
            j->refused = step;
            j->result.verdict = VERDICT_FAILED;
            j->result.sub = SUB_FORMAT_FAILURE;
            j->result.words = N_("Revision {1} puts the picture of a signature on a page, in the field {2}, and that "
                                 "signature does not hold.");
            j->result.args[0] = arena_printf(c->a, "%zu", step->rev + 1);
            j->result.args[1] = step->field;
        }
    }
}

static int by_revision(const void *x, const void *y)
{
    const struct pdf_judged *a = x;
    const struct pdf_judged *b = y;
    return a->signature->rev < b->signature->rev ? -1 : a->signature->rev > b->signature->rev;
}

/* The signatures as of the newest state, or, when it has none, of the last one that had some: they were removed. */
static rc find_signatures(struct pdf_court *c, const struct pdf_signature **out, size_t *n)
{
    for (size_t rev = c->doc->n_revs; rev-- > 0;) {
        TRY(pdf_signatures(c->doc, rev, out, n));
        for (size_t i = 0; i < *n; i++)
            if ((*out)[i].is_signed)
                return OK;
    }
    return OK;
}

static rc list_signatures(struct pdf_court *c)
{
    struct pdf_report *all = c->report;
    const struct pdf_signature *found = NULL;
    size_t n = 0;
    size_t first = SIZE_MAX;
    TRY(find_signatures(c, &found, &n));
    all->v = ARENA_ARRAY(c->a, n + 1, struct pdf_judged);
    if (!all->v)
        return arena_failed(c->a);
    for (size_t i = 0; i < n; i++) {
        if (!found[i].is_signed)
            continue;
        all->v[all->n++] = (struct pdf_judged){.signature = &found[i]};
        if (found[i].fault == PDF_FINE && found[i].rev < first)
            first = found[i].rev;
    }
    if (all->n > 1)
        qsort(all->v, all->n, sizeof *all->v, by_revision);
    return first == SIZE_MAX ? OK : pdf_diff(c->doc, first, &all->steps, &all->n_steps);
}

/* XFA: what is shown is made by a program in the document, as it likes. It was dropped from PDF 2.0. */
static rc has_xfa(struct pdf_court *c, bool *yes)
{
    const struct pdf_object *catalog;
    const struct pdf_value *form;
    TRY(pdf_catalog(c->doc, pdf_newest(c->doc), &catalog));
    TRY(pdf_entry_resolved(c->doc, catalog->value, STR("AcroForm"), pdf_newest(c->doc), &form));
    *yes = pdf_entry(form, STR("XFA")) != NULL;
    return OK;
}

static rc read_all(struct pdf_court *c)
{
    struct pdf_report *all = c->report;
    bool xfa;
    TRY(has_xfa(c, &xfa));
    for (size_t i = 0; i < all->n; i++) {
        struct pdf_judged *j = &all->v[i];
        TRY(pdf_judged_read(c, j));
        TRY(judge_later(c, j));
        if (xfa && j->subject.form == SUB_NONE)
            TRY(pdf_says(&j->subject, SUB_SIG_CONSTRAINTS_FAILURE,
                         N_("The document has an XFA form: a program in it decides what is shown, so that nobody can "
                            "say what was signed.")));
    }
    return OK;
}

rc pdf_judge_all(struct pdf_court *c)
{
    struct pdf_report *all = c->report;
    TRY(list_signatures(c));
    TRY(pdf_court_gather(c));
    TRY(read_all(c));
    for (size_t i = all->n; i-- > 0;) { /* the latest first: it proves what the others are judged by */
        struct pdf_judged *j = &all->v[i];
        gather_into(&c->all, &j->subject);
        if (j->is_timestamp) {
            TRY(judge_document_stamp(c, j));
            continue;
        }
        TRY(with_document_stamps(c, j));
        TRY(sign_judge(c->a, c->r, &j->subject, &j->result));
    }
    judge_pictures(c);
    all->verdict = all->n ? VERDICT_PASSED : VERDICT_FAILED;
    for (size_t i = 0; i < all->n; i++)
        if (all->v[i].result.verdict > all->verdict)
            all->verdict = all->v[i].result.verdict;
    return OK;
}

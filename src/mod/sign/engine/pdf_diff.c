#include "mod/sign/engine/pdf_diff.h"

#include "mod/sign/engine/pdf_diff_impl.h"

rc diff_step(struct diff *d, enum pdf_edit edit, uint32_t object, str field)
{
    if (d->steps.n >= PDF_STEPS_MAX)
        return OK;
    struct pdf_step *s = VEC_ADD(&d->steps, d->doc->a);
    if (!s)
        return arena_failed(d->doc->a);
    *s = (struct pdf_step){.rev = d->now, .edit = edit, .object = object, .field = field};
    return OK;
}

/* ---- how often the state before refers to each object ---- */

static void count_references(struct diff *d, const struct pdf_value *v, uint32_t by)
{
    if (v->kind == PDF_REF && v->ref.num < d->n_objects)
        d->uses[v->ref.num] += by;
    if (v->kind == PDF_ARRAY || v->kind == PDF_DICT)
        for (const struct pdf_value *c = v->first; c; c = c->next)
            count_references(d, c, by); /* PDF_DEPTH_MAX deep */
}

static rc count_first_state(struct diff *d)
{
    const struct pdf_object *o;
    for (uint32_t num = 1; num < d->n_objects; num++) {
        TRY(pdf_object(d->doc, num, d->old, &o));
        count_references(d, o->value, 1);
    }
    return OK;
}

/* The next revision's state before is this one's state after. */
static rc count_changes(struct diff *d, const struct pdf_changed *v, size_t n)
{
    const struct pdf_object *o;
    for (size_t i = 0; i < n; i++) {
        TRY(diff_old(d, v[i].num, &o));
        count_references(d, o->value, UINT32_MAX); /* minus one */
        TRY(diff_now(d, v[i].num, &o));
        count_references(d, o->value, 1);
    }
    return OK;
}

/* ---- what nobody explained ---- */

static enum pdf_edit kind_of_change(struct diff *d, uint32_t num, const struct pdf_object *old)
{
    if (d->state[num] & DIFF_FREED)
        return PDF_EDIT_DELETED;
    if (!diff_defined(old, d->doc))
        return d->uses[num] ? PDF_EDIT_SHADOW : PDF_EDIT_ADDED;
    const struct pdf_value *type = pdf_entry(old->value, STR("Type"));
    if (pdf_name_is(type, STR("Page")) || pdf_name_is(type, STR("Pages")))
        return PDF_EDIT_PAGE;
    return pdf_name_is(type, STR("Annot")) ? PDF_EDIT_ANNOTATION : PDF_EDIT_REPLACED;
}

static rc name_unexplained(struct diff *d, const struct pdf_changed *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct pdf_object *old;
        if (d->state[v[i].num] & DIFF_EXPLAINED)
            continue;
        TRY(diff_old(d, v[i].num, &old));
        TRY(diff_step(d, kind_of_change(d, v[i].num, old), v[i].num, STR_EMPTY));
    }
    return OK;
}

/* What an object is for the file only: its own cross-reference stream, the containers of compressed objects (whose
 * contents are looked at one by one), and what did not change at all. */
static rc explain_plain(struct diff *d, uint32_t num)
{
    const struct pdf_object *old;
    const struct pdf_object *now;
    TRY(diff_old(d, num, &old));
    TRY(diff_now(d, num, &now));
    if (d->state[num] & DIFF_FREED) { /* a number that was free before is freed again */
        d->state[num] |= diff_defined(old, d->doc) ? 0 : DIFF_EXPLAINED;
        return OK;
    }
    const struct pdf_value *type = now->stream.p ? pdf_entry(now->value, STR("Type")) : NULL;
    bool container = pdf_name_is(type, STR("XRef")) || pdf_name_is(type, STR("ObjStm"));
    if (container && !diff_defined(old, d->doc))
        return diff_explain(d, num);
    if (diff_defined(old, d->doc) && diff_same(old->value, now->value) && str_eq(old->stream, now->stream) &&
        !old->stream.p == !now->stream.p)
        d->state[num] |= DIFF_EXPLAINED;
    return OK;
}

static rc compare(struct diff *d)
{
    const struct pdf_changed *v;
    size_t n;
    TRY(pdf_changes(d->doc, d->now, &v, &n));
    memset(d->state, 0, d->n_objects);
    d->widgets.n = d->n_explained = 0;
    for (size_t i = 0; i < n; i++)
        d->state[v[i].num] |= v[i].change == PDF_FREED ? DIFF_FREED : DIFF_CHANGED;
    TRY(diff_bytes(d));
    for (size_t i = 0; i < n; i++)
        TRY(explain_plain(d, v[i].num));
    TRY(diff_trailer(d));
    TRY(diff_catalog(d));
    TRY(diff_pages(d));
    TRY(name_unexplained(d, v, n));
    return count_changes(d, v, n);
}

rc pdf_diff(struct pdf_doc *doc, size_t from, const struct pdf_step **out, size_t *n)
{
    struct diff d = {.doc = doc, .old = from, .now = from + 1, .n_objects = pdf_next_number(doc)};
    *out = NULL;
    *n = 0;
    if (d.now < doc->n_revs) {
        d.uses = ARENA_ARRAY(doc->a, d.n_objects, uint32_t);
        d.state = ARENA_ARRAY(doc->a, d.n_objects, unsigned char);
        if (!d.uses || !d.state)
            return arena_failed(doc->a);
        TRY(count_first_state(&d));
    }
    for (; d.now < doc->n_revs; d.old++, d.now++)
        TRY(compare(&d));
    if (pdf_rest(doc).n > 0) {
        d.now = doc->n_revs;
        TRY(diff_step(&d, PDF_EDIT_BYTES, 0, STR_EMPTY));
    }
    *out = d.steps.v;
    *n = d.steps.n;
    return OK;
}

/* ---- judging ---- */

bool pdf_edit_refused(enum pdf_edit e)
{
    return e >= PDF_EDIT_BYTES;
}

static bool locked(const struct pdf_permission *p, str field)
{
    bool named = false;
    if (p->lock.action == PDF_LOCK_NONE)
        return false;
    for (size_t i = 0; i < p->lock.n && !named; i++) /* a name stands for all fields below it, too (12.8.2.4) */
        named = str_eq(p->lock.field[i], field) || (str_starts(field, p->lock.field[i]) &&
                                                    field.n > p->lock.field[i].n && field.p[p->lock.field[i].n] == '.');
    return p->lock.action == PDF_LOCK_ALL || named == (p->lock.action == PDF_LOCK_INCLUDE);
}

bool pdf_field_permitted(const struct pdf_permission *p, str field)
{
    return p->p != 1 && !locked(p, field);
}

static bool permitted(const struct pdf_step *s, const struct pdf_permission *p)
{
    switch (s->edit) {
    case PDF_EDIT_EVIDENCE:
    case PDF_EDIT_TIMESTAMP: /* also where no change is: errata to 12.8.2.2 (pdf-issues 766) */
    case PDF_EDIT_METADATA:
        return true;
    case PDF_EDIT_SIGNATURE:
    case PDF_EDIT_FILL:
        return pdf_field_permitted(p, s->field);
    case PDF_EDIT_BYTES:
    case PDF_EDIT_TRAILER:
    case PDF_EDIT_CATALOG:
    case PDF_EDIT_FORM:
    case PDF_EDIT_FIELD:
    case PDF_EDIT_REMOVED:
    case PDF_EDIT_PAGE:
    case PDF_EDIT_ANNOTATION:
    case PDF_EDIT_SHADOW:
    case PDF_EDIT_REPLACED:
    case PDF_EDIT_ADDED:
    case PDF_EDIT_DELETED:
        break;
    }
    return false;
}

const struct pdf_step *pdf_diff_judge(const struct pdf_step *step, size_t n, size_t rev, const struct pdf_permission *p)
{
    for (size_t i = 0; i < n; i++)
        if (step[i].rev > rev && !permitted(&step[i], p))
            return &step[i];
    return NULL;
}

const char *pdf_edit_name(enum pdf_edit e)
{
    static const char *const names[] = {
        [PDF_EDIT_EVIDENCE] = "evidence",
        [PDF_EDIT_TIMESTAMP] = "timestamp",
        [PDF_EDIT_SIGNATURE] = "signature",
        [PDF_EDIT_FILL] = "fill",
        [PDF_EDIT_METADATA] = "metadata",
        [PDF_EDIT_BYTES] = "bytes",
        [PDF_EDIT_TRAILER] = "trailer",
        [PDF_EDIT_CATALOG] = "catalog",
        [PDF_EDIT_FORM] = "form",
        [PDF_EDIT_FIELD] = "field",
        [PDF_EDIT_PAGE] = "page",
        [PDF_EDIT_ANNOTATION] = "annotation",
        [PDF_EDIT_SHADOW] = "shadow",
        [PDF_EDIT_REPLACED] = "replaced",
        [PDF_EDIT_ADDED] = "added",
        [PDF_EDIT_DELETED] = "deleted",
        [PDF_EDIT_REMOVED] = "signature-removed",
    };
    return names[e];
}

const char *pdf_edit_words(enum pdf_edit e)
{
    static const char *const words[] = {
        [PDF_EDIT_EVIDENCE] = N_("Revision {1} adds evidence (certificates, revocation data)."),
        [PDF_EDIT_TIMESTAMP] = N_("Revision {1} adds a document time-stamp."),
        [PDF_EDIT_SIGNATURE] = N_("Revision {1} adds a signature in the field {2}."),
        [PDF_EDIT_FILL] = N_("Revision {1} fills in the form field {2}."),
        [PDF_EDIT_METADATA] = N_("Revision {1} changes what the file says about itself (metadata)."),
        [PDF_EDIT_BYTES] =
            N_("Revision {1} holds bytes that belong to nothing in it: content may have been smuggled in."),
        [PDF_EDIT_TRAILER] = N_("Revision {1} replaces the root of the document."),
        [PDF_EDIT_CATALOG] = N_("Revision {1} changes the document's catalog: {2}."),
        [PDF_EDIT_FORM] = N_("Revision {1} changes the form itself: {2}."),
        [PDF_EDIT_FIELD] = N_("Revision {1} changes the field {2} in more than its value."),
        [PDF_EDIT_REMOVED] = N_("Revision {1} removes the signature in the field {2}."),
        [PDF_EDIT_PAGE] = N_("Revision {1} changes a page (object {2})."),
        [PDF_EDIT_ANNOTATION] = N_("Revision {1} adds, changes or removes an annotation (object {2})."),
        [PDF_EDIT_SHADOW] = N_(
            "Revision {1} supplies object {2}, which the earlier document already referred to: content was swapped."),
        [PDF_EDIT_REPLACED] = N_("Revision {1} replaces object {2}."),
        [PDF_EDIT_ADDED] = N_("Revision {1} adds object {2}, which nothing permitted uses."),
        [PDF_EDIT_DELETED] = N_("Revision {1} deletes object {2}."),
    };
    return words[e];
}

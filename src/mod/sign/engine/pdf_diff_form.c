/* The interactive form (ISO 32000-2, 12.7): values filled in, signatures added; nothing else. */
#include "mod/sign/engine/pdf_diff_impl.h"
#include "mod/sign/engine/pdf_text.h"
#include "mod/sign/engine/pdf_tree.h"

enum { FIELD_DEPTH_MAX = 32 };

struct field {
    uint32_t num;
    str name;                    /* full, UTF-8 */
    const struct pdf_value *old; /* NULL: new */
    const struct pdf_value *now;
    bool signature; /* its type, inherited */
    bool filled;    /* its value is another one, or that of the field above */
    int depth;
};

static rc full_name(struct diff *d, const struct field *parent, const struct pdf_value *own, str *out)
{
    str part = pdf_text(d->doc->a, own);
    if (!part.p)
        return arena_failed(d->doc->a);
    if (!parent || parent->name.n == 0)
        *out = part;
    else
        *out = part.n ? arena_printf(d->doc->a, "%.*s.%.*s", STR_ARG(parent->name), STR_ARG(part)) : parent->name;
    return out->p ? OK : arena_failed(d->doc->a);
}

/* ---- signatures ---- */

static bool covers_a_place(const struct pdf_value *field)
{
    const struct pdf_value *rect = pdf_entry(field, STR("Rect"));
    const struct pdf_value *v[4] = {NULL};
    size_t n = 0;
    if (!rect || rect->kind != PDF_ARRAY)
        return false;
    for (const struct pdf_value *c = rect->first; c && n < 4; c = c->next)
        v[n++] = c;
    return n == 4 && !diff_same(v[0], v[2]) && !diff_same(v[1], v[3]);
}

static bool is_timestamp(const struct pdf_value *dict)
{
    return pdf_name_is(pdf_entry(dict, STR("Type")), STR("DocTimeStamp")) ||
           pdf_name_is(pdf_entry(dict, STR("SubFilter")), STR("ETSI.RFC3161"));
}

static rc add_widget(struct diff *d, uint32_t num, const struct pdf_value *widget)
{
    const struct pdf_value *page = pdf_entry(widget, STR("P"));
    struct diff_widget *w = VEC_ADD(&d->widgets, d->doc->a);
    if (!w)
        return arena_failed(d->doc->a);
    *w = (struct diff_widget){.num = num, .page = page && page->kind == PDF_REF ? page->ref.num : 0};
    d->state[num] |= DIFF_WIDGET;
    return OK;
}

/* The value of a field that had none: a dictionary of this revision's own. */
static rc signature_value(struct diff *d, const struct field *f)
{
    const struct pdf_value *v = pdf_entry(f->now, STR("V"));
    const struct pdf_value *dict;
    if (!v || v->kind != PDF_REF || !diff_changed(d, v->ref.num))
        return diff_step(d, PDF_EDIT_FIELD, f->num, f->name);
    TRY(pdf_resolve(d->doc, v, d->now, &dict));
    TRY(diff_explain_tree(d, v, NULL));
    TRY(diff_explain_tree(d, pdf_entry(f->now, STR("AP")), f->old ? pdf_entry(f->old, STR("AP")) : NULL));
    TRY(diff_step(d, is_timestamp(dict) ? PDF_EDIT_TIMESTAMP : PDF_EDIT_SIGNATURE, f->num, f->name));
    if (d->steps.n > 0)
        d->steps.v[d->steps.n - 1].visible = covers_a_place(f->now);
    return OK;
}

/* ---- one field ---- */

static bool other_value(const struct field *f)
{
    static const char *const names[] = {"V", "AS", "RV", "I"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (!diff_same(pdf_entry(f->old, str_of(names[i])), pdf_entry(f->now, str_of(names[i]))))
            return true;
    return false;
}

/* An appearance follows the value: one that changes alone shows something that nobody filled in. */
static rc fill(struct diff *d, struct field *f)
{
    static const char *const value[] = {"V", "AP", "AS", "M", "I", "RV", NULL};
    size_t before = d->n_explained;
    str other;
    if (diff_changed(d, f->num)) {
        if (!diff_same_but(f->old, f->now, value, &other))
            return diff_step(d, PDF_EDIT_FIELD, f->num, f->name);
        TRY(diff_explain(d, f->num));
    }
    TRY(diff_explain_tree(d, pdf_entry(f->now, STR("V")), pdf_entry(f->old, STR("V"))));
    f->filled = f->filled || other_value(f) || d->n_explained > before + diff_changed(d, f->num);
    TRY(diff_explain_tree(d, pdf_entry(f->now, STR("AP")), pdf_entry(f->old, STR("AP"))));
    if (d->n_explained == before)
        return OK;
    return diff_step(d, f->filled ? PDF_EDIT_FILL : PDF_EDIT_FIELD, f->num, f->name);
}

static bool has_value(const struct pdf_value *field)
{
    const struct pdf_value *v = pdf_entry(field, STR("V"));
    return v && v->kind != PDF_NULL;
}

/* What was signed in it stays; its appearance too. */
static rc sign(struct diff *d, struct field *f)
{
    static const char *const value[] = {"V", "AP", "M", "F", NULL};
    str other;
    if (!diff_changed(d, f->num) ||
        d->state[f->num] & DIFF_EXPLAINED) /* a changed value or appearance stays unexplained */
        return OK;
    if (has_value(f->old))
        return diff_step(d, has_value(f->now) ? PDF_EDIT_FIELD : PDF_EDIT_REMOVED, f->num, f->name);
    if (!diff_same_but(f->old, f->now, value, &other))
        return diff_step(d, PDF_EDIT_FIELD, f->num, f->name);
    TRY(diff_explain(d, f->num));
    return signature_value(d, f);
}

static rc walk(struct diff *d, uint32_t num, const struct field *parent); /* at most FIELD_DEPTH_MAX deep */

static rc walk_kids(struct diff *d, const struct field *f)
{
    const struct pdf_value *kids;
    TRY(pdf_entry_resolved(d->doc, f->now, STR("Kids"), d->now, &kids));
    if (!kids || kids->kind != PDF_ARRAY)
        return OK;
    if (f->depth >= FIELD_DEPTH_MAX)
        return diff_step(d, PDF_EDIT_FORM, f->num, STR("Kids"));
    for (const struct pdf_value *k = kids->first; k; k = k->next)
        if (k->kind == PDF_REF)
            TRY(walk(d, k->ref.num, f));
    return OK;
}

/* A field that was there before, or one of its widgets. */
static rc walk(struct diff *d, uint32_t num, const struct field *parent)
{
    const struct pdf_object *old;
    const struct pdf_object *now;
    struct field f = {.num = num,
                      .signature = parent && parent->signature,
                      .filled = parent && parent->filled,
                      .depth = parent ? parent->depth + 1 : 0};
    if (num >= d->n_objects || d->state[num] & DIFF_FIELD)
        return OK;
    d->state[num] |= DIFF_FIELD;
    TRY(diff_old(d, num, &old));
    TRY(diff_now(d, num, &now));
    if (old->value->kind != PDF_DICT || now->value->kind != PDF_DICT)
        return OK; /* what became of it is named as a change of the object */
    f.old = old->value;
    f.now = now->value;
    const struct pdf_value *type = pdf_entry(f.old, STR("FT"));
    if (type)
        f.signature = pdf_name_is(type, STR("Sig"));
    TRY(full_name(d, parent, pdf_entry(f.old, STR("T")), &f.name));
    TRY((f.signature ? sign : fill)(d, &f));
    return walk_kids(d, &f);
}

/* ---- the form ---- */

/* A field that was not there: a signature, with its place on a page in the same dictionary. */
static rc new_field(struct diff *d, uint32_t num, const struct pdf_value *fields)
{
    const struct pdf_object *old;
    const struct pdf_object *now;
    const struct pdf_object *other;
    struct field f = {.num = num, .signature = true};
    TRY(diff_old(d, num, &old));
    TRY(diff_now(d, num, &now));
    f.now = now->value;
    if (diff_defined(old, d->doc) || !pdf_name_is(pdf_entry(f.now, STR("FT")), STR("Sig")) ||
        pdf_entry(f.now, STR("Kids")) || pdf_entry(f.now, STR("Parent")))
        return diff_step(d, PDF_EDIT_FORM, num, STR("Fields"));
    TRY(full_name(d, NULL, pdf_entry(f.now, STR("T")), &f.name));
    for (const struct pdf_value *c = fields ? fields->first : NULL; c; c = c->next) {
        if (c->kind != PDF_REF)
            continue;
        TRY(diff_old(d, c->ref.num, &other));
        str name;
        TRY(full_name(d, NULL, pdf_entry(other->value, STR("T")), &name));
        if (str_eq(name, f.name))
            return diff_step(d, PDF_EDIT_FIELD, num, f.name); /* two fields of one name are one field */
    }
    TRY(diff_explain(d, num));
    TRY(add_widget(d, num, f.now));
    return signature_value(d, &f);
}

/* Fields were taken out of the form: those that were signed by name. */
static rc name_removed(struct diff *d)
{
    const struct pdf_field *old;
    const struct pdf_field *now;
    size_t n_old;
    size_t n_now;
    TRY(pdf_fields(d->doc, d->old, &old, &n_old));
    TRY(pdf_fields(d->doc, d->now, &now, &n_now));
    for (size_t i = 0; i < n_old; i++) {
        bool there = !old[i].signature || !has_value(old[i].dict);
        for (size_t k = 0; k < n_now && !there; k++)
            there = now[k].ref.num == old[i].ref.num;
        if (!there)
            TRY(diff_step(d, PDF_EDIT_REMOVED, old[i].ref.num, old[i].name));
    }
    return OK;
}

/* The former fields in their order, then new ones. */
static rc compare_fields(struct diff *d, const struct pdf_value *old, const struct pdf_value *now)
{
    const struct pdf_value *c = now && now->kind == PDF_ARRAY ? now->first : NULL;
    for (const struct pdf_value *was = old && old->kind == PDF_ARRAY ? old->first : NULL; was;
         was = was->next, c = c->next) {
        if (!c || !diff_same(was, c)) {
            TRY(name_removed(d));
            return diff_step(d, PDF_EDIT_FORM, 0, STR("Fields"));
        }
        if (was->kind == PDF_REF)
            TRY(walk(d, was->ref.num, NULL));
    }
    for (; c; c = c->next) {
        if (c->kind != PDF_REF)
            return diff_step(d, PDF_EDIT_FORM, 0, STR("Fields"));
        TRY(new_field(d, c->ref.num, old));
    }
    return OK;
}

/* Resources and the default appearance may be added by the first signature, and stay then. */
static rc compare_defaults(struct diff *d, const struct pdf_value *old, const struct pdf_value *now)
{
    static const char *const names[] = {"DR", "DA", "NeedAppearances"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct pdf_value *was = pdf_entry(old, str_of(names[i]));
        const struct pdf_value *is = pdf_entry(now, str_of(names[i]));
        if (was && !diff_same(was, is))
            return diff_step(d, PDF_EDIT_FORM, 0, str_of(names[i]));
        if (!was && is && is->kind == PDF_BOOL && is->truth)
            return diff_step(d, PDF_EDIT_FORM, 0, str_of(names[i])); /* viewers would draw the fields anew */
        if (!was)
            TRY(diff_explain_tree(d, is, NULL));
    }
    return OK;
}

rc diff_form(struct diff *d, const struct pdf_value *old_catalog, const struct pdf_value *now_catalog)
{
    static const char *const apart[] = {"Fields", "SigFlags", "DR", "DA", "NeedAppearances", NULL};
    const struct pdf_value *entry = pdf_entry(now_catalog, STR("AcroForm"));
    const struct pdf_value *old;
    const struct pdf_value *now;
    const struct pdf_value *old_fields = NULL;
    const struct pdf_value *now_fields = NULL;
    str other;
    TRY(pdf_entry_resolved(d->doc, old_catalog, STR("AcroForm"), d->old, &old));
    TRY(pdf_entry_resolved(d->doc, now_catalog, STR("AcroForm"), d->now, &now));
    if (!now || now->kind != PDF_DICT) {
        if (!old)
            return OK;
        TRY(name_removed(d));
        return diff_step(d, PDF_EDIT_CATALOG, 0, STR("AcroForm"));
    }
    if (old && !diff_same_but(old, now, apart, &other))
        return diff_step(d, PDF_EDIT_FORM, 0, other);
    if (entry->kind == PDF_REF)
        TRY(diff_explain(d, entry->ref.num));
    TRY(compare_defaults(d, old, now));
    TRY(pdf_entry_resolved(d->doc, old, STR("Fields"), d->old, &old_fields));
    TRY(pdf_entry_resolved(d->doc, now, STR("Fields"), d->now, &now_fields));
    const struct pdf_value *list = pdf_entry(now, STR("Fields"));
    if (list && list->kind == PDF_REF)
        TRY(diff_explain(d, list->ref.num));
    return compare_fields(d, old_fields, now_fields);
}

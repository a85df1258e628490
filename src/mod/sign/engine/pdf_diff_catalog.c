/* The trailer, the catalog and what hangs directly from it. */
#include "mod/sign/engine/pdf_diff_impl.h"

/* The first of the two identifiers stays; it tells one document from another. */
static rc same_first_id(struct diff *d, const struct pdf_value *old, const struct pdf_value *now, bool *same)
{
    const struct pdf_value *a = pdf_entry(old, STR("ID"));
    const struct pdf_value *b = pdf_entry(now, STR("ID"));
    *same = !a || a->kind != PDF_ARRAY || !a->first;
    if (*same || !b || b->kind != PDF_ARRAY || !b->first || a->first->kind != PDF_STRING ||
        b->first->kind != PDF_STRING)
        return OK;
    str x = pdf_string_bytes(d->doc->a, a->first);
    str y = pdf_string_bytes(d->doc->a, b->first);
    if (!x.p || !y.p)
        return arena_failed(d->doc->a);
    *same = str_eq(x, y);
    return OK;
}

static rc metadata(struct diff *d, const struct pdf_value *old, const struct pdf_value *now)
{
    size_t before = d->n_explained;
    TRY(diff_explain_tree(d, now, old));
    if (d->n_explained == before && diff_same(old, now))
        return OK;
    return diff_step(d, PDF_EDIT_METADATA, 0, STR_EMPTY);
}

rc diff_trailer(struct diff *d)
{
    const struct pdf_value *old = d->doc->rev[d->old].trailer;
    const struct pdf_value *now = d->doc->rev[d->now].trailer;
    bool same;
    TRY(same_first_id(d, old, now, &same));
    if (!same || !diff_same(pdf_entry(old, STR("Root")), pdf_entry(now, STR("Root"))))
        return diff_step(d, PDF_EDIT_TRAILER, 0, STR_EMPTY);
    const struct pdf_value *info = pdf_entry(now, STR("Info"));
    return info ? metadata(d, pdf_entry(old, STR("Info")), info) : OK;
}

/* DSS (EN 319 142-1, section 5.4.2): whatever hangs from it is evidence, and nothing else may use it. */
static rc evidence(struct diff *d, const struct pdf_value *old, const struct pdf_value *now)
{
    size_t before = d->n_explained;
    const struct pdf_value *was;
    const struct pdf_value *is;
    if (!now)
        return old ? diff_step(d, PDF_EDIT_CATALOG, 0, STR("DSS")) : OK;
    TRY(diff_explain_tree(d, now, old));
    TRY(pdf_resolve(d->doc, old, d->old, &was));
    TRY(pdf_resolve(d->doc, now, d->now, &is));
    TRY(diff_explain_tree(d, is, was)); /* its arrays may have been replaced under a DSS that stayed as it was */
    if (d->n_explained == before && diff_same(old, now))
        return OK;
    return diff_step(d, PDF_EDIT_EVIDENCE, 0, STR_EMPTY);
}

rc diff_catalog(struct diff *d)
{
    static const char *const apart[] = {"DSS", "AcroForm", "Metadata", "Extensions", "Version", NULL};
    const struct pdf_object *old;
    const struct pdf_object *now;
    str other;
    TRY(pdf_catalog(d->doc, d->old, &old));
    TRY(pdf_catalog(d->doc, d->now, &now));
    if (old->ref.num != now->ref.num)
        return OK; /* said by diff_trailer() */
    if (diff_changed(d, now->ref.num)) {
        if (!diff_same_but(old->value, now->value, apart, &other))
            return diff_step(d, PDF_EDIT_CATALOG, now->ref.num, other);
        TRY(diff_explain(d, now->ref.num));
    }
    TRY(diff_explain_tree(d, pdf_entry(now->value, STR("Extensions")), NULL)); /* names of versions */
    TRY(metadata(d, pdf_entry(old->value, STR("Metadata")), pdf_entry(now->value, STR("Metadata"))));
    TRY(evidence(d, pdf_entry(old->value, STR("DSS")), pdf_entry(now->value, STR("DSS"))));
    return diff_form(d, old->value, now->value);
}

/* Pages: the only thing that may come to one is the place of a signature that this revision adds. */
#include "mod/sign/engine/pdf_diff_impl.h"

/* The former annotations in their order, then widgets of new signatures. */
static bool only_widgets_added(struct diff *d, const struct pdf_value *old, const struct pdf_value *now)
{
    const struct pdf_value *c = now && now->kind == PDF_ARRAY ? now->first : NULL;
    for (const struct pdf_value *was = old && old->kind == PDF_ARRAY ? old->first : NULL; was;
         was = was->next, c = c->next)
        if (!c || !diff_same(was, c))
            return false;
    for (; c; c = c->next)
        if (c->kind != PDF_REF || c->ref.num >= d->n_objects || !(d->state[c->ref.num] & DIFF_WIDGET))
            return false;
    return true;
}

static rc compare_page(struct diff *d, uint32_t num)
{
    static const char *const apart[] = {"Annots", NULL};
    const struct pdf_object *old;
    const struct pdf_object *now;
    const struct pdf_value *old_list;
    const struct pdf_value *now_list;
    str other;
    if (num >= d->n_objects || d->state[num] & DIFF_EXPLAINED)
        return OK;
    TRY(diff_old(d, num, &old));
    TRY(diff_now(d, num, &now));
    if (!pdf_name_is(pdf_entry(old->value, STR("Type")), STR("Page")) || now->value->kind != PDF_DICT)
        return OK;
    if (!diff_same_but(old->value, now->value, apart, &other))
        return OK; /* stays unexplained: a page was changed */
    TRY(pdf_entry_resolved(d->doc, old->value, STR("Annots"), d->old, &old_list));
    TRY(pdf_entry_resolved(d->doc, now->value, STR("Annots"), d->now, &now_list));
    const struct pdf_value *list = pdf_entry(now->value, STR("Annots"));
    if (!only_widgets_added(d, old_list, now_list)) {
        TRY(diff_step(d, PDF_EDIT_ANNOTATION, num, STR_EMPTY));
        d->state[num] |= DIFF_EXPLAINED; /* said once */
        return OK;
    }
    if (diff_changed(d, num))
        TRY(diff_explain(d, num));
    if (list && list->kind == PDF_REF && list->ref.num < d->n_objects && d->uses[list->ref.num] <= 1)
        TRY(diff_explain(d, list->ref.num));
    return OK;
}

rc diff_pages(struct diff *d)
{
    const struct pdf_changed *v;
    size_t n;
    TRY(pdf_changes(d->doc, d->now, &v, &n));
    for (size_t i = 0; i < n; i++)
        if (v[i].change == PDF_DEFINED)
            TRY(compare_page(d, v[i].num));
    for (size_t i = 0; i < d->widgets.n; i++) /* a list of annotations may be replaced without its page */
        TRY(compare_page(d, d->widgets.v[i].page));
    return OK;
}

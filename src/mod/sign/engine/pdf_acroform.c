#include "mod/sign/engine/pdf_acroform.h"

rc pdf_acroform_find(struct pdf_update *u, struct pdf_acroform *out)
{
    TRY(pdf_catalog(u->doc, u->rev, &out->catalog));
    TRY(pdf_entry_resolved(u->doc, out->catalog->value, STR("AcroForm"), u->rev, &out->form));
    if (out->form && out->form->kind != PDF_DICT)
        out->form = NULL;
    TRY(pdf_entry_resolved(u->doc, out->form, STR("Fields"), u->rev, &out->fields));
    if (out->fields && out->fields->kind != PDF_ARRAY)
        out->fields = NULL;
    return OK;
}

/* What else is set stays. */
static int64_t signature_flags(const struct pdf_value *form, int64_t added)
{
    const struct pdf_value *flags = pdf_entry(form, STR("SigFlags"));
    return added | (flags && flags->kind == PDF_INT && flags->number > 0 ? flags->number : 0);
}

void pdf_acroform_put(struct buf *out, const struct pdf_acroform *f, const struct pdf_acroform_change *c)
{
    enum { MOST = 4 };
    str own[2 + MOST] = {STR("Fields"), STR("SigFlags")};
    const struct pdf_value *fields = pdf_entry(f->form, STR("Fields"));
    int64_t flags = signature_flags(f->form, c->flags);
    size_t n = 2;
    for (size_t i = 0; i < c->n_dropped && i < MOST; i++)
        own[n++] = c->dropped[i];
    buf_put(out, STR("<<"));
    pdf_put_entries_but(out, f->form, own, n);
    buf_put(out, c->entries);
    buf_put(out, STR(" /Fields "));
    if (fields && (c->n == 0 || (fields->kind == PDF_REF && f->fields)))
        buf_put(out, fields->raw);
    else
        pdf_put_array_and(out, f->fields, c->added, c->n);
    if (flags)
        buf_printf(out, " /SigFlags %lld", (long long)flags);
    buf_put(out, STR(" >>"));
}

static rc write_array(struct pdf_update *u, struct pdf_ref ref, const struct pdf_value *array,
                      const struct pdf_ref *added, size_t n)
{
    TRY(pdf_update_open(u, ref));
    pdf_put_array_and(u->out, array, added, n);
    pdf_update_close(u);
    return OK;
}

rc pdf_acroform_write(struct pdf_update *u, const struct pdf_acroform *f, const struct pdf_acroform_change *c,
                      bool *in_catalog)
{
    const struct pdf_value *form = pdf_entry(f->catalog->value, STR("AcroForm")),
                           *fields = pdf_entry(f->form, STR("Fields")), *flags = pdf_entry(f->form, STR("SigFlags"));
    bool list_apart = fields && fields->kind == PDF_REF && f->fields;
    if (list_apart && c->n > 0)
        TRY(write_array(u, fields->ref, f->fields, c->added, c->n));
    *in_catalog = !(form && form->kind == PDF_REF && f->form);
    if (*in_catalog)
        return OK;
    bool same_flags = flags && flags->kind == PDF_INT && flags->number == signature_flags(f->form, c->flags);
    if ((list_apart || c->n == 0) && same_flags && c->entries.n == 0 && c->n_dropped == 0)
        return OK;
    TRY(pdf_update_open(u, form->ref));
    pdf_acroform_put(u->out, f, c);
    pdf_update_close(u);
    return OK;
}

rc pdf_page_annotate(struct pdf_update *u, const struct pdf_object *page, const struct pdf_ref *added, size_t n)
{
    const struct pdf_value *annots = pdf_entry(page->value, STR("Annots")), *array;
    TRY(pdf_resolve(u->doc, annots, u->rev, &array));
    if (array && array->kind == PDF_ARRAY && annots->kind == PDF_REF)
        return write_array(u, annots->ref, array, added, n);
    TRY(pdf_update_open(u, page->ref));
    buf_put(u->out, STR("<<"));
    pdf_put_entries_but(u->out, page->value, (const str[]){STR("Annots")}, 1);
    buf_put(u->out, STR(" /Annots "));
    pdf_put_array_and(u->out, array, added, n);
    buf_put(u->out, STR(" >>"));
    pdf_update_close(u);
    return OK;
}

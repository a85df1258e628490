/* Appending pages: each shows one form XObject, and hangs from the root of the tree of pages (ISO 32000-2, 7.7.3.2),
 * whatever is nested below it. What a page may inherit it says itself. */
#include "mod/sign/engine/pdf_field_impl.h"
#include "mod/sign/engine/pdf_impl.h"

static rc tree_root(struct pdf_update *u, const struct pdf_object **out)
{
    const struct pdf_object *catalog;
    TRY(pdf_catalog(u->doc, u->rev, &catalog));
    const struct pdf_value *pages = pdf_entry(catalog->value, STR("Pages"));
    TRY(pdf_object(u->doc, pages && pages->kind == PDF_REF ? pages->ref.num : 0, u->rev, out));
    if (!pdf_entry((*out)->value, STR("Kids")))
        return pdf_malformed(u->doc, E_INVALID, N_("The page tree of the PDF is malformed at object {1}."),
                             (*out)->ref.num);
    return OK;
}

rc pdf_new_pages_begin(struct pdf_update *u, struct pdf_doc *from, struct pdf_new_pages *out)
{
    uint32_t n = 0;
    *out = (struct pdf_new_pages){0};
    TRY(pdf_page_count(u->doc, u->rev, &out->before));
    if (!from)
        return OK;
    TRY(pdf_page_count(from, pdf_newest(from), &n));
    if (n > PDF_APPEND_MAX)
        return pdf_malformed(u->doc, E_LIMIT, NULL, 0);
    struct pdf_form_page *look = ARENA_ARRAY(u->doc->a, n + 1, struct pdf_form_page);
    out->v = ARENA_ARRAY(u->doc->a, n + 1, struct pdf_new_page);
    if (!look || !out->v)
        return arena_failed(u->doc->a);
    for (uint32_t i = 0; i < n; i++)
        look[i].page = i;
    TRY(pdf_form_import(u, from, look, n));
    for (uint32_t i = 0; i < n; i++) {
        TRY(pdf_page_box(from, i, pdf_newest(from), &out->v[i].box));
        TRY(pdf_update_number(u, &out->v[i].ref));
        out->v[i].look = look[i].out;
    }
    out->n = n;
    return OK;
}

static rc write_content(struct pdf_update *u, struct pdf_ref *out)
{
    static const char SHOW[] = "/Look Do";
    TRY(pdf_update_number(u, out));
    TRY(pdf_update_open(u, *out));
    buf_printf(u->out, "<< /Length %zu >>\nstream\n%s\nendstream", sizeof SHOW - 1, SHOW);
    pdf_update_close(u);
    return OK;
}

rc pdf_new_page_write(struct pdf_update *u, const struct pdf_new_page *page, const struct pdf_ref *fields, size_t n)
{
    const struct pdf_object *root;
    struct pdf_ref content;
    TRY(tree_root(u, &root));
    TRY(write_content(u, &content));
    TRY(pdf_update_open(u, page->ref));
    buf_put(u->out, STR("<< /Type /Page /Parent "));
    pdf_put_ref(u->out, root->ref);
    for (int i = 0; i < 2; i++) {
        buf_put(u->out, i ? STR(" /CropBox ") : STR(" /MediaBox "));
        pdf_put_rect(u->out, page->box.rect);
    }
    buf_printf(u->out, " /Rotate %d /Resources << /XObject << /Look ", page->box.turn);
    pdf_put_ref(u->out, page->look);
    buf_put(u->out, STR(" >> >> /Contents "));
    pdf_put_ref(u->out, content);
    if (n > 0) {
        buf_put(u->out, STR(" /Annots "));
        pdf_put_array_and(u->out, NULL, fields, n);
    }
    buf_put(u->out, STR(" >>"));
    pdf_update_close(u);
    return OK;
}

rc pdf_new_pages_end(struct pdf_update *u, const struct pdf_new_pages *p)
{
    const struct pdf_object *root;
    const struct pdf_value *array;
    if (p->n == 0)
        return OK;
    struct pdf_ref *added = ARENA_ARRAY(u->doc->a, p->n, struct pdf_ref);
    if (!added)
        return arena_failed(u->doc->a);
    for (size_t i = 0; i < p->n; i++)
        added[i] = p->v[i].ref;
    TRY(tree_root(u, &root));
    const struct pdf_value *kids = pdf_entry(root->value, STR("Kids"));
    TRY(pdf_resolve(u->doc, kids, u->rev, &array));
    bool apart = kids->kind == PDF_REF;
    if (apart) {
        TRY(pdf_update_open(u, kids->ref));
        pdf_put_array_and(u->out, array, added, p->n);
        pdf_update_close(u);
    }
    TRY(pdf_update_open(u, root->ref));
    buf_put(u->out, STR("<<"));
    pdf_put_entries_but(u->out, root->value, (const str[]){STR("Count"), STR("Kids")}, 2);
    buf_printf(u->out, " /Count %u /Kids ", p->before + (uint32_t)p->n);
    if (apart)
        buf_put(u->out, kids->raw);
    else
        pdf_put_array_and(u->out, array, added, p->n);
    buf_put(u->out, STR(" >>"));
    pdf_update_close(u);
    return OK;
}

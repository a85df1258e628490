#include "mod/sign/engine/pdf_field.h"

#include <stdlib.h>

#include "mod/sign/engine/pdf_field_impl.h"
#include "mod/sign/engine/pdf_impl.h"
#include "mod/sign/engine/pdf_text.h"

enum {
    READ_ONLY = 1, /* /Ff, tables 227 and 228 */
    MULTI_LINE = 1 << 12,
    TWO_LINES = 3000 /* a field of this height, in 1/100 point, has room for more than one */
};

#define FONT "/Helv 0 Tf 0 g" /* for a viewer's own purposes: what is shown is in the appearance */

struct pdf_field_order {
    uint32_t page;
    size_t index;
};
struct preparing {
    const struct pdf_prepare *p;
    struct pdf_update u;
    struct pdf_acroform form;
    struct pdf_new_pages pages;
    struct pdf_field_order *order; /* fields by page, and on a page as they were given */
    struct pdf_ref *ref;           /* in that order */
    struct pdf_ref empty;          /* look of a field without a value */
    struct pdf_boxes boxes;
};

/* ---- may they be added ---- */

/* A name without a full stop is taken by a field of that name, and by one that it would be the parent of. */
static rc check_names(struct preparing *g, const struct pdf_field *all, size_t n)
{
    struct map taken = MAP_INIT;
    rc r = OK;
    for (size_t i = 0; i < n && r == OK; i++) {
        str rest = all[i].name;
        r = map_put(&taken, str_cut(&rest, '.'), g);
    }
    for (size_t i = 0; i < g->p->n_fields && r == OK; i++) {
        str name = g->p->field[i].name;
        if (name.n == 0 || str_chr(name, '.') >= 0)
            r = ERR(g->u.doc->err, E_INVALID, "SIG-117", N_("The name of a new field may not contain a full stop."));
        else if (map_get(&taken, name))
            r = ERR(g->u.doc->err, E_CONFLICT, "SIG-122", N_("The PDF has a field {1} already."), name);
        else
            r = map_put(&taken, name, g);
    }
    map_free(&taken);
    return r;
}

static rc check(struct preparing *g)
{
    const struct pdf_field *all;
    size_t n;
    if (g->p->n_fields > PDF_NEW_FIELDS_MAX)
        return pdf_malformed(g->u.doc, E_LIMIT, NULL, 0);
    TRY(pdf_fields(g->u.doc, g->u.rev, &all, &n));
    if (pdf_any_signed(all, n))
        return ERR(g->u.doc->err, E_CONFLICT, "SIG-121",
                   N_("The PDF is signed already: no pages and no empty fields can be added to it."));
    return check_names(g, all, n);
}

static int by_page(const void *a, const void *b)
{
    const struct pdf_field_order *x = a, *y = b;
    return x->page != y->page ? (x->page > y->page) - (x->page < y->page)
                              : (x->index > y->index) - (x->index < y->index);
}

static rc sort(struct preparing *g)
{
    size_t n = g->p->n_fields;
    g->order = ARENA_ARRAY(g->u.doc->a, n + 1, struct pdf_field_order);
    g->ref = ARENA_ARRAY(g->u.doc->a, n + 1, struct pdf_ref);
    if (!g->order || !g->ref)
        return arena_failed(g->u.doc->a);
    for (size_t i = 0; i < n; i++)
        g->order[i] = (struct pdf_field_order){.page = g->p->field[i].page, .index = i};
    qsort(g->order, n, sizeof *g->order, by_page);
    return OK;
}

/* ---- one field ---- */

static void put_lock(struct buf *out, const struct pdf_new_field *f)
{
    if (f->n_lock == 0)
        return;
    buf_put(out, STR(" /Lock << /Type /SigFieldLock /Action /Include /Fields ["));
    for (size_t i = 0; i < f->n_lock; i++)
        pdf_put_text(out, f->lock[i]);
    buf_put(out, STR("] >>"));
}

static void put_look(struct buf *out, struct pdf_ref look)
{
    buf_put(out, STR(" /AP << /N "));
    pdf_put_ref(out, look);
    buf_put(out, STR(" >>"));
}

static void put_kind(struct preparing *g, const struct pdf_new_field *f)
{
    struct buf *out = g->u.out;
    switch (f->kind) {
    case PDF_NEW_SIGNATURE:
        buf_put(out, STR(" /FT /Sig"));
        put_lock(out, f);
        put_look(out, g->empty);
        return;
    case PDF_NEW_TEXT:
        buf_printf(out, " /FT /Tx /Ff %d /DA (" FONT ")", READ_ONLY | (f->at.height >= TWO_LINES ? MULTI_LINE : 0));
        put_look(out, g->empty);
        return;
    case PDF_NEW_CHECK:
        buf_printf(out, " /FT /Btn /Ff %d /V /Off /AS /Off /AP << /N << /Off ", READ_ONLY);
        pdf_put_ref(out, g->boxes.off);
        buf_put(out, STR(" /Yes "));
        pdf_put_ref(out, g->boxes.on);
        buf_put(out, STR(" >> >>"));
    }
}

static rc write_field(struct preparing *g, const struct pdf_new_field *f, const struct pdf_page_box *box,
                      struct pdf_ref page, struct pdf_ref *out)
{
    int32_t rect[4];
    struct buf *b = g->u.out;
    TRY(pdf_page_rect(g->u.doc, f->page, box, f->at, rect));
    if (f->kind == PDF_NEW_CHECK)
        TRY(pdf_boxes_get(&g->u, &g->boxes, f->at, box->turn));
    TRY(pdf_update_number(&g->u, out));
    TRY(pdf_update_open(&g->u, *out));
    buf_printf(b, "<< /Type /Annot /Subtype /Widget /F %d /T ", PDF_WIDGET_FLAGS);
    pdf_put_text(b, f->name);
    if (f->label.n) {
        buf_put(b, STR(" /TU "));
        pdf_put_text(b, f->label);
    }
    put_kind(g, f);
    buf_put(b, STR(" /Rect "));
    pdf_put_rect(b, rect);
    buf_put(b, STR(" /P "));
    pdf_put_ref(b, page);
    if (box->turn)
        buf_printf(b, " /MK << /R %d >>", box->turn);
    buf_put(b, STR(" >>"));
    pdf_update_close(&g->u);
    return OK;
}

/* ---- pages ---- */

/* Fields [from, to) of the order stand on one page. */
static rc write_page(struct preparing *g, size_t from, size_t to)
{
    uint32_t index = g->order[from].page;
    const struct pdf_new_page *appended = NULL;
    const struct pdf_object *old = NULL;
    struct pdf_page_box box;
    if (index >= g->pages.before && index - g->pages.before < g->pages.n) {
        appended = &g->pages.v[index - g->pages.before];
        box = appended->box;
    } else {
        TRY(pdf_page_object(g->u.doc, index, g->u.rev, &old));
        TRY(pdf_page_box(g->u.doc, index, g->u.rev, &box));
    }
    for (size_t i = from; i < to; i++)
        TRY(write_field(g, &g->p->field[g->order[i].index], &box, appended ? appended->ref : old->ref, &g->ref[i]));
    return appended ? pdf_new_page_write(&g->u, appended, &g->ref[from], to - from)
                    : pdf_page_annotate(&g->u, old, &g->ref[from], to - from);
}

/* First the pages with fields, by number; then what is left of those that are new. */
static rc write_pages(struct preparing *g)
{
    size_t n = g->p->n_fields, next = 0; /* the next of the new pages */
    for (size_t i = 0, end; i < n; i = end) {
        uint32_t page = g->order[i].page;
        for (end = i + 1; end < n && g->order[end].page == page;)
            end++;
        for (; next < g->pages.n && g->pages.before + next < page; next++)
            TRY(pdf_new_page_write(&g->u, &g->pages.v[next], NULL, 0));
        next += g->pages.before + next == page;
        TRY(write_page(g, i, end));
    }
    for (; next < g->pages.n; next++)
        TRY(pdf_new_page_write(&g->u, &g->pages.v[next], NULL, 0));
    return pdf_new_pages_end(&g->u, &g->pages);
}

/* ---- the form ---- */

/* What the default appearance needs, where the form does not have it: its own fields go by it. */
static rc put_defaults(struct preparing *g, struct buf *out, bool *has_resources)
{
    const struct pdf_value *resources, *fonts;
    struct pdf_ref font;
    TRY(pdf_entry_resolved(g->u.doc, g->form.form, STR("DR"), g->u.rev, &resources));
    TRY(pdf_entry_resolved(g->u.doc, resources, STR("Font"), g->u.rev, &fonts));
    if (!pdf_entry(g->form.form, STR("DA")))
        buf_put(out, STR(" /DA (" FONT ")"));
    if (pdf_entry(fonts, STR("Helv")))
        return OK;
    TRY(pdf_update_number(&g->u, &font));
    TRY(pdf_update_open(&g->u, font));
    buf_put(g->u.out, STR("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"));
    pdf_update_close(&g->u);
    *has_resources = true;
    buf_put(out, STR(" /DR <<"));
    pdf_put_entries_but(out, resources, (const str[]){STR("Font")}, 1);
    buf_put(out, STR(" /Font <<"));
    pdf_put_entries_but(out, fonts, NULL, 0);
    buf_put(out, STR(" /Helv "));
    pdf_put_ref(out, font);
    buf_put(out, STR(" >> >>"));
    return OK;
}

static rc write_form(struct preparing *g)
{
    static const str DROPPED[] = {STR_INIT("NeedAppearances"), STR_INIT("XFA"), STR_INIT("DR")};
    BUF_SCOPED entries = BUF_INIT(PDF_UNPACKED_MAX), added = BUF_INIT(PDF_UNPACKED_MAX);
    struct pdf_acroform_change c = {.added = g->ref, .n = g->p->n_fields, .dropped = DROPPED, .n_dropped = 2};
    bool in_catalog, text = false, resources = false;
    if (c.n == 0 && !g->form.form)
        return OK;
    for (size_t i = 0; i < g->p->n_fields; i++) {
        text = text || g->p->field[i].kind == PDF_NEW_TEXT;
        c.flags |= g->p->field[i].kind == PDF_NEW_SIGNATURE ? PDF_SIG_EXIST | PDF_SIG_APPEND : 0;
    }
    if (text)
        TRY(put_defaults(g, &entries, &resources));
    c.n_dropped += resources;
    c.entries = buf_str(&entries);
    TRY(pdf_acroform_write(&g->u, &g->form, &c, &in_catalog));
    if (!in_catalog)
        return OK;
    buf_put(&added, STR(" /AcroForm "));
    pdf_acroform_put(&added, &g->form, &c);
    TRY(buf_rc(&added));
    return pdf_update_catalog(&g->u, g->form.catalog, (const str[]){STR("AcroForm")}, 1, buf_str(&added), 0);
}

rc pdf_prepare(struct pdf_doc *doc, const struct pdf_prepare *p, struct buf *tail)
{
    struct preparing g = {.p = p};
    TRY(pdf_update_begin(&g.u, doc, tail, str_n(p->id, PDF_ID_LEN)));
    TRY(pdf_acroform_find(&g.u, &g.form));
    TRY(check(&g));
    if (p->n_fields == 0 && !p->append) {
        buf_clear(tail);
        return OK;
    }
    TRY(sort(&g));
    TRY(pdf_new_pages_begin(&g.u, p->append, &g.pages));
    if (p->n_fields > 0)
        TRY(pdf_look_write(&g.u, &g.empty, STR("/BBox [0 0 1 1]"), STR_EMPTY));
    TRY(write_pages(&g));
    TRY(write_form(&g));
    return pdf_update_finish(&g.u);
}

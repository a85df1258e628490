#include "mod/sign/engine/pdf_place.h"

#include "mod/sign/engine/pdf_acroform.h"
#include "mod/sign/engine/pdf_form.h"
#include "mod/sign/engine/pdf_impl.h"
#include "mod/sign/engine/pdf_page.h"
#include "mod/sign/engine/pdf_text.h"

struct placing {
    struct pdf_doc *doc;
    const struct pdf_place *p;
    struct pdf_placed *at;
    struct pdf_update u;
    struct pdf_acroform form;
    const struct pdf_field *all; /* the document's, n of them */
    size_t n;
    const struct pdf_signature *signature; /* those of them that are signatures; only read when one is signed */
    size_t n_signatures;
    const struct pdf_field *old; /* the field to be signed if it exists */
    struct pdf_filling *fill;
    size_t n_fill;
    struct pdf_ref stamp; /* the form XObject; num 0 none */
    int turn;             /* of the stamp */
};

/* ---- may it, and where ---- */

/* Certification: the first signature only. What earlier signatures allow: a further one, in this field. */
static rc check_earlier(struct placing *g)
{
    if (!pdf_any_signed(g->all, g->n))
        return OK;
    if (g->p->certify)
        return ERR(g->doc->err, E_CONFLICT, "SIG-115", N_("Only the first signature can certify a document."));
    if (g->p->sub == PDF_SUB_RFC3161)
        return OK;
    TRY(pdf_signatures(g->doc, g->u.rev, &g->signature, &g->n_signatures));
    for (size_t i = 0; i < g->n_signatures; i++)
        if (g->signature[i].is_signed && pdf_signature_permits(&g->signature[i]).p == 1)
            return ERR(g->doc->err, E_CONFLICT, "SIG-114",
                       N_("The document is certified: its first signature allows no changes, also no signatures."));
    return OK;
}

/* Signature1 … : the first that is free. Names are tried once each: fields of other names are passed in one step. */
static rc free_name(struct placing *g, str *out)
{
    bool *taken = ARENA_ARRAY(g->doc->a, g->n + 2, bool);
    if (!taken)
        return arena_failed(g->doc->a);
    static const str STEM = STR_INIT("Signature");
    for (size_t i = 0; i < g->n; i++) {
        int64_t k;
        if (str_starts(g->all[i].name, STEM) && str_to_i64(str_sub(g->all[i].name, STEM.n, 20), &k) == OK && k >= 1 &&
            k <= (int64_t)g->n)
            taken[k] = true;
    }
    size_t k = 1;
    while (taken[k])
        k++;
    *out = arena_printf(g->doc->a, "Signature%zu", k);
    return out->p ? OK : arena_failed(g->doc->a);
}

static rc choose_field(struct placing *g)
{
    if (g->form.form)
        TRY(pdf_fields(g->doc, g->u.rev, &g->all, &g->n));
    TRY(check_earlier(g));
    if (g->p->field.n == 0) {
        TRY(free_name(g, &g->at->name));
    } else {
        g->at->name = g->p->field;
        g->old = pdf_field_named(g->all, g->n, g->p->field);
    }
    if (g->old && (!g->old->signature || pdf_field_signed(g->old)))
        return ERR(g->doc->err, E_CONFLICT, "SIG-113", N_("The field {1} is signed already, or is no signature field."),
                   g->p->field);
    if (!g->old && str_chr(g->p->field, '.') >= 0)
        return ERR(g->doc->err, E_INVALID, "SIG-117", N_("The name of a new field may not contain a full stop."));
    return pdf_fill_allowed(g->doc, g->at->name, g->signature, g->n_signatures);
}

/* ---- looks ---- */

/* The stamp stands upright on the page as it is seen. */
static rc stamp_turn(struct placing *g, const struct pdf_object *page)
{
    const struct pdf_object *widget;
    if (page)
        return pdf_page_turn(g->doc, page, g->u.rev, &g->turn);
    if (!g->old->widget.num)
        return OK;
    TRY(pdf_object(g->doc, g->old->widget.num, g->u.rev, &widget));
    return pdf_widget_turn(g->doc, widget->value, g->u.rev, &g->turn);
}

/* The stamp and what filled fields show. Where both are pages of one document its fonts are copied once. */
static rc import_looks(struct placing *g)
{
    const struct pdf_place *p = g->p;
    struct pdf_form_page *look = ARENA_ARRAY(g->doc->a, g->n_fill + 1, struct pdf_form_page);
    struct pdf_form_page *stamp = look;
    size_t n = 0;
    if (!look)
        return arena_failed(g->doc->a);
    for (size_t i = 0; i < g->n_fill; i++)
        if (!g->fill[i].box)
            look[n++] = (struct pdf_form_page){.page = g->fill[i].fill->look, .turn = g->fill[i].turn};
    if (n > 0 && !p->looks)
        return E_INTERNAL;
    if (p->stamp) {
        stamp = &look[n];
        *stamp = (struct pdf_form_page){.page = p->stamp_page, .turn = g->turn};
        n += p->stamp == p->looks;
    }
    if (n > 0)
        TRY(pdf_form_import(&g->u, p->looks, look, n));
    if (p->stamp && p->stamp != p->looks)
        TRY(pdf_form_import(&g->u, p->stamp, stamp, 1));
    g->stamp = stamp->out;
    for (size_t i = 0, k = 0; i < g->n_fill; i++)
        if (!g->fill[i].box)
            g->fill[i].look = look[k++].out;
    return OK;
}

/* ---- field and widget ---- */

static void put_appearance(struct placing *g)
{
    if (!g->stamp.num)
        return;
    buf_put(g->u.out, STR(" /AP << /N "));
    pdf_put_ref(g->u.out, g->stamp);
    buf_put(g->u.out, STR(" >>"));
}

/* The old field with /V, and its appearance where it is shown. */
static rc write_old_field(struct placing *g)
{
    static const str VALUE[] = {STR_INIT("V"), STR_INIT("AP")};
    bool apart = g->stamp.num && g->old->widget.num && g->old->widget.num != g->old->ref.num;
    g->at->field = g->old->ref;
    TRY(pdf_update_open(&g->u, g->old->ref));
    buf_put(g->u.out, STR("<<"));
    pdf_put_entries_but(g->u.out, g->old->dict, VALUE, g->stamp.num && !apart ? 2 : 1);
    buf_put(g->u.out, STR(" /V "));
    pdf_put_ref(g->u.out, g->at->value);
    if (!apart)
        put_appearance(g);
    buf_put(g->u.out, STR(" >>"));
    pdf_update_close(&g->u);
    if (!apart)
        return OK;
    const struct pdf_object *widget;
    TRY(pdf_object(g->doc, g->old->widget.num, g->u.rev, &widget));
    TRY(pdf_update_open(&g->u, widget->ref));
    buf_put(g->u.out, STR("<<"));
    pdf_put_entries_but(g->u.out, widget->value, &VALUE[1], 1);
    put_appearance(g);
    buf_put(g->u.out, STR(" >>"));
    pdf_update_close(&g->u);
    return OK;
}

/* Field and widget in one dictionary. */
static rc write_new_field(struct placing *g, struct pdf_ref page)
{
    struct buf *out = g->u.out;
    TRY(pdf_update_number(&g->u, &g->at->field));
    TRY(pdf_update_open(&g->u, g->at->field));
    buf_printf(out, "<< /Type /Annot /Subtype /Widget /FT /Sig /F %d /T ", PDF_WIDGET_FLAGS);
    pdf_put_text(out, g->at->name);
    buf_put(out, STR(" /Rect "));
    pdf_put_rect(out, g->stamp.num ? g->p->rect : (const int32_t[4]){0});
    buf_put(out, STR(" /P "));
    pdf_put_ref(out, page);
    buf_put(out, STR(" /V "));
    pdf_put_ref(out, g->at->value);
    if (g->turn)
        buf_printf(out, " /MK << /R %d >>", g->turn);
    put_appearance(g);
    buf_put(out, STR(" >>"));
    pdf_update_close(&g->u);
    return OK;
}

/* ---- form and catalog ---- */

/* `form`: what changed in it, when it stands in the catalog. */
static rc write_catalog(struct placing *g, const struct pdf_acroform_change *form)
{
    static const str DROPPED[] = {STR_INIT("AcroForm"), STR_INIT("Perms")};
    static const int WANT[] = {[PDF_SUB_CADES] = 2, [PDF_SUB_RFC3161] = 5, [PDF_SUB_PKCS7] = 0};
    int level, want = WANT[g->p->sub];
    bool certify = g->p->certify && g->p->sub != PDF_SUB_RFC3161;
    TRY(pdf_extension_level(g->doc, g->form.catalog, g->u.rev, &level));
    if (!form && !certify && level >= want)
        return OK;
    BUF_SCOPED added = BUF_INIT(PDF_UNPACKED_MAX);
    const str *dropped = form ? DROPPED : DROPPED + 1;
    if (form) {
        buf_put(&added, STR(" /AcroForm "));
        pdf_acroform_put(&added, &g->form, form);
    }
    if (certify) {
        const struct pdf_value *perms;
        TRY(pdf_entry_resolved(g->doc, g->form.catalog->value, STR("Perms"), g->u.rev, &perms));
        buf_put(&added, STR(" /Perms <<"));
        pdf_put_entries_but(&added, perms, (const str[]){STR("DocMDP")}, 1);
        buf_put(&added, STR(" /DocMDP "));
        pdf_put_ref(&added, g->at->value);
        buf_put(&added, STR(" >>"));
    }
    TRY(buf_rc(&added));
    return pdf_update_catalog(&g->u, g->form.catalog, dropped, (size_t)(form != NULL) + certify, buf_str(&added), want);
}

/* ---- */

static rc write_value(struct placing *g)
{
    const struct pdf_value *lock = NULL;
    if (g->old)
        TRY(pdf_entry_resolved(g->doc, g->old->dict, STR("Lock"), g->u.rev, &lock));
    TRY(pdf_update_number(&g->u, &g->at->value));
    TRY(pdf_update_open(&g->u, g->at->value));
    pdf_put_signature(g->u.out, g->p, lock && lock->kind == PDF_DICT ? lock : NULL, g->form.catalog->ref, g->at);
    pdf_update_close(&g->u);
    return OK;
}

/* The field, where it is shown, and the form that lists it. `page`: of a new field, else NULL. */
static rc write_field(struct placing *g, const struct pdf_object *page)
{
    struct pdf_acroform_change change = {.flags = PDF_SIG_EXIST | PDF_SIG_APPEND};
    bool in_catalog;
    TRY(page ? write_new_field(g, page->ref) : write_old_field(g));
    if (page)
        TRY(pdf_page_annotate(&g->u, page, &g->at->field, 1));
    change.added = &g->at->field;
    change.n = g->old ? 0 : 1;
    TRY(pdf_acroform_write(&g->u, &g->form, &change, &in_catalog));
    return write_catalog(g, in_catalog ? &change : NULL);
}

rc pdf_place(struct pdf_doc *doc, const struct pdf_place *p, struct buf *tail, struct pdf_placed *out)
{
    struct placing g = {.doc = doc, .p = p, .at = out};
    const struct pdf_object *page = NULL;
    *out = (struct pdf_placed){0};
    if (p->sub == PDF_SUB_OTHER || p->room == 0 || p->room > PDF_ROOM_MAX || p->certify < 0 || p->certify > 3)
        return E_INTERNAL;
    TRY(pdf_update_begin(&g.u, doc, tail, str_n(p->id, PDF_ID_LEN)));
    TRY(pdf_acroform_find(&g.u, &g.form));
    TRY(choose_field(&g));
    TRY(pdf_fill_find(&g.u, p->fill, p->n_fill, g.all, g.n, g.signature, g.n_signatures, &g.fill, &g.n_fill));
    if (!g.old)
        TRY(pdf_page_object(doc, p->page, g.u.rev, &page));
    TRY(write_value(&g));
    if (p->stamp)
        TRY(stamp_turn(&g, page));
    TRY(import_looks(&g));
    for (size_t i = 0; i < g.n_fill; i++)
        TRY(pdf_fill_write(&g.u, &g.fill[i]));
    TRY(write_field(&g, page));
    TRY(pdf_update_finish(&g.u));
    pdf_set_range(tail, doc->bytes.n, out);
    return OK;
}

rc pdf_place_fill(struct pdf_doc *doc, struct buf *tail, const struct pdf_placed *at, str cms)
{
    static const char HEX[] = "0123456789ABCDEF";
    if (cms.n > (at->gap_n - 2) / 2)
        return ERR(doc->err, E_LIMIT, "SIG-116", N_("The signature is larger than the room that was kept for it."));
    char *p = tail->p + at->gap + 1;
    for (size_t i = 0; i < cms.n; i++) {
        *p++ = HEX[(unsigned char)cms.p[i] >> 4];
        *p++ = HEX[(unsigned char)cms.p[i] & 15];
    }
    return OK;
}

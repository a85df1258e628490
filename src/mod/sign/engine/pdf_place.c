#include "mod/sign/engine/pdf_place.h"

#include "mod/sign/engine/pdf_form.h"
#include "mod/sign/engine/pdf_impl.h"
#include "mod/sign/engine/pdf_text.h"

struct placing {
    struct pdf_doc *doc;
    const struct pdf_place *p;
    struct pdf_placed *at;
    struct pdf_update u;
    const struct pdf_object *catalog;
    const struct pdf_value *form, *fields; /* AcroForm and its Fields, resolved; NULL none */
    const struct pdf_field *old;           /* the field to be signed if it exists */
    struct pdf_ref stamp;                  /* the form XObject; num 0 none */
};

/* ---- may it, and where ---- */

static bool is_signed(const struct pdf_field *f)
{
    const struct pdf_value *v = pdf_entry(f->dict, STR("V"));
    return f->signature && v && v->kind != PDF_NULL;
}

/* Certification: the first signature only, and none of ours after one that allows nothing. */
static rc check_certification(struct placing *g, const struct pdf_field *all, size_t n)
{
    for (size_t i = 0; g->p->certify && i < n; i++)
        if (is_signed(&all[i]))
            return ERR(g->doc->err, E_CONFLICT, "SIG-115", N_("Only the first signature can certify a document."));
    if (!pdf_entry(g->catalog->value, STR("Perms")) || g->p->sub == PDF_SUB_RFC3161)
        return OK;
    const struct pdf_signature *s;
    TRY(pdf_signatures(g->doc, g->u.rev, &s, &n));
    for (size_t i = 0; i < n; i++)
        if (s[i].certifies == 1)
            return ERR(g->doc->err, E_CONFLICT, "SIG-114",
                       N_("The document is certified: its first signature allows no changes, also no signatures."));
    return OK;
}

static const struct pdf_field *named(const struct pdf_field *all, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].name, name))
            return &all[i];
    return NULL;
}

/* Signature1 … : the first that is free. Names are tried once each: fields of other names are passed in one step. */
static rc free_name(struct placing *g, const struct pdf_field *all, size_t n, str *out)
{
    bool *taken = ARENA_ARRAY(g->doc->a, n + 2, bool);
    if (!taken)
        return arena_failed(g->doc->a);
    static const str STEM = STR_INIT("Signature");
    for (size_t i = 0; i < n; i++) {
        int64_t k;
        if (str_starts(all[i].name, STEM) && str_to_i64(str_sub(all[i].name, STEM.n, 20), &k) == OK && k >= 1 &&
            k <= (int64_t)n)
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
    const struct pdf_field *all = NULL;
    size_t n = 0;
    if (g->form)
        TRY(pdf_fields(g->doc, g->u.rev, &all, &n));
    TRY(check_certification(g, all, n));
    if (g->p->field.n == 0)
        return free_name(g, all, n, &g->at->name);
    g->at->name = g->p->field;
    g->old = named(all, n, g->p->field);
    if (g->old && (!g->old->signature || is_signed(g->old)))
        return ERR(g->doc->err, E_CONFLICT, "SIG-113", N_("The field {1} is signed already, or is no signature field."),
                   g->p->field);
    if (!g->old && str_chr(g->p->field, '.') >= 0)
        return ERR(g->doc->err, E_INVALID, "SIG-117", N_("The name of a new field may not contain a full stop."));
    return OK;
}

/* ---- field and widget ---- */

static void put_hundredths(struct buf *out, int32_t v)
{
    int64_t size = v < 0 ? -(int64_t)v : v;
    buf_printf(out, " %s%lld.%02lld", v < 0 ? "-" : "", (long long)(size / 100), (long long)(size % 100));
}

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

/* Field and widget in one dictionary; 132: printed, locked. */
static rc write_new_field(struct placing *g, struct pdf_ref page)
{
    struct buf *out = g->u.out;
    TRY(pdf_update_number(&g->u, &g->at->field));
    TRY(pdf_update_open(&g->u, g->at->field));
    buf_put(out, STR("<< /Type /Annot /Subtype /Widget /FT /Sig /F 132 /T "));
    pdf_put_text(out, g->at->name);
    buf_put(out, STR(" /Rect ["));
    for (int i = 0; i < 4; i++)
        put_hundredths(out, g->stamp.num ? g->p->rect[i] : 0);
    buf_put(out, STR(" ] /P "));
    pdf_put_ref(out, page);
    buf_put(out, STR(" /V "));
    pdf_put_ref(out, g->at->value);
    put_appearance(g);
    buf_put(out, STR(" >>"));
    pdf_update_close(&g->u);
    return OK;
}

static rc write_array(struct placing *g, struct pdf_ref ref, const struct pdf_value *array)
{
    TRY(pdf_update_open(&g->u, ref));
    pdf_put_array_and(g->u.out, array, g->at->field);
    pdf_update_close(&g->u);
    return OK;
}

static rc add_to_page(struct placing *g, const struct pdf_object *page)
{
    const struct pdf_value *annots = pdf_entry(page->value, STR("Annots")), *array;
    TRY(pdf_resolve(g->doc, annots, g->u.rev, &array));
    bool is_array = array && array->kind == PDF_ARRAY;
    if (is_array && annots->kind == PDF_REF)
        return write_array(g, annots->ref, array);
    TRY(pdf_update_open(&g->u, page->ref));
    buf_put(g->u.out, STR("<<"));
    pdf_put_entries_but(g->u.out, page->value, (const str[]){STR("Annots")}, 1);
    buf_put(g->u.out, STR(" /Annots "));
    pdf_put_array_and(g->u.out, array, g->at->field);
    buf_put(g->u.out, STR(" >>"));
    pdf_update_close(&g->u);
    return OK;
}

/* ---- form and catalog ---- */

/* /SigFlags: signatures exist, append only; what else is set stays. */
static int64_t signature_flags(const struct pdf_value *form)
{
    const struct pdf_value *flags = pdf_entry(form, STR("SigFlags"));
    return 3 | (flags && flags->kind == PDF_INT && flags->number > 0 ? flags->number : 0);
}

static void put_form(struct placing *g, struct buf *out)
{
    static const str OWN[] = {STR_INIT("Fields"), STR_INIT("SigFlags")};
    const struct pdf_value *fields = pdf_entry(g->form, STR("Fields"));
    buf_put(out, STR("<<"));
    pdf_put_entries_but(out, g->form, OWN, 2);
    buf_put(out, STR(" /Fields "));
    if (fields && (g->old || (fields->kind == PDF_REF && g->fields)))
        buf_put(out, fields->raw);
    else
        pdf_put_array_and(out, g->fields, g->at->field);
    buf_printf(out, " /SigFlags %lld >>", (long long)signature_flags(g->form));
}

/* The list of fields is in the form, or an object of its own; the form in the catalog, or an object of its own. */
static rc write_form(struct placing *g, bool *in_catalog)
{
    const struct pdf_value *form = pdf_entry(g->catalog->value, STR("AcroForm")),
                           *fields = pdf_entry(g->form, STR("Fields")), *flags = pdf_entry(g->form, STR("SigFlags"));
    bool list_apart = fields && fields->kind == PDF_REF && g->fields;
    if (list_apart && !g->old)
        TRY(write_array(g, fields->ref, g->fields));
    *in_catalog = !(form && form->kind == PDF_REF && g->form);
    if (*in_catalog)
        return OK;
    if ((list_apart || g->old) && flags && flags->kind == PDF_INT && flags->number == signature_flags(g->form))
        return OK;
    TRY(pdf_update_open(&g->u, form->ref));
    put_form(g, g->u.out);
    pdf_update_close(&g->u);
    return OK;
}

static rc write_catalog(struct placing *g, bool form_inside)
{
    static const str DROPPED[] = {STR_INIT("AcroForm"), STR_INIT("Perms")};
    static const int WANT[] = {[PDF_SUB_CADES] = 2, [PDF_SUB_RFC3161] = 5, [PDF_SUB_PKCS7] = 0};
    int level, want = WANT[g->p->sub];
    bool certify = g->p->certify && g->p->sub != PDF_SUB_RFC3161;
    TRY(pdf_extension_level(g->doc, g->catalog, g->u.rev, &level));
    if (!form_inside && !certify && level >= want)
        return OK;
    BUF_SCOPED added = BUF_INIT(PDF_UNPACKED_MAX);
    const str *dropped = form_inside ? DROPPED : DROPPED + 1;
    if (form_inside) {
        buf_put(&added, STR(" /AcroForm "));
        put_form(g, &added);
    }
    if (certify) {
        const struct pdf_value *perms;
        TRY(pdf_entry_resolved(g->doc, g->catalog->value, STR("Perms"), g->u.rev, &perms));
        buf_put(&added, STR(" /Perms <<"));
        pdf_put_entries_but(&added, perms, (const str[]){STR("DocMDP")}, 1);
        buf_put(&added, STR(" /DocMDP "));
        pdf_put_ref(&added, g->at->value);
        buf_put(&added, STR(" >>"));
    }
    TRY(buf_rc(&added));
    return pdf_update_catalog(&g->u, g->catalog, dropped, (size_t)form_inside + certify, buf_str(&added), want);
}

/* ---- */

static rc write_value(struct placing *g)
{
    const struct pdf_value *lock = NULL;
    if (g->old)
        TRY(pdf_entry_resolved(g->doc, g->old->dict, STR("Lock"), g->u.rev, &lock));
    TRY(pdf_update_number(&g->u, &g->at->value));
    TRY(pdf_update_open(&g->u, g->at->value));
    pdf_put_signature(g->u.out, g->p, lock && lock->kind == PDF_DICT ? lock : NULL, g->catalog->ref, g->at);
    pdf_update_close(&g->u);
    return OK;
}

static rc find_form(struct placing *g)
{
    TRY(pdf_catalog(g->doc, g->u.rev, &g->catalog));
    TRY(pdf_entry_resolved(g->doc, g->catalog->value, STR("AcroForm"), g->u.rev, &g->form));
    if (g->form && g->form->kind != PDF_DICT)
        g->form = NULL;
    TRY(pdf_entry_resolved(g->doc, g->form, STR("Fields"), g->u.rev, &g->fields));
    if (g->fields && g->fields->kind != PDF_ARRAY)
        g->fields = NULL;
    return OK;
}

rc pdf_place(struct pdf_doc *doc, const struct pdf_place *p, struct buf *tail, struct pdf_placed *out)
{
    struct placing g = {.doc = doc, .p = p, .at = out};
    const struct pdf_object *page = NULL;
    bool form_inside;
    *out = (struct pdf_placed){0};
    if (p->sub == PDF_SUB_OTHER || p->room == 0 || p->room > PDF_ROOM_MAX || p->certify < 0 || p->certify > 3)
        return E_INTERNAL;
    TRY(pdf_update_begin(&g.u, doc, tail, str_n(p->id, PDF_ID_LEN)));
    TRY(find_form(&g));
    TRY(choose_field(&g));
    if (!g.old)
        TRY(pdf_page_object(doc, p->page, g.u.rev, &page));
    TRY(write_value(&g));
    if (p->stamp)
        TRY(pdf_form_import(&g.u, p->stamp, 0, &g.stamp));
    TRY(g.old ? write_old_field(&g) : write_new_field(&g, page->ref));
    if (page)
        TRY(add_to_page(&g, page));
    TRY(write_form(&g, &form_inside));
    TRY(write_catalog(&g, form_inside));
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

#include "mod/sign/engine/pdf_tree.h"

#include "base/vec.h"
#include "mod/sign/engine/pdf_impl.h"
#include "mod/sign/engine/pdf_text.h"

/* ---- pages ---- */

static rc no_page(struct pdf_doc *doc, uint32_t index)
{
    return ERR(doc->err, E_NOTFOUND, "SIG-110", N_("The PDF has no page {1}."), arena_printf(doc->a, "%u", index + 1));
}

static rc bad_pages(struct pdf_doc *doc, uint32_t num)
{
    return pdf_malformed(doc, E_INVALID, N_("The page tree of the PDF is malformed at object {1}."), num);
}

/* Pages below a node, by its own word; a leaf is one. */
static rc node_count(struct pdf_doc *doc, const struct pdf_object *node, size_t rev, uint64_t *out)
{
    const struct pdf_value *count;
    *out = 1;
    if (!pdf_entry(node->value, STR("Kids")))
        return OK;
    TRY(pdf_entry_resolved(doc, node->value, STR("Count"), rev, &count));
    if (!count || count->kind != PDF_INT || count->number < 0 || count->number > UINT32_MAX)
        return bad_pages(doc, node->ref.num);
    *out = (uint64_t)count->number;
    return OK;
}

/* The kid that holds page `*index`, which then counts from that kid's first. */
static rc kid_of(struct pdf_doc *doc, const struct pdf_object *node, uint64_t *index, size_t rev,
                 const struct pdf_object **out)
{
    const struct pdf_value *kids;
    TRY(pdf_entry_resolved(doc, node->value, STR("Kids"), rev, &kids));
    if (!kids || kids->kind != PDF_ARRAY)
        return bad_pages(doc, node->ref.num);
    for (const struct pdf_value *v = kids->first; v; v = v->next) {
        uint64_t count;
        if (v->kind != PDF_REF)
            return bad_pages(doc, node->ref.num);
        TRY(pdf_object(doc, v->ref.num, rev, out));
        if ((*out)->value->kind != PDF_DICT)
            return bad_pages(doc, v->ref.num);
        TRY(node_count(doc, *out, rev, &count));
        if (*index < count)
            return OK;
        *index -= count;
    }
    return bad_pages(doc, node->ref.num);
}

static rc root_node(struct pdf_doc *doc, size_t rev, const struct pdf_object **out, uint64_t *count)
{
    const struct pdf_object *catalog;
    TRY(pdf_catalog(doc, rev, &catalog));
    const struct pdf_value *pages = pdf_entry(catalog->value, STR("Pages"));
    if (!pages || pages->kind != PDF_REF)
        return bad_pages(doc, catalog->ref.num);
    TRY(pdf_object(doc, pages->ref.num, rev, out));
    return node_count(doc, *out, rev, count);
}

rc pdf_page_count(struct pdf_doc *doc, size_t rev, uint32_t *out)
{
    const struct pdf_object *root;
    uint64_t count = 0;
    TRY(root_node(doc, rev, &root, &count));
    *out = (uint32_t)count;
    return count <= PDF_NUMBER_MAX ? OK : bad_pages(doc, root->ref.num);
}

rc pdf_page_object(struct pdf_doc *doc, uint32_t index, size_t rev, const struct pdf_object **out)
{
    const struct pdf_object *node;
    uint64_t left = index, count = 0;
    TRY(root_node(doc, rev, &node, &count));
    if (left >= count)
        return no_page(doc, index);
    for (int depth = 0; pdf_entry(node->value, STR("Kids")); depth++) {
        if (depth == PDF_DEPTH_MAX)
            return pdf_malformed(doc, E_LIMIT, NULL, 0);
        TRY(kid_of(doc, node, &left, rev, &node));
    }
    *out = node;
    return node->value->kind == PDF_DICT ? OK : bad_pages(doc, node->ref.num);
}

rc pdf_page_entry(struct pdf_doc *doc, const struct pdf_object *page, str key, size_t rev, const struct pdf_value **out)
{
    const struct pdf_value *node = page->value;
    for (int depth = 0; node && depth < PDF_DEPTH_MAX; depth++) {
        TRY(pdf_entry_resolved(doc, node, key, rev, out));
        if (*out && (*out)->kind != PDF_NULL)
            return OK;
        TRY(pdf_entry_resolved(doc, node, STR("Parent"), rev, &node));
    }
    *out = NULL;
    return OK;
}

/* ---- fields ---- */

struct fields {
    struct pdf_doc *doc;
    size_t rev, nodes;
    VEC(struct pdf_field) found;
};

static rc full_name(struct pdf_doc *doc, str parent, const struct pdf_value *dict, size_t rev, str *out)
{
    const struct pdf_value *t;
    TRY(pdf_entry_resolved(doc, dict, STR("T"), rev, &t));
    *out = parent;
    if (!t)
        return OK;
    str own = pdf_text(doc->a, t);
    *out = parent.n && own.p ? arena_printf(doc->a, "%.*s.%.*s", STR_ARG(parent), STR_ARG(own)) : own;
    return out->p ? OK : arena_failed(doc->a);
}

static rc bad_field(struct pdf_doc *doc, uint32_t num)
{
    return pdf_malformed(doc, E_INVALID, N_("The form field in object {1} of the PDF is malformed."), num);
}

static rc load(struct fields *f, const struct pdf_value *ref, const struct pdf_object **out)
{
    TRY(ref->kind == PDF_REF ? OK : bad_field(f->doc, 0));
    TRY(++f->nodes <= PDF_FIELDS_MAX ? OK : pdf_malformed(f->doc, E_LIMIT, NULL, 0));
    TRY(pdf_object(f->doc, ref->ref.num, f->rev, out));
    return (*out)->value->kind == PDF_DICT ? OK : bad_field(f->doc, ref->ref.num);
}

static rc visit(struct fields *f, const struct pdf_object *o, str parent, bool signature, int depth);

/* Kids with a name are fields, those without are where their parent is shown. */
static rc visit_kids(struct fields *f, const struct pdf_value *kids, struct pdf_field *self, int depth, bool *terminal)
{
    for (const struct pdf_value *v = kids->first; v; v = v->next) {
        const struct pdf_object *kid;
        TRY(load(f, v, &kid));
        if (pdf_entry(kid->value, STR("T"))) {
            *terminal = false;
            TRY(visit(f, kid, self->name, self->signature, depth + 1));
        } else if (self->n_widgets++ == 0) {
            self->widget = v->ref;
        }
    }
    return OK;
}

static rc visit(struct fields *f, const struct pdf_object *o, str parent, bool signature, int depth)
{
    const struct pdf_value *ft, *kids;
    if (depth == PDF_DEPTH_MAX)
        return pdf_malformed(f->doc, E_LIMIT, NULL, 0);
    struct pdf_field self = {.ref = o->ref, .dict = o->value, .signature = signature};
    bool terminal = true;
    TRY(full_name(f->doc, parent, o->value, f->rev, &self.name));
    TRY(pdf_entry_resolved(f->doc, o->value, STR("FT"), f->rev, &ft));
    if (ft)
        self.signature = pdf_name_is(ft, STR("Sig"));
    TRY(pdf_entry_resolved(f->doc, o->value, STR("Kids"), f->rev, &kids));
    if (kids && kids->kind == PDF_ARRAY) {
        TRY(visit_kids(f, kids, &self, depth, &terminal));
    } else if (pdf_entry(o->value, STR("Rect"))) {
        self.widget = o->ref;
        self.n_widgets = 1;
    }
    if (!terminal)
        return OK;
    struct pdf_field *new = VEC_ADD(&f->found, f->doc->a);
    if (!new)
        return arena_failed(f->doc->a);
    *new = self;
    return OK;
}

rc pdf_fields(struct pdf_doc *doc, size_t rev, const struct pdf_field **out, size_t *n)
{
    struct fields f = {.doc = doc, .rev = rev};
    const struct pdf_object *catalog;
    const struct pdf_value *form, *fields;
    TRY(pdf_catalog(doc, rev, &catalog));
    TRY(pdf_entry_resolved(doc, catalog->value, STR("AcroForm"), rev, &form));
    TRY(pdf_entry_resolved(doc, form, STR("Fields"), rev, &fields));
    if (fields && fields->kind == PDF_ARRAY)
        for (const struct pdf_value *v = fields->first; v; v = v->next) {
            const struct pdf_object *o;
            TRY(load(&f, v, &o));
            TRY(visit(&f, o, STR_EMPTY, false, 0));
        }
    *out = f.found.v;
    *n = f.found.n;
    return OK;
}

bool pdf_field_signed(const struct pdf_field *f)
{
    const struct pdf_value *v = pdf_entry(f->dict, STR("V"));
    return f->signature && v && v->kind != PDF_NULL;
}

bool pdf_any_signed(const struct pdf_field *all, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (pdf_field_signed(&all[i]))
            return true;
    return false;
}

const struct pdf_field *pdf_field_named(const struct pdf_field *all, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(all[i].name, name))
            return &all[i];
    return NULL;
}

/* A generator of attacks on signed PDF: universal forgery, incremental saving, wrapping, shadows (Mladenov et al. 2019,
 * Mainka et al. 2021, Rohlmann et al. 2021; pdf-insecurity.org), on a document made for them and really signed. Each
 * says how it is to be found out. */
#ifndef RISE_SIGN_TEST_PDF_ATTACKS_H
#define RISE_SIGN_TEST_PDF_ATTACKS_H

#include "mod/sign/engine/test_pdf_attacked.h"

/* ---- appended revisions ---- */

/* The signed catalog with these entries; all else stays, the certification too. */
enum { CATALOG = 300 };
static inline const char *catalog_with(const struct attacked *w, char room[CATALOG], const char *entries,
                                       bool signature)
{
    char field[24] = "";
    if (signature)
        snprintf(field, sizeof field, " %u 0 R", w->s->field.ref.num);
    snprintf(room, CATALOG,
             "<< /Type /Catalog %s /AcroForm << /Fields [10 0 R%s] /SigFlags 3 >> /Perms << /DocMDP %u 0 R >> >>",
             entries, field, w->s->value.num);
    return room;
}

struct appended {
    struct pdf_update u;
    struct buf tail;
};

static inline void append_begin(struct attacked *w, struct appended *p)
{
    *p = (struct appended){.tail = BUF_INIT(1 << 20)};
    t_ok(pdf_update_begin(&p->u, w->doc, &p->tail, STR("attackattackatta")));
}

static inline void append(struct appended *p, uint32_t num, const char *body)
{
    t_ok(pdf_update_open(&p->u, (struct pdf_ref){num, 0}));
    buf_put(&p->tail, str_of(body));
    pdf_update_close(&p->u);
    if (p->u.next <= num)
        p->u.next = num + 1;
}

static inline void append_end(struct attacked *w, struct appended *p)
{
    t_ok(pdf_update_finish(&p->u));
    buf_put(w->out, w->file);
    buf_put(w->out, buf_str(&p->tail));
    buf_free(&p->tail);
}

static inline void append_one(struct attacked *w, uint32_t num, const char *body)
{
    struct appended p;
    append_begin(w, &p);
    append(&p, num, body);
    append_end(w, &p);
}

static inline void isa_content(struct attacked *w)
{
    append_one(w, 4, PAY_999);
}
static inline void isa_page(struct attacked *w)
{
    append_one(
        w, 3,
        "<< /Type /Page /Parent 2 0 R /Contents 20 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [10 0 R] >>");
}
static inline void isa_catalog(struct attacked *w)
{
    char catalog[CATALOG];
    append_one(w, 1, catalog_with(w, catalog, "/Pages 23 0 R", true));
}
static inline void isa_signature_moved(struct attacked *w)
{
    BUF_SCOPED value = BUF_INIT(1 << 20);
    struct appended p;
    append_begin(w, &p);
    append(&p, 4, PAY_999);
    buf_put(&value, w->s->dict->raw);
    append(&p, w->s->value.num, value.p); /* the same /ByteRange, another place */
    append_end(w, &p);
}
static inline void isa_without_xref(struct attacked *w)
{
    buf_put(w->out, w->file);
    buf_put(w->out, STR("4 0 obj\n" PAY_999 "\nendobj\n"));
}
static inline void isa_without_trailer(struct attacked *w)
{
    buf_put(w->out, w->file);
    size_t body = w->out->n;
    buf_put(w->out, STR("4 0 obj\n" PAY_999 "\nendobj\n"));
    buf_printf(w->out, "xref\n4 1\n%010zu 00000 n \nstartxref\n%zu\n%%%%EOF\n", body, w->out->n);
}
static inline void isa_old_trailer(struct attacked *w)
{
    isa_without_xref(w);
    buf_printf(w->out, "startxref\n%zu\n%%%%EOF\n", w->doc->rev[pdf_newest(w->doc)].xref);
}
static inline void isa_hybrid(struct attacked *w)
{
    buf_put(w->out, w->file);
    size_t body = w->out->n;
    buf_put(w->out, STR("4 0 obj\n" PAY_999 "\nendobj\n"));
    size_t xref = w->out->n;
    buf_printf(w->out,
               "xref\n4 1\n%010zu 00000 n \ntrailer\n<< /Size 60 /Root 1 0 R /Prev %zu /XRefStm %zu "
               ">>\nstartxref\n%zu\n%%%%EOF\n",
               body, w->doc->rev[pdf_newest(w->doc)].xref, body, xref);
}
static inline void isa_rollback(struct attacked *w)
{
    buf_put(w->out, w->file);
    buf_printf(w->out, "startxref\n%zu\n%%%%EOF\n", w->doc->rev[0].xref);
}

static inline void shadow_hide(struct attacked *w)
{
    append_one(w, 6, "<< /Type /XObject /Subtype /Form /BBox [0 0 0 0] /Length 0 >>\nstream\n\nendstream");
}
static inline void shadow_replace_font(struct attacked *w)
{
    append_one(w, 5, "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>");
}
static inline void shadow_supply(struct attacked *w)
{
    append_one(w, 30, "<< /Type /XObject /Subtype /Form /BBox [0 0 300 100] /Length 0 >>\nstream\n\nendstream");
}
/* Hide and replace: only a cross-reference is appended; what it names lay in the signed bytes. */
static inline void shadow_swap(struct attacked *w)
{
    ptrdiff_t at = str_find(w->file, STR("4 0 obj\n" PAY_999));
    ck_assert_int_gt(at, 0);
    buf_put(w->out, w->file);
    size_t xref = w->out->n;
    buf_printf(w->out,
               "xref\n4 1\n%010td 00000 n \ntrailer\n<< /Size 60 /Root 1 0 R /Prev %zu >>\nstartxref\n%zu\n%%%%EOF\n",
               at, w->doc->rev[pdf_newest(w->doc)].xref, xref);
}
static inline void shadow_other_root(struct attacked *w)
{
    buf_put(w->out, w->file);
    size_t xref = w->out->n;
    buf_printf(w->out, "xref\n0 0\ntrailer\n<< /Size 60 /Root 22 0 R /Prev %zu >>\nstartxref\n%zu\n%%%%EOF\n",
               w->doc->rev[pdf_newest(w->doc)].xref, xref);
}
static inline void shadow_in_evidence(struct attacked *w)
{
    char catalog[CATALOG];
    struct appended p;
    append_begin(w, &p);
    append(&p, 1, catalog_with(w, catalog, "/Pages 2 0 R /DSS << /Certs [4 0 R] >>", true));
    append(&p, 4, PAY_999);
    append_end(w, &p);
}

static inline void evil_annotation(struct attacked *w)
{
    struct appended p;
    append_begin(w, &p);
    append(&p, 3,
           "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [10 0 R 58 0 R] "
           "/Resources << /Font << /F1 5 0 R >> /XObject << /Cover 6 0 R /Later 30 0 R >> >> >>");
    append(&p, 58, "<< /Type /Annot /Subtype /FreeText /Rect [9 30 290 90] /Contents (Pay 999) /DA (/F1 24 Tf) >>");
    append_end(w, &p);
}
static inline void field_moved(struct attacked *w)
{
    append_one(w, 10,
               "<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /Rect [9 30 290 90] /P 3 0 R /V (Pay 999) >>");
}
static inline void signature_removed(struct attacked *w)
{
    char catalog[CATALOG];
    append_one(w, 1, catalog_with(w, catalog, "/Pages 2 0 R", false));
}
static inline void dangling_object(struct attacked *w)
{
    struct appended p;
    append_begin(w, &p);
    append(&p, 58, "(unexplained)");
    append_end(w, &p);
}
static inline void bytes_between(struct attacked *w)
{
    struct appended p;
    append_begin(w, &p);
    buf_put(&p.tail, STR("4 0 obj\n" PAY_999 "\nendobj\n")); /* for programs that search the file */
    append(&p, 10, "<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /Rect [9 9 99 29] /P 3 0 R /V (200) >>");
    append_end(w, &p);
}

/* ---- all of them ---- */

/* How it is found out: an error's code, a fault's name, or that of the edit which the policy refuses. */
static const struct attack {
    const char *name;
    void (*make)(struct attacked *w);
    const char *found;
} ATTACKS[] = {
    {"usf-no-contents", usf_no_contents, "contents-missing"},
    {"usf-contents-null", usf_contents_null, "contents-null"},
    {"usf-contents-empty", usf_contents_empty, "contents-empty"},
    {"usf-contents-zero", usf_contents_zero, "contents-zero"},
    {"usf-no-range", usf_no_range, "range-missing"},
    {"usf-range-null", usf_range_null, "range-null"},
    {"range-ends-early", range_ends_early, "range-end"},
    {"padding-holds-something", padding_holds_something, "format"},
    {"wrap-other-entry", wrap_other_entry, "value-malformed"}, /* /Reason twice */
    {"wrap-comment", wrap_comment, "range-gap"},
    {"wrap-second-range", wrap_second_range, "SIG-102"},
    {"isa-content", isa_content, "replaced"},
    {"isa-page", isa_page, "page"},
    {"isa-catalog", isa_catalog, "catalog"},
    {"isa-signature-moved", isa_signature_moved, "range-gap"},
    {"isa-without-xref", isa_without_xref, "appended"},
    {"isa-without-trailer", isa_without_trailer, "SIG-102"},
    {"isa-old-trailer", isa_old_trailer, "SIG-102"},
    {"isa-hybrid", isa_hybrid, "SIG-103"},
    {"isa-rollback", isa_rollback, "SIG-102"},
    {"shadow-hide", shadow_hide, "replaced"},
    {"shadow-replace-font", shadow_replace_font, "replaced"},
    {"shadow-supply", shadow_supply, "shadow"},
    {"shadow-swap", shadow_swap, "bytes"},
    {"shadow-other-root", shadow_other_root, "trailer"},
    {"shadow-in-evidence", shadow_in_evidence, "replaced"},
    {"evil-annotation", evil_annotation, "annotation"},
    {"field-moved", field_moved, "field"},
    {"signature-removed", signature_removed, "signature-removed"},
    {"dangling-object", dangling_object, "added"},
    {"bytes-between", bytes_between, "bytes"},
};
enum { N_ATTACKS = sizeof ATTACKS / sizeof ATTACKS[0] };

#endif

/* The generator of attacks, first part: the document that is signed, and what is done to its own bytes. */
#ifndef RISE_SIGN_TEST_PDF_ATTACKED_H
#define RISE_SIGN_TEST_PDF_ATTACKED_H

#include "mod/sign/engine/pdf_diff.h"
#include "mod/sign/engine/pdf_place.h"
#include "mod/sign/engine/test_pdf.h"

#define PAY_999 "<< /Length 36 >>\nstream\nBT /F1 24 Tf 9 40 Td (Pay 999) Tj ET\nendstream"

/* Objects of the prepared document. What an attacker who wrote it has laid in: an overlay (6) that can be taken away,
 * another content (20, and a second 4), page (21) and catalog (22) that nothing refers to, a reference to an object
 * (30) that is not there. */
static inline void attack_document(struct make *m, bool stream)
{
    make_begin(m, stream);
    make_object(m, 1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [10 0 R] >> >>");
    make_object(m, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 300 100] >>");
    make_object(m, 3,
                "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [10 0 R] "
                "/Resources << /Font << /F1 5 0 R >> /XObject << /Cover 6 0 R /Later 30 0 R >> >> >>");
    make_stream(m, 4, "", STR("BT /F1 24 Tf 9 40 Td (Pay 100) Tj ET /Cover Do /Later Do"));
    make_object(m, 5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    make_stream(m, 6, "/Type /XObject /Subtype /Form /BBox [0 0 300 100]", STR("1 g 150 0 150 100 re f"));
    make_object(m, 10, "<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /Rect [9 9 99 29] /P 3 0 R /V (100) >>");
    make_stream(m, 20, "", STR("BT /F1 24 Tf 9 40 Td (Pay 999) Tj ET"));
    make_object(m, 21, "<< /Type /Page /Parent 2 0 R /Contents 20 0 R /Resources << /Font << /F1 5 0 R >> >> >>");
    /* The signature's field will have this number. */
    make_object(m, 22,
                stream ? "<< /Type /Catalog /Pages 23 0 R /AcroForm << /Fields [10 0 R 26 0 R] /SigFlags 3 >> >>"
                       : "<< /Type /Catalog /Pages 23 0 R /AcroForm << /Fields [10 0 R 25 0 R] /SigFlags 3 >> >>");
    make_object(m, 23, "<< /Type /Pages /Kids [21 0 R] /Count 1 /MediaBox [0 0 300 100] >>");
    buf_put(&m->out, STR("4 0 obj\n" PAY_999 "\nendobj\n")); /* that no cross-reference names */
    make_end(m, "/Root 1 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]");
}

struct attacked { /* what an attack works on */
    struct arena *a;
    str file; /* signed */
    struct pdf_doc *doc;
    const struct pdf_signature *s;
    struct buf *out;
};

/* ---- in place: bytes of the signature's dictionary, whose length stays ---- */

static inline void overwrite(struct attacked *w, size_t from, const char *what, const char *with)
{
    buf_put(w->out, w->file);
    char *at = memmem(w->out->p + from, w->out->n - from, what, strlen(what));
    ck_assert_ptr_nonnull(at);
    memcpy(at, with, strlen(with));
}

static inline size_t value_at(const struct attacked *w)
{
    return (size_t)(w->s->dict->raw.p - w->file.p);
}

static inline void usf_no_contents(struct attacked *w)
{
    overwrite(w, value_at(w), "/Contents", "/Contemts");
}
static inline void usf_no_range(struct attacked *w)
{
    overwrite(w, value_at(w), "/ByteRange", "/ByteRamge");
}
static inline void usf_range_null(struct attacked *w)
{
    overwrite(w, value_at(w), "/ByteRange [", "/ByteRange null/X[");
}
static inline void usf_contents_zero(struct attacked *w)
{
    buf_put(w->out, w->file);
    memset(w->out->p + w->s->contents_at + 1, '0', w->s->contents_n - 2);
}
static inline void usf_contents_null(struct attacked *w)
{
    buf_put(w->out, w->file);
    memset(w->out->p + w->s->contents_at, ' ', w->s->contents_n);
    memcpy(w->out->p + w->s->contents_at, "null", 4);
}
static inline void usf_contents_empty(struct attacked *w)
{
    buf_put(w->out, w->file);
    memset(w->out->p + w->s->contents_at, ' ', w->s->contents_n);
    memcpy(w->out->p + w->s->contents_at, "<>", 2);
}
static inline void range_ends_early(struct attacked *w)
{
    char old[40], new[40];
    snprintf(old, sizeof old, " %-12llu]", (unsigned long long)w->s->range[3]);
    snprintf(new, sizeof new, " %-12llu]", (unsigned long long)w->s->range[3] - 30);
    overwrite(w, value_at(w), old, new);
}
static inline void padding_holds_something(struct attacked *w)
{
    buf_put(w->out, w->file);
    memcpy(w->out->p + w->s->contents_at + w->s->contents_n - 9, "6576696C", 8);
}

/* ---- wrapping: the gap, which no signature covers, is given other things ---- */

/* Behind a shortened /Contents, in the room of its zeros. The signed bytes stay. */
static inline void fill_gap(struct attacked *w, const char *text)
{
    buf_put(w->out, w->file);
    size_t n = strlen(text), room = w->s->contents_n / 2;
    ck_assert_uint_lt(n, room);
    char *at = w->out->p + w->s->contents_at + w->s->contents_n - room;
    memset(at, ' ', room);
    at[0] = '>';
    memcpy(at + 1, text, n);
}

static inline void wrap_other_entry(struct attacked *w)
{
    fill_gap(w, " /Reason (I agree to everything)");
}
static inline void wrap_comment(struct attacked *w)
{
    fill_gap(w, " % a comment >\n");
}

/* Rows for what the signed revision defines, at the places where it lies now, and for the attacker's object 4. */
static inline void wrap_rows(struct attacked *w, struct buf *out, size_t body, size_t shift)
{
    const struct pdf_changed *c;
    size_t n;
    t_ok(pdf_changes(w->doc, 1, &c, &n));
    buf_printf(out, "xref\n4 1\n%010zu 00000 n \n", body);
    for (size_t i = 0; i < n; i++) {
        const struct pdf_object *o;
        t_ok(pdf_object(w->doc, c[i].num, 1, &o));
        size_t at = (size_t)(o->raw.p - w->file.p);
        buf_printf(out, "%u 1\n%010zu 00000 n \n", c[i].num, at < w->s->contents_at ? at : at + shift);
    }
    buf_printf(out, "trailer\n<< /Size 60 /Root 1 0 R /Prev %zu >>\n", w->doc->rev[0].xref);
}

/* SWA: a second /ByteRange in the gap leads the verifier to the signed second part, moved behind the attacker's; its
 * startxref, which is signed, now names the attacker's cross-reference. */
static inline void wrap_second_range(struct attacked *w)
{
    const uint64_t *r = w->s->range;
    size_t room = w->s->contents_n / 2, at = (size_t)r[1], evil = 0;
    BUF_SCOPED gap = BUF_INIT(1 << 20);
    for (int pass = 0; pass < 2; pass++) { /* the second part's new place is known after the first pass */
        buf_clear(&gap);
        buf_put(&gap, str_n(w->file.p + at, w->s->contents_n - room));
        buf_printf(&gap, "> /ByteRange [0 %-12llu %-12zu %-12llu] >>\nendobj\n", (unsigned long long)r[1], evil,
                   (unsigned long long)r[3]);
        size_t body = at + gap.n;
        buf_put(&gap,
                STR("4 0 obj\n<< /Length 37 >>\nstream\nBT /F1 24 Tf 9 40 Td (Pay 999) Tj ET\n\nendstream\nendobj\n"));
        while (at + gap.n < w->doc->rev[1].xref)
            buf_putc(&gap, '\n');
        wrap_rows(w, &gap, body, evil - (size_t)r[2]);
        evil = at + gap.n;
    }
    buf_put(w->out, str_sub(w->file, 0, at));
    buf_put(w->out, buf_str(&gap));
    buf_put(w->out, str_sub(w->file, (size_t)r[2], (size_t)r[3]));
}

#endif

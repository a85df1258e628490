/* A page of another document as a stamp: what is copied, what is left out, what is refused. */
#include "mod/sign/engine/pdf_form.h"

#include "mod/sign/engine/pdf_place.h"
#include "mod/sign/engine/test_pdf.h"

enum { ROOM = 64 << 20 };

static struct arena *a;
static struct err err, stamp_err;

/* Content in two parts, one of them packed; what it uses is inherited, shared, in a circle, and leads back to the page.
 */
static void make_stamp(struct make *m, bool stream)
{
    make_begin(m, stream);
    make_object(m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    make_object(m, 2,
                "<< /Type /Pages /Kids [3 0 R] /Count 1 /MediaBox [0 0 90 30] "
                "/Resources << /Font << /F1 6 0 R /F#32 6 0 R >> /XObject << /X 7 0 R >> >> >>");
    make_object(m, 3, "<< /Type /Page /Parent 2 0 R /Contents [4 0 R 5 0 R] /Annots [9 0 R] >>");
    make_stream(m, 4, "", STR("q"));
    make_stream(m, 5, "/Filter /FlateDecode", str_n("\x78\x9c\xcb\x49\x4d\x4c\x03\x00\x04\x0b\x01\x99", 12)); /* leaf */
    make_object(m, 6, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Circle [6 0 R null (a\\)b) -1.5] >>");
    make_stream(m, 7, "/Subtype /Form /BBox [0 0 1 1] /Back 3 0 R /Missing 12 0 R", STR("binary \0 bytes"));
    make_object(m, 9, "<< /Type /Annot >>");
    make_end(m, "/Root 1 0 R");
}

static rc place(struct pdf_doc *stamp, struct buf *whole)
{
    struct make m;
    struct pdf_placed at;
    BUF_SCOPED tail = BUF_INIT(1 << 20);
    make_document(&m, false);
    struct pdf_doc *doc = opened(a, buf_str(&m.out), &err);
    rc r = pdf_place(
        doc, &(struct pdf_place){.sub = PDF_SUB_CADES, .room = 9, .stamp = stamp, .rect = {-150, 0, 9000, 3005}}, &tail,
        &at);
    buf_put(whole, buf_str(&m.out));
    buf_put(whole, buf_str(&tail));
    buf_free(&m.out);
    return r;
}

static const struct pdf_value *at(struct pdf_doc *doc, const struct pdf_value *v, const char *key)
{
    const struct pdf_value *out;
    t_ok(pdf_entry_resolved(doc, v, str_of(key), pdf_newest(doc), &out));
    ck_assert_msg(out != NULL, "no %s", key);
    return out;
}

static void check_copied(bool stream)
{
    struct make m;
    BUF_SCOPED file = BUF_INIT(1 << 20);
    make_stamp(&m, stream);
    t_ok(place(opened(a, buf_str(&m.out), &stamp_err), &file));
    struct pdf_doc *doc = opened(a, buf_str(&file), &err);
    const struct pdf_field *field;
    size_t n;
    t_ok(pdf_fields(doc, 1, &field, &n));
    ck_assert_uint_eq(n, 1);
    t_str(at(doc, field->dict, "Rect")->raw, STR("[ -1.50 0.00 90.00 30.05 ]"));
    const struct pdf_object *form, *x;
    str bytes;
    t_ok(pdf_object(doc, pdf_entry(at(doc, field->dict, "AP"), STR("N"))->ref.num, 1, &form));
    t_ok(pdf_stream_bytes(doc, form, 1, &bytes));
    t_str(bytes, STR("q\nleaf\n"));
    t_str(at(doc, form->value, "BBox")->raw, STR("[0 0 90 30 ]"));
    const struct pdf_value *fonts = at(doc, at(doc, form->value, "Resources"), "Font"), *font = at(doc, fonts, "F1");
    ck_assert_uint_eq(pdf_entry(fonts, STR("F1"))->ref.num, pdf_entry(fonts, STR("F2"))->ref.num);
    t_str(at(doc, font, "BaseFont")->name, STR("Helvetica"));
    const struct pdf_value *circle = at(doc, font, "Circle");
    ck_assert_uint_eq(circle->first->ref.num, pdf_entry(fonts, STR("F1"))->ref.num);
    t_str(circle->first->next->next->raw, STR("(a\\)b)"));
    const struct pdf_value *xs = at(doc, at(doc, form->value, "Resources"), "XObject");
    t_ok(pdf_object(doc, pdf_entry(xs, STR("X"))->ref.num, 1, &x));
    t_str(x->stream, STR("binary \0 bytes"));
    ck_assert_int_eq(at(doc, x->value, "Back")->kind, PDF_NULL); /* not the page, and so not its annotations */
    ck_assert_int_eq(at(doc, x->value, "Missing")->kind, PDF_NULL);
    const struct pdf_changed *changed;
    t_ok(pdf_changes(doc, 1, &changed, &n));
    ck_assert_uint_eq(n, 8); /* catalog, page, signature, field, form, font, XObject, null for the page */
    buf_free(&m.out);
}

START_TEST(copied)
{
    a = arena_new(ROOM);
    check_copied(false);
    check_copied(true);
    arena_free(a);
}
END_TEST

START_TEST(refused)
{
    static const char *const PAGES[] = {
        "<< /Type /Page /MediaBox [0 0 9] /Contents 4 0 R >>",
        "<< /Type /Page /MediaBox [0 0 9 9] /Contents [4 0 R 99 0 R] >>",
        "<< /Type /Page /MediaBox [0 0 9 9] /Contents [(inline)] >>",
        "<< /Type /Page /MediaBox [0 0 9 9] /Contents 4 0 R /Resources 2 0 R /Group << /A 1 /A 2 >> >>",
    };
    a = arena_new(ROOM);
    for (size_t i = 0; i < sizeof PAGES / sizeof PAGES[0]; i++) {
        struct make m;
        BUF_SCOPED file = BUF_INIT(1 << 20);
        make_begin(&m, false);
        make_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
        make_object(&m, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        make_object(&m, 3, PAGES[i]);
        make_stream(&m, 4, "", STR("q"));
        make_end(&m, "/Root 1 0 R");
        rc r = place(opened(a, buf_str(&m.out), &stamp_err), &file);
        ck_assert_msg(r == E_INVALID, "%s: %s", PAGES[i], rc_name(r));
        ck_assert_str_eq(err.main.code, "SIG-118");
        buf_free(&m.out);
    }
    arena_free(a);
}
END_TEST

T_MAIN("sign/pdf_form", copied, refused)

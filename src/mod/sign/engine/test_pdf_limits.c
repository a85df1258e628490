/* What costs: many revisions, objects in each other, streams; and what a filter gives back. */
#include "mod/sign/engine/test_pdf.h"

enum { ROOM = 256 << 20 };

static struct arena *a;
static struct err err;

/* The answers are the same before and after the list of listings is made (pdf_index.c). */
START_TEST(many_revisions)
{
    enum { REVISIONS = 300 };
    for (int stream = 0; stream < 2; stream++) {
        struct make m;
        a = arena_new(ROOM);
        make_document(&m, stream);
        for (int i = 1; i < REVISIONS; i++) {
            char body[40];
            snprintf(body, sizeof body, "[%d]", i);
            make_object(&m, 10 + (uint32_t)i % 7, body);
            m.size = 20; /* a stream's own number stays the same */
            make_end(&m, "/Root 1 0 R");
        }
        struct pdf_doc *doc = opened(a, buf_str(&m.out), &err);
        ck_assert_uint_eq(doc->n_revs, REVISIONS);
        for (int round = 0; round < 2; round++) {
            for (size_t r = 0; r < REVISIONS; r += round ? 1 : 50)
                for (uint32_t num = 10; num < 17; num++) {
                    const struct pdf_object *o;
                    size_t want = r;
                    while (want > 0 && 10 + want % 7 != num)
                        want--;
                    t_ok(pdf_object(doc, num, r, &o));
                    if (want == 0)
                        t_loop(o->value->kind == PDF_NULL && o->rev == doc->n_revs);
                    else
                        t_loop(o->rev == want && o->value->first->number == (int64_t)want);
                }
            ck_assert((doc->index != NULL) == (round == 1));
        }
        const struct pdf_object *catalog;
        t_ok(pdf_catalog(doc, REVISIONS - 1, &catalog));
        ck_assert_uint_eq(catalog->rev, 0);
        buf_free(&m.out);
        arena_free(a);
    }
}
END_TEST

/* "1 0 obj (2 0 obj (3 0 obj ( … ) endobj ) endobj ) endobj": each is a string that holds all the following. */
START_TEST(objects_in_each_other)
{
    enum { DEEP = 60000 };
    a = arena_new(ROOM);
    BUF_SCOPED b = BUF_INIT(16 << 20);
    size_t *offset = ARENA_ARRAY(a, DEEP + 1, size_t);
    ck_assert_ptr_nonnull(offset);
    buf_put(&b, STR("%PDF-1.7\n"));
    for (uint32_t i = 1; i <= DEEP; i++) {
        offset[i] = b.n;
        buf_printf(&b, "%u 0 obj(", i);
    }
    for (uint32_t i = 1; i <= DEEP; i++)
        buf_put(&b, STR(")endobj "));
    size_t xref = b.n;
    buf_printf(&b, "xref\n0 %d\n0000000000 65535 f \n", DEEP + 1);
    for (uint32_t i = 1; i <= DEEP; i++)
        buf_printf(&b, "%010zu 00000 n \n", offset[i]);
    buf_printf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", DEEP + 1, xref);
    struct pdf_doc *doc = opened(a, buf_str(&b), &err);
    const struct pdf_object *o;
    uint32_t i = 1;
    rc r = OK;
    for (; i <= DEEP && r == OK; i++)
        r = pdf_object(doc, i, 0, &o);
    t_rc(r, E_LIMIT);
    ck_assert_str_eq(err.main.code, "SIG-107");
    ck_assert_uint_gt(i, 100);
    ck_assert_uint_lt(i, 2000);
    arena_free(a);
}
END_TEST

START_TEST(offsets_in_object_streams_rise)
{
    static const char *const INNER[] = {"7 0 8 3 12 [8]", "7 3 8 0 12 [8]", "7 0 8 0 12 [8]", "7 0 8 99 12 8"};
    for (size_t i = 0; i < sizeof INNER / sizeof INNER[0]; i++) {
        struct make m;
        a = arena_new(ROOM);
        make_document(&m, true);
        make_packed(&m, 9, 7, "12", 8, "[8]");
        m.offset[9] = 0;
        make_stream(&m, 9, "/Type /ObjStm /N 2 /First 8", str_of(INNER[i]));
        make_end(&m, "/Root 1 0 R");
        struct pdf_doc *doc = opened(a, buf_str(&m.out), &err);
        const struct pdf_object *o;
        t_rc(pdf_object(doc, 7, 1, &o), i == 0 ? OK : E_INVALID);
        if (i == 0)
            ck_assert_int_eq(o->value->number, 12);
        buf_free(&m.out);
        arena_free(a);
    }
}
END_TEST

/* Five rows of four bytes, one for each of PNG's filters, made by another program. */
static const char PNG[] = "\x78\x9c\x63\xe0\x12\x91\xd3\x60\xe4\xe6\xe0\xe3\x66\x62\xfc\xf9\xfa\x01"
                          "\xf3\xa1\x5f\xbf\x7e\xb1\x30\xfe\x67\xfa\x0d\x00\x4c\xbf\x09\x0d";
static const char ROWS[] = "\x0a\x14\x1e\x28\x0b\x13\x21\x2c\x0c\x0c\x0c\x0c\xc8\x64\x32\x19\xc9\x63"
                           "\x34\x14";

static const struct filter_case {
    const char *entries, *code;
} FILTERS[] = {
    {"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 4 >>", NULL},
    {"/Filter [/FlateDecode] /DecodeParms [<< /Predictor 12 /Columns 4 >>]", NULL},
    {"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 7 >>", "SIG-109"},
    {"/Filter /FlateDecode /DecodeParms << /Predictor 2 /Columns 4 >>", "SIG-108"},
    {"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Columns 999999999999 >>", "SIG-108"},
    {"/Filter /LZWDecode", "SIG-108"},
    {"/Filter [/ASCIIHexDecode /FlateDecode]", "SIG-108"},
    {"/Filter 7", "SIG-108"},
    {"/F (elsewhere.bin)", "SIG-108"},
};

START_TEST(filters)
{
    for (size_t i = 0; i < sizeof FILTERS / sizeof FILTERS[0]; i++) {
        struct make m;
        a = arena_new(ROOM);
        make_begin(&m, false);
        make_stream(&m, 1, FILTERS[i].entries, str_n(PNG, sizeof PNG - 1));
        make_end(&m, "/Root 1 0 R");
        struct pdf_doc *doc = opened(a, buf_str(&m.out), &err);
        const struct pdf_object *o;
        str bytes;
        t_ok(pdf_object(doc, 1, 0, &o));
        rc r = pdf_stream_bytes(doc, o, 0, &bytes);
        if (FILTERS[i].code) {
            ck_assert_msg(r != OK, "%s", FILTERS[i].entries);
            ck_assert_str_eq(err.main.code, FILTERS[i].code);
        } else {
            t_ok(r);
            ck_assert(str_eq(bytes, str_n(ROWS, sizeof ROWS - 1)));
        }
        buf_free(&m.out);
        arena_free(a);
    }
}
END_TEST

T_MAIN("sign/pdf_limits", many_revisions, objects_in_each_other, offsets_in_object_streams_rise, filters)

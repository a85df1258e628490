/* The reader: values, both kinds of cross-reference, revisions, what is refused, the forgeries. */
#include "mod/sign/engine/test_pdf.h"

enum { ROOM = 64 << 20 };

/* ---- values ---- */

static rc value(struct arena *a, const char *text, struct pdf_value **out)
{
    struct pdf_cursor c = {.a = a, .s = str_of(text)};
    rc r = pdf_value_read(&c, out);
    if (r == OK) {
        pdf_skip_space(&c);
        ck_assert_msg(c.at == c.s.n, "not read to its end: %s", text);
    }
    return r;
}

static const struct value_case {
    const char *text;
    rc want;
    enum pdf_kind kind;
} VALUES[] = {
    {"null", OK, PDF_NULL},
    {"true", OK, PDF_BOOL},
    {"-17", OK, PDF_INT},
    {"+5", OK, PDF_INT},
    {"4.", OK, PDF_REAL},
    {"-.002", OK, PDF_REAL},
    {"99999999999999999999", OK, PDF_REAL},
    {"12 0 R", OK, PDF_REF},
    {"12\n0 %comment\n R", OK, PDF_REF},
    {"/", OK, PDF_NAME},
    {"/A#20B", OK, PDF_NAME},
    {"(a(b)c)", OK, PDF_STRING},
    {"(\\))", OK, PDF_STRING},
    {"<4A 4b>", OK, PDF_STRING},
    {"[]", OK, PDF_ARRAY},
    {"[1 2 0 R(x)/N<<>>]", OK, PDF_ARRAY},
    {"<</A/B/C[1]/D null>>", OK, PDF_DICT},
    {"", E_INVALID, 0},
    {"nul", E_INVALID, 0},
    {"truex", E_INVALID, 0},
    {"1-2", E_INVALID, 0},
    {"1.2.3", E_INVALID, 0},
    {"--1", E_INVALID, 0},
    {"/A#2", E_INVALID, 0},
    {"/A#zz", E_INVALID, 0},
    {"/A#00", E_INVALID, 0},
    {"(a", E_INVALID, 0},
    {"(a\\)", E_INVALID, 0},
    {"<4x>", E_INVALID, 0},
    {"<41", E_INVALID, 0},
    {"[1 2", E_INVALID, 0},
    {"]", E_INVALID, 0},
    {"<</A>>", E_INVALID, 0},
    {"<</A 1 2>>", E_INVALID, 0},
    {"<</A 1/B 2/A 3>>", E_INVALID, 0},   /* which one counts? */
    {"<</A 1/B 2/#41 3>>", E_INVALID, 0}, /* the same name */
    {"<</A 1", E_INVALID, 0},
};

START_TEST(values)
{
    struct arena *a = arena_new(ROOM);
    for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++) {
        struct pdf_value *v;
        rc r = value(a, VALUES[i].text, &v);
        ck_assert_msg(r == VALUES[i].want, "%s: %s", VALUES[i].text, rc_name(r));
        ck_assert_msg(r != OK || v->kind == VALUES[i].kind, "%s: kind %d", VALUES[i].text, (int)v->kind);
    }
    struct pdf_value *v;
    t_ok(value(a, " <</A#20B (x\\051\\n\\7z\\\r\ny) /N 12 0 R /I -5>> ", &v));
    t_str(v->raw, STR("<</A#20B (x\\051\\n\\7z\\\r\ny) /N 12 0 R /I -5>>"));
    t_str(pdf_string_bytes(a, pdf_entry(v, STR("A B"))), STR("x)\n\7zy"));
    ck_assert_uint_eq(pdf_entry(v, STR("N"))->ref.num, 12);
    ck_assert_int_eq(pdf_entry(v, STR("I"))->number, -5);
    ck_assert_ptr_null(pdf_entry(v, STR("B")));
    arena_free(a);
}
END_TEST

START_TEST(large_dictionaries_have_unique_keys)
{
    struct arena *a = arena_new(ROOM);
    for (int twice = 0; twice < 2; twice++) {
        BUF_SCOPED text = BUF_INIT(1 << 20);
        buf_put(&text, STR("<<"));
        for (int i = 0; i < 20000; i++)
            buf_printf(&text, "/K%d %d", twice && i == 19999 ? 77 : i, i);
        buf_put(&text, STR(">>"));
        struct pdf_value *v;
        t_rc(value(a, text.p, &v), twice ? E_INVALID : OK);
    }
    arena_free(a);
}
END_TEST

START_TEST(depth_is_capped)
{
    struct arena *a = arena_new(ROOM);
    for (int depth = PDF_DEPTH_MAX; depth <= PDF_DEPTH_MAX + 1; depth++) {
        char text[2 * (PDF_DEPTH_MAX + 1) + 1];
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        text[2 * depth] = 0;
        struct pdf_value *v;
        t_rc(value(a, text, &v), depth > PDF_DEPTH_MAX ? E_LIMIT : OK);
    }
    arena_free(a);
}
END_TEST

/* ---- revisions ---- */

static void check_revisions(bool stream)
{
    struct arena *a = arena_new(ROOM);
    struct err err = {0};
    struct make m;
    make_document(&m, stream);
    size_t first_end = m.out.n;
    make_object(&m, 2, "<< /Type /Pages /Kids [3 0 R 9 0 R] /Count 2 >>");
    make_object(&m, 9, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 1 1] >>");
    make_end(&m, "/Root 1 0 R");
    struct pdf_doc *doc = opened(a, buf_str(&m.out), &err);
    ck_assert_uint_eq(doc->n_revs, 2);
    ck_assert_uint_eq(doc->rev[0].start, 0);
    ck_assert_uint_eq(doc->rev[0].end, first_end);
    ck_assert_uint_eq(doc->rev[0].eof, first_end - 1);
    ck_assert_uint_eq(doc->rev[1].end, m.out.n);
    ck_assert(doc->rev[1].stream == stream);
    ck_assert_uint_eq(pdf_rest(doc).n, 0);
    const struct pdf_object *old_pages, *pages, *page, *none;
    t_ok(pdf_object(doc, 2, 0, &old_pages));
    t_ok(pdf_object(doc, 2, 1, &pages));
    t_ok(pdf_object(doc, 9, 1, &page));
    t_ok(pdf_object(doc, 9, 0, &none));
    ck_assert_int_eq(pdf_entry(old_pages->value, STR("Count"))->number, 1);
    ck_assert_int_eq(pdf_entry(pages->value, STR("Count"))->number, 2);
    ck_assert_uint_eq(old_pages->rev, 0);
    ck_assert_uint_eq(pages->rev, 1);
    ck_assert_int_eq(none->value->kind, PDF_NULL);
    const struct pdf_changed *changed;
    size_t n;
    t_ok(pdf_changes(doc, 1, &changed, &n));
    ck_assert_uint_eq(n, stream ? 3 : 2); /* a cross-reference stream lists itself */
    ck_assert_uint_eq(changed[0].num, 2);
    ck_assert_uint_eq(changed[1].num, 9);
    buf_free(&m.out);
    arena_free(a);
}

START_TEST(revisions)
{
    check_revisions(false);
    check_revisions(true);
}
END_TEST

START_TEST(object_streams)
{
    struct arena *a = arena_new(ROOM);
    struct err err = {0};
    struct make m;
    make_document(&m, true);
    make_packed(&m, 9, 7, "<< /Seven 7 >>", 8, "[ (eight) ]");
    make_end(&m, "/Root 1 0 R");
    struct pdf_doc *doc = opened(a, buf_str(&m.out), &err);
    const struct pdf_object *seven, *eight;
    t_ok(pdf_object(doc, 7, 1, &seven));
    t_ok(pdf_object(doc, 8, 1, &eight));
    ck_assert_int_eq(pdf_entry(seven->value, STR("Seven"))->number, 7);
    ck_assert_int_eq(eight->value->kind, PDF_ARRAY);
    ck_assert_uint_eq(eight->container, 9);
    /* The container replaced, its objects not mentioned: they would change unseen. */
    make_packed(&m, 9, 7, "<< /Seven 8 >>", 8, "[ (eight) ]");
    m.container[7] = m.container[8] = 0;
    make_end(&m, "/Root 1 0 R");
    doc = opened(a, buf_str(&m.out), &err);
    t_ok(pdf_object(doc, 7, 1, &seven));
    t_rc(pdf_object(doc, 7, 2, &seven), E_INVALID);
    ck_assert_str_eq(err.main.code, "SIG-106");
    buf_free(&m.out);
    arena_free(a);
}
END_TEST

/* ---- refused ---- */

static void check_refused(struct arena *a, str bytes, const char *code)
{
    struct err err = {0};
    struct pdf_doc *doc;
    rc r = pdf_open(a, bytes, &doc, &err);
    ck_assert_msg(r != OK, "opened; want %s", code);
    ck_assert_str_eq(err.main.code, code);
}

static const struct refused_case {
    const char *trailer, *code;
} TRAILERS[] = {
    {"/Root 1 0 R /Encrypt 9 0 R", "SIG-104"}, {"/Root 1 0 R /Encrypt << >>", "SIG-104"},
    {"/Root 1 0 R /XRefStm 20", "SIG-103"},    {"/Root 1 0 R /Prev -1", "SIG-102"},
    {"/Root 1 0 R /Prev 99999999", "SIG-102"}, {"/Root 1 0 R /Prev 9", "SIG-102"}, /* no cross-reference there */
    {"/Root 1 0 R /Prev 1 0 R", "SIG-102"},
};

START_TEST(refused_trailers)
{
    struct arena *a = arena_new(ROOM);
    for (size_t i = 0; i < sizeof TRAILERS / sizeof TRAILERS[0]; i++)
        for (int stream = 0; stream < 2; stream++) {
            struct make m;
            make_begin(&m, stream);
            make_object(&m, 1, "<< /Type /Catalog >>");
            make_end(&m, TRAILERS[i].trailer);
            check_refused(a, buf_str(&m.out), TRAILERS[i].code);
            buf_free(&m.out);
        }
    arena_free(a);
}
END_TEST

START_TEST(loops_are_refused)
{
    struct arena *a = arena_new(ROOM);
    struct make m;
    make_document(&m, false);
    size_t first = m.prev;
    make_object(&m, 6, "null");
    make_end(&m, "");
    size_t second = m.prev;
    /* The first revision's trailer now names the second one as its forerunner. */
    char *id = memmem(m.out.p + first, m.out.n - first, "/ID [<00112233445566778899AABB", 30);
    ck_assert_ptr_nonnull(id);
    char prev[40];
    snprintf(prev, sizeof prev, "/Prev %-10zu /I[<", second);
    memcpy(id, prev, strlen(prev));
    check_refused(a, buf_str(&m.out), "SIG-105");
    snprintf(prev, sizeof prev, "/Prev %-10zu /I[<", first); /* itself */
    memcpy(id, prev, strlen(prev));
    check_refused(a, buf_str(&m.out), "SIG-105");
    buf_free(&m.out);
    arena_free(a);
}
END_TEST

START_TEST(appended_bytes_are_seen)
{
    struct arena *a = arena_new(ROOM);
    struct err err = {0};
    struct make m;
    make_document(&m, false);
    buf_put(&m.out, STR("junk"));
    struct pdf_doc *doc = opened(a, buf_str(&m.out), &err);
    t_str(pdf_rest(doc), STR("junk"));
    buf_printf(&m.out, "\nstartxref\n%zu\n%%%%EOF\n", m.prev); /* twice the same end */
    check_refused(a, buf_str(&m.out), "SIG-102");
    for (int i = 0; i < 200; i++)
        buf_put(&m.out, STR("more junk "));
    check_refused(a, buf_str(&m.out), "SIG-102");
    check_refused(a, str_sub(buf_str(&m.out), 1, m.out.n), "SIG-101");
    check_refused(a, STR_EMPTY, "SIG-101");
    check_refused(a, STR("%PDF-"), "SIG-102");
    buf_free(&m.out);
    arena_free(a);
}
END_TEST

/* An end that leads back to the first revision, behind the second: what was appended would be hidden. */
START_TEST(rollback_is_refused)
{
    struct arena *a = arena_new(ROOM);
    struct make m;
    make_document(&m, false);
    size_t first = m.prev;
    make_object(&m, 6, "null");
    make_end(&m, "");
    buf_printf(&m.out, "startxref\n%zu\n%%%%EOF\n", first);
    check_refused(a, buf_str(&m.out), "SIG-102");
    buf_free(&m.out);
    arena_free(a);
}
END_TEST

START_TEST(every_cut_is_refused_or_read)
{
    struct arena *a = arena_new(ROOM);
    for (int stream = 0; stream < 2; stream++) {
        struct make m;
        make_document(&m, stream);
        for (size_t n = 0; n < m.out.n; n++) {
            struct err err = {0};
            struct pdf_doc *doc;
            arena_reset(a);
            rc r = pdf_open(a, str_sub(buf_str(&m.out), 0, n), &doc, &err);
            t_loop(r == OK ? n == m.out.n - 1 : err.main.code != NULL); /* only the last line end may be missing */
        }
        buf_free(&m.out);
    }
    arena_free(a);
}
END_TEST

/* ---- forgeries ---- */

START_TEST(broken_forgeries)
{
    static const char *const NAMES[] = {"isa_A.pdf", "isa_B.pdf", "isa_C.pdf", "isa_D.pdf", "isa_E.pdf",
                                        "isa_F.pdf", "isa_G.pdf", "isa_H.pdf", "isa_I.pdf"};
    struct arena *a = arena_new(ROOM);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        str bytes = forgery(a, NAMES[i]);
        if (bytes.n)
            check_refused(a, bytes, "SIG-102");
    }
    arena_free(a);
}
END_TEST

START_TEST(many_revisions)
{
    struct arena *a = arena_new(ROOM);
    struct err err = {0};
    struct make m;
    make_document(&m, false);
    for (int i = 1; i < PDF_REVISIONS_MAX; i++) {
        make_object(&m, 6, "null");
        make_end(&m, "/Root 1 0 R");
    }
    struct pdf_doc *doc = opened(a, buf_str(&m.out), &err);
    ck_assert_uint_eq(doc->n_revs, PDF_REVISIONS_MAX);
    make_object(&m, 6, "null");
    make_end(&m, "/Root 1 0 R");
    check_refused(a, buf_str(&m.out), "SIG-107");
    buf_free(&m.out);
    arena_free(a);
}
END_TEST

T_MAIN("sign/pdf_read", values, large_dictionaries_have_unique_keys, depth_is_capped, revisions, object_streams,
       refused_trailers, loops_are_refused, appended_bytes_are_seen, rollback_is_refused, every_cut_is_refused_or_read,
       broken_forgeries, many_revisions)

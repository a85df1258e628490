/* A signature's form: the forgeries by their reason, every wrong ByteRange, what is read of a right one. */
#include "mod/sign/engine/pdf_place.h"
#include "mod/sign/engine/test_pdf.h"

enum { ROOM = 64 << 20 };

static const struct forgery_case {
    const char *name;
    enum pdf_fault want;
} FORGED[] = {
    {"usf_01_Empty_Contents.pdf", PDF_FAULT_CONTENTS_EMPTY}, {"usf_02_00_Contents.pdf", PDF_FAULT_CONTENTS_ZERO},
    {"usf_03_Null_Contents.pdf", PDF_FAULT_CONTENTS_NULL},   {"usf_04_No_Contents_Value.pdf", PDF_FAULT_VALUE},
    {"usf_05_No_Contents.pdf", PDF_FAULT_NO_CONTENTS},       {"usf_12_Null_ByteRange.pdf", PDF_FAULT_RANGE_NULL},
    {"usf_14_No_ByteRange.pdf", PDF_FAULT_NO_RANGE},
};

/* The nine ISA files do not open at all: test_pdf_read.c. */
START_TEST(forgeries)
{
    struct arena *a = arena_new(ROOM);
    for (size_t i = 0; i < sizeof FORGED / sizeof FORGED[0]; i++) {
        str bytes = forgery(a, FORGED[i].name);
        if (!bytes.n)
            continue;
        struct err err = {0};
        struct pdf_doc *doc = opened(a, bytes, &err);
        const struct pdf_signature *s;
        size_t n;
        t_ok(pdf_signatures(doc, pdf_newest(doc), &s, &n));
        ck_assert_uint_eq(n, 1);
        ck_assert(s[0].is_signed);
        ck_assert_msg(s[0].fault == FORGED[i].want, "%s: %s", FORGED[i].name, pdf_fault_name(s[0].fault));
    }
    arena_free(a);
}
END_TEST

/* Their first revision is honest: cut off what was appended, and the signature's form is right. */
START_TEST(before_the_attack)
{
    static const struct {
        const char *name;
        size_t end;
    } SIGNED[] = {{"isa_A.pdf", 23016}, {"isa_C.pdf", 39732}, {"isa_G.pdf", 21662}};
    struct arena *a = arena_new(ROOM);
    for (size_t i = 0; i < 3; i++) {
        str bytes = forgery(a, SIGNED[i].name);
        if (!bytes.n)
            continue;
        struct err err = {0};
        struct pdf_doc *doc = opened(a, str_sub(bytes, 0, SIGNED[i].end), &err);
        const struct pdf_signature *s;
        size_t n;
        t_ok(pdf_signatures(doc, pdf_newest(doc), &s, &n));
        ck_assert_uint_eq(n, 1);
        ck_assert_msg(s[0].fault == PDF_FINE, "%s: %s", SIGNED[i].name, pdf_fault_name(s[0].fault));
        ck_assert_uint_eq(s[0].rev, pdf_newest(doc));
        ck_assert_uint_eq(s[0].contents_at, s[0].range[1]);
    }
    arena_free(a);
}
END_TEST

/* ---- every part of a right one, made wrong ---- */

/* A signed document; the CMS is eight bytes. */
static void signed_document(struct arena *a, struct buf *out, struct pdf_placed *at, size_t *base)
{
    struct make m;
    struct err err = {0};
    make_document(&m, false);
    struct pdf_doc *doc = opened(a, buf_str(&m.out), &err);
    BUF_SCOPED tail = BUF_INIT(1 << 20);
    t_ok(pdf_place(doc,
                   &(struct pdf_place){.sub = PDF_SUB_CADES,
                                       .room = 16,
                                       .made = INT64_C(1777624200) * SECOND,
                                       .reason = STR("同意 (all)"),
                                       .location = STR("Taipei"),
                                       .name = STR("王小明"),
                                       .contact = STR("a@b"),
                                       .certify = 2},
                   &tail, at));
    t_ok(pdf_place_fill(doc, &tail, at, STR("\x30\x06\x01\x01\xff\x02\x01\x05")));
    *base = m.out.n;
    buf_put(out, buf_str(&m.out));
    buf_put(out, buf_str(&tail));
    buf_free(&m.out);
}

static struct pdf_signature only(struct arena *a, str bytes, struct pdf_doc **doc)
{
    static struct err err;
    const struct pdf_signature *s;
    size_t n;
    *doc = opened(a, bytes, &err);
    t_ok(pdf_signatures(*doc, pdf_newest(*doc), &s, &n));
    ck_assert_uint_eq(n, 1);
    return s[0];
}

START_TEST(a_right_one)
{
    struct arena *a = arena_new(ROOM);
    BUF_SCOPED file = BUF_INIT(1 << 20);
    struct pdf_placed at;
    struct pdf_doc *doc;
    size_t base;
    signed_document(a, &file, &at, &base);
    struct pdf_signature s = only(a, buf_str(&file), &doc);
    ck_assert_str_eq(pdf_fault_name(s.fault), "fine");
    ck_assert_uint_eq(s.rev, 1);
    ck_assert_uint_eq(s.contents_at, base + at.gap);
    ck_assert_uint_eq(s.contents_n, 34);
    ck_assert_uint_eq(s.range[2] + s.range[3], file.n);
    ck_assert_uint_eq(s.value.num, at.value.num);
    ck_assert_uint_eq(s.field.ref.num, at.field.num);
    ck_assert_uint_eq(s.field.n_widgets, 1);
    t_str(s.contents, STR("\x30\x06\x01\x01\xff\x02\x01\x05\0\0\0\0\0\0\0\0"));
    t_str(s.field.name, STR("Signature1"));
    t_str(s.filter, STR("Adobe.PPKLite"));
    ck_assert_int_eq(s.sub, PDF_SUB_CADES);
    t_str(s.m, STR("D:20260501083000Z"));
    t_str(s.reason, STR("同意 (all)"));
    t_str(s.location, STR("Taipei"));
    t_str(s.name, STR("王小明"));
    t_str(s.contact, STR("a@b"));
    ck_assert_int_eq(s.certifies, 2);
    ck_assert(!s.doc_time_stamp);
    str first, second;
    pdf_signature_bytes(doc, &s, &first, &second);
    ck_assert_uint_eq(first.n + second.n + s.contents_n, file.n);
    ck_assert_int_eq(first.p[first.n], '<');
    ck_assert_int_eq(second.p[-1], '>');
    arena_free(a);
}
END_TEST

static const struct range_case {
    long long add[4]; /* to the right numbers */
    enum pdf_fault want;
} RANGES[] = {
    {{0, 0, 0, 0}, PDF_FINE},
    {{1, 0, 0, 0}, PDF_FAULT_RANGE_START},
    {{0, 1, 0, 0}, PDF_FAULT_RANGE_GAP},
    {{0, -1, 0, 0}, PDF_FAULT_RANGE_GAP}, /* wrapping: the gap begins before the '<' … */
    {{0, 0, 1, -1}, PDF_FAULT_RANGE_GAP}, /* … or ends behind the '>' */
    {{0, 0, -1, 1}, PDF_FAULT_RANGE_GAP},
    {{0, 0, 0, -1}, PDF_FINE}, /* the end-of-line behind %%EOF may be left out */
    {{0, 0, 0, -2}, PDF_FAULT_RANGE_END},
    {{0, 0, 0, 1}, PDF_FAULT_RANGE_SHAPE},      /* past the end of the file */
    {{0, 0, -100, 100}, PDF_FAULT_RANGE_SHAPE}, /* overlapping */
};

static void put_range(char *at, const char *text)
{
    size_t n = strlen(text);
    memcpy(at, text, n);
    for (char *p = at + n; *p != ']'; p++)
        *p = ' ';
}

START_TEST(byte_ranges)
{
    struct arena *a = arena_new(ROOM);
    BUF_SCOPED file = BUF_INIT(1 << 20);
    struct pdf_placed at;
    struct pdf_doc *doc;
    size_t base;
    signed_document(a, &file, &at, &base);
    char *range = file.p + base + at.range_at, text[200];
    for (size_t i = 0; i < sizeof RANGES / sizeof RANGES[0]; i++) {
        long long r[4];
        for (int k = 0; k < 4; k++)
            r[k] = (long long)at.range[k] + RANGES[i].add[k];
        snprintf(text, sizeof text, "%lld %lld %lld %lld", r[0], r[1], r[2], r[3]);
        put_range(range, text);
        struct pdf_signature s = only(a, buf_str(&file), &doc);
        ck_assert_msg(s.fault == RANGES[i].want, "%s: %s", text, pdf_fault_name(s.fault));
    }
    static const char *const SHAPES[] = {"",           "0",         "0 1 2",
                                         "0 1 2 3 4",  "0 1 2 -3",  "0 1 2 3.0",
                                         "0 1 2 null", "0 1 [2] 3", "0 999999999999999999 2 3",
                                         "0 2 1 3"};
    for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++) {
        put_range(range, SHAPES[i]);
        struct pdf_signature s = only(a, buf_str(&file), &doc);
        ck_assert_msg(s.fault == PDF_FAULT_RANGE_SHAPE, "%s: %s", SHAPES[i], pdf_fault_name(s.fault));
    }
    arena_free(a);
}
END_TEST

/* What is appended behind a signature neither changes its form nor its revision; bytes that belong to nothing are seen.
 */
START_TEST(later_revisions)
{
    struct arena *a = arena_new(ROOM);
    BUF_SCOPED file = BUF_INIT(1 << 20), tail = BUF_INIT(1 << 20);
    struct pdf_placed at;
    struct pdf_doc *doc;
    size_t base;
    signed_document(a, &file, &at, &base);
    struct err err = {0};
    struct pdf_update u;
    struct pdf_ref ref;
    doc = opened(a, buf_str(&file), &err);
    t_ok(pdf_update_begin(&u, doc, &tail, STR("0123456789abcdef")));
    t_ok(pdf_update_number(&u, &ref));
    t_ok(pdf_update_open(&u, ref));
    buf_put(&tail, STR("(dangling)"));
    pdf_update_close(&u);
    t_ok(pdf_update_finish(&u));
    buf_put(&file, buf_str(&tail));
    struct pdf_signature s = only(a, buf_str(&file), &doc);
    ck_assert_int_eq(s.fault, PDF_FINE);
    ck_assert_uint_eq(s.rev, 1);
    ck_assert_uint_eq(doc->n_revs, 3);
    /* A signature that claims the later end too, with the gap in the earlier revision. */
    char text[200];
    snprintf(text, sizeof text, "0 %llu %llu %llu", (unsigned long long)at.range[1], (unsigned long long)at.range[2],
             (unsigned long long)(file.n - at.range[2]));
    put_range(file.p + base + at.range_at, text);
    s = only(a, buf_str(&file), &doc);
    ck_assert_int_eq(s.fault, PDF_FAULT_RANGE_END);
    arena_free(a);
}
END_TEST

/* ---- fields ---- */

START_TEST(trees_of_fields)
{
    struct arena *a = arena_new(ROOM);
    struct err err = {0};
    struct make m;
    make_begin(&m, true);
    make_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [3 0 R 9 0 R] >> >>");
    make_object(&m, 2, "<< /Type /Pages /Kids [] /Count 0 >>");
    make_object(&m, 3, "<< /T (team) /FT /Sig /Kids [4 0 R 5 0 R] >>");
    make_packed(&m, 10, 4, "<< /T <FEFF7532> /Rect [0 0 1 1] /Lock << /Action /Include /Fields [(a) (b.c)] /P 1 >> >>",
                5, "<< /T (two) /Kids [6 0 R 7 0 R] >>");
    make_object(&m, 6, "<< /Subtype /Widget /Rect [0 0 1 1] >>");
    make_object(&m, 7, "<< /Subtype /Widget /Rect [0 0 1 1] >>");
    make_object(&m, 9, "<< /T (text) /FT /Tx /V (no signature) >>");
    make_end(&m, "/Root 1 0 R");
    struct pdf_doc *doc = opened(a, buf_str(&m.out), &err);
    const struct pdf_signature *s;
    size_t n;
    t_ok(pdf_signatures(doc, 0, &s, &n));
    ck_assert_uint_eq(n, 2);
    t_str(s[0].field.name, STR("team.甲"));
    t_str(s[1].field.name, STR("team.two"));
    ck_assert(!s[0].is_signed && !s[1].is_signed);
    ck_assert_uint_eq(s[1].field.widget.num, 6);
    ck_assert_uint_eq(s[1].field.n_widgets, 2);
    ck_assert_int_eq(s[0].lock.action, PDF_LOCK_INCLUDE);
    ck_assert_uint_eq(s[0].lock.n, 2);
    t_str(s[0].lock.field[1], STR("b.c"));
    ck_assert_int_eq(s[0].lock_permission, 1);
    buf_free(&m.out);
    /* A field that is its own kid. */
    make_begin(&m, false);
    make_object(&m, 1, "<< /Type /Catalog /AcroForm << /Fields [3 0 R] >> >>");
    make_object(&m, 3, "<< /T (a) /FT /Sig /Kids [3 0 R 3 0 R] >>");
    make_end(&m, "/Root 1 0 R");
    doc = opened(a, buf_str(&m.out), &err);
    t_rc(pdf_signatures(doc, 0, &s, &n), E_LIMIT);
    ck_assert_str_eq(err.main.code, "SIG-107");
    buf_free(&m.out);
    arena_free(a);
}
END_TEST

T_MAIN("sign/pdf_signature", forgeries, before_the_attack, a_right_one, byte_ranges, later_revisions, trees_of_fields)

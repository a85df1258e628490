/* Appending: which objects are written, existing fields, what is refused, awkward ends of files, many signatures. */
#include "mod/sign/engine/pdf_place.h"

#include "mod/sign/engine/test_pdf.h"

enum { ROOM = 256 << 20 };

static struct arena *arena;
static struct err err;

static const struct pdf_place PLAIN = {.sub = PDF_SUB_CADES, .room = 100, .id = {1}};
static const char ID[] = "/Root 1 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]";

/* The file with a revision more. */
static str placed(str file, const struct pdf_place *p, struct pdf_placed *at)
{
    struct pdf_doc *doc = opened(arena, file, &err);
    BUF_SCOPED tail = BUF_INIT(1 << 20), whole = BUF_INIT(64 << 20);
    rc r = pdf_place(doc, p, &tail, at);
    ck_assert_msg(r == OK, "%s %s", rc_name(r), err.main.msgid ? err.main.msgid : "");
    t_ok(pdf_place_fill(doc, &tail, at, STR("\x30\x01\x02")));
    buf_put(&whole, file);
    buf_put(&whole, buf_str(&tail));
    return arena_str(arena, buf_str(&whole));
}

static void check_fine(str file, size_t signatures)
{
    struct pdf_doc *doc = opened(arena, file, &err);
    const struct pdf_signature *s;
    const struct pdf_step *steps;
    size_t n, n_steps;
    t_ok(pdf_signatures(doc, pdf_newest(doc), &s, &n));
    ck_assert_uint_eq(n, signatures);
    t_ok(pdf_diff(doc, 0, &steps, &n_steps));
    for (size_t i = 0; i < n; i++) {
        ck_assert_msg(s[i].fault == PDF_FINE, "%zu: %s", i, pdf_fault_name(s[i].fault));
        const struct pdf_step *bad =
            pdf_diff_judge(steps, n_steps, s[i].rev, &(struct pdf_permission){.p = s[i].certifies});
        ck_assert_msg(!bad, "%zu: %s, object %u", i, bad ? pdf_edit_words(bad->edit) : "", bad ? bad->object : 0);
    }
}

static str document(bool stream)
{
    struct make m;
    make_document(&m, stream);
    str s = arena_str(arena, buf_str(&m.out));
    buf_free(&m.out);
    return s;
}

static void begin(void)
{
    arena = arena_new(ROOM);
}

static void end(void)
{
    arena_free(arena);
}

START_TEST(kinds_and_filters)
{
    begin();
    for (int stream = 0; stream < 2; stream++) {
        struct pdf_placed at;
        str first = placed(document(stream), &PLAIN, &at);
        check_fine(first, 1);
        struct pdf_place p = PLAIN;
        p.sub = PDF_SUB_PKCS7;
        str second = placed(first, &p, &at);
        check_fine(second, 2);
        p.sub = PDF_SUB_RFC3161;
        p.made = 1;
        p.reason = STR("left out");
        str third = placed(second, &p, &at);
        check_fine(third, 3);
        struct pdf_doc *doc = opened(arena, third, &err);
        ck_assert(doc->rev[3].stream == (bool)stream);
        const struct pdf_signature *s;
        size_t n;
        t_ok(pdf_signatures(doc, 3, &s, &n));
        ck_assert_int_eq(s[0].sub, PDF_SUB_CADES);
        ck_assert_int_eq(s[1].sub, PDF_SUB_PKCS7);
        ck_assert_int_eq(s[2].sub, PDF_SUB_RFC3161);
        ck_assert(s[2].doc_time_stamp && s[2].m.n == 0 && s[2].reason.n == 0);
        t_str(s[2].field.name, STR("Signature3"));
        const struct pdf_object *catalog;
        int level;
        t_ok(pdf_catalog(doc, 3, &catalog));
        t_ok(pdf_extension_level(doc, catalog, 3, &level));
        ck_assert_int_eq(level, 5);
        t_ok(pdf_catalog(doc, 1, &catalog));
        t_ok(pdf_extension_level(doc, catalog, 1, &level));
        ck_assert_int_eq(level, 2);
        const struct pdf_value *id = pdf_entry(doc->rev[3].trailer, STR("ID"));
        t_str(id->first->raw, STR("<00112233445566778899AABBCCDDEEFF>"));
        t_str(id->first->next->raw, STR("<01000000000000000000000000000000>"));
    }
    end();
}
END_TEST

/* A document with a form of its own object, a list of fields of its own, annotations of their own. */
static str with_form(bool stream)
{
    struct make m;
    make_begin(&m, stream);
    make_object(&m, 1,
                "<< /Type /Catalog /Pages 2 0 R /AcroForm 3 0 R /Extensions << /XX << /BaseVersion /1.7 >> >> >>");
    make_object(&m, 2, "<< /Type /Pages /Kids [8 0 R 9 0 R] /Count 2 /MediaBox [0 0 9 9] >>");
    make_object(&m, 3, "<< /Fields 4 0 R /DA (/F 0 Tf) /SigFlags 1 >>");
    make_object(&m, 4, "[5 0 R 6 0 R % the last\n]");
    make_object(&m, 5, "<< /T (Signature1) /FT /Tx /V (text) >>");
    make_object(
        &m, 6,
        "<< /T (empty) /FT /Sig /Kids [7 0 R] /Lock << /Type /SigFieldLock /Action /Include /Fields [(x)] >> >>");
    make_object(&m, 7, "<< /Type /Annot /Subtype /Widget /Rect [0 0 5 5] /Parent 6 0 R /P 9 0 R >>");
    make_object(&m, 8, "<< /Type /Page /Parent 2 0 R >>");
    make_object(&m, 9, "<< /Type /Page /Parent 2 0 R /Annots 10 0 R >>");
    make_object(&m, 10, "[7 0 R]");
    make_end(&m, ID);
    str s = arena_str(arena, buf_str(&m.out));
    buf_free(&m.out);
    return s;
}

static void check_changed(struct pdf_doc *doc, const uint32_t *want, size_t n_want)
{
    const struct pdf_changed *c;
    size_t n;
    t_ok(pdf_changes(doc, pdf_newest(doc), &c, &n));
    n -= doc->rev[pdf_newest(doc)].stream; /* itself */
    ck_assert_uint_eq(n, n_want);
    for (size_t i = 0; i < n; i++)
        ck_assert_uint_eq(c[i].num, want[i]);
}

/* A new field on page 2: catalog only for its extensions, no page. An existing one: neither lists nor page. */
START_TEST(only_what_changes_is_written)
{
    begin();
    for (int stream = 0; stream < 2; stream++) {
        uint32_t next = stream ? 12 : 11;
        struct pdf_placed at;
        struct pdf_place p = PLAIN;
        p.page = 1;
        str once = placed(with_form(stream), &p, &at);
        t_str(at.name, STR("Signature2")); /* 1 is a text field's */
        check_changed(opened(arena, once, &err), (const uint32_t[]){1, 3, 4, 10, next, next + 1}, 6);
        p.field = STR("empty");
        str twice = placed(once, &p, &at);
        ck_assert_uint_eq(at.field.num, 6);
        struct pdf_doc *doc = opened(arena, twice, &err);
        check_changed(doc, (const uint32_t[]){6, stream ? 15 : 13}, 2);
        const struct pdf_signature *s;
        size_t n;
        t_ok(pdf_signatures(doc, pdf_newest(doc), &s, &n));
        ck_assert_uint_eq(n, 2);
        t_str(s[0].field.name, STR("empty"));
        ck_assert_int_eq(s[0].fault, PDF_FINE);
        ck_assert_int_eq(s[0].mdp.action, PDF_LOCK_INCLUDE); /* the lock, now signed */
        t_str(s[0].mdp.field[0], STR("x"));
        const struct pdf_object *form, *catalog;
        t_ok(pdf_object(doc, 3, pdf_newest(doc), &form));
        t_ok(pdf_object(doc, 1, pdf_newest(doc), &catalog));
        ck_assert_int_eq(pdf_entry(form->value, STR("SigFlags"))->number, 3);
        t_str(pdf_entry(form->value, STR("DA"))->raw, STR("(/F 0 Tf)"));
        ck_assert_ptr_nonnull(pdf_entry(pdf_entry(catalog->value, STR("Extensions")), STR("XX")));
    }
    end();
}
END_TEST

static void check_refused(str file, const struct pdf_place *p, const char *code)
{
    struct pdf_doc *doc = opened(arena, file, &err);
    struct pdf_placed at;
    BUF_SCOPED tail = BUF_INIT(1 << 20);
    rc r = pdf_place(doc, p, &tail, &at);
    ck_assert_msg(r != OK, "placed; want %s", code);
    ck_assert_str_eq(err.main.code, code);
}

START_TEST(refused)
{
    begin();
    struct pdf_placed at;
    struct pdf_place p = PLAIN;
    p.page = 1;
    check_refused(document(false), &p, "SIG-110");
    p.page = 0;
    p.field = STR("a.b");
    check_refused(document(false), &p, "SIG-117");
    p.field = STR("Signature1");
    str once = placed(document(false), &p, &at);
    check_refused(once, &p, "SIG-113");             /* signed already */
    check_refused(with_form(false), &p, "SIG-113"); /* a text field */
    p.field = STR_EMPTY;
    p.certify = 1;
    check_refused(once, &p, "SIG-115");
    str certified = placed(document(true), &p, &at);
    check_refused(certified, &PLAIN, "SIG-114");
    struct pdf_place stamp = PLAIN;
    stamp.sub = PDF_SUB_RFC3161; /* permitted by the errata of ISO 32000-2 */
    (void)placed(certified, &stamp, &at);
    BUF_SCOPED junk = BUF_INIT(1 << 20), tail = BUF_INIT(1 << 20), small = BUF_INIT(300);
    buf_put(&junk, once);
    buf_put(&junk, STR("\r\n\n "));
    check_fine(placed(buf_str(&junk), &PLAIN, &at), 2);
    buf_putc(&junk, 'x');
    check_refused(buf_str(&junk), &PLAIN, "SIG-111");
    struct pdf_doc *doc = opened(arena, once, &err);
    t_ok(pdf_place(doc, &PLAIN, &tail, &at));
    char cms[101] = {0};
    t_ok(pdf_place_fill(doc, &tail, &at, str_n(cms, 100)));
    t_rc(pdf_place_fill(doc, &tail, &at, str_n(cms, 101)), E_LIMIT);
    ck_assert_str_eq(err.main.code, "SIG-116");
    t_rc(pdf_place(doc, &PLAIN, &small, &at), E_LIMIT);
    end();
}
END_TEST

/* Whatever the file ends with, the former revision ends where it did. */
START_TEST(ends_of_files)
{
    static const char *const ENDS[] = {"", "\n", "\r", "\r\n"};
    begin();
    str whole = document(false), bare = str_sub(whole, 0, whole.n - 1);
    for (size_t i = 0; i < 4; i++) {
        BUF_SCOPED file = BUF_INIT(1 << 20);
        struct pdf_placed at;
        buf_put(&file, bare);
        buf_put(&file, str_of(ENDS[i]));
        str once = placed(buf_str(&file), &PLAIN, &at);
        /* The first signature's own end, in turn, with that line end. */
        BUF_SCOPED again = BUF_INIT(1 << 20);
        buf_put(&again, str_sub(once, 0, once.n));
        struct pdf_placed second;
        str twice = placed(buf_str(&again), &PLAIN, &second);
        check_fine(twice, 2);
        struct pdf_doc *doc = opened(arena, twice, &err);
        ck_assert_uint_eq(doc->rev[0].eof, bare.n);
        ck_assert_uint_eq(doc->rev[0].end, i == 0 ? bare.n + 1 : file.n);
    }
    end();
}
END_TEST

START_TEST(fifty_one_signatures)
{
    begin();
    for (int stream = 0; stream < 2; stream++) {
        str file = document(stream);
        struct pdf_placed at;
        for (size_t i = 0; i < 51; i++)
            file = placed(file, &PLAIN, &at);
        t_str(at.name, STR("Signature51"));
        check_fine(file, 51);
    }
    end();
}
END_TEST

/* 10,000 objects, the page tree 100 × 100. */
static str large_document(void)
{
    BUF_SCOPED b = BUF_INIT(16 << 20);
    size_t *offset = ARENA_ARRAY(arena, 10200, size_t);
    ck_assert_ptr_nonnull(offset);
    buf_put(&b, STR("%PDF-1.7\n"));
    uint32_t n = 1;
    offset[n] = b.n;
    buf_put(&b, STR("1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"));
    offset[++n] = b.n;
    buf_put(&b, STR("2 0 obj\n<< /Type /Pages /Count 10000 /Kids ["));
    for (uint32_t i = 0; i < 100; i++)
        buf_printf(&b, "%u 0 R ", 3 + 101 * i);
    buf_put(&b, STR("] >>\nendobj\n"));
    for (uint32_t i = 0; i < 100; i++) {
        uint32_t node = ++n;
        offset[n] = b.n;
        buf_printf(&b, "%u 0 obj\n<< /Type /Pages /Parent 2 0 R /Count 100 /Kids [", node);
        for (uint32_t k = 1; k <= 100; k++)
            buf_printf(&b, "%u 0 R ", node + k);
        buf_put(&b, STR("] >>\nendobj\n"));
        for (uint32_t k = 0; k < 100; k++) {
            offset[++n] = b.n;
            buf_printf(&b, "%u 0 obj\n<< /Type /Page /Parent %u 0 R /MediaBox [0 0 %u 9] >>\nendobj\n", n, node, n);
        }
    }
    size_t xref = b.n;
    buf_printf(&b, "xref\n0 %u\n0000000000 65535 f \n", n + 1);
    for (uint32_t i = 1; i <= n; i++)
        buf_printf(&b, "%010zu 00000 n \n", offset[i]);
    buf_printf(&b, "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", n + 1, xref);
    t_ok(buf_rc(&b));
    return arena_str(arena, buf_str(&b));
}

START_TEST(ten_thousand_objects)
{
    begin();
    struct pdf_placed at;
    struct pdf_place p = PLAIN;
    p.page = 9999;
    str file = placed(large_document(), &p, &at);
    struct pdf_doc *doc = opened(arena, file, &err);
    const struct pdf_object *page;
    t_ok(pdf_page_object(doc, 9999, 1, &page));
    ck_assert_uint_eq(page->ref.num, 3 + 101 * 99 + 100);
    ck_assert_uint_eq(pdf_length(pdf_entry(page->value, STR("Annots"))), 1);
    check_fine(file, 1);
    end();
}
END_TEST

T_MAIN("sign/pdf_place", kinds_and_filters, only_what_changes_is_written, refused, ends_of_files, fifty_one_signatures,
       ten_thousand_objects)

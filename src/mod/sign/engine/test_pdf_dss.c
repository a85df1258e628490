/* The security store: written, read again, added to, equal bytes once, in both kinds of document. */
#include "mod/sign/engine/pdf_dss.h"

#include "mod/sign/engine/pdf_diff.h"
#include "mod/sign/engine/test_pdf.h"

enum { ROOM = 64 << 20 };

static struct arena *a;
static struct err err;

static str stored(str file, const struct pdf_evidence *list, size_t n)
{
    struct pdf_doc *doc = opened(a, file, &err);
    struct pdf_update u;
    BUF_SCOPED tail = BUF_INIT(1 << 20), whole = BUF_INIT(1 << 20);
    t_ok(pdf_update_begin(&u, doc, &tail, STR("0123456789abcdef")));
    rc r = pdf_dss_write(&u, list, n);
    ck_assert_msg(r == OK, "%s", err.main.msgid ? err.main.msgid : rc_name(r));
    t_ok(pdf_update_finish(&u));
    buf_put(&whole, file);
    buf_put(&whole, buf_str(&tail));
    return arena_str(a, buf_str(&whole));
}

static void check_piece(struct pdf_doc *doc, struct pdf_ref ref, const char *want)
{
    str der;
    t_ok(pdf_dss_bytes(doc, ref, pdf_newest(doc), &der));
    t_str(der, str_of(want));
}

/* SHA-1("abc"), FIPS 180 */
#define ABC "A9993E364706816ABA3E25717850C26C9CD0D89D"

static const struct pdf_evidence FIRST[] = {
    {.contents = STR_INIT("abc"),
     .certs = (const str[]){STR_INIT("leaf"), STR_INIT("root")},
     .n_certs = 2,
     .crls = (const str[]){STR_INIT("crl")},
     .n_crls = 1},
    {.certs = (const str[]){STR_INIT("root"), STR_INIT("tsa")}, .n_certs = 2},
};
static const struct pdf_evidence SECOND[] = {
    {.contents = STR_INIT("abc"),
     .certs = (const str[]){STR_INIT("root"), STR_INIT("more")},
     .n_certs = 2,
     .ocsps = (const str[]){STR_INIT("ocsp")},
     .n_ocsps = 1},
    {.contents = STR_INIT("other"), .crls = (const str[]){STR_INIT("crl")}, .n_crls = 1},
};

static void check_twice(bool stream)
{
    struct make m;
    make_document(&m, stream);
    str once = stored(buf_str(&m.out), FIRST, 2);
    struct pdf_doc *doc = opened(a, once, &err);
    struct pdf_dss dss;
    t_ok(pdf_dss_read(doc, 0, &dss));
    ck_assert_ptr_null(dss.dict);
    t_ok(pdf_dss_read(doc, 1, &dss));
    ck_assert_uint_eq(dss.certs.n, 3);
    check_piece(doc, dss.certs.v[0], "leaf");
    check_piece(doc, dss.certs.v[2], "tsa");
    ck_assert_uint_eq(dss.crls.n, 1);
    ck_assert_uint_eq(dss.n_vri, 1);
    t_str(dss.vri[0].key, STR(ABC));
    ck_assert_uint_eq(dss.vri[0].certs.n, 2);

    str twice = stored(once, SECOND, 2);
    doc = opened(a, twice, &err);
    t_ok(pdf_dss_read(doc, 2, &dss));
    ck_assert_uint_eq(dss.certs.n, 4);
    check_piece(doc, dss.certs.v[0], "leaf");
    check_piece(doc, dss.certs.v[3], "more");
    ck_assert_uint_eq(dss.crls.n, 1);
    ck_assert_uint_eq(dss.ocsps.n, 1);
    ck_assert_uint_eq(dss.n_vri, 2);
    t_str(dss.vri[0].key, STR(ABC));
    ck_assert_uint_eq(dss.vri[0].certs.n, 3);
    ck_assert_uint_eq(dss.vri[0].ocsps.n, 1);
    ck_assert_uint_eq(dss.vri[1].crls.n, 1);
    ck_assert_uint_eq(dss.vri[1].crls.v[0].num, dss.crls.v[0].num);

    const struct pdf_changed *c;
    size_t n;
    t_ok(pdf_changes(doc, 2, &c, &n));
    ck_assert_uint_eq(n, stream ? 4 : 3); /* two pieces and the store, not the catalog */
    const struct pdf_step *steps;
    t_ok(pdf_diff(doc, 0, &steps, &n));
    const struct pdf_step *bad = pdf_diff_judge(steps, n, 0, &(struct pdf_permission){0});
    ck_assert_msg(!bad, "%s", bad ? pdf_edit_words(bad->edit) : "");
    buf_free(&m.out);
}

START_TEST(written_and_added_to)
{
    a = arena_new(ROOM);
    check_twice(false);
    check_twice(true);
    arena_free(a);
}
END_TEST

/* As others write it: in the catalog itself, packed. */
START_TEST(stores_of_others)
{
    a = arena_new(ROOM);
    struct make m;
    make_begin(&m, false);
    make_object(&m, 1,
                "<< /Type /Catalog /DSS << /Certs [2 0 R] /Mine (kept) /VRI << /" ABC
                " << /Cert [2 0 R] /TU (D:20260101000000Z) >> >> >> >>");
    make_stream(&m, 2, "/Filter /FlateDecode",
                str_n("\x78\x9c\xcb\x49\x4d\x4c\x03\x00\x04\x0b\x01\x99", 12)); /* leaf */
    make_end(&m, "/Root 1 0 R");
    struct pdf_doc *doc = opened(a, stored(buf_str(&m.out), FIRST, 1), &err);
    struct pdf_dss dss;
    t_ok(pdf_dss_read(doc, 1, &dss));
    ck_assert_uint_eq(dss.certs.n, 2);
    ck_assert_uint_eq(dss.certs.v[0].num, 2);
    check_piece(doc, dss.certs.v[0], "leaf");
    ck_assert_ptr_nonnull(pdf_entry(dss.dict, STR("Mine")));
    ck_assert_ptr_nonnull(pdf_entry(pdf_entry(pdf_entry(dss.dict, STR("VRI")), STR(ABC)), STR("TU")));
    buf_free(&m.out);
    arena_free(a);
}
END_TEST

T_MAIN("sign/pdf_dss", written_and_added_to, stores_of_others)

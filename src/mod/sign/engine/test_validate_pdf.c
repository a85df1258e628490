/* What the validation makes of rare documents: locks for the whole document, XFA, white space at the end, signatures
 * that were taken out, a time-stamp by somebody who may not stamp. */
#include "base/buf.h"
#include "mod/sign/engine/pades.h"
#include "mod/sign/engine/test_authority.h"
#include "mod/sign/engine/test_pdf.h"
#include "mod/sign/engine/validate_pdf.h"

enum { FILE_MAX = 8 << 20 };

static struct world w;
static struct buf file = BUF_INIT(FILE_MAX);
static uint8_t revision;

static str next_id(void)
{
    static uint8_t id[PDF_ID_LEN];
    memset(id, ++revision, sizeof id);
    return str_n(id, sizeof id);
}

static void start(void)
{
    world_open(&w, PKEY_P256);
    buf_clear(&file);
}

static void finish(void)
{
    arena_free(w.a);
    buf_free(&file);
}

#define ROOT "/Root 1 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]"
#define TEXT "<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /Rect [10 10 90 30] /P 3 0 R /V "

/* A page with a text field, and an empty signature field with the lock. */
static void make_form(const char *form, const char *lock)
{
    struct make m;
    make_begin(&m, false);
    make_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 6 0 R >>");
    make_object(&m, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    make_object(&m, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Annots [7 0 R 8 0 R] >>");
    make_object(&m, 6, arena_printf(w.a, "<< /SigFlags 3 /Fields [7 0 R 8 0 R] %s >>", form).p);
    make_object(&m, 7, TEXT "(1) >>");
    make_object(
        &m, 8,
        arena_printf(w.a, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (here) /Rect [0 0 0 0] /P 3 0 R %s >>", lock)
            .p);
    make_end(&m, ROOT);
    buf_put(&file, buf_str(&m.out));
    buf_free(&m.out);
}

static rc sign_field(const char *field, struct err *err)
{
    struct pdf_doc *doc;
    struct sign_raised made;
    str name;
    BUF_SCOPED tail = BUF_INIT(FILE_MAX);
    const struct sign_raise o = {.level = SIGN_B};
    struct pdf_place p = {.sub = PDF_SUB_CADES, .field = str_of(field), .made = w.now};
    memcpy(p.id, next_id().p, sizeof p.id);
    TRY(pdf_open(w.a, arena_str(w.a, buf_str(&file)), &doc, err));
    TRY(pades_sign(doc, w.signer, &p, NULL, &o, &tail, &made, &name, err));
    buf_put(&file, buf_str(&tail));
    return buf_rc(&file);
}

static void sign_in(const char *field)
{
    struct err err = {0};
    rc r = sign_field(field, &err);
    ck_assert_msg(r == OK, "%s", err.main.msgid);
}

/* One more revision with object `num` as given. */
static void append(uint32_t num, const char *body)
{
    struct pdf_doc *doc;
    struct err err = {0};
    struct pdf_update u;
    BUF_SCOPED tail = BUF_INIT(FILE_MAX);
    t_ok(pdf_open(w.a, arena_str(w.a, buf_str(&file)), &doc, &err));
    t_ok(pdf_update_begin(&u, doc, &tail, next_id()));
    t_ok(pdf_update_open(&u, (struct pdf_ref){.num = num}));
    buf_put(&tail, str_of(body));
    pdf_update_close(&u);
    t_ok(pdf_update_finish(&u));
    buf_put(&file, buf_str(&tail));
}

static const struct pdf_report *judged(void)
{
    struct pdf_report *report = NULL;
    struct sign_rules rules = world_rules(&w);
    t_ok(validate_pdf(w.a, arena_str(w.a, buf_str(&file)), &rules, &report));
    return report;
}

static const struct pdf_report *first_is(enum sub_indication sub)
{
    const struct pdf_report *r = judged();
    ck_assert_uint_gt(r->n, 0);
    ck_assert_msg(r->v[0].result.sub == sub, "%s: %s", sub_indication_name(r->v[0].result.sub), r->v[0].result.words);
    return r;
}

START_TEST(locks_for_the_whole_document)
{
    static const struct {
        const char *lock;
        bool fill, sign_again;
    } rows[] = {
        {"", true, true},
        {"/Lock << /Type /SigFieldLock /Action /Include /Fields [(other)] >>", true, true},
        {"/Lock << /Type /SigFieldLock /Action /Include /Fields [(amount)] >>", false, true},
        {"/Lock << /Type /SigFieldLock /Action /Include /Fields [(other)] /P 2 >>", true, true},
        {"/Lock << /Type /SigFieldLock /Action /Include /Fields [(other)] /P 1 >>", false, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct err err = {0};
        start();
        make_form("", rows[i].lock);
        sign_in("here");
        first_is(SUB_NONE);
        size_t signed_n = file.n;
        append(7, TEXT "(2) >>");
        first_is(rows[i].fill ? SUB_NONE : SUB_FORMAT_FAILURE);
        file.n = signed_n;
        rc r = sign_field("again", &err);
        ck_assert_msg((r == OK) == rows[i].sign_again, "row %zu", i);
        if (r == OK)
            first_is(SUB_NONE);
        else
            ck_assert_str_eq(err.main.code, "SIG-114");
        finish();
    }
}
END_TEST

START_TEST(xfa)
{
    start();
    make_form("/XFA (a program)", "");
    sign_in("here");
    const struct pdf_report *r = first_is(SUB_SIG_CONSTRAINTS_FAILURE);
    ck_assert_ptr_nonnull(strstr(r->v[0].result.words, "XFA"));
    finish();
    start();
    make_form("", "");
    sign_in("here");
    append(6, "<< /SigFlags 3 /Fields [7 0 R 8 0 R] /XFA (a program) >>");
    r = first_is(SUB_FORMAT_FAILURE); /* it came later: an edit that is refused */
    ck_assert_int_eq(r->v[0].refused->edit, PDF_EDIT_FORM);
    finish();
}
END_TEST

START_TEST(white_space_at_the_end)
{
    start();
    make_form("", "");
    sign_in("here");
    size_t signed_n = file.n;
    buf_put(&file, STR("\r\n \t\n\n"));
    const struct pdf_report *r = first_is(SUB_NONE);
    ck_assert_uint_eq(r->appended, 0);
    ck_assert(r->v[0].whole);
    sign_in("again"); /* behind it */
    r = first_is(SUB_NONE);
    ck_assert_int_eq(r->v[1].result.sub, SUB_NONE);
    file.n = signed_n;
    buf_put(&file, STR("\n\n.\n"));
    r = first_is(SUB_FORMAT_FAILURE);
    ck_assert_uint_eq(r->appended, 4);
    finish();
}
END_TEST

START_TEST(signatures_taken_out)
{
    static const struct {
        uint32_t num;
        const char *body;
    } rows[] = {
        {1, "<< /Type /Catalog /Pages 2 0 R >>"},
        {6, "<< /SigFlags 3 /Fields [7 0 R] >>"},
        {8, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (here) /Rect [0 0 0 0] /P 3 0 R >>"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        start();
        make_form("", "");
        sign_in("here");
        append(rows[i].num, rows[i].body);
        const struct pdf_report *r = first_is(SUB_FORMAT_FAILURE);
        ck_assert_uint_eq(r->n, 1);
        ck_assert_int_eq(r->v[0].refused->edit, PDF_EDIT_REMOVED);
        t_str(r->v[0].refused->field, STR("here"));
        ck_assert_int_eq(r->verdict, VERDICT_FAILED);
        finish();
    }
}
END_TEST

/* A document time-stamp by the signer's key: everything holds but who made it. */
START_TEST(stamp_by_somebody_else)
{
    struct pdf_doc *doc;
    struct pdf_placed at;
    struct err err = {0};
    str token;
    BUF_SCOPED tail = BUF_INIT(FILE_MAX);
    BUF_SCOPED request = BUF_INIT(1024);
    BUF_SCOPED response = BUF_INIT(1 << 16);
    struct pdf_place p = {.sub = PDF_SUB_RFC3161, .room = 8192};
    start();
    make_form("", "");
    memcpy(p.id, next_id().p, sizeof p.id);
    t_ok(pdf_open(w.a, arena_str(w.a, buf_str(&file)), &doc, &err));
    t_ok(pdf_place(doc, &p, &tail, &at));
    struct digest_stream *d = digest_start(DIGEST_SHA256);
    digest_add(d, doc->bytes);
    digest_add(d, pdf_placed_before(&tail, &at));
    digest_add(d, pdf_placed_after(&tail, &at));
    struct digest_value v = digest_finish(d);
    tsp_request_write(
        &(struct tsp_request){
            .digest = DIGEST_SHA256, .imprint = digest_str(&v), .policy = {NULL, 0}, .cert_req = true},
        &request);
    w.tsa.signer = w.signer;
    t_ok(tsp_answer(&w.tsa, buf_str(&request), &response, NULL));
    t_ok(tsp_response_read(buf_str(&response), &token, &err));
    t_ok(pdf_place_fill(doc, &tail, &at, token));
    buf_put(&file, buf_str(&tail));
    const struct pdf_report *r = first_is(SUB_CHAIN_CONSTRAINTS_FAILURE);
    ck_assert(r->v[0].is_timestamp);
    ck_assert_int_eq(r->v[0].stamp.check.outcome, TSP_PURPOSE);
    finish();
}
END_TEST

T_MAIN("sign/validate_pdf", locks_for_the_whole_document, xfa, white_space_at_the_end, signatures_taken_out,
       stamp_by_somebody_else)

/* The difference policy against documents made here: what a signature survives, and the attacks of pdf-insecurity.org
 * (incremental saving, shadow hide, replace, hide-and-replace, evil annotation, sneaky signature) as well-formed files.
 */
#include "base/buf.h"
#include "mod/sign/engine/pdf_diff.h"
#include "t.h"

enum { FILE_MAX = 1 << 20, OBJECTS = 64 };

/* A document in the making: revisions with cross-reference tables. */
struct maker {
    struct buf out;
    size_t prev;           /* its last cross-reference */
    size_t place[OBJECTS]; /* of this revision's objects; 0: not in it */
    bool freed[OBJECTS];
};

static void object(struct maker *m, unsigned num, const char *text)
{
    m->place[num] = m->out.n;
    buf_printf(&m->out, "%u 0 obj\n%s\nendobj\n", num, text);
}

static void end_revision(struct maker *m)
{
    size_t xref = m->out.n;
    buf_put(&m->out, STR("xref\n"));
    if (!m->prev)
        buf_put(&m->out, STR("0 1\n0000000000 65535 f \n"));
    for (unsigned n = 1; n < OBJECTS; n++) {
        if (m->place[n])
            buf_printf(&m->out, "%u 1\n%010zu 00000 n \n", n, m->place[n]);
        if (m->freed[n])
            buf_printf(&m->out, "%u 1\n0000000000 00001 f \n", n);
        m->place[n] = 0;
        m->freed[n] = false;
    }
    buf_printf(&m->out, "trailer\n<< /Size %d /Root 1 0 R /ID [<aa> <bb>]", OBJECTS);
    if (m->prev)
        buf_printf(&m->out, " /Prev %zu", m->prev);
    buf_printf(&m->out, " >>\nstartxref\n%zu\n%%%%EOF\n", xref);
    m->prev = xref;
}

#define PAGE                                                                                                           \
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources 5 0 R /Annots [10 0 R 11 0 R] >>"
#define CONTENT "<< /Length 19 >>\nstream\nBT (100 NTD) Tj ET \nendstream"
#define CATALOG "<< /Type /Catalog /Pages 2 0 R /AcroForm 9 0 R"
#define FORM    "<< /SigFlags 3 /Fields [10 0 R 11 0 R 12 0 R"
#define TEXT    "<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /Rect [10 10 90 30] /P 3 0 R"
#define EMPTY   "<< /Type /Annot /Subtype /Widget /FT /Sig /T (second) /Rect [10 40 90 60] /P 3 0 R"
#define SIGNED  "<< /Type /Annot /Subtype /Widget /FT /Sig /T (first) /Rect [0 0 0 0] /P 3 0 R /V 13 0 R >>"
#define VALUE   "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Contents <00> >>"

/* Object 20 is referred to and does not exist: what a shadow is made of. */
static void first(struct maker *m)
{
    *m = (struct maker){.out = BUF_INIT(FILE_MAX)};
    buf_put(&m->out, STR("%PDF-1.7\n"));
    object(m, 1, CATALOG " >>");
    object(m, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    object(m, 3, PAGE);
    object(m, 4, CONTENT);
    object(m, 5, "<< /Font << /F 6 0 R >> /XObject << /X 20 0 R >> >>");
    object(m, 6, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    object(m, 9, FORM "] >>");
    object(m, 10, TEXT " /V (1) /AP << /N 14 0 R >> >>");
    object(m, 11, EMPTY " >>");
    object(m, 12, SIGNED);
    object(m, 13, VALUE);
    object(m, 14, "<< /Subtype /Form /BBox [0 0 80 20] /Length 1 >>\nstream\n1\nendstream");
    end_revision(m);
}

static struct arena *arena;
static const struct pdf_step *judged;

static const struct pdf_step *judge_with(struct maker *m, const struct pdf_permission *p)
{
    struct err err = {0};
    struct pdf_doc *doc;
    const struct pdf_step *steps;
    size_t n;
    t_ok(buf_rc(&m->out));
    rc r = pdf_open(arena, buf_str(&m->out), &doc, &err);
    ck_assert_msg(r == OK, "%s", err.main.msgid);
    t_ok(pdf_diff(doc, 0, &steps, &n));
    ck_assert_uint_gt(n, 0);
    judged = &steps[n - 1];
    return pdf_diff_judge(steps, n, 0, p);
}

/* Ends the second revision; its only step is `edit` and is permitted. */
static void survives(struct maker *m, enum pdf_edit edit)
{
    end_revision(m);
    const struct pdf_step *bad = judge_with(m, &(struct pdf_permission){.p = 0});
    ck_assert_msg(!bad, "%s object %u", bad ? pdf_edit_words(bad->edit) : "", bad ? bad->object : 0);
    ck_assert_int_eq(judged->edit, edit);
    ck_assert(!pdf_edit_refused(edit));
    buf_free(&m->out);
}

static void refused(struct maker *m, enum pdf_edit edit)
{
    end_revision(m);
    const struct pdf_step *bad = judge_with(m, &(struct pdf_permission){.p = 3});
    ck_assert_msg(bad != NULL, "not refused: %s", pdf_edit_words(edit));
    ck_assert_msg(bad->edit == edit, "%s, not %s", pdf_edit_words(bad->edit), pdf_edit_words(edit));
    ck_assert(pdf_edit_refused(edit));
    buf_free(&m->out);
}

static void start(struct maker *m)
{
    if (!arena)
        arena = arena_new(256 << 20);
    first(m);
}

/* ---- what a signature survives ---- */

START_TEST(evidence)
{
    struct maker m;
    start(&m);
    object(&m, 1, CATALOG " /DSS 30 0 R /Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 2 >> >> >>");
    object(&m, 30, "<< /Type /DSS /Certs [31 0 R] /VRI << /AB << /Cert [31 0 R] >> >> >>");
    object(&m, 31, "<< /Length 1 >>\nstream\nx\nendstream");
    survives(&m, PDF_EDIT_EVIDENCE);
}
END_TEST

START_TEST(written_anew_in_other_words)
{
    struct maker m;
    start(&m);
    object(&m, 3,
           "<</Contents 4 0 R/Annots[10 0 R 11 0 R]/MediaBox[0.0 0 200.00 +200]\n/Resources 5 0 R/Parent 2 0 "
           "R/Type/Page>>");
    object(&m, 1, CATALOG " /Metadata 32 0 R >>");
    object(&m, 32, "<< /Type /Metadata /Length 1 >>\nstream\nx\nendstream");
    survives(&m, PDF_EDIT_METADATA);
}
END_TEST

START_TEST(a_field_filled_in)
{
    struct maker m;
    start(&m);
    object(&m, 10, TEXT " /V (2) /AP << /N 15 0 R >> >>");
    object(&m, 15, "<< /Subtype /Form /BBox [0 0 80 20] /Length 1 >>\nstream\n2\nendstream");
    survives(&m, PDF_EDIT_FILL);
    start(&m); /* the former appearance, used by nobody else, written over */
    object(&m, 10, TEXT " /V (2) /AP << /N 14 0 R >> >>");
    object(&m, 14, "<< /Subtype /Form /BBox [0 0 80 20] /Length 1 >>\nstream\n2\nendstream");
    survives(&m, PDF_EDIT_FILL);
}
END_TEST

START_TEST(signatures_added)
{
    struct maker m;
    start(&m);
    object(&m, 11, EMPTY " /V 33 0 R /AP << /N 34 0 R >> >>");
    object(&m, 33, VALUE);
    object(&m, 34, "<< /Subtype /Form /BBox [0 0 80 20] /Length 1 >>\nstream\n2\nendstream");
    survives(&m, PDF_EDIT_SIGNATURE);
    ck_assert(judged->visible);
    start(&m);
    object(&m, 9, FORM " 35 0 R] >>");
    object(&m, 3,
           "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources 5 0 R /Annots [10 0 R 11 0 "
           "R 35 0 R] >>");
    object(&m, 35, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (third) /Rect [0 0 0 0] /P 3 0 R /V 36 0 R >>");
    object(&m, 36, "<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 /Contents <00> >>");
    survives(&m, PDF_EDIT_TIMESTAMP);
    ck_assert(!judged->visible);
}
END_TEST

START_TEST(what_the_signature_permits)
{
    struct maker m;
    start(&m);
    object(&m, 10, TEXT " /V (2) /AP << /N 14 0 R >> >>");
    end_revision(&m);
    const str amount = STR("amount");
    const str other = STR("other");
    ck_assert(judge_with(&m, &(struct pdf_permission){.p = 1}));
    ck_assert(!judge_with(&m, &(struct pdf_permission){.p = 2}));
    ck_assert(judge_with(&m, &(struct pdf_permission){.lock = {PDF_LOCK_ALL, NULL, 0}}));
    ck_assert(judge_with(&m, &(struct pdf_permission){.lock = {PDF_LOCK_INCLUDE, &amount, 1}}));
    ck_assert(!judge_with(&m, &(struct pdf_permission){.lock = {PDF_LOCK_INCLUDE, &other, 1}}));
    ck_assert(judge_with(&m, &(struct pdf_permission){.lock = {PDF_LOCK_EXCLUDE, &other, 1}}));
    ck_assert(!judge_with(&m, &(struct pdf_permission){.lock = {PDF_LOCK_EXCLUDE, &amount, 1}}));
    buf_free(&m.out);
    start(&m);
    object(&m, 11, EMPTY " /V 33 0 R >>");
    object(&m, 33, VALUE);
    end_revision(&m);
    ck_assert(judge_with(&m, &(struct pdf_permission){.p = 1}));
    ck_assert(!judge_with(&m, &(struct pdf_permission){.p = 2}));
    buf_free(&m.out);
}
END_TEST

/* ---- attacks ---- */

START_TEST(content_replaced)
{
    struct maker m;
    start(&m);
    object(&m, 4, "<< /Length 19 >>\nstream\nBT (999 NTD) Tj ET \nendstream");
    refused(&m, PDF_EDIT_REPLACED);
    start(&m);
    object(&m, 3,
           "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 40 0 R /Resources 5 0 R /Annots [10 0 R 11 "
           "0 R] >>");
    object(&m, 40, "<< /Length 19 >>\nstream\nBT (999 NTD) Tj ET \nendstream");
    refused(&m, PDF_EDIT_PAGE);
    start(&m);
    object(&m, 6, "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>");
    refused(&m, PDF_EDIT_REPLACED);
    start(&m);
    object(&m, 2, "<< /Type /Pages /Kids [3 0 R 40 0 R] /Count 2 >>");
    object(&m, 40, "<< /Type /Page /Parent 2 0 R >>");
    refused(&m, PDF_EDIT_PAGE);
}
END_TEST

START_TEST(shadows)
{
    struct maker m;
    start(&m); /* replace: the signed page already draws object 20 */
    object(&m, 20, "<< /Subtype /Form /BBox [0 0 80 20] /Length 1 >>\nstream\n2\nendstream");
    refused(&m, PDF_EDIT_SHADOW);
    start(&m); /* the same, disguised as evidence */
    object(&m, 1, CATALOG " /DSS << /Certs [20 0 R] >> >>");
    object(&m, 20, "<< /Subtype /Form /BBox [0 0 80 20] /Length 1 >>\nstream\n2\nendstream");
    refused(&m, PDF_EDIT_SHADOW);
    start(&m); /* content that evidence claims */
    object(&m, 1, CATALOG " /DSS << /Certs [4 0 R] >> >>");
    object(&m, 4, "<< /Length 19 >>\nstream\nBT (999 NTD) Tj ET \nendstream");
    refused(&m, PDF_EDIT_REPLACED);
    start(&m); /* hide: what lay above is taken away */
    m.freed[6] = true;
    refused(&m, PDF_EDIT_DELETED);
    start(&m); /* hide and replace: the later table points at an object that lay in the signed bytes all along */
    buf_put(&m.out, STR("%\n"));
    m.out.n -= 2;
    m.place[4] = (size_t)str_find(buf_str(&m.out), STR("4 0 obj"));
    refused(&m, PDF_EDIT_BYTES);
}
END_TEST

START_TEST(annotations)
{
    struct maker m;
    start(&m);
    object(&m, 3,
           "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources 5 0 R /Annots [10 0 R 11 0 "
           "R 40 0 R] >>");
    object(&m, 40, "<< /Type /Annot /Subtype /FreeText /Rect [0 0 200 200] /Contents (999 NTD) >>");
    refused(&m, PDF_EDIT_ANNOTATION);
    start(&m); /* taken away */
    object(&m, 3,
           "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources 5 0 R /Annots [11 0 R] >>");
    refused(&m, PDF_EDIT_ANNOTATION);
}
END_TEST

START_TEST(fields)
{
    struct maker m;
    start(&m); /* shows what nobody filled in */
    object(&m, 10, TEXT " /V (1) /AP << /N 15 0 R >> >>");
    object(&m, 15, "<< /Subtype /Form /BBox [0 0 80 20] /Length 1 >>\nstream\n9\nendstream");
    refused(&m, PDF_EDIT_FIELD);
    start(&m);
    object(&m, 14, "<< /Subtype /Form /BBox [0 0 80 20] /Length 1 >>\nstream\n9\nendstream");
    refused(&m, PDF_EDIT_FIELD);
    start(&m); /* moved */
    object(&m, 10,
           "<< /Type /Annot /Subtype /Widget /FT /Tx /T (amount) /Rect [0 0 200 200] /P 3 0 R /V (1) /AP << /N 14 0 R "
           ">> >>");
    refused(&m, PDF_EDIT_FIELD);
    start(&m); /* another signature in the same field */
    object(&m, 12, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (first) /Rect [0 0 0 0] /P 3 0 R /V 33 0 R >>");
    object(&m, 33, VALUE);
    refused(&m, PDF_EDIT_FIELD);
    start(&m); /* the signature itself */
    object(&m, 13, "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /Contents <01> >>");
    refused(&m, PDF_EDIT_REPLACED);
    start(&m); /* a field of the same name */
    object(&m, 9, FORM " 35 0 R] >>");
    object(&m, 35, "<< /Type /Annot /Subtype /Widget /FT /Sig /T (first) /Rect [0 0 0 0] /V 36 0 R >>");
    object(&m, 36, VALUE);
    refused(&m, PDF_EDIT_FIELD);
    start(&m); /* a text field */
    object(&m, 9, FORM " 35 0 R] >>");
    object(&m, 35, "<< /Type /Annot /Subtype /Widget /FT /Tx /T (new) /Rect [0 0 200 200] /V (9) >>");
    refused(&m, PDF_EDIT_FORM);
    start(&m);
    object(&m, 9, "<< /SigFlags 3 /Fields [10 0 R 11 0 R] >>");
    refused(&m, PDF_EDIT_REMOVED);
    start(&m);
    object(&m, 9, "<< /SigFlags 3 /Fields [11 0 R 12 0 R] >>");
    refused(&m, PDF_EDIT_FORM);
    start(&m); /* viewers would draw the fields anew */
    object(&m, 9, FORM "] /NeedAppearances true >>");
    refused(&m, PDF_EDIT_FORM);
}
END_TEST

START_TEST(catalog_and_strays)
{
    struct maker m;
    start(&m);
    object(&m, 1, CATALOG " /OpenAction << /S /JavaScript /JS (x) >> >>");
    refused(&m, PDF_EDIT_CATALOG);
    start(&m);
    object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    refused(&m, PDF_EDIT_REMOVED);
    start(&m);
    object(&m, 41, "<< /Nothing /UsesIt >>");
    refused(&m, PDF_EDIT_ADDED);
    start(&m); /* an object that the table does not list, for programs that search */
    buf_put(&m.out, STR("4 0 obj\n" CONTENT "\nendobj\n"));
    object(&m, 10, TEXT " /V (2) /AP << /N 14 0 R >> >>");
    refused(&m, PDF_EDIT_BYTES);
    start(&m); /* the same as a comment */
    buf_put(&m.out, STR("% 4 0 obj\n"));
    object(&m, 10, TEXT " /V (2) /AP << /N 14 0 R >> >>");
    refused(&m, PDF_EDIT_BYTES);
}
END_TEST

/* A chain of objects as long as a file allows must not be walked on the program's stack. */
START_TEST(a_long_chain)
{
    enum { LINKS = 200000 };
    struct maker m;
    start(&m);
    buf_free(&m.out);
    m.out = (struct buf)BUF_INIT(64 << 20);
    struct maker small;
    first(&small);
    buf_put(&m.out, buf_str(&small.out));
    m.prev = small.prev;
    buf_free(&small.out);
    size_t *place = ARENA_ARRAY(arena, LINKS, size_t);
    size_t catalog = m.out.n;
    buf_printf(&m.out, "1 0 obj\n" CATALOG " /DSS << /Certs [100 0 R] >> >>\nendobj\n");
    for (int i = 0; i < LINKS; i++) {
        place[i] = m.out.n;
        buf_printf(&m.out, "%d 0 obj\n[%d 0 R]\nendobj\n", 100 + i, 101 + i);
    }
    size_t xref = m.out.n;
    buf_printf(&m.out, "xref\n1 1\n%010zu 00000 n \n100 %d\n", catalog, LINKS);
    for (int i = 0; i < LINKS; i++)
        buf_printf(&m.out, "%010zu 00000 n \n", place[i]);
    buf_printf(&m.out, "trailer\n<< /Size %d /Root 1 0 R /ID [<aa> <bb>] /Prev %zu >>\nstartxref\n%zu\n%%%%EOF\n",
               100 + LINKS, m.prev, xref);
    ck_assert(!judge_with(&m, &(struct pdf_permission){.p = 1}));
    buf_free(&m.out);
}
END_TEST

T_MAIN("sign/pdf_diff", evidence, written_anew_in_other_words, a_field_filled_in, signatures_added,
       what_the_signature_permits, content_replaced, shadows, annotations, fields, catalog_and_strays, a_long_chain)

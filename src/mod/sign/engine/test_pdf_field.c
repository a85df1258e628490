/* Preparing and filling in: where things land on pages that are turned or begin elsewhere, what becomes of a form that
 * is there already, what is refused. What other programs make of it: test_pdf_others.c. */
#include "mod/sign/engine/pdf_field.h"

#include "mod/sign/engine/pdf_place.h"
#include "mod/sign/engine/test_pdf.h"

enum { ROOM = 64 << 20 };

static struct arena *a;
static struct err err;

static str made(struct make *m)
{
    str s = arena_str(a, buf_str(&m->out));
    buf_free(&m->out);
    return s;
}

/* A page as `entries` say, below a root that says something too; the list of kids is an object of its own. */
static str with_page(const char *root, const char *entries)
{
    struct make m;
    char pages[300], page[300];
    snprintf(pages, sizeof pages, "<< /Type /Pages /Count 1 /Kids 4 0 R %s >>", root);
    snprintf(page, sizeof page, "<< /Type /Page /Parent 2 0 R %s >>", entries);
    make_begin(&m, false);
    make_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    make_object(&m, 2, pages);
    make_object(&m, 3, page);
    make_object(&m, 4, "[3 0 R]");
    make_end(&m, "/Root 1 0 R");
    return made(&m);
}

static str joined(str file, const struct buf *tail)
{
    BUF_SCOPED whole = BUF_INIT(1 << 20);
    buf_put(&whole, file);
    buf_put(&whole, buf_str(tail));
    return arena_str(a, buf_str(&whole));
}

static rc prepare(str file, const struct pdf_new_field *field, size_t n, str append, str *out)
{
    static struct err other;
    BUF_SCOPED tail = BUF_INIT(1 << 20);
    struct pdf_prepare p = {
        .id = {9}, .field = field, .n_fields = n, .append = append.n ? opened(a, append, &other) : NULL};
    rc r = pdf_prepare(opened(a, file, &err), &p, &tail);
    *out = joined(file, &tail);
    return r;
}

static str prepared(str file, const struct pdf_new_field *field, size_t n, str append)
{
    str out;
    rc r = prepare(file, field, n, append, &out);
    ck_assert_msg(r == OK, "%s %s", rc_name(r), err.main.msgid ? err.main.msgid : "");
    return out;
}

/* With one more signature; `look` is a file whose first page is what text fields show. */
static rc sign(str file, struct pdf_place p, str look, str *out)
{
    static struct err other;
    struct pdf_placed at;
    BUF_SCOPED tail = BUF_INIT(1 << 20);
    p.sub = PDF_SUB_CADES;
    p.room = 10;
    p.id[0]++;
    p.looks = look.n ? opened(a, look, &other) : NULL;
    struct pdf_doc *doc = opened(a, file, &err);
    rc r = pdf_place(doc, &p, &tail, &at);
    if (r == OK)
        t_ok(pdf_place_fill(doc, &tail, &at, STR("\x30\x01\x02")));
    *out = joined(file, &tail);
    return r;
}

static const struct pdf_value *at(struct pdf_doc *doc, const struct pdf_value *v, const char *key)
{
    const struct pdf_value *out;
    t_ok(pdf_entry_resolved(doc, v, str_of(key), pdf_newest(doc), &out));
    ck_assert_msg(out != NULL, "no %s", key);
    return out;
}

static const struct pdf_field *field(struct pdf_doc *doc, const char *name)
{
    const struct pdf_field *all;
    size_t n;
    t_ok(pdf_fields(doc, pdf_newest(doc), &all, &n));
    const struct pdf_field *f = pdf_field_named(all, n, str_of(name));
    ck_assert_msg(f != NULL, "no field %s", name);
    return f;
}

static void check_nothing_refused(str file)
{
    struct pdf_doc *doc = opened(a, file, &err);
    const struct pdf_signature *s;
    const struct pdf_step *steps;
    size_t n, n_steps;
    t_ok(pdf_signatures(doc, pdf_newest(doc), &s, &n));
    t_ok(pdf_diff(doc, 0, &steps, &n_steps));
    for (size_t i = 0; i < n; i++) {
        if (!s[i].is_signed)
            continue;
        ck_assert_str_eq(pdf_fault_name(s[i].fault), "fine");
        struct pdf_permission p = pdf_signature_permits(&s[i]);
        const struct pdf_step *bad = pdf_diff_judge(steps, n_steps, s[i].rev, &p);
        ck_assert_msg(!bad, "%s, object %u", bad ? pdf_edit_words(bad->edit) : "", bad ? bad->object : 0);
    }
}

/* ---- places ---- */

START_TEST(boxes)
{
    static const struct {
        const char *root, *page;
        struct pdf_page_box want;
    } CASES[] = {
        {"", "/MediaBox [0 0 595.28 841.89]", {{0, 0, 59528, 84189}, 0, 59528, 84189}},
        {"", "", {{0, 0, 61200, 79200}, 0, 61200, 79200}},
        {"/MediaBox [10 20 110 220] /Rotate 90", "", {{1000, 2000, 11000, 22000}, 90, 20000, 10000}},
        {"/Rotate 90", "/MediaBox [110 220 10 20] /Rotate -90", {{1000, 2000, 11000, 22000}, 270, 20000, 10000}},
        {"", "/MediaBox [-10.5 -.25 +90 99.999] /Rotate 540", {{-1050, -25, 9000, 9999}, 180, 10050, 10024}},
        {"/CropBox [0 0 50 60]", "/MediaBox [10 10 900 900] /Rotate 45", {{1000, 1000, 5000, 6000}, 0, 4000, 5000}},
        {"", "/MediaBox [0 0 9 9] /CropBox [0 0 7]", {{0, 0, 900, 900}, 0, 900, 900}},
    };
    static const char *const NONE[] = {"/MediaBox [0 0 9]",
                                       "/MediaBox [0 0 0 9]",
                                       "/MediaBox [0 0 (a) 9]",
                                       "/MediaBox [0 0 10000001 9]",
                                       "/MediaBox [0 0 9 9] /CropBox [20 20 30 30]",
                                       "/MediaBox 7"};
    struct pdf_page_box box;
    a = arena_new(ROOM);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        t_ok(pdf_page_box(opened(a, with_page(CASES[i].root, CASES[i].page), &err), 0, 0, &box));
        ck_assert_msg(memcmp(&box, &CASES[i].want, sizeof box) == 0, "%s %s: %d %d %d %d, %d, %d %d", CASES[i].root,
                      CASES[i].page, box.rect[0], box.rect[1], box.rect[2], box.rect[3], box.turn, box.width,
                      box.height);
    }
    for (size_t i = 0; i < sizeof NONE / sizeof NONE[0]; i++) {
        t_rc(pdf_page_box(opened(a, with_page("", NONE[i]), &err), 0, 0, &box), E_INVALID);
        ck_assert_str_eq(err.main.code, "SIG-119");
    }
    arena_free(a);
}
END_TEST

/* The seen upper left corner, 10 wide and 20 high, of a page of 100 × 200 that begins at (1, 2). */
START_TEST(places)
{
    static const int32_t WANT[4][4] = {
        {100, 18200, 1100, 20200}, {100, 200, 2100, 1200}, {9100, 200, 10100, 2200}, {8100, 19200, 10100, 20200}};
    a = arena_new(ROOM);
    struct pdf_doc *doc = opened(a, with_page("", ""), &err);
    for (int i = 0; i < 4; i++) {
        struct pdf_page_box box = {.rect = {100, 200, 10100, 20200},
                                   .turn = 90 * i,
                                   .width = i % 2 ? 20000 : 10000,
                                   .height = i % 2 ? 10000 : 20000};
        int32_t rect[4];
        t_ok(pdf_page_rect(doc, 0, &box, (struct pdf_seen){0, 0, 1000, 2000}, rect));
        ck_assert_msg(memcmp(rect, WANT[i], sizeof rect) == 0, "%d: %d %d %d %d", i, rect[0], rect[1], rect[2],
                      rect[3]);
        t_ok(pdf_page_rect(doc, 0, &box, (struct pdf_seen){0, 0, box.width, box.height}, rect));
        ck_assert(memcmp(rect, box.rect, sizeof rect) == 0);
        const struct pdf_seen OFF[] = {{-1, 0, 9, 9},
                                       {0, -1, 9, 9},
                                       {0, 0, 0, 9},
                                       {0, 0, 9, -1},
                                       {box.width - 8, 0, 9, 9},
                                       {0, box.height - 8, 9, 9},
                                       {INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX}};
        for (size_t k = 0; k < sizeof OFF / sizeof OFF[0]; k++) {
            err_clear(&err);
            t_rc(pdf_page_rect(doc, 0, &box, OFF[k], rect), E_INVALID);
            ck_assert_str_eq(err.main.code, "SIG-120");
        }
    }
    arena_free(a);
}
END_TEST

/* ---- preparing ---- */

static const struct pdf_new_field TEXT = {.kind = PDF_NEW_TEXT, .name = STR_INIT("text"), .at = {0, 0, 1000, 2000}},
                                  BOX = {.kind = PDF_NEW_CHECK, .name = STR_INIT("box"), .at = {1000, 0, 1000, 2000}},
                                  SIGN = {
                                      .kind = PDF_NEW_SIGNATURE, .name = STR_INIT("sign"), .at = {2000, 0, 1000, 2000}};

/* Pages below nodes below the root: new ones come behind them, with what the root says overridden. */
START_TEST(appended_to_a_tree)
{
    struct make m;
    a = arena_new(ROOM);
    make_begin(&m, true);
    make_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    make_object(&m, 2, "<< /Type /Pages /Count 3 /Kids [3 0 R 4 0 R] /MediaBox [0 0 9 9] /Rotate 90 /X (kept) >>");
    make_object(&m, 3, "<< /Type /Pages /Parent 2 0 R /Count 2 /Kids [5 0 R 6 0 R] >>");
    make_object(&m, 4, "<< /Type /Page /Parent 2 0 R >>");
    make_object(&m, 5, "<< /Type /Page /Parent 3 0 R >>");
    make_object(&m, 6, "<< /Type /Page /Parent 3 0 R >>");
    make_end(&m, "/Root 1 0 R");
    struct pdf_new_field last = TEXT;
    last.page = 4;
    struct make two;
    make_begin(&two, false);
    make_object(&two, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    make_object(&two, 2, "<< /Type /Pages /Count 2 /Kids [3 0 R 4 0 R] /Resources << /Font << /F 5 0 R >> >> >>");
    make_object(&two, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 50 60] >>");
    make_object(&two, 4, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 70 80] >>");
    make_object(&two, 5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    make_end(&two, "/Root 1 0 R");
    struct pdf_doc *doc = opened(a, prepared(made(&m), &last, 1, made(&two)), &err);
    uint32_t n;
    struct pdf_page_box box;
    const struct pdf_object *page;
    t_ok(pdf_page_count(doc, 1, &n));
    ck_assert_uint_eq(n, 5);
    t_ok(pdf_page_box(doc, 3, 1, &box));
    ck_assert(box.turn == 0 && box.width == 5000 && box.height == 6000);
    t_ok(pdf_page_object(doc, 4, 1, &page));
    t_ok(pdf_page_box(doc, 4, 1, &box));
    ck_assert(box.turn == 0 && box.width == 7000 && box.height == 8000);
    ck_assert_uint_eq(at(doc, page->value, "Annots")->first->ref.num, field(doc, "text")->ref.num);
    ck_assert_uint_eq(pdf_entry(field(doc, "text")->dict, STR("P"))->ref.num, page->ref.num);
    const struct pdf_value *xobjects = at(doc, at(doc, page->value, "Resources"), "XObject");
    const struct pdf_object *look;
    t_ok(pdf_object(doc, pdf_entry(xobjects, STR("Look"))->ref.num, 1, &look));
    uint32_t font = pdf_entry(at(doc, at(doc, look->value, "Resources"), "Font"), STR("F"))->ref.num;
    t_ok(pdf_page_object(doc, 3, 1, &page));
    t_ok(pdf_object(doc, pdf_entry(at(doc, at(doc, page->value, "Resources"), "XObject"), STR("Look"))->ref.num, 1,
                    &look));
    ck_assert_uint_eq(pdf_entry(at(doc, at(doc, look->value, "Resources"), "Font"), STR("F"))->ref.num,
                      font); /* copied once */
    t_ok(pdf_page_object(doc, 2, 1, &page));
    ck_assert_uint_eq(page->ref.num, 4);
    t_str(at(doc, at(doc, page->value, "Parent"), "X")->raw, STR("(kept)"));
    /* the list of kids, an object of its own, is written alone beside the count */
    doc = opened(a, prepared(with_page("/MediaBox [0 0 99 99]", ""), NULL, 0, with_page("", "/MediaBox [0 0 7 7]")),
                 &err);
    t_ok(pdf_page_box(doc, 1, 1, &box));
    ck_assert_int_eq(box.width, 700);
    const struct pdf_object *root;
    t_ok(pdf_object(doc, 2, 1, &root));
    t_str(pdf_entry(root->value, STR("Kids"))->raw, STR("4 0 R"));
    arena_free(a);
}
END_TEST

static str with_form(const char *form)
{
    struct make m;
    make_begin(&m, false);
    make_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>");
    make_object(&m, 2, "<< /Type /Pages /Count 1 /Kids [3 0 R] >>");
    make_object(&m, 3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Annots 4 0 R >>");
    make_object(&m, 4, "[6 0 R 8 0 R 9 0 R]");
    make_object(&m, 5, form);
    make_object(&m, 6, "<< /Type /Annot /Subtype /Widget /FT /Tx /T (old) /V (value) /Rect [0 0 9 9] /P 3 0 R >>");
    make_object(&m, 7, "<< /FT /Btn /T (pair) /Kids [8 0 R 9 0 R] >>");
    make_object(&m, 8,
                "<< /Type /Annot /Subtype /Widget /Parent 7 0 R /Rect [0 0 9 9] /AS /Off /AP << /N << /Off 10 0 R /Ja "
                "10 0 R >> >> /MK << /R 90 >> >>");
    make_object(
        &m, 9,
        "<< /Type /Annot /Subtype /Widget /Parent 7 0 R /Rect [0 0 9 9] /AS /Off /AP << /N << /Ja 10 0 R >> >> >>");
    make_stream(&m, 10, "/Type /XObject /Subtype /Form /BBox [0 0 9 9]", STR("q Q"));
    make_end(&m, "/Root 1 0 R");
    return made(&m);
}

START_TEST(into_a_form)
{
    const struct pdf_new_field all[] = {TEXT, BOX, SIGN};
    a = arena_new(ROOM);
    struct pdf_doc *doc = opened(a,
                                 prepared(with_form("<< /Fields [6 0 R 7 0 R] /DA (/F 9 Tf) /DR << /Font << /F 11 0 R "
                                                    ">> /Q 1 >> /NeedAppearances true /XFA [] >>"),
                                          all, 3, STR_EMPTY),
                                 &err);
    const struct pdf_object *form;
    t_ok(pdf_object(doc, 5, 1, &form));
    ck_assert(!pdf_entry(form->value, STR("NeedAppearances")) && !pdf_entry(form->value, STR("XFA")));
    t_str(at(doc, form->value, "DA")->raw, STR("(/F 9 Tf)")); /* the other fields go by it */
    t_str(at(doc, at(doc, form->value, "DR"), "Q")->raw, STR("1"));
    ck_assert(pdf_entry(at(doc, at(doc, form->value, "DR"), "Font"), STR("F")) != NULL);
    t_str(at(doc, at(doc, at(doc, at(doc, form->value, "DR"), "Font"), "Helv"), "BaseFont")->name, STR("Helvetica"));
    ck_assert_int_eq(at(doc, form->value, "SigFlags")->number, 3);
    const struct pdf_object *annots;
    t_ok(pdf_object(doc, 4, 1, &annots));
    ck_assert_uint_eq(pdf_length(annots->value), 6);
    t_str(at(doc, field(doc, "text")->dict, "Rect")->raw, STR("[ 0.00 80.00 10.00 100.00 ]"));
    ck_assert_int_eq(at(doc, field(doc, "text")->dict, "Ff")->number, 1);
    t_str(at(doc, field(doc, "box")->dict, "AS")->name, STR("Off"));
    ck_assert(field(doc, "sign")->signature);
    int32_t w, h;
    t_ok(pdf_field_size(doc, field(doc, "sign"), 1, &w, &h));
    ck_assert(w == 1000 && h == 2000);
    /* a font of that name that is there stays what it is */
    doc = opened(a, prepared(with_form("<< /Fields [6 0 R] /DR << /Font << /Helv 11 0 R >> >> >>"), all, 1, STR_EMPTY),
                 &err);
    t_ok(pdf_object(doc, 5, 1, &form));
    t_str(pdf_entry(form->value, STR("DR"))->raw, STR("<< /Font << /Helv 11 0 R >> >>"));
    t_str(at(doc, form->value, "DA")->raw, STR("(/Helv 0 Tf 0 g)"));
    arena_free(a);
}
END_TEST

START_TEST(refused)
{
    static const struct {
        const char *name;
        rc want;
        const char *code;
    } NAMES[] = {{"old", E_CONFLICT, "SIG-122"},
                 {"pair", E_CONFLICT, "SIG-122"},
                 {"a.b", E_INVALID, "SIG-117"},
                 {"", E_INVALID, "SIG-117"}};
    a = arena_new(ROOM);
    str file = with_form("<< /Fields [6 0 R 7 0 R] >>"), out;
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        struct pdf_new_field f = TEXT;
        f.name = str_of(NAMES[i].name);
        t_rc(prepare(file, &f, 1, STR_EMPTY, &out), NAMES[i].want);
        ck_assert_str_eq(err.main.code, NAMES[i].code);
    }
    t_rc(prepare(file, (const struct pdf_new_field[]){TEXT, TEXT}, 2, STR_EMPTY, &out), E_CONFLICT);
    struct pdf_new_field f = TEXT;
    f.page = 1;
    t_rc(prepare(file, &f, 1, STR_EMPTY, &out), E_NOTFOUND);
    f = TEXT;
    f.at.width = 10001;
    t_rc(prepare(file, &f, 1, STR_EMPTY, &out), E_INVALID);
    ck_assert_str_eq(err.main.code, "SIG-120");
    t_rc(prepare(file, &TEXT, PDF_NEW_FIELDS_MAX + 1, STR_EMPTY, &out), E_LIMIT);
    t_ok(prepare(file, NULL, 0, STR_EMPTY, &out));
    t_str(out, file); /* nothing to prepare: no revision */
    t_ok(sign(file, (struct pdf_place){0}, STR_EMPTY, &out));
    t_rc(prepare(out, &TEXT, 1, STR_EMPTY, &out), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "SIG-121");
    arena_free(a);
}
END_TEST

/* ---- filling in ---- */

START_TEST(one_after_the_other)
{
    a = arena_new(ROOM);
    const str mine[] = {STR("text"), STR("box")};
    struct pdf_new_field all[] = {TEXT, BOX, SIGN, TEXT, SIGN};
    str look = with_page("", "/MediaBox [0 0 10 20]"), file, next;
    all[2].lock = mine;
    all[2].n_lock = 2;
    all[3].name = STR("later");
    all[4].name = STR("sign2");
    for (int turn = 0; turn < 360; turn += 90) {
        char entries[100];
        snprintf(entries, sizeof entries, "/MediaBox [0 0 100 100] /Rotate %d", turn);
        file = prepared(with_page("", entries), all, 5, STR_EMPTY);
        const struct pdf_fill first[] = {{.field = STR("text"), .value = STR("值")},
                                         {.field = STR("box"), .ticked = true},
                                         {.field = STR("later"), .value = STR_EMPTY}};
        t_ok(sign(file, (struct pdf_place){.field = STR("sign"), .fill = first, .n_fill = 3}, look, &file));
        check_nothing_refused(file);
        struct pdf_doc *doc = opened(a, file, &err);
        t_str(at(doc, field(doc, "text")->dict, "V")->raw, STR("<FEFF503C>"));
        t_str(at(doc, field(doc, "box")->dict, "V")->name, STR("Yes"));
        t_str(at(doc, field(doc, "box")->dict, "AS")->name, STR("Yes"));
        ck_assert(!pdf_entry(field(doc, "later")->dict, STR("V")));
        const struct pdf_object *shown;
        static const char *const MATRIX[] = {NULL, "[0 1 -1 0 0 0]", "[-1 0 0 -1 0 0]", "[0 -1 1 0 0 0]"};
        t_ok(pdf_object(doc, pdf_entry(at(doc, field(doc, "text")->dict, "AP"), STR("N"))->ref.num, pdf_newest(doc),
                        &shown));
        if (turn)
            t_str(at(doc, shown->value, "Matrix")->raw, str_of(MATRIX[turn / 90]));
        else
            ck_assert(!pdf_entry(shown->value, STR("Matrix")));
        /* what the first signer closed stays closed; the rest is open */
        for (size_t i = 0; i < 2; i++) {
            const struct pdf_fill again = {.field = mine[i], .value = STR("other"), .ticked = false};
            t_rc(sign(file, (struct pdf_place){.field = STR("sign2"), .fill = &again, .n_fill = 1}, look, &next),
                 E_CONFLICT);
            ck_assert_str_eq(err.main.code, "SIG-124");
        }
        const struct pdf_fill second = {.field = STR("later"), .value = STR("Ja")};
        t_ok(sign(file, (struct pdf_place){.field = STR("sign2"), .fill = &second, .n_fill = 1}, look, &file));
        check_nothing_refused(file);
        doc = opened(a, file, &err);
        ck_assert_uint_eq(doc->n_revs, 4);
    }
    arena_free(a);
}
END_TEST

/* A field with two places; a value from before anybody signed may be replaced, one that is signed may not. */
START_TEST(fields_of_others)
{
    a = arena_new(ROOM);
    str file = with_form("<< /Fields [6 0 R 7 0 R] >>"), look = with_page("", "/MediaBox [0 0 9 9]"), out;
    const struct pdf_fill both[] = {{.field = STR("pair"), .ticked = true}, {.field = STR("old"), .value = STR("new")}};
    t_ok(sign(file, (struct pdf_place){.fill = both, .n_fill = 2}, look, &file));
    struct pdf_doc *doc = opened(a, file, &err);
    const struct pdf_object *o;
    t_str(at(doc, field(doc, "pair")->dict, "V")->name, STR("Ja"));
    for (uint32_t i = 8; i <= 9; i++) {
        t_ok(pdf_object(doc, i, 1, &o));
        t_str(at(doc, o->value, "AS")->name, STR("Ja"));
        ck_assert(!pdf_entry(o->value, STR("V")));
    }
    t_str(at(doc, field(doc, "old")->dict, "V")->raw, STR("(new)"));
    const struct pdf_fill untick = {.field = STR("pair")}, same = {.field = STR("pair"), .ticked = true};
    t_ok(sign(file, (struct pdf_place){.fill = &same, .n_fill = 1}, look, &out)); /* nothing to fill in */
    check_nothing_refused(out);
    t_rc(sign(file, (struct pdf_place){.fill = &untick, .n_fill = 1}, look, &out), E_CONFLICT);
    t_rc(sign(file, (struct pdf_place){.fill = &both[1], .n_fill = 1}, look, &out), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "SIG-124");
    for (int i = 0; i < 2; i++) {
        const struct pdf_fill none = {.field = i ? STR("Signature1") : STR("none"), .value = STR("x")};
        t_rc(sign(file, (struct pdf_place){.fill = &none, .n_fill = 1}, look, &out), E_NOTFOUND);
        ck_assert_str_eq(err.main.code, "SIG-123");
    }
    arena_free(a);
}
END_TEST

/* A signature that closes all fields leaves none for a further signature, but a time-stamp may follow. */
START_TEST(all_closed)
{
    struct make m;
    str out;
    a = arena_new(ROOM);
    make_begin(&m, false);
    make_object(&m, 1, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [4 0 R] >> >>");
    make_object(&m, 2, "<< /Type /Pages /Count 1 /Kids [3 0 R] /MediaBox [0 0 9 9] >>");
    make_object(&m, 3, "<< /Type /Page /Parent 2 0 R /Annots [4 0 R] >>");
    make_object(&m, 4,
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (s) /Rect [0 0 0 0] /Lock << /Type /SigFieldLock /Action "
                "/All >> >>");
    make_end(&m, "/Root 1 0 R");
    t_ok(sign(made(&m), (struct pdf_place){.field = STR("s")}, STR_EMPTY, &out));
    struct pdf_doc *doc = opened(a, out, &err);
    struct pdf_placed placed;
    BUF_SCOPED tail = BUF_INIT(1 << 20);
    t_rc(pdf_place(doc, &(struct pdf_place){.sub = PDF_SUB_CADES, .room = 9}, &tail, &placed), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "SIG-124");
    buf_clear(&tail);
    t_ok(pdf_place(doc, &(struct pdf_place){.sub = PDF_SUB_RFC3161, .room = 9}, &tail, &placed));
    arena_free(a);
}
END_TEST

T_MAIN("sign/pdf_field", boxes, places, appended_to_a_tree, into_a_form, refused, one_after_the_other, fields_of_others,
       all_closed)

/* What we append, as programs that are not ours see it: openssl makes the CMS, pdfsig and mutool verify, qpdf checks
 * the structure. For both kinds of cross-reference, plain and linearized, invisible and with a stamp in Chinese. */
#include "mod/sign/engine/test_pdf.h"

#include <sys/wait.h>

#include "mod/sign/engine/pdf_field.h"
#include "mod/sign/engine/pdf_place.h"
#include "web/pdf.h"

/* For the sanitizers: see web/test_pdf.c. */
const char *__asan_default_options(void);
const char *__lsan_default_suppressions(void);

const char *__asan_default_options(void)
{
    return "fast_unwind_on_malloc=0";
}

const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig\nleak:libpango\nleak:libcairo\nleak:libglib\n";
}

enum { ROOM = 256 << 20 };

static char folder[] = "/tmp/rise-pdf-others-XXXXXX";
static struct arena *arena;

/* Runs a command in the folder, its output in `out`; returns its exit status, 127 when the program is not there. */
static int __attribute__((format(printf, 2, 3))) run(struct buf *out, const char *fmt, ...)
{
    BUF_SCOPED command = BUF_INIT(4096);
    buf_printf(&command, "cd %s && ", folder);
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&command, fmt, ap);
    va_end(ap);
    buf_put(&command, STR(" 2>&1"));
    FILE *f = popen(command.p, "r");
    ck_assert_ptr_nonnull(f);
    char piece[4096];
    size_t n;
    buf_clear(out);
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_putn(out, piece, n);
    int status = pclose(f);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool has_tools(void)
{
    static const char *const TOOLS[] = {"openssl", "pdfsig", "mutool", "qpdf"};
    BUF_SCOPED out = BUF_INIT(1 << 20);
    for (size_t i = 0; i < sizeof TOOLS / sizeof TOOLS[0]; i++)
        if (run(&out, "command -v %s", TOOLS[i]) != 0) {
            printf("skipped: %s is not installed\n", TOOLS[i]);
            return false;
        }
    return true;
}

static void save(const char *name, str a, str b)
{
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(a.p, 1, a.n, f), a.n);
    ck_assert_uint_eq(fwrite(b.p, 1, b.n, f), b.n);
    ck_assert_int_eq(fclose(f), 0);
}

static str load(const char *name)
{
    char path[200];
    BUF_SCOPED b = BUF_INIT(64 << 20);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    t_ok(file_read(path, &b, NULL));
    return arena_str(arena, buf_str(&b));
}

static void begin(void)
{
    BUF_SCOPED out = BUF_INIT(1 << 20);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    arena = arena_new(ROOM);
    ck_assert_int_eq(run(&out,
                         "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out cert "
                         "-subj '/CN=Test' -days 30"),
                     0);
}

static void end(void)
{
    BUF_SCOPED out = BUF_INIT(1 << 20);
    arena_free(arena);
    (void)run(&out, "rm -r %s", folder);
}

/* The file with one more signature, by openssl. */
static str signed_file(str original, struct pdf_place place)
{
    struct err err = {0};
    struct pdf_doc *doc = opened(arena, original, &err);
    struct pdf_placed at;
    BUF_SCOPED tail = BUF_INIT(64 << 20), out = BUF_INIT(1 << 20);
    place.room = 4096;
    place.made = INT64_C(1780000000) * SECOND;
    rc r = pdf_place(doc, &place, &tail, &at);
    ck_assert_msg(r == OK, "%s", err.main.msgid ? err.main.msgid : rc_name(r));
    BUF_SCOPED rest = BUF_INIT(64 << 20);
    buf_put(&rest, pdf_placed_before(&tail, &at));
    buf_put(&rest, pdf_placed_after(&tail, &at));
    save("tbs", original, buf_str(&rest));
    ck_assert_int_eq(run(&out, "openssl cms -sign -binary -in tbs -signer cert -inkey key -outform DER -out cms"), 0);
    t_ok(pdf_place_fill(doc, &tail, &at, load("cms")));
    BUF_SCOPED whole = BUF_INIT(64 << 20);
    buf_put(&whole, original);
    buf_put(&whole, buf_str(&tail));
    return arena_str(arena, buf_str(&whole));
}

static size_t occurrences(str in, const char *what)
{
    size_t n = 0;
    for (ptrdiff_t at; (at = str_find(in, str_of(what))) >= 0; n++)
        in = str_sub(in, (size_t)at + 1, in.n);
    return n;
}

static void check_accepted(str file, size_t signatures)
{
    BUF_SCOPED out = BUF_INIT(1 << 20);
    save("signed.pdf", file, STR_EMPTY);
    ck_assert_msg(run(&out, "pdfsig -nocert signed.pdf") == 0, "%s", out.p);
    ck_assert_msg(occurrences(buf_str(&out), "Signature is Valid") == signatures, "%s", out.p);
    ck_assert_msg(occurrences(buf_str(&out), "Total document signed") == 1, "%s", out.p);
    ck_assert_msg(run(&out, "mutool sign -v signed.pdf") == 0, "%s", out.p);
    ck_assert_msg(occurrences(buf_str(&out), "digest is valid") + occurrences(buf_str(&out), "unchanged") >= 1 &&
                      occurrences(buf_str(&out), "invalid") == 0,
                  "%s", out.p);
    ck_assert_msg(run(&out, "qpdf --check signed.pdf") == 0 && occurrences(buf_str(&out), "WARNING") == 0, "%s", out.p);
    struct err err = {0};
    struct pdf_doc *doc = opened(arena, file, &err);
    const struct pdf_signature *s;
    size_t n, newest = 0;
    t_ok(pdf_signatures(doc, pdf_newest(doc), &s, &n));
    size_t n_signed = 0;
    for (size_t i = 0; i < n; i++) {
        if (s[i].is_signed)
            ck_assert_str_eq(pdf_fault_name(s[i].fault), "fine");
        n_signed += s[i].is_signed;
        newest = s[i].is_signed && s[i].rev > newest ? s[i].rev : newest;
    }
    ck_assert_uint_eq(n_signed, signatures);
    ck_assert_uint_eq(newest, pdf_newest(doc));
}

static void check_refused_after_a_flip(str file)
{
    BUF_SCOPED out = BUF_INIT(1 << 20), bent = BUF_INIT(64 << 20);
    buf_put(&bent, file);
    char *word = memmem(bent.p, bent.n, "/MediaBox", 9);
    ck_assert_ptr_nonnull(word);
    word[1] ^= 0x20;
    save("bent.pdf", buf_str(&bent), STR_EMPTY);
    (void)run(&out, "pdfsig -nocert bent.pdf");
    ck_assert_msg(occurrences(buf_str(&out), "Signature is Valid") == 0, "%s", out.p);
    (void)run(&out, "mutool sign -v bent.pdf");
    ck_assert_msg(occurrences(buf_str(&out), "digest is valid") == 0, "%s", out.p);
}

static str cairo_document(bool stamp)
{
    BUF_SCOPED out = BUF_INIT(8 << 20);
    struct pdf *p;
    t_ok(pdf_new(
        &(struct pdf_options){.lang = LANG_ZH, .title = STR("雲端服務訂購契約"), .made = INT64_C(1770000000) * SECOND},
        &p));
    pdf_heading(p, 1, stamp ? STR("王小明 Signed") : STR("雲端服務訂購契約"));
    pdf_paragraph(p, STR("甲方依本契約向乙方訂購雲端服務。"));
    t_ok(pdf_finish(p, &out, NULL));
    pdf_free(p);
    return arena_str(arena, buf_str(&out));
}

static str by_qpdf(str file, const char *options)
{
    BUF_SCOPED out = BUF_INIT(1 << 20);
    save("in.pdf", file, STR_EMPTY);
    ck_assert_msg(run(&out, "qpdf %s in.pdf out.pdf", options) == 0, "%s", out.p);
    return load("out.pdf");
}

static const struct pdf_place PLAIN = {.sub = PDF_SUB_PKCS7, .reason = STR_INIT("同意"), .name = STR_INIT("Wang (A)")};

static void check_document(str document)
{
    str once = signed_file(document, PLAIN);
    check_accepted(once, 1);
    check_refused_after_a_flip(once);
    struct pdf_place second = PLAIN;
    second.id[0] = 2;
    check_accepted(signed_file(once, second), 2);
}

START_TEST(both_kinds_of_cross_reference)
{
    begin();
    if (has_tools()) {
        str document = cairo_document(false);
        check_document(document);
        check_document(by_qpdf(document, "--object-streams=generate"));
        check_document(by_qpdf(document, "--linearize"));
        check_document(by_qpdf(document, "--linearize --object-streams=generate"));
    }
    end();
}
END_TEST

START_TEST(visible_and_certified)
{
    begin();
    if (has_tools()) {
        struct err err = {0};
        struct pdf_place place = PLAIN;
        place.stamp = opened(arena, cairo_document(true), &err);
        place.certify = 2;
        place.rect[0] = 10000;
        place.rect[1] = 10050;
        place.rect[2] = 30000;
        place.rect[3] = 38300;
        for (int stream = 0; stream < 2; stream++) {
            str document = cairo_document(false);
            if (stream)
                document = by_qpdf(document, "--object-streams=generate");
            str file = signed_file(document, place);
            check_accepted(file, 1);
            BUF_SCOPED out = BUF_INIT(1 << 20);
            ck_assert_int_eq(run(&out, "pdftotext signed.pdf - "), 0);
            ck_assert_msg(str_find(buf_str(&out), STR("王小明")) >= 0, "%s", out.p);
            ck_assert_int_eq(run(&out, "mutool draw -o seen.png -r 50 signed.pdf 1"), 0);
        }
    }
    end();
}
END_TEST

/* ---- several signers ---- */

static str prepared(str document)
{
    const str mine[] = {STR("name1"), STR("agree1"), STR("record1")};
    const struct pdf_new_field field[] = {
        {.kind = PDF_NEW_SIGNATURE, .name = STR("sign1"), .at = {6000, 50000, 18000, 5000}, .lock = mine, .n_lock = 3},
        {.kind = PDF_NEW_TEXT, .name = STR("name1"), .label = STR("姓名"), .at = {6000, 40000, 12000, 1800}},
        {.kind = PDF_NEW_CHECK, .name = STR("agree1"), .at = {20000, 40000, 1400, 1400}},
        {.kind = PDF_NEW_CHECK, .name = STR("agree2"), .at = {30000, 40000, 1400, 1400}},
        {.kind = PDF_NEW_TEXT, .name = STR("record1"), .page = 1, .at = {6000, 20000, 40000, 4000}},
        {.kind = PDF_NEW_TEXT, .name = STR("record2"), .page = 1, .at = {6000, 25000, 40000, 4000}},
        {.kind = PDF_NEW_SIGNATURE, .name = STR("sign2"), .page = 1, .at = {6000, 50000, 18000, 5000}},
    };
    struct err err = {0}, other = {0};
    struct pdf_doc *doc = opened(arena, document, &err);
    struct pdf_prepare p = {.id = {7},
                            .append = opened(arena, cairo_document(true), &other),
                            .field = field,
                            .n_fields = sizeof field / sizeof field[0]};
    BUF_SCOPED tail = BUF_INIT(8 << 20), whole = BUF_INIT(64 << 20);
    rc r = pdf_prepare(doc, &p, &tail);
    ck_assert_msg(r == OK, "%s", err.main.msgid ? err.main.msgid : rc_name(r));
    buf_put(&whole, document);
    buf_put(&whole, buf_str(&tail));
    return arena_str(arena, buf_str(&whole));
}

static const struct pdf_point DRAWN[] = {{0, 0}, {3000, 2500}, {6000, 400}, {9000, 2800}, {12000, 0}};

/* Signer 1 or 2 fills in what is theirs and signs: with a name as a stamp, or drawn by hand. */
static str signed_by(str file, int who)
{
    const struct pdf_stroke ink = {DRAWN, 5};
    const struct pdf_look looks[] = {
        {.width = 18000,
         .height = 5000,
         .text = STR("王小明 𠮷𪛖"),
         .below = STR("2026-11-26 16:30　同意"),
         .ink = &ink,
         .n_ink = who == 2,
         .frame = true},
        {.width = 40000,
         .height = 4000,
         .text = who == 1 ? STR("第一位 𪛖：電子郵件驗證碼，同意以電子形式簽署") : STR("第二位 second"),
         .size = 1000},
        {.width = 12000, .height = 1800, .text = STR("王小明"), .size = 1100},
    };
    const struct pdf_fill first[] = {{.field = STR("record1"), .value = looks[1].text, .look = 1},
                                     {.field = STR("name1"), .value = STR("王小明"), .look = 2},
                                     {.field = STR("agree1"), .ticked = true}},
                          second[] = {{.field = STR("record2"), .value = looks[1].text, .look = 1},
                                      {.field = STR("agree2"), .ticked = true}};
    struct err err = {0};
    BUF_SCOPED drawn = BUF_INIT(8 << 20);
    rc r = pdf_looks(&(struct pdf_options){.lang = LANG_ZH, .title = STR("looks"), .made = SECOND}, looks,
                     who == 1 ? 3 : 2, &drawn, &err);
    ck_assert_msg(r == OK, "%s", err.main.msgid ? err.main.msgid : rc_name(r));
    struct pdf_place place = PLAIN;
    place.looks = place.stamp = opened(arena, arena_str(arena, buf_str(&drawn)), &err);
    place.field = who == 1 ? STR("sign1") : STR("sign2");
    place.fill = who == 1 ? first : second;
    place.n_fill = who == 1 ? 3 : 2;
    place.id[0] = (uint8_t)who;
    return signed_file(file, place);
}

static void check_nothing_refused(str file)
{
    struct err err = {0};
    struct pdf_doc *doc = opened(arena, file, &err);
    const struct pdf_signature *s;
    const struct pdf_step *steps;
    size_t n, n_steps;
    t_ok(pdf_signatures(doc, pdf_newest(doc), &s, &n));
    t_ok(pdf_diff(doc, 0, &steps, &n_steps));
    for (size_t i = 0; i < n; i++) {
        if (!s[i].is_signed)
            continue;
        struct pdf_permission p = pdf_signature_permits(&s[i]);
        const struct pdf_step *bad = pdf_diff_judge(steps, n_steps, s[i].rev, &p);
        ck_assert_msg(!bad, "%zu: %s, object %u, %.*s", i, bad ? pdf_edit_words(bad->edit) : "", bad ? bad->object : 0,
                      STR_ARG(bad ? bad->field : STR_EMPTY));
    }
}

/* Where mutool's and poppler's readers find it: the values, upright, on the pages where they were put. */
static void check_seen(str file, const char *keep)
{
    BUF_SCOPED out = BUF_INIT(1 << 20);
    save("seen.pdf", file, STR_EMPTY);
    ck_assert_int_eq(run(&out, "pdftotext -layout seen.pdf - "), 0);
    static const char *const WORDS[] = {"王小明 𠮷𪛖", "第一位 𪛖：電子郵件驗證碼", "第二位 second"};
    for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
        ck_assert_msg(str_find(buf_str(&out), str_of(WORDS[i])) >= 0, "%s: %s", WORDS[i], out.p);
    ck_assert_int_eq(run(&out, "mutool draw -q -r 60 -o %s-%%d.png seen.pdf", keep), 0);
}

START_TEST(two_signers_fill_in_and_sign)
{
    static const char *const MADE[] = {"", "--object-streams=generate", "--linearize", "--rotate=90",
                                       "--rotate=270 --object-streams=generate"};
    begin();
    for (size_t i = 0; has_tools() && i < sizeof MADE / sizeof MADE[0]; i++) {
        BUF_SCOPED out = BUF_INIT(1 << 20);
        char name[100];
        str document = cairo_document(false);
        if (MADE[i][0])
            document = by_qpdf(document, MADE[i]);
        str file = prepared(document);
        save("prepared.pdf", file, STR_EMPTY);
        ck_assert_msg(run(&out, "qpdf --check prepared.pdf") == 0 && occurrences(buf_str(&out), "WARNING") == 0, "%s",
                      out.p);
        file = signed_by(file, 1);
        check_accepted(file, 1);
        file = signed_by(file, 2);
        check_accepted(file, 2);
        check_nothing_refused(file);
        check_refused_after_a_flip(file);
        snprintf(name, sizeof name, "%s%zu", getenv("RISE_KEEP_SEEN") ? getenv("RISE_KEEP_SEEN") : "seen", i);
        check_seen(file, name);
    }
    end();
}
END_TEST

T_MAIN("sign/pdf_others", both_kinds_of_cross_reference, visible_and_certified, two_signers_fill_in_and_sign)

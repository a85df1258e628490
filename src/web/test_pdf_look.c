/* Looks: what is drawn into fields, read back by programs that are not ours. */
#include "t.h"

#include <unistd.h>

#include "base/utf8.h"
#include "web/pdf.h"

/* For the sanitizers: see test_pdf.c. */
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

static const struct pdf_options OPTIONS = {
    .lang = LANG_ZH, .title = STR_INIT("looks"), .made = INT64_C(1770000000) * SECOND};
static struct err err;

static rc one(struct pdf_look look, struct buf *out)
{
    err_clear(&err);
    return pdf_looks(&OPTIONS, &look, 1, out, &err);
}

/* What a program says about the file; false when it is not installed. */
static bool told(const char *command, const char *to, str file, struct buf *out)
{
    char path[] = "/tmp/rise-look-XXXXXX", piece[4096];
    BUF_SCOPED line = BUF_INIT(1000);
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, file.p, file.n), (ssize_t)file.n);
    close(fd);
    buf_printf(&line, "command -v %s >/dev/null && %s %s %s 2>/dev/null", command, command, path, to);
    FILE *f = popen(line.p, "r");
    ck_assert_ptr_nonnull(f);
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_putn(out, piece, n);
    bool good = pclose(f) == 0;
    unlink(path);
    if (!good)
        printf("skipped: %s is not installed\n", command);
    return good;
}

static const struct pdf_point LEFT[] = {{0, 0}, {1000, 3000}, {2000, 500}}, DOT[] = {{2500, 500}};
static const struct pdf_stroke INK[] = {{LEFT, 3}, {DOT, 1}};

START_TEST(pages_of_their_own_size)
{
    const struct pdf_look looks[] = {
        {.width = 18000,
         .height = 5000,
         .text = STR("王小明 𠮷𪛖"),
         .below = STR("2026-11-26 16:30\nSHA-256 3b4c1f"),
         .frame = true},
        {.width = 12000, .height = 1600, .text = STR("一行字 one line"), .size = 1100},
        {.width = 9000, .height = 4000, .ink = INK, .n_ink = 2},
    };
    BUF_SCOPED a = BUF_INIT(8 << 20), b = BUF_INIT(8 << 20), text = BUF_INIT(1 << 20);
    rc r = pdf_looks(&OPTIONS, looks, 3, &a, &err);
    ck_assert_msg(r == OK, "%s", err.main.msgid ? err.main.msgid : rc_name(r));
    t_ok(pdf_looks(&OPTIONS, looks, 3, &b, &err));
    ck_assert(str_eq(buf_str(&a), buf_str(&b)));
    const char *keep = getenv("RISE_KEEP_LOOKS");
    if (keep) {
        FILE *f = fopen(keep, "wb");
        ck_assert(f && fwrite(a.p, 1, a.n, f) == a.n && fclose(f) == 0);
    }
    if (!told("pdftotext", "-", buf_str(&a), &text))
        return;
    ck_assert_msg(str_find(buf_str(&text), STR("王小明 𠮷𪛖")) >= 0, "%s", text.p);
    ck_assert(str_find(buf_str(&text), STR("SHA-256 3b4c1f")) >= 0);
    ck_assert(str_find(buf_str(&text), STR("一行字 one line")) >= 0);
    buf_clear(&text);
    ck_assert(told("pdfinfo -f 1 -l 3", "", buf_str(&a), &text));
    ck_assert_msg(str_find(buf_str(&text), STR("180 x 50 pts")) >= 0 &&
                      str_find(buf_str(&text), STR("90 x 40 pts")) >= 0,
                  "%s", text.p);
}
END_TEST

START_TEST(long_text_fits_or_is_refused)
{
    BUF_SCOPED out = BUF_INIT(8 << 20), text = BUF_INIT(1 << 20), seen = BUF_INIT(1 << 20);
    for (int i = 0; i < 40; i++)
        buf_put(&text, STR("服務可用性"));
    struct pdf_look look = {.width = 20000, .height = 3000, .text = buf_str(&text), .size = 1100};
    rc r = one(look, &out);
    ck_assert_msg(r == OK, "%s", err.main.msgid ? err.main.msgid : rc_name(r));
    if (told("pdftotext", "-", buf_str(&out), &seen))
        ck_assert_uint_ge(utf8_count(buf_str(&seen)), 200); /* wrapped, none left out */
    look.width = 5000;
    t_rc(one(look, &out), E_INVALID);
    ck_assert_str_eq(err.main.code, "PDF-002");
    look = (struct pdf_look){.width = 1200, .height = 1200, .text = STR("字"), .size = 1100};
    t_ok(one(look, &out)); /* smaller than asked for */
}
END_TEST

START_TEST(refused)
{
    BUF_SCOPED out = BUF_INIT(8 << 20), narrow = BUF_INIT(100);
    t_rc(one((struct pdf_look){.width = 9000, .height = 2000, .text = STR("名\U0010fffd字")}, &out), E_INVALID);
    ck_assert_str_eq(err.main.code, "PDF-003");
    t_str(err.main.arg[0], STR("\U0010fffd"));
    t_rc(one((struct pdf_look){.width = 599, .height = 2000}, &out), E_LIMIT);
    t_rc(one((struct pdf_look){.width = 600, .height = 1440001}, &out), E_LIMIT);
    t_rc(pdf_looks(&OPTIONS, NULL, 0, &out, &err), E_LIMIT);
    t_rc(one((struct pdf_look){.width = 9000, .height = 2000, .text = STR("x")}, &narrow), E_LIMIT);
    static struct pdf_point points[PDF_INK_MAX + 1];
    const struct pdf_stroke much = {points, PDF_INK_MAX + 1};
    t_rc(one((struct pdf_look){.width = 9000, .height = 2000, .ink = &much, .n_ink = 1}, &out), E_LIMIT);
}
END_TEST

/* Ink in odd shapes: without extent, far away, in a narrow place. */
START_TEST(odd_ink)
{
    static const struct pdf_point FAR[] = {{INT32_MIN, INT32_MIN}, {INT32_MAX, INT32_MAX}}, UP[] = {{5, 0}, {5, 9}};
    const struct pdf_stroke ink[] = {{FAR, 2}, {UP, 2}, {DOT, 1}, {NULL, 0}};
    for (size_t i = 0; i < 4; i++) {
        BUF_SCOPED out = BUF_INIT(1 << 20);
        t_ok(one((struct pdf_look){.width = 600, .height = 600, .ink = &ink[i], .n_ink = 1}, &out));
        ck_assert(str_starts(buf_str(&out), STR("%PDF-1.")));
    }
}
END_TEST

T_MAIN("web/pdf_look", pages_of_their_own_size, long_text_fits_or_is_refused, refused, odd_ink)

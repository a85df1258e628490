/* PDF: the same bytes twice, page breaks, limits. What other programs read in it is checked when poppler's tools are
 * there. */
#include "t.h"

#include <unistd.h>

#include "web/pdf.h"
#include "web/pdf_slim.h"

/* For the sanitizers: the libraries' font caches live as long as the process, and their frames have no frame pointers.
 */
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

static void contract(struct buf *out, enum lang lang, int paragraphs)
{
    struct pdf *p;
    t_ok(pdf_new(&(struct pdf_options){.lang = lang,
                                       .title = STR("雲端服務訂購契約"),
                                       .reference = STR("MKT-2026-000123"),
                                       .made = INT64_C(1770000000) * SECOND,
                                       .demo = true},
                 &p));
    pdf_heading(p, 1, STR("雲端服務訂購契約 Cloud service contract"));
    pdf_pairs(p,
              (const struct pdf_pair[]){{STR("買方"), STR("晨光烘焙坊（統一編號 04595257）")},
                                        {STR("Price"), STR("NT$18,000")}},
              2);
    pdf_heading(p, 2, STR("第一條　服務內容"));
    for (int i = 0; i < paragraphs; i++)
        pdf_paragraph(p, STR("甲方依本契約向乙方訂購雲端服務，乙方應於開通後三十日內提供使用紀錄；自付額不得以任何名義"
                             "退還甲方，違者以詐領補助論處。"
                             "The own share must never be refunded to the buyer."));
    pdf_item(p, STR("服務可用性：每月 99.9 %"));
    pdf_item(p, STR("回應時間：四小時內"));
    const struct pdf_column columns[] = {{STR("項目"), 3, false}, {STR("金額"), 1, true}, {STR("點數"), 1, true}};
    str cells[3 * 40];
    for (int i = 0; i < 40; i++) {
        cells[3 * i] = STR("雲端進銷存 Pro 月租方案");
        cells[3 * i + 1] = STR("NT$1,500");
        cells[3 * i + 2] = STR("750");
    }
    pdf_table(p, &(struct pdf_table){columns, 3, cells, 40});
    pdf_small(p, STR("SHA-256 3b4c1f0a9d7e5c2b8a6f4d1e0c9b8a7f6e5d4c3b2a190f8e7d6c5b4a39281706"));
    t_ok(pdf_finish(p, out, NULL));
    pdf_free(p);
}

START_TEST(same_bytes)
{
    BUF_SCOPED a = BUF_INIT(8 << 20), b = BUF_INIT(8 << 20), c = BUF_INIT(8 << 20);
    contract(&a, LANG_ZH, 30);
    contract(&b, LANG_ZH, 30);
    contract(&c, LANG_ZH, 31);
    ck_assert(str_starts(buf_str(&a), STR("%PDF-1.")));
    ck_assert(str_eq(buf_str(&a), buf_str(&b)));
    ck_assert(!str_eq(buf_str(&a), buf_str(&c)));
}
END_TEST

/* Runs poppler's tool on the document; false when it is not installed. */
static bool poppler(const char *command, struct buf *out)
{
    FILE *f = popen(command, "r");
    ck_assert_ptr_nonnull(f);
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0)
        buf_putn(out, piece, n);
    return pclose(f) == 0;
}

START_TEST(others_read_it)
{
    char path[] = "/tmp/rise-pdf-XXXXXX";
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    BUF_SCOPED pdf = BUF_INIT(8 << 20), command = BUF_INIT(1000), text = BUF_INIT(1 << 20), fonts = BUF_INIT(1 << 20);
    contract(&pdf, LANG_EN, 30);
    ck_assert_int_eq(write(fd, pdf.p, pdf.n), (ssize_t)pdf.n);
    close(fd);
    buf_printf(&command, "pdftotext -layout %s - 2>/dev/null", path);
    if (!poppler(command.p, &text)) {
        puts("skipped: pdftotext is not installed");
        unlink(path);
        return;
    }
    ck_assert(str_find(buf_str(&text), STR("晨光烘焙坊（統一編號 04595257）")) >= 0);
    ck_assert(str_find(buf_str(&text), STR("Page 2 of ")) >= 0);
    ck_assert(str_find(buf_str(&text), STR("MKT-2026-000123")) >= 0);
    buf_clear(&command);
    buf_printf(&command, "pdffonts %s 2>/dev/null", path);
    ck_assert(poppler(command.p, &fonts));
    ck_assert(str_find(buf_str(&fonts), STR("CJK")) >= 0);
    ck_assert(str_find(buf_str(&fonts), STR(" no  yes ")) < 0); /* emb column: no font that is not embedded */
    unlink(path);
}
END_TEST

/* K, L and 上 one after the other make cairo embed all 900 kB of subroutines. */
START_TEST(fonts_are_small)
{
    struct pdf *p;
    BUF_SCOPED out = BUF_INIT(8 << 20);
    t_ok(pdf_new(&(struct pdf_options){.lang = LANG_ZH, .title = STR("KL 上"), .reference = STR_EMPTY}, &p));
    pdf_paragraph(p, STR("KL 上海"));
    t_ok(pdf_finish(p, &out, NULL));
    pdf_free(p);
    ck_assert_uint_lt(out.n, 40000);
}
END_TEST

/* What is not of cairo's form is left alone: cut short, with another table, or no PDF at all. */
START_TEST(others_stay_as_they_are)
{
    BUF_SCOPED whole = BUF_INIT(8 << 20);
    contract(&whole, LANG_ZH, 1);
    for (size_t n = 0; n < whole.n; n += n < whole.n - 3000 ? 1777 : 1) {
        BUF_SCOPED out = BUF_INIT(8 << 20);
        t_ok(pdf_slim(str_sub(buf_str(&whole), 0, n), &out));
        ck_assert(str_eq(buf_str(&out), str_sub(buf_str(&whole), 0, n)) || str_eq(buf_str(&out), buf_str(&whole)));
    }
    BUF_SCOPED again = BUF_INIT(8 << 20); /* its fonts cannot become smaller */
    t_ok(pdf_slim(buf_str(&whole), &again));
    ck_assert(str_eq(buf_str(&again), buf_str(&whole)));
}
END_TEST

START_TEST(limits)
{
    struct pdf *p;
    BUF_SCOPED long_text = BUF_INIT(1 << 20), out = BUF_INIT(64 << 20);
    for (int i = 0; i < 8000; i++)
        buf_put(&long_text, STR("長文"));
    str cell = buf_str(&long_text);
    t_ok(pdf_new(&(struct pdf_options){.title = STR("x")}, &p));
    pdf_table(p, &(struct pdf_table){(const struct pdf_column[]){{STR("a"), 1, false}}, 1, &cell, 1});
    struct err err = {0};
    t_rc(pdf_finish(p, &out, &err), E_LIMIT);
    ck_assert_str_eq(err.main.code, "PDF-001");
    pdf_free(p);
    t_ok(pdf_new(&(struct pdf_options){.title = STR("x")}, &p));
    for (int i = 0; i < 600; i++)
        pdf_paragraph(p, buf_str(&long_text));
    t_rc(pdf_finish(p, &out, NULL), E_LIMIT);
    pdf_free(p);
    BUF_SCOPED narrow = BUF_INIT(1000); /* the caller's cap */
    t_ok(pdf_new(&(struct pdf_options){.title = STR("x")}, &p));
    pdf_paragraph(p, STR("some text"));
    t_rc(pdf_finish(p, &narrow, NULL), E_LIMIT);
    pdf_free(p);
}
END_TEST

T_MAIN("web/pdf", same_bytes, others_read_it, fonts_are_small, others_stay_as_they_are, limits)

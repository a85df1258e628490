/* For the tests of PDF: small files made by hand, with either kind of cross-reference, revision by revision. */
#ifndef RISE_SIGN_TEST_PDF_H
#define RISE_SIGN_TEST_PDF_H

#include "t.h"

#include <unistd.h>

#include "mod/sign/engine/pdf_read.h"
#include "sys/file.h"

#define FORGERIES RISE_SHARED "/data/sign/pdf-insecurity/"

enum { MAKE_MAX = 64 };

struct make {
    struct buf out;
    bool stream;
    size_t offset[MAKE_MAX]; /* of the objects of the revision being written; 0 none */
    uint32_t container[MAKE_MAX], index[MAKE_MAX];
    uint32_t size;
    size_t prev; /* last cross-reference, 0 none */
};

static inline void make_begin(struct make *m, bool stream)
{
    *m = (struct make){.out = BUF_INIT(8 << 20), .stream = stream, .size = 1};
    buf_put(&m->out, STR("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"));
}

static inline void make_number(struct make *m, uint32_t num)
{
    ck_assert_uint_lt(num, MAKE_MAX);
    m->size = num + 1 > m->size ? num + 1 : m->size;
}

static inline void make_object(struct make *m, uint32_t num, const char *body)
{
    make_number(m, num);
    m->offset[num] = m->out.n;
    buf_printf(&m->out, "%u 0 obj\n%s\nendobj\n", num, body);
}

static inline void make_stream(struct make *m, uint32_t num, const char *entries, str data)
{
    make_number(m, num);
    m->offset[num] = m->out.n;
    buf_printf(&m->out, "%u 0 obj\n<< %s /Length %zu >>\nstream\n", num, entries, data.n);
    buf_put(&m->out, data);
    buf_printf(&m->out, "\nendstream\nendobj\n");
}

/* Objects a and b inside object stream `num`. */
static inline void make_packed(struct make *m, uint32_t num, uint32_t a, const char *body_a, uint32_t b,
                               const char *body_b)
{
    BUF_SCOPED inner = BUF_INIT(1 << 16);
    char entries[100];
    buf_printf(&inner, "%u 0 %u %zu ", a, b, strlen(body_a) + 1);
    size_t first = inner.n;
    buf_printf(&inner, "%s %s", body_a, body_b);
    snprintf(entries, sizeof entries, "/Type /ObjStm /N 2 /First %zu", first);
    make_stream(m, num, entries, buf_str(&inner));
    make_number(m, a);
    make_number(m, b);
    m->container[a] = m->container[b] = num;
    m->index[b] = 1;
}

static inline void make_rows(struct make *m, const char *extra)
{
    size_t at = m->out.n;
    BUF_SCOPED rows = BUF_INIT(1 << 16), index = BUF_INIT(1 << 16);
    uint32_t self = m->size;
    make_number(m, self);
    m->offset[self] = at;
    for (uint32_t n = 1; n < m->size; n++) {
        bool packed = m->container[n] != 0;
        if (!m->offset[n] && !packed)
            continue;
        size_t second = packed ? m->container[n] : m->offset[n];
        buf_printf(&index, "%u 1 ", n);
        const char row[] = {packed ? 2 : 1, (char)(second >> 16), (char)(second >> 8), (char)second,
                            (char)(packed ? m->index[n] : 0)};
        buf_putn(&rows, row, sizeof row);
    }
    buf_printf(&m->out, "%u 0 obj\n<< /Type /XRef /W [1 3 1] /Index [%s] /Size %u /Length %zu ", self, index.p, m->size,
               rows.n);
    if (m->prev)
        buf_printf(&m->out, "/Prev %zu ", m->prev);
    buf_printf(&m->out, "%s >>\nstream\n", extra);
    buf_put(&m->out, buf_str(&rows));
    buf_printf(&m->out, "\nendstream\nendobj\n");
}

static inline void make_table(struct make *m, const char *extra)
{
    buf_printf(&m->out, "xref\n");
    if (!m->prev)
        buf_printf(&m->out, "0 1\n0000000000 65535 f \n");
    for (uint32_t n = 1; n < m->size; n++)
        if (m->offset[n])
            buf_printf(&m->out, "%u 1\n%010zu 00000 n \n", n, m->offset[n]);
    buf_printf(&m->out, "trailer\n<< /Size %u ", m->size);
    if (m->prev)
        buf_printf(&m->out, "/Prev %zu ", m->prev);
    buf_printf(&m->out, "%s >>\n", extra);
}

/* Ends a revision; `extra` stands in its trailer. */
static inline void make_end(struct make *m, const char *extra)
{
    size_t at = m->out.n;
    if (m->stream)
        make_rows(m, extra);
    else
        make_table(m, extra);
    m->prev = at;
    memset(m->offset, 0, sizeof m->offset);
    memset(m->container, 0, sizeof m->container);
    memset(m->index, 0, sizeof m->index);
    buf_printf(&m->out, "startxref\n%zu\n%%%%EOF\n", at);
    t_ok(buf_rc(&m->out));
}

/* A page with a line of text, one revision. */
static inline void make_document(struct make *m, bool stream)
{
    make_begin(m, stream);
    make_object(m, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    make_object(m, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    make_object(m, 3,
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
                "/Resources << /Font << /F1 5 0 R >> >> >>");
    make_stream(m, 4, "", STR("BT /F1 24 Tf 72 720 Td (Hello signature) Tj ET"));
    make_object(m, 5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
    make_end(m, "/Root 1 0 R /ID [<00112233445566778899AABBCCDDEEFF> <00112233445566778899AABBCCDDEEFF>]");
}

static inline struct pdf_doc *opened(struct arena *a, str bytes, struct err *err)
{
    struct pdf_doc *doc = NULL;
    err_clear(err);
    rc r = pdf_open(a, bytes, &doc, err);
    ck_assert_msg(r == OK, "%s %s", err->main.code ? err->main.code : rc_name(r),
                  err->main.msgid ? err->main.msgid : "");
    return doc;
}

/* A file of ../shared; an empty str, with a word, when it is absent. */
static inline str forgery(struct arena *a, const char *name)
{
    char path[512];
    snprintf(path, sizeof path, FORGERIES "%s", name);
    if (access(path, R_OK) != 0) {
        printf("skipped: %s is absent\n", path);
        return STR_EMPTY;
    }
    BUF_SCOPED bytes = BUF_INIT(8 << 20);
    t_ok(file_read(path, &bytes, NULL));
    return arena_str(a, buf_str(&bytes));
}

#endif

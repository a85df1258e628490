/* First line: the content type. Then the body: how it is cut into pieces makes no difference. */
#include "base/buf.h"
#include "base/utf8.h"
#include "fuzz.h"
#include "http/multipart.h"

static rc parse(struct arena *a, str type, str body, size_t piece, struct buf *out)
{
    static const struct multipart_limits limits = {.parts = 8, .text_bytes = 256, .memory_bytes = 64};
    struct multipart *m;
    struct pair *pairs = NULL;
    size_t n = 0;
    struct err err = {0};
    rc code = multipart_begin(a, type, &limits, &m, &err);
    for (size_t at = 0; at < body.n && code == OK; at += piece)
        code = multipart_feed(m, str_sub(body, at, piece), &err);
    if (code == OK)
        code = multipart_end(m, &pairs, &n, &err);
    HOLDS((err.code != OK) == (code != OK));
    for (size_t i = 0; i < n; i++) {
        HOLDS(utf8_valid(pairs[i].name) && utf8_valid(pairs[i].value));
        buf_hex(out, pairs[i].name);
        buf_putc(out, '=');
        buf_hex(out, pairs[i].value);
        if (pairs[i].file) {
            HOLDS(str_chr(pairs[i].file->name, '/') < 0 && str_chr(pairs[i].file->name, '\n') < 0);
            buf_putc(out, ':');
            buf_hex(out, pairs[i].file->bytes);
        }
        buf_putc(out, '\n');
    }
    return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(8 << 20);
    HOLDS(a);
    str body = str_n(data, size);
    str type = str_cut(&body, '\n');
    BUF_SCOPED whole = BUF_INIT(1 << 24);
    BUF_SCOPED bytes = BUF_INIT(1 << 24);
    BUF_SCOPED sevens = BUF_INIT(1 << 24);
    rc code = parse(a, type, body, size + 1, &whole);
    HOLDS(parse(a, type, body, 1, &bytes) == code);
    HOLDS(parse(a, type, body, 7, &sevens) == code);
    HOLDS(str_eq(buf_str(&whole), buf_str(&bytes)) && str_eq(buf_str(&whole), buf_str(&sevens)));
    arena_free(a);
    return 0;
}

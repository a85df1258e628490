#include "base/csv.h"
#include "fuzz.h"

static rc note(void *arg, int64_t row, int64_t line, const str *fields, size_t n)
{
    struct buf *b = arg;
    buf_printf(b, "%lld@%lld", (long long)row, (long long)line);
    for (size_t i = 0; i < n; i++) {
        buf_putc(b, '|');
        buf_hex(b, fields[i]);
    }
    buf_putc(b, '\n');
    return OK;
}

static rc read_in_pieces(str s, size_t piece, struct buf *out)
{
    static const struct csv_limits limits = {.field_bytes = 64, .fields = 8, .record_bytes = 256, .rows = 50};
    struct csv *c = csv_new(&limits, note, out);
    HOLDS(c);
    struct err err = {0};
    rc r = OK;
    for (size_t at = 0; at < s.n && r == OK; at += piece)
        r = csv_feed(c, str_sub(s, at, piece), &err);
    rc end = csv_end(c, &err);
    HOLDS(r == OK || end == r); /* failed stays failed */
    HOLDS((err.code != OK) == (end != OK));
    csv_free(c);
    return end;
}

/* How the bytes are cut into pieces makes no difference. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str s = str_n(data, size);
    BUF_SCOPED whole = BUF_INIT(1 << 24);
    BUF_SCOPED bytes = BUF_INIT(1 << 24);
    BUF_SCOPED threes = BUF_INIT(1 << 24);
    rc r = read_in_pieces(s, size + 1, &whole);
    HOLDS(read_in_pieces(s, 1, &bytes) == r);
    HOLDS(read_in_pieces(s, 3, &threes) == r);
    HOLDS(str_eq(buf_str(&whole), buf_str(&bytes)));
    HOLDS(str_eq(buf_str(&whole), buf_str(&threes)));
    return 0;
}

/* Messages with file, line and column. */
#include "compiler.h"

void place(const struct compiler *m, size_t at, int *line, int *column)
{
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < at && i < m->source.n; i++) {
        unsigned char b = (unsigned char)m->source.p[i];
        if (b == '\n') {
            (*line)++;
            *column = 1;
        } else if ((b & 0xC0) != 0x80) { /* continuation bytes of UTF-8 are no characters of their own */
            (*column)++;
        }
    }
}

void fail_at(struct compiler *m, size_t at, const char *fmt, ...)
{
    if (m->n_errors++ >= VIEW_ERRORS_MAX)
        return;
    int line, column;
    place(m, at, &line, &column);
    buf_printf(m->messages, "%s:%d:%d: error: ", m->file, line, column);
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(m->messages, fmt, ap);
    va_end(ap);
    buf_putc(m->messages, '\n');
}

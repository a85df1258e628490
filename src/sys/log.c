#include "sys/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/when.h"
#include "sys/clock.h"

static _Atomic int least_level = LOG_INFO_;

void log_set_level(enum log_level least)
{
    atomic_store_explicit(&least_level, (int)least, memory_order_relaxed);
}

static const char *level_name(enum log_level level)
{
    switch (level) {
    case LOG_DEBUG_:
        return "debug";
    case LOG_INFO_:
        return "info";
    case LOG_WARN_:
        return "warn";
    case LOG_ERROR_:
        return "error";
    }
    return "error";
}

void log_event(enum log_level level, const char *event, const char *fmt, ...)
{
    if ((int)level < atomic_load_explicit(&least_level, memory_order_relaxed))
        return;
    char line[4096]; /* on the stack, so that being out of memory can still be logged; longer lines are cut */
    struct civil c = instant_civil(clock_real(), 0);
    size_t n = (size_t)snprintf(line, sizeof line, "ts=%04d-%02d-%02dT%02d:%02d:%02d.%03dZ level=%s event=%s ", c.year,
                                c.month, c.day, c.hour, c.minute, c.second, c.micro / 1000, level_name(level), event);
    n = n < sizeof line - 1 ? n : sizeof line - 1;
    va_list ap;
    va_start(ap, fmt);
    int more = vsnprintf(line + n, sizeof line - n, fmt, ap);
    va_end(ap);
    n = more < 0 ? n : (size_t)more < sizeof line - n ? n + (size_t)more : sizeof line - 1;
    for (size_t i = 0; i < n; i++) /* whatever a value holds, it cannot begin a second line */
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f)
            line[i] = '?';
    line[n] = '\n';
    if (write(STDERR_FILENO, line, n + 1) < 0)
        return; /* there is no better place to report it */
}

static bool is_bare(str s)
{
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 0x7f)
            return false;
    }
    return s.n > 0;
}

void log_quote(struct buf *out, str value)
{
    if (is_bare(value)) {
        buf_put(out, value);
        return;
    }
    buf_putc(out, '"');
    for (size_t i = 0; i < value.n; i++) {
        char c = value.p[i];
        if (c == '"' || c == '\\')
            buf_putc(out, '\\');
        if (c == '\n')
            buf_put(out, STR("\\n"));
        else if ((unsigned char)c < 0x20 || c == 0x7f)
            buf_printf(out, "\\x%02x", (unsigned)c);
        else
            buf_putc(out, c);
    }
    buf_putc(out, '"');
}

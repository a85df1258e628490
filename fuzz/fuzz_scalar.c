/* The small readers of base: numbers, days, instants, ids, hex and base64. */
#include "base/buf.h"
#include "base/id.h"
#include "base/when.h"
#include "fuzz.h"

static void numbers(str s)
{
    int64_t v;
    if (str_to_i64(s, &v) != OK)
        return;
    BUF_SCOPED text = BUF_INIT(64);
    int64_t again;
    buf_puti(&text, v);
    HOLDS(str_to_i64(buf_str(&text), &again) == OK && again == v);
    HOLDS(text.n <= s.n);
}

static void times(str s)
{
    BUF_SCOPED text = BUF_INIT(64);
    day d, d2;
    if (day_parse(s, &d) == OK) {
        buf_day(&text, d);
        HOLDS(day_parse(buf_str(&text), &d2) == OK && d2 == d);
        HOLDS(instant_day(day_start(d)) == d);
    }
    buf_clear(&text);
    instant t, t2;
    if (instant_parse(s, &t) == OK && t >= day_of(1, 1, 1) * DAY && t < day_of(9999, 12, 31) * DAY) {
        buf_instant(&text, t);
        HOLDS(instant_parse(buf_str(&text), &t2) == OK && t2 <= t && t - t2 < SECOND);
    }
}

static void ids(str s)
{
    char text[ID_TEXT + 1];
    id v, again;
    if (id_parse(s, &v) != OK)
        return;
    id_text(v, text);
    HOLDS(v > 0 && id_parse(str_of(text), &again) == OK && again == v);
}

static void encodings(str s)
{
    BUF_SCOPED bytes = BUF_INIT(1 << 20);
    BUF_SCOPED text = BUF_INIT(1 << 20);
    if (buf_unhex(&bytes, s) == OK) {
        buf_hex(&text, buf_str(&bytes));
        HOLDS(str_ieq(buf_str(&text), s));
    }
    buf_clear(&bytes);
    buf_clear(&text);
    if (buf_unbase64(&bytes, s) == OK) {
        buf_base64(&text, buf_str(&bytes));
        HOLDS(text.n >= s.n && text.n - s.n <= 2); /* but for the padding and the alphabet */
    }
    buf_clear(&text);
    buf_url(&text, s);
    buf_html(&text, s);
    HOLDS(buf_rc(&text) == OK && str_find(buf_str(&text), STR("<")) < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str s = str_sub(str_n(data, size), 0, 4096);
    numbers(s);
    times(s);
    ids(s);
    encodings(s);
    return 0;
}

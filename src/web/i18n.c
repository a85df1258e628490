/* Translation look-up and the formats that differ by language. */
#include "web/i18n.h"

#include "sys/reason.h"
#include "web/catalogue.h"

const char *lang_tag(enum lang l)
{
    return l == LANG_EN ? "en" : "zh-Hant-TW";
}

const struct msg *msg_find(enum lang l, const char *msgid)
{
    if (l != LANG_ZH || !msgid)
        return NULL;
    size_t lo = 0, hi = catalogue_zh_n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        int order = strcmp(msgid, catalogue_zh[mid].msgid);
        if (order == 0)
            return &catalogue_zh[mid];
        if (order < 0)
            hi = mid;
        else
            lo = mid + 1;
    }
    return NULL;
}

const char *tr(enum lang l, const char *msgid)
{
    const struct msg *m = msg_find(l, msgid);
    return m ? m->text.p : msgid ? msgid : "";
}

static void put_with_args(struct buf *out, str text, const str *args, int n, const int64_t *count)
{
    size_t from = 0;
    for (size_t i = 0; i + 2 < text.n; i++) {
        if (text.p[i] != '{' || text.p[i + 2] != '}')
            continue;
        int k = text.p[i + 1] - '1';
        bool number = count && text.p[i + 1] == 'n';
        if (!number && (k < 0 || k >= n))
            continue;
        buf_putn(out, text.p + from, i - from);
        if (number)
            fmt_int(out, *count);
        else
            buf_put(out, args[k]);
        from = i + 3;
        i += 2;
    }
    buf_putn(out, text.p + from, text.n - from);
}

void tr_n(struct buf *out, enum lang l, const char *one, const char *many, int64_t n)
{
    const struct msg *m = msg_find(l, one);
    put_with_args(out, m ? m->text : str_of(n == 1 ? one : many), NULL, 0, &n);
}

void tr_f(struct buf *out, enum lang l, const char *msgid, const str *args, int n)
{
    put_with_args(out, str_of(tr(l, msgid)), args, n, NULL);
}

void tr_err(struct buf *out, enum lang l, const struct err_msg *m)
{
    struct err_msg said = *m;
    for (int i = 0; i < said.n_args; i++) {
        const char *reason = sys_reason_find(said.arg[i]);
        if (reason)
            said.arg[i] = str_of(tr(l, reason));
    }
    err_format(out, tr(l, m->msgid), &said);
}

/* ---- formats ---- */
void fmt_int(struct buf *out, int64_t n)
{
    char digits[24];
    size_t i = sizeof digits;
    uint64_t v = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do {
        digits[--i] = (char)('0' + v % 10);
        v /= 10;
    } while (v);
    if (n < 0)
        buf_put(out, STR("\u2212")); /* the minus sign, as wide as a digit */
    for (; i < sizeof digits; i++) {
        buf_putc(out, digits[i]);
        if (i + 1 < sizeof digits && (sizeof digits - i - 1) % 3 == 0)
            buf_putc(out, ',');
    }
}

void fmt_money(struct buf *out, enum lang l, struct money m)
{
    if (m.unit == UNIT_TWD) {
        bool negative = m.n < 0 && m.n != INT64_MIN;
        buf_put(out, negative ? STR("\u2212NT$") : STR("NT$"));
        fmt_int(out, negative ? -m.n : m.n);
        return;
    }
    fmt_int(out, m.n);
    if (m.unit == UNIT_POINT)
        buf_put(out, l == LANG_ZH ? STR(" 點") : m.n == 1 ? STR(" point") : STR(" points"));
}

static const char *const month_names[] = {"January", "February", "March",     "April",   "May",      "June",
                                          "July",    "August",   "September", "October", "November", "December"};

void fmt_day(struct buf *out, enum lang l, day d)
{
    int year, month, mday;
    day_civil(d, &year, &month, &mday);
    if (l == LANG_ZH)
        buf_printf(out, "%d年%d月%d日", year, month, mday);
    else
        buf_printf(out, "%d %s %d", mday, month_names[month - 1], year);
}

void fmt_instant(struct buf *out, enum lang l, instant t)
{
    struct civil c = instant_civil(t, 8 * 60);
    fmt_day(out, l, instant_day(t));
    buf_printf(out, l == LANG_ZH ? " %02d:%02d" : ", %02d:%02d", c.hour, c.minute);
}

/* ---- choice ---- */
static bool lang_parse(str s, enum lang *out)
{
    bool zh = str_ieq(str_sub(s, 0, 2), STR("zh")), en = str_ieq(str_sub(s, 0, 2), STR("en"));
    if ((!zh && !en) || (s.n > 2 && s.p[2] != '-' && s.p[2] != '_'))
        return false;
    *out = zh ? LANG_ZH : LANG_EN;
    return true;
}

/* The weight behind ";q=" in thousandths; 1000 when there is none, 0 when it is malformed. */
static int quality(str params)
{
    ptrdiff_t at = str_find(params, STR("q="));
    if (at < 0)
        return 1000;
    str q = str_trim(str_sub(params, (size_t)at + 2, params.n));
    if (!q.n || (q.p[0] != '0' && q.p[0] != '1'))
        return 0;
    int v = (q.p[0] - '0') * 1000, unit = 100;
    for (size_t i = 2; i < q.n && i < 5 && q.p[1] == '.' && q.p[i] >= '0' && q.p[i] <= '9'; i++, unit /= 10)
        v += (q.p[i] - '0') * unit;
    return v > 1000 ? 1000 : v;
}

enum lang lang_choose(str query_lang, str cookie_lang, str accept_language)
{
    enum lang l;
    if (lang_parse(query_lang, &l) || lang_parse(cookie_lang, &l))
        return l;
    enum lang best = LANG_ZH;
    int best_quality = 0;
    str rest = accept_language.n ? accept_language : (str){0};
    while (rest.p) {
        str params = str_cut(&rest, ',');
        str range = str_trim(str_cut(&params, ';'));
        int q = params.p ? quality(params) : 1000;
        if (lang_parse(range, &l) && q > best_quality) {
            best = l;
            best_quality = q;
        }
    }
    return best;
}

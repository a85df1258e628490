/* One RFC 5322 message: headers, an encoded subject (RFC 2047), a base64 UTF-8 body (RFC 2045). */
#include "core/notice.h"

#include "base/utf8.h"

enum { LINE_BYTES = 57 /* 76 characters of base64 */, WORD_BYTES = 42 /* an encoded word is at most 75 characters */ };

static bool one_line(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return true;
}

static void put_subject(struct buf *out, str subject)
{
    buf_put(out, STR("Subject:"));
    while (subject.n > 0) {
        str word = utf8_cut(subject, WORD_BYTES);
        if (word.n == 0)
            word = str_sub(subject, 0, WORD_BYTES);
        buf_put(out, STR(" =?UTF-8?B?"));
        buf_base64(out, word);
        subject = str_sub(subject, word.n, subject.n);
        buf_put(out, subject.n > 0 ? STR("?=\r\n") : STR("?="));
    }
    buf_put(out, STR("\r\n"));
}

static void put_date(struct buf *out, instant at)
{
    struct civil c = instant_civil(at, 8 * 60);
    buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0800\r\n", weekday_short(instant_day(at)), c.day,
               month_short(c.month), c.year, c.hour, c.minute, c.second);
}

rc mail_compose(struct buf *out, str from, str to, str subject, str text, id message_id, instant at)
{
    if (!one_line(from) || !one_line(to) || !one_line(subject))
        return E_INVALID;
    char number[ID_TEXT + 1];
    id_text(message_id, number);
    ptrdiff_t sign = str_chr(from, '@');
    str host = sign < 0 ? STR("localhost") : str_sub(from, (size_t)sign + 1, from.n);
    if (host.n > 0 && host.p[host.n - 1] == '>')
        host.n--;
    buf_printf(out, "From: %.*s\r\nTo: %.*s\r\n", STR_ARG(from), STR_ARG(to));
    put_subject(out, subject);
    put_date(out, at);
    buf_printf(out, "Message-ID: <%s@%.*s>\r\n", number, STR_ARG(host));
    buf_put(out,
            STR("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
                "Content-Transfer-Encoding: base64\r\n\r\n"));
    for (size_t i = 0; i < text.n; i += LINE_BYTES) {
        buf_base64(out, str_sub(text, i, LINE_BYTES));
        buf_put(out, STR("\r\n"));
    }
    return buf_rc(out);
}

/* What a file is, by its bytes. */
#include "base/buf.h"
#include "base/utf8.h"
#include "core/document.h"

struct signature {
    str magic;
    size_t at;
    str type;
};

static const struct signature signatures[] = {
    {STR_INIT("%PDF-"), 0, STR_INIT("application/pdf")},
    {STR_INIT("\x89PNG\r\n\x1a\n"), 0, STR_INIT("image/png")},
    {STR_INIT("\xff\xd8\xff"), 0, STR_INIT("image/jpeg")},
    {STR_INIT("GIF87a"), 0, STR_INIT("image/gif")},
    {STR_INIT("GIF89a"), 0, STR_INIT("image/gif")},
    {STR_INIT("WEBP"), 8, STR_INIT("image/webp")},
    {STR_INIT("PK\x03\x04"), 0, STR_INIT("application/zip")},
    {STR_INIT("PK\x05\x06"), 0, STR_INIT("application/zip")},
    {STR_INIT("\x1f\x8b\x08"), 0, STR_INIT("application/gzip")},
    {STR_INIT("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), 0, STR_INIT("application/x-ole-storage")},
    {STR_INIT("<?xml"), 0, STR_INIT("application/xml")},
    {STR_INIT("{\\rtf"), 0, STR_INIT("application/rtf")},
};

/* Marks of a page or program that a browser might run: never taken for harmless text. */
static bool looks_active(str s)
{
    static const char *const marks[] = {"<!doctype", "<html", "<script", "<svg", "<body", "<iframe", "#!"};
    s = str_trim(s);
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        str mark = str_of(marks[i]);
        if (str_ieq(str_sub(s, 0, mark.n), mark))
            return true;
    }
    return false;
}

enum { SNIFF_MAX = 4096 };

static bool is_text(str s)
{
    if (s.n == 0 || memchr(s.p, 0, s.n))
        return false;
    if (utf8_valid(utf8_cut(s, s.n)) && !utf8_has_control(s))
        return true;
    BUF_SCOPED text = BUF_INIT(4 * SNIFF_MAX);
    if (big5_to_utf8(&text, s) == OK || (s.n > 1 && big5_to_utf8(&text, str_sub(s, 0, s.n - 1)) == OK))
        return !utf8_has_control(buf_str(&text));
    return false;
}

str document_sniff(str first_bytes)
{
    for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++) {
        const struct signature *s = &signatures[i];
        if (str_eq(str_sub(first_bytes, s->at, s->magic.n), s->magic))
            return s->type;
    }
    str text = str_starts(first_bytes, STR("\xEF\xBB\xBF")) ? str_sub(first_bytes, 3, SNIFF_MAX)
                                                            : str_sub(first_bytes, 0, SNIFF_MAX);
    if (first_bytes.n > SNIFF_MAX) /* the last character may be cut: utf8_cut goes back to its start */
        text = utf8_cut(str_sub(text, 0, text.n), text.n - 1);
    if (!is_text(text) || looks_active(text))
        return STR_EMPTY;
    str rest = text, line = str_cut(&rest, '\n');
    return str_chr(line, ',') >= 0 ? STR("text/csv") : STR("text/plain");
}

#include "core/search_text.h"

#include "base/utf8.h"

enum cp_class { CP_GAP, CP_WORD, CP_HAN };

/* Letters and digits of all scripts that are written with spaces. After NFKC only these ranges hold punctuation and
 * signs. */
static enum cp_class classify(uint32_t cp)
{
    if (cp < 0x80) {
        bool word = (cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9') || (cp >= 'A' && cp <= 'Z');
        return word ? CP_WORD : CP_GAP;
    }
    if (utf8_is_han(cp))
        return CP_HAN;
    bool sign = cp < 0xC0 || cp == 0xD7 || cp == 0xF7 || (cp >= 0x2000 && cp < 0x2C00) ||
                (cp >= 0x2E00 && cp < 0x2E80) || (cp >= 0x3000 && cp < 0x3040) || (cp >= 0xE000 && cp < 0xF900) ||
                (cp >= 0xFE00 && cp < 0xFE70) || (cp >= 0xFF00 && cp < 0xFF66) || (cp >= 0xFFE0 && cp <= 0xFFFF) ||
                (cp >= 0x1F000 && cp < 0x20000) || cp >= 0xE0000;
    return sign ? CP_GAP : CP_WORD;
}

static str take_run(str *rest, enum cp_class *class)
{
    str whole = *rest, next = *rest;
    *class = classify(utf8_next(&next));
    do {
        *rest = next;
        if (next.n == 0)
            break;
    } while (classify(utf8_next(&next)) == *class);
    return str_sub(whole, 0, whole.n - rest->n);
}

static rc cut_han(str run, bool singles, uint32_t *pos, search_term_fn fn, void *arg)
{
    bool first = true;
    while (run.n > 0) {
        str after = run;
        (void)utf8_next(&after);
        str one = str_sub(run, 0, run.n - after.n);
        if (singles || (first && after.n == 0))
            TRY(fn(arg, TERM_HAN, one, *pos, true));
        if (after.n > 0) {
            str behind = after;
            (void)utf8_next(&behind);
            TRY(fn(arg, TERM_PAIR, str_sub(run, 0, run.n - behind.n), *pos, behind.n == 0));
        }
        run = after;
        first = false;
        ++*pos;
    }
    return OK;
}

rc search_cut(str folded, bool singles, search_term_fn fn, void *arg)
{
    uint32_t pos = 0;
    while (folded.n > 0) {
        enum cp_class class;
        str run = take_run(&folded, &class);
        if (class == CP_WORD)
            TRY(fn(arg, TERM_WORD, utf8_cut(run, SEARCH_WORD_MAX), pos, true));
        else if (class == CP_HAN)
            TRY(cut_han(run, singles, &pos, fn, arg));
        pos++; /* the gap between runs */
    }
    return OK;
}

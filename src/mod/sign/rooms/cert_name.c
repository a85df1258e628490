/* A signer's certificate may carry another name than the one they were asked by. */
#include <stdlib.h>

#include "base/utf8.h"
#include "crypto/cert_make.h"
#include "mod/sign/engine/report.h"
#include "mod/sign/rooms/room.h"

enum { NAME_BYTES = 1000, WORDS_MAX = 16 };

/* Dots between the parts of a name: U+00B7, U+2027, U+30FB. */
static bool is_between(uint32_t c)
{
    const bool letter =
        (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 0x80 && c != 0xb7 && c != 0x2027 && c != 0x30fb);
    return !letter;
}

/* Ta-Ming is Taming, O’Neill is ONeill. */
static bool is_inside(uint32_t c)
{
    return c == '-' || c == '\'' || c == 0x2010 || c == 0x2019;
}

static size_t words_of(struct arena *a, str name, str out[WORDS_MAX])
{
    BUF_SCOPED b = BUF_INIT(4 * NAME_BYTES);
    size_t n = 0;
    str left = utf8_fold(a, utf8_cut(name, NAME_BYTES));
    while (left.n > 0) {
        uint32_t c = utf8_next(&left);
        if (!is_inside(c))
            utf8_put(&b, is_between(c) ? ' ' : c);
    }
    left = arena_str(a, buf_str(&b));
    while (left.p && n < WORDS_MAX) {
        str word = str_cut(&left, ' ');
        if (word.n > 0)
            out[n++] = word;
    }
    return n;
}

static int by_text(const void *l, const void *r)
{
    return str_cmp(*(const str *)l, *(const str *)r);
}

static str join(struct arena *a, const str *v, size_t n)
{
    BUF_SCOPED b = BUF_INIT(4 * NAME_BYTES);
    for (size_t i = 0; i < n; i++)
        buf_put(&b, v[i]);
    return arena_str(a, buf_str(&b));
}

/* "CHEN, Alex" is Alex Chen; 林 大川 is 林大川, however the two words sort. */
static bool same_words(struct arena *a, str x, str y)
{
    str v[WORDS_MAX], w[WORDS_MAX];
    const size_t n = words_of(a, x, v), m = words_of(a, y, w);
    if (str_eq(join(a, v, n), join(a, w, m)))
        return true;
    qsort(v, n, sizeof *v, by_text);
    qsort(w, m, sizeof *w, by_text);
    return str_eq(join(a, v, n), join(a, w, m));
}

/* A longer name stands in a certificate by its first characters. */
static bool is_of(struct arena *a, str certified, str name)
{
    return same_words(a, certified, name) || same_words(a, certified, utf8_first(name, CERT_NAME_CHARACTERS));
}

rc signer_other_name(struct arena *a, const struct signer *s, str der, str *out, struct err *err)
{
    struct cert *cert = NULL;
    *out = STR_EMPTY;
    if (der.n == 0)
        return OK;
    TRY(cert_read(a, der, &cert, err));
    str name = report_name(a, cert->subject);
    if (!is_of(a, name, s->name))
        *out = name;
    return arena_rc(a);
}

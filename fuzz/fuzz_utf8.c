#include "base/utf8.h"
#include "fuzz.h"

static void check_cut(str s)
{
    for (size_t n = 0; n <= s.n && n < 16; n++) {
        str cut = utf8_cut(s, n);
        HOLDS(cut.n <= n);
        HOLDS(!utf8_valid(s) || (utf8_valid(cut) && cut.n + 3 >= n));
    }
}

static void check_decoding(str s)
{
    BUF_SCOPED again = BUF_INIT(1 << 24);
    size_t n = 0;
    for (str rest = s; rest.n; n++) {
        size_t before = rest.n;
        utf8_put(&again, utf8_next(&rest));
        HOLDS(rest.n < before);
    }
    HOLDS(buf_rc(&again) == OK);
    HOLDS(utf8_count(s) == n);
    HOLDS(utf8_valid(buf_str(&again)));
    HOLDS(str_eq(buf_str(&again), s) == utf8_valid(s));
}

static void check_forms(str s)
{
    struct arena *a = arena_new(1 << 26);
    HOLDS(a);
    str nfc = utf8_nfc(a, s), fold = utf8_fold(a, s);
    HOLDS(nfc.p && fold.p);
    HOLDS(utf8_valid(nfc) && utf8_valid(fold));
    HOLDS(str_eq(utf8_nfc(a, nfc), nfc));
    arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str s = str_n(data, size);
    check_cut(s);
    check_decoding(s);
    check_forms(s);
    utf8_has_control(s);
    BUF_SCOPED out = BUF_INIT(1 << 24);
    HOLDS(big5_to_utf8(&out, s) != OK || utf8_valid(buf_str(&out)));
    return 0;
}

/* Bytes as a urlencoded form: what comes out is text, and encoding it again gives the same pairs. */
#include "base/utf8.h"
#include "fuzz.h"
#include "http/input.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(8 << 20);
    HOLDS(a);
    struct pair *pairs, *again;
    size_t n, n_again;
    struct err err = {0};
    rc code = form_parse(a, str_n(data, size), 100, &pairs, &n, &err);
    HOLDS((err.code != OK) == (code != OK));
    if (code == OK) {
        BUF_SCOPED b = BUF_INIT(1 << 24);
        for (size_t i = 0; i < n; i++) {
            HOLDS(utf8_valid(pairs[i].name) && utf8_valid(pairs[i].value));
            HOLDS(str_chr(pairs[i].name, '\0') < 0 && str_chr(pairs[i].value, '\0') < 0);
            buf_url(&b, pairs[i].name);
            buf_putc(&b, '=');
            buf_url(&b, pairs[i].value);
            buf_putc(&b, '&');
        }
        HOLDS(form_parse(a, buf_str(&b), 100, &again, &n_again, NULL) == OK);
        HOLDS(n == n_again);
        for (size_t i = 0; i < n; i++)
            HOLDS(str_eq(pairs[i].name, again[i].name) && str_eq(pairs[i].value, again[i].value));
    }
    arena_free(a);
    return 0;
}

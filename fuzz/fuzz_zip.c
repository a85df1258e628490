#include "base/zip.h"
#include "fuzz.h"

/* What is read lies within what was given, has the checksums it says, and can be written and read again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str bytes = str_n(data, size);
    struct err err = {0};
    struct zip_entry *v, *again;
    size_t n = 0, m = 0, sum = 0;
    BUF_SCOPED out = BUF_INIT(1 << 26);
    struct arena *a = arena_new(1 << 26);
    HOLDS(a);
    if (zip_read(a, bytes, 1000, &v, &n, &err) == OK) {
        for (size_t i = 0; i < n; i++) {
            HOLDS(v[i].bytes.p >= bytes.p && v[i].bytes.p + v[i].bytes.n <= bytes.p + bytes.n);
            sum += v[i].bytes.n;
        }
        HOLDS(sum <= size && err.code == OK);
        HOLDS(zip_write(v, n, &out, &err) == OK);
        HOLDS(zip_read(a, buf_str(&out), 1000, &again, &m, &err) == OK && m == n);
        for (size_t i = 0; i < n; i++)
            HOLDS(str_eq(v[i].name, again[i].name) && str_eq(v[i].bytes, again[i].bytes));
    } else {
        HOLDS(err.main.msgid);
    }
    err_clear(&err);
    if (zip_read_packed(a, bytes, 1000, 1 << 20, &v, &n, &err) == OK) {
        sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += v[i].bytes.n;
        HOLDS(sum <= size + (1 << 20));
    } else {
        HOLDS(err.main.msgid || arena_rc(a) != OK);
    }
    arena_free(a);
    return 0;
}

#include "core/tlog.h"
#include "fuzz.h"

/* A path or bundle that is taken is the only one of its meaning. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    str s = str_n(data, size);
    struct tile t;
    if (tile_parse(s, &t) == OK) {
        BUF_SCOPED again = BUF_INIT(TLOG_PATH_MAX);
        HOLDS(t.level >= TLOG_ENTRIES && t.level < TLOG_LEVELS && t.width >= 1 && t.width <= TLOG_WIDTH);
        tile_path(&again, &t);
        HOLDS(buf_rc(&again) == OK && str_eq(buf_str(&again), s));
    }
    struct sha256 entries[TLOG_WIDTH];
    size_t n;
    if (bundle_parse(s, entries, &n) == OK) {
        BUF_SCOPED again = BUF_INIT(2 * TLOG_TILE_MAX);
        bundle_put(&again, str_n(entries, n * SHA256_LEN));
        HOLDS(buf_rc(&again) == OK && str_eq(buf_str(&again), s));
    }
    return 0;
}

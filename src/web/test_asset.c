/* Embedded assets: names, codings, and that the bytes are what they claim to be. */
#include "t.h"

#include "web/asset.h"
#include "web/assets.h"

START_TEST(names)
{
    url css = asset_url("rise.css");
    ck_assert(str_starts(css.s, STR("/assets/rise.")));
    const struct asset *a = asset_find(str_sub(css.s, sizeof "/assets", css.s.n));
    ck_assert_ptr_nonnull(a);
    ck_assert_str_eq(a->name, "rise.css");
    ck_assert_ptr_null(asset_find(STR("rise.css")));
    ck_assert_ptr_null(asset_find(STR("")));
    ck_assert_ptr_null(asset_find(STR("../rise.css")));
}
END_TEST

START_TEST(content)
{
    for (size_t i = 0; i < assets_n; i++) {
        const struct asset *a = &assets[i];
        ck_assert_uint_gt(a->plain.n, 0);
        ck_assert(a->gzip.n == 0 || (a->gzip.n < a->plain.n && memcmp(a->gzip.p, "\x1f\x8b", 2) == 0));
        ck_assert(a->brotli.n < a->plain.n);
    }
    ck_assert(
        str_find(asset_find(str_sub(asset_url("rise.css").s, sizeof "/assets", 100))->plain, STR(".rise-header")) >= 0);
}
END_TEST

START_TEST(codings)
{
    const struct asset both = {.plain = STR("xxx"), .gzip = STR("g"), .brotli = STR("b")};
    const struct asset none = {.plain = STR("xxx"), .gzip = STR_EMPTY, .brotli = STR_EMPTY};
    static const struct {
        const char *header;
        enum asset_coding want;
    } cases[] = {
        {"", ASSET_PLAIN},
        {"gzip, deflate, br, zstd", ASSET_BROTLI},
        {"gzip", ASSET_GZIP},
        {"GZip;q=0.5", ASSET_GZIP},
        {"br;q=0, gzip", ASSET_GZIP},
        {"br;q=0.000, gzip;q=0", ASSET_PLAIN},
        {"br;q=0.001", ASSET_BROTLI},
        {"*", ASSET_BROTLI},
        {"*;q=0", ASSET_PLAIN},
        {"identity", ASSET_PLAIN},
        {"bro", ASSET_PLAIN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ck_assert_msg(asset_choose(&both, str_of(cases[i].header)) == cases[i].want, "%s", cases[i].header);
        ck_assert_int_eq(asset_choose(&none, str_of(cases[i].header)), ASSET_PLAIN);
    }
}
END_TEST

T_MAIN("web/asset", names, content, codings)

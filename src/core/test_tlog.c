/* Paths and widths of C2SP tlog-tiles, with the standard's own examples. */
#include "core/tlog.h"
#include "t.h"

static void round_trip(struct tile t, const char *path)
{
    BUF_SCOPED b = BUF_INIT(TLOG_PATH_MAX);
    struct tile got;
    tile_path(&b, &t);
    t_str(buf_str(&b), str_of(path));
    t_ok(tile_parse(str_of(path), &got));
    ck_assert_int_eq(got.level, t.level);
    ck_assert_uint_eq(got.n, t.n);
    ck_assert_int_eq(got.width, t.width);
}

START_TEST(paths)
{
    round_trip((struct tile){0, 1234067, 256}, "0/x001/x234/067");
    round_trip((struct tile){0, 0, 256}, "0/000");
    round_trip((struct tile){1, 999, 17}, "1/999.p/17");
    round_trip((struct tile){2, 1000, 1}, "2/x001/000.p/1");
    round_trip((struct tile){TLOG_ENTRIES, 273, 112}, "entries/273.p/112");
    round_trip((struct tile){TLOG_ENTRIES, 1000000, 256}, "entries/x001/x000/000");
}
END_TEST

START_TEST(bad_paths)
{
    static const char *const bad[] = {"",
                                      "0",
                                      "0/",
                                      "/000",
                                      "00/000",
                                      "8/000",
                                      "-1/000",
                                      "entry/000",
                                      "0/00",
                                      "0/0000",
                                      "0/x000/000",
                                      "0/x001",
                                      "0/001/000",
                                      "0/x001/x00",
                                      "0/000.p",
                                      "0/000.p/",
                                      "0/000.p/0",
                                      "0/000.p/256",
                                      "0/000.p/01",
                                      "0/000.p/-1",
                                      "0/000/.p/1",
                                      "0/00a",
                                      "0//000",
                                      "0/000/",
                                      "0/../000",
                                      "0/x999/x999/x999/x999/x999/x999/x999/999",
                                      "0/000.p/1.p/1"};
    struct tile t;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(tile_parse(str_of(bad[i]), &t) == E_INVALID, "%s was taken", bad[i]);
}
END_TEST

START_TEST(widths)
{
    /* "a tree of size 70,000 will be represented by 273 full level 0 tiles, one partial level 0 tile of width 112,
     * one full level 1 tile, one partial level 1 tile of width 17, and one partial level 2 tile of width 1" */
    ck_assert_int_eq(tile_width(70000, 0, 272), 256);
    ck_assert_int_eq(tile_width(70000, 0, 273), 112);
    ck_assert_int_eq(tile_width(70000, 0, 274), 0);
    ck_assert_int_eq(tile_width(70000, TLOG_ENTRIES, 273), 112);
    ck_assert_int_eq(tile_width(70000, 1, 0), 256);
    ck_assert_int_eq(tile_width(70000, 1, 1), 17);
    ck_assert_int_eq(tile_width(70000, 2, 0), 1);
    ck_assert_int_eq(tile_width(70000, 3, 0), 0);
    ck_assert_int_eq(tile_width(256, 0, 1), 0);
    ck_assert_int_eq(tile_width(256, 1, 0), 1);
    ck_assert_int_eq(tile_width(0, 0, 0), 0);
    ck_assert_int_eq(tile_width(MERKLE_SIZE_MAX - 1, TLOG_LEVELS - 1, 0), 63);
}
END_TEST

START_TEST(subtrees_lie_in_tiles)
{
    struct sha256 leaf[TLOG_WIDTH];
    struct merkle_range r = MERKLE_RANGE_INIT;
    for (size_t i = 0; i < TLOG_WIDTH; i++) {
        leaf[i] = merkle_leaf(str_n(&i, sizeof i));
        t_ok(merkle_append(&r, &leaf[i]));
    }
    struct sha256 want = merkle_root(&r), got = tile_fold(leaf, TLOG_HEIGHT);
    ck_assert(sha256_eq(&want, &got));

    int level;
    uint64_t n;
    unsigned first;
    tile_of_subtree(0, 1000, &level, &n, &first);
    ck_assert(level == 0 && n == 3 && first == 232);
    tile_of_subtree(7, 5, &level, &n, &first); /* leaves 640 … 767 */
    ck_assert(level == 0 && n == 2 && first == 128);
    tile_of_subtree(8, 300, &level, &n, &first);
    ck_assert(level == 1 && n == 1 && first == 44);
    tile_of_subtree(9, 3, &level, &n, &first);
    ck_assert(level == 1 && n == 0 && first == 6);
}
END_TEST

START_TEST(bundles)
{
    struct sha256 in[3] = {{{1}}, {{2}}, {{3}}}, out[TLOG_WIDTH];
    BUF_SCOPED b = BUF_INIT(64 * 1024);
    size_t n;
    bundle_put(&b, str_n(in, sizeof in));
    ck_assert_uint_eq(b.n, 3 * 34);
    t_ok(bundle_parse(buf_str(&b), out, &n));
    ck_assert_uint_eq(n, 3);
    ck_assert_mem_eq(out, in, sizeof in);
    t_rc(bundle_parse(str_n(b.p, b.n - 1), out, &n), E_INVALID);
    t_rc(bundle_parse(STR_EMPTY, out, &n), E_INVALID);
    b.p[35] = 31;
    t_rc(bundle_parse(buf_str(&b), out, &n), E_INVALID);
    buf_clear(&b);
    for (int i = 0; i < 86; i++)
        bundle_put(&b, str_n(in, sizeof in)); /* 258 entries */
    t_rc(bundle_parse(buf_str(&b), out, &n), E_INVALID);
}
END_TEST

T_MAIN("core/tlog", paths, bad_paths, widths, subtrees_lie_in_tiles, bundles)

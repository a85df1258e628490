/* Unpacking: what gzip's library packed (python3: zlib.compress), every cut of it, a bomb. */
#include "base/inflate.h"

#include "t.h"

static const char HELLO[] = "\x78\x9c\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\x01\x68\x03\x08\xb1";
static const char ZEROS[] = /* 4,000 of them */
    "\x78\xda\xed\xc1\x31\x01\x00\x00\x00\xc2\xa0\xf5\x4f\x6d\x0c\x1f\xa0\x00\x00\x00\x80\xb7\x01\x0f\xa0\x00\x01";

START_TEST(unpacks)
{
    BUF_SCOPED out = BUF_INIT(100);
    t_ok(inflate_zlib(str_n(HELLO, sizeof HELLO - 1), &out));
    t_str(buf_str(&out), STR("hello hello hello hello"));
    t_ok(inflate_zlib(str_n("\x78\x9c\x03\x00\x00\x00\x00\x01\r\n", 10), &out)); /* empty, and a line end behind */
    ck_assert_uint_eq(out.n, 23);
}
END_TEST

START_TEST(broken)
{
    for (size_t n = 0; n < sizeof HELLO - 1; n++) {
        BUF_SCOPED out = BUF_INIT(100);
        t_rc(inflate_zlib(str_n(HELLO, n), &out), E_INVALID);
    }
    char bent[sizeof HELLO];
    memcpy(bent, HELLO, sizeof HELLO);
    bent[sizeof HELLO - 2] ^= 1; /* the checksum */
    BUF_SCOPED out = BUF_INIT(100);
    t_rc(inflate_zlib(str_n(bent, sizeof HELLO - 1), &out), E_INVALID);
    t_rc(inflate_zlib(STR("no zlib stream at all"), &out), E_INVALID);
}
END_TEST

START_TEST(capped)
{
    BUF_SCOPED exact = BUF_INIT(23), small = BUF_INIT(22), none = BUF_INIT(0);
    t_ok(inflate_zlib(str_n(HELLO, sizeof HELLO - 1), &exact));
    t_rc(inflate_zlib(str_n(HELLO, sizeof HELLO - 1), &small), E_LIMIT);
    t_rc(inflate_zlib(str_n(HELLO, sizeof HELLO - 1), &none), E_LIMIT);
    ck_assert_uint_le(small.n, 22);
    BUF_SCOPED large = BUF_INIT(4000), short_of_one = BUF_INIT(3999);
    t_ok(inflate_zlib(str_n(ZEROS, sizeof ZEROS - 1), &large));
    ck_assert_uint_eq(large.n, 4000);
    t_rc(inflate_zlib(str_n(ZEROS, sizeof ZEROS - 1), &short_of_one), E_LIMIT);
}
END_TEST

T_MAIN("base/inflate", unpacks, broken, capped)

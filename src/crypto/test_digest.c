/* Published vectors: FIPS 180-4, FIPS 202, RFC 1321; names and identifiers there and back. */
#include "t.h"
#include "base/buf.h"
#include "crypto/digest.h"

static void of_abc(enum digest d, const char *hex)
{
    BUF_SCOPED got = BUF_INIT(2 * DIGEST_MAX);
    struct digest_value v = digest_of(d, STR("abc"));
    buf_hex(&got, digest_str(&v));
    ck_assert_str_eq(got.p, hex);
    struct digest_stream *s = digest_start(d);
    digest_add(s, STR("a"));
    digest_add(s, STR("bc"));
    struct digest_value w = digest_finish(s);
    ck_assert(str_eq(digest_str(&v), digest_str(&w)));
}

START_TEST(vectors)
{
    of_abc(DIGEST_MD5, "900150983cd24fb0d6963f7d28e17f72");
    of_abc(DIGEST_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d");
    of_abc(DIGEST_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    of_abc(DIGEST_SHA384,
           "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
    of_abc(DIGEST_SHA512, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3fe"
                          "ebbd454d4423643ce80e2a9ac94fa54ca49f");
    of_abc(DIGEST_SHA3_256, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
    of_abc(DIGEST_SHA3_512, "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647"
                            "e3934057340b4cf408d5a56592f8274eec53f0");
}
END_TEST

START_TEST(names)
{
    for (enum digest d = DIGEST_MD5; d < DIGESTS; d++) {
        ck_assert_int_eq(digest_from_oid(digest_oid(d)), d);
        ck_assert_int_eq(digest_from_name(str_of(digest_name(d))), d);
        ck_assert_int_eq(digest_is_strong(d), d >= DIGEST_SHA256);
    }
    ck_assert_int_eq(digest_from_name(STR("sha256")), DIGEST_SHA256);
    ck_assert_int_eq(digest_from_name(STR("sha1")), DIGEST_SHA1);
    ck_assert_int_eq(digest_from_name(STR("sha3-256")), DIGEST_SHA3_256);
    ck_assert_int_eq(digest_from_name(STR("sha25")), DIGEST_NONE);
    ck_assert_int_eq(digest_from_name(STR("sha2566")), DIGEST_NONE);
    ck_assert_int_eq(digest_from_name(STR_EMPTY), DIGEST_NONE);
    ck_assert_int_eq(digest_from_oid(STR("\x2a")), DIGEST_NONE);
}
END_TEST

T_MAIN("crypto/digest", vectors, names)

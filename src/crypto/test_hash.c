/* Published vectors: FIPS 180-4 (SHA-256), RFC 4231 (HMAC), RFC 5869 (HKDF). */
#include <pthread.h>

#include "base/buf.h"
#include "crypto/hash.h"
#include "t.h"

static struct sha256 digest_of(const char *hex)
{
    BUF_SCOPED b = BUF_INIT(SHA256_LEN);
    struct sha256 h;
    t_ok(buf_unhex(&b, str_of(hex)));
    ck_assert_uint_eq(b.n, SHA256_LEN);
    memcpy(h.b, b.p, SHA256_LEN);
    return h;
}

static void same(struct sha256 got, const char *hex)
{
    char text[2 * SHA256_LEN + 1];
    sha256_hex(&got, text);
    ck_assert_str_eq(text, hex);
}

START_TEST(sha256_vectors)
{
    same(sha256_of(STR_EMPTY), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    same(sha256_of(STR("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    same(sha256_of(STR("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    same(sha256_of2(STR("a"), STR("bc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    same(sha256_of2(STR_EMPTY, STR("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
END_TEST

START_TEST(sha256_stream_vector)
{
    char block[1000];
    memset(block, 'a', sizeof block);
    struct sha256_stream *s = sha256_start();
    for (int i = 0; i < 1000; i++) {
        sha256_add(s, str_n(block, sizeof block));
        (void)sha256_of(STR("another message on the thread's own context"));
    }
    same(sha256_finish(s), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

static void *hash_on_a_thread(void *arg)
{
    for (int i = 0; i < 1000; i++) {
        struct sha256 h = sha256_of(STR("abc"));
        if (!sha256_eq(&h, arg))
            return arg;
    }
    return NULL;
}

START_TEST(threads_keep_apart)
{
    struct sha256 want = digest_of("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    pthread_t t[4];
    for (size_t i = 0; i < 4; i++)
        ck_assert_int_eq(pthread_create(&t[i], NULL, hash_on_a_thread, &want), 0);
    for (size_t i = 0; i < 4; i++) {
        void *wrong;
        ck_assert_int_eq(pthread_join(t[i], &wrong), 0);
        ck_assert_ptr_null(wrong);
    }
}
END_TEST

static void hmac(const char *key_hex, str data, const char *want)
{
    BUF_SCOPED key = BUF_INIT(256);
    t_ok(buf_unhex(&key, str_of(key_hex)));
    same(hmac_sha256(buf_str(&key), data), want);
}

START_TEST(hmac_vectors)
{
    hmac("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", STR("Hi There"),
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    hmac("4a656665", STR("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    char key[2 * 131 + 1];
    for (size_t i = 0; i < 2 * 131; i++)
        key[i] = 'a';
    key[2 * 131] = '\0';
    hmac(key, STR("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    same(hmac_sha256(STR_EMPTY, STR_EMPTY), "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}
END_TEST

static void hkdf(const char *secret, const char *salt, const char *info, const char *want)
{
    BUF_SCOPED k = BUF_INIT(256);
    BUF_SCOPED s = BUF_INIT(256);
    BUF_SCOPED i = BUF_INIT(256);
    BUF_SCOPED w = BUF_INIT(256);
    unsigned char out[256];
    t_ok(buf_unhex(&k, str_of(secret)));
    t_ok(buf_unhex(&s, str_of(salt)));
    t_ok(buf_unhex(&i, str_of(info)));
    t_ok(buf_unhex(&w, str_of(want)));
    t_ok(hkdf_sha256(buf_str(&k), buf_str(&s), buf_str(&i), out, w.n));
    ck_assert_mem_eq(out, w.p, w.n);
}

START_TEST(hkdf_vectors)
{
    hkdf("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9",
         "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    hkdf("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"
         "303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
         "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f"
         "909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
         "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
         "e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
         "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
         "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
    hkdf("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "",
         "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}
END_TEST

START_TEST(hkdf_caps)
{
    unsigned char out[1];
    t_rc(hkdf_sha256(STR("k"), STR_EMPTY, STR_EMPTY, out, 0), E_LIMIT);
    t_rc(hkdf_sha256(STR("k"), STR_EMPTY, STR_EMPTY, out, 255 * SHA256_LEN + 1), E_LIMIT);
}
END_TEST

T_MAIN("crypto/hash", sha256_vectors, sha256_stream_vector, threads_keep_apart, hmac_vectors, hkdf_vectors, hkdf_caps)

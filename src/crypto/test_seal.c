/* AES-256-GCM vectors: test cases 13 to 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega), which NIST took
 * over. */
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/gcm.h"
#include "crypto/seal.h"
#include "sys/file.h"
#include "t.h"

static void vector(const char *key, const char *nonce, const char *aad, const char *plain, const char *cipher,
                   const char *tag)
{
    const char *hex[] = {key, nonce, aad, plain, cipher, tag};
    struct buf b[6];
    for (size_t i = 0; i < 6; i++) {
        b[i] = (struct buf)BUF_INIT(256);
        t_ok(buf_unhex(&b[i], str_of(hex[i])));
    }
    unsigned char out[256], got_tag[GCM_TAG];
    const unsigned char *k = (const unsigned char *)b[0].p, *n = (const unsigned char *)b[1].p;
    t_ok(gcm_encrypt(k, n, buf_str(&b[2]), buf_str(&b[3]), out, got_tag));
    ck_assert_mem_eq(got_tag, b[5].p, GCM_TAG);
    t_str(str_n(out, b[3].n), buf_str(&b[4]));
    t_ok(gcm_decrypt(k, n, buf_str(&b[2]), buf_str(&b[4]), got_tag, out));
    t_str(str_n(out, b[3].n), buf_str(&b[3]));
    got_tag[GCM_TAG - 1] ^= 1;
    t_rc(gcm_decrypt(k, n, buf_str(&b[2]), buf_str(&b[4]), got_tag, out), E_CORRUPT);
    for (size_t i = 0; i < 6; i++)
        buf_free(&b[i]);
}

#define ZERO32 "0000000000000000000000000000000000000000000000000000000000000000"
#define KEY16  "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"

START_TEST(gcm_vectors)
{
    vector(ZERO32, "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b");
    vector(ZERO32, "000000000000000000000000", "", "00000000000000000000000000000000",
           "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919");
    vector(KEY16, "cafebabefacedbaddecaf888", "",
           "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
           "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255",
           "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
           "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad",
           "b094dac5d93471bdec1a502270e3cc6c");
    vector(KEY16, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
           "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
           "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
           "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
           "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
           "76fc6ece0f4e1768cddf8853bb2d551b");
}
END_TEST

START_TEST(sealed_comes_back)
{
    const struct seal_key key = {{1, 2, 3}};
    BUF_SCOPED sealed = BUF_INIT(4096);
    BUF_SCOPED again = BUF_INIT(4096);
    BUF_SCOPED plain = BUF_INIT(4096);
    t_ok(seal(&key, STR("account:7"), STR("a secret"), &sealed));
    t_ok(seal(&key, STR("account:7"), STR("a secret"), &again));
    ck_assert(!str_eq(buf_str(&sealed), buf_str(&again))); /* fresh nonce */
    t_ok(unseal(&key, STR("account:7"), buf_str(&sealed), &plain));
    t_str(buf_str(&plain), STR("a secret"));

    buf_clear(&sealed);
    buf_clear(&plain);
    t_ok(seal(&key, STR("empty"), STR_EMPTY, &sealed));
    t_ok(unseal(&key, STR("empty"), buf_str(&sealed), &plain));
    ck_assert_uint_eq(plain.n, 0);
}
END_TEST

START_TEST(alterations_are_refused)
{
    const struct seal_key key = {{1, 2, 3}}, other = {{1, 2, 4}};
    BUF_SCOPED sealed = BUF_INIT(4096);
    BUF_SCOPED plain = BUF_INIT(4096);
    t_ok(seal(&key, STR("account:7"), STR("a secret"), &sealed));
    t_rc(unseal(&other, STR("account:7"), buf_str(&sealed), &plain), E_CORRUPT);
    t_rc(unseal(&key, STR("account:8"), buf_str(&sealed), &plain), E_CORRUPT);
    for (size_t bit = 0; bit < 8 * sealed.n; bit++) {
        sealed.p[bit / 8] ^= (char)(1u << bit % 8);
        t_rc(unseal(&key, STR("account:7"), buf_str(&sealed), &plain), E_CORRUPT);
        sealed.p[bit / 8] ^= (char)(1u << bit % 8);
    }
    for (size_t n = 0; n < sealed.n; n++)
        t_rc(unseal(&key, STR("account:7"), str_n(sealed.p, n), &plain), E_CORRUPT);
    ck_assert_uint_eq(plain.n, 0);
}
END_TEST

START_TEST(caps_are_kept)
{
    const struct seal_key key = {{9}};
    BUF_SCOPED small = BUF_INIT(16);
    t_rc(seal(&key, STR_EMPTY, STR("0123456789"), &small), E_LIMIT);
}
END_TEST

START_TEST(key_files)
{
    char dir[] = "/tmp/rise-seal-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(dir));
    char path[64];
    snprintf(path, sizeof path, "%s/seal.key", dir);
    struct seal_key a, b;
    t_rc(seal_key_load(path, &a, NULL), E_NOTFOUND);
    t_ok(seal_key_create(path, NULL));
    t_rc(seal_key_create(path, NULL), E_CONFLICT);
    t_ok(seal_key_load(path, &a, NULL));
    t_ok(seal_key_load(path, &b, NULL));
    ck_assert_mem_eq(&a, &b, sizeof a);

    ck_assert_int_eq(chmod(path, 0640), 0);
    t_rc(seal_key_load(path, &b, NULL), E_DENIED);
    ck_assert_int_eq(chmod(path, 0400), 0);
    t_ok(seal_key_load(path, &b, NULL));
    t_ok(file_write(path, STR("31 bytes are one byte too short"), 0600, NULL));
    t_rc(seal_key_load(path, &b, NULL), E_CORRUPT);
    t_ok(file_write(path, STR("33 bytes are just a byte too long"), 0600, NULL));
    t_rc(seal_key_load(path, &b, NULL), E_CORRUPT);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(derived_keys_differ_by_label)
{
    const struct seal_key key = {{5}};
    unsigned char a[32], b[32], c[32];
    t_ok(seal_derive(&key, STR("log"), a));
    t_ok(seal_derive(&key, STR("log"), b));
    t_ok(seal_derive(&key, STR("csrf"), c));
    ck_assert_mem_eq(a, b, sizeof a);
    ck_assert_mem_ne(a, c, sizeof a);
}
END_TEST

T_MAIN("crypto/seal", gcm_vectors, sealed_comes_back, alterations_are_refused, caps_are_kept, key_files,
       derived_keys_differ_by_label)

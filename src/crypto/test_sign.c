/* Published vectors: RFC 8032 section 7.1. */
#include "base/buf.h"
#include "crypto/sign.h"
#include "t.h"

static void vector(const char *seed, const char *pub, const char *message, const char *sig)
{
    BUF_SCOPED s = BUF_INIT(64);
    BUF_SCOPED p = BUF_INIT(64);
    BUF_SCOPED m = BUF_INIT(64);
    BUF_SCOPED g = BUF_INIT(64);
    t_ok(buf_unhex(&s, str_of(seed)));
    t_ok(buf_unhex(&p, str_of(pub)));
    t_ok(buf_unhex(&m, str_of(message)));
    t_ok(buf_unhex(&g, str_of(sig)));

    struct ed25519_key key;
    unsigned char got[ED25519_SIG];
    t_ok(ed25519_from_seed((const unsigned char *)s.p, &key));
    ck_assert_mem_eq(key.pub, p.p, ED25519_PUBLIC);
    t_ok(ed25519_sign(&key, buf_str(&m), got));
    ck_assert_mem_eq(got, g.p, ED25519_SIG);
    t_ok(ed25519_verify(key.pub, buf_str(&m), got));
}

START_TEST(rfc8032_vectors)
{
    vector("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
           "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
           "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
           "d25bf5f0595bbe24655141438e7a100b");
    vector("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
           "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
           "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
           "387b2eaeb4302aeeb00d291612bb0c00");
    vector("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
           "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
           "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
           "4a7c15e9716ed28dc027beceea1ec40a");
}
END_TEST

START_TEST(every_flipped_bit_is_refused)
{
    struct ed25519_key key;
    unsigned char sig[ED25519_SIG];
    char message[] = "0123456789";
    str m = str_n(message, sizeof message - 1);
    t_ok(ed25519_generate(&key));
    t_ok(ed25519_sign(&key, m, sig));
    t_ok(ed25519_verify(key.pub, m, sig));
    for (size_t bit = 0; bit < 8 * sizeof sig; bit++) {
        sig[bit / 8] ^= (unsigned char)(1u << bit % 8);
        t_rc(ed25519_verify(key.pub, m, sig), E_INVALID);
        sig[bit / 8] ^= (unsigned char)(1u << bit % 8);
    }
    for (size_t i = 0; i < m.n; i++) {
        message[i] ^= 1;
        t_rc(ed25519_verify(key.pub, m, sig), E_INVALID);
        message[i] ^= 1;
    }
    t_ok(ed25519_verify(key.pub, m, sig));
}
END_TEST

START_TEST(keys_differ)
{
    struct ed25519_key a, b;
    t_ok(ed25519_generate(&a));
    t_ok(ed25519_generate(&b));
    ck_assert_mem_ne(a.seed, b.seed, ED25519_SEED);
    secret_wipe(&a, sizeof a);
    static const struct ed25519_key zero;
    ck_assert_mem_eq(&a, &zero, sizeof a);
}
END_TEST

T_MAIN("crypto/sign", rfc8032_vectors, every_flipped_bit_is_refused, keys_differ)

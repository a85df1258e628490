/* The example of C2SP signed-note, the key of sum.golang.org, and what may not pass. */
#include "core/note.h"
#include "t.h"

/* https://c2sp.org/signed-note: the text of the example; only its signer knows the key, so the format is what it
 * checks. */
static const char quasimodo[] = "Ognuno sta solo sul cuor della terra\n"
                                "trafitto da un raggio di sole:\n"
                                "\n"
                                "ed \xc3\xa8 subito sera.\n";

static struct ed25519_key key;
static struct note_verifier verifier;

static void make_key(const char *name)
{
    static const unsigned char seed[ED25519_SEED] = {7};
    t_ok(ed25519_from_seed(seed, &key));
    t_ok(note_verifier_init(str_of(name), key.pub, &verifier));
}

START_TEST(published_verifier_keys)
{
    /* Vectors of golang.org/x/mod/sumdb/note: PeterNeumann's key and note. */
    static const char vkey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    static const char note[] =
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "\xe2\x80\x94 PeterNeumann "
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    struct note_verifier v;
    str text;
    t_ok(note_verifier_parse(str_of(vkey), &v));
    ck_assert_str_eq(v.name, "PeterNeumann");
    BUF_SCOPED again = BUF_INIT(1024);
    note_vkey(&v, &again);
    t_str(buf_str(&again), str_of(vkey));
    t_ok(note_verify(str_of(note), &v, &text));
    t_str(text,
          STR("If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"));
    t_ok(note_verifier_parse(STR("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"), &v));
}
END_TEST

START_TEST(signed_verifies)
{
    make_key("quasimodo.example/salvatore");
    BUF_SCOPED note = BUF_INIT(4096);
    str text;
    t_ok(note_sign(str_of(quasimodo), &verifier, &key, &note));
    t_ok(note_verify(buf_str(&note), &verifier, &text));
    t_str(text, str_of(quasimodo)); /* the empty line inside belongs to the text */
}
END_TEST

START_TEST(every_flipped_bit_is_refused)
{
    make_key("rise.example/log");
    struct checkpoint c = {STR("rise.example/log"), 20852163, sha256_of(STR("root"))}, got;
    BUF_SCOPED text = BUF_INIT(4096);
    BUF_SCOPED note = BUF_INIT(4096);
    checkpoint_put(&text, &c);
    t_ok(note_sign(buf_str(&text), &verifier, &key, &note));
    t_ok(checkpoint_open(buf_str(&note), &verifier, &got));
    ck_assert_uint_eq(got.size, c.size);
    ck_assert(sha256_eq(&got.root, &c.root));
    t_str(got.origin, c.origin);
    for (size_t bit = 0; bit < 8 * note.n; bit++) {
        note.p[bit / 8] ^= (char)(1u << bit % 8);
        ck_assert_msg(checkpoint_open(buf_str(&note), &verifier, &got) != OK, "bit %zu of byte %zu", bit % 8, bit / 8);
        note.p[bit / 8] ^= (char)(1u << bit % 8);
    }
    for (size_t n = 0; n < note.n; n++)
        ck_assert_msg(checkpoint_open(str_n(note.p, n), &verifier, &got) != OK, "cut to %zu bytes", n);
}
END_TEST

START_TEST(other_signatures_are_ignored)
{
    make_key("rise.example/log");
    BUF_SCOPED note = BUF_INIT(64 * 1024);
    str text;
    t_ok(note_sign(STR("text\n"), &verifier, &key, &note));
    buf_put(&note, STR("\xe2\x80\x94 witness.example/w AAAAAAAA\n"));
    buf_put(&note, STR("\xe2\x80\x94 rise.example/log AAAAAAAA\n")); /* our name, another key */
    t_ok(note_verify(buf_str(&note), &verifier, &text));
    for (int i = 3; i < 16; i++)
        buf_put(&note, STR("\xe2\x80\x94 witness.example/w AAAAAAAA\n"));
    t_ok(note_verify(buf_str(&note), &verifier, &text));
    for (int i = 16; i <= NOTE_SIGNATURES_MAX; i++)
        buf_put(&note, STR("\xe2\x80\x94 witness.example/w AAAAAAAA\n"));
    t_rc(note_verify(buf_str(&note), &verifier, &text), E_LIMIT);
    t_rc(note_verify(STR("text\n\n\xe2\x80\x94 witness.example/w AAAAAAAA\n"), &verifier, &text), E_INVALID);
}
END_TEST

START_TEST(malformed_notes)
{
    make_key("rise.example/log");
    static const char *const bad[] = {"",
                                      "\n",
                                      "\n\n",
                                      "text",
                                      "text\n",
                                      "text\n\n",
                                      "text\n\n\n",
                                      "text\n\nno dash\n",
                                      "text\n\n\xe2\x80\x94 \n",
                                      "text\n\n\xe2\x80\x94 name\n",
                                      "text\n\n\xe2\x80\x94 name \n",
                                      "te\txt\n\n\xe2\x80\x94 name AAAA\n",
                                      "te\xffxt\n\n\xe2\x80\x94 name AAAA\n"};
    str text;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        t_rc(note_verify(str_of(bad[i]), &verifier, &text), E_INVALID);
    BUF_SCOPED out = BUF_INIT(4096);
    t_rc(note_sign(STR("no line end"), &verifier, &key, &out), E_INVALID);
    t_rc(note_sign(STR("a\r\n"), &verifier, &key, &out), E_INVALID);
}
END_TEST

START_TEST(names)
{
    static const unsigned char pub[ED25519_PUBLIC];
    static const char *const bad[] = {"",
                                      "a b",
                                      "a+b",
                                      "a\tb",
                                      "a\xe3\x80\x80"
                                      "b",
                                      "a\xc2\xa0"
                                      "b",
                                      "a\xff"};
    struct note_verifier v;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        t_rc(note_verifier_init(str_of(bad[i]), pub, &v), E_INVALID);
    t_ok(note_verifier_init(STR("\xe6\x97\xad\xe6\x97\xa5.example/log"), pub, &v));
}
END_TEST

START_TEST(malformed_verifier_keys)
{
    static const char *const bad[] = {
        "",
        "PeterNeumann",
        "PeterNeumann+c74f20a3",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", /* another hash */
        "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW", /* another algorithm */
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq_LDE4izWy10TW", /* URL alphabet */
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWAA=="};
    struct note_verifier v;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        t_rc(note_verifier_parse(str_of(bad[i]), &v), E_INVALID);
}
END_TEST

START_TEST(checkpoint_texts)
{
    /* https://c2sp.org/tlog-checkpoint: the example */
    static const char good[] = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    struct checkpoint c;
    t_ok(checkpoint_parse(str_of(good), &c));
    t_str(c.origin, STR("example.com/behind-the-sofa"));
    ck_assert_uint_eq(c.size, 20852163);
    BUF_SCOPED again = BUF_INIT(4096);
    checkpoint_put(&again, &c);
    t_str(buf_str(&again), str_of(good));
    t_ok(checkpoint_parse(STR("o\n0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\nextension\n"), &c));
    static const char *const bad[] = {"o\n1\n",
                                      "o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                                      "o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                                      "o\n-0\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                                      "o\n9223372036854775808\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                                      "\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n",
                                      "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
                                      "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n",
                                      "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\nx\n",
                                      "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        t_rc(checkpoint_parse(str_of(bad[i]), &c), E_INVALID);
}
END_TEST

START_TEST(origin_is_the_keys_name)
{
    make_key("rise.example/log");
    struct checkpoint c = {STR("other.example/log"), 1, sha256_of(STR("root"))};
    BUF_SCOPED text = BUF_INIT(4096);
    BUF_SCOPED note = BUF_INIT(4096);
    checkpoint_put(&text, &c);
    t_ok(note_sign(buf_str(&text), &verifier, &key, &note));
    t_rc(checkpoint_open(buf_str(&note), &verifier, &c), E_INVALID);
}
END_TEST

T_MAIN("core/note", published_verifier_keys, signed_verifies, every_flipped_bit_is_refused,
       other_signatures_are_ignored, malformed_notes, names, malformed_verifier_keys, checkpoint_texts,
       origin_is_the_keys_name)

/* sign_tool VERB …: CMS and time-stamps by crypto/ alone, for tests/sign/cms.sh, which shows them to programs we did
 * not write.
 *
 *   cms-sign KEY CERT CONTENT OUT [attached] [pss] [keyid] [time] [rsa]    CERT: PEM, the signer's first, then its
 * chain cms-verify CMS [CONTENT] [CERTS]    prints the outcome's name; exit 1 unless it is "valid" */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/tsp.h"
#include "sys/clock.h"
#include "sys/file.h"
#include "sys/random.h"

enum { FILE_MAX = 1 << 24, CERTS_MAX = 32 };

static void must(rc code, const char *what, const struct err *err)
{
    if (code == OK)
        return;
    fprintf(stderr, "sign_tool: %s: %s %s\n", what, rc_name(code), err && err->main.msgid ? err->main.msgid : "");
    exit(EXIT_FAILURE);
}

static str read_file(struct arena *a, const char *path)
{
    struct err err = {0};
    BUF_SCOPED b = BUF_INIT(FILE_MAX);
    must(file_read(path, &b, &err), path, &err);
    return arena_str(a, buf_str(&b));
}

static void write_file(const char *path, const struct buf *b)
{
    struct err err = {0};
    must(buf_rc(b), path, NULL);
    must(file_write(path, buf_str(b), 0644, &err), path, &err);
}

static bool said(char **argv, const char *word)
{
    for (; *argv; argv++)
        if (str_eq(str_of(*argv), str_of(word)))
            return true;
    return false;
}

static struct cms_signer *signer_of(struct arena *a, const char *key_file, const char *cert_file, char **words)
{
    struct err err = {0};
    struct pkey *key = NULL;
    struct cert **certs = NULL;
    struct cms_signer *signer = NULL;
    size_t n = 0;
    must(pkey_read(read_file(a, key_file), STR_EMPTY, &key, &err), key_file, &err);
    must(pkey_in(a, key), key_file, NULL);
    must(cert_read_all(a, read_file(a, cert_file), CERTS_MAX, &certs, &n, &err), cert_file, &err);
    struct cms_signer_options o = {
        .scheme = {.pss = said(words, "pss")}, .by_key_id = said(words, "keyid"), .rsa_encryption = said(words, "rsa")};
    must(cms_signer_make(a, key, certs[0], certs + 1, n - 1, &o, &signer, &err), "signer", &err);
    return signer;
}

static int cms_sign_file(struct arena *a, char **argv)
{
    BUF_SCOPED out = BUF_INIT(FILE_MAX);
    struct cms_signer *signer = signer_of(a, argv[0], argv[1], argv + 4);
    str content = read_file(a, argv[2]);
    struct cms_content c = {.digest = digest_of(cms_signer_digest(signer), content)};
    if (said(argv + 4, "attached"))
        c.bytes = content;
    c.has_time = said(argv + 4, "time");
    c.time = clock_now();
    must(cms_sign(signer, &c, &out), "cms_sign", NULL);
    write_file(argv[3], &out);
    return EXIT_SUCCESS;
}

static int cms_verify_file(struct arena *a, char **argv)
{
    struct err err = {0};
    struct cms *cms = NULL;
    struct cert **certs = NULL;
    size_t n = 0;
    struct digest_value digest = {.n = 0};
    struct cms_check check;
    must(cms_read(a, read_file(a, argv[0]), &cms, &err), argv[0], &err);
    if (cms->n_signatures != 1)
        must(E_INVALID, "not one signature", NULL);
    const struct cms_signature *s = &cms->signatures[0];
    if (argv[1] && s->digest != DIGEST_NONE)
        digest = digest_of(s->digest, read_file(a, argv[1]));
    if (argv[1] && argv[2])
        must(cert_read_all(a, read_file(a, argv[2]), CERTS_MAX, &certs, &n, &err), argv[2], &err);
    must(cms_verify(cms, s, argv[1] ? &digest : NULL, certs, n, &check), "cms_verify", NULL);
    puts(cms_outcome_name(check.outcome));
    return check.outcome == CMS_VALID ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int tsp_request_file(struct arena *a, char **argv)
{
    unsigned char nonce[TSP_NONCE_LEN];
    BUF_SCOPED out = BUF_INIT(FILE_MAX);
    enum digest d = digest_from_name(str_of(argv[1]));
    struct digest_value v = digest_of(d, read_file(a, argv[0]));
    struct tsp_request r = {.digest = d, .imprint = digest_str(&v), .cert_req = said(argv + 3, "cert")};
    tsp_nonce_new(nonce);
    if (said(argv + 3, "nonce"))
        r.nonce = str_n(nonce, sizeof nonce);
    tsp_request_write(&r, &out);
    write_file(argv[2], &out);
    return EXIT_SUCCESS;
}

static rc tell_time(void *arg, instant *now)
{
    (void)arg;
    *now = clock_now();
    return OK;
}

static rc new_serial(void *arg, unsigned char out[TSP_SERIAL_MAX], size_t *n)
{
    (void)arg;
    random_bytes(out, TSP_SERIAL_MAX);
    out[0] = (out[0] & 0x7f) | 0x40; /* positive in 20 octets */
    *n = TSP_SERIAL_MAX;
    return OK;
}

static int tsp_answer_file(struct arena *a, char **argv)
{
    struct tsp_answered answered;
    BUF_SCOPED out = BUF_INIT(FILE_MAX);
    struct tsp_authority t = {.signer = signer_of(a, argv[0], argv[1], argv + 4),
                              .policy = STR("\x2a\x03\x01"), /* 1.2.3.1 */
                              .accuracy = 1 * SECOND + 2500,
                              .clock = tell_time,
                              .serial = new_serial};
    must(tsp_answer(&t, read_file(a, argv[2]), &out, &answered), "tsp_answer", NULL);
    write_file(argv[3], &out);
    return EXIT_SUCCESS;
}

static int tsp_accept_file(struct arena *a, char **argv)
{
    struct err err = {0};
    struct tsp_request r;
    enum tsp_failure why;
    struct tsp_token t;
    struct tsp_check check;
    struct cert **certs = NULL;
    size_t n = 0;
    str token;
    must(tsp_request_read(read_file(a, argv[1]), &r, &why), argv[1], NULL);
    if (tsp_response_read(read_file(a, argv[0]), &token, &err) != OK) {
        printf("%s %.*s\n", err.main.code, STR_ARG(err.main.arg[0]));
        return EXIT_FAILURE;
    }
    must(tsp_token_read(a, token, &t, &err), argv[0], &err);
    struct digest_value v = digest_of(t.info.digest, read_file(a, argv[2]));
    if (argv[3])
        must(cert_read_all(a, read_file(a, argv[3]), CERTS_MAX, &certs, &n, &err), argv[3], &err);
    must(tsp_verify(&t, digest_str(&v), &r, certs, n, &check), "tsp_verify", NULL);
    puts(tsp_outcome_name(check.outcome));
    return check.outcome == TSP_VALID ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int least;
        int (*run)(struct arena *a, char **argv);
    } verbs[] = {
        {"cms-sign", 4, cms_sign_file},     {"cms-verify", 1, cms_verify_file}, {"tsp-request", 3, tsp_request_file},
        {"tsp-answer", 4, tsp_answer_file}, {"tsp-accept", 3, tsp_accept_file},
    };
    for (size_t i = 0; argc > 1 && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (!str_eq(str_of(argv[1]), str_of(verbs[i].name)) || argc - 2 < verbs[i].least)
            continue;
        struct arena *a = arena_new(4 * (size_t)FILE_MAX);
        must(a ? OK : E_NOMEM, "arena", NULL);
        int code = verbs[i].run(a, argv + 2);
        arena_free(a);
        return code;
    }
    fputs("sign_tool: see its source\n", stderr);
    return EXIT_FAILURE;
}

/* Signatures per second of CPU time of one core; the content is not hashed here.
 *
 *     bench_sign KEY CERT     both PEM; the certificate is for time-stamps */
#include "bench_stamps.h"
#include "bench_util.h"
#include "crypto/tsp.h"
#include "sys/file.h"

enum { TURNS = 20000, BYTES_MAX = 1 << 16 };

static void raw(const struct pkey *key)
{
    BUF_SCOPED out = BUF_INIT(BYTES_MAX);
    double from = cpu_seconds();
    for (int i = 0; i < TURNS; i++) {
        buf_clear(&out);
        MUST(pkey_sign(key, pkey_scheme(key), STR("thirty-two octets of anything..."), &out));
    }
    bench_rate("the signature alone", from, TURNS);
}

static void make(const struct cms_signer *signer, struct buf *out)
{
    struct cms_content c = {.digest = digest_of(cms_signer_digest(signer), STR("content"))};
    double from = cpu_seconds();
    for (int i = 0; i < TURNS; i++) {
        buf_clear(out);
        MUST(cms_sign(signer, &c, out));
    }
    bench_rate("CMS made", from, TURNS);
}

static void verify(str der)
{
    struct arena *a = arena_new(1 << 20);
    double from = cpu_seconds();
    for (int i = 0; i < TURNS / 4; i++) {
        struct cms *cms = NULL;
        struct cms_check check;
        MUST(cms_read(a, der, &cms, NULL));
        struct digest_value v = digest_of(cms->signatures[0].digest, STR("content"));
        MUST(cms_verify(cms, &cms->signatures[0], &v, NULL, 0, &check));
        MUST(check.outcome == CMS_VALID ? OK : E_INVALID);
        arena_reset(a);
    }
    bench_rate("CMS read and verified", from, TURNS / 4);
    arena_free(a);
}

static void stamp(const struct cms_signer *signer)
{
    BUF_SCOPED request = BUF_INIT(BYTES_MAX);
    BUF_SCOPED out = BUF_INIT(BYTES_MAX);
    struct tsp_authority t = {
        .signer = signer, .policy = STR("\x2a\x03\x01"), .accuracy = SECOND, .clock = tell_time, .serial = new_serial};
    struct digest_value v = digest_of(DIGEST_SHA256, STR("content"));
    struct tsp_answered answered = {.granted = false};
    tsp_request_write(
        &(struct tsp_request){
            .digest = DIGEST_SHA256, .imprint = digest_str(&v), .nonce = STR("12345678"), .cert_req = true},
        &request);
    double from = cpu_seconds();
    for (int i = 0; i < TURNS; i++) {
        buf_clear(&out);
        MUST(tsp_answer(&t, buf_str(&request), &out, &answered));
        MUST(answered.granted ? OK : E_INTERNAL);
    }
    bench_rate("time-stamps answered", from, TURNS);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 1;
    struct arena *a = arena_new(1 << 20);
    BUF_SCOPED file = BUF_INIT(BYTES_MAX);
    BUF_SCOPED out = BUF_INIT(BYTES_MAX);
    struct pkey *key = NULL;
    struct cert **certs = NULL;
    struct cms_signer *signer = NULL;
    size_t n = 0;
    MUST(file_read(argv[1], &file, NULL));
    MUST(pkey_read(buf_str(&file), STR_EMPTY, &key, NULL));
    MUST(pkey_in(a, key));
    buf_clear(&file);
    MUST(file_read(argv[2], &file, NULL));
    MUST(cert_read_all(a, buf_str(&file), 8, &certs, &n, NULL));
    MUST(cms_signer_make(a, key, certs[0], certs + 1, n - 1, NULL, &signer, NULL));
    printf("%s\n", pkey_kind_name(pkey_kind(key)));
    raw(key);
    make(signer, &out);
    verify(buf_str(&out));
    stamp(signer);
    arena_free(a);
    return 0;
}

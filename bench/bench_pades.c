/* PDF signed and judged, per second of CPU time of one core:
 *
 *     bench_pades FILE.pdf     e.g. one of 100 KB
 *
 * The file is signed at B-B with P-256 and with RSA-2048 (what is appended, in memory), by turns with what no program
 * can do without (the file's hash and one bare signature) and with OpenSSL's own CMS over the same bytes; once at B-LTA
 * by an authority of its own, and that file judged with its evidence. */
#include <openssl/cms.h>

#include "bench_stamps.h"
#include "bench_util.h"
#include "crypto/cert_make.h"
#include "crypto/crl_make.h"
#include "crypto/oid.h"
#include "crypto/pkey_impl.h"
#include "mod/sign/engine/pades.h"
#include "mod/sign/engine/validate_pdf.h"
#include "sys/file.h"
#include "sys/start.h"

enum { FILE_MAX = 64 << 20, ROUNDS = 10, SIGNED = 2000, SIGNED_RSA = 600, JUDGED = 3000 };

struct house {
    struct arena *a;
    instant now;
    struct pkey *ca_key;
    struct cert *ca;
    struct tsp_authority tsa;
    str crl;
};

static struct cert *certificate(struct house *h, struct cert_profile p, const char *name, const struct pkey *key)
{
    BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
    struct cert *c = NULL;
    const struct cert_attribute subject = {oid_common_name, str_of(name)};
    p.subject = &subject;
    p.n_subject = 1;
    p.not_before = h->now - DAY;
    p.not_after = h->now + 365 * DAY;
    MUST(cert_make(&p, key, h->ca, h->ca_key, &der));
    MUST(cert_read(h->a, buf_str(&der), &c, NULL));
    return c;
}

static struct pkey *new_key(struct house *h, enum pkey_kind kind)
{
    struct pkey *key = NULL;
    MUST(pkey_generate(kind, 2048, &key));
    MUST(pkey_in(h->a, key));
    return key;
}

static struct cms_signer *signer(struct house *h, const struct pkey *key, struct cert_profile p, const char *name)
{
    struct cms_signer *s = NULL;
    p.usage = CERT_DIGITAL_SIGNATURE;
    MUST(cms_signer_make(h->a, key, certificate(h, p, name, key), NULL, 0, NULL, &s, NULL));
    return s;
}

static rc give_stamp(void *arg, str request, struct buf *response, struct err *err)
{
    (void)err;
    return tsp_answer(&((struct house *)arg)->tsa, request, response, NULL);
}

static rc give_list(void *arg, struct arena *a, const struct cert *cert, const struct cert *issuer,
                    struct sign_revocation *out, struct err *err)
{
    (void)a;
    (void)cert;
    (void)issuer;
    (void)err;
    *out = (struct sign_revocation){.ocsp = {NULL, 0}, .crl = ((struct house *)arg)->crl};
    return OK;
}

static void build(struct house *h)
{
    BUF_SCOPED crl = BUF_INIT(1 << 16);
    *h = (struct house){.a = arena_new(1 << 24), .now = clock_now()};
    h->ca_key = new_key(h, PKEY_P256);
    h->ca = certificate(h, (struct cert_profile){.is_ca = true, .usage = CERT_KEY_CERT_SIGN | CERT_CRL_SIGN}, "CA",
                        h->ca_key);
    h->tsa = (struct tsp_authority){
        .signer = signer(h, new_key(h, PKEY_P256),
                         (struct cert_profile){.eku = &oid_eku_timestamping, .n_eku = 1, .eku_critical = true}, "TSA"),
        .policy = STR("\x2a\x03\x01"),
        .accuracy = SECOND,
        .clock = tell_time,
        .serial = new_serial,
        .arg = h};
    MUST(crl_make(&(struct crl_profile){.this_update = h->now, .next_update = h->now + DAY, .number = 1}, NULL, 0,
                  h->ca, h->ca_key, &crl));
    h->crl = arena_str(h->a, buf_str(&crl));
}

static void new_id(uint8_t out[PDF_ID_LEN])
{
    random_bytes(out, PDF_ID_LEN);
}

static void sign_once(struct house *h, struct arena *a, const struct cms_signer *s, str file,
                      const struct sign_raise *o, struct buf *tail)
{
    struct err err = {0};
    struct pdf_doc *doc;
    struct sign_raised made;
    str field;
    struct pdf_place p = {.sub = PDF_SUB_CADES, .made = h->now};
    new_id(p.id);
    buf_clear(tail);
    MUST(pdf_open(a, file, &doc, &err));
    MUST(pades_sign(doc, s, &p, NULL, o, tail, &made, &field, &err));
}

/* ---- what signing is compared with ---- */

static void sign_bare(const struct pkey *key, struct buf *out)
{
    buf_clear(out);
    MUST(pkey_sign(key, pkey_scheme(key), STR("thirty-two octets of anything..."), out));
}

/* Detached, with signing-certificate-v2: the CMS of PAdES, without a PDF around it. */
static void openssl_cms(const struct pkey *key, X509 *cert, str file)
{
    BIO *in = BIO_new_mem_buf(file.p, (int)file.n);
    CMS_ContentInfo *cms = CMS_sign(cert, key->evp, NULL, in, CMS_DETACHED | CMS_BINARY | CMS_CADES | CMS_NOSMIMECAP);
    unsigned char *der = NULL;
    MUST(cms && i2d_CMS_ContentInfo(cms, &der) > 0 ? OK : E_INTERNAL);
    OPENSSL_free(der);
    CMS_ContentInfo_free(cms);
    BIO_free(in);
}

/* Adds what it took since `*from`, in CPU seconds, and moves `*from` on. */
static void add_lap(double *sum, double *from)
{
    double now = cpu_seconds();
    *sum += now - *from;
    *from = now;
}

static void measure_signing(struct house *h, enum pkey_kind kind, int turns, str file)
{
    struct arena *a = arena_new(1 << 24);
    const struct pkey *key = new_key(h, kind);
    struct cms_signer *s = signer(h, key, (struct cert_profile){0}, "signer");
    str der = cms_signer_cert(s)->der;
    const unsigned char *at = (const unsigned char *)der.p;
    X509 *cert = d2i_X509(NULL, &at, (long)der.n);
    BUF_SCOPED out = BUF_INIT(FILE_MAX);
    double ours = 0;
    double hashed = 0;
    double bare = 0;
    double cms = 0;
    double from = cpu_seconds();
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < turns; i++, arena_reset(a))
            sign_once(h, a, s, file, &(struct sign_raise){.level = SIGN_B}, &out);
        add_lap(&ours, &from);
        for (int i = 0; i < turns; i++)
            digest_of(pkey_digest(key), file);
        add_lap(&hashed, &from);
        for (int i = 0; i < turns; i++)
            sign_bare(key, &out);
        add_lap(&bare, &from);
        for (int i = 0; i < turns; i++)
            openssl_cms(key, cert, file);
        add_lap(&cms, &from);
    }
    const char *name = kind == PKEY_RSA ? "RSA-2048" : pkey_kind_name(kind);
    int n = ROUNDS * turns;
    printf("signed at B-B, %-8s   %8.0f /s\n", name, n / ours);
    printf("  the hash alone          %8.0f /s\n", n / hashed);
    printf("  the signature alone     %8.0f /s\n", n / bare);
    printf("  OpenSSL's CMS_sign      %8.0f /s\n", n / cms);
    X509_free(cert);
    arena_free(a);
}

static void measure_judging(struct house *h, str file)
{
    struct arena *a = arena_new(1 << 28);
    struct sign_net net = {.timestamp = give_stamp, .revocation = give_list, .arg = h};
    struct sign_raise o = {.level = SIGN_LTA, .pool = &h->ca, .n_pool = 1, .net = &net};
    struct sign_anchor anchor = {.cert = h->ca};
    struct sign_rules rules = {.anchors = &anchor, .n_anchors = 1, .now = clock_now()};
    struct sign_raised made;
    struct err err = {0};
    BUF_SCOPED whole = BUF_INIT(FILE_MAX);
    BUF_SCOPED tail = BUF_INIT(FILE_MAX);
    sign_once(h, h->a, signer(h, new_key(h, PKEY_P256), (struct cert_profile){0}, "signer"), file, &o, &tail);
    buf_put(&whole, file);
    buf_put(&whole, buf_str(&tail));
    MUST(pades_raise(h->a, &whole, &o, new_id, &made, &err));
    MUST(made.level == SIGN_LTA ? OK : E_INTERNAL);
    double from = cpu_seconds();
    for (int i = 0; i < JUDGED; i++) {
        struct pdf_report *report;
        MUST(validate_pdf(a, buf_str(&whole), &rules, &report));
        MUST(report->verdict == VERDICT_PASSED ? OK : E_INVALID);
        arena_reset(a);
    }
    printf("judged at B-LTA            %8.0f /s\n", JUDGED / (cpu_seconds() - from));
    arena_free(a);
}

int main(int argc, char **argv)
{
    struct house h;
    BUF_SCOPED file = BUF_INIT(FILE_MAX);
    if (argc != 2)
        return 1;
    sys_start();
    MUST(file_read(argv[1], &file, NULL));
    build(&h);
    printf("%zu bytes\n", file.n);
    measure_signing(&h, PKEY_P256, SIGNED, buf_str(&file));
    measure_signing(&h, PKEY_RSA, SIGNED_RSA, buf_str(&file));
    measure_judging(&h, buf_str(&file));
    arena_free(h.a);
    return 0;
}

/* Time-stamps asked for, given and judged by us; what openssl ts says about them is in tests/sign/tsp.sh. */
#include "crypto/der.h"
#include "crypto/oid.h"
#include "crypto/tsp.h"
#include "test_certs.h"

enum { TSP_MAX = 1 << 16 };
static const str policy = STR_INIT("\x2a\x03\x01");
static const str other_policy = STR_INIT("\x2a\x03\x02");
static const str eku_timestamping = STR_INIT("\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x08");
static const str eku_email_too =
    STR_INIT("\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x08\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x04");

static instant now = 20000 * DAY + 123456;
static bool clock_works = true;

static rc tell_time(void *arg, instant *out)
{
    (void)arg;
    *out = now;
    return clock_works ? OK : E_UNAVAILABLE;
}

static rc next_serial(void *arg, unsigned char out[TSP_SERIAL_MAX], size_t *n)
{
    unsigned char *last = arg;
    out[0] = 0x80; /* wants a sign octet */
    out[1] = ++*last;
    *n = 2;
    return OK;
}

struct made {
    struct arena *a;
    struct cert *cert;
    unsigned char last;
    struct tsp_authority authority;
};

static void make_with(struct made *m, str eku, bool critical)
{
    struct cms_signer *signer = NULL;
    *m = (struct made){.a = arena_new(1 << 24)};
    struct pkey *key = tc_key(m->a, PKEY_P256);
    m->cert = tc_make(m->a, key, "TSA", eku, critical);
    t_ok(cms_signer_make(m->a, key, m->cert, NULL, 0, NULL, &signer, NULL));
    m->authority = (struct tsp_authority){.signer = signer,
                                          .policy = policy,
                                          .policies = &other_policy,
                                          .n_policies = 1,
                                          .accuracy = 1 * SECOND + 500 * 1000 + 7,
                                          .clock = tell_time,
                                          .serial = next_serial,
                                          .arg = &m->last};
}

static void make(struct made *m)
{
    make_with(m, eku_timestamping, true);
}

static struct tsp_request ask(enum digest d, struct digest_value *v)
{
    *v = digest_of(d, STR("旭日東升"));
    return (struct tsp_request){.digest = d, .imprint = digest_str(v), .nonce = STR("\x01\x02\x03"), .cert_req = true};
}

static void answer(const struct made *m, const struct tsp_request *r, struct buf *out, struct tsp_answered *a)
{
    BUF_SCOPED request = BUF_INIT(TSP_MAX);
    tsp_request_write(r, &request);
    t_ok(tsp_answer(&m->authority, buf_str(&request), out, a));
}

START_TEST(granted)
{
    struct made m;
    make(&m);
    for (enum digest d = DIGEST_SHA256; d < DIGESTS; d++) {
        struct digest_value v;
        struct tsp_request r = ask(d, &v);
        struct tsp_answered a;
        struct tsp_token t;
        BUF_SCOPED out = BUF_INIT(TSP_MAX);
        r.policy = d == DIGEST_SHA384 ? other_policy : (str){NULL, 0};
        answer(&m, &r, &out, &a);
        ck_assert(a.granted);
        t_ok(tsp_accept(m.a, buf_str(&out), &r, &t, NULL));
        t_str(t.info.policy, d == DIGEST_SHA384 ? other_policy : policy);
        t_str(t.info.nonce, r.nonce);
        ck_assert_int_eq(t.info.time, now - now % SECOND);
        ck_assert_int_eq(t.info.accuracy, m.authority.accuracy);
        ck_assert(!t.info.ordering && t.info.serial.n == 3 && t.info.serial.p[0] == 0 &&
                  t.info.serial.p[2] == (char)m.last);
        ck_assert_uint_eq(t.cms->n_certs, 1);
    }
    arena_free(m.a);
}
END_TEST

/* Without certReq no certificate is inside: the token is judged with the one that is known. */
START_TEST(bare)
{
    struct made m;
    struct digest_value v;
    struct tsp_token t;
    struct tsp_check check;
    str der;
    BUF_SCOPED out = BUF_INIT(TSP_MAX);
    make(&m);
    m.authority.accuracy = 999;
    m.authority.ordering = true;
    struct tsp_request r = ask(DIGEST_SHA256, &v);
    r.cert_req = false;
    r.nonce = (str){NULL, 0};
    answer(&m, &r, &out, NULL);
    t_ok(tsp_response_read(buf_str(&out), &der, NULL));
    t_ok(tsp_token_read(m.a, der, &t, NULL));
    ck_assert(t.cms->n_certs == 0 && t.info.ordering && t.info.accuracy == 999 && !t.info.nonce.p);
    ck_assert_int_eq(t.info.time, now);
    t_ok(tsp_verify(&t, r.imprint, &r, NULL, 0, &check));
    ck_assert(check.outcome == TSP_SIGNATURE && check.cms.outcome == CMS_NO_CERTIFICATE);
    t_ok(tsp_verify(&t, r.imprint, &r, &m.cert, 1, &check));
    ck_assert_int_eq(check.outcome, TSP_VALID);
    arena_free(m.a);
}
END_TEST

static enum tsp_failure refusal(const struct made *m, str request)
{
    struct tsp_answered a;
    struct err err = {0};
    str der;
    BUF_SCOPED out = BUF_INIT(TSP_MAX);
    t_ok(tsp_answer(&m->authority, request, &out, &a));
    ck_assert(!a.granted);
    ck_assert_int_eq(tsp_response_read(buf_str(&out), &der, &err), E_UNAVAILABLE);
    ck_assert_str_eq(err.main.code, "TSP-002");
    ck_assert(!str_eq(err.main.arg[0], STR("?")));
    return a.failure;
}

static enum tsp_failure refusal_of(const struct made *m, const struct tsp_request *r)
{
    BUF_SCOPED b = BUF_INIT(TSP_MAX);
    tsp_request_write(r, &b);
    return refusal(m, buf_str(&b));
}

START_TEST(refused)
{
    struct made m;
    struct digest_value v;
    make(&m);
    struct tsp_request r = ask(DIGEST_SHA1, &v);
    ck_assert_int_eq(refusal_of(&m, &r), TSP_BAD_ALG);
    r = ask(DIGEST_SHA512, &v);
    m.authority.digests = 1U << DIGEST_SHA256;
    ck_assert_int_eq(refusal_of(&m, &r), TSP_BAD_ALG);
    r = ask(DIGEST_SHA256, &v);
    r.policy = STR("\x2a\x03\x09");
    ck_assert_int_eq(refusal_of(&m, &r), TSP_UNACCEPTED_POLICY);
    r.policy.p = NULL;
    r.imprint.n--;
    ck_assert_int_eq(refusal_of(&m, &r), TSP_BAD_DATA_FORMAT);
    ck_assert_int_eq(refusal(&m, STR_EMPTY), TSP_BAD_DATA_FORMAT);
    r = ask(DIGEST_SHA256, &v);
    BUF_SCOPED b = BUF_INIT(TSP_MAX);
    tsp_request_write(&r, &b);
    b.p[4] = 2; /* version */
    ck_assert_int_eq(refusal(&m, buf_str(&b)), TSP_BAD_REQUEST);
    b.p[4] = 1;
    buf_put(&b, STR("\xa0\x00")); /* extensions */
    b.p[1] = (char)(b.p[1] + 2);
    ck_assert_int_eq(refusal(&m, buf_str(&b)), TSP_UNACCEPTED_EXTENSION);
    clock_works = false;
    ck_assert_int_eq(refusal_of(&m, &r), TSP_TIME_NOT_AVAILABLE);
    arena_free(m.a);
}
END_TEST

/* Each thing that a token may be wrong in has its name. */
START_TEST(judged)
{
    struct made m;
    struct digest_value v;
    struct digest_value other = digest_of(DIGEST_SHA256, STR("other"));
    struct tsp_token t;
    struct tsp_check check;
    BUF_SCOPED out = BUF_INIT(TSP_MAX);
    make(&m);
    struct tsp_request r = ask(DIGEST_SHA256, &v);
    answer(&m, &r, &out, NULL);
    t_ok(tsp_accept(m.a, buf_str(&out), &r, &t, NULL));
    t_ok(tsp_verify(&t, digest_str(&other), NULL, NULL, 0, &check));
    ck_assert_int_eq(check.outcome, TSP_IMPRINT);
    struct tsp_request asked = r;
    asked.nonce = STR("\x01\x02\x04");
    t_ok(tsp_verify(&t, r.imprint, &asked, NULL, 0, &check));
    ck_assert_int_eq(check.outcome, TSP_NONCE);
    asked.nonce.p = NULL;
    asked.policy = other_policy;
    t_ok(tsp_verify(&t, r.imprint, &asked, NULL, 0, &check));
    ck_assert_int_eq(check.outcome, TSP_POLICY);
    arena_free(m.a);
    for (int i = 0; i < 3; i++) {
        BUF_SCOPED reply = BUF_INIT(TSP_MAX);
        struct err err = {0};
        make_with(&m, i == 0 ? eku_timestamping : i == 1 ? eku_email_too : STR_EMPTY, i > 0);
        ck_assert_int_eq(tsp_signer_check(m.cert, &err), E_INVALID);
        ck_assert_str_eq(err.main.code, "TSP-004");
        answer(&m, &r, &reply, NULL);
        err_clear(&err);
        ck_assert_int_eq(tsp_accept(m.a, buf_str(&reply), &r, &t, &err), E_INVALID);
        ck_assert_str_eq(err.main.code, "TSP-003");
        t_str(err.main.arg[0], STR("purpose"));
        arena_free(m.a);
    }
}
END_TEST

/* Each octet of the answer altered: never accepted with another time, imprint or serial. */
START_TEST(damaged)
{
    struct made m;
    struct digest_value v;
    struct tsp_token t;
    BUF_SCOPED out = BUF_INIT(TSP_MAX);
    make(&m);
    struct tsp_request r = ask(DIGEST_SHA256, &v);
    answer(&m, &r, &out, NULL);
    t_ok(tsp_accept(m.a, buf_str(&out), &r, &t, NULL));
    BUF_SCOPED info = BUF_INIT(TSP_MAX);
    buf_put(&info, t.cms->content);
    for (size_t i = 0; i < out.n; i++) {
        struct arena *a = arena_new(1 << 20);
        out.p[i] ^= 4;
        if (tsp_accept(a, buf_str(&out), &r, &t, NULL) == OK)
            t_loop(str_eq(t.cms->content, buf_str(&info)));
        ck_assert(tsp_accept(a, str_sub(buf_str(&out), 0, i), &r, &t, NULL) != OK);
        out.p[i] ^= 4;
        arena_free(a);
    }
    arena_free(m.a);
}
END_TEST

T_MAIN("crypto/tsp", granted, bare, refused, judged, damaged)

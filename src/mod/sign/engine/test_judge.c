/* What sign_judge() makes of what a reader found: a sub-indication for each way in which a signature can lack something
 * (ETSI EN 319 102-1). How the formats come to their subjects is in their own tests. */
#include "mod/sign/engine/judge.h"

#include "crypto/cms.h"
#include "mod/sign/engine/cades.h"
#include "mod/sign/engine/test_authority.h"
#include "mod/sign/engine/validate.h"

enum { ROOM = 1 << 20, STAMPS = 2 };

static struct world w;
static struct sign_rules rules;
static struct sign_subject subject;
static struct tsp_token token[STAMPS];
static struct sign_stamp stamp[STAMPS];
static struct sign_judgement result;

static void setup_with(enum pkey_kind kind)
{
    world_open(&w, kind);
    rules = world_rules(&w);
    subject = (struct sign_subject){.format = SIGN_CADES,
                                    .cert = w.signer_cert,
                                    .scheme = {.digest = DIGEST_SHA256},
                                    .names_cert = true,
                                    .stamps = stamp};
}

static void setup(void)
{
    setup_with(PKEY_P256);
}

static void teardown(void)
{
    arena_free(w.a);
}

/* A time-stamp that its reader found to hold. */
static void add_stamp(enum sign_stamp_kind kind, instant time)
{
    size_t i = subject.n_stamps++;
    ck_assert_uint_lt(i, STAMPS);
    token[i] = (struct tsp_token){.info.time = time};
    stamp[i] = (struct sign_stamp){
        .kind = kind,
        .token = &token[i],
        .check = {.outcome = TSP_VALID, .cms = {.cert = w.tsa_cert, .scheme = {.digest = DIGEST_SHA256}}}};
}

/* The list as of `at` is what there is to say of revocation. */
static void list_of(instant at)
{
    instant now = w.now;
    w.now = at;
    rules = world_rules(&w);
    rules.now = w.now = now;
}

static void judged_as(enum sub_indication sub)
{
    t_ok(sign_judge(w.a, &rules, &subject, &result));
    ck_assert_msg(result.sub == sub, "%s, not %s", sub_indication_name(result.sub), sub_indication_name(sub));
    ck_assert_int_eq(result.verdict, sub_indication_verdict(sub));
    ck_assert_int_eq(result.presumption, sub == SUB_NONE ? PRESUMPTION_LICENSED : PRESUMPTION_NONE);
}

START_TEST(what_the_reader_found)
{
    setup();
    judged_as(SUB_NONE);
    subject.cert = NULL;
    judged_as(SUB_NO_SIGNING_CERTIFICATE_FOUND);
    subject.cert = w.signer_cert;
    for (enum sub_indication s = SUB_NONE; s < SUB_INDICATIONS; s++) { /* nothing after it mends it */
        subject.form = s;
        judged_as(s);
    }
    teardown();
}
END_TEST

START_TEST(names_of_outcomes)
{
    static const struct {
        enum cms_outcome outcome;
        enum sub_indication sub;
    } rows[] = {
        {CMS_VALID, SUB_NONE},
        {CMS_NO_CERTIFICATE, SUB_NO_SIGNING_CERTIFICATE_FOUND},
        {CMS_DIGEST_MISMATCH, SUB_HASH_FAILURE},
        {CMS_SIGNATURE_WRONG, SUB_SIG_CRYPTO_FAILURE},
        {CMS_WEAK_DIGEST, SUB_CRYPTO_CONSTRAINTS_FAILURE},
        {CMS_ALGORITHM, SUB_CRYPTO_CONSTRAINTS_FAILURE},
        {CMS_CERT_MISMATCH, SUB_SIG_CONSTRAINTS_FAILURE},
        {CMS_NO_CONTENT, SUB_SIGNED_DATA_NOT_FOUND},
        {CMS_FORMAT, SUB_FORMAT_FAILURE},
        {CMS_CONTENT_TYPE, SUB_FORMAT_FAILURE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(sub_of_cms(rows[i].outcome) == rows[i].sub, "row %zu", i);
}
END_TEST

/* ---- real signatures with something turned over ---- */

static enum sub_indication judged_cms(str der, str content)
{
    const struct sign_data file = {.name = STR("a.txt"), .bytes = content};
    struct sign_outcome o;
    t_ok(validate_cms(w.a, der, (struct sign_files){&file, content.p ? 1 : 0}, &rules, &o));
    ck_assert_uint_eq(o.n, 1);
    return o.v[0].result.sub;
}

START_TEST(altered)
{
    setup();
    const str words = STR("旭日東升\n");
    struct sign_raised made;
    struct cms *cms;
    BUF_SCOPED out = BUF_INIT(ROOM);
    const struct cms_content with = {.has_time = true, .time = w.now};
    t_ok(cades_sign(w.a, w.signer, &with, words, false, &(struct sign_raise){.level = SIGN_B}, &out, &made, NULL));
    ck_assert_int_eq(judged_cms(buf_str(&out), words), SUB_NONE);
    ck_assert_int_eq(judged_cms(buf_str(&out), STR("x")), SUB_HASH_FAILURE);
    ck_assert_int_eq(judged_cms(buf_str(&out), (str){NULL, 0}), SUB_SIGNED_DATA_NOT_FOUND);
    out.p[out.n - 20] ^= 1; /* the signature's value is at the end */
    t_ok(cms_read(w.a, buf_str(&out), &cms, NULL));
    ck_assert_int_eq(judged_cms(buf_str(&out), words), SUB_SIG_CRYPTO_FAILURE);
    teardown();
}
END_TEST

/* ---- time ---- */

START_TEST(order_of_stamps)
{
    setup();
    add_stamp(STAMP_SIGNATURE, w.now - HOUR);
    add_stamp(STAMP_ARCHIVE, w.now - MINUTE);
    judged_as(SUB_NONE);
    ck_assert(result.best_proven && result.best == w.now - HOUR);
    subject.n_stamps = 0;
    add_stamp(STAMP_SIGNATURE, w.now - MINUTE); /* over the signature, and younger than what covers both */
    add_stamp(STAMP_ARCHIVE, w.now - HOUR);
    judged_as(SUB_TIMESTAMP_ORDER_FAILURE);
    subject.n_stamps = 0;
    add_stamp(STAMP_SIGNATURE, w.now + MINUTE); /* from the future: no proof, no harm */
    judged_as(SUB_NONE);
    ck_assert_int_eq(stamp[0].sub, SUB_TIMESTAMP_ORDER_FAILURE);
    ck_assert(!result.best_proven);
    subject.n_stamps = 0;
    add_stamp(STAMP_CONTENT, w.now - HOUR); /* older than the signature: says nothing about it */
    judged_as(SUB_NONE);
    ck_assert_int_eq(stamp[0].sub, SUB_NONE);
    ck_assert(!result.best_proven);
    teardown();
}
END_TEST

START_TEST(evidence_out_of_date)
{
    setup();
    w.now += 30 * DAY;
    list_of(world_start); /* for a week */
    judged_as(SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE);
    add_stamp(STAMP_SIGNATURE, world_start + DAY); /* the list was current when the signature was there already … */
    stamp[0].check.cms.cert = w.tsa_cert;
    judged_as(SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE); /* … but for the authority, which is judged now */
    ck_assert_int_eq(stamp[0].sub, SUB_REVOCATION_OUT_OF_BOUNDS_NO_POE);
    list_of(w.now);
    judged_as(SUB_NONE);
    ck_assert(result.best_proven);
    teardown();
}
END_TEST

START_TEST(after_the_end)
{
    setup();
    instant end = w.signer_cert->not_after;
    w.now = end + 3 * DAY;
    list_of(end - DAY); /* good to its end */
    judged_as(SUB_OUT_OF_BOUNDS_NOT_REVOKED);
    list_of(end - 30 * DAY);
    judged_as(SUB_OUT_OF_BOUNDS_NO_POE);
    list_of(end - DAY);
    subject.has_time = true;
    subject.time = end + DAY; /* its own word against it */
    judged_as(SUB_EXPIRED);
    subject.time = end - DAY; /* for it: no proof */
    judged_as(SUB_OUT_OF_BOUNDS_NOT_REVOKED);
    teardown();
}
END_TEST

/* ---- strength ---- */

START_TEST(digests)
{
    setup();
    subject.scheme.digest = DIGEST_SHA1;
    judged_as(SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE);
    subject.scheme.digest = DIGEST_NONE;
    judged_as(SUB_CRYPTO_CONSTRAINTS_FAILURE);
    teardown();
}
END_TEST

/* RSA of 2,048 bits is strong enough to the end of 2029, and later when it is proven to be from then. */
START_TEST(short_keys)
{
    setup_with(PKEY_RSA);
    world_signer(&w, PKEY_RSA, (struct cert_profile){.not_after = world_start + 3000 * DAY});
    subject.cert = w.signer_cert;
    judged_as(SUB_NONE);
    w.now = world_start + 1500 * DAY; /* the beginning of 2031 */
    list_of(w.now);
    judged_as(SUB_CRYPTO_CONSTRAINTS_FAILURE_NO_POE);
    add_stamp(STAMP_SIGNATURE, world_start + DAY);
    judged_as(SUB_NONE);
    teardown();
}
END_TEST

/* ---- the path ---- */

static str list_by(struct cert *by, struct pkey *key, const struct cert *revoked)
{
    BUF_SCOPED der = BUF_INIT(1 << 16);
    const struct crl_profile p = {.this_update = w.now, .next_update = w.now + 7 * DAY, .number = 1};
    struct crl_revoked one = {.when = w.now - DAY, .reason = CRL_CA_COMPROMISE};
    if (revoked)
        one.serial = revoked->serial;
    t_ok(crl_make(&p, &one, revoked ? 1 : 0, by, key, &der));
    return arena_str(w.a, buf_str(&der));
}

static struct cert *altered_cert(const struct cert *from)
{
    struct cert *c;
    BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
    buf_put(&der, from->der);
    der.p[der.n - 10] ^= 1; /* in the signature */
    t_ok(cert_read(w.a, arena_str(w.a, buf_str(&der)), &c, NULL));
    return c;
}

START_TEST(authority_between)
{
    setup();
    const struct cert_profile ca = {
        .is_ca = true, .has_path_length = true, .usage = CERT_KEY_CERT_SIGN | CERT_CRL_SIGN};
    const struct cert_profile person = {.usage = CERT_DIGITAL_SIGNATURE};
    struct pkey *key = world_key(&w, PKEY_P256), *below_key = world_key(&w, PKEY_P256);
    struct cert *issuing = world_cert(&w, ca, "中繼", key, w.ca, w.ca_key);
    struct crl *lists[2];
    struct cert *inside[] = {issuing, NULL};
    subject.cert = world_cert(&w, person, "王小明", w.signer_key, issuing, key);
    judged_as(SUB_NO_CERTIFICATE_CHAIN_FOUND);
    subject.certs = inside;
    subject.n_certs = 1;
    judged_as(SUB_TRY_LATER); /* no list of the issuing authority's */
    t_ok(crl_read(w.a, list_by(w.ca, w.ca_key, NULL), &lists[0], NULL));
    t_ok(crl_read(w.a, list_by(issuing, key, NULL), &lists[1], NULL));
    rules.crls = lists;
    rules.n_crls = 2;
    judged_as(SUB_NONE);
    t_ok(crl_read(w.a, list_by(w.ca, w.ca_key, issuing), &lists[0], NULL));
    judged_as(SUB_REVOKED_CA_NO_POE);
    t_ok(crl_read(w.a, list_by(w.ca, w.ca_key, NULL), &lists[0], NULL));
    inside[1] = world_cert(&w, ca, "再下一層", below_key, issuing, key); /* which may have none below it */
    subject.cert = world_cert(&w, person, "王小明", w.signer_key, inside[1], below_key);
    subject.n_certs = 2;
    judged_as(SUB_CHAIN_CONSTRAINTS_FAILURE);
    subject.cert = altered_cert(world_cert(&w, person, "王小明", w.signer_key, issuing, key));
    judged_as(SUB_CERTIFICATE_CHAIN_GENERAL_FAILURE); /* the issuer did not sign this */
    teardown();
}
END_TEST

T_MAIN("sign/judge", what_the_reader_found, names_of_outcomes, altered, order_of_stamps, evidence_out_of_date,
       after_the_end, digests, short_keys, authority_between)

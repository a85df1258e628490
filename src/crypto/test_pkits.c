/* NIST's Public Key Interoperability Test Suite: every case of ../shared/data/sign/pkits/pkits.json has the published
 * outcome, but for the named exceptions. The
 * fault, the certificate at fault, and when and why it was revoked are compared too. */
#include "base/json.h"
#include "crypto/der.h"
#include "crypto/revocation.h"
#include "sys/file.h"
#include "t.h"

static const char folder[] = RISE_SHARED "/data/sign/pkits";
enum { CERTS_MAX = 8, CRLS_MAX = 8, MANY = 1 << 26 };

/* Where our answer is another one, and why that is right. */
static const struct {
    const char *id, *why;
} exceptions[] = {
    {"40105", "DSA parameters inherited from the issuer's key: OpenSSL 3 does not know them, nobody has issued such a "
              "certificate since"},
};

/* The published words of a refusal, and the fault that says the same here. */
static const struct {
    const char *words;
    enum path_fault fault;
} faults[] = {
    {"issuer was revoked", PATH_REVOCATION_UNKNOWN},
    {"was revoked", PATH_REVOKED},
    {"CRL", PATH_REVOCATION_UNKNOWN},
    {"revocation information", PATH_REVOCATION_UNKNOWN},
    {"do not cover all revocation reasons", PATH_REVOCATION_UNKNOWN},
    {"could not be verified", PATH_BAD_SIGNATURE},
    {"is not valid until", PATH_NOT_YET_VALID},
    {"expired", PATH_EXPIRED},
    {"issuer name could not be matched", PATH_NO_CHAIN},
    {"is not a CA", PATH_NOT_A_CA},
    {"is not allowed to sign certificates", PATH_NOT_A_CA},
    {"exceeds the maximum path length", PATH_LENGTH},
    {"valid set of policies", PATH_POLICY},
    {"policy mapping", PATH_POLICY},
    {"namespace of the issuing authority", PATH_NAMES},
    {"unsupported critical extension", PATH_EXTENSION},
};

struct rig {
    struct arena *a;
    struct cert *anchor;
    struct crl *anchor_crl;
};

static str load(struct rig *r, const char *kind, str name)
{
    BUF_SCOPED bytes = BUF_INIT(1 << 20);
    struct err err = {0};
    str path = arena_printf(r->a, "%s/%s/%.*s", folder, kind, STR_ARG(name));
    ck_assert_msg(file_read(path.p, &bytes, &err) == OK, "%s cannot be read", path.p);
    return arena_str(r->a, buf_str(&bytes));
}

static struct cert *cert_of(struct rig *r, str name)
{
    struct cert *c = NULL;
    struct err err = {0};
    ck_assert_msg(cert_read(r->a, load(r, "certs", name), &c, &err) == OK, "%.*s", STR_ARG(name));
    return c;
}

static struct crl *crl_of(struct rig *r, str name)
{
    struct crl *c = NULL;
    struct err err = {0};
    bool broken =
        str_eq(name, STR("BadCRLSignatureCACRL.crl")); /* its damage is the signature's count of unused bits */
    ck_assert_msg((crl_read(r->a, load(r, "crls", name), &c, &err) == OK) != broken, "%.*s", STR_ARG(name));
    return c;
}

static const instant at = INT64_C(1651363200) * SECOND; /* 2022-05-01, as the cases were published for */

static struct path run(struct rig *r, const struct json *test, struct revocation *status)
{
    struct cert *pool[CERTS_MAX];
    struct crl *crls[CRLS_MAX];
    str policies[4];
    const struct json *params = json_get(test, "params");
    const struct json *wanted = json_get(params, "user_initial_policy_set");
    struct path_trust t = {
        .anchors = &r->anchor,
        .n_anchors = 1,
        .pool = pool,
        .policies = policies,
        .explicit_policy = json_bool(json_get(params, "initial_explicit_policy"), false),
        .inhibit_mapping = json_bool(json_get(params, "initial_policy_mapping_inhibit"), false),
        .inhibit_any = json_bool(json_get(params, "initial_any_policy_inhibit"), false),
    };
    struct revocation_evidence e = {.crls = crls};
    for (const struct json *j; (j = json_at(json_get(test, "other_certs"), t.n_pool)) != NULL; t.n_pool++)
        pool[t.n_pool] = cert_of(r, json_str(j));
    size_t n = 0;
    crls[e.n_crls++] = r->anchor_crl;
    for (const struct json *j; (j = json_at(json_get(test, "crls"), n++)) != NULL;)
        if ((crls[e.n_crls] = crl_of(r, json_str(j))) != NULL)
            e.n_crls++;
    for (const struct json *j; (j = json_at(wanted, t.n_policies)) != NULL; t.n_policies++)
        t_ok(der_oid_parse(r->a, json_str(j), &policies[t.n_policies]));
    struct path p;
    t_ok(path_check(r->a, &t, &e, cert_of(r, json_str(json_get(test, "cert"))), at, &p, status));
    return p;
}

static const char *exception(str name)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof exceptions[0]; i++)
        if (str_eq(name, str_of(exceptions[i].id)))
            return exceptions[i].why;
    return NULL;
}

static bool says(str words, const char *part)
{
    return str_find(words, str_of(part)) >= 0;
}

static enum path_fault fault_of(str words)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (says(words, faults[i].words))
            return faults[i].fault;
    ck_abort_msg("no fault for \"%.*s\"", STR_ARG(words));
}

static const char *reason_words(enum crl_reason r)
{
    return r == CRL_KEY_COMPROMISE ? "a compromised key"
           : r == CRL_HOLD         ? "a certificate hold"
                                   : "an affiliation change";
}

/* "… revoked at 08:30:00 on 2010-01-01, due to a compromised key" */
static bool same_revocation(struct rig *r, str words, const struct revocation *found)
{
    struct civil c = instant_civil(found->since, 0);
    str when = arena_printf(r->a, "revoked at %02d:%02d:%02d on %04d-%02d-%02d, due to %s", c.hour, c.minute, c.second,
                            c.year, c.month, c.day, reason_words(found->reason));
    return says(words, when.p);
}

/* "the end-entity certificate", or "intermediate certificate 1", counted from the anchor. */
static bool same_place(str words, const struct path *p)
{
    if (p->fault == PATH_REVOCATION_UNKNOWN || p->fault == PATH_POLICY) /* others count or ask in another order */
        return true;
    if (says(words, "end-entity"))
        return p->at == 0;
    return !says(words, "intermediate certificate 1 ") || p->at + 2 == p->n;
}

static void judge_one(struct rig *r, const struct json *test)
{
    struct revocation status[PATH_LENGTH_MAX];
    const struct json *error = json_get(test, "error");
    str name = json_str(json_get(test, "id"));
    str words = json_str(json_get(error, "msg_regex"));
    struct path p = run(r, test, status);
    str about = arena_printf(r->a, "%.*s %.*s: %s at %zu of %zu", STR_ARG(name),
                             STR_ARG(json_str(json_get(test, "name"))), path_fault_name(p.fault), p.at, p.n);
    if (exception(name)) {
        printf("%s, which is right: %s\n", about.p, exception(name));
        ck_assert_msg((p.fault == PATH_OK) != !error, "%s: no longer an exception", about.p);
        return;
    }
    ck_assert_msg(p.fault == (error ? fault_of(words) : PATH_OK), "%s", about.p);
    ck_assert_msg(!error || same_place(words, &p), "%s: another certificate", about.p);
    if (!error)
        ck_assert_msg((int64_t)p.n == json_int(json_get(test, "path_len"), (int64_t)p.n), "%s", about.p);
    if (p.fault == PATH_REVOKED)
        ck_assert_msg(same_revocation(r, words, &status[p.at]), "%s: another revocation", about.p);
    if (says(words, "not recent enough"))
        ck_assert_msg(status[p.at].gap == REVOCATION_NOT_CURRENT && status[p.at].crl, "%s", about.p);
}

static void judge_all(const char *file, size_t count)
{
    if (!file_exists(folder)) {
        printf("skipped: %s is not there\n", folder);
        return;
    }
    struct rig r = {.a = arena_new(MANY)};
    struct err err = {0};
    const struct json *tests = NULL;
    r.anchor = cert_of(&r, STR("TrustAnchorRootCertificate.crt"));
    r.anchor_crl = crl_of(&r, STR("TrustAnchorRootCRL.crl"));
    t_ok(json_parse(r.a, load(&r, ".", str_of(file)), 1 << 20, &tests, &err));
    ck_assert_uint_eq(json_count(tests), count);
    for (size_t i = 0; i < json_count(tests); i++)
        judge_one(&r, json_at(tests, i));
    arena_free(r.a);
}

START_TEST(published_outcomes)
{
    judge_all("pkits.json", 246);
}
END_TEST

START_TEST(user_notices)
{
    judge_all("pkits-user-notice.json", 10);
}
END_TEST

T_MAIN("crypto/pkits", published_outcomes, user_notices)

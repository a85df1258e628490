/* XAdES and JAdES before the judge: the same verdicts as for other formats. */
#include "mod/sign/engine/test_xades.h"
#include "mod/sign/engine/validate_xml.h"

static struct sign_anchor anchor;

static struct sign_rules rules(bool trusting)
{
    anchor = (struct sign_anchor){.cert = test_cert(a, test_ca_pem)};
    return (struct sign_rules){.anchors = &anchor, .n_anchors = trusting ? 1 : 0, .now = noon + DAY};
}

static struct xml_judged xades_judged(str text, bool trusting)
{
    struct xades *x;
    struct xml_judged k;
    struct sign_rules r = rules(trusting);
    t_ok(xades_read(a, text, &x, NULL));
    t_ok(validate_xades(a, x, 0, NULL, 0, &r, &k));
    return k;
}

static void verdict_is(const struct xml_judged *k, enum verdict v, enum sub_indication s)
{
    ck_assert_str_eq(sub_indication_name(k->result.sub), sub_indication_name(s));
    ck_assert_int_eq(k->result.verdict, v);
}

START_TEST(xades)
{
    setup();
    anchor = (struct sign_anchor){0};
    for (size_t i = 0; i < XML_SIGNERS; i++) {
        t_ok(make(XADES_ENVELOPED, &signers[i], &invoice, 1, NULL));
        str text = arena_str(a, buf_str(&made));
        struct xml_judged k = xades_judged(text, true);
        ck_assert_int_eq(k.subject.form, SUB_NONE);
        verdict_is(&k, VERDICT_INDETERMINATE, SUB_TRY_LATER); /* nothing at hand says whether it was revoked */
        ck_assert_int_eq(k.result.level, SIGN_B);
        k = xades_judged(text, false);
        verdict_is(&k, VERDICT_INDETERMINATE, SUB_NO_CERTIFICATE_CHAIN_FOUND);
        k = xades_judged(with(a, text, "100 &amp;", "101 &amp;"), true);
        verdict_is(&k, VERDICT_FAILED, SUB_HASH_FAILURE);
        k = xades_judged(with(a, text, "URI=\"\"", "URI=\"#none\""), true);
        verdict_is(&k, VERDICT_FAILED, SUB_FORMAT_FAILURE);
        k = xades_judged(with(a, text, "<ds:SignatureMethod", "<ds:SignatureMethod Id=\"x\""), true);
        verdict_is(&k, VERDICT_FAILED, SUB_SIG_CRYPTO_FAILURE);
    }
    teardown();
}
END_TEST

START_TEST(jades)
{
    setup();
    for (size_t i = 0; i < SIGNERS; i++) {
        struct jades *j;
        struct xml_judged k;
        struct sign_rules r = rules(true);
        struct jades_request q = {.key = test_key(a, signers[i].key),
                                  .cert = test_cert(a, signers[i].cert),
                                  .pss = signers[i].pss,
                                  .time = noon,
                                  .data = &invoice,
                                  .n_data = 1};
        buf_clear(&made);
        t_ok(jades_make(&q, &made, NULL));
        t_ok(jades_read(a, buf_str(&made), &j, NULL));
        t_ok(validate_jades(a, j, NULL, 0, &r, &k));
        verdict_is(&k, VERDICT_INDETERMINATE, SUB_TRY_LATER);
        t_ok(jades_read(a, with(a, buf_str(&made), ".P", ".Q"), &j, NULL));
        t_ok(validate_jades(a, j, NULL, 0, &r, &k));
        verdict_is(&k, VERDICT_FAILED, SUB_SIG_CRYPTO_FAILURE);
    }
    teardown();
}
END_TEST

T_MAIN("sign/validate_xml", xades, jades)

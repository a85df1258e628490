/* Trusted lists: whose signature is believed, which services count, and when. */
#include "mod/sign/engine/tsl.h"

#include "mod/sign/engine/test_tsl.h"

static struct arena *a;

static struct tsl *read_service(const struct service *s)
{
    struct tsl *l = NULL;
    struct cert *one = test_cert(a, signers[0].cert);
    t_ok(tsl_read(a, signed_by(a, &signers[0], list_text(a, s)), &one, 1, &l, NULL));
    return l;
}

START_TEST(what_a_list_says)
{
    a = arena_new(1 << 28);
    struct service s = plain;
    s.history = "withdrawn";
    const struct tsl *l = read_service(&s);
    t_str(l->scheme, STR("XX:Supervision"));
    t_str(l->territory, STR("XX"));
    ck_assert_int_eq(l->sequence, 17);
    ck_assert(l->has_next && l->next_update > l->issued);
    ck_assert_uint_eq(l->n, 1);
    t_str(l->services[0].provider, STR("測試"));
    ck_assert_int_eq(l->services[0].use, USE_SIGNATURES);
    ck_assert_uint_eq(l->services[0].n_periods, 2);
    ck_assert(l->services[0].periods[0].granted && !l->services[0].periods[1].granted);
    ck_assert_int_gt(l->services[0].periods[0].from, l->services[0].periods[1].from);
    arena_free(a);
}
END_TEST

START_TEST(services_that_count)
{
    static const struct {
        struct service s;
        size_t n;
        bool granted;
    } rows[] = {
        {{"CA/QC", "granted", "2024-01-01T00:00:00Z", NULL, NULL}, 1, true},
        {{"TSA/QTST", "granted", "2024-01-01T00:00:00Z", NULL, NULL}, 1, true},
        {{"CA/QC", "undersupervision", "2014-01-01T00:00:00Z", NULL, NULL}, 1, true},
        {{"CA/QC", "withdrawn", "2024-01-01T00:00:00Z", NULL, NULL}, 1, false},
        {{"CA/QC", "grantedX", "2024-01-01T00:00:00Z", NULL, NULL}, 1, false},
        {{"CA/PKC", "granted", "2024-01-01T00:00:00Z", NULL, NULL}, 0, false},
        {{"NationalRootCA-QC", "granted", "2024-01-01T00:00:00Z", NULL, NULL}, 0, false},
        {{"CA/QC", "granted", "2024-01-01T00:00:00Z",
          "<AdditionalServiceInformation><URI xml:lang='en'>" FOR "eSignatures</URI></AdditionalServiceInformation>",
          NULL},
         1,
         true},
        {{"CA/QC", "granted", "2024-01-01T00:00:00Z",
          "<AdditionalServiceInformation><URI xml:lang='en'>" FOR
          "WebSiteAuthentication</URI></AdditionalServiceInformation>",
          NULL},
         1,
         false},
        {{"CA/QC", "granted", "2024-01-01T00:00:00Z", "<x:y xmlns:x='urn:x'/>", NULL}, 1, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        a = arena_new(1 << 28);
        const struct tsl *l = read_service(&rows[i].s);
        ck_assert_msg(l->n == rows[i].n, "row %zu", i);
        if (l->n)
            ck_assert_msg(l->services[0].periods[0].granted == rows[i].granted, "row %zu", i);
        arena_free(a);
    }
}
END_TEST

static void refused(str xml, const char *code)
{
    struct tsl *l = NULL;
    struct err err = {0};
    struct cert *one = test_cert(a, signers[0].cert);
    t_rc(tsl_read(a, xml, &one, 1, &l, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, code);
}

START_TEST(lists_that_are_refused)
{
    a = arena_new(1 << 28);
    str text = list_text(a, &plain);
    str good = signed_by(a, &signers[0], text);
    refused(text, "SIG-301"); /* nobody signed it */
    refused(signed_by(a, &signers[1], text), "SIG-613");
    refused(with(a, good, "/granted", "/withdrawn"), "SIG-612");
    refused(signed_by(a, &signers[0], STR("<a/>")), "SIG-611");
    refused(signed_by(a, &signers[0], with(a, text, ">6</TSLV", ">4</TSLV")), "SIG-611");
    refused(signed_by(a, &signers[0], with(a, text, "2026-12-01T00", "soon")), "SIG-611");
    refused(signed_by(a, &signers[0], with(a, text, "2024-01-01T00", "then")), "SIG-611");
    refused(signed_by(a, &signers[0], with(a, text, "2026-12-01T00", "1926-12-01T00")), "SIG-612");
    /* the signature over a part of its own, put into a list that nobody signed */
    const struct sign_data other = {.mime = STR("text/plain"), .bytes = STR("x")};
    BUF_SCOPED own = BUF_INIT(ROOM);
    t_ok(xades_make(a,
                    &(struct xades_request){.form = XADES_ENVELOPING,
                                            .key = test_key(a, signers[0].key),
                                            .cert = test_cert(a, signers[0].cert),
                                            .time = noon,
                                            .data = &other,
                                            .n_data = 1},
                    &own, NULL));
    str signature = str_sub(buf_str(&own), (size_t)str_find(buf_str(&own), STR("<ds:Signature")), SIZE_MAX);
    BUF_SCOPED b = BUF_INIT(ROOM);
    buf_put(&b, str_sub(text, 0, text.n - strlen("</TrustServiceStatusList>")));
    buf_printf(&b, "%.*s</TrustServiceStatusList>", STR_ARG(signature));
    refused(buf_str(&b), "SIG-612");
    arena_free(a);
}
END_TEST

/* Signed by `signers[0]` under the CA that the list is about. */
static enum sub_indication judged_at(const struct service *s, instant at, const char **words)
{
    const struct tsl *l = read_service(s);
    struct sign_anchor anchor = {.cert = l->services[0].cert,
                                 .use = l->services[0].use,
                                 .periods = l->services[0].periods,
                                 .n_periods = l->services[0].n_periods};
    const struct sign_rules rules = {.anchors = &anchor, .n_anchors = 1, .now = at};
    struct sign_subject subject = {.format = SIGN_XADES,
                                   .cert = test_cert(a, signers[0].cert),
                                   .scheme = pkey_scheme(test_key(a, signers[0].key)),
                                   .names_cert = true};
    struct sign_judgement j;
    t_ok(sign_judge(a, &rules, &subject, &j));
    *words = j.words;
    return j.sub;
}

START_TEST(granted_at_the_time)
{
    const char *words;
    struct service s = plain;
    a = arena_new(1 << 28);
    ck_assert_int_eq(judged_at(&s, noon + 30 * DAY, &words),
                     SUB_TRY_LATER); /* found; whether it was revoked is not known */
    s.from = "2027-01-01T00:00:00Z";
    ck_assert_int_eq(judged_at(&s, noon + 30 * DAY, &words), SUB_NO_CERTIFICATE_CHAIN_FOUND);
    ck_assert_ptr_nonnull(strstr(words, "not granted there at that time"));
    s.history = "granted"; /* it will be withdrawn, but not yet */
    s.status = "withdrawn";
    ck_assert_int_eq(judged_at(&s, noon + 30 * DAY, &words), SUB_TRY_LATER);
    s.type = "TSA/QTST";
    ck_assert_int_eq(judged_at(&s, noon + 30 * DAY, &words), SUB_NO_CERTIFICATE_CHAIN_FOUND);
    arena_free(a);
}
END_TEST

T_MAIN("sign/tsl", what_a_list_says, services_that_count, lists_that_are_refused, granted_at_the_time)

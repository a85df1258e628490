/* Signatures made here are read here; tests/sign/xml.sh has npm's jose read them, and us its. */
#include "mod/sign/engine/jades.h"

#include "mod/sign/engine/test_jades.h"
#include "mod/sign/engine/test_signer.h"

enum { ROOM = 1 << 24 };

static struct arena *a;
static struct buf made = BUF_INIT(ROOM);

static const struct sign_data order = {.mime = STR_INIT("application/json"),
                                       .bytes = STR_INIT("{\"買方\":\"林𣿆川\",\"total\":100}")};

static void setup(void)
{
    a = arena_new(ROOM * 8);
}

static void teardown(void)
{
    arena_free(a);
    buf_free(&made);
}

static rc make(enum jades_form form, const struct signer *s, bool detached, struct err *err)
{
    struct cert *ca = test_cert(a, test_ca_pem);
    buf_clear(&made);
    return jades_make(&(struct jades_request){.form = form,
                                              .key = test_key(a, s->key),
                                              .cert = test_cert(a, s->cert),
                                              .chain = &ca,
                                              .n_chain = 1,
                                              .pss = s->pss,
                                              .time = noon,
                                              .detached = detached,
                                              .data = detached ? files : &order,
                                              .n_data = detached ? 2 : 1},
                      &made, err);
}

static struct jades_check judged(str text, const struct sign_data *beside, size_t n)
{
    struct jades *j;
    struct jades_check k = {.outcome = JADES_FORMAT};
    struct err err = {0};
    if (jades_read(a, text, &j, &err) != OK)
        ck_assert_ptr_nonnull(err.main.msgid);
    else
        t_ok(jades_verify(a, j, beside, n, NULL, 0, &k));
    return k;
}

static void outcome_is(str text, const struct sign_data *beside, size_t n, enum jades_outcome want)
{
    struct jades_check k = judged(text, beside, n);
    ck_assert_msg(k.outcome == want, "%s at \"%.*s\", not %s", jades_outcome_name(k.outcome), STR_ARG(k.where),
                  jades_outcome_name(want));
}

START_TEST(every_form_and_key_holds)
{
    setup();
    for (size_t i = 0; i < SIGNERS; i++)
        for (int form = JADES_COMPACT; form <= JADES_JSON; form++) {
            struct jades *j;
            t_ok(make((enum jades_form)form, &signers[i], false, NULL));
            outcome_is(buf_str(&made), NULL, 0, JADES_VALID);
            t_ok(jades_read(a, buf_str(&made), &j, NULL));
            t_str(j->payload, order.bytes);
            t_ok(make((enum jades_form)form, &signers[i], true, NULL));
            struct jades_check k = judged(buf_str(&made), files, 2);
            ck_assert_int_eq(k.outcome, JADES_VALID);
            ck_assert(k.detached && k.covered[0] && k.covered[1] && k.has_time && k.time == noon);
            outcome_is(buf_str(&made), files, 1, JADES_NO_CONTENT);
            struct sign_data other[] = {files[0], {files[1].name, files[1].mime, STR("\0\1\2\376")}};
            outcome_is(buf_str(&made), other, 2, JADES_DIGEST_MISMATCH);
        }
    teardown();
}
END_TEST

START_TEST(every_changed_letter_is_seen)
{
    setup();
    for (int form = JADES_COMPACT; form <= JADES_JSON; form++) {
        t_ok(make((enum jades_form)form, &signers[0], false, NULL));
        str whole = arena_str(a, buf_str(&made));
        for (size_t i = 0; i < whole.n; i++) {
            struct arena *all = a;
            made.p[i] ^= 1;
            a = arena_new(ROOM);
            ck_assert_msg(judged(buf_str(&made), NULL, 0).outcome != JADES_VALID, "form %d, byte %zu", form, i);
            arena_free(a);
            a = all;
            made.p[i] ^= 1;
        }
    }
    teardown();
}
END_TEST

START_TEST(what_cannot_be_made_is_said)
{
    struct err err = {0};
    setup();
    t_rc(make(JADES_COMPACT, &(struct signer){"", test_p384_key, test_p256_pem, false}, false, &err), E_INVALID);
    t_str(str_of(err.main.code), STR("SIG-403"));
    err_clear(&err);
    t_rc(make(JADES_COMPACT, &(struct signer){"", test_p256_key, test_p256_pem, true}, false, &err), E_INVALID);
    t_str(str_of(err.main.code), STR("SIG-405"));
    teardown();
}
END_TEST

/* A JWS with this header over "payload", signed with P-256 as a careless signer would. {x} stands for x5c and x5t#S256,
 * as they should be. */
static str signed_with(const char *header)
{
    BUF_SCOPED h = BUF_INIT(ROOM);
    BUF_SCOPED x = BUF_INIT(ROOM);
    BUF_SCOPED input = BUF_INIT(ROOM);
    BUF_SCOPED der = BUF_INIT(ROOM);
    BUF_SCOPED raw = BUF_INIT(ROOM);
    struct cert *c = test_cert(a, test_p256_pem);
    struct digest_value v = digest_of(DIGEST_SHA256, c->der);
    buf_put(&x, STR("\"x5c\":[\""));
    buf_base64(&x, c->der);
    buf_put(&x, STR("\"],\"x5t#S256\":\""));
    buf_base64url(&x, digest_str(&v));
    buf_put(&x, STR("\""));
    buf_put(&h, strstr(header, "{x}") ? with(a, str_of(header), "{x}", arena_cstr(a, buf_str(&x))) : str_of(header));
    buf_base64url(&input, buf_str(&h));
    buf_putc(&input, '.');
    buf_base64url(&input, STR("payload"));
    t_ok(pkey_sign(test_key(a, test_p256_key), (struct pkey_scheme){DIGEST_SHA256, false}, buf_str(&input), &der));
    t_ok(pkey_raw_from_der(PKEY_P256, buf_str(&der), &raw));
    buf_putc(&input, '.');
    buf_base64url(&input, buf_str(&raw));
    return arena_str(a, buf_str(&input));
}

START_TEST(headers)
{
    static const struct {
        const char *header;
        enum jades_outcome want;
    } rows[] = {
        {"{\"alg\":\"ES256\",{x}}", JADES_VALID},
        {"{\"alg\":\"ES256\",{x},\"iat\":1795608000,\"crit\":[\"iat\"]}", JADES_VALID},
        {"{\"alg\":\"ES256\",{x},\"sigT\":\"2025-01-01T00:00:00Z\",\"crit\":[\"sigT\"]}", JADES_VALID},
        {"{\"alg\":\"none\",{x}}", JADES_ALGORITHM},
        {"{\"alg\":\"NONE\",{x}}", JADES_ALGORITHM},
        {"{\"alg\":\"HS256\",{x}}", JADES_ALGORITHM},
        {"{\"alg\":\"ES384\",{x}}", JADES_ALGORITHM},
        {"{\"alg\":\"RS256\",{x}}", JADES_ALGORITHM},
        {"{{x}}", JADES_ALGORITHM},
        {"{\"alg\":\"ES256\",\"alg\":\"ES256\",{x}}", JADES_FORMAT},
        {"{\"alg\":\"ES256\",{x},\"crit\":[]}", JADES_CRITICAL},
        {"{\"alg\":\"ES256\",{x},\"crit\":\"iat\"}", JADES_CRITICAL},
        {"{\"alg\":\"ES256\",{x},\"crit\":[\"iat\"]}", JADES_CRITICAL},
        {"{\"alg\":\"ES256\",{x},\"exp\":1,\"crit\":[\"exp\"]}", JADES_CRITICAL},
        {"{\"alg\":\"ES256\",{x},\"crit\":[\"alg\"]}", JADES_CRITICAL},
        {"{\"alg\":\"ES256\",{x},\"iat\":1,\"crit\":[\"iat\",\"iat\"]}", JADES_CRITICAL},
        {"{\"alg\":\"ES256\",{x},\"b64\":true}", JADES_CRITICAL},
        {"{\"alg\":\"ES256\",{x},\"iat\":1,\"sigT\":\"2025-01-01T00:00:00Z\"}", JADES_FORMAT},
        {"{\"alg\":\"ES256\",{x},\"iat\":\"1\"}", JADES_FORMAT},
        {"{\"alg\":\"ES256\",{x},\"sigT\":\"yesterday\"}", JADES_FORMAT},
        {"{\"alg\":\"ES256\"}", JADES_FORMAT},
        {"{\"alg\":\"ES256\",{x},\"x5t#o\":{\"digAlg\":\"S512\",\"digVal\":\"AA\"}}", JADES_FORMAT},
        {"{\"alg\":\"ES256\",\"x5t#S256\":\"AAAA\"}", JADES_NO_CERTIFICATE},
        {"{\"alg\":\"ES256\",\"x5t#S256\":\"AAA=\"}", JADES_FORMAT},
        {"{\"alg\":\"ES256\",{x},\"sigD\":{\"mId\":\"http://uri.etsi.org/19182/ObjectIdByURIHash\",\"pars\":[\"a\"],"
         "\"hashM\":\"S256\",\"hashV\":[\"AA\"]}}",
         JADES_FORMAT}, /* a payload and files: which counts? */
        {"[]", JADES_FORMAT},
        {"no json", JADES_FORMAT},
    };
    setup();
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct jades_check k = judged(signed_with(rows[i].header), NULL, 0);
        ck_assert_msg(k.outcome == rows[i].want, "row %zu: %s at %.*s", i, jades_outcome_name(k.outcome),
                      STR_ARG(k.where));
    }
    teardown();
}
END_TEST

/* One text that two readers could take for two things. */
START_TEST(second_readings)
{
    setup();
    t_ok(make(JADES_JSON, &signers[0], false, NULL));
    str whole = arena_str(a, buf_str(&made));
    outcome_is(with(a, whole, "{\"payload\"", "{\"payload\":\"AAAA\",\"payload\""), NULL, 0, JADES_FORMAT);
    outcome_is(with(a, whole, "{\"payload\"", "{\"header\":{\"alg\":\"none\"},\"payload\""), NULL, 0, JADES_FORMAT);
    outcome_is(with(a, whole, "{\"payload\"", "{\"header\":{\"crit\":[\"iat\"]},\"payload\""), NULL, 0, JADES_FORMAT);
    outcome_is(with(a, whole, "{\"payload\"", "{\"header\":{\"kid\":\"1\"},\"payload\""), NULL, 0, JADES_VALID);
    outcome_is(with(a, whole, "{\"payload\"", "{\"signatures\":[],\"payload\""), NULL, 0, JADES_FORMAT);
    outcome_is(with(a, whole, "\",\"protected", "=\",\"protected"), NULL, 0, JADES_FORMAT);
    t_ok(make(JADES_COMPACT, &signers[0], false, NULL));
    whole = arena_str(a, buf_str(&made));
    outcome_is(with(a, whole, ".", ".."), NULL, 0, JADES_FORMAT);
    outcome_is(str_sub(whole, 0, whole.n - 1), NULL, 0, JADES_FORMAT);
    /* JSON Web Signature's appendix F: the payload beside it */
    str rest = whole, header = str_cut(&rest, '.');
    (void)str_cut(&rest, '.');
    str bare = arena_printf(a, "%.*s..%.*s", STR_ARG(header), STR_ARG(rest));
    outcome_is(bare, &order, 1, JADES_VALID);
    outcome_is(bare, files, 1, JADES_SIGNATURE_WRONG);
    outcome_is(bare, NULL, 0, JADES_NO_CONTENT);
    teardown();
}
END_TEST

T_MAIN("sign/jades", every_form_and_key_holds, every_changed_letter_is_seen, what_cannot_be_made_is_said, headers,
       second_readings)

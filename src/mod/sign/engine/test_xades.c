/* Signatures made here are read here; tests/sign/xades.sh shows them to verifiers that others wrote. The attacks are
 * the classes of XML signature wrapping, each on a signature that was good before. */
#include "mod/sign/engine/xades.h"

#include "mod/sign/engine/test_signer.h"
#include "mod/sign/engine/test_world.h"
#include "mod/sign/engine/xades_extend.h"

enum { ROOM = 1 << 24 };
static struct arena *a;
static struct buf made = BUF_INIT(ROOM);

static void setup(void)
{
    a = arena_new(ROOM * 8);
    buf_clear(&made);
}

static void teardown(void)
{
    arena_free(a);
    buf_free(&made);
}

static rc make(enum xades_form form, const struct signer *p, const struct sign_data *data, size_t n, struct err *err)
{
    struct cert *ca = test_cert(a, test_ca_pem);
    buf_clear(&made);
    return xades_make(a,
                      &(struct xades_request){.form = form,
                                              .key = test_key(a, p->key),
                                              .cert = test_cert(a, p->cert),
                                              .chain = &ca,
                                              .n_chain = 1,
                                              .pss = p->pss,
                                              .time = noon,
                                              .data = data,
                                              .n_data = n},
                      &made, err);
}

/* Of a text that may be no XML any more: then the reader's refusal counts as FORMAT. */
static struct xades_check judged_with(str text, const struct sign_data *files, size_t n_files)
{
    struct xades *x;
    struct xades_check k = {.outcome = XADES_FORMAT};
    struct err err = {0};
    if (xades_read(a, text, &x, &err) != OK)
        ck_assert_ptr_nonnull(err.main.msgid);
    else
        t_ok(xades_verify(a, x, 0, files, n_files, NULL, 0, &k));
    return k;
}

static void outcome_is(str text, const struct sign_data *files, size_t n_files, enum xades_outcome want)
{
    struct xades_check k = judged_with(text, files, n_files);
    ck_assert_msg(k.outcome == want, "%s at \"%.*s\", not %s", xades_outcome_name(k.outcome), STR_ARG(k.where),
                  xades_outcome_name(want));
}

static const struct sign_data invoice = {
    .mime = STR_INIT("application/xml"),
    .bytes = STR_INIT(
        "<?xml version=\"1.0\"?>\n<!-- 發票 -->\n<inv:Invoice xmlns:inv='urn:inv' xml:lang='zh-TW' Id='doc'>\n"
        "  <inv:Buyer name=\"林𣿆川\" a='1'/>\n  <inv:Total currency='TWD'>100 &amp; 5</inv:Total>\n</inv:Invoice>\n")};
static const struct sign_data files[] = {
    {STR_INIT("契約 一.txt"), STR_INIT("text/plain"), STR_INIT("甲方\n乙方\n")},
    {STR_INIT("附件/b&c.bin"), STR_INIT("application/octet-stream"), STR_INIT("\0\1\2\377")},
};

START_TEST(every_form_and_key_holds)
{
    setup();
    for (size_t i = 0; i < XML_SIGNERS; i++) {
        t_ok(make(XADES_ENVELOPED, &signers[i], &invoice, 1, NULL));
        outcome_is(buf_str(&made), NULL, 0, XADES_VALID);
        t_ok(make(XADES_ENVELOPING, &signers[i], files, 2, NULL));
        outcome_is(buf_str(&made), NULL, 0, XADES_VALID);
        t_ok(make(XADES_DETACHED, &signers[i], files, 2, NULL));
        outcome_is(buf_str(&made), files, 2, XADES_VALID);
        outcome_is(buf_str(&made), files, 1, XADES_NO_CONTENT);
        struct xades_check k = judged_with(buf_str(&made), files, 2);
        ck_assert(k.has_time && k.time == noon && k.form == XADES_DETACHED && !k.names_cert_v1);
        ck_assert(k.covered[0] && k.covered[1] && k.n_references == 3 && k.scheme.pss == signers[i].pss);
        ck_assert(cert_same(k.cert, test_cert(a, signers[i].cert)));
    }
    teardown();
}
END_TEST

START_TEST(the_document_keeps_its_bytes)
{
    setup();
    t_ok(make(XADES_ENVELOPED, &signers[0], &invoice, 1, NULL));
    str end = STR("</inv:Invoice>\n"), whole = buf_str(&made);
    ck_assert(str_starts(whole, str_sub(invoice.bytes, 0, invoice.bytes.n - end.n)) && str_ends(whole, end));
    teardown();
}
END_TEST

static const str empty_roots[] = {STR_INIT("<a/>"), STR_INIT("<p:a xmlns:p='urn:u' b='/>'/>"), STR_INIT("<a></a>"),
                                  STR_INIT("<?pi x?><a xmlns='urn:x'>\r\n&#13;</a><!-- c --><?y?>")};

START_TEST(odd_documents_are_enveloped)
{
    setup();
    for (size_t i = 0; i < sizeof empty_roots / sizeof empty_roots[0]; i++) {
        struct sign_data d = {.mime = STR("text/xml"), .bytes = empty_roots[i]};
        t_ok(make(XADES_ENVELOPED, &signers[0], &d, 1, NULL));
        outcome_is(buf_str(&made), NULL, 0, XADES_VALID);
    }
    teardown();
}
END_TEST

START_TEST(what_cannot_be_made_is_said)
{
    struct err err = {0};
    setup();
    struct sign_data d = {.mime = STR("text/xml"), .bytes = STR("no xml")};
    t_rc(make(XADES_ENVELOPED, &signers[0], &d, 1, &err), E_INVALID);
    err_clear(&err);
    t_rc(make(XADES_ENVELOPED, &signers[0], files, 2, &err), E_INVALID);
    t_str(str_of(err.main.code), STR("SIG-305"));
    err_clear(&err);
    t_rc(make(XADES_ENVELOPED, &(struct signer){"", test_p384_key, test_p256_pem, false}, &invoice, 1, &err),
         E_INVALID);
    t_str(str_of(err.main.code), STR("SIG-303"));
    err_clear(&err);
    t_rc(make(XADES_DETACHED, &(struct signer){"", test_ed25519_key, test_ed25519_pem, false}, files, 2, &err),
         E_INVALID);
    err_clear(&err);
    t_ok(make(XADES_ENVELOPED, &signers[0], &invoice, 1, NULL));
    struct sign_data again = {.mime = STR("text/xml"), .bytes = arena_str(a, buf_str(&made))};
    t_rc(make(XADES_ENVELOPED, &signers[0], &again, 1, &err), E_CONFLICT);
    t_str(str_of(err.main.code), STR("SIG-304"));
    teardown();
}
END_TEST

/* ---- changes ---- */

static str part(str text, const char *from, const char *to)
{
    ptrdiff_t at = str_find(text, str_of(from));
    ck_assert(at >= 0);
    str rest = str_sub(text, (size_t)at, SIZE_MAX);
    ptrdiff_t end = str_find(rest, str_of(to));
    ck_assert(end >= 0);
    return arena_str(a, str_sub(rest, 0, (size_t)end + strlen(to)));
}

/* Also the name of a prefix that is declared but not needed, since an outer element declares it too. */
static bool in_space(str text, size_t at)
{
    size_t name = at;
    while (name > 0 && text.p[name - 1] >= 'a' && text.p[name - 1] <= 'z')
        name--;
    return strchr(" \t\n'\"=", text.p[at]) || str_ends(str_sub(text, 0, name), STR("xmlns:"));
}

/* Every byte of the document outside the signature, and every byte inside, one at a time: no letter may be changed
 * unseen. White space inside tags, in base64, and the kind of quote mean nothing. */
START_TEST(every_changed_letter_is_seen)
{
    setup();
    for (int form = XADES_ENVELOPED; form <= XADES_DETACHED; form++) {
        t_ok(make((enum xades_form)form, &signers[0], form == XADES_ENVELOPED ? &invoice : files,
                  form == XADES_ENVELOPED ? 1 : 2, NULL));
        str whole = arena_str(a, buf_str(&made));
        size_t signature = (size_t)str_find(whole, STR("<ds:Signature "));
        size_t key_info = (size_t)str_find(whole, STR("<ds:KeyInfo>"));
        size_t value_id = (size_t)str_find(whole, STR("Id=\"v-")),
               value_id_end = value_id + strlen("Id=\"v-0123456789abcdef\"");
        size_t after = key_info + part(whole, "<ds:KeyInfo>", "</ds:KeyInfo>").n;
        for (size_t i = 0; i < whole.n; i++) {
            bool outside = i < signature && form != XADES_ENVELOPED;
            bool comment = form == XADES_ENVELOPED && i < 42; /* declaration and comment are not signed */
            if (in_space(whole, i) || outside || comment || (i > key_info && i < after) ||
                (i >= value_id && i < value_id_end))
                continue;
            buf_clear(&made);
            buf_put(&made, whole);
            made.p[i] ^= 1;
            struct arena *all = a;
            a = arena_new(ROOM);
            struct xades_check k = judged_with(buf_str(&made), form == XADES_DETACHED ? files : NULL, 2);
            arena_free(a);
            a = all;
            ck_assert_msg(k.outcome != XADES_VALID, "form %d, byte %zu: %.*s", form, i,
                          STR_ARG(str_sub(buf_str(&made), i, 20)));
        }
    }
    teardown();
}
END_TEST

START_TEST(changed_files_and_properties)
{
    setup();
    t_ok(make(XADES_DETACHED, &signers[0], files, 2, NULL));
    struct sign_data other[] = {files[0], {files[1].name, files[1].mime, STR("\0\1\2\376")}};
    outcome_is(buf_str(&made), other, 2, XADES_DIGEST_MISMATCH);
    outcome_is(with(a, buf_str(&made), "2026-11-25T12", "2026-11-25T13"), files, 2, XADES_DIGEST_MISMATCH);
    outcome_is(with(a, buf_str(&made), "ecdsa-sha256", "ecdsa-sha1"), files, 2, XADES_SIGNATURE_WRONG);
    outcome_is(with(a, buf_str(&made), "ecdsa-sha256", "rsa-sha256"), files, 2, XADES_ALGORITHM);
    outcome_is(with(a, buf_str(&made), "ecdsa-sha256", "hmac-sha1"), files, 2, XADES_ALGORITHM);
    teardown();
}
END_TEST

/* ---- wrapping ---- */

static str joined(const str *v, size_t n)
{
    BUF_SCOPED b = BUF_INIT(ROOM);
    for (size_t i = 0; i < n; i++)
        buf_put(&b, v[i]);
    return arena_str(a, buf_str(&b));
}
#define JOIN(...) joined((const str[]){__VA_ARGS__}, sizeof((const str[]){__VA_ARGS__}) / sizeof(str))

static str good_signature(str text)
{
    return part(text, "<ds:Signature ", "</ds:Signature>");
}

START_TEST(wrapped_documents)
{
    setup();
    t_ok(make(XADES_ENVELOPED, &signers[0], &invoice, 1, NULL));
    str signed_ = arena_str(a, buf_str(&made)), root = part(signed_, "<inv:Invoice", "</inv:Invoice>"),
        sig = good_signature(signed_);
    /* the whole signed document inside another root: the signed one must be the root */
    outcome_is(JOIN(STR("<Evil xmlns='urn:inv'>"), root, STR("</Evil>")), NULL, 0, XADES_DIGEST_MISMATCH);
    /* the signature beside a new root element, the old one hidden in an Object of it */
    str original = with(a, root, sig.p, "");
    str hidden = with(a, sig, "<ds:Object><xades", "<ds:Object><xades");
    hidden = JOIN(str_sub(hidden, 0, hidden.n - 15), STR("<ds:Object>"), original, STR("</ds:Object></ds:Signature>"));
    outcome_is(JOIN(STR("<Evil>"), hidden, STR("</Evil>")), NULL, 0, XADES_DIGEST_MISMATCH);
    /* a second signature: which one counts? */
    outcome_is(JOIN(STR("<Evil>"), root, sig, STR("</Evil>")), NULL, 0, XADES_SEVERAL);
    /* inside an extension that nobody reads */
    outcome_is(JOIN(STR("<Evil Id='doc'><Header>"), root, STR("</Header></Evil>")), NULL, 0, XADES_DIGEST_MISMATCH);
    teardown();
}
END_TEST

/* References by Id, as other signers make them: built here by signing with our own key what a good signer would not. */
static str resigned(str text, const char *from_uri, const char *to_uri)
{
    return with(a, text, from_uri, to_uri);
}

START_TEST(references_to_elsewhere)
{
    setup();
    t_ok(make(XADES_ENVELOPED, &signers[0], &invoice, 1, NULL));
    str signed_ = arena_str(a, buf_str(&made));
    outcome_is(resigned(signed_, "URI=\"\"", "URI=\"#none\""), NULL, 0, XADES_REFERENCE);
    outcome_is(with(a, with(a, signed_, "URI=\"\"", "URI=\"#b\""), "<inv:Buyer", "<inv:Buyer Id='b'"), NULL, 0,
               XADES_REFERENCE);
    outcome_is(with(a, signed_, "URI=\"\"", "URI=\"#xpointer(/)\""), NULL, 0, XADES_REFERENCE);
    outcome_is(with(a, signed_, "URI=\"\"", "URI=\"file:///etc/passwd\""), NULL, 0, XADES_REFERENCE);
    outcome_is(with(a, signed_, "URI=\"\"", "URI=\"http://127.0.0.1/\""), files, 2, XADES_REFERENCE);
    /* by Id it is as good as by "" (the digest differs by what stands outside the root: nothing but the comment) */
    outcome_is(with(a, signed_, "URI=\"\"", "URI=\"#doc\""), NULL, 0, XADES_SIGNATURE_WRONG);
    outcome_is(with(a, with(a, signed_, "URI=\"\"", "URI=\"#doc\""), "<inv:Buyer", "<inv:Buyer id='doc'"), NULL, 0,
               XADES_REFERENCE);
    /* SignedProperties twice under one Id, the good ones moved away */
    str properties = part(signed_, "<xades:SignedProperties", "</xades:SignedProperties>");
    str twice = with(a, signed_, "</inv:Total>", arena_cstr(a, JOIN(properties, STR("</inv:Total>"))));
    ck_assert_int_ne(judged_with(twice, NULL, 0).outcome, XADES_VALID);
    str moved = with(a, with(a, signed_, properties.p, ""), "<xades:QualifyingProperties",
                     arena_cstr(a, JOIN(properties, STR("<xades:QualifyingProperties"))));
    outcome_is(moved, NULL, 0, XADES_FORMAT);
    teardown();
}
END_TEST

START_TEST(transforms)
{
    static const char *const bad[] = {
        "http://www.w3.org/TR/1999/REC-xslt-19991116", "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2", "http://www.w3.org/2000/09/xmldsig#base64", "urn:none"};
    setup();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        t_ok(make(XADES_ENVELOPED, &signers[0], &invoice, 1, NULL));
        outcome_is(with(a, buf_str(&made), "http://www.w3.org/2000/09/xmldsig#enveloped-signature", bad[i]), NULL, 0,
                   XADES_TRANSFORM);
        outcome_is(
            with(a, buf_str(&made), "<ds:Transforms>",
                 arena_cstr(a, JOIN(STR("<ds:Transforms><ds:Transform Algorithm=\""), str_of(bad[i]), STR("\"/>")))),
            NULL, 0, XADES_TRANSFORM);
    }
    teardown();
}
END_TEST

START_TEST(objects_that_nobody_signed)
{
    setup();
    t_ok(make(XADES_ENVELOPING, &signers[0], files, 2, NULL));
    str whole = arena_str(a, buf_str(&made)), object = part(whole, "<ds:Object xmlns", "</ds:Object>");
    outcome_is(with(a, whole, "<ds:Object xmlns", "<ds:Object Id='x'>evil</ds:Object><ds:Object xmlns"), NULL, 0,
               XADES_NOT_COVERED);
    outcome_is(with(a, whole, object.p, arena_cstr(a, JOIN(object, object))), NULL, 0, XADES_REFERENCE); /* Id twice */
    outcome_is(with(a, whole, "<ds:Object xmlns", "evil<ds:Object xmlns"), NULL, 0,
               XADES_VALID); /* text is no content */
    outcome_is(with(a, whole, "<ds:Object xmlns", "<evil/><ds:Object xmlns"), NULL, 0, XADES_FORMAT);
    /* the signed Object moved into another one, a new one in its place */
    str wrap = with(a, whole, object.p, arena_cstr(a, JOIN(STR("<ds:Object>"), object, STR("</ds:Object>"))));
    outcome_is(wrap, NULL, 0, XADES_REFERENCE);
    teardown();
}
END_TEST

/* ---- levels ---- */

static const struct sign_data *data_of(enum xades_form form, size_t *n)
{
    *n = form == XADES_ENVELOPED ? 1 : 2;
    return form == XADES_ENVELOPED ? &invoice : files;
}

static str raised(struct world *w, enum xades_form form, enum sign_level level, struct sign_raised *how)
{
    size_t n;
    const struct sign_data *data = data_of(form, &n);
    struct xades_request r = {.form = form,
                              .key = w->key,
                              .cert = w->signer_cert,
                              .time = noon,
                              .data = data,
                              .n_data = n,
                              .in_container = form == XADES_DETACHED};
    struct sign_raise o = {.level = level, .pool = &w->ca, .n_pool = 1, .net = &w->net};
    BUF_SCOPED first = BUF_INIT(ROOM);
    buf_clear(&made);
    t_ok(xades_make(a, &r, &first, NULL));
    t_ok(xades_extend(a, buf_str(&first), files, 2, &o, &made, how, NULL));
    return arena_str(a, buf_str(&made));
}

static void read_stamps(str text, struct xades **x, struct xades_stamp **v, size_t *n)
{
    outcome_is(text, files, 2, XADES_VALID);
    t_ok(xades_read(a, text, x, NULL));
    t_ok(xades_stamps(a, *x, 0, files, 2, NULL, 0, v, n, NULL));
}

START_TEST(levels)
{
    setup();
    for (int form = XADES_ENVELOPED; form <= XADES_DETACHED; form++)
        for (enum sign_level level = SIGN_B; level <= SIGN_LTA; level++) {
            struct world w;
            struct sign_raised how;
            struct xades *x;
            struct xades_stamp *v;
            struct xades_evidence e;
            size_t n;
            open_world(&w);
            read_stamps(raised(&w, (enum xades_form)form, level, &how), &x, &v, &n);
            ck_assert_int_eq(how.level, level);
            ck_assert_int_eq(how.why.code, OK);
            ck_assert_uint_eq(n, level == SIGN_B ? 0 : level == SIGN_LTA ? 2 : 1);
            for (size_t i = 0; i < n; i++)
                ck_assert_int_eq(v[i].check.outcome, TSP_VALID);
            t_ok(xades_evidence(a, x, 0, &e, NULL));
            ck_assert_uint_eq(e.n_certs, level >= SIGN_LT ? 2 : 0);
            ck_assert_uint_eq(e.n_crls + e.n_ocsps, level >= SIGN_LT ? 2 : 0);
            ck_assert(level < SIGN_LTA || v[1].kind == XADES_ARCHIVE_STAMP);
            arena_free(w.a);
        }
    teardown();
}
END_TEST

/* One stamp more; what was there keeps its bytes and still holds. */
START_TEST(raised_again)
{
    struct world w;
    struct sign_raised how;
    struct xades *x;
    struct xades_stamp *v;
    size_t n;
    setup();
    open_world(&w);
    struct sign_raise o = {.level = SIGN_LTA, .pool = &w.ca, .n_pool = 1, .net = &w.net};
    str once = raised(&w, XADES_ENVELOPED, SIGN_LTA, &how);
    buf_clear(&made);
    t_ok(xades_extend(a, once, NULL, 0, &o, &made, &how, NULL));
    read_stamps(buf_str(&made), &x, &v, &n);
    ck_assert_uint_eq(n, 3);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(v[i].check.outcome, TSP_VALID);
    size_t same = 0;
    while (same < once.n && once.p[same] == made.p[same])
        same++;
    ck_assert(str_ends(buf_str(&made), str_sub(once, same, SIZE_MAX)));
    arena_free(w.a);
    teardown();
}
END_TEST

START_TEST(dead_services_lower_the_level)
{
    setup();
    for (int dead = 0; dead < 2; dead++) {
        struct world w;
        struct sign_raised how;
        open_world(&w);
        w.no_stamps = dead == 0;
        w.no_revocation = dead == 1;
        outcome_is(raised(&w, XADES_ENVELOPING, SIGN_LTA, &how), NULL, 0, XADES_VALID);
        ck_assert_int_eq(how.level, dead == 0 ? SIGN_B : SIGN_T);
        ck_assert_int_eq(how.why.code, E_UNAVAILABLE);
        arena_free(w.a);
    }
    teardown();
}
END_TEST

/* A stamp covers what stood before it: a change there breaks it, and the stamp before it too where it is covered. */
START_TEST(changes_break_stamps)
{
    static const struct {
        const char *from, *to;
        bool signature_stamp, archive_stamp; /* still hold */
    } rows[] = {
        {"<xades:CertificateValues", "<xades:CertificateValues Id=\"x\"", true, false},
        {"<ds:KeyInfo>", "<ds:KeyInfo Id=\"x\">", true, false},
        {"<ds:SignatureValue Id=\"v-", "<ds:SignatureValue Id=\"w-", false, false},
    };
    struct world w;
    struct sign_raised how;
    setup();
    open_world(&w);
    str text = raised(&w, XADES_DETACHED, SIGN_LTA, &how);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct xades *x;
        struct xades_stamp *v;
        size_t n;
        read_stamps(with(a, text, rows[i].from, rows[i].to), &x, &v, &n);
        ck_assert_uint_eq(n, 2);
        ck_assert_int_eq(v[0].check.outcome, rows[i].signature_stamp ? TSP_VALID : TSP_IMPRINT);
        ck_assert_int_eq(v[1].check.outcome, rows[i].archive_stamp ? TSP_VALID : TSP_IMPRINT);
    }
    arena_free(w.a);
    teardown();
}
END_TEST

START_TEST(what_does_not_hold_is_not_raised)
{
    struct world w;
    struct sign_raised how;
    struct err err = {0};
    setup();
    open_world(&w);
    str text = raised(&w, XADES_ENVELOPED, SIGN_B, &how);
    struct sign_raise o = {.level = SIGN_T, .net = &w.net};
    buf_clear(&made);
    t_rc(xades_extend(a, with(a, text, "100 &amp;", "101 &amp;"), NULL, 0, &o, &made, &how, &err), E_INVALID);
    t_str(str_of(err.main.code), STR("SIG-306"));
    ck_assert_int_eq(w.asked_stamps, 0);
    arena_free(w.a);
    teardown();
}
END_TEST

T_MAIN("sign/xades", every_form_and_key_holds, the_document_keeps_its_bytes, odd_documents_are_enveloped,
       what_cannot_be_made_is_said, every_changed_letter_is_seen, changed_files_and_properties, wrapped_documents,
       references_to_elsewhere, transforms, objects_that_nobody_signed, levels, raised_again,
       dead_services_lower_the_level, changes_break_stamps, what_does_not_hold_is_not_raised)

/* Signatures made here are read here; tests/sign/xml.mjs shows them to verifiers that others wrote. */
#include "mod/sign/engine/test_xades.h"

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

T_MAIN("sign/xades", every_form_and_key_holds, the_document_keeps_its_bytes, odd_documents_are_enveloped,
       what_cannot_be_made_is_said, every_changed_letter_is_seen, changed_files_and_properties)

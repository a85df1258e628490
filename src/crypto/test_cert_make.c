/* Certificates, requests and CRLs that we make, shown to OpenSSL and GnuTLS, and read back by ourselves. */
#include "crypto/cert_constraints.h"
#include "crypto/der.h"
#include "test_pki.h"

static const enum pkey_kind kinds[] = {PKEY_P256, PKEY_P384, PKEY_RSA, PKEY_ED25519};

START_TEST(others_accept_the_chain)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct pki k = pki_open(kinds[i]);
        const char *root = pki_cert_file(&k, "root.pem", k.root);
        const char *ca = pki_cert_file(&k, "ca.pem", k.ca);
        const char *signer = pki_cert_file(&k, "signer.pem", k.signer);
        str out;
        ck_assert_msg(PKI_RUN(&k, &out, "openssl", "verify", "-x509_strict", "-CAfile", root, "-untrusted", ca, signer),
                      "%s", out.p);
        str all = arena_printf(k.a, "%.*s%.*s%.*s", STR_ARG(pki_read(&k, "signer.pem")),
                               STR_ARG(pki_read(&k, "ca.pem")), STR_ARG(pki_read(&k, "root.pem")));
        const char *chain = pki_file(&k, "chain.pem", all);
        ck_assert_msg(PKI_RUN(&k, &out, "certtool", "--verify-chain", "--infile", chain) && pki_says(out, "Verified"),
                      "%s", out.p);
        pki_close(&k);
    }
}
END_TEST

/* Everything that a profile can say, as OpenSSL prints it. */
START_TEST(a_full_profile)
{
    struct pki k = pki_open(PKEY_P256);
    const struct cert_attribute name[] = {{oid_country, STR("TW")},
                                          {oid_organisation, STR("水獺有限公司")},
                                          {oid_common_name, STR("林𣿆川")},
                                          {oid_serial_number, STR("A-17")}};
    str policy_oid;
    t_ok(der_oid_parse(k.a, STR("1.3.6.1.4.1.99999.1"), &policy_oid));
    const struct cert_policy policy = {policy_oid, STR("https://ca.example/cps")};
    const str eku[] = {oid_eku_email, oid_eku_document};
    const str crl = STR("http://ca.example/ca.crl");
    const str ocsp = STR("http://ca.example/ocsp");
    const str issuers = STR("http://ca.example/ca.cer");
    const str email = STR("lin@example.org");
    const str dns = STR("lin.example.org");
    const struct cert_qc qc = {true, true, oid_qct_esign, STR("https://ca.example/pds"), STR("en")};
    struct cert_profile p = pki_profile(name, 4);
    p.eku = eku;
    p.n_eku = 2;
    p.policies = &policy;
    p.crls = &crl;
    p.ocsp = &ocsp;
    p.issuers = &issuers;
    p.emails = &email;
    p.dns = &dns;
    p.n_policies = p.n_crls = p.n_ocsp = p.n_issuers = p.n_emails = p.n_dns = 1;
    p.qc = &qc;
    p.ocsp_nocheck = true;
    const struct cert *c = pki_cert(k.a, &p, k.signer_key, k.ca, k.ca_key);
    str out;
    ck_assert(PKI_RUN(&k, &out, "openssl", "x509", "-noout", "-text", "-nameopt", "utf8,sep_comma_plus_space", "-in",
                      pki_cert_file(&k, "full.pem", c)));
    static const char *const parts[] = {"O=水獺有限公司",
                                        "CN=林𣿆川",
                                        "Digital Signature, Non Repudiation",
                                        "E-mail Protection, 1.3.6.1.5.5.7.3.36",
                                        "Policy: 1.3.6.1.4.1.99999.1",
                                        "CPS: https://ca.example/cps",
                                        "Full Name:\n                  URI:http://ca.example/ca.crl",
                                        "OCSP - URI:http://ca.example/ocsp",
                                        "CA Issuers - URI:http://ca.example/ca.cer",
                                        "email:lin@example.org, DNS:lin.example.org",
                                        "OCSP No Check",
                                        "qcStatements"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        ck_assert_msg(pki_says(out, parts[i]), "%s in %s", parts[i], out.p);
    ck_assert(PKI_RUN(&k, &out, "openssl", "asn1parse", "-in", pki_file(&k, "full.pem", STR_EMPTY)));
    ck_assert(c->ocsp_nocheck && c->n_eku == 2 && c->n_policies == 1 && c->qc_statements.p && !c->is_ca);
    ck_assert_uint_eq(c->usage, CERT_DIGITAL_SIGNATURE | CERT_CONTENT_COMMITMENT);
    ck_assert(str_find(c->der, STR("\x03\x02\x06\xc0")) > 0); /* KeyUsage ends with its last set bit (X.690 11.2.2) */
    ck_assert(str_find(k.ca->der, STR("\x03\x02\x01\x06")) > 0);
    ck_assert_uint_eq(c->serial.n, CERT_SERIAL_BYTES);
    ck_assert(str_eq(c->authority_key_id, k.ca->subject_key_id) && cert_names_issuer(c, k.ca));
    ck_assert(!str_eq(c->serial, k.signer->serial));
    pki_close(&k);
}
END_TEST

static enum path_fault fault_under(struct pki *k, const struct cert *ca, const struct pkey *ca_key, const char *email)
{
    const struct cert_attribute name[] = {{oid_common_name, STR("x")}};
    const str address = str_of(email);
    struct cert_profile p = pki_profile(name, 1);
    p.emails = &address;
    p.n_emails = 1;
    const struct path_trust t = {
        .anchors = &k->root, .n_anchors = 1, .pool = (struct cert *[]){(struct cert *)(uintptr_t)ca}, .n_pool = 1};
    struct path path;
    const struct cert *leaf = pki_cert(k->a, &p, k->signer_key, ca, ca_key);
    bool allowed = cert_names_allowed(leaf, ca); /* the same without a path, and before there is one */
    t_ok(path_build(&t, leaf, PKI_NOW, &path));
    ck_assert_int_eq(allowed, path.fault != PATH_NAMES);
    return path.fault;
}

/* Name constraints and path length bind whoever is below. */
START_TEST(constraints_bind)
{
    struct pki k = pki_open(PKEY_P256);
    const struct cert_attribute name[] = {{oid_common_name, STR("Constrained CA")}};
    const struct cert_subtree permitted[] = {{CERT_TREE_EMAIL, STR("example.org")}};
    const struct cert_subtree excluded[] = {{CERT_TREE_EMAIL, STR("boss@example.org")}};
    struct cert_profile p = pki_profile(name, 1);
    p.is_ca = p.has_path_length = true;
    p.usage = CERT_KEY_CERT_SIGN;
    p.permitted = permitted;
    p.excluded = excluded;
    p.n_permitted = p.n_excluded = 1;
    const struct cert *ca = pki_cert(k.a, &p, k.ca_key, k.root, k.root_key);
    ck_assert_int_eq(fault_under(&k, ca, k.ca_key, "lin@example.org"), PATH_OK);
    ck_assert_int_eq(fault_under(&k, ca, k.ca_key, "lin@example.com"), PATH_NAMES);
    ck_assert_int_eq(fault_under(&k, ca, k.ca_key, "boss@example.org"), PATH_NAMES);
    ck_assert(cert_constrains_names(ca) && !cert_constrains_names(k.ca) && cert_names_allowed(k.signer, k.ca));
    t_str(cert_constraints_text(k.a, ca), STR("example.org, − boss@example.org"));
    struct cert *below = pki_make_ca(k.a, "CA below", k.delegate_key, ca, k.ca_key);
    struct cert *pool[] = {below, (struct cert *)(uintptr_t)ca};
    const struct path_trust t = {.anchors = &k.root, .n_anchors = 1, .pool = pool, .n_pool = 2};
    struct cert_profile leaf = pki_profile(name, 1);
    struct path path;
    t_ok(path_build(&t, pki_cert(k.a, &leaf, k.signer_key, below, k.delegate_key), PKI_NOW, &path));
    ck_assert_int_eq(path.fault, PATH_LENGTH);
    ck_assert_uint_eq(path.n, 4);
    pki_close(&k);
}
END_TEST

START_TEST(impossible_profiles)
{
    struct pki k = pki_open(PKEY_P256);
    const struct cert_attribute name[] = {{oid_common_name, STR("x")}};
    BUF_SCOPED out = BUF_INIT(CERT_BYTES_MAX);
    struct cert_profile p = pki_profile(name, 1);
    p.not_after = p.not_before - SECOND;
    t_rc(cert_make(&p, k.signer_key, k.ca, k.ca_key, &out), E_INVALID);
    p = pki_profile(name, 1);
    p.usage |= CERT_KEY_CERT_SIGN; /* of whom is no CA */
    t_rc(cert_make(&p, k.signer_key, k.ca, k.ca_key, &out), E_INVALID);
    p = pki_profile(name, 1);
    t_rc(cert_make(&p, k.signer_key, k.ca, k.root_key, &out), E_INVALID);   /* another's key */
    t_rc(cert_make(&p, k.ca_key, k.signer, k.signer_key, &out), E_INVALID); /* the issuer is no CA */
    t_rc(cert_make(&p, k.signer_key, NULL, k.ca_key, &out), E_INVALID);     /* self-signed by another */
    const struct cert_attribute numbers[] = {{oid_serial_number, STR("甲-1")}, {oid_serial_number, STR("A_1")}};
    for (size_t i = 0; i < 2; i++) { /* PrintableString has neither */
        p = pki_profile(&numbers[i], 1);
        t_rc(cert_make(&p, k.signer_key, k.ca, k.ca_key, &out), E_INVALID);
    }
    const str wide = STR("ａｍｙ@t.example");
    p = pki_profile(name, 1);
    p.emails = &wide;
    p.n_emails = 1;
    t_rc(cert_make(&p, k.signer_key, k.ca, k.ca_key, &out), E_INVALID);
    const struct crl_profile list = {.this_update = PKI_NOW, .next_update = PKI_NOW + DAY, .number = 1};
    t_rc(crl_make(&list, NULL, 0, k.signer, k.signer_key, &out), E_INVALID);
    ck_assert_uint_eq(out.n, 0);
    pki_close(&k);
}
END_TEST

START_TEST(requests)
{
    struct pki k = pki_open(PKEY_P256);
    const struct cert_attribute name[] = {{oid_country, STR("TW")}, {oid_common_name, STR("水獺")}};
    struct err err = {0};
    struct csr *c = NULL;
    str out;
    BUF_SCOPED der = BUF_INIT(1 << 16);
    t_ok(csr_make(name, 2, k.signer_key, &der));
    const char *ours = pki_pem(&k, "ours.csr", "CERTIFICATE REQUEST", buf_str(&der));
    ck_assert_msg(
        PKI_RUN(&k, &out, "openssl", "req", "-verify", "-noout", "-subject", "-nameopt", "utf8", "-in", ours) &&
            pki_says(out, "CN=水獺"),
        "%s", out.p);
    ck_assert(PKI_RUN(&k, &out, "certtool", "--crq-info", "--infile", ours) &&
              pki_says(out, "Self signature: verified"));
    t_ok(csr_read(k.a, buf_str(&der), &c, &err));
    ck_assert(pkey_same(c->key, k.signer_key) && !c->extensions.p);
    der.p[der.n - 1] ^= 1;
    t_rc(csr_read(k.a, buf_str(&der), &c, &err), E_DENIED);
    ck_assert_str_eq(err.main.code, "CSR-002");
    err_clear(&err);
    t_rc(csr_read(k.a, STR("nothing"), &c, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "CSR-001");

    const char *theirs = pki_file(&k, "theirs.csr", STR_EMPTY);
    ck_assert(PKI_RUN(&k, &out, "openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout",
                      pki_file(&k, "theirs.key", STR_EMPTY), "-subj", "/C=TW/CN=Otter", "-addext",
                      "subjectAltName=email:otter@example.org", "-out", theirs));
    err_clear(&err);
    t_ok(csr_read(k.a, pki_read(&k, "theirs.csr"), &c, &err));
    t_str(cert_name_text(k.a, c->subject), STR("C=TW, CN=Otter"));
    ck_assert_int_eq(pkey_kind(c->key), PKEY_RSA);
    ck_assert(str_find(c->extensions, STR("otter@example.org")) > 0);
    struct cert_profile p = pki_profile(NULL, 0);
    p.subject_name = c->subject;
    const struct cert *issued = pki_cert(k.a, &p, c->key, k.ca, k.ca_key);
    t_str(cert_name_text(k.a, issued->subject), STR("C=TW, CN=Otter"));
    pki_close(&k);
}
END_TEST

/* What says that it is encrypted is refused; nobody at the terminal is asked for a passphrase. */
START_TEST(asks_nobody)
{
    static const char pem[] = "-----BEGIN CERTIFICATE REQUEST-----\n"
                              "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00112233445566778899AABBCCDDEEFF\n\n"
                              "AAAAAAAAAAAAAAAAAAAAAA==\n-----END CERTIFICATE REQUEST-----\n";
    static const char typed[] = "passphrase\n";
    char left[sizeof typed];
    int ends[2];
    struct csr *c = NULL;
    struct err err = {0};
    struct arena *a = arena_new(1 << 20);
    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(write(ends[1], typed, strlen(typed)), (ssize_t)strlen(typed));
    close(ends[1]);
    t_rc(csr_read(a, str_of(pem), &c, &err), E_INVALID);
    ck_assert_int_eq(read(STDIN_FILENO, left, sizeof left), (ssize_t)strlen(typed)); /* still there */
    arena_free(a);
}
END_TEST

START_TEST(lists)
{
    struct pki k = pki_open(PKEY_P256);
    const struct crl_revoked revoked[] = {{k.signer->serial, PKI_NOW - DAY, CRL_KEY_COMPROMISE},
                                          {k.delegate->serial, PKI_NOW - 2 * DAY, CRL_UNSPECIFIED}};
    const str point = STR("http://ca.example/1.crl");
    const struct crl_profile p = {.this_update = PKI_NOW,
                                  .next_update = PKI_NOW + 7 * DAY,
                                  .number = 200,
                                  .points = &point,
                                  .n_points = 1,
                                  .only_users = true,
                                  .keeps_expired = true,
                                  .expired_since = PKI_NOW - 100 * DAY};
    BUF_SCOPED der = BUF_INIT(1 << 16);
    t_ok(crl_make(&p, revoked, 2, k.ca, k.ca_key, &der));
    str out;
    const char *list = pki_pem(&k, "ca.crl", "X509 CRL", buf_str(&der));
    const char *ca = pki_cert_file(&k, "ca.pem", k.ca);
    ck_assert_msg(PKI_RUN(&k, &out, "openssl", "crl", "-noout", "-text", "-in", list, "-CAfile", ca), "%s", out.p);
    static const char *const parts[] = {"CRL Number: \n                200", "Key Compromise", "Only User Certificates",
                                        "URI:http://ca.example/1.crl", "Authority Key Identifier"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        ck_assert_msg(pki_says(out, parts[i]), "%s in %s", parts[i], out.p);
    ck_assert_msg(PKI_RUN(&k, &out, "certtool", "--crl-info", "--infile", list), "%s", out.p);
    ck_assert_msg(PKI_RUN(&k, &out, "certtool", "--verify-crl", "--infile", list, "--load-ca-certificate", ca), "%s",
                  out.p);
    struct crl *c = NULL;
    struct err err = {0};
    struct crl_entry e;
    t_ok(crl_read(k.a, pki_read(&k, "ca.crl"), &c, &err));
    ck_assert(str_eq(c->der, buf_str(&der)));
    t_ok(crl_read(k.a, buf_str(&der), &c, &err));
    ck_assert(c->n == 2 && c->keeps_expired && c->has_scope && c->scope.only_users && !c->unknown_critical);
    ck_assert(crl_signed_by(c, k.ca) && !crl_signed_by(c, k.root));
    ck_assert(crl_find(c, k.signer->serial, k.ca->subject, &e) && e.reason == CRL_KEY_COMPROMISE);
    ck_assert(e.when == PKI_NOW - DAY);
    ck_assert(crl_find(c, k.delegate->serial, k.ca->subject, &e) && e.reason == CRL_UNSPECIFIED);
    ck_assert(!crl_find(c, k.ca->serial, k.ca->subject, &e) && !crl_find(c, k.signer->serial, k.root->subject, &e));
    der.p[der.n / 2] ^= 1;
    ck_assert(crl_read(k.a, buf_str(&der), &c, NULL) != OK || !crl_signed_by(c, k.ca));
    pki_close(&k);
}
END_TEST

/* OpenSSL refuses by our list whom it accepted before. */
START_TEST(a_list_revokes)
{
    struct pki k = pki_open(PKEY_P256);
    const struct crl_profile p = {.this_update = PKI_NOW, .next_update = PKI_NOW + DAY, .number = 1};
    const struct crl_revoked entry = {k.signer->serial, PKI_NOW - DAY, CRL_CESSATION};
    const char *root = pki_cert_file(&k, "root.pem", k.root);
    const char *ca = pki_cert_file(&k, "ca.pem", k.ca);
    const char *signer = pki_cert_file(&k, "signer.pem", k.signer);
    for (size_t n = 0; n <= 1; n++) {
        BUF_SCOPED der = BUF_INIT(1 << 16);
        str out;
        t_ok(crl_make(&p, &entry, n, k.ca, k.ca_key, &der));
        bool accepted =
            PKI_RUN(&k, &out, "openssl", "verify", "-crl_check", "-CRLfile",
                    pki_pem(&k, "list.pem", "X509 CRL", buf_str(&der)), "-CAfile", root, "-untrusted", ca, signer);
        ck_assert_msg(accepted == (n == 0) && pki_says(out, "certificate revoked") == (n == 1), "%s", out.p);
    }
    pki_close(&k);
}
END_TEST

T_MAIN("crypto/cert_make", others_accept_the_chain, a_full_profile, constraints_bind, impossible_profiles, requests,
       asks_nobody, lists, a_list_revokes)

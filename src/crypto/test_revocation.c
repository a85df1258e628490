/* What evidence says of a certificate: CRLs and OCSP answers, current and not, by whoever may and may not sign them. */
#include "crypto/der.h"
#include "crypto/ocsp_answer.h"
#include "test_pki.h"

static struct crl *made_crl(struct pki *k, instant made, const struct cert *revoked, instant since,
                            enum crl_reason reason)
{
    const struct crl_profile p = {.this_update = made, .next_update = made + 7 * DAY, .number = 1};
    struct crl_revoked entry = {.when = since, .reason = reason};
    BUF_SCOPED der = BUF_INIT(1 << 16);
    struct crl *c = NULL;
    struct err err = {0};
    if (revoked)
        entry.serial = revoked->serial;
    t_ok(crl_make(&p, &entry, revoked ? 1 : 0, k->ca, k->ca_key, &der));
    t_ok(crl_read(k->a, arena_str(k->a, buf_str(&der)), &c, &err));
    return c;
}

static rc say(void *arg, str serial, struct ocsp_status *out)
{
    (void)serial;
    *out = *(const struct ocsp_status *)arg;
    return OK;
}

static struct ocsp_response *made_answer(struct pki *k, const struct cert *delegate, struct ocsp_status s, instant made)
{
    const struct ocsp_responder_options o = {
        .key = k->delegate_key, .cert = delegate, .issuer = k->ca, .lasts = DAY, .arg = &s, .status = say};
    struct ocsp_responder *r = NULL;
    struct ocsp_response *answer = NULL;
    struct err err = {0};
    BUF_SCOPED der = BUF_INIT(OCSP_BYTES_MAX);
    t_ok(ocsp_responder_make(k->a, &o, &r));
    t_ok(ocsp_presign(r, DIGEST_SHA1, k->signer->serial, made, &der));
    t_ok(ocsp_read(k->a, buf_str(&der), &answer, &err));
    return answer;
}

static struct revocation ask_all(struct pki *k, const struct revocation_evidence *e, instant at)
{
    const struct path_trust t = {.anchors = &k->root, .n_anchors = 1, .pool = &k->ca, .n_pool = 1};
    struct path p;
    struct revocation out;
    t_ok(path_build(&t, k->signer, at, &p));
    ck_assert_int_eq(p.fault, PATH_OK);
    t_ok(revocation_status(k->a, &t, e, &p, 0, at, &out));
    return out;
}

static struct revocation ask_crl(struct pki *k, struct crl *c, instant at)
{
    const struct revocation_evidence e = {.crls = &c, .n_crls = 1, .now = PKI_NOW};
    return ask_all(k, &e, at);
}

static struct revocation ask_answer(struct pki *k, struct ocsp_response *r, instant at)
{
    const struct revocation_evidence e = {.answers = &r, .n_answers = 1, .now = PKI_NOW};
    return ask_all(k, &e, at);
}

START_TEST(lists)
{
    struct pki k = pki_open(PKEY_P256);
    struct crl *clean = made_crl(&k, PKI_NOW - DAY, NULL, 0, 0);
    struct revocation r = ask_crl(&k, clean, PKI_NOW);
    ck_assert(r.state == REVOCATION_GOOD && r.crl == clean && r.current && r.signer == k.ca);
    ck_assert(r.this_update == PKI_NOW - DAY && r.next_update == PKI_NOW + 6 * DAY);
    r = ask_crl(&k, clean, PKI_NOW - 10 * DAY); /* made later than what it is asked of: as good */
    ck_assert_int_eq(r.state, REVOCATION_GOOD);
    r = ask_crl(&k, clean, PKI_NOW + 7 * DAY);
    ck_assert(r.state == REVOCATION_UNKNOWN && r.gap == REVOCATION_NOT_CURRENT && r.crl == clean && !r.current);
    r = ask_crl(&k, made_crl(&k, PKI_NOW + HOUR, NULL, 0, 0), PKI_NOW); /* from the future */
    ck_assert(r.state == REVOCATION_UNKNOWN && r.gap == REVOCATION_NO_EVIDENCE);
    struct crl *bad = made_crl(&k, PKI_NOW - DAY, k.signer, PKI_NOW - 5 * DAY, CRL_SUPERSEDED);
    r = ask_crl(&k, bad, PKI_NOW);
    ck_assert(r.state == REVOCATION_REVOKED && r.since == PKI_NOW - 5 * DAY && r.reason == CRL_SUPERSEDED);
    r = ask_crl(&k, bad, PKI_NOW + 100 * DAY); /* no longer current, but what is revoked stays so */
    ck_assert(r.state == REVOCATION_REVOKED && !r.current);
    pki_close(&k);
}
END_TEST

static struct crl *listed(struct pki *k, const struct crl_profile *p, enum crl_reason reason)
{
    const struct crl_revoked entry = {k->signer->serial, PKI_NOW - 5 * DAY, reason};
    BUF_SCOPED der = BUF_INIT(1 << 16);
    struct crl *c = NULL;
    t_ok(crl_make(p, &entry, 1, k->ca, k->ca_key, &der));
    t_ok(crl_read(k->a, arena_str(k->a, buf_str(&der)), &c, NULL));
    return c;
}

/* A delta takes off hold what its base has on hold; one that is too old or too young for the base is not looked at. */
START_TEST(deltas)
{
    struct pki k = pki_open(PKEY_P256);
    const struct crl_profile whole = {.this_update = PKI_NOW - DAY, .next_update = PKI_NOW + DAY, .number = 7};
    struct crl_profile part = whole;
    struct crl *both[2] = {listed(&k, &whole, CRL_HOLD)};
    const struct revocation_evidence e = {.crls = both, .n_crls = 2};
    part.is_delta = true;
    static const struct {
        uint64_t number, base;
        enum revocation_state want;
    } cases[] = {
        {8, 7, REVOCATION_GOOD}, {8, 6, REVOCATION_GOOD}, {8, 8, REVOCATION_REVOKED}, {7, 6, REVOCATION_REVOKED}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        part.number = cases[i].number;
        part.base_number = cases[i].base;
        both[1] = listed(&k, &part, CRL_REMOVE);
        struct revocation r = ask_all(&k, &e, PKI_NOW);
        ck_assert_int_eq(r.state, cases[i].want);
        ck_assert_int_eq(r.delta == both[1], cases[i].want == REVOCATION_GOOD);
    }
    pki_close(&k);
}
END_TEST

/* Lists in the CA's name by somebody else, and keys that fit them: some are looked at, none believed. */
START_TEST(a_flood)
{
    enum { FLOOD = 200 };
    struct pki k = pki_open(PKEY_P256);
    struct cert *pool[FLOOD];
    struct crl *crls[FLOOD];
    struct cert *false_ca = pki_make_ca(k.a, "Test CA", k.delegate_key, NULL, k.delegate_key);
    const struct crl_profile p = {.this_update = PKI_NOW - DAY, .next_update = PKI_NOW + DAY};
    BUF_SCOPED der = BUF_INIT(1 << 16);
    t_ok(crl_make(&p, NULL, 0, false_ca, k.delegate_key, &der));
    for (size_t i = 0; i < FLOOD; i++) {
        pool[i] = i == 0 ? k.ca : false_ca;
        t_ok(crl_read(k.a, buf_str(&der), &crls[i], NULL));
    }
    const struct path_trust t = {.anchors = &k.root, .n_anchors = 1, .pool = pool, .n_pool = FLOOD};
    const struct revocation_evidence e = {.crls = crls, .n_crls = FLOOD};
    struct path path;
    struct revocation r;
    t_ok(path_build(&t, k.signer, PKI_NOW, &path));
    ck_assert_int_eq(path.fault, PATH_OK);
    t_ok(revocation_status(k.a, &t, &e, &path, 0, PKI_NOW, &r));
    ck_assert(r.state == REVOCATION_UNKNOWN && r.gap == REVOCATION_UNTRUSTED);
    pki_close(&k);
}
END_TEST

/* One good answer from before the revocation, then false ones: the true one behind them is not read, and nothing is
 * good. With less of them it is read. */
START_TEST(a_heap_of_false_answers)
{
    enum { HEAP = 200, FEW = 20 };
    struct pki k = pki_open(PKEY_P256);
    const struct ocsp_status good = {.state = OCSP_GOOD};
    const struct ocsp_status bad = {.state = OCSP_REVOKED, .since = PKI_NOW - HOUR, .reason = CRL_KEY_COMPROMISE};
    struct ocsp_response *v[HEAP];
    struct ocsp_response *forged = made_answer(&k, k.delegate, good, PKI_NOW - HOUR);
    forged->signature = STR("no signature");
    for (size_t i = 0; i < HEAP; i++)
        v[i] = forged;
    v[0] = made_answer(&k, k.delegate, good, PKI_NOW - 2 * HOUR);
    struct revocation_evidence e = {.answers = v, .n_answers = HEAP, .now = PKI_NOW};
    v[HEAP - 1] = v[FEW - 1] = made_answer(&k, k.delegate, bad, PKI_NOW);
    ck_assert_int_eq(ask_all(&k, &e, PKI_NOW).state, REVOCATION_REVOKED);
    v[FEW - 1] = forged;
    struct revocation r = ask_all(&k, &e, PKI_NOW);
    ck_assert(r.state == REVOCATION_UNKNOWN && r.gap == REVOCATION_UNTRUSTED);
    e.n_answers = FEW;
    ck_assert_int_eq(ask_all(&k, &e, PKI_NOW).state, REVOCATION_GOOD);
    pki_close(&k);
}
END_TEST

/* On hold, and taken off it: the youngest list counts, in whatever order they come. */
START_TEST(hold_is_lifted)
{
    struct pki k = pki_open(PKEY_P256);
    struct crl *both[] = {made_crl(&k, PKI_NOW - 3 * DAY, k.signer, PKI_NOW - 4 * DAY, CRL_HOLD),
                          made_crl(&k, PKI_NOW - DAY, NULL, 0, 0)};
    struct revocation_evidence e = {.crls = both, .n_crls = 2};
    ck_assert_int_eq(ask_all(&k, &e, PKI_NOW).state, REVOCATION_GOOD);
    struct crl *first = both[0];
    both[0] = both[1];
    both[1] = first;
    ck_assert_int_eq(ask_all(&k, &e, PKI_NOW).state, REVOCATION_GOOD);
    e.crls = both + 1;
    e.n_crls = 1;
    ck_assert_int_eq(ask_all(&k, &e, PKI_NOW).state, REVOCATION_REVOKED);
    pki_close(&k);
}
END_TEST

START_TEST(answers)
{
    struct pki k = pki_open(PKEY_P256);
    const struct ocsp_status good = {.state = OCSP_GOOD};
    const struct ocsp_status bad = {.state = OCSP_REVOKED, .since = PKI_NOW - DAY, .reason = CRL_KEY_COMPROMISE};
    const struct ocsp_status unknown = {.state = OCSP_UNKNOWN};
    struct revocation r = ask_answer(&k, made_answer(&k, k.delegate, good, PKI_NOW - HOUR), PKI_NOW);
    ck_assert(r.state == REVOCATION_GOOD && r.answer && r.current && cert_same(r.signer, k.delegate));
    r = ask_answer(&k, made_answer(&k, k.delegate, bad, PKI_NOW - HOUR), PKI_NOW);
    ck_assert(r.state == REVOCATION_REVOKED && r.since == PKI_NOW - DAY && r.reason == CRL_KEY_COMPROMISE);
    r = ask_answer(&k, made_answer(&k, k.delegate, unknown, PKI_NOW - HOUR), PKI_NOW);
    ck_assert(r.state == REVOCATION_UNKNOWN && r.gap == REVOCATION_NO_EVIDENCE);
    r = ask_answer(&k, made_answer(&k, k.delegate, good, PKI_NOW - 2 * DAY), PKI_NOW);
    ck_assert(r.state == REVOCATION_UNKNOWN && r.gap == REVOCATION_NOT_CURRENT && r.answer);
    r = ask_answer(&k, made_answer(&k, k.delegate, good, PKI_NOW + HOUR), PKI_NOW);
    ck_assert_int_eq(r.state, REVOCATION_UNKNOWN);
    struct ocsp_response *forged = made_answer(&k, k.delegate, good, PKI_NOW - HOUR);
    struct ocsp_response *other = made_answer(&k, k.delegate, bad, PKI_NOW - HOUR);
    forged->signature = other->signature;
    r = ask_answer(&k, forged, PKI_NOW);
    ck_assert(r.state == REVOCATION_UNKNOWN && r.gap == REVOCATION_UNTRUSTED);
    pki_close(&k);
}
END_TEST

/* An answer that is younger than a list lifts a hold; nothing else is taken back. */
START_TEST(contradictions)
{
    struct pki k = pki_open(PKEY_P256);
    const struct ocsp_status good = {.state = OCSP_GOOD};
    const struct ocsp_status bad = {.state = OCSP_REVOKED, .since = PKI_NOW - DAY, .reason = CRL_KEY_COMPROMISE};
    struct crl *hold = made_crl(&k, PKI_NOW - 2 * DAY, k.signer, PKI_NOW - 4 * DAY, CRL_HOLD);
    struct crl *gone = made_crl(&k, PKI_NOW - 2 * DAY, k.signer, PKI_NOW - 4 * DAY, CRL_SUPERSEDED);
    struct crl *clean = made_crl(&k, PKI_NOW - HOUR, NULL, 0, 0);
    struct ocsp_response *both[] = {made_answer(&k, k.delegate, good, PKI_NOW - HOUR),
                                    made_answer(&k, k.delegate, bad, PKI_NOW - 2 * HOUR)};
    struct revocation_evidence e = {.crls = &hold, .n_crls = 1, .answers = both, .n_answers = 1};
    struct revocation r = ask_all(&k, &e, PKI_NOW);
    ck_assert(r.state == REVOCATION_GOOD && r.answer == both[0] && !r.crl);
    e.crls = &gone;
    r = ask_all(&k, &e, PKI_NOW);
    ck_assert(r.state == REVOCATION_REVOKED && r.crl == gone && r.since == PKI_NOW - 4 * DAY);
    e.crls = &clean;
    e.n_answers = 2;
    r = ask_all(&k, &e, PKI_NOW);
    ck_assert(r.state == REVOCATION_REVOKED && r.answer == both[1]);
    pki_close(&k);
}
END_TEST

/* A delegate without nocheck must itself be known as good; one that has expired, or was revoked, says nothing. */
START_TEST(delegates)
{
    struct pki k = pki_open(PKEY_P256);
    const struct ocsp_status good = {.state = OCSP_GOOD};
    struct cert *checked = pki_make_delegate(&k, false, PKI_NOW + DAY);
    struct cert *expired = pki_make_delegate(&k, true, PKI_NOW - DAY);
    struct ocsp_response *answer = made_answer(&k, checked, good, PKI_NOW - HOUR);
    struct crl *clean = made_crl(&k, PKI_NOW - DAY, NULL, 0, 0);
    struct crl *bad = made_crl(&k, PKI_NOW - DAY, checked, PKI_NOW - 3 * DAY, CRL_KEY_COMPROMISE);
    struct revocation_evidence e = {.answers = &answer, .n_answers = 1};
    struct revocation r = ask_all(&k, &e, PKI_NOW);
    ck_assert(r.state == REVOCATION_UNKNOWN && r.gap == REVOCATION_UNTRUSTED);
    e.crls = &clean;
    e.n_crls = 1;
    r = ask_all(&k, &e, PKI_NOW);
    ck_assert(r.state == REVOCATION_GOOD && r.answer == answer); /* younger than the list */
    e.crls = &bad;
    r = ask_all(&k, &e, PKI_NOW);
    ck_assert(r.state == REVOCATION_GOOD && r.crl == bad && !r.answer); /* the list alone */
    answer = made_answer(&k, expired, good, PKI_NOW - HOUR);
    e.n_crls = 0;
    ck_assert_int_eq(ask_all(&k, &e, PKI_NOW).gap, REVOCATION_UNTRUSTED);
    pki_close(&k);
}
END_TEST

/* Who has the delegate's key, but from the CA no certificate for this, does not speak for it. */
START_TEST(not_entitled)
{
    struct pki k = pki_open(PKEY_P256);
    const struct ocsp_status good = {.state = OCSP_GOOD};
    const struct cert_attribute name[] = {{oid_common_name, STR("OCSP delegate")}};
    struct cert_profile p = pki_profile(name, 1);
    struct cert *without_eku = pki_cert(k.a, &p, k.delegate_key, k.ca, k.ca_key);
    p.eku = &oid_eku_ocsp_signing;
    p.n_eku = 1;
    struct cert *by_another = pki_cert(k.a, &p, k.delegate_key, k.root, k.root_key);
    struct ocsp_response *r = made_answer(&k, k.delegate, good, PKI_NOW - HOUR);
    ck_assert(ocsp_signer(r, k.ca, NULL, 0) == r->certs[0]);
    r->n_certs = 0;
    ck_assert(!ocsp_signer(r, k.ca, NULL, 0));
    ck_assert(!ocsp_signer(r, k.ca, &without_eku, 1));
    ck_assert(!ocsp_signer(r, k.ca, &by_another, 1));
    ck_assert(ocsp_signer(r, k.ca, &k.delegate, 1) == k.delegate);
    pki_close(&k);
}
END_TEST

/* A CA of the same name below another anchor that is trusted too cannot revoke, nor vouch for, what is not its own. */
START_TEST(the_same_name_elsewhere)
{
    struct pki k = pki_open(PKEY_P256);
    struct cert *other_root = pki_make_ca(k.a, "Other root", k.signer_key, NULL, k.signer_key);
    struct cert *other_ca = pki_make_ca(k.a, "Test CA", k.delegate_key, other_root, k.signer_key);
    struct cert *anchors[] = {k.root, other_root};
    struct cert *pool[] = {k.ca, other_ca};
    const struct path_trust t = {.anchors = anchors, .n_anchors = 2, .pool = pool, .n_pool = 2};
    const struct crl_profile p = {.this_update = PKI_NOW - DAY, .next_update = PKI_NOW + DAY};
    BUF_SCOPED der = BUF_INIT(1 << 16);
    BUF_SCOPED root_der = BUF_INIT(1 << 16);
    struct crl *crls[2];
    struct path path;
    struct revocation r;
    t_ok(crl_make(&p, NULL, 0, other_ca, k.delegate_key, &der));
    t_ok(crl_read(k.a, buf_str(&der), &crls[0], NULL));
    t_ok(crl_make(&p, NULL, 0, other_root, k.signer_key, &root_der)); /* so that only the anchor is in the way */
    t_ok(crl_read(k.a, buf_str(&root_der), &crls[1], NULL));
    const struct revocation_evidence e = {.crls = crls, .n_crls = 2};
    t_ok(path_build(&t, k.signer, PKI_NOW, &path));
    ck_assert(path.fault == PATH_OK && path.v[path.n - 1] == k.root);
    t_ok(revocation_status(k.a, &t, &e, &path, 0, PKI_NOW, &r));
    ck_assert(r.state == REVOCATION_UNKNOWN && r.gap == REVOCATION_UNTRUSTED);
    pki_close(&k);
}
END_TEST

/* What was made after the certificate's expiry proves nothing, unless its maker says that it remembers. */
START_TEST(after_expiry)
{
    struct pki k = pki_open(PKEY_P256);
    struct crl_profile p = {.this_update = k.signer->not_after + DAY, .next_update = k.signer->not_after + 9 * DAY};
    for (int keeps = 0; keeps <= 1; keeps++) {
        BUF_SCOPED der = BUF_INIT(1 << 16);
        struct crl *c = NULL;
        struct err err = {0};
        p.keeps_expired = keeps;
        p.expired_since = k.signer->not_after - DAY;
        t_ok(crl_make(&p, NULL, 0, k.ca, k.ca_key, &der));
        t_ok(crl_read(k.a, buf_str(&der), &c, &err));
        struct revocation_evidence e = {.crls = &c, .n_crls = 1};
        struct revocation r = ask_all(&k, &e, PKI_NOW);
        ck_assert_int_eq(r.state, keeps ? REVOCATION_GOOD : REVOCATION_UNKNOWN);
        ck_assert(keeps || r.gap == REVOCATION_NOT_CURRENT);
    }
    pki_close(&k);
}
END_TEST

/* An anchor's own dates do not matter, a leaf's do, also when it is the anchor. Revoked later is not revoked then. */
START_TEST(whole_paths)
{
    struct pki k = pki_open(PKEY_P256);
    struct crl *bad = made_crl(&k, PKI_NOW - DAY, k.signer, PKI_NOW - 5 * DAY, CRL_SUPERSEDED);
    const struct revocation_evidence e = {.crls = &bad, .n_crls = 1};
    struct path_trust t = {.anchors = &k.ca, .n_anchors = 1};
    struct revocation found[PATH_LENGTH_MAX];
    struct path p;
    t_ok(path_check(k.a, &t, &e, k.signer, PKI_NOW - 6 * DAY, &p, found));
    ck_assert(p.fault == PATH_OK && p.n == 2 && found[0].state == REVOCATION_REVOKED);
    t_ok(path_check(k.a, &t, &e, k.signer, PKI_NOW - 4 * DAY, &p, NULL));
    ck_assert(p.fault == PATH_REVOKED && p.at == 0);
    const struct cert_attribute name[] = {{oid_common_name, STR("Old CA")}};
    struct cert_profile profile = pki_profile(name, 1);
    profile.is_ca = true;
    profile.usage = CERT_KEY_CERT_SIGN;
    profile.not_after = PKI_NOW - DAY;
    struct cert *old = pki_cert(k.a, &profile, k.ca_key, k.root, k.root_key);
    struct cert_profile below = pki_profile(name, 1);
    struct cert *leaf = pki_cert(k.a, &below, k.signer_key, old, k.ca_key);
    t.anchors = &old;
    t_ok(path_build(&t, leaf, PKI_NOW, &p));
    ck_assert_int_eq(p.fault, PATH_OK);
    t_ok(path_build(&t, old, PKI_NOW, &p));
    ck_assert_int_eq(p.fault, PATH_EXPIRED);
    t.anchors = &k.root;
    t.pool = &old;
    t.n_pool = 1;
    t_ok(path_build(&t, leaf, PKI_NOW, &p));
    ck_assert(p.fault == PATH_EXPIRED && p.at == 1);
    pki_close(&k);
}
END_TEST

T_MAIN("crypto/revocation", lists, deltas, a_flood, a_heap_of_false_answers, hold_is_lifted, answers, contradictions,
       delegates, not_entitled, the_same_name_elsewhere, after_expiry, whole_paths)

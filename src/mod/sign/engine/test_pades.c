/* PAdES from B-B to B-LTA, made and judged by us: what holds, what does not, and under which name. What other programs
 * say of the same files: tests/sign/. */
#include "base/buf.h"
#include "mod/sign/engine/pades.h"
#include "mod/sign/engine/test_authority.h"
#include "mod/sign/engine/test_pdf.h"
#include "mod/sign/engine/validate_pdf.h"

enum { FILE_MAX = 8 << 20 };
static uint8_t revision;

static void next_id(uint8_t out[PDF_ID_LEN])
{
    memset(out, ++revision, PDF_ID_LEN);
}

static const struct pdf_place place = {.sub = PDF_SUB_CADES};

/* The document of test_pdf.h, signed at the level, in `out`. */
static void sign_file(struct world *w, struct buf *out, struct pdf_place p, enum sign_level level,
                      struct sign_raised *made)
{
    struct pdf_doc *doc;
    struct err err = {0};
    BUF_SCOPED tail = BUF_INIT(FILE_MAX);
    struct sign_raise o = {.level = level, .pool = &w->ca, .n_pool = 1, .net = &w->net};
    if (out->n == 0) {
        struct make m;
        make_document(&m, false);
        buf_put(out, buf_str(&m.out));
        buf_free(&m.out);
    }
    str bytes = arena_str(w->a, buf_str(out));
    t_ok(pdf_open(w->a, bytes, &doc, &err));
    p.made = w->now;
    next_id(p.id);
    str field;
    rc r = pades_sign(doc, w->signer, &p, NULL, &o, &tail, made, &field, &err);
    ck_assert_msg(r == OK, "%s", err.main.msgid);
    buf_put(out, buf_str(&tail));
    if (level >= SIGN_LT)
        t_ok(pades_raise(w->a, out, &o, next_id, made, &err));
    t_ok(buf_rc(out));
}

static const struct pdf_report *judge(struct world *w, const struct buf *file)
{
    struct pdf_report *report = NULL;
    struct sign_rules rules = world_rules(w);
    t_ok(validate_pdf(w->a, arena_str(w->a, buf_str(file)), &rules, &report));
    return report;
}

static void verdict_is(const struct pdf_report *r, size_t i, enum sub_indication sub)
{
    ck_assert_uint_gt(r->n, i);
    ck_assert_msg(r->v[i].result.sub == sub, "%s: %s", sub_indication_name(r->v[i].result.sub), r->v[i].result.words);
    ck_assert_int_eq(r->v[i].result.verdict, sub_indication_verdict(sub));
}

static void levels_with(enum pkey_kind kind)
{
    for (enum sign_level level = SIGN_B; level <= SIGN_LTA; level++) {
        struct world w;
        struct sign_raised made;
        BUF_SCOPED file = BUF_INIT(FILE_MAX);
        world_open(&w, kind);
        sign_file(&w, &file, place, level, &made);
        ck_assert_int_eq(made.level, level);
        const struct pdf_report *r = judge(&w, &file);
        ck_assert_uint_eq(r->n, level == SIGN_LTA ? 2 : 1);
        for (size_t i = 0; i < r->n; i++)
            verdict_is(r, i, SUB_NONE);
        ck_assert_int_eq(r->v[0].result.level, level);
        ck_assert(r->v[0].result.is_ades);
        ck_assert_int_eq(r->v[0].result.presumption, PRESUMPTION_LICENSED);
        ck_assert_int_eq(r->v[0].result.best_proven, level >= SIGN_T);
        ck_assert_int_eq(r->verdict, VERDICT_PASSED);
        arena_free(w.a);
    }
}

START_TEST(levels)
{
    levels_with(PKEY_P256);
    levels_with(PKEY_P384);
    levels_with(PKEY_RSA);
}
END_TEST

/* Whatever byte of the signed part is flipped, no signature holds. */
START_TEST(flipped_bytes)
{
    struct world w;
    struct sign_raised made;
    BUF_SCOPED file = BUF_INIT(FILE_MAX);
    world_open(&w, PKEY_P256);
    sign_file(&w, &file, place, SIGN_B, &made);
    const struct pdf_report *r = judge(&w, &file);
    size_t gap = r->v[0].signature->contents_at;
    for (size_t i = 0; i < file.n; i += i < gap || i > gap + r->v[0].signature->contents_n ? 1 : 97) {
        struct world again = w;
        again.a = arena_new(64 << 20);
        file.p[i] ^= 1;
        const struct pdf_report *bad = judge(&again, &file);
        ck_assert_msg(bad->verdict != VERDICT_PASSED || i > gap, "byte %zu", i);
        if (i > gap && i < gap + r->v[0].signature->contents_n)
            ck_assert_msg(bad->verdict != VERDICT_PASSED || bad->v[0].result.level == SIGN_B, "byte %zu", i);
        else
            ck_assert_msg(bad->verdict == VERDICT_FAILED, "byte %zu", i);
        file.p[i] ^= 1;
        arena_free(again.a);
    }
    arena_free(w.a);
}
END_TEST

START_TEST(services_that_are_dead)
{
    struct world w;
    struct sign_raised made;
    BUF_SCOPED file = BUF_INIT(FILE_MAX);
    world_open(&w, PKEY_P256);
    w.no_stamps = true;
    sign_file(&w, &file, place, SIGN_T, &made);
    ck_assert_int_eq(made.level, SIGN_B);
    ck_assert_str_eq(made.why.main.code, "TST-001");
    verdict_is(judge(&w, &file), 0, SUB_NONE);
    buf_clear(&file);
    w.no_stamps = false;
    w.no_revocation = true;
    sign_file(&w, &file, place, SIGN_LTA, &made);
    ck_assert_int_eq(made.level, SIGN_T);
    ck_assert_str_eq(made.why.main.code, "TST-002");
    verdict_is(judge(&w, &file), 0, SUB_TRY_LATER);
    w.no_revocation = false; /* raised later */
    struct sign_raise o = {.level = SIGN_LTA, .pool = &w.ca, .n_pool = 1, .net = &w.net};
    struct err err = {0};
    t_ok(pades_raise(w.a, &file, &o, next_id, &made, &err));
    ck_assert_int_eq(made.level, SIGN_LTA);
    verdict_is(judge(&w, &file), 0, SUB_NONE);
    arena_free(w.a);
}
END_TEST

START_TEST(time_goes_by)
{
    struct world w;
    struct sign_raised made;
    BUF_SCOPED b = BUF_INIT(FILE_MAX);
    BUF_SCOPED lta = BUF_INIT(FILE_MAX);
    world_open(&w, PKEY_P256);
    sign_file(&w, &b, place, SIGN_B, &made);
    sign_file(&w, &lta, place, SIGN_LTA, &made);
    w.now += 800 * DAY; /* the signer's certificate has ended, the authority's has not */
    verdict_is(judge(&w, &b), 0, SUB_OUT_OF_BOUNDS_NO_POE);
    verdict_is(judge(&w, &lta), 0, SUB_NONE);
    w.now += 3000 * DAY; /* the authority's has ended, too */
    verdict_is(judge(&w, &lta), 0, SUB_OUT_OF_BOUNDS_NO_POE);
    arena_free(w.a);
}
END_TEST

START_TEST(revoked)
{
    struct world w;
    struct sign_raised made;
    BUF_SCOPED b = BUF_INIT(FILE_MAX);
    BUF_SCOPED t = BUF_INIT(FILE_MAX);
    world_open(&w, PKEY_P256);
    sign_file(&w, &b, place, SIGN_B, &made);
    sign_file(&w, &t, place, SIGN_T, &made);
    w.now += 10 * DAY;
    w.revoked = true;
    w.revoked_since = w.now - DAY; /* after the signatures */
    verdict_is(judge(&w, &b), 0, SUB_REVOKED_NO_POE);
    verdict_is(judge(&w, &t), 0, SUB_NONE);
    w.revoked_since = world_start - DAY; /* before */
    verdict_is(judge(&w, &b), 0, SUB_REVOKED);
    verdict_is(judge(&w, &t), 0, SUB_REVOKED);
    arena_free(w.a);
}
END_TEST

START_TEST(wrong_certificates)
{
    struct world w;
    struct sign_raised made;
    BUF_SCOPED file = BUF_INIT(FILE_MAX);
    world_open(&w, PKEY_P256);
    world_signer(&w, PKEY_P256, (struct cert_profile){.not_before = world_start + DAY});
    sign_file(&w, &file, place, SIGN_B, &made);
    verdict_is(judge(&w, &file), 0, SUB_NOT_YET_VALID);
    buf_clear(&file);
    world_signer(&w, PKEY_P256, (struct cert_profile){.not_after = world_start - DAY});
    sign_file(&w, &file, place, SIGN_B, &made); /* says of itself that it is younger than its certificate */
    verdict_is(judge(&w, &file), 0, SUB_EXPIRED);
    buf_clear(&file);
    world_signer(&w, PKEY_P256, (struct cert_profile){.usage = CERT_KEY_ENCIPHERMENT});
    sign_file(&w, &file, place, SIGN_B, &made);
    verdict_is(judge(&w, &file), 0, SUB_CHAIN_CONSTRAINTS_FAILURE);
    buf_clear(&file);
    struct world stranger;
    world_open(&stranger, PKEY_P256);
    sign_file(&stranger, &file, place, SIGN_T, &made);
    const struct pdf_report *r = judge(&w, &file);
    verdict_is(r, 0, SUB_NO_CERTIFICATE_CHAIN_FOUND);
    ck_assert_int_eq(r->v[0].result.presumption, PRESUMPTION_NONE);
    ck_assert(!r->v[0].result.best_proven);
    arena_free(stranger.a);
    arena_free(w.a);
}
END_TEST

START_TEST(several_signers)
{
    struct world w;
    struct sign_raised made;
    BUF_SCOPED file = BUF_INIT(FILE_MAX);
    world_open(&w, PKEY_P256);
    for (int i = 0; i < 3; i++)
        sign_file(&w, &file, place, i == 1 ? SIGN_LTA : SIGN_B, &made);
    const struct pdf_report *r = judge(&w, &file);
    ck_assert_uint_eq(r->n, 4);
    for (size_t i = 0; i < r->n; i++) {
        verdict_is(r, i, SUB_NONE);
        ck_assert_int_eq(r->v[i].whole, i == 3);
    }
    ck_assert(r->v[0].result.best_proven); /* by the second one's document time-stamp */
    ck_assert(!r->v[3].result.best_proven);
    arena_free(w.a);
}
END_TEST

START_TEST(certification)
{
    for (int p = 1; p <= 2; p++) {
        struct world w;
        struct sign_raised made;
        struct pdf_place certify = place;
        BUF_SCOPED file = BUF_INIT(FILE_MAX);
        certify.certify = p;
        world_open(&w, PKEY_P256);
        sign_file(&w, &file, certify, SIGN_LTA, &made); /* evidence and time-stamps are permitted always */
        verdict_is(judge(&w, &file), 0, SUB_NONE);
        arena_free(w.a);
    }
}
END_TEST

/* A revision appended by hand: another page content. And something that is no revision. */
START_TEST(appended)
{
    struct world w;
    struct sign_raised made;
    BUF_SCOPED file = BUF_INIT(FILE_MAX);
    world_open(&w, PKEY_P256);
    sign_file(&w, &file, place, SIGN_B, &made);
    size_t signed_n = file.n;
    buf_put(&file, STR("4 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n"));
    const struct pdf_report *r = judge(&w, &file);
    verdict_is(r, 0, SUB_FORMAT_FAILURE);
    ck_assert_uint_eq(r->appended, file.n - signed_n);
    file.n = signed_n;
    struct pdf_doc *doc;
    struct err err = {0};
    struct pdf_update u;
    BUF_SCOPED tail = BUF_INIT(FILE_MAX);
    uint8_t id[PDF_ID_LEN];
    next_id(id);
    t_ok(pdf_open(w.a, arena_str(w.a, buf_str(&file)), &doc, &err));
    t_ok(pdf_update_begin(&u, doc, &tail, str_n(id, sizeof id)));
    t_ok(pdf_update_open(&u, (struct pdf_ref){.num = 4}));
    buf_put(&tail, STR("<< /Length 0 >>\nstream\n\nendstream"));
    pdf_update_close(&u);
    t_ok(pdf_update_finish(&u));
    buf_put(&file, buf_str(&tail));
    r = judge(&w, &file);
    verdict_is(r, 0, SUB_FORMAT_FAILURE);
    ck_assert(r->v[0].refused && r->v[0].refused->edit == PDF_EDIT_REPLACED && r->v[0].refused->object == 4);
    arena_free(w.a);
}
END_TEST

START_TEST(forgeries)
{
    static const char *const names[] = {
        "isa_A.pdf",
        "isa_B.pdf",
        "isa_C.pdf",
        "isa_D.pdf",
        "isa_E.pdf",
        "isa_F.pdf",
        "isa_G.pdf",
        "isa_H.pdf",
        "isa_I.pdf",
        "usf_01_Empty_Contents.pdf",
        "usf_02_00_Contents.pdf",
        "usf_03_Null_Contents.pdf",
        "usf_04_No_Contents_Value.pdf",
        "usf_05_No_Contents.pdf",
        "usf_12_Null_ByteRange.pdf",
        "usf_14_No_ByteRange.pdf",
    };
    if (access(FORGERIES, R_OK) != 0) {
        puts("left out: " FORGERIES " is not there");
        return;
    }
    struct world w;
    world_open(&w, PKEY_P256);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        BUF_SCOPED path = BUF_INIT(4096);
        BUF_SCOPED file = BUF_INIT(FILE_MAX);
        buf_printf(&path, "%s%s", FORGERIES, names[i]);
        t_ok(file_read(path.p, &file, NULL));
        const struct pdf_report *r = judge(&w, &file);
        ck_assert_msg(r->verdict == VERDICT_FAILED, "%s", names[i]);
        ck_assert_msg(r->n == 1, "%s: %zu signatures", names[i], r->n);
        verdict_is(r, 0, SUB_FORMAT_FAILURE);
        bool isa = names[i][0] == 'i';
        ck_assert_msg((r->appended > 0) == isa, "%s: %zu", names[i], r->appended);
        ck_assert_msg(isa || r->v[0].signature->fault != PDF_FINE, "%s", names[i]);
    }
    arena_free(w.a);
}
END_TEST

T_MAIN("sign/pades", levels, flipped_bytes, services_that_are_dead, time_goes_by, revoked, wrong_certificates,
       several_signers, certification, appended, forgeries)

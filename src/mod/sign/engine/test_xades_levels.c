#include "mod/sign/engine/test_authority.h"
#include "mod/sign/engine/test_xades.h"
#include "mod/sign/engine/xades_extend.h"

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
                              .key = w->signer_key,
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
            world_open(&w, PKEY_P256);
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
    world_open(&w, PKEY_P256);
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
        world_open(&w, PKEY_P256);
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
    world_open(&w, PKEY_P256);
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
    world_open(&w, PKEY_P256);
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

T_MAIN("sign/xades_levels", levels, raised_again, dead_services_lower_the_level, changes_break_stamps,
       what_does_not_hold_is_not_raised)

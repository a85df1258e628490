/* CAdES from B-B to B-LTA with an authority of our own behind the callbacks, and with one that is dead. */
#include "crypto/oid.h"
#include "mod/sign/engine/cades.h"
#include "mod/sign/engine/test_authority.h"

enum { FILE_MAX = 1 << 20 };
static const str words = STR_INIT("旭日東升\n");

static enum sign_level sign(struct world *w, enum sign_level level, bool attached, struct buf *out,
                            struct sign_raised *made)
{
    struct sign_raise o = {.level = level, .pool = &w->ca, .n_pool = 1, .net = &w->net};
    struct cms_content with = {.has_time = true, .time = 20000 * DAY};
    t_ok(cades_sign(w->a, w->signer, &with, words, attached, &o, out, made, NULL));
    return made->level;
}

static void read_stamps(struct world *w, str der, str content, struct cms **cms, struct cades_stamp **v, size_t *n)
{
    t_ok(cms_read(w->a, der, cms, NULL));
    t_ok(cades_stamps(w->a, *cms, &(*cms)->signatures[0], content, NULL, 0, v, n, NULL));
}

START_TEST(levels)
{
    for (int attached = 0; attached < 2; attached++) {
        for (enum sign_level level = SIGN_B; level <= SIGN_LTA; level++) {
            struct world w;
            struct sign_raised made;
            struct cms *cms = NULL;
            struct cades_stamp *v = NULL;
            size_t n = 0;
            BUF_SCOPED out = BUF_INIT(FILE_MAX);
            world_open(&w, PKEY_P256);
            ck_assert_int_eq(sign(&w, level, attached, &out, &made), level);
            ck_assert_int_eq(made.why.code, OK);
            read_stamps(&w, buf_str(&out), attached ? (str){NULL, 0} : words, &cms, &v, &n);
            ck_assert_uint_eq(n, level == SIGN_B ? 0 : level == SIGN_LTA ? 2 : 1);
            for (size_t i = 0; i < n; i++)
                ck_assert_int_eq(v[i].check.outcome, TSP_VALID);
            ck_assert_uint_eq(cms->n_certs, level >= SIGN_LT ? 3 : 1);
            ck_assert_uint_eq(cms->n_crls + cms->n_ocsps, level >= SIGN_LT ? 2 : 0);
            ck_assert_int_eq(w.asked_revocation, level >= SIGN_LT ? 2 : 0);
            ck_assert(level < SIGN_LTA || (v[1].kind == CADES_ARCHIVE_STAMP && v[1].index_fits && v[1].covers_all));
            arena_free(w.a);
        }
    }
}
END_TEST

/* A service that is dead lowers the level and says so; the signature is there. */
START_TEST(dead_services)
{
    struct world w;
    struct sign_raised made;
    world_open(&w, PKEY_P256);
    for (int dead = 0; dead < 3; dead++) {
        BUF_SCOPED out = BUF_INIT(FILE_MAX);
        struct cms *cms = NULL;
        struct cms_check check;
        struct digest_value v = digest_of(DIGEST_SHA256, words);
        w.no_stamps = dead == 0;
        w.no_revocation = dead == 1;
        w.tsa.digests = dead == 2 ? 1U << DIGEST_SHA512 : 0; /* refuses what it is asked for */
        ck_assert_int_eq(sign(&w, SIGN_LTA, false, &out, &made), dead == 1 ? SIGN_T : SIGN_B);
        ck_assert_str_eq(made.why.main.code, dead == 0 ? "TST-001" : dead == 1 ? "TST-002" : "TSP-002");
        t_ok(cms_read(w.a, buf_str(&out), &cms, NULL));
        t_ok(cms_verify(cms, &cms->signatures[0], &v, NULL, 0, &check));
        ck_assert_int_eq(check.outcome, CMS_VALID);
        ck_assert(check.has_time);
    }
    arena_free(w.a);
}
END_TEST

/* Raised again: the first archive time-stamp still fits, the second one covers all. */
START_TEST(raised_again)
{
    struct world w;
    struct sign_raised made;
    struct cms *cms = NULL;
    struct cades_stamp *v = NULL;
    size_t n = 0;
    BUF_SCOPED first = BUF_INIT(FILE_MAX);
    BUF_SCOPED second = BUF_INIT(FILE_MAX);
    BUF_SCOPED third = BUF_INIT(FILE_MAX);
    world_open(&w, PKEY_P256);
    sign(&w, SIGN_B, false, &first, &made);
    struct sign_raise o = {.level = SIGN_LTA, .pool = &w.ca, .n_pool = 1, .net = &w.net};
    t_ok(cades_extend(w.a, buf_str(&first), words, &o, &second, &made, NULL));
    ck_assert_int_eq(made.level, SIGN_LTA);
    o.stamp_digest = DIGEST_SHA512;
    t_ok(cades_extend(w.a, buf_str(&second), words, &o, &third, &made, NULL));
    read_stamps(&w, buf_str(&third), words, &cms, &v, &n);
    ck_assert_uint_eq(n, 3);
    for (size_t i = 0; i < n; i++)
        ck_assert_int_eq(v[i].check.outcome, TSP_VALID);
    ck_assert(v[1].index_fits && v[2].index_fits && v[2].covers_all && v[2].token.info.digest == DIGEST_SHA512);
    struct err err = {0};
    ck_assert_int_eq(cades_extend(w.a, buf_str(&first), STR("others"), &o, &third, &made, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "SIG-203");
    arena_free(w.a);
}
END_TEST

/* What an archive time-stamp covers cannot be taken away or altered: another content, certificates or revocation data
 * or the signature's own time-stamp removed. */
START_TEST(robbed)
{
    struct world w;
    struct sign_raised made;
    struct cms *cms = NULL;
    struct cms *less = NULL;
    struct cades_stamp *v = NULL;
    size_t n = 0;
    BUF_SCOPED out = BUF_INIT(FILE_MAX);
    world_open(&w, PKEY_P256);
    sign(&w, SIGN_LTA, false, &out, &made);
    read_stamps(&w, buf_str(&out), STR("others"), &cms, &v, &n);
    ck_assert_int_eq(v[0].check.outcome, TSP_VALID); /* over the signature alone */
    ck_assert_int_eq(v[1].check.outcome, TSP_IMPRINT);
    for (int what = 0; what < 4; what++) {
        struct cms d = *cms;
        struct cms_signature s = cms->signatures[0];
        BUF_SCOPED b = BUF_INIT(FILE_MAX);
        d.signatures = &s;
        d.n_cert_ders -= what == 0;
        d.n_revocations -= what == 1;
        struct cms_additions more = {.replaced = what == 2 ? oid_signature_ts : STR_EMPTY};
        str extra = STR("\x30\x03\x02\x01\x09");
        if (what == 3) { /* something added is another matter: it is not covered */
            more.crls = &extra;
            more.n_crls = 1;
        }
        t_ok(cms_extend(&d, &more, &b, NULL));
        read_stamps(&w, buf_str(&b), words, &less, &v, &n);
        struct cades_stamp *archive = &v[n - 1];
        ck_assert_int_eq(archive->check.outcome, what == 3 ? TSP_VALID : TSP_IMPRINT);
        ck_assert(archive->index_fits == (what == 3) && archive->covers_all == (what != 3));
    }
    arena_free(w.a);
}
END_TEST

T_MAIN("sign/cades", levels, dead_services, raised_again, robbed)

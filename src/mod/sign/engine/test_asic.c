#include "mod/sign/engine/asic.h"

#include "mod/sign/engine/test_authority.h"
#include "mod/sign/engine/test_signer.h"

enum { ROOM = 1 << 22 };

static struct arena *a;
static struct buf made = BUF_INIT(ROOM);

static const struct sign_data files[] = {
    {STR_INIT("契約 一.txt"), STR_INIT("text/plain"), STR_INIT("甲方\n乙方\n")},
    {STR_INIT("附件/b&c.bin"), STR_INIT("application/octet-stream"), STR_INIT("\0\1\2\377")},
};

static void setup(void)
{
    a = arena_new((size_t)ROOM * 64);
}

static void teardown(void)
{
    arena_free(a);
    buf_free(&made);
}

static rc make_of(const struct signer *s, bool cades, const struct sign_data *v, size_t n, struct err *err)
{
    struct cert *ca = test_cert(a, test_ca_pem);
    buf_clear(&made);
    return asic_make(a,
                     &(struct asic_request){.cades = cades,
                                            .key = test_key(a, s->key),
                                            .cert = test_cert(a, s->cert),
                                            .chain = &ca,
                                            .n_chain = 1,
                                            .pss = s->pss,
                                            .time = noon,
                                            .files = v,
                                            .n_files = n},
                     &made, err);
}

static struct asic_check judged(str bytes)
{
    struct asic *c;
    struct asic_check k = {.outcome = ASIC_NO_SIGNATURE};
    struct err err = {0};
    if (asic_read(a, bytes, &c, &err) != OK)
        ck_assert_ptr_nonnull(err.main.msgid);
    else
        t_ok(asic_verify(a, c, NULL, 0, &k));
    return k;
}

static void outcome_is(str bytes, enum asic_outcome want, str where)
{
    struct asic_check k = judged(bytes);
    ck_assert_msg(k.outcome == want, "%s at \"%.*s\", not %s", asic_outcome_name(k.outcome), STR_ARG(k.where),
                  asic_outcome_name(want));
    t_str(k.where, where);
}

START_TEST(both_kinds_and_every_key_hold)
{
    setup();
    for (int cades = 0; cades < 2; cades++)
        for (size_t i = 0; i < (cades ? (size_t)SIGNERS : (size_t)XML_SIGNERS); i++) {
            t_ok(make_of(&signers[i], cades, files, 2, NULL));
            outcome_is(buf_str(&made), ASIC_VALID, STR_EMPTY);
            ck_assert(str_starts(str_sub(buf_str(&made), 30, SIZE_MAX), STR("mimetype" ASIC_MIME "PK")));
        }
    teardown();
}
END_TEST

/* The entries with one changed, left out (bytes.p == NULL) or added, written again. */
static str rewritten(str name, str bytes, bool first)
{
    struct zip_entry *v, w[16];
    size_t n, m = 0;
    bool found = false;
    BUF_SCOPED out = BUF_INIT(ROOM);
    t_ok(zip_read(a, buf_str(&made), 12, &v, &n, NULL));
    if (first)
        w[m++] = (struct zip_entry){name, bytes};
    for (size_t i = 0; i < n; i++) {
        bool this = str_eq(v[i].name, name);
        found |= this;
        if (!this || (bytes.p && !first))
            w[m++] = this ? (struct zip_entry){name, bytes} : v[i];
    }
    if (!found && !first)
        w[m++] = (struct zip_entry){name, bytes};
    t_ok(zip_write(w, m, &out, NULL));
    return arena_str(a, buf_str(&out));
}

START_TEST(changed_containers)
{
    setup();
    for (int cades = 0; cades < 2; cades++) {
        t_ok(make_of(&signers[0], cades, files, 2, NULL));
        str sig = cades ? STR("META-INF/signature001.p7s") : STR("META-INF/signatures001.xml");
        outcome_is(rewritten(STR("more.txt"), STR("x"), false), ASIC_NOT_SIGNED, STR("more.txt"));
        outcome_is(rewritten(STR("META-INF/other.xml"), STR("x"), false), ASIC_VALID, STR_EMPTY);
        outcome_is(rewritten(files[1].name, STR("x"), false), cades ? ASIC_FILE_CHANGED : ASIC_SIGNATURE, sig);
        outcome_is(rewritten(files[1].name, (str){NULL, 0}, false), cades ? ASIC_FILE_MISSING : ASIC_SIGNATURE, sig);
        outcome_is(rewritten(STR("mimetype"), STR("application/zip"), false), ASIC_MIMETYPE, STR("mimetype"));
        outcome_is(rewritten(STR("first.txt"), STR("x"), true), ASIC_MIMETYPE, STR("mimetype"));
        outcome_is(rewritten(sig, (str){NULL, 0}, false), ASIC_NO_SIGNATURE, STR_EMPTY);
        if (cades) {
            outcome_is(rewritten(STR("META-INF/ASiCManifest001.xml"), (str){NULL, 0}, false), ASIC_MANIFEST, sig);
            outcome_is(rewritten(STR("META-INF/ASiCManifest001.xml"),
                                 STR("<ASiCManifest xmlns='http://uri.etsi.org/02918/v1.2.1#'><SigReference "
                                     "URI='META-INF/signature001.p7s'/></ASiCManifest>"),
                                 false),
                       ASIC_MANIFEST, sig);
        }
    }
    teardown();
}
END_TEST

START_TEST(every_changed_byte_is_seen)
{
    setup();
    for (int cades = 0; cades < 2; cades++) {
        t_ok(make_of(&signers[0], cades, files, 2, NULL));
        for (size_t i = 0; i < made.n; i++) {
            struct arena *all = a;
            a = arena_new((size_t)ROOM * 4);
            made.p[i] ^= 1;
            struct zip_entry *v;
            size_t n;
            if (zip_read_packed(a, buf_str(&made), 16, ROOM, &v, &n, NULL) == OK) /* time stamps of entries */
                ck_assert_int_eq(judged(buf_str(&made)).outcome, ASIC_VALID);
            made.p[i] ^= 1;
            arena_free(a);
            a = all;
        }
    }
    teardown();
}
END_TEST

START_TEST(what_cannot_be_made_is_said)
{
    static const char *const names[] = {"mimetype", "META-INF/x", "meta-inf/x", "../x", "/x", ""};
    setup();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct err err = {0};
        struct sign_data one = {str_of(names[i]), STR("text/plain"), STR("x")};
        t_rc(make_of(&signers[0], false, &one, 1, &err), E_INVALID);
        ck_assert_ptr_nonnull(err.main.msgid);
    }
    t_rc(make_of(&signers[0], false, files, 0, NULL), E_INVALID);
    teardown();
}
END_TEST

START_TEST(levels)
{
    setup();
    for (int cades = 0; cades < 2; cades++)
        for (enum sign_level level = SIGN_B; level <= SIGN_LTA; level++) {
            struct world w;
            struct sign_raised how;
            BUF_SCOPED first = BUF_INIT(ROOM);
            world_open(&w, PKEY_P256);
            struct asic_request r = {
                .cades = cades, .key = w.signer_key, .cert = w.signer_cert, .time = noon, .files = files, .n_files = 2};
            struct sign_raise o = {.level = level, .pool = &w.ca, .n_pool = 1, .net = &w.net};
            t_ok(asic_make(a, &r, &first, NULL));
            buf_clear(&made);
            t_ok(asic_extend(a, buf_str(&first), &o, &made, &how, NULL));
            ck_assert_int_eq(how.level, level);
            ck_assert_int_eq(w.asked_stamps, level == SIGN_B ? 0 : level == SIGN_LTA ? 2 : 1);
            outcome_is(buf_str(&made), ASIC_VALID, STR_EMPTY);
            w.no_stamps = true;
            buf_clear(&made);
            t_ok(asic_extend(a, buf_str(&first), &o, &made, &how, NULL));
            ck_assert_int_eq(how.level, SIGN_B);
            outcome_is(buf_str(&made), ASIC_VALID, STR_EMPTY);
            arena_free(w.a);
        }
    teardown();
}
END_TEST

T_MAIN("sign/asic", both_kinds_and_every_key_hold, changed_containers, every_changed_byte_is_seen,
       what_cannot_be_made_is_said, levels)

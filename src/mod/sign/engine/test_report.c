/* The report over all formats: which format a file is taken for, and what a container's report says of its files. */
#include "mod/sign/engine/report.h"

#include "crypto/cms.h"
#include "mod/sign/engine/asic.h"
#include "mod/sign/engine/test_authority.h"

enum { ROOM = 1 << 22, PARTS_MAX = 12 };

static const struct sign_data files[] = {
    {STR_INIT("契約.txt"), STR_INIT("text/plain"), STR_INIT("甲方\n乙方\n")},
    {STR_INIT("附件/b&c.bin"), STR_INIT("application/octet-stream"), STR_INIT("\0\1\2\377")},
};
static const str gone = {NULL, 0};

static struct report *report_of(struct world *w, str bytes)
{
    struct report *r = NULL;
    struct sign_rules rules = world_rules(w);
    t_ok(report_make(w->a, &(struct report_input){.name = STR("x"), .bytes = bytes, .rules = &rules}, &r));
    return r;
}

static str container(struct world *w, bool cades, enum sign_level level)
{
    BUF_SCOPED first = BUF_INIT(ROOM);
    BUF_SCOPED raised = BUF_INIT(ROOM);
    struct sign_raised made;
    struct err err = {0};
    const struct asic_request r = {
        .cades = cades, .key = w->signer_key, .cert = w->signer_cert, .time = w->now, .files = files, .n_files = 2};
    const struct sign_raise o = {.level = level, .pool = &w->ca, .n_pool = 1, .net = &w->net};
    t_ok(asic_make(w->a, &r, &first, &err));
    t_ok(asic_extend(w->a, buf_str(&first), &o, &raised, &made, &err));
    ck_assert_int_eq(made.level, level);
    return arena_str(w->a, buf_str(&raised));
}

/* The container with one entry replaced, added, or left out (`bytes` gone). */
static str with_entry(struct world *w, str zip, str name, str bytes)
{
    struct zip_entry *v = NULL;
    struct zip_entry out[PARTS_MAX];
    size_t n = 0;
    size_t m = 0;
    bool found = false;
    BUF_SCOPED b = BUF_INIT(ROOM);
    t_ok(zip_read(w->a, zip, PARTS_MAX - 1, &v, &n, NULL));
    for (size_t i = 0; i < n; i++) {
        bool this = str_eq(v[i].name, name);
        found |= this;
        if (!this || bytes.p)
            out[m++] = this ? (struct zip_entry){name, bytes} : v[i];
    }
    if (!found)
        out[m++] = (struct zip_entry){name, bytes};
    t_ok(zip_write(out, m, &b, NULL));
    return arena_str(w->a, buf_str(&b));
}

static void signature_is(const struct report *r, size_t i, enum sub_indication sub)
{
    ck_assert_uint_gt(r->n, i);
    ck_assert_msg(r->v[i].result->sub == sub, "%s: %s", sub_indication_name(r->v[i].result->sub),
                  r->v[i].result->words);
}

START_TEST(formats)
{
    static const struct {
        str bytes;
        enum report_format format;
    } rows[] = {
        {STR_INIT("%PDF-1.7\n"), REPORT_PDF},
        {STR_INIT("junk before\n%PDF-1.7\n"), REPORT_PDF},
        {STR_INIT("\x30\x80"), REPORT_CMS},
        {STR_INIT("\xef\xbb\xbf<?xml version='1.0'?><a/>"), REPORT_XML},
        {STR_INIT("  <a/>"), REPORT_XML},
        {STR_INIT("\n{\"payload\":\"\"}"), REPORT_JSON},
        {STR_INIT("eyJ.e30.AA\n"), REPORT_JSON},
        {STR_INIT("eyJ.e30"), REPORT_UNKNOWN},
        {STR_INIT("PK\x03\x04 %PDF-1.7"), REPORT_ASIC},
        {STR_INIT(""), REPORT_UNKNOWN},
        {STR_INIT("hello"), REPORT_UNKNOWN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        ck_assert_msg(report_format_of(rows[i].bytes) == rows[i].format, "row %zu", i);
}
END_TEST

START_TEST(what_holds_no_signature)
{
    static const str rows[] = {STR_INIT("hello"), STR_INIT("%PDF-1.7\n"), STR_INIT("\x30\x80"),
                               STR_INIT("<a/>"),  STR_INIT("{}"),         STR_INIT("PK\x03\x04")};
    struct world w;
    world_open(&w, PKEY_P256);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct report *r = report_of(&w, rows[i]);
        ck_assert_int_eq(r->verdict, VERDICT_FAILED);
        ck_assert_uint_eq(r->n, 0);
        ck_assert_msg(r->unreadable.main.msgid, "row %zu", i);
        ck_assert_uint_eq(r->size, rows[i].n);
    }
    BUF_SCOPED zip = BUF_INIT(ROOM);
    t_ok(zip_write(&(struct zip_entry){STR("a.txt"), STR("a")}, 1, &zip, NULL));
    const struct report *r = report_of(&w, buf_str(&zip)); /* any ZIP file: nothing is wrong with it */
    ck_assert_int_eq(r->unreadable.code, OK);
    ck_assert_uint_eq(r->n + r->n_faults, 0);
    ck_assert_int_eq(r->verdict, VERDICT_FAILED);
    arena_free(w.a);
}
END_TEST

START_TEST(containers_at_every_level)
{
    for (int cades = 0; cades < 2; cades++)
        for (enum sign_level level = SIGN_B; level <= SIGN_LTA; level++) {
            struct world w;
            world_open(&w, PKEY_P256);
            const struct report *r = report_of(&w, container(&w, cades, level));
            signature_is(r, 0, SUB_NONE);
            ck_assert_int_eq(r->verdict, VERDICT_PASSED);
            ck_assert_int_eq(r->v[0].result->level, level);
            ck_assert_int_eq(r->v[0].result->presumption, PRESUMPTION_LICENSED);
            ck_assert_int_eq(r->v[0].result->best_proven, level >= SIGN_T);
            ck_assert_int_eq(r->v[0].subject->format, cades ? SIGN_CADES : SIGN_XADES);
            ck_assert_uint_eq(r->v[0].n_files, 2);
            ck_assert(r->v[0].whole);
            t_str(r->v[0].files[1], files[1].name);
            ck_assert_uint_eq(r->n_faults, 0);
            w.no_revocation = true; /* the evidence has to be in the file */
            r = report_of(&w, container(&w, cades, SIGN_B));
            signature_is(r, 0, SUB_TRY_LATER);
            arena_free(w.a);
        }
}
END_TEST

static void only_fault(const struct report *r, const char *name, str file)
{
    signature_is(r, 0, SUB_NONE);
    ck_assert_int_eq(r->verdict, VERDICT_FAILED);
    ck_assert_uint_eq(r->n_faults, 1);
    ck_assert_str_eq(r->faults[0].name, name);
    t_str(r->faults[0].file, file);
}

START_TEST(changed_containers)
{
    struct world w;
    world_open(&w, PKEY_P256);
    for (int cades = 0; cades < 2; cades++) {
        str good = container(&w, cades, SIGN_T);
        only_fault(report_of(&w, with_entry(&w, good, STR("more.txt"), STR("x"))), "not-signed", STR("more.txt"));
        only_fault(report_of(&w, with_entry(&w, good, STR("mimetype"), STR("text/plain"))), "mimetype",
                   STR("mimetype"));
        const struct report *r = report_of(&w, with_entry(&w, good, files[0].name, STR("other")));
        signature_is(r, 0, SUB_HASH_FAILURE);
        ck_assert_uint_eq(r->n_faults + r->v[0].n_files, 0); /* nothing is said of which files it covers */
        r = report_of(&w, with_entry(&w, good, files[0].name, gone));
        signature_is(r, 0, SUB_SIGNED_DATA_NOT_FOUND);
        ck_assert_int_eq(r->verdict, VERDICT_INDETERMINATE);
        r = report_of(&w, with_entry(&w, good, STR("META-INF/signature9.p7s"), STR("\x30\x00")));
        ck_assert_int_eq(r->verdict, VERDICT_FAILED);
        ck_assert_ptr_nonnull(r->unreadable.main.msgid);
    }
    const struct report *r =
        report_of(&w, with_entry(&w, container(&w, true, SIGN_B), STR("META-INF/ASiCManifest001.xml"), gone));
    signature_is(r, 0, SUB_FORMAT_FAILURE);
    t_str(r->v[0].subject->form_args[0], STR("META-INF/signature001.p7s"));
    arena_free(w.a);
}
END_TEST

/* ASiC-S as others make it: the signature is over the one file, without a manifest. */
static str simple_container(struct world *w, str file, str also)
{
    BUF_SCOPED signature = BUF_INIT(ROOM);
    BUF_SCOPED zip = BUF_INIT(ROOM);
    struct zip_entry v[4] = {{STR("mimetype"), STR(ASIC_MIME_SIMPLE)}, {STR("a.txt"), file}};
    const struct cms_content c = {
        .digest = digest_of(cms_signer_digest(w->signer), file), .has_time = true, .time = w->now};
    t_ok(cms_sign(w->signer, &c, &signature));
    v[2] = (struct zip_entry){STR("META-INF/signature.p7s"), buf_str(&signature)};
    v[3] = (struct zip_entry){STR("b.txt"), also};
    t_ok(zip_write(v, also.p ? 4 : 3, &zip, NULL));
    return arena_str(w->a, buf_str(&zip));
}

START_TEST(simple_containers)
{
    struct world w;
    struct sign_raised made;
    struct err err = {0};
    BUF_SCOPED raised = BUF_INIT(ROOM);
    world_open(&w, PKEY_P256);
    str one = simple_container(&w, STR("text"), gone);
    const struct report *r = report_of(&w, one);
    signature_is(r, 0, SUB_NONE);
    ck_assert_int_eq(r->verdict, VERDICT_PASSED);
    ck_assert_uint_eq(r->v[0].n_files, 1);

    const struct sign_raise o = {.level = SIGN_LTA, .pool = &w.ca, .n_pool = 1, .net = &w.net};
    t_ok(asic_extend(w.a, one, &o, &raised, &made, &err));
    r = report_of(&w, buf_str(&raised));
    signature_is(r, 0, SUB_NONE);
    ck_assert_int_eq(r->v[0].result->level, SIGN_LTA);

    r = report_of(&w, with_entry(&w, one, STR("a.txt"), STR("other")));
    signature_is(r, 0, SUB_HASH_FAILURE);
    r = report_of(&w, simple_container(&w, STR("text"), STR("second"))); /* over which of the two? */
    signature_is(r, 0, SUB_FORMAT_FAILURE);
    t_rc(asic_extend(w.a, with_entry(&w, one, STR("mimetype"), STR("x")), &o, &raised, &made, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "SIG-504");
    arena_free(w.a);
}
END_TEST

/* The signer's evidence is asked for, then that of the time-stamp authority; each once. */
START_TEST(online)
{
    struct world w;
    world_open(&w, PKEY_P256);
    w.no_revocation = true;
    str file = container(&w, true, SIGN_T);
    struct sign_rules rules = world_rules(&w);
    const struct report_input in = {.name = STR("x"), .bytes = file, .rules = &rules};
    struct report *r = NULL;
    t_ok(report_make_online(w.a, &in, &w.net, &r)); /* nobody answers */
    signature_is(r, 0, SUB_TRY_LATER);
    ck_assert_uint_eq(r->n_warnings, 2);
    ck_assert_str_eq(r->warnings[0].name, "no-answer");
    w.no_revocation = false;
    t_ok(report_make_online(w.a, &in, &w.net, &r));
    signature_is(r, 0, SUB_NONE);
    ck_assert(r->v[0].result->best_proven);
    ck_assert_uint_eq(r->n_warnings, 0);
    w.revoked = true;
    w.revoked_since = w.now - DAY;
    t_ok(report_make_online(w.a, &in, &w.net, &r));
    signature_is(r, 0, SUB_REVOKED);
    ck_assert_uint_eq(rules.n_crls, 0); /* the caller's stay as they are */
    arena_free(w.a);
}
END_TEST

START_TEST(names)
{
    struct world w;
    world_open(&w, PKEY_P256);
    t_str(report_name(w.a, w.signer_cert->subject), STR("林𣿆川"));
    for (enum report_format f = REPORT_PDF; f <= REPORT_ASIC; f++)
        ck_assert_uint_gt(strlen(report_format_name(f)), 0);
    arena_free(w.a);
}
END_TEST

T_MAIN("sign/report", formats, what_holds_no_signature, containers_at_every_level, changed_containers,
       simple_containers, online, names)

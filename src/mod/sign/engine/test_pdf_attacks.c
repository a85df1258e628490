/* Every attack of the generator on a really signed document of either kind: found out, by the reason it should be. With
 * RISE_ATTACKS=DIR in the environment the files are left there, for other programs to judge. */
#include "mod/sign/engine/test_pdf_attacks.h"

#include "crypto/cms.h"
#include "mod/sign/engine/pades.h"
#include "mod/sign/engine/test_signer.h"
#include "mod/sign/engine/validate_pdf.h"

enum { ROOM = 256 << 20 };

static str signed_document(struct arena *a, bool stream)
{
    struct make m;
    struct err err = {0};
    struct cms_signer *signer;
    struct sign_raised made;
    str field;
    BUF_SCOPED tail = BUF_INIT(1 << 20);
    attack_document(&m, stream);
    t_ok(cms_signer_make(a, test_key(a, test_p256_key), test_cert(a, test_p256_pem), NULL, 0, NULL, &signer, &err));
    struct pdf_doc *doc = opened(a, buf_str(&m.out), &err);
    t_ok(pades_sign(
        doc, signer,
        &(struct pdf_place){.sub = PDF_SUB_CADES, .room = 4096, .made = noon, .reason = STR("agreed"), .certify = 2},
        NULL, &(struct sign_raise){.level = SIGN_B}, &tail, &made, &field, &err));
    buf_put(&m.out, buf_str(&tail));
    str file = arena_str(a, buf_str(&m.out));
    buf_free(&m.out);
    return file;
}

/* In one word what the validation found; NULL: nothing wrong. */
static const char *found(struct arena *a, str file)
{
    struct sign_anchor anchor = {.cert = test_cert(a, test_p256_pem)};
    struct sign_rules rules = {.anchors = &anchor, .n_anchors = 1, .now = noon + HOUR};
    struct pdf_report *report;
    t_ok(validate_pdf(a, file, &rules, &report));
    const char *what = NULL;
    if (report->unreadable.code != OK)
        return report->unreadable.main.code;
    if (report->appended)
        return "appended";
    if (report->n == 0)
        return "unsigned";
    for (size_t i = 0; i < report->n && !what; i++) {
        const struct pdf_judged *j = &report->v[i];
        if (j->signature->fault != PDF_FINE)
            what = pdf_fault_name(j->signature->fault);
        else if (j->refused)
            what = pdf_edit_name(j->refused->edit);
        else if (j->subject.form != SUB_NONE)
            what = j->subject.form == SUB_FORMAT_FAILURE ? "format" : sub_indication_name(j->subject.form);
    }
    ck_assert_msg(!what || report->verdict != VERDICT_PASSED, "%s, and passed", what);
    return what;
}

static void keep(const char *name, bool stream, str file)
{
    const char *folder = getenv("RISE_ATTACKS");
    char path[500];
    if (!folder)
        return;
    snprintf(path, sizeof path, "%s/%s-%s.pdf", folder, name, stream ? "stream" : "table");
    t_ok(file_write(path, file, 0644, NULL));
}

START_TEST(all_are_found_out)
{
    struct arena *a = arena_new(ROOM);
    for (int stream = 0; stream < 2; stream++) {
        str file = signed_document(a, stream);
        const char *honest = found(a, file);
        ck_assert_msg(!honest, "the honest document: %s", honest);
        keep("honest", stream, file);
        for (size_t i = 0; i < N_ATTACKS; i++) {
            BUF_SCOPED out = BUF_INIT(4 << 20);
            struct err err = {0};
            struct attacked w = {.a = a, .file = file, .doc = opened(a, file, &err), .out = &out};
            size_t n;
            t_ok(pdf_signatures(w.doc, pdf_newest(w.doc), &w.s, &n));
            ck_assert_uint_eq(n, 1);
            ATTACKS[i].make(&w);
            str forged = arena_str(a, buf_str(&out));
            keep(ATTACKS[i].name, stream, forged);
            const char *got = found(a, forged);
            ck_assert_msg(got && strcmp(got, ATTACKS[i].found) == 0, "%s (%s): %s, not %s", ATTACKS[i].name,
                          stream ? "stream" : "table", got ? got : "not found out", ATTACKS[i].found);
        }
    }
    arena_free(a);
}
END_TEST

T_MAIN("sign/pdf_attacks", all_are_found_out)

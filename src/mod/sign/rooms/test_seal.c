/* Signing in rooms: what signers get into the file, and what stands in their way. */
#include "mod/sign/rooms/test_seal.h"
#include "crypto/oid.h"
#include "mod/sign/rooms/seal_check.h"
#include "mod/sign/rooms/witness.h"
#include "sys/thread.h"

START_TEST(two_sign)
{
    struct rooms_world w = rooms_open(_i);
    rooms_sent(&w, "link", "code", 1, 2);
    filled[0] = STR("臺北市中正區重慶南路一段 122 號");
    n_filled = 2;
    ink = STR("100,900 300,100 500,900\n200,500 400,500");
    t_ok(sign_as(&w, 0));
    struct room r = rooms_room(&w);
    holds(&w, file_of(&w, r.file), 1);
    n_filled = 0;
    ink = STR_EMPTY;
    t_ok(sign_as(&w, 1));
    r = rooms_room(&w);
    ck_assert(str_eq(r.state, STR("finishing")));
    str bytes = file_of(&w, r.file);
    holds(&w, bytes, 2);
    rooms_close(&w);
}
END_TEST

/* ---- racing ---- */

struct racer {
    struct rooms_world *w;
    int who;
    rc result;
};

static rc race_write(struct tx *tx, void *arg)
{
    struct racer *r = arg;
    struct arena *a = arena_new(1 << 28);
    const struct seal_filled nothing = {.n = 0, .ink = STR_EMPTY};
    const struct act x = {.tx = tx, .a = a, .by = &act_system, .at = clock_now()};
    rc e = a ? seal_sign(&x, &r->w->app, r->w->signer[r->who], &nothing, &from) : E_NOMEM;
    arena_free(a);
    return e;
}

static void *race(void *arg)
{
    struct racer *r = arg;
    r->result = db_write(r->w->app.db, race_write, r);
    return NULL;
}

START_TEST(both_at_once)
{
    struct rooms_world w = rooms_open(_i);
    pthread_t t[2];
    rooms_sent(&w, "link", "link", 1, 1);
    struct racer r[2] = {{&w, 0, E_INTERNAL}, {&w, 1, E_INTERNAL}};
    for (int i = 0; i < 2; i++)
        t_ok(thread_start(&t[i], "racer", race, &r[i]));
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    t_ok(r[0].result);
    t_ok(r[1].result);
    ck_assert(str_eq(rooms_room(&w).state, STR("finishing")));
    holds(&w, file_of(&w, rooms_room(&w).file), 2);
    rooms_close(&w);
}
END_TEST

/* ---- what stands in the way ---- */

START_TEST(only_whose_turn_it_is)
{
    struct rooms_world w = rooms_open(_i);
    rooms_sent(&w, "link", "link", 1, 2);
    n_filled = 0;
    ink = STR_EMPTY;
    w.n = 1;
    rooms_refused(&w, &act_system, do_sign, "RM-010");
    ink = STR("1,2 3000,4");
    w.n = 0;
    rooms_refused(&w, &act_system, do_sign, "RM-021");
    ink = STR_EMPTY;
    t_ok(sign_as(&w, 0));
    w.n = 0;
    rooms_refused(&w, &act_system, do_sign, "RM-010"); /* not twice */
    clock_fix(ROOMS_NOW + 40 * DAY);
    w.n = 1;
    rooms_refused(&w, &act_system, do_sign, "RM-002"); /* too late */
    rooms_close(&w);
}
END_TEST

QUERY(ts_later, "i", "", "UPDATE sign_room SET expires = $1");

static rc do_prolong(struct rooms_world *w, const struct act *x)
{
    (void)w;
    return db_exec(x->tx, &ts_later, VALS(v_int(x->at + 30 * DAY)), NULL);
}

START_TEST(authority_has_run_out)
{
    struct rooms_world w = rooms_open(_i);
    rooms_sent(&w, "link", "link", 1, 1);
    clock_fix(ROOMS_NOW + 11 * 366 * DAY);
    t_ok(rooms_do(&w, &act_system, do_prolong));
    n_filled = 0;
    w.n = 0;
    rooms_refused(&w, &act_system, do_sign, "CA-006");
    rooms_close(&w);
}
END_TEST

static rc prepared(struct rooms_world *w, str bytes)
{
    const struct room r = {.id = 1, .title = STR("x")};
    const struct signer s = {.id = 2, .name = STR("x"), .role = STR("sign")};
    BUF_SCOPED out = BUF_INIT(64 << 20);
    err_clear(&w->err);
    return seal_prepare(w->keep, &r, &s, 1, NULL, 0, bytes, LANG_ZH, &out, &w->err);
}

START_TEST(more_fields_than_a_page_asks_for)
{
    struct rooms_world w = rooms_open(_i);
    const struct room r = {.id = 1, .title = STR("x")};
    const struct signer s = {.id = 2, .name = STR("x"), .role = STR("sign")};
    struct room_field f[SEAL_FILL_MAX + 1];
    BUF_SCOPED out = BUF_INIT(64 << 20);
    for (int i = 0; i <= SEAL_FILL_MAX; i++)
        f[i] = (struct room_field){.id = 10 + i,
                                   .signer = 2,
                                   .kind = STR("text"),
                                   .x = 6000,
                                   .y = 6000 + 1000 * i,
                                   .w = 9000,
                                   .h = 900,
                                   .label = STR_EMPTY};
    str pdf = rooms_pdf(&w, 1);
    t_ok(seal_prepare(w.keep, &r, &s, 1, f, SEAL_FILL_MAX, pdf, LANG_ZH, &out, &w.err));
    ck_assert_int_eq(seal_prepare(w.keep, &r, &s, 1, f, SEAL_FILL_MAX + 1, pdf, LANG_ZH, &out, &w.err), E_LIMIT);
    ck_assert_str_eq(w.err.main.code, "RM-004");
    rooms_close(&w);
}
END_TEST

START_TEST(files_that_cannot_be_signed)
{
    struct rooms_world w = rooms_open(_i);
    str good = rooms_pdf(&w, 1);
    t_ok(prepared(&w, good));
    ck_assert_int_eq(prepared(&w, STR("no PDF")), E_INVALID);
    ck_assert_str_eq(w.err.main.code, "RM-007");
    ck_assert_int_eq(prepared(&w, str_sub(good, 0, good.n / 2)), E_INVALID);
    rooms_close(&w);
}
END_TEST

/* ---- names ---- */

static rc do_rename(struct rooms_world *w, const struct act *x)
{
    return signer_correct(x, &w->app, w->signer[0], w->text, STR(ROOMS_AMY));
}

START_TEST(names_with_rare_characters)
{
    struct rooms_world w = rooms_open(_i);
    rooms_sent(&w, "link", "link", 1, 1);
    w.text = STR("李\xF0\xB2\x8E\xAF\xF0\xB2\x8E\xAE"); /* U+323AF and U+323AE: no font here has them */
    t_ok(rooms_do(&w, &act_system, do_rename));
    both_sign(&w);
    str bytes = file_of(&w, rooms_room(&w).file);
    holds(&w, bytes, 2);
    struct pdf_report *r = judged(&w, bytes);
    ck_assert(str_eq(cert_name_part(w.keep, r->v[0].subject.cert->subject, oid_common_name), w.text));
    rooms_close(&w);
}
END_TEST

/* ---- a certificate of one's own ---- */

static struct trust_pair own;
static struct trust_issued issued;
static struct buf to_sign = BUF_INIT(1 << 20), signature = BUF_INIT(1 << 16);

static rc do_own_cert(struct rooms_world *w, const struct act *x)
{
    struct trust_authority by;
    struct pkey *key = NULL;
    const struct cert_attribute subject[] = {{oid_common_name, STR("林𣿆川")}};
    const struct trust_order o = {
        TRUST_PERSON, {.subject = subject, .n_subject = 1, .not_after = x->at + 365 * DAY}, own.key, STR("test")};
    TRY(trust_authority_named(x->tx, x->a, STR_EMPTY, &by));
    TRY(trust_key_load(x->tx, &w->app, x->a, by.key, &key));
    TRY(trust_issue(x, &w->app, &by, key, &o, &issued));
    w->text = arena_str(w->keep, issued.cert->der);
    return OK;
}

static rc do_fill_in(struct rooms_world *w, const struct act *x)
{
    const struct seal_filled f = {.values = filled, .n = n_filled, .ink = ink};
    return seal_fill_in(x, &w->app, w->signer[w->n], &f);
}

static rc do_begin(struct rooms_world *w, const struct act *x)
{
    buf_clear(&to_sign);
    return seal_begin(x, &w->app, w->signer[w->n], &w->text, 1, &to_sign);
}

static rc do_end(struct rooms_world *w, const struct act *x)
{
    return seal_end(x, &w->app, w->signer[w->n], buf_str(&signature), &from);
}

static rc do_revoke(struct rooms_world *w, const struct act *x)
{
    id authority;
    struct cert *c;
    TRY(cert_read(x->a, w->text, &c, tx_err(x->tx)));
    return trust_revoke(x, &w->app, cert_serial_hex(x->a, c), CRL_KEY_COMPROMISE, STR("test"), &authority);
}

static void own_world(struct rooms_world *w)
{
    const struct trust_pair_options o = {.kind = PKEY_P256};
    rooms_sent(w, "certificate", "link", 1, 1);
    t_ok(trust_pair_make(w->keep, &o, STR("own"), &own, &w->err));
    t_ok(rooms_do(w, &act_system, do_own_cert));
    n_filled = 0;
    w->n = 0;
    ink = STR_EMPTY;
}

/* Their program's part. */
static void sign_elsewhere(void)
{
    buf_clear(&signature);
    t_ok(pkey_sign(own.key, pkey_scheme(own.key), buf_str(&to_sign), &signature));
}

/* As it is told to the signer before, to the owner, and in the evidence after. */
static bool tells_other_name(struct rooms_world *w)
{
    struct room_event *v;
    size_t n;
    bool found = false;
    struct tx *tx = rooms_look(w);
    t_ok(room_events_of(tx, w->room, &v, &n, w->keep));
    db_read_end(tx);
    for (size_t i = 0; i < n; i++)
        found |= str_eq(v[i].what, STR("othername")) && str_eq(v[i].detail, STR("林𣿆川"));
    return found;
}

START_TEST(certificate_in_another_name)
{
    struct rooms_world w = rooms_open(_i);
    struct seal_asked asked;
    own_world(&w);
    str cert = w.text;
    w.text = STR("王大明");
    t_ok(rooms_do(&w, &act_system, do_rename));
    w.text = cert;
    t_ok(rooms_do(&w, &act_system, do_fill_in));
    t_ok(rooms_do(&w, &act_system, do_begin));
    struct tx *tx = rooms_look(&w);
    t_ok(seal_asked(tx, w.signer[0], clock_now(), w.keep, &asked));
    db_read_end(tx);
    t_str(asked.other_name, STR("林𣿆川"));
    sign_elsewhere();
    t_ok(rooms_do(&w, &act_system, do_end));
    ck_assert(tells_other_name(&w));
    holds(&w, file_of(&w, rooms_room(&w).file), 1);
    keep(file_of(&w, rooms_room(&w).file), "-other-name.pdf");
    rooms_close(&w);
}
END_TEST

static str cert_named(struct rooms_world *w, const struct pkey *key, const char *name)
{
    const struct cert_attribute subject[] = {{oid_common_name, str_of(name)}};
    const struct cert_profile self = {
        .subject = subject, .n_subject = 1, .not_before = ROOMS_NOW, .not_after = ROOMS_NOW + DAY};
    BUF_SCOPED der = BUF_INIT(1 << 16);
    t_ok(cert_make(&self, key, NULL, key, &der));
    return arena_str(w->keep, buf_str(&der));
}

START_TEST(names_are_compared_by_their_words)
{
    static const struct {
        const char *certified, *asked;
        bool other;
    } cases[] = {
        {"林𣿆川", "林𣿆川", false},
        {"林𣿆川", "林 𣿆川", false},
        {"林𣿆川", "林𣿆", true},
        {"林𣿆川", "𣿆川林", true},
        {"CHEN, Ta-Ming", "Taming Chen", false},
        {"O’Neill Ann", "Ann O'Neill", false},
        {"Ｂｏｂ", "bob", false},
        {"Bob Li", "Bob Lin", true},
        {"陳大明", "Chen Ta-Ming", true},
        {"瓦歷斯‧諾幹", "瓦歷斯·諾幹", false},
        {"Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenh",
         "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaefer",
         false}, /* 64 characters of it */
    };
    struct rooms_world w = rooms_open(_i);
    struct pkey *key = NULL;
    t_ok(pkey_generate(PKEY_P256, 0, &key));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct signer s = {.name = str_of(cases[i].asked)};
        str other, want = cases[i].other ? str_of(cases[i].certified) : STR_EMPTY;
        t_ok(signer_other_name(w.keep, &s, cert_named(&w, key, cases[i].certified), &other, &w.err));
        ck_assert_msg(str_eq(other, want), "%s, %s: %.*s", cases[i].certified, cases[i].asked, STR_ARG(other));
    }
    pkey_free(key);
    rooms_close(&w);
}
END_TEST

START_TEST(own_certificate)
{
    struct rooms_world w = rooms_open(_i);
    struct seal_asked asked;
    own_world(&w);
    rooms_refused(&w, &act_system, do_sign, "RM-015");  /* was asked for a certificate */
    rooms_refused(&w, &act_system, do_begin, "RM-013"); /* nothing was filled in */
    filled[0] = STR_EMPTY;
    filled[1] = STR("地址");
    n_filled = 2;
    t_ok(rooms_do(&w, &act_system, do_fill_in));
    rooms_refused(&w, &act_system, do_end, "RM-013"); /* no certificate yet */
    t_ok(rooms_do(&w, &act_system, do_begin));
    struct tx *tx = rooms_look(&w);
    t_ok(seal_asked(tx, w.signer[0], clock_now(), w.keep, &asked));
    db_read_end(tx);
    ck_assert(str_eq(asked.to_sign, buf_str(&to_sign)));
    ck_assert_str_eq(asked.digest, "SHA-256");
    t_str(asked.other_name, STR_EMPTY);
    sign_elsewhere();
    signature.p[signature.n - 1] ^= 1;
    rooms_refused(&w, &act_system, do_end, "RM-015");
    signature.p[signature.n - 1] ^= 1;
    t_ok(rooms_do(&w, &act_system, do_end));
    holds(&w, file_of(&w, rooms_room(&w).file), 1);
    ck_assert(str_eq(rooms_signer(&w, w.signer[0]).cert, w.text));
    ck_assert(!tells_other_name(&w));
    rooms_close(&w);
}
END_TEST

START_TEST(the_document_grew_meanwhile)
{
    struct rooms_world w = rooms_open(_i);
    own_world(&w);
    t_ok(rooms_do(&w, &act_system, do_fill_in));
    t_ok(rooms_do(&w, &act_system, do_begin));
    sign_elsewhere();
    t_ok(sign_as(&w, 1));
    w.n = 0;
    rooms_refused(&w, &act_system, do_end, "RM-013");
    t_ok(rooms_do(&w, &act_system, do_begin)); /* what was filled in is still there */
    sign_elsewhere();
    t_ok(rooms_do(&w, &act_system, do_end));
    holds(&w, file_of(&w, rooms_room(&w).file), 2);
    rooms_close(&w);
}
END_TEST

QUERY(ts_ask_recording, "ii", "", "UPDATE sign_signer SET witness = $2 WHERE id = $1");

static rc do_ask_recording(struct rooms_world *w, const struct act *x)
{
    return db_exec(x->tx, &ts_ask_recording, VALS(v_int(w->signer[0]), v_int(WITNESS_GO_ON)), NULL);
}

static rc do_record(struct rooms_world *w, const struct act *x)
{
    struct room r;
    struct signer s;
    TRY(room_get(x->tx, w->room, &r, x->a));
    TRY(signer_get(x->tx, w->signer[0], &s, x->a));
    return witness_without(x, &w->app, &r, &s, STR("Test/1"));
}

/* What was prepared binds the former recording, which is gone: signed with it, nothing would belong together. */
START_TEST(recorded_anew_meanwhile)
{
    struct rooms_world w = rooms_open(_i);
    struct witness v;
    struct witness_report report;
    own_world(&w);
    t_ok(rooms_do(&w, &act_system, do_ask_recording));
    t_ok(rooms_do(&w, &act_system, do_record));
    t_ok(rooms_do(&w, &act_system, do_fill_in));
    t_ok(rooms_do(&w, &act_system, do_begin));
    sign_elsewhere();
    t_ok(rooms_do(&w, &act_system, do_record));
    rooms_refused(&w, &act_system, do_end, "RM-013");
    t_ok(rooms_do(&w, &act_system, do_begin));
    sign_elsewhere();
    t_ok(rooms_do(&w, &act_system, do_end));
    struct tx *tx = rooms_look(&w);
    t_ok(witness_of(tx, w.signer[0], &v, w.keep));
    t_ok(witness_check(tx, &w.app, &v, w.keep, &report));
    db_read_end(tx);
    ck_assert(report.good && report.binding == WITNESS_BOUND);
    rooms_close(&w);
}
END_TEST

START_TEST(certificates_that_do_not_count)
{
    struct rooms_world w = rooms_open(_i);
    own_world(&w);
    t_ok(rooms_do(&w, &act_system, do_fill_in));
    str good = w.text;
    struct pkey *stranger = NULL;
    const struct cert_attribute subject[] = {{oid_common_name, STR("林𣿆川")}};
    const struct cert_profile self = {.subject = subject,
                                      .n_subject = 1,
                                      .not_before = ROOMS_NOW - DAY,
                                      .not_after = ROOMS_NOW + 300 * DAY,
                                      .usage = CERT_DIGITAL_SIGNATURE};
    BUF_SCOPED der = BUF_INIT(1 << 16);
    t_ok(pkey_generate(PKEY_P256, 0, &stranger));
    t_ok(cert_make(&self, stranger, NULL, stranger, &der));
    pkey_free(stranger);
    w.text = buf_str(&der);
    rooms_refused(&w, &act_system, do_begin, "RM-015"); /* nobody's */
    w.text = good;
    t_ok(rooms_do(&w, &act_system, do_begin));
    sign_elsewhere();
    t_ok(rooms_do(&w, &act_system, do_revoke));
    rooms_refused(&w, &act_system, do_end, "RM-015"); /* revoked between the steps */
    rooms_close(&w);
}
END_TEST

/* ---- doctor, and one altered byte ---- */

static rc doctor(struct rooms_world *w)
{
    BUF_SCOPED finding = BUF_INIT(4096);
    struct tx *tx = rooms_look(w);
    rc r = seal_checks[0].run(&w->app, tx, &finding);
    db_read_end(tx);
    return r;
}

QUERY(ts_other, "ii", "", "UPDATE sign_room SET file = $2 WHERE id = $1");

static rc do_swap(struct rooms_world *w, const struct act *x)
{
    return db_exec(x->tx, &ts_other, VALS(v_int(w->room), v_int(w->out)), NULL);
}

static rc do_keep_altered(struct rooms_world *w, const struct act *x)
{
    return document_add(x->tx, &w->app, w->owner.party, STR("x.pdf"), w->text, "application/pdf", 1 << 28, &w->out);
}

START_TEST(one_byte_is_found_by_all)
{
    struct rooms_world w = rooms_open(_i);
    rooms_sent(&w, "link", "link", 1, 1);
    both_sign(&w);
    finish(&w);
    t_ok(doctor(&w));
    str bytes = file_of(&w, rooms_room(&w).file);
    char *altered = (char *)(uintptr_t)arena_str(w.keep, bytes).p;
    ptrdiff_t at = str_find(bytes, STR("stream"));
    altered[at + 40] ^= 1; /* in the uploaded part: every signature is over it */
    struct pdf_report *r = judged(&w, str_n(altered, bytes.n));
    for (size_t i = 0; i < r->n; i++)
        ck_assert_int_eq(r->v[i].result.verdict, VERDICT_FAILED);
    w.text = str_n(altered, bytes.n);
    t_ok(rooms_do(&w, &act_system, do_keep_altered));
    t_ok(rooms_do(&w, &act_system, do_swap));
    ck_assert_int_eq(doctor(&w), E_CORRUPT);
    rooms_close(&w);
}
END_TEST

/* ---- a file that was signed before it came here ---- */

static rc do_draft_again(struct rooms_world *w, const struct act *x)
{
    struct room_field f[2];
    TRY(room_create(x, &w->app, false, STR("租賃契約"), STR("again.pdf"), w->text, &w->room));
    for (int i = 0; i < 2; i++) {
        const struct signer s = {.step = 1,
                                 .role = STR("sign"),
                                 .slot = STR_EMPTY,
                                 .name = STR("王小明"),
                                 .email = i ? STR("b@t.example") : STR("a@t.example"),
                                 .lang = STR("zh"),
                                 .level = STR("link")};
        TRY(signer_add(x, &w->app, w->room, &s, STR_EMPTY, &w->signer[i]));
        f[i] = (struct room_field){.signer = w->signer[i],
                                   .kind = STR("signature"),
                                   .x = 6000 + 20000 * i,
                                   .y = 50000,
                                   .w = 18000,
                                   .h = 6000,
                                   .required = true,
                                   .label = STR_EMPTY};
    }
    return room_fields_set(x, &w->app, w->room, f, 2);
}

START_TEST(signed_before)
{
    struct rooms_world w = rooms_open(_i);
    rooms_sent(&w, "link", "link", 1, 1);
    both_sign(&w);
    w.text = file_of(&w, rooms_room(&w).file);
    t_ok(rooms_do(&w, &w.owner, do_draft_again));
    t_ok(rooms_do(&w, &w.owner, rooms_send_it));
    both_sign(&w);
    str bytes = file_of(&w, rooms_room(&w).file);
    ck_assert(str_starts(bytes, w.text));
    holds(&w, bytes, 4);
    rooms_close(&w);
}
END_TEST

DBT_MAIN("sign/seal", two_sign, both_at_once, only_whose_turn_it_is, authority_has_run_out, files_that_cannot_be_signed,
         more_fields_than_a_page_asks_for, names_with_rare_characters, certificate_in_another_name,
         names_are_compared_by_their_words, own_certificate, the_document_grew_meanwhile, recorded_anew_meanwhile,
         certificates_that_do_not_count, one_byte_is_found_by_all, signed_before)

/* Approvals on both engines: the way through, who may not, what is refused, the chain, the gate, openssl's word. */
#include <unistd.h>

#include "base/json.h"
#include "base/zip.h"
#include "core/account.h"
#include "core/notice.h"
#include "core/party.h"
#include "core/publiclog.h"
#include "crypto/cert_make.h"
#include "mod/sign/rooms/approval.h"
#include "mod/sign/test_installation.h"
#include "sys/file.h"
#include "sys/random.h"

#define NOW   INSTALLATION_NOW
#define PAPER STR("公文：採購案核定\n")

enum { PEOPLE = 4 }; /* clerk, chief, director; a stranger of another firm */
struct world {
    struct app app;
    struct arena *keep, *a;
    struct trust_ceremony ceremony;
    id party, other;
    struct session people[PEOPLE];
    struct pkey *keys[PEOPLE];
    str fingerprints[PEOPLE];
    id approval;
    int who; /* acts */
    rc (*fn)(struct world *w, const struct act *x);
    struct err err;
};
static struct world *w;

static rc world_write(struct tx *tx, void *arg)
{
    struct world *of = arg;
    const struct act x = {
        .tx = tx, .a = of->a, .by = of->who < 0 ? &act_system : &of->people[of->who], .at = clock_now()};
    rc r = of->fn(of, &x);
    if (r != OK)
        err_copy(&of->err, tx_err(tx));
    return r;
}

static rc run_as(int who, rc (*fn)(struct world *w, const struct act *x))
{
    w->who = who;
    w->fn = fn;
    err_clear(&w->err);
    return db_write(w->app.db, world_write, w);
}

static void refused(rc r, rc want, const char *code)
{
    ck_assert_msg(r == want, "got %s %s, want %s %s", rc_name(r), w->err.main.code ? w->err.main.code : "-",
                  rc_name(want), code);
    const char *got = w->err.n_fields > 0 ? w->err.fields[0].code : w->err.main.code;
    ck_assert_str_eq(got ? got : "-", code);
}

/* ---- the world ---- */

static rc do_people(struct world *of, const struct act *x)
{
    static const char *const names[PEOPLE] = {"承辦人 林小明", "科長 王大同", "局長 陳𣿆川", "外人"};
    static const perm perms[PEOPLE] = {AS_OFFICER, AS_OFFICER, AS_ADMIN, AS_FIRM};
    BUF_SCOPED transcript = BUF_INIT(1 << 20);
    of->party = id_new();
    of->other = id_new();
    TRY(party_add(x->tx, &(struct party){of->party, PARTY_AGENCY, STR("示範局"), STR_EMPTY, x->at}));
    TRY(party_add(x->tx, &(struct party){of->other, PARTY_COMPANY, STR("他社"), STR_EMPTY, x->at}));
    for (int i = 0; i < PEOPLE; i++) {
        char email[] = "person0@example.com";
        email[6] = (char)('0' + i);
        id account, party = i == PEOPLE - 1 ? of->other : of->party;
        TRY(account_ensure(x->tx, str_of(email), str_of(names[i]), LANG_EN, &account));
        TRY(member_add(x->tx, party, account, perms[i]));
        of->people[i] = (struct session){.account = account, .party = party, .perms = PUBLIC | SIGNED_IN | perms[i]};
    }
    return trust_init(x, &of->app, &of->ceremony, &transcript);
}

static rc do_enrol(struct world *of, const struct act *x)
{
    BUF_SCOPED csr = BUF_INIT(DEVICE_REQUEST_MAX);
    BUF_SCOPED text = BUF_INIT(DEVICE_REQUEST_MAX);
    BUF_SCOPED spki = BUF_INIT(DEVICE_REQUEST_MAX);
    id device;
    TRY(csr_make(NULL, 0, of->keys[of->who], &csr));
    TRY(pkey_write_spki(of->keys[of->who], &spki));
    of->fingerprints[of->who] = sha256_hex_of(of->keep, buf_str(&spki));
    buf_base64(&text, buf_str(&csr));
    return device_enrol(x, &of->app, STR("電話"), buf_str(&text), &device);
}

static struct world world_open(int engine)
{
    static struct err err;
    struct world fresh = {.keep = arena_new(1 << 28), .a = arena_new(1 << 28), .ceremony = test_ceremony()};
    const struct trust_pair_options o = {.kind = PKEY_P256};
    fresh.app = installation_open(engine, fresh.keep, NOW);
    fresh.app.config.log_name = STR("rise.test/log");
    t_ok(trust_ceremony_keys(fresh.keep, &fresh.ceremony, &o, &err));
    for (int i = 0; i < PEOPLE; i++) {
        t_ok(pkey_generate(PKEY_P256, 0, &fresh.keys[i]));
        t_ok(pkey_in(fresh.keep, fresh.keys[i]));
    }
    return fresh;
}

static void populate(struct world *fresh)
{
    w = fresh;
    t_ok(run_as(-1, do_people));
    for (int i = 0; i < PEOPLE; i++)
        t_ok(run_as(i, do_enrol));
}

static void world_close(void)
{
    device_gate_set(NULL);
    installation_close(&w->app);
    arena_free(w->a);
    arena_free(w->keep);
}

/* ---- what people do ---- */

static rc do_file(struct world *of, const struct act *x)
{
    const struct approver v[] = {{of->people[1].account, STR("科長")}, {of->people[2].account, STR("局長")}};
    const struct approval_filing f = {.title = STR("採購案 A-100%"),
                                      .note = STR("請核示"),
                                      .file_name = STR("公文.txt"),
                                      .bytes = PAPER,
                                      .due = x->at + DAY,
                                      .approvers = v,
                                      .n_approvers = 2};
    return approval_file(x, &of->app, &f, &of->approval);
}

static struct tx *look(void)
{
    struct tx *tx;
    t_ok(db_read_begin(w->app.db, &tx));
    return tx;
}

/* As person `who` sees it; in `keep`. */
static struct approval_whole seen(int who)
{
    struct approval_whole all;
    struct tx *tx = look();
    const struct act x = {.tx = tx, .a = w->keep, .by = &w->people[who], .at = clock_now()};
    t_ok(approval_read(&x, w->approval, &all));
    db_read_end(tx);
    return all;
}

static id step_at(size_t place)
{
    struct approval_whole all = seen(0);
    return all.v[0].steps[place - 1].id;
}

static id the_step;
static str the_signature;

static rc do_prepare(struct world *of, const struct act *x)
{
    return approval_prepare(x, the_step, of->fingerprints[of->who]);
}

static rc do_finish(struct world *of, const struct act *x)
{
    return approval_finish(x, &of->app, the_step, the_signature);
}

/* What the browser does: signs what was given out. */
static str sign_ticket(const struct pkey *key)
{
    struct approval_ticket t;
    struct tx *tx = look();
    BUF_SCOPED signature = BUF_INIT(PKEY_SIGNATURE_MAX);
    t_ok(approval_ticket_get(tx, the_step, clock_now(), &t, w->keep));
    db_read_end(tx);
    t_ok(pkey_sign(key, pkey_scheme(key), t.to_sign, &signature));
    return arena_str(w->keep, buf_str(&signature));
}

static rc approve(int who, size_t place)
{
    the_step = step_at(place);
    TRY(run_as(who, do_prepare));
    the_signature = sign_ticket(w->keys[who]);
    return run_as(who, do_finish);
}

static rc do_return(struct world *of, const struct act *x)
{
    (void)of;
    return approval_return(x, the_step, STR("金額有誤"));
}

static rc do_decline(struct world *of, const struct act *x)
{
    (void)of;
    return approval_decline(x, the_step, STR("不同意"));
}

static rc do_correct(struct world *of, const struct act *x)
{
    return approval_correct(x, &of->app, of->approval, STR("公文2.txt"), STR("改正"), STR("金額"));
}

static rc do_withdraw(struct world *of, const struct act *x)
{
    return approval_withdraw(x, of->approval, STR("改期"));
}

static rc check_version(size_t i)
{
    struct approval_whole all = seen(0);
    struct tx *tx = look();
    rc r = approval_check(tx, w->keep, &all, &all.v[i]);
    db_read_end(tx);
    return r;
}

static int64_t messages(int who)
{
    int64_t n;
    struct tx *tx = look();
    t_ok(notices_new(tx, w->people[who].account, &n));
    db_read_end(tx);
    return n;
}

/* ---- openssl ---- */

static const char *in_dir(const char *name)
{
    return arena_cstr(w->keep, arena_printf(w->keep, "%s/%s", w->app.config.data_dir.p, name));
}

static void put_file(const char *name, str bytes)
{
    t_ok(file_write(in_dir(name), bytes, 0600, NULL));
}

/* Root as anchor, the issuing authority's certificate comes in the signature. */
static rc openssl_verifies(void)
{
    const char *const argv[] = {"openssl",    "cms",          "-verify",   "-binary",  "-inform",
                                "DER",        "-in",          in_dir("s"), "-content", in_dir("paper"),
                                "-CAfile",    in_dir("root"), "-purpose",  "any",      "-attime",
                                "1795608060", "-out",         "/dev/null", NULL};
    return proc_run(argv, NULL, NULL, NULL);
}

static void put_root(void)
{
    struct trust_authority root;
    struct tx *tx = look();
    t_ok(trust_authority_named(tx, w->keep, STR("root"), &root));
    db_read_end(tx);
    put_file("root.der", root.cert->der);
    const char *const argv[] = {"openssl",          "x509", "-inform",      "DER", "-in",
                                in_dir("root.der"), "-out", in_dir("root"), NULL};
    t_ok(proc_run(argv, NULL, NULL, NULL));
}

/* ---- cases ---- */

START_TEST(in_order_to_the_end)
{
    struct world fresh = world_open(_i);
    populate(&fresh);
    t_ok(run_as(0, do_file));
    ck_assert_int_eq(messages(1), 1);
    ck_assert_int_eq(messages(2), 0);
    the_step = step_at(2);
    refused(run_as(2, do_prepare), E_CONFLICT, "APV-002"); /* before the chief */
    the_step = step_at(1);
    refused(run_as(2, do_prepare), E_CONFLICT, "APV-002"); /* in the chief's place */
    refused(run_as(3, do_prepare), E_DENIED, "ACT-001");   /* of another organisation */
    t_ok(approve(1, 1));
    ck_assert_int_eq(messages(2), 1);
    t_str(seen(0).approval.state, STR("open"));
    refused(approve(1, 1), E_CONFLICT, "APV-002"); /* twice */
    t_ok(approve(2, 2));
    struct approval_whole all = seen(2);
    t_str(all.approval.state, STR("approved"));
    ck_assert_int_eq(messages(0), 1);
    t_ok(check_version(0));
    put_root();
    put_file("paper", PAPER);
    for (size_t i = 0; i < 2; i++) {
        t_str(all.v[0].steps[i].level, STR("t"));
        str der = all.v[0].steps[i].signature;
        put_file("s", der);
        t_ok(openssl_verifies());
        char *bad = arena_array(w->keep, der.n, 1);
        memcpy(bad, der.p, der.n);
        bad[str_find(der, STR("\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x09\x05")) + 20] ^= 1; /* in the signing time */
        put_file("s", str_n(bad, der.n));
        ck_assert_int_ne(openssl_verifies(), OK);
    }
    put_file("s", all.v[0].steps[0].signature);
    put_file("paper", STR("公文：採購案核定!"));
    ck_assert_int_ne(openssl_verifies(), OK);
    world_close();
}
END_TEST

START_TEST(signatures_that_do_not_hold)
{
    struct world fresh = world_open(_i);
    populate(&fresh);
    t_ok(run_as(0, do_file));
    the_step = step_at(1);
    the_signature = STR("no signature");
    refused(run_as(1, do_finish), E_CONFLICT, "APV-004"); /* nothing was given out */
    t_ok(run_as(1, do_prepare));
    refused(run_as(1, do_finish), E_INVALID, "APV-005");
    the_signature = sign_ticket(w->keys[2]); /* another's key */
    refused(run_as(1, do_finish), E_INVALID, "APV-005");
    str early = sign_ticket(w->keys[1]);
    clock_fix(NOW + MINUTE);
    t_ok(run_as(1, do_prepare)); /* asked for anew: the former bytes are worth nothing */
    the_signature = early;
    refused(run_as(1, do_finish), E_INVALID, "APV-005");
    the_signature = sign_ticket(w->keys[1]);
    clock_fix(NOW + MINUTE + APPROVAL_TICKET_LASTS);
    refused(run_as(1, do_finish), E_CONFLICT, "APV-004"); /* too late */
    w->fingerprints[1] = w->fingerprints[2];
    refused(run_as(1, do_prepare), E_NOTFOUND, "DEV-004"); /* another's device */
    t_str(seen(0).v[0].steps[0].state, STR("waiting"));
    world_close();
}
END_TEST

START_TEST(returned_corrected_declined_withdrawn)
{
    struct world fresh = world_open(_i);
    populate(&fresh);
    t_ok(run_as(0, do_file));
    t_ok(approve(1, 1));
    refused(run_as(0, do_correct), E_CONFLICT, "APV-002"); /* nobody asked for it */
    the_step = step_at(2);
    refused(run_as(1, do_return), E_CONFLICT, "APV-002");
    t_ok(run_as(2, do_return));
    t_str(seen(0).approval.reason, STR("金額有誤"));
    refused(run_as(1, do_correct), E_DENIED, "APV-007");
    t_ok(run_as(0, do_correct));
    struct approval_whole all = seen(0);
    ck_assert_uint_eq(all.n, 2);
    ck_assert_int_eq(all.approval.version, 2);
    t_str(all.v[0].steps[0].state, STR("waiting"));  /* anew */
    t_str(all.v[1].steps[0].state, STR("approved")); /* stays with the old file */
    t_str(all.v[1].steps[1].state, STR("returned"));
    refused(run_as(2, do_decline), E_CONFLICT, "APV-002"); /* the_step is of the old version */
    the_step = step_at(1);
    t_ok(run_as(1, do_decline));
    refused(run_as(0, do_withdraw), E_CONFLICT, "APV-002");
    t_ok(check_version(0));
    t_ok(check_version(1));
    t_ok(run_as(0, do_file));
    refused(run_as(1, do_withdraw), E_DENIED, "APV-007");
    t_ok(run_as(0, do_withdraw));
    the_step = step_at(1);
    refused(run_as(1, do_prepare), E_CONFLICT, "APV-002");
    world_close();
}
END_TEST

/* ---- the chain ---- */

QUERY(ta_of, "i", "", "UPDATE sign_approval SET of = 1 WHERE id = $1");
QUERY(ta_of_back, "i", "", "UPDATE sign_approval SET of = 2 WHERE id = $1");
QUERY(ta_again, "ib", "", "UPDATE sign_approval_step SET signature = $2 WHERE id = $1");

static rc do_of(struct world *of, const struct act *x)
{
    return db_exec(x->tx, of->who == 0 ? &ta_of : &ta_of_back, VALS(v_int(of->approval)), NULL);
}

static rc do_again(struct world *of, const struct act *x)
{
    (void)of;
    return db_exec(x->tx, &ta_again, VALS(v_int(the_step), v_blob(the_signature)), NULL);
}

static void put_signature(size_t place, str der)
{
    the_step = step_at(place);
    the_signature = der;
    t_ok(run_as(0, do_again));
}

static str replaced(str whole, str what, str with)
{
    char *copy = arena_array(w->keep, whole.n, 1);
    memcpy(copy, whole.p, whole.n);
    memcpy(copy + str_find(whole, what), with.p, with.n);
    return str_n(copy, whole.n);
}

static rc doctor(void)
{
    struct tx *tx = look();
    BUF_SCOPED finding = BUF_INIT(4096);
    rc r = approval_checks[0].run(&w->app, tx, &finding);
    db_read_end(tx);
    return r;
}

START_TEST(nobody_is_left_out_or_swapped)
{
    struct world fresh = world_open(_i);
    populate(&fresh);
    t_ok(run_as(0, do_file));
    the_step = step_at(1);
    t_ok(run_as(1, do_prepare));
    the_signature = sign_ticket(w->keys[1]);
    str used = the_signature, again = sign_ticket(w->keys[1]);
    while (again.n != used.n) /* ECDSA's differ each time, in length too */
        again = sign_ticket(w->keys[1]);
    t_ok(run_as(1, do_finish));
    t_ok(approve(2, 2));
    str first = seen(0).v[0].steps[0].signature, second = seen(0).v[0].steps[1].signature;
    t_ok(doctor());
    t_ok(run_as(0, do_of)); /* the last one left out */
    t_rc(check_version(0), E_CONFLICT);
    t_ok(run_as(1, do_of));
    put_signature(1, second);
    put_signature(2, first);
    t_rc(check_version(0), E_CONFLICT);
    t_rc(doctor(), E_CORRUPT);
    put_signature(1, first);
    put_signature(2, second);
    t_ok(doctor());
    put_signature(1,
                  replaced(first, used, again)); /* by the same person over the same bytes, but not what was followed */
    t_rc(check_version(0), E_CONFLICT);
    put_signature(1, first);
    id other = w->approval;
    clock_fix(NOW + SECOND);
    t_ok(run_as(0, do_file)); /* the same file, filed again and approved by the same person */
    t_ok(approve(1, 1));
    str elsewhere = seen(0).v[0].steps[0].signature;
    w->approval = other;
    put_signature(1, elsewhere); /* holds over the file, but stands for another approval */
    t_rc(check_version(0), E_CONFLICT);
    put_signature(1, first);
    t_ok(check_version(0));
    world_close();
}
END_TEST

/* ---- devices and the gate ---- */

static rc closed_gate(const struct act *x, const struct device_question *q)
{
    ck_assert_ptr_eq(q->by, x->by);
    ck_assert_int_eq(q->step == DEVICE_ENROLLING, q->device == NULL);
    ck_assert_int_eq(q->step == DEVICE_ENROLLING, q->approval == 0);
    return ERR(tx_err(x->tx), E_DENIED, "ZTA-001", N_("{1}"), STR("test"));
}

static rc do_remove(struct world *of, const struct act *x)
{
    struct device *v;
    size_t n;
    TRY(devices_of(x->tx, of->people[1].account, &v, &n, x->a));
    return device_revoke(x, &of->app, v[0].id);
}

START_TEST(the_gate_is_asked_every_time)
{
    struct world fresh = world_open(_i);
    populate(&fresh);
    t_ok(run_as(0, do_file));
    device_gate_set(closed_gate);
    t_ok(pkey_generate(PKEY_P256, 0, &w->keys[0]));
    t_ok(pkey_in(w->keep, w->keys[0]));
    refused(run_as(0, do_enrol), E_DENIED, "ZTA-001");
    the_step = step_at(1);
    refused(run_as(1, do_prepare), E_DENIED, "ZTA-001");
    device_gate_set(NULL);
    t_ok(run_as(1, do_prepare));
    the_signature = sign_ticket(w->keys[1]);
    device_gate_set(closed_gate); /* shut while the person was reading */
    refused(run_as(1, do_finish), E_DENIED, "ZTA-001");
    device_gate_set(NULL);
    t_ok(run_as(1, do_finish));
    world_close();
}
END_TEST

START_TEST(devices_begin_and_end)
{
    struct world fresh = world_open(_i);
    populate(&fresh);
    refused(run_as(1, do_enrol), E_CONFLICT, "DEV-002");
    struct pkey *kept = w->keys[3];
    w->keys[3] = w->keys[1]; /* another account with this key */
    refused(run_as(3, do_enrol), E_CONFLICT, "DEV-002");
    t_ok(pkey_generate(PKEY_ED25519, 0, &w->keys[3]));
    t_ok(pkey_in(w->keep, w->keys[3]));
    refused(run_as(3, do_enrol), E_INVALID, "DEV-001");
    w->keys[3] = kept;
    t_ok(run_as(0, do_file));
    the_step = step_at(1);
    t_ok(run_as(1, do_prepare));
    the_signature = sign_ticket(w->keys[1]);
    refused(run_as(2, do_remove), E_NOTFOUND, "DEV-004");
    t_ok(run_as(1, do_remove));
    refused(run_as(1, do_remove), E_CONFLICT, "CA-004");
    refused(run_as(1, do_finish), E_CONFLICT, "DEV-005"); /* lost between reading and signing */
    refused(run_as(1, do_enrol), E_CONFLICT, "DEV-002");  /* never again */
    for (int i = 0; i < DEVICES_MAX; i++) {
        t_ok(pkey_generate(PKEY_P256, 0, &w->keys[1]));
        t_ok(pkey_in(w->keep, w->keys[1]));
        t_ok(run_as(1, do_enrol));
    }
    t_ok(pkey_generate(PKEY_P256, 0, &w->keys[1]));
    t_ok(pkey_in(w->keep, w->keys[1]));
    refused(run_as(1, do_enrol), E_LIMIT, "DEV-003");
    clock_fix(NOW + 366 * DAY);
    struct tx *tx = look();
    struct device *v;
    size_t n;
    t_ok(devices_of(tx, w->people[2].account, &v, &n, w->keep));
    db_read_end(tx);
    ck_assert_uint_eq(n, 1);
    ck_assert(!device_lives(&v[0], clock_now()));
    world_close();
}
END_TEST

/* ---- filing, lists, deadlines ---- */

static struct approval_filing filing;

static rc do_file_this(struct world *of, const struct act *x)
{
    return approval_file(x, &of->app, &filing, &of->approval);
}

START_TEST(what_cannot_be_filed)
{
    struct world fresh = world_open(_i);
    populate(&fresh);
    struct approver v[] = {{w->people[1].account, STR_EMPTY}, {w->people[1].account, STR_EMPTY}};
    const struct approval_filing good = {
        .title = STR("t"), .file_name = STR("f"), .bytes = STR("\x01\x02"), .approvers = v, .n_approvers = 1};
    filing = good;
    filing.title = STR(" ");
    refused(run_as(0, do_file_this), E_INVALID, "ACT-003");
    char words[APPROVAL_NOTE_MAX + 1];
    memset(words, 'x', sizeof words);
    filing = good;
    filing.note = str_n(words, sizeof words);
    refused(run_as(0, do_file_this), E_INVALID, "ACT-005");
    filing = good;
    filing.n_approvers = 0;
    refused(run_as(0, do_file_this), E_INVALID, "APV-003");
    filing.n_approvers = 2; /* the same twice */
    refused(run_as(0, do_file_this), E_INVALID, "APV-003");
    v[1].account = w->people[3].account; /* no member */
    refused(run_as(0, do_file_this), E_INVALID, "APV-003");
    filing = good;
    filing.due = NOW - 1;
    refused(run_as(0, do_file_this), E_INVALID, "APV-006");
    filing = good;
    filing.bytes = STR_EMPTY;
    refused(run_as(0, do_file_this), E_INVALID, "DOC-005");
    filing = good; /* of a kind that nobody knows */
    t_ok(run_as(0, do_file_this));
    t_str(seen(0).v[0].document.type, STR("application/octet-stream"));
    world_close();
}
END_TEST

static int64_t listed(int who, enum approval_show show, const char *state, const char *words)
{
    struct approval_row *v;
    size_t n;
    int64_t total;
    struct tx *tx = look();
    const struct act x = {.tx = tx, .a = w->keep, .by = &w->people[who], .at = clock_now()};
    const struct approval_query q = {.show = show, .state = state, .words = str_of(words), .limit = 10};
    t_ok(approvals_list(&x, &q, &v, &n, &total));
    db_read_end(tx);
    ck_assert_int_eq((int64_t)n, total);
    return total;
}

START_TEST(who_sees_what)
{
    struct world fresh = world_open(_i);
    populate(&fresh);
    t_ok(run_as(0, do_file));
    ck_assert_int_eq(listed(1, APPROVAL_TURN, NULL, ""), 1);
    ck_assert_int_eq(listed(2, APPROVAL_TURN, NULL, ""), 0); /* not yet */
    ck_assert_int_eq(listed(0, APPROVAL_MINE, "open", "a-100%"), 1);
    ck_assert_int_eq(listed(0, APPROVAL_MINE, NULL, "100_"), 0); /* no wildcard */
    ck_assert_int_eq(listed(0, APPROVAL_MINE, "approved", ""), 0);
    ck_assert_int_eq(listed(3, APPROVAL_ALL, NULL, ""), 0);
    struct tx *tx = look();
    struct approval_whole all;
    const struct act x = {.tx = tx, .a = w->keep, .by = &w->people[3], .at = clock_now()};
    t_rc(approval_read(&x, w->approval, &all), E_NOTFOUND);
    db_read_end(tx);
    w->people[3].party = w->party; /* a colleague who has nothing to do with it */
    w->people[3].perms = AS_OFFICER;
    ck_assert_int_eq(listed(3, APPROVAL_ALL, NULL, ""), 0);
    w->people[3].perms = AS_AUDITOR;
    ck_assert_int_eq(listed(3, APPROVAL_ALL, NULL, ""), 1);
    world_close();
}
END_TEST

/* ---- the archive ---- */

START_TEST(everything_in_one_archive)
{
    struct world fresh = world_open(_i);
    static struct err err;
    struct zip_entry *v;
    size_t n;
    int64_t integrated;
    BUF_SCOPED zip = BUF_INIT(1 << 24);
    populate(&fresh);
    t_ok(log_key_create(&w->app, &err));
    t_ok(log_key_load(&w->app, &err));
    t_ok(run_as(0, do_file));
    t_ok(approve(1, 1));
    t_ok(log_sequence(&w->app, &integrated, &err));
    struct approval_whole all = seen(0);
    struct tx *tx = look();
    const struct act x = {.tx = tx, .a = w->keep, .by = &w->people[0], .at = clock_now()};
    t_ok(approval_archive(&x, &w->app, &all, &all.v[0], &zip));
    db_read_end(tx);
    t_ok(zip_read(w->keep, buf_str(&zip), 100, &v, &n, &err));
    t_str(v[0].name, STR("document/公文.txt"));
    t_str(v[0].bytes, PAPER);
    t_str(v[1].name, STR("approval-1.p7s"));
    t_str(v[1].bytes, all.v[0].steps[0].signature);
    t_str(v[2].name, STR("log/approval-1.json"));
    t_str(v[n - 1].name, STR("README.txt"));
    world_close();
}
END_TEST

DBT_MAIN("sign/approval", in_order_to_the_end, signatures_that_do_not_hold, returned_corrected_declined_withdrawn,
         nobody_is_left_out_or_swapped, the_gate_is_asked_every_time, devices_begin_and_end, what_cannot_be_filed,
         who_sees_what, everything_in_one_archive)

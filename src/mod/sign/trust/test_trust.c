/* The trust services on both engines: ceremony, issuing, revoking, lists in time, services, the clock, what doctor
 * finds.
 */
#include "core/doctor.h"
#include "core/job_impl.h"
#include "crypto/ocsp.h"
#include "crypto/oid.h"
#include "crypto/tsp.h"
#include "mod/sign/settings.h"
#include "mod/sign/test_installation.h"
#include "mod/sign/trust/trust_doors.h"

#define NOW INSTALLATION_NOW

struct world {
    struct app app;
    struct arena *keep, *a;
    struct trust_ceremony ceremony;
    struct trust_pair person_key;
    struct trust_issued person;
    str serial, transcript, answers;
    int64_t kept;
    enum crl_reason reason;
    rc (*fn)(struct world *w, const struct act *x);
    struct err err;
};
static struct world *w;

static rc world_write(struct tx *tx, void *arg)
{
    struct world *of = arg;
    struct act x = {.tx = tx, .a = of->a, .by = &act_system, .at = clock_now()};
    rc r = of->fn(of, &x);
    if (r != OK)
        err_copy(&of->err, tx_err(tx));
    return r;
}

static rc run(rc (*fn)(struct world *w, const struct act *x))
{
    w->fn = fn;
    err_clear(&w->err);
    return db_write(w->app.db, world_write, w);
}

static rc do_init(struct world *of, const struct act *x)
{
    BUF_SCOPED transcript = BUF_INIT(1 << 20);
    TRY(trust_init(x, &of->app, &of->ceremony, &transcript));
    of->transcript = arena_str(of->keep, buf_str(&transcript));
    return OK;
}

static rc do_issue(struct world *of, const struct act *x)
{
    struct trust_authority by;
    struct pkey *key = NULL;
    const struct cert_attribute subject[] = {{oid_common_name, STR("林𣿆川")}};
    const struct trust_order o = {TRUST_PERSON,
                                  {.subject = subject, .n_subject = 1, .not_after = x->at + 40000 * DAY},
                                  of->person_key.key,
                                  STR("test")};
    TRY(trust_authority_named(x->tx, x->a, STR_EMPTY, &by));
    TRY(trust_key_load(x->tx, &of->app, x->a, by.key, &key));
    TRY(trust_issue(x, &of->app, &by, key, &o, &of->person));
    of->serial = cert_serial_hex(of->keep, of->person.cert);
    ck_assert_int_eq(of->person.cert->not_after, by.cert->not_after); /* never outlives its issuer */
    return OK;
}

static rc do_revoke(struct world *of, const struct act *x)
{
    id authority;
    return trust_revoke(x, &of->app, of->serial, of->reason, STR("test"), &authority);
}

static rc do_release(struct world *of, const struct act *x)
{
    id authority;
    return trust_release(x, &of->app, of->serial, STR("test"), &authority);
}

static rc do_publish(struct world *of, const struct act *x)
{
    struct trust_authority issuing;
    TRY(trust_authority_named(x->tx, x->a, STR_EMPTY, &issuing));
    return trust_crl_publish(x, &of->app, &issuing);
}

static struct world world_open(int engine)
{
    static struct err err;
    struct world fresh = {.keep = arena_new(1 << 28), .a = arena_new(1 << 28), .ceremony = test_ceremony()};
    const struct trust_pair_options o = {.kind = PKEY_P256};
    fresh.app = installation_open(engine, fresh.keep, NOW);
    t_ok(trust_ceremony_keys(fresh.keep, &fresh.ceremony, &o, &err));
    t_ok(trust_pair_make(fresh.keep, &o, STR("person"), &fresh.person_key, &err));
    return fresh;
}

static void world_close(void)
{
    installation_close(&w->app);
    arena_free(w->a);
    arena_free(w->keep);
}

/* ---- looking ---- */

static struct tx *look(void)
{
    struct tx *tx;
    t_ok(db_read_begin(w->app.db, &tx));
    return tx;
}

static rc doctor(int check)
{
    struct tx *tx = look();
    BUF_SCOPED finding = BUF_INIT(4096);
    rc r = trust_checks[check].run(&w->app, tx, &finding);
    db_read_end(tx);
    return r;
}

static struct trust_authority authority(struct tx *tx, str name)
{
    struct trust_authority t;
    t_ok(trust_authority_named(tx, w->keep, name, &t));
    return t;
}

#define NONCE STR("0123456789abcdef")

static struct ocsp_response *answer_to(enum digest d, struct trust_ocsp_told *told, struct ocsp_single *single)
{
    struct tx *tx = look();
    struct trust_services *s = NULL;
    struct ocsp_response *answer = NULL;
    struct trust_authority issuing = authority(tx, STR_EMPTY);
    BUF_SCOPED request = BUF_INIT(4096);
    BUF_SCOPED out = BUF_INIT(65536);
    t_ok(trust_services_hold(&w->app, tx, &s));
    ocsp_put_request(&request, w->person.cert, issuing.cert, d, NONCE);
    t_ok(trust_ocsp_answer(s, tx, buf_str(&request), clock_now(), &out, told));
    trust_services_release(s);
    t_ok(ocsp_read(w->keep, arena_str(w->keep, buf_str(&out)), &answer, NULL));
    ck_assert_ptr_nonnull(ocsp_signer(answer, issuing.cert, NULL, 0));
    const struct ocsp_single *one = ocsp_find(answer, w->person.cert, issuing.cert);
    ck_assert_ptr_nonnull(one);
    *single = *one;
    db_read_end(tx);
    return answer;
}

static enum ocsp_state asked(void)
{
    struct trust_ocsp_told told;
    struct ocsp_single one;
    const struct ocsp_response *answer = answer_to(DIGEST_SHA256, &told, &one);
    ck_assert(!told.reusable && ocsp_has_nonce(answer, NONCE));
    ck_assert(told.from == one.this_update && told.until == one.next_update);
    return one.state;
}

static rc stamped(void)
{
    struct tx *tx = look();
    struct trust_services *s = NULL;
    struct tsp_token token;
    struct digest_value imprint = digest_of(DIGEST_SHA256, STR("document"));
    const struct tsp_request q = {.digest = DIGEST_SHA256, .imprint = digest_str(&imprint), .cert_req = true};
    BUF_SCOPED request = BUF_INIT(4096);
    BUF_SCOPED out = BUF_INIT(TSP_TOKEN_MAX);
    tsp_request_write(&q, &request);
    t_ok(trust_services_hold(&w->app, tx, &s));
    t_ok(trust_tsa_answer(s, buf_str(&request), &out));
    trust_services_release(s);
    db_read_end(tx);
    return tsp_accept(w->keep, arena_str(w->keep, buf_str(&out)), &q, &token, NULL);
}

/* ---- cases ---- */

START_TEST(ceremony_is_whole_or_nothing)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    w->ceremony.policy = STR("no policy");
    ck_assert_int_eq(run(do_init), E_INVALID);
    w->ceremony.policy = STR(TRUST_TSA_POLICY);
    w->ceremony.issuing = STR("root"); /* fails half-way */
    ck_assert_int_eq(run(do_init), E_CONFLICT);
    ck_assert_str_eq(w->err.main.code, "CA-001");
    struct tx *tx = look();
    struct trust_authority *all;
    size_t n;
    t_ok(trust_authorities(tx, w->keep, &all, &n));
    ck_assert_uint_eq(n, 0);
    db_read_end(tx);
    w->ceremony.issuing = STR("Issuing"); /* capitals */
    ck_assert_int_eq(run(do_init), E_INVALID);
    w->ceremony.issuing = STR("issuing");
    t_ok(run(do_init));
    ck_assert_int_ge(str_find(w->transcript, STR("SHA-256")), 0);
    for (int i = 0; i < TRUST_CHECKS; i++)
        t_ok(doctor(i));
    world_close();
}
END_TEST

START_TEST(revoked_is_said_everywhere)
{
    struct world fresh = world_open(_i);
    struct crl *list = NULL;
    struct crl_entry entry;
    instant from, until;
    BUF_SCOPED der = BUF_INIT(1 << 20);
    w = &fresh;
    t_ok(run(do_init));
    t_ok(run(do_issue));
    ck_assert_int_eq(asked(), OCSP_GOOD);
    w->reason = CRL_HOLD;
    t_ok(run(do_revoke));
    ck_assert_int_eq(run(do_revoke), E_CONFLICT);
    ck_assert_str_eq(w->err.main.code, "CA-004");
    w->reason = CRL_KEY_COMPROMISE; /* from hold for good */
    t_ok(run(do_revoke));
    w->reason = CRL_HOLD; /* and not back */
    ck_assert_int_eq(run(do_revoke), E_CONFLICT);
    ck_assert_int_eq(asked(), OCSP_REVOKED);
    struct tx *tx = look();
    struct trust_authority issuing = authority(tx, STR_EMPTY);
    t_ok(trust_crl_get(tx, issuing.id, &der, &from, &until));
    db_read_end(tx);
    t_ok(crl_read(w->keep, buf_str(&der), &list, NULL));
    ck_assert(crl_signed_by(list, issuing.cert));
    ck_assert(crl_find(list, w->person.cert->serial, issuing.cert->subject, &entry));
    ck_assert_int_eq(entry.reason, CRL_KEY_COMPROMISE);
    ck_assert_int_eq(issuing.crl_number, 3);
    w->serial = STR("0123456789");
    ck_assert_int_eq(run(do_revoke), E_NOTFOUND);
    world_close();
}
END_TEST

START_TEST(a_hold_is_lifted)
{
    struct world fresh = world_open(_i);
    struct crl *list = NULL;
    struct crl_entry entry;
    instant from, until;
    BUF_SCOPED der = BUF_INIT(1 << 20);
    w = &fresh;
    t_ok(run(do_init));
    t_ok(run(do_issue));
    ck_assert_int_eq(run(do_release), E_CONFLICT);
    ck_assert_str_eq(w->err.main.code, "CA-014");
    w->reason = CRL_HOLD;
    t_ok(run(do_revoke));
    ck_assert_int_eq(asked(), OCSP_REVOKED);
    t_ok(run(do_release));
    ck_assert_int_eq(asked(), OCSP_GOOD);
    struct tx *tx = look();
    struct trust_authority issuing = authority(tx, STR_EMPTY);
    t_ok(trust_crl_get(tx, issuing.id, &der, &from, &until));
    db_read_end(tx);
    t_ok(crl_read(w->keep, buf_str(&der), &list, NULL));
    ck_assert(!crl_find(list, w->person.cert->serial, issuing.cert->subject, &entry));
    w->reason = CRL_KEY_COMPROMISE;
    t_ok(run(do_revoke));
    ck_assert_int_eq(run(do_release), E_CONFLICT); /* for good is for good */
    world_close();
}
END_TEST

/* ---- answers signed beforehand ---- */

QUERY(tt_ready, "", "i", "SELECT COUNT(*) FROM sign_ocsp");
QUERY(tt_revoke, "ti", "", "UPDATE sign_cert SET revoked = $2, reason = 1 WHERE serial = $1");

static rc do_presign(struct world *of, const struct act *x)
{
    id programme;
    TRY(sign_programme(x, &programme));
    return param_set_text(x->tx, programme, "ocsp.answers", instant_day(x->at), of->answers, 0, STR("test"));
}

static rc do_revoke_aside(struct world *of, const struct act *x)
{
    return db_exec(x->tx, &tt_revoke, VALS(v_text(of->serial), v_int(x->at)), NULL);
}

static void job_runs(void)
{
    struct job j = {.app = &w->app};
    t_ok(trust_answers_job(&j));
}

static int64_t ready(void)
{
    int64_t n;
    struct tx *tx = look();
    t_ok(db_one_int(tx, &tt_ready, NOVALS, &n));
    db_read_end(tx);
    return n;
}

/* Signed at that time, whichever form of CertID is asked with, and without the nonce. */
static enum ocsp_state told_at(instant signed_at)
{
    static const enum digest forms[] = {DIGEST_SHA1, DIGEST_SHA256};
    struct ocsp_single one = {.state = OCSP_UNKNOWN};
    for (size_t i = 0; i < 2; i++) {
        struct trust_ocsp_told told;
        const struct ocsp_response *answer = answer_to(forms[i], &told, &one);
        ck_assert(told.reusable && !answer->nonce.p && one.id.digest == forms[i]);
        ck_assert_int_eq(answer->produced, signed_at);
        ck_assert(told.from == signed_at && one.this_update == signed_at);
        ck_assert(told.until == one.next_update && one.next_update > clock_now());
    }
    return one.state;
}

static void person_with_ready_answers(void)
{
    w->answers = STR("presigned");
    t_ok(run(do_init));
    t_ok(run(do_presign));
    t_ok(run(do_issue));
}

START_TEST(ready_answers_follow_the_state)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    person_with_ready_answers();
    ck_assert_int_eq(ready(), 1); /* at once */
    clock_fix(NOW + HOUR);
    ck_assert_int_eq(told_at(NOW), OCSP_GOOD);
    w->reason = CRL_HOLD;
    t_ok(run(do_revoke));
    clock_fix(NOW + 2 * HOUR);
    ck_assert_int_eq(told_at(NOW + HOUR), OCSP_REVOKED);
    t_ok(run(do_release));
    clock_fix(NOW + 3 * HOUR);
    ck_assert_int_eq(told_at(NOW + 2 * HOUR), OCSP_GOOD);
    t_ok(run(do_revoke_aside)); /* whoever changes it: what is stored says something else, so it is out of use */
    ck_assert_int_eq(told_at(NOW + 3 * HOUR), OCSP_REVOKED);
    clock_fix(NOW + 3 * HOUR + MINUTE);
    job_runs();
    clock_fix(NOW + 4 * HOUR);
    ck_assert_int_eq(told_at(NOW + 3 * HOUR + MINUTE), OCSP_REVOKED);
    t_ok(doctor(TRUST_CHECKS - 1));
    world_close();
}
END_TEST

START_TEST(ready_answers_are_renewed_in_time)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    person_with_ready_answers();
    job_runs();
    ck_assert_int_eq(ready(), 3); /* the issuing authority, the time-stamp authority, the person */
    clock_fix(NOW + TRUST_OCSP_STORED / 2 - SECOND);
    job_runs();
    ck_assert_int_eq(told_at(NOW), OCSP_GOOD); /* more than half is left */
    clock_fix(NOW + TRUST_OCSP_STORED);
    ck_assert_int_eq(told_at(NOW + TRUST_OCSP_STORED), OCSP_GOOD); /* what ran out is not served */
    job_runs();
    clock_fix(NOW + TRUST_OCSP_STORED + HOUR);
    ck_assert_int_eq(told_at(NOW + TRUST_OCSP_STORED), OCSP_GOOD);
    clock_fix(NOW + TRUST_OCSP_STORED - HOUR); /* set back: an answer from the future is none */
    ck_assert_int_eq(told_at(NOW + TRUST_OCSP_STORED - HOUR), OCSP_GOOD);
    clock_fix(NOW + DAY);
    w->answers = STR("live");
    t_ok(run(do_presign));
    clock_fix(NOW + 2 * DAY);
    job_runs();
    ck_assert_int_eq(ready(), 0);
    ck_assert_int_eq(asked(), OCSP_GOOD);
    world_close();
}
END_TEST

static rc do_keep(struct world *of, const struct act *x)
{
    id programme;
    TRY(sign_programme(x, &programme));
    return param_set_int(x->tx, programme, "ocsp.kept", instant_day(x->at), of->kept, 0, STR("test"));
}

START_TEST(ready_answers_are_of_the_newest)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    person_with_ready_answers();
    struct trust_issued first = w->person;
    w->kept = 1;
    t_ok(run(do_keep));
    clock_fix(NOW + MINUTE);
    t_ok(run(do_issue));
    ck_assert_int_eq(ready(), 2); /* what was issued has its answers at once */
    job_runs();
    ck_assert_int_eq(ready(), 1);
    clock_fix(NOW + HOUR);
    ck_assert_int_eq(told_at(NOW + MINUTE), OCSP_GOOD); /* the newest one's */
    w->person = first;
    ck_assert_int_eq(told_at(NOW + HOUR), OCSP_GOOD); /* the others are answered as they are asked about */
    job_runs();
    ck_assert_int_eq(ready(), 1);
    w->kept = 100;
    t_ok(run(do_keep));
    job_runs();
    ck_assert_int_eq(ready(), 4); /* both, the issuing authority, the time-stamp authority */
    world_close();
}
END_TEST

static rc do_new_responder(struct world *of, const struct act *x)
{
    struct trust_authority issuing;
    struct trust_issued made;
    const struct cert_attribute subject[] = {{oid_common_name, STR("OCSP 2")}};
    const struct trust_order o = {TRUST_OCSP,
                                  {.subject = subject, .n_subject = 1, .not_after = x->at + 3 * HOUR},
                                  of->person_key.key,
                                  STR("test")};
    TRY(trust_authority_named(x->tx, x->a, STR_EMPTY, &issuing));
    return trust_service_add(x, &of->app, &issuing, &of->person_key, &o, STR_EMPTY, 0, &made);
}

START_TEST(ready_answers_are_of_the_key_in_use)
{
    struct world fresh = world_open(_i);
    struct trust_ocsp_told told;
    struct ocsp_single one;
    w = &fresh;
    person_with_ready_answers();
    t_ok(run(do_new_responder));
    clock_fix(NOW + HOUR);
    ck_assert_int_eq(told_at(NOW + HOUR), OCSP_GOOD); /* not the old key's */
    job_runs();
    answer_to(DIGEST_SHA1, &told, &one);
    ck_assert_int_eq(told.until, NOW + 3 * HOUR); /* the new one's certificate ends there */
    clock_fix(NOW + 2 * HOUR);
    job_runs();
    ck_assert_int_eq(told_at(NOW + HOUR), OCSP_GOOD); /* and it is not signed again and again towards its end */
    world_close();
}
END_TEST

QUERY(tt_lists, "", "i", "SELECT COUNT(*) FROM sign_crl");

static int64_t lists_kept(void)
{
    int64_t n;
    struct tx *tx = look();
    t_ok(db_one_int(tx, &tt_lists, NOVALS, &n));
    db_read_end(tx);
    return n;
}

START_TEST(old_lists_are_not_kept)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    t_ok(run(do_init));
    t_ok(run(do_publish));
    ck_assert_int_eq(lists_kept(), 3); /* the root's, and two */
    clock_fix(NOW + TRUST_CRL_KEPT + 9 * DAY);
    t_ok(run(do_publish));
    ck_assert_int_eq(lists_kept(), 4); /* just not old enough */
    clock_fix(NOW + TRUST_CRL_KEPT + 10 * DAY);
    t_ok(run(do_publish));
    ck_assert_int_eq(lists_kept(), 3);
    for (int i = 0; i < TRUST_CHECKS; i++)
        t_ok(doctor(i));
    world_close();
}
END_TEST

START_TEST(lists_are_due_in_their_last_third)
{
    struct world fresh = world_open(_i);
    id v[TRUST_AUTHORITIES_MAX];
    size_t n;
    w = &fresh;
    t_ok(run(do_init));
    struct tx *tx = look();
    t_ok(trust_crl_due(tx, NOW + 5 * DAY, v, &n));
    ck_assert_uint_eq(n, 0);
    t_ok(trust_crl_due(tx, NOW + 7 * DAY, v, &n));
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(v[0], authority(tx, STR("issuing")).id);
    db_read_end(tx);
    world_close();
}
END_TEST

START_TEST(clock_set_back_stops_stamps)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    t_ok(run(do_init));
    t_ok(stamped());
    clock_fix(NOW + HOUR);
    t_ok(stamped());
    clock_fix(NOW + HOUR - SECOND / 2); /* threads overtake each other */
    t_ok(stamped());
    clock_fix(NOW + MINUTE);
    ck_assert_int_eq(stamped(), E_UNAVAILABLE);
    clock_fix(NOW + HOUR + SECOND);
    t_ok(stamped());
    world_close();
}
END_TEST

QUERY(tt_serial, "", "", "UPDATE sign_cert SET not_after = not_after + 1 WHERE profile = 'tsa'");
QUERY(tt_entry, "", "", "UPDATE sign_cert SET issued_entry = issued_entry + 1 WHERE profile = 'tsa'");
QUERY(tt_answer, "", "", "UPDATE sign_ocsp SET next_update = next_update + 1");
QUERY(tt_list, "", "", "UPDATE sign_authority SET crl_number = 7 WHERE name = 'root'");

static rc do_spoil(struct world *of, const struct act *x)
{
    (void)of;
    TRY(db_exec(x->tx, &tt_serial, NOVALS, NULL));
    TRY(db_exec(x->tx, &tt_entry, NOVALS, NULL));
    TRY(db_exec(x->tx, &tt_answer, NOVALS, NULL));
    return db_exec(x->tx, &tt_list, NOVALS, NULL);
}

START_TEST(doctor_finds_what_was_changed)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    person_with_ready_answers();
    t_ok(run(do_spoil));
    for (int i = 0; i < TRUST_CHECKS; i++)
        ck_assert_int_eq(doctor(i), E_CORRUPT);
    world_close();
}
END_TEST

START_TEST(keys_open_only_here)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    t_ok(run(do_init));
    w->app.seal.k[0] ^= 1;
    ck_assert_int_eq(run(do_issue), E_CORRUPT);
    ck_assert_str_eq(w->err.main.code, "CA-005");
    world_close();
}
END_TEST

/* ---- a key that cannot be used ---- */

QUERY(tt_key, "t", "ib",
      "SELECT k.id, k.sealed FROM sign_key k JOIN sign_service s ON s.key = k.id WHERE s.kind = $1 ORDER BY s.id DESC"
      " LIMIT 1");
QUERY(tt_put_key, "ib", "", "UPDATE sign_key SET sealed = $2 WHERE id = $1");

static struct {
    str kind, sealed; /* sealed: p == NULL while it is where it belongs */
    id key;
} away;

static rc do_take_away(struct world *of, const struct act *x)
{
    struct rows r;
    TRY(db_one(x->tx, &tt_key, VALS(v_text(away.kind)), &r));
    away.key = row_int(&r, 0);
    away.sealed = row_dup(&r, 1, of->keep);
    TRY(rows_end(&r));
    return db_exec(x->tx, &tt_put_key, VALS(v_int(away.key), v_blob(STR("nothing"))), NULL);
}

static rc do_bring_back(struct world *of, const struct act *x)
{
    (void)of;
    return db_exec(x->tx, &tt_put_key, VALS(v_int(away.key), v_blob(away.sealed)), NULL);
}

static rc tsa_says(void)
{
    struct tx *tx = look();
    struct trust_services *s = NULL;
    BUF_SCOPED out = BUF_INIT(TSP_TOKEN_MAX);
    t_ok(trust_services_hold(&w->app, tx, &s));
    rc r = trust_tsa_answer(s, STR("no request"), &out);
    trust_services_release(s);
    db_read_end(tx);
    return r;
}

/* One service without its key: the others answer, it says so, and is there again when the key is. */
START_TEST(one_key_away_keeps_nobody_else)
{
    struct world fresh = world_open(_i);
    w = &fresh;
    t_ok(run(do_init));
    t_ok(run(do_issue));
    away.kind = STR("tsa");
    t_ok(run(do_take_away));
    ck_assert_int_eq(asked(), OCSP_GOOD);
    ck_assert_int_eq(tsa_says(), E_UNAVAILABLE);
    t_ok(run(do_bring_back));
    ck_assert_int_eq(tsa_says(), E_UNAVAILABLE); /* not looked at for every question */
    clock_fix(NOW + TRUST_AWAY_AGAIN);
    t_ok(stamped());
    trust_services_forget();
    away.kind = STR("ocsp");
    t_ok(run(do_take_away));
    t_ok(stamped());
    world_close();
}
END_TEST

DBT_MAIN("sign/trust", ceremony_is_whole_or_nothing, revoked_is_said_everywhere, a_hold_is_lifted,
         ready_answers_follow_the_state, ready_answers_are_renewed_in_time, ready_answers_are_of_the_newest,
         ready_answers_are_of_the_key_in_use, old_lists_are_not_kept, lists_are_due_in_their_last_third,
         clock_set_back_stops_stamps, doctor_finds_what_was_changed, keys_open_only_here,
         one_key_away_keeps_nobody_else)

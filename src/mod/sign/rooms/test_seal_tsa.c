/* Time-stamps of rooms: that do not come, and that come from somebody else's authority (setting `tsa`), which is
 * `openssl ts` in a process of its own. */
#include "mod/sign/rooms/test_seal.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "crypto/oid.h"

/* ---- our own authority, away ---- */

QUERY(ts_tsa, "", "iiiiti", "SELECT id, authority, cert, key, policy, accuracy FROM sign_service WHERE kind = 'tsa'");
QUERY(ts_off, "i", "", "DELETE FROM sign_service WHERE id = $1");
QUERY(ts_on, "iiiiti", "",
      "INSERT INTO sign_service (id, authority, kind, cert, key, policy, accuracy) VALUES ($1, $2, 'tsa', $3, $4, $5, "
      "$6)");

static struct {
    id v[4];
    str policy;
    int64_t accuracy;
} tsa; /* while it is away */

static rc do_tsa_off(struct rooms_world *w, const struct act *x)
{
    struct rows r;
    TRY(db_one(x->tx, &ts_tsa, NOVALS, &r));
    for (int i = 0; i < 4; i++)
        tsa.v[i] = row_int(&r, i);
    tsa.policy = row_dup(&r, 4, w->keep);
    tsa.accuracy = row_int(&r, 5);
    TRY(rows_end(&r));
    return db_exec(x->tx, &ts_off, VALS(v_int(tsa.v[0])), NULL);
}

static rc do_tsa_on(struct rooms_world *w, const struct act *x)
{
    (void)w;
    return db_exec(x->tx, &ts_on,
                   VALS(v_int(tsa.v[0]), v_int(tsa.v[1]), v_int(tsa.v[2]), v_int(tsa.v[3]), v_text(tsa.policy),
                        v_int(tsa.accuracy)),
                   NULL);
}

QUERY(ts_certs, "", "i", "SELECT COUNT(*) FROM sign_cert");

static int64_t certificates(struct rooms_world *w)
{
    int64_t n;
    struct tx *tx = rooms_look(w);
    t_ok(db_one_int(tx, &ts_certs, NOVALS, &n));
    db_read_end(tx);
    return n;
}

static size_t events(struct rooms_world *w, const char *what)
{
    struct room_event *v;
    size_t n, found = 0;
    struct tx *tx = rooms_look(w);
    t_ok(room_events_of(tx, w->room, &v, &n, w->keep));
    db_read_end(tx);
    for (size_t i = 0; i < n; i++)
        found += str_eq(v[i].what, str_of(what));
    return found;
}

START_TEST(no_time_stamp_lowers_the_level_for_a_while)
{
    struct rooms_world w = rooms_open(_i);
    rooms_sent(&w, "link", "link", 1, 1);
    t_ok(rooms_do(&w, &act_system, do_tsa_off));
    both_sign(&w);
    ck_assert_uint_eq(events(&w, "lowered"), 2);
    finish(&w);
    is_level(&w, "b");
    holds(&w, file_of(&w, rooms_room(&w).file), 2);
    finish(&w); /* not asked again at once */
    ck_assert_uint_eq(events(&w, "raised"), 0);
    clock_fix(ROOMS_NOW + 2 * MINUTE);
    const int64_t issued = certificates(&w);
    finish(&w); /* asked, and still nobody there */
    is_level(&w, "b");
    ck_assert_int_eq(certificates(&w), issued); /* nothing was made, so nothing was certified for it */
    t_ok(rooms_do(&w, &act_system, do_tsa_on));
    clock_fix(ROOMS_NOW + 10 * MINUTE);
    finish(&w);
    is_level(&w, "lta");
    ck_assert_uint_eq(events(&w, "raised"), 1);
    holds(&w, file_of(&w, rooms_room(&w).file), 3);
    rooms_close(&w);
}
END_TEST

START_TEST(clock_set_back_gives_no_time_stamp)
{
    struct rooms_world w = rooms_open(_i);
    rooms_sent(&w, "link", "link", 1, 1);
    n_filled = 0;
    clock_fix(ROOMS_NOW + HOUR);
    t_ok(sign_as(&w, 0));
    ck_assert_uint_eq(events(&w, "lowered"), 0);
    clock_fix(ROOMS_NOW + MINUTE);
    t_ok(sign_as(&w, 1)); /* B-B: the time is not to be believed */
    ck_assert_uint_eq(events(&w, "lowered"), 1);
    clock_fix(ROOMS_NOW + 2 * HOUR);
    finish(&w);
    is_level(&w, "lta");
    rooms_close(&w);
}
END_TEST

/* ---- somebody else's authority ---- */

#define OTHER_TSA "別家時戳服務"

static struct trust_pair other_key;
static struct trust_issued other;
static pid_t server;

static void put_pem(struct rooms_world *w, const char *name, const char *label, str der)
{
    char path[128];
    BUF_SCOPED text = BUF_INIT(1 << 16);
    BUF_SCOPED pem = BUF_INIT(1 << 16);
    buf_base64(&text, der);
    buf_printf(&pem, "-----BEGIN %s-----\n", label);
    for (size_t i = 0; i < text.n; i += 64)
        buf_printf(&pem, "%.*s\n", STR_ARG(str_sub(buf_str(&text), i, 64)));
    buf_printf(&pem, "-----END %s-----\n", label);
    snprintf(path, sizeof path, "%s/%s", w->app.config.data_dir.p, name);
    t_ok(file_write(path, buf_str(&pem), 0600, NULL));
}

/* Certified by our authority, so that its revocation is answered here and not by a network. */
static rc do_other_cert(struct rooms_world *w, const struct act *x)
{
    struct trust_authority by;
    struct pkey *key = NULL;
    const struct trust_pair_options kind = {.kind = PKEY_P256};
    const struct cert_attribute subject[] = {{oid_common_name, STR(OTHER_TSA)}};
    TRY(trust_pair_make(w->keep, &kind, STR("other"), &other_key, tx_err(x->tx)));
    TRY(trust_authority_named(x->tx, x->a, STR_EMPTY, &by));
    TRY(trust_key_load(x->tx, &w->app, x->a, by.key, &key));
    const struct trust_order o = {
        TRUST_TSA, {.subject = subject, .n_subject = 1, .not_after = x->at + 300 * DAY}, other_key.key, STR("test")};
    TRY(trust_issue(x, &w->app, &by, key, &o, &other));
    put_pem(w, "tsa.crt", "CERTIFICATE", other.cert->der);
    put_pem(w, "ca.pem", "CERTIFICATE", by.cert->der);
    return OK;
}

/* Its address, once it listens. */
static str start_other(struct rooms_world *w)
{
    static const char config[] = "[tsa]\ndefault_tsa = one\n[one]\nserial = ./serial\nsigner_digest = sha256\n"
                                 "default_policy = 1.2.3.1\ndigests = sha256, sha384, sha512\naccuracy = secs:1\n"
                                 "ess_cert_id_alg = sha256\n";
    char path[128], port[16] = "";
    int out[2];
    BUF_SCOPED pkcs8 = BUF_INIT(1 << 16);
    t_ok(rooms_do(w, &act_system, do_other_cert));
    t_ok(pkey_write(other_key.key, &pkcs8));
    put_pem(w, "tsa.key", "PRIVATE KEY", buf_str(&pkcs8));
    snprintf(path, sizeof path, "%s/tsa.cnf", w->app.config.data_dir.p);
    t_ok(file_write(path, str_of(config), 0600, NULL));
    snprintf(path, sizeof path, "%s/serial", w->app.config.data_dir.p);
    t_ok(file_write(path, STR("01\n"), 0600, NULL));
    ck_assert_int_eq(pipe(out), 0);
    server = fork();
    if (server == 0) {
        dup2(out[1], 1);
        execl("/usr/bin/python3", "python3", TSA_SERVICES, w->app.config.data_dir.p, NULL);
        _exit(127);
    }
    close(out[1]);
    ck_assert_int_gt(read(out[0], port, sizeof port - 1), 1);
    close(out[0]);
    return arena_printf(w->keep, "http://127.0.0.1:%.*s/", STR_ARG(str_trim(str_of(port))));
}

static void stop_other(void)
{
    kill(server, SIGTERM);
    waitpid(server, NULL, 0);
}

static bool is_others(struct rooms_world *w, const struct cert *c)
{
    return str_eq(cert_name_part(w->keep, c->subject, oid_common_name), STR(OTHER_TSA));
}

/* The document time-stamp at the end is theirs. */
static void stamped_by_other(struct rooms_world *w, size_t signatures)
{
    str bytes = file_of(w, rooms_room(w).file);
    holds(w, bytes, signatures);
    struct pdf_report *r = judged(w, bytes);
    const struct pdf_judged *last = &r->v[r->n - 1];
    ck_assert(last->is_timestamp);
    ck_assert(is_others(w, last->subject.cert));
}

/* Their clock is the machine's; ours is a minute behind it, then ahead. */
START_TEST(another_authority_stamps)
{
    const instant begun = clock_now() - MINUTE;
    struct rooms_world w = rooms_open_at(_i, begun);
    str address = start_other(&w);
    rooms_sent(&w, "link", "link", 1, 1);
    w.app.config.tsa_url = address;
    both_sign(&w);
    ck_assert_uint_eq(events(&w, "lowered"), 0); /* who signs does not wait for others: by our own */
    finish(&w);
    is_level(&w, "lt"); /* a time-stamp from the future proves nothing yet, and that is told */
    ck_assert_uint_gt(rooms_room(&w).seal_note.n, 0);
    ck_assert_uint_eq(events(&w, "lowered"), 1);
    clock_fix(begun + 3 * MINUTE);
    finish(&w);
    is_level(&w, "lta");
    ck_assert_uint_eq(events(&w, "raised"), 1);
    stamped_by_other(&w, 4);
    stop_other();
    rooms_close(&w);
}
END_TEST

START_TEST(another_authority_is_dead_for_a_while)
{
    struct rooms_world w = rooms_open_at(_i, clock_now());
    const instant begun = clock_now();
    str address = start_other(&w), body = STR_EMPTY;
    rooms_sent(&w, "link", "link", 1, 1);
    t_ok(rooms_do(&w, &act_system, do_tsa_off)); /* nor is there one of ours */
    w.app.config.tsa_url = STR("http://127.0.0.1:9/");
    both_sign(&w);
    ck_assert_uint_eq(events(&w, "lowered"), 2);
    finish(&w);
    is_level(&w, "b");
    ck_assert_uint_gt(rooms_room(&w).seal_note.n, 0);
    ck_assert_uint_eq(events(&w, "lowered"), 3);             /* and the reason stands in the history */
    ck_assert_uint_gt(rooms_mails(&w, ROOMS_AMY, &body), 1); /* they have the file all the same */
    holds(&w, file_of(&w, rooms_room(&w).file), 2);
    ck_assert_int_ne(rooms_room(&w).archive, 0);
    clock_fix(begun + 2 * MINUTE);
    finish(&w); /* asked again, still dead */
    is_level(&w, "b");
    ck_assert_uint_eq(events(&w, "lowered"), 3); /* the same reason is not told twice */
    w.app.config.tsa_url = address;
    clock_fix(begun + 10 * MINUTE);
    finish(&w);
    is_level(&w, "lta");
    ck_assert_uint_eq(events(&w, "raised"), 1);
    stamped_by_other(&w, 3);
    stop_other();
    rooms_close(&w);
}
END_TEST

DBT_MAIN("sign/seal_tsa", no_time_stamp_lowers_the_level_for_a_while, clock_set_back_gives_no_time_stamp,
         another_authority_stamps, another_authority_is_dead_for_a_while)

#include <pthread.h>

#include "base/buf.h"
#include "core/ledger.h"
#include "dbt.h"
#include "sys/random.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

/* ---- a write as one call ---- */

struct step {
    rc (*fn)(struct tx *tx, void *arg);
    void *arg;
    char code[16]; /* of the error the step reported */
    char arg0[32];
};

static rc step_run(struct tx *tx, void *arg)
{
    struct step *s = arg;
    rc code = s->fn(tx, s->arg);
    const struct err *e = tx_err(tx);
    snprintf(s->code, sizeof s->code, "%s", code != OK && e->main.code ? e->main.code : "");
    str arg0 = e->main.n_args ? e->main.arg[0] : STR_EMPTY;
    snprintf(s->arg0, sizeof s->arg0, "%.*s", STR_ARG(arg0));
    return code;
}

static struct step last;

static rc write_(struct db *db, rc (*fn)(struct tx *tx, void *arg), void *arg)
{
    last = (struct step){.fn = fn, .arg = arg};
    return db_write(db, step_run, &last);
}

/* Accounts 1 (no floor), 2, 3, … in points; 50 holds dollars. */
static rc open_accounts(struct tx *tx, void *arg)
{
    int n = *(int *)arg;
    for (int i = 1; i <= n; i++) {
        struct ledger_account a = {
            .id = i, .owner = i, .kind = STR("test"), .unit = UNIT_POINT, .floor = i == 1 ? LEDGER_NO_FLOOR : 0};
        TRY(ledger_open(tx, &a));
    }
    struct ledger_account twd_account = {.id = 50, .owner = 50, .kind = STR("test"), .unit = UNIT_TWD};
    return ledger_open(tx, &twd_account);
}

static rc open_second_source(struct tx *tx, void *arg)
{
    struct ledger_account a = {
        .id = 60, .owner = 60, .kind = STR("test"), .unit = UNIT_POINT, .floor = LEDGER_NO_FLOOR};
    (void)arg;
    return ledger_open(tx, &a);
}

static struct db *ledger_with(int engine, int accounts)
{
    struct db *db = dbt_open(engine, core_migrations, core_migrations_n);
    t_ok(write_(db, open_accounts, &accounts));
    return db;
}

static rc post_fn(struct tx *tx, void *arg)
{
    return ledger_post(tx, arg);
}

static rc post(struct db *db, id number, id debit, id credit, int64_t n)
{
    struct transfer t = {number, debit, credit, points(n), "test", 0, 0};
    return write_(db, post_fn, &t);
}

struct batch_arg {
    struct transfer *t;
    size_t n, failed;
};

static rc post_all_fn(struct tx *tx, void *arg)
{
    struct batch_arg *b = arg;
    return ledger_post_all(tx, b->t, b->n, &b->failed);
}

static struct ledger_account get(struct db *db, id account)
{
    struct tx *tx;
    struct ledger_account out;
    struct arena *a = arena_new(4096);
    t_ok(db_read_begin(db, &tx));
    t_ok(ledger_get(tx, account, &out, a));
    db_read_end(tx);
    arena_free(a);
    out.kind = STR_EMPTY;
    return out;
}

static void proved(struct db *db)
{
    struct tx *tx;
    BUF_SCOPED finding = BUF_INIT(65536);
    t_ok(db_read_begin(db, &tx));
    rc code = ledger_check(tx, LANG_EN, &finding);
    ck_assert_msg(code == OK, "%s", finding.p ? finding.p : rc_name(code));
    db_read_end(tx);
}

START_TEST(posts)
{
    struct db *db = ledger_with(_i, 3);
    t_ok(post(db, 101, 1, 2, 30000));
    t_ok(post(db, 102, 2, 3, 29999));
    ck_assert_int_eq(get(db, 1).balance, -30000);
    ck_assert_int_eq(get(db, 2).balance, 1);
    ck_assert_int_eq(get(db, 3).balance, 29999);
    ck_assert_int_eq(get(db, 1).floor, LEDGER_NO_FLOOR);
    t_rc(post(db, 103, 2, 3, 2), E_CONFLICT);
    ck_assert_str_eq(last.code, "LED-001");
    ck_assert_str_eq(last.arg0, "1");
    t_ok(post(db, 104, 2, 3, 1)); /* down to the floor itself */
    t_rc(post(db, 105, 2, 3, 1), E_CONFLICT);
    t_ok(post(db, 106, 3, 1, 30000)); /* a claw-back is a transfer */
    ck_assert_int_eq(get(db, 1).balance, 0);
    proved(db);
    dbt_close(db);
}
END_TEST

START_TEST(refuses)
{
    struct db *db = ledger_with(_i, 3);
    t_rc(post(db, 101, 1, 2, 0), E_INVALID);
    t_rc(post(db, 101, 1, 2, -1), E_INVALID);
    t_rc(post(db, 101, 1, 1, 1), E_INVALID);
    ck_assert_str_eq(last.code, "LED-005");
    t_rc(post(db, 101, 1, 2, LEDGER_MAX + 1), E_LIMIT);
    t_rc(post(db, 101, 1, 99, 1), E_NOTFOUND);
    t_rc(post(db, 101, 99, 1, 1), E_NOTFOUND);
    ck_assert_str_eq(last.code, "LED-007");
    t_rc(post(db, 101, 1, 50, 1), E_INTERNAL);
    ck_assert_str_eq(last.code, "LED-006");
    t_ok(post(db, 101, 1, 2, LEDGER_MAX));
    t_rc(post(db, 102, 1, 2, 1), E_CONFLICT); /* the source cannot give more than LEDGER_MAX either */
    t_ok(post(db, 103, 2, 3, LEDGER_MAX));
    t_ok(write_(db, open_second_source, NULL));
    t_rc(post(db, 104, 60, 3, 1), E_LIMIT);
    ck_assert_str_eq(last.code, "LED-008");
    proved(db);
    dbt_close(db);
}
END_TEST

START_TEST(replays)
{
    struct db *db = ledger_with(_i, 3);
    t_ok(post(db, 101, 1, 2, 100));
    t_ok(post(db, 101, 1, 2, 100));
    ck_assert_int_eq(get(db, 2).balance, 100);
    t_rc(post(db, 101, 1, 2, 101), E_CONFLICT);
    ck_assert_str_eq(last.code, "LED-004");
    t_rc(post(db, 101, 1, 3, 100), E_CONFLICT);
    ck_assert_int_eq(get(db, 2).balance, 100);
    t_ok(post(db, 102, 2, 3, 100));
    t_ok(post(db, 102, 2, 3, 100)); /* a replay needs no balance */
    t_rc(post(db, 103, 2, 3, 100), E_CONFLICT);
    t_ok(post(db, 104, 1, 2, 100));
    t_ok(post(db, 103, 2, 3, 100)); /* what was refused has left its number free */
    proved(db);
    dbt_close(db);
}
END_TEST

/* A refused transfer leaves nothing behind even when its transaction goes on. */
static rc refused_then_goes_on(struct tx *tx, void *arg)
{
    struct transfer low_first = {201, 2, 3, points(10), "test", 0, 0},
                    high_first = {202, 3, 2, points(10), "test", 0, 0};
    struct transfer nowhere = {203, 1, 99, points(10), "test", 0, 0}, good = {204, 1, 2, points(7), "test", 0, 0};
    struct transfer batch[] = {{205, 1, 3, points(5), "test", 0, 0}, {206, 3, 2, points(6), "test", 0, 0}};
    struct hold hold = {207, 2, 3, points(8), "test", 0, 0, 0};
    size_t failed;
    (void)arg;
    if (ledger_post(tx, &low_first) != E_CONFLICT || ledger_post(tx, &high_first) != E_CONFLICT)
        return E_INTERNAL;
    err_clear(tx_err(tx));
    if (ledger_post(tx, &nowhere) != E_NOTFOUND)
        return E_INTERNAL;
    TRY(ledger_post(tx, &good));
    if (ledger_post_all(tx, batch, 2, &failed) != E_CONFLICT || failed != 1 || ledger_hold(tx, &hold) != E_CONFLICT)
        return E_INTERNAL;
    return OK;
}

START_TEST(refusal_leaves_nothing)
{
    struct db *db = ledger_with(_i, 3);
    t_ok(write_(db, refused_then_goes_on, NULL));
    ck_assert_int_eq(get(db, 1).balance, -7);
    ck_assert_int_eq(get(db, 2).balance, 7);
    ck_assert_int_eq(get(db, 3).balance, 0);
    ck_assert_int_eq(get(db, 2).held, 0);
    proved(db);
    dbt_close(db);
}
END_TEST

START_TEST(opens_once)
{
    struct db *db = ledger_with(_i, 2);
    struct tx *tx;
    struct ledger_account out;
    struct arena *a = arena_new(4096);
    int two = 2;
    t_rc(write_(db, open_accounts, &two), E_CONFLICT);
    ck_assert_str_eq(last.code, "LED-009");
    t_ok(db_read_begin(db, &tx));
    t_ok(ledger_find(tx, 2, 0, "test", UNIT_POINT, &out, a));
    ck_assert_int_eq(out.id, 2);
    t_str(out.kind, STR("test"));
    t_rc(ledger_find(tx, 2, 0, "test", UNIT_TWD, &out, a), E_NOTFOUND);
    db_read_end(tx);
    arena_free(a);
    dbt_close(db);
}
END_TEST

/* ---- batches ---- */

START_TEST(batch_keeps_order)
{
    struct db *db = ledger_with(_i, 4);
    /* The sum of account 2 is never negative, but after the second transfer it would be. */
    struct transfer wrong[] = {{301, 1, 2, points(10), "test", 0, 0},
                               {302, 2, 3, points(11), "test", 0, 0},
                               {303, 1, 2, points(10), "test", 0, 0}};
    struct batch_arg b = {wrong, 3, 0};
    t_rc(write_(db, post_all_fn, &b), E_CONFLICT);
    ck_assert_uint_eq(b.failed, 1);
    ck_assert_str_eq(last.code, "LED-001");
    ck_assert_str_eq(last.arg0, "10");
    struct transfer right[] = {{301, 1, 2, points(10), "test", 0, 0},
                               {303, 1, 2, points(10), "test", 0, 0},
                               {302, 2, 3, points(11), "test", 0, 0},
                               {301, 1, 2, points(10), "test", 0, 0}}; /* a replay inside the batch */
    b = (struct batch_arg){right, 4, 0};
    t_ok(write_(db, post_all_fn, &b));
    ck_assert_int_eq(get(db, 2).balance, 9);
    t_ok(write_(db, post_all_fn, &b)); /* all of it again */
    ck_assert_int_eq(get(db, 2).balance, 9);
    ck_assert_int_eq(get(db, 3).balance, 11);
    right[3].amount.n = 9;
    t_rc(write_(db, post_all_fn, &b), E_CONFLICT);
    ck_assert_uint_eq(b.failed, 3);
    ck_assert_str_eq(last.code, "LED-004");
    struct transfer units[] = {{310, 1, 2, points(1), "test", 0, 0}, {311, 1, 2, twd(1), "test", 0, 0}};
    b = (struct batch_arg){units, 2, 0};
    t_rc(write_(db, post_all_fn, &b), E_INTERNAL);
    ck_assert_str_eq(last.code, "LED-006");
    struct transfer nowhere[] = {{312, 1, 2, points(1), "test", 0, 0}, {313, 1, 99, points(1), "test", 0, 0}};
    b = (struct batch_arg){nowhere, 2, 0};
    t_rc(write_(db, post_all_fn, &b), E_NOTFOUND);
    ck_assert_uint_eq(b.failed, 1);
    struct transfer huge[] = {{314, 1, 2, points(LEDGER_MAX), "test", 0, 0},
                              {315, 1, 3, points(LEDGER_MAX), "test", 0, 0},
                              {316, 1, 4, points(LEDGER_MAX), "test", 0, 0}};
    b = (struct batch_arg){huge, 3, 0};
    t_rc(write_(db, post_all_fn, &b), E_CONFLICT); /* account 1 has given some: not even a source can give that much */
    ck_assert_uint_eq(b.failed, 0);
    ck_assert_str_eq(last.code, "LED-001");
    huge[0].amount = points(1);
    huge[1] = (struct transfer){315, 3, 2, points(1), "test", 0, 0};
    huge[2].amount = points(LEDGER_MAX + 1);
    t_rc(write_(db, post_all_fn, &b), E_LIMIT);
    ck_assert_uint_eq(b.failed, 2);
    proved(db);
    dbt_close(db);
}
END_TEST

/* ---- holds ---- */

static rc hold_fn(struct tx *tx, void *arg)
{
    return ledger_hold(tx, arg);
}

static rc hold(struct db *db, id number, id debit, id credit, int64_t n, instant expires)
{
    struct hold h = {number, debit, credit, points(n), "test", 77, 0, expires};
    return write_(db, hold_fn, &h);
}

struct hold_arg {
    id hold, transfer;
    int64_t amount;
    instant at;
    int n;
};

static rc hold_post_fn(struct tx *tx, void *arg)
{
    struct hold_arg *h = arg;
    return ledger_hold_post(tx, h->hold, h->transfer, h->amount, h->at);
}

static rc hold_void_fn(struct tx *tx, void *arg)
{
    struct hold_arg *h = arg;
    return ledger_hold_void(tx, h->hold, h->at);
}

static rc count_expired(struct tx *tx, id number, id ref, void *arg)
{
    (void)tx;
    ck_assert_int_eq(ref, 77);
    *(id *)arg = number;
    return OK;
}

static id last_expired;

static rc expire_fn(struct tx *tx, void *arg)
{
    struct hold_arg *h = arg;
    return ledger_hold_expire(tx, h->at, 100, count_expired, &last_expired, &h->n);
}

START_TEST(holds)
{
    struct db *db = ledger_with(_i, 3);
    struct hold_arg a = {.hold = 401, .transfer = 501, .amount = 60, .at = 1000};
    t_ok(post(db, 101, 1, 2, 100));
    t_ok(hold(db, 401, 2, 3, 80, 2000));
    t_ok(hold(db, 401, 2, 3, 80, 2000));
    ck_assert_int_eq(get(db, 2).held, 80);
    t_rc(hold(db, 401, 2, 3, 81, 2000), E_CONFLICT);
    ck_assert_str_eq(last.code, "LED-004");
    t_rc(hold(db, 402, 2, 3, 21, 2000), E_CONFLICT);
    ck_assert_str_eq(last.code, "LED-001");
    t_rc(post(db, 102, 2, 3, 21), E_CONFLICT);
    t_rc(hold(db, 402, 2, 50, 1, 0), E_INTERNAL);
    t_rc(hold(db, 402, 2, 99, 1, 0), E_NOTFOUND);
    t_ok(hold(db, 402, 2, 3, 20, 0));

    a.amount = 81;
    t_rc(write_(db, hold_post_fn, &a), E_INVALID);
    a.amount = 60;
    t_ok(write_(db, hold_post_fn, &a)); /* part: 20 are released */
    t_ok(write_(db, hold_post_fn, &a));
    a.transfer = 502;
    t_rc(write_(db, hold_post_fn, &a), E_CONFLICT);
    ck_assert_str_eq(last.code, "LED-002");
    ck_assert_int_eq(get(db, 2).balance, 40);
    ck_assert_int_eq(get(db, 2).held, 20);
    ck_assert_int_eq(get(db, 3).balance, 60);

    a.hold = 402;
    t_ok(write_(db, hold_void_fn, &a));
    t_ok(write_(db, hold_void_fn, &a));
    ck_assert_int_eq(get(db, 2).held, 0);
    t_rc(write_(db, hold_post_fn, &a), E_CONFLICT);
    a.hold = 499;
    t_rc(write_(db, hold_void_fn, &a), E_NOTFOUND);
    proved(db);
    dbt_close(db);
}
END_TEST

START_TEST(holds_expire)
{
    struct db *db = ledger_with(_i, 3);
    struct hold_arg a = {.hold = 401, .transfer = 501, .amount = 10, .at = 2000};
    t_ok(post(db, 101, 1, 2, 5000));
    for (int i = 0; i < 300; i++)
        t_ok(hold(db, 401 + i, 2, 3, 10, 2000 + i));
    t_rc(write_(db, hold_post_fn, &a), E_CONFLICT); /* its time is over although nobody has swept yet */
    ck_assert_str_eq(last.code, "LED-003");
    a.at = 1999;
    t_ok(write_(db, expire_fn, &a));
    ck_assert_int_eq(a.n, 0);
    a.at = 2009;
    t_ok(write_(db, expire_fn, &a));
    ck_assert_int_eq(a.n, 10);
    ck_assert_int_eq(last_expired, 410);
    ck_assert_int_eq(get(db, 2).held, 2900);
    a.at = 9999;
    t_ok(write_(db, expire_fn, &a));
    ck_assert_int_eq(a.n, 100);
    t_ok(write_(db, expire_fn, &a));
    t_ok(write_(db, expire_fn, &a));
    ck_assert_int_eq(a.n, 90);
    ck_assert_int_eq(get(db, 2).held, 0);
    proved(db);
    dbt_close(db);
}
END_TEST

/* Whichever of the two accounts is locked first, the hold stays as it was. */
static rc post_to_full_account(struct tx *tx, void *arg)
{
    (void)arg;
    if (ledger_hold_post(tx, 401, 501, 10, 1) != E_LIMIT || ledger_hold_post(tx, 402, 502, 10, 1) != E_LIMIT)
        return E_INTERNAL;
    return OK;
}

START_TEST(hold_to_a_full_account)
{
    struct db *db = ledger_with(_i, 4);
    struct hold_arg a = {.hold = 401, .transfer = 501, .amount = 10, .at = 1};
    t_ok(write_(db, open_second_source, NULL));
    t_ok(post(db, 101, 1, 3, LEDGER_MAX));
    t_ok(post(db, 102, 60, 2, 10));
    t_ok(post(db, 103, 60, 4, 10));
    t_ok(hold(db, 401, 2, 3, 10, 0));
    t_ok(hold(db, 402, 4, 3, 10, 0));
    t_ok(write_(db, post_to_full_account, NULL));
    ck_assert_int_eq(get(db, 2).held, 10);
    ck_assert_int_eq(get(db, 4).held, 10);
    proved(db);
    t_ok(post(db, 104, 3, 1, 10));
    t_ok(write_(db, hold_post_fn, &a));
    ck_assert_int_eq(get(db, 3).balance, LEDGER_MAX);
    proved(db);
    dbt_close(db);
}
END_TEST

/* ---- random operations against a model ---- */

enum { MODEL_ACCOUNTS = 8, MODEL_HOLDS = 4000 };

struct model {
    int64_t balance[MODEL_ACCOUNTS + 1], held[MODEL_ACCOUNTS + 1];
    struct {
        id debit, credit;
        int64_t amount;
        instant expires;
        bool pending;
    } hold[MODEL_HOLDS];
    int n_holds;
};

static bool model_post(struct model *m, const struct transfer *t)
{
    if (t->debit != 1 && m->balance[t->debit] - m->held[t->debit] < t->amount.n)
        return false;
    m->balance[t->debit] -= t->amount.n;
    m->balance[t->credit] += t->amount.n;
    return true;
}

static struct transfer random_transfer(struct prng *p, id number)
{
    id debit = prng_range(p, 1, MODEL_ACCOUNTS), credit = prng_range(p, 1, MODEL_ACCOUNTS - 1);
    return (struct transfer){
        number, debit, credit >= debit ? credit + 1 : credit, points(prng_range(p, 1, 200)), "test", 0, 0};
}

static void random_batch(struct db *db, struct prng *p, struct model *m, id number)
{
    struct transfer t[20];
    struct batch_arg b = {t, (size_t)prng_range(p, 1, 20), 0};
    static struct model after; /* large */
    size_t refused = b.n;
    after = *m;
    for (size_t i = 0; i < b.n; i++) {
        t[i] = random_transfer(p, number * 100 + (id)i);
        if (refused == b.n && !model_post(&after, &t[i]))
            refused = i;
    }
    rc code = write_(db, post_all_fn, &b);
    if (refused < b.n) {
        t_rc(code, E_CONFLICT);
        ck_assert_uint_eq(b.failed, refused);
    } else {
        t_ok(code);
        *m = after;
    }
}

static void random_hold(struct db *db, struct prng *p, struct model *m, id number)
{
    struct transfer t = random_transfer(p, number);
    bool enough = t.debit == 1 || m->balance[t.debit] - m->held[t.debit] >= t.amount.n;
    instant expires = prng_range(p, 0, 3) ? 1000 + prng_range(p, 1, 3000) : 0;
    t_rc(hold(db, number * 100, t.debit, t.credit, t.amount.n, expires), enough ? OK : E_CONFLICT);
    if (!enough)
        return;
    m->held[t.debit] += t.amount.n;
    m->hold[number].debit = t.debit;
    m->hold[number].credit = t.credit;
    m->hold[number].amount = t.amount.n;
    m->hold[number].expires = expires;
    m->hold[number].pending = true;
}

static void random_end(struct db *db, struct prng *p, struct model *m, id number, instant now)
{
    int which = (int)prng_range(p, 1, number - 1);
    struct hold_arg a = {.hold = (id)which * 100, .transfer = number * 100, .at = now};
    if (!m->hold[which].amount)
        return;
    bool late = m->hold[which].expires && now >= m->hold[which].expires;
    a.amount = prng_range(p, 1, m->hold[which].amount);
    bool voids = prng_range(p, 0, 1);
    rc code = write_(db, voids ? hold_void_fn : hold_post_fn, &a);
    if (!m->hold[which].pending) {
        if (!voids)
            t_rc(code, E_CONFLICT);
        return;
    }
    t_rc(code, !voids && late ? E_CONFLICT : OK);
    if (code != OK)
        return;
    m->hold[which].pending = false;
    m->held[m->hold[which].debit] -= m->hold[which].amount;
    if (!voids) {
        m->balance[m->hold[which].debit] -= a.amount;
        m->balance[m->hold[which].credit] += a.amount;
    }
}

static void model_expire(struct db *db, struct model *m, instant now)
{
    struct hold_arg a = {.at = now, .n = 100};
    while (a.n == 100)
        t_ok(write_(db, expire_fn, &a));
    for (int i = 0; i < MODEL_HOLDS; i++) {
        if (m->hold[i].pending && m->hold[i].expires && m->hold[i].expires <= now) {
            m->hold[i].pending = false;
            m->held[m->hold[i].debit] -= m->hold[i].amount;
        }
    }
}

static void same_as_model(struct db *db, const struct model *m)
{
    for (id i = 1; i <= MODEL_ACCOUNTS; i++) {
        struct ledger_account a = get(db, i);
        ck_assert_int_eq(a.balance, m->balance[i]);
        ck_assert_int_eq(a.held, m->held[i]);
    }
    proved(db);
}

START_TEST(random_operations)
{
    struct db *db = ledger_with(_i, MODEL_ACCOUNTS);
    static struct model m;
    struct prng p;
    prng_seed(&p, 20260501);
    for (id number = 2; number < 1500; number++) {
        instant now = 1000 + number * 2;
        struct transfer t;
        switch (prng_range(&p, 0, 5)) {
        case 0:
        case 1:
            t = random_transfer(&p, number * 100);
            t_rc(write_(db, post_fn, &t), model_post(&m, &t) ? OK : E_CONFLICT);
            break;
        case 2:
            random_batch(db, &p, &m, number);
            break;
        case 3:
            random_hold(db, &p, &m, number);
            break;
        case 4:
            random_end(db, &p, &m, number, now);
            break;
        default:
            if (number % 7 == 0)
                model_expire(db, &m, now);
        }
        if (number % 250 == 0)
            same_as_model(db, &m);
    }
    same_as_model(db, &m);
    dbt_close(db);
}
END_TEST

/* ---- each for itself ---- */

enum { EACH_MAX = 40 };

struct outcome { /* of one transfer */
    rc result;
    char code[16], arg0[32];
};

struct each_arg {
    struct transfer t[EACH_MAX];
    struct outcome got[EACH_MAX];
    size_t n;
};

static struct tx *each_tx; /* for each_refused(), which sees a number only */

static void note_words(struct outcome *o, struct err *e)
{
    str arg0 = e->main.n_args ? e->main.arg[0] : STR_EMPTY;
    snprintf(o->code, sizeof o->code, "%s", e->main.code ? e->main.code : "");
    snprintf(o->arg0, sizeof o->arg0, "%.*s", STR_ARG(arg0));
    err_clear(e);
}

static void each_refused(size_t i, void *arg)
{
    note_words(&((struct each_arg *)arg)->got[i], tx_err(each_tx));
}

static rc post_each_fn(struct tx *tx, void *arg)
{
    struct each_arg *e = arg;
    rc result[EACH_MAX] = {0};
    each_tx = tx;
    TRY(ledger_post_each(tx, e->t, e->n, result, each_refused, e));
    for (size_t i = 0; i < e->n; i++)
        e->got[i].result = result[i];
    return OK;
}

/* The measure: one by one, in one transaction. */
static rc post_singly_fn(struct tx *tx, void *arg)
{
    struct each_arg *e = arg;
    for (size_t i = 0; i < e->n; i++) {
        e->got[i].result = ledger_post(tx, &e->t[i]);
        if (e->got[i].result != OK)
            note_words(&e->got[i], tx_err(tx));
    }
    return OK;
}

static void same_outcome(struct db *together, struct db *singly, struct each_arg *e)
{
    struct each_arg alone = *e;
    t_ok(write_(together, post_each_fn, e));
    t_ok(write_(singly, post_singly_fn, &alone));
    for (size_t i = 0; i < e->n; i++) {
        ck_assert_msg(e->got[i].result == alone.got[i].result, "transfer %zu: %s, alone %s", i,
                      rc_name(e->got[i].result), rc_name(alone.got[i].result));
        ck_assert_str_eq(e->got[i].code, alone.got[i].code);
        ck_assert_str_eq(e->got[i].arg0, alone.got[i].arg0);
    }
    for (id account = 1; account <= 4; account++)
        ck_assert_int_eq(get(together, account).balance, get(singly, account).balance);
    ck_assert_int_eq(get(together, 50).balance, get(singly, 50).balance);
    proved(together);
}

START_TEST(each_for_itself)
{
    struct db *together = ledger_with(_i, 4), *singly = ledger_with(_i, 4);
    struct each_arg e = {.t = {{701, 1, 2, points(10), "test", 0, 0},
                               {702, 2, 3, points(11), "test", 0, 0}, /* too much by one … */
                               {703, 1, 2, points(1), "test", 0, 0},
                               {704, 2, 3, points(11), "test", 0, 0}, /* … and now enough */
                               {705, 3, 99, points(1), "test", 0, 0}, /* nowhere */
                               {706, 99, 3, points(1), "test", 0, 0},
                               {707, 1, 50, points(1), "test", 0, 0}, /* other units */
                               {708, 1, 2, twd(1), "test", 0, 0},
                               {709, 1, 1, points(1), "test", 0, 0}, /* no transfer at all */
                               {710, 1, 2, points(0), "test", 0, 0},
                               {711, 1, 4, points(LEDGER_MAX - 11), "test", 0, 0},
                               {712, 3, 4, points(11), "test", 0, 0},
                               {713, 1, 4, points(1), "test", 0, 0}, /* account 1 has no more to give */
                               {714, 4, 3, points(LEDGER_MAX), "test", 0, 0},
                               {715, 4, 1, points(LEDGER_MAX), "test", 0, 0}, /* all of it is gone */
                               {716, 3, 2, points(7), "test", 0, 0}},
                         .n = 16};
    same_outcome(together, singly, &e);
    size_t good = 0;
    for (size_t i = 0; i < e.n; i++)
        good += e.got[i].result == OK;
    ck_assert_uint_eq(good, 7);
    ck_assert_str_eq(e.got[1].code, "LED-001");
    ck_assert_str_eq(e.got[1].arg0, "10");

    /* All refused, then one used number: nothing is written. */
    struct each_arg poor = {.t = {{720, 2, 1, points(500), "test", 0, 0}}, .n = 1};
    same_outcome(together, singly, &poor);
    struct each_arg used = {.t = {{721, 3, 2, points(1), "test", 0, 0}, {716, 3, 2, points(7), "test", 0, 0}}, .n = 2};
    int64_t before = get(together, 2).balance;
    t_rc(write_(together, post_each_fn, &used), E_CONFLICT);
    ck_assert_str_eq(last.code, "LED-004");
    ck_assert_int_eq(get(together, 2).balance, before);
    proved(together);
    dbt_close(singly);
    dbt_close(together);
}
END_TEST

static rc post_but_second(struct tx *tx, void *arg)
{
    struct each_arg *e = arg;
    rc result[3] = {OK, E_DENIED, OK};
    each_tx = tx;
    TRY(ledger_post_each(tx, e->t, 3, result, each_refused, e));
    return result[0] == OK && result[1] == E_DENIED && result[2] == OK && e->got[1].code[0] == 0 ? OK : E_INTERNAL;
}

START_TEST(who_was_refused_before_is_left_out)
{
    struct db *db = ledger_with(_i, 3);
    struct each_arg e = {.t = {{1, 1, 2, points(1), "test", 0, 0},
                               {2, 1, 2, points(20), "test", 0, 0},
                               {3, 2, 3, points(1), "test", 0, 0}}};
    t_ok(write_(db, post_but_second, &e));
    ck_assert_int_eq(get(db, 1).balance, -1);
    ck_assert_int_eq(get(db, 2).balance, 0);
    proved(db);
    dbt_close(db);
}
END_TEST

START_TEST(each_as_one_by_one)
{
    struct db *together = ledger_with(_i, 5), *singly = ledger_with(_i, 5);
    struct prng p;
    prng_seed(&p, 20261125);
    for (id round = 1; round <= 60; round++) {
        struct each_arg e = {.n = (size_t)prng_range(&p, 1, EACH_MAX)};
        for (size_t i = 0; i < e.n; i++) {
            id debit = prng_range(&p, 1, 4), credit = prng_range(&p, 1, 3);
            e.t[i] = (struct transfer){round * 100 + (id)i,
                                       debit,
                                       credit >= debit ? credit + 1 : credit,
                                       points(prng_range(&p, 1, 60)),
                                       "test",
                                       0,
                                       0};
        }
        same_outcome(together, singly, &e);
    }
    dbt_close(singly);
    dbt_close(together);
}
END_TEST

/* ---- two at once ---- */

struct spender {
    struct db *db;
    id number;
    rc result;
};

static void *spend(void *arg)
{
    struct spender *s = arg;
    struct transfer t = {s->number, 2, s->number % 2 ? 3 : 4, points(1), "test", 0, 0};
    s->result = db_write(s->db, post_fn, &t);
    return NULL;
}

START_TEST(last_point_is_spent_once)
{
    struct db *db = ledger_with(_i, 4);
    for (int round = 0; round < 50; round++) {
        struct spender s[4];
        pthread_t thread[4];
        int won = 0;
        t_ok(post(db, 1000 + round, 1, 2, 1));
        for (int i = 0; i < 4; i++) {
            s[i] = (struct spender){db, 2000 + round * 4 + i, OK};
            ck_assert_int_eq(pthread_create(&thread[i], NULL, spend, &s[i]), 0);
        }
        for (int i = 0; i < 4; i++) {
            pthread_join(thread[i], NULL);
            won += s[i].result == OK;
            ck_assert(s[i].result == OK || s[i].result == E_CONFLICT);
        }
        ck_assert_int_eq(won, 1);
    }
    ck_assert_int_eq(get(db, 2).balance, 0);
    ck_assert_int_eq(get(db, 3).balance + get(db, 4).balance, 50);
    proved(db);
    dbt_close(db);
}
END_TEST

/* ---- the proof finds what it should ---- */

QUERY(test_ledger_tamper_balance, "", "", "UPDATE ledger_balance SET balance = balance + 1 WHERE account = 2");
QUERY(test_ledger_tamper_amount, "", "", "UPDATE ledger_transfer SET amount = amount + 1 WHERE id = 101");
QUERY(test_ledger_tamper_held, "", "", "UPDATE ledger_balance SET held = held + 1 WHERE account = 2");
QUERY(test_ledger_tamper_unit, "", "", "UPDATE ledger_transfer SET unit = 1 WHERE id = 101");
QUERY(test_ledger_tamper_lost, "", "", "DELETE FROM ledger_transfer WHERE id = 501");
QUERY(test_ledger_tamper_account, "", "", "DELETE FROM ledger_account WHERE id = 2");

static rc tamper_fn(struct tx *tx, void *arg)
{
    return db_exec(tx, arg, NOVALS, NULL);
}

START_TEST(check_finds_tampering)
{
    const struct query *const deeds[] = {&test_ledger_tamper_balance, &test_ledger_tamper_amount,
                                         &test_ledger_tamper_held,    &test_ledger_tamper_unit,
                                         &test_ledger_tamper_lost,    &test_ledger_tamper_account};
    for (size_t i = 0; i < sizeof deeds / sizeof deeds[0]; i++) {
        struct db *db = ledger_with(_i, 3);
        struct hold_arg a = {.hold = 401, .transfer = 501, .amount = 40, .at = 1};
        struct query deed = *deeds[i];
        struct tx *tx;
        BUF_SCOPED finding = BUF_INIT(65536);
        t_ok(post(db, 101, 1, 2, 100));
        t_ok(hold(db, 401, 2, 3, 50, 0));
        t_ok(write_(db, hold_post_fn, &a));
        proved(db);
        t_ok(write_(db, tamper_fn, &deed));
        t_ok(db_read_begin(db, &tx));
        t_rc(ledger_check(tx, LANG_EN, &finding), E_CORRUPT);
        ck_assert_uint_gt(finding.n, 0);
        db_read_end(tx);
        dbt_close(db);
    }
}
END_TEST

DBT_MAIN("core/ledger", posts, refuses, replays, refusal_leaves_nothing, opens_once, batch_keeps_order, holds,
         holds_expire, hold_to_a_full_account, random_operations, each_for_itself, who_was_refused_before_is_left_out,
         each_as_one_by_one, last_point_is_spent_once, check_finds_tampering)

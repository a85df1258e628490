/* Accounts, one-time links, sessions and hats, API keys, parties. */
#include "core/account.h"
#include "core/party.h"
#include "dbt.h"
#include "sys/clock.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

static struct app app;
static struct arena *arena;

static void open_app(int engine)
{
    arena = arena_new(4 << 20);
    app = (struct app){.config = {.base_url = STR("http://localhost")},
                       .db = dbt_open(engine, core_migrations, core_migrations_n)};
}

static void close_app(void)
{
    clock_fix(0);
    dbt_close(app.db);
    arena_free(arena);
}

/* What a step says, and what it leaves for the next. */
struct world {
    id account, party;
    char token[64], cookie[64], key[64];
    id key_id;
    struct session session;
    char code[16];
};
static struct world w;

static rc run(write_fn fn)
{
    return db_write(app.db, fn, NULL);
}

static rc told(struct tx *tx, rc result)
{
    snprintf(w.code, sizeof w.code, "%s", result != OK && tx_err(tx)->main.code ? tx_err(tx)->main.code : "");
    return result;
}

static rc make_account(struct tx *tx, void *arg)
{
    (void)arg;
    id again;
    TRY(account_ensure(tx, STR(" Wang@Example.COM "), STR("王小明"), LANG_ZH, &w.account));
    TRY(account_ensure(tx, STR("wang@example.com"), STR("other"), LANG_EN, &again));
    ck_assert_int_eq(again, w.account);
    struct account a;
    TRY(account_get(tx, w.account, &a, arena));
    t_str(a.email, STR("wang@example.com"));
    t_str(a.name, STR("王小明"));
    return OK;
}

static rc make_link(struct tx *tx, void *arg)
{
    (void)arg;
    BUF_SCOPED url = BUF_INIT(1024);
    TRY(told(tx, signin_link(tx, &app, w.account, STR("/orders"), tx_now(tx) + SIGNIN_LIFE, &url)));
    ck_assert(str_starts(buf_str(&url), STR("http://localhost/sign-in/")));
    snprintf(w.token, sizeof w.token, "%s", url.p + strlen("http://localhost/sign-in/"));
    return OK;
}

static rc use_link(struct tx *tx, void *arg)
{
    (void)arg;
    BUF_SCOPED cookie = BUF_INIT(256);
    str next;
    TRY(told(tx, signin_use(tx, str_of(w.token), &cookie, &next, arena)));
    t_str(next, STR("/orders"));
    snprintf(w.cookie, sizeof w.cookie, "%s", cookie.p);
    return OK;
}

static rc load(struct tx *tx, void *arg)
{
    (void)arg;
    return session_load(tx, str_of(w.cookie), tx_now(tx), &w.session, arena);
}

START_TEST(a_link_works_once)
{
    open_app(_i);
    t_ok(run(make_account));
    t_ok(run(make_link));
    t_ok(run(use_link));
    t_ok(run(load));
    ck_assert_int_eq(w.session.account, w.account);
    ck_assert_uint_eq(w.session.perms, PUBLIC | SIGNED_IN);
    t_rc(run(use_link), E_INVALID);
    ck_assert_str_eq(w.code, "ACC-003");
    close_app();
}
END_TEST

START_TEST(an_old_link_does_not_work)
{
    open_app(_i);
    t_ok(run(make_account));
    t_ok(run(make_link));
    clock_fix(clock_now() + SIGNIN_LIFE + SECOND);
    t_rc(run(use_link), E_INVALID);
    t_ok(run(make_link));
    t_ok(run(use_link));
    clock_fix(clock_now() + SESSION_LIFE + SECOND);
    t_rc(run(load), E_AUTH);
    close_app();
}
END_TEST

START_TEST(links_are_limited)
{
    open_app(_i);
    t_ok(run(make_account));
    for (int i = 0; i < SIGNIN_OPEN_MAX; i++)
        t_ok(run(make_link));
    t_rc(run(make_link), E_LIMIT);
    ck_assert_str_eq(w.code, "ACC-002");
    close_app();
}
END_TEST

static rc join(struct tx *tx, void *arg)
{
    (void)arg;
    w.party = 77;
    TRY(party_add(tx,
                  &(struct party){.id = w.party, .kind = PARTY_COMPANY, .name = STR("好店"), .ubn = STR("04595257")}));
    TRY(member_add(tx, w.party, w.account, AS_FIRM));
    return member_add(tx, w.party, w.account, AS_VENDOR);
}

static rc wear(struct tx *tx, void *arg)
{
    (void)arg;
    return told(tx, session_act_for(tx, w.session.session, w.party));
}

static rc wear_foreign(struct tx *tx, void *arg)
{
    (void)arg;
    return told(tx, session_act_for(tx, w.session.session, 12345));
}

static rc leave(struct tx *tx, void *arg)
{
    (void)arg;
    return member_remove(tx, w.party, w.account);
}

static rc sign_out(struct tx *tx, void *arg)
{
    (void)arg;
    return session_end(tx, w.session.session);
}

START_TEST(hats)
{
    open_app(_i);
    t_ok(run(make_account));
    t_ok(run(make_link));
    t_ok(run(use_link));
    t_ok(run(load));
    t_ok(run(join));
    t_rc(run(wear_foreign), E_DENIED);
    ck_assert_str_eq(w.code, "ACC-004");
    t_ok(run(wear));
    t_ok(run(load));
    ck_assert_uint_eq(w.session.perms, PUBLIC | SIGNED_IN | AS_FIRM | AS_VENDOR);
    t_str(w.session.party_name, STR("好店"));
    t_ok(run(leave)); /* the hat falls off with the membership */
    t_ok(run(load));
    ck_assert_uint_eq(w.session.perms, PUBLIC | SIGNED_IN);
    ck_assert_int_eq(w.session.party, 0);
    t_ok(run(sign_out));
    t_rc(run(load), E_AUTH);
    close_app();
}
END_TEST

static rc make_key(struct tx *tx, void *arg)
{
    (void)arg;
    BUF_SCOPED key = BUF_INIT(256);
    TRY(told(tx, apikey_make(tx, w.party, w.account, AS_VENDOR, STR("till"), &key, &w.key_id)));
    snprintf(w.key, sizeof w.key, "%s", key.p);
    return OK;
}

static rc load_key(struct tx *tx, void *arg)
{
    (void)arg;
    return apikey_load(tx, str_of(w.key), &w.session, arena);
}

static rc revoke_key(struct tx *tx, void *arg)
{
    (void)arg;
    ck_assert_int_eq(apikey_revoke(tx, w.party + 1, w.key_id), E_NOTFOUND); /* another party's */
    return apikey_revoke(tx, w.party, w.key_id);
}

START_TEST(api_keys)
{
    open_app(_i);
    t_ok(run(make_account));
    t_ok(run(join));
    t_ok(run(make_key));
    t_ok(run(load_key));
    ck_assert_int_eq(w.session.api_key, w.key_id);
    ck_assert_int_eq(w.session.party, w.party);
    ck_assert_uint_eq(w.session.perms, PUBLIC | AS_VENDOR);
    t_ok(run(revoke_key));
    t_rc(run(load_key), E_AUTH);
    for (int i = 0; i < 20; i++)
        t_ok(run(make_key));
    t_rc(run(make_key), E_LIMIT);
    close_app();
}
END_TEST

static rc join_twice(struct tx *tx, void *arg)
{
    (void)arg;
    return told(
        tx, party_add(tx, &(struct party){.id = 78, .kind = PARTY_COMPANY, .name = STR("x"), .ubn = STR("04595257")}));
}

START_TEST(one_party_a_business_number)
{
    open_app(_i);
    t_ok(run(make_account));
    t_ok(run(join));
    t_rc(run(join_twice), E_CONFLICT);
    ck_assert_str_eq(w.code, "PTY-001");
    close_app();
}
END_TEST

/* Numbers of the Ministry's own examples and of well-known companies. */
START_TEST(business_numbers)
{
    static const char *const good[] = {"04595257", "10458575", "22099131", "97176270", "00501503"};
    static const char *const bad[] = {"00000000", "04595258",         "1045857", "104585750",
                                      "1045857a", "１０４５８５７５", ""};
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        ck_assert_msg(ubn_valid(str_of(good[i])), "%s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_msg(!ubn_valid(str_of(bad[i])), "%s", bad[i]);
}
END_TEST

DBT_MAIN("core/account", a_link_works_once, an_old_link_does_not_work, links_are_limited, hats, api_keys,
         one_party_a_business_number, business_numbers)

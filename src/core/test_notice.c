/* Notices, mail text, webhook signatures, delivery with back-off. */
#include <arpa/inet.h>
#include <sys/socket.h>

#include "core/account.h"
#include "core/outbox.h"
#include "core/party.h"
#include "dbt.h"
#include "sys/clock.h"
#include "sys/thread.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

static struct app app;
static struct arena *arena;
static id account;

static void open_app(int engine)
{
    arena = arena_new(4 << 20);
    app = (struct app){
        .config = {.base_url = STR("http://localhost"), .mail_from = STR("rise@example.com"), .demo = true},
        .db = dbt_open(engine, core_migrations, core_migrations_n)};
}

static void close_app(void)
{
    clock_fix(0);
    dbt_close(app.db);
    arena_free(arena);
}

static rc tell(struct tx *tx, void *arg)
{
    (void)arg;
    TRY(account_ensure(tx, STR("a@example.com"), STR("A"), LANG_EN, &account));
    TRY(party_add(tx, &(struct party){.id = 5, .kind = PARTY_COMPANY, .name = STR("F"), .ubn = STR_EMPTY}));
    TRY(member_add(tx, 5, account, AS_FIRM));
    str args[] = {STR("42")};
    struct notice n = {N_("Order {1}"), N_("Order {1} was placed."), args, 1, STR("/orders/42")};
    TRY(notice_party(tx, 5, AS_FIRM, &n));
    return notice_party(tx, 5, AS_VENDOR, &n); /* nobody */
}

START_TEST(a_notice_is_a_message_and_a_mail)
{
    open_app(_i);
    t_ok(db_write(app.db, tell, NULL));
    struct tx *tx;
    struct notice_row *rows;
    struct outbox_row *out;
    size_t n;
    int64_t fresh;
    t_ok(db_read_begin(app.db, &tx));
    t_ok(notices_of(tx, account, 10, &rows, &n, arena));
    ck_assert_uint_eq(n, 1);
    t_str(rows[0].subject, STR("Order 42"));
    t_str(rows[0].path, STR("/orders/42"));
    t_ok(notices_new(tx, account, &fresh));
    ck_assert_int_eq(fresh, 1);
    t_ok(outbox_list(tx, 10, &out, &n, arena));
    ck_assert_uint_eq(n, 1);
    t_str(out[0].to, STR("a@example.com"));
    t_str(out[0].body, STR("Order 42 was placed."));
    db_read_end(tx);
    close_app();
}
END_TEST

START_TEST(mail_is_well_formed)
{
    BUF_SCOPED out = BUF_INIT(1 << 16);
    instant at = civil_instant((struct civil){2026, 5, 1, 9, 30, 0, 0}, 8 * 60);
    t_ok(mail_compose(&out, STR("RISE <rise@example.com>"), STR("a@example.com"),
                      STR("您的登入連結：這是一個相當長的主旨，需要折成兩行以上"), STR("你好"), 1 << 20, at));
    str text = buf_str(&out);
    ck_assert_int_ge(str_find(text, STR("Date: Fri, 1 May 2026 09:30:00 +0800\r\n")), 0);
    ck_assert_int_ge(str_find(text, STR("@example.com>\r\n")), 0);
    ck_assert_int_ge(str_find(text, STR("\r\n\r\n5L2g5aW9\r\n")), 0);
    for (str rest = text; rest.p;) /* RFC 5322: at most 78 characters a line */
        ck_assert_uint_le(str_cut(&rest, '\n').n, 79);
    buf_clear(&out);
    t_rc(
        mail_compose(&out, STR("a@example.com"), STR("b@example.com\r\nBcc: c@example.com"), STR("x"), STR("y"), 1, at),
        E_INVALID);
}
END_TEST

START_TEST(signatures)
{
    instant now = civil_instant((struct civil){2026, 5, 1, 9, 30, 0, 0}, 0);
    BUF_SCOPED header = BUF_INIT(256);
    webhook_sign(STR("secret"), STR("{\"a\":1}"), now, &header);
    t_ok(buf_rc(&header));
    ck_assert(webhook_verify(STR("secret"), buf_str(&header), STR("{\"a\":1}"), now + MINUTE));
    ck_assert(!webhook_verify(STR("secret"), buf_str(&header), STR("{\"a\":2}"), now));
    ck_assert(!webhook_verify(STR("Secret"), buf_str(&header), STR("{\"a\":1}"), now));
    ck_assert(!webhook_verify(STR("secret"), buf_str(&header), STR("{\"a\":1}"), now + HOUR));
    ck_assert(!webhook_verify(STR("secret"), buf_str(&header), STR("{\"a\":1}"), now - HOUR));
    static const char *const odd[] = {
        "", "t=", "v1=", "t=1,v1=", "v1=x,t=1", "t=99999999999999999999,v1=x", ",,,=", "t=1777627800"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
        ck_assert(!webhook_verify(STR("secret"), str_of(odd[i]), STR("{\"a\":1}"), now));
}
END_TEST

/* ---- a listener that answers as it is told ---- */

static int listener;
static char heard[8192];
static const char *reply;

static void *listen_once(void *arg)
{
    (void)arg;
    int fd = accept(listener, NULL, NULL);
    size_t n = 0;
    for (ssize_t got; (got = read(fd, heard + n, sizeof heard - 1 - n)) > 0;) {
        n += (size_t)got;
        heard[n] = '\0';
        const char *end = strstr(heard, "\r\n\r\n");
        if (end && strstr(end, "}"))
            break;
    }
    ck_assert(write(fd, reply, strlen(reply)) > 0);
    close(fd);
    return NULL;
}

static char hook_url[64];

static void listen_begin(pthread_t *t, const char *answer)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    if (!listener) {
        listener = socket(AF_INET, SOCK_STREAM, 0);
        ck_assert_int_eq(bind(listener, (const struct sockaddr *)&at, sizeof at), 0);
        ck_assert_int_eq(listen(listener, 4), 0);
        ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&at, &size), 0);
        snprintf(hook_url, sizeof hook_url, "http://127.0.0.1:%d/hook", ntohs(at.sin_port));
    }
    reply = answer;
    heard[0] = '\0';
    t_ok(thread_start(t, "listener", listen_once, NULL));
}

static struct buf secret = BUF_INIT(256);

static rc hook_up(struct tx *tx, void *arg)
{
    (void)arg;
    buf_clear(&secret);
    TRY(party_add(tx, &(struct party){.id = 5, .kind = PARTY_COMPANY, .name = STR("F"), .ubn = STR_EMPTY}));
    TRY(webhook_set(tx, &app, 5, str_of(hook_url), &secret));
    TRY(webhook_queue(tx, 6, "order.placed", STR("{}"))); /* a party without webhook: nothing */
    return webhook_queue(tx, 5, "order.placed", STR("{\"order\":1}"));
}

START_TEST(a_webhook_is_tried_until_it_is_taken)
{
    open_app(_i);
    pthread_t t;
    struct err err = {0};
    int sent;
    listen_begin(&t, "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    t_ok(db_write(app.db, hook_up, NULL));
    t_ok(outbox_deliver(&app, 10, &sent, &err));
    pthread_join(t, NULL);
    ck_assert_int_eq(sent, 0);
    t_ok(outbox_deliver(&app, 10, &sent, &err)); /* not yet due */
    ck_assert_int_eq(sent, 0);
    clock_fix(clock_now() + MINUTE);
    listen_begin(&t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    t_ok(outbox_deliver(&app, 10, &sent, &err));
    pthread_join(t, NULL);
    ck_assert_int_eq(sent, 1);
    const char *signature = strstr(heard, "Rise-Signature: ");
    ck_assert_ptr_nonnull(signature);
    signature += strlen("Rise-Signature: ");
    ck_assert(webhook_verify(buf_str(&secret), str_n(signature, strcspn(signature, "\r")), STR("{\"order\":1}"),
                             clock_now()));
    ck_assert_ptr_nonnull(strstr(heard, "Rise-Event: order.placed\r\n"));
    t_ok(outbox_deliver(&app, 10, &sent, &err));
    ck_assert_int_eq(sent, 0);
    buf_free(&secret);
    close_app();
}
END_TEST

DBT_MAIN("core/notice", a_notice_is_a_message_and_a_mail, mail_is_well_formed, signatures,
         a_webhook_is_tried_until_it_is_taken)

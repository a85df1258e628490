/* What an organisation's program hears of its rooms: every event of three rooms and one that nobody signs, delivered by
 * the outbox to a server, signed, each once. */
#include "base/json.h"
#include "core/notice.h"
#include "http/http.h"
#include "mod/sign/rooms/test_seal.h"

enum { HEARD_MAX = 200 };

static struct rooms_world *w;

/* ---- the program that listens ---- */

static struct {
    struct http_server *server;
    str secret;
    struct heard {
        str what, room, signer, title;
        bool counted;
    } v[HEARD_MAX];
    size_t n, unsigned_n, wrong;
} hook;

static str copied(const struct json *j, const char *key)
{
    str s = json_str(json_get(j, key));
    return s.p ? arena_str(w->keep, s) : STR_EMPTY;
}

static void listen_in(struct request *r, void *arg)
{
    const struct json *j = NULL;
    const str prefix = STR("sign.room.");
    (void)arg;
    r->reply->status = 204;
    hook.unsigned_n += !webhook_verify(hook.secret, request_header(r, "Rise-Signature"), r->body, clock_now());
    if (hook.n == HEARD_MAX || json_parse(w->keep, r->body, 1 << 16, &j, NULL) != OK) {
        hook.wrong++;
        return;
    }
    struct heard *h = &hook.v[hook.n++];
    *h = (struct heard){copied(j, "event"), copied(j, "room"), copied(j, "signer"), copied(j, "title"), false};
    const str event = request_header(r, "Rise-Event");
    hook.wrong += !str_starts(event, prefix) || !str_eq(str_sub(event, prefix.n, event.n), h->what);
}

static rc do_hook(struct rooms_world *of, const struct act *x)
{
    BUF_SCOPED secret = BUF_INIT(1000);
    TRY(webhook_set(x->tx, &of->app, of->owner.party, of->text, &secret));
    hook.secret = arena_str(of->keep, buf_str(&secret));
    return OK;
}

static void begin_listening(void)
{
    static const struct http_route routes[] = {{HTTP_POST, "/hook", 65536, NULL}};
    const struct http_config k = {
        .listen = STR("127.0.0.1:0"), .threads = 1, .routes = routes, .n_routes = 1, .handle = listen_in};
    hook.n = hook.unsigned_n = hook.wrong = 0;
    t_ok(http_start(&k, &hook.server, NULL));
    w->text = arena_printf(w->keep, "http://127.0.0.1:%d/hook", http_port(hook.server));
    t_ok(rooms_do(w, &w->owner, do_hook));
}

static void deliver(void)
{
    struct err err = {0};
    int sent = 0;
    w->app.config.demo = true; /* else a private address is refused */
    do
        t_ok(outbox_deliver(&w->app, 100, &sent, &err));
    while (sent > 0);
    w->app.config.demo = false;
}

/* ---- what signers do ---- */

static rc do_view(struct rooms_world *of, const struct act *x)
{
    struct signer s;
    struct room r;
    TRY(signer_get(x->tx, of->signer[of->n], &s, x->a));
    TRY(room_get(x->tx, s.room, &r, x->a));
    return signer_viewed(x, &r, &s, &from);
}

static rc do_pass_on(struct rooms_world *of, const struct act *x)
{
    return signer_delegate(x, &of->app, of->signer[0], STR("Carol"), STR("carol@t.example"), STR("請假"), &from);
}

static rc do_decline(struct rooms_world *of, const struct act *x)
{
    return signer_decline(x, &of->app, of->signer[0], STR("第三條"), &from);
}

static rc do_void(struct rooms_world *of, const struct act *x)
{
    return room_void(x, &of->app, of->room, STR("改用別的版本"));
}

QUERY(th_approves, "i", "", "UPDATE sign_signer SET role = 'approve' WHERE id = $1");

static rc do_approves(struct rooms_world *of, const struct act *x)
{
    return db_exec(x->tx, &th_approves, VALS(v_int(of->signer[1])), NULL);
}

/* ---- what was heard is what happened ---- */

static bool take(str what, str room, str signer)
{
    for (size_t i = 0; i < hook.n; i++) {
        struct heard *h = &hook.v[i];
        if (h->counted || !str_eq(h->what, what) || !str_eq(h->room, room) || !str_eq(h->signer, signer))
            continue;
        t_str(h->title, STR("租賃契約"));
        return h->counted = true;
    }
    return false;
}

/* Each event of the room's history once, with the signer whom it is about. */
static void heard_all(void)
{
    struct room_event *v;
    size_t n;
    char room[ID_TEXT + 1], signer[ID_TEXT + 1];
    struct tx *tx = rooms_look(w);
    t_ok(room_events_of(tx, w->room, &v, &n, w->keep));
    db_read_end(tx);
    id_text(w->room, room);
    for (size_t i = 0; i < n; i++) {
        id_text(v[i].signer, signer);
        ck_assert_msg(take(v[i].what, str_of(room), v[i].signer ? str_of(signer) : STR_EMPTY), "%.*s was not heard",
                      STR_ARG(v[i].what));
    }
}

static bool was_heard(const char *what)
{
    for (size_t i = 0; i < hook.n; i++)
        if (str_eq(hook.v[i].what, str_of(what)))
            return true;
    return false;
}

START_TEST(everything_is_heard)
{
    static const char *const EVENTS[] = {"created",   "sent",      "viewed", "signed",  "approved", "declined",
                                         "delegated", "completed", "voided", "expired", "invited"};
    struct rooms_world fresh = rooms_open(_i);
    w = &fresh;
    begin_listening();
    /* to its end */
    rooms_draft(w, "link", "link", 1, 2);
    t_ok(rooms_do(w, &w->owner, do_approves));
    t_ok(rooms_do(w, &w->owner, rooms_send_it));
    w->n = 0;
    t_ok(rooms_do(w, &act_system, do_view));
    t_ok(rooms_do(w, &act_system, do_view)); /* told once */
    t_ok(rooms_do(w, &act_system, do_pass_on));
    w->signer[0] = rooms_signer(w, w->signer[0]).delegated_to;
    both_sign(w);
    finish(w);
    is_level(w, "lta");
    deliver();
    heard_all();
    /* refused */
    rooms_sent(w, "link", "link", 1, 1);
    t_ok(rooms_do(w, &act_system, do_decline));
    deliver();
    heard_all();
    /* ended by the sender */
    rooms_sent(w, "link", "link", 1, 1);
    t_ok(rooms_do(w, &w->owner, do_void));
    deliver();
    heard_all();
    /* by time */
    rooms_sent(w, "link", "link", 1, 1);
    clock_fix(rooms_room(w).expires + SECOND);
    struct job j = {.app = &w->app};
    t_ok(rooms_job(&j));
    deliver();
    heard_all();
    for (size_t i = 0; i < sizeof EVENTS / sizeof EVENTS[0]; i++)
        ck_assert_msg(was_heard(EVENTS[i]), "%s was never heard", EVENTS[i]);
    for (size_t i = 0; i < hook.n; i++)
        ck_assert_msg(hook.v[i].counted, "%.*s was heard and did not happen", STR_ARG(hook.v[i].what));
    ck_assert_uint_eq(hook.unsigned_n, 0);
    ck_assert_uint_eq(hook.wrong, 0);
    http_stop(hook.server, 1000);
    rooms_close(w);
}
END_TEST

DBT_MAIN("sign/hooks", everything_is_heard)

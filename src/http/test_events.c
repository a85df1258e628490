#include "t.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/http.h"
#include "sys/thread.h"
#include "test_net.h"

static struct http_server *server;
static struct event_source *topic;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* guards topic, where it changes */

static void handle(struct request *r, void *arg)
{
    (void)arg;
    LOCKED(&lock);
    r->reply->events = events_hold(topic);
}

static const struct http_route routes[] = {{HTTP_GET, "/events", 0, NULL}};

static void start(size_t streams, int heartbeat_ms)
{
    struct http_config config = {.listen = STR("127.0.0.1:0"),
                                 .threads = 2,
                                 .routes = routes,
                                 .n_routes = 1,
                                 .handle = handle,
                                 .max_streams = streams,
                                 .heartbeat_ms = heartbeat_ms};
    t_ok(http_start(&config, &server, NULL));
    topic = events_new(server);
    ck_assert_ptr_nonnull(topic);
}

static int listen_for(const char *fields, struct buf *b)
{
    BUF_SCOPED q = BUF_INIT(4096);
    buf_printf(&q, "GET /events HTTP/1.1\r\nHost: x\r\n%s\r\n", fields);
    int fd = net_connect(http_port(server));
    net_send(fd, buf_str(&q));
    buf_clear(b);
    ck_assert(net_read_until(fd, b, STR("retry: 3000\n\n")));
    return fd;
}

START_TEST(publishes)
{
    enum { N = 40 };
    start(N, 60000);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int fds[N];
    for (int i = 0; i < N; i++)
        fds[i] = listen_for("", &b);
    ck_assert(str_find(buf_str(&b), STR("text/event-stream")) > 0);
    ck_assert_uint_eq(events_listeners(topic), N);
    for (int round = 1; round <= 20; round++) {
        events_publish(topic, "order", STR("a\nb"), round);
        for (int i = 0; i < N; i++) {
            char want[64];
            snprintf(want, sizeof want, "id: %d\nevent: order\ndata: a\ndata: b\n\n", round);
            buf_clear(&b);
            ck_assert(net_read_until(fds[i], &b, str_of(want)));
        }
    }
    http_stop(server, 2000);
    buf_clear(&b);
    ck_assert(!net_read_until(fds[0], &b, STR("never"))); /* the stop ended it */
    ck_assert(str_ends(buf_str(&b), STR("0\r\n\r\n")));   /* politely */
    for (int i = 0; i < N; i++)
        close(fds[i]);
    events_publish(topic, NULL, STR("to nobody"), 0);
    events_close(topic);
}
END_TEST

START_TEST(resumes_behind_the_last_id)
{
    start(10, 60000);
    for (int i = 1; i <= 5; i++)
        events_publish(topic, NULL, STR("x"), i * 10);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int fd = listen_for("Last-Event-ID: 30\r\n", &b);
    ck_assert(net_read_until(fd, &b, STR("id: 50\n")));
    ck_assert_int_gt(str_find(buf_str(&b), STR("id: 40\n")), 0);
    ck_assert_int_lt(str_find(buf_str(&b), STR("id: 30\n")), 0);
    close(fd);
    fd = listen_for("", &b); /* without one: only news */
    events_publish(topic, NULL, STR("news"), 60);
    ck_assert(net_read_until(fd, &b, STR("news")));
    ck_assert_int_lt(str_find(buf_str(&b), STR("id: 50\n")), 0);
    close(fd);
    events_close(topic);
    http_stop(server, 2000);
}
END_TEST

static bool nobody(void *arg)
{
    return events_listeners(arg) == 0;
}

START_TEST(heartbeats_find_the_dead)
{
    start(10, 20);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int fd = listen_for("", &b);
    ck_assert(net_read_until(fd, &b, STR("\n:\n\n")));
    close(fd);
    net_wait(nobody, topic);
    http_stop(server, 2000);
    events_close(topic);
}
END_TEST

START_TEST(too_many)
{
    start(2, 60000);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    int first = listen_for("", &b), second = listen_for("", &b);
    ck_assert_int_eq(net_once(http_port(server), STR("GET /events HTTP/1.1\r\nHost: x\r\n\r\n"), &b), 503);
    t_str(net_field(&b, "Retry-After"), STR("10"));
    close(first);
    events_publish(topic, NULL, STR("x"), 1); /* two writes find the closed one */
    events_publish(topic, NULL, STR("x"), 2);
    close(second);
    http_stop(server, 2000);
    events_close(topic);
}
END_TEST

START_TEST(slow_listener_is_dropped)
{
    start(10, 60000);
    BUF_SCOPED b = BUF_INIT(1 << 20);
    BUF_SCOPED data = BUF_INIT(1 << 20);
    for (int i = 0; i < 200 * 1024; i++)
        buf_putc(&data, 'x');
    int slow = listen_for("", &b), live = listen_for("", &b);
    ck_assert_uint_eq(events_listeners(topic), 2);
    for (int i = 1; i <= 60; i++) { /* 12 MB: more than sockets hold */
        char want[32];
        snprintf(want, sizeof want, "id: %d\n", i);
        events_publish(topic, NULL, buf_str(&data), i);
        buf_clear(&b);
        ck_assert(net_read_until(live, &b, str_of(want)));
        while (!str_ends(buf_str(&b), STR("\n\n\r\n")))
            ck_assert(net_read_until(live, &b, STR("\n\n\r\n")));
    }
    for (int i = 0; i < 10000 && events_listeners(topic) != 1; i++)
        usleep(1000);
    ck_assert_uint_eq(events_listeners(topic), 1); /* only the slow one went */
    close(slow);
    close(live);
    http_stop(server, 2000);
    events_close(topic);
}
END_TEST

static _Atomic bool done;

/* Opens and closes topics as jobs do, whatever the listeners and the server are doing. */
static void *churn(void *arg)
{
    (void)arg;
    while (!done) {
        pthread_mutex_lock(&lock);
        struct event_source *old = topic;
        topic = old ? NULL : events_new(server);
        if (topic)
            events_publish(topic, NULL, STR("x"), 1);
        pthread_mutex_unlock(&lock);
        events_close(old);
        usleep(100);
    }
    return NULL;
}

static void *visit(void *arg)
{
    int port = *(int *)arg;
    BUF_SCOPED b = BUF_INIT(1 << 16);
    for (int i = 0; i < 150; i++) {
        int fd = net_connect(port);
        net_send(fd, STR("GET /events HTTP/1.1\r\nHost: x\r\n\r\n"));
        buf_clear(&b);
        if (i % 3)
            net_read_until(fd, &b, STR("\n\n"));
        close(fd);
    }
    return NULL;
}

START_TEST(topics_come_and_go)
{
    enum { N = 3 };
    start(1000, 3);
    int port = http_port(server);
    pthread_t owner, visitors[N];
    pthread_create(&owner, NULL, churn, NULL);
    for (int i = 0; i < N; i++)
        pthread_create(&visitors[i], NULL, visit, &port);
    for (int i = 0; i < N; i++)
        pthread_join(visitors[i], NULL);
    int fd = net_connect(port); /* one that is there at the stop */
    net_send(fd, STR("GET /events HTTP/1.1\r\nHost: x\r\n\r\n"));
    done = true;
    pthread_join(owner, NULL);
    http_stop(server, 5000);
    close(fd);
    events_close(topic);
}
END_TEST

T_MAIN("http/events", publishes, resumes_behind_the_last_id, heartbeats_find_the_dead, too_many,
       slow_listener_is_dropped, topics_come_and_go)

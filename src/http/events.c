/* Server-sent events (HTML, section 9.2).
 *
 * A topic keeps its newest events once, formatted, in a ring; a listener is only a position in it. A listener that has
 * read everything is a suspended connection: no thread, no polling. Publishing resumes it. One that falls behind the
 * ring's oldest event has its socket shut down, so that a slow reader costs nothing but itself; it comes back with
 * Last-Event-ID.
 *
 * Locks: topics_lock (which topics a server has), then topic->lock. */
#include <stdlib.h>
#include <sys/socket.h>

#include "http/conn.h"
#include "sys/thread.h"

enum {
    RING = 1024,              /* events kept */
    RING_BYTES = 1024 * 1024, /* of text kept */
    EVENT_MAX = 256 * 1024,   /* one event's text */
    BLOCK = 16 * 1024,        /* bytes asked for at a time */
};

struct event {
    char *text;
    size_t n;
    int64_t id;
};

struct listener {
    struct event_source *topic;
    struct worker *worker;
    struct MHD_Connection *mhd;
    struct listener *next, *prev;
    uint64_t at;   /* the next event to send, counted since the topic began */
    size_t offset; /* bytes of it already sent */
    str greeting;  /* sent first */
    int fd;        /* of the connection, to cut it */
    bool suspended;
    bool beat; /* a comment is due */
    bool dropped;
    _Atomic size_t *streams; /* the server's count */
};

struct event_source {
    pthread_mutex_t lock;
    struct http_server *server;       /* NULL after http_stop; guarded by `lock` */
    struct event_source *next, *prev; /* guarded by server->lock */
    struct event ring[RING];
    uint64_t oldest, newest; /* events oldest … newest − 1 are in ring[i % RING] */
    size_t bytes;
    struct listener *listeners;
    size_t n_listeners;
    size_t refs; /* its owner, replies on their way, listeners */
    bool ending; /* listeners end when they have read everything */
};

static const str greeting = STR_INIT("retry: 3000\n\n");
static const str heartbeat = STR_INIT(":\n\n");

/* One for all servers: a topic may be closed while its server stops. */
static pthread_mutex_t topics_lock = PTHREAD_MUTEX_INITIALIZER;

struct event_source *events_new(struct http_server *s)
{
    struct event_source *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    pthread_mutex_init(&e->lock, NULL);
    e->refs = 1;
    LOCKED(&topics_lock);
    e->ending = s->stopping; /* events_detach has been here: nobody would end it later */
    if (e->ending)
        return e;
    e->server = s;
    e->next = s->topics;
    if (e->next)
        e->next->prev = e;
    s->topics = e;
    return e;
}

static void topic_free(struct event_source *e)
{
    for (; e->oldest < e->newest; e->oldest++)
        free(e->ring[e->oldest % RING].text);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

struct event_source *events_hold(struct event_source *e)
{
    if (!e)
        return NULL;
    LOCKED(&e->lock);
    e->refs++;
    return e;
}

void events_release(struct event_source *e)
{
    if (!e)
        return;
    size_t refs;
    {
        LOCKED(&e->lock);
        refs = --e->refs;
    }
    if (refs == 0)
        topic_free(e);
}

/* e->lock is held. */
static void wake(struct listener *l)
{
    if (!l->suspended)
        return;
    l->suspended = false;
    MHD_resume_connection(l->mhd);
    worker_kick(l->worker);
}

/* ---- publishing ---- */

static void format(struct buf *b, const char *event, str data, int64_t event_id)
{
    if (event_id > 0) {
        buf_put(b, STR("id: "));
        buf_puti(b, event_id);
        buf_putc(b, '\n');
    }
    if (event) {
        buf_put(b, STR("event: "));
        buf_put(b, str_of(event));
        buf_putc(b, '\n');
    }
    for (str rest = data.p ? data : STR_EMPTY; rest.p;) {
        str line = str_cut(&rest, '\n');
        buf_put(b, STR("data: "));
        for (size_t i = 0; i < line.n; i++) /* a lone CR would end the line */
            buf_putc(b, line.p[i] == '\r' ? ' ' : line.p[i]);
        buf_putc(b, '\n');
    }
    buf_putc(b, '\n');
}

static void forget_oldest(struct event_source *e)
{
    struct event *old = &e->ring[e->oldest % RING];
    e->bytes -= old->n;
    free(old->text);
    *old = (struct event){0};
    e->oldest++;
}

void events_publish(struct event_source *e, const char *event, str data, int64_t event_id)
{
    struct buf text = BUF_INIT(EVENT_MAX);
    format(&text, event, data, event_id);
    if (buf_rc(&text) != OK) { /* too large: listeners see the gap in the ids */
        buf_free(&text);
        return;
    }
    LOCKED(&e->lock);
    while (e->oldest < e->newest && (e->newest - e->oldest == RING || e->bytes + text.n > RING_BYTES))
        forget_oldest(e);
    e->ring[e->newest % RING] = (struct event){text.p, text.n, event_id};
    e->newest++;
    e->bytes += text.n;
    for (struct listener *l = e->listeners; l; l = l->next) {
        wake(l);
        if (l->at < e->oldest && !l->dropped) {
            l->dropped = true;
            shutdown(l->fd, SHUT_RDWR);
        }
    }
}

size_t events_listeners(const struct event_source *e)
{
    /* The lock is no part of the topic's visible state. */
    union {
        const struct event_source *in;
        struct event_source *out;
    } p = {e};
    LOCKED(&p.out->lock);
    return e->n_listeners;
}

/* ---- listening ---- */

static size_t copy(char *to, size_t room, str from, size_t *offset)
{
    size_t n = from.n - *offset < room ? from.n - *offset : room;
    memcpy(to, from.p + *offset, n);
    *offset += n;
    return n;
}

/* What the listener has not seen yet, up to `room` bytes. e->lock is held. */
static size_t collect(struct listener *l, char *to, size_t room)
{
    struct event_source *e = l->topic;
    size_t n = 0;
    if (l->greeting.n > 0) {
        size_t offset = 0;
        n = copy(to, room, l->greeting, &offset);
        l->greeting = str_sub(l->greeting, offset, l->greeting.n);
    }
    while (n < room && l->at < e->newest) {
        const struct event *ev = &e->ring[l->at % RING];
        n += copy(to + n, room - n, str_n(ev->text, ev->n), &l->offset);
        if (l->offset == ev->n) {
            l->at++;
            l->offset = 0;
        }
    }
    if (n == 0 && l->beat && room >= heartbeat.n) { /* behind a whole event, never inside one */
        memcpy(to, heartbeat.p, heartbeat.n);
        n = heartbeat.n;
    }
    l->beat = false;
    return n;
}

static ssize_t read_events(void *cls, uint64_t pos, char *to, size_t room)
{
    (void)pos;
    struct listener *l = cls;
    struct event_source *e = l->topic;
    LOCKED(&e->lock);
    if (l->dropped || l->at < e->oldest)
        return MHD_CONTENT_READER_END_WITH_ERROR;
    size_t n = collect(l, to, room);
    if (n > 0)
        return (ssize_t)n;
    if (e->ending)
        return MHD_CONTENT_READER_END_OF_STREAM;
    l->suspended = true;
    MHD_suspend_connection(l->mhd);
    return 0;
}

static void end_listener(void *cls)
{
    struct listener *l = cls;
    struct event_source *e = l->topic;
    {
        LOCKED(&e->lock);
        if (l->prev)
            l->prev->next = l->next;
        else
            e->listeners = l->next;
        if (l->next)
            l->next->prev = l->prev;
        e->n_listeners--;
    }
    atomic_fetch_sub(l->streams, 1);
    free(l);
    events_release(e);
}

/* Behind the event that the browser saw last; without one, only what comes from now on. */
static uint64_t start_at(const struct event_source *e, str last_id)
{
    int64_t last;
    if (last_id.n == 0 || str_to_i64(last_id, &last) != OK)
        return e->newest;
    uint64_t i = e->oldest;
    while (i < e->newest && e->ring[i % RING].id <= last)
        i++;
    return i;
}

static struct listener *listen_to(struct http_conn *c, struct event_source *e)
{
    struct listener *l = calloc(1, sizeof *l);
    if (!l)
        return NULL;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c->mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
    l->topic = e;
    l->worker = c->worker;
    l->mhd = c->mhd;
    l->fd = info ? info->connect_fd : -1;
    l->greeting = greeting;
    l->streams = &c->server->streams;
    str last_id = request_header(&c->req, "Last-Event-ID");
    LOCKED(&e->lock);
    l->at = start_at(e, last_id);
    l->next = e->listeners;
    if (l->next)
        l->next->prev = l;
    e->listeners = l;
    e->n_listeners++;
    return l;
}

static enum MHD_Result no_room(struct http_conn *c)
{
    (void)ERR(&c->err, E_UNAVAILABLE, "HTT-060", N_("Too many people are following live events. Try again soon."));
    events_release(c->reply.events);
    c->reply.events = NULL;
    reply_header(&c->reply, "Retry-After", STR("10"));
    return reply_refuse(c, 503);
}

enum MHD_Result events_send(struct http_conn *c)
{
    struct http_server *s = c->server;
    if (atomic_fetch_add(&s->streams, 1) >= s->config.max_streams) {
        atomic_fetch_sub(&s->streams, 1);
        return no_room(c);
    }
    struct listener *l = listen_to(c, c->reply.events);
    if (!l) {
        atomic_fetch_sub(&s->streams, 1);
        return MHD_NO;
    }
    c->reply.events = NULL; /* the reference is the listener's now */
    struct MHD_Response *m = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK, read_events, l, end_listener);
    if (!m) {
        end_listener(l);
        return MHD_NO;
    }
    c->reply.status = 200;
    c->reply.type = "text/event-stream; charset=utf-8";
    reply_header(&c->reply, "Cache-Control", STR("no-store"));
    reply_header(&c->reply, "X-Accel-Buffering", STR("no")); /* nginx must not hold events back */
    return reply_queue(c, m);
}

/* ---- the server's side ---- */

void events_heartbeat(struct http_server *s)
{
    LOCKED(&topics_lock);
    for (struct event_source *e = s->topics; e; e = e->next) {
        pthread_mutex_lock(&e->lock);
        for (struct listener *l = e->listeners; l; l = l->next) {
            l->beat = true;
            wake(l);
        }
        pthread_mutex_unlock(&e->lock);
    }
}

/* e->lock is taken. */
static void end_topic(struct event_source *e)
{
    LOCKED(&e->lock);
    e->ending = true;
    for (struct listener *l = e->listeners; l; l = l->next)
        wake(l);
}

void events_detach(struct http_server *s)
{
    LOCKED(&topics_lock);
    while (s->topics) {
        struct event_source *e = s->topics;
        s->topics = e->next;
        e->next = e->prev = NULL;
        e->server = NULL;
        end_topic(e);
    }
}

/* Takes the topic out of its server's list, if that still runs. */
static void unlink_topic(struct event_source *e)
{
    LOCKED(&topics_lock);
    if (!e->server)
        return;
    if (e->prev)
        e->prev->next = e->next;
    else
        e->server->topics = e->next;
    if (e->next)
        e->next->prev = e->prev;
    e->server = NULL;
}

void events_close(struct event_source *e)
{
    if (!e)
        return;
    unlink_topic(e);
    end_topic(e);
    events_release(e);
}

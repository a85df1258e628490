/* A worker: one libmicrohttpd daemon and the thread that runs its loop.
 *
 * The library can run such threads itself, but not for us (0.9.75): its loop takes 128 events at a time and, having got
 * exactly 128, waits for more before it looks at these (test_server.c: a_full_batch_of_events); and each resumed
 * connection costs a system call to wake it, where ours costs one for all that are resumed before the worker wakes. So
 * the daemons run in "external epoll" mode: we wait for the daemon's epoll descriptor or our wake-up, then MHD_run()
 * never waits. All daemons accept from the same listening socket. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "http/conn.h"
#include "sys/file.h"
#include "sys/thread.h"

/* libmicrohttpd's, per connection: it bounds the request head. A head that does not fit is answered 431 by the library,
 * in its own words: it has no callback for that (its callbacks get a connection only when the head was read), and its
 * text is compiled in. A larger pool would only move the edge, and the library clears all of it between two requests of
 * a connection. nginx in front refuses such heads before (large_client_header_buffers). */
enum { CONNECTION_MEMORY = 32 * 1024 };

/* The gate wants the bytes as sent; decoding is ours. */
static size_t keep_escapes(void *cls, struct MHD_Connection *mhd, char *s)
{
    (void)cls;
    (void)mhd;
    return strlen(s);
}

static struct MHD_Daemon *start_daemon(struct worker *w, int listen_fd)
{
    const struct http_config *k = &w->server->config;
    unsigned connections = (unsigned)(k->max_connections / (size_t)k->threads);
    /* suspending without the library's own wake-up pipe: see worker_kick */
    unsigned flags = MHD_USE_EPOLL | MHD_USE_TURBO | ((unsigned)MHD_ALLOW_SUSPEND_RESUME & ~(unsigned)MHD_USE_ITC);
    return MHD_start_daemon(flags, 0, NULL, NULL, on_request, w, MHD_OPTION_LISTEN_SOCKET, listen_fd,
                            MHD_OPTION_NOTIFY_COMPLETED, on_completed, w, MHD_OPTION_URI_LOG_CALLBACK, on_target, w,
                            MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_CONNECTION_LIMIT, connections,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)k->idle_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                            (size_t)CONNECTION_MEMORY, MHD_OPTION_STRICT_FOR_CLIENT, 1,
                            MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
}

static void close_listener(struct worker *w)
{
    MHD_socket fd = MHD_quiesce_daemon(w->daemon);
    if (fd != MHD_INVALID_SOCKET)
        fd_close(&fd);
}

static int wait_ms(struct worker *w)
{
    MHD_UNSIGNED_LONG_LONG ms;
    if (MHD_get_timeout(w->daemon, &ms) != MHD_YES)
        return -1;
    return ms > INT_MAX ? INT_MAX : (int)ms;
}

static void *run(void *arg)
{
    struct worker *w = arg;
    struct pollfd fds[2] = {{.fd = w->epoll_fd, .events = POLLIN}, {.fd = w->wake_fd, .events = POLLIN}};
    bool listening = true;
    while (!w->quit) {
        int ms = wait_ms(w);
        if (ms != 0 && poll(fds, 2, ms) > 0 && fds[1].revents) {
            eventfd_t n;
            (void)eventfd_read(w->wake_fd, &n);
            /* before MHD_run, which sees what was resumed until now; what is resumed later kicks again */
            w->kicked = false;
        }
        if (listening && w->server->stopping) {
            close_listener(w);
            listening = false;
        }
        MHD_run(w->daemon);
    }
    return NULL;
}

void worker_kick(struct worker *w)
{
    if (!atomic_exchange(&w->kicked, true))
        (void)eventfd_write(w->wake_fd, 1); /* fails only when the counter is full, and then the worker is awake */
}

static rc begin(struct worker *w, int listen_fd)
{
    /* every daemon closes its own */
    FD_SCOPED own = fcntl(listen_fd, F_DUPFD_CLOEXEC, 3);
    w->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (own < 0 || w->wake_fd < 0)
        return E_IO;
    w->daemon = start_daemon(w, own);
    if (!w->daemon)
        return E_IO;
    own = -1;
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(w->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    if (!info)
        return E_INTERNAL;
    w->epoll_fd = info->epoll_fd;
    TRY(thread_start(&w->thread, "http", run, w));
    w->runs = true;
    return OK;
}

rc worker_start(struct worker *w, struct http_server *s, int listen_fd)
{
    *w = (struct worker){.server = s, .wake_fd = -1};
    rc code = begin(w, listen_fd);
    if (code != OK)
        worker_stop(w);
    return code;
}

void worker_stop(struct worker *w)
{
    if (w->runs) {
        w->quit = true;
        worker_kick(w);
        pthread_join(w->thread, NULL);
    }
    if (w->daemon)
        MHD_stop_daemon(w->daemon);
    fd_close(&w->wake_fd);
    w->runs = false;
    w->daemon = NULL;
}

#include "test_net.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "t.h"

enum { WAIT_MS = 60000 }; /* a machine under load is slow, not broken */

int net_connect(int port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    union {
        const struct sockaddr_in *in;
        const struct sockaddr *sa;
    } p = {&at};
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, p.sa, sizeof at), 0);
    return fd;
}

void net_send(int fd, str bytes)
{
    while (bytes.n > 0) {
        ssize_t n = send(fd, bytes.p, bytes.n, MSG_NOSIGNAL);
        if (n <= 0)
            return;
        bytes = str_sub(bytes, (size_t)n, bytes.n);
    }
}

static void wait_readable(int fd, const struct buf *b)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    ck_assert_msg(poll(&p, 1, WAIT_MS) == 1, "nothing came for a minute, after: %.*s", STR_ARG(buf_str(b)));
}

/* Some more bytes; false at the end of the stream. */
static bool more(int fd, struct buf *b)
{
    char bytes[8192];
    wait_readable(fd, b);
    ssize_t n = recv(fd, bytes, sizeof bytes, 0);
    if (n > 0)
        buf_putn(b, bytes, (size_t)n);
    return n > 0;
}

bool net_read_until(int fd, struct buf *out, str mark)
{
    while (str_find(buf_str(out), mark) < 0)
        if (!more(fd, out))
            return false;
    return true;
}

str net_field(const struct buf *reply, const char *name)
{
    str rest = buf_str(reply);
    while (rest.p && rest.n > 0) {
        str line = str_trim(str_cut(&rest, '\n'));
        if (line.n == 0)
            break;
        str value = line;
        str key = str_cut(&value, ':');
        if (value.p && str_ieq(key, str_of(name)))
            return str_trim(value);
    }
    return STR_EMPTY;
}

str net_body(const struct buf *reply)
{
    ptrdiff_t at = str_find(buf_str(reply), STR("\r\n\r\n"));
    return at < 0 ? STR_EMPTY : str_sub(buf_str(reply), (size_t)at + 4, reply->n);
}

static bool read_n(int fd, struct buf *b, size_t n)
{
    while (n > 0) {
        char bytes[4096];
        wait_readable(fd, b);
        ssize_t got = recv(fd, bytes, n < sizeof bytes ? n : sizeof bytes, 0);
        if (got <= 0)
            return false;
        buf_putn(b, bytes, (size_t)got);
        n -= (size_t)got;
    }
    return true;
}

/* A head, and nothing behind it: a pipelined second reply stays in the socket. */
static bool read_head(int fd, struct buf *b)
{
    while (!str_ends(buf_str(b), STR("\r\n\r\n"))) {
        char ahead[1024];
        wait_readable(fd, b);
        ssize_t n = recv(fd, ahead, sizeof ahead, MSG_PEEK);
        if (n <= 0)
            return false;
        ptrdiff_t end = str_find(str_n(ahead, (size_t)n), STR("\r\n\r\n"));
        size_t safe = end >= 0 ? (size_t)end + 4 : n > 3 ? (size_t)n - 3 : 1; /* a cut end mark is met byte by byte */
        if (!read_n(fd, b, safe))
            return false;
    }
    return true;
}

static int status_of(const struct buf *b)
{
    int64_t status;
    t_ok(str_to_i64(str_sub(buf_str(b), 9, 3), &status));
    return (int)status;
}

int net_reply(int fd, struct buf *out)
{
    int status;
    do { /* interim replies (100) are passed over */
        buf_clear(out);
        if (!read_head(fd, out))
            return 0;
        status = status_of(out);
    } while (status == 100);
    int64_t n = 0;
    if (str_to_i64(net_field(out, "Content-Length"), &n) == OK && status != 304)
        ck_assert(read_n(fd, out, (size_t)n));
    return status;
}

bool net_closed(int fd)
{
    struct buf b = BUF_INIT(1 << 20);
    bool closed = !more(fd, &b);
    buf_free(&b);
    return closed;
}

int net_once(int port, str request, struct buf *out)
{
    int fd = net_connect(port);
    net_send(fd, request);
    int status = net_reply(fd, out);
    close(fd);
    return status;
}

void net_wait(bool (*done)(void *), void *arg)
{
    for (int i = 0; i < WAIT_MS; i++) {
        if (done(arg))
            return;
        usleep(1000);
    }
    ck_abort_msg("waited a minute in vain");
}

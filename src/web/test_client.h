/* A little client for the tests of this layer: raw sockets, so that every header can be looked at. */
#ifndef RISE_WEB_TEST_CLIENT_H
#define RISE_WEB_TEST_CLIENT_H

#include "t.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/http.h"
#include "web/dispatch.h"

static struct http_server *server;
static struct dispatch *dispatch;
static char answer[65536];

/* Sends head and body as they stand (Host, Content-Length and Connection are added). */
static inline int start_request(const char *line, const char *headers, const char *body)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)http_port(server)),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    ck_assert_int_eq(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
    BUF_SCOPED out = BUF_INIT(65536);
    buf_printf(&out, "%s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n%s", line, headers);
    if (body)
        buf_printf(&out, "Content-Length: %zu\r\n\r\n%s", strlen(body), body);
    else
        buf_put(&out, STR("\r\n"));
    ck_assert_int_eq(write(fd, out.p, out.n), (ssize_t)out.n);
    return fd;
}

static inline int take_answer(int fd)
{
    size_t n = 0;
    for (ssize_t got; n < sizeof answer - 1 && (got = read(fd, answer + n, sizeof answer - 1 - n)) > 0;)
        n += (size_t)got;
    answer[n] = '\0';
    close(fd);
    int64_t status = 0;
    (void)str_to_i64(str_sub(str_of(answer), 9, 3), &status);
    return (int)status;
}

/* The whole answer lies in `answer`. */
static inline int send_request(const char *line, const char *headers, const char *body)
{
    return take_answer(start_request(line, headers, body));
}

static inline bool has(const char *text)
{
    return strstr(answer, text) != NULL;
}

/* A cookie of the last answer as "name=value", and the token on its page. */
static inline str cookie_of(const char *name, char room[512])
{
    BUF_SCOPED wanted = BUF_INIT(128);
    buf_printf(&wanted, "Set-Cookie: %s=", name);
    const char *at = strstr(answer, wanted.p);
    ck_assert_msg(at, "no cookie %s in %s", name, answer);
    at += strlen("Set-Cookie: ");
    size_t n = strcspn(at, ";");
    memcpy(room, at, n);
    room[n] = '\0';
    return str_n(room, n);
}

/* Dispatch by this configuration behind a server on a free port. */
static inline void serve(const struct dispatch_config *config, int threads)
{
    struct err err = {0};
    t_ok(dispatch_new(config, &dispatch, &err));
    struct http_config h = {.listen = STR("127.0.0.1:0"),
                            .threads = threads,
                            .handle = dispatch_handle,
                            .refuse = dispatch_refuse,
                            .finished = dispatch_finished,
                            .arg = dispatch};
    h.routes = dispatch_routes(dispatch, &h.n_routes);
    t_ok(http_start(&h, &server, &err));
}

static inline void stop_serving(struct db *db)
{
    http_stop(server, 5000);
    db_close(db);
    dispatch_free(dispatch);
}

#endif

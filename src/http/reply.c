/* What goes back: status, fields, body; conditional and partial answers for static bytes and files. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "http/conn.h"
#include "sys/file.h"

enum { REPLY_HEADERS_MAX = sizeof((struct reply *)0)->headers / sizeof((struct reply *)0)->headers[0] };

void reply_header(struct reply *p, const char *name, str value)
{
    if (p->n_headers == REPLY_HEADERS_MAX)
        abort(); /* the program's own code decides how many: a bug */
    p->headers[p->n_headers].name = name;
    p->headers[p->n_headers].value = value;
    p->n_headers++;
}

void reply_redirect(struct reply *p, str location)
{
    p->status = 303;
    reply_header(p, "Location", location);
}

void reply_drop(struct reply *p)
{
    if (p->release)
        p->release(p->owner);
    p->release = NULL;
    p->owner = NULL;
    p->fixed = (str){0};
    events_release(p->events);
    p->events = NULL;
}

static str reply_has(const struct reply *p, const char *name)
{
    for (int i = 0; i < p->n_headers; i++)
        if (str_ieq(str_of(p->headers[i].name), str_of(name)))
            return p->headers[i].value;
    return STR_EMPTY;
}

/* A strong validator: the upper layer's, or one made from the bytes (static) or from inode, size and time (file). */
static str entity_tag(struct http_conn *c)
{
    struct reply *p = &c->reply;
    str given = reply_has(p, "ETag");
    if (given.n > 0)
        return given;
    str tag = STR_EMPTY;
    struct stat st;
    if (p->fd >= 0 && fstat(p->fd, &st) == 0)
        tag = arena_printf(c->req.arena, "\"%" PRIx64 "-%" PRIx64 "-%" PRIx64 "\"", (uint64_t)st.st_ino,
                           (uint64_t)st.st_size,
                           (uint64_t)st.st_mtim.tv_sec * 1000000000u + (uint64_t)st.st_mtim.tv_nsec);
    else if (p->fd < 0)
        tag = arena_printf(c->req.arena, "\"%016" PRIx64 "\"", str_hash(p->fixed));
    if (tag.p && tag.n > 0)
        reply_header(p, "ETag", tag);
    return tag.p ? tag : STR_EMPTY;
}

/* RFC 9110 section 13.1.2: weak comparison against a list or "*". */
static bool none_match(str list, str tag)
{
    for (str rest = list; rest.p;) {
        str one = str_trim(str_cut(&rest, ','));
        if (str_starts(one, STR("W/")))
            one = str_sub(one, 2, one.n);
        if (str_eq(one, STR("*")) || str_eq(one, tag))
            return true;
    }
    return false;
}

enum range { RANGE_NONE, RANGE_PART, RANGE_BAD };

/* RFC 9110 section 14.1.2: one range of bytes. Several ranges, or what is no range, get the whole. */
static enum range parse_range(str value, int64_t size, int64_t *from, int64_t *n)
{
    if (!str_starts(value, STR("bytes=")) || str_chr(value, ',') >= 0)
        return RANGE_NONE;
    str last = str_trim(str_sub(value, 6, value.n));
    str first = str_cut(&last, '-');
    int64_t a = 0, b = 0;
    if (!last.p || (first.n == 0 && last.n == 0) || (first.n > 0 && str_to_i64(first, &a) != OK) ||
        (last.n > 0 && str_to_i64(last, &b) != OK) || b < 0)
        return RANGE_NONE;
    if (first.n == 0) { /* the last b bytes */
        *from = b < size ? size - b : 0;
        *n = size - *from;
        return *n > 0 ? RANGE_PART : RANGE_BAD;
    }
    if (last.n > 0 && b < a)
        return RANGE_NONE;
    if (a >= size)
        return RANGE_BAD;
    *from = a;
    *n = (last.n > 0 && b < size - 1 ? b : size - 1) - a + 1;
    return RANGE_PART;
}

struct part {
    int64_t from, n;
};

/* Turns a 200 of a file into 206 or 416 when the request asks for a range. */
static void apply_range(struct http_conn *c, str tag, struct part *part)
{
    struct reply *p = &c->reply;
    str want = request_header(&c->req, "Range"), if_range = request_header(&c->req, "If-Range");
    reply_header(p, "Accept-Ranges", STR("bytes"));
    if (want.n == 0 || c->req.method != HTTP_GET || (if_range.n > 0 && !str_eq(if_range, tag)))
        return;
    int64_t from = 0, n = 0;
    enum range r = parse_range(want, p->fd_size, &from, &n);
    str says = STR_EMPTY;
    if (r == RANGE_PART) {
        says = arena_printf(c->req.arena, "bytes %" PRId64 "-%" PRId64 "/%" PRId64, from, from + n - 1, p->fd_size);
        p->status = 206;
        *part = (struct part){from, n};
    } else if (r == RANGE_BAD) {
        says = arena_printf(c->req.arena, "bytes */%" PRId64, p->fd_size);
        p->status = 416;
        *part = (struct part){0, 0};
    }
    if (says.p && says.n > 0)
        reply_header(p, "Content-Range", says);
}

static struct MHD_Response *from_bytes(str s)
{
    /* MHD_RESPMEM_PERSISTENT: the bytes live in the request's arena or buffer until on_completed; never written to. */
    union {
        const char *in;
        void *out;
    } p = {s.n ? s.p : ""};
    return MHD_create_response_from_buffer(s.n, p.out, MHD_RESPMEM_PERSISTENT);
}

/* The body as libmicrohttpd wants it. Takes over the reply's file. */
static struct MHD_Response *make_response(struct http_conn *c)
{
    struct reply *p = &c->reply;
    bool is_static = p->fd >= 0 || p->fixed.p;
    struct part part = {0, p->fd_size};
    bool whole = p->status == 200 && (c->req.method == HTTP_GET || c->req.method == HTTP_HEAD);
    if (is_static && whole) {
        str tag = entity_tag(c);
        str match = request_header(&c->req, "If-None-Match");
        if (tag.n > 0 && match.n > 0 && none_match(match, tag)) {
            p->status = 304;
            fd_close(&p->fd);
            return from_bytes(STR_EMPTY);
        }
        if (p->fd >= 0)
            apply_range(c, tag, &part);
    }
    if (p->fd >= 0 && p->status != 416) {
        struct MHD_Response *m = MHD_create_response_from_fd_at_offset64((uint64_t)part.n, p->fd, (uint64_t)part.from);
        if (m)
            p->fd = -1;
        c->sent_bytes = part.n;
        return m;
    }
    str body = p->status == 416 ? STR_EMPTY : p->fixed.p ? p->fixed : buf_str(&p->body);
    c->sent_bytes = (int64_t)body.n;
    return from_bytes(body);
}

static bool add_headers(struct http_conn *c, struct MHD_Response *m)
{
    struct reply *p = &c->reply;
    bool good = MHD_add_response_header(m, "X-Request-Id", c->req.rid) == MHD_YES;
    if (p->type && p->status != 304)
        good = good && MHD_add_response_header(m, "Content-Type", p->type) == MHD_YES;
    if (c->close || c->server->stopping)
        good = good && MHD_add_response_header(m, "Connection", "close") == MHD_YES;
    for (int i = 0; i < p->n_headers && good; i++) {
        str v = p->headers[i].value;
        const char *text = arena_cstr(c->req.arena, v);
        /* A line end or NUL in a value would write further fields. */
        good = text && !memchr(v.p, '\0', v.n) && MHD_add_response_header(m, p->headers[i].name, text) == MHD_YES;
    }
    return good;
}

static enum MHD_Result queue(struct http_conn *c, struct MHD_Response *m, int status)
{
    enum MHD_Result queued = MHD_queue_response(c->mhd, (unsigned)status, m);
    MHD_destroy_response(m);
    if (queued == MHD_YES)
        c->sent_status = status;
    return queued;
}

static enum MHD_Result send_plain(struct http_conn *c, int status, str text)
{
    struct MHD_Response *m = from_bytes(text);
    if (!m)
        return MHD_NO;
    (void)MHD_add_response_header(m, "X-Request-Id", c->req.rid);
    (void)MHD_add_response_header(m, "Content-Type", "text/plain; charset=utf-8");
    (void)MHD_add_response_header(m, "Connection", "close");
    if (status == 503)
        (void)MHD_add_response_header(m, "Retry-After", "5");
    c->sent_bytes = (int64_t)text.n;
    return queue(c, m, status);
}

enum MHD_Result reply_queue(struct http_conn *c, struct MHD_Response *m)
{
    if (add_headers(c, m))
        return queue(c, m, c->reply.status);
    MHD_destroy_response(m);
    return send_plain(c, 500, STR("The server made a mistake.\n"));
}

enum MHD_Result reply_unavailable(struct http_conn *c)
{
    return send_plain(c, 503, STR("The server is stopping. Try again soon.\n"));
}

enum MHD_Result reply_send(struct http_conn *c)
{
    struct reply *p = &c->reply;
    if (p->events && p->status == 0)
        return events_send(c);
    if (p->status == 0 || buf_rc(&p->body) != OK) {
        fd_close(&p->fd);
        return send_plain(c, 500, STR("The server made a mistake.\n"));
    }
    struct MHD_Response *m = make_response(c);
    fd_close(&p->fd);
    return m ? reply_queue(c, m) : MHD_NO;
}

enum MHD_Result reply_refuse(struct http_conn *c, int status)
{
    struct http_server *s = c->server;
    struct reply *p = &c->reply;
    p->status = status;
    if (s->config.refuse) {
        s->config.refuse(&c->req, status, &c->err, s->config.arg);
    } else {
        p->type = "text/plain; charset=utf-8";
        buf_puti(&p->body, status);
        buf_putc(&p->body, ' ');
        buf_put(&p->body, str_of(c->err.main.msgid));
        buf_putc(&p->body, '\n');
    }
    return reply_send(c);
}

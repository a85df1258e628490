/* Calls to the outside by libcurl: webhooks (HTTP) and mail (SMTP). Blocking; for background threads, never for a
 * request's. */
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "http/address.h"
#include "http/http.h"

enum { CONNECT_MS = 10000, CLIENT_ARENA = 1024 * 1024, MAIL_MAX = 32 * 1024 * 1024 };

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init_curl(void)
{
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        abort(); /* the library's memory or TLS start fails only on a broken machine */
}

static void curl_close(CURL **c)
{
    if (*c)
        curl_easy_cleanup(*c);
}

static void slist_close(struct curl_slist **l)
{
    curl_slist_free_all(*l);
}

static void arena_close(struct arena **a)
{
    arena_free(*a);
}

#define CURL_SCOPED  __attribute__((cleanup(curl_close))) CURL
#define SLIST_SCOPED __attribute__((cleanup(slist_close))) struct curl_slist
#define ARENA_SCOPED __attribute__((cleanup(arena_close))) struct arena

/* ---- what both share ---- */

struct guard {
    bool allow_private;
    bool refused;
};

/* Called with the address that was resolved, so a name cannot answer differently between check and use. */
static curl_socket_t open_checked(void *arg, curlsocktype purpose, struct curl_sockaddr *at)
{
    struct guard *g = arg;
    if (purpose != CURLSOCKTYPE_IPCXN || (!g->allow_private && !address_is_public(&at->addr))) {
        g->refused = true;
        return CURL_SOCKET_BAD;
    }
    return socket(at->family, at->socktype | SOCK_CLOEXEC, at->protocol);
}

struct sink {
    struct buf *to;
    size_t max;
    bool full;
};

static size_t write_reply(char *p, size_t size, size_t n, void *arg)
{
    struct sink *s = arg;
    if (size * n > s->max - s->to->n) {
        s->full = true;
        return 0;
    }
    buf_putn(s->to, p, size * n);
    return buf_rc(s->to) == OK ? size * n : 0;
}

#define SET(option, value) (void)curl_easy_setopt(c, (option), (value))

static void set_common(CURL *c, const char *url, const char *protocols, int timeout_ms, struct guard *g)
{
    SET(CURLOPT_URL, url);
    SET(CURLOPT_PROTOCOLS_STR, protocols);
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_PROXY, ""); /* a proxy from the environment would go round the guard */
    SET(CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    SET(CURLOPT_CONNECTTIMEOUT_MS, (long)(timeout_ms < CONNECT_MS ? timeout_ms : CONNECT_MS));
    SET(CURLOPT_OPENSOCKETFUNCTION, open_checked);
    SET(CURLOPT_OPENSOCKETDATA, g);
}

static rc client_error(CURLcode code, const struct guard *g, struct err *err)
{
    if (g->refused)
        return ERR(err, E_DENIED, "HTT-070", N_("The address leads into a private network."));
    str why = str_of(curl_easy_strerror(code));
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
        return ERR(err, E_INVALID, "HTT-071", N_("The address cannot be called: {1}."), why);
    if (code == CURLE_OUT_OF_MEMORY)
        return E_NOMEM;
    return ERR(err, E_UNAVAILABLE, "HTT-072", N_("The other side does not answer: {1}."), why);
}

/* ---- HTTP ---- */

static rc make_headers(const struct http_fetch *f, struct curl_slist **out)
{
    /* no pause for a 100, and no content type that was not asked for */
    static const char *const own[] = {"Expect:", "Content-Type:", NULL};
    const char *const *lists[] = {own, f->headers};
    for (size_t k = 0; k < 2; k++) {
        for (const char *const *h = lists[k]; h && *h; h++) {
            if (strpbrk(*h, "\r\n"))
                return E_INVALID;
            struct curl_slist *more = curl_slist_append(*out, *h);
            if (!more)
                return E_NOMEM;
            *out = more;
        }
    }
    return OK;
}

static void set_method(CURL *c, const struct http_fetch *f)
{
    if (f->method == HTTP_HEAD) {
        SET(CURLOPT_NOBODY, 1L);
        return;
    }
    if (f->body.n > 0 || f->method == HTTP_POST) {
        SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)f->body.n);
        SET(CURLOPT_POSTFIELDS, f->body.n ? f->body.p : "");
    }
    SET(CURLOPT_CUSTOMREQUEST, http_method_name(f->method));
}

static rc take_header(CURL *c, const struct http_fetch *f)
{
    struct curl_header *h = NULL;
    if (!f->want)
        return OK;
    if (curl_easy_header(c, f->want, 0, CURLH_HEADER, -1, &h) == CURLHE_OK)
        buf_put(f->got, str_of(h->value));
    return buf_rc(f->got);
}

rc http_fetch(const struct http_fetch *f, int *status, struct buf *reply, struct err *err)
{
    pthread_once(&once, init_curl);
    ARENA_SCOPED *a = arena_new(CLIENT_ARENA);
    CURL_SCOPED *c = curl_easy_init();
    SLIST_SCOPED *headers = NULL;
    if (!a || !c)
        return E_NOMEM;
    const char *url = arena_cstr(a, f->url);
    if (!url)
        return arena_rc(a);
    struct guard guard = {.allow_private = f->allow_private};
    struct sink sink = {.to = reply, .max = f->max_reply};
    buf_clear(reply);
    set_common(c, url, "http,https", f->timeout_ms, &guard);
    rc code = make_headers(f, &headers);
    if (code != OK)
        return code == E_INVALID ? ERR(err, E_INVALID, "HTT-073", N_("A header field contains a line end.")) : code;
    SET(CURLOPT_HTTPHEADER, headers);
    set_method(c, f);
    SET(CURLOPT_USERAGENT, "RISE");
    SET(CURLOPT_WRITEFUNCTION, write_reply);
    SET(CURLOPT_WRITEDATA, &sink);
    CURLcode done = curl_easy_perform(c);
    if (sink.full)
        return ERR(err, E_LIMIT, "HTT-074", N_("The other side's answer is too large."));
    TRY(buf_rc(reply));
    if (done != CURLE_OK)
        return client_error(done, &guard, err);
    long got = 0;
    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &got);
    *status = (int)got;
    return take_header(c, f);
}

/* ---- SMTP ---- */

struct source {
    str left;
};

static size_t read_mail(char *to, size_t size, size_t n, void *arg)
{
    struct source *s = arg;
    size_t take = size * n < s->left.n ? size * n : s->left.n;
    if (take)
        memcpy(to, s->left.p, take);
    s->left = str_sub(s->left, take, s->left.n);
    return take;
}

static size_t ignore(char *p, size_t size, size_t n, void *arg)
{
    (void)p;
    (void)arg;
    return size * n;
}

/* RFC 5321 section 2.3.8: lines end in CRLF, and only there. */
static void canonical_lines(struct buf *out, str s)
{
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '\r' || s.p[i] == '\n') {
            i += s.p[i] == '\r' && i + 1 < s.n && s.p[i + 1] == '\n';
            buf_put(out, STR("\r\n"));
        } else {
            buf_putc(out, s.p[i]);
        }
    }
}

/* An address goes into the SMTP dialogue: nothing in it may end the command. */
static bool mailbox_ok(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] <= ' ' || s.p[i] == '<' || s.p[i] == '>' || s.p[i] == 0x7f)
            return false;
    return s.n > 2 && s.n <= 320 && str_chr(s, '@') > 0;
}

static bool is_loopback(str url)
{
    static const str hosts[] = {STR_INIT("127.0.0.1"), STR_INIT("localhost"), STR_INIT("[::1]")};
    ptrdiff_t start = str_find(url, STR("://"));
    str host = start < 0 ? url : str_sub(url, (size_t)start + 3, url.n);
    ptrdiff_t at = str_chr(host, '@');
    host = at < 0 ? host : str_sub(host, (size_t)at + 1, host.n);
    for (size_t i = 0; i < 3; i++)
        if (str_starts(host, hosts[i]) &&
            (host.n == hosts[i].n || host.p[hosts[i].n] == ':' || host.p[hosts[i].n] == '/'))
            return true;
    return false;
}

/* STARTTLS when offered. With a password it is required and the certificate checked, except on the same machine: else
 * who stands between could take the password by hiding the offer. Without one, an unchecked channel is better than
 * none. */
static void set_tls(CURL *c, str url)
{
    bool local = is_loopback(url), password = str_chr(url, '@') >= 0, implicit = str_starts(url, STR("smtps://"));
    SET(CURLOPT_USE_SSL, (long)(password && !local ? CURLUSESSL_ALL : CURLUSESSL_TRY));
    if (!implicit && (local || !password)) {
        SET(CURLOPT_SSL_VERIFYPEER, 0L);
        SET(CURLOPT_SSL_VERIFYHOST, 0L);
    }
}

/* RFC 5321 section 4.2.1: 5yz is for good, 4yz for now. */
static rc mail_error(CURL *c, CURLcode code, const struct guard *g, struct err *err)
{
    long reply = 0;
    (void)curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &reply);
    char digits[4] = {(char)('0' + reply / 100 % 10), (char)('0' + reply / 10 % 10), (char)('0' + reply % 10), '\0'};
    if (code == CURLE_LOGIN_DENIED)
        return ERR(err, E_UNAVAILABLE, "HTT-075", N_("The mail server refuses our password."));
    if (reply >= 500 && reply < 600)
        return ERR(err, E_INVALID, "HTT-076", N_("The mail server refused the message for good ({1})."),
                   str_of(digits));
    if (reply >= 400 && reply < 500)
        return ERR(err, E_UNAVAILABLE, "HTT-077", N_("The mail server asks us to try later ({1})."), str_of(digits));
    return client_error(code, g, err);
}

rc mail_send(const struct mail *m, struct err *err)
{
    pthread_once(&once, init_curl);
    if (!mailbox_ok(m->from) || !mailbox_ok(m->to))
        return ERR(err, E_INVALID, "HTT-078", N_("The mail address is malformed."));
    ARENA_SCOPED *a = arena_new(CLIENT_ARENA);
    CURL_SCOPED *c = curl_easy_init();
    SLIST_SCOPED *to = NULL;
    BUF_SCOPED text = BUF_INIT(MAIL_MAX);
    if (!a || !c)
        return E_NOMEM;
    const char *url = arena_cstr(a, m->url), *from = arena_cstr(a, m->from), *rcpt = arena_cstr(a, m->to);
    canonical_lines(&text, m->message);
    TRY(buf_rc(&text));
    if (!url || !from || !rcpt)
        return arena_rc(a);
    to = curl_slist_append(NULL, rcpt);
    if (!to)
        return E_NOMEM;
    struct guard guard = {.allow_private = true}; /* the operator's own relay */
    struct source source = {buf_str(&text)};
    set_common(c, url, "smtp,smtps", m->timeout_ms, &guard);
    set_tls(c, m->url);
    SET(CURLOPT_MAIL_FROM, from);
    SET(CURLOPT_MAIL_RCPT, to);
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_READFUNCTION, read_mail);
    SET(CURLOPT_READDATA, &source);
    SET(CURLOPT_WRITEFUNCTION, ignore);
    CURLcode done = curl_easy_perform(c);
    return done == CURLE_OK ? OK : mail_error(c, done, &guard, err);
}

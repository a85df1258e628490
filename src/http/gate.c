#include "http/gate.h"

#include "base/utf8.h"

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* RFC 9110 section 5.6.2 */
static bool is_token(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_alnum(s.p[i]) && !memchr("!#$%&'*+-.^_`|~", s.p[i], 15))
            return false;
    return s.n > 0;
}

int gate_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* A field value: no control but TAB. Bytes past ASCII are legal (obs-text) but must be UTF-8, so that the rest of the
 * program only ever sees text. */
static bool value_ok(str v)
{
    bool ascii = true;
    for (size_t i = 0; i < v.n; i++) {
        unsigned char c = (unsigned char)v.p[i];
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return false;
        ascii = ascii && c < 0x80;
    }
    return ascii || utf8_valid(v);
}

/* uri-host [":" port]: a registered name, an IPv4 address or a bracketed IPv6 address. */
static bool host_ok(str h)
{
    size_t i = 0;
    if (h.n > 0 && h.p[0] == '[') {
        for (i = 1; i < h.n && (gate_hex(h.p[i]) >= 0 || h.p[i] == ':' || h.p[i] == '.'); i++)
            ;
        if (i < 4 || i >= h.n || h.p[i] != ']')
            return false;
        i++;
    } else {
        for (; i < h.n && (is_alnum(h.p[i]) || h.p[i] == '.' || h.p[i] == '-' || h.p[i] == '_'); i++)
            ;
        if (i == 0)
            return false;
    }
    if (i == h.n)
        return h.n <= 255;
    str port = str_sub(h, i, h.n);
    if (port.n < 2 || port.n > 6 || port.p[0] != ':')
        return false;
    for (size_t k = 1; k < port.n; k++)
        if (port.p[k] < '0' || port.p[k] > '9')
            return false;
    return h.n <= 255;
}

static rc refuse(struct gate_result *out, int status, struct err *err, const char *code, const char *msgid)
{
    out->status = status;
    return err_set(err, status == 413 || status == 414 || status == 431 ? E_LIMIT : E_INVALID, code, msgid, NULL, 0);
}

static rc check_method(str m, struct gate_result *out, struct err *err)
{
    if (!is_token(m))
        return refuse(out, 400, err, "HTT-001", N_("The request is malformed."));
    for (enum http_method k = HTTP_GET; k < HTTP_METHODS; k++)
        if (str_eq(m, str_of(http_method_name(k)))) {
            out->method = k;
            return OK;
        }
    return refuse(out, 501, err, "HTT-006", N_("This request method is not supported."));
}

/* Dot segments are refused, not removed: no browser sends them, and a proxy may have decided about access by its own
 * reading of the path. */
static bool dot_segment(str path)
{
    str rest = path;
    while (rest.p) {
        str seg = str_cut(&rest, '/');
        if (str_eq(seg, STR(".")) || str_eq(seg, STR("..")))
            return true;
    }
    return false;
}

static bool is_value(str so_far, str value_after)
{
    return value_after.n > 0 && str_starts(so_far, value_after);
}

rc gate_path(struct arena *a, str raw, str value_after, str *out, struct err *err)
{
    static const char *const bad = N_("The address of the page is malformed.");
    if (raw.n == 0 || raw.p[0] != '/')
        return ERR(err, E_INVALID, "HTT-004", bad);
    char *p = arena_alloc(a, raw.n + 1);
    if (!p)
        return arena_rc(a);
    size_t n = 0;
    for (size_t i = 0; i < raw.n; i++) {
        char c = raw.p[i];
        if (c == '%') {
            int hi = raw.n - i > 2 ? gate_hex(raw.p[i + 1]) : -1;
            int lo = raw.n - i > 2 ? gate_hex(raw.p[i + 2]) : -1;
            if (hi < 0 || lo < 0)
                return ERR(err, E_INVALID, "HTT-004", bad);
            c = (char)(hi * 16 + lo);
            if (c == '/' && !is_value(str_n(p, n), value_after))
                return ERR(err, E_INVALID, "HTT-004", bad);
            i += 2;
        }
        if (c == '\\')
            return ERR(err, E_INVALID, "HTT-004", bad);
        p[n++] = c;
    }
    str s = str_n(p, n);
    if (!utf8_valid(s) || utf8_has_control(s) || memchr(p, '\t', n) || memchr(p, '\n', n) || memchr(p, '\r', n) ||
        dot_segment(s))
        return ERR(err, E_INVALID, "HTT-004", bad);
    *out = s;
    return OK;
}

/* RFC 9112 section 3.2: origin-form, or absolute-form whose authority repeats Host. */
static rc check_target(struct arena *a, str t, str value_after, struct gate_result *out, struct err *err)
{
    static const char *const bad = N_("The address of the page is malformed.");
    if (t.n > GATE_TARGET_MAX)
        return refuse(out, 414, err, "HTT-005", N_("The address of the page is too long."));
    for (size_t i = 0; i < t.n; i++)
        if ((unsigned char)t.p[i] <= 0x20 || (unsigned char)t.p[i] >= 0x7f || memchr("#\"<>", t.p[i], 4))
            return refuse(out, 400, err, "HTT-004", bad);
    size_t scheme = str_starts(t, STR("http://")) ? 7 : str_starts(t, STR("https://")) ? 8 : 0;
    if (scheme > 0) {
        str rest = str_sub(t, scheme, t.n);
        size_t end = 0;
        while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?')
            end++;
        if (!str_ieq(str_sub(rest, 0, end), out->host))
            return refuse(out, 400, err, "HTT-002", N_("The request names two different hosts."));
        t = str_sub(rest, end, rest.n);
        if (t.n == 0)
            t = STR("/");
    }
    ptrdiff_t q = str_chr(t, '?');
    str raw = q < 0 ? t : str_sub(t, 0, (size_t)q);
    out->query = q < 0 ? STR_EMPTY : str_sub(t, (size_t)q + 1, t.n);
    rc code = gate_path(a, raw, value_after, &out->path, err);
    if (code != OK)
        out->status = code == E_INVALID ? 400 : 500;
    return code;
}

/* Digits only, at most 18: no sign, no list, no space. */
static bool length_ok(str v, int64_t *out)
{
    if (v.n == 0 || v.n > 18)
        return false;
    int64_t n = 0;
    for (size_t i = 0; i < v.n; i++) {
        if (v.p[i] < '0' || v.p[i] > '9')
            return false;
        n = n * 10 + (v.p[i] - '0');
    }
    *out = n;
    return true;
}

/* Fields that must not come twice: a list of them would be read differently by different servers. */
enum single { S_HOST, S_LENGTH, S_CODING, S_EXPECT, S_TYPE, S_AUTH, S_ORIGIN, S_KEY, S_RANGE, SINGLES };

static int single_of(str name)
{
    static const str names[SINGLES] = {
        STR_INIT("host"),   STR_INIT("content-length"),  STR_INIT("transfer-encoding"),
        STR_INIT("expect"), STR_INIT("content-type"),    STR_INIT("authorization"),
        STR_INIT("origin"), STR_INIT("idempotency-key"), STR_INIT("range"),
    };
    for (int i = 0; i < SINGLES; i++)
        if (str_ieq(name, names[i]))
            return i;
    return -1;
}

static rc check_framing(const str *single, bool http10, struct gate_result *out, struct err *err)
{
    static const char *const bad = N_("The length of the request is not stated clearly.");
    const str coding = single[S_CODING], length = single[S_LENGTH];
    out->content_length = -1;
    if (coding.p) {
        /* RFC 9112 section 6.1: with HTTP/1.0 or beside Content-Length the framing is faulty; any coding but one
         * `chunked` is one we would have to undo. */
        if (http10 || length.p || !str_ieq(coding, STR("chunked")))
            return refuse(out, 400, err, "HTT-003", bad);
        out->chunked = true;
    }
    if (length.p && !length_ok(length, &out->content_length))
        return refuse(out, 400, err, "HTT-003", bad);
    return OK;
}

static rc check_headers(const struct gate_head *head, bool http10, struct gate_result *out, struct err *err)
{
    str single[SINGLES] = {{NULL, 0}};
    for (size_t i = 0; i < head->n_headers; i++) {
        const struct gate_header *h = &head->headers[i];
        if (!is_token(h->name) || !value_ok(h->value))
            return refuse(out, 400, err, "HTT-001", N_("The request is malformed."));
        int k = single_of(h->name);
        if (k < 0)
            continue;
        if (single[k].p)
            return refuse(out, 400, err, k == S_HOST ? "HTT-002" : "HTT-003",
                          N_("The request states a header field twice."));
        single[k] = str_n(h->value.p ? h->value.p : "", h->value.n);
    }
    if (single[S_HOST].p ? !host_ok(single[S_HOST]) : !http10)
        return refuse(out, 400, err, "HTT-002", N_("The request does not name its host."));
    out->host = single[S_HOST].p ? single[S_HOST] : STR_EMPTY;
    TRY(check_framing(single, http10, out, err));
    if (single[S_EXPECT].p) {
        if (!str_ieq(single[S_EXPECT], STR("100-continue")))
            return refuse(out, 417, err, "HTT-008", N_("The request expects something this server does not do."));
        out->expect_continue = true;
    }
    return OK;
}

rc gate_check(struct arena *a, const struct gate_head *head, struct gate_result *out, struct err *err)
{
    *out = (struct gate_result){.status = 400, .content_length = -1, .path = STR("/")};
    if (head->n_headers > GATE_HEADERS_MAX || head->bytes > GATE_HEAD_MAX)
        return refuse(out, 431, err, "HTT-005", N_("The request has too many header fields."));
    bool http10 = str_eq(head->version, STR("HTTP/1.0"));
    if (!http10 && !str_eq(head->version, STR("HTTP/1.1")))
        return refuse(out, 505, err, "HTT-007", N_("This version of HTTP is not supported."));
    TRY(check_headers(head, http10, out, err));
    TRY(check_method(head->method, out, err));
    return check_target(a, head->target, head->value_after, out, err);
}

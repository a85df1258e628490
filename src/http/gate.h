/* The strict gate: is this request head one that every honest server reads in the same way?
 *
 * Pure functions over bytes, without sockets, so that tests and fuzzers call them directly. What is ambiguous is
 * refused rather than repaired (RFC 9112 sections 3, 5, 6; RFC 9110 section 5.5): two readers that disagree about where
 * a request ends are how requests are smuggled. Results live in the caller's arena or point into the input. Any thread.
 *
 * Codes: HTT-001 malformed head, HTT-002 Host, HTT-003 body framing, HTT-004 target, HTT-005 too large, HTT-006 method,
 * HTT-007 version, HTT-008 Expect. */
#ifndef RISE_HTTP_GATE_H
#define RISE_HTTP_GATE_H

#include "base/arena.h"
#include "base/err.h"
#include "http/http.h"

enum {
    GATE_HEADERS_MAX = 64,
    GATE_HEAD_MAX = 32 * 1024,  /* bytes of request line and header fields together */
    GATE_TARGET_MAX = 8 * 1024, /* bytes */
};

struct gate_header {
    str name, value;
};

struct gate_head {
    str method, target, version;
    const struct gate_header *headers;
    size_t n_headers;
    size_t bytes;    /* size of the whole head; 0: unknown */
    str value_after; /* see gate_path(); n == 0: nowhere */
};

struct gate_result {
    int status; /* what to answer when refused */
    enum http_method method;
    str path;               /* decoded */
    str query;              /* raw, behind '?' */
    str host;               /* "" only for HTTP/1.0 */
    int64_t content_length; /* -1: none given */
    bool chunked;
    bool expect_continue;
};

rc gate_check(struct arena *a, const struct gate_head *head, struct gate_result *out, struct err *err);

/* Decodes a raw path: starts with '/', valid escapes, UTF-8, no control character, no encoded '/' or '\', no '\',
 * no "." or ".." segment. Behind `value_after` ("/pki/ocsp/"; n == 0: nowhere) stands one value and no path, where an
 * encoded '/' is a '/': nothing is decided there by its place, so two readings of it do no harm. */
rc gate_path(struct arena *a, str raw, str value_after, str *out, struct err *err);

/* The value of one hexadecimal digit, -1 when it is none. */
int gate_hex(char c);

#endif

/* What verifiers fetch: certificates, revocation lists, OCSP answers, time-stamps. No page for people is here. */
#include "crypto/ocsp_answer.h"
#include "crypto/tsp.h"
#include "http/http_date.h"
#include "mod/sign/trust/serve.h"
#include "mod/sign/trust/trust.h"
#include "mod/sign/trust/trust_doors.h"

enum { HTTP_DATE_ROOM = 64, TAG_ROOM = 64 };
#define OCSP_CACHED (5 * MINUTE) /* how long caches may repeat an answer: a revocation is seen that much later */

static rc no_such(struct ctx *c, str name)
{
    return ERR(&c->err, E_NOTFOUND, "CA-002", N_("There is no certification authority called {1}."), name);
}

/* The authority that a file name ("root.cer") is about. */
static rc authority_of_file(struct ctx *c, const char *ending, struct trust_authority *out)
{
    str file = request_param(c->req, "file");
    if (!str_ends(file, str_of(ending)) || file.n == strlen(ending))
        return no_such(c, file);
    rc r = trust_authority_named(c->tx, c->arena, str_sub(file, 0, file.n - strlen(ending)), out);
    return r == E_NOTFOUND ? no_such(c, file) : r;
}

static rc reply_bytes(struct ctx *c, const char *type, instant cached)
{
    c->reply->status = 200;
    c->reply->type = type;
    reply_header(c->reply, "Cache-Control",
                 cached > 0 ? arena_printf(c->arena, "public, max-age=%lld, no-transform, must-revalidate",
                                           (long long)(cached / SECOND))
                            : STR("no-store"));
    return buf_rc(&c->reply->body);
}

static rc cert_file_read(struct ctx *c)
{
    struct trust_authority t;
    TRY(authority_of_file(c, ".cer", &t));
    buf_put(&c->reply->body, t.cert->der);
    return reply_bytes(c, "application/pkix-cert", DAY); /* RFC 2585 section 4.1 */
}

static rc list_read(struct ctx *c)
{
    struct trust_authority t;
    instant from, until;
    TRY(authority_of_file(c, ".crl", &t));
    c->reply->body.cap = TRUST_CRL_MAX;
    TRY(trust_crl_get(c->tx, t.id, &c->reply->body, &from, &until));
    instant left = until - c->now;
    return reply_bytes(c, "application/pkix-crl", left > OCSP_CACHED ? OCSP_CACHED : left);
}

/* ---- services ---- */

static rc wants_type(struct ctx *c, const char *type)
{
    str given = request_header(c->req, "Content-Type");
    if (str_ieq(str_trim(str_cut(&given, ';')), str_of(type)))
        return OK;
    return ERR(&c->err, E_INVALID, "REQ-001", N_("The body must be {1}."), str_of(type));
}

/* RFC 5019 section 6.2. The tag is what it recommends; with the body fixed the server answers If-None-Match. */
static rc cache_headers(struct ctx *c, const struct trust_ocsp_told *told)
{
    struct reply *p = c->reply;
    BUF_SCOPED from = BUF_INIT(HTTP_DATE_ROOM);
    BUF_SCOPED until = BUF_INIT(HTTP_DATE_ROOM);
    BUF_SCOPED tag = BUF_INIT(TAG_ROOM);
    struct digest_value hash = digest_of(DIGEST_SHA1, buf_str(&p->body));
    buf_http_date(&from, told->from);
    buf_http_date(&until, told->until);
    buf_putc(&tag, '"');
    buf_hex(&tag, digest_str(&hash));
    buf_putc(&tag, '"');
    reply_header(p, "Last-Modified", arena_str(c->arena, buf_str(&from)));
    reply_header(p, "Expires", arena_str(c->arena, buf_str(&until)));
    reply_header(p, "ETag", arena_str(c->arena, buf_str(&tag)));
    p->fixed = arena_str(c->arena, buf_str(&p->body));
    return arena_rc(c->arena);
}

static rc answer_ocsp(struct ctx *c, str request, bool may_be_cached)
{
    struct trust_services *s = NULL;
    struct trust_ocsp_told told;
    TRY(trust_services_hold(c->app, c->tx, &s));
    rc r = trust_ocsp_answer(s, c->tx, request, c->now, &c->reply->body, &told);
    trust_services_release(s);
    if (r != OK)
        return trust_no_service(r, &c->err);
    if (!may_be_cached || !told.reusable)
        return reply_bytes(c, "application/ocsp-response", 0);
    TRY(cache_headers(c, &told));
    instant left = told.until - c->now;
    return reply_bytes(c, "application/ocsp-response", left < OCSP_CACHED ? left : OCSP_CACHED);
}

static rc ocsp_post(struct ctx *c)
{
    TRY(wants_type(c, "application/ocsp-request"));
    return answer_ocsp(c, c->req->body, false);
}

static rc ocsp_get(struct ctx *c)
{
    BUF_SCOPED der = BUF_INIT(OCSP_REQUEST_MAX);
    if (ocsp_request_from_path(request_param(c->req, "request"), &der) != OK)
        buf_clear(&der); /* answered as malformed */
    return answer_ocsp(c, buf_str(&der), true);
}

static rc tsa_post(struct ctx *c)
{
    struct trust_services *s = NULL;
    TRY(wants_type(c, "application/timestamp-query"));
    TRY(trust_services_hold(c->app, c->tx, &s));
    rc r = trust_tsa_answer(s, c->req->body, &c->reply->body);
    trust_services_release(s);
    return r == OK ? reply_bytes(c, "application/timestamp-reply", 0) : trust_no_service(r, &c->err);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/pki/ca/{file}",
     .perm = PUBLIC,
     .read = cert_file_read,
     .summary = N_("Certificate of a certification authority (NAME.cer, DER)")},
    {.method = HTTP_GET,
     .path = "/pki/crl/{file}",
     .perm = PUBLIC,
     .read = list_read,
     .summary = N_("Revocation list of a certification authority (NAME.crl, DER)")},
    {.method = HTTP_POST,
     .path = "/pki/ocsp",
     .perm = PUBLIC,
     .read = ocsp_post,
     .summary = N_("Certificate status (OCSP, RFC 6960)"),
     .flags = ROUTE_NO_CSRF,
     .max_body = OCSP_REQUEST_MAX},
    {.method = HTTP_GET,
     .path = "/pki/ocsp/{request...}",
     .perm = PUBLIC,
     .read = ocsp_get,
     .flags = ROUTE_VALUE, /* base64, in which clients write / as %2F */
     .summary = N_("Certificate status by address (OCSP, RFC 6960 appendix A)")},
    {.method = HTTP_POST,
     .path = "/pki/tsa",
     .perm = PUBLIC,
     .read = tsa_post,
     .summary = N_("Time-stamp (RFC 3161)"),
     .flags = ROUTE_NO_CSRF,
     .max_body = TSP_REQUEST_MAX},
};
const struct route_table trust_routes = {"pki", routes, sizeof routes / sizeof routes[0]};

#include "mod/sign/cli/cli_net.h"

#include <stdio.h>

#include "crypto/ocsp.h"
#include "crypto/tsp.h"
#include "http/http.h"

enum { TIMEOUT_MS = 20000 };

static rc no_answer(struct err *err, str url, int status)
{
    char text[16];
    int n = snprintf(text, sizeof text, "%d", status);
    return ERR(err, E_UNAVAILABLE, "SIG-211", N_("{1} gave no usable answer (HTTP status {2})."), url,
               str_n(text, (size_t)n));
}

static rc fetch(struct http_fetch f, struct buf *reply, struct err *err)
{
    int status = 0;
    struct err why = {.code = OK};
    f.timeout_ms = TIMEOUT_MS;
    rc r = http_fetch(&f, &status, reply, &why);
    if (r == E_UNAVAILABLE)
        return ERR(err, r, "SIG-213", N_("{1} does not answer: {2}."), f.url, why.main.arg[0]);
    err_copy(err, &why);
    TRY(r);
    return status == 200 ? OK : no_answer(err, f.url, status);
}

static rc timestamp(void *arg, str request, struct buf *response, struct err *err)
{
    static const char *const headers[] = {"Content-Type: application/timestamp-query", /* RFC 3161 section 3.4 */
                                          "Accept: application/timestamp-reply", NULL};
    const struct cli_net *n = arg;
    return fetch((struct http_fetch){.method = HTTP_POST, /* the operator's own choice of address */
                                     .url = n->tsa,
                                     .headers = headers,
                                     .body = request,
                                     .max_reply = TSP_TOKEN_MAX,
                                     .allow_private = true},
                 response, err);
}

static rc fetch_crl(const struct cli_net *n, struct arena *a, str url, const struct cert *issuer, str *out,
                    struct err *err)
{
    BUF_SCOPED reply = BUF_INIT(CRL_BYTES_MAX);
    struct crl *crl = NULL;
    TRY(fetch(
        (struct http_fetch){
            .method = HTTP_GET, .url = url, .max_reply = CRL_BYTES_MAX, .allow_private = !n->public_only},
        &reply, err));
    *out = arena_str(a, buf_str(&reply));
    if (!out->p)
        return arena_failed(a);
    rc r = crl_read(a, *out, &crl, NULL);
    if (r == OK && crl_signed_by(crl, issuer))
        return OK;
    return arena_rc(a) != OK ? arena_rc(a) : no_answer(err, url, 200);
}

/* A nonce is not asked for: answers signed beforehand have none, and what counts here is the time in them. */
static rc fetch_ocsp(const struct cli_net *n, struct arena *a, str url, const struct cert *cert,
                     const struct cert *issuer, str *out, struct err *err)
{
    static const char *const headers[] = {"Content-Type: application/ocsp-request", /* RFC 6960 appendix A */
                                          "Accept: application/ocsp-response", NULL};
    BUF_SCOPED request = BUF_INIT(OCSP_BYTES_MAX);
    BUF_SCOPED reply = BUF_INIT(OCSP_BYTES_MAX);
    struct ocsp_response *answer = NULL;
    ocsp_put_request(&request, cert, issuer, DIGEST_SHA1, STR_EMPTY);
    TRY(buf_rc(&request));
    TRY(fetch((struct http_fetch){.method = HTTP_POST,
                                  .url = url,
                                  .headers = headers,
                                  .body = buf_str(&request),
                                  .max_reply = OCSP_BYTES_MAX,
                                  .allow_private = !n->public_only},
              &reply, err));
    *out = arena_str(a, buf_str(&reply));
    if (!out->p)
        return arena_failed(a);
    TRY(ocsp_read(a, *out, &answer, err));
    return ocsp_find(answer, cert, issuer) && ocsp_signer(answer, issuer, NULL, 0) ? OK : no_answer(err, url, 200);
}

/* OCSP first, it is newer; of several addresses one is enough. */
static rc ask_all(const struct cli_net *n, struct arena *a, const struct cert *cert, const struct cert *issuer,
                  struct sign_revocation *out, struct err *err)
{
    rc r = E_NOTFOUND;
    for (size_t i = 0; i < cert->n_ocsp && r != OK; i++)
        r = fetch_ocsp(n, a, cert->ocsp[i], cert, issuer, &out->ocsp, err);
    if (r != OK)
        out->ocsp = (str){NULL, 0};
    for (size_t i = 0; i < cert->n_crls && r != OK; i++)
        r = fetch_crl(n, a, cert->crls[i], issuer, &out->crl, err);
    return r;
}

static rc revocation(void *arg, struct arena *a, const struct cert *cert, const struct cert *issuer,
                     struct sign_revocation *out, struct err *err)
{
    struct err first = {.code = OK};
    if (cert->n_crls + cert->n_ocsp == 0)
        return ERR(err, E_NOTFOUND, "SIG-212", N_("The certificate of {1} does not say where revocations are listed."),
                   cert_name_text(a, cert->subject));
    rc r = ask_all(arg, a, cert, issuer, out, &first);
    if (r != OK)
        err_copy(err, &first);
    return r;
}

struct sign_net cli_net_open(struct cli_net *n)
{
    return (struct sign_net){.timestamp = timestamp, .revocation = revocation, .arg = n};
}

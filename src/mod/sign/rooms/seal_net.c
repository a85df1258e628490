/* struct sign_net of a site with its own trust services: they are asked in this process, without the network.
 * Time-stamp authorities and revocation data of others are asked for in jobs only. */
#include "crypto/crl.h"
#include "crypto/ocsp.h"
#include "crypto/tsp.h"
#include "mod/sign/cli/cli_net.h"
#include "mod/sign/rooms/seal_impl.h"

static struct sign_net elsewhere(struct cli_net *n, const struct seal_net *s)
{
    *n = (struct cli_net){.tsa = s->app->config.tsa_url, .public_only = true};
    return cli_net_open(n);
}

/* ---- time-stamps ---- */

static rc stamp(void *arg, str request, struct buf *response, struct err *err)
{
    const struct seal_net *s = arg;
    struct cli_net http;
    if (s->online && s->app->config.tsa_url.n > 0) {
        struct sign_net net = elsewhere(&http, s);
        return net.timestamp(net.arg, request, response, err);
    }
    rc r = s->services ? trust_tsa_answer(s->services, request, response) : E_NOTFOUND;
    return r == E_NOTFOUND ? ERR(err, E_UNAVAILABLE, "SIG-204", N_("No time-stamp authority was named."))
                           : trust_no_service(r, err);
}

/* ---- revocation ---- */

static const struct trust_authority *own_issuer(const struct seal_net *s, const struct cert *issuer)
{
    for (size_t i = 0; i < s->n_own; i++)
        if (cert_same(s->own[i].cert, issuer))
            return &s->own[i];
    return NULL;
}

static rc take(struct arena *a, const struct buf *b, str *out)
{
    TRY(buf_rc(b));
    *out = arena_str(a, buf_str(b));
    return out->p ? OK : arena_failed(a);
}

static rc own_answer(const struct seal_net *s, struct arena *a, const struct cert *cert, const struct cert *issuer,
                     const struct trust_authority *by, str *out)
{
    struct ocsp_response *read = NULL;
    BUF_SCOPED answer = BUF_INIT(OCSP_BYTES_MAX);
    if (!s->services)
        return E_NOTFOUND;
    TRY(trust_ocsp_now(s->services, s->tx, by->id, cert->serial, tx_now(s->tx), &answer));
    TRY(take(a, &answer, out));
    return ocsp_read(a, *out, &read, NULL) == OK && ocsp_find(read, cert, issuer) ? OK : E_NOTFOUND;
}

static rc own_list(const struct seal_net *s, struct arena *a, const struct trust_authority *by, str *out)
{
    instant from, until;
    BUF_SCOPED der = BUF_INIT(TRUST_CRL_MAX);
    TRY(trust_crl_get(s->tx, by->id, &der, &from, &until));
    return take(a, &der, out);
}

static rc revocation(void *arg, struct arena *a, const struct cert *cert, const struct cert *issuer,
                     struct sign_revocation *out, struct err *err)
{
    const struct seal_net *s = arg;
    struct cli_net http;
    const struct trust_authority *by = own_issuer(s, issuer);
    *out = (struct sign_revocation){.ocsp = {NULL, 0}, .crl = {NULL, 0}};
    if (!by && !s->online)
        return ERR(err, E_NOTFOUND, "SIG-212", N_("The certificate of {1} does not say where revocations are listed."),
                   cert_name_text(a, cert->subject));
    if (!by) {
        struct sign_net net = elsewhere(&http, s);
        return net.revocation(net.arg, a, cert, issuer, out, err);
    }
    rc r = own_answer(s, a, cert, issuer, by, &out->ocsp);
    if (r == OK)
        return OK;
    out->ocsp = (str){NULL, 0};
    r = own_list(s, a, by, &out->crl);
    return r == E_NOTFOUND ? ERR(err, E_UNAVAILABLE, "CA-010", N_("This service has not been set up here.")) : r;
}

/* ---- opening ---- */

rc seal_net_open(struct app *app, struct tx *tx, struct arena *a, bool online, struct seal_net *out)
{
    *out = (struct seal_net){.app = app, .tx = tx, .online = online};
    TRY(trust_authorities(tx, a, &out->own, &out->n_own));
    out->pool = ARENA_ARRAY(a, out->n_own + 1, struct cert *);
    if (!out->pool)
        return arena_failed(a);
    for (size_t i = 0; i < out->n_own; i++)
        out->pool[i] = out->own[i].cert;
    out->net = (struct sign_net){.timestamp = stamp, .revocation = revocation, .arg = out};
    rc r = trust_services_hold(app, tx, &out->services);
    return r == E_NOTFOUND ? OK : r;
}

void seal_net_close(struct seal_net *n)
{
    trust_services_release(n->services);
    n->services = NULL;
}

struct sign_raise seal_net_raise(const struct seal_net *n, enum sign_level level)
{
    return (struct sign_raise){.level = level, .pool = n->pool, .n_pool = n->n_own, .net = &n->net};
}

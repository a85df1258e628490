/* Signing with a certificate of the signer's own. The key stays where it is: the browser opens the file with it and
 * signs (assets/js/signing-key.js), or the bytes are downloaded and signed by any program. */
#include "mod/sign/pages/pages_signer.h"

#include "crypto/cert.h"
#include "signer_key.view.h"

enum { CERTS_MAX = 8, CERTS_TEXT_MAX = 8 * 90000 /* base64 */, SIGNATURE_TEXT_MAX = 4096, UPLOAD_MAX = 1 << 20 };

INPUT(cert_in,
      {.name = "certificates",
       .type = F_TEXT,
       .max = CERTS_TEXT_MAX,
       .label = N_("Certificates, base64, with spaces between"),
       .personal = true},
      {.name = "cert",
       .type = F_FILE,
       .later = true,
       .max = UPLOAD_MAX,
       .label = N_("Your certificate"),
       .hint = N_("A file in PEM or DER, with the certificates of its issuers if you have them. Not your key.")});
INPUT(signature_in,
      {.name = "signature",
       .type = F_TEXT,
       .max = SIGNATURE_TEXT_MAX,
       .label = N_("Signature, base64"),
       .personal = true},
      {.name = "file",
       .type = F_FILE,
       .later = true,
       .max = UPLOAD_MAX,
       .label = N_("The signature"),
       .hint = N_("The file that your program wrote.")});

/* OK with *done: another page was gone to. */
static rc begin(struct ctx *c, struct tx *tx, struct signer_page *p, bool *done)
{
    TRY(signer_page_of(c, tx, p));
    *done = p->at != SIGNER_FILLS_IN || !str_eq(p->signer.level, STR("certificate"));
    return *done ? signer_back(c, "", NULL) : OK;
}

static rc key_read(struct ctx *c)
{
    struct signer_page p;
    bool done;
    TRY(begin(c, c->tx, &p, &done));
    if (done)
        return OK;
    rc r = seal_asked(c->tx, p.signer.id, c->now, c->arena, &p.asked);
    if (r == E_CONFLICT)
        return signer_back(c, "", N_("Please fill in the form once more."));
    TRY(r);
    BUF_SCOPED text = BUF_INIT(1 << 20);
    buf_base64(&text, p.asked.to_sign);
    p.to_sign = arena_str(c->arena, buf_str(&text));
    if (p.asked.to_sign.n == 0)
        view_signer_cert(&c->reply->body, c, &p, &cert_in);
    else
        view_signer_signature(&c->reply->body, c, &p, &signature_in);
    return reply_page(c, 200);
}

static rc bytes_read(struct ctx *c)
{
    struct signer_page p;
    bool done;
    TRY(begin(c, c->tx, &p, &done));
    if (done)
        return OK;
    TRY(seal_asked(c->tx, p.signer.id, c->now, c->arena, &p.asked));
    if (p.asked.to_sign.n == 0)
        return signer_back(c, "/key", NULL);
    buf_put(&c->reply->body, p.asked.to_sign);
    return reply_download(c, "application/octet-stream", STR("to-sign.bin"));
}

/* ---- the certificate ---- */

static rc no_certs(struct ctx *c)
{
    return ERR_FIELD(&c->err, "cert", "RM-015", N_("Give your certificate, and those of its issuers."));
}

static rc certs_from_text(struct ctx *c, str text, str *out, size_t *n)
{
    while (text.p && *n < CERTS_MAX) {
        BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
        str one = str_cut(&text, ' ');
        if (one.n == 0)
            continue;
        if (buf_unbase64(&der, one) != OK)
            return no_certs(c);
        out[(*n)++] = arena_str(c->arena, buf_str(&der));
    }
    return *n ? arena_rc(c->arena) : no_certs(c);
}

static rc certs_from_file(struct ctx *c, str bytes, str *out, size_t *n)
{
    struct cert **v;
    rc r = cert_read_all(c->arena, bytes, CERTS_MAX, &v, n, NULL);
    if (r != OK || *n == 0)
        return r == OK || r == E_INVALID || r == E_LIMIT ? no_certs(c) : r;
    for (size_t i = 0; i < *n; i++)
        out[i] = v[i]->der;
    return OK;
}

static rc cert_write(struct tx *tx, struct ctx *c)
{
    struct signer_page p;
    bool done;
    str certs[CERTS_MAX];
    size_t n = 0;
    const struct act x = ACT(tx, c);
    BUF_SCOPED to_sign = BUF_INIT(1 << 20);
    TRY(begin(c, tx, &p, &done));
    if (done)
        return OK;
    str text = in_text(&c->in, "certificates");
    TRY(text.n ? certs_from_text(c, text, certs, &n)
               : certs_from_file(c, in_value(&c->in, "cert")->file.bytes, certs, &n));
    TRY(seal_begin(&x, c->app, p.signer.id, certs, n, &to_sign));
    return signer_back(c, "/key", NULL);
}

/* ---- the signature ---- */

static rc signature_write(struct tx *tx, struct ctx *c)
{
    struct signer_page p;
    bool done;
    const struct act x = ACT(tx, c);
    const struct room_from from = signer_from(c);
    BUF_SCOPED signature = BUF_INIT(UPLOAD_MAX);
    TRY(begin(c, tx, &p, &done));
    if (done)
        return OK;
    if (in_given(&c->in, "signature")) {
        if (buf_unbase64(&signature, in_text(&c->in, "signature")) != OK)
            return ERR_FIELD(&c->err, "signature", "RM-015", N_("This is no signature in base64."));
    } else {
        buf_put(&signature, in_value(&c->in, "file")->file.bytes);
    }
    if (signature.n == 0)
        return ERR_FIELD(&c->err, "file", "RM-015", N_("Give the file with the signature."));
    TRY(seal_end(&x, c->app, p.signer.id, buf_str(&signature), &from));
    return signer_back(c, "", N_("You have signed. Thank you."));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/s/{token}/key",
     .perm = PUBLIC,
     .read = key_read,
     .absent = signer_wrong_link,
     .summary = N_("Signing with one's own certificate: certificate, then signature"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_GET,
     .path = "/sign/s/{token}/key/bytes",
     .perm = PUBLIC,
     .read = bytes_read,
     .absent = signer_wrong_link,
     .summary = N_("Signing with one's own certificate: the bytes to be signed"),
     .flags = ROUTE_NEVER_CACHE},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/key",
     .perm = PUBLIC,
     .in = &cert_in,
     .write = cert_write,
     .form = key_read,
     .absent = signer_wrong_link,
     .summary = N_("Signing with one's own certificate: the certificate"),
     .max_body = 4 << 20},
    {.method = HTTP_POST,
     .path = "/sign/s/{token}/key/sign",
     .perm = PUBLIC,
     .in = &signature_in,
     .write = signature_write,
     .form = key_read,
     .absent = signer_wrong_link,
     .summary = N_("Signing with one's own certificate: the signature"),
     .max_body = 4 << 20},
};
const struct route_table sign_signer_key_routes = {"sign", routes, sizeof routes / sizeof routes[0]};

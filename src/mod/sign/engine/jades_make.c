#include "mod/sign/engine/jades_impl.h"

#include "base/utf8.h"

static void put_digest(struct json_out *o, const char *key, str bytes)
{
    BUF_SCOPED b = BUF_INIT(2 * DIGEST_MAX);
    struct digest_value v = digest_of(DIGEST_SHA256, bytes);
    buf_base64url(&b, digest_str(&v));
    if (key)
        jo_key(o, key);
    jo_str(o, buf_str(&b));
}

static void put_cert(struct json_out *o, const struct cert *c)
{
    BUF_SCOPED b = BUF_INIT(2 * CERT_BYTES_MAX);
    buf_base64(&b, c->der);
    jo_str(o, buf_str(&b));
}

static void put_names(struct json_out *o, const char *key, const struct jades_request *r, bool mime)
{
    jo_key(o, key);
    jo_arr(o);
    for (size_t i = 0; i < r->n_data; i++)
        jo_str(o, mime ? r->data[i].mime : r->data[i].name);
    jo_end_arr(o);
}

/* TS 119 182-1 section 5.2.8.3.3. */
static void put_sig_d(struct json_out *o, const struct jades_request *r)
{
    jo_key(o, "sigD");
    jo_obj(o);
    jo_kstr(o, "mId", STR(JADES_BY_URI_HASH));
    put_names(o, "pars", r, false);
    jo_kstr(o, "hashM", STR("S256"));
    jo_key(o, "hashV");
    jo_arr(o);
    for (size_t i = 0; i < r->n_data; i++)
        put_digest(o, NULL, r->data[i].bytes);
    jo_end_arr(o);
    put_names(o, "ctys", r, true);
    jo_end_obj(o);
}

static rc put_header(const struct jades_request *r, const char *alg, struct buf *out)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kstr(&o, "alg", str_of(alg));
    if (!r->detached && r->data[0].mime.n > 0)
        jo_kstr(&o, "cty", r->data[0].mime);
    put_digest(&o, "x5t#S256", r->cert->der);
    jo_key(&o, "x5c");
    jo_arr(&o);
    put_cert(&o, r->cert);
    for (size_t i = 0; i < r->n_chain; i++)
        put_cert(&o, r->chain[i]);
    jo_end_arr(&o);
    jo_kint(&o, "iat", r->time / SECOND);
    if (r->detached) {
        jo_kbool(&o, "b64", false);
        put_sig_d(&o, r);
    }
    jo_key(&o, "crit");
    jo_arr(&o);
    jo_str(&o, STR("iat"));
    if (r->detached) {
        jo_str(&o, STR("b64"));
        jo_str(&o, STR("sigD"));
    }
    jo_end_arr(&o);
    jo_end_obj(&o);
    return buf_rc(out);
}

static rc sign(const struct jades_request *r, struct pkey_scheme scheme, str input, struct buf *text)
{
    BUF_SCOPED signature = BUF_INIT(PKEY_SIGNATURE_MAX);
    BUF_SCOPED raw = BUF_INIT(PKEY_SIGNATURE_MAX);
    enum pkey_kind kind = pkey_kind(r->key);
    str value;
    TRY(pkey_sign(r->key, scheme, input, &signature));
    value = buf_str(&signature);
    if (kind != PKEY_RSA && kind != PKEY_ED25519) {
        TRY(pkey_raw_from_der(kind, value, &raw));
        value = buf_str(&raw);
    }
    buf_base64url(text, value);
    return buf_rc(text);
}

static rc check_request(const struct jades_request *r, const char *alg, struct err *err)
{
    if (!pkey_same(r->key, r->cert->key))
        return ERR(err, E_INVALID, "SIG-403", N_("The key does not belong to the certificate."));
    if (!r->detached && r->n_data > 1)
        return ERR(err, E_INVALID, "SIG-405",
                   N_("A JSON signature holds one file: several have to stay beside it (detached)."));
    bool fits = alg && r->n_data >= 1;
    for (size_t i = 0; fits && i < r->n_data; i++)
        fits = (!r->detached || (r->data[i].name.n > 0 && utf8_valid(r->data[i].name))) && utf8_valid(r->data[i].mime);
    if (!fits)
        return ERR(err, E_INVALID, "SIG-405", N_("A JSON signature cannot be made of these data with this key."));
    if (r->n_data > JADES_FILES_MAX || r->n_chain >= JADES_CERTS_MAX)
        return ERR(err, E_LIMIT, "SIG-402", N_("The JSON signature is too large."));
    return OK;
}

/* header.payload, both base64url; the payload of a detached signature is empty. */
static rc put_input(const struct jades_request *r, str header, struct buf *input)
{
    buf_base64url(input, header);
    buf_putc(input, '.');
    if (!r->detached)
        buf_base64url(input, r->data[0].bytes);
    return buf_rc(input);
}

static void put_json(str input, str signature, bool detached, struct buf *out)
{
    struct json_out o;
    str payload = input, protected_text = str_cut(&payload, '.');
    jo_begin(&o, out);
    jo_obj(&o);
    if (!detached)
        jo_kstr(&o, "payload", payload);
    jo_kstr(&o, "protected", protected_text);
    jo_kstr(&o, "signature", signature);
    jo_end_obj(&o);
}

rc jades_make(const struct jades_request *r, struct buf *out, struct err *err)
{
    BUF_SCOPED header = BUF_INIT(JADES_HEADER_MAX);
    BUF_SCOPED input = BUF_INIT(JADES_BYTES_MAX);
    BUF_SCOPED signature = BUF_INIT(2 * PKEY_SIGNATURE_MAX);
    struct pkey_scheme scheme = pkey_scheme(r->key);
    scheme.pss = r->pss;
    const char *alg = jades_alg(pkey_kind(r->key), scheme);
    TRY(check_request(r, alg, err));
    rc made = put_header(r, alg, &header);
    if (made == OK)
        made = put_input(r, buf_str(&header), &input);
    if (made == E_LIMIT)
        return ERR(err, E_LIMIT, "SIG-402", N_("The JSON signature is too large."));
    TRY(made);
    TRY(sign(r, scheme, buf_str(&input), &signature));
    if (r->form == JADES_JSON) {
        put_json(buf_str(&input), buf_str(&signature), r->detached, out);
        return buf_rc(out);
    }
    buf_put(out, buf_str(&input));
    buf_putc(out, '.');
    buf_put(out, buf_str(&signature));
    return buf_rc(out);
}

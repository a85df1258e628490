#include "mod/sign/engine/jades_impl.h"

struct judging {
    struct arena *a;
    const struct jades *j;
    struct sign_files files;
    struct cert *const *pool;
    size_t n_pool;
    struct jades_check *out;
};

/* Notes the first fault. OK is not returned: the caller stops. */
static rc fault(struct judging *g, enum jades_outcome o, str where)
{
    g->out->outcome = o;
    g->out->where = where;
    return E_INVALID;
}

/* ---- headers ---- */

/* What is acted upon here; names of RFC 7515 and 7518 may not stand in crit. */
static bool is_understood(str name)
{
    static const char *const names[] = {"b64", "iat", "sigT", "sigD", "x5t#o"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (str_eq(name, str_of(names[i])))
            return true;
    return false;
}

static rc check_critical(struct judging *g)
{
    const struct json *crit = json_get(g->j->header, "crit");
    bool has_b64 = false;
    if (json_get(g->j->unprotected, "crit") || (crit && (json_type(crit) != JSON_ARRAY_ || json_count(crit) == 0)))
        return fault(g, JADES_CRITICAL, STR("crit"));
    for (size_t i = 0; i < json_count(crit); i++) {
        str name = json_str(json_at(crit, i));
        if (!name.p || !is_understood(name) || !json_get(g->j->header, name.p))
            return fault(g, JADES_CRITICAL, name.p ? name : STR("crit"));
        for (size_t k = 0; k < i; k++)
            if (str_eq(name, json_str(json_at(crit, k))))
                return fault(g, JADES_CRITICAL, name);
        has_b64 |= str_eq(name, STR("b64"));
    }
    /* who does not know b64 would read another payload (RFC 7797 section 6) */
    if (json_get(g->j->header, "b64") && !has_b64)
        return fault(g, JADES_CRITICAL, STR("b64"));
    return OK;
}

static rc read_time(struct judging *g)
{
    const struct json *iat = json_get(g->j->header, "iat"), *sig_t = json_get(g->j->header, "sigT");
    if (iat && sig_t)
        return fault(g, JADES_FORMAT, STR("sigT"));
    if (iat) {
        int64_t seconds = json_int(iat, -1);
        if (seconds < 0 || seconds > INT64_MAX / SECOND)
            return fault(g, JADES_FORMAT, STR("iat"));
        g->out->time = seconds * SECOND;
    } else if (sig_t && instant_parse(json_str(sig_t), &g->out->time) != OK) {
        return fault(g, JADES_FORMAT, STR("sigT"));
    }
    g->out->has_time = iat || sig_t;
    return OK;
}

/* ---- the certificate ---- */

static enum digest digest_named(str name)
{
    static const struct {
        const char *name;
        enum digest digest;
    } rows[] = {{"S256", DIGEST_SHA256}, {"S384", DIGEST_SHA384}, {"S512", DIGEST_SHA512}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (str_eq(name, str_of(rows[i].name)))
            return rows[i].digest;
    return DIGEST_NONE;
}

static bool digest_is(enum digest d, str bytes, str value)
{
    struct digest_value v = digest_of(d, bytes);
    return str_eq(digest_str(&v), value);
}

/* Exactly one of the references (TS 119 182-1 section 6.3); sigX5ts, for whole paths, is not read. */
static rc cert_reference(struct judging *g, enum digest *d, str *value)
{
    str s256 = json_str(json_get(g->j->header, "x5t#S256"));
    const struct json *other = json_get(g->j->header, "x5t#o");
    *d = s256.p ? DIGEST_SHA256 : digest_named(json_str(json_get(other, "digAlg")));
    str text = s256.p ? s256 : json_str(json_get(other, "digVal"));
    if ((s256.p && other) || !text.p)
        return fault(g, JADES_FORMAT, STR("x5t#S256"));
    if (*d == DIGEST_NONE)
        return fault(g, JADES_ALGORITHM, STR("x5t#o"));
    if (jades_unbase64url(g->a, text, value) != OK)
        return fault(g, JADES_FORMAT, STR("x5t#S256"));
    return OK;
}

static rc find_signer(struct judging *g)
{
    enum digest d;
    str value;
    TRY(cert_reference(g, &d, &value));
    if (g->j->n_certs > 0) { /* the first is the signer's (RFC 7515 section 4.1.6) */
        if (!digest_is(d, g->j->certs[0]->der, value))
            return fault(g, JADES_CERT_MISMATCH, STR("x5t#S256"));
        g->out->cert = g->j->certs[0];
    }
    for (size_t i = 0; !g->out->cert && i < g->n_pool; i++)
        if (digest_is(d, g->pool[i]->der, value))
            g->out->cert = g->pool[i];
    if (!g->out->cert)
        return fault(g, JADES_NO_CERTIFICATE, STR_EMPTY);
    return OK;
}

/* ---- the content ---- */

static rc judge_file(struct judging *g, enum digest d, str name, str value_text)
{
    BUF_SCOPED text = BUF_INIT(2 * (size_t)JADES_BYTES_MAX);
    str value, hashed;
    if (!name.p || !value_text.p || jades_unbase64url(g->a, value_text, &value) != OK)
        return fault(g, JADES_FORMAT, STR("sigD"));
    size_t i = jades_file(&g->files, name);
    if (i == g->files.n)
        return fault(g, JADES_NO_CONTENT, name);
    if (g->out->covered[i])
        return fault(g, JADES_FORMAT, STR("sigD"));
    TRY(jades_octets(g->j, g->files.v[i].bytes, &text, &hashed)); /* TS 119 182-1 section 5.2.8.3.3 */
    if (!digest_is(d, hashed, value))
        return fault(g, JADES_DIGEST_MISMATCH, name);
    g->out->covered[i] = true;
    return OK;
}

static rc judge_sig_d(struct judging *g, const struct json *sig_d)
{
    const struct json *names = json_get(sig_d, "pars"), *values = json_get(sig_d, "hashV");
    enum digest d = digest_named(json_str(json_get(sig_d, "hashM")));
    size_t n = json_count(names);
    if (!str_eq(json_str(json_get(sig_d, "mId")), STR(JADES_BY_URI_HASH)) || json_type(names) != JSON_ARRAY_ ||
        n == 0 || json_type(values) != JSON_ARRAY_ || json_count(values) != n || n > JADES_FILES_MAX ||
        g->j->payload_text.n > 0)
        return fault(g, JADES_FORMAT, STR("sigD"));
    if (d == DIGEST_NONE)
        return fault(g, JADES_ALGORITHM, STR("hashM"));
    g->out->detached = true;
    for (size_t i = 0; i < n; i++)
        TRY(judge_file(g, d, json_str(json_at(names, i)), json_str(json_at(values, i))));
    return OK;
}

static rc put_payload(struct judging *g, struct buf *input)
{
    BUF_SCOPED room = BUF_INIT(2 * (size_t)JADES_BYTES_MAX);
    const struct json *sig_d = json_get(g->j->header, "sigD");
    str payload;
    if (sig_d)
        return judge_sig_d(g, sig_d);
    rc r = jades_payload(g->j, &g->files, &room, &payload);
    if (r == E_NOTFOUND)
        return fault(g, JADES_NO_CONTENT, STR_EMPTY);
    if (r == OK && g->j->payload_text.n == 0)
        g->out->covered[0] = true;
    buf_put(input, payload);
    return r;
}

static rc judge_signature(struct judging *g)
{
    BUF_SCOPED input = BUF_INIT(3 * (size_t)JADES_BYTES_MAX);
    BUF_SCOPED der = BUF_INIT(PKEY_SIGNATURE_MAX);
    const struct pkey *key = g->out->cert->key;
    enum pkey_kind kind = key ? pkey_kind(key) : PKEY_NONE;
    str alg = json_str(json_get(g->j->header, "alg")), value = g->j->signature;
    if (!alg.p || !key || !jades_alg_read(alg, kind, &g->out->scheme))
        return fault(g, JADES_ALGORITHM, STR("alg"));
    buf_put(&input, g->j->protected_text);
    buf_putc(&input, '.');
    TRY(put_payload(g, &input));
    TRY(buf_rc(&input));
    if (kind != PKEY_RSA && kind != PKEY_ED25519) {
        if (pkey_der_from_raw(kind, value, &der) != OK)
            return fault(g, JADES_SIGNATURE_WRONG, STR_EMPTY);
        value = buf_str(&der);
    }
    if (pkey_verify(key, g->out->scheme, buf_str(&input), value) != OK)
        return fault(g, JADES_SIGNATURE_WRONG, STR_EMPTY);
    g->out->outcome = JADES_VALID;
    return OK;
}

static rc judge(struct judging *g)
{
    TRY(check_critical(g));
    TRY(read_time(g));
    TRY(find_signer(g));
    return judge_signature(g);
}

rc jades_verify(struct arena *a, const struct jades *j, const struct sign_data *files, size_t n_files,
                struct cert *const *pool, size_t n_pool, struct jades_check *out)
{
    struct judging g = {a, j, {files, n_files}, pool, n_pool, out};
    *out = (struct jades_check){.outcome = JADES_FORMAT, .covered = ARENA_ARRAY(a, n_files + 1, bool)};
    if (!out->covered)
        return arena_failed(a);
    rc r = judge(&g);
    TRY(arena_rc(a)); /* what could not be kept must not look like what is missing */
    return r == E_INVALID ? OK : r;
}

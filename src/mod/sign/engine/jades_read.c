#include "mod/sign/engine/jades_impl.h"

struct reading {
    struct arena *a;
    struct jades *j;
    struct err *err;
};

static rc wrong(struct reading *r, const char *where)
{
    return ERR(r->err, E_INVALID, "SIG-401", N_("This is no JSON signature that can be read: {1} is missing or wrong."),
               str_of(where));
}

/* What json_parse() says of the inside would point into text that nobody has seen: only our own words go out. */
static rc parse_inside(struct reading *r, str text, const char *where, const struct json **out)
{
    rc parsed = json_parse(r->a, text, JADES_HEADER_MAX, out, NULL);
    if (parsed == E_NOMEM)
        return parsed;
    if (parsed != OK || json_type(*out) != JSON_OBJECT_)
        return wrong(r, where);
    return OK;
}

static rc decode(struct reading *r, str text, const char *where, str *out)
{
    rc decoded = jades_unbase64url(r->a, text, out);
    return decoded == E_INVALID ? wrong(r, where) : decoded;
}

static rc read_compact(struct reading *r, str bytes)
{
    str rest = bytes;
    r->j->protected_text = str_cut(&rest, '.');
    if (!rest.p)
        return wrong(r, "protected");
    /* with b64 false the payload may hold anything but a dot (RFC 7797 section 5.2) */
    r->j->payload_text = str_cut(&rest, '.');
    if (!rest.p || str_chr(rest, '.') >= 0)
        return wrong(r, "signature");
    r->j->signature_text = rest;
    return OK;
}

static rc read_flattened(struct reading *r, str bytes)
{
    static const char *const known[] = {"payload", "protected", "signature", "header"};
    const struct json *all, *value;
    str key;
    TRY(json_parse(r->a, bytes, JADES_BYTES_MAX, &all, r->err));
    for (size_t i = 0; json_member(all, i, &key, &value); i++) {
        bool is_known = false;
        for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
            is_known |= str_eq(key, str_of(known[k]));
        if (!is_known)
            return wrong(r, "flattened JSON"); /* "signatures": several could be believed for each other */
    }
    str payload = json_str(json_get(all, "payload"));
    r->j->protected_text = json_str(json_get(all, "protected"));
    r->j->signature_text = json_str(json_get(all, "signature"));
    r->j->unprotected = json_get(all, "header");
    r->j->payload_text = payload.p ? payload : STR_EMPTY;
    if (!r->j->protected_text.p || !r->j->signature_text.p || (json_get(all, "payload") && !payload.p) ||
        (r->j->unprotected && json_type(r->j->unprotected) != JSON_OBJECT_))
        return wrong(r, "protected");
    return OK;
}

/* RFC 7515 section 4: no name in both headers. */
static rc check_disjoint(struct reading *r)
{
    const struct json *value;
    str key;
    for (size_t i = 0; json_member(r->j->unprotected, i, &key, &value); i++)
        if (json_get(r->j->header, key.p))
            return wrong(r, "header");
    return OK;
}

static rc read_certs(struct reading *r)
{
    const struct json *list = json_get(r->j->header, "x5c");
    size_t n = json_count(list);
    if (!list)
        return OK;
    if (json_type(list) != JSON_ARRAY_ || n == 0 || n > JADES_CERTS_MAX)
        return wrong(r, "x5c");
    r->j->certs = ARENA_ARRAY(r->a, n, struct cert *);
    if (!r->j->certs)
        return arena_failed(r->a);
    for (size_t i = 0; i < n; i++) {
        BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
        str text = json_str(json_at(list, i));
        rc read = text.p ? buf_unbase64(&der, text) : E_INVALID;
        if (read == OK)
            read = cert_read(r->a, buf_str(&der), &r->j->certs[r->j->n_certs++], NULL);
        if (read != OK)
            return read == E_NOMEM ? read : wrong(r, "x5c");
    }
    return OK;
}

static rc read_payload(struct reading *r)
{
    const struct json *b64 = json_get(r->j->header, "b64");
    if (b64 && json_type(b64) != JSON_BOOL)
        return wrong(r, "b64");
    r->j->b64 = json_bool(b64, true);
    if (r->j->b64)
        return decode(r, r->j->payload_text, "payload", &r->j->payload);
    r->j->payload = r->j->payload_text;
    return OK;
}

rc jades_read(struct arena *a, str bytes, struct jades **out, struct err *err)
{
    struct reading r = {a, ARENA_NEW(a, struct jades), err};
    str header = STR_EMPTY, text = str_trim(bytes);
    if (!r.j)
        return arena_failed(a);
    if (bytes.n > JADES_BYTES_MAX)
        return ERR(err, E_LIMIT, "SIG-402", N_("The JSON signature is too large."));
    if (str_starts(text, STR("{")))
        TRY(read_flattened(&r, text));
    else
        TRY(read_compact(&r, text));
    TRY(decode(&r, r.j->protected_text, "protected", &header));
    TRY(parse_inside(&r, header, "protected", &r.j->header));
    TRY(check_disjoint(&r));
    TRY(decode(&r, r.j->signature_text, "signature", &r.j->signature));
    TRY(read_payload(&r));
    TRY(read_certs(&r));
    *out = r.j;
    return OK;
}

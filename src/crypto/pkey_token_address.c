/* Where a key is: PKCS#11 URIs (RFC 7512). */
#include "crypto/pkey_token.h"

#define SCHEME "pkcs11:"

static const char system_modules[] = "libp11-kit.so.0"; /* p11-kit-proxy.so by its other name, which is always there */

bool token_is_address(str text)
{
    return str_starts(text, STR(SCHEME));
}

static rc not_understood(struct err *err, str part)
{
    return ERR(err, E_INVALID, "KEY-007", N_("The address of the key is not understood at {1}."), part);
}

/* NAME=VALUE in percent-encoding, into the place of that name. */
struct place {
    const char *name;
    str *value;
};

static rc read_part(struct arena *a, str part, const struct place *places, size_t n, struct err *err)
{
    BUF_SCOPED b = BUF_INIT(TOKEN_NAME_MAX);
    str value = part;
    str name = str_cut(&value, '=');
    size_t i = 0;
    while (i < n && !str_eq(name, str_of(places[i].name)))
        i++;
    if (!value.p || i == n || places[i].value->n > 0 || buf_unurl(&b, value) != OK || b.n == 0)
        return not_understood(err, part);
    if (memchr(b.p, '\0', b.n) && !str_eq(name, STR("id"))) /* all others are text */
        return not_understood(err, part);
    *places[i].value = arena_str(a, buf_str(&b));
    return arena_rc(a);
}

static rc read_parts(struct arena *a, str parts, char separator, const struct place *places, size_t n, struct err *err)
{
    while (parts.p) {
        str part = str_cut(&parts, separator);
        if (part.n > 0)
            TRY(read_part(a, part, places, n, err));
    }
    return OK;
}

rc token_address(struct arena *a, str text, struct token_address *out, struct err *err)
{
    str type = STR_EMPTY, module = STR_EMPTY;
    struct token_options *t = &out->token;
    const struct place path[] = {
        {"token", &t->label},    {"serial", &t->serial}, {"model", &t->model}, {"manufacturer", &t->manufacturer},
        {"object", &out->label}, {"id", &out->key_id},   {"type", &type}};
    const struct place query[] = {{"module-path", &module}, {"pin-value", &t->pin}, {"pin-source", &out->pin_file}};
    str rest = str_sub(text, sizeof SCHEME - 1, SIZE_MAX);
    str first = str_cut(&rest, '?');
    *out = (struct token_address){.token = {.module = system_modules}};
    TRY(read_parts(a, first, ';', path, sizeof path / sizeof path[0], err));
    TRY(read_parts(a, rest, '&', query, sizeof query / sizeof query[0], err));
    if (type.n > 0 && !str_eq(type, STR("private")))
        return not_understood(err, type);
    if (out->label.n == 0 && out->key_id.n == 0)
        return not_understood(err, STR("object"));
    if (module.n > 0)
        t->module = module.p;
    if (str_starts(out->pin_file, STR("file:"))) {
        out->pin_file = str_sub(out->pin_file, 5, SIZE_MAX);
        if (str_starts(out->pin_file, STR("//"))) /* without an authority: the path begins with the third slash */
            out->pin_file = str_sub(out->pin_file, 2, SIZE_MAX);
    } else if (str_starts(out->pin_file, STR("|"))) { /* a command to run */
        return not_understood(err, out->pin_file);
    }
    return OK;
}

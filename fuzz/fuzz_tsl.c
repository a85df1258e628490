#include "fuzz.h"
#include "mod/sign/engine/test_keys.h"
#include "mod/sign/engine/tsl.h"
#include "mod/sign/engine/xades.h"

static rc sign(struct arena *a, str xml, struct cert *operator_, struct buf *out)
{
    const instant time = INT64_C(1796000000) * SECOND;
    const struct sign_data data = {.mime = STR("application/xml"), .bytes = xml};
    struct pkey *key;
    struct err err = {0};
    HOLDS(pkey_read(str_of(test_p256_key), STR_EMPTY, &key, &err) == OK && pkey_in(a, key) == OK);
    const struct xades_request r = {
        .form = XADES_ENVELOPED, .key = key, .cert = operator_, .time = time, .data = &data, .n_data = 1};
    return xades_make(a, &r, out, &err);
}

/* A list that its operator signed, whatever is in it: what is read is in order, everything else has a reason. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct err err = {0};
    struct tsl *l = NULL;
    struct cert **operators;
    size_t n;
    BUF_SCOPED list = BUF_INIT(1 << 24);
    struct arena *a = arena_new(1 << 27);
    HOLDS(a);
    HOLDS(cert_read_all(a, str_of(test_p256_pem), 1, &operators, &n, &err) == OK);
    bool is_signed = sign(a, str_n(data, size), operators[0], &list) == OK;
    rc r = tsl_read(a, is_signed ? buf_str(&list) : str_n(data, size), operators, n, &l, &err);
    HOLDS(r == OK || err.main.msgid || arena_rc(a) != OK);
    for (size_t i = 0; r == OK && i < l->n; i++) {
        const struct tsl_service *s = &l->services[i];
        HOLDS(s->cert && s->use != USE_ANY && s->n_periods > 0);
        for (size_t k = 1; k < s->n_periods; k++)
            HOLDS(s->periods[k - 1].from >= s->periods[k].from);
    }
    arena_free(a);
    return 0;
}

#include "crypto/crl.h"
#include "fuzz.h"

/* A list that can be read answers for any serial, and only for that one. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(1 << 22);
    struct crl *c = NULL;
    struct crl_entry e;
    if (crl_read(a, str_n(data, size), &c, NULL) == OK) {
        for (unsigned serial = 0; serial < 256; serial++) {
            const unsigned char one = (unsigned char)serial;
            if (crl_find(c, str_n(&one, 1), c->issuer, &e))
                HOLDS(e.serial.n == 1 && (unsigned char)e.serial.p[0] == serial && e.reason <= CRL_REASON_LAST);
        }
        HOLDS(!crl_is_delta_of(c, c));
        HOLDS(dist_point_same(&c->scope, &c->scope));
    }
    arena_free(a);
    return 0;
}

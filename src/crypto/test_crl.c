/* Large revocation lists; crypto/test_pkits.c has the awkward ones, crypto/test_revocation.c what they mean. */
#include "test_pki.h"

/* A million entries in any order: each is found, its neighbours are not. */
START_TEST(a_large_list)
{
    enum { MANY = 1000000 };
    struct pki k = pki_open(PKEY_P256);
    struct crl_revoked *v = calloc(MANY, sizeof *v);
    unsigned char(*serials)[8] = calloc(MANY, sizeof *serials);
    ck_assert(v && serials);
    for (uint32_t i = 0; i < MANY; i++) {
        uint64_t odd =
            (uint64_t)i * 0x9e3779b97f4a7c15U | 1; /* all different: an odd factor, only the last bit is set */
        odd = (odd & ~UINT64_C(1)) | 1;
        for (size_t b = 0; b < 8; b++)
            serials[i][b] = (unsigned char)(odd >> 8 * (7 - b));
        serials[i][0] = (unsigned char)((serials[i][0] & 0x3f) | 0x40);
        v[i] = (struct crl_revoked){str_n(serials[i], 8), PKI_NOW - DAY, (enum crl_reason)(i % 2)};
    }
    const struct crl_profile p = {.this_update = PKI_NOW, .next_update = PKI_NOW + DAY, .number = 1};
    BUF_SCOPED der = BUF_INIT(CRL_BYTES_MAX);
    struct crl *c = NULL;
    struct err err = {0};
    struct crl_entry e;
    t_ok(crl_make(&p, v, MANY, k.ca, k.ca_key, &der));
    t_ok(crl_read(k.a, buf_str(&der), &c, &err));
    ck_assert_uint_eq(c->n, MANY);
    ck_assert(crl_signed_by(c, k.ca));
    for (uint32_t i = 0; i < MANY; i += 97) {
        t_loop(crl_find(c, v[i].serial, k.ca->subject, &e));
        serials[i][7] ^= 1; /* even */
        t_loop(!crl_find(c, v[i].serial, k.ca->subject, &e));
    }
    free(v);
    free(serials);
    pki_close(&k);
}
END_TEST

T_MAIN("crypto/crl", a_large_list)

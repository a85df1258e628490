/* The page of the site's certification authorities. */
#ifndef RISE_SIGN_TRUST_PAGES_CA_H
#define RISE_SIGN_TRUST_PAGES_CA_H
#include "web/html.h"

struct ca_service {
    id authority;
    bool tsa;         /* else OCSP */
    str name, policy; /* of its certificate, for people; of time-stamps */
    instant until;
};
struct ca_row {
    str name;          /* in addresses */
    str title, issuer; /* for people */
    str subject;       /* the whole distinguished name */
    str sha256, key;
    bool is_root;
    instant from, until;
    int64_t list_number; /* 0: no list yet */
    instant list_from, list_until;
    const struct ca_service *services;
    size_t n_services;
};
struct ca_page {
    const struct ca_row *rows;
    size_t n;
    str base;           /* the site's address: http://… */
    bool presigned;     /* OCSP answers are signed beforehand */
    int64_t ocsp_hours; /* how long one is current */
};
#endif

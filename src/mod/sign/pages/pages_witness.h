/* Recording while signing: the signer's page, and what the room's party sees of it afterwards. */
#ifndef RISE_SIGN_PAGES_WITNESS_H
#define RISE_SIGN_PAGES_WITNESS_H
#include "mod/sign/rooms/witness.h"
#include "web/route.h"

extern const struct route_table sign_witness_routes, sign_witness_owner_routes;

struct record_page {
    const struct room *room;
    const struct signer *signer;
    str token, asked; /* asked: "video,voice,…" */
    str party;        /* who sees it */
    int64_t years;    /* how long it is kept, rounded up */
    bool may_record;  /* it is their turn */
    bool done;        /* recorded, and still fresh: on to signing */
    bool hosted;      /* the device belongs to the room's party: on to the next person */
    const struct input_spec *meet;
};
static inline bool record_asks(const struct record_page *p, enum witness_kind k)
{
    return (p->signer->witness & (INT64_C(1) << k)) != 0;
}

struct witness_line { /* one item of one recording */
    const struct witness_item *item;
    enum witness_state state;
    const struct witness_listed *listed; /* NULL: the manifest cannot be read */
};
struct witness_section {
    struct witness_report report;
    str signer;
    struct witness_line lines[WITNESS_KINDS];
    str hash, previous; /* hex */
};
struct witness_page {
    const struct room *room;
    str path; /* of the room's page */
    const struct witness_section *v;
    size_t n;
    const struct witness_access *accesses;
    size_t n_accesses;
    const struct input_spec *why;
};
struct witness_opened_page {
    const struct room *room;
    str path; /* of the room's page */
    const struct witness_item *item;
    str signer;
    id access;
    str text; /* of an item that is text */
};
struct here_page {
    const struct room *room;
    str path;               /* of the room's page */
    const struct signer *v; /* whose turn it is */
    size_t n;
};
const char *witness_state_label(enum witness_state s); /* msgids */
const char *witness_state_colour(enum witness_state s);
const char *witness_binding_label(enum witness_binding b);
#endif

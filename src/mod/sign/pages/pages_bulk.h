/* Pages of bulk sendings. */
#ifndef RISE_SIGN_PAGES_BULK_H
#define RISE_SIGN_PAGES_BULK_H
#include "mod/sign/pages/pages_rooms.h"
#include "mod/sign/rooms/bulk.h"

extern const struct route_table sign_bulk_routes;

struct bulk_new_page {
    const struct input_spec *spec;
    struct options templates;
    const struct room_row *template; /* for their samples */
    size_t n_templates;
    const struct bulk *latest;
    size_t n;
    struct import_report report; /* .bad > 0: the list was refused */
};
struct bulk_page {
    struct bulk bulk;
    int percent;
    str events; /* of the job's progress; "" none */
    const struct bulk_row *rows;
    size_t n;
    struct pages pages;
};
const char *bulk_row_words(const struct ctx *c, const struct bulk_row *r); /* why it was not sent */
const char *bulk_state_label(str state);                                   /* msgid */
#endif

/* Pages of signing rooms for those who send documents: list, draft in four steps, a room on its way, templates. */
#ifndef RISE_SIGN_PAGES_ROOMS_H
#define RISE_SIGN_PAGES_ROOMS_H
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/room.h"
#include "web/components.h"
#include "web/route.h"

extern const struct route_table sign_rooms_routes, sign_room_draft_routes, sign_room_people_routes,
    sign_room_place_routes, sign_room_send_routes, sign_room_routes, sign_template_routes;

/* Of this request's path, the caller's own; in `tx`. */
rc room_of_page(struct ctx *c, struct tx *tx, struct room *out);
rc signer_of_page(struct ctx *c, struct tx *tx, const struct room *r, struct signer *out);
/* 303 to a page of the room, with a note. */
rc room_back(struct ctx *c, id room, const char *where, const char *note);
const char *room_path(const struct ctx *c, id room); /* /sign/rooms/ID */
const char *room_state_colour(str state);
const char *signer_state_label(const struct signer *s); /* msgid */
const char *signer_state_colour(const struct signer *s);
str room_event_detail(const struct room_event *e); /* levels of signatures by their standard's names */
/* 1/100 point as millimetres and back, for people. */
int64_t mm_of(int64_t hundredths);
int64_t hundredths_of(int64_t mm);

struct rooms_page {
    const struct input_spec *spec;
    bool templates;
    const struct room_row *rows;
    size_t n;
    struct pages pages;
    int64_t all; /* rooms of the party in any state */
    bool filtered;
};
struct room_new_page {
    const struct input_spec *spec;
    bool template;
    const struct room_row *templates;
    size_t n_templates;
};
/* A draft or template, in one of its steps. */
struct draft_page {
    struct room room;
    enum room_step step;
    const char *path; /* /sign/rooms/ID */
    str file_name;
    int64_t pages;
    bool is_signed;
    const struct signer *signers;
    size_t n;
    const struct room_field *fields;
    size_t n_fields;
    const struct room_lack *lacks;
    size_t n_lacks;
    const struct exclusion_hit *hits;
    size_t n_hits;
    const struct objection *objections; /* of its people, who asked for paper before */
    size_t n_objections;
    bool has_offer;
    struct offer offer; /* of the electronic form, when has_offer */
    const struct input_spec *spec, *file_spec;
    /* people: the one being changed */
    struct signer signer;
    /* fields: the one being changed, and the choices of the form */
    struct room_field field;
    struct options who;
    instant until; /* when it would end */
};
struct room_shown {
    struct room room;
    const char *path;
    const struct signer *signers;
    size_t n;
    str *other_names; /* of the signers: signer_other_name() */
    const struct room_event *events;
    size_t n_events;
    int64_t to_act, acted;
    bool may_remind;
    const struct input_spec *reason, *title, *correct, *extend;
    struct signer signer; /* whose address is corrected; id 0 none */
};
static inline bool room_records(const struct room_shown *p)
{
    for (size_t i = 0; i < p->n; i++)
        if (p->signers[i].witness != 0)
            return true;
    return false;
}
struct use_page {
    const struct input_spec *spec;
    struct room room;
    const char *path;
    const struct signer *signers;
    size_t n;
};
/* The name of a person's input on the page that uses a template: "name-3". */
const char *use_field(const char *what, size_t i);
/* Colours that tell signers apart; each has its number beside it. */
enum { SIGNER_COLOURS = 8 };
size_t signer_number(const struct draft_page *p, id signer); /* from 1; 0 none */
str signer_called(const struct signer *s);                   /* name, or the part in a template */
#endif

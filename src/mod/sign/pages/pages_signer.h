/* Pages of a signer, who comes by the link in a mail and has no account. /sign/s/TOKEN shows, by how far things are,
 * an invitation, the document with what is to be filled in, or what became of it.
 *
 * Nothing is recorded by opening the link: mail scanners do that, too. The invitation has a button. */
#ifndef RISE_SIGN_PAGES_SIGNER_H
#define RISE_SIGN_PAGES_SIGNER_H
#include "mod/sign/rooms/card.h"
#include "mod/sign/rooms/room.h"
#include "mod/sign/rooms/witness.h"
#include "web/route.h"

extern const struct route_table sign_signer_routes, sign_signer_key_routes, sign_signer_leave_routes;
extern const struct route_table sign_signer_card_routes;

/* Where a signer is. */
enum signer_at {
    SIGNER_INVITED,   /* has not opened it yet */
    SIGNER_FILLS_IN,  /* may sign */
    SIGNER_WAITS,     /* others first */
    SIGNER_SIGNED,    /* others or the seal are awaited */
    SIGNER_FINISHED,  /* everything is done */
    SIGNER_DECLINED,  /* by them */
    SIGNER_PASSED_ON, /* by them */
    SIGNER_ENDED,     /* refused by somebody else, ended by the sender, out of time */
};
struct signer_field {
    const char *name; /* of the form's field */
    const struct room_field *field;
    str value;    /* as typed */
    bool is_last; /* of what is to be filled in */
};
struct signer_page {
    const struct input_spec *spec;
    str path; /* /sign/s/TOKEN */
    enum signer_at at;
    struct room room;
    struct signer signer;
    str sender, sender_name; /* organisation; person */
    str file_name;
    int64_t file_size;
    struct signer_field *fields; /* to be filled in; without those that show the signature */
    size_t n;
    int64_t pad_width, pad_height; /* of the signature, to be drawn in this shape; 0: it is not seen */
    str ink;
    bool own_key; /* certificate, card */
    bool records; /* recordings are asked for and missing */
    bool can_pass_on;
    const struct signer *people;
    size_t n_people;
    str delegate; /* who acts instead */
    str refused_by, end_reason;
    /* own key */
    struct seal_asked asked;
    str to_sign; /* base64 */
};

/* ---- pages_signer_card.c: by card or phone ---- */
struct signer_card_page {
    struct signer_page p;
    struct card_request request;
    bool simulated;
};
rc signer_card_begin(struct ctx *c, struct tx *tx, const struct signer_page *p); /* after seal_fill_in() */

/* .absent of the signer's routes: what to do when the link is wrong. */
rc signer_wrong_link(struct ctx *c);
/* Of this request's token, in `tx`. RM-009 as signer_of_link() */
rc signer_page_of(struct ctx *c, struct tx *tx, struct signer_page *p);
rc signer_page_fields(struct ctx *c, struct tx *tx, struct signer_page *p); /* what is to be filled in */
struct room_from signer_from(const struct ctx *c);
/* Who holds this request's link. E_NOTFOUND RM-009 instead of E_AUTH: nobody could sign in to get a valid one. */
rc signer_of_link(const struct ctx *c, struct tx *tx, struct room *room, struct signer *signer);
rc signer_back(struct ctx *c, const char *where, const char *note); /* 303 to /sign/s/TOKEN + where */

/* The form's values, parallel to the signer's fields; p->fields must have been read. */
extern const struct input_spec signer_sign_in;
rc signer_filled(struct ctx *c, struct tx *tx, const struct signer_page *p, struct seal_filled *out);
#endif

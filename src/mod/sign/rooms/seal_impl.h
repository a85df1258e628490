/* Private to sealing: what its files (seal_*.c) share. */
#ifndef RISE_SIGN_SEAL_IMPL_H
#define RISE_SIGN_SEAL_IMPL_H
#include "core/document.h"
#include "mod/sign/engine/pades.h"
#include "mod/sign/engine/pdf_page.h"
#include "mod/sign/rooms/room.h"
#include "mod/sign/trust/serve.h"
#include "mod/sign/trust/trust.h"

enum {
    SEAL_FILE_MAX = 128 << 20, /* bytes: the uploaded file with everything that is appended until it is finished */
    SEAL_ARENA = 512 << 20,
};

/* ---- names in the PDF (seal_record.c) ---- */
str seal_pdf_name(struct arena *a, const char *kind, id of); /* "field-0123…"; p == NULL: see arena_rc() */
#define SEAL_FIELD  "field"                                  /* of a room's field */
#define SEAL_RECORD "record"                                 /* a signer's row on the page with the record of signing */
#define SEAL_SIGN   "sign" /* the signature field in that row, of somebody who has no field for it elsewhere */
/* Where this signer's cryptographic signature goes: the first of their fields to be signed; NULL: they have none, so
 * their row of the record. Further ones only show it. */
const struct room_field *seal_main_field(const struct room_field *f, size_t n, id signer);
/* The signer whose row it is: the one that was invited first, when they passed it on. */
const struct signer *seal_row_owner(const struct signer *v, size_t n, const struct signer *s);
/* How large that row is, in 1/100 point; `beside`: with the signature field in it. */
void seal_row_size(bool beside, int32_t *width, int32_t *height);
enum { SEAL_BESIDE_WIDTH = 15000 /* of that signature; as high as the row */ };

/* ---- one signing (seal_fill.c) ---- */
struct sealing {
    struct act own; /* with an arena of its own: a file and its parts are larger than what a request's arena holds */
    const struct act *x; /* &own */
    struct app *app;
    struct room room;
    struct signer signer;
    struct signer *all; /* of the room */
    size_t n_all;
    struct room_field *field; /* this signer's */
    size_t n_field;
    str other_name; /* signer_other_name() of a certificate of their own; "" none */
    str attribute;  /* what was recorded, to be bound in; p == NULL: nothing */
    struct document document;
    str file; /* its bytes */
    struct pdf_doc *pdf;
};
/* Whether they may sign now, and the file. To be closed in any case. RM-002, RM-010, RM-015 (not with this level), and
 * what the parts beside say. */
rc sealing_open(const struct act *x, struct app *app, id signer, bool own_key, struct sealing *out);
void sealing_close(struct sealing *s);
/* Looks and values of what they filled in; keeps the values. RM-014, RM-020, RM-021 */
rc sealing_place(struct sealing *s, const struct seal_filled *f, struct pdf_place *out);
/* The file with `tail` is the room's from now on. `why`: no higher than B-B because of that; NULL: as intended. */
rc sealing_keep(struct sealing *s, str tail, const struct sign_raised *made, const struct cert *cert,
                const struct room_from *from);
struct pades_extra sealing_extra(const struct sealing *s);

/* ---- certificates for one signature (seal_once.c) ---- */
struct seal_once {
    struct cert *chain[TRUST_AUTHORITIES_MAX]; /* its issuers, without the root */
    size_t n_chain;
    struct cert *cert;
    struct pkey *key;
    struct cms_signer *signer;
};
/* For a fresh key. `email` may be empty. Everything lives in the act's arena; the key is destroyed with
 * seal_once_end(), at the latest with the arena. RM-019, CA-006 */
rc seal_once_make(const struct act *x, const struct app *app, enum trust_profile profile, str name, str email,
                  struct seal_once *out);

/* ---- time-stamps and revocation data (seal_net.c) ---- */
struct seal_net {
    struct app *app;
    struct tx *tx;
    struct trust_services *services; /* NULL: there are none */
    struct trust_authority *own;
    size_t n_own;
    struct cert **pool; /* the authorities' certificates */
    bool online;        /* may ask elsewhere; else what this installation can say by itself */
    struct sign_net net;
};
/* Ended by seal_net_close(), before the tx. */
rc seal_net_open(struct app *app, struct tx *tx, struct arena *a, bool online, struct seal_net *out);
void seal_net_close(struct seal_net *n);
struct sign_raise seal_net_raise(const struct seal_net *n, enum sign_level level);
void seal_pdf_id(uint8_t out[PDF_ID_LEN]);
#endif

/* Words of the signer's pages that depend on where they are. All but _text are msgids. */
#ifndef RISE_SIGN_SIGNER_WORDS_H
#define RISE_SIGN_SIGNER_WORDS_H
#include "mod/sign/pages/pages_signer.h"

const char *signer_asks(const struct signer_page *p);       /* "You are asked to sign" */
const char *signer_verb(const struct signer_page *p);       /* of the button */
const char *signer_done_words(const struct signer_page *p); /* above the title */
const char *signer_plain_title(const struct signer_page *p);
str signer_plain_text(const struct ctx *c, const struct signer_page *p);
str signer_plain_reason(const struct signer_page *p); /* somebody's own words; "" none */
/* Of somebody who takes part. */
const char *signer_words(const struct signer_page *p, const struct signer *s);
const char *signer_colour(const struct signer_page *p, const struct signer *s);
/* Of a field. */
bool signer_is_box(const struct signer_field *f);
bool signer_is_date(const struct signer_field *f);
str signer_label(const struct ctx *c, const struct signer_field *f);
const char *signer_digest_flag(const struct signer_page *p); /* openssl's name of the digest */
/* The device belongs to the room's organisation, which hands it from one to the next. */
static inline bool signer_hosted(const struct ctx *c, const struct signer_page *p)
{
    return c->session.party != 0 && c->session.party == p->room.party && may(c, ROOM_OWNERS) &&
           str_eq(p->room.state, STR("open"));
}
#endif

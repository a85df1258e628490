/* Private to the rooms: what their files share. */
#ifndef RISE_SIGN_ROOM_IMPL_H
#define RISE_SIGN_ROOM_IMPL_H
#include "mod/sign/rooms/room.h"

enum { ROOM_WORK_MAX = 256 << 20 /* bytes of an arena that reads a file */ };

rc room_none(struct tx *tx);                                         /* RM-001 */
rc room_wrong_state(struct tx *tx);                                  /* RM-002 */
rc room_draft_begin(const struct act *x, id room, struct room *out); /* own, not sent. RM-001 … RM-003 */
rc room_touch(const struct act *x, id room);                         /* changed = now */
rc room_full(const struct act *x, int64_t most);                     /* reports RM-004 */
rc room_copy_file(const struct act *x, struct app *app, const struct room *from, id *out); /* a row of its own */
/* A row as it stands in *r; id and times are set here. */
rc room_insert(const struct act *x, struct room *r);
rc signer_insert(const struct act *x, const struct signer *s); /* s->id, s->room, s->position as given */
rc signer_check_person(const struct act *x, str name, str email);
rc room_below_drafts(const struct act *x, id party, bool is_template);
enum lang signer_lang(const struct signer *s);
bool signer_acts(const struct signer *s); /* signs or approves, itself */
/* RM-017 at the field "email": they would need a certificate that this installation may not make (send.c). */
rc signer_certifiable(const struct act *x, const struct signer *s);

/* Days after this one, the last one whole and Taiwan's: as people and the law count a period (民法 Art. 120, 121). */
instant room_last_moment(instant from, int64_t days);

rc room_warned(const struct act *x, const struct exclusion_hit *hit); /* reports RM-016 */

/* ---- invitations and ends (progress.c) ---- */
rc signer_invite(const struct act *x, struct app *app, const struct room *r, const struct signer *s);
rc room_next_step(const struct act *x, struct app *app, const struct room *r, bool *all_done);
/* The room ends before it was completed: everybody who did not act is stopped, those who had a mail get another. */
rc room_end(const struct act *x, struct app *app, struct room *r, const char *state, str reason);

/* ---- words to signers (mail.c) ---- */
rc mail_invite(const struct act *x, const struct app *app, const struct room *r, const struct signer *s);
rc mail_remind(const struct act *x, const struct app *app, const struct room *r, const struct signer *s);
rc mail_ended(const struct act *x, const struct app *app, const struct room *r, const struct signer *s);
rc mail_completed(const struct act *x, const struct app *app, const struct room *r, const struct signer *s);
rc mail_code(const struct act *x, const struct room *r, const struct signer *s, str code, int64_t minutes);
/* To the room's owner inside the site and by mail. {1} the room's title, {2} the signer's name, {3} `more`. */
rc tell_owner(const struct act *x, const struct room *r, const char *subject, const char *body, str who, str more);
#endif

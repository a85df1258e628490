/* The electronic form as an offer (電子簽章法 Art. 5): before somebody is asked to sign electronically they are told
 * so, may object within a period, are told that silence counts as consent, and may stop at any time; paper stays
 * possible.
 *
 *     told ── agrees ─────────────────> agreed ──┐
 *      ├───── silent to the end ─(job)─> deemed ─┼── stops ──> a row of sign_objection for all rooms of this
 * organisation └───── objects ────────────────> objected ┘             with this person, until they choose the
 * electronic form again └── agrees after all ──> agreed
 *
 * The notice goes out with the invitation: the period runs from the day after and ends with a whole day in Taiwan.
 * Silence counts only for those who were told (a row of sign_answer). What was done before a stop stays valid.
 *
 * A stop binds the organisation that it was said to, not others: what a person told one is nobody else's business.
 *
 * Ownership: results live in the arena given. Threads: as the tx. Errors:
 *   OBJ-001 E_CONFLICT the notice is still to be answered     OBJ-002 E_CONFLICT this signer objected
 *   OBJ-003 E_CONFLICT the person asked for paper             OBJ-004 E_INVALID  a period below the least allowed
 *   OBJ-005 E_INVALID  no way to object but the page          OBJ-006 E_INVALID  the text lacks what the law asks for
 *   OBJ-007 E_NOTFOUND no such text, offer or objection       OBJ-008 E_CONFLICT there is nothing to answer (any more)
 *   OBJ-009 E_LIMIT    too many versions of the text */
#ifndef RISE_SIGN_OBJECTION_H
#define RISE_SIGN_OBJECTION_H
#include "mod/sign/rooms/room.h"

enum {
    OFFER_TEXT_MAX = 4000, /* characters, as the next ones */
    OFFER_WORDS_MAX = 300,
    OFFER_CONTACT_MAX = 200,
    OFFER_DAYS_MOST = 365, /* to object */
    OFFER_TEXTS_MAX = 200, /* versions of one organisation */
    OBJECTION_REASON_MAX = 500,
    OBJECTIONS_PAGE = 25,
    OBJECTIONS_CSV_MAX = 10000,
};

rc offer_missing(struct tx *tx); /* reports OBJ-007 */

/* ---- the text and its versions (offer_text.c) ---- */
struct offer_text {
    id id, party;
    int64_t version;
    str zh, en, zh_hash, en_hash; /* hashes: hex SHA-256 of the text's bytes */
    id account;
    instant created;
};
/* What a new text begins with; also the installation's first version. */
extern const str offer_text_zh, offer_text_en;
/* A new version of the party's text; 0: the installation's, by its officers. The same text again changes nothing. */
rc offer_text_add(const struct act *x, id party, str zh, str en, id *out);          /* OBJ-006, OBJ-009 */
rc offer_text_get(struct tx *tx, id text, struct offer_text *out, struct arena *a); /* OBJ-007 */
/* The party's latest, else the installation's; `write`: else the program's own becomes the installation's. */
rc offer_text_latest(struct tx *tx, id party, struct offer_text *out, struct arena *a); /* OBJ-007 */
rc offer_text_ensure(const struct act *x, id party, struct offer_text *out);
rc offer_texts_of(struct tx *tx, id party, struct offer_text **out, size_t *n, struct arena *a); /* newest first */
/* How one version became another, line by line. */
struct text_line {
    char kind; /* ' ' both, '-' the old one only, '+' the new one only */
    str line;
};
rc text_diff(struct arena *a, str from, str to, struct text_line **out, size_t *n);

/* ---- what a room offers (offer.c) ---- */
struct offer {
    id room, party, text;
    int64_t days;
    str email, phone, post;
    str paper_where, paper_who, paper_how;
};
rc offer_of(struct tx *tx, id room, struct offer *out, struct arena *a); /* OBJ-007: none */
/* Of a draft or template of the caller's party. o->room, o->party and o->text are set here. OBJ-004, OBJ-005, RM-002 */
rc offer_set(const struct act *x, struct offer *o, id room);
rc offer_drop(const struct act *x, id room);
rc offer_forget(const struct act *x, id room);                              /* the draft itself goes */
rc offer_last(struct tx *tx, id party, struct offer *out, struct arena *a); /* to begin the next one with. OBJ-007 */
/* To a room made from another (a template), with the latest text; nothing when that one offers nothing. */
rc offer_copy(const struct act *x, id from, const struct room *to);
rc offer_log(const struct act *x, const struct room *r); /* into the public log, when the room is sent */
/* The notice for the signer's invitation, appended to `mail` in their language; they count as told. Nothing for those
 * who only get a copy, and in rooms without an offer. */
rc offer_tell(const struct act *x, const struct room *r, const struct signer *s, struct buf *mail);
/* The channels, the paper way and the period in words, as mail and evidence have them. */
void offer_terms(struct buf *out, enum lang l, const struct offer *o, instant until);

/* ---- answers (objection.c) ---- */
struct answer {
    id signer, room;
    str state; /* "" : was not told */
    id text;
    str lang;
    instant told, until, at;
    str reason;
};
extern const struct choice answer_states[];
rc answer_of(struct tx *tx, id signer, struct answer *out, struct arena *a); /* state "" when there is none */
rc answer_forget(const struct act *x, id signer);                            /* somebody else is in this place now */
rc answer_agree(const struct act *x, const struct room *r, const struct signer *s, const struct room_from *from);
rc answer_object(const struct act *x, const struct room *r, const struct signer *s, str reason,
                 const struct room_from *from);
rc answer_stop(const struct act *x, const struct room *r, const struct signer *s, str reason,
               const struct room_from *from);
/* What somebody said by telephone, mail or post, entered by the sender ("objection" or "stop"); also after the period,
 * when it was recorded late. `words`: how and when they said it, required. RM-001, RM-003, OBJ-008 */
rc answer_heard(const struct act *x, id room, id signer, const char *kind, str words);
/* Does this person wait for paper? Then nobody reminds them. */
rc objection_pauses(struct tx *tx, const struct room *r, const struct signer *s, bool *out);
/* The same as a condition on sign_room r and sign_signer s. */
#define OBJECTION_NONE                                                                                                 \
    " AND NOT EXISTS (SELECT 1 FROM sign_answer oa WHERE oa.signer = s.id AND oa.state = 'objected')"                  \
    " AND NOT EXISTS (SELECT 1 FROM sign_objection oo WHERE oo.party = r.party AND oo.email = LOWER(s.email)"          \
    " AND oo.kind = 'stop' AND oo.ended = 0)"
rc objection_job(struct job *j); /* silence to the end of the period becomes consent; exclusions that lapse soon */
rc answers_lapse(const struct act *x, int max, int *n); /* one turn of it */

/* ---- the ledger (objection_list.c) ---- */
struct objection {
    id id, room, signer;
    str room_title, name, email, kind, reason, note;
    instant at, ended, handled;
    id log_entry;
};
extern const struct choice objection_kinds[];
struct objection_query {
    id party;
    bool open; /* only those that neither ended nor were handled */
    str words; /* in name, address, title; "" all */
    int64_t offset, limit;
};
rc objections_list(struct tx *tx, const struct objection_query *q, struct objection **out, size_t *n, int64_t *total,
                   struct arena *a);
rc objections_csv(struct tx *tx, const struct objection_query *q, enum lang l, struct buf *out);
rc objection_get(struct tx *tx, id objection, id party, struct objection *out, struct arena *a); /* OBJ-007 */
rc objection_handle(const struct act *x, id objection, str note); /* what was done about it; OBJ-007 */
/* The person's latest that has not ended. E_NOTFOUND: none. */
rc objection_standing(struct tx *tx, id party, str email, struct objection *out, struct arena *a);
/* Of the people of a room: who asked for paper before. To be asked first, by other means. */
rc objections_for(struct tx *tx, const struct room *r, struct objection **out, size_t *n, struct arena *a);

/* Everything about the electronic form in this room, as a member "electronic_form" of an open JSON object: for the
 * archive. */
struct json_out;
rc objection_evidence(struct tx *tx, const struct room *r, struct json_out *o, struct arena *a);
#endif

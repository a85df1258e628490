/* Signing rooms: one PDF that several people sign, approve, or get a copy of (docs/adr/0008-signing-rooms.md).
 *
 *     draft ── send ──> open ── last signature ──> finishing ── job ──> completed
 *                        ├── a signer refuses ──> declined
 *                        ├── the owner ends it ─> voided
 *                        └── time runs out ─────> expired
 *
 *     signer: waiting ── its step begins ──> invited ──> signed, declined, delegated
 *             and `stopped` when the room ends before they acted
 *
 * The file is only appended to: sending adds empty form fields and the page with the record of signing, each signature
 * is a revision of its own, so that every one of them stays valid (ISO 32000-2, 12.8). Every event is a row with an
 * entry in the public log, and a webhook of the room's party ("sign.room.signed").
 *
 * Ownership: results live in the arena given. Threads: as the tx.
 * Errors:
 *   RM-001 E_NOTFOUND no such room, template, signer or field
 *   RM-002 E_CONFLICT not in this state
 *   RM-003 E_DENIED   not the room of the caller's party
 *   RM-004 E_LIMIT    too many signers, fields, rooms
 *   RM-005 E_INVALID  a draft that cannot be sent yet: the message says what is missing
 *   RM-006 E_INVALID  a field outside its page
 *   RM-007 E_INVALID  a file that cannot be signed (one that cannot be read: SIG-101 … SIG-109)
 *   RM-008 E_INVALID  a signer without a field to sign
 *   RM-009 E_AUTH     the link is not valid (any more)
 *   RM-010 E_CONFLICT it is not this signer's turn
 *   RM-011 E_INVALID  the code is wrong
 *   RM-012 E_LIMIT    too many codes or tries
 *   RM-013 E_CONFLICT the document has grown meanwhile
 *   RM-014 E_INVALID  a required field is empty
 *   RM-015 E_INVALID  the signature does not fit
 *   RM-016 E_CONFLICT acts on the register of exclusions: to be confirmed before sending
 *   RM-017 E_CONFLICT cannot be passed on
 *   RM-018 E_LIMIT    reminded less than an hour ago
 *   RM-019 E_UNAVAILABLE there is no certification authority to sign with
 *   RM-020 E_INVALID  a field's value that is no date
 *   RM-021 E_INVALID  a drawn signature that cannot be read
 *   RM-030 E_INVALID  the API: a file with fields, or a template
 *   RM-031 … RM-036   bulk.h */
#ifndef RISE_SIGN_ROOM_H
#define RISE_SIGN_ROOM_H
#include "core/act.h"
#include "core/app.h"
#include "core/job.h"
#include "core/module.h"
#include "mod/sign/settings.h"

enum {
    ROOM_TITLE_MAX = 200, /* characters, as the next two */
    ROOM_MESSAGE_MAX = 2000,
    ROOM_REASON_MAX = 1000,
    ROOM_FILE_MAX = 20 << 20, /* bytes */
    ROOM_PAGES_MAX = 500,
    ROOM_SIGNERS_MAX = 50,
    ROOM_FIELDS_MAX = 500,
    ROOM_VALUE_MAX = 500, /* characters of a filled field */
    ROOM_LIST_PAGE = 25,
    ROOM_DRAFTS_MAX = 500, /* drafts of a party that are not of a bulk sending; templates: as many */
    ROOM_NAME_MAX = 100,   /* characters, as the next */
    ROOM_LABEL_MAX = 200,
    ROOM_EXPIRY_LEAST = 1, /* days */
    ROOM_EXPIRY_MOST = 365,
    ROOM_REMIND_MOST = 90,
    ROOM_STEPS_MAX = ROOM_SIGNERS_MAX,
    ROOM_ROWS_MAX = 2 * ROOM_SIGNERS_MAX, /* signers with those who passed it on */
    ROOM_FIELD_LEAST = 500,               /* width and height of a field, 1/100 point */
};
/* Who may have rooms: any member of an organisation, as such. */
#define ROOM_OWNERS (AS_FIRM | AS_VENDOR | AS_TEAM | AS_OFFICER | AS_ADMIN)

struct room {
    id id, party, owner;
    bool is_template;
    id origin, bulk;
    str title, message, state, reason;
    instant expires;
    int64_t expiry_days, remind_days;
    id original, file;
    int64_t revision;
    str seal_level, seal_note;
    instant seal_retry;
    id archive;
    instant created, changed, sent, closed;
};
struct signer {
    id id, room;
    int64_t position, step;
    str role, slot, name, email, lang, level;
    bool has_card;
    int64_t witness;
    str state;
    instant invited, viewed, acted, reminded;
    int64_t reminders;
    str reason;
    id delegated_to;
    str cert, address, agent;
};
struct room_field {
    id id, signer;
    str kind;
    int64_t page, x, y, w, h; /* 1/100 point from the visible page's top left corner */
    bool required;
    str label, value;
};
struct room_event {
    id id, signer;
    str who;  /* the signer's or account's name; "" the program itself */
    str what; /* created sent invited viewed code signed declined delegated reminded voided expired completed raised …
               */
    str detail, file_hash, address, agent;
    instant at;
    id log_entry;
};
extern const struct choice room_states[], room_roles[], room_levels[], room_field_kinds[], room_events[];

/* ---- reading (room.c) ---- */
rc room_get(struct tx *tx, id room, struct room *out, struct arena *a);                         /* RM-001 */
rc room_own(const struct act *x, id room, struct room *out);                                    /* RM-001, RM-003 */
rc signers_of(struct tx *tx, id room, struct signer **out, size_t *n, struct arena *a);         /* by position */
rc signer_get(struct tx *tx, id signer, struct signer *out, struct arena *a);                   /* RM-001 */
rc room_fields_of(struct tx *tx, id room, struct room_field **out, size_t *n, struct arena *a); /* by page, then id */
rc room_events_of(struct tx *tx, id room, struct room_event **out, size_t *n, struct arena *a); /* oldest first */
struct room_query {
    id party;
    bool templates;
    const char *state; /* NULL: all */
    str words;         /* in title, signers' names and addresses; "" all */
    id bulk;           /* 0: all */
    int64_t offset, limit;
};
struct room_row {
    struct room room;
    int64_t signers, done; /* how many have to act, how many did */
    str next;              /* names of those whose turn it is, cut */
};
rc rooms_list(struct tx *tx, const struct room_query *q, struct room_row **out, size_t *n, int64_t *total,
              struct arena *a);

/* The same by the last one seen, newest first, for programs that page through all of them. */
struct rooms_after {
    id party;
    str state; /* "" all */
    id bulk;   /* 0 all */
    id after;  /* 0: from the newest */
    int64_t limit;
};
rc rooms_after(struct tx *tx, const struct rooms_after *q, struct room **out, size_t *n, bool *more, struct arena *a);

/* What happened, into history and public log; queues the webhook "sign.room.WHAT" of the room's party. */
struct room_from { /* whence a request came; both may be empty */
    str address, agent;
};
rc room_note(const struct act *x, const struct room *r, id signer, const char *what, str detail, str file_hash,
             const struct room_from *from);

/* Bytes of a room's file (room.file, room.original), in the arena, compared with their hash. DOC-004 */
rc room_file_read(struct tx *tx, struct app *app, id document, str *out, struct arena *a);

/* ---- drafts and templates (draft.c, people.c, place.c, template.c) ---- */
/* What an upload must be: a PDF that is read in one way, has pages, and may still be signed. RM-007, SIG-nnn */
struct room_file {
    str bytes;
    int64_t pages;
    bool is_signed; /* no page and no empty field may be added any more */
};
rc room_file_look(str bytes, struct room_file *out, struct err *err);
struct room_page { /* as it is seen, 1/100 point */
    int64_t width, height;
};
rc room_page_size(str file, int64_t page, struct room_page *out, struct err *err); /* page from 0 */
/* An empty title: the file's name. */
rc room_create(const struct act *x, struct app *app, bool is_template, str title, str file_name, str bytes, id *out);
struct room_words {
    str title, message;
    int64_t expiry_days, remind_days;
};
rc room_change(const struct act *x, id room, const struct room_words *w);
rc room_replace_file(const struct act *x, struct app *app, id room, str file_name,
                     str bytes);               /* fields beyond its pages go */
rc room_discard(const struct act *x, id room); /* a draft or template */
rc signer_add(const struct act *x, const struct app *app, id room, const struct signer *s, str card, id *out);
rc signer_change(const struct act *x, const struct app *app, const struct signer *s, str card);
rc signer_remove(const struct act *x, id signer);
rc signer_move(const struct act *x, id signer, bool up);
bool signer_level_ready(str level); /* passkey: not until a verifier is there */
/* The number that the card service knows the signer by. E_NOTFOUND: none */
rc signer_card(struct tx *tx, const struct app *app, id signer, struct buf *out);
/* Replaces all fields of a room that is not sent. RM-004, RM-006 */
rc room_fields_set(const struct act *x, struct app *app, id room, const struct room_field *v, size_t n);
/* A signature field for everybody who signs and has none, at the foot of the last page. */
rc room_fields_default(const struct act *x, struct app *app, id room);
rc room_to_template(const struct act *x, struct app *app, id room, str title, id *out);
/* People for the template's signers, in their order; `origin` and `bulk` are noted. */
struct room_person {
    str name, email, lang;
};
rc room_from_template(const struct act *x, struct app *app, id template, id bulk, const struct room_person *v, size_t n,
                      id *out);

/* The same document for the same people as a draft, after it ended without success or to be sent once more. Numbers of
 * cards are not taken along. */
rc room_again(const struct act *x, struct app *app, id room, id *out);

/* ---- on the way (send.c, progress.c) ---- */
/* `confirmed`: the owner has read exclusions_for() and sends it all the same; noted with each. RM-005 … RM-008, RM-016
 */
rc room_send(const struct act *x, struct app *app, id room, bool confirmed);
/* What of a draft is missing, in the order of the steps; empty: it can be sent. */
enum room_step { ROOM_STEP_FILE, ROOM_STEP_PEOPLE, ROOM_STEP_FIELDS, ROOM_STEP_SEND };
struct room_lack {
    enum room_step step; /* where it is mended */
    const char *msgid;   /* {1}: `arg` */
    str arg;
};
rc room_lacks(struct tx *tx, const struct room *r, struct room_lack **out, size_t *n, struct arena *a);
rc room_extend(const struct act *x, id room, int64_t days); /* open until the end of that day, counted from today */
rc room_void(const struct act *x, struct app *app, id room, str reason);
/* Everybody whose turn it is and who got no mail for an hour. RM-018: all did */
rc room_remind(const struct act *x, struct app *app, id room);
/* Sends a signer who has not acted their mail again, to another address if it was wrong: then with another link, and to
 * another person, who is told and asked anew. Codes are counted anew in any case. RM-017: no certificate could be made
 * for the address */
rc signer_correct(const struct act *x, struct app *app, id signer, str name, str email);
/* Of the signer, who holds the link. */
rc signer_decline(const struct act *x, struct app *app, id signer, str reason, const struct room_from *from);
rc signer_delegate(const struct act *x, struct app *app, id signer, str name, str email, str reason,
                   const struct room_from *from);
/* Called by sealing when a signature is in the file: invites the next step, or hands the room to the finishing job. */
/* A room in state `finishing` waits for the job sign.finish, which looks for such rooms. RM-002, RM-010, RM-013 */
rc room_signed(const struct act *x, struct app *app, id signer, id file, str file_hash, str cert,
               const struct room_from *from);
rc room_finished(const struct act *x, struct app *app, id room, id file, const char *level, str note, instant retry,
                 id archive); /* called by the finishing job: completed, everybody gets the link */
rc rooms_job(struct job *j);  /* expiry and reminders, by the clock */

/* ---- who comes by a link (link.c) ---- */
/* 32 bytes that nobody can make without the installation's sealing key: HMAC over the signer and when they were
 * invited. The same in every mail to them, until their address is corrected. Only its SHA-256 is stored. */
enum { ROOM_TOKEN_BYTES = 32, ROOM_TOKEN_TEXT = 43 };
rc signer_token_make(const struct act *x, const struct app *app, id signer, struct buf *token); /* base64url */
rc signer_link(const struct act *x, const struct app *app, id signer, struct buf *out);         /* …/sign/s/TOKEN */
rc signer_by_token(struct tx *tx, str token, struct room *room, struct signer *out, struct arena *a); /* RM-009 */
rc signer_viewed(const struct act *x, const struct room *r, const struct signer *s, const struct room_from *from);
rc signer_code_send(const struct act *x, struct app *app, const struct signer *s); /* RM-012 */
/* OK with another answer than CODE_GOOD for a wrong code too, so that the try is counted: the caller answers 422 and
 * lets the transaction stand. CODE_GOOD uses it up. The words of an answer: signer_code_refuse(), RM-011, RM-012. */
enum code_answer { CODE_GOOD, CODE_WRONG, CODE_OLD, CODE_SPENT };
enum { CODE_DIGITS = 6, CODE_TRIES_MAX = 5, CODES_MAX = 10 };
rc signer_code_check(const struct act *x, const struct signer *s, str code, enum code_answer *out);
void signer_code_refuse(struct err *e, enum code_answer why); /* at the field "code" */

/* ---- the file (seal_*.c) ---- */
/* Sending: form fields and the page with the record of signing behind the uploaded file. RM-007 */
rc seal_prepare(struct arena *a, const struct room *r, const struct signer *v, size_t n, const struct room_field *f,
                size_t n_fields, str file, enum lang lang, struct buf *out, struct err *err);
/* What the signer filled in: parallel to their fields in room_fields_of()'s order. */
struct seal_filled {
    const str *values;
    size_t n;
    str ink; /* the drawn signature: lines of "x,y x,y …" in 1/1000 of the field's width and height; "" the name is set
              */
};
/* Link, code: with a one-time certificate, at once. RM-010, RM-013, RM-014 */
rc seal_sign(const struct act *x, struct app *app, id signer, const struct seal_filled *f,
             const struct room_from *from);
/* With a key that is elsewhere (certificate, card): what they filled in; then `certs` DER, the signer's first, and
 * `to_sign` receives the bytes to be signed; then the signature in the form of crypto/pkey.h. RM-013: begin again;
 * RM-015 */
rc seal_fill_in(const struct act *x, struct app *app, id signer, const struct seal_filled *f);
rc seal_begin(const struct act *x, struct app *app, id signer, const str *certs, size_t n, struct buf *to_sign);
rc seal_end(const struct act *x, struct app *app, id signer, str signature, const struct room_from *from);
struct seal_asked { /* between the steps */
    instant until;
    str to_sign;        /* "" before seal_begin() */
    str key;            /* SHA-256 of the key's SubjectPublicKeyInfo, hex */
    str name, subject;  /* of the certificate: for people; the whole distinguished name */
    str other_name;     /* signer_other_name() */
    const char *digest; /* "SHA-256": what the signature hashes with */
};
rc seal_asked(struct tx *tx, id signer, instant now, struct arena *a, struct seal_asked *out); /* RM-013: nothing */
rc seal_forget(const struct act *x, id signer); /* what is between the steps */
rc seal_due(struct app *app, struct err *err);  /* one turn of the job below */
rc seal_job(struct job *j); /* sign.finish: raises the files of rooms that everybody has signed, and archives them */
#define SEAL_JOB_EVERY (2 * SECOND)

/* The name in a certificate (DER; "" none) when it is not the signer's; else "". Case, width, spaces, punctuation and
 * the order of words do not count. To be shown to signer and sender, and kept as evidence, not refused: the same person
 * may be 陳大明 and Chen Ta-Ming, or carry a name of before a marriage; a firm's certificate has the firm's name; and
 * only the sender knows whether that is whom they meant (cert_name.c). CRT-nnn */
rc signer_other_name(struct arena *a, const struct signer *s, str der, str *out, struct err *err);

/* ---- hooks of the parts beside (objection.c, witness.c) ---- */
/* Art. 5: may this signer go on electronically? E_CONFLICT OBJ-nnn: the notice is to be answered first, or they
 * objected. */
rc objection_gate(struct tx *tx, const struct room *r, const struct signer *s, struct err *err);
/* The signed attribute that binds what was recorded (DER); p == NULL: nothing is asked of this signer. E_CONFLICT
 * WIT-nnn: recordings are missing. */
rc witness_attribute(struct tx *tx, const struct signer *s, struct arena *a, str *der, struct err *err);
/* Acts on the register of exclusions that fit the room's title or file name: to be confirmed before sending. */
struct exclusion_hit {
    id id;
    str agency, act, law;
};
rc exclusions_for(struct tx *tx, const struct room *r, struct exclusion_hit **out, size_t *n, struct arena *a);

struct demo;
rc rooms_demo(struct app *app, const struct demo *world, struct err *err); /* demo.c */
#endif

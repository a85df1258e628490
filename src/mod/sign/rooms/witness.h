/* Evidence signing: what is recorded while somebody signs on a screen, bound into what they sign.
 *
 *     begin ── pieces, in order ──> end ── checks hold ──> closed: the manifest stands ── sealing ──> its hash is a
 *       └── anew: the former one is dropped      └── they do not: again, or go on as it is when the owner allows it
 *
 * The manifest is one line of JSON: of each item its kind, outcome, size, time and a salted commitment
 *
 *     commitment = SHA-256(salt ‖ bytes)          salt: 32 random bytes
 *
 * and the SHA-256 of the manifest closed before it in the same room, with the time between them: signings in a row form
 * a chain, and one that does not belong there has no place in it. SHA-256(manifest) is a signed attribute of the
 * signature (witness_attribute): whoever holds file, manifest, salt and recording proves with `openssl` and `sha256sum`
 * that they belong together. Who removes a recording forgets bytes, key and salt; commitment, manifest and signature
 * stay as they were.
 *
 * The bytes are kept in pieces, each sealed (AES-256-GCM) with the item's own key, which is itself sealed with the
 * installation's (crypto/seal.h); without the key nothing is left that could be opened, in no backup's copy either.
 *
 * What is checked where. In the page (assets/js/witness.js): face in the frame, light, lens not covered, voice. Here:
 * the kind of file by its bytes, sizes, that the time claimed fits the time that passed here, that what arrived is what
 * the page says it sent. The page's own measures are kept as its claim, under "claimed": a page can be made to lie.
 *
 * Ownership: results live in the arena given. Threads: as the tx.
 * Errors:
 *   WIT-001 E_CONFLICT recordings are missing          WIT-002 E_CONFLICT the recording is too old by now
 *   WIT-003 E_CONFLICT nothing is being recorded       WIT-004 E_INVALID  not all that is asked for was recorded
 *   WIT-005 E_INVALID  what arrived is not what was sent, or not of this kind
 *   WIT-006 E_LIMIT    longer or larger than is kept   WIT-007 E_CONFLICT a piece out of turn ({1}: the next one)
 *   WIT-008 E_NOTFOUND no such recording               WIT-009 E_CONFLICT it was removed
 *   WIT-010 E_INVALID  a manifest that cannot be read  WIT-011 E_CORRUPT  the stored recording was altered
 *   WIT-012 E_CONFLICT nothing is to be recorded of this signer, or it is not their turn
 *   WIT-013 E_INVALID  the device's clock contradicts ours
 *   WIT-014 E_INVALID  something was recorded whose checks do not hold
 *   WIT-015 E_LIMIT    a meeting was asked for less than an hour ago */
#ifndef RISE_SIGN_WITNESS_H
#define RISE_SIGN_WITNESS_H
#include "base/zip.h"
#include "crypto/hash.h"
#include "http/input.h"
#include "mod/sign/rooms/room.h"

enum witness_kind {
    WITNESS_VIDEO,
    WITNESS_VOICE,
    WITNESS_PHOTO,
    WITNESS_PLACE,
    WITNESS_DEVICE,
    WITNESS_INK, /* the strokes of the drawn signature with their times: always */
    WITNESS_KINDS,
};
/* sign_signer.witness: 1 << kind for each of the first five that the owner asks for, and this: signing may go on
 * without what cannot be recorded. The order of witness_choices, so that a form's value is the mask. */
enum { WITNESS_GO_ON = 1 << 5, WITNESS_ALL = (1 << 6) - 1 };
extern const struct choice witness_choices[];
#define WITNESS_FIELD                                                                                                  \
    {                                                                                                                  \
        .name = "witness", .type = F_CHOICES, .choices = witness_choices, .label = N_("Recorded while signing"),       \
        .hint = N_("For consents that may be disputed, in medicine for example. Tell people beforehand; ask only for " \
                   "what you need.")                                                                                   \
    }
str witness_words(struct arena *a, int64_t mask);     /* "video,voice": the field's initial value */
const char *witness_name(enum witness_kind k);        /* "video"; stable */
const char *witness_label(enum witness_kind k);       /* msgid */
const char *witness_outcome_label(str outcome);       /* msgid */
bool witness_asks(int64_t mask, enum witness_kind k); /* the strokes are part of everything that is recorded */

enum {
    WITNESS_SALT = 32,
    WITNESS_PIECE_MAX = 256 << 10, /* bytes of one upload */
    WITNESS_PIECES_MAX = 512,      /* of one item */
    WITNESS_VIDEO_MAX = 24 << 20,  /* three minutes at a phone's usual rate */
    WITNESS_VOICE_MAX = 6 << 20,
    WITNESS_PHOTO_MAX = 2 << 20,
    WITNESS_TEXT_MAX = 64 << 10, /* place, device, strokes */
    WITNESS_SECONDS_MAX = 180,
    WITNESS_TRIES = 2,          /* from this attempt on a person may go on with what failed */
    WITNESS_ATTEMPTS_MAX = 20,  /* of one signer */
    WITNESS_FRESH_MINUTES = 30, /* between recording and signature */
    WITNESS_MANIFEST_MAX = 16 << 10,
    WITNESS_REASON_MAX = 500,
};

struct witness {
    id id, room, signer;
    int64_t attempt, asked;
    str state; /* open, closed, dropped */
    str shown; /* hex SHA-256 of the file that the signer saw */
    instant started, ended;
    id previous;
    str manifest;
    struct sha256 hash;
};
struct witness_item {
    id id, witness;
    enum witness_kind kind;
    str outcome; /* open, recorded, failed (its checks did not hold; bytes may be there), refused (by person or device)
                  */
    str type;
    int64_t size, pieces;
    str salt;       /* n == 0: not closed yet, or removed */
    str commitment; /* n == 0: nothing was recorded */
    instant removed;
    str removed_by; /* "" the program */
    str removed_reason;
};

/* ---- recording (witness.c, witness_end.c) ---- */
/* A new attempt of the signer; drops the one before. WIT-006, WIT-012 */
rc witness_begin(const struct act *x, struct app *app, const struct room *r, const struct signer *s,
                 struct witness *out);
rc witness_drop_all(const struct act *x, id signer); /* of a signer: bytes, keys and salts are forgotten */
/* The next piece of an item; a piece that is there already is answered as received (the network broke off before the
 * answer). *next: the position to be sent next. WIT-003, WIT-005 … WIT-007 */
rc witness_piece(const struct act *x, struct app *app, const struct signer *s, enum witness_kind k, int64_t position,
                 str bytes, int64_t *next);
/* How many pieces of each kind are here. WIT-003 */
rc witness_received(const struct act *x, const struct signer *s, int64_t next[WITNESS_KINDS]);

struct witness_claim {   /* of one kind, by the page */
    str sha256;          /* hex, of all its bytes; "": nothing was sent, or it broke off */
    int64_t from, until; /* ms of the device's clock */
};
struct witness_measures { /* by the page; thousandths of the frames, ms; −1 not measured */
    int64_t frames, face, light, open, voice_ms, photo_face;
};
struct witness_end {
    struct witness_claim of[WITNESS_KINDS];
    struct witness_measures measured;
    int64_t from, until; /* ms of the device's clock: began, ended */
    str place;           /* "latitude,longitude,accuracy in m,ms" */
    str device, agent;   /* lines; User-Agent */
    str ink;             /* a line for each stroke: "x,y,ms x,y,ms …", 1/1000 of the pad's width and height */
    bool as_it_is;       /* the person goes on although something is missing */
};
/* What the recording's bytes hash to, read without the writer: 24 MiB are a tenth of a second of its time. */
struct witness_hashed {
    id item;        /* 0: nothing of this kind was read */
    int64_t pieces; /* as many as were there: a later piece makes it another recording */
    str salt;
    struct sha256 plain, commitment;
};
/* Of every kind that is recorded in pieces. WIT-003, WIT-011 */
rc witness_hash(struct tx *tx, struct app *app, const struct signer *s, struct witness_hashed out[WITNESS_KINDS],
                struct arena *a);
/* Checks all and writes the manifest. `hashed`, by kind, may be NULL; what does not fit any more is read again. What is
 * not as asked is reported at the field of its kind, with what to do (WIT-004, WIT-014), and leaves the recording open.
 * WIT-003, WIT-005, WIT-006, WIT-013 */
rc witness_close(const struct act *x, struct app *app, const struct room *r, const struct signer *s,
                 const struct witness_end *end, const struct witness_hashed *hashed);

/* ---- other ways (witness_ways.c) ---- */
/* Nothing can be recorded: closed at once as refused, when the owner allows it. WIT-004, WIT-012 */
rc witness_without(const struct act *x, struct app *app, const struct room *r, const struct signer *s, str agent);
/* The signer asks to sign in person instead; the owner is told, once an hour at most. WIT-012, WIT-015 */
rc witness_meeting(const struct act *x, const struct room *r, const struct signer *s, str words,
                   const struct room_from *from);
/* The owner hands their own device to a signer whose turn it is: several people one after the other. The signer's
 * token. RM-001, RM-003, RM-010 */
rc witness_here(const struct act *x, struct app *app, id room, id signer, struct buf *token, bool *records);

/* ---- reading ---- */
rc witness_of(struct tx *tx, id signer, struct witness *out, struct arena *a); /* the closed one; E_NOTFOUND WIT-008 */
rc witnesses_of(struct tx *tx, id room, struct witness **out, size_t *n, struct arena *a); /* closed, oldest first */
rc witness_items(struct tx *tx, id witness, struct witness_item out[WITNESS_KINDS], size_t *n, struct arena *a);
rc witness_item_get(struct tx *tx, id item, struct witness_item *out, struct witness *of,
                    struct arena *a); /* WIT-008 */
/* The plain bytes. For those who may and who said why: witness_open(). WIT-009, WIT-011 */
rc witness_bytes(struct tx *tx, struct app *app, const struct witness_item *i, struct buf *out);
/* The drawn signature in the form of struct seal_filled .ink. */
rc witness_ink(struct tx *tx, struct app *app, const struct signer *s, struct arena *a, str *out);

/* ---- the manifest (witness_manifest.c; pure) ---- */
struct witness_listed {
    enum witness_kind kind;
    str outcome, type;
    int64_t size;
    instant from, until; /* the device's clock */
    bool has_commitment;
    struct sha256 commitment;
};
struct witness_manifest {
    str room, signer; /* id_text */
    str document;     /* hex SHA-256 of the file that was shown */
    int64_t asked, attempt;
    instant started, ended; /* our clock, whole seconds */
    bool has_previous;
    struct sha256 previous;
    int64_t position, gap; /* in the chain, from 1; seconds since the previous one ended */
    struct witness_measures claimed;
    struct witness_listed items[WITNESS_KINDS];
    size_t n;
};
void witness_manifest_write(const struct witness_manifest *m, struct buf *out);
/* Strict: what is read is written again byte for byte, so that a manifest has one reading. WIT-010 */
rc witness_manifest_read(struct arena *a, str json, struct witness_manifest *out, struct err *err);
struct sha256 witness_commitment(str salt, str bytes);

/* 2.25.127554585334000864788147162015349692711.1: an arc of a random UUID (ITU-T X.667), which nobody has to register.
 * Value: a MessageImprint (RFC 3161) of the manifest, by SHA-256. */
extern const str oid_witness;
void witness_attribute_write(const struct sha256 *manifest, struct buf *der);
/* The revision (from 1) of a PDF whose signature holds and has this hash in its signed attributes; E_NOTFOUND: none. */
rc witness_bound(struct arena *a, str pdf, const struct sha256 *manifest, size_t *revision);

/* ---- proof (witness_check.c) ---- */
enum witness_state { WITNESS_WHOLE, WITNESS_REMOVED, WITNESS_NOTHING /* was never recorded */, WITNESS_ALTERED };
enum witness_binding { WITNESS_PENDING /* not signed yet */, WITNESS_BOUND, WITNESS_LOOSE /* signed without it */ };
struct witness_report {
    struct witness witness;
    struct witness_item items[WITNESS_KINDS];
    enum witness_state state[WITNESS_KINDS]; /* parallel to items */
    size_t n;
    struct witness_manifest manifest;
    bool manifest_whole, chain_whole;
    enum witness_binding binding;
    size_t revision; /* of the room's file, when bound */
    bool good;       /* nothing was altered, nothing is loose */
};
/* Manifest ↔ chain ↔ recordings ↔ signature, from what is stored. What is wrong is the report. */
rc witness_check(struct tx *tx, struct app *app, const struct witness *w, struct arena *a, struct witness_report *out);
/* The manifests of a room for its archive: names "witness/NN-manifest.json". Not the recordings. */
rc witness_archive(struct tx *tx, const struct room *r, struct arena *a, struct zip_entry **out, size_t *n);
extern const struct check witness_checks[]; /* rise doctor */
enum { WITNESS_CHECKS = 1 };

/* ---- keeping (witness_keep.c): only the room's party, ACT-001 ---- */
/* Notes who looks and why; `access` is what witness_opened() takes. WIT-008, WIT-009 */
rc witness_open(const struct act *x, id item, str reason, id *access);
/* The item of an access of this account, at most ten minutes old. WIT-008, WIT-009 */
rc witness_opened(const struct act *x, id access, struct witness_item *out);
rc witness_remove(const struct act *x, id item, str reason);
struct witness_access {
    enum witness_kind kind;
    str signer, who, reason;
    instant at;
    id log_entry;
};
rc witness_accesses(struct tx *tx, id room, struct witness_access **out, size_t *n, struct arena *a); /* newest first */
struct demo;
rc witness_demo(struct app *app, const struct demo *world, struct err *err);
rc witness_job(struct job *j); /* retention (parameter witness.days), and recordings nobody signed with */
#endif

/* Documents approved in an office: a member of an organisation files a document with its approvers in order, each of
 * them approves it by signing its hash with a key of a device of theirs (device.h), or gives it back.
 *
 *     open ── last approval ──> approved
 *      │ ├── an approver returns it ──> returned ── the filer files a correction ──> open (next version, from the
 * start) │ ├── an approver refuses ────> declined └─┴── the filer takes it back (also when returned) ──> withdrawn
 *
 * An approval is a detached CAdES signature over the document (ETSI EN 319 122-1, B-B, or B-T when our own time-stamp
 * authority is set up) with commitment proof-of-approval and one more signed attribute:
 *
 *     approval-place, OID 2.25.322982525709735805872681643560457279959 (ITU-T X.667: a UUID, nobody registered it)
 *     ApprovalPlace ::= SEQUENCE {
 *         approval      UTF8String,               -- id of the approval, 13 characters
 *         version       INTEGER,                  -- of the document, from 1
 *         place         INTEGER,                  -- of this approver, from 1
 *         of            INTEGER,                  -- how many there are to be
 *         organisation  UTF8String,
 *         capacity      UTF8String,               -- what the person approves as
 *         previous      OCTET STRING OPTIONAL }   -- absent at place 1
 *
 * `previous` is SHA-256 over the contents of the SignerInfo of the place before, from version to signature (without its
 * unsigned attributes, so that a later time-stamp changes nothing). So each approver signs what was approved before, in
 * which order: nobody can be left out, swapped or put in without a signature of the others failing, and the last one's
 * `of` says that nobody is missing at the end.
 *
 * Who sees one: the filer, its approvers, and the organisation's auditors and administrators; others get E_NOTFOUND.
 * Ownership: results live in the arena given. Threads: as the tx.
 * Errors:
 *   APV-001 E_NOTFOUND no such approval (or not this person's to see)   APV-002 E_CONFLICT not in this state, or not
 *   this person's turn     APV-003 E_INVALID approvers: none, the same twice, or no member of the organisation
 *   APV-004 E_CONFLICT what was to be signed is too old, or was asked for anew   APV-005 E_INVALID the signature does
 *   not hold               APV-006 E_INVALID a deadline in the past   APV-007 E_DENIED it is not this person's document
 *   APV-008 E_CONFLICT the stored approvals contradict each other (approval_check)
 *   DEV-nnn, DOC-nnn, CA-002 (no authority that could certify devices) */
#ifndef RISE_SIGN_APPROVAL_H
#define RISE_SIGN_APPROVAL_H
#include "core/act.h"
#include "core/app.h"
#include "core/document.h"
#include "core/job.h"
#include "core/module.h"
#include "crypto/cms.h"
#include "mod/sign/rooms/device.h"

enum {
    APPROVAL_TITLE_MAX = 200, /* characters, as the next three */
    APPROVAL_NOTE_MAX = 2000,
    APPROVAL_CAPACITY_MAX = 40,
    APPROVAL_REASON_MAX = 1000,
    APPROVAL_FILE_MAX = 15 << 20, /* bytes */
    APPROVERS_MAX = 6,
    APPROVAL_VERSIONS_MAX = 50,
    APPROVAL_LIST_PAGE = 25,
    APPROVAL_SIGNATURE_MAX = 256 * 1024, /* bytes of one .p7s */
};
#define APPROVAL_TICKET_LASTS (10 * MINUTE) /* from giving out the bytes to the signature */
#define APPROVAL_REMIND_EVERY DAY           /* past the deadline */
/* Whoever works for an organisation may file and approve. */
#define APPROVAL_MEMBERS (AS_FIRM | AS_VENDOR | AS_TEAM | AS_OFFICER | AS_AUDITOR | AS_ADMIN)

struct approval {
    id id, party, owner;
    str title, note, state, reason;
    int64_t version, place, of;
    instant due, created, changed;
};
struct approval_step {
    id id, account;
    int64_t version, place;
    str name; /* of the person, as their account says now */
    str capacity, state, reason;
    instant acted;
    id device;
    str signature; /* DER; empty unless approved */
    str link;
    str level;
    id entry;
};
struct approval_version {
    int64_t version;
    str note;
    instant filed;
    struct document document;
    struct approval_step *steps; /* by place */
    size_t n_steps;
};
struct approval_whole {
    struct approval approval;
    str owner, party;           /* names */
    struct approval_version *v; /* newest first */
    size_t n;
};
extern const struct choice approval_states[], approval_step_states[];

/* ---- reading (approval.c) ---- */
rc approval_read(const struct act *x, id approval, struct approval_whole *out);     /* APV-001 */
rc approval_get(struct tx *tx, id approval, struct approval *out, struct arena *a); /* for anybody. APV-001 */
/* The step whose turn it is, when it is the caller's; NULL otherwise. */
const struct approval_step *approval_turn(const struct act *x, const struct approval_whole *w);
enum approval_show {
    APPROVAL_TURN,
    APPROVAL_MINE,
    APPROVAL_ALL
}; /* waits for the caller; filed by them; all they see */
struct approval_query {
    enum approval_show show;
    const char *state; /* NULL: all */
    str words;         /* in the title; "" all */
    int64_t offset, limit;
};
struct approval_row {
    struct approval approval;
    str owner, next; /* names; next: whose turn it is, "" nobody's */
};
rc approvals_list(const struct act *x, const struct approval_query *q, struct approval_row **out, size_t *n,
                  int64_t *total);

/* ---- on its way (approval_move.c) ---- */
struct approver {
    id account;
    str capacity;
};
struct approval_filing {
    str title, note;
    str file_name, bytes;             /* any kind of file */
    instant due;                      /* 0: no deadline */
    const struct approver *approvers; /* in their order */
    size_t n_approvers;
};
rc approval_file(const struct act *x, struct app *app, const struct approval_filing *f, id *out);
rc approval_correct(const struct act *x, struct app *app, id approval, str file_name, str bytes, str note);
rc approval_withdraw(const struct act *x, id approval, str reason);
rc approval_return(const struct act *x, id step, str reason);
rc approval_decline(const struct act *x, id step, str reason);
rc approval_job_run(struct job *j); /* reminds past the deadline */
/* Whoever comes next, or the filer when it is approved: state, notice. Called by approval_finish(). */
rc approval_advance(const struct act *x, const struct approval *a);
/* The step with its approval, when it is the caller's turn. APV-001, APV-002 */
rc approval_begin(const struct act *x, id step, struct approval *a, struct approval_step *s);

/* ---- the signed attribute (approval_place.c) ---- */
struct approval_place {
    str approval; /* id_text() */
    int64_t version, place, of;
    str organisation, capacity;
    str previous; /* p == NULL at place 1 */
};
void approval_place_put(struct buf *b, const struct approval_place *p);            /* appends the Attribute as DER */
rc approval_place_take(const struct cms_signature *s, struct approval_place *out); /* E_NOTFOUND, E_INVALID */
struct sha256 approval_link(const struct cms_signature *s); /* what the next one's `previous` is */

/* ---- signing (approval_sign.c) ---- */
struct approval_ticket {
    str to_sign; /* DER of the signed attributes */
    instant expires;
    struct device device;
};
/* `key`: fingerprint of the device's key. */
rc approval_prepare(const struct act *x, id step, str key);
rc approval_ticket_get(struct tx *tx, id step, instant at, struct approval_ticket *out, struct arena *a); /* APV-004 */
/* `signature` over to_sign in the form of crypto/pkey.h. It is verified before anything is kept. */
rc approval_finish(const struct act *x, struct app *app, id step, str signature);

/* ---- checking and taking away (approval_check.c, approval_archive.c) ---- */
/* Every signature of a version over its document, and that each names the one before. APV-008 */
rc approval_check(struct tx *tx, struct arena *a, const struct approval_whole *w, const struct approval_version *v);
enum { APPROVAL_CHECKS = 1 };
extern const struct check approval_checks[APPROVAL_CHECKS];
/* ZIP of a version: document, signatures, certificates, what happened, and how to check it without us. */
rc approval_archive(const struct act *x, struct app *app, const struct approval_whole *w,
                    const struct approval_version *v, struct buf *out);
#endif

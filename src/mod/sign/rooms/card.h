/* Signatures by a card or a phone that somebody else's service speaks to (TW FidO and the like; their interfaces are
 * not public, so docs/card-adapter.md defines one that an adapter translates).
 *
 *     asked ── certificate known, .begin() ──> sent ── service says so ──> signed, refused
 *        └── nobody known by that number, no service, .begin() refused, time ran out ──> failed, expired
 *
 * Whoever wants a signature calls card_start() in a write and has a `struct card_use` with two functions. The job
 * sign.cards speaks to the service, never a request's thread: it fetches the certificate, lets .begin() say what is to
 * be signed with it, sends that, asks for the answer every few seconds, and hands it to .end(). Both run in a write,
 * may run again, and are called once per step that was committed. The signature has been checked against the
 * certificate and the bytes before .end() sees it; whose certificate it is and whether to trust it is the caller's to
 * judge, in .begin().
 *
 * Ownership: results live in the arena given. Threads: as the tx; the client's functions block and belong to jobs.
 * Errors:
 *   CRD-001 E_UNAVAILABLE no card service is set up         CRD-002 E_NOTFOUND the service knows nobody by that number
 *   CRD-003 E_UNAVAILABLE the service does not answer       CRD-004 E_INVALID  an answer that is none, or not the
 *                                                                               service's (argument: what)
 *   CRD-005 E_NOTFOUND    no such request                   CRD-006 E_LIMIT    too many requests wait */
#ifndef RISE_SIGN_CARD_H
#define RISE_SIGN_CARD_H
#include "core/act.h"
#include "core/app.h"
#include "core/job.h"

enum {
    CARD_NUMBER_MAX = 40,     /* characters of what the service knows a person by */
    CARD_TEXT_MAX = 200,      /* characters shown to the person before they sign */
    CARD_BYTES_MAX = 8192,    /* to be signed: CMS attributes */
    CARD_CERTS_MAX = 8,       /* signer's and issuers' */
    CARD_TICKET_MAX = 200,    /* characters of the service's name for a request */
    CARD_WAITING_MAX = 10000, /* requests on their way at once */
};
#define CARD_LASTS     (5 * MINUTE) /* from card_start() until it is given up */
#define CARD_JOB_EVERY (2 * SECOND)

enum card_state { CARD_ASKED, CARD_SENT, CARD_SIGNED, CARD_REFUSED, CARD_EXPIRED, CARD_FAILED, CARD_STATES };
extern const struct choice card_states[]; /* by enum card_state, then {NULL, NULL} */
static inline bool card_waits(enum card_state s)
{
    return s == CARD_ASKED || s == CARD_SENT;
}

/* ---- for whoever wants a signature (card.c) ---- */
struct card_use {
    const char *kind; /* "room": as given to card_start() */
    /* `certs` DER, the signer's first. What is to be signed, and a text that the person reads on the phone (in their
     * language). Anything but OK ends the request as failed, with tx_err()'s words. */
    rc (*begin)(const struct act *x, struct app *app, id ref, const str *certs, size_t n, struct buf *to_sign,
                str *text);
    /* CARD_SIGNED with the signature in the form of crypto/pkey.h, or how else it ended (signature empty). E_BUSY
     * apart, what it returns ends the request as failed. */
    rc (*end)(const struct act *x, struct app *app, id ref, enum card_state how, str signature);
};
extern const struct card_use room_card_use; /* signing rooms (card_room.c) */
/* Before serving (module .init); the struct must live as long as the program. Registering it again changes nothing. */
void card_use_register(const struct card_use *u);

/* `number`: what the service knows the person by; kept sealed until the end. `ref` is handed to the two functions. A
 * request of the same kind and ref that still waits is given up first, silently. CRD-001, CRD-006 */
rc card_start(const struct act *x, struct app *app, const char *kind, id ref, str number, id *out);
struct card_request {
    id id, ref;
    enum card_state state;
    instant started, until;
    const char *why; /* of CARD_FAILED: a msgid with {1}, `why_of`; else "" */
    str why_of;
};
rc card_get(struct tx *tx, id request, struct card_request *out, struct arena *a); /* CRD-005 */
/* The latest one of this kind and ref. CRD-005 */
rc card_latest(struct tx *tx, const char *kind, id ref, struct card_request *out, struct arena *a);
rc card_cancel(const struct act *x, id request); /* the signer thought better of it: .end() is not called */
bool card_available(const struct app *app);      /* a service is set up, or this is a demonstration */
rc card_turn(struct app *app, struct err *err);  /* one turn of the job: whatever is due */
rc card_job_run(struct job *j);                  /* sign.cards */

/* ---- the service as a client sees it (card_client.c; docs/card-adapter.md) ---- */
struct card_service {
    str url;
    str secret; /* HMAC-SHA256 over every request and answer */
    int timeout_ms;
};
/* The Rise-Signature of an answer covers its status, its body and the signature of the request, so that it is an answer
 * to this request only. `request`: the value of the request's Rise-Signature. The same window as webhook_verify(). */
rc card_answer_sign(str secret, str request, int status, str body, instant now, struct buf *header);
bool card_answer_holds(str secret, str request, int status, str body, str header, instant now);
rc card_service_of(const struct app *app, struct arena *a, struct card_service *out, struct err *err); /* CRD-001 */
struct card_certs {
    str der[CARD_CERTS_MAX]; /* the signer's first */
    size_t n;
};
rc card_certificates(const struct card_service *s, struct arena *a, str number, struct card_certs *out,
                     struct err *err); /* CRD-002 … CRD-004 */
struct card_order {
    str number;
    str text;   /* shown to the person */
    str bytes;  /* to be signed */
    str digest; /* what the signature hashes with: "SHA-256" */
    instant until;
    str key; /* the same for every repetition: the service answers with the same ticket */
};
rc card_send(const struct card_service *s, struct arena *a, const struct card_order *o, str *ticket, struct err *err);
struct card_answer {
    enum card_state state; /* CARD_SENT: still waiting */
    str signature;
};
rc card_poll(const struct card_service *s, struct arena *a, str ticket, struct card_answer *out, struct err *err);
#endif

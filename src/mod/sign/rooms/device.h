/* Keys of people's own devices: made in a browser, where they stay (assets/js/signing-key.js), certified by this
 * installation's issuing authority for the account. Whoever holds the device and the session signs as the account.
 *
 * A key is named by its fingerprint, SHA-256 of its SubjectPublicKeyInfo in hexadecimal. It is enrolled once, with a
 * certificate request as the proof that whoever asks has it, and never again, also after it was revoked. Its end is the
 * end of its certificate: run out (parameter device.days), or revoked (here by its owner, or by `rise ca revoke`).
 *
 * Ownership: results live in the arena given. Threads: as the tx; device_gate_set() before serving.
 * Errors:
 *   DEV-001 E_INVALID  a kind of key that is not taken here (argument: which)   DEV-002 E_CONFLICT enrolled before
 *   DEV-003 E_LIMIT    too many devices of one account                          DEV-004 E_NOTFOUND no such device
 *   DEV-005 E_CONFLICT its certificate has run out or was revoked
 *   and of the gate: E_DENIED with its own code. CSR-nnn, CA-nnn. */
#ifndef RISE_SIGN_DEVICE_H
#define RISE_SIGN_DEVICE_H
#include "core/act.h"
#include "core/app.h"
#include "crypto/cert.h"

enum {
    DEVICE_LABEL_MAX = 60, /* characters */
    DEVICES_MAX = 10,      /* of one account at once, not revoked and not run out */
    DEVICES_EVER = 200,    /* of one account */
    DEVICE_REQUEST_MAX = 4096,
    DEVICE_KEY_HEX = 2 * SHA256_LEN,
};

struct device {
    id id, account;
    str label; /* "My phone" */
    str key;   /* fingerprint */
    struct cert *cert;
    id authority;
    str serial;                      /* of the certificate, hex */
    instant enrolled, used, revoked; /* used: 0 never */
};
static inline bool device_lives(const struct device *d, instant at)
{
    return !d->revoked && at < d->cert->not_after;
}

/* For the caller's account; `request`: PKCS#10 as DER or PEM, or the DER as base64 (as the browser sends it). */
rc device_enrol(const struct act *x, struct app *app, str label, str request, id *out);
rc devices_of(struct tx *tx, id account, struct device **out, size_t *n, struct arena *a); /* newest first */
rc device_get(struct tx *tx, id device, struct device *out, struct arena *a);              /* DEV-004 */
/* The caller's own device with this fingerprint, fit to sign now, past the gate. DEV-004, DEV-005 */
rc device_to_sign(const struct act *x, str key, id approval, struct device *out);
rc device_used(const struct act *x, id device);
/* The caller's own. DEV-004; CA-004 when it was revoked before */
rc device_revoke(const struct act *x, const struct app *app, id device);

/* ---- the gate: for the module that judges sessions and devices (zero trust) ---- */
enum device_step { DEVICE_ENROLLING, DEVICE_APPROVING };
struct device_question {
    enum device_step step;
    const struct session *by;
    const struct device *device; /* NULL when enrolling: there is none yet */
    id approval;                 /* 0 when enrolling */
};
/* Asked in the write, before a key is enrolled, before bytes are given out to be signed for an approval, and again when
 * the signature comes. It may read and write through x->tx and runs again with its transaction. OK, or E_DENIED
 * reported into tx_err(x->tx) with a code and a reason that the person reads; nothing was changed then. */
typedef rc (*device_gate)(const struct act *x, const struct device_question *q);
void device_gate_set(device_gate gate); /* one at a time; NULL: everybody passes */
#endif

/* An approval in two steps: the bytes to be signed are given out, the signature comes back and is verified. */
#include "core/party.h"
#include "crypto/oid.h"
#include "mod/sign/engine/cades.h"
#include "mod/sign/rooms/approval.h"
#include "mod/sign/trust/serve.h"
#include "mod/sign/trust/trust.h"

/* id-cti-ets-proofOfApproval, 1.2.840.113549.1.9.16.6.5 (ETSI EN 319 122-1 section 5.2.3, RFC 5126 section 5.11.1) */
static const str oid_proof_of_approval = STR_INIT("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x06\x05");

QUERY(at_put, "iibi", "",
      "INSERT INTO sign_approval_ticket (step, device, to_sign, expires) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (step) DO UPDATE SET device = excluded.device, to_sign = excluded.to_sign, expires = "
      "excluded.expires");
QUERY(at_get, "i", "ibi", "SELECT device, to_sign, expires FROM sign_approval_ticket WHERE step = $1");
QUERY(at_drop, "i", "", "DELETE FROM sign_approval_ticket WHERE step = $1");
QUERY(at_document, "ii", "i", "SELECT document FROM sign_approval_version WHERE approval = $1 AND version = $2");
QUERY(at_previous, "iii", "t",
      "SELECT link FROM sign_approval_step WHERE approval = $1 AND version = $2 AND place = $3 AND state = 'approved'");
QUERY(
    at_approve, "iiibtti", "",
    "UPDATE sign_approval_step SET state = 'approved', acted = $2, device = $3, signature = $4, link = $5, level = $6,"
    " entry = $7 WHERE id = $1 AND state = 'waiting'");

/* What both steps know of a signature. */
struct signing {
    struct approval approval;
    struct approval_step step;
    struct device device;
    struct document document;
    struct cms_signer *signer;
    struct cert *chain[1]; /* the issuing authority's */
};

static rc open_signer(const struct act *x, struct signing *s)
{
    struct trust_authority of;
    TRY(trust_authority_get(x->tx, x->a, s->device.authority, &of));
    s->chain[0] = of.cert;
    return cms_signer_make(x->a, s->device.cert->key, s->device.cert, s->chain, 1, NULL, &s->signer, tx_err(x->tx));
}

static rc open_document(const struct act *x, struct signing *s)
{
    int64_t document;
    TRY(db_one_int(x->tx, &at_document, VALS(v_int(s->approval.id), v_int(s->step.version)), &document));
    return document_get(x->tx, document, &s->document, x->a);
}

/* ---- giving out ---- */

/* SHA-256 of the approval before, from hexadecimal; p == NULL for the first. */
static rc previous(const struct act *x, const struct signing *s, str *out)
{
    struct rows r;
    BUF_SCOPED bytes = BUF_INIT(SHA256_LEN);
    *out = (str){NULL, 0};
    if (s->step.place == 1)
        return OK;
    TRY(db_one(x->tx, &at_previous, VALS(v_int(s->approval.id), v_int(s->step.version), v_int(s->step.place - 1)), &r));
    rc read = buf_unhex(&bytes, row_text(&r, 0));
    TRY(rows_end(&r));
    if (read != OK || bytes.n != SHA256_LEN)
        return E_CORRUPT;
    *out = arena_str(x->a, buf_str(&bytes));
    return out->p ? OK : arena_failed(x->a);
}

static rc put_place(const struct act *x, const struct signing *s, struct buf *b)
{
    struct party party;
    char approval[ID_TEXT + 1];
    struct approval_place p = {
        .version = s->step.version, .place = s->step.place, .of = s->approval.of, .capacity = s->step.capacity};
    TRY(party_get(x->tx, s->approval.party, &party, x->a));
    TRY(previous(x, s, &p.previous));
    id_text(s->approval.id, approval);
    p.approval = str_of(approval);
    p.organisation = party.name;
    approval_place_put(b, &p);
    return buf_rc(b);
}

static struct cms_content content_of(const struct signing *s)
{
    struct cms_content c = {.digest.n = SHA256_LEN};
    memcpy(c.digest.b, s->document.hash.b, SHA256_LEN); /* every device's key signs with SHA-256 */
    return c;
}

static rc put_attributes(const struct act *x, const struct signing *s, struct buf *to_sign)
{
    BUF_SCOPED place = BUF_INIT(APPROVAL_SIGNATURE_MAX);
    struct cms_content c = content_of(s);
    TRY(put_place(x, s, &place));
    str extra = buf_str(&place);
    c.has_time = true;
    c.time = x->at;
    c.commitment = oid_proof_of_approval;
    c.extra = &extra;
    c.n_extra = 1;
    return cms_attributes(s->signer, &c, to_sign);
}

rc approval_prepare(const struct act *x, id step, str key)
{
    struct signing s;
    BUF_SCOPED to_sign = BUF_INIT(APPROVAL_SIGNATURE_MAX);
    TRY(approval_begin(x, step, &s.approval, &s.step));
    TRY(device_to_sign(x, key, s.approval.id, &s.device));
    TRY(open_signer(x, &s));
    TRY(open_document(x, &s));
    TRY(put_attributes(x, &s, &to_sign));
    return db_exec(
        x->tx, &at_put,
        VALS(v_int(step), v_int(s.device.id), v_blob(buf_str(&to_sign)), v_int(x->at + APPROVAL_TICKET_LASTS)), NULL);
}

/* ---- taking back ---- */

static rc too_old(struct tx *tx)
{
    return ERR(tx_err(tx), E_CONFLICT, "APV-004",
               N_("What was to be signed is no longer valid: please begin the approval again."));
}

rc approval_ticket_get(struct tx *tx, id step, instant at, struct approval_ticket *out, struct arena *a)
{
    struct rows r;
    rc found = db_one(tx, &at_get, VALS(v_int(step)), &r);
    if (found == E_NOTFOUND)
        return too_old(tx);
    TRY(found);
    id device = row_int(&r, 0);
    *out = (struct approval_ticket){.to_sign = row_dup(&r, 1, a), .expires = row_int(&r, 2)};
    TRY(rows_end(&r));
    TRY(arena_rc(a));
    if (at >= out->expires)
        return too_old(tx);
    return device_get(tx, device, &out->device, a);
}

/* The whole CMS, read back and judged as a stranger would, before it counts. */
static rc assemble(const struct act *x, const struct signing *s, str to_sign, str signature, struct cms **out)
{
    BUF_SCOPED der = BUF_INIT(APPROVAL_SIGNATURE_MAX);
    const struct cms_content c = content_of(s);
    struct cms_check check = {.outcome = CMS_FORMAT};
    TRY(cms_assemble(s->signer, &c, to_sign, signature, &der));
    str kept = arena_str(x->a, buf_str(&der));
    TRY(arena_rc(x->a));
    TRY(cms_read(x->a, kept, out, tx_err(x->tx)));
    TRY(cms_verify(*out, &(*out)->signatures[0], &c.digest, NULL, 0, &check));
    if (check.outcome == CMS_VALID && check.names_cert)
        return OK;
    return ERR(tx_err(x->tx), E_INVALID, "APV-005",
               N_("The signature does not hold: it was made with another key, or over something else."));
}

/* B-T by our own authority; without one, or with a clock that was set back, it stays B-B. */
static rc stamp(const struct act *x, struct app *app, const struct cms *cms, struct buf *out, const char **level)
{
    struct trust_services *services = NULL;
    struct err why;
    TRY(trust_services_hold(app, x->tx, &services));
    const struct sign_net net = trust_net(services);
    const struct sign_raise o = {.level = SIGN_T, .net = &net};
    err_clear(&why);
    rc r = cades_stamp(x->a, cms, 0, &o, out, &why);
    trust_services_release(services);
    *level = "t";
    if (r == OK || !stamp_is_elsewhere(x->a, r))
        return r;
    *level = "b";
    buf_clear(out);
    buf_put(out, cms->der);
    return buf_rc(out);
}

static rc keep(const struct act *x, const struct signing *s, const struct cms *cms, str der, const char *level)
{
    const struct sha256 link = approval_link(&cms->signatures[0]);
    str link_hex = sha256_hex_text(x->a, &link);
    str file = sha256_hex_text(x->a, &s->document.hash);
    int64_t affected = 0;
    id entry;
    TRY(arena_rc(x->a));
    TRY(act_log(x, "sign.approval.signed", s->approval.id,
                KVS(kv_text("cert_sha256", sha256_hex_text(x->a, &s->device.cert->sha256)),
                    kv_text("file_sha256", file), kv_int("of", s->approval.of), kv_int("place", s->step.place),
                    kv_text("signature_sha256", sha256_hex_of(x->a, der)), kv_int("version", s->step.version)),
                &entry));
    TRY(db_exec(x->tx, &at_approve,
                VALS(v_int(s->step.id), v_int(x->at), v_int(s->device.id), v_blob(der), v_text(link_hex),
                     v_text(str_of(level)), v_int(entry)),
                &affected));
    if (affected != 1)
        return act_wrong_state(x);
    TRY(device_used(x, s->device.id));
    return db_exec(x->tx, &at_drop, VALS(v_int(s->step.id)), NULL);
}

rc approval_finish(const struct act *x, struct app *app, id step, str signature)
{
    struct signing s;
    struct approval_ticket ticket;
    struct cms *cms = NULL;
    const char *level;
    BUF_SCOPED der = BUF_INIT(APPROVAL_SIGNATURE_MAX);
    TRY(approval_begin(x, step, &s.approval, &s.step));
    TRY(approval_ticket_get(x->tx, step, x->at, &ticket, x->a));
    TRY(device_to_sign(x, ticket.device.key, s.approval.id, &s.device));
    TRY(open_signer(x, &s));
    TRY(open_document(x, &s));
    TRY(assemble(x, &s, ticket.to_sign, signature, &cms));
    TRY(stamp(x, app, cms, &der, &level));
    TRY(keep(x, &s, cms, buf_str(&der), level));
    return approval_advance(x, &s.approval);
}

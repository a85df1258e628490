/* Issuing and revoking. */
#include "crypto/oid.h"
#include "mod/sign/settings.h"
#include "mod/sign/trust/trust.h"
#include "sys/random.h"

enum { BACKDATED = 5 }; /* minutes: clocks of those who verify differ */

const struct choice trust_profiles[] = {
    {"root", N_("root authority")},
    {"ca", N_("authority")},
    {"person", N_("person")},
    {"organisation", N_("organisation")},
    {"tsa", N_("time-stamp authority")},
    {"ocsp", N_("OCSP responder")},
    {NULL, NULL},
};

QUERY(
    sc_add, "iitttiibii", "",
    "INSERT INTO sign_cert (id, authority, serial, profile, subject, not_before, not_after, der, issued, issued_entry,"
    " revoked, reason, revoked_entry) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0)");
QUERY(sc_by_serial, "t", "iibii",
      "SELECT id, authority, der, revoked, reason FROM sign_cert WHERE serial = $1"
      " ORDER BY id LIMIT 1");
QUERY(sc_revoke, "iiiii", "",
      "UPDATE sign_cert SET revoked = $2, reason = $3, revoked_entry = $4 WHERE id = $1 AND revoked = $5");
QUERY(sc_release, "iii", "",
      "UPDATE sign_cert SET revoked = 0, reason = 0, revoked_entry = 0 WHERE id = $1 AND revoked = $2 AND reason = $3");
QUERY(sc_status, "it", "ii", "SELECT revoked, reason FROM sign_cert WHERE authority = $1 AND serial = $2");

/* ---- issuing ---- */

static rc address(struct arena *a, const struct app *app, const char *kind, str name, const char *ending, str *out)
{
    *out = arena_printf(a, "%.*s/pki/%s%s%.*s%s", STR_ARG(app->config.base_url), kind, name.n ? "/" : "", STR_ARG(name),
                        ending);
    return out->p ? OK : arena_failed(a);
}

/* For documents alone (RFC 9336) NSS, by which pdfsig judges, trusts nobody: it asks for a certificate for e-mail. */
static rc also_for_email(const struct act *x, enum trust_profile profile, bool *out)
{
    *out = false;
    if (profile != TRUST_PERSON && profile != TRUST_ORGANISATION)
        return OK;
    return sign_param_is(x->tx, "cert.purposes", "documents-email", x->at, out);
}

/* What a profile is, beside the subject. A root says nothing about its own revocation. */
static void purpose(enum trust_profile profile, bool email, str eku[2], struct cert_profile *p)
{
    p->is_ca = profile == TRUST_ROOT || profile == TRUST_CA;
    p->ocsp_nocheck = profile == TRUST_OCSP;
    p->usage = p->is_ca                ? CERT_KEY_CERT_SIGN | CERT_CRL_SIGN
               : profile == TRUST_OCSP ? CERT_DIGITAL_SIGNATURE
                                       : CERT_DIGITAL_SIGNATURE | CERT_CONTENT_COMMITMENT;
    p->eku = eku;
    p->n_eku = 0;
    if (p->is_ca)
        return;
    eku[p->n_eku++] = profile == TRUST_TSA    ? oid_eku_timestamping
                      : profile == TRUST_OCSP ? oid_eku_ocsp_signing
                                              : oid_eku_document;
    if (email)
        eku[p->n_eku++] = oid_eku_email;
    p->eku_critical = profile == TRUST_TSA; /* RFC 3161 section 2.3 */
}

static rc within(const struct act *x, const struct trust_authority *by, const struct cert_profile *p)
{
    bool allowed = true;
    str limits = STR_EMPTY;
    if (!by)
        return OK;
    TRY(trust_within(x->tx, x->a, by, p, &allowed, &limits));
    if (allowed)
        return OK;
    return ERR(tx_err(x->tx), E_INVALID, "CA-015",
               N_("The authority {1} may not certify this name: it is limited to {2}."), by->name, limits);
}

static rc validity(const struct act *x, const struct trust_authority *by, struct cert_profile *p)
{
    if (p->not_before == 0)
        p->not_before = x->at - BACKDATED * MINUTE;
    if (!by)
        return OK;
    if (x->at < by->cert->not_before || x->at >= by->cert->not_after)
        return ERR(tx_err(x->tx), E_CONFLICT, "CA-006",
                   N_("The certificate of the authority {1} has run out, or is not valid yet."), by->name);
    if (p->not_before < by->cert->not_before)
        p->not_before = by->cert->not_before;
    if (p->not_after > by->cert->not_after) /* nobody could follow its path later */
        p->not_after = by->cert->not_after;
    return OK;
}

static rc log_issued(const struct act *x, id cert, const struct cert *c, const struct trust_order *o, str authority,
                     id *entry)
{
    str hash = sha256_hex_text(x->a, &c->sha256), serial = cert_serial_hex(x->a, c);
    TRY(arena_rc(x->a));
    return act_log(x, "ca.issued", cert,
                   KVS(kv_text("authority", authority), kv_text("by", o->by),
                       kv_text("profile", str_of(trust_profiles[o->profile].value)), kv_text("serial", serial),
                       kv_text("sha256", hash)),
                   entry);
}

static rc keep(const struct act *x, id authority, str name, const struct trust_order *o, struct trust_issued *out)
{
    id entry;
    const struct cert *c = out->cert;
    BUF_SCOPED serial = BUF_INIT(128);
    buf_hex(&serial, c->serial);
    str subject = cert_name_text(x->a, c->subject);
    if (!subject.p)
        return arena_failed(x->a);
    out->id = id_new();
    TRY(log_issued(x, out->id, c, o, name, &entry));
    return db_exec(x->tx, &sc_add,
                   VALS(v_int(out->id), v_int(authority), v_text(buf_str(&serial)),
                        v_text(str_of(trust_profiles[o->profile].value)), v_text(subject), v_int(c->not_before),
                        v_int(c->not_after), v_blob(c->der), v_int(x->at), v_int(entry)),
                   NULL);
}

rc trust_issue(const struct act *x, const struct app *app, const struct trust_authority *by, const struct pkey *key,
               const struct trust_order *o, struct trust_issued *out)
{
    struct cert_profile p = o->cert;
    bool email;
    str eku[2], crl, issuer, ocsp;
    BUF_SCOPED der = BUF_INIT(CERT_BYTES_MAX);
    TRY(also_for_email(x, o->profile, &email));
    purpose(o->profile, email, eku, &p);
    TRY(validity(x, by->cert ? by : NULL, &p));
    TRY(within(x, by->cert ? by : NULL, &p));
    TRY(address(x->a, app, "crl", by->name, ".crl", &crl));
    TRY(address(x->a, app, "ca", by->name, ".cer", &issuer));
    TRY(address(x->a, app, "ocsp", STR_EMPTY, "", &ocsp));
    if (o->profile != TRUST_ROOT) {
        p.issuers = &issuer;
        p.n_issuers = 1;
    }
    if (o->profile != TRUST_ROOT && !p.ocsp_nocheck) {
        p.crls = &crl;
        p.ocsp = &ocsp;
        p.n_crls = p.n_ocsp = 1;
    }
    TRY(cert_make(&p, o->key, by->cert, key, &der));
    TRY(cert_read(x->a, buf_str(&der), &out->cert, tx_err(x->tx)));
    TRY(keep(x, by->id, by->name, o, out));
    if (o->profile == TRUST_ROOT || p.ocsp_nocheck) /* nobody asks about these */
        return OK;
    return trust_answers_renew(x, app, by->id, out->id, out->cert->serial);
}

/* ---- revoking ---- */

/* Hex as people copy it: capitals, colons, without the leading zero octet. */
static rc serial_text(const struct act *x, str typed, str *out)
{
    BUF_SCOPED hex = BUF_INIT(128);
    for (size_t i = 0; i < typed.n; i++)
        if (typed.p[i] != ':' && typed.p[i] != ' ')
            buf_putc(&hex, typed.p[i]);
    BUF_SCOPED bytes = BUF_INIT(64);
    if (buf_rc(&hex) != OK || hex.n == 0 || buf_unhex(&bytes, buf_str(&hex)) != OK)
        return ERR(tx_err(x->tx), E_INVALID, "CA-009", N_("{1} is not a serial number: give it in hexadecimal."),
                   typed);
    BUF_SCOPED text = BUF_INIT(128);
    if ((unsigned char)bytes.p[0] & 0x80)
        buf_put(&text, STR("00"));
    buf_hex(&text, buf_str(&bytes));
    *out = arena_str(x->a, buf_str(&text));
    return out->p ? OK : arena_failed(x->a);
}

struct found {
    id id, authority;
    str octets; /* of the serial number */
    struct sha256 hash;
    instant revoked;
    enum crl_reason reason;
};

static rc find(const struct act *x, str serial, struct found *out)
{
    struct rows r;
    BUF_SCOPED octets = BUF_INIT(TRUST_SERIAL_HEX);
    TRY(buf_unhex(&octets, serial));
    rc known = db_one(x->tx, &sc_by_serial, VALS(v_text(serial)), &r);
    if (known == E_NOTFOUND)
        return ERR(tx_err(x->tx), E_NOTFOUND, "CA-003",
                   N_("No certificate with the serial number {1} was issued here."), serial);
    TRY(known);
    *out = (struct found){.id = row_int(&r, 0),
                          .authority = row_int(&r, 1),
                          .octets = arena_str(x->a, buf_str(&octets)),
                          .hash = sha256_of(row_text(&r, 2)),
                          .revoked = row_int(&r, 3),
                          .reason = (enum crl_reason)row_int(&r, 4)};
    TRY(rows_end(&r));
    return arena_rc(x->a);
}

/* What is known about the certificate has changed: said in the list and by the responder. */
static rc publish(const struct act *x, const struct app *app, const struct trust_authority *of, const struct found *c)
{
    TRY(trust_answers_renew(x, app, of->id, c->id, c->octets));
    return trust_crl_publish(x, app, of);
}

rc trust_revoke(const struct act *x, const struct app *app, str serial, enum crl_reason reason, str by, id *authority)
{
    struct found c;
    struct trust_authority of;
    id entry;
    int64_t affected;
    TRY(serial_text(x, serial, &serial));
    TRY(find(x, serial, &c));
    if (c.revoked && (c.reason != CRL_HOLD || reason == CRL_HOLD))
        return ERR(tx_err(x->tx), E_CONFLICT, "CA-004", N_("This certificate was revoked on {1}."),
                   day_text(x->a, c.revoked));
    TRY(trust_authority_get(x->tx, x->a, c.authority, &of));
    str hash = sha256_hex_text(x->a, &c.hash);
    TRY(arena_rc(x->a));
    TRY(act_log(x, "ca.revoked", c.id,
                KVS(kv_text("authority", of.name), kv_text("by", by),
                    kv_text("reason", str_of(crl_reason_name(reason))), kv_text("serial", serial),
                    kv_text("sha256", hash)),
                &entry));
    TRY(db_exec(x->tx, &sc_revoke,
                VALS(v_int(c.id), v_int(c.revoked ? c.revoked : x->at), v_int(reason), v_int(entry), v_int(c.revoked)),
                &affected));
    if (affected != 1)
        return act_wrong_state(x);
    *authority = of.id;
    return publish(x, app, &of, &c);
}

rc trust_release(const struct act *x, const struct app *app, str serial, str by, id *authority)
{
    struct found c;
    struct trust_authority of;
    int64_t affected;
    TRY(serial_text(x, serial, &serial));
    TRY(find(x, serial, &c));
    if (!c.revoked || c.reason != CRL_HOLD)
        return ERR(tx_err(x->tx), E_CONFLICT, "CA-014", N_("This certificate is not on hold."));
    TRY(trust_authority_get(x->tx, x->a, c.authority, &of));
    str hash = sha256_hex_text(x->a, &c.hash);
    TRY(arena_rc(x->a));
    TRY(act_log(
        x, "ca.released", c.id,
        KVS(kv_text("authority", of.name), kv_text("by", by), kv_text("serial", serial), kv_text("sha256", hash)),
        NULL));
    TRY(db_exec(x->tx, &sc_release, VALS(v_int(c.id), v_int(c.revoked), v_int(CRL_HOLD)), &affected));
    if (affected != 1)
        return act_wrong_state(x);
    *authority = of.id;
    return publish(x, app, &of, &c);
}

rc trust_status(struct tx *tx, id authority, str serial, struct trust_status *out)
{
    struct rows r;
    BUF_SCOPED hex = BUF_INIT(TRUST_SERIAL_HEX);
    buf_hex(&hex, serial);
    if (buf_rc(&hex) != OK)
        return E_NOTFOUND;
    TRY(db_one(tx, &sc_status, VALS(v_int(authority), v_text(buf_str(&hex))), &r));
    *out = (struct trust_status){row_int(&r, 0), (enum crl_reason)row_int(&r, 1)};
    return rows_end(&r);
}

/* What `rise doctor` re-proves about the trust services. */
#include "core/doctor.h"
#include "core/publiclog.h"
#include "crypto/crl.h"
#include "crypto/ocsp.h"
#include "mod/sign/trust/trust.h"
#include "mod/sign/trust/trust_doors.h"

QUERY(sx_certs, "", "iitiibi",
      "SELECT id, authority, serial, not_before, not_after, der, issued_entry FROM sign_cert ORDER BY id");
QUERY(sx_lists, "", "iib", "SELECT authority, number, der FROM sign_crl ORDER BY authority, number");
QUERY(
    sx_numbers, "", "i",
    "SELECT COUNT(*) FROM sign_authority a WHERE a.crl_number <> (SELECT CAST(COALESCE(MAX(c.number), 0) AS BIGINT)"
    " FROM sign_crl c WHERE c.authority = a.id) OR (SELECT CAST(COALESCE(MAX(c.number) - MIN(c.number) + 1, 0) AS"
    " BIGINT) FROM sign_crl c WHERE c.authority = a.id) <> (SELECT COUNT(*) FROM sign_crl c WHERE c.authority = a.id)");

QUERY(sx_answers, "", "iiiiibbb",
      "SELECT c.authority, o.revoked, o.reason, o.this_update, o.next_update, o.sha1, o.sha256, c.der FROM sign_ocsp o"
      " JOIN sign_cert c ON c.id = o.cert ORDER BY o.cert");

struct walk {
    struct app *app;
    struct tx *tx;
    struct arena *all, *one; /* authorities; what one row needs */
    struct trust_authority *authorities;
    size_t n_authorities;
    struct buf *finding;
};

static const struct trust_authority *authority_of(const struct walk *w, id authority)
{
    for (size_t i = 0; i < w->n_authorities; i++)
        if (w->authorities[i].id == authority)
            return &w->authorities[i];
    return NULL;
}

/* ---- a certificate's row against its DER and its issuer ---- */

static rc fits(struct walk *w, const struct rows *r)
{
    struct cert *c = NULL;
    const struct trust_authority *by = authority_of(w, row_int(r, 1));
    BUF_SCOPED serial = BUF_INIT(TRUST_SERIAL_HEX);
    if (!by || cert_read(w->one, row_text(r, 5), &c, NULL) != OK)
        return E_CORRUPT;
    buf_hex(&serial, c->serial);
    bool same = str_eq(buf_str(&serial), row_text(r, 2)) && c->not_before == row_int(r, 3) &&
                c->not_after == row_int(r, 4) && cert_names_issuer(c, by->cert) && cert_signed_by(c, by->cert);
    return same ? OK : E_CORRUPT;
}

/* ---- in the public log, with its hash ---- */

static rc logged(struct walk *w, const struct rows *r)
{
    struct log_entry e;
    struct sha256 h = sha256_of(row_text(r, 5));
    str hash = sha256_hex_text(w->one, &h);
    rc got = log_entry_get(w->tx, row_int(r, 6), &e, w->one);
    if (got == E_NOTFOUND)
        return E_CORRUPT;
    TRY(got);
    if (!hash.p)
        return arena_failed(w->one);
    bool says = !e.record.p /* erased, its commitment stands */ || str_find(e.record, hash) >= 0;
    return says && e.ref == row_int(r, 0) ? OK : E_CORRUPT;
}

static rc walk_rows(struct walk *w, const struct query *q, rc (*fn)(struct walk *, const struct rows *),
                    const char *says, const char *total)
{
    struct rows r;
    int64_t bad = 0, n = 0;
    rc result = OK;
    TRY(db_select(w->tx, q, NOVALS, &r));
    while (result == OK && rows_next(&r)) {
        arena_reset(w->one);
        result = fn(w, &r);
        n++;
        bad += result == E_CORRUPT;
        if (result == E_CORRUPT)
            result = OK;
    }
    rc ended = rows_end(&r);
    TRY(result);
    TRY(ended);
    FINDING_N(w->finding, w->app->lang, bad ? says : total, bad ? bad : n);
    return bad ? E_CORRUPT : OK;
}

static rc with_walk(struct app *app, struct tx *tx, struct buf *finding, rc (*fn)(struct walk *))
{
    struct walk w = {
        .app = app, .tx = tx, .all = arena_new(TRUST_ARENA), .one = arena_new(TRUST_ARENA), .finding = finding};
    rc r = w.all && w.one ? trust_authorities(tx, w.all, &w.authorities, &w.n_authorities) : E_NOMEM;
    if (r == OK)
        r = fn(&w);
    arena_free(w.all);
    arena_free(w.one);
    return r;
}

static rc certs(struct walk *w)
{
    return walk_rows(w, &sx_certs, fits, N_("{1} certificates contradict their row or their issuer"),
                     N_("{1} certificates"));
}

static rc entries(struct walk *w)
{
    return walk_rows(w, &sx_certs, logged, N_("{1} certificates are not in the public log as they are"),
                     N_("{1} certificates"));
}

/* ---- lists ---- */

static rc list_fits(struct walk *w, const struct rows *r)
{
    struct crl *c = NULL;
    const struct trust_authority *by = authority_of(w, row_int(r, 0));
    if (!by || crl_read(w->one, row_text(r, 2), &c, NULL) != OK || !crl_signed_by(c, by->cert))
        return E_CORRUPT;
    uint64_t number = 0;
    for (size_t i = 0; i < c->number.n && i < sizeof number; i++)
        number = number << 8 | (unsigned char)c->number.p[i];
    return number == (uint64_t)row_int(r, 1) ? OK : E_CORRUPT;
}

static rc lists(struct walk *w)
{
    int64_t bad;
    TRY(db_one_int(w->tx, &sx_numbers, NOVALS, &bad));
    if (bad)
        FINDING_N(w->finding, w->app->lang, N_("{1} authorities whose lists are not numbered without gaps"), bad);
    rc r = walk_rows(w, &sx_lists, list_fits, N_("{1} revocation lists contradict their number or their issuer"),
                     N_("{1} revocation lists"));
    return r == OK && bad ? E_CORRUPT : r;
}

/* ---- answers that were signed beforehand ---- */

/* What its row says, and what its issuer's responder signed, are the same. */
static rc answer_says(struct walk *w, const struct rows *r, const struct cert *c, const struct cert *issuer,
                      enum digest d, str der)
{
    struct ocsp_response *a = NULL;
    instant revoked = row_int(r, 1);
    if (ocsp_read(w->one, der, &a, NULL) != OK || !ocsp_signer(a, issuer, NULL, 0) || a->n_singles != 1)
        return E_CORRUPT;
    const struct ocsp_single *s = ocsp_find(a, c, issuer);
    bool same = s && s->id.digest == d && s->this_update == row_int(r, 3) && s->next_update == row_int(r, 4) &&
                s->state == (revoked ? OCSP_REVOKED : OCSP_GOOD);
    if (same && revoked)
        same = s->since == revoked - revoked % SECOND && s->reason == (enum crl_reason)row_int(r, 2);
    return same ? OK : E_CORRUPT;
}

static rc answer_fits(struct walk *w, const struct rows *r)
{
    struct cert *c = NULL;
    const struct trust_authority *by = authority_of(w, row_int(r, 0));
    if (!by || cert_read(w->one, row_text(r, 7), &c, NULL) != OK)
        return E_CORRUPT;
    TRY(answer_says(w, r, c, by->cert, DIGEST_SHA1, row_text(r, 5)));
    return answer_says(w, r, c, by->cert, DIGEST_SHA256, row_text(r, 6));
}

static rc answers(struct walk *w)
{
    return walk_rows(w, &sx_answers, answer_fits, N_("{1} answers signed beforehand contradict their row"),
                     N_("{1} answers signed beforehand"));
}

static rc check_answers(struct app *app, struct tx *tx, struct buf *finding)
{
    return with_walk(app, tx, finding, answers);
}

static rc check_certs(struct app *app, struct tx *tx, struct buf *finding)
{
    return with_walk(app, tx, finding, certs);
}

static rc check_lists(struct app *app, struct tx *tx, struct buf *finding)
{
    return with_walk(app, tx, finding, lists);
}

static rc check_entries(struct app *app, struct tx *tx, struct buf *finding)
{
    return with_walk(app, tx, finding, entries);
}

const struct check trust_checks[TRUST_CHECKS] = {
    {"ca-certificates", N_("Every issued certificate agrees with its row and was signed by its issuer"), check_certs},
    {"ca-lists", N_("Revocation lists are signed by their issuer and numbered without gaps"), check_lists},
    {"ca-log", N_("Every issued certificate is in the public log"), check_entries},
    {"ca-answers", N_("Answers signed beforehand say what their rows say, by the issuer's responder"), check_answers},
};

/* Signing with a key that is elsewhere (a certificate of the signer's, a card): what they filled in is kept; when their
 * certificate is known, what is to be signed is prepared and kept for some minutes; the signature that comes back is
 * checked before anything is stored. Meanwhile others may sign: then the file has grown, and it is prepared again. */
#include "base/json.h"
#include "crypto/der.h"
#include "mod/sign/engine/report.h"
#include "mod/sign/engine/validate_pdf.h"
#include "mod/sign/rooms/seal_impl.h"
#include "mod/sign/trusted.h"

QUERY(sp_drop, "i", "", "DELETE FROM sign_pending WHERE signer = $1");
QUERY(sp_add, "itib", "",
      "INSERT INTO sign_pending (signer, revision, tail, gap, gap_n, content, cert, to_sign, filled, ticket, expires)"
      " VALUES ($1, 0, $4, 0, 0, $4, $4, $4, $2, '', $3)");
QUERY(sp_begun, "iibiibbb", "",
      "UPDATE sign_pending SET revision = $2, tail = $3, gap = $4, gap_n = $5, content = $6, cert = $7, to_sign = $8"
      " WHERE signer = $1");
QUERY(sp_get, "i", "ibiibbbti",
      "SELECT revision, tail, gap, gap_n, content, cert, to_sign, filled, expires FROM sign_pending WHERE signer = $1");

#define LASTS (30 * MINUTE) /* for a certificate in a file and programs of the signer's own */
enum { SIGNER_CERTS_MAX = 8, TO_SIGN_MAX = 64 << 10, FILLED_MAX = 1 << 20 };

static rc does_not_fit(const struct sealing *s, const char *words)
{
    return ERR(tx_err(s->x->tx), E_INVALID, "RM-015", N_("The signature does not fit: {1}"), str_of(words));
}

/* ---- the signer's certificate ---- */

struct own_key {
    struct cert *cert; /* the signer's */
    struct cert *chain[SIGNER_CERTS_MAX];
    size_t n_chain;
};

static rc read_certs(struct sealing *s, const str *ders, size_t n, struct own_key *out)
{
    struct err *err = tx_err(s->x->tx);
    *out = (struct own_key){.cert = NULL};
    if (n == 0 || n > SIGNER_CERTS_MAX)
        return ERR_FIELD(err, "cert", "RM-015", N_("Give your certificate, and those of its issuers."));
    TRY(cert_read(s->x->a, ders[0], &out->cert, err));
    for (size_t i = 1; i < n; i++)
        TRY(cert_read(s->x->a, ders[i], &out->chain[out->n_chain++], err));
    return OK;
}

/* A certificate that nobody here trusts says nothing about who signs. */
static rc is_trusted(struct sealing *s, const struct own_key *k)
{
    struct err *err = tx_err(s->x->tx);
    struct arena *a = s->x->a;
    struct sign_rules rules;
    struct path path;
    TRY(trusted_rules(s->app, s->x->tx, a, LANG_EN, &rules, err));
    struct cert **anchors = ARENA_ARRAY(a, rules.n_anchors + 1, struct cert *);
    struct cert **pool = ARENA_ARRAY(a, rules.n_pool + k->n_chain + 1, struct cert *);
    if (!anchors || !pool)
        return arena_failed(a);
    for (size_t i = 0; i < rules.n_anchors; i++)
        anchors[i] = rules.anchors[i].cert;
    for (size_t i = 0; i < rules.n_pool; i++)
        pool[i] = rules.pool[i];
    for (size_t i = 0; i < k->n_chain; i++)
        pool[rules.n_pool + i] = k->chain[i];
    const struct path_trust trust = {
        .anchors = anchors, .n_anchors = rules.n_anchors, .pool = pool, .n_pool = rules.n_pool + k->n_chain};
    TRY(path_build(&trust, k->cert, s->x->at, &path));
    if (path.fault == PATH_OK)
        return OK;
    return ERR_FIELD(err, "cert", "RM-015",
                     N_("This certificate cannot be used here: it has run out, or nobody trusted here issued it."));
}

static rc may_sign_documents(struct sealing *s, const struct cert *c)
{
    const unsigned wanted = CERT_DIGITAL_SIGNATURE | CERT_CONTENT_COMMITMENT;
    if (c->key && !c->is_ca && (!c->has_usage || (c->usage & wanted)))
        return OK;
    return ERR_FIELD(tx_err(s->x->tx), "cert", "RM-015", N_("This certificate is not for signing documents."));
}

static rc signer_for(struct sealing *s, const struct own_key *k, struct cms_signer **out)
{
    return cms_signer_make(s->x->a, k->cert->key, k->cert, k->chain, k->n_chain, NULL, out, tx_err(s->x->tx));
}

rc seal_forget(const struct act *x, id signer)
{
    return db_exec(x->tx, &sp_drop, VALS(v_int(signer)), NULL);
}

/* ---- what was filled in, as it waits between the steps ---- */

/* {"ink": …, "values": [ … ]} */
static rc put_filled(const struct seal_filled *f, struct buf *json)
{
    struct json_out o;
    jo_begin(&o, json);
    jo_obj(&o);
    jo_kstr(&o, "ink", f->ink);
    jo_key(&o, "values");
    jo_arr(&o);
    for (size_t i = 0; i < f->n; i++)
        jo_str(&o, f->values[i]);
    jo_end_arr(&o);
    jo_end_obj(&o);
    return buf_rc(json);
}

static rc take_filled(const struct sealing *s, str text, struct seal_filled *out)
{
    const struct json *doc, *values;
    TRY(json_parse(s->x->a, text, FILLED_MAX, &doc, tx_err(s->x->tx)));
    values = json_get(doc, "values");
    out->n = json_count(values);
    str *v = ARENA_ARRAY(s->x->a, out->n + 1, str);
    if (!v)
        return arena_failed(s->x->a);
    for (size_t i = 0; i < out->n; i++)
        v[i] = json_str(json_at(values, i));
    out->values = v;
    out->ink = json_str(json_get(doc, "ink"));
    return OK;
}

/* ---- first step: what is filled in ---- */

static rc fill_in(struct sealing *s, const struct seal_filled *f)
{
    struct pdf_place all; /* everything is tried, so that what is wrong is said now */
    BUF_SCOPED json = BUF_INIT(FILLED_MAX);
    TRY(sealing_place(s, f, &all));
    TRY(put_filled(f, &json));
    TRY(seal_forget(s->x, s->signer.id));
    return db_exec(s->x->tx, &sp_add,
                   VALS(v_int(s->signer.id), v_text(buf_str(&json)), v_int(s->x->at + LASTS), v_blob(STR_EMPTY)), NULL);
}

rc seal_fill_in(const struct act *x, struct app *app, id signer, const struct seal_filled *f)
{
    struct sealing s;
    rc r = sealing_open(x, app, signer, true, &s);
    if (r == OK)
        r = fill_in(&s, f);
    sealing_close(&s);
    return r;
}

/* ---- second step: the certificate ---- */

struct pending {
    int64_t revision;
    struct buf tail; /* to be freed; empty: the certificate is not known yet */
    struct pdf_placed at;
    struct digest_value content;
    str certs, to_sign, filled;
    instant expires;
};

static rc none_pending(struct tx *tx)
{
    return ERR(tx_err(tx), E_CONFLICT, "RM-013",
               N_("Meanwhile the document has grown, or too much time has passed. Please sign once more."));
}

static rc load_pending(struct tx *tx, id signer, instant now, struct arena *a, struct pending *p)
{
    struct rows r;
    rc found = db_one(tx, &sp_get, VALS(v_int(signer)), &r);
    if (found == E_NOTFOUND)
        return none_pending(tx);
    TRY(found);
    p->revision = row_int(&r, 0);
    buf_put(&p->tail, row_text(&r, 1));
    p->at.gap = (size_t)row_int(&r, 2);
    p->at.gap_n = (size_t)row_int(&r, 3);
    str content = row_text(&r, 4);
    p->content.n = content.n < sizeof p->content.b ? content.n : sizeof p->content.b;
    memcpy(p->content.b, content.p, p->content.n);
    p->certs = row_dup(&r, 5, a);
    p->to_sign = row_dup(&r, 6, a);
    p->filled = row_dup(&r, 7, a);
    p->expires = row_int(&r, 8);
    TRY(rows_end(&r));
    TRY(arena_rc(a));
    TRY(buf_rc(&p->tail));
    return p->expires > now ? OK : none_pending(tx);
}

static rc keep_begun(const struct sealing *s, const struct pades_begun *b, const struct buf *tail, const str *certs,
                     size_t n, str to_sign)
{
    BUF_SCOPED all = BUF_INIT(SIGNER_CERTS_MAX * CERT_BYTES_MAX);
    for (size_t i = 0; i < n; i++)
        buf_put(&all, certs[i]);
    TRY(buf_rc(&all));
    return db_exec(s->x->tx, &sp_begun,
                   VALS(v_int(s->signer.id), v_int(s->room.revision), v_blob(buf_str(tail)), v_int((int64_t)b->at.gap),
                        v_int((int64_t)b->at.gap_n), v_blob(digest_str(&b->content.digest)), v_blob(buf_str(&all)),
                        v_blob(to_sign)),
                   NULL);
}

static rc begin(struct sealing *s, const struct pending *p, const str *certs, size_t n, struct buf *to_sign)
{
    const struct sign_raise o = {.level = SIGN_T}; /* room for the time-stamp */
    struct own_key key;
    struct seal_filled filled = {.n = 0};
    struct cms_signer *signer = NULL;
    struct pdf_place place;
    struct pades_begun b;
    const struct pades_extra extra = sealing_extra(s);
    const size_t from = to_sign->n;
    BUF_SCOPED tail = BUF_INIT(PADES_TAIL_MAX);
    TRY(read_certs(s, certs, n, &key));
    TRY(may_sign_documents(s, key.cert));
    TRY(is_trusted(s, &key));
    TRY(signer_other_name(s->x->a, &s->signer, certs[0], &s->other_name, tx_err(s->x->tx)));
    TRY(signer_for(s, &key, &signer));
    TRY(take_filled(s, p->filled, &filled));
    TRY(sealing_place(s, &filled, &place));
    TRY(pades_begin(s->pdf, signer, &place, &extra, &o, &tail, &b));
    TRY(cms_attributes(signer, &b.content, to_sign));
    return keep_begun(s, &b, &tail, certs, n, str_sub(buf_str(to_sign), from, to_sign->n));
}

rc seal_begin(const struct act *x, struct app *app, id signer, const str *certs, size_t n, struct buf *to_sign)
{
    struct sealing s;
    struct pending p = {.tail = BUF_INIT(PADES_TAIL_MAX)};
    rc r = sealing_open(x, app, signer, true, &s);
    if (r == OK)
        r = load_pending(x->tx, signer, x->at, s.x->a, &p);
    if (r == OK)
        r = begin(&s, &p, certs, n, to_sign);
    buf_free(&p.tail);
    sealing_close(&s);
    return r;
}

/* ---- third step: the signature ---- */

/* Certificates one behind the other. */
static rc split_certs(const struct sealing *s, str all, str *out, size_t *n)
{
    struct der one;
    for (*n = 0; all.n > 0; (*n)++) {
        if (*n == SIGNER_CERTS_MAX || der_next(&all, &one) != OK)
            return E_CORRUPT;
        out[*n] = arena_str(s->x->a, one.whole);
    }
    return arena_rc(s->x->a);
}

static rc check_signature(const struct sealing *s, str cms_bytes, const struct digest_value *content)
{
    struct cms *cms;
    struct cms_check check;
    TRY(cms_read(s->x->a, cms_bytes, &cms, tx_err(s->x->tx)));
    TRY(cms_verify(cms, &cms->signatures[0], content, NULL, 0, &check));
    return check.outcome == CMS_VALID ? OK : does_not_fit(s, cms_outcome_text(check.outcome));
}

/* As everybody else will judge it: a revoked certificate, for one, is found here. */
static rc check_file(const struct sealing *s, str tail)
{
    struct arena *a = s->x->a;
    struct sign_rules rules;
    struct pdf_report *report;
    BUF_SCOPED whole = BUF_INIT(SEAL_FILE_MAX);
    buf_put(&whole, s->file);
    buf_put(&whole, tail);
    TRY(buf_rc(&whole));
    TRY(trusted_rules(s->app, s->x->tx, a, LANG_EN, &rules, tx_err(s->x->tx)));
    TRY(validate_pdf(a, buf_str(&whole), &rules, &report));
    if (report->n == 0)
        return E_INTERNAL;
    const struct sign_judgement *j = &report->v[report->n - 1].result;
    if (j->verdict == VERDICT_FAILED || j->sub == SUB_REVOKED_NO_POE || j->sub == SUB_REVOKED_CA_NO_POE)
        return does_not_fit(s, sub_indication_name(j->sub));
    return OK;
}

static rc end(struct sealing *s, struct pending *p, str signature, const struct sign_raise *o,
              const struct room_from *from)
{
    str ders[SIGNER_CERTS_MAX];
    size_t n = 0;
    struct own_key key;
    struct cms_signer *signer = NULL;
    struct sign_raised made;
    const struct cms_content content = {.digest = p->content};
    BUF_SCOPED cms = BUF_INIT(PDF_ROOM_MAX);
    TRY(split_certs(s, p->certs, ders, &n));
    TRY(read_certs(s, ders, n, &key));
    TRY(signer_for(s, &key, &signer));
    TRY(cms_assemble(signer, &content, p->to_sign, signature, &cms));
    TRY(check_signature(s, buf_str(&cms), &p->content));
    TRY(pades_end(s->pdf, &p->at, o, &cms, &p->tail, &made, tx_err(s->x->tx)));
    TRY(check_file(s, buf_str(&p->tail)));
    TRY(seal_forget(s->x, s->signer.id));
    return sealing_keep(s, buf_str(&p->tail), &made, key.cert, from);
}

/* What was recorded since is another recording: the former one was forgotten, and its hash proves nothing any more. */
static bool binds_recording(const struct sealing *s, str to_sign)
{
    return s->attribute.n == 0 || str_find(to_sign, s->attribute) >= 0;
}

rc seal_end(const struct act *x, struct app *app, id signer, str signature, const struct room_from *from)
{
    struct sealing s;
    struct seal_net net = {.services = NULL};
    struct pending p = {.tail = BUF_INIT(PADES_TAIL_MAX)};
    rc r = sealing_open(x, app, signer, true, &s);
    if (r == OK)
        r = load_pending(x->tx, signer, x->at, s.x->a, &p);
    if (r == OK && (p.tail.n == 0 || p.revision != s.room.revision || !binds_recording(&s, p.to_sign)))
        r = none_pending(x->tx);
    if (r == OK)
        r = seal_net_open(app, x->tx, s.x->a, false, &net);
    if (r == OK) {
        const struct sign_raise o = seal_net_raise(&net, SIGN_T);
        r = end(&s, &p, signature, &o, from);
    }
    buf_free(&p.tail);
    seal_net_close(&net);
    sealing_close(&s);
    return r;
}

/* ---- what is asked of the signer ---- */

rc seal_asked(struct tx *tx, id signer, instant now, struct arena *a, struct seal_asked *out)
{
    struct cert *cert = NULL;
    struct signer s;
    struct der one;
    struct pending p = {.tail = BUF_INIT(PADES_TAIL_MAX)};
    rc r = load_pending(tx, signer, now, a, &p);
    const bool begun = p.tail.n > 0;
    buf_free(&p.tail);
    TRY(r);
    *out = (struct seal_asked){.until = p.expires, .to_sign = STR_EMPTY, .other_name = STR_EMPTY};
    if (!begun)
        return OK;
    TRY(der_next(&p.certs, &one));
    TRY(cert_read(a, one.whole, &cert, tx_err(tx)));
    out->to_sign = p.to_sign;
    out->key = sha256_hex_of(a, cert->spki);
    out->name = report_name(a, cert->subject);
    out->subject = cert_name_text(a, cert->subject);
    TRY(signer_get(tx, signer, &s, a));
    TRY(signer_other_name(a, &s, one.whole, &out->other_name, tx_err(tx)));
    out->digest = digest_name(pkey_scheme(cert->key).digest);
    return arena_rc(a);
}

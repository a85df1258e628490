/* A version with all that proves its approvals, as one ZIP that is checked without this site:
 *
 *     document/NAME                 the bytes that were approved
 *     approval-N.p7s                the signature at place N, CMS, detached, DER
 *     ca/NAME.cer, ca/NAME.crl      our authorities and what they have revoked, DER
 *     log/approval-N.json           the public log's proof of the signature at place N (rise-log-proof/1)
 *     approval.json                 what happened, by id, hash and time
 *     README.txt                    how to check it with openssl, in both languages */
#include "base/json.h"
#include "base/utf8.h"
#include "base/zip.h"
#include "core/publiclog.h"
#include "mod/sign/rooms/approval.h"
#include "mod/sign/rooms/room.h"
#include "mod/sign/trust/trust.h"

enum { ENTRIES_MAX = 2 * APPROVERS_MAX + 2 * TRUST_AUTHORITIES_MAX + 8, TEXT_MAX = 1 << 20, ARCHIVE_CRL_MAX = 4 << 20 };

struct archive {
    const struct act *x;
    struct app *app;
    const struct approval_whole *w;
    const struct approval_version *v;
    struct zip_entry entries[ENTRIES_MAX];
    size_t n;
};

static rc add(struct archive *z, str name, str bytes)
{
    if (!name.p || !bytes.p)
        return arena_failed(z->x->a);
    if (z->n == ENTRIES_MAX)
        return E_LIMIT;
    z->entries[z->n++] = (struct zip_entry){name, bytes};
    return OK;
}

static rc add_kept(struct archive *z, str name, const struct buf *b)
{
    TRY(buf_rc(b));
    return add(z, name, arena_str(z->x->a, buf_str(b)));
}

static str numbered(const struct archive *z, const char *before, int64_t place, const char *after)
{
    return arena_printf(z->x->a, "%s%lld%s", before, (long long)place, after);
}

static rc add_signatures(struct archive *z)
{
    for (size_t i = 0; i < z->v->n_steps; i++) {
        const struct approval_step *s = &z->v->steps[i];
        BUF_SCOPED proof = BUF_INIT(TEXT_MAX);
        if (s->signature.n == 0)
            continue;
        TRY(add(z, numbered(z, "approval-", s->place, ".p7s"), s->signature));
        TRY(log_proof_json(z->x->tx, s->entry, &proof, z->x->a));
        TRY(add_kept(z, numbered(z, "log/approval-", s->place, ".json"), &proof));
    }
    return OK;
}

static rc add_authorities(struct archive *z)
{
    struct trust_authority *v;
    size_t n;
    TRY(trust_authorities(z->x->tx, z->x->a, &v, &n));
    for (size_t i = 0; i < n; i++) {
        BUF_SCOPED crl = BUF_INIT(ARCHIVE_CRL_MAX);
        instant from, until;
        TRY(add(z, arena_printf(z->x->a, "ca/%.*s.cer", STR_ARG(v[i].name)), v[i].cert->der));
        rc listed = trust_crl_get(z->x->tx, v[i].id, &crl, &from, &until);
        if (listed == E_NOTFOUND)
            continue;
        TRY(listed);
        TRY(add_kept(z, arena_printf(z->x->a, "ca/%.*s.crl", STR_ARG(v[i].name)), &crl));
    }
    return OK;
}

static void put_step(struct json_out *o, const struct approval_step *s)
{
    BUF_SCOPED at = BUF_INIT(64);
    buf_instant(&at, s->acted);
    jo_obj(o);
    jo_kint(o, "place", s->place);
    jo_kstr(o, "name", s->name);
    jo_kstr(o, "capacity", s->capacity);
    jo_kstr(o, "state", s->state);
    if (s->acted)
        jo_kstr(o, "at", buf_str(&at));
    if (s->reason.n > 0)
        jo_kstr(o, "reason", s->reason);
    if (s->signature.n > 0) {
        jo_kstr(o, "level", s->level);
        jo_kstr(o, "signer_info_sha256", s->link);
    }
    jo_end_obj(o);
}

static rc add_facts(struct archive *z, str document)
{
    char approval[ID_TEXT + 1];
    BUF_SCOPED text = BUF_INIT(TEXT_MAX);
    BUF_SCOPED at = BUF_INIT(64);
    struct json_out o;
    id_text(z->w->approval.id, approval);
    buf_instant(&at, z->v->filed);
    jo_begin(&o, &text);
    jo_obj(&o);
    jo_kstr(&o, "type", STR("rise-approval/1"));
    jo_kstr(&o, "approval", str_of(approval));
    jo_kint(&o, "version", z->v->version);
    jo_kint(&o, "of", z->w->approval.of);
    jo_kstr(&o, "title", z->w->approval.title);
    jo_kstr(&o, "organisation", z->w->party);
    jo_kstr(&o, "filed_by", z->w->owner);
    jo_kstr(&o, "filed_at", buf_str(&at));
    jo_kstr(&o, "file", document);
    jo_kint(&o, "size", z->v->document.size);
    jo_kstr(&o, "sha256", sha256_hex_text(z->x->a, &z->v->document.hash));
    jo_key(&o, "approvals");
    jo_arr(&o);
    for (size_t i = 0; i < z->v->n_steps; i++)
        put_step(&o, &z->v->steps[i]);
    jo_end_arr(&o);
    jo_end_obj(&o);
    TRY(arena_rc(z->x->a));
    return add_kept(z, STR("approval.json"), &text);
}

static rc add_readme(struct archive *z, str document)
{
    BUF_SCOPED text = BUF_INIT(TEXT_MAX);
    for (int lang = 0; lang < LANGS; lang++)
        tr_f(&text, (enum lang)lang,
             N_("How to check these approvals without the site that made them\n\n"
                "1. Make PEM of our authorities' certificates, the root being the one that you trust:\n"
                "   for f in ca/*.cer; do openssl x509 -inform DER -in $f; done > ca.pem\n"
                "2. Check each signature over the document; it must say that the verification was successful:\n"
                "   openssl cms -verify -binary -inform DER -in approval-1.p7s -content '{1}' -CAfile ca.pem "
                "-purpose any -out /dev/null\n"
                "3. See which place each has: openssl cms -cmsout -print -inform DER -in approval-2.p7s shows the "
                "signed "
                "attribute 2.25.322982525709735805872681643560457279959 with version, place, number of approvers, and "
                "the "
                "SHA-256 of the approval before (signer_info_sha256 in approval.json).\n"
                "4. log/ holds the proofs that each approval is in the public log: rise verify-log checks them.\n\n"),
             &document, 1);
    return add_kept(z, STR("README.txt"), &text);
}

rc approval_archive(const struct act *x, struct app *app, const struct approval_whole *w,
                    const struct approval_version *v, struct buf *out)
{
    struct archive z = {.x = x, .app = app, .w = w, .v = v};
    str bytes;
    /* In a folder of its own, whatever it is called: it cannot be taken for one of ours. */
    str document = arena_printf(x->a, "document/%.*s", STR_ARG(utf8_cut(v->document.name, ZIP_NAME_MAX - 16)));
    TRY(room_file_read(x->tx, app, v->document.id, &bytes, x->a));
    TRY(add(&z, document, bytes));
    TRY(add_signatures(&z));
    TRY(add_authorities(&z));
    TRY(add_facts(&z, document));
    TRY(add_readme(&z, document));
    return zip_write(z.entries, z.n, out, tx_err(x->tx));
}

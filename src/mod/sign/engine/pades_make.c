/* A PDF signed at B-B or B-T. */
#include "crypto/oid.h"
#include "mod/sign/engine/pades.h"

enum {
    ROOM_B = 4096,
    ROOM_STAMP = 16384
}; /* beside the certificates: attributes and signature; a token with its own */

static size_t room_for(const struct cms_signer *s, const struct pades_extra *x, const struct sign_raise *o)
{
    size_t extra = 0;
    for (size_t i = 0; x && i < x->n; i++)
        extra += x->v[i].n;
    return ROOM_B + cms_signer_certs_size(s) + extra + (o->level >= SIGN_T ? ROOM_STAMP : 0);
}

static struct digest_value hash(const struct pdf_doc *doc, const struct buf *tail, const struct pdf_placed *at,
                                enum digest d)
{
    struct digest_stream *stream = digest_start(d);
    digest_add(stream, doc->bytes);
    digest_add(stream, pdf_placed_before(tail, at));
    digest_add(stream, pdf_placed_after(tail, at));
    return digest_finish(stream);
}

/* The CMS with a time-stamp over its signature's value. */
static rc add_stamp(struct arena *a, const struct sign_raise *o, struct buf *cms, struct err *err)
{
    struct cms *read;
    struct tsp_token token;
    BUF_SCOPED attribute = BUF_INIT(TSP_TOKEN_MAX);
    BUF_SCOPED stamped = BUF_INIT(PDF_ROOM_MAX);
    TRY(cms_read(a, buf_str(cms), &read, err));
    TRY(stamp_ask(a, o, read->signatures[0].value, &token, err));
    cms_put_attribute(&attribute, oid_signature_ts, token.der);
    TRY(buf_rc(&attribute));
    str der = buf_str(&attribute);
    TRY(cms_extend(read, &(struct cms_additions){.attributes = &der, .n_attributes = 1}, &stamped, err));
    buf_clear(cms);
    buf_put(cms, buf_str(&stamped));
    return buf_rc(cms);
}

/* E_UNAVAILABLE and the like only lower the level: they stand in made->why. */
static rc raise_to_t(struct arena *a, const struct sign_raise *o, struct buf *cms, struct sign_raised *made)
{
    if (o->level < SIGN_T)
        return OK;
    rc r = o->net ? add_stamp(a, o, cms, &made->why)
                  : ERR(&made->why, E_UNAVAILABLE, "SIG-204", N_("No time-stamp authority was named."));
    if (r == OK)
        made->level = SIGN_T;
    return r == OK || stamp_is_elsewhere(a, r) ? OK : r;
}

rc pades_begin(struct pdf_doc *doc, const struct cms_signer *s, const struct pdf_place *place,
               const struct pades_extra *extra, const struct sign_raise *o, struct buf *tail, struct pades_begun *out)
{
    struct pdf_place p = *place;
    enum pkey_kind kind = pkey_kind(cms_signer_cert(s)->key);
    if (kind == PKEY_ED25519) /* ISO/TS 32002 has it, but pdfsig and mutool cannot verify it */
        return ERR(doc->err, E_INVALID, "SIG-125", N_("PDF programs do not verify signatures by keys of the kind {1}."),
                   str_of(pkey_kind_name(kind)));
    if (p.room == 0)
        p.room = room_for(s, extra, o);
    TRY(pdf_place(doc, &p, tail, &out->at));
    out->content = (struct cms_content){.digest = hash(doc, tail, &out->at, cms_signer_digest(s)),
                                        .has_time = p.sub == PDF_SUB_PKCS7 && p.made,
                                        .time = p.made,
                                        .extra = extra ? extra->v : NULL,
                                        .n_extra = extra ? extra->n : 0};
    return OK;
}

rc pades_end(struct pdf_doc *doc, const struct pdf_placed *at, const struct sign_raise *o, struct buf *cms,
             struct buf *tail, struct sign_raised *made, struct err *err)
{
    *made = (struct sign_raised){.level = SIGN_B};
    rc r = raise_to_t(doc->a, o, cms, made);
    if (r != OK) {
        err_copy(err, &made->why);
        return r;
    }
    return pdf_place_fill(doc, tail, at, buf_str(cms));
}

rc pades_sign(struct pdf_doc *doc, const struct cms_signer *s, const struct pdf_place *place,
              const struct pades_extra *extra, const struct sign_raise *o, struct buf *tail, struct sign_raised *made,
              str *field, struct err *err)
{
    struct pades_begun b;
    BUF_SCOPED cms = BUF_INIT(PDF_ROOM_MAX);
    TRY(pades_begin(doc, s, place, extra, o, tail, &b));
    *field = b.at.name;
    TRY(cms_sign(s, &b.content, &cms));
    return pades_end(doc, &b.at, o, &cms, tail, made, err);
}

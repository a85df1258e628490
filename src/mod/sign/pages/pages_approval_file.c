/* What can be taken away from an approval: the document, a signature, everything as one archive. */
#include "mod/sign/pages/pages_approval.h"

#include "base/utf8.h"

enum { ARCHIVE_MOST = APPROVAL_FILE_MAX + (8 << 20) };

rc approval_version_of_path(const struct ctx *c, const struct approval_whole *w, const struct approval_version **out)
{
    int64_t version;
    if (str_to_i64(request_param(c->req, "version"), &version) == OK)
        for (size_t i = 0; i < w->n; i++)
            if (w->v[i].version == version) {
                *out = &w->v[i];
                return OK;
            }
    return E_NOTFOUND;
}

static rc document_read(struct ctx *c)
{
    struct approval_whole w;
    const struct approval_version *v;
    TRY(approval_of_path(c, c->tx, &w));
    TRY(approval_version_of_path(c, &w, &v));
    return document_reply(c, &v->document);
}

/* NAME.2.p7s: the second approver's. */
static rc signature_read(struct ctx *c)
{
    struct approval_whole w;
    const struct approval_version *v;
    int64_t place;
    TRY(approval_of_path(c, c->tx, &w));
    TRY(approval_version_of_path(c, &w, &v));
    TRY(str_to_i64(request_param(c->req, "place"), &place));
    if (place < 1 || place > (int64_t)v->n_steps || v->steps[place - 1].signature.n == 0)
        return E_NOTFOUND;
    str name = arena_printf(c->arena, "%.*s.%lld.p7s", STR_ARG(utf8_cut(v->document.name, DOCUMENT_NAME_MAX - 16)),
                            (long long)place);
    TRY(arena_rc(c->arena));
    buf_put(&c->reply->body, v->steps[place - 1].signature);
    return reply_download(c, "application/pkcs7-signature", name);
}

/* The file and its parts are larger than what a request's arena holds. */
static rc put_archive(struct ctx *c, const struct approval_whole *w, const struct approval_version *v)
{
    const struct act x = {.tx = c->tx, .a = arena_new(2 * ARCHIVE_MOST), .by = &c->session, .at = c->now};
    if (!x.a)
        return E_NOMEM;
    c->reply->body.cap = ARCHIVE_MOST;
    rc r = approval_archive(&x, c->app, w, v, &c->reply->body);
    arena_free(x.a);
    return r;
}

static rc archive_read(struct ctx *c)
{
    struct approval_whole w;
    const struct approval_version *v;
    TRY(approval_of_path(c, c->tx, &w));
    TRY(approval_version_of_path(c, &w, &v));
    TRY(put_archive(c, &w, v));
    str name = arena_printf(c->arena, "approval-%s-%lld.zip", id_shown(c, w.approval.id), (long long)v->version);
    return name.p ? reply_download(c, "application/zip", name) : arena_failed(c->arena);
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/sign/approvals/{id}/versions/{version}/document",
     .perm = APPROVAL_MEMBERS,
     .read = document_read,
     .summary = N_("The document that is to be approved")},
    {.method = HTTP_GET,
     .path = "/sign/approvals/{id}/versions/{version}/signatures/{place}",
     .perm = APPROVAL_MEMBERS,
     .read = signature_read,
     .summary = N_("An approver's signature (CMS, detached)")},
    {.method = HTTP_GET,
     .path = "/sign/approvals/{id}/versions/{version}/archive",
     .perm = APPROVAL_MEMBERS,
     .read = archive_read,
     .summary = N_("Document, signatures and evidence as one archive")},
};
const struct route_table sign_approval_file_routes = {"sign", routes, sizeof routes / sizeof routes[0]};

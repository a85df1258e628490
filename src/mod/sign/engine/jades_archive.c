/* What an archive time-stamp of a JAdES signature is over. */
#include "mod/sign/engine/jades_impl.h"

size_t jades_file(const struct sign_files *files, str name)
{
    size_t i = 0;
    while (i < files->n && !(name.p && str_eq(name, files->v[i].name)))
        i++;
    return i;
}

rc jades_octets(const struct jades *j, str bytes, struct buf *room, str *out)
{
    *out = bytes;
    if (!j->b64)
        return OK;
    buf_base64url(room, bytes);
    *out = buf_str(room);
    return buf_rc(room);
}

rc jades_payload(const struct jades *j, const struct sign_files *files, struct buf *room, str *out)
{
    *out = j->payload_text;
    if (out->n > 0)
        return OK;
    return files->n == 1 ? jades_octets(j, files->v[0].bytes, room, out) : E_NOTFOUND;
}

/* The payload, or the files that sigD names, one behind the other in its order. */
static rc add_content(const struct jades *j, const struct sign_files *files, struct digest_stream *to)
{
    BUF_SCOPED room = BUF_INIT(2 * (size_t)JADES_BYTES_MAX);
    const struct json *sig_d = json_get(j->header, "sigD"), *names = json_get(sig_d, "pars");
    str octets = STR_EMPTY;
    if (!sig_d) {
        TRY(jades_payload(j, files, &room, &octets));
        digest_add(to, octets);
    }
    for (size_t i = 0; i < json_count(names); i++) {
        size_t at = jades_file(files, json_str(json_at(names, i)));
        if (at == files->n)
            return E_NOTFOUND;
        buf_clear(&room);
        TRY(jades_octets(j, files->v[at].bytes, &room, &octets));
        digest_add(to, octets);
    }
    return OK;
}

static rc add_items(const struct jades_items *items, size_t n, struct digest_stream *to)
{
    for (size_t i = 0; i < n; i++) {
        if (!items->v[i].text.p)
            return E_INVALID;
        digest_add(to, items->v[i].text);
    }
    return OK;
}

rc jades_archive_imprint(const struct jades *j, const struct sign_files *files, const struct jades_items *items,
                         size_t n, enum digest d, struct digest_value *out)
{
    struct digest_stream *all = digest_start(d);
    rc r = add_content(j, files, all);
    digest_add(all, STR("."));
    digest_add(all, j->protected_text);
    digest_add(all, STR("."));
    digest_add(all, j->signature_text);
    digest_add(all, STR("."));
    if (r == OK)
        r = add_items(items, n, all);
    *out = digest_finish(all);
    return r;
}

#include "mod/sign/engine/asic.h"

#include "crypto/cms.h"
#include "mod/sign/engine/xades_impl.h"

struct reading {
    struct arena *a;
    struct asic *c;
    struct err *err;
};

static rc no_container(struct reading *r, str why)
{
    return ERR(r->err, E_INVALID, "SIG-501", N_("This is no ASiC-E container: {1}."), why);
}

static rc too_many(struct reading *r)
{
    return ERR(r->err, E_LIMIT, "SIG-502", N_("The container has too many files or signatures."));
}

/* ---- the archive ---- */

/* Before anything is unpacked: whoever looks at the first bytes alone must see the type (EN 319 162-1 section A.1). */
static bool mimetype_is(str bytes, const char *mime)
{
    enum { HEAD = 30 };
    const str name = STR("mimetype");
    str rest = str_sub(bytes, HEAD, SIZE_MAX);
    return bytes.n > HEAD && str_starts(rest, name) && memcmp(bytes.p + 8, "\0\0", 2) == 0 && /* stored */
           memcmp(bytes.p + 28, "\0\0", 2) == 0 &&                                            /* no extra field */
           str_starts(str_sub(rest, name.n, SIZE_MAX), str_of(mime)) &&
           str_starts(str_sub(rest, name.n + strlen(mime), SIZE_MAX), STR("PK"));
}

/* Names in META-INF that sign (section 4.4.3): others there say something about the container. */
enum part { PART_FILE, PART_XADES, PART_CADES, PART_OTHER };

static enum part part_of(str name)
{
    str dir = STR("META-INF/");
    if (!str_ieq(str_sub(name, 0, dir.n), dir))
        return str_eq(name, STR("mimetype")) ? PART_OTHER : PART_FILE;
    str rest = str_sub(name, dir.n, SIZE_MAX);
    bool signature = str_ieq(str_sub(rest, 0, 9), STR("signature"));
    if (signature && str_ieq(str_sub(rest, rest.n > 4 ? rest.n - 4 : 0, 4), STR(".p7s")))
        return PART_CADES;
    return str_ieq(str_sub(rest, 0, 10), STR("signatures")) && str_ends(rest, STR(".xml")) ? PART_XADES : PART_OTHER;
}

/* ---- CAdES: the manifest that a signature is over ---- */

static rc read_rows(struct reading *r, const struct xml_node *root, struct asic_signature *s)
{
    size_t n = xml_count(root, NS_ASIC, "DataObjectReference");
    if (n > ASIC_FILES_MAX)
        return too_many(r);
    s->rows = ARENA_ARRAY(r->a, n + 1, struct asic_manifest_row);
    if (!s->rows)
        return arena_failed(r->a);
    for (const struct xml_node *c = xml_first(root); c; c = xml_next(c)) {
        struct asic_manifest_row *row = &s->rows[s->n_rows];
        if (!xml_is(c, NS_ASIC, "DataObjectReference"))
            continue;
        row->uri = xml_attr(r->a, c, "URI");
        if (!row->uri.p || xades_digest_and_value(r->a, c, &row->digest, &row->value) != OK)
            return no_container(r, s->manifest_name);
        s->n_rows++;
    }
    return OK;
}

/* The manifest whose SigReference names this signature; two would be two statements. */
static rc find_manifest(struct reading *r, struct asic_signature *s)
{
    str start = STR("META-INF/ASiCManifest");
    for (size_t i = 0; i < r->c->n_entries; i++) {
        const struct zip_entry *e = &r->c->entries[i];
        struct xml *x;
        if (!str_starts(e->name, start) || !str_ends(e->name, STR(".xml")))
            continue;
        TRY(xml_parse(r->a, e->bytes, XADES_BYTES_MAX, &x, r->err));
        const struct xml_node *root = xml_root(x), *ref = xml_only(root, NS_ASIC, "SigReference");
        str uri = ref ? xml_attr(r->a, ref, "URI") : STR_EMPTY;
        struct sign_data named = {.name = s->name};
        if (!xml_is(root, NS_ASIC, "ASiCManifest") || xades_file_of(uri, &named, 1) != 0)
            continue;
        if (s->manifest.p)
            return no_container(r, e->name);
        s->manifest_name = e->name;
        s->manifest = e->bytes;
        TRY(read_rows(r, root, s));
    }
    return OK;
}

/* ---- signatures ---- */

static rc add(struct reading *r, struct asic_signature s)
{
    if (r->c->n_signatures == ASIC_SIGNATURES_MAX)
        return too_many(r);
    r->c->signatures[r->c->n_signatures++] = s;
    return OK;
}

static rc read_part(struct reading *r, const struct zip_entry *e, enum part part)
{
    struct asic_signature s = {.name = e->name, .cades = part == PART_CADES};
    if (part == PART_XADES) {
        TRY(xades_read(r->a, e->bytes, &s.xades, r->err));
        for (s.i = 0; s.i < s.xades->n; s.i++)
            TRY(add(r, s));
    } else if (part == PART_CADES) {
        TRY(cms_read(r->a, e->bytes, &s.cms, r->err));
        TRY(find_manifest(r, &s));
        for (s.i = 0; s.i < s.cms->n_signatures; s.i++)
            TRY(add(r, s));
    } else if (part == PART_FILE) {
        if (r->c->n_files == ASIC_FILES_MAX)
            return too_many(r);
        r->c->files[r->c->n_files++] = (struct sign_data){.name = e->name, .bytes = e->bytes};
    }
    return OK;
}

rc asic_read(struct arena *a, str bytes, struct asic **out, struct err *err)
{
    struct reading r = {a, ARENA_NEW(a, struct asic), err};
    if (!r.c)
        return arena_failed(a);
    TRY(zip_read_packed(a, bytes, ASIC_FILES_MAX + 2 * ASIC_SIGNATURES_MAX, ASIC_UNPACKED_MAX, &r.c->entries,
                        &r.c->n_entries, err));
    r.c->simple = mimetype_is(bytes, ASIC_MIME_SIMPLE);
    r.c->mimetype_fits = r.c->simple || mimetype_is(bytes, ASIC_MIME);
    r.c->files = ARENA_ARRAY(a, ASIC_FILES_MAX, struct sign_data);
    r.c->signatures = ARENA_ARRAY(a, ASIC_SIGNATURES_MAX, struct asic_signature);
    if (!r.c->files || !r.c->signatures)
        return arena_failed(a);
    for (size_t i = 0; i < r.c->n_entries; i++)
        TRY(read_part(&r, &r.c->entries[i], part_of(r.c->entries[i].name)));
    *out = r.c;
    return OK;
}

str asic_signed_bytes(const struct asic *c, const struct asic_signature *s)
{
    if (s->manifest.p || !c->simple || c->n_files != 1)
        return s->manifest;
    return c->files[0].bytes;
}

#include "mod/sign/engine/asic.h"

#include "base/utf8.h"
#include "crypto/cms.h"
#include "mod/sign/engine/xades_impl.h"

enum { PART_MAX = 32 << 20 };

static void put(struct buf *b, const char *text)
{
    buf_put(b, str_of(text));
}

static void put_quoted(struct buf *b, const char *name, str value)
{
    buf_printf(b, " %s=\"", name);
    for (size_t i = 0; i < value.n; i++)
        if (value.p[i] == '"')
            put(b, "&quot;");
        else
            buf_xml(b, str_sub(value, i, 1));
    buf_putc(b, '"');
}

/* ---- parts ---- */

static void put_list(const struct asic_request *r, struct buf *b)
{
    put(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<manifest:manifest "
           "xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.2\">\n"
           "  <manifest:file-entry manifest:full-path=\"/\" manifest:media-type=\"" ASIC_MIME "\"/>\n");
    for (size_t i = 0; i < r->n_files; i++) {
        put(b, "  <manifest:file-entry");
        put_quoted(b, "manifest:full-path", r->files[i].name);
        put_quoted(b, "manifest:media-type", r->files[i].mime);
        put(b, "/>\n");
    }
    put(b, "</manifest:manifest>\n");
}

/* EN 319 162-1 section A.4. */
static void put_manifest(const struct asic_request *r, enum digest d, struct buf *b)
{
    put(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<asic:ASiCManifest xmlns:asic=\"" NS_ASIC "\" xmlns:ds=\"" NS_DS
           "\">\n  <asic:SigReference URI=\"META-INF/signature001.p7s\" MimeType=\"application/pkcs7-signature\"/>\n");
    for (size_t i = 0; i < r->n_files; i++) {
        put(b, "  <asic:DataObjectReference URI=\"");
        xades_put_path(b, r->files[i].name);
        buf_putc(b, '"');
        put_quoted(b, "MimeType", r->files[i].mime);
        buf_putc(b, '>');
        xades_put_digest(b, false, d, r->files[i].bytes);
        put(b, "</asic:DataObjectReference>\n");
    }
    put(b, "</asic:ASiCManifest>\n");
}

static rc sign_xades(struct arena *a, const struct asic_request *r, struct buf *out, struct err *err)
{
    return xades_make(a,
                      &(struct xades_request){.form = XADES_DETACHED,
                                              .key = r->key,
                                              .cert = r->cert,
                                              .chain = r->chain,
                                              .n_chain = r->n_chain,
                                              .pss = r->pss,
                                              .time = r->time,
                                              .data = r->files,
                                              .n_data = r->n_files,
                                              .in_container = true},
                      out, err);
}

static rc sign_cades(struct arena *a, const struct asic_request *r, struct buf *manifest, struct buf *out,
                     struct err *err)
{
    struct cms_signer *signer;
    struct cms_signer_options o = {.scheme = {.pss = r->pss}};
    TRY(cms_signer_make(a, r->key, r->cert, r->chain, r->n_chain, &o, &signer, err));
    put_manifest(r, pkey_digest(r->key), manifest);
    TRY(buf_rc(manifest));
    struct cms_content c = {
        .digest = digest_of(cms_signer_digest(signer), buf_str(manifest)), .has_time = true, .time = r->time};
    return cms_sign(signer, &c, out);
}

/* ---- the container ---- */

static bool is_reserved(str name)
{
    str dir = STR("META-INF/");
    return str_ieq(name, STR("mimetype")) || str_ieq(str_sub(name, 0, dir.n), dir);
}

static rc check_files(const struct asic_request *r, struct err *err)
{
    if (r->n_files == 0)
        return ERR(err, E_INVALID, "SIG-501", N_("This is no ASiC-E container: {1}."), STR("no files"));
    if (r->n_files > ASIC_FILES_MAX)
        return ERR(err, E_LIMIT, "SIG-502", N_("The container has too many files or signatures."));
    for (size_t i = 0; i < r->n_files; i++)
        if (is_reserved(r->files[i].name) || !utf8_valid(r->files[i].mime) || utf8_has_control(r->files[i].mime))
            return ERR(err, E_INVALID, "SIG-503", N_("A file of this name or type cannot stand in a container: {1}"),
                       r->files[i].name);
    return OK;
}

rc asic_make(struct arena *a, const struct asic_request *r, struct buf *out, struct err *err)
{
    BUF_SCOPED list = BUF_INIT(PART_MAX);
    BUF_SCOPED manifest = BUF_INIT(PART_MAX);
    BUF_SCOPED signature = BUF_INIT(PART_MAX);
    size_t n = 0;
    TRY(check_files(r, err));
    struct zip_entry *v = ARENA_ARRAY(a, r->n_files + 4, struct zip_entry);
    if (!v)
        return arena_failed(a);
    put_list(r, &list);
    TRY(buf_rc(&list));
    TRY(r->cades ? sign_cades(a, r, &manifest, &signature, err) : sign_xades(a, r, &signature, err));
    v[n++] = (struct zip_entry){STR("mimetype"), STR(ASIC_MIME)};
    for (size_t i = 0; i < r->n_files; i++)
        v[n++] = (struct zip_entry){r->files[i].name, r->files[i].bytes};
    v[n++] = (struct zip_entry){STR("META-INF/manifest.xml"), buf_str(&list)};
    if (r->cades)
        v[n++] = (struct zip_entry){STR("META-INF/ASiCManifest001.xml"), buf_str(&manifest)};
    v[n++] = (struct zip_entry){r->cades ? STR("META-INF/signature001.p7s") : STR("META-INF/signatures001.xml"),
                                buf_str(&signature)};
    return zip_write(v, n, out, err);
}

#include "mod/sign/cli/cli_files.h"

static str base_name(str path)
{
    for (ptrdiff_t slash; (slash = str_chr(path, '/')) >= 0;)
        path = str_sub(path, (size_t)slash + 1, SIZE_MAX);
    return path;
}

/* Those that people sign; a signature says of everything else only that it is bytes. */
static str mime_of(str name)
{
    static const struct {
        str ending, mime;
    } rows[] = {
        {STR_INIT(".xml"), STR_INIT("application/xml")},
        {STR_INIT(".json"), STR_INIT("application/json")},
        {STR_INIT(".pdf"), STR_INIT("application/pdf")},
        {STR_INIT(".txt"), STR_INIT("text/plain")},
        {STR_INIT(".csv"), STR_INIT("text/csv")},
        {STR_INIT(".html"), STR_INIT("text/html")},
        {STR_INIT(".jpg"), STR_INIT("image/jpeg")},
        {STR_INIT(".png"), STR_INIT("image/png")},
        {STR_INIT(".mp4"), STR_INIT("video/mp4")},
        {STR_INIT(".webm"), STR_INIT("video/webm")},
        {STR_INIT(".odt"), STR_INIT("application/vnd.oasis.opendocument.text")},
        {STR_INIT(".ods"), STR_INIT("application/vnd.oasis.opendocument.spreadsheet")},
        {STR_INIT(".docx"), STR_INIT("application/vnd.openxmlformats-officedocument.wordprocessingml.document")},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (name.n > rows[i].ending.n && str_ieq(str_sub(name, name.n - rows[i].ending.n, SIZE_MAX), rows[i].ending))
            return rows[i].mime;
    return STR("application/octet-stream");
}

rc sign_files_open(struct sign_run *x, struct sign_files *out, struct err *err)
{
    const str *also;
    size_t n = in_all(x->in, "also", &also);
    *out = (struct sign_files){.maps = ARENA_ARRAY(x->a, n + 1, struct file_map),
                               .v = ARENA_ARRAY(x->a, n + 1, struct sign_data)};
    if (!out->maps || !out->v)
        return arena_failed(x->a);
    str name = base_name(in_text(x->in, "file"));
    out->v[0] =
        (struct sign_data){name, in_given(x->in, "mime") ? in_text(x->in, "mime") : mime_of(name), x->content.bytes};
    for (out->n = 1; out->n <= n; out->n++) {
        str path = also[out->n - 1];
        const char *c = arena_cstr(x->a, path);
        if (!c)
            return arena_failed(x->a);
        TRY(file_map(c, &out->maps[out->n - 1], err));
        name = base_name(path);
        out->v[out->n] = (struct sign_data){name, mime_of(name), out->maps[out->n - 1].bytes};
    }
    return OK;
}

void sign_files_close(struct sign_files *f)
{
    for (size_t i = 0; f->maps && i + 1 < f->n; i++)
        file_unmap(&f->maps[i]);
}

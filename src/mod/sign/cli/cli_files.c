#include "mod/sign/cli/cli_files.h"

#include <stdio.h>

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

static rc add(struct arena *a, const char *option, str path, struct cli_files *to, struct err *err)
{
    const str one = sign_file_name(path);
    const char *c = arena_cstr(a, path);
    if (!c)
        return arena_failed(a);
    for (size_t i = 0; i < to->n; i++)
        if (str_eq(to->v[i].name, one))
            return ERR(err, E_INVALID, "SIG-617",
                       N_("Two files are named {1}: a signature knows them by their names, without the folders. Rename "
                          "one before signing, and give the one that was signed when checking."),
                       one);
    TRY(cli_at_option(file_map(c, &to->maps[to->n], err), option, err));
    to->v[to->n] = (struct sign_data){one, mime_of(one), to->maps[to->n].bytes};
    to->n++;
    return OK;
}

rc cli_files_open(struct arena *a, const struct input *in, const char *option, const struct sign_data *first,
                  struct cli_files *out, struct err *err)
{
    char most[16];
    const str *paths;
    size_t n = in_all(in, option, &paths);
    *out = (struct cli_files){.maps = ARENA_ARRAY(a, n + 1, struct file_map),
                              .v = ARENA_ARRAY(a, n + 1, struct sign_data)};
    if (!out->maps || !out->v)
        return arena_failed(a);
    if (n + (first != NULL) > CLI_FILES_MAX) {
        snprintf(most, sizeof most, "%d", CLI_FILES_MAX);
        return ERR(err, E_LIMIT, "SIG-618",
                   N_("There are more than {1} files: sign them as an archive or in several signatures."),
                   str_of(most));
    }
    if (first) {
        out->v[out->n] = *first;
        if (!first->mime.n)
            out->v[out->n].mime = mime_of(first->name);
        out->n++;
    }
    for (size_t i = 0; i < n; i++)
        TRY(add(a, option, paths[i], out, err));
    return OK;
}

void cli_files_close(struct cli_files *f)
{
    for (size_t i = 0; i < f->n; i++)
        file_unmap(&f->maps[i]);
}

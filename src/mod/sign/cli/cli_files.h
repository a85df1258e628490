/* The files of a signature that covers several: FILE and each --also when signing, each --content when checking. */
#ifndef RISE_SIGN_CLI_FILES_H
#define RISE_SIGN_CLI_FILES_H
#include "mod/sign/cli/cli_sign.h"
#include "mod/sign/engine/data.h"

enum { CLI_FILES_MAX = 1024 };

#define SIGN_ALSO_FIELDS                                                                                               \
    {.name = "also",                                                                                                   \
     .type = F_TEXT,                                                                                                   \
     .many = true,                                                                                                     \
     .max = 4000,                                                                                                      \
     .label = N_("Further file to sign; may be given several times")},                                                 \
    {                                                                                                                  \
        .name = "mime", .type = F_TEXT, .max = 100, .label = N_("Media type of the file (told by its name)")           \
    }
#define SIGN_CONTENT_FIELD                                                                                             \
    {                                                                                                                  \
        .name = "content", .type = F_TEXT, .many = true, .max = 4000,                                                  \
        .label = N_("File that a detached signature is over; may be given several times")                              \
    }

struct cli_files {
    struct file_map *maps;
    struct sign_data *v; /* names without their folders: what references are compared with */
    size_t n;
};
/* `first`: what goes before those of the option, its bytes the caller's; NULL: nothing. The bytes stay until
 * cli_files_close(), also after an error. SIG-617 E_INVALID two of one name; SIG-618 E_LIMIT; those of file_map(). */
rc cli_files_open(struct arena *a, const struct input *in, const char *option, const struct sign_data *first,
                  struct cli_files *out, struct err *err);
void cli_files_close(struct cli_files *f);
#endif

/* The general verbs and the list of modules. */
#include <stdio.h>

#include "cmd/cmd.h"

#define MODULE(x) extern const struct module x##_module;
#include "core/parts.def"
#include "mod/modules.def"
#undef MODULE

const struct module *const all_modules[] = {
#define MODULE(x) &x##_module,
#include "core/parts.def"
#include "mod/modules.def"
#undef MODULE
};
const size_t n_all_modules = sizeof all_modules / sizeof all_modules[0];

static int verb_version(struct app *app, const struct input *in, struct err *err)
{
    (void)app, (void)in, (void)err;
    print_str(STR("rise " RISE_VERSION "\n"));
    return EXIT_DONE;
}

INPUT(serve_in, {.name = "accept_log_fork",
                 .type = F_TEXT,
                 .max = 1000,
                 .label = N_("Once, after an older backup was restored: why the public log may fork")});
INPUT(init_in, {.name = "admin", .type = F_EMAIL, .label = N_("E-mail address of the first administrator")});
INPUT(doctor_in, {.name = "json", .type = F_BOOL, .label = N_("Print JSON")});
INPUT(file_in, {.name = "file", .type = F_TEXT, .required = true, .max = 4000, .label = N_("File")});
INPUT(verify_in,
      {.name = "path", .type = F_TEXT, .required = true, .max = 4000, .label = N_("Folder, backup or proof (.json)")},
      {.name = "vkey",
       .type = F_TEXT,
       .required = true,
       .max = 400,
       .label = N_("Verifier key of the log, from a place you trust")});
INPUT(demo_in, {.name = "firms", .type = F_INT, .min = 1, .max = 1000000, .label = N_("Number of firms (2,000)")},
      {.name = "seed",
       .type = F_INT,
       .min = 0,
       .max = INT64_MAX,
       .label = N_("Seed: the same number makes the same world")});
INPUT(help_in, {.name = "topic", .type = F_TEXT, .label = N_("Module or command")},
      {.name = "verb", .type = F_TEXT, .label = N_("Command of the module")});
static const struct choice shells[] = {{"bash", N_("bash")}, {NULL, NULL}};
INPUT(completion_in, {.name = "shell", .type = F_CHOICE, .required = true, .choices = shells, .label = N_("Shell")});

const struct verb general_verbs[] = {
    {"serve", "[--accept-log-fork REASON]", N_("Run the server until it is told to stop"),
     N_("Refuses to start while migrations are pending (run: rise migrate). SIGTERM or SIGINT ends it gracefully: "
        "requests that were "
        "accepted are answered first. Refuses to start, too, when the public log in the database does not continue "
        "what "
        "was published; --accept-log-fork writes the reason into the log and goes on."),
     &serve_in, false, verb_serve},
    {"init", "[--admin EMAIL]", N_("Make the data folder, the key and the database"),
     N_("Safe to run again. With --admin it prints a one-time sign-in link for the first administrator."), &init_in,
     false, verb_init},
    {"migrate", "", N_("Bring the database to this version"), NULL, NULL, false, verb_migrate},
    {"doctor", "[--json]", N_("Prove that everything is in order"),
     N_("Exit code 1 when a check fails. Every check says what it proves."), &doctor_in, false, verb_doctor},
    {"backup", "FILE", N_("Write a consistent copy of the running database to FILE"), NULL, &file_in, true,
     verb_backup},
    {"restore", "FILE", N_("Read FILE into an empty database"),
     N_("After an older backup the public log would fork; the command says so, and nothing is signed until it is "
        "decided."),
     &file_in, false, verb_restore},
    {"demo", "[--firms N] [--seed N]", N_("Fill in the demonstration world and print its sign-in links"), NULL,
     &demo_in, true, verb_demo},
    {"verify-log", "PATH VKEY", N_("Check a copy of the public log, or one proof, offline"),
     N_("PATH is a folder with checkpoint and tiles, a backup, or a proof that ends in .json. VKEY is the log's "
        "verifier key "
        "(name+hash+key), for example as printed by /log/vkey on a day you remember."),
     &verify_in, false, verb_verify_log},
    {"help", "[MODULE [VERB]]", N_("Explain a command"), NULL, &help_in, false, verb_help},
    {"openapi", "", N_("Print the API's OpenAPI 3.1 document"), NULL, NULL, false, verb_openapi},
    {"man", "", N_("Print the manual page (troff)"), NULL, NULL, false, verb_man},
    {"completion", "bash", N_("Print the shell's completion script"), NULL, &completion_in, false, verb_completion},
    {"version", "", N_("Print the version"), NULL, NULL, false, verb_version},
};
const size_t n_general_verbs = sizeof general_verbs / sizeof general_verbs[0];

const struct verb *verb_find(const struct verb *v, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(str_of(v[i].name), name))
            return &v[i];
    return NULL;
}

const struct verb *verb_alone(str name)
{
    for (size_t i = 0; i < n_all_modules; i++) {
        const struct module *m = all_modules[i];
        for (size_t k = 0; m->alone && m->alone[k]; k++)
            if (str_eq(str_of(m->alone[k]), name))
                return verb_find(m->verbs, m->n_verbs, name);
    }
    return NULL;
}

const struct module *module_find(str name)
{
    for (size_t i = 0; i < n_all_modules; i++)
        if (str_eq(str_of(all_modules[i]->name), name))
            return all_modules[i];
    return NULL;
}

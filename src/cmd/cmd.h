/* The command line: `rise VERB …` and `rise MODULE VERB …`, both from tables of struct verb (core/module.h).
 *
 * Options are read by the verb's input spec (`--name value`, `--name=value`; a field `as_of` is `--as-of`; positional
 * arguments fill the required fields, then the optional ones, in order; a list or a .many field takes all that is
 * left), settings (sys/config.h) may stand among them, and --lang chooses the language of messages (else LC_ALL,
 * LC_MESSAGES, LANG). Exit codes: 0 done, 1 failed, 2 wrong usage. Codes: CMD-001 … CMD-006. */
#ifndef RISE_CMD_CMD_H
#define RISE_CMD_CMD_H

#include "core/module.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

extern const struct verb general_verbs[];
extern const size_t n_general_verbs;
extern const struct module *const all_modules[]; /* core first, then src/mod/modules.def */
extern const size_t n_all_modules;

const struct verb *verb_find(const struct verb *v, size_t n, str name);
const struct module *module_find(str name);
/* A module's verb that needs no module's name in front; NULL: none of this name. */
const struct verb *verb_alone(str name);

/* The field's name as an option: '_' becomes '-'. */
str option_name(const struct field *f, char room[64]);
/* Turns words into pairs for `verb`. E_INVALID CMD-003 unknown option, CMD-004 value missing or one word too many. */
rc options_read(struct arena *a, const struct verb *verb, int argc, char **argv, struct pair **out, size_t *n,
                struct err *err);

/* Writes a line in the command line's language, {1}… replaced, to stdout or stderr. */
void say(const struct app *app, const char *msgid, const str *args, int n_args);
/* To stderr. An error at an option begins with its name; `in`, when not NULL, knows what can be chosen there. */
void complain(enum lang lang, const struct err *err, const struct input_spec *in);
void put_choices(struct buf *o, const struct field *f); /* " (b | t | lt | lta)", or nothing */
#define SAY(app, msgid, ...)                                                                                           \
    say((app), (msgid), (const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__} + 1,                                       \
        (int)(sizeof((const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__}) / sizeof(str)) - 1)
void print_str(str s);

int verb_help(struct app *app, const struct input *in, struct err *err);
int verb_openapi(struct app *app, const struct input *in, struct err *err);
int verb_man(struct app *app, const struct input *in, struct err *err);
int verb_completion(struct app *app, const struct input *in, struct err *err);
int verb_serve(struct app *app, const struct input *in, struct err *err);
int verb_init(struct app *app, const struct input *in, struct err *err);
int verb_migrate(struct app *app, const struct input *in, struct err *err);
int verb_doctor(struct app *app, const struct input *in, struct err *err);
int verb_backup(struct app *app, const struct input *in, struct err *err);
int verb_restore(struct app *app, const struct input *in, struct err *err);
int verb_verify_log(struct app *app, const struct input *in, struct err *err);
int verb_demo(struct app *app, const struct input *in, struct err *err);

#endif

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "sys/reason.h"
#include "sys/start.h"
#include "sys/thread.h"

enum { ARENA_CAP = 64 * 1024 * 1024 };

/* One invocation, resolved. */
struct command {
    const struct verb *verb;
    int argc; /* what follows the verb */
    char **argv;
};

static enum lang language_of_environment(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        str value = str_of(getenv(names[i]));
        if (value.n > 0)
            return str_starts(value, STR("zh")) ? LANG_ZH : LANG_EN;
    }
    return LANG_EN;
}

/* Takes --lang out of argv, wherever it stands. */
static rc take_language(int *argc, char **argv, enum lang *lang, struct err *err)
{
    int n = 0;
    for (int i = 0; i < *argc; i++) {
        str word = str_of(argv[i]);
        if (!str_eq(word, STR("--lang")) && !str_starts(word, STR("--lang="))) {
            argv[n++] = argv[i];
            continue;
        }
        str value = word.n > 6 ? str_sub(word, 7, word.n) : ++i < *argc ? str_of(argv[i]) : STR_EMPTY;
        if (str_starts(value, STR("zh")))
            *lang = LANG_ZH;
        else if (str_starts(value, STR("en")))
            *lang = LANG_EN;
        else
            return ERR(err, E_INVALID, "CMD-001", N_("--lang must be zh_TW or en."));
    }
    *argc = n;
    return OK;
}

static rc resolve(int argc, char **argv, struct command *out, struct err *err)
{
    str first = argc > 1 ? str_of(argv[1]) : STR("help");
    if (str_eq(first, STR("--help")) || str_eq(first, STR("-h")))
        first = STR("help");
    if (str_eq(first, STR("--version")))
        first = STR("version");
    *out = (struct command){verb_find(general_verbs, n_general_verbs, first), argc > 2 ? argc - 2 : 0, argv + 2};
    if (out->verb)
        return OK;
    out->verb = verb_alone(first);
    if (out->verb)
        return OK;
    const struct module *m = module_find(first);
    if (!m)
        return ERR(err, E_INVALID, "CMD-002", N_("There is no command {1}. See: rise help"), first);
    str second = argc > 2 ? str_of(argv[2]) : STR_EMPTY;
    *out = (struct command){verb_find(m->verbs, m->n_verbs, second), argc > 3 ? argc - 3 : 0, argv + 3};
    if (!out->verb)
        return ERR(err, E_INVALID, "CMD-002", N_("There is no command {1}. See: rise help {2}"), second, first);
    return OK;
}

static rc open_database(struct app *app, struct err *err)
{
    TRY(app_open(app, err));
    TRY(app_migrations_check(app, err));
    return app_init_modules(app, err);
}

/* The names of the verb's own options: they win over settings of the same name. */
static rc own_options(struct arena *a, const struct input_spec *spec, const char ***out)
{
    size_t n = spec ? spec->n : 0;
    const char **names = ARENA_ARRAY(a, n + 1, const char *);
    if (!names)
        return arena_rc(a);
    for (size_t i = 0; i < n; i++)
        names[i] = spec->fields[i].name;
    *out = names;
    return OK;
}

static int run(struct app *app, struct arena *a, struct command *cmd, struct err *err)
{
    int n_rest = 0;
    char **rest = NULL;
    struct pair *pairs = NULL;
    size_t n_pairs = 0;
    static const struct input_spec none = {NULL, 0};
    struct input in = {0};
    const char **own = NULL;
    if (own_options(a, cmd->verb->in, &own) != OK ||
        config_load(a, cmd->argc, cmd->argv, own, &app->config, &n_rest, &rest, err) != OK ||
        options_read(a, cmd->verb, n_rest, rest, &pairs, &n_pairs, err) != OK ||
        input_from_pairs(a, cmd->verb->in ? cmd->verb->in : &none, pairs, n_pairs, &in, err) != OK)
        return EXIT_USAGE;
    if (cmd->verb->needs_db && open_database(app, err) != OK) {
        app_close(app);
        return EXIT_FAILED;
    }
    int code = cmd->verb->run(app, &in, err);
    app_close(app);
    return code;
}

/* A list that ended on a full disk must not look like a whole one. */
static int check_output(int code, struct err *err)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    (void)ERR(err, E_IO, "CMD-006", N_("The output could not be written: {1}"),
              str_of(sys_reason(errno ? errno : EIO)));
    return code == EXIT_DONE ? EXIT_FAILED : code;
}

/* SIGTERM and SIGINT are waited for by `rise serve`; other verbs want them to end the program as usual. */
static void block_end_signals(const struct verb *v)
{
    if (v->run != verb_serve)
        return;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
}

int main(int argc, char **argv)
{
    sys_start();
    struct app app = {.modules = all_modules, .n_modules = n_all_modules, .lang = language_of_environment()};
    struct err err = {0};
    struct command cmd = {.verb = NULL};
    struct arena *a = arena_new(ARENA_CAP);
    int code = EXIT_USAGE;
    if (a && take_language(&argc, argv, &app.lang, &err) == OK && resolve(argc, argv, &cmd, &err) == OK) {
        block_end_signals(cmd.verb);
        code = check_output(run(&app, a, &cmd, &err), &err);
    }
    if (err.code != OK)
        complain(app.lang, &err, cmd.verb ? cmd.verb->in : NULL);
    arena_free(a);
    return code;
}

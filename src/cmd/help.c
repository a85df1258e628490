/* `rise help`, the manual page, OpenAPI and shell completion, all from the verb tables and the settings. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"

enum { TEXT_MAX = 256 * 1024 };

/* ---- help ---- */

static void put_verbs(struct buf *o, enum lang l, const char *module, const struct verb *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        BUF_SCOPED usage = BUF_INIT(512);
        buf_printf(&usage, "%s%s%s %s", module ? module : "", module ? " " : "", v[i].name, v[i].args ? v[i].args : "");
        buf_printf(o, "  %-36s %s\n", usage.p, tr(l, v[i].help));
    }
}

static void put_overview(struct buf *o, const struct app *app)
{
    buf_printf(o, "%s\n\n", tr(app->lang, N_("Usage: rise COMMAND [options], or rise MODULE COMMAND [options]")));
    put_verbs(o, app->lang, NULL, general_verbs, n_general_verbs);
    for (size_t m = 0; m < app->n_modules; m++)
        if (app->modules[m]->n_verbs > 0) {
            buf_printf(o, "\n%s:\n", tr(app->lang, app->modules[m]->title));
            put_verbs(o, app->lang, app->modules[m]->name, app->modules[m]->verbs, app->modules[m]->n_verbs);
        }
    buf_printf(o, "\n%s\n", tr(app->lang, N_("Settings: rise help settings")));
}

static void put_settings(struct buf *o, enum lang l)
{
    buf_printf(o, "%s\n\n", tr(l, N_("Settings are read from flags, then variables, then the settings file.")));
    for (size_t i = 0; i < config_settings_n; i++) {
        const struct setting *s = &config_settings[i];
        buf_printf(o, "  --%-14s %-20s %s%s%s%s\n", s->name, s->env, tr(l, s->help), *s->fallback ? " (" : "",
                   s->fallback, *s->fallback ? ")" : "");
    }
}

/* What each choice means, below its option. */
static void put_meanings(struct buf *o, enum lang l, const struct field *f)
{
    for (size_t k = 0; f->choices && f->choices[k].value; k++)
        buf_printf(o, "%25s%s: %s\n", "", f->choices[k].value, tr(l, f->choices[k].label));
}

static void put_verb(struct buf *o, enum lang l, const char *module, const struct verb *v)
{
    buf_printf(o, "rise %s%s%s %s\n\n%s%s\n", module ? module : "", module ? " " : "", v->name, v->args ? v->args : "",
               tr(l, v->help), l == LANG_ZH ? "。" : ".");
    if (v->details)
        buf_printf(o, "%s\n", tr(l, v->details));
    if (v->in)
        buf_putc(o, '\n');
    for (size_t i = 0; v->in && i < v->in->n; i++) {
        char room[64];
        const struct field *f = &v->in->fields[i];
        char letter[] = {'-', f->letter, ' ', '\0'};
        buf_printf(o, "  %s--%-*.*s %s", f->letter ? letter : "", f->letter ? 17 : 20, STR_ARG(option_name(f, room)),
                   tr(l, f->label));
        put_choices(o, f);
        buf_putc(o, '\n');
        put_meanings(o, l, f);
    }
}

int verb_help(struct app *app, const struct input *in, struct err *err)
{
    BUF_SCOPED o = BUF_INIT(TEXT_MAX);
    str topic = in_text(in, "topic"), second = in_text(in, "verb");
    const struct verb *v = verb_find(general_verbs, n_general_verbs, topic);
    const struct module *m = module_find(topic);
    if (!v)
        v = verb_alone(topic);
    if (topic.n == 0) {
        put_overview(&o, app);
    } else if (str_eq(topic, STR("settings"))) {
        put_settings(&o, app->lang);
    } else if (v) {
        put_verb(&o, app->lang, NULL, v);
    } else if (m && second.n > 0 && (v = verb_find(m->verbs, m->n_verbs, second))) {
        put_verb(&o, app->lang, m->name, v);
    } else if (m && second.n == 0) {
        put_verbs(&o, app->lang, m->name, m->verbs, m->n_verbs);
    } else {
        (void)ERR(err, E_INVALID, "CMD-002", N_("There is no command {1}. See: rise help"), second.n ? second : topic);
        return EXIT_USAGE;
    }
    print_str(buf_str(&o));
    return EXIT_DONE;
}

/* ---- OpenAPI ---- */

int verb_openapi(struct app *app, const struct input *in, struct err *err)
{
    (void)in;
    BUF_SCOPED out = BUF_INIT(16 << 20);
    struct http_route *routes;
    size_t n;
    if (app_routes(app, &routes, &n, err) != OK)
        return EXIT_FAILED;
    app_openapi(app, routes, n, app->lang, &out);
    free(routes);
    buf_putc(&out, '\n');
    print_str(buf_str(&out));
    return EXIT_DONE;
}

/* ---- manual page: man(7) macros; always the English text, which is the source language ---- */

static void put_roff(struct buf *o, const char *text)
{
    bool line_start = true;
    for (const char *p = text; *p; p++) {
        if (line_start && (*p == '.' || *p == '\''))
            buf_put(o, STR("\\&"));
        if (*p == '\\')
            buf_put(o, STR("\\e"));
        else if (*p == '-')
            buf_put(o, STR("\\-"));
        else
            buf_putc(o, *p);
        line_start = *p == '\n';
    }
}

static void put_roff_options(struct buf *o, const struct input_spec *in)
{
    buf_put(o, STR(".RS\n"));
    for (size_t i = 0; i < in->n; i++) {
        BUF_SCOPED choices = BUF_INIT(4096);
        char room[64];
        (void)option_name(&in->fields[i], room);
        buf_put(o, STR(".TP\n.B \\-\\-"));
        put_roff(o, room);
        buf_putc(o, '\n');
        put_roff(o, in->fields[i].label);
        put_choices(&choices, &in->fields[i]);
        put_roff(o, choices.n ? choices.p : "");
        buf_put(o, STR(".\n"));
    }
    buf_put(o, STR(".RE\n"));
}

static void put_roff_verb(struct buf *o, const char *module, const struct verb *v)
{
    buf_put(o, STR(".TP\n.B rise "));
    if (module)
        buf_printf(o, "%s ", module);
    put_roff(o, v->name);
    if (v->args && *v->args) {
        buf_put(o, STR(" \\fR"));
        put_roff(o, v->args);
    }
    buf_putc(o, '\n');
    put_roff(o, v->help);
    buf_put(o, STR(".\n"));
    if (v->details) {
        put_roff(o, v->details);
        buf_putc(o, '\n');
    }
    if (v->in && v->in->n > 0)
        put_roff_options(o, v->in);
}

int verb_man(struct app *app, const struct input *in, struct err *err)
{
    (void)in, (void)err;
    BUF_SCOPED o = BUF_INIT(TEXT_MAX);
    buf_put(&o,
            STR(".TH RISE 1 2026-05-01 \"RISE " RISE_VERSION "\" \"User commands\"\n"
                ".SH NAME\nrise \\- platform of a digital\\-industries agency: server and tool\n"
                ".SH SYNOPSIS\n.B rise\n.I command\n.RI [ options ]\n.br\n.B rise\n.I module command\n.RI [ options ]\n"
                ".SH COMMANDS\n"));
    for (size_t i = 0; i < n_general_verbs; i++)
        put_roff_verb(&o, NULL, &general_verbs[i]);
    for (size_t m = 0; m < app->n_modules; m++)
        for (size_t i = 0; i < app->modules[m]->n_verbs; i++)
            put_roff_verb(&o, app->modules[m]->name, &app->modules[m]->verbs[i]);
    buf_put(&o, STR(".SH SETTINGS\nRead from flags, then variables, then the settings file.\n"));
    for (size_t i = 0; i < config_settings_n; i++) {
        buf_put(&o, STR(".TP\n.BR \\-\\-"));
        put_roff(&o, config_settings[i].name);
        buf_put(&o, STR(" \", \" "));
        buf_printf(&o, "%s\n", config_settings[i].env);
        put_roff(&o, config_settings[i].help);
        buf_put(&o, STR(".\n"));
    }
    buf_put(&o,
            STR(".SH \"EXIT STATUS\"\n0 done, 1 failed, 2 wrong usage. Commands with further ones say so above.\n"));
    print_str(buf_str(&o));
    return EXIT_DONE;
}

/* ---- completion ---- */

static void put_words(struct buf *o, const struct verb *v)
{
    for (size_t i = 0; v->in && i < v->in->n; i++) {
        char room[64];
        buf_printf(o, "--%.*s ", STR_ARG(option_name(&v->in->fields[i], room)));
    }
}

static void put_case(struct buf *o, const char *module, const struct verb *v)
{
    buf_printf(o, "    '%s%s%s') words=\"", module ? module : "", module ? " " : "", v->name);
    put_words(o, v);
    buf_put(o, STR("$settings\" ;;\n"));
}

int verb_completion(struct app *app, const struct input *in, struct err *err)
{
    (void)in, (void)err;
    BUF_SCOPED o = BUF_INIT(TEXT_MAX);
    buf_put(&o, STR("_rise() {\n  local cur=${COMP_WORDS[COMP_CWORD]} words settings=\""));
    for (size_t i = 0; i < config_settings_n; i++)
        buf_printf(&o, "--%s ", config_settings[i].name);
    buf_put(&o, STR("--lang\"\n  case $COMP_CWORD in\n  1) words=\""));
    for (size_t i = 0; i < n_general_verbs; i++)
        buf_printf(&o, "%s ", general_verbs[i].name);
    for (size_t m = 0; m < app->n_modules; m++)
        if (app->modules[m]->n_verbs > 0)
            buf_printf(&o, "%s ", app->modules[m]->name);
    buf_put(&o, STR("\" ;;\n  *) case \"${COMP_WORDS[1]} ${COMP_WORDS[2]}\" in\n"));
    for (size_t m = 0; m < app->n_modules; m++)
        for (size_t i = 0; i < app->modules[m]->n_verbs; i++)
            put_case(&o, app->modules[m]->name, &app->modules[m]->verbs[i]);
    buf_put(&o, STR("    *) case \"${COMP_WORDS[1]}\" in\n"));
    for (size_t i = 0; i < n_general_verbs; i++)
        put_case(&o, NULL, &general_verbs[i]);
    for (size_t m = 0; m < app->n_modules; m++) {
        if (app->modules[m]->n_verbs == 0)
            continue;
        buf_printf(&o, "    %s) words=\"", app->modules[m]->name);
        for (size_t i = 0; i < app->modules[m]->n_verbs; i++)
            buf_printf(&o, "%s ", app->modules[m]->verbs[i].name);
        buf_put(&o, STR("\" ;;\n"));
    }
    buf_put(&o, STR("    esac ;;\n  esac ;;\n  esac\n  if [[ $cur == -* || $COMP_CWORD == 1 || -n $words ]]; then\n"
                    "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")\n  fi\n"
                    "  [[ ${#COMPREPLY[@]} == 0 ]] && mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n}\n"
                    "complete -o filenames -F _rise rise\n"));
    print_str(buf_str(&o));
    return EXIT_DONE;
}

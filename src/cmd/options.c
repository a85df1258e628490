#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"
#include "core/verb.h"

str option_name(const struct field *f, char room[64])
{
    size_t n = 0;
    for (const char *p = f->name; *p && n < 63; p++)
        room[n++] = *p == '_' ? '-' : *p;
    room[n] = '\0';
    return str_n(room, n);
}

static const struct field *field_of(const struct input_spec *spec, str option)
{
    for (size_t i = 0; spec && i < spec->n; i++) {
        char room[64];
        if (str_eq(option_name(&spec->fields[i], room), option))
            return &spec->fields[i];
    }
    return NULL;
}

/* "-o" is --out where the field says so. */
static const struct field *field_of_letter(const struct input_spec *spec, str word)
{
    for (size_t i = 0; spec && word.n == 2 && word.p[0] == '-' && i < spec->n; i++)
        if (spec->fields[i].letter && spec->fields[i].letter == word.p[1])
            return &spec->fields[i];
    return NULL;
}

static bool given(const struct pair *pairs, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_eq(pairs[i].name, str_of(name)))
            return true;
    return false;
}

/* The first required field that has no value yet, then the first optional one; a list takes all that is left. A
 * yes-or-no is never given by a bare word. */
static const struct field *next_positional(const struct input_spec *spec, const struct pair *pairs, size_t n)
{
    for (int required = 1; required >= 0; required--)
        for (size_t i = 0; spec && i < spec->n; i++) {
            const struct field *f = &spec->fields[i];
            if (f->required == (required == 1) && f->type != F_BOOL &&
                (f->type == F_CHOICES || f->many || !given(pairs, n, f->name)))
                return f;
        }
    return NULL;
}

rc options_read(struct arena *a, const struct verb *verb, int argc, char **argv, struct pair **out, size_t *n,
                struct err *err)
{
    struct pair *pairs = ARENA_ARRAY(a, (size_t)argc + 1, struct pair);
    if (!pairs)
        return arena_rc(a);
    *out = pairs;
    *n = 0;
    bool only_words = false;
    for (int i = 0; i < argc; i++) {
        str word = str_of(argv[i]);
        if (!only_words && str_eq(word, STR("--"))) {
            only_words = true;
            continue;
        }
        const struct field *f = only_words ? NULL : field_of_letter(verb->in, word);
        str value = word;
        if (f && i + 1 < argc) {
            value = str_of(argv[++i]);
        } else if (f) {
            return ERR(err, E_INVALID, "CMD-004", N_("--{1} needs a value."), str_of(f->name));
        } else if (!only_words && word.n > 2 && str_starts(word, STR("--"))) {
            str rest = str_sub(word, 2, word.n), name = str_cut(&rest, '=');
            f = field_of(verb->in, name);
            if (!f)
                return ERR(err, E_INVALID, "CMD-003", N_("{1} does not understand --{2}. See: rise help"),
                           str_of(verb->name), name);
            value = rest;
            if (!rest.p && f->type == F_BOOL)
                value = STR("1");
            else if (!rest.p && i + 1 < argc)
                value = str_of(argv[++i]);
            else if (!rest.p)
                return ERR(err, E_INVALID, "CMD-004", N_("--{1} needs a value."), name);
        } else {
            f = next_positional(verb->in, pairs, *n);
            if (!f)
                return ERR(err, E_INVALID, "CMD-004", N_("{1} does not know what to do with {2}. See: rise help"),
                           str_of(verb->name), word);
        }
        pairs[(*n)++] = (struct pair){.name = str_of(f->name), .value = value};
    }
    return OK;
}

void print_str(str s)
{
    (void)fwrite(s.p ? s.p : "", 1, s.n, stdout); /* main() asks at the end whether all was written */
}

void say(const struct app *app, const char *msgid, const str *args, int n_args)
{
    BUF_SCOPED line = BUF_INIT(64 * 1024);
    tr_f(&line, app->lang, msgid, args, n_args);
    buf_putc(&line, '\n');
    print_str(buf_str(&line));
    (void)fflush(stdout);
}

void put_choices(struct buf *o, const struct field *f)
{
    for (size_t k = 0; f->choices && f->choices[k].value; k++)
        buf_printf(o, "%s%s", k ? " | " : " (", f->choices[k].value);
    if (f->choices)
        buf_putc(o, ')');
}

/* "rise: --option: what is wrong" */
static void put_error(struct buf *o, enum lang lang, const struct err_msg *m)
{
    char room[64];
    const struct field f = {.name = m->field};
    buf_put(o, STR("rise: "));
    if (m->field)
        buf_printf(o, "--%.*s: ", STR_ARG(option_name(&f, room)));
    tr_err(o, lang, m);
}

/* What is wrong with the field `m` is about. */
static void put_field_error(struct buf *o, enum lang lang, const struct err_msg *m, const struct input_spec *in)
{
    put_error(o, lang, m);
    for (size_t i = 0; in && m->field && i < in->n; i++)
        if (strcmp(in->fields[i].name, m->field) == 0)
            put_choices(o, &in->fields[i]);
    buf_putc(o, '\n');
}

void complain(enum lang lang, const struct err *err, const struct input_spec *in)
{
    BUF_SCOPED text = BUF_INIT(64 * 1024);
    if (err->main.msgid) {
        put_error(&text, lang, &err->main);
        if (err->main.code)
            buf_printf(&text, " [%s]", err->main.code);
        buf_putc(&text, '\n');
    } else if (err->n_fields == 0) {
        buf_printf(&text, "rise: %s\n", rc_name(err->code));
    }
    for (int i = 0; i < err->n_fields; i++)
        put_field_error(&text, lang, &err->fields[i], in);
    verb_put(stderr, buf_str(&text));
}

#include "base/err.h"

#include "base/buf.h"
#include "base/utf8.h"

void err_clear(struct err *e)
{
    if (!e)
        return;
    e->code = OK;
    e->main = (struct err_msg){0};
    e->n_fields = 0;
    e->text_used = 0;
}

static void move_args(struct err_msg *m, const struct err *from, struct err *to)
{
    for (int i = 0; i < m->n_args; i++)
        if (m->arg[i].p >= from->text && m->arg[i].p < from->text + ERR_TEXT_MAX)
            m->arg[i].p = to->text + (m->arg[i].p - from->text);
}

void err_copy(struct err *to, const struct err *from)
{
    *to = *from;
    move_args(&to->main, from, to);
    for (int i = 0; i < to->n_fields; i++)
        move_args(&to->fields[i], from, to);
}

static str keep(struct err *e, str s)
{
    str cut = utf8_cut(s, sizeof e->text - e->text_used);
    char *to = e->text + e->text_used;
    if (cut.n)
        memcpy(to, cut.p, cut.n);
    e->text_used += cut.n;
    return (str){to, cut.n};
}

static void fill(struct err *e, struct err_msg *m, const char *field, const char *stable, const char *msgid,
                 const str *args, int n_args)
{
    *m = (struct err_msg){.field = field, .code = stable, .msgid = msgid};
    for (int i = 0; i < n_args && i < ERR_ARGS_MAX; i++)
        m->arg[m->n_args++] = keep(e, args[i]);
}

void err_note(struct err *e, rc code, const char *stable, const char *msgid, const str *args, int n_args)
{
    if (e && e->code == OK && code != OK) {
        e->code = code;
        fill(e, &e->main, NULL, stable, msgid, args, n_args);
    }
}

void err_note_field(struct err *e, const char *field, const char *stable, const char *msgid, const str *args,
                    int n_args)
{
    if (!e)
        return;
    if (e->code == OK)
        e->code = E_INVALID;
    if (e->n_fields < ERR_FIELDS_MAX)
        fill(e, &e->fields[e->n_fields++], field, stable, msgid, args, n_args);
}

void err_format(struct buf *out, const char *translated, const struct err_msg *m)
{
    str s = str_of(translated);
    while (s.n) {
        ptrdiff_t at = str_chr(s, '{');
        if (at < 0)
            break;
        buf_put(out, str_sub(s, 0, (size_t)at));
        s = str_sub(s, (size_t)at, SIZE_MAX);
        int i = s.n >= 3 && s.p[2] == '}' ? s.p[1] - '1' : -1;
        if (i >= 0 && i < m->n_args) {
            buf_put(out, m->arg[i]);
            s = str_sub(s, 3, SIZE_MAX);
        } else {
            buf_putc(out, '{');
            s = str_sub(s, 1, SIZE_MAX);
        }
    }
    buf_put(out, s);
}

/* Parameters as modules declare them: what a new programme starts with, and an officer's change. */
#include <inttypes.h>
#include <stdio.h>

#include "core/programme.h"

const struct param_decl *param_find(const struct param_table *t, str name)
{
    for (size_t i = 0; i < t->n; i++)
        if (str_eq(str_of(t->v[i].def.name), name))
            return &t->v[i];
    return NULL;
}

static rc set(const struct act *x, const struct param_decl *p, id programme, day from, int64_t number, str text,
              str reason)
{
    if (p->def.type == PARAM_TEXT)
        return param_set_text(x->tx, programme, p->def.name, from, text, x->by->account, reason);
    return param_set_int(x->tx, programme, p->def.name, from, number, x->by->account, reason);
}

rc param_declare_all(const struct act *x, const struct param_table *t, id programme, day from)
{
    for (size_t i = 0; i < t->n; i++)
        TRY(set(x, &t->v[i], programme, from, t->v[i].value, str_of(t->v[i].text), STR("declared with the programme")));
    return OK;
}

static rc words(const struct param_decl *p, str text, struct err *err)
{
    if (text.n == 0)
        return ERR_FIELD(err, "value", "PRG-003", N_("Enter a text."));
    if (!p->choices)
        return OK;
    BUF_SCOPED all = BUF_INIT(1024);
    for (const struct choice *c = p->choices; c->value; c++) {
        if (str_eq(str_of(c->value), text))
            return OK;
        buf_printf(&all, "%s%s", all.n ? ", " : "", c->value);
    }
    return ERR_FIELD(err, "value", "PRG-003", N_("The value must be one of: {1}."), buf_str(&all));
}

rc param_parse(const struct param_decl *p, str text, int64_t *number, struct err *err)
{
    const struct param_def *d = &p->def;
    *number = 0;
    if (d->type == PARAM_TEXT)
        return words(p, text, err);
    int64_t min = d->type == PARAM_BOOL ? 0 : d->min, max = d->type == PARAM_BOOL ? 1 : d->max;
    if (str_to_i64(text, number) == OK && *number >= min && *number <= max)
        return OK;
    char lo[24], hi[24];
    snprintf(lo, sizeof lo, "%" PRId64, min);
    snprintf(hi, sizeof hi, "%" PRId64, max);
    return ERR_FIELD(err, "value", "PRG-003", N_("Enter a whole number from {1} to {2}."), str_of(lo), str_of(hi));
}

rc param_change(const struct act *x, const struct param_table *t, id programme, str name, day from, str value,
                str reason)
{
    int64_t number;
    const struct param_decl *p = param_find(t, name);
    TRY(act_needs_officer(x));
    if (!p)
        return ERR(tx_err(x->tx), E_NOTFOUND, "PRG-007", N_("There is no parameter {1}."), name);
    if (from < instant_day(x->at))
        return ERR_FIELD(tx_err(x->tx), "from", "PRG-008",
                         N_("A parameter can change from today on, not in the past."));
    TRY(param_parse(p, str_trim(value), &number, tx_err(x->tx)));
    return set(x, p, programme, from, number, str_trim(value), reason);
}

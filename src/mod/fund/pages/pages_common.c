/* What several pages of the fund share. */
#include "mod/fund/pages/pages.h"

#include "call.view.h"

const char *fund_phase_step(int phase)
{
    return fund_phase_label((enum fund_phase)phase);
}

const char *fund_stage_step(int stage)
{
    return fund_stage_label((enum fund_stage)stage);
}

struct steps fund_steps(const struct ctx *c, int n, int at, const char *(*label)(int))
{
    const char **labels = ARENA_ARRAY(c->arena, (size_t)n, const char *);
    for (int i = 0; labels && i < n; i++)
        labels[i] = label(i);
    return (struct steps){.labels = labels, .n = labels ? (size_t)n : 0, .at = (size_t)at};
}

rc fund_round_shown(const struct ctx *c, str code, struct fund_round_shown *out)
{
    out->now = c->now;
    out->query = STR_EMPTY;
    if (code.n == 0) {
        TRY(fund_round_latest(c->tx, &out->r, c->arena));
        return programme_get(c->tx, out->r.programme, &out->p, c->arena);
    }
    TRY(programme_by_code(c->tx, code, &out->p, c->arena));
    out->query = arena_printf(c->arena, "?round=%.*s", STR_ARG(out->p.code));
    return fund_round_get(c->tx, out->p.id, &out->r, c->arena);
}

str round_link(const struct ctx *c, const char *path, const struct fund_round_shown *round)
{
    return arena_printf(c->arena, "%s%.*s", path, STR_ARG(round->query));
}

rc fund_no_round(struct ctx *c)
{
    err_clear(tx_err(c->tx)); /* a fresh installation is not a failure */
    view_fund_no_round(&c->reply->body, c);
    return reply_page(c, 200);
}

rc fund_round_asked(struct ctx *c, struct fund_round_shown *out, bool *done)
{
    const struct field_value *v = in_value(&c->in, "round");
    str code = v->given && !v->bad ? v->text : STR_EMPTY;
    rc r = fund_round_shown(c, code, out);
    *done = r == E_NOTFOUND && code.n == 0;
    if (*done)
        TRY(fund_no_round(c));
    return r;
}

const char *fund_state_colour(enum fund_state s)
{
    static const char *const colours[FUND_STATES] = {
        [FUND_DRAFT] = "grey",     [FUND_SUBMITTED] = "blue", [FUND_CORRECTION] = "orange",
        [FUND_ACCEPTED] = "green", [FUND_REFUSED] = "red",    [FUND_WITHDRAWN] = "grey",
    };
    return colours[s];
}

rc fund_round_options(struct ctx *c, bool any, struct option **out, size_t *n)
{
    struct programme *all;
    size_t count;
    TRY(programme_list(c->tx, STR("fund"), &all, &count, c->arena));
    *out = ARENA_ARRAY(c->arena, count + 1, struct option);
    *n = 0;
    if (!*out)
        return arena_rc(c->arena);
    if (any)
        (*out)[(*n)++] = (struct option){.value = STR_EMPTY, .label = str_of(tr(c->lang, N_("All rounds")))};
    for (size_t i = 0; i < count; i++)
        (*out)[(*n)++] = (struct option){.value = all[i].code, .label = in_lang(c, all[i].name_zh, all[i].name_en)};
    return arena_rc(c->arena);
}

int fund_goals(uint32_t sdgs, int out[FUND_SDGS])
{
    int n = 0;
    for (int i = 0; i < FUND_SDGS; i++)
        if ((sdgs >> i) & 1)
            out[n++] = i + 1;
    return n;
}

/* Values worth trying, found in the expressions: a literal belongs to the fact it is compared with. */
#include <stdlib.h>

#include "base/buf.h"
#include "base/vec.h"
#include "core/rule_impl.h"

enum { CANDIDATES_MAX = 64 };

typedef VEC(struct val) val_vec;

static int val_order(const void *l, const void *r)
{
    const struct val *a = l, *b = r;
    if (a->type == VAL_TEXT && b->type == VAL_TEXT)
        return str_cmp(a->s, b->s);
    return a->i < b->i ? -1 : a->i > b->i;
}

static bool has(const val_vec *list, struct val v)
{
    for (size_t i = 0; i < list->n; i++) {
        if (list->v[i].type == v.type && val_order(&list->v[i], &v) == 0)
            return true;
    }
    return false;
}

static rc add(struct rule_run *x, val_vec *list, struct val v)
{
    if (list->n == CANDIDATES_MAX || has(list, v))
        return OK;
    struct val *slot = VEC_ADD(list, x->arena);
    if (!slot)
        return arena_rc(x->arena);
    *slot = v;
    return OK;
}

/* 'o''clock' means o'clock. */
static rc unquote(struct arena *a, str quoted, str *out)
{
    BUF_SCOPED b = BUF_INIT(EXPR_MAX);
    for (size_t i = 0; i < quoted.n; i++) {
        buf_putc(&b, quoted.p[i]);
        if (quoted.p[i] == '\'')
            i++;
    }
    TRY(buf_rc(&b));
    *out = arena_str(a, buf_str(&b));
    return out->p ? OK : arena_rc(a);
}

static rc add_literal(struct rule_run *x, val_vec *list, enum fact_type type, const struct expr_token *t, bool negative)
{
    if (type == FACT_TEXT && t->type == EXPR_TEXT) {
        str text;
        TRY(unquote(x->arena, t->text, &text));
        return add(x, list, v_text(text));
    }
    if ((type != FACT_INT && type != FACT_DAY) || t->type != EXPR_INT)
        return OK;
    int64_t at = negative ? -t->i : t->i;
    if (at > INT64_MIN + 1 && at < INT64_MAX) {
        TRY(add(x, list, v_int(at - 1)));
        TRY(add(x, list, v_int(at + 1)));
    }
    return add(x, list, v_int(at));
}

/* Where in a comparison the reader stands. */
struct place {
    int fact;                  /* last name seen in this comparison, −1: none */
    struct expr_token pending; /* a literal that came before its name: 200 > headcount */
    bool has_pending, negative, pending_negative, between;
};

static void next_comparison(struct place *p)
{
    *p = (struct place){.fact = -1};
}

static bool ends_comparison(const struct expr_token *t, struct place *p)
{
    static const char *const ends[] = {"or", "not", "case", "when", "then", "else", "end"};
    if (t->type != EXPR_WORD)
        return false;
    if (str_ieq(t->text, STR("between")))
        p->between = true;
    if (str_ieq(t->text, STR("and"))) {
        bool inside = p->between;
        p->between = false;
        return !inside;
    }
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (str_ieq(t->text, str_of(ends[i])))
            return true;
    }
    return false;
}

static rc see_token(struct rule_run *x, val_vec *lists, const struct expr_token *t, struct place *p)
{
    if (ends_comparison(t, p)) {
        next_comparison(p);
        return OK;
    }
    if (t->type == EXPR_NAME) {
        p->fact = t->name;
        if (p->has_pending)
            TRY(add_literal(x, &lists[p->fact], x->rule->facts[p->fact].type, &p->pending, p->pending_negative));
        p->has_pending = false;
    } else if (t->type == EXPR_INT || t->type == EXPR_TEXT) {
        if (p->fact >= 0)
            return add_literal(x, &lists[p->fact], x->rule->facts[p->fact].type, t, p->negative);
        p->pending = *t;
        p->has_pending = true;
        p->pending_negative = p->negative;
    }
    p->negative = t->type == EXPR_OP && t->text.p[0] == '-';
    return OK;
}

static rc scan(struct rule_run *x, size_t c, val_vec *lists)
{
    str rest = str_of(x->criterion[c]->expr);
    struct place place;
    struct expr_token t;
    rc code;
    next_comparison(&place);
    while (expr_next(&rest, x->names, x->rule->n_facts, &t, &code, x->err)) {
        if (t.type == EXPR_NAME)
            x->uses[c][t.name] = true;
        TRY(see_token(x, lists, &t, &place));
    }
    return code;
}

/* What the definition says goes before what the expressions show. */
static rc declared(struct rule_run *x, const struct fact_def *f, val_vec *list)
{
    if (f->type == FACT_BOOL) {
        TRY(add(x, list, v_int(0)));
        return add(x, list, v_int(1));
    }
    if (f->n_steps > 0)
        memset(list, 0, sizeof *list);
    for (size_t i = 0; i < f->n_steps; i++)
        TRY(add(x, list, v_int(f->steps[i])));
    return OK;
}

rc rule_candidates(struct rule_run *x)
{
    val_vec lists[RULE_FACTS_MAX] = {0};
    for (size_t c = 0; c < x->n; c++)
        TRY(scan(x, c, lists));
    for (size_t f = 0; f < x->rule->n_facts; f++) {
        TRY(declared(x, &x->rule->facts[f], &lists[f]));
        if (lists[f].n > 1)
            qsort(lists[f].v, lists[f].n, sizeof *lists[f].v, val_order);
        x->candidates[f] = (struct candidates){lists[f].v, lists[f].n};
    }
    return OK;
}

/* Objects before and after. */
#include "mod/sign/engine/pdf_diff_impl.h"

rc diff_old(struct diff *d, uint32_t num, const struct pdf_object **out)
{
    return pdf_object(d->doc, num, d->old, out);
}

rc diff_now(struct diff *d, uint32_t num, const struct pdf_object **out)
{
    return pdf_object(d->doc, num, d->now, out);
}

bool diff_defined(const struct pdf_object *o, const struct pdf_doc *doc)
{
    return o->rev < doc->n_revs && (o->value->kind != PDF_NULL || o->stream.p);
}

rc diff_explain(struct diff *d, uint32_t num)
{
    const struct pdf_object *old;
    if (!diff_changed(d, num) || d->state[num] & (DIFF_EXPLAINED | DIFF_FREED))
        return OK;
    TRY(diff_old(d, num, &old));
    if (!diff_defined(old, d->doc) && d->uses[num])
        return OK; /* left for name_unexplained(): a shadow */
    d->state[num] |= DIFF_EXPLAINED;
    d->n_explained++;
    return OK;
}

static bool mentions(const struct pdf_value *v, uint32_t num)
{
    if (!v)
        return false;
    if (v->kind == PDF_REF)
        return v->ref.num == num;
    if (v->kind == PDF_ARRAY || v->kind == PDF_DICT)
        for (const struct pdf_value *c = v->first; c; c = c->next)
            if (mentions(c, num))
                return true;
    return false;
}

/* Objects still to be looked at; a chain of them may be as long as the file, so the stack is not the program's. */
struct waiting {
    uint32_t num;
    const struct pdf_value *owned;
};
typedef VEC(struct waiting) waiting_list;

static rc add_references(struct diff *d, waiting_list *list, const struct pdf_value *v, const struct pdf_value *owned)
{
    if (v->kind == PDF_ARRAY || v->kind == PDF_DICT)
        for (const struct pdf_value *c = v->first; c; c = c->next)
            TRY(add_references(d, list, c, owned)); /* PDF_DEPTH_MAX deep */
    if (v->kind != PDF_REF || !diff_changed(d, v->ref.num) || d->state[v->ref.num] & DIFF_WALKED)
        return OK;
    d->state[v->ref.num] |= DIFF_WALKED;
    struct waiting *w = VEC_ADD(list, d->doc->a);
    if (!w)
        return arena_failed(d->doc->a);
    *w = (struct waiting){.num = v->ref.num, .owned = owned};
    return OK;
}

rc diff_explain_tree(struct diff *d, const struct pdf_value *v, const struct pdf_value *owned)
{
    waiting_list list = {0};
    if (v)
        TRY(add_references(d, &list, v, owned));
    while (list.n > 0) {
        const struct pdf_object *old;
        const struct pdf_object *now;
        struct waiting w = list.v[--list.n];
        TRY(diff_old(d, w.num, &old));
        TRY(diff_now(d, w.num, &now));
        bool was = diff_defined(old, d->doc);
        if (was && (d->uses[w.num] != 1 || !mentions(w.owned, w.num)))
            continue; /* former contents are replaced only where nobody else used them */
        TRY(diff_explain(d, w.num));
        TRY(add_references(d, &list, now->value, was ? old->value : NULL));
    }
    return OK;
}

/* "+00.50" is ".5": digits without what does not count. */
static str significant(str number, bool *negative)
{
    *negative = str_starts(number, STR("-"));
    if (*negative || str_starts(number, STR("+")))
        number = str_sub(number, 1, number.n);
    while (number.n > 1 && number.p[0] == '0')
        number = str_sub(number, 1, number.n);
    if (str_chr(number, '.') >= 0)
        while (number.n > 0 && (number.p[number.n - 1] == '0' || number.p[number.n - 1] == '.')) {
            bool point = number.p[number.n - 1] == '.';
            number = str_sub(number, 0, number.n - 1);
            if (point)
                break;
        }
    return str_eq(number, STR("0")) ? STR_EMPTY : number;
}

static bool same_number(str a, str b)
{
    bool minus[2];
    str x = significant(a, &minus[0]);
    str y = significant(b, &minus[1]);
    return str_eq(x, y) && (minus[0] == minus[1] || x.n == 0);
}

static bool same_list(const struct pdf_value *a, const struct pdf_value *b)
{
    for (; a && b; a = a->next, b = b->next)
        if (!diff_same(a, b))
            return false;
    return a == b;
}

static size_t entries(const struct pdf_value *dict)
{
    size_t n = 0;
    for (const struct pdf_value *e = dict->first; e; e = e->next)
        n++;
    return n;
}

/* In whatever order; most writers keep the one they found. */
static bool same_entries(const struct pdf_value *a, const struct pdf_value *b)
{
    const struct pdf_value *beside = b->first;
    if (entries(a) != entries(b))
        return false;
    for (const struct pdf_value *e = a->first; e; e = e->next) {
        const struct pdf_value *other = beside && str_eq(beside->key, e->key) ? beside : pdf_entry(b, e->key);
        if (!other || !diff_same(e, other))
            return false;
        beside = other->next;
    }
    return true;
}

bool diff_same(const struct pdf_value *a, const struct pdf_value *b)
{
    if (!a || !b)
        return a == b;
    if (str_eq(a->raw, b->raw))
        return true;
    bool numbers = (a->kind == PDF_INT || a->kind == PDF_REAL) && (b->kind == PDF_INT || b->kind == PDF_REAL);
    if (a->kind != b->kind && !numbers)
        return false;
    switch (a->kind) {
    case PDF_NULL:
        return true;
    case PDF_BOOL:
        return a->truth == b->truth;
    case PDF_INT:
    case PDF_REAL:
        return same_number(a->raw, b->raw);
    case PDF_NAME:
        return str_eq(a->name, b->name);
    case PDF_REF:
        return a->ref.num == b->ref.num && a->ref.gen == b->ref.gen;
    case PDF_ARRAY:
        return same_list(a->first, b->first);
    case PDF_DICT:
        return same_entries(a, b);
    case PDF_STRING:
        break; /* written anew in another form: too rare for a copy of both */
    }
    return false;
}

static bool among(const char *const *names, str name)
{
    for (; *names; names++)
        if (str_eq(str_of(*names), name))
            return true;
    return false;
}

bool diff_same_but(const struct pdf_value *old, const struct pdf_value *now, const char *const *but, str *other)
{
    const struct pdf_value *lists[2] = {old, now};
    *other = STR_EMPTY;
    if (!old || !now || old->kind != PDF_DICT || now->kind != PDF_DICT)
        return diff_same(old, now);
    for (int side = 0; side < 2; side++)
        for (const struct pdf_value *e = lists[side]->first; e; e = e->next)
            if (!among(but, e->key) && !diff_same(e, pdf_entry(lists[!side], e->key))) {
                *other = e->key;
                return false;
            }
    return true;
}

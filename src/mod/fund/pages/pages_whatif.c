/* The office's questions before publishing: what if these donors were left out, or that rule had been declared? Every
 * question is an address; its answer is a page and a CSV file. */
#include "mod/fund/pages/pages_result.h"

#include "base/csv.h"
#include "mod/fund/pages/pages_gift.h"
#include "whatif.view.h"

INPUT(whatif_in, FUND_ROUND_FIELD,
      {.name = "cut", .type = F_TEXT, .max = WHATIF_NAME, .many = true, .label = N_("Leave out")},
      {.name = "method", .type = F_CHOICE, .choices = tally_methods, .label = N_("Method")},
      {.name = "weight", .type = F_CHOICE, .choices = tally_weights, .label = N_("Weight of a project")},
      {.name = "pool", .type = F_MONEY, .max = 1000000000, .label = N_("Matching pool")},
      {.name = "cap",
       .type = F_MONEY,
       .max = 1000000000,
       .label = N_("One project gets at most"),
       .hint = N_("0: no limit")},
      {.name = "min", .type = F_MONEY, .max = 1000000000, .label = N_("Leave out gifts below")},
      {.name = "line", .type = F_INT, .min = 1, .max = 10000, .label = N_("Line: how many go on")});

static bool has(const struct ctx *c, const char *name)
{
    const struct field_value *v = in_value(&c->in, name);
    return v->given && !v->bad;
}

static int64_t asked_or(const struct ctx *c, const char *name, int64_t otherwise)
{
    return has(c, name) ? in_value(&c->in, name)->i : otherwise;
}

/* The rules asked for: those of the round, but for what is in the address. */
static struct tally_rules asked_rules(const struct ctx *c, const struct tally_rules *base, int64_t pairwise_a)
{
    struct tally_rules r = *base;
    enum tally_method m = (enum tally_method)asked_or(c, "method", base->method);
    enum tally_weight w = (enum tally_weight)asked_or(c, "weight", base->method == TALLY_QF ? base->weight : TALLY_S2C);
    if (m != base->method || (m == TALLY_QF && w != base->weight))
        r = whatif_rules(base, m, w, m == base->method ? base->pairwise_a : pairwise_a);
    r.pool = asked_or(c, "pool", base->pool);
    r.cap = asked_or(c, "cap", base->cap);
    r.min = asked_or(c, "min", base->min);
    return r;
}

/* ---- the form ---- */

static str number_shown(const struct ctx *c, int64_t n)
{
    return arena_printf(c->arena, "%lld", (long long)n);
}

static void put_form(const struct ctx *c, struct fund_whatif_page *p, const struct fund_rules *base,
                     const struct tally_rules *asked)
{
    static const int64_t usual[] = {20, 50, 100};
    p->method = str_of(tally_methods[asked->method].value);
    p->weight = str_of(tally_weights[asked->weight].value);
    p->pool = number_shown(c, asked->pool);
    p->cap = number_shown(c, asked->cap);
    p->min = asked->min ? number_shown(c, asked->min) : STR_EMPTY;
    p->lines[p->n_lines++] = base->places;
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        if (usual[i] != base->places)
            p->lines[p->n_lines++] = usual[i];
}

str fund_whatif_link(const struct ctx *c, const char *path, const struct fund_whatif_page *p)
{
    return arena_printf(c->arena, "%s?%.*s", path, STR_ARG(p->query));
}

bool fund_is_cut(const struct fund_whatif_page *p, const char *name)
{
    for (size_t i = 0; i < p->n_cut; i++)
        if (str_eq(p->cut[i], str_of(name)))
            return true;
    return false;
}

/* The question as it stands in an address, with the round named. */
static rc put_query(struct ctx *c, struct fund_whatif_page *p)
{
    BUF_SCOPED q = BUF_INIT(8192);
    str rest = query_without(c, "round");
    buf_printf(&q, "round=%.*s", STR_ARG(p->round.p.code));
    if (rest.n > 0)
        buf_printf(&q, "&%.*s", STR_ARG(rest));
    TRY(buf_rc(&q));
    p->query = arena_str(c->arena, buf_str(&q));
    return arena_rc(c->arena);
}

static rc in_words(struct ctx *c, struct fund_whatif_page *p, rc r)
{
    BUF_SCOPED text = BUF_INIT(4096);
    struct err *e = tx_err(c->tx);
    if (r != E_CONFLICT && r != E_INVALID && r != E_LIMIT)
        return r;
    tr_err(&text, c->lang, e->n_fields ? &e->fields[0] : &e->main);
    p->trouble = arena_str(c->arena, buf_str(&text));
    err_clear(e);
    return OK;
}

static rc rules_of(struct ctx *c, const struct fund_round *r, struct fund_rules *out)
{
    return r->rules_hash.n ? fund_rules_of(c->tx, r, out, c->arena) : fund_rules_now(c->tx, r, out, c->arena);
}

static rc ask(struct ctx *c, struct fund_whatif_page *p, bool all_methods)
{
    struct fund_rules base;
    struct tally_rules asked;
    struct whatif_question q = {.rules = &asked, .line = asked_or(c, "line", 0)};
    TRY(rules_of(c, &p->round.r, &base));
    rc a = fund_param(c->tx, p->round.r.programme, "tally.pairwise_a", &q.pairwise_a);
    if (a == E_NOTFOUND) /* a round from before there was this parameter */
        err_clear(tx_err(c->tx));
    else
        TRY(a);
    q.pairwise_a = q.pairwise_a > 0 ? q.pairwise_a : tally_rules_default(TALLY_PAIRWISE).pairwise_a;
    asked = asked_rules(c, &base.tally, q.pairwise_a);
    p->n_cut = in_all(&c->in, "cut", &p->cut);
    q.without = p->cut;
    q.n_without = p->n_cut;
    put_form(c, p, &base, &asked);
    struct sha256 x = tally_rules_hash(&asked), y = tally_rules_hash(&base.tally);
    p->other_rules = !sha256_eq(&x, &y);
    if (!all_methods)
        return whatif_ask(c->tx, &p->round.r, &q, &p->a, c->arena);
    TRY(whatif_methods(c->tx, &p->round.r, &q, &p->m, c->arena));
    p->a = p->m.base;
    return OK;
}

static rc page_of(struct ctx *c, struct fund_whatif_page *p, bool all_methods, bool *done)
{
    *p = (struct fund_whatif_page){.spec = &whatif_in,
                                   .trouble = STR_EMPTY,
                                   .method = STR_EMPTY,
                                   .weight = STR_EMPTY,
                                   .pool = STR_EMPTY,
                                   .cap = STR_EMPTY,
                                   .min = STR_EMPTY,
                                   .query = STR_EMPTY};
    rc r = fund_gift_round(c, &p->round, done);
    if (*done)
        return OK;
    TRY(r);
    TRY(put_query(c, p));
    return in_words(c, p, ask(c, p, all_methods));
}

static rc sensitivity_read(struct ctx *c)
{
    struct fund_whatif_page p;
    bool done;
    TRY(page_of(c, &p, false, &done));
    if (done)
        return OK;
    view_fund_whatif(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc methods_read(struct ctx *c)
{
    struct fund_whatif_page p;
    bool done;
    TRY(page_of(c, &p, true, &done));
    if (done)
        return OK;
    view_fund_methods(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* ---- CSV ---- */

static void put_names(struct buf *b, const struct ctx *c, const char *const *names, size_t n)
{
    bool first = true;
    buf_put(b, STR("\xef\xbb\xbf"));
    for (size_t i = 0; i < n; i++)
        csv_put(b, &first, str_of(tr(c->lang, names[i])));
    csv_eol(b, &first);
}

static rc sensitivity_file(struct ctx *c)
{
    static const char *const names[] = {
        N_("No."),           N_("Project"),       N_("Rank"),        N_("Rank then"), N_("Above the line"),
        N_("Above it then"), N_("Donors"),        N_("Donors then"), N_("Raised"),    N_("Raised then"),
        N_("Matching"),      N_("Matching then"), N_("Gain or loss")};
    struct fund_whatif_page p;
    struct buf *b = &c->reply->body;
    bool done, first = true;
    TRY(page_of(c, &p, false, &done));
    if (done || p.trouble.n > 0)
        return E_NOTFOUND;
    put_names(b, c, names, sizeof names / sizeof names[0]);
    for (size_t i = 0; i < p.a.n; i++) {
        const struct whatif_line *l = &p.a.lines[i];
        csv_puti(b, &first, l->number);
        csv_put(b, &first, in_lang(c, l->title, l->title_en));
        csv_puti(b, &first, l->rank_before);
        csv_puti(b, &first, l->rank_now);
        csv_puti(b, &first, l->in_before);
        csv_puti(b, &first, l->in_now);
        csv_puti(b, &first, l->before.donors);
        csv_puti(b, &first, l->now.donors);
        csv_puti(b, &first, l->before.raised);
        csv_puti(b, &first, l->now.raised);
        csv_puti(b, &first, l->before.match);
        csv_puti(b, &first, l->now.match);
        csv_puti(b, &first, l->now.match - l->before.match);
        csv_eol(b, &first);
    }
    return reply_csv(c, "sensitivity.csv");
}

static rc methods_file(struct ctx *c)
{
    struct fund_whatif_page p;
    struct buf *b = &c->reply->body;
    bool done, first = true;
    TRY(page_of(c, &p, true, &done));
    if (done || p.trouble.n > 0)
        return E_NOTFOUND;
    buf_put(b, STR("\xef\xbb\xbf"));
    csv_put(b, &first, str_of(tr(c->lang, N_("No."))));
    csv_put(b, &first, str_of(tr(c->lang, N_("Project"))));
    for (int m = 0; m < WHATIF_METHODS; m++)
        csv_put(b, &first, str_of(tr(c->lang, whatif_method_labels[m])));
    csv_eol(b, &first);
    for (size_t i = 0; i < p.m.base.n; i++) {
        csv_puti(b, &first, p.m.base.lines[i].number);
        csv_put(b, &first, in_lang(c, p.m.base.lines[i].title, p.m.base.lines[i].title_en));
        for (int m = 0; m < WHATIF_METHODS; m++)
            csv_puti(b, &first, p.m.match[i][m]);
        csv_eol(b, &first);
    }
    return reply_csv(c, "methods.csv");
}

#define PAGE(path_, read_, summary_)                                                                                   \
    {                                                                                                                  \
        .method = HTTP_GET, .path = path_, .perm = OFFICE, .in = &whatif_in, .read = read_, .form = read_,             \
        .summary = summary_                                                                                            \
    }
static const struct route routes[] = {
    PAGE("/fund/office/sensitivity", sensitivity_read, N_("What if: donors left out, other rules")),
    PAGE("/fund/office/sensitivity/file", sensitivity_file, N_("What if, as CSV")),
    PAGE("/fund/office/sensitivity/methods", methods_read, N_("All methods side by side")),
    PAGE("/fund/office/sensitivity/methods/file", methods_file, N_("All methods side by side, as CSV")),
};
const struct route_table fund_whatif_routes = {"fund", routes, sizeof routes / sizeof routes[0]};

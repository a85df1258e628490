/* The catalogue as CSV: one line per plan, out and in. */
#include "base/csv.h"
#include "base/vec.h"
#include "core/import.h"
#include "core/search.h"
#include "mod/market/parts.h"

enum {
    C_UBN,
    C_CODE,
    C_CATEGORY,
    C_NAME,
    C_NAME_EN,
    C_SUMMARY,
    C_SUMMARY_EN,
    C_DESCRIPTION,
    C_DESCRIPTION_EN,
    C_WEBSITE,
    C_AVAILABILITY,
    C_SUPPORT,
    C_COMPENSATION,
    C_RESPONSE,
    C_RECOVERY,
    C_PLAN,
    C_PLAN_EN,
    C_PRICE,
    C_MONTHS,
    C_ACTIVE,
    COLS
};

static const struct heading headings[] = {
    {C_UBN, "vendor_ubn"},
    {C_CODE, "code"},
    {C_CATEGORY, "category"},
    {C_NAME, "name"},
    {C_NAME_EN, "name_en"},
    {C_SUMMARY, "summary"},
    {C_SUMMARY_EN, "summary_en"},
    {C_DESCRIPTION, "description"},
    {C_DESCRIPTION_EN, "description_en"},
    {C_WEBSITE, "website"},
    {C_AVAILABILITY, "availability"},
    {C_SUPPORT, "support"},
    {C_COMPENSATION, "compensation"},
    {C_RESPONSE, "response"},
    {C_RECOVERY, "recovery_point"},
    {C_PLAN, "plan"},
    {C_PLAN_EN, "plan_en"},
    {C_PRICE, "price"},
    {C_MONTHS, "months"},
    {C_ACTIVE, "active"},
};
enum {
    OPTIONAL = 1u << C_UBN | 1u << C_DESCRIPTION | 1u << C_DESCRIPTION_EN | 1u << C_WEBSITE | 1u << C_ACTIVE,
    ROWS_MAX = 20000,
    NOTED_BYTES = 128 << 20 /* several times the largest file */
};

QUERY(mq_export, "i", "ttttttttttiiiiittiii",
      "SELECT v.ubn, s.code, s.category, s.name, s.name_en, s.summary, s.summary_en, s.description, s.description_en, "
      "s.website,"
      " s.availability, s.support, s.compensation, s.response, s.recovery_point, p.name, p.name_en, p.price, p.months, "
      "p.active"
      " FROM market_plan p JOIN market_solution s ON s.id = p.solution JOIN market_vendor v ON v.party = s.vendor"
      " WHERE ($1 = 0 AND s.on_offer = 1) OR s.vendor = $1 ORDER BY v.ubn, s.code, p.price, p.id");
QUERY(mq_vendor_of_ubn, "t", "i", "SELECT party FROM market_vendor WHERE ubn = $1");
QUERY(mq_solution_of_code, "it", "i", "SELECT id FROM market_solution WHERE vendor = $1 AND code = $2");
QUERY(mq_plan_of_name, "it", "i", "SELECT id FROM market_plan WHERE solution = $1 AND name = $2");

rc mkt_catalogue_export(struct tx *tx, id vendor, struct buf *out)
{
    bool first = true;
    for (int i = 0; i < COLS; i++)
        csv_put(out, &first, str_of(headings[i].text));
    csv_eol(out, &first);
    struct rows r;
    TRY(db_select(tx, &mq_export, VALS(v_int(vendor)), &r));
    while (rows_next(&r)) {
        for (int i = 0; i < COLS; i++) {
            bool number = mq_export.cols[i] == 'i';
            if (i == C_SUPPORT)
                csv_put(out, &first, str_of(mkt_supports[row_int(&r, i) & 3].value));
            else if (number)
                csv_puti(out, &first, row_int(&r, i));
            else
                csv_put(out, &first, row_text(&r, i));
        }
        csv_eol(out, &first);
    }
    TRY(rows_end(&r));
    return buf_rc(out);
}

struct line {
    id vendor;
    struct mkt_solution_form s;
    struct mkt_plan_form p;
};

struct reader {
    struct row_reader rr;
    id vendor; /* 0: by 統一編號 */
    VEC(struct line) lines;
};

/* A formula guard that csv_put added to text (= + - @ after an apostrophe) is taken off again. */
static str text(const struct reader *g, int col)
{
    str s = row_field(&g->rr, col);
    if (s.n >= 2 && s.p[0] == '\'' && memchr("=+-@", s.p[1], 4))
        s = str_sub(s, 1, s.n);
    return arena_str(g->rr.a, s);
}

static int64_t number(struct reader *g, int col)
{
    int64_t v = 0;
    str s = row_field(&g->rr, col);
    if (str_to_i64(s, &v) != OK)
        row_error(&g->rr, col, "MKT-032", N_("{1} is not a whole number."), s);
    return v;
}

static int64_t support(struct reader *g)
{
    str s = row_field(&g->rr, C_SUPPORT);
    int i = choice_index(mkt_supports, s);
    if (i < 0)
        row_error(&g->rr, C_SUPPORT, "MKT-033", N_("{1} is not one of the values allowed here."), s);
    return i;
}

static id vendor_of(struct reader *g)
{
    str ubn = row_field(&g->rr, C_UBN);
    if (g->vendor != 0)
        return g->vendor;
    int64_t v = 0;
    if (db_one_int(g->rr.x->tx, &mq_vendor_of_ubn, VALS(v_text(ubn)), &v) != OK) {
        err_clear(tx_err(g->rr.x->tx));
        row_error(&g->rr, C_UBN, "MKT-025", N_("No vendor has the business number {1}."), ubn);
    }
    return v;
}

/* Field errors of the forms' own checks become errors of this row. */
static void carry(struct reader *g, const struct err *e)
{
    for (int i = 0; i < e->n_fields; i++) {
        int col = -1;
        for (size_t h = 0; h < COLS; h++)
            if (str_eq(str_of(headings[h].text), str_of(e->fields[i].field)))
                col = headings[h].col;
        /* A row's error has one text, so bounds, which have two, are said as what is outside them. */
        bool bounds = e->fields[i].n_args > 1;
        str cell = col < 0 ? STR_EMPTY : row_field(&g->rr, col);
        row_error(&g->rr, col, e->fields[i].code,
                  bounds ? N_("{1} is outside what is allowed here.") : e->fields[i].msgid,
                  e->fields[i].n_args == 1 ? e->fields[i].arg[0] : cell);
    }
}

static rc on_line(void *arg)
{
    struct reader *g = arg;
    if (g->lines.n >= ROWS_MAX)
        return ERR(tx_err(g->rr.x->tx), E_LIMIT, "MKT-029", N_("The file has more than {1} rows."), STR("20,000"));
    struct line l = {.vendor = vendor_of(g)};
    l.s = (struct mkt_solution_form){.code = text(g, C_CODE),
                                     .category = text(g, C_CATEGORY),
                                     .name = text(g, C_NAME),
                                     .name_en = text(g, C_NAME_EN),
                                     .summary = text(g, C_SUMMARY),
                                     .summary_en = text(g, C_SUMMARY_EN),
                                     .description = text(g, C_DESCRIPTION),
                                     .description_en = text(g, C_DESCRIPTION_EN),
                                     .website = text(g, C_WEBSITE)};
    l.s.sla = (struct mkt_sla){number(g, C_AVAILABILITY), support(g), number(g, C_COMPENSATION), number(g, C_RESPONSE),
                               number(g, C_RECOVERY)};
    l.p = (struct mkt_plan_form){.name = text(g, C_PLAN),
                                 .name_en = text(g, C_PLAN_EN),
                                 .price = number(g, C_PRICE),
                                 .months = number(g, C_MONTHS),
                                 .active = true};
    if (row_has(&g->rr, C_ACTIVE))
        l.p.active = !str_eq(row_field(&g->rr, C_ACTIVE), STR("0"));
    if (row_is_bad(&g->rr))
        return OK;
    struct err e = {0};
    rc bad = mkt_solution_check(&e, &l.s);
    if (bad == OK)
        bad = mkt_plan_check(&e, &l.p);
    if (bad != OK)
        carry(g, &e);
    for (size_t i = g->lines.n; i-- > 0 && !row_is_bad(&g->rr);) {
        const struct line *o = &g->lines.v[i];
        if (o->vendor != l.vendor || !str_eq(o->s.code, l.s.code))
            break; /* plans of one solution stand together in an export; a plan twice further apart is caught when
                      written */
        if (str_eq(o->p.name, l.p.name))
            row_error(&g->rr, C_PLAN, "MKT-034", N_("{1} stands in this file twice."), l.p.name);
    }
    struct line *slot = VEC_ADD(&g->lines, g->rr.a);
    if (!slot)
        return arena_rc(g->rr.a);
    *slot = l;
    return OK;
}

/* What became of one solution: an unchanged one is not written, so that an export read back leaves no trace. */
struct written {
    id solution; /* 0: none yet */
    bool added, changed;
};

static void count(const struct written *w, struct import_report *out)
{
    if (w->solution == 0)
        return;
    out->added += w->added;
    out->changed += !w->added && w->changed;
    out->skipped += !w->added && !w->changed;
}

static bool same_sla(const struct mkt_sla *a, const struct mkt_sla *b)
{
    return a->availability == b->availability && a->support == b->support && a->compensation == b->compensation &&
           a->response == b->response && a->recovery_point == b->recovery_point;
}

static bool same_solution(const struct mkt_solution *s, const struct mkt_solution_form *f)
{
    const str had[] = {s->category,   s->name,        s->name_en,        s->summary,
                       s->summary_en, s->description, s->description_en, s->website};
    const str given[] = {f->category,   f->name,        f->name_en,        f->summary,
                         f->summary_en, f->description, f->description_en, f->website};
    for (size_t i = 0; i < sizeof had / sizeof had[0]; i++)
        if (!str_eq(had[i], given[i]))
            return false;
    return same_sla(&s->sla, &f->sla);
}

/* A column that the file does not have leaves what is there; an empty cell clears it. */
static void keep_absent(const struct reader *g, const struct mkt_solution *had, struct mkt_solution_form *f)
{
    if (!row_has(&g->rr, C_DESCRIPTION))
        f->description = had->description;
    if (!row_has(&g->rr, C_DESCRIPTION_EN))
        f->description_en = had->description_en;
    if (!row_has(&g->rr, C_WEBSITE))
        f->website = had->website;
}

static rc write_solution(const struct act *x, const struct reader *g, const struct line *l, struct written *w)
{
    int64_t had;
    struct mkt_solution s;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a vector that counts elements has them */
    struct mkt_solution_form f = l->s;
    *w = (struct written){0};
    rc r = db_one_int(x->tx, &mq_solution_of_code, VALS(v_int(l->vendor), v_text(l->s.code)), &had);
    if (r == OK) {
        w->solution = had;
        TRY(mkt_solution_get(x->tx, had, &s, x->a));
        keep_absent(g, &s, &f);
        w->changed = !same_solution(&s, &f);
        return w->changed ? mkt_solution_update(x, had, &f) : OK;
    }
    if (r != E_NOTFOUND)
        return r;
    w->added = true;
    return mkt_solution_add(x, l->vendor, &f, &w->solution);
}

static rc write_plan(const struct act *x, const struct reader *g, const struct line *l, struct written *w)
{
    int64_t had;
    id made;
    struct mkt_plan p;
    struct mkt_plan_form f = l->p;
    rc r = db_one_int(x->tx, &mq_plan_of_name, VALS(v_int(w->solution), v_text(f.name)), &had);
    if (r == OK) {
        TRY(mkt_plan_get(x->tx, had, &p, x->a));
        if (!row_has(&g->rr, C_ACTIVE))
            f.active = p.active;
        if (str_eq(p.name_en, f.name_en) && p.price.n == f.price && p.months == f.months && p.active == f.active)
            return OK;
        w->changed = true;
        return mkt_plan_update(x, had, &f);
    }
    w->changed = true;
    return r == E_NOTFOUND ? mkt_plan_add(x, w->solution, &f, &made) : r;
}

static rc list_draft(const struct act *x, struct written *w)
{
    struct mkt_solution s;
    TRY(mkt_solution_get(x->tx, w->solution, &s, x->a));
    if (s.state != MKT_DRAFT)
        return OK;
    w->changed = true;
    return mkt_solution_set_state(x, w->solution, MKT_LISTED);
}

/* The solution's own fields are written from the first of its lines. */
static rc write_lines(const struct act *x, const struct reader *g, struct import_report *out)
{
    struct written w = {0};
    for (size_t i = 0; i < g->lines.n; i++) {
        const struct line *l = &g->lines.v[i], *before = i > 0 ? l - 1 : NULL;
        if (!before || before->vendor != l->vendor || !str_eq(before->s.code, l->s.code)) {
            count(&w, out);
            TRY(write_solution(x, g, l, &w));
        }
        TRY(write_plan(x, g, l, &w));
        if (g->vendor == 0)
            TRY(list_draft(x, &w));
    }
    count(&w, out);
    return OK;
}

/* The search index is changed at the end, for all of them together. */
static rc write_noted(const struct act *x, const struct reader *g, struct import_report *out)
{
    struct search_batch batch = {.a = arena_new(NOTED_BYTES)};
    struct act all = *x;
    if (!batch.a)
        return E_NOMEM;
    all.batch = &batch;
    rc r = write_lines(&all, g, out);
    if (r == OK)
        r = search_batch_do(x->tx, &batch);
    arena_free(batch.a);
    return r;
}

rc mkt_catalogue_import(const struct act *x, str bytes, id vendor, struct import_report *out)
{
    TRY(vendor == 0 ? act_needs_officer(x) : act_for_party(x, vendor, AS_VENDOR));
    struct reader g = {.vendor = vendor};
    uint32_t required = ((1u << COLS) - 1) & ~(uint32_t)OPTIONAL;
    if (vendor == 0)
        required |= 1u << C_UBN;
    TRY(rows_read(&g.rr, x, bytes, headings, COLS, required, on_line, &g, out));
    TRY(write_noted(x, &g, out));
    return act_log(x, "market.catalogue.imported", vendor,
                   KVS(kv_int("added", out->added), kv_int("changed", out->changed), kv_int("rows", out->rows)), NULL);
}

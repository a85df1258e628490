/* The form of a value map: a grid of cells that works without JavaScript, its buttons, its file. */
#include "mod/fund/pages/pages_effects.h"
#include "sroi.view.h"

static const struct choice conventions[] = {
    {"end", N_("End of the year")}, {"mid", N_("Middle of the year")}, {NULL, NULL}};

#define CELL(name_, n, max_, label_)                                                                                   \
    {                                                                                                                  \
        .name = name_ "_" #n, .type = F_TEXT, .max = max_, .label = label_                                             \
    }
#define ROW(n)                                                                                                         \
    CELL("outcome", n, VALUE_NAME_MAX, N_("What changes")), CELL("kind", n, 10, N_("Outcome or input")),               \
        CELL("starts", n, 10, N_("Begins")), CELL("quantity", n, VALUE_NUMBER_MAX, N_("Quantity")),                    \
        CELL("proxy", n, VALUE_NUMBER_MAX, N_("Value of one, NT$ a year")),                                            \
        CELL("deadweight", n, VALUE_NUMBER_MAX, N_("Deadweight %")),                                                   \
        CELL("displacement", n, VALUE_NUMBER_MAX, N_("Displacement %")),                                               \
        CELL("attribution", n, VALUE_NUMBER_MAX, N_("Attribution %")),                                                 \
        CELL("drop_off", n, VALUE_NUMBER_MAX, N_("Drop-off % a year")),                                                \
        CELL("duration", n, VALUE_NUMBER_MAX, N_("Lasts, years")),                                                     \
        CELL("stakeholder", n, VALUE_NAME_MAX, N_("Who gains")),                                                       \
        CELL("source", n, VALUE_SOURCE_MAX, N_("Source of the value")),

static const struct field fields[] = {
    VALUE_ROWS(ROW){.name = "rate",
                    .type = F_TEXT,
                    .max = VALUE_NUMBER_MAX,
                    .label = N_("Discount rate, per cent a year"),
                    .hint = N_("Value in later years counts less. One number, or low..base..high.")},
    {.name = "middle", .type = F_CHOICE, .choices = conventions, .label = N_("Each year's value is discounted to the")},
    {.name = "do", .type = F_TEXT, .max = 20, .label = N_("What to do")},
};
const struct input_spec fund_map_input = {fields, sizeof fields / sizeof fields[0]};

static const struct field file_fields[] = {{.name = "file",
                                            .type = F_FILE,
                                            .required = true,
                                            .max = VALUE_CSV_MAX,
                                            .label = N_("CSV or JSON file"),
                                            .hint = N_("As this page and the command “rise fund sroi” write it.")}};
const struct input_spec fund_map_file_input = {file_fields, 1};

const char *fund_cell_label(size_t column, bool input)
{
    if (input && column == SROI_COL_OUTCOME)
        return N_("What was put in");
    if (input && column == SROI_COL_PARAM + SROI_PROXY)
        return N_("NT$ for each");
    if (input && column == SROI_COL_STAKEHOLDER)
        return N_("By whom");
    if (input && column == SROI_COL_SOURCE)
        return N_("Source");
    return fields[column].label;
}

static void set_kind(struct value_row *r, bool input)
{
    for (size_t c = 0; c < SROI_COLUMNS; c++)
        r->cell[c] = STR_EMPTY;
    r->cell[SROI_COL_KIND] = input ? STR("input") : STR("outcome");
}

void fund_map_blank(struct value_map *m)
{
    m->n = 2;
    set_kind(&m->rows[0], true);
    set_kind(&m->rows[1], false);
}

rc fund_map_typed(struct ctx *c, struct value_map *m)
{
    *m = (struct value_map){.rate = str_trim(in_value(&c->in, "rate")->raw)};
    m->convention = str_eq(in_value(&c->in, "middle")->raw, STR("mid")) ? SROI_MID_YEAR : SROI_END_YEAR;
    for (size_t i = 0; i < VALUE_ROWS_MAX; i++) {
        if (!in_value(&c->in, value_field(i, SROI_COL_KIND))->given)
            break;
        for (size_t k = 0; k < SROI_COLUMNS; k++) {
            str raw = in_value(&c->in, value_field(i, k))->raw;
            m->rows[i].cell[k] = raw.p ? str_trim(raw) : STR_EMPTY;
        }
        m->n = i + 1;
    }
    if (m->rate.p == NULL)
        m->rate = STR_EMPTY;
    return OK;
}

static rc add_row(struct ctx *c, struct value_map *m, bool input)
{
    if (m->n == VALUE_ROWS_MAX)
        return ERR(&c->err, E_LIMIT, "FND-711",
                   N_("This page takes at most 24 rows. The command “rise fund sroi” takes a thousand."));
    set_kind(&m->rows[m->n++], input);
    return OK;
}

static void remove_row(struct value_map *m, int64_t number)
{
    if (number < 1 || number > (int64_t)m->n)
        return;
    for (size_t i = (size_t)number; i < m->n; i++)
        m->rows[i - 1] = m->rows[i];
    m->n--;
}

rc fund_map_button(struct ctx *c, struct value_map *m, bool *compute, bool *csv)
{
    static const str remove = STR_INIT("remove-");
    str what = in_text(&c->in, "do");
    int64_t number;
    *compute = *csv = false;
    if (str_eq(what, STR("outcome")) || str_eq(what, STR("input")))
        return add_row(c, m, str_eq(what, STR("input")));
    if (str_starts(what, remove) && str_to_i64(str_sub(what, remove.n, what.n), &number) == OK)
        remove_row(m, number);
    else if (str_eq(what, STR("csv")))
        *csv = true;
    else
        *compute = true;
    return OK;
}

rc fund_map_csv(struct ctx *c, const struct value_map *m)
{
    value_map_csv(c->arena, m, &c->reply->body);
    return reply_csv(c, "value-map.csv");
}

rc fund_map_file(struct ctx *c, struct fund_sroi_page *p)
{
    return value_map_read(c->arena, in_value(&c->in, "file")->file.bytes, &p->m, &c->err);
}

rc fund_sroi_answer(struct ctx *c, struct fund_sroi_page *p)
{
    rc r = p->compute ? fund_sroi_show(c, &p->m, &p->s) : OK;
    if (r != OK && r != E_INVALID && r != E_LIMIT)
        return r;
    p->computed = p->compute && r == OK;
    view_fund_sroi(&c->reply->body, c, p);
    return reply_page(c, r == OK ? 200 : 422);
}

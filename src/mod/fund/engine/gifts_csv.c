/* Gifts from CSV: the heading says which column is what. */
#include "mod/fund/engine/gifts_parts.h"

static rc missing(struct gifts_reader *r, enum gift_field f, str name)
{
    str looked_for = name.n ? name : str_of(gift_field_names[f][0]);
    return ERR(r->err, E_INVALID, "FND-150", N_("The file has no column {1}. Name the columns with --map."),
               looked_for);
}

static int find(const str *heading, size_t n, str name)
{
    for (size_t i = 0; i < n; i++)
        if (str_ieq(str_trim(heading[i]), name))
            return (int)i;
    return -1;
}

static rc read_heading(struct gifts_reader *r, const str *heading, size_t n)
{
    r->n_columns = n;
    for (int f = 0; f < FIELDS; f++) {
        str mapped = gift_field_mapped(r, (enum gift_field)f);
        r->column[f] = mapped.n ? find(heading, n, mapped) : -1;
        for (const char *const *name = gift_field_names[f]; !mapped.n && *name && r->column[f] < 0; name++)
            r->column[f] = find(heading, n, str_of(*name));
        if (r->column[f] < 0 && (mapped.n || f <= FIELD_AMOUNT))
            return missing(r, (enum gift_field)f, mapped);
    }
    return OK;
}

static rc read_row(void *arg, int64_t row, int64_t line, const str *fields, size_t n)
{
    struct gifts_reader *r = arg;
    if (row == 1)
        return read_heading(r, fields, n);
    r->out.rows++;
    if (n != r->n_columns)
        return gifts_fault(r, row, line, GIFT_COLUMNS, fields[0]);
    str field[FIELDS];
    for (int f = 0; f < FIELDS; f++)
        field[f] = r->column[f] < 0 ? (str){NULL, 0} : fields[r->column[f]];
    return gifts_row(r, row, line, field);
}

static void free_csv(void *c)
{
    csv_free(c);
}

rc gifts_csv_begin(struct gifts_reader *r)
{
    r->csv = csv_new(NULL, read_row, r);
    if (!r->csv)
        return E_NOMEM;
    rc ok = arena_defer(r->a, free_csv, r->csv);
    if (ok != OK) {
        csv_free(r->csv);
        r->csv = NULL;
    }
    return ok;
}

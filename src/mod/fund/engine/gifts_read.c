#include "mod/fund/engine/gifts_read.h"

#include "base/utf8.h"
#include "mod/fund/engine/gifts_parts.h"

enum { HEAD_MAX = 1 << 20 }; /* of white space */
static const size_t ROWS_MAX = (size_t)1 << 32;

const char *const gift_fault_text[GIFT_FAULTS] = {
    [GIFT_FINE] = N_("counted"),
    [GIFT_COLUMNS] = N_("the row does not have the columns of the heading"),
    [GIFT_NO_PROJECT] = N_("no project"),
    [GIFT_NO_DONOR] = N_("no donor"),
    [GIFT_ID] = N_("the name of the project or donor is not readable text"),
    [GIFT_NO_AMOUNT] = N_("no amount"),
    [GIFT_NOT_A_NUMBER] = N_("the amount is not a number"),
    [GIFT_SCIENTIFIC] = N_("the amount is in scientific notation: a spreadsheet may have rounded it"),
    [GIFT_AMBIGUOUS] = N_("the amount can be read in two ways"),
    [GIFT_NEGATIVE] = N_("the amount is negative: cancel a refund with its gift first"),
    [GIFT_ZERO] = N_("the amount is zero"),
    [GIFT_TOO_LARGE] = N_("the amount is too large"),
    [GIFT_TOO_PRECISE] = N_("the amount has more decimals than declared"),
    [GIFT_CURRENCY] = N_("the amount is in another currency"),
    [GIFT_KIND] = N_("the donor is neither person nor organisation, or both"),
    [GIFT_JSON] = N_("the row is not a JSON object"),
};
const char *const gift_fault_code[GIFT_FAULTS] = {
    [GIFT_FINE] = "counted",
    [GIFT_COLUMNS] = "columns",
    [GIFT_NO_PROJECT] = "no-project",
    [GIFT_NO_DONOR] = "no-donor",
    [GIFT_ID] = "bad-name",
    [GIFT_NO_AMOUNT] = "no-amount",
    [GIFT_NOT_A_NUMBER] = "not-a-number",
    [GIFT_SCIENTIFIC] = "scientific",
    [GIFT_AMBIGUOUS] = "ambiguous",
    [GIFT_NEGATIVE] = "negative",
    [GIFT_ZERO] = "zero",
    [GIFT_TOO_LARGE] = "too-large",
    [GIFT_TOO_PRECISE] = "too-precise",
    [GIFT_CURRENCY] = "currency",
    [GIFT_KIND] = "kind",
    [GIFT_JSON] = "json",
};

const char *const gift_field_names[FIELDS][4] = {
    [FIELD_PROJECT] = {"project", "project_id", NULL},
    [FIELD_DONOR] = {"donor", "donor_id", "voter", NULL},
    [FIELD_AMOUNT] = {"amount", "votes", NULL},
    [FIELD_KIND] = {"kind", NULL},
    [FIELD_CURRENCY] = {"currency", NULL},
};

str gift_field_mapped(const struct gifts_reader *r, enum gift_field f)
{
    const struct gifts_map *m = &r->o.map;
    const str mapped[FIELDS] = {m->project, m->donor, m->amount, m->kind, m->currency};
    return mapped[f];
}

rc gifts_map_read(str text, struct gifts_map *out, struct err *err)
{
    *out = (struct gifts_map){0};
    str *const to[FIELDS] = {&out->project, &out->donor, &out->amount, &out->kind, &out->currency};
    for (str rest = text; rest.p;) {
        str column = str_cut(&rest, ','), name = str_cut(&column, '=');
        int f = 0;
        while (f < FIELDS && !str_eq(str_trim(name), str_of(gift_field_names[f][0])))
            f++;
        if (f == FIELDS || str_trim(column).n == 0 || to[f]->n)
            return ERR_FIELD(err, "map", "FND-151", N_("Write it like project=COLUMN,donor=COLUMN,amount=COLUMN."));
        *to[f] = str_trim(column);
    }
    return OK;
}

static rc too_many(struct gifts_reader *r)
{
    return ERR(r->err, E_LIMIT, "FND-154", N_("The file is too large for the memory set aside."));
}

rc gifts_no_memory(struct gifts_reader *r)
{
    return arena_rc(r->a) == E_LIMIT ? too_many(r) : arena_rc(r->a);
}

/* A column as numbers; heap memory is aligned for all of them. */
static void *column(const struct buf *b)
{
    return b->p;
}

/* ---- names ---- */

static void free_buf(void *b)
{
    buf_free(b);
}

static void free_map(void *m)
{
    map_free(m);
}

static bool fit_for_name(str s)
{
    return s.n <= GIFTS_ID_MAX && utf8_valid(s) && !utf8_has_control(s);
}

/* Ids differ at their end if anywhere: look there before comparing all. s is not empty. */
static bool same_name(str known, str s)
{
    return known.n == s.n && known.p[s.n - 1] == s.p[s.n - 1] && str_eq(known, s);
}

/* Index of a name; GIFT_ID when it is none. */
static rc name_index(struct gifts_reader *r, struct gift_names *names, str s, uint32_t *out, enum gift_fault *fault)
{
    if (names->last && same_name(names->name.v[names->last - 1], s)) {
        *out = names->last - 1;
        return OK;
    }
    uintptr_t known = (uintptr_t)map_get(&names->map, s);
    if (!known) {
        if (!fit_for_name(s)) {
            *fault = GIFT_ID;
            return OK;
        }
        str *fresh = names->name.n < TALLY_DONORS_MAX ? VEC_ADD(&names->name, r->a) : NULL;
        if (!fresh || !(*fresh = arena_str(r->a, s)).p)
            return gifts_no_memory(r);
        known = names->name.n;
        TRY(map_put(&names->map, *fresh, (void *)known));
    }
    names->last = (uint32_t)known;
    *out = names->last - 1;
    return OK;
}

/* ---- one row ---- */

rc gifts_fault(struct gifts_reader *r, int64_t row, int64_t line, enum gift_fault fault, str value)
{
    r->out.faults[fault]++;
    r->out.bad++;
    if (r->listed.n >= GIFTS_LISTED)
        return OK;
    struct gift_row *to = VEC_ADD(&r->listed, r->a);
    if (!to)
        return gifts_no_memory(r);
    *to = (struct gift_row){row, line, fault, arena_str(r->a, utf8_cut(value, 80))};
    return to->value.p ? OK : gifts_no_memory(r);
}

static bool is_one_of(str s, const char *const *words)
{
    for (; *words; words++)
        if (str_ieq(s, str_of(*words)))
            return true;
    return false;
}

static enum gift_fault read_kind(str s, uint8_t *out)
{
    static const char *const person[] = {"person", "individual", "個人", "自然人", NULL};
    static const char *const organisation[] = {"organisation", "organization", "company", "foundation", "公司",
                                               "法人",         "基金會",       "團體",    NULL};
    *out = is_one_of(s, person) ? TALLY_PERSON : TALLY_ORGANISATION;
    return is_one_of(s, person) || is_one_of(s, organisation) ? GIFT_FINE : GIFT_KIND;
}

static bool own_currency(str s)
{
    static const char *const words[] = {"TWD", "NTD", "NT$", "新臺幣", "新台幣", NULL};
    return str_eq(s, STR("TWD")) || is_one_of(s, words);
}

static enum gift_fault read_amount(struct gifts_reader *r, str text, int64_t *amount, int *decimals)
{
    if (r->o.decimals != GIFTS_AUTO)
        return gift_amount_scaled(text, *decimals = r->o.decimals, amount);
    enum gift_fault f = gift_amount(text, GIFTS_DECIMALS_MAX, amount, decimals);
    if (f == GIFT_AMBIGUOUS && r->out.decimals < 3) /* thousands commas: only whole numbers and cents so far */
        f = gift_amount(text, 2, amount, decimals);
    return f == GIFT_FINE && *decimals < r->out.decimals ? gift_amount_scaled(text, *decimals = r->out.decimals, amount)
                                                         : f;
}

/* What is wrong with the row, or its amount and kind. */
static enum gift_fault examine(struct gifts_reader *r, const str field[FIELDS], int64_t *amount, int *decimals,
                               uint8_t *kind, str *value)
{
    *value = field[FIELD_PROJECT];
    if (field[FIELD_PROJECT].n == 0)
        return GIFT_NO_PROJECT;
    *value = field[FIELD_DONOR];
    if (field[FIELD_DONOR].n == 0)
        return GIFT_NO_DONOR;
    *value = field[FIELD_CURRENCY];
    if (field[FIELD_CURRENCY].p && !own_currency(field[FIELD_CURRENCY]))
        return GIFT_CURRENCY;
    *value = field[FIELD_KIND];
    r->out.has_kind = r->out.has_kind || field[FIELD_KIND].p;
    if (!field[FIELD_KIND].p && r->o.map.kind.n)
        return GIFT_KIND;
    if (field[FIELD_KIND].p && read_kind(field[FIELD_KIND], kind) != GIFT_FINE)
        return GIFT_KIND;
    *value = field[FIELD_AMOUNT];
    return read_amount(r, field[FIELD_AMOUNT], amount, decimals);
}

static rc keep_kind(struct gifts_reader *r, uint32_t donor, uint8_t kind, enum gift_fault *fault)
{
    if (donor < r->kind.n) {
        *fault = r->kind.v[donor] == kind ? GIFT_FINE : GIFT_KIND;
        return OK;
    }
    uint8_t *to = VEC_ADD(&r->kind, r->a);
    if (!to)
        return gifts_no_memory(r);
    *to = kind;
    return OK;
}

static bool needs_trim(str s)
{
    return s.n && ((unsigned char)s.p[0] <= ' ' || (unsigned char)s.p[s.n - 1] <= ' ');
}

static rc flush(struct gifts_reader *r)
{
    struct gift_batch *b = &r->batch;
    buf_putn(&r->project, b->project, b->n * sizeof b->project[0]);
    buf_putn(&r->donor, b->donor, b->n * sizeof b->donor[0]);
    buf_putn(&r->amount, b->amount, b->n * sizeof b->amount[0]);
    b->n = 0;
    rc ok = buf_rc(&r->project) != OK ? buf_rc(&r->project)
            : buf_rc(&r->donor) != OK ? buf_rc(&r->donor)
                                      : buf_rc(&r->amount);
    return ok == E_LIMIT ? too_many(r) : ok;
}

static rc keep(struct gifts_reader *r, uint32_t project, uint32_t donor, int64_t amount)
{
    struct gift_batch *b = &r->batch;
    b->project[b->n] = project;
    b->donor[b->n] = donor;
    b->amount[b->n++] = amount;
    return b->n == sizeof b->amount / sizeof b->amount[0] ? flush(r) : OK;
}

/* All that was read so far in the finer unit. */
static rc rescale(struct gifts_reader *r, int decimals)
{
    if (r->out.decimals >= decimals)
        return OK;
    TRY(flush(r));
    int64_t *amount = column(&r->amount);
    for (; r->out.decimals < decimals; r->out.decimals++)
        for (size_t i = 0; i < r->amount.n / sizeof *amount; i++)
            if ((amount[i] *= 10) > TALLY_AMOUNT_MAX)
                return ERR(r->err, E_LIMIT, "FND-154", N_("The amounts are too large for their decimals."));
    return OK;
}

rc gifts_row(struct gifts_reader *r, int64_t row, int64_t line, const str field[FIELDS])
{
    int64_t amount = 0;
    int decimals = 0;
    uint8_t kind = TALLY_PERSON;
    uint32_t project = 0, donor = 0;
    str trimmed[FIELDS], value;
    for (int f = 0; f < FIELDS; f++)
        trimmed[f] = needs_trim(field[f]) ? str_trim(field[f]) : field[f];
    enum gift_fault fault = examine(r, trimmed, &amount, &decimals, &kind, &value);
    if (fault == GIFT_FINE) {
        value = trimmed[FIELD_PROJECT];
        TRY(name_index(r, &r->projects, value, &project, &fault));
    }
    if (fault == GIFT_FINE) {
        value = trimmed[FIELD_DONOR];
        TRY(name_index(r, &r->donors, value, &donor, &fault));
    }
    if (fault == GIFT_FINE)
        TRY(keep_kind(r, donor, kind, &fault));
    if (fault != GIFT_FINE)
        return gifts_fault(r, row, line, fault, value);
    TRY(rescale(r, decimals));
    return keep(r, project, donor, amount);
}

/* ---- the reader ---- */

rc gifts_reader_new(struct arena *a, const struct gifts_options *o, struct gifts_reader **out, struct err *err)
{
    struct gifts_reader *r = ARENA_NEW(a, struct gifts_reader);
    if (!r)
        return arena_rc(a);
    if (o->decimals < GIFTS_AUTO || o->decimals > GIFTS_DECIMALS_MAX)
        return ERR_FIELD(err, "decimals", "FND-151", N_("Between 0 and 8 decimals."));
    r->a = a;
    r->o = *o;
    r->out.decimals = o->decimals == GIFTS_AUTO ? 0 : o->decimals;
    *out = r;
    r->head = (struct buf)BUF_INIT(HEAD_MAX);
    r->project = r->donor = (struct buf)BUF_INIT(ROWS_MAX * sizeof(uint32_t));
    r->amount = (struct buf)BUF_INIT(ROWS_MAX * sizeof(int64_t));
    struct buf *const owned[] = {&r->head, &r->project, &r->donor, &r->amount};
    for (size_t i = 0; i < sizeof owned / sizeof owned[0]; i++)
        TRY(arena_defer(a, free_buf, owned[i]));
    TRY(arena_defer(a, free_map, &r->projects.map));
    return arena_defer(a, free_map, &r->donors.map);
}

/* The first byte that is neither of a byte-order mark nor white space decides: [ and { begin JSON, all else is CSV. */
static bool undecidable(str bytes)
{
    static const str mark = STR_INIT("\xef\xbb\xbf");
    if (bytes.n < mark.n && str_starts(mark, bytes))
        return true;
    return str_trim(str_sub(bytes, str_starts(bytes, mark) ? mark.n : 0, bytes.n)).n == 0;
}

static rc decide(struct gifts_reader *r, str bytes)
{
    str rest = str_trim(str_sub(bytes, str_starts(bytes, STR("\xef\xbb\xbf")) ? 3 : 0, bytes.n));
    bool json = rest.n && (rest.p[0] == '[' || rest.p[0] == '{');
    r->form = json ? JSON_TEXT : CSV_TEXT;
    return json ? gifts_json_begin(r) : gifts_csv_begin(r);
}

static rc feed(struct gifts_reader *r, str bytes)
{
    if (r->form == UNDECIDED)
        TRY(decide(r, bytes));
    return r->form == JSON_TEXT ? gifts_json_feed(r, bytes) : csv_feed(r->csv, bytes, r->err);
}

rc gifts_feed(struct gifts_reader *r, str bytes, struct err *err)
{
    r->err = err;
    if (r->form != UNDECIDED)
        return bytes.n ? feed(r, bytes) : OK;
    if (r->head.n == 0 && !undecidable(bytes))
        return feed(r, bytes);
    buf_put(&r->head, bytes);
    TRY(buf_rc(&r->head));
    if (undecidable(buf_str(&r->head)))
        return OK;
    rc ok = feed(r, buf_str(&r->head));
    buf_free(&r->head);
    return ok;
}

rc gifts_end(struct gifts_reader *r, struct gifts *out, struct err *err)
{
    r->err = err;
    if (r->form == UNDECIDED)
        TRY(feed(r, buf_str(&r->head)));
    TRY(r->form == JSON_TEXT ? gifts_json_end(r) : csv_end(r->csv, err));
    TRY(flush(r));
    if (r->form == CSV_TEXT && r->n_columns == 0)
        return ERR(err, E_INVALID, "FND-150", N_("The file is empty."));
    r->out.columns = (struct tally_gifts){.n = r->amount.n / sizeof(int64_t),
                                          .project = column(&r->project),
                                          .donor = column(&r->donor),
                                          .amount = column(&r->amount),
                                          .n_projects = (uint32_t)r->projects.name.n,
                                          .n_donors = (uint32_t)r->donors.name.n,
                                          .project_id = r->projects.name.v,
                                          .kind = r->out.has_kind ? r->kind.v : NULL};
    r->out.donor_id = r->donors.name.v;
    r->out.listed = r->listed.v;
    r->out.n_listed = r->listed.n;
    *out = r->out;
    return OK;
}

/* The CSV tables of a round's archive. */
#include "mod/fund/archive/archive_tables.h"

#include "base/csv.h"
#include "base/vec.h"

#define PROPOSALS_HEADING "number,title,title_en,field,sdgs,state,stage,award"
#define PANELS_HEADING    "stage,score_max,social,impact,innovation,feasibility,reviews,places,basis"
#define IMPORTS_HEADING   "import,platform,rows,root"
#define GIFTS_HEADING     "import,row,leaf,reason,project,donor,kind,amount,appeal"

static const char *const stage_words[FUND_STAGES] = {"entered", "first", "second", "final", "awarded"};

const char *archive_stage_word(enum fund_stage s)
{
    return stage_words[s];
}

const char *archive_stage_name(enum fund_stage s)
{
    return s == FUND_AWARDED ? "awards" : stage_words[s]; /* as in addresses, pages_board.h */
}

str archive_name(struct arena *a, const char *what, enum fund_stage s, const char *end)
{
    return arena_printf(a, "%s-%s%s", what, archive_stage_name(s), end);
}

bool archive_links_donors(enum tally_method m)
{
    return m != TALLY_QF && m != TALLY_CQF;
}

/* ---- writing ---- */

static void put_sdgs(struct buf *out, bool *first, uint32_t sdgs)
{
    BUF_SCOPED text = BUF_INIT(64);
    for (int g = 1; g <= FUND_SDGS; g++)
        if (sdgs & 1u << (g - 1))
            buf_printf(&text, "%s%d", text.n ? " " : "", g);
    csv_put(out, first, buf_str(&text));
}

void archive_proposals_put(const struct archive_proposal *v, size_t n, struct buf *out)
{
    buf_put(out, STR(PROPOSALS_HEADING "\r\n"));
    for (size_t i = 0; i < n; i++) {
        bool first = true;
        csv_puti(out, &first, v[i].number);
        csv_put(out, &first, v[i].title);
        csv_put(out, &first, v[i].title_en);
        csv_put(out, &first, v[i].field);
        put_sdgs(out, &first, v[i].sdgs);
        csv_put(out, &first, v[i].accepted ? STR("accepted") : STR("left"));
        csv_put(out, &first, str_of(stage_words[v[i].stage]));
        csv_puti(out, &first, v[i].award);
        csv_eol(out, &first);
    }
}

void archive_panels_put(const struct archive_panel *v, size_t n, struct buf *out)
{
    buf_put(out, STR(PANELS_HEADING "\r\n"));
    for (size_t i = 0; i < n; i++) {
        bool first = true;
        csv_put(out, &first, str_of(archive_stage_name(v[i].stage)));
        csv_puti(out, &first, v[i].score_max);
        for (int c = 0; c < FUND_CRITERIA; c++)
            csv_puti(out, &first, v[i].weights[c]);
        csv_puti(out, &first, v[i].per_proposal);
        csv_puti(out, &first, v[i].places);
        csv_put(out, &first, v[i].calibrated ? STR("calibrated") : STR("raw"));
        csv_eol(out, &first);
    }
}

void archive_imports_put(const struct archive_import *v, size_t n, struct buf *out)
{
    buf_put(out, STR(IMPORTS_HEADING "\r\n"));
    for (size_t i = 0; i < n; i++) {
        bool first = true;
        csv_puti(out, &first, v[i].number);
        csv_put(out, &first, v[i].platform);
        csv_puti(out, &first, v[i].rows);
        csv_put(out, &first, v[i].root);
        csv_eol(out, &first);
    }
}

void archive_gift_heading(struct buf *out)
{
    buf_put(out, STR(GIFTS_HEADING "\r\n"));
}

void archive_gift_put(const struct archive_gift *g, int64_t import, struct buf *out)
{
    buf_printf(out, "%lld,%lld,", (long long)import, (long long)g->row);
    buf_hex(out, sha256_str(&g->leaf));
    if (g->reason)
        buf_printf(out, ",%s,,,,,\r\n", g->reason);
    else
        buf_printf(out, ",,%lld,%u,%s,%lld,%s\r\n", (long long)g->project, g->donor,
                   g->organisation ? "organisation" : "person", (long long)g->amount, g->appeal ? "yes" : "");
}

/* ---- reading ---- */

struct reading {
    const char *heading;
    size_t cols;
    int64_t line; /* the row that is read; the heading is 1 */
    struct arena *a;
    rc (*row)(struct reading *r, const str *f);
    void *to; /* the table's own */
    size_t most, n;
    enum fund_stage stage; /* of decisions */
    const struct archive_import *imports;
    size_t n_imports, import; /* the one that gifts belong to now */
};

static rc check_heading(const struct reading *r, const str *f, size_t n)
{
    str rest = str_of(r->heading);
    for (size_t i = 0; i < n; i++)
        if (!str_eq(str_cut(&rest, ','), f[i]))
            return E_INVALID;
    return rest.p ? E_INVALID : OK;
}

static rc take_record(void *arg, int64_t row, int64_t line, const str *fields, size_t n)
{
    struct reading *r = arg;
    (void)line;
    r->line = row;
    if (n != r->cols)
        return E_INVALID;
    if (row == 1)
        return check_heading(r, fields, n);
    if (r->n == r->most)
        return E_LIMIT;
    TRY(r->row(r, fields));
    r->n++;
    return OK;
}

static rc read_table(struct reading *r, str text)
{
    struct csv_limits limits = {.fields = 16, .field_bytes = 64 * 1024};
    r->cols = 1;
    for (const char *p = r->heading; *p; p++)
        r->cols += *p == ',';
    struct csv *c = csv_new(&limits, take_record, r);
    if (!c)
        return E_NOMEM;
    rc e = csv_feed(c, text, NULL);
    if (e == OK)
        e = csv_end(c, NULL);
    csv_free(c);
    if (e == OK && r->line == 0)
        e = E_INVALID; /* not even a heading */
    return e;
}

/* A row has a line end: so many there are at most. */
static size_t lines_of(str text)
{
    size_t n = 1;
    for (const char *p = text.p, *end = text.p + text.n; n && p < end && (p = memchr(p, '\n', (size_t)(end - p))); p++)
        n++;
    return n;
}

/* All rows of a table into an array of its own, of at most `most` elements of this size. */
static rc read_all(struct reading *r, str text, size_t most, size_t size, size_t *n, int64_t *line)
{
    r->most = lines_of(text);
    r->to = r->most <= most ? arena_array(r->a, r->most, size) : NULL;
    rc e = r->to ? read_table(r, text) : E_LIMIT;
    *n = r->n;
    *line = r->line;
    return e;
}

/* Defines NAME, the reader of a table whose rows need nothing but themselves and the one before. */
#define READS(name, type, heading_, row_, most)                                                                        \
    rc name(str text, type **v, size_t *n, int64_t *line, struct arena *a)                                             \
    {                                                                                                                  \
        struct reading r = {.heading = heading_, .a = a, .row = row_};                                                 \
        rc e = read_all(&r, text, most, sizeof **v, n, line);                                                          \
        *v = r.to;                                                                                                     \
        return e;                                                                                                      \
    }

static bool number(str s, int64_t min, int64_t max, int64_t *out)
{
    bool padded = (s.n > 1 && s.p[0] == '0') || str_eq(s, STR("-0")) || str_starts(s, STR("-0"));
    return !padded && str_to_i64(s, out) == OK && *out >= min && *out <= max;
}

static bool word_of(str s, const char *const *words, int n, int *out)
{
    for (*out = 0; *out < n; ++*out)
        if (str_eq(s, str_of(words[*out])))
            return true;
    return false;
}

static bool take_sdgs(str s, uint32_t *out)
{
    *out = 0;
    for (str rest = s; s.n > 0 && rest.p;) {
        int64_t g;
        if (!number(str_cut(&rest, ' '), 1, FUND_SDGS, &g) || *out >> (g - 1) != 0)
            return false; /* in order, none twice */
        *out |= 1u << (g - 1);
    }
    return true;
}

static rc proposal_row(struct reading *r, const str *f)
{
    struct archive_proposal *p = (struct archive_proposal *)r->to + r->n;
    static const char *const states[] = {"left", "accepted"};
    int state, stage;
    if (!number(f[0], r->n ? p[-1].number + 1 : 1, INT64_MAX, &p->number) || !take_sdgs(f[4], &p->sdgs) ||
        !word_of(f[5], states, 2, &state) || !word_of(f[6], stage_words, FUND_STAGES, &stage) ||
        !number(f[7], 0, TALLY_AMOUNT_MAX, &p->award))
        return E_INVALID;
    p->title = arena_str(r->a, f[1]);
    p->title_en = arena_str(r->a, f[2]);
    p->field = arena_str(r->a, f[3]);
    p->accepted = state == 1;
    p->stage = (enum fund_stage)stage;
    return arena_rc(r->a);
}

READS(archive_proposals_read, struct archive_proposal, PROPOSALS_HEADING, proposal_row, ARCHIVE_PROPOSALS_MOST)

static rc panel_row(struct reading *r, const str *f)
{
    struct archive_panel *p = (struct archive_panel *)r->to + r->n;
    static const char *const names[] = {"first", "second", "awards"}, *const bases[] = {"raw", "calibrated"};
    static const enum fund_stage stages[] = {FUND_FIRST, FUND_SECOND, FUND_AWARDED};
    int stage, basis;
    if (!word_of(f[0], names, 3, &stage) || (r->n > 0 && stages[stage] <= p[-1].stage) ||
        !number(f[1], 1, 1000, &p->score_max) || !number(f[6], 1, 1000, &p->per_proposal) ||
        !number(f[7], 0, ARCHIVE_PROPOSALS_MOST, &p->places) || !word_of(f[8], bases, 2, &basis))
        return E_INVALID;
    for (int c = 0; c < FUND_CRITERIA; c++) {
        int64_t weight;
        if (!number(f[2 + c], 0, 1000, &weight))
            return E_INVALID;
        p->weights[c] = (int32_t)weight;
    }
    p->stage = stages[stage];
    p->calibrated = basis == 1;
    return OK;
}

READS(archive_panels_read, struct archive_panel, PANELS_HEADING, panel_row, ARCHIVE_PANELS + 2)

static rc import_row(struct reading *r, const str *f)
{
    struct archive_import *i = (struct archive_import *)r->to + r->n;
    if (!number(f[0], r->n ? i[-1].number + 1 : 1, INT64_MAX, &i->number) || !number(f[2], 0, INT64_MAX, &i->rows))
        return E_INVALID;
    i->platform = arena_str(r->a, f[1]);
    i->root = arena_str(r->a, f[3]);
    return arena_rc(r->a);
}

READS(archive_imports_read, struct archive_import, IMPORTS_HEADING, import_row, ARCHIVE_IMPORTS_MOST)

static rc review_row(struct reading *r, const str *f)
{
    struct fund_review_line *v = (struct fund_review_line *)r->to + r->n;
    if (!number(f[0], 1, INT64_MAX, &v->number) || !str_starts(f[1], STR("R")) ||
        !number(str_sub(f[1], 1, f[1].n), 1, CALIB_LEVELS_MAX, &v->reviewer))
        return E_INVALID;
    for (int c = 0; c < FUND_CRITERIA; c++)
        if (f[2 + c].n == 0)
            v->scores[c] = FUND_CANNOT_JUDGE;
        else if (!number(f[2 + c], 0, 1000, &v->scores[c]))
            return E_INVALID;
    return OK;
}

READS(archive_reviews_read, struct fund_review_line, FUND_REVIEWS_HEADING, review_row, CALIB_SCORES_MAX)

static rc decided_row(struct reading *r, const str *f)
{
    struct fund_decided_line *d = (struct fund_decided_line *)r->to + r->n;
    int64_t *figures[] = {&d->number, &d->reviews, &d->raw, &d->calibrated, &d->raw_rank, &d->rank};
    for (size_t i = 0; i < sizeof figures / sizeof figures[0]; i++)
        if (!number(f[i], -INT32_MAX, i == 0 ? INT64_MAX : INT32_MAX, figures[i]))
            return E_INVALID;
    if (d->number < (r->n ? d[-1].number + 1 : 1) || d->rank < 0 || d->raw_rank < 0 ||
        !fund_take_of(r->stage, f[6], &d->take) || !number(f[7], 0, TALLY_AMOUNT_MAX, &d->amount))
        return E_INVALID;
    d->reason = arena_str(r->a, f[8]);
    return arena_rc(r->a);
}

rc archive_decided_read(str text, enum fund_stage stage, struct fund_decided_line **v, size_t *n, int64_t *line,
                        struct arena *a)
{
    struct reading r = {.heading = FUND_DECIDED_HEADING, .a = a, .row = decided_row, .stage = stage};
    rc e = read_all(&r, text, ARCHIVE_PROPOSALS_MOST, sizeof **v, n, line);
    *v = r.to;
    return e;
}

static int nibble(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_hash(str hex, struct sha256 *out)
{
    if (hex.n != sizeof out->b * 2)
        return false;
    for (size_t i = 0; i < SHA256_LEN; i++) {
        int high = nibble(hex.p[2 * i]), low = nibble(hex.p[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        out->b[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* What a row that counts says; of one that does not, nothing is told. */
static bool take_counted(struct archive_gift *g, const str *f)
{
    static const char *const kinds[] = {"person", "organisation"}, *const appeals[] = {"", "yes"};
    int kind, appeal;
    int64_t donor;
    if (g->reason)
        return f[4].n + f[5].n + f[6].n + f[7].n + f[8].n == 0;
    if (!number(f[4], 1, INT64_MAX, &g->project) || !number(f[5], 1, TALLY_DONORS_MAX, &donor) ||
        !word_of(f[6], kinds, 2, &kind) || !number(f[7], 1, TALLY_AMOUNT_MAX, &g->amount) ||
        !word_of(f[8], appeals, 2, &appeal))
        return false;
    g->donor = (uint32_t)donor;
    g->organisation = kind == 1;
    g->appeal = appeal == 1;
    return true;
}

static bool take_reason(str code, const char **out)
{
    const struct fund_reason *why = code.n > 0 ? fund_reason_of(code) : NULL;
    *out = str_eq(code, STR(ARCHIVE_WITHDRAWN)) ? ARCHIVE_WITHDRAWN : why ? why->code : NULL;
    return *out || code.n == 0;
}

/* Imports in their order, each one's rows in order. */
static rc gift_row(struct reading *r, const str *f)
{
    struct archive_gift *g = (struct archive_gift *)r->to + r->n;
    int64_t import;
    if (!number(f[0], 1, INT64_MAX, &import))
        return E_INVALID;
    while (r->import < r->n_imports && r->imports[r->import].number < import)
        r->import++;
    if (r->import == r->n_imports || r->imports[r->import].number != import)
        return E_INVALID;
    g->import = (uint32_t)r->import;
    int64_t least = r->n > 0 && g[-1].import == g->import ? g[-1].row + 1 : 1;
    if (!take_reason(f[3], &g->reason) || !number(f[1], least, INT64_MAX, &g->row) || !take_hash(f[2], &g->leaf))
        return E_INVALID;
    return take_counted(g, f) ? OK : E_INVALID;
}

rc archive_gifts_read(str text, const struct archive_import *imports, size_t n_imports, struct archive_gift **v,
                      size_t *n, int64_t *line, struct arena *a)
{
    struct reading r = {.heading = GIFTS_HEADING, .a = a, .row = gift_row, .imports = imports, .n_imports = n_imports};
    rc e = read_all(&r, text, SIZE_MAX, sizeof **v, n, line);
    *v = r.to;
    return e;
}

#include "base/csv.h"

#include <stdio.h>
#include <stdlib.h>

enum state { FIELD_START, UNQUOTED, QUOTED, QUOTE_IN_QUOTED, AFTER_CR };

struct csv {
    csv_row_fn fn;
    void *arg;
    struct csv_limits limits;
    bool stops[256];     /* bytes that end a run of plain text */
    uint64_t past_stops; /* the largest of them + 1, at most 128 */
    enum state state;
    rc failed;
    size_t bom;          /* bytes of the byte-order mark seen; BOM_DONE once the first other byte was */
    int64_t row;         /* records delivered */
    int64_t line;        /* physical line of the next byte, from 1 */
    int64_t record_line; /* where the current record began */
    int64_t quote_line;  /* where the current quoted field began */
    bool cr_in_quotes;   /* the last quoted byte was CR: a LF behind it is the same line end */
    struct buf record;   /* the fields' bytes, one behind the other */
    size_t field_from;   /* where the current field begins in `record` */
    size_t n;            /* complete fields of the current record */
    size_t *ends;
    str *fields;
};

static const char BOM[] = {'\xef', '\xbb', '\xbf'};
enum { BOM_DONE = sizeof BOM };

struct csv *csv_new(const struct csv_limits *limits, csv_row_fn fn, void *arg)
{
    struct csv_limits l = limits ? *limits : (struct csv_limits){0};
    l.field_bytes = l.field_bytes ? l.field_bytes : 65536;
    l.fields = l.fields ? l.fields : 256;
    l.record_bytes = l.record_bytes ? l.record_bytes : 1024 * 1024;
    l.separator = l.separator ? l.separator : ',';
    struct csv *c = malloc(sizeof *c);
    if (!c)
        return NULL;
    *c = (struct csv){
        .fn = fn, .arg = arg, .limits = l, .line = 1, .record_line = 1, .record = BUF_INIT(l.record_bytes)};
    c->stops[(unsigned char)l.separator] = c->stops['"'] = c->stops['\r'] = c->stops['\n'] = true;
    c->past_stops = (uint64_t)(l.separator > '"' ? l.separator : '"') + 1;
    c->ends = calloc(l.fields, sizeof *c->ends);
    c->fields = calloc(l.fields, sizeof *c->fields);
    if (!c->ends || !c->fields) {
        csv_free(c);
        return NULL;
    }
    return c;
}

void csv_free(struct csv *c)
{
    if (!c)
        return;
    buf_free(&c->record);
    free(c->ends);
    free(c->fields);
    free(c);
}

static rc fail_at(struct err *err, int64_t line, rc code, const char *stable, const char *msgid)
{
    char text[24];
    int n = snprintf(text, sizeof text, "%lld", (long long)line);
    return ERR(err, code, stable, msgid, ((str){text, (size_t)n}));
}

static rc append(struct csv *c, const char *p, size_t n, struct err *err)
{
    if (n <= c->limits.field_bytes - (c->record.n - c->field_from)) {
        buf_putn(&c->record, p, n);
        if (buf_rc(&c->record) != E_LIMIT)
            return buf_rc(&c->record);
    }
    return fail_at(err, c->record_line, E_LIMIT, "CSV-003", N_("The row that begins on line {1} is too long."));
}

static rc end_field(struct csv *c, struct err *err)
{
    if (c->n == c->limits.fields)
        return fail_at(err, c->record_line, E_LIMIT, "CSV-004",
                       N_("The row that begins on line {1} has too many columns."));
    c->ends[c->n++] = c->field_from = c->record.n;
    c->state = FIELD_START;
    return OK;
}

static rc end_record(struct csv *c, struct err *err)
{
    TRY(end_field(c, err));
    if (c->limits.rows && c->row >= c->limits.rows)
        return fail_at(err, c->record_line, E_LIMIT, "CSV-005",
                       N_("The file has too many rows: line {1} is past the limit."));
    const char *p = buf_str(&c->record).p;
    for (size_t i = 0, from = 0; i < c->n; from = c->ends[i++])
        c->fields[i] = (str){p + from, c->ends[i] - from};
    TRY(c->fn(c->arg, ++c->row, c->record_line, c->fields, c->n));
    buf_clear(&c->record);
    c->field_from = c->n = 0;
    return OK;
}

/* A separator or line end outside quotes. `blank`: no byte of the record was seen yet. */
static rc delimiter(struct csv *c, char d, bool blank, struct err *err)
{
    if (d == c->limits.separator)
        return end_field(c, err);
    if (!blank)
        TRY(end_record(c, err));
    c->state = d == '\r' ? AFTER_CR : FIELD_START;
    c->record_line = ++c->line;
    return OK;
}

/* First byte from p on that ends a run of plain text, or end. Eight at a time to the next byte that is no larger than
 * the largest of the stops, which is mostly one. */
static const char *next_stop(const struct csv *c, const char *p, const char *end)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
    for (uint64_t w; end - p >= (ptrdiff_t)sizeof w;) {
        memcpy(&w, p, sizeof w);
        uint64_t low = ~((w | tops) - ones * c->past_stops) & ~w & tops;
        if (low == 0) {
            p += sizeof w;
            continue;
        }
        p += __builtin_ctzll(low) / 8;
        if (c->stops[(unsigned char)*p])
            return p;
        p++;
    }
#endif
    while (p < end && !c->stops[(unsigned char)*p])
        p++;
    return p;
}

/* The fields of one record that lies whole and without quotation marks in front of `end` (and does not end with it, in
 * case a LF follows the CR), pointing into it. Returns what is behind the record, or NULL: then the slow way reads, and
 * judges, the record. */
static const char *whole_record(struct csv *c, const char *p, const char *end, size_t *n)
{
    const char *from = p, *stop;
    *n = 0;
    do {
        stop = next_stop(c, p, end);
        if (*n == c->limits.fields || end - stop < 2 || *stop == '"' || (size_t)(stop - p) > c->limits.field_bytes)
            return NULL;
        c->fields[(*n)++] = (str){p, (size_t)(stop - p)};
        p = stop + 1;
    } while (*stop == c->limits.separator);
    if ((size_t)(stop - from) > c->limits.record_bytes || (c->limits.rows && c->row >= c->limits.rows))
        return NULL;
    return *stop == '\r' && *p == '\n' ? p + 1 : p;
}

/* Most files have hardly a quotation mark: their records are handed over where they lie. */
static rc whole_records(struct csv *c, const char **p, const char *end)
{
    size_t n;
    for (const char *behind; (behind = whole_record(c, *p, end, &n)); *p = behind) {
        if (n > 1 || c->fields[0].n > 0) /* else a blank line */
            TRY(c->fn(c->arg, ++c->row, c->record_line, c->fields, n));
        c->record_line = ++c->line;
    }
    return OK;
}

static rc misplaced_quote(struct csv *c, struct err *err)
{
    return fail_at(err, c->line, E_INVALID, "CSV-001", N_("A quotation mark is in the wrong place on line {1}."));
}

static rc plain(struct csv *c, const char **p, const char *end, struct err *err)
{
    const char *from = *p, *at = next_stop(c, from, end);
    if (at > from)
        TRY(append(c, from, (size_t)(at - from), err));
    *p = at;
    if (at == end)
        return OK;
    *p = at + 1;
    if (*at == '"')
        return misplaced_quote(c, err);
    return delimiter(c, *at, c->n == 0 && c->record.n == 0, err);
}

static rc quoted(struct csv *c, const char **p, const char *end, struct err *err)
{
    const char *from = *p, *at = from;
    for (; at < end && *at != '"'; at++) {
        if (*at == '\r' || (*at == '\n' && !c->cr_in_quotes))
            c->line++;
        c->cr_in_quotes = *at == '\r';
    }
    if (at > from)
        TRY(append(c, from, (size_t)(at - from), err));
    *p = at;
    if (at < end) {
        c->state = QUOTE_IN_QUOTED;
        ++*p;
    }
    return OK;
}

static rc behind_quote(struct csv *c, char ch, struct err *err)
{
    c->cr_in_quotes = false;
    if (ch == '"') {
        c->state = QUOTED;
        return append(c, "\"", 1, err);
    }
    if (!c->stops[(unsigned char)ch])
        return misplaced_quote(c, err);
    return delimiter(c, ch, false, err);
}

/* Skips the mark; when what began like one goes on differently, its bytes were text. */
static rc skip_bom(struct csv *c, const char **p, const char *end, struct err *err)
{
    while (c->bom < BOM_DONE && *p < end && **p == BOM[c->bom]) {
        c->bom++;
        ++*p;
    }
    if (*p == end || c->bom == BOM_DONE)
        return OK;
    size_t n = c->bom;
    c->bom = BOM_DONE;
    if (n == 0)
        return OK;
    c->state = UNQUOTED;
    return append(c, BOM, n, err);
}

static rc feed(struct csv *c, const char *p, const char *end, struct err *err)
{
    if (c->bom < BOM_DONE)
        TRY(skip_bom(c, &p, end, err));
    while (p < end) {
        switch (c->state) {
        case FIELD_START:
            if (c->n == 0) {
                TRY(whole_records(c, &p, end));
                if (p == end)
                    break;
            }
            if (*p == '"') {
                p++;
                c->state = QUOTED;
                c->quote_line = c->line;
                break;
            }
            c->state = UNQUOTED;
            __attribute__((fallthrough));
        case UNQUOTED:
            TRY(plain(c, &p, end, err));
            break;
        case QUOTED:
            TRY(quoted(c, &p, end, err));
            break;
        case QUOTE_IN_QUOTED:
            TRY(behind_quote(c, *p++, err));
            break;
        case AFTER_CR:
            if (*p == '\n')
                p++;
            c->state = FIELD_START;
            break;
        }
    }
    return OK;
}

rc csv_feed(struct csv *c, str bytes, struct err *err)
{
    if (c->failed == OK && bytes.n)
        c->failed = feed(c, bytes.p, bytes.p + bytes.n, err);
    return c->failed;
}

static rc finish(struct csv *c, struct err *err)
{
    if (c->bom > 0 && c->bom < BOM_DONE) { /* the whole file is the beginning of a mark */
        size_t n = c->bom;
        c->bom = BOM_DONE;
        TRY(append(c, BOM, n, err));
        c->state = UNQUOTED;
    }
    if (c->state == QUOTED)
        return fail_at(err, c->quote_line, E_INVALID, "CSV-002",
                       N_("The quotation mark that opens on line {1} is never closed."));
    if (c->state == UNQUOTED || c->state == QUOTE_IN_QUOTED || c->n > 0)
        return end_record(c, err);
    return OK;
}

rc csv_end(struct csv *c, struct err *err)
{
    if (c->failed == OK)
        c->failed = finish(c, err);
    return c->failed;
}

static bool is_number(str s)
{
    size_t i = s.n && (s.p[0] == '-' || s.p[0] == '+') ? 1 : 0, digits = 0;
    bool point = false;
    for (; i < s.n; i++) {
        if (s.p[i] == '.' && !point && digits)
            point = true;
        else if (s.p[i] >= '0' && s.p[i] <= '9')
            digits++;
        else
            return false;
    }
    return digits > 0;
}

/* Spreadsheets run such a field as a formula (OWASP, "CSV Injection"). */
static bool is_formula(str s)
{
    return s.n && strchr("=+-@\t\r", s.p[0]) && s.p[0] && !is_number(s);
}

static bool needs_quotes(str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == '"' || s.p[i] == ',' || s.p[i] == '\n' || s.p[i] == '\r')
            return true;
    return s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

void csv_put(struct buf *b, bool *first, str field)
{
    bool only_quotes_show_it = *first && field.n == 0; /* a row of one empty field would be a blank line */
    if (!*first)
        buf_putc(b, ',');
    *first = false;
    bool formula = is_formula(field);
    if (!only_quotes_show_it && !needs_quotes(field)) {
        if (formula)
            buf_putc(b, '\'');
        buf_put(b, field);
        return;
    }
    buf_putc(b, '"');
    if (formula)
        buf_putc(b, '\'');
    while (field.p && field.n) {
        ptrdiff_t at = str_chr(field, '"');
        size_t n = at < 0 ? field.n : (size_t)at + 1;
        buf_put(b, str_sub(field, 0, n));
        if (at >= 0)
            buf_putc(b, '"');
        field = str_sub(field, n, SIZE_MAX);
    }
    buf_putc(b, '"');
}

void csv_puti(struct buf *b, bool *first, int64_t v)
{
    if (!*first)
        buf_putc(b, ',');
    *first = false;
    buf_puti(b, v);
}

void csv_eol(struct buf *b, bool *first)
{
    buf_put(b, STR("\r\n"));
    *first = true;
}

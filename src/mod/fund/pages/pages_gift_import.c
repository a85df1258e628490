/* The office's pages of one platform and one import: columns, upload, progress, rows with their reasons. */
#include "base/csv.h"
#include "base/utf8.h"
#include "core/app.h"
#include "core/job.h"
#include "gift_office.view.h"
#include "mod/fund/pages/pages_gift.h"

enum { ROWS_PER_PAGE = 100, ROWS_FILE = 1000, SAMPLE_BYTES = 64 << 10, SAMPLE_ROWS = 5, SAMPLE_COLS = 64, CELL = 60 };

#define COLUMN(name_, label_)                                                                                          \
    {                                                                                                                  \
        .name = name_, .type = F_TEXT, .max = 100, .label = label_                                                     \
    }
INPUT(columns_in, COLUMN("project", N_("Proposal or campaign")),
      COLUMN("identity", N_("Identity or business number of the donor")), COLUMN("amount", N_("Amount")),
      COLUMN("receipt", N_("Receipt number")), COLUMN("paid_at", N_("Paid at")),
      COLUMN("status", N_("Status of the payment")), COLUMN("kind", N_("Person or organisation")),
      COLUMN("residence", N_("Nationality or residence")), COLUMN("currency", N_("Currency")),
      COLUMN("refund_of", N_("Receipt that a refund belongs to")), COLUMN("returned", N_("Amount refunded")),
      COLUMN("device", N_("Device or network address")), COLUMN("address", N_("Postal address")),
      COLUMN("account", N_("Last digits of the payment account")),
      {.name = "campaigns",
       .type = F_LINES,
       .max = 100000,
       .label = N_("Codes of campaigns"),
       .hint = N_("One line for each: CODE = NUMBER of the proposal. Without a line, the file names proposals by their "
                  "numbers.")});
INPUT(file_in, {.name = "file",
                .type = F_FILE,
                .required = true,
                .max = FUND_GIFT_FILE_MOST,
                .label = N_("Export of the platform (CSV)"),
                .hint = N_("UTF-8 or Big5. All rows are read; each counts or has its reason.")});
INPUT(look_in, {.name = "sample",
                .type = F_FILE,
                .required = true,
                .max = FUND_GIFT_FILE_MOST,
                .label = N_("File to look into"),
                .hint = N_("Its first rows are shown to you and not kept.")});
INPUT(rows_in, {.name = "reason", .type = F_TEXT, .max = 40, .label = N_("Reason")},
      {.name = "after", .type = F_INT, .max = 100000000, .label = N_("After row")});
INPUT(undo_in, {.name = "reason", .type = F_LINES, .required = true, .max = 500, .label = N_("Why is it undone?")});

/* ---- a platform ---- */

static rc source_of_request(struct ctx *c, struct tx *tx, struct fund_source_page *p)
{
    struct programme round;
    id wanted;
    TRY(path_id(c, "id", &wanted));
    TRY(fund_source_get(tx, wanted, &p->source, c->arena));
    TRY(programme_get(tx, p->source.programme, &round, c->arena));
    TRY(fund_round_get(tx, p->source.programme, &p->round.r, c->arena));
    p->round.p = round;
    p->round.now = c->now;
    TRY(fund_source_campaigns(tx, p->source.id, &p->campaigns, c->arena));
    p->columns = &columns_in;
    p->file = &file_in;
    p->look = &look_in;
    p->can_import = may(c, DECIDES) && (p->round.r.phase == FUND_GIFTS || p->round.r.phase == FUND_TALLY);
    return OK;
}

static rc source_read(struct ctx *c)
{
    struct fund_source_page p = {0};
    TRY(source_of_request(c, c->tx, &p));
    view_fund_source(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc source_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    str heading[GIFT_COLS];
    id wanted;
    TRY(path_id(c, "id", &wanted));
    for (int i = 0; i < GIFT_COLS; i++)
        heading[i] =
            in_given(&c->in, fund_gift_columns[i].value) ? in_text(&c->in, fund_gift_columns[i].value) : STR_EMPTY;
    TRY(fund_source_change(&x, wanted, heading,
                           in_given(&c->in, "campaigns") ? in_text(&c->in, "campaigns") : STR_EMPTY));
    flash(c, N_("The columns are saved."));
    return go(c, "/fund/office/gifts/platforms/%s", id_shown(c, wanted));
}

/* ---- the first rows of a file ---- */

struct sampling {
    struct ctx *c;
    struct fund_sample *s;
};

static rc sample_row(void *arg, int64_t row, int64_t line, const str *fields, size_t n)
{
    struct sampling *p = arg;
    (void)line;
    if (row > SAMPLE_ROWS + 1)
        return E_LIMIT; /* enough */
    size_t width = n < SAMPLE_COLS ? n : SAMPLE_COLS;
    if (row == 1)
        p->s->width = width;
    else
        p->s->rows = (size_t)row - 1;
    for (size_t i = 0; i < width; i++) {
        str cell =
            utf8_has_control(fields[i]) || !utf8_valid(fields[i]) ? STR("?") : str_trim(utf8_cut(fields[i], CELL));
        *(row == 1 ? &p->s->heading[i] : &p->s->cell[row - 2][i]) = arena_str(p->c->arena, cell);
    }
    return arena_rc(p->c->arena);
}

static rc read_sample(struct ctx *c, str bytes, struct fund_sample *s)
{
    BUF_SCOPED text = BUF_INIT(4 * SAMPLE_BYTES);
    struct err unused = {0};
    size_t n = bytes.n < SAMPLE_BYTES ? bytes.n : SAMPLE_BYTES;
    while (n > 0 && n < bytes.n && bytes.p[n - 1] != '\n')
        n--;
    str head = str_sub(bytes, 0, n);
    s->encoding = utf8_valid(head) ? "UTF-8" : "Big5";
    if (!utf8_valid(head) && big5_to_utf8(&text, head) == OK)
        head = buf_str(&text);
    struct csv *csv = csv_new(NULL, sample_row, &(struct sampling){c, s});
    if (!csv)
        return E_NOMEM;
    rc r = csv_feed(csv, head, &unused);
    if (r == OK)
        r = csv_end(csv, &unused);
    csv_free(csv);
    if (s->width == 0)
        return ERR_FIELD(&c->err, "sample", "IMP-003", N_("The file is not a CSV file."));
    return arena_rc(c->arena);
}

/* For each column the headings of the file to choose from: the saved one, else the one that has a usual name. */
static rc offer_headings(struct ctx *c, struct fund_source_page *p)
{
    const struct fund_sample *s = p->sample;
    struct option *o = ARENA_ARRAY(c->arena, s->width + 1, struct option);
    if (!o)
        return arena_rc(c->arena);
    o[0] = (struct option){.value = STR_EMPTY, .label = str_of(tr(c->lang, N_("(none)")))};
    for (size_t i = 0; i < s->width; i++)
        o[i + 1] = (struct option){.value = s->heading[i], .label = s->heading[i]};
    for (int k = 0; k < GIFT_COLS; k++) {
        p->choice[k] = (struct options){.name = fund_gift_columns[k].value,
                                        .label = fund_gift_columns[k].label,
                                        .v = o,
                                        .n = s->width + 1,
                                        .value = p->source.heading[k]};
        for (size_t i = 0; p->choice[k].value.n == 0 && i < s->width; i++)
            if ((int)fund_gift_col_of_heading(s->heading[i]) == k)
                p->choice[k].value = s->heading[i];
    }
    return OK;
}

static rc look_write(struct tx *tx, struct ctx *c)
{
    struct fund_source_page p = {.sample = ARENA_NEW(c->arena, struct fund_sample)};
    if (!p.sample)
        return arena_rc(c->arena);
    TRY(source_of_request(c, tx, &p));
    rc r = read_sample(c, in_value(&c->in, "sample")->file.bytes, p.sample);
    p.looked = r == OK;
    if (r != OK && r != E_INVALID)
        return r;
    if (p.looked)
        TRY(offer_headings(c, &p));
    view_fund_source(&c->reply->body, c, &p);
    return reply_page(c, p.looked ? 200 : 422);
}

static rc import_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    const struct upload *file = &in_value(&c->in, "file")->file;
    id wanted, import;
    TRY(path_id(c, "id", &wanted));
    TRY(fund_import_begin(&x, c->app, wanted, file->name, file->bytes, &import));
    TRY(fund_gift_job_queue(&x, import));
    return go(c, "/fund/office/gifts/imports/%s", id_shown(c, import));
}

/* ---- an import ---- */

str fund_error_text(const struct ctx *c, const struct import_error *e)
{
    BUF_SCOPED text = BUF_INIT(4096);
    tr_f(&text, c->lang, e->msgid, &e->value, 1);
    return arena_str(c->arena, buf_str(&text));
}

static rc job_progress_of(struct ctx *c, struct fund_import_page *p)
{
    struct job_row job;
    p->open = str_eq(p->i.state, STR("waiting"));
    if (!p->open)
        return OK;
    p->progress = (struct progress){.text = N_("Reading the file"), .events = STR_EMPTY, .next = c->req->path};
    rc r = p->i.job ? job_get(c->tx, p->i.job, &job, c->arena) : E_NOTFOUND;
    if (r == E_NOTFOUND)
        return OK;
    TRY(r);
    p->open = str_eq(job.state, STR("queued")) || str_eq(job.state, STR("running"));
    if (job.total > 0)
        p->progress.percent = (int)(job.done * 100 / job.total);
    if (job.owner == c->session.account)
        p->progress.events = arena_printf(c->arena, "/jobs/%s/events", id_shown(c, job.id));
    return arena_rc(c->arena);
}

static rc import_page_read(struct ctx *c)
{
    struct fund_import_page p = {.undo = &undo_in};
    struct fund_round round;
    id wanted;
    bool asked = c->in.spec == &rows_in;
    TRY(path_id(c, "id", &wanted));
    TRY(fund_import_get(c->tx, wanted, &p.i, c->arena));
    TRY(fund_round_get(c->tx, p.i.programme, &round, c->arena));
    TRY(job_progress_of(c, &p));
    TRY(fund_import_counts(c->tx, wanted, &p.counts, &p.n_counts, c->arena));
    TRY(fund_report_read(p.i.report, &p.report, c->arena));
    p.reason = asked && in_given(&c->in, "reason") ? in_text(&c->in, "reason") : STR("-");
    int64_t after = asked && in_given(&c->in, "after") ? in_int(&c->in, "after") : 0;
    TRY(fund_gift_rows(c->tx, wanted, p.reason, after, ROWS_PER_PAGE + 1, &p.rows, &p.n_rows, c->arena));
    if (p.n_rows > ROWS_PER_PAGE) {
        p.n_rows = ROWS_PER_PAGE;
        p.next = p.rows[ROWS_PER_PAGE - 1].row;
    }
    p.can_undo = may(c, DECIDES) && round.phase >= FUND_GIFTS && round.phase <= FUND_TALLY && !p.open &&
                 (str_eq(p.i.state, STR("done")) || str_eq(p.i.state, STR("waiting")));
    view_fund_import(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

/* Nothing in it names a donor: the receipt's last characters and the line lead to the row in the office's own copy. */
static void put_row(struct buf *b, const struct ctx *c, const struct fund_gift *g)
{
    bool first = true;
    BUF_SCOPED at = BUF_INIT(64);
    csv_puti(b, &first, g->row);
    csv_puti(b, &first, g->line);
    csv_put(b, &first, g->hint);
    csv_puti(b, &first, g->amount);
    if (g->at)
        buf_local(&at, g->at);
    csv_put(b, &first, buf_str(&at));
    csv_put(b, &first, g->found);
    csv_put(b, &first, str_of(tr(c->lang, fund_reason_label(g->found))));
    csv_eol(b, &first);
}

static rc csv_read(struct ctx *c)
{
    static const char *const headings[] = {N_("Row"),     N_("Line"),   N_("Receipt ends in"),      N_("Amount"),
                                           N_("Paid at"), N_("Reason"), N_("Why it does not count")};
    struct buf *b = &c->reply->body;
    struct fund_gift *rows;
    size_t n = ROWS_FILE;
    int64_t after = 0;
    bool first = true;
    id wanted;
    TRY(path_id(c, "id", &wanted));
    buf_put(b, STR("\xef\xbb\xbf"));
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++)
        csv_put(b, &first, str_of(tr(c->lang, headings[i])));
    csv_eol(b, &first);
    while (n == ROWS_FILE) {
        TRY(fund_gift_rows(c->tx, wanted, STR("-"), after, ROWS_FILE, &rows, &n, c->arena));
        for (size_t i = 0; i < n; i++)
            put_row(b, c, &rows[i]);
        after = n ? rows[n - 1].row : after;
    }
    TRY(buf_rc(b));
    return reply_csv(c, "excluded-gifts.csv");
}

static rc undo_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id wanted;
    TRY(path_id(c, "id", &wanted));
    TRY(fund_import_undo(&x, wanted, in_text(&c->in, "reason")));
    flash(c, N_("The import is undone; none of its rows counts."));
    return go(c, "/fund/office/gifts/imports/%s", id_shown(c, wanted));
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/fund/office/gifts/platforms/{id}",
     .perm = OFFICE,
     .read = source_read,
     .summary = N_("A platform: its columns, its campaigns, the upload")},
    {.method = HTTP_POST,
     .path = "/fund/office/gifts/platforms/{id}",
     .perm = DECIDES,
     .in = &columns_in,
     .write = source_write,
     .form = source_read,
     .summary = N_("Say which column of a platform's file holds what"),
     .max_body = 512 << 10},
    {.method = HTTP_POST,
     .path = "/fund/office/gifts/platforms/{id}/look",
     .perm = DECIDES,
     .in = &look_in,
     .write = look_write,
     .form = source_read,
     .summary = N_("Look into the first rows of a platform's file"),
     .flags = ROUTE_IDEMPOTENT,
     .max_body = FUND_GIFT_FILE_MOST + 65536},
    {.method = HTTP_POST,
     .path = "/fund/office/gifts/platforms/{id}/import",
     .perm = DECIDES,
     .in = &file_in,
     .write = import_write,
     .form = source_read,
     .summary = N_("Import a platform's file"),
     .max_body = FUND_GIFT_FILE_MOST + 65536},
    {.method = HTTP_GET,
     .path = "/fund/office/gifts/imports/{id}",
     .perm = OFFICE,
     .in = &rows_in,
     .read = import_page_read,
     .summary = N_("An import: counts by reason, rows")},
    {.method = HTTP_GET,
     .path = "/fund/office/gifts/imports/{id}/csv",
     .perm = OFFICE,
     .read = csv_read,
     .summary = N_("Rows of an import that do not count, as CSV")},
    {.method = HTTP_POST,
     .path = "/fund/office/gifts/imports/{id}/undo",
     .perm = DECIDES,
     .in = &undo_in,
     .write = undo_write,
     .form = import_page_read,
     .summary = N_("Undo an import")},
};
const struct route_table fund_gift_import_routes = {"fund", routes, sizeof routes / sizeof routes[0]};

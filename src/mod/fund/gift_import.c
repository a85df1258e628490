/* Imports: the sealed file, the work in several transactions, undoing, and what an import says of itself. */
#include "base/json.h"
#include "base/vec.h"
#include "core/app.h"
#include "crypto/sign.h"
#include "mod/fund/gift_impl.h"
#include "mod/fund/publish.h"
#include "sys/clock.h"
#include "sys/random.h"

enum { PART = 4 << 20, CHUNK = 1000, RUN_ARENA = 768 << 20, NAME_BYTES = 200 };

#define IMPORT_COLS                                                                                                    \
    "i.id, i.programme, i.source, i.number, s.code, s.name, i.name, i.hash, i.bytes, i.state, i.encoding, "            \
    "i.row_count,"                                                                                                     \
    " i.counted, i.raised, i.root, i.log_entry, i.report, i.job, i.at, i.done"
#define IMPORT_TYPES                                                                                                   \
    "iiiitttti"                                                                                                        \
    "tt"                                                                                                               \
    "iiiti"                                                                                                            \
    "tiii"
#define IMPORT_FROM " FROM fund_gift_import i JOIN fund_gift_source s ON s.id = i.source"
QUERY(fq_import_get, "i", IMPORT_TYPES, "SELECT " IMPORT_COLS IMPORT_FROM " WHERE i.id = $1");
QUERY(fq_imports, "i", IMPORT_TYPES,
      "SELECT " IMPORT_COLS IMPORT_FROM " WHERE i.programme = $1 ORDER BY i.number DESC LIMIT 500");
QUERY(fq_import_number, "i", "i",
      "SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM fund_gift_import WHERE programme = $1");
QUERY(fq_import_same, "it", "i",
      "SELECT COUNT(*) FROM fund_gift_import WHERE programme = $1 AND hash = $2 AND state IN ('waiting', 'done')");
QUERY(fq_import_open, "i", "i", "SELECT COUNT(*) FROM fund_gift_import WHERE source = $1 AND state = 'waiting'");
QUERY(fq_import_add, "iiiittiii", "",
      "INSERT INTO fund_gift_import (id, programme, source, number, name, hash, bytes, state, made_by, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9)");
QUERY(fq_file_add, "iib", "", "INSERT INTO fund_gift_file (import, part, sealed) VALUES ($1, $2, $3)");
QUERY(fq_file_get, "i", "b", "SELECT sealed FROM fund_gift_file WHERE import = $1 ORDER BY part");
QUERY(fq_file_remove, "i", "", "DELETE FROM fund_gift_file WHERE import = $1");
QUERY(fq_import_refuse, "itit", "",
      "UPDATE fund_gift_import SET state = 'refused', encoding = $2, row_count = $3, report = $4 WHERE id = $1 AND"
      " state = 'waiting'");
QUERY(fq_import_undo, "i", "",
      "UPDATE fund_gift_import SET state = 'undone' WHERE id = $1 AND state IN ('waiting', 'done')");
QUERY(fq_rows_drop, "i", "", "DELETE FROM fund_gift WHERE import = $1");
QUERY(fq_tiles_drop, "i", "", "DELETE FROM fund_gift_tile WHERE import = $1");
QUERY(fq_counts_drop, "i", "", "DELETE FROM fund_gift_count WHERE import = $1");
QUERY(fq_later, "i", "i",
      "SELECT COUNT(*) FROM fund_gift l JOIN fund_gift g ON g.id = l.part_of WHERE g.import = $1 AND l.import <> $1");
QUERY(fq_appealed, "i", "i",
      "SELECT COUNT(*) FROM fund_gift_appeal a JOIN fund_gift g ON g.id = a.gift WHERE g.import = $1");
QUERY(fq_touched, "i", "ii",
      "SELECT DISTINCT l.part_of, l.holds FROM fund_gift l JOIN fund_gift g ON g.id = l.part_of"
      " WHERE l.import = $1 AND g.import <> $1 ORDER BY l.part_of, l.holds");
QUERY(fq_hold_again, "i", "", "UPDATE fund_gift SET holds = 1 WHERE id = $1");
QUERY(fq_import_counts, "i", "tii",
      "SELECT reason, n, amount FROM fund_gift_count WHERE import = $1 ORDER BY n DESC, reason");

/* ---- reading ---- */

static void take(const struct rows *r, struct fund_import *i, struct arena *a)
{
    *i = (struct fund_import){.id = row_int(r, 0),
                              .programme = row_int(r, 1),
                              .source = row_int(r, 2),
                              .number = row_int(r, 3),
                              .source_code = row_dup(r, 4, a),
                              .source_name = row_dup(r, 5, a),
                              .name = row_dup(r, 6, a),
                              .hash = row_dup(r, 7, a),
                              .bytes = row_int(r, 8),
                              .state = row_dup(r, 9, a),
                              .encoding = row_dup(r, 10, a),
                              .rows = row_int(r, 11),
                              .counted = row_int(r, 12),
                              .raised = row_int(r, 13),
                              .root = row_dup(r, 14, a),
                              .log_entry = row_int(r, 15),
                              .report = row_dup(r, 16, a),
                              .job = row_int(r, 17),
                              .at = row_int(r, 18),
                              .done = row_int(r, 19)};
}

rc fund_import_get(struct tx *tx, id import, struct fund_import *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, &fq_import_get, VALS(v_int(import)), &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "FND-507", N_("There is no such import."));
    TRY(e);
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_imports(struct tx *tx, id programme, struct fund_import **out, size_t *n, struct arena *a)
{
    VEC(struct fund_import) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_imports, VALS(v_int(programme)), &r));
    while (rows_next(&r)) {
        struct fund_import *i = VEC_ADD(&list, a);
        if (!i)
            break;
        take(&r, i, a);
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

rc fund_import_counts(struct tx *tx, id import, struct fund_reason_count **out, size_t *n, struct arena *a)
{
    VEC(struct fund_reason_count) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_import_counts, VALS(v_int(import)), &r));
    while (rows_next(&r)) {
        struct fund_reason_count *c = VEC_ADD(&list, a);
        if (!c)
            break;
        *c = (struct fund_reason_count){row_dup(&r, 0, a), row_int(&r, 1), row_int(&r, 2)};
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

/* ---- the report of a refused file ---- */

/* Cells may hold an identity number, so only headings are repeated. */
str fund_report_json(const struct import_report *r, struct arena *a)
{
    BUF_SCOPED text = BUF_INIT(1 << 20);
    struct json_out o;
    jo_begin(&o, &text);
    jo_obj(&o);
    jo_kint(&o, "bad", r->bad);
    jo_kint(&o, "rows", r->rows);
    jo_key(&o, "errors");
    jo_arr(&o);
    for (size_t i = 0; i < r->n_errors; i++) {
        const struct import_error *e = &r->errors[i];
        jo_obj(&o);
        jo_kint(&o, "row", e->row);
        jo_kint(&o, "line", e->line);
        jo_kstr(&o, "column", str_of(e->column));
        jo_kstr(&o, "code", str_of(e->code));
        jo_kstr(&o, "text", str_of(e->msgid));
        jo_kstr(&o, "value", e->row <= 1 ? e->value : STR_EMPTY);
        jo_end_obj(&o);
    }
    jo_end_arr(&o);
    jo_end_obj(&o);
    return buf_rc(&text) == OK ? arena_str(a, buf_str(&text)) : STR_EMPTY;
}

rc fund_report_read(str text, struct import_report *out, struct arena *a)
{
    const struct json *doc;
    *out = (struct import_report){0};
    if (text.n == 0)
        return OK;
    TRY(json_parse(a, text, 1 << 20, &doc, NULL));
    const struct json *errors = json_get(doc, "errors");
    out->bad = json_int(json_get(doc, "bad"), 0);
    out->rows = json_int(json_get(doc, "rows"), 0);
    out->n_errors = json_count(errors);
    out->errors = ARENA_ARRAY(a, out->n_errors + 1, struct import_error);
    for (size_t i = 0; out->errors && i < out->n_errors; i++) {
        const struct json *e = json_at(errors, i);
        out->errors[i] = (struct import_error){.row = json_int(json_get(e, "row"), 0),
                                               .line = json_int(json_get(e, "line"), 0),
                                               .column = arena_cstr(a, json_str(json_get(e, "column"))),
                                               .code = arena_cstr(a, json_str(json_get(e, "code"))),
                                               .msgid = arena_cstr(a, json_str(json_get(e, "text"))),
                                               .value = json_str(json_get(e, "value"))};
    }
    return arena_rc(a);
}

/* ---- the file ---- */

static str part_context(struct arena *a, id import, int64_t part)
{
    return arena_printf(a, "fund_gift_file:%lld:%lld", (long long)import, (long long)part);
}

static rc put_file(const struct act *x, struct app *app, id import, str bytes)
{
    for (int64_t part = 0; bytes.n > 0; part++) {
        BUF_SCOPED sealed = BUF_INIT(PART + 256);
        TRY(seal(&app->seal, part_context(x->a, import, part), str_sub(bytes, 0, PART), &sealed));
        TRY(db_exec(x->tx, &fq_file_add, VALS(v_int(import), v_int(part), v_blob(buf_str(&sealed))), NULL));
        bytes = str_sub(bytes, PART, bytes.n);
    }
    return OK;
}

static rc get_file(struct tx *tx, struct app *app, id import, struct buf *out, struct arena *a)
{
    struct rows r;
    rc e = OK;
    TRY(db_select(tx, &fq_file_get, VALS(v_int(import)), &r));
    for (int64_t part = 0; e == OK && rows_next(&r); part++)
        e = unseal(&app->seal, part_context(a, import, part), row_text(&r, 0), out);
    rc ended = rows_end(&r);
    if (e == E_CORRUPT)
        return ERR(tx_err(tx), E_CORRUPT, "FND-517", N_("The sealed file cannot be opened with this key."));
    return e != OK ? e : ended;
}

/* ---- an import begins ---- */

static rc may_import(const struct act *x, const struct fund_source *s, str hash)
{
    struct fund_round round;
    int64_t n;
    TRY(act_needs_officer(x));
    TRY(fund_round_get(x->tx, s->programme, &round, x->a));
    TRY(fund_needs_phase(x, &round, FUND_GIFTS, FUND_TALLY));
    TRY(db_one_int(x->tx, &fq_import_same, VALS(v_int(s->programme), v_text(hash)), &n));
    if (n > 0)
        return ERR_FIELD(tx_err(x->tx), "file", "FND-503",
                         N_("This very file has been imported in this round already."));
    TRY(db_one_int(x->tx, &fq_import_open, VALS(v_int(s->id)), &n));
    if (n > 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-504",
                   N_("Another file of this platform is being read. Please wait until it is done."));
    return OK;
}

static rc add_import(const struct act *x, id source, str file_name, str bytes, id *out)
{
    struct fund_source s;
    char hex[2 * SHA256_LEN + 1];
    int64_t number;
    struct sha256 hash = sha256_of(bytes);
    sha256_hex(&hash, hex);
    TRY(fund_source_get(x->tx, source, &s, x->a));
    TRY(may_import(x, &s, str_of(hex)));
    TRY(db_one_int(x->tx, &fq_import_number, VALS(v_int(s.programme)), &number));
    *out = id_new();
    return db_exec(x->tx, &fq_import_add,
                   VALS(v_int(*out), v_int(s.programme), v_int(source), v_int(number),
                        v_text(str_sub(file_name, 0, NAME_BYTES)), v_text(str_of(hex)), v_int((int64_t)bytes.n),
                        v_int(x->by->account), v_int(x->at)),
                   NULL);
}

rc fund_import_begin(const struct act *x, struct app *app, id source, str file_name, str bytes, id *out)
{
    TRY(add_import(x, source, file_name, bytes, out));
    return put_file(x, app, *out, bytes);
}

static rc refuse(const struct act *x, id import, const struct import_report *r)
{
    str report = fund_report_json(r, x->a);
    TRY(arena_rc(x->a));
    TRY(db_exec(x->tx, &fq_file_remove, VALS(v_int(import)), NULL));
    return db_exec(x->tx, &fq_import_refuse,
                   VALS(v_int(import), v_text(str_of(r->encoding)), v_int(r->rows), v_text(report)), NULL);
}

rc fund_import_here(const struct act *x, struct app *app, id source, str file_name, str bytes, id *out)
{
    struct gift_batch b;
    TRY(add_import(x, source, file_name, bytes, out));
    rc r = gift_batch_read(x->tx, app, *out, bytes, &b, x->a);
    if (r == E_INVALID && b.report.bad > 0) {
        err_clear(tx_err(x->tx));
        r = refuse(x, *out, &b.report);
    } else {
        for (size_t i = 0; r == OK && i < b.n; i += CHUNK)
            r = gift_batch_put(x->tx, &b, i, i + CHUNK < b.n ? i + CHUNK : b.n);
        if (r == OK)
            r = gift_batch_finish(x, &b);
    }
    secret_wipe(b.key.k, sizeof b.key.k);
    return r;
}

/* ---- the work in the background ---- */

struct work {
    struct app *app;
    struct arena *scratch; /* of one transaction */
    const struct gift_batch *b;
    id import;
    size_t from, to;
    struct err *err;
};

static rc in_act(struct tx *tx, struct work *w, rc (*fn)(const struct act *x, struct work *w))
{
    arena_reset(w->scratch);
    err_clear(w->err);
    struct act x = {.tx = tx, .a = w->scratch, .by = &act_system, .at = clock_now()};
    rc r = fn(&x, w);
    if (r != OK)
        err_copy(w->err, tx_err(tx));
    return r;
}

static rc do_clear(const struct act *x, struct work *w)
{
    return db_exec(x->tx, &fq_rows_drop, VALS(v_int(w->import)), NULL);
}
static rc do_put(const struct act *x, struct work *w)
{
    return gift_batch_put(x->tx, w->b, w->from, w->to);
}
static rc do_finish(const struct act *x, struct work *w)
{
    return gift_batch_finish(x, w->b);
}
static rc do_refuse(const struct act *x, struct work *w)
{
    return refuse(x, w->import, &w->b->report);
}
static rc clear_write(struct tx *tx, void *w)
{
    return in_act(tx, w, do_clear);
}
static rc put_write(struct tx *tx, void *w)
{
    return in_act(tx, w, do_put);
}
static rc finish_write(struct tx *tx, void *w)
{
    return in_act(tx, w, do_finish);
}
static rc refuse_write(struct tx *tx, void *w)
{
    return in_act(tx, w, do_refuse);
}

static rc read_all(struct work *w, struct gift_batch *b, struct arena *a)
{
    struct tx *tx;
    BUF_SCOPED bytes = BUF_INIT(FUND_GIFT_FILE_MOST);
    TRY(db_read_begin(w->app->db, &tx));
    rc r = get_file(tx, w->app, w->import, &bytes, a);
    if (r == OK)
        r = gift_batch_read(tx, w->app, w->import, buf_str(&bytes), b, a);
    if (r != OK)
        err_copy(w->err, tx_err(tx));
    db_read_end(tx);
    if (bytes.p)
        secret_wipe(bytes.p, bytes.n); /* identity numbers stood in it */
    return r;
}

static rc put_all(struct work *w, fund_progress_fn progress, void *arg)
{
    struct db *db = w->app->db;
    TRY(db_write(db, clear_write, w)); /* what an interrupted run has left */
    for (w->from = 0; w->from < w->b->n; w->from = w->to) {
        w->to = w->from + CHUNK < w->b->n ? w->from + CHUNK : w->b->n;
        TRY(db_write(db, put_write, w));
        if (progress)
            TRY(progress(arg, (int64_t)w->to, (int64_t)w->b->n));
    }
    return db_write(db, finish_write, w);
}

rc fund_import_run(struct app *app, id import, fund_progress_fn progress, void *arg, struct err *err)
{
    struct gift_batch b = {0};
    struct arena *a = arena_new(RUN_ARENA);
    struct work w = {.app = app, .scratch = arena_new(RUN_ARENA), .b = &b, .import = import, .err = err};
    rc r = a && w.scratch ? read_all(&w, &b, a) : E_NOMEM;
    if (r == E_INVALID && b.report.bad > 0)
        r = db_write(app->db, refuse_write, &w);
    else if (r == OK)
        r = put_all(&w, progress, arg);
    secret_wipe(b.key.k, sizeof b.key.k);
    arena_free(a);
    arena_free(w.scratch);
    return r;
}

/* ---- undoing ---- */

/* Nobody reads it any more: its job failed or was cancelled, or the command line was interrupted. */
static bool abandoned(struct tx *tx, const struct fund_import *i, struct arena *a)
{
    struct job_row job;
    if (!str_eq(i->state, STR(IMPORT_WAITING)))
        return false;
    if (i->job == 0 || job_get(tx, i->job, &job, a) != OK)
        return true;
    return !str_eq(job.state, STR("queued")) && !str_eq(job.state, STR("running"));
}

static rc nothing_stands_on(const struct act *x, const struct fund_import *i)
{
    int64_t later, appeals;
    TRY(db_one_int(x->tx, &fq_later, VALS(v_int(i->id)), &later));
    TRY(db_one_int(x->tx, &fq_appealed, VALS(v_int(i->id)), &appeals));
    if (later == 0 && appeals == 0)
        return OK;
    return ERR(tx_err(x->tx), E_CONFLICT, "FND-509",
               N_("{1} rows of later imports and {2} appeals stand on this import. Undo the later imports first; an "
                  "import with appeals stays."),
               number_text(x->a, later), number_text(x->a, appeals));
}

static rc may_undo(const struct act *x, const struct fund_import *i)
{
    struct fund_round round;
    int64_t open;
    TRY(act_needs_officer(x));
    TRY(fund_round_get(x->tx, i->programme, &round, x->a));
    TRY(fund_needs_phase(x, &round, FUND_GIFTS, FUND_TALLY));
    if (abandoned(x->tx, i, x->a))
        return OK;
    if (!str_eq(i->state, STR(IMPORT_DONE)))
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-508", N_("Only a finished import can be undone."));
    TRY(db_one_int(x->tx, &fq_import_open, VALS(v_int(i->source)), &open));
    if (open > 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-504",
                   N_("Another file of this platform is being read. Please wait until it is done."));
    return nothing_stands_on(x, i);
}

struct touched {
    id gift;
    bool held; /* its receipt goes back to it */
};

static rc find_touched(struct tx *tx, id import, struct touched **out, size_t *n, struct arena *a)
{
    VEC(struct touched) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_touched, VALS(v_int(import)), &r));
    while (rows_next(&r)) {
        struct touched *t = VEC_ADD(&list, a);
        if (!t)
            break;
        *t = (struct touched){row_int(&r, 0), row_int(&r, 1) != 0};
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

rc fund_import_undo(const struct act *x, id import, str reason)
{
    struct fund_import i;
    struct touched *touched;
    size_t n;
    int64_t min;
    TRY(fund_import_get(x->tx, import, &i, x->a));
    TRY(may_undo(x, &i));
    if (str_trim(reason).n == 0)
        return ERR_FIELD(tx_err(x->tx), "reason", "ACT-003", N_("This must be filled in."));
    TRY(fund_gift_min(x->tx, i.programme, &min));
    TRY(find_touched(x->tx, import, &touched, &n, x->a));
    TRY(db_exec(x->tx, &fq_rows_drop, VALS(v_int(import)), NULL));
    TRY(db_exec(x->tx, &fq_tiles_drop, VALS(v_int(import)), NULL));
    TRY(db_exec(x->tx, &fq_counts_drop, VALS(v_int(import)), NULL));
    TRY(db_exec(x->tx, &fq_file_remove, VALS(v_int(import)), NULL));
    TRY(db_exec(x->tx, &fq_import_undo, VALS(v_int(import)), NULL));
    for (size_t k = 0; k < n; k++) {
        if (touched[k].held)
            TRY(db_exec(x->tx, &fq_hold_again, VALS(v_int(touched[k].gift)), NULL));
        TRY(gift_settle(x->tx, touched[k].gift, min, x->a));
    }
    TRY(fund_gift_totals_renew(x->tx, i.programme, x->a));
    return act_log(x, "fund.gift.undone", import, KVS(kv_text("reason", reason), kv_text("root", i.root)), NULL);
}

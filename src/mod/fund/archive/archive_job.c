/* The archive is made in the background, behind each publication: its proofs need the entries in the log's tree. */
#include "core/document.h"
#include "core/publiclog.h"
#include "mod/fund/archive/archive.h"
#include "mod/fund/publish.h"
#include "sys/clock.h"
#include "sys/random.h"

enum { WORK_BYTES = 1 << 30 };

QUERY(fq_archive_add, "iiitiii", "",
      "INSERT INTO fund_archive (id, programme, document, hash, bytes, log_entry, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7)");
QUERY(fq_archive_latest, "i", "iiitiii",
      "SELECT id, programme, document, hash, bytes, log_entry, at FROM fund_archive WHERE programme = $1"
      " ORDER BY id DESC LIMIT 1");
QUERY(fq_archive_published, "i", "i",
      "SELECT CAST(COALESCE(MAX(d.confirmed), 0) AS BIGINT) FROM fund_decision d WHERE d.programme = $1"
      " AND d.state = 'confirmed'");

rc fund_archive_latest(struct tx *tx, id programme, struct fund_archive *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, &fq_archive_latest, VALS(v_int(programme)), &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "FND-623", N_("The round has no archive yet."));
    TRY(e);
    *out = (struct fund_archive){.id = row_int(&r, 0),
                                 .programme = row_int(&r, 1),
                                 .document = row_int(&r, 2),
                                 .hash = row_dup(&r, 3, a),
                                 .bytes = row_int(&r, 4),
                                 .log_entry = row_int(&r, 5),
                                 .at = row_int(&r, 6)};
    TRY(rows_end(&r));
    return arena_rc(a);
}

struct archive_work {
    struct app *app;
    id programme;
    struct arena *a;
    struct buf zip;
    str code;
    instant at;
    struct err *err;
};

/* Is there one that was made since the last publication? Another would differ in nothing but the log's checkpoint. */
static rc up_to_date(struct tx *tx, id programme, bool *out, struct arena *a)
{
    struct fund_archive last;
    struct fund_tally tally;
    int64_t decided;
    *out = false;
    rc found = fund_archive_latest(tx, programme, &last, a);
    if (found == E_NOTFOUND) {
        err_clear(tx_err(tx));
        return OK;
    }
    TRY(found);
    TRY(fund_tally_get(tx, programme, &tally, a));
    TRY(db_one_int(tx, &fq_archive_published, VALS(v_int(programme)), &decided));
    *out = last.at > tally.published && last.at > decided;
    return OK;
}

static rc collect(struct archive_work *w, bool *done)
{
    struct tx *tx;
    struct programme p = {0};
    TRY(db_read_begin(w->app->db, &tx));
    rc r = up_to_date(tx, w->programme, done, w->a);
    if (r == OK && !*done)
        r = programme_get(tx, w->programme, &p, w->a);
    if (r == OK && !*done) {
        w->code = p.code;
        r = fund_archive_write(tx, w->programme, &w->zip, w->a);
    }
    if (r != OK)
        err_copy(w->err, tx_err(tx));
    db_read_end(tx);
    return r;
}

static rc store(struct tx *tx, void *arg)
{
    struct archive_work *w = arg;
    struct act x = {.tx = tx, .a = w->a, .by = &act_system, .at = w->at};
    struct sha256 h = sha256_of(buf_str(&w->zip));
    char hex[2 * SHA256_LEN + 1];
    id document, entry, archive = id_new();
    sha256_hex(&h, hex);
    TRY(document_add(tx, w->app, PARTY_OPERATOR, arena_printf(w->a, "%.*s.zip", STR_ARG(w->code)), buf_str(&w->zip),
                     "application/zip", FUND_ARCHIVE_MOST, &document));
    TRY(act_log(&x, "fund.archive.made", w->programme,
                KVS(kv_int("bytes", (int64_t)w->zip.n), kv_text("round", w->code), kv_text("sha256", str_of(hex))),
                &entry));
    return db_exec(tx, &fq_archive_add,
                   VALS(v_int(archive), v_int(w->programme), v_int(document), v_text(str_of(hex)),
                        v_int((int64_t)w->zip.n), v_int(entry), v_int(x.at)),
                   NULL);
}

rc fund_archive_make(struct app *app, id programme, struct err *err)
{
    struct archive_work w = {.app = app,
                             .programme = programme,
                             .a = arena_new(WORK_BYTES),
                             .zip = BUF_INIT(FUND_ARCHIVE_MOST),
                             .at = clock_now(),
                             .err = err};
    bool done = false;
    rc r = w.a ? collect(&w, &done) : E_NOMEM;
    if (r == OK && !done)
        r = db_write(app->db, store, &w);
    if (r == E_LIMIT && err->code == OK)
        r = ERR(err, E_LIMIT, "FND-622", N_("The archive would be too large."));
    buf_free(&w.zip);
    arena_free(w.a);
    return r;
}

/* ---- the job ---- */

rc fund_archive_job_run(struct job *j)
{
    int64_t programme;
    TRY(str_to_i64(job_input(j), &programme));
    rc r = fund_archive_make(job_app(j), programme, job_err(j));
    if (r == E_CONFLICT && str_eq(str_of(job_err(j)->main.code), STR("LOG-002")))
        return E_UNAVAILABLE; /* the log's sequencer comes first: again in a few seconds */
    TRY(r);
    return job_finish(j, STR_EMPTY);
}

rc fund_archive_queue(const struct act *x, id programme)
{
    id job;
    str input = arena_printf(x->a, "%lld", (long long)programme);
    TRY(arena_rc(x->a));
    return job_queue(x->tx, FUND_ARCHIVE_JOB, x->by->account, input, &job);
}

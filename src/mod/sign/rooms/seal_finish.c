/* The finishing job: when everybody has signed, the file gets what it needs to be judged for as long as anybody may ask
 * (B-LTA), and its archive is made. A service that does not answer lowers the level and is asked again later; until
 * then, and after any other failure, the room waits, and nothing is lost. */
#include "base/utf8.h"
#include "mod/sign/report/told.h"
#include "mod/sign/rooms/seal_archive.h"
#include "mod/sign/trusted.h"
#include "sys/clock.h"

QUERY(sf_due, "ii", "i",
      "SELECT id FROM sign_room WHERE state = 'finishing' AND seal_retry <= $1 UNION ALL"
      " SELECT id FROM sign_room WHERE state = 'completed' AND seal_retry > 0 AND seal_retry <= $1"
      " ORDER BY id LIMIT $2");
QUERY(sf_later, "iti", "", "UPDATE sign_room SET seal_retry = $3, seal_note = $2 WHERE id = $1");

enum { AT_ONCE = 50, NOTE_MAX_BYTES = 500, ARCHIVE_MAX = 512 << 20, EVIDENCE_MAX = 32 << 20 };
#define LOG_WAIT    (1 * SECOND) /* the sequencer runs several times a second */
#define RETRY_FIRST MINUTE
#define RETRY_MOST  (6 * HOUR)

static const char *const level_words[] = {[SIGN_B] = "b", [SIGN_T] = "t", [SIGN_LT] = "lt", [SIGN_LTA] = "lta"};

static enum sign_level level_of(str word)
{
    enum sign_level l = SIGN_B;
    for (enum sign_level i = SIGN_B; i <= SIGN_LTA; i++)
        if (str_eq(word, str_of(level_words[i])))
            l = i;
    return l;
}

/* One room's way through the job. */
struct finishing {
    struct app *app;
    struct arena *a;
    id room;
    struct room was;
    struct seal_once once; /* the site's own, for evidence.pdf */
    struct buf file, evidence, archive;
    struct pdf_report *judged; /* what is in `file` */
    enum sign_level level;
    str why;        /* no higher; "" as intended */
    enum lang lang; /* of `why`: the sender's */
    bool wait_for_log;
    struct err err;
};

/* Doubles with the time that has passed since the last signature, so that a service that is away for a minute costs a
 * minute and one that is away for a week is not asked ten thousand times. */
static instant next_try(const struct finishing *f, instant now)
{
    instant passed = now - f->was.changed;
    return now + (passed < RETRY_FIRST ? RETRY_FIRST : passed > RETRY_MOST ? RETRY_MOST : passed);
}

/* ---- on a snapshot: everything that takes long ---- */

static rc on_snapshot(struct finishing *f, rc (*fn)(struct finishing *f, struct tx *tx))
{
    struct tx *tx;
    TRY(db_read_begin(f->app->db, &tx));
    rc r = fn(f, tx);
    if (r != OK && f->err.code == OK)
        err_copy(&f->err, tx_err(tx));
    db_read_end(tx);
    return r;
}

static rc with_net(struct finishing *f, struct tx *tx,
                   rc (*fn)(struct finishing *f, struct tx *tx, const struct seal_net *net))
{
    struct seal_net net = {.services = NULL};
    rc r = seal_net_open(f->app, tx, f->a, true, &net);
    if (r == OK)
        r = fn(f, tx, &net);
    seal_net_close(&net);
    return r;
}

/* Is there something to do, and is the log as far? */
static rc look(struct finishing *f, struct tx *tx)
{
    struct seal_story story;
    TRY(room_get(tx, f->room, &f->was, f->a));
    rc r = seal_story_read(tx, f->app, f->a, f->room, STR_EMPTY, clock_now(), &story);
    f->lang = story.lang;
    f->wait_for_log = r == E_CONFLICT;
    return r;
}

/* ---- the document ---- */

static enum sign_level lowest(const struct pdf_report *r)
{
    enum sign_level level = SIGN_LTA;
    for (size_t i = 0; i < r->n; i++)
        if (!r->v[i].is_timestamp && r->v[i].result.level < level)
            level = r->v[i].result.level;
    return level;
}

static rc judge(struct finishing *f, struct tx *tx, const struct buf *file, struct pdf_report **out)
{
    struct sign_rules rules;
    str bytes = arena_str(f->a, buf_str(file));
    if (!bytes.p)
        return arena_failed(f->a);
    TRY(trusted_rules(f->app, tx, f->a, LANG_EN, &rules, &f->err));
    return validate_pdf(f->a, bytes, &rules, out);
}

static rc raise(struct finishing *f, const struct seal_net *net, struct buf *file, struct sign_raised *made)
{
    const struct sign_raise o = seal_net_raise(net, SIGN_LTA);
    *made = (struct sign_raised){.level = SIGN_B};
    return pades_raise(f->a, file, &o, seal_pdf_id, made, &f->err);
}

/* What was made may be less when it is judged: a time-stamp by a clock that is ahead of ours is not believed yet. */
static str lower_why(const struct finishing *f, const struct sign_raised *made)
{
    if (made->why.code != OK)
        return told_err(f->a, &made->why, f->lang);
    return f->level < made->level ? str_of(tr(f->lang, N_("A time-stamp does not hold yet; it is looked at again.")))
                                  : STR_EMPTY;
}

static rc raise_document(struct finishing *f, struct tx *tx, const struct seal_net *net)
{
    struct sign_raised made;
    str before;
    TRY(room_file_read(tx, f->app, f->was.file, &before, f->a));
    buf_put(&f->file, before);
    TRY(raise(f, net, &f->file, &made));
    TRY(judge(f, tx, &f->file, &f->judged));
    f->level = lowest(f->judged);
    f->why = lower_why(f, &made);
    return OK;
}

static rc make_document(struct finishing *f, struct tx *tx)
{
    return with_net(f, tx, raise_document);
}

static bool gained(const struct finishing *f)
{
    return !str_eq(f->was.state, STR("completed")) || f->level > level_of(f->was.seal_level);
}

/* ---- the evidence, once it is known that the file will be kept: each has a certificate of its own ---- */

static rc write_once(struct tx *tx, void *arg)
{
    struct finishing *f = arg;
    struct act x = {.tx = tx, .a = f->a, .by = &act_system, .at = clock_now()};
    rc r = seal_once_make(&x, f->app, TRUST_ORGANISATION, f->app->config.base_url, STR_EMPTY, &f->once);
    if (r != OK && r != E_BUSY)
        err_copy(&f->err, tx_err(tx));
    return r;
}

/* evidence.pdf, sealed and raised like the document. */
static rc make_evidence(struct finishing *f, const struct seal_story *s, const struct seal_net *net)
{
    struct pdf_doc *doc = NULL;
    struct sign_raised made;
    str field;
    struct pdf_place place = {.sub = PDF_SUB_CADES, .made = s->at, .name = f->app->config.base_url};
    const struct sign_raise o = seal_net_raise(net, SIGN_T);
    BUF_SCOPED tail = BUF_INIT(PADES_TAIL_MAX);
    TRY(seal_story_pdf(s, &f->evidence, &f->err));
    str drawn = arena_str(f->a, buf_str(&f->evidence));
    if (!drawn.p)
        return arena_failed(f->a);
    TRY(pdf_open(f->a, drawn, &doc, &f->err));
    seal_pdf_id(place.id);
    TRY(pades_sign(doc, f->once.signer, &place, NULL, &o, &tail, &made, &field, &f->err));
    buf_put(&f->evidence, buf_str(&tail));
    TRY(buf_rc(&f->evidence));
    return raise(f, net, &f->evidence, &made);
}

static rc pack(struct finishing *f, struct tx *tx, const struct seal_net *net)
{
    struct seal_story story;
    TRY(seal_story_read(tx, f->app, f->a, f->room, buf_str(&f->file), clock_now(), &story));
    TRY(make_evidence(f, &story, net));
    return seal_archive(&story, buf_str(&f->evidence), f->judged, &f->archive, &f->err);
}

static rc make_archive(struct finishing *f, struct tx *tx)
{
    return with_net(f, tx, pack);
}

/* ---- last write ---- */

static rc keep(struct finishing *f, const struct act *x)
{
    struct document was;
    id file, archive;
    TRY(document_get(x->tx, f->was.file, &was, x->a));
    TRY(document_add(x->tx, f->app, f->was.party, was.name, buf_str(&f->file), "application/pdf", SEAL_FILE_MAX,
                     &file));
    TRY(document_add(x->tx, f->app, f->was.party, STR("archive.zip"), buf_str(&f->archive), "application/zip",
                     ARCHIVE_MAX, &archive));
    TRY(room_finished(x, f->app, f->room, file, level_words[f->level], utf8_cut(f->why, NOTE_MAX_BYTES),
                      f->level < SIGN_LTA ? next_try(f, x->at) : 0, archive));
    if (f->was.archive)
        TRY(document_remove(x->tx, f->was.archive));
    return document_remove(x->tx, f->was.file);
}

static rc write_keep(struct tx *tx, void *arg)
{
    struct finishing *f = arg;
    struct act x = {.tx = tx, .a = f->a, .by = &act_system, .at = clock_now()};
    rc r = keep(f, &x);
    if (r != OK && r != E_BUSY)
        err_copy(&f->err, tx_err(tx));
    return r;
}

/* It did not work now, or gained nothing: why, and when it is tried again. */
static rc write_later(struct tx *tx, void *arg)
{
    struct finishing *f = arg;
    const instant now = clock_now();
    str why = f->wait_for_log ? f->was.seal_note : f->err.code == OK ? f->why : told_err(f->a, &f->err, f->lang);
    return db_exec(tx, &sf_later,
                   VALS(v_int(f->room), v_text(utf8_cut(why, NOTE_MAX_BYTES)),
                        v_int(f->wait_for_log ? now + LOG_WAIT : next_try(f, now))),
                   NULL);
}

/* ---- the job ---- */

static rc work(struct finishing *f)
{
    TRY(on_snapshot(f, look));
    TRY(on_snapshot(f, make_document));
    if (!gained(f))
        return db_write(f->app->db, write_later, f);
    TRY(db_write(f->app->db, write_once, f));
    TRY(on_snapshot(f, make_archive));
    return db_write(f->app->db, write_keep, f);
}

static rc finish_one(struct finishing *f)
{
    rc r = work(f);
    if (r == OK)
        return OK;
    rc later = db_write(f->app->db, write_later, f);
    return f->wait_for_log ? later : r;
}

static rc finish(struct app *app, id room, struct err *err)
{
    struct finishing f = {.app = app,
                          .a = arena_new(SEAL_ARENA),
                          .room = room,
                          .file = BUF_INIT(SEAL_FILE_MAX),
                          .evidence = BUF_INIT(EVIDENCE_MAX),
                          .archive = BUF_INIT(ARCHIVE_MAX),
                          .why = STR_EMPTY};
    rc r = f.a ? finish_one(&f) : E_NOMEM;
    if (r != OK && err->code == OK)
        err_copy(err, &f.err);
    buf_free(&f.file);
    buf_free(&f.evidence);
    buf_free(&f.archive);
    arena_free(f.a);
    return r;
}

static rc due(struct app *app, id v[AT_ONCE], size_t *n)
{
    struct tx *tx;
    struct rows r;
    *n = 0;
    TRY(db_read_begin(app->db, &tx));
    rc e = db_select(tx, &sf_due, VALS(v_int(clock_now()), v_int(AT_ONCE)), &r);
    while (e == OK && *n < AT_ONCE && rows_next(&r))
        v[(*n)++] = row_int(&r, 0);
    if (e == OK)
        e = rows_end(&r);
    db_read_end(tx);
    return e;
}

/* One room that cannot be finished does not keep the others from it. */
rc seal_due(struct app *app, struct err *err)
{
    id v[AT_ONCE];
    size_t n;
    TRY(due(app, v, &n));
    rc result = OK;
    for (size_t i = 0; i < n; i++) {
        rc r = finish(app, v[i], err);
        result = result != OK ? result : r;
    }
    return result;
}

rc seal_job(struct job *j)
{
    return seal_due(job_app(j), job_err(j));
}

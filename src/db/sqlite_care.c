/* SQLite: checkpoints, backup, restore, check. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "db/sqlite.h"
#include "sys/file.h"
#include "sys/reason.h"
#include "sys/thread.h"

/* The write-ahead log is copied into the database by a thread of its own, so that the writer does not wait for it: when
 * the log has grown by so many pages, or when the writer has rested for so long. */
enum { CHECKPOINT_PAGES = 8192, IDLE_MS = 200 };

/* ---- checkpoints ---- */
void sqlite_care_committed(struct db *db, sqlite3 *writer, int pages)
{
    struct sq_shared *s = db->shared;
    bool catch_up;
    {
        LOCKED(&s->lock);
        s->commits++;
        if (pages < s->pages) /* the log has started anew */
            s->next_at = CHECKPOINT_PAGES;
        s->pages = pages;
        s->behind = true;
        catch_up = s->catch_up;
        s->catch_up = false;
        if (pages >= s->next_at)
            pthread_cond_signal(&s->wake);
    }
    if (catch_up)
        sqlite3_wal_checkpoint_v2(writer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

/* Waits for work; false: stop. */
static bool checkpoint_due(struct sq_shared *s)
{
    LOCKED(&s->lock);
    while (!s->stopping) {
        int64_t seen = s->commits;
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_nsec += IDLE_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        bool idle = s->pages < s->next_at && pthread_cond_timedwait(&s->wake, &s->lock, &until) == ETIMEDOUT;
        if (s->stopping)
            break;
        if (s->behind && (s->pages >= s->next_at || (idle && s->commits == seen))) {
            s->behind = false;
            s->next_at = s->pages + CHECKPOINT_PAGES;
            return true;
        }
    }
    return false;
}

/* A checkpoint that fails (disk full, a reader in the way) loses nothing: the log stays and the next one tries again.
 */
static void *checkpoints(void *arg)
{
    struct sq_shared *s = arg;
    while (checkpoint_due(s)) {
        sqlite3_wal_checkpoint_v2(s->h, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
        LOCKED(&s->lock);
        s->catch_up = s->behind;
    }
    return NULL;
}

/* ---- start and stop ---- */
static rc place(struct sq_shared *s, const char *url, struct err *err)
{
    if (strcmp(url, ":memory:") != 0) {
        s->path = strdup(url);
        return s->path ? OK : E_NOMEM;
    }
    /* A database in memory has neither snapshots nor several connections worth the name: a file that does not outlive
     * us. */
    const char *tmp = getenv("TMPDIR");
    snprintf(s->volatile_dir, sizeof s->volatile_dir, "%.40s/rise-db-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (!mkdtemp(s->volatile_dir)) {
        str where = str_of(s->volatile_dir);
        rc r =
            ERR(err, E_IO, "DBS-002", N_("The database {1} cannot be opened: {2}"), where, str_of(sys_reason(errno)));
        s->volatile_dir[0] = '\0';
        return r;
    }
    return asprintf(&s->path, "%s/db", s->volatile_dir) < 0 ? E_NOMEM : OK;
}

rc sqlite_care_start(struct db *db, struct err *err)
{
    struct sq_shared *s = calloc(1, sizeof *s);
    if (!s)
        return E_NOMEM;
    db->shared = s;
    s->next_at = CHECKPOINT_PAGES;
    pthread_mutex_init(&s->lock, NULL);
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&s->wake, &attr);
    pthread_condattr_destroy(&attr);
    TRY(place(s, db->url, err));
    TRY(sq_open(s->path, true, s->volatile_dir[0] != '\0', &s->h, err));
    TRY(thread_start(&s->thread, "checkpoint", checkpoints, s));
    s->started = true;
    return OK;
}

static void remove_volatile(const struct sq_shared *s)
{
    static const char *const suffix[] = {"", "-wal", "-shm"};
    for (size_t i = 0; s->path && i < sizeof suffix / sizeof suffix[0]; i++) {
        char file[128];
        snprintf(file, sizeof file, "%s%s", s->path, suffix[i]);
        unlink(file);
    }
    rmdir(s->volatile_dir);
}

/* The last connection to close copies the log into the database and removes it. */
void sqlite_care_stop(struct db *db)
{
    struct sq_shared *s = db->shared;
    if (!s)
        return;
    if (s->started) {
        {
            LOCKED(&s->lock);
            s->stopping = true;
            pthread_cond_signal(&s->wake);
        }
        pthread_join(s->thread, NULL);
    }
    sqlite3_close(s->h);
    if (s->volatile_dir[0])
        remove_volatile(s);
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->lock);
    free(s->path);
    free(s);
}

/* ---- backup and restore ---- */
static void close_scope(sqlite3 **h)
{
    sqlite3_close(*h);
}
#define HANDLE_SCOPED __attribute__((cleanup(close_scope))) sqlite3

/* In one step: the copy is one snapshot, and in WAL mode it keeps no writer waiting. */
static rc copy(sqlite3 *from, sqlite3 *to, const char *path, struct err *err)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    if (b) {
        sqlite3_backup_step(b, -1);
        sqlite3_backup_finish(b);
    }
    int code = sqlite3_errcode(to);
    if (code == SQLITE_OK)
        return OK;
    rc r = sq_rc(code);
    return db_error(err, r == E_BUSY ? E_UNAVAILABLE : r, str_of(path), str_of(sqlite3_errmsg(to)));
}

/* First column of the one row `sql` gives; -1 when it gives none. */
static int64_t ask(sqlite3 *h, const char *sql)
{
    sqlite3_stmt *s = NULL;
    int64_t v = -1;
    if (sqlite3_prepare_v2(h, sql, -1, &s, NULL) == SQLITE_OK && sqlite3_step(s) == SQLITE_ROW)
        v = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
    return v;
}

static rc check_handle(sqlite3 *h, str name, struct err *err)
{
    static const char *const checks[] = {"PRAGMA integrity_check(1)", "PRAGMA foreign_key_check"};
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        sqlite3_stmt *s = NULL;
        int code = sqlite3_prepare_v2(h, checks[i], -1, &s, NULL);
        code = code == SQLITE_OK ? sqlite3_step(s) : code;
        rc r = OK;
        if (code == SQLITE_ROW) {
            str found = str_of((const char *)sqlite3_column_text(s, 0));
            if (!str_eq(found, STR("ok")))
                r = db_error(err, E_CORRUPT, i ? STR("a foreign key of this table points nowhere") : name, found);
        } else if (code != SQLITE_DONE) {
            r = db_error(err, sq_rc(code), name, str_of(sqlite3_errmsg(h)));
        }
        sqlite3_finalize(s);
        TRY(r);
    }
    return OK;
}

rc sqlite_check(struct db *db, struct err *err)
{
    const char *path = ((const struct sq_shared *)db->shared)->path;
    HANDLE_SCOPED *h = NULL;
    TRY(sq_open(path, false, false, &h, err));
    return check_handle(h, str_of(path), err);
}

rc sqlite_backup(struct db *db, const char *path, struct err *err)
{
    BUF_SCOPED part = BUF_INIT(4096);
    buf_printf(&part, "%s.part", path);
    TRY(buf_rc(&part));
    TRY(file_remove(part.p, err));
    {
        HANDLE_SCOPED *from = NULL, *to = NULL;
        TRY(sq_open(((const struct sq_shared *)db->shared)->path, false, false, &from, err));
        sq_create(part.p);
        if (sqlite3_open(part.p, &to) != SQLITE_OK)
            return db_error(err, E_IO, str_of(part.p), str_of(to ? sqlite3_errmsg(to) : "out of memory"));
        TRY(copy(from, to, part.p, err));
        sqlite3_exec(to, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL); /* one file, whoever opens it */
    }
    return file_replace(part.p, path, err);
}

/* An opened but never migrated database has only its own two tables, and they are empty. */
static bool never_migrated(sqlite3 *h)
{
    int64_t tables = ask(h, "SELECT count(*) FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'");
    return tables == 0 ||
           (tables == 2 && ask(h, "SELECT (SELECT count(*) FROM schema_migration) + (SELECT count(*) FROM "
                                  "table_version)") == 0);
}

rc sqlite_restore(str url, const char *path, struct err *err)
{
    BUF_SCOPED to_path = BUF_INIT(4096);
    buf_put(&to_path, url);
    TRY(buf_rc(&to_path));
    HANDLE_SCOPED *from = NULL, *to = NULL;
    if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
        return db_error(err, E_IO, str_of(path), str_of(from ? sqlite3_errmsg(from) : "out of memory"));
    if (ask(from, "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migration'") != 1)
        return ERR(err, E_INVALID, "DBS-012", N_("{1} is not a backup made by this program."), str_of(path));
    TRY(check_handle(from, str_of(path), err));
    TRY(sq_open(to_path.p, true, false, &to, err));
    if (!never_migrated(to))
        return ERR(err, E_CONFLICT, "DBS-013",
                   N_("The database {1} is not empty; a backup is restored into an empty one only."), url);
    return copy(from, to, to_path.p, err);
}

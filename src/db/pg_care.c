/* PostgreSQL: backup and restore by its own pg_dump and pg_restore, and a check. */
#include <stdlib.h>

#include "base/arena.h"
#include "db/postgres.h"
#include "sys/file.h"
#include "sys/proc.h"

enum { ENV_ARENA = 65536 };

/* The address as environment variables: on a command line everybody on the machine could read the password. */
static rc environment(const char *url, struct arena *a, const char *const **out, struct err *err)
{
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &why);
    PQfreemem(why);
    if (!options)
        return ERR(err, E_INVALID, "DBS-002", N_("The database {1} cannot be opened: {2}"), STR(""),
                   STR("its address is not valid"));
    size_t n = 0;
    for (PQconninfoOption *o = options; o->keyword; o++)
        n++;
    const char **env = ARENA_ARRAY(a, n + 1, const char *);
    n = 0;
    for (PQconninfoOption *o = options; env && o->keyword; o++)
        if (o->envvar && o->val)
            env[n++] = arena_printf(a, "%s=%s", o->envvar, o->val).p;
    PQconninfoFree(options);
    *out = env;
    return arena_rc(a);
}

static rc run_tool(const char *url, const char *const *argv, struct err *err)
{
    struct arena *a = arena_new(ENV_ARENA);
    const char *const *env = NULL;
    rc r = a ? environment(url, a, &env, err) : E_NOMEM;
    if (r == OK)
        r = proc_run(argv, env, NULL, err);
    arena_free(a);
    return r;
}

rc pg_backup(struct db *db, const char *path, struct err *err)
{
    BUF_SCOPED part = BUF_INIT(4096);
    buf_printf(&part, "%s.part", path);
    TRY(buf_rc(&part));
    TRY(file_write(part.p, STR_EMPTY, 0600, err)); /* for us only; pg_dump keeps the mode */
    TRY(run_tool(
        db->url,
        (const char *const[]){"pg_dump", "--format=custom", "--no-owner", "--no-privileges", "--file", part.p, NULL},
        err));
    return file_replace(part.p, path, err);
}

/* ---- restore ---- */
static void finish(PGconn **h)
{
    PQfinish(*h);
}
#define PG_SCOPED __attribute__((cleanup(finish))) PGconn

/* First column of the one row; -1 when the statement fails. */
static int64_t ask(PGconn *h, const char *sql)
{
    PGresult *res = PQexec(h, sql);
    int64_t v = -1;
    if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) == 1 &&
        str_to_i64(str_of(PQgetvalue(res, 0, 0)), &v) != OK)
        v = -1;
    PQclear(res);
    return v;
}

static const char count_tables[] = "SELECT COUNT(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                                   " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S') AND n.nspname <> 'information_schema'"
                                   " AND n.nspname NOT LIKE 'pg\\_%'";
static const char count_rows[] =
    "SELECT (SELECT COUNT(*) FROM schema_migration) + (SELECT COUNT(*) FROM table_version)";
/* A database that was opened but never migrated has only its own two tables, empty; they go, and so does its schema if
 * that was made for it. */
static const char drop_opened[] =
    "DROP TABLE schema_migration, table_version;"
    "DO $$ BEGIN IF current_schema() <> 'public' THEN EXECUTE format('DROP SCHEMA %I', current_schema());"
    " END IF; END $$";

static bool make_empty(PGconn *h)
{
    if (ask(h, count_tables) == 0)
        return true;
    if (ask(h, count_tables) != 2 || ask(h, count_rows) != 0)
        return false;
    PGresult *res = PQexec(h, drop_opened);
    bool ok = PQresultStatus(res) == PGRES_COMMAND_OK;
    PQclear(res);
    return ok;
}

rc pg_restore(str url, const char *path, struct err *err)
{
    BUF_SCOPED address = BUF_INIT(4096);
    buf_put(&address, url);
    TRY(buf_rc(&address));
    {
        PG_SCOPED *h = pg_dial(address.p);
        if (PQstatus(h) != CONNECTION_OK)
            return ERR(err, E_UNAVAILABLE, "DBS-002", N_("The database {1} cannot be opened: {2}"),
                       str_of(h ? PQdb(h) : ""), str_trim(str_of(PQerrorMessage(h))));
        if (!make_empty(h))
            return ERR(err, E_CONFLICT, "DBS-013",
                       N_("The database {1} is not empty; a backup is restored into an empty one only."),
                       str_of(PQdb(h)));
    }
    BUF_SCOPED dbname = BUF_INIT(256);
    char *why = NULL;
    PQconninfoOption *options = PQconninfoParse(address.p, &why);
    PQfreemem(why);
    for (PQconninfoOption *o = options; o && o->keyword; o++)
        if (strcmp(o->keyword, "dbname") == 0 && o->val)
            buf_printf(&dbname, "--dbname=%s", o->val);
    PQconninfoFree(options);
    TRY(buf_rc(&dbname));
    return run_tool(address.p,
                    (const char *const[]){"pg_restore", "--single-transaction", "--exit-on-error", "--no-owner",
                                          "--no-privileges", dbname.n ? dbname.p : "--dbname=", path, NULL},
                    err);
}

/* ---- check ---- */
/* What PostgreSQL knows about itself: unusable indexes, unproven constraints, failed page checksums. */
static const struct {
    const char *what, *sql;
} checks[] = {
    {"unusable indexes", "SELECT COUNT(*) FROM pg_index WHERE NOT indisvalid OR NOT indisready"},
    {"unproven constraints", "SELECT COUNT(*) FROM pg_constraint WHERE NOT convalidated"},
    {"pages with a wrong checksum", "SELECT COALESCE(SUM(checksum_failures), 0)::bigint FROM pg_stat_database"},
};

/* With the extension amcheck installed every B-tree is walked too. */
static const char walk_trees[] = "DO $$ DECLARE i oid; BEGIN"
                                 " IF EXISTS (SELECT 1 FROM pg_extension WHERE extname = 'amcheck') THEN"
                                 " FOR i IN SELECT x.indexrelid FROM pg_index x JOIN pg_class c ON c.oid = "
                                 "x.indexrelid JOIN pg_am a ON a.oid = c.relam"
                                 " WHERE a.amname = 'btree' AND c.relpersistence <> 't' AND x.indisvalid"
                                 " LOOP PERFORM bt_index_check(i, true); END LOOP; END IF; END $$";

rc pg_check(struct db *db, struct err *err)
{
    PG_SCOPED *h = pg_dial(db->url);
    if (PQstatus(h) != CONNECTION_OK)
        return db_error(err, E_UNAVAILABLE, STR("check"), str_trim(str_of(PQerrorMessage(h))));
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        int64_t found = ask(h, checks[i].sql);
        if (found < 0)
            return db_error(err, E_UNAVAILABLE, STR("check"), str_trim(str_of(PQerrorMessage(h))));
        if (found > 0)
            return db_error(err, E_CORRUPT, str_of(PQdb(h)), str_of(checks[i].what));
    }
    PGresult *res = PQexec(h, walk_trees);
    rc r = PQresultStatus(res) == PGRES_COMMAND_OK
               ? OK
               : db_error(err, E_CORRUPT, str_of(PQdb(h)), str_trim(str_of(PQresultErrorMessage(res))));
    PQclear(res);
    return r;
}

/* Migrations: what stands in the database against what the program carries. */
#include "db/engine.h"
#include "sys/clock.h"

QUERY(migration_list, "", "titt",
      "SELECT module, version, name, checksum FROM schema_migration ORDER BY module, version");
QUERY(migration_find, "ti", "tt", "SELECT name, checksum FROM schema_migration WHERE module = $1 AND version = $2");
QUERY(migration_last, "t", "i",
      "SELECT CAST(COALESCE(MAX(version), 0) AS BIGINT) FROM schema_migration WHERE module = $1");
QUERY(migration_add, "titti", "",
      "INSERT INTO schema_migration (module, version, name, checksum, applied_at) VALUES ($1, $2, $3, $4, $5)");

static const char tables[] = "CREATE TABLE IF NOT EXISTS schema_migration (\n"
                             "    module TEXT NOT NULL,\n"
                             "    version INTEGER NOT NULL,\n"
                             "    name TEXT NOT NULL,\n"
                             "    checksum TEXT NOT NULL,\n"
                             "    applied_at INTEGER NOT NULL,\n"
                             "    PRIMARY KEY (module, version)\n"
                             ") STRICT;\n"
                             "CREATE TABLE IF NOT EXISTS table_version (\n" /* watch.c */
                             "    name TEXT PRIMARY KEY,\n"
                             "    version INTEGER NOT NULL\n"
                             ") STRICT;\n";

/* Before the writers run, on a connection of its own. */
rc migrate_table(struct db *db, struct err *err)
{
    struct conn *c;
    TRY(db->e->connect(db, true, &c, err));
    rc r = db->e->begin(&c->tx, BEGIN_SETUP);
    if (r == OK)
        r = db->e->script(&c->tx, str_of(tables));
    if (r == OK)
        r = db->e->commit(&c->tx);
    else
        db->e->rollback(&c->tx);
    db_err_copy(err, &c->tx.err);
    db->e->disconnect(c);
    return r;
}

static rc changed(struct err *err, rc code, const struct migration *m)
{
    return ERR(err, code, "DBS-014",
               N_("The schema change {1}/{2} in the database is not the one this program carries."), str_of(m->module),
               str_of(m->name));
}

/* ---- apply ---- */
static rc apply(struct tx *tx, const struct migration *m, bool *applied)
{
    struct rows r;
    str module = str_of(m->module);
    rc found = db_one(tx, &migration_find, VALS(v_text(module), v_int(m->version)), &r);
    if (found == OK) {
        bool same = str_eq(row_text(&r, 1), str_of(m->checksum));
        TRY(rows_end(&r));
        return same ? OK : changed(&tx->err, E_CORRUPT, m);
    }
    if (found != E_NOTFOUND)
        return found;
    int64_t last;
    TRY(db_one_int(tx, &migration_last, VALS(v_text(module)), &last));
    if (last != m->version - 1)
        return ERR(&tx->err, E_CONFLICT, "DBS-015",
                   N_("The schema change {1}/{2} does not follow the last one applied."), module, str_of(m->name));
    *applied = true;
    TRY(tx->conn->db->e->script(tx, m->sql));
    TRY(watch_commit_all(tx));
    return db_exec(tx, &migration_add,
                   VALS(v_text(module), v_int(m->version), v_text(str_of(m->name)), v_text(str_of(m->checksum)),
                        v_int(clock_now())),
                   NULL);
}

/* Alone: another process may be migrating the same database. */
static rc apply_one(struct conn *c, const struct migration *m, bool *applied)
{
    const struct engine *e = c->db->e;
    struct tx *tx = &c->tx;
    *applied = false;
    tx->failed = OK;
    TRY(e->begin(tx, BEGIN_WRITE_ALONE));
    rc r = apply(tx, m, applied);
    if (r == OK)
        return e->commit(tx);
    e->rollback(tx);
    return r;
}

rc db_migrate(struct db *db, const struct migration *m, size_t n, int *applied, struct err *err)
{
    struct conn *c;
    TRY(db->e->connect(db, true, &c, err));
    int count = 0;
    rc r = OK;
    for (size_t i = 0; i < n && r == OK; i++) {
        bool did;
        r = apply_one(c, &m[i], &did);
        count += r == OK && did;
    }
    if (applied)
        *applied = count;
    db_err_copy(err, &c->tx.err);
    db->e->disconnect(c);
    return r == E_BUSY ? E_UNAVAILABLE : r;
}

/* ---- compare ---- */
static const struct migration *find(const struct migration *m, size_t n, str module, int64_t version)
{
    for (size_t i = 0; i < n; i++)
        if (m[i].version == version && str_eq(str_of(m[i].module), module))
            return &m[i];
    return NULL;
}

static rc compare(struct tx *tx, const struct migration *m, size_t n, struct err *err)
{
    struct rows r;
    rc got = OK;
    size_t seen = 0;
    TRY(db_select(tx, &migration_list, NOVALS, &r));
    while (got == OK && rows_next(&r)) {
        const struct migration *known = find(m, n, row_text(&r, 0), row_int(&r, 1));
        if (!known)
            got = ERR(err, E_CONFLICT, "DBS-016",
                      N_("The database knows the schema change {1}/{2}, this program does not: it is older."),
                      row_text(&r, 0), row_text(&r, 2));
        else if (!str_eq(row_text(&r, 3), str_of(known->checksum)))
            got = changed(err, E_CONFLICT, known);
        seen++;
    }
    TRY(rows_end(&r));
    for (size_t i = 0; got == OK && seen != n && i < n; i++) {
        rc there = db_one(tx, &migration_find, VALS(v_text(str_of(m[i].module)), v_int(m[i].version)), &r);
        if (there == E_NOTFOUND)
            got =
                ERR(err, E_CONFLICT, "DBS-017", N_("The schema change {1}/{2} has not been applied. Run: rise migrate"),
                    str_of(m[i].module), str_of(m[i].name));
        else
            got = there == OK ? rows_end(&r) : there;
    }
    return got;
}

rc db_migrations_check(struct db *db, const struct migration *m, size_t n, struct err *err)
{
    struct tx *tx;
    TRY(db_read_begin(db, &tx));
    rc r = compare(tx, m, n, err);
    if (r != OK && err && err->code == OK)
        db_err_copy(err, &tx->err);
    db_read_end(tx);
    return r;
}

#include "base/buf.h"
#include "db/engine.h"
#include "t.h"

static const struct {
    const char *from, *to;
} cases[] = {
    {"CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT NOT NULL, b BLOB, r REAL) STRICT;",
     "CREATE TABLE a (id BIGINT PRIMARY KEY, t TEXT COLLATE \"C\" NOT NULL, b BYTEA, r DOUBLE PRECISION) ;"},
    {"CREATE TABLE a (text TEXT, blob BLOB, \"integer\" INTEGER, PRIMARY KEY (text, blob)) STRICT, WITHOUT ROWID;",
     "CREATE TABLE a (text TEXT COLLATE \"C\", blob BYTEA, \"integer\" BIGINT, PRIMARY KEY (text, blob))   ;"},
    {"create table a (x integer not null default 1 check (x > 0 and text <> 'a'), text text) strict",
     "create table a (x BIGINT not null default 1 check (x > 0 and text <> 'a'), text TEXT COLLATE \"C\") "},
    {"-- INTEGER; TEXT\n/* ( BLOB */ CREATE TABLE a (-- x TEXT,\n  y TEXT DEFAULT ') STRICT; ''TEXT''') STRICT;",
     "-- INTEGER; TEXT\n/* ( BLOB */ CREATE TABLE a (-- x TEXT,\n  y TEXT COLLATE \"C\" DEFAULT ') STRICT; ''TEXT''') "
     ";"},
    {"CREATE TABLE IF NOT EXISTS a (id INTEGER REFERENCES b (text), CONSTRAINT text CHECK (text IN (1, text)), UNIQUE "
     "(text))",
     "CREATE TABLE IF NOT EXISTS a (id BIGINT REFERENCES b (text), CONSTRAINT text CHECK (text IN (1, text)), UNIQUE "
     "(text))"},
    {"CREATE UNIQUE INDEX i ON a (text, blob) WHERE text IS NOT NULL; INSERT INTO a (text) SELECT text FROM b;",
     "CREATE UNIQUE INDEX i ON a (text, blob) WHERE text IS NOT NULL; INSERT INTO a (text) SELECT text FROM b;"},
    {"ALTER TABLE a ADD COLUMN text TEXT; ALTER TABLE a ADD blob BLOB NOT NULL; CREATE TABLE c (d BLOB) STRICT",
     "ALTER TABLE a ADD COLUMN text TEXT COLLATE \"C\"; ALTER TABLE a ADD blob BYTEA NOT NULL; CREATE TABLE c (d "
     "BYTEA) "},
    {"CREATE TABLE g (a INTEGER, b INTEGER GENERATED ALWAYS AS (a * 2) STORED) STRICT;\nCREATE INDEX x ON g (b DESC);",
     "CREATE TABLE g (a BIGINT, b BIGINT GENERATED ALWAYS AS (a * 2) STORED) ;\nCREATE INDEX x ON g (b DESC);"},
    {"UPDATE a SET t = CAST(n AS TEXT) WHERE t = 'it''s; INTEGER'; -- end",
     "UPDATE a SET t = CAST(n AS TEXT) WHERE t = 'it''s; INTEGER'; -- end"},
    {"", ""},
    {"'open", "'open"},
    {"/* open", "/* open"},
};

START_TEST(maps)
{
    struct buf out = BUF_INIT(4096);
    sqlmap_postgres(&out, str_of(cases[_i].from));
    t_str(buf_str(&out), str_of(cases[_i].to));
    buf_free(&out);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("db/sqlmap");
    TCase *tcase = tcase_create("maps");
    tcase_add_loop_test(tcase, maps, 0, (int)(sizeof cases / sizeof cases[0]));
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

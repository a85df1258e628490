/* Uploaded CSV files of the marketplace: headings, encodings, row errors; and order numbers as typed. The register's
 * own reader is driven inside a read transaction, so a file without faults ends at the refused write. */
#include <stdlib.h>

#include "mod/market/parts.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct db *db;
    static struct arena *a;
    enum { ARENA_BYTES = 64 << 20 };
    if (!db) {
        struct err err = {0};
        a = arena_new(ARENA_BYTES);
        if (!a || db_open(STR("sqlite::memory:"), NULL, &db, &err) != OK)
            abort();
    }
    struct tx *tx;
    if (db_read_begin(db, &tx) != OK)
        abort();
    struct act x = {.tx = tx, .a = a, .by = &act_system, .at = INT64_C(1800000000) * SECOND};
    struct import_report report;
    str bytes = str_n(data, size);
    rc r = mkt_registry_import(&x, bytes, 20000, &report);
    if (r == OK && report.rows > report.skipped)
        abort(); /* nothing can be written here */
    if (report.bad > 0 && r == OK)
        abort();
    r = mkt_catalogue_import(&x, bytes, 0, &report);
    if (report.bad > 0 && r == OK)
        abort();
    char number[MKT_NUMBER + 1], again[MKT_NUMBER + 1];
    if (mkt_number_parse(bytes, number) == OK && mkt_number_parse(str_of(number), again) != OK)
        abort();
    db_read_end(tx);
    arena_reset(a);
    return 0;
}

/* Idempotency keys of many requests in few statements. */
#include <stdlib.h>

#include "web/idempotency.h"

/* Of one statement. */
enum { FIND_KEYS = 32, ADD_ROWS = 8 };

/* A union of look-ups and no list of keys: PostgreSQL plans this on the first, empty table and keeps the plan, and a
 * list would then be sought by reading all rows of a caller; each part of the union can only go through the primary
 * key. */
#define ONE(which, scope, key)                                                                                         \
    "SELECT request, status, location, type, body, " which " FROM idempotency WHERE scope = " scope " AND key = " key
#define AND_ONE(which, scope, key) " UNION ALL " ONE(which, scope, key)
QUERY(idempotency_select_many,
      "itititititititit"
      "itititititititit"
      "itititititititit"
      "itititititititit",
      "bittbi",
      ONE("0", "$1", "$2") AND_ONE("1", "$3", "$4") AND_ONE("2", "$5", "$6") AND_ONE("3", "$7", "$8")
          AND_ONE("4", "$9", "$10") AND_ONE("5", "$11", "$12") AND_ONE("6", "$13", "$14") AND_ONE("7", "$15", "$16")
              AND_ONE("8", "$17", "$18") AND_ONE("9", "$19", "$20") AND_ONE("10", "$21", "$22")
                  AND_ONE("11", "$23", "$24") AND_ONE("12", "$25", "$26") AND_ONE("13", "$27", "$28")
                      AND_ONE("14", "$29", "$30") AND_ONE("15", "$31", "$32") AND_ONE("16", "$33", "$34")
                          AND_ONE("17", "$35", "$36") AND_ONE("18", "$37", "$38") AND_ONE("19", "$39", "$40")
                              AND_ONE("20", "$41", "$42") AND_ONE("21", "$43", "$44") AND_ONE("22", "$45", "$46")
                                  AND_ONE("23", "$47", "$48") AND_ONE("24", "$49", "$50") AND_ONE("25", "$51", "$52")
                                      AND_ONE("26", "$53", "$54") AND_ONE("27", "$55", "$56")
                                          AND_ONE("28", "$57", "$58") AND_ONE("29", "$59", "$60")
                                              AND_ONE("30", "$61", "$62") AND_ONE("31", "$63", "$64"));
QUERY(idempotency_insert_many,
      "itbittbi"
      "itbittbi"
      "itbittbi"
      "itbittbi"
      "itbittbi"
      "itbittbi"
      "itbittbi"
      "itbittbi",
      "",
      "INSERT INTO idempotency (scope, key, request, status, location, type, body, at) VALUES "
      "($1, $2, $3, $4, $5, $6, $7, $8), ($9, $10, $11, $12, $13, $14, $15, $16), "
      "($17, $18, $19, $20, $21, $22, $23, $24), ($25, $26, $27, $28, $29, $30, $31, $32), "
      "($33, $34, $35, $36, $37, $38, $39, $40), ($41, $42, $43, $44, $45, $46, $47, $48), "
      "($49, $50, $51, $52, $53, $54, $55, $56), ($57, $58, $59, $60, $61, $62, $63, $64)");

static int by_scope_then_key(const void *x, const void *y)
{
    const struct keyed *a = *(struct keyed *const *)x, *b = *(struct keyed *const *)y;
    if (a->k->scope != b->k->scope)
        return a->k->scope < b->k->scope ? -1 : 1;
    int order = str_cmp(a->k->key, b->k->key);
    return order ? order : (a > b) - (a < b); /* both lie in one array */
}

static bool same_key(const struct keyed *a, const struct keyed *b)
{
    return a->k->scope == b->k->scope && str_eq(a->k->key, b->k->key);
}

/* Cuts off before the first that has the key of an earlier one. */
static size_t before_repeats(const struct keyed *v, size_t n, struct keyed *const *sorted, size_t n_sorted)
{
    for (size_t i = 1; i < n_sorted; i++)
        if (same_key(sorted[i - 1], sorted[i]) && (size_t)(sorted[i] - v) < n)
            n = (size_t)(sorted[i] - v);
    return n;
}

/* At most FIND_KEYS. Places that are left over look for the empty key, which nobody can have. */
static rc find(struct tx *tx, struct keyed *const *k, size_t n)
{
    struct rows r;
    struct val v[2 * FIND_KEYS];
    for (size_t i = 0; i < FIND_KEYS; i++) {
        v[2 * i] = v_int(i < n ? k[i]->k->scope : 0);
        v[2 * i + 1] = v_text(i < n ? k[i]->k->key : STR_EMPTY);
    }
    TRY(db_select(tx, &idempotency_select_many, v, 2 * FIND_KEYS, &r));
    while (rows_next(&r)) {
        struct keyed *there = k[row_int(&r, 5)];
        there->result = idempotency_found(there->c, there->k, &r, &there->replayed);
    }
    return rows_end(&r);
}

rc idempotency_find_all(struct tx *tx, struct keyed *v, size_t *n)
{
    struct keyed *sorted[KEYED_MAX] = {NULL};
    size_t keys = 0, kept = 0;
    for (size_t i = 0; i < *n; i++)
        if (v[i].k->key.p)
            sorted[keys++] = &v[i];
    qsort(sorted, keys, sizeof *sorted,
          by_scope_then_key); /* NOLINT(bugprone-sizeof-expression): an array of pointers */
    *n = before_repeats(v, *n, sorted, keys);
    for (size_t i = 0; i < keys; i++)
        if (sorted[i] < v + *n)
            sorted[kept++] = sorted[i];
    for (size_t from = 0; from < kept; from += FIND_KEYS)
        TRY(find(tx, sorted + from, kept - from < FIND_KEYS ? kept - from : FIND_KEYS));
    return OK;
}

rc idempotency_keep_all(struct tx *tx, const struct keyed *v, size_t n)
{
    struct val vals[ADD_ROWS * IDEMPOTENCY_VALS];
    const struct keyed *waiting[ADD_ROWS];
    size_t n_waiting = 0;
    for (size_t i = 0; i < n; i++) {
        if (v[i].result != OK || v[i].replayed || !v[i].k->key.p ||
            !idempotency_vals(tx, v[i].c, v[i].k, vals + n_waiting * IDEMPOTENCY_VALS))
            continue;
        waiting[n_waiting++] = &v[i];
        if (n_waiting < ADD_ROWS)
            continue;
        TRY(db_exec(tx, &idempotency_insert_many, vals, ADD_ROWS * IDEMPOTENCY_VALS, NULL));
        n_waiting = 0;
    }
    for (size_t i = 0; i < n_waiting; i++)
        TRY(idempotency_keep(tx, waiting[i]->c, waiting[i]->k));
    return OK;
}

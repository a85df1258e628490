/* The statement cache and the program's list of statements. */
#include <stdlib.h>

#include "db/engine.h"

static size_t slot_of(const struct query *q, size_t room)
{
    uint64_t h = (uint64_t)(uintptr_t)q * UINT64_C(0x9E3779B97F4A7C15); /* Fibonacci hashing: the high bits are mixed */
    return (size_t)(h >> 32) & (room - 1);
}

static void put(struct stmt **slot, size_t room, struct stmt *s)
{
    size_t i = slot_of(s->q, room);
    while (slot[i])
        i = (i + 1) & (room - 1);
    slot[i] = s;
}

struct stmt *stmt_find(const struct stmt_cache *c, const struct query *q)
{
    if (!c->room)
        return NULL;
    size_t i = slot_of(q, c->room);
    while (c->slot[i] && c->slot[i]->q != q)
        i = (i + 1) & (c->room - 1);
    return c->slot[i];
}

rc stmt_add(struct stmt_cache *c, struct stmt *s)
{
    if (2 * (c->n + 1) > c->room) {
        size_t room = c->room ? 2 * c->room : 64;
        struct stmt **slot = calloc(room, sizeof(struct stmt *));
        if (!slot)
            return E_NOMEM;
        for (size_t i = 0; i < c->room; i++)
            if (c->slot[i])
                put(slot, room, c->slot[i]);
        free(c->slot);
        c->slot = slot;
        c->room = room;
    }
    put(c->slot, c->room, s);
    c->n++;
    return OK;
}

/* The linker gathers QUERY()'s pointers between these two names; they are absent from a program without statements. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the linker chose these names */
extern const struct query *const __start_rise_queries[] __attribute__((weak));
extern const struct query *const __stop_rise_queries[] __attribute__((weak));
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

const struct query *const *db_queries(size_t *n)
{
    /* cppcheck-suppress comparePointers ; both ends of one section */
    *n = (size_t)(__stop_rise_queries - __start_rise_queries);
    return __start_rise_queries;
}

rc db_prepare_all(struct db *db, struct err *err)
{
    struct tx *tx;
    TRY(db_read_begin(db, &tx));
    size_t n;
    const struct query *const *q = db_queries(&n);
    rc r = OK;
    for (size_t i = 0; i < n && r == OK; i++)
        r = db->e->prepare(tx, q[i]);
    db_err_copy(err, &tx->err);
    db_read_end(tx);
    return r;
}

/* A party's rooms one after the other, for the API. */
#include "mod/sign/rooms/room.h"

QUERY(sra_ids, "itiii", "i",
      "SELECT id FROM sign_room WHERE party = $1 AND is_template = 0 AND ($2 = '' OR state = $2)"
      " AND ($3 = 0 OR bulk = $3) AND ($4 = 0 OR id < $4) ORDER BY id DESC LIMIT $5");

rc rooms_after(struct tx *tx, const struct rooms_after *q, struct room **out, size_t *n, bool *more, struct arena *a)
{
    struct rows r;
    size_t found = 0, limit = (size_t)q->limit;
    id *ids = ARENA_ARRAY(a, limit + 1, id);
    *out = ARENA_ARRAY(a, limit + 1, struct room);
    if (!ids || !*out)
        return arena_failed(a);
    TRY(db_select(tx, &sra_ids,
                  VALS(v_int(q->party), v_text(q->state), v_int(q->bulk), v_int(q->after), v_int(q->limit + 1)), &r));
    while (rows_next(&r) && found <= limit)
        ids[found++] = row_int(&r, 0);
    TRY(rows_end(&r));
    *more = found > limit;
    *n = *more ? limit : found;
    for (size_t i = 0; i < *n; i++)
        TRY(room_get(tx, ids[i], &(*out)[i], a));
    return OK;
}

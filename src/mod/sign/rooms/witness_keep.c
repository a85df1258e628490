/* After the signing: who looks and why, removing, and the time after which nothing is kept. */
#include <inttypes.h>

#include "base/vec.h"
#include "mod/sign/rooms/witness_impl.h"
#include "sys/random.h"

enum { LOOK_MINUTES = 10, ABANDONED_HOURS = 24 };

QUERY(witness_access_add, "iiiitii", "",
      "INSERT INTO sign_witness_access (id, room, item, account, reason, at, log_entry) VALUES ($1, $2, $3, $4, $5, $6,"
      " $7)");
QUERY(witness_access_get, "iii", "i",
      "SELECT item FROM sign_witness_access WHERE id = $1 AND account = $2 AND at >= $3");
QUERY(witness_access_of_room, "i", "itttii",
      "SELECT i.kind, s.name, COALESCE(a.name, ''), x.reason, x.at, x.log_entry FROM sign_witness_access x"
      " JOIN sign_witness_item i ON i.id = x.item JOIN sign_witness w ON w.id = i.witness"
      " JOIN sign_signer s ON s.id = w.signer LEFT JOIN account a ON a.id = x.account"
      " WHERE x.room = $1 ORDER BY x.id DESC LIMIT 500");
QUERY(witness_item_removed, "iiit", "",
      "UPDATE sign_witness_item SET removed = $2, removed_by = $3, removed_reason = $4 WHERE id = $1 AND removed = 0");
QUERY(witness_due, "ii", "i",
      "SELECT i.id FROM sign_witness w JOIN sign_witness_item i ON i.witness = w.id WHERE w.state = 'closed'"
      " AND w.ended < $1 AND i.removed = 0 AND LENGTH(i.commitment) > 0 ORDER BY i.id LIMIT $2");
QUERY(witness_abandoned, "ii", "i",
      "SELECT id FROM sign_witness WHERE state = 'open' AND started < $1 ORDER BY id LIMIT $2");

static rc text_given(const struct act *x, str reason)
{
    struct err *err = tx_err(x->tx);
    check_text(err, "reason", reason, WITNESS_REASON_MAX, true);
    return err->code;
}

/* The item, when it is still there and of a room of the caller's party. */
static rc item_of_caller(const struct act *x, id item, struct witness_item *i, struct room *r)
{
    struct witness w;
    TRY(witness_item_get(x->tx, item, i, &w, x->a));
    TRY(room_own(x, w.room, r));
    if (i->removed || i->commitment.n == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "WIT-009", N_("This recording was removed."));
    return OK;
}

/* ---- looking ---- */

rc witness_open(const struct act *x, id item, str reason, id *access)
{
    struct witness_item i;
    struct room r;
    id entry = 0;
    TRY(item_of_caller(x, item, &i, &r));
    TRY(text_given(x, reason));
    *access = id_new();
    TRY(act_log(x, "sign.witness.opened", r.id,
                KVS(kv_int("access", *access), kv_int("account", x->by->account), kv_int("item", item),
                    kv_text("reason", reason)),
                &entry));
    return db_exec(x->tx, &witness_access_add,
                   VALS(v_int(*access), v_int(r.id), v_int(item), v_int(x->by->account), v_text(reason), v_int(x->at),
                        v_int(entry)),
                   NULL);
}

rc witness_opened(const struct act *x, id access, struct witness_item *out)
{
    struct room r;
    id item;
    rc found = db_one_int(x->tx, &witness_access_get,
                          VALS(v_int(access), v_int(x->by->account), v_int(x->at - LOOK_MINUTES * MINUTE)), &item);
    if (found == E_NOTFOUND)
        return ERR(tx_err(x->tx), E_NOTFOUND, "WIT-008", N_("There is no such recording."));
    TRY(found);
    return item_of_caller(x, item, out, &r);
}

rc witness_accesses(struct tx *tx, id room, struct witness_access **out, size_t *n, struct arena *a)
{
    VEC(struct witness_access) list = {0};
    struct rows r;
    TRY(db_select(tx, &witness_access_of_room, VALS(v_int(room)), &r));
    while (rows_next(&r)) {
        struct witness_access *e = VEC_ADD(&list, a);
        if (!e)
            break;
        *e = (struct witness_access){.kind = (enum witness_kind)row_int(&r, 0),
                                     .signer = row_dup(&r, 1, a),
                                     .who = row_dup(&r, 2, a),
                                     .reason = row_dup(&r, 3, a),
                                     .at = row_int(&r, 4),
                                     .log_entry = row_int(&r, 5)};
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

/* ---- removing ---- */

static rc remove_item(const struct act *x, const struct room *r, id signer, const struct witness_item *i, str reason)
{
    int64_t done = 0;
    TRY(db_exec(x->tx, &witness_item_removed, VALS(v_int(i->id), v_int(x->at), v_int(x->by->account), v_text(reason)),
                &done));
    if (done == 0)
        return act_wrong_state(x);
    TRY(witness_forget(x->tx, i->id));
    return room_note(x, r, signer, "unkept", arena_printf(x->a, "%s: %.*s", witness_name(i->kind), STR_ARG(reason)),
                     STR_EMPTY, NULL);
}

rc witness_remove(const struct act *x, id item, str reason)
{
    struct witness_item i;
    struct witness w;
    struct room r;
    TRY(item_of_caller(x, item, &i, &r));
    TRY(text_given(x, reason));
    TRY(witness_get(x->tx, i.witness, &w, x->a));
    return remove_item(x, &r, w.signer, &i, reason);
}

/* ---- retention ---- */

static rc list(struct tx *tx, const struct query *q, instant before, int max, id v[JOB_TURN_MOST], int *n)
{
    struct rows r;
    *n = 0;
    TRY(db_select(tx, q, VALS(v_int(before), v_int(max)), &r));
    while (*n < max && rows_next(&r))
        v[(*n)++] = row_int(&r, 0);
    return rows_end(&r);
}

rc witness_remove_old(const struct act *x, int max, int *n)
{
    id v[JOB_TURN_MOST];
    int64_t days = 0;
    TRY(sign_param(x->tx, "witness.days", x->at, &days));
    TRY(list(x->tx, &witness_due, x->at - days * DAY, max, v, n));
    for (int k = 0; k < *n; k++) {
        struct witness_item i;
        struct witness w;
        struct room r;
        TRY(witness_item_get(x->tx, v[k], &i, &w, x->a));
        TRY(room_get(x->tx, w.room, &r, x->a));
        TRY(remove_item(x, &r, w.signer, &i, arena_printf(x->a, "%" PRId64 " days", days)));
    }
    return OK;
}

rc witness_drop_abandoned(const struct act *x, int max, int *n)
{
    id v[JOB_TURN_MOST];
    TRY(list(x->tx, &witness_abandoned, x->at - ABANDONED_HOURS * HOUR, max, v, n));
    for (int k = 0; k < *n; k++)
        TRY(witness_drop(x->tx, v[k]));
    return OK;
}

rc witness_job(struct job *j)
{
    TRY(job_turns(j, witness_remove_old));
    return job_turns(j, witness_drop_abandoned);
}

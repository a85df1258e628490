/* Recordings and their items: begun, filled piece by piece, read. */
#include "mod/sign/rooms/witness.h"

#include "base/vec.h"
#include "core/document.h"
#include "crypto/sign.h"
#include "mod/sign/rooms/witness_impl.h"
#include "sys/random.h"

#define WITNESS_COLS                                                                                                   \
    "w.id, w.room, w.signer, w.attempt, w.asked, w.state, w.shown, w.started, w.ended, w.previous, w.manifest, w.hash"
#define WITNESS_TYPES "iiiiittiiitb"
#define ITEM_COLS                                                                                                      \
    "i.id, i.witness, i.kind, i.outcome, i.type, i.size, i.pieces, i.salt, i.commitment, i.removed, COALESCE(a.name, " \
    "''), i.removed_reason"
#define ITEM_TYPES "iiittiibbitt"
#define ITEM_FROM  " FROM sign_witness_item i LEFT JOIN account a ON a.id = i.removed_by"

QUERY(witness_by_id, "i", WITNESS_TYPES, "SELECT " WITNESS_COLS " FROM sign_witness w WHERE w.id = $1");
QUERY(witness_of_signer, "it", WITNESS_TYPES,
      "SELECT " WITNESS_COLS " FROM sign_witness w WHERE w.signer = $1 AND w.state = $2 ORDER BY w.id DESC LIMIT 1");
QUERY(witness_of_room, "i", WITNESS_TYPES,
      "SELECT " WITNESS_COLS " FROM sign_witness w WHERE w.room = $1 AND w.state = 'closed' ORDER BY w.ended, w.id");
QUERY(witness_last, "i", WITNESS_TYPES,
      "SELECT " WITNESS_COLS " FROM sign_witness w WHERE w.room = $1 AND w.state = 'closed'"
      " ORDER BY w.ended DESC, w.id DESC LIMIT 1");
QUERY(witness_attempts, "i", "i", "SELECT COUNT(*) FROM sign_witness WHERE signer = $1");
QUERY(witness_former, "i", "i", "SELECT id FROM sign_witness WHERE signer = $1 AND state <> 'dropped'");
QUERY(witness_add, "iiiiitib", "",
      "INSERT INTO sign_witness (id, room, signer, attempt, asked, state, shown, started, ended, previous, manifest,"
      " hash) VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, 0, 0, '', $8)");
QUERY(witness_dropped, "i", "", "UPDATE sign_witness SET state = 'dropped' WHERE id = $1");
QUERY(witness_items_of, "i", ITEM_TYPES, "SELECT " ITEM_COLS ITEM_FROM " WHERE i.witness = $1 ORDER BY i.kind");
QUERY(witness_item_by_id, "i", ITEM_TYPES, "SELECT " ITEM_COLS ITEM_FROM " WHERE i.id = $1");
QUERY(witness_item_by_kind, "ii", ITEM_TYPES, "SELECT " ITEM_COLS ITEM_FROM " WHERE i.witness = $1 AND i.kind = $2");
QUERY(witness_item_add, "iiibb", "",
      "INSERT INTO sign_witness_item (id, witness, kind, outcome, type, size, pieces, key, salt, commitment, removed,"
      " removed_by, removed_reason) VALUES ($1, $2, $3, 'open', '', 0, 0, $4, $5, $5, 0, 0, '')");
QUERY(witness_item_keyless, "ib", "", "UPDATE sign_witness_item SET key = $2, salt = $2 WHERE id = $1");
QUERY(witness_item_documents, "i", "i", "SELECT document FROM sign_witness_piece WHERE item = $1");
QUERY(witness_item_emptied, "i", "", "DELETE FROM sign_witness_piece WHERE item = $1");

/* ---- rows ---- */

static void take_witness(const struct rows *r, struct witness *w, struct arena *a)
{
    str hash = row_text(r, 11);
    *w = (struct witness){.id = row_int(r, 0),
                          .room = row_int(r, 1),
                          .signer = row_int(r, 2),
                          .attempt = row_int(r, 3),
                          .asked = row_int(r, 4),
                          .state = row_dup(r, 5, a),
                          .shown = row_dup(r, 6, a),
                          .started = row_int(r, 7),
                          .ended = row_int(r, 8),
                          .previous = row_int(r, 9),
                          .manifest = row_dup(r, 10, a)};
    if (hash.n == SHA256_LEN)
        memcpy(w->hash.b, hash.p, SHA256_LEN);
}

static void take_item(const struct rows *r, struct witness_item *i, struct arena *a)
{
    *i = (struct witness_item){.id = row_int(r, 0),
                               .witness = row_int(r, 1),
                               .kind = (enum witness_kind)row_int(r, 2),
                               .outcome = row_dup(r, 3, a),
                               .type = row_dup(r, 4, a),
                               .size = row_int(r, 5),
                               .pieces = row_int(r, 6),
                               .salt = row_dup(r, 7, a),
                               .commitment = row_dup(r, 8, a),
                               .removed = row_int(r, 9),
                               .removed_by = row_dup(r, 10, a),
                               .removed_reason = row_dup(r, 11, a)};
}

static rc one_witness(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct witness *out,
                      struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, q, v, n, &r));
    take_witness(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

static rc one_item(struct tx *tx, const struct query *q, const struct val *v, size_t n, struct witness_item *out,
                   struct arena *a)
{
    struct rows r;
    TRY(db_one(tx, q, v, n, &r));
    take_item(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

static rc none(struct tx *tx)
{
    return ERR(tx_err(tx), E_NOTFOUND, "WIT-008", N_("There is no such recording."));
}

rc witness_get(struct tx *tx, id witness, struct witness *out, struct arena *a)
{
    rc r = one_witness(tx, &witness_by_id, VALS(v_int(witness)), out, a);
    return r == E_NOTFOUND ? none(tx) : r;
}

rc witness_of(struct tx *tx, id signer, struct witness *out, struct arena *a)
{
    rc r = one_witness(tx, &witness_of_signer, VALS(v_int(signer), v_text(STR("closed"))), out, a);
    return r == E_NOTFOUND ? none(tx) : r;
}

rc witness_open_of(struct tx *tx, id signer, struct witness *out, struct arena *a)
{
    rc r = one_witness(tx, &witness_of_signer, VALS(v_int(signer), v_text(STR("open"))), out, a);
    if (r != E_NOTFOUND)
        return r;
    return ERR(tx_err(tx), E_CONFLICT, "WIT-003", N_("Nothing is being recorded any more. Please begin again."));
}

rc witness_last_of_room(struct tx *tx, id room, struct witness *out, struct arena *a)
{
    return one_witness(tx, &witness_last, VALS(v_int(room)), out, a);
}

rc witnesses_of(struct tx *tx, id room, struct witness **out, size_t *n, struct arena *a)
{
    VEC(struct witness) list = {0};
    struct rows r;
    TRY(db_select(tx, &witness_of_room, VALS(v_int(room)), &r));
    while (rows_next(&r)) {
        struct witness *w = VEC_ADD(&list, a);
        if (!w)
            break;
        take_witness(&r, w, a);
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

rc witness_items(struct tx *tx, id witness, struct witness_item out[WITNESS_KINDS], size_t *n, struct arena *a)
{
    struct rows r;
    *n = 0;
    TRY(db_select(tx, &witness_items_of, VALS(v_int(witness)), &r));
    while (*n < WITNESS_KINDS && rows_next(&r))
        take_item(&r, &out[(*n)++], a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc witness_item_get(struct tx *tx, id item, struct witness_item *out, struct witness *of, struct arena *a)
{
    rc r = one_item(tx, &witness_item_by_id, VALS(v_int(item)), out, a);
    if (r != OK)
        return r == E_NOTFOUND ? none(tx) : r;
    return witness_get(tx, out->witness, of, a);
}

/* ---- forgetting ---- */

/* Documents are listed first: each removal is a statement of its own. */
static rc forget_documents(struct tx *tx, id item)
{
    id v[WITNESS_PIECES_MAX];
    size_t n = 0;
    struct rows r;
    TRY(db_select(tx, &witness_item_documents, VALS(v_int(item)), &r));
    while (n < WITNESS_PIECES_MAX && rows_next(&r))
        v[n++] = row_int(&r, 0);
    TRY(rows_end(&r));
    TRY(db_exec(tx, &witness_item_emptied, VALS(v_int(item)), NULL));
    for (size_t i = 0; i < n; i++)
        TRY(document_remove(tx, v[i]));
    return OK;
}

rc witness_forget(struct tx *tx, id item)
{
    TRY(forget_documents(tx, item));
    return db_exec(tx, &witness_item_keyless, VALS(v_int(item), v_blob(STR_EMPTY)), NULL);
}

rc witness_drop(struct tx *tx, id witness)
{
    struct witness_item items[WITNESS_KINDS];
    size_t n = 0;
    struct arena *a = arena_new(1 << 16);
    if (!a)
        return E_NOMEM;
    rc r = witness_items(tx, witness, items, &n, a);
    for (size_t i = 0; r == OK && i < n; i++)
        r = witness_forget(tx, items[i].id);
    arena_free(a);
    TRY(r);
    return db_exec(tx, &witness_dropped, VALS(v_int(witness)), NULL);
}

/* ---- recording ---- */

rc witness_drop_all(const struct act *x, id signer)
{
    id v[WITNESS_ATTEMPTS_MAX];
    size_t n = 0;
    struct rows r;
    TRY(db_select(x->tx, &witness_former, VALS(v_int(signer)), &r));
    while (n < WITNESS_ATTEMPTS_MAX && rows_next(&r))
        v[n++] = row_int(&r, 0);
    TRY(rows_end(&r));
    for (size_t i = 0; i < n; i++)
        TRY(witness_drop(x->tx, v[i]));
    return OK;
}

rc witness_may_record(const struct act *x, const struct room *r, const struct signer *s)
{
    if (s->witness != 0 && str_eq(s->state, STR("invited")) && str_eq(r->state, STR("open")))
        return OK;
    return ERR(tx_err(x->tx), E_CONFLICT, "WIT-012",
               N_("Nothing is to be recorded here, or it is not this person's turn to sign."));
}

rc witness_begin(const struct act *x, struct app *app, const struct room *r, const struct signer *s,
                 struct witness *out)
{
    (void)app;
    struct document shown;
    int64_t attempts = 0;
    TRY(witness_may_record(x, r, s));
    TRY(db_one_int(x->tx, &witness_attempts, VALS(v_int(s->id)), &attempts));
    if (attempts >= WITNESS_ATTEMPTS_MAX)
        return ERR(tx_err(x->tx), E_LIMIT, "WIT-006", N_("That is longer, larger or more often than is recorded."));
    TRY(witness_drop_all(x, s->id));
    TRY(document_get(x->tx, r->file, &shown, x->a));
    *out = (struct witness){.id = id_new(),
                            .room = r->id,
                            .signer = s->id,
                            .attempt = attempts + 1,
                            .asked = s->witness,
                            .state = STR("open"),
                            .shown = sha256_hex_text(x->a, &shown.hash),
                            .started = x->at};
    TRY(arena_rc(x->a));
    return db_exec(x->tx, &witness_add,
                   VALS(v_int(out->id), v_int(out->room), v_int(out->signer), v_int(out->attempt), v_int(out->asked),
                        v_text(out->shown), v_int(out->started), v_blob(STR_EMPTY)),
                   NULL);
}

static rc item_new(const struct act *x, const struct app *app, id witness, enum witness_kind k)
{
    char context[64];
    struct seal_key key;
    BUF_SCOPED sealed = BUF_INIT(256);
    id item = id_new();
    random_bytes(key.k, sizeof key.k);
    witness_key_context(context, item);
    rc r = seal(&app->seal, str_of(context), str_n(key.k, sizeof key.k), &sealed);
    secret_wipe(&key, sizeof key);
    TRY(r);
    return db_exec(x->tx, &witness_item_add,
                   VALS(v_int(item), v_int(witness), v_int(k), v_blob(buf_str(&sealed)), v_blob(STR_EMPTY)), NULL);
}

rc witness_item_make(const struct act *x, struct app *app, id witness, enum witness_kind k, struct witness_item *out)
{
    rc r = one_item(x->tx, &witness_item_by_kind, VALS(v_int(witness), v_int(k)), out, x->a);
    if (r != E_NOTFOUND)
        return r;
    TRY(item_new(x, app, witness, k));
    return one_item(x->tx, &witness_item_by_kind, VALS(v_int(witness), v_int(k)), out, x->a);
}

/* The answer was lost on the way: the same bytes come again. */
static rc again(const struct act *x, struct app *app, const struct witness_item *i, int64_t position, str bytes)
{
    struct sha256 had;
    const struct sha256 has = sha256_of(bytes);
    TRY(witness_piece_hash(x->tx, app, i, position, &had));
    if (sha256_eq(&had, &has))
        return OK;
    return ERR(tx_err(x->tx), E_INVALID, "WIT-005",
               N_("What arrived is not what was sent, or no recording of this kind. Please record again."));
}

static rc fits(const struct act *x, const struct witness *w, const struct witness_item *i, int64_t position, str bytes)
{
    if (position != i->pieces)
        return ERR(tx_err(x->tx), E_CONFLICT, "WIT-007", N_("A piece of the recording is missing: {1} is next."),
                   number_text(x->a, i->pieces));
    if (!witness_asks(w->asked, i->kind) || bytes.n == 0 || (i->pieces == 0 && witness_sniff(i->kind, bytes).n == 0))
        return ERR(tx_err(x->tx), E_INVALID, "WIT-005",
                   N_("What arrived is not what was sent, or no recording of this kind. Please record again."));
    if (bytes.n > WITNESS_PIECE_MAX || i->pieces >= WITNESS_PIECES_MAX ||
        i->size + (int64_t)bytes.n > witness_most(i->kind))
        return ERR(tx_err(x->tx), E_LIMIT, "WIT-006", N_("That is longer, larger or more often than is recorded."));
    return OK;
}

rc witness_piece(const struct act *x, struct app *app, const struct signer *s, enum witness_kind k, int64_t position,
                 str bytes, int64_t *next)
{
    struct witness w;
    struct witness_item i;
    struct room r;
    TRY(witness_open_of(x->tx, s->id, &w, x->a));
    TRY(room_get(x->tx, w.room, &r, x->a));
    TRY(witness_item_make(x, app, w.id, k, &i));
    *next = i.pieces;
    if (position >= 0 && position < i.pieces)
        return again(x, app, &i, position, bytes);
    TRY(fits(x, &w, &i, position, bytes));
    TRY(witness_store(x, app, r.party, &i, bytes));
    *next = i.pieces + 1;
    return OK;
}

rc witness_received(const struct act *x, const struct signer *s, int64_t next[WITNESS_KINDS])
{
    struct witness w;
    struct witness_item items[WITNESS_KINDS];
    size_t n = 0;
    memset(next, 0, WITNESS_KINDS * sizeof *next);
    TRY(witness_open_of(x->tx, s->id, &w, x->a));
    TRY(witness_items(x->tx, w.id, items, &n, x->a));
    for (size_t i = 0; i < n; i++)
        next[items[i].kind] = items[i].pieces;
    return OK;
}

/* Proofs as JSON documents: made here from the database, checked by log_verify.c. */
#include "base/json.h"
#include "core/log_store.h"
#include "core/log_verify.h"
#include "core/publiclog.h"

static void put_path(struct json_out *o, const struct merkle_path *path)
{
    jo_key(o, "path");
    jo_arr(o);
    for (size_t i = 0; i < path->n; i++) {
        BUF_SCOPED b64 = BUF_INIT(2 * SHA256_LEN);
        buf_base64(&b64, sha256_str(&path->h[i]));
        jo_str(o, buf_str(&b64));
    }
    jo_end_arr(o);
}

/* The size a proof is for: 0 means the latest; never more than was signed. */
static rc signed_size(struct tx *tx, uint64_t *size)
{
    struct arena *a = arena_new(2 * NOTE_MAX);
    if (!a)
        return E_NOMEM;
    struct log_head h;
    rc r = log_head_read(tx, &h, a);
    arena_free(a);
    TRY(r);
    if (*size > h.size)
        return E_INVALID;
    if (*size == 0)
        *size = h.size;
    return OK;
}

static rc inclusion(struct tx *tx, uint64_t index, uint64_t size, struct merkle_path *path)
{
    struct log_reader reader = {.tx = tx};
    return merkle_inclusion(index, size, log_reader_read, &reader, path);
}

static rc consistency(struct tx *tx, uint64_t from, uint64_t to, struct merkle_path *path)
{
    struct log_reader reader = {.tx = tx};
    return merkle_consistency(from, to, log_reader_read, &reader, path);
}

rc log_inclusion_json(struct tx *tx, uint64_t index, uint64_t size, struct buf *out)
{
    struct merkle_path path;
    struct json_out o;
    TRY(signed_size(tx, &size));
    TRY(inclusion(tx, index, size, &path));
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kint(&o, "index", (int64_t)index);
    jo_kint(&o, "size", (int64_t)size);
    put_path(&o, &path);
    jo_end_obj(&o);
    return buf_rc(out);
}

rc log_consistency_json(struct tx *tx, uint64_t from, uint64_t to, struct buf *out)
{
    struct merkle_path path;
    struct json_out o;
    TRY(signed_size(tx, &to));
    TRY(consistency(tx, from, to, &path));
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kint(&o, "from", (int64_t)from);
    jo_kint(&o, "to", (int64_t)to);
    put_path(&o, &path);
    jo_end_obj(&o);
    return buf_rc(out);
}

rc log_proof_json(struct tx *tx, id entry, struct buf *out, struct arena *a)
{
    struct log_entry e;
    struct log_head head;
    struct merkle_path path;
    struct json_out o;
    BUF_SCOPED salt = BUF_INIT(2 * LOG_SALT);
    TRY(log_entry_get(tx, entry, &e, a));
    if (!e.record.p || !e.salt.p)
        return ERR(tx_err(tx), E_NOTFOUND, "LOG-003",
                   N_("This record was erased; the public log keeps only its commitment."));
    TRY(log_head_read(tx, &head, a));
    if (e.index < 0 || (uint64_t)e.index >= head.size)
        return ERR(tx_err(tx), E_CONFLICT, "LOG-002",
                   N_("This record is not in the public log yet. Please try again in a few seconds."));
    TRY(inclusion(tx, (uint64_t)e.index, head.size, &path));
    buf_base64(&salt, e.salt);
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kstr(&o, "type", str_of(LOG_PROOF_TYPE));
    jo_kstr(&o, "vkey", head.vkey);
    jo_kstr(&o, "checkpoint", head.note);
    jo_kint(&o, "size", (int64_t)head.size);
    jo_kint(&o, "index", e.index);
    put_path(&o, &path);
    jo_kstr(&o, "salt", buf_str(&salt));
    jo_kstr(&o, "record", e.record);
    jo_end_obj(&o);
    return buf_rc(out);
}

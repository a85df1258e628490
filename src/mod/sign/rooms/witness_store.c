/* The bytes of what is recorded: in pieces, each sealed with its item's own key and stored as a document.
 *
 * The context of a seal names item and position, so that pieces cannot change places; the key's names the item. */
#include <inttypes.h>
#include <stdio.h>

#include "core/document.h"
#include "crypto/sign.h"
#include "mod/sign/rooms/witness_impl.h"

enum { SEALED_MAX = WITNESS_PIECE_MAX + 64 /* version, nonce, tag */ };

QUERY(witness_key, "i", "b", "SELECT key FROM sign_witness_item WHERE id = $1");
QUERY(witness_pieces, "i", "iii",
      "SELECT position, size, document FROM sign_witness_piece WHERE item = $1 ORDER BY position");
QUERY(witness_one_piece, "ii", "iii",
      "SELECT position, size, document FROM sign_witness_piece WHERE item = $1 AND position = $2");
QUERY(witness_piece_add, "iiii", "",
      "INSERT INTO sign_witness_piece (item, position, size, document) VALUES ($1, $2, $3, $4)");
QUERY(witness_item_grows, "iiit", "",
      "UPDATE sign_witness_item SET pieces = pieces + 1, size = size + $3, type = $4 WHERE id = $1 AND pieces = $2");

int64_t witness_most(enum witness_kind k)
{
    static const int64_t most[] = {WITNESS_VIDEO_MAX, WITNESS_VOICE_MAX, WITNESS_PHOTO_MAX,
                                   WITNESS_TEXT_MAX,  WITNESS_TEXT_MAX,  WITNESS_TEXT_MAX};
    return most[k];
}

/* WebM is Matroska (RFC 8794 EBML header) with its own DocType; MP4 is ISO/IEC 14496-12, whose second word is "ftyp";
 * Ogg is RFC 3533. These are what browsers' MediaRecorder makes. */
str witness_sniff(enum witness_kind k, str first)
{
    bool moves = k == WITNESS_VIDEO;
    if (k == WITNESS_PHOTO)
        return str_starts(first, STR("\xff\xd8\xff")) ? STR("image/jpeg") : STR_EMPTY;
    if (k > WITNESS_PHOTO)
        return STR("text/plain");
    if (str_starts(first, STR("\x1a\x45\xdf\xa3")) && str_find(str_sub(first, 0, 64), STR("webm")) >= 0)
        return moves ? STR("video/webm") : STR("audio/webm");
    if (str_eq(str_sub(first, 4, 4), STR("ftyp")))
        return moves ? STR("video/mp4") : STR("audio/mp4");
    return !moves && str_starts(first, STR("OggS")) ? STR("audio/ogg") : STR_EMPTY;
}

void witness_key_context(char out[64], id item)
{
    snprintf(out, 64, "sign_witness_item:%" PRId64, item);
}

static str piece_context(char out[64], id item, int64_t position)
{
    snprintf(out, 64, "sign_witness_piece:%" PRId64 ":%" PRId64, item, position);
    return str_of(out);
}

static rc altered(struct tx *tx)
{
    return ERR(tx_err(tx), E_CORRUPT, "WIT-011", N_("What is stored of this recording is not what was recorded."));
}

/* The item's key; the caller wipes it. WIT-009 */
static rc key_of(struct tx *tx, const struct app *app, id item, struct seal_key *out)
{
    struct rows r;
    char context[64];
    BUF_SCOPED plain = BUF_INIT(sizeof out->k);
    witness_key_context(context, item);
    TRY(db_one(tx, &witness_key, VALS(v_int(item)), &r));
    bool there = row_text(&r, 0).n > 0;
    rc opened = there ? unseal(&app->seal, str_of(context), row_text(&r, 0), &plain) : OK;
    TRY(rows_end(&r));
    if (!there)
        return ERR(tx_err(tx), E_CONFLICT, "WIT-009", N_("This recording was removed."));
    if (opened != OK || plain.n != sizeof out->k)
        return altered(tx);
    memcpy(out->k, plain.p, sizeof out->k);
    secret_wipe(plain.p, plain.n);
    return OK;
}

/* ---- storing ---- */

static rc store(const struct act *x, struct app *app, id party, const struct witness_item *i, str bytes,
                const struct seal_key *key)
{
    char context[64];
    char name[64];
    id document;
    int64_t grown = 0;
    BUF_SCOPED sealed = BUF_INIT(SEALED_MAX);
    str type = i->pieces ? i->type : witness_sniff(i->kind, bytes);
    TRY(seal(key, piece_context(context, i->id, i->pieces), bytes, &sealed));
    snprintf(name, sizeof name, "recording-%" PRId64, i->pieces);
    TRY(document_add(x->tx, app, party, str_of(name), buf_str(&sealed), NULL, SEALED_MAX, &document));
    TRY(db_exec(x->tx, &witness_piece_add,
                VALS(v_int(i->id), v_int(i->pieces), v_int((int64_t)bytes.n), v_int(document)), NULL));
    TRY(db_exec(x->tx, &witness_item_grows, VALS(v_int(i->id), v_int(i->pieces), v_int((int64_t)bytes.n), v_text(type)),
                &grown));
    return grown == 1 ? OK : act_wrong_state(x);
}

rc witness_store(const struct act *x, struct app *app, id party, const struct witness_item *i, str bytes)
{
    struct seal_key key;
    TRY(key_of(x->tx, app, i->id, &key));
    rc r = store(x, app, party, i, bytes, &key);
    secret_wipe(&key, sizeof key);
    return r;
}

/* ---- reading ---- */

struct piece {
    int64_t position, size;
    id document;
};

static rc read_piece(struct tx *tx, struct app *app, id item, const struct piece *p, const struct seal_key *key,
                     struct buf *out)
{
    char context[64];
    str sealed;
    struct arena *a = arena_new(2 * WITNESS_PIECE_MAX);
    if (!a)
        return E_NOMEM;
    size_t before = out->n;
    rc r = room_file_read(tx, app, p->document, &sealed, a);
    if (r == OK)
        r = unseal(key, piece_context(context, item, p->position), sealed, out);
    arena_free(a);
    if (r == E_NOTFOUND || r == E_CORRUPT || (r == OK && out->n - before != (size_t)p->size))
        return altered(tx);
    return r;
}

/* Pieces are listed first: reading one asks the database again, and a result is read to its end before that. */
static rc list_pieces(struct tx *tx, id item, struct piece *v, size_t most, size_t *n)
{
    struct rows r;
    *n = 0;
    TRY(db_select(tx, &witness_pieces, VALS(v_int(item)), &r));
    while (*n < most && rows_next(&r)) {
        v[*n] = (struct piece){row_int(&r, 0), row_int(&r, 1), row_int(&r, 2)};
        (*n)++;
    }
    return rows_end(&r);
}

rc witness_bytes(struct tx *tx, struct app *app, const struct witness_item *i, struct buf *out)
{
    struct piece v[WITNESS_PIECES_MAX];
    size_t n = 0;
    struct seal_key key;
    TRY(key_of(tx, app, i->id, &key));
    rc r = list_pieces(tx, i->id, v, WITNESS_PIECES_MAX, &n);
    for (size_t k = 0; r == OK && k < n; k++)
        r = v[k].position == (int64_t)k ? read_piece(tx, app, i->id, &v[k], &key, out) : altered(tx);
    secret_wipe(&key, sizeof key);
    return r == OK && (int64_t)n != i->pieces ? altered(tx) : r;
}

rc witness_piece_hash(struct tx *tx, struct app *app, const struct witness_item *i, int64_t position,
                      struct sha256 *out)
{
    struct rows r;
    struct seal_key key;
    BUF_SCOPED plain = BUF_INIT(WITNESS_PIECE_MAX);
    TRY(db_one(tx, &witness_one_piece, VALS(v_int(i->id), v_int(position)), &r));
    const struct piece p = {row_int(&r, 0), row_int(&r, 1), row_int(&r, 2)};
    TRY(rows_end(&r));
    TRY(key_of(tx, app, i->id, &key));
    rc read = read_piece(tx, app, i->id, &p, &key, &plain);
    secret_wipe(&key, sizeof key);
    TRY(read);
    *out = sha256_of(buf_str(&plain));
    return OK;
}

#include "core/log_check.h"

#include <stdlib.h>

#include "core/doctor.h"
#include "core/log_store.h"
#include "core/publiclog.h"

enum { PAGE = 500 };

QUERY(log_entry_page, "ii", "iIbBT",
      "SELECT id, idx, commitment, salt, record FROM log_entry WHERE id > $1 ORDER BY id LIMIT $2");

static rc read_db_tile(void *arg, const struct tile *t, struct sha256 *out, struct err *err)
{
    struct tx *tx = arg;
    int width;
    TRY(log_tile_read(tx, t->level, t->n, out, &width));
    if (width >= t->width)
        return OK;
    BUF_SCOPED path = BUF_INIT(TLOG_PATH_MAX);
    tile_path(&path, t);
    return ERR(err, E_CORRUPT, "LOV-003", N_("tile/{1} is missing or has a wrong size."), buf_str(&path));
}

static rc bad_entry(struct err *err, id entry, const char *msgid)
{
    char text[ID_TEXT + 1];
    id_text(entry, text);
    return ERR(err, E_CORRUPT, "LOG-010", msgid, str_of(text));
}

/* Where the entries' places are looked up: ids and indices rise together but for late ones, so the last bundle usually
 * serves again. */
struct lookup {
    struct tx *tx;
    uint64_t size, placed;
    unsigned char *taken; /* a bit per place */
    uint64_t n;
    int width;
    struct sha256 h[TLOG_WIDTH];
};

static rc check_place(struct lookup *l, id entry, int64_t index, str commitment, struct err *err)
{
    if (index < 0 || (uint64_t)index >= l->size)
        return bad_entry(err, entry, N_("Entry {1} claims a place behind the end of the tree."));
    uint64_t at = (uint64_t)index;
    unsigned char bit = (unsigned char)(1u << at % 8);
    if (l->taken[at / 8] & bit)
        return bad_entry(err, entry, N_("Entry {1} claims a place in the tree that another entry holds."));
    l->taken[at / 8] = (unsigned char)(l->taken[at / 8] | bit);
    if (l->width == 0 || l->n != at / TLOG_WIDTH) {
        l->n = at / TLOG_WIDTH;
        TRY(log_tile_read(l->tx, TLOG_ENTRIES, l->n, l->h, &l->width));
    }
    if (at % TLOG_WIDTH >= (uint64_t)l->width || !str_eq(sha256_str(&l->h[at % TLOG_WIDTH]), commitment))
        return bad_entry(err, entry, N_("Entry {1} is not what the tree holds in its place."));
    l->placed++;
    return OK;
}

static rc check_row(struct lookup *l, const struct rows *r, struct err *err)
{
    id entry = row_int(r, 0);
    str commitment = row_text(r, 2);
    if (!row_null(r, 1))
        TRY(check_place(l, entry, row_int(r, 1), commitment, err));
    if (row_null(r, 3) && row_null(r, 4))
        return OK; /* erased */
    struct sha256 want = sha256_of2(row_text(r, 3), row_text(r, 4));
    return str_eq(sha256_str(&want), commitment) ? OK
                                                 : bad_entry(err, entry, N_("The record of entry {1} was altered."));
}

static rc check_entries(struct lookup *l, struct err *err)
{
    int64_t after = INT64_MIN;
    for (int got = PAGE; got == PAGE;) {
        struct rows r;
        rc code = OK;
        got = 0;
        TRY(db_select(l->tx, &log_entry_page, VALS(v_int(after), v_int(PAGE)), &r));
        while (code == OK && rows_next(&r)) {
            after = row_int(&r, 0);
            got++;
            code = check_row(l, &r, err);
        }
        rc end = rows_end(&r);
        TRY(code);
        TRY(end);
    }
    if (l->placed != l->size)
        return ERR(err, E_CORRUPT, "LOG-010", N_("Entries that the tree holds are missing from the database."));
    return OK;
}

static rc check_head(const struct log_head *h, const struct note_verifier *v, struct err *err)
{
    struct checkpoint c;
    if (checkpoint_open(h->note, v, &c) != OK)
        return ERR(err, E_CORRUPT, "LOV-002", N_("The checkpoint is not signed by the key of {1}."), str_of(v->name));
    if (c.size != h->size || !sha256_eq(&c.root, &h->root))
        return ERR(err, E_CORRUPT, "LOV-005", N_("The tiles agree with each other but not with the signed root."));
    return OK;
}

static rc check_all(struct tx *tx, const struct log_head *h, struct log_report *out, struct err *err)
{
    struct log_source source = {read_db_tile, tx};
    struct lookup l = {.tx = tx, .size = h->size};
    TRY(log_verify_tree(&source, h->size, &h->root, &out->tiles, err));
    l.taken = calloc(h->size / 8 + 1, 1);
    if (!l.taken)
        return E_NOMEM;
    rc r = check_entries(&l, err);
    free(l.taken);
    return r;
}

rc log_check_db(struct tx *tx, const struct note_verifier *v, struct log_report *out, struct err *err)
{
    struct arena *a = arena_new(2 * NOTE_MAX);
    if (!a)
        return E_NOMEM;
    struct log_head h;
    struct note_verifier stored;
    rc r = log_head_read(tx, &h, a);
    if (r == OK && h.there) {
        if (!v && note_verifier_parse(h.vkey, &stored) != OK)
            r = ERR(err, E_CORRUPT, "LOV-001", N_("This is not a verifier key (name+hash+base64): {1}"), h.vkey);
        else
            r = check_head(&h, v ? v : &stored, err);
    }
    out->size = h.size;
    out->root = h.root;
    arena_free(a);
    return r == OK ? check_all(tx, &h, out, err) : r;
}

rc log_check(struct tx *tx, enum lang l, struct buf *finding)
{
    struct log_report report = {0};
    struct err err = {0};
    rc r = log_check_db(tx, NULL, &report, &err);
    if (r == OK)
        FINDING_N(finding, l, N_("{1} entries"), (int64_t)report.size);
    else
        finding_put_err(finding, l, &err);
    return r;
}

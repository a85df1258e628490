/* That manifest, chain, recordings and signature still belong together. */
#include "core/doctor.h"
#include "mod/sign/rooms/witness_impl.h"

enum { PDF_ARENA = 512 << 20, ITEM_ARENA = 1 << 20 };

QUERY(witness_all_closed, "i", "i",
      "SELECT id FROM sign_witness WHERE id > $1 AND state = 'closed' ORDER BY id LIMIT 1");

/* ---- manifest and chain ---- */

static bool listed_as_stored(const struct witness_listed *l, const struct witness_item *i)
{
    return l->kind == i->kind && str_eq(l->outcome, i->outcome) && l->has_commitment == (i->commitment.n > 0) &&
           (!l->has_commitment || str_eq(sha256_str(&l->commitment), i->commitment));
}

static rc check_manifest(struct tx *tx, struct arena *a, struct witness_report *p)
{
    const struct witness *w = &p->witness;
    const struct sha256 hash = sha256_of(w->manifest);
    struct err err = {0};
    rc r = witness_manifest_read(a, w->manifest, &p->manifest, &err);
    if (r == E_NOMEM)
        return r;
    TRY(witness_items(tx, w->id, p->items, &p->n, a));
    p->manifest_whole = r == OK && sha256_eq(&hash, &w->hash) && p->manifest.n == p->n;
    for (size_t i = 0; p->manifest_whole && i < p->n; i++)
        p->manifest_whole = listed_as_stored(&p->manifest.items[i], &p->items[i]);
    return OK;
}

static rc check_chain(struct tx *tx, struct arena *a, struct witness_report *p)
{
    struct witness before;
    p->chain_whole = p->manifest_whole && p->manifest.has_previous == (p->witness.previous != 0);
    if (!p->chain_whole || !p->witness.previous)
        return OK;
    rc r = witness_get(tx, p->witness.previous, &before, a);
    if (r != OK && r != E_NOTFOUND)
        return r;
    p->chain_whole = r == OK && before.room == p->witness.room && sha256_eq(&before.hash, &p->manifest.previous);
    return OK;
}

/* ---- recordings ---- */

static rc check_item(struct tx *tx, struct app *app, const struct witness_item *i, enum witness_state *out)
{
    BUF_SCOPED bytes = BUF_INIT((size_t)witness_most(i->kind));
    if (i->removed || i->commitment.n == 0) {
        *out = i->removed ? WITNESS_REMOVED : WITNESS_NOTHING;
        return OK;
    }
    rc r = witness_bytes(tx, app, i, &bytes);
    if (r != OK && r != E_CORRUPT && r != E_CONFLICT)
        return r;
    const struct sha256 found = witness_commitment(i->salt, buf_str(&bytes));
    *out = r == OK && str_eq(sha256_str(&found), i->commitment) ? WITNESS_WHOLE : WITNESS_ALTERED;
    err_clear(tx_err(tx));
    return OK;
}

/* ---- signature ---- */

static rc check_binding(struct tx *tx, struct app *app, struct arena *a, struct witness_report *p)
{
    struct signer s;
    struct room r;
    str pdf;
    TRY(signer_get(tx, p->witness.signer, &s, a));
    TRY(room_get(tx, p->witness.room, &r, a));
    if (!str_eq(s.state, STR("signed")))
        return OK;
    p->binding = WITNESS_LOOSE;
    struct arena *own = arena_new(PDF_ARENA);
    if (!own)
        return E_NOMEM;
    rc bound = room_file_read(tx, app, r.file, &pdf, own);
    if (bound == OK)
        bound = witness_bound(own, pdf, &p->witness.hash, &p->revision);
    arena_free(own);
    if (bound == OK)
        p->binding = WITNESS_BOUND;
    return bound == E_NOTFOUND ? OK : bound;
}

rc witness_check(struct tx *tx, struct app *app, const struct witness *w, struct arena *a, struct witness_report *out)
{
    *out = (struct witness_report){.witness = *w};
    TRY(check_manifest(tx, a, out));
    TRY(check_chain(tx, a, out));
    out->good = out->manifest_whole && out->chain_whole;
    for (size_t i = 0; i < out->n; i++) {
        TRY(check_item(tx, app, &out->items[i], &out->state[i]));
        out->good = out->good && out->state[i] != WITNESS_ALTERED;
    }
    TRY(check_binding(tx, app, a, out));
    out->good = out->good && out->binding != WITNESS_LOOSE;
    return OK;
}

/* ---- the archive ---- */

rc witness_archive(struct tx *tx, const struct room *r, struct arena *a, struct zip_entry **out, size_t *n)
{
    struct witness *v = NULL;
    size_t count = 0;
    TRY(witnesses_of(tx, r->id, &v, &count, a));
    *out = ARENA_ARRAY(a, count + 1, struct zip_entry);
    if (!*out)
        return arena_failed(a);
    for (size_t i = 0; i < count; i++)
        (*out)[i] = (struct zip_entry){arena_printf(a, "witness/%02zu-manifest.json", i + 1), v[i].manifest};
    *n = count;
    return arena_rc(a);
}

/* ---- rise doctor ---- */

struct counted {
    int64_t all, bad;
};

/* `last` becomes 0 behind the last one. What a recording refers to and is gone makes it a bad one, not the last. */
static rc check_next(struct tx *tx, struct app *app, struct arena *a, id *last, struct counted *n)
{
    struct witness w;
    struct witness_report report;
    id next;
    rc r = db_one_int(tx, &witness_all_closed, VALS(v_int(*last)), &next);
    *last = r == OK ? next : 0;
    if (r != OK)
        return r == E_NOTFOUND ? OK : r;
    r = witness_get(tx, next, &w, a);
    if (r == OK)
        r = witness_check(tx, app, &w, a, &report);
    if (r != OK && r != E_NOTFOUND)
        return r;
    n->all++;
    n->bad += r != OK || !report.good;
    err_clear(tx_err(tx));
    return OK;
}

static rc check_all(struct app *app, struct tx *tx, struct buf *finding)
{
    struct counted n = {0};
    id last = 0;
    do {
        struct arena *a = arena_new(ITEM_ARENA);
        rc r = a ? check_next(tx, app, a, &last, &n) : E_NOMEM;
        arena_free(a);
        TRY(r);
    } while (last != 0);
    if (n.bad)
        FINDING_N(finding, app->lang, N_("{1} of {2} recordings do not hold: look at the rooms' recordings."), n.bad,
                  n.all);
    else
        FINDING_N(finding, app->lang, N_("{1} recordings hold."), n.all);
    return n.bad ? E_CORRUPT : OK;
}

const struct check witness_checks[] = {
    {"witness", N_("What was recorded while signing is what was committed to, in its chain and in its signature"),
     check_all},
};

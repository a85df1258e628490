/* What companies would support, and which proposals fit, with the reasons that ranked them. */
#include <stdlib.h>

#include "base/vec.h"
#include "mod/fund/effects.h"
#include "sys/random.h"

const struct choice fund_support_kinds[] = {{"money", N_("Money")},
                                            {"volunteers", N_("Volunteers")},
                                            {"venue", N_("Rooms and venues")},
                                            {"product", N_("Products and equipment")},
                                            {"probono", N_("Professional advice, free of charge")},
                                            {NULL, NULL}};

#define INTEREST_COLS                                                                                                  \
    "id, account, organisation, fields, sdgs, county, stage, kinds, offer, contact, email, phone, created, changed,"   \
    " closed"
#define INTEREST_TYPES                                                                                                 \
    "iitiitiitttt"                                                                                                     \
    "iii"

QUERY(fi_add, INTEREST_TYPES, "",
      "INSERT INTO fund_interest (" INTEREST_COLS
      ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)");
QUERY(fi_change,
      "iitiitiitttt"
      "i",
      "",
      "UPDATE fund_interest SET organisation = $3, fields = $4, sdgs = $5, county = $6, stage = $7, kinds = $8,"
      " offer = $9, contact = $10, email = $11, phone = $12, changed = $13 WHERE id = $1 AND account = $2");
QUERY(fi_close, "iiii", "", "UPDATE fund_interest SET closed = $3, changed = $4 WHERE id = $1 AND account = $2");
QUERY(fi_of, "i", INTEREST_TYPES,
      "SELECT " INTEREST_COLS " FROM fund_interest WHERE account = $1 ORDER BY closed, id LIMIT 100");
QUERY(fi_get, "ii", INTEREST_TYPES, "SELECT " INTEREST_COLS " FROM fund_interest WHERE id = $1 AND account = $2");
QUERY(fi_open, "", INTEREST_TYPES,
      "SELECT " INTEREST_COLS " FROM fund_interest WHERE closed = 0 ORDER BY id LIMIT 10000");
QUERY(fi_count, "i", "i", "SELECT COUNT(*) FROM fund_interest WHERE account = $1 AND closed = 0");

static void take(const struct rows *r, struct fund_interest *g, struct arena *a)
{
    *g = (struct fund_interest){.id = row_int(r, 0),
                                .account = row_int(r, 1),
                                .organisation = row_dup(r, 2, a),
                                .fields = (uint32_t)row_int(r, 3),
                                .sdgs = (uint32_t)row_int(r, 4),
                                .county = row_dup(r, 5, a),
                                .stage = (enum fund_stage)row_int(r, 6),
                                .kinds = (uint32_t)row_int(r, 7),
                                .offer = row_dup(r, 8, a),
                                .contact = row_dup(r, 9, a),
                                .email = row_dup(r, 10, a),
                                .phone = row_dup(r, 11, a),
                                .created = row_int(r, 12),
                                .changed = row_int(r, 13),
                                .closed = row_int(r, 14)};
}

static rc check(struct err *e, const struct fund_interest *g)
{
    check_text(e, "organisation", g->organisation, FUND_ORGANISATION_MAX, true);
    check_text(e, "offer", g->offer, FUND_OFFER_MAX, true);
    check_text(e, "contact", g->contact, FUND_NAME_MAX, true);
    check_text(e, "email", g->email, FUND_EMAIL_MAX, true);
    check_text(e, "phone", g->phone, FUND_PHONE_MOST, false);
    if (g->fields == 0 && g->sdgs == 0)
        err_note_field(e, "fields", "FND-725", N_("Choose at least one field or goal: the ranking needs one."), NULL,
                       0);
    return e->code;
}

static rc below_cap(const struct act *x)
{
    int64_t n;
    TRY(db_one_int(x->tx, &fi_count, VALS(v_int(x->by->account)), &n));
    if (n < FUND_INTERESTS_MAX)
        return OK;
    return ERR(tx_err(x->tx), E_LIMIT, "FND-721", N_("You have {1} open interests already; close one first."),
               number_text(x->a, n));
}

static rc no_such(struct tx *tx)
{
    return ERR(tx_err(tx), E_NOTFOUND, "FND-720", N_("There is no such interest of yours."));
}

rc fund_interest_add(const struct act *x, const struct fund_interest *g, id *out)
{
    TRY(check(tx_err(x->tx), g));
    TRY(below_cap(x));
    *out = id_new();
    return db_exec(x->tx, &fi_add,
                   VALS(v_int(*out), v_int(x->by->account), v_text(g->organisation), v_int(g->fields), v_int(g->sdgs),
                        v_text(g->county), v_int(g->stage), v_int(g->kinds), v_text(g->offer), v_text(g->contact),
                        v_text(g->email), v_text(g->phone), v_int(x->at), v_int(x->at), v_int(0)),
                   NULL);
}

rc fund_interest_change(const struct act *x, const struct fund_interest *g)
{
    int64_t changed;
    TRY(check(tx_err(x->tx), g));
    TRY(db_exec(x->tx, &fi_change,
                VALS(v_int(g->id), v_int(x->by->account), v_text(g->organisation), v_int(g->fields), v_int(g->sdgs),
                     v_text(g->county), v_int(g->stage), v_int(g->kinds), v_text(g->offer), v_text(g->contact),
                     v_text(g->email), v_text(g->phone), v_int(x->at)),
                &changed));
    return changed == 1 ? OK : no_such(x->tx);
}

rc fund_interest_close(const struct act *x, id interest, bool closed)
{
    int64_t changed;
    if (!closed)
        TRY(below_cap(x));
    TRY(db_exec(x->tx, &fi_close, VALS(v_int(interest), v_int(x->by->account), v_int(closed ? x->at : 0), v_int(x->at)),
                &changed));
    return changed == 1 ? OK : no_such(x->tx);
}

rc fund_interest_get(struct tx *tx, id interest, id account, struct fund_interest *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, &fi_get, VALS(v_int(interest), v_int(account)), &r);
    if (e == E_NOTFOUND)
        return no_such(tx);
    TRY(e);
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

static rc list(struct tx *tx, const struct query *q, const struct val *v, size_t n_v, struct fund_interest **out,
               size_t *n, struct arena *a)
{
    VEC(struct fund_interest) all = {0};
    struct rows r;
    TRY(db_select(tx, q, v, n_v, &r));
    while (rows_next(&r)) {
        struct fund_interest *g = VEC_ADD(&all, a);
        if (!g)
            break;
        take(&r, g, a);
    }
    *out = all.v;
    *n = all.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_interests_of(struct tx *tx, id account, struct fund_interest **out, size_t *n, struct arena *a)
{
    return list(tx, &fi_of, VALS(v_int(account)), out, n, a);
}

/* ---- the ranking ---- */

struct fund_fit fund_fit_of(const struct fund_interest *g, str field, uint32_t sdgs, str county, enum fund_stage stage)
{
    int at = choice_index(fund_fields, field);
    struct fund_fit f = {.goals = g->sdgs & sdgs,
                         .field = at >= 0 && ((g->fields >> at) & 1),
                         .county = g->county.n > 0 && str_eq(g->county, county),
                         .stage = stage};
    f.points = FIT_GOAL * __builtin_popcount(f.goals) + (f.field ? FIT_FIELD : 0) + (f.county ? FIT_COUNTY : 0) +
               FIT_STAGE * (int64_t)stage;
    return f;
}

static bool fits(const struct fund_interest *g, const struct fund_fit *f)
{
    return (f->goals != 0 || f->field) && f->stage >= g->stage;
}

static int best_first(const void *l, const void *r)
{
    const struct fund_ranked *a = l, *b = r;
    if (a->fit.points != b->fit.points)
        return a->fit.points > b->fit.points ? -1 : 1;
    if (a->fit.stage != b->fit.stage)
        return a->fit.stage > b->fit.stage ? -1 : 1;
    return (a->card.number > b->card.number) - (a->card.number < b->card.number);
}

rc fund_fits(struct tx *tx, const struct fund_interest *g, const struct fund_filter *f, struct fund_ranked **out,
             size_t *n, struct arena *a)
{
    struct fund_card *cards;
    size_t count;
    TRY(fund_gallery_all(tx, f, &cards, &count, a));
    *out = ARENA_ARRAY(a, count + 1, struct fund_ranked);
    *n = 0;
    if (!*out)
        return arena_rc(a);
    for (size_t i = 0; i < count; i++) {
        const struct fund_card *k = &cards[i];
        struct fund_fit fit = fund_fit_of(g, k->field, k->sdgs, k->county, k->stage);
        if (fits(g, &fit))
            (*out)[(*n)++] = (struct fund_ranked){*k, fit};
    }
    qsort(*out, *n, sizeof **out, best_first);
    return OK;
}

static int best_interest_first(const void *l, const void *r)
{
    const struct fund_interest_fit *a = l, *b = r;
    if (a->fit.points != b->fit.points)
        return a->fit.points > b->fit.points ? -1 : 1;
    return (a->g.id > b->g.id) - (a->g.id < b->g.id);
}

rc fund_interests_for(struct tx *tx, const struct fund_proposal *p, size_t most, struct fund_interest_fit **out,
                      size_t *n, struct arena *a)
{
    struct fund_interest *all;
    size_t count;
    TRY(list(tx, &fi_open, NOVALS, &all, &count, a));
    *out = ARENA_ARRAY(a, count + 1, struct fund_interest_fit);
    *n = 0;
    if (!*out)
        return arena_rc(a);
    for (size_t i = 0; i < count; i++) {
        struct fund_fit fit = fund_fit_of(&all[i], p->field, p->sdgs, p->county, p->stage);
        if (!fits(&all[i], &fit))
            continue;
        all[i].contact = all[i].email = all[i].phone = STR_EMPTY;
        (*out)[(*n)++] = (struct fund_interest_fit){all[i], fit};
    }
    qsort(*out, *n, sizeof **out, best_interest_first);
    *n = *n < most ? *n : most;
    return OK;
}

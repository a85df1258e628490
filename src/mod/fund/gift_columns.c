/* What counts, as columns for the tally: one ordered statement, dense numbers by hash tables. */
#include "base/map.h"
#include "base/vec.h"
#include "mod/fund/gift_impl.h"

/* The kind is in the donor's key, so all rows of one donor have the same; an appeal that gives a row its donor sets
 * both. */
QUERY(fq_counted, "i", "iiiitiii",
      "SELECT g.id, g.project, g.donor, g.counted, g.kind, g.device, g.address, g.account FROM fund_gift g"
      " JOIN fund_gift_import i ON i.id = g.import AND i.state = 'done'"
      " JOIN fund_proposal p ON p.id = g.project AND p.state <> 'withdrawn'"
      " WHERE g.programme = $1 AND g.counted > 0 ORDER BY g.project, g.donor, g.id");
QUERY(fq_counted_n, "i", "i", "SELECT COUNT(*) FROM fund_gift WHERE programme = $1 AND counted > 0");

/* Keys in order of first appearance get 0, 1, 2 … */
struct numbers {
    struct map map; /* the bytes of a key → its number + 1 */
    int64_t *key;
    uint32_t n;
};

static rc number_of(struct numbers *t, int64_t key, uint32_t *out)
{
    void *known = map_get(&t->map, str_n(&key, sizeof key));
    if (!known) {
        t->key[t->n] = key;
        TRY(map_put(&t->map, str_n(&t->key[t->n], sizeof key), (void *)(uintptr_t)(t->n + 1)));
        known = (void *)(uintptr_t)++t->n;
    }
    *out = (uint32_t)((uintptr_t)known - 1);
    return OK;
}

enum { DONOR, PROJECT, TRAIT, TABLES = TRAIT + FUND_TRAITS };

struct filling {
    size_t room, n;
    id *gift;
    uint32_t *project, *donor, *trait[FUND_TRAITS];
    int64_t *amount;
    uint8_t *kind;
    struct numbers t[TABLES];
};

static rc make_room(struct filling *f, size_t room, size_t projects, struct arena *a)
{
    f->room = room;
    f->gift = ARENA_ARRAY(a, room + 1, id);
    f->project = ARENA_ARRAY(a, room + 1, uint32_t);
    f->donor = ARENA_ARRAY(a, room + 1, uint32_t);
    f->amount = ARENA_ARRAY(a, room + 1, int64_t);
    f->kind = ARENA_ARRAY(a, room + 1, uint8_t);
    for (int t = 0; t < FUND_TRAITS; t++)
        f->trait[t] = ARENA_ARRAY(a, room + 1, uint32_t);
    for (int t = 0; t < TABLES; t++)
        f->t[t].key = ARENA_ARRAY(a, room + projects + 1, int64_t);
    return arena_rc(a);
}

static rc take_row(struct filling *f, const struct rows *r)
{
    size_t i = f->n++;
    f->gift[i] = row_int(r, 0);
    f->amount[i] = row_int(r, 3);
    TRY(number_of(&f->t[PROJECT], row_int(r, 1), &f->project[i]));
    TRY(number_of(&f->t[DONOR], row_int(r, 2), &f->donor[i]));
    f->kind[f->donor[i]] = str_eq(row_text(r, 4), STR("organisation")) ? TALLY_ORGANISATION : TALLY_PERSON;
    for (int t = 0; t < FUND_TRAITS; t++) {
        int64_t key = row_int(r, 5 + t);
        f->trait[t][i] = 0;
        if (key == 0)
            continue;
        TRY(number_of(&f->t[TRAIT + t], key, &f->trait[t][i]));
        f->trait[t][i]++;
    }
    return OK;
}

static rc fill(struct tx *tx, id programme, struct filling *f)
{
    struct rows r;
    rc e = OK;
    TRY(db_select(tx, &fq_counted, VALS(v_int(programme)), &r));
    while (e == OK && f->n < f->room && rows_next(&r))
        e = take_row(f, &r);
    rc ended = rows_end(&r);
    return e != OK ? e : ended;
}

/* Every proposal that could be given to has its number, in their order, before the gifts are read. */
static rc number_projects(struct filling *f, const struct fund_proposal *p, size_t n, str **id_text, struct arena *a)
{
    uint32_t unused;
    *id_text = ARENA_ARRAY(a, n + 1, str);
    if (!*id_text)
        return arena_rc(a);
    for (size_t i = 0; i < n; i++) {
        TRY(number_of(&f->t[PROJECT], p[i].id, &unused));
        (*id_text)[i] = arena_printf(a, "%010lld", (long long)p[i].number);
    }
    return arena_rc(a);
}

static rc counted(struct tx *tx, id programme, struct filling *f, struct fund_counted *out, struct arena *a)
{
    struct fund_proposal *projects;
    size_t n;
    str *id_text;
    int64_t room;
    TRY(fund_proposals_at(tx, programme, FUND_SECOND, &projects, &n, a));
    TRY(db_one_int(tx, &fq_counted_n, VALS(v_int(programme)), &room));
    TRY(make_room(f, (size_t)room, n, a));
    TRY(number_projects(f, projects, n, &id_text, a));
    TRY(fill(tx, programme, f));
    if (f->t[PROJECT].n != n)
        return E_CORRUPT; /* a counted gift for a proposal that was not chosen: rise doctor names it */
    *out = (struct fund_counted){
        .columns = {.n = f->n,
                    .project = f->project,
                    .donor = f->donor,
                    .amount = f->amount,
                    .n_projects = (uint32_t)n,
                    .n_donors = f->t[DONOR].n,
                    .project_id = id_text,
                    .kind = f->kind},
        .project = f->t[PROJECT].key,
        .device = f->trait[FUND_DEVICE],
        .address = f->trait[FUND_ADDRESS],
        .account = f->trait[FUND_ACCOUNT],
        .n_device = f->t[TRAIT + FUND_DEVICE].n,
        .n_address = f->t[TRAIT + FUND_ADDRESS].n,
        .n_account = f->t[TRAIT + FUND_ACCOUNT].n,
        .donor_key = f->t[DONOR].key,
        .gift = f->gift,
        .trait_key = {f->t[TRAIT + FUND_DEVICE].key, f->t[TRAIT + FUND_ADDRESS].key, f->t[TRAIT + FUND_ACCOUNT].key}};
    return OK;
}

rc fund_gifts_counted(struct tx *tx, id programme, struct fund_counted *out, struct arena *a)
{
    struct filling f = {0};
    rc r = counted(tx, programme, &f, out, a);
    for (int t = 0; t < TABLES; t++)
        map_free(&f.t[t].map);
    return r;
}

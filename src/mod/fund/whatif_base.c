/* A round's gifts in memory: read when somebody asks, remembered until something that counts has changed. */
#include <pthread.h>

#include "mod/fund/whatif_base.h"

/* Renewed by everything that changes what counts. */
WATCHED(fund_gift_total);
enum { BASE_ARENA = 768 << 20 };

/* Proposals that can be given to: one that is chosen or withdrawn changes what is counted, a change of its title is
 * shown. */
QUERY(
    fq_whatif_chosen, "i", "ii",
    "SELECT COUNT(*), CAST(COALESCE(SUM(version), 0) AS BIGINT) FROM fund_proposal WHERE programme = $1 AND stage >= 2"
    " AND number <> 0 AND state = 'accepted'");

/* Two snapshots with the same key have the same base. */
struct key {
    id programme;
    int64_t gifts; /* version of fund_gift_total */
    int64_t chosen, changes;
    struct fund_rules rules;
};

static struct slot {
    struct key key;
    struct arena *a; /* NULL: empty */
    struct whatif_base base;
    uint64_t used;
} slots[WHATIF_ROUNDS];
static uint64_t uses;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int64_t gifts_version(const struct db_versions *v)
{
    size_t n;
    const char *const *names = db_watched(&n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], "fund_gift_total") == 0)
            return v->v[i];
    return 0;
}

static rc rules_in_force(struct tx *tx, const struct fund_round *r, struct fund_rules *out, struct arena *a)
{
    return r->rules_hash.n ? fund_rules_of(tx, r, out, a) : fund_rules_now(tx, r, out, a);
}

static rc key_of(struct tx *tx, const struct fund_round *r, struct key *out, struct arena *a)
{
    struct db_versions v;
    struct rows rows;
    memset(out, 0, sizeof *out); /* compared as bytes */
    TRY(db_versions(tx, &v));
    TRY(db_one(tx, &fq_whatif_chosen, VALS(v_int(r->programme)), &rows));
    out->chosen = row_int(&rows, 0);
    out->changes = row_int(&rows, 1);
    TRY(rows_end(&rows));
    out->programme = r->programme;
    out->gifts = gifts_version(&v);
    return rules_in_force(tx, r, &out->rules, a);
}

static bool same_rules(const struct fund_rules *x, const struct fund_rules *y)
{
    struct sha256 a = tally_rules_hash(&x->tally), b = tally_rules_hash(&y->tally);
    return sha256_eq(&a, &b) && x->places == y->places && x->gift_min == y->gift_min && x->fixed == y->fixed;
}

static bool same_key(const struct key *x, const struct key *y)
{
    return x->programme == y->programme && x->gifts == y->gifts && x->chosen == y->chosen && x->changes == y->changes &&
           same_rules(&x->rules, &y->rules);
}

static rc load(struct tx *tx, struct slot *s)
{
    struct whatif_base *b = &s->base;
    size_t n;
    *b = (struct whatif_base){.a = s->a,
                              .rules = s->key.rules,
                              .fixed = s->key.rules.fixed != 0,
                              .answers = ARENA_NEW(s->a, struct whatif_answers)};
    if (!b->answers)
        return arena_rc(s->a);
    TRY(fund_gifts_counted(tx, s->key.programme, &b->gifts, s->a));
    TRY(fund_lines_named(tx, s->key.programme, &b->named, &n, s->a));
    TRY(sens_begin(s->a, &b->gifts.columns, &b->rules.tally, &b->sens, tx_err(tx)));
    return whatif_sets(s->a, b, tx_err(tx));
}

static void empty(struct slot *s)
{
    arena_free(s->a);
    *s = (struct slot){0};
}

/* The slot of the key's round, an empty one, or the one that was used longest ago. */
static struct slot *slot_for(const struct key *k)
{
    struct slot *oldest = &slots[0];
    for (int i = 0; i < WHATIF_ROUNDS; i++) {
        if (slots[i].a && slots[i].key.programme == k->programme)
            return &slots[i];
        if (slots[i].used < oldest->used)
            oldest = &slots[i];
    }
    return oldest;
}

static rc find(struct tx *tx, const struct key *k, struct slot **out)
{
    struct slot *s = slot_for(k);
    s->used = ++uses;
    *out = s;
    if (s->a && same_key(&s->key, k))
        return OK;
    empty(s);
    *s = (struct slot){.key = *k, .a = arena_new(BASE_ARENA), .used = uses};
    rc r = s->a ? load(tx, s) : E_NOMEM;
    if (r != OK)
        empty(s);
    return r;
}

rc whatif_base_get(struct tx *tx, const struct fund_round *r, const struct whatif_base **out, struct arena *a)
{
    struct key k;
    struct slot *s;
    TRY(key_of(tx, r, &k, a));
    pthread_mutex_lock(&lock);
    rc found = find(tx, &k, &s);
    if (found != OK)
        pthread_mutex_unlock(&lock);
    else
        *out = &s->base;
    return found;
}

void whatif_base_done(void)
{
    pthread_mutex_unlock(&lock);
}

/* ---- answers ---- */

/* Into the place of the oldest, whose arrays serve again: every answer has the base's projects. */
static rc keep(const struct whatif_base *b, const struct sha256 *rules, int64_t line, const struct sens_answer *said)
{
    struct whatif_kept *k = &b->answers->kept[b->answers->next];
    struct tally_result *own = &k->answer.result;
    const struct tally_result *from = &said->result;
    struct tally_project *project = own->project ? own->project : ARENA_ARRAY(b->a, from->n + 1, struct tally_project);
    uint32_t *order = own->order ? own->order : ARENA_ARRAY(b->a, from->n + 1, uint32_t);
    if (!project || !order)
        return arena_rc(b->a);
    memcpy(project, from->project, from->n * sizeof *project);
    memcpy(order, from->order, from->n * sizeof *order);
    *k = (struct whatif_kept){.rules = *rules, .line = line, .answer = *said};
    k->answer.change = NULL;
    k->answer.enter = k->answer.leave = NULL;
    own->project = project;
    own->order = order;
    b->answers->next = (b->answers->next + 1) % WHATIF_ANSWERS;
    return OK;
}

rc whatif_try(const struct whatif_base *b, struct arena *a, const struct sens_change *c, struct sens_answer *out,
              struct err *err)
{
    if (c->n_without > 0)
        return sens_try(b->sens, a, c, out, err);
    struct sha256 rules = tally_rules_hash(c->rules);
    for (size_t i = 0; i < WHATIF_ANSWERS; i++) {
        const struct whatif_kept *k = &b->answers->kept[i];
        if (k->line == c->line && sha256_eq(&k->rules, &rules)) {
            *out = k->answer;
            return OK;
        }
    }
    TRY(sens_try(b->sens, a, c, out, err));
    return keep(b, &rules, c->line, out);
}

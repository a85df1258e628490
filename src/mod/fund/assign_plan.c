/* From rows to the engine and back: who may review what, how well they fit, what is kept. The engine is assign.c. */
#include <stdlib.h>

#include "base/vec.h"
#include "mod/fund/board.h"
#include "sys/random.h"

enum { FIELD_FITS = 400, GOALS_FIT = 300, WANTED = 300, NEUTRAL = 150 };

QUERY(fq_plan_bids, "i", "iit",
      "SELECT b.reviewer, b.proposal, b.bid FROM fund_bid b JOIN fund_reviewer r ON r.id = b.reviewer"
      " WHERE r.programme = $1");
QUERY(fq_plan_conflicts, "i", "ii", "SELECT reviewer, proposal FROM fund_conflict WHERE programme = $1 AND lifted = 0");
QUERY(fq_plan_pairs, "ii", "iit",
      "SELECT reviewer, proposal, state FROM fund_assignment WHERE programme = $1 AND stage = $2"
      " ORDER BY proposal, reviewer");
QUERY(fq_plan_add, "iiiiii", "",
      "INSERT INTO fund_assignment (id, programme, stage, reviewer, proposal, state, source, reason, at)"
      " VALUES ($1, $2, $3, $4, $5, 'active', 'engine', '', $6)");

int32_t fund_affinity(const struct fund_reviewer *r, const struct fund_proposal *p, str bid)
{
    int field = choice_index(fund_fields, p->field);
    int goals = __builtin_popcount(p->sdgs), common = __builtin_popcount(p->sdgs & r->sdgs);
    int32_t sum = field >= 0 && (r->fields >> field & 1) ? FIELD_FITS : 0;
    sum += goals > 0 ? GOALS_FIT * common / goals : 0;
    if (str_eq(bid, STR("want")))
        return sum + WANTED;
    return str_eq(bid, STR("rather_not")) ? sum : sum + NEUTRAL;
}

static int64_t position_of_reviewer(const struct fund_assign_plan *m, id reviewer)
{
    for (size_t i = 0; i < m->n_reviewers; i++)
        if (m->reviewers[i].id == reviewer)
            return (int64_t)i;
    return -1;
}

/* Candidates come by public number, so their ids are looked up in an index sorted by id. */
struct by_id {
    id id;
    uint32_t at;
};

static int by_id_cmp(const void *a, const void *b)
{
    id x = ((const struct by_id *)a)->id, y = ((const struct by_id *)b)->id;
    return x < y ? -1 : x > y;
}

struct builder {
    struct fund_assign_plan *m;
    struct by_id *index;
    int32_t *affinity;
    uint8_t *conflict;
};

/* The cell of a pair, or −1 when it is of nobody who takes part. */
static int64_t cell(const struct builder *b, id reviewer, id proposal)
{
    struct by_id key = {.id = proposal};
    const struct by_id *found = bsearch(&key, b->index, b->m->n_proposals, sizeof key, by_id_cmp);
    int64_t r = position_of_reviewer(b->m, reviewer);
    return !found || r < 0 ? -1 : (int64_t)(found->at * b->m->n_reviewers) + r;
}

static rc read_people(struct tx *tx, const struct fund_panel *p, struct fund_assign_plan *m, struct arena *a)
{
    struct fund_reviewer *all;
    size_t n;
    TRY(fund_candidates(tx, p->programme, p->stage, &m->proposals, &m->n_proposals, a));
    TRY(fund_reviewers(tx, p->programme, &all, &n, a));
    m->reviewers = all;
    for (size_t i = 0; i < n; i++)
        if (all[i].state == FUND_REVIEWING && fund_statement_signed(&all[i], a))
            m->reviewers[m->n_reviewers++] = all[i];
    return OK;
}

static rc fill_affinity(struct tx *tx, const struct fund_panel *p, struct builder *b)
{
    struct fund_assign_plan *m = b->m;
    struct rows r;
    for (size_t i = 0; i < m->n_proposals; i++)
        for (size_t j = 0; j < m->n_reviewers; j++)
            b->affinity[i * m->n_reviewers + j] = fund_affinity(&m->reviewers[j], &m->proposals[i], STR_EMPTY);
    TRY(db_select(tx, &fq_plan_bids, VALS(v_int(p->programme)), &r));
    while (rows_next(&r)) {
        int64_t at = cell(b, row_int(&r, 0), row_int(&r, 1));
        if (at >= 0)
            b->affinity[at] = fund_affinity(&m->reviewers[(size_t)at % m->n_reviewers],
                                            &m->proposals[(size_t)at / m->n_reviewers], row_text(&r, 2));
    }
    TRY(rows_end(&r));
    TRY(db_select(tx, &fq_plan_conflicts, VALS(v_int(p->programme)), &r));
    while (rows_next(&r)) {
        int64_t at = cell(b, row_int(&r, 0), row_int(&r, 1));
        if (at >= 0)
            b->conflict[at] = 1;
    }
    return rows_end(&r);
}

/* Active pairs are kept. One that was declined, removed or ended by a conflict is not made again. */
static rc fill_pairs(struct tx *tx, const struct fund_panel *p, struct builder *b, struct arena *a)
{
    VEC(struct assign_pair) fixed = {0};
    struct rows r;
    TRY(db_select(tx, &fq_plan_pairs, VALS(v_int(p->programme), v_int(p->stage)), &r));
    while (rows_next(&r)) {
        int64_t at = cell(b, row_int(&r, 0), row_int(&r, 1));
        if (at < 0)
            continue;
        if (!str_eq(row_text(&r, 2), STR("active"))) {
            b->conflict[at] = 1;
            continue;
        }
        struct assign_pair *pair = VEC_ADD(&fixed, a);
        if (!pair)
            break;
        *pair = (struct assign_pair){(uint32_t)((size_t)at / b->m->n_reviewers),
                                     (uint32_t)((size_t)at % b->m->n_reviewers)};
    }
    b->m->in.fixed = fixed.v;
    b->m->in.n_fixed = fixed.n;
    b->m->kept = (int64_t)fixed.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

static rc fill_loads(struct tx *tx, const struct fund_panel *p, struct fund_assign_plan *m, struct arena *a)
{
    int64_t least, most;
    int32_t *min = ARENA_ARRAY(a, m->n_reviewers, int32_t), *max = ARENA_ARRAY(a, m->n_reviewers, int32_t);
    TRY(fund_param(tx, p->programme, "review.load_min", &least));
    TRY(fund_param(tx, p->programme, "review.load_max", &most));
    if (!min || !max)
        return arena_rc(a);
    for (size_t i = 0; i < m->n_reviewers; i++) {
        const struct fund_reviewer *r = &m->reviewers[i];
        max[i] = (int32_t)(r->load_max > 0 ? r->load_max : most);
        min[i] = (int32_t)(r->load_min > 0 ? r->load_min : least);
        if (min[i] > max[i] && r->load_min == 0)
            min[i] = max[i]; /* an own upper bound below the round's lower one */
    }
    m->in.min = min;
    m->in.max = max;
    return OK;
}

/* A proposal may keep more reviewers than are asked for (an officer added one): the engine counts them all. */
static void sum_up(struct fund_assign_plan *m)
{
    m->added = (int64_t)m->out.n - m->kept;
    m->mean = m->out.n > 0 ? (int32_t)(m->out.total / (int64_t)m->out.n) : 0;
}

rc fund_assign_plan(struct tx *tx, const struct fund_panel *p, bool fair, struct fund_assign_plan *m, struct arena *a)
{
    *m = (struct fund_assign_plan){0};
    TRY(read_people(tx, p, m, a));
    if (m->n_proposals == 0 || m->n_reviewers == 0) {
        m->out.why = (struct assign_why){.reason = m->n_proposals > 0 ? ASSIGN_CAPACITY : ASSIGN_FEASIBLE,
                                         .need = (int64_t)m->n_proposals * p->per_proposal,
                                         .lower_min_to = -1};
        return OK;
    }
    size_t cells = m->n_proposals * m->n_reviewers;
    struct builder b = {m, ARENA_ARRAY(a, m->n_proposals, struct by_id), ARENA_ARRAY(a, cells, int32_t),
                        ARENA_ARRAY(a, cells, uint8_t)};
    if (!b.index || !b.affinity || !b.conflict)
        return arena_rc(a);
    for (size_t i = 0; i < m->n_proposals; i++)
        b.index[i] = (struct by_id){m->proposals[i].id, (uint32_t)i};
    qsort(b.index, m->n_proposals, sizeof b.index[0], by_id_cmp);
    TRY(fill_affinity(tx, p, &b));
    TRY(fill_pairs(tx, p, &b, a));
    TRY(fill_loads(tx, p, m, a));
    m->in.n_proposals = m->n_proposals;
    m->in.n_reviewers = m->n_reviewers;
    m->in.k = (int32_t)p->per_proposal;
    m->in.affinity = b.affinity;
    m->in.conflict = b.conflict;
    m->in.aim = fair ? ASSIGN_FAIR : ASSIGN_TOTAL;
    TRY(assign_solve(a, &m->in, &m->out, tx_err(tx)));
    sum_up(m);
    return OK;
}

static bool is_kept(const struct fund_assign_plan *m, const struct assign_pair *pair)
{
    for (size_t i = 0; i < m->in.n_fixed; i++)
        if (m->in.fixed[i].proposal == pair->proposal && m->in.fixed[i].reviewer == pair->reviewer)
            return true;
    return false;
}

rc fund_assign_make(const struct act *x, id programme, enum fund_stage stage, bool fair, int64_t *added)
{
    struct fund_panel p;
    struct fund_assign_plan m;
    int64_t found;
    *added = 0;
    TRY(act_needs_officer(x));
    TRY(fund_panel_get(x->tx, programme, stage, &p));
    if (p.state != FUND_PANEL_OPEN)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-410", N_("The review is not open."));
    TRY(fund_conflicts_detect(x, programme, &found));
    TRY(fund_assign_plan(x->tx, &p, fair, &m, x->a));
    if (m.out.why.reason != ASSIGN_FEASIBLE)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-416", N_("No assignment satisfies all bounds. See below why."));
    for (size_t i = 0; i < m.out.n; i++) {
        const struct assign_pair *pair = &m.out.pairs[i];
        if (is_kept(&m, pair))
            continue;
        TRY(db_exec(x->tx, &fq_plan_add,
                    VALS(v_int(id_new()), v_int(programme), v_int(stage), v_int(m.reviewers[pair->reviewer].id),
                         v_int(m.proposals[pair->proposal].id), v_int(x->at)),
                    NULL));
        ++*added;
    }
    return act_log(x, "fund.review.assigned", programme,
                   KVS(kv_int("added", *added), kv_int("kept", m.kept), kv_int("stage", stage),
                       kv_int("total", m.out.total), kv_int("worst", m.out.worst)),
                   NULL);
}

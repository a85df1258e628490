/* Connection-oriented cluster match (SSRN 4311507): the part of
 *   F_p = C_p + Σ_{g≠h} √(Σ_{i∈g} K(i,h)/|T_i|) · √(Σ_{j∈h} K(j,g)/|T_j|)
 * that the pool pays, over ordered pairs of groups; T_i are the groups of donor i, and with s = how near i is to h
 *   paper  K = √c where i is in h or shares a group with a member of h, else c
 *   share  K = s·√c + (1−s)·c,  s = 1 in h, else the share of i's friends who are in h
 *   harsh  K = (1−s)·c
 * Friends of i are all who share a group with i, i too. (Forms: gitcoinco/qf-calculator, "og" and "pct_friends".)
 *
 * Fixed point, declared: s in units of 2^-16, K and each term K/|T| rounded down in units of 2^-16, the root of the
 * product rounded down in the same unit. So one pair of groups loses less than (members + 1)·2^-16 under each root.
 * Work is O(donors of p · groups of a donor · groups) and O(groups²) a project; before it, form "paper" takes
 * O(groups of a donor² · donors) and O(donors of g · groups) a group, the others the number of friends of each donor.
 */
#include "mod/fund/engine/tally_parts.h"

enum { ONE = 1 << 16, NEAR_MAX = 1 << 27, PAIRS_MAX = 1 << 27 };

struct groups {
    uint32_t n;
    const size_t *start; /* [n_donors + 1] */
    const uint32_t *of;  /* groups of donors */
    const size_t *first; /* [n + 1] */
    const uint32_t *member;
};

struct cocm {
    const struct tally_table *t;
    const struct tally_rules *r;
    struct groups g;
    uint32_t *near;   /* [donors · groups] s of each donor to each group, units of 2^-16 */
    uint32_t *place;  /* [groups] place among the active groups + 1 */
    uint32_t *active; /* [groups] of the project at hand: those that its donors are in */
    uint64_t *amount; /* [groups] K(i,h)/|T_i| of one donor for the active groups */
    uint64_t *pot;    /* [active²] Σ K(i,h)/|T_i| of g for h */
    size_t pot_room;
};

static rc too_many_groups(struct err *err)
{
    return ERR(err, E_LIMIT, "FND-106", N_("There are too many donors and groups for this method."));
}

/* ---- who is in which group ---- */

static rc groups_of_projects(struct arena *a, const struct tally_table *t, struct groups *out, struct err *err)
{
    struct tally_by_donor by;
    TRY(tally_by_donor(a, t, &by, err));
    *out = (struct groups){t->gifts->n_projects, by.start, by.project, t->start, t->donor};
    return OK;
}

static rc groups_given(struct arena *a, const struct tally_gifts *g, struct groups *out, struct err *err)
{
    size_t n = g->group[g->n_donors];
    size_t *start = ARENA_ARRAY(a, (size_t)g->n_donors + 1, size_t),
           *first = ARENA_ARRAY(a, (size_t)g->n_groups + 2, size_t);
    uint32_t *member = ARENA_ARRAY(a, n, uint32_t);
    if (!start || !first || !member)
        return tally_no_memory(a, err);
    for (uint32_t d = 0; d <= g->n_donors; d++)
        start[d] = g->group[d];
    for (size_t k = 0; k < n; k++)
        first[g->groups[k] + 2]++;
    for (uint32_t h = 0; h < g->n_groups; h++)
        first[h + 2] += first[h + 1];
    for (uint32_t d = 0; d < g->n_donors; d++)
        for (size_t k = start[d]; k < start[d + 1]; k++)
            member[first[g->groups[k] + 1]++] = d;
    *out = (struct groups){g->n_groups, start, g->groups, first, member};
    return OK;
}

/* ---- how near a donor is to a group ---- */

/* count[h] = how many friends of d are in h; returns the number of friends. seen[] holds d + 1 for those met. */
static uint32_t count_friends(const struct groups *g, uint32_t d, uint32_t *seen, uint32_t *count)
{
    uint32_t friends = 0;
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): groups that were made have their starts */
    for (size_t k = g->start[d]; k < g->start[d + 1]; k++)
        for (size_t m = g->first[g->of[k]]; m < g->first[g->of[k] + 1]; m++) {
            uint32_t friend = g->member[m];
            if (seen[friend] == d + 1)
                continue;
            seen[friend] = d + 1;
            friends++;
            for (size_t f = g->start[friend]; f < g->start[friend + 1]; f++)
                count[g->of[f]]++;
        }
    return friends;
}

/* Fills `active` with the groups that these donors are in, each once; returns how many. */
static uint32_t activate(struct cocm *x, const uint32_t *donor, size_t n_donors)
{
    uint32_t n = 0;
    for (size_t i = 0; i < n_donors; i++)
        for (size_t k = x->g.start[donor[i]]; k < x->g.start[donor[i] + 1]; k++) {
            uint32_t h = x->g.of[k];
            if (!x->place[h]) {
                x->active[n++] = h;
                x->place[h] = n;
            }
        }
    return n;
}

static void deactivate(struct cocm *x, uint32_t n)
{
    for (uint32_t h = 0; h < n; h++)
        x->place[x->active[h]] = 0;
}

/* Form "paper": whether i shares a group with a member of h at all. Members of one group reach the same groups by it,
 * so each group is looked at once, and not each friend of each donor. */
static void near_by_groups(struct cocm *x)
{
    for (uint32_t g = 0; g < x->g.n; g++) {
        const uint32_t *member = x->g.member + x->g.first[g];
        size_t members = x->g.first[g + 1] - x->g.first[g];
        uint32_t n = activate(x, member, members);
        for (size_t i = 0; i < members; i++)
            for (uint32_t h = 0; h < n; h++)
                x->near[(size_t)member[i] * x->g.n + x->active[h]] = ONE;
        deactivate(x, n);
    }
}

/* The other forms: which share of i's friends. */
static void near_by_friends(struct cocm *x, uint32_t *seen)
{
    for (uint32_t d = 0; d < x->t->gifts->n_donors; d++) {
        uint32_t *near = x->near + (size_t)d * x->g.n;
        uint32_t friends = count_friends(&x->g, d, seen, near);
        for (uint32_t h = 0; friends && h < x->g.n; h++)
            near[h] = (uint32_t)((uint64_t)near[h] * ONE / friends);
        for (size_t k = x->g.start[d]; k < x->g.start[d + 1]; k++)
            near[x->g.of[k]] = ONE;
    }
}

static rc find_near(struct arena *a, struct cocm *x, struct err *err)
{
    uint32_t donors = x->t->gifts->n_donors, n = x->g.n;
    if ((u128)donors * n > NEAR_MAX)
        return too_many_groups(err);
    uint32_t *seen = ARENA_ARRAY(a, donors, uint32_t);
    x->near = ARENA_ARRAY(a, (size_t)donors * n, uint32_t);
    if (!seen || !x->near)
        return tally_no_memory(a, err);
    if (x->r->cocm == TALLY_COCM_PAPER)
        near_by_groups(x);
    else
        near_by_friends(x, seen);
    return OK;
}

/* ---- one project ---- */

/* K(i,h)/|T_i| in units of 2^-16. c < 2^46, root < 2^39, so that the sum stays below 2^63. */
static uint64_t part(const struct tally_rules *r, uint64_t c, uint64_t root, uint32_t near, size_t groups)
{
    uint64_t far = c * (ONE - near);
    return (r->cocm == TALLY_COCM_HARSH ? far : far + (root * near >> 16)) / groups;
}

/* To the pots of all groups of the donor, for each active group. */
static void add_donor(struct cocm *x, uint32_t d, uint64_t c, uint32_t n)
{
    const uint32_t *near = x->near + (size_t)d * x->g.n;
    size_t groups = x->g.start[d + 1] - x->g.start[d];
    if (groups == 0)
        return;
    uint64_t root = tally_root((int64_t)c), full = part(x->r, c, root, ONE, groups),
             none = part(x->r, c, root, 0, groups);
    for (uint32_t h = 0; h < n; h++) {
        uint32_t s = near[x->active[h]];
        x->amount[h] = s == ONE ? full : s == 0 ? none : part(x->r, c, root, s, groups);
    }
    for (size_t k = x->g.start[d]; k < x->g.start[d + 1]; k++)
        kernel_add(x->pot + (size_t)(x->place[x->g.of[k]] - 1) * n, x->amount, n);
}

static rc reserve_pot(struct arena *a, struct cocm *x, uint32_t n, struct err *err)
{
    size_t need = (size_t)n * n;
    if (need > PAIRS_MAX)
        return too_many_groups(err);
    if (need > x->pot_room) {
        x->pot_room = need > 2 * x->pot_room ? need : 2 * x->pot_room;
        x->pot = ARENA_ARRAY(a, x->pot_room, uint64_t);
        if (!x->pot)
            return tally_no_memory(a, err);
    }
    if (need)
        memset(x->pot, 0, need * sizeof *x->pot);
    return OK;
}

/* Sum over ordered pairs of different groups. */
static rc sum_pairs(const struct cocm *x, uint32_t n, u128 *weight, struct err *err)
{
    u128 sum = 0;
    for (uint32_t g = 0; g < n; g++)
        for (uint32_t h = 0; h < g; h++)
            sum += 2 * (u128)isqrt128((u128)x->pot[(size_t)g * n + h] * x->pot[(size_t)h * n + g]);
    if (sum >> 100)
        return tally_too_large(err);
    *weight = sum << (TALLY_WEIGHT_BITS - TALLY_ROOT_BITS);
    return OK;
}

static rc weigh_project(struct arena *a, struct cocm *x, uint32_t p, struct tally_project *out, struct err *err)
{
    int64_t room[1];
    if (out->counted >> 46)
        return ERR(err, E_LIMIT, "FND-106", N_("The gifts of one project are too large for this method."));
    size_t from = x->t->start[p], to = x->t->start[p + 1];
    uint32_t n = activate(x, x->t->donor + from, to - from);
    TRY(reserve_pot(a, x, n, err));
    for (size_t e = from; e < to; e++)
        add_donor(x, x->t->donor[e], (uint64_t)*tally_counted(x->t, x->r, e, 1, room), n);
    deactivate(x, n);
    return sum_pairs(x, n, &out->weight, err);
}

rc tally_weigh_cocm(struct arena *a, const struct tally_table *t, const struct tally_rules *r, struct tally_result *out,
                    struct err *err)
{
    struct cocm x = {.t = t, .r = r};
    TRY(t->gifts->group ? groups_given(a, t->gifts, &x.g, err) : groups_of_projects(a, t, &x.g, err));
    x.place = ARENA_ARRAY(a, x.g.n, uint32_t);
    x.active = ARENA_ARRAY(a, x.g.n, uint32_t);
    x.amount = ARENA_ARRAY(a, x.g.n, uint64_t);
    if (!x.place || !x.active || !x.amount)
        return tally_no_memory(a, err);
    TRY(find_near(a, &x, err));
    for (uint32_t p = 0; p < out->n; p++)
        TRY(weigh_project(a, &x, p, &out->project[p], err));
    return OK;
}

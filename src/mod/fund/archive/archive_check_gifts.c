/* Gifts: their commitments against the roots that were logged, what counts, and the tally over again. */
#include <stdlib.h>

#include "mod/fund/archive/archive_verify.h"
#include "mod/fund/publish.h"

/* ---- commitments ---- */

static rc check_import(struct archive_read *r, size_t i, size_t *at)
{
    const struct archive_import *import = &r->imports[i];
    struct merkle_range range = MERKLE_RANGE_INIT;
    for (; *at < r->n_gifts && r->gifts[*at].import == i; ++*at)
        TRY(merkle_append(&range, &r->gifts[*at].leaf));
    struct sha256 root = merkle_root(&range);
    if ((int64_t)range.size != import->rows)
        archive_differs_int(r, CHECK_IMPORTS, STR("imports.csv"), (int64_t)i + 2, (int64_t)range.size, import->rows);
    if (!str_eq(sha256_hex_text(r->a, &root), import->root))
        archive_differs(r, CHECK_IMPORTS, ARCHIVE_OTHER, STR("imports.csv"), (int64_t)i + 2,
                        sha256_hex_text(r->a, &root), import->root);
    archive_must_say(r, CHECK_IMPORTS, &r->import_proofs[i], "event", STR("fund.gift.imported"));
    archive_must_say(r, CHECK_IMPORTS, &r->import_proofs[i], "root", import->root);
    archive_must_say(r, CHECK_IMPORTS, &r->import_proofs[i], "platform", import->platform);
    archive_must_say(r, CHECK_IMPORTS, &r->import_proofs[i], "round", r->manifest.code);
    archive_must_say_int(r, CHECK_IMPORTS, &r->import_proofs[i], "rows", import->rows);
    return OK;
}

rc archive_check_imports(struct archive_read *r)
{
    size_t at = 0;
    for (size_t i = 0; i < r->n_imports; i++)
        TRY(check_import(r, i, &at));
    return OK;
}

/* ---- what counts ---- */

/* Projects of the tally: the proposals that reached the crowdfunding, by number. */
struct columns {
    struct archive_read *r;
    bool linked;
    int64_t gift_min;
    const struct archive_proposal **project; /* [n_projects] */
    uint32_t *donors;                        /* [n_projects] numbers given so far; linked: all in [0] */
    uint32_t *first;                         /* [n_projects] the first donor's index */
    struct tally_gifts g;
    uint32_t *to_project, *to_donor;
    int64_t *to_amount;
    uint8_t *to_kind;
};

static bool project_of(const struct columns *c, int64_t number, uint32_t *out)
{
    for (uint32_t from = 0, to = c->g.n_projects; from < to;) {
        uint32_t mid = from + (to - from) / 2;
        if (c->project[mid]->number == number) {
            *out = mid;
            return true;
        }
        if (c->project[mid]->number < number)
            from = mid + 1;
        else
            to = mid;
    }
    return false;
}

static rc make_columns(struct columns *c, struct arena *a)
{
    struct archive_read *r = c->r;
    str *key = ARENA_ARRAY(a, r->n_proposals + 1, str);
    c->project = ARENA_ARRAY(a, r->n_proposals + 1, const struct archive_proposal *);
    c->donors = ARENA_ARRAY(a, r->n_proposals + 1, uint32_t);
    c->first = ARENA_ARRAY(a, r->n_proposals + 1, uint32_t);
    c->to_project = ARENA_ARRAY(a, r->n_gifts + 1, uint32_t);
    c->to_donor = ARENA_ARRAY(a, r->n_gifts + 1, uint32_t);
    c->to_amount = ARENA_ARRAY(a, r->n_gifts + 1, int64_t);
    c->to_kind = ARENA_ARRAY(a, r->n_gifts + 1, uint8_t);
    if (!key || !c->project || !c->donors || !c->first || !c->to_project || !c->to_donor || !c->to_amount ||
        !c->to_kind)
        return arena_rc(a);
    for (size_t i = 0; i < r->n_proposals; i++) {
        const struct archive_proposal *p = &r->proposals[i];
        if (p->stage < FUND_SECOND || !p->accepted)
            continue;
        key[c->g.n_projects] = arena_printf(a, "%010lld", (long long)p->number);
        c->project[c->g.n_projects++] = p;
    }
    c->g.project_id = key;
    return arena_rc(a);
}

/* Donors are numbered in the order of rows: the next new one has the next number. */
static void take_gift(struct columns *c, size_t i)
{
    const struct archive_gift *g = &c->r->gifts[i];
    int64_t line = (int64_t)i + 2;
    uint32_t p;
    if (g->reason)
        return;
    if (!project_of(c, g->project, &p)) {
        archive_differs(c->r, CHECK_GIFTS, N_("Proposal {1} was not chosen for the crowdfunding"), STR("gifts.csv"),
                        line, STR_EMPTY, arena_printf(c->r->a, "%lld", (long long)g->project));
        return;
    }
    uint32_t *last = &c->donors[c->linked ? 0 : p];
    if (g->donor > *last + 1) {
        archive_differs_int(c->r, CHECK_GIFTS, STR("gifts.csv"), line, (int64_t)*last + 1, g->donor);
        return; /* it has no place among the others */
    }
    *last += g->donor == *last + 1;
    if (g->amount < c->gift_min && !g->appeal)
        archive_differs(c->r, CHECK_GIFTS, N_("NT${1} is below the smallest gift that counts, NT${2}"),
                        STR("gifts.csv"), line, arena_printf(c->r->a, "%lld", (long long)c->gift_min),
                        arena_printf(c->r->a, "%lld", (long long)g->amount));
    c->to_project[c->g.n] = p;
    c->to_donor[c->g.n] = g->donor - 1;
    c->to_amount[c->g.n] = g->amount;
    c->to_kind[c->g.n++] = g->organisation ? TALLY_ORGANISATION : TALLY_PERSON; /* by gift, until number_donors() */
    c->r->out->raised += g->amount;
}

/* One index a donor; a person is not an organisation elsewhere. */
static rc number_donors(struct columns *c, struct arena *a)
{
    uint8_t *kind;
    uint64_t n = 0;
    for (uint32_t p = 0; p < (c->linked ? 1 : c->g.n_projects); p++) {
        c->first[p] = (uint32_t)n;
        n += c->donors[p];
    }
    kind = ARENA_ARRAY(a, n + 1, uint8_t);
    if (!kind)
        return arena_rc(a);
    memset(kind, UINT8_MAX, n + 1);
    for (size_t i = 0; i < c->g.n; i++) {
        uint32_t d = c->to_donor[i] += c->first[c->linked ? 0 : c->to_project[i]];
        if (kind[d] == UINT8_MAX)
            kind[d] = c->to_kind[i];
        else if (kind[d] != c->to_kind[i])
            archive_differs(c->r, CHECK_GIFTS, N_("One donor is a person and an organisation"), STR("gifts.csv"), 0,
                            STR_EMPTY, STR_EMPTY);
    }
    c->g.n_donors = (uint32_t)n;
    c->g.project = c->to_project;
    c->g.donor = c->to_donor;
    c->g.amount = c->to_amount;
    c->g.kind = kind;
    return OK;
}

/* ---- the tally ---- */

static rc results_again(struct columns *c, struct fund_outcome *out)
{
    struct archive_read *r = c->r;
    struct tally_result t;
    struct fund_score_line *named = ARENA_ARRAY(r->a, c->g.n_projects + 1, struct fund_score_line);
    struct err err = {0};
    if (!named)
        return arena_rc(r->a);
    for (uint32_t p = 0; p < c->g.n_projects; p++)
        named[p].number = c->project[p]->number;
    rc e = tally(r->a, &c->g, &r->rules, &t, &err);
    if (e == E_INVALID || (e == E_LIMIT && arena_rc(r->a) == OK)) {
        archive_differs(r, CHECK_TALLY, err.main.msgid, STR("gifts.csv"), 0, STR_EMPTY, STR_EMPTY);
        return OK;
    }
    TRY(e);
    return fund_outcome_of(&c->g, &t, r->manifest.places, named, out, r->a);
}

rc archive_check_tally(struct archive_read *r)
{
    struct columns c = {.r = r,
                        .linked = archive_links_donors(r->rules.method),
                        .gift_min = archive_said_int(&r->rules_proof, "gift_min")};
    struct fund_outcome again = {.csv = STR_EMPTY};
    str file = STR("results.csv"), text = archive_file_of(r, file);
    struct sha256 h = sha256_of(text);
    TRY(make_columns(&c, r->a));
    for (size_t i = 0; i < r->n_gifts; i++)
        take_gift(&c, i);
    r->out->counted = (int64_t)c.g.n;
    TRY(number_donors(&c, r->a));
    TRY(results_again(&c, &again));
    archive_same_text(r, CHECK_TALLY, file, again.csv, text);
    archive_must_say(r, CHECK_TALLY, &r->tally_proof, "event", STR("fund.tally.published"));
    archive_must_say(r, CHECK_TALLY, &r->tally_proof, "results_sha256", sha256_hex_text(r->a, &h));
    archive_must_say(r, CHECK_TALLY, &r->tally_proof, "rules_sha256", archive_said(&r->rules_proof, "rules_sha256"));
    archive_must_say_int(r, CHECK_TALLY, &r->tally_proof, "gifts", again.gifts);
    archive_must_say_int(r, CHECK_TALLY, &r->tally_proof, "paid", again.paid);
    archive_must_say_int(r, CHECK_TALLY, &r->tally_proof, "unspent", again.unspent);
    return OK;
}

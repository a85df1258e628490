/* The public gallery: what was accepted, found by words and filters, in declared orders; and the office's list.
 *
 * Without a search text a page is one ordered walk over the round's rows (a thousand at most). With one, the best hits
 * are looked up one by one and filtered; they keep the order of relevance unless another one was chosen. */
#include <stdlib.h>

#include "base/vec.h"
#include "core/search.h"
#include "mod/fund/call.h"
#include "mod/fund/proposal.h"

#define SPACE "fund.proposal"

const struct fund_sort fund_sorts[] = {
    {"number", N_("Number"), N_("The order in which the proposals came in.")},
    {"stage", N_("How far it came"), N_("The furthest stage first, then the number.")},
    {"title", N_("Title"), N_("Title in the order of its characters, then the number.")},
    {"relevance", N_("Best match"),
     N_("How often and where the words of your search occur: the title counts 8, summary and team 4, the other texts "
        "1.")},
    {NULL, NULL, NULL},
};

#define CARD_COLS                                                                                                      \
    "p.id, p.number, p.title, p.title_en, p.summary, p.summary_en, t.name, p.field, p.team_kind, p.county, p.sdgs,"    \
    " p.stage, p.award"
#define CARD_TYPES "iittttttttiii"
#define CARD_FROM  " FROM fund_proposal p JOIN party t ON t.id = p.team"
/* $1 round, $2 field, $3 goals, $4 kind, $5 county, $6 stage; '' and 0 ask for nothing */
#define CARD_WHERE                                                                                                     \
    " p.programme = $1 AND p.number <> 0 AND p.state = 'accepted' AND ($2 = '' OR p.field = $2)"                       \
    " AND ($3 = 0 OR (p.sdgs & $3) <> 0) AND ($4 = '' OR p.team_kind = $4) AND ($5 = '' OR p.county = $5)"             \
    " AND p.stage >= $6"
#define CARD_PARAMS "itittii"
#define CARD_LIST(ident, order)                                                                                        \
    QUERY(ident, "itittiii", CARD_TYPES,                                                                               \
          "SELECT " CARD_COLS CARD_FROM " WHERE" CARD_WHERE " ORDER BY " order " LIMIT $7 OFFSET $8")

CARD_LIST(fq_cards_number, "p.number");
CARD_LIST(fq_cards_stage, "p.stage DESC, p.number");
CARD_LIST(fq_cards_title, "p.title, p.number");
QUERY(fq_cards_count, "itittii", "i", "SELECT COUNT(*) FROM fund_proposal p WHERE" CARD_WHERE " AND $7 = 0");
QUERY(fq_card_one, "itittii", CARD_TYPES, "SELECT " CARD_COLS CARD_FROM " WHERE" CARD_WHERE " AND p.id = $7");
QUERY(fq_counts, "i", "tiii",
      "SELECT state, stage, COUNT(*), CAST(COALESCE(SUM(award), 0) AS BIGINT) FROM fund_proposal"
      " WHERE programme = $1 AND number <> 0 GROUP BY state, stage");
QUERY(fq_office_list, "ittii", PROPOSAL_TYPES "tI",
      "SELECT " PROPOSAL_COLS_OF(
          "p.") ", t.name, c.due FROM fund_proposal p JOIN party t ON t.id = p.team"
                " LEFT JOIN case_file c ON c.id = p.case_id WHERE p.programme = $1 AND p.number <> 0"
                " AND ($2 = '' OR p.state = $2) AND ($3 = '' OR p.field = $3) ORDER BY p.number LIMIT $4 OFFSET $5");

enum { PAGE_MOST = 100, HITS_MOST = 2000, ALL_MOST = 10000 };

static void take(struct rows *r, struct fund_card *c, struct arena *a)
{
    *c = (struct fund_card){.id = row_int(r, 0),
                            .number = row_int(r, 1),
                            .title = row_dup(r, 2, a),
                            .title_en = row_dup(r, 3, a),
                            .summary = row_dup(r, 4, a),
                            .summary_en = row_dup(r, 5, a),
                            .team = row_dup(r, 6, a),
                            .field = row_dup(r, 7, a),
                            .team_kind = row_dup(r, 8, a),
                            .county = row_dup(r, 9, a),
                            .sdgs = (uint32_t)row_int(r, 10),
                            .stage = (enum fund_stage)row_int(r, 11),
                            .award = row_int(r, 12)};
}

static str or_empty(str s)
{
    return s.p ? s : STR_EMPTY;
}

#define FILTER_VALS(f)                                                                                                 \
    v_int((f)->programme), v_text(or_empty((f)->field)), v_int((f)->sdgs), v_text(or_empty((f)->team_kind)),           \
        v_text(or_empty((f)->county)), v_int((f)->stage)

static const struct query *query_of(str sort)
{
    return str_eq(sort, STR("stage"))   ? &fq_cards_stage
           : str_eq(sort, STR("title")) ? &fq_cards_title
                                        : &fq_cards_number;
}

static rc read_cards(struct tx *tx, const struct fund_filter *f, int64_t limit, int64_t offset, struct fund_card **out,
                     size_t *n, struct arena *a)
{
    VEC(struct fund_card) list = {0};
    struct rows r;
    TRY(db_select(tx, query_of(f->sort), VALS(FILTER_VALS(f), v_int(limit), v_int(offset)), &r));
    while (rows_next(&r)) {
        struct fund_card *c = VEC_ADD(&list, a);
        if (!c)
            break;
        take(&r, c, a);
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

static rc by_index(struct tx *tx, const struct fund_filter *f, struct fund_card **out, size_t *n, int64_t *total,
                   struct arena *a)
{
    int64_t limit = f->limit > 0 && f->limit < PAGE_MOST ? f->limit : PAGE_MOST;
    TRY(db_one_int(tx, &fq_cards_count, VALS(FILTER_VALS(f), v_int(0)), total));
    return read_cards(tx, f, limit, f->offset, out, n, a);
}

static int by_number(const void *x, const void *y)
{
    int64_t a = ((const struct fund_card *)x)->number, b = ((const struct fund_card *)y)->number;
    return (a > b) - (a < b);
}

static int by_stage(const void *x, const void *y)
{
    int d = (int)((const struct fund_card *)y)->stage - (int)((const struct fund_card *)x)->stage;
    return d ? d : by_number(x, y);
}

static int by_title(const void *x, const void *y)
{
    int d = str_cmp(((const struct fund_card *)x)->title, ((const struct fund_card *)y)->title);
    return d ? d : by_number(x, y);
}

static void sort_cards(struct fund_card *v, size_t n, str sort)
{
    if (str_eq(sort, STR("number")))
        qsort(v, n, sizeof *v, by_number);
    else if (str_eq(sort, STR("stage")))
        qsort(v, n, sizeof *v, by_stage);
    else if (str_eq(sort, STR("title")))
        qsort(v, n, sizeof *v, by_title);
}

static rc found_cards(struct tx *tx, const struct fund_filter *f, struct fund_card **out, size_t *n, struct arena *a)
{
    struct search_hit *hits;
    size_t n_hits, found = 0;
    int64_t all;
    TRY(search_find(tx, SPACE, f->query, 0, HITS_MOST, &hits, &n_hits, &all, a));
    struct fund_card *cards = ARENA_ARRAY(a, n_hits + 1, struct fund_card);
    if (!cards)
        return arena_failed(a);
    for (size_t i = 0; i < n_hits; i++) {
        struct rows r;
        rc e = db_one(tx, &fq_card_one, VALS(FILTER_VALS(f), v_int(hits[i].id)), &r);
        if (e == E_NOTFOUND)
            continue; /* of another round, or filtered out */
        TRY(e);
        take(&r, &cards[found++], a);
        TRY(rows_end(&r));
    }
    sort_cards(cards, found, f->sort);
    *out = cards;
    *n = found;
    return arena_rc(a);
}

static rc by_search(struct tx *tx, const struct fund_filter *f, struct fund_card **out, size_t *n, int64_t *total,
                    struct arena *a)
{
    struct fund_card *cards;
    size_t found;
    TRY(found_cards(tx, f, &cards, &found, a));
    size_t from = f->offset < (int64_t)found ? (size_t)f->offset : found;
    size_t limit = f->limit > 0 && f->limit < PAGE_MOST ? (size_t)f->limit : PAGE_MOST;
    *out = cards + from;
    *n = found - from < limit ? found - from : limit;
    *total = (int64_t)found;
    return OK;
}

rc fund_gallery(struct tx *tx, const struct fund_filter *f, struct fund_card **out, size_t *n, int64_t *total,
                struct arena *a)
{
    return str_trim(f->query).n > 0 ? by_search(tx, f, out, n, total, a) : by_index(tx, f, out, n, total, a);
}

rc fund_gallery_all(struct tx *tx, const struct fund_filter *f, struct fund_card **out, size_t *n, struct arena *a)
{
    return str_trim(f->query).n > 0 ? found_cards(tx, f, out, n, a) : read_cards(tx, f, ALL_MOST, 0, out, n, a);
}

rc fund_index(const struct act *x, const struct fund_proposal *p)
{
    struct party team;
    if (p->state != FUND_ACCEPTED)
        return search_note_del(x->batch, x->tx, SPACE, p->id);
    TRY(party_get(x->tx, p->team, &team, x->a));
#define S STR_ARG
    struct search_doc d = {
        .id = p->id,
        .title = arena_printf(x->a, "%.*s %.*s", S(p->title), S(p->title_en)),
        .keywords = arena_printf(x->a, "%.*s %.*s %.*s", S(p->summary), S(p->summary_en), S(team.name)),
        .text = arena_printf(x->a, "%.*s\n%.*s\n%.*s\n%.*s", S(p->problem), S(p->solution), S(p->impact), S(p->plan)),
    };
#undef S
    TRY(arena_rc(x->a));
    return search_note_put(x->batch, x->tx, SPACE, &d);
}

rc fund_count(struct tx *tx, id programme, struct fund_counts *out)
{
    struct rows r;
    *out = (struct fund_counts){0};
    TRY(db_select(tx, &fq_counts, VALS(v_int(programme)), &r));
    while (rows_next(&r)) {
        int64_t n = row_int(&r, 2);
        out->handed_in += n;
        for (int s = 0; s < FUND_STATES; s++)
            if (str_eq(row_text(&r, 0), str_of(fund_state_name((enum fund_state)s))))
                out->by_state[s] += n;
        if (!str_eq(row_text(&r, 0), str_of(fund_state_name(FUND_ACCEPTED))))
            continue;
        for (int64_t s = 0; s <= row_int(&r, 1) && s < FUND_STAGES; s++)
            out->reached[s] += n;
        out->awarded += row_int(&r, 3);
    }
    return rows_end(&r);
}

rc fund_office_list(struct tx *tx, id programme, str state, str field, int64_t offset, int64_t limit,
                    struct fund_listed **out, size_t *n, struct arena *a)
{
    VEC(struct fund_listed) list = {0};
    struct rows r;
    rc e = OK;
    TRY(db_select(tx, &fq_office_list,
                  VALS(v_int(programme), v_text(or_empty(state)), v_text(or_empty(field)), v_int(limit), v_int(offset)),
                  &r));
    while (e == OK && rows_next(&r)) {
        struct fund_listed *one = VEC_ADD(&list, a);
        e = one ? fund_proposal_row(&r, &one->p, a) : arena_failed(a);
        if (e == OK) {
            one->team_name = row_dup(&r, PROPOSAL_N, a);
            one->due = row_int(&r, PROPOSAL_N + 1);
        }
    }
    rc ended = rows_end(&r);
    *out = list.v;
    *n = list.n;
    return e != OK ? e : ended;
}

/* The public catalogue: filters, the declared sort orders, search, and up to four side by side.
 *
 * A page is one walk along the index of its sort order. Only a search text goes another way: the best hits are looked
 * up one by one, filtered, and shown in the order of relevance or of the chosen rule. */
#include <stdlib.h>

#include "base/vec.h"
#include "core/search.h"
#include "mod/market/parts.h"

const struct mkt_sort mkt_sorts[] = {
    {"rating", N_("Best rated"),
     N_("Average of all stars where at least three firms rated, then the number of ratings, then the name. Only firms "
        "that ordered and used a service can rate it.")},
    {"price", N_("Lowest own share"), N_("Own share of the cheapest plan, then the name.")},
    {"orders", N_("Most used"), N_("Number of orders that were used, then the name.")},
    {"response", N_("Fastest support"), N_("Promised response time, then the name.")},
    {"newest", N_("Newest"), N_("Day of listing, latest first.")},
    {"name", N_("Name"), N_("Name in the order of its characters.")},
    {"relevance", N_("Best match"),
     N_("How often and where the words of your search occur: the name counts 8, category and vendor 4, descriptions 1. "
        "Nobody can buy a place.")},
    {NULL, NULL, NULL},
};

#define CARD_COLS                                                                                                      \
    "s.id, s.vendor, s.category, s.name, s.name_en, s.summary, s.summary_en, v.name, v.name_en, s.price_min, "         \
    "s.months_min,"                                                                                                    \
    " s.availability, s.support, s.compensation, s.response, s.recovery_point, s.rating_n,"                            \
    " s.rating_1 + s.rating_2 + s.rating_3 + s.rating_4, s.orders"
#define CARD_TYPES "iitttttttiiiiiiiiii"
#define CARD_FROM  " FROM market_solution s JOIN market_vendor v ON v.party = s.vendor"
/* $1 category, $2 greatest price, $3 support, $4 availability, $5 response, $6 vendor; 0 and '' ask for nothing */
#define CARD_WHERE                                                                                                     \
    " s.on_offer = 1 AND ($1 = '' OR s.category = $1) AND ($2 = 0 OR s.price_min <= $2) AND s.support >= $3"           \
    " AND s.availability >= $4 AND ($5 = 0 OR s.response <= $5) AND ($6 = 0 OR s.vendor = $6)"
#define CARD_LIST(ident, order)                                                                                        \
    QUERY(ident, "tiiiiiii", CARD_TYPES,                                                                               \
          "SELECT " CARD_COLS CARD_FROM " WHERE" CARD_WHERE " ORDER BY " order " LIMIT $7 OFFSET $8")

CARD_LIST(mq_cards_rating, "s.rating_key DESC, s.name, s.id");
CARD_LIST(mq_cards_price, "s.price_min, s.name, s.id");
CARD_LIST(mq_cards_orders, "s.orders DESC, s.name, s.id");
CARD_LIST(mq_cards_response, "s.response, s.name, s.id");
CARD_LIST(mq_cards_newest, "s.listed DESC, s.id");
CARD_LIST(mq_cards_name, "s.name, s.id");
QUERY(mq_cards_count, "tiiiii", "i", "SELECT COUNT(*) FROM market_solution s WHERE" CARD_WHERE);
/* The same counts where only the category is asked for: an index range, without a look at each row's terms. */
QUERY(mq_cards_count_all, "", "i", "SELECT COUNT(*) FROM market_solution WHERE on_offer = 1");
QUERY(mq_cards_count_of, "t", "i", "SELECT COUNT(*) FROM market_solution WHERE on_offer = 1 AND category = $1");
QUERY(mq_card_one, "tiiiiii", CARD_TYPES, "SELECT " CARD_COLS CARD_FROM " WHERE" CARD_WHERE " AND s.id = $7");
QUERY(mq_category_counts, "", "ti",
      "SELECT category, COUNT(*) FROM market_solution WHERE on_offer = 1 GROUP BY category ORDER BY category");

enum { PAGE_MAX = 100, HITS_MAX = 1000 };

struct frame { /* what a page of cards needs besides its filter */
    struct mkt_share share;
    int64_t available, price_max;
    struct arena *a;
};

static int64_t rating_of(int64_t n, int64_t sum)
{
    int64_t hundredths;
    return n > 0 && i64_muldiv(sum, 100, n * MKT_ASPECTS, ROUND_HALF_UP, &hundredths) == OK ? hundredths : 0;
}

static rc take(struct rows *r, struct mkt_card *c, const struct frame *f)
{
    struct arena *a = f->a;
    *c = (struct mkt_card){
        .id = row_int(r, 0),
        .vendor = row_int(r, 1),
        .category = row_dup(r, 2, a),
        .name = row_dup(r, 3, a),
        .name_en = row_dup(r, 4, a),
        .summary = row_dup(r, 5, a),
        .summary_en = row_dup(r, 6, a),
        .vendor_name = row_dup(r, 7, a),
        .vendor_name_en = row_dup(r, 8, a),
        .price = twd(row_int(r, 9)),
        .months = row_int(r, 10),
        .sla = {row_int(r, 11), row_int(r, 12), row_int(r, 13), row_int(r, 14), row_int(r, 15)},
        .rating_n = row_int(r, 16),
        .rating = rating_of(row_int(r, 16), row_int(r, 17)),
        .orders = row_int(r, 18),
    };
    return mkt_price_split(&f->share, c->price, f->available, -1, &c->points, &c->own, NULL);
}

static const struct query *list_query(str sort)
{
    static const struct {
        const char *sort;
        const struct query *q;
    } table[] = {{"price", &mq_cards_price},
                 {"orders", &mq_cards_orders},
                 {"response", &mq_cards_response},
                 {"newest", &mq_cards_newest},
                 {"name", &mq_cards_name}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (str_eq(sort, str_of(table[i].sort)))
            return table[i].q;
    return &mq_cards_rating;
}

#define FILTER_VALS(f, frame)                                                                                          \
    v_text((f)->category.p ? (f)->category : STR_EMPTY), v_int((frame)->price_max), v_int((f)->support_min),           \
        v_int((f)->availability_min), v_int((f)->response_max), v_int((f)->vendor)

static rc count(struct tx *tx, const struct mkt_filter *f, const struct frame *fr, int64_t *total)
{
    if (fr->price_max || f->support_min || f->availability_min || f->response_max || f->vendor)
        return db_one_int(tx, &mq_cards_count, VALS(FILTER_VALS(f, fr)), total);
    if (f->category.n > 0)
        return db_one_int(tx, &mq_cards_count_of, VALS(v_text(f->category)), total);
    return db_one_int(tx, &mq_cards_count_all, NOVALS, total);
}

static rc by_index(struct tx *tx, const struct mkt_filter *f, const struct frame *fr, struct mkt_card **out, size_t *n,
                   int64_t *total)
{
    struct rows r;
    int64_t limit = f->limit > 0 && f->limit < PAGE_MAX ? f->limit : PAGE_MAX;
    TRY(count(tx, f, fr, total));
    struct mkt_card *cards = ARENA_ARRAY(fr->a, (size_t)limit, struct mkt_card);
    if (!cards)
        return arena_rc(fr->a);
    TRY(db_select(tx, list_query(f->sort), VALS(FILTER_VALS(f, fr), v_int(limit), v_int(f->offset)), &r));
    rc t = OK;
    for (*n = 0; t == OK && *n < (size_t)limit && rows_next(&r); (*n)++)
        t = take(&r, &cards[*n], fr);
    TRY(rows_end(&r));
    *out = cards;
    return t == OK ? arena_rc(fr->a) : t;
}

/* ---- with a search text ---- */

static int by_name(const struct mkt_card *a, const struct mkt_card *b)
{
    int d = str_cmp(a->name, b->name);
    return d ? d : (a->id > b->id) - (a->id < b->id);
}

static int cmp(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int cmp_price(const void *a, const void *b)
{
    int d = cmp(((const struct mkt_card *)a)->price.n, ((const struct mkt_card *)b)->price.n);
    return d ? d : by_name(a, b);
}

static int cmp_orders(const void *a, const void *b)
{
    int d = cmp(((const struct mkt_card *)b)->orders, ((const struct mkt_card *)a)->orders);
    return d ? d : by_name(a, b);
}

static int cmp_response(const void *a, const void *b)
{
    int d = cmp(((const struct mkt_card *)a)->sla.response, ((const struct mkt_card *)b)->sla.response);
    return d ? d : by_name(a, b);
}

static int cmp_newest(const void *a, const void *b)
{
    return cmp(((const struct mkt_card *)b)->id, ((const struct mkt_card *)a)->id);
}

static int cmp_name(const void *a, const void *b)
{
    return by_name(a, b);
}

static int cmp_rating(const void *a, const void *b)
{
    const struct mkt_card *x = a, *y = b;
    int d = cmp(mkt_rating_key(y->rating_n, y->rating), mkt_rating_key(x->rating_n, x->rating));
    return d ? d : by_name(x, y);
}

static void sort_cards(struct mkt_card *c, size_t n, str sort)
{
    static const struct {
        const char *sort;
        int (*fn)(const void *, const void *);
    } table[] = {{"price", cmp_price},   {"orders", cmp_orders}, {"response", cmp_response},
                 {"newest", cmp_newest}, {"name", cmp_name},     {"rating", cmp_rating}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (str_eq(sort, str_of(table[i].sort)))
            qsort(c, n, sizeof *c, table[i].fn);
}

static rc by_search(struct tx *tx, const struct mkt_filter *f, const struct frame *fr, struct mkt_card **out, size_t *n,
                    int64_t *total)
{
    struct search_hit *hits;
    size_t n_hits;
    int64_t all;
    TRY(search_find(tx, MKT_SOLUTIONS, f->query, 0, HITS_MAX, &hits, &n_hits, &all, fr->a));
    struct mkt_card *cards = ARENA_ARRAY(fr->a, n_hits + 1, struct mkt_card);
    if (!cards)
        return arena_rc(fr->a);
    size_t found = 0;
    for (size_t i = 0; i < n_hits; i++) {
        struct rows r;
        rc e = db_one(tx, &mq_card_one, VALS(FILTER_VALS(f, fr), v_int(hits[i].id)), &r);
        if (e == E_NOTFOUND)
            continue;
        TRY(e);
        e = take(&r, &cards[found++], fr);
        TRY(rows_end(&r));
        TRY(e);
    }
    sort_cards(cards, found, f->sort);
    size_t from = f->offset < (int64_t)found ? (size_t)f->offset : found;
    size_t limit = f->limit > 0 && f->limit < PAGE_MAX ? (size_t)f->limit : PAGE_MAX;
    *out = cards + from;
    *n = found - from < limit ? found - from : limit;
    *total = (int64_t)found;
    return arena_rc(fr->a);
}

rc mkt_catalogue(struct tx *tx, id programme, day on, const struct mkt_filter *f, struct mkt_card **out, size_t *n,
                 int64_t *total, struct arena *a)
{
    struct frame fr = {.a = a};
    TRY(mkt_share_on(tx, programme, on, &fr.share));
    fr.available = f->available >= 0 ? f->available : fr.share.grant;
    if (f->own_max >= 0) {
        fr.price_max = mkt_price_within(&fr.share, fr.available, f->own_max);
        if (fr.price_max == 0) { /* nothing is that cheap; 0 would ask for everything */
            *out = NULL;
            *n = 0;
            *total = 0;
            return OK;
        }
    }
    return str_trim(f->query).n > 0 ? by_search(tx, f, &fr, out, n, total) : by_index(tx, f, &fr, out, n, total);
}

rc mkt_category_counts(struct tx *tx, struct mkt_count **out, size_t *n, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &mq_category_counts, NOVALS, &r));
    VEC(struct mkt_count) v = {0};
    while (rows_next(&r)) {
        struct mkt_count *c = VEC_ADD(&v, a);
        if (!c)
            break;
        *c = (struct mkt_count){row_dup(&r, 0, a), row_int(&r, 1)};
    }
    TRY(rows_end(&r));
    *out = v.v;
    *n = v.n;
    return arena_rc(a);
}

rc mkt_compare(struct tx *tx, const id *ids, size_t n, struct mkt_solution **out, size_t *found, struct arena *a)
{
    *out = ARENA_ARRAY(a, MKT_COMPARE, struct mkt_solution);
    *found = 0;
    if (!*out)
        return arena_rc(a);
    for (size_t i = 0; i < n && *found < MKT_COMPARE; i++) {
        rc e = mkt_solution_public(tx, ids[i], &(*out)[*found], a);
        if (e == E_NOTFOUND)
            continue; /* withdrawn since it was chosen: the others can still be compared */
        TRY(e);
        (*found)++;
    }
    return OK;
}

/* Ratings: only by a firm whose order was captured; whole-number averages with count and spread. */
#include "base/vec.h"
#include "mod/market/parts.h"
#include "sys/random.h"

WATCHED(market_rating);

QUERY(mq_rating_add, "iiiittiiiiti", "",
      "INSERT INTO market_rating (id, order_id, solution, vendor, trade, county, stars_1, stars_2, stars_3, stars_4, "
      "body, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)");
QUERY(mq_rated, "i", "", "UPDATE market_order SET rated = 1 WHERE id = $1 AND rated = 0");
QUERY(mq_rating_sums, "iiiiii", "",
      "UPDATE market_solution SET rating_n = rating_n + 1, rating_1 = rating_1 + $2, rating_2 = rating_2 + $3, "
      "rating_3 = rating_3 + $4,"
      " rating_4 = rating_4 + $5, rating_squares = rating_squares + $6 WHERE id = $1");
QUERY(mq_rating_read, "i", "iiiiii",
      "SELECT rating_n, rating_1, rating_2, rating_3, rating_4, rating_squares FROM market_solution WHERE id = $1");
QUERY(mq_rating_key, "ii", "", "UPDATE market_solution SET rating_key = $2 WHERE id = $1");
QUERY(mq_rating_reply, "iti", "", "UPDATE market_rating SET reply = $2, replied = $3 WHERE id = $1 AND replied = 0");
QUERY(mq_rating_vendor, "i", "i", "SELECT vendor FROM market_rating WHERE id = $1");
QUERY(mq_rating_hide, "i", "", "UPDATE market_rating SET hidden = 1 WHERE id = $1 AND hidden = 0");
#define RATING_COLS                                                                                                    \
    "id, order_id, solution, vendor, trade, county, stars_1, stars_2, stars_3, stars_4, CASE WHEN hidden = 0 THEN "    \
    "body ELSE '' END, at, reply,"                                                                                     \
    " replied"
#define RATING_TYPES "iiiittiiiititi"
QUERY(mq_ratings, "iii", RATING_TYPES,
      "SELECT " RATING_COLS " FROM market_rating WHERE solution = $1 ORDER BY at DESC, id DESC LIMIT $3 OFFSET $2");
QUERY(mq_rating_get, "i", RATING_TYPES, "SELECT " RATING_COLS " FROM market_rating WHERE id = $1");
QUERY(mq_ratings_vendor, "ii", RATING_TYPES,
      "SELECT " RATING_COLS " FROM market_rating WHERE vendor = $1 ORDER BY at DESC, id DESC LIMIT $2");

enum { TEXT_MAX = 1000, STARS = 5, ENOUGH = 3 };

int64_t mkt_rating_key(int64_t n, int64_t average)
{
    enum { COUNT_ROOM = 1000000 };
    return (n >= ENOUGH ? average : 0) * COUNT_ROOM + (n < COUNT_ROOM ? n : COUNT_ROOM - 1);
}

static int64_t root(int64_t v)
{
    int64_t lo = 0, hi = INT64_C(3037000499); /* floor(sqrt(INT64_MAX)) */
    while (lo < hi) {
        int64_t mid = lo + (hi - lo + 1) / 2;
        if (mid <= v / mid)
            lo = mid;
        else
            hi = mid - 1;
    }
    return lo;
}

/* Each rating is the sum S of its four aspects (4 … 20), so one rating's mean is S/4. With n ratings the variance of
 * the means is (n ΣS² − (ΣS)²) / (16 n²); in hundredths of a star, squared, that is × 10⁴. */
struct mkt_rating_summary mkt_rating_summary(const struct mkt_rating_sums *s)
{
    struct mkt_rating_summary m = {.n = s->n};
    if (s->n <= 0)
        return m;
    int64_t total = 0, a, b, var;
    for (int i = 0; i < MKT_ASPECTS; i++) {
        total += s->aspect[i];
        if (i64_muldiv(s->aspect[i], 100, s->n, ROUND_HALF_UP, &m.aspect[i]) != OK)
            return (struct mkt_rating_summary){0};
    }
    if (i64_muldiv(total, 100, MKT_ASPECTS * s->n, ROUND_HALF_UP, &m.average) != OK ||
        i64_mul(s->n, s->squares, &a) != OK || i64_mul(total, total, &b) != OK ||
        i64_muldiv(a - b, 10000, (int64_t)MKT_ASPECTS * MKT_ASPECTS * s->n * s->n, ROUND_HALF_UP, &var) != OK)
        return (struct mkt_rating_summary){0};
    m.spread = root(var);
    return m;
}

static rc add_to_solution(const struct act *x, id solution, const int64_t stars[MKT_ASPECTS])
{
    int64_t sum = stars[0] + stars[1] + stars[2] + stars[3];
    TRY(db_exec(
        x->tx, &mq_rating_sums,
        VALS(v_int(solution), v_int(stars[0]), v_int(stars[1]), v_int(stars[2]), v_int(stars[3]), v_int(sum * sum)),
        NULL));
    struct rows r;
    struct mkt_rating_sums s;
    TRY(db_one(x->tx, &mq_rating_read, VALS(v_int(solution)), &r));
    s = (struct mkt_rating_sums){
        row_int(&r, 0), {row_int(&r, 1), row_int(&r, 2), row_int(&r, 3), row_int(&r, 4)}, row_int(&r, 5)};
    TRY(rows_end(&r));
    return db_exec(x->tx, &mq_rating_key,
                   VALS(v_int(solution), v_int(mkt_rating_key(s.n, mkt_rating_summary(&s).average))), NULL);
}

static rc check_stars(const struct act *x, const int64_t stars[MKT_ASPECTS])
{
    rc r = OK;
    for (int i = 0; i < MKT_ASPECTS; i++)
        if (stars[i] < 1 || stars[i] > STARS)
            r = ERR_FIELD(tx_err(x->tx), mkt_aspects[i].value, "MKT-032", N_("Give one to five stars."));
    return r;
}

rc mkt_rate(const struct act *x, id order, const int64_t stars[MKT_ASPECTS], str text, id *out)
{
    struct mkt_order o;
    struct mkt_firm f;
    TRY(mkt_order_load(x->tx, order, &o, x->a));
    TRY(act_for_party(x, o.firm, AS_FIRM));
    if (o.captured == 0 || o.state == MKT_REFUNDED)
        return ERR(tx_err(x->tx), E_CONFLICT, "MKT-021",
                   N_("A service can be rated after it was used and its points were paid."));
    TRY(check_stars(x, stars));
    check_text(tx_err(x->tx), "text", text, TEXT_MAX, false);
    TRY(tx_err(x->tx)->code);
    int64_t n;
    TRY(db_exec(x->tx, &mq_rated, VALS(v_int(order)), &n));
    if (n == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "MKT-022", N_("You have rated this order already."));
    TRY(mkt_firm_get(x->tx, o.firm, &f, x->a));
    *out = id_new();
    TRY(db_exec(x->tx, &mq_rating_add,
                VALS(v_int(*out), v_int(order), v_int(o.solution), v_int(o.vendor), v_text(f.trade), v_text(f.county),
                     v_int(stars[0]), v_int(stars[1]), v_int(stars[2]), v_int(stars[3]), v_text(text), v_int(x->at)),
                NULL));
    TRY(add_to_solution(x, o.solution, stars));
    TRY(act_log(x, "market.rating.given", *out,
                KVS(kv_text("number", o.number), kv_int("ease", stars[0]), kv_int("function", stars[1]),
                    kv_int("support", stars[2]), kv_int("value", stars[3]), kv_text("text", text)),
                NULL));
    return mkt_order_tell(x, &o, false, N_("A service was rated"), N_("A firm rated {2}. You can reply once."));
}

rc mkt_rating_reply(const struct act *x, id rating, str text)
{
    int64_t vendor, n;
    TRY(db_one_int(x->tx, &mq_rating_vendor, VALS(v_int(rating)), &vendor));
    TRY(act_for_party(x, vendor, AS_VENDOR));
    check_text(tx_err(x->tx), "reply", text, TEXT_MAX, true);
    TRY(tx_err(x->tx)->code);
    TRY(db_exec(x->tx, &mq_rating_reply, VALS(v_int(rating), v_text(text), v_int(x->at)), &n));
    if (n == 0)
        return ERR(tx_err(x->tx), E_CONFLICT, "MKT-023", N_("You have replied to this rating already."));
    return act_log(x, "market.rating.replied", rating, KVS(kv_text("text", text)), NULL);
}

rc mkt_rating_hide(const struct act *x, id rating, str reason)
{
    TRY(act_needs_officer(x));
    if (str_trim(reason).n == 0)
        return ERR_FIELD(tx_err(x->tx), "reason", "MKT-027", N_("Say why."));
    int64_t n;
    TRY(db_exec(x->tx, &mq_rating_hide, VALS(v_int(rating)), &n));
    if (n == 0)
        return act_wrong_state(x);
    return act_log(x, "market.rating.hidden", rating, KVS(kv_text("reason", reason)), NULL);
}

static rc list(struct rows *r, struct mkt_rating **out, size_t *n, struct arena *a)
{
    VEC(struct mkt_rating) v = {0};
    while (rows_next(r)) {
        struct mkt_rating *m = VEC_ADD(&v, a);
        if (!m)
            break;
        *m = (struct mkt_rating){.id = row_int(r, 0),
                                 .order = row_int(r, 1),
                                 .solution = row_int(r, 2),
                                 .vendor = row_int(r, 3),
                                 .trade = row_dup(r, 4, a),
                                 .county = row_dup(r, 5, a),
                                 .stars = {row_int(r, 6), row_int(r, 7), row_int(r, 8), row_int(r, 9)},
                                 .text = row_dup(r, 10, a),
                                 .at = row_int(r, 11),
                                 .reply = row_dup(r, 12, a),
                                 .replied = row_int(r, 13)};
    }
    TRY(rows_end(r));
    *out = v.v;
    *n = v.n;
    return arena_rc(a);
}

rc mkt_rating_get(struct tx *tx, id rating, struct mkt_rating *out, struct arena *a)
{
    struct rows r;
    struct mkt_rating *found;
    size_t n;
    TRY(db_select(tx, &mq_rating_get, VALS(v_int(rating)), &r));
    TRY(list(&r, &found, &n, a));
    if (n == 0)
        return E_NOTFOUND;
    *out = found[0];
    return OK;
}

rc mkt_ratings(struct tx *tx, id solution, int64_t offset, int64_t limit, struct mkt_rating **out, size_t *n,
               struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &mq_ratings, VALS(v_int(solution), v_int(offset), v_int(limit)), &r));
    return list(&r, out, n, a);
}

rc mkt_ratings_of_vendor(struct tx *tx, id vendor, int64_t limit, struct mkt_rating **out, size_t *n, struct arena *a)
{
    struct rows r;
    TRY(db_select(tx, &mq_ratings_vendor, VALS(v_int(vendor), v_int(limit)), &r));
    return list(&r, out, n, a);
}

QUERY(mq_rating_distribution, "i", "ii",
      "SELECT (stars_1 + stars_2 + stars_3 + stars_4 + 2) / 4, COUNT(*) FROM market_rating WHERE solution = $1"
      " GROUP BY (stars_1 + stars_2 + stars_3 + stars_4 + 2) / 4 ORDER BY 1");

rc mkt_rating_distribution(struct tx *tx, id solution, int64_t by_stars[STARS])
{
    struct rows r;
    for (int i = 0; i < STARS; i++)
        by_stars[i] = 0;
    TRY(db_select(tx, &mq_rating_distribution, VALS(v_int(solution)), &r));
    while (rows_next(&r))
        if (row_int(&r, 0) >= 1 && row_int(&r, 0) <= STARS)
            by_stars[row_int(&r, 0) - 1] = row_int(&r, 1);
    return rows_end(&r);
}

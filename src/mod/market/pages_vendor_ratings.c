/* Ratings of the vendor's services, and the one reply each can have. */
#include "mod/market/pages_vendor.h"
#include "vendor_ratings.view.h"

enum { SHOWN = 100, LOOK = 1000 };

static const struct choice shows[] = {{"unanswered", N_("Without a reply")}, {NULL, NULL}};
INPUT(list_in, {.name = "show", .type = F_CHOICE, .choices = shows, .label = N_("Show")});
INPUT(reply_in, {.name = "reply",
                 .type = F_LINES,
                 .required = true,
                 .max = 1000,
                 .label = N_("Your reply"),
                 .hint = N_("Everybody reads it below the rating. There is one reply, and it cannot be changed.")});

str mkt_rated_name(const struct ctx *c, const struct mkt_vendor_ratings_page *p, id solution)
{
    for (size_t i = 0; i < p->n_solutions; i++)
        if (p->solutions[i].id == solution)
            return in_lang(c, p->solutions[i].name, p->solutions[i].name_en);
    return STR_EMPTY;
}

static rc list_read(struct ctx *c)
{
    struct mkt_vendor_ratings_page p = {.unanswered =
                                            in_value(&c->in, "show")->given && !in_value(&c->in, "show")->bad};
    struct mkt_solution *solutions;
    struct mkt_rating *ratings;
    size_t n;
    TRY(mkt_ratings_of_vendor(c->tx, c->session.party, LOOK, &ratings, &n, c->arena));
    TRY(mkt_solutions_of(c->tx, c->session.party, &solutions, &p.n_solutions, c->arena));
    p.solutions = solutions;
    p.v = ratings;
    for (size_t i = 0; i < n; i++) {
        bool open = ratings[i].reply.n == 0;
        p.waiting += open;
        if (p.n < SHOWN && (open || !p.unanswered))
            ratings[p.n++] = ratings[i];
    }
    view_market_vendor_ratings(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc reply_read(struct ctx *c)
{
    struct mkt_reply_page p = {.spec = &reply_in};
    struct mkt_solution s;
    id rating;
    TRY(path_id(c, "id", &rating));
    TRY(mkt_rating_get(c->tx, rating, &p.r, c->arena));
    TRY(mkt_own_solution_by_id(c, p.r.solution, &s));
    p.solution = in_lang(c, s.name, s.name_en);
    view_market_vendor_reply(&c->reply->body, c, &p);
    return reply_page(c, 200);
}

static rc reply_write(struct tx *tx, struct ctx *c)
{
    struct act x = ACT(tx, c);
    id rating;
    TRY(path_id(c, "id", &rating));
    TRY(mkt_rating_reply(&x, rating, in_text(&c->in, "reply")));
    flash(c, N_("Your reply stands below the rating."));
    return go(c, "/market/vendor/ratings");
}

static const struct route routes[] = {
    {.method = HTTP_GET,
     .path = "/market/vendor/ratings",
     .perm = AS_VENDOR,
     .in = &list_in,
     .read = list_read,
     .form = list_read,
     .summary = N_("Ratings of the vendor's services")},
    {.method = HTTP_GET,
     .path = "/market/vendor/ratings/{id}",
     .perm = AS_VENDOR,
     .read = reply_read,
     .summary = N_("Reply to a rating: form")},
    {.method = HTTP_POST,
     .path = "/market/vendor/ratings/{id}",
     .perm = AS_VENDOR,
     .in = &reply_in,
     .write = reply_write,
     .form = reply_read,
     .summary = N_("Reply to a rating")},
};
const struct route_table mkt_vendor_rating_routes = {"market", routes, sizeof routes / sizeof routes[0]};

/* Words of the demonstration world: whimsical stems make every name natural in Taiwan and plainly invented. */
#ifndef RISE_MOD_MARKET_DEMO_WORDS_H
#define RISE_MOD_MARKET_DEMO_WORDS_H
#include <stddef.h>

struct pair_word {
    const char *zh, *en;
};
struct trade_word {
    const char *code;
    const char *shop, *shop_en;
    const char *company, *company_en;
    const char *registry;
};
struct product {
    const char *category, *zh, *en, *summary, *summary_en;
};
struct opinion {
    int stars;
    const char *text;
};
struct county_word {
    const char *code, *zh, *area;
    int weight;
};

extern const struct pair_word demo_moods[], demo_beings[], demo_people[];
extern const size_t demo_moods_n, demo_beings_n, demo_people_n;
extern const struct trade_word demo_trades[];
extern const size_t demo_trades_n;
extern const char *const demo_streets[];
extern const size_t demo_streets_n;
extern const struct county_word demo_counties[];
extern const size_t demo_counties_n;
extern const struct product demo_products[];
extern const size_t demo_products_n;
extern const char *const demo_features[6][3],
    *const demo_features_en[6][3]; /* by category, sentences of a description */
extern const struct opinion demo_opinions[];
extern const size_t demo_opinions_n;
extern const char *const demo_replies[];
extern const size_t demo_replies_n;
#endif

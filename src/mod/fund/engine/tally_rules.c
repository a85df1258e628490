/* The rules as a canonical text, and back. One table says which keys there are, for which methods, and within which
 * bounds; its order is the order of the keys. */
#include "base/json.h"
#include "mod/fund/engine/tally_parts.h"

const struct choice tally_methods[] = {{"qf", N_("Quadratic funding")},
                                       {"cqf", N_("Capital-constrained quadratic funding")},
                                       {"pairwise", N_("Pairwise-bounded quadratic funding")},
                                       {"cocm", N_("Connection-oriented cluster match")},
                                       {"qv", N_("Quadratic voting")},
                                       {NULL, NULL}};
const struct choice tally_weights[] = {{"s2c", N_("Square of the sum of roots, less the sum")},
                                       {"s2", N_("Square of the sum of roots")},
                                       {"s", N_("Sum of roots")},
                                       {NULL, NULL}};
const struct choice tally_saturations[] = {
    {"scale", N_("Always pay the whole pool")}, {"pay", N_("Pay no more than the weights")}, {NULL, NULL}};
const struct choice tally_mins[] = {
    {"gift", N_("Each gift")}, {"donor", N_("The sum of a donor's gifts to a project")}, {NULL, NULL}};
const struct choice tally_qv_costs[] = {
    {"square", N_("n votes cost n²")}, {"triangle", N_("n votes cost n(n+1)/2")}, {NULL, NULL}};
const struct choice tally_cocms[] = {{"paper", N_("As in the paper")},
                                     {"share", N_("By the share of common friends")},
                                     {"harsh", N_("By the share of common friends, without the near")},
                                     {NULL, NULL}};

enum {
    QF = 1 << TALLY_QF,
    CQF = 1 << TALLY_CQF,
    PAIRWISE = 1 << TALLY_PAIRWISE,
    COCM = 1 << TALLY_COCM,
    QV = 1 << TALLY_QV
};
enum { MONEY = QF | CQF | PAIRWISE | COCM, EVERY = MONEY | QV, VERSION = 1 };
enum { VERSION_AT = -1 }; /* of the engine, not a member: what the same rules mean may only change with it */

/* One key. Numbers are int64 members, choices are enums. */
struct key {
    const char *name;
    unsigned methods;
    ptrdiff_t at; /* offset in struct tally_rules, or VERSION_AT */
    int64_t min, max;
    const struct choice *choices; /* NULL: a number */
};
#define NUMBER(member, methods, min, max)                                                                              \
    {                                                                                                                  \
#member, methods, (ptrdiff_t)offsetof(struct tally_rules, member), min, max, NULL                              \
    }
#define CHOICE(member, methods, choices)                                                                               \
    {                                                                                                                  \
#member, methods, (ptrdiff_t)offsetof(struct tally_rules, member), 0, 0, choices                               \
    }

static const struct key keys[] = {
    NUMBER(cap, EVERY, 0, TALLY_AMOUNT_MAX),
    NUMBER(clip_organisation, MONEY, 0, TALLY_AMOUNT_MAX),
    NUMBER(clip_person, MONEY, 0, TALLY_AMOUNT_MAX),
    CHOICE(cocm, COCM, tally_cocms),
    NUMBER(decimals, MONEY, 0, 8),
    CHOICE(method, EVERY, tally_methods),
    NUMBER(min, MONEY, 0, TALLY_AMOUNT_MAX),
    CHOICE(min_of, MONEY, tally_mins),
    NUMBER(pairwise_a, PAIRWISE, 1, INT64_C(1000000000000)),
    NUMBER(pool, EVERY, 0, TALLY_AMOUNT_MAX),
    NUMBER(qv_budget, QV, 1, 1000000000),
    CHOICE(qv_cost, QV, tally_qv_costs),
    CHOICE(saturation, QF | PAIRWISE | COCM, tally_saturations),
    {"version", EVERY, VERSION_AT, VERSION, VERSION, NULL},
    CHOICE(weight, QF, tally_weights),
};
enum { KEYS = sizeof keys / sizeof keys[0] };

struct tally_rules tally_rules_default(enum tally_method m)
{
    return (struct tally_rules){.method = m, .pairwise_a = 25, .qv_budget = 99};
}

/* Every choice is an enum, which gcc and clang give the width of an int. */
static bool is_int(const struct key *k)
{
    return k->choices || k->at == (ptrdiff_t)offsetof(struct tally_rules, decimals);
}

static int64_t value_of(const struct tally_rules *r, const struct key *k)
{
    if (k->at == VERSION_AT)
        return VERSION;
    const char *at = (const char *)r + k->at;
    int small;
    int64_t number;
    if (is_int(k)) {
        memcpy(&small, at, sizeof small);
        return small;
    }
    memcpy(&number, at, sizeof number);
    return number;
}

static void set_value(struct tally_rules *r, const struct key *k, int64_t v)
{
    if (k->at == VERSION_AT)
        return;
    char *at = (char *)r + k->at;
    int small = (int)v;
    if (is_int(k))
        memcpy(at, &small, sizeof small);
    else
        memcpy(at, &v, sizeof v);
}

static size_t count_choices(const struct choice *c)
{
    size_t n = 0;
    while (c[n].value)
        n++;
    return n;
}

static bool in_bounds(const struct key *k, int64_t v)
{
    return k->choices ? v >= 0 && v < (int64_t)count_choices(k->choices) : v >= k->min && v <= k->max;
}

rc tally_rules_check(const struct tally_rules *r, struct err *err)
{
    if ((unsigned)r->method > TALLY_QV)
        return ERR_FIELD(err, "method", "FND-105", N_("There is no such method."));
    struct tally_rules standard = tally_rules_default(r->method);
    for (size_t i = 0; i < KEYS; i++) {
        int64_t v = value_of(r, &keys[i]);
        bool used = keys[i].methods >> r->method & 1;
        if (!used && v != value_of(&standard, &keys[i]))
            return ERR_FIELD(err, keys[i].name, "FND-105", N_("The method {1} has no such rule."),
                             str_of(tally_methods[r->method].value));
        if (used && !in_bounds(&keys[i], v))
            return ERR_FIELD(err, keys[i].name, "FND-105", N_("The value is out of bounds."));
    }
    if (r->method == TALLY_QF && r->weight == TALLY_S && r->saturation == TALLY_PAY)
        return ERR_FIELD(err, "saturation", "FND-105", N_("A weight of roots is no amount that could be paid."));
    return OK;
}

void tally_rules_json(const struct tally_rules *r, struct buf *out)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    for (size_t i = 0; i < KEYS; i++) {
        if (!(keys[i].methods >> r->method & 1))
            continue;
        int64_t v = value_of(r, &keys[i]);
        if (keys[i].choices)
            jo_kstr(&o, keys[i].name, str_of(keys[i].choices[v].value));
        else
            jo_kint(&o, keys[i].name, v);
    }
    jo_end_obj(&o);
}

struct sha256 tally_rules_hash(const struct tally_rules *r)
{
    BUF_SCOPED text = BUF_INIT(4096);
    tally_rules_json(r, &text);
    return sha256_of(buf_str(&text));
}

/* ---- reading ---- */

static rc bad_rules(struct err *err, const char *key)
{
    return ERR(err, E_INVALID, "FND-100", N_("The rules are malformed at {1}."), str_of(key));
}

static int64_t choice_at(const struct choice *choices, str value)
{
    for (int64_t i = 0; choices[i].value; i++)
        if (str_eq(str_of(choices[i].value), value))
            return i;
    return -1;
}

static rc read_key(const struct json *j, const struct key *k, struct tally_rules *r, struct err *err)
{
    const struct json *value = json_get(j, k->name);
    int64_t v;
    if (k->choices)
        v = json_type(value) == JSON_STRING_ ? choice_at(k->choices, json_str(value)) : -1;
    else if (json_type(value) == JSON_INT)
        v = json_int(value, 0);
    else
        return bad_rules(err, k->name);
    if (!in_bounds(k, v))
        return bad_rules(err, k->name);
    set_value(r, k, v);
    return OK;
}

rc tally_rules_read(struct arena *a, str text, struct tally_rules *out, struct err *err)
{
    const struct json *j;
    TRY(json_parse(a, text, 4096, &j, err));
    if (json_type(j) != JSON_OBJECT_)
        return bad_rules(err, "{");
    int64_t method = choice_at(tally_methods, json_str(json_get(j, "method")));
    if (method < 0)
        return bad_rules(err, "method");
    *out = tally_rules_default((enum tally_method)method);
    size_t n = 0;
    for (size_t i = 0; i < KEYS; i++)
        if (keys[i].methods >> method & 1) {
            TRY(read_key(j, &keys[i], out, err));
            n++;
        }
    if (json_count(j) != n) /* names are unique, so the others are unknown */
        return bad_rules(err, "}");
    return tally_rules_check(out, err);
}

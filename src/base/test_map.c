#include "base/map.h"
#include "t.h"

/* n bytes 00 01 02 …, key 00 … 0f. Made by a second implementation (Python), which with 2 and 4 rounds gives the
 * vectors of the SipHash paper, appendix A. */
START_TEST(siphash_vectors)
{
    static const struct {
        size_t n;
        uint64_t hash;
    } vectors[] = {
        {0, 0xabac0158050fc4dc}, {1, 0xc9f49bf37d57ca93},  {7, 0xd3927d989bb11140},  {8, 0x369095118d299a8e},
        {9, 0x25a48eb36c063de4}, {15, 0xd320d86d2a519956}, {16, 0xcc4fdd1a7d908b66}, {63, 0x9d199062b7bbb3a8},
    };
    unsigned char bytes[64];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)i;
    map_seed(0x0706050403020100, 0x0f0e0d0c0b0a0908);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        ck_assert_uint_eq(str_hash(str_n(bytes, vectors[i].n)), vectors[i].hash);
}
END_TEST

enum { N = 5000 };
static char keys[N][8];
static str key(size_t i)
{
    return str_n(keys[i], (size_t)snprintf(keys[i], sizeof keys[i], "k%zu", i));
}

START_TEST(puts_gets_deletes)
{
    struct map m = MAP_INIT;
    ck_assert_ptr_null(map_get(&m, STR("x")));
    ck_assert(!map_del(&m, STR("x")));
    static int values[N];
    for (size_t i = 0; i < N; i++)
        t_ok(map_put(&m, key(i), &values[i]));
    ck_assert_uint_eq(m.n, N);
    for (size_t i = 0; i < N; i++)
        ck_assert_ptr_eq(map_get(&m, key(i)), &values[i]);
    for (size_t i = 0; i < N; i += 3)
        ck_assert(map_del(&m, key(i)));
    for (size_t i = 0; i < N; i++)
        ck_assert_ptr_eq(map_get(&m, key(i)), i % 3 ? &values[i] : NULL);
    ck_assert(!map_del(&m, key(0)));
    t_ok(map_put(&m, key(1), &values[0]));
    ck_assert_ptr_eq(map_get(&m, key(1)), &values[0]);

    size_t seen = 0, i = 0;
    str k;
    void *v;
    while (map_next(&m, &i, &k, &v)) {
        seen++;
        ck_assert_ptr_eq(map_get(&m, k), v);
    }
    ck_assert_uint_eq(seen, m.n);
    ck_assert_uint_eq(seen, N - (N + 2) / 3);
    map_free(&m);
    ck_assert_ptr_null(map_get(&m, key(1)));
}
END_TEST

/* Against a plain array, with few keys so that runs collide and wrap. */
START_TEST(same_as_a_list)
{
    struct map m = MAP_INIT;
    void *list[11] = {NULL};
    static int values[4];
    uint64_t x = 88172645463325252;
    for (int step = 0; step < 200000; step++) {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        size_t i = x % 11;
        if (x >> 32 & 1) {
            t_loop(map_put(&m, key(i), list[i] = &values[x >> 40 & 3]) == OK);
        } else {
            t_loop(map_del(&m, key(i)) == (list[i] != NULL));
            list[i] = NULL;
        }
        if (step % 16 == 0)
            for (size_t k = 0; k < 11; k++)
                t_loop(map_get(&m, key(k)) == list[k]);
    }
    map_free(&m);
}
END_TEST

START_TEST(empty_key)
{
    struct map m = MAP_INIT;
    int v;
    t_ok(map_put(&m, (str){NULL, 0}, &v));
    ck_assert_ptr_eq(map_get(&m, STR_EMPTY), &v);
    ck_assert_ptr_eq(map_get(&m, (str){NULL, 0}), &v);
    ck_assert(map_del(&m, STR_EMPTY));
    map_free(&m);
}
END_TEST

START_TEST(seed_changes_hashes)
{
    uint64_t before = str_hash(STR("x"));
    map_seed(1, 2);
    ck_assert_uint_ne(str_hash(STR("x")), before);
}
END_TEST

T_MAIN("base/map", siphash_vectors, puts_gets_deletes, same_as_a_list, empty_key, seed_changes_hashes)

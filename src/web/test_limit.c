#include "t.h"

#include "web/limit.h"

START_TEST(a_bucket_empties_and_fills)
{
    struct limit *l = limit_new(1, 3);
    int wait = 0;
    for (int i = 0; i < 3; i++)
        ck_assert(limit_take(l, STR("192.0.2.1"), 0, &wait));
    ck_assert(!limit_take(l, STR("192.0.2.1"), 0, &wait));
    ck_assert_int_eq(wait, 1);
    ck_assert(limit_take(l, STR("192.0.2.2"), 0, &wait));
    ck_assert(limit_take(l, STR("192.0.2.1"), SECOND, &wait));
    ck_assert(!limit_take(l, STR("192.0.2.1"), SECOND, &wait));
    limit_free(l);
}
END_TEST

START_TEST(an_ipv6_network_is_one_client)
{
    struct limit *l = limit_new(1, 1);
    int wait;
    ck_assert(limit_take(l, STR("2001:db8:1:2:3:4:5:6"), 0, &wait));
    ck_assert(!limit_take(l, STR("2001:db8:1:2:ffff:4:5:6"), 0, &wait));
    ck_assert(limit_take(l, STR("2001:db8:1:3:3:4:5:6"), 0, &wait));
    limit_free(l);
}
END_TEST

START_TEST(a_flood_of_addresses_does_not_free_the_one_held_back)
{
    struct limit *l = limit_new(0.001, 2);
    int wait;
    while (limit_take(l, STR("192.0.2.1"), 0, &wait))
        continue;
    for (int i = 0; i < 200000; i++) {
        char text[32];
        snprintf(text, sizeof text, "10.%d.%d.%d", i >> 16, i >> 8 & 255, i & 255);
        (void)limit_take(l, str_of(text), 1, &wait);
    }
    ck_assert(!limit_take(l, STR("192.0.2.1"), 2, &wait));
    limit_free(l);
}
END_TEST

T_MAIN("web/limit", a_bucket_empties_and_fills, an_ipv6_network_is_one_client,
       a_flood_of_addresses_does_not_free_the_one_held_back)

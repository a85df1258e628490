#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"
#include "t.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#endif

START_TEST(aligned_and_zeroed)
{
    struct arena *a = arena_new(1 << 24);
    for (int round = 0; round < 3; round++) {
        for (size_t size = 0; size < 3000; size += 7) {
            unsigned char *p = arena_alloc(a, size);
            ck_assert_ptr_nonnull(p);
            ck_assert_uint_eq((uintptr_t)p % 16, 0);
            for (size_t i = 0; i < size; i++)
                t_loop(p[i] == 0);
            if (size)
                memset(p, 0xa5, size);
        }
        arena_reset(a);
        ck_assert_uint_eq(arena_used(a), 0);
    }
    arena_free(a);
    arena_free(NULL);
}
END_TEST

START_TEST(cap_holds)
{
    struct arena *a = arena_new(100000);
    ck_assert_ptr_nonnull(arena_alloc(a, 60000)); /* larger than a block */
    t_ok(arena_rc(a));
    ck_assert_ptr_null(arena_alloc(a, 60000));
    t_rc(arena_rc(a), E_LIMIT);
    ck_assert_ptr_nonnull(arena_alloc(a, 16)); /* a refusal costs nothing */
    volatile size_t huge = SIZE_MAX;           /* hidden from the compiler, which would refuse it */
    ck_assert_ptr_null(arena_alloc(a, huge));
    ck_assert_ptr_null(arena_array(a, SIZE_MAX / 2, 3));
    ck_assert_ptr_null(arena_str(a, (str){"", SIZE_MAX}).p);
    arena_reset(a);
    t_ok(arena_rc(a));
    ck_assert_ptr_nonnull(arena_alloc(a, 100000));
    arena_free(a);
}
END_TEST

START_TEST(copies_text)
{
    struct arena *a = arena_new(1 << 20);
    str s = arena_str(a, STR("abc"));
    t_str(s, STR("abc"));
    ck_assert_int_eq(s.p[3], '\0');
    ck_assert_str_eq(arena_cstr(a, (str){NULL, 0}), "");
    t_str(arena_printf(a, "%d-%s", 7, "x"), STR("7-x"));
    str wide = arena_printf(a, "%0300d|", 5);
    ck_assert_uint_eq(wide.n, 301);
    ck_assert_int_eq(wide.p[300], '|');
    arena_free(a);
}
END_TEST

static char order[8];
static void note(void *p)
{
    size_t n = strlen(order);
    order[n] = *(char *)p;
    order[n + 1] = '\0';
}

START_TEST(defers_in_reverse)
{
    struct arena *a = arena_new(1 << 20);
    char x = 'x', y = 'y', z = 'z';
    t_ok(arena_defer(a, note, &x));
    t_ok(arena_defer(a, note, &y));
    arena_reset(a);
    ck_assert_str_eq(order, "yx");
    t_ok(arena_defer(a, note, &z));
    arena_free(a);
    ck_assert_str_eq(order, "yxz");
}
END_TEST

START_TEST(vec_grows)
{
    struct arena *a = arena_new(1 << 20);
    VEC(int64_t) v = {0};
    for (int64_t i = 0; i < 1000; i++) {
        int64_t *p = VEC_ADD(&v, a);
        ck_assert_ptr_nonnull(p);
        ck_assert_int_eq(*p, 0);
        *p = i;
    }
    ck_assert_uint_eq(v.n, 1000);
    for (int64_t i = 0; i < 1000; i++)
        ck_assert_int_eq(v.v[i], i);
    struct arena *small = arena_new(64);
    VEC(int64_t) w = {0};
    while (VEC_ADD(&w, small))
        ck_assert_uint_lt(w.n, 100);
    t_rc(arena_rc(small), E_LIMIT);
    ck_assert_uint_eq(w.n, 8);
    arena_free(small);
    arena_free(a);
}
END_TEST

#ifdef WITH_ASAN
#include <sanitizer/asan_interface.h>
START_TEST(poisons)
{
    struct arena *a = arena_new(1 << 20);
    char *p = arena_alloc(a, 10), *q = arena_alloc(a, 16);
    ck_assert(!__asan_address_is_poisoned(p) && !__asan_address_is_poisoned(p + 9));
    ck_assert(__asan_address_is_poisoned(p + 10) && __asan_address_is_poisoned(q + 16));
    arena_reset(a);
    ck_assert(__asan_address_is_poisoned(p) && __asan_address_is_poisoned(q));
    arena_free(a);
}
END_TEST
T_MAIN("base/arena", aligned_and_zeroed, cap_holds, copies_text, defers_in_reverse, vec_grows, poisons)
#else
T_MAIN("base/arena", aligned_and_zeroed, cap_holds, copies_text, defers_in_reverse, vec_grows)
#endif

/* Test programs: Check without ceremony.
 *
 *     START_TEST(adds) { ck_assert_int_eq(1 + 1, 2); } END_TEST
 *     T_MAIN("base/sum", adds, subtracts)
 *
 * Each test runs in its own process (CK_FORK=no in the environment turns that off for debuggers). */
#ifndef RISE_TESTS_T_H
#define RISE_TESTS_T_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/str.h"

#define T_MAIN(suite_name, ...)                                                                                        \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        const TTest *const tests[] = {__VA_ARGS__};                                                                    \
        Suite *suite = suite_create(suite_name);                                                                       \
        TCase *tcase = tcase_create(suite_name);                                                                       \
        tcase_set_timeout(tcase, 120);                                                                                 \
        for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++)                                                    \
            tcase_add_test(tcase, tests[i]);                                                                           \
        suite_add_tcase(suite, tcase);                                                                                 \
        SRunner *runner = srunner_create(suite);                                                                       \
        srunner_run_all(runner, CK_NORMAL);                                                                            \
        int failed = srunner_ntests_failed(runner);                                                                    \
        srunner_free(runner);                                                                                          \
        return failed ? EXIT_FAILURE : EXIT_SUCCESS;                                                                   \
    }

#define t_ok(expr)       ck_assert_int_eq((expr), OK)
#define t_rc(expr, want) ck_assert_int_eq((expr), (want))
#define t_str(got, want)                                                                                               \
    do {                                                                                                               \
        str t_got_ = (got), t_want_ = (want);                                                                          \
        ck_assert_msg(str_eq(t_got_, t_want_), "got \"%.*s\", want \"%.*s\"", STR_ARG(t_got_), STR_ARG(t_want_));      \
    } while (0)

/* The same as ck_assert for loops of millions: Check notes every passed ck_assert in a file, this one only a failure.
 */
#define t_loop(expr)                                                                                                   \
    do {                                                                                                               \
        if (!(expr))                                                                                                   \
            ck_abort_msg("does not hold: %s", #expr);                                                                  \
    } while (0)

#endif

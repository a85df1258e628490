#include "sys/proc.h"
#include "t.h"

START_TEST(output_and_environment)
{
    struct buf out = BUF_INIT(1000);
    struct err err = {0};
    setenv("RISE_T_KEPT", "kept", 1);
    setenv("RISE_T", "old", 1);
    const char *const argv[] = {"sh", "-c", "read x; echo \"$RISE_T $RISE_T_KEPT $x\"; echo noise >&2", NULL};
    t_ok(proc_run(argv, (const char *const[]){"RISE_T=new value", NULL}, &out, &err));
    t_str(buf_str(&out), STR("new value kept \n"));
    buf_free(&out);
}
END_TEST

START_TEST(failure_has_its_words)
{
    struct err err = {0};
    t_rc(proc_run((const char *const[]){"sh", "-c", "echo '  out of paper ' >&2; exit 3", NULL}, NULL, NULL, &err),
         E_IO);
    t_str(err.main.arg[1], STR("out of paper"));
    err_clear(&err);
    t_rc(proc_run((const char *const[]){"sh", "-c", "kill -9 $$", NULL}, NULL, NULL, &err), E_IO);
    err_clear(&err);
    t_rc(proc_run((const char *const[]){"/nonexistent/program", NULL}, NULL, NULL, &err), E_NOTFOUND);
    ck_assert_str_eq(err.main.code, "SYS-010");
}
END_TEST

START_TEST(much_on_both_sides)
{
    struct buf out = BUF_INIT(10000);
    struct err err = {0};
    const char *const argv[] = {
        "sh", "-c", "head -c 500000 /dev/zero; head -c 500000 /dev/zero >&2; head -c 100000 /dev/zero", NULL};
    t_ok(proc_run(argv, NULL, &out, &err));
    ck_assert_uint_le(out.n, 10000);
    t_ok(buf_rc(&out));
    buf_free(&out);
}
END_TEST

T_MAIN("sys/proc", output_and_environment, failure_has_its_words, much_on_both_sides)

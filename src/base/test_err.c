#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"
#include "t.h"

START_TEST(keeps_the_first)
{
    struct err e = {0};
    t_rc(ERR(&e, E_CONFLICT, "LED-003", N_("The balance is {1}, not {2}."), STR("5"), STR("7")), E_CONFLICT);
    t_rc(ERR(&e, E_IO, "SYS-001", N_("Later.")), E_IO); /* the caller's code is returned all the same */
    t_rc(e.code, E_CONFLICT);
    ck_assert_str_eq(e.main.code, "LED-003");
    ck_assert_int_eq(e.main.n_args, 2);
    BUF_SCOPED b = BUF_INIT(1000);
    err_format(&b, "應為 {2},實為 {1}{3}{x} {", &e.main);
    t_str(buf_str(&b), STR("應為 7,實為 5{3}{x} {"));
    err_clear(&e);
    t_rc(e.code, OK);
    t_rc(ERR(&e, E_IO, "SYS-001", N_("Later.")), E_IO);
    ck_assert_str_eq(e.main.msgid, "Later.");
    t_rc(ERR(NULL, E_IO, "SYS-001", N_("Nobody listens.")), E_IO);
    err_clear(NULL);
}
END_TEST

START_TEST(collects_fields)
{
    struct err e = {0};
    for (int i = 0; i < ERR_FIELDS_MAX + 3; i++)
        t_rc(ERR_FIELD(&e, "name", "INP-001", N_("Enter {1}."), STR("a name")), E_INVALID);
    t_rc(e.code, E_INVALID);
    ck_assert_int_eq(e.n_fields, ERR_FIELDS_MAX);
    ck_assert_str_eq(e.fields[3].field, "name");
    t_str(e.fields[3].arg[0], STR("a name"));
    t_rc(ERR_FIELD(NULL, "name", "INP-001", N_("Enter a name.")), E_INVALID);
}
END_TEST

START_TEST(cuts_between_characters)
{
    static char text[3 * 1000];
    for (size_t i = 0; i < sizeof text; i += 3)
        memcpy(text + i, "雲", 3);
    struct err e = {0};
    t_rc(ERR(&e, E_INVALID, "INP-002", N_("{1} {2}"), str_n(text, sizeof text), STR("more")), E_INVALID);
    ck_assert(utf8_valid(e.main.arg[0]));
    ck_assert_uint_eq(e.main.arg[0].n, ERR_TEXT_MAX / 3 * 3);
    ck_assert_uint_le(e.text_used, ERR_TEXT_MAX);
}
END_TEST

T_MAIN("base/err", keeps_the_first, collects_fields, cuts_between_characters)

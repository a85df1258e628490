#include "db/rule_eval.h"
#include "fuzz.h"

/* An expression is refused with words or runs to one of three values; it never reaches anything but the values given.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"capital", "headcount", "kind"};
    const struct val given[][3] = {{v_int(5), v_int(-7), v_text(STR("company"))}, {v_null(), v_int(200), v_null()}};
    struct err err = {0};
    struct expr *e;
    str text = str_n(data, size), rest = text;
    struct expr_token t;
    rc code;
    size_t steps = 0;
    while (expr_next(&rest, names, 3, &t, &code, NULL))
        HOLDS(++steps <= size);
    code = expr_new(names, 3, text, &e, &err);
    if (code != OK) {
        HOLDS(!e && err.main.msgid);
        return 0;
    }
    HOLDS(size <= EXPR_MAX && !memchr(data, 0, size));
    for (size_t i = 0; i < 2; i++) {
        enum expr_truth truth = (enum expr_truth)99, again = (enum expr_truth)98;
        rc first = expr_run(e, given[i], &truth, &err), second = expr_run(e, given[i], &again, &err);
        HOLDS(first == second);
        HOLDS(first != OK || (truth == again && truth <= EXPR_UNKNOWN));
    }
    expr_free(e);
    return 0;
}

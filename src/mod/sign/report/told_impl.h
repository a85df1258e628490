/* Shared by told*.c. */
#ifndef RISE_SIGN_TOLD_IMPL_H
#define RISE_SIGN_TOLD_IMPL_H
#include "mod/sign/report/told.h"

struct telling {
    struct arena *a;
    const struct report *r;
    enum lang lang;
};
str told_text(const struct telling *t, const char *msgid); /* translated */
str told_format(const struct telling *t, const char *msgid, const str *args, int n);
#define TOLD(t, msgid, ...)                                                                                            \
    told_format((t), (msgid), (const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__} + 1,                                 \
                (int)(sizeof((const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__}) / sizeof(str)) - 1)
str told_time(const struct telling *t, instant when);
rc told_fact(const struct telling *t, told_pairs *to, const char *key, str value);

/* The tables of one signature (told_tables.c). */
rc told_path(const struct telling *t, const struct report_signature *s, struct told_table *out);
rc told_stamps(const struct telling *t, const struct report_signature *s, struct told_table *out);
/* One signature (told_signature.c). */
rc told_signature(const struct telling *t, size_t i, struct told_signature *out);
#endif

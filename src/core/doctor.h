/* `rise doctor`: every check of every module, one after the other, each on a snapshot of its own. */
#ifndef RISE_CORE_DOCTOR_H
#define RISE_CORE_DOCTOR_H

#include "core/module.h"

/* Adds a sentence to a finding, "; " between: FINDING(finding, lang, msgid, str…), FINDING_N(finding, lang, msgid,
 * int64_t…). */
void finding_put(struct buf *finding, enum lang l, const char *msgid, const str *args, int n);
void finding_put_numbers(struct buf *finding, enum lang l, const char *msgid, const int64_t *args, int n);
void finding_put_err(struct buf *finding, enum lang l, const struct err *err); /* nothing when nothing was reported */
#define FINDING(finding, l, msgid, ...)                                                                                \
    finding_put((finding), (l), (msgid), (const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__} + 1,                      \
                (int)(sizeof((const str[]){STR_EMPTY __VA_OPT__(, ) __VA_ARGS__}) / sizeof(str)) - 1)
#define FINDING_N(finding, l, msgid, ...)                                                                              \
    finding_put_numbers((finding), (l), (msgid), (const int64_t[]){__VA_ARGS__},                                       \
                        (int)(sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)))

/* Called once per check. `finding` is what the check says about itself (a figure, or what is wrong); valid during the
 * call. */
typedef void (*doctor_fn)(void *arg, const char *module, const struct check *check, rc result, str finding, int64_t us);

/* OK when every check passed, else E_CORRUPT (or the first other failure). The database must be open. */
rc doctor_run(struct app *app, doctor_fn fn, void *arg);
#endif

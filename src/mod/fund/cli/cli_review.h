/* What the verbs assign, calibrate and sroi share: files in, faults and figures out. */
#ifndef RISE_MOD_FUND_CLI_REVIEW_H
#define RISE_MOD_FUND_CLI_REVIEW_H

#include "core/verb.h"
#include "http/input.h"
#include "mod/fund/review_files.h"

enum { CLI_OUT_MAX = 512 << 20 };
#define CLI_ARENA_MAX ((size_t)4 << 30)

/* One run of a verb: its memory, its output (written to the standard output when the verb says DONE or asks for it). */
struct cli_run {
    struct app *app;
    const struct input *in;
    struct err *err;
    struct arena *a;
    struct buf out;
    struct table_faults faults;
};
/* Runs fn in an arena of its own; prints what it left in `out`, and wrong rows with a total (FND-218). */
int cli_review_run(struct app *app, const struct input *in, struct err *err, rc (*fn)(struct cli_run *x));

/* The file that an option names, file == NULL when it was not given. */
rc cli_file(struct cli_run *x, const char *option, struct named_bytes *out);
void cli_complain(struct cli_run *x, const struct buf *text);               /* to the standard error */
void cli_say(struct cli_run *x, const char *msgid, const str *args, int n); /* a line of `out`, translated */
void cli_fixed(struct buf *out, int width, int64_t v, int decimals);        /* right-aligned, "-0.500" */
str cli_fixed_text(struct arena *a, int64_t v, int decimals);               /* for JSON: a decimal string */

int fund_verb_assign(struct app *app, const struct input *in, struct err *err);
int fund_verb_calibrate(struct app *app, const struct input *in, struct err *err);
int fund_verb_sroi(struct app *app, const struct input *in, struct err *err);

#endif

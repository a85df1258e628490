/* Running a verb of the command line: what every module's cli.c does in the same way. */
#ifndef RISE_CORE_VERB_H
#define RISE_CORE_VERB_H

#include <stdio.h>

#include "core/act.h"
#include "core/app.h"
#include "core/import.h"

enum { VERB_DONE = 0, VERB_FAILED = 1, VERB_REFUSED = 2 }; /* exit codes: REFUSED is the input's fault, or a "no" */
int verb_exit(rc r);

/* One operation in one transaction, as the system. It may run again; then the arena is reset first. Its error comes
 * out in *err. */
rc verb_write(struct app *app, struct arena *a, rc (*fn)(const struct act *x, void *arg), void *arg, struct err *err);

/* Reads in one snapshot, and writes `out` to the standard output. VRB-001 E_NOTFOUND: nothing by that name. */
int verb_print(struct app *app, const struct input *in,
               rc (*fn)(struct tx *tx, const struct input *in, struct buf *out, struct arena *a), struct err *err);

/* Lines for people. What else would steer a terminal, which may come from a file or from another machine, becomes
 * U+FFFD. */
void verb_put(FILE *to, str lines);
void verb_say(enum lang lang, const char *msgid, const str *args, int n); /* a line of the standard output */
/* The report of an import: wrong rows to the standard error, the counts to the standard output. */
void verb_print_import(const struct import_report *m, enum lang lang);
#endif

/* Private to the demonstration's files (demo*.c, *_demo.c): what each of them needs. */
#ifndef RISE_SIGN_DEMO_IMPL_H
#define RISE_SIGN_DEMO_IMPL_H
#include "core/act.h"
#include "core/app.h"
#include "core/demo.h"

struct demo_paper {
    const char *title;
    const char *const *text; /* paragraphs */
    size_t n;
};
/* A PDF of it, marked as demonstration; in the arena. */
rc demo_pdf(const struct demo_paper *paper, instant made, struct arena *a, str *out, struct err *err);
/* The person who has this address as they work in their organisation. E_NOTFOUND: a world without them */
rc demo_session(struct tx *tx, const char *email, struct session *out, struct arena *a);
/* *fresh: the person is there, and their organisation has no document yet. Nothing is ever played twice. */
rc demo_rooms_begin(struct app *app, const char *email, struct session *out, struct arena *a, bool *fresh);

rc approvals_demo(struct app *app, const struct demo *world, struct err *err); /* demo_approval.c */
#endif

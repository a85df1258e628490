/* Private to the room: its verbs, routes, checks, job and demonstration, for module_ca.c. */
#ifndef RISE_SIGN_TRUST_DOORS_H
#define RISE_SIGN_TRUST_DOORS_H
#include "core/job.h"
#include "core/module.h"

enum { TRUST_VERBS = 7, TRUST_CHECKS = 4 };
extern const struct verb trust_verbs[TRUST_VERBS];
extern const struct route_table trust_routes;
extern const struct route_table trust_page_routes;
extern const struct check trust_checks[TRUST_CHECKS];
#define TRUST_JOB_EVERY MINUTE
rc trust_job_run(struct job *j);
rc trust_answers_job(struct job *j); /* keeps answers ready; drops those that ran out */
rc trust_demo(struct app *app, const struct demo *d, struct err *err);
#endif

/* The trust services as a part of their own, so that its verbs are `rise ca …`; the tables are the module sign's. */
#include "mod/sign/trust/trust_doors.h"

extern const struct module ca_module;

static const struct route_table *const tables[] = {&trust_routes, &trust_page_routes, NULL};

static const struct job_kind jobs[] = {
    {"ca.lists", N_("Revocation lists are published again in time"), trust_job_run, TRUST_JOB_EVERY},
    {"ca.answers", N_("Answers about certificates (OCSP) are signed beforehand, where that is set"), trust_answers_job,
     TRUST_JOB_EVERY},
};

const struct module ca_module = {
    .name = "ca",
    .title = N_("Trust services"),
    .tables = tables,
    .verbs = trust_verbs,
    .n_verbs = TRUST_VERBS,
    .checks = trust_checks,
    .n_checks = TRUST_CHECKS,
    .jobs = jobs,
    .n_jobs = sizeof jobs / sizeof jobs[0],
    .demo = trust_demo,
};

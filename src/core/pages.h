/* Private to core: what the handlers hand to core's views (core/views). Texts live in the request's arena. */
#ifndef RISE_CORE_PAGES_H
#define RISE_CORE_PAGES_H

#include "core/account.h"
#include "core/job.h"
#include "core/log_verify.h"
#include "core/module.h"
#include "core/notice.h"
#include "core/party.h"
#include "core/programme.h"
#include "core/publiclog.h"
#include "web/permission.h"

#define ORGANISATION (AS_FIRM | AS_VENDOR | AS_OFFICER | AS_ADMIN) /* may have API keys and a webhook */

struct signin_page {
    str next;
    bool demo;
    const struct member *people; /* demonstration: one account per role */
    size_t n_people;
};

struct account_page {
    struct account account;
    const struct member *hats;
    size_t n_hats;
    const struct session_row *sessions;
    size_t n_sessions;
    const struct job_row *jobs;
    size_t n_jobs;
};

struct keys_page {
    const struct apikey *keys;
    size_t n_keys;
    const struct member *members;
    size_t n_members;
    str hook_url;  /* "" when none is set */
    str fresh_key; /* shown once; "" otherwise */
    str fresh_secret;
};

struct permissions_page {
    const struct http_route *routes;
    size_t n_routes;
};

struct log_page {
    const struct input_spec *spec;
    struct log_status status;
    bool checked, proved;
    struct log_proof proof; /* when proved */
    str why;                /* when not */
};

struct programme_page {
    struct programme programme;
    const struct param_version *params;
    size_t n_params;
};

/* "/jobs/{id}" and what it shows. `label`: msgid of the kind. */
struct job_page {
    struct job_row job;
    const char *label;
    int permille; /* of the work; 0 when the total is not known yet */
    bool open;
    str events; /* where its progress is told; "" when it has ended */
};

/* The words for the AS_* bits of a membership, in c->lang, comma-separated. */
str perms_text(const struct ctx *c, perm perms);

/* A mail as it would have been sent: with the address of where to look. */
str outbox_text(const struct ctx *c, const struct outbox_row *m);
/* Its link as a path of this site; "" when it has none. */
str outbox_link(const struct ctx *c, const struct outbox_row *m);

#endif

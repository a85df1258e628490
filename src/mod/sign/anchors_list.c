/* Trusted lists as anchors. */
#include "mod/sign/anchors.h"
#include "mod/sign/engine/tsl.h"
#include "mod/sign/engine/xades.h"
#include "sys/file.h"

enum { OPERATORS_MAX = 64 };

/* Where an anchor comes from, for people: names only, so nothing is translated. */
static str origin(struct arena *a, const struct tsl *l, const struct tsl_service *s, str reason)
{
    str where = arena_printf(a, "%.*s, %.*s; %.*s %.*s #%lld", STR_ARG(s->provider), STR_ARG(s->name),
                             STR_ARG(l->territory), STR_ARG(l->scheme), (long long)l->sequence);
    return reason.n ? arena_printf(a, "%.*s (%.*s)", STR_ARG(reason), STR_ARG(where)) : where;
}

static rc add_services(struct arena *a, const struct tsl *l, str reason, struct sign_rules *rules, struct err *err)
{
    if (rules->n_anchors + l->n > ANCHORS_MAX)
        return ERR(err, E_LIMIT, "SIG-603", N_("There are too many files to trust."));
    struct sign_anchor *all = ARENA_ARRAY(a, rules->n_anchors + l->n + 1, struct sign_anchor);
    if (!all)
        return arena_failed(a);
    for (size_t i = 0; i < rules->n_anchors; i++)
        all[i] = rules->anchors[i];
    for (size_t i = 0; i < l->n; i++)
        all[rules->n_anchors++] = (struct sign_anchor){.cert = l->services[i].cert,
                                                       .presumption = reason.n ? PRESUMPTION_FOREIGN : PRESUMPTION_NONE,
                                                       .reason = origin(a, l, &l->services[i], reason),
                                                       .use = l->services[i].use,
                                                       .periods = l->services[i].periods,
                                                       .n_periods = l->services[i].n_periods};
    rules->anchors = all;
    return arena_rc(a);
}

static rc add_warning(struct arena *a, const struct tsl *l, struct sign_rules *rules)
{
    BUF_SCOPED since = BUF_INIT(64);
    struct sign_warning *all = ARENA_ARRAY(a, rules->n_warnings + 1, struct sign_warning);
    if (!all)
        return arena_failed(a);
    for (size_t i = 0; i < rules->n_warnings; i++)
        all[i] = rules->warnings[i];
    buf_day(&since, instant_day(l->has_next ? l->next_update : l->issued));
    all[rules->n_warnings++] =
        (struct sign_warning){.name = "list-expired",
                              .words = l->has_next ? N_("The trusted list {1} was to be renewed by {2}. What happened "
                                                        "since is not known.")
                                                   : N_("The trusted list {1} was closed on {2}."),
                              .args = {l->scheme, arena_str(a, buf_str(&since))}};
    rules->warnings = all;
    return arena_rc(a);
}

rc anchors_read_list(struct arena *a, const char *list, const char *operators, str reason, struct sign_rules *rules,
                     struct err *err)
{
    BUF_SCOPED xml = BUF_INIT(XADES_BYTES_MAX);
    BUF_SCOPED pem = BUF_INIT(ANCHOR_FILE_MAX);
    struct cert **pinned = NULL;
    size_t n = 0;
    struct tsl *l = NULL;
    TRY(file_read(operators, &pem, err));
    TRY(cert_read_all(a, buf_str(&pem), OPERATORS_MAX, &pinned, &n, err));
    TRY(file_read(list, &xml, err));
    str kept = arena_str(a, buf_str(&xml));
    if (!kept.p)
        return arena_failed(a);
    TRY(tsl_read(a, kept, pinned, n, &l, err));
    TRY(add_services(a, l, reason, rules, err));
    return !l->has_next || l->next_update < rules->now ? add_warning(a, l, rules) : OK;
}

#include "mod/sign/trusted.h"

#include "mod/sign/anchors.h"
#include "mod/sign/trust/trust.h"
#include "sys/clock.h"
#include "sys/file.h"

/* Everything that is trusted is in arrays with room for the installation's own authorities. */
static rc add_own(struct tx *tx, struct arena *a, enum lang lang, struct sign_rules *rules, struct err *err)
{
    struct trust_authority *own = NULL;
    size_t n = 0;
    TRY(trust_authorities(tx, a, &own, &n));
    struct sign_anchor *anchors = ARENA_ARRAY(a, rules->n_anchors + n + 1, struct sign_anchor);
    struct crl **crls = ARENA_ARRAY(a, rules->n_crls + n + 1, struct crl *);
    struct cert **pool = ARENA_ARRAY(a, n + 1, struct cert *);
    if (!anchors || !crls || !pool)
        return arena_failed(a);
    for (size_t i = 0; i < rules->n_anchors; i++)
        anchors[i] = rules->anchors[i];
    for (size_t i = 0; i < rules->n_crls; i++)
        crls[i] = rules->crls[i];
    for (size_t i = 0; i < n; i++) {
        BUF_SCOPED der = BUF_INIT(TRUST_CRL_MAX);
        instant from, until;
        pool[rules->n_pool++] = own[i].cert;
        if (cert_name_same(own[i].cert->issuer, own[i].cert->subject))
            anchors[rules->n_anchors++] =
                (struct sign_anchor){.cert = own[i].cert,
                                     .presumption = PRESUMPTION_NONE,
                                     .reason = str_of(tr(lang, N_("the certification authority of this site")))};
        rc r = trust_crl_get(tx, own[i].id, &der, &from, &until);
        if (r == E_NOTFOUND)
            continue;
        TRY(r);
        str kept = arena_str(a, buf_str(&der));
        if (!kept.p)
            return arena_failed(a);
        TRY(crl_read(a, kept, &crls[rules->n_crls++], err));
    }
    rules->anchors = anchors;
    rules->crls = crls;
    rules->pool = pool;
    return OK;
}

rc trusted_rules(const struct app *app, struct tx *tx, struct arena *a, enum lang lang, struct sign_rules *rules,
                 struct err *err)
{
    BUF_SCOPED path = BUF_INIT(4096);
    *rules = (struct sign_rules){.now = clock_now()};
    TRY(app_path(app, "trust", &path));
    if (file_exists(path.p)) {
        rc r = anchors_read(a, path.p, rules, err);
        if (r == E_NOTFOUND)
            err_clear(err);
        else
            TRY(r);
    }
    return add_own(tx, a, lang, rules, err);
}

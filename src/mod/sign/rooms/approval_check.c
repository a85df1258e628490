/* Stored approvals verified again, as a chain: for the page, for downloads and for `rise doctor`. */
#include <stdio.h>

#include "core/doctor.h"
#include "mod/sign/rooms/approval.h"

QUERY(ac_signed, "ii", "ii",
      "SELECT DISTINCT approval, version FROM sign_approval_step WHERE state = 'approved' AND approval > $1"
      " ORDER BY approval, version LIMIT $2");

enum { CHECKED_AT_ONCE = 200, CHECK_ARENA = 64 << 20 };

static rc broken(struct tx *tx, const struct approval_step *s, const char *what)
{
    char place[24];
    int n = snprintf(place, sizeof place, "%lld", (long long)s->place);
    return ERR(tx_err(tx), E_CONFLICT, "APV-008", N_("The approval at place {1} does not hold: {2}."),
               str_n(place, (size_t)n), str_of(what));
}

static bool fits(const struct approval_place *p, const struct approval_whole *w, const struct approval_step *s,
                 str before)
{
    char approval[ID_TEXT + 1];
    id_text(w->approval.id, approval);
    return str_eq(p->approval, str_of(approval)) && p->version == s->version && p->place == s->place &&
           p->of == w->approval.of && str_eq(p->capacity, s->capacity) &&
           (before.p ? p->previous.p && str_eq(p->previous, before) : !p->previous.p);
}

/* One signature; *link becomes what the next one has to name. */
static rc check_step(struct tx *tx, struct arena *a, const struct approval_whole *w, const struct document *d,
                     const struct approval_step *s, struct sha256 *link, str before)
{
    struct cms *cms = NULL;
    struct cms_check check;
    struct approval_place place;
    struct digest_value digest = {.n = SHA256_LEN};
    memcpy(digest.b, d->hash.b, SHA256_LEN);
    TRY(cms_read(a, s->signature, &cms, tx_err(tx)));
    if (cms->n_signatures != 1)
        return broken(tx, s, "signatures");
    TRY(cms_verify(cms, &cms->signatures[0], &digest, NULL, 0, &check));
    if (check.outcome != CMS_VALID)
        return broken(tx, s, cms_outcome_name(check.outcome));
    if (approval_place_take(&cms->signatures[0], &place) != OK || !fits(&place, w, s, before))
        return broken(tx, s, "place");
    *link = approval_link(&cms->signatures[0]);
    return OK;
}

rc approval_check(struct tx *tx, struct arena *a, const struct approval_whole *w, const struct approval_version *v)
{
    struct sha256 links[2];
    str before = {NULL, 0};
    for (size_t i = 0; i < v->n_steps; i++) {
        const struct approval_step *s = &v->steps[i];
        if (!str_eq(s->state, STR("approved")))
            return OK; /* nothing is approved behind it: states allow no gap */
        TRY(check_step(tx, a, w, &v->document, s, &links[i % 2], before));
        before = sha256_str(&links[i % 2]);
    }
    return OK;
}

/* ---- doctor ---- */

static rc check_one(struct tx *tx, struct arena *a, id approval, int64_t version)
{
    const struct act x = {.tx = tx, .a = a, .by = &act_system, .at = tx_now(tx)};
    struct approval_whole w;
    TRY(approval_read(&x, approval, &w));
    for (size_t i = 0; i < w.n; i++)
        if (w.v[i].version == version)
            TRY(approval_check(tx, a, &w, &w.v[i]));
    return OK;
}

struct signed_version {
    id approval;
    int64_t version;
};

static rc some(struct tx *tx, id after, struct signed_version v[CHECKED_AT_ONCE], size_t *n)
{
    struct rows r;
    *n = 0;
    TRY(db_select(tx, &ac_signed, VALS(v_int(after), v_int(CHECKED_AT_ONCE)), &r));
    while (*n < CHECKED_AT_ONCE && rows_next(&r))
        v[(*n)++] = (struct signed_version){row_int(&r, 0), row_int(&r, 1)};
    return rows_end(&r);
}

static rc check_all(struct app *app, struct tx *tx, struct arena *a, struct buf *finding)
{
    struct signed_version v[CHECKED_AT_ONCE];
    size_t n = 0;
    int64_t checked = 0;
    id after = 0;
    do {
        TRY(some(tx, after, v, &n));
        /* Whole approvals only: the last one's versions may go on behind the limit. */
        size_t whole = n;
        while (n == CHECKED_AT_ONCE && whole > 1 && v[whole - 1].approval == v[n - 1].approval)
            whole--;
        for (size_t i = 0; i < whole; i++) {
            rc r = check_one(tx, a, v[i].approval, v[i].version);
            arena_reset(a);
            if (r != OK) {
                char approval[ID_TEXT + 1];
                id_text(v[i].approval, approval);
                FINDING(finding, app->lang, N_("Approval {1}:"), str_of(approval));
                finding_put_err(finding, app->lang, tx_err(tx));
                return E_CORRUPT;
            }
            after = v[i].approval;
            checked++;
        }
    } while (n == CHECKED_AT_ONCE);
    FINDING_N(finding, app->lang, N_("{1} approved versions"), checked);
    return OK;
}

static rc chains_hold(struct app *app, struct tx *tx, struct buf *finding)
{
    struct arena *a = arena_new(CHECK_ARENA);
    if (!a)
        return E_NOMEM;
    rc r = check_all(app, tx, a, finding);
    arena_free(a);
    return r;
}

const struct check approval_checks[APPROVAL_CHECKS] = {
    {"approvals", N_("Every approval holds over its document and names the one before"), chains_hold},
};

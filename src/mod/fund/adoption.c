/* Who took a proposal's solution into use: recorded by its team or an officer, confirmed by a second person. */
#include "base/vec.h"
#include "core/notice.h"
#include "mod/fund/effects.h"
#include "sys/random.h"

const struct choice fund_adopter_kinds[] = {
    {"government", N_("Government office")},       {"company", N_("Company")},
    {"ngo", N_("Association or foundation")},      {"school", N_("School or university")},
    {"community", N_("Community or local group")}, {NULL, NULL}};

#define ADOPTION_COLS                                                                                                  \
    "d.id, d.programme, d.proposal, p.number, p.title, p.title_en, p.field, d.organisation, d.kind, d.since, d.how,"   \
    " d.link, d.state, d.reason, d.recorded, d.decided, d.recorded_by, d.log_entry, m.code"
#define ADOPTION_TYPES                                                                                                 \
    "iiii"                                                                                                             \
    "ttttt"                                                                                                            \
    "i"                                                                                                                \
    "tttt"                                                                                                             \
    "iiiit"
#define ADOPTION_FROM                                                                                                  \
    "SELECT " ADOPTION_COLS " FROM fund_adoption d JOIN fund_proposal p ON p.id = d.proposal"                          \
    " JOIN programme m ON m.id = d.programme"
/* $1 round, $2 LIKE pattern, $3 kind, $4 field; 0 and '' ask for nothing */
#define ADOPTION_WHERE                                                                                                 \
    " WHERE d.state = 'confirmed' AND p.state = 'accepted' AND ($1 = 0 OR d.programme = $1)"                           \
    " AND ($2 = '' OR LOWER(d.organisation) LIKE $2 ESCAPE '\\' OR LOWER(p.title) LIKE $2 ESCAPE '\\'"                 \
    " OR LOWER(p.title_en) LIKE $2 ESCAPE '\\' OR LOWER(d.how) LIKE $2 ESCAPE '\\')"                                   \
    " AND ($3 = '' OR d.kind = $3) AND ($4 = '' OR p.field = $4)"

WATCHED(fund_adoption);
QUERY(fx_adoption_get, "i", ADOPTION_TYPES, ADOPTION_FROM " WHERE d.id = $1");
QUERY(fx_adoptions_of, "ii", ADOPTION_TYPES,
      ADOPTION_FROM " WHERE d.proposal = $1 AND ($2 = 1 OR d.state = 'confirmed') ORDER BY d.since DESC, d.id");
QUERY(fx_adoptions_waiting, "i", ADOPTION_TYPES,
      ADOPTION_FROM " WHERE d.programme = $1 AND d.state = 'recorded' ORDER BY d.recorded, d.id LIMIT 500");
QUERY(fx_adoptions, "itttii", ADOPTION_TYPES,
      ADOPTION_FROM ADOPTION_WHERE " ORDER BY d.since DESC, d.id LIMIT $5 OFFSET $6");
QUERY(fx_adoptions_count, "ittt", "i",
      "SELECT COUNT(*) FROM fund_adoption d JOIN fund_proposal p ON p.id = d.proposal" ADOPTION_WHERE);
QUERY(fx_adoption_add, "iiittittii", "",
      "INSERT INTO fund_adoption (id, programme, proposal, organisation, kind, since, how, link, state, recorded,"
      " recorded_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'recorded', $9, $10)");
QUERY(fx_adoption_of_proposal, "i", "i", "SELECT COUNT(*) FROM fund_adoption WHERE proposal = $1");
QUERY(fx_adoption_same, "it", "i",
      "SELECT COUNT(*) FROM fund_adoption WHERE proposal = $1 AND organisation = $2 AND state <> 'refused'");
QUERY(fx_adoption_gone, "i", "", "DELETE FROM fund_adoption WHERE id = $1 AND state = 'recorded'");
QUERY(fx_adoption_decide, "itiiti", "",
      "UPDATE fund_adoption SET state = $2, decided = $3, decided_by = $4, reason = $5, log_entry = $6"
      " WHERE id = $1 AND state = 'recorded'");
QUERY(fx_adoption_rate, "i", "ii",
      "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM fund_adoption d WHERE d.proposal = p.id"
      " AND d.state = 'confirmed') THEN 1 ELSE 0 END), 0) AS BIGINT) FROM fund_proposal p"
      " WHERE p.programme = $1 AND p.state = 'accepted' AND p.stage >= 1");

static void take(const struct rows *r, struct fund_adoption *g, struct arena *a)
{
    *g = (struct fund_adoption){.id = row_int(r, 0),
                                .programme = row_int(r, 1),
                                .proposal = row_int(r, 2),
                                .number = row_int(r, 3),
                                .title = row_dup(r, 4, a),
                                .title_en = row_dup(r, 5, a),
                                .field = row_dup(r, 6, a),
                                .organisation = row_dup(r, 7, a),
                                .kind = row_dup(r, 8, a),
                                .since = (day)row_int(r, 9),
                                .how = row_dup(r, 10, a),
                                .link = row_dup(r, 11, a),
                                .state = row_dup(r, 12, a),
                                .reason = row_dup(r, 13, a),
                                .recorded = row_int(r, 14),
                                .decided = row_int(r, 15),
                                .recorded_by = row_int(r, 16),
                                .log_entry = row_int(r, 17),
                                .code = row_dup(r, 18, a)};
}

static rc read_list(struct tx *tx, const struct query *q, const struct val *v, size_t n_v, struct fund_adoption **out,
                    size_t *n, struct arena *a)
{
    VEC(struct fund_adoption) list = {0};
    struct rows r;
    TRY(db_select(tx, q, v, n_v, &r));
    while (rows_next(&r)) {
        struct fund_adoption *g = VEC_ADD(&list, a);
        if (!g)
            break;
        take(&r, g, a);
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc fund_adoptions_of(struct tx *tx, id proposal, bool all, struct fund_adoption **out, size_t *n, struct arena *a)
{
    return read_list(tx, &fx_adoptions_of, VALS(v_int(proposal), v_int(all)), out, n, a);
}

rc fund_adoptions_waiting(struct tx *tx, id programme, struct fund_adoption **out, size_t *n, struct arena *a)
{
    return read_list(tx, &fx_adoptions_waiting, VALS(v_int(programme)), out, n, a);
}

rc fund_adoptions(struct tx *tx, const struct fund_adoption_filter *f, struct fund_adoption **out, size_t *n,
                  int64_t *total, struct arena *a)
{
    str pattern = STR_EMPTY, query = str_trim(f->query);
    if (query.n > 0)
        TRY(like_pattern(a, query, &pattern));
#define FILTER v_int(f->programme), v_text(pattern), v_text(f->kind), v_text(f->field)
    TRY(db_one_int(tx, &fx_adoptions_count, VALS(FILTER), total));
    return read_list(tx, &fx_adoptions, VALS(FILTER, v_int(f->limit), v_int(f->offset)), out, n, a);
#undef FILTER
}

rc fund_adoption_rate(struct tx *tx, id programme, int64_t *adopted, int64_t *chosen)
{
    struct rows r;
    TRY(db_one(tx, &fx_adoption_rate, VALS(v_int(programme)), &r));
    *chosen = row_int(&r, 0);
    *adopted = row_int(&r, 1);
    return rows_end(&r);
}

/* ---- recording ---- */

static rc no_such(struct tx *tx)
{
    return ERR(tx_err(tx), E_NOTFOUND, "FND-730", N_("There is no such adoption."));
}

/* Officers, and the team itself. */
static rc may_record(const struct act *x, id proposal, struct fund_proposal *p)
{
    TRY(fund_proposal_get(x->tx, proposal, p, x->a));
    return act_is_officer(x->by) ? OK : fund_needs_team(x, p);
}

static rc check(const struct act *x, const struct fund_adoption *g)
{
    struct err *e = tx_err(x->tx);
    check_text(e, "organisation", g->organisation, FUND_ORGANISATION_MAX, true);
    check_text(e, "how", g->how, FUND_HOW_MAX, true);
    check_text(e, "link", g->link, FUND_LINK_MAX, false);
    if (choice_index(fund_adopter_kinds, g->kind) < 0)
        err_note_field(e, "kind", "ACT-003", N_("This must be filled in."), NULL, 0);
    if (g->link.n > 0 && !str_starts(g->link, STR("https://")))
        err_note_field(e, "link", "FND-009", N_("An address must begin with https://."), NULL, 0);
    if (g->since > instant_day(x->at))
        err_note_field(e, "since", "FND-733", N_("This day is still to come: record it when it has begun."), NULL, 0);
    return e->code;
}

static rc below_cap(const struct act *x, id proposal, str organisation)
{
    int64_t n;
    TRY(db_one_int(x->tx, &fx_adoption_same, VALS(v_int(proposal), v_text(organisation)), &n));
    if (n > 0)
        return ERR_FIELD(tx_err(x->tx), "organisation", "FND-734", N_("This organisation is recorded already."));
    TRY(db_one_int(x->tx, &fx_adoption_of_proposal, VALS(v_int(proposal)), &n));
    if (n < FUND_ADOPTIONS_MAX)
        return OK;
    return ERR(tx_err(x->tx), E_LIMIT, "FND-731", N_("At most {1} are possible."),
               number_text(x->a, FUND_ADOPTIONS_MAX));
}

rc fund_adoption_record(const struct act *x, id proposal, const struct fund_adoption *g, id *out)
{
    struct fund_proposal p;
    TRY(may_record(x, proposal, &p));
    if (p.state != FUND_ACCEPTED)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-713",
                   N_("Only a proposal that was accepted for review has a public page."));
    TRY(check(x, g));
    TRY(below_cap(x, proposal, g->organisation));
    *out = id_new();
    TRY(db_exec(x->tx, &fx_adoption_add,
                VALS(v_int(*out), v_int(p.programme), v_int(proposal), v_text(g->organisation), v_text(g->kind),
                     v_int(g->since), v_text(g->how), v_text(g->link), v_int(x->at), v_int(x->by->account)),
                NULL));
    return act_log(x, "fund.adoption.recorded", *out,
                   KVS(kv_int("number", p.number), kv_text("organisation", g->organisation)), NULL);
}

static rc get(const struct act *x, id adoption, struct fund_adoption *g)
{
    struct rows r;
    rc e = db_one(x->tx, &fx_adoption_get, VALS(v_int(adoption)), &r);
    if (e == E_NOTFOUND)
        return no_such(x->tx);
    TRY(e);
    take(&r, g, x->a);
    TRY(rows_end(&r));
    return arena_rc(x->a);
}

rc fund_adoption_remove(const struct act *x, id adoption)
{
    struct fund_adoption g;
    struct fund_proposal p;
    int64_t gone;
    TRY(get(x, adoption, &g));
    TRY(may_record(x, g.proposal, &p));
    TRY(db_exec(x->tx, &fx_adoption_gone, VALS(v_int(adoption)), &gone));
    if (gone == 0)
        return act_wrong_state(x);
    return act_log(x, "fund.adoption.removed", adoption, KVS(kv_int("number", p.number)), NULL);
}

/* ---- the second person ---- */

static rc tell_team(const struct act *x, const struct fund_adoption *g, const struct fund_proposal *p, bool confirmed,
                    str reason)
{
    char to[ID_TEXT + 1];
    id_text(p->id, to);
    str args[] = {g->organisation, reason};
    return notice_party(
        x->tx, p->team, AS_TEAM,
        &(struct notice){.subject = confirmed ? N_("An adoption is confirmed") : N_("An adoption was not confirmed"),
                         .body = confirmed ? N_("That {1} uses your solution is confirmed and public now.")
                                           : N_("That {1} uses your solution was not confirmed: {2}"),
                         .args = args,
                         .n_args = 2,
                         .path = arena_printf(x->a, "/fund/my/%s/adoptions", to)});
}

rc fund_adoption_decide(const struct act *x, id adoption, bool confirm, str reason)
{
    struct fund_adoption g;
    struct fund_proposal p;
    id entry = 0;
    int64_t changed;
    TRY(act_needs_officer(x));
    TRY(get(x, adoption, &g));
    TRY(fund_proposal_get(x->tx, g.proposal, &p, x->a));
    if (g.recorded_by == x->by->account || fund_on_team(x->tx, p.team, x->by->account))
        return ERR(tx_err(x->tx), E_DENIED, "FND-732",
                   N_("You recorded this or belong to the team: another officer has to confirm it."));
    check_text(tx_err(x->tx), "reason", reason, FUND_HOW_MAX, !confirm);
    TRY(tx_err(x->tx)->code);
    TRY(act_log(x, confirm ? "fund.adoption.confirmed" : "fund.adoption.refused", adoption,
                KVS(kv_text("kind", g.kind), kv_int("number", p.number), kv_text("organisation", g.organisation),
                    kv_text("reason", reason), kv_int("since", g.since)),
                &entry));
    TRY(db_exec(x->tx, &fx_adoption_decide,
                VALS(v_int(adoption), v_text(confirm ? STR("confirmed") : STR("refused")), v_int(x->at),
                     v_int(x->by->account), v_text(reason), v_int(entry)),
                &changed));
    return changed == 1 ? tell_team(x, &g, &p, confirm, reason) : act_wrong_state(x);
}

/* Approvals as they are read: one with its versions and steps, and lists of them. */
#include "mod/sign/rooms/approval.h"

#include "base/vec.h"
#include "core/account.h"
#include "core/party.h"

const struct choice approval_states[] = {{"open", N_("Under way")},      {"returned", N_("Returned for correction")},
                                         {"approved", N_("Approved")},   {"declined", N_("Refused")},
                                         {"withdrawn", N_("Withdrawn")}, {NULL, NULL}};
const struct choice approval_step_states[] = {{"waiting", N_("Not yet")},
                                              {"approved", N_("Approved")},
                                              {"returned", N_("Returned")},
                                              {"declined", N_("Refused")},
                                              {NULL, NULL}};

#define COLUMNS                                                                                                        \
    "a.id, a.party, a.owner, a.title, a.note, a.state, a.version, a.place, a.of, a.due, a.reason, a.created, "         \
    "a.changed"
#define COLUMN_TYPES "iiitttiiiitii"
/* Those that $1 (party) lets $2 (account) see when $3 = 1 (all of the organisation's), else the filed and approved
 * ones. */
#define SEEN                                                                                                           \
    " a.party = $1 AND ($3 = 1 OR a.owner = $2 OR EXISTS (SELECT 1 FROM sign_approval_step v WHERE v.approval = a.id"  \
    " AND v.account = $2))"
#define TURN " LEFT JOIN sign_approval_step s ON s.approval = a.id AND s.version = a.version AND s.place = a.place"
#define ASKED                                                                                                          \
    " AND ($4 = 2 OR ($4 = 1 AND a.owner = $2) OR ($4 = 0 AND s.account = $2)) AND ($5 = '' OR a.state = $5)"          \
    " AND a.title_folded LIKE $6 ESCAPE '\\'"

QUERY(aq_get, "i", COLUMN_TYPES, "SELECT " COLUMNS " FROM sign_approval a WHERE a.id = $1");
QUERY(aq_versions, "i", "iiti",
      "SELECT version, document, note, filed FROM sign_approval_version WHERE approval = $1 ORDER BY version DESC");
QUERY(aq_steps, "ii", "iiiittttiibtti",
      "SELECT s.id, s.account, s.version, s.place, b.name, s.capacity, s.state, s.reason, s.acted, s.device,"
      " s.signature, s.link, s.level, s.entry FROM sign_approval_step s JOIN account b ON b.id = s.account"
      " WHERE s.approval = $1 AND s.version = $2 ORDER BY s.place");
QUERY(aq_is_approver, "ii", "i", "SELECT COUNT(*) FROM sign_approval_step WHERE approval = $1 AND account = $2");
QUERY(aq_list, "iiiittii", COLUMN_TYPES "tT",
      "SELECT " COLUMNS ", o.name, n.name FROM sign_approval a JOIN account o ON o.id = a.owner" TURN
      " LEFT JOIN account n ON n.id = s.account WHERE" SEEN ASKED " ORDER BY a.changed DESC, a.id DESC"
      " LIMIT $7 OFFSET $8");
QUERY(aq_count, "iiiitt", "i", "SELECT COUNT(*) FROM sign_approval a" TURN " WHERE" SEEN ASKED);

static struct approval take(const struct rows *r, struct arena *a)
{
    return (struct approval){.id = row_int(r, 0),
                             .party = row_int(r, 1),
                             .owner = row_int(r, 2),
                             .title = row_dup(r, 3, a),
                             .note = row_dup(r, 4, a),
                             .state = row_dup(r, 5, a),
                             .version = row_int(r, 6),
                             .place = row_int(r, 7),
                             .of = row_int(r, 8),
                             .due = row_int(r, 9),
                             .reason = row_dup(r, 10, a),
                             .created = row_int(r, 11),
                             .changed = row_int(r, 12)};
}
enum { AFTER_APPROVAL = 13 }; /* the next column */

static rc no_such(struct tx *tx)
{
    return ERR(tx_err(tx), E_NOTFOUND, "APV-001", N_("There is no such document to be approved."));
}

rc approval_get(struct tx *tx, id approval, struct approval *out, struct arena *a)
{
    struct rows r;
    rc found = db_one(tx, &aq_get, VALS(v_int(approval)), &r);
    if (found == E_NOTFOUND)
        return no_such(tx);
    TRY(found);
    *out = take(&r, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

/* ---- one with all its parts ---- */

static rc read_steps(struct tx *tx, id approval, struct approval_version *v, struct arena *a)
{
    VEC(struct approval_step) list = {0};
    struct rows r;
    TRY(db_select(tx, &aq_steps, VALS(v_int(approval), v_int(v->version)), &r));
    while (rows_next(&r)) {
        struct approval_step *s = VEC_ADD(&list, a);
        if (!s)
            break;
        *s = (struct approval_step){.id = row_int(&r, 0),
                                    .account = row_int(&r, 1),
                                    .version = row_int(&r, 2),
                                    .place = row_int(&r, 3),
                                    .name = row_dup(&r, 4, a),
                                    .capacity = row_dup(&r, 5, a),
                                    .state = row_dup(&r, 6, a),
                                    .reason = row_dup(&r, 7, a),
                                    .acted = row_int(&r, 8),
                                    .device = row_int(&r, 9),
                                    .signature = row_dup(&r, 10, a),
                                    .link = row_dup(&r, 11, a),
                                    .level = row_dup(&r, 12, a),
                                    .entry = row_int(&r, 13)};
    }
    TRY(rows_end(&r));
    v->steps = list.v;
    v->n_steps = list.n;
    return arena_rc(a);
}

static rc read_versions(struct tx *tx, struct approval_whole *w, struct arena *a)
{
    VEC(struct approval_version) list = {0};
    struct rows r;
    TRY(db_select(tx, &aq_versions, VALS(v_int(w->approval.id)), &r));
    while (rows_next(&r)) {
        struct approval_version *v = VEC_ADD(&list, a);
        if (!v)
            break;
        *v = (struct approval_version){.version = row_int(&r, 0),
                                       .document.id = row_int(&r, 1),
                                       .note = row_dup(&r, 2, a),
                                       .filed = row_int(&r, 3)};
    }
    TRY(rows_end(&r));
    TRY(arena_rc(a));
    w->v = list.v;
    w->n = list.n;
    for (size_t i = 0; i < w->n; i++) {
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a vector that counts elements has them */
        TRY(document_get(tx, w->v[i].document.id, &w->v[i].document, a));
        TRY(read_steps(tx, w->approval.id, &w->v[i], a));
    }
    return OK;
}

static bool sees_all(const struct session *by)
{
    return (by->perms & (AS_AUDITOR | AS_ADMIN)) != 0;
}

static rc may_see(const struct act *x, const struct approval *a)
{
    int64_t n = 0;
    if (x->by == &act_system)
        return OK;
    if (x->by->party != a->party)
        return no_such(x->tx);
    if (a->owner == x->by->account || sees_all(x->by))
        return OK;
    TRY(db_one_int(x->tx, &aq_is_approver, VALS(v_int(a->id), v_int(x->by->account)), &n));
    return n > 0 ? OK : no_such(x->tx);
}

rc approval_read(const struct act *x, id approval, struct approval_whole *out)
{
    struct account owner;
    struct party party;
    *out = (struct approval_whole){.n = 0};
    TRY(approval_get(x->tx, approval, &out->approval, x->a));
    TRY(may_see(x, &out->approval));
    TRY(account_get(x->tx, out->approval.owner, &owner, x->a));
    TRY(party_get(x->tx, out->approval.party, &party, x->a));
    out->owner = owner.name;
    out->party = party.name;
    return read_versions(x->tx, out, x->a);
}

const struct approval_step *approval_turn(const struct act *x, const struct approval_whole *w)
{
    if (!str_eq(w->approval.state, STR("open")) || w->n == 0)
        return NULL;
    for (size_t i = 0; i < w->v[0].n_steps; i++)
        if (w->v[0].steps[i].place == w->approval.place && w->v[0].steps[i].account == x->by->account)
            return &w->v[0].steps[i];
    return NULL;
}

/* ---- lists ---- */

rc approvals_list(const struct act *x, const struct approval_query *q, struct approval_row **out, size_t *n,
                  int64_t *total)
{
    VEC(struct approval_row) list = {0};
    struct rows r;
    str like;
    TRY(like_pattern(x->a, q->words, &like));
    const struct val v[] = {v_int(x->by->party),
                            v_int(x->by->account),
                            v_int(sees_all(x->by)),
                            v_int(q->show),
                            v_text(q->state ? str_of(q->state) : STR_EMPTY),
                            v_text(like),
                            v_int(q->limit),
                            v_int(q->offset)};
    TRY(db_one_int(x->tx, &aq_count, v, 6, total));
    TRY(db_select(x->tx, &aq_list, v, 8, &r));
    while (rows_next(&r)) {
        struct approval_row *one = VEC_ADD(&list, x->a);
        if (!one)
            break;
        *one = (struct approval_row){.approval = take(&r, x->a),
                                     .owner = row_dup(&r, AFTER_APPROVAL, x->a),
                                     .next = row_null(&r, AFTER_APPROVAL + 1) ? STR_EMPTY
                                                                              : row_dup(&r, AFTER_APPROVAL + 1, x->a)};
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(x->a);
}

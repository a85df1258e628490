#include "core/case.h"

#include "base/json.h"
#include "base/vec.h"
#include "core/publiclog.h"
#include "sys/random.h"

#define CASE_COLS                                                                                                      \
    "id, kind, programme, party, subject, state, opened, changed, due, amount, pending_by, pending_move, opened_by,"   \
    " is_open, version"
#define CASE_TYPES "itiiitiiiiitiii"

QUERY(case_insert, "itiiiiiiti", "",
      "INSERT INTO case_file (id, kind, programme, party, subject, amount, opened_by, opened, changed, state, is_open, "
      "due,"
      " version, pending_move, pending_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10, 0, 1, '', 0)");

QUERY(case_by_id, "i", CASE_TYPES, "SELECT " CASE_COLS " FROM case_file WHERE id = $1");

QUERY(case_by_state, "ttii", CASE_TYPES,
      "SELECT " CASE_COLS " FROM case_file WHERE kind = $1 AND state = $2 ORDER BY changed, id LIMIT $3 OFFSET $4");

QUERY(case_by_open, "tii", CASE_TYPES,
      "SELECT " CASE_COLS " FROM case_file WHERE kind = $1 AND is_open = 1 ORDER BY changed, id LIMIT $2 OFFSET $3");

QUERY(case_by_subject, "i", CASE_TYPES,
      "SELECT " CASE_COLS " FROM case_file WHERE subject = $1 ORDER BY id DESC LIMIT 100");

QUERY(case_by_party, "i", CASE_TYPES,
      "SELECT " CASE_COLS " FROM case_file WHERE party = $1 ORDER BY id DESC LIMIT 100");

QUERY(case_by_due, "ttii", CASE_TYPES,
      "SELECT " CASE_COLS " FROM case_file WHERE kind = $1 AND state = $2 AND is_open = 1 AND due <> 0 AND due <= $3"
      " ORDER BY due, id LIMIT $4");

QUERY(case_by_reminder, "ttiii", CASE_TYPES,
      "SELECT " CASE_COLS " FROM case_file f WHERE kind = $1 AND state = $2 AND is_open = 1 AND due <> 0 AND due > $3"
      " AND due <= $4 AND NOT EXISTS (SELECT 1 FROM case_event e WHERE e.case_id = f.id AND e.move = 'remind'"
      " AND e.at >= f.changed) ORDER BY due, id LIMIT $5");

/* Guarded by the version read: of two officers at the same moment one is told that the case has changed. */
QUERY(case_update, "iititiiti", "",
      "UPDATE case_file SET version = version + 1, state = $3, changed = $4, pending_move = $5, pending_by = $6, due = "
      "$7,"
      " is_open = $9 WHERE id = $1 AND version = $2 AND state = $8");

QUERY(case_set_due, "ii", "", "UPDATE case_file SET due = $2 WHERE id = $1");

QUERY(case_event_add, "iitttiiti", "",
      "INSERT INTO case_event (id, case_id, move, from_state, to_state, proposal, made_by, reason, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)");

QUERY(case_events_of, "i", "itttiTtii",
      "SELECT e.id, e.move, e.from_state, e.to_state, e.made_by, a.name, e.reason, e.at, e.proposal"
      "  FROM case_event e LEFT JOIN account a ON a.id = e.made_by WHERE e.case_id = $1 ORDER BY e.id LIMIT 1000");

/* ---- reading ---- */

static rc case_from(struct rows *r, struct case_row *out, int64_t *version, struct arena *a)
{
    *out = (struct case_row){.id = row_int(r, 0),
                             .kind = row_dup(r, 1, a),
                             .programme = row_int(r, 2),
                             .party = row_int(r, 3),
                             .subject = row_int(r, 4),
                             .state = row_dup(r, 5, a),
                             .opened = row_int(r, 6),
                             .changed = row_int(r, 7),
                             .due = row_int(r, 8),
                             .amount = row_int(r, 9),
                             .pending_by = row_int(r, 10),
                             .pending_move = row_dup(r, 11, a),
                             .opened_by = row_int(r, 12),
                             .is_open = row_int(r, 13) != 0};
    *version = row_int(r, 14);
    return out->kind.p && out->state.p && out->pending_move.p ? OK : arena_rc(a);
}

static rc case_load(struct tx *tx, id c, struct case_row *out, int64_t *version, struct arena *a)
{
    struct rows r;
    rc code = db_one(tx, &case_by_id, VALS(v_int(c)), &r);
    if (code == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "CAS-006", N_("There is no such case."));
    TRY(code);
    code = case_from(&r, out, version, a);
    rc ended = rows_end(&r);
    return code != OK ? code : ended;
}

rc case_get(struct tx *tx, id c, struct case_row *out, struct arena *a)
{
    int64_t version;
    return case_load(tx, c, out, &version, a);
}

static rc case_many(struct tx *tx, const struct query *q, const struct val *v, size_t n_vals, struct case_row **out,
                    size_t *n, struct arena *a)
{
    VEC(struct case_row) list = {0};
    struct rows r;
    rc code = OK;
    TRY(db_select(tx, q, v, n_vals, &r));
    while (code == OK && rows_next(&r)) {
        int64_t version;
        struct case_row *c = VEC_ADD(&list, a);
        code = c ? case_from(&r, c, &version, a) : arena_rc(a);
    }
    rc ended = rows_end(&r);
    *out = list.v;
    *n = list.n;
    return code != OK ? code : ended;
}

rc cases_list(struct tx *tx, const char *kind, const char *state, int64_t offset, int64_t limit, struct case_row **out,
              size_t *n, struct arena *a)
{
    struct val k = v_text(str_of(kind));
    if (state)
        return case_many(tx, &case_by_state, VALS(k, v_text(str_of(state)), v_int(limit), v_int(offset)), out, n, a);
    return case_many(tx, &case_by_open, VALS(k, v_int(limit), v_int(offset)), out, n, a);
}

rc cases_of_subject(struct tx *tx, id subject, struct case_row **out, size_t *n, struct arena *a)
{
    return case_many(tx, &case_by_subject, VALS(v_int(subject)), out, n, a);
}

rc cases_of_party(struct tx *tx, id party, struct case_row **out, size_t *n, struct arena *a)
{
    return case_many(tx, &case_by_party, VALS(v_int(party)), out, n, a);
}

rc cases_due(struct tx *tx, const char *kind, const char *state, instant now, int64_t limit, struct case_row **out,
             size_t *n, struct arena *a)
{
    return case_many(tx, &case_by_due, VALS(v_text(str_of(kind)), v_text(str_of(state)), v_int(now), v_int(limit)), out,
                     n, a);
}

rc cases_to_remind(struct tx *tx, const char *kind, const char *state, instant now, instant until, int64_t limit,
                   struct case_row **out, size_t *n, struct arena *a)
{
    return case_many(tx, &case_by_reminder,
                     VALS(v_text(str_of(kind)), v_text(str_of(state)), v_int(now), v_int(until), v_int(limit)), out, n,
                     a);
}

rc case_history(struct tx *tx, id c, struct case_event **out, size_t *n, struct arena *a)
{
    VEC(struct case_event) list = {0};
    struct rows r;
    rc code = OK;
    TRY(db_select(tx, &case_events_of, VALS(v_int(c)), &r));
    while (code == OK && rows_next(&r)) {
        struct case_event *e = VEC_ADD(&list, a);
        if (e)
            *e = (struct case_event){.id = row_int(&r, 0),
                                     .move = row_dup(&r, 1, a),
                                     .from = row_dup(&r, 2, a),
                                     .to = row_dup(&r, 3, a),
                                     .by = row_int(&r, 4),
                                     .by_name = row_null(&r, 5) ? STR_EMPTY : row_dup(&r, 5, a),
                                     .reason = row_dup(&r, 6, a),
                                     .at = row_int(&r, 7),
                                     .proposal = row_int(&r, 8) != 0};
        code = e && e->move.p && e->from.p && e->to.p && e->by_name.p && e->reason.p ? OK : arena_rc(a);
    }
    rc ended = rows_end(&r);
    *out = list.v;
    *n = list.n;
    return code != OK ? code : ended;
}

/* ---- moves ---- */

static bool leads_on(const struct case_kind *k, const char *state)
{
    for (size_t i = 0; i < k->n_moves; i++) {
        if (strcmp(k->moves[i].from, state) == 0)
            return true;
    }
    return false;
}

struct event {
    id case_id;
    const char *move;
    str from, to;
    bool proposal;
    id by;
    str reason;
};

static void json_id(struct json_out *o, const char *key, id v)
{
    char text[ID_TEXT + 1];
    id_text(v, text);
    jo_kstr(o, key, str_of(text));
}

/* History and public log, which repeats the event without names. */
static rc record(struct tx *tx, const struct case_kind *k, const struct event *e)
{
    id event = id_new(), entry;
    TRY(db_exec(tx, &case_event_add,
                VALS(v_int(event), v_int(e->case_id), v_text(str_of(e->move)), v_text(e->from), v_text(e->to),
                     v_int(e->proposal), v_int(e->by), v_text(e->reason), v_int(tx_now(tx))),
                NULL));
    BUF_SCOPED text = BUF_INIT(64 * 1024);
    BUF_SCOPED at = BUF_INIT(64);
    struct json_out o;
    jo_begin(&o, &text);
    jo_obj(&o);
    json_id(&o, "case", e->case_id);
    jo_kstr(&o, "kind", str_of(k->code));
    json_id(&o, "event", event);
    jo_kstr(&o, "move", str_of(e->move));
    jo_kstr(&o, "from", e->from);
    jo_kstr(&o, "to", e->to);
    jo_kbool(&o, "proposal", e->proposal);
    json_id(&o, "by", e->by);
    jo_kstr(&o, "reason", e->reason);
    buf_instant(&at, tx_now(tx));
    jo_kstr(&o, "at", buf_str(&at));
    jo_end_obj(&o);
    TRY(buf_rc(&text));
    return log_append(tx, "core.case.move", e->case_id, buf_str(&text), &entry);
}

rc case_open(struct tx *tx, const struct case_kind *k, id programme, id party, id subject, int64_t amount, id by,
             id *out)
{
    *out = id_new();
    TRY(db_exec(tx, &case_insert,
                VALS(v_int(*out), v_text(str_of(k->code)), v_int(programme), v_int(party), v_int(subject),
                     v_int(amount), v_int(by), v_int(tx_now(tx)), v_text(str_of(k->first)),
                     v_int(leads_on(k, k->first))),
                NULL));
    return record(
        tx, k,
        &(struct event){
            .case_id = *out, .move = "open", .from = STR_EMPTY, .to = str_of(k->first), .by = by, .reason = STR_EMPTY});
}

static const struct case_move *find_move(const struct case_kind *k, const char *move, str from)
{
    for (size_t i = 0; i < k->n_moves; i++) {
        if (strcmp(k->moves[i].name, move) == 0 && str_eq(str_of(k->moves[i].from), from))
            return &k->moves[i];
    }
    return NULL;
}

static rc may_make(const struct case_move *m, const struct case_row *c, const struct session *by, struct err *err)
{
    const perm applicant = AS_FIRM | AS_VENDOR | AS_TEAM;
    perm hats = m->who & by->perms;
    bool own_party = c->party != 0 && by->party == c->party;
    if ((hats & applicant) && own_party)
        return OK;
    if (!(hats & ~applicant))
        return ERR(err, E_DENIED, "CAS-002", N_("This step is not yours to take."));
    if (own_party || (by->account != 0 && by->account == c->opened_by))
        return ERR(err, E_DENIED, "CAS-005", N_("You cannot decide your own case."));
    return OK;
}

rc case_move_allowed(const struct case_kind *k, const struct case_row *c, const char *move, const struct session *by,
                     const struct case_move **out, struct err *err)
{
    *out = find_move(k, move, c->state);
    if (!*out)
        return ERR(err, E_CONFLICT, "CAS-001", N_("The case has moved on; this step is not possible any more."));
    TRY(may_make(*out, c, by, err));
    if ((*out)->two_persons && str_eq(c->pending_move, str_of(move)) && c->pending_by == by->account)
        return ERR(err, E_DENIED, "CAS-004", N_("Another person has to confirm what you have proposed."));
    return OK;
}

static rc check_reason(const struct case_move *m, str reason, struct err *err)
{
    if (m->needs_reason && str_trim(reason).n == 0)
        return ERR_FIELD(err, "reason", "CAS-003", N_("Give the reason for this decision."));
    if (reason.n > CASE_REASON_MAX)
        return ERR(err, E_LIMIT, "CAS-007", N_("The reason is too long."));
    return OK;
}

/* A proposal keeps the state and its deadline, a move sets both. */
static rc write_move(struct tx *tx, const struct case_kind *k, const struct case_row *c, int64_t version,
                     const struct case_move *m, id by, bool proposal)
{
    instant now = tx_now(tx);
    instant due = proposal ? c->due : m->deadline_days ? now + m->deadline_days * DAY : 0;
    str state = proposal ? c->state : str_of(m->to);
    bool open = proposal || leads_on(k, m->to);
    int64_t n = 0;
    TRY(db_exec(tx, &case_update,
                VALS(v_int(c->id), v_int(version), v_text(state), v_int(proposal ? c->changed : now),
                     v_text(str_of(proposal ? m->name : "")), v_int(proposal ? by : 0), v_int(due), v_text(c->state),
                     v_int(open)),
                &n));
    return n ? OK
             : ERR(tx_err(tx), E_CONFLICT, "CAS-001", N_("The case has moved on; this step is not possible any more."));
}

static rc make_move(struct tx *tx, const struct case_kind *k, id id_of_case, const char *move, const struct session *by,
                    str reason, int64_t threshold, bool *done, struct arena *a)
{
    struct case_row c;
    int64_t version;
    const struct case_move *m;
    TRY(case_load(tx, id_of_case, &c, &version, a));
    if (!str_eq(c.kind, str_of(k->code)))
        return ERR(tx_err(tx), E_NOTFOUND, "CAS-006", N_("There is no such case."));
    TRY(case_move_allowed(k, &c, move, by, &m, tx_err(tx)));
    TRY(check_reason(m, reason, tx_err(tx)));
    bool second = str_eq(c.pending_move, str_of(move));
    bool proposal = m->two_persons && c.amount > threshold && !second;
    if (m->two_persons && c.amount > threshold && by->account == 0)
        return ERR(tx_err(tx), E_DENIED, "CAS-002", N_("This step is not yours to take."));
    TRY(write_move(tx, k, &c, version, m, by->account, proposal));
    TRY(record(tx, k,
               &(struct event){.case_id = c.id,
                               .move = m->name,
                               .from = c.state,
                               .to = proposal ? c.state : str_of(m->to),
                               .proposal = proposal,
                               .by = by->account,
                               .reason = reason}));
    *done = !proposal;
    return OK;
}

rc case_move_make(struct tx *tx, const struct case_kind *k, id c, const char *move, const struct session *by,
                  str reason, int64_t two_person_threshold, bool *done)
{
    struct arena *a = arena_new(64 * 1024);
    if (!a)
        return E_NOMEM;
    rc code = make_move(tx, k, c, move, by, reason, two_person_threshold, done, a);
    arena_free(a);
    return code;
}

rc case_due_set(struct tx *tx, id c, instant due)
{
    return db_exec(tx, &case_set_due, VALS(v_int(c), v_int(due)), NULL);
}

static rc move_by_clock(struct tx *tx, const struct case_kind *k, id id_of_case, const char *move, struct arena *a)
{
    struct case_row c;
    int64_t version;
    TRY(case_load(tx, id_of_case, &c, &version, a));
    const struct case_move *m = find_move(k, move, c.state);
    if (!m || m->who != 0 || !str_eq(c.kind, str_of(k->code)) || c.due == 0 || c.due > tx_now(tx))
        return ERR(tx_err(tx), E_CONFLICT, "CAS-001", N_("The case has moved on; this step is not possible any more."));
    TRY(write_move(tx, k, &c, version, m, 0, false));
    return record(
        tx, k,
        &(struct event){.case_id = c.id, .move = m->name, .from = c.state, .to = str_of(m->to), .reason = STR_EMPTY});
}

rc case_move_by_clock(struct tx *tx, const struct case_kind *k, id c, const char *move)
{
    struct arena *a = arena_new(64 * 1024);
    if (!a)
        return E_NOMEM;
    rc code = move_by_clock(tx, k, c, move, a);
    arena_free(a);
    return code;
}

rc case_remind(struct tx *tx, const struct case_kind *k, const struct case_row *c)
{
    return record(
        tx, k,
        &(struct event){.case_id = c->id, .move = "remind", .from = c->state, .to = c->state, .reason = STR_EMPTY});
}

/* Filing, correcting, giving back, taking back, and who is told. */
#include "base/utf8.h"
#include "core/notice.h"
#include "core/party.h"
#include "mod/sign/rooms/approval.h"
#include "sys/random.h"

QUERY(
    av_add, "iiittttiiii", "",
    "INSERT INTO sign_approval (id, party, owner, title, title_folded, note, state, version, place, of, due, reminded,"
    " reason, created, changed) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 1, $8, $9, 0, '', $10, $11)");
QUERY(av_version_add, "iiiti", "",
      "INSERT INTO sign_approval_version (approval, version, document, note, filed) VALUES ($1, $2, $3, $4, $5)");
QUERY(av_step_add, "iiiiitb", "",
      "INSERT INTO sign_approval_step (id, approval, version, place, account, capacity, state, reason, acted, device,"
      " signature, link, level, entry) VALUES ($1, $2, $3, $4, $5, $6, 'waiting', '', 0, 0, $7, '', '', 0)");
QUERY(av_steps_again, "ii", "iit",
      "SELECT place, account, capacity FROM sign_approval_step WHERE approval = $1 AND version = $2 ORDER BY place");
QUERY(av_step_get, "i", "iiiit",
      "SELECT approval, version, place, account, capacity FROM sign_approval_step WHERE id = $1");
QUERY(av_step_at, "iii", "i",
      "SELECT account FROM sign_approval_step WHERE approval = $1 AND version = $2 AND place = $3");
QUERY(av_state, "itiiiiti", "",
      "UPDATE sign_approval SET state = $2, version = $3, place = $4, reminded = $5, changed = $6, reason = $7"
      " WHERE id = $1 AND state IN ('open', 'returned') AND changed = $8");
QUERY(av_overdue, "iii", "i",
      "SELECT id FROM sign_approval WHERE state = 'open' AND due > 0 AND due < $1 AND reminded < $2 ORDER BY due, id"
      " LIMIT $3");
QUERY(av_reminded, "ii", "", "UPDATE sign_approval SET reminded = $2 WHERE id = $1");
QUERY(av_step_end, "itti", "",
      "UPDATE sign_approval_step SET state = $2, reason = $3, acted = $4 WHERE id = $1 AND state = 'waiting'");

/* ---- who may, who is told ---- */

/* A member of the organisation who may approve: in any of its roles. */
static rc check_member(const struct act *x, const struct member *v, size_t n, id account)
{
    for (size_t i = 0; i < n; i++)
        if (v[i].account == account && (v[i].perms & APPROVAL_MEMBERS))
            return OK;
    return ERR_FIELD(tx_err(x->tx), "approver1", "APV-003",
                     N_("Every approver must be a member of your organisation."));
}

static rc check_approvers(const struct act *x, const struct approver *v, size_t n)
{
    struct member *members;
    size_t n_members;
    struct err *err = tx_err(x->tx);
    if (n == 0 || n > APPROVERS_MAX)
        return ERR_FIELD(err, "approver1", "APV-003", N_("Name at least one approver."));
    TRY(members_of(x->tx, x->by->party, &members, &n_members, x->a));
    for (size_t i = 0; i < n; i++) {
        TRY(check_member(x, members, n_members, v[i].account));
        check_text(err, "approver1", v[i].capacity, APPROVAL_CAPACITY_MAX, false);
        for (size_t j = 0; j < i; j++)
            if (v[j].account == v[i].account)
                return ERR_FIELD(err, "approver1", "APV-003", N_("Each person can approve a document once only."));
    }
    return err->code;
}

static rc tell(const struct act *x, id account, const struct approval *a, const char *subject, const char *body,
               str more)
{
    char approval[ID_TEXT + 1];
    id_text(a->id, approval);
    const str args[] = {a->title, more};
    str path = arena_printf(x->a, "/sign/approvals/%s", approval);
    const struct notice n = {.subject = subject, .body = body, .args = args, .n_args = 2, .path = path};
    return path.p ? notice_account(x->tx, account, &n) : arena_failed(x->a);
}

static rc tell_next(const struct act *x, const struct approval *a, bool again)
{
    int64_t account = 0;
    TRY(db_one_int(x->tx, &av_step_at, VALS(v_int(a->id), v_int(a->version), v_int(a->place)), &account));
    str until = a->due ? day_text(x->a, a->due) : STR("–");
    if (again)
        return tell(x, account, a, N_("Past its deadline: a document waits for your approval"),
                    N_("“{1}” should have been decided by {2}. Please approve it or give it back."), until);
    return tell(x, account, a, N_("A document waits for your approval"),
                N_("“{1}” waits for your approval. Deadline: {2}."), until);
}

/* ---- states ---- */

static rc set_state(const struct act *x, const struct approval *a, const char *state, int64_t version, int64_t place,
                    instant reminded, str reason)
{
    int64_t affected = 0;
    /* `changed` also serves as the lock: whoever comes second sees another one. */
    instant changed = x->at > a->changed ? x->at : a->changed + 1;
    TRY(db_exec(x->tx, &av_state,
                VALS(v_int(a->id), v_text(str_of(state)), v_int(version), v_int(place), v_int(reminded), v_int(changed),
                     v_text(reason), v_int(a->changed)),
                &affected));
    return affected == 1 ? OK : act_wrong_state(x);
}

static rc wrong_turn(const struct act *x)
{
    return ERR(tx_err(x->tx), E_CONFLICT, "APV-002", N_("This document does not wait for your approval now."));
}

rc approval_begin(const struct act *x, id step, struct approval *a, struct approval_step *s)
{
    struct rows r;
    rc found = db_one(x->tx, &av_step_get, VALS(v_int(step)), &r);
    if (found == E_NOTFOUND)
        return ERR(tx_err(x->tx), E_NOTFOUND, "APV-001", N_("There is no such document to be approved."));
    TRY(found);
    id approval = row_int(&r, 0);
    *s = (struct approval_step){.id = step,
                                .version = row_int(&r, 1),
                                .place = row_int(&r, 2),
                                .account = row_int(&r, 3),
                                .capacity = row_dup(&r, 4, x->a)};
    TRY(rows_end(&r));
    TRY(arena_rc(x->a));
    TRY(approval_get(x->tx, approval, a, x->a));
    TRY(act_for_party(x, a->party, APPROVAL_MEMBERS));
    bool turn = str_eq(a->state, STR("open")) && a->version == s->version && a->place == s->place;
    return turn && s->account == x->by->account && x->by->account != 0 ? OK : wrong_turn(x);
}

rc approval_advance(const struct act *x, const struct approval *a)
{
    struct approval next = *a;
    if (a->place == a->of) {
        TRY(set_state(x, a, "approved", a->version, 0, 0, STR_EMPTY));
        TRY(act_log(x, "sign.approval.approved", a->id, KVS(kv_int("version", a->version)), NULL));
        return tell(x, a->owner, a, N_("Your document was approved"), N_("“{1}” has all its approvals."), STR_EMPTY);
    }
    next.place++;
    TRY(set_state(x, a, "open", a->version, next.place, 0, STR_EMPTY));
    return tell_next(x, &next, false);
}

/* ---- filing ---- */

static rc add_version(const struct act *x, struct app *app, const struct approval *a, str file_name, str bytes,
                      str note)
{
    id document;
    str hash = sha256_hex_of(x->a, bytes);
    TRY(document_add(x->tx, app, a->party, file_name, bytes, NULL, APPROVAL_FILE_MAX, &document));
    TRY(db_exec(x->tx, &av_version_add,
                VALS(v_int(a->id), v_int(a->version), v_int(document), v_text(note), v_int(x->at)), NULL));
    TRY(arena_rc(x->a));
    return act_log(x, "sign.approval.filed", a->id,
                   KVS(kv_int("approvers", a->of), kv_text("file_sha256", hash), kv_int("version", a->version)), NULL);
}

static rc add_steps(const struct act *x, const struct approval *a, const struct approver *v)
{
    for (int64_t i = 0; i < a->of; i++)
        TRY(db_exec(x->tx, &av_step_add,
                    VALS(v_int(id_new()), v_int(a->id), v_int(a->version), v_int(i + 1), v_int(v[i].account),
                         v_text(str_trim(v[i].capacity)), v_blob(STR_EMPTY)),
                    NULL));
    return OK;
}

static rc check_filing(const struct act *x, const struct approval_filing *f)
{
    struct err *err = tx_err(x->tx);
    check_text(err, "title", f->title, APPROVAL_TITLE_MAX, true);
    check_text(err, "note", f->note, APPROVAL_NOTE_MAX, false);
    if (f->due && f->due <= x->at)
        TRY(ERR_FIELD(err, "due", "APV-006", N_("The deadline is in the past.")));
    TRY(err->code);
    return check_approvers(x, f->approvers, f->n_approvers);
}

rc approval_file(const struct act *x, struct app *app, const struct approval_filing *f, id *out)
{
    TRY(act_for_party(x, x->by->party, APPROVAL_MEMBERS));
    TRY(check_filing(x, f));
    const struct approval a = {.id = id_new(),
                               .party = x->by->party,
                               .owner = x->by->account,
                               .title = str_trim(f->title),
                               .version = 1,
                               .place = 1,
                               .of = (int64_t)f->n_approvers,
                               .due = f->due};
    str folded = utf8_fold(x->a, a.title);
    TRY(arena_rc(x->a));
    TRY(db_exec(x->tx, &av_add,
                VALS(v_int(a.id), v_int(a.party), v_int(a.owner), v_text(a.title), v_text(folded), v_text(f->note),
                     v_text(STR("open")), v_int(a.of), v_int(a.due), v_int(x->at), v_int(x->at)),
                NULL));
    TRY(add_version(x, app, &a, f->file_name, f->bytes, STR_EMPTY));
    TRY(add_steps(x, &a, f->approvers));
    *out = a.id;
    return tell_next(x, &a, false);
}

/* ---- the filer's ---- */

static rc check_words(const struct act *x, const char *field, str words, size_t most, bool required)
{
    check_text(tx_err(x->tx), field, words, most, required);
    return tx_err(x->tx)->code;
}

static rc own(const struct act *x, id approval, struct approval *a)
{
    TRY(approval_get(x->tx, approval, a, x->a));
    if (a->owner == x->by->account && a->party == x->by->party)
        return OK;
    return ERR(tx_err(x->tx), E_DENIED, "APV-007", N_("Only who filed the document can do this."));
}

static rc wrong_state(const struct act *x)
{
    return ERR(tx_err(x->tx), E_CONFLICT, "APV-002", N_("The document is not in a state that allows this."));
}

static rc same_approvers(const struct act *x, const struct approval *a, struct approver v[APPROVERS_MAX])
{
    struct rows r;
    size_t n = 0;
    TRY(db_select(x->tx, &av_steps_again, VALS(v_int(a->id), v_int(a->version)), &r));
    while (n < APPROVERS_MAX && rows_next(&r))
        v[n++] = (struct approver){row_int(&r, 1), row_dup(&r, 2, x->a)};
    TRY(rows_end(&r));
    TRY(arena_rc(x->a));
    return n == (size_t)a->of ? check_approvers(x, v, n) : E_CORRUPT;
}

rc approval_correct(const struct act *x, struct app *app, id approval, str file_name, str bytes, str note)
{
    struct approval a;
    struct approver v[APPROVERS_MAX];
    TRY(own(x, approval, &a));
    if (!str_eq(a.state, STR("returned")) || a.version >= APPROVAL_VERSIONS_MAX)
        return wrong_state(x);
    TRY(check_words(x, "what", note, APPROVAL_NOTE_MAX, false));
    TRY(same_approvers(x, &a, v));
    TRY(set_state(x, &a, "open", a.version + 1, 1, 0, STR_EMPTY));
    a.version++;
    a.place = 1;
    TRY(add_version(x, app, &a, file_name, bytes, note));
    TRY(add_steps(x, &a, v));
    return tell_next(x, &a, false);
}

rc approval_withdraw(const struct act *x, id approval, str reason)
{
    struct approval a;
    int64_t account;
    TRY(own(x, approval, &a));
    if (!str_eq(a.state, STR("open")) && !str_eq(a.state, STR("returned")))
        return wrong_state(x);
    TRY(check_words(x, "reason", reason, APPROVAL_REASON_MAX, true));
    TRY(set_state(x, &a, "withdrawn", a.version, 0, 0, reason));
    TRY(act_log(x, "sign.approval.withdrawn", a.id, KVS(kv_int("version", a.version)), NULL));
    if (a.place == 0)
        return OK;
    TRY(db_one_int(x->tx, &av_step_at, VALS(v_int(a.id), v_int(a.version), v_int(a.place)), &account));
    return tell(x, account, &a, N_("A document was withdrawn"), N_("“{1}” no longer waits for your approval. {2}"),
                reason);
}

/* ---- an approver's ---- */

static rc give_back(const struct act *x, id step, const char *state, str reason, const char *subject, const char *body)
{
    struct approval a;
    struct approval_step s;
    TRY(check_words(x, "reason", reason, APPROVAL_REASON_MAX, true));
    TRY(approval_begin(x, step, &a, &s));
    TRY(db_exec(x->tx, &av_step_end, VALS(v_int(step), v_text(str_of(state)), v_text(reason), v_int(x->at)), NULL));
    TRY(set_state(x, &a, state, a.version, 0, 0, reason));
    const char *event = strcmp(state, "returned") == 0 ? "sign.approval.returned" : "sign.approval.declined";
    TRY(act_log(x, event, a.id, KVS(kv_int("place", s.place), kv_int("version", a.version)), NULL));
    return tell(x, a.owner, &a, subject, body, reason);
}

rc approval_return(const struct act *x, id step, str reason)
{
    return give_back(x, step, "returned", reason, N_("Your document was returned for correction"),
                     N_("“{1}” is to be corrected: {2}"));
}

rc approval_decline(const struct act *x, id step, str reason)
{
    return give_back(x, step, "declined", reason, N_("Your document was refused"), N_("“{1}” was refused: {2}"));
}

/* ---- deadlines ---- */

static rc remind(const struct act *x, int max, int *n)
{
    id due[JOB_TURN_MOST];
    struct rows r;
    *n = 0;
    TRY(db_select(x->tx, &av_overdue, VALS(v_int(x->at), v_int(x->at - APPROVAL_REMIND_EVERY), v_int(max)), &r));
    while (*n < max && *n < JOB_TURN_MOST && rows_next(&r))
        due[(*n)++] = row_int(&r, 0);
    TRY(rows_end(&r));
    for (int i = 0; i < *n; i++) {
        struct approval a;
        TRY(approval_get(x->tx, due[i], &a, x->a));
        TRY(tell_next(x, &a, true));
        TRY(db_exec(x->tx, &av_reminded, VALS(v_int(a.id), v_int(x->at)), NULL));
    }
    return OK;
}

rc approval_job_run(struct job *j)
{
    return job_turns(j, remind);
}

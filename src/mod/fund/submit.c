/* Handing in: what must be there, the receipt, the public number. */
#include "base/json.h"
#include "base/vec.h"
#include "core/notice.h"
#include "mod/fund/call.h"
#include "sys/random.h"

QUERY(fq_number_take, "i", "", "UPDATE fund_round SET proposals = proposals + 1 WHERE programme = $1");
QUERY(fq_number_taken, "i", "i", "SELECT proposals FROM fund_round WHERE programme = $1");
QUERY(
    fq_submitted, "iiiii", "",
    "UPDATE fund_proposal SET state = 'submitted', number = $2, case_id = $3, log_entry = $4, submitted = $5, changed "
    "= $5 WHERE id = $1");
QUERY(fq_submission_add, "iittiii", "",
      "INSERT INTO fund_submission (id, proposal, content, hash, log_entry, made_by, at) VALUES ($1, $2, $3, $4, $5, "
      "$6, $7)");
QUERY(fq_submission_count, "i", "i", "SELECT COUNT(*) FROM fund_submission WHERE proposal = $1");
QUERY(fq_submissions, "i", "ittii",
      "SELECT id, content, hash, log_entry, at FROM fund_submission WHERE proposal = $1 ORDER BY id DESC");

enum { CONTENT_MAX = 256 * 1024 }; /* bytes; four texts of 2,000 characters and everything else take less */

/* ---- completeness ---- */

static void need(struct err *e, const char *field, bool there, const char *msgid)
{
    if (!there)
        (void)ERR_FIELD(e, field, "FND-007", msgid);
}

/* The form saves any text as an address; here it must be one. */
static rc check_team_email(str email, struct err *e, struct arena *a)
{
    rc r = check_email(e, a, "email", email, false, NULL);
    return r == E_INVALID ? OK : r; /* reported at its field */
}

rc fund_complete(struct tx *tx, const struct fund_proposal *p, struct err *e, struct arena *a)
{
    struct party team;
    struct fund_author *authors;
    size_t n;
    TRY(party_get(tx, p->team, &team, a));
    TRY(fund_authors_of(tx, p->id, &authors, &n, a));
    need(e, "team_name", team.name.n > 0, N_("The name of the team is missing."));
    need(e, "title", p->title.n > 0, N_("The title in Chinese is missing."));
    need(e, "title_en", p->title_en.n > 0, N_("The title in English is missing."));
    need(e, "summary", p->summary.n > 0, N_("The summary in Chinese is missing."));
    need(e, "summary_en", p->summary_en.n > 0, N_("The summary in English is missing."));
    need(e, "field", p->field.n > 0, N_("The field is not chosen yet."));
    need(e, "sdgs", p->sdgs != 0, N_("No Sustainable Development Goal is chosen yet."));
    need(e, "team_kind", p->team_kind.n > 0, N_("The kind of team is not chosen yet."));
    need(e, "county", p->county.n > 0, N_("The county or city is not chosen yet."));
    need(e, "problem", p->problem.n > 0, N_("What the problem is has not been written yet."));
    need(e, "solution", p->solution.n > 0, N_("What you want to do has not been written yet."));
    need(e, "impact", p->impact.n > 0, N_("Who gains and how it is measured has not been written yet."));
    need(e, "plan", p->plan.n > 0, N_("The plan has not been written yet."));
    need(e, "phone", p->phone.n > 0, N_("The telephone number is missing."));
    need(e, "email", p->email.n > 0, N_("The team's e-mail address is missing."));
    need(e, "authors", n > 0, N_("Nobody stands behind the proposal yet: add at least one person."));
    if (p->email.n > 0)
        TRY(check_team_email(p->email, e, a));
    if (p->video.n > 0 && !str_starts(p->video, STR("https://")))
        (void)ERR_FIELD(e, "video", "FND-009", N_("The address must begin with https://"));
    return e->code;
}

/* ---- what is handed in, as canonical JSON (RFC 8785: names in byte order, whole numbers only) ---- */

static rc put_attachments(const struct act *x, id proposal, struct json_out *o)
{
    struct fund_attachment *v;
    size_t n;
    TRY(fund_attachments_of(x->tx, proposal, &v, &n, x->a));
    jo_key(o, "attachments");
    jo_arr(o);
    for (size_t i = 0; i < n; i++) {
        char hex[2 * SHA256_LEN + 1];
        sha256_hex(&v[i].document.hash, hex);
        jo_obj(o);
        jo_kstr(o, "name", v[i].document.name);
        jo_kstr(o, "sha256", str_of(hex));
        jo_kint(o, "size", v[i].document.size);
        jo_end_obj(o);
    }
    jo_end_arr(o);
    return OK;
}

static rc put_authors(const struct act *x, id proposal, struct json_out *o)
{
    struct fund_author *v;
    size_t n;
    TRY(fund_authors_of(x->tx, proposal, &v, &n, x->a));
    jo_key(o, "authors");
    jo_arr(o);
    for (size_t i = 0; i < n; i++) {
        jo_obj(o);
        jo_kstr(o, "email", v[i].email);
        jo_kstr(o, "name", v[i].name);
        jo_kstr(o, "organisation", v[i].organisation);
        jo_end_obj(o);
    }
    jo_end_arr(o);
    return OK;
}

static rc put_content(const struct act *x, const struct fund_proposal *p, str round, struct buf *out)
{
    struct json_out o;
    struct party team;
    TRY(party_get(x->tx, p->team, &team, x->a));
    jo_begin(&o, out);
    jo_obj(&o);
    TRY(put_attachments(x, p->id, &o));
    TRY(put_authors(x, p->id, &o));
    jo_kstr(&o, "county", p->county);
    jo_kstr(&o, "email", p->email);
    jo_kstr(&o, "field", p->field);
    jo_kstr(&o, "impact", p->impact);
    jo_kint(&o, "number", p->number);
    jo_kstr(&o, "phone", p->phone);
    jo_kstr(&o, "plan", p->plan);
    jo_kstr(&o, "problem", p->problem);
    jo_kstr(&o, "round", round);
    jo_key(&o, "sdgs");
    jo_arr(&o);
    for (int i = 0; i < FUND_SDGS; i++)
        if ((p->sdgs >> i) & 1)
            jo_int(&o, i + 1);
    jo_end_arr(&o);
    jo_kstr(&o, "solution", p->solution);
    jo_kstr(&o, "summary", p->summary);
    jo_kstr(&o, "summary_en", p->summary_en);
    jo_kstr(&o, "team", team.name);
    jo_kstr(&o, "team_kind", p->team_kind);
    jo_kstr(&o, "title", p->title);
    jo_kstr(&o, "title_en", p->title_en);
    jo_kstr(&o, "video", p->video);
    jo_end_obj(&o);
    return buf_rc(out);
}

/* ---- handing in ---- */

static rc take_number(const struct act *x, struct fund_proposal *p)
{
    if (p->number != 0)
        return OK;
    TRY(db_exec(x->tx, &fq_number_take, VALS(v_int(p->programme)), NULL));
    return db_one_int(x->tx, &fq_number_taken, VALS(v_int(p->programme)), &p->number);
}

static rc move_case(const struct act *x, struct fund_proposal *p)
{
    struct session team;
    bool done;
    if (p->case_id == 0)
        return case_open(x->tx, &fund_case, p->programme, p->team, p->id, 0, x->by->account, &p->case_id);
    TRY(fund_as_team(x, p, &team));
    return case_move_make(x->tx, &fund_case, p->case_id, "resubmit", &team, STR_EMPTY, 0, &done);
}

static rc keep_submission(const struct act *x, struct fund_proposal *p)
{
    struct programme round;
    int64_t before;
    BUF_SCOPED content = BUF_INIT(CONTENT_MAX);
    TRY(db_one_int(x->tx, &fq_submission_count, VALS(v_int(p->id)), &before));
    if (before >= FUND_SUBMISSIONS_MAX)
        return ERR(tx_err(x->tx), E_LIMIT, "FND-010", N_("There is room for {1} at most."),
                   number_text(x->a, FUND_SUBMISSIONS_MAX));
    TRY(programme_get(x->tx, p->programme, &round, x->a));
    TRY(put_content(x, p, round.code, &content));
    struct sha256 hash = sha256_of(buf_str(&content));
    char hex[2 * SHA256_LEN + 1];
    sha256_hex(&hash, hex);
    TRY(act_log(x, "fund.proposal.submitted", p->id,
                KVS(kv_text("content_sha256", str_of(hex)), kv_int("number", p->number), kv_text("round", round.code),
                    kv_int("submission", before + 1)),
                &p->log_entry));
    return db_exec(x->tx, &fq_submission_add,
                   VALS(v_int(id_new()), v_int(p->id), v_text(buf_str(&content)), v_text(str_of(hex)),
                        v_int(p->log_entry), v_int(x->by->account), v_int(x->at)),
                   NULL);
}

static rc tell_team(const struct act *x, const struct fund_proposal *p)
{
    char text[ID_TEXT + 1];
    id_text(p->id, text);
    str args[] = {p->title, number_text(x->a, p->number), day_text(x->a, x->at)};
    return notice_party(x->tx, p->team, AS_TEAM,
                        &(struct notice){.subject = N_("Your proposal has arrived"),
                                         .body = N_("“{1}” has number {2} and was received on {3}. The receipt, with "
                                                    "its proof from the public log, stands on its page."),
                                         .args = args,
                                         .n_args = 3,
                                         .path = arena_printf(x->a, "/fund/my/%s", text)});
}

rc fund_hand_in(const struct act *x, struct fund_proposal *p)
{
    TRY(take_number(x, p));
    TRY(move_case(x, p));
    TRY(keep_submission(x, p));
    TRY(db_exec(x->tx, &fq_submitted,
                VALS(v_int(p->id), v_int(p->number), v_int(p->case_id), v_int(p->log_entry), v_int(x->at)), NULL));
    p->state = FUND_SUBMITTED;
    p->submitted = x->at;
    TRY(fund_index(x, p));
    return tell_team(x, p);
}

rc fund_submit(const struct act *x, id proposal)
{
    struct fund_proposal p;
    TRY(fund_change_begin(x, proposal, &p));
    if (p.state != FUND_DRAFT && p.state != FUND_CORRECTION)
        return ERR(tx_err(x->tx), E_CONFLICT, "FND-008", N_("The proposal's present state does not allow this."));
    TRY(fund_complete(x->tx, &p, tx_err(x->tx), x->a));
    return fund_hand_in(x, &p);
}

rc fund_submissions_of(struct tx *tx, id proposal, struct fund_submission **out, size_t *n, struct arena *a)
{
    VEC(struct fund_submission) list = {0};
    struct rows r;
    TRY(db_select(tx, &fq_submissions, VALS(v_int(proposal)), &r));
    while (rows_next(&r)) {
        struct fund_submission *one = VEC_ADD(&list, a);
        if (!one)
            break;
        *one = (struct fund_submission){.id = row_int(&r, 0),
                                        .content = row_dup(&r, 1, a),
                                        .hash = row_dup(&r, 2, a),
                                        .log_entry = row_int(&r, 3),
                                        .at = row_int(&r, 4)};
    }
    TRY(rows_end(&r));
    *out = list.v;
    *n = list.n;
    return arena_rc(a);
}

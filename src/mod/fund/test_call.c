/* The call: drafts, what must be there, the deadline, the office's check, withdrawal, the gallery and its search. */
#include <stdio.h>
#include <stdlib.h>

#include "core/document.h"
#include "core/publiclog.h"
#include "mod/fund/call.h"
#include "test_fund.h"

static struct session writer, colleague, stranger;

static rc people(struct world *w, struct act *x)
{
    struct session *who[] = {&writer, &colleague, &stranger};
    const char *email[] = {"a@t.example", "b@t.example", "c@t.example"};
    (void)w;
    for (size_t i = 0; i < 3; i++) {
        id account;
        TRY(account_ensure(x->tx, str_of(email[i]), str_of(email[i]), LANG_ZH, &account));
        *who[i] = world_session(account, 0, 0);
    }
    return OK;
}

static struct fund_text whole(void)
{
    return (struct fund_text){.team_name = STR("水獺工作隊"),
                              .title = STR("偏鄉長者共餐地圖"),
                              .title_en = STR("A map of shared meals for rural elders"),
                              .summary = STR("讓長者找得到一起吃飯的地方"),
                              .summary_en = STR("Elders find a table near them"),
                              .field = STR("welfare"),
                              .team_kind = STR("association"),
                              .county = STR("HUA"),
                              .sdgs = 1u << 2 | 1u << 9,
                              .problem = STR("獨居長者常常一個人吃飯。"),
                              .solution = STR("做一張大家都能補充的地圖。"),
                              .impact = STR("每月多一百人共餐。"),
                              .plan = STR("三個月訪談，六個月上線。"),
                              .phone = STR("03-0000000"),
                              .email = STR("otter@team.example")};
}

/* What the next operation is given. */
static struct {
    int64_t version;
    struct fund_text text;
    const char *move, *reason, *email;
    id account;
} given;

static rc start(struct world *w, struct act *x)
{
    return fund_draft_start(x, w->programme, &w->in);
}

static rc save(struct world *w, struct act *x)
{
    return fund_draft_save(x, w->in, given.version, &given.text);
}

static rc add_author(struct world *w, struct act *x)
{
    return fund_author_add(x, w->in, &(struct fund_author){STR("沈木青"), STR("水獺協會"), str_of(given.email)});
}

static rc remove_author(struct world *w, struct act *x)
{
    return fund_author_remove(x, w->in, str_of(given.email));
}

static rc submit(struct world *w, struct act *x)
{
    return fund_submit(x, w->in);
}

static rc check(struct world *w, struct act *x)
{
    return fund_check(x, w->in, str_of(given.move), str_of(given.reason));
}

static rc withdraw(struct world *w, struct act *x)
{
    return fund_withdraw(x, w->in, str_of(given.reason));
}

static rc discard(struct world *w, struct act *x)
{
    return fund_draft_discard(x, w->in);
}

static rc restore(struct world *w, struct act *x)
{
    return fund_draft_restore(x, w->in);
}

static rc invite(struct world *w, struct act *x)
{
    return fund_member_invite(x, w->in, str_of(given.email));
}

static rc leave(struct world *w, struct act *x)
{
    return fund_member_remove(x, w->in, given.account);
}

static rc decide(struct world *w, const char *move, const char *reason)
{
    given.move = move;
    given.reason = reason;
    return world_do(w, &w->officer, check);
}

static struct fund_proposal now(struct world *w)
{
    struct fund_proposal p;
    struct tx *tx;
    t_ok(db_read_begin(w->db, &tx));
    t_ok(fund_proposal_get(tx, w->in, &p, w->a));
    db_read_end(tx);
    return p;
}

static struct world world(int engine)
{
    struct world w = world_open(engine);
    t_ok(world_do(&w, &act_system, people));
    return w;
}

static void start_whole(struct world *w)
{
    t_ok(world_do(w, &writer, start));
    given.text = whole();
    given.version = now(w).version;
    given.email = "otter@team.example";
    t_ok(world_do(w, &writer, save));
    t_ok(world_do(w, &writer, add_author));
}

static bool has_field(const struct world *w, const char *field)
{
    for (int i = 0; i < w->err.n_fields; i++)
        if (strcmp(w->err.fields[i].field, field) == 0)
            return true;
    return false;
}

START_TEST(drafts_are_saved_as_typed)
{
    struct world w = world(_i);
    t_ok(world_do(&w, &writer, start));
    struct fund_proposal p = now(&w);
    ck_assert_int_eq(p.state, FUND_DRAFT);
    ck_assert_int_eq(p.number, 0);
    t_str(p.email, STR("a@t.example"));
    given.text = (struct fund_text){.title = STR("半句話"), .email = STR("not an address")};
    given.version = p.version;
    t_ok(world_do(&w, &writer, save)); /* incomplete, and with an address that is none */
    t_str(now(&w).title, STR("半句話"));
    t_rc(world_do(&w, &stranger, save), E_DENIED);
    ck_assert_str_eq(w.err.main.code, "FND-004");
    given.text.field = STR("nonsense");
    given.version = now(&w).version;
    t_rc(world_do(&w, &writer, save), E_INVALID);
    ck_assert(has_field(&w, "field"));
    world_close(&w);
}
END_TEST

START_TEST(a_newer_text_is_not_overwritten)
{
    struct world w = world(_i);
    t_ok(world_do(&w, &writer, start));
    given.email = "b@t.example";
    t_ok(world_do(&w, &writer, invite));
    given.version = now(&w).version;
    given.text = (struct fund_text){.title = STR("一")};
    t_ok(world_do(&w, &colleague, save));
    given.text.title = STR("二");
    t_rc(world_do(&w, &writer, save), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-005");
    t_str(now(&w).title, STR("一"));
    given.version = now(&w).version;
    t_ok(world_do(&w, &writer, save));
    t_str(now(&w).title, STR("二"));
    world_close(&w);
}
END_TEST

START_TEST(what_is_missing_is_named)
{
    static const char *const fields[] = {"team_name", "title", "title_en", "summary", "summary_en",
                                         "field",     "sdgs",  "county",   "problem", "solution",
                                         "impact",    "plan",  "phone",    "authors", "team_kind"};
    struct world w = world(_i);
    t_ok(world_do(&w, &writer, start));
    t_rc(world_do(&w, &writer, submit), E_INVALID);
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        ck_assert_msg(has_field(&w, fields[i]), "%s", fields[i]);
    ck_assert_int_eq(w.err.n_fields, sizeof fields / sizeof fields[0]);
    ck_assert_str_eq(w.err.fields[0].code, "FND-007");
    start_whole(&w);
    given.text.video = STR("http://video.example/1");
    given.text.email = STR("otter at team");
    given.version = now(&w).version;
    t_ok(world_do(&w, &writer, save));
    t_rc(world_do(&w, &writer, submit), E_INVALID);
    ck_assert(has_field(&w, "video") && has_field(&w, "email") && w.err.n_fields == 2);
    ck_assert_int_eq(now(&w).state, FUND_DRAFT);
    world_close(&w);
}
END_TEST

START_TEST(the_deadline_is_kept_to_the_microsecond)
{
    struct world w = world(_i);
    start_whole(&w);
    clock_fix(WORLD_NOW + 20 * DAY - 1);
    given.version = now(&w).version;
    t_ok(world_do(&w, &writer, save));
    clock_fix(WORLD_NOW + 20 * DAY);
    given.version = now(&w).version;
    t_rc(world_do(&w, &writer, save), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-003");
    t_rc(world_do(&w, &writer, submit), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-003");
    t_rc(world_do(&w, &writer, add_author), E_CONFLICT);
    t_rc(world_do(&w, &writer, start), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-003");
    clock_fix(WORLD_NOW - 11 * DAY);
    t_rc(world_do(&w, &writer, start), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-002");
    world_close(&w);
}
END_TEST

/* The receipt's record in the log holds the hash of what was handed in. */
static void proves(struct world *w, const struct fund_submission *s)
{
    struct log_entry e;
    struct tx *tx;
    char hex[2 * SHA256_LEN + 1];
    struct sha256 hash = sha256_of(s->content);
    sha256_hex(&hash, hex);
    t_str(s->hash, str_of(hex));
    t_ok(db_read_begin(w->db, &tx));
    t_ok(log_entry_get(tx, s->log_entry, &e, w->a));
    db_read_end(tx);
    ck_assert(str_find(e.record, s->hash) >= 0);
}

static size_t submissions(struct world *w, struct fund_submission **out)
{
    struct tx *tx;
    size_t n;
    t_ok(db_read_begin(w->db, &tx));
    t_ok(fund_submissions_of(tx, w->in, out, &n, w->a));
    db_read_end(tx);
    return n;
}

START_TEST(a_submission_has_a_number_and_a_receipt)
{
    struct world w = world(_i);
    struct fund_submission *all;
    start_whole(&w);
    t_rc(world_do(&w, &stranger, submit), E_DENIED);
    t_ok(world_do(&w, &writer, submit));
    ck_assert_int_eq(now(&w).state, FUND_SUBMITTED);
    ck_assert_int_eq(now(&w).number, 1);
    ck_assert_uint_eq(submissions(&w, &all), 1);
    proves(&w, &all[0]);
    ck_assert(str_find(all[0].content, STR("\"sdgs\":[3,10]")) >= 0);
    t_rc(world_do(&w, &writer, submit), E_CONFLICT); /* twice is once */
    /* a change is a new submission under the same number, and must be whole */
    given.text.title = STR("偏鄉長者共餐地圖二版");
    given.version = now(&w).version;
    t_ok(world_do(&w, &writer, save));
    ck_assert_int_eq(now(&w).number, 1);
    ck_assert_uint_eq(submissions(&w, &all), 2);
    ck_assert(!str_eq(all[0].hash, all[1].hash));
    proves(&w, &all[0]);
    given.text.title = STR_EMPTY;
    given.version = now(&w).version;
    t_rc(world_do(&w, &writer, save), E_INVALID);
    t_rc(world_do(&w, &writer, remove_author), E_INVALID); /* nobody would be left */
    t_str(now(&w).title, STR("偏鄉長者共餐地圖二版"));
    start_whole(&w); /* the next one */
    t_ok(world_do(&w, &writer, submit));
    ck_assert_int_eq(now(&w).number, 2);
    world_close(&w);
}
END_TEST

START_TEST(a_correction_may_pass_the_calls_end)
{
    struct world w = world(_i);
    start_whole(&w);
    t_ok(world_do(&w, &writer, submit));
    clock_fix(WORLD_NOW + 19 * DAY);
    t_rc(decide(&w, "correct", ""), E_INVALID);
    t_ok(decide(&w, "correct", "預算表不清楚"));
    ck_assert_int_eq(now(&w).state, FUND_CORRECTION);
    clock_fix(WORLD_NOW + 25 * DAY);
    given.text.plan = STR("說得更清楚的計畫。");
    given.version = now(&w).version;
    t_ok(world_do(&w, &writer, save));
    ck_assert_int_eq(now(&w).state, FUND_CORRECTION); /* saved, not yet handed in */
    t_ok(world_do(&w, &writer, submit));
    ck_assert_int_eq(now(&w).state, FUND_SUBMITTED);
    ck_assert_int_eq(now(&w).number, 1);
    t_ok(decide(&w, "correct", "還差一點"));
    clock_fix(WORLD_NOW + 34 * DAY); /* more than the seven days of the parameter */
    t_rc(world_do(&w, &writer, submit), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-003");
    t_ok(decide(&w, "correct", "再給七天")); /* more time */
    t_ok(world_do(&w, &writer, submit));
    t_ok(decide(&w, "accept", ""));
    ck_assert_int_eq(now(&w).state, FUND_ACCEPTED);
    world_close(&w);
}
END_TEST

static rc by_clock(struct world *w, struct act *x)
{
    int reminded, lapsed;
    TRY(fund_corrections_remind(x, 10, &reminded));
    TRY(fund_corrections_lapse(x, 10, &lapsed));
    w->n = reminded * 10 + lapsed;
    return OK;
}

START_TEST(a_correction_that_does_not_come)
{
    struct world w = world(_i);
    start_whole(&w);
    t_ok(world_do(&w, &writer, submit));
    t_ok(decide(&w, "correct", "預算表不清楚"));
    t_ok(world_do(&w, &act_system, by_clock)); /* too early for both */
    ck_assert_int_eq(w.n, 0);
    clock_fix(WORLD_NOW + 6 * DAY);
    t_ok(world_do(&w, &act_system, by_clock));
    ck_assert_int_eq(w.n, 10);
    t_ok(world_do(&w, &act_system, by_clock)); /* reminded once */
    ck_assert_int_eq(w.n, 0);
    ck_assert_int_eq(now(&w).state, FUND_CORRECTION);
    clock_fix(WORLD_NOW + 9 * DAY);
    t_ok(world_do(&w, &act_system, by_clock));
    ck_assert_int_eq(w.n, 1);
    ck_assert_int_eq(now(&w).state, FUND_REFUSED);
    t_ok(world_do(&w, &act_system, by_clock));
    ck_assert_int_eq(w.n, 0);
    t_rc(world_do(&w, &writer, submit), E_CONFLICT);
    world_close(&w);
}
END_TEST

static rc to_proof(struct world *w, struct act *x)
{
    return world_phase(x, w->programme, FUND_PROOF);
}

/* Whoever missed the deadline, or was refused by mistake, can be let in again, by an officer who says why. */
START_TEST(a_refusal_is_reopened_with_a_new_deadline)
{
    struct world w = world(_i);
    start_whole(&w);
    t_ok(world_do(&w, &writer, submit));
    t_ok(decide(&w, "correct", "預算表不清楚"));
    t_rc(decide(&w, "reopen", "還沒結束"), E_CONFLICT); /* nothing has ended yet */
    clock_fix(WORLD_NOW + 9 * DAY);
    t_ok(world_do(&w, &act_system, by_clock));
    ck_assert_int_eq(now(&w).state, FUND_REFUSED);
    given.move = "reopen";
    t_rc(world_do(&w, &writer, check), E_DENIED);
    t_rc(decide(&w, "reopen", " "), E_INVALID);
    t_ok(decide(&w, "reopen", "颱風期間停電"));
    ck_assert_int_eq(now(&w).state, FUND_CORRECTION);
    t_ok(world_do(&w, &act_system, by_clock)); /* the new deadline is a whole one */
    ck_assert_int_eq(w.n, 0);
    t_ok(world_do(&w, &writer, submit));
    t_ok(decide(&w, "refuse", "不符合資格"));
    t_ok(world_do(&w, &w.officer, to_proof)); /* without it: it is too late now */
    t_rc(decide(&w, "reopen", "看錯了"), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-002");
    world_close(&w);
}
END_TEST

START_TEST(who_decides)
{
    struct world w = world(_i);
    start_whole(&w);
    t_rc(decide(&w, "accept", ""), E_CONFLICT); /* a draft */
    t_ok(world_do(&w, &writer, submit));
    given.move = "accept";
    t_rc(world_do(&w, &writer, check), E_DENIED);
    given.email = "officer@t.example";
    t_ok(world_do(&w, &writer, invite));
    t_rc(decide(&w, "accept", ""), E_DENIED);
    ck_assert_str_eq(w.err.main.code, "FND-014");
    given.account = w.officer.account;
    t_ok(world_do(&w, &writer, leave));
    t_rc(decide(&w, "refuse", " "), E_INVALID);
    t_ok(decide(&w, "refuse", "不符合資格"));
    ck_assert_int_eq(now(&w).state, FUND_REFUSED);
    given.version = now(&w).version;
    t_rc(world_do(&w, &writer, save), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-008");
    given.account = writer.account;
    t_rc(world_do(&w, &writer, leave), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-016");
    world_close(&w);
}
END_TEST

static rc to_awards(struct world *w, struct act *x)
{
    return world_phase(x, w->programme, FUND_AWARDS);
}

START_TEST(withdrawing)
{
    struct world w = world(_i);
    t_ok(world_do(&w, &writer, start));
    given.reason = "改變主意";
    t_rc(world_do(&w, &writer, withdraw), E_CONFLICT); /* a draft is thrown away instead */
    t_ok(world_do(&w, &writer, discard));
    ck_assert_int_eq(now(&w).state, FUND_WITHDRAWN);
    t_ok(world_do(&w, &writer, restore));
    ck_assert_int_eq(now(&w).state, FUND_DRAFT);
    start_whole(&w);
    t_ok(world_do(&w, &writer, submit));
    t_rc(world_do(&w, &writer, discard), E_CONFLICT);
    t_ok(decide(&w, "accept", ""));
    given.reason = "";
    t_rc(world_do(&w, &writer, withdraw), E_INVALID);
    given.reason = "團隊解散";
    t_rc(world_do(&w, &stranger, withdraw), E_DENIED);
    t_ok(world_do(&w, &writer, withdraw));
    ck_assert_int_eq(now(&w).state, FUND_WITHDRAWN);
    t_rc(world_do(&w, &writer, restore), E_CONFLICT);
    start_whole(&w);
    t_ok(world_do(&w, &writer, submit));
    t_ok(world_do(&w, &w.officer, to_awards));
    t_rc(world_do(&w, &writer, withdraw), E_CONFLICT);
    ck_assert_str_eq(w.err.main.code, "FND-002");
    world_close(&w);
}
END_TEST

START_TEST(caps)
{
    struct world w = world(_i);
    char email[40];
    for (int i = 0; i < 3; i++)
        t_ok(world_do(&w, &writer, start));
    id last = w.in;
    t_rc(world_do(&w, &writer, start), E_LIMIT);
    ck_assert_str_eq(w.err.main.code, "FND-010");
    w.in = last;
    t_ok(world_do(&w, &writer, discard));
    t_ok(world_do(&w, &writer, start));
    id fourth = w.in;
    w.in = last;
    t_rc(world_do(&w, &writer, restore), E_LIMIT);
    w.in = fourth;
    given.email = email;
    for (int i = 0; i < FUND_AUTHORS_MAX; i++) {
        snprintf(email, sizeof email, "p%d@t.example", i);
        t_ok(world_do(&w, &writer, add_author));
    }
    t_ok(world_do(&w, &writer, add_author)); /* the same address again: no new one */
    snprintf(email, sizeof email, "more@t.example");
    t_rc(world_do(&w, &writer, add_author), E_LIMIT);
    world_close(&w);
}
END_TEST

static struct app app;
static id attachment;

static rc attach(struct world *w, struct act *x)
{
    return fund_attach(x, &app, w->in, STR("計畫書.pdf"), w->text);
}

static rc detach(struct world *w, struct act *x)
{
    return fund_detach(x, w->in, attachment);
}

START_TEST(attachments)
{
    struct world w = world(_i);
    struct fund_attachment *all, one;
    struct tx *tx;
    size_t n;
    char dir[] = "/tmp/rise-test-attach-XXXXXX", command[64];
    ck_assert_ptr_nonnull(mkdtemp(dir));
    app.config.data_dir = str_of(dir);
    start_whole(&w);
    w.text = STR("#!/bin/sh\n");
    t_rc(world_do(&w, &writer, attach), E_INVALID);
    w.text = STR("%PDF-1.7\n");
    t_rc(world_do(&w, &stranger, attach), E_DENIED);
    for (int i = 0; i < 5; i++)
        t_ok(world_do(&w, &writer, attach));
    t_rc(world_do(&w, &writer, attach), E_LIMIT);
    t_ok(db_read_begin(w.db, &tx));
    t_ok(fund_attachments_of(tx, w.in, &all, &n, w.a));
    ck_assert_uint_eq(n, 5);
    attachment = all[0].id;
    t_ok(fund_attachment_get(tx, &writer, attachment, &one, w.a));
    t_str(one.document.type, STR("application/pdf"));
    t_ok(fund_attachment_get(tx, &w.officer, attachment, &one, w.a));
    t_rc(fund_attachment_get(tx, &stranger, attachment, &one, w.a), E_NOTFOUND);
    db_read_end(tx);
    t_ok(world_do(&w, &writer, detach));
    t_ok(world_do(&w, &writer, submit));
    world_close(&w);
    snprintf(command, sizeof command, "rm -rf %s", dir);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

static size_t found(struct world *w, struct fund_filter f, struct fund_card **cards)
{
    struct tx *tx;
    size_t n;
    int64_t total;
    f.programme = w->programme;
    t_ok(db_read_begin(w->db, &tx));
    t_ok(fund_gallery(tx, &f, cards, &n, &total, w->a));
    db_read_end(tx);
    ck_assert_int_eq((int64_t)n, total);
    return n;
}

START_TEST(the_gallery_shows_what_was_accepted)
{
    struct world w = world(_i);
    struct fund_card *cards;
    struct fund_counts counts;
    struct tx *tx;
    start_whole(&w);
    t_ok(world_do(&w, &writer, submit));
    ck_assert_uint_eq(found(&w, (struct fund_filter){.stage = FUND_ENTERED}, &cards), 0);
    t_ok(decide(&w, "accept", ""));
    start_whole(&w);
    given.text.title = STR("河川志工的水質紀錄");
    given.text.field = STR("environment");
    given.text.sdgs = 1u << 13;
    given.version = now(&w).version;
    t_ok(world_do(&w, &writer, save));
    t_ok(world_do(&w, &writer, submit));
    t_ok(decide(&w, "accept", ""));
    ck_assert_uint_eq(found(&w, (struct fund_filter){0}, &cards), 2);
    t_str(cards[0].team, STR("水獺工作隊"));
    ck_assert_uint_eq(found(&w, (struct fund_filter){.query = STR("共餐")}, &cards), 2); /* both summaries and texts */
    ck_assert_int_eq(cards[0].number, 1);                                                /* its title has it too */
    ck_assert_uint_eq(found(&w, (struct fund_filter){.query = STR("水質")}, &cards), 1);
    ck_assert_uint_eq(found(&w, (struct fund_filter){.query = STR("shared MEALS")}, &cards), 2);
    ck_assert_uint_eq(found(&w, (struct fund_filter){.query = STR("水質"), .field = STR("welfare")}, &cards), 0);
    ck_assert_uint_eq(found(&w, (struct fund_filter){.field = STR("environment")}, &cards), 1);
    ck_assert_uint_eq(found(&w, (struct fund_filter){.sdgs = 1u << 2}, &cards), 1);
    ck_assert_uint_eq(found(&w, (struct fund_filter){.county = STR("TPE")}, &cards), 0);
    ck_assert_uint_eq(found(&w, (struct fund_filter){.stage = FUND_FIRST}, &cards), 0);
    ck_assert_uint_eq(found(&w, (struct fund_filter){.sort = STR("title")}, &cards), 2);
    ck_assert_int_eq(cards[0].number, 1);
    /* what is changed waits for the office again; what is withdrawn is gone */
    given.version = now(&w).version;
    t_ok(world_do(&w, &writer, save));
    ck_assert_uint_eq(found(&w, (struct fund_filter){0}, &cards), 1);
    given.reason = "x";
    t_ok(world_do(&w, &writer, withdraw));
    ck_assert_uint_eq(found(&w, (struct fund_filter){.query = STR("水質")}, &cards), 0);
    t_ok(db_read_begin(w.db, &tx));
    t_ok(fund_count(tx, w.programme, &counts));
    ck_assert_int_eq(counts.handed_in, 2);
    ck_assert_int_eq(counts.by_state[FUND_WITHDRAWN], 1);
    ck_assert_int_eq(counts.reached[FUND_ENTERED], 1);
    for (size_t i = 0; i < FUND_FIGURES; i++) {
        struct figure_point *points_;
        size_t n;
        if (str_find(str_of(fund_figures[i].code), STR("gift")) >= 0 ||
            str_find(str_of(fund_figures[i].code), STR("donor")) >= 0 ||
            str_find(str_of(fund_figures[i].code), STR("adopt")) >= 0)
            continue; /* no gifts and adoptions in this world; test_gift.c and test_effects.c have them */
        t_ok(figure_run(tx, &fund_figures[i], w.programme, &points_, &n, w.a));
        ck_assert_uint_ge(n, 1);
        ck_assert_ptr_nonnull(fund_figure_label(&fund_figures[i], points_[0].label));
    }
    for (size_t i = 0; i < FUND_CHECKS; i++) {
        BUF_SCOPED finding = BUF_INIT(4096);
        t_ok(fund_checks[i].run(NULL, tx, &finding));
    }
    db_read_end(tx);
    world_close(&w);
}
END_TEST

QUERY(tq_break_number, "", "", "UPDATE fund_proposal SET number = 7 WHERE number = 1");
QUERY(tq_break_case, "", "", "UPDATE fund_proposal SET state = 'accepted', log_entry = 0");

static rc break_all(struct world *w, struct act *x)
{
    (void)w;
    TRY(db_exec(x->tx, &tq_break_number, NOVALS, NULL));
    return db_exec(x->tx, &tq_break_case, NOVALS, NULL);
}

START_TEST(the_doctor_notices)
{
    struct world w = world(_i);
    struct tx *tx;
    start_whole(&w);
    t_ok(world_do(&w, &writer, submit));
    t_ok(world_do(&w, &act_system, break_all));
    t_ok(db_read_begin(w.db, &tx));
    for (size_t i = 0; i < 2; i++) {
        BUF_SCOPED finding = BUF_INIT(4096);
        t_rc(fund_checks[i].run(NULL, tx, &finding), E_CORRUPT);
    }
    db_read_end(tx);
    world_close(&w);
}
END_TEST

DBT_MAIN("fund/call", drafts_are_saved_as_typed, a_newer_text_is_not_overwritten, what_is_missing_is_named,
         the_deadline_is_kept_to_the_microsecond, a_submission_has_a_number_and_a_receipt,
         a_correction_may_pass_the_calls_end, a_correction_that_does_not_come,
         a_refusal_is_reopened_with_a_new_deadline, who_decides, withdrawing, caps, attachments,
         the_gallery_shows_what_was_accepted, the_doctor_notices)

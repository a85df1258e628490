/* Figures by Taiwan's months and years, and what doctor finds when rows are tampered with; on both engines. */
#include "mod/sign/rooms/checks.h"
#include "mod/sign/rooms/figures.h"
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/test_rooms.h"

static struct rooms_world *w;

QUERY(tf_state, "it", "", "UPDATE sign_signer SET state = $2 WHERE id = $1");
QUERY(tf_what, "i", "", "UPDATE sign_event SET what = 'viewed' WHERE room = $1 AND what = 'sent'");
QUERY(tf_text, "it", "", "UPDATE sign_offer_text SET en = $2 WHERE version = $1");

static rc do_offer(struct rooms_world *of, const struct act *x)
{
    struct offer o = {.days = 7,
                      .email = STR("paper@t.example"),
                      .phone = STR_EMPTY,
                      .post = STR_EMPTY,
                      .paper_where = STR("a"),
                      .paper_who = STR("b"),
                      .paper_how = STR("c")};
    return offer_set(x, &o, of->room);
}
static rc do_agree(struct rooms_world *of, const struct act *x)
{
    struct room r;
    struct signer s;
    TRY(signer_get(x->tx, of->signer[of->n], &s, x->a));
    TRY(room_get(x->tx, s.room, &r, x->a));
    return answer_agree(x, &r, &s, NULL);
}
static rc do_object(struct rooms_world *of, const struct act *x)
{
    struct room r;
    struct signer s;
    TRY(signer_get(x->tx, of->signer[of->n], &s, x->a));
    TRY(room_get(x->tx, s.room, &r, x->a));
    return answer_object(x, &r, &s, STR_EMPTY, NULL);
}
static rc do_sign(struct rooms_world *of, const struct act *x)
{
    struct room r;
    TRY(room_get(x->tx, of->room, &r, x->a));
    return room_signed(x, &of->app, of->signer[of->n], r.file, STR("ab12"), STR_EMPTY, NULL);
}
static rc do_finish(struct rooms_world *of, const struct act *x)
{
    struct room r;
    TRY(room_get(x->tx, of->room, &r, x->a));
    return room_finished(x, &of->app, of->room, r.file, "b", STR_EMPTY, 0, r.file);
}
static rc do_tamper_state(struct rooms_world *of, const struct act *x)
{
    return db_exec(x->tx, &tf_state, VALS(v_int(of->signer[0]), v_text(of->text)), NULL);
}
static rc do_tamper_event(struct rooms_world *of, const struct act *x)
{
    return db_exec(x->tx, &tf_what, VALS(v_int(of->room)), NULL);
}
static rc do_tamper_text(struct rooms_world *of, const struct act *x)
{
    (void)of;
    return db_exec(x->tx, &tf_text, VALS(v_int(1), v_text(STR("Something else was said."))), NULL);
}

static void at(int year, int month, int mday, int hour)
{
    clock_fix(civil_instant((struct civil){.year = year, .month = month, .day = mday, .hour = hour}, 480));
}

/* Sent now and completed after so many hours. */
static void one_completed(int hours)
{
    instant sent = clock_now();
    rooms_sent(w, "link", "code", 1, 1);
    clock_fix(sent + hours * HOUR);
    for (w->n = 0; w->n < 2; w->n++)
        t_ok(rooms_do(w, &act_system, do_sign));
    t_ok(rooms_do(w, &act_system, do_finish));
}

static int64_t value_of(const char *code, const char *label, const char *series)
{
    struct figure_point *p;
    size_t n;
    int64_t found = -1;
    struct tx *tx = rooms_look(w);
    for (size_t i = 0; i < SIGN_FIGURES; i++) {
        if (strcmp(sign_figures[i].code, code) != 0)
            continue;
        t_ok(figure_run(tx, &sign_figures[i], 1, &p, &n, w->keep));
        for (size_t j = 0; j < n; j++)
            if (str_eq(p[j].label, str_of(label)) && str_eq(p[j].series, str_of(series)))
                found = p[j].value;
    }
    db_read_end(tx);
    return found;
}

static void doctor_says(int bad)
{
    for (int i = 0; i < ROOM_CHECKS; i++) {
        struct tx *tx = rooms_look(w);
        BUF_SCOPED finding = BUF_INIT(4096);
        rc r = room_checks[i].run(&w->app, tx, &finding);
        db_read_end(tx);
        ck_assert_msg(r == (i == bad ? E_CORRUPT : OK), "%s: %.*s", room_checks[i].name, (int)finding.n, finding.p);
        ck_assert_uint_gt(finding.n, 0);
    }
}

START_TEST(by_month_and_year_of_taiwan)
{
    struct rooms_world own = rooms_open(_i);
    w = &own;
    at(2028, 2, 29, 12); /* a leap day */
    one_completed(1);
    one_completed(5);
    at(2028, 2, 1, 0);
    one_completed(9);
    at(2028, 12, 31, 23); /* completed in the next year */
    one_completed(2);
    rooms_sent(w, "link", "link", 1, 1);
    ck_assert_int_eq(value_of("sign.sent", "2028-02", ""), 3);
    ck_assert_int_eq(value_of("sign.sent", "2028-12", ""), 1);
    ck_assert_int_eq(value_of("sign.sent", "2029-01", ""), 1);
    ck_assert_int_eq(value_of("sign.completed", "2028-02", ""), 3);
    ck_assert_int_eq(value_of("sign.completed", "2029-01", ""), 1);
    ck_assert_int_eq(value_of("sign.hours", "2028-02", ""), 5);
    ck_assert_int_eq(value_of("sign.survey", "2028", "sent"), 4);
    ck_assert_int_eq(value_of("sign.survey", "2028", "completed"), 3);
    ck_assert_int_eq(value_of("sign.survey", "2028", "code"), 3);
    ck_assert_int_eq(value_of("sign.survey", "2029", "link"), 1);
    doctor_says(-1);
    rooms_close(w);
}
END_TEST

START_TEST(answers_counted_and_tampering_found)
{
    struct rooms_world own = rooms_open(_i);
    w = &own;
    at(2026, 11, 30, 12);
    rooms_draft(w, "link", "link", 1, 1);
    t_ok(rooms_do(w, &w->owner, do_offer));
    t_ok(rooms_do(w, &w->owner, rooms_send_it));
    w->n = 0;
    t_ok(rooms_do(w, &act_system, do_agree));
    w->n = 1;
    t_ok(rooms_do(w, &act_system, do_object));
    ck_assert_int_eq(value_of("sign.answers", "agreed", ""), 1);
    ck_assert_int_eq(value_of("sign.answers", "objected", ""), 1);
    ck_assert_int_eq(value_of("sign.objected", "2026-11", ""), 500);
    ck_assert_int_eq(value_of("sign.survey", "2026", "objection"), 1);
    doctor_says(-1);
    t_ok(rooms_do(w, &act_system, do_tamper_text));
    doctor_says(2);
    rooms_close(w);

    own = rooms_open(_i);
    rooms_sent(w, "link", "link", 1, 1);
    doctor_says(-1);
    t_ok(rooms_do(w, &act_system, do_tamper_event));
    doctor_says(1);
    rooms_close(w);

    own = rooms_open(_i);
    rooms_sent(w, "link", "link", 1, 1);
    w->text = STR("signed"); /* without a revision of the file */
    t_ok(rooms_do(w, &act_system, do_tamper_state));
    doctor_says(0);
    rooms_close(w);
}
END_TEST

DBT_MAIN("sign/figures", by_month_and_year_of_taiwan, answers_counted_and_tampering_found)

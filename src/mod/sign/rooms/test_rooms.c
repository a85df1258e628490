/* Rooms from draft to end, on both engines: what each state allows, whose turn it is, who gets which mail, limits. */
#include "mod/sign/rooms/test_rooms.h"

static struct rooms_world *w;

/* ---- acts ---- */

static rc do_discard(struct rooms_world *of, const struct act *x)
{
    return room_discard(x, of->room);
}

static rc do_void(struct rooms_world *of, const struct act *x)
{
    return room_void(x, &of->app, of->room, of->text);
}

static rc do_remind(struct rooms_world *of, const struct act *x)
{
    return room_remind(x, &of->app, of->room);
}

static rc do_change(struct rooms_world *of, const struct act *x)
{
    const struct room_words words = {
        .title = of->text, .message = STR("請於本週簽署"), .expiry_days = of->n, .remind_days = 2};
    return room_change(x, of->room, &words);
}

static rc do_correct(struct rooms_world *of, const struct act *x)
{
    return signer_correct(x, &of->app, of->signer[of->n], STR("Amy"), of->text);
}

static const struct room_from phone = {STR_INIT("192.0.2.7"), STR_INIT("Phone/1.0")};

static rc do_decline(struct rooms_world *of, const struct act *x)
{
    return signer_decline(x, &of->app, of->signer[of->n], of->text, &phone);
}

static rc do_delegate(struct rooms_world *of, const struct act *x)
{
    return signer_delegate(x, &of->app, of->signer[of->n], STR("Carol"), of->text, STR("我請假"), &phone);
}

/* As sealing would: the same file again. */
static rc do_sign(struct rooms_world *of, const struct act *x)
{
    struct room r;
    TRY(room_get(x->tx, of->room, &r, x->a));
    return room_signed(x, &of->app, of->signer[of->n], r.file, STR("ab12"), STR_EMPTY, &phone);
}

static rc do_finish(struct rooms_world *of, const struct act *x)
{
    struct room r;
    TRY(room_get(x->tx, of->room, &r, x->a));
    return room_finished(x, &of->app, of->room, r.file, of->n ? "lta" : "b", of->n ? STR_EMPTY : STR("TSA"),
                         of->n ? 0 : x->at + HOUR, r.file);
}

static rc do_again(struct rooms_world *of, const struct act *x)
{
    return room_again(x, &of->app, of->room, &of->out);
}

static rc do_extend(struct rooms_world *of, const struct act *x)
{
    return room_extend(x, of->room, of->n);
}

static void sign(int signer)
{
    w->n = signer;
    t_ok(rooms_do(w, &act_system, do_sign));
}

static const char *state_of(id signer)
{
    return arena_cstr(w->keep, rooms_signer(w, signer).state);
}

static const char *room_state(void)
{
    return arena_cstr(w->keep, rooms_room(w).state);
}

static size_t events(const char *what)
{
    struct room_event *v;
    size_t n, found = 0;
    struct tx *tx = rooms_look(w);
    t_ok(room_events_of(tx, w->room, &v, &n, w->keep));
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_ge(choice_index(room_events, v[i].what), 0);
        found += str_eq(v[i].what, str_of(what));
    }
    db_read_end(tx);
    return found;
}

/* ---- cases ---- */

START_TEST(steps_follow_each_other)
{
    struct rooms_world fresh = rooms_open(_i);
    w = &fresh;
    rooms_sent(w, "link", "link", 1, 2);
    struct room r = rooms_room(w);
    ck_assert_int_eq(r.revision, 1);
    ck_assert_int_eq(r.expires, day_start(instant_day(ROOMS_NOW) + 31) - SECOND);
    ck_assert_str_eq(state_of(w->signer[0]), "invited");
    ck_assert_str_eq(state_of(w->signer[1]), "waiting");
    ck_assert_uint_eq(rooms_mails(w, ROOMS_BOB, NULL), 0);
    w->n = 1;
    rooms_refused(w, &act_system, do_sign, "RM-010");
    sign(0);
    rooms_refused(w, &act_system, do_sign, "RM-010"); /* once only */
    ck_assert_str_eq(room_state(), "open");
    ck_assert_str_eq(state_of(w->signer[1]), "invited");
    sign(1);
    ck_assert_str_eq(room_state(), "finishing");
    ck_assert_int_eq(rooms_room(w).revision, 3);
    ck_assert_str_eq(arena_cstr(w->keep, rooms_signer(w, w->signer[0]).address), "192.0.2.7");
    w->n = 0; /* a dead time-stamp authority: completed, lower, to be raised */
    t_ok(rooms_do(w, &act_system, do_finish));
    ck_assert_str_eq(room_state(), "completed");
    size_t told = rooms_mails(w, ROOMS_AMY, NULL);
    w->n = 1;
    t_ok(rooms_do(w, &act_system, do_finish));
    ck_assert_uint_eq(rooms_mails(w, ROOMS_AMY, NULL), told); /* nobody is told twice */
    ck_assert_uint_eq(events("lowered"), 1);
    ck_assert_uint_eq(events("raised"), 1);
    ck_assert_uint_eq(events("completed"), 1);
    rooms_close(w);
}
END_TEST

START_TEST(equal_steps_act_in_any_order)
{
    struct rooms_world fresh = rooms_open(_i);
    w = &fresh;
    rooms_sent(w, "link", "link", 4, 4); /* a gap before is no step */
    ck_assert_str_eq(state_of(w->signer[0]), "invited");
    ck_assert_str_eq(state_of(w->signer[1]), "invited");
    sign(1);
    ck_assert_str_eq(room_state(), "open");
    sign(0);
    ck_assert_str_eq(room_state(), "finishing");
    w->text = STR("太晚");
    rooms_refused(w, &w->owner, do_void, "RM-002");
    rooms_close(w);
}
END_TEST

static void by_token(str token, rc expected, id signer)
{
    struct room r;
    struct signer s = {0};
    struct tx *tx = rooms_look(w);
    ck_assert_int_eq(signer_by_token(tx, token, &r, &s, w->keep), expected);
    db_read_end(tx);
    if (expected == OK)
        ck_assert_int_eq(s.id, signer);
}

START_TEST(one_link_until_it_is_corrected)
{
    struct rooms_world fresh = rooms_open(_i);
    w = &fresh;
    rooms_sent(w, "link", "link", 1, 2);
    str token = rooms_token(w, ROOMS_AMY);
    by_token(token, OK, w->signer[0]);
    by_token(str_sub(token, 1, 42), E_AUTH, 0);
    clock_fix(ROOMS_NOW + HOUR - SECOND);
    rooms_refused(w, &w->owner, do_remind, "RM-018");
    clock_fix(ROOMS_NOW + HOUR);
    t_ok(rooms_do(w, &w->owner, do_remind));
    ck_assert_uint_eq(rooms_mails(w, ROOMS_AMY, NULL), 2);
    t_str(rooms_token(w, ROOMS_AMY), token);
    w->n = 0;
    w->text = STR("amy2@t.example");
    rooms_refused(w, &w->stranger, do_correct, "RM-003");
    t_ok(rooms_do(w, &w->owner, do_correct));
    by_token(token, E_AUTH, 0);
    by_token(rooms_token(w, "amy2@t.example"), OK, w->signer[0]);
    w->n = 1; /* not invited yet: only noted */
    w->text = STR("bob2@t.example");
    t_ok(rooms_do(w, &w->owner, do_correct));
    ck_assert_uint_eq(rooms_mails(w, "bob2@t.example", NULL), 0);
    sign(0);
    ck_assert_uint_eq(rooms_mails(w, "bob2@t.example", NULL), 1);
    w->n = 0;
    rooms_refused(w, &w->owner, do_correct, "RM-002");
    rooms_close(w);
}
END_TEST

START_TEST(refusal_ends_it_for_all)
{
    struct rooms_world fresh = rooms_open(_i);
    w = &fresh;
    rooms_sent(w, "link", "link", 1, 1);
    w->n = 0;
    w->text = STR_EMPTY;
    rooms_refused(w, &act_system, do_decline, "ACT-003");
    w->text = STR("第三條不能接受");
    t_ok(rooms_do(w, &act_system, do_decline));
    ck_assert_str_eq(room_state(), "declined");
    ck_assert_str_eq(state_of(w->signer[0]), "declined");
    ck_assert_str_eq(state_of(w->signer[1]), "stopped");
    str body = STR_EMPTY;
    ck_assert_uint_eq(rooms_mails(w, ROOMS_BOB, &body), 2);
    ck_assert_int_lt(str_find(body, w->text), 0); /* the reason is for the owner */
    ck_assert_uint_eq(rooms_mails(w, "owner@t.example", &body), 1);
    ck_assert_int_ge(str_find(body, w->text), 0);
    w->n = 1;
    rooms_refused(w, &act_system, do_sign, "RM-002");
    by_token(rooms_token(w, ROOMS_BOB), OK, w->signer[1]); /* still shows what became of it */
    rooms_close(w);
}
END_TEST

START_TEST(passed_on_takes_the_fields_along)
{
    struct rooms_world fresh = rooms_open(_i);
    struct room_field *f;
    size_t n, moved = 0;
    w = &fresh;
    rooms_sent(w, "link", "link", 1, 2);
    w->n = 0;
    w->text = STR("AMY@t.example");
    rooms_refused(w, &act_system, do_delegate, "RM-017");
    w->text = STR("nowhere");
    rooms_refused(w, &act_system, do_delegate, "INP-012");
    w->text = STR("carol@t.example");
    t_ok(rooms_do(w, &act_system, do_delegate));
    rooms_refused(w, &act_system, do_delegate, "RM-010");
    struct signer amy = rooms_signer(w, w->signer[0]), carol = rooms_signer(w, amy.delegated_to);
    t_str(carol.state, STR("invited"));
    ck_assert_int_eq(carol.position, amy.position);
    struct tx *tx = rooms_look(w);
    t_ok(room_fields_of(tx, w->room, &f, &n, w->keep));
    db_read_end(tx);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_ne(f[i].signer, amy.id);
        moved += f[i].signer == carol.id;
    }
    ck_assert_uint_eq(moved, 2);
    by_token(rooms_token(w, ROOMS_AMY), OK, amy.id);
    by_token(rooms_token(w, "carol@t.example"), OK, carol.id);
    w->signer[0] = carol.id;
    sign(0);
    sign(1);
    ck_assert_str_eq(room_state(), "finishing");
    rooms_close(w);
}
END_TEST

/* Each passes it on to the next: the rows that this leaves are capped. */
START_TEST(passed_on_so_often)
{
    struct rooms_world fresh = rooms_open(_i);
    char to[32];
    w = &fresh;
    rooms_sent(w, "link", "link", 1, 1);
    w->n = 0;
    for (int i = 2; i < ROOM_ROWS_MAX; i++) {
        snprintf(to, sizeof to, "n%d@t.example", i);
        w->text = str_of(to);
        t_ok(rooms_do(w, &act_system, do_delegate));
        w->signer[0] = rooms_signer(w, w->signer[0]).delegated_to;
    }
    w->text = STR("more@t.example");
    rooms_refused(w, &act_system, do_delegate, "RM-004");
    ck_assert_str_eq(state_of(w->signer[0]), "invited"); /* and may still sign */
    sign(0);
    w->n = 1;
    rooms_refused(w, &act_system, do_delegate, "RM-004"); /* of the room, not of one place */
    rooms_close(w);
}
END_TEST

START_TEST(only_drafts_change)
{
    struct rooms_world fresh = rooms_open(_i);
    w = &fresh;
    rooms_draft(w, "link", "link", 1, 1);
    w->text = STR("新標題");
    w->n = 366;
    rooms_refused(w, &w->owner, do_change, "RM-005");
    w->n = 7;
    rooms_refused(w, &w->stranger, do_change, "RM-003");
    t_ok(rooms_do(w, &w->owner, do_change));
    t_str(rooms_room(w).title, w->text);
    rooms_refused(w, &w->stranger, rooms_send_it, "RM-003");
    t_ok(rooms_do(w, &w->owner, rooms_send_it));
    rooms_refused(w, &w->owner, do_change, "RM-002");
    rooms_refused(w, &w->owner, rooms_send_it, "RM-002");
    rooms_refused(w, &w->owner, do_discard, "RM-002");
    ck_assert_int_eq(rooms_room(w).expires, day_start(instant_day(ROOMS_NOW) + 8) - SECOND);
    w->n = 366;
    rooms_refused(w, &w->owner, do_extend, "RM-005");
    w->n = 9;
    rooms_refused(w, &w->stranger, do_extend, "RM-003");
    t_ok(rooms_do(w, &w->owner, do_extend));
    ck_assert_int_eq(rooms_room(w).expires, day_start(instant_day(ROOMS_NOW) + 10) - SECOND);
    w->text = STR("重新擬約");
    rooms_refused(w, &w->stranger, do_void, "RM-003");
    t_ok(rooms_do(w, &w->owner, do_void));
    ck_assert_str_eq(room_state(), "voided");
    ck_assert_uint_eq(rooms_mails(w, ROOMS_AMY, NULL), 2);
    rooms_refused(w, &w->owner, do_extend, "RM-002");
    rooms_refused(w, &w->stranger, do_again, "RM-003");
    t_ok(rooms_do(w, &w->owner, do_again)); /* the same for the same people */
    w->room = w->out;
    rooms_refused(w, &w->owner, do_again, "RM-002");
    t_ok(rooms_do(w, &w->owner, rooms_send_it));
    ck_assert_uint_eq(rooms_mails(w, ROOMS_AMY, NULL), 3);
    rooms_close(w);
}
END_TEST

DBT_MAIN("sign/rooms", steps_follow_each_other, equal_steps_act_in_any_order, one_link_until_it_is_corrected,
         refusal_ends_it_for_all, passed_on_takes_the_fields_along, passed_on_so_often, only_drafts_change)

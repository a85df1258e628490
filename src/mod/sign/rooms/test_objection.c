/* Art. 5 on both engines: told with the invitation, agreed, objected, silent, stopped; the gate; the ledger; texts. */
#include "base/json.h"
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/test_rooms.h"

static struct rooms_world *w;
static const struct room_from phone = {STR_INIT("192.0.2.7"), STR_INIT("Phone/1.0")};

/* ---- acts ---- */

static struct offer offer_good(void)
{
    return (struct offer){.days = 10,
                          .email = STR("paper@t.example"),
                          .phone = STR("02-0000-0000"),
                          .post = STR_EMPTY,
                          .paper_where = STR("臺北市測試路 1 號"),
                          .paper_who = STR("王主任"),
                          .paper_how = STR("週一至週五上午攜帶身分證")};
}

static struct offer asked;

static rc do_offer(struct rooms_world *of, const struct act *x)
{
    struct offer o = asked;
    return offer_set(x, &o, of->room);
}

static rc do_drop(struct rooms_world *of, const struct act *x)
{
    return offer_drop(x, of->room);
}

static rc do_send(struct rooms_world *of, const struct act *x)
{
    return room_send(x, &of->app, of->room, false);
}

static rc with_signer(struct rooms_world *of, const struct act *x, struct room *r, struct signer *s)
{
    TRY(signer_get(x->tx, of->signer[of->n], s, x->a));
    return room_get(x->tx, s->room, r, x->a);
}

static rc do_agree(struct rooms_world *of, const struct act *x)
{
    struct room r;
    struct signer s;
    TRY(with_signer(of, x, &r, &s));
    return answer_agree(x, &r, &s, &phone);
}

static rc do_object(struct rooms_world *of, const struct act *x)
{
    struct room r;
    struct signer s;
    TRY(with_signer(of, x, &r, &s));
    return answer_object(x, &r, &s, of->text, &phone);
}

static rc do_stop(struct rooms_world *of, const struct act *x)
{
    struct room r;
    struct signer s;
    TRY(with_signer(of, x, &r, &s));
    return answer_stop(x, &r, &s, of->text, &phone);
}

static rc do_lapse(struct rooms_world *of, const struct act *x)
{
    int n;
    TRY(answers_lapse(x, JOB_TURN_MOST, &n));
    of->n = n;
    return OK;
}

static rc do_handle(struct rooms_world *of, const struct act *x)
{
    return objection_handle(x, of->out, of->text);
}

static rc do_text(struct rooms_world *of, const struct act *x)
{
    return offer_text_add(x, x->by->party, of->text, offer_text_en, &of->out);
}

static rc do_template(struct rooms_world *of, const struct act *x)
{
    const struct room_person people[] = {{STR("甲"), STR("a@t.example"), STR("zh")},
                                         {STR("乙"), STR("b@t.example"), STR("en")}};
    id template;
    TRY(room_to_template(x, &of->app, of->room, STR("範本"), &template));
    return room_from_template(x, &of->app, template, 0, people, 2, &of->out);
}

static rc do_remind(struct rooms_world *of, const struct act *x)
{
    return room_remind(x, &of->app, of->room);
}

static rc do_hear(struct rooms_world *of, const struct act *x)
{
    return answer_heard(x, of->room, of->signer[of->n], "objection", of->text);
}

/* ---- looking ---- */

/* The gate's answer for a signer: OK, or its code. */
static void gate_says(id signer, const char *code)
{
    struct err err = {0};
    struct room r;
    struct signer s;
    struct tx *tx = rooms_look(w);
    t_ok(signer_get(tx, signer, &s, w->keep));
    t_ok(room_get(tx, s.room, &r, w->keep));
    rc got = objection_gate(tx, &r, &s, &err);
    if (code) {
        ck_assert_int_eq(got, E_CONFLICT);
        ck_assert_str_eq(err.main.code, code);
    } else
        ck_assert_int_eq(got, OK);
    db_read_end(tx);
}

static struct answer answer(id signer)
{
    struct answer a;
    struct tx *tx = rooms_look(w);
    t_ok(answer_of(tx, signer, &a, w->keep));
    db_read_end(tx);
    return a;
}

static size_t events(id room, const char *what)
{
    struct room_event *v;
    size_t n, found = 0;
    struct tx *tx = rooms_look(w);
    t_ok(room_events_of(tx, room, &v, &n, w->keep));
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i].what, str_of(what))) {
            ck_assert_int_ne(v[i].log_entry, 0);
            found++;
        }
    db_read_end(tx);
    return found;
}

static size_t ledger(bool open, str words, struct objection *first)
{
    struct objection *v;
    size_t n;
    int64_t total;
    struct tx *tx = rooms_look(w);
    const struct objection_query q = {.party = w->owner.party, .open = open, .words = words, .limit = OBJECTIONS_PAGE};
    t_ok(objections_list(tx, &q, &v, &n, &total, w->keep));
    ck_assert_int_eq((int64_t)n, total);
    db_read_end(tx);
    if (n && first)
        *first = v[0];
    return n;
}

static size_t owner_mails(void)
{
    return rooms_mails(w, "owner@t.example", NULL);
}

/* A room that offers the electronic form, sent to both at once. */
static struct rooms_world offered(int engine)
{
    struct rooms_world fresh = rooms_open(engine);
    w = &fresh;
    asked = offer_good();
    rooms_draft(w, "link", "link", 1, 1);
    t_ok(rooms_do(w, &w->owner, do_offer));
    t_ok(rooms_do(w, &w->owner, do_send));
    return fresh;
}

#define WORLD(engine)                                                                                                  \
    struct rooms_world own = offered(engine);                                                                          \
    w = &own

/* ---- tests ---- */

START_TEST(told_with_the_invitation)
{
    str mail;
    WORLD(_i);
    ck_assert_uint_eq(rooms_mails(w, ROOMS_AMY, &mail), 1);
    ck_assert_int_ge(str_find(mail, offer_text_zh), 0);
    ck_assert_int_ge(str_find(mail, STR("paper@t.example")), 0);
    ck_assert_int_ge(str_find(mail, STR("臺北市測試路 1 號")), 0);
    ck_assert_int_ge(str_find(mail, sha256_hex_of(w->keep, offer_text_zh)), 0);
    ck_assert_uint_eq(rooms_mails(w, ROOMS_BOB, &mail), 1);
    ck_assert_int_ge(str_find(mail, offer_text_en), 0);
    struct answer a = answer(w->signer[0]);
    t_str(a.state, STR("told"));
    t_str(a.lang, STR("zh"));
    /* told on 2026-11-25 in Taiwan, ten whole days after it */
    ck_assert_int_eq(a.until, day_start(day_of(2026, 12, 6)) - SECOND);
    gate_says(w->signer[0], "OBJ-001");
    gate_says(w->signer[1], "OBJ-001");
    ck_assert_uint_eq(events(w->room, "told"), 2);
    rooms_close(w);
}
END_TEST

START_TEST(one_agrees_one_objects)
{
    WORLD(_i);
    w->n = 0;
    t_ok(rooms_do(w, &act_system, do_agree));
    gate_says(w->signer[0], NULL);
    rooms_refused(w, &act_system, do_agree, "OBJ-008"); /* once is enough */
    rooms_refused(w, &act_system, do_object, "OBJ-008");
    size_t before = owner_mails();
    w->n = 1;
    w->text = STR("prefer ink");
    t_ok(rooms_do(w, &act_system, do_object));
    gate_says(w->signer[1], "OBJ-002");
    gate_says(w->signer[0], NULL); /* paused is the one who objected */
    ck_assert_uint_eq(owner_mails(), before + 1);
    struct objection o;
    ck_assert_uint_eq(ledger(true, STR("BOB@"), &o), 1);
    t_str(o.reason, STR("prefer ink"));
    t_str(o.kind, STR("objection"));
    ck_assert_uint_eq(ledger(true, STR("nobody"), NULL), 0);
    /* nobody reminds Bob; Amy is still asked */
    clock_fix(ROOMS_NOW + 2 * HOUR);
    size_t amy = rooms_mails(w, ROOMS_AMY, NULL), bob = rooms_mails(w, ROOMS_BOB, NULL);
    t_ok(rooms_do(w, &w->owner, do_remind));
    ck_assert_uint_eq(rooms_mails(w, ROOMS_AMY, NULL), amy + 1);
    ck_assert_uint_eq(rooms_mails(w, ROOMS_BOB, NULL), bob);
    /* after all */
    t_ok(rooms_do(w, &act_system, do_agree));
    gate_says(w->signer[1], NULL);
    ck_assert_uint_eq(ledger(true, STR_EMPTY, NULL), 0);
    ck_assert_uint_eq(ledger(false, STR_EMPTY, NULL), 1); /* nothing is forgotten */
    ck_assert_uint_eq(events(w->room, "resumed"), 1);
    rooms_close(w);
}
END_TEST

static rc do_correct(struct rooms_world *of, const struct act *x)
{
    return signer_correct(x, &of->app, of->signer[of->n], STR("Carol"), of->text);
}

/* The invitation went to a stranger, who answered: that is not the answer of the person who was meant. */
START_TEST(a_corrected_address_is_another_person)
{
    WORLD(_i);
    w->n = 0;
    t_ok(rooms_do(w, &act_system, do_agree));
    w->text = STR("carol@t.example");
    t_ok(rooms_do(w, &w->owner, do_correct));
    gate_says(w->signer[0], "OBJ-001");
    w->n = 1;
    w->text = STR("never heard of you");
    t_ok(rooms_do(w, &act_system, do_object));
    w->text = STR("bob2@t.example");
    t_ok(rooms_do(w, &w->owner, do_correct));
    gate_says(w->signer[1], "OBJ-001");
    t_ok(rooms_do(w, &act_system, do_agree));
    gate_says(w->signer[1], NULL);
    w->text = STR("BOB2@t.example"); /* the same address: a name put right */
    t_ok(rooms_do(w, &w->owner, do_correct));
    gate_says(w->signer[1], NULL);
    rooms_close(w);
}
END_TEST

START_TEST(silence_to_the_end_of_the_period)
{
    WORLD(_i);
    instant until = answer(w->signer[0]).until;
    w->n = 1;
    w->text = STR_EMPTY;
    t_ok(rooms_do(w, &act_system, do_object));
    clock_fix(until); /* the last moment still belongs to the period */
    t_ok(rooms_do(w, &act_system, do_lapse));
    ck_assert_int_eq(w->n, 0);
    gate_says(w->signer[0], "OBJ-001");
    clock_fix(until + SECOND);
    t_ok(rooms_do(w, &act_system, do_lapse));
    ck_assert_int_eq(w->n, 1);
    struct answer a = answer(w->signer[0]);
    t_str(a.state, STR("deemed"));
    ck_assert_int_eq(a.at, until + SECOND);
    gate_says(w->signer[0], NULL);
    gate_says(w->signer[1], "OBJ-002"); /* who spoke is not silent */
    ck_assert_uint_eq(events(w->room, "deemed"), 1);
    t_ok(rooms_do(w, &act_system, do_lapse));
    ck_assert_int_eq(w->n, 0);
    rooms_close(w);
}
END_TEST

START_TEST(said_by_telephone)
{
    WORLD(_i);
    w->n = 0;
    w->text = STR_EMPTY;
    rooms_refused(w, &w->owner, do_hear, "ACT-003");
    w->text = STR("by telephone, 26 November");
    rooms_refused(w, &w->stranger, do_hear, "RM-003");
    t_ok(rooms_do(w, &w->owner, do_hear));
    gate_says(w->signer[0], "OBJ-002");
    /* a letter that came in time and was entered late */
    clock_fix(answer(w->signer[1]).until + SECOND);
    t_ok(rooms_do(w, &act_system, do_lapse));
    ck_assert_int_eq(w->n, 1); /* Bob; it also names him for the next */
    gate_says(w->signer[1], NULL);
    t_ok(rooms_do(w, &w->owner, do_hear));
    gate_says(w->signer[1], "OBJ-002");
    ck_assert_uint_eq(ledger(true, STR_EMPTY, NULL), 2);
    rooms_refused(w, &w->owner, do_hear, "OBJ-008");
    rooms_close(w);
}
END_TEST

START_TEST(a_stop_holds_in_all_rooms_of_the_sender)
{
    struct tx *tx;
    struct objection *v;
    size_t n;
    WORLD(_i);
    id first = w->room, amy_first = w->signer[0];
    w->n = 0;
    t_ok(rooms_do(w, &act_system, do_agree));
    /* a second room without an offer, already open */
    rooms_sent(w, "link", "link", 1, 1);
    id second = w->room, amy_second = w->signer[0];
    gate_says(amy_second, NULL);
    w->signer[0] = amy_first;
    w->text = STR("no more");
    t_ok(rooms_do(w, &act_system, do_stop));
    gate_says(amy_first, "OBJ-003");
    gate_says(amy_second, "OBJ-003");
    gate_says(w->signer[1], NULL);
    ck_assert_uint_eq(events(first, "stopped"), 1);
    ck_assert_uint_eq(events(second, "stopped"), 1);
    rooms_refused(w, &act_system, do_stop, "OBJ-008");
    /* the next draft to this address warns, whatever its case */
    rooms_draft(w, "link", "link", 1, 1);
    struct room third = rooms_room(w);
    tx = rooms_look(w);
    t_ok(objections_for(tx, &third, &v, &n, w->keep));
    db_read_end(tx);
    ck_assert_uint_eq(n, 1);
    t_str(v[0].kind, STR("stop"));
    /* another organisation hears nothing of it */
    struct room theirs = third;
    theirs.party = w->stranger.party;
    tx = rooms_look(w);
    t_ok(objections_for(tx, &theirs, &v, &n, w->keep));
    db_read_end(tx);
    ck_assert_uint_eq(n, 0);
    /* the person chooses the electronic form again */
    w->signer[0] = amy_second;
    t_ok(rooms_do(w, &act_system, do_agree));
    gate_says(amy_first, NULL);
    gate_says(amy_second, NULL);
    rooms_close(w);
}
END_TEST

START_TEST(what_an_offer_must_say)
{
    struct rooms_world own = rooms_open(_i);
    w = &own;
    rooms_draft(w, "link", "link", 1, 1);
    asked = offer_good();
    asked.days = 6;
    rooms_refused(w, &w->owner, do_offer, "OBJ-004");
    asked.days = 366;
    rooms_refused(w, &w->owner, do_offer, "OBJ-004");
    asked = offer_good();
    asked.email = asked.phone = STR_EMPTY;
    rooms_refused(w, &w->owner, do_offer, "OBJ-005");
    asked = offer_good();
    asked.paper_who = STR_EMPTY;
    rooms_refused(w, &w->owner, do_offer, "ACT-003");
    asked = offer_good();
    rooms_refused(w, &w->stranger, do_offer, "RM-003");
    t_ok(rooms_do(w, &w->owner, do_offer));
    t_ok(rooms_do(w, &w->owner, do_drop));
    t_ok(rooms_do(w, &w->owner, do_send));
    ck_assert_uint_eq(events(w->room, "told"), 0);
    gate_says(w->signer[0], NULL); /* nothing was offered, nothing is asked */
    rooms_refused(w, &w->owner, do_offer, "RM-002");
    rooms_close(w);
}
END_TEST

START_TEST(a_template_passes_its_offer_on)
{
    struct offer o;
    WORLD(_i);
    t_ok(rooms_do(w, &w->owner, do_template));
    struct tx *tx = rooms_look(w);
    t_ok(offer_of(tx, w->out, &o, w->keep));
    db_read_end(tx);
    t_str(o.paper_who, STR("王主任"));
    ck_assert_int_eq(o.days, 10);
    rooms_close(w);
}
END_TEST

START_TEST(texts_have_versions)
{
    struct offer_text *v;
    struct text_line *diff;
    size_t n;
    WORLD(_i);
    w->text = STR("請同意。");
    rooms_refused(w, &w->owner, do_text, "OBJ-006");
    w->text = STR("第一行\n沉默視為同意。\n第三行");
    t_ok(rooms_do(w, &w->owner, do_text));
    id first = w->out;
    t_ok(rooms_do(w, &w->owner, do_text)); /* nothing new: the same version */
    ck_assert_int_eq(w->out, first);
    w->text = STR("第一行\n沉默即視為同意。\n第三行");
    t_ok(rooms_do(w, &w->owner, do_text));
    struct tx *tx = rooms_look(w);
    t_ok(offer_texts_of(tx, w->owner.party, &v, &n, w->keep));
    ck_assert_uint_eq(n, 2);
    ck_assert_int_eq(v[0].version, 2);
    t_str(v[1].zh_hash, sha256_hex_of(w->keep, v[1].zh));
    t_ok(text_diff(w->keep, v[1].zh, v[0].zh, &diff, &n));
    db_read_end(tx);
    ck_assert_uint_eq(n, 4);
    ck_assert_int_eq(diff[0].kind, ' ');
    ck_assert_int_eq(diff[1].kind, '-');
    ck_assert_int_eq(diff[2].kind, '+');
    t_str(diff[2].line, STR("沉默即視為同意。"));
    ck_assert_int_eq(diff[3].kind, ' ');
    /* the room that was sent keeps the text that its signers read */
    struct offer o;
    struct offer_text read;
    tx = rooms_look(w);
    t_ok(offer_of(tx, w->room, &o, w->keep));
    t_ok(offer_text_get(tx, o.text, &read, w->keep));
    db_read_end(tx);
    t_str(read.zh, offer_text_zh);
    rooms_close(w);
}
END_TEST

START_TEST(the_ledger_and_the_evidence)
{
    struct objection o;
    struct json_out out;
    const struct json *j;
    BUF_SCOPED csv = BUF_INIT(1 << 16);
    BUF_SCOPED json = BUF_INIT(1 << 16);
    WORLD(_i);
    w->n = 0;
    w->text = STR("我習慣紙本,\"親簽\"");
    t_ok(rooms_do(w, &act_system, do_object));
    ck_assert_uint_eq(ledger(true, STR("租賃"), &o), 1);
    w->out = o.id;
    w->text = STR("已寄出紙本");
    rooms_refused(w, &w->stranger, do_handle, "OBJ-007");
    t_ok(rooms_do(w, &w->owner, do_handle));
    ck_assert_uint_eq(ledger(true, STR_EMPTY, NULL), 0);
    struct tx *tx = rooms_look(w);
    const struct objection_query q = {.party = w->owner.party};
    t_ok(objections_csv(tx, &q, LANG_EN, &csv));
    ck_assert_int_ge(str_find(buf_str(&csv), STR("\"我習慣紙本,\"\"親簽\"\"\"")), 0);
    ck_assert_int_ge(str_find(buf_str(&csv), STR("已寄出紙本")), 0);
    struct room r = rooms_room(w);
    jo_begin(&out, &json);
    jo_obj(&out);
    t_ok(objection_evidence(tx, &r, &out, w->keep));
    jo_end_obj(&out);
    db_read_end(tx);
    t_ok(json_parse(w->keep, buf_str(&json), 1 << 16, &j, NULL));
    const struct json *form = json_get(j, "electronic_form");
    t_str(json_str(json_get(form, "text_zh_sha256")), sha256_hex_of(w->keep, offer_text_zh));
    ck_assert_uint_eq(json_count(json_get(form, "answers")), 2);
    t_str(json_str(json_get(json_at(json_get(form, "answers"), 0), "state")), STR("objected"));
    ck_assert_uint_eq(json_count(json_get(form, "objections")), 1);
    rooms_close(w);
}
END_TEST

DBT_MAIN("sign/objection", told_with_the_invitation, one_agrees_one_objects, a_corrected_address_is_another_person,
         silence_to_the_end_of_the_period, said_by_telephone, a_stop_holds_in_all_rooms_of_the_sender,
         what_an_offer_must_say, a_template_passes_its_offer_on, texts_have_versions, the_ledger_and_the_evidence)

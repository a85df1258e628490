/* The register of exclusions on both engines: what an entry may say, search, history, import, lapsing; which documents
 * are warned of and how a confirmation is recorded. */
#include "base/utf8.h"
#include "mod/sign/rooms/exclusion.h"
#include "mod/sign/rooms/test_rooms.h"

static struct rooms_world *w;
static struct exclusion entry;
static struct session officer;
static struct import_report report;

static struct exclusion good(void)
{
    return (struct exclusion){.agency = STR("示範縣政府"),
                              .act = STR("河川公地使用許可"),
                              .law = STR("示範條例第 9 條"),
                              .kind = STR("transitional"),
                              .keywords = STR_EMPTY,
                              .source = STR("示範公報 1 期"),
                              .starts = day_of(2024, 5, 15),
                              .ends = day_of(2027, 5, 14),
                              .extended = true};
}

/* ---- acts ---- */

static rc do_add(struct rooms_world *of, const struct act *x)
{
    return exclusion_add(x, &entry, STR("公告"), &of->out);
}
static rc do_change(struct rooms_world *of, const struct act *x)
{
    entry.id = of->out;
    return exclusion_change(x, &entry, STR("延長"));
}
static rc do_remove(struct rooms_world *of, const struct act *x)
{
    return exclusion_remove(x, of->out, of->n, STR("廢止"));
}
static rc do_import(struct rooms_world *of, const struct act *x)
{
    report = (struct import_report){0};
    return exclusion_import(x, of->text, STR("年度更新"), &report);
}
static rc do_warn(struct rooms_world *of, const struct act *x)
{
    int n;
    TRY(exclusions_warn(x, JOB_TURN_MOST, &n));
    of->n = n;
    return OK;
}
static rc do_send(struct rooms_world *of, const struct act *x)
{
    return room_send(x, &of->app, of->room, of->n != 0);
}

static struct rooms_world opened(int engine)
{
    struct rooms_world fresh = rooms_open(engine);
    officer = fresh.owner;
    officer.perms = PUBLIC | SIGNED_IN | AS_OFFICER;
    entry = good();
    return fresh;
}
#define WORLD(engine)                                                                                                  \
    struct rooms_world own = opened(engine);                                                                           \
    w = &own

static int64_t found(const char *words, enum exclusion_when when, day today)
{
    struct exclusion *v;
    size_t n;
    int64_t total;
    struct tx *tx = rooms_look(w);
    const struct exclusion_query q = {.words = str_of(words), .when = when, .today = today, .soon = 60, .limit = 25};
    t_ok(exclusions_list(tx, &q, &v, &n, &total, w->keep));
    db_read_end(tx);
    return total;
}

static size_t hits(void)
{
    struct exclusion_hit *v;
    size_t n;
    struct room r = rooms_room(w);
    struct tx *tx = rooms_look(w);
    t_ok(exclusions_for(tx, &r, &v, &n, w->keep));
    db_read_end(tx);
    return n;
}

/* ---- tests ---- */

START_TEST(words_that_warn)
{
    static const struct {
        const char *act, *keywords, *text;
        bool hit;
    } cases[] = {
        {"河川公地使用許可", "", "河川公地使用許可申請書 a.pdf", true},
        {"河川公地使用許可", "", "申請河川公地之使用 許可", true},
        {"河川公地使用許可", "", "場地使用許可書", false}, /* a general half is not enough */
        {"河川公地使用許可", "", "租賃契約 lease.pdf", false},
        {"遺囑之作成", "遺囑、代筆遺囑,will", "我的遺囑.pdf", true},
        {"遺囑之作成", "遺囑、代筆遺囑,will", "「遺囑」", true},
        {"遺囑之作成", "遺囑、代筆遺囑,WILL", "last will and testament", true},
        {"遺囑之作成", "遺囑、代筆遺囑，will", "goodwill agreement", false},
        {"遺囑之作成", "遺囑、代筆遺囑，will", "willow", false},
        {"Notarial deed of sale", "", "notarial deed of sale of land", true},
        {"Notarial deed of sale", "", "sale of a boat", false},
        {"Notarial deed of sale", "", "ＮＯＴＡＲＩＡＬ ＤＥＥＤ", true}, /* width and case do not matter */
        {"許可", "", "使用許可", true},
        {"", "", "anything", false},
    };
    WORLD(_i);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct exclusion e = {.act = str_of(cases[i].act), .keywords = str_of(cases[i].keywords)};
        bool hit = exclusion_matches(w->keep, &e, utf8_fold(w->keep, str_of(cases[i].text)));
        ck_assert_msg(hit == cases[i].hit, "case %zu: %s / %s", i, cases[i].act, cases[i].text);
    }
    rooms_close(w);
}
END_TEST

START_TEST(what_an_entry_may_say)
{
    WORLD(_i);
    rooms_refused(w, &w->owner, do_add, "ACT-001");
    entry.ends = day_of(2027, 5, 15); /* a day past the year and the two more */
    rooms_refused(w, &officer, do_add, "EXC-003");
    entry.ends = 0;
    rooms_refused(w, &officer, do_add, "EXC-003");
    entry = good();
    entry.extended = false; /* then it lapsed after a year */
    rooms_refused(w, &officer, do_add, "EXC-003");
    entry.ends = day_of(2025, 5, 14);
    t_ok(rooms_do(w, &officer, do_add));
    entry = good();
    entry.kind = STR("form");
    entry.ends = entry.starts - 1;
    rooms_refused(w, &officer, do_add, "EXC-002");
    entry.ends = 0; /* as long as the law stands */
    t_ok(rooms_do(w, &officer, do_add));
    entry.kind = STR("other");
    rooms_refused(w, &officer, do_add, "EXC-005");
    entry = good();
    entry.source = STR_EMPTY;
    rooms_refused(w, &officer, do_add, "ACT-003");
    rooms_close(w);
}
END_TEST

START_TEST(searched_changed_removed)
{
    struct exclusion_change *v;
    size_t n;
    WORLD(_i);
    day today = day_of(2026, 11, 25);
    t_ok(rooms_do(w, &officer, do_add));
    ck_assert_int_eq(found("", EXCLUSION_NOW, today), 1);
    ck_assert_int_eq(found("河川公地", EXCLUSION_NOW, today), 1);
    ck_assert_int_eq(found("示範條例", EXCLUSION_NOW, today), 1);
    ck_assert_int_eq(found("100%", EXCLUSION_NOW, today), 0);
    ck_assert_int_eq(found("", EXCLUSION_SOON, today), 0);
    ck_assert_int_eq(found("", EXCLUSION_SOON, day_of(2027, 3, 15)), 1); /* sixty days before its last day */
    ck_assert_int_eq(found("", EXCLUSION_SOON, day_of(2027, 3, 14)), 0);
    ck_assert_int_eq(found("", EXCLUSION_NOW, day_of(2027, 5, 14)), 1);
    ck_assert_int_eq(found("", EXCLUSION_NOW, day_of(2027, 5, 15)), 0);
    ck_assert_int_eq(found("", EXCLUSION_LAPSED, day_of(2027, 5, 15)), 1);
    entry.version = 1;
    entry.keywords = STR("pier");
    t_ok(rooms_do(w, &officer, do_change));
    rooms_refused(w, &officer, do_change, "EXC-006"); /* it is at version 2 by now */
    ck_assert_int_eq(found("PIER", EXCLUSION_NOW, today), 1);
    w->n = 1;
    rooms_refused(w, &officer, do_remove, "EXC-006");
    w->n = 2;
    t_ok(rooms_do(w, &officer, do_remove));
    ck_assert_int_eq(found("", EXCLUSION_NOW, today), 0);
    ck_assert_int_eq(found("", EXCLUSION_ALL, today), 1);
    struct tx *tx = rooms_look(w);
    t_ok(exclusion_history(tx, w->out, &v, &n, w->keep));
    db_read_end(tx);
    ck_assert_uint_eq(n, 3);
    t_str(v[0].what, STR("removed"));
    t_str(v[2].what, STR("added"));
    t_str(v[2].entry.keywords, STR_EMPTY);
    t_str(v[1].entry.keywords, STR("pier"));
    ck_assert_int_eq(v[1].entry.ends, entry.ends);
    ck_assert_int_ne(v[0].log_entry, 0);
    rooms_close(w);
}
END_TEST

START_TEST(imported_or_every_wrong_row_named)
{
    BUF_SCOPED csv = BUF_INIT(1 << 16);
    WORLD(_i);
    w->text = STR("機關,事項,法規條文,類別,出處,起日,迄日,已延長\n"
                  "示範縣政府,河川公地使用許可,示範條例第 9 條,transitional,公報,113-05-15,2027-05-14,是\n"
                  "示範縣政府,河川公地使用許可,示範條例第 9 條,form,公報,2024-05-15,,\n"
                  "示範縣政府,市集攤位,示範條例,special,公報,2024-13-15,,\n"
                  "示範縣政府,夜間施工,示範條例,transitional,公報,2024-05-15,2025-05-15,\n");
    rooms_refused(w, &officer, do_import, "IMP-001");
    ck_assert_int_eq(report.bad, 3);
    ck_assert_uint_eq(report.n_errors, 4);
    ck_assert_str_eq(report.errors[0].code, "EXC-008");
    ck_assert_str_eq(report.errors[1].code, "EXC-004");
    ck_assert_str_eq(report.errors[2].code, "EXC-005");
    ck_assert_str_eq(report.errors[3].code, "EXC-003");
    ck_assert_int_eq(report.errors[3].row, 5);
    ck_assert_int_eq(found("", EXCLUSION_ALL, day_of(2026, 11, 25)), 0); /* nothing at all */
    t_ok(rooms_do(w, &officer, do_add));
    w->text = STR("agency,act,law,kind,source,from,until,extended,keywords\r\n"
                  "示範縣政府,河川公地使用許可,示範條例第 9 條,transitional,示範公報 1 期,2024-05-15,2027-05-14,1,\r\n"
                  "示範縣政府,夜間施工,示範條例,form,公報,2024-05-15,,,\r\n");
    t_ok(rooms_do(w, &officer, do_import));
    ck_assert_int_eq(report.added, 1);
    ck_assert_int_eq(report.skipped, 1); /* as it is already */
    struct tx *tx = rooms_look(w);
    t_ok(exclusions_csv(tx, &csv));
    db_read_end(tx);
    w->text = arena_str(w->keep, buf_str(&csv)); /* what is exported can be imported */
    t_ok(rooms_do(w, &officer, do_import));
    ck_assert_int_eq(report.skipped, 2);
    ck_assert_int_eq(report.added + report.changed, 0);
    rooms_close(w);
}
END_TEST

START_TEST(the_office_is_told_once_in_time)
{
    WORLD(_i);
    t_ok(rooms_do(w, &officer, do_add));
    t_ok(rooms_do(w, &act_system, do_warn));
    ck_assert_int_eq(w->n, 0);
    clock_fix(day_start(day_of(2027, 3, 15)));
    t_ok(rooms_do(w, &act_system, do_warn));
    ck_assert_int_eq(w->n, 1);
    t_ok(rooms_do(w, &act_system, do_warn));
    ck_assert_int_eq(w->n, 0);
    rooms_close(w);
}
END_TEST

START_TEST(sent_only_after_the_warning_was_confirmed)
{
    struct room_event *v;
    size_t n, confirmed = 0;
    WORLD(_i);
    rooms_draft(w, "link", "link", 1, 1); /* 租賃契約 */
    ck_assert_uint_eq(hits(), 0);
    entry.act = STR("國有土地租賃");
    entry.keywords = STR("租賃契約");
    t_ok(rooms_do(w, &officer, do_add));
    ck_assert_uint_eq(hits(), 1);
    w->n = 0;
    rooms_refused(w, &w->owner, do_send, "RM-016");
    w->n = 1;
    t_ok(rooms_do(w, &w->owner, do_send));
    struct tx *tx = rooms_look(w);
    char number[ID_TEXT + 1];
    id_text(w->out, number);
    t_ok(room_events_of(tx, w->room, &v, &n, w->keep));
    for (size_t i = 0; i < n; i++)
        if (str_eq(v[i].what, STR("confirmed"))) {
            confirmed++;
            ck_assert_int_ge(str_find(v[i].detail, str_of(number)), 0);
        }
    db_read_end(tx);
    ck_assert_uint_eq(confirmed, 1);
    clock_fix(day_start(day_of(2027, 5, 15))); /* lapsed: nothing to warn of any more */
    ck_assert_uint_eq(hits(), 0);
    rooms_close(w);
}
END_TEST

DBT_MAIN("sign/exclusion", words_that_warn, what_an_entry_may_say, searched_changed_removed,
         imported_or_every_wrong_row_named, the_office_is_told_once_in_time, sent_only_after_the_warning_was_confirmed)

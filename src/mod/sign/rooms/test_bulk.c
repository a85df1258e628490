/* A template sent to a list, on both engines: what the list may hold, what becomes of each row. */
#include "mod/sign/rooms/bulk.h"
#include "mod/sign/rooms/test_rooms.h"

static struct rooms_world *w;
static id template, bulk;
static struct import_report report;

/* ---- acts ---- */

static rc do_template(struct rooms_world *of, const struct act *x)
{
    return room_to_template(x, &of->app, of->room, STR("租賃契約"), &template);
}

static rc do_sample(struct rooms_world *of, const struct act *x)
{
    BUF_SCOPED out = BUF_INIT(1 << 16);
    TRY(bulk_sample(x, template, LANG_ZH, &out));
    of->text = arena_str(of->keep, buf_str(&out));
    return OK;
}

static rc do_begin(struct rooms_world *of, const struct act *x)
{
    return bulk_begin(x, template, STR("people.csv"), of->text, false, &report, &bulk);
}

static rc do_own(struct rooms_world *of, const struct act *x)
{
    struct bulk b;
    (void)of;
    return bulk_own(x, bulk, &b);
}

static rc do_no_fields(struct rooms_world *of, const struct act *x)
{
    return room_fields_set(x, &of->app, template, NULL, 0);
}

/* ---- looking ---- */

static struct bulk now_is(void)
{
    struct bulk b;
    struct tx *tx = rooms_look(w);
    t_ok(bulk_get(tx, bulk, &b, w->keep));
    db_read_end(tx);
    return b;
}

static struct bulk_row *rows_now(size_t *n)
{
    struct bulk_row *v;
    struct tx *tx = rooms_look(w);
    t_ok(bulk_rows(tx, bulk, 0, &v, n, w->keep));
    db_read_end(tx);
    return v;
}

static int64_t some(int most)
{
    struct err err = {0};
    int64_t left = -1;
    t_ok(bulk_some(&w->app, bulk, most, &left, &err));
    return left;
}

static void begin(int engine, struct rooms_world *fresh)
{
    *fresh = rooms_open(engine);
    w = fresh;
    rooms_draft(w, "link", "code", 1, 2);
    t_ok(rooms_do(w, &w->owner, do_template));
}

#define HEADING "林𣿆川 姓名,林𣿆川 電子郵件,Bob name,Bob e-mail,Bob language\r\n"

/* ---- cases ---- */

START_TEST(each_row_is_a_room)
{
    struct rooms_world fresh;
    begin(_i, &fresh);
    w->text = STR(HEADING "王小明,ｗａｎｇ＠t.EXAMPLE,Ann,ann@t.example,en\r\n李四,li@t.example,Ann,ann@t.example,"
                          "\r\n\"𠮷田, 三郎\",yo@t.example,Ann,ann@t.example,zh\r\n");
    t_ok(rooms_do(w, &w->owner, do_begin));
    ck_assert_int_eq(report.added, 3);
    ck_assert_uint_eq(rooms_mails(w, "wang@t.example", NULL), 0); /* the job's work */
    ck_assert_int_eq(some(2), 1);
    ck_assert_int_eq(some(2), 0);
    ck_assert_int_eq(some(2), 0); /* nothing twice */
    struct bulk b = now_is();
    ck_assert_int_eq(b.made, 3);
    ck_assert_int_eq(b.failed, 0);
    size_t n;
    struct bulk_row *row = rows_now(&n);
    ck_assert_uint_eq(n, 3);
    t_str(row[2].names, STR("𠮷田, 三郎 <yo@t.example>、Ann <ann@t.example>"));
    for (size_t i = 0; i < n; i++) {
        t_str(row[i].state, STR("open"));
        w->room = row[i].room;
        struct room r = rooms_room(w);
        ck_assert(r.bulk == bulk && r.origin == template && r.owner == w->owner.account && r.party == w->owner.party);
    }
    ck_assert_uint_eq(rooms_mails(w, "wang@t.example", NULL), 1);
    ck_assert_uint_eq(rooms_mails(w, "ann@t.example", NULL), 0); /* second step */
    t_ok(rooms_do(w, &w->owner, do_own));
    rooms_refused(w, &w->stranger, do_own, "RM-036");
    rooms_close(w);
}
END_TEST

START_TEST(a_sample_can_be_sent_back)
{
    struct rooms_world fresh;
    begin(_i, &fresh);
    t_ok(rooms_do(w, &w->owner, do_sample));
    ck_assert(str_starts(w->text, STR("\xef\xbb\xbf林𣿆川 姓名,林𣿆川 電子郵件,林𣿆川 語言,Bob 姓名")));
    t_ok(rooms_do(w, &w->owner, do_begin));
    ck_assert_int_eq(report.rows, 1);
    rooms_refused(w, &w->stranger, do_sample, "RM-003");
    rooms_close(w);
}
END_TEST

START_TEST(one_wrong_row_refuses_all)
{
    static const struct {
        const char *row, *code, *column;
    } WRONG[] = {
        {",wang@t.example,Ann,ann@t.example,en", "RM-031", "林𣿆川 姓名"},
        {"王小明,wang,Ann,ann@t.example,en", "RM-032", "林𣿆川 電子郵件"},
        {"王小明,wang@t.example,Ann,,en", "RM-032", "Bob e-mail"},
        {"王小明,wang@t.example,Ann,ann@t.example,fr", "RM-033", "Bob language"},
        {"別人,good@t.example,Other,ann@t.example,en", "RM-034", "林𣿆川 電子郵件"},
    };
    struct rooms_world fresh;
    begin(_i, &fresh);
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        BUF_SCOPED csv = BUF_INIT(4096);
        buf_printf(&csv, HEADING "好人,good@t.example,Ann,ann@t.example,en\r\n%s\r\n", WRONG[i].row);
        w->text = buf_str(&csv);
        rooms_refused(w, &w->owner, do_begin, "IMP-001");
        ck_assert_int_eq(report.bad, 1);
        ck_assert_uint_eq(report.n_errors, 1);
        ck_assert_int_eq(report.errors[0].row, 3);
        ck_assert_msg(strcmp(report.errors[0].code, WRONG[i].code) == 0 &&
                          strcmp(report.errors[0].column, WRONG[i].column) == 0,
                      "%s: %s %s", WRONG[i].row, report.errors[0].code, report.errors[0].column);
    }
    w->text = STR("林𣿆川 姓名,Bob name,Bob e-mail\r\n王小明,Ann,ann@t.example\r\n");
    rooms_refused(w, &w->owner, do_begin, "IMP-001");
    ck_assert_str_eq(report.errors[0].code, "IMP-002");
    w->text = STR(HEADING);
    rooms_refused(w, &w->owner, do_begin, "IMP-002");
    struct bulk *v;
    size_t n;
    struct tx *tx = rooms_look(w);
    t_ok(bulk_list(tx, w->owner.party, &v, &n, w->keep));
    db_read_end(tx);
    ck_assert_uint_eq(n, 0);
    rooms_close(w);
}
END_TEST

START_TEST(a_row_that_cannot_be_sent_keeps_its_reason)
{
    struct rooms_world fresh;
    begin(_i, &fresh);
    w->text = STR(HEADING "王小明,wang@t.example,Ann,ann@t.example,en\r\n李四,li@t.example,Ann,ann@t.example,en\r\n");
    t_ok(rooms_do(w, &w->owner, do_begin));
    ck_assert_int_eq(some(1), 1);
    t_ok(rooms_do(w, &w->owner, do_no_fields)); /* somebody changes the template meanwhile */
    ck_assert_int_eq(some(5), 0);
    struct bulk b = now_is();
    ck_assert_int_eq(b.made, 1);
    ck_assert_int_eq(b.failed, 1);
    size_t n;
    struct bulk_row *row = rows_now(&n);
    ck_assert(row[0].room != 0 && row[1].room == 0);
    t_str(row[1].code, STR("RM-008"));
    t_str(row[1].arg, STR("李四"));
    rooms_refused(w, &w->owner, do_begin, "RM-035"); /* and is told at once the next time */
    rooms_close(w);
}
END_TEST

DBT_MAIN("sign/bulk", each_row_is_a_room, a_sample_can_be_sent_back, one_wrong_row_refuses_all,
         a_row_that_cannot_be_sent_keeps_its_reason)

#include "base/buf.h"
#include "core/case.h"
#include "core/publiclog.h"
#include "dbt.h"

extern const struct migration core_migrations[];
extern const size_t core_migrations_n;

static const struct case_move moves[] = {
    {"submit", "draft", "submitted", AS_VENDOR, false, false, 30, "Submit"},
    {"correct", "submitted", "correcting", AS_OFFICER, true, false, 7, "Ask for correction"},
    {"submit", "correcting", "submitted", AS_VENDOR, false, false, 30, "Submit again"},
    {"approve", "submitted", "approved", AS_OFFICER, false, true, 0, "Approve"},
    {"refuse", "submitted", "refused", AS_OFFICER, true, true, 0, "Refuse"},
    {"withdraw", "submitted", "withdrawn", AS_VENDOR | AS_OFFICER, false, false, 0, "Withdraw"},
};
static const struct case_kind kind = {"test.listing", "Listing", "draft", moves, sizeof moves / sizeof moves[0]};

static const struct session vendor = {.account = 11, .party = 5, .perms = PUBLIC | SIGNED_IN | AS_VENDOR};
static const struct session other_vendor = {.account = 12, .party = 6, .perms = PUBLIC | SIGNED_IN | AS_VENDOR};
static const struct session officer = {.account = 21, .party = 1, .perms = PUBLIC | SIGNED_IN | AS_OFFICER};
static const struct session second_officer = {.account = 22, .party = 1, .perms = PUBLIC | SIGNED_IN | AS_OFFICER};
static const struct session officer_and_vendor = {.account = 23, .party = 5, .perms = PUBLIC | SIGNED_IN | AS_OFFICER};
static const struct session opener_as_officer = {.account = 11, .party = 1, .perms = PUBLIC | SIGNED_IN | AS_OFFICER};
static const struct session nobody = {.perms = PUBLIC | AS_OFFICER};

struct open_arg {
    int64_t amount;
    id out;
};

static rc open_fn(struct tx *tx, void *arg)
{
    struct open_arg *o = arg;
    return case_open(tx, &kind, 7, 5, 99, o->amount, 11, &o->out);
}

static id open_case(struct db *db, int64_t amount)
{
    struct open_arg o = {amount, 0};
    t_ok(db_write(db, open_fn, &o));
    return o.out;
}

struct move_arg {
    id c;
    const char *move;
    const struct session *by;
    const char *reason;
    bool done;
    char code[16];
};

static rc move_fn(struct tx *tx, void *arg)
{
    struct move_arg *m = arg;
    rc code = case_move_make(tx, &kind, m->c, m->move, m->by, str_of(m->reason), 1000, &m->done);
    const struct err *e = tx_err(tx);
    const char *shown = e->main.code ? e->main.code : e->n_fields ? e->fields[0].code : "";
    snprintf(m->code, sizeof m->code, "%s", code == OK ? "" : shown);
    return code;
}

static bool done;

/* The error's code, "" when the move was made or proposed. */
static const char *move(struct db *db, id c, const char *name, const struct session *by, const char *reason)
{
    static struct move_arg m;
    m = (struct move_arg){c, name, by, reason, false, ""};
    rc code = db_write(db, move_fn, &m);
    ck_assert((code == OK) == (m.code[0] == 0));
    done = m.done;
    return m.code;
}

static struct case_row get(struct db *db, id c, struct arena *a)
{
    struct tx *tx;
    struct case_row row;
    t_ok(db_read_begin(db, &tx));
    t_ok(case_get(tx, c, &row, a));
    db_read_end(tx);
    return row;
}

START_TEST(goes_its_way)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    struct arena *a = arena_new(65536);
    struct case_event *h;
    struct log_entry *entries;
    struct tx *tx;
    size_t n;
    id c = open_case(db, 1000);
    ck_assert_str_eq(move(db, c, "approve", &officer, ""), "CAS-001");
    ck_assert_str_eq(move(db, c, "submit", &other_vendor, ""), "CAS-002");
    ck_assert_str_eq(move(db, c, "submit", &officer, ""), "CAS-002");
    ck_assert_str_eq(move(db, c, "submit", &vendor, ""), "");
    ck_assert(done);
    struct case_row row = get(db, c, a);
    t_str(row.state, STR("submitted"));
    ck_assert_int_eq(row.due - row.changed, 30 * DAY);
    ck_assert_str_eq(move(db, c, "correct", &officer, " "), "CAS-003");
    ck_assert_str_eq(move(db, c, "correct", &officer, "缺文件"), "");
    ck_assert_str_eq(move(db, c, "submit", &vendor, ""), "");
    ck_assert_str_eq(move(db, c, "approve", &officer, ""), "");
    ck_assert(done); /* 1000 is not above the threshold */
    row = get(db, c, a);
    t_str(row.state, STR("approved"));
    ck_assert(!row.is_open);
    ck_assert_int_eq(row.due, 0);
    ck_assert_str_eq(move(db, c, "approve", &second_officer, ""), "CAS-001");
    t_ok(db_read_begin(db, &tx));
    t_ok(case_history(tx, c, &h, &n, a));
    ck_assert_uint_eq(n, 5);
    t_str(h[0].move, STR("open"));
    t_str(h[0].to, STR("draft"));
    t_str(h[2].move, STR("correct"));
    t_str(h[2].reason, STR("缺文件"));
    t_str(h[2].by_name, STR(""));
    t_ok(log_entries_of(tx, c, &entries, &n, a));
    ck_assert_uint_eq(n, 5);
    db_read_end(tx);
    arena_free(a);
    dbt_close(db);
}
END_TEST

START_TEST(two_persons)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    struct arena *a = arena_new(65536);
    id c = open_case(db, 1001);
    ck_assert_str_eq(move(db, c, "submit", &vendor, ""), "");
    ck_assert_str_eq(move(db, c, "approve", &nobody, ""), "CAS-002"); /* the program itself is no person */
    ck_assert_str_eq(move(db, c, "approve", &officer, ""), "");
    ck_assert(!done);
    struct case_row row = get(db, c, a);
    t_str(row.state, STR("submitted"));
    t_str(row.pending_move, STR("approve"));
    ck_assert_int_eq(row.pending_by, 21);
    ck_assert(row.due != 0);
    ck_assert_str_eq(move(db, c, "approve", &officer, ""), "CAS-004");
    ck_assert_str_eq(move(db, c, "refuse", &second_officer, "no"), ""); /* another proposal takes its place */
    ck_assert(!done);
    ck_assert_str_eq(move(db, c, "approve", &officer, ""), "");
    ck_assert(!done);
    ck_assert_str_eq(move(db, c, "approve", &second_officer, ""), "");
    ck_assert(done);
    row = get(db, c, a);
    t_str(row.state, STR("approved"));
    t_str(row.pending_move, STR(""));
    arena_free(a);
    dbt_close(db);
}
END_TEST

START_TEST(not_ones_own)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    id c = open_case(db, 1);
    ck_assert_str_eq(move(db, c, "submit", &vendor, ""), "");
    ck_assert_str_eq(move(db, c, "approve", &officer_and_vendor, ""), "CAS-005");
    ck_assert_str_eq(move(db, c, "approve", &opener_as_officer, ""), "CAS-005");
    ck_assert_str_eq(move(db, c, "withdraw", &other_vendor, ""), "CAS-002");
    ck_assert_str_eq(move(db, c, "withdraw", &vendor, ""), ""); /* but the applicant may withdraw */
    ck_assert_str_eq(move(db, c + 1, "withdraw", &vendor, ""), "CAS-006");
    dbt_close(db);
}
END_TEST

START_TEST(lists)
{
    struct db *db = dbt_open(_i, core_migrations, core_migrations_n);
    struct arena *a = arena_new(65536);
    struct case_row *rows;
    struct tx *tx;
    size_t n;
    id first = open_case(db, 1), second = open_case(db, 1);
    open_case(db, 1);
    ck_assert_str_eq(move(db, first, "submit", &vendor, ""), "");
    ck_assert_str_eq(move(db, second, "submit", &vendor, ""), "");
    ck_assert_str_eq(move(db, second, "withdraw", &vendor, ""), "");
    t_ok(db_read_begin(db, &tx));
    t_ok(cases_list(tx, "test.listing", NULL, 0, 10, &rows, &n, a));
    ck_assert_uint_eq(n, 2);
    t_ok(cases_list(tx, "test.listing", "withdrawn", 0, 10, &rows, &n, a));
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(rows[0].id, second);
    t_ok(cases_of_subject(tx, 99, &rows, &n, a));
    ck_assert_uint_eq(n, 3);
    t_ok(cases_of_party(tx, 5, &rows, &n, a));
    ck_assert_uint_eq(n, 3);
    t_ok(cases_due(tx, "test.listing", "submitted", tx_now(tx) + 29 * DAY, 10, &rows, &n, a));
    ck_assert_uint_eq(n, 0);
    t_ok(cases_due(tx, "test.listing", "submitted", tx_now(tx) + 31 * DAY, 10, &rows, &n, a));
    ck_assert_uint_eq(n, 1);
    ck_assert_int_eq(rows[0].id, first);
    db_read_end(tx);
    arena_free(a);
    dbt_close(db);
}
END_TEST

DBT_MAIN("core/case", goes_its_way, two_persons, not_ones_own, lists)

/* The reader of gifts: amounts, rows that are left out with their reason, the ballots of 2019. */
#include "mod/fund/engine/gifts_read.h"

#include "mod/fund/engine/test_tally.h"
#include "sys/file.h"

enum { ROOM = 64 << 20 };

/* ---- amounts ---- */

struct amount_case {
    const char *text;
    enum gift_fault fault;
    int64_t value; /* in hundredths */
};

START_TEST(amounts_are_read_without_guessing)
{
    static const struct amount_case cases[] = {
        {"500", GIFT_FINE, 50000},
        {" 500 ", GIFT_FINE, 50000},
        {"0500", GIFT_FINE, 50000},
        {"12.5", GIFT_FINE, 1250},
        {"12.50", GIFT_FINE, 1250},
        {"12.500", GIFT_FINE, 1250},
        {"1,234", GIFT_FINE, 123400},
        {"12,345,678.90", GIFT_FINE, 1234567890},
        {"\xef\xbc\x91\xef\xbc\x92\xef\xbc\x93", GIFT_FINE, 12300},                          /* １２３ */
        {"\xef\xbc\x91\xef\xbc\x8c\xef\xbc\x92\xef\xbc\x93\xef\xbc\x94", GIFT_FINE, 123400}, /* １，２３４ */
        {"\xef\xbc\x91\xef\xbc\x8e\xef\xbc\x95", GIFT_FINE, 150},                            /* １．５ */
        {"NT$1,234", GIFT_FINE, 123400},
        {"TWD 500", GIFT_FINE, 50000},
        {"500 twd", GIFT_FINE, 50000},
        {"10000000000000", GIFT_FINE, INT64_C(1000000000000000)},
        {"", GIFT_NO_AMOUNT, 0},
        {"  ", GIFT_NO_AMOUNT, 0},
        {"0", GIFT_ZERO, 0},
        {"0.00", GIFT_ZERO, 0},
        {"-500", GIFT_NEGATIVE, 0},
        {"-1,234", GIFT_NEGATIVE, 0},
        {"1e3", GIFT_SCIENTIFIC, 0},
        {"1.5E+06", GIFT_SCIENTIFIC, 0},
        {"-1e3", GIFT_SCIENTIFIC, 0},
        {"1,23", GIFT_AMBIGUOUS, 0},
        {"1,2345", GIFT_AMBIGUOUS, 0},
        {"1234,567", GIFT_AMBIGUOUS, 0},
        {"1,,234", GIFT_AMBIGUOUS, 0},
        {"\xef\xbc\x91\x32", GIFT_AMBIGUOUS, 0}, /* １2 */
        {"12.345", GIFT_TOO_PRECISE, 0},
        {"1000000000000000000", GIFT_TOO_LARGE, 0},
        {"99999999999999999999999999", GIFT_TOO_LARGE, 0},
        {"10000000000000.01", GIFT_TOO_LARGE, 0},
        {"US$5", GIFT_CURRENCY, 0},
        {"$5", GIFT_CURRENCY, 0},
        {"5 USD", GIFT_CURRENCY, 0},
        {"500\xe5\x85\x83", GIFT_CURRENCY, 0}, /* 元: of which country? */
        {"NaN", GIFT_NOT_A_NUMBER, 0},
        {"inf", GIFT_NOT_A_NUMBER, 0},
        {"-", GIFT_NOT_A_NUMBER, 0},
        {"+5", GIFT_NOT_A_NUMBER, 0},
        {".5", GIFT_NOT_A_NUMBER, 0},
        {"5.", GIFT_NOT_A_NUMBER, 0},
        {"1.2.3", GIFT_NOT_A_NUMBER, 0},
        {"0x10", GIFT_CURRENCY, 0},
        {"1 000", GIFT_CURRENCY, 0},
        {"NT$", GIFT_NOT_A_NUMBER, 0},
        {"--5", GIFT_NOT_A_NUMBER, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t value = 0;
        enum gift_fault f = gift_amount_scaled(str_of(cases[i].text), 2, &value);
        ck_assert_msg(f == cases[i].fault, "%s: %s", cases[i].text, gift_fault_code[f]);
        if (f == GIFT_FINE)
            ck_assert_msg(value == cases[i].value, "%s: %lld", cases[i].text, (long long)value);
    }
    int64_t value;
    int decimals;
    ck_assert_int_eq(gift_amount(STR("1,234"), 3, &value, &decimals), GIFT_AMBIGUOUS);
    ck_assert_int_eq(gift_amount(STR("1,234.5"), 3, &value, &decimals), GIFT_FINE);
}
END_TEST

/* ---- files ---- */

static rc read_in_pieces(struct arena *a, str text, size_t piece, const struct gifts_options *o, struct gifts *out,
                         struct err *err)
{
    struct gifts_reader *r;
    TRY(gifts_reader_new(a, o, &r, err));
    for (size_t at = 0; at < text.n; at += piece)
        TRY(gifts_feed(r, str_sub(text, at, piece), err));
    return gifts_end(r, out, err);
}

static void check_three(const struct gifts *g)
{
    ck_assert_uint_eq(g->columns.n, 3);
    ck_assert_uint_eq(g->columns.n_projects, 2);
    ck_assert_uint_eq(g->columns.n_donors, 2);
    t_str(g->columns.project_id[1], STR("\xe5\xaf\x8c,2"));
    t_str(g->donor_id[0], STR("d1"));
    ck_assert_int_eq(g->columns.amount[0], 123450);
    ck_assert_int_eq(g->columns.amount[1], 50000);
    ck_assert_int_eq(g->columns.amount[2], 700);
    ck_assert_int_eq(g->decimals, 2);
    ck_assert_int_eq(g->bad, 0);
}

START_TEST(the_same_gifts_from_csv_and_json_in_any_pieces)
{
    static const char *const texts[] = {
        "\xef\xbb\xbfproject,donor,amount\r\np1,d1,\"1,234.50\"\r\n\"\xe5\xaf\x8c,2\",d2,500\r\np1,d2,7\r\n",
        "[{\"project\":\"p1\",\"donor\":\"d1\",\"amount\":1234.50},\n {\"amount\":\"500\",\"note\":{\"a\":[1,\"}\"]},"
        "\"project\":\"\\u5bcc,2\",\"donor\":\"d2\"},{\"project\":\"p1\",\"donor\":\"d2\",\"amount\":7,\"x\":null}]",
        "{\"project\":\"p1\",\"donor\":\"d1\",\"amount\":1234.5}\n{\"project\":\"\xe5\xaf\x8c,2\",\"donor\":\"d2\","
        "\"amount\":500}\n\n{\"project\":\"p1\",\"donor\":\"d2\",\"amount\":\"7.00\"}\n",
    };
    static const struct gifts_options o = {.decimals = GIFTS_AUTO};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        for (size_t piece = 1; piece < 400; piece = piece * 2 + 1) {
            struct arena *a = arena_new(ROOM);
            struct gifts g;
            t_ok(read_in_pieces(a, str_of(texts[i]), piece, &o, &g, NULL));
            check_three(&g);
            arena_free(a);
        }
}
END_TEST

START_TEST(each_wrong_row_has_its_reason)
{
    static const char text[] = "Project,Donor,Amount,Currency,Kind\n"
                               "p1,d1,500,TWD,person\n"
                               "p1,d1,1e3,TWD,person\n"
                               ",d1,500,TWD,person\n"
                               "p1,,500,TWD,person\n"
                               "p1,d1,500,USD,person\n"
                               "p1,d1,500,,person\n"
                               "p1,d1,500,TWD,robot\n"
                               "p1,d1,500,TWD,company\n"
                               "p1,d1,500,TWD\n"
                               "p\x80,d1,500,TWD,person\n"
                               "p1,d2,NaN,TWD,person\n"
                               "p2,d3,1000000000000000000,NTD,\xe6\xb3\x95\xe4\xba\xba\n"
                               "p2,d3,600,NTD,\xe6\xb3\x95\xe4\xba\xba\n";
    static const enum gift_fault want[] = {GIFT_SCIENTIFIC, GIFT_NO_PROJECT,   GIFT_NO_DONOR, GIFT_CURRENCY,
                                           GIFT_CURRENCY,   GIFT_KIND,         GIFT_KIND,     GIFT_COLUMNS,
                                           GIFT_ID,         GIFT_NOT_A_NUMBER, GIFT_TOO_LARGE};
    struct arena *a = arena_new(ROOM);
    struct gifts g;
    t_ok(read_in_pieces(a, str_of(text), 1000, &(struct gifts_options){0}, &g, NULL));
    ck_assert_int_eq(g.rows, 13);
    ck_assert_uint_eq(g.columns.n, 2);
    ck_assert_int_eq(g.columns.kind[1], TALLY_ORGANISATION);
    ck_assert_int_eq(g.bad, 11);
    ck_assert_uint_eq(g.n_listed, 11);
    for (size_t i = 0; i < 11; i++) {
        ck_assert_int_eq(g.listed[i].fault, want[i]);
        ck_assert_int_eq(g.listed[i].line, (int64_t)i + 3);
    }
    arena_free(a);
}
END_TEST

START_TEST(wrong_rows_of_json_too)
{
    static const char text[] =
        "[{\"project\":1,\"donor\":2,\"amount\":5},\n{\"project\":1,\"donor\":2,\"amount\":NaN},\n"
        "{\"project\":1,\"donor\":2},{\"project\":1 \"donor\":2},{\"project\":1,\"project\":1,"
        "\"donor\":2,\"amount\":5},{\"project\":true,\"donor\":2,\"amount\":5}]";
    static const enum gift_fault want[] = {GIFT_NOT_A_NUMBER, GIFT_NO_AMOUNT, GIFT_JSON, GIFT_COLUMNS, GIFT_NO_PROJECT};
    struct arena *a = arena_new(ROOM);
    struct gifts g;
    t_ok(read_in_pieces(a, str_of(text), 1000, &(struct gifts_options){0}, &g, NULL));
    ck_assert_uint_eq(g.columns.n, 1);
    t_str(g.columns.project_id[0], STR("1"));
    ck_assert_int_eq(g.bad, 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_int_eq(g.listed[i].fault, want[i]);
    ck_assert_int_eq(g.listed[0].line, 2);
    arena_free(a);
}
END_TEST

START_TEST(what_cannot_be_read_is_an_error)
{
    static const struct {
        const char *text, *code;
    } cases[] = {
        {"", "FND-150"},
        {"a,b,c\n1,2,3\n", "FND-150"},
        {"project,donor,amount\np,\"d\n", "CSV-002"},
        {"[1,2]", "FND-152"},
        {"[{\"project\":1,\"donor\":2,\"amount\":5}", "FND-152"},
        {"[{\"project\":1,\"donor\":2,\"amount\":5},]", "FND-152"},
        {"[] x", "FND-152"},
        {"{\"project\":1,\"donor\":2,\"amount\":5", "FND-152"},
        {"{\"gifts\":[]}]", "FND-152"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct arena *a = arena_new(ROOM);
        struct gifts g;
        struct err err = {0};
        ck_assert_msg(read_in_pieces(a, str_of(cases[i].text), 1000, &(struct gifts_options){0}, &g, &err) == E_INVALID,
                      "%s", cases[i].text);
        ck_assert_str_eq(err.main.code, cases[i].code);
        arena_free(a);
    }
    struct gifts_map m;
    t_ok(gifts_map_read(STR("project=\xe5\xb0\x88\xe6\xa1\x88, donor = D,amount=A,kind=K"), &m, NULL));
    t_str(m.donor, STR("D"));
    t_rc(gifts_map_read(STR("project=A,project=B"), &m, NULL), E_INVALID);
    t_rc(gifts_map_read(STR("prject=A"), &m, NULL), E_INVALID);
    t_rc(gifts_map_read(STR("project="), &m, NULL), E_INVALID);
}
END_TEST

/* ---- the Presidential Hackathon of 2019 ---- */

static int64_t total_of(const struct gifts *g, const struct tally_result *x, const char *name)
{
    for (uint32_t p = 0; p < x->n; p++)
        if (str_eq(g->columns.project_id[p], str_of(name)))
            return x->project[p].total;
    return -1;
}

START_TEST(ballots_of_2019)
{
    BUF_SCOPED text = BUF_INIT(4 << 20);
    if (file_read(RISE_SHARED "/data/fund/presidential-hackathon-2019/ProposalPolls.json", &text, NULL) != OK) {
        printf("skipped: no ballots\n");
        return;
    }
    struct arena *a = arena_new(ROOM);
    struct gifts g;
    struct gifts_options o = {0};
    t_ok(gifts_map_read(STR("project=ProposalID,donor=UserID,amount=Count"), &o.map, NULL));
    t_ok(read_in_pieces(a, buf_str(&text), 65536, &o, &g, NULL));
    ck_assert_int_eq(g.rows, 9239);
    ck_assert_int_eq(g.bad, 0);
    ck_assert_uint_eq(g.columns.n_donors, 2040);
    struct tally_rules r = tally_rules_default(TALLY_QV);
    struct tally_result x;
    t_ok(tally(a, &g.columns, &r, &x, NULL));
    ck_assert_uint_eq(x.voters_over_budget, 0);
    int64_t votes = 0;
    for (uint32_t p = 0; p < x.n; p++)
        votes += x.project[p].total;
    ck_assert_int_eq(votes, 27964);
    static const char *const first[] = {"117", "121", "39", "114", "38"};
    static const int64_t want[] = {4365, 1608, 1487, 1476, 1310};
    for (size_t i = 0; i < 5; i++) {
        ck_assert_int_eq(total_of(&g, &x, first[i]), want[i]);
        t_str(g.columns.project_id[x.order[i]], str_of(first[i]));
    }
    r.qv_budget = 98; /* 265 voters used all 99 points */
    t_ok(tally(a, &g.columns, &r, &x, NULL));
    ck_assert_uint_eq(x.voters_over_budget, 265);
    arena_free(a);
}
END_TEST

T_MAIN("fund/gifts", amounts_are_read_without_guessing, the_same_gifts_from_csv_and_json_in_any_pieces,
       each_wrong_row_has_its_reason, wrong_rows_of_json_too, what_cannot_be_read_is_an_error, ballots_of_2019)

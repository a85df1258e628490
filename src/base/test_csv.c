#include "base/csv.h"
#include "t.h"

struct seen {
    struct buf b;
    int64_t stop_at;
};

/* "row@line[field][field]…" */
static rc note(void *arg, int64_t row, int64_t line, const str *fields, size_t n)
{
    struct seen *s = arg;
    buf_printf(&s->b, "%ld@%ld", row, line);
    for (size_t i = 0; i < n; i++) {
        buf_putc(&s->b, '[');
        buf_put(&s->b, fields[i]);
        buf_putc(&s->b, ']');
    }
    return s->stop_at == row ? E_CONFLICT : OK;
}

static rc read_pieces(str text, size_t piece, const struct csv_limits *limits, struct seen *seen, struct err *err)
{
    struct csv *c = csv_new(limits, note, seen);
    rc r = OK;
    for (size_t at = 0; at < text.n && r == OK; at += piece)
        r = csv_feed(c, str_sub(text, at, piece), err);
    if (r == OK)
        r = csv_end(c, err);
    else
        t_rc(csv_end(c, err), r);
    csv_free(c);
    return r;
}

static void reads(str text, const char *want)
{
    for (size_t piece = 1; piece <= text.n + 1; piece++) {
        struct seen seen = {.b = BUF_INIT(10000)};
        struct err err = {0};
        t_ok(read_pieces(text, piece, NULL, &seen, &err));
        t_str(buf_str(&seen.b), str_of(want));
        buf_free(&seen.b);
    }
}

static void refuses(str text, const struct csv_limits *limits, rc code, const char *stable, const char *line)
{
    for (size_t piece = 1; piece <= text.n + 1; piece++) {
        struct seen seen = {.b = BUF_INIT(10000)};
        struct err err = {0};
        t_rc(read_pieces(text, piece, limits, &seen, &err), code);
        ck_assert_str_eq(err.main.code, stable);
        t_str(err.main.arg[0], str_of(line));
        buf_free(&seen.b);
    }
}

START_TEST(records)
{
    reads(STR("a,b\r\nc,d\r\n"), "1@1[a][b]2@2[c][d]");
    reads(STR("a,b\nc,d"), "1@1[a][b]2@2[c][d]");
    reads(STR("a,b\rc,d\r"), "1@1[a][b]2@2[c][d]");
    reads(STR(""), "");
    reads(STR("\n\r\n\r"), "");
    reads(STR("a\n\n\nb\n"), "1@1[a]2@4[b]");
    reads(STR(",\n"), "1@1[][]");
    reads(STR("a,"), "1@1[a][]");
    reads(STR(" a , b "), "1@1[ a ][ b ]");
    reads(STR("雲,市\n"), "1@1[雲][市]");
}
END_TEST

START_TEST(quotes)
{
    reads(STR("\"a,b\",\"c\"\"d\"\n"), "1@1[a,b][c\"d]");
    reads(STR("\"a\r\nb\",x\n\"c\rd\"\ny"), "1@1[a\r\nb][x]2@3[c\rd]3@5[y]");
    reads(STR("\"\"\n\"\",\"\""), "1@1[]2@2[][]");
    reads(STR("\"\"\"\""), "1@1[\"]");
}
END_TEST

START_TEST(byte_order_mark)
{
    reads(STR("\xef\xbb\xbf"
              "a,b"),
          "1@1[a][b]");
    reads(STR("\xef\xbb\xbf\"a\""), "1@1[a]");
    reads(STR("\xef\xbb\xbf"), "");
    reads(STR("\xef\xbb"
              "a,b"),
          "1@1[\xef\xbb"
          "a][b]");
    reads(STR("\xef\xbb"), "1@1[\xef\xbb]");
    reads(STR("a\n\xef\xbb\xbf"), "1@1[a]2@2[\xef\xbb\xbf]"); /* only at the start */
}
END_TEST

START_TEST(bad_quotes)
{
    refuses(STR("x\na\"b"), NULL, E_INVALID, "CSV-001", "2");
    refuses(STR("\"a\"b"), NULL, E_INVALID, "CSV-001", "1");
    refuses(STR("\"a\" ,b"), NULL, E_INVALID, "CSV-001", "1");
    refuses(STR("x\r\ny,\"a\n\n\n"), NULL, E_INVALID, "CSV-002", "2");
}
END_TEST

START_TEST(limits)
{
    struct csv_limits l = {.field_bytes = 4, .fields = 3, .record_bytes = 10, .rows = 2};
    refuses(STR("1\n12345"), &l, E_LIMIT, "CSV-003", "2");
    refuses(STR("\"12345\""), &l, E_LIMIT, "CSV-003", "1");
    refuses(STR("1234,1234,123"), &l, E_LIMIT, "CSV-003", "1");
    refuses(STR("1,2,3,4"), &l, E_LIMIT, "CSV-004", "1");
    refuses(STR("1,2,3,"), &l, E_LIMIT, "CSV-004", "1");
    refuses(STR("1\n2\n\n3"), &l, E_LIMIT, "CSV-005", "4");
    struct seen seen = {.b = BUF_INIT(1000)};
    struct err err = {0};
    t_ok(read_pieces(STR("1234,1234,12\n\"1234\"\n\n"), 3, &l, &seen, &err));
    t_str(buf_str(&seen.b), STR("1@1[1234][1234][12]2@2[1234]"));
    buf_free(&seen.b);
}
END_TEST

START_TEST(callback_stops)
{
    struct seen seen = {.b = BUF_INIT(1000), .stop_at = 2};
    struct err err = {0};
    t_rc(read_pieces(STR("1\n2\n3\n"), 100, NULL, &seen, &err), E_CONFLICT);
    t_str(buf_str(&seen.b), STR("1@1[1]2@2[2]"));
    t_rc(err.code, OK); /* the callback's own words are not overwritten */
    buf_free(&seen.b);
}
END_TEST

START_TEST(other_separator)
{
    struct csv_limits l = {.separator = ';'};
    struct seen seen = {.b = BUF_INIT(1000)};
    struct err err = {0};
    t_ok(read_pieces(STR("a,b;\"c;d\"\n"), 2, &l, &seen, &err));
    t_str(buf_str(&seen.b), STR("1@1[a,b][c;d]"));
    buf_free(&seen.b);
}
END_TEST

START_TEST(writes)
{
    BUF_SCOPED b = BUF_INIT(1000);
    bool first = true;
    const char *fields[] = {"a",  "b,c",   "d\"e", "f\ng", "",    " h", "=1+1",
                            "-5", "+3.25", "-x",   "@a",   "\tx", "-",  "=\"x\""};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        csv_put(&b, &first, str_of(fields[i]));
    csv_puti(&b, &first, -12);
    csv_eol(&b, &first);
    csv_put(&b, &first, STR_EMPTY);
    csv_eol(&b, &first);
    t_str(buf_str(&b),
          STR("a,\"b,c\",\"d\"\"e\",\"f\ng\",,\" h\",'=1+1,-5,+3.25,'-x,'@a,'\tx,'-,\"'=\"\"x\"\"\",-12\r\n\"\"\r\n"));
}
END_TEST

/* What is written is read back: random fields of the characters that matter. */
START_TEST(round_trip)
{
    uint64_t x = 42;
    for (int i = 0; i < 20000; i++) {
        BUF_SCOPED text = BUF_INIT(10000);
        struct seen want = {.b = BUF_INIT(10000)}, got = {.b = BUF_INIT(10000)};
        bool first = true;
        char bytes[8][8];
        str fields[8];
        x = x * 6364136223846793005 + 1442695040888963407;
        size_t n = 1 + (x >> 33) % 8;
        for (size_t k = 0; k < n; k++) {
            x = x * 6364136223846793005 + 1442695040888963407;
            size_t len = (x >> 33) % 8;
            for (size_t c = 0; c < len; c++)
                bytes[k][c] = "a,\"\r\n 1b"[x >> (36 + 3 * c) & 7];
            if (len && bytes[k][0] == '\r')
                bytes[k][0] = 'a'; /* would be marked as a formula */
            fields[k] = str_n(bytes[k], len);
            csv_put(&text, &first, fields[k]);
        }
        csv_eol(&text, &first);
        t_ok(note(&want, 1, 1, fields, n));
        struct err err = {0};
        t_ok(read_pieces(buf_str(&text), 1 + (x >> 40) % 9, NULL, &got, &err));
        t_str(buf_str(&got.b), buf_str(&want.b));
        buf_free(&want.b);
        buf_free(&got.b);
    }
}
END_TEST

T_MAIN("base/csv", records, quotes, byte_order_mark, bad_quotes, limits, callback_stops, other_separator, writes,
       round_trip)

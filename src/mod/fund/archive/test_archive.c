/* The archive of a round: it verifies, and nothing in it can be changed unseen. */
#include "test_archive.h"
#include "core/document.h"
#include "mod/fund/gift_commit.h"
#include "sys/file.h"

/* ---- asking the verifier ---- */

static struct fund_archive_report verify(str zip, const struct fund_archive_ask *ask)
{
    static struct fund_archive_report report;
    static struct err err;
    struct arena *a = arena_new((size_t)1 << 30);
    err_clear(&err);
    rc r = fund_archive_verify(a, zip, ask, &report, &err);
    if (r != OK)
        dbt_fail(rc_name(r), &err);
    for (size_t i = 0; i < report.n; i++) { /* what it says must outlive the arena */
        struct fund_archive_check *k = &report.checks[i];
        k->file = arena_str(rf->w.a, k->file);
        k->expected = arena_str(rf->w.a, k->expected);
        k->found = arena_str(rf->w.a, k->found);
    }
    arena_free(a);
    return report;
}

static void holds(str zip, const struct fund_archive_ask *ask)
{
    struct fund_archive_report r = verify(zip, ask);
    for (size_t i = 0; i < r.n; i++)
        ck_assert_msg(r.checks[i].state == ARCHIVE_OK, "%s: %s, %.*s line %lld: expected “%.*s”, found “%.*s”",
                      r.checks[i].name, r.checks[i].what, STR_ARG(r.checks[i].file), (long long)r.checks[i].line,
                      STR_ARG(r.checks[i].expected), STR_ARG(r.checks[i].found));
    ck_assert(r.ok);
}

static const struct fund_archive_ask nothing_else = {.vkey = {"", 0}, .gift = {"", 0}};

/* ---- changing an archive ---- */

struct parts {
    struct zip_entry *v;
    size_t n;
    struct archive_manifest m;
};

static struct parts take_apart(str zip)
{
    struct parts p;
    t_ok(zip_read(rf->w.a, zip, FUND_ARCHIVE_FILES, &p.v, &p.n, NULL));
    t_ok(archive_manifest_read(p.v[0].bytes, &p.m, rf->w.a));
    return p;
}

/* With hashes that fit again: what somebody would do who wants it to look right. */
static void put_together(struct parts *p, struct buf *zip)
{
    BUF_SCOPED manifest = BUF_INIT(ARCHIVE_ROOM);
    p->m.n_files = p->n - 1;
    for (size_t i = 1; i < p->n; i++)
        p->m.files[i - 1] = (struct archive_file){p->v[i].name, sha256_of(p->v[i].bytes), (int64_t)p->v[i].bytes.n};
    archive_manifest_put(&p->m, &manifest);
    p->v[0].bytes = arena_str(rf->w.a, buf_str(&manifest));
    buf_clear(zip);
    t_ok(zip_write(p->v, p->n, zip, NULL));
}

static struct zip_entry *file_named(struct parts *p, const char *name)
{
    for (size_t i = 0; i < p->n; i++)
        if (str_eq(p->v[i].name, str_of(name)))
            return &p->v[i];
    ck_abort_msg("no file %s", name);
    return NULL;
}

/* The n-th occurrence (from 0) of `from` in the file becomes `to`. */
static void change(struct parts *p, const char *name, const char *from, int n, const char *to)
{
    struct zip_entry *f = file_named(p, name);
    size_t at = 0;
    for (;; n--) {
        ptrdiff_t found = str_find(str_sub(f->bytes, at, f->bytes.n), str_of(from));
        ck_assert_msg(found >= 0, "no “%s” in %s", from, name);
        at += (size_t)found;
        if (n == 0)
            break;
        at++;
    }
    f->bytes = arena_printf(rf->w.a, "%.*s%s%.*s", (int)at, f->bytes.p, to, (int)(f->bytes.n - at - strlen(from)),
                            f->bytes.p + at + strlen(from));
}

static const struct fund_archive_check *failed(const struct fund_archive_report *r, const char *name)
{
    for (size_t i = 0; i < r->n; i++)
        if (strcmp(r->checks[i].name, name) == 0)
            return r->checks[i].state == ARCHIVE_FAILED ? &r->checks[i] : NULL;
    return NULL;
}

static void finds(struct parts *p, const char *check, const char *what)
{
    BUF_SCOPED zip = BUF_INIT(ARCHIVE_ROOM);
    put_together(p, &zip);
    struct fund_archive_report r = verify(buf_str(&zip), &nothing_else);
    ck_assert_msg(!r.ok && failed(&r, check), "%s: not found by “%s”", what, check);
}

/* ---- tests ---- */

START_TEST(it_verifies_at_each_publication)
{
    struct round_fixture f;
    BUF_SCOPED zip = BUF_INIT(ARCHIVE_ROOM);
    BUF_SCOPED again = BUF_INIT(ARCHIVE_ROOM);
    round_open(&f, _i, "qf");
    round_to_tally();
    round_archive(&zip);
    round_archive(&again);
    ck_assert(str_eq(buf_str(&zip), buf_str(&again)));
    holds(buf_str(&zip), &nothing_else);
    struct fund_archive_report r = verify(buf_str(&zip), &nothing_else);
    ck_assert_int_eq(r.rows, ROUND_DONORS + 3 + 4);
    ck_assert_int_eq(r.counted, ROUND_DONORS + 2 + 3); /* not the failed one, not the refund; the appealed one does */
    round_to_awards();
    buf_clear(&zip);
    round_archive(&zip);
    holds(buf_str(&zip), &nothing_else);
    ck_assert_uint_eq(take_apart(buf_str(&zip)).n, 7 + 3 * 3 + 2 + 2);
    round_close(&f);
}
END_TEST

START_TEST(a_proposal_withdrawn_while_gifts_were_counted)
{
    struct round_fixture f;
    BUF_SCOPED zip = BUF_INIT(ARCHIVE_ROOM);
    round_open(&f, _i, "pairwise");
    f.withdraw = true;
    round_to_tally();
    round_archive(&zip);
    holds(buf_str(&zip), &nothing_else);
    struct parts p = take_apart(buf_str(&zip));
    str gifts = file_named(&p, "gifts.csv")->bytes;
    ck_assert_int_ge(str_find(gifts, STR("," ARCHIVE_WITHDRAWN ",,,,,")), 0);
    ck_assert_int_lt(str_find(gifts, arena_printf(f.w.a, ",,%lld,", (long long)f.number[3])), 0);
    round_close(&f);
}
END_TEST

START_TEST(other_methods)
{
    static const char *const methods[] = {"cqf", "pairwise", "cocm"};
    for (size_t i = 0; i < 3; i++) {
        struct round_fixture f;
        BUF_SCOPED zip = BUF_INIT(ARCHIVE_ROOM);
        round_open(&f, _i, methods[i]);
        round_to_tally();
        round_archive(&zip);
        holds(buf_str(&zip), &nothing_else);
        round_close(&f);
    }
}
END_TEST

START_TEST(the_key_can_be_given)
{
    struct round_fixture f;
    BUF_SCOPED zip = BUF_INIT(ARCHIVE_ROOM);
    BUF_SCOPED vkey = BUF_INIT(NOTE_VKEY_MAX);
    round_open(&f, _i, "qf");
    round_to_tally();
    round_archive(&zip);
    note_vkey(&f.app.log_signer.verifier, &vkey);
    holds(buf_str(&zip), &(struct fund_archive_ask){.vkey = buf_str(&vkey), .gift = STR_EMPTY});
    vkey.p[vkey.n - 3] ^= 1;
    struct fund_archive_report r =
        verify(buf_str(&zip), &(struct fund_archive_ask){.vkey = buf_str(&vkey), .gift = STR_EMPTY});
    ck_assert(failed(&r, "log"));
    round_close(&f);
}
END_TEST

START_TEST(every_flipped_byte_is_found)
{
    struct round_fixture f;
    BUF_SCOPED zip = BUF_INIT(ARCHIVE_ROOM);
    static struct fund_archive_report r;
    static struct err err;
    if (_i != DB_SQLITE)
        return; /* the archive is the same */
    struct arena *a = arena_new((size_t)1 << 30);
    round_open(&f, _i, "qf");
    round_to_tally();
    round_archive(&zip);
    for (size_t i = 0; i < zip.n; i++) {
        zip.p[i] ^= 1;
        err_clear(&err);
        if (fund_archive_verify(a, buf_str(&zip), &nothing_else, &r, &err) == OK)
            t_loop(!r.ok);
        zip.p[i] ^= 1;
        arena_reset(a);
    }
    holds(buf_str(&zip), &nothing_else);
    arena_free(a);
    round_close(&f);
}
END_TEST

/* Every file, in every way that means something; the manifest's hashes fit each time. */
static const struct {
    const char *file, *from;
    int n;
    const char *to, *check;
} changes[] = {
    {"rules.json", "\"pool\":2400000", 0, "\"pool\":2400001", "rules"},
    {"rules.json", "\"weight\":\"s2\"", 0, "\"weight\":\"s\"", "tally"},
    {"rules.json", "{", 0, "{ ", "tables"},
    {"proposals.csv", ",final,", 0, ",second,", "stages"},
    {"proposals.csv", ",entered,0", 0, ",first,0", "stages"},
    {"proposals.csv", ",0\r\n", 0, ",1\r\n", "stages"},
    {"proposals.csv", "accepted", 0, "unknown", "tables"},
    {"panels.csv", "first,10,300,300", 0, "first,10,301,299", "scores"},
    {"panels.csv", "first,10", 0, "first,11", "scores"},
    {"panels.csv", ",4,calibrated", 0, ",3,calibrated", "decisions"},
    {"panels.csv", "calibrated", 0, "raw", "decisions"},
    {"reviews-first.csv", "\r\n2,R", 0, "\r\n3,R", "scores"},
    {"decisions-first.csv", ",yes,", 0, ",no,", "decisions"},
    {"decisions-first.csv", ",no,", 0, ",yes,", "decisions"},
    {"decisions-first.csv", ",1,", 0, ",2,", "scores"},
    {"imports.csv", "1,one", 0, "1,two", "imports"},
    {"imports.csv", ",1", 0, ",2", "imports"},
    {"gifts.csv", ",person,500,", 0, ",person,501,", "tally"},
    {"gifts.csv", ",not-paid,", 0, ",currency,", NULL}, /* nobody can tell, but who gave it: see the next test */
    {"gifts.csv", ",499,yes", 0, ",499,", "gifts"},
    {"gifts.csv", ",2,person", 0, ",1,person", "tally"},
    {"gifts.csv", ",2,person", 0, ",9,person", "gifts"},
    {"gifts.csv", "organisation", 0, "person", "tally"},
    {"results.csv", ",1\n", 0, ",0\n", "tally"},
    {"log/rules.json", "gift_min\\\":500", 0, "gift_min\\\":501", "log"},
    {"log/tally.json", "\"index\":", 0, "\"index\":1", "log"},
};

START_TEST(every_change_with_hashes_that_fit_is_found)
{
    struct round_fixture f;
    BUF_SCOPED zip = BUF_INIT(ARCHIVE_ROOM);
    if (_i != DB_SQLITE)
        return;
    round_open(&f, _i, "qf");
    round_to_tally();
    round_archive(&zip);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        struct parts p = take_apart(buf_str(&zip));
        change(&p, changes[i].file, changes[i].from, changes[i].n, changes[i].to);
        if (changes[i].check)
            finds(&p, changes[i].check, arena_printf(f.w.a, "change %zu", i).p);
    }
    round_close(&f);
}
END_TEST

START_TEST(scores_leaves_and_rows)
{
    struct round_fixture f;
    BUF_SCOPED zip = BUF_INIT(ARCHIVE_ROOM);
    if (_i != DB_SQLITE)
        return;
    round_open(&f, _i, "qf");
    round_to_tally();
    round_archive(&zip);
    struct parts p = take_apart(buf_str(&zip));
    struct zip_entry *scores = file_named(&p, "reviews-second.csv");
    for (size_t i = str_sub(scores->bytes, 0, 200).n; i-- > 0;) /* one score, one point up */
        if (scores->bytes.p[i] >= '0' && scores->bytes.p[i] <= '7' && scores->bytes.p[i - 1] == ',' &&
            scores->bytes.p[i + 1] == ',') {
            char *copy = (char *)(uintptr_t)arena_str(f.w.a, scores->bytes).p;
            copy[i]++;
            scores->bytes = str_n(copy, scores->bytes.n);
            break;
        }
    finds(&p, "scores", "a score");
    p = take_apart(buf_str(&zip));
    struct zip_entry *gifts = file_named(&p, "gifts.csv");
    size_t line = (size_t)str_find(gifts->bytes, STR("\r\n1,2,")) + 6; /* the first leaf */
    char *copy = (char *)(uintptr_t)arena_str(f.w.a, gifts->bytes).p;
    copy[line] = copy[line] == 'a' ? 'b' : 'a';
    gifts->bytes = str_n(copy, gifts->bytes.n);
    finds(&p, "imports", "a leaf");
    p = take_apart(buf_str(&zip));
    gifts = file_named(&p, "gifts.csv");
    gifts->bytes.n = (size_t)str_find(gifts->bytes, STR("\r\n2,5,")) + 2; /* the last row */
    finds(&p, "imports", "a row left out");
    p = take_apart(buf_str(&zip));
    p.m.places++;
    finds(&p, "rules", "places");
    p = take_apart(buf_str(&zip));
    p.m.gifts_open = 1;
    finds(&p, "order", "the opening");
    p = take_apart(buf_str(&zip));
    p.n--; /* the proof of the tally */
    finds(&p, "tables", "a file left out");
    p = take_apart(buf_str(&zip));
    struct zip_entry twice = p.v[2];
    p.v[2] = p.v[3];
    p.v[3] = twice;
    finds(&p, "tables", "the order of files");
    p = take_apart(buf_str(&zip));
    p.v[1].bytes = STR("{}");
    BUF_SCOPED same_manifest = BUF_INIT(ARCHIVE_ROOM);
    t_ok(zip_write(p.v, p.n, &same_manifest, NULL));
    struct fund_archive_report r = verify(buf_str(&same_manifest), &nothing_else);
    ck_assert(failed(&r, "hashes"));
    round_close(&f);
}
END_TEST

START_TEST(what_is_no_archive)
{
    struct round_fixture f;
    static struct fund_archive_report r;
    struct err err = {0};
    BUF_SCOPED zip = BUF_INIT(4096);
    round_open(&f, _i, "qf");
    t_rc(fund_archive_verify(f.w.a, STR("hello"), &nothing_else, &r, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "FND-621");
    t_ok(zip_write(&(struct zip_entry){STR("mimetype"), STR("x")}, 1, &zip, NULL));
    err_clear(&err);
    t_rc(fund_archive_verify(f.w.a, buf_str(&zip), &nothing_else, &r, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "FND-621");
    round_close(&f);
}
END_TEST

/* ---- a donor's proof ---- */

static str proof_of(id gift)
{
    struct tx *tx;
    struct fund_gift g;
    BUF_SCOPED json = BUF_INIT(1 << 20);
    t_ok(db_read_begin(rf->w.db, &tx));
    t_ok(fund_gift_get(tx, gift, &g, rf->w.a));
    t_ok(fund_gift_proof(tx, &rf->app, &g, &json, rf->w.a));
    db_read_end(tx);
    return arena_str(rf->w.a, buf_str(&json));
}

static id first_gift(id import, const char *reason)
{
    struct tx *tx;
    struct fund_gift *g;
    size_t n;
    t_ok(db_read_begin(rf->w.db, &tx));
    t_ok(fund_gift_rows(tx, import, str_of(reason), 0, 1, &g, &n, rf->w.a));
    db_read_end(tx);
    ck_assert_uint_eq(n, 1);
    return g->id;
}

START_TEST(a_donor_finds_the_gift)
{
    struct round_fixture f;
    BUF_SCOPED zip = BUF_INIT(ARCHIVE_ROOM);
    round_open(&f, _i, "qf");
    round_to_tally();
    round_archive(&zip);
    struct fund_archive_ask ask = {.vkey = STR_EMPTY, .gift = proof_of(first_gift(f.import[0], ""))};
    holds(buf_str(&zip), &ask);
    struct fund_archive_report r = verify(buf_str(&zip), &ask);
    ck_assert(r.gift.counts && r.gift.amount == 500 && r.gift.project == f.number[0] && r.gift.import == 1);
    ask.gift = proof_of(f.appealed);
    holds(buf_str(&zip), &ask);
    ask.gift = proof_of(first_gift(f.import[0], "not-paid"));
    holds(buf_str(&zip), &ask);
    r = verify(buf_str(&zip), &ask);
    ck_assert(!r.gift.counts && str_eq(r.gift.reason, STR("not-paid")));

    /* who changed the reason of that row is found by its donor alone */
    BUF_SCOPED changed = BUF_INIT(ARCHIVE_ROOM);
    struct parts p = take_apart(buf_str(&zip));
    change(&p, "gifts.csv", ",not-paid,", 0, ",currency,");
    put_together(&p, &changed);
    holds(buf_str(&changed), &nothing_else);
    r = verify(buf_str(&changed), &ask);
    ck_assert(failed(&r, "gift"));

    /* a proof with another record, and one of another round */
    ptrdiff_t at = str_find(ask.gift, STR("\\\"amount\\\":"));
    ck_assert_int_ge(at, 0);
    char *copy = (char *)(uintptr_t)arena_str(f.w.a, ask.gift).p;
    copy[at + 11] = copy[at + 11] == '9' ? '8' : '9';
    ask.gift = str_n(copy, ask.gift.n);
    r = verify(buf_str(&zip), &ask);
    ck_assert(failed(&r, "gift"));
    struct err err = {0};
    ask.gift = STR("{}");
    static struct fund_archive_report unused;
    t_rc(fund_archive_verify(f.w.a, buf_str(&zip), &ask, &unused, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "FND-624");
    round_close(&f);
}
END_TEST

/* ---- privacy ---- */

QUERY(tq_donors, "i", "i", "SELECT DISTINCT donor FROM fund_gift WHERE programme = $1 AND donor <> 0");
QUERY(tq_comments, "", "t", "SELECT overall FROM fund_sheet WHERE overall <> ''");

static void absent(str zip, str text)
{
    ck_assert_msg(str_find(zip, text) < 0, "“%.*s” stands in the archive", STR_ARG(text));
}

START_TEST(nobody_stands_in_it)
{
    struct round_fixture f;
    BUF_SCOPED zip = BUF_INIT(ARCHIVE_ROOM);
    struct tx *tx;
    struct rows r;
    struct fund_reviewer *reviewers;
    size_t n;
    round_open(&f, _i, "qf");
    round_to_tally();
    round_archive(&zip);
    t_ok(db_read_begin(f.w.db, &tx));
    t_ok(fund_reviewers(tx, f.w.programme, &reviewers, &n, f.w.a));
    for (size_t i = 0; i < n; i++) {
        absent(buf_str(&zip), reviewers[i].name);
        absent(buf_str(&zip), reviewers[i].email);
        absent(buf_str(&zip), reviewers[i].organisation);
    }
    t_ok(db_select(tx, &tq_donors, VALS(v_int(f.w.programme)), &r));
    while (rows_next(&r))
        absent(buf_str(&zip), arena_printf(f.w.a, "%lld", (long long)row_int(&r, 0)));
    t_ok(rows_end(&r));
    t_ok(db_select(tx, &tq_comments, NOVALS, &r));
    while (rows_next(&r))
        absent(buf_str(&zip), row_text(&r, 0));
    t_ok(rows_end(&r));
    db_read_end(tx);
    /* donor 0 gave to two projects: as number 1 of each */
    struct parts p = take_apart(buf_str(&zip));
    str gifts = file_named(&p, "gifts.csv")->bytes;
    ck_assert_int_ge(str_find(gifts, arena_printf(f.w.a, ",,%lld,1,person,500,", (long long)f.number[0])), 0);
    ck_assert_int_ge(str_find(gifts, arena_printf(f.w.a, ",,%lld,2,person,700,", (long long)f.number[2])), 0);
    round_close(&f);
}
END_TEST

/* ---- made and kept ---- */

START_TEST(made_once_for_each_publication)
{
    struct round_fixture f;
    struct fund_archive one, two;
    struct document d;
    struct tx *tx;
    struct err err = {0};
    round_open(&f, _i, "qf");
    t_rc(fund_archive_make(&f.app, f.w.programme, &err), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "FND-620");
    err_clear(&err);
    round_to_publication();
    t_rc(fund_archive_make(&f.app, f.w.programme, &err), E_CONFLICT);
    ck_assert_str_eq(err.main.code, "LOG-002"); /* upon which the job waits */
    err_clear(&err);
    round_sequence();
    t_ok(fund_archive_make(&f.app, f.w.programme, &err));
    t_ok(fund_archive_make(&f.app, f.w.programme, &err));
    t_ok(db_read_begin(f.w.db, &tx));
    t_ok(fund_archive_latest(tx, f.w.programme, &one, f.w.a));
    t_ok(document_get(tx, one.document, &d, f.w.a));
    db_read_end(tx);
    ck_assert_int_eq(d.size, one.bytes);
    clock_fix(clock_now() + DAY);
    round_to_awards();
    clock_fix(clock_now() + DAY);
    t_ok(fund_archive_make(&f.app, f.w.programme, &err));
    t_ok(db_read_begin(f.w.db, &tx));
    t_ok(fund_archive_latest(tx, f.w.programme, &two, f.w.a));
    db_read_end(tx);
    ck_assert_int_ne(one.id, two.id);
    ck_assert(!str_eq(one.hash, two.hash));
    round_close(&f);
}
END_TEST

DBT_MAIN("fund/archive", it_verifies_at_each_publication, a_proposal_withdrawn_while_gifts_were_counted, other_methods,
         the_key_can_be_given, every_flipped_byte_is_found, every_change_with_hashes_that_fit_is_found,
         scores_leaves_and_rows, what_is_no_archive, a_donor_finds_the_gift, nobody_stands_in_it,
         made_once_for_each_publication)

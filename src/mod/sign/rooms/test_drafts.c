/* Drafts, templates, files that are refused, fields, codes and the clock's work, on both engines; every limit. */
#include <glob.h>

#include "core/document.h"
#include "core/job_impl.h"
#include "mod/sign/engine/pdf_place.h"
#include "mod/sign/rooms/test_rooms.h"

static struct rooms_world *w;
static struct room_field one_field;
static struct room_person people[3];
static str file; /* to be uploaded */

/* ---- acts ---- */

static rc do_create(struct rooms_world *of, const struct act *x)
{
    return room_create(x, &of->app, of->n != 0, STR_EMPTY, STR("C:\\契約\\租約.PDF"), file, &of->room);
}

static rc do_replace(struct rooms_world *of, const struct act *x)
{
    return room_replace_file(x, &of->app, of->room, STR("b.pdf"), file);
}

static rc do_discard(struct rooms_world *of, const struct act *x)
{
    return room_discard(x, of->room);
}

QUERY(
    td_copies, "ii", "",
    "INSERT INTO sign_room (id, party, owner, is_template, origin, bulk, title, message, state, reason, expires,"
    " expiry_days, remind_days, original, file, revision, seal_level, seal_note, seal_retry, archive, created,"
    " changed, sent, closed) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $2)"
    " SELECT r.id - n.i, party, owner, is_template, origin, bulk, title, message, state, reason, expires, expiry_days,"
    " remind_days, original, file, revision, seal_level, seal_note, seal_retry, archive, created, changed, sent, closed"
    " FROM sign_room r JOIN n ON r.id = $1");

/* As many drafts as there may be, less one. */
static rc do_fill_up(struct rooms_world *of, const struct act *x)
{
    TRY(do_create(of, x));
    return db_exec(x->tx, &td_copies, VALS(v_int(of->room), v_int(ROOM_DRAFTS_MAX - 2)), NULL);
}

static rc do_field(struct rooms_world *of, const struct act *x)
{
    return room_fields_set(x, &of->app, of->room, &one_field, 1);
}

static rc do_many_fields(struct rooms_world *of, const struct act *x)
{
    struct room_field *v = ARENA_ARRAY(x->a, (size_t)of->n, struct room_field);
    for (int64_t i = 0; i < of->n; i++)
        v[i] = one_field;
    return room_fields_set(x, &of->app, of->room, v, (size_t)of->n);
}

static rc do_default(struct rooms_world *of, const struct act *x)
{
    return room_fields_default(x, &of->app, of->room);
}

static const struct signer somebody = {.step = 1,
                                       .role = STR_INIT("sign"),
                                       .slot = STR_INIT(""),
                                       .name = STR_INIT("Ann"),
                                       .email = STR_INIT("ann@t.example"),
                                       .lang = STR_INIT("en"),
                                       .level = STR_INIT("link")};
static struct signer person;

static rc do_people(struct rooms_world *of, const struct act *x)
{
    id added;
    for (int64_t i = 0; i < of->n; i++)
        TRY(signer_add(x, &of->app, of->room, &person, of->text, &added));
    of->out = added;
    return OK;
}

static rc do_to_template(struct rooms_world *of, const struct act *x)
{
    return room_to_template(x, &of->app, of->room, STR("範本"), &of->out);
}

static rc do_use(struct rooms_world *of, const struct act *x)
{
    return room_from_template(x, &of->app, of->room, 0, people, (size_t)of->n, &of->out);
}

static rc do_code(struct rooms_world *of, const struct act *x)
{
    struct signer s;
    TRY(signer_get(x->tx, of->signer[0], &s, x->a));
    return signer_code_send(x, &of->app, &s);
}

static rc do_correct(struct rooms_world *of, const struct act *x)
{
    return signer_correct(x, &of->app, of->signer[0], STR("Amy"), STR("amy2@t.example"));
}

static enum code_answer answer;

static rc do_check_code(struct rooms_world *of, const struct act *x)
{
    struct signer s;
    TRY(signer_get(x->tx, of->signer[0], &s, x->a));
    return signer_code_check(x, &s, of->text, &answer);
}

static rc do_move(struct rooms_world *of, const struct act *x)
{
    return signer_move(x, of->signer[1], of->n != 0);
}

static rc do_card(struct rooms_world *of, const struct act *x)
{
    BUF_SCOPED card = BUF_INIT(100);
    TRY(signer_card(x->tx, &of->app, of->out, &card));
    of->text = arena_str(of->keep, buf_str(&card));
    return OK;
}

/* ---- looking ---- */

static size_t fields_of(id room, struct room_field **out)
{
    size_t n;
    struct tx *tx = rooms_look(w);
    t_ok(room_fields_of(tx, room, out, &n, w->keep));
    db_read_end(tx);
    return n;
}

static size_t people_of(id room, struct signer **out)
{
    size_t n;
    struct tx *tx = rooms_look(w);
    t_ok(signers_of(tx, room, out, &n, w->keep));
    db_read_end(tx);
    return n;
}

/* ---- cases ---- */

/* Signed; certified with "no changes" when `certify` is 1. The CMS inside need not be one, its form is enough. */
static str signed_file(int certify)
{
    static struct err err;
    struct pdf_doc *doc;
    struct pdf_placed at;
    BUF_SCOPED out = BUF_INIT(1 << 20);
    BUF_SCOPED tail = BUF_INIT(1 << 20);
    str plain = rooms_pdf(w, 1);
    t_ok(pdf_open(w->keep, plain, &doc, &err));
    t_ok(pdf_place(doc, &(struct pdf_place){.sub = PDF_SUB_CADES, .room = 16, .made = ROOMS_NOW, .certify = certify},
                   &tail, &at));
    t_ok(pdf_place_fill(doc, &tail, &at, STR("cms")));
    buf_put(&out, plain);
    buf_put(&out, buf_str(&tail));
    return arena_str(w->keep, buf_str(&out));
}

/* The trailer of a good file with one more entry; offsets before it stay right. */
static str encrypted(void)
{
    str plain = rooms_pdf(w, 1);
    BUF_SCOPED out = BUF_INIT(1 << 20);
    ptrdiff_t at = str_find(plain, STR("/Root"));
    for (ptrdiff_t next = at; next >= 0; at += next + 1)
        next = str_find(str_sub(plain, (size_t)at + 1, plain.n), STR("/Root"));
    buf_put(&out, str_sub(plain, 0, (size_t)at - 1));
    buf_put(&out, STR("/Encrypt << >> "));
    buf_put(&out, str_sub(plain, (size_t)at - 1, plain.n));
    return arena_str(w->keep, buf_str(&out));
}

/* A table, and in its trailer a second cross-reference for newer readers (ISO 32000-2, 7.5.8.4): two readings. */
static str hybrid(void)
{
    str plain = rooms_pdf(w, 1);
    BUF_SCOPED out = BUF_INIT(1 << 20);
    ptrdiff_t at = str_find(plain, STR("trailer\n<<"));
    if (at < 0)
        ck_abort_msg("no table");
    at += (ptrdiff_t)strlen("trailer\n<<");
    buf_put(&out, str_sub(plain, 0, (size_t)at));
    buf_put(&out, STR(" /XRefStm 15 "));
    buf_put(&out, str_sub(plain, (size_t)at, plain.n));
    return arena_str(w->keep, buf_str(&out));
}

QUERY(td_kept, "", "i",
      "SELECT (SELECT COUNT(*) FROM document) + (SELECT COUNT(*) FROM sign_room) + (SELECT COUNT(*) FROM sign_event)"
      " + (SELECT COUNT(*) FROM outbox)");

/* Rows that an upload may leave, and files on the disk. */
static int64_t kept(void)
{
    int64_t n;
    glob_t blobs = {.gl_pathc = 0};
    const char *where = arena_printf(w->keep, "%s/blobs/*/*", w->app.config.data_dir.p).p;
    struct tx *tx = rooms_look(w);
    t_ok(db_one_int(tx, &td_kept, NOVALS, &n));
    db_read_end(tx);
    if (glob(where, 0, NULL, &blobs) == 0)
        n += (int64_t)blobs.gl_pathc;
    globfree(&blobs);
    return n;
}

START_TEST(files_that_cannot_be_signed)
{
    struct rooms_world fresh = rooms_open(_i);
    w = &fresh;
    const int64_t before = kept();
    file = STR("no pdf");
    rooms_refused(w, &w->owner, do_create, "DOC-001");
    file = STR("%PDF-1.7\nbroken");
    rooms_refused(w, &w->owner, do_create, "SIG-102");
    file = signed_file(1);
    rooms_refused(w, &w->owner, do_create, "RM-007");
    file = encrypted();
    rooms_refused(w, &w->owner, do_create, "SIG-104");
    ck_assert_str_eq(w->err.main.msgid, "The PDF is encrypted. Save it without a password.");
    file = hybrid();
    rooms_refused(w, &w->owner, do_create, "SIG-103");
    file = rooms_pdf(w, ROOM_PAGES_MAX + 1);
    rooms_refused(w, &w->owner, do_create, "RM-007");
    file = rooms_pdf(w, ROOM_PAGES_MAX);
    struct session visitor = {.perms = PUBLIC | SIGNED_IN, .account = w->owner.account};
    rooms_refused(w, &visitor, do_create, "RM-003");
    ck_assert_int_eq(kept(), before); /* nothing stays of what was refused */
    t_ok(rooms_do(w, &w->owner, do_create));
    t_str(rooms_room(w).title, STR("租約")); /* of the file's name */
    rooms_close(w);
}
END_TEST

START_TEST(a_signed_file_gets_signatures_only)
{
    struct rooms_world fresh = rooms_open(_i);
    w = &fresh;
    rooms_draft(w, "link", "link", 1, 1);
    one_field = (struct room_field){
        .signer = w->signer[0], .kind = STR("text"), .page = 0, .w = 5000, .h = 5000, .label = STR_EMPTY};
    file = signed_file(0);
    t_ok(rooms_do(w, &w->owner, do_replace));
    rooms_refused(w, &w->owner, do_field, "RM-006");
    one_field.kind = STR("signature");
    t_ok(rooms_do(w, &w->owner, do_field));
    rooms_close(w);
}
END_TEST

START_TEST(an_organisation_has_so_many_drafts)
{
    struct rooms_world fresh = rooms_open(_i);
    w = &fresh;
    file = rooms_pdf(w, 1);
    t_ok(rooms_do(w, &w->owner, do_fill_up));
    t_ok(rooms_do(w, &w->owner, do_create));
    rooms_refused(w, &w->owner, do_create, "RM-004");
    w->n = 1; /* templates are counted by themselves */
    t_ok(rooms_do(w, &w->owner, do_create));
    rooms_close(w);
}
END_TEST

START_TEST(fields_lie_on_their_pages)
{
    struct rooms_world fresh = rooms_open(_i);
    struct room_field *f;
    w = &fresh;
    rooms_draft(w, "link", "link", 1, 1);
    one_field = (struct room_field){
        .signer = w->signer[0], .kind = STR("text"), .page = 1, .w = 59527, .h = 500, .label = STR_EMPTY};
    t_ok(rooms_do(w, &w->owner, do_field)); /* A4: 595.28 points wide */
    const struct {
        int64_t page, x, y, w, h;
    } wrong[] = {{2, 0, 0, 500, 500},         {-1, 0, 0, 500, 500},    {0, -1, 0, 500, 500},
                 {0, 0, 0, 499, 500},         {0, 0, 0, 59530, 500},   {0, 59100, 0, 500, 500},
                 {0, 0, INT64_MAX, 500, 500}, {0, 0, 84000, 500, 500}, {0, 0, 0, INT64_MAX, 500}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        one_field.page = wrong[i].page;
        one_field.x = wrong[i].x;
        one_field.y = wrong[i].y;
        one_field.w = wrong[i].w;
        one_field.h = wrong[i].h;
        rooms_refused(w, &w->owner, do_field, "RM-006");
    }
    one_field =
        (struct room_field){.signer = id_new(), .kind = STR("text"), .page = 0, .w = 500, .h = 500, .label = STR_EMPTY};
    rooms_refused(w, &w->owner, do_field, "RM-001");
    one_field.signer = w->signer[0];
    one_field.kind = STR("stamp");
    rooms_refused(w, &w->owner, do_field, "RM-006");
    one_field.kind = STR("check");
    w->n = ROOM_FIELDS_MAX + 1;
    rooms_refused(w, &w->owner, do_many_fields, "RM-004");
    w->n = ROOM_FIELDS_MAX;
    t_ok(rooms_do(w, &w->owner, do_many_fields));
    one_field.page = 1;
    t_ok(rooms_do(w, &w->owner, do_field));
    file = rooms_pdf(w, 1); /* shorter: the field goes with its page */
    t_ok(rooms_do(w, &w->owner, do_replace));
    ck_assert_uint_eq(fields_of(w->room, &f), 0);
    rooms_refused(w, &w->owner, rooms_send_it, "RM-008");
    t_ok(rooms_do(w, &w->owner, do_default));
    t_ok(rooms_do(w, &w->owner, do_default)); /* once each */
    ck_assert_uint_eq(fields_of(w->room, &f), 2);
    ck_assert_int_ne(f[0].x, f[1].x);
    t_ok(rooms_do(w, &w->owner, rooms_send_it));
    rooms_close(w);
}
END_TEST

static rc do_pass_on_outside(struct rooms_world *of, const struct act *x)
{
    return signer_delegate(x, &of->app, of->signer[1], STR("Zed"), STR("zed@outside.example"), STR_EMPTY, NULL);
}

static rc do_correct_outside(struct rooms_world *of, const struct act *x)
{
    return signer_correct(x, &of->app, of->signer[1], STR("Zed"), STR("zed@outside.example"));
}

/* Who needs a certificate of an authority that may not certify them is named before anybody is invited. */
START_TEST(an_authority_certifies_its_own_domains_only)
{
    static const str domains[] = {STR_INIT("elsewhere.example"), STR_INIT("t.example")};
    struct trust_ceremony limited = test_ceremony();
    limited.permitted = domains;
    for (limited.n_permitted = 1; limited.n_permitted <= 2; limited.n_permitted++) {
        struct rooms_world fresh = rooms_open_under(_i, &limited, ROOMS_NOW);
        w = &fresh;
        rooms_draft(w, "certificate", "link", 1, 1);
        if (limited.n_permitted == 2) {
            t_ok(rooms_do(w, &w->owner, rooms_send_it));
            rooms_refused(w, &act_system, do_pass_on_outside, "RM-017");
            rooms_refused(w, &w->owner, do_correct_outside, "RM-017");
        } else {
            rooms_refused(w, &w->owner, rooms_send_it, "RM-005");
            t_str(w->err.main.arg[0], STR(ROOMS_BOB));
        }
        rooms_close(w);
    }
}
END_TEST

START_TEST(people_and_their_limits)
{
    struct rooms_world fresh = rooms_open(_i);
    struct signer *v;
    w = &fresh;
    rooms_draft(w, "link", "link", 1, 1);
    w->text = STR_EMPTY;
    w->n = 1;
    person = somebody;
    person.email = STR("ann at home");
    rooms_refused(w, &w->owner, do_people, "INP-012");
    person = somebody;
    person.level = STR("passkey"); /* no verifier yet */
    rooms_refused(w, &w->owner, do_people, "RM-005");
    person.level = STR("card");
    rooms_refused(w, &w->owner, do_people, "ACT-003"); /* its number */
    w->text = STR("A123456789");
    t_ok(rooms_do(w, &w->owner, do_people));
    t_ok(rooms_do(w, &w->owner, do_card));
    t_str(w->text, STR("A123456789"));
    w->app.seal.k[0] ^= 1;
    ck_assert_int_eq(rooms_do(w, &w->owner, do_card), E_CORRUPT);
    w->app.seal.k[0] ^= 1;
    person = somebody;
    person.step = ROOM_STEPS_MAX + 1;
    rooms_refused(w, &w->owner, do_people, "RM-005");
    person = somebody;
    w->text = STR_EMPTY;
    w->n = ROOM_SIGNERS_MAX - 3;
    rooms_refused(w, &w->stranger, do_people, "RM-003");
    t_ok(rooms_do(w, &w->owner, do_people));
    w->n = 1;
    rooms_refused(w, &w->owner, do_people, "RM-004");
    t_ok(rooms_do(w, &w->owner, do_move));
    ck_assert_uint_eq(people_of(w->room, &v), ROOM_SIGNERS_MAX);
    ck_assert_int_eq(v[0].id, w->signer[1]);
    t_ok(rooms_do(w, &w->owner, do_discard));
    ck_assert_uint_eq(people_of(w->room, &v), 0);
    rooms_close(w);
}
END_TEST

START_TEST(a_template_is_used_by_others)
{
    struct rooms_world fresh = rooms_open(_i);
    struct signer *v;
    struct room_field *f;
    w = &fresh;
    rooms_draft(w, "link", "code", 1, 2);
    t_ok(rooms_do(w, &w->owner, do_to_template));
    w->room = w->out;
    ck_assert_uint_eq(people_of(w->room, &v), 2);
    t_str(v[0].slot, STR("林𣿆川"));
    t_str(v[0].email, STR_EMPTY);
    rooms_refused(w, &w->owner, rooms_send_it, "RM-002"); /* a template is not sent itself */
    people[0] = (struct room_person){STR("Carl"), STR("carl@t.example"), STR("en")};
    people[1] = (struct room_person){STR("Dora"), STR_EMPTY, STR_EMPTY};
    w->n = 1;
    rooms_refused(w, &w->owner, do_use, "RM-005");
    w->n = 2;
    rooms_refused(w, &w->owner, do_use, "INP-003");
    people[1].email = STR("dora@t.example");
    rooms_refused(w, &w->stranger, do_use, "RM-003");
    t_ok(rooms_do(w, &w->owner, do_use));
    ck_assert_uint_eq(fields_of(w->out, &f), 3);
    ck_assert_uint_eq(people_of(w->out, &v), 2);
    t_str(v[1].name, STR("Dora"));
    t_str(v[1].level, STR("code"));
    ck_assert_int_eq(v[1].step, 2);
    w->room = w->out;
    t_ok(rooms_do(w, &w->owner, rooms_send_it));
    ck_assert_uint_eq(rooms_mails(w, "carl@t.example", NULL), 1);
    rooms_close(w);
}
END_TEST

/* The six digits in the newest mail. */
static str code_of(const char *to)
{
    str body = STR_EMPTY;
    ck_assert_uint_gt(rooms_mails(w, to, &body), 0);
    for (size_t i = 0; i + CODE_DIGITS <= body.n; i++)
        if (strspn(body.p + i, "0123456789") == CODE_DIGITS)
            return str_sub(body, i, CODE_DIGITS);
    ck_abort_msg("no code in the mail");
    return STR_EMPTY;
}

static enum code_answer tried(str code)
{
    w->text = code;
    t_ok(rooms_do(w, &act_system, do_check_code));
    return answer;
}

START_TEST(codes_are_few_and_short_lived)
{
    struct rooms_world fresh = rooms_open(_i);
    w = &fresh;
    rooms_sent(w, "code", "link", 1, 2);
    ck_assert_int_eq(tried(STR("000000")), CODE_OLD); /* none was sent */
    t_ok(rooms_do(w, &act_system, do_code));
    rooms_refused(w, &act_system, do_code, "RM-012"); /* not twice a minute */
    str good = code_of(ROOMS_AMY);
    str wrong = str_eq(good, STR("000000")) ? STR("000001") : STR("000000");
    for (int i = 1; i < CODE_TRIES_MAX; i++)
        ck_assert_int_eq(tried(wrong), CODE_WRONG); /* each is counted, though the answer is no */
    ck_assert_int_eq(tried(wrong), CODE_SPENT);
    ck_assert_int_eq(tried(good), CODE_SPENT);
    clock_fix(ROOMS_NOW + MINUTE);
    t_ok(rooms_do(w, &act_system, do_code));
    good = code_of(ROOMS_AMY);
    clock_fix(ROOMS_NOW + 11 * MINUTE + SECOND);
    ck_assert_int_eq(tried(good), CODE_OLD);
    t_ok(rooms_do(w, &act_system, do_code));
    good = code_of(ROOMS_AMY);
    ck_assert_int_eq(tried(good), CODE_GOOD);
    ck_assert_int_eq(tried(good), CODE_OLD); /* used up */
    for (int i = 3; i < CODES_MAX; i++) {
        clock_fix(ROOMS_NOW + HOUR + i * MINUTE);
        t_ok(rooms_do(w, &act_system, do_code));
    }
    clock_fix(ROOMS_NOW + 2 * HOUR);
    rooms_refused(w, &act_system, do_code, "RM-012"); /* "ask the sender for help" */
    good = code_of(ROOMS_AMY);
    t_ok(rooms_do(w, &w->owner, do_correct));
    ck_assert_int_eq(tried(good), CODE_OLD); /* went to the wrong address */
    t_ok(rooms_do(w, &act_system, do_code));
    ck_assert_int_eq(tried(code_of("amy2@t.example")), CODE_GOOD);
    rooms_close(w);
}
END_TEST

static void turn_of_the_clock(instant at)
{
    struct job j = {.app = &w->app};
    clock_fix(at);
    t_ok(rooms_job(&j));
}

START_TEST(the_clock_reminds_and_ends)
{
    struct rooms_world fresh = rooms_open(_i);
    w = &fresh;
    rooms_sent(w, "link", "link", 1, 2);
    turn_of_the_clock(ROOMS_NOW + 3 * DAY - SECOND);
    ck_assert_uint_eq(rooms_mails(w, ROOMS_AMY, NULL), 1);
    turn_of_the_clock(ROOMS_NOW + 3 * DAY);
    turn_of_the_clock(ROOMS_NOW + 3 * DAY + MINUTE);
    ck_assert_uint_eq(rooms_mails(w, ROOMS_AMY, NULL), 2); /* once for each time that is due */
    ck_assert_uint_eq(rooms_mails(w, ROOMS_BOB, NULL), 0); /* not their turn */
    struct room r = rooms_room(w);
    turn_of_the_clock(r.expires);
    t_str(rooms_room(w).state, STR("open"));
    turn_of_the_clock(r.expires + SECOND);
    t_str(rooms_room(w).state, STR("expired"));
    t_str(rooms_signer(w, w->signer[1]).state, STR("stopped"));
    ck_assert_uint_eq(rooms_mails(w, ROOMS_BOB, NULL), 0); /* nobody hears of it who was never asked */
    size_t told = rooms_mails(w, ROOMS_AMY, NULL);
    turn_of_the_clock(r.expires + 30 * DAY);
    ck_assert_uint_eq(rooms_mails(w, ROOMS_AMY, NULL), told);
    rooms_close(w);
}
END_TEST

DBT_MAIN("sign/rooms_drafts", files_that_cannot_be_signed, a_signed_file_gets_signatures_only,
         an_organisation_has_so_many_drafts, fields_lie_on_their_pages, people_and_their_limits,
         an_authority_certifies_its_own_domains_only, a_template_is_used_by_others, codes_are_few_and_short_lived,
         the_clock_reminds_and_ends)

/* Signing rooms by API, over HTTP on both engines: made from a file in JSON or as a form, from a template; looked at,
 * ended; other people's rooms; told by webhook. */
#include "mod/sign/rooms/test_rooms.h"

#include "mod/sign/engine/test_pdf.h"
#include "mod/sign/pages/api_rooms.h"
#include "mod/sign/rooms/objection.h"
#include "sys/log.h"
#include "web/test_client.h"

static struct rooms_world *w;

#define KEY_OF(who) "rise_keykeykeykeykeykeykeykey" who

static rc by_cookie(struct tx *tx, str cookie, instant now, struct session *out, struct arena *a)
{
    (void)tx, (void)cookie, (void)now, (void)out, (void)a;
    return E_AUTH;
}

/* Two keys, of two organisations. */
static rc by_key(struct tx *tx, str key, struct session *out, struct arena *a)
{
    (void)tx, (void)a;
    *out = str_eq(key, STR(KEY_OF("owner"))) ? w->owner : w->stranger;
    out->account = 0;
    out->api_key = str_eq(key, STR(KEY_OF("owner"))) ? 1 : 2;
    out->party_name = out->csrf = STR_EMPTY;
    return OK;
}

static rc do_hook(struct rooms_world *of, const struct act *x)
{
    BUF_SCOPED secret = BUF_INIT(1000);
    return webhook_set(x->tx, &of->app, of->owner.party, STR("https://hook.t.example/"), &secret);
}

static void begin(int engine, struct rooms_world *fresh)
{
    static struct route_table table;
    log_set_level(LOG_ERROR_);
    *fresh = rooms_open(engine);
    w = fresh;
    t_ok(rooms_do(w, &w->owner, do_hook));
    table = sign_api_routes;
    serve(
        &(struct dispatch_config){
            .app = &w->app, .db = w->app.db, .tables = &table, .n_tables = 1, .identity = {by_cookie, by_key}},
        1);
}

static void end(void)
{
    http_stop(server, 5000);
    dispatch_free(dispatch);
    rooms_close(w);
}

static int ask(const char *line, const char *key, const char *more, const char *body)
{
    char headers[512];
    snprintf(headers, sizeof headers, "Authorization: Bearer " KEY_OF("%s") "\r\nAccept: application/json\r\n%s%s", key,
             body ? "Content-Type: application/json\r\n" : "", more);
    return send_request(line, headers, body);
}

/* The body of the answer, parsed. */
static const struct json *got(void)
{
    const struct json *j = NULL;
    const char *body = strstr(answer, "\r\n\r\n");
    ck_assert_ptr_nonnull(body);
    ck_assert_msg(json_parse(w->keep, str_of(body + 4), 1 << 20, &j, NULL) == OK, "%s", answer);
    return j;
}

#define SIGNERS                                                                                                        \
    "\"signers\":[{\"name\":\"王小明\",\"email\":\"wang@t.example\"},"                                              \
    "{\"name\":\"Ann\",\"email\":\"ann@t.example\",\"role\":\"approve\",\"level\":\"code\",\"lang\":\"en\"}]"

static str create_body(const char *more)
{
    struct make m;
    BUF_SCOPED body = BUF_INIT(1 << 16);
    make_document(&m, false);
    buf_put(&body, STR("{\"title\":\"租賃契約\",\"file\":{\"name\":\"lease.pdf\",\"data\":\""));
    buf_base64(&body, buf_str(&m.out));
    buf_printf(&body,
               "\"}," SIGNERS
               ",\"fields\":[{\"signer\":1,\"kind\":\"signature\",\"page\":1,\"x\":5000,\"y\":60000,\"width\":18000,"
               "\"height\":6000}]%s}",
               more);
    buf_free(&m.out);
    return arena_str(w->keep, buf_str(&body));
}

static size_t hooks(const char *event)
{
    struct outbox_row *v;
    size_t n, found = 0;
    struct tx *tx = rooms_look(w);
    t_ok(outbox_list(tx, 1000, &v, &n, w->keep));
    for (size_t i = 0; i < n; i++)
        found += str_eq(v[i].kind, STR("hook")) && str_eq(v[i].subject, str_of(event));
    db_read_end(tx);
    return found;
}

START_TEST(from_file_to_end)
{
    struct rooms_world fresh;
    char line[200];
    begin(_i, &fresh);
    str body = create_body(",\"message\":\"請簽\",\"expiry_days\":9,\"send\":true");
    ck_assert_msg(ask("POST /api/sign/rooms", "owner", "Idempotency-Key: one\r\n", body.p) == 200, "%s", answer);
    const struct json *j = got();
    str room = json_str(json_get(j, "id"));
    t_str(json_str(json_get(j, "state")), STR("open"));
    t_str(json_str(json_get(j, "message")), STR("請簽"));
    ck_assert_uint_eq(json_count(json_get(j, "signers")), 2);
    t_str(json_str(json_get(json_at(json_get(j, "signers"), 0), "state")), STR("invited"));
    t_str(json_str(json_get(json_at(json_get(j, "signers"), 1), "role")), STR("approve"));
    ck_assert_int_eq(json_int(json_get(json_at(json_get(j, "fields"), 0), "page"), 0), 1);
    ck_assert_uint_eq(rooms_mails(w, "wang@t.example", NULL), 1);
    ck_assert_uint_eq(hooks("sign.room.sent"), 1);
    ck_assert_int_eq(ask("POST /api/sign/rooms", "owner", "Idempotency-Key: one\r\n", body.p), 200); /* not twice */
    t_str(json_str(json_get(got(), "id")), room);
    ck_assert_uint_eq(rooms_mails(w, "wang@t.example", NULL), 1);
    /* looking */
    snprintf(line, sizeof line, "GET /api/sign/rooms/%.*s", STR_ARG(room));
    ck_assert_int_eq(ask(line, "owner", "", NULL), 200);
    ck_assert_int_eq(ask(line, "stranger", "", NULL), 403);
    ck_assert_int_eq(ask("GET /api/sign/rooms", "stranger", "", NULL), 200);
    ck_assert_uint_eq(json_count(json_get(got(), "rooms")), 0);
    snprintf(line, sizeof line, "GET /api/sign/rooms/%.*s/file", STR_ARG(room));
    ck_assert_int_eq(ask(line, "owner", "", NULL), 200);
    ck_assert(has("%PDF-1.7") && has("application/pdf"));
    snprintf(line, sizeof line, "GET /api/sign/rooms/%.*s/archive", STR_ARG(room));
    ck_assert_int_eq(ask(line, "owner", "", NULL), 409);
    /* acting */
    snprintf(line, sizeof line, "POST /api/sign/rooms/%.*s/remind", STR_ARG(room));
    ck_assert_int_eq(ask(line, "owner", "", NULL), 413); /* they were asked a moment ago */
    ck_assert(has("RM-018"));
    snprintf(line, sizeof line, "POST /api/sign/rooms/%.*s/void", STR_ARG(room));
    ck_assert_int_eq(ask(line, "stranger", "", "{\"reason\":\"x\"}"), 403);
    ck_assert_int_eq(ask(line, "owner", "", "{}"), 422);
    ck_assert_int_eq(ask(line, "owner", "", "{\"reason\":\"改用別的版本\"}"), 200);
    t_str(json_str(json_get(got(), "state")), STR("voided"));
    ck_assert_int_eq(ask(line, "owner", "", "{\"reason\":\"again\"}"), 409);
    ck_assert_uint_eq(hooks("sign.room.voided"), 1);
    end();
}
END_TEST

START_TEST(list_goes_on_behind_the_last)
{
    struct rooms_world fresh;
    char line[200];
    str seen[3];
    begin(_i, &fresh);
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(ask("POST /api/sign/rooms", "owner", "", create_body("").p), 200);
        seen[i] = json_str(json_get(got(), "id"));
        t_str(json_str(json_get(got(), "state")), STR("draft"));
    }
    ck_assert_int_eq(ask("GET /api/sign/rooms?limit=2&state=draft", "owner", "", NULL), 200);
    t_str(json_str(json_get(json_at(json_get(got(), "rooms"), 0), "id")), seen[2]);
    str next = json_str(json_get(got(), "next"));
    t_str(next, seen[1]);
    snprintf(line, sizeof line, "GET /api/sign/rooms?limit=2&after=%.*s", STR_ARG(next));
    ck_assert_int_eq(ask(line, "owner", "", NULL), 200);
    ck_assert_uint_eq(json_count(json_get(got(), "rooms")), 1);
    ck_assert_ptr_null(json_str(json_get(got(), "next")).p);
    ck_assert_int_eq(ask("GET /api/sign/rooms?state=open", "owner", "", NULL), 200);
    ck_assert_uint_eq(json_count(json_get(got(), "rooms")), 0);
    snprintf(line, sizeof line, "POST /api/sign/rooms/%.*s/send", STR_ARG(seen[0]));
    ck_assert_msg(ask(line, "owner", "", "{}") == 200, "%s", answer);
    end();
}
END_TEST

START_TEST(mistakes_are_told_at_their_place)
{
    static const struct {
        const char *body, *field, *code;
    } CASES[] = {
        {"{" SIGNERS "}", "\"file\"", "RM-030"},
        {"{\"signers\":[]}", "\"signers\"", "INP-003"},
        {"{\"signers\":[{\"name\":\"A\",\"email\":\"wang\"}]}", "\"signers[0].email\"", "INP-012"},
        {"{\"signers\":[{\"name\":\"A\",\"email\":\"a@t.example\",\"role\":\"boss\"}]}", "\"signers[0].role\"",
         "INP-013"},
        {"{\"file\":{\"data\":\"AAAA\"},\"title\":\"t\"," SIGNERS "}", NULL, "DOC-001"},
    };
    struct rooms_world fresh;
    begin(_i, &fresh);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        ck_assert_int_eq(ask("POST /api/sign/rooms", "owner", "", CASES[i].body), 422);
        ck_assert_msg(has(CASES[i].code) && (!CASES[i].field || has(CASES[i].field)), "%s: %s", CASES[i].body, answer);
    }
    str body = create_body(""); /* a name is missing: what the domain says, at the place where it was given */
    BUF_SCOPED no_name = BUF_INIT(1 << 16);
    ptrdiff_t at = str_find(body, STR("\"name\":\"Ann\","));
    buf_put(&no_name, str_sub(body, 0, (size_t)at));
    buf_put(&no_name, str_sub(body, (size_t)at + strlen("\"name\":\"Ann\","), body.n));
    ck_assert_int_eq(ask("POST /api/sign/rooms", "owner", "", no_name.p), 422);
    ck_assert_msg(has("\"signers[1].name\""), "%s", answer);
    ck_assert_int_eq(ask("GET /api/sign/rooms", "owner", "", NULL), 200);
    ck_assert_uint_eq(json_count(json_get(got(), "rooms")), 0); /* nothing of it is left */
    end();
}
END_TEST

#define PAPER                                                                                                          \
    ",\"notice_paper_where\":\"臺北市測試路 1 號\",\"notice_paper_who\":\"王主任\",\"notice_paper_how\":\"週一上午\""

START_TEST(electronic_form_is_offered)
{
    static const struct {
        const char *more, *field, *code;
    } CASES[] = {
        {",\"notice_days\":6,\"notice_email\":\"p@t.example\"" PAPER, "\"notice_days\"", "OBJ-004"},
        {",\"notice_days\":366,\"notice_email\":\"p@t.example\"" PAPER, "\"notice_days\"", "INP-"},
        {",\"notice_days\":10" PAPER, "\"notice_email\"", "OBJ-005"},
        {",\"notice_days\":10,\"notice_email\":\"p@t.example\"", "\"notice_paper_where\"", "ACT-003"},
        {",\"notice_zh\":\"不回覆也沒關係\",\"notice_en\":\"Silence is consent.\",\"notice_phone\":\"02\"" PAPER,
         "\"notice_zh\"", "OBJ-006"},
        {",\"notice_zh\":\"視為同意\",\"notice_phone\":\"02\"" PAPER, "\"notice_en\"", "ACT-003"},
    };
    struct rooms_world fresh;
    str mail = STR_EMPTY;
    begin(_i, &fresh);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        ck_assert_int_eq(ask("POST /api/sign/rooms", "owner", "", create_body(CASES[i].more).p), 422);
        ck_assert_msg(has(CASES[i].code) && has(CASES[i].field), "%s: %s", CASES[i].more, answer);
    }
    str body = create_body(
        ",\"send\":true,\"notice_days\":10,\"notice_phone\":\"02-0000-0000\",\"notice_zh\":\"不回覆視為同意。"
        "\",\"notice_en\":\"Silence is consent.\"" PAPER);
    ck_assert_msg(ask("POST /api/sign/rooms", "owner", "", body.p) == 200, "%s", answer);
    const struct json *form = json_get(got(), "electronic_form");
    ck_assert_int_eq(json_int(json_get(form, "days"), 0), 10);
    ck_assert_int_eq(json_int(json_get(form, "text_version"), 0), 1);
    t_str(json_str(json_get(form, "text_zh")), STR("不回覆視為同意。"));
    t_str(json_str(json_get(form, "text_zh_sha256")), sha256_hex_of(w->keep, STR("不回覆視為同意。")));
    t_str(json_str(json_get(form, "phone")), STR("02-0000-0000"));
    t_str(json_str(json_get(form, "paper_who")), STR("王主任"));
    ck_assert_ptr_null(json_get(form, "email")); /* what there is not is left out */
    const struct json *told = json_get(form, "answers");
    ck_assert_uint_eq(json_count(told), 1); /* the second one's step has not begun */
    t_str(json_str(json_get(json_at(told, 0), "state")), STR("told"));
    t_str(json_str(json_get(json_at(told, 0), "until")), STR("2026-12-05T15:59:59Z"));
    ck_assert_uint_eq(rooms_mails(w, "wang@t.example", &mail), 1);
    ck_assert_int_ge(str_find(mail, STR("不回覆視為同意。")), 0);
    ck_assert_int_ge(str_find(mail, STR("02-0000-0000")), 0);
    /* without a word about it nothing is offered; with some, the least period and the organisation's latest text */
    ck_assert_int_eq(ask("POST /api/sign/rooms", "owner", "", create_body("").p), 200);
    ck_assert_ptr_null(json_get(json_get(got(), "electronic_form"), "days"));
    ck_assert_int_eq(ask("POST /api/sign/rooms", "owner", "", create_body(",\"notice_post\":\"郵政信箱 1\"" PAPER).p),
                     200);
    form = json_get(got(), "electronic_form");
    ck_assert_int_eq(json_int(json_get(form, "days"), 0), 7);
    t_str(json_str(json_get(form, "text_en")), STR("Silence is consent."));
    end();
}
END_TEST

static rc do_template(struct rooms_world *of, const struct act *x)
{
    struct offer o = {.days = 20,
                      .email = STR("p@t.example"),
                      .phone = STR_EMPTY,
                      .post = STR_EMPTY,
                      .paper_where = STR("臺北"),
                      .paper_who = STR("王主任"),
                      .paper_how = STR("週一")};
    TRY(offer_set(x, &o, of->room));
    return room_to_template(x, &of->app, of->room, STR("範本"), &of->out);
}

START_TEST(a_template_brings_its_offer)
{
    struct rooms_world fresh;
    char template[ID_TEXT + 1];
    begin(_i, &fresh);
    rooms_draft(w, "link", "link", 1, 1);
    t_ok(rooms_do(w, &w->owner, do_template));
    id_text(w->out, template);
    for (int i = 0; i < 2; i++) {
        str body =
            arena_printf(w->keep, "{\"template\":\"%s\"," SIGNERS "%s}", template, i ? ",\"notice_days\":30" : "");
        ck_assert_msg(ask("POST /api/sign/rooms", "owner", "", body.p) == 200, "%s", answer);
        const struct json *form = json_get(got(), "electronic_form");
        ck_assert_int_eq(json_int(json_get(form, "days"), 0), i ? 30 : 20);
        t_str(json_str(json_get(form, "email")), STR("p@t.example"));
    }
    end();
}
END_TEST

DBT_MAIN("sign/api_rooms", electronic_form_is_offered, a_template_brings_its_offer, from_file_to_end,
         list_goes_on_behind_the_last, mistakes_are_told_at_their_place)

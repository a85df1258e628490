/* The demonstration's documents: two on their way to be signed, and a template. Names and addresses are invented. */
#include "core/demo.h"
#include "core/account.h"
#include "core/party.h"
#include "core/verb.h"
#include "mod/sign/rooms/exclusion.h"
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/room.h"
#include "web/pdf.h"

#define OWNER "owner@demo.example"
enum { DEMO_ARENA = 256 << 20, DEMO_FILE_MAX = 4 << 20 };

struct scene {
    struct app *app;
    struct session owner;
    struct buf lease, secrecy;
};

/* ---- the documents ---- */

static const char *const lease_text[] = {
    "本契約為示範資料，當事人與內容均屬虛構。",
    "第一條　租賃標的：出租人將雲端收銀設備一組（含平板電腦、感熱印表機及讀卡機）出租予承租人使用。",
    "第二條　租期：自簽訂之次日起一年；期滿前一個月，任一方未以書面表示不續約者，視為以同一條件續約一年。",
    "第三條　租金：每月新臺幣壹仟貳佰元整，承租人應於每月五日前給付。",
    "第四條　維護：設備故障時，出租人應於接獲通知後二個工作日內修復或更換；承租人故意毀損者，費用由承租人負擔。",
    "第五條　電子簽章：雙方同意本契約以電子文件作成，並以電子簽章簽署，與書面及簽名蓋章有同一效力。",
    "第六條　管轄：因本契約涉訟者，以承租人所在地之地方法院為第一審管轄法院。",
};
static const char *const secrecy_text[] = {
    "本協議為示範資料，當事人與內容均屬虛構。",
    "第一條　機密資訊：任一方因合作而知悉他方未公開之技術、客戶及價格資料。",
    "第二條　義務：收受方僅得為合作目的使用機密資訊，並以善良管理人之注意保管之。",
    "第三條　期間：自簽訂之日起三年。",
};

static rc draw(const char *title, const char *const *text, size_t n, instant made, struct buf *out, struct err *err)
{
    struct pdf *p = NULL;
    TRY(pdf_new(&(struct pdf_options){.lang = LANG_ZH, .title = str_of(title), .made = made, .demo = true}, &p));
    pdf_heading(p, 1, str_of(title));
    for (size_t i = 0; i < n; i++)
        pdf_paragraph(p, str_of(text[i]));
    rc r = pdf_finish(p, out, err);
    pdf_free(p);
    return r;
}

/* ---- the people ---- */

struct person {
    const char *slot, *name, *email, *lang, *role, *level;
    int64_t step;
};

static rc people(const struct act *x, const struct scene *s, id room, const struct person *v, size_t n, bool parts)
{
    for (size_t i = 0; i < n; i++) {
        id added;
        const struct signer one = {.step = v[i].step,
                                   .role = str_of(v[i].role),
                                   .slot = parts ? str_of(v[i].slot) : STR_EMPTY,
                                   .name = parts ? STR_EMPTY : str_of(v[i].name),
                                   .email = parts ? STR_EMPTY : str_of(v[i].email),
                                   .lang = str_of(v[i].lang),
                                   .level = str_of(v[i].level)};
        TRY(signer_add(x, s->app, room, &one, STR_EMPTY, &added));
    }
    return room_fields_default(x, s->app, room);
}

static const struct person tenants[] = {
    {"承租人", "林小禾", "lin@partner.example", "zh", "sign", "code", 1},
    {"出租人", "周遠帆", "chou@partner.example", "zh", "sign", "link", 2},
    {"會計", "許若谷", "hsu@partner.example", "zh", "copy", "link", 2},
};
static const struct person partners[] = {
    {"", "程知白", "cheng@partner.example", "zh", "approve", "link", 1},
    {"", "Mira Novak", "mira@partner.example", "en", "sign", "code", 1},
};

/* Lets the signers object within a week, with the text that came with the program. */
static rc with_notice(const struct act *x, id room)
{
    struct offer o = {.days = 7,
                      .email = STR("paper@partner.example"),
                      .phone = STR("02-5550-0000"),
                      .post = STR_EMPTY,
                      .paper_where = STR("臺北市示範路 1 號 2 樓"),
                      .paper_who = STR("林小禾"),
                      .paper_how = STR("週一至週五上午，攜帶身分證件與印章；也可以郵寄辦理")};
    return offer_set(x, &o, room);
}

/* One of the partners prefers paper. */
static rc object(const struct act *x, id room)
{
    struct room r;
    struct signer *v;
    size_t n;
    TRY(room_get(x->tx, room, &r, x->a));
    TRY(signers_of(x->tx, room, &v, &n, x->a));
    return n ? answer_object(x, &r, &v[n - 1], STR("I would rather sign with a pen."), NULL) : OK;
}

static rc play(const struct act *system, void *arg)
{
    struct scene *s = arg;
    struct act x = *system;
    id lease, secrecy, template;
    x.by = &s->owner;
    TRY(room_create(&x, s->app, true, STR("設備租賃契約（範本）"), STR("設備租賃契約.pdf"), buf_str(&s->lease),
                    &template));
    TRY(people(&x, s, template, tenants, sizeof tenants / sizeof tenants[0], true));
    TRY(room_create(&x, s->app, false, STR("設備租賃契約"), STR("設備租賃契約.pdf"), buf_str(&s->lease), &lease));
    TRY(people(&x, s, lease, tenants, sizeof tenants / sizeof tenants[0], false));
    TRY(with_notice(&x, lease));
    TRY(room_send(&x, s->app, lease, true));
    TRY(room_create(&x, s->app, false, STR("保密協議"), STR("保密協議.pdf"), buf_str(&s->secrecy), &secrecy));
    TRY(people(&x, s, secrecy, partners, sizeof partners / sizeof partners[0], false));
    TRY(with_notice(&x, secrecy));
    TRY(room_send(&x, s->app, secrecy, true));
    return object(system, secrecy);
}

/* The demonstration's owner of a small firm; none: nothing is played. */
static rc find_owner(struct scene *s, struct arena *a, bool *found)
{
    struct tx *tx;
    struct account who;
    struct member *v;
    struct room_row *rows;
    size_t n = 0, n_rows;
    int64_t total = 0;
    TRY(db_read_begin(s->app->db, &tx));
    rc r = account_by_email(tx, STR(OWNER), &who, a);
    if (r == OK)
        r = memberships_of(tx, who.id, &v, &n, a);
    if (r == OK && n > 0) {
        s->owner = (struct session){
            .account = who.id, .party = v[0].party, .perms = v[0].perms | PUBLIC | SIGNED_IN, .name = who.name};
        r = rooms_list(tx, &(struct room_query){.party = v[0].party, .words = STR_EMPTY, .limit = 1}, &rows, &n_rows,
                       &total, a);
    }
    db_read_end(tx);
    *found = r == OK && n > 0 && total == 0;
    return r == E_NOTFOUND ? OK : r;
}

rc rooms_demo(struct app *app, const struct demo *world, struct err *err)
{
    bool found = false;
    struct scene s = {.app = app, .lease = BUF_INIT(DEMO_FILE_MAX), .secrecy = BUF_INIT(DEMO_FILE_MAX)};
    struct arena *a = arena_new(DEMO_ARENA), *keep = arena_new(DEMO_ARENA);
    rc r = a && keep ? find_owner(&s, keep, &found) : E_NOMEM;
    if (r == OK && found) {
        r = draw("設備租賃契約", lease_text, sizeof lease_text / sizeof lease_text[0], world->now, &s.lease, err);
        if (r == OK)
            r = draw("保密協議", secrecy_text, sizeof secrecy_text / sizeof secrecy_text[0], world->now, &s.secrecy,
                     err);
        if (r == OK)
            r = verb_write(app, a, play, &s, err);
    }
    if (r == OK)
        r = exclusions_demo(app, world, err);
    buf_free(&s.lease);
    buf_free(&s.secrecy);
    arena_free(keep);
    arena_free(a);
    return r;
}

/* The demonstration's documents: a template, two on their way, one that was refused, one that everybody has signed.
 * Names and addresses are invented. */
#include "core/publiclog.h"
#include "core/verb.h"
#include "mod/sign/rooms/demo_impl.h"
#include "mod/sign/rooms/exclusion.h"
#include "mod/sign/rooms/objection.h"
#include "mod/sign/rooms/room.h"

enum { DEMO_ARENA = 256 << 20 };

enum demo_file { LEASE, SECRECY, LICENCE, DEMO_FILES };
struct scene {
    struct app *app;
    struct session owner;
    str file[DEMO_FILES];
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

static const char *const licence_text[] = {
    "本授權書為示範資料，當事人與內容均屬虛構。",
    "第一條　授權標的：授權人為「城南小旅行」所攝之照片二十四張及其文字說明。",
    "第二條　授權範圍：被授權人得於其網站、社群帳號及平面文宣重製、改作及公開傳輸，不得再授權他人。",
    "第三條　期間與地域：自簽訂之日起二年，不限地域；期滿後已印製之文宣得發放至用罄為止。",
    "第四條　姓名標示：被授權人使用時應標示攝影者姓名。",
};
static const struct demo_paper papers[DEMO_FILES] = {
    [LEASE] = {"設備租賃契約", lease_text, sizeof lease_text / sizeof lease_text[0]},
    [SECRECY] = {"保密協議", secrecy_text, sizeof secrecy_text / sizeof secrecy_text[0]},
    [LICENCE] = {"影像授權書", licence_text, sizeof licence_text / sizeof licence_text[0]},
};

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
static const struct person photographers[] = {
    {"", "蘇映川", "su@partner.example", "zh", "sign", "link", 1},
    {"", "Jonas Weber", "jonas@partner.example", "en", "sign", "link", 2},
    {"", "許若谷", "hsu@partner.example", "zh", "copy", "link", 2},
};
static const struct person renters[] = {{"", "邱望舒", "chiu@partner.example", "zh", "sign", "link", 1}};

/* A draft of one of the papers with these people. */
static rc draft(const struct act *x, const struct scene *s, enum demo_file of, const char *title,
                const struct person *v, size_t n, id *out)
{
    str name = arena_printf(x->a, "%s.pdf", papers[of].title);
    TRY(arena_rc(x->a));
    TRY(room_create(x, s->app, false, str_of(title), name, s->file[of], out));
    return people(x, s, *out, v, n, false);
}

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

/* ---- what happened ---- */

static const struct room_from su_from = {STR_INIT("203.0.113.24"), STR_INIT("Mozilla/5.0 (demonstration; phone)")};
static const struct room_from jonas_from = {STR_INIT("198.51.100.7"), STR_INIT("Mozilla/5.0 (demonstration; desktop)")};
/* The first one drew their name on the phone, in thousandths of the field. */
#define SU_INK                                                                                                         \
    "150,300 330,280 470,310\n240,180 230,330 215,420\n380,170 385,330 370,410\n160,560 270,500 300,560 230,760 "      \
    "150,860\n"                                                                                                        \
    "300,520 340,640 420,760 480,800\n600,250 590,520 570,760\n700,260 710,500 705,700\n820,230 830,520 825,860"

/* Reads, and signs at once as the page does for whoever comes by a link. */
static rc signs(const struct act *x, const struct scene *s, const struct room *r, const struct signer *who,
                const char *ink, const struct room_from *from)
{
    const struct seal_filled filled = {.ink = str_of(ink)};
    TRY(signer_viewed(x, r, who, from));
    return seal_sign(x, s->app, who->id, &filled, from);
}

static rc all_sign(const struct act *x, const struct scene *s, id room)
{
    struct room r;
    struct signer *v;
    size_t n;
    TRY(room_get(x->tx, room, &r, x->a));
    TRY(signers_of(x->tx, room, &v, &n, x->a));
    TRY(signs(x, s, &r, &v[0], SU_INK, &su_from));
    return signs(x, s, &r, &v[1], "", &jonas_from);
}

static rc refuses(const struct act *x, const struct scene *s, id room)
{
    struct room r;
    struct signer *v;
    size_t n;
    TRY(room_get(x->tx, room, &r, x->a));
    TRY(signers_of(x->tx, room, &v, &n, x->a));
    TRY(signer_viewed(x, &r, &v[0], &su_from));
    return signer_decline(x, s->app, v[0].id, STR("租金與先前議定的不同，請修正第三條後再寄一次。"), &su_from);
}

static rc play_ended(const struct act *owner, const struct act *system, const struct scene *s)
{
    id licence, refused;
    TRY(draft(owner, s, LICENCE, "影像授權書", photographers, sizeof photographers / sizeof photographers[0],
              &licence));
    TRY(room_send(owner, s->app, licence, true));
    TRY(all_sign(system, s, licence));
    TRY(draft(owner, s, LEASE, "設備租賃契約（二號機）", renters, 1, &refused));
    TRY(room_send(owner, s->app, refused, true));
    return refuses(system, s, refused);
}

static rc play_open(const struct act *owner, const struct act *system, const struct scene *s)
{
    id lease, secrecy;
    TRY(draft(owner, s, LEASE, "設備租賃契約", tenants, sizeof tenants / sizeof tenants[0], &lease));
    TRY(with_notice(owner, lease));
    TRY(room_send(owner, s->app, lease, true));
    TRY(draft(owner, s, SECRECY, "保密協議", partners, sizeof partners / sizeof partners[0], &secrecy));
    TRY(with_notice(owner, secrecy));
    TRY(room_send(owner, s->app, secrecy, true));
    return object(system, secrecy);
}

static rc play(const struct act *system, void *arg)
{
    const struct scene *s = arg;
    struct act x = *system;
    id template;
    x.by = &s->owner;
    TRY(room_create(&x, s->app, true, STR("設備租賃契約（範本）"), STR("設備租賃契約.pdf"), s->file[LEASE], &template));
    TRY(people(&x, s, template, tenants, sizeof tenants / sizeof tenants[0], true));
    TRY(play_ended(&x, system, s));
    return play_open(&x, system, s);
}

/* ---- all of it ---- */

static rc play_all(struct scene *s, const struct demo *world, struct arena *keep, struct arena *a, struct err *err)
{
    int64_t integrated = 1;
    for (int i = 0; i < DEMO_FILES; i++)
        TRY(demo_pdf(&papers[i], world->now, keep, &s->file[i], err));
    TRY(verb_write(s->app, a, play, s, err));
    while (integrated > 0) /* the finishing needs the history's proofs */
        TRY(log_sequence(s->app, &integrated, err));
    return seal_due(s->app, err);
}

rc rooms_demo(struct app *app, const struct demo *world, struct err *err)
{
    bool fresh = false;
    struct scene s = {.app = app};
    struct arena *a = arena_new(DEMO_ARENA), *keep = arena_new(DEMO_ARENA);
    rc r = a && keep ? demo_rooms_begin(app, "owner@demo.example", &s.owner, keep, &fresh) : E_NOMEM;
    if (r == OK && fresh)
        r = play_all(&s, world, keep, a, err);
    if (r == OK)
        r = exclusions_demo(app, world, err);
    arena_free(keep);
    arena_free(a);
    return r;
}

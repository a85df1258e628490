/* The demonstration's approvals: one that all have approved, one that waits for the officer's signature. */
#include "core/verb.h"
#include "crypto/cert_make.h"
#include "mod/sign/rooms/approval.h"
#include "mod/sign/rooms/demo_impl.h"

enum { DEMO_ARENA = 64 << 20 };

enum who { OFFICER, AUDITOR, ADMIN, PEOPLE };
static const char *const emails[PEOPLE] = {"officer@demo.example", "auditor@demo.example", "admin@demo.example"};

struct office {
    struct app *app;
    struct session who[PEOPLE];
    str rules, purchase; /* the papers */
};

static const char *const rules_text[] = {
    "本簽為示範資料，內容均屬虛構。",
    "主旨：擬修正「公文電子核章作業要點」第四點，增列以個人裝置金鑰核章之方式，請核示。",
    ("說明：一、現行要點僅定有憑證卡一種核章方式，外勤同仁不便使用。"
     "二、修正後每次核章均以裝置內之金鑰簽署文件之雜湊值，並附時戳。"),
    "擬辦：奉核後公布施行。",
};
static const char *const purchase_text[] = {
    "本簽為示範資料，內容均屬虛構。",
    "主旨：擬採購會議室視訊設備一組，請核示。",
    "說明：現有設備已逾使用年限，零件停產；經訪價三家，所需經費新臺幣捌萬伍仟元，由本年度業務費項下支應。",
};
static const struct demo_paper rules = {"簽：公文電子核章作業要點修正", rules_text,
                                        sizeof rules_text / sizeof rules_text[0]};
static const struct demo_paper purchase = {"簽：會議室視訊設備採購", purchase_text,
                                           sizeof purchase_text / sizeof purchase_text[0]};

static rc file(const struct act *x, const struct office *o, const struct demo_paper *paper, str bytes,
               const struct approver *v, size_t n, id *out)
{
    const struct approval_filing f = {.title = str_of(paper->title),
                                      .note = STR("請核示。"),
                                      .file_name = arena_printf(x->a, "%s.pdf", paper->title),
                                      .bytes = bytes,
                                      .due = x->at + 7 * DAY,
                                      .approvers = v,
                                      .n_approvers = n};
    TRY(arena_rc(x->a));
    return approval_file(x, o->app, &f, out);
}

/* A key of a device that ends with the demonstration: enrolled, used once, removed. Signatures made with it stay. */
static rc approve(const struct act *x, const struct office *o, const struct approval_step *step)
{
    struct pkey *key = NULL;
    struct device *of_them;
    size_t n;
    struct approval_ticket ticket;
    id device;
    BUF_SCOPED request = BUF_INIT(DEVICE_REQUEST_MAX), signature = BUF_INIT(PKEY_SIGNATURE_MAX);
    TRY(pkey_generate(PKEY_P256, 0, &key));
    TRY(pkey_in(x->a, key));
    TRY(csr_make(NULL, 0, key, &request));
    BUF_SCOPED text = BUF_INIT(DEVICE_REQUEST_MAX);
    buf_base64(&text, buf_str(&request));
    TRY(device_enrol(x, o->app, STR("示範裝置"), buf_str(&text), &device));
    TRY(devices_of(x->tx, x->by->account, &of_them, &n, x->a));
    TRY(approval_prepare(x, step->id, of_them[0].key));
    TRY(approval_ticket_get(x->tx, step->id, x->at, &ticket, x->a));
    TRY(pkey_sign(key, pkey_scheme(key), ticket.to_sign, &signature));
    TRY(approval_finish(x, o->app, step->id, buf_str(&signature)));
    return device_revoke(x, o->app, device);
}

static rc play_approved(struct act *x, const struct office *o)
{
    const struct approver v[] = {{o->who[AUDITOR].account, STR("科長")}, {o->who[ADMIN].account, STR("局長")}};
    struct approval_whole w;
    id made;
    x->by = &o->who[OFFICER];
    TRY(file(x, o, &rules, o->rules, v, 2, &made));
    TRY(approval_read(x, made, &w));
    x->by = &o->who[AUDITOR];
    TRY(approve(x, o, &w.v[0].steps[0]));
    x->by = &o->who[ADMIN];
    return approve(x, o, &w.v[0].steps[1]);
}

static rc play(const struct act *system, void *arg)
{
    const struct office *o = arg;
    const struct approver v[] = {{o->who[OFFICER].account, STR("承辦人")}, {o->who[AUDITOR].account, STR("科長")}};
    struct act x = *system;
    id made;
    TRY(play_approved(&x, o));
    x.by = &o->who[ADMIN];
    return file(&x, o, &purchase, o->purchase, v, 2, &made);
}

/* *fresh: all of them are there, and nothing was filed yet. */
static rc people(struct office *o, struct arena *a, bool *fresh)
{
    struct tx *tx;
    struct approval_row *rows;
    size_t n;
    int64_t total = 0;
    rc r = OK;
    TRY(db_read_begin(o->app->db, &tx));
    for (int i = 0; i < PEOPLE && r == OK; i++)
        r = demo_session(tx, emails[i], &o->who[i], a);
    const struct act x = {.tx = tx, .a = a, .by = &o->who[ADMIN], .at = tx_now(tx)};
    if (r == OK)
        r = approvals_list(&x, &(struct approval_query){.show = APPROVAL_ALL, .words = STR_EMPTY, .limit = 1}, &rows,
                           &n, &total);
    db_read_end(tx);
    *fresh = r == OK && total == 0;
    return r == E_NOTFOUND ? OK : r;
}

rc approvals_demo(struct app *app, const struct demo *world, struct err *err)
{
    struct office o = {.app = app};
    bool fresh = false;
    struct arena *keep = arena_new(DEMO_ARENA), *a = arena_new(DEMO_ARENA);
    rc r = keep && a ? people(&o, keep, &fresh) : E_NOMEM;
    if (r == OK && fresh)
        r = demo_pdf(&rules, world->now, keep, &o.rules, err);
    if (r == OK && fresh)
        r = demo_pdf(&purchase, world->now, keep, &o.purchase, err);
    if (r == OK && fresh)
        r = verb_write(app, a, play, &o, err);
    arena_free(a);
    arena_free(keep);
    return r;
}

/* The demonstration's consent to an operation: a patient and a physician sign one after the other, recorded. */
#include "core/account.h"
#include "core/demo.h"
#include "core/party.h"
#include "core/verb.h"
#include "mod/sign/rooms/witness.h"
#include "mod/sign/trust/trust_doors.h"
#include "web/pdf.h"

enum { DEMO_ARENA = 256 << 20, PDF_MOST = 4 << 20 };

struct demonstration {
    struct app *app;
    str pdf;
};

static rc draw(struct arena *a, str *out, instant now, struct err *err)
{
    struct pdf *p = NULL;
    BUF_SCOPED bytes = BUF_INIT(PDF_MOST);
    TRY(pdf_new(&(struct pdf_options){.lang = LANG_ZH, .title = STR("手術同意書（示範）"), .made = now, .demo = true},
                &p));
    pdf_heading(p, 1, STR("手術同意書（示範）"));
    pdf_paragraph(p, STR("病人已由醫師說明擬施行手術之原因、步驟、風險、成功率、替代方案及不施行之後果，"
                         "並有充分機會提問。病人了解並同意施行本手術。"));
    pdf_heading(p, 2, STR("簽署"));
    pdf_paragraph(p, STR("病人與說明醫師於下方欄位簽名。"));
    rc r = pdf_finish(p, &bytes, err);
    pdf_free(p);
    TRY(r);
    *out = arena_str(a, buf_str(&bytes));
    return arena_rc(a);
}

/* The office's first officer. */
static rc owner(const struct act *x, struct session *out)
{
    struct account who;
    struct member *v = NULL;
    size_t n = 0;
    TRY(account_by_email(x->tx, STR("officer@demo.example"), &who, x->a));
    TRY(memberships_of(x->tx, who.id, &v, &n, x->a));
    if (n == 0)
        return E_NOTFOUND;
    *out = (struct session){
        .account = who.id, .party = v[0].party, .perms = PUBLIC | SIGNED_IN | v[0].perms, .name = v[0].name};
    return OK;
}

static rc signer(const struct act *x, const struct app *app, id room, const char *const words[4], int64_t witness,
                 id *out)
{
    return signer_add(x, app, room,
                      &(struct signer){.step = 1,
                                       .role = STR("sign"),
                                       .slot = STR_EMPTY,
                                       .name = str_of(words[0]),
                                       .email = str_of(words[1]),
                                       .lang = str_of(words[2]),
                                       .level = str_of(words[3]),
                                       .witness = witness},
                      STR_EMPTY, out);
}

static rc write_room(const struct act *as_system, void *arg)
{
    static const char *const patient[] = {"陳示範", "patient@demo.example", "zh", "link"};
    static const char *const physician[] = {"Dr. Demo Lin", "physician@demo.example", "en", "link"};
    const struct demonstration *d = arg;
    struct session by;
    struct act x = *as_system;
    id room;
    id who[2];
    TRY(owner(&x, &by));
    x.by = &by;
    TRY(room_create(&x, d->app, false, STR("手術同意書（示範）"), STR("手術同意書.pdf"), d->pdf, &room));
    TRY(signer(&x, d->app, room, patient, WITNESS_ALL, &who[0]));
    TRY(signer(&x, d->app, room, physician, WITNESS_ALL & ~WITNESS_GO_ON, &who[1]));
    struct room_field fields[2];
    for (int i = 0; i < 2; i++)
        fields[i] = (struct room_field){.signer = who[i],
                                        .kind = STR("signature"),
                                        .x = 6000 + 24000 * i,
                                        .y = 60000,
                                        .w = 20000,
                                        .h = 6500,
                                        .required = true,
                                        .label = STR_EMPTY};
    TRY(room_fields_set(&x, d->app, room, fields, 2));
    return room_send(&x, d->app, room, false);
}

rc witness_demo(struct app *app, const struct demo *world, struct err *err)
{
    struct demonstration d = {.app = app};
    TRY(trust_demo(app, world, err)); /* a room is sent only where there is an authority to sign it */
    struct arena *keep = arena_new(DEMO_ARENA);
    struct arena *a = arena_new(DEMO_ARENA);
    rc r = keep && a ? draw(keep, &d.pdf, world->now, err) : E_NOMEM;
    if (r == OK)
        r = verb_write(app, a, write_room, &d, err);
    arena_free(a);
    arena_free(keep);
    return r == E_NOTFOUND ? OK : r; /* a world without an office */
}

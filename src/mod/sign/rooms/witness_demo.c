/* The demonstration's consent to an operation: a patient and a physician sign one after the other, recorded. */
#include "core/verb.h"
#include "mod/sign/rooms/demo_impl.h"
#include "mod/sign/rooms/witness.h"

enum { DEMO_ARENA = 256 << 20 };

struct demonstration {
    struct app *app;
    struct session owner; /* the office's first officer */
    str pdf;
};

static const char *const text[] = {
    "病人已由醫師說明擬施行手術之原因、步驟、風險、成功率、替代方案及不施行之後果，並有充分機會提問。"
    "病人了解並同意施行本手術。",
    "病人與說明醫師於下方欄位簽名。",
};
static const struct demo_paper consent = {"手術同意書（示範）", text, sizeof text / sizeof text[0]};

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
    struct act x = *as_system;
    id room;
    id who[2];
    x.by = &d->owner;
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
    bool fresh = false;
    struct arena *keep = arena_new(DEMO_ARENA);
    struct arena *a = arena_new(DEMO_ARENA);
    rc r = keep && a ? demo_rooms_begin(app, "officer@demo.example", &d.owner, keep, &fresh) : E_NOMEM;
    if (r == OK && fresh)
        r = demo_pdf(&consent, world->now, keep, &d.pdf, err);
    if (r == OK && fresh)
        r = verb_write(app, a, write_room, &d, err);
    arena_free(a);
    arena_free(keep);
    return r;
}

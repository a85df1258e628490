/* The demonstration's register of exclusions. All entries are invented, and say so; what a law really excludes is for
 * the office to enter. */
#include "core/demo.h"
#include "core/verb.h"
#include "mod/sign/rooms/exclusion.h"

enum { LAPSES_SOON_DAYS = 45, DEMO_ARENA = 16 << 20 };

#define INVENTED STR("示範資料，並非真實公告")

/* What visitors should see: one that stands, one that lapses soon, one that
 * has lapsed, one that a law asks for. */
static rc play(const struct act *x, void *arg)
{
    (void)arg;
    const day today = instant_day(x->at), amended = day_of(2024, 5, 15);
    const struct exclusion v[] = {
        {.agency = STR("示範縣政府"),
         .act = STR("河川公地使用許可（示範）"),
         .law = STR("示範河川管理自治條例第 9 條"),
         .kind = STR("transitional"),
         .keywords = STR("河川公地、river land permit"),
         .source = INVENTED,
         .starts = amended,
         .ends = day_add_months(amended, 36) - 1,
         .extended = true},
        {.agency = STR("示範市政府"),
         .act = STR("攤販臨時許可（示範）"),
         .law = STR("示範市集管理自治條例第 12 條"),
         .kind = STR("transitional"),
         .keywords = STR("攤販臨時許可"),
         .source = INVENTED,
         .starts = today - 300,
         .ends = today + LAPSES_SOON_DAYS},
        {.agency = STR("示範區公所"),
         .act = STR("調解書正本之送達（示範）"),
         .law = STR("示範調解規則第 3 條"),
         .kind = STR("transitional"),
         .keywords = STR("調解書"),
         .source = INVENTED,
         .starts = amended,
         .ends = day_add_months(amended, 12) - 1},
        {.agency = STR("示範公證處"),
         .act = STR("須經公證之契約（示範）"),
         .law = STR("示範公證規則第 1 條"),
         .kind = STR("form"),
         .keywords = STR("公證書、notarial deed"),
         .source = INVENTED,
         .starts = amended},
    };
    for (size_t i = 0; i < sizeof v / sizeof v[0]; i++) {
        id made;
        TRY(exclusion_add(x, &v[i], STR("示範資料"), &made));
    }
    return OK;
}

static rc is_empty(struct app *app, struct arena *a, bool *out)
{
    struct tx *tx;
    struct exclusion *v;
    size_t n;
    int64_t total = 0;
    const struct exclusion_query q = {.when = EXCLUSION_ALL, .limit = 1};
    TRY(db_read_begin(app->db, &tx));
    rc r = exclusions_list(tx, &q, &v, &n, &total, a);
    db_read_end(tx);
    *out = total == 0;
    return r;
}

rc exclusions_demo(struct app *app, const struct demo *world, struct err *err)
{
    bool empty = false;
    struct arena *a = arena_new(DEMO_ARENA);
    (void)world;
    rc r = a ? is_empty(app, a, &empty) : E_NOMEM;
    if (r == OK && empty)
        r = verb_write(app, a, play, NULL, err);
    arena_free(a);
    return r;
}

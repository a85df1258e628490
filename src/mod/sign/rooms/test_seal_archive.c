/* Finished rooms: the archive, and a file with as many signatures as there can be. With RISE_TEST_KEEP=PATH they are
 * left there, for tests/sign/archive.sh, which shows them to other programs. */
#include "mod/sign/rooms/test_seal.h"

START_TEST(finished)
{
    struct rooms_world w = rooms_open(_i);
    rooms_sent(&w, "link", "link", 1, 1);
    both_sign(&w);
    finish(&w);
    struct room r = rooms_room(&w);
    ck_assert_msg(str_eq(r.state, STR("completed")), "%.*s: %.*s", STR_ARG(r.state), STR_ARG(r.seal_note));
    ck_assert_msg(str_eq(r.seal_level, STR("lta")), "%.*s: %.*s", STR_ARG(r.seal_level), STR_ARG(r.seal_note));
    ck_assert_int_eq(r.seal_retry, 0);
    str bytes = file_of(&w, r.file);
    holds(&w, bytes, 3); /* with the document time-stamp */
    keep(bytes, ".pdf");
    keep(file_of(&w, r.archive), ".zip");
    rooms_close(&w);
}
END_TEST

/* ---- many ---- */

static rc do_crowd(struct rooms_world *w, const struct act *x)
{
    id last;
    char name[32], email[32];
    TRY(room_create(x, &w->app, false, STR("五十人"), STR("many.pdf"), w->text, &w->room));
    for (int i = 0; i < ROOM_SIGNERS_MAX; i++) {
        snprintf(name, sizeof name, "第 %d 位", i + 1);
        snprintf(email, sizeof email, "n%d@t.example", i);
        const struct signer s = {.step = 1,
                                 .role = STR("approve"), /* no fields: their signatures stand in the record */
                                 .slot = STR_EMPTY,
                                 .name = str_of(name),
                                 .email = str_of(email),
                                 .lang = STR("zh"),
                                 .level = STR("link")};
        TRY(signer_add(x, &w->app, w->room, &s, STR_EMPTY, &last));
    }
    return OK;
}

static rc do_sign_next(struct rooms_world *w, const struct act *x)
{
    struct signer *v;
    size_t n;
    const struct seal_filled nothing = {.n = 0, .ink = STR_EMPTY};
    TRY(signers_of(x->tx, w->room, &v, &n, x->a));
    return seal_sign(x, &w->app, v[w->n].id, &nothing, &from);
}

START_TEST(fifty_one_signatures)
{
    struct rooms_world w = rooms_open(_i);
    w.text = rooms_pdf(&w, 1);
    t_ok(rooms_do(&w, &w.owner, do_crowd));
    t_ok(rooms_do(&w, &w.owner, rooms_send_it));
    for (w.n = 0; w.n < ROOM_SIGNERS_MAX; w.n++)
        t_ok(rooms_do(&w, &act_system, do_sign_next));
    finish(&w);
    is_level(&w, "lta");
    str bytes = file_of(&w, rooms_room(&w).file);
    holds(&w, bytes, ROOM_SIGNERS_MAX + 1);
    keep(bytes, "-many.pdf");
    rooms_close(&w);
}
END_TEST

DBT_MAIN("sign/seal_archive", finished, fifty_one_signatures)

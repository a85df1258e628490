/* JAdES above B-B: what is added, and what a change to it breaks. tests/sign/xml_cli.mjs has the same stamps judged by
 * programs that are not ours. */
#include "mod/sign/engine/jades_extend.h"
#include "mod/sign/engine/test_authority.h"
#include "mod/sign/engine/test_jades.h"
#include "mod/sign/engine/test_signer.h"

enum { ROOM = 1 << 24, ITEMS = 16 };

static struct arena *a;
static struct world w;
static struct buf made = BUF_INIT(ROOM);

static const struct sign_data order = {.name = STR_INIT("order.json"),
                                       .mime = STR_INIT("application/json"),
                                       .bytes = STR_INIT("{\"買方\":\"林𣿆川\",\"total\":100}")};

static void setup(void)
{
    a = arena_new(ROOM * 8);
    world_open(&w, PKEY_P256);
}

static void teardown(void)
{
    arena_free(w.a);
    arena_free(a);
    buf_free(&made);
}

static str signed_text(enum jades_form form, bool beside)
{
    struct jades_request r = {.form = form,
                              .key = w.signer_key,
                              .cert = w.signer_cert,
                              .time = noon,
                              .detached = beside,
                              .data = beside ? files : &order,
                              .n_data = beside ? 2 : 1};
    buf_clear(&made);
    t_ok(jades_make(&r, &made, NULL));
    return arena_str(a, buf_str(&made));
}

static str raised(str text, enum sign_level level, struct sign_raised *how)
{
    struct sign_raise o = {.level = level, .pool = &w.ca, .n_pool = 1, .net = &w.net};
    buf_clear(&made);
    t_ok(jades_extend(a, text, files, 2, &o, &made, how, NULL));
    return arena_str(a, buf_str(&made));
}

static str at_level(enum sign_level level, bool beside)
{
    struct sign_raised how;
    str text = raised(signed_text(JADES_JSON, beside), level, &how);
    ck_assert_int_eq(how.level, level);
    return text;
}

struct found {
    struct jades *j;
    struct jades_stamp *v;
    size_t n;
    struct jades_evidence e;
};

static struct found found_in(str text)
{
    struct found f;
    struct jades_check k;
    t_ok(jades_read(a, text, &f.j, NULL));
    t_ok(jades_verify(a, f.j, files, 2, NULL, 0, &k));
    ck_assert_str_eq(jades_outcome_name(k.outcome), "valid");
    t_ok(jades_stamps(a, f.j, files, 2, NULL, 0, &f.v, &f.n, NULL));
    t_ok(jades_evidence(a, f.j, &f.e, NULL));
    return f;
}

START_TEST(levels)
{
    setup();
    for (int form = 0; form < 4; form++)
        for (enum sign_level level = SIGN_B; level <= SIGN_LTA; level++) {
            struct sign_raised how;
            struct found f =
                found_in(raised(signed_text(form & 1 ? JADES_JSON : JADES_COMPACT, form & 2), level, &how));
            ck_assert_int_eq(how.level, level);
            ck_assert_int_eq(how.why.code, OK);
            ck_assert_uint_eq(f.n, level == SIGN_B ? 0 : level == SIGN_LTA ? 2 : 1);
            for (size_t i = 0; i < f.n; i++) {
                ck_assert_int_eq(f.v[i].check.outcome, TSP_VALID);
                ck_assert_int_eq(f.v[i].kind, i == 0 ? JADES_SIGNATURE_STAMP : JADES_ARCHIVE_STAMP);
            }
            ck_assert_uint_eq(f.e.n_certs, level >= SIGN_LT ? 3 : 0);
            ck_assert_uint_eq(f.e.n_crls + f.e.n_ocsps, level >= SIGN_LT ? 2 : 0);
        }
    teardown();
}
END_TEST

START_TEST(dead_services_lower_the_level)
{
    setup();
    for (int dead = 0; dead < 2; dead++) {
        struct sign_raised how;
        w.no_stamps = dead == 0;
        w.no_revocation = dead == 1;
        found_in(raised(signed_text(JADES_COMPACT, false), SIGN_LTA, &how));
        ck_assert_int_eq(how.level, dead == 0 ? SIGN_B : SIGN_T);
        ck_assert_int_eq(how.why.code, E_UNAVAILABLE);
    }
    teardown();
}
END_TEST

/* ---- etsiU, taken apart ---- */

struct parts {
    str items[ITEMS];
    size_t n;
};

static struct parts taken_apart(str text)
{
    const struct json *all, *etsi_u;
    struct parts p = {.n = 0};
    t_ok(json_parse(a, text, ROOM, &all, NULL));
    etsi_u = json_get(json_get(all, "header"), "etsiU");
    for (; p.n < json_count(etsi_u); p.n++) {
        ck_assert_uint_lt(p.n, ITEMS);
        p.items[p.n] = json_str(json_at(etsi_u, p.n));
    }
    return p;
}

/* The same signature with these items, those that begin with { as objects in clear. */
static str with_items(str text, const struct parts *p)
{
    const struct json *all;
    struct json_out o;
    BUF_SCOPED b = BUF_INIT(ROOM);
    t_ok(json_parse(a, text, ROOM, &all, NULL));
    jo_begin(&o, &b);
    jo_obj(&o);
    if (json_get(all, "payload"))
        jo_kstr(&o, "payload", json_str(json_get(all, "payload")));
    jo_kstr(&o, "protected", json_str(json_get(all, "protected")));
    jo_kstr(&o, "signature", json_str(json_get(all, "signature")));
    jo_key(&o, "header");
    jo_obj(&o);
    jo_key(&o, "etsiU");
    jo_arr(&o);
    for (size_t i = 0; i < p->n; i++) {
        if (p->items[i].p[0] == '{')
            jo_raw(&o, p->items[i]);
        else
            jo_str(&o, p->items[i]);
    }
    jo_end_arr(&o);
    jo_end_obj(&o);
    jo_end_obj(&o);
    t_ok(buf_rc(&b));
    return arena_str(a, buf_str(&b));
}

static str item_of(const char *json)
{
    BUF_SCOPED b = BUF_INIT(ROOM);
    buf_base64url(&b, str_of(json));
    return arena_str(a, buf_str(&b));
}

static str in_clear(str item)
{
    BUF_SCOPED b = BUF_INIT(ROOM);
    t_ok(buf_unbase64(&b, item));
    return arena_str(a, buf_str(&b));
}

/* One stamp more, and beside it only what is new; what was there keeps its letters. */
START_TEST(raised_again)
{
    setup();
    for (int beside = 0; beside < 2; beside++) {
        struct sign_raised how;
        str text = at_level(SIGN_LTA, beside);
        struct parts before = taken_apart(text);
        world_tsa(&w, "another TSA");
        text = raised(text, SIGN_LTA, &how);
        ck_assert_uint_eq(taken_apart(text).n, before.n + 1);
        text = raised(text, SIGN_LTA, &how); /* the other authority's certificate, and a stamp over it */
        struct parts after = taken_apart(text);
        struct found f = found_in(text);
        ck_assert_int_eq(how.level, SIGN_LTA);
        ck_assert_uint_eq(after.n, before.n + 3);
        ck_assert(str_starts(in_clear(after.items[before.n + 1]), STR("{\"tstVD\":{\"xVals\":[")));
        ck_assert_uint_eq(f.e.n_certs, 4);
        ck_assert_uint_eq(f.n, 4);
        for (size_t i = 0; i < f.n; i++)
            ck_assert_int_eq(f.v[i].check.outcome, TSP_VALID);
        for (size_t i = 0; i < before.n; i++)
            t_str(after.items[i], before.items[i]);
    }
    teardown();
}
END_TEST

START_TEST(raised_step_by_step)
{
    setup();
    str text = signed_text(JADES_COMPACT, true);
    for (enum sign_level level = SIGN_T; level <= SIGN_LTA; level++) {
        struct sign_raised how;
        text = raised(text, level, &how);
        ck_assert_int_eq(how.level, level);
        ck_assert_uint_eq(found_in(text).n, level == SIGN_LTA ? 2 : 1);
    }
    ck_assert_uint_eq(taken_apart(text).n, 4);
    teardown();
}
END_TEST

/* ---- changes ---- */

static void stamps_are(const char *what, str text, bool signature_stamp, bool archive_stamp)
{
    struct found f = found_in(text);
    for (size_t i = 0; i < f.n; i++) {
        bool holds = f.v[i].kind == JADES_SIGNATURE_STAMP ? signature_stamp : archive_stamp;
        ck_assert_msg(f.v[i].check.outcome == (holds ? TSP_VALID : TSP_IMPRINT), "%s: stamp %zu is %s", what, i,
                      tsp_outcome_name(f.v[i].check.outcome));
    }
}

/* A stamp covers what stood before it: a change there breaks it, and no other. */
START_TEST(changes_break_stamps)
{
    enum { SIG_TST, X_VALS, R_VALS, ARC_TST };
    setup();
    for (int beside = 0; beside < 2; beside++) {
        str text = at_level(SIGN_LTA, beside);
        struct parts p = taken_apart(text);
        ck_assert_uint_eq(p.n, 4);
        stamps_are("as it was", with_items(text, &p), true, true);
        struct parts q = p;
        q.items[X_VALS] = item_of("{\"xVals\":[]}");
        stamps_are("other certificates", with_items(text, &q), true, false);
        q = p;
        q.items[X_VALS] = p.items[R_VALS], q.items[R_VALS] = p.items[X_VALS];
        stamps_are("another order", with_items(text, &q), true, false);
        q = (struct parts){{p.items[SIG_TST], p.items[X_VALS], p.items[ARC_TST]}, 3};
        stamps_are("revocations removed", with_items(text, &q), true, false);
        q = (struct parts){{p.items[X_VALS], p.items[R_VALS], p.items[ARC_TST]}, 3};
        stamps_are("the first stamp removed", with_items(text, &q), true, false);
        q = (struct parts){{p.items[X_VALS], p.items[R_VALS], p.items[ARC_TST], p.items[SIG_TST]}, 4};
        stamps_are("the first stamp moved behind", with_items(text, &q), true, false);
        q = (struct parts){
            {p.items[SIG_TST], p.items[X_VALS], p.items[R_VALS], item_of("{\"sigPSt\":{}}"), p.items[ARC_TST]}, 5};
        stamps_are("something slipped in", with_items(text, &q), true, false);
        q = p;
        q.items[X_VALS] = in_clear(p.items[X_VALS]);
        stamps_are("an item in clear", with_items(text, &q), true, false);
        q = p;
        q.items[q.n++] = item_of("{\"tstVD\":{\"xVals\":[]}}");
        stamps_are("something added behind", with_items(text, &q), true, true);
        q = p;
        q.items[SIG_TST] = with(a, in_clear(p.items[ARC_TST]), "arcTst", "sigTst");
        stamps_are("an archive stamp as the signature's", with_items(text, &q), false, false);
    }
    teardown();
}
END_TEST

/* Of two archive stamps the first can be taken away, or they can change places, only at the cost of the second. */
START_TEST(stamps_over_stamps)
{
    struct sign_raised how;
    setup();
    str text = raised(at_level(SIGN_LTA, false), SIGN_LTA, &how);
    struct parts p = taken_apart(text);
    ck_assert_uint_eq(p.n, 5);
    struct parts q = (struct parts){{p.items[0], p.items[1], p.items[2], p.items[4]}, 4};
    stamps_are("the first archive stamp removed", with_items(text, &q), true, false);
    q.items[3] = p.items[3];
    stamps_are("the second archive stamp removed", with_items(text, &q), true, true);
    q = p;
    q.items[3] = p.items[4], q.items[4] = p.items[3];
    struct found f = found_in(with_items(text, &q));
    ck_assert_int_eq(f.v[1].check.outcome, TSP_IMPRINT);
    ck_assert_int_eq(f.v[2].check.outcome, TSP_IMPRINT);
    teardown();
}
END_TEST

/* r and n - s sign the same message as r and s: the signature holds, but it is not the one that was stamped. */
START_TEST(another_signature_by_the_same_key)
{
    struct sign_raised how;
    setup();
    str text = at_level(SIGN_LTA, false);
    struct parts p = taken_apart(text);
    struct found f = found_in(raised(signed_text(JADES_JSON, false), SIGN_B, &how)); /* ECDSA is never twice the same */
    const struct json *all;
    t_ok(json_parse(a, text, ROOM, &all, NULL));
    str other = with(a, text, json_str(json_get(all, "signature")).p, f.j->signature_text.p);
    stamps_are("another signature", with_items(other, &p), false, false);
    teardown();
}
END_TEST

START_TEST(what_does_not_hold_is_not_raised)
{
    struct sign_raised how;
    struct err err = {0};
    setup();
    struct sign_raise o = {.level = SIGN_LTA, .pool = &w.ca, .n_pool = 1, .net = &w.net};
    str text = at_level(SIGN_LTA, true);
    struct parts p = taken_apart(text);
    int asked = w.asked_stamps;
    struct sign_data other[] = {files[0], {files[1].name, files[1].mime, STR("\0\1\2\376")}};
    buf_clear(&made);
    t_rc(jades_extend(a, text, other, 2, &o, &made, &how, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "SIG-406");
    err_clear(&err);
    t_rc(jades_extend(a, text, files, 1, &o, &made, &how, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "SIG-406");
    err_clear(&err);
    p.items[1] = in_clear(p.items[1]);
    t_rc(jades_extend(a, with_items(text, &p), files, 2, &o, &made, &how, &err), E_INVALID);
    ck_assert_str_eq(err.main.code, "SIG-407");
    ck_assert_int_eq(w.asked_stamps, asked);
    teardown();
}
END_TEST

T_MAIN("sign/jades_levels", levels, dead_services_lower_the_level, raised_again, raised_step_by_step,
       changes_break_stamps, stamps_over_stamps, another_signature_by_the_same_key, what_does_not_hold_is_not_raised)

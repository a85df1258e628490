/* Verbs that make, move and examine the database. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd/cmd.h"
#include "core/account.h"
#include "core/demo.h"
#include "core/doctor.h"
#include "core/log_anchor.h"
#include "core/party.h"
#include "sys/clock.h"
#include "sys/random.h"

enum { URL_MAX = 4096 };
#define DEMO_LINK_LIFE (7 * DAY)

/* ---- init, migrate ---- */

struct link_job {
    struct app *app;
    str email, name;
    instant life;
    struct buf url;
};

static rc admin_write(struct tx *tx, void *arg)
{
    struct link_job *j = arg;
    buf_clear(&j->url);
    id account, agency = PARTY_OPERATOR;
    TRY(account_ensure(tx, j->email, j->name, j->app->lang, &account));
    struct arena *a = arena_new(URL_MAX);
    if (!a)
        return E_NOMEM;
    struct party p;
    rc known = party_get(tx, agency, &p, a);
    arena_free(a);
    if (known == E_NOTFOUND)
        known = party_add(
            tx, &(struct party){.id = agency, .kind = PARTY_AGENCY, .name = STR("管理機關"), .ubn = STR_EMPTY});
    TRY(known);
    TRY(member_add(tx, agency, account, AS_ADMIN | AS_OFFICER));
    return signin_link(tx, j->app, account, STR("/"), tx_now(tx) + j->life, &j->url);
}

static rc migrate(struct app *app, struct err *err)
{
    int applied = 0;
    TRY(app_migrate(app, &applied, err));
    BUF_SCOPED n = BUF_INIT(32);
    buf_puti(&n, applied);
    SAY(app, N_("Migrations applied: {1}"), buf_str(&n));
    return app_init_modules(app, err);
}

int verb_init(struct app *app, const struct input *in, struct err *err)
{
    if (app_prepare(app, err) != OK || app_open(app, err) != OK || migrate(app, err) != OK)
        return EXIT_FAILED;
    if (!in_given(in, "admin"))
        return EXIT_DONE;
    struct link_job j = {app, in_text(in, "admin"), STR("Administrator"), SIGNIN_LIFE, BUF_INIT(URL_MAX)};
    rc result = db_write(app->db, admin_write, &j);
    if (result == OK)
        SAY(app, N_("Sign in within 20 minutes: {1}"), buf_str(&j.url));
    else
        (void)ERR(err, result, "CMD-005", N_("The administrator could not be added."));
    buf_free(&j.url);
    return result == OK ? EXIT_DONE : EXIT_FAILED;
}

int verb_migrate(struct app *app, const struct input *in, struct err *err)
{
    (void)in;
    return app_open(app, err) == OK && migrate(app, err) == OK ? EXIT_DONE : EXIT_FAILED;
}

/* ---- serve ---- */

static void ready(const struct app *app, int port)
{
    BUF_SCOPED number = BUF_INIT(16);
    buf_puti(&number, port);
    SAY(app, N_("RISE is at {1} (port {2}). Ctrl-C ends it."), app->config.base_url, buf_str(&number));
}

int verb_serve(struct app *app, const struct input *in, struct err *err)
{
    if (app_open(app, err) != OK || app_migrations_check(app, err) != OK || app_init_modules(app, err) != OK)
        return EXIT_FAILED;
    str reason = in_text(in, "accept_log_fork");
    if ((reason.n > 0 ? log_fork_accept(app, reason, err) : log_anchor_check(app, err)) != OK)
        return EXIT_FAILED;
    return app_serve(app, ready, err) == OK ? EXIT_DONE : EXIT_FAILED;
}

/* ---- backup, restore ---- */

static const char *file_of(const struct input *in, struct buf *path)
{
    buf_put(path, in_text(in, "file"));
    return buf_rc(path) == OK ? path->p : "";
}

int verb_backup(struct app *app, const struct input *in, struct err *err)
{
    BUF_SCOPED path = BUF_INIT(URL_MAX);
    return db_backup(app->db, file_of(in, &path), err) == OK ? EXIT_DONE : EXIT_FAILED;
}

/* The data are in place either way; what was published after the backup is the person's to decide on. */
static void say_what_log_lacks(struct app *app)
{
    struct err why = {0};
    if (app_open(app, &why) != OK)
        return; /* no key beside it yet: serve and doctor will compare */
    rc r = log_anchor_check(app, &why);
    if (r == OK)
        SAY(app, N_("If the public log published anything after this backup was made, restore a newer backup: see "
                    "docs/operations.md."));
    else if (why.code != OK)
        complain(app->lang, &why, NULL);
}

int verb_restore(struct app *app, const struct input *in, struct err *err)
{
    BUF_SCOPED path = BUF_INIT(URL_MAX);
    if (db_restore(app->config.db_url, file_of(in, &path), err) != OK)
        return EXIT_FAILED;
    SAY(app, N_("Restored."));
    say_what_log_lacks(app);
    return EXIT_DONE;
}

/* ---- demo ---- */

/* The invented people before the operator's own (party 1). */
QUERY(demo_members, "ii", "itt",
      "SELECT a.id, a.name, p.name FROM member m JOIN account a ON a.id = m.account JOIN party p ON p.id = m.party "
      "WHERE (m.perms & $1) <> 0 ORDER BY CASE WHEN a.email LIKE '%@demo.example' THEN 0 ELSE 1 END,"
      " CASE WHEN m.party = 1 THEN 1 ELSE 0 END, m.party, a.id LIMIT $2");

struct role {
    const char *label;
    perm perm;
    int64_t skip; /* the second officer is the second of them */
};

static const struct role roles[] = {
    {N_("owner of a small firm"), AS_FIRM, 0}, {N_("vendor"), AS_VENDOR, 0},     {N_("officer"), AS_OFFICER, 0},
    {N_("second officer"), AS_OFFICER, 1},     {N_("auditor"), AS_AUDITOR, 0},   {N_("administrator"), AS_ADMIN, 0},
    {N_("team with a proposal"), AS_TEAM, 0},  {N_("reviewer"), AS_REVIEWER, 0},
};

struct role_link {
    struct app *app;
    const struct role *role;
    struct buf who, url;
};

static rc role_write(struct tx *tx, void *arg)
{
    struct role_link *l = arg;
    buf_clear(&l->who);
    buf_clear(&l->url);
    struct rows r;
    TRY(db_select(tx, &demo_members, VALS(v_int(l->role->perm), v_int(l->role->skip + 1)), &r));
    id account = 0;
    for (int64_t i = 0; rows_next(&r); i++) {
        if (i < l->role->skip)
            continue;
        account = row_int(&r, 0);
        buf_printf(&l->who, "%.*s, %.*s", STR_ARG(row_text(&r, 1)), STR_ARG(row_text(&r, 2)));
    }
    TRY(rows_end(&r));
    return account ? signin_link(tx, l->app, account, STR("/"), tx_now(tx) + DEMO_LINK_LIFE, &l->url) : E_NOTFOUND;
}

static void print_link(struct app *app, const struct role *role)
{
    struct role_link l = {app, role, BUF_INIT(URL_MAX), BUF_INIT(URL_MAX)};
    if (db_write(app->db, role_write, &l) == OK)
        SAY(app, N_("{1} ({2}):\n    {3}"), str_of(tr(app->lang, role->label)), buf_str(&l.who), buf_str(&l.url));
    buf_free(&l.who);
    buf_free(&l.url);
}

int verb_demo(struct app *app, const struct input *in, struct err *err)
{
    struct demo d = {in_given(in, "seed") ? (uint64_t)in_int(in, "seed") : 2026,
                     in_given(in, "firms") ? in_int(in, "firms") : 2000, clock_now()};
    for (size_t m = 0; m < app->n_modules; m++)
        if (app->modules[m]->demo && app->modules[m]->demo(app, &d, err) != OK)
            return EXIT_FAILED;
    SAY(app, N_("One sign-in link for each role. Each works once, within seven days:"));
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++)
        print_link(app, &roles[i]);
    return EXIT_DONE;
}

/* ---- doctor ---- */

struct table {
    struct app *app;
    struct json_out json;
    bool as_json;
};

static void print_check(void *arg, const char *module, const struct check *k, rc result, str finding, int64_t us)
{
    struct table *t = arg;
    if (!t->as_json) {
        printf("%-6s %-24s %s", tr(t->app->lang, result == OK ? N_("ok") : N_("FAILED")), k->name,
               tr(t->app->lang, k->help));
        if (finding.n > 0)
            printf(": %.*s", STR_ARG(finding));
        printf("\n");
        (void)fflush(stdout);
        return;
    }
    jo_obj(&t->json);
    jo_kstr(&t->json, "module", str_of(module));
    jo_kstr(&t->json, "check", str_of(k->name));
    jo_kbool(&t->json, "ok", result == OK);
    jo_kstr(&t->json, "result", str_of(rc_name(result)));
    jo_kstr(&t->json, "finding", finding);
    jo_kint(&t->json, "us", us);
    jo_end_obj(&t->json);
}

int verb_doctor(struct app *app, const struct input *in, struct err *err)
{
    if (app_open(app, err) != OK)
        return EXIT_FAILED;
    BUF_SCOPED text = BUF_INIT(1 << 20);
    struct table t = {.app = app, .as_json = in_bool(in, "json")};
    if (t.as_json) {
        jo_begin(&t.json, &text);
        jo_arr(&t.json);
    }
    rc result = doctor_run(app, print_check, &t);
    if (t.as_json) {
        jo_end_arr(&t.json);
        buf_putc(&text, '\n');
        print_str(buf_str(&text));
    }
    return result == OK ? EXIT_DONE : EXIT_FAILED;
}

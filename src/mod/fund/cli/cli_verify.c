/* rise fund verify: an archive is computed again from end to end; needs neither database nor server. */
#include <stdio.h>

#include "base/json.h"
#include "core/verb.h"
#include "mod/fund/archive/archive.h"
#include "mod/fund/cli/cli_gifts.h"
#include "sys/file.h"
#include "web/i18n.h"

enum { OUT_MOST = 1 << 20, PROOF_MOST = 1 << 20 };
enum { WORK_MOST = 1 << 30 }; /* of an archive of FUND_ARCHIVE_MOST it takes a good half */

static const char *const state_names[] = {"ok", "failed", "not-run"};

static str number(struct arena *a, int64_t v)
{
    return arena_printf(a, "%lld", (long long)v);
}

/* ---- JSON ---- */

static void put_check(struct json_out *o, const struct fund_archive_check *k)
{
    jo_obj(o);
    jo_kstr(o, "name", str_of(k->name));
    jo_kstr(o, "state", str_of(state_names[k->state]));
    if (k->state == ARCHIVE_FAILED) {
        BUF_SCOPED what = BUF_INIT(64 * 1024);
        tr_f(&what, LANG_EN, k->what, (str[]){k->found, k->expected}, 2);
        jo_kstr(o, "what", buf_str(&what));
        jo_kstr(o, "file", k->file);
        jo_kint(o, "line", k->line);
        jo_kstr(o, "expected", k->expected);
        jo_kstr(o, "found", k->found);
    }
    jo_end_obj(o);
}

static void put_gift_json(struct json_out *o, const struct fund_archive_report *r)
{
    jo_key(o, "gift");
    jo_obj(o);
    jo_kbool(o, "counts", r->gift.counts);
    jo_kint(o, "import", r->gift.import);
    jo_kint(o, "row", r->gift.row);
    jo_kint(o, "project", r->gift.project);
    jo_kint(o, "amount", r->gift.amount);
    jo_kstr(o, "reason", r->gift.reason);
    jo_end_obj(o);
}

static void put_json(const struct fund_archive_report *r, bool pinned, struct buf *out)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kbool(&o, "ok", r->ok);
    jo_kstr(&o, "sha256", r->sha256);
    jo_kstr(&o, "round", r->code);
    jo_kstr(&o, "vkey", r->vkey);
    jo_kbool(&o, "vkey_given", pinned);
    jo_kint(&o, "log_size", (int64_t)r->log_size);
    jo_kint(&o, "proposals", r->proposals);
    jo_kint(&o, "reviews", r->reviews);
    jo_kint(&o, "rows", r->rows);
    jo_kint(&o, "counted", r->counted);
    jo_kint(&o, "raised", r->raised);
    jo_key(&o, "checks");
    jo_arr(&o);
    for (size_t i = 0; i < r->n; i++)
        put_check(&o, &r->checks[i]);
    jo_end_arr(&o);
    if (r->gift.asked)
        put_gift_json(&o, r);
    jo_end_obj(&o);
    buf_putc(out, '\n');
}

/* ---- for people ---- */

static void put_line(struct buf *out, enum lang lang, const char *msgid, const str *args, int n)
{
    tr_f(out, lang, msgid, args, n);
    buf_putc(out, '\n');
}

static void put_failure(struct buf *out, enum lang lang, const struct fund_archive_check *k)
{
    buf_put(out, STR("         "));
    if (k->file.n > 0 && k->line > 0)
        buf_printf(out, "%.*s:%lld: ", STR_ARG(k->file), (long long)k->line);
    else if (k->file.n > 0)
        buf_printf(out, "%.*s: ", STR_ARG(k->file));
    put_line(out, lang, k->what, (str[]){k->found, k->expected}, 2);
}

static void put_checks(struct buf *out, enum lang lang, const struct fund_archive_report *r)
{
    static const char *const words[] = {N_("ok"), N_("FAILED"), N_("not run")};
    for (size_t i = 0; i < r->n; i++) {
        const struct fund_archive_check *k = &r->checks[i];
        buf_printf(out, "[%s] %s\n", tr(lang, words[k->state]), tr(lang, k->label));
        if (k->state == ARCHIVE_FAILED)
            put_failure(out, lang, k);
    }
}

static void put_gift(struct buf *out, enum lang lang, const struct fund_archive_report *r, struct arena *a)
{
    str place[] = {number(a, r->gift.row), number(a, r->gift.import), number(a, r->gift.amount),
                   number(a, r->gift.project), r->gift.reason};
    if (!r->gift.asked || r->gift.import == 0)
        return;
    put_line(out, lang,
             r->gift.counts ? N_("Your gift is row {1} of import {2}; NT${3} count for proposal {4}.")
                            : N_("Your gift is row {1} of import {2}; it does not count ({5})."),
             place, 5);
}

static void put_report(struct buf *out, enum lang lang, const struct fund_archive_report *r, bool pinned,
                       struct arena *a)
{
    str about[] = {lang == LANG_EN ? r->name_en : r->name_zh, r->code, r->sha256};
    str sums[] = {number(a, r->proposals), number(a, r->reviews), number(a, r->rows), number(a, r->counted),
                  number(a, r->raised)};
    if (r->code.n > 0)
        put_line(out, lang, N_("Round: {1} ({2})"), about, 3);
    put_line(out, lang, N_("Archive: SHA-256 {3}"), about, 3);
    put_checks(out, lang, r);
    put_gift(out, lang, r, a);
    if (r->proposals > 0)
        put_line(out, lang,
                 N_("Computed from {1} proposals, {2} reviews and {3} rows of gifts, of which {4} count with NT${5}."),
                 sums, 5);
    if (!pinned && r->vkey.n > 0)
        put_line(
            out, lang,
            N_("The public log's key was taken from the archive itself: {1}\nCompare it with the one that you know, "
               "or give that one with --vkey."),
            &r->vkey, 1);
    put_line(out, lang, r->ok ? N_("Everything agrees.") : N_("This archive does not hold what it should."), NULL, 0);
}

/* ---- the verb ---- */

static rc run(struct app *app, const struct input *in, struct arena *a, struct buf *out, bool *ok, struct err *err)
{
    FILE_MAP_SCOPED zip = {0};
    BUF_SCOPED gift = BUF_INIT(PROOF_MOST);
    struct fund_archive_report report;
    TRY(file_map(arena_cstr(a, in_text(in, "file")), &zip, err));
    if (in_text(in, "gift").n > 0)
        TRY(file_read(arena_cstr(a, in_text(in, "gift")), &gift, err));
    struct fund_archive_ask ask = {.vkey = str_trim(in_text(in, "vkey")), .gift = buf_str(&gift)};
    TRY(fund_archive_verify(a, zip.bytes, &ask, &report, err));
    *ok = report.ok;
    if (in_bool(in, "json"))
        put_json(&report, ask.vkey.n > 0, out);
    else
        put_report(out, app->lang, &report, ask.vkey.n > 0, a);
    return buf_rc(out);
}

/* 1: something differs. 2: it cannot be read at all. */
int fund_verb_verify(struct app *app, const struct input *in, struct err *err)
{
    struct arena *a = arena_new(WORK_MOST);
    BUF_SCOPED out = BUF_INIT(OUT_MOST);
    bool ok = false;
    rc r = a ? run(app, in, a, &out, &ok, err) : E_NOMEM;
    r = cli_write(r, &out, err);
    arena_free(a);
    return r != OK ? VERB_REFUSED : ok ? VERB_DONE : VERB_FAILED;
}

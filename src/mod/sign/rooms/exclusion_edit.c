/* The office's changes: one entry, or a whole file of them; each a version with its reason. */
#include "base/json.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "core/notice.h"
#include "core/party.h"
#include "mod/sign/rooms/exclusion_impl.h"
#include "sys/random.h"

QUERY(
    ee_add, "ittttttiiitii", "",
    "INSERT INTO sign_exclusion (id, agency, act, law, kind, keywords, source, starts, ends, extended, folded, version,"
    " changed, state, warned) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'listed', 0)");
QUERY(ee_change, "ittttttiiitii", "",
      "UPDATE sign_exclusion SET agency = $2, act = $3, law = $4, kind = $5, keywords = $6, source = $7, starts = $8,"
      " ends = $9, extended = $10, folded = $11, version = $12 + 1, changed = $13, warned = 0"
      " WHERE id = $1 AND version = $12 AND state = 'listed'");
QUERY(ee_remove, "iii", "",
      "UPDATE sign_exclusion SET state = 'removed', version = $2 + 1, changed = $3"
      " WHERE id = $1 AND version = $2 AND state = 'listed'");
QUERY(ee_note, "iitttiii", "",
      "INSERT INTO sign_exclusion_change (exclusion, version, what, entry, reason, account, at, log_entry)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
QUERY(ee_count, "", "i", "SELECT COUNT(*) FROM sign_exclusion WHERE state = 'listed'");
QUERY(ee_same, "tt", EXCLUSION_TYPES,
      "SELECT " EXCLUSION_COLS " FROM sign_exclusion WHERE agency = $1 AND act = $2 AND state = 'listed'"
      " ORDER BY id LIMIT 1");
QUERY(ee_lapsing, "iii", EXCLUSION_TYPES,
      "SELECT " EXCLUSION_COLS
      " FROM sign_exclusion WHERE state = 'listed' AND warned = 0 AND ends >= $1 AND ends <= $2"
      " ORDER BY ends, id LIMIT $3");
QUERY(ee_warned, "ii", "", "UPDATE sign_exclusion SET warned = $2 WHERE id = $1");

/* ---- what an entry may say ---- */

static rc latest_end(const struct act *x, const struct exclusion *e, day *out)
{
    int64_t first, further;
    TRY(sign_param(x->tx, "exclusion.months", x->at, &first));
    TRY(sign_param(x->tx, "exclusion.extension.months", x->at, &further));
    *out = day_add_months(e->starts, (int)(first + (e->extended ? further : 0))) - 1;
    return OK;
}

static const char no_choice[] = N_("This is not one of the words that are possible here.");
static const char ends_early[] = N_("The last day is before the first.");
static const char stands_long[] = N_("Such an exclusion has a last day, at the latest {1}.");

static rc check(const struct act *x, const struct exclusion *e, str reason)
{
    struct err *err = tx_err(x->tx);
    day latest;
    TRY(latest_end(x, e, &latest)); /* first: it may forget what was reported */
    check_text(err, "agency", e->agency, EXCLUSION_AGENCY_MAX, true);
    check_text(err, "act", e->act, EXCLUSION_ACT_MAX, true);
    check_text(err, "law", e->law, EXCLUSION_LAW_MAX, true);
    check_text(err, "keywords", e->keywords, EXCLUSION_KEYWORDS_MAX, false);
    check_text(err, "source", e->source, EXCLUSION_SOURCE_MAX, true);
    check_text(err, "reason", reason, EXCLUSION_REASON_MAX, true);
    if (choice_index(exclusion_kinds, e->kind) < 0)
        err_note_field(err, "kind", "EXC-005", no_choice, NULL, 0);
    if (e->ends && e->ends < e->starts)
        err_note_field(err, "ends", "EXC-002", ends_early, NULL, 0);
    if (str_eq(e->kind, STR("transitional")) && (e->ends == 0 || e->ends > latest))
        err_note_field(err, "ends", "EXC-003", stands_long, (const str[]){day_text(x->a, day_start(latest))}, 1);
    return err->code;
}

/* ---- writing one ---- */

static str folded(struct arena *a, const struct exclusion *e)
{
    return utf8_fold(a, arena_printf(a, "%.*s %.*s %.*s %.*s", STR_ARG(e->agency), STR_ARG(e->act), STR_ARG(e->law),
                                     STR_ARG(e->keywords)));
}

static void put_entry(struct buf *out, const struct exclusion *e)
{
    struct json_out o;
    jo_begin(&o, out);
    jo_obj(&o);
    jo_kstr(&o, "agency", e->agency);
    jo_kstr(&o, "act", e->act);
    jo_kstr(&o, "law", e->law);
    jo_kstr(&o, "kind", e->kind);
    jo_kstr(&o, "keywords", e->keywords);
    jo_kstr(&o, "source", e->source);
    jo_kint(&o, "starts", e->starts);
    jo_kint(&o, "ends", e->ends);
    jo_kbool(&o, "extended", e->extended);
    jo_end_obj(&o);
}

static rc note(const struct act *x, const struct exclusion *e, int64_t version, const char *what, str reason)
{
    id entry;
    BUF_SCOPED json = BUF_INIT(EXCLUSION_JSON_MAX);
    put_entry(&json, e);
    TRY(buf_rc(&json));
    TRY(act_log(x, "sign.exclusion", e->id,
                KVS(kv_text("entry", buf_str(&json)), kv_int("version", version), kv_text("what", str_of(what)),
                    kv_text("reason", reason)),
                &entry));
    return db_exec(x->tx, &ee_note,
                   VALS(v_int(e->id), v_int(version), v_text(str_of(what)), v_text(buf_str(&json)), v_text(reason),
                        v_int(x->by->account), v_int(x->at), v_int(entry)),
                   NULL);
}

static rc write(const struct act *x, const struct query *q, const struct exclusion *e, int64_t *affected)
{
    return db_exec(x->tx, q,
                   VALS(v_int(e->id), v_text(e->agency), v_text(e->act), v_text(e->law), v_text(e->kind),
                        v_text(e->keywords), v_text(e->source), v_int(e->starts), v_int(e->ends), v_int(e->extended),
                        v_text(folded(x->a, e)), v_int(e->version), v_int(x->at)),
                   affected);
}

static rc below_cap(const struct act *x)
{
    int64_t n;
    TRY(db_one_int(x->tx, &ee_count, NOVALS, &n));
    if (n < EXCLUSIONS_MAX)
        return OK;
    return ERR(tx_err(x->tx), E_LIMIT, "EXC-007", N_("The register holds {1} entries and takes no more."),
               number_text(x->a, n));
}

static rc add(const struct act *x, struct exclusion *e, const char *what, str reason)
{
    TRY(below_cap(x));
    e->id = id_new();
    e->version = 1;
    TRY(write(x, &ee_add, e, NULL));
    return note(x, e, 1, what, reason);
}

static rc changed_meanwhile(const struct act *x)
{
    return ERR(tx_err(x->tx), E_CONFLICT, "EXC-006",
               N_("The entry was changed or removed meanwhile: please look at it again."));
}

static rc change(const struct act *x, const struct exclusion *e, const char *what, str reason)
{
    int64_t changed;
    TRY(write(x, &ee_change, e, &changed));
    return changed ? note(x, e, e->version + 1, what, reason) : changed_meanwhile(x);
}

rc exclusion_add(const struct act *x, const struct exclusion *e, str reason, id *out)
{
    struct exclusion made = *e;
    TRY(act_needs_officer(x));
    TRY(check(x, e, reason));
    TRY(add(x, &made, "added", reason));
    *out = made.id;
    return OK;
}

rc exclusion_change(const struct act *x, const struct exclusion *e, str reason)
{
    TRY(act_needs_officer(x));
    TRY(check(x, e, reason));
    return change(x, e, "changed", reason);
}

rc exclusion_remove(const struct act *x, id entry, int64_t version, str reason)
{
    struct exclusion e;
    struct err *err = tx_err(x->tx);
    int64_t changed;
    TRY(act_needs_officer(x));
    check_text(err, "reason", reason, EXCLUSION_REASON_MAX, true);
    TRY(err->code);
    TRY(exclusion_get(x->tx, entry, &e, x->a));
    TRY(db_exec(x->tx, &ee_remove, VALS(v_int(entry), v_int(version), v_int(x->at)), &changed));
    return changed ? note(x, &e, version + 1, "removed", reason) : changed_meanwhile(x);
}

/* ---- a file ---- */

enum { COL_AGENCY, COL_ACT, COL_LAW, COL_KIND, COL_KEYWORDS, COL_SOURCE, COL_FROM, COL_UNTIL, COL_EXTENDED };
static const struct heading headings[] = {
    {COL_AGENCY, "agency"},     {COL_AGENCY, "機關"},     {COL_ACT, "act"},       {COL_ACT, "事項"},
    {COL_LAW, "law"},           {COL_LAW, "法規條文"},    {COL_KIND, "kind"},     {COL_KIND, "類別"},
    {COL_KEYWORDS, "keywords"}, {COL_KEYWORDS, "關鍵詞"}, {COL_SOURCE, "source"}, {COL_SOURCE, "出處"},
    {COL_FROM, "from"},         {COL_FROM, "起日"},       {COL_UNTIL, "until"},   {COL_UNTIL, "迄日"},
    {COL_EXTENDED, "extended"}, {COL_EXTENDED, "已延長"},
};

struct reader {
    struct row_reader rr;
    const struct act *x;
    VEC(struct exclusion) entries;
    struct map seen; /* agency and act */
};

static str text_cell(struct reader *g, int col, size_t most, bool required)
{
    str s = row_field(&g->rr, col);
    if (required && s.n == 0)
        row_error(&g->rr, col, "ACT-003", N_("This must be filled in."), STR_EMPTY);
    else if (!utf8_valid(s) || utf8_has_control(s))
        row_error(&g->rr, col, "ACT-004", N_("There are characters in it that cannot be stored."), STR_EMPTY);
    else if (utf8_count(s) > most)
        row_error(&g->rr, col, "ACT-005", N_("This is too long: at most {1} characters."),
                  number_text(g->rr.a, (int64_t)most));
    return arena_str(g->rr.a, s);
}

static day day_cell(struct reader *g, int col, bool required)
{
    day d = 0;
    str s = row_field(&g->rr, col);
    if (s.n ? day_parse(s, &d) != OK : required)
        row_error(&g->rr, col, "EXC-004", N_("{1} is not a day (YYYY-MM-DD)."), s);
    return d;
}

static void check_row(struct reader *g, const struct exclusion *e, day latest)
{
    if (choice_index(exclusion_kinds, e->kind) < 0)
        row_error(&g->rr, COL_KIND, "EXC-005", no_choice, e->kind);
    if (e->ends && e->ends < e->starts)
        row_error(&g->rr, COL_UNTIL, "EXC-002", ends_early, STR_EMPTY);
    if (str_eq(e->kind, STR("transitional")) && (e->ends == 0 || e->ends > latest))
        row_error(&g->rr, COL_UNTIL, "EXC-003", stands_long, day_text(g->rr.a, day_start(latest)));
}

static rc on_row(void *arg)
{
    struct reader *g = arg;
    struct arena *a = g->rr.a;
    str extended = row_field(&g->rr, COL_EXTENDED);
    struct exclusion e = {.agency = text_cell(g, COL_AGENCY, EXCLUSION_AGENCY_MAX, true),
                          .act = text_cell(g, COL_ACT, EXCLUSION_ACT_MAX, true),
                          .law = text_cell(g, COL_LAW, EXCLUSION_LAW_MAX, true),
                          .kind = text_cell(g, COL_KIND, EXCLUSION_LAW_MAX, true),
                          .keywords = text_cell(g, COL_KEYWORDS, EXCLUSION_KEYWORDS_MAX, false),
                          .source = text_cell(g, COL_SOURCE, EXCLUSION_SOURCE_MAX, true),
                          .starts = day_cell(g, COL_FROM, true),
                          .ends = day_cell(g, COL_UNTIL, false),
                          .extended = str_eq(extended, STR("1")) || str_eq(extended, STR("是"))};
    day latest;
    TRY(arena_rc(a));
    TRY(latest_end(g->x, &e, &latest));
    check_row(g, &e, latest);
    str key = arena_printf(a, "%.*s\n%.*s", STR_ARG(e.agency), STR_ARG(e.act));
    if (map_get(&g->seen, key))
        row_error(&g->rr, COL_ACT, "EXC-008", N_("“{1}” of this agency stands in the file twice."), e.act);
    if (row_is_bad(&g->rr))
        return OK;
    struct exclusion *slot = VEC_ADD(&g->entries, a);
    if (!slot)
        return arena_failed(a);
    *slot = e;
    return map_put(&g->seen, key, slot);
}

static bool same(const struct exclusion *x, const struct exclusion *y)
{
    return str_eq(x->law, y->law) && str_eq(x->kind, y->kind) && str_eq(x->keywords, y->keywords) &&
           str_eq(x->source, y->source) && x->starts == y->starts && x->ends == y->ends && x->extended == y->extended;
}

static rc store(const struct act *x, struct exclusion *e, str reason, struct import_report *out)
{
    struct exclusion there;
    struct rows r;
    rc found = db_one(x->tx, &ee_same, VALS(v_text(e->agency), v_text(e->act)), &r);
    if (found == E_NOTFOUND) {
        out->added++;
        return add(x, e, "imported", reason);
    }
    TRY(found);
    exclusion_take(&r, &there, x->a);
    TRY(rows_end(&r));
    if (same(&there, e)) {
        out->skipped++;
        return OK;
    }
    out->changed++;
    e->id = there.id;
    e->version = there.version;
    return change(x, e, "imported", reason);
}

rc exclusion_import(const struct act *x, str bytes, str reason, struct import_report *out)
{
    struct reader g = {.x = x};
    struct err *err = tx_err(x->tx);
    TRY(act_needs_officer(x));
    check_text(err, "reason", reason, EXCLUSION_REASON_MAX, true);
    TRY(err->code);
    rc r =
        rows_read(&g.rr, x, bytes, headings, sizeof headings / sizeof headings[0],
                  1u << COL_AGENCY | 1u << COL_ACT | 1u << COL_LAW | 1u << COL_KIND | 1u << COL_SOURCE | 1u << COL_FROM,
                  on_row, &g, out);
    for (size_t i = 0; r == OK && i < g.entries.n; i++)
        r = store(x, &g.entries.v[i], reason, out);
    map_free(&g.seen);
    return r;
}

/* ---- the office is told in time ---- */

rc exclusions_warn(const struct act *x, int max, int *n)
{
    struct rows r;
    struct exclusion *v;
    size_t found;
    int64_t soon;
    day today = instant_day(x->at);
    TRY(sign_param(x->tx, "exclusion.warn.days", x->at, &soon));
    TRY(db_select(x->tx, &ee_lapsing, VALS(v_int(today), v_int(today + soon), v_int(max)), &r));
    TRY(exclusion_collect(&r, &v, &found, x->a));
    for (size_t i = 0; i < found; i++) {
        char number[ID_TEXT + 1];
        id_text(v[i].id, number);
        const str args[] = {v[i].agency, v[i].act, day_text(x->a, day_start(v[i].ends))};
        TRY(db_exec(x->tx, &ee_warned, VALS(v_int(v[i].id), v_int(x->at)), NULL));
        TRY(notice_party(
            x->tx, PARTY_OPERATOR, AS_OFFICER,
            &(struct notice){.subject = N_("An exclusion lapses soon: {2}"),
                             .body = N_("{1}: “{2}” may be done electronically from the day after {3}, unless "
                                        "the exclusion is extended."),
                             .args = args,
                             .n_args = 3,
                             .path = arena_printf(x->a, "/sign/exclusions/%s", number)}));
    }
    *n = (int)found;
    return OK;
}

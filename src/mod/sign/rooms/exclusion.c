/* The register as people read it: search, one entry with its history, CSV. */
#include "mod/sign/rooms/exclusion.h"

#include "base/csv.h"
#include "base/json.h"
#include "base/vec.h"
#include "mod/sign/rooms/exclusion_impl.h"

const struct choice exclusion_kinds[] = {{"transitional", N_("An agency's exclusion, which lapses")},
                                         {"form", N_("A form that a law asks for")},
                                         {NULL, NULL}};
const struct choice exclusion_whens[] = {{"now", N_("In force")},
                                         {"soon", N_("Lapses soon")},
                                         {"lapsed", N_("Lapsed")},
                                         {"all", N_("All, removed ones too")},
                                         {NULL, NULL}};
const struct choice exclusion_changes[] = {{"added", N_("Added")},
                                           {"changed", N_("Changed")},
                                           {"imported", N_("Imported")},
                                           {"removed", N_("Removed")},
                                           {NULL, NULL}};

QUERY(ex_get, "i", EXCLUSION_TYPES, "SELECT " EXCLUSION_COLS " FROM sign_exclusion WHERE id = $1");
/* $1 LIKE pattern or '', $2 today, $3 the last day that counts as soon, $4 enum exclusion_when */
#define EXCLUSION_WHERE                                                                                                \
    " WHERE ($1 = '' OR folded LIKE $1 ESCAPE '\\') AND ($4 = 3 OR state = 'listed')"                                  \
    " AND ($4 <> 0 OR ends = 0 OR ends >= $2) AND ($4 <> 1 OR (ends >= $2 AND ends <= $3))"                            \
    " AND ($4 <> 2 OR (ends <> 0 AND ends < $2))"
QUERY(ex_list, "tiiiii", EXCLUSION_TYPES,
      "SELECT " EXCLUSION_COLS " FROM sign_exclusion" EXCLUSION_WHERE " ORDER BY agency, act, id LIMIT $6 OFFSET $5");
QUERY(ex_count, "tiii", "i", "SELECT COUNT(*) FROM sign_exclusion" EXCLUSION_WHERE);
QUERY(ex_history, "i", "ittiiit",
      "SELECT version, what, reason, account, at, log_entry, entry FROM sign_exclusion_change WHERE exclusion = $1"
      " ORDER BY version DESC");

void exclusion_take(const struct rows *r, struct exclusion *o, struct arena *a)
{
    *o = (struct exclusion){.id = row_int(r, 0),
                            .agency = row_dup(r, 1, a),
                            .act = row_dup(r, 2, a),
                            .law = row_dup(r, 3, a),
                            .kind = row_dup(r, 4, a),
                            .keywords = row_dup(r, 5, a),
                            .source = row_dup(r, 6, a),
                            .starts = (day)row_int(r, 7),
                            .ends = (day)row_int(r, 8),
                            .extended = row_int(r, 9) != 0,
                            .state = row_dup(r, 10, a),
                            .version = row_int(r, 11),
                            .changed = row_int(r, 12)};
}

rc exclusion_collect(struct rows *r, struct exclusion **out, size_t *n, struct arena *a)
{
    VEC(struct exclusion) list = {0};
    while (rows_next(r)) {
        struct exclusion *e = VEC_ADD(&list, a);
        if (!e)
            break;
        exclusion_take(r, e, a);
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(r));
    return arena_rc(a);
}

rc exclusion_get(struct tx *tx, id entry, struct exclusion *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, &ex_get, VALS(v_int(entry)), &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "EXC-001", N_("There is no such entry in the register."));
    TRY(e);
    exclusion_take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc exclusions_list(struct tx *tx, const struct exclusion_query *q, struct exclusion **out, size_t *n, int64_t *total,
                   struct arena *a)
{
    struct rows r;
    str pattern = STR_EMPTY;
    if (q->words.n)
        TRY(like_pattern(a, q->words, &pattern));
    const int64_t soon = q->today + q->soon;
    TRY(db_one_int(tx, &ex_count, VALS(v_text(pattern), v_int(q->today), v_int(soon), v_int(q->when)), total));
    TRY(db_select(
        tx, &ex_list,
        VALS(v_text(pattern), v_int(q->today), v_int(soon), v_int(q->when), v_int(q->offset), v_int(q->limit)), &r));
    return exclusion_collect(&r, out, n, a);
}

enum exclusion_standing exclusion_standing_of(const struct exclusion *e, day today, int64_t soon)
{
    if (str_eq(e->state, STR("removed")))
        return EXCLUSION_REMOVED;
    if (e->ends && e->ends < today)
        return EXCLUSION_HAS_LAPSED;
    if (e->starts > today)
        return EXCLUSION_TO_COME;
    return e->ends && e->ends <= today + soon ? EXCLUSION_LAPSES_SOON : EXCLUSION_STANDS;
}

/* ---- history ---- */

static str member(const struct json *j, const char *name)
{
    str s = json_str(json_get(j, name));
    return s.p ? s : STR_EMPTY;
}

static day day_member(const struct json *j, const char *name)
{
    return (day)json_int(json_get(j, name), 0);
}

static rc read_entry(struct arena *a, str json, struct exclusion *e)
{
    const struct json *j;
    TRY(json_parse(a, json, EXCLUSION_JSON_MAX, &j, NULL));
    *e = (struct exclusion){.agency = member(j, "agency"),
                            .act = member(j, "act"),
                            .law = member(j, "law"),
                            .kind = member(j, "kind"),
                            .keywords = member(j, "keywords"),
                            .source = member(j, "source"),
                            .starts = day_member(j, "starts"),
                            .ends = day_member(j, "ends"),
                            .extended = json_bool(json_get(j, "extended"), false)};
    return OK;
}

rc exclusion_history(struct tx *tx, id entry, struct exclusion_change **out, size_t *n, struct arena *a)
{
    VEC(struct exclusion_change) list = {0};
    struct rows r;
    rc result = OK;
    TRY(db_select(tx, &ex_history, VALS(v_int(entry)), &r));
    while (result == OK && rows_next(&r)) {
        struct exclusion_change *c = VEC_ADD(&list, a);
        if (!c)
            break;
        *c = (struct exclusion_change){.version = row_int(&r, 0),
                                       .what = row_dup(&r, 1, a),
                                       .reason = row_dup(&r, 2, a),
                                       .account = row_int(&r, 3),
                                       .at = row_int(&r, 4),
                                       .log_entry = row_int(&r, 5)};
        result = read_entry(a, row_dup(&r, 6, a), &c->entry);
    }
    *out = list.v;
    *n = list.n;
    rc ended = rows_end(&r);
    TRY(result);
    TRY(ended);
    return arena_rc(a);
}

/* ---- CSV ---- */

static void csv_day(struct buf *out, bool *first, day d)
{
    BUF_SCOPED text = BUF_INIT(32);
    if (d)
        buf_day(&text, d);
    csv_put(out, first, buf_str(&text));
}

rc exclusions_csv(struct tx *tx, struct buf *out)
{
    struct rows r;
    bool first = true;
    struct arena *a = arena_new(1 << 20);
    if (!a)
        return E_NOMEM;
    buf_put(out, STR("agency,act,law,kind,keywords,source,from,until,extended\r\n"));
    rc e = db_select(tx, &ex_list,
                     VALS(v_text(STR_EMPTY), v_int(0), v_int(0), v_int(EXCLUSION_NOW), v_int(0), v_int(EXCLUSIONS_MAX)),
                     &r);
    if (e == OK) {
        while (rows_next(&r)) {
            struct exclusion x;
            arena_reset(a);
            exclusion_take(&r, &x, a);
            const str texts[] = {x.agency, x.act, x.law, x.kind, x.keywords, x.source};
            for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
                csv_put(out, &first, texts[i]);
            csv_day(out, &first, x.starts);
            csv_day(out, &first, x.ends);
            csv_put(out, &first, x.extended ? STR("1") : STR_EMPTY);
            csv_eol(out, &first);
        }
        e = rows_end(&r);
    }
    arena_free(a);
    return e == OK ? buf_rc(out) : e;
}

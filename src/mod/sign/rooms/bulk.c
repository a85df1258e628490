/* Bulk sendings: begun with a list that was checked, looked at while their rooms are being made. */
#include "mod/sign/rooms/bulk.h"
#include "base/vec.h"
#include "mod/sign/rooms/room_impl.h"
#include "sys/random.h"

#define BULK_COLS  "id, party, owner, template, title, file_name, n, made, failed, state, job, created, finished"
#define BULK_TYPES "iiiittiiitiii"
QUERY(sb_add, "iiiittiii", "",
      "INSERT INTO sign_bulk (" BULK_COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 'running', $8, $9, 0)");
QUERY(sb_add_row, "iit", "",
      "INSERT INTO sign_bulk_row (bulk, number, people, room, code, words, arg) VALUES ($1, $2, $3, 0, '', '', '')");
QUERY(sb_get, "i", BULK_TYPES, "SELECT " BULK_COLS " FROM sign_bulk WHERE id = $1");
QUERY(sb_list, "ii", BULK_TYPES, "SELECT " BULK_COLS " FROM sign_bulk WHERE party = $1 ORDER BY id DESC LIMIT $2");
QUERY(sb_rows, "iii", "itittTt",
      "SELECT b.number, b.people, b.room, b.code, b.words, r.state, b.arg FROM sign_bulk_row b"
      " LEFT JOIN sign_room r ON r.id = b.room WHERE b.bulk = $1 AND b.number > $2 ORDER BY b.number LIMIT $3");

/* ---- beginning ---- */

/* What would refuse every single room, said before the first is made. Names and addresses come from the list. */
static rc check_template(const struct act *x, const struct room *t, bool confirmed)
{
    struct room_lack *l;
    struct exclusion_hit *hit;
    size_t n;
    TRY(room_lacks(x->tx, t, &l, &n, x->a));
    for (size_t i = 0; i < n; i++)
        if (l[i].step != ROOM_STEP_PEOPLE)
            return ERR(tx_err(x->tx), E_INVALID, "RM-035", l[i].msgid, l[i].arg);
    TRY(exclusions_for(x->tx, t, &hit, &n, x->a));
    return n > 0 && !confirmed ? room_warned(x, &hit[0]) : OK;
}

rc bulk_begin(const struct act *x, id template, str file_name, str csv, bool confirmed, struct import_report *report,
              id *out)
{
    struct room t;
    struct signer *parts;
    struct bulk_people people;
    size_t n_parts;
    id job;
    TRY(bulk_parts(x, template, &t, &parts, &n_parts));
    TRY(check_template(x, &t, confirmed));
    TRY(bulk_read(x, template, csv, &people, report));
    *out = id_new();
    TRY(job_queue(x->tx, BULK_JOB, x->by->account, arena_printf(x->a, "%lld", (long long)*out), &job));
    TRY(db_exec(x->tx, &sb_add,
                VALS(v_int(*out), v_int(t.party), v_int(x->by->account), v_int(template), v_text(t.title),
                     v_text(file_name), v_int((int64_t)people.n), v_int(job), v_int(x->at)),
                NULL));
    for (size_t i = 0; i < people.n; i++)
        TRY(db_exec(x->tx, &sb_add_row, VALS(v_int(*out), v_int((int64_t)i + 1), v_text(people.row[i])), NULL));
    return act_log(x, "sign.bulk.begun", *out, KVS(kv_int("rows", (int64_t)people.n), kv_int("template", template)),
                   NULL);
}

/* ---- looking ---- */

static void take(const struct rows *r, struct bulk *b, struct arena *a)
{
    *b = (struct bulk){.id = row_int(r, 0),
                       .party = row_int(r, 1),
                       .owner = row_int(r, 2),
                       .template = row_int(r, 3),
                       .title = row_dup(r, 4, a),
                       .file_name = row_dup(r, 5, a),
                       .n = row_int(r, 6),
                       .made = row_int(r, 7),
                       .failed = row_int(r, 8),
                       .state = row_dup(r, 9, a),
                       .job = row_int(r, 10),
                       .created = row_int(r, 11),
                       .finished = row_int(r, 12)};
}

rc bulk_get(struct tx *tx, id bulk, struct bulk *out, struct arena *a)
{
    struct rows r;
    rc e = db_one(tx, &sb_get, VALS(v_int(bulk)), &r);
    if (e == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "RM-036", N_("There is no such bulk sending."));
    TRY(e);
    take(&r, out, a);
    TRY(rows_end(&r));
    return arena_rc(a);
}

rc bulk_own(const struct act *x, id bulk, struct bulk *out)
{
    TRY(bulk_get(x->tx, bulk, out, x->a));
    if (out->party != x->by->party || !(x->by->perms & ROOM_OWNERS))
        return ERR(tx_err(x->tx), E_NOTFOUND, "RM-036", N_("There is no such bulk sending."));
    return OK;
}

rc bulk_list(struct tx *tx, id party, struct bulk **out, size_t *n, struct arena *a)
{
    VEC(struct bulk) list = {0};
    struct rows r;
    TRY(db_select(tx, &sb_list, VALS(v_int(party), v_int(BULK_LIST)), &r));
    while (rows_next(&r)) {
        struct bulk *b = VEC_ADD(&list, a);
        if (!b)
            break;
        take(&r, b, a);
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    return arena_rc(a);
}

/* "王小明、Bob" */
static rc names_of(struct arena *a, str people, str *out)
{
    struct room_person p[BULK_PARTS_MAX];
    BUF_SCOPED text = BUF_INIT(1 << 16);
    size_t n;
    TRY(bulk_people_read(a, people, p, &n));
    for (size_t i = 0; i < n; i++)
        buf_printf(&text, "%s%.*s <%.*s>", i ? "、" : "", STR_ARG(p[i].name), STR_ARG(p[i].email));
    *out = arena_str(a, buf_str(&text));
    return out->p ? buf_rc(&text) : arena_failed(a);
}

rc bulk_rows(struct tx *tx, id bulk, int64_t offset, struct bulk_row **out, size_t *n, struct arena *a)
{
    VEC(struct bulk_row) list = {0};
    struct rows r;
    TRY(db_select(tx, &sb_rows, VALS(v_int(bulk), v_int(offset), v_int(BULK_ROWS_PAGE)), &r));
    while (rows_next(&r)) {
        struct bulk_row *b = VEC_ADD(&list, a);
        if (!b)
            break;
        *b = (struct bulk_row){.number = row_int(&r, 0),
                               .people = row_dup(&r, 1, a),
                               .room = row_int(&r, 2),
                               .code = row_dup(&r, 3, a),
                               .words = row_dup(&r, 4, a),
                               .state = row_dup(&r, 5, a),
                               .arg = row_dup(&r, 6, a)};
    }
    *out = list.v;
    *n = list.n;
    TRY(rows_end(&r));
    for (size_t i = 0; i < list.n; i++)
        /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): a vector that counts elements has them */
        TRY(names_of(a, list.v[i].people, &list.v[i].names));
    return arena_rc(a);
}

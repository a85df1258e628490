#include "core/programme.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/json.h"
#include "base/vec.h"
#include "core/publiclog.h"
#include "sys/random.h"

WATCHED(programme);
WATCHED(programme_param);

#define PROGRAMME_COLS "id, module, code, name_zh, name_en, opens, closes"

QUERY(programme_insert, "ittttii", "",
      "INSERT INTO programme (" PROGRAMME_COLS ") VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING");

QUERY(programme_by_id, "i", "ittttii", "SELECT " PROGRAMME_COLS " FROM programme WHERE id = $1");

QUERY(programme_with_code, "t", "ittttii", "SELECT " PROGRAMME_COLS " FROM programme WHERE code = $1");

QUERY(programme_of_module, "t", "ittttii",
      "SELECT " PROGRAMME_COLS " FROM programme WHERE module = $1 ORDER BY opens DESC, id DESC LIMIT 1000");

QUERY(programme_param_on, "iti", "t",
      "SELECT value FROM programme_param WHERE programme = $1 AND name = $2 AND from_day <= $3"
      " ORDER BY from_day DESC, id DESC LIMIT 1");

QUERY(programme_param_of_code, "tti", "t",
      "SELECT v.value FROM programme_param v JOIN programme p ON p.id = v.programme WHERE p.code = $1 AND v.name = $2"
      " AND v.from_day <= $3 ORDER BY v.from_day DESC, v.id DESC LIMIT 1");

QUERY(programme_param_add, "iitititi", "",
      "INSERT INTO programme_param (id, programme, name, from_day, value, set_by, reason, at)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");

QUERY(programme_param_all, "i", "tititi",
      "SELECT name, from_day, value, set_by, reason, at FROM programme_param WHERE programme = $1"
      " ORDER BY name, from_day DESC, id DESC LIMIT 10000");

rc programme_add(struct tx *tx, const struct programme *p)
{
    int64_t added = 0;
    TRY(db_exec(tx, &programme_insert,
                VALS(v_int(p->id), v_text(p->module), v_text(p->code), v_text(p->name_zh), v_text(p->name_en),
                     v_int(p->opens), v_int(p->closes)),
                &added));
    return added ? OK : ERR(tx_err(tx), E_CONFLICT, "PRG-004", N_("A programme with this code exists already."));
}

static rc programme_row(struct rows *r, struct programme *out, struct arena *a)
{
    *out = (struct programme){.id = row_int(r, 0),
                              .module = row_dup(r, 1, a),
                              .code = row_dup(r, 2, a),
                              .name_zh = row_dup(r, 3, a),
                              .name_en = row_dup(r, 4, a),
                              .opens = (day)row_int(r, 5),
                              .closes = (day)row_int(r, 6)};
    return out->module.p && out->code.p && out->name_zh.p && out->name_en.p ? OK : arena_rc(a);
}

static rc programme_one(struct tx *tx, const struct query *q, struct val key, struct programme *out, struct arena *a)
{
    struct rows r;
    rc code = db_one(tx, q, &key, 1, &r);
    if (code == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "PRG-001", N_("There is no such programme."));
    TRY(code);
    code = programme_row(&r, out, a);
    rc ended = rows_end(&r);
    return code != OK ? code : ended;
}

rc programme_get(struct tx *tx, id programme, struct programme *out, struct arena *a)
{
    return programme_one(tx, &programme_by_id, v_int(programme), out, a);
}

rc programme_by_code(struct tx *tx, str code, struct programme *out, struct arena *a)
{
    return programme_one(tx, &programme_with_code, v_text(code), out, a);
}

rc programme_list(struct tx *tx, str module, struct programme **out, size_t *n, struct arena *a)
{
    VEC(struct programme) list = {0};
    struct rows r;
    rc code = OK;
    TRY(db_select(tx, &programme_of_module, VALS(v_text(module)), &r));
    while (code == OK && rows_next(&r)) {
        struct programme *p = VEC_ADD(&list, a);
        code = p ? programme_row(&r, p, a) : arena_rc(a);
    }
    rc ended = rows_end(&r);
    *out = list.v;
    *n = list.n;
    return code != OK ? code : ended;
}

/* ---- parameters ---- */

static rc param_row(struct tx *tx, id programme, const char *name, day on, struct rows *r)
{
    rc code = db_one(tx, &programme_param_on, VALS(v_int(programme), v_text(str_of(name)), v_int(on)), r);
    if (code == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "PRG-002", N_("The programme does not set “{1}” for this day."),
                   str_of(name));
    return code;
}

/* Reads the row to its end. */
static rc param_number(struct tx *tx, struct rows *r, const char *name, int64_t *out)
{
    rc number = str_to_i64(row_text(r, 0), out);
    TRY(rows_end(r));
    return number == OK
               ? OK
               : ERR(tx_err(tx), E_CORRUPT, "PRG-006", N_("The parameter “{1}” is not a number."), str_of(name));
}

rc param_int(struct tx *tx, id programme, const char *name, day on, int64_t *out)
{
    struct rows r;
    TRY(param_row(tx, programme, name, on, &r));
    return param_number(tx, &r, name, out);
}

static rc param_row_of(struct tx *tx, str programme, const char *name, day on, struct rows *r)
{
    return db_one(tx, &programme_param_of_code, VALS(v_text(programme), v_text(str_of(name)), v_int(on)), r);
}

rc param_int_or(struct tx *tx, str programme, const char *name, day on, int64_t otherwise, int64_t *out)
{
    struct rows r;
    rc found = param_row_of(tx, programme, name, on, &r);
    *out = otherwise;
    if (found == E_NOTFOUND)
        return OK;
    TRY(found);
    return param_number(tx, &r, name, out);
}

rc param_is_or(struct tx *tx, str programme, const char *name, day on, str word, str otherwise, bool *out)
{
    struct rows r;
    rc found = param_row_of(tx, programme, name, on, &r);
    *out = str_eq(otherwise, word);
    if (found == E_NOTFOUND)
        return OK;
    TRY(found);
    *out = str_eq(row_text(&r, 0), word);
    return rows_end(&r);
}

rc param_text(struct tx *tx, id programme, const char *name, day on, str *out, struct arena *a)
{
    struct rows r;
    TRY(param_row(tx, programme, name, on, &r));
    *out = row_dup(&r, 0, a);
    TRY(rows_end(&r));
    return out->p ? OK : arena_rc(a);
}

static rc param_log(struct tx *tx, id programme, const char *name, day from, str value, id by, str reason, instant at)
{
    BUF_SCOPED record = BUF_INIT(64 * 1024);
    BUF_SCOPED when = BUF_INIT(64);
    struct json_out o;
    char text[ID_TEXT + 1];
    jo_begin(&o, &record);
    jo_obj(&o);
    id_text(programme, text);
    jo_kstr(&o, "programme", str_of(text));
    jo_kstr(&o, "parameter", str_of(name));
    buf_day(&when, from);
    jo_kstr(&o, "from", buf_str(&when));
    jo_kstr(&o, "value", value);
    id_text(by, text);
    jo_kstr(&o, "by", str_of(text));
    jo_kstr(&o, "reason", reason);
    buf_clear(&when);
    buf_instant(&when, at);
    jo_kstr(&o, "at", buf_str(&when));
    jo_end_obj(&o);
    TRY(buf_rc(&record));
    id entry;
    return log_append(tx, "core.programme.parameter", programme, buf_str(&record), &entry);
}

rc param_set_text(struct tx *tx, id programme, const char *name, day from, str value, id by, str reason)
{
    if (str_trim(reason).n == 0)
        return ERR_FIELD(tx_err(tx), "reason", "PRG-005", N_("Give the reason for the new value."));
    struct rows r;
    rc code = db_one(tx, &programme_by_id, VALS(v_int(programme)), &r);
    if (code == E_NOTFOUND)
        return ERR(tx_err(tx), E_NOTFOUND, "PRG-001", N_("There is no such programme."));
    TRY(code);
    TRY(rows_end(&r));
    TRY(db_exec(tx, &programme_param_add,
                VALS(v_int(id_new()), v_int(programme), v_text(str_of(name)), v_int(from), v_text(value), v_int(by),
                     v_text(reason), v_int(tx_now(tx))),
                NULL));
    return param_log(tx, programme, name, from, value, by, reason, tx_now(tx));
}

rc param_set_int(struct tx *tx, id programme, const char *name, day from, int64_t value, id by, str reason)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    return param_set_text(tx, programme, name, from, str_of(text), by, reason);
}

rc param_history(struct tx *tx, id programme, struct param_version **out, size_t *n, struct arena *a)
{
    VEC(struct param_version) list = {0};
    struct rows r;
    rc code = OK;
    TRY(db_select(tx, &programme_param_all, VALS(v_int(programme)), &r));
    while (code == OK && rows_next(&r)) {
        struct param_version *v = VEC_ADD(&list, a);
        if (v)
            *v = (struct param_version){.name = row_dup(&r, 0, a),
                                        .from = (day)row_int(&r, 1),
                                        .value = row_dup(&r, 2, a),
                                        .by = row_int(&r, 3),
                                        .reason = row_dup(&r, 4, a),
                                        .at = row_int(&r, 5)};
        code = v && v->name.p && v->value.p && v->reason.p ? OK : arena_rc(a);
    }
    rc ended = rows_end(&r);
    *out = list.v;
    *n = list.n;
    return code != OK ? code : ended;
}

#include "mod/fund/cli/cli_gifts.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "sys/file.h"
#include "web/i18n.h"

enum { PIECE = 256 * 1024 };

rc cli_write(rc r, const struct buf *out, struct err *err)
{
    if (r == OK && fwrite(buf_str(out).p, 1, out->n, stdout) != out->n)
        r = ERR(err, E_IO, "FND-156", N_("The result cannot be written."));
    if (r != OK && err->code == OK)
        r = ERR(err, r, "FND-154", N_("There is not enough memory."));
    return r;
}

void cli_warn(const struct app *app, const char *msgid, const str *args, int n_args)
{
    BUF_SCOPED line = BUF_INIT(64 * 1024);
    tr_f(&line, app->lang, msgid, args, n_args);
    fprintf(stderr, "%.*s\n", STR_ARG(buf_str(&line)));
}

static str number(struct arena *a, int64_t v)
{
    return arena_printf(a, "%lld", (long long)v);
}

/* ---- reading ---- */

static rc read_all(int fd, struct gifts_reader *r, struct arena *a, str path, struct err *err)
{
    char *piece = arena_alloc(a, PIECE);
    if (!piece)
        return arena_rc(a);
    for (;;) {
        ssize_t n = read(fd, piece, PIECE);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ERR(err, E_IO, "FND-156", N_("The file {1} cannot be read."), path);
        if (n == 0)
            return OK;
        TRY(gifts_feed(r, str_n(piece, (size_t)n), err));
    }
}

static rc read_file(const struct input *in, const struct gifts_options *o, struct arena *a, struct gifts *out,
                    struct err *err)
{
    struct gifts_reader *r;
    str path = in_text(in, "file");
    bool standard = str_eq(path, STR("-"));
    const char *name = arena_cstr(a, path);
    if (!name)
        return arena_rc(a);
    FD_SCOPED opened = standard ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    if (!standard && opened < 0)
        return ERR(err, E_IO, "FND-156", N_("The file {1} cannot be read."), path);
    TRY(gifts_reader_new(a, o, &r, err));
    TRY(read_all(standard ? STDIN_FILENO : opened, r, a, path, err));
    return gifts_end(r, out, err);
}

static void warn_of_rows(const struct app *app, const struct gifts *g, struct arena *a)
{
    for (size_t i = 0; i < g->n_listed; i++) {
        const struct gift_row *row = &g->listed[i];
        WARN(app, N_("Row {1}, line {2}: {3}: {4}"), number(a, row->row), number(a, row->line),
             str_of(tr(app->lang, gift_fault_text[row->fault])), row->value);
    }
    if (g->bad > (int64_t)g->n_listed)
        WARN(app, N_("… and {1} further rows."), number(a, g->bad - (int64_t)g->n_listed));
}

/* ---- rules ---- */

rc cli_amount(const struct input *in, const char *name, int decimals, int64_t otherwise, int64_t *out, struct err *err)
{
    *out = otherwise;
    if (!in_given(in, name))
        return OK;
    enum gift_fault f = gift_amount_scaled(in_text(in, name), decimals, out);
    if (f == GIFT_ZERO)
        *out = 0;
    else if (f == GIFT_TOO_PRECISE)
        return ERR_FIELD(err, name, "FND-105", N_("More decimals than the amounts of the file have. See --decimals."));
    else if (f != GIFT_FINE)
        return ERR_FIELD(err, name, "FND-105", N_("This is not an amount."));
    return OK;
}

static int chosen(const struct input *in, const char *name)
{
    return in_given(in, name) ? (int)in_int(in, name) : 0;
}

static rc read_rules(const struct input *in, const struct gifts *g, struct tally_rules *r, struct err *err)
{
    int64_t clip;
    *r = tally_rules_default((enum tally_method)chosen(in, "method"));
    r->weight = (enum tally_weight)chosen(in, "weight");
    r->saturation = (enum tally_saturation)chosen(in, "saturation");
    r->min_of = (enum tally_min_of)chosen(in, "min-of");
    r->cocm = (enum tally_cocm)chosen(in, "cocm");
    r->qv_cost = (enum tally_qv_cost)chosen(in, "cost");
    r->qv_budget = in_given(in, "budget") ? in_int(in, "budget") : r->qv_budget;
    r->decimals = g->decimals;
    TRY(cli_amount(in, "pool", g->decimals, 0, &r->pool, err));
    TRY(cli_amount(in, "cap", g->decimals, 0, &r->cap, err));
    TRY(cli_amount(in, "min", g->decimals, 0, &r->min, err));
    TRY(cli_amount(in, "clip", g->decimals, 0, &clip, err));
    if (r->method == TALLY_PAIRWISE) {
        int64_t unit = 1;
        for (int i = 0; i < g->decimals; i++)
            unit *= 10;
        r->pairwise_a *= unit;
    }
    TRY(cli_amount(in, "pairwise-a", g->decimals, r->pairwise_a, &r->pairwise_a, err));
    r->clip_organisation = clip;
    r->clip_person = g->has_kind ? 0 : clip;
    return tally_rules_check(r, err);
}

rc cli_gifts(const struct app *app, const struct input *in, struct arena *a, struct gifts *gifts,
             struct tally_rules *rules, struct err *err)
{
    struct gifts_options o = {.decimals = in_given(in, "decimals") ? (int)in_int(in, "decimals") : GIFTS_AUTO};
    if (chosen(in, "method") == TALLY_QV)
        o.decimals = 0; /* votes are whole */
    if (in_given(in, "map"))
        TRY(gifts_map_read(in_text(in, "map"), &o.map, err));
    TRY(read_file(in, &o, a, gifts, err));
    warn_of_rows(app, gifts, a);
    if (gifts->bad && !in_bool(in, "skip-bad"))
        return ERR(err, E_INVALID, "FND-153",
                   N_("{1} of {2} rows cannot be counted, so nothing was. --skip-bad leaves them out."),
                   number(a, gifts->bad), number(a, gifts->rows));
    return read_rules(in, gifts, rules, err);
}

/* ---- JSON ---- */

void cli_amount_json(struct json_out *o, const char *key, int64_t v, int decimals)
{
    struct buf text = BUF_INIT(64);
    tally_put_amount(&text, v, decimals);
    jo_kstr(o, key, buf_str(&text));
    buf_free(&text);
}

void cli_rules_json(struct json_out *o, const struct tally_rules *r)
{
    BUF_SCOPED text = BUF_INIT(4096);
    char hex[2 * SHA256_LEN + 1];
    struct sha256 hash = tally_rules_hash(r);
    tally_rules_json(r, &text);
    sha256_hex(&hash, hex);
    jo_key(o, "rules");
    jo_raw(o, buf_str(&text));
    jo_kstr(o, "rules_hash", str_of(hex));
}

void cli_excluded_json(struct json_out *o, const struct gifts *g, const struct tally_table *t,
                       const struct tally_result *x)
{
    jo_key(o, "excluded");
    jo_obj(o);
    jo_kint(o, "rows", g->bad);
    jo_key(o, "reasons");
    jo_obj(o);
    for (int f = 1; f < GIFT_FAULTS; f++)
        if (g->faults[f])
            jo_kint(o, gift_fault_code[f], g->faults[f]);
    jo_end_obj(o);
    jo_key(o, "first");
    jo_arr(o);
    for (size_t i = 0; i < g->n_listed; i++) {
        jo_obj(o);
        jo_kint(o, "row", g->listed[i].row);
        jo_kint(o, "line", g->listed[i].line);
        jo_kstr(o, "reason", str_of(gift_fault_code[g->listed[i].fault]));
        jo_kstr(o, "value", g->listed[i].value);
        jo_end_obj(o);
    }
    jo_end_arr(o);
    jo_kint(o, "gifts_below_min", (int64_t)t->gifts_below_min);
    cli_amount_json(o, "amount_below_min", t->amount_below_min, g->decimals);
    jo_kint(o, "ballots_over_budget", (int64_t)x->voters_over_budget);
    jo_end_obj(o);
}

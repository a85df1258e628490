/* The list of a bulk sending: its columns by the template's parts, every row checked. */
#include "base/csv.h"
#include "base/map.h"
#include "base/utf8.h"
#include "base/vec.h"
#include "mod/sign/rooms/bulk.h"
#include "mod/sign/rooms/room_impl.h"

enum { NAME, EMAIL, LANG, COLUMNS, SPELLINGS = 2 };
/* Of each part; the first spelling is the sample's for English, the second for Chinese. */
static const char *const columns[COLUMNS][SPELLINGS] = {{"name", "姓名"}, {"e-mail", "電子郵件"}, {"language", "語言"}};

/* ---- the template ---- */

static rc unfit(const struct act *x, const char *msgid, str arg)
{
    return ERR(tx_err(x->tx), E_INVALID, "RM-035", msgid, arg);
}

rc bulk_parts(const struct act *x, id template, struct room *room, struct signer **parts, size_t *n)
{
    TRY(room_own(x, template, room));
    if (!room->is_template)
        return room_none(x->tx);
    TRY(signers_of(x->tx, template, parts, n, x->a));
    if (*n == 0 || *n > BULK_PARTS_MAX)
        return unfit(x, N_("A template that is sent to a list has from 1 to {1} people."),
                     number_text(x->a, BULK_PARTS_MAX));
    for (size_t i = 0; i < *n; i++)
        if (signer_acts(&(*parts)[i]) && str_eq((*parts)[i].level, STR("card")))
            return unfit(x, N_("“{1}” is identified by a card, which a list cannot name."), (*parts)[i].slot);
    return OK;
}

/* "Tenant", and "Tenant 2" for the second part of that name. */
static str part_name(struct arena *a, const struct signer *parts, size_t i)
{
    size_t same = 1;
    for (size_t k = 0; k < i; k++)
        same += str_eq(parts[k].slot, parts[i].slot);
    return same == 1 ? parts[i].slot : arena_printf(a, "%.*s %zu", STR_ARG(parts[i].slot), same);
}

/* One heading for each part, column and spelling. */
static rc make_headings(struct arena *a, const struct signer *parts, size_t n, struct heading *out)
{
    for (size_t i = 0; i < n; i++) {
        str name = part_name(a, parts, i);
        for (int c = 0; c < COLUMNS; c++)
            for (int s = 0; s < SPELLINGS; s++)
                *out++ = (struct heading){.col = (int)i * COLUMNS + c,
                                          .text = arena_printf(a, "%.*s %s", STR_ARG(name), columns[c][s]).p};
    }
    return arena_rc(a);
}

rc bulk_sample(const struct act *x, id template, enum lang lang, struct buf *out)
{
    struct room room;
    struct signer *parts = NULL;
    size_t n = 0;
    bool first = true;
    TRY(bulk_parts(x, template, &room, &parts, &n));
    buf_put(out, STR("\xef\xbb\xbf")); /* spreadsheets take it for UTF-8 then */
    for (size_t i = 0; i < n; i++)
        for (int c = 0; c < COLUMNS; c++) {
            str name = part_name(x->a, parts, i);
            csv_put(out, &first, arena_printf(x->a, "%.*s %s", STR_ARG(name), columns[c][lang == LANG_ZH]));
        }
    buf_put(out, STR("\r\n"));
    first = true;
    for (size_t i = 0; i < n; i++) {
        csv_put(out, &first, parts[i].name.n ? parts[i].name : str_of(tr(lang, N_("Wang Hsiao-ming"))));
        csv_put(out, &first, parts[i].email.n ? parts[i].email : arena_printf(x->a, "someone%zu@example.com", i + 1));
        csv_put(out, &first, parts[i].lang);
    }
    buf_put(out, STR("\r\n"));
    TRY(arena_rc(x->a));
    return buf_rc(out);
}

/* ---- rows ---- */

struct reading {
    struct row_reader rr;
    const struct signer *parts;
    size_t n_parts;
    VEC(str) rows;
    struct map seen; /* the addresses of a row, joined: its number as the value */
};

/* A part that the row leaves empty is the template's own person. */
static struct room_person person_of(struct reading *g, size_t i)
{
    int at = (int)i * COLUMNS;
    struct room_person p = {row_field(&g->rr, at + NAME), row_field(&g->rr, at + EMAIL), row_field(&g->rr, at + LANG)};
    if (p.name.n == 0 && p.email.n == 0) {
        p.name = g->parts[i].name;
        p.email = g->parts[i].email;
    }
    if (p.lang.n == 0)
        p.lang = g->parts[i].lang;
    return p;
}

static rc check_person(struct reading *g, size_t i, struct room_person *p)
{
    int at = (int)i * COLUMNS;
    struct err e = {0};
    if (p->name.n == 0 || utf8_count(p->name) > ROOM_NAME_MAX)
        row_error(&g->rr, at + NAME, "RM-031", N_("A name is needed here, of at most 100 characters."), p->name);
    rc r = check_email(&e, g->rr.a, "email", p->email, true, &p->email);
    if (r != OK && r != E_INVALID)
        return r;
    if (r == E_INVALID || e.code == E_INVALID)
        row_error(&g->rr, at + EMAIL, "RM-032",
                  p->email.n ? N_("This is no e-mail address: {1}") : N_("An e-mail address is needed here."),
                  p->email);
    if (!str_eq(p->lang, STR("zh")) && !str_eq(p->lang, STR("en")))
        row_error(&g->rr, at + LANG, "RM-033", N_("The language is zh or en, not {1}."), p->lang);
    return OK;
}

/* Twice the same people is a list that was pasted twice. */
static rc check_new(struct reading *g, str addresses)
{
    const int64_t *before = map_get(&g->seen, addresses);
    if (before) {
        row_error(&g->rr, EMAIL, "RM-034", N_("The same people as in row {1}."), number_text(g->rr.a, *before));
        return OK;
    }
    int64_t *number = ARENA_NEW(g->rr.a, int64_t);
    if (!number)
        return arena_failed(g->rr.a);
    *number = g->rr.row;
    return map_put(&g->seen, addresses, number);
}

static rc keep(struct reading *g, str json)
{
    str *row = VEC_ADD(&g->rows, g->rr.a);
    if (!row)
        return arena_failed(g->rr.a);
    *row = arena_str(g->rr.a, json);
    return row->p ? OK : arena_failed(g->rr.a);
}

static rc on_row(void *arg)
{
    struct reading *g = arg;
    BUF_SCOPED json = BUF_INIT(1 << 16), addresses = BUF_INIT(1 << 16);
    struct json_out o;
    if (g->rows.n >= BULK_ROWS_MAX)
        return ERR(tx_err(g->rr.x->tx), E_LIMIT, "RM-035", N_("A list has at most {1} rows."),
                   number_text(g->rr.a, BULK_ROWS_MAX));
    jo_begin(&o, &json);
    jo_arr(&o);
    for (size_t i = 0; i < g->n_parts; i++) {
        struct room_person p = person_of(g, i);
        TRY(check_person(g, i, &p));
        jo_obj(&o);
        jo_kstr(&o, "name", p.name);
        jo_kstr(&o, "email", p.email);
        jo_kstr(&o, "lang", p.lang);
        jo_end_obj(&o);
        buf_put(&addresses, p.email);
        buf_putc(&addresses, '\n');
    }
    jo_end_arr(&o);
    TRY(buf_rc(&json));
    TRY(buf_rc(&addresses));
    if (row_is_bad(&g->rr))
        return OK;
    str key = arena_str(g->rr.a, buf_str(&addresses));
    if (!key.p)
        return arena_failed(g->rr.a);
    TRY(check_new(g, key));
    return row_is_bad(&g->rr) ? OK : keep(g, buf_str(&json));
}

rc bulk_read(const struct act *x, id template, str csv, struct bulk_people *out, struct import_report *report)
{
    struct room room;
    struct signer *parts = NULL;
    struct heading headings[BULK_PARTS_MAX * COLUMNS * SPELLINGS];
    struct reading g = {.seen = MAP_INIT};
    uint32_t required = 0;
    TRY(bulk_parts(x, template, &room, &parts, &g.n_parts));
    TRY(make_headings(x->a, parts, g.n_parts, headings));
    g.parts = parts;
    for (size_t i = 0; i < g.n_parts; i++)
        if (parts[i].email.n == 0)
            required |= (1U << (i * COLUMNS + NAME)) | (1U << (i * COLUMNS + EMAIL));
    rc r = rows_read(&g.rr, x, csv, headings, g.n_parts * COLUMNS * SPELLINGS, required, on_row, &g, report);
    map_free(&g.seen);
    if (r == OK && g.rows.n == 0)
        r = ERR(tx_err(x->tx), E_INVALID, "IMP-002", N_("The file is empty."));
    *out = (struct bulk_people){g.rows.v, g.rows.n};
    report->added = (int64_t)g.rows.n;
    return r;
}

/* One signing: may they, and what their revision of the file shows: signature, filled fields, their row of the record.
 */
#include "mod/sign/rooms/seal_fill.h"
#include "base/utf8.h"
#include "mod/sign/rooms/room_impl.h"
#include "mod/sign/rooms/seal_impl.h"
#include "web/pdf.h"

QUERY(sl_value, "it", "", "UPDATE sign_field SET value = $2 WHERE id = $1");

enum {
    LOOKS_ROOM = 8 << 20, /* bytes of the document that has all looks of one signing */
    TEXT_SIZE = 1100,     /* of filled-in text at most, 1/100 point */
    NAME_SIZE = 1300,
    REPLACED_MAX = 32, /* characters without a glyph */
    WORDS_MAX = 4096,
};

const char *const seal_field_names[SEAL_FILL_MAX] = {
    "v0",  "v1",  "v2",  "v3",  "v4",  "v5",  "v6",  "v7",  "v8",  "v9",  "v10", "v11", "v12", "v13",
    "v14", "v15", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27",
    "v28", "v29", "v30", "v31", "v32", "v33", "v34", "v35", "v36", "v37", "v38", "v39"};

/* ---- may they ---- */

static rc may_sign(const struct sealing *s, bool own_key)
{
    struct err *err = tx_err(s->x->tx);
    const struct signer *p = &s->signer;
    const bool has_key = str_eq(p->level, STR("certificate")) || str_eq(p->level, STR("card"));
    if (!str_eq(s->room.state, STR("open")) || s->room.expires <= s->x->at)
        return room_wrong_state(s->x->tx);
    if (!str_eq(p->state, STR("invited")) || str_eq(p->role, STR("copy")))
        return ERR(err, E_CONFLICT, "RM-010", N_("It is not your turn, or you have acted already."));
    if (has_key != own_key)
        return ERR(err, E_INVALID, "RM-015", N_("This signer was asked to sign in another way."));
    return objection_gate(s->x->tx, &s->room, p, err);
}

/* Their fields move to the front, in order. */
static void only_theirs(struct sealing *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (s->field[i].signer == s->signer.id)
            s->field[s->n_field++] = s->field[i];
}

static rc open_file(struct sealing *s)
{
    struct err *err = tx_err(s->x->tx);
    TRY(document_get(s->x->tx, s->room.file, &s->document, s->x->a));
    TRY(room_file_read(s->x->tx, s->app, s->room.file, &s->file, s->x->a));
    return pdf_open(s->x->a, s->file, &s->pdf, err);
}

static rc read_all(struct sealing *s, id signer, bool own_key)
{
    size_t n = 0;
    const struct act *x = s->x;
    TRY(signer_get(x->tx, signer, &s->signer, x->a));
    TRY(room_get(x->tx, s->signer.room, &s->room, x->a));
    TRY(may_sign(s, own_key));
    TRY(witness_attribute(x->tx, &s->signer, x->a, &s->attribute, tx_err(x->tx)));
    TRY(signers_of(x->tx, s->room.id, &s->all, &s->n_all, x->a));
    TRY(room_fields_of(x->tx, s->room.id, &s->field, &n, x->a));
    only_theirs(s, n);
    return open_file(s);
}

rc sealing_open(const struct act *x, struct app *app, id signer, bool own_key, struct sealing *out)
{
    *out = (struct sealing){.own = *x, .x = &out->own, .app = app};
    out->own.a = arena_new(SEAL_ARENA);
    return out->own.a ? read_all(out, signer, own_key) : E_NOMEM;
}

void sealing_close(struct sealing *s)
{
    arena_free(s->own.a);
}

struct pades_extra sealing_extra(const struct sealing *s)
{
    return (struct pades_extra){.v = &s->attribute, .n = s->attribute.n > 0};
}

/* ---- what they filled in ---- */

/* The value as it is kept and shown; a box is "1" or nothing. */
static void check_value(const struct sealing *s, size_t i, str value)
{
    struct err *err = tx_err(s->x->tx);
    const struct room_field *f = &s->field[i];
    const char *name = i < SEAL_FILL_MAX ? seal_field_names[i] : NULL;
    day any;
    if (f->required && value.n == 0)
        (void)ERR_FIELD(err, name, "RM-014", N_("Fill in: {1}"), f->label);
    else if (str_eq(f->kind, STR("date")) && value.n > 0 && day_parse(value, &any) != OK)
        (void)ERR_FIELD(err, name, "RM-020", N_("Give the date as year-month-day, such as 2026-11-26."));
    else
        check_text(err, name, value, ROOM_VALUE_MAX, false);
}

static bool shows_signature(const struct room_field *f)
{
    return str_eq(f->kind, STR("signature")) || str_eq(f->kind, STR("initials"));
}

static rc keep_values(struct sealing *s, const struct seal_filled *f)
{
    for (size_t i = 0; i < s->n_field; i++) {
        struct room_field *to = &s->field[i];
        to->value = i < f->n && !shows_signature(to) ? f->values[i] : STR_EMPTY;
        if (!shows_signature(to))
            check_value(s, i, to->value);
    }
    TRY(tx_err(s->x->tx)->code);
    for (size_t i = 0; i < s->n_field; i++)
        if (s->field[i].value.n)
            TRY(db_exec(s->x->tx, &sl_value, VALS(v_int(s->field[i].id), v_text(s->field[i].value)), NULL));
    return OK;
}

/* ---- looks ---- */

struct showing {
    struct sealing *s;
    struct pdf_look *look; /* page by page */
    size_t n;
    struct pdf_fill *fill;
    size_t n_fill;
    struct seal_ink ink;
    str name;  /* as it can be drawn */
    str below; /* how and when, under the signature */
    enum lang lang;
};

static str words(struct arena *a, enum lang lang, const char *msgid, const str *args, int n)
{
    BUF_SCOPED b = BUF_INIT(WORDS_MAX);
    tr_f(&b, lang, msgid, args, n);
    return arena_str(a, buf_str(&b));
}

static str local_time(struct arena *a, instant t)
{
    BUF_SCOPED b = BUF_INIT(64);
    buf_local(&b, t);
    return arena_str(a, buf_str(&b));
}

static str day_words(struct arena *a, enum lang lang, str value)
{
    day d;
    BUF_SCOPED b = BUF_INIT(64);
    if (day_parse(value, &d) != OK)
        return value;
    fmt_day(&b, lang, d);
    return arena_str(a, buf_str(&b));
}

static uint32_t add_look(struct showing *w, struct pdf_look look)
{
    w->look[w->n] = look;
    return (uint32_t)w->n++;
}

static uint32_t add_signature_look(struct showing *w, int32_t width, int32_t height)
{
    struct pdf_look l = {.width = width, .height = height, .below = w->below, .frame = true};
    if (seal_ink_scale(w->s->x->a, &w->ink, width, height, &l))
        return add_look(w, l);
    l.text = w->name;
    return add_look(w, l);
}

static void add_fill(struct showing *w, const char *kind, id of, str value, bool ticked, uint32_t look)
{
    w->fill[w->n_fill++] =
        (struct pdf_fill){.field = seal_pdf_name(w->s->x->a, kind, of), .value = value, .ticked = ticked, .look = look};
}

static void show_field(struct showing *w, const struct room_field *f)
{
    if (shows_signature(f)) {
        add_fill(w, SEAL_FIELD, f->id, w->s->signer.name, false, add_signature_look(w, (int32_t)f->w, (int32_t)f->h));
        return;
    }
    if (f->value.n == 0)
        return;
    if (str_eq(f->kind, STR("check"))) {
        add_fill(w, SEAL_FIELD, f->id, STR_EMPTY, true, 0);
        return;
    }
    str shown = str_eq(f->kind, STR("date")) ? day_words(w->s->x->a, w->lang, f->value) : f->value;
    add_fill(w, SEAL_FIELD, f->id, shown, false,
             add_look(w, (struct pdf_look){
                             .width = (int32_t)f->w, .height = (int32_t)f->h, .text = shown, .size = TEXT_SIZE}));
}

static const char *did(const struct signer *s)
{
    return str_eq(s->role, STR("approve")) ? N_("Approved {1}, Taiwan time") : N_("Signed {1}, Taiwan time");
}

static str instead_of(struct showing *w, const struct signer *owner)
{
    const struct signer *s = &w->s->signer;
    if (owner->id == s->id)
        return STR_EMPTY;
    return words(w->s->x->a, w->lang, N_("Instead of {1}, who passed it on"), &owner->name, 1);
}

static str in_name_of(struct showing *w)
{
    const str *other = &w->s->other_name;
    return other->n ? words(w->s->x->a, w->lang, N_("Certificate in another name: {1}"), other, 1) : STR_EMPTY;
}

/* Their row of the record: who, when, how they were known, and on what. */
static void show_row(struct showing *w, const struct signer *owner, bool beside)
{
    struct arena *a = w->s->x->a;
    const struct signer *s = &w->s->signer;
    str hash = sha256_hex_text(a, &w->s->document.hash);
    str at = local_time(a, w->s->x->at), more = instead_of(w, owner), other = in_name_of(w);
    str known = words(a, w->lang, N_("Known by: {1}"),
                      (const str[]){str_of(tr(w->lang, choice_label(room_levels, s->level)))}, 1);
    str below =
        arena_printf(a, "%.*s · %.*s · %.*s%s%.*s%s%.*s\n%.*s", STR_ARG(words(a, w->lang, did(s), &at, 1)),
                     STR_ARG(known), STR_ARG(s->email), more.n ? " · " : "", STR_ARG(more), other.n ? " · " : "",
                     STR_ARG(other), STR_ARG(words(a, w->lang, N_("SHA-256 before: {1}"), &hash, 1)));
    struct pdf_look l = {.text = w->name, .below = below, .size = NAME_SIZE, .frame = true};
    seal_row_size(beside, &l.width, &l.height);
    add_fill(w, SEAL_RECORD, owner->id, arena_printf(a, "%.*s\n%.*s", STR_ARG(s->name), STR_ARG(below)), false,
             add_look(w, l));
}

/* A name may have characters that no font here has; the certificate has it as it is. They are shown as 〓, as printers
 * did, so that nobody is kept from signing by their name. */
static str without(struct arena *a, str name, str missing)
{
    BUF_SCOPED b = BUF_INIT(WORDS_MAX);
    for (ptrdiff_t at = missing.n ? str_find(name, missing) : -1; at >= 0; at = str_find(name, missing)) {
        buf_put(&b, str_sub(name, 0, (size_t)at));
        buf_put(&b, STR("〓"));
        name = str_sub(name, (size_t)at + missing.n, name.n);
    }
    buf_put(&b, name);
    return arena_str(a, buf_str(&b));
}

/* In what this program writes: names. False: it stands in something that they filled in, which is theirs to change. */
static bool replace(struct showing *w, str missing)
{
    struct arena *a = w->s->x->a;
    bool found = false;
    str name = w->name;
    for (size_t i = 0; i < w->n && missing.n; i++) {
        struct pdf_look *l = &w->look[i];
        const bool named = str_eq(l->text, name) && str_find(name, missing) >= 0,
                   below = str_find(l->below, missing) >= 0;
        if (named)
            l->text = w->name = without(a, name, missing);
        if (below)
            l->below = without(a, l->below, missing);
        found |= named || below;
    }
    return found && arena_rc(a) == OK;
}

static rc draw(struct showing *w, struct buf *out)
{
    const struct pdf_options o = {.lang = w->lang, .title = w->s->signer.name, .made = w->s->x->at};
    struct err why = {.code = OK};
    rc r = pdf_looks(&o, w->look, w->n, out, &why);
    for (int i = 0; i < REPLACED_MAX && r == E_INVALID && str_eq(str_of(why.main.code), STR("PDF-003")); i++) {
        if (!replace(w, why.main.arg[0]))
            break;
        err_clear(&why);
        buf_clear(out);
        r = pdf_looks(&o, w->look, w->n, out, &why);
    }
    if (r != OK)
        err_copy(tx_err(w->s->x->tx), &why);
    return r;
}

/* ---- where ---- */

static rc has_field(const struct sealing *s, str name, bool *out)
{
    const struct pdf_field *v;
    size_t n;
    *out = false;
    TRY(pdf_fields(s->pdf, pdf_newest(s->pdf), &v, &n));
    for (size_t i = 0; i < n && !*out; i++)
        *out = str_eq(v[i].name, name);
    return OK;
}

/* In a file that was signed before it came here nothing was prepared: the field is made now. */
static rc place_new(const struct sealing *s, const struct room_field *main, struct pdf_place *p)
{
    struct pdf_page_box box;
    const size_t rev = pdf_newest(s->pdf);
    if (!main) {
        p->stamp = NULL;
        return OK;
    }
    p->page = (uint32_t)main->page;
    TRY(pdf_page_box(s->pdf, p->page, rev, &box));
    return pdf_page_rect(s->pdf, p->page, &box,
                         (struct pdf_seen){(int32_t)main->x, (int32_t)main->y, (int32_t)main->w, (int32_t)main->h},
                         p->rect);
}

static rc show_all(struct showing *w, const struct room_field *main, const struct signer *owner, bool recorded,
                   struct pdf_place *p)
{
    struct sealing *s = w->s;
    int32_t width = 0, height = 0;
    if (!main)
        seal_row_size(true, &width, &height);
    p->stamp_page = main ? add_signature_look(w, (int32_t)main->w, (int32_t)main->h)
                         : add_signature_look(w, SEAL_BESIDE_WIDTH, height);
    for (size_t i = 0; i < s->n_field; i++)
        if (&s->field[i] != main)
            show_field(w, &s->field[i]);
    if (recorded)
        show_row(w, owner, !main);
    return arena_rc(s->x->a);
}

static rc place(struct showing *w, struct pdf_place *p)
{
    struct sealing *s = w->s;
    struct arena *a = s->x->a;
    const struct room_field *main = seal_main_field(s->field, s->n_field, s->signer.id);
    const struct signer *owner = seal_row_owner(s->all, s->n_all, &s->signer);
    bool recorded, prepared;
    p->field = main ? seal_pdf_name(a, SEAL_FIELD, main->id) : seal_pdf_name(a, SEAL_SIGN, owner->id);
    TRY(arena_rc(a));
    TRY(has_field(s, seal_pdf_name(a, SEAL_RECORD, owner->id), &recorded));
    TRY(has_field(s, p->field, &prepared));
    TRY(show_all(w, main, owner, recorded, p));
    BUF_SCOPED looks = BUF_INIT(LOOKS_ROOM);
    TRY(draw(w, &looks));
    str kept = arena_str(a, buf_str(&looks)); /* the document points into it */
    if (!kept.p)
        return arena_failed(a);
    TRY(pdf_open(a, kept, &p->looks, tx_err(s->x->tx)));
    p->stamp = p->looks;
    p->fill = w->fill;
    p->n_fill = w->n_fill;
    return prepared ? OK : place_new(s, main, p);
}

rc sealing_place(struct sealing *s, const struct seal_filled *f, struct pdf_place *out)
{
    struct arena *a = s->x->a;
    struct showing w = {.s = s, .name = s->signer.name};
    w.lang = str_eq(s->signer.lang, STR("en")) ? LANG_EN : LANG_ZH;
    w.look = ARENA_ARRAY(a, s->n_field + 2, struct pdf_look);
    w.fill = ARENA_ARRAY(a, s->n_field + 1, struct pdf_fill);
    if (!w.look || !w.fill)
        return arena_failed(a);
    TRY(keep_values(s, f));
    TRY(seal_ink_read(a, f->ink, &w.ink, tx_err(s->x->tx)));
    w.below = arena_printf(a, "%.*s · %.*s", STR_ARG(s->signer.name), STR_ARG(local_time(a, s->x->at)));
    *out = (struct pdf_place){
        .sub = PDF_SUB_CADES,
        .made = s->x->at,
        .name = s->signer.name,
        .reason = str_of(tr(w.lang, str_eq(s->signer.role, STR("approve")) ? N_("Approval") : N_("Signature")))};
    seal_pdf_id(out->id);
    return place(&w, out);
}

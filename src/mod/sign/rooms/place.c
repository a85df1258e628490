/* The file of a room and where on its pages there is something to fill in. */
#include <unistd.h>

#include "base/utf8.h"
#include "core/document.h"
#include "mod/sign/engine/pdf_page.h"
#include "mod/sign/engine/pdf_signature.h"
#include "mod/sign/rooms/room_impl.h"
#include "sys/file.h"
#include "sys/random.h"

QUERY(sf_clear, "i", "", "DELETE FROM sign_field WHERE room = $1");
QUERY(sf_add, "iiitiiiiiit", "",
      "INSERT INTO sign_field (id, room, signer, kind, page, x, y, w, h, required, label, value)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '')");

/* ---- the file ---- */

rc room_file_read(struct tx *tx, struct app *app, id document, str *out, struct arena *a)
{
    struct document d;
    FD_SCOPED fd = -1;
    TRY(document_get(tx, document, &d, a));
    TRY(document_open(app, &d, &fd, tx_err(tx)));
    char *p = ARENA_ARRAY(a, (size_t)d.size + 1, char);
    if (!p)
        return arena_failed(a);
    size_t n = 0;
    while (n < (size_t)d.size) {
        ssize_t got = read(fd, p + n, (size_t)d.size - n);
        if (got <= 0)
            return E_IO;
        n += (size_t)got;
    }
    *out = str_n(p, n);
    struct sha256 hash = sha256_of(*out);
    return sha256_eq(&hash, &d.hash)
               ? OK
               : ERR(tx_err(tx), E_CORRUPT, "DOC-004", N_("The stored file is damaged or missing."));
}

/* Whether its signatures leave room for another one (ISO 32000-2, 12.8.2.2). */
static rc look_at_signatures(struct pdf_doc *doc, struct room_file *out, struct err *err)
{
    const struct pdf_signature *s;
    size_t n;
    TRY(pdf_signatures(doc, pdf_newest(doc), &s, &n));
    for (size_t i = 0; i < n; i++) {
        if (!s[i].is_signed)
            continue;
        out->is_signed = true;
        if (s[i].certifies == 1 || s[i].lock_permission == 1)
            return ERR(err, E_INVALID, "RM-007",
                       N_("A signature in this file forbids any further change, so nobody else can sign it. Use the "
                          "file as it was before."));
    }
    return OK;
}

static rc look(struct arena *a, str bytes, struct room_file *out, struct err *err)
{
    struct pdf_doc *doc;
    const struct pdf_object *last;
    uint32_t pages = 0;
    TRY(pdf_open(a, bytes, &doc, err));
    TRY(pdf_page_count(doc, pdf_newest(doc), &pages));
    if (pages == 0)
        return ERR(err, E_INVALID, "RM-007", N_("The file has no pages."));
    if (pages > ROOM_PAGES_MAX)
        return ERR(err, E_INVALID, "RM-007", N_("The file has {1} pages; at most {2} can be signed."),
                   arena_printf(a, "%u", pages), arena_printf(a, "%d", ROOM_PAGES_MAX));
    TRY(pdf_page_object(doc, pages - 1, pdf_newest(doc), &last)); /* the count may be a lie */
    *out = (struct room_file){.bytes = bytes, .pages = pages};
    return look_at_signatures(doc, out, err);
}

rc room_file_look(str bytes, struct room_file *out, struct err *err)
{
    struct arena *a = arena_new(ROOM_WORK_MAX);
    if (!a)
        return E_NOMEM;
    rc r = look(a, bytes, out, err);
    arena_free(a);
    return r;
}

/* Opened anew for each page: a document counts its work and refuses one that makes too much of it, and every page is
 * reached past its elder siblings. */
rc room_page_size(str file, int64_t page, struct room_page *out, struct err *err)
{
    struct pdf_doc *doc;
    struct pdf_page_box box = {0};
    struct arena *a = arena_new(ROOM_WORK_MAX);
    if (!a)
        return E_NOMEM;
    rc r = pdf_open(a, file, &doc, err);
    if (r == OK)
        r = pdf_page_box(doc, (uint32_t)page, pdf_newest(doc), &box);
    *out = (struct room_page){box.width, box.height};
    arena_free(a);
    return r;
}

/* ---- fields ---- */

struct placing {
    const struct act *x;
    const struct signer *v;
    size_t n;
    struct room_file file;
    int64_t page; /* whose size is known; −1 none */
    struct room_page size;
};

static rc outside(const struct placing *p, const struct room_field *f)
{
    return ERR(tx_err(p->x->tx), E_INVALID, "RM-006", N_("A field lies outside page {1}, or is too small."),
               arena_printf(p->x->a, "%lld", (long long)f->page + 1));
}

/* Subtractions, so that no sum can overflow. */
static rc check_place(struct placing *p, const struct room_field *f)
{
    if (f->page < 0 || f->page >= p->file.pages || f->x < 0 || f->y < 0 || f->w < ROOM_FIELD_LEAST ||
        f->h < ROOM_FIELD_LEAST)
        return outside(p, f);
    if (p->page != f->page)
        TRY(room_page_size(p->file.bytes, f->page, &p->size, tx_err(p->x->tx)));
    p->page = f->page;
    return f->w > p->size.width || f->x > p->size.width - f->w || f->h > p->size.height || f->y > p->size.height - f->h
               ? outside(p, f)
               : OK;
}

static rc check_field(struct placing *p, const struct room_field *f)
{
    struct err *e = tx_err(p->x->tx);
    bool found = false;
    for (size_t i = 0; i < p->n && !found; i++)
        found = p->v[i].id == f->signer && signer_acts(&p->v[i]);
    if (!found)
        return ERR(e, E_NOTFOUND, "RM-001", N_("There is no such signing room, template, signer or field."));
    if (choice_index(room_field_kinds, f->kind) < 0)
        return ERR(e, E_INVALID, "RM-006", N_("There is no such kind of field."));
    if (p->file.is_signed && !str_eq(f->kind, STR("signature")))
        return ERR(
            e, E_INVALID, "RM-006",
            N_("The file has signatures already, which forbid new fields. Only places for further signatures can "
               "be added."));
    check_text(e, "label", f->label, ROOM_LABEL_MAX, false);
    TRY(e->code);
    return check_place(p, f);
}

static rc add(const struct act *x, id room, const struct room_field *f)
{
    return db_exec(x->tx, &sf_add,
                   VALS(v_int(id_new()), v_int(room), v_int(f->signer), v_text(f->kind), v_int(f->page), v_int(f->x),
                        v_int(f->y), v_int(f->w), v_int(f->h), v_int(f->required), v_text(f->label)),
                   NULL);
}

rc room_fields_set(const struct act *x, struct app *app, id room, const struct room_field *v, size_t n)
{
    struct room r;
    struct signer *signers;
    struct placing p = {.x = x, .page = -1};
    TRY(room_draft_begin(x, room, &r));
    if (n > ROOM_FIELDS_MAX)
        return room_full(x, ROOM_FIELDS_MAX);
    TRY(signers_of(x->tx, room, &signers, &p.n, x->a));
    p.v = signers;
    TRY(room_file_read(x->tx, app, r.original, &p.file.bytes, x->a));
    TRY(room_file_look(p.file.bytes, &p.file, tx_err(x->tx)));
    TRY(db_exec(x->tx, &sf_clear, VALS(v_int(room)), NULL));
    for (size_t i = 0; i < n; i++) {
        TRY(check_field(&p, &v[i]));
        TRY(add(x, room, &v[i]));
    }
    return room_touch(x, room);
}

/* ---- where fields stand when nobody says where ---- */

enum { FOOT_W = 16000, FOOT_H = 5600, FOOT_MARGIN = 5000, FOOT_GAP = 1600 };

/* The n-th place at the foot of a page: from left to right, then upwards, within it however small it is. */
static void foot_place(const struct room_page *p, size_t n, struct room_field *f)
{
    int64_t margin = p->width > 4 * FOOT_MARGIN ? FOOT_MARGIN : 0;
    int64_t width = p->width - 2 * margin;
    f->w = FOOT_W < width ? FOOT_W : width;
    f->h = FOOT_H < p->height ? FOOT_H : p->height;
    int64_t columns = (width + FOOT_GAP) / (f->w + FOOT_GAP), column = (int64_t)n % columns, row = (int64_t)n / columns,
            top = p->height - margin - f->h - row * (f->h + FOOT_GAP);
    f->x = margin + column * (f->w + FOOT_GAP);
    f->y = top > 0 ? top : 0;
}

static bool has_signature(const struct room_field *f, size_t n, id signer)
{
    for (size_t i = 0; i < n; i++)
        if (f[i].signer == signer && str_eq(f[i].kind, STR("signature")))
            return true;
    return false;
}

rc room_fields_default(const struct act *x, struct app *app, id room)
{
    struct room r;
    struct signer *v;
    struct room_field *f, *all;
    struct room_file file;
    struct room_page size;
    size_t n, n_fields, taken = 0;
    TRY(room_draft_begin(x, room, &r));
    TRY(signers_of(x->tx, room, &v, &n, x->a));
    TRY(room_fields_of(x->tx, room, &f, &n_fields, x->a));
    TRY(room_file_read(x->tx, app, r.original, &file.bytes, x->a));
    TRY(room_file_look(file.bytes, &file, tx_err(x->tx)));
    TRY(room_page_size(file.bytes, file.pages - 1, &size, tx_err(x->tx)));
    all = ARENA_ARRAY(x->a, n_fields + n, struct room_field);
    if (!all)
        return arena_failed(x->a);
    for (size_t i = 0; i < n_fields; i++) {
        all[i] = f[i];
        taken += f[i].page == file.pages - 1 && str_eq(f[i].kind, STR("signature"));
    }
    size_t n_all = n_fields;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(v[i].role, STR("sign")) || has_signature(f, n_fields, v[i].id))
            continue;
        all[n_all] = (struct room_field){
            .signer = v[i].id, .kind = STR("signature"), .page = file.pages - 1, .required = true, .label = STR_EMPTY};
        foot_place(&size, taken++, &all[n_all++]);
    }
    return room_fields_set(x, app, room, all, n_all);
}

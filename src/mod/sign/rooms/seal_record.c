/* Sending: what the PDF is given before anybody signs, so that each signature later changes nothing but values: empty
 * fields where the sender placed them, and at the end the page with the record of signing, one row for each signer. */
#include "base/utf8.h"
#include "mod/sign/engine/pdf_field.h"
#include "mod/sign/report/told.h"
#include "mod/sign/rooms/seal_fill.h"
#include "mod/sign/rooms/seal_impl.h"
#include "sys/random.h"
#include "web/pdf.h"

/* The record's pages are A4 as web/pdf.h draws them: rows stand below its running head and heading. 1/100 point. */
enum {
    ROW_LEFT = 5600,
    ROW_WIDTH = 48328,
    ROW_HEIGHT = 7600,
    ROW_STEP = 8400,
    FIRST_TOP = 30000,
    NEXT_TOP = 11600,
    ROWS_END = 77400,
    BESIDE_GAP = 600,
    TITLE_SHOWN = 240, /* bytes */
    RECORD_MAX = 8 << 20,
};

void seal_pdf_id(uint8_t out[PDF_ID_LEN])
{
    random_bytes(out, PDF_ID_LEN);
}

str seal_pdf_name(struct arena *a, const char *kind, id of)
{
    char text[ID_TEXT + 1];
    id_text(of, text);
    return arena_printf(a, "%s-%s", kind, text);
}

static bool is_signed_in(const struct room_field *f)
{
    return str_eq(f->kind, STR("signature")) || str_eq(f->kind, STR("initials"));
}

const struct room_field *seal_main_field(const struct room_field *f, size_t n, id signer)
{
    const struct room_field *initials = NULL;
    for (size_t i = 0; i < n; i++) {
        if (f[i].signer != signer || !is_signed_in(&f[i]))
            continue;
        if (str_eq(f[i].kind, STR("signature")))
            return &f[i];
        if (!initials)
            initials = &f[i];
    }
    return initials;
}

const struct signer *seal_row_owner(const struct signer *v, size_t n, const struct signer *s)
{
    for (size_t i = 0, steps = 0; i < n && steps < n; i++)
        if (v[i].delegated_to == s->id && s->id) {
            s = &v[i];
            i = SIZE_MAX; /* from the start again; a chain is no longer than the list */
            steps++;
        }
    return s;
}

void seal_row_size(bool beside, int32_t *width, int32_t *height)
{
    *width = beside ? ROW_WIDTH - SEAL_BESIDE_WIDTH - BESIDE_GAP : ROW_WIDTH;
    *height = ROW_HEIGHT;
}

/* ---- the page ---- */

static bool acts(const struct signer *s)
{
    return !str_eq(s->role, STR("copy"));
}

struct row {
    uint32_t page; /* of the record */
    int32_t top;
};

static struct row row_at(size_t i)
{
    const size_t first = (ROWS_END - FIRST_TOP) / ROW_STEP, next = (ROWS_END - NEXT_TOP) / ROW_STEP;
    if (i < first)
        return (struct row){0, FIRST_TOP + (int32_t)i * ROW_STEP};
    i -= first;
    return (struct row){1 + (uint32_t)(i / next), NEXT_TOP + (int32_t)(i % next) * ROW_STEP};
}

static rc draw_record(struct arena *a, const struct room *r, str file, size_t rows, enum lang lang, struct buf *out,
                      struct err *err)
{
    struct pdf *p = NULL;
    char number[ID_TEXT + 1];
    id_text(r->id, number);
    str title = utf8_cut(r->title, TITLE_SHOWN);
    str heading = str_of(tr(lang, N_("Record of signing")));
    str hash = sha256_hex_of(a, file);
    TRY(arena_rc(a));
    TRY(pdf_new(&(struct pdf_options){.lang = lang, .title = heading, .reference = str_of(number), .made = r->changed},
                &p));
    pdf_heading(p, 1, heading);
    const struct pdf_pair pairs[] = {{str_of(tr(lang, N_("Document"))), title},
                                     {str_of(tr(lang, N_("Signing room"))), str_of(number)},
                                     {str_of(tr(lang, N_("SHA-256 of the file as sent"))), hash}};
    pdf_pairs(p, pairs, sizeof pairs / sizeof pairs[0]);
    pdf_small(p, str_of(tr(lang, N_("Each row is filled in together with the signature it tells of, and is covered by "
                                    "it. An empty row: not signed yet."))));
    for (uint32_t page = 1; rows > 0 && page <= row_at(rows - 1).page; page++) {
        pdf_page(p);
        pdf_heading(p, 2, str_of(tr(lang, N_("Record of signing, continued"))));
    }
    rc rr = pdf_finish(p, out, err);
    pdf_free(p);
    return rr;
}

/* ---- the fields ---- */

struct preparing {
    struct arena *a;
    const struct signer *signer;
    size_t n_signers;
    const struct room_field *field;
    size_t n_fields;
    uint32_t pages; /* of the uploaded file */
    enum lang lang;
    struct pdf_new_field *out;
    size_t n;
};

static enum pdf_new_kind kind_of(const struct preparing *w, const struct room_field *f)
{
    if (seal_main_field(w->field, w->n_fields, f->signer) == f)
        return PDF_NEW_SIGNATURE;
    return str_eq(f->kind, STR("check")) ? PDF_NEW_CHECK : PDF_NEW_TEXT;
}

static void add_placed(struct preparing *w)
{
    for (size_t i = 0; i < w->n_fields; i++) {
        const struct room_field *f = &w->field[i];
        w->out[w->n++] = (struct pdf_new_field){
            .kind = kind_of(w, f),
            .name = seal_pdf_name(w->a, SEAL_FIELD, f->id),
            .label = f->label.n ? f->label : str_of(tr(w->lang, choice_label(room_field_kinds, f->kind))),
            .page = (uint32_t)f->page,
            .at = {(int32_t)f->x, (int32_t)f->y, (int32_t)f->w, (int32_t)f->h}};
    }
}

static void add_rows(struct preparing *w)
{
    size_t at = 0;
    for (size_t i = 0; i < w->n_signers; i++) {
        const struct signer *s = &w->signer[i];
        if (!acts(s))
            continue;
        const struct row row = row_at(at++);
        const bool beside = !seal_main_field(w->field, w->n_fields, s->id);
        struct pdf_seen where = {ROW_LEFT, row.top, 0, 0};
        seal_row_size(beside, &where.width, &where.height);
        w->out[w->n++] = (struct pdf_new_field){.kind = PDF_NEW_TEXT,
                                                .name = seal_pdf_name(w->a, SEAL_RECORD, s->id),
                                                .label = s->name,
                                                .page = w->pages + row.page,
                                                .at = where};
        if (!beside)
            continue;
        where.left += where.width + BESIDE_GAP;
        where.width = SEAL_BESIDE_WIDTH;
        w->out[w->n++] = (struct pdf_new_field){.kind = PDF_NEW_SIGNATURE,
                                                .name = seal_pdf_name(w->a, SEAL_SIGN, s->id),
                                                .label = s->name,
                                                .page = w->pages + row.page,
                                                .at = where};
    }
}

static size_t count_acting(const struct signer *v, size_t n)
{
    size_t acting = 0;
    for (size_t i = 0; i < n; i++)
        acting += acts(&v[i]);
    return acting;
}

static rc prepare_fresh(struct preparing *w, struct pdf_doc *doc, const struct room *r, struct buf *out,
                        struct err *err)
{
    const size_t rows = count_acting(w->signer, w->n_signers);
    struct pdf_prepare p = {.field = NULL};
    BUF_SCOPED record = BUF_INIT(RECORD_MAX);
    BUF_SCOPED tail = BUF_INIT(PADES_TAIL_MAX);
    w->out = ARENA_ARRAY(w->a, w->n_fields + 2 * w->n_signers + 1, struct pdf_new_field);
    if (!w->out)
        return arena_failed(w->a);
    TRY(pdf_page_count(doc, pdf_newest(doc), &w->pages));
    TRY(draw_record(w->a, r, doc->bytes, rows, w->lang, &record, err));
    TRY(pdf_open(w->a, buf_str(&record), &p.append, err));
    add_placed(w);
    add_rows(w);
    TRY(arena_rc(w->a));
    p.field = w->out;
    p.n_fields = w->n;
    seal_pdf_id(p.id);
    TRY(pdf_prepare(doc, &p, &tail));
    buf_put(out, doc->bytes);
    buf_put(out, buf_str(&tail));
    return buf_rc(out);
}

/* ---- a file that is signed already stays as it is ---- */

static rc is_signed(struct pdf_doc *doc, bool *out)
{
    const struct pdf_signature *v;
    size_t n;
    *out = false;
    TRY(pdf_signatures(doc, pdf_newest(doc), &v, &n));
    for (size_t i = 0; i < n; i++)
        *out |= v[i].is_signed;
    return OK;
}

/* Nobody should be asked for a signature that the file then cannot take. */
static rc can_take_one(struct pdf_doc *doc)
{
    struct pdf_place p = {.sub = PDF_SUB_CADES, .room = 1024};
    struct pdf_placed at;
    BUF_SCOPED tail = BUF_INIT(PADES_TAIL_MAX);
    seal_pdf_id(p.id);
    return pdf_place(doc, &p, &tail, &at);
}

static rc prepare_signed(const struct preparing *w, struct pdf_doc *doc, struct buf *out, struct err *err)
{
    for (size_t i = 0; i < w->n_fields; i++)
        if (kind_of(w, &w->field[i]) != PDF_NEW_SIGNATURE)
            return ERR(err, E_INVALID, "SIG-121",
                       N_("The document is signed already: all that can be added is one signature for each signer."));
    TRY(can_take_one(doc));
    buf_put(out, doc->bytes);
    return buf_rc(out);
}

static rc prepare(struct preparing *w, const struct room *r, str file, struct buf *out, struct err *err)
{
    struct pdf_doc *doc = NULL;
    bool before;
    TRY(pdf_open(w->a, file, &doc, err));
    TRY(is_signed(doc, &before));
    return before ? prepare_signed(w, doc, out, err) : prepare_fresh(w, doc, r, out, err);
}

/* Their page has so many inputs (seal_fill.h). */
static rc few_enough(struct arena *a, const struct room_field *f, size_t n, struct err *err)
{
    for (size_t i = 0; i < n; i++) {
        size_t theirs = 0;
        for (size_t k = 0; k < n; k++)
            theirs += f[k].signer == f[i].signer;
        if (theirs > SEAL_FILL_MAX)
            return ERR(err, E_LIMIT, "RM-004", N_("One person can have {1} fields at most."),
                       number_text(a, SEAL_FILL_MAX));
    }
    return OK;
}

rc seal_prepare(struct arena *a, const struct room *r, const struct signer *v, size_t n, const struct room_field *f,
                size_t n_fields, str file, enum lang lang, struct buf *out, struct err *err)
{
    struct err why = {.code = OK};
    struct preparing w = {.a = a, .signer = v, .n_signers = n, .field = f, .n_fields = n_fields, .lang = lang, .n = 0};
    TRY(few_enough(a, f, n_fields, err));
    rc e = prepare(&w, r, file, out, &why);
    if (e == OK || e == E_NOMEM || e == E_INTERNAL)
        return e;
    str words = told_err(a, &why, lang);
    return words.p ? ERR(err, E_INVALID, "RM-007", N_("This PDF cannot be signed here: {1}"), words) : arena_failed(a);
}

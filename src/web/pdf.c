/* Gathering the blocks of a document. Layout runs twice: to count the pages, then to write them with "page n of N". */
#include "web/pdf.h"

#include "web/pdf_blocks.h"
#include "web/pdf_slim.h"

rc pdf_new(const struct pdf_options *options, struct pdf **out)
{
    struct arena *a = arena_new(2 * (size_t)PDF_BYTES_MAX);
    struct pdf *p = a ? ARENA_NEW(a, struct pdf) : NULL;
    if (!p) {
        arena_free(a);
        return E_NOMEM;
    }
    p->arena = a;
    p->options = *options;
    p->options.title = arena_str(a, options->title);
    p->options.reference = arena_str(a, options->reference);
    p->error = arena_rc(a);
    *out = p;
    return OK;
}

void pdf_free(struct pdf *p)
{
    if (p)
        arena_free(p->arena);
}

static struct pdf_block *add(struct pdf *p, enum pdf_kind kind, str text)
{
    struct pdf_block *b = p->error == OK ? VEC_ADD(&p->blocks, p->arena) : NULL;
    if (!b) {
        if (p->error == OK)
            p->error = arena_rc(p->arena);
        return NULL;
    }
    b->kind = kind;
    b->text = arena_str(p->arena, text);
    if (!b->text.p)
        p->error = arena_rc(p->arena);
    return b;
}

void pdf_heading(struct pdf *p, int level, str text)
{
    struct pdf_block *b = add(p, PDF_HEADING, text);
    if (b)
        b->level = level;
}

void pdf_paragraph(struct pdf *p, str text)
{
    (void)add(p, PDF_PARAGRAPH, text);
}

void pdf_small(struct pdf *p, str text)
{
    (void)add(p, PDF_SMALL, text);
}

void pdf_item(struct pdf *p, str text)
{
    (void)add(p, PDF_ITEM, text);
}

void pdf_space(struct pdf *p, int points)
{
    struct pdf_block *b = add(p, PDF_SPACE, STR_EMPTY);
    if (b)
        b->level = points;
}

void pdf_page(struct pdf *p)
{
    (void)add(p, PDF_PAGE, STR_EMPTY);
}

/* A str copied into the document; remembers a failure. */
static str keep(struct pdf *p, str s)
{
    str copy = arena_str(p->arena, s);
    if (!copy.p && p->error == OK)
        p->error = arena_rc(p->arena);
    return copy;
}

void pdf_pairs(struct pdf *p, const struct pdf_pair *pairs, size_t n)
{
    struct pdf_block *b = add(p, PDF_PAIRS, STR_EMPTY);
    struct pdf_pair *copy = b ? ARENA_ARRAY(p->arena, n, struct pdf_pair) : NULL;
    if (!copy) {
        if (p->error == OK)
            p->error = arena_rc(p->arena);
        return;
    }
    for (size_t i = 0; i < n; i++)
        copy[i] = (struct pdf_pair){keep(p, pairs[i].key), keep(p, pairs[i].value)};
    b->pairs = copy;
    b->n = n;
}

void pdf_table(struct pdf *p, const struct pdf_table *t)
{
    if (p->error == OK && (t->n_columns == 0 || t->n_columns > PDF_COLUMNS_MAX))
        p->error = E_LIMIT;
    struct pdf_block *b = add(p, PDF_TABLE, STR_EMPTY);
    struct pdf_column *columns = b ? ARENA_ARRAY(p->arena, t->n_columns, struct pdf_column) : NULL;
    str *cells = columns ? arena_array(p->arena, t->n_columns * t->n_rows + 1, sizeof(str)) : NULL;
    if (!cells) {
        if (p->error == OK)
            p->error = arena_rc(p->arena);
        return;
    }
    for (size_t i = 0; i < t->n_columns; i++) {
        columns[i] = t->columns[i];
        columns[i].heading = keep(p, t->columns[i].heading);
    }
    for (size_t i = 0; i < t->n_columns * t->n_rows; i++)
        cells[i] = keep(p, t->cells[i]);
    b->table = (struct pdf_table){columns, t->n_columns, cells, t->n_rows};
}

rc pdf_finish(struct pdf *p, struct buf *out, struct err *err)
{
    int pages = 0;
    BUF_SCOPED raw = BUF_INIT(PDF_RAW_MAX);
    rc r = p->error;
    if (r == OK)
        r = pdf_draw(p, 0, &pages, NULL);
    if (r == OK)
        r = pdf_draw(p, pages, &pages, &raw);
    if (r == OK)
        r = pdf_slim(buf_str(&raw), out);
    if (r == E_LIMIT)
        return ERR(err, r, "PDF-001", N_("The document is too long for a PDF file."));
    return r;
}

/* Layout and drawing with cairo and pango. Lengths are points (1/72 inch). */
#include "web/pdf_blocks.h"
#include "web/pdf_surface.h"

static const double PAGE_WIDTH = 595.28, PAGE_HEIGHT = 841.89; /* A4 */
static const double SIDE = 56, TOP = 72, BOTTOM = 64;          /* margins */
static const double CELL_PAD = 5;

static const struct pdf_colour ink = PDF_INK, deep = PDF_DEEP, muted = {.33, .40, .42}, line = {.85, .83, .78},
                               shade = {.957, .945, .918}, red = {.76, .25, .18}, sun = {.91, .47, .18},
                               gold = {1, .78, .34};

struct pen {
    const struct pdf *doc;
    cairo_t *cr;
    PangoLayout *layout;
    double y;
    int page, pages; /* pages 0: counting */
    rc error;
};

static void bar(struct pen *d, struct pdf_colour c, double x, double y, double w, double h)
{
    pdf_set_colour(d->cr, c);
    cairo_rectangle(d->cr, x, y, w, h);
    cairo_fill(d->cr);
}

/* ---- text ---- */
static void set_text(struct pen *d, str text, double size, bool bold, double width, PangoAlignment align)
{
    pdf_set_text(d->layout, text, size, bold, width, align);
}

static double text_height(struct pen *d)
{
    int h;
    pango_layout_get_size(d->layout, NULL, &h);
    return (double)h / PANGO_SCALE;
}

static void show_text(struct pen *d, struct pdf_colour c, double x, double y)
{
    pdf_set_colour(d->cr, c);
    cairo_move_to(d->cr, x, y);
    pango_cairo_show_layout(d->cr, d->layout);
}

static void show_line_of_text(struct pen *d, str text, double size, struct pdf_colour c, double x, double y,
                              double width, PangoAlignment align)
{
    set_text(d, text, size, false, width, align);
    pango_layout_set_height(d->layout, 0); /* one line, the rest becomes … */
    pango_layout_set_ellipsize(d->layout, PANGO_ELLIPSIZE_END);
    show_text(d, c, x, y);
    pango_layout_set_ellipsize(d->layout, PANGO_ELLIPSIZE_NONE);
    pango_layout_set_height(d->layout, -1);
}

/* ---- pages ---- */
static void page_furniture(struct pen *d)
{
    double width = PAGE_WIDTH - 2 * SIDE, third = width / 3;
    enum lang l = d->doc->options.lang;
    bar(d, red, SIDE, 40, third, 1.6);
    bar(d, sun, SIDE + third, 40, third, 1.6);
    bar(d, gold, SIDE + 2 * third, 40, third, 1.6);
    show_line_of_text(d, STR("RISE 旭日東升"), 8.5, deep, SIDE, 24, width / 3, PANGO_ALIGN_LEFT);
    show_line_of_text(d, d->doc->options.title, 8.5, muted, SIDE + width / 3, 24, width * 2 / 3, PANGO_ALIGN_RIGHT);
    if (d->doc->options.demo)
        show_line_of_text(d, str_of(tr(l, N_("Demonstration: all names and amounts are invented."))), 8.5, red, SIDE,
                          46, width, PANGO_ALIGN_LEFT);
    BUF_SCOPED n = BUF_INIT(32), all = BUF_INIT(32), text = BUF_INIT(256);
    buf_puti(&n, d->page);
    buf_puti(&all, d->pages);
    tr_f(&text, l, N_("Page {1} of {2}"), (const str[]){buf_str(&n), buf_str(&all)}, 2);
    show_line_of_text(d, buf_str(&text), 8.5, muted, SIDE + width / 2, PAGE_HEIGHT - 44, width / 2, PANGO_ALIGN_RIGHT);
    show_line_of_text(d, d->doc->options.reference, 8.5, muted, SIDE, PAGE_HEIGHT - 44, width / 2, PANGO_ALIGN_LEFT);
}

static void new_page(struct pen *d)
{
    if (d->page > 0)
        cairo_show_page(d->cr);
    if (++d->page > PDF_PAGES_MAX)
        d->error = E_LIMIT;
    page_furniture(d);
    d->y = TOP;
}

static double room(const struct pen *d)
{
    return PAGE_HEIGHT - BOTTOM - d->y;
}

static void need(struct pen *d, double height)
{
    if (room(d) < height)
        new_page(d);
}

/* The layout's lines one by one, so that a long paragraph goes on on the next page. */
static void flow_text(struct pen *d, struct pdf_colour c, double x, const char *tag)
{
    PangoLayoutIter *i = pango_layout_get_iter(d->layout);
    const double spacing = 1.15; /* of the line, which has the font's own */
    cairo_tag_begin(d->cr, tag, NULL);
    do {
        PangoRectangle logical;
        pango_layout_iter_get_line_extents(i, NULL, &logical);
        double height = (double)logical.height / PANGO_SCALE * spacing;
        if (room(d) < height) { /* a tag may not span pages */
            cairo_tag_end(d->cr, tag);
            /* the layout is busy: the furniture has its own */
            PangoLayout *mine = d->layout;
            d->layout = pango_layout_copy(mine);
            new_page(d);
            g_object_unref(d->layout);
            d->layout = mine;
            cairo_tag_begin(d->cr, tag, NULL);
        }
        double baseline = (double)(pango_layout_iter_get_baseline(i) - logical.y) / PANGO_SCALE;
        pdf_set_colour(d->cr, c);
        cairo_move_to(d->cr, x + (double)logical.x / PANGO_SCALE, d->y + baseline);
        pango_cairo_show_layout_line(d->cr, pango_layout_iter_get_line_readonly(i));
        d->y += height;
    } while (d->error == OK && pango_layout_iter_next_line(i));
    cairo_tag_end(d->cr, tag);
    pango_layout_iter_free(i);
}

/* ---- blocks ---- */
static void draw_heading(struct pen *d, const struct pdf_block *b)
{
    double size = b->level <= 1 ? 19 : b->level == 2 ? 14 : 11.5;
    if (d->y > TOP)
        d->y += b->level <= 1 ? 10 : 12;
    set_text(d, b->text, size, true, PAGE_WIDTH - 2 * SIDE, PANGO_ALIGN_LEFT);
    double height = text_height(d);
    if (room(d) < height + 40) { /* a heading stays with what follows */
        new_page(d);
        set_text(d, b->text, size, true, PAGE_WIDTH - 2 * SIDE, PANGO_ALIGN_LEFT);
    }
    flow_text(d, deep, SIDE, b->level <= 1 ? "H1" : b->level == 2 ? "H2" : "H3");
    d->y += b->level <= 1 ? 10 : 5;
}

static void draw_text(struct pen *d, const struct pdf_block *b)
{
    bool is_small = b->kind == PDF_SMALL;
    double indent = b->kind == PDF_ITEM ? 14 : 0;
    set_text(d, STR("•"), 10.5, false, -1, PANGO_ALIGN_LEFT);
    need(d, 18);
    if (b->kind == PDF_ITEM) {
        set_text(d, STR("•"), 10.5, false, -1, PANGO_ALIGN_LEFT);
        show_text(d, sun, SIDE + 2, d->y);
    }
    set_text(d, b->text, is_small ? 8.5 : 10.5, false, PAGE_WIDTH - 2 * SIDE - indent, PANGO_ALIGN_LEFT);
    flow_text(d, is_small ? muted : ink, SIDE + indent, "P");
    d->y += b->kind == PDF_ITEM ? 3 : 8;
}

static void rule(struct pen *d)
{
    bar(d, line, SIDE, d->y, PAGE_WIDTH - 2 * SIDE, .6);
}

static void draw_pairs(struct pen *d, const struct pdf_block *b)
{
    double width = PAGE_WIDTH - 2 * SIDE, key = width * .3;
    for (size_t i = 0; i < b->n && d->error == OK; i++) {
        set_text(d, b->pairs[i].value, 10.5, false, width - key, PANGO_ALIGN_LEFT);
        double height = text_height(d);
        set_text(d, b->pairs[i].key, 10.5, true, key - 8, PANGO_ALIGN_LEFT);
        height = height > text_height(d) ? height : text_height(d);
        if (height > PAGE_HEIGHT - TOP - BOTTOM)
            d->error = E_LIMIT;
        need(d, height + 2 * CELL_PAD);
        rule(d);
        cairo_tag_begin(d->cr, "P", NULL);
        set_text(d, b->pairs[i].key, 10.5, true, key - 8, PANGO_ALIGN_LEFT);
        show_text(d, muted, SIDE, d->y + CELL_PAD);
        set_text(d, b->pairs[i].value, 10.5, false, width - key, PANGO_ALIGN_LEFT);
        show_text(d, ink, SIDE + key, d->y + CELL_PAD);
        cairo_tag_end(d->cr, "P");
        d->y += height + 2 * CELL_PAD;
    }
    rule(d);
    d->y += 12;
}

/* ---- tables ---- */
struct grid {
    double x[PDF_COLUMNS_MAX + 1];
};

static struct grid grid_of(const struct pdf_table *t)
{
    struct grid g = {.x = {SIDE}};
    int total = 0;
    for (size_t i = 0; i < t->n_columns; i++)
        total += t->columns[i].weight > 0 ? t->columns[i].weight : 1;
    for (size_t i = 0; i < t->n_columns; i++)
        g.x[i + 1] = g.x[i] + (PAGE_WIDTH - 2 * SIDE) * (t->columns[i].weight > 0 ? t->columns[i].weight : 1) / total;
    return g;
}

static void set_cell(struct pen *d, const struct pdf_table *t, const struct grid *g, size_t column, str text, bool bold)
{
    set_text(d, text, 9.5, bold, g->x[column + 1] - g->x[column] - 2 * CELL_PAD,
             t->columns[column].number ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
}

static double row_height(struct pen *d, const struct pdf_table *t, const struct grid *g, const str *cells)
{
    double height = 0;
    for (size_t i = 0; i < t->n_columns; i++) {
        set_cell(d, t, g, i, cells ? cells[i] : t->columns[i].heading, !cells);
        height = height > text_height(d) ? height : text_height(d);
    }
    return height + 2 * CELL_PAD;
}

/* cells NULL: the heading row */
static void draw_row(struct pen *d, const struct pdf_table *t, const struct grid *g, const str *cells, double height)
{
    if (!cells)
        bar(d, shade, SIDE, d->y, PAGE_WIDTH - 2 * SIDE, height);
    rule(d);
    cairo_tag_begin(d->cr, "P", NULL);
    for (size_t i = 0; i < t->n_columns; i++) {
        set_cell(d, t, g, i, cells ? cells[i] : t->columns[i].heading, !cells);
        show_text(d, cells ? ink : muted, g->x[i] + CELL_PAD, d->y + CELL_PAD);
    }
    cairo_tag_end(d->cr, "P");
    d->y += height;
}

static void draw_table(struct pen *d, const struct pdf_block *b)
{
    const struct pdf_table *t = &b->table;
    struct grid g = grid_of(t);
    double head = row_height(d, t, &g, NULL);
    bool headed = false;
    for (size_t r = 0; r < t->n_rows && d->error == OK; r++) {
        const str *cells = &t->cells[r * t->n_columns];
        double height = row_height(d, t, &g, cells);
        if (head + height > PAGE_HEIGHT - TOP - BOTTOM)
            d->error = E_LIMIT;
        if (room(d) < height + (headed ? 0 : head)) {
            rule(d);
            new_page(d);
            headed = false;
        }
        if (!headed)
            draw_row(d, t, &g, NULL, head);
        headed = true;
        draw_row(d, t, &g, cells, height);
    }
    if (t->n_rows == 0) {
        need(d, head);
        draw_row(d, t, &g, NULL, head);
    }
    rule(d);
    d->y += 12;
}

static void draw_block(struct pen *d, const struct pdf_block *b)
{
    switch (b->kind) {
    case PDF_HEADING:
        draw_heading(d, b);
        break;
    case PDF_PARAGRAPH:
    case PDF_SMALL:
    case PDF_ITEM:
        draw_text(d, b);
        break;
    case PDF_PAIRS:
        draw_pairs(d, b);
        break;
    case PDF_TABLE:
        draw_table(d, b);
        break;
    case PDF_SPACE:
        d->y += b->level;
        break;
    case PDF_PAGE:
        new_page(d);
        break;
    }
}

/* ---- the document ---- */
rc pdf_draw(const struct pdf *p, int pages, int *pages_used, struct buf *out)
{
    cairo_surface_t *surface;
    if (out) {
        surface = pdf_surface_new(out, &p->options, PAGE_WIDTH, PAGE_HEIGHT);
    } else { /* counting: no font is subset, which is the expensive part */
        surface = cairo_recording_surface_create(CAIRO_CONTENT_COLOR, NULL);
    }
    struct pen d = {.doc = p, .cr = cairo_create(surface), .pages = pages};
    d.layout = pdf_layout_new(d.cr, p->options.lang);
    new_page(&d);
    for (size_t i = 0; i < p->blocks.n && d.error == OK; i++)
        draw_block(&d, &p->blocks.v[i]);
    cairo_show_page(d.cr);
    g_object_unref(d.layout);
    rc r = pdf_surface_end(d.cr, surface, out, d.error);
    *pages_used = d.page;
    return r;
}

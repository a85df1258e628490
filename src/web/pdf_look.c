/* Looks: small pages that are shown in form fields and as signatures. */
#include "base/utf8.h"
#include "web/pdf_slim.h"
#include "web/pdf_surface.h"

static const double SMALLEST = 3, LARGEST = 48, BELOW = 8; /* print, in points */
static const double INK_WIDTH = 1.3, INK_LARGER = 4;       /* a line's width; how much a drawing grows at most */
enum {
    STEPS = 4 /* of sizes in a point */,
    TEXT_MAX = 16384,
    FRAME_WIDE = 80 /* points; inside narrower ones every point counts */
};

static const struct pdf_colour ink = PDF_INK, deep = PDF_DEEP;

struct area {
    double x, y, w, h;
};

struct drawing {
    cairo_t *cr;
    PangoLayout *layout;
    struct err *err;
};

/* ---- text ---- */

static str beginning(str text)
{
    return utf8_cut(text, 60);
}

static rc too_long(struct drawing *d, str text)
{
    return ERR(d->err, E_INVALID, "PDF-002", N_("This text is too long for its field: {1}"), beginning(text));
}

/* Names the first character that no font has; what it looks like is a box with its number. */
static rc without_font(struct drawing *d, str text)
{
    str rest = text;
    while (rest.n > 0) {
        str one = rest;
        (void)utf8_next(&rest);
        one.n -= rest.n;
        pango_layout_set_text(d->layout, one.p, (int)one.n);
        if (pango_layout_get_unknown_glyphs_count(d->layout) > 0)
            return ERR(d->err, E_INVALID, "PDF-003", N_("No font of this server has the character {1}."), one);
    }
    return ERR(d->err, E_INVALID, "PDF-003", N_("No font of this server has the character {1}."), beginning(text));
}

static bool fits(struct drawing *d, str text, double size, struct area in)
{
    int w, h;
    pdf_set_text(d->layout, text, size, false, in.w, PANGO_ALIGN_LEFT);
    pango_layout_get_size(d->layout, &w, &h);
    return w <= in.w * PANGO_SCALE && h <= in.h * PANGO_SCALE;
}

/* As large as fits, no larger than `largest`, in the middle of the height. */
static rc draw_text(struct drawing *d, str text, double largest, struct pdf_colour colour, struct area in)
{
    int low = (int)(SMALLEST * STEPS), high = (int)(largest * STEPS) + 1; /* low fits, high does not */
    int h;
    if (text.n > TEXT_MAX || !fits(d, text, SMALLEST, in))
        return too_long(d, text);
    if (pango_layout_get_unknown_glyphs_count(d->layout) > 0)
        return without_font(d, text);
    while (high - low > 1) {
        int middle = low + (high - low) / 2;
        if (fits(d, text, (double)middle / STEPS, in))
            low = middle;
        else
            high = middle;
    }
    (void)fits(d, text, (double)low / STEPS, in);
    pango_layout_get_size(d->layout, NULL, &h);
    pdf_set_colour(d->cr, colour);
    cairo_move_to(d->cr, in.x, in.y + (in.h - (double)h / PANGO_SCALE) / 2);
    pango_cairo_show_layout(d->cr, d->layout);
    return OK;
}

/* ---- ink ---- */

struct extent {
    int32_t left, top, right, bottom;
    size_t points;
};

static struct extent extent_of(const struct pdf_look *l)
{
    struct extent e = {INT32_MAX, INT32_MAX, INT32_MIN, INT32_MIN, 0};
    for (size_t i = 0; i < l->n_ink; i++)
        for (size_t k = 0; k < l->ink[i].n; k++) {
            const struct pdf_point p = l->ink[i].at[k];
            e.left = p.x < e.left ? p.x : e.left;
            e.top = p.y < e.top ? p.y : e.top;
            e.right = p.x > e.right ? p.x : e.right;
            e.bottom = p.y > e.bottom ? p.y : e.bottom;
            e.points++;
        }
    return e;
}

/* How much larger `size` may be drawn to fit into `room` points. */
static double growth(double size, double room)
{
    return size * INK_LARGER < room ? INK_LARGER : room / size;
}

static rc draw_ink(struct drawing *d, const struct pdf_look *l, struct area in)
{
    struct extent e = extent_of(l);
    if (e.points == 0)
        return OK;
    if (e.points > PDF_INK_MAX)
        return E_LIMIT;
    double w = ((double)e.right - e.left) / 100, h = ((double)e.bottom - e.top) / 100;
    double room_w = in.w - INK_WIDTH, room_h = in.h - INK_WIDTH;
    double scale = growth(w, room_w) < growth(h, room_h) ? growth(w, room_w) : growth(h, room_h);
    double x = in.x + (in.w - w * scale) / 2, y = in.y + (in.h - h * scale) / 2;
    pdf_set_colour(d->cr, ink);
    cairo_set_line_width(d->cr, INK_WIDTH);
    cairo_set_line_cap(d->cr, CAIRO_LINE_CAP_ROUND);
    cairo_set_line_join(d->cr, CAIRO_LINE_JOIN_ROUND);
    for (size_t i = 0; i < l->n_ink; i++) {
        cairo_new_path(d->cr);
        for (size_t k = 0; k < l->ink[i].n; k++) {
            const struct pdf_point p = l->ink[i].at[k];
            cairo_line_to(d->cr, x + ((double)p.x - e.left) / 100 * scale, y + ((double)p.y - e.top) / 100 * scale);
        }
        if (l->ink[i].n == 1) /* a dot; of a line without length viewers draw nothing */
            cairo_rel_line_to(d->cr, .01, 0);
        cairo_stroke(d->cr);
    }
    return OK;
}

/* ---- pages ---- */

static void draw_frame(struct drawing *d, double w, double h)
{
    const double half = .4;
    cairo_set_source_rgb(d->cr, .965, .973, .973);
    cairo_rectangle(d->cr, half, half, w - 2 * half, h - 2 * half);
    cairo_fill_preserve(d->cr);
    pdf_set_colour(d->cr, deep);
    cairo_set_line_width(d->cr, 2 * half);
    cairo_stroke(d->cr);
}

static rc draw_look(struct drawing *d, const struct pdf_look *l)
{
    double w = l->width / 100.0, h = l->height / 100.0, pad = h < 40 ? h / 20 : 2;
    const double side = l->frame && w > FRAME_WIDE ? 6 : 2;
    struct area all = {side, pad, w - 2 * side, h - 2 * pad}, upper = all, lower = all;
    if (l->frame)
        draw_frame(d, w, h);
    if (l->below.n) {
        upper.h = all.h * 2 / 3;
        lower.y = upper.y + upper.h;
        lower.h = all.h - upper.h;
        TRY(draw_text(d, l->below, BELOW, ink, lower));
    }
    if (l->n_ink)
        return draw_ink(d, l, upper);
    if (l->text.n)
        return draw_text(d, l->text, l->size ? l->size / 100.0 : LARGEST, l->frame ? deep : ink, upper);
    return OK;
}

rc pdf_looks(const struct pdf_options *options, const struct pdf_look *look, size_t n, struct buf *out, struct err *err)
{
    enum { LEAST = 600, MOST = 1440000 }; /* of a side, in 1/100 point */
    rc r = OK;
    if (n == 0 || n > PDF_LOOKS_MAX)
        return E_LIMIT;
    for (size_t i = 0; i < n; i++)
        if (look[i].width < LEAST || look[i].height < LEAST || look[i].width > MOST || look[i].height > MOST)
            return E_LIMIT;
    BUF_SCOPED raw = BUF_INIT(PDF_RAW_MAX);
    cairo_surface_t *surface = pdf_surface_new(&raw, options, look[0].width / 100.0, look[0].height / 100.0);
    struct drawing d = {.cr = cairo_create(surface), .err = err};
    d.layout = pdf_layout_new(d.cr, options->lang);
    for (size_t i = 0; i < n && r == OK; i++) {
        cairo_pdf_surface_set_size(surface, look[i].width / 100.0, look[i].height / 100.0);
        r = draw_look(&d, &look[i]);
        cairo_show_page(d.cr);
    }
    g_object_unref(d.layout);
    TRY(pdf_surface_end(d.cr, surface, &raw, r));
    return pdf_slim(buf_str(&raw), out);
}

/* Private to pdf_draw.c and pdf_look.c: cairo's surface and pango's layout, set up so that the same calls give the same
 * bytes. Lengths are points. */
#ifndef RISE_WEB_PDF_SURFACE_H
#define RISE_WEB_PDF_SURFACE_H

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "web/pdf.h"

struct pdf_colour {
    double r, g, b;
};
#define PDF_INK                                                                                                        \
    {                                                                                                                  \
        .086, .157, .184                                                                                               \
    }
#define PDF_DEEP                                                                                                       \
    {                                                                                                                  \
        .059, .227, .278                                                                                               \
    }
static inline void pdf_set_colour(cairo_t *cr, struct pdf_colour c)
{
    cairo_set_source_rgb(cr, c.r, c.g, c.b);
}

cairo_surface_t *pdf_surface_new(struct buf *out, const struct pdf_options *options, double width, double height);
/* Frees both; `error` is what went wrong before, else OK. `out` NULL: the surface writes nowhere. */
rc pdf_surface_end(cairo_t *cr, cairo_surface_t *surface, const struct buf *out, rc error);
PangoLayout *pdf_layout_new(cairo_t *cr, enum lang lang);
/* `width` < 0: not wrapped. */
void pdf_set_text(PangoLayout *layout, str text, double size, bool bold, double width, PangoAlignment align);

#endif

#include "web/pdf_surface.h"

#define PDF_FONT "Noto Sans CJK TC, Noto Sans TC, sans-serif"

static cairo_status_t write_bytes(void *out, const unsigned char *p, unsigned n)
{
    struct buf *b = out;
    buf_putn(b, p, n);
    return buf_rc(b) == OK ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void set_metadata(cairo_surface_t *s, const struct pdf_options *o)
{
    BUF_SCOPED date = BUF_INIT(64), title = BUF_INIT(PDF_BYTES_MAX);
    buf_instant(&date, o->made);
    buf_put(&title, o->title);
    buf_putc(&date, '\0');
    buf_putc(&title, '\0');
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE,
                                   date.p); /* else the clock's: not the same bytes twice */
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, title.p ? title.p : "");
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "RISE");
}

cairo_surface_t *pdf_surface_new(struct buf *out, const struct pdf_options *options, double width, double height)
{
    cairo_surface_t *s = cairo_pdf_surface_create_for_stream(write_bytes, out, width, height);
    set_metadata(s, options);
    return s;
}

static rc status_rc(cairo_status_t s)
{
    return s == CAIRO_STATUS_SUCCESS ? OK : s == CAIRO_STATUS_NO_MEMORY ? E_NOMEM : E_INTERNAL;
}

rc pdf_surface_end(cairo_t *cr, cairo_surface_t *surface, const struct buf *out, rc error)
{
    rc drawn = status_rc(cairo_status(cr));
    cairo_destroy(cr);
    cairo_surface_finish(surface);
    rc written = status_rc(cairo_surface_status(surface));
    cairo_surface_destroy(surface);
    if (error != OK)
        return error;
    if (out && buf_rc(out) != OK) /* which cairo knows as a write error only */
        return buf_rc(out);
    return drawn != OK ? drawn : written;
}

/* Hinting would depend on the kind of surface, and both passes must break lines alike. */
PangoLayout *pdf_layout_new(cairo_t *cr, enum lang lang)
{
    PangoLayout *layout = pango_cairo_create_layout(cr);
    PangoContext *context = pango_layout_get_context(layout);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    cairo_font_options_destroy(options);
    pango_context_set_round_glyph_positions(context, FALSE); /* to whole points: small print would look torn */
    pango_context_set_language(context, pango_language_from_string(lang_tag(lang)));
    PangoAttrList *attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE)); /* one in a hash would be part of it */
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    return layout;
}

void pdf_set_text(PangoLayout *layout, str text, double size, bool bold, double width, PangoAlignment align)
{
    PangoFontDescription *font = pango_font_description_from_string(PDF_FONT);
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_font_description_set_weight(font, bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_width(layout, width < 0 ? -1 : (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_alignment(layout, align);
    pango_layout_set_line_spacing(layout, 1.25F);
    pango_layout_set_text(layout, text.p, (int)text.n);
}

#include "mod/sign/engine/pdf_page.h"

#include "mod/sign/engine/pdf_impl.h"

/* Programs draw a page without a MediaBox as one of US Letter. */
static const int32_t LETTER[4] = {0, 0, 61200, 79200};
enum { FAR = 1000000000 /* 1/100: no edge lies further out, so that sums of two fit */ };

/* "-12.345" in hundredths, cut; false when it is no number or too far out. */
static bool hundredths(const struct pdf_value *v, int32_t *out)
{
    if (!v || (v->kind != PDF_INT && v->kind != PDF_REAL))
        return false;
    int64_t n = 0;
    int after = -1; /* digits behind the point; -1: before it */
    for (size_t i = 0; i < v->raw.n && after < 2; i++) {
        char c = v->raw.p[i];
        if (c == '.')
            after = 0;
        else if (c >= '0' && c <= '9') {
            n = 10 * n + (c - '0');
            after += after >= 0;
        }
        if (n > FAR)
            return false;
    }
    for (int i = after < 0 ? 0 : after; i < 2; i++)
        n *= 10;
    if (n > FAR)
        return false;
    *out = (int32_t)(v->raw.p[0] == '-' ? -n : n);
    return true;
}

static void sort_pair(int32_t *low, int32_t *high)
{
    int32_t v = *low;
    if (v > *high) {
        *low = *high;
        *high = v;
    }
}

/* Any two opposite corners make a rectangle (7.9.5). `out` only when it is good. */
static rc rectangle(struct pdf_doc *doc, const struct pdf_value *array, size_t rev, int32_t out[4], bool *good)
{
    const struct pdf_value *v = array && array->kind == PDF_ARRAY ? array->first : NULL;
    int32_t box[4] = {0};
    *good = false;
    for (size_t i = 0; i < 4; i++, v = v->next) {
        const struct pdf_value *number;
        if (!v)
            return OK;
        TRY(pdf_resolve(doc, v, rev, &number));
        if (!hundredths(number, &box[i]))
            return OK;
    }
    sort_pair(&box[0], &box[2]);
    sort_pair(&box[1], &box[3]);
    *good = box[0] < box[2] && box[1] < box[3];
    if (*good)
        memcpy(out, box, sizeof box);
    return OK;
}

static int turn_of(const struct pdf_value *rotate)
{
    if (!rotate || rotate->kind != PDF_INT || rotate->number % 90 != 0)
        return 0;
    return (int)((rotate->number % 360 + 360) % 360);
}

static int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static int32_t smaller(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static rc no_size(struct pdf_doc *doc, uint32_t page)
{
    return ERR(doc->err, E_INVALID, "SIG-119", N_("Page {1} of the PDF has no usable size."),
               arena_printf(doc->a, "%u", page + 1));
}

static rc visible(struct pdf_doc *doc, const struct pdf_object *page, size_t rev, int32_t out[4], bool *good)
{
    const struct pdf_value *media, *crop;
    int32_t part[4];
    TRY(pdf_page_entry(doc, page, STR("MediaBox"), rev, &media));
    TRY(pdf_page_entry(doc, page, STR("CropBox"), rev, &crop));
    *good = !media;
    if (media)
        TRY(rectangle(doc, media, rev, out, good));
    else
        memcpy(out, LETTER, sizeof LETTER);
    bool is_cropped = false;
    if (*good && crop)
        TRY(rectangle(doc, crop, rev, part, &is_cropped));
    if (!is_cropped)
        return OK;
    for (size_t i = 0; i < 2; i++) {
        out[i] = larger(out[i], part[i]);
        out[i + 2] = smaller(out[i + 2], part[i + 2]);
    }
    *good = out[0] < out[2] && out[1] < out[3];
    return OK;
}

rc pdf_page_turn(struct pdf_doc *doc, const struct pdf_object *page, size_t rev, int *out)
{
    const struct pdf_value *rotate;
    TRY(pdf_page_entry(doc, page, STR("Rotate"), rev, &rotate));
    *out = turn_of(rotate);
    return OK;
}

rc pdf_page_box(struct pdf_doc *doc, uint32_t page, size_t rev, struct pdf_page_box *out)
{
    const struct pdf_object *o;
    bool good;
    TRY(pdf_page_object(doc, page, rev, &o));
    TRY(visible(doc, o, rev, out->rect, &good));
    if (!good)
        return no_size(doc, page);
    TRY(pdf_page_turn(doc, o, rev, &out->turn));
    bool lies = out->turn % 180 != 0;
    out->width = lies ? out->rect[3] - out->rect[1] : out->rect[2] - out->rect[0];
    out->height = lies ? out->rect[2] - out->rect[0] : out->rect[3] - out->rect[1];
    return OK;
}

rc pdf_page_rect(struct pdf_doc *doc, uint32_t page, const struct pdf_page_box *box, struct pdf_seen at,
                 int32_t rect[4])
{
    const int32_t *r = box->rect;
    if (at.left < 0 || at.top < 0 || at.width <= 0 || at.height <= 0 || at.left > box->width - at.width ||
        at.top > box->height - at.height)
        return ERR(doc->err, E_INVALID, "SIG-120", N_("A field does not lie on page {1}."),
                   arena_printf(doc->a, "%u", page + 1));
    int32_t right = at.left + at.width, bottom = at.top + at.height;
    switch (box->turn) {
    case 90: /* the left edge, from the bottom up, became the upper one */
        memcpy(rect, (int32_t[]){r[0] + at.top, r[1] + at.left, r[0] + bottom, r[1] + right}, 4 * sizeof *rect);
        break;
    case 180:
        memcpy(rect, (int32_t[]){r[2] - right, r[1] + at.top, r[2] - at.left, r[1] + bottom}, 4 * sizeof *rect);
        break;
    case 270:
        memcpy(rect, (int32_t[]){r[2] - bottom, r[3] - right, r[2] - at.top, r[3] - at.left}, 4 * sizeof *rect);
        break;
    default:
        memcpy(rect, (int32_t[]){r[0] + at.left, r[3] - bottom, r[0] + right, r[3] - at.top}, 4 * sizeof *rect);
    }
    return OK;
}

rc pdf_widget_turn(struct pdf_doc *doc, const struct pdf_value *widget, size_t rev, int *out)
{
    const struct pdf_value *mk, *r;
    TRY(pdf_entry_resolved(doc, widget, STR("MK"), rev, &mk));
    TRY(pdf_entry_resolved(doc, mk, STR("R"), rev, &r));
    *out = turn_of(r);
    return OK;
}

rc pdf_field_size(struct pdf_doc *doc, const struct pdf_field *field, size_t rev, int32_t *width, int32_t *height)
{
    const struct pdf_object *widget;
    const struct pdf_value *array;
    int32_t rect[4];
    bool good = false;
    int turn;
    *width = *height = 0;
    if (!field->widget.num)
        return OK;
    TRY(pdf_object(doc, field->widget.num, rev, &widget));
    TRY(pdf_entry_resolved(doc, widget->value, STR("Rect"), rev, &array));
    TRY(rectangle(doc, array, rev, rect, &good));
    if (!good)
        return OK;
    TRY(pdf_widget_turn(doc, widget->value, rev, &turn));
    bool lies = turn % 180 != 0;
    *width = lies ? rect[3] - rect[1] : rect[2] - rect[0];
    *height = lies ? rect[2] - rect[0] : rect[3] - rect[1];
    return OK;
}

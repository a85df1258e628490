/* The drawn signature: "x,y x,y …", one line for each stroke. */
#include "mod/sign/rooms/seal_fill.h"

enum { FULL = 1000, STROKES_MAX = 500 };

static bool take_number(str *rest, char end, int32_t *out)
{
    int64_t v;
    str text = str_cut(rest, end);
    if (str_to_i64(text, &v) != OK || v < 0 || v > FULL)
        return false;
    *out = (int32_t)v;
    return true;
}

static bool take_stroke(str line, struct seal_ink *ink)
{
    if (ink->n >= STROKES_MAX)
        return false;
    while (line.p) {
        str point = str_cut(&line, ' ');
        struct pdf_point *to = &ink->at[ink->n_at];
        if (ink->n_at >= PDF_INK_MAX || !take_number(&point, ',', &to->x) || !take_number(&point, ',', &to->y) ||
            point.p)
            return false;
        ink->n_at++;
    }
    ink->ends[ink->n++] = ink->n_at;
    return true;
}

rc seal_ink_read(struct arena *a, str text, struct seal_ink *out, struct err *err)
{
    *out = (struct seal_ink){.n = 0};
    text = str_trim(text);
    if (text.n == 0)
        return OK;
    out->at = ARENA_ARRAY(a, PDF_INK_MAX + 1, struct pdf_point);
    out->ends = ARENA_ARRAY(a, STROKES_MAX, size_t);
    if (!out->at || !out->ends)
        return arena_failed(a);
    while (text.p)
        if (!take_stroke(str_cut(&text, '\n'), out))
            return ERR_FIELD(err, "ink", "RM-021", N_("The drawn signature could not be read. Draw it again."));
    return OK;
}

bool seal_ink_scale(struct arena *a, const struct seal_ink *ink, int32_t width, int32_t height, struct pdf_look *out)
{
    struct pdf_point *at = ink->n ? ARENA_ARRAY(a, ink->n_at, struct pdf_point) : NULL;
    struct pdf_stroke *stroke = at ? ARENA_ARRAY(a, ink->n, struct pdf_stroke) : NULL;
    if (!stroke)
        return false;
    for (size_t i = 0; i < ink->n_at; i++) {
        at[i].x = (int32_t)((int64_t)ink->at[i].x * width / FULL);
        at[i].y = (int32_t)((int64_t)ink->at[i].y * height / FULL);
    }
    for (size_t i = 0, from = 0; i < ink->n; from = ink->ends[i++])
        stroke[i] = (struct pdf_stroke){.at = &at[from], .n = ink->ends[i] - from};
    out->ink = stroke;
    out->n_ink = ink->n;
    return true;
}

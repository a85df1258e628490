/* What empty fields show: nothing, or the frame of a box. Drawn by hand, without fonts. */
#include "mod/sign/engine/pdf_field_impl.h"

rc pdf_look_write(struct pdf_update *u, struct pdf_ref *ref, str entries, str content)
{
    TRY(pdf_update_number(u, ref));
    TRY(pdf_update_open(u, *ref));
    buf_printf(u->out, "<< /Type /XObject /Subtype /Form %.*s /Length %zu >>\nstream\n", STR_ARG(entries), content.n);
    buf_put(u->out, content);
    buf_put(u->out, STR("\nendstream"));
    pdf_update_close(u);
    return OK;
}

/* A square in the middle, as large as fits; with a tick or without. */
static rc write_box(struct pdf_update *u, struct pdf_seen at, int turn, bool ticked, struct pdf_ref *out)
{
    double w = at.width / 100.0, h = at.height / 100.0, side = w < h ? w : h;
    BUF_SCOPED entries = BUF_INIT(256), content = BUF_INIT(512);
    buf_printf(&entries, "/BBox [0 0 %.2f %.2f]", w, h);
    pdf_put_turn(&entries, turn);
    buf_printf(&content, "q %.4f 0 0 %.4f %.2f %.2f cm 6 w .25 .33 .36 RG 6 6 88 88 re S", side / 100, side / 100,
               (w - side) / 2, (h - side) / 2);
    if (ticked)
        buf_put(&content, STR(" 12 w 1 J 1 j .06 .23 .28 RG 22 52 m 42 28 l 80 78 l S"));
    buf_put(&content, STR(" Q"));
    return pdf_look_write(u, out, buf_str(&entries), buf_str(&content));
}

rc pdf_boxes_get(struct pdf_update *u, struct pdf_boxes *b, struct pdf_seen at, int turn)
{
    if (b->off.num && b->width == at.width && b->height == at.height && b->turn == turn)
        return OK;
    b->width = at.width;
    b->height = at.height;
    b->turn = turn;
    TRY(write_box(u, at, turn, false, &b->off));
    return write_box(u, at, turn, true, &b->on);
}

/* A signature that is seen: --visible PAGE,LEFT,TOP,WIDTH,HEIGHT and --text of rise sign pdf. */
#include "mod/sign/cli/cli_look.h"

#include "mod/sign/engine/pdf_page.h"
#include "mod/sign/engine/report.h"
#include "web/pdf.h"

enum { PLACE_NUMBERS = 5, POINT = 100, LOOK_MAX = 32 << 20 /* bytes: fonts are embedded */ };

/* Whole numbers, none negative; in points but for the page, which counts from 1. */
static bool read_numbers(str text, int64_t v[PLACE_NUMBERS])
{
    for (int i = 0; i < PLACE_NUMBERS; i++)
        if (str_to_i64(str_trim(str_cut(&text, ',')), &v[i]) != OK || v[i] < 0 || v[i] > INT32_MAX / POINT)
            return false;
    return text.n == 0 && v[0] >= 1;
}

static rc place_on_page(struct sign_run *x, struct pdf_doc *doc, struct pdf_seen *seen, struct pdf_place *p,
                        struct err *err)
{
    int64_t v[PLACE_NUMBERS];
    struct pdf_page_box box;
    if (!read_numbers(in_text(x->in, "visible"), v))
        return ERR(err, E_INVALID, "SIG-607",
                   N_("--visible wants PAGE,LEFT,TOP,WIDTH,HEIGHT: the page from 1 on, then points from the upper left "
                      "corner of the page, such as 1,320,700,200,60."));
    p->page = (uint32_t)v[0] - 1;
    *seen = (struct pdf_seen){.left = (int32_t)v[1] * POINT,
                              .top = (int32_t)v[2] * POINT,
                              .width = (int32_t)v[3] * POINT,
                              .height = (int32_t)v[4] * POINT};
    TRY(pdf_page_box(doc, p->page, pdf_newest(doc), &box));
    return pdf_page_rect(doc, p->page, &box, *seen, p->rect);
}

/* The name large, or what --text says; below it when, and why if that is said. */
static rc draw(struct sign_run *x, struct pdf_seen seen, struct pdf_place *p, struct err *err)
{
    BUF_SCOPED when = BUF_INIT(1024);
    BUF_SCOPED bytes = BUF_INIT(LOOK_MAX);
    fmt_instant(&when, x->app->lang, p->made);
    if (p->reason.n)
        buf_printf(&when, "\n%.*s", STR_ARG(p->reason));
    const struct pdf_look look = {.width = seen.width,
                                  .height = seen.height,
                                  .text = in_given(x->in, "text") ? in_text(x->in, "text") : p->name,
                                  .below = buf_str(&when),
                                  .frame = true};
    const struct pdf_options options = {.lang = x->app->lang, .title = p->name, .made = p->made};
    TRY(pdf_looks(&options, &look, 1, &bytes, err));
    str kept = arena_str(x->a, buf_str(&bytes));
    return kept.p ? pdf_open(x->a, kept, &p->stamp, err) : arena_failed(x->a);
}

rc cli_look(struct sign_run *x, struct pdf_doc *doc, struct pdf_place *p, struct err *err)
{
    struct pdf_seen seen;
    if (!in_given(x->in, "visible"))
        return OK;
    TRY(place_on_page(x, doc, &seen, p, err));
    return draw(x, seen, p, err);
}

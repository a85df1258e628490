/* What a signer filled in, on its way into the PDF: names of the form's fields, and the drawn signature. */
#ifndef RISE_SIGN_SEAL_FILL_H
#define RISE_SIGN_SEAL_FILL_H
#include "mod/sign/rooms/room.h"
#include "web/pdf.h"

/* One signer fills in at most so many fields; their inputs on the page have these names, by the order of the fields. */
enum { SEAL_FILL_MAX = 40 };
extern const char *const seal_field_names[SEAL_FILL_MAX];

/* A drawn signature as struct seal_filled has it. */
struct seal_ink {
    struct pdf_point *at; /* 1/1000 of the field's width and height */
    size_t n_at;
    size_t *ends; /* of each stroke, in `at` */
    size_t n;
};
/* An empty text has no strokes. RM-021 E_INVALID: not of that form, or too much */
rc seal_ink_read(struct arena *a, str text, struct seal_ink *out, struct err *err);
/* Into a look of this size; false: there is none, or no memory (arena_rc()). */
bool seal_ink_scale(struct arena *a, const struct seal_ink *ink, int32_t width, int32_t height, struct pdf_look *out);
#endif

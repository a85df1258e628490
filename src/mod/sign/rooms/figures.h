/* Published figures about signing rooms; the last one is what the yearly survey asks (電子簽章法 Art. 19). */
#ifndef RISE_SIGN_ROOM_FIGURES_H
#define RISE_SIGN_ROOM_FIGURES_H
#include "core/figure.h"

enum { SIGN_FIGURES = 6 };
extern const struct figure sign_figures[SIGN_FIGURES];
const char *sign_figure_label(const struct figure *f, str label); /* msgid for a label that is a word of ours */
#endif
